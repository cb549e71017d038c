"""Kilometres of lanes on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_KM = Fraction(1, 1000)


def _lane(rng: Random) -> dict[str, Any]:
    """Draw a lane along the grid whose dates may be missing or contradict each other."""
    x, step = 100.0 * rng.randint(0, 9), 100.0 * rng.randint(1, 9)
    return {
        "kind": rng.choice(["bus_lane", "cycle_lane", "walkway", None]),
        "opened_on": rng.choice([None, date(2024, 6, 1), AS_OF, date(2026, 1, 1)]),
        "closed_on": rng.choice([None, None, date(2023, 1, 1), AS_OF, date(2026, 6, 1)]),
        "at": ((x, 0.0), (x + step, 0.0)),
    }


def _weigh(row: dict[str, Any]) -> Weighed:
    """Judge a lane by hand."""
    since, until = row["opened_on"], row["closed_on"]
    (x, _), (to_x, _) = row["at"]
    length = Fraction(to_x - x) * _KM
    if since and until and until < since:
        return Weighed(None, None, length)
    closed = until is not None and until <= AS_OF
    return Weighed(not closed, since is None or since <= AS_OF, length)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Weight, str]:
        return weighed(_weigh(row) for row in world["traffic_lanes"].values()), "done"

    worlds = judge_worlds(
        "E06",
        lambda rng: {"traffic_lanes": {f"L{n}": _lane(rng) for n in range(rng.randint(0, 5))}},
    )
    assert check_verdicts(worlds, by_hand) >= {"reported", "not_applicable"}
