"""Zonal statistics: what polygons have of the cells of a grid, weighted by the area they share."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray


def zonal_mean(
    zones: NDArray[np.object_], cells: NDArray[np.object_], values: NDArray[np.float64]
) -> pd.DataFrame:
    """
    Average the values of cells over zones, each cell weighted by the area that it shares.

    Parameters
    ----------
    zones
        n polygons, metres.
    cells
        m polygons in the same CRS, the cells of one grid, without overlaps.
    values
        m numbers; NaN: the cell has no value, and covers nothing.

    Returns
    -------
    means
        n rows, index 0 to n-1: `mean` (NaN where no cell with a value shares area) and
        `covered_pct`, the share of the zone's area that cells with a value cover; more than 100
        where cells overlap.

    Examples
    --------
    >>> grid = shapely.box([0, 1, 2], 0, [1, 2, 3], 1)
    >>> zone = np.array([shapely.box(0.5, 0, 2, 2)])
    >>> zonal_mean(zone, grid, np.array([10.0, 40.0, 99.0])).round(1)
       mean  covered_pct
    0  30.0         50.0
    """
    known = np.isfinite(values)
    shapes, numbers = cells[known], values[known]
    shapely.prepare(zones)
    zone, cell = shapely.STRtree(shapes).query(zones, predicate="intersects")
    # Most cells of a fine grid lie in a zone as a whole: only the others are cut.
    shared_m2 = shapely.area(shapes)[cell]
    cut = ~shapely.covers(zones[zone], shapes[cell])
    shared_m2[cut] = shapely.area(shapely.intersection(zones[zone[cut]], shapes[cell[cut]]))
    covered_m2 = np.bincount(zone, shared_m2, len(zones))
    total = np.bincount(zone, shared_m2 * numbers[cell], len(zones))
    mean = np.full(len(zones), np.nan)
    some = covered_m2 > 0
    mean[some] = total[some] / covered_m2[some]
    return pd.DataFrame({"mean": mean, "covered_pct": 100 * covered_m2 / shapely.area(zones)})
