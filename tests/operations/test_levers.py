"""What could move a count: what a feature's crossing changes, and where each feature stands."""

from datetime import date, timedelta
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.operations.levers import (
    BOUND_COLUMNS,
    Crossings,
    border_and_positions,
    day_of_assessment,
    day_of_completion,
    day_of_retirement,
    perhaps,
    threshold,
    to_levers,
    to_side_m,
    to_sides,
)
from tieling_geo.operations.retirement import retirement
from tieling_geo.operations.rollup import tally
from tieling_geo.operations.stages import is_finished
from tieling_geo.records import LEVER_COLUMNS, Lever, Measure, Parameter
from tieling_geo.schemas import Boilers, BuiltupAreas, Outfalls
from tieling_geo.schemas.outfalls import STAGES
from tieling_geo.text import Text

DAY = date(2025, 12, 31)
WORDS = Text("词", "word")
LIMIT = Parameter("limit_t", 0.3, "t", "closed", Text("限值", "limit"), WORDS, verified=False)
SHARE, LEFT = "share", "left"
Judgement = tuple[bool | None, bool | None]
"""In scope and done, each true, false or unknown."""


def sides(rows: list[Judgement]) -> pd.DataFrame:
    """Lay out judgements of features f0, f1, and so on."""
    index = pd.Index([f"f{n}" for n in range(len(rows))], dtype="str")
    columns = [pd.Series([row[n] for row in rows], index, dtype="boolean") for n in (0, 1)]
    return to_sides(*columns)


def border(margins: list[float], inner: list[Judgement], outer: list[Judgement]) -> Crossings:
    """Describe a border."""
    within = sides(inner)
    margin = pd.Series(margins, within.index, dtype="float64")
    return Crossings("areas", "boundary", WORDS, "m", margin, within, sides(outer))


def measures(rows: list[Judgement]) -> dict[str, Measure]:
    """Count features."""
    both = sides(rows)
    counted = tally(
        gpd.GeoDataFrame(index=both.index, geometry=[None] * len(rows)),
        layer="boilers",
        share=SHARE,
        remaining=LEFT,
        in_scope=both["scope"],
        done=both["done"],
        reason=pd.Series("why", both.index),
        reasons={"why": WORDS},
    )
    return dict(counted.measures)


def added(lever: Lever, feature: str) -> dict[str, int]:
    """Give what a feature adds by a lever's table, nothing if it is not in it."""
    names = [*LEVER_COLUMNS[1:], *BOUND_COLUMNS]
    rows = lever.table.reindex([feature])[names].fillna(0)
    return {name: int(rows[name].iloc[0]) for name in names}


judgement = st.tuples(*[st.sampled_from([True, False, None])] * 2)


@given(st.lists(judgement, max_size=4), judgement, judgement)
@settings(deadline=None, max_examples=60)
def test_a_crossing_changes_what_a_new_count_would(
    others: list[Judgement], inner: Judgement, outer: Judgement
) -> None:
    """A feature among others is on one side, then on the other: the difference is its row."""
    levers = to_levers(SHARE, LEFT, [border([5.0], [inner], [outer])])
    within, without = measures([*others, inner]), measures([*others, outer])
    share = added(levers[SHARE][0], "f0")
    for column, bound in (("", "estimate"), ("low_", "low"), ("high_", "high")):
        a, b = getattr(within[SHARE], bound), getattr(without[SHARE], bound)
        assert share[f"{column}numerator"] == a.numerator - b.numerator
        assert share[f"{column}denominator"] == a.denominator - b.denominator
        c, d = getattr(within[LEFT], bound), getattr(without[LEFT], bound)
        assert added(levers[LEFT][0], "f0")[f"{column}numerator"] == c.numerator - d.numerator
    known = within[LEFT].counted - without[LEFT].counted
    assert added(levers[LEFT][0], "f0")["denominator"] == known


def test_only_what_would_change_something_is_listed() -> None:
    """The same on both sides, no margin, an endless one: left out; an unknown one is not."""
    due, gone = (True, False), (False, False)
    rows = {
        "same": (1.0, due, due),
        "nowhere": (np.nan, due, gone),
        "endless": (-np.inf, due, gone),
    }
    rows |= {"due": (0.0, due, gone), "unknown": (-3.0, (True, None), (False, None))}
    margins, inner, outer = (list(part) for part in zip(*rows.values(), strict=True))
    lever = to_levers(SHARE, LEFT, [border(margins, inner, outer)])[SHARE][0]
    assert list(lever.table.index) == ["f3", "f4"]
    assert lever.table["margin"].tolist() == [0.0, -3.0]
    assert lever.table["denominator"].tolist() == [1, 0]
    assert lever.table["low_denominator"].tolist() == [1, 1]
    assert lever.table["high_numerator"].tolist() == [0, 1]


