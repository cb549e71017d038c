"""
What the table of indicators states of an indicator, an area and a year.

A number is the decimal that its ledger prints, exact. The whole city's own row decides; where the
counties' numbers add up to the city's, they can stand in for it, and they can contradict it. No
number is taken from another year, converted, or guessed.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

#: Stands for the whole city where a place is named.
WHOLE = ""
#: Why a row that should give a number does not: the words of `fault`.
FAULTS = MappingProxyType({
    "double": Text("同一指标、区域、年份不止一行", "several rows state this number"),
    "no_value": Text("数值缺失", "value is missing"),
    "no_unit": Text("缺单位", "unit is missing"),
    "other_unit": Text("单位不是该指标的单位,不作换算", "in another unit; nothing is converted"),
    "negative": Text("数值为负", "value is negative"),
})
#: Units in which a number may be below zero: a change has a sign, an amount has none.
_SIGNED = frozenset({"percentage_point"})


def last_complete_year(as_of: date) -> int:
    """
    Give the last year that was over by a day; a day of 31 December ends its own year (closed).

    Examples
    --------
    >>> last_complete_year(date(2025, 12, 31)), last_complete_year(date(2025, 12, 30))
    (2025, 2024)
    """
    return as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1


def to_exact(value: float) -> Fraction | None:
    """
    Give the decimal that a ledger's number prints; None where there is no finite number.

    Examples
    --------
    >>> to_exact(14.5), to_exact(0.1) == Fraction(1, 10), to_exact(float("nan"))
    (Fraction(29, 2), True, None)
    """
    return Fraction(str(float(value))) if math.isfinite(value) else None


def to_plain(name: str) -> str:
    """
    Bring a name to the form in which names are compared.

    Examples
    --------
    >>> to_plain(" ＣＯＤ 减排量") == to_plain("cod减排量")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def to_whole_year(name: str, value: float) -> int:
    """
    Give a year as a whole number.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if not value.is_integer():
        raise ParameterError(
            Text(f"参数 {name}:{value!r} 不是年份", f"parameter {name}: {value!r} is no year")
        )
    return int(value)


def check_names(name: str, listed: Sequence[str]) -> tuple[str, ...]:
    """
    Return the names on a list.

    Raises
    ------
    ParameterError
        If one is blank or stands there twice.
    """
    plain = [to_plain(one) for one in listed]
    if not all(plain) or len(set(plain)) < len(plain):
        raise ParameterError(
            Text(
                f"参数 {name}:有空白或重复的名称",
                f"parameter {name}: a name is blank or stands twice",
            )
        )
    return tuple(listed)


def check_share(name: str, value_pct: float) -> Fraction:
    """
    Return a tolerance in percent as an exact share.

    Raises
    ------
    ParameterError
        If it is negative.
    """
    if value_pct < 0:
        raise ParameterError(
            Text(f"参数 {name} 不得为负", f"parameter {name} must not be negative")
        )
    return Fraction(str(value_pct)) / 100


def can_be_negative(unit: str) -> bool:
    """Tell whether a number in a unit may be below zero."""
    return unit in _SIGNED


def to_county_names(counties: gpd.GeoDataFrame | None) -> tuple[str, ...] | None:
    """List the counties, sorted; None where the layer is not there."""
    return None if counties is None else tuple(sorted(set(counties["name"].dropna())))


def to_statements(
    rows: gpd.GeoDataFrame,
    *,
    names: Sequence[str],
    units: Mapping[str, str],
    whole_area: Sequence[str],
    counties: Sequence[str] | None,
) -> pd.DataFrame:
    """
    Say of each row which number it states.

    Parameters
    ----------
    rows
        `Indicators` layer, n rows.
    names
        The indicators that are asked about.
    units
        `actual` and `target` -> the unit that a row of this kind must have.
    whole_area
        Names of the whole city in the column `area`.
    counties
        Names of the counties; None: every area that is not the whole city is one.

    Returns
    -------
    statements
        n rows, index of `rows`: `asked` (the indicator as it is asked about, blank for another),
        `place` (`WHOLE`, a county, or missing for an unknown area), `year`, `kind`, `exact` (a
        Fraction or None) and `fault` (a word of `FAULTS`, or blank).
    """
    spelled = {to_plain(name): name for name in names}
    known = sorted(set(rows["area"])) if counties is None else counties
    places = {to_plain(name): name for name in reversed(known)}
    places |= {to_plain(name): WHOLE for name in whole_area}
    # Row by row, and every column laid out once: a run has few rows, and there are many runs.
    asked = [spelled.get(to_plain(name), "") for name in rows["indicator"].tolist()]
    place = [places.get(to_plain(area)) for area in rows["area"].tolist()]
    kind = rows["kind"].fillna("actual")
    exact = [to_exact(value) for value in rows["value"].tolist()]
    stated = list(zip(asked, place, rows["year"].tolist(), kind.tolist(), strict=True))
    fault = _faults(stated, exact, rows["unit"].tolist(), units)
    index = rows.index
    columns = {
        "asked": pd.Series(asked, index, dtype="str"),
        "place": pd.Series(place, index, dtype="str"),
        "year": rows["year"],
        "kind": kind,
        "exact": pd.Series(exact, index, dtype=object),
        "fault": pd.Series(fault, index, dtype="str"),
    }
    return pd.DataFrame(columns, index=index)


def _faults(
    stated: Sequence[tuple[str, str | None, int, str]],
    exact: Sequence[Fraction | None],
    given: Sequence[str | float | None],
    units: Mapping[str, str],
) -> list[str]:
    """Say why a row's number cannot be used; nothing is said of rows that nobody asks about."""
    times = Counter(stated)
    return [
        ""
        if not key[0]
        else "double"
        if times[key] > 1 and key[1] is not None
        else _fault(value, unit, units.get(key[3]))
        for key, value, unit in zip(stated, exact, given, strict=True)
    ]


