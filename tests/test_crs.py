"""One room reprojects: where it may, how exactly, and what it refuses."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from tieling_geo.crs import (
    GEOGRAPHIC_CRS,
    WEB_CRS,
    WORKING_CRS,
    check_crs,
    check_metric,
    to_epsg_crs,
    to_geodesic_area_m2,
    to_geographic_crs,
    to_web_crs,
    to_working_crs,
)
from tieling_geo.errors import CRSError

#: What the file of a Chinese office states: CGCS2000 as ArcGIS writes it.
ESRI_WKT = pyproj.CRS.from_epsg(4490).to_wkt("WKT1_ESRI")


def places(*points: tuple[float, float], crs: object = GEOGRAPHIC_CRS) -> gpd.GeoDataFrame:
    """Return points in a CRS, with an index that is not 0, 1, ..."""
    index = [f"P{9 - n}" for n in range(len(points))]
    return gpd.GeoDataFrame(geometry=[Point(p) for p in points], index=index, crs=crs)


@settings(max_examples=30)
@given(st.floats(123.0, 125.5), st.floats(41.9, 43.6))
def test_working_and_storage_crs_are_inverse(longitude: float, latitude: float) -> None:
    """There and back again, within a hundredth of a millimetre (1e-10 degrees)."""
    there = to_working_crs(places((longitude, latitude)), name="places")
    back = to_geographic_crs(there).geometry.iloc[0]
    assert there.crs == WORKING_CRS
    assert (back.x, back.y) == pytest.approx((longitude, latitude), abs=1e-10)


def test_easting_is_x_and_the_central_meridian_is_500_km() -> None:
    """EPSG:4550 names northing first; x must be easting all the same."""
    point = to_working_crs(places((123.0, 42.0)), name="places").geometry.iloc[0]
    assert point.x == pytest.approx(500_000, abs=1e-6)
    # The meridian arc from the equator, from Helmert's series, independent of PROJ.
    assert point.y == pytest.approx(_meridian_arc_m(np.radians(42.0)), abs=1e-3)


def _meridian_arc_m(latitude: float) -> float:
    """Sum Helmert's series for the ellipsoid of CGCS2000."""
    a, f = 6_378_137.0, 1 / 298.257222101
    n = f / (2 - f)
    series = (
        (1 + n**2 / 4 + n**4 / 64) * latitude
        - (3 / 2) * (n - n**3 / 8) * np.sin(2 * latitude)
        + (15 / 16) * (n**2 - n**4 / 4) * np.sin(4 * latitude)
        - (35 / 48) * n**3 * np.sin(6 * latitude)
        + (315 / 512) * n**4 * np.sin(8 * latitude)
    )
    return float(a / (1 + n) * series)


def test_index_and_columns_are_kept() -> None:
    """Only the geometry changes."""
    layer = places((123.5, 42.0), (124.5, 43.0)).assign(name=["a", "b"])
    for moved in (to_working_crs(layer, name="x"), to_geographic_crs(layer), to_web_crs(layer)):
        assert list(moved.index) == ["P9", "P8"]
        assert list(moved["name"]) == ["a", "b"]


def test_a_layer_in_the_working_crs_is_not_touched() -> None:
    """No coordinate is moved by a rounding error."""
    layer = places((500_000.1, 4_690_000.2), crs=WORKING_CRS)
    assert to_working_crs(layer, name="x") is layer


def test_zones_on_both_sides_meet() -> None:
    """A place told in zone 42 (EPSG:4551) is the same place in the working CRS."""
    zone_42 = places((124.6, 42.5)).to_crs(4551)
    one, other = (
        to_working_crs(zone_42, name="x").geometry.iloc[0],
        to_working_crs(places((124.6, 42.5)), name="x").geometry.iloc[0],
    )
    assert one.distance(other) < 1e-6


