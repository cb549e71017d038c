"""The workbook of rejected rows: a list of them, and the user's own sheets with marked cells."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tieling_geo.errors import BrokenFileError, OutputRefusedError
from tieling_geo.readers.ledgers.tables import Vocabulary, find_header
from tieling_geo.readers.spreadsheets.sheet import Sheet
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer, Reading
from tieling_geo.reports import originals, rejected
from tieling_geo.reports.marked_archive import is_untouched
from tieling_geo.reports.rejected import write_rejected
from tieling_geo.reports.rejected_words import LISTING
from tieling_geo.schemas import LAYERS

HEADERS = ("锅炉编号", "使用单位", "额定蒸发量(蒸吨/小时)", "燃料类型", "经度", "纬度")
MAPPING = {"boiler_id": "锅炉编号", "capacity_t_per_h": HEADERS[2], "fuel": "燃料类型"}
RED, TINT = "FFFF9C9C", "FFFFF2CC"
#: Row, header, cell, value, reason.
Fault = tuple[int, str, str, str, str]
TWO_ROWS: tuple[Fault, ...] = (
    (5, HEADERS[2], "C5", "很大", "不是数字"),
    (5, "燃料类型", "D5", "油漆", "不在允许值内"),
    (7, "锅炉编号", "A7", "", "不能为空"),
)


def layer(
    source: Path | None,
    faults: Iterable[Fault],
    *,
    name: str = "boilers",
    sheet: str = "2024",
    header_rows: tuple[int, ...] = (3,),
) -> Layer:
    """Make a layer of which only the rejected rows count."""
    file = source.name if source else "postgis"
    lines = [(name, file, sheet, r, c, cell, v, zh, f"en {zh}") for r, c, cell, v, zh in faults]
    return Layer(
        name=name,
        features=gpd.GeoDataFrame(LAYERS[name].empty("EPSG:4550")),
        rejected=pd.DataFrame(lines, columns=list(REJECTED_COLUMNS)),
        card=Card("", "", "", "cgcs2000"),
        source=file,
        sha256=hashlib.sha256(source.read_bytes()).hexdigest() if source else "",
        rows_in=len({line[3] for line in lines}),
        reading=Reading(
            kind=source.suffix if source else "postgis",
            sheet=sheet,
            header_rows=header_rows,
            mapping=MAPPING,
            coordinates=("经度", "纬度"),
        ),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Write a ledger as offices have them: title, second sheet, styles, a formula, a link."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2024"
    sheet["A1"] = "铁岭市锅炉台账"
    sheet["A1"].font = Font(name="黑体", size=20)
    sheet.merge_cells("A1:F2")
    boilers = ((1, "甲厂", 20, "燃煤"), (2, "乙厂", "很大", "油漆"), (3, "=1+1", 10, "电"))
    for number, row in enumerate((HEADERS, *boilers), 3):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    sheet["A7"], sheet["B7"], sheet["E7"] = None, "丙厂", 123.85
    for row in range(4, 7):
        sheet.cell(row, 1).number_format = "000"
    sheet["B4"].hyperlink = "http://x.invalid/"
    sheet["C5"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["C5"].comment = Comment("去年就这样", "李")
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[1].height = 40
    book.create_sheet("说明")["A1"] = "别的表"
    book.save(tmp_path / "锅炉台账.xlsx")
    return tmp_path / "锅炉台账.xlsx"


def fill(sheet: Any, address: str) -> str:  # noqa: ANN401 - openpyxl's stubs differ by kind of sheet
    """Return the ground of a cell."""
    return str(sheet[address].fill.start_color.rgb)


def lines_of(path: Path, name: str = "退回清单") -> list[tuple[object, ...]]:
    """Return the lines of the list below its header."""
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    (top,) = [n for n, row in enumerate(rows) if row[0] in {"退回序号", "No. of rejection"}]
    return rows[top + 1 :]


def test_each_rejected_row_is_listed_once_with_all_its_reasons(
    ledger: Path, tmp_path: Path
) -> None:
    """Three faults in two rows: two lines, original values, where they are, and what to do."""
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    assert write_rejected({"boilers": found}, out, originals={"boilers": ledger}) == out
    assert lines_of(out) == [
        (
            1,
            "锅炉",
            "锅炉台账.xlsx",
            "2024",
            5,
            "C5\nD5",
            "额定蒸发量(蒸吨/小时)\n燃料类型",
            "很大\n油漆",
            "不是数字\n不在允许值内",
            "只填数字,单位不写入单元格\n从下列各项中选一项:燃煤、燃气、燃油、生物质、电",
        ),
        (
            2,
            "锅炉",
            "锅炉台账.xlsx",
            "2024",
            7,
            "A7",
            "锅炉编号",
            None,
            "不能为空",
            "填写不重复的编号;确为同一对象的,只保留一行",
        ),
    ]
    listing = openpyxl.load_workbook(out)["退回清单"]
    links = [c.hyperlink.location for row in listing.iter_rows() for c in row if c.hyperlink]
    assert links == ["'2024'!C5", "'2024'!A7"]
    assert listing["A1"].value == "退回清单:1 个图层共退回 2 行"


def test_the_copy_is_the_users_own_sheet(ledger: Path, tmp_path: Path) -> None:
    """Same name, rows, values, styles, widths, merged cells and number formats; no formula."""
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["退回清单", "2024"]
    copied, original = book["2024"], openpyxl.load_workbook(ledger)["2024"]
    for row in original.iter_rows():
        for cell in row:
            meant = None if cell.coordinate == "B6" else cell.value  # a formula never calculated
            assert copied[cell.coordinate].value == meant, cell.coordinate
    assert (copied["A1"].font.name, copied["A1"].font.size) == ("黑体", 20)
    assert [str(area) for area in copied.merged_cells.ranges] == ["A1:F2"]
    assert (copied.column_dimensions["B"].width, copied.row_dimensions[1].height) == (33, 40)
    assert (copied["A4"].value, copied["A4"].number_format) == (1, "000")
    assert copied["B4"].hyperlink is None
    assert copied.freeze_panes == "A4"


def test_bad_cells_are_red_and_say_why(ledger: Path, tmp_path: Path) -> None:
    """Red with the reason in the remark, a remark that was there stays; the rest is tinted."""
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    sheet = openpyxl.load_workbook(out)["2024"]
    assert {address: fill(sheet, address) for address in ("C5", "D5", "A7")} == dict.fromkeys(
        ("C5", "D5", "A7"), RED
    )
    assert {fill(sheet, address) for address in ("A5", "B5", "E5", "F5", "B7", "F7")} == {TINT}
    assert {fill(sheet, address) for address in ("A4", "C4", "A6", "C6", "G5")} == {"00000000"}
    assert sheet["C5"].comment.text == "不是数字\n去年就这样"
    assert sheet["A7"].comment.text == "不能为空"
    assert sheet["B5"].comment is None


def test_nothing_rejected_writes_nothing(ledger: Path, tmp_path: Path) -> None:
    """None, no file; an untouched list of an earlier run goes, one that was edited stays."""
    out = tmp_path / "rejected.xlsx"
    bad, good = layer(ledger, TWO_ROWS), layer(ledger, ())
    kept = {"boilers": ledger}
    assert write_rejected({"boilers": good}, out, originals=kept) is None
    assert not out.exists()
    write_rejected({"boilers": bad}, out, originals=kept)
    assert write_rejected({"boilers": good}, out, originals=kept) is None
    assert not out.exists()
    write_rejected({"boilers": bad}, out, originals=kept)
    openpyxl.load_workbook(out).save(out)
    assert write_rejected({"boilers": good}, out, originals=kept) is None
    assert out.exists()


def test_a_list_that_was_edited_is_not_replaced(ledger: Path, tmp_path: Path) -> None:
    """The clerk's work stays as it is; an untouched list is written anew."""
    out = tmp_path / "rejected.xlsx"
    found, kept = layer(ledger, TWO_ROWS), {"boilers": ledger}
    write_rejected({"boilers": found}, out, originals=kept)
    write_rejected({"boilers": found}, out, originals=kept)
    assert is_untouched(out)
    openpyxl.load_workbook(out).save(out)
    edited = out.read_bytes()
    with pytest.raises(OutputRefusedError, match="move it away"):
        write_rejected({"boilers": found}, out, originals=kept)
    assert out.read_bytes() == edited


