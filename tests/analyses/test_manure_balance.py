"""Manure: on farms and fields small enough to reckon by hand."""

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hand_made_fields import EAST, NORTH, STEP, area_mu, field
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point

from tieling_geo.analyses.manure_balance import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Cropland, LivestockFarms, ManurePlants

AS_OF = date(2025, 12, 31)
SHARE, LEFT = "manure_used_share", "manure_not_used"
FIT, OVER = "farms_within_nitrogen_limit_share", "farms_over_nitrogen_limit"
MOST = 10_000_000


def at(x: float, y: float = 0.5) -> Point:
    """Give a place, in steps of a kilometre."""
    return Point(EAST + STEP * x, NORTH + STEP * y)


def farm(
    made: float | None = 100.0,
    used: float | None = 80.0,
    pigs: float | None = 0.0,
    x: float = 0.5,
) -> Row:
    """Describe a farm."""
    return {
        "manure_t_per_year": made,
        "used_t_per_year": used,
        "pig_equivalents": pigs,
        "geometry": at(x),
    }


def run(rows: dict[str, Row], **given: object) -> Result:
    """Run the analysis on some farms."""
    return analyse(to_layer(LivestockFarms, rows), as_of=AS_OF, **given)


def fields(**shapes: object) -> object:
    """Lay out cropland."""
    return to_layer(Cropland, {key: {"geometry": shape} for key, shape in shapes.items()})


def test_the_share_is_of_tonnes_and_not_of_farms() -> None:
    """900 of 1,000 t, though one farm of two uses none; exact."""
    found = run({"A": farm(900.0, 900.0), "B": farm(100.0, 0.0)})
    assert bounds(found.measures[SHARE]) == (90, 90, 90)
    assert bounds(found.measures[LEFT]) == (100, 100, 100)
    assert found.against[SHARE] == ("B",)
    assert found.features["category"].tolist() == ["used", "partly_used"]
    assert found.features["used_pct"].tolist() == [100.0, 0.0]


def test_what_is_missing_or_contradicts_itself_widens_the_bounds() -> None:
    """Each unknown at its worst and best; a farm without manure is out of scope."""
    found = run({
        "A": farm(500.0, 400.0),
        "B": farm(100.0, None),
        "C": farm(None, 50.0),
        "D": farm(10.0, 10.1),
        "E": farm(None, None),
        "F": farm(0.0, 0.0),
        "G": farm(0.0, None),
        "H": farm(7.0, 7.0),
    })
    low = Fraction(100 * 457, 507 + 100 + MOST + MOST + MOST)
    high = Fraction(100 * (407 + 100 + 50 + 2 * MOST), 507 + 100 + 50 + 2 * MOST)
    assert bounds(found.measures[SHARE]) == (low, Fraction(100 * 407, 507), high)
    assert bounds(found.measures[LEFT]) == (100, 100, 200 + 3 * MOST - 50)
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (2, 4)
    assert excluded(found, SHARE) == {
        "B": ("unknown", "the amount that is used is missing"),
        "C": ("unknown", "the amount of manure is missing"),
        "D": ("unknown", "more manure is used than there is"),
        "E": ("unknown", "the amount of manure is missing"),
        "F": ("out_of_scope", "no manure comes from it"),
        "G": ("out_of_scope", "no manure comes from it"),
    }


def test_nitrogen_is_spread_over_all_land_within_haul_distance() -> None:
    """Two farms share a field; each has one of its own; loads in kg/ha by hand."""
    shapes = {"L": field(0, 0), "M": field(2, 0), "R": field(4, 0)}
    found = run(
        {"A": farm(pigs=1000.0, x=1.5), "B": farm(pigs=2000.0, x=3.5)},
        cropland=fields(**shapes),
        haul_distance_km=1.0,
    )
    ha = {key: area_mu(shape) / 15 for key, shape in shapes.items()}
    a, b = 11_000 / (ha["L"] + ha["M"]), 22_000 / (ha["M"] + ha["R"])
    table = found.tables["nitrogen_loads"].set_index("farm_id")
    assert table["nitrogen_kg_per_year"].tolist() == [11_000.0, 22_000.0]
    assert table["land_ha"].tolist() == pytest.approx([ha["L"] + ha["M"], ha["M"] + ha["R"]])
    assert table["own_kg_per_ha"].tolist() == pytest.approx([a, b])
    both = [
        (a * ha["L"] + (a + b) * ha["M"]) / (ha["L"] + ha["M"]),
        (b * ha["R"] + (a + b) * ha["M"]) / (ha["M"] + ha["R"]),
    ]
    assert table["all_kg_per_ha"].tolist() == pytest.approx(both)
    assert bounds(found.measures[OVER]) == (2 if min(both) > 170 else 0,) * 3
    assert found.features["load_margin_kg_per_ha"].tolist() == pytest.approx([
        170 - n for n in both
    ])


