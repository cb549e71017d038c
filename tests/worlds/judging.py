"""Judge a clause on random small worlds, and hold the verdicts against numbers found by hand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib import import_module
from random import Random
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.worlds.drawing import AS_OF, EAST, NORTH
from tests.worlds.second_route import Counted
from tests.worlds.weighing import Weight
from tieling_geo.crs import WORKING_CRS
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import REJECTED_COLUMNS, Card, Clause, Layer, ParameterValue, Verdict
from tieling_geo.schemas import LAYERS

#: Layers by name: features by id, each with its columns and, under `at`, its plain shape.
World = dict[str, dict[str, dict[str, Any]]]
#: How many worlds are drawn, a clause.
WORLDS = range(40)
#: Of how many the layers are held against their schemas: the others are drawn alike.
CHECKED = 3
_CLAUSES = {
    clause.clause_id: clause for clause in read_plan(bundled_plans()["tieling_145"]).clauses
}


def to_shape(at: Any) -> Any:  # noqa: ANN401 - nothing, a point, a line, a box, or a shape
    """Build the shape that a plain record describes, on the worlds' ground; None: no place."""
    if at is None or isinstance(at, shapely.Geometry):
        return at
    if isinstance(at[0], tuple):
        return shapely.LineString([(EAST + x, NORTH + y) for x, y in at])
    if len(at) == 2:
        return shapely.Point(EAST + at[0], NORTH + at[1])
    return shapely.box(EAST + at[0], NORTH + at[1], EAST + at[2], NORTH + at[3])


def to_world_layer(
    name: str, rows: Mapping[str, Mapping[str, Any]], *, is_checked: bool = True
) -> Layer:
    """Lay out a world's features as a reader would deliver them."""
    schema = LAYERS[name]
    key, index = schema.card().key, list(rows)
    columns = {
        c.name: pd.Series(
            [i if c.name == key else rows[i].get(c.name) for i in index], index, dtype=c.dtype
        )
        for c in schema.columns()
    }
    shapes = [to_shape(rows[i].get("at")) for i in index]
    features = gpd.GeoDataFrame(columns, index=index, geometry=shapes, crs=WORKING_CRS)
    return Layer(
        name=name,
        features=schema.check(features) if index and is_checked else features,
        rejected=pd.DataFrame(columns=list(REJECTED_COLUMNS)),
        card=Card("nobody", "none", "2025-12-31", "cgcs2000", rows=len(index)),
        source=f"{name}.csv",
        sha256="",
        rows_in=len(index),
    )


@contextmanager
def without_robustness() -> Iterator[None]:
    """Leave out how robust a verdict is: that takes its time, and other tests hold it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("tieling_geo.plan.evaluate"), "_robustness", lambda *_: ())
        yield


def judge_worlds(
    clause_id: str,
    draw: Callable[[Random], World],
    *,
    as_of: date = AS_OF,
    own: Mapping[str, ParameterValue] | None = None,
) -> list[tuple[Clause, World, Verdict]]:
    """
    Judge one clause of the plan on every world.

    Parameters
    ----------
    clause_id
        The clause.
    draw
        Draws a world; the same generator draws the same one.
    as_of
        The day.
    own
        Values of the clause's parameters that differ from the plan's, such as names in its lists.
    """
    clause = _CLAUSES[clause_id]
    changed = tuple(
        replace(p, value=own[p.name]) if own and p.name in own else p for p in clause.parameters
    )
    clause = replace(clause, parameters=changed)
    judged = []
    with without_robustness():
        for seed in WORLDS:
            world = draw(Random(seed))  # noqa: S311 - no secret
            layers = {
                name: to_world_layer(name, rows, is_checked=seed < CHECKED)
                for name, rows in world.items()
            }
            judged.append((clause, world, judge(clause, Runs(layers, {}, as_of), then=False)))
    return judged


def check_verdicts(
    judged: Iterable[tuple[Clause, World, Verdict]],
    by_hand: Callable[[World], tuple[Weight | Counted, str]],
) -> set[str]:
    """
    Hold every verdict against the number found by hand: value, bounds, counts and state.

    Parameters
    ----------
    judged
        What `judge_worlds` gave.
    by_hand
        A world -> what it comes to, and which of its bounds the clause is about.

    Returns
    -------
    states
        The states that occurred: the caller holds that they are several.
    """
    states = set()
    for seed, (clause, world, verdict) in enumerate(judged):
        found, which = by_hand(world)
        bounds = getattr(found, which)
        assert (verdict.counted, verdict.excluded) == (found.counted, found.unknown), seed
        if found.counted and None not in bounds:
            assert (verdict.value, verdict.low, verdict.high) == bounds, seed
        state = expected_state(clause, bounds, found.counted, found.unknown)
        assert verdict.state.value == state, seed
        states.add(state)
    return states


def expected_state(clause: Clause, bounds: Any, counted: int, unknown: int) -> str:  # noqa: ANN401
    """Say how a clause stands by its bounds."""
    if not counted:
        return "no_data" if unknown else "not_applicable"
    if clause.comparator == "none":
        return "reported"
    _, low, high = bounds
    if low is None or high is None:
        return "no_data"
    target = clause.target
    assert target is not None
    if clause.comparator == "about":
        band = abs(target) * (clause.tolerance_pct or 0) / 100
        if target - band <= low and high <= target + band:
            return "met"
        return "not_met" if high < target - band or low > target + band else "undetermined"
    reached = {
        ">=": lambda end: end >= target,
        ">": lambda end: end > target,
        "<=": lambda end: end <= target,
        "<": lambda end: end < target,
    }[clause.comparator]
    worst, best = (low, high) if clause.comparator[0] == ">" else (high, low)
    return "met" if reached(worst) else "undetermined" if reached(best) else "not_met"
