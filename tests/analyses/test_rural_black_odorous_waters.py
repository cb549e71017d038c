"""Larger rural black-odorous waters: area on the ellipsoid, bodies of several polygons, scope."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import box
from shapely.geometry.base import BaseGeometry

from tieling_geo.analyses.rural_black_odorous_waters import analyse
from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import BlackOdorousWaters, BuiltupAreas, Counties

DAY = date(2025, 12, 31)
BEFORE, ON, AFTER = "2020-01-01", "2025-12-31", "2026-01-01"
SHARE, LEFT = "larger_rural_waters_treated_share", "larger_rural_waters_remaining"
#: A corner on the central meridian, where a metre of the working CRS is a metre on the ground.
X0, Y0 = 500_000.0, 4_690_000.0


def pond(width: float, height: float, x: float = 0, y: float = 0) -> BaseGeometry:
    """Draw a rectangle, metres from the corner."""
    return box(X0 + x, Y0 + y, X0 + x + width, Y0 + y + height)


#: An untreated pond of 4 000 m² far from town; each test changes what it is about.
PLAIN = {"status": "untreated", "geometry": pond(80, 50)}
TOWN = {"name": "X", "scope": "town", "boundary_year": 2020, "geometry": pond(50, 900, -50, -400)}


def waters(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out polygons: what a row does not say is plain, and each is a body by itself."""
    return to_layer(
        BlackOdorousWaters, {name: {"water_id": name, **PLAIN, **row} for name, row in rows.items()}
    )


