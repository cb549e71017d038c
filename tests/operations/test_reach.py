"""What is within reach along roads and straight, and what nobody knows: by hand, and at random."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.reach import check_reach_m, reach_network, within_reach
from tieling_geo.operations.road_costs import to_cost_matrix, to_least_length_m
from tieling_geo.operations.road_network import build_road_network, snap

XY = tuple[float, float]


def roads_of(*lines: list[XY], oneway: bool | None = None) -> gpd.GeoDataFrame:
    """Draw roads named a, b, c, ... in this order."""
    frame = gpd.GeoDataFrame(
        {"road_id": [chr(97 + i) for i in range(len(lines))], "road_class": "local"},
        geometry=[LineString(line) for line in lines],
        crs=4550,
    )
    ways = pd.array([oneway] * len(lines), dtype="boolean")
    return frame.assign(speed_km_per_h=float("nan"), oneway=ways)


def points_at(*places: XY, crs: int = 4550) -> gpd.GeoDataFrame:
    """Place points."""
    return gpd.GeoDataFrame(geometry=[Point(xy) for xy in places], crs=crs)


def reached(
    points: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | None = None,
    *,
    serves: list[bool | None] | None = None,
    reach_m: float = 100.0,
    limit_m: float = 50.0,
) -> pd.DataFrame:
    """Ask with facilities that all serve unless told otherwise."""
    given_serves = serves if serves is not None else [True] * len(facilities)
    return within_reach(
        points,
        facilities,
        serves=pd.Series(given_serves, facilities.index, dtype="boolean"),
        reach_m=reach_m,
        network=reach_network(roads),
        snap_limit_m=limit_m,
    )


def test_the_reach_is_closed() -> None:
    """Exactly on it counts, a millimetre beyond it does not."""
    found = reached(points_at((100.0, 0.0), (100.001, 0.0)), points_at((0.0, 0.0)))
    assert found["within"].tolist() == [True, False]
    assert found["distance_m"].tolist() == [100.0, 100.001]


def test_the_legs_are_part_of_the_way() -> None:
    """30 m to the road, 60 along it, 10 from it: exactly the reach, closer as the crow flies."""
    road = roads_of([(0.0, 0.0), (500.0, 0.0)])
    found = reached(points_at((40.0, 30.0), (39.0, 30.0)), points_at((100.0, 10.0)), road)
    assert found["within"].tolist() == [True, False]
    assert found["distance_m"].tolist() == [100.0, 101.0]


def test_what_no_road_is_near_is_in_doubt_only_in_reach() -> None:
    """A point 60 m from the road, with a station 80 m and one 200 m away as the crow flies."""
    road = roads_of([(0.0, 0.0), (500.0, 0.0)])
    near = reached(points_at((80.0, 60.0)), points_at((80.0, -20.0)), road)
    assert near["within"].isna().all()
    assert near["reason"].tolist() == ["off_network"]
    far = reached(points_at((80.0, 60.0)), points_at((300.0, 0.0)), road)
    assert far["within"].tolist() == [False]
    assert far["distance_m"].isna().all()


def test_a_facility_off_the_road_may_be_in_reach() -> None:
    """Of two points on the road only the one that is near it as the crow flies is in doubt."""
    road = roads_of([(0.0, 0.0), (500.0, 0.0)])
    found = reached(points_at((80.0, 0.0), (400.0, 0.0)), points_at((80.0, 60.0)), road)
    assert found["reason"].tolist() == ["facility_off_network", ""]
    assert found["within"].tolist()[1] is False


def test_roads_that_do_not_meet() -> None:
    """No way leads there, and it is 40 m away: nobody knows."""
    roads = roads_of([(0.0, 0.0), (500.0, 0.0)], [(0.0, 40.0), (500.0, 40.0)])
    found = reached(points_at((80.0, 0.0)), points_at((80.0, 40.0)), roads)
    assert found["reason"].tolist() == ["no_route"]
    both = reached(points_at((80.0, 0.0)), points_at((80.0, 40.0), (300.0, 0.0)), roads)
    assert both["within"].tolist() == [False]


@pytest.mark.parametrize("roads", [None, roads_of([(0.0, 0.0), (500.0, 0.0)])])
def test_a_facility_that_may_serve_leaves_a_doubt(roads: gpd.GeoDataFrame | None) -> None:
    """It changes nothing where another one surely serves, and nothing where it is far."""
    points, facilities = points_at((0.0, 0.0), (300.0, 0.0)), points_at((50.0, 0.0), (90.0, 0.0))
    found = reached(points, facilities, roads, serves=[None, False])
    assert found["reason"].tolist() == ["facility_unknown", ""]
    assert found["distance_m"].isna().all()
    found = reached(points, facilities, roads, serves=[None, True])
    assert found["within"].tolist() == [True, False]
    assert found["distance_m"].tolist() == [90.0, 210.0]


def test_one_way_roads_are_driven_one_way_and_walked_both() -> None:
    """Against the traffic no way leads there."""
    road = roads_of([(0.0, 0.0), (500.0, 0.0)], oneway=True)
    points, facilities = points_at((90.0, 0.0)), points_at((30.0, 0.0))
    assert reached(points, facilities, road)["reason"].tolist() == ["no_route"]
    on_foot = within_reach(
        points,
        facilities,
        serves=pd.Series([True], dtype="boolean"),
        reach_m=100.0,
        network=reach_network(road, is_on_foot=True),
        snap_limit_m=50.0,
    )
    assert on_foot["distance_m"].tolist() == [60.0]


def test_nothing_there_is_nothing_in_reach() -> None:
    """No facility, no road, no point."""
    none = points_at((0.0, 0.0)).iloc[:0]
    road = roads_of([(0.0, 0.0), (500.0, 0.0)])
    for roads in (None, road, road.iloc[:0]):
        assert reached(points_at((0.0, 0.0)), none, roads)["within"].tolist() == [False]
        assert reached(none, points_at((0.0, 0.0)), roads).empty


def test_what_cannot_be_measured_is_refused() -> None:
    """Degrees, and distances below zero."""
    with pytest.raises(CRSError):
        reached(points_at((124.0, 42.0), crs=4490), points_at((0.0, 0.0)))
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ParameterError):
            check_reach_m(walk_m=wrong)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=4),
        min_size=1,
        max_size=4,
    ),
    *[st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4)] * 2,
    st.booleans(),
)
def test_one_search_finds_what_all_searches_find(
    lines: list[list[tuple[int, int]]],
    some: list[tuple[int, int]],
    others: list[tuple[int, int]],
    oneway: bool,  # noqa: FBT001 - drawn
) -> None:
    """The least way is the least of the matrix with the legs added, never below the straight."""
    drawn = [[(100.0 * x, 100.0 * y) for x, y in line] for line in lines]
    drawn = [line for line in drawn if len(set(line)) > 1]
    if not drawn:
        return
    network = build_road_network(
        roads_of(*drawn, oneway=oneway), default_speeds_km_per_h={"local": 20}
    )
    points = points_at(*[(100.0 * x + 7, 100.0 * y) for x, y in some])
    facilities = points_at(*[(100.0 * x, 100.0 * y + 3) for x, y in others])
    at, to = snap(network, points, 250.0), snap(network, facilities, 250.0)
    legs = at["access_m"].to_numpy()[:, None] + to["access_m"].to_numpy()
    every = np.where(np.isnan(cost := to_cost_matrix(network, at, to)), np.inf, cost + legs)
    found = to_least_length_m(network, at, to)
    np.testing.assert_allclose(found, every.min(axis=1), atol=1e-6)
    straight = [min(p.distance(f) for f in facilities.geometry) for p in points.geometry]
    assert (found >= np.array(straight) - 1e-6).all()
