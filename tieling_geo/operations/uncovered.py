"""What of some areas other areas leave uncovered: single parts, slivers apart, nothing twice."""

from collections.abc import Iterable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import to_geodesic_area_m2, to_geographic_crs
from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

Number = TypeVar("Number")


def polygons_of(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Keep what of each shape is a surface: shared borders and corners are none.

    Examples
    --------
    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (9 9), POLYGON ((0 0, 1 0, 0 1, 0 0)))")
    >>> polygons_of(np.array([mixed])).tolist()
    [<MULTIPOLYGON (((0 0, 1 0, 0 1, 0 0)))>]
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    is_surface = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)  # noqa: PLR2004
    kept = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    if is_surface.any():
        found = shapely.multipolygons(parts[is_surface], indices=_dense(row[is_surface]))
        kept[np.unique(row[is_surface])] = found
    return kept


def _dense(row: NDArray[np.intp]) -> NDArray[np.intp]:
    """Renumber sorted positions from zero without gaps."""
    return np.unique(row, return_inverse=True)[1]


def own_parts(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Cut overlaps off, so that no ground counts twice: it belongs to the first shape that has it.

    Parameters
    ----------
    shapes
        n valid polygons, in the order in which they come first.

    Returns
    -------
    own
        n multipolygons that do not overlap; empty where earlier shapes cover all.

    Examples
    --------
    >>> from shapely import box
    >>> shapely.area(own_parts(np.array([box(0, 0, 2, 1), box(1, 0, 4, 1)]))).tolist()
    [2.0, 2.0]
    """
    own = polygons_of(shapes)
    later, earlier = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    before = earlier < later
    later, earlier = later[before], earlier[before]
    for n in np.unique(later):
        taken = shapely.union_all(shapes[earlier[later == n]])
        own[n] = polygons_of(np.array([shapely.difference(shapes[n], taken)]))[0]
    return own


def gaps(
    areas: gpd.GeoDataFrame,
    covers: gpd.GeoDataFrame,
    *,
    sliver_area_m2: float,
    sliver_width_m: float,
) -> gpd.GeoDataFrame:
    """
    Find the parts of a union of areas that no cover reaches, and say which are slivers.

    A part is a sliver if its area is below the tolerance (open: exactly that much is a gap), or if
    it is nowhere wider than the width (closed: exactly that wide is a sliver).

    Parameters
    ----------
    areas, covers
        Polygons in one projected CRS, metres.
    sliver_area_m2
        Tolerance on the ellipsoid, square metres.
    sliver_width_m
        Tolerance, metres.

    Returns
    -------
    gaps
        One polygon a row, from west to east and south to north: `area_m2` (ellipsoidal) and
        `is_sliver`.

    Raises
    ------
    ParameterError
        If a tolerance is negative.

    Examples
    --------
    >>> from shapely import box
    >>> town = gpd.GeoDataFrame(geometry=[box(0, 0, 300, 100)], crs=4550)
    >>> served = gpd.GeoDataFrame(geometry=[box(5, 0, 200, 100)], crs=4550)
    >>> gaps(town, served, sliver_area_m2=400.0, sliver_width_m=5.0)["is_sliver"].tolist()
    [True, False]
    """
    if sliver_area_m2 < 0 or sliver_width_m < 0:
        raise ParameterError(Text("碎片容差不得为负", "the sliver tolerances must not be negative"))
    whole = shapely.union_all(areas.geometry.to_numpy())
    rest = shapely.difference(whole, shapely.union_all(covers.geometry.to_numpy()))
    parts = shapely.get_parts(polygons_of(np.array([rest])))
    west, south = shapely.bounds(parts).reshape(-1, 4)[:, :2].T
    found = gpd.GeoDataFrame(geometry=parts[np.lexsort((south, west))], crs=areas.crs)
    area_m2 = to_geodesic_area_m2(found).round(6)
    is_thin = shapely.is_empty(shapely.buffer(found.geometry.to_numpy(), -sliver_width_m / 2))
    return found.assign(area_m2=area_m2, is_sliver=(area_m2 < sliver_area_m2) | is_thin)


def cut(gap_parts: gpd.GeoDataFrame, own: NDArray[np.object_]) -> pd.DataFrame:
    """
    Cut gaps along the borders of the areas that they lie in.

    Parameters
    ----------
    gap_parts
        What `gaps` found.
    own
        Shapes that do not overlap, as of `own_parts`.

    Returns
    -------
    pieces
        One row for each gap and shape that have ground in common: `gap` and `area` (positions),
        `shape` (multipolygon) and `area_m2` (ellipsoidal).
    """
    shapes = gap_parts.geometry.to_numpy()
    gap, area = shapely.STRtree(own).query(shapes, predicate="intersects")
    common = polygons_of(shapely.intersection(shapes[gap], own[area]))
    pieces = pd.DataFrame({
        "gap": gap,
        "area": area,
        "shape": common,
        "area_m2": to_geodesic_area_m2(gpd.GeoDataFrame(geometry=common, crs=gap_parts.crs)).round(
            6
        ),
    })
    return pieces[pieces["area_m2"] > 0].sort_values(["gap", "area"], ignore_index=True)


def with_places(parts: gpd.GeoDataFrame, *, prefix: str) -> pd.DataFrame:
    """
    List parts without their shapes: a number, the area, and a point inside in degrees.

    Parameters
    ----------
    parts
        Rows of `gaps`.
    prefix
        What a part's number begins with.

    Returns
    -------
    rows
        Index of `parts`: `gap_id`, `area_m2`, `lon`, `lat`.
    """
    spots = gpd.GeoDataFrame(geometry=parts.geometry.representative_point(), crs=parts.crs)
    points = to_geographic_crs(spots).geometry
    width = max(3, len(str(len(parts))))
    return pd.DataFrame(
        {
            "gap_id": pd.Series(
                [f"{prefix}{n:0{width}d}" for n in range(1, len(parts) + 1)],
                parts.index,
                dtype="str",
            ),
            "area_m2": parts["area_m2"],
            "lon": points.x.round(7),
            "lat": points.y.round(7),
        },
        index=parts.index,
    )


def added(places: Iterable[int], values: Iterable[Number], n: int, zero: Number) -> list[Number]:
    """
    Add up values by the place, from 0 to n - 1, that each belongs to.

    Examples
    --------
    >>> added([0, 2, 0], [5, 7, 1], 3, 0)
    [6, 0, 7]
    """
    sums = [zero] * n
    for place, value in zip(places, values, strict=True):
        sums[place] = sums[place] + value  # type: ignore[operator]
    return sums