def test_web_maps_get_wgs_84_unshifted() -> None:
    """CGCS2000 and WGS 84 agree within decimetres: the numbers stay."""
    moved = to_web_crs(places((123.84, 42.29)))
    assert moved.crs == WEB_CRS
    assert moved.geometry.iloc[0].equals_exact(Point(123.84, 42.29), 1e-9)


def test_a_layer_without_crs_is_refused() -> None:
    """Nothing is guessed."""
    with pytest.raises(CRSError, match="places") as refused:
        to_working_crs(places((123.0, 42.0), crs=None), name="places")
    assert "坐标系" in refused.value.to("zh")


@pytest.mark.parametrize("to_degrees", [to_geographic_crs, to_web_crs])
@pytest.mark.parametrize("crs", [None, 4610])
def test_degrees_are_not_guessed_either(
    to_degrees: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], crs: int | None
) -> None:
    """No way of reprojecting takes a layer without CRS, or one whose shift is unknown."""
    with pytest.raises(CRSError):
        to_degrees(places((123.0, 42.0), crs=crs))


@pytest.mark.parametrize("crs", [4490, 4326, 4550, 4551, 4529, 32651, 3857, ESRI_WKT, 9057])
def test_crs_on_cgcs2000_and_wgs_84_are_taken(crs: object) -> None:
    """Also as ArcGIS writes it, without a code."""
    assert check_crs(places(crs=crs), name="x") == pyproj.CRS(crs)


@pytest.mark.parametrize(
    "crs",
    [
        4214,  # Beijing 1954
        2414,  # Beijing 1954 in a 3-degree zone
        4610,  # Xi'an 1980
        2334,  # Xi'an 1980 in a 6-degree zone
        4555,  # New Beijing
        4301,  # Tokyo
        4479,  # CGCS2000, but geocentric: x and y are no place on a map
        4978,  # WGS 84, geocentric
        "+proj=longlat +ellps=WGS84 +no_defs",  # an ellipsoid is no datum
        "+proj=longlat +ellps=krass +towgs84=0,0,0 +no_defs",  # a shift of zero in disguise
        'LOCAL_CS["site",UNIT["metre",1]]',
    ],
)
def test_crs_with_no_known_shift_are_refused(crs: object) -> None:
    """PROJ would apply a shift of zero without a word."""
    layer = places((123.0, 42.0), crs=crs)
    with pytest.raises(CRSError) as refused:
        to_working_crs(layer, name="boilers")
    assert "boilers" in refused.value.to("zh")
    assert "CGCS2000" in refused.value.to("zh")


def test_coordinates_that_have_no_place_are_refused() -> None:
    """Swapped axes give infinity in the projection: it is never handed on."""
    with pytest.raises(CRSError, match="swapped"):
        to_working_crs(places((42.29, 123.84)), name="boilers")


@pytest.mark.parametrize("stated", ["EPSG:4490", "epsg:4490", " EPSG:4490 "])
def test_an_epsg_code_is_taken(stated: str) -> None:
    """Case and spaces do not matter."""
    assert to_epsg_crs(stated, name="card.toml").to_epsg() == 4490


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "4490",
        "EPSG:",
        "EPSG:0",
        "EPSG:999999",
        "EPSG:99999999999",
        "EPSG:4490+5773",
        "EPSG:４４９０",
        "+proj=longlat",
        "+init=/etc/passwd:1",
        "http://example.org/4490",
        "CGCS2000",
    ],
)
def test_anything_but_an_epsg_code_is_refused(stated: str) -> None:
    """A CRS string can name a file or a server."""
    with pytest.raises(CRSError, match=r"card\.toml"):
        to_epsg_crs(stated, name="card.toml")


def test_a_square_of_2000_m2_measures_2000_m2() -> None:
    """On the central meridian, where the scale is 1: 40 m by 50 m."""
    pond = gpd.GeoDataFrame(geometry=[box(499_980, 4_690_000, 500_020, 4_690_050)], crs=WORKING_CRS)
    assert to_geodesic_area_m2(pond)[0] == pytest.approx(2000, abs=1e-3)


