"""What lies upstream of a place: by hand on a small system, and against paths drawn at random."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from tieling_geo.errors import CRSError
from tieling_geo.operations.river_upstream import find_upstream, outfalls_above, to_reach

METRES = 4550
Places = dict[str, tuple[str | None, float, float]]


def reaches(**lines: tuple[str, BaseGeometry]) -> gpd.GeoDataFrame:
    """Lay out reaches: id -> river, course."""
    return gpd.GeoDataFrame(
        {"reach_id": list(lines), "river_name": [river for river, _ in lines.values()]},
        geometry=[line for _, line in lines.values()],
        crs=METRES,
    )


def places(rows: Places) -> gpd.GeoDataFrame:
    """Lay out places: id -> reach, x, y."""
    return gpd.GeoDataFrame(
        {"reach_id": pd.Series([reach for reach, _, _ in rows.values()], dtype="str").to_numpy()},
        index=list(rows),
        geometry=[Point(x, y) for _, x, y in rows.values()],
        crs=METRES,
    )


#: Main runs east; Side joins it at x = 1000, its node, and Brook at x = 1500, along its length.
SYSTEM = reaches(
    m1=("Main", LineString([(0, 0), (1000, 0)])),
    m2=("Main", LineString([(1000, 0), (2000, 0)])),
    s=("Side", LineString([(1000, 900), (1000, 0)])),
    b=("Brook", LineString([(1500, 900), (1500, 40)])),
)
OUTFALLS: Places = {
    "high": ("m1", 100, 0),
    "side": ("s", 1000, 500),
    "brook": ("b", 1500, 500),
    "low": ("m2", 1900, 0),
    "nowhere": (None, 5, 5),
}


def above(x: float, y: float, reach: str | None, layer: gpd.GeoDataFrame = SYSTEM) -> list[str]:
    """Name what lies upstream of one place."""
    pairs, known = find_upstream(
        places({"S": (reach, x, y)}),
        places(OUTFALLS),
        layer,
        turned=(),
        junction_tolerance_m=50.0,
    )
    assert known.to_dict() == {"S": True}
    return pairs["point"].tolist()


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (99, []),
        (100, ["high"]),
        (999, ["high"]),
        (1000, ["high", "side"]),
        (1499, ["high", "side"]),
        (1501, ["brook", "high", "side"]),
        (1900, ["brook", "high", "low", "side"]),
    ],
)
def test_along_the_main_stem(x: float, expected: list[str]) -> None:
    """Each tributary counts from its confluence on (closed), an outfall from its own place on."""
    assert above(x, 0, "m1" if x < 1000 else "m2") == expected


def test_a_tributary_sees_nothing_of_the_main_stem() -> None:
    """Above the confluence only what is on it."""
    assert above(1000, 400, "s") == ["side"]
    assert above(1000, 600, "s") == []


def test_a_turned_reach_flows_the_other_way() -> None:
    """A reach digitised upstream, and said to be so, changes nothing."""
    turned = SYSTEM.assign(
        geometry=[
            line if n not in {0, 2} else line.reverse() for n, line in enumerate(SYSTEM.geometry)
        ]
    )
    one, other = (
        find_upstream(
            places({"S": ("m2", 1200, 0), "T": ("m1", 100, 0), "U": ("m1", 99, 0)}),
            places(OUTFALLS),
            layer,
            turned=ids,
            junction_tolerance_m=50.0,
        )[0]
        for layer, ids in ((SYSTEM, ()), (turned, ("m1", "s")))
    )
    pd.testing.assert_frame_equal(one, other)
    assert one.to_numpy().tolist() == [["S", "high"], ["S", "side"], ["T", "high"]]


def test_what_cannot_be_told() -> None:
    """A section on no reach, and one on reaches that flow in a circle."""
    ring = reaches(
        a=("R", LineString([(0, 0), (1000, 0)])),
        b=("R", LineString([(1000, 0), (500, 900), (0, 0)])),
        c=("R", LineString([(1000, 0), (3000, 0)])),
    )
    sections = places({"off": (None, 9, 9), "ring": ("a", 500, 0), "below": ("c", 2000, 0)})
    pairs, known = find_upstream(
        sections, places({"o": ("b", 500, 900)}), ring, turned=(), junction_tolerance_m=50.0
    )
    assert known.to_dict() == {"off": False, "ring": False, "below": True}
    assert pairs.to_numpy().tolist() == [["below", "o"]]


def test_a_reach_in_parts_is_followed_along_its_parts() -> None:
    """Two parts of one reach: the second is below the first."""
    layer = reaches(
        m=("M", MultiLineString([[(0, 0), (1000, 0)], [(1000, 0), (1000, -1000)]])),
    )
    pairs, _ = find_upstream(
        places({"S": ("m", 1000, -500), "T": ("m", 500, 0)}),
        places({"a": ("m", 100, 0), "b": ("m", 1000, -400), "c": ("m", 1000, -600)}),
        layer,
        turned=(),
        junction_tolerance_m=10.0,
    )
    assert pairs.to_numpy().tolist() == [["S", "a"], ["S", "b"], ["T", "a"]]


def test_the_reach_is_that_of_the_river_named() -> None:
    """The nearest of the river named, exactly on the limit too; a river that is not there: none."""
    points = gpd.GeoDataFrame(
        {"river_name": [None, "Side", "Brook", "Main", None]},
        geometry=[Point(900, 90), Point(900, 90), Point(900, 90), Point(500, 100), Point(500, 101)],
        crs=METRES,
    )
    found = to_reach(points, SYSTEM, limit_m=100.0)
    assert found.fillna("").tolist() == ["m1", "s", "", "m1", ""]


def test_without_reaches_nothing_is_known() -> None:
    """No layer of reaches or outfalls: no pair, and nothing known."""
    sections = places(OUTFALLS).assign(river_name=None)
    pairs, known, on_reach = outfalls_above(
        sections,
        None,
        SYSTEM,
        main_stem_rivers=(),
        snap_limit_m=100.0,
        junction_tolerance_m=50.0,
    )
    assert pairs.empty
    assert not known.any()
    assert on_reach


def test_degrees_are_refused() -> None:
    """Distances need metres."""
    with pytest.raises(CRSError):
        find_upstream(
            places({}),
            places({}),
            SYSTEM.set_crs(4490, allow_override=True),
            turned=(),
            junction_tolerance_m=50.0,
        )


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9)), min_size=1, max_size=6),
)
def test_against_walking_downstream(parents: list[int], spots: list[tuple[int, int]]) -> None:
    """Random trees of reaches: upstream is where a walk downstream from the point passes by."""
    # Reach n flows from its own node into that of an earlier reach; reach 0 into the outlet.
    into = [None] + [parent % n for n, parent in enumerate(parents, start=1)]
    node = [(1000.0 * n, 1000.0 * n * n) for n in range(len(into))]
    course = [
        LineString([node[n], node[to] if to is not None else (-1000.0, 0.0)])
        for n, to in enumerate(into)
    ]
    layer = reaches(**{f"r{n}": (f"V{n}", line) for n, line in enumerate(course)})
    at = [(n % len(into), tenth) for n, tenth in spots]
    layout: Places = {}
    for k, (n, tenth) in enumerate(at):
        spot = course[n].interpolate(tenth / 10, normalized=True)
        layout[f"p{k}"] = (f"r{n}", spot.x, spot.y)
    pairs, known = find_upstream(
        places(layout), places(layout), layer, turned=(), junction_tolerance_m=1.0
    )
    assert known.all()
    expected = set()
    for k, (n, tenth) in enumerate(at):
        for j, (m, other) in enumerate(at):
            walk: int | None = m
            while walk is not None and walk != n:
                walk = into[walk]
            if walk == n and (m != n or other <= tenth):
                expected.add((f"p{k}", f"p{j}"))
    assert {tuple(pair) for pair in pairs.to_numpy().tolist()} == expected
