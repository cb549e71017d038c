"""Accounts balance, ratios stay exact, and parts add up to the whole."""

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import AccountingError, ParameterError, UnitError
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    REJECTED_COLUMNS,
    ROLLUP_COLUMNS,
    Card,
    DeadlineState,
    Layer,
    Measure,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    State,
    merge_results,
)
from tieling_geo.text import Text

CARD = Card("", "", "", "cgcs2000")
exact = st.one_of(st.integers(-(10**9), 10**9), st.fractions(max_denominator=10**6))
ratios = st.builds(Quantity, exact, st.integers(0, 10**9))
totals = st.builds(Quantity, exact)


def measures(quantities: st.SearchStrategy[Quantity]) -> st.SearchStrategy[Measure]:
    """Return measures of one name and unit."""
    counts = st.integers(0, 1000)
    return st.builds(
        Measure, st.just("rate"), st.just("%"), quantities, quantities, quantities, counts, counts
    )


def layer(accepted: int, rejected_rows: list[int], rows_in: int) -> Layer:
    """Return a layer of so many accepted rows and the rejected values of the rows named."""
    features = gpd.GeoDataFrame(geometry=[Point(0, 0)] * accepted, crs=4550)
    rejected = pd.DataFrame(
        [("boilers", "a.csv", "", row, "c", "", "v", "错", "wrong") for row in rejected_rows],
        columns=list(REJECTED_COLUMNS),
    )
    return Layer("boilers", features, rejected, CARD, "a.csv", "", rows_in)


def test_rows_in_are_rows_accepted_and_rejected() -> None:
    """A row with two faults stands twice and is counted once."""
    assert layer(3, [2, 2, 7], 5).rows_rejected == 2
    assert layer(0, [], 0).rows_rejected == 0


@pytest.mark.parametrize("rows_in", [4, 6])
def test_an_account_that_does_not_balance_is_never_a_layer(rows_in: int) -> None:
    """A row lost and a row counted twice are both refused."""
    with pytest.raises(AccountingError, match="does not balance"):
        layer(3, [2, 2, 7], rows_in)


def test_ratios_are_exact() -> None:
    """A third is a third until it is printed."""
    third = Quantity(1, 3)
    assert third.value("%") == Fraction(100, 3)
    assert third.value("km") == Fraction(1, 3)
    assert Quantity(Fraction(1, 3)).value("%") == Fraction(1, 3)


@settings(max_examples=40)
@given(exact)
def test_a_zero_denominator_has_no_value(numerator: Fraction) -> None:
    """Nothing in scope is never 0 % and never 100 %."""
    assert Quantity(numerator, 0).value("%") is None


@settings(max_examples=40)
@given(st.one_of(st.tuples(ratios, ratios, ratios), st.tuples(totals, totals, totals)))
def test_quantities_add_in_any_order(parts: tuple[Quantity, Quantity, Quantity]) -> None:
    """Numerators and denominators travel: addition is commutative and associative, exactly."""
    a, b, c = parts
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)


@settings(max_examples=40)
@given(ratios, ratios)
def test_a_merged_ratio_lies_between_its_parts(one: Quantity, other: Quantity) -> None:
    """The mediant inequality: true of added parts, not of added or averaged ratios."""
    values = [v for q in (one, other) if (v := q.value("km")) is not None]
    merged = (one + other).value("km")
    if len(values) == 2:
        assert merged is not None
        assert min(values) <= merged <= max(values)


def test_a_total_and_a_ratio_are_not_added() -> None:
    """The ratio's denominator would vanish without a word."""
    with pytest.raises(AccountingError):
        Quantity(3) + Quantity(1, 2)
    with pytest.raises(AccountingError):
        Quantity(1, 2) + Quantity(3)


@settings(max_examples=40)
@given(measures(ratios), measures(ratios))
def test_measures_of_parts_add_up(one: Measure, other: Measure) -> None:
    """Estimate, bounds and counts are each the sum."""
    whole = one + other
    assert whole.estimate == one.estimate + other.estimate
    assert (whole.low, whole.high) == (one.low + other.low, one.high + other.high)
    assert whole.in_scope == one.in_scope + other.in_scope
    assert whole == other + one


def test_a_measure_with_nothing_counted_has_no_value() -> None:
    """Not even where its total is a plain zero."""
    nothing = Measure("length", "km", Quantity(0), Quantity(0), Quantity(5), 0, 2)
    assert nothing.value is None
    assert nothing.in_scope == 2
    assert replace(nothing, counted=1).value == 0


def test_only_the_same_measure_is_added() -> None:
    """Neither another name nor another unit."""
    rate = Measure("rate", "%", Quantity(1, 2), Quantity(1, 2), Quantity(1, 2), 2, 0)
    for other in (replace(rate, name="share"), replace(rate, unit="percentage_point")):
        with pytest.raises(AccountingError):
            rate + other


def test_a_measure_has_a_known_unit() -> None:
    """A unit that nothing knows could not be compared with a target."""
    with pytest.raises(UnitError):
        Measure("rate", "percent", Quantity(1, 2), Quantity(1, 2), Quantity(1, 2), 2, 0)


