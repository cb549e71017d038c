"""The states of a map in a real Chromium: a slider over them, and two of them compared."""

import json
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hand_made_maps import PAYLOADS, card, clause, result, verdict
from playwright.sync_api import Page

from tieling_geo.records import Category, MapState, State
from tieling_geo.render import to_html, web_map
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]

_CARDS = {"hand_made": card(), "second": card("second", title=Text("另一项", "Another"))}
_BEFORE = {"a": "left", "b": "left", "c": "outside", "d": "gas", "old": "left"}
_MIDDLE = {"a": "done", "b": "left", "c": "outside", "d": "gas"}
_NOW = {"a": "done", "b": "done", "c": "unknown", "d": "gas", "new": "left"}
_OTHER = {"a": "outside", "b": "done", "c": "unknown", "d": "gas", "new": "left"}
#: What the legend shows: lines of switch, count.
_LEGEND = """() => Array.from(document.querySelectorAll("section.legend:not([hidden])"))
  .map((s) => [s.querySelector("h2").textContent.trim(),
    ...Array.from(s.querySelectorAll("li"), (li) => Number(li.querySelector("b").textContent))])"""
#: Which state the map shows at a feature's place, and its category there.
_AT = """(id) => {
  const group = tielingGeo.groups.find((g) => g.state === tielingGeo.state());
  const row = Array.from({length: group.count}, (_, i) => i).find((i) => group.id(i) === id);
  const found = tielingGeo.hit(tielingGeo.map(), group.center(row));
  return found && [found[0].state, found[0].id(found[1]), found[0].category(found[1]).value];
}"""
_TABLE = """() => Array.from(document.querySelectorAll(".changes tbody tr"),
  (row) => Array.from(row.children, (cell) => cell.textContent))"""


def state(
    title: Text,
    day: date,
    categories: Mapping[str, str],
    word: State = State.NOT_MET,
    **changes: object,
) -> MapState:
    """Return a state of one result and one verdict."""
    found = {"hand_made": result(categories)} if categories else {}
    about = verdict(clause("I01", analysis="hand_made"), word)
    return MapState(title, day, found, (about,), **changes)  # type: ignore[arg-type]


def page_of_states(*titles: str, language: str = "zh", **changes: object) -> str:
    """Return the page of two days, the assessment and another parameter."""
    words = [Text(title, f"{title} en") for title in titles]
    now = date(2025, 12, 31)
    states = [
        state(words[0], date(2020, 12, 31), _BEFORE),
        state(words[1], date(2023, 12, 31), _MIDDLE, State.UNDETERMINED),
        state(words[2], now, _NOW, State.MET, is_own=True),
        state(words[3], now, _OTHER, parameters={"hand_made": {"limit_m": 1.0}}),
    ]
    values = {
        "title": Text("供热", "Heating"),
        "context": {},
        "cards": _CARDS,
        "verdicts": states[2].verdicts,
        "states": states,
        "language": language,
        "extent": (123.83, 42.25, 123.9, 42.31),
        **changes,
    }
    return to_html(web_map([result(_NOW)], **values))  # type: ignore[arg-type]


def counts(page: Page) -> list[int]:
    """Give the numbers of the legend's only theme: left, doubt, done, unknown, outside, gas."""
    ((_, *numbers),) = page.evaluate(_LEGEND)
    return list(numbers)


