"""Read GeoJSON by its own grammar: GDAL accepts broken files and drops rows without a word."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from tieling_geo.crs import WEB_CRS, to_epsg_crs
from tieling_geo.errors import BrokenFileError, CRSError
from tieling_geo.readers.raw import Fault, RawTable, to_shapes
from tieling_geo.text import Text

_GEOMETRIES = frozenset({
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
})
# EPSG:4490, urn:ogc:def:crs:EPSG::4490, http://www.opengis.net/def/crs/EPSG/0/4490
_EPSG = re.compile(r"(?i)\bEPSG[:/](?:[0-9.]*[:/])?([0-9]+)$")
# So much of a broken geometry is told.
_TOLD_CHARACTERS = 80


def read_geojson(path: Path) -> RawTable:
    """
    Read a FeatureCollection.

    What breaks the grammar of the collection or of a feature refuses the file; a geometry that
    cannot be built is a fault of its row. Winding order, surplus decimals, bounding boxes, and
    members that the standard does not know are tolerated.

    Parameters
    ----------
    path
        The file, UTF-8, with or without a byte order mark.

    Returns
    -------
    table
        Rows are numbered from 1 in the order of the features.

    Raises
    ------
    BrokenFileError
        If it is not strict JSON, not a FeatureCollection, or a member is not a Feature.
    CRSError
        If it names its CRS by anything but an EPSG code or CRS84.
    """
    document = _parsed(path)
    features = _features(document, path)
    attributes = pd.DataFrame(
        [_scalars(feature["properties"] or {}) for feature in features],
        index=range(len(features)),
        dtype="object",  # or whole numbers beside a blank would become inexact
    )
    stated = [feature["geometry"] for feature in features]
    encoded = np.array([_encoded(geometry) for geometry in stated], dtype=object)
    geometry = to_shapes(shapely.from_geojson, encoded)
    faults = tuple(
        Fault(
            position,
            "geometry",
            json.dumps(stated[position], ensure_ascii=False)[:_TOLD_CHARACTERS],
            Text("图形不符合 GeoJSON 规定,无法解析", "the geometry is not GeoJSON"),
        )
        for position in np.flatnonzero(shapely.is_missing(geometry)).tolist()
        if stated[position] is not None
    )
    rows = np.arange(1, len(features) + 1)
    return RawTable(attributes, geometry, rows, _crs(document, path), faults)


def _parsed(path: Path) -> dict[str, Any]:
    """
    Parse strict JSON: no NaN, no double names, no half characters.

    Raises
    ------
    BrokenFileError
        If it is anything else.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
        if re.search(r"(?i)\\ud[89a-f]", text):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(
            path.name, Text(f"不是有效的 JSON({error})", f"it is not valid JSON ({error})")
        ) from error
    if not isinstance(document, dict):
        raise BrokenFileError(
            path.name, Text("是 JSON,但最外层不是对象", "it is JSON, but not an object")
        )
    return document


def _refuse(constant: str) -> None:
    """
    Refuse NaN and infinity, which Python takes and JSON does not know.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(f"{constant} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """
    Refuse an object that has a name twice: which value is meant is not ours to say.

    Raises
    ------
    ValueError
        With the name.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"double name {max(names, key=names.count)!r}")
    return found


def _features(document: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """
    Return the features if each is one by the standard.

    Raises
    ------
    BrokenFileError
        With the first member that is not.
    """
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise BrokenFileError(
            path.name,
            Text(
                "是 JSON,但不是 GeoJSON 的 FeatureCollection",
                "it is JSON, but not a GeoJSON FeatureCollection",
            ),
        )
    for number, feature in enumerate(features, start=1):
        if not (
            isinstance(feature, dict)
            and feature.get("type") == "Feature"
            and isinstance(feature.get("geometry", ""), dict | None)
            and isinstance(feature.get("properties", ""), dict | None)
        ):
            raise BrokenFileError(
                path.name,
                Text(
                    f"第 {number} 个要素不是完整的 Feature(须有 geometry 与 properties)",
                    f"feature {number} is not a Feature with a geometry and properties",
                ),
            )
    return features


def _scalars(properties: dict[str, Any]) -> dict[str, Any]:
    """Keep nested values as JSON text: no column of ours is nested."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in properties.items()
    }


def _encoded(geometry: dict[str, Any] | None) -> str | None:
    """Write a geometry as text again; GEOS would take a whole Feature in its place."""
    if geometry is None:
        return None
    return json.dumps(geometry) if geometry.get("type") in _GEOMETRIES else ""


def _crs(document: dict[str, Any], path: Path) -> pyproj.CRS | None:
    """
    Take the CRS of the older GeoJSON, else WGS 84 as RFC 7946 says; null states that it has none.

    Raises
    ------
    CRSError
        If the file names a CRS by anything but an EPSG code or CRS84.
    """
    stated = document.get("crs", WEB_CRS)
    if stated is None:
        return None
    properties = stated.get("properties") if isinstance(stated, dict) else {"name": stated}
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    code = _EPSG.search(name)
    if not code and not name.upper().endswith("CRS84"):
        raise CRSError(
            Text(
                f"文件 {path.name}:crs 须为 EPSG 代码或 CRS84,现为 {name!r};请重新导出",
                f"file {path.name}: crs must be an EPSG code or CRS84, not {name!r}; export again",
            )
        )
    return to_epsg_crs(f"EPSG:{code[1]}" if code else WEB_CRS, name=path.name)
