"""The dashboard and a map, from disk and from a plain server under a path: there and back again."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hand_made_maps import ANALYSIS, assessment, clause, layer, result, verdict
from playwright.sync_api import Browser, Page

from tieling_geo.records import PublishedMap, State
from tieling_geo.render import draw_published, to_html
from tieling_geo.reports.site import dashboard_html
from tieling_geo.text import Text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1"]),
]

MAPS = (
    PublishedMap("heating", Text("供热", "Heating"), (ANALYSIS,)),
    PublishedMap("parks", Text("园区", "Parks"), ("park_circular_retrofit",)),
)


#: A number that is no word of an address as it stands.
ODD = "B/1 &=#%七"


class Quiet(SimpleHTTPRequestHandler):
    """A plain server that says nothing."""

    def log_message(self, *_words: object) -> None:
        """Keep still."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write a small site into a/b/ and return the folder above."""
    found = result({ODD: "remaining", "B2": "retired"}, analysis=ANALYSIS)
    about = assessment(
        [verdict(clause("I01"), State.NOT_MET, against=[ODD])],
        results={ANALYSIS: found},
        layers={"boilers": layer("boilers", found.features)},
        is_sample=True,
    )
    folder = tmp_path / "a" / "b"
    (folder / "maps").mkdir(parents=True)
    (folder / "index.html").write_text(dashboard_html(about, maps=MAPS), encoding="utf-8")
    for one in MAPS:
        page = to_html(draw_published(one, about, siblings=MAPS))
        (folder / "maps" / f"{one.map_id}.html").write_text(page, encoding="utf-8")
    return tmp_path


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a port of this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def walk(page: Page, base: str) -> None:
    """Go from the dashboard to a map, to another, and back, by what a reader would use."""
    page.goto(f"{base}/index.html#open=I01")
    assert page.locator("p.sample").is_visible()
    look = "(e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    chip = page.locator(".card .state.not_met").first.evaluate(look)
    banner = page.locator("p.sample").evaluate(look)
    letters = page.evaluate("getComputedStyle(document.body).fontFamily")
    assert page.locator(".card .thumbnail").count() == len(MAPS)
    page.locator("tr.details .ids a").first.click()
    page.wait_for_url(f"{base}/maps/heating.html#**")
    assert page.locator(".fact h2").inner_text() == ODD
    page.go_back()
    page.locator("a.card").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/maps/heating.html")
    assert page.locator(".title .state.not_met").evaluate(look) == chip
    assert page.locator("p.sample").evaluate(look) == banner
    assert page.evaluate("getComputedStyle(document.body).fontFamily") == letters
    summary = page.locator("details.menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu a:visible").all_inner_texts() == ["供热", "园区"]
    assert page.locator("[aria-current=page]").inner_text() == "供热"
    page.keyboard.press("Escape")
    assert page.locator("details.menu a:visible").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    summary.click()
    page.locator(".folium-map").click(position={"x": 20, "y": 400})
    assert page.locator("details.menu a:visible").count() == 0
    summary.click()
    page.get_by_role("link", name="园区").click()
    page.wait_for_url(f"{base}/maps/parks.html")
    page.locator("nav a").first.click()
    page.wait_for_url(f"{base}/index.html")


def test_there_and_back_from_disk_and_from_a_server_under_a_path(
    browser: Browser, site: Path
) -> None:
    """The same pages; nothing is asked for but themselves, and nothing is complained of."""
    with served(site) as address:
        for base in ((site / "a" / "b").as_uri(), f"{address}/a/b"):
            faults: list[str] = []
            asked: list[str] = []
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(10_000)
            page.on(
                "console", lambda m, to=faults: to.append(m.text) if m.type == "error" else None
            )
            page.on("pageerror", lambda error, to=faults: to.append(str(error)))
            page.on("request", lambda request, to=asked: to.append(request.url))
            walk(page, base)
            page.close()
            assert faults == []
            outside = [url for url in asked if not url.startswith((base, "data:", "blob:"))]
            assert [url for url in outside if not url.endswith("/favicon.ico")] == []
