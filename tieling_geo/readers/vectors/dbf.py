"""
Read a dBase table by its own form: GDAL takes `****` and broken text without a word.

Codes keep every digit: a number field of any width is read as a whole number where it has no
decimals.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError
from tieling_geo.readers.raw import Fault
from tieling_geo.readers.vectors.encodings import CODECS, to_text
from tieling_geo.text import NOTHING, Text

_HEAD, _FIELD, _LANGUAGE_AT = 32, 32, 29
_END_OF_FIELDS = 0x0D
_KEPT, _DELETED = 0x20, 0x2A
_NAME_BYTES = 10
# What may stand after the last row: the mark of the end, and padding.
_PADDING = b"\x1a\x00 "
_NUMBER = re.compile(rb"[+-]?(?:\d+(\.\d*)?|(\.\d+))([eE][+-]?\d{1,3})?")
_STARS = Text(
    "数值超出字段宽度,原值已丢失(****)", "the number did not fit its field and is lost (****)"
)
_MAYBE_BLANK = Text(
    "****:空值,或超出字段宽度而丢失的数;按缺失处理,请核对",
    "****: a blank, or a number that did not fit; taken as missing, check it",
)
# Reads a cell in an encoding: its value, and what is wrong with it.
_Reader = Callable[[bytes, str], tuple[object, Text]]
_TRUTHS = {b"T": True, b"Y": True, b"F": False, b"N": False}
_JULIAN_OF_DAY_1 = 1721426
# Kinds in binary form and their widths; with another width the kind means another thing.
_BINARY_WIDTHS = {b"I": 4, b"B": 8, b"T": 8}


class Field(NamedTuple):
    """A column of a dBase table."""

    name: bytes
    kind: bytes
    """One letter: C text, N and F numbers, D date, L truth, ..."""
    start: int
    """Its first byte in a row."""
    width: int


@dataclass(frozen=True, slots=True)
class Dbf:
    """A dBase table, its text not yet decoded."""

    fields: tuple[Field, ...]
    cells: NDArray[np.uint8]
    """Rows x bytes of a row, deleted rows among them."""
    language: int
    """The byte that can state an encoding."""

    @property
    def deleted(self) -> NDArray[np.bool_]:
        """Which rows are marked as deleted."""
        return np.asarray(self.cells[:, 0] == _DELETED, dtype=bool)

    def texts(self) -> Iterator[bytes]:
        """Yield the names of the fields and the text cells of the rows that are kept, stripped."""
        for field in self.fields:
            yield _to_whole(field.name)
        kept = self.cells[~self.deleted]
        for field in self.fields:
            if field.kind == b"C":
                yield from {_stripped(cell) for cell in _cells(kept, field)}


def read_dbf(content: bytes, *, name: str) -> Dbf:
    """
    Take a dBase table apart.

    Parameters
    ----------
    content
        The file's bytes.
    name
        Its name, for messages.

    Raises
    ------
    BrokenFileError
        If it is not as long as it states, its fields do not fill its rows, or a row is marked as
        neither kept nor deleted.
    """
    try:
        count, head, width = struct.unpack_from("<IHH", content, 4)
        fields = _fields(content[:head])
    except struct.error as error:
        raise BrokenFileError(
            name, Text(".dbf 文件头不完整", "the .dbf's header is cut")
        ) from error
    end = head + count * width
    if head <= _HEAD or sum(field.width for field in fields) + 1 != width or not fields:
        raise BrokenFileError(
            name,
            Text(
                f".dbf 的字段宽度之和与每行 {width} 字节不符",
                f"the widths of the .dbf's fields do not add up to its row of {width} bytes",
            ),
        )
    if len(content) < end or content[end:].strip(_PADDING):
        rows = (len(content) - head) / width
        raise BrokenFileError(
            name,
            Text(
                f".dbf 写明 {count} 行,实有 {rows:.6g} 行(每行 {width} 字节)",
                f"the .dbf states {count} rows of {width} bytes and holds {rows:.6g}",
            ),
        )
    cells = np.frombuffer(content, dtype="u1", count=count * width, offset=head)
    cells = cells.reshape(count, width)
    odd = np.flatnonzero(~np.isin(cells[:, 0], (_KEPT, _DELETED)))
    if len(odd):
        row = int(odd[0]) + 1
        raise BrokenFileError(
            name,
            Text(f".dbf 第 {row} 行的删除标记无效", f"row {row} of the .dbf has no valid mark"),
        )
    return Dbf(tuple(fields), cells, content[_LANGUAGE_AT])


def _fields(head: bytes) -> list[Field]:
    """List the fields that a table's header describes."""
    fields, start = [], 1
    for at in range(_HEAD, len(head) - 1, _FIELD):
        if head[at] == _END_OF_FIELDS:
            break
        name, kind, length, more = struct.unpack_from("<11sc4xBB", head, at)
        # Text may be wider than a byte can say; only there the next byte is not the decimals.
        width = length + 256 * more * (kind == b"C")
        fields.append(Field(name.split(b"\0")[0].strip(), kind, start, width))
        start += width
    return fields


