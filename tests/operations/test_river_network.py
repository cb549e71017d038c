"""Which river flows into which, and which reaches are digitised upstream."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from tieling_geo.errors import CRSError
from tieling_geo.operations.river_network import (
    MAIN_STEM_AGREEMENT,
    find_level_contradictions,
    find_upstream_digitised,
    to_tributary_levels,
)
from tieling_geo.schemas import RiverReaches

METRES = "EPSG:4550"
TOLERANCE_M = 50.0
Course = Sequence[tuple[float, float]] | BaseGeometry


def reaches(
    *rows: tuple[str, str, Course], recorded: dict[str, int] | None = None
) -> gpd.GeoDataFrame:
    """Lay out reaches: id, river, course; levels only where recorded. The index is the id."""
    ids = [row[0] for row in rows]
    shapes = [row[2] if isinstance(row[2], BaseGeometry) else LineString(row[2]) for row in rows]
    levels = [(recorded or {}).get(reach) for reach in ids]
    return (
        RiverReaches
        .empty(METRES)
        .reindex(ids)
        .assign(
            reach_id=pd.Series(ids, ids, dtype="str"),
            river_name=pd.Series([row[1] for row in rows], ids, dtype="str"),
            tributary_level=pd.Series(levels, ids, dtype="Int64"),
            geometry=gpd.GeoSeries(shapes, ids, crs=METRES),
        )
    )


def levels_of(
    layer: gpd.GeoDataFrame, *, tolerance_m: float = TOLERANCE_M
) -> dict[str, int | None]:
    """Return reach -> level, None where missing."""
    found = to_tributary_levels(layer, main_stem_rivers=["Main"], junction_tolerance_m=tolerance_m)
    assert found.index.equals(layer.index)
    assert found.dtype == "Int64"
    return {str(reach): None if pd.isna(level) else int(level) for reach, level in found.items()}


def upstream(layer: gpd.GeoDataFrame, *, tolerance_m: float = TOLERANCE_M) -> list[str]:
    """Return the ids of the reaches digitised upstream."""
    found = find_upstream_digitised(
        layer, main_stem_rivers=["Main"], junction_tolerance_m=tolerance_m
    )
    assert list(found.columns) == ["reach_id", "river_name"]
    return found["reach_id"].tolist()


def turned(layer: gpd.GeoDataFrame, ids: Sequence[str]) -> gpd.GeoDataFrame:
    """Digitise some reaches the other way."""
    shapes = layer.geometry.where(~layer["reach_id"].isin(ids), layer.geometry.reverse())
    return layer.set_geometry(shapes)


#: Main runs east in two reaches; A joins it at its node, A1 joins A, B joins Main along its length.
SYSTEM = reaches(
    ("m1", "Main", [(0, 0), (1000, 0)]),
    ("m2", "Main", [(1000, 0), (2000, 0)]),
    ("a1", "A", [(1000, 2000), (1000, 1000)]),
    ("a2", "A", [(1000, 1000), (1000, 0)]),
    ("a1a", "A1", [(300, 1700), (1000, 1000)]),
    ("b", "B", [(1500, 900), (1500, 30)]),
    ("far", "Far", [(9000, 9000), (9900, 9000)]),
)


def test_levels_follow_the_rivers_that_meet() -> None:
    """Two reaches of a river have one level; a river that meets nothing has none."""
    assert levels_of(SYSTEM) == {
        "m1": 0,
        "m2": 0,
        "a1": 1,
        "a2": 1,
        "a1a": 2,
        "b": 1,
        "far": None,
    }


def test_without_a_main_stem_no_level_is_known() -> None:
    """No river of that name: all missing, never level 0."""
    found = to_tributary_levels(SYSTEM, main_stem_rivers=["Nile"], junction_tolerance_m=TOLERANCE_M)
    assert found.isna().all()


@pytest.mark.parametrize(("gap_m", "level"), [(50.0, 1), (50.001, None)])
def test_the_junction_tolerance_is_closed(gap_m: float, level: int | None) -> None:
    """Exactly 50 m from the middle of the main stem, and from its end: joined. Beyond: not."""
    main = ("m", "Main", [(500_000, 4_690_000), (501_000, 4_690_700)])
    along, ahead = LineString(main[2]).parallel_offset(gap_m, "left").interpolate(300), gap_m
    side = ("s", "Side", [(along.x - 7000, along.y + 10_000), (along.x, along.y)])
    end = ("e", "End", [(501_000 + ahead, 4_690_700), (509_000, 4_690_700)])
    assert levels_of(reaches(main, side, end)) == {"m": 0, "s": level, "e": level}


def test_a_recorded_level_wins_and_a_contradiction_is_listed() -> None:
    """A is recorded as 2 although it meets the main stem; a missing level is no contradiction."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("b", "B", [(500, 500), (500, 0)]),
        ("a2", "A", [(1000, 500), (1000, 0)]),
        ("a1", "A", [(1000, 900), (1000, 500)]),
        ("far", "Far", [(9000, 9000), (9900, 9000)]),
        recorded={"a2": 2, "a1": 2, "b": 1, "far": 3},
    )
    assert levels_of(layer) == {"m": 0, "b": 1, "a2": 2, "a1": 2, "far": 3}
    found = find_level_contradictions(
        layer, main_stem_rivers=["Main"], junction_tolerance_m=TOLERANCE_M
    )
    assert found.to_numpy().tolist() == [["a1", "A", 2, 1], ["a2", "A", 2, 1]]


