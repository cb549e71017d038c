"""Check that a FlatGeobuf is whole before GDAL opens it: its features counted one by one."""

import struct
from pathlib import Path

from tieling_geo.errors import BrokenFileError
from tieling_geo.text import Text

# The header is a flatbuffer: field 8 is the number of features, field 9 the index's node size.
_COUNT_FIELD, _NODE_SIZE_FIELD, _NODE_SIZE = 8, 9, 16
# Field 10 is the CRS, a table of its own, of which field 2 is the name.
_CRS_FIELD, _NAME_FIELD = 10, 2
_HEADER_AT, _NODE_BYTES = 12, 40


def check_flatgeobuf(path: Path) -> int:
    """
    Return the number of features if as many stand in the file, and it ends after the last.

    Parameters
    ----------
    path
        The file, its first seven bytes checked.

    Returns
    -------
    rows
        The number of features.

    Raises
    ------
    BrokenFileError
        If the file is cut off, or does not state how many features it should hold.
    """
    content = path.read_bytes()
    try:
        header_size = struct.unpack_from("<I", content, 8)[0]
        stated = _field(content, _COUNT_FIELD, "<Q", 0)
        node_size = _field(content, _NODE_SIZE_FIELD, "<H", _NODE_SIZE)
        start = _HEADER_AT + header_size + _index_bytes(stated, node_size)
        found = _count(content, start)
    except struct.error as error:
        raise BrokenFileError(
            path.name, Text("文件头或要素不完整", "its header or a feature is cut off")
        ) from error
    if found != stated:
        raise BrokenFileError(
            path.name,
            Text(
                f"文件头写明 {stated} 个要素,实有 {found} 个(0 表示未写明)",
                f"its header states {stated} features, it holds {found} (0: not stated)",
            ),
        )
    return found


def to_crs_name(content: bytes) -> str:
    r"""
    Return what a FlatGeobuf calls its CRS; empty where it does not say.

    Examples
    --------
    >>> to_crs_name(b"fgb\x03fgb\x00")
    ''
    """
    try:
        at = _place(content, _header(content), _CRS_FIELD)
        name = at and _place(content, _followed(content, at), _NAME_FIELD)
        if not name:
            return ""
        start = _followed(content, name)
        length = struct.unpack_from("<I", content, start)[0]
    except struct.error:
        return ""
    return content[start + 4 : start + 4 + length].decode("utf-8", errors="replace")


def _header(content: bytes) -> int:
    """Tell where the header's table stands."""
    return _followed(content, _HEADER_AT)


def _followed(content: bytes, at: int) -> int:
    """Follow an offset of a flatbuffer."""
    return at + int(struct.unpack_from("<I", content, at)[0])


def _place(content: bytes, table: int, number: int) -> int:
    """
    Tell where a field of a flatbuffer's table stands; 0 where it has none.

    Raises
    ------
    struct.error
        If the table leads outside the content.
    """
    fields = table - struct.unpack_from("<i", content, table)[0]
    place = 4 + 2 * number
    if fields < 0:
        raise struct.error("no table")
    if place + 2 > struct.unpack_from("<H", content, fields)[0]:
        return 0
    offset = struct.unpack_from("<H", content, fields + place)[0]
    return table + int(offset) if offset else 0


def _field(content: bytes, number: int, form: str, default: int) -> int:
    """Read a whole number out of the header's flatbuffer."""
    at = _place(content, _header(content), number)
    return int(struct.unpack_from(form, content, at)[0]) if at else default


def _index_bytes(features: int, node_size: int) -> int:
    """Tell how long the packed R-tree between header and features is."""
    if not features or not node_size:
        return 0
    nodes = level = features
    while level > 1:
        level = -(-level // max(node_size, 2))
        nodes += level
    return _NODE_BYTES * (nodes + (features == 1))


def _count(content: bytes, start: int) -> int:
    """
    Walk over the features, each of which begins with its length.

    Raises
    ------
    struct.error
        If the last one runs over the end of the file.
    """
    found, place = 0, start
    while place < len(content):
        place += 4 + struct.unpack_from("<I", content, place)[0]
        found += 1
    if place != len(content):
        raise struct.error("cut off")
    return found
