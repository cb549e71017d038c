"""
GCJ-02 and BD-09: the shifted degrees of Chinese web maps, to and from CGCS2000.

Neither is a CRS that PROJ knows: both are CGCS2000 (WGS 84) degrees with an offset that changes
from place to place, here 520-606 m to the ENE (GCJ-02) and 1,325-1,444 m to the NE (BD-09). The
formulas are the published ones (domain notes, section 1.2). The way back has no closed form; it is
iterated, so that it is the inverse of the way out within a nanometre.
"""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from tieling_geo.crs.reference_systems import check_crs, to_geographic_crs
from tieling_geo.errors import DatumError
from tieling_geo.text import Text

#: Longitude and latitude, west south east north (closed), inside which map services shift places.
SHIFTED_BOUNDS = (72.004, 0.8293, 137.8347, 55.8271)

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

# Krasovsky's ellipsoid, as the published formula has it: semi-major axis and eccentricity squared.
_A_M = 6_378_245.0
_E2 = 0.00669342162296594323
# BD-09: turns of the wobble per degree, and what is added last.
_WOBBLE = np.pi * 3000.0 / 180.0
_ADDED_LON, _ADDED_LAT = 0.0065, 0.006
# A round shrinks the error to a thirtieth or less (the offset changes by less than 0.03 degrees per
# degree): from 0.02 degrees six rounds lead below 1e-11, one more is spare. The number is fixed, so
# that a point's answer never depends on which other points are in the array.
_ROUNDS = 7


def _waves(x: Degrees) -> Degrees:
    """Return the waves that both offsets share, metres."""
    return 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)


