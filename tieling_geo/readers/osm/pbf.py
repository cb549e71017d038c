"""
Decode `.osm.pbf`: blocks of zlib-packed protocol buffers, each checked before it is believed.

Format: wiki.openstreetmap.org/wiki/PBF_Format. Only what the format's own limits allow is unpacked,
and no foreign code sees the bytes but zlib.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.osm.elements import Elements, ElementsBuilder, Keep, Member, Tags
from tieling_geo.readers.osm.protobuf import (
    DamagedError,
    Value,
    to_bytes,
    to_fields,
    to_list,
    to_numbers,
    to_signed,
    to_signed_one,
    to_whole,
)
from tieling_geo.text import Text

_HEADER_LIMIT, _BLOB_LIMIT = 64 << 10, 32 << 20
# Blocks hold some 8,000 elements; one that holds more than so many is a bomb.
_MOST_WAYS_IN_BLOCK = 1 << 18
_KNOWN_FEATURES = {"OsmSchema-V0.6", "DenseNodes"}
_MEMBER_KINDS = ("node", "way", "relation")
_PACKINGS = {4: "LZMA", 5: "bzip2", 6: "LZ4", 7: "zstd"}
_CONTINUES = 0x80


def read_pbf(path: Path, keep: Keep) -> Elements:
    """
    Read a `.osm.pbf` file whole.

    Parameters
    ----------
    path
        The file.
    keep
        Tells whether an element's tags are worth keeping.

    Returns
    -------
    elements
        All nodes and ways with their references.

    Raises
    ------
    BrokenFileError
        If a block is cut off, damaged, or of an unknown kind.
    UntrustedFileError
        If it is packed in a way, or needs a feature, that is not read, or is too large.
    """
    builder = ElementsBuilder(path.name, keep)
    try:
        with path.open("rb") as file:
            blocks = _blocks(file, path.name)
            header = next(blocks, ("", b""))
            builder.timestamp = _read_header(_of_kind("OSMHeader", *header), path.name)
            for block in blocks:
                _read_block(_of_kind("OSMData", *block), builder)
    except (DamagedError, zlib.error, UnicodeDecodeError, IndexError, OverflowError) as error:
        told = str(error)
        raise BrokenFileError(path.name, Text(f"PBF 数据块损坏({told})", told)) from error
    return builder.finished()


def _blocks(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """
    Unpack one block after the other, each within the format's limits.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    while length := file.read(4):
        (size,) = struct.unpack(">I", length) if len(length) == 4 else (0,)  # noqa: PLR2004 - as read
        if not 0 < size <= _HEADER_LIMIT:
            raise DamagedError("a block's header has an impossible length")
        header = dict(to_fields(_exactly(file, size)))
        data_size = header.get(3)
        if not isinstance(data_size, int) or not 0 < data_size <= _BLOB_LIMIT:
            raise DamagedError("a block has an impossible length")
        yield to_bytes(header.get(1)).decode(), _unpacked(_exactly(file, data_size), name)


def _of_kind(wanted: str, kind: str, block: bytes) -> bytes:
    """
    Return a block that must be of a kind.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    if kind != wanted:
        raise DamagedError(f"a block {kind[:20]!r} where {wanted} should be")
    return block


def _exactly(file: BinaryIO, size: int) -> bytes:
    """
    Read so many bytes, or fail.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    data = file.read(size)
    if len(data) != size:
        raise DamagedError("the file is cut off within a block")
    return data