def test_ids_are_text_and_sorted() -> None:
    """Whatever the order and the type of the features' ids; exact numbers; empty is no error."""
    index = pd.Index([10, 9])
    inner = to_sides(scope=True, done=pd.Series([True, False], index))
    outer = to_sides(scope=False, done=inner["done"])
    one = Crossings("a", "boundary", WORDS, "m", pd.Series([1.0, 2.0], index), inner, outer)
    table = to_levers(SHARE, LEFT, [one])[SHARE][0].table
    assert table.index.tolist() == ["10", "9"]
    assert table["numerator"].tolist() == [1, 0]
    assert {type(value) for value in table["numerator"]} == {int}
    empty = Crossings("a", "boundary", WORDS, "m", one.margin[:0], inner[:0], outer[:0])
    nothing = to_levers(SHARE, LEFT, [empty])[LEFT][0].table
    assert len(nothing) == 0
    assert list(nothing.columns) == [*LEVER_COLUMNS, *BOUND_COLUMNS]


def test_a_threshold_is_exact_and_never_moves_a_feature_onto_it() -> None:
    """0.3 - 0.1 is 0.2; what is a hair above the limit is still above it."""
    values = pd.Series([0.1, 0.3, 0.3 + 1e-12])
    both = to_sides(scope=True, done=pd.Series([True] * 3))
    margin = threshold(LIMIT, 0.3 - values, both, both, closed=False)
    assert margin.margin.tolist()[:2] == [0.2, 0.0]
    assert -1e-11 < margin.margin.tolist()[2] < 0
    assert (margin.name, margin.kind, margin.unit) == ("limit_t", "threshold", "t")
    assert not margin.closed


def test_on_the_border_is_inside() -> None:
    """Within the tolerance of a centimetre (closed) the margin is zero; beyond it is as it was."""
    margin = pd.Series([0.0, -0.01, -0.0101, 4.0, np.nan])
    assert to_side_m(margin).tolist()[:4] == [0.0, 0.0, -0.0101, 4.0]
    assert to_side_m(margin).isna().tolist() == [False] * 4 + [True]


def test_a_border_and_its_points() -> None:
    """Both have the same margins; each is named after its layer."""
    both = to_sides(scope=True, done=pd.Series([True]))
    around, placed = border_and_positions(BuiltupAreas, Boilers, pd.Series([2.0]), both, both)
    assert (around.name, around.kind) == ("builtup_areas", "boundary")
    assert (placed.name, placed.kind) == ("boilers", "position")
    assert around.margin.tolist() == placed.margin.tolist() == [2.0]


def test_who_would_be_in_scope_may_be() -> None:
    """What is out of scope stays out."""
    scope = pd.Series([True, False, None], dtype="boolean")
    answer = perhaps(scope)
    assert answer.isna().tolist() == [True, False, True]
    assert not answer.iloc[1]


# --- the day ------------------------------------------------------------------------------------


def test_two_dates_on_one_day_are_one_moment() -> None:
    """Commissioned and retired on one day: the boiler changes once."""
    day = pd.to_datetime(pd.Series(["2025-12-31"], ["B"]))
    rows = boilers([
        {"status": "retired", "commissioned_on": day.iloc[0], "retired_on": day.iloc[0]}
    ])
    near = pd.Series(data=True, index=rows.index, dtype="boolean")
    found = day_of_retirement(rows, near, DAY)
    assert found.margin.tolist() == [0]
    assert found.inner["scope"].tolist() == [True]
    assert found.outer["scope"].tolist() == [False]


def test_centuries_between_dates_are_no_error() -> None:
    """A date of 1700 beside one of 2200 cannot be moved in nanoseconds."""
    dates = {"a_on": pd.to_datetime(["1700-01-01"]), "b_on": pd.to_datetime(["2200-01-01"])}
    rows = pd.DataFrame(dates, index=["f"]).astype("datetime64[ns]")

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        return to_sides(scope=True, done=moved["b_on"] <= pd.Timestamp(day))

    found = day_of_assessment(rows, [rows["a_on"], rows["b_on"]], judge, DAY)
    assert found.margin.tolist() == [(DAY - date(1700, 1, 1)).days, (DAY - date(2200, 1, 1)).days]
    assert found.inner["done"].tolist() == [False, True]
    assert found.outer["done"].tolist() == [False, False]