def result(ids: list[str], good: list[str], *, warning: str = "w") -> Result:
    """Return a result about some features, of which some are good and the last is unknown."""
    known = ids[:-1]
    excluded = [("boilers", i, "rate", "unknown", "缺", "missing") for i in ids[-1:]]
    rollups = [("rate", "county", "银州区", len(good), len(known), len(known), len(ids[-1:]))]
    rollups.append(("rate", "type", None, len(good), len(known), len(known), len(ids[-1:])))
    estimate = Quantity(len(good), len(known))
    return Result(
        analysis="a",
        features=gpd.GeoDataFrame(
            {"state": ["x"] * len(ids)}, geometry=[Point(0, 0)] * len(ids), index=ids, crs=4550
        ),
        category="state",
        measures={
            "rate": Measure("rate", "%", estimate, estimate, estimate, len(known), len(ids[-1:]))
        },
        against={"rate": tuple(sorted(set(known) - set(good)))},
        excluded=pd.DataFrame(excluded, columns=list(EXCLUDED_COLUMNS)),
        rollups=pd.DataFrame(rollups, columns=list(ROLLUP_COLUMNS)),
        tables={"distances": pd.DataFrame({"from": ids, "to": ids[::-1]})},
        warnings=(Text("注意", warning),),
    )


def test_results_of_parts_merge_into_the_whole() -> None:
    """By hand: 1 of 2 and 2 of 2 are 3 of 4, not the mean of 50 % and 100 %."""
    whole = merge_results([
        result(["B4", "B5", "B6"], ["B4", "B5"]),
        result(["B1", "B2", "B3"], ["B1"]),
    ])
    assert whole.measures["rate"].value == 75
    assert list(whole.features.index) == ["B1", "B2", "B3", "B4", "B5", "B6"]
    assert whole.against["rate"] == ("B2",)
    assert list(whole.excluded["feature_id"]) == ["B3", "B6"]
    by_county = whole.rollups[whole.rollups["dimension"] == "county"].iloc[0]
    assert (by_county["numerator"], by_county["denominator"], by_county["unknown"]) == (3, 4, 2)
    assert len(whole.rollups) == 2  # the group without a name is kept
    assert whole.features.crs.to_epsg() == 4550
    assert len(whole.tables["distances"]) == 6
    assert whole.warnings == (Text("注意", "w"),)


def test_one_invented_part_makes_the_whole_a_sample() -> None:
    """What rests on invented data in one county says so for all of them."""
    real, invented = result(["B1"], []), replace(result(["B2"], []), is_sample=True)
    assert merge_results([real, invented]).is_sample
    assert not merge_results([real]).is_sample


def test_merging_does_not_depend_on_the_order() -> None:
    """Parts come back from workers in any order."""
    parts = [result(["B4", "B5", "B6"], ["B4"]), result(["B1", "B2"], []), result(["B7"], [])]
    one, other = merge_results(parts), merge_results(parts[::-1])
    assert one.measures == other.measures
    assert one.against == other.against
    pd.testing.assert_frame_equal(one.excluded, other.excluded)
    pd.testing.assert_frame_equal(one.rollups, other.rollups)
    pd.testing.assert_frame_equal(one.features, other.features)


def test_an_empty_part_changes_nothing() -> None:
    """A county without a boiler is a part, too."""
    part = result(["B1", "B2", "B3"], ["B1"])
    merged = merge_results([part, result([], [])])
    assert merged.measures == part.measures
    assert list(merged.features.index) == ["B1", "B2", "B3"]
    assert list(merged.excluded["feature_id"]) == ["B3"]


def test_only_results_of_one_analysis_merge() -> None:
    """Nothing, and two different questions, are refused."""
    part = result(["B1", "B2"], [])
    for parts in ([], [part, replace(part, analysis="b")]):
        with pytest.raises(AccountingError):
            merge_results(parts)


def test_parts_that_overlap_or_differ_in_parameters_do_not_merge() -> None:
    """A feature in two parts would count twice; two thresholds answer two questions."""
    part = result(["B1", "B2"], [])
    other = replace(result(["B3"], []), parameters={"limit_km": parameter(35.0)})
    for parts in ([part, part], [part, other]):
        with pytest.raises(AccountingError, match="share a feature or differ"):
            merge_results(parts)


def parameter(value: float | tuple[str, ...]) -> Parameter:
    """Return a verified parameter."""
    told = (Text("限", "limit"), Text("规划", "plan"))
    return Parameter("limit_km", value, "", "open", *told, verified=True)


def test_a_parameter_that_the_user_sets_counts_as_declared() -> None:
    """A whole number may stand for a number; the default itself stays verified."""
    assert parameter(35.0).with_value(35.0) == parameter(35.0)
    changed = parameter(35.0).with_value(20)
    assert (changed.value, changed.verified, changed.source.en) == (
        20.0,
        False,
        "given by the user",
    )
    assert type(changed.value) is float
    assert parameter(("coal",)).with_value(["gas", "oil"]).value == ("gas", "oil")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["35", True, ("35",)])
def test_a_parameter_keeps_its_kind(value: ParameterValue) -> None:
    """Text, yes or no, and lists are no numbers."""
    with pytest.raises(ParameterError, match="limit_km"):
        parameter(35.0).with_value(value)


def test_every_analysis_refuses_a_parameter_that_it_does_not_have() -> None:
    """A misspelt parameter is never ignored."""
    for analysis in ANALYSES.values():
        assert analysis.parameters_used({}) == {p.name: p for p in analysis.parameters}
        with pytest.raises(ParameterError, match="no_such_parameter"):
            analysis.parameters_used({"no_such_parameter": 1.0})


@pytest.mark.parametrize("state", [*State, *DeadlineState])
def test_every_state_has_words_for_people(state: State | DeadlineState) -> None:
    """In both languages, and not the code's own word for it."""
    assert state.label.zh
    assert state.label.en
    assert state.label.zh != state.value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_parameter_is_a_finite_number(value: float) -> None:
    """A buffer of no length at all would put every feature outside without a word."""
    with pytest.raises(ParameterError, match="parameter"):
        parameter(500.0).with_value(value)
