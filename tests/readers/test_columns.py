"""Every spelling is read exactly or flagged; nothing is lost, and nothing is guessed."""

import string
from datetime import date, datetime, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.readers.values.columns import Typed, to_number, to_reason, to_told, to_typed
from tieling_geo.schemas import LAYERS, ColumnCard

BY_NAME = {(layer, c.name): c for layer, schema in LAYERS.items() for c in schema.columns()}
NUMBER = BY_NAME["boilers", "capacity_mw"]
INTEGER = BY_NAME["counties", "population"]
BOOLEAN = BY_NAME["roads", "oneway"]
DATE = BY_NAME["boilers", "commissioned_on"]
TEXT = BY_NAME["boilers", "name"]
FUEL = BY_NAME["boilers", "fuel"]
WATER = BY_NAME["water_sections", "water_class"]


def typed(values: list[object], column: ColumnCard, dtype: str = "object") -> Typed:
    """Bring values to a column's type."""
    return to_typed(pd.Series(values, dtype=dtype), column)


def one(value: object, column: ColumnCard) -> object:
    """Return one value in its type, or the word `failed`."""
    result = typed([value], column)
    assert str(result.column.dtype) == column.dtype
    if result.failed.iloc[0]:
        assert pd.isna(result.column.iloc[0])
        assert all(result.reasons[0])
        return "failed"
    return result.column.iloc[0]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("75", 75.0),
        ("７５．５", 75.5),
        (" 75 ", 75.0),
        ("-0.5", -0.5),
        ("+1", 1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        (75, 75.0),
        (0.1, 0.1),
        (np.float32(0.5), 0.5),
        ("0.1", 0.1),
        ("123.456789012345678", 123.456789012345678),
    ],
)
def test_plain_numbers_are_read_exactly(value: object, number: float) -> None:
    """Full-width digits, too; the nearest floating-point number, to the last bit."""
    assert one(value, NUMBER) == number


@pytest.mark.parametrize(
    "value",
    [
        "75t/h",
        "12,5",
        "1 000",
        "约75",
        "10-20",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "0x10",
        "1_000",
        "١٢",
        "True",
        True,
        "1e",
        "--1",
        "1.2.3",
        "Ⅳ",
        float("inf"),
    ],
)
def test_what_is_no_plain_number_is_flagged(value: object) -> None:
    """No other unit is converted, no separator guessed, no truth value counted."""
    assert one(value, NUMBER) == "failed"
    assert one(value, INTEGER) == "failed"


@pytest.mark.parametrize("column", [NUMBER, INTEGER, BOOLEAN, DATE, TEXT, FUEL])
@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", np.nan, pd.NA, pd.NaT])
def test_blanks_are_missing_and_no_fault(column: ColumnCard, value: object) -> None:
    """In every kind of column."""
    assert pd.isna(one(value, column))


@pytest.mark.parametrize("column", [NUMBER, INTEGER, BOOLEAN, DATE, TEXT, FUEL])
@pytest.mark.parametrize("dtype", ["object", "str", "float64", "datetime64[ms]", "bool", "int64"])
def test_a_column_without_rows_has_its_type(column: ColumnCard, dtype: str) -> None:
    """Whatever type the file gave it."""
    result = typed([], column, dtype)
    assert str(result.column.dtype) == column.dtype
    assert len(result.failed) == 0


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), ("12.0", 12), (12.0, 12), ("0", 0), ("-3", -3), ("1e2", 100)]
)
def test_whole_numbers_are_read(value: object, number: int) -> None:
    """Also as a spreadsheet's floating-point numbers."""
    assert one(value, INTEGER) == number


@pytest.mark.parametrize("value", ["12.5", "1e300", str(2**53), "1e-3"])
def test_what_is_not_exactly_whole_is_flagged(value: str) -> None:
    """From 2**53 on, a neighbour would be as good."""
    assert one(value, INTEGER) == "failed"
    assert one(str(2**53 - 1), INTEGER) == 2**53 - 1


@pytest.mark.parametrize(
    "value", ["是", "有", "true", "TRUE", "Yes", "y", "T", "1", 1, 1.0, True, "１"]
)
def test_yes_in_the_spellings_of_ledgers(value: object) -> None:
    """Each of them."""
    assert one(value, BOOLEAN) is np.True_ or one(value, BOOLEAN) is True


@pytest.mark.parametrize("value", ["否", "无", "false", "No", "N", "F", "0", 0, 0.0, False])
def test_no_in_the_spellings_of_ledgers(value: object) -> None:
    """Each of them."""
    assert one(value, BOOLEAN) is np.False_ or one(value, BOOLEAN) is False


@pytest.mark.parametrize("value", ["木星", "2", "-1", "是否", "ja", "0.5"])
def test_what_is_neither_yes_nor_no_is_flagged(value: str) -> None:
    """A doubt is no “no”."""
    assert one(value, BOOLEAN) == "failed"


@pytest.mark.parametrize(
    "value",
    [
        "2023-12-31",
        "2023/12/31",
        "2023.12.31",
        "2023年12月31日",
        "2023年12月31",
        "２０２３－１２－３１",
        "2023-12-31 00:00:00",
        "2023/12/31 00:00",
        "2023-12-31T00:00:00.000",
        "2023-12-31T00:00:00Z",
        "2023-12-31T00:00:00+08:00",
        date(2023, 12, 31),
        datetime(2023, 12, 31),  # noqa: DTZ001 - what files hold has no zone
        pd.Timestamp(2023, 12, 31),
    ],
)
def test_days_are_read_in_the_spellings_of_ledgers(value: object) -> None:
    """And from the types that files have for them."""
    assert one(value, DATE) == pd.Timestamp(2023, 12, 31)


