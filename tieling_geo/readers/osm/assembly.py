"""
Build points, lines and areas from OpenStreetMap's elements, or say why one cannot be built.

Nothing is mended: a way that lacks a node, a ring that does not close, a hole outside of its area
and areas that overlap within one relation are told as broken, and their element has no geometry.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tieling_geo.readers.osm.elements import Elements, Relation
from tieling_geo.text import Text

_OUTER, _INNER = ("outer", ""), ("inner",)
# A ring has three corners and comes back to the first.
_SHORTEST_RING = 4
# Areas that should be equal may differ by rounding.
_ROUNDING = 1e-9


class BrokenError(ValueError):
    """An element cannot be built; the message says why, in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


class _Piece(NamedTuple):
    """A way of a ring: its nodes, and where they are."""

    refs: tuple[int, ...]
    places: tuple[tuple[float, float], ...]

    def reversed(self) -> "_Piece":
        """Return the way the other way round."""
        return _Piece(self.refs[::-1], self.places[::-1])


def to_line(elements: Elements, way: int) -> LineString:
    """
    Build a way as a line.

    Raises
    ------
    BrokenError
        If nodes of it are missing, or it has no length.
    """
    places = _way_places(elements, way)
    if (places == places[:1]).all():
        raise BrokenError(Text("路径只有一个位置", "the way stays in one place"))
    return LineString(places)


def to_ring(elements: Elements, way: int) -> Polygon:
    """
    Build a closed way as an area.

    Raises
    ------
    BrokenError
        If nodes of it are missing, or it is not closed.
    """
    places = _way_places(elements, way)
    refs = elements.refs(way)
    if refs is None or len(refs) < _SHORTEST_RING or refs[0] != refs[-1]:
        raise BrokenError(Text("路径未闭合,不构成面", "the way is not closed: it is no area"))
    return Polygon(places)


def to_area(elements: Elements, relation: Relation) -> BaseGeometry:
    """
    Build a relation of type multipolygon or boundary as an area.

    Parameters
    ----------
    elements
        Where its ways and their nodes are.
    relation
        The relation; members that are no ways (label, seat, parts) do not belong to its rings.

    Returns
    -------
    area
        A valid polygon or multipolygon, degrees.

    Raises
    ------
    BrokenError
        If ways or nodes are missing, a ring is open, or rings and roles contradict each other.
    """
    outer, inner = _pieces(elements, relation)
    if not outer:
        raise BrokenError(Text("关系没有外环", "the relation has no outer ring"))
    shells = sorted(_polygons(outer), key=lambda shell: shell.area)
    parts = [shell.difference(shapely.union_all(own)) for shell, own in _owned(shells, inner)]
    area = shapely.union_all(parts)
    if abs(area.area - sum(part.area for part in parts)) > _ROUNDING * area.area:
        raise BrokenError(Text("外环相互重叠", "outer rings overlap each other"))
    if area.is_empty or area.geom_type not in {"Polygon", "MultiPolygon"} or not area.is_valid:
        raise BrokenError(Text("各环不能构成有效的面", "the rings make no valid area"))
    return area


def to_place(shape: BaseGeometry) -> Point:
    """
    Stand a point for a shape: its centre, or where that lies outside, a place within.

    Examples
    --------
    >>> to_place(shapely.box(0, 0, 2, 4)).wkt
    'POINT (1 2)'
    """
    centre = shape.centroid
    inside = shape.geom_type == "LineString" or shape.covers(centre)
    return centre if inside else shapely.point_on_surface(shape)


def _way_places(elements: Elements, way: int) -> NDArray[np.float64]:
    """
    Look up a way's nodes.

    Raises
    ------
    BrokenError
        If the way or nodes of it are missing.
    """
    refs = elements.refs(way)
    if refs is None:
        raise BrokenError(Text(f"缺少路径 way/{way}", f"way/{way} is missing"))
    places, known = elements.located(refs)
    if not known.all():
        lost = int(np.count_nonzero(~known))
        raise BrokenError(
            Text(
                f"way/{way} 的 {len(refs)} 个节点缺 {lost} 个(首个 node/{refs[~known][0]}),"
                "可能在裁切时丢失",
                f"way/{way} lacks {lost} of its {len(refs)} nodes (first: node/{refs[~known][0]}), "
                "perhaps cut off with the extract",
            )
        )
    return places


