"""Scripts in the page, beside it, or Leaflet at a CDN: the policy allows just that."""

import re
from pathlib import Path

import pytest
from hand_made_maps import assessment, card, result

from tieling_geo.errors import OutputError, ParameterError
from tieling_geo.records import PublishedMap
from tieling_geo.render import web_map
from tieling_geo.render.assets import (
    ASSETS,
    LEAFLET_CDN,
    Assets,
    Parts,
    check_assets,
    hashed_name,
    integrity,
    leaflet_file,
    load,
)
from tieling_geo.render.offline import OfflineMap, Page, to_html, to_page
from tieling_geo.reports.publish import write_map
from tieling_geo.text import Text

_TITLE = Text("锅炉", "Boilers")
# What unpkg and Leaflet's own pages state for 1.9.3: XStatic's files are the published ones.
_PUBLISHED = {
    "leaflet.js": "sha384-okbbMvvx/qfQkmiQKfd5VifbKZ/W8p1qIsWvE1ROPUfHWsDcC8/BnHohF7vPg2T6",
    "leaflet.css": "sha384-o/2yZuJZWGJ4s/adjxVW71R+EO/LyCwdQfP5UWSgX/w87iiTXuvDZaejd3TsN7mf",
}


def page(assets: Assets, **changes: object) -> Page:
    """Return the page of two boilers."""
    values = {"title": _TITLE, "context": {}, "cards": {"hand_made": card()}, **changes}
    drawn = web_map([result({"a": "left", "b": "done"})], assets=assets, **values)  # type: ignore[arg-type]
    return to_page(drawn)


def policy(html: str) -> dict[str, list[str]]:
    """Return a page's content security policy, source by source."""
    (text,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    return {rule.split()[0]: rule.split()[1:] for rule in text.split(";")}


def addresses(html: str) -> list[str]:
    """Return what a page loads; its icon is empty, lest a server be asked for one."""
    found = re.findall(r'<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"', html)
    assert found.count("data:,") == 1
    return [address for address in found if address != "data:,"]


@pytest.mark.parametrize("assets", ASSETS)
def test_the_policy_is_closed(assets: Assets) -> None:
    """No script by being inline, nothing embedded, no other base, no form."""
    rules = policy(page(assets).html)
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {*rules["script-src"]}
    assert not {"*", "https:", "http:"} & {*rules["img-src"], *rules["style-src"]}


def test_inline_is_one_file() -> None:
    """It needs nothing beside it, and the default is the same."""
    made = page("inline")
    assert made.files == {}
    assert all(address.startswith("data:") for address in addresses(made.html))
    drawn = web_map([result({"a": "left", "b": "done"})], title=_TITLE, context={},
                    cards={"hand_made": card()})  # fmt: skip
    assert to_html(drawn) == made.html


def test_folder_leaves_nothing_inline() -> None:
    """A server whose own policy allows files only shows the page, too."""
    made = page("folder")
    assert not re.search(r"<script>|<style| style=| on[a-z]+=", made.html)
    rules = policy(made.html)
    assert rules["script-src"] == rules["style-src"] == ["'self'", "file:"]
    assert rules["img-src"] == ["'self'", "file:", "data:", "blob:"]


def test_a_folder_holds_all_that_the_page_names() -> None:
    """Relative addresses with a content hash; the style sheet's pictures stand beside it."""
    made = page("folder")
    named = addresses(made.html)
    styles = "".join(text.decode() for name, text in made.files.items() if name.endswith(".css"))
    pictures = {f"assets/{name}" for name in re.findall(r"url\(([^#)]+)\)", styles)}
    assert len(pictures) == 3
    assert {*named, *pictures} == set(made.files)
    for name, content in made.files.items():
        stem, mark, suffix = name.removeprefix("assets/").split(".")
        assert hashed_name(f"{stem}.{suffix}", content) == f"{stem}.{mark}.{suffix}"
    assert named.index(next(n for n in named if "leaflet" in n and n.endswith("js"))) == 0
    assert b"sourceMappingURL" not in b"".join(made.files.values())


def test_maps_of_a_site_share_their_assets() -> None:
    """Only the few lines that start a map are its own."""
    first = page("folder").files
    second = page("folder", extent=(123.0, 42.0, 124.0, 43.0), language="en").files
    own = set(first) - set(second)
    assert len(own) == 1
    assert own.pop().startswith("assets/start.")
    assert len(set(first) & set(second)) == len(first) - 1


def test_the_cdn_has_the_very_file_that_is_known() -> None:
    """Pinned, with the published hash; the policy names two files and Leaflet's pictures."""
    made = page("cdn")
    assert made.files == {}
    assert addresses(made.html) == [LEAFLET_CDN + "leaflet.js", LEAFLET_CDN + "leaflet.css"]
    for name, known in _PUBLISHED.items():
        assert integrity(leaflet_file(name)) == known
        assert f'{LEAFLET_CDN}{name}" integrity="{known}" crossorigin="anonymous"' in made.html
    assert "leaflet@1.9.3/" in LEAFLET_CDN
    rules = policy(made.html)
    assert [s for s in rules["script-src"] if not s.startswith("'sha256-")] == [
        LEAFLET_CDN + "leaflet.js"
    ]
    assert rules["style-src"] == ["'unsafe-inline'", LEAFLET_CDN + "leaflet.css"]
    assert rules["img-src"] == ["data:", "blob:", LEAFLET_CDN + "images/"]
    assert len(re.findall(r"https?://", made.html)) == 2 + 3  # in links and in the policy


@pytest.mark.parametrize("assets", ASSETS)
def test_the_same_map_gives_the_same_page(assets: Assets) -> None:
    """Rendered twice and made twice."""
    drawn = OfflineMap(_TITLE, assets=assets)
    assert to_page(drawn) == to_page(drawn) == to_page(OfflineMap(_TITLE, assets=assets))


@pytest.mark.parametrize("word", ["", "Inline", "folder ", "https://cdn.example.org"])
def test_another_word_is_refused(word: str) -> None:
    """By name, on every way in."""
    with pytest.raises(ParameterError, match="inline, folder, cdn"):
        check_assets(word)
    with pytest.raises(ParameterError):
        OfflineMap(assets=word)  # type: ignore[arg-type]


def test_sources_of_pictures_are_named_once() -> None:
    """In the order that they are asked for."""
    parts = Parts([], [], ["https://a.example.org", "data:", "https://a.example.org"])
    for assets in ASSETS:
        sources = re.findall(r"img-src ([^;]*)", load(parts, assets).policy)[0].split()
        assert sources.count("https://a.example.org") == sources.count("data:") == 1


def test_a_map_is_written_with_its_folder(tmp_path: Path) -> None:
    """Twice into one folder: the assets are shared; nothing half-written is left."""
    published = PublishedMap("heating", _TITLE, analyses=("boilers_in_heating_coverage",))
    made = assessment([])
    write_map(made, published, tmp_path / "a.html", assets="folder")
    write_map(made, published, tmp_path / "b.html", assets="folder")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert html == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert all((tmp_path / address).is_file() for address in addresses(html))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "assets", "b.html"]
    assert not list((tmp_path / "assets").glob(".*"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file of its name is there: the page is not written either."""
    (tmp_path / "assets").write_text("mine", encoding="utf-8")
    published = PublishedMap("heating", _TITLE, analyses=("boilers_in_heating_coverage",))
    with pytest.raises(OutputError):
        write_map(assessment([]), published, tmp_path / "a.html", assets="folder")
    assert [p.name for p in tmp_path.iterdir()] == ["assets"]
