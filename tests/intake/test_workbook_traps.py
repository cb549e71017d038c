"""
One workbook a trap: the exact value comes in, or the cell says why not, or the file is refused.

| Trap | Decision |
|---|---|
| day as ISO 8601 text (strict OOXML) | `datetime` |
| `#REF!`, `#N/A` ... | bad cell |
| formula with a stored result | the result, noted |
| formula without one, or a 0 that waits to be calculated | bad cell with the formula |
| rich, inline and phonetic text, escapes, spaces, control characters | the text as seen |
| a character lost before (U+FFFD) | bad cell |
| hidden sheet, row, column; filtered rows | read and noted |
| phantom rows, columns and cells | left out, in time |
| contradictions (cell twice, string or style not there, rows out of order) | file refused |
| `.xls`, `.xlsb`, `.ods`, `.docx`, HTML, CSV, XML 2003, encrypted | file refused, says what it is |
| DOCTYPE, entities | file refused |
"""

from datetime import time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from workbook_files import (
    DAY,
    MAIN,
    NAME,
    OFFICE,
    STRICT,
    parts,
    read,
    read_cell,
    read_rows,
    refused,
    relations,
    to_bad,
    write_parts,
)

from tieling_geo.errors import BrokenFileError
from tieling_geo.readers.spreadsheets.sheet import MergedRange, Value
from tieling_geo.readers.spreadsheets.workbook import read_workbook


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B2" t="s"><v>0</v></c>', "001"),
        ('<c r="B2" t="s"><v>1</v></c>', "NA"),
        ('<c r="B2" t="s"><v>2</v></c>', "  前后 有空格 "),
        ('<c r="B2" t="s"><v>3</v></c>', "铁岭热力"),
        ('<c r="B2" t="s"><v>4</v></c>', "一\n二"),
        ('<c r="B2" t="s"><v>5</v></c>', "_x0041_"),
        ('<c r="B2" t="s"><v>6</v></c>', "\U00020000"),
        ('<c r="B2" t="s"><v>7</v></c>', "a<b&c"),
        ('<c r="B2" t="inlineStr"><is><t>内</t></is></c>', "内"),
        ('<c r="B2" t="inlineStr"><is><r><t>内</t></r><r><t>联</t></r></is></c>', "内联"),
        ('<c r="B2" t="inlineStr"><is><t>内</t><rPh><t>ネイ</t></rPh></is></c>', "内"),
        ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>结果x</v></c>', "结果x"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="B2"><f t="shared" si="0"/><v>2.5</v></c>', 2.5),
        ('<c r="B2"><f t="array" ref="B2">SUM(1)</f><v>1</v></c>', 1),
        ('<c r="B2" t="b"><v>1</v></c>', True),
        ('<c r="B2" t="b"><v>0</v></c>', False),
        ('<c r="B2" t="d"><v>2023-03-15</v></c>', DAY),
        ('<c r="B2" t="d"><v>2023-03-15T12:00:00Z</v></c>', DAY + timedelta(hours=12)),
        ('<c r="B2" t="d"><v>18:30:00</v></c>', time(18, 30)),
        ('<c r="B2" t="n"><v> 7 </v></c>', 7),
        ('<c r="B2"><v>7.0</v></c>', 7),
        ('<c r="B2"><v>-0</v></c>', 0),
        ('<c r="B2"><!-- 注 --><v><![CDATA[7]]></v></c>', 7),
        ('<c s="0" r="B2"><v>7</v><extLst><ext><v2/></ext></extLst></c>', 7),
    ],
)
def test_a_cell_is_read_by_its_kind(tmp_path: Path, cell: str, value: Value) -> None:
    """Texts as a person sees them: rich text joined, phonetic text left out, escapes undone."""
    shared = [
        "001",
        "NA",
        "  前后 有空格 ",
        "<r><t>铁岭</t></r><r><rPr><b/></rPr><t>热力</t></r><rPh sb='0' eb='1'><t>tie</t></rPh>",
        "一_x000D_\n二",
        "_x005F_x0041_",
        "_xD840__xDC00_",
        "a<b&c",
    ]
    read_value = read_cell(tmp_path, cell, shared=shared)
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("cell", "text", "words"),
    [
        *[
            (f'<c r="B2" t="e"><v>{error}</v></c>', error, word)
            for error, word in [
                ("#REF!", "不存在"),
                ("#DIV/0!", "除以零"),
                ("#N/A", "没有找到"),
                ("#NAME?", "名称"),
                ("#VALUE!", "类型"),
                ("#NUM!", "数字"),
                ("#NULL!", "不相交"),
                ("#SPILL!", "错误值"),
            ]
        ],
        ('<c r="B2" t="e"><f>A1</f><v>#REF!</v></c>', "#REF!", "不存在"),
        ('<c r="B2"><f>SUM(A1:A9)</f></c>', "=SUM(A1:A9)", "从未计算"),
        ('<c r="B2"><f>SUM(A1:A9)</f><v/></c>', "=SUM(A1:A9)", "从未计算"),
        ('<c r="B2" t="str"><f>A1</f></c>', "=A1", "从未计算"),
        ('<c r="B2"><f t="shared" si="0"/></c>', "=", "从未计算"),
        ('<c r="B2" t="b"><v>2</v></c>', "2", "类型"),
        ('<c r="B2" t="x"><v>2</v></c>', "2", "类型"),
        ('<c r="B2" t="d"><v>2023-13-01</v></c>', "2023-13-01", "日期"),
        ('<c r="B2" t="str"><v>铁\ufffd</v></c>', "铁\ufffd", "乱码"),
    ],
)
def test_a_cell_without_a_trusted_value_is_bad(
    tmp_path: Path, cell: str, text: str, words: str
) -> None:
    """Errors, formulas that were never calculated, values that are not of their kind."""
    bad = to_bad(read_cell(tmp_path, cell))
    assert bad.text == text
    assert words in bad.reason.zh


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"/>',
        '<c r="B2"><v></v></c>',
        '<c r="B2"><v>  </v></c>',
        '<c r="B2" t="str"><f>IF(A1="","",A1)</f><v></v></c>',
        '<c r="B2" t="inlineStr"><is><t> \u3000\t</t></is></c>',
        '<c r="B2" t="inlineStr"><is><t>\u200b\ufeff</t></is></c>',
        '<c r="B2" t="inlineStr"/>',
        '<c r="B2" t="s"/>',
    ],
)
def test_a_cell_with_nothing_to_see_has_no_value(tmp_path: Path, cell: str) -> None:
    """And a row of such cells is none."""
    sheet = read_rows(tmp_path, f'<row r="2">{cell}</row>')
    assert sheet.rows == ()
    assert sheet.numbers == ()


