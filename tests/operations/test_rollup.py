"""The count of a duty: exact bounds, held against every completion of the unknowns."""

from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import AccountingError
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Measure
from tieling_geo.text import Text

Judgement = tuple[bool | None, bool | None]
"""In scope and done, each true, false or unknown."""

WHY = Text("缘由", "a reason")
judgements = st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 2), max_size=6)


def count(
    rows: list[Judgement], *, groups: list[str] | None = None, reasons: list[str] | None = None
) -> Tally:
    """Tally features numbered from f0, all with one reason, grouped by `g`."""
    index = pd.Index([f"f{n}" for n in range(len(rows))], dtype="str")
    features = gpd.GeoDataFrame(
        {"g": pd.Series(groups or [""] * len(rows), index, dtype="str")},
        index=index,
        geometry=[None] * len(rows),
    )
    return tally(
        features,
        layer="boilers",
        share="share",
        remaining="left",
        in_scope=pd.Series([scope for scope, _ in rows], index, dtype="boolean"),
        done=pd.Series([done for _, done in rows], index, dtype="boolean"),
        reason=pd.Series(reasons or ["why"] * len(rows), index, dtype="str"),
        reasons={"why": WHY, "far": Text("太远", "too far")},
        groups=["g"] if groups is not None else [],
    )


def may_be(known: bool | None) -> tuple[bool, ...]:  # noqa: FBT001 - it is a value, not a switch
    """List what an answer may turn out to be."""
    return (True, False) if known is None else (known,)


def completions(rows: list[Judgement]) -> tuple[set[Fraction], set[int]]:
    """List every share and every remaining number that some completion of the unknowns gives."""
    shares, remaining = set(), set()
    for world in product(*(product(may_be(scope), may_be(done)) for scope, done in rows)):
        inside = [done for scope, done in world if scope]
        remaining.add(inside.count(False))
        if inside:
            shares.add(Fraction(100 * sum(inside), len(inside)))
    return shares, remaining


@given(judgements)
@settings(deadline=None)
def test_bounds_are_the_least_and_the_greatest_of_all_completions(rows: list[Judgement]) -> None:
    """No completion of the unknowns leaves the bounds, and some completion reaches each."""
    measures = count(rows).measures
    shares, remaining = completions(rows)
    left = measures["left"]
    assert (left.low.value("count"), left.high.value("count")) == (min(remaining), max(remaining))
    low, high = (getattr(measures["share"], side).value("%") for side in ("low", "high"))
    # A bound without a value: there nothing is in scope. What can be in scope then all agrees.
    defined = [bound for bound in (low, high) if bound is not None]
    if len(defined) < 2:
        assert len(shares) == len(defined)
    assert set(defined) == ({min(shares), max(shares)} if shares else set())


@given(judgements)
@settings(deadline=None)
def test_the_value_is_that_of_the_features_that_are_known(rows: list[Judgement]) -> None:
    """The estimate drops every feature of which scope or state is unknown."""
    known = [done for scope, done in rows if scope and done is not None]
    measures = count(rows).measures
    expected = Fraction(100 * sum(known), len(known)) if known else None
    assert measures["share"].value == expected
    assert measures["left"].value == (known.count(False) if known else None)
    assert measures["share"].counted == len(known)


@given(judgements, judgements)
@settings(deadline=None)
def test_parts_add_up(one: list[Judgement], other: list[Judgement]) -> None:
    """Measures of two parts, added, are the measures of the whole, bounds included."""
    whole, parts = count(one + other), (count(one), count(other))
    for name, measure in whole.measures.items():
        assert parts[0].measures[name] + parts[1].measures[name] == measure


@given(judgements, st.data())
@settings(deadline=None)
def test_rollups_add_up_to_the_whole(rows: list[Judgement], data: st.DataObject) -> None:
    """Groups hold every feature once, also those without a group."""
    groups = [data.draw(st.sampled_from(["a", "b", None])) for _ in rows]
    counted = count(rows, groups=groups)
    total = counted.rollups[["numerator", "denominator", "counted", "unknown"]].sum()
    share = counted.measures["share"]
    assert total["numerator"] == share.estimate.numerator
    assert total["denominator"] == share.estimate.denominator
    assert total["counted"] == share.counted
    assert total["unknown"] == share.excluded
    assert set(counted.rollups["group"]) == {group or "" for group in groups}


def test_every_feature_counts_or_is_listed_with_its_reason() -> None:
    """Nothing is lost: counted and excluded together are all features, once a measure."""
    rows = [(True, True), (True, False), (False, False), (True, None), (None, True)]
    counted = count(rows, reasons=["", "", "far", "why", "why"])
    expected = pd.DataFrame({
        "layer": "boilers",
        "feature_id": ["f2", "f3", "f4"] * 2,
        "measure": ["left"] * 3 + ["share"] * 3,
        "kind": ["out_of_scope", "unknown", "unknown"] * 2,
        "reason_zh": ["太远", "缘由", "缘由"] * 2,
        "reason_en": ["too far", "a reason", "a reason"] * 2,
    })
    pd.testing.assert_frame_equal(counted.excluded, expected, check_dtype=False)
    assert counted.against == {"share": ("f1",), "left": ("f1",)}
    share = counted.measures["share"]
    assert (share.counted, share.excluded) == (2, 2)


def test_a_feature_that_does_not_count_without_a_reason_is_our_bug() -> None:
    """Leaving a feature out without a word is refused."""
    with pytest.raises(AccountingError, match="1 features do not count"):
        count([(None, True)], reasons=[""])


def test_no_feature_at_all() -> None:
    """An empty layer has nothing in scope: no value, and neither bound."""
    counted = count([])
    share = counted.measures["share"]
    assert (share.value, share.in_scope) == (None, 0)
    assert share.low.value("%") is None
    assert share.high.value("%") is None
    assert list(counted.excluded.columns) == list(EXCLUDED_COLUMNS)
    assert counted.against == {"share": (), "left": ()}


def test_rollups_count_by_group() -> None:
    """Numerator: done; denominator: counted; unknown beside them."""
    rows = [(True, True), (True, False), (None, None), (True, True)]
    found = count(rows, groups=["x", "x", "x", "y"]).rollups
    assert found.to_dict("records") == [
        {
            "measure": "share",
            "dimension": "g",
            "group": "x",
            "numerator": 1,
            "denominator": 2,
            "counted": 2,
            "unknown": 1,
        },
        {
            "measure": "share",
            "dimension": "g",
            "group": "y",
            "numerator": 1,
            "denominator": 1,
            "counted": 1,
            "unknown": 0,
        },
    ]


def test_together_puts_tallies_side_by_side() -> None:
    """Two duties over one layer: both measures, and both lists of excluded features."""
    one = count([(None, True)])
    renamed = Tally(
        {"other": Measure("other", "count", *[one.measures["left"].estimate] * 3, 0, 1)},
        {"other": ()},
        one.excluded.assign(measure="other"),
        one.rollups,
    )
    both = together(one, renamed)
    assert list(both.measures) == ["share", "left", "other"]
    assert list(both.against) == ["share", "left", "other"]
    assert both.excluded["measure"].tolist() == ["left", "share", "other", "other"]
    assert list(both.rollups.columns) == list(ROLLUP_COLUMNS)
