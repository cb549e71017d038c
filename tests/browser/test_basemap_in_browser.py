"""
Basemaps and assets in a real Chromium: tiles are drawn, policies hold, and without tiles all works.

A server on loopback stands in for a map service, for a static web server with a policy of its own,
and, by an answer put in its place, for the CDN. Everything else stays cut off.
"""

import base64
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pytest
from hand_made_maps import EAST_M, NORTH_M, card, result
from playwright.sync_api import Browser, Page, Route
from shapely import box

from tieling_geo.crs import to_web_crs
from tieling_geo.crs.shifted_datums import to_gcj02
from tieling_geo.render import web_map
from tieling_geo.render.assets import LEAFLET_CDN, leaflet_file
from tieling_geo.render.basemap import gaode, xyz
from tieling_geo.render.offline import to_page
from tieling_geo.render.tiles_on_disk import local_tiles
from tieling_geo.text import Text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1"]),
]

_TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# What a strict web server may say of every page: files of its own, and nothing inline.
_STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:"
_HOSTILE = "<img src=x onerror=window.pwned=1>{{7*7}}`${1}`</script>"
#: Tiles that are there, and the words that are said of them.
_SEEN = """() => ({
  tiles: Array.from(document.querySelectorAll(".leaflet-tile-loaded")).filter((t) => t.naturalWidth)
    .length,
  failed: document.querySelector(".basemap-note.failed").textContent,
  credit: document.querySelector(".leaflet-control-attribution").textContent,
  pwned: window.pwned || 0,
  features: tielingGeo.groups.flatMap((group) =>
    Array.from({length: group.count}, (_, i) => group.isShown(i)).filter(Boolean)).length,
})"""
_LOADED = "tielingGeo.isStarted && document.querySelectorAll('.leaflet-tile-loaded').length >= 2"

Until = Callable[[Page, str], None]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Hand out a folder with a strict policy, and note what is asked for."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def end_headers(self) -> None:
        """Add the policy."""
        self.send_header("Content-Security-Policy", _STRICT)
        super().end_headers()

    def do_GET(self) -> None:
        """Answer with a tile where one is asked for."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if not self.path.startswith("/tiles/"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(_TILE)


@dataclass
class Served:
    """A folder on loopback."""

    folder: Path
    port: int
    asked: list[str]

    @property
    def root(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve a folder."""
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(tmp_path, server.server_port, server.asked)  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


