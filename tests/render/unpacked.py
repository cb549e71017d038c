"""An unpacker of the pages' layers for tests, written from the format, sharing no code with it."""

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from tieling_geo.render.layers import Drawing


def _whole(content: bytes, told: Mapping[str, Any]) -> list[int]:
    """Read whole numbers: one plane a byte, the lowest first."""
    n, at, width = told["n"], told["at"], told["width"]
    planes = [content[at + p * n : at + (p + 1) * n] for p in range(width)]
    above = [sum(plane[i] << (8 * p) for p, plane in enumerate(planes)) for i in range(n)]
    values = [value + told["low"] for value in above]
    if told["steps"]:
        last = told.get("first", 0)
        for i, step in enumerate(values):
            last += step
            values[i] = last
    return values


def column(content: bytes, told: Mapping[str, Any]) -> list[Any]:
    """Read a column; None where a value is missing."""
    if told["kind"] == "text":
        texts, at = [], told["at"]
        for length in _whole(content, told["lengths"]):
            texts.append(content[at : at + length].decode() or None)
            at += length
        return texts
    if told["kind"] == "code":
        return [None if code == 0 else told["values"][code - 1] for code in _whole(content, told)]
    if told["kind"] == "flag":
        return [{0: None, 1: True, 2: False}[code] for code in _whole(content, told)]
    if "decimals" not in told:
        n, at = told["n"], told["at"]
        planes = [content[at + p * n : at + (p + 1) * n] for p in range(8)]
        import struct  # noqa: PLC0415 - only here

        raw = [struct.unpack("<d", bytes(plane[i] for plane in planes))[0] for i in range(n)]
        return [None if value != value else value for value in raw]  # noqa: PLR0124 - NaN
    kept = _whole(content, told)
    return [None if k == 0 else (k + told["base"]) / 10 ** told["decimals"] for k in kept]


def geometries(content: bytes, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read geometry as GeoJSON."""
    places = [
        [x / 1e6, y / 1e6]
        for x, y in zip(_whole(content, told["x"]), _whole(content, told["y"]), strict=True)
    ]
    if "types" not in told:
        return [{"type": "Point", "coordinates": place} for place in places]
    sizes, holes = iter(_whole(content, told["sizes"])), iter(_whole(content, told["holes"]))
    vertices, shapes = iter(places), []
    for kind, rings in zip(
        _whole(content, told["types"]), _whole(content, told["rings"]), strict=True
    ):
        parts: list[Any] = []
        for _ in range(rings):
            ring = [next(vertices) for _ in range(next(sizes))]
            is_hole = next(holes)
            if kind == 2 and is_hole:
                parts[-1].append(ring)
            else:
                parts.append([ring] if kind == 2 else ring if kind == 1 else ring[0])
        word = ("Point", "LineString", "Polygon")[kind]
        shapes.append(
            {"type": word, "coordinates": parts[0]}
            if len(parts) == 1
            else {"type": f"Multi{word}", "coordinates": parts}
        )
    return shapes


def unpacked(spec: Mapping[str, Any], packed: str) -> list[dict[str, Any]]:
    """Return each feature of a layer: id, name, reason, category, values, marks and geometry."""
    content = zlib.decompress(base64.b64decode(packed))
    n = spec["count"]

    def read(told: Mapping[str, Any] | None) -> list[Any]:
        return [None] * n if told is None else column(content, told)

    columns = {name: read(told) for name, told in spec["columns"].items()}
    marks = [
        [0] * n if v["marks"] is None else _whole(content, v["marks"]) for v in spec["verdicts"]
    ]
    shapes = geometries(content, spec["geometry"])
    ids, names, reasons = read(spec["ids"]), read(spec.get("names")), read(spec.get("reasons"))
    codes = _whole(content, spec["category"])
    return [
        {
            "id": ids[i],
            "name": names[i],
            "reason": reasons[i],
            "category": spec["categories"][codes[i]]["value"],
            "values": {name: values[i] for name, values in columns.items()},
            "marks": [mine[i] for mine in marks],
            "geometry": shapes[i],
        }
        for i in range(n)
    ]


def features_of(drawing: Drawing) -> list[dict[str, Any]]:
    """Return the features of a drawing as the page's script would read them."""
    return unpacked(json.loads(json.dumps(drawing.spec)), drawing.packer.to_base64())


def layers_of(page: str) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the layers of a page by name, in their order: what each is, and its features."""
    specs = re.findall(r'<script type="application/json" id="(\w+)_spec">(.*?)</script>', page)
    found = {}
    for name, text in specs:
        block = rf'<script type="application/octet-stream" id="{name}_bytes">(.*?)</script>'
        packed = re.search(block, page)
        assert packed is not None
        spec = json.loads(text)
        found[name] = (spec, unpacked(spec, packed[1]))
    return found