def test_a_file_that_is_read_is_not_written_over(ledger: Path, tmp_path: Path) -> None:
    """Even where it is an untouched file of ours: the list that was itself sent in."""
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": layer(ledger, TWO_ROWS)}, out, originals={"boilers": ledger})
    again = layer(out, TWO_ROWS)
    with pytest.raises(OutputRefusedError, match="is being read"):
        write_rejected({"boilers": again}, out, originals={"boilers": out})


def test_an_original_that_has_changed_is_refused(ledger: Path, tmp_path: Path) -> None:
    """Its row numbers would lead to other rows."""
    found = layer(ledger, TWO_ROWS)
    ledger.write_bytes(ledger.read_bytes() + b" ")
    with pytest.raises(BrokenFileError, match="has changed since it was read"):
        write_rejected({"boilers": found}, tmp_path / "r.xlsx", originals={"boilers": ledger})
    assert not (tmp_path / "r.xlsx").exists()


def test_a_csv_keeps_its_lines_and_its_text(tmp_path: Path) -> None:
    """Cells without an address are found by their header; line numbers stay row numbers."""
    path = tmp_path / "锅炉.csv"
    text = "锅炉编号,额定蒸发量(蒸吨/小时),经度,纬度\n001,=1+1,,\n\n002,20,123.8,42.3\n"
    path.write_text(text, encoding="utf-8-sig")
    faults = ((2, HEADERS[2], "", "=1+1", "不是数字"), (2, "geometry", "", "", "没有坐标"))
    found = layer(path, faults, sheet="", header_rows=(1,))
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": found}, out, originals={"boilers": path})
    sheet = openpyxl.load_workbook(out)["锅炉"]
    assert [(sheet[a].value, sheet[a].data_type) for a in ("A2", "B2", "A4", "B4")] == [
        ("001", "s"),
        ("=1+1", "s"),
        ("002", "s"),
        ("20", "s"),
    ]
    assert [fill(sheet, a) for a in ("A2", "B2", "C2", "D2")] == [TINT, RED, RED, RED]
    assert lines_of(out)[0][5] == "B2\nC2\nD2"
    assert [fill(sheet, a) for a in ("A3", "A4")] == ["00000000"] * 2


