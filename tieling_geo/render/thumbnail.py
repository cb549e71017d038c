"""A map in little, for a link to it: counties' outlines and what its analyses found, as SVG."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import to_web_crs
from tieling_geo.records import Assessment, PublishedMap, Result, Role
from tieling_geo.render.context_theme import context_style
from tieling_geo.render.layers import category_values, family_of, is_drawable
from tieling_geo.render.simplified import fewer_vertices
from tieling_geo.render.theme import ROLES, SHAPES, THEMES, Symbol, symbol_of
from tieling_geo.schemas._base import GeometryFamily

#: Size of the picture in its own units; a page shows it about half as large.
WIDTH, HEIGHT = 216, 192
#: No picture takes more bytes (closed).
MOST_BYTES = 6_000
#: Layer whose outlines help to find one's way, and set what is shown.
_OUTLINES = "counties"
_MOST_OUTLINE_BYTES = 2_000
_EDGE = 8
# Grids that features are put on, finest first: a picture that is too large gets a coarser one.
_STEPS = (4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 48, 96, 192)
# Marks are smaller than on the map itself.
_SMALLER = 0.75
# A place is shown no smaller than this, degrees: one point alone has no extent.
_SMALLEST = 0.02

_Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Found:
    """Features of one role in one layer, placed on the picture."""

    shapes: _Shapes
    family: GeometryFamily
    role: Role


def thumbnail(published: PublishedMap, assessment: Assessment) -> str:
    """
    Return a small picture of a published map: drawn from its data, without any words.

    Each layer is drawn once, in the colours and shapes of the first analysis on it, as the map
    opens. Places are put on a grid, so that the picture claims nothing but where things are.

    Parameters
    ----------
    published
        What the map draws.
    assessment
        Layers and results.

    Returns
    -------
    svg
        An `<svg>` element of at most `MOST_BYTES`; the same input gives the same bytes.
    """
    results: dict[str, Result] = {}
    for name in published.analyses:
        if name in assessment.results and name in ANALYSES:
            results.setdefault(ANALYSES[name].inputs[0].layer_name(), assessment.results[name])
    frames = {key: _degrees(result.features) for key, result in results.items()}
    counties = assessment.layers.get(_OUTLINES)
    outlines = _degrees(counties.features if counties else None)
    extent = published.extent or _extent([outlines]) or _extent(list(frames.values()))
    if extent is None:
        return _picture(published.theme, "")
    background = _placed(outlines, extent)
    found = [
        one for key, result in results.items() for one in _by_role(result, frames[key], extent)
    ]
    found.sort(key=lambda one: ROLES.index(one.role))
    below = _fitting(partial(_outlined, background), _MOST_OUTLINE_BYTES)
    room = MOST_BYTES - len(_picture(published.theme, below))
    return _picture(published.theme, below + _fitting(partial(_drawn, found), room))


def _fitting(draw: Callable[[int], Iterator[str]], most: int) -> str:
    """Draw on the finest grid on which it takes at most so many bytes; else draw nothing."""
    drawn = ("".join(draw(step)) for step in _STEPS)
    return next((text for text in drawn if len(text) <= most), "")


def _degrees(features: gpd.GeoDataFrame | None) -> _Shapes:
    """Return the shapes of features in degrees; None where one cannot be drawn."""
    if features is None:
        return np.array([], dtype=object)
    # Geometry alone: a frame's columns and notes would be copied along.
    bare = gpd.GeoDataFrame(geometry=features.geometry.to_numpy(), crs=features.crs)
    shapes: _Shapes = to_web_crs(bare).geometry.to_numpy()
    fit = is_drawable(features) & np.isfinite(shapely.bounds(shapes)).all(axis=1)
    return _only(shapes, fit)


def _only(shapes: _Shapes, fit: NDArray[np.bool_]) -> _Shapes:
    """Put None where a shape does not fit."""
    kept = shapes.copy()
    kept[~fit] = None
    return kept


def _extent(frames: Sequence[_Shapes]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of all shapes; None where there is none."""
    shapes = [shape for frame in frames for shape in frame if shape is not None]
    if not shapes:
        return None
    west, south, east, north = map(float, shapely.total_bounds(shapes))
    return west, south, east, north