def test_a_slider_shows_one_state_at_a_time(opened: Open, until: Until) -> None:
    """Legend, verdict and map follow; what is off stays off; the days play by themselves."""
    page = opened(page_of_states("2020年底", "2023年底", "评估日", "另一口径"))
    slider = page.locator(".states input")
    assert page.evaluate("[tielingGeo.state(), tielingGeo.states.length]") == [2, 4]
    assert (slider.get_attribute("aria-valuetext"), slider.input_value()) == (
        "评估日（截至 2025-12-31）",
        "2",
    )
    assert counts(page) == [1, 0, 2, 1, 0, 1]
    assert "I01 达到" in page.inner_text("header .verdicts")
    assert page.evaluate(_AT, "a") == [2, "a", "done"]
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "2020年底（截至 2020-12-31）"
    assert page.inner_text(".states .now") == "图上所示：2020年底（截至 2020-12-31）"
    assert counts(page) == [3, 0, 0, 0, 1, 1]
    assert page.evaluate(_AT, "a") == [0, "a", "left"]
    assert "I01 未达到" in page.inner_text("section.legend:visible")
    assert not page.is_visible("header .verdicts")  # they are those of the assessment
    page.keyboard.press("ArrowRight")
    assert counts(page) == [1, 0, 1, 0, 1, 1]
    assert "I01 无法确定" in page.inner_text("section.legend:visible")
    # The switch for boilers that burn no coal is off in each state.
    page.locator("section.legend:not([hidden]) input[data-layer]").nth(5).uncheck()
    assert page.evaluate(_AT, "d") is None
    page.keyboard.press("Tab")
    page.locator(".states .ticks span").nth(3).click()
    assert page.evaluate("tielingGeo.state()") == 3
    assert page.evaluate(_AT, "d") is None
    assert page.evaluate(_AT, "a") == [3, "a", "outside"]
    # What is saved says which state it is of; so does the file's name.
    page.click("section.table .toggle")
    with page.expect_download() as coming:
        page.get_by_role("button", name="GeoJSON", exact=True).click()
    saved = json.loads(coming.value.path().read_text(encoding="utf-8"))
    assert (saved["state"], saved["as_of"]) == ("另一口径", "2025-12-31")
    assert "另一口径" in coming.value.suggested_filename
    assert [one["id"] for one in saved["features"]] == ["a", "b", "c", "new"]
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV", exact=True).click()
    rows = coming.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("时点或口径,")
    assert [row.split(",")[0] for row in rows[1:]] == ["另一口径"] * 4
    # A popup of another state does not point to the evidence of the assessment.
    page.evaluate("tielingGeo.visit(tielingGeo.groups.find((g) => g.state === 3), 0)")
    assert "hand_made/a" not in page.inner_text(".fact")
    assert "另一口径" in page.inner_text(".fact")
    # From the end it begins with the first day, and stops at the last; parameters are no time.
    page.click(".states .play")
    assert page.get_attribute(".states .play", "aria-label") == "暂停"
    assert page.evaluate("tielingGeo.state()") == 0
    until(page, "tielingGeo.state() === 1")
    until(page, "tielingGeo.state() === 2")
    assert page.get_attribute(".states .play", "aria-label") == "播放各时点"


def test_two_states_are_compared_at_a_divider(opened: Open) -> None:
    """Each side shows, and answers for, its own state; the table counts what changed by id."""
    page = opened(page_of_states("2020年底", "2023年底", "评估日", "另一口径"))
    page.click(".states .compare")
    divider = page.locator(".divider")
    assert divider.get_attribute("aria-valuenow") == "50"
    assert page.evaluate(_TABLE) == [
        ["未淘汰", "已淘汰", "2"],
        ["不在范围", "情况不明", "1"],
        ["类别相同", "1"],
        ["只在左侧有", "1"],
        ["只在右侧有", "1"],
    ]
    # Features stand from the west to the east: the first on the left, the last on the right.
    assert page.evaluate(_AT, "a") == [0, "a", "left"]
    assert page.evaluate(_AT, "new") == [2, "new", "left"]
    page.keyboard.press("End")
    assert divider.get_attribute("aria-valuenow") == "100"
    assert page.evaluate(_AT, "d") == [0, "d", "gas"]
    assert page.evaluate(_AT, "new") == [0, "old", "left"]
    page.keyboard.press("Home")
    assert page.evaluate(_AT, "a") == [2, "a", "done"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    assert divider.get_attribute("aria-valuenow") == "12"
    box = divider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, 320, steps=3)
    page.mouse.up()
    assert 40 < int(divider.get_attribute("aria-valuenow") or 0) < 70
    # Both panes are cut at the divider, wherever the map was moved to.
    page.evaluate("tielingGeo.map().panBy([37, 11], {animate: false})")
    edges = page.evaluate("""() => {
      const map = tielingGeo.map();
      const left = map.getPane("twin").style.clipPath.match(/-?[\\d.]+/g).map(Number);
      const right = map.getPane("features").style.clipPath.match(/-?[\\d.]+/g).map(Number);
      const at = map.containerPointToLayerPoint([0, 0]).x;
      const line = document.querySelector(".divider").getBoundingClientRect();
      const box = map.getContainer().getBoundingClientRect();
      return [left[2] - at, right[0] - at, line.left + line.width / 2 - box.left];
    }""")
    assert edges == pytest.approx([edges[2]] * 3, abs=0.6)
    # What is filtered away counts on neither side.
    page.evaluate("""() => {
      tielingGeo.groups.forEach((g) => {
        for (let i = 0; i < g.count; i++) g.mask[i] = g.id(i) === "b" ? 1 : 0;
      });
      tielingGeo.changed();
    }""")
    assert [row[-1] for row in page.evaluate(_TABLE)] == ["1", "0", "0", "0"]
    # The same state on both sides is none: they change sides.
    page.select_option(".pick select >> nth=0", "2")
    assert page.input_value(".pick select >> nth=1") == "0"
    assert page.evaluate(_TABLE)[0] == ["已淘汰", "未淘汰", "1"]
    page.click(".states .compare")
    assert not divider.is_visible()
    assert not page.is_visible(".changes")
    assert page.evaluate("tielingGeo.map().getPane('features').style.clipPath") == ""
    # Other parameters are compared with the assessment, which stands beside them in time.
    page.evaluate("tielingGeo.setState(3)")
    page.click(".states .compare")
    assert page.inner_text(".divider .left") == "评估日"


