"""Put features on a printed map with the symbols of the web map."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, IdentityTransform
from numpy.typing import NDArray

from tieling_geo.render.fonts import LATIN
from tieling_geo.render.theme import SHAPES, Symbol
from tieling_geo.schemas._base import GeometryFamily

#: Points on paper a pixel of the web map.
POINTS_PER_PIXEL = 0.62
#: Areas smaller than this (open) both ways are drawn as a marker, points on paper.
SMALLEST_AREA_PT = 4.0
# Names keep off areas that are smaller than this (open), points on paper.
_LARGEST_KEPT_PT = 40.0
_GLYPH_PT = 100.0
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
    scale: float = 1.0,
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
    scale
        Size of the markers, 1 for that of the theme.
    """
    parts = shapely.get_parts(shapely.force_2d(shapes))
    dimensions = shapely.get_dimensions(parts)
    areas = parts[dimensions == _DIMENSIONS["polygon"]]
    marked = parts[dimensions == _DIMENSIONS["point"]]
    _add_lines(axes, parts[dimensions == _DIMENSIONS["line"]], symbol, height)
    if pin is not None:
        small = _is_small(areas, points_per_m)
        _add_markers(axes, shapely.point_on_surface(areas[small]), pin, height + 0.1, scale)
        areas = areas[~small]
    _add_areas(axes, areas, symbol, height)
    _add_markers(axes, marked, symbol, height, scale)


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


def _add_markers(axes: Axes, points: Shapes, symbol: Symbol, height: float, scale: float) -> None:
    """Draw points as markers."""
    if len(points):
        axes.add_collection(
            to_markers(symbol, shapely.get_coordinates(points), axes, scale=scale, height=height),
            autolim=False,
        )


def to_markers(
    symbol: Symbol,
    places: NDArray[np.float64],
    axes: Axes,
    *,
    scale: float = 1.0,
    height: float = 1.0,
) -> PathCollection:
    """
    Return a symbol at n places, each with its letter: a later one lies over an earlier one whole.

    Parameters
    ----------
    symbol
        How a point is drawn.
    places
        n rows of x and y, in the units of the axes.
    axes
        Where it will stand.
    scale
        Its size, 1 for that of the map.
    height
        How high it lies on the map.
    """
    size = POINTS_PER_PIXEL * scale
    outlines, fills = [_marker(symbol, size)], [symbol.fill]
    rims, widths = [symbol.colour], [symbol.weight_px * POINTS_PER_PIXEL]
    if symbol.letter:
        outlines.append(_letter(symbol, size))
        fills.append(symbol.letter_colour)
        rims.append("none")
        widths.append(0.0)
    return PathCollection(
        outlines,
        sizes=[1.0],  # the outlines are in points on paper
        offsets=np.repeat(places, len(outlines), axis=0),
        offset_transform=axes.transData,
        facecolors=fills,
        edgecolors=rims,
        linewidths=widths,
        transform=IdentityTransform(),
        zorder=height,
    )


def _marker(symbol: Symbol, size: float) -> Outline:
    """Return the outline of a marker around the origin, points on paper."""
    radius = symbol.radius_px * size
    corners = SHAPES[symbol.shape]
    if not corners:
        return Outline.unit_circle().transformed(Affine2D().scale(radius))
    # y runs downwards in the web map's shapes
    ring = [(x * radius, -y * radius) for x, y in (*corners, corners[0])]
    return Outline(ring, closed=True)


def _letter(symbol: Symbol, size: float) -> Outline:
    """Return the outline of a marker's letter, its middle where the symbol wants it."""
    glyph = _glyph(symbol.letter)
    scale = symbol.letter_px * size / _GLYPH_PT
    return glyph.transformed(Affine2D().scale(scale).translate(0.0, -symbol.letter_y_px * size))


@cache
def _glyph(letter: str) -> Outline:
    """Return the outline of a letter around the origin; its font comes with matplotlib."""
    outline = TextPath(
        (0, 0), letter, size=_GLYPH_PT, prop=FontProperties(family=LATIN, weight="bold")
    )
    box = outline.get_extents()
    return outline.transformed(Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2))


def to_dashes(symbol: Symbol) -> Literal["-"] | tuple[float, Sequence[float]]:
    """Return a line's dashes, in widths of the line."""
    if not symbol.dash:
        return "-"
    return 0.0, [float(length) / symbol.weight_px for length in symbol.dash.split()]


def ground_of(
    shapes: Shapes, *, pin: Symbol | None, points_per_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Tell what `add_features` covers that a name must not hide.

    Returns
    -------
    markers, areas
        n places of markers, x and y; and west, south, east, north of areas of a name's size.
    """
    parts = shapely.get_parts(shapes)
    dimensions = shapely.get_dimensions(parts)
    marked = parts[dimensions == _DIMENSIONS["point"]]
    areas = parts[dimensions == _DIMENSIONS["polygon"]]
    if pin is not None:
        small = _is_small(areas, points_per_m)
        marked = np.concatenate([marked, shapely.point_on_surface(areas[small])])
        areas = areas[~small]
    places: NDArray[np.float64] = shapely.get_coordinates(marked)
    boxes = shapely.bounds(areas).reshape(-1, 4)
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return places, boxes[sides * points_per_m < _LARGEST_KEPT_PT]
