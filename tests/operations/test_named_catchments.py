"""Sites within a limit of named terminals; speeds of roads that state none."""

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point

from tieling_geo.operations.named_catchments import to_named_catchments, to_overlaps
from tieling_geo.operations.road_network import build_road_network
from tieling_geo.operations.road_speeds import SPEED_NAMES, SPEED_PARAMETERS
from tieling_geo.schemas import Roads

ROADS = gpd.GeoDataFrame(
    {"road_id": ["r"], "road_class": "local", "speed_km_per_h": 60.0, "oneway": [True]},
    geometry=[LineString([(0, 0), (9000, 0)])],
    crs=4550,
)


def places(column: str, *xs: float, **columns: object) -> gpd.GeoDataFrame:
    """Place points on the road."""
    ids = [chr(65 + i) for i in range(len(xs))]
    return gpd.GeoDataFrame({column: ids} | columns, geometry=[Point(x, 0) for x in xs], crs=4550)


def test_only_with_the_traffic() -> None:
    """Behind a site on a one-way road no terminal is reached."""
    network = build_road_network(ROADS, default_speeds_km_per_h={})
    sites = places("site_id", 1000.0, 8000.0)
    terminals = places("terminal_id", 5000.0, 2000.0, listed_as=["N", "S"])
    for by, limit in (("distance", 4000.0), ("time", 4.0)):
        found = to_named_catchments(network, sites, terminals, by=by, limit=limit, snap_limit_m=1.0)
        assert found.sites["catchments"].tolist() == ["N;S", ""]
        assert found.sites["nearest"].fillna("").tolist() == ["S", ""]
        assert found.sites["reason"].tolist() == ["", "no_route"]
        assert found.ways["network_distance_m"].tolist() == [4000.0, 1000.0]


def test_without_terminals_nothing_is_in_reach() -> None:
    """And that is known."""
    network = build_road_network(ROADS, default_speeds_km_per_h={})
    none = places("terminal_id", 0.0, listed_as=["N"]).iloc[:0]
    sites = places("site_id", 1000.0)
    found = to_named_catchments(network, sites, none, by="distance", limit=1.0, snap_limit_m=1.0)
    assert found.sites["within"].tolist() == [False]
    assert found.ways.empty
    assert to_overlaps(found.ways, pd.Series(dtype="float64"), ["N", "S"])["sites"].tolist() == [0]


def test_every_class_of_road_has_a_speed() -> None:
    """One parameter each."""
    classes = next(c for c in Roads.columns() if c.name == "road_class").values  # noqa: PD011
    assert set(SPEED_NAMES) == set(classes)
    assert [p.name for p in SPEED_PARAMETERS] == list(SPEED_NAMES.values())
