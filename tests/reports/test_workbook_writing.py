"""Workbooks: text stays text, equal bytes, limits of the format, whole or not at all."""

import errno
import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.reports import workbook
from tieling_geo.reports.cells import (
    MAX_TEXT,
    CellValue,
    ErrorText,
    to_cell_value,
    to_cut,
    to_safe_text,
    to_sheet_name,
    to_width,
)
from tieling_geo.reports.looks import BODY, HEADER, LINK
from tieling_geo.reports.marked_archive import is_untouched
from tieling_geo.reports.workbook import Cell, Page, write_workbook

#: What programs have taken for a formula, a command or a link (CWE-1236 and the OWASP list).
PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.invalid","点击")',
    '=WEBSERVICE("http://x.invalid")',
    "==1",
    "===",
    "=",
    "=A1",
    "{=1+1}",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "＝1+1",
    "'=1+1",
    '"=1+1"',
    ";=1+1",
    "%0A=1+1",
    "|=1+1",
    "http://x.invalid/a",
    "mailto:a@x.invalid",
    "file:///etc/passwd",
    "#REF!",
    "#N/A",
    "<script>=1</script>",
)


def page(*rows: tuple[object, ...], name: str = "表") -> Page:
    """Make a sheet of plain cells."""
    return Page(
        name,
        [(n, {c: Cell(v) for c, v in enumerate(row, 1)}) for n, row in enumerate(rows, 1)],
    )


def read_texts(path: Path, sheet: str = "表") -> list[list[object]]:
    """Read a sheet with the other library."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_a_formula_or_a_link(tmp_path: Path, payload: str) -> None:
    """In header, body, remark and sheet name it is text; both libraries read it back as it was."""
    name = to_sheet_name(payload, [])
    sheet = Page(
        name,
        [(1, {1: Cell(payload, HEADER)}), (2, {1: Cell(payload, remark=payload)})],
    )
    write_workbook(tmp_path / "a.xlsx", [sheet], title=payload)
    meant = payload.replace("\r", "\n")
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for row in read[name].iter_rows() for cell in row]
    assert [(c.value, c.data_type, c.hyperlink) for c in cells] == [(meant, "s", None)] * 2
    assert read_texts(tmp_path / "a.xlsx", name) == [[meant], [meant]]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<formula", b"")


def test_text_that_looks_like_the_formats_escape_is_kept(tmp_path: Path) -> None:
    """`_x0041_` would be read as `A` if it were written as it is."""
    texts = ("_x0041_", "a_x000D_b", "_x005F_x0041_", "_x00G1_", "_X0041_", "__x0041__")
    write_workbook(tmp_path / "a.xlsx", [page(texts)], title="t")
    assert read_texts(tmp_path / "a.xlsx") == [list(texts)]


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_text_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """Whatever text there is, what comes back is what `to_safe_text` says; blanks are blank."""
    path = tmp_path_factory.mktemp("any") / "a.xlsx"
    write_workbook(path, [page(*map(tuple, rows))], title="t")
    sheet = openpyxl.load_workbook(path)["表"]
    read = [str(c.value) for r in sheet.iter_rows() for c in r if str(c.value or "").strip()]
    meant = [to_safe_text(text).text for row in rows for text in row]
    assert [text.replace("_x005F_x", "_x") for text in read] == [
        text.replace("_x005F_x", "_x") for text in meant if text.strip()
    ]


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), 0xD800, 0xDFFF, 0xFFFE])
def test_control_characters_are_replaced_counted_and_told(tmp_path: Path, code: int) -> None:
    """Each of them becomes a replacement character, and the cell's comment says so."""
    written = write_workbook(tmp_path / "a.xlsx", [page((f"铁{chr(code)}岭", 1))], title="t")
    assert (written.cells, written.cleaned, written.cut) == (2, 1, 0)
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]["A1"]
    assert cell.value == "铁\ufffd岭"
    assert "1 个不可显示的字符" in cell.comment.text