def _unpacked(blob: bytes, name: str) -> bytes:
    """
    Unpack a blob to just the size that it states.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    UntrustedFileError
        If it is packed by anything but zlib.
    """
    parts = dict(to_fields(blob))
    if 1 in parts:
        return to_bytes(parts[1])
    if 3 not in parts:  # noqa: PLR2004 - field number of zlib data
        packing = next((word for number, word in _PACKINGS.items() if number in parts), "?")
        raise UntrustedFileError(
            Text(
                f"文件 {name}:以 {packing} 压缩,不支持;请用 osmium cat 转存为 zlib 压缩",
                f"file {name}: packed with {packing}, which is not read; osmium cat repacks it",
            )
        )
    size = parts.get(2)
    if not isinstance(size, int) or size > _BLOB_LIMIT:
        raise DamagedError("a block states an impossible size")
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(to_bytes(parts[3]), size + 1)
    if len(data) != size or not unpacker.eof:
        raise DamagedError("a block does not unpack to the size that it states")
    return data


def _read_header(header: bytes, name: str) -> str:
    """
    Check that nothing is needed that is not read; return the data's timestamp.

    Raises
    ------
    UntrustedFileError
        If a feature is needed that is not known.
    """
    stamp = ""
    for number, value in to_fields(header):
        if number == 4 and to_bytes(value).decode() not in _KNOWN_FEATURES:  # noqa: PLR2004 - field
            feature = ascii(to_bytes(value).decode()[:40])
            raise UntrustedFileError(
                Text(
                    f"文件 {name}:需要不支持的特性 {feature};请用 osmium 转存为普通提取文件",
                    f"file {name}: needs the feature {feature}, which is not read; let osmium "
                    "write a plain extract",
                )
            )
        if number == 32 and isinstance(value, int) and value < 1 << 34:  # noqa: PLR2004 - field
            stamp = datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp


