r"""
Numbers as ledgers spell them: row R9 of the checklist, one decision a spelling.

=====================================  ==========================================================
Spelling                               Decision
=====================================  ==========================================================
digits, full-width, signs, scientific  the number, to the last bit
1,234.5 and 1，234                     the number, where every group has three digits
12,5 and 1,23,456                      rejected: the comma may be a decimal point
1.2万, 3亿, 1.2万吨                    the number, exact in decimal
12.5%                                  the number in a column of %; rejected elsewhere
75t/h, ５２．５ＭＷ, 300米             the number, where the unit is the column's own
another known unit                     rejected, with what it would come to
an unknown unit, a remark              rejected
＜0.5, ≤0.5, >100, 0.5L, 未检出, ND    kept as a limit; the number is missing
约75, 10-20, 2×58, 十二, 1 234         rejected: not one definite number
blank, -, —, /, \, 无, NA, null         missing, counted
#REF!, TRUE, nan, inf, 1e999, a day    rejected
=====================================  ==========================================================
"""

import pandas as pd
import pytest
from typed_values import kinds, one

from tieling_geo.readers.values.columns import Censored, to_typed
from tieling_geo.schemas import LAYERS, ColumnCard
from tieling_geo.text import Text


def in_unit(unit: str, *, kind: str = "number", nullable: bool = True) -> ColumnCard:
    """Return a column of numbers in a unit."""
    return ColumnCard("x", kind, Text("列", "x"), nullable, unit=unit, aliases=("DN", "管径"))


MW, STEAM, TONNES = in_unit("mw"), in_unit("t_per_h"), in_unit("t")
WHOLE, SHARE, LITRE = in_unit("", kind="integer"), in_unit("%"), in_unit("mg_per_l")
MM, AREA, VOLUME, YEAR = (
    in_unit("mm"),
    in_unit("m2"),
    in_unit("m3"),
    in_unit("year", kind="integer"),
)