def test_a_database_has_no_sheet_to_mark(tmp_path: Path) -> None:
    """The list says so, and has no link."""
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": layer(None, TWO_ROWS)}, out, originals={})
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["退回清单"]
    assert "锅炉:来自数据库,没有可标注的原表;请在数据库中改正" in {
        row[0] for row in book["退回清单"].iter_rows(values_only=True)
    }
    assert not [c for row in book["退回清单"].iter_rows() for c in row if c.hyperlink]


def test_what_openpyxl_cannot_load_is_copied_plainly(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values and rows are the same, formats are not, and the list says so."""

    def fail(*_: object, **__: object) -> None:
        raise KeyError("xl/worksheets/sheet9.xml")

    out, load = tmp_path / "rejected.xlsx", openpyxl.load_workbook
    found = layer(ledger, TWO_ROWS)
    monkeypatch.setattr(originals.openpyxl, "load_workbook", fail)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    monkeypatch.undo()
    book = load(out)
    sheet = book["2024"]
    assert [sheet[a].value for a in ("A1", "A3", "A4", "B5", "C5")] == [
        "铁岭市锅炉台账",
        "锅炉编号",
        "001",
        "乙厂",
        "很大",
    ]
    assert fill(sheet, "C5") == RED
    head = [str(row[0]) for row in book["退回清单"].iter_rows(values_only=True)]
    assert "锅炉:该工作簿无法连同格式一起复制,只复制了内容" in head


def test_a_strict_workbook_is_copied_plainly(ledger: Path, tmp_path: Path) -> None:
    """Strict OOXML has other names for everything, which openpyxl does not know."""
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/"
        b"spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/"
        b"officeDocument/",
    }
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(ledger) as old, zipfile.ZipFile(strict, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            for transitional, name in names.items():
                content = content.replace(transitional, name)
            new.writestr(part, content)
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": layer(strict, TWO_ROWS)}, out, originals={"boilers": strict})
    sheet = openpyxl.load_workbook(out)["2024"]
    assert [sheet[a].value for a in ("A3", "A4", "C5")] == ["锅炉编号", "001", "很大"]
    assert (fill(sheet, "C5"), sheet["C5"].comment.text) == (RED, "不是数字")


def test_a_copy_that_misses_something_is_not_used(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If openpyxl gives one cell less than our own reader, the values of the latter are copied."""
    load = openpyxl.load_workbook

    def lossy(*words: Any, **options: Any) -> Any:  # noqa: ANN401 - as openpyxl takes them
        book = load(*words, **options)
        book["2024"]["D6"].value = None
        return book

    out, found = tmp_path / "rejected.xlsx", layer(ledger, TWO_ROWS)
    monkeypatch.setattr(originals.openpyxl, "load_workbook", lossy)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    assert load(out)["2024"]["D6"].value == "电"


def test_a_large_sheet_is_cut_to_what_was_rejected(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Header and rejected rows keep their row numbers; the list says that the others are gone."""
    monkeypatch.setattr(originals, "_MOST_CELLS", 20)
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    book = openpyxl.load_workbook(out)
    values = [row[1] for row in book["2024"].iter_rows(values_only=True)]
    assert values == [None, None, "使用单位", None, "乙厂", None, "丙厂"]
    head = [str(row[0]) for row in book["退回清单"].iter_rows(values_only=True)]
    assert any("原表过大" in line for line in head)


def test_sheets_of_one_name_get_two(ledger: Path, tmp_path: Path) -> None:
    """Two layers from sheets of the same name, and a sheet that is called like the list."""
    book = openpyxl.load_workbook(ledger)
    book["说明"].title = "退回清单"
    book["退回清单"].append(["热源编号", "x"])
    book.save(ledger)
    heat = layer(
        ledger,
        [(2, "热源编号", "A2", "x", "重复")],
        name="heat_sources",
        sheet="退回清单",
        header_rows=(1,),
    )
    layers = {"boilers": layer(ledger, TWO_ROWS), "parks": heat, "heat_sources": heat}
    out = tmp_path / "rejected.xlsx"
    write_rejected(layers, out, originals=dict.fromkeys(LAYERS, ledger))
    assert openpyxl.load_workbook(out).sheetnames == [
        "退回清单",
        "2024",
        "退回清单 (2)",
        "退回清单 (3)",
    ]


def test_a_merged_cell_is_marked_where_it_shows(ledger: Path, tmp_path: Path) -> None:
    """A fault below the first cell of merged ones is told there, with its row number."""
    book = openpyxl.load_workbook(ledger)
    book["2024"].merge_cells("D5:D6")
    book.save(ledger)
    found = layer(ledger, [(6, "燃料类型", "D6", "油漆", "不在允许值内")])
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    sheet = openpyxl.load_workbook(out)["2024"]
    assert (fill(sheet, "D5"), sheet["D5"].comment.text) == (RED, "6: 不在允许值内")
    assert (fill(sheet, "A6"), fill(sheet, "A5")) == (TINT, "00000000")
    assert lines_of(out)[0][5] == "D5"


def test_more_lines_than_a_sheet_holds_are_split(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is lost: the list goes on, numbered, on a further sheet."""
    monkeypatch.setattr(rejected, "MAX_ROWS", 6)  # three lines above the header, two below
    faults = [(row, "锅炉编号", f"A{row}", "", "不能为空") for row in (4, 5, 6, 7, 8)]
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": layer(ledger, faults)}, out, originals={"boilers": ledger})
    parts = ("退回清单", "退回清单 (2)", "退回清单 (3)")
    assert [[line[0] for line in lines_of(out, part)] for part in parts] == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1+1", "@A1", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_formula_in_any_sheet(tmp_path: Path, payload: str) -> None:
    """Whatever stands in header, value, file or sheet name of an untrusted file is text."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("=1+1", 0)
    for row, told in enumerate(("锅炉编号", payload, payload), 1):
        sheet.cell(row, 1, told)
        sheet.cell(row, 2, payload).data_type = "s"
    path = tmp_path / "=1+1.xlsx"
    book.save(path)
    faults = [(2, payload, "", payload, payload), (3, payload, "B3", payload, payload)]
    found = layer(path, faults, sheet="=1+1", header_rows=(1,))
    out = tmp_path / "rejected.xlsx"
    write_rejected({"boilers": found}, out, originals={"boilers": path})
    read = openpyxl.load_workbook(out)
    cells = [cell for name in read.sheetnames for row in read[name].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sum(cell.value == payload for cell in cells) >= 8


def test_english_and_equal_bytes(ledger: Path, tmp_path: Path) -> None:
    """All that is ours is in the language asked for; two runs give the same bytes."""
    found, kept = layer(ledger, TWO_ROWS), {"boilers": ledger}
    for out in (tmp_path / "a.xlsx", tmp_path / "b.xlsx"):
        write_rejected({"boilers": found}, out, originals=kept, language="en")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    (first, _) = lines_of(tmp_path / "a.xlsx", "Rejected")
    assert first[1:5] == ("boilers", "锅炉台账.xlsx", "2024", 5)
    assert first[8] == "en 不是数字\nen 不在允许值内"


@pytest.mark.parametrize("name", list(LAYERS))
def test_the_list_is_never_read_as_data(ledger: Path, tmp_path: Path, name: str) -> None:
    """No layer finds a header in it, so that the file can be sent in as it is."""
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    rows = list(openpyxl.load_workbook(out)[LISTING.zh].iter_rows(values_only=True))
    values: Any = tuple(rows)
    sheet = Sheet(LISTING.zh, values, tuple(range(1, len(rows) + 1)))
    assert find_header(sheet, Vocabulary(LAYERS[name].columns(), {})) is None


def test_beyond_so_many_remarks_cells_are_only_red(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs become slow with many remarks: the list has all reasons, and says so."""
    monkeypatch.setattr(rejected, "_MOST_REMARKS", 2)
    out = tmp_path / "rejected.xlsx"
    found = layer(ledger, TWO_ROWS)
    write_rejected({"boilers": found}, out, originals={"boilers": ledger})
    book = openpyxl.load_workbook(out)
    sheet = book["2024"]
    assert [fill(sheet, a) for a in ("C5", "D5", "A7")] == [RED] * 3
    assert [sheet[a].comment is not None for a in ("C5", "D5", "A7")] == [True, True, False]
    head = [str(row[0]) for row in book["退回清单"].iter_rows(values_only=True)]
    assert any("只有前 2 个红色单元格带批注" in line for line in head)
    assert [line[8] for line in lines_of(out)] == ["不是数字\n不在允许值内", "不能为空"]


def test_excel_takes_the_number_of_links() -> None:
    """Excel repairs a sheet with more than 65,530 links; below that, each line has one."""
    assert 50_000 <= rejected._MOST_LINKS <= 65_530  # noqa: SLF001 - the limit is Excel's
