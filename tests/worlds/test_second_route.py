"""Each clause's number on 200 random small worlds, by a second route that shares no code."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.worlds import second_route
from tests.worlds.drawing import AS_OF, World, draw_world
from tests.worlds.judging import CHECKED, to_world_layer, without_robustness
from tests.worlds.second_route import Bounds, Counted
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import Clause, Verdict

WORLDS = range(200)
_PLAN = read_plan(bundled_plans()["tieling_145"])
_CLAUSES = {clause.clause_id: clause for clause in _PLAN.clauses}
_PARKS = {"北园": "北园", "北区": "北园", "南园": "南园", "东园": "东园"}
#: What the worlds call the main stem and the parks.
_OWN = {"main_stem_rivers": ("干河",), "named_parks": ("北园|北区", "南园", "东园")}
_ROUTES: Mapping[str, tuple[Callable[[World, date], Counted], str]] = {
    "I01": (lambda world, _: second_route.i01(world), "left"),
    "I02": (lambda world, _: second_route.i02(world), "share"),
    "K02": (lambda world, _: second_route.k02(world), "share"),
    "H02": (lambda world, day: second_route.outfalls(world, day, "first"), "share"),
    "H03": (lambda world, day: second_route.outfalls(world, day, "main"), "share"),
    "F04": (lambda world, _: second_route.f04(world), "share"),
    "C02": (lambda world, _: second_route.c02(world, _PARKS), "share"),
    "E01": (lambda world, _: second_route.e01(world), "left"),
}


def clause_of(clause_id: str) -> Clause:
    """Take a clause of the plan, with the worlds' own names in its lists."""
    clause = _CLAUSES[clause_id]
    own = tuple(replace(p, value=_OWN[p.name]) if p.name in _OWN else p for p in clause.parameters)
    return replace(clause, parameters=own)


#: Clauses of which the value at their deadline is held, too.
_AT_DEADLINE = ("H02",)


@pytest.fixture(scope="module")
def judged() -> dict[int, tuple[World, dict[str, Verdict]]]:
    """Judge every clause on every world; how robust a verdict is, other tests hold."""
    found = {}
    with without_robustness():
        for seed in WORLDS:
            world = draw_world(seed)
            layers = {
                name: to_world_layer(name, rows, is_checked=seed < CHECKED)
                for name, rows in world.layers.items()
            }
            runs = Runs(layers, {}, AS_OF)
            verdicts = {
                name: judge(clause_of(name), runs, then=name in _AT_DEADLINE) for name in _ROUTES
            }
            found[seed] = (world, verdicts)
    return found


def expected_state(clause: Clause, bounds: Bounds, counted: Counted) -> str:
    """Say how a clause stands by its bounds; every target here is met from one side."""
    if not counted.counted:
        return "no_data" if counted.unknown else "not_applicable"
    _, low, high = bounds
    assert clause.target is not None
    if clause.comparator == ">=":
        sure, possible = low >= clause.target, high >= clause.target
    else:
        sure, possible = high <= clause.target, low <= clause.target
    return "met" if sure else "undetermined" if possible else "not_met"


@pytest.mark.parametrize("clause_id", _ROUTES)
def test_both_routes_agree(
    clause_id: str, judged: dict[int, tuple[World, dict[str, Verdict]]]
) -> None:
    """Value, least and greatest, what counted and what is unknown, the state: on every world."""
    route, which = _ROUTES[clause_id]
    clause, states = clause_of(clause_id), set()
    for seed, (world, verdicts) in judged.items():
        verdict, counted = verdicts[clause_id], route(world, AS_OF)
        bounds = getattr(counted, which)
        told = (verdict.counted, verdict.excluded)
        assert told == (counted.counted, counted.unknown), seed
        if counted.counted:
            assert (verdict.value, verdict.low, verdict.high) == bounds, seed
        else:
            assert verdict.value is None, seed
        assert verdict.state.value == expected_state(clause, bounds, counted), seed
        states.add(verdict.state.value)
    # The worlds are no easy ones: a clause stands in three ways at least.
    assert len(states) >= 3


@pytest.mark.parametrize("clause_id", _AT_DEADLINE)
def test_both_routes_agree_at_the_deadline(
    clause_id: str, judged: dict[int, tuple[World, dict[str, Verdict]]]
) -> None:
    """The value of the day of the deadline, which is past."""
    route, which = _ROUTES[clause_id]
    deadline = clause_of(clause_id).deadline
    assert deadline is not None
    for seed, (world, verdicts) in judged.items():
        then = getattr(route(world, deadline), which)[0]
        assert verdicts[clause_id].value_at_deadline == then, seed
