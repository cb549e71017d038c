"""
What serves a place: how much of it some areas cover, and which facility is nearest.

A place is a point or a polygon, such as an enterprise, a village or a park. Distances are measured
in a straight line from its edge: what stands inside a polygon is at distance zero.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M

#: Shares and distances are told apart down to this decimal; rounding alone would push one that is
#: exactly on a limit off it.
ROUNDING_DIGITS = 6


def covered_pct(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """
    Measure which share of each place some areas cover; where areas overlap they count once.

    Parameters
    ----------
    places
        n points or polygons, projected CRS, metres.
    areas
        m polygons in the same CRS.

    Returns
    -------
    covered_pct
        n shares of the area, percent, index of `places`. A point, which has no area, is covered
        wholly or not at all; the border of an area counts (closed, within
        `coverage.BORDER_TOLERANCE_M`). Without any area it is zero.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point, box
    >>> places = gpd.GeoDataFrame(geometry=[box(0, 0, 4, 1), Point(3, 1), Point(9, 9)], crs=4550)
    >>> areas = gpd.GeoDataFrame(geometry=[box(2, 0, 4, 1), box(3, 0, 6, 1)], crs=4550)
    >>> covered_pct(places, areas).tolist()
    [50.0, 100.0, 0.0]
    """
    check_metric(places, name="places")
    check_metric(areas, name="areas")
    shapes, covers = places.geometry.to_numpy(), areas.geometry.to_numpy()
    place, area = shapely.STRtree(covers).query(
        shapes, predicate="dwithin", distance=BORDER_TOLERANCE_M
    )
    size_m2 = shapely.area(shapes)
    pieces = pd.Series(shapely.intersection(shapes[place], covers[area]), dtype=object)
    covered_m2 = np.zeros(len(shapes))
    for row, own in pieces.groupby(place):
        # Only where several areas meet must they be dissolved first.
        whole = own.iloc[0] if len(own) == 1 else shapely.union_all(own.to_numpy())
        covered_m2[row] = shapely.area(whole)
    is_touched = np.zeros(len(shapes), dtype=bool)
    is_touched[place] = True
    share = np.divide(covered_m2, size_m2, out=is_touched.astype("float64"), where=size_m2 > 0)
    return pd.Series((100 * share).round(ROUNDING_DIGITS), places.index, dtype="float64")


def nearest_facility(
    places: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, key: str
) -> pd.DataFrame:
    """
    Find the facility nearest to each place, by straight-line distance.

    Facilities whose distances differ by no more than `coverage.BORDER_TOLERANCE_M` (closed) are
    equally near: the lowest key is taken and the place is flagged.

    Parameters
    ----------
    places
        n points or polygons, projected CRS, metres.
    facilities
        m features of any shape in the same CRS.
    key
        Column of `facilities` that names one.

    Returns
    -------
    nearest
        n rows, index of `places`: `nearest_id`, `distance_m` (the least distance, to the
        micrometre) and `tie`; both missing where there is no facility at all.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point, box
    >>> places = gpd.GeoDataFrame(geometry=[box(0, 0, 4, 4), Point(10, 0)], crs=4550)
    >>> works = gpd.GeoDataFrame(
    ...     {"id": ["b", "a"]}, geometry=[Point(7, 0), Point(13, 0)], crs=4550)
    >>> nearest_facility(places, works, key="id")
      nearest_id  distance_m    tie
    0          b         3.0  False
    1          a         3.0   True
    """
    check_metric(places, name="places")
    check_metric(facilities, name="facilities")
    shapes, sites = places.geometry.to_numpy(), facilities.geometry.to_numpy()
    least_m = np.full(len(shapes), np.nan)
    tree = shapely.STRtree(sites)
    (row, _), distance_m = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    least_m[row] = distance_m.round(ROUNDING_DIGITS)
    near = np.flatnonzero(~np.isnan(least_m))
    hit, site = tree.query(
        shapes[near], predicate="dwithin", distance=least_m[near] + BORDER_TOLERANCE_M
    )
    hits = pd.DataFrame({"row": near[hit], "key": facilities[key].to_numpy()[site]})
    hits = hits.drop_duplicates().sort_values(["row", "key"], kind="stable")
    lowest = hits.drop_duplicates("row").set_index("row")["key"]
    every = pd.RangeIndex(len(shapes))
    return pd.DataFrame({
        "nearest_id": lowest.reindex(every).astype("str"),
        "distance_m": least_m,
        "tie": hits["row"].value_counts().reindex(every, fill_value=0) > 1,
    }).set_index(places.index)


def pairs_within(
    places: gpd.GeoDataFrame, features: gpd.GeoDataFrame, *, limit_m: float = BORDER_TOLERANCE_M
) -> pd.DataFrame:
    """
    Pair each place with all features within a straight-line distance.

    Parameters
    ----------
    places
        n points or polygons, projected CRS, metres.
    features
        m features of any shape in the same CRS.
    limit_m
        Distance up to which they are a pair (closed, to the micrometre), metres; the default pairs
        a polygon with what stands in it or on its border.

    Returns
    -------
    pairs
        One row a pair: `place` and `feature` (ids of the two indexes) and `distance_m`, sorted by
        position in both.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point, box
    >>> parks = gpd.GeoDataFrame(index=["P"], geometry=[box(0, 0, 4, 4)], crs=4550)
    >>> sites = gpd.GeoDataFrame(
    ...     index=["a", "b", "c"], geometry=[Point(9, 0), Point(4, 1), Point(6, 0)], crs=4550)
    >>> pairs_within(parks, sites, limit_m=2)[["feature", "distance_m"]].to_numpy().tolist()
    [['b', 0.0], ['c', 2.0]]
    """
    check_metric(places, name="places")
    check_metric(features, name="features")
    shapes, others = places.geometry.to_numpy(), features.geometry.to_numpy()
    place, feature = shapely.STRtree(others).query(
        shapes, predicate="dwithin", distance=limit_m + 10.0**-ROUNDING_DIGITS
    )
    distance_m = shapely.distance(shapes[place], others[feature]).round(ROUNDING_DIGITS)
    kept = np.flatnonzero(distance_m <= limit_m)
    order = kept[np.lexsort((feature[kept], place[kept]))]
    return pd.DataFrame({
        "place": places.index[place[order]],
        "feature": features.index[feature[order]],
        "distance_m": distance_m[order],
    })


def is_within(distance_m: pd.Series, limit_m: float) -> pd.Series:
    """
    Tell which distances are within a limit (closed); a missing one is of no facility, and is not.

    Examples
    --------
    >>> is_within(pd.Series([5.0, 5.000001, None]), 5.0).tolist()
    [True, False, False]
    """
    return (distance_m <= limit_m).astype("boolean")


def shared(sure: pd.Series, possible: pd.Series) -> pd.Series:
    """
    Say whether a place is served: yes, no, or, where only an uncertain facility would do, unknown.

    Parameters
    ----------
    sure, possible
        n booleans each, one index: by what surely serves, and by what serves or may serve.

    Examples
    --------
    >>> shared(pd.Series([True, False, False]), pd.Series([True, True, False])).tolist()
    [True, <NA>, False]
    """
    sure_, maybe = sure.astype("boolean"), possible.astype("boolean")
    return sure_.mask(maybe & ~sure_)


def served_within(
    places: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    fits: pd.Series,
    *,
    key: str,
    limit_m: float,
) -> pd.DataFrame:
    """
    Tell which places have a fitting facility within a straight-line distance.

    Parameters
    ----------
    places
        n points or polygons, projected CRS, metres.
    facilities
        m features of any shape in the same CRS.
    fits
        m nullable booleans, index of `facilities`: is it one that counts? Missing means unknown.
    key
        Column of `facilities` that names one.
    limit_m
        Distance that is near enough (closed, to the micrometre), metres.

    Returns
    -------
    served
        n rows, index of `places`: `nearest_id` and `distance_m` of the nearest that surely fits,
        and `shared` (nullable boolean), missing where only one that may fit is near enough.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> places = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(50, 0)], crs=4550)
    >>> works = gpd.GeoDataFrame(
    ...     {"id": ["a", "b"]}, geometry=[Point(5, 0), Point(46, 0)], crs=4550)
    >>> fits = pd.Series([True, None], dtype="boolean")
    >>> served_within(places, works, fits, key="id", limit_m=5)
      nearest_id  distance_m  shared
    0          a         5.0    True
    1          a        45.0    <NA>
    """
    sure = facilities[fits.fillna(value=False).to_numpy(dtype=bool)]
    possible = facilities[fits.fillna(value=True).to_numpy(dtype=bool)]
    nearest = nearest_facility(places, sure, key=key)
    perhaps = nearest_facility(places, possible, key=key)
    answer = shared(
        is_within(nearest["distance_m"], limit_m), is_within(perhaps["distance_m"], limit_m)
    )
    return nearest[["nearest_id", "distance_m"]].assign(shared=answer)


def spelled(answers: pd.Series) -> pd.Series:
    """
    Spell three-valued answers out, for tables.

    Examples
    --------
    >>> spelled(pd.Series([True, False, None], dtype="boolean")).tolist()
    ['yes', 'no', 'unknown']
    """
    return answers.map({True: "yes", False: "no"}).fillna("unknown").astype("str")
