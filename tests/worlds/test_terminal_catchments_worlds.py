"""Sites in named catchments on random small worlds along one road, by plain arithmetic."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_NAMED = ("North|N", "South")
_LIMIT_M = 30_000


def _world(rng: Random) -> World:
    """Draw sites and terminals beside a road that is a hundred kilometres long."""
    terminals = {
        f"T{n}": {
            "name": rng.choice(["North", "n", "South", "East"]),
            "at": (10_000.0 * rng.randint(0, 8), rng.choice([0.0, 2000.0, 2000.0, 2500.0])),
        }
        for n in range(rng.randint(1, 3))
    }
    sites = {
        f"F{n}": {
            "approved_on": rng.choice([None, AS_OF, date(2026, 1, 1)]),
            "at": (10_000.0 * rng.randint(0, 9), rng.choice([0.0, 0.0, 2000.0, 3000.0])),
        }
        for n in range(rng.randint(0, 5))
    }
    roads = {"r": {"road_class": "primary", "at": ((0.0, 0.0), (100_000.0, 0.0))}}
    return {"freight_sites": sites, "freight_terminals": terminals, "roads": roads}


def _judge(row: dict[str, Any], terminals: list[tuple[float, float]]) -> Judged:
    """Judge a site by hand."""
    x, y = row["at"]
    scope = row["approved_on"] is None or row["approved_on"] <= AS_OF
    lost = any(aside > 2000 for _, aside in terminals)
    near = any(abs(x - to) <= _LIMIT_M for to, aside in terminals if aside <= 2000)
    if not terminals:
        return Judged(scope, False)  # noqa: FBT003 - not in a catchment
    if y > 2000:
        return Judged(scope, None)
    return Judged(scope, True if near else None if lost else False)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Counted, str]:
        named = [
            row["at"]
            for row in world["freight_terminals"].values()
            if row["name"] in {"North", "n", "South"}
        ]
        judged = [_judge(row, named) for row in world["freight_sites"].values()]
        return counted(judged), "share"

    worlds = judge_worlds("E07", _world, own={"named_terminals": _NAMED})
    assert check_verdicts(worlds, by_hand) == {"reported", "no_data", "not_applicable"}
