"""Read vector files: GeoPackage, GeoJSON, GeoParquet, FlatGeobuf and Shapefile."""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import WEB_CRS
from tieling_geo.errors import BrokenFileError, CRSError, UntrustedFileError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.flatgeobuf import check_flatgeobuf
from tieling_geo.readers.geojson import read_geojson
from tieling_geo.readers.geopackage import check_geopackage
from tieling_geo.readers.guard import to_nameless
from tieling_geo.readers.raw import Fault, RawTable, to_shapes
from tieling_geo.readers.shapefile import check_shapefile
from tieling_geo.text import Text

# Authority and code of a CRS, such as EPSG:4490 or OGC:CRS84.
_CODE = re.compile(r"([A-Za-z]{1,20}):([A-Za-z0-9]{1,20})")


def read_vector(path: Path, kind: str, *, layer: str) -> RawTable:
    """
    Read every row of a vector file, whatever state the row is in.

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
    BrokenFileError
        If the file is broken, or its own counts disagree with the rows that it gives.
    UntrustedFileError
        If it is whole, but not what can be read.
    CRSError
        If it states its CRS in words that cannot be read.
    """
    if kind in {".geojson", ".json"}:
        return read_geojson(path)
    if kind == ".parquet":
        return _read_geoparquet(path)
    if kind == ".gpkg":
        table, rows = check_geopackage(path, layer=layer)
        return _read_with_gdal(path, rows=np.arange(1, rows + 1), layer=table)
    if kind == ".fgb":
        return _read_with_gdal(path, rows=np.arange(1, check_flatgeobuf(path) + 1))
    facts = check_shapefile(path)
    return _read_with_gdal(path, rows=facts.rows, encoding=facts.encoding, notes=facts.notes)


def _read_with_gdal(
    path: Path,
    *,
    rows: NDArray[np.int64],
    layer: str | None = None,
    encoding: str | None = None,
    notes: tuple[Text, ...] = (),
) -> RawTable:
    """
    Read through GDAL, which must give as many rows as were counted without it.

    Raises
    ------
    BrokenFileError
        If GDAL cannot read it, or gives another number of rows.
    UntrustedFileError
        If it has no geometry column.
    """
    guard_gdal()
    from pyogrio import raw, set_gdal_config_options  # noqa: PLC0415 - loads GDAL, once guarded

    # GDAL's quick way to read a FlatGeobuf gives broken offsets where a geometry is missing.
    set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            meta, table = raw.read_arrow(
                _check_address(path), layer=layer, encoding=encoding, datetime_as_string=True
            )
            table.validate(full=True)
    except (RuntimeError, ValueError, OSError, pa.ArrowException) as error:
        raise BrokenFileError(path.name, _told(error, path)) from error
    if len(table) != len(rows):
        raise BrokenFileError(
            path.name,
            Text(
                f"应有 {len(rows)} 行,只读出 {len(table)} 行",
                f"{len(table)} rows come out of it where {len(rows)} should",
            ),
        )
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry not in table.column_names:
        raise UntrustedFileError(
            Text(
                f"文件 {path.name} 没有图形列,请导出带图形的图层",
                f"file {path.name} has no geometry column; export a layer with geometry",
            )
        )
    crs = _stated_crs(meta["crs"], path)
    told = tuple(dict.fromkeys(to_nameless(w.message, path) for w in caught))
    notes += tuple(Text(f"读取时的提示:{t}", f"told while reading: {t}") for t in told)
    return _from_arrow(table, geometry, rows=rows, crs=crs, notes=notes)


def _check_address(path: Path) -> str:
    """
    Return the absolute path if it cannot be taken for anything but a path.

    Raises
    ------
    UntrustedFileError
        If a character in it has a meaning of its own for the reading library.
    """
    from pyogrio.util import vsi_path  # noqa: PLC0415 - loads GDAL, once guarded

    address = str(path.absolute())
    if vsi_path(address) != address or address.startswith("/vsi"):
        raise UntrustedFileError(
            Text(
                f"{path.name}:文件名或所在文件夹名含有 ! 或 ; 等字符,无法安全打开,请改名",
                f"{path.name}: its name or its folder's has a character such as ! or ; "
                "with which it cannot be opened safely; rename it",
            )
        )
    return address


def _told(error: Exception, path: Path) -> Text:
    """Say why a library cannot read a file, in the library's words but without folders."""
    told = to_nameless(error, path)
    return Text(f"无法读取({told})", f"it cannot be read ({told})")


def _stated_crs(stated: object, path: Path) -> pyproj.CRS | None:
    """
    Build the CRS that a file states: as PROJJSON, as WKT, or by authority and code.

    Raises
    ------
    CRSError
        If it is anything else: a PROJ string, for one, can name a file.
    """
    try:
        if stated is None:
            return None
        if isinstance(stated, dict):
            return pyproj.CRS.from_json_dict(stated)
        if isinstance(stated, str) and (code := _CODE.fullmatch(stated)):
            return pyproj.CRS.from_authority(code[1], code[2])
        return pyproj.CRS.from_wkt(str(stated))
    except (pyproj.exceptions.CRSError, ValueError) as error:
        raise CRSError(
            Text(
                f"文件 {path.name}:坐标系写法无法识别,请在原软件中重新指定后导出",
                f"file {path.name}: its CRS cannot be understood; set it again and export",
            )
        ) from error


def _from_arrow(
    table: pa.Table,
    geometry: str,
    *,
    rows: NDArray[np.int64],
    crs: pyproj.CRS | None,
    notes: tuple[Text, ...] = (),
) -> RawTable:
    """Take apart an Arrow table whose geometry is WKB; what is no WKB is a fault of its row."""
    encoded = np.full(len(table), None, dtype=object)
    encoded[:] = table.column(geometry).to_pylist()
    shapes = to_shapes(shapely.from_wkb, encoded)
    reason = Text("图形无法解析(或为曲线)", "the geometry cannot be built, or is a curve")
    faults = tuple(
        Fault(position, "geometry", "", reason)
        for position in np.flatnonzero(shapely.is_missing(shapes)).tolist()
        if encoded[position] is not None
    )
    # Whole numbers beside a blank stay whole: as floating-point numbers long codes would change.
    frame = table.drop_columns([geometry]).to_pandas(integer_object_nulls=True)
    return RawTable(frame.reset_index(drop=True), shapes, rows, crs, faults, notes=notes)


def _read_geoparquet(path: Path) -> RawTable:
    """
    Read GeoParquet whose geometry is WKB.

    Raises
    ------
    BrokenFileError
        If it is broken.
    UntrustedFileError
        If it is plain Parquet, or holds its geometry in another encoding.
    """
    try:
        with path.open("rb") as file:
            table = pq.ParquetFile(file).read()
        stated = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
        name = stated.get("primary_column")
        column = stated["columns"][name] if name in table.column_names else {}
        # No statement means WGS 84, by the standard; null means that it is not known.
        crs = column.get("crs", WEB_CRS)
        encoding = column.get("encoding")
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenFileError(path.name, _told(error, path)) from error
    if encoding != "WKB":
        raise UntrustedFileError(
            Text(
                f"文件 {path.name} 不是以 WKB 存储图形的 GeoParquet,请重新导出",
                f"file {path.name} is not GeoParquet with its geometry as WKB; export it again",
            )
        )
    rows = np.arange(1, len(table) + 1)
    return _from_arrow(table, name, rows=rows, crs=_stated_crs(crs, path))
