"""Villages with water and no sewage project on random small worlds, record by record."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (None, date(2023, 6, 30), AS_OF, date(2026, 1, 1))


def _world(rng: Random) -> World:
    """Draw villages, two schemes, and projects of which some name no village."""
    villages = {
        f"V{n}": {
            "has_piped_water": rng.choice([True, True, False, None]),
            "at": (100.0 * rng.randint(0, 9), 100.0),
        }
        for n in range(rng.randint(0, 5))
    }
    schemes = {
        f"S{n}": {
            "commissioned_on": rng.choice(_DAYS),
            "at": (300.0 * n, 0.0, 300.0 * n + 300.0, 100.0),
        }
        for n in range(rng.randint(0, 2))
    }
    projects = {
        f"P{n}": {"village_id": f"V{rng.randint(0, 7)}", "approved_on": rng.choice(_DAYS)}
        for n in range(rng.randint(0, 5))
    }
    return {"villages": villages, "water_schemes": schemes, "village_sewage_projects": projects}


def _has_water(row: dict[str, Any], world: World) -> bool | None:
    """Tell by hand whether there is water: the village says so, or a running scheme supplies it."""
    running = [
        scheme["at"]
        for scheme in world["water_schemes"].values()
        if scheme["commissioned_on"] is not None and scheme["commissioned_on"] <= AS_OF
    ]
    if any(left <= row["at"][0] <= right for left, _, right, _ in running):
        return True
    return row["has_piped_water"]


def _has_project(village: str, world: World) -> bool | None:
    """Tell by hand whether a project was approved by the day."""
    days = [
        project["approved_on"]
        for project in world["village_sewage_projects"].values()
        if project["village_id"] == village
    ]
    if any(day is not None and day <= AS_OF for day in days):
        return True
    return None if None in days else False


def _by_hand(world: World) -> Counted:
    """Count a world's villages."""
    return counted([
        Judged(_has_water(row, world), _has_project(village, world))
        for village, row in world["villages"].items()
    ])


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world; the projects of no village are all listed."""
    judged = judge_worlds("F09", _world)
    states = check_verdicts(judged, lambda world: (_by_hand(world), "left"))
    assert states >= {"reported", "not_applicable"}
