"""Emitters and hubs: a handful of enterprises, each with one thing about it."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.emitter_hubs import analyse
from tieling_geo.errors import CRSError
from tieling_geo.schemas import Counties, Enterprises, TreatmentHubs

DAY = date(2025, 12, 31)
SHARE, LEFT = "emitters_linked_to_hubs_share", "emitters_not_linked"
HUBS = to_layer(
    TreatmentHubs,
    {
        "HV": {"kind": "voc", "voc_capacity_t_per_year": 5.0, "geometry": Point(0, 0)},
        "HP": {"kind": "plating", "plating_capacity_m3_per_d": 9.0, "geometry": Point(1, 0)},
        "HO": {"kind": "other", "geometry": Point(2, 0)},
        "HX": {"kind": None, "geometry": Point(3, 0)},
        "HC": {"kind": "voc", "closed_on": "2025-12-31", "geometry": Point(4, 0)},
        "HN": {"kind": "voc", "commissioned_on": "2026-01-01", "geometry": Point(5, 0)},
        "HD": {"kind": "voc", "commissioned_on": "2025-12-31", "geometry": Point(6, 0)},
        "HS": {
            "kind": "voc",
            "commissioned_on": "2024-01-01",
            "closed_on": "2023-01-01",
            "geometry": Point(7, 0),
        },
    },
)


def sites(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out enterprises that emit 2 t of VOC and nothing else, unless they say otherwise."""
    plain = {"voc_t_per_year": 2.0, "plating_wastewater_m3_per_d": 0.0, "geometry": Point(9, 9)}
    return to_layer(Enterprises, {key: {**plain, **row} for key, row in rows.items()})


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"hub_id": "HV"}, "linked", ""),
        ({"hub_id": "HD"}, "linked", ""),
        ({"hub_id": None}, "not_linked", ""),
        ({"hub_id": "HP"}, "not_linked", ""),
        ({"hub_id": "HO"}, "not_linked", ""),
        ({"hub_id": "HC"}, "not_linked", ""),
        ({"hub_id": "HN"}, "not_linked", ""),
        ({"hub_id": "HX"}, "unknown", "hub_kind_unknown"),
        ({"hub_id": "HS"}, "unknown", "hub_dates_swapped"),
        ({"hub_id": "H?"}, "unknown", "hub_not_found"),
        ({"hub_id": "HV", "voc_t_per_year": 0.0}, "out_of_scope", "no_emission"),
        ({"hub_id": "HV", "voc_t_per_year": None}, "unknown", "emission_unknown"),
        ({"hub_id": "HV", "plating_wastewater_m3_per_d": None}, "unknown", "emission_unknown"),
        ({"hub_id": "HO", "plating_wastewater_m3_per_d": None}, "not_linked", ""),
        ({"hub_id": "HV", "plating_wastewater_m3_per_d": 3.0}, "unknown", "second_emission"),
        ({"hub_id": "HO", "plating_wastewater_m3_per_d": 3.0}, "not_linked", ""),
        (
            {"hub_id": "HP", "voc_t_per_year": 0.0, "plating_wastewater_m3_per_d": 3.0},
            "linked",
            "",
        ),
        ({"hub_id": "HV", "closed_on": "2025-12-31"}, "out_of_scope", "closed"),
        ({"hub_id": "HV", "opened_on": "2026-01-01"}, "out_of_scope", "not_yet"),
        (
            {"hub_id": "HV", "opened_on": "2024-01-01", "closed_on": "2020-01-01"},
            "unknown",
            "swapped",
        ),
    ],
)
def test_each_enterprise_as_its_record_says(row: Row, category: str, reason: str) -> None:
    """Linked to what treats it, to what does not, to nothing, or to what nobody knows."""
    found = analyse(sites(A=row), HUBS, as_of=DAY)
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]
    measure = found.measures[SHARE]
    assert measure.counted == int(category in {"linked", "not_linked"})
    assert measure.excluded == int(category == "unknown")
    assert found.against[LEFT] == (("A",) if category == "not_linked" else ())


