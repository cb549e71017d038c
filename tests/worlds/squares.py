"""Ground as a set of large squares, each with its area on the ellipsoid: no shapes, no overlays."""

from collections.abc import Iterable
from functools import cache

import pyproj

from tests.worlds.drawing import EAST, NORTH

#: Side of a square, metres.
SIDE = 10_000.0
_GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
_TO_DEGREES = pyproj.Transformer.from_crs(4550, 4490, always_xy=True)

Square = tuple[int, int]
Block = tuple[int, int, int, int]


def to_box(block: Block) -> tuple[float, float, float, float]:
    """Say where a block of squares lies, from the worlds' ground."""
    x, y, w, h = block
    return SIDE * x, SIDE * y, SIDE * (x + w), SIDE * (y + h)


def to_squares(block: Block) -> set[Square]:
    """List the squares of a block."""
    x, y, w, h = block
    return {(x + i, y + j) for i in range(w) for j in range(h)}


@cache
def _wan_mu(square: Square) -> float:
    """Measure a square on the ellipsoid, in ten thousand mu."""
    left, low = EAST + SIDE * square[0], NORTH + SIDE * square[1]
    right, top = left + SIDE, low + SIDE
    lon, lat = _TO_DEGREES.transform([left, right, right, left], [low, low, top, top])
    return abs(_GEOD.polygon_area_perimeter(lon, lat)[0]) * 15 / 10_000 / 10_000


def wan_mu(squares: Iterable[Square]) -> float:
    """Add up the areas of squares, in ten thousand mu."""
    return sum(map(_wan_mu, squares))
