"""Roads are cut at the right places, and points stand where they should."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, MultiLineString, Point

from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.road_network import RoadNetwork, build_road_network, snap
from tieling_geo.schemas import Roads

SPEEDS = dict.fromkeys(("motorway", "trunk", "primary", "secondary", "tertiary", "local"), 60.0)


def roads_of(*lines: object, names: str | None = None) -> gpd.GeoDataFrame:
    """Draw two-way local roads named a, b, c, ... in this order, or by other letters."""
    return gpd.GeoDataFrame(
        {
            "road_id": list(names or "abcdefghijklmnop")[: len(lines)],
            "road_class": "local",
            "speed_km_per_h": np.nan,
            "oneway": pd.array([None] * len(lines), dtype="boolean"),
        },
        geometry=list(lines),
        crs=4550,
    )


def network_of(*lines: object, names: str | None = None) -> RoadNetwork:
    """Build the network of such roads."""
    return build_road_network(roads_of(*lines, names=names), default_speeds_km_per_h=SPEEDS)


def points_at(*coordinates: tuple[float, float]) -> gpd.GeoDataFrame:
    """Place points."""
    return gpd.GeoDataFrame(geometry=[Point(xy) for xy in coordinates], crs=4550)


def test_a_vertex_that_two_roads_share_cuts_both() -> None:
    """A cross with a shared vertex has five junctions and four edges."""
    network = network_of(
        LineString([(0, 0), (30, 0), (70, 0)]), LineString([(30, -20), (30, 0), (30, 10)])
    )
    assert network.junctions == 5
    assert network.length_m.tolist() == [30.0, 40.0, 20.0, 10.0]


def test_a_bridge_without_a_shared_vertex_cuts_nothing() -> None:
    """The same cross without the vertex: two edges that do not meet."""
    network = network_of(LineString([(0, 0), (70, 0)]), LineString([(30, -20), (30, 10)]))
    assert network.junctions == 4
    assert network.length_m.tolist() == [70.0, 30.0]


@pytest.mark.parametrize(("gap_m", "junctions"), [(0.0, 3), (0.0004, 3), (0.0006, 4), (0.01, 4)])
def test_vertices_meet_after_rounding_to_a_millimetre(gap_m: float, junctions: int) -> None:
    """Ends that round to the same millimetre are one junction, others are not."""
    network = network_of(LineString([(0, 0), (50, 0)]), LineString([(50 + gap_m, 0), (90, 0)]))
    assert network.junctions == junctions


def test_a_bend_is_no_junction_and_its_length_is_of_its_segments() -> None:
    """A road with a bend is one edge of 3 + 4 metres."""
    assert network_of(LineString([(0, 0), (3, 0), (3, 4)])).length_m.tolist() == [7.0]


def test_a_road_that_meets_itself_is_cut_there() -> None:
    """A lollipop: a stick of 10 and a ring of 40 that begins and ends on the same vertex."""
    network = network_of(LineString([(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (10, 0)]))
    assert network.length_m.tolist() == [10.0, 40.0]
    assert network.junctions == 2


def test_a_vertex_given_twice_running_is_one() -> None:
    """A segment without length makes no edge and no junction."""
    network = network_of(LineString([(0, 0), (5, 0), (5, 0), (9, 0), (9, 0)]))
    assert network.length_m.tolist() == [9.0]
    assert network_of(LineString([(5, 0), (5, 0)])).length_m.tolist() == []


def test_parts_of_a_multiline_meet_only_where_they_share_a_vertex() -> None:
    """Two parts apart are two edges without a common junction."""
    network = network_of(MultiLineString([[(0, 0), (5, 0)], [(5, 0), (9, 0)], [(20, 0), (21, 0)]]))
    assert network.length_m.tolist() == [5.0, 4.0, 1.0]
    assert network.junctions == 5


def test_the_order_of_rows_does_not_matter() -> None:
    """Edges stand by road number."""
    given = roads_of(LineString([(0, 0), (5, 0)]), LineString([(0, 0), (0, 7)]))
    given.index = pd.Index(["a", "b"], name="road_id")  # as a reader delivers it
    turned = build_road_network(given.iloc[::-1], default_speeds_km_per_h=SPEEDS)
    assert turned.length_m.tolist() == [5.0, 7.0]


def test_speed_is_the_roads_own_or_its_classs() -> None:
    """60 km/h is a kilometre a minute; a road's own 30 km/h comes before the default."""
    roads = roads_of(LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]))
    roads["speed_km_per_h"] = [np.nan, 30.0]
    network = build_road_network(roads, default_speeds_km_per_h={"local": 60.0})
    assert network.min_per_m.tolist() == pytest.approx([0.001, 0.002])


@pytest.mark.parametrize("speeds", [{}, {"local": 0.0}, {"local": -5.0}, {"local": np.inf}])
def test_a_road_without_a_speed_above_zero_is_refused(speeds: dict[str, float]) -> None:
    """No class default, or a senseless one."""
    with pytest.raises(ParameterError, match="local"):
        build_road_network(roads_of(LineString([(0, 0), (1, 0)])), default_speeds_km_per_h=speeds)


def test_degrees_are_refused() -> None:
    """Neither roads nor points may be geographic, and both must be in one CRS."""
    roads = roads_of(LineString([(0, 0), (1, 0)]))
    with pytest.raises(CRSError):
        build_road_network(roads.set_crs(4490, allow_override=True), default_speeds_km_per_h=SPEEDS)
    network = build_road_network(roads, default_speeds_km_per_h=SPEEDS)
    with pytest.raises(CRSError):
        snap(network, points_at((0, 0)).set_crs(4490, allow_override=True), 5.0)
    with pytest.raises(CRSError, match="different CRS"):
        snap(network, points_at((0, 0)).set_crs(4549, allow_override=True), 5.0)


