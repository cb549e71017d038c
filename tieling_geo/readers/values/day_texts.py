"""Read one cell of a column of days: in the spellings of ledgers, or say why not."""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.outcomes import (
    BLANK,
    Outcome,
    is_blank,
    to_half_width,
    to_native,
    to_plain_outcome,
)
from tieling_geo.text import NOTHING, Text

#: Years that a date in a ledger can have (closed): outside, it is a slip or stands for "for ever".
YEARS = (1900, 2199)
#: Serial numbers (closed) that a spreadsheet's bare number is read as a day: 1954-10-03 to
#: 2099-12-31. Below, it may be a year or a count.
SERIALS = (20000, 73050)
# Day 0 of the spreadsheet's calendar, from 1 March 1900 on: it counts a 29 February 1900.
_EPOCH = date(1899, 12, 30)
_LONGEST, _MONTHS = 60, 12

_MIDNIGHT = re.compile(r"[T ]+0?0:00(:00(\.0+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?\Z")
_TIME = re.compile(r"[0-9日号][T ]*[0-9]{1,2}[:时点]")
_DAYS = (
    re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"),
    re.compile(r"([0-9]{4}) ?(年) ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?"),
    re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})"),
)
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})| ?年 ?([0-9]{1,2}) ?月(?:份)?)")
# A number with one decimal 1: January, or October that has lost its zero.
_LOST_ZERO = re.compile(r"[0-9]{4}\.1")

_ASK = Text(
    "处理:请填写年月日,如 2023-12-31,没有时留空",
    "write year, month and day, such as 2023-12-31, or leave the cell blank",
)


def _why(zh: str, en: str) -> Text:
    """Return a reason that ends in what to do in any such case."""
    return Text(f"{zh};{_ASK.zh}", f"{en}; {_ASK.en}")


_NO_DAY = _why("不是日期", "not a day")
_NO_SUCH_DAY = _why("没有这一天", "there is no such day")
_YEARS_TOLD = f"{YEARS[0]}–{YEARS[1]}"
_OTHER_YEARS = _why(f"年份不在 {_YEARS_TOLD} 之间", f"the year is not within {_YEARS_TOLD}")
_AT_A_TIME = _why(
    "带有时刻,跨时区时日期可能不同", "it has a time of day, and may be another day in another zone"
)
_TRUTH = _why("是逻辑值(TRUE/FALSE),不是日期", "a truth value, not a day")
_JANUARY_OR_OCTOBER = _why(
    "可能是 1 月,也可能是 10 月(数字末尾的 0 会丢失)",
    "January, or October: a number loses the zero at its end",
)
_PERHAPS_OCTOBER = Text(
    "按 1 月读取;若原为 10 月而末尾的 0 丢失,请改正",
    "read as January; put it right if it was October and lost the zero at its end",
)
#: Why a text is no day: the first that is found is told.
_WHYS = (
    (re.compile(r"\A[0-9]{4} ?年?度?\Z"), _why("只有年份", "only a year")),
    (
        re.compile(r"\A[0-9]{6}\Z"),
        _why("六位数字可能是年月,也可能是两位年份的年月日", "six digits: year and month, or a day"),
    ),
    (_TIME, _AT_A_TIME),
    (
        re.compile(
            "民国|农历|阴历|光绪|宣统|康熙|乾隆|昭和|平成|令和|大正|[正冬腊]月|初[一二三四五六七八九十]"
        ),
        _why("不是公历", "not in the Gregorian calendar"),
    ),
    (
        re.compile("[〇零一二三四五六七八九十]{1,4}[年月]"),
        _why("是中文数字", "Chinese numerals"),
    ),
    (
        re.compile(
            "(?i)约|左右|前后|以前|以后|之前|之后|年初|年底|年末|中旬|上旬|下旬|季度|半年|[?~]|至今|长期|永久"
        ),
        _why("不是确定的一天", "not one definite day"),
    ),
    (
        re.compile(r"\A['’]?[0-9]{2}([-/.年])[0-9]{1,2}(\1|月|\Z)"),
        _why("年份须写四位,且写在最前", "the year must have four digits and come first"),
    ),
    (
        re.compile(
            r"(?i)\A[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}\Z"
            r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
        ),
        _why("年份须写四位,且写在最前", "the year must have four digits and come first"),
    ),
)
_MONTH_ENDS = Text(
    "{n} 个值只有年月,按当月最后一天计(到这一天才能确定)",
    "{n} values name only a month and count as its last day, the first on which it is certain",
)
_SERIALS_TAKEN = Text(
    "{n} 个值是 Excel 日期序号,已按 1900 年日期系统读作日期",
    "{n} values are a spreadsheet's serial numbers, read as days of its 1900 system",
)


