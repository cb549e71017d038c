"""A real PostgreSQL with PostGIS on loopback, from Debian's packages, for one session of tests."""

import contextlib
import functools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tieling_geo.readers.postgis.address import PostgisAddress, PostgisSchema
from tieling_geo.readers.postgis.reading import read_postgis
from tieling_geo.readers.raw import RawTable
from tieling_geo.schemas import Boilers

#: Name and password of the user that may only read, of the one that may write, and of the owner.
READER, WRITER, OWNER = "reader", "writer", "postgres"
#: Stands in no output whatever.
CANARY = "c4nary-pa55word-not-to-be-seen"
DATABASE = "tieling"
_ALWAYS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "shared_buffers=16MB",
    "max_connections=20",
    "lc_messages=C",
    "log_min_messages=panic",
)
_TRIES = 5


@dataclass
class Server:
    """A server that runs."""

    port: int
    process: "subprocess.Popen[bytes]"

    @functools.cached_property
    def owner(self) -> "psycopg.Connection[Any]":
        """Connect as the owner, once."""
        return self.connect()

    def connect(self, user: str = OWNER, database: str = DATABASE) -> "psycopg.Connection[Any]":
        """Connect past the code under test."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user=user,
            password=CANARY,
            sslmode="disable",
            autocommit=True,
        )

    def run(self, query: str, **names: "str | sql.Composable") -> list[tuple[Any, ...]]:
        """Run a statement of ours as the owner, names put in quoted; give its rows."""
        parts = {k: sql.Identifier(v) if isinstance(v, str) else v for k, v in names.items()}
        # Tests write their statements themselves: they are no user's text.
        composed = sql.SQL(query).format(**parts) if parts else query.encode()  # type: ignore[arg-type]
        done = self.owner.execute(composed)
        return done.fetchall() if done.description else []

    def table(self, table: str, *, schema: str, user: str = READER, **more: Any) -> PostgisAddress:  # noqa: ANN401 - parts of an address
        """Give the address of a table."""
        place = {"host": "127.0.0.1", "port": self.port, "database": DATABASE, **more}
        return PostgisAddress(table=table, schema=schema, user=user, **place)

    def schema(self, schema: str, *, user: str = WRITER, **more: Any) -> PostgisSchema:  # noqa: ANN401 - idem
        """Give the address of a schema."""
        place = {"host": "127.0.0.1", "port": self.port, "database": DATABASE, **more}
        return PostgisSchema(schema=schema, user=user, **place)


def programs() -> Path | None:
    """Find the newest PostgreSQL that PostGIS is installed for."""
    found = [
        folder / "bin"
        for folder in Path("/usr/lib/postgresql").glob("*")
        if (folder / "bin" / "initdb").exists()
        and Path(f"/usr/share/postgresql/{folder.name}/extension/postgis.control").exists()
    ]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def _as_user() -> dict[str, Any]:
    """Run as `postgres`: the server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def running(bin_: Path) -> Iterator[Server]:
    """Run a server with the test database in a folder of its own, which goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="tieling-geo-postgis-"))
    try:
        _make_data(bin_, folder)
        with _started(bin_, folder) as server:
            _make_database(server)
            with server.owner:  # closed at the end
                yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_data(bin_: Path, folder: Path) -> None:
    """Make an empty cluster whose every login needs a password."""
    secret = folder / "password"
    secret.write_text(CANARY, encoding="utf-8")
    if user := _as_user():
        for path in (folder, secret):
            os.chown(path, user["user"], user["group"])
    subprocess.run(  # noqa: S603 - Debian's own program
        [
            bin_ / "initdb", "--pgdata", folder / "data", "--username", OWNER, "--pwfile", secret,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **_as_user(),
    )  # fmt: skip


@contextlib.contextmanager
def _started(bin_: Path, folder: Path) -> Iterator[Server]:
    """Start the server on a port that is free; stop it, come what may."""
    for _ in range(_TRIES):
        port = 20000 + secrets.randbelow(40000)
        process = _start(bin_, folder, port)
        if _answers(process, port):
            break
        process.kill()
        process.wait()
    else:
        message = "PostgreSQL does not start"
        raise RuntimeError(message)
    try:
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGINT)  # a fast stop; SIGTERM would wait for clients
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(bin_: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start the server; where the system can, it dies with us even if we are killed."""
    with_us = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    options = [word for setting in _ALWAYS for word in ("-c", setting)]
    return subprocess.Popen(  # noqa: S603 - Debian's own program
        [*with_us, bin_ / "postgres", "-D", folder / "data", "-p", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **_as_user(),
    )


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the server takes a login; not, if it ends before."""
    for _ in range(200):
        if process.poll() is not None:
            return False
        with contextlib.suppress(psycopg.OperationalError):
            Server(port, process).connect(database="postgres").close()
            return True
        time.sleep(0.05)
    return False


def _make_database(server: Server) -> None:
    """Make the database, its two users and the extension."""
    with server.connect(database="postgres") as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    with server.connect() as connection:
        connection.execute("CREATE EXTENSION postgis")
        for name in (READER, WRITER):
            role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            connection.execute(role.format(sql.Identifier(name), sql.Literal(CANARY)))
        connection.execute(f"GRANT CREATE ON DATABASE {DATABASE} TO {WRITER}".encode())


#: A place in Tieling, in SQL.
POINT = "ST_SetSRID(ST_MakePoint(123.84, 42.29), 4490)"


def read(server: Server, schema: str, table: str = "boilers", **more: object) -> RawTable:
    """Read a table as the user that may only read."""
    return read_postgis(server.table(table, schema=schema, **more), schema=Boilers)


def make(server: Server, schema: str, columns: str, *rows: str, table: str = "boilers") -> None:
    """Make a table with rows written in SQL."""
    server.run(f'CREATE TABLE {schema}."{table}" ({columns})')
    if rows:
        values = sql.SQL(", ".join(f"({row})" for row in rows))  # type: ignore[arg-type]
        server.run("INSERT INTO {s}.{t} VALUES {values}", s=schema, t=table, values=values)


def tables(server: Server, schema: str) -> list[str]:
    """List the tables of a schema."""
    found = server.run(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') "
        "AND relnamespace = {s}::regnamespace ORDER BY relname",
        s=sql.Literal(schema),
    )
    return [name for (name,) in found]


def content(server: Server, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read all tables of a schema, with their comments."""
    query = sql.SQL("SELECT t.*, obj_description({}::regclass) FROM {} AS t ORDER BY t::text")
    names = tables(server, schema)
    return {
        name: server.owner.execute(
            query.format(sql.Literal(f'{schema}."{name}"'), sql.Identifier(schema, name))
        ).fetchall()
        for name in names
    }
