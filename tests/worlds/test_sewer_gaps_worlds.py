"""Gaps of sewage collection on random small worlds of boxes: counted cell by cell of the grid."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF, STEP
from tests.worlds.judging import World, expected_state, judge_worlds

Cell = tuple[int, int]
#: A part of one cell is below this many square metres: a sliver.
_SLIVER_M2 = 15_000.0


def _box(rng: Random, left: int, right: int) -> tuple[float, ...]:
    """Draw a box between two columns of the grid."""
    low = rng.randint(0, 2)
    return tuple(STEP * v for v in (left, low, right, low + rng.randint(2, 5)))


def _draw(rng: Random) -> World:
    """Draw a town that grew, a neighbour that overlaps it, one of later only, and service areas."""
    towns: dict[str, dict[str, Any]] = {}
    for key, name, scope, year, columns in (
        ("1", "X", "city", 2020, (0, 4)),
        ("2", "X", "city", rng.choice([2025, 2026]), (0, 5)),
        ("3", "Y", rng.choice(["city", "town"]), 2024, (3, 8)),
        ("4", "Z", "city", 2030, (20, 22)),
    ):
        if rng.random() < (0.2 if key == "4" else 0.8):
            row = {"name": name, "scope": scope, "boundary_year": year}
            towns[key] = {**row, "at": _box(rng, *columns)}
    covers = {}
    for n in range(rng.randint(1, 5)):
        left, day = rng.randint(0, 4), rng.choice([None, None, AS_OF, AS_OF.replace(year=2026)])
        low = rng.randint(0, 3)
        at = tuple(
            STEP * v for v in (left, low - 3, left + rng.randint(2, 8), low + rng.randint(2, 8))
        )
        covers[f"S{n}"] = {"valid_from": day, "at": at}
    if rng.random() < 0.3:
        covers["S9"] = {"valid_from": None, "at": (-STEP, -STEP, 30 * STEP, 30 * STEP)}
    return {"builtup_areas": towns, "sewer_service_areas": covers}


def _cells(at: tuple[float, float, float, float]) -> set[Cell]:
    """List the cells of a box."""
    left, low, right, top = (round(v / STEP) for v in at)
    return {(x, y) for x in range(left, right) for y in range(low, top)}


def _parts(cells: set[Cell]) -> Iterator[set[Cell]]:
    """Part cells into those that hang together by a side."""
    left = set(cells)
    while left:
        part, todo = set(), [left.pop()]
        while todo:
            x, y = todo.pop()
            part.add((x, y))
            beside = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= beside
            todo += beside
        yield part


def _by_hand(world: World) -> tuple[tuple[float | None, ...], int, int]:
    """Give the share and its bounds in percent, and the boundaries known and unknown."""
    rows = [r for r in world["builtup_areas"].values() if r["scope"] == "city"]
    used: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: r["boundary_year"]):
        if row["boundary_year"] <= AS_OF.year:
            used[row["name"]] = row
    later: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: -r["boundary_year"]):
        if row["name"] not in used:
            later[row["name"]] = row
    ground = set().union(*(_cells(row["at"]) for row in used.values()))
    beyond = set().union(*(_cells(row["at"]) for row in later.values())) - ground
    valid = [
        row
        for row in world["sewer_service_areas"].values()
        if row["valid_from"] is None or row["valid_from"] <= AS_OF
    ]
    reached = set().union(*(_cells(row["at"]) for row in valid))
    parts = list(_parts(ground - reached))
    gap = sum(len(part) for part in parts if len(part) > 1)
    slivers = sum(len(part) for part in parts if len(part) == 1) if later else 0
    if not ground:
        return (None, None, None), 0, _counting(later, set())
    share = 100 * (1 - gap / len(ground))
    whole = len(ground) + len(beyond)
    ends = (len(ground) - gap - slivers) / whole, (len(ground) - gap + len(beyond)) / whole
    seen: set[Cell] = set()
    known = _counting(dict(sorted(used.items())), seen)
    return (share, 100 * ends[0], 100 * ends[1]), known, _counting(later, seen)


def _counting(rows: dict[str, dict[str, Any]], seen: set[Cell]) -> int:
    """Count the areas that have ground which none before them has: names go by their numbers."""
    number = 0
    for row in rows.values():
        number += not _cells(row["at"]) <= seen
        seen |= _cells(row["at"])
    return number


def test_both_routes_agree() -> None:
    """Share, bounds, counts and state; areas on the ellipsoid differ by parts per million."""
    states = set()
    for clause, world, verdict in judge_worlds("K03", _draw, own={"sliver_area_m2": _SLIVER_M2}):
        bounds, known, unknown = _by_hand(world)
        assert (verdict.counted, verdict.excluded) == (known, unknown)
        if known:
            found = [float(end) for end in (verdict.value, verdict.low, verdict.high)]  # type: ignore[arg-type]
            assert found == pytest.approx(list(bounds), abs=1e-3)
        assert verdict.state.value == expected_state(clause, bounds, known, unknown)
        states.add(verdict.state.value)
    assert len(states) >= 3
