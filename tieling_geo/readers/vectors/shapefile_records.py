"""Check the records of a `.shp` against its `.shx` and against their own lengths."""

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import Text

_HEAD, _ENTRY = 100, 8
_VERSION = 1000
_MULTIPATCH = 31


class _Kind(NamedTuple):
    """How long the record of one kind of shape is, in bytes."""

    fixed: int
    """Without its parts and points."""
    parts_at: int
    """Where the number of parts stands; 0 where there are none."""
    points_at: int
    """Where the number of points stands; 0 for a single point."""
    point: int
    """A point, with its height."""
    measures: bool
    """Whether measures may follow, eight bytes each."""


# Kinds of shapes by their numbers; heights and measures come after all points, with their ranges.
_KINDS: dict[int, _Kind] = {
    1: _Kind(20, 0, 0, 0, measures=False),
    3: _Kind(44, 36, 40, 16, measures=False),
    5: _Kind(44, 36, 40, 16, measures=False),
    8: _Kind(40, 0, 36, 16, measures=False),
    11: _Kind(28, 0, 0, 0, measures=True),
    13: _Kind(60, 36, 40, 24, measures=True),
    15: _Kind(60, 36, 40, 24, measures=True),
    18: _Kind(56, 0, 36, 24, measures=True),
    21: _Kind(20, 0, 0, 0, measures=True),
    23: _Kind(44, 36, 40, 16, measures=True),
    25: _Kind(44, 36, 40, 16, measures=True),
    28: _Kind(40, 0, 36, 16, measures=True),
}
_RANGE = 16


