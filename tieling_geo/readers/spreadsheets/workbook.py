"""
Read an Excel workbook, `.xlsx` or `.xlsm`: every sheet, every cell as a person sees its value.

What is hidden is read like all else and noted. A percentage is the number that the workbook has,
12 % is 0.12, and noted. A number shown with leading zeros is the text that is shown. What cannot be
trusted, such as an error or a code whose last digits Excel has dropped, is a `BadCell`.
"""

import posixpath
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.contents import to_content, to_foreign_text
from tieling_geo.readers.guard import check_plain_file
from tieling_geo.readers.spreadsheets.archive import WORKBOOK_LIMITS, Archive, open_archive
from tieling_geo.readers.spreadsheets.number_formats import NumberFormat, to_format
from tieling_geo.readers.spreadsheets.sheet import MergedRange, Sheet
from tieling_geo.readers.spreadsheets.workbook_cells import Content, read_cells
from tieling_geo.readers.spreadsheets.workbook_notes import to_notes
from tieling_geo.readers.spreadsheets.workbook_parts import (
    Look,
    read_strings,
    to_letters,
    to_position,
)
from tieling_geo.readers.spreadsheets.xml_parts import read_xml
from tieling_geo.text import Text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES, _OLE_BYTES = 4096, 64 << 20
# Parts other than sheets and strings are small.
_SMALL_PART_BYTES = 20 << 20
# Rows times columns of a sheet.
_MOST_PLACES = 30_000_000
_TRUE = ("1", "true")


@dataclass(slots=True)
class _Book:
    """What the workbook's main part says."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    """Name, id of the relation to its part, and whether it is hidden."""
    from_1904: bool = False
    to_calculate: bool = False
    root: str = ""


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """
    Read every sheet of a workbook.

    Parameters
    ----------
    path
        An `.xlsx` or `.xlsm`, also in strict OOXML.

    Returns
    -------
    sheets
        In the workbook's order, hidden ones too; a sheet of charts is none. A sheet without any
        value has no rows.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path.
    UntrustedFileError
        If the file is something else, an old `.xls` or a web page say, is protected by a password,
        is too big, or has XML that is never opened.
    BrokenFileError
        If it is cut off, damaged, or contradicts itself.
    """
    _check_head(path)
    with open_archive(path, WORKBOOK_LIMITS) as archive:
        parts = _Parts(archive)
        main, book = _read_book(parts)
        relations = parts.relations(main)
        look = Look(archive.name, from_1904=book.from_1904, to_calculate=book.to_calculate)
        _read_tables(parts, relations, look)
        sheets = [
            _read_sheet(parts, relations, look, sheet)
            for sheet in book.sheets
            if _is_table(relations, sheet, archive.name)
        ]
    if not sheets:
        why = Text("工作簿中没有单元格表", "the workbook has no sheet of cells")
        raise UntrustedFileError(_refusal(path.name, why))
    return tuple(sheets)


class _Parts:
    """The parts of a workbook: members found without regard to case, as the programs do."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.by_name = {name.casefold(): name for name in archive.names}

    def has(self, part: str) -> bool:
        """Tell whether there is such a part."""
        return part.casefold() in self.by_name

    def pieces(self, part: str) -> Iterator[bytes]:
        """Read a part, or fail as an archive does."""
        return self.archive.pieces(self.by_name.get(part.casefold(), part))

    def small(self, part: str) -> Iterator[bytes]:
        """
        Read a part that is never big.

        Raises
        ------
        UntrustedFileError
            If it is.
        """
        count = 0
        for piece in self.pieces(part):
            count += len(piece)
            if count > _SMALL_PART_BYTES:
                why = Text(f"{part} 过大", f"{part} is too big")
                raise UntrustedFileError(_refusal(self.archive.name, why))
            yield piece

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Read what a part refers to: id -> kind and part; what lies outside is left out."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", name + ".rels")
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, attributes: Mapping[str, str]) -> None:
            if _to_local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = unquote(attributes.get("Target", "")).replace("\\", "/")
                whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, whole)

        if self.has(source):
            read_xml(self.small(source), file=self.archive.name, part=source, begin=begin)
        return found


