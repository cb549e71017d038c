"""The tools on a map: they reckon as PROJ does, and hands, keys and printers can use them."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hand_made_maps import EAST_M, NORTH_M, card, result
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from pyproj import Geod, Transformer
from shapely import box

from tieling_geo.crs.shifted_datums import SHIFTED_BOUNDS, to_gcj02
from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.render.offline import page_file
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]
Floats = NDArray[np.float64]
GRS80 = Geod(ellps="GRS80")  # the ellipsoid of CGCS2000
#: Rows of longitude and latitude -> objects as the page has them.
_PLACES = "(rows) => rows.map(([lng, lat]) => ({lng, lat}))"
#: Where the middle of the map is, on the page.
_MIDDLE = """() => {
  const box = tielingGeo.map().getContainer().getBoundingClientRect();
  return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
}"""
MM_PER_POINT = 25.4 / 72


@pytest.fixture(scope="module")
def reckoner(browser: Browser) -> Iterator[Callable[[str, object], object]]:
    """Return a function that evaluates an expression of `geodesy` with some rows of numbers."""
    page = browser.new_page()
    page.add_script_tag(content="var tielingGeo = {};" + page_file("geodesy.js"))

    def reckon(expression: str, rows: object) -> object:
        return page.evaluate(f"(rows) => {{ const g = tielingGeo.geodesy; {expression} }}", rows)

    yield reckon
    page.close()


Reckon = Callable[[str, object], object]


def places(seed: int, count: int, box_: tuple[float, float, float, float]) -> Floats:
    """Return random places, longitude and latitude, inside west, south, east, north."""
    west, south, east, north = box_
    draw = np.random.default_rng(seed)
    return np.column_stack([draw.uniform(west, east, count), draw.uniform(south, north, count)])


@pytest.mark.parametrize(("span_degrees", "most_m"), [(0.001, 1e-5), (1.0, 1e-5), (20.0, 1e-3)])
def test_distances_are_geodesics(reckoner: Reckon, span_degrees: float, most_m: float) -> None:
    """Over streets, over cities and over the country: far below a centimetre."""
    start = places(1, 300, (75, 18, 130, 53))
    end = start + places(2, 300, (-span_degrees, -span_degrees, span_degrees, span_degrees))
    found = reckoner(
        f"const at = {_PLACES}; const [a, b] = rows.map(at);"
        "return a.map((one, i) => g.distance(one, b[i]));",
        [start.tolist(), end.tolist()],
    )
    for ellipsoid in (GRS80, Geod(ellps="WGS84")):
        _, _, expected = ellipsoid.inv(*start.T, *end.T)
        assert np.abs(np.array(found) - expected).max() < most_m


def test_distances_at_the_edges(reckoner: Reckon) -> None:
    """The same place, along the equator, over the date line, and the one case without an answer."""
    pairs = [
        [[123.8, 42.3], [123.8, 42.3]],
        [[10.0, 0.0], [20.0, 0.0]],
        [[179.9, 10.0], [-179.9, 10.0]],
        [[0.0, 0.0], [179.7, 0.5]],
    ]
    found = reckoner(
        f"const at = {_PLACES};"
        "return rows.map(at).map(([a, b]) => g.distance(a, b)).map((m) => m >= 0 ? m : null);",
        pairs,
    )
    expected = [GRS80.inv(*a, *b)[2] for a, b in pairs[:3]]
    assert found == [*(pytest.approx(m, abs=1e-4) for m in expected), None]


@pytest.mark.parametrize(
    ("size_degrees", "tolerance"), [(0.0005, 1e-6), (0.1, 1e-5), (1.0, 1e-4), (10.0, 1e-3)]
)
def test_areas_are_those_of_the_ellipsoid(
    reckoner: Reckon, size_degrees: float, tolerance: float
) -> None:
    """A yard, a town, a county and a province; in either direction round."""
    draw = np.random.default_rng(3)
    rings = []
    for middle in places(4, 60, (75, 18, 130, 53)):
        angles = np.sort(draw.uniform(0, 2 * np.pi, 7))
        rings.append(middle + size_degrees / 2 * np.column_stack([np.cos(angles), np.sin(angles)]))
    found = reckoner(
        f"const at = {_PLACES};"
        "return rows.map(at).map((p) => [g.area(p), g.perimeter(p), g.area(p.reverse())]);",
        [ring.tolist() for ring in rings],
    )
    expected = [GRS80.polygon_area_perimeter(*ring.T) for ring in rings]
    area, perimeter, other_way = np.array(found).T
    np.testing.assert_allclose(area, [abs(a) for a, _ in expected], rtol=tolerance)
    np.testing.assert_allclose(perimeter, [p for _, p in expected], rtol=1e-7)
    np.testing.assert_allclose(other_way, area, rtol=1e-9)


def test_an_outline_that_crosses_itself_is_known(reckoner: Reckon) -> None:
    """A bow-tie has no area that means anything; a square, a dent and a triangle have one."""
    outlines = [
        [[0, 0], [1, 1], [1, 0], [0, 1]],
        [[0, 0], [1, 0], [1, 1], [0, 1]],
        [[0, 0], [2, 0], [1, 1], [2, 2], [0, 2]],
        [[0, 0], [1, 0], [1, 1]],
    ]
    found = reckoner(f"return rows.map({_PLACES}).map(g.crosses);", outlines)
    assert found == [True, False, False, False]


def test_plane_coordinates_are_those_of_all_21_zones(reckoner: Reckon) -> None:
    """EPSG 4534-4554 and, with the zone before the easting, 4513-4533: within a micrometre."""
    for zone in range(25, 46):
        points = places(zone, 40, (3 * zone - 1.5, 3, 3 * zone + 1.499, 54))
        found = reckoner(f"return ({_PLACES})(rows).map(g.plane);", points.tolist())
        assert isinstance(found, list)
        assert {(one["zone"], one["meridian"]) for one in found} == {(zone, 3 * zone)}
        for code, key in (("epsg", "east"), ("prefixedEpsg", "prefixed")):
            proj = Transformer.from_crs(4490, found[0][code], always_xy=True)
            east, north = proj.transform(*points.T)
            assert np.abs(east - [one[key] for one in found]).max() < 1e-6
            assert np.abs(north - [one["north"] for one in found]).max() < 1e-6


def test_a_zone_begins_at_its_western_edge(reckoner: Reckon) -> None:
    """Closed in the west, open in the east; west of zone 25 and east of 45 there is none."""
    edges = [[124.4999999, 42], [124.5, 42], [73.4999, 40], [73.5, 40], [136.4999, 48], [136.5, 48]]
    found = reckoner(f"return ({_PLACES})(rows).map(g.plane).map((p) => p && p.zone);", edges)
    assert found == [41, 42, None, 25, 45, None]


def test_gcj02_is_that_of_the_package(reckoner: Reckon) -> None:
    """Inside and outside the box of the map services, and on its corners."""
    west, south, east, north = SHIFTED_BOUNDS
    corners = [[west, south], [east, north], [west - 1e-9, south], [east, north + 1e-9]]
    points = np.vstack([places(5, 800, (60, -10, 150, 60)), corners])
    found = reckoner(
        f"return ({_PLACES})(rows).map(g.gcj02).map((p) => [p.lng, p.lat]);", points.tolist()
    )
    expected = np.column_stack(to_gcj02(*points.T))
    assert np.abs(np.array(found) - expected).max() < 1e-9
    outside = (points[:, 0] < west) | (points[:, 1] > north)
    assert outside.any()
    assert (np.array(found)[outside] == points[outside]).all()


# ---- on a map ------------------------------------------------------------------------------------


def page_of_map(*results: Result, **changes: object) -> str:
    """Return the page of hand-made results."""
    names = {one.analysis for one in results}
    values = {
        "title": Text("供热", "Heating"),
        "context": {},
        "cards": {name: card(name) for name in names},
        "attribution": ["铁岭市生态环境局"],
        "is_sample": True,
        **changes,
    }
    return to_html(web_map(list(results), **values))  # type: ignore[arg-type]


def of_page(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a place on the page."""
    at = page.evaluate(
        """([x, y]) => {
          const box = tielingGeo.map().getContainer().getBoundingClientRect();
          const at = tielingGeo.map().containerPointToLatLng([x - box.left, y - box.top]);
          return [at.lng, at.lat];
        }""",
        [x, y],
    )
    return at[0], at[1]


