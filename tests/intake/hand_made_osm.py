"""The same small maps written as `.osm`, `.osm.bz2`, `.osm.pbf` and as Overpass' JSON."""

import bz2
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

from tieling_geo.readers.osm.file import read_osm
from tieling_geo.readers.raw import RawTable
from tieling_geo.schemas import LAYERS

Tags = Mapping[str, str]
Member = tuple[str, int, str]
KINDS = ("node", "way", "relation")
#: Kinds of file that hold a map.
FILES = (".osm", ".osm.bz2", ".osm.pbf")


@dataclass
class Map:
    """Elements by id; a node is longitude, latitude and tags."""

    nodes: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], Tags]] = field(default_factory=dict)
    relations: dict[int, tuple[list[Member], Tags]] = field(default_factory=dict)

    def way(self, ref: int, places: Iterable[tuple[float, float]], **tags: str) -> "Map":
        """Add a way on nodes at these places; a place that has a node already keeps it."""
        known = {(lon, lat): node for node, (lon, lat, _) in self.nodes.items()}
        refs = []
        for place in places:
            if place not in known:
                known[place] = max(self.nodes, default=0) + 1
                self.nodes[known[place]] = (*place, {})
            refs.append(known[place])
        self.ways[ref] = (refs, {key.replace("__", ":"): value for key, value in tags.items()})
        return self

    def area(self, ref: int, *members: tuple[int, str], **tags: str) -> "Map":
        """Add a multipolygon of ways with their roles."""
        rings = [("way", way, role) for way, role in members]
        self.relations[ref] = (rings, {"type": "multipolygon", **tags})
        return self


def to_xml(drawn: Map, *, head: str = "", stamp: str = "2026-03-05T00:26:02Z") -> str:
    """Write a map as OSM XML."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', head, '<osm version="0.6">']
    parts.append(f'<meta osm_base="{stamp}"/>')
    for ref, (lon, lat, tags) in drawn.nodes.items():
        parts.append(f'<node id="{ref}" lon="{lon!r}" lat="{lat!r}">{_tags(tags)}</node>')
    for ref, (refs, tags) in drawn.ways.items():
        nodes = "".join(f'<nd ref="{node}"/>' for node in refs)
        parts.append(f'<way id="{ref}">{nodes}{_tags(tags)}</way>')
    for ref, (members, tags) in drawn.relations.items():
        listed = "".join(
            f'<member type="{kind}" ref="{own}" role="{role}"/>' for kind, own, role in members
        )
        parts.append(f'<relation id="{ref}">{listed}{_tags(tags)}</relation>')
    return "\n".join([*parts, "</osm>\n"])


def _tags(tags: Tags) -> str:
    """Write tags as XML."""
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def to_pbf(drawn: Map, *, dense: bool = True, feature: str = "", packing: int = 3) -> bytes:
    """Write a map as PBF: one block a kind of element, coordinates in 1e-7 degrees."""
    features = ["OsmSchema-V0.6", "DenseNodes", *([feature] if feature else [])]
    header = b"".join(to_part(4, word.encode()) for word in features) + _number(32, 1772670362)
    blocks = [to_blob("OSMHeader", header, packing)]
    for kind, listed in zip(KINDS, (drawn.nodes, drawn.ways, drawn.relations), strict=True):
        words = _Words()
        if kind == "node":
            group = _dense(drawn, words) if dense else _plain(drawn, words)
        elif kind == "way":
            group = b"".join(_way(ref, words, *way) for ref, way in drawn.ways.items())
        else:
            group = b"".join(_relation(r, words, *own) for r, own in drawn.relations.items())
        if listed:
            blocks.append(
                to_blob("OSMData", to_part(1, words.table()) + to_part(2, group), packing)
            )
    return b"".join(blocks)


class _Words:
    """The table of a block's words."""

    def __init__(self) -> None:
        self.words = [b""]

    def at(self, word: str) -> int:
        encoded = word.encode()
        if encoded not in self.words[1:]:
            self.words.append(encoded)
        return self.words.index(encoded, 1) if encoded else 0

    def table(self) -> bytes:
        return b"".join(to_part(1, word) for word in self.words)

    def tags(self, tags: Tags) -> bytes:
        keys = b"".join(_varint(self.at(key)) for key in tags)
        return to_part(2, keys) + to_part(3, b"".join(_varint(self.at(v)) for v in tags.values()))


