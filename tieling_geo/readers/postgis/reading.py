"""Read a table of a PostGIS database: one snapshot, read only, every row counted."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.errors import ServiceError
from tieling_geo.readers.postgis.address import PostgisAddress
from tieling_geo.readers.postgis.catalog import TableFacts, read_crs, read_facts
from tieling_geo.readers.postgis.connection import LIMITS, PostgisLimits, in_transaction
from tieling_geo.readers.raw import Fault, RawTable, to_shapes
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

#: Tables with more rows are refused before a row is read: they are no layer of a city.
MAX_ROWS = 2_000_000
#: Geometries and attributes that would come to more bytes are refused while they are read.
MAX_BYTES = 1 << 30
_BATCH_ROWS = 500

# Types whose values come as Python's own; all others come as the text that the database shows.
_NATIVE = frozenset({
    "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar",
})  # fmt: skip
# Types whose values are looked at one by one.
_CONVERTED = frozenset({"float4", "float8", "numeric", "date", "timestamp", "timestamptz"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")


class _Rows(NamedTuple):
    """The rows of a table as they came."""

    encoded: list[bytes | None]
    """Geometries as WKB."""
    srids: list[int | None]
    kinds: list[str | None]
    """PostGIS's names of the geometries' types."""
    attributes: list[tuple[object, ...]]


def read_postgis(
    address: PostgisAddress, *, schema: type[LayerSchema], limits: PostgisLimits = LIMITS
) -> RawTable:
    """
    Read every row of a table, view or materialised view, whatever state the row is in.

    All statements see one snapshot of the database, in which nothing can be changed. Times with a
    zone are given in China's.

    Parameters
    ----------
    address
        The table; see `to_postgis_address`.
    schema
        The layer that it holds.
    limits
        How long the database may take.

    Returns
    -------
    table
        Rows in the order of the primary key, without one in the order of their values; numbered
        from 1 in that order. CRS: the EPSG one of the geometries' SRID.

    Raises
    ------
    PostgisExtraMissingError
        If the extra `tieling-geo[postgis]` is not installed.
    ServiceError
        If the database or the table cannot be reached or read, or gives not the rows it counts.
    LayerSchemaError
        If the table has no geometry column, several and none is chosen, or text that does not
        fit the database's encoding.
    CRSError
        If the geometries have several SRIDs, none, or one that is not EPSG's.
    """

    def read(connection: "psycopg.Connection[Any]") -> RawTable:
        return _read(connection, address, schema)

    return in_transaction(address, read, limits=limits)


def _read(
    connection: "psycopg.Connection[Any]", address: PostgisAddress, schema: type[LayerSchema]
) -> RawTable:
    """Read facts, rows and CRS in one transaction."""
    has_places = schema.card().has_places
    facts = read_facts(connection, address, has_places=has_places)
    rows = _fetch(connection, facts, address)
    counted = len(rows.attributes)
    if not facts.key:
        rows = _sorted(rows)
    srids = Counter(srid for srid in rows.srids if srid is not None)
    crs = read_crs(connection, facts, dict(srids), address) if has_places else None
    shapes, faults = _to_geometry(rows)
    columns = {
        name: pd.Series([row[position] for row in rows.attributes], dtype="object")
        for position, (name, _) in enumerate(facts.columns)
    }
    return RawTable(
        attributes=pd.DataFrame(columns, index=pd.RangeIndex(counted)),
        geometry=shapes,
        rows=np.arange(1, counted + 1, dtype=np.int64),
        crs=crs,
        faults=faults,
        notes=_to_notes(facts, schema),
        encoding=str(connection.info.parameter_status("server_encoding") or ""),
        coordinate_form="geometry" if has_places else "",
    )


def _count(connection: "psycopg.Connection[Any]", address: PostgisAddress) -> int:
    """
    Count the rows.

    Raises
    ------
    ServiceError
        If there are too many to be a layer.
    """
    from psycopg import sql  # noqa: PLC0415 - of the extra

    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(address.schema, address.table))
    (counted,) = connection.execute(query).fetchone() or (0,)
    if counted > MAX_ROWS:
        raise ServiceError(_too_big(address))
    return int(counted)


def _too_big(address: PostgisAddress) -> Text:
    """Say that a table is more than fits."""
    return Text(
        f"PostGIS {address}:超过 {MAX_ROWS} 行或 {MAX_BYTES >> 30} GB;请建一个只含本市数据的视图",
        f"PostGIS {address}: more than {MAX_ROWS} rows or {MAX_BYTES >> 30} GB; make a view with "
        "the city's rows only",
    )


def _to_query(facts: TableFacts, address: PostgisAddress) -> "sql.Composed":
    """Compose the statement that reads the rows: names quoted, and no value in it at all."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    parts = _to_shape_expressions(facts)
    parts += [_to_expression(name, kind) for name, kind in facts.columns]
    table = sql.Identifier(address.schema, address.table)
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(parts), table)
    if not facts.key:
        return query
    # Byte order of text: the same on every server, whatever its language.
    keys = [
        sql.SQL('{} COLLATE pg_catalog."C"' if key.is_text else "{}").format(
            sql.Identifier(key.name)
        )
        for key in facts.key
    ]
    return sql.SQL("{} ORDER BY {}").format(query, sql.SQL(", ").join(keys))


