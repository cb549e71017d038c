"""
S7 and S9: no name or value becomes a statement, and no secret comes out.

| where the payload stands | decision |
|---|---|
| table, schema, geometry column or database of an address | refused, exit 2 |
| name of a column, a key or a geometry column in the database | read, quoted |
| value in the database | read as it is |
| schema, table or column to be written | refused, exit 2 |
| value to be written | written as it is |

Everything runs as the database's owner, who could do all that the payloads ask for.
"""

import logging
import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from hand_made_postgis import CANARY, OWNER, Server
from psycopg import sql

from tieling_geo.errors import ParameterError, ServiceError, TielingGeoError
from tieling_geo.readers.postgis.address import (
    PostgisAddress,
    PostgisSchema,
    to_postgis_address,
    to_postgis_schema,
)
from tieling_geo.readers.postgis.connection import PostgisLimits
from tieling_geo.readers.postgis.reading import read_postgis
from tieling_geo.records import Assessment
from tieling_geo.reports.postgis import write_postgis
from tieling_geo.schemas import Boilers

POINT = "ST_SetSRID(ST_MakePoint(123.84, 42.29), 4490)"
CALM = PostgisLimits(connect_s=10, statement_s=20.0, lock_s=0.3)
PAYLOADS = [
    'x"; DROP TABLE public.canary; --',
    "x'; DROP TABLE public.canary; --",
    "x); DELETE FROM public.canary; --",
    'x" AS y FROM t; DELETE FROM canary; --',
    "public.canary; TRUNCATE public.canary",
    "$$; DROP TABLE public.canary; $$",
    "%s%(x)s{}{0}; DROP TABLE public.canary",
    "\\'; DROP TABLE public.canary; --",
    'U&"\\0022; DROP TABLE public.canary; --',
    "x\n; DROP TABLE public.canary; /*",
]


@pytest.fixture
def canary(server: Server) -> Iterator[None]:
    """Make a table that every payload would harm; look at it afterwards."""
    server.run("CREATE TABLE public.canary AS SELECT 1 AS id, 'alive' AS state")
    listed = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    before = server.run(listed)
    yield
    assert server.run("SELECT * FROM public.canary") == [(1, "alive")]
    assert server.run(listed) == before
    server.run("DROP TABLE public.canary")


def test_the_canary_can_die(server: Server) -> None:
    """Put into a statement as it is, a payload does harm: the tests below would notice."""
    server.run("CREATE TABLE public.canary AS SELECT 1 AS id")
    server.run('SELECT 1 AS "' + PAYLOADS[0] + '"')
    assert server.run("SELECT to_regclass('public.canary')") == [(None,)]


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize("payload", PAYLOADS)
class TestInjection:
    """Each payload in each place."""

    def test_in_an_address(self, server: Server, payload: str) -> None:
        """Refused by the records as by the parser, for a source and for a sink."""
        good = {"host": "127.0.0.1", "port": server.port, "database": "tieling", "user": OWNER}
        for part in ("schema", "table", "geometry", "database", "user", "host"):
            parts = {**good, "schema": "public", "table": "canary", "geometry": "", part: payload}
            with pytest.raises(ParameterError):
                PostgisAddress(**parts)  # type: ignore[arg-type]
        with pytest.raises(ParameterError):
            PostgisSchema(**{**good, "schema": payload})  # type: ignore[arg-type]
        base = "postgis://postgres@127.0.0.1/"
        for text in (f"{base}tieling/public.{payload}", f"{base}{payload}/public.canary"):
            with pytest.raises(ParameterError):
                to_postgis_address(text)
        with pytest.raises(ParameterError):
            to_postgis_schema(f"{base}tieling/{payload}")

    def test_in_the_database(self, server: Server, schema: str, payload: str) -> None:
        """As the name of a key, a column and a geometry column, and as values: read as it is."""
        key, name, shape = (f"{letter}{payload}" for letter in "abc")
        server.run(
            "CREATE TABLE {s}.boilers AS SELECT {v} AS {k}, {v} AS {n}, {p} AS {g}",
            s=schema, k=key, n=name, g=shape, v=sql.Literal(payload), p=sql.SQL(POINT),
        )  # fmt: skip
        server.run("ALTER TABLE {s}.boilers ADD PRIMARY KEY ({k})", s=schema, k=key)
        address = server.table("boilers", schema=schema, user=OWNER)
        table = read_postgis(address, schema=Boilers)
        assert table.attributes.to_dict("records") == [{key: payload, name: payload}]
        assert [place.wkt for place in table.geometry] == ["POINT (123.84 42.29)"]

    def test_in_what_is_written(
        self, server: Server, schema: str, small_assessment: Assessment, payload: str
    ) -> None:
        """As the name of a result, a table or a column: refused. As a value: written as it is."""
        name = "park_circular_retrofit"
        result = small_assessment.results[name]
        place = server.schema(schema, user=OWNER)
        one = pd.DataFrame({"a": [payload]})
        for results in (
            {payload: result},
            {name: replace(result, tables={payload: one})},
            {name: replace(result, tables={"odd": one.rename(columns={"a": payload})})},
        ):
            with pytest.raises(ParameterError):
                write_postgis(replace(small_assessment, results=results), place)
        good = {name: replace(result, tables={"odd": one})}
        write_postgis(replace(small_assessment, results=good), place)
        assert server.run("SELECT a FROM {s}.{t}", s=schema, t=f"{name}__odd") == [(payload,)]


