"""Which sites lie within a limit, along the roads, of the terminals that a list names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.proximity import ROUNDING_DIGITS
from tieling_geo.operations.road_costs import to_cost_matrix
from tieling_geo.operations.road_network import RoadNetwork, snap
from tieling_geo.text import Text

#: Why it is not known whether a site is within reach, by the words of `NamedCatchments.sites`.
CATCHMENT_REASONS: Mapping[str, Text] = MappingProxyType({
    "off_network": Text("距道路超过吸附距离上限", "farther from any road than the snap limit"),
    "terminal_off_network": Text(
        "有点名站场距道路超过吸附距离上限,其范围不明",
        "a named terminal is farther from any road than the snap limit",
    ),
    "no_route": Text(
        "路网上没有通往任何点名站场的路径", "no way leads to any of the named terminals"
    ),
})


@dataclass(frozen=True, slots=True)
class NamedCatchments:
    """Where every site stands to every named terminal that is there."""

    sites: pd.DataFrame
    """n rows, index of the sites: `within` (nullable boolean), `reason`, `catchments` (names joined
    by `;`), `catchment_count`, `nearest` (name; ties: the first), `network_distance_m` and
    `network_time_min` (to it)."""
    ways: pd.DataFrame
    """One row a name and site within its catchment, sorted: `name`, `terminal_id`, `site_id`,
    `network_distance_m`, `network_time_min`."""
    off_network: tuple[str, ...]
    """Ids of named terminals that no road reaches, sorted."""


def to_named_catchments(
    network: RoadNetwork,
    sites: gpd.GeoDataFrame,
    terminals: gpd.GeoDataFrame,
    *,
    by: str,
    limit: float,
    snap_limit_m: float,
) -> NamedCatchments:
    """
    Find the catchments of named terminals.

    A name that several terminals have is served by each of them. Distances and times are along the
    roads, in the direction of traffic, between the places where the points are snapped.

    Parameters
    ----------
    network
        From `build_road_network`.
    sites
        n points with `site_id`.
    terminals
        m points with `terminal_id` and `listed_as`, the name on the list.
    by
        `distance` or `time`: what is limited, and what makes a terminal the nearest.
    limit
        Greatest distance in metres or time in minutes (closed, to `proximity.ROUNDING_DIGITS`).
    snap_limit_m
        Greatest straight-line distance of a point from a road (closed), metres.

    Raises
    ------
    CRSError
        If the points are not in the network's CRS.
    """
    order = terminals.sort_values(["listed_as", "terminal_id"], kind="stable")
    access = snap(network, sites, snap_limit_m)
    egress = snap(network, order, snap_limit_m)
    metres = to_cost_matrix(network, access, egress, "length_m").round(ROUNDING_DIGITS)
    minutes = to_cost_matrix(network, access, egress, "time_min").round(ROUNDING_DIGITS)
    cost = metres if by == "distance" else minutes
    held = np.nan_to_num(cost, nan=np.inf) <= limit
    names = order["listed_as"].to_numpy(dtype=object)
    ways = _ways(sites, order, held, (cost, metres, minutes))
    inside = ways.groupby("site_id")["name"].agg([";".join, "count"])
    found = _nearest(cost, metres, minutes, names, sites.index).assign(
        catchments=sites["site_id"].map(inside["join"]).astype("str").fillna(""),
        catchment_count=sites["site_id"].map(inside["count"]).fillna(0).astype("int64"),
    )
    lost = order["terminal_id"][~egress["is_snapped"].to_numpy()]
    cases = {
        "off_network": ~access["is_snapped"].to_numpy() & bool(len(order)),
        "terminal_off_network": np.full(len(sites), len(lost) > 0),
        "no_route": np.isnan(cost).all(axis=1) & bool(len(order)),
    }
    within = held.any(axis=1)
    reason = np.select([case & ~within for case in cases.values()], list(cases), default="")
    sides = pd.Series(within, sites.index, dtype="boolean").mask(reason != "")
    found = found.assign(within=sides, reason=pd.Series(reason, sites.index, dtype="str"))
    return NamedCatchments(found, ways, tuple(sorted(map(str, lost))))


def _nearest(
    cost: NDArray[np.float64],
    metres: NDArray[np.float64],
    minutes: NDArray[np.float64],
    names: NDArray[np.object_],
    index: pd.Index,
) -> pd.DataFrame:
    """Give each site the terminal of the least cost."""
    filled = np.column_stack([np.nan_to_num(cost, nan=np.inf), np.full(len(cost), np.inf)])
    at = filled.argmin(axis=1)
    there = np.isfinite(filled[np.arange(len(filled)), at])
    at = np.where(there, at, len(names))
    rows = np.arange(len(at))
    padded, blank = np.array([*names, None], dtype=object), np.full((len(at), 1), np.nan)
    return pd.DataFrame(
        {
            "nearest": pd.Series(padded[at], index, dtype="str"),
            "network_distance_m": np.column_stack([metres, blank])[rows, at],
            "network_time_min": np.column_stack([minutes, blank])[rows, at],
        },
        index=index,
    )


def _ways(
    sites: gpd.GeoDataFrame,
    terminals: gpd.GeoDataFrame,
    held: NDArray[np.bool_],
    costs: tuple[NDArray[np.float64], ...],
) -> pd.DataFrame:
    """List the sites of each name; of several terminals of one name the nearest stands for it."""
    row, column = np.nonzero(held)
    cost, metres, minutes = (matrix[row, column] for matrix in costs)
    table = pd.DataFrame({
        "name": terminals["listed_as"].to_numpy(dtype=object)[column],
        "terminal_id": terminals["terminal_id"].to_numpy(dtype=object)[column],
        "site_id": sites["site_id"].to_numpy(dtype=object)[row],
        "network_distance_m": metres,
        "network_time_min": minutes,
        "cost": cost,
    })
    keys = ["name", "site_id"]
    table = table.sort_values([*keys, "cost", "terminal_id"], kind="stable").drop_duplicates(keys)
    return table.drop(columns="cost").reset_index(drop=True)


def to_overlaps(ways: pd.DataFrame, tonnes: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    """
    Count the sites that lie in the catchments of two names, for each two of some names.

    Parameters
    ----------
    ways
        `NamedCatchments.ways`.
    tonnes
        Tonnes a year by `site_id`; missing ones add nothing.
    names
        The names, in their order.

    Examples
    --------
    >>> ways = pd.DataFrame({"name": ["A", "B", "B"], "site_id": ["1", "1", "2"]})
    >>> to_overlaps(ways, pd.Series({"1": 5.0, "2": 7.0}), ["A", "B"]).values.tolist()
    [['A', 'B', 1, 5.0]]
    """
    sites = {name: set(ways["site_id"][ways["name"] == name]) for name in names}
    rows = [
        (one, other, len(both := sites[one] & sites[other]), float(tonnes.loc[sorted(both)].sum()))
        for one, other in combinations(names, 2)
    ]
    return pd.DataFrame(rows, columns=["name", "other_name", "sites", "bulk_t_per_year"])