@pytest.mark.parametrize("limit_m", [-1.0, float("nan")])
def test_a_limit_that_is_none_is_refused(limit_m: float) -> None:
    """A limit below zero, or not a number."""
    with pytest.raises(ParameterError, match="snap limit"):
        snap(network_of(LineString([(0, 0), (1, 0)])), points_at((0, 0)), limit_m)


@pytest.mark.parametrize(("away_m", "counts"), [(50.0, True), (50.1, False)])
def test_the_snap_limit_is_closed(away_m: float, counts: bool) -> None:  # noqa: FBT001 - a case
    """A point exactly at the limit is snapped; beyond it its distance is still told."""
    found = snap(network_of(LineString([(0, 0), (100, 0)])), points_at((30, away_m)), 50.0)
    assert found["is_snapped"].tolist() == [counts]
    assert found["access_m"].tolist() == [away_m]
    assert found["edge"].tolist() == [0 if counts else -1]


def test_points_are_snapped_to_segments_not_to_vertices() -> None:
    """The nearest place is in the middle of a long segment, however near a vertex is elsewhere."""
    network = network_of(LineString([(0, 0), (1000, 0)]), LineString([(500, 40), (500, 90)]))
    found = snap(network, points_at((500, 10)), 2000.0)
    assert found[["road_id", "offset_m", "access_m"]].to_numpy().tolist() == [["a", 500.0, 10.0]]


def test_offset_runs_along_the_edge_over_its_bends() -> None:
    """Past a bend and a junction: 4 metres into the second segment of the second edge."""
    network = network_of(
        LineString([(0, 0), (10, 0), (20, 0), (20, 9)]), LineString([(10, 0), (10, 9)])
    )
    found = snap(network, points_at((21, 4)), 5.0)
    assert found[["edge", "offset_m"]].to_numpy().tolist() == [[1, 14.0]]


def test_of_two_roads_as_near_the_lowest_is_taken_and_told() -> None:
    """Midway between two roads; a millimetre more is a tie still, a centimetre is none."""
    network = network_of(LineString([(0, 20), (50, 20)]), LineString([(0, 0), (50, 0)]), names="ba")
    found = snap(network, points_at((9, 10), (9, 10.0004), (9, 10.01), (9, 2)), 50.0)
    assert found["road_id"].tolist() == ["a", "a", "b", "a"]
    assert found["is_tied"].tolist() == [True, True, False, False]


def test_a_junction_is_one_place_and_a_bridge_is_two() -> None:
    """A point on a shared vertex is not tied; on the crossing of a bridge it is."""
    cross = network_of(
        LineString([(0, 0), (30, 0), (70, 0)]), LineString([(30, -20), (30, 0), (30, 10)])
    )
    bridge = network_of(LineString([(0, 0), (70, 0)]), LineString([(30, -20), (30, 10)]))
    assert snap(cross, points_at((30, 0)), 1.0)["is_tied"].tolist() == [False]
    assert snap(bridge, points_at((30, 0)), 1.0)["is_tied"].tolist() == [True]


def test_a_bend_is_one_place() -> None:
    """Outside a bend the nearest place of both segments is the bend itself."""
    found = snap(network_of(LineString([(0, 0), (10, 0), (10, 10)])), points_at((13, -4)), 9.0)
    assert found[["offset_m", "access_m"]].to_numpy().tolist() == [[10.0, 5.0]]
    assert found["is_tied"].tolist() == [False]


def test_inside_a_bend_two_places_of_one_road_may_be_as_near() -> None:
    """Three metres from both arms: the place that comes first is taken, and the tie told."""
    found = snap(network_of(LineString([(0, 0), (10, 0), (10, 10)])), points_at((7, 3)), 9.0)
    assert found[["offset_m", "access_m"]].to_numpy().tolist() == [[7.0, 3.0]]
    assert found["is_tied"].tolist() == [True]


def test_nothing_is_lost_where_there_is_nothing() -> None:
    """No roads, no points, and both."""
    empty = build_road_network(Roads.empty("EPSG:4550"), default_speeds_km_per_h=SPEEDS)
    assert (empty.junctions, len(empty.length_m)) == (0, 0)
    found = snap(empty, points_at((0, 0)), 5.0)
    assert found["is_snapped"].tolist() == [False]
    assert found["access_m"].isna().tolist() == [True]
    for network in (empty, network_of(LineString([(0, 0), (1, 0)]))):
        none = snap(network, points_at(), 5.0)
        assert len(none) == 0
        assert none.dtypes.to_dict() == found.dtypes.to_dict()


def test_the_index_of_the_points_is_kept() -> None:
    """In the points' order, whatever their index holds."""
    points = points_at((3, 0), (1, 0), (2, 99)).set_axis(["z", "a", "m"])
    found = snap(network_of(LineString([(0, 0), (9, 0)])), points, 5.0)
    assert found.index.tolist() == ["z", "a", "m"]
    assert found["offset_m"].tolist()[:2] == [3.0, 1.0]
    assert found["is_snapped"].tolist() == [True, True, False]


def test_access_is_the_distance_to_the_union_of_roads() -> None:
    """Against shapely, for random points and bent roads."""
    rng = np.random.default_rng(7)
    lines = [LineString(rng.uniform(0, 1000, (4, 2))) for _ in range(12)]
    points = gpd.GeoDataFrame(geometry=shapely.points(rng.uniform(0, 1000, (200, 2))), crs=4550)
    found = snap(network_of(*lines), points, 100.0)
    expected = points.distance(shapely.union_all(lines))
    np.testing.assert_allclose(found["access_m"], expected, atol=1e-9)
    assert (found["is_snapped"] == (expected <= 100.0)).all()
