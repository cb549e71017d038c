"""Distances and times along a road network, from many places to a few."""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tieling_geo.errors import ParameterError
from tieling_geo.operations.road_network import PLACE_TOLERANCE_M, RoadNetwork
from tieling_geo.text import Text

#: Cells of a distance matrix that are held at once: 160 MB.
_BLOCK_CELLS = 20_000_000

#: Added to every first leg and taken away again: an edge of no length might not count as one.
_START_M = 1.0

Weight = Literal["length_m", "time_min"]
_Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]


def to_cost_matrix(
    network: RoadNetwork,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    weight: Weight = "length_m",
) -> _Floats:
    """
    Measure the cheapest way along the roads from every origin to every destination.

    The straight-line legs between the points and the road are not in it: see `access_m` of `snap`.

    Parameters
    ----------
    network
        From `build_road_network`.
    origins, destinations
        n and m rows as `snap` returns them for this network.
    weight
        `length_m`: network distance in metres; `time_min`: driving time in minutes.

    Returns
    -------
    cost
        n by m numbers; nan where a point is not snapped or no way leads there, never a big number.

    Raises
    ------
    ParameterError
        If there is no such weight.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> from tieling_geo.operations.road_network import build_road_network, snap
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["a"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": True},
    ...     geometry=[LineString([(0, 0), (9000, 0)])], crs=4550)
    >>> network = build_road_network(roads, default_speeds_km_per_h={})
    >>> points = gpd.GeoDataFrame(geometry=[Point(1000, 5), Point(6000, -5)], crs=4550)
    >>> snapped = snap(network, points, 5.0)
    >>> to_cost_matrix(network, snapped, snapped, "time_min")
    array([[ 0.,  5.],
           [nan,  0.]])
    """
    per_m = {"length_m": np.ones_like(network.min_per_m), "time_min": network.min_per_m}
    if weight not in per_m:
        raise ParameterError(Text(f"没有权重 {weight!r}", f"no weight {weight!r}"))
    rate = per_m[weight]
    node, stops = _cut(network, destinations)
    graph = _to_graph(network, stops, rate)
    on = np.flatnonzero(origins["edge"] >= 0)
    at, back, ahead = _first_legs(network, stops, origins.iloc[on], rate)
    cost = np.full((len(origins), len(destinations)), np.nan)
    block = max(1, _BLOCK_CELLS // max(1, graph.shape[0]))
    found = np.flatnonzero(node >= 0)
    # One search a destination, against the traffic. Origins do not cut the graph, so that what is
    # found for one of them does not hang on which others are asked about.
    for some in (found[i : i + block] for i in range(0, len(found), block)):
        left = dijkstra(graph, indices=node[some])
        way = np.minimum(left[:, stops.node[at]] + back, left[:, stops.node[at + 1]] + ahead)
        cost[np.ix_(on, some)] = np.where(np.isinf(way), np.nan, way).T
    return cost


def to_least_length_m(
    network: RoadNetwork, origins: pd.DataFrame, destinations: pd.DataFrame
) -> _Floats:
    """
    Measure the way from every origin to the destination that is nearest by road, all legs included.

    One search finds them all, however many destinations there are. The straight-line legs between
    the points and the road are in it, so that a way is never shorter than the straight line.

    Parameters
    ----------
    network
        From `build_road_network`.
    origins, destinations
        n and m rows as `snap` returns them for this network.

    Returns
    -------
    length_m
        n lengths in metres; inf where an origin is not snapped, or no way leads to a destination
        that is.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> from tieling_geo.operations.road_network import build_road_network, snap
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["a"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": False},
    ...     geometry=[LineString([(0, 0), (9000, 0)])], crs=4550)
    >>> network = build_road_network(roads, default_speeds_km_per_h={})
    >>> origins = gpd.GeoDataFrame(geometry=[Point(1000, 5), Point(7000, 0)], crs=4550)
    >>> destinations = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(6000, -40)], crs=4550)
    >>> places = [snap(network, points, 50.0) for points in (origins, destinations)]
    >>> to_least_length_m(network, *places)
    array([1005., 1040.])
    """
    length_m = np.full(len(origins), np.inf)
    on = np.flatnonzero(origins["edge"] >= 0)
    node, stops = _cut(network, destinations)
    if not (node >= 0).any():
        return length_m
    rate = np.ones_like(network.min_per_m)
    graph = _to_graph(network, stops, rate)
    started = _with_start(graph, node, destinations["access_m"].to_numpy())
    left = dijkstra(started, indices=np.array([graph.shape[0]]))[0, :-1] - _START_M
    at, back, ahead = _first_legs(network, stops, origins.iloc[on], rate)
    way = np.minimum(left[stops.node[at]] + back, left[stops.node[at + 1]] + ahead)
    length_m[on] = way + origins["access_m"].to_numpy()[on]
    return length_m


def _with_start(graph: csr_array, node: _Integers, leg_m: _Floats) -> csr_array:
    """Add a last node from which every destination is reached at the cost of its leg."""
    legs = pd.Series(leg_m[node >= 0] + _START_M).groupby(node[node >= 0]).min()
    nodes = graph.shape[0]
    indices = np.append(graph.indices, legs.index.to_numpy())
    ends = np.append(graph.indptr, len(indices))
    return csr_array(
        (np.append(graph.data, legs.to_numpy()), indices, ends), shape=(nodes + 1, nodes + 1)
    )


class _Stops(NamedTuple):
    """Ends of edges and places where they are cut, by edge and along it; pieces lie between two."""

    edge: _Integers
    at_m: _Floats
    node: _Integers


def _cut(network: RoadNetwork, places: pd.DataFrame) -> tuple[_Integers, _Stops]:
    """Cut the edges at the places; give each place its node (-1: not snapped), and all stops."""
    edge, offset = places["edge"].to_numpy(), places["offset_m"].to_numpy()
    node = np.full(len(edge), -1, dtype=np.int64)
    on = np.flatnonzero(edge >= 0)
    node[on] = network.junction_at(edge[on], offset[on])
    inside = on[node[on] < 0]
    order = inside[np.lexsort((offset[inside], edge[inside]))]
    # Places that agree to the millimetre are one node, so that no piece has length zero.
    fresh = _is_fresh(edge[order], np.rint(offset[order] / PLACE_TOLERANCE_M))
    node[order] = network.junctions + np.cumsum(fresh) - 1
    first, every = order[fresh], np.arange(len(network.length_m))
    at_edge = np.concatenate([every, edge[first], every])
    at_m = np.concatenate([np.zeros(len(every)), offset[first], network.length_m])
    at_node = np.concatenate([network.tail, node[first], network.head])
    along = np.lexsort((at_m, at_edge))
    return node, _Stops(at_edge[along], at_m[along], at_node[along])


def _is_fresh(*keys: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Tell which rows of sorted keys differ from the row before."""
    fresh = np.ones(len(keys[0]), dtype=bool)
    fresh[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return fresh


def _to_graph(network: RoadNetwork, stops: _Stops, rate: _Floats) -> csr_array:
    """Make the graph against the traffic: an entry (a, b) is the cost of going from b to a."""
    piece = np.flatnonzero(~_is_fresh(stops.edge)) - 1
    edge = stops.edge[piece]
    cost = (stops.at_m[piece + 1] - stops.at_m[piece]) * rate[edge]
    back = ~network.is_oneway[edge]
    start, end = stops.node[piece], stops.node[piece + 1]
    row, column = np.append(end, start[back]), np.append(start, end[back])
    cost = np.append(cost, cost[back])
    order = np.lexsort((cost, column, row))
    order = order[row[order] != column[order]]  # a loop leads nowhere
    # Of parallel edges the cheapest stays: scipy adds up what stands twice in one cell.
    order = order[_is_fresh(row[order], column[order])]
    nodes = int(stops.node.max(initial=-1)) + 1
    starts = np.searchsorted(row[order], np.arange(nodes + 1))
    return csr_array((cost[order], column[order], starts), shape=(nodes, nodes))


def _first_legs(
    network: RoadNetwork, stops: _Stops, places: pd.DataFrame, rate: _Floats
) -> tuple[_Integers, _Floats, _Floats]:
    """Give for each place the stop before it, and what it costs to go back to it and on."""
    edge, offset = places["edge"].to_numpy(), places["offset_m"].to_numpy()
    order = np.lexsort((np.append(stops.at_m, offset), np.append(stops.edge, edge)))
    is_place = order >= len(stops.edge)  # the sort is stable: a stop stands before places on it
    before = np.cumsum(~is_place)[is_place] - 1
    at = np.empty(len(edge), dtype=np.int64)
    at[order[is_place] - len(stops.edge)] = before
    at -= offset >= network.length_m[edge]  # the last stop of an edge has no piece behind it
    back, ahead = offset - stops.at_m[at], stops.at_m[at + 1] - offset
    on_stop = np.rint(back / PLACE_TOLERANCE_M) == 0
    back = np.where(on_stop, 0.0, np.where(network.is_oneway[edge], np.inf, back))
    ahead = np.where(np.rint(ahead / PLACE_TOLERANCE_M) == 0, 0.0, ahead)
    return at, back * rate[edge], ahead * rate[edge]
