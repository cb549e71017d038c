"""PostGIS from the command line: a layer out of a table, results into a schema, no secret shown."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hand_made_postgis import CANARY, Server, make, tables
from hand_made_workspaces import five_boilers, say_more

from tieling_geo.pipeline import read_layers
from tieling_geo.workspace import open_workspace


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]
COLUMNS = '"锅炉编号" text PRIMARY KEY, "燃料类型" text, geom geometry(Point, 4490)'
POINT = "ST_GeomFromText('POINT (123.85 42.25)', 4490)"


@pytest.fixture
def root(server: Server, schema: str, tmp_path: Path) -> Path:
    """Write a workspace whose boilers are in a table, one of them with a fuel that there is not."""
    make(server, schema, COLUMNS, f"'B1', '燃煤', {POINT}", f"'B2', '木星', {POINT}")
    place = five_boilers(tmp_path / "w")
    (place / "boilers" / "boilers.csv").unlink()
    address = f"postgis://reader@127.0.0.1:{server.port}/{server.schema(schema).database}"
    say_more(place, f'[layers.boilers]\npath = "{address}/{schema}.boilers"')
    return place


def test_a_layer_out_of_a_table(root: Path, schema: str, run_main: Run, tmp_path: Path) -> None:
    """Accepted and rejected rows, and the bad one in the list for the clerk."""
    layer = read_layers(open_workspace(root), ["boilers"])["boilers"]
    assert (layer.features.index.tolist(), layer.rows_rejected) == (["B1"], 1)
    assert layer.reading.kind == "postgis"
    assert layer.source.endswith(f"{schema}.boilers")
    listing = tmp_path / "rejected.xlsx"
    ran = run_main("check", "-w", root, "--rejected", listing)
    assert ran.status == 1
    assert "木星" in ran.out
    assert listing.is_file()
    assert CANARY not in ran.out + ran.err


def test_results_go_into_a_schema(
    root: Path, server: Server, results: str, run_main: Run, tmp_path: Path
) -> None:
    """The folder and the tables; a database that is not there is an outside service that fails."""
    place = server.schema(results)
    good = f"postgis://{place.user}@127.0.0.1:{server.port}/{place.database}/{results}"
    words = ("assess", "-w", root, "--only", "I01", "--postgis")
    ran = run_main(*words, good, "--out", tmp_path / "out")
    assert ran.status == 1
    assert "verdicts" in tables(server, results)
    assert (tmp_path / "out" / "index.html").is_file()
    assert run_main(*words, "postgis://gis:secret@db/a/b", "--out", tmp_path / "no").status == 2
    assert not (tmp_path / "no").exists()
    gone = good.replace(f":{server.port}/", ":9/")
    ran = run_main(*words, gone, "--out", tmp_path / "out")
    assert ran.status == 4
    assert CANARY not in ran.out + ran.err
