"""Start a real PostgreSQL with PostGIS once a session; skip loudly where there is none."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hand_made_postgis import CANARY, Server, programs, running

from tieling_geo.gdal_settings import guard_gdal

if TYPE_CHECKING:
    from tieling_geo.records import Assessment

guard_gdal()  # before anything loads GDAL


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """
    Run a server from Debian's packages.

    Skips where they are absent, unless `TIELING_GEO_REQUIRE_POSTGIS=1` demands them.
    """
    found = programs()
    if found is None:
        missing = "no PostGIS: apt install postgresql postgis postgresql-NN-postgis-3"
        if os.environ.get("TIELING_GEO_REQUIRE_POSTGIS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with running(found) as started:
        yield started


@pytest.fixture
def schema(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """Make a schema that the reader may use, for one test; it is dropped afterwards."""
    name = f"t_{zlib.crc32(request.node.nodeid.encode())}"
    server.run(f"CREATE SCHEMA {name}")
    server.run(f"GRANT USAGE ON SCHEMA {name} TO reader, writer")
    server.run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {name} GRANT SELECT ON TABLES TO reader")
    yield name
    server.run(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give libpq the password, and nothing else of the environment."""
    for name in [n for n in os.environ if n.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    monkeypatch.setenv("PGPASSWORD", CANARY)


@pytest.fixture
def results(server: Server, schema: str) -> str:
    """Let the writer own the test's schema; give its name."""
    server.run("ALTER SCHEMA {s} OWNER TO writer", s=schema)
    return schema


@pytest.fixture(scope="session")
def few(small_assessment: "Assessment") -> "Assessment":
    """Leave two results of the small sample: a layer of points and one of polygons."""
    names = ("boilers_in_heating_coverage", "park_circular_retrofit")
    return replace(small_assessment, results={n: small_assessment.results[n] for n in names})