def test_tabs_and_line_ends_stay(tmp_path: Path) -> None:
    """A tab and a line feed are text; the other line ends become line feeds."""
    write_workbook(tmp_path / "a.xlsx", [page(("a\tb\nc\r\nd\re",))], title="t")
    assert read_texts(tmp_path / "a.xlsx") == [["a\tb\nc\nd\ne"]]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("字" * MAX_TEXT, 0),
        ("字" * (MAX_TEXT + 1), MAX_TEXT + 1),
        ("\U0001f600" * 16_383, 0),
        ("\U0001f600" * 16_384, 16_384),
        ("_x0041_" * 4_000, 28_000),
    ],
    ids=["full", "one-more", "pairs-full", "pairs-one-more", "escapes"],
)
def test_long_text_is_cut_with_a_note(tmp_path: Path, text: str, cut: int) -> None:
    """32,767 UTF-16 units fit; a longer text says at its end how long it was."""
    written = write_workbook(tmp_path / "a.xlsx", [page((text,))], title="t")
    ((read,),) = read_texts(tmp_path / "a.xlsx")
    assert written.cut == (cut > 0)
    assert len(str(read).encode("utf-16-le")) // 2 <= MAX_TEXT
    if cut:
        assert str(read).endswith(f"…(原文 {cut} 字,已截断 / cut, {cut} characters)")
        assert text.startswith(str(read)[:5_000])
    else:
        assert read == text


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (np.int64(7), 7),
        (np.float64(0.1), 0.1),
        (np.bool_(1), True),
        (10**15 - 1, 10**15 - 1),
        (10**15, "1000000000000000"),
        (211200197001011234, "211200197001011234"),
        (float("nan"), None),
        (float("-inf"), "-inf"),
        (pd.NA, None),
        (pd.NaT, None),
        (pd.Timestamp("2024-02-29"), datetime(2024, 2, 29)),  # noqa: DTZ001 - a day has no zone
        (pd.Timestamp("2024-02-29", tz="Asia/Shanghai"), "2024-02-29T00:00:00+08:00"),
        (date(1900, 3, 1), date(1900, 3, 1)),
        (date(1900, 2, 28), "1900-02-28"),
        (time(8, 30), time(8, 30)),
        (b"x", "b'x'"),
    ],
)
def test_values_are_kept_or_written_as_text(value: object, meant: CellValue) -> None:
    """What a spreadsheet would change (long numbers, early days, zones) is text."""
    assert to_cell_value(value) == meant
    assert type(to_cell_value(value)) is type(meant)


def test_values_keep_their_types(tmp_path: Path) -> None:
    """Numbers, booleans, days and error values are what they were."""
    row = (7, 0.1, True, date(2024, 2, 29), ErrorText("#REF!"), "007")
    write_workbook(tmp_path / "a.xlsx", [page(row)], title="t")
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"][1]
    assert [(c.value, c.data_type) for c in cells] == [
        (7, "n"),
        (0.1, "n"),
        (True, "b"),
        (datetime(2024, 2, 29), "d"),  # noqa: DTZ001 - a day has no zone
        ("#REF!", "e"),
        ("007", "s"),
    ]


@pytest.mark.parametrize(
    ("name", "taken", "meant"),
    [
        ("锅炉", (), "锅炉"),
        ("", (), "Sheet"),
        ("  a \n b ", (), "a b"),
        ("'引号'", (), "引号"),
        ("[a]:*?/\\", (), "_a______"),
        ("History", (), "History_"),
        ("HISTORY", (), "HISTORY_"),
        ("表" * 40, (), "表" * 31),
        ("\U0001f600" * 16, (), "\U0001f600" * 15),
        ("A", ("a",), "A (2)"),
        ("A", ("a", "A (2)"), "A (3)"),
        ("表" * 31, ("表" * 31,), "表" * 27 + " (2)"),
        ("a\x00\ud800", (), "a__"),
    ],
)
def test_sheet_names(name: str, taken: tuple[str, ...], meant: str) -> None:
    """Excel's rules, one each."""
    assert to_sheet_name(name, taken) == meant


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_sheet_names_are_allowed_and_their_own(names: list[str]) -> None:
    """Whatever is asked for, names are allowed and no two are the same in any case."""
    found: list[str] = []
    for name in names:
        found.append(to_sheet_name(name, found))
    assert len({name.casefold() for name in found}) == len(names)
    assert all(0 < len(n.encode("utf-16-le")) // 2 <= 31 for n in found)
    assert not any(set(n) & set("[]:*?/\\") or n.startswith("'") for n in found)


def test_widths_count_chinese_twice() -> None:
    """Never under 8 or over 48, the widest line counts."""
    assert [to_width(v) for v in ("锅炉编号", "abc", None, "字" * 40, "a\n锅炉编号一")] == [
        10,
        8,
        8,
        48,
        12,
    ]
    assert to_cut("锅炉", 1) == "锅"


def test_rows_between_stay_empty_and_columns_too(tmp_path: Path) -> None:
    """Row and column numbers are kept, so that addresses of cells hold."""
    rows = [(3, {2: Cell("b3")}), (7, {1: Cell(1), 5: Cell("e7")})]
    written = write_workbook(tmp_path / "a.xlsx", [Page("表", rows)], title="t")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    values = {c.coordinate: c.value for r in sheet.iter_rows() for c in r if c.value is not None}
    assert values == {"B3": "b3", "A7": 1, "E7": "e7"}
    assert (written.rows, written.cells) == (2, 3)


@pytest.mark.parametrize(("row", "column"), [(1_048_577, 1), (1, 16_385)])
def test_more_than_a_sheet_holds_is_refused(tmp_path: Path, row: int, column: int) -> None:
    """One row or column too many: nothing is written, nothing is left out."""
    sheet = Page("表", [(row, {column: Cell(1)})])
    with pytest.raises(OutputRefusedError, match="beyond what Excel allows"):
        write_workbook(tmp_path / "a.xlsx", [sheet], title="t")
    assert list(tmp_path.iterdir()) == []


def test_the_last_column_is_allowed(tmp_path: Path) -> None:
    """16,384 columns fit."""
    write_workbook(tmp_path / "a.xlsx", [Page("表", [(1, {16_384: Cell(1)})])], title="t")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]["XFD1"].value == 1


