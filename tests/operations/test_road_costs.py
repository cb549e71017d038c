"""Distances and times along roads: by hand, and against networkx on random and real roads."""

import itertools
import math
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Point

from tieling_geo.errors import ParameterError
from tieling_geo.operations.road_costs import Weight, to_cost_matrix
from tieling_geo.operations.road_network import build_road_network, snap
from tieling_geo.schemas import Roads

SPEEDS = {"local": 20.0}
NAN = float("nan")
XY = tuple[float, float]


def roads_of(
    *lines: object, oneway: object = None, speed: object = NAN, crs: int = 4550
) -> gpd.GeoDataFrame:
    """Draw roads named a, b, c, ... in this order."""
    frame = gpd.GeoDataFrame(
        {"road_id": [chr(97 + i) for i in range(len(lines))], "road_class": "local"},
        geometry=list(lines),
        crs=crs,
    )
    given_ways = oneway if isinstance(oneway, list) else [oneway] * len(lines)
    return frame.assign(speed_km_per_h=speed, oneway=pd.array(given_ways, dtype="boolean"))


def points_at(*coordinates: XY) -> gpd.GeoDataFrame:
    """Place points."""
    return gpd.GeoDataFrame(geometry=[Point(xy) for xy in coordinates], crs=4550)


def cost(
    roads: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    weight: Weight = "length_m",
    limit_m: float = 1e9,
) -> NDArray[np.float64]:
    """Snap both and measure."""
    network = build_road_network(roads, default_speeds_km_per_h=SPEEDS)
    return to_cost_matrix(
        network, snap(network, origins, limit_m), snap(network, destinations, limit_m), weight
    )


GRID = roads_of(
    *(LineString([(0, y), (100, y), (200, y)]) for y in (0, 100, 200)),
    *(LineString([(x, 0), (x, 100), (x, 200)]) for x in (0, 100, 200)),
)


def test_a_grid_of_streets_is_walked_around_the_corner() -> None:
    """From beside one street to beside another: 30 + 100 + 60 along the roads, legs not in it."""
    found = cost(GRID, points_at((30, 5)), points_at((210, 60), (30, 195), (30, -40)))
    assert found.tolist() == [[230.0, 260.0, 0.0]]


def test_time_takes_the_speed_of_every_road_on_the_way() -> None:
    """600 m at 60 km/h and 600 m at the class's 20 km/h: 0.6 and 1.8 minutes."""
    roads = roads_of(
        LineString([(0, 0), (600, 0)]), LineString([(600, 0), (1200, 0)]), speed=[60.0, NAN]
    )
    found = cost(roads, points_at((0, 0)), points_at((1200, 0), (300, 0)), "time_min")
    assert found.tolist() == [pytest.approx([2.4, 0.3])]


def test_the_shortest_way_and_the_fastest_way_may_differ() -> None:
    """A straight slow road of 100 m against a bent fast one of 140 m between the same junctions."""
    roads = roads_of(
        LineString([(0, 0), (100, 0)]),
        LineString([(0, 0), (0, 20), (100, 20), (100, 0)]),
        speed=[6.0, 84.0],
    )
    ends = points_at((0, 0)), points_at((100, 0))
    assert cost(roads, *ends).tolist() == [[100.0]]
    assert cost(roads, *ends, "time_min").tolist() == [pytest.approx([0.1])]


def test_of_parallel_roads_the_shortest_counts_and_nothing_is_added_up() -> None:
    """Three roads between the same junctions, one of them drawn twice and once backwards."""
    roads = roads_of(
        LineString([(0, 0), (100, 0)]),
        LineString([(0, 0), (100, 0)]),
        LineString([(100, 0), (0, 0)]),
        LineString([(0, 0), (0, 20), (100, 20), (100, 0)]),
    )
    assert cost(roads, points_at((0, 0)), points_at((100, 0))).tolist() == [[100.0]]


