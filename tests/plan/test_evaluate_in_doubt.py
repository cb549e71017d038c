"""A clause's verdict in doubt: what the input lacked, deadlines, evidence, and never a pass."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hand_made_verdicts import CLAUSE, NONE_LEFT, WORDS, judge, left, result, share
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.plan.evaluate import Doubt, counts_features, evaluate, widened
from tieling_geo.plan.targets import is_satisfied
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ClauseParameter,
    DeadlineState,
    Measure,
    Parameter,
    Quantity,
    State,
)
from tieling_geo.text import Text

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
