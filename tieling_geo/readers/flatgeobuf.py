"""Check that a FlatGeobuf is whole before GDAL opens it: its features counted one by one."""

import struct
from pathlib import Path

from tieling_geo.errors import BrokenFileError
from tieling_geo.text import Text

# The header is a flatbuffer: field 8 is the number of features, field 9 the index's node size.
_COUNT_FIELD, _NODE_SIZE_FIELD, _NODE_SIZE = 8, 9, 16
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


def _field(content: bytes, number: int, form: str, default: int) -> int:
    """Read a whole number out of the header's flatbuffer."""
    table = _HEADER_AT + struct.unpack_from("<I", content, _HEADER_AT)[0]
    fields = table - struct.unpack_from("<i", content, table)[0]
    place = 4 + 2 * number
    if fields < 0 or place + 2 > struct.unpack_from("<H", content, fields)[0]:
        return default
    offset = struct.unpack_from("<H", content, fields + place)[0]
    return int(struct.unpack_from(form, content, table + offset)[0]) if offset else default


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