def test_layout_is_written(tmp_path: Path) -> None:
    """Frozen header, filter, widths, remark and a link inside the workbook."""
    sheet = Page(
        "表",
        [(1, {1: Cell("编号", HEADER)}), (2, {1: Cell("A", BODY, "请改正", "'第二'!B2")})],
        widths={1: 20},
        frozen="A2",
        filtered="A1:A2",
        merged=("C1:D2",),
        header_row=1,
    )
    other = Page("第二", [(1, {1: Cell("x")})], is_hidden=True)
    write_workbook(tmp_path / "a.xlsx", [sheet, other], title="t")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    read = book["表"]
    assert (read.freeze_panes, read.auto_filter.ref) == ("A2", "A1:A2")
    assert (read.column_dimensions["A"].width, read.print_title_rows) == (20, "$1:$1")
    assert [str(area) for area in read.merged_cells.ranges] == ["C1:D2"]
    assert (read["A1"].font.name, read["A2"].font.name) == ("Microsoft YaHei", "等线")
    assert (read["A2"].comment.text, read["A2"].hyperlink.location) == ("请改正", "'第二'!B2")
    assert read["A2"].hyperlink.target is None
    assert book["第二"].sheet_state == "hidden"


def test_remarks_and_links_stay_at_their_cells(tmp_path: Path) -> None:
    """Rows are written beside openpyxl, which writes only remarks and links: addresses agree."""
    rows = [
        (2, {3: Cell("c2", BODY, "第一")}),
        (5, {1: Cell("a5"), 4: Cell(None, BODY, "空格", "'表'!C2")}),
        (9, {2: Cell(date(2024, 2, 29), BODY, "日")}),
    ]
    sheet = Page("表", rows, heights={3: 30, 5: 40.5})
    write_workbook(tmp_path / "a.xlsx", [sheet], title="t")
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    told = {c.coordinate: c.comment.text for r in read.iter_rows() for c in r if c.comment}
    assert told == {"C2": "第一", "D5": "空格", "B9": "日"}
    links = {c.coordinate: c.hyperlink.location for r in read.iter_rows() for c in r if c.hyperlink}
    assert links == {"D5": "'表'!C2"}
    assert [read.row_dimensions[n].height for n in (2, 3, 5)] == [None, 30, 40.5]
    # A day in a look without a format of its own still looks like a day.
    assert (read["B9"].value, read["B9"].number_format) == (datetime(2024, 2, 29), "yyyy-mm-dd")  # noqa: DTZ001


def test_the_same_text_in_two_looks_and_kinds(tmp_path: Path) -> None:
    """What is kept of a text is kept by look: neither the look nor the kind is mixed up."""
    row = ("#REF!", ErrorText("#REF!"), "1", 1, True)
    looks = (BODY, BODY, BODY, BODY, BODY)
    rows = [
        (n, {c: Cell(v, look) for c, (v, look) in enumerate(zip(row, use, strict=True), 1)})
        for n, use in ((1, looks), (2, (HEADER,) * 5), (3, looks))
    ]
    write_workbook(tmp_path / "a.xlsx", [Page("表", rows)], title="t")
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]
    kinds = [[cell.data_type for cell in cells] for cells in read.iter_rows()]
    assert kinds == [["s", "e", "s", "n", "b"]] * 3
    assert [read.cell(n, 1).font.name for n in (1, 2, 3)] == ["等线", "Microsoft YaHei", "等线"]


