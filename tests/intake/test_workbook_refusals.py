"""
What is no workbook is refused and called by its name; what is one comes in whole, and in time.

| File named `.xlsx` | Decision |
|---|---|
| `.xls` (in its container or bare), `.xlsb`, `.ods`, `.docx`, other zip | refused, says what |
| HTML, XML 2003, CSV, PDF, RAR, nothing, zero bytes | refused, says what |
| workbook with a password to open it | refused: take the password off |
| workbook with protected sheets | read |
| DOCTYPE or entities in any part | refused, no entity met |
| zip cut off, byte flipped, part missing | refused as broken |
| no sheet of cells | refused |
| a million empty rows | read in time |
| values too many, or too far apart | refused in time |
"""

import time as clock
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from workbook_files import MAIN, NAME, OFFICE, parts, refused, relations, write_parts

from tieling_geo.errors import BrokenFileError, LayerNotFoundError, UntrustedFileError
from tieling_geo.readers.spreadsheets import workbook
from tieling_geo.readers.spreadsheets.workbook import read_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ONE = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def stream(name: str) -> bytes:
    """Write the name of a stream as the container's directory has it."""
    return name.encode("utf-16-le").ljust(64, b"\0")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OLE + stream("Root Entry") + stream("Workbook"), ".xls"),
        (OLE + stream("Root Entry") + stream("Book"), ".xls"),
        (OLE + stream("Root Entry") + stream("EncryptedPackage"), "密码"),
        (OLE + stream("Root Entry") + stream("WordDocument"), "不是工作簿"),
        (b"\x09\x08\x10\x00\x00\x06\x10\x00" + bytes(50), ".xls"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(50), ".xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "HTML"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "XML 电子表格",
        ),
        ("编号,名称\n1,铁岭\n".encode("gbk"), ".csv"),
        (b"%PDF-1.7\n", "PDF"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (b"\x89PNG\r\n", "图片"),
        (b"", "空"),
        (bytes(5000), "零字节"),
        (b"PK\x03\x04", "目录"),
    ],
    ids=[
        "xls",
        "xls of Excel 5",
        "encrypted",
        "doc",
        "bare BIFF 8",
        "bare BIFF 4",
        "HTML table",
        "HTML document",
        "XML 2003",
        "CSV in GBK",
        "PDF",
        "RAR",
        "picture",
        "nothing",
        "zero bytes",
        "zip cut off",
    ],
)
def test_another_file_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    """The suffix is only a claim; the words say what to do."""
    assert words in refused(tmp_path, content).to("zh")


def main_part(kind: str, target: str, text: str) -> dict[str, str]:
    """Write a package whose main part is of some kind."""
    return {"_rels/.rels": relations([(kind, target)]), target: text}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (main_part("officeDocument", "word/document.xml", "<document/>"), "word/document.xml"),
        (main_part("officeDocument", "xl/workbook.bin", "\x83\x01"), ".xlsb"),
        ({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}, "OpenDocument"),
        ({"台账.csv": "1,2"}, "没有工作簿"),
        ({"_rels/.rels": relations([])}, "没有工作簿"),
    ],
    ids=["Word", "xlsb", "OpenDocument", "plain zip", "package of nothing"],
)
def test_another_zip_is_called_by_its_name(
    tmp_path: Path, made: Mapping[str, str], words: str
) -> None:
    """Many files are zips inside."""
    assert words in refused(tmp_path, made).to("zh")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/hostname">'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
PARTS = sorted(parts(ONE, shared=["甲"]).keys() - {"[Content_Types].xml"})


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, XXE], ids=["bomb", "outside", "entity"])
def test_a_doctype_in_any_part_refuses_the_file(tmp_path: Path, part: str, doctype: str) -> None:
    """Before anything of the part is read, also where it is not in UTF-8."""
    made: dict[str, str | bytes] = {**parts(ONE, shared=["甲"])}
    head, _, body = str(made[part]).partition("\n")
    made[part] = f"{head}\n{doctype}\n{body}"
    assert "DOCTYPE" in refused(tmp_path, made).to("zh")
    made[part] = f"{doctype}{body}".encode("utf-16")
    assert "DOCTYPE" in refused(tmp_path, made).to("en")


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_a_part_that_is_not_there_breaks_the_file(tmp_path: Path, part: str) -> None:
    """The main part refers to it."""
    made = parts(ONE, shared=["甲"])
    del made[part]
    told = refused(tmp_path, made)
    assert isinstance(told, BrokenFileError)
    assert part in told.to("zh")


def test_a_sheet_that_refers_to_nothing_breaks_the_file(tmp_path: Path) -> None:
    """It is named."""
    made = parts(ONE, shared=["甲"])
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace("rId1", "rId9")
    assert "台账" in refused(tmp_path, made).to("zh")


