"""What lies upstream of a place on the reach graph."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from tieling_geo.operations.proximity import ROUNDING_DIGITS, nearest_line, nearest_namesake
from tieling_geo.operations.river_network import _Stretch, _to_network, find_upstream_digitised


def to_reach(points: gpd.GeoDataFrame, reaches: gpd.GeoDataFrame, *, limit_m: float) -> pd.Series:
    """
    Give the reach that each point lies on.

    That is the nearest one of the river that the point names, and without a name the nearest one.

    Parameters
    ----------
    points
        n points with `river_name`, metres.
    reaches
        `RiverReaches` layer, in the same CRS.
    limit_m
        Straight-line distance up to which a point lies on a reach (closed), metres.

    Returns
    -------
    reach
        n ids, index of `points`; missing where no reach, or none of the river named, is within the
        limit.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    """
    nearest = nearest_line(points, reaches, key="reach_id", limit_m=limit_m)
    taken = nearest_namesake(
        points, reaches, key="reach_id", name="river_name", limit_m=limit_m, otherwise=nearest
    )
    river = taken["line"].map(reaches.set_index("reach_id")["river_name"])
    other = points["river_name"].notna() & (river != points["river_name"])
    reach: pd.Series = taken["line"].mask(other)
    return reach


def outfalls_above(
    sections: gpd.GeoDataFrame,
    outfalls: gpd.GeoDataFrame | None,
    reaches: gpd.GeoDataFrame | None,
    *,
    main_stem_rivers: Sequence[str],
    snap_limit_m: float,
    junction_tolerance_m: float,
) -> tuple[pd.DataFrame, pd.Series, bool]:
    """
    Pair each section with the outfalls upstream of it.

    Parameters
    ----------
    sections, outfalls, reaches
        Layers in one projected CRS; without outfalls or reaches nothing is known.
    main_stem_rivers
        From these, reaches digitised against the flow are found, and turned.
    snap_limit_m
        See `to_reach`.
    junction_tolerance_m
        See `find_upstream`.

    Returns
    -------
    pairs, is_known
        See `find_upstream`.
    all_on_reach
        False if a section or an outfall lies on no reach.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    """
    if reaches is None or outfalls is None:
        none = pd.DataFrame(columns=["section", "point"], dtype="str")
        return none, pd.Series(data=False, index=sections.index, dtype=bool), True
    turned = find_upstream_digitised(
        reaches, main_stem_rivers=main_stem_rivers, junction_tolerance_m=junction_tolerance_m
    )["reach_id"]
    lying, pouring = (
        layer.assign(reach_id=to_reach(layer, reaches, limit_m=snap_limit_m))
        for layer in (sections, outfalls)
    )
    pairs, known = find_upstream(
        lying, pouring, reaches, turned=set(turned), junction_tolerance_m=junction_tolerance_m
    )
    on_reach = pd.concat([lying["reach_id"], pouring["reach_id"]]).notna()
    return pairs, known, bool(on_reach.all())


def find_upstream(
    sections: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    reaches: gpd.GeoDataFrame,
    *,
    turned: Collection[str],
    junction_tolerance_m: float,
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Find the points that lie upstream of each section.

    Water flows the way in which reaches are digitised. A point at a section's own place, or at a
    confluence where the section stands, is upstream of it (closed).

    Parameters
    ----------
    sections, points
        Points with `reach_id`, missing where they lie on none; the index holds their ids.
    reaches
        `RiverReaches` layer, in the same CRS.
    turned
        Ids of the reaches that are digitised against the flow.
    junction_tolerance_m
        Distance up to which reaches meet (closed), metres.

    Returns
    -------
    pairs
        `section` and `point`, the ids, sorted.
    is_known
        Boolean, index of `sections`: False where the section lies on no reach, or the directions
        lead round in a circle.

    Raises
    ------
    CRSError
        If the reaches are not in a projected CRS.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> reaches = gpd.GeoDataFrame({"reach_id": ["1", "2"], "river_name": ["Main", "Side"]},
    ...     geometry=[LineString([(0, 0), (900, 0)]), LineString([(400, 500), (400, 0)])], crs=4550)
    >>> places = gpd.GeoDataFrame({"reach_id": ["1", "1", "2"]}, index=["low", "high", "side"],
    ...     geometry=[Point(800, 0), Point(100, 0), Point(400, 300)], crs=4550)
    >>> pairs, known = find_upstream(
    ...     places.loc[["low", "high"]], places, reaches, turned=(), junction_tolerance_m=10.0)
    >>> [tuple(pair) for pair in pairs.to_numpy()]
    [('high', 'high'), ('low', 'high'), ('low', 'low'), ('low', 'side')]
    """
    graph = _to_graph(_to_network(reaches, junction_tolerance_m), set(turned))
    shapes = dict(zip(reaches["reach_id"].astype(str), reaches.geometry, strict=True))
    here = _places(graph, shapes, sections)
    there = _places(graph, shapes, points)
    on: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
    for key, (row, along_m) in there.items():
        on[row].append((key, along_m))
    pairs, known = [], dict.fromkeys(map(str, sections.index), False)
    for key, (row, along_m) in here.items():
        above = _above(graph, row)
        known[key] = above is not None
        if above is not None:
            own = [point for point, at_m in on[row] if at_m <= along_m]
            found = own + [point for other in above for point, _ in on[other]]
            pairs += [(key, point) for point in found]
    table = pd.DataFrame(sorted(pairs), columns=["section", "point"], dtype="str")
    return table, pd.Series(list(known.values()), sections.index, dtype=bool)


