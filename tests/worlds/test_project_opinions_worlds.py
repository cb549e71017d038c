"""Opinions, guidance and whole rows on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_DAYS = (None, date(2023, 6, 30), AS_OF, date(2026, 1, 1))


def _project(rng: Random) -> dict[str, Any]:
    """Draw a project; some worlds are nearly all in order."""
    return {
        "stage": rng.choice(["existing", "planned", None]),
        "energy_tce": rng.choice([900.0, 49_999.0, 50_000.0, 80_000.0, None]),
        "opinion": rng.choice(["keep", "keep", "rectify", None]),
        "opinion_on": rng.choice([AS_OF, *_DAYS]),
        "guidance_on": rng.choice([AS_OF, *_DAYS]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _judge(row: dict[str, Any], clause_id: str) -> Weighed:
    """Judge a project by hand; each weighs one."""
    one, energy = Fraction(1), row["energy_tce"]
    if clause_id == "B01":
        whole = None not in {row["stage"], energy, row["opinion"]}
        return Weighed(scope=True, done=whole, amount=one)
    if clause_id == "N02":
        day = row["guidance_on"]
        large = None if energy is None else energy >= 50_000
        return Weighed(large, day is not None and day <= AS_OF, one)
    day, given = row["opinion_on"], row["opinion"] is not None
    if day is not None and day > AS_OF:
        return Weighed(scope=True, done=False, amount=one)
    # Both or neither: else one of the two is missing.
    done = given if given == (day is not None) else None
    return Weighed(scope=True, done=done, amount=one)


def _world(rng: Random) -> World:
    """Draw up to five projects."""
    rows = {f"X{n}": _project(rng) for n in range(rng.randint(0, 5))}
    if rng.random() < 0.3:
        for row in rows.values():
            row |= {"opinion": "keep", "opinion_on": AS_OF, "guidance_on": AS_OF}
    return {"high_energy_projects": rows}


@pytest.mark.parametrize(
    ("clause_id", "which", "states"),
    [
        ("B01", "share", {"reported", "not_applicable"}),
        ("N01", "share", {"met", "not_met", "undetermined", "not_applicable"}),
        ("N02", "left", {"met", "not_met", "undetermined", "not_applicable"}),
    ],
)
def test_both_routes_agree(clause_id: str, which: str, states: set[str]) -> None:
    """Value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Weight, str]:
        rows = world["high_energy_projects"].values()
        return weighed(_judge(row, clause_id) for row in rows), which

    assert check_verdicts(judge_worlds(clause_id, _world), by_hand) >= states
