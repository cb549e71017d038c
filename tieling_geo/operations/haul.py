"""How far it is from every origin to every destination: along the roads, or else straight."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric
from tieling_geo.operations.allocation import NO_WAY
from tieling_geo.operations.road_catchments import UNREACHABLE
from tieling_geo.operations.road_costs import to_cost_matrix
from tieling_geo.operations.road_network import RoadNetwork, build_road_network, snap
from tieling_geo.records import Parameter
from tieling_geo.text import Text

#: How far a point may stand from a road (closed), metres.
SNAP_LIMIT = Parameter(
    name="snap_limit_m",
    value=2000.0,
    unit="m",
    interval="closed",
    title=Text("吸附到道路的距离上限", "farthest from a road"),
    source=Text("本工具约定", "declared by this toolkit"),
    verified=False,
)
#: Told where there are no roads to measure along.
STRAIGHT_LINE = Text(
    "没有道路图层:运距为直线距离,不是沿公路里程",
    "there is no layer of roads: hauls are straight lines, not distances along roads",
)
#: Why nothing is hauled from a place, by the words of `no_way_reason`.
NO_WAY_REASONS: Mapping[str, Text] = MappingProxyType({
    **UNREACHABLE,
    "no_facility": Text("没有许可有效的处置能力", "nobody has a valid licence for it"),
})
_MM_PER_M = 1000
# Only distances are asked for; a network wants a speed of every road all the same.
_ANY_SPEED_KM_PER_H = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Hauls:
    """What every haul is measured by."""

    network: RoadNetwork | None
    """None: straight lines."""
    limit_m: float

    @property
    def kind(self) -> str:
        """`network` or `straight_line`, for tables."""
        return "straight_line" if self.network is None else "network"

    @property
    def warnings(self) -> tuple[Text, ...]:
        """Say so where distances are straight lines."""
        return (STRAIGHT_LINE,) if self.network is None else ()


def to_hauls(roads: gpd.GeoDataFrame | None, *, snap_limit_m: float) -> Hauls:
    """
    Prepare to measure; without roads, or with an empty layer of them, along straight lines.

    Parameters
    ----------
    roads
        `Roads` layer, metres, or None.
    snap_limit_m
        Greatest straight-line distance of a point from a road (closed), metres.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.
    """
    if roads is None or roads.empty:
        return Hauls(None, snap_limit_m)
    plain = roads.assign(speed_km_per_h=_ANY_SPEED_KM_PER_H)
    return Hauls(build_road_network(plain, default_speeds_km_per_h={}), snap_limit_m)


def to_distances_mm(
    hauls: Hauls, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """
    Measure every origin's distance to every destination, in whole millimetres.

    Along the roads it is the distance between the places where the points are snapped: the straight
    legs beside the road are not in it.

    Parameters
    ----------
    hauls
        From `to_hauls`.
    origins, destinations
        n and m points, metres, in the CRS of the roads.

    Returns
    -------
    distance_mm
        (n, m) whole numbers, `allocation.NO_WAY` where no road leads.
    is_snapped
        n: True where the origin stands on the network; always where there is none.

    Raises
    ------
    CRSError
        If the points are not in a projected CRS, or in another one than the roads.
    ParameterError
        If the snap limit is below zero.

    Examples
    --------
    >>> from shapely import Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(3, 4)], crs=4550)
    >>> to_distances_mm(to_hauls(None, snap_limit_m=0.0), points, points)[0].tolist()
    [[0, 5000], [5000, 0]]
    """
    check_metric(origins, name="origins")
    check_metric(destinations, name="destinations")
    # Several rows may stand at one place: each is looked at once.
    (here, own), (there, to) = (_distinct(points) for points in (origins, destinations))
    far, is_snapped = _measured_mm(hauls, here, there)
    return far[np.ix_(own, to)], is_snapped[own]


def _distinct(points: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Give the distinct places of points, and for each point which of them is its own."""
    xy, own = np.unique(
        shapely.get_coordinates(points.geometry.to_numpy()), axis=0, return_inverse=True
    )
    return gpd.GeoDataFrame(geometry=shapely.points(xy), crs=points.crs), own.ravel()


def _measured_mm(
    hauls: Hauls, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Measure; see `to_distances_mm`."""
    if hauls.network is None:
        ends = [shapely.get_coordinates(f.geometry.to_numpy()) for f in (origins, destinations)]
        step = ends[0][:, None, :] - ends[1][None, :, :]
        far_m = np.hypot(step[..., 0], step[..., 1])
        return np.rint(far_m * _MM_PER_M).astype(np.int64), np.ones(len(origins), dtype=bool)
    access, egress = (snap(hauls.network, f, hauls.limit_m) for f in (origins, destinations))
    far_m = to_cost_matrix(hauls.network, access, egress, "length_m")
    filled = np.where(np.isnan(far_m), NO_WAY, np.rint(far_m * _MM_PER_M))
    return filled.astype(np.int64), access["is_snapped"].to_numpy()


def no_way_reason(
    distance_mm: NDArray[np.int64], is_snapped: NDArray[np.bool_], index: pd.Index
) -> pd.Series:
    """
    Say why nothing can be hauled from each origin; an empty word where something can.

    Parameters
    ----------
    distance_mm
        (n, m): distances to the destinations that take anything.
    is_snapped
        n: see `to_distances_mm`.
    index
        The origins' ids.

    Examples
    --------
    >>> far = np.array([[5, NO_WAY], [NO_WAY, NO_WAY], [NO_WAY, NO_WAY]])
    >>> no_way_reason(far, np.array([True, True, False]), pd.Index(["a", "b", "c"])).tolist()
    ['', 'no_route', 'off_network']
    """
    if not distance_mm.shape[1]:
        return pd.Series("no_facility", index, dtype="str")
    words = np.where(is_snapped, "no_route", "off_network")
    return pd.Series(np.where((distance_mm != NO_WAY).any(axis=1), "", words), index, dtype="str")
