"""Put features on a printed map with the symbols of the web map."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

from tieling_geo.render.theme import SHAPES, Symbol
from tieling_geo.schemas._base import GeometryFamily

#: Points on paper a pixel of the web map.
POINTS_PER_PIXEL = 0.62
#: Areas smaller than this (open) both ways are drawn as a marker, points on paper.
SMALLEST_AREA_PT = 4.0
_DIMENSIONS: dict[GeometryFamily, int] = {"point": 0, "line": 1, "polygon": 2}

Shapes = NDArray[np.object_]


def add_features(
    axes: Axes,
    shapes: Shapes,
    symbol: Symbol,
    *,
    pin: Symbol | None,
    points_per_m: float,
    height: float,
) -> None:
    """
    Draw features, whatever their geometry is.

    Parameters
    ----------
    axes
        The map, in metres.
    shapes
        n geometries, none missing.
    symbol
        How they are drawn.
    pin
        Marker that stands for an area that is too small to be seen; None: such areas stay.
    points_per_m
        Points on paper a metre.
    height
        How high they lie on the map.
    """
    parts = shapely.get_parts(shapely.force_2d(shapes))
    dimensions = shapely.get_dimensions(parts)
    areas = parts[dimensions == _DIMENSIONS["polygon"]]
    marked = parts[dimensions == _DIMENSIONS["point"]]
    _add_lines(axes, parts[dimensions == _DIMENSIONS["line"]], symbol, height)
    if pin is not None:
        small = _is_small(areas, points_per_m)
        _add_markers(axes, shapely.point_on_surface(areas[small]), pin, height + 0.1)
        areas = areas[~small]
    _add_areas(axes, areas, symbol, height)
    _add_markers(axes, marked, symbol, height)


def _is_small(areas: Shapes, points_per_m: float) -> NDArray[np.bool_]:
    """Tell which areas are smaller than can be seen, both ways."""
    west, south, east, north = shapely.bounds(areas).reshape(-1, 4).T
    small: NDArray[np.bool_] = (
        np.maximum(east - west, north - south) * points_per_m < SMALLEST_AREA_PT
    )
    return small


def _add_lines(axes: Axes, lines: Shapes, symbol: Symbol, height: float) -> None:
    """Draw lines."""
    axes.add_collection(
        LineCollection(
            [shapely.get_coordinates(line) for line in lines],
            colors=[to_rgba(symbol.colour)],
            linewidths=[symbol.weight_px * POINTS_PER_PIXEL],
            linestyles=[to_dashes(symbol)],
            capstyle="butt" if symbol.dash else "round",
            zorder=height,
        ),
        autolim=False,
    )


def _add_areas(axes: Axes, areas: Shapes, symbol: Symbol, height: float) -> None:
    """Draw areas with their holes."""
    axes.add_collection(
        PathCollection(
            [_outline(area) for area in areas],
            facecolors=[to_rgba(symbol.fill, symbol.fill_opacity)],
            edgecolors=[to_rgba(symbol.colour)],
            linewidths=[symbol.weight_px * POINTS_PER_PIXEL],
            linestyles=[to_dashes(symbol)],
            zorder=height,
        ),
        autolim=False,
    )


def _outline(area: shapely.Polygon) -> Outline:
    """Return the rings of an area as one outline."""
    oriented = shapely.normalize(area)  # holes run the other way, so that they stay open
    rings = [oriented.exterior, *oriented.interiors]
    return Outline.make_compound_path(
        *(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )


def _add_markers(axes: Axes, points: Shapes, symbol: Symbol, height: float) -> None:
    """Draw points as markers."""
    marker = to_marker(symbol)
    places = shapely.get_coordinates(points)
    marker.set_data(places[:, 0], places[:, 1])
    marker.set_zorder(height)
    axes.add_line(marker)


def to_marker(symbol: Symbol, *, scale: float = 1.0) -> Line2D:
    """Return a symbol as a marker, at no place yet."""
    corners = SHAPES[symbol.shape]
    # y runs downwards in the web map's shapes; matplotlib makes any marker one unit wide.
    ring = [(x, -y) for x, y in (*corners, *corners[:1])]
    outline = Outline(ring, closed=True) if corners else "o"
    largest = max((abs(c) for corner in corners for c in corner), default=1.0)
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=outline,
        markersize=2 * symbol.radius_px * largest * POINTS_PER_PIXEL * scale,
        markerfacecolor=symbol.fill,
        markeredgecolor=symbol.colour,
        markeredgewidth=symbol.weight_px * POINTS_PER_PIXEL,
    )


def to_dashes(symbol: Symbol) -> Literal["-"] | tuple[float, Sequence[float]]:
    """Return a line's dashes, in widths of the line."""
    if not symbol.dash:
        return "-"
    return 0.0, [float(length) / symbol.weight_px for length in symbol.dash.split()]