def to_day(value: object) -> Outcome:
    """
    Read one cell of a column of days; its value is a `datetime.date`.

    Parameters
    ----------
    value
        As the file has it: text, a day, a spreadsheet's number, or nothing.

    Examples
    --------
    >>> print(to_day("2023年6月").value, to_day(45291).value)
    2023-06-30 2023-12-31
    >>> print(to_day("2023").why.en)
    only a year; write year, month and day, such as 2023-12-31, or leave the cell blank
    """
    native = to_native(value)
    if is_blank(native):
        return BLANK
    if isinstance(native, str):
        return to_plain_outcome(native) or _of_text(to_half_width(native))
    if isinstance(native, bool):
        return Outcome(why=_TRUTH)
    if isinstance(native, int | float | Decimal):
        return _of_number(native)
    if isinstance(native, date):
        return _of_date(native)
    return Outcome(why=native.reason if isinstance(native, BadCell) else _NO_DAY)


def _of_date(day: date) -> Outcome:
    """Read a cell that the file holds as a day; midnight is no time of day."""
    if isinstance(day, datetime) and day.time() != time.min:
        return Outcome(why=_AT_A_TIME)
    return _of_day(day.year, day.month, day.day)


def _of_number(number: float | Decimal) -> Outcome:
    """Read a spreadsheet's number: a serial, or a day or month that looks like a number."""
    exact = Decimal(repr(number) if isinstance(number, float) else number)
    if not exact.is_finite():
        return Outcome(why=_NO_DAY)
    plain = f"{exact:f}".removesuffix(".0")
    if SERIALS[0] <= exact <= SERIALS[1]:
        if not plain.isdigit():
            return Outcome(why=_AT_A_TIME)
        day = _EPOCH + timedelta(days=int(plain))
        return _of_day(day.year, day.month, day.day, _SERIALS_TAKEN)
    if _LOST_ZERO.fullmatch(plain):
        return Outcome(why=_JANUARY_OR_OCTOBER)
    return _of_text(plain)


def _of_text(text: str) -> Outcome:
    """Read a text in half-width, with nothing around it."""
    if len(text) > _LONGEST:
        return Outcome(why=_NO_DAY)
    plain = _MIDNIGHT.sub("", text)
    for form in _DAYS:
        if found := form.fullmatch(plain):
            return _of_day(int(found[1]), int(found[3]), int(found[4]))
    if found := _MONTH.fullmatch(plain):
        outcome = _of_month(int(found[1]), int(found[2] or found[3]))
        is_doubtful = not any(outcome.why) and _LOST_ZERO.fullmatch(plain)
        return outcome._replace(flag=_PERHAPS_OCTOBER) if is_doubtful else outcome
    if plain.isdecimal() and plain.isascii() and SERIALS[0] <= int(plain) <= SERIALS[1]:
        return Outcome(why=_to_serial_told(int(plain)))
    return Outcome(why=next((why for form, why in _WHYS if form.search(text)), _NO_DAY))


def _to_serial_told(serial: int) -> Text:
    """Say which day a text would be as a serial number, which a text may not be."""
    day = _EPOCH + timedelta(days=serial)
    return _why(
        f"像是 Excel 日期序号(即 {day}),但单元格是文本",
        f"it looks like a spreadsheet's serial number ({day}), but the cell is text",
    )


def _of_day(year: int, month: int, day: int, note: Text = NOTHING) -> Outcome:
    """Return the day, if there is one, in the years that a ledger can have."""
    if not YEARS[0] <= year <= YEARS[1]:
        return Outcome(why=_OTHER_YEARS)
    try:
        found = date(year, month, day)
    except ValueError:
        return Outcome(why=_NO_SUCH_DAY)
    return Outcome(found, note=note)


def _of_month(year: int, month: int) -> Outcome:
    """Return the last day of a month, the first on which it is certain."""
    is_month = 1 <= month <= _MONTHS and YEARS[0] <= year <= YEARS[1]
    last = monthrange(year, month)[1] if is_month else 1
    return _of_day(year, month, last, _MONTH_ENDS)
