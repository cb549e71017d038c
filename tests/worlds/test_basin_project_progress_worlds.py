"""The basin's projects on random small worlds, by a route that shares no code."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (None, date(2023, 6, 30), AS_OF, date(2026, 1, 1))
_STAGES = ("not_started", "in_progress", "completed", "accepted", "accepted", None)


def _world(rng: Random) -> World:
    """Draw projects whose stages and dates may be at odds, and perhaps a reach."""
    projects = {
        f"P{n}": {
            "stage": rng.choice(_STAGES),
            "accepted_on": rng.choice(_DAYS),
            "at": (100.0 * rng.randint(0, 90), 0.0),
        }
        for n in range(rng.randint(0, 6))
    }
    world: World = {"basin_projects": projects}
    if rng.random() < 0.5:
        world["river_reaches"] = {"R": {"river_name": "X", "at": ((0.0, 0.0), (0.0, 500.0))}}
    return world


def _is_done(row: dict[str, Any]) -> bool | None:
    """Judge a project by hand."""
    past = None if row["accepted_on"] is None else row["accepted_on"] <= AS_OF
    if row["stage"] in {None, "accepted"}:
        return past
    return None if past else False


def _by_hand(world: World) -> Counted:
    """Count a world's projects, near a reach or far from it."""
    return counted([
        Judged(scope=True, done=_is_done(row)) for row in world["basin_projects"].values()
    ])


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world."""
    states = check_verdicts(judge_worlds("H05", _world), lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable", "no_data"}
