"""
GCJ-02 and BD-09 coordinates: converted exactly, or not at all.

| What comes                                  | Decision                                        |
|---------------------------------------------|-------------------------------------------------|
| degrees inside the map services' rectangle  | shifted by the published formula, < 1 mm        |
| GCJ-02 or BD-09 degrees                     | iterated inverse, < 1 mm from a bisected one    |
| a place outside the rectangle, nan          | stays as it is                                  |
| any geometry, also empty, missing, with Z   | every vertex moved, Z, index and CRS kept       |
| another datum than gcj02 or bd09            | DatumError: there is no conversion              |
| a CRS with no known shift (Xi'an 1980)      | CRSError                                        |
"""

import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tieling_geo.crs import convert_shifted
from tieling_geo.crs.shifted_datums import (
    bd09_to_gcj02,
    from_bd09,
    from_gcj02,
    gcj02_to_bd09,
    to_bd09,
    to_gcj02,
)
from tieling_geo.errors import CRSError, DatumError

#: A millimetre on the ground, in degrees of latitude.
MILLIMETRE = 0.001 / 111_320

LON, LAT = st.floats(73.5, 135.0), st.floats(3.5, 53.5)


def shifted_once(lon: float, lat: float) -> tuple[float, float]:
    """Shift one place to GCJ-02: the published formula term by term, with scalar maths."""
    x, y = lon - 105.0, lat - 35.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2 / 3
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2 / 3
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320 * math.sin(y * math.pi / 30.0)) * 2 / 3
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2 / 3
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2 / 3
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2 / 3
    magic = 1 - 0.00669342162296594323 * math.sin(lat / 180.0 * math.pi) ** 2
    root = math.sqrt(magic)
    north = north * 180.0 / ((6378245.0 * (1 - 0.00669342162296594323)) / (magic * root) * math.pi)
    east = east * 180.0 / (6378245.0 / root * math.cos(lat / 180.0 * math.pi) * math.pi)
    return lon + east, lat + north


def wobbled_once(lon: float, lat: float) -> tuple[float, float]:
    """Shift one GCJ-02 place to BD-09 with complex numbers, another route to the polar form."""
    turn = math.pi * 3000.0 / 180.0
    longer = 1 + 0.00002 * math.sin(lat * turn) / abs(complex(lon, lat))
    turned = complex(lon, lat) * longer * np.exp(1j * 0.000003 * math.cos(lon * turn))
    return float(turned.real) + 0.0065, float(turned.imag) + 0.006


def bisected(place: tuple[float, float], *shifts: object) -> tuple[float, float]:
    """Find the place that the shifts take to a given one, halving an interval axis by axis."""

    def forth(lon: float, lat: float) -> tuple[float, float]:
        for shift in shifts:
            lon, lat = shift(lon, lat)  # type: ignore[operator]
        return lon, lat

    lon, lat = place
    for _ in range(8):  # the axes hardly depend on each other
        low, high = lon - 0.05, lon + 0.05
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if forth(middle, lat)[0] < place[0] else (low, middle)
        lon = (low + high) / 2
        low, high = lat - 0.05, lat + 0.05
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if forth(lon, middle)[1] < place[1] else (low, middle)
        lat = (low + high) / 2
    return lon, lat


def apart(one: tuple[object, object], other: tuple[float, float]) -> float:
    """Return the greater difference of two places, degrees."""
    return max(abs(float(a) - b) for a, b in zip(one, other, strict=True))  # type: ignore[arg-type]


def grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places all over China, some of them on the kinks of the formula (105° E, 35° N)."""
    lon, lat = np.meshgrid(np.linspace(74.0, 135.0, 62), np.linspace(4.0, 53.0, 50))
    return lon.ravel(), lat.ravel()


@given(LON, LAT)
def test_forward_equals_the_formula_written_out(lon: float, lat: float) -> None:
    """GCJ-02 and BD-09 within a thousandth of a millimetre of the scalar route."""
    there = shifted_once(lon, lat)
    assert apart(to_gcj02(lon, lat), there) < MILLIMETRE / 1000
    assert apart(to_bd09(lon, lat), wobbled_once(*there)) < MILLIMETRE / 1000
    assert apart(gcj02_to_bd09(lon, lat), wobbled_once(lon, lat)) < MILLIMETRE / 1000


@settings(max_examples=25)
@given(LON, LAT)
def test_the_way_back_equals_bisection(lon: float, lat: float) -> None:
    """The iterated inverse within a millimetre of one that is found by halving intervals."""
    assert apart(from_gcj02(lon, lat), bisected((lon, lat), shifted_once)) < MILLIMETRE
    assert apart(bd09_to_gcj02(lon, lat), bisected((lon, lat), wobbled_once)) < MILLIMETRE
    back = bisected((lon, lat), shifted_once, wobbled_once)
    assert apart(from_bd09(lon, lat), back) < MILLIMETRE


@given(LON, LAT)
def test_there_and_back_again(lon: float, lat: float) -> None:
    """Round trips within 1e-11 degrees, a micrometre."""
    assert apart(from_gcj02(*to_gcj02(lon, lat)), (lon, lat)) < 1e-11
    assert apart(from_bd09(*to_bd09(lon, lat)), (lon, lat)) < 1e-11
    assert apart(to_gcj02(*from_gcj02(lon, lat)), (lon, lat)) < 1e-11
    assert apart(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), (lon, lat)) < 1e-11


def test_against_prcoords() -> None:
    """Another author's implementation: no wheel is published, so it is not pinned."""
    prcoords = pytest.importorskip("prcoords")
    lon, lat = (numbers[::7] for numbers in grid())
    for ours, theirs in ((to_gcj02, prcoords.wgs_gcj), (to_bd09, prcoords.wgs_bd)):
        expected = np.array([theirs((b, a)) for a, b in zip(lon, lat, strict=True)])
        x, y = ours(lon, lat)
        assert np.abs(x - expected[:, 1]).max() < MILLIMETRE
        assert np.abs(y - expected[:, 0]).max() < MILLIMETRE


def test_how_far_it_is_here() -> None:
    """In Tieling GCJ-02 lies 520-606 m off to the ENE, BD-09 1,325-1,444 m to the NE."""
    lon, lat = np.meshgrid(np.linspace(123.45, 125.10, 30), np.linspace(41.98, 43.48, 30))
    geod = pyproj.Geod(ellps="GRS80")
    for shift, (least, most), (left, right) in (
        (to_gcj02, (519, 607), (59, 66)),
        (to_bd09, (1324, 1445), (45, 51)),
    ):
        azimuth, _, off_m = geod.inv(lon, lat, *shift(lon, lat))
        assert least < off_m.min() < off_m.max() < most
        assert left < azimuth.min() < azimuth.max() < right


def test_a_point_does_not_depend_on_its_neighbours() -> None:
    """The same bits alone, in an array of any shape, and broadcast."""
    lon, lat = grid()
    whole = from_bd09(lon, lat)
    square = from_bd09(lon.reshape(50, 62), lat.reshape(50, 62))
    assert square[0].shape == (50, 62)
    assert (square[0].ravel() == whole[0]).all()
    for position in range(0, len(lon), 311):
        x, y = from_bd09(lon[position], lat[position])
        assert (float(x), float(y)) == pytest.approx(
            (whole[0][position], whole[1][position]), abs=1e-13
        )
    assert to_gcj02(123.0, [42.0, 43.0])[0].shape == (2,)


def test_what_is_handed_in_is_not_changed() -> None:
    """New arrays come back, also where nothing is shifted."""
    lon, lat = np.array([123.84, 10.0]), np.array([42.29, 50.0])
    x, _ = to_gcj02(lon, lat)
    assert lon.tolist() == [123.84, 10.0]
    assert x is not lon