def _read_book(parts: _Parts) -> tuple[str, _Book]:
    """
    Find and read the main part.

    Raises
    ------
    UntrustedFileError
        If the zip is no workbook that is read here; with what it is.
    """
    name = parts.archive.name
    mains = [part for kind, part in parts.relations("").values() if kind == "officeDocument"]
    main = mains[0] if mains else "xl/workbook.xml"
    if main.lower().endswith(".bin"):
        why = Text("实为二进制工作簿(.xlsb)", "it is a binary workbook (.xlsb)")
        raise UntrustedFileError(_refusal(name, why))
    if not mains and not parts.has(main):
        raise UntrustedFileError(_refusal(name, _to_other_zip(parts)))
    book = _Book()

    def begin(tag: str, attributes: Mapping[str, str]) -> None:
        _note_book(book, _to_local(tag), attributes)

    read_xml(parts.small(main), file=name, part=main, begin=begin)
    if book.root != "workbook":
        told = Text(f"实为其他 Office 文件({main})", f"it is another kind of document ({main})")
        raise UntrustedFileError(_refusal(name, told))
    return main, book


def _note_book(book: _Book, word: str, attributes: Mapping[str, str]) -> None:
    """Note what an element of the main part says."""
    book.root = book.root or word
    if word == "sheet":
        ids = [value for key, value in attributes.items() if key.endswith(":id")]
        is_hidden = attributes.get("state", "visible") != "visible"
        book.sheets.append((attributes.get("name", ""), ids[0] if ids else "", is_hidden))
    elif word == "workbookPr":
        book.from_1904 = attributes.get("date1904") in _TRUE
    elif word == "calcPr":
        book.to_calculate = attributes.get("fullCalcOnLoad") in _TRUE


def _to_other_zip(parts: _Parts) -> Text:
    """Say what a zip is that holds no workbook."""
    if parts.has("content.xml") and parts.has("mimetype"):
        return Text("实为 OpenDocument 文件(.ods)", "it is an OpenDocument file (.ods)")
    return Text("是压缩包,但其中没有工作簿", "it is a zip without a workbook in it")


def _read_tables(parts: _Parts, relations: Mapping[str, tuple[str, str]], look: Look) -> None:
    """Read the shared strings and the number formats into `look`."""
    for kind, part in relations.values():
        if kind == "sharedStrings":
            read_strings(parts.pieces(part), look, part)
        elif kind == "styles":
            look.formats = _read_formats(parts, part)