def test_a_workbook_without_cells_is_refused(tmp_path: Path) -> None:
    """There is nothing to read: only charts, or no sheet."""
    made = parts(ONE, shared=["甲"])
    made["xl/_rels/workbook.xml.rels"] = relations([("chartsheet", "worksheets/sheet1.xml")])
    assert "没有单元格表" in refused(tmp_path, made).to("zh")
    made["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets/></workbook>'
    assert "没有单元格表" in refused(tmp_path, made).to("zh")


def test_an_empty_workbook_has_sheets_without_rows(tmp_path: Path) -> None:
    """Zero rows are said to be zero rows; that is for the layer to judge."""
    path = tmp_path / NAME
    openpyxl.Workbook().save(path)
    (sheet,) = read_workbook(path)
    assert (sheet.name, sheet.rows, sheet.numbers, sheet.notes) == ("Sheet", (), (), ())


def test_a_protected_sheet_is_read(tmp_path: Path) -> None:
    """It is only closed to changes."""
    path = tmp_path / NAME
    book = openpyxl.Workbook()
    sheet = book.create_sheet("锁定", 0)
    sheet["A1"] = "甲"
    sheet.protection.set_password("1234")
    book.security.lockStructure = True
    book.save(path)
    assert read_workbook(path)[0].rows == (("甲",),)


def test_macros_are_not_met(tmp_path: Path) -> None:
    """An .xlsm is read like an .xlsx."""
    made = parts(ONE, shared=["甲"]) | {"xl/vbaProject.bin": "no code is run"}
    path = write_parts(tmp_path / "a.xlsm", made)
    assert read_workbook(path)[0].rows == (("甲",),)


@pytest.mark.parametrize("name", ["没有.xlsx", "x" * 300 + ".xlsx"])
def test_what_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    """Also a name that no disk takes."""
    with pytest.raises((LayerNotFoundError, UntrustedFileError)) as told:
        read_workbook(tmp_path / name)
    assert told.value.exit_status == 2


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """It is no file."""
    with pytest.raises(UntrustedFileError):
        read_workbook(tmp_path)


def test_odd_names_of_files_do_not_matter(tmp_path: Path) -> None:
    """Spaces, Chinese, pictures."""
    path = write_parts(tmp_path / "台账 (1) 🏭.xlsx", parts(ONE, shared=["甲"]))
    assert read_workbook(path)[0].rows == (("甲",),)


def test_a_million_empty_rows_take_no_time(tmp_path: Path) -> None:
    """Rows that only have a look, as a fill down the whole column leaves them."""
    rows = "".join(
        f'<row r="{n}" spans="1:3"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"/></row>'
        for n in range(2, 1_048_577)
    )
    path = write_parts(tmp_path / NAME, parts(ONE + rows, shared=["甲"]))
    began = clock.process_time()
    (sheet,) = read_workbook(path)
    assert clock.process_time() - began < 5
    assert sheet.rows == (("甲",),)
    assert dict(sheet.letters) == {0: "A"}


def test_values_far_apart_do_not_make_a_wide_table(tmp_path: Path) -> None:
    """A remark in the last column of the last row is one column and one row more."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    (sheet,) = read_workbook(write_parts(tmp_path / NAME, parts(rows)))
    assert sheet.rows == ((1, None), (None, 2))
    assert sheet.numbers == (1, 1_048_576)
    assert dict(sheet.letters) == {0: "A", 1: "XFD"}


def test_too_many_values_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are exact: as many as they say are read, one more is not."""
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>'
    rows += '<row r="2"><c r="C2"><v>1</v></c></row>'
    made = parts(rows)
    monkeypatch.setattr(workbook, "_MOST_PLACES", 6)
    assert len(read_workbook(write_parts(tmp_path / NAME, made))[0].rows) == 2
    monkeypatch.setattr(workbook, "_MOST_PLACES", 5)
    assert "散布过广" in refused(tmp_path, made).to("zh")


def mutants(content: bytes) -> list[bytes]:
    """Cut a file at each 5 %, and change a byte at 80 places spread over it."""
    cut = [content[: len(content) * part // 20] for part in range(20)]
    places = range(0, len(content), max(1, len(content) // 80))
    return cut + [content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :] for at in places]


def test_a_damaged_file_is_refused_or_the_same(tmp_path: Path) -> None:
    """Checksums of the parts see to it; what is not read may change."""
    path = tmp_path / NAME
    book = openpyxl.Workbook()
    for number in range(30):
        book.active.append([f"B{number}", "铁岭", number * 1.5, datetime(2023, 3, 15)])  # noqa: DTZ001
    book.save(path)
    whole, content = read_workbook(path), path.read_bytes()
    refusals = 0
    for mutant in mutants(content):
        path.write_bytes(mutant)
        try:
            same = read_workbook(path) == whole
        except UntrustedFileError as error:
            same = NAME in error.to("zh")
            refusals += 1
        assert same
    assert refusals > 60
