"""
Numbers of a workbook: what their formats show decides what they are.

| Trap | Decision |
|---|---|
| number with the format `000`, `000-0000`, `"DW"000` | text as shown: 001, 123-4567, DW005 |
| number of 16 digits and more, such as an 18-digit code | bad cell: digits are lost |
| day as a number, in any day format, also the unwritten Chinese ones 27–36 and 50–58 | `datetime` |
| days counted from 1904 | `datetime`, noted |
| 29 February 1900, day 0, a day after 9999 | bad cell |
| time; time over a day (`[h]:mm`) | `time`; text as shown |
| 12 % | 0.12, noted |
| unit in the number's format (`0"吨"`) | the number, the unit noted |
"""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from workbook_files import DAY, number, read_cell, read_rows, to_bad

from tieling_geo.readers.spreadsheets.sheet import BadCell, Value


@pytest.mark.parametrize(
    ("raw", "shown", "value"),
    [
        ("1", "000", "001"),
        ("1234", "000", "1234"),
        ("-7", "000", "-007"),
        ("1.5", "000", 1.5),
        ("1", "00000000", "00000001"),
        ("1234567", "000\\-0000", "123-4567"),
        ("5", '"DW"000', "DW005"),
        ("211202", "000000", "211202"),
        ("12345", '0!.0000"万"', 12345),
        ("12345", '0"."0', 12345),
        ("5", "0", 5),
        ("5", "#,##0", 5),
        ("1234.5", "#,##0.00", 1234.5),
        ("1234.5", '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ', 1234.5),
        ("3", "G/通用格式", 3),
        ("0.00012", "0.00E+00", 0.00012),
        ("0.12", 10, 0.12),
        ("75", '0"吨"', 75),
        ("45000", 14, DAY),
        ("45000", 31, DAY),
        ("45000", 57, DAY),
        ("45000", 'yyyy"年"m"月";@', DAY),
        ("45000", "[$-804]aaaa", DAY),
        ("45000", "[DBNum1][$-804]yyyy年m月d日", DAY),
        ("45000", 'e"年"', DAY),
        ("45000", "yyyy.m", DAY),
        ("45000", "[Red]m/d", DAY),
        ("45000", '0.0"days"', 45000),
        ("45000", "[>100]0;0", 45000),
        ("45000.5", 22, DAY + timedelta(hours=12)),
        ("45000.99999999999", 22, DAY + timedelta(days=1)),
        ("1", 14, datetime(1900, 1, 1)),  # noqa: DTZ001
        ("59", 14, datetime(1900, 2, 28)),  # noqa: DTZ001
        ("61", 14, datetime(1900, 3, 1)),  # noqa: DTZ001
        ("2958465", 14, datetime(9999, 12, 31)),  # noqa: DTZ001
        ("0.75", "h:mm", time(18)),
        ("0.75", 33, time(18)),
        ("0.75", '上午/下午h"时"mm"分"', time(18)),
        ("45000.75", "h:mm", DAY + timedelta(hours=18)),
        ("1.0416666666666667", "[h]:mm", "25:00:00"),
        ("0.5", "[mm]:ss", "12:00:00"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(
    tmp_path: Path, raw: str, shown: int | str, value: Value
) -> None:
    """Codes as text, days as days, all else as the number itself, of the right type."""
    read_value = read_cell(tmp_path, number(raw), formats=[shown])
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("raw", "shown", "text"),
    [
        ("912112021234567890", 0, "912112021234567890"),
        ("9.1211202123456704E+17", 0, "912112021234567040"),
        ("1000000000000000", 0, "1000000000000000"),
        ("-1e15", 0, "-1000000000000000"),
        ("1e999", 0, "1e999"),
        ("12a", 0, "12a"),
        ("1_000", 0, "1_000"),
        ("NaN", 0, "NaN"),
        ("１２", 0, "１２"),
        ("0x1A", 0, "0x1A"),
        ("60", 14, "60"),
        ("0", 14, "0"),
        ("-1", 14, "-1"),
        ("2958466", 14, "2958466"),
        ("-0.5", "h:mm", "-0.5"),
        ("-1", "[h]:mm", "-1"),
    ],
)
def test_a_number_that_cannot_be_trusted_is_a_bad_cell(
    tmp_path: Path, raw: str, shown: int | str, text: str
) -> None:
    """It keeps what the file has, and says why."""
    bad = read_cell(tmp_path, number(raw), formats=[shown])
    assert isinstance(bad, BadCell)
    assert bad.text == text
    assert bad.reason.zh
    assert bad.reason.en


def test_a_number_of_fifteen_digits_is_exact(tmp_path: Path) -> None:
    """The last below the limit, and a fraction with 17 digits, as programs write them."""
    assert read_cell(tmp_path, number("999999999999999", 0)) == 999_999_999_999_999
    assert read_cell(tmp_path, number("5.6000000000000001E-2", 0)) == 0.056
    assert "15 位" in to_bad(read_cell(tmp_path, number("912112021234567000", 0))).reason.zh


def test_days_counted_from_1904_are_right_and_told(tmp_path: Path) -> None:
    """43538 days from 1904-01-01 are the same day as 45000 in the other count."""
    book = '<workbookPr date1904="1"/>'
    rows = '<row r="1"><c r="A1" s="1"><v>43538</v></c><c r="B1" s="1"><v>0</v></c></row>'
    sheet = read_rows(tmp_path, rows, formats=[14], book=book)
    assert sheet.rows == ((DAY, datetime(1904, 1, 1)),)  # noqa: DTZ001
    assert "1904" in sheet.notes[0].zh
    plain = read_rows(tmp_path, rows, formats=[14], book='<workbookPr date1904="0"/>')
    assert plain.rows[0][0] == datetime(2019, 3, 14)  # noqa: DTZ001 - 43538 from 1900
    assert plain.notes == ()


def test_percentages_and_units_of_formats_are_told(tmp_path: Path) -> None:
    """The numbers stay as the file has them: a header may ask for per cent."""
    rows = "".join(
        f'<row r="{n}"><c r="C{n}" s="1"><v>0.12</v></c><c r="E{n}" s="2"><v>75</v></c></row>'
        for n in (1, 2)
    )
    sheet = read_rows(tmp_path, rows, formats=[9, '0.0" t/h"'])
    assert sheet.rows == ((0.12, 75), (0.12, 75))
    assert [note.zh for note in sheet.notes] == [
        "列 C:2 个数按百分比显示,读作小数(12% 读作 0.12)",
        "列 E:数字格式附带的“t/h”不是数值的一部分,只读数字",
    ]
