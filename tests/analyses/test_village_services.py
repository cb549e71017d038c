"""Villages and services: what the ledger says, and the nearest waste works."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.village_services import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, Villages, WasteFacilities

DAY = date(2025, 12, 31)
SHARE, SORTS = "villages_with_waste_service_share", "villages_sorting_waste_share"


def villages(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out villages at one place."""
    return to_layer(
        Villages, {name: {"geometry": Point(0, 0), **row} for name, row in rows.items()}
    )


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out transfer stations."""
    return to_layer(
        WasteFacilities, {name: {"kind": "transfer", **row} for name, row in rows.items()}
    )


def test_collection_and_sorting_are_told_apart() -> None:
    """Two of three collect; one sorts of two that say so; a blank is unknown."""
    found = analyse(
        villages(
            A={"has_waste_service": True, "sorts_waste": True},
            B={"has_waste_service": True},
            C={"has_waste_service": False, "sorts_waste": False},
            D={},
        ),
        works(),
        as_of=DAY,
    )
    assert bounds(found.measures[SHARE]) == (50, pytest.approx(200 / 3), 75)
    assert bounds(found.measures["villages_without_waste_service"]) == (1, 1, 2)
    assert bounds(found.measures[SORTS]) == (25, 50, 75)
    assert found.features["category"].tolist() == [
        "sorted",
        "collected",
        "not_collected",
        "unknown",
    ]
    assert excluded(found, SHARE) == {"D": ("unknown", "not known whether waste is collected")}
    assert set(excluded(found, SORTS)) == {"B", "D"}
    assert found.against[SHARE] == ("C",)


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ({"sewage_method": "none"}, "sewage_treatment", "no"),
        (
            {"sewage_method": "station", "sewage_accepted_on": "2025-12-31"},
            "sewage_treatment",
            "yes",
        ),
        (
            {"sewage_method": "station", "sewage_accepted_on": "2026-01-01"},
            "sewage_treatment",
            "no",
        ),
        ({"sewage_method": "station"}, "sewage_treatment", "unknown"),
        ({"sewage_accepted_on": "2025-01-01"}, "sewage_treatment", "unknown"),
        ({"has_piped_water": True}, "piped_water", "yes"),
        ({"has_piped_water": None}, "piped_water", "unknown"),
        ({"loose_coal_households": 0}, "no_loose_coal", "yes"),
        ({"loose_coal_households": 1}, "no_loose_coal", "no"),
        ({"loose_coal_households": None}, "no_loose_coal", "unknown"),
    ],
)
def test_the_matrix(row: Row, column: str, word: str) -> None:
    """One service a case, as the village's own record states it."""
    found = analyse(villages(A=row), works(), as_of=DAY)
    assert found.tables["village_services"][column].tolist() == [word]


def test_the_distance_to_works_is_closed() -> None:
    """Exactly 10 km is near; what closed on the day is not there; none at all has no distance."""
    far = works(
        F={"geometry": Point(10_000, 0)}, G={"geometry": Point(1, 0), "retired_on": "2025-12-31"}
    )
    layer = villages(A={}, B={"geometry": Point(-0.001, 0)})
    found = analyse(layer, far, as_of=DAY).features
    assert found["waste_works_near"].tolist() == ["yes", "no"]
    assert found["nearest_works_id"].tolist() == ["F", "F"]
    assert found["waste_margin_m"].tolist() == [0, -0.001]
    assert analyse(layer, works(), as_of=DAY).features["nearest_works_m"].isna().all()


def test_counties_add_up_and_nothing_is_no_pass() -> None:
    """Cut in two and merged: the whole; no village: no value."""
    counties = to_layer(Counties, {"211201": {"name": "West", "geometry": box(-9, -9, 9, 9)}})
    layer = villages(
        B={"has_waste_service": True}, A={"has_waste_service": False, "geometry": Point(500, 0)}
    )
    whole, *parts = (
        analyse(part, works(), counties=counties, as_of=DAY)
        for part in (layer, layer[:1], layer[1:])
    )
    assert merge_results(parts).measures == whole.measures
    assert rollup(whole, SHARE, "county_name") == {"West": (1, 1, 0), "": (0, 1, 0)}
    assert whole.features.index.tolist() == ["B", "A"]
    assert analyse(layer[:0], works(), as_of=DAY).measures[SHARE].value is None


def test_what_is_wrong_is_refused() -> None:
    """Degrees, no kind at all, a distance below zero."""
    layer = villages(A={})
    with pytest.raises(CRSError):
        analyse(layer.set_crs(4490, allow_override=True), works(), as_of=DAY)
    with pytest.raises(ParameterError):
        analyse(layer, works(), as_of=DAY, receiving_kinds=[])
    with pytest.raises(ParameterError):
        analyse(layer, works(), as_of=DAY, waste_distance_m=-0.1)
