"""
Rivers as a network: which river flows into which, and which reaches are digitised upstream.

Nodes are the ends of reaches, snapped together, and the places where an end touches another reach
along its length, as layers that were never noded have them. A river is all reaches of one name,
connected or not; a reach without a name is a river of its own. Two rivers meet at a node if one of
them has an end there: lines that merely cross do not meet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tieling_geo.crs import check_metric
from tieling_geo.operations.proximity import ROUNDING_DIGITS

#: Share of a main stem's reaches, and of its length, that must be digitised one way before its
#: direction counts as known (closed). Below it nobody can say which reaches are the wrong ones.
MAIN_STEM_AGREEMENT = 0.75


def to_tributary_levels(
    reaches: gpd.GeoDataFrame, *, main_stem_rivers: Sequence[str], junction_tolerance_m: float
) -> pd.Series:
    """
    Give each reach its tributary level: 0 on a main stem, n + 1 on a river that meets one of n.

    Directions play no part. A level that the layer records wins (`find_level_contradictions` lists
    where it disagrees).

    Parameters
    ----------
    reaches
        `RiverReaches` layer, n rows, projected CRS, metres.
    main_stem_rivers
        Names of the rivers of level 0.
    junction_tolerance_m
        Distance up to which ends meet each other or touch a reach (closed, to the micrometre),
        metres.

    Returns
    -------
    level
        n nullable integers, index of `reaches`; missing where no level is recorded and the river is
        not connected to a main stem.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import LineString
    >>> from tieling_geo.schemas import RiverReaches
    >>> reaches = RiverReaches.empty("EPSG:4550").reindex(range(3)).assign(
    ...     reach_id=["1", "2", "3"], river_name=["Main", "Side", "Far"],
    ...     geometry=gpd.GeoSeries([LineString([(0, 0), (0, 900)]),
    ...         LineString([(500, 400), (30, 400)]), LineString([(9, 9999), (0, 9999)])], crs=4550))
    >>> to_tributary_levels(
    ...     reaches, main_stem_rivers=["Main"], junction_tolerance_m=30.0).tolist()
    [0, 1, <NA>]
    """
    found = _topological_levels(reaches, main_stem_rivers, junction_tolerance_m)
    level: pd.Series = reaches["tributary_level"].fillna(found)
    return level


def find_level_contradictions(
    reaches: gpd.GeoDataFrame, *, main_stem_rivers: Sequence[str], junction_tolerance_m: float
) -> pd.DataFrame:
    """
    List the reaches whose recorded tributary level is not the one that the network gives.

    Parameters
    ----------
    reaches, main_stem_rivers, junction_tolerance_m
        See `to_tributary_levels`.

    Returns
    -------
    contradictions
        `reach_id`, `river_name`, `recorded_level`, `network_level`, sorted by reach; a reach that
        lacks either level contradicts nothing.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.
    """
    found = _topological_levels(reaches, main_stem_rivers, junction_tolerance_m)
    listed = pd.DataFrame({
        "reach_id": reaches["reach_id"],
        "river_name": reaches["river_name"],
        "recorded_level": reaches["tributary_level"],
        "network_level": found,
    })
    differs = (listed["recorded_level"] != listed["network_level"]).fillna(value=False)
    return listed[differs.astype(bool)].sort_values("reach_id", ignore_index=True)


def find_upstream_digitised(
    reaches: gpd.GeoDataFrame, *, main_stem_rivers: Sequence[str], junction_tolerance_m: float
) -> pd.DataFrame:
    """
    List the reaches that are certainly digitised against the flow.

    A tributary flows towards the one place where it meets the river that receives it, and so does
    every connected reach of it. A main stem flows the way in which most of it is digitised (at
    least `MAIN_STEM_AGREEMENT`, closed, of two reaches or more). What this leaves open is not
    listed: pieces cut off from their mouth, rivers with two mouths, the arms around an island, and
    rivers that meet the receiving one only where it ends, for there it may just change its name.
    The layer is taken to hold rivers: a canal that leads water out of one looks like a tributary
    digitised upstream.

    Parameters
    ----------
    reaches, main_stem_rivers, junction_tolerance_m
        See `to_tributary_levels`.

    Returns
    -------
    upstream
        `reach_id` and `river_name`, sorted by reach.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import LineString
    >>> reaches = gpd.GeoDataFrame(
    ...     {"reach_id": ["1", "2"], "river_name": ["Main", "Side"]}, crs=4550,
    ...     geometry=[LineString([(0, 0), (0, 900)]), LineString([(30, 400), (500, 400)])])
    >>> find_upstream_digitised(reaches, main_stem_rivers=["Main"], junction_tolerance_m=30.0)
      reach_id river_name
    0        2       Side
    """
    network = _to_network(reaches, junction_tolerance_m)
    levels = _river_levels(network, main_stem_rivers)
    down = _downstream_nodes(network, levels)
    against = [towards == s.start != s.end for s, towards in zip(network, down, strict=True)]
    whole = pd.Series(against, dtype=bool).groupby([s.reach for s in network]).all()
    named = reaches[reaches["reach_id"].isin(whole.index[whole])]
    return pd.DataFrame(named[["reach_id", "river_name"]]).sort_values(
        "reach_id", ignore_index=True
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A reach, or the part of it between two nodes, in the direction in which it is digitised."""

    reach: str
    river: str
    start: int
    end: int
    length_m: float
    is_first: bool
    """The line begins at `start`, it does not merely pass there."""
    is_last: bool

    def other(self, node: int) -> int:
        """Return the node at the other side."""
        return self.end if node == self.start else self.start


