"""Appendices of the report: parameters, clauses that are open, and the plan's sentences."""

from tieling_geo.records import Assessment, Parameter, State, Verdict
from tieling_geo.reports.ledger_terms import joined
from tieling_geo.reports.site_words import INTERVALS
from tieling_geo.reports.word_manuscript import Column, Manuscript
from tieling_geo.reports.word_numbers import parameter_value
from tieling_geo.reports.word_words import PARTS, WORDS
from tieling_geo.text import Language

#: States of clauses that nobody can answer yet.
OPEN = frozenset({State.NO_DATA, State.NOT_DECIDABLE})


def write_parameters(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write every parameter and every assumption, with the clauses that rest on it."""
    manuscript.heading(PARTS["parameters"].to(language), new_page=True)
    widths = {"parameter": 27, "parameter_value": 20, "interval": 11, "source": 26, "clauses": 16}
    manuscript.table(
        "parameters",
        WORDS["parameter_table"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        [
            _parameter(parameter, clauses, language)
            for parameter, clauses in parameters(assessment).values()
        ],
    )
    told: dict[str, list[str]] = {}
    for verdict in assessment.verdicts:
        for assumption in verdict.clause.assumptions:
            told.setdefault(assumption.to(language), []).append(verdict.clause.clause_id)
    if told:
        manuscript.table(
            "assumptions",
            WORDS["assumption_table"].to(language),
            [
                Column(WORDS["assumption"].to(language), 76),
                Column(WORDS["clauses"].to(language), 24),
            ],
            [(text, joined(clauses, language)) for text, clauses in told.items()],
        )


def parameters(assessment: Assessment) -> dict[str, tuple[Parameter, list[str]]]:
    """
    Give every parameter that a verdict rests on, each value once, with its clauses.

    Returns
    -------
    used
        By a key of our own, in the order of the plan; parameters of one name that differ in
        anything that is told stand apart.
    """
    used: dict[str, tuple[Parameter, list[str]]] = {}
    for verdict in assessment.verdicts:
        for parameter in verdict.parameters.values():
            _, clauses = used.setdefault(repr(parameter), (parameter, []))
            clauses.append(verdict.clause.clause_id)
    return used


def _parameter(parameter: Parameter, clauses: list[str], language: Language) -> tuple[str, ...]:
    """Say one parameter: value, unit, closed or open, source, verified or not."""
    verified = WORDS["verified" if parameter.verified else "unverified"].to(language)
    return (
        f"{parameter.title.to(language)}\n{parameter.name}",
        parameter_value(parameter, language),
        INTERVALS[parameter.interval].to(language),
        f"{parameter.source.to(language)}\n[{verified}]",
        joined(clauses, language),
    )


def write_open(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write which clauses cannot be decided, or wait, and for what."""
    manuscript.heading(PARTS["open"].to(language), new_page=True)
    rows = [_open(v, language) for v in assessment.verdicts if v.state in OPEN]
    widths = {"clause": 9, "asks": 33, "state": 18, "waits_for": 40}
    manuscript.table(
        "open",
        WORDS["open_table"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        rows,
    )


def _open(verdict: Verdict, language: Language) -> tuple[str, ...]:
    """Say what one clause waits for."""
    clause = verdict.clause
    state = verdict.label.to(language)
    if verdict.waiting_for is not None:
        state += f"\n{verdict.waiting_for.label.to(language)}"
    told = [verdict.because.to(language), clause.annex.to(language)]
    if clause.planned_analysis:
        layers = joined(clause.planned_layers, language) or "—"
        planned = WORDS["planned"].filled(analysis=clause.planned_analysis, layers=layers)
        told.append(planned.to(language))
    unique = dict.fromkeys(text for text in told if text)
    return clause.clause_id, clause.paraphrase.to(language), state, "\n".join(unique)


def write_sentences(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write the fingerprint of the sentence behind each clause."""
    manuscript.heading(PARTS["sentences"].to(language), new_page=True)
    manuscript.write(WORDS["sentence_note"].to(language))
    supplied = assessment.sentences
    columns = [Column(WORDS["clause"].to(language), 9), Column("SHA-256", 60, "TableCode")]
    if supplied:
        columns.append(Column(WORDS["original"].to(language), 56))
    rows = []
    for verdict in assessment.verdicts:
        digest = verdict.clause.sentence_sha256
        row = [verdict.clause.clause_id, digest]
        rows.append([*row, supplied.get(digest, "—")] if supplied else row)
    manuscript.table("sentences", WORDS["sentence_table"].to(language), columns, rows)
