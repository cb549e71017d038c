"""Lines cut at borders: by hand, and on random grids that add up."""

from fractions import Fraction

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, box

from tieling_geo.errors import CRSError
from tieling_geo.operations.length_by_area import length_by_area

AREAS = gpd.GeoDataFrame(
    {"id": ["b", "a"]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs=4550
)


def parts(*lines: LineString | MultiLineString) -> list[tuple[int, str | None, Fraction]]:
    """Cut lines at the two areas' borders."""
    table = length_by_area(gpd.GeoDataFrame(geometry=list(lines), crs=4550), AREAS, key="id")
    return list(table.itertuples(index=False, name=None))


def test_inside_across_and_outside() -> None:
    """Wholly inside; over the border and out; wholly outside; in two pieces."""
    inside = LineString([(1, 1), (4, 5)])
    across = LineString([(6, 3), (23, 3)])
    outside = LineString([(0, 20), (3, 20)])
    pieces = MultiLineString([[(1, 1), (2, 1)], [(11, 1), (13, 1)]])
    assert parts(inside, across, outside, pieces) == [
        (0, "b", 5),
        (1, "a", 10),
        (1, "b", 4),
        (1, None, 3),
        (2, None, 3),
        (3, "a", 2),
        (3, "b", 1),
    ]


def test_along_a_shared_border_it_counts_once() -> None:
    """The lower key has it; the outer border is inside."""
    assert parts(LineString([(10, 1), (10, 6)]), LineString([(0, 0), (7, 0)])) == [
        (0, "a", 5),
        (1, "b", 7),
    ]


def test_touching_a_border_leaves_the_line_whole() -> None:
    """A line that ends on a border has no part beyond it."""
    assert parts(LineString([(4, 4), (10, 4)])) == [(0, "b", 6)]


def test_nothing_to_cut() -> None:
    """Without lines there are no parts; without areas all is left over."""
    assert parts() == []
    line = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (3, 4)])], crs=4550)
    table = length_by_area(line, AREAS.iloc[:0], key="id")
    assert table.to_numpy().tolist() == [[0, None, 5]]


def test_degrees_are_refused() -> None:
    """Lengths are in metres."""
    lines = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1, 1)])], crs=4490)
    with pytest.raises(CRSError):
        length_by_area(lines, AREAS, key="id")


_XY = st.tuples(st.floats(-5, 25, width=16), st.floats(-5, 15, width=16))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_XY, min_size=2, max_size=5, unique=True), min_size=1, max_size=4))
def test_the_parts_add_up_to_the_line(lines: list[list[tuple[float, float]]]) -> None:
    """Exactly, whatever is lost in cutting; no part is negative, no line is lost."""
    layer = gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=4550)
    table = length_by_area(layer, AREAS, key="id")
    for row, line in enumerate(layer.geometry):
        own = table.loc[table["line"] == row, "length_m"]
        assert (own > 0).all()
        assert sum(own) == Fraction(str(round(line.length, 6)))
