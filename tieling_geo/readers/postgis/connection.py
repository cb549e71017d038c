"""
One transaction in a PostGIS database: connected, bounded in time, and every fault told in words.

Messages of the driver and of the server never reach a user: they name the password file, and on
some servers quote the statement. Faults are told apart by their SQLSTATE, and before the login,
where there is none, by what the driver's text looks like.
"""

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tieling_geo.errors import (
    LayerSchemaError,
    OutputError,
    OutputRefusedError,
    ServiceError,
    TielingGeoError,
)
from tieling_geo.readers.postgis.address import PostgisSchema
from tieling_geo.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

Done = TypeVar("Done")

#: What the database calls our sessions, so that its administrator knows them.
APPLICATION_NAME = "tieling-geo"


class PostgisExtraMissingError(TielingGeoError, ImportError):
    """The libraries of the extra `tieling-geo[postgis]` are not installed."""

    exit_status = 3


@dataclass(frozen=True, slots=True)
class PostgisLimits:
    """How long a database may take, seconds; beyond it a run ends with a message."""

    connect_s: int = 10
    """To connect; libpq counts whole seconds, at least 2."""
    statement_s: float = 120.0
    """For one statement, or one batch of rows."""
    lock_s: float = 15.0
    """To wait for another session's lock."""


#: What holds unless the caller says otherwise.
LIMITS = PostgisLimits()

_AUTHENTICATION = Text(
    "用户名或密码不被接受;请核对地址中的用户,以及 ~/.pgpass(或 PGPASSFILE、PGPASSWORD)中的密码",
    "user or password is not accepted; check the user in the address and the password in ~/.pgpass "
    "(or PGPASSFILE, PGPASSWORD)",
)
_NO_PASSWORD = Text(
    "服务器要求密码而未找到;请写入 ~/.pgpass(权限 0600),或设置 PGPASSFILE、PGPASSWORD",
    "the server asks for a password and there is none; put it in ~/.pgpass (mode 0600), or set "
    "PGPASSFILE or PGPASSWORD",
)
_NO_DATABASE = Text(
    "没有这个数据库;请核对地址中的数据库名", "no such database; check its name in the address"
)
_NOT_ADMITTED = Text(
    "服务器不允许从本机以该用户连接;请数据库管理员修改 pg_hba.conf",
    "the server does not admit this user from this machine; ask its administrator (pg_hba.conf)",
)
_NO_TLS = Text(
    "加密连接(SSL)无法建立;请核对 PGSSLMODE、PGSSLROOTCERT 与服务器证书",
    "no encrypted connection (SSL); check PGSSLMODE, PGSSLROOTCERT and the server's certificate",
)
_NO_HOST = Text(
    "找不到这台主机;请核对地址中的主机名", "no such host; check its name in the address"
)
_DOWN = Text(
    "服务器没有在该端口上运行或无法到达;请核对主机与端口,并确认数据库已启动",
    "no server is running on that port, or it cannot be reached; check host and port, and that the "
    "database is up",
)
_BUSY = Text(
    "服务器资源不足(连接数、内存或磁盘);请稍后再试,或联系数据库管理员",
    "the server is out of connections, memory or disk; try again later or ask its administrator",
)
_STARTING = Text(
    "服务器正在启动、关闭或恢复;请稍后再试",
    "the server is starting, stopping or recovering; try again later",
)
_NO_CONNECTION = Text(
    "无法连接;请用 psql 以同一地址试连,以查明原因",
    "it cannot be connected to; try the same address with psql to see why",
)
_LOST = Text(
    "连接中途断开,未采用任何数据;请确认服务器与网络正常后重试",
    "the connection was lost on the way and nothing is used; check server and network, and try "
    "again",
)
_TOO_SLOW = Text(
    "超过时限仍未完成;请稍后再试,或请管理员检查该表的索引与负载",
    "it took longer than the time limit; try again later, or let its administrator look at the "
    "table's index and load",
)
_NO_RIGHTS = Text(
    "该用户没有所需权限(读取:SELECT 与模式的 USAGE;写出:CREATE),或受行级安全策略限制;"
    "请数据库管理员授权",
    "the user lacks rights (to read: SELECT, and USAGE of the schema; to write: CREATE), or row "
    "security hides rows from it; ask the administrator for them",
)
_NO_TABLE = Text(
    "没有这个表或模式;请核对名称(区分大小写)",
    "no such table or schema; check the names (capitals count)",
)
_NOT_POPULATED = Text(
    "物化视图尚未填充;请先执行 REFRESH MATERIALIZED VIEW",
    "the materialised view is not populated; REFRESH MATERIALIZED VIEW it first",
)