NUMBERS: list[tuple[str, ColumnCard, float]] = [
    ("75", MW, 75.0),
    ("７５", MW, 75.0),
    ("７５．５", MW, 75.5),
    (" 75 ", MW, 75.0),
    ("\u300075\u3000", MW, 75.0),
    ("\u00a075\u200b\ufeff", MW, 75.0),
    ("75\n", MW, 75.0),
    ("+75", MW, 75.0),
    ("＋７５", MW, 75.0),
    ("-0.5", MW, -0.5),
    ("－0.5", MW, -0.5),
    ("−0.5", MW, -0.5),
    ("﹣0.5", MW, -0.5),
    (".5", MW, 0.5),
    ("5.", MW, 5.0),
    ("007.50", MW, 7.5),
    ("0", MW, 0.0),
    ("1e3", MW, 1000.0),
    ("1.2E+4", MW, 12000.0),
    ("5E-1", MW, 0.5),
    ("１．２Ｅ４", MW, 12000.0),
    ("1.2×10^4", MW, 12000.0),
    ("1.2×10⁴", MW, 12000.0),
    ("5*10^-1", MW, 0.5),
    ("1,234.5", MW, 1234.5),
    ("1，234", MW, 1234.0),
    ("１，２３４，５６７．８９", MW, 1234567.89),
    ("-1,234", MW, -1234.0),
    ("1,234,567吨", TONNES, 1234567.0),
    ("1.2万", TONNES, 12000.0),
    ("1.1万", TONNES, 11000.0),
    ("1.2万吨", TONNES, 12000.0),
    ("1.2 万 吨", TONNES, 12000.0),
    ("１．２万ｔ", TONNES, 12000.0),
    ("1.2(万吨)", TONNES, 12000.0),
    ("0.57亿", TONNES, 57000000.0),
    ("3百万吨", TONNES, 3000000.0),
    ("2千万", TONNES, 20000000.0),
    ("5千吨", TONNES, 5000.0),
    ("28.9万人", WHOLE, 289000),
    ("1.2万", WHOLE, 12000),
    ("12.0", WHOLE, 12),
    ("1,000", WHOLE, 1000),
    ("12台", WHOLE, 12),
    ("2008年", YEAR, 2008),
    ("75t/h", STEAM, 75.0),
    ("75 t/h", STEAM, 75.0),
    ("75T/H", STEAM, 75.0),
    ("７５蒸吨／小时", STEAM, 75.0),
    ("75蒸吨", STEAM, 75.0),
    ("75（蒸吨/小时）", STEAM, 75.0),
    ("75[t/h]", STEAM, 75.0),
    ("５２．５ＭＷ", MW, 52.5),
    ("52.5 兆瓦", MW, 52.5),
    ("300毫米", MM, 300.0),
    ("DN300", MM, 300.0),
    ("dn 300mm", MM, 300.0),
    ("2,000㎡", AREA, 2000.0),
    ("2000m²", AREA, 2000.0),
    ("12.5%", SHARE, 12.5),
    ("12.5％", SHARE, 12.5),
    ("0.5mg/L", LITRE, 0.5),
]
LIMITS: list[tuple[str, ColumnCard, str, float | None]] = [
    ("＜0.5", LITRE, "<", 0.5),
    ("<0.5", LITRE, "<", 0.5),
    ("< 0.5", LITRE, "<", 0.5),
    ("﹤0.5", LITRE, "<", 0.5),
    ("<0.5mg/L", LITRE, "<", 0.5),
    ("＜０．５毫克／升", LITRE, "<", 0.5),
    ("≤0.5", LITRE, "<=", 0.5),
    ("<=0.5", LITRE, "<=", 0.5),
    ("≦0.5", LITRE, "<=", 0.5),
    (">100", STEAM, ">", 100.0),
    ("＞100t/h", STEAM, ">", 100.0),
    ("≥1.2万", TONNES, ">=", 12000.0),
    (">=100", STEAM, ">=", 100.0),
    ("小于0.5", LITRE, "<", 0.5),
    ("大于100", STEAM, ">", 100.0),
    ("0.5L", LITRE, "<", 0.5),
    ("0.5 L", LITRE, "<", 0.5),
    ("0.05Ｌ", LITRE, "<", 0.05),
    ("0.5L mg/L", LITRE, "<", 0.5),
    ("<10", WHOLE, "<", 10.0),
    ("未检出", LITRE, "not_detected", None),
    (" 未检出　", LITRE, "not_detected", None),
    ("ND", LITRE, "not_detected", None),
    ("n.d.", LITRE, "not_detected", None),
    ("低于检出限", LITRE, "not_detected", None),
    ("＜检出限", LITRE, "not_detected", None),
]
MARKS = [
    *("", "  ", "\u3000", "\u200b", "-", "－", "—", "——", "--", "/", "／", "\\", "＼", "\\N"),
    *("无", "无数据", "NA", "N/A", "n/a", "null", "NULL", "#N/A", "None", "不详"),
]
#: Spelling, column, and a word of the reason that says why.
REJECTED: list[tuple[str, ColumnCard, str]] = [
    ("12,5", MW, "逗号"),
    ("12，5", MW, "逗号"),
    ("1,23,456", MW, "逗号"),
    ("1234,567", MW, "逗号"),
    ("0,123", MW, "逗号"),
    ("1,2345", MW, "逗号"),
    ("12,5MW", MW, "逗号"),
    ("75t/h", MW, "×0.7 得 52.5 兆瓦"),
    ("52.5MW", STEAM, "÷0.7 得 75 蒸吨/小时"),
    ("1400kW", MW, "÷1000 得 1.4 兆瓦"),
    ("60万大卡", MW, "得 0.6978 兆瓦"),
    ("3亩", AREA, "得 2000 平方米"),
    ("500ug/L", LITRE, "÷1000 得 0.5 毫克/升"),
    ("75吨", MW, "单位是吨"),
    ("5吨/日", TONNES, "单位是吨/日"),
    ("12.5%", MW, "单位是%"),
    ("12.5个百分点", SHARE, "单位是个百分点"),
    ("<0.5t/h", MW, "×0.7 得 0.35 兆瓦"),
    ("75马力", MW, "“马力”不是已知单位"),
    ("75t/h(备用)", STEAM, "不是已知单位"),
    ("52。5", MW, "不是数字"),
    ("52.5;", MW, "不是数字"),
    ("0.5L", VOLUME, "“L”不是已知单位"),
    (">0.5L", LITRE, "不是数字"),
    ("0.5l", LITRE, "“l”不是已知单位"),
    ("约75", MW, "概数"),
    ("75左右", MW, "概数"),
    ("75MW以上", MW, "概数"),
    ("近100", MW, "概数"),
    ("100多", MW, "概数"),
    ("≈75", MW, "概数"),
    ("10±2", MW, "概数"),
    (">=", MW, "不是数字"),
    ("10-20", MW, "范围"),
    ("10～20", MW, "范围"),
    ("10—20t/h", STEAM, "范围"),
    ("10至20", MW, "范围"),
    ("2×58", MW, "算式"),
    ("3*29MW", MW, "算式"),
    ("29+58", MW, "算式"),
    ("1/2", MW, "算式"),
    ("1.2×104", MW, "算式"),
    ("十二", MW, "中文数字"),
    ("二十吨", TONNES, "中文数字"),
    ("1 234", MW, "空格"),
    ("１２．５²", MW, "不是数字"),
    ("10²", MW, "不是数字"),
    ("①", MW, "不是数字"),
    ("½", MW, "不是数字"),
    ("Ⅳ", MW, "不是数字"),
    ("١٢", MW, "不是数字"),
    ("1.2.3", MW, "不是"),
    ("--1", MW, "不是数字"),
    ("1_000", MW, "不是"),
    ("0x10", MW, "不是"),
    ("1e", MW, "不是"),
    ("O.5", MW, "不是数字"),
    ("TRUE", MW, "不是数字"),
    ("nan", MW, "不是有限的数"),
    ("inf", MW, "不是有限的数"),
    ("-Infinity", MW, "不是有限的数"),
    ("1e999", MW, "有限"),
    ("1e-999", MW, "有限"),
    ("9" * 400, MW, "不是数字"),
    ("#REF!", MW, "公式"),
    ("#DIV/0!", MW, "公式"),
    ("########", MW, "公式"),
    ("停用", MW, "不是数字"),
    ("12.5", WHOLE, "不是整数"),
    ("1.23456万", WHOLE, "不是整数"),
    ("12.00000000000000000001", WHOLE, "不是整数"),
    (str(2**53), WHOLE, "位数过多"),
    ("1亿亿", WHOLE, "不是已知单位"),
]
PLAIN_COLUMNS = [MW, WHOLE]