def _cells(rows: NDArray[np.uint8], field: Field) -> list[bytes]:
    """Cut a field out of rows."""
    part = np.ascontiguousarray(rows[:, field.start : field.start + field.width])
    joined, width = part.tobytes(), field.width
    return [joined[at : at + width] for at in range(0, width * len(rows), max(width, 1))]


def _stripped(cell: bytes) -> bytes:
    """Take off the padding after a text."""
    return cell.rstrip(b" \0")


def _to_whole(name: bytes) -> bytes:
    """Keep a name that fills its ten bytes only if it is ASCII: others are judged as names."""
    return b"" if len(name) >= _NAME_BYTES else name


def to_names(table: Dbf, encoding: str) -> tuple[list[str], tuple[Text, ...]]:
    """
    Decode the names of the fields; a character that was cut off at the tenth byte is dropped.

    Names that are then the same are numbered, all of them, so that none is taken for the column
    that its short form happens to name.

    Returns
    -------
    names
        All different.
    notes
        Which names were cut, and which were the same.

    Raises
    ------
    UnicodeDecodeError
        If a name is not in the encoding.
    """
    codec = CODECS.get(encoding, "ascii")
    names, cut = [], []
    for field in table.fields:
        try:
            names.append(field.name.decode(codec))
        except UnicodeDecodeError as error:
            if len(field.name) < _NAME_BYTES or error.end < len(field.name):
                raise
            names.append(field.name[: error.start].decode(codec))
            cut.append(names[-1])
    same = sorted({name for name in names if names.count(name) > 1 or not name})
    numbered = [f"{n}#{at}" if n in same else n for at, n in enumerate(names, start=1)]
    notes = []
    if cut:
        notes.append(
            Text(
                f"列名超出 10 字节,末字被截断:{cut}",
                f"names longer than ten bytes, cut in their last character: {cut}",
            )
        )
    if same:
        notes.append(
            Text(
                f"列名重复或为空 {same},已按列序编号,如 {same[0]}#1;如需使用请在 [columns] 写明",
                f"names that are the same or blank, {same}, are numbered by column; say in "
                "[columns] which is which",
            )
        )
    return numbered, tuple(notes)


def to_attributes(
    table: Dbf, names: list[str], encoding: str
) -> tuple[pd.DataFrame, tuple[Fault, ...], tuple[Fault, ...], tuple[Text, ...]]:
    """
    Read the values of the rows that are not deleted.

    Parameters
    ----------
    table
        The table.
    names
        Its columns.
    encoding
        Of its text.

    Returns
    -------
    attributes
        Index 0..n-1; blank cells are None.
    faults
        Cells that are no good: text that cannot be decoded, numbers that did not fit (`****`), ...
    flags
        `****` in a column without blanks, where it may be how the writer writes them: missing.
    notes
        Columns that are not read.
    """
    kept = table.cells[~table.deleted]
    columns: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    flags: list[Fault] = []
    unread: list[str] = []
    for name, field in zip(names, table.fields, strict=True):
        if field.kind not in _READERS or _BINARY_WIDTHS.get(field.kind, field.width) != field.width:
            unread.append(f"{name} ({field.kind.decode('latin-1')})")
            continue
        read = _read_column(_cells(kept, field), name, _READERS[field.kind], encoding)
        columns[name], bad = read
        stars = [fault for fault in bad if fault.reason is _STARS]
        if stars and not columns[name].isna().any():
            columns[name].iloc[[fault.position for fault in stars]] = None
            flags += [fault._replace(reason=_MAYBE_BLANK) for fault in stars]
            bad = [fault for fault in bad if fault.reason is not _STARS]
        faults += bad
    notes: tuple[Text, ...] = ()
    if unread:
        notes = (
            Text(
                f"未读取备注或二进制字段 {unread}(内容不在 .dbf 中)",
                f"memo and binary fields are not read, their content is in other files: {unread}",
            ),
        )
    frame = pd.DataFrame(columns, index=range(len(kept)), dtype="object")
    return frame, tuple(faults), tuple(flags), notes


