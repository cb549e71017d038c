"""
Maps of many points: seconds to write, megabytes, seconds until drawn, milliseconds a zoom.

Ours beside `GeoDataFrame.explore` of the same points with the same four columns, in the same run,
both without a network and each in a browser of its own: `explore` is given Leaflet as we have it.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Page, sync_playwright

from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.render.assets import leaflet_script, leaflet_style
from tieling_geo.text import Text

RUNS = 3
#: Number of points by the name of the measurement.
SIZES = {"map_1k": 1_000, "map_10k": 10_000, "map_100k": 100_000, "map_1m": 1_000_000}
#: The peer's page of more points than this exhausts the browser's memory.
MOST_OF_PEER = 100_000
#: A page that has drawn nothing by then never will.
_MOST_SECONDS = 600
_PAINTED = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
# Ours notes when all its layers stood on the canvas: what is built after that hides nothing.
_DRAWN = "window.tielingGeo ? tielingGeo.map().tielingStage.firstDrawn : window.drawn"
# The peer does not say when it drew: two frames after all its scripts have run.
_NOTE = (
    f"<script>onload = () => {_PAINTED}.then(() => (window.drawn = performance.now()));</script>"
)
_ZOOM = f"""async (map) => {{
  const times = [];
  for (const step of [1, 1, -1, -1, 1]) {{
    const began = performance.now();
    map.setZoom(map.getZoom() + step, {{animate: false}});
    await {_PAINTED};
    times.push(performance.now() - began);
  }}
  return times;
}}"""
# Two frames pass before a page is known to be painted, whatever was drawn in them.
_IDLE = (
    f"async () => {{ const began = performance.now(); await {_PAINTED}; "
    "return performance.now() - began; }"
)


def points(n: int) -> gpd.GeoDataFrame:
    """Draw n points in the city's box, with an id, a name, a category, a county and a distance."""
    random = np.random.default_rng(20251231)
    category = np.array(["left", "doubt", "done", "unknown", "outside", "gas"])
    county = np.array(["银州区", "清河区", "铁岭县", "西丰县", "昌图县", "调兵山市", "开原市"])
    return gpd.GeoDataFrame(
        {
            "name": [f"点位{k}" for k in range(n)],
            "category": category[random.integers(0, 6, n)],
            "county_name": county[random.integers(0, 7, n)],
            "margin_m": np.round(random.uniform(-5000, 5000, n), 2),
        },
        index=pd.Index([f"P{k:07d}" for k in range(n)], dtype="str", name="id"),
        geometry=shapely.points(random.uniform(123.2, 124.8, n), random.uniform(41.9, 43.4, n)),
        crs=4490,
    )


def ours(features: gpd.GeoDataFrame) -> str:
    """Return our page."""
    from tests.render.hand_made_maps import card, result  # noqa: PLC0415 - a card to draw by

    empty: Result = result({})
    found = Result(
        analysis=empty.analysis,
        features=features,
        category="category",
        measures={},
        against={},
        excluded=empty.excluded,
        rollups=empty.rollups,
    )
    cards = {empty.analysis: card()}
    return to_html(web_map([found], title=Text("示例", "Sample"), context={}, cards=cards))


def peer(features: gpd.GeoDataFrame) -> str:
    """Return the page of `explore`, as it is but for the network."""
    page = folium.Map(tiles=None, prefer_canvas=True)
    page.default_js = [("leaflet", leaflet_script())]
    page.default_css = [("leaflet_css", "data:text/css," + quote(leaflet_style()))]
    # Coloured by a column it takes far longer: its style asks for each feature by its number.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = features.reset_index().explore(m=page, tiles=None)
    west, south, east, north = features.total_bounds
    drawn.fit_bounds([[south, west], [north, east]])
    text: str = drawn.get_root().render()
    return text + _NOTE


@contextmanager
def alone(path: Path, seconds: float) -> Iterator[Page]:
    """
    Open a page as a reader does, and look at it when it has long been drawn.

    A driver that watches a page while it loads has it decoded a second time: a third of our time.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
        flags += [
            "--window-size=1280,887",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        command = [str(chromium), *flags, f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            time.sleep(3)  # the browser's own start is not the page's
            port = (Path(profile) / "DevToolsActivePort").read_text().split()[0]
            address = f"http://127.0.0.1:{port}"
            asked = Request(f"{address}/json/new?{path.as_uri()}", method="PUT")  # noqa: S310
            urlopen(asked).close()  # noqa: S310 - a browser of this machine
            time.sleep(seconds)
            with sync_playwright() as driver:
                pages = driver.chromium.connect_over_cdp(address).contexts[0].pages
                yield next(page for page in pages if page.url == path.as_uri())
        finally:
            browser.terminate()
            browser.wait()


def look(path: Path, name: str, seconds: float) -> dict[str, float]:
    """Open a page and measure what a reader waits for, in so many seconds."""
    with alone(path, seconds) as page:
        page.set_default_timeout(300_000)
        drawn = page.evaluate(_DRAWN)
        if drawn:
            idle = statistics.median(page.evaluate(_IDLE) for _ in range(3))
            find = "tielingGeo.map()" if name == "ours" else _map_of(path)
            zooms = page.evaluate(f"() => ({_ZOOM})({find})")
            zoom_ms = max(statistics.median(zooms) - idle, 0)
            return {"drawn_s": drawn / 1000, "zoom_ms": zoom_ms}
    if seconds > _MOST_SECONDS:
        raise TimeoutError(f"{path} drew nothing in {seconds} s")
    return look(path, name, 2 * seconds)  # too early: watched while it was being drawn


def _map_of(path: Path) -> str:
    """Return the name of a stock page's map."""
    head = path.read_text(encoding="utf-8")[:200_000_000]
    at = head.index("var map_")
    return head[at + 4 : head.index(" ", at + 4)]


def measured(
    make: Callable[[gpd.GeoDataFrame], str], features: gpd.GeoDataFrame
) -> dict[str, float]:
    """Write a page and look at it, several times; the medians."""
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        for _ in range(RUNS):
            began = time.perf_counter()
            path.write_text(make(features), encoding="utf-8")
            written = time.perf_counter() - began
            size = path.stat().st_size / 1e6
            rows.append({"write_s": written, "mb": size, **look(path, make.__name__, 3 + size / 2)})
    return {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}


def maps() -> list[dict[str, Any]]:
    """Measure every size; the peer up to what it can draw."""
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        print("maps: NOT MEASURED, there is no Chromium")
        return []
    records = []
    for name, n in SIZES.items():
        features = points(n)
        figures = measured(ours, features)
        peers = {}
        if n <= MOST_OF_PEER:
            peers["GeoDataFrame.explore"] = measured(peer, features)
        records.append({"name": name, "size": f"{n} points", **figures, "peers": peers})
    return records
