"""Points in areas: which area covers a point, and how far the point is from the border."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.schemas import BuiltupAreas
from tieling_geo.text import Text

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


def boundary_of_year(areas: gpd.GeoDataFrame, *, scope: str, year: int) -> gpd.GeoDataFrame:
    """
    Pick the boundaries that hold in a year: of each area the latest that is not from the future.

    Parameters
    ----------
    areas
        `BuiltupAreas` layer; one area has a row for each part and year, joined by `name`.
    scope
        The only kind of area that counts: `city`, `county_town` or `town`.
    year
        A boundary of this year or of an earlier one may be used (closed). An area whose every
        boundary is later gives no row: nobody knows how far it reached in that year.

    Returns
    -------
    used
        The rows used, in their order, index kept; all parts of an area's latest year.

    Raises
    ------
    ParameterError
        If there is no such scope: misspelt, it would look like a layer without boundaries.

    Examples
    --------
    >>> import geopandas as gpd
    >>> areas = gpd.GeoDataFrame({"name": ["X", "X", "X", "Y"], "scope": "city",
    ...     "boundary_year": [2015, 2020, 2023, 2024]}, geometry=[None] * 4)
    >>> boundary_of_year(areas, scope="city", year=2020)["boundary_year"].tolist()
    [2020]
    >>> len(boundary_of_year(areas, scope="town", year=2024))
    0
    """
    columns = {column.name: column for column in BuiltupAreas.columns()}
    scopes = columns["scope"].values  # noqa: PD011 - a field of ColumnCard
    if scope not in scopes:
        told = ", ".join(scopes)
        raise ParameterError(
            Text(
                f"没有建成区范围 {scope!r};可用:{told}",
                f"no built-up scope {scope!r}; known: {told}",
            )
        )
    known = areas[(areas["scope"] == scope) & (areas["boundary_year"] <= year)]
    latest = known.groupby("name")["boundary_year"].transform("max")
    return known[known["boundary_year"] == latest]


def coverage_in_year(
    points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, scope: str, year: int
) -> pd.DataFrame:
    """
    Tell which points stood inside built-up areas in a year, by the boundaries known by then.

    Parameters
    ----------
    points
        n point features, projected CRS, metres.
    areas
        `BuiltupAreas` layer in the same CRS.
    scope, year
        See `boundary_of_year`.

    Returns
    -------
    covered
        n rows, index of `points`: `inside` (nullable boolean; the border counts, closed),
        `margin_m` (see `margin_to_area_m`; missing without any boundary), `area` and
        `boundary_year` (name and year of the nearest boundary used; ties: lowest `area_id`).
        `inside` is missing where it cannot be known: no area of the scope is in the layer, or the
        point stands only inside an area whose every boundary is later than the year.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.
    ParameterError
        If there is no such scope.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> points = gpd.GeoDataFrame(geometry=[Point(0, 5), Point(25, 5), Point(50, 5)], crs=4550)
    >>> areas = gpd.GeoDataFrame({"area_id": ["1", "2"], "name": ["X", "Y"], "scope": "city",
    ...     "boundary_year": [2020, 2024]}, geometry=[box(0, 0, 10, 10), box(20, 0, 30, 10)],
    ...     crs=4550)
    >>> coverage_in_year(points, areas, scope="city", year=2023)
       inside  margin_m area  boundary_year
    0    True       0.0    X           2020
    1    <NA>     -15.0    X           2020
    2   False     -40.0    X           2020
    """
    used = boundary_of_year(areas, scope=scope, year=year)
    margin_m = margin_to_area_m(points, used)
    of_scope = areas[areas["scope"] == scope]
    later = of_scope[~of_scope["name"].isin(used["name"])]
    inside = pd.Series(is_inside(margin_m), dtype="boolean")
    in_later = is_inside(margin_to_area_m(points, later))
    inside = inside.mask(~inside & (in_later | of_scope.empty))
    row, hit = shapely.STRtree(used.geometry.to_numpy()).query_nearest(points.geometry.to_numpy())
    nearest = used.iloc[hit].assign(row=row).sort_values(["row", "area_id"])
    nearest = nearest.drop_duplicates("row").set_index("row").reindex(inside.index)
    covered = pd.DataFrame({
        "inside": inside,
        "margin_m": np.where(np.isfinite(margin_m), margin_m, np.nan),
        "area": nearest["name"].astype("str"),
        "boundary_year": nearest["boundary_year"].astype("Int64"),
    })
    return covered.set_index(points.index)


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
    segments, _ = to_segments(lines)
    distance_m = np.full(len(shapes), np.inf)
    if not len(segments):
        return distance_m
    (rows, _), distance = shapely.STRtree(segments).query_nearest(
        shapes, return_distance=True, all_matches=False
    )
    distance_m[rows] = distance
    return distance_m


def to_segments(lines: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """
    Cut lines into their straight segments.

    Returns
    -------
    segments
        s lines of two vertices each.
    line
        s positions: which of the lines a segment is of.

    Examples
    --------
    >>> bent = shapely.from_wkt("LINESTRING (0 0, 1 0, 1 1)")
    >>> segments, line = to_segments(np.array([bent, None]))
    >>> len(segments), line.tolist()
    (2, [0, 0])
    """
    parts, line = shapely.get_parts(lines, return_index=True)
    vertices, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    ends = np.stack([vertices[:-1][joined], vertices[1:][joined]], axis=1)
    return shapely.linestrings(ends), line[part[1:][joined]]
