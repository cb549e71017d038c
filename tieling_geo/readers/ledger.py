"""Read tables with coordinates: CSV, strictly, in UTF-8 or GB18030."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from tieling_geo.errors import CRSError, LayerSchemaError, UntrustedFileError
from tieling_geo.readers.columns import to_plain
from tieling_geo.readers.raw import RawTable
from tieling_geo.text import Text

#: Headers of the coordinate columns, as `to_plain` leaves them: x is east, y is north.
EAST_HEADERS = ("经度", "东经", "lon", "lng", "long", "longitude", "东坐标", "easting")
NORTH_HEADERS = ("纬度", "北纬", "lat", "latitude", "北坐标", "northing")
WKT_HEADERS = ("wkt", "geometrywkt", "图形wkt")


def read_csv(path: Path, *, crs: str) -> RawTable:
    """
    Read a CSV whose rows carry coordinates.

    Every row must have as many cells as the header, and the header no blank or double cell: a
    shifted row is refused as a whole file, not read as if cells were missing.

    Parameters
    ----------
    path
        The file.
    crs
        CRS of the coordinate columns, from the card, as `EPSG:n`.

    Returns
    -------
    table
        All values as text. Rows are numbered as lines of the file: the header is line 1.

    Raises
    ------
    UntrustedFileError
        If the encoding or the structure is broken.
    LayerSchemaError
        If there is no pair of coordinate columns and no WKT column.
    CRSError
        If the card states no CRS, or not by an EPSG code.
    """
    text, encoding = _decoded(path)
    header, lines, cells = _parsed(text, path.name)
    attributes = pd.DataFrame(cells, columns=pd.Index(header), dtype="str")
    attributes = attributes.mask(attributes == "")
    used = _coordinate_headers(attributes, path.name)
    build = _from_wkt if len(used) == 1 else _from_columns
    geometry, faults = build(attributes, *used)
    return RawTable(
        attributes=attributes,
        geometry=geometry,
        rows=np.array(lines, dtype="int64"),
        crs=_stated_crs(crs, path.name),
        faults=faults,
        coordinates=used,
        notes=(Text(f"编码 {encoding}", f"encoding {encoding}"),),
    )


def _decoded(path: Path) -> tuple[str, str]:
    """
    Decode strictly; a byte that fits no encoding refuses the file.

    Raises
    ------
    UntrustedFileError
        If the bytes are neither UTF-8 nor GB18030, or hold a NUL.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, "UTF-8" if encoding == "utf-8-sig" else "GB18030"
    raise UntrustedFileError(
        Text(
            f"{path.name}:编码既不是 UTF-8 也不是 GB18030;请另存为 UTF-8 的 CSV",
            f"{path.name}: neither UTF-8 nor GB18030; save it as CSV in UTF-8",
        )
    )


