"""Leakage weighted by volume: one area on the limit, and what missing volumes may come to."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import box

from tieling_geo.analyses.water_leakage import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, MeteredAreas

DAY = date(2025, 12, 31)
SHARE, LOST = "leakage_share", "water_lost"
MOST = 10**9  # m3: the schema's limit
KNOWN = {"scope": "city", "year": 2025, "input_m3": 1000.0, "billed_m3": 900.0}


def areas(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out metered areas side by side."""
    return to_layer(
        MeteredAreas,
        {
            key: {"geometry": box(100 * n, 0, 100 * n + 100, 50), "area_id": key, **KNOWN, **row}
            for n, (key, row) in enumerate(rows.items())
        },
    )


def ask(layer: gpd.GeoDataFrame, day: date = DAY) -> Result:
    """Ask on a day."""
    return analyse(layer, as_of=day)


def test_volumes_weigh() -> None:
    """100 of 1,000 and 900 of 3,000: a quarter of all, not the mean of 10 and 30 %."""
    found = ask(areas(A={}, B={"input_m3": 3000.0, "billed_m3": 2100.0}))
    assert bounds(found.measures[SHARE]) == (25, 25, 25)
    assert bounds(found.measures[LOST]) == (1000, 1000, 1000)
    assert found.features["leakage_pct"].tolist() == [10, 30]


@pytest.mark.parametrize(("billed", "category"), [(900.0, "leaking"), (900.001, "tight")])
def test_an_area_on_the_limit_leaks(billed: float, category: str) -> None:
    """Open: exactly 10 % is not below 10 %."""
    found = ask(areas(A={"billed_m3": billed}))
    assert found.features["category"].tolist() == [category]
    assert found.against[SHARE] == (("A",) if category == "leaking" else ())
    assert found.features["leakage_margin_pct"].iloc[0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"year": 2024}, "other_year"),
        ({"year": 2026}, "other_year"),
        ({"scope": "town"}, "other_scope"),
        ({"input_m3": 0.0, "billed_m3": 0.0}, "no_input"),
        ({"input_m3": 0.0, "billed_m3": None}, "no_input"),
        ({"scope": None}, "scope_unknown"),
        ({"billed_m3": 1000.001}, "contradiction"),
        ({"billed_m3": 1000.0}, ""),
        ({"input_m3": 0.0, "billed_m3": 1.0}, "contradiction"),
        ({"billed_m3": None}, "no_amount"),
        ({"input_m3": None}, "no_amount"),
    ],
)
def test_each_row_counts_or_says_why_not(row: Row, reason: str) -> None:
    """One row a case; what is out of scope is not unknown."""
    found = ask(areas(A=row))
    assert found.features["reason"].tolist() == [reason]
    out = reason in {"other_year", "other_scope", "no_input"}
    assert found.measures[SHARE].excluded == int(bool(reason) and not out)
    assert found.measures[SHARE].counted == int(not reason)


def test_31_december_ends_its_year() -> None:
    """A day earlier, the year before is the last complete one."""
    layer = areas(A={}, B={"year": 2024, "billed_m3": 500.0})
    assert ask(layer).measures[SHARE].value == 10
    assert ask(layer, date(2025, 12, 30)).measures[SHARE].value == 50


@pytest.mark.parametrize(
    ("row", "low", "high", "least", "most"),
    [
        # Billed missing: none or all of 500 is lost.
        (
            {"input_m3": 500.0, "billed_m3": None},
            Fraction(100, 1500),
            Fraction(600, 1500),
            100,
            600,
        ),
        # Input missing: from the 500 that it billed up to the schema's limit.
        (
            {"input_m3": None, "billed_m3": 500.0},
            Fraction(100, 1500),
            Fraction(100 + MOST - 500, 1000 + MOST),
            100,
            100 + MOST - 500,
        ),
        # Neither, or not believed.
        (
            {"input_m3": None, "billed_m3": None},
            Fraction(100, 1000 + MOST),
            Fraction(100 + MOST, 1000 + MOST),
            100,
            100 + MOST,
        ),
        (
            {"input_m3": 5.0, "billed_m3": 6.0},
            Fraction(100, 1000 + MOST),
            Fraction(100 + MOST, 1000 + MOST),
            100,
            100 + MOST,
        ),
        # Perhaps no city: it leaks 50 %, so that it can only raise the share.
        ({"scope": None, "billed_m3": 500.0}, Fraction(1, 10), Fraction(600, 2000), 100, 600),
        # It leaks nothing, so that it can only lower it.
        ({"scope": None, "billed_m3": 1000.0}, Fraction(100, 2000), Fraction(1, 10), 100, 100),
    ],
)
def test_bounds_hold_what_may_be(
    row: Row, low: Fraction, high: Fraction, least: int, most: int
) -> None:
    """Beside an area of 1,000 m3 that lost 100."""
    found = ask(areas(A={}, B=row))
    assert bounds(found.measures[SHARE]) == (100 * low, 10, 100 * high)
    assert bounds(found.measures[LOST]) == (least, 100, most)
    assert found.features["category"].tolist() == ["leaking", "unknown"]
    assert excluded(found, SHARE)["B"][0] == "unknown"


def test_counties_add_up() -> None:
    """By a point inside; an area outside all counties has a group of its own."""
    county = to_layer(Counties, {"211201": {"name": "C", "geometry": box(0, 0, 140, 50)}})
    layer = areas(A={}, B={"billed_m3": 700.0}, C={"billed_m3": None})
    found = analyse(layer, counties=county, as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {"": (300, 1000, 1), "C": (100, 1000, 0)}
    assert found.features.geometry.equals(layer.geometry)


def test_nothing_and_nonsense() -> None:
    """No area has no value; another scope is refused, and so are degrees."""
    empty = ask(MeteredAreas.empty("EPSG:4550"))
    assert [(m.in_scope, m.value) for m in empty.measures.values()] == [(0, None)] * 2
    with pytest.raises(ParameterError):
        analyse(areas(A={}), as_of=DAY, area_scope="cities")
    with pytest.raises(CRSError):
        ask(areas(A={}).to_crs(4490))
