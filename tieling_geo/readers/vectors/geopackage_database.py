"""
What a GeoPackage is as a database: opened safely, its tables listed, its values as they are.

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

import pandas as pd

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.raw import Fault
from tieling_geo.text import NOTHING, Text

# A plain table, or the spatial index; other virtual tables and views can run functions.
_PLAIN = re.compile(r"(?is)\s*CREATE\s+(TABLE\b|VIRTUAL\s+TABLE\s+.+\s+USING\s+rtree\b)")
# Names that programs give to the column of row numbers, which means nothing to people.
_ROW_NUMBERS = frozenset({"fid", "ogc_fid"})


class StoredTable(NamedTuple):
    """A table of a GeoPackage."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    """Declared types of the columns, in capitals."""
    key: str
    """Column of row numbers; empty for none."""


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a database that is whole, read-only, trusting nothing that its schema could run.

    Parameters
    ----------
    path
        The file; it is never changed, not even to clear up after a crash.

    Yields
    ------
    database
        The connection; it is closed behind the caller.

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


def choose_table(names: list[str], path: Path, layer: str) -> str:
    """
    Choose the only layer, or the one of the registered name.

    Parameters
    ----------
    names
        The layers that the file has.
    path
        The file, for the message.
    layer
        The registered name.

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


def check_plain_tables(database: sqlite3.Connection, table: str, path: Path) -> None:
    """
    Refuse a file whose layer, or list of layers, is anything but stored rows.

    Parameters
    ----------
    database
        The open file.
    table
        The layer's table.
    path
        The file, for the message.

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


def read_table(database: sqlite3.Connection, name: str) -> StoredTable:
    """Read which columns a table has, and of which types they are declared."""
    listed = database.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
    keys = [str(column[1]) for column in listed if column[5]]
    return StoredTable(
        name,
        tuple(str(column[1]) for column in listed),
        tuple(str(column[2]).upper() for column in listed),
        keys[0] if len(keys) == 1 else "",
    )


def quoted(name: str) -> str:
    """
    Quote a name that the file itself lists.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def read_rows(
    database: sqlite3.Connection, table: str, columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """
    Read columns of a table in the order of its row numbers, text as bytes.

    Parameters
    ----------
    database
        The open file.
    table
        The table's name, as the file lists it.
    columns
        Names of its columns, `rowid`, or `count(*)`.
    """
    listed = ", ".join(c if c in {"rowid", "count(*)"} else quoted(c) for c in columns)
    database.text_factory = _Text
    try:
        statement = f"SELECT {listed} FROM {quoted(table)} ORDER BY rowid"  # noqa: S608 - quoted
        return database.execute(statement).fetchall()
    finally:
        database.text_factory = str


def to_attributes(
    rows: Sequence[tuple[object, ...]], listed: Sequence[str], table: StoredTable, ids: list[int]
) -> tuple[pd.DataFrame, tuple[Fault, ...], tuple[Text, ...]]:
    """
    Bring the values of columns to text, numbers and truth values.

    Parameters
    ----------
    rows
        n rows of these columns.
    listed
        The columns' names; geometry is none of them.
    table
        The table.
    ids
        The n row numbers.

    Returns
    -------
    attributes, faults, notes
        The columns but for that of row numbers; values that are no good; what was left out.
    """
    columns: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    notes: list[Text] = []
    kinds = dict(zip(table.columns, table.kinds, strict=True))
    for place, name in enumerate(listed):
        if name == table.key and name.lower() in _ROW_NUMBERS:
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