def _to_network(reaches: gpd.GeoDataFrame, tolerance_m: float) -> list[_Stretch]:
    """Cut the reaches at the nodes; sorted by reach, so the order of rows plays no part."""
    check_metric(reaches, name="river_reaches")
    # Rounding alone must not push an end that is exactly on the tolerance over it.
    tolerance_m += 10**-ROUNDING_DIGITS
    ordered = reaches.sort_values("reach_id", kind="stable")
    parts, row = shapely.get_parts(ordered.geometry.to_numpy(), return_index=True)
    stops = _stops(parts, tolerance_m)
    joined = stops["part"].to_numpy()[1:] == stops["part"].to_numpy()[:-1]
    first, last = stops[:-1][joined], stops[1:][joined]
    ids = ordered["reach_id"].to_numpy()[row[first["part"]]]
    names = ordered["river_name"].to_numpy()[row[first["part"]]]
    # A layer's nameless reaches are many rivers, not one; no name starts with a line break.
    rivers = [n if str(n).strip() else f"\n{i}" for i, n in zip(ids, names, strict=True)]
    length_m = last["position"].to_numpy() - first["position"].to_numpy()
    turns = np.flatnonzero(np.diff(first["part"], prepend=-1, append=-1))
    is_first, is_last = (np.isin(np.arange(len(first)), at) for at in (turns, turns - 1))
    columns = (ids, rivers, first["node"], last["node"], length_m, is_first, is_last)
    return [
        _Stretch(str(reach), str(river), int(start), int(end), float(length), *map(bool, whole))
        for reach, river, start, end, length, *whole in zip(*columns, strict=True)
    ]


def _stops(parts: NDArray[np.object_], tolerance_m: float) -> pd.DataFrame:
    """List where along each line which node lies: its two ends, and the ends that touch it."""
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    node = _snapped(ends, tolerance_m)
    each = np.arange(len(parts))
    first, last = node[: len(parts)], node[len(parts) :]
    end, part = shapely.STRtree(parts).query(ends, predicate="dwithin", distance=tolerance_m)
    inner = (node[end] != first[part]) & (node[end] != last[part])
    end, part = end[inner], part[inner]
    along = shapely.line_locate_point(parts[part], ends[end])
    touches = pd.DataFrame({"part": part, "node": node[end], "position": along})
    touches = touches.sort_values(["part", "position", "node"]).drop_duplicates(["part", "node"])
    starts = pd.DataFrame({"part": each, "node": first, "position": 0.0})
    finishes = pd.DataFrame({"part": each, "node": last, "position": shapely.length(parts)})
    stops = pd.concat([starts, touches, finishes], ignore_index=True)
    return stops.sort_values(["part", "position"], kind="stable", ignore_index=True)


