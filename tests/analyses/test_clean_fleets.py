"""Clean vehicles in city built-up areas, class by class: exact small cases by hand."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.clean_fleets import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import BuiltupAreas, Counties, Fleets

DAY = date(2025, 12, 31)
LEAST, ALL, LEFT = "least_clean_vehicles_share", "clean_vehicles_share", "vehicles_not_clean"
_MOST = 100_000


def fleet(x: float = 500.0, y: float = 500.0, **columns: object) -> dict[str, object]:
    """Describe ten clean buses in the city, counted on the day."""
    return {
        "vehicle_class": "bus",
        "vehicles": 10,
        "clean_vehicles": 10,
        "counted_on": pd.Timestamp(DAY),
        "geometry": Point(560_000 + x, 4_690_000 + y),
    } | columns


AREAS = to_layer(
    BuiltupAreas,
    {
        "1": {
            "name": "X",
            "scope": "city",
            "boundary_year": 2020,
            "geometry": box(560_000, 4_690_000, 561_000, 4_691_000),
        },
        "2": {
            "name": "Y",
            "scope": "city",
            "boundary_year": 2026,
            "geometry": box(563_000, 4_690_000, 564_000, 4_691_000),
        },
    },
)


def found(**rows: dict[str, object]) -> Result:
    """Ask of these fleets."""
    return analyse(to_layer(Fleets, rows), AREAS, as_of=DAY)


def test_the_least_class_decides() -> None:
    """Of three classes with 100, 80 and 90 %; together 26 of 30 are clean."""
    result = found(
        A=fleet(),
        B=fleet(vehicle_class="taxi", clean_vehicles=8),
        C=fleet(vehicle_class="post", clean_vehicles=9),
        D=fleet(vehicle_class="post", vehicles=10, clean_vehicles=9),
        E=fleet(vehicle_class="sanitation", clean_vehicles=0),
    )
    assert bounds(result.measures[LEAST]) == (80, 80, 80)
    assert bounds(result.measures[ALL]) == (90, 90, 90)
    assert bounds(result.measures[LEFT]) == (4, 4, 4)
    assert result.against[LEAST] == ("B",)
    assert result.against[ALL] == ("B", "C", "D")
    assert excluded(result, LEAST) == {"E": ("out_of_scope", "not of a class on the list")}
    table = result.tables["classes"].set_index("vehicle_class")
    assert table["share_pct"].dropna().to_dict() == {"bus": 100, "post": 90, "taxi": 80}
    assert table.index[table["is_least"]].tolist() == ["taxi"]
    assert rollup(result, ALL, "vehicle_class") == {
        "bus": (10, 10, 0),
        "post": (18, 20, 0),
        "sanitation": (0, 0, 0),
        "taxi": (8, 10, 0),
    }
    assert "taxi" in result.warnings[0].en


def test_the_border_is_inside() -> None:
    """On the border counts; beyond it does not; inside a later boundary nobody knows."""
    result = found(A=fleet(x=1000.0), B=fleet(x=1000.5), C=fleet(x=3500.0))
    assert result.measures[LEAST].counted == 1
    assert excluded(result, ALL) == {
        "B": ("out_of_scope", "its depot is outside the city built-up areas"),
        "C": (
            "unknown",
            "no built-up boundary of that year or earlier says whether it is inside",
        ),
    }
    assert result.features["builtup_margin_m"].tolist() == [0.0, -0.5, -2500.0]


def test_the_latest_count_by_the_day_holds() -> None:
    """On the day counts; an earlier one is superseded, a later one does not hold yet."""
    own = {"name": "X"}
    result = found(
        A=fleet(counted_on=pd.Timestamp(2023, 12, 31), clean_vehicles=1, **own),
        B=fleet(counted_on=pd.Timestamp(2025, 12, 31, 9), clean_vehicles=7, **own),
        C=fleet(counted_on=pd.Timestamp(2026, 1, 1), **own),
        D=fleet(counted_on=pd.Timestamp(2023, 12, 31), clean_vehicles=9),
        E=fleet(counted_on=pd.Timestamp(2026, 1, 1)),
        F=fleet(counted_on=None),
    )
    assert result.measures[ALL].value == Fraction(1600, 20)
    assert {key: kind for key, (kind, _) in excluded(result, ALL).items()} == {
        "A": "out_of_scope",
        "C": "out_of_scope",
        "E": "unknown",
        "F": "unknown",
    }
    # Whether E and F had ten clean buses each is not known: at best they did.
    assert bounds(result.measures[ALL]) == (80, 80, 90)


def test_two_counts_of_one_day_contradict_each_other() -> None:
    """Nobody knows which one holds."""
    result = found(A=fleet(name="X", clean_vehicles=5), B=fleet(name="X"), C=fleet(name="Y"))
    assert excluded(result, ALL)["A"] == ("unknown", "counted more than once on one day")
    assert result.measures[ALL].counted == 1


def test_missing_numbers_widen_the_bounds_exactly() -> None:
    """Clean vehicles missing, all missing, and more clean vehicles than vehicles."""
    whole = fleet(vehicles=40, clean_vehicles=30)
    result = found(A=whole, B=fleet(clean_vehicles=None))
    assert bounds(result.measures[LEAST]) == (60, 75, 80)
    assert bounds(result.measures[LEFT]) == (10, 10, 20)
    result = found(A=whole, B=fleet(vehicles=None))
    assert bounds(result.measures[ALL]) == (Fraction(4000, 40 + _MOST - 0), 75, 80)
    result = found(A=whole, B=fleet(clean_vehicles=11))
    most = Fraction(100 * (30 + _MOST), 40 + _MOST)
    assert bounds(result.measures[ALL]) == (Fraction(3000, 40 + _MOST), 75, most)
    assert excluded(result, ALL) == {"B": ("unknown", "more clean vehicles than vehicles")}


def test_a_fleet_that_may_be_outside_lowers_only_what_is_higher() -> None:
    """Taxis of 80 %, buses of 60 %, and a fleet of 7 in 10 of which nobody knows where it was."""
    own = {"vehicles": 10, "clean_vehicles": 7, "x": 3500.0}
    result = found(
        A=fleet(clean_vehicles=6),
        B=fleet(**own),
        C=fleet(vehicle_class="taxi", clean_vehicles=8),
        D=fleet(vehicle_class="taxi", **own),
    )
    table = result.tables["classes"].set_index("vehicle_class")[["low_pct", "high_pct"]]
    assert table.loc["bus"].tolist() == [60, 65]
    assert table.loc["taxi"].tolist() == [75, 80]
    assert bounds(result.measures[LEAST]) == (60, 60, 65)


def test_a_fleet_without_a_class_may_be_of_any() -> None:
    """It can pull any class down; the least may be as low as the worst of these."""
    result = found(A=fleet(), B=fleet(vehicle_class=None, clean_vehicles=0, vehicles=10))
    assert bounds(result.measures[LEAST]) == (0, 100, 100)
    assert excluded(result, LEAST) == {"B": ("unknown", "the class is missing")}


def test_a_class_that_may_be_empty_need_not_be_the_least() -> None:
    """Taxis that may all be outside: the least may be the buses' 90 % all the same."""
    result = found(
        A=fleet(clean_vehicles=9), B=fleet(vehicle_class="taxi", clean_vehicles=2, x=3500.0)
    )
    assert bounds(result.measures[LEAST]) == (20, 90, 90)