def test_rules_and_print_layout_are_written(tmp_path: Path) -> None:
    """A rule colours a word; wide sheets repeat their first columns on each sheet of paper."""
    rule = CellIsRule(operator="equal", formula=['"坏"'], fill=PatternFill(bgColor="FFFF0000"))
    wide = Page(
        "宽",
        [(1, {1: Cell("坏")})],
        conditions=(("A1:A9", rule),),
        header_row=1,
        pages_wide=3,
        printed_left=2,
        prints_grid=True,
        printed_above="示例",
        tab_colour="FF112233",
    )
    write_workbook(tmp_path / "a.xlsx", [wide, page((1,), name="窄")], title="t")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    read = book["宽"]
    ((area, rules),) = read.conditional_formatting._cf_rules.items()  # noqa: SLF001 - no public way
    assert str(area.sqref) == "A1:A9"
    assert (rules[0].formula, rules[0].dxf.fill.bgColor.rgb) == (['"坏"'], "FFFF0000")
    assert (read.print_title_rows, read.print_title_cols) == ("$1:$1", "$A:$B")
    assert (read.page_setup.fitToWidth, read.page_setup.fitToHeight) == (3, 0)
    assert (read.print_options.gridLines, read.oddHeader.center.text) == (True, "示例")
    assert read.sheet_properties.tabColor.rgb == "FF112233"
    assert (book["窄"].page_setup.fitToWidth, book["窄"].print_title_cols) == (1, None)


def write_dated(path: Path) -> None:
    """Write a workbook with everything that has an order or a day of its own."""
    rows = [(1, {1: Cell("编号", HEADER), 2: Cell("日期", HEADER, "说明")})]
    rows += [
        (n, {1: Cell(f"A{n}", LINK, "改", "'表'!A1"), 2: Cell(date(2024, 1, n))})
        for n in range(2, 20)
    ]
    write_workbook(path, [Page("表", rows, widths={1: 9, 2: 12}, frozen="A2")], title="t")


def test_the_same_content_is_the_same_bytes(tmp_path: Path) -> None:
    """Another process, hash seed, time zone and locale: equal bytes, no present day in them."""
    write_dated(tmp_path / "1.xlsx")
    script = (
        f"import test_workbook_writing as t; t.write_dated(t.Path({str(tmp_path / '2.xlsx')!r}))"
    )
    other = {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}
    subprocess.run(  # noqa: S603 - our own script in our own interpreter
        [sys.executable, "-c", script],
        check=True,
        cwd=Path(__file__).parent,
        env={**os.environ, **other},
    )
    one, two = ((tmp_path / f"{n}.xlsx").read_bytes() for n in (1, 2))
    assert one == two
    with zipfile.ZipFile(tmp_path / "1.xlsx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def test_an_untouched_file_is_replaced_and_a_saved_one_is_not(tmp_path: Path) -> None:
    """The mark is whole until another program saves the file or a byte of it changes."""
    path = tmp_path / "a.xlsx"
    write_workbook(path, [page(("一",))], title="t")
    assert is_untouched(path)
    write_workbook(path, [page(("二",))], title="t")
    assert read_texts(path) == [["二"]]
    whole = path.read_bytes()
    openpyxl.load_workbook(path).save(path)
    saved = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(OutputRefusedError, match="move it away, or use another name"):
        write_workbook(path, [page(("三",))], title="t")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == saved
    for changed in (whole[:99] + b"\xff" + whole[100:], whole[:-1], whole + b"\n", b"", b"mine"):
        path.write_bytes(changed)
        assert not is_untouched(path)


@pytest.mark.parametrize("kind", ["folder", "broken link"])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, kind: str) -> None:
    """A folder, or a link that leads nowhere, is refused and stays."""
    path = tmp_path / "a.xlsx"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nothing")
    with pytest.raises(OutputRefusedError):
        write_workbook(path, [page((1,))], title="t")
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file before stays, nothing is left beside it, and the error says why."""
    path = tmp_path / "a.xlsx"
    write_workbook(path, [page(("一",))], title="t")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError) as caught:
        write_workbook(path, [page(("二",))], title="t")
    assert caught.value.to("zh") == "无法写入 a.xlsx:磁盘已满;原有内容未改动"
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
    assert read_texts(path) == [["一"]]


def test_no_folder_is_an_output_error(tmp_path: Path) -> None:
    """A folder that is not there, told without its path."""
    with pytest.raises(OutputError) as caught:
        write_workbook(tmp_path / "none" / "a.xlsx", [page((1,))], title="t")
    assert str(tmp_path) not in caught.value.to("zh")


def test_a_page_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """An error while rows are made goes through, and no file is left."""

    def rows() -> Iterator[tuple[int, Mapping[int, Cell]]]:
        yield 1, {1: Cell(1)}
        raise OutputRefusedError(workbook.Text("坏", "bad"))

    with pytest.raises(OutputRefusedError, match="bad"):
        write_workbook(tmp_path / "a.xlsx", [Page("表", rows())], title="t")
    assert list(tmp_path.iterdir()) == []


def test_what_reads_back_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If one character is lost on the way to the disk, the file does not take its place."""
    monkeypatch.setattr(workbook, "to_escaped", lambda text: text[:-1])
    with pytest.raises(OutputError, match="does not read back"):
        write_workbook(tmp_path / "a.xlsx", [page(("铁岭",))], title="t")
    assert list(tmp_path.iterdir()) == []