def test_a_river_is_all_reaches_of_its_name_and_nameless_ones_are_many() -> None:
    """A is cut by a reservoir and keeps its level; two nameless brooks are not one river."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("a1", "A", [(1000, 900), (1000, 0)]),
        ("a2", "A", [(1000, 5900), (1000, 5000)]),
        ("n1", "", [(1500, 900), (1500, 0)]),
        ("n2", " ", [(7500, 900), (7500, 100)]),
        ("n3", " ", [(9500, 900), (9500, 100)]),
    )
    assert levels_of(layer) == {"m": 0, "a1": 1, "a2": 1, "n1": 1, "n2": None, "n3": None}


def test_lines_that_cross_do_not_meet() -> None:
    """An aqueduct over the river is no tributary, also where a true one has its mouth."""
    main = ("m", "Main", [(0, 0), (2000, 0)])
    over = ("x", "X", [(900, -900), (900, 900)])
    assert levels_of(reaches(main, over)) == {"m": 0, "x": None}
    layer = reaches(main, over, ("s", "Side", [(500, 500), (900, 0)]))
    assert levels_of(layer) == {"m": 0, "x": 2, "s": 1}
    assert upstream(layer) == []


def test_the_empty_layer() -> None:
    """No reach: no level, no finding, no error."""
    layer = RiverReaches.empty(METRES)
    assert levels_of(layer) == {}
    assert upstream(layer) == []
    options = {"main_stem_rivers": ["Main"], "junction_tolerance_m": TOLERANCE_M}
    assert find_level_contradictions(layer, **options).empty


def test_degrees_are_refused() -> None:
    """A tolerance in metres means nothing in degrees."""
    degrees = SYSTEM.set_crs("EPSG:4490", allow_override=True)
    for function in (to_tributary_levels, find_level_contradictions, find_upstream_digitised):
        with pytest.raises(CRSError):
            function(degrees, main_stem_rivers=["Main"], junction_tolerance_m=TOLERANCE_M)


lattice_reaches = st.lists(
    st.tuples(
        st.sampled_from(["Main", "A", "B", "C", "D", ""]),
        st.tuples(st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.integers(0, 4), st.integers(0, 4)),
    ).filter(lambda row: row[1] != row[2]),
    max_size=9,
)


def plain_levels(layer: gpd.GeoDataFrame, tolerance_m: float) -> dict[str, int | None]:
    """Give the levels by comparing every two reaches: an end of one lies near the other."""
    river = {r: n or r for r, n in zip(layer["reach_id"], layer["river_name"], strict=True)}
    shapes = dict(zip(layer["reach_id"], layer.geometry, strict=True))
    meets = set()
    for one, other in combinations(shapes, 2):
        for here, there in ((one, other), (other, one)):
            ends = [Point(shapes[here].coords[0]), Point(shapes[here].coords[-1])]
            if any(end.distance(shapes[there]) <= tolerance_m for end in ends):
                meets |= {(river[one], river[other]), (river[other], river[one])}
    level = {"Main": 0}
    for step in range(len(shapes)):
        for here, there in meets:
            if level.get(here) == step:
                level.setdefault(there, step + 1)
    return {reach: level.get(name) for reach, name in river.items()}


@given(lattice_reaches)
@settings(deadline=None)
def test_levels_agree_with_a_plain_comparison_of_all_pairs(
    rows: list[tuple[str, tuple[int, int], tuple[int, int]]],
) -> None:
    """Reaches on a lattice a kilometre wide, so that no chain of near ends can form."""
    layer = reaches(
        *(
            (f"r{n}", river, [(1000 * x, 1000 * y) for x, y in ends])
            for n, (river, *ends) in enumerate(rows)
        )
    )
    assert levels_of(layer) == plain_levels(layer, TOLERANCE_M)


@given(st.permutations(range(len(SYSTEM))), st.sets(st.sampled_from(SYSTEM["reach_id"].tolist())))
@settings(deadline=None)
def test_levels_heed_neither_order_nor_direction(order: list[int], backward: set[str]) -> None:
    """Rows shuffled and reaches turned: the same levels."""
    assert levels_of(turned(SYSTEM.iloc[order], sorted(backward))) == levels_of(SYSTEM)


def test_what_is_digitised_downstream_is_not_listed() -> None:
    """The whole system, right as it is."""
    assert upstream(SYSTEM) == []


tributaries = sorted(set(SYSTEM["reach_id"]) - {"m1", "m2", "far"})


@given(st.permutations(range(len(SYSTEM))), st.sets(st.sampled_from(tributaries)))
@settings(deadline=None)
def test_exactly_the_turned_tributaries_are_listed(order: list[int], backward: set[str]) -> None:
    """Any of them turned, rows in any order."""
    layer = turned(SYSTEM.iloc[order], sorted(backward))
    assert upstream(layer) == sorted(backward)


def test_a_reach_of_a_nameless_river_is_listed_under_its_empty_name() -> None:
    """The name is the layer's own."""
    layer = reaches(("m", "Main", [(0, 0), (2000, 0)]), ("n", "", [(900, 0), (900, 900)]))
    found = find_upstream_digitised(
        layer, main_stem_rivers=["Main"], junction_tolerance_m=TOLERANCE_M
    )
    assert found.to_numpy().tolist() == [["n", ""]]


