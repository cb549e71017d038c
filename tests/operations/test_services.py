"""What serves a place: shares covered, nearest facilities, pairs, on boxes of whole metres."""

import math

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from tieling_geo.errors import CRSError
from tieling_geo.operations.services import (
    covered_pct,
    is_within,
    nearest_facility,
    pairs_within,
    served_within,
    shared,
    spelled,
)

X, Y = 560_000, 4_690_000


def at(*shapes: object, **columns: list[object]) -> gpd.GeoDataFrame:
    """Lay shapes out, ids a, b, c."""
    ids = list("abcdefghij"[: len(shapes)])
    return gpd.GeoDataFrame(columns, index=ids, geometry=list(shapes), crs=4550)


def test_areas_that_overlap_count_once() -> None:
    """Two halves that overlap cover three quarters; a hole between pieces stays one."""
    park = at(box(0, 0, 100, 100))
    areas = at(box(0, 0, 50, 100), box(25, 0, 75, 100), box(200, 0, 300, 100))
    assert covered_pct(park, areas).tolist() == [75.0]
    assert covered_pct(park, areas.iloc[[0]]).tolist() == [50.0]
    assert covered_pct(park, areas.iloc[:0]).tolist() == [0.0]
    assert covered_pct(park.iloc[:0], areas).tolist() == []


def test_a_neighbour_that_only_touches_covers_nothing() -> None:
    """A shared border has no area; a point on a border is covered."""
    places = at(box(0, 0, 100, 100), Point(100, 50), Point(99, 50))
    assert covered_pct(places, at(box(100, 0, 200, 100))).tolist() == [0.0, 100.0, 0.0]


def test_exactly_half_on_real_ground_is_half() -> None:
    """Large coordinates do not push a share off its threshold."""
    park = at(box(X, Y, X + 900, Y + 700))
    assert covered_pct(park, at(box(X - 50, Y - 50, X + 450, Y + 800))).tolist() == [50.0]


def test_the_nearest_and_its_ties() -> None:
    """From the edge of a place; equally near ones go to the lowest key and are flagged."""
    places = at(box(0, 0, 10, 10), Point(30, 5), Point(5, 5))
    works = at(Point(13, 14), Point(47, 5), Point(13, 5), id=["w2", "w0", "w1"])
    found = nearest_facility(places, works, key="id")
    assert found["nearest_id"].tolist() == ["w1", "w0", "w1"]
    assert found["distance_m"].tolist() == [3.0, 17.0, 8.0]
    assert found["tie"].tolist() == [False, True, False]
    pipes = at(LineString([(0, 14), (99, 14)]), id=["p"])
    assert nearest_facility(places, pipes, key="id")["distance_m"].tolist() == [4.0, 9.0, 9.0]


def test_without_facilities_there_is_no_distance() -> None:
    """Missing, never zero and never near enough."""
    places = at(Point(0, 0))
    found = nearest_facility(places, at(id=[]), key="id")
    assert found["nearest_id"].isna().all()
    assert found["distance_m"].isna().all()
    assert not found["tie"].any()
    assert is_within(found["distance_m"], math.inf).tolist() == [False]
    assert len(pairs_within(places, at(id=[]), limit_m=9)) == 0
    assert len(nearest_facility(places.iloc[:0], at(Point(0, 0), id=["w"]), key="id")) == 0


def test_pairs_up_to_the_limit() -> None:
    """Exactly on the limit is a pair, a millimetre beyond is none; the default is a border."""
    parks = at(box(0, 0, 10, 10), box(10, 0, 20, 10))
    sites = at(Point(10, 5), Point(23, 14), Point(23.001, 14), Point(-0.01, 5), Point(-0.011, 5))
    near = pairs_within(parks, sites, limit_m=5)
    assert ("b", "b") in set(zip(near["place"], near["feature"], strict=True))
    assert ("b", "c") not in set(zip(near["place"], near["feature"], strict=True))
    inside = pairs_within(parks, sites)
    assert list(zip(inside["place"], inside["feature"], strict=True)) == [
        ("a", "a"),
        ("a", "d"),
        ("b", "a"),
    ]


def test_what_may_serve_is_unknown() -> None:
    """A sure one decides; where only an uncertain one is near enough nobody knows."""
    places = at(Point(0, 0), Point(100, 0), Point(200, 0))
    works = at(Point(5, 0), Point(105, 0), Point(205.001, 0), id=["s", "m", "f"])
    fits = pd.Series([True, None, None], works.index, dtype="boolean")
    found = served_within(places, works, fits, key="id", limit_m=5)
    assert spelled(found["shared"]).tolist() == ["yes", "unknown", "no"]
    assert found["nearest_id"].tolist() == ["s", "s", "s"]
    assert found["distance_m"].tolist() == [5.0, 95.0, 195.0]


def test_degrees_are_refused() -> None:
    """A distance in degrees is none."""
    places = at(Point(0, 0), id=["x"]).set_crs(4490, allow_override=True)
    for step in (
        lambda: covered_pct(places, places),
        lambda: nearest_facility(places, places, key="id"),
        lambda: pairs_within(places, places),
    ):
        with pytest.raises(CRSError):
            step()


spots = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=6)


@given(spots, spots, st.integers(0, 15))
@settings(max_examples=40, deadline=None)
def test_as_by_hand(
    places: list[tuple[int, int]], works: list[tuple[int, int]], limit: int
) -> None:
    """Nearest, and all pairs within a limit, as plain square roots say; a 3-4-5 limit is closed."""
    left = gpd.GeoDataFrame(geometry=[Point(X + x, Y + y) for x, y in places], crs=4550)
    right = gpd.GeoDataFrame(
        {"id": range(len(works))}, geometry=[Point(X + x, Y + y) for x, y in works], crs=4550
    )
    found = nearest_facility(left, right, key="id")
    for row, (x, y) in enumerate(places):
        away = [math.hypot(x - u, y - v) for u, v in works]
        assert found["distance_m"].iloc[row] == pytest.approx(min(away), abs=1e-6)
        lowest = min(i for i, d in enumerate(away) if d <= min(away) + 1e-9)
        assert int(found["nearest_id"].iloc[row]) == lowest
    pairs = pairs_within(left, right, limit_m=limit)
    assert set(zip(pairs["place"], pairs["feature"], strict=True)) == {
        (i, j)
        for i, (x, y) in enumerate(places)
        for j, (u, v) in enumerate(works)
        if (x - u) ** 2 + (y - v) ** 2 <= limit**2
    }


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=5))
@settings(max_examples=20, deadline=None)
def test_sure_beats_possible(answers: list[tuple[bool, bool]]) -> None:
    """True if sure, missing if only possible, else false."""
    sure, more = ([bool(a[i]) for a in answers] for i in (0, 1))
    possible = [one or other for one, other in zip(sure, more, strict=True)]
    found = shared(pd.Series(sure, dtype=bool), pd.Series(possible, dtype=bool))
    assert spelled(found).tolist() == [
        "yes" if one else "unknown" if other else "no"
        for one, other in zip(sure, possible, strict=True)
    ]
