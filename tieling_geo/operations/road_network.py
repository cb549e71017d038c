"""
Roads as a network, and the places on it where points beside the roads stand.

A road is cut into edges at its ends and at junctions: vertices that it shares with another road or
meets twice itself. Roads that cross without a shared vertex (a bridge) do not meet. Points are
snapped to the nearest place on a road, not to the nearest junction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.text import Text

#: Coordinates and distances that agree to this are one place (closed), metres.
PLACE_TOLERANCE_M = 0.001

_Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Roads cut into edges at their junctions; made by `build_road_network`."""

    crs: pyproj.CRS
    junctions: int
    tail: _Integers
    """For each edge the junction where its digitised direction begins."""
    head: _Integers
    length_m: _Floats
    min_per_m: _Floats
    """Minutes a metre: the inverse of the speed."""
    is_oneway: NDArray[np.bool_]
    segments: shapely.STRtree
    """Every straight piece of every road, by road number, then in digitised order."""
    segment_edge: _Integers
    segment_start_m: _Floats
    """For each segment how far along its edge it begins."""
    segment_road: NDArray[np.object_]
    """For each segment its `road_id`."""

    def junction_at(self, edge: _Integers, offset_m: _Floats) -> _Integers:
        """Give the junction at places on edges, to the millimetre; -1 between junctions."""
        before = np.rint(offset_m / PLACE_TOLERANCE_M)
        behind = np.rint((self.length_m[edge] - offset_m) / PLACE_TOLERANCE_M)
        inside = np.where(behind == 0, self.head[edge], -1)
        return np.asarray(np.where(before == 0, self.tail[edge], inside))


def build_road_network(
    roads: gpd.GeoDataFrame, *, default_speeds_km_per_h: Mapping[str, float]
) -> RoadNetwork:
    """
    Cut roads into edges at every vertex they share, to the millimetre.

    Parameters
    ----------
    roads
        `Roads` layer, n lines or multilines, metres. `oneway` true allows the digitised direction
        only; false or missing allows both.
    default_speeds_km_per_h
        Speed by `road_class`, for roads that state none.

    Returns
    -------
    network
        The same network for any order of the rows.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.
    ParameterError
        If a road has no speed, or one that is not above zero.

    Examples
    --------
    >>> from shapely import LineString
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["a", "b"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": False},
    ...     geometry=[LineString([(0, 0), (50, 0), (90, 0)]), LineString([(50, 0), (50, 40)])],
    ...     crs=4550)
    >>> network = build_road_network(roads, default_speeds_km_per_h={})
    >>> network.junctions, network.length_m
    (4, array([50., 40., 40.]))
    """
    check_metric(roads, name="roads")
    roads = roads.iloc[np.argsort(roads["road_id"].to_numpy(dtype=object), kind="stable")]
    speed = _speed_km_per_h(roads, default_speeds_km_per_h)
    xy, place, part, road = _vertices(roads)
    first = np.flatnonzero(part[1:] == part[:-1])  # segment i runs from vertex first[i] to the next
    ends = np.stack([xy[first], xy[first + 1]], axis=1)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    opens = _is_stop(place, part)[first]
    edge = np.cumsum(opens) - 1
    start = np.flatnonzero(opens)
    stop = np.append(start[1:], len(first))[: len(start)] - 1
    along = np.cumsum(length) - length
    junctions, node = np.unique(
        np.concatenate([place[first[start]], place[first[stop] + 1]]), return_inverse=True
    )
    edge_road = road[first[start]]
    return RoadNetwork(
        crs=pyproj.CRS(roads.crs),
        junctions=len(junctions),
        tail=node[: len(start)],
        head=node[len(start) :],
        length_m=np.add.reduceat(length, start),
        min_per_m=(60 / 1000 / speed)[edge_road],
        is_oneway=roads["oneway"].fillna(value=False).to_numpy(dtype=bool)[edge_road],
        segments=shapely.STRtree(shapely.linestrings(ends)),
        segment_edge=edge,
        segment_start_m=along - along[start][edge],
        segment_road=roads["road_id"].to_numpy(dtype=object)[road[first]],
    )


def _speed_km_per_h(roads: gpd.GeoDataFrame, defaults: Mapping[str, float]) -> _Floats:
    """
    Give each road its own speed, or its class's.

    Raises
    ------
    ParameterError
        If a road has none, or one that takes no one anywhere.
    """
    usual = roads["road_class"].map(dict(defaults)).astype("float64")
    speed = roads["speed_km_per_h"].astype("float64").fillna(usual)
    bad = ~((speed > 0) & np.isfinite(speed))
    if bad.any():
        told = ", ".join(sorted(set(roads.loc[bad, "road_class"].astype(str))))
        raise ParameterError(
            Text(f"道路没有大于零的速度:{told}", f"roads without a speed above zero: {told}")
        )
    return np.asarray(speed, dtype=np.float64)