def _read_formats(parts: _Parts, part: str) -> list[NumberFormat]:
    """
    Read how each style of cells shows numbers.

    Raises
    ------
    BrokenFileError
        If a style's format has no number.
    """
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def begin(tag: str, attributes: Mapping[str, str]) -> None:
        word = _to_local(tag)
        if word == "numFmt" and inside[-1:] == ["numFmts"]:
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif word == "xf" and inside[-1:] == ["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))
        inside.append(word)

    def end(_: str) -> None:
        inside.pop()

    read_xml(parts.small(part), file=parts.archive.name, part=part, begin=begin, end=end)
    if not all(number.isdecimal() for number in styles):
        why = Text(f"{part} 中的数字格式无效", f"{part}: a format without a number")
        raise BrokenFileError(parts.archive.name, why)
    return [to_format(int(number), codes.get(number)) for number in styles]


def _is_table(
    relations: Mapping[str, tuple[str, str]], sheet: tuple[str, str, bool], name: str
) -> bool:
    """
    Tell whether a sheet has cells; charts, dialogs and old macros have none.

    Raises
    ------
    BrokenFileError
        If the sheet refers to nothing.
    """
    if sheet[1] not in relations:
        why = Text(f"工作表“{sheet[0]}”不在文件中", f"sheet '{sheet[0]}' is not in the file")
        raise BrokenFileError(name, why)
    return relations[sheet[1]][0] == "worksheet"


def _read_sheet(
    parts: _Parts,
    relations: Mapping[str, tuple[str, str]],
    look: Look,
    sheet: tuple[str, str, bool],
) -> Sheet:
    """Read one sheet and bring it into a rectangle."""
    name, relation, is_hidden = sheet
    told = f"工作表 {name}"
    content = read_cells(parts.pieces(relations[relation][1]), look, told)
    columns = sorted({column for row in content.rows.values() for column in row})
    _check_places(len(content.rows) * len(columns), parts.archive.name, name)
    numbers = tuple(content.rows)
    return Sheet(
        name=name,
        rows=tuple(tuple(map(row.get, columns)) for row in content.rows.values()),
        numbers=numbers,
        merged=_to_merged(content, numbers, columns, parts.archive.name),
        hidden_rows=frozenset(content.hidden_rows & content.rows.keys()),
        is_hidden=is_hidden,
        notes=to_notes(content, columns, is_hidden=is_hidden, from_1904=look.from_1904),
        letters={position: to_letters(column) for position, column in enumerate(columns)},
    )


def _check_places(count: int, file: str, sheet: str) -> None:
    """
    Refuse a sheet whose few values lie so far apart that its rectangle fills the memory.

    Raises
    ------
    UntrustedFileError
        With what to do.
    """
    if count > _MOST_PLACES:
        why = Text(
            f"工作表“{sheet}”的数据散布过广({count:,} 格)",
            f"sheet '{sheet}' is spread too far ({count:,} cells)",
        )
        raise UntrustedFileError(_refusal(file, why))


def _to_merged(
    content: Content, numbers: tuple[int, ...], columns: list[int], file: str
) -> tuple[MergedRange, ...]:
    """
    Turn merged ranges into positions, cut to the rows and columns that have values.

    Raises
    ------
    BrokenFileError
        If a range is none.
    """
    found = []
    for told in content.merged:
        corners = [to_position(corner) for corner in told.split(":")]
        first, last = corners[0], corners[-1]
        if first is None or last is None or len(corners) > 2:  # noqa: PLR2004 - two corners
            why = Text(f"合并区域 {told[:40]} 无效", f"{told[:40]} is no range of cells")
            raise BrokenFileError(file, why)
        cut = MergedRange(
            bisect_left(numbers, first[0]),
            bisect_left(columns, first[1]),
            bisect_right(numbers, last[0]) - 1,
            bisect_right(columns, last[1]) - 1,
        )
        rows, width = cut.last_row - cut.first_row, cut.last_column - cut.first_column
        if min(rows, width) >= 0 and max(rows, width) > 0:
            found.append(cut)
    return tuple(sorted(found))


def _check_head(path: Path) -> None:
    """
    Refuse what is no zip, saying what it is.

    Raises
    ------
    UntrustedFileError
        With what the file is and what to do.
    """
    with check_plain_file(path).open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.startswith(b"PK\x03\x04"):
            return
        why = _to_ole(head + file.read(_OLE_BYTES)) if head.startswith(_OLE) else _to_other(head)
    raise UntrustedFileError(_refusal(path.name, why))


def _to_ole(content: bytes) -> Text:
    """Say what lies in the container that old Office files and encrypted new ones share."""

    def has(*streams: str) -> bool:
        return any(stream.encode("utf-16-le") + b"\0\0" in content for stream in streams)

    if has("EncryptedPackage", "EncryptionInfo"):
        return Text("设有打开密码(已加密)", "it is encrypted and opens with a password only")
    if has("Workbook", "Book"):
        return Text("实为旧版 Excel 工作簿(.xls)", "it is an old Excel workbook (.xls)")
    return Text("实为旧版 Office 文件,不是工作簿", "it is an old Office file, no workbook")


def _to_other(head: bytes) -> Text:
    """Say what a file is that is neither a zip nor such a container."""
    if not head.strip(b"\0"):
        return Text("文件是空的,或全是零字节", "it is empty, or of zero bytes throughout")
    told = to_content(head) or to_foreign_text(head, ".xlsx")
    if told is None and b"\0" not in head:
        told = Text("文本;若是 CSV,请把后缀改为 .csv", "text; if it is CSV, name it .csv")
    told = told or Text("其他数据", "something else")
    return Text(f"内容不是 .xlsx 工作簿,实为{told.zh}", f"its content is no .xlsx but {told.en}")


def _to_local(tag: str) -> str:
    """Return a tag without its prefix."""
    return tag.rpartition(":")[2]


def _refusal(name: str, why: Text) -> Text:
    """Say that a workbook is refused, and what to do."""
    return Text(
        f"文件 {name}:{why.zh},不予打开。处理:请在 Excel 或 WPS 中打开(去掉密码),另存为 .xlsx",
        f"file {name}: {why.en}; it is not opened; open it in Excel or WPS, take off its password "
        "if it has one, and save it as .xlsx",
    )
