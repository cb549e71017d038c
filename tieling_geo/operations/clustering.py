"""Clusters of points by density (DBSCAN): core points, border points and noise."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.proximity import ROUNDING_DIGITS
from tieling_geo.text import Text

# Candidates are looked for a little beyond the reach; their rounded distance decides.
_SLACK_M = 10.0**-ROUNDING_DIGITS


def density_clusters(
    points: gpd.GeoDataFrame, *, reach_m: float, least_neighbours: float
) -> pd.DataFrame:
    """
    Find the clusters of points by density (DBSCAN, Ester et al. 1996).

    A point with enough points within its reach is a core; cores within reach of each other are of
    one cluster. A point that is no core but within reach of one is a border point: it joins the
    cluster of its nearest core (ties: the core with the lowest id). All others are noise. So the
    answer does not depend on the order of the points.

    Parameters
    ----------
    points
        n point features, projected CRS, metres; their ids are compared as text.
    reach_m
        Straight-line distance within which points are neighbours (closed, to the micrometre).
    least_neighbours
        Points within reach, the point itself included, from which a point is a core (closed).

    Returns
    -------
    clusters
        n rows, index of `points`: `cluster` (the lowest id of its members; missing for noise),
        `role` (`core`, `border` or `noise`) and `neighbours` (within reach, itself included).

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.
    ParameterError
        If the reach is not above zero, or the number is no whole number from 1.

    Examples
    --------
    >>> from shapely import Point
    >>> places = [Point(0, 0), Point(10, 0), Point(20, 0), Point(90, 0)]
    >>> points = gpd.GeoDataFrame(index=list("dcba"), geometry=places, crs=4550)
    >>> density_clusters(points, reach_m=10.0, least_neighbours=3)
      cluster    role  neighbours
    d       b  border           2
    c       b    core           3
    b       b  border           2
    a     NaN   noise           1
    """
    check_metric(points, name="points")
    _check(reach_m, least_neighbours)
    ids = points.index.astype("str").to_numpy(dtype=object)
    n = len(ids)
    rank = np.empty(n, dtype=np.intp)
    rank[np.argsort(ids, kind="stable")] = np.arange(n)
    pairs, distance_m = _neighbours(points, reach_m)
    neighbours = 1 + np.bincount(pairs.ravel(), minlength=n)
    is_core = neighbours >= least_neighbours
    joined = _joined(pairs, is_core, n)
    home = np.where(is_core, np.arange(n), _nearest_core(pairs, distance_m, is_core, rank))
    label = np.where(home >= 0, joined[home], -1)
    return pd.DataFrame({
        "cluster": pd.Series(_lowest_ids(label, rank, ids), dtype="str"),
        "role": pd.Series(
            np.select([is_core, label >= 0], ["core", "border"], "noise"), dtype="str"
        ),
        "neighbours": neighbours,
    }).set_index(points.index)


def _check(reach_m: float, least_neighbours: float) -> None:
    """
    Refuse parameters without a sense.

    Raises
    ------
    ParameterError
        Naming the value.
    """
    if not (math.isfinite(reach_m) and reach_m > 0):
        raise ParameterError(
            Text(f"聚类距离须大于零:{reach_m}", f"the reach must be above zero: {reach_m}")
        )
    if not (least_neighbours >= 1 and float(least_neighbours).is_integer()):
        raise ParameterError(
            Text(
                f"聚类最少点数须为不小于1的整数:{least_neighbours}",
                f"the least number of neighbours must be a whole number from 1: {least_neighbours}",
            )
        )


def _neighbours(
    points: gpd.GeoDataFrame, reach_m: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """List each pair of points within reach once, and their distances to the micrometre."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    if not len(xy):
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    found = cKDTree(xy).query_pairs(reach_m + _SLACK_M, output_type="ndarray")
    pairs = np.asarray(found, dtype=np.intp).reshape(-1, 2)
    distance_m = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T).round(ROUNDING_DIGITS)
    near = distance_m <= reach_m
    return pairs[near], distance_m[near]


def _joined(pairs: NDArray[np.intp], is_core: NDArray[np.bool_], n: int) -> NDArray[np.intp]:
    """Give each point the number of its group: cores are joined by steps within reach."""
    both = pairs[is_core[pairs].all(axis=1)]
    graph = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)


def _nearest_core(
    pairs: NDArray[np.intp],
    distance_m: NDArray[np.float64],
    is_core: NDArray[np.bool_],
    rank: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Give each point the row of its nearest core within reach, -1 where there is none."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    far = np.concatenate([distance_m, distance_m])
    to_core = is_core[both[:, 1]]
    both, far = both[to_core], far[to_core]
    order = np.lexsort([rank[both[:, 1]], far, both[:, 0]])
    rows, first = np.unique(both[order, 0], return_index=True)
    nearest = np.full(len(is_core), -1, dtype=np.intp)
    nearest[rows] = both[order, 1][first]
    return nearest


def _lowest_ids(
    label: NDArray[np.intp], rank: NDArray[np.intp], ids: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Name each cluster by the lowest id of its members; None for noise."""
    names = np.full(len(label), None, dtype=object)
    member = np.flatnonzero(label >= 0)
    by_rank = member[np.argsort(rank[member])]
    _, first, which = np.unique(label[by_rank], return_index=True, return_inverse=True)
    names[by_rank] = ids[by_rank[first]][which]
    return names


def cluster_outlines(
    members: gpd.GeoDataFrame, table: pd.DataFrame, reach_m: float
) -> gpd.GeoDataFrame:
    """Draw a line around the members of each cluster, a quarter of the reach outside them."""
    inside = members.loc[members["cluster"].notna(), ["cluster", "geometry"]]
    around = inside.dissolve("cluster").geometry.convex_hull.buffer(reach_m / 4)
    listed = table.set_index("cluster", drop=False).rename_axis(None)
    shapes = around.reindex(listed.index).to_numpy()
    return gpd.GeoDataFrame(listed, geometry=shapes, crs=members.crs)