def test_transitions_are_counted_by_id(opened: Open) -> None:
    """Empty groups, a missing one, an order that differs; nothing is counted twice."""
    page = opened(to_html(web_map([], title=Text("空", "empty"), context={}, cards=_CARDS)))
    assert page.locator(".states").count() == 0  # one state is none
    found = page.evaluate("""() => {
      const kinds = [{value: "x", title: "X"}, {value: "y", title: "Y"}];
      const group = (ids, codes, off) => ({
        count: ids.length, id: (i) => ids[i], category: (i) => kinds[codes[i]],
        mask: Uint8Array.from(ids, (id) => (off || []).includes(id) ? 0 : 1),
      });
      const tell = (a, b) => {
        const t = tielingGeo.transitions(a, b);
        const rows = t.rows.map((r) => [r.from.value, r.to.value, r.count]);
        return [rows, t.same, t.onlyLeft, t.onlyRight];
      };
      const some = group(["1", "2", "3"], [0, 0, 1]);
      return [
        tell(some, group(["4", "3", "2", "1"], [0, 0, 1, 0])),
        tell(some, null), tell(null, some), tell(group([], []), group([], [])),
        tell(group(["1", "2"], [0, 0], ["1", "2"]), group(["1", "2"], [1, 1], ["1"])),
      ];
    }""")
    assert found == [
        [[["x", "y", 1], ["y", "x", 1]], 1, 0, 1],
        [[], 0, 3, 0],
        [[], 0, 0, 3],
        [[], 0, 0, 0],
        [[["x", "y", 1]], 0, 0, 0],  # it passes the filter on one side
    ]


def test_titles_are_text_and_a_state_may_lack_a_theme(opened: Open, until: Until) -> None:
    """No title runs; a theme that has no result in one state is named as missing there."""
    hostile = Category("left", Text(PAYLOADS[3], PAYLOADS[3]), "bad")
    cards = {"hand_made": card(categories=[*card().categories[1:], hostile])}
    page = opened(
        page_of_states(
            PAYLOADS[0],
            PAYLOADS[3],
            PAYLOADS[7],
            PAYLOADS[8],
            language="en",
            cards=cards,
            notes=[Text(PAYLOADS[0], PAYLOADS[0])],
        ),
        hash_="#compare=1,2,30",
    )
    # What is compared stands in the page's address, and so does the state.
    assert page.get_attribute(".divider", "aria-valuenow") == "30"
    assert page.text_content(".ticks span >> nth=1") == f"{PAYLOADS[3]} en"
    until(page, "location.hash.includes('compare=1,2,30')")
    told = page.inner_text(".changes")
    assert PAYLOADS[3] in told
    assert "only on the right" in told
    assert PAYLOADS[0] in page.inner_text("footer")
    assert page.evaluate("window.__pwned") is None
    lacking = [
        state(Text("前", "before"), date(2020, 12, 31), {}),
        state(Text("今", "now"), date(2025, 12, 31), _NOW, is_own=True),
    ]
    page = opened(page_of_states("", "", "", "", states=lacking), hash_="#state=0")
    assert page.inner_text("section.legend:visible").split() == ["手工结果", "缺数据"]
    page.click(".states .compare")
    assert [row[-1] for row in page.evaluate(_TABLE)] == ["0", "0", "0", "5"]
