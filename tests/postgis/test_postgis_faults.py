"""
R19: whatever a database does, one clear message and exit 4; and what is no fault of its own.

| case | decision |
|---|---|
| server down, wrong host, no password, wrong password, unknown database, not admitted | exit 4 |
| missing table or schema, missing rights, view not populated, no PostGIS | exit 4 |
| time limit, server that never answers, connection dropped in mid-read | exit 4 |
| the extra is not installed | exit 3, with the pip command |
"""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from hand_made_postgis import CANARY, DATABASE, OWNER, Server

from tieling_geo.errors import LayerSchemaError, ServiceError
from tieling_geo.readers.postgis import reading as postgis
from tieling_geo.readers.postgis.address import (
    PostgisAddress,
)
from tieling_geo.readers.postgis.connection import PostgisExtraMissingError, PostgisLimits
from tieling_geo.readers.postgis.reading import read_postgis
from tieling_geo.schemas import Boilers

CALM = PostgisLimits(connect_s=10, statement_s=20.0, lock_s=0.3)


def told(address: PostgisAddress, limits: PostgisLimits = CALM) -> ServiceError:
    """Read what cannot be read; check what every such error promises, and give it."""
    with pytest.raises(ServiceError) as caught:
        read_postgis(address, schema=Boilers, limits=limits)
    error = caught.value
    assert error.exit_status == 4
    assert str(address) in error.message.zh
    assert str(address) in error.message.en
    assert any("一" <= sign <= "鿿" for sign in error.message.zh)
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


@pytest.fixture
def table(server: Server, schema: str) -> PostgisAddress:
    """Make a table with one boiler."""
    server.run("CREATE TABLE {s}.boilers (id int, geom geometry(Point, 4490))", s=schema)
    server.run(
        "INSERT INTO {s}.boilers VALUES (1, ST_SetSRID(ST_MakePoint(123.8, 42.3), 4490))", s=schema
    )
    return server.table("boilers", schema=schema)


def test_server_down(table: PostgisAddress) -> None:
    """A port on which nothing listens."""
    assert "no server is running" in str(told(replace(table, port=1)))


@pytest.mark.enable_socket
def test_wrong_host(table: PostgisAddress) -> None:
    """A name that by the standard is nobody's."""
    assert "no such host" in str(told(replace(table, host="db.invalid")))


def test_wrong_password(table: PostgisAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another password than the server's, and a user that does not exist, are told alike."""
    assert "user or password is not accepted" in str(told(replace(table, user="nobody")))
    monkeypatch.setenv("PGPASSWORD", "wrong")
    assert "user or password is not accepted" in str(told(table))


def test_no_password(table: PostgisAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """None in the environment, none in a file."""
    monkeypatch.delenv("PGPASSWORD")
    assert "there is none; put it in ~/.pgpass" in str(told(table))


def test_password_of_a_file(
    table: PostgisAddress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`PGPASSFILE` gives the password; a wrong one in it does not show the file's place."""
    file = tmp_path / "secret.pgpass"
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(file))
    for secret in (CANARY, "wrong"):
        file.write_text(f"127.0.0.1:{table.port}:*:reader:{secret}\n", encoding="utf-8")
        file.chmod(0o600)
        if secret == CANARY:
            assert len(read_postgis(table, schema=Boilers).rows) == 1
        else:
            assert "secret.pgpass" not in str(told(table))


def test_unknown_database(table: PostgisAddress) -> None:
    """The password is right and the database is not there."""
    assert "no such database" in str(told(replace(table, database="nope")))


@pytest.mark.parametrize("part", ["table", "schema"])
def test_missing_table(table: PostgisAddress, part: str) -> None:
    """A table or a schema that is not there."""
    missing = replace(table, **{part: "nope"})  # type: ignore[arg-type]
    assert "no such table or view" in str(told(missing))


@pytest.mark.parametrize("what", ["TABLE {s}.boilers", "SCHEMA {s}"])
def test_missing_rights(server: Server, schema: str, table: PostgisAddress, what: str) -> None:
    """A user that may not read the table, or not enter its schema."""
    server.run(f"REVOKE ALL ON {what} FROM reader", s=schema)
    assert "the user lacks rights" in str(told(table))


def test_not_populated(server: Server, schema: str, table: PostgisAddress) -> None:
    """A materialised view that was never filled."""
    server.run("CREATE MATERIALIZED VIEW {s}.m AS SELECT * FROM {s}.boilers WITH NO DATA", s=schema)
    assert "not populated" in str(told(replace(table, table="m")))


def test_no_postgis(server: Server, table: PostgisAddress) -> None:
    """A database without the extension."""
    place = replace(table, database="postgres", schema="public")
    assert "lacks the extension postgis" in str(told(place))
    assert server.run("SELECT 1") == [(1,)]


def test_time_limit(server: Server, schema: str, table: PostgisAddress) -> None:
    """A view that takes longer than it may."""
    server.run(
        "CREATE VIEW {s}.slow AS SELECT b.*, pg_sleep(15)::text FROM {s}.boilers AS b", s=schema
    )
    began = time.monotonic()
    assert "longer than the time limit" in str(
        told(replace(table, table="slow"), replace(CALM, statement_s=0.3))
    )
    assert time.monotonic() - began < 5


def test_locked(server: Server, schema: str, table: PostgisAddress) -> None:
    """A table that another session has locked."""
    with server.connect() as other, other.transaction():
        other.execute(f"LOCK TABLE {schema}.boilers".encode())
        assert "in use by another program" in str(told(table))


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """Listen on a port and never say a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.enable_socket
def test_server_that_never_answers(table: PostgisAddress) -> None:
    """Taken by the system, answered by nobody: it ends with the time to connect."""
    began = time.monotonic()
    with silent_port() as port:
        assert "longer than the time limit" in str(
            told(replace(table, port=port), replace(CALM, connect_s=2))
        )
    assert time.monotonic() - began < 9


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """Give one client one answer, whatever it says, once it has been told that SSL is not there."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            client, _ = listening.accept()
            with client:
                if client.recv(1000)[4:8] == b"\x04\xd2\x16\x2f":  # asks for SSL
                    client.sendall(b"N")
                    client.recv(1000)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.enable_socket
def test_server_that_is_another_one(table: PostgisAddress) -> None:
    """A web server on the port: what it says is not repeated."""
    with answering(b"HTTP/1.1 400 Bad\r\n\r\nEVIL-WORDS") as port:
        assert "EVIL" not in str(told(replace(table, port=port)))


@pytest.mark.enable_socket
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('用户 "gis" Password 认证失败', "user or password is not accepted"),
        ('数据库 "nope" 不存在', "no such database"),
        ("没有用于主机 10.1.2.3 的 pg_hba.conf 记录", "does not admit this user"),
        ("对不起, 已经有太多的客户", "out of connections"),
        ("数据库系统启动中", "starting, stopping or recovering"),
        ("别的错误", "try the same address with psql"),
    ],
)
def test_servers_that_speak_chinese(
    table: PostgisAddress, said: str, meant: str, encoding: str
) -> None:
    """Before the login a server speaks its system's language, in its system's encoding."""
    fields = b"SFATAL\x00M" + said.encode(encoding) + b"\x00\x00"
    answer = b"E" + (len(fields) + 4).to_bytes(4) + fields
    with answering(answer) as port:
        error = told(replace(table, port=port))
    assert meant in str(error)
    assert said not in error.message.zh


