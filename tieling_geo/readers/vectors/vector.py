"""Read vector files: GeoPackage, GeoJSON, GeoParquet, FlatGeobuf and Shapefile."""

import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, CRSError, UntrustedFileError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.guard import check_gdal_guard, to_nameless
from tieling_geo.readers.ledgers.headers import to_folded
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.vectors.flatgeobuf import check_flatgeobuf, to_crs_name
from tieling_geo.readers.vectors.geojson import read_geojson
from tieling_geo.readers.vectors.geopackage import read_attributes, read_geopackage
from tieling_geo.readers.vectors.geoparquet import read_geoparquet, read_plain_parquet
from tieling_geo.readers.vectors.shapefile import check_shapefile
from tieling_geo.readers.vectors.stated_crs import to_crs_in_use, to_stated_crs
from tieling_geo.readers.vectors.wkb import to_wkb_shapes
from tieling_geo.text import Text

# What pyogrio itself stumbles over: a CRS that it cannot write down, a file without a layer.
_OWN_FAULTS = (UnboundLocalError, IndexError)


def read_vector(
    path: Path, kind: str, *, layer: str, crs: str = "", has_places: bool = True
) -> RawTable:
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
    crs
        What the user says of the file's CRS, `EPSG:n`: used only where the file states none.
    has_places
        False for a table: its file, a GeoPackage or a Parquet, needs no geometry, and one that is
        there is not read.

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
        If it states its CRS in words that cannot be read, or another than the user gives.
    UnguardedError
        If GDAL was loaded before its drivers that follow references could be switched off.
    """
    guard_gdal()
    if "pyogrio" in sys.modules:
        check_gdal_guard()
    # These two have a CRS by their standard where they state none.
    if kind in {".geojson", ".json"}:
        return read_geojson(path, crs=crs)
    if kind == ".parquet":
        return read_geoparquet(path, crs=crs) if has_places else read_plain_parquet(path)
    if kind == ".gpkg" and not has_places:
        return read_attributes(path, layer=layer)
    if kind == ".gpkg":
        table = read_geopackage(path, layer=layer)
    else:
        table = _read_shapefile(path) if kind == ".shp" else _read_flatgeobuf(path)
    used, notes = to_crs_in_use(table.crs, crs, path)
    return replace(table, crs=used, notes=table.notes + notes)


def _read_shapefile(path: Path) -> RawTable:
    """
    Read a Shapefile: its shapes through GDAL, its table by its own form.

    Raises
    ------
    BrokenFileError
        If a part is broken, or the parts disagree.
    CRSError
        If its `.prj` cannot be understood.
    """
    facts = check_shapefile(path)
    # The encoding is that of names which are not read; this one knows all bytes.
    found = _read_with_gdal(path, count=len(facts.rows), encoding="ISO-8859-1", columns=[])
    shapes, faults = to_wkb_shapes(found.encoded)
    lost = facts.shaped & np.array([wkb is None for wkb in found.encoded], dtype=bool)
    faults += tuple(
        Fault(at, "geometry", "", Text("图形已损坏,无法解析", "the shape is broken"))
        for at in np.flatnonzero(lost).tolist()
    )
    crs = to_stated_crs(found.crs, path)
    if crs is None and facts.has_crs:
        raise CRSError(
            Text(
                f"文件 {path.name}:{path.stem}.prj 的内容无法识别;请在原软件中重新指定坐标系后导出",
                f"file {path.name}: {path.stem}.prj cannot be understood; set the CRS again",
            )
        )
    return RawTable(
        facts.attributes,
        shapes,
        facts.rows,
        crs,
        (*faults, *facts.faults),
        notes=(*facts.notes, *found.notes),
        flags=facts.flags,
        encoding=facts.encoding,
    )


def _read_flatgeobuf(path: Path) -> RawTable:
    """
    Read a FlatGeobuf through GDAL.

    Raises
    ------
    CRSError
        If its CRS cannot be understood, or bears the code of another.
    """
    count = check_flatgeobuf(path)
    found = _read_with_gdal(path, count=count)
    shapes, faults = to_wkb_shapes(found.encoded)
    rows = np.arange(1, count + 1)
    crs = to_stated_crs(found.crs, path)
    name = to_crs_name(path.read_bytes())
    if crs is not None and name and to_folded(name) != to_folded(crs.name):
        raise CRSError(
            Text(
                f"文件 {path.name}:坐标系名称“{name}”与其代码({crs.name})不符;请重新指定后导出",
                f"file {path.name}: its CRS is called '{name}' but bears the code of '{crs.name}'; "
                "set it again and export",
            )
        )
    return RawTable(
        found.attributes, shapes, rows, crs, faults, notes=found.notes, encoding="UTF-8"
    )


class _Found(NamedTuple):
    """What GDAL gives."""

    attributes: pd.DataFrame
    encoded: NDArray[np.object_]
    """Geometries as WKB, None where there is none."""
    crs: object
    notes: tuple[Text, ...]


def _read_with_gdal(path: Path, *, count: int, **options: Any) -> _Found:  # noqa: ANN401 - pyogrio's
    """
    Read through GDAL, which must give as many rows as were counted without it.

    Raises
    ------
    BrokenFileError
        If GDAL cannot read it, or gives another number of rows.
    UntrustedFileError
        If it has no geometry column.
    """
    check_gdal_guard()
    from pyogrio import raw, set_gdal_config_options  # noqa: PLC0415 - loads GDAL, once guarded

    # GDAL's quick way to read a FlatGeobuf gives broken offsets where a geometry is missing.
    set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            meta, table = raw.read_arrow(_check_address(path), datetime_as_string=True, **options)
            table.validate(full=True)
    except (RuntimeError, ValueError, OSError, pa.ArrowException, *_OWN_FAULTS) as error:
        told = to_nameless(error, path)
        raise BrokenFileError(
            path.name, Text(f"无法读取({told})", f"it cannot be read ({told})")
        ) from error
    if len(table) != count:
        raise BrokenFileError(
            path.name,
            Text(
                f"应有 {count} 行,只读出 {len(table)} 行",
                f"{len(table)} rows come out of it where {count} should",
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
    encoded = np.full(len(table), None, dtype=object)
    encoded[:] = table.column(geometry).to_pylist()
    # Whole numbers beside a blank stay whole: as floating-point numbers long codes would change.
    frame = table.drop_columns([geometry]).to_pandas(integer_object_nulls=True)
    words = dict.fromkeys(to_nameless(warning.message, path) for warning in caught)
    notes = tuple(Text(f"读取时的提示:{word}", f"told while reading: {word}") for word in words)
    return _Found(frame.reset_index(drop=True), encoded, meta["crs"], notes)


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