def _snapped(ends: NDArray[np.object_], tolerance_m: float) -> NDArray[np.signedinteger]:
    """Give each end its node: ends within the tolerance of each other, in chains, are one."""
    one, other = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=tolerance_m)
    return _components(one, other, len(ends))


def _components(
    one: NDArray[np.intp], other: NDArray[np.intp], size: int
) -> NDArray[np.signedinteger]:
    """Label the connected components of a graph of `size` vertices, given its edges' two sides."""
    if not size:
        return np.array([], dtype=np.int32)
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])


def _river_levels(network: Iterable[_Stretch], main_stem_rivers: Sequence[str]) -> dict[str, int]:
    """Walk from the main stems over the rivers that meet, level by level."""
    nodes_of: defaultdict[str, set[int]] = defaultdict(set)
    passing: defaultdict[int, set[str]] = defaultdict(set)
    ending: defaultdict[int, set[str]] = defaultdict(set)
    for stretch in network:
        for node, ends in ((stretch.start, stretch.is_first), (stretch.end, stretch.is_last)):
            nodes_of[stretch.river].add(node)
            (ending if ends else passing)[node].add(stretch.river)
    levels: dict[str, int] = {}
    frontier = set(main_stem_rivers) & nodes_of.keys()
    while frontier:
        levels |= dict.fromkeys(sorted(frontier), max(levels.values(), default=-1) + 1)
        at = [(river, node) for river in frontier for node in nodes_of[river]]
        met = [ending[node] | (passing[node] if r in ending[node] else set()) for r, node in at]
        frontier = set().union(*met) - levels.keys()
    return levels


def _topological_levels(
    reaches: gpd.GeoDataFrame, main_stem_rivers: Sequence[str], tolerance_m: float
) -> pd.Series:
    """Give each reach the level of its river in the network, missing where it is not connected."""
    network = _to_network(reaches, tolerance_m)
    levels = _river_levels(network, main_stem_rivers)
    by_reach = {s.reach: levels[s.river] for s in network if s.river in levels}
    found: pd.Series = reaches["reach_id"].map(by_reach).astype("Int64")
    return found


_UNDECIDED = -1


def _downstream_nodes(network: Sequence[_Stretch], levels: Mapping[str, int]) -> list[int]:
    """Say of each stretch which of its nodes lies downstream; `_UNDECIDED` where not certain."""
    down = [_UNDECIDED] * len(network)
    at: defaultdict[int, list[int]] = defaultdict(list)
    for row, stretch in enumerate(network):
        if stretch.start != stretch.end:
            at[stretch.start].append(row)
            at[stretch.end].append(row)
    pieces = [piece for piece in _pieces(network) if network[piece[0]].river in levels]
    # Receiving rivers first: whether a mouth is certain may depend on how they flow.
    for piece in sorted(pieces, key=lambda piece: levels[network[piece[0]].river]):
        if levels[network[piece[0]].river] == 0:
            found = _along_main_stem(network, piece)
        else:
            found = _towards_mouth(network, piece, at, down, levels)
        for row, node in found.items():
            down[row] = node
    return down


def _pieces(network: Sequence[_Stretch]) -> list[list[int]]:
    """Part each river into connected pieces; a stretch from a node to itself has no direction."""
    rows = [row for row, s in enumerate(network) if s.start != s.end]
    sides = [(network[row].river, network[row].start) for row in rows]
    sides += [(network[row].river, network[row].end) for row in rows]
    place = pd.MultiIndex.from_tuples(sides).factorize()[0] if rows else np.array([], dtype=np.intp)
    start, end = place[: len(rows)], place[len(rows) :]
    label = _components(start, end, int(place.max(initial=-1)) + 1)[start]
    pieces: defaultdict[int, list[int]] = defaultdict(list)
    for row, one in zip(rows, label, strict=True):
        pieces[int(one)].append(row)
    return list(pieces.values())


