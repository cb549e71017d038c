"""Medical sites served on random small worlds, by a route that shares no code."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_Row = dict[str, Any]
_ENDS = (None, AS_OF, date(2025, 12, 30), date(2026, 6, 30))


def _draw(rng: Random) -> dict[str, dict[str, _Row]]:
    """Draw sites and two routes."""
    routes = {
        f"R{n}": {
            "started_on": rng.choice([None, date(2024, 1, 1), AS_OF, date(2026, 1, 1)]),
            "ended_on": rng.choice([None, None, None, AS_OF, date(2026, 1, 1)]),
            "at": None,
        }
        for n in range(2)
    }
    sites = {
        f"M{n}": {
            "has_contract": rng.choice([True, True, True, False, None]),
            "contract_until": rng.choice([*_ENDS, AS_OF, AS_OF]),
            "route_id": rng.choice([None, None, "R0", "R1", "R1", "R7"]),
            "waste_t_per_year": 1.0,
            "at": (100.0 * n, 0.0),
        }
        for n in range(rng.randint(0, 4))
    }
    return {"medical_sites": sites, "medical_waste_routes": routes}


def _contract(row: _Row) -> bool | None:
    """Judge a contract by hand."""
    has, until = row["has_contract"], row["contract_until"]
    if until is None:
        return False if has is False else None
    if until < AS_OF:
        return False
    return None if has is False else True


def _route(row: _Row, routes: dict[str, _Row]) -> bool | None:
    """Judge a route by hand."""
    if row["route_id"] is None:
        return False
    if row["route_id"] not in routes:
        return None
    begin, end = (routes[row["route_id"]][name] for name in ("started_on", "ended_on"))
    if begin and end and end < begin:
        return None
    return (begin is None or begin <= AS_OF) and (end is None or end > AS_OF)


def _by_hand(world: dict[str, dict[str, _Row]]) -> Counted:
    """Count a world's sites."""
    judged = []
    for row in world["medical_sites"].values():
        answers = (_contract(row), _route(row, world["medical_waste_routes"]))
        served = True if True in answers else None if None in answers else False
        judged.append(Judged(scope=True, done=served))
    return counted(judged)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world: all of them, without a tolerance."""
    states = check_verdicts(judge_worlds("K11", _draw), lambda world: (_by_hand(world), "share"))
    assert states >= {"met", "not_met", "undetermined"}
