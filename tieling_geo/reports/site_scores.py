"""What the dashboard adds up: coverage, states, sections, bureaus, counties, cross-checks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from tieling_geo.plan.coverage_ledger import GROUP_TITLES, CoverageLedger
from tieling_geo.records import Assessment, CrossCheck, DeadlineState, State, Verdict
from tieling_geo.render.chips import SOFT_MARK, STATE_MARKS, look, mark
from tieling_geo.render.popup import plain_text
from tieling_geo.reports.site_charts import squares
from tieling_geo.reports.site_clauses import Page, shown_ids
from tieling_geo.reports.site_words import CHECKS, STRICTNESS, WORDS
from tieling_geo.text import NOTHING

#: Clauses that one table of counties has at most, so that it fits a screen and a sheet of paper.
MOST_COLUMNS = 12


def filter_link(**filters: str) -> str:
    """
    Give the address within the page that sets filters.

    Examples
    --------
    >>> filter_link(county="东区", state="met")
    '#county=%E4%B8%9C%E5%8C%BA&state=met'
    """
    return "#" + "&".join(f"{name}={_quoted(value)}" for name, value in filters.items())


def clause_link(clause_id: str) -> str:
    """
    Give the address within the page that opens a clause.

    Examples
    --------
    >>> clause_link("I01")
    '#I01'
    """
    return f"#{_quoted(clause_id)}"


def _quoted(value: str) -> str:
    """Write a value as part of an address, as the page's script reads it."""
    return quote(plain_text(value), safe="")


def coverage_rows(ledger: CoverageLedger, page: Page) -> list[dict[str, object]]:
    """List the rows of the coverage ledger."""
    return [
        {
            "word": row.word,
            "look": row.word.partition("_data_")[0] + "_data" * ("_data_" in row.word),
            "title": page.to(row.title),
            "count": row.count,
            "href": filter_link(coverage=row.word),
        }
        for row in ledger.rows
    ]


def coverage_sum(ledger: CoverageLedger, page: Page) -> str:
    """Say how the groups add up: `达到 3 + … = 102`."""
    parts = (f"{page.to(GROUP_TITLES[word])} {n}" for word, n in ledger.groups.items())
    return f"{' + '.join(parts)} = {ledger.total}"


def state_chips(verdicts: Sequence[Verdict], page: Page) -> list[dict[str, object]]:
    """Count the verdicts by state, states without one too."""
    soft = sum(look(verdict) == "soft" for verdict in verdicts)
    violated = any(verdict.is_violation for verdict in verdicts)
    return [
        {
            "word": state.value,
            "look": "soft" if soft and not violated and state is State.NOT_MET else state.value,
            "mark": STATE_MARKS[state],
            "title": page.to(state.label),
            "count": sum(verdict.state is state for verdict in verdicts),
            "note": page.to(WORDS["violations"]).replace("{n}", str(soft))
            if soft and state is State.NOT_MET
            else "",
        }
        for state in State
    ]


def legend(page: Page) -> list[dict[str, str]]:
    """Say what each mark of the squares means."""
    states = [
        {"look": state.value, "mark": STATE_MARKS[state], "title": page.to(state.label)}
        for state in State
    ]
    soft = {"look": "soft", "mark": SOFT_MARK, "title": page.to(WORDS["soft"])}
    return [*states[:2], soft, *states[2:]]