def test_a_zero_that_waits_to_be_calculated_is_no_result(tmp_path: Path) -> None:
    """Libraries that write workbooks store 0 for every formula and ask for a calculation."""
    path = tmp_path / NAME
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1+1")
        sheet.write_formula("A2", "=1+1", value=2)
        sheet.write_number("A3", 0)
    (sheet,) = read_workbook(path)
    assert to_bad(sheet.rows[0][0]).text == "=1+1"
    assert [row[0] for row in sheet.rows[1:]] == [2, 0]
    rows = '<row r="1"><c r="A1"><f>0*1</f><v>0</v></c></row>'
    assert read_rows(tmp_path, rows).rows == ((0,),)


def test_control_characters_are_taken_out_and_told(tmp_path: Path) -> None:
    """With the addresses of the cells."""
    rows = '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="str"><v>b</v></c></row>'
    sheet = read_rows(tmp_path, rows, shared=["B_x0007_1_xD800_"])
    assert sheet.rows == (("B1", "b"),)
    assert "A3" in sheet.notes[0].zh
    assert "B3" not in sheet.notes[0].zh


def test_stored_results_are_counted(tmp_path: Path) -> None:
    """So that a person knows that they may be out of date."""
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1</f><v>1</v></c></row>'
    assert "2 个单元格是公式" in read_rows(tmp_path, rows).notes[0].zh


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    """Filtered rows are hidden rows; only those with a value count."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>'
        '<row r="3" hidden="1"><c r="A3"><v>3</v></c></row>'
        '<row r="4" ht="0" customHeight="1"><c r="A4"><v>4</v></c></row>'
        '<row r="9" hidden="1"/>'
    )
    before = '<cols><col min="2" max="3" width="9" hidden="1"/></cols>'
    sheet = read_rows(tmp_path, rows, before=before)
    assert sheet.rows == ((1, 2), (3, None), (4, None))
    assert sheet.numbers == (1, 3, 4)
    assert sheet.hidden_rows == {3, 4}
    assert dict(sheet.letters) == {0: "A", 1: "C"}
    assert "第 3、4 行" in sheet.notes[0].zh
    assert sheet.notes[1].zh == "1 列被隐藏,照常读取:C"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_and_told(tmp_path: Path, state: str) -> None:
    """Also one that the program does not offer to show."""
    sheet = read_rows(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>', state=state)
    assert sheet.is_hidden
    assert sheet.rows == ((1,),)
    assert "隐藏" in sheet.notes[0].zh
    assert not read_rows(tmp_path, "").is_hidden


def merged(folder: Path, rows: str, *ranges: str) -> tuple[MergedRange, ...]:
    """Return the merged ranges of a sheet with some rows."""
    listed = "".join(f'<mergeCell ref="{told}"/>' for told in ranges)
    return read_rows(folder, rows, after=f"<mergeCells>{listed}</mergeCells>").merged


def test_merged_ranges_are_cut_to_what_has_values(tmp_path: Path) -> None:
    """Rows 1, 3, 4 and columns A, C have values: their positions are 0 to 2 and 0 to 1."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3"><c r="C3"><v>1</v></c></row>'
        '<row r="4"><c r="A4"><v>1</v></c></row>'
    )
    assert merged(tmp_path, rows, "A1:A4") == (MergedRange(0, 0, 2, 0),)
    assert merged(tmp_path, rows, "$A$1:$D$2") == (MergedRange(0, 0, 0, 1),)
    assert merged(tmp_path, rows, "A1:B2") == ()
    assert merged(tmp_path, rows, "B1:B9", "A6:C9", "A1") == ()
    assert merged(tmp_path, rows, "C3:XFD1048576") == (MergedRange(1, 1, 2, 1),)


