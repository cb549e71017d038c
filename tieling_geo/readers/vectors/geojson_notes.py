"""Name what a GeoJSON file has that is tolerated, so that nothing is passed over in silence."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.text import Text

# Members of a collection, a feature and a geometry that the standard, or its forerunner, knows.
_COLLECTION = {"type", "features", "bbox", "crs"}
_FEATURE = {"type", "geometry", "properties", "bbox", "id", "crs"}
_GEOMETRY = {"type", "coordinates", "geometries", "bbox", "crs"}
# More decimals than these say less than a centimetre in degrees.
_DECIMALS = 7
_BBOX_LENGTHS = (4, 6)
_SHOWN = 10
_POLYGON, _RING_TYPES = shapely.GeometryType.POLYGON, (3, 6)


def to_notes(
    document: Mapping[str, Any],
    features: list[dict[str, Any]],
    shapes: NDArray[np.object_],
    *,
    has_bom: bool,
) -> tuple[Text, ...]:
    """
    List what is tolerated in a file.

    Parameters
    ----------
    document
        The file's object.
    features
        Its features.
    shapes
        Their geometries, None where there is none.
    has_bom
        Whether the file begins with a byte order mark.
    """
    told: list[Text] = []
    if has_bom:
        told.append(Text("文件以字节序标记(BOM)开头", "the file begins with a byte order mark"))
    if document.get("type") != "FeatureCollection":
        told.append(
            Text(
                f"文件只是一个 {document['type']},按一行读取",
                f"the file is one {document['type']}, read as one row",
            )
        )
    told += _member_notes(document, features)
    for counted, zh, en in (
        (_wound(shapes), "环的方向与 RFC 7946 相反", "rings wound against RFC 7946"),
        (
            _precise(shapes),
            f"坐标小数超过 {_DECIMALS} 位",
            f"coordinates of over {_DECIMALS} decimals",
        ),
        (_nested(features), "GeometryCollection 嵌套", "nested GeometryCollections"),
    ):
        if counted:
            told.append(Text(f"{zh}:{counted} 个要素", f"{en}: features: {counted}"))
    return tuple(told)


def _member_notes(document: Mapping[str, Any], features: list[dict[str, Any]]) -> list[Text]:
    """Name the members that are not read."""
    whole = [document] if document.get("type") == "FeatureCollection" else []
    geometries = [f["geometry"] for f in features if f["geometry"] is not None]
    told = []
    foreign = {
        *_beyond(whole, _COLLECTION),
        *_beyond(features, _FEATURE),
        *_beyond(geometries, _GEOMETRY),
    }
    if foreign:
        listed = "、".join(sorted(foreign)[:_SHOWN])
        told.append(
            Text(
                f"标准之外的成员未读取:{listed}", f"members beyond the standard, not read: {listed}"
            )
        )
    boxes = [part["bbox"] for part in (*whole, *features, *geometries) if "bbox" in part]
    if boxes:
        bad = sum(not _is_box(box) for box in boxes)
        told.append(
            Text(
                f"bbox {len(boxes)} 个未读取,其中写法有误 {bad} 个",
                f"bbox members, not read: {len(boxes)}, malformed: {bad}",
            )
        )
    if "crs" in document:
        told.append(
            Text("采用旧版 GeoJSON 的 crs 成员", "the crs member of the older GeoJSON is used")
        )
    ids = sum("id" in feature for feature in features)
    if ids:
        told.append(
            Text(
                f"{ids} 个要素的 id 成员未读取;编号须写在 properties 中",
                f"id members of features, not read: {ids}; a number belongs in properties",
            )
        )
    return told + _property_notes(features)


def _property_notes(features: list[dict[str, Any]]) -> list[Text]:
    """Name the properties that only some features have."""
    counts: dict[str, int] = {}
    nested = set()
    for feature in features:
        for name, value in (feature["properties"] or {}).items():
            counts[name] = counts.get(name, 0) + 1
            if isinstance(value, dict | list):
                nested.add(name)
    told = []
    partial = [f"{name} ({n}/{len(features)})" for name, n in counts.items() if n < len(features)]
    if partial:
        listed = "、".join(partial[:_SHOWN])
        told.append(
            Text(f"只有部分要素具有的属性:{listed}", f"properties that only some have: {listed}")
        )
    if nested:
        listed = "、".join(sorted(nested)[:_SHOWN])
        told.append(
            Text(f"嵌套的属性按 JSON 文字读取:{listed}", f"nested properties, as text: {listed}")
        )
    return told


def _beyond(parts: Iterable[Mapping[str, Any]], known: set[str]) -> Iterator[str]:
    """Yield the names of members that are not known, fit to be shown."""
    for part in parts:
        for name in part.keys() - known:
            yield "".join(c if c.isprintable() else "?" for c in name[:40])


def _is_box(box: object) -> bool:
    """Tell whether a bbox is of four or six numbers."""
    return (
        isinstance(box, list)
        and len(box) in _BBOX_LENGTHS
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in box)
    )


def _wound(shapes: NDArray[np.object_]) -> int:
    """Count the features with an outer ring clockwise, or a hole that is not."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    is_polygon = shapely.get_type_id(parts) == _POLYGON
    rings, ring_owners = shapely.get_rings(parts[is_polygon], return_index=True)
    first = np.ones(len(rings), dtype=bool)
    first[1:] = ring_owners[1:] != ring_owners[:-1]
    wrong = shapely.is_ccw(rings) != first
    return len(np.unique(owners[is_polygon][ring_owners[wrong]]))


def _precise(shapes: NDArray[np.object_]) -> int:
    """Count the features with a coordinate of more decimals than say anything."""
    points, owners = shapely.get_coordinates(shapes, return_index=True)
    return len(np.unique(owners[(np.round(points, _DECIMALS) != points).any(axis=1)]))


def _nested(features: list[dict[str, Any]]) -> int:
    """Count the features with a collection inside a collection."""

    def holds(geometry: object, test: Callable[[object], bool]) -> bool:
        members = geometry.get("geometries") if isinstance(geometry, dict) else None
        return isinstance(members, list) and any(map(test, members))

    def is_collection(member: object) -> bool:
        return isinstance(member, dict) and member.get("type") == "GeometryCollection"

    return sum(holds(feature["geometry"], is_collection) for feature in features)