dates = st.one_of(st.none(), st.integers(-6, 6), st.floats(-6, 6))


def stamp(days: float | None) -> pd.Timestamp | None:
    """Give a moment so many days from the day, with a time of day where it is not whole."""
    return None if days is None else pd.Timestamp(DAY) + pd.Timedelta(hours=round(24 * days))


def boilers(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Lay out coal boilers."""
    ids = [f"f{n}" for n in range(len(rows))]
    layer = Boilers.empty("EPSG:4550").reindex(ids)
    for column in ("status", "commissioned_on", "retired_on"):
        values = pd.Series([row.get(column) for row in rows], ids, dtype=layer[column].dtype)
        layer[column] = values
    return layer.assign(fuel="coal", geometry=[Point(0, 0)] * len(rows))


def outfalls(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Lay out outfalls."""
    ids = [f"f{n}" for n in range(len(rows))]
    layer = Outfalls.empty("EPSG:4550").reindex(ids)
    for column in ("stage", *(f"{stage}_on" for stage in STAGES)):
        values = pd.Series([row.get(column) for row in rows], ids, dtype=layer[column].dtype)
        layer[column] = values
    return layer


def told(found: Crossings, feature: str, days: int) -> Judgement | None:
    """Say by the crossings what a feature is so many days later; None: it never changes."""
    rows = [n for n, name in enumerate(found.margin.index) if name == feature]
    # It has changed at those moments that are past by then; the latest of them counts.
    past = [n for n in rows if found.margin.iloc[n] + days >= 0]
    if past:
        side = found.inner.iloc[min(past, key=lambda n: found.margin.iloc[n])]
    elif rows:
        side = found.outer.iloc[max(rows, key=lambda n: found.margin.iloc[n])]
    else:
        return None
    return tuple(None if pd.isna(side[name]) else bool(side[name]) for name in ("scope", "done"))


@given(st.sampled_from([None, "operating", "standby", "retired"]), dates, dates, st.integers(-9, 9))
@settings(deadline=None, max_examples=60)
def test_the_day_of_a_boiler(
    status: str | None, commissioned: float | None, retired: float | None, days: int
) -> None:
    """On any other day the boiler is what its crossings say."""
    given_dates = {"commissioned_on": stamp(commissioned), "retired_on": stamp(retired)}
    rows = boilers([{"status": status, **given_dates}])
    near = pd.Series(data=True, index=rows.index, dtype="boolean")
    answer = told(day_of_retirement(rows, near, DAY), "f0", days)
    state = retirement(rows, DAY + timedelta(days=days)).iloc[0]
    expected = [state["exists"], state["is_retired"]]
    if answer is not None:
        assert answer == tuple(None if pd.isna(value) else bool(value) for value in expected)
    else:
        assert commissioned is None
        assert retired is None


@given(st.sampled_from([None, *STAGES]), st.tuples(*[dates] * len(STAGES)), st.integers(-9, 9))
@settings(deadline=None, max_examples=60)
def test_the_day_of_an_outfall(
    stage: str | None, days_of: tuple[float | None, ...], days: int
) -> None:
    """On any other day the outfall is finished, or not, or unknown, as its crossings say."""
    row = {f"{name}_on": stamp(at) for name, at in zip(STAGES, days_of, strict=True)}
    rows = outfalls([{"stage": stage, **row}])
    scope = pd.Series(data=True, index=rows.index, dtype="boolean")
    answer = told(day_of_completion(rows, scope, "remediated", DAY), "f0", days)
    done = is_finished(rows, DAY + timedelta(days=days), "remediated").iloc[0]
    if answer is not None:
        assert answer == (True, None if pd.isna(done) else bool(done))
    else:
        assert all(at is None for at in days_of)


@pytest.mark.parametrize(("scope", "near"), list(product([True, False, None], repeat=2))[:5])
def test_what_is_not_near_has_no_day(scope: bool | None, near: bool | None) -> None:  # noqa: FBT001
    """An outfall that the duty is not about has no moment; one that it may be about has."""
    rows = outfalls([{"signed_off_on": stamp(0)}, {"signed_off_on": stamp(3)}])
    asked = pd.Series([scope, near], rows.index, dtype="boolean")
    found = day_of_completion(rows, asked, "signed_off", DAY)
    places = {"f0": (scope, 0), "f1": (near, -3)}
    expected = {name: days for name, (may_be, days) in places.items() if may_be is not False}
    assert found.margin.to_dict() == expected