def _to_shape_expressions(facts: TableFacts) -> list["sql.Composable"]:
    """Ask for the geometry as WKB, its SRID and its type; for nothing, three times, without one."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    def of_postgis(name: str) -> sql.Identifier:
        return sql.Identifier(facts.extension, name)

    if not facts.geometry:
        return [sql.SQL("NULL")] * 3
    shape = sql.SQL("CAST({} AS {})").format(sql.Identifier(facts.geometry), of_postgis("geometry"))
    return [
        sql.SQL("{}({}, 'NDR')").format(of_postgis("st_asbinary"), shape),
        sql.SQL("{}({})").format(of_postgis("st_srid"), shape),
        sql.SQL("{}({})").format(of_postgis("geometrytype"), shape),
    ]


def _to_expression(name: str, kind: str) -> "sql.Composable":
    """Ask for an attribute as it is, or as the text that the database shows of it."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    column = sql.Identifier(name)
    if kind in _NATIVE:
        return column
    if kind == "timestamptz":
        column_in_china = "CAST(CAST({} AS pg_catalog.timestamp) AS pg_catalog.text)"
        return sql.SQL(column_in_china).format(column)
    return sql.SQL("CAST({} AS pg_catalog.text)").format(column)


def _fetch(
    connection: "psycopg.Connection[Any]", facts: TableFacts, address: PostgisAddress
) -> _Rows:
    """
    Read the rows, a batch at a time, as many as are counted in the same snapshot.

    Raises
    ------
    ServiceError
        If they come to more bytes than fit, or to another number of rows.
    """
    counted = _count(connection, address)
    kinds = [kind for _, kind in facts.columns]
    converted = [position for position, kind in enumerate(kinds) if kind in _CONVERTED]
    rows, size = _Rows([], [], [], []), 0
    with connection.cursor(name="tieling_geo") as cursor:
        cursor.execute(_to_query(facts, address))
        for shape, srid, kind, *values in _batches(cursor):
            size += len(shape or b"") + sum(len(v) for v in values if isinstance(v, str))
            if size > MAX_BYTES:
                raise ServiceError(_too_big(address))
            rows.encoded.append(shape)
            rows.srids.append(srid)
            rows.kinds.append(kind)
            for position in converted:
                values[position] = _to_native(values[position], kinds[position])
            rows.attributes.append(tuple(values))
    if len(rows.attributes) != counted:
        raise ServiceError(
            Text(
                f"PostGIS {address}:统计为 {counted} 行,读出 {len(rows.attributes)} 行,未予采用;"
                "如为视图,请勿使用随机或易变的函数",
                f"PostGIS {address}: it counts {counted} rows and gives {len(rows.attributes)}; "
                "nothing is used; a view must not use random or volatile functions",
            )
        )
    return rows


def _batches(cursor: "psycopg.ServerCursor[Any]") -> Iterator[tuple[Any, ...]]:
    """Yield rows, which come in batches."""
    while batch := cursor.fetchmany(_BATCH_ROWS):
        yield from batch


def _to_native(value: object, kind: str) -> object:
    """
    Give a value as a number, a text, a yes or no, a day, a moment or None.

    A decimal number is a float only if that is exactly it, else its digits as text; what is no
    number, day or moment (`NaN`, `infinity`) stays text, so that it is seen and rejected.

    Examples
    --------
    >>> _to_native(Decimal("12.50"), "numeric"), _to_native(Decimal("7"), "numeric")
    (12.5, 7)
    >>> _to_native(Decimal("0.12345678901234567890"), "numeric")
    '0.12345678901234567890'
    >>> _to_native("2023-12-31", "date"), _to_native("infinity", "date")
    (datetime.date(2023, 12, 31), 'infinity')
    """
    if isinstance(value, float) and np.isnan(value):
        return "NaN"
    if isinstance(value, Decimal):
        return _to_number(value)
    if not isinstance(value, str):
        return value
    if kind == "date" and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if kind in {"timestamp", "timestamptz"} and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value


