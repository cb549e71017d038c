"""The retrofitted floor area on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_MOST = Fraction(5_000_000)


def _building(rng: Random) -> dict[str, Any]:
    """Draw a building whose record may be incomplete or at odds with itself."""
    return {
        "floor_area_m2": rng.choice([0.0, 900.0, 2500.5, 4000.0, None]),
        "needs_retrofit": rng.choice([True, True, True, False, None]),
        "retrofitted_on": rng.choice([None, None, date(2023, 5, 1), AS_OF, date(2026, 1, 1)]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _weigh(row: dict[str, Any]) -> Weighed:
    """Judge a building by hand."""
    needs, day, area = row["needs_retrofit"], row["retrofitted_on"], row["floor_area_m2"]
    if needs is False and day is not None:
        needs = None
    scope = False if area == 0 else needs
    amount = None if area is None else Fraction(str(area))
    return Weighed(scope, day is not None and day <= AS_OF, amount, _MOST)


def _by_hand(world: dict[str, dict[str, dict[str, Any]]]) -> Weight:
    """Weigh a world's buildings."""
    return weighed(_weigh(row) for row in world["public_buildings"].values())


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "G03",
        lambda rng: {
            "public_buildings": {f"Q{n}": _building(rng) for n in range(rng.randint(0, 5))}
        },
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable"}
