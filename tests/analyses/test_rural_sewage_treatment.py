"""Rural sewage: three denominators, each threshold, what is urban, and what is not known."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.rural_sewage_treatment import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import BuiltupAreas, Counties, Villages

DAY = date(2025, 12, 31)
ON, AFTER = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-01")
VILLAGES = "villages_with_sewage_treatment_share"
LEFT = "villages_without_sewage_treatment"
HOUSEHOLDS = "households_with_sewage_treatment_share"
HOUSEHOLDS_LEFT = "households_without_sewage_treatment"
RESIDENTS = "residents_with_sewage_treatment_share"
RESIDENTS_LEFT = "residents_without_sewage_treatment"
CHOSEN = "rural_sewage_treatment_share"
#: A treated village; each test changes what it is about.
PLAIN = {
    "sewage_method": "station",
    "sewage_accepted_on": ON,
    "households": 100,
    "residents": 300,
    "geometry": Point(500, 500),
}
UNTREATED = {"sewage_method": "none", "sewage_accepted_on": None}
AREA = {"area_id": "U", "name": "Town", "scope": "city", "geometry": box(0, 0, 1000, 1000)}
COUNTIES = {
    "211201": {"name": "West", "geometry": box(-9000, -9000, 500, 9000)},
    "211202": {"name": "East", "geometry": box(500, -9000, 9000, 9000)},
}


def villages(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out villages: what a row does not say is plain."""
    return to_layer(Villages, {name: {**PLAIN, **row} for name, row in rows.items()})


def areas(year: int = 2020) -> gpd.GeoDataFrame:
    """Lay out the square of a city's built-up area."""
    return to_layer(BuiltupAreas, {"U": {**AREA, "boundary_year": year}})


def masked(layer: gpd.GeoDataFrame, year: int = 2020) -> Result:
    """Ask with the built-up area as a mask."""
    return analyse(layer, builtup_areas=areas(year), as_of=DAY, urban_scope="city")


def test_three_denominators_by_hand() -> None:
    """One of three villages; 60 of 600 households; 300 of 1,500 residents."""
    layer = villages(
        A={"households_treated": 60},
        B={**UNTREATED, "households": 300, "residents": 700},
        C={"sewage_accepted_on": AFTER, "households": 200, "residents": 500},
    )
    found = analyse(layer, as_of=DAY)
    values = {name: measure.value for name, measure in found.measures.items()}
    assert values == {
        VILLAGES: Fraction(100, 3),
        LEFT: 2,
        HOUSEHOLDS: 10,
        HOUSEHOLDS_LEFT: 540,
        RESIDENTS: 20,
        RESIDENTS_LEFT: 1200,
        CHOSEN: Fraction(100, 3),
    }
    assert found.features["category"].tolist() == ["treated", "not_treated", "not_treated"]
    assert found.features["days_before_deadline"].fillna(99).tolist() == [0, 99, -1]
    assert found.against[LEFT] == ("B", "C")
    assert found.against[HOUSEHOLDS] == ("A", "B", "C")
    assert list(found.features.index) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("denominator", "share"),
    [("village", VILLAGES), ("household", HOUSEHOLDS), ("person", RESIDENTS)],
)
def test_one_share_follows_the_denominator(denominator: str, share: str) -> None:
    """Value, bounds, who is against, what is excluded and the roll-up are those of the share."""
    layer = villages(A={"households_treated": 60}, B=UNTREATED, C={"sewage_accepted_on": None})
    found = analyse(layer, as_of=DAY, denominator=denominator)
    assert bounds(found.measures[CHOSEN]) == bounds(found.measures[share])
    assert found.against[CHOSEN] == found.against[share]
    assert excluded(found, CHOSEN) == excluded(found, share)
    assert rollup(found, CHOSEN, "county_name") == rollup(found, share, "county_name")
    assert found.parameters["denominator"].value == denominator


