"""Gaps of a union: parts, slivers and overlaps, on boxes whose answers are plain."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.errors import ParameterError
from tieling_geo.operations.uncovered import added, cut, gaps, own_parts, polygons_of, with_places

EAST, NORTH = 560_000.0, 4_690_000.0


def layer(*boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Lay out boxes on the ground of the working CRS."""
    shapes = [box(EAST + a, NORTH + b, EAST + c, NORTH + d) for a, b, c, d in boxes]
    return gpd.GeoDataFrame(geometry=shapes, crs=4550)


def test_gaps_are_single_parts_from_west_to_east() -> None:
    """A cover across the middle leaves two parts; areas are ellipsoidal."""
    found = gaps(
        layer((0, 0, 300, 100)), layer((100, -9, 150, 109)), sliver_area_m2=0, sliver_width_m=0
    )
    assert shapely.area(found.geometry).tolist() == [10_000.0, 15_000.0]
    assert found["area_m2"].tolist() == pytest.approx([10_000.0, 15_000.0], rel=2e-4)
    assert not found["is_sliver"].any()


def test_covers_and_areas_that_overlap_count_once() -> None:
    """Two towns that share ground, two covers that share ground."""
    towns = layer((0, 0, 200, 100), (100, 0, 300, 100))
    found = gaps(
        towns, layer((0, 0, 90, 100), (50, 0, 250, 100)), sliver_area_m2=0, sliver_width_m=0
    )
    assert shapely.area(found.geometry).tolist() == [5000.0]


def test_a_part_on_the_area_tolerance_is_a_gap() -> None:
    """Open: exactly the tolerance is a gap, a millionth more of tolerance makes it a sliver."""
    town = layer((0, 0, 50, 50))
    [area] = to_geodesic_area_m2(town).round(6)
    for tolerance, is_sliver in ((area, False), (area + 1e-6, True)):
        found = gaps(town, layer(), sliver_area_m2=tolerance, sliver_width_m=0)
        assert found["is_sliver"].tolist() == [is_sliver]


@pytest.mark.parametrize(("width", "is_sliver"), [(4.99, True), (5.0, True), (5.01, False)])
def test_a_part_as_wide_as_the_tolerance_is_a_sliver(width: float, is_sliver: bool) -> None:  # noqa: FBT001 - an answer
    """Closed; however long the strip is."""
    found = gaps(layer((0, 0, 5000, width)), layer(), sliver_area_m2=1, sliver_width_m=5.0)
    assert found["is_sliver"].tolist() == [is_sliver]


def test_nothing_uncovered_and_nothing_at_all() -> None:
    """Covered whole, no town, and no cover."""
    town = layer((0, 0, 100, 100))
    assert len(gaps(town, town, sliver_area_m2=1, sliver_width_m=1)) == 0
    assert len(gaps(town.iloc[:0], town, sliver_area_m2=1, sliver_width_m=1)) == 0
    assert len(gaps(town, town.iloc[:0], sliver_area_m2=1, sliver_width_m=1)) == 1


def test_negative_tolerances_are_refused() -> None:
    """Both."""
    town = layer((0, 0, 1, 1))
    for area, width in ((-1.0, 0.0), (0.0, -1.0)):
        with pytest.raises(ParameterError):
            gaps(town, town, sliver_area_m2=area, sliver_width_m=width)


def test_the_first_shape_keeps_what_two_have() -> None:
    """Of three in a row the second loses to the first, the third to both; one inside has none."""
    boxes = layer((0, 0, 20, 10), (10, 0, 30, 10), (15, 0, 50, 10), (1, 1, 2, 2), (50, 0, 60, 10))
    assert shapely.area(own_parts(boxes.geometry.to_numpy())).tolist() == [200, 100, 200, 0, 100]


def test_gaps_are_cut_along_the_shapes() -> None:
    """A gap across two towns is cut at their border; touching is not enough."""
    towns = own_parts(layer((0, 0, 100, 100), (100, 0, 200, 100)).geometry.to_numpy())
    parts = gaps(
        layer((0, 0, 200, 100)), layer((0, 0, 60, 100)), sliver_area_m2=0, sliver_width_m=0
    )
    pieces = cut(parts, towns)
    assert pieces[["gap", "area"]].to_numpy().tolist() == [[0, 0], [0, 1]]
    assert shapely.area(pieces["shape"].to_numpy()).tolist() == [4000.0, 10_000.0]
    only = gaps(layer((100, 0, 200, 100)), layer(), sliver_area_m2=0, sliver_width_m=0)
    assert cut(only, towns)["area"].tolist() == [1]
    assert len(cut(only.iloc[:0], towns)) == 0


def test_parts_are_listed_with_a_point_inside() -> None:
    """Numbered, in degrees."""
    parts = gaps(
        layer((0, 0, 200, 100)), layer((50, 0, 60, 100)), sliver_area_m2=0, sliver_width_m=0
    )
    rows = with_places(parts, prefix="G")
    assert rows["gap_id"].tolist() == ["G001", "G002"]
    spots = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), crs=4490).to_crs(4550)
    assert all(part.contains(spot) for part, spot in zip(parts.geometry, spots, strict=True))


def test_only_surfaces_are_kept() -> None:
    """A border in common is a line: nothing of it stays."""
    one, other = layer((0, 0, 1, 1), (1, 0, 2, 1)).geometry
    kept = polygons_of(np.array([one.intersection(other), one]))
    assert (kept[0].is_empty, kept[1].area) == (True, 1.0)
    assert added([], [], 2, 0) == [0, 0]