# What another session of the database holds against us while we write.
_IN_USE = Text(
    "表正被其他程序使用(如 QGIS 或另一次运行);请关闭后重试",
    "the tables are in use by another program (QGIS, or another run); close it and try again",
)
_DEPENDED_ON = Text(
    "有视图或外键依赖于本工具写的表,故不能替换;请先删除它们,或换一个模式",
    "views or foreign keys depend on tables of ours, which can then not be replaced; drop them, or "
    "write to another schema",
)

# Before the login there is no SQLSTATE; servers here speak English or Chinese.
_BEFORE_LOGIN: tuple[tuple[str, Text], ...] = (
    (r"pg_hba", _NOT_ADMITTED),
    (r"no password supplied|fe_sendauth|没有提供(口令|密码)", _NO_PASSWORD),
    (r"authentication failed|(认证|验证)失败|role .* does not exist|角色.*不存在", _AUTHENTICATION),
    (r"database .* does not exist|数据库.*不存在", _NO_DATABASE),
    (r"translate host name|name resolution|not known|nodename|解析主机|主机名.*转换", _NO_HOST),
    (r"too many|太多|过多|remaining connection slots", _BUSY),
    (r"starting up|shutting down|recovery mode|启动|关闭中|恢复模式", _STARTING),
    (r"\bSSL|certificate|证书", _NO_TLS),
    (r"timeout|timed out|超时", _TOO_SLOW),
    (r"refused|unreachable|no route|拒绝|不可达|closed the connection", _DOWN),
)
# By SQLSTATE, or by the class that its first two signs are.
_BY_STATE: dict[str, Text] = {
    "08": _LOST,
    "28": _AUTHENTICATION,
    "3D": _NO_DATABASE,
    "3F": _NO_TABLE,
    "42501": _NO_RIGHTS,
    "42P01": _NO_TABLE,
    "53": _BUSY,
    "55000": _NOT_POPULATED,
    "55P03": _IN_USE,
    "57014": _TOO_SLOW,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": _STARTING,
    "57P05": _LOST,
}
_NO_UTF8 = Text(
    "数据库的编码(如 SQL_ASCII)与文字不符,无法转为 UTF-8;请转存到 UTF8 编码的数据库",
    "the text does not fit the database's encoding (such as SQL_ASCII) and cannot be given as "
    "UTF-8; move it to a database in UTF8",
)


def in_transaction(
    place: PostgisSchema,
    work: "Callable[[psycopg.Connection[Any]], Done]",
    *,
    limits: PostgisLimits = LIMITS,
    read_only: bool = True,
) -> Done:
    """
    Do work in one transaction, of which all is kept or, if anything fails, nothing.

    Parameters
    ----------
    place
        Where the database is. Password, encryption and certificates are libpq's: `~/.pgpass`,
        `PGPASSFILE`, `PGPASSWORD`, `PGSSLMODE`, `PGSSLROOTCERT`, ...
    work
        Called with the connection.
    limits
        How long it may take.
    read_only
        True: the database refuses every change, and all statements see one snapshot.

    Returns
    -------
    done
        What the work returns.

    Raises
    ------
    PostgisExtraMissingError
        If the extra `tieling-geo[postgis]` is not installed.
    ServiceError
        If the database cannot be reached, refuses, takes too long or breaks off.
    LayerSchemaError
        If text does not fit the database's encoding.
    OutputError
        If a table that is to be written is locked.
    OutputRefusedError
        If a table that is to be replaced is depended on.
    """
    try:
        import psycopg  # noqa: PLC0415 - of an extra, which most users do without
    except ImportError:
        psycopg = None  # type: ignore[assignment]  # said below, without the import's trace
    if psycopg is None:
        raise PostgisExtraMissingError(
            Text(
                '未安装 PostGIS 支持;请执行 pip install "tieling-geo[postgis]"',
                'PostGIS is not supported yet: pip install "tieling-geo[postgis]"',
            )
        )
    connected = False
    log = logging.getLogger("psycopg")
    log.addFilter(_is_not_of_the_driver)
    try:
        with psycopg.connect(**_options(place, limits)) as connection:
            connected = True
            connection.read_only = read_only
            levels = psycopg.IsolationLevel
            connection.isolation_level = (
                levels.REPEATABLE_READ if read_only else levels.READ_COMMITTED
            )
            _set(connection, limits)
            return work(connection)
    except psycopg.Error as error:
        told = _to_told(error, place, connected=connected, read_only=read_only)
    finally:
        log.removeFilter(_is_not_of_the_driver)
    # Raised out here the driver's error is neither cause nor context: its text may tell a path.
    raise told


