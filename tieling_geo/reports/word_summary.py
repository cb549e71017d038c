"""Title page, summary and maps of the report."""

from collections.abc import Sequence

from tieling_geo.plan.coverage_ledger import CoverageLedger, coverage_ledger
from tieling_geo.records import Assessment, PublishedMap
from tieling_geo.render.charts import (
    MOST_ROWS,
    has_target,
    state_counts,
    states_chart,
    targets_charts,
)
from tieling_geo.render.fonts import lettering
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.static_map import draw_static
from tieling_geo.reports.ledger_terms import joined
from tieling_geo.reports.word_manuscript import Column, Manuscript
from tieling_geo.reports.word_numbers import target_words, value_and_range
from tieling_geo.reports.word_styles import ALARM
from tieling_geo.reports.word_words import PARTS, WORDS
from tieling_geo.reports.word_xml import Element, paragraph, run
from tieling_geo.text import Language

#: Pixels that a map is wide in the report, 215 to the inch.
MAP_PX = 1400


def write_title_page(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write what the report is of, of which day, and whether it is a sample."""
    for _ in range(5):
        manuscript.write("")
    if assessment.is_sample:
        warning = run(SAMPLE.to(language), bold=True, colour=ALARM, size_pt=16)
        manuscript.add(paragraph("Normal", warning, centred=True))
    manuscript.add(paragraph("Title", run(assessment.title.to(language)), centred=True))
    name = run(WORDS["report"].to(language), size_pt=20)
    manuscript.add(paragraph("Normal", name, centred=True))
    manuscript.write("")
    approval = assessment.map_approval_no or WORDS["no_approval"].to(language)
    lines = {
        "plan": assessment.plan.title.to(language),
        "as_of": assessment.as_of.isoformat(),
        "approval": approval,
        "font": lettering(language).remark.to(language),
    }
    for word, told in lines.items():
        if told:
            manuscript.labelled(WORDS[word].to(language), told)


def write_summary(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write how far the clauses were answered, and the charts of it."""
    ledger = coverage_ledger(assessment)
    manuscript.heading(PARTS["summary"].to(language), new_page=True)
    counts = {row.word: row.count for row in ledger.rows}
    told = WORDS["told"].filled(total=ledger.total, **{**counts, **ledger.groups})
    comma = WORDS["and"].to(language)
    references: list[str | Element] = [*manuscript.reference("coverage")]
    if assessment.verdicts:
        references += [comma, *manuscript.reference("states")]
    manuscript.write(told.to(language), *references, WORDS["stop"].to(language))
    manuscript.write(WORDS["legend"].to(language))
    _write_coverage(manuscript, ledger, language)
    _write_violations(manuscript, assessment, language)
    _write_charts(manuscript, assessment, language)


def _write_coverage(manuscript: Manuscript, ledger: CoverageLedger, language: Language) -> None:
    """Write the table of states, each with its clauses, and point to what is waited for."""
    rows = [
        (row.title.to(language), str(row.count), joined(row.clauses, language) or "—")
        for row in ledger.rows
    ]
    total = WORDS["total"].to(language)
    manuscript.table(
        "coverage",
        WORDS["coverage"].to(language),
        [
            Column(WORDS["state"].to(language), 26),
            Column(WORDS["count"].to(language), 11),
            Column(WORDS["clauses"].to(language), 65),
        ],
        [*rows, (total, str(ledger.total), "")],
    )
    if ledger.groups["waiting"] or ledger.groups["not_decidable"]:
        point = manuscript.reference("open")
        manuscript.write(WORDS["waiting_table"].to(language), *point, WORDS["stop"].to(language))


def _write_violations(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """List the binding clauses that are not met."""
    violated = [v for v in assessment.verdicts if v.is_violation]
    if not violated:
        return
    titles = (("clause", 9), ("asks", 45), ("value_range", 24), ("target", 22))
    manuscript.table(
        "violations",
        WORDS["violations"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in titles],
        [
            (
                v.clause.clause_id,
                v.clause.paraphrase.to(language),
                value_and_range(v, language),
                target_words(v.clause, language),
            )
            for v in violated
        ],
    )


def _write_charts(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Draw the states by section, and values beside their targets."""
    verdicts, sample = assessment.verdicts, assessment.is_sample
    if not verdicts:
        return
    sections = len(state_counts(verdicts))
    alt = WORDS["states_alt"].filled(n=sections, total=len(verdicts))
    manuscript.figure(
        "states",
        WORDS["states"].to(language),
        states_chart(verdicts, assessment.plan, language=language, is_sample=sample),
        alt=alt.to(language),
    )
    shown = [v for v in verdicts if has_target(v)]
    pictures = targets_charts(verdicts, language=language, is_sample=sample)
    for number, png in enumerate(pictures):
        part = shown[number * MOST_ROWS : (number + 1) * MOST_ROWS]
        first, last = part[0].clause.clause_id, part[-1].clause.clause_id
        manuscript.figure(
            f"targets_{number}",
            WORDS["targets"].filled(first=first, last=last).to(language),
            png,
            alt=WORDS["targets_alt"].filled(n=len(part)).to(language),
        )


def write_maps(
    manuscript: Manuscript,
    assessment: Assessment,
    maps: Sequence[PublishedMap],
    language: Language,
) -> None:
    """Draw every published map."""
    manuscript.heading(PARTS["maps"].to(language), new_page=True)
    if not maps:
        manuscript.write(WORDS["none_here"].to(language))
    for published in maps:
        title = published.title.to(language)
        manuscript.figure(
            f"map_{published.map_id}",
            title,
            draw_static(assessment, published, language, width_px=MAP_PX),
            alt=WORDS["map_alt"].filled(title=title).to(language),
        )
