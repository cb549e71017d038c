"""A real Chromium with its network cut off, and a page that reports everything that goes wrong."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Hand-made results are shared with the tests of the drawing itself.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "render"))

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # This machine's own address is for tests of plain servers; every page says what it asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_INSIDE = ("file:", "data:", "blob:", "about:")


def _without(reason: str) -> NoReturn:
    """Skip loudly, or fail where a browser is demanded."""
    if os.environ.get("TIELING_GEO_REQUIRE_BROWSER") == "1":
        pytest.fail(f"TIELING_GEO_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(f"NOT TESTED IN A BROWSER: {reason}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium; it can resolve no name, so that nothing can be loaded."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        _without(f"there is none of {', '.join(_NAMES)} on the path")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="module")
def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """
    Return a window in which the pages of one file of tests are opened.

    An empty page stays open in it, so that Chromium keeps the process that shows files: to start
    one for every page takes a second each.
    """
    empty = tmp_path_factory.mktemp("window") / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    context = browser.new_context()
    context.new_page().goto(empty.as_uri())
    yield context
    context.close()


def _until(page: Page, expression: str) -> None:
    """
    Wait until a JavaScript expression holds, 5 seconds at most.

    Playwright's own waiting compiles text inside the page, which the page's policy forbids.
    """
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


@pytest.fixture
def until() -> Callable[[Page, str], None]:
    """Return a function that waits until a JavaScript expression holds on a page."""
    return _until


@dataclass
class Opened:
    """A page, and all that it complained of or asked for from outside its file."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note every error, and every request that would leave the machine."""
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(_INSIDE) else self.faults.append(request.url)
            ),
        )


@pytest.fixture
def opened(window: BrowserContext, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """
    Return a function that opens a page from its HTML, as a file.

    At the end of the test the page must not have complained, nor asked for anything.
    """
    pages: list[Opened] = []

    def open_page(html: str, *, width: int = 1280, height: int = 800, hash_: str = "") -> Page:
        path = tmp_path / f"page{len(pages)}.html"
        path.write_text(html, encoding="utf-8")
        view = Opened(window.new_page())
        view.page.set_viewport_size({"width": width, "height": height})
        view.page.set_default_timeout(10_000)
        view.watch()
        pages.append(view)
        view.page.goto(path.as_uri() + hash_)
        return view.page

    yield open_page
    for view in pages:
        view.page.close()
    window.clear_permissions()  # what one test is allowed, the next is not
    window.clear_cookies()
    assert [fault for view in pages for fault in view.faults] == []


@pytest.fixture
def opened_map(opened: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens a map's page and waits until its layers are drawn."""

    def open_map(html: str, **view: object) -> Page:
        page = opened(html, **view)
        _until(page, "tielingGeo.isStarted === true")
        return page

    return open_map
