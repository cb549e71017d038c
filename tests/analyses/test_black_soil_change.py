"""Black soil: on parcels and cells small enough to average by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hand_made_fields import area_mu, field
from hand_made_layers import Row, bounds, excluded, rollup, to_layer

from tieling_geo.analyses.black_soil_change import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Cropland, SoilCarbonCells

AS_OF = date(2025, 12, 31)
SHARE, LEFT, AREA, MEAN = (
    "plots_with_rising_organic_matter_share",
    "plots_without_rising_organic_matter",
    "area_with_rising_organic_matter_share",
    "organic_matter_mean_change",
)


def parcels(**shapes: object) -> object:
    """Lay out cropland."""
    return to_layer(Cropland, {key: {"geometry": shape} for key, shape in shapes.items()})


def cells(*rows: tuple[int, object, float | None]) -> object:
    """Lay out cells: year, shape, value."""
    laid: dict[str, Row] = {
        f"{year}-{n}": {"year": year, "organic_matter_g_per_kg": value, "geometry": shape}
        for n, (year, shape, value) in enumerate(rows)
    }
    return to_layer(SoilCarbonCells, laid)


def two_years(first: float | None, last: float | None, shape: object = None) -> object:
    """Give one cell in two years."""
    at = field(0, 0, 10, 10) if shape is None else shape
    return cells((2020, at, first), (2025, at, last))


def run(land: object, soil: object, **given: object) -> Result:
    """Run the analysis."""
    return analyse(land, soil, as_of=AS_OF, **given)


def test_means_are_weighted_by_the_shared_area() -> None:
    """A quarter of the parcel in one cell, three quarters in the other."""
    left, right = field(0, 0, 2, 2), field(2, 0, 2, 2)
    soil = cells((2020, left, 10.0), (2020, right, 20.0), (2025, left, 30.0), (2025, right, 20.0))
    found = run(parcels(A=field(1.75, 0)), soil)
    told = found.features.loc["A"]
    assert told["organic_matter_first_g_per_kg"] == pytest.approx(17.5)
    assert told["organic_matter_last_g_per_kg"] == pytest.approx(22.5)
    assert told["organic_matter_change_g_per_kg"] == pytest.approx(5.0)
    assert told["covered_pct"] == pytest.approx(100.0)
    assert bounds(found.measures[MEAN]) == (5, 5, 5)


def test_a_rise_is_open_at_its_limit() -> None:
    """No change is no rise, and a rise of exactly the limit is none."""
    land = parcels(A=field(0, 0))
    assert run(land, two_years(20.0, 20.0)).measures[SHARE].value == 0
    assert run(land, two_years(20.0, 20.1)).measures[SHARE].value == 100
    assert run(land, two_years(20.0, 20.5), least_rise_g_per_kg=0.5).measures[SHARE].value == 0
    assert run(land, two_years(20.0, 20.6), least_rise_g_per_kg=0.5).measures[SHARE].value == 100
    assert run(land, two_years(20.0, 19.0)).against == {
        SHARE: ("A",),
        LEFT: ("A",),
        AREA: ("A",),
        MEAN: ("A",),
    }


def test_coverage_is_closed_at_its_limit() -> None:
    """Three quarters covered are enough where three quarters are asked, and not a little more."""
    land, soil = parcels(A=field(0, 0, 4, 1)), two_years(20.0, 21.0, field(0, 0, 3, 1))
    assert run(land, soil, least_covered_pct=75.0).measures[SHARE].value == 100
    less = run(land, soil, least_covered_pct=75.001)
    assert less.measures[SHARE].value is None
    assert excluded(less, SHARE) == {"A": ("unknown", "too little is covered in the first year")}


def test_years_are_the_first_and_the_last_by_the_day() -> None:
    """A year between counts for nothing; one of after the day is not there yet."""
    at = field(0, 0)
    soil = cells((2021, at, 20.0), (2023, at, 50.0), (2025, at, 21.0), (2026, at, 5.0))
    land = parcels(A=at)
    assert run(land, soil).features["organic_matter_change_g_per_kg"]["A"] == 1.0
    early = analyse(land, soil, as_of=date(2024, 1, 1))
    assert early.features["organic_matter_change_g_per_kg"]["A"] == 30.0
    one = analyse(land, soil, as_of=date(2022, 1, 1))
    assert excluded(one, MEAN) == {"A": ("unknown", "there are no soil data of two years")}
    none = analyse(land, soil[:0], as_of=AS_OF)
    assert none.measures[MEAN].value is None
    assert none.measures[SHARE].excluded == 1


def test_unknown_parcels_widen_every_bound() -> None:
    """Count, area and mean, each as far as what is known of the parcel allows."""
    a, b, c = field(0, 0), field(1, 0), field(2, 0, 2)
    soil = cells(
        (2020, a, 20.0), (2025, a, 22.0),
        (2020, b, 20.0), (2025, b, None),
        (2020, c, None), (2025, c, 30.0),
    )  # fmt: skip
    found = run(parcels(A=a, B=b, C=c), soil)
    assert bounds(found.measures[SHARE]) == (Fraction(100, 3), 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 2)
    low, value, high = (float(n) for n in bounds(found.measures[AREA]))
    assert (low, value, high) == (pytest.approx(25.0, rel=1e-4), 100.0, 100.0)
    m = {"A": area_mu(a), "B": area_mu(b), "C": area_mu(c)}
    low, value, high = (float(n) for n in bounds(found.measures[MEAN]))
    worst = 2 * m["A"] - 20 * m["B"] + (30 - 1000) * m["C"]
    best = 2 * m["A"] + (1000 - 20) * m["B"] + 30 * m["C"]
    assert value == 2.0
    assert (low, high) == pytest.approx((worst / sum(m.values()), best / sum(m.values())), rel=1e-6)
    assert excluded(found, AREA) == {
        "B": ("unknown", "too little is covered in the last year"),
        "C": ("unknown", "too little is covered in the first year"),
    }
    assert found.features["category"].tolist() == ["rising", "unknown", "unknown"]


def test_two_maps_of_one_year_are_no_value() -> None:
    """Cells that overlap would count ground twice."""
    at = field(0, 0)
    soil = cells((2020, at, 20.0), (2020, at, 24.0), (2025, at, 30.0))
    found = run(parcels(A=at), soil)
    assert excluded(found, SHARE) == {"A": ("unknown", "cells of one year overlap")}


def test_counties_and_kinds_add_up_to_the_whole() -> None:
    """By the county that holds a point of each parcel."""
    land = to_layer(
        Cropland,
        {
            "A": {"kind": "dry", "geometry": field(0, 0)},
            "B": {"kind": "paddy", "geometry": field(5, 0)},
            "C": {"geometry": field(50, 0)},
        },
    )
    counties = to_layer(
        Counties,
        {
            "211202": {"name": "甲", "geometry": field(-1, -1, 4, 4)},
            "211204": {"name": "乙", "geometry": field(3, -1, 60, 4)},
        },
    )
    found = run(land, two_years(20.0, 21.0), counties=counties)
    assert rollup(found, SHARE, "county_name") == {"甲": (1, 1, 0), "乙": (1, 1, 1)}
    assert rollup(found, SHARE, "kind") == {"dry": (1, 1, 0), "paddy": (1, 1, 0), "": (0, 0, 1)}
    rows = rollup(found, AREA, "county_name")
    assert sum(r[1] for r in rows.values()) == found.measures[AREA].estimate.denominator


def test_nothing_has_no_value_and_degrees_are_refused() -> None:
    """An empty layer is no answer."""
    land, soil = parcels(A=field(0, 0)), two_years(20.0, 21.0)
    assert {m.value for m in run(land[:0], soil).measures.values()} == {None}
    with pytest.raises(CRSError):
        run(land.to_crs(4490), soil)
    with pytest.raises(CRSError):
        run(land, soil.to_crs(4490))
