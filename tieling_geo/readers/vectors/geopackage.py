"""
Read a GeoPackage by its own form, without GDAL: whole, closed, and with one plain table of rows.

SQLite keeps each value as it was put in; GDAL would bring it to the column's declared type, and
leave out the column of row numbers even where it is the layer's own number.
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyproj
import shapely

from tieling_geo.errors import BrokenFileError, CRSError
from tieling_geo.readers.raw import RawTable, to_plain_table
from tieling_geo.readers.vectors.geopackage_database import (
    StoredTable,
    check_plain_tables,
    choose_table,
    open_database,
    quoted,
    read_rows,
    read_table,
    to_attributes,
)
from tieling_geo.readers.vectors.geopackage_shapes import Box, to_features
from tieling_geo.readers.vectors.stated_crs import to_stated_crs
from tieling_geo.text import Text

_TABLES = """
    SELECT c.table_name FROM gpkg_contents AS c
    JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    WHERE c.data_type = 'features' ORDER BY c.table_name
"""
# Tables that a layer without places can be read from; those with geometry as well.
_ATTRIBUTES = """
    SELECT table_name FROM gpkg_contents
    WHERE data_type IN ('attributes', 'features') ORDER BY table_name
"""
_SHAPED = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
_GEOMETRY = """
    SELECT g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
    FROM gpkg_geometry_columns AS g
    LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id WHERE g.table_name = ?
"""


class _Source(NamedTuple):
    """The table of features that is read."""

    table: StoredTable
    geometry: str
    """Column of the geometry."""
    srs: int
    crs: tuple[object, object, object]
    """Organisation, code and definition."""


def read_geopackage(path: Path, *, layer: str) -> RawTable:
    """
    Read every row of a GeoPackage's layer.

    Parameters
    ----------
    path
        The file; it is opened read-only and never changed, not even to clear up after a crash.
    layer
        The registered layer's name: of several tables, the one of this name is read.

    Raises
    ------
    BrokenFileError
        If the database is damaged, or its spatial index does not fit its rows.
    UntrustedFileError
        If another program has it open, it holds no layer, several and none of that name, or a view
        in its place.
    CRSError
        If it states its CRS in words that cannot be read, or that contradict its code.
    """
    with open_database(path) as database:
        source = _source(database, path, layer)
        table = source.table
        listed = [c for c in table.columns if c != source.geometry]
        rows = read_rows(database, table.name, [source.geometry, *listed])
        ids = [int(row[0]) for row in read_rows(database, table.name, ["rowid"])]
        boxes = _boxes(database, source)
    shapes, faults, flags = to_features(
        [row[0] for row in rows], source.geometry, srs=source.srs, ids=ids, boxes=boxes
    )
    if boxes is not None:
        # What is nowhere, or could not be built, may or may not stand in the index.
        shaped = int(np.isfinite(shapely.bounds(shapes)).all(axis=1).sum())
        unsure = sum(blob is not None for blob, *_ in rows) - shaped
        if not shaped <= len(boxes) <= shaped + unsure:
            raise BrokenFileError(
                path.name,
                Text(
                    f"空间索引有 {len(boxes)} 条,而有图形的行为 {shaped} 行",
                    f"its spatial index holds {len(boxes)} entries, but {shaped} rows have a shape",
                ),
            )
    attributes, bad, notes = to_attributes([row[1:] for row in rows], listed, table, ids)
    return RawTable(
        attributes,
        shapes,
        np.arange(1, len(rows) + 1),
        _crs(source, path),
        (*faults, *bad),
        notes=notes,
        flags=flags,
        encoding="UTF-8",
    )


def read_attributes(path: Path, *, layer: str) -> RawTable:
    """
    Read every row of a GeoPackage's table for a layer without places; geometry is left unread.

    Parameters
    ----------
    path
        The file; it is opened read-only and never changed.
    layer
        The registered layer's name: of several tables, the one of this name is read.

    Raises
    ------
    BrokenFileError
        If the database is damaged.
    UntrustedFileError
        If another program has it open, it holds no table, several and none of that name, or a view
        in its place.
    """
    with open_database(path) as database:
        names = [str(name) for (name,) in database.execute(_ATTRIBUTES)]
        name = choose_table(names, path, layer)
        check_plain_tables(database, name, path)
        table = read_table(database, name)
        shaped = [str(column) for (column,) in database.execute(_SHAPED, [name])]
        listed = [c for c in table.columns if c not in shaped]
        rows = read_rows(database, name, listed)
        ids = [int(row[0]) for row in read_rows(database, name, ["rowid"])]
    attributes, faults, notes = to_attributes(rows, listed, table, ids)
    return to_plain_table(attributes, faults=faults, notes=notes, unread=shaped)


def check_geopackage(path: Path, *, layer: str) -> tuple[str, int]:
    """
    Choose the table of features, the only one or the one of the layer's name, and count its rows.

    Parameters
    ----------
    path
        The file; it is opened read-only and never changed.
    layer
        The registered layer's name.

    Returns
    -------
    table
        Its name.
    rows
        The number of its rows, counted.

    Raises
    ------
    BrokenFileError
        If the database is damaged.
    UntrustedFileError
        If another program has it open, it holds no layer, several and none of that name, or a view
        in its place.
    """
    with open_database(path) as database:
        table = _source(database, path, layer).table.name
        return table, int(read_rows(database, table, ["count(*)"])[0][0])


def _source(database: sqlite3.Connection, path: Path, layer: str) -> _Source:
    """
    Choose the table of features, and say what the file says of it.

    Raises
    ------
    UntrustedFileError
        If there is none, are several and none of that name, or it is no plain table.
    BrokenFileError
        If what the file says of the table is not so.
    """
    table = choose_table([str(name) for (name,) in database.execute(_TABLES)], path, layer)
    check_plain_tables(database, table, path)
    said = database.execute(_GEOMETRY, [table]).fetchall()
    stored = read_table(database, table)
    if len(said) != 1 or str(said[0][0]) not in stored.columns:
        raise BrokenFileError(
            path.name,
            Text(
                f"图层 {table} 的图形列登记有误",
                f"what it says of the geometry column of layer {table} is not so",
            ),
        )
    geometry, srs, *crs = said[0]
    return _Source(stored, str(geometry), int(srs), (crs[0], crs[1], crs[2]))


def _boxes(database: sqlite3.Connection, source: _Source) -> dict[int, Box] | None:
    """Read the spatial index: row number -> box; None where there is no index."""
    name = f"rtree_{source.table.name}_{source.geometry}"
    made = database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone()
    if not made:
        return None
    statement = f"SELECT id, minx, maxx, miny, maxy FROM {quoted(name)}"  # noqa: S608 - quoted
    return {int(row[0]): Box(*row[1:]) for row in database.execute(statement)}


def _crs(source: _Source, path: Path) -> pyproj.CRS | None:
    """
    Build the CRS of the layer; None where the file says that it has none.

    Raises
    ------
    CRSError
        If it cannot be understood, or its code and its definition are not the same.
    """
    organization, code, definition = source.crs
    if source.srs in {-1, 0}:
        return None
    if organization is None:
        raise CRSError(
            Text(
                f"文件 {path.name}:坐标系编号 {source.srs} 未在文件中定义;请重新指定后导出",
                f"file {path.name}: its CRS {source.srs} is not defined in it; set it again",
            )
        )
    crs = to_stated_crs(definition, path, code=f"{organization}:{code}")
    # What GDAL writes for a layer without a CRS.
    is_undefined = crs is not None and crs.name.lower().startswith("undefined")
    return None if is_undefined else crs