def test_the_limit_and_the_distance_are_closed() -> None:
    """Exactly 170 kg/ha is within; a field exactly as far as the haul distance is reached."""
    row = {"A": farm(pigs=1000.0, x=-1.0)}
    land = fields(L=field(0, 0))
    load = run(row, cropland=land, haul_distance_km=1.0).features["all_kg_per_ha"]["A"]
    assert load == pytest.approx(11_000 / (area_mu(field(0, 0)) / 15))
    closed = run(row, cropland=land, haul_distance_km=1.0, nitrogen_limit_kg_per_ha=float(load))
    assert closed.measures[FIT].value == 100
    over = run(
        row, cropland=land, haul_distance_km=1.0, nitrogen_limit_kg_per_ha=float(load) - 1e-4
    )
    assert over.measures[FIT].value == 0
    assert over.against[OVER] == ("A",)
    assert run(row, cropland=land, haul_distance_km=0.9999).features["land_ha"]["A"] == 0


def test_a_missing_stock_leaves_its_neighbours_in_doubt() -> None:
    """Those that share land, and those that are over the limit in any case, are told apart."""
    found = run(
        {
            "A": farm(pigs=None, x=0.5),
            "B": farm(pigs=10.0, x=0.6),
            "C": farm(pigs=1e6, x=0.7),
            "D": farm(pigs=10.0, x=50.5),
            "E": farm(pigs=0.0, x=90.0),
            "F": farm(pigs=5.0, x=90.0),
            "G": farm(pigs=None, x=90.0),
        },
        cropland=fields(L=field(0, 0), M=field(50, 0)),
    )
    # A and B share their land with C, which is over the limit by itself.
    assert bounds(found.measures[OVER]) == (4, 4, 5)
    assert found.against[OVER] == ("A", "B", "C", "F")
    assert excluded(found, OVER) == {
        "G": ("unknown", "the stock of it, or of a farm on the same land, is missing")
    }
    alone = run(
        {"A": farm(pigs=None, x=0.5), "B": farm(pigs=10.0, x=0.6)}, cropland=fields(L=field(0, 0))
    )
    assert bounds(alone.measures[OVER]) == (0, None, 2)


def test_plants_count_when_they_are_in_service() -> None:
    """From their first day (closed); a missing capacity adds nothing, a missing day is long ago."""
    plants = to_layer(
        ManurePlants,
        {
            "P": {"capacity_t_per_year": 100.0, "geometry": at(0.5)},
            "Q": {
                "capacity_t_per_year": 30.0,
                "commissioned_on": pd.Timestamp("2025-12-31"),
                "geometry": at(5.5),
            },
            "R": {
                "capacity_t_per_year": 7.0,
                "commissioned_on": pd.Timestamp("2026-01-01"),
                "geometry": at(0.5),
            },
            "S": {"geometry": at(0.5)},
            "T": {"capacity_t_per_year": 9.0, "geometry": at(5.51)},
        },
    )
    found = run({"A": farm()}, manure_plants=plants)
    assert found.features["plant_capacity_t_per_year"]["A"] == 130.0
    assert np.isnan(run({"A": farm()}).features["plant_capacity_t_per_year"]["A"])


def test_without_cropland_nothing_is_told_of_nitrogen() -> None:
    """The share stands all the same."""
    found = run({"A": farm()})
    assert set(found.measures) == {SHARE, LEFT}
    assert dict(found.tables) == {}
    assert found.features["land_ha"].isna().all()


def test_counties_add_up_to_the_whole() -> None:
    """Tonnes by county."""
    counties = to_layer(
        Counties,
        {
            "211202": {"name": "甲", "geometry": field(-1, -1, 4, 4)},
            "211204": {"name": "乙", "geometry": field(3, -1, 9, 4)},
        },
    )
    found = run(
        {"A": farm(100, 80), "B": farm(50, 10, x=5), "C": farm(9, None, x=6)}, counties=counties
    )
    assert rollup(found, SHARE, "county_name") == {"甲": (80, 100, 0), "乙": (10, 50, 1)}


def test_nothing_has_no_value_and_what_cannot_be_is_refused() -> None:
    """An empty layer is no pass; degrees and negative parameters are no input."""
    layer = to_layer(LivestockFarms, {"A": farm()})
    empty = analyse(layer[:0], cropland=fields(L=field(0, 0)), as_of=AS_OF)
    assert {m.value for m in empty.measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=AS_OF)
    with pytest.raises(CRSError):
        analyse(layer, cropland=fields(L=field(0, 0)).to_crs(4490), as_of=AS_OF)
    for name in ("haul_distance_km", "nitrogen_kg_per_pig_year", "nitrogen_limit_kg_per_ha"):
        with pytest.raises(ParameterError):
            run({"A": farm()}, **{name: -1.0})