def test_share_bounds_and_weights() -> None:
    """One of two linked, a third unknown: 1/3 to 2/3 by count; 2 of 8 t, 2/11 to 5/11 by weight."""
    layer = sites(
        A={"hub_id": "HV", "sector": "coating"},
        B={"voc_t_per_year": 6.0},
        C={"hub_id": "H?", "voc_t_per_year": 3.0},
    )
    county = to_layer(Counties, {"211201": {"name": "West", "geometry": box(-99, -99, 99, 99)}})
    found = analyse(layer, HUBS, counties=county, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (Fraction(100, 3), 50, Fraction(200, 3))
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert bounds(found.measures["voc_linked_to_hubs_share"]) == (
        Fraction(200, 11),
        25,
        Fraction(500, 11),
    )
    assert bounds(found.measures["voc_not_linked"]) == (6, 6, 9)
    assert excluded(found, SHARE) == {"C": ("unknown", "no hub has the number that it names")}
    assert rollup(found, SHARE, "county_name") == {"West": (1, 2, 1)}
    assert rollup(found, SHARE, "sector") == {"": (0, 1, 1), "coating": (1, 1, 0)}
    assert found.tables["hubs_not_found"][["enterprise_id", "hub_id"]].to_numpy().tolist() == [
        ["C", "H?"]
    ]
    assert len(found.warnings) == 1


def test_loads_against_capacities() -> None:
    """7 t on a hub of 5 t; one without an amount is counted; one that is closed does not load."""
    layer = sites(
        A={"hub_id": "HV", "voc_t_per_year": 4.0},
        B={"hub_id": "HV", "voc_t_per_year": 3.0},
        C={"hub_id": "HV", "voc_t_per_year": None},
        D={"hub_id": "HV", "voc_t_per_year": 9.0, "closed_on": "2020-01-01"},
        E={"hub_id": "HP", "voc_t_per_year": 0.0, "plating_wastewater_m3_per_d": 9.0},
    )
    table = analyse(layer, HUBS, as_of=DAY).tables["hub_loads"].set_index("hub_id")
    wanted = ["in_service", "enterprises", "load_missing", "load", "capacity", "slack"]
    assert table.loc["HV", wanted].tolist() == ["yes", 3, 1, 7.0, 5.0, -2.0]
    assert table.loc["HP", wanted].tolist() == ["yes", 1, 0, 9.0, 9.0, 0.0]
    assert table.loc[["HC", "HN", "HS"], "in_service"].tolist() == ["no", "no", "unknown"]
    assert table.loc["HC", "load"] == 0
    assert set(table.index) == {"HV", "HP", "HC", "HN", "HD", "HS"}


def test_thresholds_are_open() -> None:
    """Exactly the threshold is no emission, a hundredth more is."""
    layer = sites(A={"voc_t_per_year": 2.0}, B={"voc_t_per_year": 2.01})
    found = analyse(layer, HUBS, as_of=DAY, min_voc_t_per_year=2.0)
    assert found.features["category"].tolist() == ["out_of_scope", "not_linked"]
    water = {"voc_t_per_year": 0.0, "plating_wastewater_m3_per_d": 5.0}
    found = analyse(sites(A=water), HUBS, as_of=DAY, min_plating_m3_per_d=5.0)
    assert found.features["category"].tolist() == ["out_of_scope"]


def test_empty_layers_and_degrees() -> None:
    """Nobody: no value. No hub: whoever names one is unknown, never linked."""
    empty = analyse(Enterprises.empty("EPSG:4550"), HUBS, as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    none = analyse(sites(Z={"hub_id": "HV"}, A={}), TreatmentHubs.empty("EPSG:4550"), as_of=DAY)
    assert none.features["category"].to_dict() == {"Z": "unknown", "A": "not_linked"}
    with pytest.raises(CRSError):
        analyse(sites(A={}).to_crs(4490), HUBS, as_of=DAY)
    with pytest.raises(CRSError):
        analyse(sites(A={}), HUBS.to_crs(4490), as_of=DAY)