def test_beyond_a_reservoir_nothing_is_certain() -> None:
    """The upper piece of A is cut off from the mouth: whichever way it runs, it is not listed."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("a1", "A", [(1000, 0), (1000, 900)]),
        ("a2", "A", [(1000, 5000), (1000, 5900)]),
    )
    assert upstream(layer) == ["a1"]
    assert upstream(turned(layer, ["a2"])) == ["a1"]


def test_two_mouths_decide_nothing() -> None:
    """A channel from the main stem back into it may run either way."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("c", "Channel", [(500, 0), (1000, 500), (1500, 0)]),
    )
    assert levels_of(layer) == {"m": 0, "c": 1}
    assert upstream(layer) == []
    assert upstream(turned(layer, ["c"])) == []


@pytest.mark.parametrize("backward", [[], ["low"], ["left"], ["right"], ["high", "left"]])
def test_the_arms_around_an_island_are_left_open(backward: list[str]) -> None:
    """Below and above the island the way is certain; around it, it is not."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("low", "A", [(1000, 500), (1000, 0)]),
        ("left", "A", [(1000, 900), (800, 700), (1000, 500)]),
        ("right", "A", [(1000, 900), (1200, 700), (1000, 500)]),
        ("high", "A", [(1000, 1900), (1000, 900)]),
        ("top", "A", [(1000, 1900), (900, 2200), (1000, 2500), (1100, 2200), (1000, 1900)]),
    )
    assert upstream(turned(layer, backward)) == sorted(set(backward) & {"low", "high"})


def test_a_river_that_takes_over_where_the_main_stem_ends_is_not_its_tributary() -> None:
    """Below the last reach the river has another name: it is digitised as it flows."""
    lower = ("l", "Lower", [(2000, 0), (3000, 0)])
    layer = reaches(
        ("m1", "Main", [(0, 0), (1000, 0)]), ("m2", "Main", [(1000, 0), (2000, 0)]), lower
    )
    assert upstream(layer) == []
    assert upstream(turned(layer, ["l"])) == []


def test_two_rivers_that_form_the_main_stem_are_its_tributaries() -> None:
    """Where the main stem begins, both flow into it; the one that leads away is digitised wrong."""
    layer = reaches(
        ("m1", "Main", [(0, 0), (1000, 0)]),
        ("m2", "Main", [(1000, 0), (2000, 0)]),
        ("w", "West", [(-900, -500), (0, 0)]),
        ("n", "North", [(0, 0), (-900, 500)]),
    )
    assert upstream(layer) == ["n"]


def test_a_main_stem_of_one_reach_proves_nothing_at_its_ends() -> None:
    """Its own direction is not known, so neither is that of a river at its end."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("w", "West", [(0, 0), (-900, -500)]),
        ("s", "Side", [(1000, 0), (1000, -500)]),
    )
    assert upstream(layer) == ["s"]


