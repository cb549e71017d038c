"""Small coal boilers in built-up areas: each threshold, and bounds against every completion."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from tieling_geo.analyses.boilers_in_builtup_areas import (
    ANALYSIS,
    analyse,
)
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.boiler_capacity import is_small, to_capacity_t_per_h
from tieling_geo.schemas import Boilers, BuiltupAreas, Counties

DAY = date(2025, 12, 31)
BEFORE, ON, AFTER = "2020-01-01", "2025-12-31", "2026-01-01"
SHARE, LEFT = "small_coal_boilers_retired_share", "small_coal_boilers_remaining"
#: A small coal boiler at work in the middle of the city; each test changes what it is about.
PLAIN = {
    "fuel": "coal",
    "status": "operating",
    "capacity_t_per_h": 20.0,
    "geometry": Point(500, 500),
}
CITY = {"name": "X", "scope": "city", "boundary_year": 2020, "geometry": box(0, 0, 1000, 1000)}


def boilers(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out boilers: what a row does not say is plain."""
    return to_layer(Boilers, {name: {**PLAIN, **row} for name, row in rows.items()})


def at(x: float, y: float, **row: object) -> Row:
    """Place a boiler, metres."""
    return {"geometry": Point(x, y), **row}


def cities(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out built-up areas: what a row does not say is the city's; without a word, the city."""
    return to_layer(
        BuiltupAreas, {name: {**CITY, **row} for name, row in (rows or {"1": {}}).items()}
    )


@pytest.mark.parametrize(
    ("t_per_h", "mw", "closed", "small"),
    [
        (35.0, None, True, True),
        (35.0, None, False, False),
        (35.000001, None, True, False),
        (None, 24.5, True, True),
        (None, 24.5, False, False),
        (None, 24.51, True, False),
        (None, None, True, None),
        (20.0, 14.0, True, True),
        (40.0, 28.0, True, False),
        (35.0, 24.5, True, True),
        (20.0, 70.0, True, None),
        (40.0, 24.5, True, None),
    ],
)
def test_capacity_exactly_at_the_limit(
    t_per_h: float | None,
    mw: float | None,
    closed: bool,  # noqa: FBT001 - it is a value, not a switch
    small: bool | None,  # noqa: FBT001 - it is a value, not a switch
) -> None:
    """35 t/h is 24.5 MW is the limit; two capacities on its two sides are no answer."""
    layer = boilers(B={"capacity_t_per_h": t_per_h, "capacity_mw": mw})
    answer = is_small(layer, 35.0, closed=closed)
    assert answer.isna().tolist() == [small is None]
    assert answer.fillna(value=False).tolist() == [bool(small)]
    found = analyse(layer, cities(), as_of=DAY, capacity_limit_closed=closed)
    category = {True: "remaining", False: "out_of_scope", None: "unknown"}[small]
    assert found.features["category"].tolist() == [category]
    interval = found.parameters["capacity_limit_t_per_h"].interval
    assert interval == ("closed" if closed else "open")


def test_binary_dust_does_not_make_a_boiler_larger() -> None:
    """10.5 MW are 15 t/h, though 10.5 / 0.7 is a little more in binary."""
    layer = boilers(B={"capacity_t_per_h": None, "capacity_mw": 10.5})
    assert 10.5 / 0.7 > 15
    assert is_small(layer, 15.0, closed=True).tolist() == [True]
    assert is_small(layer, 15.0, closed=False).tolist() == [False]


def test_capacity_used_is_the_stated_one() -> None:
    """Steam first, heat where there is no steam; both words for a missing and a doubtful one."""
    layer = boilers(
        both={"capacity_t_per_h": 20.0, "capacity_mw": 14.7},
        heat={"capacity_t_per_h": None, "capacity_mw": 7.0},
        none={"capacity_t_per_h": None},
        differ={"capacity_t_per_h": 40.0, "capacity_mw": 7.0},
    )
    assert to_capacity_t_per_h(layer).tolist()[:2] == [20.0, 10.0]
    found = analyse(layer, cities(), as_of=DAY)
    assert found.features["capacity_used_t_per_h"].isna().tolist() == [False, False, True, False]
    assert excluded(found, SHARE) == {
        "differ": ("unknown", "its t/h and its MW lie on different sides of the limit"),
        "none": ("unknown", "capacity is missing"),
    }


def test_the_border_of_the_city_counts() -> None:
    """On the border and within 1 cm: inside (closed)."""
    layer = boilers(on=at(0, 500), near=at(-0.01, 500), off=at(-0.02, 500))
    found = analyse(layer, cities(), as_of=DAY).features
    assert found["category"].tolist() == ["remaining", "remaining", "out_of_scope"]
    assert found["builtup_margin_m"].tolist() == pytest.approx([0, -0.01, -0.02])


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"status": "retired", "retired_on": ON}, "retired", ""),
        ({"status": "retired", "retired_on": AFTER}, "remaining", ""),
        ({"retired_on": ON}, "unknown", "contradiction"),
        ({"status": "retired"}, "unknown", "undated"),
        ({"status": None}, "unknown", "status_unknown"),
        ({"fuel": None}, "unknown", "fuel_unknown"),
        ({"capacity_t_per_h": None}, "unknown", "capacity_unknown"),
        ({"fuel": "gas", "capacity_t_per_h": None}, "out_of_scope", "not_coal"),
        ({"capacity_t_per_h": 36.0, "status": None}, "out_of_scope", "larger"),
        (at(5000, 0, fuel=None), "out_of_scope", "outside"),
        ({"commissioned_on": ON}, "remaining", ""),
        ({"commissioned_on": AFTER}, "out_of_scope", "not_yet"),
    ],
)
def test_each_record_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """Retired on the day counts, a day later does not; what is out for sure is no unknown."""
    found = analyse(boilers(B=row), cities(), as_of=DAY)
    assert found.features.loc["B", ["category", "reason"]].tolist() == [category, reason]
    share = found.measures[SHARE]
    assert (share.counted, share.excluded) == (int(reason == ""), int(category == "unknown"))


