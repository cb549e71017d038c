"""The nearest line to each point, held against a plain loop."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from tieling_geo.errors import CRSError
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M
from tieling_geo.operations.proximity import nearest_line, nearest_namesake

METRES = "EPSG:4550"
places = st.tuples(st.integers(-5, 5), st.integers(-5, 5))
courses = st.lists(places, min_size=2, max_size=4).filter(lambda line: len(set(line)) > 1)


def points(*spots: tuple[float, float], **columns: list[str | None]) -> gpd.GeoDataFrame:
    """Lay out points under the index p0, p1, ..."""
    index = pd.Index([f"p{n}" for n in range(len(spots))], dtype="str")
    frame = pd.DataFrame(columns, index=index, dtype="str")
    return gpd.GeoDataFrame(frame, geometry=[Point(s) for s in spots], crs=METRES)


def lines(**shapes: BaseGeometry) -> gpd.GeoDataFrame:
    """Lay out lines, each under its id; the river is the id's first letter."""
    ids = pd.Series(list(shapes), dtype="str")
    frame = pd.DataFrame({"id": ids, "river": ids.str[:1].astype("str")})
    return gpd.GeoDataFrame(frame, geometry=list(shapes.values()), crs=METRES)


SOUTH = LineString([(0, 0), (90, 0)])
NORTH = LineString([(0, 10), (90, 10)])


def test_the_limit_is_closed() -> None:
    """Exactly on the limit counts; a millimetre beyond does not, and its distance is still told."""
    found = nearest_line(points((5, 3), (5, 3.001)), lines(a=SOUTH), key="id", limit_m=3.0)
    assert found["line"].fillna("-").tolist() == ["a", "-"]
    assert found["distance_m"].tolist() == [3.0, 3.001]
    assert found.index.tolist() == ["p0", "p1"]


def test_equally_near_lines_give_the_lowest_key_and_a_flag() -> None:
    """Halfway between two lines, and on a shared end; the order of the lines plays no part."""
    both = lines(b=SOUTH, a=NORTH, c=LineString([(90, 0), (90, -9)]))
    layout = points((5, 5), (90, 0), (5, 4))
    for order in (both, both.iloc[::-1]):
        found = nearest_line(layout, order, key="id", limit_m=50.0)
        assert found["line"].tolist() == ["a", "b", "b"]
        assert found["tie"].tolist() == [True, True, False]


def test_a_tie_is_closed_at_its_tolerance() -> None:
    """Distances that differ by less than the tolerance are one; by more than it, two."""
    half = BORDER_TOLERANCE_M / 2
    layout = points((5, 5 - 0.9 * half), (5, 5 - 1.1 * half))
    found = nearest_line(layout, lines(b=SOUTH, a=NORTH), key="id", limit_m=50.0)
    assert found["tie"].tolist() == [True, False]
    assert found["line"].tolist() == ["a", "b"]


def test_a_line_is_near_with_any_of_its_parts_and_no_tie_with_itself() -> None:
    """A multiline and a bend: two segments of one line are one line."""
    bent = LineString([(0, 0), (10, 0), (10, 10)])
    parts = MultiLineString([[(50, 0), (60, 0)], [(50, 8), (60, 8)]])
    found = nearest_line(points((7, 3), (55, 4)), lines(a=bent, b=parts), key="id", limit_m=9.0)
    assert found["line"].tolist() == ["a", "b"]
    assert found["distance_m"].tolist() == [3.0, 4.0]
    assert found["tie"].tolist() == [False, False]


def test_without_lines_everything_is_missing() -> None:
    """No line: no key, no distance, no tie."""
    found = nearest_line(points((0, 0), (1, 1)), lines(), key="id", limit_m=np.inf)
    assert found[["line", "distance_m"]].isna().all(axis=None)
    assert found["tie"].tolist() == [False, False]


def test_without_points_there_are_no_rows() -> None:
    """The empty layer stays empty, with its columns."""
    found = nearest_line(points(), lines(a=SOUTH), key="id", limit_m=5.0)
    assert found.empty
    assert list(found.columns) == ["line", "distance_m", "tie"]


def test_degrees_are_refused() -> None:
    """Distances are never taken in degrees, on either side."""
    layout, layer = points((0, 0)), lines(a=SOUTH)
    for one, other in (
        (layout.set_crs("EPSG:4490", allow_override=True), layer),
        (layout, layer.set_crs("EPSG:4490", allow_override=True)),
    ):
        with pytest.raises(CRSError):
            nearest_line(one, other, key="id", limit_m=5.0)
        with pytest.raises(CRSError):
            nearest_namesake(
                one.assign(river="a"),
                other,
                key="id",
                name="river",
                limit_m=5.0,
                otherwise=nearest_line(layout, layer, key="id", limit_m=5.0),
            )


@given(st.lists(courses, max_size=5), st.lists(places, max_size=6), st.integers(0, 6))
@settings(deadline=None)
def test_it_agrees_with_a_plain_loop(
    shapes: list[list[tuple[int, int]]], spots: list[tuple[int, int]], limit_m: int
) -> None:
    """Every point against every line."""
    layer = lines(**{f"k{n}": LineString(shape) for n, shape in enumerate(shapes)})
    found = nearest_line(points(*spots), layer, key="id", limit_m=float(limit_m))
    for row, spot in enumerate(spots):
        away = {
            k: g.distance(Point(spot)) for k, g in zip(layer["id"], layer.geometry, strict=True)
        }
        least = min(away.values(), default=np.nan)
        near = [k for k, d in away.items() if d <= least + BORDER_TOLERANCE_M and least <= limit_m]
        assert found["line"].fillna("").iloc[row] == min(near, default="")
        assert found["tie"].iloc[row] == (len(near) > 1)
        assert found["distance_m"].iloc[row] == pytest.approx(least, abs=1e-6, nan_ok=True)


def test_a_namesake_within_the_limit_beats_a_nearer_line() -> None:
    """Exactly on the limit it wins (closed); beyond it, or without a name, the nearest stands."""
    layer = lines(a1=SOUTH, b1=NORTH, b2=LineString([(0, 30), (90, 30)]))
    layout = points((5, 2), (5, 1.9), (5, 2), (5, 2), (5, 29), river=["b", "b", None, "z", "b"])
    otherwise = nearest_line(layout, layer, key="id", limit_m=8.0)
    found = nearest_namesake(
        layout, layer, key="id", name="river", limit_m=8.0, otherwise=otherwise
    )
    assert found["line"].tolist() == ["b1", "a1", "a1", "a1", "b2"]
    assert found["distance_m"].tolist() == [8.0, 1.9, 2.0, 2.0, 1.0]
    assert found.index.tolist() == layout.index.tolist()


def test_no_point_has_no_namesake() -> None:
    """The empty layer, and a layer without names."""
    layer = lines(a1=SOUTH)
    for layout in (points(river=[]), points((5, 2), river=[None])):
        otherwise = nearest_line(layout, layer, key="id", limit_m=8.0)
        found = nearest_namesake(
            layout, layer, key="id", name="river", limit_m=8.0, otherwise=otherwise
        )
        pd.testing.assert_frame_equal(found, otherwise)
