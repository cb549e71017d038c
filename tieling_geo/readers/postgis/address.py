"""
Say where a table of a PostGIS database is: `postgis://user@host:5432/database/schema.table`.

No password is ever part of an address; libpq takes it from `~/.pgpass`, `PGPASSFILE` or
`PGPASSWORD`. As people try it nevertheless, no message here repeats any part of what was written.
"""

import re
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import unquote

from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

#: What PostgreSQL uses unless a port is named.
DEFAULT_PORT = 5432

# Names that come to stand in SQL; they are quoted as well.
_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w]{0,62}")
# Names that only libpq gets, as values: these may have a hyphen or a point as well.
_LOGIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.-]{0,62}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]")
_PARTS = re.compile(
    r"postgis://(?:(?P<user>[^@/?#]*)@)?(?P<host>\[[^\]/?#@]*\]|[^:/?#@\[\]]*)"
    r"(?::(?P<port>[0-9]{1,5}))?/(?P<database>[^/?#@:]*)/(?P<rest>[^/?#@:]*)"
    r"(?:\?(?P<query>[^?#]*))?"
)
_LOOK = re.compile(r"\s*(?:postg|pgsql|pg|psycopg)[a-z0-9+_]*:", re.IGNORECASE)
# PostgreSQL cuts longer names off without an error, and then means another table.
_NAME_BYTES = 63
_PORTS = range(1, 65536)
_PORT_FORM = Text("1 至 65535 的整数", "a whole number from 1 to 65535")
_NAME_FORM = Text(
    "以字母、汉字或下划线开头,只含字母、汉字、数字、下划线,UTF-8 不超过 63 字节",
    "beginning with a letter, a Chinese character or _, of these and digits only, at most 63 bytes",
)


class _Place(TypedDict):
    """The parts of an address that say where the database is."""

    host: str
    port: int
    database: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgisSchema:
    """
    A schema of a database: where results are written.

    Examples
    --------
    >>> print(PostgisSchema(host="db", database="tieling", schema="results"))
    tieling/results
    """

    host: str
    """Name or IP address of the server; an IPv6 address without its brackets."""
    database: str
    schema: str
    port: int = DEFAULT_PORT
    user: str = ""
    """Blank: as libpq finds it, `PGUSER` or the name of the system's user."""

    def __post_init__(self) -> None:
        """
        Hold every part to its form, however the record was made.

        Raises
        ------
        ParameterError
            Naming the part, without its value.
        """
        _check(
            Text("主机", "host"), _is_host(self.host), Text("主机名或 IP 地址", "a name or an IP")
        )
        _check(Text("端口", "port"), self.port in _PORTS, _PORT_FORM)
        _check(Text("用户", "user"), not self.user or _is_name(self.user, _LOGIN), _NAME_FORM)
        _check(Text("数据库", "database"), _is_name(self.database, _LOGIN), _NAME_FORM)
        check_name(self.schema, Text("模式", "schema"))

    def __str__(self) -> str:
        """Return what messages and reports call it: database and schema, not server nor user."""
        return f"{self.database}/{self.schema}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgisAddress(PostgisSchema):
    """
    A table, view or materialised view: where a layer is read from.

    Examples
    --------
    >>> print(PostgisAddress(host="db", database="tieling", schema="public", table="锅炉"))
    tieling/public.锅炉
    """

    table: str
    geometry: str = ""
    """The geometry column; blank where the table has only one."""

    def __post_init__(self) -> None:
        """
        Hold every part to its form, however the record was made.

        Raises
        ------
        ParameterError
            Naming the part, without its value.
        """
        PostgisSchema.__post_init__(self)
        check_name(self.table, Text("表", "table"))
        if self.geometry:
            check_name(self.geometry, Text("图形列", "geometry column"))

    def __str__(self) -> str:
        """Return what messages and reports call it, not the server nor the user."""
        return f"{self.database}/{self.schema}.{self.table}"


def is_postgis_address(text: str) -> bool:
    """
    Tell whether a text looks like the address of a PostgreSQL database, well formed or not.

    What looks like one may hold a password: it must go to `to_postgis_address`, whose messages
    repeat nothing, and never into a message as it is.

    Examples
    --------
    >>> [is_postgis_address(t) for t in ("postgis://db/a/b.c", "PG:host=db", "boilers.gpkg")]
    [True, True, False]
    """
    return _LOOK.match(text) is not None


