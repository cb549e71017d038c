"""What a database says of a table before a row of it is read: columns, key, geometry, CRS."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyproj

from tieling_geo.errors import CRSError, LayerSchemaError, ServiceError
from tieling_geo.readers.postgis.address import PostgisAddress, PostgisSchema
from tieling_geo.text import Text

if TYPE_CHECKING:
    import psycopg

_POSTGIS = """
    SELECT n.oid, n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = 'postgis'
"""
# Tables, partitioned and foreign ones, views and materialised views.
_TABLE = """
    SELECT c.oid, row_security_active(c.oid) FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
"""
# A domain is taken as what it is a domain of.
_COLUMNS = """
    SELECT a.attname, b.typname, b.typnamespace, a.atttypmod FROM pg_attribute AS a
    JOIN pg_type AS t ON t.oid = a.atttypid
    JOIN pg_type AS b ON b.oid = CASE t.typbasetype WHEN 0 THEN t.oid ELSE t.typbasetype END
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
    SELECT a.attname, a.attcollation <> 0 FROM pg_index AS i
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place
"""
_SPATIAL_TYPES = ("geometry", "geography")


class KeyColumn(NamedTuple):
    """A column of the primary key."""

    name: str
    is_text: bool
    """It has a collation, so that its order would depend on the server's language."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What the catalog says of a table; all names are the database's own and go quoted only."""

    extension: str
    """The schema that PostGIS was installed in."""
    columns: tuple[tuple[str, str], ...]
    """Attributes in their order, each with the name of its type; geometry left out."""
    geometry: str
    """The geometry column that is read; empty for a table without places."""
    other_geometry: tuple[str, ...]
    """Further geometry columns, which are not read."""
    typmod: int
    """Of the geometry column: its type and SRID in PostGIS's own packing; -1 for none."""
    key: tuple[KeyColumn, ...]
    """The primary key; empty for views and for tables without."""


def read_extension(connection: "psycopg.Connection[Any]", place: PostgisSchema) -> tuple[int, str]:
    """
    Find the schema that PostGIS was installed in.

    Returns
    -------
    oid
        Its number.
    name
        Its name, to be quoted.

    Raises
    ------
    ServiceError
        If the database has no PostGIS.
    """
    found = connection.execute(_POSTGIS).fetchone()
    if found is None:
        raise ServiceError(
            Text(
                f"PostGIS {place}:数据库没有安装 postgis 扩展;请管理员执行 CREATE EXTENSION",
                f"PostGIS {place}: the database lacks the extension postgis; let its "
                "administrator create it",
            )
        )
    return int(found[0]), str(found[1])


def read_facts(
    connection: "psycopg.Connection[Any]", address: PostgisAddress, *, has_places: bool = True
) -> TableFacts:
    """
    Look a table up in the catalog.

    Parameters
    ----------
    connection
        In a transaction, with `search_path` set to `pg_catalog`.
    address
        The table.
    has_places
        False for a layer without places: the table needs no geometry column, and none is read.

    Raises
    ------
    ServiceError
        If the database has no PostGIS, no such table, or row security would hide rows of it.
    LayerSchemaError
        If the table has no geometry column, or several and none is chosen.
    """
    namespace_of_postgis, extension = read_extension(connection, address)
    found = connection.execute(_TABLE, (address.schema, address.table)).fetchone()
    if found is None:
        raise ServiceError(
            Text(
                f"PostGIS {address}:没有这个表或视图;请核对模式名与表名(区分大小写)",
                f"PostGIS {address}: no such table or view; check the names (capitals count)",
            )
        )
    oid, is_hidden = found
    if is_hidden:
        raise ServiceError(
            Text(
                f"PostGIS {address}:该表对此用户启用了行级安全策略,会隐藏部分行,故不读取;"
                "请管理员授予 BYPASSRLS,或另建视图",
                f"PostGIS {address}: row security hides rows of it from this user, so it is not "
                "read; ask the administrator for BYPASSRLS or for a view",
            )
        )
    listed = connection.execute(_COLUMNS, (oid,)).fetchall()
    spatial = {
        name: typmod
        for name, kind, namespace, typmod in listed
        if namespace == namespace_of_postgis and kind in _SPATIAL_TYPES
    }
    geometry = _chosen(list(spatial), address) if has_places else ""
    return TableFacts(
        extension=extension,
        columns=tuple((name, kind) for name, kind, *_ in listed if name not in spatial),
        geometry=geometry,
        other_geometry=tuple(name for name in spatial if name != geometry),
        typmod=spatial.get(geometry, -1),
        key=tuple(KeyColumn(*column) for column in connection.execute(_KEY, (oid,))),
    )


