"""Zonal means against a plain loop, and against a fine raster that rasterio burns."""

from random import Random

import numpy as np
import pytest
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine

from tieling_geo.operations.zonal import zonal_mean

SIDE, CELL = 12, 10.0


def grid() -> np.ndarray:
    """Give the cells of a grid of 12 by 12, row by row from the top."""
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    x, y = CELL * column, CELL * (SIDE - row)
    return shapely.box(x, y - CELL, x + CELL, y)


def zones(seed: int, n: int = 12) -> np.ndarray:
    """Draw polygons, some with a hole, some of which leave the grid."""
    rng = Random(seed)  # noqa: S311 - no secret
    drawn = []
    for nth in range(n):
        x, y, r = rng.uniform(-5, 115), rng.uniform(-5, 115), rng.uniform(8, 40)
        blob = shapely.Point(x, y).buffer(r, quad_segs=3)
        drawn.append(blob - shapely.Point(x, y).buffer(r / 3) if nth % 3 == 0 else blob)
    return np.array(drawn)


def values(seed: int) -> np.ndarray:
    """Draw a value a cell; one in eight has none."""
    rng = np.random.default_rng(seed)
    drawn = rng.uniform(10, 40, SIDE * SIDE)
    drawn[rng.random(SIDE * SIDE) < 0.125] = np.nan
    return drawn


@pytest.mark.parametrize("seed", range(4))
def test_means_are_those_of_a_plain_loop(seed: int) -> None:
    """Every zone with every cell, one by one."""
    found = zonal_mean(zones(seed), grid(), values(seed))
    for row, zone in enumerate(zones(seed)):
        shared = [(zone.intersection(c).area, v) for c, v in zip(grid(), values(seed), strict=True)]
        known = [(area, v) for area, v in shared if area > 0 and not np.isnan(v)]
        covered = sum(area for area, _ in known)
        assert found["covered_pct"][row] == pytest.approx(100 * covered / zone.area)
        if covered:
            mean = sum(area * v for area, v in known) / covered
            assert found["mean"][row] == pytest.approx(mean)
        else:
            assert np.isnan(found["mean"][row])


@pytest.mark.parametrize("seed", range(3))
def test_means_are_those_of_a_fine_raster(seed: int) -> None:
    """Each cell cut into 20 by 20, and a zone burned into them: within its roughness."""
    fine = 20
    size = SIDE * fine
    transform = Affine(CELL / fine, 0.0, 0.0, 0.0, -CELL / fine, SIDE * CELL)
    numbers = np.kron(values(seed).reshape(SIDE, SIDE), np.ones((fine, fine)))
    found = zonal_mean(zones(seed), grid(), values(seed))
    for row, zone in enumerate(zones(seed)):
        mask = rasterize([(zone, 1)], out_shape=(size, size), transform=transform).astype(bool)
        inside = numbers[mask & ~np.isnan(numbers)]
        covered = 100 * len(inside) * (CELL / fine) ** 2 / zone.area
        assert found["covered_pct"][row] == pytest.approx(covered, abs=2.0)
        if len(inside) > 500:
            assert found["mean"][row] == pytest.approx(inside.mean(), rel=0.01)


def test_a_zone_between_cells_has_its_share_of_each() -> None:
    """A quarter in one, three quarters in the other; a touch is no share."""
    cells = shapely.box([0, 4, 8], 0, [4, 8, 12], 4)
    found = zonal_mean(np.array([shapely.box(3, 0, 7, 4)]), cells, np.array([10.0, 20.0, 90.0]))
    assert found.to_dict("list") == {"mean": [17.5], "covered_pct": [100.0]}
    found = zonal_mean(np.array([shapely.box(4, 0, 8, 4)]), cells, np.array([10.0, 20.0, 90.0]))
    assert found.to_dict("list") == {"mean": [20.0], "covered_pct": [100.0]}


def test_nothing_has_no_mean() -> None:
    """Without cells, without zones."""
    none = np.array([], dtype=object)
    found = zonal_mean(np.array([shapely.box(0, 0, 1, 1)]), none, np.array([]))
    assert found["mean"].isna().all()
    assert found["covered_pct"].tolist() == [0.0]
    assert len(zonal_mean(none, grid(), values(0))) == 0


def test_cells_that_overlap_cover_more_than_all() -> None:
    """Two maps of one year are told by it."""
    cells = np.array([shapely.box(0, 0, 1, 1)] * 2)
    found = zonal_mean(cells[:1], cells, np.array([1.0, 3.0]))
    assert found.to_dict("list") == {"mean": [2.0], "covered_pct": [200.0]}