@pytest.mark.parametrize("told", ["", "A1:B2:C3", "A1:", "1:2", "甲1:乙2", "A0:B2", "XFE1:XFF2"])
def test_a_merged_range_that_is_none_breaks_the_file(tmp_path: Path, told: str) -> None:
    """It would be filled wrongly."""
    after = f'<mergeCells><mergeCell ref="{told}"/></mergeCells>'
    assert isinstance(refused(tmp_path, parts("", after=after)), BrokenFileError)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="12"><c r="A112"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" s="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></row>',
        '<row r="1"><c r="A1"><v>&nbsp;</v></c></row>',
    ],
    ids=lambda rows: rows[:60],
)
def test_a_sheet_that_contradicts_itself_is_refused(tmp_path: Path, rows: str) -> None:
    """No value of it can be trusted; a program would call the file damaged, too."""
    told = refused(tmp_path, parts(rows, shared=["只有一条"]))
    assert isinstance(told, BrokenFileError)
    assert "台账" in told.to("zh")


def test_cells_without_addresses_follow_each_other(tmp_path: Path) -> None:
    """Some programs write none; the blank ones count."""
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c s='0'><v>4</v></c></row>"
    sheet = read_rows(tmp_path, rows)
    assert sheet.rows == ((1, 3), (4, None))
    assert sheet.numbers == (1, 3)
    assert dict(sheet.letters) == {0: "A", 1: "C"}