def test_three_quarters_of_a_main_stem_decide() -> None:
    """Exactly three of four reaches of one length (closed); two of three are too few."""
    assert MAIN_STEM_AGREEMENT == 0.75
    four = reaches(*((f"m{n}", "Main", [(n * 1000, 0), (n * 1000 + 1000, 0)]) for n in range(4)))
    assert upstream(turned(four, ["m1"])) == ["m1"]
    assert upstream(turned(four, ["m1", "m2"])) == []
    assert upstream(turned(four, ["m0", "m1", "m3"])) == ["m2"]
    assert upstream(turned(four.iloc[:3], ["m1"])) == []


def test_the_length_of_a_main_stem_has_a_say_too() -> None:
    """Three short reaches do not outvote a long one."""
    courses = [
        [(0, 0), (100, 0)],
        [(100, 0), (200, 0)],
        [(200, 0), (300, 0)],
        [(9000, 0), (300, 0)],
    ]
    layer = reaches(*((f"m{n}", "Main", course) for n, course in enumerate(courses)))
    assert upstream(layer) == []


def test_a_main_stem_with_arms_is_left_open() -> None:
    """Which arm is the stem is not known."""
    layer = reaches(
        ("m1", "Main", [(0, 0), (1000, 0)]),
        ("m2", "Main", [(1000, 0), (2000, 0)]),
        ("m3", "Main", [(2000, 0), (3000, 0)]),
        ("arm", "Main", [(1000, 0), (1000, 900)]),
    )
    assert upstream(layer) == []


def test_a_reach_of_several_parts_is_listed_only_as_a_whole() -> None:
    """Both parts against the flow: listed; one of them: not."""
    main = ("m", "Main", [(0, 0), (2000, 0)])
    wrong = MultiLineString([[(900, 0), (900, 500)], [(900, 500), (900, 900)]])
    mixed = MultiLineString([[(900, 0), (900, 500)], [(900, 900), (900, 500)]])
    assert upstream(reaches(main, ("a", "A", wrong))) == ["a"]
    assert upstream(reaches(main, ("a", "A", mixed))) == []


def test_a_reach_shorter_than_the_tolerance_has_no_direction() -> None:
    """It joins what it touches and is not listed; its neighbours are judged as ever."""
    layer = reaches(
        ("m", "Main", [(0, 0), (2000, 0)]),
        ("a1", "A", [(900, 0), (900, 40)]),
        ("a2", "A", [(900, 40), (900, 900)]),
    )
    assert levels_of(layer) == {"m": 0, "a1": 1, "a2": 1}
    assert upstream(layer) == ["a2"]


@pytest.mark.real
def test_real_rivers_of_tieling(real_data: Path) -> None:
    """
    The national 1:4M rivers: three reaches run against the flow, and nothing else is listed.

    亮子河 starts (first vertex 123.81, 42.46) on 辽河. Two of 西辽河's reaches both start at
    one node (123.27, 43.65), of which one leads to 辽河's head (123.50, 43.59): the other, which
    leads west, runs against it. 西辽河 and 新开河 flow east out of Inner Mongolia, and 新开河,
    too, is digitised from 辽河's head (123.50, 43.59) to its source at 120.51 E.
    """
    file = real_data / "tieling" / "rivers" / "china_1to4M_rivers_L2_L4_L5_tieling.geojson"
    rivers = gpd.read_file(file).to_crs(METRES)
    rivers = rivers[rivers["bank_of"] == ""]
    ids = [f"{n:02}" for n in rivers.index]
    layer = reaches(*zip(ids, rivers["name"], rivers.geometry, strict=True))
    options = {"main_stem_rivers": ["辽河"], "junction_tolerance_m": TOLERANCE_M}
    found = find_upstream_digitised(layer, **options)
    assert sorted(found["river_name"]) == ["亮子河", "新开河", "西辽河"]
    firsts = gpd.GeoSeries(layer.geometry.map(lambda shape: Point(shape.coords[0])), crs=METRES)
    stem = layer.loc[layer["river_name"] == "辽河", "geometry"].union_all()
    west = firsts[layer["river_name"] == "西辽河"]
    for reach, river in found.to_numpy().tolist():
        if river == "西辽河":
            assert (west.distance(firsts[reach]) < TOLERANCE_M).sum() == 2
        else:
            assert firsts[reach].distance(stem) < TOLERANCE_M
    levels = to_tributary_levels(layer, **options)
    by_river = dict(zip(layer["river_name"], levels, strict=True))
    rivers_of_level = {"辽河": 0, "东辽河": 1, "招苏台河": 1, "亮子河": 1, "二道河": 2, "清河": 2}
    assert {river: by_river[river] for river in rivers_of_level} == rivers_of_level
    assert pd.isna(by_river["蒲河"])
