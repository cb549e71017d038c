"""The page's script unpacks what was packed, says it as Python does, and draws it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hand_made_maps import card, result
from playwright.sync_api import Browser, Page
from shapely import LineString, MultiPolygon, Point, Polygon, box

from tieling_geo.records import Result, ResultColumn
from tieling_geo.render import to_html, web_map
from tieling_geo.render.popup import number_text
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
_TITLE = Text("打包", "Packed")
#: Every feature as the page has it: its id, its name, its category and its raw values.
_ALL = """() => tielingGeo.groups.map((g) => Array.from({length: g.count}, (_, i) => ({
  id: g.id(i), name: g.nameOf(i), category: g.category(i).value, geometry: g.geometry(i),
  values: Object.fromEntries(g.columns.map((c) => [c.name, c.raw(i)])),
  texts: Object.fromEntries(g.columns.map((c) => [c.name, c.text(i)])),
})))"""


def random_result(n: int) -> Result:
    """Return n points with words, numbers, days and flags, some of each missing."""
    random = np.random.default_rng(7)
    words = np.array(["left", "done", "gas", "unknown"])
    frame = gpd.GeoDataFrame(
        {
            "name": [f"第{k}号\U0001f3ed" if k % 3 else None for k in range(n)],
            "category": words[random.integers(0, 4, n)],
            "county_name": np.array(["银州区", "清河区", None], dtype=object)[
                random.integers(0, 3, n)
            ],
            "border_case": pd.array(random.choice([True, False, None], n), dtype="boolean"),
            "fuel": "coal",
            "reason": "",
            "built_year": np.where(random.random(n) < 0.1, np.nan, random.integers(1960, 2026, n)),
            "margin_m": np.where(random.random(n) < 0.1, np.nan, random.normal(0, 1e3, n)),
            "day": pd.to_datetime(pd.Series(["2023-12-31", None, "1969-07-20"])).sample(
                n, replace=True, random_state=1, ignore_index=True
            ),
        },
        index=pd.Index([f"P{k:04d}" for k in range(n)], dtype="str"),
        geometry=shapely.points(random.uniform(123, 125, n), random.uniform(42, 43.5, n)),
        crs=4490,
    )
    return replace(result({}), features=frame)


def test_the_script_reads_back_what_was_packed(opened_map: Open) -> None:
    """Each of 500 features: ids, names, categories, flags, days and every double, bit by bit."""
    found = random_result(500)
    added = (
        ResultColumn("day", Text("日期", "day")),
        ResultColumn("built_year", Text("建成年份", "year built"), "year"),
    )
    known = replace(card(), columns=(*card().columns, *added))
    page = opened_map(
        to_html(web_map([found], title=_TITLE, context={}, cards={"hand_made": known}))
    )
    (features,) = page.evaluate(_ALL)
    frame = found.features
    assert [f["id"] for f in features] == list(frame.index)
    assert [f["name"] for f in features] == frame["name"].fillna("").tolist()
    assert [f["category"] for f in features] == frame["category"].tolist()
    told = pd.DataFrame([f["values"] for f in features])
    assert told["margin_m"].to_numpy(float) == pytest.approx(
        frame["margin_m"].to_numpy(), abs=0, rel=0, nan_ok=True
    )
    said = pd.DataFrame([f["texts"] for f in features])
    days = frame["day"].dt.strftime("%Y-%m-%d").fillna("")
    assert said["day"].tolist() == days.tolist()
    years = frame["built_year"].map("{:.0f}".format).replace("nan", "")
    assert said["built_year"].tolist() == years.tolist()  # not 2,024
    flags = frame["border_case"].map({True: "是", False: "否"}).astype(object).fillna("")
    assert said["border_case"].tolist() == flags.tolist()
    assert said["county_name"].tolist() == frame["county_name"].fillna("").tolist()
    numbers = ["" if np.isnan(x) else number_text(x) for x in frame["margin_m"]]
    assert said["margin_m"].tolist() == numbers
    places = np.array([f["geometry"]["coordinates"] for f in features])
    assert np.abs(places - shapely.get_coordinates(frame.geometry)).max() <= 0.5e-6 + 1e-12


def test_shapes_come_back_as_geojson(opened_map: Open) -> None:
    """Holes, parts, lines and points of one layer, each as it was."""
    hole = Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 2, 2).exterior, box(4, 4, 5, 5).exterior])
    shapes = [
        box(0, 0, 1, 1),
        hole,
        MultiPolygon([box(20, 20, 21, 21), hole]),
        LineString([(0, 0), (5, 5), (9, 0)]),
        Point(3, 4),
    ]
    found = result(dict.fromkeys("abcde", "left"), geometry=shapes)
    found = replace(found, features=found.features.set_crs(4326, allow_override=True))
    page = opened_map(
        to_html(web_map([found], title=_TITLE, context={}, cards={"hand_made": card()}))
    )
    (features,) = page.evaluate(_ALL)
    read = [shapely.geometry.shape(f["geometry"]) for f in features]
    assert read == [shapely.geometry.shape(shapely.geometry.mapping(s)) for s in shapes]


def test_numbers_are_said_as_python_says_them(opened_map: Open) -> None:
    """Ties to even, near nought, near whole, endless, grouped: 4,000 of them."""
    random = np.random.default_rng(3)
    values = [
        *(k / 8 for k in range(-200, 200)),
        *(k / 1000 for k in range(-1200, 1200)),
        *np.round(random.normal(0, 1e4, 600), 3).tolist(),
        *(random.normal(0, 1, 600) * 10 ** random.uniform(-9, 12, 600)).tolist(),
        *(0.0, -0.0, 1e-7, -1e-7, 0.0099999, 0.01, 0.995, 1e15, -1234567.891),
    ]
    page = opened_map(to_html(web_map([], title=_TITLE, context={})))
    said = page.evaluate("(all) => all.map(tielingGeo.numberText)", values)
    assert said == [number_text(value) for value in values]
    assert page.evaluate("[1, -1].map((s) => tielingGeo.numberText(s * Infinity))") == ["∞", "-∞"]


def test_a_page_whose_data_is_damaged_says_so(browser: Browser, tmp_path: Path) -> None:
    """A word on the map, not an empty sheet that looks like a finding."""
    html = to_html(
        web_map([result({"a": "left"})], title=_TITLE, context={}, cards={"hand_made": card()})
    )
    path = tmp_path / "damaged.html"
    path.write_text(html.replace('_bytes">', '_bytes">AAAA'), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator(".broken").wait_for()
    assert "无法展开" in page.inner_text(".broken")
    page.close()


def test_many_points_are_drawn_small_and_still_answer(opened_map: Open) -> None:
    """20,000 points: symbols shrink, a click finds the one that was pointed at."""
    found = random_result(20_000)
    page = opened_map(
        to_html(web_map([found], title=_TITLE, context={}, cards={"hand_made": card()}))
    )
    assert page.evaluate("tielingGeo.map().tielingStage.size") < 1
    hits = """() => {
      const [group] = tielingGeo.groups, map = tielingGeo.map();
      map.setView(group.center(77), 17, {animate: false});
      const [found, i] = tielingGeo.hit(map, group.center(77));
      return [found === group, i];
    }"""
    assert page.evaluate(hits) == [True, 77]


#: Of the points that are shown, and of those hidden ones that lie alone: how many have ink.
_PRESSED = """() => {
  const stage = tielingGeo.map().tielingStage, [group] = tielingGeo.groups;
  for (let i = 0; i < group.count; i += 2) group.mask[i] = 0;
  stage._draw();
  const canvas = stage.canvases[1], view = stage._view();
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer);
  const places = Array.from({length: group.count}, (_, i) => {
    const [lon, lat] = group.place(i);
    const at = stage._map.project([lat, lon], stage._zoom);
    return [Math.round(at.x - view.left), Math.round(at.y - view.top)];
  });
  const shown = places.filter((_, i) => i % 2);
  const reach = 7;
  const alone = places.filter(([x, y], i) => i % 2 === 0 &&
    !shown.some(([a, b]) => Math.abs(x - a) < reach && Math.abs(y - b) < reach));
  const inked = (all) => all.filter(([x, y]) => pixels[y * canvas.width + x]).length;
  return {shown: inked(shown), of: shown.length, alone: inked(alone), others: alone.length,
    size: stage.size};
}"""


def test_each_of_many_points_is_drawn_at_its_place_and_no_other(opened_map: Open) -> None:
    """4,300 of 8,600 points, the rest filtered away: Leaflet's own projection says where."""
    drawn = web_map([random_result(8_600)], title=_TITLE, context={}, cards={"hand_made": card()})
    page = opened_map(to_html(drawn))
    page.evaluate("tielingGeo.sharpness = 1")
    told = page.evaluate(_PRESSED)
    assert told["size"] == 0.7  # more than 4,000 in view, not more than 12,000
    assert told["shown"] == told["of"] == 4_300
    assert told["others"] > 50
    assert told["alone"] == 0


