"""Towns and services: borders, distances, days, and what is not known."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.town_services import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import Counties, SewerServiceAreas, Towns, WasteFacilities

DAY = date(2025, 12, 31)
ALL, SEWER, WASTE = "towns_served_share", "towns_sewered_share", "towns_near_waste_works_share"


def towns(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out designated towns in the middle of the sewered square."""
    plain = {"is_designated_town": True, "geometry": Point(50, 50)}
    return to_layer(Towns, {name: {**plain, **row} for name, row in rows.items()})


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out transfer stations; without a word one at the towns' place."""
    plain = {"kind": "transfer", "geometry": Point(50, 50)}
    named = {name: {**plain, **row} for name, row in (rows or {"F": {}}).items()}
    return to_layer(WasteFacilities, named)


def areas(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sewer service areas; without a word a square of 100 m."""
    plain = {"geometry": box(0, 0, 100, 100), "valid_from": "2025-12-31"}
    named = {name: {**plain, **row} for name, row in (rows or {"S": {}}).items()}
    return to_layer(SewerServiceAreas, named)


def ask(layer: gpd.GeoDataFrame, **changed: gpd.GeoDataFrame) -> Result:
    """Ask about towns, with plain works and areas unless others are given."""
    return analyse(layer, changed.get("works", works()), changed.get("areas", areas()), as_of=DAY)


def test_the_border_and_the_distance_are_closed() -> None:
    """On the border and exactly 10 km off: served; a little further: not."""
    far = works(F={"geometry": Point(10_000, 0)})
    found = ask(
        towns(
            on={"geometry": Point(0, 0)},
            outside={"geometry": Point(-0.02, 0)},
            near={"geometry": Point(100, 0)},
        ),
        works=far,
    )
    assert found.features["category"].to_dict() == {
        "on": "served",
        "outside": "none",
        "near": "served",
    }
    assert found.features["waste_margin_m"]["on"] == 0
    beyond = ask(
        towns(on={"geometry": Point(0, 0)}), works=works(F={"geometry": Point(10_000.001, 0)})
    )
    assert beyond.features["category"].to_dict() == {"on": "partly"}


@pytest.mark.parametrize(
    ("row", "waste"),
    [
        ({}, "yes"),
        ({"kind": "landfill"}, "yes"),
        ({"kind": "sorting"}, "no"),
        ({"kind": "industrial_solid"}, "no"),
        ({"kind": None}, "unknown"),
        ({"commissioned_on": "2025-12-31"}, "yes"),
        ({"commissioned_on": "2026-01-01"}, "no"),
        ({"retired_on": "2025-12-31"}, "no"),
        ({"commissioned_on": "2020-01-01", "retired_on": "2019-01-01"}, "unknown"),
    ],
)
def test_works_that_take_waste(row: Row, waste: str) -> None:
    """One facility a case, right beside the town."""
    found = ask(towns(T={}), works=works(F=row))
    assert found.features["waste"].tolist() == [waste]
    assert found.tables["town_services"]["waste"].tolist() == [waste]


@pytest.mark.parametrize(
    ("row", "sewer"),
    [
        ({"valid_from": "2025-12-31"}, "yes"),
        ({"valid_from": "2026-01-01"}, "no"),
        ({"valid_from": None}, "unknown"),
    ],
)
def test_areas_by_their_day(row: Row, sewer: str) -> None:
    """An area without a date leaves its town open, unless a sure one covers it, too."""
    assert ask(towns(T={}), areas=areas(S=row)).features["sewer"].tolist() == [sewer]
    both = ask(towns(T={}), areas=areas(S=row, R={}))
    assert both.features["sewer"].tolist() == ["yes"]


def test_the_shares_and_their_bounds() -> None:
    """Of four towns one is served, one not, one open, one perhaps no town; a township is out."""
    undated = {"valid_from": None, "geometry": box(1000, 0, 1100, 100)}
    found = ask(
        towns(
            A={},
            B={"geometry": Point(500, 50)},
            C={"geometry": Point(1050, 50)},
            D={"is_designated_town": None},
            E={"is_designated_town": False},
        ),
        areas=areas(S={}, U=undated),
    )
    assert bounds(found.measures[ALL]) == (pytest.approx(100 / 3), 50, 75)
    assert bounds(found.measures[SEWER]) == (pytest.approx(100 / 3), 50, 75)
    assert bounds(found.measures[WASTE]) == (100, 100, 100)
    assert bounds(found.measures["towns_not_served"]) == (1, 1, 2)
    assert excluded(found, ALL) == {
        "C": ("unknown", "the sewer service area around it has no date"),
        "D": ("unknown", "not known whether it is a designated town"),
        "E": ("out_of_scope", "no designated town"),
    }
    assert set(excluded(found, WASTE)) == {"D", "E"}
    assert found.features["category"].tolist() == [
        "served",
        "partly",
        "unknown",
        "unknown",
        "not_designated",
    ]
    matrix = found.tables["town_services"].set_index("town_id")
    assert matrix.loc["B", ["sewer", "waste", "all_services"]].tolist() == ["no", "yes", "no"]


def test_counties_add_up_and_nothing_is_no_pass() -> None:
    """Cut in two and merged: the whole; without works and areas nobody is served."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-9, -9, 70, 200)},
            "211202": {"name": "East", "geometry": box(70, -9, 999, 200)},
        },
    )
    layer = towns(B={}, A={"geometry": Point(500, 50)})
    whole, *parts = (
        analyse(part, works(), areas(), counties=counties, as_of=DAY)
        for part in (layer, layer[:1], layer[1:])
    )
    assert merge_results(parts).measures == whole.measures
    assert whole.features.index.tolist() == ["B", "A"]
    assert rollup(whole, ALL, "county_name") == {"West": (1, 1, 0), "East": (0, 1, 0)}
    bare = ask(layer, works=works()[:0], areas=areas()[:0])
    assert bare.measures[ALL].value == 0
    assert ask(layer[:0]).measures[ALL].value is None


def test_what_is_wrong_is_refused() -> None:
    """Degrees, a kind that there is not, a distance below zero."""
    with pytest.raises(CRSError):
        ask(towns(T={}).set_crs(4490, allow_override=True))
    with pytest.raises(ParameterError):
        analyse(towns(T={}), works(), areas(), as_of=DAY, receiving_kinds=["magic"])
    with pytest.raises(ParameterError):
        analyse(towns(T={}), works(), areas(), as_of=DAY, waste_distance_m=-1.0)
