"""The dashboard without a mouse, without eyes, on a telephone and on paper."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made_dashboards import COUNT, many
from playwright.sync_api import Browser, Page

from tieling_geo.records import PublishedMap
from tieling_geo.reports.site import dashboard_html
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]

MAPS = [PublishedMap("heating", Text("供热", "Heating"), ("boilers_in_heating_coverage",))]
HTML = dashboard_html(many(is_sample=True), maps=MAPS)

#: Every piece of text that can be seen, with its contrast: colours with their alpha laid over each
#: other from the page's ground up; text of an SVG is held against the rectangle before it.
_CONTRAST = """() => {
  const parts = (c) => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
  const light = (c) => {
    const [r, g, b] = c.map((v) => {
      const s = v / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const chain = [];
    for (let e = element; e; e = e.parentElement) chain.unshift(e);
    return chain.reduce(
      (under, e) => over(parts(getComputedStyle(e).backgroundColor), under), [255, 255, 255]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, title")) continue;
    if (!element.getClientRects().length || element.closest(".hidden")) continue;
    const style = getComputedStyle(element);
    const drawn = element.closest("svg");
    const box = drawn && element.parentElement.querySelector("rect");
    let under = ground(drawn || element);
    if (box) under = over(parts(getComputedStyle(box).fill), under);
    const ink = over(parts(drawn ? style.fill : style.color), under);
    const [a, b] = [light(ink), light(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([ratio, walker.currentNode.data.trim(), element.className.toString()]);
  }
  return found;
}"""


def shown(page: Page) -> int:
    """Count the rows that can be seen."""
    return page.locator("tr.clause:visible").count()


@pytest.mark.parametrize(
    "hash_", ["", "#open=*", "#state=met,not_met&county=%E9%93%B6%E5%B7%9E%E5%8C%BA"]
)
def test_every_text_stands_out_from_its_ground(opened: Open, hash_: str) -> None:
    """At least 4.5 to 1 (closed), in details and squares, too."""
    found = opened(HTML, hash_=hash_).evaluate(_CONTRAST)
    assert len(found) > 300
    assert [entry for entry in found if entry[0] < 4.5] == []


def test_the_measure_of_contrast_itself(opened: Open) -> None:
    """Black on white is 21; #777 on white is 4.48, and fails; alpha is laid over the ground."""
    page = opened(
        "<title>x</title><p style='color:#000'>a</p><p style='color:#777'>b</p>"
        "<div style='background:#000'><p style='background:rgba(255,255,255,0.5);color:#fff'>c</p>"
    )
    ratios = {text: ratio for ratio, text, _ in page.evaluate(_CONTRAST)}
    assert ratios["a"] == pytest.approx(21)
    assert ratios["b"] == pytest.approx(4.48, abs=0.005)
    assert ratios["c"] == pytest.approx(4.0, abs=0.05)  # white on #808080: 3.95


def test_all_can_be_done_with_the_keyboard(opened: Open, until: Until) -> None:
    """Skip to the table, choose a state, a county, read a clause, clear: only keys."""
    page = opened(HTML)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "clauses"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "section"
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "county"
    page.keyboard.press("ArrowDown")
    until(page, "location.hash.startsWith('#county=')")
    narrowed = shown(page)
    assert 0 < narrowed < COUNT
    focused = []
    for _ in range(9):
        page.keyboard.press("Tab")
        focused.append(
            page.evaluate("document.activeElement.id || document.activeElement.className")
        )
    assert focused[:7] == [
        "coverage",
        "deadline",
        "strictness",
        "search",
        "overrides",
        "reset",
        "open",
    ]
    assert focused[7] == "more"
    page.keyboard.press("Enter")
    assert page.locator("tr.details:visible").count() == 1
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "reset"
    page.keyboard.press("Space")
    assert shown(page) == COUNT
    assert page.inner_text("#shown") == f"显示 {COUNT} 条，共 {COUNT} 条"


def test_whatever_has_the_focus_can_be_seen_to_have_it(opened: Open) -> None:
    """An outline three pixels wide, on each control of the page."""
    page = opened(HTML)
    bare = []
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        if outline != "3px":
            bare.append(page.evaluate("document.activeElement.outerHTML"))
    assert bare == []


def test_the_page_is_understood_by_a_screen_reader(opened: Open) -> None:
    """Language, one title, headings in order, named tables and controls, a live count."""
    page = opened(HTML, hash_="#open=*")
    assert page.get_attribute("html", "lang") == "zh-CN"
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => h.tagName)")
    assert levels == ["H1"] + ["H2"] * 8
    assert page.evaluate("[...document.querySelectorAll('table')].every((t) => t.caption)")
    nameless = """() => [...document.querySelectorAll("button, input, select, a, summary")].filter(
      (e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length))
      .map((e) => e.outerHTML)"""
    assert page.evaluate(nameless) == []
    assert page.get_attribute("#shown", "role") == "status"
    broken = """() => [...document.querySelectorAll("[aria-controls], [aria-labelledby]")].filter(
      (e) => !document.getElementById(
        e.getAttribute("aria-controls") || e.getAttribute("aria-labelledby")))
      .map((e) => e.outerHTML)"""
    assert page.evaluate(broken) == []
    heads = "[...document.querySelectorAll('th')].filter((t) => !t.scope && !t.closest('.paper'))"
    assert page.evaluate(f"{heads}.map((t) => t.outerHTML)") == []
    twice = "() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
    assert page.evaluate(f"{twice} return ids.length - new Set(ids).size; }}") == 0


@pytest.mark.parametrize("width", [375, 320])
@pytest.mark.parametrize("hash_", ["", "#X001"])
def test_a_telephone_never_scrolls_sideways(opened: Open, width: int, hash_: str) -> None:
    """Clauses are cards there; they stay rows of a table for those who listen."""
    page = opened(HTML, width=width, height=720, hash_=hash_)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row = page.get_by_role("row", name=re.compile("X001"))
    assert row.first.get_by_role("cell").count() == 6
    outside = f"""[...document.querySelectorAll("tr.clause *")].filter((e) =>
      e.getClientRects().length && e.getBoundingClientRect().right > {width} + 1).length"""
    assert page.evaluate(outside) == 0


def test_what_is_printed_is_what_was_filtered_and_opened(opened: Open) -> None:
    """The controls go, one line says what they were set to, open details stay open."""
    page = opened(HTML, hash_="#state=not_met&strictness=declared&open=X001")
    before = shown(page)
    page.emulate_media(media="print")
    assert shown(page) == before > 0
    assert page.locator(".filters").is_hidden()
    assert page.locator("nav:visible").count() == 0
    assert page.inner_text("#filtered") == (
        f"筛选条件：未达到 · 按声明口径 ({many_of('declared')}) · 显示 {before} 条，共 {COUNT} 条"
    )
    assert page.locator("tr.details:visible").count() == 1
    assert page.locator("p.sample").is_visible()


def many_of(strictness: str) -> int:
    """Count the clauses of a strictness."""
    return sum(v.clause.strictness == strictness for v in many().verdicts)


def test_the_sample_is_named_on_each_sheet_of_paper(browser: Browser, tmp_path: Path) -> None:
    """A4, landscape, every page with the banner; none without."""
    reader = shutil.which("pdftotext")
    if reader is None:
        assert not os.environ.get("TIELING_GEO_REQUIRE_BROWSER"), "pdftotext is demanded"
        pytest.skip("NOT TESTED ON PAPER: there is no pdftotext on the path")
    texts = {}
    for is_sample in (True, False):
        path = tmp_path / f"{is_sample}.html"
        path.write_text(dashboard_html(many(is_sample=is_sample), maps=[]), encoding="utf-8")
        page = browser.new_page()
        page.goto(f"{path.as_uri()}#open=X001")
        pdf = page.pdf(prefer_css_page_size=True)
        page.close()
        assert re.search(rb"/MediaBox \[0 0 84[12][.\d]* 59[45]", pdf)
        told = subprocess.run([reader, "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S603 - our own file
        texts[is_sample] = told.stdout.decode().rstrip("\f").split("\f")
    assert len(texts[True]) > 5
    assert [k for k, text in enumerate(texts[True]) if "SAMPLE" not in text] == []
    assert [k for k, text in enumerate(texts[False]) if "SAMPLE" in text] == []
    assert "铁环函〔2025〕7号" in "".join(texts[True])


def test_an_english_page_speaks_english(opened: Open) -> None:
    """The words that the script writes come from the page."""
    page = opened(dashboard_html(many(), maps=MAPS, language="en"), hash_="#state=met")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#shown") == f"{shown(page)} of {COUNT} clauses shown"
    assert "open all" in page.inner_text("#open")
