"""A measure year by year, beside the straight line from the base year to the target."""

from fractions import Fraction

import pandas as pd

from tieling_geo.plan.lexicon import HEDGES
from tieling_geo.records import Clause, PacePoint, Result

#: Table of a result that gives its measures as of the end of each year; see `to_pace`.
SERIES = "series"
#: Its columns: exact numerators and denominators as text, blank where there is none.
SERIES_COLUMNS = ("measure", "year", "numerator", "denominator", "value")


def to_pace(clause: Clause, result: Result) -> tuple[PacePoint, ...]:
    """
    Hold a measure's history against the straight line from its base year to its target.

    The line starts at the measure's value in the base year (a fall or a sum is zero there) and
    reaches the target in the year of the deadline; a year after that keeps the target. A measure
    that is to stay at its target in every year has the target for its line.

    Parameters
    ----------
    clause
        A clause with a target and a deadline.
    result
        What its analysis found; its table `series` has `SERIES_COLUMNS`, one row a measure and
        year, and its parameter `base_year` says where the line starts.

    Returns
    -------
    pace
        One point a year after the base year, to the deadline at least; empty without a history,
        a target, a deadline, or a value in the base year.

    Examples
    --------
    See `tests/plan/test_pace.py`: a fall of 15 % over five years is due by 3 points a year.
    """
    base = result.parameters.get("base_year")
    if SERIES not in result.tables or base is None or clause.target is None or not clause.deadline:
        return ()
    first, last = int(float(str(base.value))), clause.deadline.year
    known = _history(result.tables[SERIES], clause)
    is_kept = any(HEDGES[word].aggregation == "every_year" for word in clause.hedges)
    start = clause.target if is_kept else known.get(first)
    if start is None or last <= first:
        return ()
    return tuple(
        _point(clause, year, known.get(year), _line(start, clause.target, first, last, year))
        for year in range(first + 1, max([last, *known]) + 1)
    )


def _history(series: pd.DataFrame, clause: Clause) -> dict[int, Fraction]:
    """Give a measure's exact value by year."""
    scale = 100 if clause.unit == "%" else 1
    found = {}
    # A history has few rows.
    columns = (series[name].tolist() for name in SERIES_COLUMNS[:-1])
    for measure, year, numerator, denominator in zip(*columns, strict=True):
        if measure != clause.measure or not numerator:
            continue
        whole = Fraction(numerator)
        found[int(year)] = whole / Fraction(denominator) * scale if denominator else whole
    return found


def _line(start: Fraction, target: Fraction, first: int, last: int, year: int) -> Fraction:
    """Give the straight line's value in a year."""
    return start + (target - start) * Fraction(min(year, last) - first, last - first)


def _point(clause: Clause, year: int, value: Fraction | None, line: Fraction) -> PacePoint:
    """Compare one year; below the line is ahead where the plan wants less."""
    if value is None:
        return PacePoint(year, None, line, None)
    if clause.comparator in {"==", "about"}:
        return PacePoint(year, value, line, value - line)
    sign = -1 if clause.comparator in {"<=", "<"} else 1
    return PacePoint(year, value, line, sign * (value - line))