def _chosen(names: list[str], address: PostgisAddress) -> str:
    """
    Choose the geometry column: the one of the address, or the only one.

    Raises
    ------
    LayerSchemaError
        If there is none, not that one, or no telling which.
    """
    told = "、".join(names), ", ".join(names)
    if not names:
        raise LayerSchemaError(
            Text(
                f"PostGIS {address}:没有图形列(geometry 或 geography);数据库中的坐标列不予采用,"
                "请用 ST_SetSRID(ST_MakePoint(x, y), SRID) 建视图",
                f"PostGIS {address}: no geometry column; columns of coordinates are not read from "
                "a database: make a view with ST_SetSRID(ST_MakePoint(x, y), srid)",
            )
        )
    if address.geometry and address.geometry not in names:
        raise LayerSchemaError(
            Text(
                f"PostGIS {address}:没有图形列 {address.geometry};可用:{told[0]}",
                f"PostGIS {address}: no geometry column {address.geometry}; known: {told[1]}",
            )
        )
    if not address.geometry and len(names) > 1:
        raise LayerSchemaError(
            Text(
                f"PostGIS {address}:有多个图形列 {told[0]};请在地址末尾写明 ?geometry=列名",
                f"PostGIS {address}: several geometry columns, {told[1]}; name one at the end of "
                "the address: ?geometry=column",
            )
        )
    return address.geometry or names[0]


def read_crs(
    connection: "psycopg.Connection[Any]",
    facts: TableFacts,
    srids: dict[int, int],
    address: PostgisAddress,
) -> pyproj.CRS:
    """
    Find the one CRS of a table's geometries.

    Parameters
    ----------
    connection
        In the transaction in which the rows were read.
    facts
        The table's.
    srids
        SRID -> number of rows that have it; empty if no row has a geometry.
    address
        The table.

    Raises
    ------
    CRSError
        If there are several SRIDs, there is none (0), or it is not one of EPSG's.
    """
    if len(srids) > 1:
        told = ", ".join(f"{srid} ({rows})" for srid, rows in sorted(srids.items()))
        raise CRSError(
            Text(
                f"PostGIS {address}:图形的坐标系不一致,SRID(行数)为 {told};"
                "请用 ST_Transform 统一后再读",
                f"PostGIS {address}: its geometries are in several CRSs, SRID (rows): {told}; "
                "bring them to one with ST_Transform",
            )
        )
    srid = next(iter(srids)) if srids else _declared_srid(connection, facts)
    if srid == 0:
        raise CRSError(
            Text(
                f"PostGIS {address}:图形没有坐标系(SRID 为 0);请由数据提供方用 UpdateGeometrySRID "
                "写明,本工具不猜测坐标系",
                f"PostGIS {address}: its geometries state no CRS (SRID 0); whoever made them sets "
                "it with UpdateGeometrySRID, it is never guessed",
            )
        )
    code = _epsg_code(connection, facts, srid)
    try:
        if code is not None:
            return pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        pass  # said below, without PROJ's internals
    raise CRSError(
        Text(
            f"PostGIS {address}:SRID {srid} 在 spatial_ref_sys 中不是 EPSG 坐标系;"
            "请用 ST_Transform 转换到 EPSG 坐标系,如 4490",
            f"PostGIS {address}: SRID {srid} is no CRS of EPSG's by spatial_ref_sys; "
            "bring it to one with ST_Transform, such as 4490",
        )
    )


def _declared_srid(connection: "psycopg.Connection[Any]", facts: TableFacts) -> int:
    """Read the SRID that the column is declared with; 0 for none."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    if facts.typmod < 0:
        return 0
    query = sql.SQL("SELECT {}({})").format(
        sql.Identifier(facts.extension, "postgis_typmod_srid"), sql.Literal(facts.typmod)
    )
    (srid,) = connection.execute(query).fetchone() or (0,)
    return int(srid)


def _epsg_code(connection: "psycopg.Connection[Any]", facts: TableFacts, srid: int) -> int | None:
    """Read which code of EPSG's an SRID of this database is; None if it is another authority's."""
    from psycopg import sql  # noqa: PLC0415 - of the extra

    query = sql.SQL("SELECT auth_srid FROM {} WHERE srid = {} AND auth_name = 'EPSG'").format(
        sql.Identifier(facts.extension, "spatial_ref_sys"), sql.Literal(srid)
    )
    found = connection.execute(query).fetchone()
    return None if found is None or found[0] is None else int(found[0])