def test_a_distance_and_an_area_are_measured(opened_map: Open, until: Until) -> None:
    """With the mouse and with the keyboard alone; no popup opens meanwhile, and afterwards one."""
    page = opened_map(page_of_map(result({"a": "left"})))  # a point in the middle of the map
    x, y = page.evaluate(_MIDDLE)
    value = page.locator(".measure .value")

    page.get_by_role("button", name="量距离").click()
    assert page.evaluate("tielingGeo.busy")
    assert page.get_by_role("button", name="量距离").get_attribute("aria-pressed") == "true"
    spots = [(x, y), (x + 200, y + 100), (x + 250, y - 150)]
    for spot in spots:
        page.mouse.click(*spot)
        page.wait_for_timeout(30)
    assert page.locator(".fact").count() == 0
    page.keyboard.press("Backspace")
    page.mouse.dblclick(*spots[2])
    ring = [of_page(page, *spot) for spot in spots]
    km = sum(GRS80.inv(*a, *b)[2] for a, b in pairwise(ring)) / 1000
    told = float(value.inner_text().split()[0].replace(",", ""))
    assert told == pytest.approx(km, rel=1e-3)
    assert value.inner_text().endswith("千米")
    assert page.inner_text(".told") == value.inner_text()
    assert not page.evaluate("tielingGeo.busy")
    page.mouse.click(x, y)
    page.locator(".fact").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="清除").click()
    assert page.locator(".measure").is_hidden()

    page.get_by_role("button", name="量面积").press("Enter")
    corners = []
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        until(page, "!tielingGeo.map()._panAnim || !tielingGeo.map()._panAnim._inProgress")
        at = page.evaluate(
            "(() => { const c = tielingGeo.map().getCenter(); return [c.lng, c.lat] })()"
        )
        corners.append(at)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # at the same place: the end
    assert not page.evaluate("tielingGeo.busy")
    area = abs(GRS80.polygon_area_perimeter(*zip(*corners, strict=True))[0])
    numbers = re.findall(r"([\d,.]+) (平方千米|公顷|亩)", value.inner_text())
    said = {unit: float(number.replace(",", "")) for number, unit in numbers}
    assert said["公顷"] == pytest.approx(area / 1e4, rel=1e-3)
    assert said["亩"] == pytest.approx(area * 15 / 1e4, rel=1e-3)
    page.get_by_role("button", name="量面积").click()
    page.keyboard.press("Escape")
    assert page.locator(".measure").is_hidden()
    assert not page.evaluate("tielingGeo.busy")


