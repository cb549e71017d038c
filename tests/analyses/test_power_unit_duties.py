"""Units that use much coal: the limit and the day themselves, plans, and what is not known."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.power_unit_duties import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, PowerUnits

DAY = date(2025, 12, 31)
SHARE, LEFT = "inefficient_units_with_plan_share", "inefficient_units_without_plan"
#: A coal unit that uses much, without a plan.
PLAIN = {
    "fuel": "coal",
    "coal_use_gce_per_kwh": 320.0,
    "plan_status": "none",
    "geometry": Point(100, 100),
}
ADOPTED = {"plan_status": "adopted", "plan_adopted_on": "2025-12-31"}
COUNTIES = {
    "211201": {"name": "West", "geometry": box(0, 0, 500, 1000)},
    "211202": {"name": "East", "geometry": box(500, 0, 1000, 1000)},
}


def units(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out units: what a row does not say is plain."""
    return to_layer(PowerUnits, {name: {**PLAIN, **row} for name, row in rows.items()})


def test_the_limit_itself_is_in_scope() -> None:
    """300 counts (closed), 299.9 does not; the margin is told."""
    found = analyse(
        units(A={"coal_use_gce_per_kwh": 300.0}, B={"coal_use_gce_per_kwh": 299.9}), as_of=DAY
    )
    assert found.features["category"].tolist() == ["without_plan", "below_limit"]
    assert found.features["coal_use_margin_gce_per_kwh"].tolist() == pytest.approx([0.0, -0.1])
    assert bounds(found.measures[LEFT]) == (1, 1, 1)
    assert excluded(found, LEFT) == {"B": ("out_of_scope", "coal use is below the limit")}
    assert found.against[LEFT] == ("A",)
    higher = analyse(units(A={}), as_of=DAY, coal_use_limit_gce_per_kwh=320.5)
    assert higher.features["category"].tolist() == ["below_limit"]
    assert higher.parameters["coal_use_limit_gce_per_kwh"].value == 320.5


def test_a_plan_counts_from_its_day_on() -> None:
    """On the day it does (closed), a day later not; one that is finished was adopted."""
    found = analyse(
        units(
            A=ADOPTED,
            B={**ADOPTED, "plan_adopted_on": "2026-01-01"},
            C={**ADOPTED, "plan_status": "finished"},
            D={"plan_status": "drafted"},
        ),
        as_of=DAY,
    )
    assert found.features["category"].tolist() == [
        "with_plan",
        "without_plan",
        "with_plan",
        "without_plan",
    ]
    assert found.measures[SHARE].value == 50


def test_what_is_not_known_widens_the_bounds() -> None:
    """Fuel, coal use, status, an undated plan, a contradiction: five unknown beside one known."""
    layer = units(
        A={},
        B={"fuel": None},
        C={"coal_use_gce_per_kwh": None, **ADOPTED},
        D={"plan_status": None},
        E={"plan_status": "adopted"},
        F={"plan_status": "drafted", "plan_adopted_on": "2024-01-01"},
    )
    found = analyse(layer, as_of=DAY)
    # B may be left or out, C done or out, D, E and F may be either.
    assert bounds(found.measures[LEFT]) == (1, 1, 5)
    assert bounds(found.measures[SHARE]) == (0, 0, Fraction(400, 5))
    assert {k: v[0] for k, v in excluded(found, LEFT).items()} == dict.fromkeys("BCDEF", "unknown")
    assert excluded(found, SHARE)["F"][1] == "status contradicts the date of completion"
    assert found.features["category"].tolist() == ["without_plan"] + ["unknown"] * 5


def test_out_of_scope() -> None:
    """Gas, closed on the day, not yet there; nothing in scope has no value."""
    found = analyse(
        units(
            A={"fuel": "gas"},
            B={"retired_on": "2025-12-31", "coal_use_gce_per_kwh": None},
            C={"commissioned_on": "2026-01-01", "plan_status": None},
        ),
        as_of=DAY,
    )
    assert found.measures[LEFT].value is None
    assert found.measures[LEFT].in_scope == 0
    assert {kind for kind, _ in excluded(found, LEFT).values()} == {"out_of_scope"}
    assert set(found.features["category"]) == {"out_of_scope"}
    assert analyse(units(), as_of=DAY).measures[LEFT].value is None


def test_counties_add_up() -> None:
    """By county, and merged from the counties' parts."""
    counties = to_layer(Counties, COUNTIES)
    layer = units(A={}, B={**ADOPTED, "geometry": Point(700, 9)}, C={"geometry": Point(800, 9)})
    found = analyse(layer, counties=counties, as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {"East": (1, 2, 0), "West": (0, 1, 0)}
    assert rollup(found, SHARE, "plan_status") == {"adopted": (1, 1, 0), "none": (0, 2, 0)}
    parts = [analyse(layer.loc[ids], counties=counties, as_of=DAY) for ids in (["A"], ["B", "C"])]
    assert merge_results(parts).measures == found.measures
    assert analyse(layer, as_of=DAY).features["county_name"].isna().all()


def test_what_could_move_it() -> None:
    """The limit takes B in or lets A go, the day brings C its plan; each with its distance."""
    layer = units(
        A={"coal_use_gce_per_kwh": 301.0},
        B={"coal_use_gce_per_kwh": 298.0},
        C={**ADOPTED, "plan_adopted_on": "2026-01-03"},
    )
    limit, day = analyse(layer, as_of=DAY).levers[LEFT]
    assert limit.table["margin"].to_dict() == {"A": 1.0, "B": -2.0, "C": 20.0}
    assert limit.table["numerator"].to_dict() == {"A": 1, "B": 1, "C": 1}
    assert day.table["margin"].to_dict() == {"C": -3}
    assert day.table["numerator"].to_dict() == {"C": -1}


def test_degrees_are_refused() -> None:
    """Distances need metres."""
    with pytest.raises(CRSError):
        analyse(units(A={}).to_crs(4490), as_of=DAY)
