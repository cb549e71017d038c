"""
Days as ledgers spell them, one decision a spelling.

==========================================  ====================================================
Spelling                                    Decision
==========================================  ====================================================
2023-12-31, 2023/1/5, 2023年1月5日          the day
20231231, as text or number                 the day
a day cell, or one at midnight              the day
2023-12, 2023.6, 2023年6月                  the month's last day, counted in a note: the first day
                                            on which it is certain
2023.1 as text                              January, flagged: October may have lost its zero
2023.1 as a number                          rejected: January or October
a number from 20000 to 73050 (closed)       a spreadsheet's serial number, counted in a note
the same as text                            rejected, with the day that it would be
2023, 2023年底, 98.5.1, 31.12.2023          rejected: not one definite day
民国112年, 农历五月, 二〇二三年             rejected
2023-02-30                                  rejected: there is no such day
a day with a time                           rejected
years outside 1900–2199 (closed)            rejected
blank, -, /, 无, NA                         missing, counted
==========================================  ====================================================
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.columns import Typed, to_typed
from tieling_geo.schemas import Boilers
from tieling_geo.text import Text

DAY = next(c for c in Boilers.columns() if c.name == "commissioned_on")
DECEMBER = date(2023, 12, 31)

READ: list[tuple[object, date]] = [
    ("2023-12-31", DECEMBER),
    ("2023/12/31", DECEMBER),
    ("2023.12.31", DECEMBER),
    ("2023年12月31日", DECEMBER),
    ("2023 年 12 月 31 日", DECEMBER),
    ("2023年12月31号", DECEMBER),
    ("２０２３－１２－３１", DECEMBER),
    ("２０２３．１２．３１", DECEMBER),
    ("20231231", DECEMBER),
    (" 2023-12-31\u3000", DECEMBER),
    ("2023/12/31 0:00", DECEMBER),
    ("2023/12/31 0:00:00", DECEMBER),
    ("2023-12-31 00:00:00", DECEMBER),
    ("2023-12-31T00:00:00.000Z", DECEMBER),
    (20231231, DECEMBER),
    (20231231.0, DECEMBER),
    (DECEMBER, DECEMBER),
    (datetime(2023, 12, 31), DECEMBER),  # noqa: DTZ001 - what files hold has no zone
    ("2023-1-5", date(2023, 1, 5)),
    ("2023/1/5", date(2023, 1, 5)),
    ("2023年1月5日", date(2023, 1, 5)),
    ("1900-01-01", date(1900, 1, 1)),
    ("2199-12-31", date(2199, 12, 31)),
    ("2024-02-29", date(2024, 2, 29)),
]
MONTHS: list[tuple[object, date]] = [
    ("2023-12", DECEMBER),
    ("2023/12", DECEMBER),
    ("2023.12", DECEMBER),
    ("2023年12月", DECEMBER),
    ("2023年12月份", DECEMBER),
    ("2023.6", date(2023, 6, 30)),
    ("2023.06", date(2023, 6, 30)),
    ("2023年6月", date(2023, 6, 30)),
    ("2023 年 6 月", date(2023, 6, 30)),
    ("2024年2月", date(2024, 2, 29)),
    ("2023年2月", date(2023, 2, 28)),
    ("2023.10", date(2023, 10, 31)),
    ("2023.01", date(2023, 1, 31)),
    ("2023-1", date(2023, 1, 31)),
    (2023.6, date(2023, 6, 30)),
    (2023.11, date(2023, 11, 30)),
    (2023.12, DECEMBER),
    (2023.01, date(2023, 1, 31)),
]
SERIALS: list[tuple[object, date]] = [
    (45291, DECEMBER),
    (45291.0, DECEMBER),
    (np.int64(45291), DECEMBER),
    (20000, date(1954, 10, 3)),
    (73050, date(2099, 12, 31)),
    (36526, date(2000, 1, 1)),
]
#: A value, and a word of its reason.
REJECTED: list[tuple[object, str]] = [
    (2023.1, "10 月"),
    (2023, "只有年份"),
    (2023.0, "只有年份"),
    ("2023", "只有年份"),
    ("2023年", "只有年份"),
    ("2023年度", "只有年份"),
    ("2023年底", "不是确定的一天"),
    ("2023年上半年", "不是确定的一天"),
    ("2023年第三季度", "不是确定的一天"),
    ("2023年6月上旬", "不是确定的一天"),
    ("约2023年6月", "不是确定的一天"),
    ("2023年6月以前", "不是确定的一天"),
    ("长期", "不是确定的一天"),
    ("至今", "不是确定的一天"),
    ("202306", "六位数字"),
    (202306, "六位数字"),
    ("230612", "六位数字"),
    ("23-12-31", "年份须写四位"),
    ("98.5.1", "年份须写四位"),
    ("98年5月", "年份须写四位"),
    ("31.12.2023", "年份须写四位"),
    ("12/31/2023", "年份须写四位"),
    ("5/1/23", "年份须写四位"),
    ("31-Dec-2023", "年份须写四位"),
    ("Dec 2023", "年份须写四位"),
    ("民国112年6月1日", "不是公历"),
    ("2023年农历五月初五", "不是公历"),
    ("二〇二三年十二月三十一日", "中文数字"),
    ("2023-02-30", "没有这一天"),
    ("2023-13-01", "没有这一天"),
    ("2023-00-10", "没有这一天"),
    ("2023.13", "没有这一天"),
    ("20230230", "没有这一天"),
    ("2023-02-29", "没有这一天"),
    ("2023-12-31 16:00:00", "时刻"),
    ("2023-12-30T16:00:00Z", "时刻"),
    ("2023年12月31日 8时", "时刻"),
    (datetime(2023, 12, 31, 8), "时刻"),  # noqa: DTZ001 - what files hold has no zone
    (45291.5, "时刻"),
    ("45291", "即 2023-12-31"),
    ("1899-12-31", "1900–2199"),
    ("2200-01-01", "1900–2199"),
    ("9999-12-31", "1900–2199"),
    ("0001-01-01", "1900–2199"),
    ("1899.6", "1900–2199"),
    (19999, "不是日期"),
    (73051, "不是日期"),
    (-1, "不是日期"),
    (float("inf"), "不是日期"),
    (10**400, "不是日期"),
    (True, "逻辑值"),
    (time(8, 30), "不是日期"),
    (["2023-12-31"], "不是日期"),
    (BadCell("#VALUE!", Text("公式出错;处理:请改正", "broken; put it right")), "公式出错"),
    ("#REF!", "公式出错"),
    ("2023-12/31", "不是日期"),
    ("去年", "不是日期"),
    ("2" * 999, "不是日期"),
]
MISSING = [None, "", "\u3000", float("nan"), pd.NaT, pd.NA, "-", "—", "/", "无", "NA", "#N/A"]


def one(value: object) -> Typed:
    """Read one value."""
    typed = to_typed(pd.Series([value], dtype="object"), DAY)
    assert str(typed.column.dtype) == "datetime64[ns]"
    return typed


@pytest.mark.parametrize(("value", "day"), READ, ids=[repr(v[0]) for v in READ])
def test_a_day_is_read(value: object, day: date) -> None:
    """Whatever parts it; nothing is to be said of it."""
    typed = one(value)
    assert list(typed.column) == [pd.Timestamp(day)]
    assert (typed.notes, typed.flags, dict(typed.reasons)) == ((), (), {})


@pytest.mark.parametrize(("value", "day"), MONTHS, ids=[repr(v[0]) for v in MONTHS])
def test_a_month_is_its_last_day(value: object, day: date) -> None:
    """That is counted in a note."""
    typed = one(value)
    assert list(typed.column) == [pd.Timestamp(day)]
    assert [note.en.partition(" and ")[0] for note in typed.notes] == [
        "column commissioned_on: 1 values name only a month"
    ]
    assert not typed.flags


@pytest.mark.parametrize(("value", "day"), SERIALS, ids=[repr(v[0]) for v in SERIALS])
def test_a_number_is_a_serial_of_the_1900_system(value: object, day: date) -> None:
    """Both ends of the range are closed; it is counted in a note."""
    typed = one(value)
    assert list(typed.column) == [pd.Timestamp(day)]
    assert len(typed.notes) == 1
    assert "serial" in typed.notes[0].en


@pytest.mark.parametrize(("value", "why"), REJECTED, ids=[repr(v[0])[:30] for v in REJECTED])
def test_what_is_not_one_definite_day_is_rejected(value: object, why: str) -> None:
    """With a reason of its own, and what to do."""
    typed = one(value)
    assert list(typed.failed) == [True]
    assert typed.column.isna().all()
    assert why in typed.reasons[0].zh
    assert "处理:" in typed.reasons[0].zh
    assert typed.reasons[0].en


@pytest.mark.parametrize("value", MISSING, ids=map(repr, MISSING))
def test_a_mark_for_nothing_is_missing(value: object) -> None:
    """No failure."""
    typed = one(value)
    assert list(typed.failed) == [False]
    assert typed.column.isna().all()


def test_january_as_text_is_read_and_flagged() -> None:
    """The cell was a text, but an earlier program may have dropped October's zero."""
    typed = one("2023.1")
    assert list(typed.column) == [pd.Timestamp(2023, 1, 31)]
    assert [position for position, _ in typed.flags] == [0]
    assert "10 月" in typed.flags[0][1].zh


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_in_every_spelling(day: date) -> None:
    """Both ends of the years are closed."""
    spelled = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        day,
        pd.Timestamp(day),
    ]
    typed = to_typed(pd.Series(spelled, dtype="object"), DAY)
    assert set(typed.column) == {pd.Timestamp(day)}


@given(st.integers(1900, 2199), st.integers(1, 12))
def test_every_month_is_its_last_day(year: int, month: int) -> None:
    """As the calendar of Python has it."""
    last = pd.Timestamp(year, month, monthrange(year, month)[1])
    for spelled in (f"{year}-{month:02d}", f"{year}年{month}月", f"{year}.{month:02d}"):
        assert list(one(spelled).column) == [last]


@given(st.integers(20000, 73050))
def test_a_serial_number_counts_days(serial: int) -> None:
    """By the two dates that Microsoft documents: 1 is 1900-01-01, 61 is 1900-03-01."""
    assert list(one(serial).column) == [pd.Timestamp(date(1900, 3, 1) + timedelta(serial - 61))]


@given(st.text("0123456789-/.年月日 :T约底", max_size=14))
def test_any_text_is_a_day_missing_or_failed(text: str) -> None:
    """Exactly one; a day that is read has its own four digits of the year in the text."""
    typed = one(text)
    day = typed.column.iloc[0]
    assert not (typed.failed.iloc[0] and pd.notna(day))
    assert all(all(reason) for reason in typed.reasons.values())
    if pd.notna(day):
        assert str(day.year) in text
        assert day == day.normalize()
