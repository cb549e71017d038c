"""Check a GeoPackage before GDAL opens it: whole, closed, and with one plain table of features."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import Text

_TABLES = """
    SELECT c.table_name FROM gpkg_contents AS c
    JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    WHERE c.data_type = 'features' ORDER BY c.table_name
"""
# A plain table, or the spatial index; other virtual tables and views can run functions.
_PLAIN = re.compile(r"(?is)\s*CREATE\s+(TABLE\b|VIRTUAL\s+TABLE\s+.+\s+USING\s+rtree\b)")


def check_geopackage(path: Path, *, layer: str) -> tuple[str, int]:
    """
    Choose the table of features, the only one or the one of the layer's name, and count its rows.

    Parameters
    ----------
    path
        The file; it is opened read-only and never changed, not even to clear up after a crash.
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
    _check_closed(path)
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if state == "ok":
                table = _chosen([str(name) for (name,) in database.execute(_TABLES)], path, layer)
                _check_plain_tables(database, table, path)
                return table, _count(database, table)
    except sqlite3.Error as error:
        state = error
    raise BrokenFileError(path.name, Text(f"数据库损坏({state})", f"damaged database ({state})"))


def _count(database: sqlite3.Connection, table: str) -> int:
    """Count the rows of a table that the file itself lists."""
    quoted = table.replace('"', '""')
    counted = database.execute(f'SELECT count(*) FROM "{quoted}"')  # noqa: S608 - quoted
    return int(counted.fetchone()[0])


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
