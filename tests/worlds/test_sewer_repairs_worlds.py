"""Kilometres of sewers repaired on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_DAYS = (None, None, date(2022, 5, 1), AS_OF, date(2026, 1, 1))


def _pipe(rng: Random, n: int) -> dict[str, Any]:
    """Draw a sewer along the grid."""
    return {
        "defect": rng.choice(["none", "old", "misconnected", "broken", None]),
        "installed_year": rng.choice([None, 1990, 2023]),
        "repaired_on": rng.choice(_DAYS),
        "at": ((0.0, 100.0 * n), (100.0 * rng.randint(1, 9), 100.0 * n)),
    }


def _weigh(row: dict[str, Any]) -> Weighed:
    """Judge a sewer by hand; kilometres."""
    (x0, _), (x1, _) = row["at"]
    day, defect, laid = row["repaired_on"], row["defect"], row["installed_year"]
    done: bool | None = day is not None and day <= AS_OF
    scope: bool | None = None if defect is None else defect != "none"
    if defect == "none" and done:
        scope = None
    if day is not None and laid is not None and day.year < laid:
        done = None
    return Weighed(scope, done, Fraction(int(x1 - x0), 1000))


def _by_hand(world: World) -> Weight:
    """Weigh a world's sewers."""
    return weighed(_weigh(row) for row in world["sewer_pipes"].values())


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world: reported, or nothing known, or nothing there."""
    worlds = judge_worlds(
        "K13",
        lambda rng: {"sewer_pipes": {f"P{n}": _pipe(rng, n) for n in range(rng.randint(0, 5))}},
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "done"))
    assert len(states) >= 2