def _pieces(elements: Elements, relation: Relation) -> tuple[list[_Piece], list[_Piece]]:
    """
    Part a relation's ways into those of outer and of inner rings.

    Raises
    ------
    BrokenError
        If a way is missing, stands twice, or has a role that rings do not have.
    """
    outer: list[_Piece] = []
    inner: list[_Piece] = []
    seen: set[int] = set()
    for member in relation.members:
        if member.kind == "relation" and member.role in {"outer", "inner"}:
            raise BrokenError(
                Text(
                    f"以关系 relation/{member.ref} 作环,不支持",
                    f"relation/{member.ref} stands for a ring, which is not read",
                )
            )
        if member.kind != "way":
            continue
        if member.role not in {*_OUTER, *_INNER}:
            role = member.role[:20]
            raise BrokenError(
                Text(
                    f"way/{member.ref} 的角色 {role!r} 未知",
                    f"way/{member.ref} has the unknown role {role!r}",
                )
            )
        if member.ref in seen:
            raise BrokenError(
                Text(f"way/{member.ref} 重复出现", f"way/{member.ref} is a member twice")
            )
        seen.add(member.ref)
        places = _way_places(elements, member.ref)
        refs = elements.refs(member.ref)
        if refs is None or len(refs) < 2:  # noqa: PLR2004 - a way has two ends
            raise BrokenError(
                Text(f"way/{member.ref} 只有一个节点", f"way/{member.ref} has a single node")
            )
        piece = _Piece(tuple(refs.tolist()), tuple(map(tuple, places.tolist())))
        (inner if member.role in _INNER else outer).append(piece)
    return outer, inner


def _polygons(pieces: Sequence[_Piece]) -> list[Polygon]:
    """
    Join ways to rings.

    Raises
    ------
    BrokenError
        If a ring is not a simple one.
    """
    closed = [piece for piece in pieces if piece.refs[0] == piece.refs[-1]]
    open_ones = [piece for piece in pieces if piece.refs[0] != piece.refs[-1]]
    polygons = []
    for ring in [*closed, *_joined(open_ones)]:
        polygon = Polygon(ring.places) if len(ring.refs) >= _SHORTEST_RING else Polygon()
        if polygon.is_empty or not polygon.is_valid:
            node = ring.refs[0]
            raise BrokenError(
                Text(
                    f"经过 node/{node} 的环自相交或没有面积",
                    f"the ring through node/{node} crosses itself or has no area",
                )
            )
        polygons.append(polygon)
    return polygons


def _joined(pieces: Sequence[_Piece]) -> Iterable[_Piece]:
    """
    Join open ways end to end, where just two meet.

    Raises
    ------
    BrokenError
        If one end is left over, or more than two ends meet, so that it is open how rings run.
    """
    ends: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        ends[piece.refs[0]].append(number)
        ends[piece.refs[-1]].append(number)
    for node, met in ends.items():
        if len(met) == 1:
            raise BrokenError(
                Text(f"环在 node/{node} 处未闭合", f"a ring does not close at node/{node}")
            )
        if len(met) > 2:  # noqa: PLR2004 - two ends make a joint
            raise BrokenError(
                Text(
                    f"有 {len(met)} 条路径的端点交于 node/{node},环的走向不唯一",
                    f"{len(met)} ways end at node/{node}: rings can be drawn in several ways",
                )
            )
    left = set(range(len(pieces)))
    while left:
        first = min(left)
        left.remove(first)
        refs, places = list(pieces[first].refs), list(pieces[first].places)
        while refs[0] != refs[-1]:
            number = next(n for n in ends[refs[-1]] if n in left)
            left.remove(number)
            piece = pieces[number]
            if piece.refs[0] != refs[-1]:
                piece = piece.reversed()
            refs += piece.refs[1:]
            places += piece.places[1:]
        yield _Piece(tuple(refs), tuple(places))


def _owned(
    shells: Sequence[Polygon], inner: Sequence[_Piece]
) -> list[tuple[Polygon, list[Polygon]]]:
    """
    Give each hole to the smallest shell that covers it.

    Raises
    ------
    BrokenError
        If a hole lies in no shell, or holes overlap.
    """
    owned: list[tuple[Polygon, list[Polygon]]] = [(shell, []) for shell in shells]
    holes = _polygons(inner)
    for hole in holes:
        owner = next((own for shell, own in owned if shell.covers(hole)), None)
        if owner is None:
            raise BrokenError(
                Text("有内环不在任何外环之内", "an inner ring lies within no outer ring")
            )
        owner.append(hole)
    for _, own in owned:
        together = shapely.union_all(own).area
        if abs(together - sum(hole.area for hole in own)) > _ROUNDING * together:
            raise BrokenError(Text("内环相互重叠", "inner rings overlap each other"))
    return owned
