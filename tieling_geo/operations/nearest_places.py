"""The nearest place to each point, by straight-line distance."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import check_metric

#: Distances are told apart down to a micrometre.
ROUNDING_DIGITS = 6


def nearest_place(
    points: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None, *, key: str
) -> pd.DataFrame:
    """
    Find the nearest place to each point.

    Parameters
    ----------
    points
        n features, projected CRS, metres.
    places
        m features in the same CRS; None: nothing is found.
    key
        Column of `places` that names a place.

    Returns
    -------
    nearest
        n rows, index of `points`: `place` (the key; of several that are equally near, to the
        micrometre, the lowest; missing without any place) and `distance_m` (straight-line).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4550)
    >>> places = gpd.GeoDataFrame(
    ...     {"id": ["b", "a", "c"]}, geometry=[Point(3, 4), Point(-3, 4), Point(9, 9)], crs=4550)
    >>> nearest_place(points, places, key="id")
      place  distance_m
    0     a         5.0
    """
    check_metric(points, name="points")
    found = pd.DataFrame(
        {"place": pd.Series(index=points.index, dtype="str"), "distance_m": np.nan},
        index=points.index,
    )
    if places is None or not len(places) or not len(points):
        return found
    check_metric(places, name="places")
    order = np.argsort(places[key].to_numpy(dtype=object), kind="stable")
    shapes = places.geometry.to_numpy()[order]
    tree = shapely.STRtree(shapes)
    (row, _), distance = tree.query_nearest(
        points.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    reach = np.zeros(len(points))
    reach[row] = distance.round(ROUNDING_DIGITS) + 10.0**-ROUNDING_DIGITS
    near_row, near = tree.query(points.geometry.to_numpy(), predicate="dwithin", distance=reach)
    lowest = pd.Series(near).groupby(near_row).min()
    keys = places[key].to_numpy(dtype=object)[order]
    found["place"] = pd.Series(keys[lowest.to_numpy()], points.index[lowest.index], dtype="str")
    found.iloc[row, 1] = distance.round(ROUNDING_DIGITS)
    return found