def _parsed(text: str, name: str) -> tuple[list[str], list[int], list[list[str]]]:
    """
    Split into header, line numbers and cells.

    Raises
    ------
    UntrustedFileError
        If a quote is not closed, or a row has not as many cells as the header.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise UntrustedFileError(
            Text(
                f"文件 {name} / 第 {reader.line_num} 行:CSV 结构错误:{error}",
                f"file {name}, line {reader.line_num}: broken CSV: {error}",
            )
        ) from error
    double = sorted({cell for cell in header if header.count(cell) > 1})
    if not header or "" in header or double:
        raise UntrustedFileError(
            Text(
                f"文件 {name} / 第 1 行:表头为空或重复 {double}",
                f"file {name}, line 1: a header is blank or double {double}",
            )
        )
    for line, row in rows:
        if len(row) != len(header):
            raise UntrustedFileError(
                Text(
                    f"文件 {name} / 第 {line} 行:有 {len(row)} 列,表头有 {len(header)} 列",
                    f"file {name}, line {line}: {len(row)} cells where the header has "
                    f"{len(header)}",
                )
            )
    return header, [line for line, _ in rows], [row for _, row in rows]


def _coordinate_headers(attributes: pd.DataFrame, name: str) -> tuple[str, ...]:
    """
    Find the WKT column, or else the east and the north column.

    Raises
    ------
    LayerSchemaError
        If neither is there, or one is there twice.
    """
    wkt = _one_of(attributes, WKT_HEADERS, name)
    if wkt is not None:
        return (wkt,)
    east, north = (_one_of(attributes, names, name) for names in (EAST_HEADERS, NORTH_HEADERS))
    if east is None or north is None:
        raise LayerSchemaError(
            Text(
                f"文件 {name}:没有“经度”“纬度”列;表头 {list(attributes)}",
                f"file {name}: no longitude and latitude columns; headers {list(attributes)}",
            )
        )
    return east, north


def _one_of(attributes: pd.DataFrame, words: tuple[str, ...], name: str) -> str | None:
    """
    Find the one header among known spellings.

    Raises
    ------
    LayerSchemaError
        If several headers fit.
    """
    found = [header for header in attributes if to_plain(header) in words]
    if len(found) > 1:
        raise LayerSchemaError(
            Text(
                f"文件 {name}:坐标列重复 {found}", f"file {name}: coordinates stand twice: {found}"
            )
        )
    return str(found[0]) if found else None


def _from_columns(
    attributes: pd.DataFrame, east: str, north: str
) -> tuple[NDArray[np.object_], dict[int, tuple[str, str, Text]]]:
    """Build points; a coordinate that is no finite number is a fault of its row."""
    reason = Text("坐标缺失或不是数字", "a coordinate is missing or not a number")
    numbers = {}
    faults: dict[int, tuple[str, str, Text]] = {}
    for column in (east, north):
        plain = attributes[column].str.strip().str.normalize("NFKC")
        number = pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64")
        numbers[column] = number
        for position in np.flatnonzero(~np.isfinite(number)):
            value = attributes[column].iloc[position]
            faults.setdefault(int(position), (column, "" if pd.isna(value) else value, reason))
    good = np.isfinite(numbers[east]) & np.isfinite(numbers[north])
    geometry = np.full(len(attributes), None, dtype=object)
    geometry[good] = shapely.points(numbers[east][good], numbers[north][good])
    return geometry, faults


def _from_wkt(
    attributes: pd.DataFrame, header: str
) -> tuple[NDArray[np.object_], dict[int, tuple[str, str, Text]]]:
    """Build shapes from WKT; what is no WKT is a fault of its row."""
    column = attributes[header]
    geometry = shapely.from_wkt(column.astype("object").where(column.notna(), None), "ignore")
    faults = {
        int(position): (
            str(column.name),
            "" if pd.isna(column.iloc[position]) else str(column.iloc[position])[:80],
            Text("图形缺失或不是 WKT", "the shape is missing or not WKT"),
        )
        for position in np.flatnonzero(shapely.is_missing(geometry))
    }
    return np.asarray(geometry, dtype=object), faults


def _stated_crs(crs: str, name: str) -> pyproj.CRS:
    """
    Take a CRS by its EPSG code only: a CRS string can otherwise name a file or a server.

    Raises
    ------
    CRSError
        If the card states none, or anything but an EPSG code that exists.
    """
    authority, _, code = crs.partition(":")
    if authority.upper() != "EPSG" or not code.isdigit():
        raise CRSError(
            Text(
                f'文件 {name}:card.toml 须写明坐标列的坐标系,如 crs = "EPSG:4490";现为 {crs!r}',
                f"file {name}: card.toml must state the CRS of the coordinate columns, such as "
                f'crs = "EPSG:4490"; it says {crs!r}',
            )
        )
    try:
        return pyproj.CRS.from_epsg(int(code))
    except pyproj.exceptions.CRSError as error:
        raise CRSError(
            Text(f"文件 {name}:没有 {crs}", f"file {name}: no such CRS {crs}")
        ) from error
