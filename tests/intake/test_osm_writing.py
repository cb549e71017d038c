"""What a fetch leaves in a workspace, and what it never shows (see `test_osm_fetch`)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from fault_server import CANARY, FAULTS, Reply, good, whole
from osm_desk import Desk, all_words

from tieling_geo.errors import (
    InputError,
    OutputError,
    OutputRefusedError,
    ParameterError,
    ServiceError,
)
from tieling_geo.readers.osm.service import OsmService

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_nothing_found_is_nothing_written(desk: Desk) -> None:
    """An empty answer does not show that there is nothing on the ground."""
    desk.server.play(Reply(json.dumps({**whole(), "elements": []}).encode()))
    (fetched,) = desk.fetch()
    assert (fetched.path, fetched.rows) == (None, 0)
    assert not desk.layers.exists()
    assert any("nothing was written" in told.en for told in desk.told)


def test_other_peoples_work_is_not_replaced(desk: Desk) -> None:
    """A layer of the user's own: refused before anything is asked."""
    own = desk.layers / "roads" / "roads.geojson"
    own.parent.mkdir(parents=True)
    own.write_text("{}")
    with pytest.raises(OutputRefusedError, match="--force"):
        desk.fetch()
    assert own.read_text() == "{}"
    assert desk.server.asked == []
    desk.fetch(force=True)
    assert (desk.layers / ".roads.replaced-1" / "roads.geojson").read_text() == "{}"
    assert not own.exists()


@pytest.mark.parametrize("change", ["gpkg", "card", "file beside"])
def test_a_fetched_layer_is_replaced_unless_it_was_changed(change: str, desk: Desk) -> None:
    """Fetched twice: replaced. Edited in between: somebody's work, refused."""
    desk.fetch()
    desk.fetch()
    folder = desk.layers / "roads"
    assert sorted(p.name for p in desk.layers.iterdir()) == ["roads"]
    name = {"gpkg": "roads.gpkg", "card": "card.toml", "file beside": "remarks.txt"}[change]
    with (folder / name).open("ab") as file:
        file.write(b"\n# edited")
    if change == "card":
        (folder / name).write_text(desk.card().replace("sha256 ", "sha256 0"), encoding="utf-8")
    with pytest.raises(OutputRefusedError):
        desk.fetch()


def test_a_disk_that_fails_leaves_what_was_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old layer stays as it was, and no half one beside it."""
    desk.fetch()
    before = {name: (desk.layers.parent / name).read_bytes() for name in desk.files()}

    import pyogrio  # noqa: PLC0415 - loads GDAL, once it is guarded

    def full(*_: object, **__: object) -> NoReturn:
        raise pyogrio.errors.DataSourceError("disk full")

    monkeypatch.setattr(pyogrio, "write_dataframe", full)
    with pytest.raises(OutputError) as caught:
        desk.fetch()
    assert caught.value.exit_status == 3
    assert before == {name: (desk.layers.parent / name).read_bytes() for name in desk.files()}


def test_a_swap_that_fails_puts_the_old_layer_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new folder cannot be renamed into place."""
    desk.fetch()
    before = desk.card()
    rename = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.name.startswith(".roads-"):
            raise PermissionError
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError):
        desk.fetch()
    assert desk.card() == before
    assert sorted(p.name for p in desk.layers.iterdir()) == ["roads"]


def test_if_one_layer_fails_none_is_written(desk: Desk) -> None:
    """Roads came whole; the railways did not."""
    desk.server.play(good(), FAULTS["remark"](0))
    with pytest.raises(ServiceError):
        desk.fetch("roads", "rail_lines")
    assert not desk.layers.exists()


def test_a_layer_that_is_not_on_the_map_is_refused_before_anything(desk: Desk) -> None:
    """Boilers are in ledgers."""
    with pytest.raises(InputError, match="cannot be had from OpenStreetMap"):
        desk.fetch("roads", "boilers")
    assert desk.server.asked == []


@pytest.mark.parametrize("where", ["user", "query", "proxy"])
def test_no_secret_is_ever_shown_or_stored(
    where: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password or key in an address stands in no message, trace, record or file."""
    host = desk.server.url.removeprefix("http://")
    if where == "user":
        desk.settings["overpass_url"] = f"http://user:{CANARY}@{host}/api"
    elif where == "query":
        desk.settings["overpass_url"] = f"http://{host}/{CANARY}"
    else:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://user:{CANARY}@127.0.0.1:9")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
    if where != "proxy":
        desk.fetch()
        assert all(CANARY not in p.read_bytes().decode("latin-1") for p in _files(desk))
        desk.kept().unlink()
    desk.server.play(FAULTS["504"](0))
    error = desk.failed()
    assert CANARY not in all_words(error, desk)
    assert CANARY not in repr(desk.service())


def _files(desk: Desk) -> list[Path]:
    """List all files that were written."""
    return [desk.layers.parent / name for name in desk.files()]


@pytest.mark.parametrize(
    "settings",
    [
        {"tries": 0},
        {"tries": 6},
        {"total_time_s": 0.0},
        {"timeout_s": float("nan")},
        {"first_pause_s": -1.0},
        {"max_query_area_km2": float("inf")},
        {"overpass_url": "file:///etc/hostname"},
        {"overpass_url": "overpass-api.de/api"},
        {"nominatim_url": f"ftp://user:{CANARY}@host"},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object]) -> None:
    """Nothing beyond five tries, nothing endless, nothing but the web; no address in the error."""
    with pytest.raises(ParameterError) as caught:
        OsmService(**settings)  # type: ignore[arg-type]
    assert next(iter(settings)) in caught.value.message.en
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("settings", [{"tries": 1}, {"tries": 5}, {"first_pause_s": 0.0}])
def test_settings_at_their_limits_are_taken(settings: dict[str, float]) -> None:
    """One and five tries, no pause."""
    service = OsmService(**settings)  # type: ignore[arg-type]
    assert all(getattr(service, name) == value for name, value in settings.items())


def test_importing_opens_nothing_and_loads_nothing_slow() -> None:
    """Neither osmnx nor requests is loaded before something is fetched."""
    code = (
        "import sys, tieling_geo.readers.osm.fetch; "
        "print(sorted({'osmnx', 'requests', 'networkx'} & set(sys.modules)))"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert ran.stdout.strip() == "[]"
