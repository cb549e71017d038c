"""Names on a printed map, each where it hides the least; what would hide something is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tieling_geo.render.fonts import to_width_em

Numbers = NDArray[np.float64]
#: n rows of west, south, east, north.
Boxes = NDArray[np.float64]

# Places that are tried in an area, each way; and along a line.
_GRID, _STEPS = 17, 25
_LINE_EM, _GAP_EM = 1.25, 0.35
# A name that reaches out of its area is as bad as this many things hidden.
_OUTSIDE = 3
_AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True, slots=True)
class Label:
    """A name that is to stand in, on or beside a geometry, in metres."""

    text: str
    geometry: BaseGeometry
    size_pt: float = 7.5
    colour: str = "#3c4149"
    priority: int = 0
    """Lower ones are placed first."""
    is_needed: bool = True
    """False: it is left out where it would hide something."""
    radius_pt: float = 0.0
    """Of the marker that a point's name stands beside."""


class Placed(NamedTuple):
    """A label and where its middle stands."""

    label: Label
    x: float
    y: float


def place_labels(
    labels: Sequence[Label], taken: Boxes, bounds: Sequence[float], points_per_m: float
) -> list[Placed]:
    """
    Place labels one after the other, each where it hides the least.

    Parameters
    ----------
    labels
        n labels; the most important by `priority`, and of one priority the first, goes first.
    taken
        What must not be hidden: m rows of west, south, east, north, metres.
    bounds
        West, south, east, north of the map, metres; nothing is placed outside (closed).
    points_per_m
        Points on paper a metre.

    Returns
    -------
    placed
        No two of them overlap, unless both are needed and there is no room.

    Examples
    --------
    >>> area = shapely.box(0, 0, 100, 100)
    >>> labels = [Label("a", area, size_pt=10), Label("b", area, size_pt=10)]
    >>> first, second = place_labels(labels, np.empty((0, 4)), (0, 0, 100, 100), 1.0)
    >>> round(first.x), round(first.y), (second.x, second.y) != (first.x, first.y)
    (50, 50, True)
    """
    placed: list[Placed] = []
    for label in sorted(labels, key=lambda one: one.priority):
        em_m = label.size_pt / points_per_m
        half = np.array([to_width_em(label.text), _LINE_EM]) * em_m / 2
        centres = _within(_candidates(label, half, points_per_m), half, bounds)
        if not len(centres):
            continue
        boxes = np.hstack([centres - half, centres + half])
        hidden = _overlaps(boxes, taken)
        outside = _reaches_out(boxes, label.geometry) & label.is_needed
        best = int(np.argmin(hidden + _OUTSIDE * outside))
        if label.is_needed or not hidden[best]:
            placed.append(Placed(label, float(centres[best, 0]), float(centres[best, 1])))
            taken = np.vstack([taken, boxes[best]])
    return placed


def _candidates(label: Label, half: Numbers, points_per_m: float) -> Numbers:
    """Return where a label's middle may stand, the best place first."""
    gap = _GAP_EM * label.size_pt / points_per_m
    low, high = shapely.bounds(label.geometry).reshape(2, 2)
    dimension = shapely.get_dimensions(label.geometry)
    if dimension == 1:
        return _along(label.geometry, half + gap / 2)
    if dimension == 0 or (high - low < 2 * half).all():
        reach = (high - low) / 2 + label.radius_pt / points_per_m
        beside: Numbers = np.array(_AROUND) * (reach + half + np.array([gap, gap / 2]))
        centres: Numbers = (low + high) / 2 + beside
        return centres
    return _in_area(label.geometry)


_SIDES = np.array([(1, 1), (-1, -1), (1, -1), (-1, 1)], dtype=np.float64)


def _along(line: BaseGeometry, offset: Numbers) -> Numbers:
    """Return places on both sides of a line, its middle first."""
    fractions = 0.5 + np.linspace(0, 0.45, _STEPS) * np.resize([1, -1], _STEPS)
    on = shapely.line_interpolate_point(_longest(line), fractions, normalized=True)
    return np.concatenate([shapely.get_coordinates(on) + side * offset for side in _SIDES])


def _longest(lines: BaseGeometry) -> BaseGeometry:
    """Return the longest line of one or more that touch."""
    parts = shapely.get_parts(shapely.line_merge(lines))
    longest: BaseGeometry = parts[np.argmax(shapely.length(parts))]
    return longest


def _in_area(area: BaseGeometry) -> Numbers:
    """Return places in an area, the one that is furthest from its border first."""
    parts = shapely.get_parts(area)
    largest = parts[np.argmax(shapely.area(parts))]
    west, south, east, north = shapely.bounds(largest)
    x, y = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    grid = np.column_stack([x.ravel(), y.ravel()])
    inside = grid[shapely.contains_xy(largest, grid)]
    radius = shapely.maximum_inscribed_circle(largest, (north - south + east - west) / 100)
    middle = shapely.get_coordinates(radius)[0]
    near = np.argsort(np.hypot(*(inside - middle).T), kind="stable")
    return np.vstack([middle, inside[near]])


def _within(centres: Numbers, half: Numbers, bounds: Sequence[float]) -> Numbers:
    """Keep the places at which a label is wholly on the map."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    kept: Numbers = centres[((centres - half >= low) & (centres + half <= high)).all(axis=1)]
    return kept


def _overlaps(boxes: Boxes, taken: Boxes) -> NDArray[np.int64]:
    """Count what each box would hide; boxes that only touch hide nothing."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    # Of thousands of markers only those count that lie about where the label may stand.
    near = taken[((taken[:, :2] < high) & (taken[:, 2:] > low)).all(axis=1)]
    one, other = boxes[:, None, :], near[None, :, :]
    meets = (one[..., :2] < other[..., 2:]) & (other[..., :2] < one[..., 2:])
    hidden: NDArray[np.int64] = meets.all(axis=-1).sum(axis=1)
    return hidden


def _reaches_out(boxes: Boxes, geometry: BaseGeometry) -> NDArray[np.bool_]:
    """Tell which boxes reach out of an area; beside a point or a line none does."""
    if shapely.get_dimensions(geometry) < 2:  # noqa: PLR2004 - an area's dimension
        return np.zeros(len(boxes), dtype=np.bool_)
    shapely.prepare(geometry)
    outside: NDArray[np.bool_] = ~shapely.contains(geometry, shapely.box(*boxes.T))
    return outside
