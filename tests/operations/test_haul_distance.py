"""Haul distances and loads on shared land, by hand."""

from fractions import Fraction
from random import Random

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tieling_geo.errors import CRSError
from tieling_geo.operations.haul_distance import spread_loads, within_haul


def test_the_distance_is_closed() -> None:
    """Exactly on it counts, a millimetre beyond does not; what covers the site is at zero."""
    sites = gpd.GeoDataFrame(geometry=[shapely.Point(500_000.1, 4_690_000)], crs=4550)
    fields = gpd.GeoDataFrame(
        geometry=[
            shapely.box(505_000.1, 4_690_000, 505_100, 4_690_100),
            shapely.box(505_000.101, 4_690_000, 505_100, 4_690_100),
            shapely.box(499_000, 4_689_000, 501_000, 4_691_000),
        ],
        crs=4550,
    )
    assert sorted(within_haul(sites, fields, distance_km=5.0)[1]) == [0, 2]


def test_degrees_are_refused() -> None:
    """A kilometre is no degree."""
    sites = gpd.GeoDataFrame(geometry=[shapely.Point(123, 42)], crs=4490)
    with pytest.raises(CRSError):
        within_haul(sites, sites, distance_km=1.0)


@pytest.mark.parametrize("seed", range(10))
def test_loads_are_conserved(seed: int) -> None:
    """Parcel by parcel in fractions: what farms spread is what land gets."""
    rng = Random(seed)  # noqa: S311 - no secret
    farms, parcels = rng.randint(1, 5), rng.randint(1, 6)
    area = [rng.randint(1, 9) for _ in range(parcels)]
    load = [rng.randint(0, 900) for _ in range(farms)]
    pairs = [(f, p) for f in range(farms) for p in range(parcels) if rng.random() < 0.5]
    own = {f: [p for g, p in pairs if g == f] for f in range(farms)}
    reach = {f: sum(area[p] for p in own[f]) for f in range(farms)}
    gets = [
        sum((Fraction(load[f], reach[f]) for f in range(farms) if p in own[f]), Fraction(0))
        for p in range(parcels)
    ]
    spread = sum(load[f] for f in range(farms) if own[f])
    assert sum(g * a for g, a in zip(gets, area, strict=True)) == spread
    site = np.array([f for f, _ in pairs], dtype=np.intp)
    land = np.array([p for _, p in pairs], dtype=np.intp)
    found = spread_loads(np.array(load, float), site, land, np.array(area, float))
    for f in range(farms):
        assert found["land_ha"][f] == reach[f]
        if not own[f]:
            assert np.isnan(found["all_kg_per_ha"][f])
            continue
        total = sum(gets[p] * area[p] for p in own[f]) / reach[f]
        assert found["all_kg_per_ha"][f] == pytest.approx(float(total))
        assert found["own_kg_per_ha"][f] == pytest.approx(load[f] / reach[f])
