"""Which points have a facility within reach: by road where roads are known, else straight."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.proximity import ROUNDING_DIGITS
from tieling_geo.operations.road_costs import to_least_length_m
from tieling_geo.operations.road_network import RoadNetwork, build_road_network, snap
from tieling_geo.records import ResultColumn
from tieling_geo.schemas import Roads
from tieling_geo.text import Text

#: How distances were measured.
DISTANCE_KINDS: Mapping[str, Text] = MappingProxyType({
    "network": Text("沿道路", "along the roads"),
    "straight_line": Text("直线", "straight line"),
})
DISTANCE_KIND_COLUMN = ResultColumn(
    "distance_kind", Text("距离口径", "kind of distance"), words=DISTANCE_KINDS
)
#: Why it is not known whether a facility is within reach, by the words of `within_reach`.
REACH_REASONS: Mapping[str, Text] = MappingProxyType({
    "off_network": Text(
        "距道路超过吸附距离上限,而直线距离内有设施",
        "farther from any road than the snap limit, with a facility within reach as the crow flies",
    ),
    "no_route": Text(
        "路网上没有通往任何设施的路径,而直线距离内有设施",
        "no way leads to any facility, with one within reach as the crow flies",
    ),
    "facility_off_network": Text(
        "可能可达的设施距道路超过吸附距离上限",
        "a facility that may be within reach is farther from any road than the snap limit",
    ),
    "facility_unknown": Text(
        "可达范围内的设施类型或投运情况不明",
        "it is not known whether the facility within reach is of the kind and in service",
    ),
})
_NO_NETWORK = Text(
    "没有道路图层,距离按直线计", "there is no road layer: distances are straight lines"
)
_ALONG = Text(
    "距离沿道路计,含两端到道路的直线段",
    "distances are along the roads, with the straight legs at both ends",
)


def reach_network(
    roads: gpd.GeoDataFrame | None, *, is_on_foot: bool = False
) -> RoadNetwork | None:
    """
    Build the network on which reach is measured in metres; None without a road layer, or a road.

    Parameters
    ----------
    roads
        `Roads` layer, or None.
    is_on_foot
        True: one-way roads are walked in both directions.
    """
    if roads is None or roads.empty:
        return None
    classes = next(c for c in Roads.columns() if c.name == "road_class").values  # noqa: PD011
    ways = roads.assign(oneway=pd.array([False] * len(roads), dtype="boolean"))
    # Speeds are not looked at: lengths decide.
    return build_road_network(
        ways if is_on_foot else roads, default_speeds_km_per_h=dict.fromkeys(classes, 1.0)
    )


def distance_kind(network: RoadNetwork | None) -> str:
    """Say how distances are measured: a word of `DISTANCE_KINDS`."""
    return "straight_line" if network is None else "network"


def distance_warning(network: RoadNetwork | None) -> Text:
    """Say in words how distances are measured."""
    return _NO_NETWORK if network is None else _ALONG


def check_reach_m(**distances_m: float) -> None:
    """
    Refuse distances that none can be.

    Raises
    ------
    ParameterError
        If one is negative or not a number.
    """
    for name, value in distances_m.items():
        if not value >= 0:
            raise ParameterError(
                Text(f"参数 {name} 不能是 {value}", f"parameter {name} cannot be {value}")
            )


def within_reach(
    points: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    serves: pd.Series,
    reach_m: float,
    network: RoadNetwork | None,
    snap_limit_m: float,
) -> pd.DataFrame:
    """
    Tell which points have a facility within reach.

    A way by road has the straight legs at both ends in it and is never shorter than the straight
    line: so a point, or a facility, that no road is near is in doubt only where the straight line
    is within reach.

    Parameters
    ----------
    points
        n points, projected CRS, metres.
    facilities
        m points in the same CRS.
    serves
        m nullable booleans, index of `facilities`: is it of the kind asked about, and in service?
    reach_m
        Greatest distance (closed, to the micrometre), metres.
    network
        From `reach_network`; None: distances are straight lines.
    snap_limit_m
        Greatest straight-line distance of a point from a road (closed), metres.

    Returns
    -------
    reached
        n rows, index of `points`: `within` (nullable boolean), `distance_m` (to the nearest
        facility that surely serves; missing where there is none, or no way to it) and `reason` (a
        word of `REACH_REASONS` where `within` is missing, else empty).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or is not in the network's.

    Examples
    --------
    >>> from shapely import Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(9, 0)], crs=4550)
    >>> facilities = gpd.GeoDataFrame(geometry=[Point(3, 4), Point(9, 2)], crs=4550)
    >>> serves = pd.Series([True, None], dtype="boolean")
    >>> within_reach(points, facilities, serves=serves, reach_m=5.0, network=None,
    ...     snap_limit_m=0.0)[["within", "reason"]]
       within            reason
    0    True
    1    <NA>  facility_unknown
    """
    check_metric(points, name="points")
    check_metric(facilities, name="facilities")
    sure = serves.fillna(value=False).to_numpy(dtype=bool)
    open_ = serves.isna().to_numpy()
    if network is None:
        distance_m = _straight_m(points, facilities[sure])
        doubts = {"facility_unknown": _straight_m(points, facilities[open_]) <= reach_m}
    else:
        distance_m, doubts = _by_road(
            network, points, facilities, (sure, open_), reach_m, snap_limit_m
        )
    near = distance_m <= reach_m
    reason = np.select([held & ~near for held in doubts.values()], list(doubts), default="")
    within = pd.Series(near, points.index, dtype="boolean")
    return pd.DataFrame(
        {
            "within": within.mask(reason != ""),
            "distance_m": np.where(np.isfinite(distance_m), distance_m, np.nan),
            "reason": pd.Series(reason, points.index, dtype="str"),
        },
        index=points.index,
    )


def _straight_m(points: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Measure the straight line to the nearest facility; inf where there is none."""
    distance_m = np.full(len(points), np.inf)
    (row, _), found = shapely.STRtree(facilities.geometry.to_numpy()).query_nearest(
        points.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    distance_m[row] = found.round(ROUNDING_DIGITS)
    return distance_m


def _by_road(
    network: RoadNetwork,
    points: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    known: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    reach_m: float,
    snap_limit_m: float,
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """Measure the way to the nearest facility that serves, and say what else may be in reach."""
    sure, open_ = known
    at, to = snap(network, points, snap_limit_m), snap(network, facilities, snap_limit_m)
    near_road = to["is_snapped"].to_numpy()

    def by_road(kept: NDArray[np.bool_]) -> NDArray[np.float64]:
        return to_least_length_m(network, at, to[kept]).round(ROUNDING_DIGITS)

    def is_near(kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        near: NDArray[np.bool_] = _straight_m(points, facilities[kept]) <= reach_m
        return near

    either = sure | open_
    lost = ~at["is_snapped"].to_numpy()
    reached = np.isfinite(by_road(either))
    return by_road(sure), {
        "off_network": lost & is_near(either),
        "facility_off_network": is_near(either & ~near_road),
        "no_route": ~lost & ~reached & is_near(either & near_road),
        "facility_unknown": by_road(open_) <= reach_m,
    }
