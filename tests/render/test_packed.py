"""What is packed comes back: every number exactly, every word, every vertex to its last decimal."""

import base64
import json
import zlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)
from unpacked import column, geometries

from tieling_geo.errors import CRSError
from tieling_geo.render.layers import common_spec
from tieling_geo.render.packed import Packer, data_blocks, pack_column, pack_shapes
from tieling_geo.render.simplified import MOST_VERTICES, simplified

_FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)
_NUMBERS = st.one_of(
    st.none(), _FINITE, st.integers(-(10**6), 10**6).map(float), st.just(float("inf"))
)
_DECIMAL = st.decimals(-9999, 9999, places=2).map(float)
_WORDS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))


def read_back(values: pd.Series) -> list:
    """Pack a column and read it."""
    packer = Packer()
    told = json.loads(json.dumps(pack_column(packer, values)))
    return column(zlib.decompress(base64.b64decode(packer.to_base64())), told)


def shapes_read_back(shapes: list) -> list:
    """Pack shapes in degrees and read them."""
    packer = Packer()
    told = pack_shapes(packer, np.array(shapes, dtype=object))
    read = geometries(zlib.decompress(base64.b64decode(packer.to_base64())), told)
    return [shapely.geometry.shape(one) for one in read]


@given(st.lists(st.one_of(_NUMBERS, _DECIMAL), max_size=20))
def test_numbers_come_back_exactly(values: list) -> None:
    """Whole, of few decimals, tiny, huge, endless, missing."""
    assert read_back(pd.Series(values, dtype="float64")) == values


@given(st.lists(_WORDS, max_size=20))
def test_words_come_back(values: list) -> None:
    """Repeated or not, in any script, missing."""
    assert read_back(pd.Series(values, dtype=object)) == values


@given(st.lists(st.sampled_from([True, False, None]), max_size=9))
def test_flags_come_back(values: list) -> None:
    """Yes, no and unknown are three things."""
    assert read_back(pd.Series(values, dtype="boolean")) == values


@given(hn.arrays(np.int64, st.integers(0, 30), elements=st.integers(-(2**31), 2**31 - 1)))
def test_whole_numbers_come_back_as_steps_or_not(values: np.ndarray) -> None:
    """Both ways give the same numbers."""
    from unpacked import _whole  # noqa: PLC0415 - the unpacker's own step

    for steps in (True, False, None):
        packer = Packer()
        told = packer.whole_numbers(values, steps=steps)
        assert _whole(b"".join(packer.pieces), told) == values.tolist()


def test_days_are_counted_from_1970() -> None:
    """2025-12-31 is day 20453; a missing day stays missing."""
    days = pd.Series(pd.to_datetime(["2025-12-31", None, "1969-12-31"]))
    assert read_back(days) == [20453.0, None, -1.0]


def test_a_number_of_two_decimals_takes_two_bytes_not_eight() -> None:
    """0.00 to 600.00 in hundredths is below 65536."""
    told = pack_column(Packer(), pd.Series([0.0, 599.99, 123.45]))
    assert (told["decimals"], told["width"]) == (2, 2)


@pytest.mark.parametrize(
    "shape",
    [
        Point(123.5, 42.25),
        MultiPoint([(123, 42), (124, 43)]),
        LineString([(123, 42), (123.5, 42.5), (124, 42)]),
        MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
        box(0, 0, 1, 1),
        Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 2, 2).exterior, box(4, 4, 5, 5).exterior]),
        MultiPolygon([
            box(0, 0, 1, 1),
            Polygon(box(3, 3, 9, 9).exterior, [box(4, 4, 5, 5).exterior]),
        ]),
    ],
)
def test_every_kind_of_geometry_comes_back(shape: object) -> None:
    """Parts, holes and the order of the vertices, alone and among others."""
    assert shapes_read_back([shape]) == [shape]
    assert shapes_read_back([Point(1, 2), shape, LineString([(0, 0), (5, 5)])])[1] == shape


