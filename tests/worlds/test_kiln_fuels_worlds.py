"""Kilns on clean energy, and treated, on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_DAYS = (None, date(2022, 6, 30), AS_OF, date(2026, 1, 1))


def _kiln(rng: Random) -> dict[str, Any]:
    """Draw a kiln whose record may be incomplete or at odds with itself."""
    return {
        "fuel": rng.choice(["gas", "electricity", "coal", "biomass", None]),
        "status": rng.choice(["operating", "operating", "standby", "retired", None]),
        "retired_on": rng.choice([None, None, *_DAYS]),
        "treatment_status": rng.choice(["in_progress", "completed", "completed", None]),
        "treated_on": rng.choice(_DAYS),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _finished(stage: str | None, day: date | None, last: str) -> bool | None:
    """Say if something was finished by the day: a date decides, and must not be at odds."""
    if day is None:
        return None if stage in {None, last} else False
    if day <= AS_OF:
        return True if stage in {None, last} else None
    return False


def _judge(row: dict[str, Any], clause_id: str) -> Weighed:
    """Judge a kiln by hand; each weighs one."""
    gone = _finished(row["status"], row["retired_on"], "retired")
    if clause_id == "B04":
        fuel = row["fuel"]
        done = None if fuel is None else fuel in {"gas", "electricity", "waste_heat"}
    else:
        done = _finished(row["treatment_status"], row["treated_on"], "completed")
    return Weighed(None if gone is None else not gone, done, Fraction(1))


def _world(rng: Random) -> World:
    """Draw up to five kilns."""
    return {"kilns": {f"L{n}": _kiln(rng) for n in range(rng.randint(0, 5))}}


@pytest.mark.parametrize("clause_id", ["B04", "I10"])
def test_both_routes_agree(clause_id: str) -> None:
    """Value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Weight, str]:
        return weighed(_judge(row, clause_id) for row in world["kilns"].values()), "share"

    states = check_verdicts(judge_worlds(clause_id, _world), by_hand)
    assert states >= {"reported", "not_applicable"}