def test_a_bridge_is_no_way_down() -> None:
    """Two roads cross without a vertex: each is reached from itself only."""
    roads = roads_of(LineString([(0, 0), (70, 0)]), LineString([(30, -20), (30, 10)]))
    found = cost(roads, points_at((5, 0), (30, -15)), points_at((60, 0), (30, 10)))
    np.testing.assert_array_equal(found, [[55.0, NAN], [NAN, 25.0]])


def test_an_island_is_unreachable_and_has_no_number() -> None:
    """No infinity and no big number leaves the function."""
    roads = roads_of(MultiLineString([[(0, 0), (9, 0)], [(500, 0), (509, 0)]]))
    found = cost(roads, points_at((4, 1), (505, 1)), points_at((0, 0), (500, 0)))
    np.testing.assert_array_equal(found, [[4.0, NAN], [NAN, 5.0]])


def test_a_point_beyond_the_limit_has_no_number() -> None:
    """Neither from it nor to it, not even to itself."""
    far = points_at((5, 51), (5, 50))
    found = cost(roads_of(LineString([(0, 0), (9, 0)])), far, far, limit_m=50.0)
    np.testing.assert_array_equal(found, [[NAN, NAN], [NAN, 0.0]])


def test_a_one_way_road_leads_in_its_digitised_direction_only() -> None:
    """A one-way block of 400 m: forward is near, back is all the way round."""
    block = roads_of(LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]), oneway=True)
    found = cost(block, points_at((10, 0), (60, 0)), points_at((10, 0), (60, 0)))
    assert found.tolist() == [[0.0, 50.0], [350.0, 0.0]]


def test_false_and_missing_are_two_way() -> None:
    """Only true makes a road one-way."""
    line = LineString([(0, 0), (100, 0)])
    for oneway, back in ((True, NAN), (False, 50.0), (None, 50.0)):
        found = cost(roads_of(line, oneway=oneway), points_at((60, 0)), points_at((10, 0)))
        np.testing.assert_array_equal(found, [[back]])


def test_a_one_way_street_is_entered_at_its_beginning() -> None:
    """The terminal is on a one-way street: reached from its start, not from its end."""
    roads = roads_of(
        LineString([(0, 0), (100, 0)]),
        LineString([(0, 0), (0, -50), (100, -50), (100, 0)]),
        oneway=[True, None],
    )
    found = cost(roads, points_at((0, 0), (100, 0)), points_at((30, 0)))
    assert found.tolist() == [[30.0], [230.0]]


def test_several_points_on_one_segment_do_not_cut_each_other_off() -> None:
    """Sites and terminals mixed on one long segment, two of them at the same place."""
    road = roads_of(LineString([(0, 0), (1000, 0)]))
    sites = points_at((100, 3), (500, -3), (500, 8), (900, 0))
    found = cost(road, sites, points_at((500, 1), (200, 0), (0, 0), (1000, 0)))
    assert found.tolist() == [
        [400.0, 100.0, 100.0, 900.0],
        [0.0, 300.0, 500.0, 500.0],
        [0.0, 300.0, 500.0, 500.0],
        [400.0, 700.0, 900.0, 100.0],
    ]


def test_a_point_exactly_on_a_junction_uses_every_road_of_it() -> None:
    """The lowest road at the junction is one-way towards it; the way out is over the other."""
    roads = roads_of(
        LineString([(0, 0), (50, 0)]), LineString([(50, 0), (90, 0)]), oneway=[True, None]
    )
    assert cost(roads, points_at((50, 0)), points_at((90, 0))).tolist() == [[40.0]]
    assert cost(roads, points_at((90, 0)), points_at((50, 0))).tolist() == [[40.0]]


def test_points_on_a_ring_go_the_shorter_way_round() -> None:
    """A ring road that begins and ends on one vertex, 400 m round."""
    ring = roads_of(LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]))
    found = cost(ring, points_at((50, 0)), points_at((0, 30), (0, 0), (100, 90)))
    assert found.tolist() == [[80.0, 50.0, 140.0]]


