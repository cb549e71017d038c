"""Read tables with coordinates: CSV, strictly, in UTF-8 or GB18030."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import to_epsg_crs
from tieling_geo.errors import CRSError, LayerSchemaError, UntrustedFileError
from tieling_geo.readers.columns import to_number, to_told
from tieling_geo.readers.headers import to_listed, to_plain
from tieling_geo.readers.raw import Fault, RawTable, to_shapes
from tieling_geo.text import Text

#: Headers of the coordinate columns, as `to_plain` leaves them: x is east, y is north.
EAST_HEADERS = ("经度", "东经", "lon", "lng", "long", "longitude", "东坐标", "easting")
NORTH_HEADERS = ("纬度", "北纬", "lat", "latitude", "北坐标", "northing")
WKT_HEADERS = ("wkt", "geometrywkt", "图形wkt")
# So much of a broken geometry is told.
_TOLD_CHARACTERS = 80


def read_csv(path: Path, *, crs: str) -> RawTable:
    """
    Read a CSV whose rows carry coordinates.

    Every row must have as many cells as the header, and the header no blank or double cell: a
    shifted row refuses the whole file, it is not read as if cells were missing. Blank lines are no
    rows.

    Parameters
    ----------
    path
        The file.
    crs
        CRS of the coordinate columns, from the card, as `EPSG:n`.

    Returns
    -------
    table
        All values as text. Rows are numbered as lines of the file: the header is line 1, and a row
        that goes over several lines has the number of its first.

    Raises
    ------
    UntrustedFileError
        If the encoding or the structure is broken.
    LayerSchemaError
        If there is no pair of coordinate columns and no WKT column.
    CRSError
        If the card states no CRS, or not by an EPSG code.
    """
    text, notes = _decoded(path)
    header, lines, cells = _parsed(text, path.name)
    attributes = pd.DataFrame(cells, columns=pd.Index(header), dtype="str")
    attributes = attributes.mask(attributes == "")
    used = _coordinate_headers(header, path.name)
    build = _from_wkt if len(used) == 1 else _from_columns
    geometry, faults = build(attributes, *used)
    return RawTable(
        attributes=attributes,
        geometry=geometry,
        rows=np.array(lines, dtype="int64"),
        crs=to_epsg_crs(_stated(crs, path.name), name=f"{path.name} / card.toml"),
        faults=tuple(faults),
        coordinates=used,
        notes=notes,
    )


def _decoded(path: Path) -> tuple[str, tuple[Text, ...]]:
    """
    Decode strictly; a byte that fits no encoding refuses the file.

    Raises
    ------
    UntrustedFileError
        If the bytes are neither UTF-8 nor GB18030, hold a NUL, or end within a character.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                break  # UTF-8 up to a last character that is cut off: not GB18030 by chance
            continue
        if "\x00" not in text:
            return text, _notes(text, encoding)
    raise UntrustedFileError(
        Text(
            f"{path.name}:编码既不是 UTF-8 也不是 GB18030,或文件被截断;请另存为 UTF-8 的 CSV",
            f"{path.name}: neither UTF-8 nor GB18030, or cut off; save it as CSV in UTF-8",
        )
    )


def _notes(text: str, encoding: str) -> tuple[Text, ...]:
    """Say which encoding it was, and whether the last line lacks its end."""
    told = "UTF-8" if encoding == "utf-8-sig" else "GB18030"
    notes = [Text(f"编码 {told}", f"encoding {told}")]
    if not text.endswith(("\n", "\r")):
        notes.append(
            Text(
                "最后一行没有换行符,请核对文件是否被截断",
                "the last line has no line end: check that the file is not cut off",
            )
        )
    return tuple(notes)


