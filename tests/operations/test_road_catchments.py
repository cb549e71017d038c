"""Nearest by road and soonest by road, ties, and what is not reached."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point

from tieling_geo.operations.road_catchments import UNREACHABLE, RoadCatchments, to_catchments
from tieling_geo.operations.road_network import build_road_network

#: A straight road of 1 km with a fast second one beside it, and an island far away.
ROADS = gpd.GeoDataFrame(
    {
        "road_id": ["a", "b", "island"],
        "road_class": "local",
        "speed_km_per_h": [20.0, 120.0, 20.0],
        "oneway": pd.array([None, None, None], dtype="boolean"),
    },
    geometry=[
        LineString([(0, 0), (1000, 0)]),
        LineString([(0, 0), (-500, 0), (-1200, 0)]),
        MultiLineString([[(0, 5000), (100, 5000)]]),
    ],
    crs=4550,
)


def layer(key: str, **places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Place named points."""
    shapes = [Point(xy) for xy in places.values()]
    return gpd.GeoDataFrame({key: pd.Series(list(places), dtype="str")}, geometry=shapes, crs=4550)


def found(sites: gpd.GeoDataFrame, yards: gpd.GeoDataFrame, limit_m: float = 50) -> RoadCatchments:
    """Run on `ROADS`."""
    network = build_road_network(ROADS, default_speeds_km_per_h={})
    return to_catchments(network, sites, yards, keys=("site", "yard"), limit_m=limit_m)


def test_the_nearest_and_the_soonest_may_differ() -> None:
    """From the fork 600 m on the slow road against 1200 m on the fast one: 1.8 and 0.6 minutes."""
    row = found(layer("site", S=(0, 7)), layer("yard", slow=(600, 3), fast=(-1200, 4))).nearest
    assert row[["destination", "network_distance_m", "access_m", "egress_m"]].iloc[0].tolist() == [
        "slow",
        600.0,
        7.0,
        3.0,
    ]
    assert row["fastest_destination"].tolist() == ["fast"]
    assert row["network_time_min"].tolist() == [pytest.approx(0.6)]
    assert row[["tie", "fastest_tie", "road_tie"]].to_numpy().tolist() == [[False, False, False]]


@pytest.mark.parametrize(
    ("x", "nearest", "tied"), [(600.0, "A", True), (600.0004, "A", True), (600.01, "B", False)]
)
def test_of_two_as_near_the_lowest_is_taken_and_told(x: float, nearest: str, tied: bool) -> None:  # noqa: FBT001 - a case
    """Between two terminals on one road; the table's order does not matter."""
    row = found(layer("site", S=(x, 0)), layer("yard", B=(700, 0), A=(500, 0))).nearest
    assert row["destination"].tolist() == [nearest]
    assert row["tie"].tolist() == [tied]


def test_of_two_as_soon_the_lowest_is_taken_and_told() -> None:
    """600 m at 120 km/h on one side, 100 m at 20 km/h on the other: 0.3 minutes each."""
    row = found(layer("site", S=(0, 0)), layer("yard", B=(100, 0), A=(-600, 0))).nearest
    assert row["fastest_destination"].tolist() == ["A"]
    assert row["destination"].tolist() == ["B"]
    assert row[["tie", "fastest_tie"]].to_numpy().tolist() == [[False, True]]


def test_what_is_not_reached_has_a_reason_and_no_number() -> None:
    """Off the network, and on a road that leads nowhere; the terminal off the network is told."""
    sites = layer("site", far=(0, 51), lone=(50, 5000), edge=(0, 50))
    both = found(sites, layer("yard", Y=(10, 0), off=(10, 900)))
    assert both.off_network == ("off",)
    assert both.nearest["unreachable"].tolist() == ["off_network", "no_route", ""]
    assert both.nearest["reachable"].tolist() == [False, False, True]
    unreached = both.nearest.loc[[0, 1]]
    assert unreached["destination"].isna().all()
    for column in ("network_distance_m", "network_time_min", "egress_m"):
        assert unreached[column].isna().all()
    assert unreached["access_m"].tolist() == [51.0, 0.0]
    assert set(both.nearest["unreachable"]) - {""} <= set(UNREACHABLE)


def test_without_a_destination_on_a_road_nothing_is_reached() -> None:
    """No terminal at all, and one that is too far from any road."""
    sites = layer("site", S=(0, 0), far=(0, 90))
    for yards in (layer("yard"), layer("yard", off=(10, 900))):
        rows = found(sites, yards).nearest
        assert rows["unreachable"].tolist() == ["no_destination", "off_network"]
    assert len(found(layer("site"), layer("yard", Y=(0, 0))).nearest) == 0


def test_every_way_is_listed() -> None:
    """Sites by terminals, sorted by both, reached or not."""
    sites = layer("site", T=(0, 0), S=(50, 5000)).set_axis(["T", "S"])
    ways = found(sites, layer("yard", Y=(10, 0), X=(30, 0))).ways
    assert ways[["origin", "destination"]].to_numpy().tolist() == [
        ["S", "X"],
        ["S", "Y"],
        ["T", "X"],
        ["T", "Y"],
    ]
    np.testing.assert_array_equal(ways["network_distance_m"], [np.nan, np.nan, 30.0, 10.0])
    assert ways["reachable"].tolist() == [False, False, True, True]


def test_the_index_is_kept() -> None:
    """In the order of the sites."""
    sites = layer("site", T=(20, 0), S=(50, 0)).set_axis(["T", "S"])
    rows = found(sites, layer("yard", Y=(10, 0))).nearest
    assert rows.index.tolist() == ["T", "S"]
    assert rows["network_distance_m"].tolist() == [10.0, 40.0]