def to_postgis_address(text: str) -> PostgisAddress:
    """
    Read the address of a table: `postgis://[user@]host[:port]/database/schema.table[?geometry=…]`.

    Parameters
    ----------
    text
        The address; characters other than letters may be percent-encoded UTF-8.

    Returns
    -------
    address
        With every name checked against the allow-list.

    Raises
    ------
    ParameterError
        If it has a password, or a part of it is missing, unknown or not in its form. The message
        names the part and never what stands there.

    Examples
    --------
    >>> address = to_postgis_address("postgis://gis@10.1.2.3/tieling/public.锅炉?geometry=geom")
    >>> address.table, address.geometry, address.port
    ('锅炉', 'geom', 5432)
    >>> to_postgis_address("postgis://gis:open@sesame/tieling/public.boilers")
    Traceback (most recent call last):
        ...
    tieling_geo.errors.ParameterError: PostGIS address: it has a password in it; take it out, ...
    """
    parts = _to_parts(text)
    schema, point, table = parts.pop("rest").partition(".")
    _check(Text("schema.table", "schema.table"), bool(point), Text("模式.表", "schema.table"))
    return PostgisAddress(
        **_to_place(parts), schema=schema, table=table, geometry=_to_geometry(parts["query"])
    )


def to_postgis_schema(text: str) -> PostgisSchema:
    """
    Read the address of a schema for results: `postgis://[user@]host[:port]/database/schema`.

    Raises
    ------
    ParameterError
        As for `to_postgis_address`; also if it has a query, or names a schema of PostgreSQL's own.

    Examples
    --------
    >>> to_postgis_schema("postgis://gis@localhost:5433/tieling/results").schema
    'results'
    """
    parts = _to_parts(text)
    schema = parts.pop("rest")
    _check(Text("?", "?"), not parts["query"], Text("无参数", "no parameters"))
    own = schema.lower().startswith("pg_") or schema.lower() == "information_schema"
    _check(Text("模式", "schema"), not own, Text("不能是系统模式", "not one of PostgreSQL's own"))
    return PostgisSchema(**_to_place(parts), schema=schema)


def check_name(name: str, what: Text) -> str:
    """
    Return a name that may stand in SQL, quoted, if it is on the allow-list.

    Raises
    ------
    ParameterError
        Naming what it should name, without the name itself.

    Examples
    --------
    >>> check_name("锅炉_2024", Text("表", "table"))
    '锅炉_2024'
    """
    _check(what, _is_name(name, _NAME), _NAME_FORM)
    return name


def _is_name(name: str, form: re.Pattern[str]) -> bool:
    """Tell whether a name has the form, and is not so long that it would be cut off."""
    return form.fullmatch(name) is not None and len(name.encode()) <= _NAME_BYTES


def _is_host(host: str) -> bool:
    """Tell whether a host is a plain name or number; libpq would take a path or a list, too."""
    return _HOST.fullmatch(f"[{host}]" if ":" in host else host) is not None


def _check(part: Text, fits: bool, form: Text) -> None:  # noqa: FBT001 - called here only
    """
    Refuse an address with a part that does not fit.

    Raises
    ------
    ParameterError
        Naming the part and the form that it should have.
    """
    if not fits:
        raise ParameterError(
            Text(
                f"PostGIS 地址:“{part.zh}”部分应为:{form.zh};"
                "请写成 postgis://用户@主机:5432/数据库/模式.表(写出结果时只到模式)",
                f"PostGIS address: its {part.en} should be {form.en}; write it as "
                "postgis://user@host:5432/database/schema.table (results: up to the schema)",
            )
        )


def _to_parts(text: str) -> dict[str, str]:
    """
    Cut an address into its parts, percent-decoded after the cut.

    Raises
    ------
    ParameterError
        If it has a password, or is no such address.
    """
    found = _PARTS.fullmatch(text)
    parts = {} if found is None else {k: v or "" for k, v in found.groupdict().items()}
    login = text.partition("://")[2].rpartition("@")[0]
    if ":" in unquote(login) or re.search(r"(?i)passw|pwd|passfile", text.partition("?")[2]):
        raise ParameterError(
            Text(
                "PostGIS 地址中写有密码,不予采用;请删去密码,"
                "改放在 ~/.pgpass(或 PGPASSFILE、PGPASSWORD)中",
                "PostGIS address: it has a password in it; take it out, and put it in ~/.pgpass "
                "(or PGPASSFILE, PGPASSWORD)",
            )
        )
    _check(Text("整体", "whole"), bool(parts), Text("下述写法", "as said below"))
    try:
        return {key: unquote(part, errors="strict") for key, part in parts.items()}
    except UnicodeDecodeError:
        pass  # said below, without the bytes
    raise ParameterError(
        Text("PostGIS 地址:百分号编码应为 UTF-8", "PostGIS address: %-codes should be UTF-8")
    )


def _to_place(parts: dict[str, str]) -> _Place:
    """Give the parts that say where the database is."""
    port = parts["port"]
    return {
        "host": parts["host"].removeprefix("[").removesuffix("]"),
        "port": int(port) if port else DEFAULT_PORT,
        "database": parts["database"],
        "user": parts["user"],
    }


def _to_geometry(query: str) -> str:
    """
    Read the only parameter that there is.

    Raises
    ------
    ParameterError
        If there is another one, or no name.
    """
    if not query:
        return ""
    key, _, name = query.partition("=")
    _check(Text("?", "?"), key == "geometry", Text("?geometry=列名", "?geometry=column"))
    return check_name(name, Text("图形列", "geometry column"))
