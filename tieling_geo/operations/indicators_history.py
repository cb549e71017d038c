"""An indicator's forms year by year, for the whole city and for each county by its own rows."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import itemgetter

import pandas as pd

from tieling_geo.operations.indicators import WHOLE, Cell, Figure, Stated, to_cells
from tieling_geo.operations.indicators_forms import Figures, Outcome, least_outcome, reckon

#: Columns of the table `series`; exact numbers are text, and blank where there is no value.
_SERIES = {
    "measure": "str",
    "year": "int64",
    "numerator": "str",
    "denominator": "str",
    "value": "float64",
}
#: Columns of the table `areas`.
_AREAS = {"measure": "str", "area": "str", "year": "int64", "value": "float64"}
Cells = Mapping[tuple[str, int], Cell]


def to_figures(cells: Cells, name: str) -> dict[int, Figure]:
    """Give the numbers of one indicator that are known, by year."""
    return {year: cell.figure for (of, year), cell in cells.items() if of == name and cell.figure}


def outcome_of(
    form: str, cells: Cells, names: Sequence[str], *, base: int, last: int, is_signed: bool
) -> Outcome | None:
    """Reckon one form as of the end of a year; of several indicators the least decides."""
    figures = [to_figures(cells, name) for name in names]
    return _outcome_of(form, figures, base=base, last=last, is_signed=is_signed)


def _outcome_of(
    form: str, figures: Sequence[Figures], *, base: int, last: int, is_signed: bool
) -> Outcome | None:
    """Reckon one form of the numbers that are known of each indicator."""
    outcomes = [reckon(form, known, base=base, last=last, is_signed=is_signed) for known in figures]
    return least_outcome(form, outcomes, is_signed=is_signed)


def _value(form: str, outcome: Outcome | None) -> Fraction | None:
    """Give a form's value where nothing was missing; a relative fall in percent."""
    if outcome is None or not outcome.is_whole:
        return None
    return outcome.estimate.value("%" if form == "relative_fall" else "")


def to_series(
    forms: Sequence[str],
    cells: Cells,
    names: Sequence[str],
    *,
    base: int,
    last: int,
    is_signed: bool,
) -> pd.DataFrame:
    """
    Reckon every form as of the end of each year from the base year on.

    Parameters
    ----------
    forms
        Keys of `tieling_geo.operations.indicators_forms.FORMS`.
    cells
        See `to_cells`.
    names
        The indicators, the least of which decides.
    base, last
        First and last year.
    is_signed
        True if numbers may be negative.

    Returns
    -------
    series
        `measure`, `year`, `numerator` and `denominator` (exact, as text; the second is blank for a
        plain total, both are where there is no value), `value`. A sum is zero in the base year.
    """
    rows: list[tuple[object, ...]] = []
    figures = [to_figures(cells, name) for name in names]
    for form in forms:
        for year in range(base, last + 1) if names else ():
            found = _outcome_of(form, figures, base=base, last=year, is_signed=is_signed)
            rows.append((form, year, *_printed(form, found, at_start=year == base)))
    return _to_table(rows, _SERIES)


def _to_table(rows: Sequence[tuple[object, ...]], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Lay out rows in columns of known kinds."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    return pd.DataFrame({
        name: pd.Series(list(values), dtype=kind).array
        for (name, kind), values in zip(kinds.items(), columns, strict=True)
    })


def _printed(form: str, found: Outcome | None, *, at_start: bool) -> tuple[str, str, float]:
    """Print a value exactly, and as a float."""
    if form == "cumulative" and at_start:
        return "0", "", 0.0
    value = _value(form, found)
    if found is None or value is None:
        return "", "", float("nan")
    below = found.estimate.denominator
    return str(found.estimate.numerator), "" if below is None else str(below), float(value)


def to_areas(
    forms: Sequence[str],
    stated: Stated,
    names: Sequence[str],
    *,
    base: int,
    last: int,
    is_signed: bool,
) -> pd.DataFrame:
    """
    Reckon every form of each county by its own rows, as of the end of each year.

    Parameters
    ----------
    forms, names, base, last, is_signed
        See `to_series`.
    stated
        See `tieling_geo.operations.indicators.to_stated`.

    Returns
    -------
    areas
        `measure`, `area`, `year`, `value`; only where a county has every number that is needed.
    """
    places = sorted({row.place for rows in stated.values() for row in rows} - {WHOLE})
    rows: list[tuple[str, str, int, float]] = []
    for place in places:
        cells = county_cells(stated, place, names, base=base, last=last)
        figures = [to_figures(cells, name) for name in names]
        for form in forms:
            for year in range(base, last + 1):
                found = _outcome_of(form, figures, base=base, last=year, is_signed=is_signed)
                value = _value(form, found)
                if value is not None:
                    rows.append((form, place, year, float(value)))
    return _to_table(sorted(rows, key=itemgetter(0, 1, 2)), _AREAS)


def county_cells(
    stated: Stated, place: str, names: Sequence[str], *, base: int, last: int
) -> dict[tuple[str, int], Cell]:
    """Find a county's numbers of each indicator and year."""
    own = {
        key: [row._replace(place=WHOLE) for row in rows if row.place == place]
        for key, rows in stated.items()
    }
    years = range(base, last + 1)
    return to_cells(own, names=names, years=years, counties=None, tolerance=None)
