"""Which place is nearest along the roads, and which is reached soonest."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.road_costs import to_cost_matrix
from tieling_geo.operations.road_network import PLACE_TOLERANCE_M, RoadNetwork, snap
from tieling_geo.text import Text

#: Driving times that differ by no more than this are the same (closed): a millimetre at 60 km/h.
TIME_TOLERANCE_MIN = 1e-6

#: Why no destination is reached, by the words of `RoadCatchments.nearest`.
UNREACHABLE: Mapping[str, Text] = MappingProxyType({
    "off_network": Text("距道路超过吸附距离上限", "farther from any road than the snap limit"),
    "no_destination": Text("没有目的地接入路网", "no destination stands on the road network"),
    "no_route": Text("路网上没有通往任何目的地的路径", "no way leads to any destination"),
})


@dataclass(frozen=True, slots=True)
class RoadCatchments:
    """Every way from origins to destinations along the roads, and the best one of each origin."""

    nearest: pd.DataFrame
    """One row an origin, its index kept; see `to_catchments`."""
    ways: pd.DataFrame
    """One row an origin and destination, sorted by both."""
    off_network: tuple[str, ...]
    """Destinations beyond the snap limit, sorted: nothing leads there."""


def to_catchments(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    keys: tuple[str, str],
    limit_m: float,
) -> RoadCatchments:
    """
    Give each origin its nearest destination by road, and the one it reaches soonest.

    Distances and times are along the roads, between the places where the points are snapped; the
    straight-line legs beside the road are told apart and decide nothing. Of several destinations
    that are equally near (within `PLACE_TOLERANCE_M`) or soon (within `TIME_TOLERANCE_MIN`) the
    lowest key is taken and the origin is flagged.

    Parameters
    ----------
    network
        From `build_road_network`.
    origins, destinations
        n and m points in the network's CRS.
    keys
        Their columns that name an origin and a destination.
    limit_m
        Greatest straight-line distance of a point from a road (closed), metres.

    Returns
    -------
    catchments
        `nearest`: n rows, index of `origins`: `destination` (by distance), `network_distance_m`,
        `access_m` and `egress_m` (straight-line, origin to road and road to destination), `tie`,
        `fastest_destination`, `network_time_min`, `fastest_tie`, `road_tie` (two roads are equally
        near the origin), `reachable`, and `unreachable` (a word of `UNREACHABLE`, or empty). What
        is not reached has no number.
        `ways`: n·m rows: `origin`, `destination`, `network_distance_m`, `network_time_min`,
        `reachable`.

    Raises
    ------
    CRSError
        If the points are not in the network's CRS.
    ParameterError
        If the limit is below zero or not a number.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> from tieling_geo.operations.road_network import build_road_network
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["a"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": False},
    ...     geometry=[LineString([(0, 0), (9000, 0)])], crs=4550)
    >>> network = build_road_network(roads, default_speeds_km_per_h={})
    >>> sites = gpd.GeoDataFrame({"id": ["S"]}, geometry=[Point(4000, 5)], crs=4550)
    >>> yards = gpd.GeoDataFrame({"id": ["Y", "X"]}, geometry=[Point(0, 0), Point(8000, 7)],
    ...     crs=4550)
    >>> found = to_catchments(network, sites, yards, keys=("id", "id"), limit_m=10.0)
    >>> found.nearest[["destination", "network_distance_m", "access_m", "egress_m", "tie"]]
      destination  network_distance_m  access_m  egress_m   tie
    0           X              4000.0       5.0       7.0  True
    """
    origin, destination = keys
    order = np.argsort(destinations[destination].to_numpy(dtype=object), kind="stable")
    destinations = destinations.iloc[order]  # the first of several is then the lowest
    access = snap(network, origins, limit_m)
    egress = snap(network, destinations, limit_m)
    distance_m = to_cost_matrix(network, access, egress, "length_m")
    time_min = to_cost_matrix(network, access, egress, "time_min")
    names = destinations[destination].to_numpy(dtype=object)
    return RoadCatchments(
        _nearest(access, egress, distance_m, time_min, names),
        _ways(origins[origin].to_numpy(dtype=object), names, distance_m, time_min),
        tuple(map(str, names[~egress["is_snapped"].to_numpy()])),
    )


def _nearest(
    access: pd.DataFrame,
    egress: pd.DataFrame,
    distance_m: NDArray[np.float64],
    time_min: NDArray[np.float64],
    names: NDArray[np.object_],
) -> pd.DataFrame:
    """Give each origin its nearest and its soonest destination, or why it has none."""
    near, near_m, tie = _least(distance_m, PLACE_TOLERANCE_M)
    soon, soon_min, soon_tie = _least(time_min, TIME_TOLERANCE_MIN)
    padded = np.array([*names, None], dtype=object)  # position -1: none is reached
    legs_m = np.append(egress["access_m"].to_numpy(), np.nan)
    nowhere = "no_route" if egress["is_snapped"].any() else "no_destination"
    why = np.where(access["is_snapped"], nowhere, "off_network")
    return pd.DataFrame(
        {
            "destination": pd.Series(padded[near], access.index, dtype="str"),
            "network_distance_m": near_m,
            "access_m": access["access_m"],
            "egress_m": legs_m[near],
            "tie": tie,
            "fastest_destination": pd.Series(padded[soon], access.index, dtype="str"),
            "network_time_min": soon_min,
            "fastest_tie": soon_tie,
            "road_tie": access["is_tied"],
            "reachable": near >= 0,
            "unreachable": pd.Series(np.where(near < 0, why, ""), access.index, dtype="str"),
        },
        index=access.index,
    )


def _least(
    cost: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_]]:
    """Find each row's least number: its first column (-1: none), itself, and whether it is tied."""
    filled = np.where(np.isnan(cost), np.inf, cost)
    filled = np.column_stack([filled, np.full(len(cost), np.inf)])  # so that there is a column
    first, least = np.full(len(cost), -1), filled.min(axis=1)
    close = (filled <= least[:, None] + tolerance) & np.isfinite(filled)
    found = close.any(axis=1)
    first[found] = close[found].argmax(axis=1)
    own = cost[np.arange(len(cost)), first] if cost.shape[1] else least
    return first, np.where(found, own, np.nan), close.sum(axis=1) > 1


def _ways(
    origins: NDArray[np.object_],
    names: NDArray[np.object_],
    distance_m: NDArray[np.float64],
    time_min: NDArray[np.float64],
) -> pd.DataFrame:
    """List every origin with every destination, reached or not."""
    order = np.argsort(origins, kind="stable")
    return pd.DataFrame({
        "origin": pd.Series(np.repeat(origins[order], len(names)), dtype="str"),
        "destination": pd.Series(np.tile(names, len(origins)), dtype="str"),
        "network_distance_m": distance_m[order].ravel(),
        "network_time_min": time_min[order].ravel(),
        "reachable": ~np.isnan(distance_m[order].ravel()),
    })
