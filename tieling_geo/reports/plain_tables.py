"""Tables without places in a GeoPackage, written as the standard's attributes tables."""

import sqlite3
from collections.abc import Mapping

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_float_dtype,
    is_integer_dtype,
)


def write_tables(
    database: sqlite3.Connection, tables: Mapping[str, pd.DataFrame], stamp: str
) -> None:
    """
    Add tables to a GeoPackage that GDAL made, in one transaction.

    An evidence file has some two hundred small tables; each through a driver of its own would take
    longer than all that is written.

    Parameters
    ----------
    database
        Connection to the file; it must have the tables that every GeoPackage of GDAL has.
    tables
        Name -> rows; names of ours, never a user's.
    stamp
        The moment that is written as that of the last change.
    """
    for name, frame in tables.items():
        kinds = {str(column): _kind(frame[column]) for column in frame.columns}
        columns = "".join(f", {_quoted(column)} {kind}" for column, kind in kinds.items())
        database.execute(
            f"CREATE TABLE {_quoted(name)} "
            f"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{columns})"
        )
        if kinds and len(frame):
            places = ", ".join("?" * len(kinds))
            named = ", ".join(map(_quoted, kinds))
            database.executemany(
                f"INSERT INTO {_quoted(name)} ({named}) VALUES ({places})",  # noqa: S608 - ours
                zip(*(_values(frame[column]) for column in frame.columns), strict=True),
            )
        _register(database, name, len(frame), stamp)


def _register(database: sqlite3.Connection, name: str, rows: int, stamp: str) -> None:
    """Name a table where readers look for it."""
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, '', ?)",
        (name, name, stamp),
    )
    database.execute(
        "INSERT INTO gpkg_ogr_contents (table_name, feature_count) VALUES (?, ?)", (name, rows)
    )


def _quoted(name: str) -> str:
    """Quote an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _kind(column: pd.Series) -> str:
    """Name a column's type in the words of the standard."""
    if is_bool_dtype(column):
        return "BOOLEAN"
    if is_integer_dtype(column):
        return "INTEGER"
    if is_float_dtype(column):
        return "REAL"
    return "DATETIME" if is_datetime64_any_dtype(column) else "TEXT"


def _values(column: pd.Series) -> list[object]:
    """Give a column's values as SQL takes them; what is missing is NULL."""
    if is_datetime64_any_dtype(column):
        told = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ").str.replace("000Z", "Z")
        return [None if pd.isna(value) else value for value in told]
    plain: list[object] = []
    for value in column.tolist():
        missing = value is None or value is pd.NA or value is pd.NaT
        if missing or (isinstance(value, float) and np.isnan(value)):
            plain.append(None)
        else:
            plain.append(int(value) if isinstance(value, bool) else _plain(value))
    return plain


def _plain(value: object) -> object:
    """Keep numbers and bytes; all else is text."""
    return value if isinstance(value, int | float | str | bytes) else str(value)
