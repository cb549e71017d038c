"""What a cell and a sheet's name of a workbook may hold, and how other things are made to fit."""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from tieling_geo.text import Text

#: Limits of the format, all closed. Lengths of text count UTF-16 units, as Excel does.
MAX_ROWS, MAX_COLUMNS, MAX_TEXT, MAX_SHEET_NAME = 1_048_576, 16_384, 32_767, 31
#: What a cell can hold; text is never a formula.
CellValue = str | int | float | bool | date | datetime | time | timedelta | None

# What XML cannot carry, and surrogates without their partner.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")
# Programs read `_x0041_` as `A`: the format's own escape, which text may hold by chance.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_CUT = "…(原文 {n} 字,已截断 / cut, {n} characters)"
# Excel keeps 15 digits, and has no day before 1900-03-01 that other programs agree on.
_EXACT, _FIRST_DAY = 10**15, date(1900, 3, 1)
_NARROWEST, _WIDEST = 8, 48
# Points of a line, and of the highest row that programs show.
_LINE_HEIGHT, _HIGHEST = 16.0, 400.0
_LONGEST_COUNTED = 4000


class ErrorText(str):
    """The text of an error value, such as `#REF!`, that stays an error value."""

    __slots__ = ()


class SafeText(NamedTuple):
    """Text that a workbook can hold."""

    text: str
    cleaned: int
    """Characters that had to be replaced: control characters, halves of surrogate pairs."""
    cut: int
    """Characters of the whole text, if it had to be cut; else 0."""

    @property
    def remark(self) -> Text | None:
        """What to tell the reader of the cell; None if the text is as it was."""
        told = []
        if self.cleaned:
            told.append(
                Text(
                    f"原文有 {self.cleaned} 个不可显示的字符,已换成 \ufffd",
                    f"{self.cleaned} control characters were replaced by \ufffd",
                )
            )
        if self.cut:
            told.append(
                Text(
                    f"原文 {self.cut} 字,超过单元格上限,已截断",
                    f"cut: its {self.cut} characters are more than a cell can hold",
                )
            )
        return Text("；".join(t.zh for t in told), "; ".join(t.en for t in told)) if told else None


def to_safe_text(text: str) -> SafeText:
    r"""
    Make text fit for a cell; `=`, `+`, `-` and `@` stay, the cell's type makes them harmless.

    Line ends become `\n`, the only one that cells have.

    Examples
    --------
    >>> to_safe_text("=1+1"), to_safe_text("a\x00b")
    (SafeText(text='=1+1', cleaned=0, cut=0), SafeText(text='a�b', cleaned=1, cut=0))
    """
    plain = _LINE_ENDS.sub("\n", text)
    safe, cleaned = _FORBIDDEN.subn("\ufffd", plain)
    if len(safe) * 8 <= MAX_TEXT:
        return SafeText(safe, cleaned, 0)
    escapes = len(to_escaped(safe)) - len(safe)  # they count while the file is written
    if _units(safe) + escapes <= MAX_TEXT:
        return SafeText(safe, cleaned, 0)
    note = _CUT.format(n=len(text))
    return SafeText(to_cut(safe, MAX_TEXT - len(note) - escapes) + note, cleaned, len(text))


def to_escaped(text: str) -> str:
    """
    Write what looks like the format's escape so that it is read back as it is.

    Examples
    --------
    >>> to_escaped("_x0041_")
    '_x005F_x0041_'
    """
    return _ESCAPE.sub("_x005F_", text)


def to_cut(text: str, units: int) -> str:
    """
    Cut text to a number of UTF-16 units, never within a character.

    Examples
    --------
    >>> to_cut("锅炉房", 2), to_cut("a\U0001f600", 2)
    ('锅炉', 'a')
    """
    return text.encode("utf-16-le")[: max(0, units) * 2].decode("utf-16-le", errors="ignore")


