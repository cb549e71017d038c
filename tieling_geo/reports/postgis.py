"""
The evidence as tables of a PostGIS database: the same rows as `evidence.gpkg`.

All tables are replaced in one transaction, so that whoever looks sees the old run or the new one,
whole, and a run that is killed leaves the old one. Only tables that an earlier run wrote, which
their comment says, are ever dropped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pandas.api import types

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.readers.postgis.address import PostgisSchema, check_name
from tieling_geo.readers.postgis.catalog import read_extension
from tieling_geo.readers.postgis.connection import LIMITS, PostgisLimits, in_transaction
from tieling_geo.records import Assessment
from tieling_geo.reports.geopackage import (
    GEOMETRY_TYPES,
    SAMPLE,
    described_layers,
    evidence_layers,
    evidence_tables,
)
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    import psycopg

#: Begins the comment of every table that this toolkit writes; others are never touched.
MARK = "tieling-geo evidence: "

_SRID = int(pyproj.CRS(GEOGRAPHIC_CRS).to_epsg() or 0)
_GEOMETRY = "geom"
_RELATIONS = """
    SELECT c.relname, c.relkind = 'r' AND starts_with(coalesce(d.description, ''), %s)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_description AS d
    ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
    WHERE n.nspname = %s ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table to write."""

    name: str
    comment: str
    columns: Mapping[str, str]
    """Name -> type in PostgreSQL's words; geometry left out."""
    rows: Sequence[tuple[object, ...]]
    """Values in the order of the columns; a layer's geometry last, as WKB with its SRID in hex."""
    key: str = ""
    """The column that names a row; blank: none does."""
    geometry_type: str = ""
    """Blank: the table has no geometry."""


def write_postgis(
    assessment: Assessment,
    place: PostgisSchema,
    *,
    language: Language = "zh",
    limits: PostgisLimits = LIMITS,
) -> list[str]:
    """
    Write the evidence into a schema of a database, whole or not at all, and read it back.

    One table a result (CGCS2000 degrees, SRID 4490, with a spatial index; its key is
    `evidence_id`), `verdicts`, `excluded`, `rejected`, `rollups` and each result's own tables.
    All tables of an earlier run go, also those of analyses that were not run this time; rights
    granted on them have to be granted again (or once and for all: `ALTER DEFAULT PRIVILEGES`).

    Parameters
    ----------
    assessment
        What was assessed.
    place
        The schema, created if it is not there; see `to_postgis_schema`.
    language
        Language of the words in it.
    limits
        How long the database may take.

    Returns
    -------
    tables
        Names of the tables written.

    Raises
    ------
    PostgisExtraMissingError
        If the extra `tieling-geo[postgis]` is not installed.
    ServiceError
        If the database cannot be reached, refuses, takes too long or breaks off.
    OutputRefusedError
        If the schema has a table of one of the names that this toolkit did not write, or a view
        depends on one that it did.
    OutputError
        If another run is writing there, a table is in use, or what was written is not there.
    ParameterError
        If a table or a column has a name that is not on the allow-list.
    LayerSchemaError
        If the database's encoding cannot hold the text.
    """
    tables = [
        *(
            _to_layer(name, layer, assessment, language)
            for name, layer in evidence_layers(assessment, language).items()
        ),
        *(
            _to_table(name, frame, assessment)
            for name, frame in evidence_tables(assessment, language).items()
        ),
    ]
    for table in tables:
        check_name(table.name, Text("表", "table"))
        for column in table.columns:
            check_name(column, Text("列", "column"))

    def write(connection: "psycopg.Connection[Any]") -> list[str]:
        return _write(connection, place, tables)

    return in_transaction(place, write, limits=limits, read_only=False)


def _to_comment(title: str, assessment: Assessment) -> str:
    """Say who wrote a table, what it is, as of which day, and if it is a sample."""
    sample = f"{SAMPLE}: " if assessment.is_sample else ""
    return f"{MARK}{sample}{_storable(title)} ({assessment.as_of.isoformat()})"


