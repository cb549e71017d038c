"""Own areas against a count of grid squares: nothing is lost, nothing stands twice."""

from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import CRSError
from tieling_geo.operations.own_areas import (
    MU_M2,
    WAN_MU_PER_M2,
    areas_m2,
    own_areas,
    own_pieces,
    to_rank,
)

EAST, NORTH, STEP = 500_000.0, 4_690_000.0, 100.0
boxes = st.tuples(*[st.integers(0, 5)] * 2, *[st.integers(1, 3)] * 2)


def to_frame(drawn: list[tuple[int, int, int, int]]) -> gpd.GeoDataFrame:
    """Lay boxes out on the grid."""
    shapes = [
        shapely.box(
            EAST + STEP * x, NORTH + STEP * y, EAST + STEP * (x + w), NORTH + STEP * (y + h)
        )
        for x, y, w, h in drawn
    ]
    return gpd.GeoDataFrame(geometry=shapes, crs=4550)


def squares(drawn: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    """List the squares that a box covers."""
    x, y, w, h = drawn
    return {(x + i, y + j) for i in range(w) for j in range(h)}


@settings(max_examples=40)
@given(st.lists(st.tuples(boxes, st.integers(0, 1)), min_size=1, max_size=7), st.randoms())
def test_pieces_are_what_no_earlier_one_of_the_group_has(drawn: list, rng: object) -> None:
    """Square by square; touching is not overlapping."""
    frame = to_frame([box for box, _ in drawn])
    rank = list(range(len(drawn)))
    rng.shuffle(rank)
    group = pd.Series([year for _, year in drawn])
    pieces = own_pieces(frame, rank=pd.Series(rank), group=group)
    taken: dict[int, set[tuple[int, int]]] = {0: set(), 1: set()}
    for row in np.argsort(rank):
        box, year = drawn[row]
        own = squares(box) - taken[year]
        taken[year] |= own
        assert pieces[row].area == pytest.approx(len(own) * STEP**2)


def test_known_first_then_perhaps_then_not() -> None:
    """The union of what counts; what the unknown would add; what is left."""
    frame = to_frame([(0, 0, 2, 1), (1, 0, 2, 1), (2, 0, 2, 1), (0, 0, 4, 1)])
    done = pd.Series([None, True, False, False], dtype="boolean")
    keys, group = pd.Series(list("badc")), pd.Series(0, frame.index)
    assert to_rank(done, keys).tolist() == [1, 0, 3, 2]
    measured = own_areas(frame, done=done, keys=keys, group=group)
    assert (measured["own_m2"] / STEP**2).round(3).tolist() == [1.0, 2.0, 0.0, 1.0]
    assert (measured["area_m2"] / STEP**2).round(3).tolist() == [2.0, 2.0, 2.0, 4.0]


def test_areas_are_those_of_the_ellipsoid() -> None:
    """Far in the east the plane is 0.07 % too big; the ellipsoid is not."""
    field = shapely.box(670_000, 4_690_000, 671_000, 4_691_000)
    (area_m2,) = areas_m2(np.array([field]), 4550)
    turned = pyproj.Transformer.from_crs(4550, 4490, always_xy=True)
    lon, lat = turned.transform(*np.array(field.exterior.coords).T)
    by_hand, _ = pyproj.Geod(a=6378137.0, rf=298.257222101).polygon_area_perimeter(lon, lat)
    assert area_m2 == pytest.approx(abs(by_hand), rel=1e-9)
    assert area_m2 < 999_500


def test_a_mu_is_exact() -> None:
    """15 mu are a hectare; 2.55 million mu are 1,700 km2."""
    assert MU_M2 * 15 == 10_000
    assert WAN_MU_PER_M2 * 1_700_000_000 == 255
    assert Fraction(2000, 3) == MU_M2


def test_degrees_are_refused() -> None:
    """Overlays are planar."""
    frame = gpd.GeoDataFrame(geometry=[shapely.box(123, 42, 124, 43)], crs=4490)
    with pytest.raises(CRSError):
        own_pieces(frame, rank=pd.Series([0]), group=pd.Series([0]))
