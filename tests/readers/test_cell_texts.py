"""Text stays as it is, but for what nobody sees; a value that is not allowed is never guessed."""

from dataclasses import replace
from datetime import date, datetime, time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.columns import Typed, to_told, to_typed
from tieling_geo.schemas import LAYERS, ColumnCard
from tieling_geo.text import Text

BY_NAME = {(layer, c.name): c for layer, schema in LAYERS.items() for c in schema.columns()}
CODE, NAME = BY_NAME["boilers", "boiler_id"], BY_NAME["boilers", "name"]
FUEL, ONEWAY = BY_NAME["boilers", "fuel"], BY_NAME["roads", "oneway"]
FAILED_FORMULA = BadCell("#REF!", Text("公式出错;处理:请改正", "broken; put it right"))


def one(value: object, column: ColumnCard) -> Typed:
    """Read one value."""
    return to_typed(pd.Series([value], dtype="object"), column)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("001", "001"),
        ("91211200MA0XYZ1234", "91211200MA0XYZ1234"),
        ("912112001234567890", "912112001234567890"),
        (123456789012345678, "123456789012345678"),
        (1, "1"),
        (1.0, "1"),
        (2.5, "2.5"),
        ("1.0", "1.0"),
        ("NA", "NA"),
        ("-", "-"),
        ("null", "null"),
        ("<0.5", "<0.5"),
        (" \u3000\u00a0\u200b\ufeffＡ－１\u2060 ", "Ａ－１"),
        ("铁岭县\n供热公司", "铁岭县 供热公司"),
        ("铁岭县 \r\n\t 供热公司", "铁岭县 供热公司"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("𠮷", "𠮷"),
    ],
)
@pytest.mark.parametrize("column", [CODE, NAME], ids=["code", "name"])
def test_a_text_stays_as_it_is(value: object, text: str, column: ColumnCard) -> None:
    """Codes keep their zeros and digits; only what nobody sees at the ends is dropped."""
    typed = one(value, column)
    assert list(typed.column) == [text]
    assert not typed.flags
    assert len(typed.notes) == int("\n" in str(value))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\x07b", "U+0007"),
        ("a\x00", "U+0000"),
        ("a\u202eb", "U+202E"),
        ("a\ud800", "U+D800"),
        ("#REF!", "公式出错"),
        ("#name?", "公式出错"),
        (FAILED_FORMULA, "公式出错"),
        (b"001", "不是单个文本"),
        (["001"], "不是单个文本"),
        (1e20, "位数已丢失"),
        (float(2**53), "位数已丢失"),
    ],
    ids=repr,
)
def test_what_no_text_has_is_rejected(value: object, why: str) -> None:
    """In codes and in names, with what to do."""
    for column in (CODE, NAME):
        typed = one(value, column)
        assert list(typed.failed) == [True]
        assert why in typed.reasons[0].zh
        assert "处理:" in typed.reasons[0].zh


@pytest.mark.parametrize(
    ("value", "text", "why"),
    [
        ("9.12112E+17", "9.12112E+17", "位数已丢失"),
        (datetime(2023, 1, 2), "2023-01-02", "改成了日期"),  # noqa: DTZ001 - files have no zone
        (date(2023, 1, 2), "2023-01-02", "改成了日期"),
        (time(8, 30), "08:30:00", "改成了日期"),
        ("铁岭�", "铁岭�", "已损坏的字符"),
    ],
)
def test_what_a_spreadsheet_spoils_is_rejected_in_codes(value: object, text: str, why: str) -> None:
    """A name may hold it, and is flagged where it looks wrong."""
    typed = one(value, CODE)
    assert list(typed.failed) == [True]
    assert why in typed.reasons[0].zh
    typed = one(value, NAME)
    assert list(typed.column) == [text]
    assert len(typed.flags) == int("E+" not in text)


def test_what_nobody_sees_within_a_text_is_flagged() -> None:
    """It would make two codes of one."""
    typed = one("B\u200b001", CODE)
    assert list(typed.column) == ["B\u200b001"]
    assert "看不见" in typed.flags[0][1].zh


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_any_text_that_one_sees_comes_back(text: str) -> None:
    """Letters, digits, marks and signs, of every script."""
    if not text.startswith("#") and "\ufffd" not in text:
        assert list(one(f" {text}\u3000", NAME).column) == [text]


@given(st.integers(-(10**30), 10**30))
def test_every_digit_of_a_whole_number_comes_back(number: int) -> None:
    """A code of 18 digits is no floating-point number."""
    assert list(one(number, CODE).column) == [str(number)]


def test_a_number_of_5000_digits_is_no_obstacle() -> None:
    """A database can hold it; Python's own words for it cannot."""
    assert list(one(10**5000, CODE).column) == ["1" + "0" * 5000]
    assert to_told(10**5000) == "1" + "0" * 5000
    assert list(one(10**5000, BY_NAME["boilers", "capacity_mw"]).failed) == [True]


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ("√", True),
        ("✓", True),
        ("✔", True),
        ("1.0", True),
        (1.0, True),
        (" 是\u200b", True),
        ("×", False),
        ("✗", False),
        ("0.0", False),
        (0.0, False),
    ],
)
def test_ticks_and_numbers_of_a_workbook_are_yes_and_no(value: object, *, truth: bool) -> None:
    """As people tick boxes."""
    assert list(one(value, ONEWAY).column) == [truth]


@pytest.mark.parametrize("value", ["√×", "①", "0.5", 2, FAILED_FORMULA, date(2023, 1, 1)])
def test_what_is_neither_yes_nor_no_is_rejected(value: object) -> None:
    """Neither is guessed."""
    typed = one(value, ONEWAY)
    assert list(typed.failed) == [True]
    assert "处理:" in typed.reasons[0].zh


@pytest.mark.parametrize("column", [ONEWAY, FUEL])
@pytest.mark.parametrize("value", ["-", "/", "—", "不详"])
def test_a_mark_for_nothing_is_missing(value: str, column: ColumnCard) -> None:
    """It is not a “no”, no allowed value and no fault; it is counted in a note."""
    typed = one(value, column)
    assert list(typed.failed) == [False]
    assert typed.column.isna().all()
    assert len(typed.notes) == 1


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("然煤", "燃煤"),
        ("燃媒", "燃煤"),
        ("电力", "电"),
        ("天燃气", "燃气"),
        ("biomas", "生物质"),
        ("柴草", ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_slip_is_told_but_never_mended(value: str, meant: str) -> None:
    """The reason asks which value was meant; the value is missing."""
    typed = one(value, FUEL)
    assert list(typed.failed) == [True]
    assert typed.column.isna().all()
    assert ("是否应为" in typed.reasons[0].zh) is bool(meant)
    assert (f"是否应为“{meant}”" in typed.reasons[0].zh) is bool(meant)
    assert typed.reasons[0].en.startswith("not one of: coal, gas, oil, biomass, electricity")


def test_an_allowed_value_that_is_broken_is_rejected_by_its_own_reason() -> None:
    """A formula that failed is no misspelled word."""
    assert one(FAILED_FORMULA, FUEL).reasons[0] == FAILED_FORMULA.reason


def test_a_text_that_must_not_be_blank_is_a_code_by_its_column() -> None:
    """The same cell, in the same column, nullable or not."""
    assert list(one("1E+05", CODE).failed) == [True]
    assert list(one("1E+05", replace(CODE, nullable=True)).column) == ["1E+05"]
