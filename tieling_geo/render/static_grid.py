"""Meridians and parallels of a printed map, with their degrees along its edges."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import GEOGRAPHIC_CRS, to_degrees, to_working_crs

Bounds = tuple[float, float, float, float]
# Minutes between two lines, from wide to narrow.
_STEPS = (600, 300, 120, 60, 30, 20, 10, 5, 2, 1)
_FEWEST = 3
_MINUTES = 60
# A parallel is a curve on the sheet: it is drawn with this many corners.
_CORNERS = 40
_POLE = 89.0


class GridLine(NamedTuple):
    """One meridian or parallel on the sheet, in metres."""

    line: NDArray[np.float64]
    title: str
    edge: Literal["top", "right"]
    """Edge of the map at which its degrees stand."""
    at: tuple[float, float]


def grid_lines(bounds: Bounds) -> list[GridLine]:
    """
    Return the meridians and parallels that cross a map, at round degrees or minutes.

    Parameters
    ----------
    bounds
        West, south, east, north in metres of the working CRS.

    Examples
    --------
    >>> [one.title for one in grid_lines((400_000, 4_600_000, 600_000, 4_800_000))][:2]
    ['122°E', '122°30′E']
    """
    edge = shapely.segmentize(shapely.box(*bounds), max(bounds[2] - bounds[0], 1.0) / 20)
    degrees = to_degrees(shapely.get_coordinates(edge))
    if not np.isfinite(degrees).all() or np.abs(degrees[:, 1]).max() > _POLE:
        return []
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    step = _step(float((high - low).max()) * _MINUTES)
    meridians = [
        (minutes, [(minutes / _MINUTES, y) for y in np.linspace(low[1], high[1], _CORNERS)])
        for minutes in _round(low[0], high[0], step)
    ]
    parallels = [
        (minutes, [(x, minutes / _MINUTES) for x in np.linspace(low[0], high[0], _CORNERS)])
        for minutes in _round(low[1], high[1], step)
    ]
    return [*_drawn(meridians, "EW", bounds), *_drawn(parallels, "NS", bounds)]


def _step(widest_minutes: float) -> int:
    """Choose the widest step that still gives a few lines (closed)."""
    return next((step for step in _STEPS if widest_minutes / step >= _FEWEST), _STEPS[-1])


def _round(low: float, high: float, step: int) -> list[int]:
    """Return the round minutes between two degrees."""
    first, last = np.ceil(low * _MINUTES / step), np.floor(high * _MINUTES / step)
    return [int(k) * step for k in np.arange(first, last + 1)]


def _drawn(
    lines: Sequence[tuple[int, list[tuple[float, float]]]], signs: str, bounds: Bounds
) -> list[GridLine]:
    """Return lines of degrees as they run on the sheet."""
    if not lines:
        return []
    curves = gpd.GeoDataFrame(
        geometry=[shapely.LineString(xy) for _, xy in lines], crs=GEOGRAPHIC_CRS
    )
    on_sheet = to_working_crs(curves, name="grid").geometry.to_numpy()
    found = []
    for (minutes, _), curve in zip(lines, on_sheet, strict=True):
        path = shapely.get_coordinates(shapely.clip_by_rect(curve, *bounds))
        if len(path) > 1:
            at = path[np.argmax(path[:, 1])] if signs == "EW" else path[np.argmax(path[:, 0])]
            edge: Literal["top", "right"] = "top" if signs == "EW" else "right"
            found.append(GridLine(path, _title(minutes, signs), edge, (float(at[0]), float(at[1]))))
    return found


def _title(minutes: int, signs: str) -> str:
    """Write degrees and minutes."""
    whole, rest = divmod(abs(minutes), _MINUTES)
    sign = signs[0] if minutes >= 0 else signs[1]
    return f"{whole}°{rest:02d}′{sign}" if rest else f"{whole}°{sign}"