def test_the_table_has_the_120_spellings_of_the_checklist() -> None:
    """And each stands once for a column."""
    rows = [(text, column.unit, column.kind) for text, column, *_ in (*NUMBERS, *LIMITS, *REJECTED)]
    assert len(rows) + len(MARKS) >= 120
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(("text", "column", "number"), NUMBERS, ids=[n[0] for n in NUMBERS])
def test_a_number_is_read_exactly(text: str, column: ColumnCard, number: float) -> None:
    """To the last bit; a unit that is the column's own is no obstacle."""
    typed = one(text, column)
    assert kinds(typed) == ["typed"]
    assert typed.column.iloc[0] == number


@pytest.mark.parametrize(("text", "column", "sign", "limit"), LIMITS, ids=[n[0] for n in LIMITS])
def test_a_limit_is_kept_as_a_limit(
    text: str, column: ColumnCard, sign: str, limit: float | None
) -> None:
    """The number is missing; the text, the sign and the limit are kept, and counted in a note."""
    typed = one(text, column)
    assert kinds(typed) == ["limit"]
    assert typed.censored == (Censored(0, text.strip(), sign, limit),)
    assert len(typed.notes) == 1
    assert typed.notes[0].en.startswith("column x: 1 values are only limits")


@pytest.mark.parametrize(("text", "column", "sign", "limit"), LIMITS, ids=[n[0] for n in LIMITS])
def test_a_limit_is_no_value_where_there_must_be_one(
    text: str, column: ColumnCard, sign: str, limit: float | None
) -> None:
    """A column that must not be blank cannot be filled with a limit."""
    assert sign in {"<", "<=", ">", ">=", "not_detected"}
    assert limit is None or limit > 0
    typed = one(text, in_unit(column.unit, kind=column.kind, nullable=False))
    assert kinds(typed) == ["failed"]
    assert "只是限值" in typed.reasons[0].zh


@pytest.mark.parametrize("column", PLAIN_COLUMNS, ids=["number", "integer"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_for_nothing_is_missing(mark: str, column: ColumnCard) -> None:
    """It is no failure; a mark that one can see is counted, a blank is not."""
    typed = one(mark, column)
    assert kinds(typed) == ["missing"]
    assert len(typed.notes) == (0 if not mark.strip(" \u3000\u200b") else 1)


def test_marks_are_counted() -> None:
    """Three marks, one blank, one number."""
    typed = to_typed(pd.Series(["-", "/", "NA", "", "75"]), MW)
    assert kinds(typed) == ["missing"] * 4 + ["typed"]
    assert [note.en for note in typed.notes] == [
        "column x: 3 marks for “none” taken as missing",
    ]


@pytest.mark.parametrize(("text", "column", "why"), REJECTED, ids=[r[0][:20] for r in REJECTED])
def test_what_is_no_definite_number_is_rejected_with_its_own_reason(
    text: str, column: ColumnCard, why: str
) -> None:
    """The reason says why this value fails and what to do, in both languages."""
    typed = one(text, column)
    assert kinds(typed) == ["failed"]
    reason = typed.reasons[0]
    assert why in reason.zh
    assert "处理:" in reason.zh
    assert ";" in reason.en


def test_every_number_column_of_the_schemas_reads_its_own_unit() -> None:
    """By each layer's own cards: `1` with the unit that its template states."""
    columns = [c for s in LAYERS.values() for c in s.columns() if c.kind in {"number", "integer"}]
    assert columns
    for column in columns:
        unit = column.header_zh.removeprefix(column.title.zh).strip("()")
        assert one(f"1{unit}", column).column.iloc[0] == 1
