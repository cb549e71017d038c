"""The table beneath a map, and its downloads: exactly the features that the map shows."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_made_maps import EAST_M, NORTH_M, PAYLOADS, card, clause, result, verdict
from playwright.sync_api import Page
from shapely import MultiPolygon, Point, Polygon, box, is_ccw
from shapely.affinity import translate
from shapely.geometry import shape

from tieling_geo.crs import to_web_crs
from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]

_MANY = 400
_CATEGORIES = ("left", "done", "doubt", "gas")
_CARDS = {"hand_made": card(), "second": card("second", title=Text("岸线", "banks"))}
#: Cells that a spreadsheet would run, and cells that would break the rows of a CSV.
_RISKY = ("=1+1", "+1", "-5", "@SUM(A1)", "=cmd|'/C calc'!A0", "＝1", "a,b", 'say "hi"', " led")
_TABLE = "section.table table"
_ROWS = f"{_TABLE} tbody tr"


def boilers(names: Sequence[str] = ()) -> Result:
    """Return many boilers in random places, some without a margin."""
    random = np.random.default_rng(20250630)
    ids = [f"b{k}" for k in range(_MANY)]
    places = [Point(EAST_M + x, NORTH_M + y) for x, y in random.normal(0, 9000, (_MANY, 2))]
    found = result(
        {key: _CATEGORIES[k % 4] for k, key in enumerate(ids)},
        names=dict(zip(ids, names, strict=False)),
        geometry=places,
        reasons={"b3": "燃料类型缺失"},
    )
    margins = np.round(random.normal(0, 5000, _MANY), 2)
    margins[::9] = np.nan
    features = found.features.assign(
        margin_m=margins, border_case=[k % 5 == 0 for k in range(_MANY)]
    )
    return replace(found, features=features)


def banks() -> Result:
    """Return an area with a hole and one of two parts, each wound the wrong way."""
    outer, hole = (box(*edges).exterior for edges in ((0, 0, 900, 900), (300, 300, 600, 600)))
    holed = Polygon(outer.coords[::-1], [hole.coords])
    parts = MultiPolygon([box(2000, 0, 2500, 500), box(3000, 0, 3500, 500)])
    moved = [translate(area, EAST_M, NORTH_M) for area in (holed, parts)]
    return result({"r0": "left", "r1": "done"}, analysis="second", geometry=moved)


@cache
def page_of_both() -> str:
    """Return the page of both, of sample data, with a clause that some boilers speak against."""
    return to_html(
        web_map(
            [boilers(["一号", "二号"]), banks()],
            title=Text("供热/锅炉: “一览”", "Boilers"),
            context={},
            cards=_CARDS,
            verdicts=[verdict(clause(analysis="hand_made"), against=("b0", "b4"))],
            is_sample=True,
            attribution=["锅炉: 铁岭市"],
            subtitle=Text("评估截至 2025-12-31，规划期至 2026-01-01", "as of 2025-12-31"),
            as_of=date(2025, 12, 31),
        )
    )


def open_table(page: Page) -> None:
    """Open the table."""
    page.get_by_role("button", name="数据表").click()
    page.locator(_ROWS).first.wait_for()


def row_count(page: Page) -> int:
    """Return how many rows the table has, in sight or not, as it says itself."""
    told = int(page.get_attribute(_TABLE, "aria-rowcount") or 0) - 1
    assert page.inner_text("section.table .toggle b") == f"{told} 行"
    return told


def in_sight(page: Page) -> list[tuple[int, str]]:
    """Return the rows that stand in the page: position from 1, and id."""
    return [
        (int(position) - 1, key)
        for position, key in page.eval_on_selector_all(
            _ROWS, "all => all.map((r) => [r.getAttribute('aria-rowindex'), r.cells[0].innerText])"
        )
    ]


def download(page: Page, name: str, folder: Path) -> tuple[str, str]:
    """Press a button and return the file's name and its text."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / "file"
    coming.value.save_as(path)
    return coming.value.suggested_filename, path.read_bytes().decode("utf-8")


def degrees(found: Result) -> Mapping[str, Any]:
    """Return each feature's geometry in degrees, by its id."""
    return dict(zip(found.features.index, to_web_crs(found.features).geometry, strict=True))