def test_holes_are_taken_out_whatever_their_direction() -> None:
    """Against pyproj's own sum ring by ring, each ring in both directions."""
    outer, hole = box(123.8, 42.2, 123.9, 42.3), box(123.84, 42.24, 123.86, 42.26)
    geod = pyproj.Geod(a=6378137.0, rf=298.257222101)
    expected = abs(geod.geometry_area_perimeter(outer)[0]) - abs(
        geod.geometry_area_perimeter(hole)[0]
    )
    rings = [hole.exterior.coords, hole.exterior.coords[::-1]]
    shells = [outer.exterior.coords, outer.exterior.coords[::-1]]
    shapes = [Polygon(shell, [ring]) for shell in shells for ring in rings]
    areas = to_geodesic_area_m2(gpd.GeoDataFrame(geometry=shapes, crs=GEOGRAPHIC_CRS))
    assert areas == pytest.approx([expected] * 4, rel=1e-12)


def test_parts_add_up_and_nothing_measures_nothing() -> None:
    """A multipolygon is the sum of its parts; an empty one, and an empty layer, are zero."""
    one, other = box(123.8, 42.2, 123.81, 42.21), box(123.9, 42.2, 123.91, 42.22)
    shapes = [one, other, MultiPolygon([one, other]), Polygon()]
    areas = to_geodesic_area_m2(gpd.GeoDataFrame(geometry=shapes, crs=GEOGRAPHIC_CRS))
    assert areas[2] == pytest.approx(areas[0] + areas[1], rel=1e-12)
    assert areas[3] == 0
    assert len(to_geodesic_area_m2(gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC_CRS))) == 0


def test_far_from_the_central_meridian_the_map_is_too_big_as_documented() -> None:
    """At 125.1° E lengths are 0.037 % and areas 0.073 % too big; on the ellipsoid they are not."""
    degree = box(125.099, 42.499, 125.101, 42.501)
    square = gpd.GeoDataFrame(geometry=[degree], crs=GEOGRAPHIC_CRS)
    ratio = to_working_crs(square, name="x").area.iloc[0] / to_geodesic_area_m2(square)[0]
    assert ratio == pytest.approx(1.00073, abs=0.5e-5)
    line = LineString([(125.1, 42.5), (125.101, 42.5)])
    true_m = pyproj.Geod(ellps="GRS80").geometry_length(line)
    drawn = to_working_crs(gpd.GeoDataFrame(geometry=[line], crs=GEOGRAPHIC_CRS), name="x")
    assert drawn.length.iloc[0] / true_m == pytest.approx(1.00037, abs=0.5e-5)


def test_area_is_the_same_whatever_the_crs() -> None:
    """Metamorphic: reprojecting a layer does not change what it covers."""
    park = gpd.GeoDataFrame(geometry=[box(124.4, 42.6, 124.41, 42.61)], crs=GEOGRAPHIC_CRS)
    areas = [to_geodesic_area_m2(park.to_crs(crs))[0] for crs in (4490, 4550, 4551, 32651)]
    assert areas == pytest.approx([areas[0]] * 4, rel=1e-9)


def test_areas_need_a_crs() -> None:
    """A layer without a CRS has no area."""
    with pytest.raises(CRSError):
        to_geodesic_area_m2(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]))


@pytest.mark.parametrize("crs", [WORKING_CRS, 4551, 4529, 32651])
def test_metres_are_metric(crs: object) -> None:
    """The layer comes back as it is."""
    layer = places(crs=crs)
    assert check_metric(layer, name="x") is layer


@pytest.mark.parametrize("crs", [None, 4490, 4326, 2229, 3857, 3395])
def test_degrees_feet_and_mercator_are_not_metric(crs: object) -> None:
    """In EPSG:3857 a kilometre at Tieling measures 1,350 m."""
    with pytest.raises(CRSError, match="boilers"):
        check_metric(places(crs=crs), name="boilers")