def terminate(server: Server) -> bool:
    """End the reader's session, if it is reading."""
    ended = server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'tieling-geo' AND query LIKE 'FETCH%'"
    )
    return bool(ended)


def test_dropped_in_mid_read(
    server: Server, schema: str, table: PostgisAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is ended after the first rows: none of them is used."""
    monkeypatch.setattr(postgis, "_BATCH_ROWS", 1)
    server.run(
        "CREATE VIEW {s}.slow AS SELECT n, geom, pg_sleep(0.05)::text "
        "FROM generate_series(1, 30) AS n, {s}.boilers",
        s=schema,
    )
    done = threading.Event()

    def wait_and_end() -> None:
        while not done.is_set() and not terminate(server):
            time.sleep(0.02)

    thread = threading.Thread(target=wait_and_end)
    thread.start()
    try:
        error = told(replace(table, table="slow"))
    finally:
        done.set()
        thread.join()
    assert "the connection was lost on the way and nothing is used" in str(error)


def test_too_many_connections(server: Server, table: PostgisAddress) -> None:
    """A role whose connections are all in use."""
    server.run("ALTER ROLE reader CONNECTION LIMIT 0")
    try:
        assert "out of connections" in str(told(table))
    finally:
        server.run("ALTER ROLE reader CONNECTION LIMIT -1")


def test_encryption_that_is_not_there(
    table: PostgisAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`PGSSLMODE` is libpq's and is obeyed: a server without SSL is not spoken to in the clear."""
    monkeypatch.setenv("PGSSLMODE", "require")
    assert "no encrypted connection" in str(told(table))


def test_text_that_is_no_utf8(server: Server) -> None:
    """A database without an encoding, with GBK in it: refused, and what to do is said."""
    server.run(
        "CREATE DATABASE ascii_ ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    try:
        with server.connect(database="ascii_") as connection:
            connection.execute("CREATE EXTENSION postgis")
            connection.execute(
                "CREATE TABLE boilers AS SELECT convert_from('\\xccfac1eb', 'SQL_ASCII') AS name, "
                "ST_SetSRID(ST_MakePoint(123.8, 42.3), 4490) AS geom"
            )
        address = server.table("boilers", schema="public", user=OWNER, database="ascii_")
        with pytest.raises(LayerSchemaError, match="move it to a database in UTF8"):
            read_postgis(address, schema=Boilers)
    finally:
        server.run("DROP DATABASE ascii_")


def test_extra_is_missing(table: PostgisAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg: exit 3 and the command that installs it; importing the reader is free."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PostgisExtraMissingError) as caught:
        read_postgis(table, schema=Boilers)
    assert caught.value.exit_status == 3
    for words in caught.value.message:
        assert 'pip install "tieling-geo[postgis]"' in words


def test_the_driver_is_the_real_one(server: Server) -> None:
    """These tests speak to PostgreSQL with PostGIS, and to nothing in their place."""
    ((version,),) = server.run("SELECT postgis_lib_version()")
    assert int(str(version).partition(".")[0]) >= 3
    assert psycopg.pq.version() >= 100000
    assert server.run("SELECT current_database()") == [(DATABASE,)]
