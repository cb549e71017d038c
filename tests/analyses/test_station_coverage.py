"""Vehicles within reach of stations: exact small cases by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from shapely import LineString, Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.station_coverage import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, EnergyStations, Roads, VehicleDemands

DAY = date(2025, 12, 31)
CHARGING, GAS, HYDROGEN = (
    f"vehicles_near_{word}_share" for word in ("charging", "gas", "hydrogen")
)
LEFT = "vehicles_beyond_charging"
_MOST = 100_000


def at(x: float, y: float = 0.0) -> Point:
    """Place a point on the worlds' ground."""
    return Point(560_000 + x, 4_690_000 + y)


def demand(x: float, vehicles: int | None = 100, y: float = 0.0) -> dict[str, object]:
    """Describe a demand."""
    return {"vehicles": vehicles, "geometry": at(x, y)}


def station(x: float, kind: str | None = "charging", **columns: object) -> dict[str, object]:
    """Describe a station in service."""
    return {"kind": kind, "points": 4, "geometry": at(x)} | columns


ROADS = to_layer(
    Roads,
    {
        "r": {
            "road_class": "local",
            "geometry": LineString([at(-9000).coords[0], at(9000).coords[0]]),
        }
    },
)


def found(
    demands: dict[str, Any],
    stations: dict[str, Any] | None = None,
    **given: Any,  # noqa: ANN401
) -> Result:
    """Ask of these layers; one charging station at the middle if none is given."""
    stations = {"S": station(0.0)} if stations is None else stations
    layer = to_layer(EnergyStations, stations or {"S": station(0.0)})
    layer = layer if stations else layer.iloc[:0]
    return analyse(to_layer(VehicleDemands, demands), layer, as_of=DAY, **given)


def test_the_reach_is_closed_and_vehicles_weigh() -> None:
    """300 vehicles exactly on the reach, 100 a metre beyond."""
    result = found({"A": demand(3000.0, 300), "B": demand(3001.0)})
    assert bounds(result.measures[CHARGING]) == (75, 75, 75)
    assert bounds(result.measures[LEFT]) == (100, 100, 100)
    assert result.against[CHARGING] == ("B",)
    assert result.features["charging_margin_m"].tolist() == [0.0, -1.0]
    assert set(result.features["distance_kind"]) == {"straight_line"}
    assert "straight" in result.warnings[0].en


def test_each_supply_has_its_own_reach_and_stations() -> None:
    """Swapping is charging; gas reaches to 10 km, hydrogen to 20 km."""
    stations = {
        "S": station(0.0, "swapping"),
        "G": station(13_000.0, "gas"),
        "H": station(23_001.0, "hydrogen"),
    }
    result = found({"A": demand(3000.0)}, stations)
    assert [result.measures[m].value for m in (CHARGING, GAS, HYDROGEN)] == [100, 100, 0]
    row = result.features.loc["A"]
    assert (row["gas_distance_m"], row["hydrogen_distance_m"]) == (10_000.0, 20_001.0)


def test_along_the_roads_it_is_farther() -> None:
    """2,900 m straight, 2,920 m with 20 m more to the road: the layer of roads decides."""
    demands = {"A": demand(2500.0, y=600.0), "B": demand(2500.0, y=501.0)}
    straight = found(demands)
    assert straight.measures[CHARGING].value == 100
    result = found(demands, roads=ROADS)
    assert result.features["charging_distance_m"].tolist() == [3100.0, 3001.0]
    assert result.measures[CHARGING].value == 0
    assert set(result.features["distance_kind"]) == {"network"}
    assert "along" in result.warnings[0].en