def test_what_is_not_known_moves_the_bounds() -> None:
    """Undated with 40 of 100 households: by village 1/3 to 2/3, by household 1/3 to 14/30."""
    layer = villages(
        done={}, left=UNTREATED, undated={"sewage_accepted_on": None, "households_treated": 40}
    )
    found = analyse(layer, as_of=DAY)
    measures = found.measures
    assert bounds(measures[VILLAGES]) == (Fraction(100, 3), 50, Fraction(200, 3))
    # 60 households of the undated village are untreated either way.
    assert bounds(measures[HOUSEHOLDS]) == (
        Fraction(100, 3),
        Fraction(10000, 260),
        Fraction(14000, 300),
    )
    assert bounds(measures[RESIDENTS]) == (Fraction(100, 3), 50, Fraction(200, 3))
    assert bounds(measures[HOUSEHOLDS_LEFT]) == (160, 160, 200)
    unknown = {"undated": ("unknown", "a method is stated, but no date of acceptance")}
    assert excluded(found, VILLAGES) == excluded(found, HOUSEHOLDS) == unknown
    assert found.features.loc["undated", "category"] == "unknown"


def test_more_treated_households_than_households_counts_by_village_only() -> None:
    """101 of 100: a treated village, 300 treated residents, but 0 to 100 treated households."""
    found = analyse(villages(A={"households_treated": 101}), as_of=DAY).measures
    assert bounds(found[VILLAGES]) == (100, 100, 100)
    assert bounds(found[RESIDENTS]) == (100, 100, 100)
    assert (found[HOUSEHOLDS].value, found[HOUSEHOLDS].excluded) == (None, 1)
    assert found[HOUSEHOLDS].low.value("%") == 0
    assert found[HOUSEHOLDS].high.value("%") == 100
    exact = analyse(villages(A={"households_treated": 100}), as_of=DAY).measures
    assert bounds(exact[HOUSEHOLDS]) == (100, 100, 100)


def test_missing_numbers_are_bounded_by_the_schema() -> None:
    """An untreated village of unknown size may have 50,000 households and 200,000 residents."""
    layer = villages(A={}, B={**UNTREATED, "households": None, "residents": None})
    found = analyse(layer, as_of=DAY)
    assert bounds(found.measures[HOUSEHOLDS]) == (Fraction(100 * 100, 50_100), 100, 100)
    assert bounds(found.measures[RESIDENTS]) == (Fraction(100 * 300, 200_300), 100, 100)
    assert bounds(found.measures[VILLAGES]) == (50, 50, 50)
    assert excluded(found, HOUSEHOLDS)["B"] == (
        "unknown",
        "the number of households is missing",
    )
    assert excluded(found, RESIDENTS)["B"] == ("unknown", "the number of residents is missing")


def test_nobody_weighs_nothing() -> None:
    """A village without households and residents counts as a village, and else is out of scope."""
    found = analyse(villages(A={"households": 0, "residents": 0}), as_of=DAY)
    assert found.measures[VILLAGES].value == 100
    assert found.measures[HOUSEHOLDS].value is None
    assert excluded(found, HOUSEHOLDS) == {"A": ("out_of_scope", "it has no households")}
    assert excluded(found, RESIDENTS) == {"A": ("out_of_scope", "it has no residents")}


def test_methods_are_a_parameter() -> None:
    """A method off the list is no treatment."""
    layer = villages(A={"sewage_method": "reuse"}, B={})
    assert analyse(layer, as_of=DAY).measures[VILLAGES].value == 100
    found = analyse(layer, as_of=DAY, treatment_methods=("sewer", "station"))
    assert found.measures[VILLAGES].value == 50
    assert found.against[VILLAGES] == ("A",)


