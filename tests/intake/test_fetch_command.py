"""
The command `fetch`, from words to files, against a server on this machine.

| What the service does | Exit status | Workspace |
|---|---|---|
| a whole answer | 0 | the layer with its card; the assessment reads it |
| 200 with a `remark` that it ran out of time | 4 | as before |
| a page in HTML, again and again | 4 | as before |
| nobody listens | 4 | as before |
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pytest
from fault_server import AREA, FaultServer, Reply, good
from hand_made_workspaces import say_more
from shapely import box

from tieling_geo.pipeline import read_layers
from tieling_geo.workspace import open_workspace


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]
COUNTY = "county_id,name,population,WKT\n"


@pytest.fixture
def root(
    tmp_path: Path,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    phrased_once: None,  # noqa: ARG001 - asked for its effect
) -> Path:
    """Write a workspace of one county, whose services are this machine's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = tmp_path / "w"
    (place / "counties").mkdir(parents=True)
    (place / "tieling.toml").write_text('[workspace]\ntitle_zh = "城"\n', encoding="utf-8")
    frame = gpd.GeoDataFrame(
        {"county_id": ["211202"], "name": ["银州区"]}, geometry=[box(*AREA)], crs="EPSG:4490"
    )
    frame.to_file(place / "counties" / "counties.gpkg", driver="GPKG")
    card = (
        'publisher = "某局"\nlicence = "内部"\nreference_date = "2025-12-31"\ndatum = "cgcs2000"\n'
    )
    (place / "counties" / "card.toml").write_text(card, encoding="utf-8")
    say_more(
        place,
        f'[osm]\noverpass_url = "{server.url}/api"\nnominatim_url = "{server.url}"\n'
        "timeout_s = 3\ntries = 1\ntotal_time_s = 4",
    )
    server.play(good())
    return place


def tree(place: Path) -> dict[str, bytes]:
    """Return every file of a workspace."""
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}


pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_roads_come_into_the_workspace(root: Path, run_main: Run) -> None:
    """Inside the workspace's own counties; the card says ODbL and of which moment the data are."""
    ran = run_main("fetch", "--layer", "roads", "-w", root, "--lang", "en")
    assert (ran.status, ran.err) == (0, "")
    assert "OpenStreetMap" in ran.out
    layer = read_layers(open_workspace(root), ["roads"])["roads"]
    assert layer.features.index.tolist() == ["way/100", "way/101", "way/102"]
    assert "ODbL" in layer.card.licence
    assert layer.card.reference_date == "2026-03-05"
    assert layer.card.datum == "wgs84"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"version": 0.6, "elements": [], "remark": "runtime error: Query timed out"}'),
        Reply(b"<html>busy</html>", status=504),
        Reply(b"<html>login</html>"),
    ],
    ids=["remark", "504", "html"],
)
def test_what_is_not_whole_leaves_nothing(
    root: Path, server: FaultServer, run_main: Run, reply: Reply
) -> None:
    """Status 4, one message, and the workspace is as it was."""
    before = tree(root)
    server.play(reply)
    ran = run_main("fetch", "--layer", "roads", "-w", root)
    assert (ran.status, ran.out) == (4, "")
    assert ran.err.strip()
    assert tree(root) == before


def test_nobody_listens(root: Path, run_main: Run) -> None:
    """A server that is not there is an outside service that fails."""
    path = root / "tieling.toml"
    text = path.read_text("utf-8").split("[osm]")[0]
    path.write_text(text + '[osm]\noverpass_url = "http://127.0.0.1:9/api"\ntries = 1\n', "utf-8")
    before = tree(root)
    assert run_main("fetch", "--layer", "roads", "-w", root).status == 4
    assert tree(root) == before


def test_what_cannot_be_asked_for(root: Path, run_main: Run) -> None:
    """A layer that OpenStreetMap does not have, none at all, and nowhere to look."""
    assert run_main("fetch", "--layer", "boilers", "-w", root).status == 2
    assert run_main("fetch", "--layer", ",", "-w", root).status == 2
    for part in (root / "counties").iterdir():
        part.unlink()
    (root / "counties").rmdir()
    ran = run_main("fetch", "--layer", "roads", "-w", root, "--lang", "en")
    assert ran.status == 2
    assert "--place" in ran.err
