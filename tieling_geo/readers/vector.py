"""Read vector files: GeoPackage, GeoJSON, GeoParquet, FlatGeobuf and Shapefile."""

import json
import struct
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from tieling_geo.errors import UntrustedFileError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.raw import RawTable
from tieling_geo.text import Text

#: Tables of a GeoPackage that hold no features of ours.
_NOT_LAYERS = frozenset({"layer_styles"})


def read_vector(path: Path, kind: str, *, layer: str) -> RawTable:
    """
    Read every row of a vector file, whatever state it is in.

    Parameters
    ----------
    path
        The file, its content checked to be of its kind (`guard.check_kind`).
    kind
        Its suffix.
    layer
        The registered layer's name: a GeoPackage with several layers must have one of this name.

    Returns
    -------
    table
        Rows are numbered from 1 in the file's order.

    Raises
    ------
    UntrustedFileError
        If the file is broken, or its own counts disagree with the rows that it gives.
    """
    if kind in {".geojson", ".json"}:
        return _read_geojson(path)
    if kind == ".parquet":
        return _from_frame(_read_parquet(path))
    guard_gdal()
    if kind == ".shp":
        return _read_shapefile(path)
    return _read_with_gdal(path, layer=_layer_of(path, layer) if kind == ".gpkg" else None)


class BrokenFileError(UntrustedFileError):
    """A file is broken or incomplete; nothing of it is used."""

    def __init__(self, path: Path, why: object) -> None:
        # A library's message carries absolute paths, which no output of ours shows.
        told = str(why).replace(str(path), path.name).replace(str(path.parent), "")
        super().__init__(
            Text(
                f"文件 {path.name} 已损坏或不完整,整个文件不予采用:{told}",
                f"file {path.name} is broken or incomplete and is refused as a whole: {told}",
            )
        )


def _layer_of(path: Path, layer: str) -> str:
    """
    Choose the layer of a GeoPackage: the only one, or the one of the registered name.

    Raises
    ------
    BrokenFileError
        If it cannot be read.
    UntrustedFileError
        If it holds no layer, or several and none of that name.
    """
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only after it is guarded

    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0] if name not in _NOT_LAYERS]
    except pyogrio.errors.DataSourceError as error:
        raise BrokenFileError(path, error) from error
    if layer in names:
        return layer
    if len(names) != 1:
        raise UntrustedFileError(
            Text(
                f"文件 {path.name} 有图层 {names},请只留一个,或将其命名为 {layer}",
                f"file {path.name} holds layers {names}: keep one, or name it {layer}",
            )
        )
    return names[0]


def _read_with_gdal(path: Path, *, layer: str | None, encoding: str | None = None) -> RawTable:
    """
    Read through GDAL and compare what the file declares with what came.

    Raises
    ------
    BrokenFileError
        If GDAL cannot read it, or gives another number of rows than the file declares.
    """
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only after it is guarded

    told: list[Text] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            declared = pyogrio.read_info(path, layer=layer, encoding=encoding)
            frame = gpd.read_file(path, layer=layer, encoding=encoding, engine="pyogrio")
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FeatureError,
        UnicodeDecodeError,
        shapely.errors.GEOSException,
    ) as error:
        raise BrokenFileError(path, error) from error
    told = [Text(str(w.message), str(w.message)) for w in caught]
    if not isinstance(frame, gpd.GeoDataFrame):
        raise BrokenFileError(path, "no geometry column / 没有图形列")
    if declared["features"] not in {-1, len(frame)}:
        raise BrokenFileError(path, f"{declared['features']} != {len(frame)}")
    return _from_frame(frame, tuple(dict.fromkeys(told)))


def _read_shapefile(path: Path) -> RawTable:
    """
    Read a Shapefile whose parts are all there and agree.

    Raises
    ------
    BrokenFileError
        If a part is missing, or the parts declare different numbers of rows.
    """
    parts = {suffix: _part(path, suffix) for suffix in (".shx", ".dbf")}
    in_index = (parts[".shx"].stat().st_size - 100) // 8
    with parts[".dbf"].open("rb") as file:
        head = file.read(12)
    if len(head) < 12:  # noqa: PLR2004 - the fixed part of a dBase header
        raise BrokenFileError(path, ".dbf")
    in_table = struct.unpack("<I", head[4:8])[0]
    length = struct.unpack(">I", path.read_bytes()[24:28])[0] * 2
    if in_index != in_table or length != path.stat().st_size:
        raise BrokenFileError(
            path,
            f".shx {in_index} / .dbf {in_table} 行; .shp {length} / {path.stat().st_size} B",
        )
    encoding, note = _encoding(path, parts[".dbf"])
    table = _read_with_gdal(path, layer=None, encoding=encoding)
    if len(table.rows) != in_table:
        raise BrokenFileError(path, f".dbf {in_table} != {len(table.rows)}")
    return RawTable(
        table.attributes, table.geometry, table.rows, table.crs, notes=(note, *table.notes)
    )


