"""A plausible road network: junctions joined to their natural neighbours, and access roads."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, KDTree

from tieling_geo.sample.ground import (
    Floats,
    Ground,
    Integers,
    Shapes,
    count,
    numbered,
    stream,
    to_layer,
)
from tieling_geo.schemas import Roads

_JUNCTIONS = 270
_ONE_WAY_PAIRS = 4
_ACCESS_SHARE = 0.88
# An island is drawn this far from every other road, metres, or as far as there is room.
_ISLAND_M = 400.0
_TITLES = {
    "trunk": "示例国道",
    "primary": "示例省道",
    "secondary": "示例县道",
    "tertiary": "示例乡道",
}


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Junctions in metres and the edges between them; connected."""

    xy: Floats
    edges: Integers
    """(m, 2) rows of `xy`, the lower first."""

    @property
    def lines(self) -> Shapes:
        """The edges as straight lines."""
        return np.asarray(shapely.linestrings(self.xy[self.edges]))


def draw_network(ground: Ground, terminals_xy: Floats, *, scale: float, seed: int) -> Network:
    """
    Join seats, terminals and random junctions to their natural neighbours (a Gabriel graph).

    Two junctions are joined where no third stands in the circle over them; such a graph is
    connected, and no two of its edges cross.
    """
    rng = stream(seed, "junctions")
    spare = ground.scatter(rng, count(_JUNCTIONS, scale, least=12))
    xy = np.concatenate([ground.centres_xy, terminals_xy, spare])
    # A seat may be its own station: a triangulation would leave the second of the two unconnected.
    xy = xy[np.sort(np.unique(xy, axis=0, return_index=True)[1])]
    corners = Delaunay(xy).simplices
    pairs = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), 1)
    edges = np.unique(pairs, axis=0)
    middle = xy[edges].mean(axis=1)
    half = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T) / 2
    nearest, _ = KDTree(xy).query(middle)
    return Network(xy, edges[nearest >= half * (1 - 1e-9)].astype(np.intp))


def island_site(ground: Ground, network: Network, *, seed: int) -> Floats:
    """Return, of many points in the counties, the one farthest from every road."""
    tried = ground.scatter(stream(seed, "island"), 2000)
    tree = shapely.STRtree(network.lines)
    (rows, _), distance = tree.query_nearest(
        shapely.points(tried), return_distance=True, all_matches=False
    )
    return np.asarray(tried[rows[distance.argmax()]])


def draw_roads(
    ground: Ground, network: Network, sites_xy: Floats, *, island: int, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """
    Draw the network's roads, access roads to most sites, one-way pairs, and one island.

    Parameters
    ----------
    ground
        The frame.
    network
        Junctions and edges.
    sites_xy
        n freight sites, metres.
    island
        The row of the site whose roads meet no others.
    scale
        Scales the number of one-way pairs.
    seed
        Seed of classes, speeds and access roads.

    Returns
    -------
    roads
        `Roads` layer, storage CRS; junctions are shared vertices.
    """
    rng = stream(seed, Roads.layer_name())
    classes = _classes(rng, network, len(ground.centres_xy))
    pairs = rng.choice(
        np.flatnonzero(classes == "secondary"),
        min(count(_ONE_WAY_PAIRS, scale), int((classes == "secondary").sum())),
        replace=False,
    )
    served = rng.random(len(sites_xy)) < _ACCESS_SHARE
    served[island] = False
    access = _access(rng, network, sites_xy[served])
    back = _return_lanes(network.xy[network.edges[pairs]])
    extra = [*back, *access, *_island(network, sites_xy[island])]
    words = [*classes, *classes[pairs], *["local"] * (len(extra) - len(back))]
    oneway = np.full(len(words), None, dtype=object)
    oneway[pairs] = True
    oneway[len(classes) : len(classes) + len(back)] = True
    speed = np.where(rng.random(len(words)) < 0.05, 50.0, np.nan)  # noqa: PLR2004 - a share
    columns: dict[str, Any] = {
        "road_id": numbered("X", len(words)),
        "name": [
            f"{_TITLES[word]}{int(i):02d}" if word in _TITLES else None
            for word, i in zip(words, rng.integers(1, 30, len(words)), strict=True)
        ],
        "road_class": words,
        "speed_km_per_h": speed,
        "oneway": oneway,
    }
    return to_layer(Roads, columns, np.array([*network.lines, *extra], dtype=object))


def _classes(rng: np.random.Generator, network: Network, seats: int) -> Shapes:
    """Class the shortest ways between seats as trunk and primary, the other edges by lot."""
    low, high = network.edges.T
    length = np.hypot(*(network.xy[low] - network.xy[high]).T)
    n = len(network.xy)
    graph = csr_array((length, (low, high)), shape=(n, n))
    _, previous = dijkstra(graph, directed=False, indices=range(seats), return_predecessors=True)
    words = rng.choice(["secondary", "tertiary", "local"], len(low), p=[0.2, 0.4, 0.4])
    classes = words.astype(object)
    row_of = {(int(a), int(b)): row for row, (a, b) in enumerate(network.edges)}
    for start in range(seats - 1, -1, -1):
        for end in range(seats):
            at = end
            while at != start:
                before = int(previous[start, at])
                row = row_of[min(at, before), max(at, before)]
                classes[row] = "trunk" if start == 0 else "primary"
                at = before
    return classes


def _return_lanes(ends: Floats) -> Shapes:
    """Draw the way back of each one-way pair, 40 m aside, sharing both end vertices."""
    start, end = ends[:, 0], ends[:, 1]
    along = end - start
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.hypot(*along.T)[:, None]
    middle = (start + end) / 2 + 40.0 * normal
    return np.asarray(shapely.linestrings(np.stack([end, middle, start], axis=1)))


def _access(rng: np.random.Generator, network: Network, sites_xy: Floats) -> Shapes:
    """Lead from each site's nearest junction to 10-80 m before the site."""
    distance, nearest = KDTree(network.xy).query(sites_xy)
    left = np.minimum(rng.uniform(10, 80, len(sites_xy)), distance / 2)
    start = network.xy[nearest]
    end = sites_xy + (start - sites_xy) * (left / distance)[:, None]
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))


def _island(network: Network, site_xy: Floats) -> Shapes:
    """Draw a triangle of roads around a site that touches no other road."""
    room = float(shapely.distance(shapely.points(site_xy), network.lines).min())
    angle = np.array([0.5, 2.5, 4.5])
    corners = site_xy + min(_ISLAND_M, room / 3) * np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.asarray(shapely.linestrings(np.stack([corners, np.roll(corners, -1, axis=0)], 1)))
