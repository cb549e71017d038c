"""Points in areas, held against checks by hand and against plain loops over shapely."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.coverage import (
    BORDER_TOLERANCE_M,
    boundary_of_year,
    coverage_in_year,
    covering_area,
    distance_to_lines_m,
    is_inside,
    margin_to_area_m,
    to_segments,
)

METRES = "EPSG:4550"
coordinates = st.integers(-3, 13).map(float)
spots = st.lists(st.tuples(coordinates, coordinates), max_size=8)
boxes = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(1, 5)),
    max_size=4,
)


def points(*places: tuple[float, float], index: list[str] | None = None) -> gpd.GeoDataFrame:
    """Lay out points."""
    return gpd.GeoDataFrame(geometry=[Point(p) for p in places], crs=METRES, index=index)


def areas(**shapes: BaseGeometry) -> gpd.GeoDataFrame:
    """Lay out areas, each under its key."""
    keys = pd.Series(list(shapes), dtype="str")
    return gpd.GeoDataFrame({"key": keys}, geometry=list(shapes.values()), crs=METRES)


def builtup(*rows: tuple[str, str, str, int, BaseGeometry]) -> gpd.GeoDataFrame:
    """Lay out built-up areas: id, name, scope, year, shape."""
    frame = pd.DataFrame(
        [row[:4] for row in rows], columns=["area_id", "name", "scope", "boundary_year"]
    )
    frame = frame.astype({"boundary_year": "Int64"})
    return gpd.GeoDataFrame(frame, geometry=[row[4] for row in rows], crs=METRES)


def test_a_point_on_a_shared_border_has_the_lowest_key_and_a_flag() -> None:
    """One point, two areas: one row, whatever the order of the areas."""
    two = areas(b=box(0, 0, 2, 2), a=box(2, 0, 4, 2))
    layout = points((2, 1), (1, 1), (4, 1), (9, 9), index=["shared", "in", "rim", "far"])
    for order in (two, two.iloc[::-1]):
        found = covering_area(layout, order, key="key")
        assert found.index.tolist() == ["shared", "in", "rim", "far"]
        assert found["area"].tolist()[:3] == ["a", "b", "a"]
        assert found["area"].isna().tolist() == [False, False, False, True]
        assert found["border_case"].tolist() == [True, False, True, False]


def test_the_border_is_closed_within_its_tolerance() -> None:
    """Exactly the tolerance away counts as on the border; twice as far does not."""
    square = areas(a=box(0, 0, 2, 2))
    layout = points((0, 1), (-BORDER_TOLERANCE_M, 1), (-2 * BORDER_TOLERANCE_M, 1))
    found = covering_area(layout, square, key="key")
    assert found["area"].notna().tolist() == [True, True, False]
    assert found["border_case"].tolist() == [True, True, False]
    assert is_inside(margin_to_area_m(layout, square)).tolist() == [True, True, False]


def test_a_hole_is_not_inside_and_its_rim_is() -> None:
    """An area's hole belongs to nobody."""
    ring = areas(a=Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior]))
    layout = points((4.5, 4), (3, 4), (1, 4))
    assert covering_area(layout, ring, key="key")["area"].notna().tolist() == [False, True, True]
    assert margin_to_area_m(layout, ring).tolist() == [-1.0, 0.0, 1.0]


def test_margins_ignore_borders_that_areas_share() -> None:
    """Only the border of the union counts: 2 m from it, though on the line between two areas."""
    pair = areas(a=box(0, 0, 2, 4), b=box(2, 0, 4, 4))
    assert margin_to_area_m(points((2, 2)), pair).tolist() == [2.0]


def test_without_areas_nothing_is_inside() -> None:
    """The empty layer covers nothing; the margin is infinitely negative."""
    none = areas()
    layout = points((0, 0), (1, 1))
    assert margin_to_area_m(layout, none).tolist() == [-np.inf, -np.inf]
    assert not is_inside(margin_to_area_m(layout, none)).any()
    assert covering_area(layout, none, key="key")["area"].isna().all()


def test_without_points_nothing_is_returned() -> None:
    """No point, no row, no error."""
    square = areas(a=box(0, 0, 2, 2))
    assert len(margin_to_area_m(points(), square)) == 0
    assert covering_area(points(), square, key="key").shape == (0, 2)
    assert len(distance_to_lines_m(np.array([], dtype=object), np.array([], dtype=object))) == 0


