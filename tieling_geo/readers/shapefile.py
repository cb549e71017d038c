"""Check that a Shapefile's parts are all there, agree, and are in one encoding."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import Text

#: Parts that GDAL reads; the first three must be there, and `.prj` is asked for as the CRS.
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = PARTS[:3]
_SHP_HEAD, _DBF_HEAD, _DBF_FIELD = 100, 32, 32
_END_OF_FIELDS, _DELETED = 0x0D, 0x2A


@dataclass(frozen=True, slots=True)
class ShapefileFacts:
    """What a Shapefile's own bytes say."""

    rows: NDArray[np.int64]
    """Numbers, from 1, of the rows that are not marked as deleted."""
    encoding: str
    notes: tuple[Text, ...]


def shapefile_parts(path: Path) -> list[Path]:
    """
    List a Shapefile's parts, whatever the case of their suffixes.

    Raises
    ------
    UntrustedFileError
        If one that is needed is missing, or one is not a plain file.
    """
    parts = []
    for suffix in PARTS:
        found = [p for s in (suffix, suffix.upper()) if (p := path.with_suffix(s)).exists()]
        if not all(part.is_file() for part in found) or (suffix in _NEEDED and not found):
            raise UntrustedFileError(
                Text(
                    f"文件 {path.name}:缺少 {path.stem}{suffix} 或其不是普通文件;"
                    f"Shapefile 须连同 {' '.join(PARTS[1:])} 一起提供",
                    f"file {path.name}: {path.stem}{suffix} is missing or not a plain file; "
                    f"a Shapefile comes with its {' '.join(PARTS[1:])}",
                )
            )
        parts += found[:1]
    return parts


def check_shapefile(path: Path) -> ShapefileFacts:
    """
    Return what the parts say if they say the same.

    Parameters
    ----------
    path
        The `.shp`.

    Returns
    -------
    facts
        Rows and encoding.

    Raises
    ------
    UntrustedFileError
        If a part is missing.
    BrokenFileError
        If a part is cut off, the parts hold different numbers of rows, or the text fits no
        encoding.
    """
    main, index, table = (part.read_bytes() for part in shapefile_parts(path)[:3])
    try:
        deleted, encoding = _check_table(table)
        _check_index(main, index, rows=len(deleted))
    except (ValueError, struct.error) as error:
        raise BrokenFileError(
            path.name,
            Text(
                f".shp、.shx、.dbf 的长度、行数或编码不一致({error})",
                f"the lengths, rows or encoding of .shp, .shx and .dbf disagree ({error})",
            ),
        ) from error
    notes = [Text(f"编码 {encoding}", f"encoding {encoding}")]
    if deleted.any():
        count = int(deleted.sum())
        notes.append(
            Text(f"略过 {count} 个标记为删除的行", f"rows marked as deleted, skipped: {count}")
        )
    return ShapefileFacts(np.flatnonzero(~deleted) + 1, encoding, tuple(notes))


def _check_index(main: bytes, index: bytes, *, rows: int) -> None:
    """
    Refuse records that do not stand in the `.shp` where the `.shx` says.

    Raises
    ------
    ValueError
        If a length, a place or their number does not fit.
    """
    for suffix, content in ((".shp", main), (".shx", index)):
        stated = 2 * struct.unpack_from(">i", content, 24)[0]
        if stated != len(content):
            raise ValueError(f"{suffix} {stated} != {len(content)} B")
    if len(index) != _SHP_HEAD + 8 * rows:
        raise ValueError(f".shx {(len(index) - _SHP_HEAD) / 8:g} / .dbf {rows}")
    entries = 2 * np.frombuffer(index, dtype=">i4", offset=_SHP_HEAD).astype("int64").reshape(-1, 2)
    starts, lengths = entries[:, 0], entries[:, 1]
    inside = (starts >= _SHP_HEAD) & (lengths >= 0) & (starts + 8 + lengths <= len(main))
    if not inside.all():
        raise ValueError(f".shx: record {int(np.flatnonzero(~inside)[0]) + 1}")
    octets = np.frombuffer(main, dtype="u1")
    heads = np.ascontiguousarray(octets[starts[:, None] + np.arange(8)]).view(">i4")
    wrong = (heads[:, 0] != np.arange(1, len(heads) + 1)) | (2 * heads[:, 1] != lengths)
    if wrong.any():
        raise ValueError(f".shp: record {int(np.flatnonzero(wrong)[0]) + 1}")


def _check_table(table: bytes) -> tuple[NDArray[np.bool_], str]:
    """
    Tell which rows of a `.dbf` are deleted, and in which encoding its text is.

    Raises
    ------
    ValueError
        If it is shorter than it states, or its text fits no encoding.
    """
    count, head, width = struct.unpack_from("<IHH", table, 4)
    if head < _DBF_HEAD or not width or len(table) < head + count * width:
        raise ValueError(f".dbf {count} x {width} B > {len(table)} B")
    fields = _fields(table[:head])
    if 1 + sum(length for _, _, length in fields) != width:
        raise ValueError(".dbf: fields")
    cells = np.frombuffer(table, dtype="u1", count=count * width, offset=head).reshape(count, width)
    texts, start = [b"\n".join(name for name, _, _ in fields)], 1
    for _, kind, length in fields:
        if kind == b"C":
            # A line end after each cell, so that no character is made of the ends of two.
            ended = np.pad(cells[:, start : start + length], ((0, 0), (0, 1)), constant_values=10)
            texts.append(ended.tobytes())
        start += length
    return cells[:, 0] == _DELETED, _encoding(texts)


def _fields(head: bytes) -> list[tuple[bytes, bytes, int]]:
    """List name, kind and width of a `.dbf`'s fields."""
    fields = []
    for at in range(_DBF_HEAD, len(head) - 1, _DBF_FIELD):
        if head[at] == _END_OF_FIELDS:
            break
        name, kind, length, more = struct.unpack_from("<11sc4xBB", head, at)
        # Text may be wider than a byte can say; only there the next byte is not the decimals.
        fields.append((name.split(b"\0")[0], kind, length + 256 * more * (kind == b"C")))
    return fields


def _encoding(texts: list[bytes]) -> str:
    """
    Find the encoding that the text really is in: UTF-8 if it fits, else GB18030.

    Raises
    ------
    ValueError
        If it fits neither.
    """
    for encoding in ("UTF-8", "GB18030"):
        try:
            for text in texts:
                text.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ValueError(".dbf: UTF-8 / GB18030 ?")
