"""
Judge a clause: hold a measure, with its bounds, against the clause's target.

A clause is met only if it would be met whatever the unknown features turn out to be, and not met
only if it would not be met whatever they turn out to be; in between it is undetermined. Missing
data is never a pass, and nothing in scope is never a pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from tieling_geo.errors import PlanError
from tieling_geo.records import (
    Clause,
    DeadlineState,
    Measure,
    Parameter,
    Quantity,
    Result,
    State,
    Verdict,
)
from tieling_geo.text import Text
from tieling_geo.units import UNITS, check_same_unit


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the input lacked before any analysis ran."""

    missing_layers: tuple[str, ...] = ()
    """Layers that the analysis needs and the workspace does not have."""
    rejected_counted: int = 0
    """Rejected rows of the layer whose features are counted: each may be in scope."""
    rejected_other: int = 0
    """Rejected rows of the other layers: each may move the scope."""


def evaluate(
    clause: Clause,
    result: Result | None,
    *,
    doubt: Doubt | None = None,
    at_deadline: Measure | None = None,
    is_due: bool = False,
) -> Verdict:
    """
    Judge one clause.

    Parameters
    ----------
    clause
        The clause.
    result
        What its analysis found as of the day of the assessment; None if it could not run.
    doubt
        What the input lacked.
    at_deadline
        The clause's measure as of its deadline, if that has passed.
    is_due
        True if the deadline has come (the day of the assessment is not before it).

    Returns
    -------
    verdict
        The state, the bounds widened by the rejected rows, the margin, and why.

    Raises
    ------
    UnitError
        If the measure is not in the clause's unit.

    Examples
    --------
    See `tests/plan/test_evaluate.py`, which has one case a state.
    """
    known = doubt or Doubt()
    measure = None if result is None else result.measures.get(clause.measure)
    wide = None if measure is None else widened(measure, known.rejected_counted)
    state, because = _judged(clause, wide, known)
    verdict = Verdict(
        clause=clause,
        state=state,
        deadline_state=_deadline_state(clause, state, at_deadline, known, is_due=is_due),
        because=because,
        warnings=clause.warnings + (result.warnings if result else ()),
    )
    if result is None or measure is None or wide is None:
        return verdict
    value = measure.value
    return replace(
        verdict,
        value=value,
        low=wide.low.value(wide.unit) if wide.in_scope else None,
        high=wide.high.value(wide.unit) if wide.in_scope else None,
        margin=_margin(clause, value),
        value_at_deadline=at_deadline.value if at_deadline and is_due else None,
        counted=measure.counted,
        excluded=measure.excluded + known.rejected_counted,
        against=result.against.get(clause.measure, ()),
        unknown=_unknown(result, clause.measure),
        parameters=_parameters(clause, result),
    )


def widened(measure: Measure, rejected: int) -> Measure:
    """
    Widen a measure's bounds by rejected rows, each of which may be in scope, done or not done.

    Examples
    --------
    >>> share = Measure("s", "%", *[Quantity(9, 10)] * 3, counted=10, excluded=0)
    >>> wide = widened(share, 1)
    >>> wide.low, wide.high
    (Quantity(numerator=9, denominator=11), Quantity(numerator=10, denominator=11))
    """
    if not rejected:
        return measure
    low, high = measure.low, measure.high
    if low.denominator is None or high.denominator is None:
        wide = (low, Quantity(high.numerator + rejected))
    else:
        wide = (
            Quantity(low.numerator, low.denominator + rejected),
            Quantity(high.numerator + rejected, high.denominator + rejected),
        )
    return replace(measure, low=wide[0], high=wide[1], excluded=measure.excluded + rejected)


def _judged(clause: Clause, measure: Measure | None, doubt: Doubt) -> tuple[State, Text]:
    """Find the state and say why."""
    if not clause.analysis:
        words = clause.kind in {"paperwork", "undecidable", "rule"}
        return (State.NOT_DECIDABLE if words else State.NO_DATA), clause.undecided_because
    if measure is None:
        names = "、".join(doubt.missing_layers) or clause.measure
        return State.NO_DATA, Text(f"缺少图层 {names}", f"missing layer: {names}")
    check_same_unit(measure.unit, clause.unit, where=clause.clause_id)
    if clause.comparator == "none" and measure.counted:
        return State.REPORTED, _told(clause, measure)
    return _compared(clause, measure, doubt) if measure.counted else _nothing_known(measure)


def _nothing_known(measure: Measure) -> tuple[State, Text]:
    """Say whether nothing is in scope, or nothing of it is known."""
    if measure.in_scope:
        return State.NO_DATA, Text(
            f"范围内或可能在范围内的 {measure.in_scope} 个要素情况均不明",
            f"of {measure.in_scope} features in scope, or perhaps in scope, none is known",
        )
    nothing = Text("范围内没有任何要素;不能视为达标", "nothing is in scope; that is no pass")
    return State.NOT_APPLICABLE, nothing


