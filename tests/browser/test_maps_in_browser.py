"""Maps in a real Chromium without a network: all is drawn, all can be read, nothing runs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import pytest
from hand_made_maps import (
    EAST_M,
    NORTH_M,
    card,
    clause,
    result,
    verdict,
)
from playwright.sync_api import Page
from shapely import LineString, Point, box

from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

_TITLE = Text("供热与燃煤锅炉", "Heating and coal boilers")
_CARDS = {"hand_made": card(), "second": card("second")}
#: Counts what is shown, by category, over all results.
_DRAWN = """() => {
  const counts = {};
  tielingGeo.groups.forEach((group) => {
    for (let i = 0; i < group.count; i++) {
      const key = group.spec.analysis + ":" + group.category(i).value;
      if (group.isShown(i)) counts[key] = (counts[key] || 0) + 1;
    }
  });
  return counts;
}"""
#: Finds a feature by its id: its group, its position, and where it is on the page.
_FIND = """(id) => {
  const drawnFirst = [...tielingGeo.groups].sort((a, b) => b.isDrawn - a.isDrawn);
  for (const group of drawnFirst) {
    for (let i = 0; i < group.count; i++) if (group.id(i) === id) return [group, i];
  }
}"""
#: Says whether the canvases have ink within 3 pixels of a feature.
_INK = f"""(id) => {{
  const [group, i] = ({_FIND})(id);
  const map = tielingGeo.map(), stage = map.tielingStage;
  const at = map.latLngToLayerPoint(group.center(i)).subtract(stage._bounds.min);
  return stage.canvases.some((canvas) => {{
    const scale = canvas.width / stage._bounds.getSize().x;
    const ink = canvas.getContext("2d").getImageData(
      Math.round(at.x * scale) - 3, Math.round(at.y * scale) - 3, 6, 6).data;
    return ink.some((value, k) => k % 4 === 3 && value > 0);
  }});
}}"""

Open = Callable[..., Page]
Until = Callable[[Page, str], None]


def page_of_map(*results: Result, **changes: object) -> str:
    """Return the page of hand-made results."""
    values = {"title": _TITLE, "context": {}, "cards": _CARDS, **changes}
    return to_html(web_map(list(results), **values))  # type: ignore[arg-type]


def click(page: Page, feature_id: str) -> None:
    """Click with the mouse on a point feature, where it is drawn."""
    at = page.evaluate(
        f"""(id) => {{
          const [group, i] = ({_FIND})(id);
          const place = tielingGeo.map().latLngToContainerPoint(group.center(i));
          const box = tielingGeo.map().getContainer().getBoundingClientRect();
          return [box.left + place.x, box.top + place.y];
        }}""",
        feature_id,
    )
    page.mouse.click(*at)
    page.wait_for_selector(".fact")


def test_the_map_draws_exactly_the_features_of_the_result(opened_map: Open) -> None:
    """As many in each category as the table holds, and the legend says the same numbers."""
    words = ["left", "left", "done", "unknown", "gas", "outside", "outside", "doubt", "strange"]
    found = result({f"f{k}": word for k, word in enumerate(words)})
    page = opened_map(page_of_map(found))
    assert page.evaluate(_DRAWN) == {f"hand_made:{w}": n for w, n in Counter(words).items()}
    told = page.eval_on_selector_all("aside li b", "all => all.map((b) => b.textContent)")
    assert told == ["2", "1", "1", "1", "2", "1", "1"]
    assert all(page.evaluate(_INK, f"f{k}") for k in range(len(words)))


def test_an_empty_map_opens(opened_map: Open) -> None:
    """No feature is no error; the legend counts noughts."""
    page = opened_map(page_of_map(result({})))
    assert page.evaluate(_DRAWN) == {}
    assert page.inner_text("aside").count("没有要素") == 1


def test_a_click_says_all_of_a_feature(opened_map: Open) -> None:
    """Name, id, category, reason, values with units, verdict, what it means for it, evidence."""
    found = result(
        {"a": "done", "b": "unknown"}, names={"b": "二号锅炉"}, reasons={"b": "燃料类型缺失"}
    )
    about = verdict(clause("I01", analysis="hand_made"), unknown=("b",))
    bureaus = {about.clause.section: ["市住建局", "市城管局"]}
    page = opened_map(page_of_map(found, verdicts=[about], bureaus=bureaus))
    click(page, "b")
    page.locator(".leaflet-tooltip").wait_for(state="detached")  # the popup says it all
    lines = [line for line in page.inner_text(".fact").splitlines() if line]
    assert lines == [
        *("二号锅炉", "手工结果"),
        *("编号", "b", "类别", "情况不明", "未计入原因", "燃料类型缺失"),
        *("所在县", "银州区", "位于县界上", "否", "燃料", "燃煤", "距边界（米）", "1.50"),
        *("相关条文", "I01 未达到94.12 %本要素情况不明", "距目标 -0.88 %"),
        *("责任单位（规划所列）", "市住建局、市城管局"),
        *("证据编号", "hand_made/b"),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        LineString([(EAST_M, NORTH_M), (EAST_M + 900, NORTH_M + 900), (EAST_M + 1800, NORTH_M)]),
        box(EAST_M, NORTH_M, EAST_M + 900, NORTH_M + 900),
    ],
)
def test_lines_and_areas_are_drawn_and_can_be_clicked(opened_map: Open, shape: object) -> None:
    """The popup names the evidence."""
    page = opened_map(page_of_map(result({"a": "left"}, geometry=[shape])))  # type: ignore[list-item]
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1}
    click(page, "a")
    assert page.inner_text(".fact .evidence") == "hand_made/a"


def test_a_bent_line_is_not_filled(opened_map: Open) -> None:
    """The room between its arms holds no ink: a line is no area."""
    bend = [(EAST_M, NORTH_M), (EAST_M + 900, NORTH_M + 900), (EAST_M + 1800, NORTH_M)]
    spot = Point(EAST_M + 900, NORTH_M + 300)
    found = result({"line": "left"}, geometry=[LineString(bend)])
    empty = replace(result({"spot": "done"}, geometry=[spot]), analysis="second")
    page = opened_map(page_of_map(found, empty))
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1}  # the spot only marks a place
    assert not page.evaluate(_INK, "spot")


def test_an_area_too_small_to_be_seen_is_drawn_as_a_marker(opened_map: Open) -> None:
    """A pond of 20 m beside a wood of 40 km: the pond can be seen, pointed at and clicked."""
    shapes = [
        box(EAST_M, NORTH_M, EAST_M + 20, NORTH_M + 20),
        box(EAST_M + 9e3, NORTH_M, EAST_M + 49e3, NORTH_M + 40e3),
    ]
    page = opened_map(page_of_map(result({"pond": "left", "wood": "done"}, geometry=shapes)))
    small = """() => tielingGeo.groups.flatMap((g) => [0, 1].filter((i) =>
      tielingGeo.isSmall(g, i, 256 * 2 ** tielingGeo.map().getZoom())).map((i) => g.id(i)))"""
    assert page.evaluate(small) == ["pond"]
    assert page.evaluate(_INK, "pond")
    click(page, "pond")
    assert page.inner_text(".fact .evidence") == "hand_made/pond"
    page.evaluate("tielingGeo.map().setZoom(17, {animate: false})")
    assert page.evaluate(small) == []


def test_a_feature_without_a_popup_neighbour_is_found_by_the_keyboard(opened_map: Open) -> None:
    """The search finds it by part of its name, opens its popup and takes the focus there."""
    found = result({"a": "done", "b": "left"}, names={"b": "第二热源厂"})
    page = opened_map(page_of_map(found))
    page.fill("#find", "热源")
    assert page.inner_text("#hits") == "找到 1 个"
    page.press("#find", "Tab")
    page.keyboard.press("Enter")
    assert page.inner_text(".fact h2") == "第二热源厂"
    assert page.evaluate("document.activeElement.className") == "fact"
    page.keyboard.press("Escape")
    page.wait_for_selector(".fact", state="detached")


def test_a_layer_can_be_switched_off_and_on(opened_map: Open) -> None:
    """One category, the whole analysis, and the background."""
    county = gpd.GeoDataFrame(
        {"name": ["银州区"]},
        geometry=[box(EAST_M - 9e3, NORTH_M - 9e3, EAST_M + 9e3, NORTH_M + 9e3)],
        crs=4550,
    )
    page = opened_map(page_of_map(result({"a": "left", "b": "done"}), context={"counties": county}))
    assert page.locator(".place").inner_text() == "银州区"
    page.get_by_label("未淘汰").uncheck()
    assert page.evaluate(_DRAWN) == {"hand_made:done": 1}
    page.get_by_label("手工结果").click()
    assert page.evaluate(_DRAWN) == {}
    page.get_by_label("手工结果").click()
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1, "hand_made:done": 1}
    page.get_by_label("县级行政区").uncheck()
    page.locator(".place").wait_for(state="detached")


def test_what_speaks_against_stays_on_top_after_switching(opened_map: Open) -> None:
    """Two features at one place: the click meets the one that matters, before and after."""
    place = Point(EAST_M, NORTH_M)
    found = result({"ok": "done", "problem": "left"}, geometry=[place, place])
    page = opened_map(page_of_map(found))
    click(page, "ok")
    assert page.inner_text(".fact .evidence") == "hand_made/problem"
    page.keyboard.press("Escape")
    page.get_by_label("已淘汰").uncheck()
    page.get_by_label("已淘汰").check()
    click(page, "ok")
    assert page.inner_text(".fact .evidence") == "hand_made/problem"


def test_the_second_analysis_of_one_layer_appears_when_ticked(opened_map: Open) -> None:
    """At first only the first one is drawn; one row brings itself, the whole brings all."""
    second = replace(result({"a": "done", "b": "left"}), analysis="second")
    page = opened_map(page_of_map(result({"a": "left"}), second))
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1}
    page.get_by_label("已淘汰").nth(1).check()
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1, "second:done": 1}
    page.locator("input[data-group]").nth(1).uncheck()
    page.locator("input[data-group]").nth(1).check()
    assert page.evaluate(_DRAWN) == {"hand_made:left": 1, "second:done": 1, "second:left": 1}


def test_the_whole_result_is_in_view_at_the_start_and_again_on_demand(opened_map: Open) -> None:
    """Every feature lies inside what is shown."""
    in_view = """() => tielingGeo.groups.every((g) => Array.from({length: g.count}, (_, i) =>
      tielingGeo.map().getBounds().contains(g.center(i))).every(Boolean))"""
    page = opened_map(page_of_map(result({f"f{k}": "left" for k in range(30)})))
    assert page.evaluate(in_view)
    at_start = page.evaluate("tielingGeo.map().getZoom()")
    assert at_start > 8  # 30 km fill the window
    page.evaluate("tielingGeo.map().setView([0, 0], 3, {animate: false})")
    assert not page.evaluate(in_view)
    page.get_by_label("显示全图").click()
    assert page.evaluate(in_view)
    assert page.evaluate("tielingGeo.map().getZoom()") == at_start


def test_the_sample_banner_stays_in_print(opened_map: Open) -> None:
    """On screen, on paper, and in both languages."""
    page = opened_map(page_of_map(result({"a": "left"}), is_sample=True, language="en"))
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)
        banner = page.locator("p.sample")
        assert banner.is_visible()
        assert "SAMPLE" in banner.inner_text()
        assert "示例数据" in banner.inner_text()
        assert page.locator(".stamp").is_visible()


def test_paper_shows_what_the_screen_shows(opened_map: Open, until: Until) -> None:
    """The canvas is drawn anew in the shape of the paper, and again in that of the screen."""
    page = opened_map(page_of_map(result({f"f{k}": "left" for k in range(9)})))
    size, zoom = (page.evaluate(f"tielingGeo.map().{what}()") for what in ("getSize", "getZoom"))
    page.emulate_media(media="print")
    until(page, f"tielingGeo.map().getSize().x !== {size['x']}")
    on_paper = page.locator(".folium-map").bounding_box()
    assert on_paper is not None
    assert page.evaluate("tielingGeo.map().getSize().x") == round(on_paper["width"])
    assert all(page.evaluate(_INK, f"f{k}") for k in range(9))
    page.emulate_media(media="screen")
    until(page, f"tielingGeo.map().getSize().x === {size['x']}")
    assert page.evaluate("tielingGeo.map().getZoom()") == zoom


def test_the_page_can_be_understood_without_eyes(opened_map: Open, until: Until) -> None:
    """Language, title, a named map, named controls; no flag in the attribution."""
    page = opened_map(page_of_map(result({"a": "left"})))
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.title() == "供热与燃煤锅炉"
    assert page.get_attribute(".folium-map", "aria-label") == "供热与燃煤锅炉 地图"
    nameless = """() => [...document.querySelectorAll("button, input, a")].filter((e) =>
      !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length))
      .map((e) => e.outerHTML)"""
    assert page.evaluate(nameless) == []
    assert page.inner_text(".leaflet-control-attribution") == "Leaflet"
    zoom = page.evaluate("tielingGeo.map().getZoom()")
    page.focus(".folium-map")
    page.keyboard.press("-")
    until(page, f"tielingGeo.map().getZoom() < {zoom}")


def test_on_a_phone_the_legend_is_folded(opened_map: Open) -> None:
    """It would cover the data; one tap opens it."""
    page = opened_map(page_of_map(result({"a": "left"})), width=390, height=760)
    assert page.get_by_label("未淘汰").is_hidden()
    page.locator("aside > details > summary").click()
    assert page.get_by_label("未淘汰").is_visible()


def test_the_legend_does_not_cover_the_map(opened_map: Open) -> None:
    """On a desk they stand side by side."""
    page = opened_map(page_of_map(result({"a": "left"})))
    side, chart = page.locator("aside").bounding_box(), page.locator("main").bounding_box()
    assert side is not None
    assert chart is not None
    assert chart["x"] + chart["width"] <= side["x"]


def test_a_notebook_shows_the_map_in_its_cell(opened: Open) -> None:
    """`_repr_html_` is a frame that holds the whole page."""
    cell = web_map([result({"a": "left"})], title=_TITLE, context={}, cards=_CARDS)
    page = opened(f"<!DOCTYPE html><title>notebook</title>{cell._repr_html_()}")
    frame = page.frames[1]
    frame.wait_for_selector("aside")
    frame.wait_for_selector("html[data-ready]")
    assert frame.evaluate(_DRAWN) == {"hand_made:left": 1}