def test_the_boundary_of_the_year_is_used() -> None:
    """The boundary of 2030 is from the future; until then the one of 2020 holds, the year incl."""
    areas = cities(
        small={"geometry": box(0, 0, 600, 600), "boundary_year": 2015},
        now={},
        later={"geometry": box(0, 0, 9000, 9000), "boundary_year": 2030},
    )
    layer = boilers(old=at(500, 500), new=at(900, 900), future=at(5000, 5000))
    for year, inside in ((2019, [1, 0, 0]), (2020, [1, 1, 0]), (2030, [1, 1, 1])):
        found = analyse(layer, areas, as_of=date(year, 6, 30))
        assert (found.features["category"] == "remaining").astype(int).tolist() == inside
    assert found.features["boundary_year"].tolist() == [2030] * 3


def test_only_later_boundaries_are_no_answer() -> None:
    """A city first drawn in 2030 had some border in 2025: inside it a boiler is unknown."""
    areas = cities(X={}, Y={"name": "Y", "boundary_year": 2030, "geometry": box(5e3, 0, 6e3, 1e3)})
    layer = boilers(known=at(500, 500), doubt=at(5500, 500), out=at(9000, 9000))
    found = analyse(layer, areas, as_of=DAY)
    assert found.features["category"].tolist() == ["remaining", "unknown", "out_of_scope"]
    assert excluded(found, LEFT)["doubt"] == (
        "unknown",
        "no built-up boundary of that year or earlier says whether it is inside",
    )
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    # The other city alone: nothing is known at all inside it.
    alone = analyse(layer, areas.loc[["Y"]], as_of=DAY)
    assert alone.features["category"].tolist() == ["out_of_scope", "unknown", "out_of_scope"]
    assert alone.measures[SHARE].value is None
    assert alone.features["builtup_margin_m"].isna().all()