def _towards_mouth(
    network: Sequence[_Stretch],
    piece: Sequence[int],
    at: Mapping[int, list[int]],
    down: Sequence[int],
    levels: Mapping[str, int],
) -> dict[int, int]:
    """Point a piece of a tributary to the only node where it meets a receiving river."""
    receiving = levels[network[piece[0]].river] - 1
    nodes = {node for row in piece for node in (network[row].start, network[row].end)}
    mouths = {
        node: [r for r in at[node] if levels.get(network[r].river) == receiving] for node in nodes
    }
    met = [node for node, rows in mouths.items() if rows]
    if len(met) != 1 or not _passes(network, met[0], mouths[met[0]], down):
        return {}
    return _pointed_to(network, piece, met[0])


def _passes(
    network: Sequence[_Stretch], node: int, receiving: Iterable[int], down: Sequence[int]
) -> bool:
    """Tell whether a receiving river certainly flows on from a node, and does not end there."""
    rivers: defaultdict[str, list[int]] = defaultdict(list)
    for row in receiving:
        rivers[network[row].river].append(row)
    for rows in rivers.values():
        leaves = any(down[row] not in {node, _UNDECIDED} for row in rows)
        ends_here = all(down[row] == node for row in rows)
        if leaves or (len(rows) > 1 and not ends_here):
            return True
    return False


def _pointed_to(network: Sequence[_Stretch], piece: Sequence[int], mouth: int) -> dict[int, int]:
    """
    Point every stretch of a connected piece to a node, where only one way leads there.

    A stretch on a loop can be passed both ways, so it is left out: those are the stretches that
    close a loop of the tree grown from the mouth, and the tree's branches between their two nodes.
    """
    at: defaultdict[int, list[int]] = defaultdict(list)
    for row in piece:
        at[network[row].start].append(row)
        at[network[row].end].append(row)
    parent: dict[int, int] = {mouth: _UNDECIDED}
    depth = {mouth: 0}
    queue = [mouth]
    for node in queue:
        for row in at[node]:
            beyond = network[row].other(node)
            if beyond not in depth:
                depth[beyond], parent[beyond] = depth[node] + 1, row
                queue.append(beyond)
    branches = set(parent.values())
    pointed = {row: network[row].other(n) for n, row in parent.items() if row != _UNDECIDED}
    for row in set(piece) - branches:
        one, other = network[row].start, network[row].end
        while one != other:
            low, one = (one, other) if depth[one] >= depth[other] else (other, one)
            pointed.pop(parent[low], None)
            other = network[parent[low]].other(low)
    return pointed


def _along_main_stem(network: Sequence[_Stretch], piece: Sequence[int]) -> dict[int, int]:
    """Point a piece of a main stem the way most of it is digitised, if it has no arms."""
    degree = Counter(node for row in piece for node in (network[row].start, network[row].end))
    if max(degree.values()) > 2 or len(degree) != len(piece) + 1:  # noqa: PLR2004 - a path's degree
        return {}
    forth = _pointed_to(network, piece, min(node for node, n in degree.items() if n == 1))
    back = {row: network[row].other(node) for row, node in forth.items()}
    return next((way for way in (forth, back) if _is_agreed(network, way)), {})


def _is_agreed(network: Sequence[_Stretch], way: Mapping[int, int]) -> bool:
    """Tell whether enough reaches, and enough of the length, are digitised one way (closed)."""
    table = pd.DataFrame({
        "reach": [network[row].reach for row in way],
        "length_m": [network[row].length_m for row in way],
        "agrees": [network[row].end == node for row, node in way.items()],
    })
    reaches = table.groupby("reach")["agrees"].all()
    length_m = table["length_m"]
    agreed_m = length_m[table["agrees"]].sum()
    return (
        len(reaches) > 1
        and reaches.mean() >= MAIN_STEM_AGREEMENT
        and agreed_m >= MAIN_STEM_AGREEMENT * length_m.sum()
    )
