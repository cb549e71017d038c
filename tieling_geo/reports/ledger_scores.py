"""Scorecards: how each clause stands in each county, and the clauses of each bureau by state."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from tieling_geo.operations.results import COUNTY_COLUMN
from tieling_geo.records import Assessment, Exact, Quantity, Result, State, Verdict
from tieling_geo.reports.ledger_headers import HEADERS
from tieling_geo.reports.ledger_pages import Table, TableValue
from tieling_geo.reports.ledger_terms import (
    bureaus_of,
    joined,
    number_cell,
    run_of,
    state_colours,
    unit_word,
)
from tieling_geo.reports.ledger_words import BLANK, PURPOSES, TITLES
from tieling_geo.reports.ledger_worklist import Task
from tieling_geo.text import Language


class _County(NamedTuple):
    """A clause's counts in one county; None where its measure is not counted by county."""

    estimate: Quantity | None = None
    counted: int | None = None
    unknown: int | None = None


def counties_table(found: Sequence[Task], assessment: Assessment, language: Language) -> Table:
    """Give one row a clause and county, from the results' rollups and the worklist."""
    against = Counter(_place(task) for task in found if not task.is_unknown)
    unknown = Counter(_place(task) for task in found if task.is_unknown)
    rows: list[list[TableValue]] = []
    for verdict in assessment.verdicts:
        clause = verdict.clause
        counties = _counties(verdict, assessment)
        counties |= {
            county: _County()
            for clause_id, county in {**against, **unknown}
            if clause_id == clause.clause_id and county not in counties
        }
        for county in sorted(counties, key=lambda name: (not name, name)):
            place = clause.clause_id, county
            rows.append([
                *_named(verdict, county, language),
                *_counted(verdict, counties[county], language),
                against[place],
                unknown[place],
            ])
    return Table(
        key="counties",
        title=TITLES["counties"].to(language),
        purpose=PURPOSES["counties"].to(language),
        headers=tuple(header.to(language) for header in HEADERS["counties"]),
        rows=rows,
        colours={3: state_colours(assessment.verdicts, language)},
        frozen_columns=4,
    )


def _place(task: Task) -> tuple[str, str]:
    """Name the clause and county of a task."""
    return task.verdict.clause.clause_id, task.county


def _named(verdict: Verdict, county: str, language: Language) -> list[TableValue]:
    """Name the clause, its verdict and the county."""
    clause = verdict.clause
    return [
        clause.clause_id,
        clause.paraphrase.to(language),
        verdict.label.to(language),
        county or BLANK.to(language),
    ]


def _counted(verdict: Verdict, county: _County, language: Language) -> list[TableValue]:
    """Say what was counted in a county, and its value."""
    unit, estimate = verdict.clause.unit, county.estimate
    value = estimate.value(unit) if estimate and county.counted else None
    below = estimate.denominator if estimate else None
    return [
        number_cell(Fraction(estimate.numerator) if estimate else None),
        number_cell(None if below is None else Fraction(below)),
        number_cell(value, verdict.clause.target),
        unit_word(unit, language) if estimate else "",
        county.counted,
        county.unknown,
    ]


def _counties(verdict: Verdict, assessment: Assessment) -> dict[str, _County]:
    """Give a clause's counts by county; empty where its measure is not counted by county."""
    found = run_of(verdict, assessment)
    if found is None:
        return {}
    rows = _rollups(found[1], verdict.clause.measure)
    told = zip(
        rows["group"],
        rows["numerator"],
        rows["denominator"],
        rows["counted"],
        rows["unknown"],
        strict=True,
    )
    return {
        str(group): _County(Quantity(_exact(above), _below(below)), int(counted), int(unknown))
        for group, above, below, counted, unknown in told
    }


def _rollups(result: Result, measure: str) -> pd.DataFrame:
    """Take the rows of a measure by county."""
    rows = result.rollups
    return rows[(rows["measure"] == measure) & (rows["dimension"] == COUNTY_COLUMN.name)]


def _exact(number: object) -> Exact:
    """Give a number of a table exactly."""
    return number if isinstance(number, int | Fraction) else Fraction(str(number))


def _below(number: float | Exact | None) -> Exact | None:
    """Give a denominator; None where the measure is a plain total."""
    # A table has not-a-number where there is none.
    return None if number is None or number != number else _exact(number)  # noqa: PLR0124


def bureaus_table(assessment: Assessment, language: Language) -> Table:
    """Count the clauses of each bureau's sections by state; spellings of one bureau together."""
    states = list(State)
    heads = [header.to(language) for header in HEADERS["bureaus"]]
    return Table(
        key="bureaus",
        title=TITLES["bureaus"].to(language),
        purpose=PURPOSES["bureaus"].to(language),
        headers=(
            *heads,
            *(state.label.to(language) for state in states),
            HEADERS["clauses"][0].to(language),
        ),
        rows=[
            [
                bureau,
                joined(dict.fromkeys(as_written), language),
                joined(dict.fromkeys(v.clause.section for v in verdicts), language),
                len(verdicts),
                *(sum(v.state is state for v in verdicts) for state in states),
                joined((v.clause.clause_id for v in verdicts), language),
            ]
            for bureau, (as_written, verdicts) in _by_bureau(assessment).items()
        ],
    )


def _by_bureau(assessment: Assessment) -> Mapping[str, tuple[list[str], list[Verdict]]]:
    """Put the clauses under every bureau of their section, in the plan's order."""
    aliases = assessment.plan.bureau_aliases
    grouped: dict[str, tuple[list[str], list[Verdict]]] = {}
    for verdict, written in _pairs(assessment):
        spellings, verdicts = grouped.setdefault(aliases.get(written, written), ([], []))
        spellings.append(written)
        if not verdicts or verdicts[-1] is not verdict:
            verdicts.append(verdict)
    return grouped


def _pairs(assessment: Assessment) -> Iterator[tuple[Verdict, str]]:
    """Give each clause with each bureau of its section."""
    for verdict in assessment.verdicts:
        for written in bureaus_of(verdict, assessment):
            yield verdict, written