def test_empty_layers_give_empty_matrices() -> None:
    """No sites, no terminals, no roads."""
    some, none = points_at((0, 0)), points_at()
    assert cost(GRID, none, some).shape == (0, 1)
    assert cost(GRID, some, none).shape == (1, 0)
    np.testing.assert_array_equal(cost(Roads.empty("EPSG:4550"), some, some), [[NAN]])


def test_an_unknown_weight_is_refused() -> None:
    """Only length and time are there."""
    with pytest.raises(ParameterError, match="toll"):
        cost(GRID, points_at((0, 0)), points_at((0, 0)), "toll")  # type: ignore[arg-type]


# An independent implementation: plain Python and networkx, one pair of points at a time.


def pieces_of(roads: gpd.GeoDataFrame) -> list[tuple[XY, XY, bool, float]]:
    """List segments by road number: ends to the millimetre, one-way, speed."""
    found = []
    for row in roads.sort_values("road_id").fillna({"oneway": False}).itertuples():
        speed = SPEEDS["local"] if math.isnan(row.speed_km_per_h) else row.speed_km_per_h
        for line in getattr(row.geometry, "geoms", [row.geometry]):
            places = [(round(x, 3), round(y, 3)) for x, y in line.coords]
            for a, b in itertools.pairwise(places):
                if a != b:
                    found.append((a, b, bool(row.oneway), speed))
    return found


def foot_of(point: XY, a: XY, b: XY) -> tuple[float, float]:
    """Give the distance from a point to a segment, and the share of it before the foot."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy)
    share = min(1.0, max(0.0, share))
    return math.dist(point, (a[0] + share * dx, a[1] + share * dy)), share


def expected_cost(roads: gpd.GeoDataFrame, origin: XY, destination: XY, weight: Weight) -> float:
    """Find the cheapest way between two points, in a graph with just these two on it."""
    segments = pieces_of(roads)
    on: dict[int, list[tuple[float, object]]] = {}
    names = []
    for point in (origin, destination):
        feet = [foot_of(point, a, b) for a, b, _, _ in segments]
        nearest = min(feet)[0]
        first = next(i for i, (away, _) in enumerate(feet) if away <= nearest + 0.001)
        a, b, _, _ = segments[first]
        share = feet[first][1]
        name = {0.0: a, 1.0: b}.get(share, ("on", first, round(share * math.dist(a, b), 6)))
        names.append(name)
        on.setdefault(first, []).append((share, name))
    graph = nx.MultiDiGraph()
    for i, (a, b, oneway, speed) in enumerate(segments):
        stops = sorted([(0.0, a), *on.get(i, []), (1.0, b)], key=lambda stop: stop[0])
        for (s, start), (t, end) in itertools.pairwise(stops):
            length = (t - s) * math.dist(a, b)
            price = length if weight == "length_m" else length / 1000 / speed * 60
            graph.add_edge(start, end, weight=price)
            if not oneway:
                graph.add_edge(end, start, weight=price)
    try:
        return float(nx.dijkstra_path_length(graph, *names))
    except nx.NetworkXNoPath:
        return NAN


lattice = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda xy: (xy[0] * 50, xy[1] * 50))
lines = st.lists(lattice, min_size=2, max_size=4, unique=True).map(LineString)
places = st.tuples(st.integers(-40, 240), st.integers(-40, 240))


@st.composite
def road_layers(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw roads on a lattice, so that they share vertices, cross and run in parallel."""
    parts = draw(st.lists(st.lists(lines, min_size=1, max_size=2), min_size=1, max_size=8))
    shapes = [MultiLineString(part) if len(part) > 1 else part[0] for part in parts]
    some = {"min_size": len(shapes), "max_size": len(shapes)}
    return roads_of(
        *shapes,
        oneway=draw(st.lists(st.sampled_from([True, False, None]), **some)),
        speed=draw(st.lists(st.sampled_from([NAN, 30.0, 90.0]), **some)),
    )


point_lists = st.lists(places, min_size=1, max_size=4)
weights = st.sampled_from(["length_m", "time_min"])


