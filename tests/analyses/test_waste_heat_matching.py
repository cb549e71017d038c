"""Waste heat and demand: distance, temperature and capacity on their limits, and the bounds."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.waste_heat_matching import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, HeatDemands, WasteHeatSources

DAY = date(2025, 12, 31)
SHARE, MET, LEFT = "heat_demand_matched_share", "heat_demand_matched", "heat_demand_left"


def demands(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out space heating of 10 MW at the origin, but for what a row says."""
    plain = {"heat_mw": 10.0, "use": "space_heating", "geometry": Point(0, 0)}
    return to_layer(HeatDemands, {name: {**plain, **row} for name, row in rows.items()})


def sources(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sources of 8 MW and 90 degrees at the origin, but for what a row says."""
    plain = {"heat_mw": 8.0, "temperature_degc": 90.0, "geometry": Point(0, 0)}
    return to_layer(WasteHeatSources, {name: {**plain, **row} for name, row in rows.items()})


def met(found: Result) -> list[float]:
    """Give what each demand is given."""
    return found.features["matched_mw"].tolist()


@pytest.mark.parametrize(
    ("place", "given"), [(Point(5000, 0), 8.0), (Point(5000.001, 0), 0.0), (Point(3000, 4000), 8.0)]
)
def test_distance_is_closed(place: Point, given: float) -> None:
    """5,000 m count, a millimetre more does not; the margin is told."""
    found = analyse(demands(A={}), sources(S={"geometry": place}), as_of=DAY)
    assert met(found) == [given]
    margin = 5000 - place.distance(Point(0, 0))
    assert found.features["within_reach_m"].tolist() == [pytest.approx(margin, abs=1e-6)]


@pytest.mark.parametrize(
    ("use", "degc", "given"),
    [
        ("space_heating", 60.0, 8.0),
        ("space_heating", 59.9, 0.0),
        ("steam", 170.0, 8.0),
        ("steam", 169.9, 0.0),
    ],
)
def test_temperature_is_closed(use: str, degc: float, given: float) -> None:
    """By use; the limits are parameters."""
    found = analyse(demands(A={"use": use}), sources(S={"temperature_degc": degc}), as_of=DAY)
    assert met(found) == [given]
    low = analyse(
        demands(A={"use": use}),
        sources(S={"temperature_degc": degc}),
        as_of=DAY,
        min_space_heating_degc=50.0,
        min_steam_degc=150.0,
    )
    assert met(low) == [8.0]


def test_the_greatest_load_then_the_shortest_way() -> None:
    """The near source goes to the demand that has no other: taking turns would leave 8 MW."""
    found = analyse(
        demands(A={"heat_mw": 8.0}, B={"heat_mw": 8.0, "geometry": Point(4000, 0)}),
        sources(S={"geometry": Point(1000, 0)}, T={"geometry": Point(-4000, 0)}),
        as_of=DAY,
    )
    assert met(found) == [8.0, 8.0]
    assert found.tables["matches"].to_dict("records") == [
        {"demand_id": "A", "source_id": "T", "mw": 8.0, "distance_km": 4.0, "mw_km": 32.0},
        {"demand_id": "B", "source_id": "S", "mw": 8.0, "distance_km": 3.0, "mw_km": 24.0},
    ]
    assert found.tables["sources"]["left_mw"].tolist() == [0.0, 0.0]
    assert bounds(found.measures[SHARE]) == (100, 100, 100)
    assert found.against[LEFT] == ()


def test_categories_and_who_speaks_against() -> None:
    """Met, met in part, not met; sums exact in tenths."""
    found = analyse(
        demands(A={"heat_mw": 0.1}, B={"heat_mw": 0.2}, C={"geometry": Point(9000, 0)}),
        sources(S={"heat_mw": 0.2}),
        as_of=DAY,
    )
    assert sorted(found.features["category"][:2]) in (["met", "partly"], ["met", "not_met"])
    assert found.features["category"].iloc[2] == "not_met"
    assert bounds(found.measures[MET]) == (Fraction(1, 5),) * 3
    assert bounds(found.measures[LEFT]) == (Fraction(101, 10),) * 3
    assert found.measures[SHARE].value == Fraction(200, 103)
    assert "C" in found.against[SHARE]


def test_sources_that_are_not_there_yet_or_not_known() -> None:
    """From its day on (closed); a missing heat or temperature serves none, and may serve."""
    for day, given in (("2025-12-31", 8.0), ("2026-01-01", 0.0), (None, 8.0)):
        found = analyse(demands(A={}), sources(S={"available_from": day}), as_of=DAY)
        assert met(found) == [given]
    for gap, high in (({"heat_mw": None}, 100), ({"temperature_degc": None}, 80)):
        found = analyse(demands(A={}), sources(S=gap), as_of=DAY)
        assert bounds(found.measures[SHARE]) == (0, 0, high)
        assert bounds(found.measures[MET]) == (0, 0, high / 10)
        assert bounds(found.measures[LEFT]) == (10 - high / 10, 10, 10)
    far = analyse(
        demands(A={}), sources(S={"heat_mw": None, "geometry": Point(9000, 0)}), as_of=DAY
    )
    assert bounds(far.measures[SHARE]) == (0, 0, 0)


def test_demands_that_are_not_known() -> None:
    """A missing load is 0 to 3,000 MW, a missing use leaves its load open; zero is out of scope."""
    found = analyse(
        demands(A={}, B={"heat_mw": None}, C={"use": None, "heat_mw": 2.0}, D={"heat_mw": 0.0}),
        sources(S={}),
        as_of=DAY,
    )
    assert {k: v[0] for k, v in excluded(found, SHARE).items()} == {
        "B": "unknown",
        "C": "unknown",
        "D": "out_of_scope",
    }
    assert found.features["category"].tolist() == ["partly", "unknown", "unknown", "out_of_scope"]
    # 8 MW of 10 at best; 8 of 3,012 at worst.
    assert bounds(found.measures[SHARE]) == (Fraction(800, 3012), 80, 80)
    assert bounds(found.measures[MET]) == (8, 8, 8)
    assert bounds(found.measures[LEFT]) == (2, 2, 3004)
    assert "straight" in found.warnings[0].en


def test_counties_use_and_order() -> None:
    """Roll-ups add up to the whole; index and findings do not hang on the order of rows."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-9000, -9000, 500, 9000)},
            "211202": {"name": "East", "geometry": box(500, -9000, 9000, 9000)},
        },
    )
    layer = demands(B={"use": "steam"}, A={"geometry": Point(1000, 0)})
    found = analyse(layer, sources(S={}), counties=counties, as_of=DAY)
    assert found.features.index.tolist() == ["B", "A"]
    assert rollup(found, SHARE, "county_name") == {"East": (8, 10, 0), "West": (0, 10, 0)}
    assert rollup(found, SHARE, "use") == {"space_heating": (8, 10, 0), "steam": (0, 10, 0)}
    turned = analyse(layer.iloc[::-1], sources(S={}), counties=counties, as_of=DAY)
    assert turned.measures == found.measures


def test_nothing_there() -> None:
    """No demand has no value; no source meets nothing; degrees are refused."""
    assert analyse(demands(), sources(S={}), as_of=DAY).measures[SHARE].value is None
    none = analyse(demands(A={}), sources(), as_of=DAY)
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    assert none.features["within_reach_m"].isna().all()
    only_zero = analyse(demands(A={"heat_mw": 0.0}), sources(S={}), as_of=DAY)
    assert only_zero.measures[SHARE].in_scope == 0
    with pytest.raises(CRSError):
        analyse(demands(A={}).to_crs(4490), sources(S={}), as_of=DAY)