def test_a_collection_is_drawn_part_by_part() -> None:
    """Nested collections are opened; no vertex is lost."""
    inner = GeometryCollection([LineString([(0, 0), (1, 1)]), LineString([(2, 2), (3, 3)])])
    (read,) = shapes_read_back([GeometryCollection([inner, LineString([(4, 4), (5, 5)])])])
    assert read.geom_type == "MultiLineString"
    assert len(shapely.get_coordinates(read)) == 6


def test_no_feature_is_no_error() -> None:
    """An empty layer has no vertex."""
    assert shapes_read_back([]) == []
    assert read_back(pd.Series([], dtype=object)) == []


def test_features_without_a_crs_are_refused() -> None:
    """Their coordinates could be anything."""
    with pytest.raises(CRSError):
        common_spec(Packer(), gpd.GeoDataFrame(geometry=[Point(0, 0)]), "point")


def test_a_hundred_thousand_points_are_small() -> None:
    """26 MB as GeoJSON; ids, a category, a number and a county come along."""
    n = 100_000
    random = np.random.default_rng(1)
    packer = Packer()
    points = shapely.points(random.uniform(123, 125, n), random.uniform(42, 43.5, n))
    pack_shapes(packer, points)
    pack_column(packer, pd.Series([f"P{k:06d}" for k in range(n)]))
    pack_column(packer, pd.Series(random.choice(["a", "b", "c"], n)))
    pack_column(packer, pd.Series(np.round(random.uniform(0, 5000, n), 2)))
    assert len(packer.to_base64()) < 2_000_000


def test_the_blocks_hold_no_markup_of_a_user() -> None:
    """The dictionary of a column is JSON that no parser of HTML takes for an end."""
    packer = Packer()
    told = pack_column(packer, pd.Series(["</script><b>", "</script><b>"]))
    assert data_blocks("one", {"column": told}, packer).count("<") == 4


def wavy(n: int) -> np.ndarray:
    """Return two areas that share a border of n vertices."""
    y = np.linspace(0, 1, n)
    border = np.column_stack([0.5 + 1e-5 * np.sin(y * 9e3), y])
    left = Polygon([(0, 0), *border, (0, 1)])
    right = Polygon([(1, 0), (1, 1), *border[::-1]])
    return np.array([left, right])


def test_a_large_layer_is_simplified_and_its_borders_stay_shared() -> None:
    """The two areas cover the same square without a gap or an overlap."""
    areas = wavy(MOST_VERTICES)
    fewer, tolerance_m = simplified(areas, "polygon")
    assert shapely.get_num_coordinates(fewer).sum() < 1000
    assert tolerance_m > 0
    assert shapely.coverage_is_valid(fewer)
    assert shapely.area(shapely.union_all(fewer)) == pytest.approx(1, abs=1e-9)


def test_a_layer_at_the_limit_is_drawn_as_it_is() -> None:
    """Closed: exactly so many vertices are not simplified, one more is."""
    line = LineString(np.column_stack([np.arange(MOST_VERTICES), np.zeros(MOST_VERTICES)]))
    kept, tolerance_m = simplified(np.array([line]), "line")
    assert (kept[0], tolerance_m) == (line, 0.0)
    longer = LineString([*line.coords, (MOST_VERTICES, 0)])
    fewer, tolerance_m = simplified(np.array([longer]), "line")
    assert shapely.get_num_coordinates(fewer[0]) == 2
    assert tolerance_m > 0


def test_what_would_vanish_is_kept() -> None:
    """A pond that is smaller than the tolerance stays an area."""
    pond = box(5, 5, 5 + 1e-7, 5 + 1e-7)
    fewer, _ = simplified(np.array([*wavy(MOST_VERTICES), pond]), "polygon")
    assert not shapely.is_empty(fewer).any()
    assert shapely.is_valid(fewer).all()
