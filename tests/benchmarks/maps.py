"""
Maps of many points: seconds to write, megabytes, seconds until drawn, milliseconds a zoom.

Ours beside `GeoDataFrame.explore` of the same points with the same four columns, in the same run of
the same browser, both without a network: `explore` is given Leaflet as we have it.
"""

import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, sync_playwright

from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.render.assets import leaflet_script, leaflet_style
from tieling_geo.text import Text

RUNS = 3
#: Number of points -> whether the peer can be asked for as many.
SIZES = {"map_1k": 1_000, "map_10k": 10_000, "map_100k": 100_000, "map_1m": 1_000_000}
#: The peer's page of more points than this exhausts the browser's memory.
MOST_OF_PEER = 100_000
_PAINTED = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
_DRAWN = f"""async () => {{
  if (!window.tielingGeo) {{
    await {_PAINTED};
    return performance.now() / 1000;
  }}
  await tielingGeo.ready();
  await {_PAINTED};
  // Ours notes when it drew first: what is built after that, the table and filters, hides nothing.
  return tielingGeo.map().tielingStage.firstDrawn / 1000;
}}"""
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
    page.default_css = [("leaflet_css", leaflet_style())]
    # Coloured by a column it takes far longer: its style asks for each feature by its number.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = features.reset_index().explore(m=page, tiles=None)
    west, south, east, north = features.total_bounds
    drawn.fit_bounds([[south, west], [north, east]])
    text: str = drawn.get_root().render()
    return text


def look(browser: Browser, path: Path, name: str) -> dict[str, float]:
    """Open a page and measure what a reader waits for."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(300_000)
    page.goto(path.as_uri(), wait_until="load", timeout=300_000)
    drawn = page.evaluate(_DRAWN)
    idle = statistics.median(page.evaluate(_IDLE) for _ in range(3))
    find = "tielingGeo.map()" if name == "ours" else _map_of(path)
    zooms = page.evaluate(f"() => ({_ZOOM})({find})")
    page.close()
    return {"drawn_s": drawn, "zoom_ms": max(statistics.median(zooms) - idle, 0)}


def _map_of(path: Path) -> str:
    """Return the name of a stock page's map."""
    head = path.read_text(encoding="utf-8")[:200_000_000]
    at = head.index("var map_")
    return head[at + 4 : head.index(" ", at + 4)]


def measured(
    make: Callable[[gpd.GeoDataFrame], str], features: gpd.GeoDataFrame, browser: Browser
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
            rows.append({"write_s": written, "mb": size, **look(browser, path, make.__name__)})
    return {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}


def maps() -> list[dict[str, Any]]:
    """Measure every size; the peer up to what it can draw."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        print("maps: NOT MEASURED, there is no Chromium")
        return []
    records = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
        )
        for name, n in SIZES.items():
            features = points(n)
            figures = measured(ours, features, browser)
            peers = {}
            if n <= MOST_OF_PEER:
                peers["GeoDataFrame.explore"] = measured(peer, features, browser)
            records.append({"name": name, "size": f"{n} points", **figures, "peers": peers})
        browser.close()
    return records