def test_degrees_are_refused() -> None:
    """Distances are never taken in degrees, on either side."""
    metres, degrees = points((0, 0)), points((0, 0)).set_crs("EPSG:4490", allow_override=True)
    square = areas(a=box(0, 0, 2, 2))
    geographic = square.set_crs("EPSG:4490", allow_override=True)
    for layout, shapes in ((degrees, square), (metres, geographic)):
        with pytest.raises(CRSError):
            margin_to_area_m(layout, shapes)
        with pytest.raises(CRSError):
            covering_area(layout, shapes, key="key")
    with pytest.raises(CRSError):
        coverage_in_year(degrees, builtup(), scope="city", year=2020)


@given(spots, boxes)
@settings(deadline=None)
def test_assignment_and_margin_agree_with_plain_loops(
    places: list[tuple[float, float]], corners: list[tuple[int, int, int, int]]
) -> None:
    """Every point against every box, one by one."""
    shapes = {f"k{n}": box(x, y, x + w, y + h) for n, (x, y, w, h) in enumerate(corners)}
    layout, layer = points(*places), areas(**shapes)
    found = covering_area(layout, layer, key="key")
    margins = margin_to_area_m(layout, layer)
    union = shapely.union_all(list(shapes.values()))
    for row, place in enumerate(layout.geometry):
        holding = [key for key, shape in shapes.items() if shape.intersects(place)]
        on_rim = any(shapes[key].boundary.intersects(place) for key in holding)
        assert found["area"].fillna("").iloc[row] == min(holding, default="")
        assert found["border_case"].iloc[row] == (on_rim or len(holding) > 1)
        sign = 1 if union.intersects(place) else -1
        expected = sign * union.boundary.distance(place) if shapes else -np.inf
        assert margins[row] == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
@settings(deadline=None)
def test_tiles_conserve_the_count(places: list[tuple[int, int]]) -> None:
    """Where areas tile a region, each point in it is in exactly one, on borders, too."""
    tiles = areas(**{f"t{x}{y}": box(x, y, x + 2, y + 2) for x in (0, 2, 4) for y in (0, 2, 4)})
    found = covering_area(points(*places), tiles, key="key")
    assert found["area"].notna().all()
    assert len(found) == len(places)


def test_distance_to_lines_looks_at_every_part() -> None:
    """Multilines, bends and missing geometries."""
    lines = np.array([
        LineString([(0, 0), (9, 0), (9, 9)]),
        None,
        MultiLineString([[(0, 20), (9, 20)]]),
    ])
    shapes = np.array([Point(4, 3), Point(12, 9), Point(4, 18), box(7, 1, 8, 2)])
    assert distance_to_lines_m(shapes, lines).tolist() == [3.0, 3.0, 2.0, 1.0]
    assert distance_to_lines_m(shapes, lines[1:2]).tolist() == [np.inf] * 4


@given(
    st.lists(
        st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=4), max_size=4
    ).filter(lambda lines: all(len(set(line)) > 1 for line in lines)),
    spots,
)
@settings(deadline=None)
def test_distance_to_lines_agrees_with_shapely(
    lines: list[list[tuple[float, float]]], places: list[tuple[float, float]]
) -> None:
    """Segments in a tree give what whole lines give."""
    shapes = points(*places).geometry.to_numpy()
    given_lines = np.array([LineString(line) for line in lines], dtype=object)
    expected = [min((line.distance(p) for line in given_lines), default=np.inf) for p in shapes]
    assert distance_to_lines_m(shapes, given_lines) == pytest.approx(expected)


def test_segments_know_their_line() -> None:
    """A multiline's parts are not joined, and a missing line keeps its place."""
    lines = np.array([
        None,
        MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0), (6, 1)]]),
        LineString([(0, 0), (0, 1)]),
    ])
    segments, line = to_segments(lines)
    assert line.tolist() == [1, 1, 1, 2]
    assert shapely.length(segments).tolist() == [1.0, 1.0, 1.0, 1.0]