def _fault(exact: Fraction | None, unit: str | float | None, needed: str | None) -> str:
    """Say why a number in a unit cannot be used where another unit is needed; blank: it can."""
    if exact is None:
        return "no_value"
    if pd.isna(unit):
        return "no_unit"
    if unit != needed:
        return "other_unit"
    return "negative" if exact < 0 and not can_be_negative(needed) else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's number of one year, with the bounds that rows which contradict it allow."""

    low: Fraction
    value: Fraction
    high: Fraction
    rows: tuple[str, ...]
    """Ids of the rows that give it, sorted."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator of the whole city in one year: its number, and the part that each row plays."""

    figure: Figure | None
    roles: Mapping[str, str] = field(default_factory=dict)
    """Id of each row of the cell -> `used`, a word of `FAULTS`, or one of `to_cell`."""
    is_absent: bool = False
    """No row states the whole city's number, and the counties cannot stand in for it."""
    parts: Fraction | None = None
    """Sum of the counties, where all of them are known."""


class Statement(NamedTuple):
    """What one row states, of those that say what was."""

    key: str
    place: str
    exact: Fraction | None
    fault: str


#: Indicator and year -> the rows that state it.
Stated = Mapping[tuple[str, int], Sequence[Statement]]


def to_stated(statements: pd.DataFrame) -> dict[tuple[str, int], list[Statement]]:
    """Sort the rows of `to_statements` that say what was, of known areas, by what they state."""
    found: dict[tuple[str, int], list[Statement]] = {}
    names = ("asked", "kind", "year", "place", "exact", "fault")
    columns = (statements[name].tolist() for name in names)
    for key, asked, kind, year, place, exact, fault in zip(statements.index, *columns, strict=True):
        if asked and kind == "actual" and not pd.isna(place):
            row = Statement(str(key), place, exact, fault)
            found.setdefault((asked, int(year)), []).append(row)
    return found


def to_cell(
    rows: Sequence[Statement], *, counties: Sequence[str] | None, tolerance: Fraction | None
) -> Cell:
    """
    Find the whole city's number of one indicator and year.

    The city's own row decides. Counties whose sum differs from it by more than the tolerance
    contradict it: the number then lies between the two. Without a usable row of the city the sum
    of all counties stands in. Which counties there are, only their layer says.

    Parameters
    ----------
    rows
        What is stated of one indicator and year.
    counties
        Names of all counties; None: not known, and nothing is summed.
    tolerance
        Share of the city's number up to which the sum may differ (closed); None: the counties'
        numbers do not add up to the city's, and their rows are not looked at.

    Returns
    -------
    cell
        Roles: `used`; `beside` (a county's row beside the city's); `contradicts`; `stood_in` (a row
        of the city for which the counties stand in); `incomplete` (counties, of which others are
        not known); or a fault.
    """
    whole = [row for row in rows if row.place == WHOLE]
    parts = [] if tolerance is None else [row for row in rows if row.place != WHOLE]
    own = [row for row in whole if not row.fault and row.exact is not None]
    total = _sum(parts, counties)
    if own:
        return _own_cell(own, parts, total, tolerance)
    if total is not None:
        ids = tuple(sorted(row.key for row in parts))
        roles = dict.fromkeys((r.key for r in whole), "stood_in") | dict.fromkeys(ids, "used")
        return Cell(Figure(total, total, total, ids), roles, parts=total)
    faults = {row.key: row.fault for row in whole}
    faults |= {row.key: row.fault or "incomplete" for row in parts}
    return Cell(None, faults, is_absent=not whole)


def _own_cell(
    own: Sequence[Statement],
    parts: Sequence[Statement],
    total: Fraction | None,
    tolerance: Fraction | None,
) -> Cell:
    """Take the city's own number, and hold the counties' sum against it."""
    value = own[0].exact or Fraction(0)
    ids = tuple(row.key for row in own)
    differs = total is not None and abs(total - value) > abs(value) * (tolerance or 0)
    bounds = (value, total) if differs and total is not None else (value, value)
    word = "contradicts" if differs else "beside"
    roles = dict.fromkeys(ids, "used") | dict.fromkeys((row.key for row in parts), word)
    return Cell(Figure(min(bounds), value, max(bounds), ids), roles, parts=total)


def _sum(parts: Sequence[Statement], counties: Sequence[str] | None) -> Fraction | None:
    """Add up the counties; None unless each of them has one number."""
    if not counties or any(row.fault for row in parts):
        return None
    if {row.place for row in parts} != set(counties):
        return None
    return sum((row.exact or Fraction(0) for row in parts), Fraction(0))


def to_cells(
    stated: Stated,
    *,
    names: Sequence[str],
    years: Iterable[int],
    counties: Sequence[str] | None,
    tolerance: Fraction | None,
) -> dict[tuple[str, int], Cell]:
    """
    Find the whole city's number of each indicator and year, of the rows that state what was.

    Parameters
    ----------
    stated
        See `to_stated`.
    names, years
        What is asked.
    counties, tolerance
        See `to_cell`.
    """
    keys = [(name, year) for name in names for year in years]
    return {
        key: to_cell(stated.get(key, ()), counties=counties, tolerance=tolerance) for key in keys
    }