def test_the_table_has_the_rows_that_the_map_shows(opened: Open, until: Until) -> None:
    """All of them can be reached, few stand in the page; filters, legend and view are followed."""
    page = opened(page_of_both())
    assert page.locator(_TABLE).is_hidden()
    open_table(page)
    assert row_count(page) == _MANY  # the second result is switched off at first
    seen = in_sight(page)
    assert seen[0] == (1, "b0")
    assert len(seen) < 30
    page.evaluate("document.querySelector('section.table .rows').scrollTop = 1e9")
    until(page, f"document.querySelector('{_ROWS}:last-child').cells[0].innerText === 'b399'")
    last = page.locator(_ROWS).last.bounding_box()
    frame = page.locator("section.table .rows").bounding_box()
    assert last is not None
    assert frame is not None
    assert abs(last["y"] + last["height"] - frame["y"] - frame["height"]) < 2
    page.evaluate("tielingGeo.filters.set({state: 'bad'})")
    assert row_count(page) == 100
    page.get_by_label("未淘汰").first.uncheck()
    assert row_count(page) == 0
    page.evaluate("tielingGeo.filters.set({})")
    page.locator("input[data-group]").nth(1).check()
    assert row_count(page) == 302
    page.get_by_label("只列图上可见范围").check()
    page.evaluate("tielingGeo.map().setView(tielingGeo.groups[1].center(0), 16, {animate: false})")
    expected = """tielingGeo.groups.flatMap((g) => [...Array(g.count).keys()].filter((i) =>
      g.isShown(i) && tielingGeo.map().getBounds().intersects(g.bounds(i)))).length"""
    assert row_count(page) == page.evaluate(expected)
    assert 1 <= row_count(page) < 50
    page.emulate_media(media="print")
    assert page.locator("section.table").is_hidden()


def test_a_row_leads_to_its_feature_and_back(opened: Open) -> None:
    """By click and by keys; what is chosen on the map is the row that is marked."""
    page = opened(page_of_both())
    open_table(page)
    page.locator(_ROWS).nth(2).click()
    assert page.locator(".fact .evidence").last.inner_text() == "hand_made/b2"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "TABLE"
    for key in ("End", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".fact .evidence").last.inner_text() == "hand_made/b398"
    chosen = page.locator(f"{_ROWS}[aria-selected=true]")
    assert chosen.locator("td").first.inner_text() == "b398"
    page.keyboard.press("Escape")
    page.evaluate("tielingGeo.visit(tielingGeo.groups[0], 57)")
    assert chosen.locator("td").first.inner_text() == "b57"
    assert chosen.get_attribute("aria-rowindex") == "59"
    assert page.get_attribute(_TABLE, "aria-activedescendant") == chosen.get_attribute("id")
    # The edge can be moved without a mouse, and with it.
    before = page.locator("section.table .rows").bounding_box()
    page.get_by_role("separator").press("ArrowUp")
    after = page.locator("section.table .rows").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] - before["height"] == 24
    grip = page.get_by_role("separator").bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + 3)
    page.mouse.down()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] - 37)
    page.mouse.up()
    drawn = page.locator("section.table .rows").bounding_box()
    assert drawn is not None
    assert drawn["height"] - after["height"] == 40
    size = page.evaluate("tielingGeo.map().getSize().y")
    assert size == page.evaluate("tielingGeo.map().getContainer().clientHeight")


def test_files_hold_exactly_what_is_shown(opened: Open, tmp_path: Path) -> None:
    """As GeoJSON and as CSV, with the table closed and open."""
    page = opened(page_of_both())
    check_csv(page, tmp_path)
    check_geojson(page, tmp_path)


