"""Makers of workbooks, written part by part as XML, so that each holds exactly one trap."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from tieling_geo.errors import UntrustedFileError
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet, Value
from tieling_geo.readers.spreadsheets.workbook import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAME = "锅炉 台账.xlsx"
DAY = datetime(2023, 3, 15)  # noqa: DTZ001 - days of a ledger have no zone; 45000 days from 1900
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(targets: Sequence[tuple[str, str]], office: str = OFFICE) -> str:
    """Write a part's relations: kinds and targets, numbered rId1, rId2, ..."""
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def strings(texts: Sequence[str], space: str = MAIN) -> str:
    """Write the shared strings; a text that begins with `<` is XML already."""
    plain = '<t xml:space="preserve">{}</t>'
    made = (text if text.startswith("<") else plain.format(escape(text)) for text in texts)
    items = "".join(f"<si>{item}</si>" for item in made)
    return f'{DECLARATION}<sst xmlns="{space}">{items}</sst>'


def styles(formats: Sequence[int | str], space: str = MAIN) -> str:
    """Write the styles: the first is plain, then one for each format, by number or by code."""
    codes = {f: 164 + n for n, f in enumerate(formats) if isinstance(f, str)}
    known = "".join(
        f"<numFmt numFmtId={quoteattr(str(number))} formatCode={quoteattr(code)}/>"
        for code, number in codes.items()
    )
    xfs = "".join(
        f'<xf numFmtId="{codes[f] if isinstance(f, str) else f}"/>' for f in (0, *formats)
    )
    return (
        f'{DECLARATION}<styleSheet xmlns="{space}"><numFmts>{known}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>'
    )


def parts(  # noqa: PLR0913 - each of them is a trap's place
    rows: str,
    *,
    shared: Sequence[str] = (),
    formats: Sequence[int | str] = (),
    after: str = "",
    before: str = "",
    book: str = "",
    state: str = "visible",
    space: str = MAIN,
) -> dict[str, str]:
    """Write the parts of a workbook with one sheet, 台账: its rows, and XML around them."""
    office = OFFICE if space == MAIN else STRICT_OFFICE
    targets = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    targets += [("sharedStrings", "sharedStrings.xml")] * bool(shared)
    made = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")], office),
        "xl/workbook.xml": (
            f'{DECLARATION}<workbook xmlns="{space}" xmlns:r="{office}">{book}'
            f'<sheets><sheet name="台账" sheetId="1" state="{state}" r:id="rId1"/></sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": relations(targets, office),
        "xl/styles.xml": styles(formats, space),
        "xl/worksheets/sheet1.xml": (
            f'{DECLARATION}<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}'
            "</worksheet>"
        ),
    }
    return made | ({"xl/sharedStrings.xml": strings(shared, space)} if shared else {})


def write_parts(path: Path, made: Mapping[str, str | bytes]) -> Path:
    """Pack parts into a file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in made.items():
            zipped.writestr(name, content)
    return path


def read(folder: Path, made: Mapping[str, str | bytes]) -> Sheet:
    """Write and read a workbook of one sheet."""
    (sheet,) = read_workbook(write_parts(folder / NAME, made))
    return sheet


def read_rows(folder: Path, rows: str, **words: object) -> Sheet:
    """Write and read a workbook, of which only the rows are odd."""
    return read(folder, parts(rows, **words))  # type: ignore[arg-type] - words of `parts`


def read_cell(folder: Path, cell: str, **words: object) -> Value:
    """Return the value of the one cell B2."""
    sheet = read_rows(folder, f'<row r="2">{cell}</row>', **words)
    assert sheet.numbers == (2,)
    assert dict(sheet.letters) == {0: "B"}
    return sheet.rows[0][0]


def refused(folder: Path, content: bytes | Mapping[str, str | bytes]) -> UntrustedFileError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    path = folder / NAME
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write_parts(path, content)
    with pytest.raises(UntrustedFileError) as told:
        read_workbook(path)
    assert told.value.exit_status == 2
    for words in told.value.message:
        assert NAME in words
        assert str(folder) not in words
    return told.value


def number(raw: str, style: int = 1) -> str:
    """Write a cell with a number."""
    return f'<c r="B2" s="{style}"><v>{raw}</v></c>'


def to_bad(value: Value) -> BadCell:
    """Return a value that is a bad cell."""
    assert isinstance(value, BadCell)
    return value
