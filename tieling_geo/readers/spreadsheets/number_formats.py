"""
What a workbook's number formats say of its numbers.

A day is stored as a count of days, and the code `001` as the number 1: only the format tells.
"""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from tieling_geo.readers.spreadsheets.sheet import BadCell, Value
from tieling_geo.text import Text

#: Formats that have a number and no code in the file. 27 to 36 and 50 to 58 are days and times in
#: Chinese versions of Excel and WPS, which other readers do not know.
_BUILT_IN = {9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"}
_BUILT_IN |= {18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm"}
_BUILT_IN |= {45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"}
_BUILT_IN |= dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd")
_BUILT_IN |= dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss")

# Parts of a format's section, the first that fits: text in quotes, an escaped character, a space as
# wide as a character, a character that fills, a part in square brackets, "General", an exponent,
# morning and afternoon.
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<marked>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>G/通用格式|General)|(?P<exponent>E[+-])|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_NO_WORDS = "#?,.-@()¥$￥+ "
_ELAPSED = re.compile(r"(?i)h+|m+|s+")
_SECTION_END = re.compile(r'("[^"]*"?|\\.|!.|\[[^\]]*\])|;')

_DAY_MS = 86_400_000
_MIDNIGHT = datetime(1900, 1, 1)  # noqa: DTZ001 - of any day
_LAST_SERIAL = 2_958_466  # the day after 9999-12-31, in the count from 1900
_APART_DAYS = 1_462  # from the one count to the other
_LEAP_DAY = 60  # 29 February 1900, which never was
# Spreadsheet programs keep 15 digits; whole numbers from here on have lost the others.
_EXACT = 10**15

Kind = Literal["number", "day", "time", "elapsed", "code", "percent"]


class NumberFormat(NamedTuple):
    """How a format shows a number."""

    kind: Kind = "number"
    pattern: tuple[str, ...] = ()
    """Of a code: its literals, and an empty text for each digit."""
    words: str = ""
    """Of a number: the letters shown with it, such as a unit."""


PLAIN = NumberFormat()


@lru_cache(maxsize=1024)
def to_format(number: int, code: str | None) -> NumberFormat:
    """
    Tell how numbers are shown, by a format's number and, where the file states it, its code.

    Examples
    --------
    >>> to_format(164, 'yyyy"年"m"月";@').kind, to_format(31, None).kind, to_format(164, "000").kind
    ('day', 'day', 'code')
    >>> to_format(164, '0.0"吨"')
    NumberFormat(kind='number', pattern=(), words='吨')
    """
    return _of_section(_first_section(_BUILT_IN.get(number, "General") if code is None else code))


def _first_section(code: str) -> str:
    """Return the part for positive numbers: up to the first semicolon that is none's text."""
    for found in _SECTION_END.finditer(code):
        if found[1] is None:
            return code[: found.start()]
    return code


def _of_section(section: str) -> NumberFormat:
    """Tell what a section shows."""
    pattern: list[str] = []
    signs = ""
    for part in _PART.finditer(section):
        literal = part["quoted"] or part["escaped"] or part["marked"]
        if literal:
            pattern.append(literal)
        elif part["bracket"] and _ELAPSED.fullmatch(part["bracket"]):
            return NumberFormat("elapsed")
        elif part["noon"]:
            signs += "h"
        elif part["exponent"] or part["general"]:
            signs += "#"
        elif part["other"]:
            signs += part["other"].lower()
            pattern.append("" if part["other"] == "0" else part["other"])
    return _of_signs(signs, pattern)


def _of_signs(signs: str, pattern: list[str]) -> NumberFormat:
    """Tell what a section shows by the signs in it that stand for digits or parts of a day."""
    timed = bool(set(signs) & set("hs"))
    if set(signs) & set("ydea") or ("m" in signs and not timed):
        return NumberFormat("day")
    if timed:
        return NumberFormat("time")
    if "%" in signs:
        return NumberFormat("percent")
    # A point among the literals shows 12345 as 1.2345, in units of ten thousand.
    scaled = any(set(part) & set(".,") for part in pattern)
    if signs.count("0") > 1 and not scaled and not set(signs) & set("#?%/@*:123456789"):
        return NumberFormat("code", tuple(pattern))
    words = "".join(pattern).strip(_NO_WORDS)
    return NumberFormat(words=words if any(map(str.isalpha, words)) else "")


def to_value(text: str, shown: NumberFormat, *, from_1904: bool) -> Value:
    """
    Read a number as its format shows it.

    Parameters
    ----------
    text
        The number as the file has it.
    shown
        How it is shown.
    from_1904
        Days are counted from 1904-01-01, as old Macs did.

    Returns
    -------
    value
        `int` (also for whole numbers written with a point), `float`, `datetime`, `time`, `str` for
        codes and elapsed times, or `BadCell`.

    Examples
    --------
    >>> to_value("7", to_format(164, "000"), from_1904=False)
    '007'
    >>> to_value("45000", to_format(14, None), from_1904=False)
    datetime.datetime(2023, 3, 15, 0, 0)
    >>> to_value("1.5E1", PLAIN, from_1904=False)
    15
    """
    number = to_number(text)
    if isinstance(number, BadCell) or shown.kind in {"number", "percent"}:
        return number
    if shown.kind == "code":
        return _to_code(number, shown.pattern)
    if shown.kind == "elapsed":
        return _to_elapsed(number)
    return _to_moment(number, shown.kind, from_1904=from_1904)


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


def to_number(text: str) -> int | float | BadCell:
    """
    Read a number; one with more digits than a spreadsheet keeps is a bad cell.

    Examples
    --------
    >>> to_number("0.1"), to_number("990102")
    (0.1, 990102)
    >>> to_number("9.1990102MA0AB12E+17").reason.en
    'not a number, though the workbook says so'
    >>> to_number("9.1990102123456704E+17").text
    '919901021234567040'
    """
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        why = Text("工作簿标为数字,但不是数字", "not a number, though the workbook says so")
        return BadCell(text, why)
    number = float(stripped)
    if abs(number) >= _EXACT:
        return BadCell(_digits(stripped), _DIGITS_LOST)
    return int(number) if number.is_integer() else number


_DIGITS_LOST = Text(
    "数字超过 15 位,电子表格只保留 15 位有效数字,后面的位数已丢失或不可信;"
    "请把该列设为文本格式后重新填写完整号码",
    "a number of more than 15 digits: spreadsheets keep 15, the others are lost or cannot be "
    "trusted; format the column as text and type the whole code again",
)


def _digits(text: str) -> str:
    """Write a number without an exponent, if it is not absurdly long."""
    exact = Decimal(text)
    return f"{exact:f}" if exact.adjusted() < 40 else text  # noqa: PLR2004 - fits a message


def _to_code(number: float, pattern: tuple[str, ...]) -> str | int | float:
    """Write a whole number into the places of a pattern; surplus digits come first."""
    if not isinstance(number, int):
        return number
    places = pattern.count("")
    digits = list(str(abs(number)).zfill(places))
    told: list[str] = []
    for part in reversed(pattern):
        told.append(part or digits.pop())
        if not part and (places := places - 1) == 0:
            told.extend(reversed(digits))
    return ("-" if number < 0 else "") + "".join(reversed(told))


def _to_elapsed(number: float) -> str | BadCell:
    """Write days as hours, minutes and seconds, of which there may be more than a day has."""
    if not 0 <= number < _LAST_SERIAL:
        return BadCell(str(number), Text("不是有效的时长", "no length of time"))
    seconds = round(number * 86_400)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}"


def _to_moment(number: float, kind: Kind, *, from_1904: bool) -> datetime | time | BadCell:
    """Turn a count of days into a day, a day with a time, or a time."""
    milliseconds = round(number * _DAY_MS)
    whole = milliseconds // _DAY_MS
    last = _LAST_SERIAL - (_APART_DAYS if from_1904 else 0)
    first = 0 if from_1904 or kind == "time" else 1
    if not first <= whole < last:
        why = Text("日期格式,但该数不是有效日期", "formatted as a day, but this number is none")
        return BadCell(str(number), why)
    if kind == "time" and whole == 0:
        return (_MIDNIGHT + timedelta(milliseconds=milliseconds)).time()
    if from_1904:
        return datetime(1904, 1, 1) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001 - local
    if whole == _LEAP_DAY:
        why = Text("1900-02-29 并不存在", "there was no 1900-02-29")
        return BadCell(str(number), why)
    start = datetime(1899, 12, 31 if whole < _LEAP_DAY else 30)  # noqa: DTZ001 - days have no zone
    return start + timedelta(milliseconds=milliseconds)
