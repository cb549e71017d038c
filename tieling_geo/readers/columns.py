"""Bring a column's values to the type that the schema declares; what does not fit is flagged."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from tieling_geo.readers.headers import to_folded
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import NOTHING, Text

#: Years that a date in a ledger can have (closed): outside, it is a slip or stands for "for ever".
YEARS = (1900, 2199)
# Whole numbers up to here are exact as floating-point numbers.
_EXACT = 2**53
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?$")
_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_BOOLEANS = MappingProxyType(
    dict.fromkeys(("是", "有", "true", "yes", "y", "t", "1"), True)
    | dict.fromkeys(("否", "无", "false", "no", "n", "f", "0"), False)
)

#: Pandera's names of checks, and what they ask of a value.
_ASKED: Mapping[str, Text] = MappingProxyType({
    "not_nullable": Text("不能为空", "must not be blank"),
    "greater_than": Text("应大于 {n}(不含)", "must be more than {n}"),
    "greater_than_or_equal_to": Text("应不小于 {n}", "must be {n} or more"),
    "less_than": Text("应小于 {n}(不含)", "must be less than {n}"),
    "less_than_or_equal_to": Text("应不大于 {n}", "must be {n} or less"),
    "str_matches": Text("格式应为 {n}", "must look like {n}"),
})


def to_reason(check: str) -> Text:
    """
    Say in words what a check of the schema asks.

    Examples
    --------
    >>> to_reason("greater_than(0)").en
    'must be more than 0'
    """
    name, _, bound = check.partition("(")
    asked = _ASKED.get(name, Text("不符合规定 {n}", "breaks the rule {n}"))
    return asked.filled(n=bound.removesuffix(")") if name in _ASKED else check)


def to_told(value: object) -> str:
    """
    Say a cell's value as a person would: whole numbers without a point, missing ones empty.

    Examples
    --------
    >>> to_told(12.0), to_told("12.0"), to_told(None)
    ('12', '12.0', '')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else str(float(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Typed:
    """A column brought to its type, and the values that could not be."""

    column: pd.Series
    failed: pd.Series
    """Booleans: the value is there but is not of the column's type."""
    reason: Text


def to_typed(raw: pd.Series, column: ColumnCard) -> Typed:
    """
    Bring a column's values to the schema's type; what does not fit is flagged, never dropped.

    Parameters
    ----------
    raw
        n values as the file has them: text, numbers, dates, booleans, or missing.
    column
        What the schema says of the column.

    Returns
    -------
    typed
        n values in `column.dtype`; flagged ones are missing there.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.name == "capacity_mw")
    >>> to_typed(pd.Series(["７．５", "75t/h", ""]), capacity).column.tolist()
    [7.5, nan, nan]
    """
    text = _to_text(raw)
    if column.kind == "number":
        return _to_numbers(text, column)
    if column.kind == "integer":
        return _to_integers(text, column)
    if column.kind == "boolean":
        return _to_booleans(text)
    if column.kind == "date":
        return _to_dates(text)
    if column.values:  # noqa: PD011 - a field of ColumnCard
        return _to_allowed(text, column)
    return Typed(text, pd.Series(data=False, index=raw.index), NOTHING)


def to_number(text: str) -> float:
    """
    Read a plain decimal number, full-width digits included; NaN for anything else.

    Examples
    --------
    >>> to_number("１２.5"), to_number("1e3"), to_number("1,000"), to_number("inf")
    (12.5, 1000.0, nan, nan)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    number = float(plain) if _NUMBER.fullmatch(plain) else np.nan
    return number if np.isfinite(number) else np.nan


def _to_text(raw: pd.Series) -> pd.Series:
    """Give each value as stripped text; blanks are missing."""
    stripped = raw.astype("object").map(to_told, na_action="ignore").astype("str").str.strip()
    return stripped.mask(stripped == "")


def _to_numbers(text: pd.Series, column: ColumnCard) -> Typed:
    """Read plain decimal numbers; NaN and infinity are no numbers."""
    numbers = text.map(to_number, na_action="ignore").astype("float64")
    reason = Text(f"不是数字(列“{column.header_zh}”)", f"not a number (column {column.name})")
    return Typed(numbers, text.notna() & numbers.isna(), reason)


def _to_integers(text: pd.Series, column: ColumnCard) -> Typed:
    """Read whole numbers that are exact."""
    numbers = _to_numbers(text, column).column
    whole = numbers.where((numbers == numbers.round()) & (numbers.abs() < _EXACT))
    reason = Text(f"不是整数(列“{column.header_zh}”)", f"not a whole number (column {column.name})")
    return Typed(whole.astype("Int64"), text.notna() & whole.isna(), reason)


def _to_booleans(text: pd.Series) -> Typed:
    """Read yes and no in the spellings that ledgers use."""
    values = text.map(cache(to_folded), na_action="ignore").astype("object").map(_BOOLEANS)
    reason = Text("应为“是”或“否”", "should be yes or no")
    return Typed(values.astype("boolean"), text.notna() & values.isna(), reason)


def _to_day(text: str) -> pd.Timestamp | None:
    """Read 2023-12-31, 2023/12/31, 2023.12.31 or 2023年12月31日; a time other than 0:00 fails."""
    found = _DAY.fullmatch(_MIDNIGHT.sub("", unicodedata.normalize("NFKC", text)))
    try:
        day = date(*map(int, found.groups())) if found else date.min
    except ValueError:
        return None
    return pd.Timestamp(day) if YEARS[0] <= day.year <= YEARS[1] else None


def _to_dates(text: pd.Series) -> Typed:
    """Read days."""
    days = text.map(cache(_to_day), na_action="ignore").astype("datetime64[ns]")
    reason = Text(
        f"不是日期,应如 2023-12-31({YEARS[0]} 至 {YEARS[1]} 年,不带时刻)",
        f"not a day such as 2023-12-31, {YEARS[0]} to {YEARS[1]}, without a time",
    )
    return Typed(days, text.notna() & days.isna(), reason)


def _to_allowed(text: pd.Series, column: ColumnCard) -> Typed:
    """Read an allowed value by its code, by either title, or by a known other spelling."""
    known = column.values  # noqa: PD011 - a field of ColumnCard
    codes = {to_folded(word): code for code, title in known.items() for word in (code, *title)}
    codes |= {to_folded(alias): code for alias, code in column.value_aliases.items()}
    values = (
        text.map(cache(to_folded), na_action="ignore").astype("object").map(codes).astype("str")
    )
    allowed = "、".join(title.zh for title in known.values())
    reason = Text(f"不在允许值内:{allowed}", f"not one of: {', '.join(known)}")
    return Typed(values, text.notna() & values.isna(), reason)