def _units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def to_cell_value(value: object) -> CellValue:
    """
    Turn any value into one that a cell holds exactly; what it would change is written as text.

    Examples
    --------
    >>> to_cell_value(np.int64(3)), to_cell_value(float("nan")), to_cell_value(2**60)
    (3, None, '1152921504606846976')
    >>> to_cell_value(date(1899, 1, 1)), to_cell_value(float("inf"))
    ('1899-01-01', 'inf')
    """
    if type(value) is str:  # by far the most
        return value
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or plain is pd.NA or plain is pd.NaT:
        return None
    if isinstance(plain, bool | time | timedelta):
        return plain
    if isinstance(plain, int | float):
        return _number(plain)
    if isinstance(plain, date):
        return _day(plain)
    return plain if isinstance(plain, str) else str(plain)


def _number(number: float) -> CellValue:
    """Keep a number if its digits survive; not-a-number is no value."""
    if isinstance(number, int):
        return number if abs(number) < _EXACT else str(number)
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else str(number)


def _day(day: date) -> CellValue:
    """Keep a day or a moment that the format knows; others, and those with a zone, are text."""
    moment = day.to_pydatetime(warn=False) if isinstance(day, pd.Timestamp) else day
    first = moment.date() if isinstance(moment, datetime) else moment
    zoned = isinstance(moment, datetime) and moment.tzinfo is not None
    return moment.isoformat() if zoned or first < _FIRST_DAY else moment


def to_sheet_name(name: str, taken: Collection[str]) -> str:
    r"""
    Make a name that Excel allows and that no other sheet has.

    At most 31 UTF-16 units, none of `[]:*?/\`, no apostrophe at either end, not `History`, and
    no other sheet's name in any case.

    Parameters
    ----------
    name
        The name wanted.
    taken
        Names that there are.

    Examples
    --------
    >>> to_sheet_name("锅炉[2024]", []), to_sheet_name("a", ["A"]), to_sheet_name("history", [])
    ('锅炉_2024_', 'a (2)', 'history_')
    """
    known = {other.casefold() for other in taken}
    spaced = " ".join(_FORBIDDEN.sub("_", name).split())
    plain = to_cut(_NOT_IN_NAMES.sub("_", spaced), MAX_SHEET_NAME).strip("' ") or "Sheet"
    if plain.casefold() == "history":
        plain += "_"
    number, found = 1, plain
    while found.casefold() in known:
        number += 1
        end = f" ({number})"
        found = to_cut(plain, MAX_SHEET_NAME - len(end)).rstrip("' ") + end
    return found


def to_width(value: object) -> int:
    """
    Tell how wide a cell is to be for a value, in characters; Chinese ones count two.

    Examples
    --------
    >>> to_width("锅炉编号"), to_width("B-0001-2024"), to_width("字" * 99)
    (10, 13, 48)
    """
    lines = str(value).split("\n") if value is not None else [""]
    widest = max(_columns(line) for line in lines)
    return min(_WIDEST, max(_NARROWEST, widest + 2))


def to_height(values: Mapping[int, object], widths: Mapping[int, float]) -> float:
    r"""
    Tell how high a row is to be for its wrapped values, in points: not all programs find out.

    Parameters
    ----------
    values
        By column.
    widths
        Of the columns, in characters.

    Examples
    --------
    >>> to_height({1: "一"}, {1: 10}), to_height({1: "一\n二", 2: "字" * 10}, {1: 10, 2: 8})
    (20.0, 52.0)
    """
    lines = 1
    for column, value in values.items():
        room = max(1, int(widths[column]) - 1)
        parts = str(value if value is not None else "").split("\n")
        lines = max(lines, sum(max(1, -(-_columns(part) // room)) for part in parts))
    return min(_HIGHEST, _LINE_HEIGHT * lines + 4.0)


@lru_cache(maxsize=65_536)
def _columns(line: str) -> int:
    """Count columns of a fixed-width font."""
    if line.isascii():
        return min(len(line), _LONGEST_COUNTED)
    return sum(1 + (unicodedata.east_asian_width(c) in "WFA") for c in line[:_LONGEST_COUNTED])
