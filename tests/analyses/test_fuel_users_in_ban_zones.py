"""Banned fuel in zones: border, classes, overlaps, days, and what is not known."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.fuel_users_in_ban_zones import analyse
from tieling_geo.errors import CRSError
from tieling_geo.schemas import Boilers, FuelBanZones, HeatingSupplyAreas

DAY = date(2025, 12, 31)
SHARE, LEFT = "zone_boilers_on_allowed_fuel_share", "banned_fuel_users_in_zones"
SQUARE = box(0, 0, 1000, 1000)


def boilers(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out coal boilers of 10 t/h in the square, but for what a row says."""
    plain = {
        "fuel": "coal",
        "status": "operating",
        "capacity_t_per_h": 10.0,
        "geometry": Point(500, 500),
    }
    return to_layer(Boilers, {name: {**plain, **row} for name, row in rows.items()})


def zones(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out zones of class III on the square, but for what a row says."""
    plain = {"fuel_class": "III", "geometry": SQUARE}
    return to_layer(FuelBanZones, {name: {**plain, **row} for name, row in rows.items()})


@pytest.mark.parametrize(
    ("boiler", "zone", "category"),
    [
        ({}, {}, "banned"),
        ({"geometry": Point(1000, 500)}, {}, "banned"),
        ({"geometry": Point(1000.02, 500)}, {}, "out_of_scope"),
        ({}, {"valid_from": "2025-12-31"}, "banned"),
        ({}, {"valid_from": "2026-01-01"}, "out_of_scope"),
        ({}, {"fuel_class": "II"}, "banned"),
        ({"capacity_t_per_h": 20.0}, {"fuel_class": "II"}, "allowed"),
        ({"capacity_t_per_h": None, "capacity_mw": 14.0}, {"fuel_class": "II"}, "allowed"),
        ({"capacity_t_per_h": None, "capacity_mw": 13.9}, {"fuel_class": "II"}, "banned"),
        ({}, {"fuel_class": "I"}, "unknown"),
        ({"capacity_t_per_h": None}, {"fuel_class": "II"}, "unknown"),
        ({}, {"fuel_class": None}, "unknown"),
        ({"fuel": "gas"}, {"fuel_class": None}, "allowed"),
        ({"fuel": "biomass"}, {}, "unknown"),
        ({"fuel": "biomass"}, {"fuel_class": "II"}, "allowed"),
        ({"fuel": "oil"}, {}, "unknown"),
        ({"fuel": None}, {}, "unknown"),
        ({"status": None}, {}, "unknown"),
        ({"status": None, "geometry": Point(5000, 5000)}, {}, "out_of_scope"),
        ({"status": "retired", "retired_on": "2025-12-31"}, {}, "out_of_scope"),
        ({"commissioned_on": "2026-01-01"}, {}, "out_of_scope"),
    ],
)
def test_each_border_and_each_gap(boiler: Row, zone: Row, category: str) -> None:
    """One boiler and one zone."""
    found = analyse(boilers(A=boiler), zones(Z=zone), as_of=DAY)
    assert found.features["category"].tolist() == [category]
    value = found.measures[LEFT].value
    assert value == {"banned": 1, "allowed": 0}.get(category)
    kinds = [kind for kind, _ in excluded(found, LEFT).values()]
    assert kinds == {"unknown": ["unknown"], "out_of_scope": ["out_of_scope"]}.get(category, [])


def test_the_limit_of_size_is_a_parameter() -> None:
    """Closed: a boiler exactly of it may burn coal in class II."""
    layer, zone = boilers(A={"capacity_t_per_h": 35.0}), zones(Z={"fuel_class": "II"})
    for limit, category in ((35.0, "allowed"), (35.1, "banned")):
        found = analyse(layer, zone, as_of=DAY, large_boiler_t_per_h=limit)
        assert found.features["category"].tolist() == [category]
        assert found.parameters["large_boiler_t_per_h"].value == limit


def test_zones_that_overlap() -> None:
    """What one of them bans is banned; the pair and its area are listed, touching ones not."""
    found = analyse(
        boilers(A={"capacity_t_per_h": 35.0}, B={"geometry": Point(1500, 500)}),
        zones(
            Z={"fuel_class": "II"},
            Y={"geometry": box(400, 0, 1400, 1000)},
            X={"geometry": box(1400, 0, 2000, 1000)},
            W={"geometry": SQUARE, "valid_from": "2027-01-01"},
        ),
        as_of=DAY,
    )
    assert found.features["category"].tolist() == ["banned", "banned"]
    assert found.features["zone_ids"].tolist() == ["Y;Z", "X"]
    assert found.tables["zone_overlaps"].to_dict("records") == [
        {"zone_id": "Y", "other_zone_id": "Z", "overlap_m2": 600_000.0}
    ]
    assert found.features["zone_margin_m"].tolist() == [500.0, 500.0]


def test_heating_inside_zones() -> None:
    """Half the square is served; an area of later than the day serves nothing yet."""
    areas = to_layer(
        HeatingSupplyAreas,
        {
            "H1": {"geometry": box(0, 0, 500, 1000)},
            "H2": {"geometry": box(0, 0, 250, 1000), "valid_from": "2025-12-31"},
            "H3": {"geometry": SQUARE, "valid_from": "2026-01-01"},
        },
    )
    found = analyse(boilers(A={}), zones(Z={}), heating_supply_areas=areas, as_of=DAY)
    assert found.tables["zone_coverage"].to_dict("records") == [
        {
            "zone_id": "Z",
            "fuel_class": "III",
            "area_m2": 1_000_000.0,
            "served_m2": 500_000.0,
            "served_share_pct": 50.0,
        }
    ]
    assert "zone_coverage" not in analyse(boilers(A={}), zones(Z={}), as_of=DAY).tables
    with pytest.raises(CRSError):
        analyse(boilers(), zones(), heating_supply_areas=areas.to_crs(4490), as_of=DAY)


def test_bounds_groups_and_nothing() -> None:
    """One banned, one allowed, one open; by fuel; no zone puts all out of scope."""
    layer = boilers(A={}, B={"fuel": "gas"}, C={"fuel": "oil"})
    found = analyse(layer, zones(Z={}), as_of=DAY)
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert bounds(found.measures[SHARE]) == (pytest.approx(100 / 3), 50, pytest.approx(200 / 3))
    assert rollup(found, SHARE, "fuel") == {"coal": (0, 1, 0), "gas": (1, 1, 0), "oil": (0, 0, 1)}
    assert found.against[LEFT] == ("A",)
    none = analyse(layer, zones(), as_of=DAY)
    assert none.measures[LEFT].in_scope == 0
    assert none.features["zone_margin_m"].isna().all()
    assert pd.isna(none.features["zone_ids"]).all()
    assert analyse(layer.iloc[:0], zones(Z={}), as_of=DAY).measures[LEFT].value is None
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), zones(Z={}), as_of=DAY)
