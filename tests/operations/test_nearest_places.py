"""The nearest place, and what stands near: by hand, and against a plain search."""

from random import Random

import geopandas as gpd
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.operations.nearest_places import nearest_place

METRES = "EPSG:4550"
spots = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=6)


def to_points(xy: list[tuple[int, int]], prefix: str) -> gpd.GeoDataFrame:
    """Lay points out, their ids in no order."""
    ids = [f"{prefix}{n}" for n in range(len(xy))]
    Random(7).shuffle(ids)  # noqa: S311 - no secret
    shapes = gpd.GeoSeries([Point(p) for p in xy], index=ids, crs=METRES)
    return gpd.GeoDataFrame({"id": ids}, index=ids, geometry=shapes)


@given(spots, spots)
def test_the_nearest_is_that_of_a_plain_search(
    here: list[tuple[int, int]], there: list[tuple[int, int]]
) -> None:
    """Distance, and of several that are as near the lowest id."""
    points, places = to_points(here, "p"), to_points(there, "q")
    found = nearest_place(points, places, key="id")
    assert list(found.index) == list(points.index)
    for name, shape in points.geometry.items():
        ways = sorted((round(shape.distance(other), 6), i) for i, other in places.geometry.items())
        if not ways:
            assert found.loc[name].isna().all()
            continue
        assert (found.loc[name, "distance_m"], found.loc[name, "place"]) == ways[0]


def test_without_a_layer_nothing_is_found() -> None:
    """No layer, no place."""
    assert nearest_place(to_points([(0, 0)], "p"), None, key="id").isna().all(axis=None)