def towns(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out built-up areas; without a word, a strip of 50 m to the west of the corner."""
    return to_layer(
        BuiltupAreas, {name: {**TOWN, **row} for name, row in (rows or {"1": {}}).items()}
    )


def ask(layer: gpd.GeoDataFrame, **areas: Row) -> Result:
    """Ask with the town."""
    return analyse(layer, towns(**areas), as_of=DAY)


def test_exactly_2000_square_metres_is_larger() -> None:
    """The limit is closed: 40 m by 50 m counts, and a strip of a millimetre less does not."""
    layer = waters(on={"geometry": pond(40, 50)}, below={"geometry": pond(40, 49.999)})
    assert to_geodesic_area_m2(layer).round(6).tolist()[0] == 2000.0
    found = ask(layer)
    assert found.features["category"].tolist() == ["remaining", "out_of_scope"]
    assert found.features["area_margin_m2"].tolist() == pytest.approx([0, -0.04], abs=1e-3)
    assert excluded(found, SHARE) == {"below": ("out_of_scope", "smaller than the limit")}
    assert found.parameters["larger_area_m2"].interval == "closed"


def test_the_area_is_that_of_the_ground() -> None:
    """Two degrees east the working CRS draws everything 0.07 % too big; the ellipsoid does not."""
    east = box(X0 + 170_000, Y0, X0 + 170_040, Y0 + 50.01)
    assert east.area > 2000
    found = ask(waters(E={"geometry": east}))
    assert found.features.loc["E", "body_area_m2"] < 2000
    assert found.features["category"].tolist() == ["out_of_scope"]


def test_the_polygons_of_a_body_are_one() -> None:
    """Two polygons of 1 200 m² are a body of 2 400; overlapping ones are not more than they are."""
    layer = waters(
        a2={"water_id": "A", "geometry": pond(30, 40, 100)},
        a1={"water_id": "A", "geometry": pond(30, 40)},
        b1={"water_id": "B", "geometry": pond(30, 40)},
        b2={"water_id": "B", "geometry": pond(30, 40, 10)},
    )
    found = ask(layer)
    assert found.features["body_area_m2"].tolist() == pytest.approx([2400, 2400, 1600, 1600])
    assert found.features["category"].tolist() == ["out_of_scope", "remaining"] + 2 * [
        "out_of_scope"
    ]
    assert found.against[LEFT] == ("a1",)
    assert excluded(found, LEFT) == {
        "a2": ("out_of_scope", "another part of a body that counts once"),
        "b1": ("out_of_scope", "smaller than the limit"),
        "b2": ("out_of_scope", "another part of a body that counts once"),
    }
    assert found.measures[SHARE].counted == 1


@pytest.mark.parametrize(
    ("first", "second", "category"),
    [
        ({"status": "accepted", "accepted_on": ON}, {"status": "accepted", "accepted_on": ON}, "t"),
        ({"status": "accepted", "accepted_on": ON}, {"status": "untreated"}, "left"),
        ({"status": "untreated"}, {"status": "accepted", "accepted_on": ON}, "left"),
        ({"status": "accepted", "accepted_on": ON}, {"status": None}, "unknown"),
        ({"status": None}, {"status": "untreated"}, "left"),
        ({"status": None}, {"status": "accepted", "accepted_on": ON}, "unknown"),
    ],
)
def test_a_body_is_treated_when_all_of_it_is(first: Row, second: Row, category: str) -> None:
    """One polygon that is left leaves the body; one of which nothing is known leaves it open."""
    layer = waters(
        a1={"water_id": "A", "geometry": pond(30, 40), **first},
        a2={"water_id": "A", "geometry": pond(30, 40, 100), **second},
    )
    found = ask(layer)
    expected = {"t": "treated", "left": "remaining", "unknown": "unknown"}[category]
    assert found.features["category"].tolist() == [expected, "out_of_scope"]
    assert found.measures[SHARE].in_scope == 1


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"status": "accepted", "accepted_on": ON}, "treated", ""),
        ({"status": "accepted", "accepted_on": AFTER}, "remaining", ""),
        ({"status": "in_treatment"}, "remaining", ""),
        ({"status": None, "accepted_on": BEFORE}, "treated", ""),
        ({"status": "accepted"}, "unknown", "undated"),
        ({"accepted_on": ON}, "unknown", "contradiction"),
        ({"accepted_on": AFTER}, "remaining", ""),
        ({"status": None}, "unknown", "status_unknown"),
    ],
)
def test_each_record_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """Accepted on the day counts, a day later does not; what contradicts itself is unknown."""
    found = ask(waters(B=row))
    assert found.features.loc["B", ["category", "reason"]].tolist() == [category, reason]
    assert found.measures[SHARE].counted == int(reason == "")
    assert bool(excluded(found, SHARE)) == (reason != "")


def test_half_in_town_is_urban() -> None:
    """Exactly half of the area in a built-up area of any scope: urban (closed)."""
    layer = waters(
        half={"geometry": pond(80, 50, -40)},
        less={"geometry": pond(80, 50, -39.9)},
        rural={},
    )
    for scope in ("city", "county_town", "town"):
        found = ask(layer, T={"scope": scope})
        assert found.features["urban_pct"].tolist() == pytest.approx([50, 49.875, 0])
        assert found.features["category"].tolist() == ["out_of_scope", "remaining", "remaining"]
    assert excluded(found, SHARE) == {"half": ("out_of_scope", "inside a built-up area, not rural")}


def test_overlapping_towns_count_once() -> None:
    """Two areas over the same ground make no pond more urban than it is."""
    found = ask(waters(P={"geometry": pond(80, 50, -20)}), a={}, b={"scope": "city", "name": "Y"})
    assert found.features["urban_pct"].tolist() == pytest.approx([25])


def test_only_later_boundaries_are_no_answer() -> None:
    """A town first drawn in 2030: a pond that it covers may have been urban in 2025, or rural."""
    layer = waters(doubt={"geometry": pond(80, 50, -80)}, rural={})
    found = ask(layer, T={"boundary_year": 2030, "geometry": pond(80, 900, -80, -400)})
    assert found.features["category"].tolist() == ["unknown", "remaining"]
    assert found.features["urban_pct"].tolist() == [0, 0]
    assert excluded(found, LEFT) == {
        "doubt": (
            "unknown",
            "no built-up boundary of that year or earlier says whether it is rural",
        )
    }
    assert bounds(found.measures[LEFT]) == (1, 1, 2)


def test_without_any_built_up_area_nobody_knows_what_is_rural() -> None:
    """An empty layer of built-up areas proves nothing; a small pond is out all the same."""
    layer = waters(big={}, small={"geometry": pond(10, 10)})
    found = analyse(layer, BuiltupAreas.empty("EPSG:4550"), as_of=DAY)
    assert found.features["category"].tolist() == ["unknown", "out_of_scope"]
    assert (found.measures[SHARE].value, found.measures[SHARE].excluded) == (None, 1)


def test_numbers_by_hand() -> None:
    """Two treated, one left, one undated; one small, one urban."""
    layer = waters(
        t1={"status": "accepted", "accepted_on": ON, "kind": "pond"},
        t2={"status": "accepted", "accepted_on": BEFORE, "kind": "ditch"},
        left={"kind": "pond"},
        undated={"status": "accepted", "kind": "pond"},
        small={"geometry": pond(9, 9), "kind": "pond"},
        urban={"geometry": pond(40, 60, -45), "kind": "pond"},
    )
    west = {"name": "West", "geometry": box(X0 - 9e3, Y0 - 9e3, X0 + 40, Y0 + 9e3)}
    east = {"name": "East", "geometry": box(X0 + 40, Y0 - 9e3, X0 + 9e3, Y0 + 9e3)}
    counties = to_layer(Counties, {"211202": west, "211201": east})
    found = analyse(layer, towns(), counties=counties, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (50, Fraction(200, 3), 75)
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert found.against == {SHARE: ("left",), LEFT: ("left",)}
    assert rollup(found, SHARE, "kind") == {"ditch": (1, 1, 0), "pond": (1, 2, 1)}
    # The plain pond lies in both counties by halves: the point inside it stands on the border.
    assert found.features.loc["left", ["county_name", "border_case"]].tolist() == ["East", True]
    assert found.features.loc["urban", ["county_name", "border_case"]].tolist() == ["West", False]


def test_an_empty_layer_is_no_error() -> None:
    """No water: nothing in scope, no value."""
    found = ask(BlackOdorousWaters.empty("EPSG:4550"))
    assert len(found.features) == 0
    assert [(m.in_scope, m.value) for m in found.measures.values()] == [(0, None)] * 2


def test_the_index_is_kept_and_the_order_does_not_matter() -> None:
    """Whatever the order of the rows, each result stands at its feature."""
    layer = waters(
        z={"water_id": "A", "geometry": pond(30, 40)},
        a={"water_id": "A", "geometry": pond(30, 40, 100), "status": "accepted"},
        m={},
    )
    found, turned = ask(layer), ask(layer.iloc[::-1])
    assert found.features.index.tolist() == ["z", "a", "m"]
    assert found.features["category"].tolist() == ["out_of_scope", "remaining", "remaining"]
    assert turned.measures == found.measures
    pd.testing.assert_frame_equal(turned.features.iloc[::-1], found.features)


def test_degrees_are_refused() -> None:
    """Areas are not taken in degrees, of whichever layer."""
    with pytest.raises(CRSError, match="black_odorous_waters"):
        ask(waters(B={}).to_crs(4490))
    with pytest.raises(CRSError, match="builtup_areas"):
        analyse(waters(B={}), towns().to_crs(4490), as_of=DAY)