class _Block(NamedTuple):
    """What every element of a block needs."""

    words: list[str]
    granularity: int
    offset: tuple[int, int]
    """Of longitude and of latitude, in 1e-9 degrees."""

    def tags(self, keys: Sequence[int], values: Sequence[int]) -> Tags:
        """
        Look up the words of keys and values.

        Raises
        ------
        DamagedError
            If the bytes are not what the format says.
        """
        if len(keys) != len(values):
            raise DamagedError("an element has more keys than values")
        words = self.words
        return {words[k]: words[v] for k, v in zip(keys, values, strict=True)}

    def degrees(
        self, longitude: NDArray[np.int64], latitude: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Bring the block's integers to degrees: one division, so that decimals are exact."""
        east, north = self.offset
        nano = np.column_stack([
            east + self.granularity * longitude,
            north + self.granularity * latitude,
        ])
        return np.asarray(nano / 1e9, dtype=np.float64)


def _read_block(data: bytes, builder: ElementsBuilder) -> None:
    """
    Read the groups of one block.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    groups: list[bytes] = []
    words: list[str] = []
    numbers = {17: 100, 19: 0, 20: 0}
    for number, value in to_fields(data):
        if number == 1:
            words = [to_bytes(word).decode() for _, word in to_fields(to_bytes(value))]
        elif number == 2:  # noqa: PLR2004 - field number of a group
            groups.append(to_bytes(value))
        elif number in numbers:
            numbers[number] = to_whole(value)
    if not 0 < numbers[17] <= 10**9:
        raise DamagedError("a block states an impossible granularity")
    block = _Block(words, numbers[17], (numbers[20], numbers[19]))
    for group in groups:
        _read_group(group, block, builder)


def _read_group(data: bytes, block: _Block, builder: ElementsBuilder) -> None:
    """
    Read one group, whose elements are all of one kind.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    ways: list[bytes] = []
    for number, value in to_fields(data):
        match number:
            case 1:
                _read_node(to_bytes(value), block, builder)
            case 2:
                _read_dense(dict(to_fields(to_bytes(value))), block, builder)
            case 3:
                ways.append(to_bytes(value))
            case 4:
                _read_relation(dict(to_fields(to_bytes(value))), block, builder)
            case _:
                raise DamagedError(f"a group holds elements of an unknown kind {number}")
    if ways:
        _read_ways(ways, block, builder)


def _read_node(data: bytes, block: _Block, builder: ElementsBuilder) -> None:
    """Read one node that stands alone."""
    parts = dict(to_fields(data))
    node, latitude, longitude = (to_signed_one(parts.get(number)) for number in (1, 8, 9))
    tags = block.tags(to_list(parts.get(2, b"")), to_list(parts.get(3, b"")))
    places = block.degrees(np.array([longitude]), np.array([latitude]))
    builder.add_nodes(np.array([node]), places, {node: tags} if tags else {})


def _read_dense(parts: dict[int, Value], block: _Block, builder: ElementsBuilder) -> None:
    """
    Read the nodes of a group, written as differences.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    ids, latitudes, longitudes = (
        np.cumsum(to_signed(to_numbers(parts.get(number, b"")))) for number in (1, 8, 9)
    )
    if not len(ids) == len(latitudes) == len(longitudes):
        raise DamagedError("nodes have more ids than places")
    tags = _dense_tags(ids, to_numbers(parts.get(10, b"")), block)
    builder.add_nodes(ids, block.degrees(longitudes, latitudes), tags)


def _dense_tags(
    ids: NDArray[np.int64], words: NDArray[np.uint64], block: _Block
) -> dict[int, Tags]:
    """
    Part the one list of all nodes' keys and values: each node's ends with a zero.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    if not len(words):
        return {}
    ends = np.flatnonzero(words == 0)
    if len(ends) != len(ids) or ends[-1] != len(words) - 1:
        raise DamagedError("the nodes' tags do not fit the nodes")
    starts = np.concatenate([[0], ends[:-1] + 1])
    tagged = np.flatnonzero(ends > starts)
    listed: list[int] = words.tolist()
    spans = zip(ids[tagged].tolist(), starts[tagged].tolist(), ends[tagged].tolist(), strict=True)
    return {
        node: block.tags(listed[start:end:2], listed[start + 1 : end : 2])
        for node, start, end in spans
    }


def _read_ways(encoded: list[bytes], block: _Block, builder: ElementsBuilder) -> None:
    """
    Read the ways of a group, the nodes of all at once.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    if len(encoded) > _MOST_WAYS_IN_BLOCK:
        raise DamagedError("a block holds more ways than any should")
    ways = [dict(to_fields(data)) for data in encoded]
    packed = [to_bytes(way.get(8, b"")) for way in ways]
    if any(part and part[-1] >= _CONTINUES for part in packed):
        raise DamagedError("a way's nodes are cut off")
    joined = b"".join(packed)
    steps = to_signed(to_numbers(joined))
    counted = np.cumsum(np.frombuffer(b"\xff" + joined, dtype=np.uint8) < _CONTINUES)
    ends = counted[np.cumsum([len(part) for part in packed])]
    sums = np.concatenate([[0], np.cumsum(steps)])
    start = 0
    for way, end in zip(ways, ends.tolist(), strict=True):
        refs = (sums[start + 1 : end + 1] - sums[start]).tolist()
        tags = block.tags(to_list(way.get(2, b"")), to_list(way.get(3, b"")))
        builder.add_way(to_whole(way.get(1)), refs, tags)
        start = end


def _read_relation(parts: dict[int, Value], block: _Block, builder: ElementsBuilder) -> None:
    """
    Read one relation.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    roles = to_list(parts.get(8, b""))
    refs = np.cumsum(to_signed(to_numbers(parts.get(9, b"")))).tolist()
    kinds = to_list(parts.get(10, b""))
    if not len(roles) == len(refs) == len(kinds):
        raise DamagedError("a relation has more members than roles")
    members = (
        Member(_MEMBER_KINDS[kind], ref, block.words[role])
        for role, ref, kind in zip(roles, refs, kinds, strict=True)
    )
    tags = block.tags(to_list(parts.get(2, b"")), to_list(parts.get(3, b"")))
    builder.add_relation(to_whole(parts.get(1)), members, tags)
