"""A clause's verdict: each state, and each comparator exactly on its target."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hand_made_verdicts import CLAUSE, NONE_LEFT, judge, left, share

from tieling_geo.errors import PlanError, UnitError
from tieling_geo.plan.evaluate import evaluate
from tieling_geo.plan.targets import is_satisfied
from tieling_geo.records import Measure, Quantity, State
from tieling_geo.text import Text

# --- the seven states --------------------------------------------------------------------------


def test_met() -> None:
    """19 of 20 are 95 %: met, with nothing to spare."""
    verdict = judge(CLAUSE, share(19, 20))
    assert verdict.state is State.MET
    assert (verdict.value, verdict.low, verdict.high, verdict.margin) == (95, 95, 95, 0)
    assert verdict.because == Text(
        "现值 95%(19/20),目标 ≥ 95%", "value 95 % (19/20), target ≥ 95 %"
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
        "value 100 % (10/10), target ≥ 95 %; not known: 1 more, so between 90.91 and 100 %"
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
        "value 69.2308 % (9/13), target ≥ 69.23 %"
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
