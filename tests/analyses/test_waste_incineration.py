"""Incineration's share of capacity: what counts, on which day, and what is not known."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.waste_incineration import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, WasteFacilities

DAY = date(2025, 12, 31)
SHARE, BURNT, OTHER = (
    "incineration_capacity_share",
    "incineration_capacity",
    "other_treatment_capacity",
)
MOST = 20_000
PLAIN = {"kind": "landfill", "scope": "city", "design_t_per_d": 100.0, "geometry": Point(0, 0)}
BURNS = {"kind": "incineration", "design_t_per_d": 300.0}


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out facilities: what a row does not say is a city's landfill of 100 t/d."""
    return to_layer(WasteFacilities, {name: {**PLAIN, **row} for name, row in rows.items()})


def test_transfer_sorting_and_industrial_waste_are_no_treatment() -> None:
    """300 of 300 + 100 + 100 t/d: what treats nothing, or is zero, is out of scope."""
    found = analyse(
        works(
            burns=BURNS,
            fills={},
            rots={"kind": "composting"},
            moves={"kind": "transfer"},
            sorts={"kind": "sorting"},
            industry={"kind": "industrial_solid"},
            town={"scope": "county_town"},
            nothing={"design_t_per_d": 0.0},
        ),
        as_of=DAY,
    )
    assert bounds(found.measures[SHARE]) == (60, 60, 60)
    assert bounds(found.measures[BURNT]) == (300, 300, 300)
    assert bounds(found.measures[OTHER]) == (200, 200, 200)
    assert found.against[SHARE] == ("fills", "rots")
    assert {name: reason for name, (_, reason) in excluded(found, SHARE).items()} == {
        "moves": "no treatment (transfer, sorting and such)",
        "sorts": "no treatment (transfer, sorting and such)",
        "industry": "no treatment (transfer, sorting and such)",
        "town": "serves others than those counted",
        "nothing": "its capacity is zero",
    }
    assert rollup(found, SHARE, "kind")["incineration"] == (300, 300, 0)


@pytest.mark.parametrize(
    ("row", "share"),
    [
        ({"commissioned_on": "2025-12-31"}, 75),
        ({"commissioned_on": "2026-01-01"}, 0),
        ({"retired_on": "2025-12-31"}, 0),
        ({"retired_on": "2026-01-01"}, 75),
    ],
)
def test_the_day_is_closed(row: Row, share: int) -> None:
    """What opens on the day counts, what closes on it does not."""
    assert (
        analyse(works(burns={**BURNS, **row}, fills={}), as_of=DAY).measures[SHARE].value == share
    )


@pytest.mark.parametrize(
    ("row", "low", "high", "reason"),
    [
        ({"kind": None}, Fraction(300, 5), Fraction(400, 5), "the kind is missing"),
        ({"scope": None}, 60, 75, "whom it serves is missing"),
        ({"scope": None, **BURNS}, 75, Fraction(600, 7), "whom it serves is missing"),
        ({"design_t_per_d": None}, Fraction(30000, MOST + 400), 75, "capacity is missing"),
        (
            {"commissioned_on": "2020-01-01", "retired_on": "2019-01-01"},
            60,
            75,
            "closed before it came into service",
        ),
    ],
)
def test_what_is_missing_is_unknown(row: Row, low: Fraction, high: Fraction, reason: str) -> None:
    """300 of 400 t/d, and one more of which something is not known."""
    found = analyse(works(burns=BURNS, fills={}, odd=row), as_of=DAY)
    assert bounds(found.measures[SHARE]) == (low, 75, high)
    assert excluded(found, SHARE) == {"odd": ("unknown", reason)}
    assert found.features["category"]["odd"] == "unknown"


def test_the_lists_are_parameters() -> None:
    """Two kinds and two recipients; lists that make no sense are refused."""
    layer = works(burns=BURNS, fills={}, rots={"kind": "composting", "scope": "park"})
    found = analyse(
        layer, as_of=DAY, treatment_kinds=["incineration", "composting"], scopes=["city", "park"]
    )
    assert found.measures[SHARE].value == 75
    assert found.parameters["scopes"].value == ("city", "park")
    for wrong in (["incineration"], ["landfill", "composting"], ["incineration", "magic"], []):
        with pytest.raises(ParameterError):
            analyse(layer, as_of=DAY, treatment_kinds=wrong)
    with pytest.raises(ParameterError):
        analyse(layer, as_of=DAY, scopes=["nowhere"])
    with pytest.raises(CRSError):
        analyse(layer.set_crs(4490, allow_override=True), as_of=DAY)


def test_counties_add_up_and_the_index_is_kept() -> None:
    """Cut in two and merged: the whole; nothing at all has no value."""
    layer = works(b=BURNS, a={"geometry": Point(90, 0)}, c={"kind": None})
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-9, -9, 50, 9)},
            "211202": {"name": "East", "geometry": box(50, -9, 99, 9)},
        },
    )
    whole = analyse(layer, counties=counties, as_of=DAY)
    parts = [
        analyse(layer[kept], counties=counties, as_of=DAY)
        for kept in ([True, False, True], [False, True, False])
    ]
    assert merge_results(parts).measures == whole.measures
    assert whole.features.index.tolist() == ["b", "a", "c"]
    assert rollup(whole, SHARE, "county_name") == {"West": (300, 300, 1), "East": (0, 100, 0)}
    assert analyse(layer[:0], as_of=DAY).measures[SHARE].value is None


def test_the_day_is_a_lever() -> None:
    """A day earlier the landfill that closes on the day still counts: 300 of 400, not of 300."""
    layer = works(burns=BURNS, fills={"retired_on": "2025-12-31"})
    found = analyse(layer, as_of=DAY)
    (lever,) = found.levers[SHARE]
    assert lever.table["margin"].to_dict() == {"fills": 0}
    assert lever.table.loc["fills", "denominator"] == -100
    assert found.measures[SHARE].value == 100
    assert analyse(layer, as_of=date(2025, 12, 30)).measures[SHARE].value == 75