def _read_column(
    cells: list[bytes], name: str, read: _Reader, encoding: str
) -> tuple[pd.Series, list[Fault]]:
    """Read the cells of one column, each different one once."""
    told = {cell: read(cell, encoding) for cell in set(cells)}
    faults = [
        Fault(position, name, str(told[cell][0]), told[cell][1])
        for position, cell in enumerate(cells)
        if told[cell][1] is not NOTHING
    ]
    return pd.Series([told[cell][0] for cell in cells], dtype="object"), faults


def _text(cell: bytes, encoding: str) -> tuple[object, Text]:
    """Read a text; a blank one is missing."""
    stripped = _stripped(cell)
    if b"\0" in stripped:
        return stripped.decode("ascii", errors="replace").replace("\0", "?"), Text(
            "文字中夹有 NUL 字符", "the text has a NUL character in it"
        )
    if not stripped:
        return None, NOTHING
    return to_text(stripped, encoding)


def _number(cell: bytes, _: str) -> tuple[object, Text]:
    """Read a number: whole where it has no decimals, whatever its width."""
    text = cell.strip(b" \0\t")
    if not text:
        return None, NOTHING
    shown = text.decode("ascii", errors="replace")
    if not text.strip(b"*"):
        return shown, _STARS
    matched = _NUMBER.fullmatch(text)
    if not matched:
        return shown, Text("数值字段中不是数", "not a number, in a field of numbers")
    return int(shown) if not any(matched.groups()) else float(shown), NOTHING


def _date(cell: bytes, _: str) -> tuple[object, Text]:
    """Read a date as ISO text."""
    text = cell.strip(b" \0")
    if not text.strip(b"0"):
        return None, NOTHING
    shown = text.decode("ascii", errors="replace")
    try:
        return datetime.strptime(shown, "%Y%m%d").date().isoformat(), NOTHING  # noqa: DTZ007 - a day
    except ValueError:
        return shown, Text("不是有效日期", "not a date")


def _truth(cell: bytes, _: str) -> tuple[object, Text]:
    """Read a truth value; `?` and blank are missing."""
    text = cell.strip(b" \0?")
    if not text:
        return None, NOTHING
    if text.upper() in _TRUTHS:
        return _TRUTHS[text.upper()], NOTHING
    return text.decode("ascii", errors="replace"), Text("不是 T 或 F", "neither T nor F")


def _binary(form: str) -> _Reader:
    """Return a reader of numbers in binary form."""

    def read(cell: bytes, _: str) -> tuple[object, Text]:
        return struct.unpack(form, cell)[0], NOTHING

    return read


def _moment(cell: bytes, _: str) -> tuple[object, Text]:
    """Read a moment, days and milliseconds, as ISO text; zero is missing."""
    day, milliseconds = struct.unpack("<ii", cell)
    if not day:
        return None, NOTHING
    try:
        start = datetime.combine(date.fromordinal(day - _JULIAN_OF_DAY_1 + 1), datetime.min.time())
        return (start + timedelta(milliseconds=milliseconds)).isoformat(), NOTHING
    except (ValueError, OverflowError):
        return cell.hex(), Text("不是有效时间", "not a moment")


_READERS: dict[bytes, _Reader] = {
    b"C": _text,
    b"N": _number,
    b"F": _number,
    b"D": _date,
    b"L": _truth,
    b"I": _binary("<i"),
    b"B": _binary("<d"),
    b"T": _moment,
}
