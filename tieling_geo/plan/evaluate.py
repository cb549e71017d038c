"""
Judge a clause: hold a measure, with its bounds, against the clause's target.

A clause is met only if it would be met whatever the unknown features turn out to be, and not met
only if it would not be met whatever they turn out to be; in between it is undetermined. Missing
data is never a pass, and nothing in scope is never a pass.

A rejected row of the counted layer is an unknown feature. A rejected row of another layer can move
the scope by any number of features: it takes a pass away, as a pass must be proven, and it never
gives one; what is not met by the features that are known stays so, and the verdict says why that
may change.
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
    """Layers that the analysis or the clause needs and the workspace does not have."""
    rejected_counted: int = 0
    """Rejected rows of the layer whose features are counted: each may be in scope."""
    rejected_other: int = 0
    """Rejected rows of the other layers: each may move the scope by any number of features."""


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
        What the input lacked; by default nothing.
    at_deadline
        The clause's measure as of its deadline, if that has passed.
    is_due
        True if the deadline has come (the day of the assessment is not before it).

    Returns
    -------
    verdict
        The state, the bounds widened by the rejected rows, the margin, and why. Without a layer
        that is needed there is no value: what is left of the input answers another question.

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
    if result is None or measure is None or wide is None or known.missing_layers:
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

    Only a number or a share of features can be widened by rows: a row adds 1 to a count, and nobody
    knows what it adds to a sum of tonnes or to a share of it. Such a measure keeps its bounds (see
    `counts_features`).

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
    if not counts_features(measure):
        wide = (low, high)
    elif low.denominator is None or high.denominator is None:
        wide = (low, Quantity(high.numerator + rejected))
    else:
        wide = (
            Quantity(low.numerator, low.denominator + rejected),
            Quantity(high.numerator + rejected, high.denominator + rejected),
        )
    return replace(measure, low=wide[0], high=wide[1], excluded=measure.excluded + rejected)


def counts_features(measure: Measure) -> bool:
    """
    Tell whether a measure is a number of features, or a share of a number of features.

    Examples
    --------
    >>> tonnes = Quantity(5, 7)
    >>> counts_features(Measure("s", "%", tonnes, tonnes, tonnes, counted=3, excluded=0))
    False
    """
    if measure.estimate.denominator is None:
        return measure.unit == "count"
    return measure.unit == "%" and measure.estimate.denominator == measure.counted


def _judged(clause: Clause, measure: Measure | None, doubt: Doubt) -> tuple[State, Text]:
    """Find the state and say why."""
    if not clause.analysis:
        words = clause.kind in {"paperwork", "undecidable", "rule"}
        return (State.NOT_DECIDABLE if words else State.NO_DATA), clause.undecided_because
    if doubt.missing_layers:
        zh, en = "、".join(doubt.missing_layers), ", ".join(doubt.missing_layers)
        return State.NO_DATA, Text(f"缺少图层 {zh}", f"missing layer: {en}")
    if measure is None:
        return State.NO_DATA, Text(
            f"分析没有给出指标 {clause.measure}", f"the analysis gave no measure {clause.measure}"
        )
    check_same_unit(measure.unit, clause.unit, where=clause.clause_id)
    if not measure.counted:
        return _nothing_known(measure, doubt)
    if clause.comparator == "none":
        return State.REPORTED, _told(clause, measure)
    return _compared(clause, measure, doubt)


def _nothing_known(measure: Measure, doubt: Doubt) -> tuple[State, Text]:
    """Say whether nothing is in scope, or nothing of it is known."""
    if measure.in_scope:
        return State.NO_DATA, Text(
            f"范围内或可能在范围内的 {measure.in_scope} 个要素情况均不明",
            f"of {measure.in_scope} features in scope, or perhaps in scope, none is known",
        )
    nothing = Text("范围内没有任何要素;不能视为达标", "nothing is in scope; that is no pass")
    if doubt.rejected_other:
        return State.NO_DATA, _and(nothing, _scope_may_change(doubt.rejected_other))
    return State.NOT_APPLICABLE, nothing


def _compared(clause: Clause, measure: Measure, doubt: Doubt) -> tuple[State, Text]:
    """Compare the bounds with the target."""
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    told = _told(clause, measure)
    if low is None or high is None:  # pragma: no cover - counted > 0 gives a denominator
        return State.NO_DATA, told
    if doubt.rejected_other:
        told = _and(told, _scope_may_change(doubt.rejected_other))
    if doubt.rejected_counted and not counts_features(measure):
        # Nobody knows what a rejected row adds to a sum: the bounds say nothing.
        return State.UNDETERMINED, told
    if not _can_be_satisfied(clause, low, high):
        return State.NOT_MET, told
    both = is_satisfied(clause, low) and is_satisfied(clause, high)
    return (State.MET if both and not doubt.rejected_other else State.UNDETERMINED), told


def _scope_may_change(rows: int) -> Text:
    """Say that rejected rows may change what is counted."""
    return Text(
        f"相关图层有 {rows} 行被退回,范围可能改变",
        f"{rows} rows of the layers that set its scope were rejected and may change it",
    )


def _and(one: Text, other: Text) -> Text:
    """Put two phrases into one sentence."""
    return Text(f"{one.zh};{other.zh}", f"{one.en}; {other.en}")


def is_satisfied(clause: Clause, value: Fraction) -> bool:
    """
    Tell whether a value reaches a clause's target; `>` and `<` are open, the others closed.

    Raises
    ------
    PlanError
        If the clause has no target.
    """
    target = clause.target
    if target is None or clause.comparator == "none":
        raise PlanError(
            Text(f"条文 {clause.clause_id} 没有目标值", f"clause {clause.clause_id} has no target")
        )
    band = _band(clause, target)
    return {
        ">=": value >= target,
        ">": value > target,
        "<=": value <= target,
        "<": value < target,
        "==": value == target,
        "about": target - band <= value <= target + band,
    }[clause.comparator]


def _band(clause: Clause, target: Fraction) -> Fraction:
    """Give the half-width of the band around a target, in the target's unit."""
    return abs(target) * (clause.tolerance_pct or 0) / 100


