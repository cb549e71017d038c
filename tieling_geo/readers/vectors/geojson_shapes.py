"""Check a geometry of GeoJSON by RFC 7946: the library that builds it is more lenient."""

import math
from typing import Any

from tieling_geo.text import Text

#: The seven types, in the standard's spelling.
GEOMETRIES = frozenset({
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
})
# How many arrays stand around the positions of a type.
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_FOREIGN = ("geometry", "properties", "features")
_FEWEST_OF_LINE, _FEWEST_OF_RING = 2, 4
_POSITION_LENGTHS = (2, 3)


def to_fault(geometry: Any) -> Text | None:  # noqa: ANN401 - JSON
    """
    Say why a geometry breaks the standard, and where in it; None if it does not.

    Parameters
    ----------
    geometry
        The parsed object.

    Examples
    --------
    >>> to_fault({"type": "Point", "coordinates": [123.8, "42.3"]}).en
    'coordinates[1] is not a number'
    >>> to_fault({"type": "Point", "coordinates": [123.8, 42.3]}) is None
    True
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in GEOMETRIES:
        told = str(kind)[:40]
        return Text(f"没有图形类型 {told!r}(须区分大小写)", f"no type of geometry: {told!r}")
    odd = [name for name in _FOREIGN if name in geometry]
    if odd:
        return Text(
            f"图形中含有成员 {odd},它们属于 Feature 或 FeatureCollection",
            f"a geometry has members {odd}, which belong to a Feature or a FeatureCollection",
        )
    if kind == "GeometryCollection":
        return _collection_fault(geometry.get("geometries"))
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        return Text("缺少 coordinates 或其不是数组", "its coordinates are missing or no list")
    # The standard lets no coordinates stand for no geometry; it is rejected as empty.
    return _fault(coordinates, kind, _DEPTHS[kind], "coordinates") if coordinates else None


def _collection_fault(members: object) -> Text | None:
    """Say what is wrong in a collection of geometries."""
    if not isinstance(members, list):
        return Text("缺少 geometries 或其不是数组", "its geometries are missing or no list")
    return next((fault for fault in map(to_fault, members) if fault), None)


def _fault(part: Any, kind: str, depth: int, place: str) -> Text | None:  # noqa: ANN401 - JSON
    """Say what is wrong in nested arrays of positions."""
    if not isinstance(part, list):
        return Text(f"{place} 不是数组", f"{place} is no list")
    if depth == 0:
        return _position_fault(part, place)
    for at, member in enumerate(part):
        if fault := _fault(member, kind, depth - 1, f"{place}[{at}]"):
            return fault
    if depth == 1:
        return _line_fault(part, kind, place)
    return None


def _position_fault(position: list[Any], place: str) -> Text | None:
    """Say what is wrong with a position."""
    for at, value in enumerate(position):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Text(f"{place}[{at}] 不是数", f"{place}[{at}] is not a number")
        if not math.isfinite(value):
            return Text(f"{place}[{at}] 数值过大", f"{place}[{at}] is too big a number")
    if len(position) not in _POSITION_LENGTHS:
        return Text(
            f"{place} 有 {len(position)} 个数,应为 2 或 3 个",
            f"{place} has {len(position)} numbers, not 2 or 3",
        )
    return None


def _line_fault(positions: list[Any], kind: str, place: str) -> Text | None:
    """Say what is wrong with a line or a ring as a whole."""
    if kind in {"LineString", "MultiLineString"} and len(positions) < _FEWEST_OF_LINE:
        return Text(f"{place} 不足 2 个位置", f"{place} has fewer than 2 positions")
    if kind in {"Polygon", "MultiPolygon"}:
        if len(positions) < _FEWEST_OF_RING:
            return Text(
                f"{place} 的环不足 4 个位置", f"the ring {place} has fewer than 4 positions"
            )
        if positions[0] != positions[-1]:
            return Text(f"{place} 的环首尾不闭合", f"the ring {place} is not closed")
    return None
