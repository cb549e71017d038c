"""Layers of a user's own in a real Chromium: on a stock map, on ours, and in a notebook's cell."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import folium
import geopandas as gpd
import numpy as np
import pytest
from hand_made_maps import ANALYSIS, PAYLOADS, result
from playwright.sync_api import Page
from shapely import Point, box

from tieling_geo.render import packed_layer, to_html, web_map
from tieling_geo.render.assets import leaflet_script, leaflet_style
from tieling_geo.render.notebook import to_cell_html

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]

#: Says whether the areas and the points of a stock map have ink.
_INK = """() => tielingGeo.groups[0].layer.stage.canvases.map((canvas) => {
  if (!canvas.width) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).some((pixel) => pixel >>> 24);
})"""


def stock_map() -> folium.Map:
    """Return Folium's own map, which would load Leaflet from elsewhere, with ours instead."""
    drawn = folium.Map([42.25, 123.5], zoom_start=12, tiles=None)
    drawn.default_js = [("leaflet", leaflet_script())]
    drawn.default_css = [("leaflet_css", "data:text/css," + quote(leaflet_style()))]
    return drawn


def hostile() -> gpd.GeoDataFrame:
    """Return a point a payload, each its own name, value and category, and one in the middle."""
    words = [*PAYLOADS, "middle"]
    places = [Point(123.49 + k / 1000, 42.26) for k in range(len(PAYLOADS))]
    return gpd.GeoDataFrame(
        {"name": words, "kind": words, "value": words},
        geometry=[*places, Point(123.5, 42.25)],
        crs=4326,
    )


def test_a_stock_map_takes_layers_that_can_be_read_and_switched(opened: Open, until: Until) -> None:
    """20,000 points and an area: drawn, pointed at, switched off, without a word that runs."""
    rng = np.random.default_rng(20251231)
    cloud = gpd.GeoDataFrame(
        {"depth_m": rng.uniform(1, 90, 20_000)},
        geometry=gpd.points_from_xy(rng.uniform(122, 123, 20_000), rng.uniform(41, 42, 20_000)),
        crs=4326,
    )
    area = gpd.GeoDataFrame({"name": ["区"]}, geometry=[box(123.4, 42.2, 123.6, 42.3)], crs=4326)
    drawn = stock_map()
    drawn.add_child(packed_layer(hostile(), name="</script>{{7*7}}", category="kind"))
    drawn.add_child(packed_layer(area, name="area", show=False))
    drawn.add_child(packed_layer(cloud, name="cloud", is_sample=True))
    drawn.add_child(folium.LayerControl(collapsed=False))
    page = opened(drawn.get_root().render())
    until(page, "tielingGeo.groups.length === 3 && tielingGeo.groups[0].layer.stage.drawings > 0")
    counts = page.evaluate("() => tielingGeo.groups.map((g) => g.count).sort((a, b) => a - b)")
    assert counts == [1, len(PAYLOADS) + 1, 20_000]

    box_ = page.locator(".leaflet-container").bounding_box()
    assert box_ is not None
    page.mouse.click(box_["x"] + box_["width"] / 2, box_["y"] + box_["height"] / 2)
    assert page.inner_text(".fact h2") == "middle"
    assert page.inner_text(".fact .heading") == "</script>{{7*7}}"
    assert page.locator(".fact").evaluate("(box) => getComputedStyle(box).maxHeight") != "none"

    labels = page.locator(".leaflet-control-layers-overlays label")
    words = labels.all_inner_texts()
    assert [text.strip().splitlines()[0] for text in words] == [
        "</script>{{7*7}}",
        "area",
        "cloud（示例数据 SAMPLE）",
    ]
    assert all(f"{payload} (1)" in words[0] for payload in PAYLOADS)
    assert page.evaluate(_INK) == [False, True]  # the area waits for its tick
    labels.nth(1).locator("input").check()
    until(page, f"({_INK})()[0]")
    labels.nth(0).locator("input").uncheck()
    until(page, f"!({_INK})()[1]")
    assert page.evaluate("window.__pwned") is None


def test_our_map_takes_layers_of_folium_and_of_the_user(opened_map: Open) -> None:
    """A packed layer is in legend, search and popups; a circle of Folium's own is drawn beside."""
    drawn = web_map(result({"B1": "left"}, analysis=ANALYSIS), title="甲")
    drawn.add_child(packed_layer(hostile(), name="{{7*7}}", category="kind", columns=["value"]))
    drawn.add_child(folium.CircleMarker([42.25, 123.5], radius=9))
    page = opened_map(to_html(drawn))
    counts = page.evaluate("() => tielingGeo.groups.map((group) => group.count)")
    assert counts == [1, len(PAYLOADS) + 1]
    heads = page.locator("aside section h2").all_inner_texts()
    assert heads[-1].strip() == "{{7*7}}"
    assert page.locator("aside section").last.locator("li").count() == len(PAYLOADS) + 1
    page.fill("#find", "middle")
    page.click("#found button")
    assert page.inner_text(".fact h2") == "middle"
    circles = "() => Object.values(tielingGeo.map()._layers).filter((l) => l._radius === 9).length"
    assert page.evaluate(circles) == 1
    page.locator("aside section").last.locator("h2 input").uncheck()
    assert page.evaluate("() => tielingGeo.groups[1].isDrawn") is False


def test_a_cell_holds_a_map_that_opens_without_a_network(opened: Open, until: Until) -> None:
    """The frame's page is low: legend and SAMPLE are in view, and nothing is loaded."""
    found = replace(result({"B1": "left", "B2": "left"}, analysis=ANALYSIS), is_sample=True)
    page = opened(f'<!DOCTYPE html><meta charset="utf-8">{to_cell_html(found)}', width=900)
    frame = page.frame_locator("iframe")
    frame.locator("aside section li").first.wait_for()
    # The frame has its page's origin: the page can look into it.
    until(page, 'document.querySelector("iframe").contentWindow.tielingGeo.isStarted')
    inner = next(one for one in page.frames if one != page.main_frame)
    assert inner.evaluate("() => tielingGeo.groups.map((group) => group.count)") == [2]
    assert inner.evaluate("() => document.querySelector('.folium-map').clientHeight") > 240
    assert inner.evaluate("() => document.documentElement.scrollHeight") <= 360
    assert frame.locator(".sample").is_visible()
    assert page.locator(".tieling-geo > .sample").is_visible()
