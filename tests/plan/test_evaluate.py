"""A clause's verdict: each state, each comparator on its target, and never a pass by doubt."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from operator import ge, gt, le, lt

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tieling_geo.errors import PlanError, UnitError
from tieling_geo.plan.evaluate import (
    Doubt,
    counts_features,
    evaluate,
    is_satisfied,
    to_exact_words,
    to_words,
    widened,
)
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ROLLUP_COLUMNS,
    Clause,
    ClauseParameter,
    DeadlineState,
    Measure,
    Parameter,
    Quantity,
    Result,
    State,
    Verdict,
)
from tieling_geo.text import Text

WORDS = Text("词", "word")
#: At least 95 % of the boilers; each test changes what it is about.
CLAUSE = Clause(
    clause_id="X01",
    section="1",
    paraphrase=WORDS,
    sentence_sha256="0" * 64,
    kind="spatial",
    comparator=">=",
    strictness="binding",
    scope=WORDS,
    layers=("boilers",),
    target=Fraction(95),
    unit="%",
    analysis="boilers_in_builtup_areas",
    measure="m",
)
#: None may be left.
NONE_LEFT = replace(CLAUSE, comparator="<=", target=Fraction(0), unit="count")


def share(done: int, total: int, *, worse: int = 0, better: int = 0) -> Measure:
    """Count done of total, beside features that may be left, and others that may be done."""
    return Measure(
        "m",
        "%",
        Quantity(done, total),
        Quantity(done, total + worse),
        Quantity(done + better, total + better),
        counted=total,
        excluded=worse + better,
    )


def left(number: int, *, more: int = 0, counted: int = 10) -> Measure:
    """Count what is left, beside features that may be left."""
    low, high = Quantity(number), Quantity(number + more)
    return Measure("m", "count", low, low, high, counted=counted, excluded=more)


def result(measure: Measure | None, **fields: object) -> Result:
    """Find a measure, or none."""
    plain: dict[str, object] = {
        "analysis": CLAUSE.analysis,
        "features": gpd.GeoDataFrame(geometry=[]),
        "category": "category",
        "measures": {} if measure is None else {measure.name: measure},
        "against": {},
        "excluded": pd.DataFrame(columns=list(EXCLUDED_COLUMNS)),
        "rollups": pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    }
    return Result(**{**plain, **fields})


def judge(clause: Clause, measure: Measure | None, **known: object) -> Verdict:
    """Judge a clause by a measure."""
    return evaluate(clause, result(measure), **known)


# --- the seven states --------------------------------------------------------------------------


def test_met() -> None:
    """19 of 20 are 95 %: met, with nothing to spare."""
    verdict = judge(CLAUSE, share(19, 20))
    assert verdict.state is State.MET
    assert (verdict.value, verdict.low, verdict.high, verdict.margin) == (95, 95, 95, 0)
    assert verdict.because == Text(
        "现值 95%(19/20),目标 >= 95%", "value 95 % (19/20), target >= 95 %"
    )


def test_not_met() -> None:
    """18 of 19 are 94.74 %: not met, by a quarter of a point."""
    verdict = judge(CLAUSE, share(18, 19))
    assert verdict.state is State.NOT_MET
    assert verdict.margin == Fraction(1800, 19) - 95


def test_undetermined() -> None:
    """All that is known is done, and one more may be left: 10/11 to 10/10 around 95 %."""
    verdict = judge(CLAUSE, share(10, 10, worse=1))
    assert verdict.state is State.UNDETERMINED
    assert (verdict.low, verdict.value, verdict.high) == (Fraction(1000, 11), 100, 100)
    assert verdict.because.en == (
        "value 100 % (10/10), target >= 95 %; not known: 1 more, so between 90.91 and 100 %"
    )


def test_no_data() -> None:
    """Two features may be in scope and nothing is known of either: no value, and no pass."""
    verdict = judge(CLAUSE, share(0, 0, worse=1, better=1))
    assert verdict.state is State.NO_DATA
    assert verdict.value is None
    assert "2" in verdict.because.zh
    assert "of 2 features" in verdict.because.en


def test_not_applicable() -> None:
    """Nothing in scope: no value, no bounds, and no pass, though 0 of 0 are left."""
    for clause, measure in ((CLAUSE, share(0, 0)), (NONE_LEFT, left(0, counted=0))):
        verdict = judge(clause, measure)
        assert verdict.state is State.NOT_APPLICABLE
        assert (verdict.value, verdict.low, verdict.high) == (None, None, None)


def test_reported() -> None:
    """The plan gives no number: the value is told and nothing is judged."""
    clause = replace(CLAUSE, comparator="none", target=None)
    verdict = judge(clause, share(1, 3))
    assert verdict.state is State.REPORTED
    assert (verdict.value, verdict.margin) == (Fraction(100, 3), None)
    assert judge(clause, share(0, 0)).state is State.NOT_APPLICABLE
    assert judge(clause, share(0, 0, worse=1)).state is State.NO_DATA


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("undecidable", State.NOT_DECIDABLE),
        ("paperwork", State.NOT_DECIDABLE),
        ("rule", State.NOT_DECIDABLE),
        ("number", State.NO_DATA),
        ("spatial", State.NO_DATA),
        ("report", State.NO_DATA),
    ],
)
def test_without_an_analysis(kind: str, state: State) -> None:
    """Words that cannot be decided, and numbers that nobody supplied, each with the reason."""
    why = Text("缺县级表", "the county table is missing")
    clause = replace(CLAUSE, kind=kind, analysis="", measure="", undecided_because=why)
    verdict = evaluate(clause, None)
    assert (verdict.state, verdict.because) == (state, why)


# --- comparators and targets --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "below", "on", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("==", False, True, False),
    ],
)
def test_exactly_on_the_target(
    comparator: str,
    below: bool,  # noqa: FBT001 - it is a value, not a switch
    on: bool,  # noqa: FBT001 - it is a value, not a switch
    above: bool,  # noqa: FBT001 - it is a value, not a switch
) -> None:
    """`>` and `<` are open, the others closed; a hair off the target is off it."""
    clause = replace(CLAUSE, comparator=comparator)
    hair = Fraction(1, 10**15)
    told = [is_satisfied(clause, clause.target + step) for step in (-hair, 0, hair)]
    assert told == [below, on, above]
    verdict = judge(clause, share(19, 20))
    assert verdict.state is (State.MET if on else State.NOT_MET)
    assert verdict.margin == 0


@pytest.mark.parametrize(
    ("done", "total", "state"),
    [
        (57, 100, State.MET),  # 60 - 5 % of 60, the band is closed
        (63, 100, State.MET),
        (5699, 10000, State.NOT_MET),
        (6301, 10000, State.NOT_MET),
        (60, 100, State.MET),
    ],
)
def test_about_is_a_closed_band(done: int, total: int, state: State) -> None:
    """About 60 % within 5 % of it: 57 to 63, both ends included."""
    clause = replace(CLAUSE, comparator="about", target=Fraction(60), tolerance_pct=Fraction(5))
    verdict = judge(clause, share(done, total))
    assert verdict.state is state
    assert verdict.margin == 3 - abs(Fraction(100 * done, total) - 60)
    assert "±5%" in verdict.because.en


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [
        (57, 63, State.MET),
        (56, 63, State.UNDETERMINED),
        (57, 64, State.UNDETERMINED),
        (50, 70, State.UNDETERMINED),  # both bounds fail, and the band lies between them
        (50, 56, State.NOT_MET),
        (64, 70, State.NOT_MET),
    ],
)
def test_bounds_around_a_band(low: int, high: int, state: State) -> None:
    """Met only if every value between the bounds is in the band; not met only if none is."""
    about = replace(CLAUSE, comparator="about", target=Fraction(60), tolerance_pct=Fraction(5))
    measure = Measure("m", "%", Quantity(60, 100), Quantity(low, 100), Quantity(high, 100), 100, 9)
    assert judge(about, measure).state is state
    equal = replace(CLAUSE, comparator="==", target=Fraction(60))
    expected = State.UNDETERMINED if low < 60 < high else State.NOT_MET
    assert judge(equal, measure).state is expected


@pytest.mark.parametrize(
    ("comparator", "low", "high", "state"),
    [
        (">=", 95, 99, State.MET),
        (">=", 90, 95, State.UNDETERMINED),
        (">=", 90, 94, State.NOT_MET),
        (">", 95, 99, State.UNDETERMINED),
        (">", 90, 95, State.NOT_MET),
        ("<=", 90, 95, State.MET),
        ("<=", 95, 99, State.UNDETERMINED),
        ("<=", 96, 99, State.NOT_MET),
        ("<", 90, 95, State.UNDETERMINED),
        ("<", 95, 99, State.NOT_MET),
        ("==", 95, 95, State.MET),
        ("==", 95, 99, State.UNDETERMINED),
        ("==", 90, 95, State.UNDETERMINED),
        ("==", 96, 99, State.NOT_MET),
    ],
)
def test_a_bound_exactly_on_the_target(comparator: str, low: int, high: int, state: State) -> None:
    """A bound on the target is as good as a value on it: closed passes, open does not."""
    measure = Measure("m", "%", Quantity(low, 100), Quantity(low, 100), Quantity(high, 100), 100, 4)
    assert judge(replace(CLAUSE, comparator=comparator), measure).state is state


def test_a_share_is_compared_exactly() -> None:
    """Nine of thirteen sections reach 9/13 and 69.23 %, eight do not; 69.24 % is out of reach."""
    for target in ("900/13", "69.23"):
        clause = replace(CLAUSE, target=Fraction(target))
        assert judge(clause, share(9, 13)).state is State.MET
        assert judge(clause, share(8, 13)).state is State.NOT_MET
    assert judge(replace(CLAUSE, target=Fraction("69.24")), share(9, 13)).state is State.NOT_MET
    beyond = replace(CLAUSE, comparator=">", target=Fraction(900, 13))
    assert judge(beyond, share(9, 13)).state is State.NOT_MET
    assert judge(replace(CLAUSE, target=Fraction("69.23")), share(9, 13)).because.en == (
        "value 69.2308 % (9/13), target >= 69.23 %"
    )
    # In binary, a third of thirty is less than ten.
    thirds = replace(CLAUSE, target=Fraction(100, 3))
    assert judge(thirds, share(1, 3)).state is State.MET


def test_a_margin_is_positive_on_the_side_that_the_plan_wants() -> None:
    """One above the target: good for `>=`, bad for `<=`, and bad where the target is to be hit."""
    measure = share(96, 100)
    for comparator, margin in ((">=", 1), (">", 1), ("<=", -1), ("<", -1), ("==", -1)):
        assert judge(replace(CLAUSE, comparator=comparator), measure).margin == margin


def test_a_clause_without_a_target_is_never_compared() -> None:
    """Asking whether a value reaches no target is an error, not a pass."""
    for clause in (replace(CLAUSE, target=None), replace(CLAUSE, comparator="none")):
        with pytest.raises(PlanError, match="X01 has no target"):
            is_satisfied(clause, Fraction(1))


def test_another_unit_is_refused() -> None:
    """A count is not a percentage, and nothing converts one into the other."""
    with pytest.raises(UnitError, match="X01"):
        judge(CLAUSE, left(0))
    with pytest.raises(UnitError):
        judge(replace(CLAUSE, unit="percentage_point"), share(1, 2))


# --- what the input lacked ----------------------------------------------------------------------


def test_a_missing_layer_is_named() -> None:
    """Nothing is judged without a layer that the clause needs, even where there is a measure."""
    doubt = Doubt(missing_layers=("boilers", "builtup_areas"))
    for found in (None, result(None), result(share(20, 20))):
        verdict = evaluate(CLAUSE, found, doubt=doubt)
        assert verdict.state is State.NO_DATA
        assert (verdict.value, verdict.low, verdict.counted) == (None, None, 0)
        assert verdict.because == Text(
            "缺少图层 boilers、builtup_areas", "missing layer: boilers, builtup_areas"
        )


def test_a_measure_that_the_analysis_left_out_is_named() -> None:
    """An analysis leaves out the measures of an optional layer that is not there."""
    verdict = judge(CLAUSE, None)
    assert verdict.state is State.NO_DATA
    assert verdict.because.en == "the analysis gave no measure m"


def test_a_rejected_row_of_the_counted_layer_may_be_in_scope() -> None:
    """19 of 19 and a rejected row: 19/20 to 20/20. Two rejected rows: 19/21 to 21/21."""
    one = judge(CLAUSE, share(19, 19), doubt=Doubt(rejected_counted=1))
    assert (one.low, one.value, one.high) == (95, 100, 100)
    assert (one.state, one.excluded) == (State.MET, 1)
    two = judge(CLAUSE, share(19, 19), doubt=Doubt(rejected_counted=2))
    assert (two.low, two.high) == (Fraction(1900, 21), 100)
    assert two.state is State.UNDETERMINED
    none_left = judge(NONE_LEFT, left(0), doubt=Doubt(rejected_counted=3))
    assert (none_left.low, none_left.high, none_left.state) == (0, 3, State.UNDETERMINED)
    still_not = judge(NONE_LEFT, left(1), doubt=Doubt(rejected_counted=3))
    assert still_not.state is State.NOT_MET


def test_rejected_rows_alone_are_no_empty_scope() -> None:
    """Nothing accepted is in scope and rows were rejected: they may be, so it is no data."""
    verdict = judge(CLAUSE, share(0, 0), doubt=Doubt(rejected_counted=2))
    assert (verdict.state, verdict.excluded) == (State.NO_DATA, 2)


def test_a_rejected_row_of_a_scope_layer_takes_a_pass_away_and_gives_none() -> None:
    """A built-up area that was rejected may hold any number of boilers."""
    doubt = Doubt(rejected_other=1)
    expected = [
        (CLAUSE, share(20, 20), State.UNDETERMINED),
        (CLAUSE, share(1, 20), State.NOT_MET),
        (CLAUSE, share(10, 10, worse=1), State.UNDETERMINED),
        (NONE_LEFT, left(0), State.UNDETERMINED),
        (NONE_LEFT, left(1), State.NOT_MET),
        (CLAUSE, share(0, 0), State.NO_DATA),
    ]
    for clause, measure, state in expected:
        verdict = judge(clause, measure, doubt=doubt)
        assert verdict.state is state
        assert "1 rows of the layers that set its scope were rejected" in verdict.because.en
        assert "1 行被退回" in verdict.because.zh


def test_a_sum_is_not_widened_by_rows() -> None:
    """Nobody knows how many tonnes a rejected row would add: neither met nor not met."""
    tonnes = Measure("m", "%", *[Quantity(Fraction(19, 2), 10)] * 3, counted=4, excluded=0)
    assert not counts_features(tonnes)
    assert judge(CLAUSE, tonnes).state is State.MET
    for target in (95, 99):
        clause = replace(CLAUSE, target=Fraction(target))
        verdict = judge(clause, tonnes, doubt=Doubt(rejected_counted=1))
        assert (verdict.state, verdict.low) == (State.UNDETERMINED, 95)
        assert verdict.excluded == 1
    assert not counts_features(replace(tonnes, unit="t", estimate=Quantity(3)))
    assert counts_features(left(3))
    assert counts_features(share(3, 4))


# --- deadlines ---------------------------------------------------------------------------------

DUE = replace(CLAUSE, deadline=date(2023, 12, 31))
GOOD, BAD, OPEN = share(20, 20), share(1, 20), share(10, 10, worse=1)


@pytest.mark.parametrize(
    ("now", "then", "is_due", "state"),
    [
        (GOOD, None, False, DeadlineState.PENDING),
        (BAD, None, False, DeadlineState.PENDING),
        (GOOD, GOOD, True, DeadlineState.MET_IN_TIME),
        (BAD, GOOD, True, DeadlineState.MET_IN_TIME),
        (GOOD, BAD, True, DeadlineState.MET_LATE),
        (BAD, BAD, True, DeadlineState.MISSED),
        (OPEN, BAD, True, DeadlineState.UNKNOWN),
        (GOOD, OPEN, True, DeadlineState.UNKNOWN),
        (BAD, OPEN, True, DeadlineState.UNKNOWN),
        (GOOD, share(0, 0), True, DeadlineState.UNKNOWN),
        (GOOD, None, True, DeadlineState.UNKNOWN),
    ],
)
def test_the_deadline_stands_apart_from_today(
    now: Measure,
    then: Measure | None,
    is_due: bool,  # noqa: FBT001 - it is a value, not a switch
    state: DeadlineState,
) -> None:
    """In time only if it was met then; late only if it was surely not met then and is now."""
    verdict = judge(DUE, now, at_deadline=then, is_due=is_due)
    assert verdict.deadline_state is state
    expected = then.value if then and is_due else None
    assert verdict.value_at_deadline == expected


def test_without_a_deadline_there_is_none() -> None:
    """Whatever the day."""
    assert judge(CLAUSE, GOOD).deadline_state is DeadlineState.NONE
    assert judge(CLAUSE, GOOD, is_due=True).deadline_state is DeadlineState.NONE


def test_a_rejected_row_doubts_the_deadline_too() -> None:
    """What cannot be proven today cannot be proven for an earlier day."""
    for doubt in (Doubt(rejected_other=1), Doubt(rejected_counted=9)):
        verdict = judge(DUE, GOOD, at_deadline=GOOD, is_due=True, doubt=doubt)
        assert verdict.deadline_state is DeadlineState.UNKNOWN
    missed = judge(DUE, BAD, at_deadline=BAD, is_due=True, doubt=Doubt(rejected_other=1))
    assert missed.deadline_state is DeadlineState.MISSED


# --- what a verdict carries ---------------------------------------------------------------------


def test_a_verdict_carries_its_evidence() -> None:
    """Who speaks against the target, who is not known, and both sets of warnings."""
    excluded = pd.DataFrame(
        [
            ("boilers", "b2", "m", "unknown", "", ""),
            ("boilers", "b1", "m", "unknown", "", ""),
            ("boilers", "b3", "m", "out_of_scope", "", ""),
            ("boilers", "b4", "other", "unknown", "", ""),
        ],
        columns=list(EXCLUDED_COLUMNS),
    )
    ours, theirs = Text("甲", "of the clause"), Text("乙", "of the result")
    found = result(share(19, 20), against={"m": ("b9",)}, excluded=excluded, warnings=(theirs,))
    verdict = evaluate(replace(CLAUSE, warnings=(ours,)), found)
    assert verdict.against == ("b9",)
    assert verdict.unknown == ("b1", "b2")
    assert verdict.warnings == (ours, theirs)
    assert verdict.counted == 20


@pytest.mark.parametrize(("comparator", "interval"), [(">=", "closed"), (">", "open")])
def test_a_verdict_carries_its_parameters(comparator: str, interval: str) -> None:
    """The analysis's, under the clause's source, and the target's, titled and open or closed."""
    default = Parameter("limit", 35.0, "t_per_h", "closed", WORDS, WORDS, verified=False)
    source = Text("规划", "the plan")
    clause = replace(
        CLAUSE,
        comparator=comparator,
        parameters=(
            ClauseParameter("limit", 35.0, source, verified=True, unit="t_per_h"),
            ClauseParameter("basically", 95.0, source, verified=False, unit="%"),
        ),
    )
    used = evaluate(clause, result(share(1, 2), parameters={"limit": default})).parameters
    assert used["limit"] == replace(default, source=source, verified=True)
    assert used["basically"] == Parameter(
        "basically",
        95.0,
        "%",
        interval,
        Text("条文目标值", "the clause's target"),
        source,
        verified=False,
    )