def test_months_and_days_of_one_digit_are_read() -> None:
    """As people write them."""
    assert one("2023年1月5日", DATE) == one("2023-1-5", DATE) == pd.Timestamp(2023, 1, 5)


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-30",
        "2023-13-01",
        "2023",
        2023.1,
        "31.12.2023",
        "12/31/2023",
        "45291",
        "去年",
        "2023-12-31 16:00:00",
        "2023-12-30T16:00:00Z",
        datetime(2023, 12, 30, 16, tzinfo=timezone.utc),  # noqa: UP017 - the plainer word
        "0001-01-01",
        "1899-12-31",
        "2200-01-01",
        "9999-12-31",
        "2023-12-31 00:00:00 北京",
    ],
)
def test_what_is_no_single_day_is_flagged(value: object) -> None:
    """16:00 in Greenwich is the next day in Tieling; 9999 stands for “for ever”."""
    assert one(value, DATE) == "failed"


def test_dates_of_a_typed_column_are_read_alike() -> None:
    """A file's own date type: midnight is a day, any other time is flagged."""
    given = pd.to_datetime(pd.Series(["2023-12-31 00:00", "2023-12-31 08:00", None]))
    for column in (given, given.dt.tz_localize("Asia/Shanghai"), given.astype("datetime64[ms]")):
        result = to_typed(column, DATE)
        assert result.column.iloc[0] == pd.Timestamp(2023, 12, 31)
        assert list(result.failed) == [False, True, False]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back(day: date) -> None:
    """Both ends of the years are closed."""
    assert one(day.isoformat(), DATE) == pd.Timestamp(day)
    assert one(f"{day.year}年{day.month}月{day.day}日", DATE) == pd.Timestamp(day)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("coal", "coal"),
        ("COAL", "coal"),
        ("燃煤", "coal"),
        (" 煤 ", "coal"),
        ("natural gas", "failed"),
        ("天然气", "gas"),
        ("柴草", "failed"),
        ("燃煤(已改燃气)", "failed"),
        ("燃煤、燃气", "failed"),
    ],
)
def test_allowed_values_are_read_by_code_title_or_alias(value: str, code: str) -> None:
    """A remark in brackets may say the opposite: it is not cut off."""
    assert one(value, FUEL) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Ⅳ类", "IV"),
        ("IV类", "IV"),
        ("iv", "IV"),
        ("Ⅴ", "V"),
        ("劣Ⅴ类", "worse_than_V"),
        ("劣V类", "worse_than_V"),
        ("worse than class V", "worse_than_V"),
        ("4", "failed"),
        ("六类", "failed"),
    ],
)
def test_water_classes_are_read_in_roman_numerals(value: str, code: str) -> None:
    """As characters of their own and as letters."""
    assert one(value, WATER) == code


def test_codes_stay_text() -> None:
    """Leading zeros, 18 digits, and `NA`: what a spreadsheet library would spoil."""
    values = ["001", "91211200MA0XYZ1234", "123456789012345678", "NA", "null", "nan", "1.0"]
    assert list(typed(list(values), TEXT).column) == values


def test_numbers_in_a_text_column_have_no_false_decimals() -> None:
    """1.0 from a file of numbers is 1; a long whole number keeps every digit."""
    assert list(typed([1.0, 2.5, 7], TEXT).column) == ["1", "2.5", "7"]
    assert one(123456789012345678, TEXT) == "123456789012345678"
    assert list(typed([1.0, np.nan], TEXT, "float64").column.dropna()) == ["1"]


def is_unseen(value: object) -> bool:
    """Tell whether a cell holds nothing that one could see."""
    told = to_told(value)
    return not told.strip("\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff" + string.whitespace).strip()


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.booleans())))
def test_no_value_is_lost_or_raises(values: list[object]) -> None:
    """Whatever a cell holds: typed, missing, a limit, or failed with both reasons, row by row."""
    for column in (NUMBER, INTEGER, BOOLEAN, DATE, TEXT, FUEL):
        result = typed(values, column)
        assert len(result.column) == len(result.failed) == len(values)
        assert not (result.failed & result.column.notna()).any()
        assert set(result.reasons) == set(np.flatnonzero(result.failed))
        limits = pd.Series(range(len(values))).isin([c.position for c in result.censored])
        assert not (limits & (result.failed | result.column.notna())).any()
        if column.kind in {"number", "integer", "date"}:
            continue  # marks such as `-` are missing there
        blank = pd.Series([is_unseen(v) for v in values], dtype=bool)
        assert ((result.column.notna() | result.failed) == ~blank).all()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_bit(number: float) -> None:
    """What Python writes is what is read."""
    assert to_number(repr(number)) == number


@pytest.mark.parametrize(
    ("check", "zh", "en"),
    [
        ("not_nullable", "不能为空", "must not be blank"),
        ("greater_than(0)", "应大于 0(不含)", "must be more than 0"),
        ("less_than_or_equal_to(5000)", "应不大于 5000", "must be 5000 or less"),
        (r"str_matches('^\d{6}$')", r"格式应为 '^\d{6}$'", r"must look like '^\d{6}$'"),
        ("odd_rule({x})", "不符合规定 odd_rule({x})", "breaks the rule odd_rule({x})"),
    ],
)
def test_reasons_are_sentences_in_both_languages(check: str, zh: str, en: str) -> None:
    """Braces in a pattern are no places to fill."""
    assert to_reason(check) == (zh, en)
