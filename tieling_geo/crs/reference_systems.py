"""
The coordinate reference systems of the toolkit, and how a layer is reprojected.

Layers are stored in CGCS2000 degrees (EPSG:4490), worked on in metres (EPSG:4550, CGCS2000
3-degree Gauss-Kruger, central meridian 123° E) and drawn in WGS 84 degrees (EPSG:4326). EPSG:4550
is meant for 121.5-124.5° E; at 125.1° E, the city's far east, its lengths are 0.037 % and its areas
0.073 % too big, so an area that stands near a threshold is measured on the ellipsoid instead
(`to_geodesic_area_m2`).
"""

import math
import re
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.transformer import AreaOfInterest, TransformerGroup

from tieling_geo.errors import CRSError
from tieling_geo.text import Text

#: Storage and exchange: CGCS2000 longitude and latitude, degrees.
GEOGRAPHIC_CRS = "EPSG:4490"
#: Lengths and areas: CGCS2000 / 3-degree Gauss-Kruger, central meridian 123° E, metres.
WORKING_CRS = "EPSG:4550"
#: Web maps: WGS 84 longitude and latitude, degrees; equal to CGCS2000 within decimetres.
WEB_CRS = "EPSG:4326"
#: Longitude and latitude between which a feature can stand at all (closed), degrees.
CHINA_BOUNDS = (73.0, 3.0, 136.0, 54.0)

# Between these two datums PROJ knows no shift and none is needed: they agree within decimetres.
_CGCS2000_EQUIVALENT = ("World Geodetic System 1984", "China 2000")
# Both stand on ellipsoids of this half axis, in metres, and flattening. A damaged definition can
# keep the datum's name and have another ellipsoid, even that of another planet.
_HALF_AXIS_M, _INVERSE_FLATTENING = 6378137.0, 298.25722
# Liaoning and its neighbours: where a datum shift must hold to be of use.
_AREA = AreaOfInterest(118.0, 38.0, 128.0, 46.0)

# Projections whose scale at 42° N is a third and more too big: their metres are not metres.
_FALSE_SCALE = ("Mercator", "Popular Visualisation Pseudo Mercator")


def _datum(crs: pyproj.CRS) -> str:
    """Return the name of a CRS's datum; empty where x and y are no place on a map."""
    geodetic = crs.geodetic_crs
    # A geocentric CRS has x and y, too, but they are no place on a map.
    if geodetic is None or geodetic.datum is None or crs.is_geocentric:
        return ""
    return str(geodetic.datum.name)


@lru_cache(maxsize=256)
def _has_known_shift(source: pyproj.CRS, target: pyproj.CRS) -> bool:
    """Tell whether PROJ can reach one CRS from another without guessing the datum shift."""
    here, there = _datum(source), _datum(target)
    if not (here and there):
        return False
    # Beijing 1954 has shifts to WGS 84, but each is for a far-off region (Tarim, Ordos, the South
    # China Sea) and none is for here: a shift must be known over all of the area it is used in.
    if here.startswith(_CGCS2000_EQUIVALENT) and there.startswith(_CGCS2000_EQUIVALENT):
        sound = _has_its_ellipsoid(source) and _has_its_ellipsoid(target)
        return sound and _has_a_way(source, target)
    try:
        group = TransformerGroup(
            source, target, always_xy=True, allow_ballpark=False, area_of_interest=_AREA
        )
    except pyproj.exceptions.ProjError:
        return False
    return bool(group.transformers)


def _has_a_way(source: pyproj.CRS, target: pyproj.CRS) -> bool:
    """Tell whether PROJ can compute one CRS from another at all: a unit of 0 has no inverse."""
    try:
        pyproj.Transformer.from_crs(source, target, always_xy=True)
    except pyproj.exceptions.ProjError:
        return False
    return True


def _has_its_ellipsoid(crs: pyproj.CRS) -> bool:
    """Tell whether a CRS of CGCS2000 or WGS 84 stands on the ellipsoid that it should."""
    body = crs.ellipsoid
    return (
        body is not None
        and math.isclose(body.semi_major_metre, _HALF_AXIS_M, abs_tol=1e-3)
        and math.isclose(body.inverse_flattening, _INVERSE_FLATTENING, abs_tol=1e-4)
    )


