"""Renewables in parks: a few sources around one park, added by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.park_energy import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.schemas import Counties, Parks, PowerSources

DAY = date(2025, 12, 31)
MW, SHARE = "renewable_capacity_in_parks", "renewable_capacity_in_parks_share"
PARKS = to_layer(Parks, {"P1": {"name": "North", "geometry": box(0, 0, 100, 100)}})
COUNTIES = to_layer(Counties, {"211201": {"name": "West", "geometry": box(-900, -900, 900, 900)}})
IN, ON, OUT = Point(50, 50), Point(100, 50), Point(103, 50)
MOST = 5000


def sources(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sources of solar power in the park, unless they say otherwise."""
    plain = {"kind": "solar", "capacity_mw": 1.0, "geometry": IN}
    return to_layer(PowerSources, {key: {**plain, **row} for key, row in rows.items()})


def test_renewables_inside_are_added_storage_is_not() -> None:
    """2.5 + 1.5 MW inside, one of them on the border; 4 MW outside; storage told apart."""
    layer = sources(
        A={"capacity_mw": 2.5},
        B={"capacity_mw": 1.5, "kind": "wind", "geometry": ON},
        C={"capacity_mw": 4.0, "kind": "biomass", "geometry": OUT},
        D={"capacity_mw": 7.0, "kind": "storage"},
        E={"capacity_mw": 0.5, "kind": "microgrid"},
        F={"capacity_mw": 9.0, "kind": "other"},
    )
    found = analyse(layer, PARKS, counties=COUNTIES, as_of=DAY)
    assert bounds(found.measures[MW]) == (4, 4, 4)
    assert bounds(found.measures[SHARE]) == (50, 50, 50)
    assert bounds(found.measures["renewable_capacity_outside_parks"]) == (4, 4, 4)
    assert bounds(found.measures["storage_capacity_in_parks"]) == (7, 7, 7)
    assert bounds(found.measures["microgrid_capacity_in_parks"]) == (0.5, 0.5, 0.5)
    assert found.features["category"].tolist() == [
        "renewable_inside",
        "renewable_inside",
        "renewable_outside",
        "storage_inside",
        "storage_inside",
        "other",
    ]
    assert rollup(found, SHARE, "kind")["wind"] == (Fraction(3, 2), Fraction(3, 2), 0)
    assert rollup(found, SHARE, "county_name") == {"West": (4, 8, 0)}
    by_kind = found.tables["by_kind"].set_index("kind")
    assert by_kind.loc["biomass", ["in_parks_mw", "outside_mw", "sources"]].tolist() == [0, 4, 1]
    assert found.tables["by_park"].iloc[0].tolist() == ["P1", "North", 2.5, 1.5, 0, 7, 0.5, 9]
    assert excluded(found, MW)["D"] == ("out_of_scope", "a source of another kind")


@pytest.mark.parametrize(
    ("row", "bound", "category"),
    [
        ({"commissioned_on": "2025-12-31"}, (2, 2, 2), "renewable_inside"),
        ({"commissioned_on": "2026-01-01"}, (1, 1, 1), "not_in_service"),
        ({"retired_on": "2025-12-31"}, (1, 1, 1), "not_in_service"),
        ({"retired_on": "2026-01-01"}, (2, 2, 2), "renewable_inside"),
        ({"commissioned_on": "2024-01-01", "retired_on": "2020-01-01"}, (1, 1, 2), "unknown"),
        ({"kind": None}, (1, 1, 2), "unknown"),
        ({"capacity_mw": None}, (1, 1, 1 + MOST), "unknown"),
        ({"capacity_mw": None, "geometry": OUT}, (1, 1, 1), "unknown"),
        ({"capacity_mw": 0.0}, (1, 1, 1), "renewable_inside"),
    ],
)
def test_each_record_as_it_says(row: Row, bound: tuple[int, ...], category: str) -> None:
    """Beside one of 1 MW: in service, not yet, no more, or nobody knows."""
    found = analyse(sources(A={}, B=row), PARKS, as_of=DAY)
    assert bounds(found.measures[MW]) == bound
    assert found.features.loc["B", "category"] == category


def test_nothing_there_is_no_value() -> None:
    """No source at all, no park at all."""
    empty = analyse(PowerSources.empty("EPSG:4550"), PARKS, as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    none = analyse(sources(A={}), Parks.empty("EPSG:4550"), as_of=DAY)
    assert bounds(none.measures[MW]) == (0, 0, 0)
    assert none.features.index.tolist() == ["A"]


def test_wrong_input_is_refused() -> None:
    """Kinds that are none, that stand twice or are told apart; degrees."""
    for kinds in (("sun",), ("solar", "solar"), ("solar", "storage")):
        with pytest.raises(ParameterError):
            analyse(sources(A={}), PARKS, as_of=DAY, renewable_kinds=kinds)
    with pytest.raises(CRSError):
        analyse(sources(A={}).to_crs(4490), PARKS, as_of=DAY)
    with pytest.raises(CRSError):
        analyse(sources(A={}), PARKS.to_crs(4490), as_of=DAY)
