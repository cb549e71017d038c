"""New sewage capacity: which works count, how much, and what the unknown ones may add."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.new_sewage_capacity import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, SewageWorks

DAY = date(2025, 12, 31)
NEW, SHARE, LEFT = (
    "new_sewage_capacity",
    "new_sewage_capacity_in_service_share",
    "new_sewage_capacity_to_come",
)
MOST = 500  # 10,000 t/d: the schema's limit
KEPT = {"design_t_per_d": 20_000.0, "commissioned_on": "2022-06-01"}


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out works a kilometre apart."""
    return to_layer(
        SewageWorks,
        {
            key: {"geometry": Point(1000 * n, 0), **KEPT, **row}
            for n, (key, row) in enumerate(rows.items())
        },
    )


def counties(*people: int | None) -> gpd.GeoDataFrame:
    """Lay out counties side by side, 1 km wide, a works in the middle of each."""
    return to_layer(
        Counties,
        {
            f"21120{n}": {
                "name": f"C{n}",
                "population": number,
                "geometry": box(1000 * n - 500, -9, 1000 * n + 500, 9),
            }
            for n, number in enumerate(people)
        },
    )


def ask(layer: gpd.GeoDataFrame, **values: object) -> Result:
    """Ask on the day."""
    return analyse(layer, as_of=DAY, **values)  # type: ignore[arg-type]


def test_new_capacity_is_added_up() -> None:
    """1.5 and 2 in service, 4 to come, 8 old: 3.5 of 7.5."""
    found = ask(
        works(
            A={"design_t_per_d": 15_000.0},
            B={},
            C={"design_t_per_d": 40_000.0, "commissioned_on": "2026-01-01"},
            D={"design_t_per_d": 80_000.0, "commissioned_on": "2015-01-01"},
        )
    )
    assert bounds(found.measures[NEW]) == (Fraction(7, 2),) * 3
    assert bounds(found.measures[LEFT]) == (4, 4, 4)
    assert bounds(found.measures[SHARE]) == (Fraction(350, 75) * 10,) * 3
    assert found.features["category"].tolist() == ["new", "new", "to_come", "out_of_scope"]
    assert found.against == dict.fromkeys((SHARE, NEW, LEFT), ("C",))


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"commissioned_on": "2020-12-31"}, "out_of_scope", "old"),
        ({"commissioned_on": "2021-01-01"}, "new", ""),
        ({"commissioned_on": "2025-12-31"}, "new", ""),
        ({"commissioned_on": "2026-01-01"}, "to_come", ""),
        ({"commissioned_on": None}, "unknown", "undated"),
        ({"design_t_per_d": None}, "unknown", "amount_missing"),
        ({"design_t_per_d": 0.0}, "out_of_scope", "no_capacity"),
        ({"retired_on": "2025-12-31"}, "out_of_scope", "retired"),
        ({"retired_on": "2026-01-01"}, "new", ""),
        ({"retired_on": "2022-05-31"}, "unknown", "swapped"),
        ({"retired_on": "2022-06-01"}, "out_of_scope", "retired"),
        ({"commissioned_on": None, "retired_on": "2024-01-01"}, "out_of_scope", "retired"),
    ],
)
def test_each_record_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """The base year's last day is old, the day itself counts, the next is to come."""
    found = ask(works(A=row))
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]


@pytest.mark.parametrize(
    ("row", "least", "most", "left_most"),
    [
        # It is old, new or to come.
        ({"commissioned_on": None}, 2, 4, 2),
        # New for sure; how much is open.
        ({"design_t_per_d": None}, 2, 2 + MOST, 0),
        # To come, but how much.
        ({"design_t_per_d": None, "commissioned_on": "2026-01-01"}, 2, 2, MOST),
        # Nothing is known of it.
        ({"design_t_per_d": None, "commissioned_on": None}, 2, 2 + MOST, MOST),
        ({"retired_on": "2021-01-01"}, 2, 4, 2),
    ],
)
def test_bounds_hold_what_may_be(row: Row, least: int, most: int, left_most: int) -> None:
    """Beside a works of 2 that is new."""
    found = ask(works(A={}, B=row))
    assert bounds(found.measures[NEW]) == (least, 2, most)
    assert bounds(found.measures[LEFT]) == (0, 0, left_most)
    assert (found.measures[NEW].counted, found.measures[NEW].excluded) == (1, 1)
    assert excluded(found, NEW)["B"][0] == "unknown"


def test_the_base_year_is_a_parameter() -> None:
    """With 2021 as base year, 2021 is old."""
    layer = works(A={"commissioned_on": "2021-12-31"}, B={"commissioned_on": "2022-01-01"})
    found = ask(layer, base_year=2021.0)
    assert found.features["category"].tolist() == ["out_of_scope", "new"]
    assert found.features["days_after_base_year"].tolist() == [0, 1]


def test_counties_add_up() -> None:
    """Each works in its county, one outside all; the sums are those of the whole."""
    layer = works(A={}, B={"design_t_per_d": 30_000.0}, C={"commissioned_on": "2027-01-01"})
    found = analyse(layer, counties=counties(None, None), as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {
        "": (0, 20_000, 0),
        "C0": (20_000, 20_000, 0),
        "C1": (30_000, 30_000, 0),
    }


@pytest.mark.parametrize(
    ("people", "warns"),
    [((40_000, 60_000), False), ((40_000, 59_999), True), ((10, None), False), ((), False)],
)
def test_a_target_beyond_the_residents_is_told(people: tuple[int | None, ...], warns: bool) -> None:  # noqa: FBT001 - an answer
    """2 * 10,000 t/d over 100,000 people are 200 L each: on the limit it is plausible (closed)."""
    found = analyse(
        works(A={}),
        counties=counties(*people),
        as_of=DAY,
        asked_wan_t_per_d=2.0,
        plausible_l_per_person_d=200.0,
    )
    assert bool(found.warnings) is warns


def test_levers_know_the_day() -> None:
    """What comes a day later, and what came on the day, by their capacity."""
    layer = works(A={"commissioned_on": "2026-01-01"}, B={"commissioned_on": "2025-12-31"})
    [day] = ask(layer).levers[NEW]
    assert day.table["margin"].to_dict() == {"A": -1, "B": 0}
    assert day.table["numerator"].to_dict() == {"A": 2, "B": 2}


def test_nothing_and_nonsense() -> None:
    """No works is no pass; wrong values and degrees are refused."""
    empty = ask(SewageWorks.empty("EPSG:4550"))
    assert (empty.measures[NEW].in_scope, empty.measures[NEW].value) == (0, None)
    for values in (
        {"base_year": 2020.5},
        {"asked_wan_t_per_d": -1.0},
        {"plausible_l_per_person_d": -1.0},
    ):
        with pytest.raises(ParameterError):
            ask(works(A={}), **values)
    with pytest.raises(CRSError):
        ask(works(A={}).to_crs(4490))