# --- properties ---------------------------------------------------------------------------------

counts = st.integers(0, 30)
comparators = st.sampled_from([">=", ">", "<=", "<", "==", "about"])
targets = st.fractions(0, 100, max_denominator=40)
doubts = st.builds(Doubt, rejected_counted=st.integers(0, 3), rejected_other=st.integers(0, 2))


@given(counts, counts, counts, counts, comparators, targets, doubts)
def test_met_never_appears_where_a_bound_fails(
    done: int, undone: int, worse: int, better: int, comparator: str, target: Fraction, doubt: Doubt
) -> None:
    """Met: every value that is possible reaches the target. Not met: none does."""
    tolerance = Fraction(5) if comparator == "about" else None
    clause = replace(CLAUSE, comparator=comparator, target=target, tolerance_pct=tolerance)
    verdict = judge(clause, share(done, done + undone, worse=worse, better=better), doubt=doubt)
    if verdict.state is State.MET:
        assert not doubt.rejected_other
        assert is_satisfied(clause, verdict.low)
        assert is_satisfied(clause, verdict.high)
        assert is_satisfied(clause, verdict.value)
    if verdict.state is State.NOT_MET:
        assert not any(is_satisfied(clause, v) for v in (verdict.low, verdict.value, verdict.high))
    assert (verdict.state is State.NOT_APPLICABLE) <= (verdict.value is None)