def test_villages_in_built_up_areas_are_rural_unless_asked() -> None:
    """With a mask the border is urban (closed, 1 cm), a little outside is rural."""
    layer = villages(
        on={"geometry": Point(0, 500)},
        near={"geometry": Point(-0.01, 500)},
        off={"geometry": Point(-0.02, 500)},
    )
    assert analyse(layer, builtup_areas=areas(), as_of=DAY).measures[VILLAGES].counted == 3
    found = masked(layer)
    assert found.features["category"].to_dict() == {
        "on": "urban",
        "near": "urban",
        "off": "treated",
    }
    assert excluded(found, RESIDENTS)["on"] == (
        "out_of_scope",
        "inside a built-up area, not rural",
    )


@pytest.mark.parametrize("mask", [None, areas(2026)])
def test_without_a_boundary_of_the_year_nobody_knows(mask: gpd.GeoDataFrame | None) -> None:
    """No layer, or only a later boundary: perhaps rural; half treated it may go either way."""
    layer = villages(A={"households_treated": 50})
    found = analyse(layer, builtup_areas=mask, as_of=DAY, urban_scope="city")
    assert found.features["category"].tolist() == ["unknown"]
    measure = found.measures[HOUSEHOLDS]
    assert (measure.value, measure.excluded) == (None, 1)
    assert bounds(found.measures[HOUSEHOLDS_LEFT]) == (0, None, 50)


def test_groups_add_up() -> None:
    """Over counties (a border counts west) and over methods: the shares' own numbers."""
    layer = villages(
        A={"geometry": Point(100, 0), "households_treated": 20},
        B={**UNTREATED, "geometry": Point(500, 0)},
        C={"geometry": Point(900, 0), "sewage_accepted_on": None},
        D={"geometry": Point(99_000, 0)},
    )
    found = analyse(layer, counties=to_layer(Counties, COUNTIES), as_of=DAY)
    assert rollup(found, VILLAGES, "county_name") == {
        "": (1, 1, 0),
        "East": (0, 0, 1),
        "West": (1, 2, 0),
    }
    assert rollup(found, HOUSEHOLDS, "county_name") == {
        "": (100, 100, 0),
        "East": (0, 0, 1),
        "West": (20, 200, 0),
    }
    assert rollup(found, RESIDENTS, "sewage_method") == {
        "none": (0, 300, 0),
        "station": (600, 600, 1),
    }
    assert found.features["border_case"].tolist() == [False, True, False, False]


def test_the_day_and_the_border_could_move_the_answer() -> None:
    """The day by a day; a border by 100 m; nothing else."""
    layer = villages(A={"geometry": Point(-100, 500)}, B={**UNTREATED, "geometry": Point(900, 500)})
    levers = masked(layer).levers[VILLAGES]
    assert [lever.name for lever in levers] == ["builtup_areas", "villages", "as_of"]
    border, _, day = levers
    assert border.table["margin"].to_dict() == {"A": -100, "B": 100}
    assert border.table["denominator"].to_dict() == {"A": -1, "B": -1}
    assert day.table["margin"].to_dict() == {"A": 0}
    plain = analyse(layer, as_of=DAY)
    assert [lever.name for lever in plain.levers[CHOSEN]] == ["as_of"]
    assert CHOSEN not in analyse(layer, as_of=DAY, denominator="person").levers


def test_an_empty_layer_has_no_value() -> None:
    """No village: no value, by any denominator, and no pass."""
    found = analyse(villages(A={})[:0], as_of=DAY)
    assert {measure.value for measure in found.measures.values()} == {None}
    assert found.rollups.empty


@pytest.mark.parametrize(
    "given",
    [
        {"denominator": "hamlet"},
        {"treatment_methods": ("none",)},
        {"urban_scope": "downtown"},
    ],
)
def test_a_word_that_means_nothing_is_refused(given: dict[str, object]) -> None:
    """Misspelt, it would pass for another answer."""
    with pytest.raises(ParameterError):
        analyse(villages(A={}), as_of=DAY, **given)


def test_degrees_are_refused() -> None:
    """A layer that is not in metres."""
    with pytest.raises(CRSError):
        analyse(villages(A={}).set_crs(4490, allow_override=True), as_of=DAY)