def _parsed(text: str, name: str) -> tuple[list[str], list[int], list[list[str]]]:
    """
    Split into header, line numbers and cells.

    Raises
    ------
    UntrustedFileError
        If a quote is not closed, the header has a blank or double cell, or a row has not as many
        cells as the header.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    limit = csv.field_size_limit(max(len(text), 1))  # an outline as WKT can be very long
    table: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            table.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        told = Text(f"CSV 结构错误:{error}", f"broken CSV: {error}")
        raise UntrustedFileError(_in_line(name, line, told)) from error
    finally:
        csv.field_size_limit(limit)
    header = [cell.strip() for cell in table[0][1]] if table else []
    rows = [(line, row) for line, row in table[1:] if row]
    _check_header(header, name)
    for line, row in rows:
        if len(row) != len(header):
            told = Text(
                f"有 {len(row)} 列,表头有 {len(header)} 列",
                f"{len(row)} cells where the header has {len(header)}",
            )
            raise UntrustedFileError(_in_line(name, line, told))
    return header, [line for line, _ in rows], [row for _, row in rows]


def _in_line(name: str, line: int, why: Text) -> Text:
    """Say in which line a table is broken."""
    return Text(
        f"文件 {name} / 第 {line} 行:{why.zh};请更正后再用",
        f"file {name}, line {line}: {why.en}; put it right first",
    )


def _check_header(header: list[str], name: str) -> None:
    """
    Refuse a header that is not there, or has a blank or double cell.

    Raises
    ------
    UntrustedFileError
        With what is wrong.
    """
    blank = [number for number, cell in enumerate(header, start=1) if not cell]
    double = sorted({cell for cell in header if header.count(cell) > 1})
    if not header:
        told = Text("没有表头", "there is no header")
    elif blank:
        told = Text(f"第 {blank} 列的表头为空", f"the header is blank in columns {blank}")
    elif double:
        told = Text(f"表头重复 {double}", f"double headers {double}")
    else:
        return
    raise UntrustedFileError(_in_line(name, 1, told))


def _coordinate_headers(header: list[str], name: str) -> tuple[str, ...]:
    """
    Find the header of the WKT column, or those of the east and the north column.

    Raises
    ------
    LayerSchemaError
        If neither is there, or one is there twice.
    """
    wkt, east, north = (
        _one_of(header, words, name) for words in (WKT_HEADERS, EAST_HEADERS, NORTH_HEADERS)
    )
    if wkt is not None:
        return (wkt,)
    if east is None or north is None:
        raise LayerSchemaError(
            Text(
                f"文件 {name}:没有“经度”“纬度”列(或“东坐标”“北坐标”、WKT);表头:{to_listed(header)}",
                f"file {name}: no longitude and latitude (or easting and northing, or WKT) "
                f"columns; headers: {to_listed(header)}",
            )
        )
    return east, north


def _one_of(header: list[str], words: tuple[str, ...], name: str) -> str | None:
    """
    Find the one header among known spellings.

    Raises
    ------
    LayerSchemaError
        If several headers fit.
    """
    found = [cell for cell in header if to_plain(cell) in words]
    if len(found) > 1:
        raise LayerSchemaError(
            Text(
                f"文件 {name}:坐标列重复 {found},请只留一列",
                f"file {name}: coordinates stand twice: {found}; keep one",
            )
        )
    return found[0] if found else None


def _from_columns(
    attributes: pd.DataFrame, east: str, north: str
) -> tuple[NDArray[np.object_], list[Fault]]:
    """Build points; a coordinate that is no finite number is a fault of its row."""
    reason = Text("坐标缺失或不是数字", "a coordinate is missing or not a number")
    numbers = {
        column: attributes[column].map(to_number, na_action="ignore").to_numpy(dtype="float64")
        for column in (east, north)
    }
    faults = [
        Fault(position, column, to_told(attributes[column].iloc[position]), reason)
        for column, number in numbers.items()
        for position in np.flatnonzero(np.isnan(number)).tolist()
    ]
    good = ~np.isnan(numbers[east]) & ~np.isnan(numbers[north])
    geometry = np.full(len(attributes), None, dtype=object)
    geometry[good] = shapely.points(numbers[east][good], numbers[north][good])
    return geometry, faults


def _from_wkt(attributes: pd.DataFrame, header: str) -> tuple[NDArray[np.object_], list[Fault]]:
    """Build shapes from WKT; what is no WKT is a fault of its row."""
    column = attributes[header]
    encoded = column.astype("object").where(column.notna(), None).to_numpy()
    geometry = to_shapes(shapely.from_wkt, encoded)
    reason = Text("图形缺失或不是 WKT", "the shape is missing or not WKT")
    faults = [
        Fault(position, header, to_told(column.iloc[position])[:_TOLD_CHARACTERS], reason)
        for position in np.flatnonzero(shapely.is_missing(geometry)).tolist()
    ]
    return geometry, faults


def _stated(crs: str, name: str) -> str:
    """
    Return the card's CRS if there is one.

    Raises
    ------
    CRSError
        If there is none.
    """
    if not crs:
        raise CRSError(
            Text(
                f'文件 {name}:card.toml 须写明坐标列的坐标系,如 crs = "EPSG:4490"',
                f"file {name}: card.toml must state the CRS of the coordinate columns, such as "
                'crs = "EPSG:4490"',
            )
        )
    return crs