def check_records(main: bytes, index: bytes, *, rows: int, name: str) -> NDArray[np.bool_]:
    """
    Refuse records that do not stand in the `.shp` where the `.shx` says, or are not whole.

    Parameters
    ----------
    main, index
        The bytes of the `.shp` and the `.shx`.
    rows
        The number of rows of the `.dbf`, deleted ones among them.
    name
        The file's name, for messages.

    Returns
    -------
    shaped
        Which of the rows have a shape: a record may say that it has none.

    Raises
    ------
    BrokenFileError
        If a length, a place, a number or a kind does not fit.
    UntrustedFileError
        If the shapes are of a kind that is not read: surfaces in space.
    """
    kind = _check_heads(main, index, name)
    if len(index) != _HEAD + _ENTRY * rows:
        entries = (len(index) - _HEAD) / _ENTRY
        raise BrokenFileError(
            name,
            Text(
                f".shx 有 {entries:g} 条,.dbf 有 {rows} 行,数目不一致",
                f".shx holds {entries:g} records and .dbf {rows} rows",
            ),
        )
    starts, lengths = _check_entries(main, index, name)
    kinds = [
        struct.unpack_from("<i", main, start + _ENTRY)[0] if length >= 4 else None  # noqa: PLR2004 - bytes
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    for number, (start, length, found) in enumerate(
        zip(starts.tolist(), lengths.tolist(), kinds, strict=True), start=1
    ):
        if found != 0 and (found != kind or not _is_whole(main, start + _ENTRY, length, kind)):
            raise BrokenFileError(
                name,
                Text(
                    f".shp 第 {number} 条图形的类型、长度或点数有误",
                    f"record {number} of .shp has a wrong kind, length or number of points",
                ),
            )
    return np.array([found != 0 for found in kinds], dtype=bool)


def _check_heads(main: bytes, index: bytes, name: str) -> int:
    """
    Return the kind of shapes if both files are as long as they say and of that kind.

    Raises
    ------
    BrokenFileError
        If a file is cut off or longer, or the two are not of one kind.
    UntrustedFileError
        If the kind is not read.
    """
    for suffix, content in ((".shp", main), (".shx", index)):
        stated = 2 * struct.unpack_from(">i", content, 24)[0] if len(content) >= _HEAD else _HEAD
        if stated != len(content):
            raise BrokenFileError(
                name,
                Text(
                    f"{suffix} 写明 {stated} 字节,实有 {len(content)} 字节",
                    f"{suffix} states {stated} bytes and has {len(content)}",
                ),
            )
    heads = [struct.unpack_from("<ii", content, 28) for content in (main, index)]
    kind = int(heads[0][1])
    if kind == _MULTIPATCH:
        raise UntrustedFileError(
            Text(
                f"文件 {name}:图形是三维表面(MultiPatch),不读取;请在原软件中转换为面后导出",
                f"file {name}: its shapes are surfaces in space (MultiPatch), which are not read; "
                "convert them to polygons and export",
            )
        )
    if heads[0] != heads[1] or heads[0][0] != _VERSION or (kind and kind not in _KINDS):
        raise BrokenFileError(
            name,
            Text(
                ".shp 与 .shx 的版本或图形类型有误或不一致",
                "the versions or kinds of shapes of .shp and .shx are wrong or disagree",
            ),
        )
    return kind


def _check_entries(
    main: bytes, index: bytes, name: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return where records start and how long they are if the `.shp` says the same.

    Raises
    ------
    BrokenFileError
        With the first record that does not fit.
    """
    entries = 2 * np.frombuffer(index, dtype=">i4", offset=_HEAD).astype("int64").reshape(-1, 2)
    starts, lengths = entries[:, 0], entries[:, 1]
    good = (starts >= _HEAD) & (lengths >= 0) & (starts + _ENTRY + lengths <= len(main))
    octets = np.frombuffer(main, dtype="u1")
    places = np.where(good, starts, _HEAD - _ENTRY)[:, None] + np.arange(_ENTRY)
    heads = np.ascontiguousarray(octets[places]).view(">i4").reshape(-1, 2)
    good &= (heads[:, 0] == np.arange(1, len(heads) + 1)) & (2 * heads[:, 1] == lengths)
    # No two records share a byte.
    order = np.argsort(starts, kind="stable")
    ends = (starts + _ENTRY + lengths)[order]
    good[order[1:]] &= starts[order][1:] >= ends[:-1]
    if not good.all():
        number, walked = int(np.flatnonzero(~good)[0]) + 1, _walked(main)
        raise BrokenFileError(
            name,
            Text(
                f".shx 有 {len(good)} 条,.shp 有 {walked} 条;"
                f"第 {number} 条的位置、序号或长度不一致",
                f".shx holds {len(good)} records and .shp {walked}; they disagree on the place, "
                f"number or length of record {number}",
            ),
        )
    return starts, lengths


def _walked(main: bytes) -> int:
    """Count the whole records of a `.shp` by walking over them."""
    count, at = 0, _HEAD
    while at + _ENTRY <= len(main):
        length = 2 * struct.unpack_from(">i", main, at + 4)[0]
        if length < 0 or at + _ENTRY + length > len(main):
            break
        at += _ENTRY + length
        count += 1
    return count


def _is_whole(main: bytes, at: int, length: int, number: int) -> bool:
    """Tell whether a record is as long as its numbers of parts and points ask for."""
    kind = _KINDS.get(number)
    if kind is None or length < kind.fixed:
        return False
    if not kind.points_at:
        return length == kind.fixed or (kind.measures and length == kind.fixed + 8)
    points = struct.unpack_from("<i", main, at + kind.points_at)[0]
    parts = struct.unpack_from("<i", main, at + kind.parts_at)[0] if kind.parts_at else 0
    if points < 0 or parts < 0 or parts > points or (kind.parts_at and bool(points) != bool(parts)):
        return False
    needed = kind.fixed + 4 * parts + kind.point * points
    if length != needed and not (kind.measures and length == needed + _RANGE + 8 * points):
        return False
    if not parts:
        return True
    firsts = np.frombuffer(main, dtype="<i4", count=parts, offset=at + 44)
    return bool(firsts[0] == 0 and (np.diff(firsts) > 0).all() and firsts[-1] < points)
