"""Points in areas: which area covers a point, and how far the point is from the border."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric

#: Two borders closer than this are one border (closed), metres. Reprojection alone moves a vertex
#: by less than a micrometre; digitised borders that should touch often miss by a few millimetres.
BORDER_TOLERANCE_M = 0.01


def covering_area(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, key: str) -> pd.DataFrame:
    """
    Assign each point to exactly one area, or to none.

    A point on a border belongs to the areas on both sides; it is assigned to the lowest key and
    flagged. The border counts as inside (closed, within `BORDER_TOLERANCE_M`).

    Parameters
    ----------
    points
        n point features, projected CRS, metres.
    areas
        m polygon features in the same CRS.
    key
        Column of `areas` that names an area.

    Returns
    -------
    assigned
        n rows, index of `points`: `area` (the key, missing where no area covers the point) and
        `border_case` (bool: more than one area covers it, or it stands on a border).

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> points = gpd.GeoDataFrame(geometry=[Point(1, 1), Point(2, 1), Point(9, 9)], crs=4550)
    >>> areas = gpd.GeoDataFrame(
    ...     {"name": ["b", "a"]}, geometry=[box(0, 0, 2, 2), box(2, 0, 4, 2)], crs=4550)
    >>> covering_area(points, areas, key="name")
      area  border_case
    0    b        False
    1    a         True
    2  NaN        False
    """
    check_metric(points, name="points")
    check_metric(areas, name="areas")
    tree = shapely.STRtree(areas.geometry.to_numpy())
    found = tree.query(points.geometry.to_numpy(), predicate="dwithin", distance=BORDER_TOLERANCE_M)
    hits = pd.DataFrame({"point": found[0], "area": areas[key].to_numpy()[found[1]]})
    hits = hits.sort_values(["point", "area"], kind="stable")
    lowest = hits.drop_duplicates("point").set_index("point")["area"]
    rows = pd.RangeIndex(len(points))
    edge = np.zeros(len(points), dtype=bool)
    borders = areas.geometry.to_numpy()[found[1]]
    near = shapely.dwithin(
        points.geometry.to_numpy()[found[0]], shapely.boundary(borders), BORDER_TOLERANCE_M
    )
    edge[found[0][near]] = True
    edge |= hits["point"].value_counts().reindex(rows, fill_value=0).to_numpy() > 1
    assigned = pd.DataFrame({"area": lowest.reindex(rows).to_numpy(), "border_case": edge})
    return assigned.set_index(points.index)


def margin_to_area_m(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Measure how far each point stands from the border of the union of areas.

    Parameters
    ----------
    points
        n point features, projected CRS, metres.
    areas
        m polygon features in the same CRS; overlaps and shared borders dissolve.

    Returns
    -------
    margin_m
        n straight-line distances to the union's border: positive inside, 0 on the border, negative
        outside; -inf where there is no area at all.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> points = gpd.GeoDataFrame(geometry=[Point(5, 5), Point(13, 14), Point(0, 3)], crs=4550)
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> margin_to_area_m(points, areas)
    array([ 5., -5.,  0.])
    """
    check_metric(points, name="points")
    check_metric(areas, name="areas")
    union = shapely.union_all(areas.geometry.to_numpy())
    if shapely.is_empty(union):
        return np.full(len(points), -np.inf)
    shapes = points.geometry.to_numpy()
    distance = distance_to_lines_m(shapes, np.array([shapely.boundary(union)]))
    shapely.prepare(union)
    return np.where(shapely.covered_by(shapes, union), distance, -distance) + 0.0


def is_inside(margin_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """
    Tell from the margin whether a point counts as inside: the border counts (closed).

    Examples
    --------
    >>> is_inside(np.array([1.0, 0.0, -0.01, -0.02]))
    array([ True,  True,  True, False])
    """
    inside: NDArray[np.bool_] = margin_m >= -BORDER_TOLERANCE_M
    return inside


def distance_to_lines_m(
    shapes: NDArray[np.object_], lines: NDArray[np.object_]
) -> NDArray[np.float64]:
    """
    Measure the straight-line distance from each shape to the nearest of some lines.

    The lines are cut into their segments first, so that a tree finds the nearest one: against one
    long line as a whole, every point would look at every vertex.

    Parameters
    ----------
    shapes
        n shapely geometries, metres.
    lines
        Lines or multilines in the same CRS.

    Returns
    -------
    distance_m
        n distances in metres; inf where there is no line at all.
    """
    vertices, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    joined = line[1:] == line[:-1]
    segments = shapely.linestrings(np.stack([vertices[:-1][joined], vertices[1:][joined]], axis=1))
    distance_m = np.full(len(shapes), np.inf)
    if not len(segments):
        return distance_m
    (rows, _), distance = shapely.STRtree(segments).query_nearest(
        shapes, return_distance=True, all_matches=False
    )
    distance_m[rows] = distance
    return distance_m
