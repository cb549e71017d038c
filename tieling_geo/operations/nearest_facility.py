"""The nearest facility to each point, and whether one that serves is near enough."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M
from tieling_geo.operations.proximity import ROUNDING_DIGITS


def nearest_place(points: gpd.GeoDataFrame, places: gpd.GeoDataFrame, *, key: str) -> pd.DataFrame:
    """
    Find the nearest place to each point, by straight-line distance.

    Places whose distances differ by no more than `coverage.BORDER_TOLERANCE_M` (closed) are equally
    near: the lowest key is taken and the point is flagged.

    Parameters
    ----------
    points
        n points, projected CRS, metres.
    places
        m points in the same CRS.
    key
        Column of `places` that names one.

    Returns
    -------
    nearest
        n rows, index of `points`: `place` (the key; missing without any place), `distance_m` (to
        the micrometre, so that what is exactly on a limit is on it) and `tie`.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(3, 4), Point(5, 0)], crs=4550)
    >>> places = gpd.GeoDataFrame(
    ...     {"id": ["b", "a"]}, geometry=[Point(0, 0), Point(10, 0)], crs=4550)
    >>> nearest_place(points, places, key="id")
      place  distance_m    tie
    0     b         5.0  False
    1     a         5.0   True
    """
    check_metric(points, name="points")
    check_metric(places, name="places")
    shapes = points.geometry.to_numpy()
    tree = shapely.STRtree(places.geometry.to_numpy())
    least_m = np.full(len(points), np.nan)
    (rows, _), found_m = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    least_m[rows] = found_m
    near = np.flatnonzero(~np.isnan(least_m))
    row, place = tree.query(
        shapes[near], predicate="dwithin", distance=least_m[near] + BORDER_TOLERANCE_M
    )
    hits = pd.DataFrame({"row": near[row], "place": places[key].to_numpy()[place]})
    hits = hits.astype({"place": "str"}).sort_values(["row", "place"])
    every = pd.RangeIndex(len(points))
    nearest = pd.DataFrame({
        "place": hits.drop_duplicates("row").set_index("row")["place"].reindex(every),
        "distance_m": least_m.round(ROUNDING_DIGITS),
        "tie": hits["row"].value_counts().reindex(every, fill_value=0) > 1,
    })
    return nearest.set_index(points.index)


def within_reach(
    points: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    serves: pd.Series,
    *,
    key: str,
    limit_m: float,
) -> pd.DataFrame:
    """
    Tell which points have a facility that serves within a straight-line distance.

    Parameters
    ----------
    points
        n points, projected CRS, metres.
    facilities
        m points in the same CRS.
    serves
        m nullable booleans, index of `facilities`; missing: nobody knows.
    key
        Column of `facilities` that names one.
    limit_m
        The distance (closed, to the micrometre), metres.

    Returns
    -------
    reach
        n rows, index of `points`: `place`, `distance_m` and `tie` of the nearest facility that
        surely serves (given beyond the limit, too), and `within` (nullable boolean): missing where
        only a facility of which nobody knows stands near enough.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(20, 0), Point(90, 0)], crs=4550)
    >>> works = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[Point(5, 0), Point(22, 0)], crs=4550)
    >>> serves = pd.Series([True, None], dtype="boolean")
    >>> within_reach(points, works, serves, key="id", limit_m=5.0)["within"].tolist()
    [True, <NA>, False]
    """
    surely = serves.to_numpy(dtype=bool, na_value=False)
    perhaps = serves.to_numpy(dtype=bool, na_value=True)
    sure = nearest_place(points, facilities[surely], key=key)
    hoped = nearest_place(points, facilities[perhaps & ~surely], key=key)
    within = (sure["distance_m"] <= limit_m).astype("boolean")
    doubt = ~within & (hoped["distance_m"] <= limit_m)
    return sure.assign(within=within.mask(doubt))
