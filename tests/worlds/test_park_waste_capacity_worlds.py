"""Hazardous waste of parks on random small worlds: every way the unknown amounts may turn out."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from math import hypot
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_CLASSES = ("HW08", "HW17")
_MOST = 10_000_000.0
_DAYS = (date(2022, 1, 1), AS_OF, date(2025, 12, 30), date(2026, 1, 1), None)


def _draw(rng: Random) -> World:
    """Draw parks a grid step apart, what stands in or beside them, and works near and far."""
    return {
        "parks": {
            f"P{n}": {"name": f"P{n}", "at": (20_000.0 * n, 0.0, 20_000.0 * n + 100, 100.0)}
            for n in range(rng.randint(0, 3))
        },
        "hazardous_waste_generators": {
            f"G{n}": {
                "site_id": f"S{n}",
                "waste_class": rng.choice(_CLASSES),
                "generated_t_per_year": rng.choice([0.0, 5.0, 5.0, 10.0, 10.0, 10.0, None]),
                "at": (20_000.0 * rng.randint(0, 2) + rng.choice([0, 50, 100, 150]), 50.0),
            }
            for n in range(rng.randint(0, 4))
        },
        "hazardous_waste_facilities": {
            f"C{n}": {
                "facility_id": f"F{n}",
                "waste_class": rng.choice(_CLASSES),
                "capacity_t_per_year": rng.choice([5.0, 10.0, 30.0, 30.0, None]),
                "licensed_on": rng.choice([date(2021, 1, 1)] * 9 + [*_DAYS]),
                "expires_on": rng.choice([date(2027, 1, 1)] * 9 + [*_DAYS]),
                # The first park's reach ends at 50,100 m.
                "at": (rng.choice([30_000.0, 30_000.0, 50_100.0, 50_200.0, 90_000.0]), 50.0),
            }
            for n in range(rng.randint(0, 4))
        },
    }


def _is_valid(row: dict[str, Any]) -> list[bool]:
    """List whether a licence may be valid on the day."""
    first, last = row["licensed_on"], row["expires_on"]
    if first and last and last < first:
        return [True, False]
    if (first and first > AS_OF) or (last and last < AS_OF):
        return [False]
    return [True] if first and last else [True, False]


def _ways(rows: list[dict[str, Any]], column: str) -> Iterator[dict[str, float]]:
    """Give the sums by class for each way in which amounts and licences may turn out."""
    options = []
    for row in rows:
        # Nothing, hardly anything, or all that a ledger accepts.
        amounts = [0.0, 0.001, _MOST] if row[column] is None else [row[column]]
        valid = _is_valid(row) if "licensed_on" in row else [True]
        options.append([a if v else 0.0 for a, v in product(amounts, valid)])
    for way in product(*options):
        sums = dict.fromkeys(_CLASSES, 0.0)
        for row, amount in zip(rows, way, strict=True):
            sums[row["waste_class"]] += amount
        yield sums


def _away(park: dict[str, Any], row: dict[str, Any]) -> float:
    """Measure from a park's edge to a point."""
    left, low, right, high = park["at"]
    x, y = row["at"]
    return hypot(max(left - x, 0.0, x - right), max(low - y, 0.0, y - high))


def _judged(world: World, park: dict[str, Any]) -> Judged:
    """Judge a park by listing all that it may be."""
    made = [r for r in world["hazardous_waste_generators"].values() if _away(park, r) == 0]
    near = [r for r in world["hazardous_waste_facilities"].values() if _away(park, r) <= 50_000]
    scopes, dones = set(), set()
    reach = list(_ways(near, "capacity_t_per_year"))
    for needs in _ways(made, "generated_t_per_year"):
        scopes.add(any(needs.values()))
        if any(needs.values()):
            dones |= {all(able[c] >= needs[c] for c in _CLASSES) for able in reach}
    scope = scopes.pop() if len(scopes) == 1 else None
    return Judged(scope, dones.pop() if len(dones) == 1 else None)


def _by_hand(world: World) -> Counted:
    """Count a world's parks."""
    return counted([_judged(world, park) for park in world["parks"].values()])


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds("C05", _draw)
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable", "no_data"}
    assert {verdict.value for _, _, verdict in worlds} >= {None, 0, 100}