def test_the_boundary_of_a_year_is_the_latest_up_to_it() -> None:
    """The year itself counts (closed); all parts of the latest year stay, in their order."""
    shape = box(0, 0, 1, 1)
    layer = builtup(
        ("5", "X", "city", 2020, shape),
        ("4", "X", "city", 2015, shape),
        ("3", "X", "city", 2020, shape),
        ("2", "Y", "city", 2018, shape),
        ("1", "X", "county_town", 2019, shape),
    )

    def used(year: int, scope: str = "city") -> list[str]:
        return boundary_of_year(layer, scope=scope, year=year)["area_id"].tolist()

    assert used(2020) == ["5", "3", "2"]
    assert used(2019) == ["4", "2"]
    assert used(2017) == ["4"]
    assert used(2014) == []
    assert used(2019, "county_town") == ["1"]
    assert used(2030, "town") == []
    assert boundary_of_year(builtup(), scope="city", year=2020).empty
    with pytest.raises(ParameterError, match="county_town"):
        used(2020, "urban")


@given(
    st.lists(
        st.tuples(
            st.sampled_from("XYZ"), st.sampled_from(["city", "town"]), st.integers(2015, 2020)
        )
    ),
    st.integers(2014, 2021),
)
@settings(deadline=None)
def test_the_boundary_of_a_year_agrees_with_a_plain_loop(
    rows: list[tuple[str, str, int]], year: int
) -> None:
    """Row by row: mine is used if none of my area is later and still not too late."""
    layer = builtup(*((str(n), *row, box(0, 0, 1, 1)) for n, row in enumerate(rows)))
    past = [row for row in rows if row[1] == "city" and row[2] <= year]
    expected = [
        n
        for n, row in enumerate(rows)
        if row in past and row[2] == max(other[2] for other in past if other[0] == row[0])
    ]
    assert boundary_of_year(layer, scope="city", year=year).index.tolist() == expected


def test_coverage_in_a_year_says_what_it_cannot_know() -> None:
    """X has an old boundary and a new one, Y only a new one: inside Y nobody knows."""
    layer = builtup(
        ("1", "X", "city", 2015, box(0, 0, 10, 10)),
        ("2", "X", "city", 2022, box(0, 0, 20, 10)),
        ("3", "Y", "city", 2022, box(30, 0, 40, 10)),
        ("4", "T", "town", 2015, box(50, 0, 60, 10)),
    )
    layout = points((5, 5), (10, 5), (15, 5), (30, 5), (55, 5), index=list("abcde"))
    before = coverage_in_year(layout, layer, scope="city", year=2020)
    assert before.index.tolist() == list("abcde")
    assert before["inside"].tolist() == [True, True, False, pd.NA, False]
    assert before["margin_m"].tolist() == [5.0, 0.0, -5.0, -20.0, -45.0]
    assert before["area"].tolist() == ["X"] * 5
    assert before["boundary_year"].tolist() == [2015] * 5
    after = coverage_in_year(layout, layer, scope="city", year=2022)
    assert after["inside"].tolist() == [True, True, True, True, False]
    assert after["area"].tolist() == ["X", "X", "X", "Y", "Y"]
    assert after["boundary_year"].tolist() == [2022] * 5


def test_without_an_area_of_the_scope_nothing_is_known() -> None:
    """An empty layer, and one without the scope, are missing data: neither inside nor outside."""
    layout = points((5, 5), (50, 5))
    for layer in (builtup(), builtup(("1", "T", "town", 2015, box(0, 0, 10, 10)))):
        found = coverage_in_year(layout, layer, scope="city", year=2020)
        assert found.isna().all(axis=None)
        assert len(found) == 2


def test_coverage_in_a_year_of_no_points() -> None:
    """No point, no row."""
    layer = builtup(("1", "X", "city", 2015, box(0, 0, 10, 10)))
    assert coverage_in_year(points(), layer, scope="city", year=2020).empty


def test_overlapping_areas_give_the_lowest_id() -> None:
    """Inside two areas the lowest `area_id` is named, whatever the order of the rows."""
    layer = builtup(
        ("2", "X", "city", 2015, box(0, 0, 10, 10)), ("1", "Y", "city", 2018, box(0, 0, 8, 8))
    )
    for order in (layer, layer.iloc[::-1]):
        found = coverage_in_year(points((5, 5)), order, scope="city", year=2020)
        assert found[["area", "boundary_year"]].to_numpy().tolist() == [["Y", 2018]]
