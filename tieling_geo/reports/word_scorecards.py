"""How counties and bureaus stand: counts of the one, clauses of the other."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tieling_geo.plan.words import to_words
from tieling_geo.records import Assessment, State, Verdict
from tieling_geo.reports.ledger_terms import bureaus_of, joined
from tieling_geo.reports.site_counties import result_of
from tieling_geo.reports.word_manuscript import Column, Manuscript
from tieling_geo.reports.word_results import COUNTED
from tieling_geo.reports.word_words import PARTS, WORDS
from tieling_geo.text import Language

#: Counties that one table has at most; more are told in the next one.
MOST_COUNTIES = 8
_COUNTY = "county_name"

Counts = Mapping[str, Mapping[str, str]]


def write_scorecards(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write the counts by county, and the verdicts by bureau."""
    manuscript.heading(PARTS["scorecards"].to(language), new_page=True)
    counts = county_counts(assessment)
    counties = sorted({county for row in counts.values() for county in row})
    for number, start in enumerate(range(0, len(counties), MOST_COUNTIES), start=1):
        part = counties[start : start + MOST_COUNTIES]
        _write_counties(manuscript, number, counts, part, language)
    if counties:
        manuscript.write(WORDS["county_note"].to(language))
    _write_bureaus(manuscript, assessment, language)


def county_counts(assessment: Assessment) -> dict[str, dict[str, str]]:
    """
    Give what each county adds to each clause that was counted.

    Returns
    -------
    counts
        Clause -> county -> `done/all` or a total, and how many are not known.
    """
    counts = {}
    for verdict in assessment.verdicts:
        told = dict(_counties(verdict, assessment))
        if told:
            counts[verdict.clause.clause_id] = told
    return counts


def _counties(verdict: Verdict, assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Give each county's part of a clause's measure."""
    found = result_of(verdict, assessment)
    if found is None or verdict.state not in COUNTED or verdict.estimate is None:
        return
    measure = found.measures[verdict.clause.measure]
    table = found.rollups
    rows = table[(table["measure"] == measure.name) & (table["dimension"] == _COUNTY)]
    is_share = measure.estimate.denominator is not None
    for row in rows.to_dict("records"):
        yield str(row["group"]), _told(row, is_share=is_share)


def _told(row: Mapping[Any, Any], *, is_share: bool) -> str:
    """Print one county's counts."""
    told = _total(row["numerator"])
    if is_share:
        told += f"/{_total(row['denominator'])}"
    return f"{told} (?{int(row['unknown'])})" if int(row["unknown"]) else told


def _total(number: object) -> str:
    """Print a total."""
    return to_words(Fraction(str(number)))


def _write_counties(
    manuscript: Manuscript,
    number: int,
    counts: Counts,
    counties: Sequence[str],
    language: Language,
) -> None:
    """Write a table of some counties, one a column."""
    width = 92 / len(counties)
    manuscript.table(
        f"counties_{number}",
        WORDS["county_table"].filled(part=number).to(language),
        [Column(WORDS["clause"].to(language), 9), *(Column(c, width) for c in counties)],
        [
            (clause, *(told.get(county, "—") for county in counties))
            for clause, told in counts.items()
        ],
    )


def bureau_counts(assessment: Assessment) -> dict[str, dict[State, int]]:
    """Count the clauses of each bureau's sections by state, under the bureaus' usual names."""
    aliases = assessment.plan.bureau_aliases
    counts: dict[str, dict[State, int]] = {}
    for verdict in assessment.verdicts:
        for bureau in dict.fromkeys(aliases.get(b, b) for b in bureaus_of(verdict, assessment)):
            states = counts.setdefault(bureau, dict.fromkeys(State, 0))
            states[verdict.state] += 1
    return counts


def _write_bureaus(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write the table of bureaus."""
    counts = bureau_counts(assessment)
    if not counts:
        manuscript.write(WORDS["none_here"].to(language))
        return
    written: dict[str, list[str]] = {}
    for alias, usual in assessment.plan.bureau_aliases.items():
        written.setdefault(usual, []).append(alias)
    rows = []
    for bureau, states in counts.items():
        others = joined(written.get(bureau, []), language)
        name = f"{bureau} ({others})" if others else bureau
        rows.append((name, *map(str, states.values()), str(sum(states.values()))))
    manuscript.table(
        "bureaus",
        WORDS["bureau_table"].to(language),
        [
            Column(WORDS["bureau"].to(language), 26),
            *(Column(state.label.to(language), 10) for state in State),
            Column(WORDS["total"].to(language), 8),
        ],
        rows,
    )
    manuscript.write(WORDS["bureau_note"].to(language))