def test_unknowns_and_their_bounds() -> None:
    """Far from any road, and vehicles that nobody counted."""
    demands = {
        "A": demand(0.0, 100),
        "B": demand(8000.0, 300),
        "C": demand(0.0, 50, y=2500.0),
        "D": demand(0.0, None),
    }
    result = found(demands, roads=ROADS)
    low, high = Fraction(10_000, 450), Fraction(100 * (150 + _MOST), 450 + _MOST)
    assert bounds(result.measures[CHARGING]) == (low, 25, high)
    told = excluded(result, CHARGING)
    assert {key: kind for key, (kind, _) in told.items()} == {"C": "unknown", "D": "unknown"}
    assert "snap limit" in told["C"][1]
    assert told["D"][1] == "the number of vehicles is missing"
    assert bounds(result.measures[LEFT]) == (300, 300, 350)


def test_stations_on_the_day() -> None:
    """Opened on the day serves; the day after, or closed on the day, does not; swapped may."""
    demands = {"A": demand(0.0)}
    kinds = {
        "opened": ({"commissioned_on": pd.Timestamp(2025, 12, 31)}, 100),
        "later": ({"commissioned_on": pd.Timestamp(2026, 1, 1)}, 0),
        "closed": ({"retired_on": pd.Timestamp(2025, 12, 31)}, 0),
    }
    for columns, share in kinds.values():
        result = found(demands, {"S": station(0.0, **columns)})
        assert result.measures[CHARGING].value == share
    swapped = {"commissioned_on": pd.Timestamp(2025, 1, 1), "retired_on": pd.Timestamp(2024, 1, 1)}
    for columns in (swapped, {"kind": None}):
        result = found(demands, {"S": station(0.0) | columns})
        share = result.measures[CHARGING]
        assert (share.value, share.counted, share.excluded) == (None, 0, 1)


def test_stations_are_counted_by_kind() -> None:
    """In service, not yet, closed, contradictory; the points of those in service."""
    stations = {
        "A": station(0.0),
        "B": station(0.0, points=None),
        "C": station(0.0, commissioned_on=pd.Timestamp(2026, 1, 1), points=9),
        "D": station(0.0, "gas", retired_on=pd.Timestamp(2020, 1, 1)),
        "E": station(0.0, None),
    }
    table = found({"A": demand(0.0)}, stations).tables["stations_by_kind"].set_index("kind")
    counts = table[["in_service", "not_yet", "closed", "points", "points_missing"]]
    assert counts.loc["charging"].tolist() == [2, 1, 0, 4, 1]
    assert counts.loc["gas"].tolist() == [0, 0, 1, 0, 0]
    assert counts.loc[""].tolist() == [1, 0, 0, 4, 0]


def test_no_station_and_no_vehicles() -> None:
    """Without a station nothing is in reach; a demand of no vehicles is out of scope."""
    result = found({"A": demand(0.0), "B": demand(0.0, 0)}, {})
    assert bounds(result.measures[CHARGING]) == (0, 0, 0)
    assert excluded(result, GAS) == {"B": ("out_of_scope", "it has no vehicles")}
    assert result.features["category"].tolist() == ["beyond", "out_of_scope"]


def test_counties_add_up() -> None:
    """Vehicles near and all, by county."""
    west = {"name": "West", "geometry": box(559_000, 4_689_000, 561_000, 4_691_000)}
    counties = to_layer(Counties, {"100001": west})
    result = found({"A": demand(0.0, 7), "B": demand(5000.0, 3)}, counties=counties)
    assert rollup(result, CHARGING, "county_name") == {"": (0, 3, 0), "West": (7, 7, 0)}
    assert rollup(result, HYDROGEN, "county_name") == {"": (0, 3, 0), "West": (0, 7, 0)}


def test_wrong_input_is_refused() -> None:
    """A distance below zero, and degrees."""
    with pytest.raises(ParameterError):
        found({"A": demand(0.0)}, reach_gas_m=-1.0)
    layer = to_layer(VehicleDemands, {"A": demand(0.0)}).to_crs(4490)
    with pytest.raises(CRSError):
        analyse(layer, to_layer(EnergyStations, {"S": station(0.0)}), as_of=DAY)