def _to_layer(name: str, layer: pd.DataFrame, assessment: Assessment, language: Language) -> _Table:
    """Give a result's layer as a table, with a geometry column where its features have places."""
    if not isinstance(layer, gpd.GeoDataFrame):
        return _to_table(name, layer, assessment, key="evidence_id")
    family, title = described_layers(assessment)[name]
    kind = GEOMETRY_TYPES[family]
    shapes = layer.geometry.to_numpy()
    whole = np.full(len(shapes), None, dtype=object)
    whole[:] = [_to_multi(shape) if kind.startswith("Multi") else shape for shape in shapes]
    coded = shapely.to_wkb(shapely.set_srid(whole, _SRID), hex=True, include_srid=True)
    columns, values = _to_columns(pd.DataFrame(layer.drop(columns=layer.geometry.name)))
    return _Table(
        name=name,
        comment=_to_comment(title.to(language), assessment),
        columns=columns,
        rows=list(zip(*values, coded.tolist(), strict=True)),
        key="evidence_id",
        geometry_type=kind,
    )


def _to_multi(shape: Any) -> Any:  # noqa: ANN401 - shapely has no types
    """Give a line or polygon as the only part of a multiple one; others as they are."""
    if isinstance(shape, shapely.LineString):
        return shapely.MultiLineString([shape])
    return shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape


def _to_table(name: str, frame: pd.DataFrame, assessment: Assessment, *, key: str = "") -> _Table:
    """Give a table without geometry."""
    columns, values = _to_columns(frame)
    return _Table(
        name=name,
        comment=_to_comment(name, assessment),
        columns=columns,
        rows=list(zip(*values, strict=True)),
        key="clause" if name == "verdicts" else key,
    )


def _to_columns(frame: pd.DataFrame) -> tuple[dict[str, str], list[list[object]]]:
    """Give the columns' types, and the values of each column."""
    typed = {str(name): _to_typed(frame[name]) for name in frame.columns}
    return {name: kind for name, (kind, _) in typed.items()}, [v for _, v in typed.values()]


def _to_typed(column: pd.Series) -> tuple[str, list[object]]:
    """Give a column's type in PostgreSQL's words, and its values as Python's; missing is None."""
    if types.is_bool_dtype(column.dtype):
        return "boolean", [None if pd.isna(v) else bool(v) for v in column]
    if types.is_integer_dtype(column.dtype):
        return "bigint", [None if pd.isna(v) else int(v) for v in column]
    if types.is_float_dtype(column.dtype):
        return "double precision", [None if pd.isna(v) else float(v) for v in column]
    if types.is_datetime64_dtype(column.dtype):
        moments = [None if pd.isna(v) else v.to_pydatetime() for v in column]
        if any(moment and moment.time() != time.min for moment in moments):
            return "timestamp", list(moments)
        return "date", [moment and moment.date() for moment in moments]
    return "text", [None if pd.isna(v) else _storable(str(v)) for v in column]


def _storable(text: str) -> str:
    """
    Give a text with the two signs that PostgreSQL cannot store shown as others.

    Examples
    --------
    >>> _storable("a" + chr(0) + chr(0xD800))
    'a␀?'
    """
    return text.replace("\0", "␀").encode("utf-8", "replace").decode("utf-8")