def everything_told(error: BaseException) -> str:
    """Give all that a program could print of an error: its words, its fields, its whole chain."""
    words = [str(error), repr(error), repr(error.args), repr(vars(error))]
    words += traceback.format_exception(error)
    chained: BaseException | None = error
    while chained is not None:
        words += [repr(chained), *traceback.format_exception(chained)]
        chained = chained.__cause__ or chained.__context__
    if isinstance(error, TielingGeoError):
        words += [error.to("zh"), error.to("en")]
    return "\n".join(words)


Case = Callable[[PostgisAddress], PostgisAddress]
CASES: dict[str, Case] = {
    "server down": lambda a: replace(a, port=1),
    "wrong user": lambda a: replace(a, user="nobody"),
    "unknown database": lambda a: replace(a, database="nope"),
    "missing table": lambda a: replace(a, table="nope"),
    "missing rights": lambda a: replace(a, table="locked_away"),
    "time limit": lambda a: replace(a, table="slow"),
    "no geometry": lambda a: replace(a, table="bare"),
    "mixed SRIDs": lambda a: replace(a, table="mixed"),
    "good": lambda a: a,
}


@pytest.fixture
def address(server: Server, schema: str) -> PostgisAddress:
    """Make a table for each case."""
    server.run(f"CREATE TABLE {schema}.boilers AS SELECT 1 AS id, {POINT} AS geom")
    server.run(f"CREATE TABLE {schema}.bare AS SELECT 1 AS id")
    server.run(f"CREATE TABLE {schema}.locked_away AS SELECT 1 AS id, {POINT} AS geom")
    server.run(f"REVOKE ALL ON {schema}.locked_away FROM reader")
    server.run(f"CREATE VIEW {schema}.slow AS SELECT pg_sleep(5)::text, {POINT} AS geom")
    mixed = f"VALUES ({POINT}), (ST_SetSRID({POINT}, 4326))"
    server.run(f"CREATE TABLE {schema}.mixed (geom) AS {mixed}")
    return server.table("boilers", schema=schema)


@pytest.mark.parametrize("source", ["PGPASSWORD", "PGPASSFILE", "wrong PGPASSFILE"])
@pytest.mark.parametrize("case", CASES)
def test_no_secret_comes_out(
    address: PostgisAddress,
    case: str,
    source: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The password, its file and its folder are in no error, log or stream, at any level."""
    home = tmp_path / "home-canary"
    home.mkdir()
    secret = CANARY if source != "wrong PGPASSFILE" else f"{CANARY}-wrong"
    if source != "PGPASSWORD":
        file = home / ".pgpass"
        file.write_text(f"*:*:*:*:{secret}\n", encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.delenv("PGPASSWORD")
        monkeypatch.setenv("PGPASSFILE", str(file))
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="psycopg")
    told = ""
    try:
        limits = replace(CALM, statement_s=0.3) if case == "time limit" else CALM
        told = repr(read_postgis(CASES[case](address), schema=Boilers, limits=limits))
        assert (case, secret) == ("good", CANARY)
    except TielingGeoError as error:
        assert (case, secret) != ("good", CANARY)
        told = everything_told(error)
    printed = capfd.readouterr()
    everything = "\n".join([told, caplog.text, repr(caplog.records), printed.out, printed.err])
    assert told
    for forbidden in (CANARY, "home-canary", '.pgpass"', str(tmp_path), "password="):
        assert forbidden not in everything


def test_the_driver_would_tell(
    address: PostgisAddress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The driver's own error names the password file: the test above would notice."""
    file = tmp_path / ".pgpass"
    file.write_text("*:*:*:*:wrong\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(file))
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(host=address.host, port=address.port, user="reader", dbname="tieling")
    assert str(file) in everything_told(caught.value)


def test_the_drivers_log_is_given_back(
    address: PostgisAddress, caplog: pytest.LogCaptureFixture
) -> None:
    """After a run the driver logs for other users of the process as before."""
    with pytest.raises(ServiceError):
        read_postgis(replace(address, port=1), schema=Boilers, limits=CALM)
    caplog.set_level(logging.DEBUG, logger="psycopg")
    logging.getLogger("psycopg").debug("of another program")
    assert "of another program" in caplog.text


def test_no_secret_in_what_is_written(
    server: Server, schema: str, small_assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No table, comment or setting of the database holds the password or the user's folder."""
    monkeypatch.setenv("HOME", "/home/home-canary")
    written = write_postgis(
        replace(small_assessment, results={}), server.schema(schema, user=OWNER)
    )
    for name in written:
        query = "SELECT t::text, obj_description({r}::regclass) FROM {s}.{t} AS t"
        rows = server.run(query, r=sql.Literal(f"{schema}.{name}"), s=schema, t=name)
        assert CANARY not in str(rows)
        assert "home-canary" not in str(rows)
    assert os.environ["PGPASSWORD"] == CANARY


def test_records_have_no_place_for_a_password() -> None:
    """What is printed of an address has no password in it, as there is no such field."""
    address = to_postgis_address("postgis://gis@db/tieling/public.boilers")
    assert "pass" not in repr(address)
    assert str(address) == "tieling/public.boilers"