@dataclass
class Watched:
    """Pages, what they complained of and what they asked for, by page."""

    browser: Browser
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, address: str, answer: Callable[[Route], None] | None = None) -> Page:
        """Open an address, with an answer to what is asked of the web; what it says is noted."""
        self.errors.clear()
        self.asked.clear()
        page = self.browser.new_page(viewport={"width": 900, "height": 600})
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        if answer is not None:
            page.route(lambda url: url.startswith("https:"), answer)
        page.goto(address)
        return page

    def outside(self) -> list[str]:
        """Return what was asked from elsewhere than the page's own disk."""
        return [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Return a browser whose pages are watched."""
    before = set(browser.contexts)
    yield Watched(browser)
    for context in set(browser.contexts) - before:
        context.close()


def write(folder: Path, **changes: object) -> Path:
    """Write the page of two boilers in its county, with what must stand beside it."""
    square = box(EAST_M - 9_000, NORTH_M - 9_000, EAST_M + 9_000, NORTH_M + 9_000)
    counties = gpd.GeoDataFrame({"name": ["银州区"]}, geometry=[square], crs=4550)
    values = {"title": Text("锅炉", "Boilers"), "context": {"counties": counties}, **changes}
    drawn = web_map([result({"a": "left", "b": "done"})], cards={"hand_made": card()}, **values)  # type: ignore[arg-type]
    page = to_page(drawn)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in page.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "a.html").write_text(page.html, encoding="utf-8")
    return folder / "a.html"


def test_tiles_of_a_service_lie_below_the_data(
    watched: Watched, served: Served, until: Until
) -> None:
    """Only tiles are asked for, only there; the credit is text; the page complains of nothing."""
    tiles = xyz(f"{served.root}/tiles/{{z}}/{{x}}/{{y}}.png?key=k1", _HOSTILE)
    page = watched.open(write(served.folder, basemap=tiles).as_uri())
    until(page, _LOADED)
    seen = page.evaluate(_SEEN)
    assert seen["tiles"] >= 2
    assert (seen["failed"], seen["pwned"], seen["features"]) == ("", 0, 2)
    assert _HOSTILE in seen["credit"]
    assert seen["credit"].startswith("Leaflet")
    assert _HOSTILE in page.locator("footer").inner_text()
    assert watched.errors == []
    assert watched.outside()
    assert all(url.startswith(f"{served.root}/tiles/") for url in watched.outside())
    # The policy of the page allows nothing else of that server's neighbours.
    page.evaluate("() => { new Image().src = 'http://127.0.0.1:9/a.png'; }")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in error for error in watched.errors)


def test_without_its_tiles_a_map_works_and_says_so(
    watched: Watched, tmp_path: Path, until: Until
) -> None:
    """No name is found: the data are there, shifted for Gaode's tiles; both are said in words."""
    page = watched.open(write(tmp_path, basemap=gaode()).as_uri())
    until(
        page, "tielingGeo.isStarted && document.querySelector('.basemap-note.failed').textContent"
    )
    seen = page.evaluate(_SEEN)
    assert seen["failed"].startswith("底图未能加载")
    assert "仅为显示而偏移" in page.locator(".basemap-note.shifted").inner_text()
    assert page.locator(".basemap-note.failed").get_attribute("role") == "status"
    assert seen["features"] == 2
    assert page.locator("aside li b").first.inner_text() == "1"
    assert all("ERR_NAME_NOT_RESOLVED" in error for error in watched.errors)
    assert {url.split("?")[0] for url in watched.outside()} <= {
        f"https://webrd0{k}.is.autonavi.com/appmaptile" for k in range(1, 5)
    }
    # The page's script takes a place on the map back to where it is.
    place = to_web_crs(result({"a": "left"}).features).geometry.iloc[0]
    lon, lat = to_gcj02(place.x, place.y)
    back = page.evaluate(f"tielingGeo.unshifted({float(lon)!r}, {float(lat)!r})")
    assert back == pytest.approx([place.x, place.y], abs=1e-9)
    (group,) = page.evaluate("tielingGeo.groups.map((group) => group.geometry(0))")
    assert group["coordinates"] == pytest.approx([place.x, place.y], abs=1.1e-6)
    assert page.evaluate("tielingGeo.unshifted(2.35, 48.85)") == [2.35, 48.85]


def test_a_folder_opens_from_disk_and_under_a_path_of_a_strict_server(
    watched: Watched, served: Served, until: Until
) -> None:
    """One page with its assets and its tiles beside it; no inline script is left to be allowed."""
    folder = served.folder / "some path" / "maps"
    for x, y in ((x, y) for x in range(859, 869) for y in range(375, 385)):
        tile = folder / f"瓦片/10/{x}/{y}.png"
        tile.parent.mkdir(parents=True, exist_ok=True)
        tile.write_bytes(_TILE)
    made = local_tiles(folder / "瓦片", page_folder=folder)
    place = to_web_crs(result({"a": "left"}).features).geometry.iloc[0]
    extent = (place.x - 0.1, place.y - 0.1, place.x + 0.1, place.y + 0.1)
    path = write(folder, basemap=made, assets="folder", extent=extent, language="en")
    addresses = [path.as_uri(), f"{served.root}/some%20path/maps/a.html"]
    for address in addresses:
        page = watched.open(address)
        until(page, _LOADED)
        seen = page.evaluate(_SEEN)
        assert (seen["failed"], seen["features"]) == ("", 2)
        paper = page.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')")
        assert paper.strip().startswith("#")
        assert watched.errors == []
        assert all(url.startswith(address.rpartition("/")[0]) for url in watched.outside())
    assert all(asked.startswith("/some%20path/maps/") for asked in served.asked)
    assert any("/assets/leaflet." in asked for asked in served.asked)


def test_the_cdn_is_held_to_its_hash(watched: Watched, tmp_path: Path, until: Until) -> None:
    """The known file runs; another one at its address does not, and nothing else is asked for."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(LEAFLET_CDN)
        content = leaflet_file(name) if name.startswith("leaflet.") else b""
        cors = {"Access-Control-Allow-Origin": "*"}
        kind = "text/css" if name.endswith("css") else "text/javascript"
        route.fulfill(body=content, content_type=kind, headers=cors)

    def forged(route: Route) -> None:
        cors = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body="window.pwned=1", content_type="text/javascript", headers=cors)

    path = write(tmp_path, assets="cdn").as_uri()
    page = watched.open(path, answer)
    until(page, "tielingGeo.isStarted === true")
    assert page.evaluate("[L.version, tielingGeo.groups.length]") == ["1.9.3", 1]
    assert watched.errors == []
    assert set(watched.outside()) == {LEAFLET_CDN + "leaflet.js", LEAFLET_CDN + "leaflet.css"}
    page = watched.open(path, forged)
    assert page.evaluate("[typeof L, window.pwned || 0]") == ["undefined", 0]
    assert any("integrity" in error for error in watched.errors)