def _dense(drawn: Map, words: _Words) -> bytes:
    listed: list[int] = []
    for _, _, tags in drawn.nodes.values():
        for pair in tags.items():
            listed += map(words.at, pair)
        listed.append(0)
    columns = {
        1: list(drawn.nodes),
        8: [round(lat * 1e7) for _, lat, _ in drawn.nodes.values()],
        9: [round(lon * 1e7) for lon, _, _ in drawn.nodes.values()],
    }
    parts = [to_part(number, _differences(values)) for number, values in columns.items()]
    return to_part(2, b"".join([*parts, to_part(10, b"".join(map(_varint, listed)))]))


def _plain(drawn: Map, words: _Words) -> bytes:
    return b"".join(
        to_part(
            1,
            _number(1, _zigzag(ref))
            + words.tags(tags)
            + _number(8, _zigzag(round(lat * 1e7)))
            + _number(9, _zigzag(round(lon * 1e7))),
        )
        for ref, (lon, lat, tags) in drawn.nodes.items()
    )


def _way(ref: int, words: _Words, refs: list[int], tags: Tags) -> bytes:
    return to_part(3, _number(1, ref) + words.tags(tags) + to_part(8, _differences(refs)))


def _relation(ref: int, words: _Words, members: list[Member], tags: Tags) -> bytes:
    roles = b"".join(_varint(words.at(role)) for _, _, role in members)
    kinds = b"".join(_varint(KINDS.index(kind)) for kind, _, _ in members)
    refs = _differences([own for _, own, _ in members])
    own = _number(1, ref) + words.tags(tags)
    return to_part(4, own + to_part(8, roles) + to_part(9, refs) + to_part(10, kinds))


def to_blob(kind: str, data: bytes, packing: int = 3) -> bytes:
    """Pack a block, with its header before it."""
    packed = to_part(packing, zlib.compress(data)) if packing != 1 else to_part(1, data)
    blob = (b"" if packing == 1 else _number(2, len(data))) + packed
    header = to_part(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _differences(values: list[int]) -> bytes:
    return b"".join(_varint(_zigzag(b - a)) for a, b in pairwise([0, *values]))


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    octets = []
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*octets, value])


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def to_part(number: int, data: bytes) -> bytes:
    """Write one field of bytes, with its number and length before it."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def write_map(drawn: Map, folder: Path, kind: str) -> Path:
    """Write a map as a file of a kind."""
    path = folder / f"map{kind}"
    xml = to_xml(drawn).encode()
    match kind:
        case ".osm":
            path.write_bytes(xml)
        case ".osm.bz2":
            path.write_bytes(bz2.compress(xml))
        case _:
            path.write_bytes(to_pbf(drawn))
    return path


def to_answer(drawn: Map, stamp: str = "2026-03-05T00:26:02Z") -> dict[str, object]:
    """Write a map as Overpass' answer."""
    elements: list[dict[str, object]] = [
        {"type": "node", "id": ref, "lon": lon, "lat": lat, "tags": dict(tags)}
        for ref, (lon, lat, tags) in drawn.nodes.items()
    ]
    elements += [
        {"type": "way", "id": ref, "nodes": refs, "tags": dict(tags)}
        for ref, (refs, tags) in drawn.ways.items()
    ]
    elements += [
        {
            "type": "relation",
            "id": ref,
            "members": [{"type": k, "ref": own, "role": role} for k, own, role in members],
            "tags": dict(tags),
        }
        for ref, (members, tags) in drawn.relations.items()
    ]
    return {"version": 0.6, "osm3s": {"timestamp_osm_base": stamp}, "elements": elements}


def roads() -> Map:
    """Return three roads, one path and one crossing."""
    drawn = Map()
    drawn.way(
        10, [(123.5, 42.5), (123.6, 42.5)], highway="trunk", name="银州路", name__zh="银州大路"
    )
    drawn.way(9, [(123.6, 42.5), (123.7, 42.6)], highway="primary_link", oneway="-1")
    drawn.way(11, [(123.7, 42.6), (123.8, 42.6), (123.9, 42.6)], highway="service")
    drawn.way(12, [(123.5, 42.5), (123.9, 42.6)], highway="footway")
    drawn.nodes[99] = (123.55, 42.5, {"highway": "crossing"})
    return drawn


def read_map(drawn: Map, folder: Path, layer: str = "roads", kind: str = ".osm") -> RawTable:
    """Write a map and read a layer from it."""
    return read_osm(write_map(drawn, folder, kind), kind, schema=LAYERS[layer])


def all_notes(table: RawTable) -> str:
    """Return all notes in English."""
    return "\n".join(note.en for note in table.notes)
