"""
The tables in a database are those of the old run or of the new one, whole, whatever happens.

| case | decision |
|---|---|
| a table, view or sequence of the user's with one of our names | exit 2, nothing changed |
| a view on a table of ours | exit 2, nothing changed |
| another run at work, a table locked | exit 3, nothing changed |
| no rights, session ended half way, process killed | exit 4 or dead; the old tables whole |
| a trigger that changes what is written | exit 3, nothing changed |
| names off the allow-list | exit 2, the database is not asked |
"""

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_made_postgis import Server, content, tables
from psycopg import sql

from tieling_geo.errors import (
    OutputError,
    OutputRefusedError,
    ParameterError,
    ServiceError,
    TielingGeoError,
)
from tieling_geo.readers.postgis.connection import PostgisLimits
from tieling_geo.records import Assessment
from tieling_geo.reports import postgis
from tieling_geo.reports.postgis import write_postgis

CALM = PostgisLimits(connect_s=10, statement_s=20.0, lock_s=0.3)


def refused(
    server: Server,
    schema: str,
    assessment: Assessment,
    kind: type[TielingGeoError],
    words: str,
) -> TielingGeoError:
    """Check that nothing is written and nothing changed; give the error."""
    before = content(server, schema)
    with pytest.raises(kind, match=words) as caught:
        write_postgis(assessment, server.schema(schema), limits=CALM)
    assert content(server, schema) == before
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert any("一" <= sign <= "鿿" for sign in caught.value.message.zh)
    return caught.value


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE {s}.verdicts AS SELECT 1 AS a",
        "CREATE VIEW {s}.excluded AS SELECT 1 AS a",
        "CREATE SEQUENCE {s}.rejected",
        "CREATE MATERIALIZED VIEW {s}.rollups AS SELECT 1 AS a",
        "CREATE TYPE {s}.verdicts AS (a int)",
    ],
)
def test_what_others_made_is_not_overwritten(
    server: Server, results: str, few: Assessment, statement: str
) -> None:
    """Whatever it is: refused by its name, though the earlier run's tables could be replaced."""
    server.run(statement, s=results)
    name = statement.partition("{s}.")[2].split()[0]
    error = refused(server, results, few, OutputRefusedError, f"{name} was not written by")
    assert error.exit_status == 2


def test_a_view_on_a_table_of_ours(server: Server, results: str, few: Assessment) -> None:
    """A user's view is not dropped with the table: refused."""
    write_postgis(few, server.schema(results))
    server.run("CREATE VIEW {s}.seen AS SELECT clause FROM {s}.verdicts", s=results)
    error = refused(server, results, few, OutputRefusedError, "depend on tables")
    assert error.exit_status == 2


def test_a_table_in_use(server: Server, results: str, few: Assessment) -> None:
    """Locked by another session: exit 3."""
    write_postgis(few, server.schema(results))
    before = content(server, results)
    with server.connect() as other, other.transaction():
        other.execute(f"LOCK TABLE {results}.verdicts".encode())
        with pytest.raises(OutputError, match="in use by another program") as caught:
            write_postgis(few, server.schema(results), limits=CALM)
    assert caught.value.exit_status == 3
    assert content(server, results) == before


