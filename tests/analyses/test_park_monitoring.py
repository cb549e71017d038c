"""Stations of parks: two parks side by side, and stations in, on and beyond their borders."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.park_monitoring import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, EmissionMonitors, Parks

DAY = date(2025, 12, 31)
SHARE, LEFT = "parks_with_station_share", "parks_without_station"
PARKS = to_layer(
    Parks,
    {
        "P": {"name": "North", "level": "provincial", "geometry": box(0, 0, 100, 100)},
        "Q": {"name": "South", "level": None, "geometry": box(200, 0, 300, 100)},
    },
)
IN_P, IN_Q, AWAY = Point(50, 50), Point(250, 50), Point(900, 900)


def stations(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out stations in service, unless they say otherwise."""
    plain = {"kind": "park_station", "installed_on": "2022-06-01", "geometry": AWAY}
    return to_layer(EmissionMonitors, {f"M{n}": {**plain, **row} for n, row in enumerate(rows)})


def ask(*rows: Row) -> Result:
    """Ask about both parks."""
    return analyse(PARKS, stations(*rows), as_of=DAY)


@pytest.mark.parametrize(
    ("row", "category"),
    [
        ({"geometry": IN_P}, "monitored"),
        ({"geometry": Point(100, 50)}, "monitored"),
        ({"geometry": Point(100.02, 50)}, "not_monitored"),
        ({"park_id": "P"}, "monitored"),
        ({"park_id": "P", "geometry": IN_Q}, "monitored"),
        ({"park_id": "Q", "geometry": IN_P}, "not_monitored"),
        ({"park_id": "Z", "geometry": IN_P}, "monitored"),
        ({"park_id": "Z"}, "not_monitored"),
        ({"geometry": IN_P, "kind": "online"}, "not_monitored"),
        ({"geometry": IN_P, "kind": None}, "unknown"),
        ({"geometry": IN_P, "installed_on": "2025-12-31"}, "monitored"),
        ({"geometry": IN_P, "installed_on": "2026-01-01"}, "not_monitored"),
        ({"geometry": IN_P, "removed_on": "2025-12-31"}, "not_monitored"),
        ({"geometry": IN_P, "removed_on": "2020-01-01"}, "unknown"),
    ],
)
def test_which_stations_count(row: Row, category: str) -> None:
    """By the number of the park, else by place; in service on the day."""
    found = ask(row)
    assert found.features.loc["P", "category"] == category
    assert ("P" in found.against[LEFT]) == (category == "not_monitored")


def test_what_does_not_fit_is_listed() -> None:
    """A park that is not there, and a station in another park than it names."""
    found = ask(
        {"park_id": "Z", "geometry": IN_P}, {"park_id": "P", "geometry": IN_Q}, {"park_id": "P"}
    )
    assert found.tables["stations_to_check"].to_numpy().tolist() == [
        ["M0", "Z", "P", "no_such_park"],
        ["M1", "P", "Q", "stands_in_another_park"],
    ]
    assert len(found.warnings) == 1
    assert found.features["stations"].tolist() == [3, 0]
    assert ask({"park_id": "P"}).warnings == ()


def test_levels_and_roll_ups() -> None:
    """With every level listed a missing one is in scope; with some it is unknown."""
    county = to_layer(Counties, {"211201": {"name": "West", "geometry": box(0, 0, 100, 100)}})
    layer = stations({"geometry": IN_P})
    found = analyse(PARKS, layer, counties=county, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (50, 50, 50)
    assert rollup(found, SHARE, "county_name") == {"": (0, 1, 0), "West": (1, 1, 0)}
    assert rollup(found, SHARE, "level") == {"": (0, 1, 0), "provincial": (1, 1, 0)}
    some = analyse(PARKS, layer, as_of=DAY, levels=("provincial",))
    assert bounds(some.measures[SHARE]) == (50, 100, 100)
    assert excluded(some, SHARE) == {"Q": ("unknown", "its level is missing")}
    other = analyse(PARKS, layer, as_of=DAY, levels=("municipal",))
    assert excluded(other, SHARE)["P"] == ("out_of_scope", "its level is out of scope")
    assert other.features["category"].tolist() == ["out_of_scope", "unknown"]


def test_empty_layers_and_wrong_input() -> None:
    """No park: no value. No station: none has one. A level that is none, degrees."""
    empty = analyse(Parks.empty("EPSG:4550"), stations({"park_id": "P"}), as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    assert empty.tables["stations_to_check"]["problem"].tolist() == ["no_such_park"]
    none = analyse(PARKS, EmissionMonitors.empty("EPSG:4550"), as_of=DAY)
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    assert none.features.index.tolist() == ["P", "Q"]
    with pytest.raises(ParameterError):
        analyse(PARKS, stations(), as_of=DAY, levels=("county",))
    with pytest.raises(CRSError):
        analyse(PARKS.to_crs(4490), stations({}), as_of=DAY)
    with pytest.raises(CRSError):
        analyse(PARKS, stations({}).to_crs(4490), as_of=DAY)
