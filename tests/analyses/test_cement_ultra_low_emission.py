"""Cement capacity accepted by a day, and that it is judged as steel is."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses import steel_capacity_retrofit
from tieling_geo.analyses.cement_ultra_low_emission import analyse
from tieling_geo.errors import CRSError
from tieling_geo.schemas import CementWorks, Counties, SteelWorks

DAY = date(2025, 12, 31)
SHARE, LEFT = "cement_capacity_retrofitted_share", "cement_capacity_not_retrofitted"
ROWS: dict[str, Row] = {
    "A": {"capacity_t_per_year": 1.5e6, "retrofit_stage": "accepted", "accepted_on": "2025-12-31"},
    "B": {"capacity_t_per_year": 1e6, "retrofit_stage": "accepted", "accepted_on": "2026-01-01"},
    "C": {"capacity_t_per_year": 5e5, "retrofit_stage": "in_progress"},
    "D": {"capacity_t_per_year": 2e6},
    "E": {"capacity_t_per_year": 3e6, "retired_on": "2025-12-31"},
    "F": {"retrofit_stage": "accepted", "accepted_on": "2024-05-01"},
}


def works(schema: type[CementWorks | SteelWorks] = CementWorks) -> gpd.GeoDataFrame:
    """Lay the works out 100 m apart."""
    rows = {
        key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(ROWS.items())
    }
    frame: gpd.GeoDataFrame = to_layer(schema, rows)
    return frame


def test_cement_capacity_is_weighed() -> None:
    """On the day counts, a day later does not; a missing stage and capacity go both ways."""
    found = analyse(works(), as_of=DAY)
    low = Fraction(1_500_000 * 100, 1_500_000 + 1_500_000 + 2_000_000)
    best = 1_500_000 + 2_000_000 + 100_000_000
    high = Fraction(best * 100, best + 1_500_000)
    assert bounds(found.measures[SHARE]) == (low, 50, high)
    assert bounds(found.measures[LEFT]) == (1_500_000, 1_500_000, 3_500_000)
    assert found.against[SHARE] == ("B", "C")
    assert excluded(found, SHARE) == {
        "D": ("unknown", "status is missing"),
        "E": ("out_of_scope", "the capacity is retired"),
        "F": ("unknown", "capacity is missing"),
    }


def test_it_is_judged_as_steel_is() -> None:
    """The same rows in the other layer: the same numbers."""
    cement = analyse(works(), as_of=DAY)
    steel = steel_capacity_retrofit.analyse(works(SteelWorks), as_of=DAY)
    assert cement.features["category"].tolist() == steel.features["category"].tolist()
    other = steel.measures["steel_capacity_retrofitted_share"]
    assert bounds(cement.measures[SHARE]) == bounds(other)


def test_counties_add_up() -> None:
    """Two counties that meet between the works."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 150, 50)},
            "211202": {"name": "East", "geometry": box(150, -50, 950, 50)},
        },
    )
    found = analyse(works(), counties=counties, as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {
        "East": (0, 500_000, 2),
        "West": (1_500_000, 2_500_000, 0),
    }


def test_nothing_is_no_pass_and_degrees_are_refused() -> None:
    """An empty layer has no value; one in degrees is an error."""
    assert analyse(works()[:0], as_of=DAY).measures[SHARE].value is None
    with pytest.raises(CRSError):
        analyse(works().to_crs(4490), as_of=DAY)