def _placed(shapes: _Shapes, extent: tuple[float, float, float, float]) -> _Shapes:
    """Move shapes from degrees onto the picture, the extent in its middle."""
    west, south, east, north = extent
    narrow = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * narrow, _SMALLEST), max(north - south, _SMALLEST)
    scale = min((WIDTH - 2 * _EDGE) / wide, (HEIGHT - 2 * _EDGE) / high)
    middle = np.array([(west + east) / 2, (south + north) / 2])

    def place(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = ((xy - middle) * scale).T
        return np.column_stack([x * narrow + WIDTH / 2, HEIGHT / 2 - y])

    moved: _Shapes = shapely.transform(shapely.force_2d(shapes), place)
    left, top, right, bottom = shapely.bounds(moved).T
    inside = (right >= 0) & (left <= WIDTH) & (bottom >= 0) & (top <= HEIGHT)
    return _only(moved, inside)


def _by_role(
    result: Result, shapes: _Shapes, extent: tuple[float, float, float, float]
) -> Iterator[_Found]:
    """Part a result's features by role."""
    known: Mapping[str, Role] = {c.value: c.role for c in ANALYSES[result.analysis].categories}
    roles = category_values(result).map(lambda value: known.get(value, "unknown")).to_numpy()
    placed, family = _placed(shapes, extent), family_of(result.features)
    there = ~shapely.is_missing(placed)
    for role in ROLES:
        own = placed[there & (roles == role)]
        if len(own):
            yield _Found(own, family, role)


def _picture(theme: str, drawn: str) -> str:
    """Put what is drawn on paper."""
    return (
        f'<svg class="thumbnail" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false"><rect width="{WIDTH}" height="{HEIGHT}" fill="{THEMES[theme]}"/>'
        f"{drawn}</svg>"
    )


def _outlined(shapes: _Shapes, step: int) -> Iterator[str]:
    """Draw the counties' outlines."""
    style = context_style(_OUTLINES, "polygon")
    lines = _lines(shapes[~shapely.is_missing(shapes)], "polygon", step)
    if lines:
        yield f'<path d="{lines}" fill="none" stroke="{style.colour}" stroke-width="2"/>'


def _drawn(found: Sequence[_Found], step: int) -> Iterator[str]:
    """Draw what was found: lines and areas as such where they are large enough, else as marks."""
    marks: list[str] = []
    taken: set[tuple[int, int]] = set()
    # A cell of the grid has one mark at most: that of the role that is drawn last.
    for one in reversed(found):
        west, south, east, north = shapely.bounds(one.shapes).T
        small = np.maximum(east - west, north - south) < 2 * step
        at = np.column_stack([west + east, south + north])[small] / 2
        rows = np.unique(np.rint(at / step).astype(int), axis=0) * step
        cells = [(x, y) for x, y in rows.tolist() if (x, y) not in taken]
        taken.update(cells)
        marks.append(_marks(cells, symbol_of(one.role)))
        lines = _lines(one.shapes[~small], one.family, step)
        if lines:
            yield _path(lines, symbol_of(one.role, family=one.family), one.family)
    yield from reversed(marks)


def _path(lines: str, symbol: Symbol, family: GeometryFamily) -> str:
    """Draw lines or areas in the look of a role."""
    dash = f' stroke-dasharray="{symbol.dash}"' if symbol.dash else ""
    fill = f'{symbol.fill}" fill-opacity="{symbol.fill_opacity:g}'
    return (
        f'<path d="{lines}" fill="{fill if family == "polygon" else "none"}" '
        f'stroke="{symbol.colour}" stroke-width="{symbol.weight_px:g}"{dash}/>'
    )


def _lines(shapes: _Shapes, family: GeometryFamily, step: int) -> str:
    """Return lines, or the outer rings of areas, as a path on the grid; each way is drawn once."""
    if not len(shapes):
        return ""
    parts = shapely.get_parts(fewer_vertices(shapes, family, step / 2))
    if family == "polygon":
        parts = shapely.get_exterior_ring(parts[shapely.area(parts) >= step])
    end = "z" if family == "polygon" else ""
    ways = (np.rint(shapely.get_coordinates(part)).astype(int) for part in parts)
    texts = (" ".join(f"{x} {y}" for x, y in way) for way in ways)
    return "".join(dict.fromkeys(f"M{text}{end}" for text in texts))


def _marks(cells: Sequence[tuple[int, int]], symbol: Symbol) -> str:
    """Draw the mark of a role in some cells."""
    radius = symbol.radius_px * _SMALLER
    if not cells:
        return ""
    if not SHAPES[symbol.shape]:
        dots = "".join(f"M{x} {y}h0" for x, y in cells)
        return (
            f'<path d="{dots}" stroke="{symbol.fill}" stroke-width="{2 * radius:g}" '
            f'stroke-linecap="round"/>'
        )
    corners = np.rint(np.array(SHAPES[symbol.shape]) * radius).astype(int)
    (left, top), *_ = corners.tolist()
    sides = " ".join(f"{x} {y}" for x, y in np.diff(corners, axis=0)).replace(" -", "-")
    marks = "".join(f"M{x + left} {y + top}l{sides}z" for x, y in cells)
    return f'<path d="{marks}" fill="{symbol.fill}"/>'