def test_an_older_browser_reads_the_same_bytes(browser: Browser, tmp_path: Path) -> None:
    """Before `Uint8Array.fromBase64`, which browsers have since 2025."""
    found = random_result(300)
    drawn = web_map([found], title=_TITLE, context={}, cards={"hand_made": card()})
    path = tmp_path / "older.html"
    path.write_text(to_html(drawn), encoding="utf-8")
    context = browser.new_context()
    context.add_init_script("delete Uint8Array.fromBase64")
    page = context.new_page()
    page.goto(path.as_uri())
    assert not page.evaluate("'fromBase64' in Uint8Array")
    (features,) = page.evaluate(f"tielingGeo.ready().then({_ALL})")
    assert [f["id"] for f in features] == list(found.features.index)
    context.close()


def test_the_time_of_the_first_drawing_waits_for_every_layer(opened_map: Open) -> None:
    """A stage that drew a part of its layers has not drawn the map."""
    drawn = web_map([random_result(3)], title=_TITLE, context={}, cards={"hand_made": card()})
    page = opened_map(to_html(drawn))
    again = """(unpacking) => {
      const stage = tielingGeo.map().tielingStage;
      [stage.firstDrawn, tielingGeo.unpacking] = [0, unpacking];
      stage._draw();
      return stage.firstDrawn > 0;
    }"""
    assert [page.evaluate(again, unpacking) for unpacking in (1, 0)] == [False, True]


def test_layers_keep_their_order_whichever_is_unpacked_first(opened_map: Open) -> None:
    """A large layer comes first and takes longest: it stays first, in the search and when drawn."""
    large, small = random_result(20_000), replace(random_result(3), analysis="second")
    cards = {"hand_made": card(), "second": card("second")}
    page = opened_map(to_html(web_map([large, small], title=_TITLE, context={}, cards=cards)))
    order = "tielingGeo.groups.map((g) => [g.spec.analysis, g.order])"
    assert page.evaluate(order) == [["hand_made", 1], ["second", 2]]
