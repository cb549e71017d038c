"""The nearest line to each point, by straight-line distance."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M, to_segments

#: Distances are told apart down to a micrometre; rounding alone would push one that is exactly on a
#: limit over it.
ROUNDING_DIGITS = 6


def nearest_line(
    points: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, *, key: str, limit_m: float
) -> pd.DataFrame:
    """
    Find the nearest line to each point.

    Lines whose distances differ by no more than `operations.coverage.BORDER_TOLERANCE_M` (closed)
    are equally near: the lowest key is taken and the point is flagged.

    Parameters
    ----------
    points
        n point features, projected CRS, metres.
    lines
        m lines or multilines in the same CRS.
    key
        Column of `lines` that names a line.
    limit_m
        Straight-line distance up to which a line is taken (closed, to the micrometre), metres;
        inf: no limit.

    Returns
    -------
    nearest
        n rows, index of `points`: `line` (the key, missing beyond the limit), `distance_m` (the
        least distance, given beyond the limit, too; missing where there is no line at all) and
        `tie` (bool: another line is as near; never beyond the limit).

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> points = gpd.GeoDataFrame(geometry=[Point(3, 4), Point(5, 5), Point(0, 90)], crs=4550)
    >>> lines = gpd.GeoDataFrame({"id": ["b", "a"]}, crs=4550,
    ...     geometry=[LineString([(0, 0), (9, 0)]), LineString([(0, 10), (9, 10)])])
    >>> nearest_line(points, lines, key="id", limit_m=5.0)
      line  distance_m    tie
    0    b         4.0  False
    1    a         5.0   True
    2  NaN        80.0  False
    """
    check_metric(points, name="points")
    check_metric(lines, name="lines")
    shapes = points.geometry.to_numpy()
    segments, line = to_segments(lines.geometry.to_numpy())
    least_m = np.full(len(points), np.nan)
    tree = shapely.STRtree(segments)
    (rows, _), distance_m = tree.query_nearest(shapes, return_distance=True, all_matches=False)
    least_m[rows] = distance_m.round(ROUNDING_DIGITS)
    within = np.where(least_m <= limit_m, least_m, np.nan)
    near = np.flatnonzero(~np.isnan(within))
    row, segment = tree.query(
        shapes[near], predicate="dwithin", distance=within[near] + BORDER_TOLERANCE_M
    )
    hits = pd.DataFrame({"row": near[row], "line": lines[key].to_numpy()[line[segment]]})
    hits = hits.astype({"line": lines[key].dtype}).drop_duplicates().sort_values(["row", "line"])
    lowest = hits.drop_duplicates("row").set_index("row")["line"]
    every = pd.RangeIndex(len(points))
    found = pd.DataFrame({
        "line": lowest.reindex(every),
        "distance_m": least_m,
        "tie": hits["row"].value_counts().reindex(every, fill_value=0) > 1,
    })
    return found.set_index(points.index)


def nearest_namesake(
    points: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame,
    *,
    key: str,
    name: str,
    limit_m: float,
    otherwise: pd.DataFrame,
) -> pd.DataFrame:
    """
    Find the nearest line that carries the same name as the point, and else another one.

    Parameters
    ----------
    points, lines, key, limit_m
        See `nearest_line`; the index of `points` is unique.
    name
        Column of both layers; a point without a name has no namesake.
    otherwise
        What `nearest_line` found; it stands where no namesake lies within the limit (closed).

    Returns
    -------
    nearest
        n rows as of `nearest_line`.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> points = gpd.GeoDataFrame(
    ...     {"river": ["X", "Y", None]}, geometry=[Point(0, 1)] * 3, crs=4550)
    >>> lines = gpd.GeoDataFrame({"id": ["a", "b"], "river": ["W", "X"]}, crs=4550,
    ...     geometry=[LineString([(0, 0), (9, 0)]), LineString([(0, 4), (9, 4)])])
    >>> any_line = nearest_line(points, lines, key="id", limit_m=3.0)
    >>> nearest_namesake(
    ...     points, lines, key="id", name="river", limit_m=3.0, otherwise=any_line)
      line  distance_m    tie
    0    b         3.0  False
    1    a         1.0  False
    2    a         1.0  False
    """
    check_metric(points, name="points")
    check_metric(lines, name="lines")
    # Where the nearest line of all is a namesake, and alone nearest, no other search can find
    # another: what is left to search, river by river, is the few that lie nearer to another one.
    nearest_name = otherwise["line"].map(lines.set_index(key)[name])
    settled = (nearest_name == points[name]) & ~otherwise["tie"]
    by_name = dict(tuple(lines.groupby(name)))
    found = [
        nearest_line(same, by_name.get(word, lines[:0]), key=key, limit_m=limit_m)
        for word, same in points[~settled].groupby(name)
    ]
    own = [hits[hits["line"].notna()] for hits in found]
    taken = pd.concat([*(hits for hits in own if len(hits)), otherwise])
    first: pd.DataFrame = taken[~taken.index.duplicated()].loc[points.index]
    return first