def _part(path: Path, suffix: str) -> Path:
    """
    Find a Shapefile's part, whatever the case of its suffix.

    Raises
    ------
    UntrustedFileError
        If it is missing.
    """
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    raise UntrustedFileError(
        Text(
            f"文件 {path.name}:缺少 {path.stem}{suffix},Shapefile 须连同 .shx .dbf .prj 一起提供",
            f"file {path.name}: {path.stem}{suffix} is missing; a Shapefile comes with all parts",
        )
    )


def _encoding(path: Path, table: Path) -> tuple[str, Text]:
    """
    Find the encoding that the table's bytes really are in: UTF-8 if they fit, else GB18030.

    Raises
    ------
    BrokenFileError
        If they fit neither.
    """
    content = table.read_bytes()
    for encoding in ("utf-8", "gb18030"):
        try:
            content[32:].decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding, Text(f"编码 {encoding.upper()}", f"encoding {encoding.upper()}")
    raise BrokenFileError(path, ".dbf: UTF-8 / GB18030 ?")


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    """
    Read GeoParquet.

    Raises
    ------
    BrokenFileError
        If it is broken or holds no geometry.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import, needed for this kind only

    try:
        return gpd.read_parquet(path)
    except (pa.ArrowException, ValueError, OSError, KeyError) as error:
        raise BrokenFileError(path, error) from error


def _from_frame(frame: gpd.GeoDataFrame, notes: tuple[Text, ...] = ()) -> RawTable:
    """Take a GeoDataFrame apart."""
    geometry = np.asarray(frame.geometry.to_numpy(), dtype=object)
    crs = pyproj.CRS(frame.crs) if frame.crs is not None else None
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    return RawTable(attributes, geometry, np.arange(1, len(frame) + 1), crs, notes=notes)


def _read_geojson(path: Path) -> RawTable:
    """
    Read GeoJSON by its own grammar: GDAL accepts broken files and drops rows without a word.

    Raises
    ------
    BrokenFileError
        If it is not JSON, not a FeatureCollection, or a member is not a Feature.
    """
    document = _parsed(path)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise BrokenFileError(path, "type != FeatureCollection")
    for number, feature in enumerate(features, start=1):
        fits = isinstance(feature, dict) and feature.get("type") == "Feature"
        if not fits or "geometry" not in feature:
            raise BrokenFileError(path, f"features[{number}]")
        if not isinstance(feature.get("properties"), dict | None):
            raise BrokenFileError(path, f"features[{number}].properties")
    attributes = pd.DataFrame(
        [_scalars(feature.get("properties") or {}) for feature in features],
        index=range(len(features)),
    )
    stated = [feature["geometry"] for feature in features]
    text = np.array([None if g is None else json.dumps(g) for g in stated], dtype=object)
    geometry = np.asarray(shapely.from_geojson(text, on_invalid="ignore"), dtype=object)
    faults = {
        position: ("geometry", str(stated[position])[:80], Text("图形无法解析", "broken geometry"))
        for position in np.flatnonzero(shapely.is_missing(geometry)).tolist()
        if stated[position] is not None
    }
    rows = np.arange(1, len(features) + 1)
    return RawTable(attributes, geometry, rows, _geojson_crs(document, path), faults)


def _parsed(path: Path) -> dict[str, Any]:
    """
    Parse strict JSON: no NaN, no double names.

    Raises
    ------
    BrokenFileError
        If it is anything else.
    """

    def refuse(constant: str) -> None:
        raise BrokenFileError(path, constant)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise BrokenFileError(path, f"double name in {[name for name, _ in pairs][:8]}")
        return found

    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BrokenFileError(path, error) from error
    if not isinstance(document, dict):
        raise BrokenFileError(path, "not an object / 不是对象")
    return document


def _scalars(properties: dict[str, Any]) -> dict[str, Any]:
    """Keep nested values as JSON text: no column of ours is nested."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in properties.items()
    }


def _geojson_crs(document: dict[str, Any], path: Path) -> pyproj.CRS:
    """
    Take the CRS of the older GeoJSON, else WGS 84 as RFC 7946 says.

    Raises
    ------
    BrokenFileError
        If the file names a CRS by anything but an EPSG code or CRS84.
    """
    stated = document.get("crs")
    if stated is None:
        return pyproj.CRS.from_epsg(4326)
    name = str(stated.get("properties", {}).get("name", "")) if isinstance(stated, dict) else ""
    code = name.rsplit(":", 1)[-1]
    if name.upper().endswith("CRS84"):
        return pyproj.CRS.from_epsg(4326)
    if "EPSG" in name.upper() and code.isdigit():
        return pyproj.CRS.from_epsg(int(code))
    raise BrokenFileError(path, f"crs {name!r}")