@given(road_layers(), point_lists, point_lists, weights)
@settings(max_examples=120, deadline=None)
def test_networkx_finds_the_same(
    roads: gpd.GeoDataFrame, origins: list[XY], destinations: list[XY], weight: Weight
) -> None:
    """Every pair equals the plain-Python answer; what it cannot reach is nan here."""
    found = cost(roads, points_at(*origins), points_at(*destinations), weight)
    expected = [[expected_cost(roads, o, d, weight) for d in destinations] for o in origins]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@given(road_layers(), point_lists, point_lists, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_shift_and_company_change_nothing(
    roads: gpd.GeoDataFrame, origins: list[XY], destinations: list[XY], random: object
) -> None:
    """Roads shuffled, all moved by one vector, origins asked about one by one."""
    start, end = points_at(*origins), points_at(*destinations)
    found = cost(roads, start, end)
    order = list(range(len(roads)))
    random.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(cost(roads.iloc[order], start, end), found)
    alone = [cost(roads, start.iloc[[i]], end)[0] for i in range(len(start))]
    np.testing.assert_array_equal(alone, found)
    moved = [
        layer.set_geometry(layer.translate(512000.0, 4690000.0)) for layer in (roads, start, end)
    ]
    np.testing.assert_allclose(cost(*moved), found, rtol=1e-6, atol=1e-6)


@given(road_layers(), point_lists)
@settings(max_examples=30, deadline=None)
def test_a_road_split_at_its_vertices_is_the_same_road(
    roads: gpd.GeoDataFrame, origins: list[XY]
) -> None:
    """Every segment a road of its own, numbered so that ties fall the same way."""
    split = roads.explode(ignore_index=True)
    segments = [list(itertools.pairwise(line.coords)) for line in split.geometry]
    split = split.loc[np.repeat(split.index, [len(ends) for ends in segments])]
    split["geometry"] = [LineString(ends) for row in segments for ends in row]
    split["road_id"] = [f"{name}{i:03d}" for i, name in enumerate(split["road_id"])]
    points = points_at(*origins)
    np.testing.assert_allclose(
        cost(split, points, points), cost(roads, points, points), rtol=1e-6, atol=1e-6
    )


def monaco_roads(folder: Path) -> gpd.GeoDataFrame:
    """Read the roads of an OpenStreetMap extract into the columns of `Roads`, metres."""
    ways = pyogrio.read_dataframe(
        folder / "roads" / "monaco.osm.pbf",
        layer="lines",
        columns=["osm_id", "other_tags"],
        where="highway IS NOT NULL",
    ).to_crs(32632)
    tags = ways["other_tags"].fillna("")
    return gpd.GeoDataFrame(
        {
            "road_id": ways["osm_id"],
            "road_class": "local",
            "speed_km_per_h": NAN,
            "oneway": tags.str.contains('"oneway"=>"yes"', regex=False).astype("boolean"),
        },
        geometry=ways.geometry,
        crs=32632,
    )


@pytest.mark.real
def test_a_real_street_graph_agrees_with_networkx(real_data: Path) -> None:
    """Twenty random pairs of vertices of Monaco's streets, one-way streets included."""
    roads = monaco_roads(real_data)
    rng = np.random.default_rng(145)
    chosen = rng.choice(shapely.get_coordinates(roads.geometry.to_numpy()), 40, replace=False)
    ends = gpd.GeoDataFrame(geometry=shapely.points(chosen), crs=32632)
    found = cost(roads, ends[:20], ends[20:], limit_m=1.0).diagonal()
    graph = nx.MultiDiGraph()
    for a, b, oneway, _ in pieces_of(roads):
        graph.add_edge(a, b, weight=math.dist(a, b))
        if not oneway:
            graph.add_edge(b, a, weight=math.dist(a, b))
    nodes = [(round(x, 3), round(y, 3)) for x, y in chosen.tolist()]
    expected = [
        nx.dijkstra_path_length(graph, a, b) if nx.has_path(graph, a, b) else NAN
        for a, b in zip(nodes[:20], nodes[20:], strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=0.05)
    assert np.isfinite(found).sum() >= 5
