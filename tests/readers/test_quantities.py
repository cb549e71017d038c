"""Cells of numbers by their own type, their notes, and what holds for any text at all."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_values import kinds, one

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.columns import to_number, to_typed
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text


def in_unit(unit: str, *, kind: str = "number") -> ColumnCard:
    """Return a column of numbers in a unit."""
    return ColumnCard("x", kind, Text("列", "x"), nullable=True, unit=unit)


MW, TONNES, LITRE = in_unit("mw"), in_unit("t"), in_unit("mg_per_l")
WHOLE, SHARE = in_unit("", kind="integer"), in_unit("%")


NATIVE: list[tuple[object, str, object]] = [
    (75, "typed", 75.0),
    (75.5, "typed", 75.5),
    (0.1, "typed", 0.1),
    (-0.0, "typed", 0.0),
    (np.float32(0.5), "typed", 0.5),
    (np.int64(3), "typed", 3.0),
    (Decimal("52.50"), "typed", 52.5),
    (Decimal("1E+3"), "typed", 1000.0),
    (2**60, "typed", float(2**60)),
    (None, "missing", None),
    (float("nan"), "missing", None),
    (pd.NA, "missing", None),
    (pd.NaT, "missing", None),
    (True, "failed", "逻辑值"),
    (np.False_, "failed", "逻辑值"),
    (float("inf"), "failed", "有限"),
    (Decimal("NaN"), "failed", "有限"),
    (10**400, "failed", "有限"),
    (datetime(2023, 1, 2), "failed", "日期"),  # noqa: DTZ001 - what files hold has no zone
    (date(2023, 1, 2), "failed", "日期"),
    (time(8, 30), "failed", "日期或时刻"),
    (pd.Timestamp("2023-01-02"), "failed", "日期"),
    (BadCell("#REF!", Text("公式出错;处理:请改正", "broken; put it right")), "failed", "公式出错"),
    (["75"], "failed", "不是数字"),
    (b"75", "failed", "不是数字"),
]


@pytest.mark.parametrize(("value", "kind", "told"), NATIVE, ids=[repr(n[0])[:30] for n in NATIVE])
def test_a_cell_of_a_workbook_is_read_by_its_own_type(
    value: object, kind: str, told: object
) -> None:
    """A truth value is no 1, a day no serial number, and no number is too long to judge."""
    typed = one(value, MW)
    assert kinds(typed) == [kind]
    if kind == "typed":
        assert typed.column.iloc[0] == told
    if kind == "failed":
        assert str(told) in typed.reasons[0].zh


def test_one_column_has_a_reason_for_each_value() -> None:
    """Positions are those of the column, whatever its index is."""
    raw = pd.Series(["75t/h", "52.5", "约7", None, "<1"], index=[9, 8, 7, 6, 5])
    typed = to_typed(raw, MW)
    assert list(typed.reasons) == [0, 2]
    assert "×0.7 would give 52.5 MW" in typed.reasons[0].en
    assert "approximate" in typed.reasons[2].en
    assert list(typed.column.index) == [9, 8, 7, 6, 5]
    assert [c.position for c in typed.censored] == [4]


def test_what_was_done_to_read_is_counted() -> None:
    """Units, multipliers and marks between thousands, each in one note."""
    typed = to_typed(pd.Series(["75MW", "5MW", "1,000", "0.1万", "7"]), MW)
    assert list(typed.column) == [75.0, 5.0, 1000.0, 1000.0, 7.0]
    assert sorted(note.en for note in typed.notes) == [
        "column x: 1 values are read with 万, 亿 and the like",
        "column x: 1 values have marks between thousands",
        "column x: 2 values carry the column's own unit and are read",
    ]


def test_a_text_is_read_alike_wherever_it_stands() -> None:
    """A column of text and a column of mixed cells."""
    texts = pd.Series(["75", "1,000", "x"], dtype="str")
    mixed = pd.Series(["75", "1,000", "x"], dtype="object")
    assert to_typed(texts, MW).column.equals(to_typed(mixed, MW).column)


ALPHABET = "0123456789.,+-−－eE ×^万亿千吨tMWmg/LhN%<>≤≥～~约十二ＭＷ１２．，无未检出D\u3000²①"


@settings(max_examples=150)
@given(st.lists(st.one_of(st.text(ALPHABET, max_size=12), st.text(max_size=8)), max_size=8))
def test_any_text_is_typed_missing_a_limit_or_failed(texts: list[str]) -> None:
    """Exactly one of them, with a reason in both languages where it failed."""
    for column in (MW, WHOLE, TONNES, LITRE, SHARE):
        typed = to_typed(pd.Series(texts, dtype="object"), column)
        assert len(kinds(typed)) == len(texts)
        assert all(all(reason) for reason in typed.reasons.values())
        assert np.isfinite(typed.column.dropna().astype("float64")).all()


POWERS: Mapping[str, int] = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
digits = st.from_regex(r"\A[0-9]{1,15}(\.[0-9]{1,12})?\Z")


@settings(max_examples=150)
@given(
    number=digits,
    sign=st.sampled_from(["", "+", "-", "−", "－"]),
    power=st.sampled_from(sorted(POWERS)),
    unit=st.sampled_from(["", "t", "吨", " 吨"]),
    wide=st.booleans(),
)
def test_a_number_is_the_nearest_to_its_digits(
    number: str, sign: str, power: str, unit: str, *, wide: bool
) -> None:
    """By exact fractions, an independent route: no multiplication in floating point."""
    text = f"{sign}{number}{power}{unit}"
    if wide:
        text = text.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)} | {0x2E: "．"})
    exact = Fraction(number) * POWERS[power] * (1 if sign in {"", "+"} else -1)
    assert one(text, TONNES).column.iloc[0] == float(exact)
    whole = one(text, in_unit("t", kind="integer"))
    if exact.denominator == 1 and abs(exact) < 2**53:
        assert whole.column.iloc[0] == exact
    else:
        assert kinds(whole) == ["failed"]


@given(st.integers(-(10**15), 10**15), st.integers(0, 10**6 - 1))
def test_marks_between_thousands_change_nothing(whole: int, part: int) -> None:
    """Python writes them, too."""
    text = f"{whole:,}.{part:06d}"
    assert one(text, MW).column.iloc[0] == float(Decimal(text.replace(",", "")))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_of_a_workbook_comes_back_to_the_last_bit(number: float) -> None:
    """And its shortest spelling is the same number."""
    assert one(number, MW).column.iloc[0] == number
    assert one(repr(number), MW).column.iloc[0] == number


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_whole_number_keeps_every_digit(number: int) -> None:
    """Up to where floating-point numbers end to be exact."""
    for spelled in (number, str(number), f"{number:,}", float(number)):
        assert one(spelled, WHOLE).column.iloc[0] == number


@given(st.text(ALPHABET, max_size=10))
def test_plain_numbers_are_a_part_of_what_is_read(text: str) -> None:
    """What the reader of coordinates takes means the same number here."""
    number = to_number(text)
    if not np.isnan(number):
        assert one(text, MW).column.iloc[0] == number