def _compared(clause: Clause, measure: Measure, doubt: Doubt) -> tuple[State, Text]:
    """Compare the bounds with the target."""
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    told = _told(clause, measure)
    if low is None or high is None:  # pragma: no cover - counted > 0 gives a denominator
        return State.NO_DATA, told
    if is_satisfied(clause, low) and is_satisfied(clause, high):
        if doubt.rejected_other:
            return State.UNDETERMINED, Text(
                f"{told.zh};但相关图层有 {doubt.rejected_other} 行被退回,范围可能改变",
                f"{told.en}; but {doubt.rejected_other} rows of the layers that set its scope "
                "were rejected",
            )
        return State.MET, told
    if _can_be_satisfied(clause, low, high):
        return State.UNDETERMINED, told
    return State.NOT_MET, told


def is_satisfied(clause: Clause, value: Fraction) -> bool:
    """
    Tell whether a value reaches a clause's target; `>` and `<` are open, the others closed.

    Raises
    ------
    PlanError
        If the clause has no target.
    """
    target = clause.target
    if target is None:
        raise PlanError(
            Text(f"条文 {clause.clause_id} 没有目标值", f"clause {clause.clause_id} has no target")
        )
    band = abs(target) * (clause.tolerance_pct or 0) / 100
    return {
        ">=": value >= target,
        ">": value > target,
        "<=": value <= target,
        "<": value < target,
        "==": value == target,
        "about": target - band <= value <= target + band,
    }[clause.comparator]


def _can_be_satisfied(clause: Clause, low: Fraction, high: Fraction) -> bool:
    """Tell whether some value between the bounds (closed) reaches the target."""
    if is_satisfied(clause, low) or is_satisfied(clause, high):
        return True
    # Both bounds fail: only a target, or its band, that lies between them can still be hit.
    target = clause.target
    return clause.comparator in {"==", "about"} and target is not None and low < target < high


def _margin(clause: Clause, value: Fraction | None) -> Fraction | None:
    """Give the value minus the target, positive on the side that the plan wants."""
    if value is None or clause.target is None:
        return None
    if clause.comparator == "about":
        band = abs(clause.target) * (clause.tolerance_pct or 0) / 100
        return band - abs(value - clause.target)
    sign = -1 if clause.comparator in {"<=", "<"} else 1
    return sign * (value - clause.target)


def _deadline_state(
    clause: Clause, state: State, at_deadline: Measure | None, doubt: Doubt, *, is_due: bool
) -> DeadlineState:
    """Say where the deadline stands, whatever the state is by now."""
    if clause.deadline is None:
        return DeadlineState.NONE
    if not is_due:
        return DeadlineState.PENDING
    if at_deadline is None:
        return DeadlineState.UNKNOWN
    then, _ = _judged(clause, widened(at_deadline, doubt.rejected_counted), doubt)
    if then is State.MET:
        return DeadlineState.MET_IN_TIME
    if then is not State.NOT_MET:
        return DeadlineState.UNKNOWN
    late = {State.MET: DeadlineState.MET_LATE, State.NOT_MET: DeadlineState.MISSED}
    return late.get(state, DeadlineState.UNKNOWN)


def _unknown(result: Result, measure: str) -> tuple[str, ...]:
    """List the features that may be in scope and whose state is not known."""
    table = result.excluded
    rows = table[(table["measure"] == measure) & (table["kind"] == "unknown")]
    return tuple(sorted(rows["feature_id"]))


def _parameters(clause: Clause, result: Result) -> Mapping[str, Parameter]:
    """Give the analysis's parameters, with the clause's own sources, and those of the target."""
    used = dict(result.parameters)
    for own in clause.parameters:
        if own.name in used:
            if used[own.name].value == own.value:
                used[own.name] = replace(used[own.name], source=own.source, verified=own.verified)
            continue
        name = Text(own.name, own.name)
        used[own.name] = Parameter(
            own.name, own.value, own.unit, "closed", name, own.source, own.verified
        )
    return used


def to_words(value: Fraction, *, near: Fraction | None = None) -> str:
    """
    Print a number with as few decimals as keep it on its side of another.

    Examples
    --------
    >>> to_words(Fraction(900, 13)), to_words(Fraction(900, 13), near=Fraction("69.23"))
    ('69.23', '69.2308')
    """
    places = 2
    while near is not None and value != near and round(value, places) == round(near, places):
        places += 2
    text = f"{float(round(value, places)):.{places}f}"
    return text.rstrip("0").rstrip(".")


def _told(clause: Clause, measure: Measure) -> Text:
    """Say in one sentence what was counted and what the target is."""
    value, unit = measure.value, UNITS[measure.unit]
    if value is None:  # pragma: no cover - asked only where something is counted
        return Text("", "")
    number = to_words(value, near=clause.target)
    ratio = measure.estimate
    parts = "" if ratio.denominator is None else f"({ratio.numerator}/{ratio.denominator})"
    zh, en = f"现值 {number}{unit.zh}{parts}", f"value {number} {unit.en} {parts}".strip()
    if clause.target is not None:
        target = to_words(clause.target)
        zh += f",目标 {clause.comparator} {target}{unit.zh}"
        en += f", target {clause.comparator} {target} {unit.en}"
    if measure.excluded:
        zh += f";另有 {measure.excluded} 个要素情况不明"
        en += f"; {measure.excluded} more features are not known"
    return Text(zh, en)
