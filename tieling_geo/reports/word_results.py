"""The verdicts of the report: a table a section, and a paragraph a clause that was counted."""

from collections.abc import Iterator, Sequence

from tieling_geo.records import Assessment, Section, State, Verdict
from tieling_geo.render.charts_pace import pace_chart
from tieling_geo.render.chips import STATE_MARKS
from tieling_geo.reports.ledger_terms import joined
from tieling_geo.reports.site_words import STRICTNESS
from tieling_geo.reports.word_manuscript import Column, Manuscript
from tieling_geo.reports.word_numbers import (
    amount,
    bounds_words,
    by_section,
    deadline_words,
    ids_words,
    margin_words,
    measure_words,
    move_words,
    target_words,
    value_and_range,
)
from tieling_geo.reports.word_words import PARTS, WORDS
from tieling_geo.text import Language

#: States of clauses that were counted: they have a paragraph of their own.
COUNTED = frozenset({State.MET, State.NOT_MET, State.UNDETERMINED, State.REPORTED})


def write_results(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write every section's verdicts."""
    manuscript.heading(PARTS["results"].to(language), new_page=True)
    if not assessment.verdicts:
        manuscript.write(WORDS["none_here"].to(language))
    for number, (name, verdicts) in enumerate(by_section(assessment).items(), start=1):
        section = assessment.plan.sections.get(name)
        title = f"{name} {section.title.to(language)}" if section else name
        manuscript.heading(f"2.{number}  {title}", level=2)
        _write_bureaus(manuscript, section, language)
        _write_table(manuscript, name, verdicts, language)
        for verdict in verdicts:
            if verdict.state in COUNTED:
                _write_clause(manuscript, assessment, verdict, language)


def _write_bureaus(manuscript: Manuscript, section: Section | None, language: Language) -> None:
    """Name the bureaus that the plan names for a section."""
    if section and section.bureaus:
        manuscript.labelled(WORDS["bureaus"].to(language), joined(section.bureaus, language))


def _write_table(
    manuscript: Manuscript, name: str, verdicts: Sequence[Verdict], language: Language
) -> None:
    """Write a section's clauses, one a row."""
    widths = {"clause": 9, "asks": 33, "state": 13, "value_range": 18, "target": 15, "deadline": 13}
    manuscript.table(
        f"section_{name}",
        WORDS["section_table"].filled(section=name).to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        [
            (
                v.clause.clause_id,
                _asks(v, language),
                f"{STATE_MARKS[v.state]} {v.label.to(language)}",
                value_and_range(v, language),
                target_words(v.clause, language),
                deadline_words(v, language),
            )
            for v in verdicts
        ],
    )


def _asks(verdict: Verdict, language: Language) -> str:
    """Say what a clause asks, and how strictly."""
    clause = verdict.clause
    return f"{clause.paraphrase.to(language)}\n[{STRICTNESS[clause.strictness].to(language)}]"


def _write_clause(
    manuscript: Manuscript, assessment: Assessment, verdict: Verdict, language: Language
) -> None:
    """Write why a clause stands as it does, and what that rests on."""
    clause = verdict.clause
    title = f"{clause.clause_id}  {STATE_MARKS[verdict.state]} {verdict.label.to(language)}"
    manuscript.heading(title, level=3)
    sentence = assessment.sentences.get(clause.sentence_sha256, "")
    manuscript.labelled(WORDS["asks"].to(language), clause.paraphrase.to(language))
    if sentence:
        manuscript.labelled(WORDS["original"].to(language), sentence)
    for word, told in _details(verdict, language):
        if told:
            manuscript.labelled(WORDS[word].to(language), told)
    if verdict.pace and verdict.is_decided:
        _write_pace(manuscript, assessment, verdict, language)


def _details(verdict: Verdict, language: Language) -> Iterator[tuple[str, str]]:
    """Say all of one verdict, a line a word."""
    mark = "；" if language == "zh" else "; "
    clause = verdict.clause
    yield "because", verdict.because.to(language)
    yield "number", _number(verdict, language)
    yield "at_deadline", amount(verdict.value_at_deadline, clause, language)
    yield "beside", mark.join(measure_words(clause, m, language) for m in verdict.beside)
    yield "robustness", mark.join(move_words(move, language) for move in verdict.robustness)
    yield "alternatives", mark.join(_alternatives(verdict, language))
    yield "overridden", _overrides(verdict, language)
    yield "against", ids_words(verdict.against, language) if verdict.against else ""
    yield "unknown", ids_words(verdict.unknown, language) if verdict.unknown else ""
    yield "warnings", mark.join(text.to(language) for text in verdict.warnings)


def _number(verdict: Verdict, language: Language) -> str:
    """Say value, bounds, margin and what was counted in one line."""
    mark = "，" if language == "zh" else ", "
    told = {
        "value": amount(verdict.value, verdict.clause, language),
        "range": bounds_words(verdict, language),
        "margin": margin_words(verdict.margin, verdict.clause, language),
    }
    parts = [f"{WORDS[word].to(language)} {text}" for word, text in told.items() if text]
    counted = WORDS["counted"].filled(counted=verdict.counted, excluded=verdict.excluded)
    return mark.join([*parts, counted.to(language)])


def _alternatives(verdict: Verdict, language: Language) -> Iterator[str]:
    """Say what the verdict would be under other readings."""
    for other in verdict.alternatives:
        value = amount(other.value, verdict.clause, language)
        told = f"{other.title.to(language)} → {other.state.label.to(language)}"
        yield f"{told} ({value})" if value else told


def _overrides(verdict: Verdict, language: Language) -> str:
    """Name the overrides that a verdict rests on, and what it would be without them."""
    if not verdict.overrides:
        return ""
    told = ids_words(verdict.overrides, language)
    without = verdict.state_without_overrides
    if without is None:
        return told
    words = WORDS["without"].filled(state="{state}").to(language)
    return f"{told}{'；' if language == 'zh' else '; '}" + words.format(
        state=without.label.to(language)
    )


def _write_pace(
    manuscript: Manuscript, assessment: Assessment, verdict: Verdict, language: Language
) -> None:
    """Draw a clause's measure year by year."""
    name = verdict.clause.clause_id
    points = joined(
        (
            f"{point.year} {amount(point.value, verdict.clause, language) or '—'}"
            for point in verdict.pace
        ),
        language,
    )
    manuscript.figure(
        f"pace_{name}",
        WORDS["pace"].filled(clause=name).to(language),
        pace_chart(verdict, language=language, is_sample=assessment.is_sample),
        alt=WORDS["pace_alt"].filled(clause=name, points=points).to(language),
        width_mm=140,
    )
