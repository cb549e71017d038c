"""The ledger's sheet of clauses: one row a clause, with all that is needed to defend it."""

from fractions import Fraction

from tieling_geo.plan.words import to_exact_words
from tieling_geo.records import Alternative, Assessment, Clause, Exact, Move, Verdict
from tieling_geo.render.chips import mark
from tieling_geo.reports.ledger_headers import HEADERS
from tieling_geo.reports.ledger_pages import Table, TableValue
from tieling_geo.reports.ledger_terms import (
    analysis_title,
    bureaus_of,
    joined,
    margin_unit,
    measure_title,
    number_cell,
    run_of,
    state_colours,
    unit_word,
)
from tieling_geo.reports.ledger_words import NO_MOVE, PURPOSES, TITLES
from tieling_geo.reports.site_numbers import amount_words, measure_words, move_words
from tieling_geo.reports.site_words import COMPARATORS, STRICTNESS
from tieling_geo.text import Language, Text

_LABEL, _ANALYSIS = 5, 35
_FEATURES = Text("{n} 个要素", "{n} features")


def clauses_table(assessment: Assessment, language: Language) -> Table:
    """Give one row a clause, in the plan's order."""
    return Table(
        key="clauses",
        title=TITLES["clauses"].to(language),
        purpose=PURPOSES["clauses"].to(language),
        headers=tuple(header.to(language) for header in HEADERS["clauses"]),
        rows=[_row(verdict, assessment, language) for verdict in assessment.verdicts],
        colours={_LABEL: state_colours(assessment.verdicts, language)},
        links={
            _ANALYSIS: {
                analysis_title(name, language): result.analysis
                for name, result in assessment.results.items()
            }
        },
        tab_colour="FF2F5D7C",
    )


def _row(verdict: Verdict, assessment: Assessment, language: Language) -> list[TableValue]:
    """Say all of one clause."""
    clause, found = verdict.clause, run_of(verdict, assessment)
    return [
        clause.clause_id,
        clause.section,
        clause.paraphrase.to(language),
        mark(verdict),
        verdict.label.to(language),
        verdict.because.to(language),
        *_value(verdict, language),
        *_target(verdict, language),
        STRICTNESS[clause.strictness].to(language),
        joined(clause.hedges, language),
        clause.deadline,
        verdict.deadline_state.label.to(language),
        number_cell(verdict.value_at_deadline, clause.target),
        verdict.counted,
        verdict.excluded,
        len(verdict.against),
        joined(verdict.overrides, language),
        _without_overrides(verdict, language),
        _moves(verdict, language),
        "\n".join(_alternative(other, clause, language) for other in verdict.alternatives),
        _beside(verdict, language),
        verdict.waiting_for.label.to(language) if verdict.waiting_for else "",
        joined(bureaus_of(verdict, assessment), language),
        analysis_title(found[0] if found else clause.analysis, language),
        measure_title(clause.analysis, clause.measure, language),
        clause.sentence_sha256,
    ]


def _value(verdict: Verdict, language: Language) -> list[TableValue]:
    """Say the value, what it is made of, and its bounds."""
    target, estimate = verdict.clause.target, verdict.estimate
    exact = "" if verdict.value is None else to_exact_words(verdict.value)
    above = estimate.numerator if estimate else None
    below = estimate.denominator if estimate else None
    return [
        number_cell(verdict.value, target),
        unit_word(verdict.clause.unit, language),
        exact,
        number_cell(_fraction(above)),
        number_cell(_fraction(below)),
        number_cell(verdict.low, target),
        number_cell(verdict.high, target),
    ]


def _fraction(number: Exact | None) -> Fraction | None:
    """Give a total as a fraction."""
    return None if number is None else Fraction(number)


def _target(verdict: Verdict, language: Language) -> list[TableValue]:
    """Say what is asked, whether the number itself counts, and how far the value is from it."""
    clause = verdict.clause
    sign, closed = COMPARATORS[clause.comparator]
    unit = unit_word(margin_unit(clause.unit), language)
    return [
        sign,
        number_cell(clause.target),
        closed.to(language),
        _tolerance(clause),
        number_cell(verdict.margin, Fraction(0)),
        "" if verdict.margin is None else unit,
    ]


def _tolerance(clause: Clause) -> str:
    """Say the half-widths of a band, one or two."""
    widths = (clause.tolerance_pct, clause.second_tolerance_pct)
    return " / ".join(f"±{to_exact_words(width)}" for width in widths if width is not None)


def _without_overrides(verdict: Verdict, language: Language) -> str:
    """Say the state without what persons set, where the verdict rests on that."""
    state = verdict.state_without_overrides
    return state.label.to(language) if state else ""


def _moves(verdict: Verdict, language: Language) -> str:
    """Say the smallest move of each kind that changes the verdict, one a line."""
    if not verdict.robustness:
        return ""
    told = [_move(move, language) for move in verdict.robustness if move.amount is not None]
    return "\n".join(told) or NO_MOVE.to(language)


def _move(move: Move, language: Language) -> str:
    """Say one move: what moves, how far at least, which way, and how many features decide it."""
    said = move_words(move, language)
    who = _FEATURES.filled(n=len(move.features)).to(language) if move.features else ""
    what = f"{said['title']}: {said['amount']}"
    return ", ".join(filter(None, (what, said["direction"], who)))


def _alternative(other: Alternative, clause: Clause, language: Language) -> str:
    """Say what the verdict would be under another reading."""
    value = amount_words(other.value, clause, language)
    return f"{other.title.to(language)}: {other.state.label.to(language)} {value}".rstrip()


def _beside(verdict: Verdict, language: Language) -> str:
    """Say the measures that the clause asks to be told beside the one that decides."""
    return "\n".join(
        f"{measure_title(verdict.clause.analysis, m.name, language)}: {measure_words(m, language)}"
        for m in verdict.beside
    )
