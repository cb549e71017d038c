"""Public bodies that can charge: exact small cases by hand."""

from datetime import date
from typing import Any

import pytest
from shapely import LineString, Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.public_body_charging import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, EnergyStations, PublicBuildings, Roads

DAY = date(2025, 12, 31)
SHARE, LEFT = "public_sites_with_charging_share", "public_sites_without_charging"


def at(x: float, y: float = 0.0) -> Point:
    """Place a point on the worlds' ground."""
    return Point(560_000 + x, 4_690_000 + y)


def body(x: float, own: int | None = 0, y: float = 0.0) -> dict[str, object]:
    """Describe a public body."""
    return {"charging_points": own, "geometry": at(x, y)}


def found(bodies: dict[str, Any], kind: str | None = "charging", **given: Any) -> Result:  # noqa: ANN401
    """Ask of these bodies, with one station at the middle."""
    station = to_layer(EnergyStations, {"S": {"kind": kind, "geometry": at(0.0)}})
    return analyse(to_layer(PublicBuildings, bodies), station, as_of=DAY, **given)


def test_own_or_near() -> None:
    """Its own points; a station exactly at the walk; a metre beyond it."""
    result = found({"A": body(9000.0, 1), "B": body(500.0), "C": body(501.0)})
    assert result.features["category"].tolist() == ["own", "near", "without"]
    assert result.features["walk_margin_m"].tolist() == [-8500.0, 0.0, -1.0]
    assert bounds(result.measures[SHARE])[1] * 3 == 200
    assert result.against[LEFT] == ("C",)


def test_what_is_not_stated() -> None:
    """A blank number is unknown, unless a station is near."""
    result = found({"A": body(0.0, None), "B": body(600.0, None), "C": body(600.0)})
    assert bounds(result.measures[SHARE]) == (pytest.approx(100 / 3), 50, pytest.approx(200 / 3))
    assert excluded(result, SHARE) == {
        "B": ("unknown", "its own charging points are not stated, and no station is near")
    }
    assert bounds(result.measures[LEFT]) == (1, 1, 2)


def test_the_kind_of_station() -> None:
    """Swapping does not count; a station of unknown kind leaves those near it in doubt."""
    assert found({"A": body(0.0)}, "swapping").measures[SHARE].value == 0
    result = found({"A": body(0.0), "B": body(0.0, 2), "C": body(600.0)}, None)
    assert result.features["category"].tolist() == ["unknown", "own", "without"]
    assert [kind for kind, _ in excluded(result, SHARE).values()] == ["unknown"]


def test_along_the_roads_if_asked() -> None:
    """300 m straight, 700 by road; a one-way road is walked against the traffic."""
    line = LineString([at(0.0).coords[0], at(400.0).coords[0], at(400.0, 300.0).coords[0]])
    roads = to_layer(Roads, {"r": {"road_class": "local", "oneway": True, "geometry": line}})
    bodies = {"A": body(400.0, y=300.0), "B": body(400.0, y=100.0)}
    assert found(bodies, roads=roads).measures[SHARE].value == 100
    result = found(bodies, roads=roads, distance_by="network")
    assert result.features["charging_distance_m"].tolist() == [700.0, 500.0]
    assert result.features["category"].tolist() == ["without", "near"]
    without = found(bodies, distance_by="network")
    assert set(without.features["distance_kind"]) == {"straight_line"}
    assert "no road layer" in without.warnings[0].en


def test_counties_add_up() -> None:
    """Bodies with charging, and all, by county."""
    west = {"name": "West", "geometry": box(559_000, 4_689_000, 560_100, 4_691_000)}
    counties = to_layer(Counties, {"100001": west})
    result = found({"A": body(0.0), "B": body(9000.0)}, counties=counties)
    assert rollup(result, SHARE, "county_name") == {"": (0, 1, 0), "West": (1, 1, 0)}


def test_wrong_input_is_refused() -> None:
    """A negative walk, an unknown kind of distance, degrees."""
    for given in ({"walk_m": -1.0}, {"distance_by": "bus"}):
        with pytest.raises(ParameterError):
            found({"A": body(0.0)}, **given)
    layer = to_layer(PublicBuildings, {"A": body(0.0)}).to_crs(4490)
    with pytest.raises(CRSError):
        analyse(layer, to_layer(EnergyStations, {"S": {"geometry": at(0.0)}}), as_of=DAY)
