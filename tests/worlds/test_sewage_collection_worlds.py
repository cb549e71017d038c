"""The share of load collected on random small worlds, by plain sums over months and cells."""

from calendar import monthrange
from fractions import Fraction
from random import Random
from typing import Any

from pyproj import Geod, Transformer

from tests.worlds.drawing import EAST, NORTH
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weight

_GEOD = Geod(ellps="GRS80")
_TO_DEGREES = Transformer.from_crs(4550, 4490, always_xy=True)
_NONE = (None, None, None)


def _draw(rng: Random) -> World:
    """Draw works that take in 36,500 m3 a month, and cells of residents."""
    works = {
        f"W{n}": {
            "scope": rng.choice(["city", "city", "city", "town", None]),
            "design_t_per_d": 1500.0,
            "at": (100.0 * n, 0.0),
        }
        for n in range(rng.randint(0, 4))
    }
    records = {
        f"{key}-{month}": {
            "works_id": key,
            "year": rng.choice([2025] * 200 + [2024]),
            "month": month,
            "inflow_m3": 36_500.0,
            "bod_mg_per_l": rng.choice([100.0, 150.0] * 50 + [None]),
        }
        for key in works
        for month in range(1, 13)
    }
    cells = {
        f"R{n}": {
            "scope": rng.choice(["city"] * 8 + ["rural", None]),
            "residents": rng.choice([2000, 3000, 4000] * 4 + [None]),
            "at": (200.0 * n, 500.0, 200.0 * n + 200.0, 700.0),
        }
        for n in range(rng.randint(1, 3))
    }
    return {
        "sewage_works": works,
        "sewage_inflow_records": records,
        "population_areas": cells,
    }


def _load(key: str, world: World) -> tuple[Fraction, Fraction, bool]:
    """Give what a works took in at least and at most, grams, and whether that is known."""
    months = {
        row["month"]: row["bod_mg_per_l"]
        for row in world["sewage_inflow_records"].values()
        if row["works_id"] == key and row["year"] == 2025
    }
    least = most = Fraction(0)
    for month in range(1, 13):
        bod = months.get(month)
        if month in months:
            least += 36_500 * Fraction(bod or 0)
            most += 36_500 * Fraction(500 if bod is None else bod)
        else:
            most += Fraction(3, 2) * 1500 * monthrange(2025, month)[1] * 500
    return least, most, least == most


def _people(row: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """Give the least and the most residents that a cell adds."""
    if row["scope"] == "rural":
        return Fraction(0), Fraction(0)
    most = row["residents"]
    if most is None:
        a, b, c, d = row["at"]
        x = [EAST + a, EAST + c, EAST + c, EAST + a]
        y = [NORTH + b, NORTH + b, NORTH + d, NORTH + d]
        area, _ = _GEOD.polygon_area_perimeter(*_TO_DEGREES.transform(x, y))
        most = Fraction(str(round(abs(area) * 20_000.0 / 1e6, 6)))
    is_known = row["residents"] is not None and row["scope"] == "city"
    return (Fraction(most) if is_known else Fraction(0)), Fraction(most)


def _by_hand(world: World) -> Weight:
    """Add up a world's loads and residents."""
    least = most = Fraction(0)
    known = unknown = 0
    for key, row in world["sewage_works"].items():
        if row["scope"] == "town":
            continue
        low, high, is_whole = _load(key, world)
        is_sure = row["scope"] == "city"
        least, most = least + (low if is_sure else 0), most + high
        known, unknown = known + (is_sure and is_whole), unknown + (not (is_sure and is_whole))
    people = [_people(row) for row in world["population_areas"].values()]
    need = [sum((pair[end] for pair in people), Fraction(0)) * 45 * 365 for end in (0, 1)]
    if not need[0]:
        return Weight(_NONE, _NONE, _NONE, known, unknown)
    share = (100 * least / need[0], 100 * least / need[1], 100 * most / need[0])
    return Weight(share, _NONE, _NONE, known, unknown)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = check_verdicts(judge_worlds("K04", _draw), lambda world: (_by_hand(world), "share"))
    assert len(states) >= 4
