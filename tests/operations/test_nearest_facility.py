"""The nearest facility, its ties, and what an unknown one leaves open."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.errors import CRSError
from tieling_geo.operations.nearest_facility import nearest_place, within_reach

spots = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), max_size=6)


def places(drawn: list[tuple[float, float]], *, crs: int = 4550) -> gpd.GeoDataFrame:
    """Lay out places under ids that fall with their rows."""
    ids = pd.Series([f"f{9 - n}" for n in range(len(drawn))], dtype="str")
    return gpd.GeoDataFrame({"id": ids}, geometry=[Point(s) for s in drawn], crs=crs)


@given(spots, spots)
@settings(max_examples=20, deadline=None)
def test_it_is_the_nearest(origins: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    """Held against a plain loop: distance, lowest id and tie."""
    found = nearest_place(places(origins), places(others), key="id")
    for (x, y), row in zip(origins, found.itertuples(), strict=True):
        far = sorted(
            (float(np.hypot(x - a, y - b)), f"f{9 - n}") for n, (a, b) in enumerate(others)
        )
        if not far:
            assert pd.isna(row.place) and pd.isna(row.distance_m)  # noqa: PT018 - one case
            continue
        equal = sorted(name for d, name in far if d - far[0][0] < 1e-9)
        assert (row.place, row.tie) == (equal[0], len(equal) > 1)
        assert row.distance_m == pytest.approx(far[0][0], abs=1e-6)


def test_the_distance_is_closed() -> None:
    """Exactly on the limit is within; a facility that nobody knows leaves it open."""
    points = places([(0, 0), (0, -0.001), (20, 0), (40, 0)])
    works = places([(0, 5), (20, 5), (40, 5)])
    serves = pd.Series([True, None, False], dtype="boolean")
    found = within_reach(points, works, serves, key="id", limit_m=5.0)
    assert found["within"].tolist() == [True, False, pd.NA, False]
    assert found["place"].tolist() == ["f9"] * 4
    assert found["distance_m"].tolist()[:2] == [5.0, 5.001]


def test_degrees_are_refused() -> None:
    """Distances in degrees are none."""
    with pytest.raises(CRSError):
        nearest_place(places([(0, 0)], crs=4490), places([(0, 0)]), key="id")
