"""The share of parcels that rise on random small worlds, by counting small squares."""

from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

World = dict[str, dict[str, dict[str, Any]]]
# A cell is three squares wide, a square 100 m.
_SQUARE, _CELL = 100.0, 3


def _parcel(rng: Random) -> dict[str, Any]:
    """Draw a parcel of some squares, which may leave the grid."""
    x, y, w, h = rng.randint(-1, 7), rng.randint(0, 7), rng.randint(1, 4), rng.randint(1, 4)
    corners = (x, y, x + w, y + h)
    return {"corners": corners, "at": tuple(_SQUARE * n for n in corners)}


def _cells(rng: Random) -> dict[str, dict[str, Any]]:
    """Draw a grid of three by three cells in two years or three, some without a value."""
    side = _SQUARE * _CELL
    return {
        f"{year}-{i}{j}": {
            "year": year,
            "place": (i, j),
            "organic_matter_g_per_kg": rng.choice([20.0, 21.0, 21.0, 24.0, None]),
            "at": (side * i, side * j, side * (i + 1), side * (j + 1)),
        }
        for year in rng.choice([(2020, 2025), (2021, 2022, 2025), (2020, 2026), (2020, 2024)])
        for i in range(3)
        for j in range(3)
    }


def _mean(parcel: dict[str, Any], world: World, year: int) -> Fraction | None:
    """Average a year's squares inside a parcel; None if too few of them have a value."""
    values = {
        row["place"]: row["organic_matter_g_per_kg"]
        for row in world["soil_carbon_cells"].values()
        if row["year"] == year
    }
    left, low, right, top = parcel["corners"]
    squares = [(x, y) for x in range(left, right) for y in range(low, top)]
    inside = [values.get((x // _CELL, y // _CELL)) for x, y in squares]
    known = [Fraction(value) for value in inside if value is not None]
    if 10 * len(known) < 9 * len(squares):
        return None
    return sum(known, Fraction(0)) / len(known)


def _by_hand(world: World) -> Weight:
    """Judge a world's parcels, each of which weighs as much as any other."""
    years = sorted({r["year"] for r in world["soil_carbon_cells"].values() if r["year"] <= 2025})
    things = []
    for parcel in world["cropland"].values():
        ends = [_mean(parcel, world, year) for year in (years[0], years[-1])]
        unknown = len(years) < 2 or None in ends
        rises = None if unknown else ends[1] > ends[0]
        things.append(Weighed(scope=True, done=rises, amount=Fraction(1)))
    return weighed(things)


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world; the plan gives no number."""
    worlds = judge_worlds(
        "F11",
        lambda rng: {
            "cropland": {f"G{n}": _parcel(rng) for n in range(rng.randint(0, 6))},
            "soil_carbon_cells": _cells(rng),
        },
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "no_data"}
    assert len({verdict.value for _, _, verdict in worlds}) > 3