def test_places_abroad_and_no_places_stay() -> None:
    """The services shift nothing outside their rectangle, whose border counts as inside."""
    lon = [2.35, -74.0, 139.7, np.nan, np.inf, 123.84]
    lat = [48.86, 40.7, 35.7, 42.0, 42.0, np.nan]
    for function in (to_gcj02, from_gcj02, to_bd09, from_bd09):
        x, y = function(lon, lat)
        np.testing.assert_array_equal(x, lon)
        np.testing.assert_array_equal(y, lat)
    assert float(to_gcj02(72.004, 30.0)[0]) != 72.004
    assert float(to_gcj02(72.003, 30.0)[0]) == 72.003
    assert to_gcj02([], [])[0].shape == (0,)


SHAPES = [
    "POINT (123.84 42.29)",
    "MULTIPOINT ((123.84 42.29), (124 42.5))",
    "LINESTRING (123.84 42.29, 124 42.5, 124.1 42.4)",
    "MULTILINESTRING ((123.84 42.29, 124 42.5), (124.2 42.6, 124.3 42.7))",
    "POLYGON ((123 42, 124 42, 124 43, 123 42), (123.6 42.2, 123.8 42.2, 123.8 42.4, 123.6 42.2))",
    "MULTIPOLYGON (((123 42, 124 42, 124 43, 123 42)), ((124.5 42, 125 42, 125 43, 124.5 42)))",
    "GEOMETRYCOLLECTION (POINT (123.84 42.29), LINESTRING (123 42, 124 43))",
    "POINT Z (123.84 42.29 61.5)",
    "LINESTRING Z (123.84 42.29 60, 124 42.5 70)",
    "POLYGON EMPTY",
]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_every_vertex_of_every_shape_is_moved(datum: str) -> None:
    """Vertex by vertex the scalar way, with type, order, height, index and CRS as they were."""
    shapes = [*shapely.from_wkt(SHAPES), None]
    index = [f"K{9 - n}" for n in range(len(shapes))]
    layer = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, index=index, crs=4326)
    converted = convert_shifted(layer, datum)
    assert converted.crs == layer.crs
    assert list(converted.index) == index
    assert list(converted["n"]) == list(layer["n"])
    back = (shifted_once,) if datum == "gcj02" else (shifted_once, wobbled_once)
    for before, after in zip(layer.geometry, converted.geometry, strict=True):
        if before is None:
            assert after is None
            continue
        assert (after.geom_type, after.has_z) == (before.geom_type, before.has_z)
        old = shapely.get_coordinates(before, include_z=before.has_z)
        new = shapely.get_coordinates(after, include_z=before.has_z)
        assert old[:, 2:].tolist() == new[:, 2:].tolist()
        for vertex, moved in zip(old, new, strict=True):
            expected = bisected((vertex[0], vertex[1]), *back)
            assert apart((moved[0], moved[1]), expected) < MILLIMETRE
    assert layer.geometry.iloc[0].equals(shapely.from_wkt(SHAPES[0]))


def test_a_projected_layer_is_converted_in_degrees() -> None:
    """Shifted degrees that someone projected come back in CGCS2000 degrees."""
    there = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*to_gcj02([123.84], [42.29])), crs=4490)
    back = convert_shifted(there.to_crs(4550), "gcj02")
    assert back.crs.to_epsg() == 4490
    assert apart((back.geometry[0].x, back.geometry[0].y), (123.84, 42.29)) < MILLIMETRE


@pytest.mark.parametrize("datum", ["", "cgcs2000", "xian80", "GCJ02", "mars"])
def test_no_other_datum_is_converted(datum: str) -> None:
    """Nothing is guessed."""
    layer = gpd.GeoDataFrame(geometry=[], crs=4490)
    with pytest.raises(DatumError, match="gcj02"):
        convert_shifted(layer, datum)


@pytest.mark.parametrize("crs", [None, 4610, 2438])
def test_nor_is_a_layer_whose_crs_is_no_good(crs: int | None) -> None:
    """The conversion stands on CGCS2000 or WGS 84 degrees only."""
    with pytest.raises(CRSError):
        convert_shifted(gpd.GeoDataFrame(geometry=[shapely.Point(1, 1)], crs=crs), "gcj02")


def test_an_empty_layer_stays_empty() -> None:
    """No row, no fault."""
    assert len(convert_shifted(gpd.GeoDataFrame({"n": []}, geometry=[], crs=4490), "bd09")) == 0