def apart(told: Locator | str) -> tuple[str, list[float]]:
    """Part what is said of a place into its words and its numbers that have decimals."""
    text = told if isinstance(told, str) else told.inner_text()
    words = " ".join(re.sub(r"\d+\.\d+", "", text).split())
    return words, [float(number) for number in re.findall(r"\d+\.\d+", text)]


def near(x: float, y: float) -> object:
    """Return a place that is the same within a quarter of a pixel of the test's maps, 2 m."""
    return pytest.approx([x, y], abs=3e-5 if x < 1000 else 2.5)


def test_coordinates_are_told_in_each_system(opened_map: Open) -> None:
    """Under the mouse, of the middle without a mouse; what is copied names its system."""
    page = opened_map(page_of_map(result({"a": "left"}), language="en"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    x, y = page.evaluate(_MIDDLE)
    line = page.locator(".readout summary")
    assert line.inner_text().startswith("centre CGCS2000")
    page.mouse.move(x + 100, y + 80)
    lng, lat = of_page(page, x + 100, y + 80)
    assert apart(line) == ("pointer CGCS2000 ° E ° N", near(lng, lat))
    line.click()
    choice = page.get_by_label("Coordinates", exact=True)
    assert "less than 1 m" in page.inner_text(".readout .note")
    choice.select_option("plane")
    page.mouse.move(x + 100, y + 80)
    east, north = Transformer.from_crs(4490, 4550, always_xy=True).transform(lng, lat)
    assert apart(line) == ("pointer CGCS2000 zone 41 E N m", near(east, north))
    note = page.inner_text(".readout .note").replace("\xa0", " ")
    said = "EPSG:4550, central meridian 123°E; with prefix (EPSG:4529) E "
    assert note.startswith(said)
    assert float(note.removeprefix(said)) - 41_000_000 == pytest.approx(east, abs=2)
    choice.select_option("sexagesimal")
    page.mouse.move(x + 100, y + 80)
    assert re.search(r"123°\d\d′\d\d\.\d″ E\s+42°\d\d′\d\d\.\d″ N$", line.inner_text())
    choice.select_option("gcj02")
    page.mouse.click(x + 100, y + 80, button="right")  # marks the place and copies it
    copied = page.inner_text(".told").removeprefix("copied ")
    assert apart(copied) == ("GCJ-02 ° E ° N", near(*map(float, to_gcj02(lng, lat))))
    page.mouse.move(5, 5)  # away from the map: the marked place stays
    assert line.inner_text().startswith("marked GCJ-02")
    page.get_by_label("copy the coordinates").click()
    page.focus("#find")
    page.keyboard.press("Control+V")
    assert page.input_value("#find") == copied
    page.focus(".folium-map")
    page.keyboard.press("Escape")
    assert line.inner_text().startswith("centre GCJ-02")


def test_the_whole_page_fills_the_screen_and_comes_back(opened_map: Open, until: Until) -> None:
    """The button says which of the two it is; the north arrow is told, not only drawn."""
    page = opened_map(page_of_map(result({"a": "left"})))
    button = page.get_by_label("全屏显示")
    is_pressed = "document.querySelector('[aria-label=全屏显示]').getAttribute('aria-pressed')"
    button.click()
    until(page, f"{is_pressed} === 'true'")
    assert page.evaluate("document.fullscreenElement === document.documentElement")
    button.click()
    until(page, f"{is_pressed} === 'false'")
    assert page.evaluate("document.fullscreenElement === null")
    assert page.get_by_role("img", name="上北下南").is_visible()


# ---- on paper ------------------------------------------------------------------------------------


@pytest.fixture
def poppler() -> Callable[..., str]:
    """Return a function that runs one of poppler's tools and returns what it says."""
    if shutil.which("pdftotext") is None or shutil.which("pdftoppm") is None:
        assert not os.environ.get("TIELING_GEO_REQUIRE_BROWSER"), "poppler is demanded"
        pytest.skip("NOT TESTED ON PAPER: poppler is not on the path")

    def run(tool: str, *arguments: str) -> str:
        command = [str(shutil.which(tool)), *arguments]
        told = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603 - our own file
        return told.stdout

    return run


Poppler = Callable[..., str]


def printed(page: Page, path: Path, paper: str, turn: str, poppler: Poppler) -> list[str]:
    """Print a page with the dialog's choices; return the text of each sheet."""
    page.get_by_label("打印地图").click()
    page.get_by_label("纸张").select_option(paper)
    page.get_by_label("方向").select_option(turn)
    page.keyboard.press("Escape")
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    return poppler("pdftotext", "-layout", str(path), "-").split("\f")[:-1]


def picture(path: Path, poppler: Poppler) -> Image.Image:
    """Return the first sheet as a picture, one dot a point."""
    name = path.with_suffix("")
    poppler("pdftoppm", "-r", "72", "-singlefile", "-png", str(path), str(name))
    with Image.open(name.with_suffix(".png")) as drawn:
        return drawn.convert("RGB")


def test_a_map_fills_one_sheet_of_the_chosen_size(
    opened_map: Open, tmp_path: Path, poppler: Poppler
) -> None:
    """All of its parts are on it; what is switched off is not; the screen is as before."""
    county = gpd.GeoDataFrame(
        {"name": ["银州区"]},
        geometry=[box(EAST_M - 9e3, NORTH_M - 9e3, EAST_M + 30e3, NORTH_M + 9e3)],
        crs=4550,
    )
    found = result({f"f{k}": "left" if k % 2 else "done" for k in range(20)})
    page = opened_map(page_of_map(found, context={"counties": county}))
    page.get_by_label("已淘汰").uncheck()
    view = "[tielingGeo.map().getSize().x, tielingGeo.map().getZoom(), document.body.className]"
    before = page.evaluate(view)
    for paper, turn, size_mm in (("A4", "landscape", (297, 210)), ("A3", "portrait", (297, 420))):
        path = tmp_path / f"{paper}.pdf"
        sheets = printed(page, path, paper, turn, poppler)
        assert len(sheets) == 1
        for told in ("示例数据", "供热", "未淘汰", "铁岭市生态环境局", "审图号", "银州区", "北"):
            assert told in sheets[0], (paper, told)
        assert "已淘汰" not in sheets[0]
        assert "CGCS2000" not in sheets[0]
        sheet = picture(path, poppler)
        assert [side * MM_PER_POINT for side in sheet.size] == pytest.approx(size_mm, abs=0.7)
        check_ink(sheet)
        assert page.evaluate(view) == before


def check_ink(sheet: Image.Image) -> None:
    """Fail if a part of a printed map is cut off, or wiped out by another."""
    margin = round(10 / MM_PER_POINT) - 2
    edge = sheet.copy()
    edge.paste((255, 255, 255), (margin, margin, sheet.width - margin, sheet.height - margin))
    assert edge.getextrema() == ((255, 255),) * 3, "ink in the margin of the sheet"
    colours = {colour: count for count, colour in sheet.getcolors(1 << 24) or []}
    # The background of the map lies below all of its canvases.
    assert colours.get((247, 245, 240), 0) > 0.3 * sheet.width * sheet.height
    against = sum(n for (r, g, b), n in colours.items() if r > 190 and 60 < g < 120 and b < 40)
    assert against > 100


def test_a_long_legend_is_set_smaller_and_then_on_a_second_sheet(
    opened_map: Open, tmp_path: Path, poppler: Poppler
) -> None:
    """No line of it is lost, whatever its length."""
    names = [f"many_{k}" for k in range(24)]
    titles = [f"第{k}项分析" for k in range(len(names))]
    found = [replace(result({name: "left"}), analysis=name) for name in names]
    cards = {n: card(n, title=Text(title, title)) for n, title in zip(names, titles, strict=True)}
    page = opened_map(page_of_map(*found, cards=cards))
    for shown, count in ((8, 1), (24, 2)):
        page.evaluate(
            """(shown) => {
              const some = tielingGeo.groups.slice(0, shown);
              some.forEach((group) => tielingGeo.switchOn(group.name, 0, true));
              tielingGeo.changed();
            }""",
            shown,
        )
        sheets = printed(page, tmp_path / "legend.pdf", "A4", "landscape", poppler)
        assert len(sheets) == count
        text = "".join(sheets)
        assert [title for title in titles if title in text] == titles[:shown]
        assert text.count("未淘汰") == shown
        assert ("图例见下页" in text) == (count == 2)
        assert "铁岭市生态环境局" in sheets[0]


def test_the_dialog_prints_what_was_chosen(opened_map: Open, until: Until) -> None:
    """The page has the shape of the sheet while it is printed."""
    page = opened_map(page_of_map(result({"a": "left"})))
    page.evaluate(
        """() => { window.print = () => {
          window.dispatchEvent(new Event("beforeprint"));
          window.sheet = [document.body.className, document.body.clientWidth];
          window.dispatchEvent(new Event("afterprint"));
        }; }"""
    )
    page.get_by_label("打印地图").click()
    page.get_by_label("方向").select_option("portrait")
    page.get_by_role("button", name="打印", exact=True).click()
    until(page, "Boolean(window.sheet)")
    name, width = page.evaluate("window.sheet")
    assert name.split() == ["on-paper", "portrait"]
    assert width * 25.4 / 96 == pytest.approx(190, abs=0.5)
    assert page.evaluate("document.body.className") == ""
    assert page.locator("dialog").is_hidden()
