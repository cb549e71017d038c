"""What lies within haul distance of each site, and what a load spread over that land comes to."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric

#: Distances are told apart down to a micrometre, and a fraction of one is added to the limit:
#: rounding alone would push what is exactly on it over it.
_ROUNDING_M = 1e-6


def within_haul(
    sites: gpd.GeoDataFrame, others: gpd.GeoDataFrame, *, distance_km: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """
    Pair sites with what lies within a straight-line distance of them (closed, to the micrometre).

    Parameters
    ----------
    sites
        n points, projected CRS, metres.
    others
        m features in the same CRS; a polygon is as near as its nearest point.
    distance_km
        The distance, kilometres.

    Returns
    -------
    site, other
        p positions each.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> farm = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4550)
    >>> fields = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(5000, 0, 6000, 9), shapely.box(5001, 0, 6000, 9)], crs=4550)
    >>> within_haul(farm, fields, distance_km=5.0)[1].tolist()
    [0]
    """
    check_metric(sites, name="sites")
    check_metric(others, name="others")
    site, other = shapely.STRtree(others.geometry.to_numpy()).query(
        sites.geometry.to_numpy(),
        predicate="dwithin",
        distance=1000 * distance_km + _ROUNDING_M,
    )
    return site, other


def spread_loads(
    loads_kg: NDArray[np.float64],
    site: NDArray[np.intp],
    land: NDArray[np.intp],
    area_ha: NDArray[np.float64],
) -> pd.DataFrame:
    """
    Spread each site's load evenly over its land, and tell what all sites together put there.

    Parameters
    ----------
    loads_kg
        n loads a year; a site without land spreads nothing.
    site, land
        p pairs: which land a site reaches.
    area_ha
        m areas of land, hectares, above zero.

    Returns
    -------
    spread
        n rows: `land_ha` (within reach), `own_kg_per_ha` (the site's load over its own land) and
        `all_kg_per_ha` (what that land gets from all sites, on average); NaN without land.

    Examples
    --------
    >>> spread_loads(np.array([300.0, 100.0, 7.0]), np.array([0, 0, 1]), np.array([0, 1, 1]),
    ...     np.array([1.0, 2.0]))
       land_ha  own_kg_per_ha  all_kg_per_ha
    0      3.0          100.0     133.333333
    1      2.0           50.0     150.000000
    2      0.0            NaN            NaN
    """
    n = len(loads_kg)
    reach_ha = np.bincount(site, area_ha[land], n)
    has_land = reach_ha > 0
    own = np.full(n, np.nan)
    own[has_land] = loads_kg[has_land] / reach_ha[has_land]
    on_land = np.bincount(land, own[site], len(area_ha))
    total = np.bincount(site, (on_land * area_ha)[land], n)
    together = np.full(n, np.nan)
    together[has_land] = total[has_land] / reach_ha[has_land]
    return pd.DataFrame({"land_ha": reach_ha, "own_kg_per_ha": own, "all_kg_per_ha": together})
