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

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.pace import to_pace
from tieling_geo.plan.robustness import robustness
from tieling_geo.plan.targets import can_be_satisfied, counts_features, is_satisfied, to_margin
from tieling_geo.plan.words import to_exact_words, to_sentence
from tieling_geo.records import (
    Alternative,
    Clause,
    DeadlineState,
    Measure,
    Move,
    Parameter,
    Quantity,
    Result,
    State,
    Verdict,
    WaitingFor,
)
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import check_same_unit


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
        waiting_for=_waiting_for(clause, known) if state is State.NO_DATA else None,
    )
    if result is None or measure is None or wide is None or known.missing_layers:
        return verdict
    return _with_evidence(verdict, result, measure, wide, at_deadline if is_due else None)


def _with_evidence(
    verdict: Verdict, result: Result, measure: Measure, wide: Measure, then: Measure | None
) -> Verdict:
    """Add the numbers, and all that an auditor asks about them."""
    clause, value = verdict.clause, measure.value
    against = result.against.get(clause.measure, ())
    if not counts_features(measure) and verdict.state is not State.NOT_MET:
        against = ()  # what gives an amount speaks against it only where it falls short
    is_known = wide.in_scope > 0 and verdict.state is not State.NO_DATA
    return replace(
        verdict,
        value=value,
        estimate=measure.estimate if measure.counted else None,
        low=wide.low.value(wide.unit) if is_known else None,
        high=wide.high.value(wide.unit) if is_known else None,
        margin=to_margin(clause, value),
        value_at_deadline=then.value if then else None,
        counted=measure.counted,
        excluded=wide.excluded,
        against=against,
        unknown=_unknown(result, clause.measure),
        parameters=_parameters(clause, result),
        beside=tuple(result.measures[name] for name in clause.beside if name in result.measures),
        alternatives=_alternatives(clause, result, wide) if verdict.state in _COMPARED else (),
        robustness=_robustness(clause, result, wide, against) if verdict.is_decided else (),
        pace=to_pace(clause, result),
    )


def _robustness(
    clause: Clause, result: Result, wide: Measure, against: tuple[str, ...]
) -> tuple[Move, ...]:
    """Find the smallest moves after which a decided verdict no longer holds."""
    levers = result.levers.get(clause.measure, ())
    return robustness(clause, wide, levers, against)


#: States that came of holding a number against a target.
_COMPARED = (State.MET, State.NOT_MET, State.UNDETERMINED)


def _waiting_for(clause: Clause, doubt: Doubt) -> WaitingFor:
    """Say what a clause without data waits for."""
    if clause.annex != NOTHING and not doubt.missing_layers:
        return WaitingFor.ANNEX
    if not clause.analysis:
        return WaitingFor.ANALYSIS
    return WaitingFor.LAYER if doubt.missing_layers else WaitingFor.VALUES


def _alternatives(clause: Clause, result: Result, wide: Measure) -> tuple[Alternative, ...]:
    """Judge the clause under its other readings: a second band, another method's measure."""
    told = []
    if clause.second_tolerance_pct is not None:
        other = replace(clause, tolerance_pct=clause.second_tolerance_pct)
        width = to_exact_words(clause.second_tolerance_pct)
        title = Text(f"允差取 ±{width}%", f"with a band of ±{width}%")
        told.append(Alternative(title, _by_bounds(other, wide), wide.value))
    for name in clause.beside:
        measure = result.measures.get(name)
        if measure is not None and measure.unit == clause.unit and measure.counted:
            title = _measure_title(result, name)
            told.append(Alternative(title, _by_bounds(clause, measure), measure.value))
    return tuple(told)


def _measure_title(result: Result, name: str) -> Text:
    """Say what a measure is called."""
    cards = {card.name: card.title for card in ANALYSES[result.analysis].measures}
    return cards[name]


def _by_bounds(clause: Clause, measure: Measure) -> State:
    """Judge by the bounds alone."""
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    if low is None or high is None:
        return State.NO_DATA
    if not can_be_satisfied(clause, low, high):
        return State.NOT_MET
    both = is_satisfied(clause, low) and is_satisfied(clause, high)
    return State.MET if both else State.UNDETERMINED


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


def _judged(clause: Clause, measure: Measure | None, doubt: Doubt) -> tuple[State, Text]:
    """Find the state and say why."""
    if not clause.analysis:
        words = clause.kind in {"paperwork", "undecidable", "rule"}
        return (State.NOT_DECIDABLE if words else State.NO_DATA), _not_built(clause)
    if doubt.missing_layers:
        zh, en = "、".join(doubt.missing_layers), ", ".join(doubt.missing_layers)
        return State.NO_DATA, Text(f"缺少图层 {zh}", f"missing layer: {en}")
    if measure is None:
        return State.NO_DATA, Text(
            f"分析没有给出指标 {clause.measure}", f"the analysis gave no measure {clause.measure}"
        )
    check_same_unit(measure.unit, clause.unit, where=clause.clause_id)
    if not measure.counted:
        state, why = _nothing_known(measure, doubt)
        return state, _and(why, clause.annex) if clause.annex != NOTHING else why
    if clause.comparator == "none":
        return State.REPORTED, to_sentence(clause, measure)
    return _compared(clause, measure, doubt)


def _not_built(clause: Clause) -> Text:
    """Say why no analysis decides a clause: it is not built yet, or cannot be."""
    if not clause.planned_analysis:
        return clause.undecided_because
    needed = [*clause.layers, *clause.planned_layers]
    zh = f";需要图层 {'、'.join(needed)}" if needed else ""
    en = f"; it needs the layers {', '.join(needed)}" if needed else ""
    return Text(
        f"分析 {clause.planned_analysis} 尚未建成{zh}",
        f"analysis {clause.planned_analysis} is not built yet{en}",
    )


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
    told = to_sentence(clause, measure)
    if low is None or high is None:  # pragma: no cover - counted > 0 gives a denominator
        return State.NO_DATA, told
    if doubt.rejected_other:
        told = _and(told, _scope_may_change(doubt.rejected_other))
    if doubt.rejected_counted and not counts_features(measure):
        # Nobody knows what a rejected row adds to a sum: the bounds say nothing.
        return State.UNDETERMINED, told
    state = _by_bounds(clause, measure)
    unproven = state is State.MET and doubt.rejected_other
    return (State.UNDETERMINED if unproven else state), told


def _scope_may_change(rows: int) -> Text:
    """Say that rejected rows may change what is counted."""
    return Text(
        f"相关图层有 {rows} 行被退回,范围可能改变",
        f"{rows} rows of the layers that set its scope were rejected and may change it",
    )


def _and(one: Text, other: Text) -> Text:
    """Put two phrases into one sentence."""
    return Text(f"{one.zh};{other.zh}", f"{one.en}; {other.en}")


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