def test_blank_cells_with_a_look_are_left_out(tmp_path: Path) -> None:
    """Only where they are cells: not in a text, and not if cells are counted."""
    blank = '<c r="B1" s="0"/>'
    mixed = f'<row r="1"><c r="A1" s="0"/><c><v>1</v></c>{blank}</row>'
    assert dict(read_rows(tmp_path, mixed).letters) == {0: "B"}
    text = f'<row r="1"><c r="A1" t="str"><v><![CDATA[{blank}]]></v></c></row>'
    assert read_rows(tmp_path, text).rows == ((blank,),)


def test_strict_ooxml_is_read(tmp_path: Path) -> None:
    """Which others read as a workbook without sheets."""
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="d"><v>2023-03-15</v></c>'
        '<c r="C1" s="1"><v>45000</v></c></row>'
    )
    sheet = read(tmp_path, parts(rows, shared=["严格"], formats=[14], space=STRICT))
    assert sheet.rows == (("严格", DAY, DAY),)


def test_prefixed_tags_are_read(tmp_path: Path) -> None:
    """Name spaces may have prefixes; XML says nothing else by them."""
    made = parts("", shared=["甲"])
    made["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v>'
        '</x:c><x:c r="B1"/><x:c r="C1"><x:f>1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    made["xl/sharedStrings.xml"] = f'<y:sst xmlns:y="{MAIN}"><y:si><y:t>甲</y:t></y:si></y:sst>'
    made["xl/workbook.xml"] = (
        f'<x:workbook xmlns:x="{MAIN}" xmlns:q="{OFFICE}"><x:sheets>'
        '<x:sheet name="一" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>'
    )
    assert read(tmp_path, made).rows == (("甲", 2),)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1"])
def test_parts_in_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """XML may be in those that its parser knows."""
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    text = f'{mark}<?xml version="1.0" encoding="{encoding[:6] if mark else encoding}"?>'
    text += parts('<row r="1"><c r="A1" t="str"><v>°</v></c><c r="B1"/></row>')[
        "xl/worksheets/sheet1.xml"
    ].partition("\n")[2]
    made = parts("") | {"xl/worksheets/sheet1.xml": text.encode(encoding)}
    assert read(tmp_path, made).rows == (("°",),)


def test_parts_in_gbk_are_refused(tmp_path: Path) -> None:
    """Which the format does not allow; nothing is read as other characters."""
    text = (
        '<?xml version="1.0" encoding="GBK"?>'
        + parts('<row r="1"><c r="A1" t="str"><v>铁岭</v></c></row>')[
            "xl/worksheets/sheet1.xml"
        ].partition("\n")[2]
    )
    made = parts("") | {"xl/worksheets/sheet1.xml": text.encode("gbk")}
    assert isinstance(refused(tmp_path, made), BrokenFileError)


def test_parts_are_found_without_regard_to_case_and_slashes(tmp_path: Path) -> None:
    """As the programs do."""
    made = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    made["XL\\Worksheets\\Sheet1.xml"] = made.pop("xl/worksheets/sheet1.xml")
    made["xl/_rels/workbook.xml.rels"] = relations([
        ("worksheet", "/xl/worksheets/sheet1.xml"),
        ("styles", "../xl/styles.xml"),
    ])
    assert read(tmp_path, made).rows == ((1,),)


def test_sheets_come_in_the_order_of_the_workbook(tmp_path: Path) -> None:
    """By their relations, not by the names of their parts; sheets of charts are none."""
    made = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    listed = "".join(
        f'<sheet name="{n}" sheetId="{k}" r:id="rId{k}"/>'
        for n, k in [("乙", 3), ("图", 2), ("甲", 1)]
    )
    made["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    )
    made["xl/_rels/workbook.xml.rels"] = relations([
        ("worksheet", "worksheets/sheet1.xml"),
        ("chartsheet", "chartsheets/sheet1.xml"),
        ("worksheet", "worksheets/another.xml"),
    ])
    made["xl/worksheets/another.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    made["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{MAIN}"/>'
    sheets = read_workbook(write_parts(tmp_path / NAME, made))
    assert [(sheet.name, len(sheet.rows)) for sheet in sheets] == [("乙", 0), ("甲", 1)]