def _vertices(roads: gpd.GeoDataFrame) -> tuple[_Floats, _Integers, _Integers, _Integers]:
    """List the vertices: coordinates, number of the place, of the line and of the road."""
    parts, road = shapely.get_parts(roads.geometry.to_numpy(), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    place = _to_places(xy)
    # The same place twice running is one vertex: a segment without length leads nowhere.
    again = (part[1:] == part[:-1]) & (place[1:] == place[:-1])
    keep = np.append(np.ones(min(len(xy), 1), dtype=bool), ~again)
    part = part[keep]
    return xy[keep], place[keep], part, road[part]


def _to_places(xy: _Floats) -> _Integers:
    """Give one number to all coordinates that are equal after rounding to a millimetre."""
    steps = np.rint(xy / PLACE_TOLERANCE_M).astype(np.int64)
    order = np.lexsort(steps.T)
    x, y = steps[order].T
    place = np.zeros(len(xy), dtype=np.int64)
    place[order[1:]] = np.cumsum((x[1:] != x[:-1]) | (y[1:] != y[:-1]))
    return place


def _is_stop(place: _Integers, part: _Integers) -> NDArray[np.bool_]:
    """Tell where edges begin and end: at the ends of lines and where a place is met twice."""
    change = part[1:] != part[:-1]
    edge = np.ones(min(len(place), 1), dtype=bool)
    is_end = np.append(edge, change) | np.append(change, edge)
    return np.asarray(is_end | (np.bincount(place)[place] > 1))


def snap(network: RoadNetwork, points: gpd.GeoDataFrame, limit_m: float) -> pd.DataFrame:
    """
    Find for each point the nearest place on a road.

    Of several roads at the same distance (within `PLACE_TOLERANCE_M`) the one with the lowest
    `road_id` is taken, and of that road the place that comes first.

    Parameters
    ----------
    network
        From `build_road_network`.
    points
        n points in the network's CRS.
    limit_m
        Greatest straight-line distance from a road (closed, within `PLACE_TOLERANCE_M`), metres.

    Returns
    -------
    snapped
        n rows, index of `points`: `access_m` (straight-line distance to the road, beyond the limit
        too; missing where there is no road), `is_snapped` (within the limit), `road_id`,
        `is_tied` (another place is as near), and the place: `edge` of this network and `offset_m`
        along it. The last four are missing, False or -1 where the point is not snapped.

    Raises
    ------
    CRSError
        If the points are not in the network's CRS.
    ParameterError
        If the limit is below zero or not a number.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["a"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": False},
    ...     geometry=[LineString([(0, 0), (90, 0)])], crs=4550)
    >>> network = build_road_network(roads, default_speeds_km_per_h={})
    >>> points = gpd.GeoDataFrame(index=["P", "Q"], geometry=[Point(30, 5), Point(60, 6)], crs=4550)
    >>> snap(network, points, 5.0)[["access_m", "is_snapped", "road_id", "offset_m"]]
       access_m  is_snapped road_id  offset_m
    P       5.0        True       a      30.0
    Q       6.0       False     NaN       NaN
    """
    _check_snappable(network, points, limit_m)
    shapes = points.geometry.to_numpy()
    access = np.full(len(shapes), np.nan)
    (row, _), nearest = network.segments.query_nearest(
        shapes, return_distance=True, all_matches=False
    )
    access[row] = nearest
    near = np.flatnonzero(access <= limit_m + PLACE_TOLERANCE_M)
    found = network.segments.query(
        shapes[near], predicate="dwithin", distance=access[near] + PLACE_TOLERANCE_M
    )
    point, segment = near[found[0]], found[1]
    order = np.lexsort((segment, point))  # segments stand in order of road number
    point, segment = point[order], segment[order]
    along = shapely.line_locate_point(network.segments.geometries[segment], shapes[point])
    edge = network.segment_edge[segment]
    offset = np.minimum(network.segment_start_m[segment] + along, network.length_m[edge])
    point, chosen = np.unique(point, return_index=True)
    found_place = pd.DataFrame(
        {
            "road_id": pd.Series(network.segment_road[segment[chosen]], dtype="str"),
            "is_tied": _is_tied(network, edge, offset, chosen),
            "edge": edge[chosen],
            "offset_m": offset[chosen],
        },
    ).set_index(point)
    snapped = pd.DataFrame({"access_m": access}).join(found_place)
    snapped.insert(1, "is_snapped", snapped["offset_m"].notna())
    snapped["is_tied"] = snapped["is_tied"].eq(other=True)
    snapped["edge"] = snapped["edge"].fillna(-1).astype(np.int64)
    return snapped.set_index(points.index)


def _check_snappable(network: RoadNetwork, points: gpd.GeoDataFrame, limit_m: float) -> None:
    """
    Refuse what cannot be snapped.

    Raises
    ------
    CRSError
        If the points are in another CRS.
    ParameterError
        If no distance can keep the limit.
    """
    check_metric(points, name="points")
    if pyproj.CRS(points.crs) != network.crs:
        raise CRSError(Text("点与道路的坐标系不同", "points and roads are in different CRS"))
    if not limit_m >= 0:
        raise ParameterError(Text(f"吸附距离上限不能是 {limit_m}", f"no snap limit: {limit_m}"))


def _is_tied(
    network: RoadNetwork, edge: _Integers, offset_m: _Floats, first: _Integers
) -> NDArray[np.bool_]:
    """Tell for each point, whose candidates begin at `first`, whether they are different places."""
    node = network.junction_at(edge, offset_m)
    line = np.where(node >= 0, node, network.junctions + edge)
    offset = np.where(node >= 0, 0.0, offset_m)
    spread = np.maximum.reduceat(offset, first) - np.minimum.reduceat(offset, first)
    apart = np.maximum.reduceat(line, first) != np.minimum.reduceat(line, first)
    return np.asarray(apart | (spread > 2 * PLACE_TOLERANCE_M))