def check_geojson(page: Page, tmp_path: Path) -> None:
    """Geometry to the sixth decimal, rings wound as RFC 7946 wants, values as they are."""
    page.locator("section.table select").select_option(label="全部图层")
    page.evaluate("tielingGeo.filters.set({state: 'bad'})")
    page.locator("input[data-group]").nth(1).check()
    name, text = download(page, "GeoJSON", tmp_path)
    assert name == "供热_锅炉_一览.geojson"
    told = json.loads(text)
    assert told["type"] == "FeatureCollection"
    assert told["title"] == "供热/锅炉: “一览”"
    assert told["as_of"] == "2025-12-31"
    assert "SAMPLE" in told["sample"]
    assert told["sources"][0] == "资料来源 锅炉: 铁岭市"
    shown = {f"hand_made/b{k}" for k in range(0, _MANY, 4)} | {"second/r0"}
    assert {f["properties"]["evidence_id"] for f in told["features"]} == shown
    assert len(told["features"]) == len(shown)
    source = {"hand_made": boilers(["一号", "二号"]), "second": banks()}
    places = {name: degrees(found) for name, found in source.items()}
    for feature in told["features"]:
        values = feature["properties"]
        row = source[values["analysis"]].features.loc[feature["id"]]
        margin = None if pd.isna(row["margin_m"]) else row["margin_m"]
        assert values["margin_m"] == margin
        assert values["border_case"] is bool(row["border_case"])
        assert (values["category"], values["role"]) == ("left", "bad")
        assert values["sample"] == "SAMPLE"
        drawn = shape(feature["geometry"])
        place = places[values["analysis"]][feature["id"]]
        assert drawn.normalize().equals_exact(place.normalize(), 1e-6)
        if drawn.geom_type == "Polygon":
            assert is_ccw(drawn.exterior)
            assert not any(is_ccw(ring) for ring in drawn.interiors)
            assert len(drawn.interiors) == 1


def check_csv(page: Page, tmp_path: Path) -> None:
    """Sorted as the table is, missing values last both ways; numbers in full, a mark, CRLF."""
    open_table(page)
    margins = boilers().features["margin_m"]
    header = page.get_by_role("columnheader", name="距边界")
    page.locator("section.table select").select_option(label="手工结果")
    for way, ascending in (("ascending", True), ("descending", False)):
        header.get_by_role("button").click()
        assert header.get_attribute("aria-sort") == way
        name, text = download(page, "CSV", tmp_path)
        assert name == "供热_锅炉_一览_手工结果.csv"
        assert text[0] == "\ufeff"
        rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
        order = margins.sort_values(ascending=ascending, kind="stable", na_position="last")
        assert [row["编号"] for row in rows] == list(order.index)
        told = [float(row["距边界（米）"] or "nan") for row in rows]
        assert np.array_equal(told, order.to_numpy(), equal_nan=True)
    assert text.count("\r\n") == _MANY + 1 == text.count("\n")
    places = degrees(boilers())
    by_id = {row["编号"]: row for row in rows}
    assert all(row["SAMPLE"] == "SAMPLE" for row in rows)
    for key, row in by_id.items():
        assert float(row["经度（度）"]) == pytest.approx(places[key].x, abs=6e-7)
        assert float(row["纬度（度）"]) == pytest.approx(places[key].y, abs=6e-7)
    assert by_id["b0"]["名称"] == "一号"
    assert by_id["b0"]["相关条文"] == "I01 未达到（本要素不利）"
    assert by_id["b1"]["相关条文"] == "I01 未达到"
    assert by_id["b3"]["未计入原因"] == "燃料类型缺失"
    assert by_id["b5"]["位于县界上"] == "是"
    assert by_id["b9"]["证据编号"] == "hand_made/b9"


def test_hostile_cells_are_read_literally(opened: Open, tmp_path: Path) -> None:
    """No cell is a formula, no row breaks, nothing runs; file names are plain."""
    words = [*_RISKY, *PAYLOADS]
    found = boilers(words)
    title = Text("=../../evil\\<b>: CON|", "=../../evil\\<b>: CON|")
    page = opened(to_html(web_map([found], title=title, context={}, cards=_CARDS, language="en")))
    page.get_by_role("button", name="Data table").click()
    cells = page.eval_on_selector_all(_ROWS, "all => all.map((r) => r.cells[1].textContent)")
    assert cells[:8] == words[:8]
    name, text = download(page, "CSV", tmp_path)
    assert not set(name) & set('/\\<>:|"*?=')
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len(rows) == _MANY + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[0][:4] == ["number", "name", "layer", "category"]
    told = [row[1] for row in rows[1 : 1 + len(words)]]
    assert told == ["'" + word if word[0] in "=+-@＝" else word for word in words]
    margins = found.features["margin_m"]
    assert [float(row[-6] or "nan") < 0 for row in rows[1:]] == list(margins < 0)  # numbers stay
    _, text = download(page, "GeoJSON", tmp_path)
    names = [f["properties"]["name"] for f in json.loads(text)["features"]]
    assert names[: len(words)] == words
    assert page.evaluate("window.__pwned") is None
