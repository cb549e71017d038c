"""What the verdicts rest on: parameters, assumptions, pace, robustness, checks, sources, rows."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice

from tieling_geo.plan.coverage_ledger import GROUP_TITLES, coverage_ledger, group_of
from tieling_geo.records import Assessment, CheckState, CrossCheck, Layer, Move, Parameter, Verdict
from tieling_geo.render.popup import value_text
from tieling_geo.reports.ledger_headers import HEADERS
from tieling_geo.reports.ledger_pages import AMBER, GREEN, GREY, RED, Colour, Table, TableValue
from tieling_geo.reports.ledger_terms import (
    analysis_title,
    column_title,
    joined,
    layer_title,
    margin_unit,
    measure_title,
    number_cell,
    state_colours,
    unit_word,
)
from tieling_geo.reports.ledger_words import (
    ASSUMED,
    NO,
    NOT_ALL,
    NOT_KNOWN,
    NOTED,
    OUT_OF_SCOPE,
    PURPOSES,
    TITLES,
    UNVERIFIED,
    VERIFIED,
    YES,
)
from tieling_geo.reports.site_numbers import move_words
from tieling_geo.reports.site_words import CHECKS, INTERVALS
from tieling_geo.text import Language

#: Rows of the excluded that the ledger lists at most; `evidence.gpkg` holds them all.
MOST_EXCLUDED = 20_000
_KINDS = {"unknown": NOT_KNOWN, "out_of_scope": OUT_OF_SCOPE}
_Row = list[TableValue]


def basis_tables(assessment: Assessment, language: Language) -> tuple[Table, ...]:
    """Give the tables that say what the verdicts rest on, those without a row, too."""
    verified = {VERIFIED.to(language): GREEN, UNVERIFIED.to(language): AMBER}
    states = state_colours(assessment.verdicts, language)
    checked: dict[CheckState, Colour] = {"holds": GREEN, "broken": RED, "unknown": GREY}
    checks = {_outcome(word, language): colour for word, colour in checked.items()}
    return (
        _table("parameters", _parameters(assessment, language), language, {5: verified}),
        _table("assumptions", list(_assumptions(assessment, language)), language),
        _table("pace", list(_pace(assessment, language)), language),
        _table("robustness", list(_robustness(assessment, language)), language, {2: states}),
        _table("cross_checks", list(_cross_checks(assessment, language)), language, {3: checks}),
        _table("overrides", _overrides(assessment, language), language),
        _table("coverage", list(_coverage(assessment, language)), language),
        _table("layers", [_layer(x, language) for x in assessment.layers.values()], language),
        _listed_excluded(assessment, language),
        _table("rejected", list(_rejected(assessment, language)), language, is_lean=True),
    )


def _table(
    key: str,
    rows: list[_Row],
    language: Language,
    colours: dict[int, dict[str, Colour]] | None = None,
    *,
    is_lean: bool = False,
) -> Table:
    """Make a table of a key's words and its rows."""
    return Table(
        key=key,
        title=TITLES[key].to(language),
        purpose=PURPOSES[key].to(language),
        headers=tuple(header.to(language) for header in HEADERS[key]),
        rows=rows,
        colours=colours or {},
        is_lean=is_lean,
        tab_colour="FF7F7F7F",
    )


def unverified(assessment: Assessment) -> int:
    """Count the parameters that were declared, not found in a source that was read."""
    return sum(not parameter.verified for parameter in _used(assessment))


def _used(assessment: Assessment) -> dict[Parameter, list[str]]:
    """List each parameter, with its value, once, and the clauses that it is used for."""
    used: dict[Parameter, list[str]] = {}
    for verdict in assessment.verdicts:
        for parameter in verdict.parameters.values():
            used.setdefault(parameter, []).append(verdict.clause.clause_id)
    return used


def _parameters(assessment: Assessment, language: Language) -> list[_Row]:
    """Give one row a parameter and value."""
    return [
        [
            parameter.title.to(language),
            _value(parameter, language),
            unit_word(parameter.unit, language),
            INTERVALS[parameter.interval].to(language),
            (VERIFIED if parameter.verified else UNVERIFIED).to(language),
            parameter.source.to(language),
            parameter.name,
            joined(clauses, language),
        ]
        for parameter, clauses in _used(assessment).items()
    ]


def _value(parameter: Parameter, language: Language) -> TableValue:
    """Give a parameter's value: a number as a number, a list as words."""
    value = parameter.value
    if isinstance(value, bool):
        return (YES if value else NO).to(language)
    if isinstance(value, tuple):
        return joined((value_text(word, language) for word in value), language)
    return value