def test_two_runs_at_once(
    server: Server, results: str, few: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one writes the other ends with exit 3; the first one's tables are whole."""
    place, told_of = server.schema(results), []
    create = postgis._create  # noqa: SLF001 - the moment at which the other run comes

    def create_and_meet_another(*words: Any) -> None:  # noqa: ANN401 - handed on
        if not told_of:
            told_of.append(None)
            monkeypatch.setattr(postgis, "_create", create)
            with pytest.raises(OutputError, match="another run is writing") as caught:
                write_postgis(few, place, limits=CALM)
            told_of[0] = caught.value.exit_status
        create(*words)

    monkeypatch.setattr(postgis, "_create", create_and_meet_another)
    written = write_postgis(few, place)
    assert told_of == [3]
    assert tables(server, results) == sorted(written)


@pytest.mark.parametrize("place", ["schema", "database"])
def test_no_rights(server: Server, schema: str, few: Assessment, place: str) -> None:
    """A user that may not create in the schema, or no schema: exit 4, and which right it is."""
    target = server.schema(schema if place == "schema" else "new_one", user="reader")
    with pytest.raises(ServiceError, match="the user lacks rights"):
        write_postgis(few, target)
    assert tables(server, schema) == []


def test_a_trigger_of_the_server(server: Server, results: str, few: Assessment) -> None:
    """An event trigger that lets each new table lose rows is found out on reading back."""
    server.run(
        "CREATE FUNCTION {s}.lose() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN IF random() < 2 THEN RETURN NULL; END IF; RETURN NEW; END'",
        s=results,
    )
    server.run(
        "CREATE FUNCTION {s}.spoil() RETURNS event_trigger LANGUAGE plpgsql AS "
        "'BEGIN IF to_regclass(''{s}.verdicts'') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
        "pg_trigger WHERE tgname = ''lose'') THEN CREATE TRIGGER lose BEFORE INSERT ON "
        "{s}.verdicts FOR EACH ROW EXECUTE FUNCTION {s}.lose(); END IF; END'",
        s=sql.SQL(results),
    )
    server.run(
        "CREATE EVENT TRIGGER spoil ON ddl_command_end WHEN TAG IN ('CREATE TABLE') "
        "EXECUTE FUNCTION {s}.spoil()",
        s=results,
    )
    try:
        error = refused(server, results, few, OutputError, "does not hold what was written")
    finally:
        server.run("DROP EVENT TRIGGER spoil")
    assert error.exit_status == 3


@pytest.mark.parametrize("after", [0, 2, 5])
def test_session_ended_half_way(
    server: Server,
    results: str,
    few: Assessment,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    """Ended before the first table, between any two, or before the last: the old ones are whole."""
    write_postgis(replace(few, as_of=date(2024, 1, 1)), server.schema(results))
    fill, filled = postgis._fill, []  # noqa: SLF001 - the moment at which the session ends

    def fill_and_end(connection: Any, *words: Any) -> None:  # noqa: ANN401 - handed on
        if len(filled) == after:
            pid = sql.Literal(connection.info.backend_pid)
            server.run("SELECT pg_terminate_backend({p}, 5000)", p=pid)
        filled.append(None)
        fill(connection, *words)

    monkeypatch.setattr(postgis, "_fill", fill_and_end)
    error = refused(server, results, few, ServiceError, "connection was lost")
    assert error.exit_status == 4
    assert content(server, results)["verdicts"][0][-1].endswith("(2024-01-01)")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_process_killed(server: Server, results: str, few: Assessment) -> None:
    """Killed at eight moments, the tables are those of the old run or of the new one, whole."""
    place = server.schema(results)
    new = replace(few, as_of=date(2024, 1, 1))
    seconds = timed(lambda: write_postgis(new, place))
    after = content(server, results)
    write_postgis(few, place)
    before = content(server, results)
    context = multiprocessing.get_context("fork")
    for moment in np.linspace(0.1, 1.2, 8):
        writer = context.Process(target=write_postgis, args=(new, place))
        writer.start()
        time.sleep(seconds * moment)
        writer.kill()
        writer.join()
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tieling-geo'"
        while server.run(gone) != [(0,)]:
            time.sleep(0.01)
        found = content(server, results)
        assert found in (before, after)
        if found == after:
            write_postgis(few, place)


def timed(work: Callable[[], object]) -> float:
    """Do work; give the seconds that it took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_a_reader_sees_one_run(server: Server, results: str, few: Assessment) -> None:
    """While runs follow one another, another session never sees a table missing or short."""
    place = server.schema(results)
    rows = len(few.verdicts)
    write_postgis(few, place)
    seen, done = set(), threading.Event()

    def look() -> None:
        with server.connect() as other:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(results, "verdicts"))
            while not done.is_set():
                seen.add(other.execute(query).fetchone())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(3):
            write_postgis(few, place)
    finally:
        done.set()
        thread.join()
    assert seen == {(rows,)}


@pytest.mark.parametrize("bad", ['x"; DROP SCHEMA public; --', "a b", "x" * 64])
def test_names_off_the_list_are_refused(
    server: Server, results: str, few: Assessment, bad: str
) -> None:
    """A table or column named by no rule of ours: refused before the database is asked."""
    name, result = next(iter(few.results.items()))
    for odd in ({bad: pd.DataFrame({"a": [1]})}, {"odd": pd.DataFrame({bad: [1]})}):
        wrong = replace(few, results={**few.results, name: replace(result, tables=odd)})
        refused(server, results, wrong, ParameterError, "should be beginning with a letter")
