"""Read GeoJSON by its own grammar: GDAL accepts broken files and drops rows without a word."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from tieling_geo.crs import WEB_CRS, to_epsg_crs
from tieling_geo.errors import BrokenFileError, CRSError, UntrustedFileError
from tieling_geo.readers.raw import Fault, RawTable, to_shapes
from tieling_geo.readers.vectors.geojson_notes import to_notes
from tieling_geo.readers.vectors.geojson_shapes import GEOMETRIES, to_fault
from tieling_geo.readers.vectors.json_text import read_json
from tieling_geo.readers.vectors.stated_crs import to_crs_in_use
from tieling_geo.text import NOTHING, Text

# EPSG:4490, urn:ogc:def:crs:EPSG::4490, http://www.opengis.net/def/crs/EPSG/0/4490
_EPSG = re.compile(r"(?i)\bEPSG[:/](?:[0-9.]*[:/])?([0-9]+)$")
# So much of a broken geometry is told.
_TOLD_CHARACTERS = 80
# Members that make an object one of another type, by the standard's section 7.1.
_NOT_IN_COLLECTION = ("geometry", "properties", "coordinates", "geometries")
_NOT_IN_FEATURE = ("features", "coordinates", "geometries")
_INFINITE = Text("数值过大,超出浮点数范围", "a number too big to be kept")
_NUL = Text("文字中夹有 NUL 字符", "the text has a NUL character in it")


def read_geojson(path: Path, *, crs: str = "") -> RawTable:
    """
    Read a FeatureCollection; a lone Feature or geometry is one row, and that is told.

    What breaks the grammar of the collection or of a feature refuses the file; a geometry that
    cannot be built is a fault of its row. Winding order, surplus decimals, bounding boxes, and
    members that the standard does not know are tolerated, and named in the notes.

    Parameters
    ----------
    path
        The file, UTF-8, with or without a byte order mark.
    crs
        What the user says of its CRS; used where the file has no `crs` member.

    Returns
    -------
    table
        Rows are numbered from 1 in the order of the features.

    Raises
    ------
    BrokenFileError
        If it is not strict JSON, not GeoJSON, or a member is not a Feature.
    UntrustedFileError
        If it is of another kind: TopoJSON, Esri JSON, JSON-FG, a sequence of documents.
    CRSError
        If it names its CRS by anything but an EPSG code or CRS84, or another than the user does.
    """
    parsed = read_json(path)
    document = parsed.document
    features = _features(document, path)
    if parsed.doubt != NOTHING:
        raise BrokenFileError(path.name, parsed.doubt)
    stated = _crs(document, path)
    _check_own_crs(document, features, path)
    used, told = to_crs_in_use(stated, crs, path, is_default="crs" not in document)
    rows = [feature["properties"] or {} for feature in features]
    attributes = pd.DataFrame(
        [_scalars(row) for row in rows],
        index=range(len(features)),
        dtype="object",  # or whole numbers beside a blank would become inexact
    )
    geometries = [feature["geometry"] for feature in features]
    reasons = [None if g is None else to_fault(g) for g in geometries]
    encoded = np.full(len(features), None, dtype=object)
    encoded[:] = [
        json.dumps(g) if g is not None and reason is None else None
        for g, reason in zip(geometries, reasons, strict=True)
    ]
    shapes = to_shapes(shapely.from_geojson, encoded)
    faults = _geometry_faults(geometries, reasons, shapely.is_missing(shapes).tolist())
    return RawTable(
        attributes,
        shapes,
        np.arange(1, len(features) + 1),
        used,
        (*faults, *_value_faults(features)),
        notes=(*to_notes(document, features, shapes, has_bom=parsed.has_bom), *told),
        encoding="UTF-8",
    )


def _features(document: object, path: Path) -> list[dict[str, Any]]:
    """
    Return the features if each is one by the standard.

    Raises
    ------
    BrokenFileError
        With the first member that is not.
    UntrustedFileError
        If the document is of a kind that only looks like GeoJSON.
    """
    if not isinstance(document, dict):
        raise BrokenFileError(
            path.name,
            Text(
                "是 JSON,但最外层不是对象,不是 GeoJSON",
                "it is JSON, but not an object, so not GeoJSON",
            ),
        )
    if relative := _relative(document):
        raise UntrustedFileError(
            Text(
                f"文件 {path.name} 是 {relative},不是 GeoJSON;"
                "请导出为 GeoJSON(RFC 7946)或 GeoPackage",
                f"file {path.name} is {relative}, not GeoJSON; export it as GeoJSON (RFC 7946) "
                "or GeoPackage",
            )
        )
    kind = document.get("type")
    if kind == "Feature":
        features: object = [document]
    elif isinstance(kind, str) and kind in GEOMETRIES:
        features = [{"type": "Feature", "geometry": document, "properties": {}}]
    else:
        features = document.get("features")
        odd = [name for name in _NOT_IN_COLLECTION if name in document]
        if kind != "FeatureCollection" or not isinstance(features, list) or odd:
            raise BrokenFileError(path.name, _not_a_collection(document, odd))
    assert isinstance(features, list)  # noqa: S101 - by the three ways above
    for number, feature in enumerate(features, start=1):
        if reason := _feature_fault(feature):
            raise BrokenFileError(
                path.name,
                Text(
                    f"第 {number} 个要素不是完整的 Feature:{reason.zh}",
                    f"feature {number} is not a Feature: {reason.en}",
                ),
            )
    return features


def _relative(document: Mapping[str, Any]) -> str:
    """Name the format that a document is in, if it is one that only looks like GeoJSON."""
    conforms = document.get("conformsTo")
    if document.get("type") == "Topology":
        return "TopoJSON"
    if document.get("type") == "gdal_streamed_alg":
        return "GDALG"
    if "coordRefSys" in document or (isinstance(conforms, list) and "json-fg" in str(conforms)):
        return "JSON-FG"
    if {"spatialReference", "geometryType"} & set(document) and document.get("type") is None:
        return "Esri JSON"
    return ""


def _not_a_collection(document: Mapping[str, Any], odd: list[str]) -> Text:
    """Say why an object is no FeatureCollection."""
    kind = json.dumps(document.get("type"))[:_TOLD_CHARACTERS]
    zh, en = f"type 为 {kind}", f"its type is {kind}"
    if document.get("type") == "FeatureCollection":
        zh, en = "features 不是数组", "its features are no list"
        if odd:
            zh, en = f"含有成员 {odd},含义不明", f"it has members {odd}, which belong elsewhere"
    return Text(
        f"是 JSON,但不是 GeoJSON 的 FeatureCollection({zh})",
        f"it is JSON, but not a GeoJSON FeatureCollection ({en})",
    )


def _feature_fault(feature: object) -> Text | None:
    """Say why a member of a collection is no Feature."""
    if not isinstance(feature, dict):
        return Text("不是对象", "it is no object")
    if feature.get("type") != "Feature":
        kind = json.dumps(feature.get("type"))[:_TOLD_CHARACTERS]
        return Text(f"type 为 {kind}", f"its type is {kind}")
    for name in ("geometry", "properties"):
        if not isinstance(feature.get(name, ""), dict | None):
            return Text(
                f"{name} 缺失,或不是对象或 null",
                f"its {name} is missing, or no object and not null",
            )
    odd = [name for name in _NOT_IN_FEATURE if name in feature]
    return Text(f"含有成员 {odd}", f"it has members {odd}") if odd else None


def _geometry_faults(
    geometries: Sequence[object], reasons: Sequence[Text | None], missing: Sequence[bool]
) -> list[Fault]:
    """List the geometries that break the grammar, or that could not be built."""
    unbuilt = Text("图形不符合 GeoJSON 规定,无法解析", "the geometry is not GeoJSON")
    return [
        Fault(at, "geometry", json.dumps(geometry, ensure_ascii=False)[:_TOLD_CHARACTERS], why)
        for at, geometry in enumerate(geometries)
        if geometry is not None and (why := reasons[at] or (unbuilt if missing[at] else None))
    ]


def _value_faults(features: list[dict[str, Any]]) -> list[Fault]:
    """List the values that no column can hold as they are."""
    faults = []
    for at, feature in enumerate(features):
        if not isinstance(feature.get("id", ""), str | int | float) or feature.get("id") is True:
            told = json.dumps(feature["id"], ensure_ascii=False)[:_TOLD_CHARACTERS]
            why = Text("要素的 id 须为文字或数", "the id of a feature is a text or a number")
            faults.append(Fault(at, "id", told, why))
        for name, value in (feature["properties"] or {}).items():
            if isinstance(value, str) and "\0" in value:
                faults.append(Fault(at, name, value.replace("\0", "?"), _NUL))
            elif isinstance(value, float) and abs(value) == float("inf"):
                faults.append(Fault(at, name, str(value), _INFINITE))
    return faults


def _scalars(properties: dict[str, Any]) -> dict[str, Any]:
    """Keep nested values as JSON text: no column of ours is nested."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in properties.items()
    }


def _check_own_crs(document: Mapping[str, Any], features: list[dict[str, Any]], path: Path) -> None:
    """
    Refuse a file in which a feature or a geometry has a CRS other than the file's.

    Raises
    ------
    CRSError
        With the first one.
    """
    whole = document.get("crs")
    for number, feature in enumerate(features, start=1):
        for part in (feature, feature["geometry"] or {}):
            if part.get("crs", whole) != whole:
                raise CRSError(
                    Text(
                        f"文件 {path.name}:第 {number} 个要素另有坐标系;一个文件须为同一坐标系",
                        f"file {path.name}: feature {number} has a CRS of its own; a file is in "
                        "one CRS",
                    )
                )


def _crs(document: Mapping[str, Any], path: Path) -> pyproj.CRS | None:
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
