"""
Read the cells of one sheet of a workbook from its XML, every cell by what it says of itself.

The well-kept readers each lack something that a ledger must not lose: openpyxl knows no strict
OOXML and none of the Chinese day formats 27 to 36 and 50 to 58, and gives formulas or values, not
both; calamine gives no number formats, so `001` is 1 and the lost digits of a code go unnoticed.
Both are the independent route in the tests.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from tieling_geo.readers.spreadsheets.number_formats import PLAIN, to_value
from tieling_geo.readers.spreadsheets.sheet import BadCell, Value
from tieling_geo.readers.spreadsheets.workbook_parts import (
    LAST_COLUMN,
    LAST_ROW,
    Look,
    PartReader,
    to_letters,
    to_position,
    to_text,
)
from tieling_geo.readers.spreadsheets.xml_parts import read_xml
from tieling_geo.text import Text

# A sheet can claim a million rows of cells with a look and no value: they are taken out before the
# XML is parsed. Never where `<` can be text, in a part with a comment or CDATA, or where a place
# depends on the cells and rows before it.
_BLANK_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: [a-z]+="[^"<>&]*")* ?/>')
_BLANK_ROW = re.compile(rb'<row r="[0-9]{1,7}"[^<>]*(?:/>|></row>)')
_UNSURE = re.compile(rb'<(?:!|c(?: [st]=|>)|row(?! r="))')
_LONGEST_BLANK_CELL = 200
# So many addresses are kept for a message.
_MOST_ADDRESSES = 10

_TRUE = ("1", "true")
_MOST_DIGITS, _MOST_SHOWN = 10, 200
_LOST = Text("含有乱码符号“\ufffd”,原文字已丢失", "a character was lost before: it shows as \ufffd")
_NO_KIND = Text("单元格类型无效", "the cell is of no known kind")

_ERRORS = {
    "#REF!": Text("公式引用的单元格已不存在", "the formula refers to a cell that is no more"),
    "#DIV/0!": Text("公式除以零", "the formula divides by zero"),
    "#N/A": Text("公式没有找到值", "the formula found no value"),
    "#NAME?": Text("公式中有不认识的名称", "the formula has an unknown name"),
    "#VALUE!": Text("公式的参数类型不对", "the formula has a value of the wrong type"),
    "#NUM!": Text("公式结果不是有效数字", "the formula gives no valid number"),
    "#NULL!": Text("公式的区域不相交", "the ranges of the formula do not meet"),
}
_OTHER_ERROR = Text("单元格是错误值", "the cell holds an error")
_NOT_CALCULATED = Text(
    "公式从未计算,文件中没有结果;请在 Excel 或 WPS 中打开、保存后再提交,或改为填写数值",
    "the formula was never calculated; open and save the workbook in Excel or WPS, or type a value",
)


@dataclass(slots=True)
class Content:
    """What a sheet's XML holds."""

    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    """Row number -> column (from 0) -> value, for cells that have one."""
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last column of each hidden stretch, from 0, closed."""
    formulas: int = 0
    """Cells whose stored result was taken."""
    percents: Counter[int] = field(default_factory=Counter)
    """Column -> numbers shown as a percentage."""
    words: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Column and letters -> numbers shown with these letters, which are no part of the value."""
    unclean: list[str] = field(default_factory=list)
    """Addresses of texts from which control characters were taken."""


def read_cells(pieces: Iterable[bytes], look: Look, part: str) -> Content:
    """
    Read the cells of one sheet.

    Parameters
    ----------
    pieces
        The bytes of the sheet's XML.
    look
        The workbook's tables.
    part
        The sheet, for messages.

    Raises
    ------
    UntrustedFileError
        If it has a DOCTYPE, is no sheet of cells, or is too big.
    BrokenFileError
        If it is no well-formed XML, or contradicts itself: a cell stands twice, a string or a
        format that it refers to is not there.
    """
    reader = _Cells(look, part)
    read_xml(
        reader.counted(_without_blank_cells(pieces)),
        file=look.file,
        part=part,
        begin=reader.begin,
        end=reader.end,
        characters=reader.characters,
    )
    return reader.content


