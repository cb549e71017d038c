"""
Read a GeoPackage by its own form, without GDAL: whole, closed, and with one plain table of rows.

SQLite keeps each value as it was put in; GDAL would bring it to the column's declared type, and
leave out the column of row numbers even where it is the layer's own number.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyproj
import shapely

from tieling_geo.errors import BrokenFileError, CRSError, UntrustedFileError
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.vectors.geopackage_shapes import Box, to_features
from tieling_geo.readers.vectors.stated_crs import to_stated_crs
from tieling_geo.text import NOTHING, Text

_TABLES = """
    SELECT c.table_name FROM gpkg_contents AS c
    JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    WHERE c.data_type = 'features' ORDER BY c.table_name
"""
_GEOMETRY = """
    SELECT g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
    FROM gpkg_geometry_columns AS g
    LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id WHERE g.table_name = ?
"""
# A plain table, or the spatial index; other virtual tables and views can run functions.
_PLAIN = re.compile(r"(?is)\s*CREATE\s+(TABLE\b|VIRTUAL\s+TABLE\s+.+\s+USING\s+rtree\b)")
# Names that programs give to the column of row numbers, which means nothing to people.
_ROW_NUMBERS = frozenset({"fid", "ogc_fid"})


class _Source(NamedTuple):
    """The table of features that is read."""

    table: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    """Declared types of the columns, in capitals."""
    key: str
    """Column of row numbers; empty for none."""
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
    with _opened(path) as database:
        source = _source(database, path, layer)
        listed = [c for c in source.columns if c != source.geometry]
        rows = _rows(database, source.table, [source.geometry, *listed])
        ids = [int(row[0]) for row in _rows(database, source.table, ["rowid"])]
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
    attributes, bad, notes = _attributes(rows, listed, source, ids)
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
    with _opened(path) as database:
        table = _source(database, path, layer).table
        return table, int(_rows(database, table, ["count(*)"])[0][0])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a database that is whole, read-only, trusting nothing that its schema could run.

    Raises
    ------
    BrokenFileError
        If it is damaged.
    UntrustedFileError
        If another program has it open.
    """
    _check_closed(path)
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            (state,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if state != "ok":
                raise BrokenFileError(path.name, _damaged(state))
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BrokenFileError(path.name, _damaged(error)) from error


def _damaged(told: object) -> Text:
    """Say what SQLite says of a damaged database."""
    return Text(f"数据库损坏({told})", f"damaged database ({told})")


def _check_closed(path: Path) -> None:
    """
    Refuse a file that is being written, or was when a program crashed: rows would be missing.

    Raises
    ------
    UntrustedFileError
        With what to do.
    """
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise UntrustedFileError(
                Text(
                    f"文件 {path.name}:旁有 {beside.name},其他程序(如 QGIS)正打开或曾异常退出;"
                    "请在该程序中打开后正常关闭",
                    f"file {path.name}: {beside.name} stands beside it, so another program (such "
                    "as QGIS) has it open or crashed; open it there and close it properly",
                )
            )


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
    table = _chosen([str(name) for (name,) in database.execute(_TABLES)], path, layer)
    _check_plain_tables(database, table, path)
    said = database.execute(_GEOMETRY, [table]).fetchall()
    columns = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    names = tuple(str(column[1]) for column in columns)
    if len(said) != 1 or str(said[0][0]) not in names:
        raise BrokenFileError(
            path.name,
            Text(
                f"图层 {table} 的图形列登记有误",
                f"what it says of the geometry column of layer {table} is not so",
            ),
        )
    geometry, srs, *crs = said[0]
    keys = [str(column[1]) for column in columns if column[5]]
    key = keys[0] if len(keys) == 1 else ""
    kinds = tuple(str(column[2]).upper() for column in columns)
    return _Source(table, names, kinds, key, str(geometry), int(srs), (crs[0], crs[1], crs[2]))


def _chosen(names: list[str], path: Path, layer: str) -> str:
    """
    Choose the only layer, or the one of the registered name.

    Raises
    ------
    UntrustedFileError
        If there is none, or are several and none of that name.
    """
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


def _check_plain_tables(database: sqlite3.Connection, table: str, path: Path) -> None:
    """
    Refuse a file whose layer, or list of layers, is anything but stored rows.

    Raises
    ------
    UntrustedFileError
        With the names.
    """
    made = database.execute("SELECT name, type, sql FROM sqlite_master")
    odd = sorted(
        str(name)
        for name, kind, sql in made
        if (kind == "view" and (name == table or str(name).startswith("gpkg_")))
        or (kind == "table" and not str(name).startswith("sqlite_") and not _PLAIN.match(str(sql)))
    )
    if odd:
        raise UntrustedFileError(
            Text(
                f"文件 {path.name}:{odd} 是视图或虚拟表,不予读取;请另存为普通图层",
                f"file {path.name}: {odd} is a view or a virtual table; save it as a plain layer",
            )
        )


def _quoted(name: str) -> str:
    """Quote a name that the file itself lists."""
    return '"' + name.replace('"', '""') + '"'


def _rows(
    database: sqlite3.Connection, table: str, columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Read columns of a table in the order of its row numbers, text as bytes."""
    listed = ", ".join(c if c in {"rowid", "count(*)"} else _quoted(c) for c in columns)
    database.text_factory = _Text
    try:
        statement = f"SELECT {listed} FROM {_quoted(table)} ORDER BY rowid"  # noqa: S608 - quoted
        return database.execute(statement).fetchall()
    finally:
        database.text_factory = str


def _boxes(database: sqlite3.Connection, source: _Source) -> dict[int, Box] | None:
    """Read the spatial index: row number -> box; None where there is no index."""
    name = f"rtree_{source.table}_{source.geometry}"
    made = database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone()
    if not made:
        return None
    statement = f"SELECT id, minx, maxx, miny, maxy FROM {_quoted(name)}"  # noqa: S608 - quoted
    return {int(row[0]): Box(*row[1:]) for row in database.execute(statement)}


def _attributes(
    rows: list[tuple[object, ...]], listed: list[str], source: _Source, ids: list[int]
) -> tuple[pd.DataFrame, tuple[Fault, ...], tuple[Text, ...]]:
    """Bring the values of all columns but the geometry to text, numbers and truth values."""
    columns: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    notes: list[Text] = []
    kinds = dict(zip(source.columns, source.kinds, strict=True))
    for place, name in enumerate(listed, start=1):
        if name == source.key and name.lower() in _ROW_NUMBERS:
            if ids != list(range(1, len(ids) + 1)):
                notes.append(
                    Text(
                        f"列 {name} 是 GeoPackage 的内部行号,不作为数据读取",
                        f"column {name} is GeoPackage's own row number and is not read as data",
                    )
                )
            continue
        values = [_value(row[place], kinds[name]) for row in rows]
        if any(isinstance(value, bytes) for value, _ in values):
            notes.append(
                Text(f"列 {name} 含二进制数据,未读取", f"column {name} has binary data: not read")
            )
            continue
        columns[name] = pd.Series([value for value, _ in values], dtype="object")
        faults += [Fault(at, name, str(v), why) for at, (v, why) in enumerate(values) if why.zh]
    frame = pd.DataFrame(columns, index=range(len(rows)), dtype="object")
    return frame, tuple(faults), tuple(notes)


class _Text(bytes):
    """What SQLite holds as text, as bytes: it may not be UTF-8."""

    __slots__ = ()


def _value(value: object, kind: str) -> tuple[object, Text]:
    """Bring one value to Python's type, and say what is wrong with it."""
    if isinstance(value, _Text):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return value.decode("utf-8", errors="replace"), Text(
                "文字损坏,不是 UTF-8 编码", "the text is damaged or not in UTF-8"
            )
        if "\0" in text:
            return text.replace("\0", "?"), Text(
                "文字中夹有 NUL 字符", "the text has a NUL character in it"
            )
        return text, NOTHING
    if kind == "BOOLEAN" and value in {0, 1}:
        return bool(value), NOTHING
    return value, NOTHING


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
