"""Each clause's number on 200 random small worlds, by a second route that shares no code."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.worlds import second_route
from tests.worlds.drawing import AS_OF, EAST, NORTH, Record, World, draw_world
from tests.worlds.second_route import Bounds, Counted
from tieling_geo.crs import WORKING_CRS
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import REJECTED_COLUMNS, Card, Clause, Layer, Verdict
from tieling_geo.schemas import LAYERS

if TYPE_CHECKING:
    from tieling_geo.schemas import LayerSchema

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


def to_layer(name: str, rows: Mapping[str, Record]) -> Layer:
    """Lay out a world's features as a reader would deliver them."""
    schema: type[LayerSchema] = LAYERS[name]
    key, index = schema.card().key, list(rows)
    columns = {
        c.name: pd.Series(
            [i if c.name == key else rows[i].get(c.name) for i in index], index, dtype=c.dtype
        )
        for c in schema.columns()
    }
    shapes = [to_shape(rows[i]["at"]) for i in index]
    features = gpd.GeoDataFrame(columns, index=index, geometry=shapes, crs=WORKING_CRS)
    return Layer(
        name=name,
        features=schema.check(features) if index else schema.empty(WORKING_CRS),
        rejected=pd.DataFrame(columns=list(REJECTED_COLUMNS)),
        card=Card("nobody", "none", "2025-12-31", "cgcs2000", rows=len(index)),
        source=f"{name}.csv",
        sha256="",
        rows_in=len(index),
    )


def to_shape(at: Any) -> Any:  # noqa: ANN401 - a point, a line or a box
    """Build the shape that a plain record describes."""
    if isinstance(at[0], tuple):
        return shapely.LineString([(EAST + x, NORTH + y) for x, y in at])
    if len(at) == 2:
        return shapely.Point(EAST + at[0], NORTH + at[1])
    return shapely.box(EAST + at[0], NORTH + at[1], EAST + at[2], NORTH + at[3])


@pytest.fixture(scope="module")
def judged() -> dict[int, tuple[World, dict[str, Verdict]]]:
    """Judge every clause on every world."""
    found = {}
    for seed in WORLDS:
        world = draw_world(seed)
        layers = {name: to_layer(name, rows) for name, rows in world.layers.items()}
        runs = Runs(layers, {}, AS_OF)
        found[seed] = (world, {name: judge(clause_of(name), runs) for name in _ROUTES})
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


@pytest.mark.parametrize("clause_id", ["H02"])
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