@given(counts, counts, counts, counts, st.integers(0, 4))
def test_each_rejected_row_widens_by_one_feature(
    done: int, undone: int, worse: int, better: int, rejected: int
) -> None:
    """The bounds are those of a measure to which unknown features were added."""
    wide = widened(share(done, done + undone, worse=worse, better=better), rejected)
    more = share(done, done + undone, worse=worse + rejected, better=better + rejected)
    assert (wide.low, wide.high) == (more.low, more.high)
    assert wide.excluded == worse + better + rejected
    assert wide.estimate == more.estimate


numbers = st.fractions(-1000, 1000, max_denominator=10_000)


@given(numbers, numbers | st.integers(-1000, 1000).map(Fraction))
def test_what_is_printed_stays_on_its_side(value: Fraction, target: Fraction) -> None:
    """A printed number equals the target only where the value does, and is on the same side."""
    printed = Fraction(to_words(value, near=target))
    for compare in (ge, gt, le, lt):
        assert compare(printed, target) == compare(value, target) or value == target
    assert (printed == target) <= (value == target)


@given(st.integers(-100, 100), st.integers(1, 40))
def test_a_hair_off_the_target_is_printed_off_it(whole: int, zeros: int) -> None:
    """However small the hair: no float rounds it away."""
    target = Fraction(whole)
    for value in (target + Fraction(1, 10**zeros), target - Fraction(1, 10**zeros)):
        printed = Fraction(to_words(value, near=target))
        assert printed != target
        assert (printed > target) == (value > target)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("0", "0"),
        ("100", "100"),
        ("1/3", "0.33"),
        ("-1/3", "-0.33"),
        ("-1/1000", "0"),
        ("5/2", "2.5"),
    ],
)
def test_numbers_in_words(value: str, printed: str) -> None:
    """Two decimals at most, no zeros at the end, no minus before a zero."""
    assert to_words(Fraction(value)) == printed


@given(numbers)
def test_exact_words_are_exact(value: Fraction) -> None:
    """A target is printed as it is: the words read back as the same number."""
    assert Fraction(to_exact_words(value)) == value


@given(numbers, numbers)
def test_a_sentence_never_says_that_two_numbers_are_one(value: Fraction, target: Fraction) -> None:
    """The value and the target of a sentence are told apart in the same sentence."""
    assume(value != target)
    assert to_words(value, near=target) != to_exact_words(target)
