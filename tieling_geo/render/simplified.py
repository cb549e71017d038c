"""Large lines and areas with fewer vertices, for display alone; shared borders stay shared."""

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.schemas._base import GeometryFamily

#: Layers of up to this many vertices (closed) are drawn as they are.
MOST_VERTICES = 60_000
# The layer's longer side is about this many pixels when a screen shows it whole, thrice enlarged.
_PIXELS = 6_000
# Metres in a degree of latitude, for what a map says of itself.
_DEGREE_M = 111_320


def simplified(
    shapes: NDArray[np.object_], family: GeometryFamily
) -> tuple[NDArray[np.object_], float]:
    """
    Return shapes with fewer vertices where a layer has very many.

    No verdict rests on what comes back: analyses have run before, on the geometry as delivered.

    Parameters
    ----------
    shapes
        n shapes in degrees.
    family
        What most of them are.

    Returns
    -------
    shapes
        n shapes; those of a layer of at most `MOST_VERTICES` unchanged. Areas that share borders
        share them afterwards too; no shape vanishes.
    tolerance_m
        How far a drawn border may lie from the delivered one, about, metres; 0: it does not.

    Examples
    --------
    >>> simplified(np.array([shapely.box(0, 0, 1, 1)]), "polygon")[1]
    0.0
    """
    if family == "point" or shapely.get_num_coordinates(shapes).sum() <= MOST_VERTICES:
        return shapes, 0.0
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / _PIXELS
    fewer = fewer_vertices(shapes, family, tolerance)
    return fewer, round(tolerance * _DEGREE_M, 1)


def fewer_vertices(
    shapes: NDArray[np.object_], family: GeometryFamily, tolerance: float
) -> NDArray[np.object_]:
    """
    Return shapes with fewer vertices; none vanishes.

    Parameters
    ----------
    shapes
        n shapes. Areas that share borders share them afterwards too.
    family
        What most of them are.
    tolerance
        How far a border may move, about, in the unit of the shapes.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (1, 0.1), (2, 0)])
    >>> fewer_vertices(np.array([line]), "line", 0.5)[0].wkt
    'LINESTRING (0 0, 2 0)'
    """
    areas = np.isin(
        shapely.get_type_id(shapes),
        (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
    )
    if family == "polygon" and areas.all() and shapely.coverage_is_valid(shapes):
        # The tolerance of a coverage is the side of the square of the smallest triangle it keeps.
        fewer = shapely.coverage_simplify(shapes, tolerance)
    else:
        fewer = shapely.simplify(shapes, tolerance, preserve_topology=True)
    lost = shapely.is_empty(fewer) | ~shapely.is_valid(fewer)
    return np.where(lost, shapes, fewer)