def check_transformation(source: pyproj.CRS, target: pyproj.CRS, *, name: str) -> None:
    """
    Raise unless coordinates can be brought from one CRS to another without guessing.

    The written list of pairs that PROJ calls "ballpark" and that are taken all the same has one
    entry: CGCS2000 and WGS 84, in whatever projection, agree within decimetres.

    Parameters
    ----------
    source, target
        Any two CRSs.
    name
        The layer's name, for the error message.

    Raises
    ------
    CRSError
        If PROJ would apply a shift of zero where the true one is unknown, or knows one only for
        another part of the world.

    Examples
    --------
    >>> import pyproj
    >>> cgcs2000, wgs84, xian80 = (pyproj.CRS(code) for code in (4490, 4326, 4610))
    >>> check_transformation(cgcs2000, wgs84, name="boilers")
    >>> check_transformation(xian80, wgs84, name="boilers")
    Traceback (most recent call last):
        ...
    tieling_geo.errors.CRSError: layer boilers: no known transformation from 'Xian 1980' to ...
    """
    if _has_known_shift(source, target):
        return
    told = _datum(target) or target.name
    goal = "CGCS2000" if told.startswith(_CGCS2000_EQUIVALENT) else target.name
    raise CRSError(
        Text(
            f"图层 {name}:从“{source.name}”到 {goal} 没有已知的精确转换,"
            "直接使用会偏移数十至上百米;请由测绘部门转换为 CGCS2000 后再用",
            f"layer {name}: no known transformation from {source.name!r} to {goal}; used as it "
            "is it would be off by tens to hundreds of metres; let a survey office convert it",
        )
    )


def to_epsg_crs(stated: str, *, name: str) -> pyproj.CRS:
    """
    Take a CRS by its EPSG code only: a CRS string can otherwise name a file or a server.

    Parameters
    ----------
    stated
        The code, as `EPSG:4490`.
    name
        Where it is stated, for the error message.

    Raises
    ------
    CRSError
        If it is anything but an EPSG code that exists.

    Examples
    --------
    >>> to_epsg_crs("EPSG:4550", name="card.toml").is_projected
    True
    """
    code = re.fullmatch(r"(?i:EPSG):([0-9]{1,6})", stated.strip())
    try:
        if code is not None:
            return pyproj.CRS.from_epsg(int(code[1]))
    except pyproj.exceptions.CRSError:
        pass  # said below, without PROJ's internals
    raise CRSError(
        Text(
            f"{name}:坐标系 {stated!r} 不是有效的 EPSG 代码,应如 EPSG:4490",
            f"{name}: CRS {stated!r} is not an EPSG code that exists, such as EPSG:4490",
        )
    )


def check_crs(layer: gpd.GeoDataFrame, *, name: str) -> pyproj.CRS:
    """
    Return the layer's CRS if its coordinates can be brought to CGCS2000 without guessing.

    Raises
    ------
    CRSError
        If the layer states no CRS, or PROJ would apply a shift of zero ("ballpark") where the true
        one is unknown, as it does for Beijing 1954 and Xi'an 1980: errors of 100 m and more.

    Examples
    --------
    >>> import geopandas as gpd
    >>> check_crs(gpd.GeoDataFrame(geometry=[], crs=4550), name="boilers").to_epsg()
    4550
    """
    if layer.crs is None:
        raise CRSError(
            Text(
                f"图层 {name}:文件没有坐标系(Shapefile 须附 .prj)。"
                "请在原软件中写明坐标系后再导出;本工具不猜测坐标系",
                f"layer {name}: the file states no CRS (a Shapefile needs its .prj); "
                "write it in the file, it is never guessed",
            )
        )
    crs = pyproj.CRS(layer.crs)
    check_transformation(crs, pyproj.CRS(GEOGRAPHIC_CRS), name=name)
    return crs