def _without_blank_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Take out cells that have neither value nor formula, where that is sure to be all they are."""
    rest = b""
    sure = True
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b"<")
        cut = len(text) if cut < 0 or len(text) - cut > _LONGEST_BLANK_CELL else cut
        sure = sure and not _UNSURE.search(text, 0, cut)
        rest = text[cut:]
        yield _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", text[:cut])) if sure else text[:cut]
    yield rest


class _Cells(PartReader):
    """Reader of a sheet: what expat calls for each element."""

    def __init__(self, look: Look, part: str) -> None:
        super().__init__(look, part)
        self.content = Content()
        self.row_number = self.column = 0
        self.row_told = ""
        self.row: dict[int, Value] = {}
        self.columns: dict[str, int] = {}
        self.kind, self.style = "n", 0
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: list[str] = []
        self.begins: dict[str, Callable[[Mapping[str, str]], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        if (call := self.begins.get(tag)) is not None:
            call(attributes)
        elif not self.is_begun:
            self.check_root(tag, attributes, "worksheet")
            self._name_tags()

    def end(self, tag: str) -> None:
        """End an element."""
        if (call := self.ends.get(tag)) is not None:
            call()

    def _name_tags(self) -> None:
        """Name what is called for each tag, now that their prefix is known."""
        begins: dict[str, Callable[[Mapping[str, str]], None]] = {
            "row": self._begin_row,
            "c": self._begin_cell,
            "v": self._begin_text,
            "f": self._begin_text,
            "t": self._begin_inline,
            "rPh": self._begin_phonetic,
            "col": self._note_columns,
            "mergeCell": self._note_merged,
        }
        ends = {
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_value,
            "f": self._end_formula,
            "t": self._end_inline,
            "rPh": self._end_phonetic,
        }
        self.begins = {self.prefix + tag: call for tag, call in begins.items()}
        self.ends = {self.prefix + tag: call for tag, call in ends.items()}

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        """Take the row's number; rows without one follow each other."""
        told = attributes.get("r")
        number = self.row_number + 1
        if told is not None:
            number = int(told) if told.isdecimal() and len(told) < _MOST_DIGITS else 0
        if not 1 <= number <= LAST_ROW:
            shown = str(told)[:_MOST_SHOWN]
            raise self.broken(Text(f"行号 {shown} 无效", f"row number {shown} is none"))
        if number <= self.row_number:
            raise self.broken(
                Text(f"第 {number} 行重复或次序颠倒", f"row {number} stands twice or out of order")
            )
        self.row_number, self.column, self.row = number, -1, {}
        self.row_told = str(number)
        if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
            self.content.hidden_rows.add(number)

    def _end_row(self) -> None:
        """Keep the row if any cell has a value."""
        if self.row:
            self.content.rows[self.row_number] = self.row

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        """Take the cell's place, kind and style."""
        address = attributes.get("r")
        self.column = self.column + 1 if address is None else self._to_column(address)
        if self.column >= LAST_COLUMN:
            raise self.broken(Text("列号过大", "a column beyond the last"))
        self.kind = attributes.get("t", "n")
        style = attributes.get("s")
        self.style = 0 if style is None else int(style) if style.isdecimal() else -1
        self.value = self.formula = None
        self.inline = []

    def _to_column(self, address: str) -> int:
        """Return the position of the column that an address names, if it is in this row."""
        letters = address.removesuffix(self.row_told)
        column = self.columns.get(letters)
        if column is None:
            position = to_position(address)
            if position is None or position[0] != self.row_number:
                told = address[:_MOST_SHOWN]
                raise self.broken(
                    Text(
                        f"第 {self.row_number} 行中的单元格地址 {told} 无效",
                        f"cell address {told} in row {self.row_number} is not valid",
                    )
                )
            column = self.columns[letters] = position[1]
        return column

    def _begin_text(self, _: Mapping[str, str]) -> None:
        """Begin a value or a formula."""
        self.pieces, self.is_wanted = [], True

    def _end_value(self) -> None:
        self.value, self.is_wanted = "".join(self.pieces), False

    def _end_formula(self) -> None:
        self.formula, self.is_wanted = "".join(self.pieces), False

    def _begin_inline(self, _: Mapping[str, str]) -> None:
        """Begin a run of text in the cell itself; several make up the text."""
        self.pieces, self.is_wanted = [], not self.is_phonetic

    def _end_inline(self) -> None:
        if self.is_wanted:
            self.inline.extend(self.pieces)
        self.is_wanted = False

    def _begin_phonetic(self, _: Mapping[str, str]) -> None:
        self.is_phonetic = True

    def _end_phonetic(self) -> None:
        self.is_phonetic = False

    def _end_cell(self) -> None:
        """Keep the cell's value, if it has one."""
        if self.value is None and self.formula is None and not self.inline:
            return
        value = self._to_value()
        if value is None:
            return
        if self.column in self.row:
            raise self.broken(
                Text(f"单元格 {self._address()} 出现两次", f"cell {self._address()} stands twice")
            )
        self.row[self.column] = value
        self.look.budget.values -= 1
        if self.look.budget.values < 0:
            self.refuse_size()

    def _address(self) -> str:
        return f"{to_letters(self.column)}{self.row_number}"

    def _to_value(self) -> Value:
        """Turn what the cell holds into its value."""
        raw = self.value
        if self.formula is not None:
            # A text may well be empty; a number never is.
            is_missing = raw is None or (not raw.strip() and self.kind != "str")
            if is_missing or (self.look.to_calculate and raw == "0"):
                return BadCell("=" + self.formula[:_MOST_SHOWN], _NOT_CALCULATED)
            self.content.formulas += 1
        if self.kind == "inlineStr":
            return self._to_clean("".join(self.inline))
        if raw is None:
            return None
        kinds = {"s": self._to_shared, "str": self._to_clean, "n": self._to_number}
        return kinds[self.kind](raw) if self.kind in kinds else _to_rare(self.kind, raw)

    def _to_clean(self, raw: str) -> Value:
        text, is_unclean = to_text(raw)
        if is_unclean:
            self._note_unclean()
        return to_whole(text)

    def _to_shared(self, raw: str) -> Value:
        """Look a shared string up."""
        position = _to_integer(raw)
        if position is None or position >= len(self.look.strings):
            raise self.broken(
                Text(
                    f"单元格 {self._address()} 的文字不在共享字符串表中",
                    f"the text of cell {self._address()} is not among the shared strings",
                )
            )
        if position in self.look.unclean:
            self._note_unclean()
        return to_whole(self.look.strings[position])

    def _to_number(self, raw: str) -> Value:
        """Read a number by its format, and note what the format alone shows."""
        if not raw.strip():
            return None
        formats = self.look.formats or (PLAIN,)
        if not 0 <= self.style < len(formats):
            raise self.broken(
                Text(
                    f"单元格 {self._address()} 的格式不在样式表中",
                    f"the format of cell {self._address()} is not among the styles",
                )
            )
        shown = formats[self.style]
        if shown.kind == "percent":
            self.content.percents[self.column] += 1
        elif shown.words:
            self.content.words[self.column, shown.words] += 1
        return to_value(raw, shown, from_1904=self.look.from_1904)

    def _note_unclean(self) -> None:
        if len(self.content.unclean) < _MOST_ADDRESSES:
            self.content.unclean.append(self._address())

    def _note_columns(self, attributes: Mapping[str, str]) -> None:
        """Note columns that are hidden, or so narrow that nothing shows."""
        first, last = (_to_integer(attributes.get(word, "")) for word in ("min", "max"))
        is_hidden = attributes.get("hidden") in _TRUE or attributes.get("width") == "0"
        if is_hidden and first is not None and last is not None:
            self.content.hidden_columns.append((first - 1, last - 1))

    def _note_merged(self, attributes: Mapping[str, str]) -> None:
        self.content.merged.append(attributes.get("ref", ""))