def _to_number(value: Decimal) -> int | float | str:
    """Give a decimal number as a whole or floating-point number that is exactly it, or as text."""
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value() and value.as_tuple().exponent == 0:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else f"{value:f}"


def _sorted(rows: _Rows) -> _Rows:
    """Sort rows by their values, then their geometries, for want of a key."""

    def key(position: int) -> tuple[object, ...]:
        values = tuple(_to_rank(value) for value in rows.attributes[position])
        return (*values, rows.encoded[position] or b"", rows.srids[position] or 0)

    order = sorted(range(len(rows.attributes)), key=key)
    return _Rows(
        [rows.encoded[i] for i in order],
        [rows.srids[i] for i in order],
        [rows.kinds[i] for i in order],
        [rows.attributes[i] for i in order],
    )


def _to_rank(value: object) -> tuple[str, Any]:
    """Give what a value is sorted by: blanks first, and only like with like."""
    if value is None:
        return ("", 0)
    return ("number" if isinstance(value, (int, float)) else type(value).__name__, value)


def _to_geometry(rows: _Rows) -> tuple[NDArray[np.object_], tuple[Fault, ...]]:
    """Build the geometries; what cannot be built is a fault of its row, told by its type."""
    encoded = np.full(len(rows.encoded), None, dtype=object)
    encoded[:] = rows.encoded
    shapes = to_shapes(shapely.from_wkb, encoded)
    reason = Text("图形无法解析(或为曲线)", "the geometry cannot be built, or is a curve")
    faults = tuple(
        Fault(position, "geometry", str(rows.kinds[position] or ""), reason)
        for position in np.flatnonzero(shapely.is_missing(shapes)).tolist()
        if encoded[position] is not None
    )
    return shapes, faults


def _to_notes(facts: TableFacts, schema: type[LayerSchema]) -> tuple[Text, ...]:
    """Say how rows are numbered, and which columns were taken in a way that needs saying."""
    key = [column.name for column in facts.key]
    told = "、".join(key), ", ".join(key)
    notes = [
        Text(f"行号按主键 {told[0]} 的次序", f"rows are numbered in the order of the key {told[1]}")
        if key
        else Text(
            "没有主键,行号按各列值的次序", "no primary key: rows are numbered by their values"
        )
    ]
    if facts.other_geometry:
        other = "、".join(facts.other_geometry), ", ".join(facts.other_geometry)
        notes.append(
            Text(
                f"{schema.layer_name()} 用图形列 {facts.geometry or '(无)'};未使用:{other[0]}",
                f"{schema.layer_name()} uses geometry column {facts.geometry or '(none)'}, "
                f"not {other[1]}",
            )
        )
    zoned = [name for name, kind in facts.columns if kind == "timestamptz"]
    if zoned:
        notes.append(
            Text(
                f"带时区的时间按北京时间读取:{'、'.join(zoned)}",
                f"times with a zone are taken in China's: {', '.join(zoned)}",
            )
        )
    return tuple(notes)


def postgis_sha256(table: RawTable) -> str:
    """
    Hash what a table holds, as files are hashed: names, types, values, geometries and CRS.

    Two tables with the same rows, wherever they are, have the same hash; how the database stores
    them does not count.

    Parameters
    ----------
    table
        As `read_postgis` gives it.

    Returns
    -------
    sha256
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()

    def add(parts: Sequence[object]) -> None:
        for part in parts:
            coded = part if isinstance(part, bytes) else f"{type(part).__name__} {part!r}".encode()
            # With its length before it, no part can pass for two.
            digest.update(len(coded).to_bytes(8))
            digest.update(coded)

    add([None if table.crs is None else table.crs.to_epsg(), *table.attributes.columns])
    shapes = shapely.to_wkb(table.geometry, byte_order=1, include_srid=False)
    values = [table.attributes[name].tolist() for name in table.attributes.columns]
    for row in zip(shapes, *values, strict=True):
        add(row)
    add([tuple(fault) for fault in table.faults])
    return digest.hexdigest()