def by_section(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    """Put the verdicts under their sections, in the order of the verdicts."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        grouped.setdefault(verdict.clause.section, []).append(verdict)
    return grouped


def section_chart(page: Page) -> list[dict[str, object]]:
    """Draw the verdicts of each section as squares, and count them in words."""
    rows = []
    for number, verdicts in by_section(page.assessment.verdicts).items():
        section = page.assessment.plan.sections.get(number)
        counts = Counter(verdict.state for verdict in verdicts)
        rows.append({
            "number": number,
            "title": page.to(section.title if section else NOTHING),
            "href": filter_link(section=number),
            "chart": squares([_square(v, page) for v in verdicts]),
            "total": len(verdicts),
            "counts": [
                {"title": page.to(state.label), "count": counts[state]}
                for state in State
                if counts[state]
            ],
        })
    return rows


def _square(verdict: Verdict, page: Page) -> dict[str, str]:
    """Say what a square stands for."""
    told = f"{verdict.clause.clause_id} {page.to(verdict.label)}"
    return {"look": look(verdict), "mark": mark(verdict), "told": told}


def usual_bureaus(assessment: Assessment) -> dict[str, list[str]]:
    """
    List every bureau by its usual name, each once, with the names that the plan writes for it.

    In the order in which the plan's sections first name them.
    """
    found: dict[str, dict[str, None]] = {}
    for section in assessment.plan.sections.values():
        for written in section.bureaus:
            usual = assessment.plan.bureau_aliases.get(written, written)
            found.setdefault(plain_text(usual), {})[plain_text(written)] = None
    return {usual: list(written) for usual, written in found.items()}


def bureaus_of(section: str, assessment: Assessment) -> list[str]:
    """List the usual names of the bureaus that the plan names for a section."""
    known = assessment.plan.sections.get(section)
    aliases = assessment.plan.bureau_aliases
    named = known.bureaus if known else ()
    return list(dict.fromkeys(plain_text(aliases.get(b, b)) for b in named))


def bureau_scores(page: Page, bureaus: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Count each bureau's clauses by state."""
    counts: dict[str, Counter[State]] = {bureau: Counter() for bureau in bureaus}
    for verdict in page.assessment.verdicts:
        for bureau in bureaus_of(verdict.clause.section, page.assessment):
            counts[bureau][verdict.state] += 1
    return [
        {
            "name": bureau,
            "also": [name for name in written if name != bureau],
            "href": filter_link(bureau=bureau),
            "total": counts[bureau].total(),
            "states": [
                {
                    "count": counts[bureau][state],
                    "href": filter_link(bureau=bureau, state=state.value),
                }
                for state in State
            ],
        }
        for bureau, written in bureaus.items()
    ]


def county_scores(page: Page, counties: Sequence[str]) -> list[dict[str, object]]:
    """
    Hold the counties (rows) against the decided clauses (columns), a dozen to a table.

    A clause whose features are all in no county, such as one on the whole city, is left out.
    """
    decided = [
        v
        for v in page.assessment.verdicts
        if v.is_decided and any(share.county for share in page.shares[v.clause.clause_id])
    ]
    parts = [decided[k : k + MOST_COLUMNS] for k in range(0, len(decided), MOST_COLUMNS)]
    return [_county_table(part, page, counties) for part in parts]


def _county_table(
    verdicts: Sequence[Verdict], page: Page, counties: Sequence[str]
) -> dict[str, object]:
    """Make one table of counties and some clauses."""
    cells = {
        v.clause.clause_id: {share.county: share for share in page.shares[v.clause.clause_id]}
        for v in verdicts
    }
    return {
        "clauses": [
            {
                "id": v.clause.clause_id,
                "title": page.to(v.clause.paraphrase),
                "href": clause_link(v.clause.clause_id),
                "look": look(v),
                "mark": mark(v),
                "state_title": page.to(v.label),
            }
            for v in verdicts
        ],
        "rows": [
            {
                "county": county or page.to(WORDS["no_county"]),
                "href": filter_link(county=county or NO_COUNTY),
                "cells": [cells[v.clause.clause_id].get(county) for v in verdicts],
            }
            for county in counties
        ],
    }


#: What the county filter calls features that are in no county.
NO_COUNTY = "-"


def filters(page: Page, ledger: CoverageLedger) -> dict[str, list[dict[str, object]]]:
    """List what the filters with fixed words offer, with the number of clauses of each."""
    verdicts = page.assessment.verdicts
    deadlines = Counter(verdict.deadline_state for verdict in verdicts)
    strictness = Counter(verdict.clause.strictness for verdict in verdicts)
    return {
        "coverage": [
            {"word": row.word, "title": page.to(row.title), "count": row.count}
            for row in ledger.rows
            if row.count
        ],
        "deadline": [
            {"word": state.value, "title": page.to(state.label), "count": deadlines[state]}
            for state in DeadlineState
            if deadlines[state]
        ],
        "strictness": [
            {"word": word, "title": page.to(title), "count": strictness[word]}
            for word, title in STRICTNESS.items()
            if strictness[word]
        ],
    }


def check_row(check: CrossCheck, page: Page) -> dict[str, object]:
    """Say what was held against each other, and what came of it."""
    sign, title = CHECKS[check.state]
    return {
        "name": check.name,
        "title": page.to(check.title),
        "clauses": check.clauses,
        "state": check.state,
        "mark": sign,
        "state_title": page.to(title),
        "told": page.to(check.told),
        "rows": [
            {"title": page.to(row_title), "number": number, **shown_ids(ids)}
            for row_title, number, ids in check.rows
        ],
    }