def to_working_crs(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """
    Reproject a layer to the metric working CRS.

    Parameters
    ----------
    layer
        Any layer that states its CRS.
    name
        The layer's name, for the error message.

    Returns
    -------
    projected
        The layer in `WORKING_CRS`: x is easting, y is northing, metres. Index kept.

    Raises
    ------
    CRSError
        See `check_crs`; also if a place has no coordinates in the working CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> place = gpd.GeoDataFrame(geometry=[Point(123, 42)], crs=4490)
    >>> to_working_crs(place, name="places").geometry[0].x
    500000.0
    """
    crs = check_crs(layer, name=name)
    projected = layer if crs == pyproj.CRS(WORKING_CRS) else layer.to_crs(WORKING_CRS)
    if not np.isfinite(shapely.get_coordinates(projected.geometry.to_numpy())).all():
        raise CRSError(
            Text(
                f"图层 {name}:有坐标无法转换到 {WORKING_CRS},请检查经纬度是否颠倒",
                f"layer {name}: a coordinate has no place in {WORKING_CRS}; are the axes swapped?",
            )
        )
    return projected


def to_geographic_crs(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Reproject a layer to the storage CRS: CGCS2000 longitude and latitude, degrees.

    Raises
    ------
    CRSError
        See `check_crs`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> place = gpd.GeoDataFrame(geometry=[Point(500000, 4690000)], crs=WORKING_CRS)
    >>> round(to_geographic_crs(place).geometry[0].y, 4)
    42.3454
    """
    check_crs(layer, name="layer")
    return layer.to_crs(GEOGRAPHIC_CRS)


@lru_cache(maxsize=1)
def _to_degrees() -> pyproj.Transformer:
    """Return the way from the working CRS to degrees, made once."""
    return pyproj.Transformer.from_crs(WORKING_CRS, GEOGRAPHIC_CRS, always_xy=True)


def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Reproject bare positions from the working CRS to CGCS2000 longitude and latitude.

    Parameters
    ----------
    xy
        Positions in metres, shape (n, 2).

    Returns
    -------
    lon_lat
        Degrees, shape (n, 2); infinite where a position is none.

    Examples
    --------
    >>> to_degrees(np.array([[500000.0, 4690000.0]])).round(4).tolist()
    [[123.0, 42.3454]]
    """
    lon, lat = _to_degrees().transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def to_web_crs(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Reproject a layer to WGS 84 longitude and latitude, degrees, as web maps want it.

    Raises
    ------
    CRSError
        See `check_crs`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> to_web_crs(gpd.GeoDataFrame(geometry=[], crs=WORKING_CRS)).crs.to_epsg()
    4326
    """
    check_crs(layer, name="layer")
    return layer.to_crs(WEB_CRS)


def to_geodesic_area_m2(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Measure each polygon on the CGCS2000 ellipsoid, holes taken out.

    Edges are geodesics from vertex to vertex: on an edge of 1 km they are millimetres off the
    straight line of the working CRS.

    Parameters
    ----------
    layer
        n polygons or multipolygons, none missing, in any CRS that states itself.

    Returns
    -------
    area_m2
        n areas in square metres, free of the projection's scale; parts that overlap count twice.

    Raises
    ------
    CRSError
        If the layer states no CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> pond = gpd.GeoDataFrame(geometry=[box(500000, 4690000, 500040, 4690050)], crs=4550)
    >>> to_geodesic_area_m2(pond).round(2)
    array([2000.])
    """
    check_crs(layer, name="area")
    geod = pyproj.CRS(GEOGRAPHIC_CRS).get_geod()
    if geod is None:  # pragma: no cover - CGCS2000 has an ellipsoid
        raise CRSError(Text("CGCS2000 椭球缺失", "the CGCS2000 ellipsoid is missing"))
    # Rings are oriented first: pyproj signs each ring by its direction, and holes must subtract.
    rings = shapely.orient_polygons(layer.to_crs(GEOGRAPHIC_CRS).geometry.to_numpy())
    return np.array([abs(geod.geometry_area_perimeter(ring)[0]) for ring in rings])


@lru_cache(maxsize=64)
def _is_metric(crs: pyproj.CRS) -> bool:
    """Tell whether a unit of a CRS's axes is a metre on the ground, within a fraction of 1 %."""
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info[:2]} != {"metre"}:
        return False
    operation = crs.coordinate_operation
    return operation is None or not operation.method_name.startswith(_FALSE_SCALE)


def check_metric(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """
    Return the layer unchanged if its coordinates are metres.

    Raises
    ------
    CRSError
        If its CRS is missing, geographic, in feet, or a Mercator projection, whose metre is 0.74 m
        on the ground here: distances and areas are never taken in these.

    Examples
    --------
    >>> import geopandas as gpd
    >>> check_metric(gpd.GeoDataFrame(geometry=[], crs=4490), name="boilers")
    Traceback (most recent call last):
        ...
    tieling_geo.errors.CRSError: layer boilers: distances and areas need a projected CRS in metres
    """
    if layer.crs is None or not _is_metric(pyproj.CRS(layer.crs)):
        raise CRSError(
            Text(
                f"图层 {name}:距离与面积只能在以米为单位的投影坐标系中计算",
                f"layer {name}: distances and areas need a projected CRS in metres",
            )
        )
    return layer
