"""Hazardous waste of parks: two parks, two classes, and works exactly at the end of reach."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.park_waste_capacity import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import (
    Counties,
    HazardousWasteFacilities,
    HazardousWasteGenerators,
    Parks,
    WasteFacilities,
)

DAY = date(2025, 12, 31)
SHARE, LEFT = "parks_with_enough_waste_capacity_share", "parks_short_of_waste_capacity"
PARKS = to_layer(
    Parks,
    {
        "P": {"name": "North", "level": "provincial", "geometry": box(0, 0, 100, 100)},
        "Q": {"name": "South", "level": None, "geometry": box(200, 0, 300, 100)},
    },
)
END = Point(50_100, 50)


def made(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out what is generated: 10 t of HW08 in P, unless the rows say otherwise."""
    plain = {"waste_class": "HW08", "generated_t_per_year": 10.0, "geometry": Point(100, 50)}
    return to_layer(
        HazardousWasteGenerators,
        {f"G{n}": {"site_id": f"S{n}", **plain, **row} for n, row in enumerate(rows)},
    )


def works(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out licences: 10 t of HW08 at the end of P's reach, unless the rows say otherwise."""
    plain = {
        "waste_class": "HW08",
        "capacity_t_per_year": 10.0,
        "licensed_on": "2022-01-01",
        "expires_on": "2025-12-31",
        "geometry": END,
    }
    return to_layer(
        HazardousWasteFacilities,
        {f"C{n}": {"facility_id": f"F{n}", **plain, **row} for n, row in enumerate(rows)},
    )


def ask(generated: list[Row], licensed: list[Row]) -> Result:
    """Ask about both parks."""
    return analyse(PARKS, made(*generated), works(*licensed), as_of=DAY)


@pytest.mark.parametrize(
    ("generated", "licensed", "category", "reason"),
    [
        ([{}], [{}], "enough", ""),
        ([{"generated_t_per_year": 10.000001}], [{}], "short", ""),
        ([{}], [{"geometry": Point(50_100.001, 50)}], "short", ""),
        ([{}], [{"expires_on": "2025-12-30"}], "short", ""),
        ([{}], [{"licensed_on": "2026-01-01", "expires_on": None}], "short", ""),
        ([{}], [{"expires_on": None}], "unknown", "capacity_unknown"),
        ([{}], [{"expires_on": None}, {}], "enough", ""),
        ([{}], [{"capacity_t_per_year": None}], "unknown", "capacity_unknown"),
        ([{}], [{"waste_class": "HW17"}], "short", ""),
        ([{}, {"waste_class": "HW17"}], [{}], "short", ""),
        ([{}, {"waste_class": "HW17"}], [{}, {"waste_class": "HW17"}], "enough", ""),
        ([{"generated_t_per_year": 6.0}] * 2, [{}], "short", ""),
        ([{"generated_t_per_year": 6.0}] * 2, [{}, {"capacity_t_per_year": 2.0}], "enough", ""),
        ([{"generated_t_per_year": None}], [{}], "unknown", "amount_unknown"),
        ([{"generated_t_per_year": None}], [], "unknown", "amount_unknown"),
        ([{"generated_t_per_year": None}, {"waste_class": "HW17"}], [{}], "short", ""),
        ([{"generated_t_per_year": 0.0}], [], "nothing_generated", "nothing_generated"),
        ([{"geometry": Point(100.02, 50)}], [], "nothing_generated", "nothing_generated"),
        ([], [{}], "nothing_generated", "nothing_generated"),
    ],
)
def test_each_park_by_its_classes(
    generated: list[Row], licensed: list[Row], category: str, reason: str
) -> None:
    """Enough, to the gram and the millimetre; too little of one class is too little."""
    found = ask(generated, licensed)
    assert found.features.loc["P", ["category", "reason"]].tolist() == [category, reason]
    assert found.features.loc["Q", "category"] == "nothing_generated"
    assert found.measures[SHARE].counted == int(category in {"enough", "short"})
    assert found.measures[SHARE].excluded == int(category == "unknown")


def test_a_park_that_may_generate_nothing_is_unknown() -> None:
    """Q is short, P may have nothing to ask for, or too much for the capacity there is."""
    found = ask(
        [{"generated_t_per_year": None}, {"waste_class": "HW17", "geometry": Point(250, 5)}], [{}]
    )
    assert bounds(found.measures[SHARE]) == (0, 0, 50)
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert excluded(found, SHARE) == {"P": ("unknown", "what it generates is missing")}


def test_the_table_and_columns() -> None:
    """By class: amount, capacity, slack, the nearest licence; the tightest class is the margin."""
    solid = to_layer(
        WasteFacilities,
        {
            "W0": {"kind": "landfill", "geometry": Point(50, 50)},
            "W1": {"kind": "industrial_solid", "retired_on": "2020-01-01", "geometry": Point(5, 5)},
            "W2": {"kind": "industrial_solid", "geometry": Point(103, 104)},
        },
    )
    county = to_layer(Counties, {"211201": {"name": "West", "geometry": box(0, 0, 150, 150)}})
    generated = [{}, {"waste_class": "HW17", "generated_t_per_year": 4.0, "geometry": Point(5, 5)}]
    licensed = [{"geometry": Point(103, 50)}, {"capacity_t_per_year": 0.5}]
    found = analyse(
        PARKS,
        made(*generated),
        works(*licensed),
        waste_facilities=solid,
        counties=county,
        as_of=DAY,
    )
    assert found.tables["park_waste"].to_numpy().tolist() == [
        ["P", "HW08", 10.0, 10.5, 0.5, "F0", 3.0, "yes"],
        ["P", "HW17", 4.0, 0.0, -4.0, "", pytest.approx(float("nan"), nan_ok=True), "no"],
    ]
    told = found.features.loc["P"]
    assert told["generated_t_per_year"] == 14
    assert told["classes_short"] == "HW17"
    assert told["tightest_slack_t_per_year"] == -4
    assert (told["solid_waste_id"], told["solid_waste_distance_m"]) == ("W2", 5)
    assert found.against[LEFT] == ("P",)
    assert rollup(found, SHARE, "county_name") == {"": (0, 0, 0), "West": (0, 1, 0)}


def test_parts_add_up() -> None:
    """Each park by itself, merged, is both together, tables included."""
    generated = made({}, {"geometry": Point(250, 5), "generated_t_per_year": 11.0})
    licensed = works({}, {"waste_class": "HW17"})
    whole = analyse(PARKS, generated, licensed, as_of=DAY)
    parts = [analyse(PARKS.loc[[i]], generated, licensed, as_of=DAY) for i in ("Q", "P")]
    merged = merge_results(parts)
    assert merged.measures == whole.measures
    assert bounds(whole.measures[SHARE]) == (50, 50, 50)
    assert merged.tables["park_waste"].equals(whole.tables["park_waste"])


def test_empty_layers_and_wrong_input() -> None:
    """No park: no value. No works: short. Reach is closed at any number; degrees are refused."""
    empty = analyse(Parks.empty("EPSG:4550"), made({}), works({}), as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    none = analyse(PARKS, made({}), HazardousWasteFacilities.empty("EPSG:4550"), as_of=DAY)
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    assert none.features.index.tolist() == ["P", "Q"]
    near = analyse(PARKS, made({}), works({"geometry": Point(103, 104)}), as_of=DAY, reach_m=5.0)
    assert bounds(near.measures[SHARE]) == (100, 100, Fraction(100))
    layers = [PARKS, made({}), works({})]
    for place in range(3):
        moved = [*layers]
        moved[place] = layers[place].to_crs(4490)
        with pytest.raises(CRSError):
            analyse(*moved, as_of=DAY)