def test_no_vehicles_and_no_fleets() -> None:
    """A fleet of none is out of scope; without fleets there is no value."""
    result = found(A=fleet(vehicles=0, clean_vehicles=0))
    assert (result.measures[LEAST].value, result.measures[LEAST].in_scope) == (None, 0)
    empty = analyse(to_layer(Fleets, {"A": fleet()}).iloc[:0], AREAS, as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}


def test_counties_add_up() -> None:
    """Each depot is in the county that covers it."""
    counties = to_layer(
        Counties,
        {"100001": {"name": "West", "geometry": box(560_000, 4_690_000, 560_600, 4_691_000)}},
    )
    layer = to_layer(Fleets, {"A": fleet(), "B": fleet(x=700.0, clean_vehicles=4)})
    result = analyse(layer, AREAS, counties=counties, as_of=DAY)
    assert rollup(result, ALL, "county_name") == {"": (4, 10, 0), "West": (10, 10, 0)}


@pytest.mark.parametrize("classes", [(), ("bus", "bus"), ("tram",)])
def test_wrong_classes_are_refused(classes: tuple[str, ...]) -> None:
    """Empty, twice, or not a class."""
    with pytest.raises(ParameterError):
        analyse(to_layer(Fleets, {"A": fleet()}), AREAS, as_of=DAY, vehicle_classes=classes)


def test_degrees_are_refused() -> None:
    """Depots are placed in metres."""
    with pytest.raises(CRSError):
        analyse(to_layer(Fleets, {"A": fleet()}).to_crs(4490), AREAS, as_of=DAY)
