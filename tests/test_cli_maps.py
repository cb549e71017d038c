"""The command line's words for maps: assets, basemaps, and a key that is never repeated."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made_workspaces import five_boilers

from tieling_geo import pipeline, workspace
from tieling_geo.cli.basemaps import TIANDITU_VARIABLE, MapLook, to_map_look
from tieling_geo.errors import ParameterError

Run = Callable[..., tuple[int, str, str]]

_TOKEN = "canary7d1f0123456789abcdef012345"  # noqa: S105 - opens nothing
_ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png?key=canary7d1f"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a workspace of five boilers and one map, beside where the command is run."""
    place = five_boilers(tmp_path / "workspace")
    (place / "maps").mkdir()
    shutil.copy(workspace.embedded_folder("maps") / "heating.toml", place / "maps")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv(TIANDITU_VARIABLE, raising=False)
    return place


def look(basemap: str, folder: Path, *, assets: str = "inline", credit: str = "") -> MapLook:
    """Take words as the command does."""
    return to_map_look(assets, basemap, credit, page_folder=folder, within=folder)


def test_a_map_carries_the_token_and_the_command_says_so(
    root: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its scripts beside it; the token stands in the page and nowhere on the screen."""
    monkeypatch.setenv(TIANDITU_VARIABLE, _TOKEN)
    words = ("map", "heating", "-w", root, "--basemap", "tianditu-img", "--assets", "folder")
    status, screen, told = run_main(*words)
    assert (status, screen) == (0, "heating.html\n")
    assert told == "注意:写出的地图网页中含有天地图密钥,得到网页的人都能看到它\n"
    html = Path("heating.html").read_text(encoding="utf-8")
    assert html.count(f"tk={_TOKEN}") == 2
    assert {"basemap", "leaflet", "map", "start"} <= {
        path.name.partition(".")[0] for path in Path("assets").iterdir()
    }
    assert _TOKEN not in "".join(p.read_text("latin-1") for p in Path("assets").iterdir())


def test_a_site_takes_the_same_words(root: Path, run_main: Run) -> None:
    """Its maps share their assets, which the manifest lists; the record tells no address."""
    words = ("assess", "-w", root, "--only", "I01", "--lang", "en", "--basemap", _ADDRESS)
    status, screen, told = run_main(*words, "--assets", "folder")
    assert status == 0
    assert told == "note: the saved maps carry the basemap's whole address, with any key in it\n"
    out = Path("out")
    listed = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    shared = {f"maps/assets/{path.name}" for path in (out / "maps/assets").iterdir()}
    assert len(shared) > 9
    assert shared < set(listed)
    record = (out / "provenance.json").read_text(encoding="utf-8")
    assert "--assets folder --basemap xyz" in record
    assert "canary7d1f" not in screen + told + record
    assert "canary7d1f" in (out / "maps/heating.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--basemap", "tianditu"), TIANDITU_VARIABLE),
        (("--basemap", "baidu:canary7d1f"), "no such basemap"),
        (("--basemap", "https://user:canary7d1f@example.org/{z}/{x}/{y}"), "password"),
        (("--basemap", "https://canary7d1f.org/{z}/{x}"), "{z}, {x} and {y}"),
        (("--basemap", "wmts:https://canary7d1f.org/{z}/{x}/{y}"), "web Mercator"),
        (("--basemap", "local:absent"), "no folder of tiles absent"),
        (("--basemap", "local:../workspace"), "must stand beside"),
        (("--assets", "outline"), "inline, folder, cdn"),
        (("--basemap-attribution", "a"), "goes with --basemap"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(
    root: Path,
    run_main: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    wanted: str,
) -> None:
    """Status 2, one line that repeats no address, nothing run and nothing written."""
    monkeypatch.setattr(pipeline, "assess", lambda *_, **__: pytest.fail("nothing may be run"))
    for command in (("map", "heating"), ("assess",)):
        status, screen, told = run_main(*command, "-w", root, "--lang", "en", *words)
        assert (status, screen) == (2, "")
        assert wanted in told
        assert "canary7d1f" not in told
    assert not list(Path().iterdir())


def test_a_token_is_taken_from_the_variable_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blanks around it do no harm; one that is none is refused unread."""
    monkeypatch.setenv(TIANDITU_VARIABLE, f" {_TOKEN}\n")
    made = look("tianditu-ter", tmp_path)
    assert made.basemap is not None
    assert _TOKEN in made.basemap.urls[0]
    assert made.words() == ["--basemap tianditu-ter"]
    assert _TOKEN not in repr(made)
    monkeypatch.setenv(TIANDITU_VARIABLE, "canary7d1f'")
    with pytest.raises(ParameterError) as refused:
        look("tianditu", tmp_path)
    assert "canary7d1f" not in str(refused.value)


def test_every_kind_has_its_word_for_the_record(tmp_path: Path) -> None:
    """Without addresses and places; the credit is the host unless it is given."""
    (tmp_path / "t/3/0").mkdir(parents=True)
    (tmp_path / "t/3/0/0.png").touch()
    wmts = "wmts:https://g.cn/w/{TileMatrix}/{TileRow}/{TileCol}"
    kinds = {"gaode": "gaode", f"local:{tmp_path / 't'}": "local", _ADDRESS: "xyz", wmts: "wmts"}
    for word, kind in kinds.items():
        assert look(word, tmp_path).words() == [f"--basemap {kind}"]
    named = [look(_ADDRESS, tmp_path, credit=credit).basemap for credit in ("", "省测绘院")]
    assert [b.attribution.zh for b in named if b] == ["tiles.example.org", "省测绘院"]
    assert look("", tmp_path) == MapLook("inline", None)
    assert look("", tmp_path, assets="cdn").words() == ["--assets cdn"]