def _can_be_satisfied(clause: Clause, low: Fraction, high: Fraction) -> bool:
    """Tell whether some value between the bounds (closed) reaches the target."""
    if is_satisfied(clause, low) or is_satisfied(clause, high):
        return True
    # Both bounds fail: only a target, or its band, that lies between them can still be hit.
    target = clause.target
    return clause.comparator in {"==", "about"} and target is not None and low < target < high


def _margin(clause: Clause, value: Fraction | None) -> Fraction | None:
    """Give how far a value is on the side that the plan wants; negative on the other side."""
    target = clause.target
    if value is None or target is None:
        return None
    if clause.comparator in {"==", "about"}:
        return _band(clause, target) - abs(value - target)
    sign = -1 if clause.comparator in {"<=", "<"} else 1
    return sign * (value - target)


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
        used[own.name] = Parameter(
            name=own.name,
            value=own.value,
            unit=own.unit,
            interval="open" if clause.comparator in {">", "<"} else "closed",
            title=Text("条文目标值", "the clause's target"),
            source=own.source,
            verified=own.verified,
        )
    return used


def to_words(value: Fraction, *, near: Fraction | None = None) -> str:
    """
    Print a number with as few decimals as keep it on its side of another.

    Parameters
    ----------
    value
        The number.
    near
        The number from which it must be told apart: what is printed equals `near` only where
        `value` does, and is greater or less than it as `value` is.

    Returns
    -------
    words
        Two decimals, or as many more as it takes; zeros at the end are left out.

    Examples
    --------
    >>> to_words(Fraction(900, 13)), to_words(Fraction(900, 13), near=Fraction("69.23"))
    ('69.23', '69.2308')
    """
    places = 2
    while near is not None and value != near and round(value, places) == round(near, places):
        places += 2
    return _decimal(value, places)


def _decimal(value: Fraction, places: int) -> str:
    """Print a number with so many decimals at most; in whole numbers, as a float would round."""
    scaled = round(value * 10**places)
    digits = str(abs(scaled)).zfill(places + 1)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def to_exact_words(value: Fraction) -> str:
    """
    Print a number exactly: as a decimal where that ends, else as a fraction.

    Examples
    --------
    >>> to_exact_words(Fraction("69.23")), to_exact_words(Fraction(900, 13))
    ('69.23', '900/13')
    """
    rest, places = value.denominator, 2
    for prime in (2, 5):
        exponent = 0
        while rest % prime == 0:
            rest, exponent = rest // prime, exponent + 1
        places = max(places, exponent)
    return _decimal(value, places) if rest == 1 else str(value)


def _told(clause: Clause, measure: Measure) -> Text:
    """Say in one sentence what was counted, what the target is and what is not known."""
    value, unit = measure.value, UNITS[measure.unit]
    if value is None:  # pragma: no cover - asked only where something is counted
        return Text("", "")
    number = to_words(value, near=clause.target)
    ratio = measure.estimate
    parts = "" if ratio.denominator is None else f"({ratio.numerator}/{ratio.denominator})"
    zh, en = f"现值 {number}{unit.zh}{parts}", f"value {number} {unit.en} {parts}".strip()
    if clause.target is not None:
        band = ""
        if clause.tolerance_pct is not None:
            band = f" ±{to_exact_words(clause.tolerance_pct)}%"
        target = to_exact_words(clause.target)
        zh += f",目标 {clause.comparator} {target}{unit.zh}{band}"
        en += f", target {clause.comparator} {target} {unit.en}{band}"
    if measure.excluded:
        zh += f";另有 {measure.excluded} 个要素情况不明"
        en += f"; not known: {measure.excluded} more"
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    if low is not None and high is not None and low != high:
        least, most = (to_words(bound, near=clause.target) for bound in (low, high))
        zh += f",实际在 {least} 与 {most}{unit.zh}之间"
        en += f", so between {least} and {most} {unit.en}"
    return Text(zh, en)