@pytest.mark.parametrize("scope", ["county_town", "town"])
def test_no_area_of_the_scope_is_no_answer(scope: str) -> None:
    """Without an area of the scope, or without any area, no boiler is known to be outside."""
    layer = boilers(B={}, gas={"fuel": "gas"})
    for areas in (cities(T={"scope": scope}), BuiltupAreas.empty("EPSG:4550")):
        found = analyse(layer, areas, as_of=DAY)
        assert found.features["category"].tolist() == ["unknown", "out_of_scope"]
        assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (0, 1)
    town = analyse(layer, cities(T={"scope": scope}), as_of=DAY, builtup_scope=scope)
    assert town.features["category"].tolist() == ["remaining", "out_of_scope"]
    assert town.parameters["builtup_scope"].value == scope


def test_a_scope_that_does_not_exist_is_refused() -> None:
    """A misspelt scope would leave nothing inside."""
    with pytest.raises(ParameterError, match=r"no scope 'citty'; known: city, county_town, town"):
        analyse(boilers(B={}), cities(), as_of=DAY, builtup_scope="citty")


def test_numbers_by_hand() -> None:
    """Three retired, one left, one undated, one of unknown size and at work."""
    layer = boilers(
        **{f"r{n}": {"status": "retired", "retired_on": ON} for n in range(3)},
        left={},
        undated={"status": "retired"},
        nosize={"capacity_t_per_h": None},
        big={"capacity_t_per_h": 40.0},
    )
    counties = to_layer(Counties, {"211201": {"name": "All", "geometry": box(-1, -1, 2e3, 2e3)}})
    found = analyse(layer, cities(), counties=counties, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (Fraction(300, 6), 75, Fraction(400, 5))
    assert bounds(found.measures[LEFT]) == (1, 1, 3)
    assert found.against[SHARE] == ("left",)
    assert rollup(found, SHARE, "county_name") == {"All": (3, 4, 2)}


def test_an_empty_layer_is_no_error() -> None:
    """No boiler: nothing in scope, no value."""
    found = analyse(Boilers.empty("EPSG:4550"), cities(), as_of=DAY)
    assert len(found.features) == 0
    assert [(m.in_scope, m.value) for m in found.measures.values()] == [(0, None)] * 2


def test_the_index_is_kept() -> None:
    """Whatever the order of the rows, each result stands at its feature."""
    layer = boilers(z={}, a=at(5000, 0), m={"status": None})
    found = analyse(layer, cities(), as_of=DAY).features
    assert found.index.tolist() == ["z", "a", "m"]
    assert found["category"].tolist() == ["remaining", "out_of_scope", "unknown"]


def test_degrees_are_refused() -> None:
    """Distances are not taken in degrees, of whichever layer."""
    with pytest.raises(CRSError):
        analyse(boilers(B={}).to_crs(4490), cities(), as_of=DAY)
    with pytest.raises(CRSError):
        analyse(boilers(B={}), cities().to_crs(4490), as_of=DAY)


def test_the_limit_of_the_plan_is_closed() -> None:
    """The card says so, and that the plan is its source."""
    limit = ANALYSIS.parameters[0]
    assert (limit.value, limit.interval, limit.verified) == (35.0, "closed", True)


# --- every completion of what a register leaves open ------------------------------------------

Record = tuple[str | None, float | None, str | None, str | None, str]
PLACES = {"in": Point(500, 500), "out": Point(-500, 500), "later": Point(5500, 500)}
AREAS = cities(X={}, Y={"name": "Y", "boundary_year": 2030, "geometry": box(5e3, 0, 6e3, 1e3)})
#: Every record that there is: fuel, capacity, status, date of retirement, and where.
RECORDS: dict[str, Record] = {
    f"B{n:03}": record
    for n, record in enumerate(
        product(
            ["coal", "gas", None],
            [35.0, 36.0, None],
            ["operating", "retired", None],
            [BEFORE, AFTER, None],
            PLACES,
        )
    )
}
REGISTER = boilers(**{
    name: {
        "fuel": fuel,
        "capacity_t_per_h": capacity,
        "status": status,
        "retired_on": retired_on,
        "geometry": PLACES[place],
    }
    for name, (fuel, capacity, status, retired_on, place) in RECORDS.items()
})
registers = st.lists(st.sampled_from(sorted(RECORDS)), max_size=4, unique=True)


def truths(record: Record) -> set[tuple[bool, bool]]:
    """List what may be true of a record: that it is in scope, and that it was retired."""
    fuel, capacity, status, retired_on, place = record
    histories = {
        # Status and date as they stand, or as either may be wrong, or whatever is missing.
        ("operating", None): {False},
        ("operating", BEFORE): {True, False},
        ("operating", AFTER): {False},
        ("retired", None): {True, False},
        ("retired", BEFORE): {True},
        ("retired", AFTER): {False},
        (None, None): {True, False},
        (None, BEFORE): {True},
        (None, AFTER): {False},
    }[status, retired_on]
    inside = {"in": (True,), "out": (False,), "later": (True, False)}[place]
    burns = (fuel == "coal",) if fuel else (True, False)
    small = (capacity <= 35.0,) if capacity else (True, False)
    return {
        (here and coal and size, gone)
        for here, coal, size, gone in product(inside, burns, small, histories)
    }


def worlds(rows: list[Record]) -> Iterator[list[bool]]:
    """Give each completion of a register: of every boiler in scope, whether it was retired."""
    for world in product(*(sorted(truths(row)) for row in rows)):
        yield [gone for here, gone in world if here]


@given(registers)
@settings(max_examples=15, deadline=None)
def test_no_completion_leaves_the_bounds(ids: list[str]) -> None:
    """Share and number of every completion lie between the bounds, and some reach them."""
    found = analyse(REGISTER.loc[ids], AREAS, as_of=DAY)
    all_worlds = list(worlds([RECORDS[name] for name in ids]))
    left = [world.count(False) for world in all_worlds]
    shares = [Fraction(100 * sum(world), len(world)) for world in all_worlds if world]
    low, value, high = bounds(found.measures[LEFT])
    assert (low, high) == (min(left), max(left))
    assert value is None or low <= value <= high
    low, value, high = bounds(found.measures[SHARE])
    # A bound without a value: in that completion nothing is in scope.
    assert {bound for bound in (low, high) if bound is not None} == (
        {min(shares), max(shares)} if shares else set()
    )
    assert value is None or min(shares) <= value <= max(shares)


def test_what_is_sure_counts_and_what_is_not_is_listed() -> None:
    """Over all 243 records: counted is what is in scope for sure and known, the rest is listed."""
    found = analyse(REGISTER, AREAS, as_of=DAY)
    may = {name: truths(record) for name, record in RECORDS.items()}
    sure = {name for name, truth in may.items() if len(truth) == 1 and next(iter(truth))[0]}
    open_ones = {name for name, truth in may.items() if any(here for here, _ in truth)} - sure
    listed = excluded(found, SHARE)
    assert {name for name, (kind, _) in listed.items() if kind == "unknown"} == open_ones
    assert set(RECORDS) - set(listed) == sure
    assert set(found.features.index[found.features["category"] == "unknown"]) == open_ones


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled rows: the same measures, and each result at its feature."""
    order = REGISTER.index[::-1].tolist()
    found, shuffled = (analyse(part, AREAS, as_of=DAY) for part in (REGISTER, REGISTER.loc[order]))
    assert shuffled.measures == found.measures
    assert shuffled.against == found.against
    assert shuffled.features.index.tolist() == order
    pd.testing.assert_frame_equal(shuffled.features.sort_index(), found.features)
