"""Larger coal boilers: which are in scope, and whose retrofit was accepted by a day."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.boilers_ultra_low_emission import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Boilers, Counties

DAY = date(2025, 12, 31)
SHARE, LEFT = "large_coal_boilers_ultra_low_share", "large_coal_boilers_not_ultra_low"
LARGE = {"fuel": "coal", "status": "operating", "capacity_t_per_h": 65.0}
DONE = {**LARGE, "ultra_low_stage": "accepted", "ultra_low_accepted_on": "2025-12-31"}
UNDONE = {**LARGE, "ultra_low_stage": "in_progress"}


def boilers(**rows: Row) -> gpd.GeoDataFrame:
    """Lay boilers out 100 m apart."""
    return to_layer(
        Boilers,
        {key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(rows.items())},
    )


def ask(**rows: Row) -> Result:
    """Ask as of the day."""
    return analyse(boilers(**rows), as_of=DAY)


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (DONE, "accepted", ""),
        (UNDONE, "not_accepted", ""),
        ({**DONE, "ultra_low_accepted_on": "2026-01-01"}, "not_accepted", ""),
        ({**DONE, "status": "standby"}, "accepted", ""),
        ({**DONE, "capacity_t_per_h": 64.9}, "out_of_scope", "smaller than the threshold"),
        ({**DONE, "capacity_t_per_h": None, "capacity_mw": 45.5}, "accepted", ""),
        ({**DONE, "fuel": "gas"}, "out_of_scope", "not a coal boiler"),
        (
            {**DONE, "status": "retired", "retired_on": "2025-12-31"},
            "out_of_scope",
            "retired by that day",
        ),
        ({**DONE, "commissioned_on": "2026-01-01"}, "out_of_scope", "not commissioned by that day"),
        ({**DONE, "fuel": None}, "unknown", "fuel is missing"),
        ({**DONE, "capacity_t_per_h": None}, "unknown", "capacity is missing"),
        (
            {**DONE, "capacity_mw": 40.0},
            "unknown",
            "its t/h and its MW lie on different sides of the threshold",
        ),
        ({**DONE, "status": "retired"}, "unknown", "retired, but no date says when"),
        ({**DONE, "status": None}, "unknown", "status is missing"),
        (
            {**DONE, "ultra_low_accepted_on": None},
            "unknown",
            "the retrofit is accepted, but no date says when",
        ),
        (LARGE, "unknown", "the stage of the retrofit is missing"),
        (
            {**DONE, "ultra_low_stage": "completed"},
            "unknown",
            "stage of the retrofit contradicts its date of acceptance",
        ),
    ],
)
def test_one_boiler(row: Row, category: str, reason: str) -> None:
    """The threshold and the day are closed; nothing that is missing passes."""
    found = ask(A=row)
    assert found.features["category"].tolist() == [category]
    kind = "out_of_scope" if category == "out_of_scope" else "unknown"
    assert excluded(found, SHARE) == ({"A": (kind, reason)} if reason else {})


def test_unknown_boilers_widen_the_bounds() -> None:
    """A stage unknown goes both ways; a capacity unknown that is done can only help."""
    found = ask(A=DONE, B=UNDONE, C=LARGE, D={**DONE, "capacity_t_per_h": None})
    assert bounds(found.measures[SHARE]) == (Fraction(100, 3), 50, 75)
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert found.against[LEFT] == ("B",)
    assert found.features["capacity_margin_t_per_h"].tolist()[0] == 0


def test_counties_add_up() -> None:
    """West has one of one, east none of one."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 50, 50)},
            "211202": {"name": "East", "geometry": box(50, -50, 250, 50)},
        },
    )
    found = analyse(boilers(B=DONE, A=UNDONE), counties=counties, as_of=DAY)
    assert found.features.index.tolist() == ["B", "A"]
    assert rollup(found, SHARE, "county_name") == {"West": (1, 1, 0), "East": (0, 1, 0)}


def test_another_threshold_nothing_and_degrees() -> None:
    """A higher threshold leaves nothing in scope; so does an empty layer; degrees are refused."""
    layer = boilers(A=DONE)
    assert analyse(layer, as_of=DAY, large_boiler_t_per_h=65.1).measures[SHARE].in_scope == 0
    assert analyse(layer[:0], as_of=DAY).measures[SHARE].value is None
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