def to_whole(text: str | None) -> str | BadCell | None:
    """Return a text unless a character of it was lost before, which shows as a mark."""
    return BadCell(text, _LOST) if text and "\ufffd" in text else text


def _to_integer(text: str) -> int | None:
    """Read a number without a sign; None if it is none."""
    stripped = text.strip()
    return int(stripped) if stripped.isdecimal() and len(stripped) < _MOST_DIGITS else None


def _to_rare(kind: str, raw: str) -> Value:
    """Read a truth value, an error or a day as ISO 8601 writes it."""
    if kind == "e":
        return BadCell(raw, _ERRORS.get(raw, _OTHER_ERROR))
    if kind == "b":
        told = {**dict.fromkeys(_TRUE, True), "0": False, "false": False}.get(raw.strip())
        return BadCell(raw, _NO_KIND) if told is None else told
    return _to_iso(raw.strip()) if kind == "d" else BadCell(raw, _NO_KIND)


def _to_iso(raw: str) -> Value:
    """Read a day, a day with a time, or a time."""
    try:
        moment = time.fromisoformat(raw) if ":" in raw[:3] else datetime.fromisoformat(raw)
    except ValueError:
        return BadCell(raw, Text("不是有效日期", "no valid day"))
    return moment.replace(tzinfo=None)
