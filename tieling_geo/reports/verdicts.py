"""Verdicts as JSON, one object a clause."""

import json
from fractions import Fraction
from typing import Any

from tieling_geo.records import Assessment, Measure, Move, Parameter, Verdict
from tieling_geo.text import Text

#: Ids of features that a record lists at most; the evidence file holds them all.
MOST_IDS = 200


def verdicts_json(assessment: Assessment) -> str:
    """
    Give the verdicts as the output contract's `verdicts.json`.

    Returns
    -------
    text
        A JSON list in the plan's order. Numbers are decimals; `exact` holds value, bounds and
        target as fractions, for an auditor to recompute.
    """
    rows = [_row(verdict, assessment) for verdict in assessment.verdicts]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _row(verdict: Verdict, assessment: Assessment) -> dict[str, Any]:
    """Give one verdict's object."""
    clause = verdict.clause
    section = assessment.plan.sections.get(clause.section)
    return {
        "clause": clause.clause_id,
        "section": clause.section,
        "paraphrase": _both(clause.paraphrase),
        "sentence_sha256": clause.sentence_sha256,
        "bureaus_of_section": list(section.bureaus) if section else [],
        "state": verdict.state.value,
        "state_title": _both(verdict.label),
        "is_violation": verdict.is_violation,
        "waiting_for": verdict.waiting_for.value if verdict.waiting_for else None,
        "because": _both(verdict.because),
        "value": to_number(verdict.value),
        "unit": clause.unit,
        "low": to_number(verdict.low),
        "high": to_number(verdict.high),
        "comparator": clause.comparator,
        "target": to_number(clause.target),
        "margin": to_number(verdict.margin),
        "strictness": clause.strictness,
        "hedges": list(clause.hedges),
        "deadline": clause.deadline.isoformat() if clause.deadline else None,
        "deadline_state": verdict.deadline_state.value,
        "value_at_deadline": to_number(verdict.value_at_deadline),
        "counted": verdict.counted,
        "excluded": verdict.excluded,
        "exact": {
            name: None if number is None else str(number)
            for name, number in (
                ("value", verdict.value),
                ("low", verdict.low),
                ("high", verdict.high),
                ("target", clause.target),
            )
        },
        "numerator": None if verdict.estimate is None else str(verdict.estimate.numerator),
        "denominator": None
        if verdict.estimate is None or verdict.estimate.denominator is None
        else str(verdict.estimate.denominator),
        "beside": [_measure_row(measure) for measure in verdict.beside],
        "alternatives": [
            {"title": _both(a.title), "state": a.state.value, "value": to_number(a.value)}
            for a in verdict.alternatives
        ],
        "robustness": [_move_row(move) for move in verdict.robustness],
        "pace": [
            {
                "year": point.year,
                "value": to_number(point.value),
                "line": to_number(point.line),
                "margin": to_number(point.margin),
            }
            for point in verdict.pace
        ],
        "overrides": list(verdict.overrides),
        "state_without_overrides": verdict.state_without_overrides.value
        if verdict.state_without_overrides
        else None,
        "parameters": {name: parameter_row(p) for name, p in verdict.parameters.items()},
        "assumptions": [_both(text) for text in clause.assumptions],
        "warnings": [_both(text) for text in verdict.warnings],
        "evidence": {
            "analysis": clause.analysis,
            "measure": clause.measure,
            "features_against": len(verdict.against),
            "against": list(verdict.against[:MOST_IDS]),
            "features_unknown": len(verdict.unknown),
            "unknown": list(verdict.unknown[:MOST_IDS]),
        },
        "sentence": assessment.sentences.get(clause.sentence_sha256),
        "as_of": assessment.as_of.isoformat(),
        "is_sample": assessment.is_sample,
    }


def _measure_row(measure: Measure) -> dict[str, Any]:
    """Give a measure that is told beside another."""
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    return {
        "measure": measure.name,
        "unit": measure.unit,
        "value": to_number(measure.value),
        "low": to_number(low),
        "high": to_number(high),
    }


def _move_row(move: Move) -> dict[str, Any]:
    """Give a move after which a verdict no longer holds."""
    exact = isinstance(move.amount, int | Fraction)
    return {
        "kind": move.kind,
        "name": move.name,
        "title": _both(move.title),
        "amount": to_number(Fraction(move.amount)) if move.amount is not None else None,
        "exact": str(move.amount) if exact else None,
        "unit": move.unit,
        "direction": move.direction,
        "features": list(move.features[:MOST_IDS]),
        "features_total": len(move.features),
    }


def parameter_row(parameter: Parameter) -> dict[str, Any]:
    """Give a parameter with its source, for a record that a machine reads."""
    value = parameter.value
    return {
        "value": list(value) if isinstance(value, tuple) else value,
        "unit": parameter.unit,
        "interval": parameter.interval,
        "title": _both(parameter.title),
        "source": _both(parameter.source),
        "verified": parameter.verified,
    }


def _both(text: Text) -> dict[str, str]:
    """Give a phrase in both languages."""
    return {"zh": text.zh, "en": text.en}


def to_number(value: Fraction | None) -> float | int | None:
    """
    Give a fraction as a decimal that JSON can hold; whole numbers stay whole.

    Examples
    --------
    >>> to_number(Fraction(95)), to_number(Fraction(1, 8)), to_number(None)
    (95, 0.125, None)
    """
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)