def _assumptions(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row an assumption or a warning of a clause."""
    for verdict in assessment.verdicts:
        clause = verdict.clause
        for kind, texts in ((ASSUMED, clause.assumptions), (NOTED, verdict.warnings)):
            for text in texts:
                yield [clause.clause_id, kind.to(language), text.to(language)]


def _pace(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row a clause and year."""
    for verdict in assessment.verdicts:
        clause = verdict.clause
        for point in verdict.pace:
            yield [
                clause.clause_id,
                clause.paraphrase.to(language),
                point.year,
                number_cell(point.value, point.line),
                number_cell(point.line),
                number_cell(point.margin),
                unit_word(clause.unit, language),
            ]


def _robustness(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row a clause and kind of move."""
    for verdict in assessment.verdicts:
        for move in verdict.robustness:
            yield _move(verdict, move, language)


def _move(verdict: Verdict, move: Move, language: Language) -> _Row:
    """Say one move; a number where something can move, else words."""
    said = move_words(move, language)
    amount = None if move.amount is None else number_cell(Fraction(move.amount), Fraction(0))
    return [
        verdict.clause.clause_id,
        verdict.label.to(language),
        said["kind"],
        said["title"],
        said["direction"],
        said["amount"] if amount is None else amount,
        "" if amount is None else unit_word(margin_unit(move.unit), language),
        len(move.features),
        joined(move.features, language),
    ]


def _cross_checks(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row a class of a check; one row where it has none."""
    for check in assessment.cross_checks:
        head = _check(check, language)
        for title, number, ids in check.rows:
            yield [*head, title.to(language), number, joined(ids, language)]
        if not check.rows:
            yield [*head, "", None, ""]


def _check(check: CrossCheck, language: Language) -> _Row:
    """Say one check."""
    return [
        check.title.to(language),
        joined(check.clauses, language),
        _outcome(check.state, language),
        check.told.to(language),
    ]


def _outcome(state: CheckState, language: Language) -> str:
    """Say what came of a check, its sign before its word."""
    sign, word = CHECKS[state]
    return f"{sign} {word.to(language)}"


def _overrides(assessment: Assessment, language: Language) -> list[_Row]:
    """Give one row an override."""
    resting: dict[str, list[str]] = {}
    for verdict in assessment.verdicts:
        for override_id in verdict.overrides:
            resting.setdefault(override_id, []).append(verdict.clause.clause_id)
    return [
        [
            one.override_id,
            layer_title(one.layer, language),
            one.feature_id,
            column_title(one.layer, one.column, language),
            one.original,
            one.stated,
            one.who,
            one.why,
            one.decided_on,
            one.evidence,
            joined(resting.get(one.override_id, ()), language),
        ]
        for one in assessment.overrides
    ]


def _coverage(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row a clause, by the class of the coverage ledger."""
    verdicts = {verdict.clause.clause_id: verdict for verdict in assessment.verdicts}
    for row in coverage_ledger(assessment).rows:
        for clause_id in row.clauses:
            verdict = verdicts[clause_id]
            yield [
                clause_id,
                row.title.to(language),
                GROUP_TITLES[group_of(row.word)].to(language),
                verdict.clause.paraphrase.to(language),
                verdict.because.to(language),
            ]


def _layer(layer: Layer, language: Language) -> _Row:
    """Say where a layer comes from, and the account of its rows."""
    card = layer.card
    return [
        layer_title(layer.name, language),
        layer.name,
        layer.rows_in,
        len(layer.features),
        layer.rows_rejected,
        sum(one.count for one in layer.set_aside),
        len(layer.flagged),
        layer.source,
        card.publisher,
        card.licence,
        card.reference_date,
        card.datum,
        (YES if card.is_sample else NO).to(language),
        "\n".join(note.to(language) for note in layer.notes),
        layer.sha256,
    ]


def _listed_excluded(assessment: Assessment, language: Language) -> Table:
    """Give the features that did not count, the unknown first; what is not listed is told."""
    unknown = _excluded(assessment, language, "unknown")
    outside = _excluded(assessment, language, "out_of_scope")
    rows = list(islice(chain(unknown, outside), MOST_EXCLUDED))
    table = _table("excluded", rows, language, is_lean=True)
    total = sum(len(result.excluded) for result in assessment.results.values())
    if len(rows) == total:
        return table
    told = NOT_ALL.filled(shown=len(rows), all=total, most=MOST_EXCLUDED).to(language)
    return replace(table, purpose=f"{table.purpose} {told}")


def _excluded(assessment: Assessment, language: Language, kind: str) -> Iterator[_Row]:
    """
    Give one row a feature and measure for which it did not count, of one kind.

    Of a clause's own run only the unknown: what is out of its scope is so by the thousand.
    """
    word = _KINDS[kind].to(language)
    for name, result in assessment.results.items():
        if kind == "unknown" or name == result.analysis:
            title, rows = analysis_title(name, language), result.excluded
            rows = rows[rows["kind"] == kind]
            measures = {m: measure_title(name, m, language) for m in rows["measure"].unique()}
            layers = {layer: layer_title(layer, language) for layer in rows["layer"].unique()}
            reasons = rows[f"reason_{language}"]
            told = zip(rows["layer"], rows["feature_id"], rows["measure"], reasons, strict=True)
            for layer, feature, measure, reason in told:
                yield [title, measures[measure], layers[layer], feature, word, reason]


def _rejected(assessment: Assessment, language: Language) -> Iterator[_Row]:
    """Give one row a rejected value."""
    for layer in assessment.layers.values():
        rows, title = layer.rejected, layer_title(layer.name, language)
        for source, sheet, row, column, cell, value, reason in zip(
            rows["source"],
            rows["sheet"],
            rows["row"],
            rows["column"],
            rows["cell"],
            rows["value"],
            rows[f"reason_{language}"],
            strict=True,
        ):
            yield [title, source, sheet, int(row), column, cell, value, reason]
