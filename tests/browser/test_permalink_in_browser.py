"""A map's address keeps what is shown, brings it back, and takes any nonsense without harm."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import geopandas as gpd
import pytest
from hand_made_maps import ALL_PAYLOADS, EAST_M, NAUGHTY, NORTH_M, card, result
from playwright.sync_api import Page
from shapely import box

from tieling_geo.render import to_html, web_map
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]
#: What an address keeps, as the page has it.
_SHOWN = """() => ({
  view: ["lat", "lng"].map((name) => tielingGeo.map().getCenter()[name].toFixed(4)),
  zoom: tielingGeo.map().getZoom(),
  boxes: [...document.querySelectorAll("input[data-layer]")].map((box) => box.checked),
  evidence: [...document.querySelectorAll(".fact .evidence")].map((e) => e.textContent),
  crs: document.getElementById("coordinates").value,
  filters: tielingGeo.filters.chosen(),
  table: [document.body.classList.contains("with-table"),
    document.getElementById("table-layer").value],
})"""
STRANGE = '蓝/图 &=#,%2F"<é'
#: Addresses that no page writes: broken, out of range, hostile.
NONSENSE = (
    *("", "=", "&&&", "view", "view=", "view=,,", "view=1,2", "view=NaN,NaN,NaN", "view=91,0,3"),
    *(
        "view=1e9,1e9,1e9",
        "view=0,0,99",
        "view=0,181,3",
        "view=-0,-0,0",
        "view=%00,1,1",
        "%E0%A4%A",
    ),
    *("view=%E0%A4%A", "sel=", "sel=/", "sel=//", "sel=hand_made", "sel=hand_made/", "sel=x/a"),
    *(
        "sel=__proto__/a",
        "sel=hand_made/__proto__",
        "layers=",
        "layers=,,,",
        "layers=-",
        "layers=+",
    ),
    *(
        "layers=-__proto__.constructor",
        "layers=-hand_made.left@9",
        "layers=*",
        "crs=",
        "crs=toString",
    ),
    *(
        "crs=__proto__",
        "__proto__=1",
        "constructor=1",
        "toString=1&hasOwnProperty=2",
        "a=b=c",
        "f=t=s",
    ),
    *("view=42,123,11&view=0,0,3&view=", "clauses", "x" * 40_000, "&".join(["sel=a/b"] * 900)),
    *(f"sel=hand_made/{quote(word, safe='')}" for word in (*ALL_PAYLOADS, *NAUGHTY)),
    *(word.replace("\t", "").replace("\n", "") for word in ALL_PAYLOADS),
)


def page_of_map() -> str:
    """Return a map of two results, the second switched off at first, and a background."""
    first = result({"a": "left", "b": "done", STRANGE: "left"})
    second = replace(result({"a": "done", "c": "left"}), analysis="second")
    county = gpd.GeoDataFrame(
        {"name": ["银州区"]}, geometry=[box(EAST_M, NORTH_M, EAST_M + 9e3, NORTH_M + 9e3)], crs=4550
    )
    cards = {"hand_made": card(), "second": card("second")}
    title = Text("供热", "Heating")
    return to_html(web_map([first, second], title=title, cards=cards, context={"counties": county}))


def test_an_address_brings_back_all_that_was_shown(opened_map: Open, until: Until) -> None:
    """View, switched layers, chosen feature and coordinates, through the copied link."""
    page = opened_map(page_of_map())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert "#" not in page.url  # nobody has changed anything
    page.get_by_label("已淘汰").first.uncheck()
    page.get_by_label("县级行政区").uncheck()
    page.locator("input[data-layer]").nth(6).check()
    page.locator(".readout summary").click()
    page.get_by_label("坐标系").select_option("gcj02")
    page.evaluate("tielingGeo.filters.set({ county: '银州区', state: 'bad' })")
    page.get_by_role("button", name="数据表").click()
    page.get_by_label("图层", exact=True).select_option("second/手工结果")
    page.evaluate(
        "(id) => { const g = tielingGeo.groups[0];"
        " for (let i = 0; i < g.count; i++) if (g.id(i) === id) tielingGeo.visit(g, i); }",
        STRANGE,
    )
    page.evaluate("tielingGeo.map().setView([42.2987654, 123.8512345], 13.25, {animate: false})")
    shown = page.evaluate(_SHOWN)
    assert shown["evidence"] == [f"hand_made/{STRANGE}"]
    assert shown["filters"] == {"county": "银州区", "state": "bad"}
    assert shown["table"] == [True, "second/手工结果"]
    until(page, "location.hash.includes('13.25')")
    page.get_by_label("复制当前视图的链接").click()
    until(page, "document.querySelector('.told').textContent === '已复制链接'")
    page.focus("#find")
    page.keyboard.press("Control+V")
    link = page.input_value("#find")
    assert link == page.url
    assert link.partition("#")[2].isascii()
    again = opened_map(page_of_map(), hash_=f"#{link.partition('#')[2]}")
    assert again.evaluate(_SHOWN) == shown
    # Back to an address without anything: as the page opened, where the view is.
    again.evaluate("location.hash = ''")
    until(again, "document.querySelector('.fact') === null")
    fresh = opened_map(page_of_map()).evaluate(_SHOWN)
    plain = again.evaluate(_SHOWN)
    kept = ("boxes", "crs", "filters")
    assert [plain[name] for name in kept] == [fresh[name] for name in kept]
    assert not plain["table"][0]


def test_a_link_from_elsewhere_shows_the_feature(opened_map: Open, until: Until) -> None:
    """Its layer is switched on, the map zooms to it, its card has the focus; later links too."""
    page = opened_map(page_of_map(), hash_="#sel=second/c")
    assert page.inner_text(".fact .evidence") == "second/c"
    assert page.evaluate("document.activeElement.className") == "fact"
    assert page.evaluate("tielingGeo.map().getZoom()") >= 14
    page.evaluate("location.hash = '#sel=hand_made/b'")
    until(page, "document.querySelector('.fact .evidence').textContent === 'hand_made/b'")


def test_a_part_that_registers_is_kept_and_read(opened_map: Open, until: Until) -> None:
    """Before the address is read and after; a part that fails takes nothing else with it."""
    page = opened_map(page_of_map(), hash_="#late=x%20y&broken=1&crs=plane")
    assert page.evaluate("document.getElementById('coordinates').value") == "plane"
    page.evaluate(
        """() => {
          window.late = "";
          const fail = () => { throw new Error("no"); };
          tielingGeo.permalink.register("broken", { read: fail, apply: fail });
          tielingGeo.permalink.register("late", {
            read: () => window.late, apply: (text) => { window.late = text; } });
        }"""
    )
    assert page.evaluate("window.late") == "x y"
    page.evaluate("() => { window.late = '一,二'; tielingGeo.permalink.refresh(); }")
    until(page, f"location.hash.includes('late={quote('一')},{quote('二')}')")
    assert "broken" not in page.url


def test_no_address_breaks_the_page(opened_map: Open, until: Until) -> None:
    """One after the other on one page, then some at its opening; the fixture hears every error."""
    page = opened_map(
        page_of_map(), hash_="#view=%E0%A4%A&sel=%&layers=%%%&crs=<svg onload=alert(1)>"
    )
    for nonsense in NONSENSE:
        page.evaluate("(hash) => { location.hash = hash; }", nonsense)
    page.wait_for_timeout(50)
    view = page.evaluate(_SHOWN)
    assert all(abs(float(degrees)) <= 180 for degrees in view["view"])
    assert view["crs"] == "degrees"
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("Object.prototype.constructor === Object")
    page.evaluate("location.hash = 'sel=hand_made/a'")
    until(page, "document.querySelector('.fact .evidence')?.textContent === 'hand_made/a'")


def test_a_browser_that_lets_no_address_be_replaced_still_keeps_it(
    opened_map: Open, until: Until
) -> None:
    """Some refuse it for a file; the part after the # changes all the same, without a reload."""
    page = opened_map(page_of_map())
    page.evaluate(
        "() => { window.kept = true; history.replaceState = () => { throw new Error('no'); }; }"
    )
    page.evaluate("tielingGeo.map().setView([42.3, 123.9], 12, {animate: false})")
    until(page, "location.hash === '#view=42.30000,123.90000,12'")
    assert page.evaluate("window.kept")