def _write(
    connection: "psycopg.Connection[Any]", place: PostgisSchema, tables: Sequence[_Table]
) -> list[str]:
    """Replace what an earlier run wrote."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    _lock(connection, place)
    there = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    if connection.execute(there, (place.schema,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(place.schema)))
    extension = read_extension(connection, place)[1]
    for name in _replaceable(connection, place, {table.name for table in tables}):
        dropped = sql.SQL("DROP TABLE {} RESTRICT").format(sql.Identifier(place.schema, name))
        connection.execute(dropped)
    for table in tables:
        _create(connection, place, table, extension)
        _fill(connection, place, table)
    for table in tables:
        _check_written(connection, place, table, extension)
    return [table.name for table in tables]


def _lock(connection: "psycopg.Connection[Any]", place: PostgisSchema) -> None:
    """
    Hold off other runs until the transaction ends.

    Raises
    ------
    OutputError
        If another run is writing to the schema.
    """
    query = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
    if connection.execute(query, (f"{MARK}{place.schema}",)).fetchone() != (True,):
        raise OutputError(
            Text(
                f"PostGIS {place}:另一次运行正在写入该模式;请等它完成后重试",
                f"PostGIS {place}: another run is writing to it; wait for it to end and try again",
            )
        )


def _replaceable(
    connection: "psycopg.Connection[Any]", place: PostgisSchema, names: set[str]
) -> list[str]:
    """
    List the tables in the schema that an earlier run wrote.

    Raises
    ------
    OutputRefusedError
        If something that it did not write stands in the way.
    """
    found = dict(connection.execute(_RELATIONS, (MARK, place.schema)).fetchall())
    strange = sorted(name for name, is_ours in found.items() if name in names and not is_ours)
    if strange:
        raise OutputRefusedError(
            Text(
                f"PostGIS {place}:{'、'.join(strange)} 不是本工具写的,不予覆盖;"
                "请换一个模式,或先改名",
                f"PostGIS {place}: {', '.join(strange)} was not written by this toolkit and is "
                "not overwritten; name another schema, or rename it",
            )
        )
    return [name for name, is_ours in found.items() if is_ours]


def _create(
    connection: "psycopg.Connection[Any]", place: PostgisSchema, table: _Table, extension: str
) -> None:
    """Create a table, empty, with its comment, key and spatial index."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    # The types are words of this module's own.
    columns: list[sql.Composable] = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(name),
            sql.SQL(kind),
            sql.SQL(" PRIMARY KEY" if name == table.key else ""),
        )
        for name, kind in table.columns.items()
    ]
    if table.geometry_type:
        columns.append(
            sql.SQL("{} {}({}, {})").format(
                sql.Identifier(_GEOMETRY),
                sql.Identifier(extension, "geometry"),
                sql.SQL(table.geometry_type),
                sql.Literal(_SRID),
            )
        )
    parts = {
        "table": sql.Identifier(place.schema, table.name),
        "columns": sql.SQL(", ").join(columns),
        "comment": sql.Literal(table.comment),
        "geometry": sql.Identifier(_GEOMETRY),
    }
    connection.execute(sql.SQL("CREATE TABLE {table} ({columns})").format(**parts))
    connection.execute(sql.SQL("COMMENT ON TABLE {table} IS {comment}").format(**parts))
    if table.geometry_type:
        connection.execute(
            sql.SQL("CREATE INDEX ON {table} USING gist ({geometry})").format(**parts)
        )


def _names(table: _Table) -> list[str]:
    """List the columns of a table, geometry last."""
    return [*table.columns, *([_GEOMETRY] if table.geometry_type else [])]


def _fill(connection: "psycopg.Connection[Any]", place: PostgisSchema, table: _Table) -> None:
    """Copy the rows into a table; no value is ever part of a statement."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(place.schema, table.name),
        sql.SQL(", ").join(map(sql.Identifier, _names(table))),
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for row in table.rows:
            copy.write_row(row)


def _check_written(
    connection: "psycopg.Connection[Any]", place: PostgisSchema, table: _Table, extension: str
) -> None:
    """
    Read back every value before anything is kept.

    Raises
    ------
    OutputError
        If a row is not what was meant: a trigger or a fault of the server changed it.
    """
    from psycopg import sql  # noqa: PLC0415 - of the extra

    columns: list[sql.Composable] = [sql.Identifier(name) for name in table.columns]
    if table.geometry_type:
        # In hex with its SRID, as it was sent.
        parts = sql.Identifier(extension, "st_asewkb"), sql.Identifier(_GEOMETRY)
        columns.append(sql.SQL("upper(encode({}({}, 'NDR'), 'hex'))").format(*parts))
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(columns), sql.Identifier(place.schema, table.name)
    )
    if Counter(connection.execute(query).fetchall()) != Counter(table.rows):
        raise OutputError(
            Text(
                f"PostGIS {place}.{table.name}:写入后核对不符,已全部撤回;请联系数据库管理员",
                f"PostGIS {place}.{table.name} does not hold what was written to it; all is "
                "taken back; ask the database's administrator",
            )
        )
