"""Read GeoParquet whose geometry is WKB, held against the counts that the file itself states."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tieling_geo.crs import WEB_CRS
from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.guard import to_nameless
from tieling_geo.readers.raw import RawTable, to_plain_table
from tieling_geo.readers.vectors.stated_crs import to_crs_in_use, to_stated_crs
from tieling_geo.readers.vectors.wkb import to_wkb_shapes
from tieling_geo.text import Text

# A file of a few bytes can state as many values as it likes: so much is read, closed.
_MOST_BYTES, _MOST_VALUES = 1 << 30, 200_000_000


def read_geoparquet(path: Path, *, crs: str = "") -> RawTable:
    """
    Read every row of a GeoParquet.

    Parameters
    ----------
    path
        The file.
    crs
        What the user says of its CRS; used where the file states none.

    Raises
    ------
    BrokenFileError
        If it is broken, or its own counts of rows and blanks are not those of its values.
    UntrustedFileError
        If it is plain Parquet, holds its geometry in another encoding, or would not fit in memory.
    CRSError
        If its CRS cannot be understood, or is not the one that the user gives.
    """
    table = _read_whole(path)
    try:
        name, column = _geometry(table)
        stated = column.get("crs", WEB_CRS)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenFileError(path.name, _unreadable(error, path)) from error
    if column.get("encoding") != "WKB":
        raise UntrustedFileError(
            Text(
                f"文件 {path.name} 不是以 WKB 存储图形的 GeoParquet,请重新导出",
                f"file {path.name} is not GeoParquet with its geometry as WKB; export it again",
            )
        )
    # No statement means WGS 84, by the standard; null means that it is not known.
    used, notes = to_crs_in_use(
        to_stated_crs(stated, path), crs, path, is_default="crs" not in column
    )
    shapes, faults = to_wkb_shapes(table.column(name).to_pylist())
    plain, unread = _plain(table.drop_columns([name]))
    # Whole numbers beside a blank stay whole: as floating-point numbers long codes would change.
    frame = plain.replace_schema_metadata(None).to_pandas(integer_object_nulls=True)
    rows = np.arange(1, len(table) + 1)
    return RawTable(frame, shapes, rows, used, faults, notes=(*notes, *unread), encoding="UTF-8")


def read_plain_parquet(path: Path) -> RawTable:
    """
    Read every row of a Parquet for a layer without places; geometry is left unread.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    BrokenFileError
        If it is broken, or its own counts of rows and blanks are not those of its values.
    UntrustedFileError
        If it would not fit in memory.
    """
    plain, unread = _plain(_read_whole(path))
    frame = plain.replace_schema_metadata(None).to_pandas(integer_object_nulls=True)
    return to_plain_table(frame, notes=unread)


def _read_whole(path: Path) -> pa.Table:
    """
    Read every row of a Parquet.

    Raises
    ------
    BrokenFileError
        If it is broken, or its own counts of rows and blanks are not those of its values.
    UntrustedFileError
        If it would not fit in memory.
    """
    try:
        with path.open("rb") as file:
            opened = pq.ParquetFile(file, page_checksum_verification=True)
            too_big = _excess(opened.metadata)
            table = opened.schema_arrow.empty_table() if too_big else opened.read()
            table.validate(full=True)
            # Only now: asked for a column of broken metadata, the library ends the whole process,
            # while reading the rows of such a file fails as it should.
            lost = None if too_big else _difference(opened.metadata, table)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenFileError(path.name, _unreadable(error, path)) from error
    if too_big:
        raise UntrustedFileError(
            Text(
                f"文件 {path.name}:{too_big.zh},超出可读取的范围;请分成几个文件",
                f"file {path.name}: {too_big.en}, more than is read; split it",
            )
        )
    if lost:
        raise BrokenFileError(path.name, lost)
    return table


def _unreadable(error: Exception, path: Path) -> Text:
    """Say what the library says of a broken file."""
    told = to_nameless(error, path)
    return Text(f"无法读取({told})", f"it cannot be read ({told})")


def _check_types(metadata: pq.FileMetaData) -> None:
    """
    Refuse a file whose columns are stored as another type than its schema says.

    Asked for the statistics of such a column, the library ends the whole process.

    Raises
    ------
    ValueError
        With the column and both types.
    """
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        for number in range(group.num_columns):
            stored = group.column(number).physical_type
            stated = metadata.schema.column(number).physical_type
            if stored != stated:
                raise ValueError(f"column {number + 1}: {stored} / {stated}")


def _excess(metadata: pq.FileMetaData) -> Text | None:
    """Say how big a file would be in memory, if that is too much."""
    size = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    values = metadata.num_rows * max(metadata.num_columns, 1)
    if 0 <= size <= _MOST_BYTES and 0 <= values <= _MOST_VALUES:
        return None
    return Text(
        f"展开后有 {values} 个值、{size} 字节", f"unpacked it has {values} values in {size} bytes"
    )


def _difference(metadata: pq.FileMetaData, table: pa.Table) -> Text | None:
    """Say where the rows and blanks that a file states are not those that were read."""
    _check_types(metadata)
    if metadata.num_rows != len(table):
        return _counted("", metadata.num_rows, len(table))
    start = 0
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        part = table.slice(start, group.num_rows)
        start += group.num_rows
        for number in range(group.num_columns):
            chunk = group.column(number)
            stated = chunk.statistics if chunk.is_stats_set else None
            name = chunk.path_in_schema
            if stated is None or stated.null_count is None or name not in part.column_names:
                continue
            found = part.column(name).null_count
            if stated.null_count != found:
                return _counted(name, stated.null_count, found)
    return None


def _counted(name: str, stated: int, found: int) -> Text:
    """Say two counts that should be one: of rows, or of a column's blanks."""
    what = Text(f"列 {name} 的空值", f"blanks of {name}") if name else Text("行数", "rows")
    return Text(
        f"{what.zh}写明 {stated},实有 {found}", f"{what.en}: {stated} stated, {found} found"
    )


def _geometry(table: pa.Table) -> tuple[str, dict[str, Any]]:
    """
    Name the column of the geometry, and what the file says of it.

    Raises
    ------
    ValueError
        If what it says is no JSON.
    KeyError
        If it names a column of which it says nothing.
    """
    stated = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    name = stated.get("primary_column")
    column = stated["columns"][name] if name in table.column_names else {}
    return name, dict(column)


def _plain(table: pa.Table) -> tuple[pa.Table, tuple[Text, ...]]:
    """Leave out columns of lists, records and bytes, and say so."""
    unread = [
        field.name
        for field in table.schema
        if pa.types.is_nested(field.type)
        or pa.types.is_binary(field.type)
        or pa.types.is_large_binary(field.type)
    ]
    if not unread:
        return table, ()
    return table.drop_columns(unread), (
        Text(
            f"嵌套或二进制的列未读取:{unread}", f"nested and binary columns are not read: {unread}"
        ),
    )