@dataclass(frozen=True, slots=True)
class _Graph:
    """The network with the way in which water flows."""

    network: Sequence[_Stretch]
    rows_of: Mapping[str, Sequence[int]]
    """Reach -> its stretches, along the line as it is digitised."""
    into: Mapping[int, Sequence[int]]
    """Node -> the stretches that flow into it."""
    turned: Collection[str]

    def source(self, row: int) -> int:
        """Give the node from which a stretch flows."""
        stretch = self.network[row]
        return stretch.end if stretch.reach in self.turned else stretch.start

    def mouth(self, row: int) -> int:
        """Give the node to which it flows."""
        return self.network[row].other(self.source(row))


def _to_graph(network: Sequence[_Stretch], turned: Collection[str]) -> _Graph:
    """Index the stretches by reach and by the node that they flow into."""
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    into: defaultdict[int, list[int]] = defaultdict(list)
    graph = _Graph(network, rows_of, into, turned)
    for row, stretch in enumerate(network):
        rows_of[stretch.reach].append(row)
        into[graph.mouth(row)].append(row)
    return graph


def _places(
    graph: _Graph, shapes: Mapping[str, BaseGeometry], points: gpd.GeoDataFrame
) -> dict[str, tuple[int, float]]:
    """Give each point that lies on a reach its stretch, and how far along the flow it lies."""
    rows = zip(points.index, points["reach_id"], points.geometry, strict=True)
    return {
        str(key): _place(graph, str(reach), shapes[str(reach)].project(place))
        for key, reach, place in rows
        if pd.notna(reach)
    }


def _place(graph: _Graph, reach: str, along_m: float) -> tuple[int, float]:
    """Find the stretch at a distance along a reach, and the distance along the flow, in metres."""
    rows, at_m = graph.rows_of[reach], round(along_m, ROUNDING_DIGITS)
    ends_m = np.cumsum([graph.network[row].length_m for row in rows]).round(ROUNDING_DIGITS)
    # At a confluence a point belongs to the stretch below it.
    is_turned = reach in graph.turned
    at = int(np.searchsorted(ends_m, at_m, side="left" if is_turned else "right"))
    return rows[min(at, len(rows) - 1)], -at_m if is_turned else at_m


def _above(graph: _Graph, row: int) -> list[int] | None:
    """List the stretches that flow into one, near or far; None if it flows into itself."""
    first = graph.source(row)
    seen, queue = {row}, [first]
    for node in queue:
        for other in graph.into.get(node, ()):
            if other == row and first != graph.mouth(row):
                return None
            if other not in seen:
                seen.add(other)
                queue.append(graph.source(other))
    return sorted(seen - {row})