def _is_not_of_the_driver(_record: logging.LogRecord) -> bool:
    """Keep what the driver logs out of every log: it repeats the server's words."""
    return False


def _options(place: PostgisSchema, limits: PostgisLimits) -> dict[str, Any]:
    """Give what libpq is told; the rest, such as the password, it finds for itself."""
    return {
        "host": place.host,
        "port": place.port,
        "dbname": place.database,
        **({"user": place.user} if place.user else {}),
        "connect_timeout": limits.connect_s,
        "application_name": APPLICATION_NAME,
        "client_encoding": "UTF8",
        # A server that vanishes is noticed within a minute.
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        # Poolers between us and the server do not keep prepared statements.
        "prepare_threshold": None,
    }


def _set(connection: "psycopg.Connection[Any]", limits: PostgisLimits) -> None:
    """Set for this transaction what a server, a database or a role may have set otherwise."""
    settings = {
        "statement_timeout": f"{int(limits.statement_s * 1000)}ms",
        "lock_timeout": f"{int(limits.lock_s * 1000)}ms",
        # Names that stand alone are PostgreSQL's own, whatever someone has put into `public`.
        "search_path": "pg_catalog",
        # An error instead of rows that are left out without a word.
        "row_security": "off",
        "DateStyle": "ISO, YMD",
        "TimeZone": "Asia/Shanghai",
        "extra_float_digits": "3",
        # Rows come in the order in which they are stored.
        "synchronize_seqscans": "off",
    }
    for name, value in settings.items():
        connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))


def _to_told(
    error: "psycopg.Error", place: PostgisSchema, *, connected: bool, read_only: bool
) -> TielingGeoError:
    """Say a fault in words of ours."""
    state = error.sqlstate or ""
    if not read_only and state == "55P03":
        return OutputError(_placed(_IN_USE, place))
    if not read_only and state == "2BP01":
        return OutputRefusedError(_placed(_DEPENDED_ON, place))
    if state in {"22021", "22P05"}:
        return LayerSchemaError(_placed(_NO_UTF8, place))
    if not connected:
        return ServiceError(_placed(_by_text(error), place))
    why = _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    if why is None and not state:
        why = _LOST  # nothing but a broken connection is without one
    if why is None:
        why = Text(
            f"数据库报错(SQLSTATE {state});请联系数据库管理员",
            f"the database reports an error (SQLSTATE {state}); ask its administrator",
        )
    return ServiceError(_placed(why, place))


def _by_text(error: "psycopg.Error") -> Text:
    """Say why there is no connection."""
    by_state = _BY_STATE.get((error.sqlstate or "")[:2])
    if by_state is not None:
        return by_state
    # Before the login a server speaks in its system's encoding: on a Chinese Windows, GBK.
    raw = error.pgconn.error_message if error.pgconn is not None else b""
    text = f"{error} {raw.decode('gb18030', 'replace')}"
    for pattern, why in _BEFORE_LOGIN:
        if re.search(pattern, text, re.IGNORECASE):
            return why
    return _NO_CONNECTION


def _placed(why: Text, place: PostgisSchema) -> Text:
    """Say where it went wrong, and why."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    where = f"PostGIS {host}:{place.port} {place}"
    return Text(f"{where}:{why.zh}", f"{where}: {why.en}")