def _gcj02_offset(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return what GCJ-02 adds to a place's longitude and latitude, degrees."""
    x, y = lon - 105.0, lat - 35.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east_m += (_waves(x) + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north_m += (_waves(x) + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    across_m = _A_M / np.sqrt(w2) * np.cos(phi)
    along_m = _A_M * (1.0 - _E2) / w2**1.5
    return np.degrees(east_m / across_m), np.degrees(north_m / along_m)


def _gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift to GCJ-02, wherever the place is."""
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 to BD-09, wherever the place is."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _WOBBLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _WOBBLE)
    return radius * np.cos(angle) + _ADDED_LON, radius * np.sin(angle) + _ADDED_LAT


def _undone(shift: Shift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return the places that a shift takes to the given ones, by fixed-point iteration."""
    at_lon, at_lat = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = shift(at_lon, at_lat)
        at_lon, at_lat = at_lon + (lon - there_lon), at_lat + (lat - there_lat)
    return at_lon, at_lat


def _inside(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Tell which places the map services shift."""
    west, south, east, north = SHIFTED_BOUNDS
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _shifted(lon: ArrayLike, lat: ArrayLike, shift: Shift) -> tuple[Degrees, Degrees]:
    """Shift the places inside `SHIFTED_BOUNDS`; the others, and those that are no place, stay."""
    at_lon, at_lat = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    inside = _inside(at_lon, at_lat)
    out_lon, out_lat = at_lon.copy(), at_lat.copy()
    out_lon[inside], out_lat[inside] = shift(at_lon[inside], at_lat[inside])
    return out_lon, out_lat


def to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Shift CGCS2000 (WGS 84) degrees to GCJ-02.

    Parameters
    ----------
    lon, lat
        Longitude and latitude, degrees, of any shape that NumPy can broadcast. Places outside
        `SHIFTED_BOUNDS` (closed) stay where they are, as with the map services; nan stays nan.

    Returns
    -------
    lon, lat
        GCJ-02 degrees, new arrays of the broadcast shape.

    Examples
    --------
    >>> lon, lat = to_gcj02(123.84, 42.29)
    >>> float(lon.round(6)), float(lat.round(6))
    (123.845863, 42.29212)
    """
    return _shifted(lon, lat, _gcj02)


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Take GCJ-02 degrees back to CGCS2000 (WGS 84), exactly: the inverse of `to_gcj02`.

    Parameters
    ----------
    lon, lat
        GCJ-02 degrees; see `to_gcj02`.

    Returns
    -------
    lon, lat
        CGCS2000 degrees, within 1e-11 degrees (a micrometre) of the true inverse.

    Examples
    --------
    >>> lon, lat = from_gcj02(*to_gcj02([123.84, 125.1], [42.29, 43.4]))
    >>> lon.round(9).tolist(), lat.round(9).tolist()
    ([123.84, 125.1], [42.29, 43.4])
    """
    return _shifted(lon, lat, lambda x, y: _undone(_gcj02, x, y))


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Shift GCJ-02 degrees to BD-09.

    Examples
    --------
    >>> lon, lat = gcj02_to_bd09(123.845863, 42.29212)
    >>> float(lon.round(6)), float(lat.round(6))
    (123.85225, 42.298477)
    """
    return _shifted(lon, lat, _bd09)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Take BD-09 degrees back to GCJ-02, exactly: the inverse of `gcj02_to_bd09`.

    The closed form in circulation is off by decimetres; this one is iterated.

    Examples
    --------
    >>> lon, lat = bd09_to_gcj02(*gcj02_to_bd09(123.84, 42.29))
    >>> float(lon.round(9)), float(lat.round(9))
    (123.84, 42.29)
    """
    return _shifted(lon, lat, lambda x, y: _undone(_bd09, x, y))


def to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Shift CGCS2000 (WGS 84) degrees to BD-09, the degrees of Baidu's maps; see `to_gcj02`.

    Examples
    --------
    >>> lon, lat = to_bd09(123.84, 42.29)
    >>> float(lon.round(6)), float(lat.round(6))
    (123.85225, 42.298477)
    """
    return _shifted(lon, lat, lambda x, y: _bd09(*_gcj02(x, y)))


def from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """
    Take BD-09 degrees back to CGCS2000 (WGS 84), exactly: the inverse of `to_bd09`.

    Examples
    --------
    >>> lon, lat = from_bd09(*to_bd09(123.84, 42.29))
    >>> float(lon.round(9)), float(lat.round(9))
    (123.84, 42.29)
    """
    return _shifted(lon, lat, lambda x, y: _undone(_gcj02, *_undone(_bd09, x, y)))


_FROM = {"gcj02": from_gcj02, "bd09": from_bd09}


def convert_shifted(layer: gpd.GeoDataFrame, datum: str) -> gpd.GeoDataFrame:
    """
    Convert a layer whose degrees are GCJ-02 or BD-09 to CGCS2000: every vertex is moved.

    Parameters
    ----------
    layer
        Geometries of any type, also mixed, missing and empty ones. The CRS is the one that the
        shifted degrees were handed out as, such as EPSG:4490 or EPSG:4326; a projected layer is
        taken to degrees first.
    datum
        `gcj02` or `bd09`.

    Returns
    -------
    converted
        The layer in degrees: in its own CRS if that is geographic, else in EPSG:4490. Index,
        columns, heights and the order of vertices are kept.

    Raises
    ------
    DatumError
        If the datum is another one: it has no conversion.
    CRSError
        See `check_crs`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> shifted = gpd.GeoDataFrame(geometry=[Point(123.84, 42.29)], crs=4490)
    >>> place = convert_shifted(shifted, "gcj02").geometry[0]
    >>> round(place.x, 6), round(place.y, 6)
    (123.834121, 42.287869)
    """
    if datum not in _FROM:
        raise DatumError(
            Text(
                f"坐标基准 {datum!r} 不能转换:只有 gcj02 与 bd09 可由本工具转换为 CGCS2000",
                f"datum {datum!r} cannot be converted: only gcj02 and bd09 can",
            )
        )
    crs = check_crs(layer, name="layer")
    degrees = layer if crs.is_geographic else to_geographic_crs(layer)
    shapes = degrees.geometry.to_numpy().copy()
    high = shapely.has_z(shapes)
    for mask, has_z in ((~high, False), (high, True)):
        shapes[mask] = shapely.transform(
            shapes[mask], lambda points: _moved(points, datum), include_z=has_z
        )
    return degrees.set_geometry(gpd.GeoSeries(shapes, index=degrees.index, crs=degrees.crs))


def _moved(points: NDArray[np.float64], datum: str) -> NDArray[np.float64]:
    """Move n points, each longitude, latitude and perhaps height."""
    moved = points.copy()
    moved[:, 0], moved[:, 1] = _FROM[datum](points[:, 0], points[:, 1])
    return moved
