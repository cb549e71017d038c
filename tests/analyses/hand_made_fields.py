"""Fields on a grid, and their areas on the ellipsoid by a route of its own."""

import numpy as np
import pyproj
import shapely

EAST, NORTH, STEP = 560_000.0, 4_690_000.0, 1000.0
#: The ellipsoid of CGCS2000, by its two numbers.
_GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
_TO_DEGREES = pyproj.Transformer.from_crs(4550, 4490, always_xy=True)


def field(x: float, y: float, w: float = 1, h: float = 1) -> shapely.Polygon:
    """Lay a field out, in steps of a kilometre."""
    return shapely.box(
        EAST + STEP * x, NORTH + STEP * y, EAST + STEP * (x + w), NORTH + STEP * (y + h)
    )


def area_mu(*shapes: shapely.Polygon) -> float:
    """Add up areas of polygons without holes on the ellipsoid, in mu: 15 to the hectare."""
    total = 0.0
    for shape in shapes:
        lon, lat = _TO_DEGREES.transform(*np.array(shape.exterior.coords).T)
        total += abs(_GEOD.polygon_area_perimeter(lon, lat)[0])
    return total * 15 / 10_000
