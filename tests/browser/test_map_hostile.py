"""Words that would run, close an element or break a script, in every sink of a map."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_maps import ALL_PAYLOADS, EAST_M, NAUGHTY, NORTH_M, card, clause, result, verdict
from playwright.sync_api import Browser, Page
from shapely import Point

from tieling_geo.records import Analysis, Category, Result, ResultColumn
from tieling_geo.render import to_html, web_map
from tieling_geo.render.popup import plain_text
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
WORDS = (*ALL_PAYLOADS, *NAUGHTY)
#: Opens the card of every feature, as a click would, and says what each of its sinks holds.
_CARDS = """() => tielingGeo.groups.flatMap((group) => Array.from({length: group.count}, (_, i) => {
  tielingGeo.visit(group, i);
  const box = document.activeElement;
  const texts = [...box.querySelectorAll("dd")].map((d) => d.textContent);
  return {
    titles: [...box.querySelectorAll("dt")].map((d) => d.textContent),
    id: group.id(i), heading: box.querySelector("h2").textContent, texts,
    hint: tielingGeo.hint(group, i).querySelector("strong").textContent,
    elements: box.querySelectorAll("*:not(h2, p, dl, dt, dd, div, span, em)").length,
  };
}))"""


def hostile_result(words: list[str]) -> Result:
    """Return one feature a word, whose id, name, category, reason and values are that word."""
    found = result(
        {f"f{k}": word for k, word in enumerate(words)},
        names={f"f{k}": word for k, word in enumerate(words)},
        reasons={f"f{k}": word for k, word in enumerate(words)},
    )
    own = {f"f{k}": word for k, word in enumerate(words)}
    excluded = found.excluded.assign(feature_id=found.excluded["feature_id"].map(own))
    # A column a word, whose title is the word; see `hostile_card`.
    titled = {f"c{k}": words for k in range(len(words))}
    features = found.features.assign(county_name=words, fuel=words, **titled)
    return replace(found, features=features.set_index(pd.Index(words)), excluded=excluded)


def hostile_card(words: list[str]) -> Analysis:
    """Return an analysis that has a category and a column of each word."""
    known = card(categories=[Category(plain_text(w), Text(w, w), "bad") for w in words])
    titled = (ResultColumn(f"c{k}", Text(w, w)) for k, w in enumerate(words))
    return replace(known, columns=(*known.columns, *titled))


def hostile_page(words: list[str]) -> str:
    """Return a page on which each word stands in every sink that takes many."""
    place = Point(EAST_M, NORTH_M).buffer(9e3)
    county = gpd.GeoDataFrame({"name": words}, geometry=[place] * len(words), crs=4550)
    spot = gpd.GeoDataFrame({"name": words[:1]}, geometry=[place.centroid], crs=4550)
    return to_html(
        web_map(
            [hostile_result(words)],
            title=Text(words[0], words[0]),
            cards={"hand_made": hostile_card(words)},
            context={"counties": county, **dict.fromkeys(words, spot)},
            verdicts=[verdict(clause(w, analysis="hand_made"), against=(w,)) for w in words],
            bureaus={clause().section: words},
            attribution=words,
            missing=words,
        )
    )


def test_there_are_forty_ways_in() -> None:
    """Each another one."""
    assert len(set(ALL_PAYLOADS)) >= 40
    assert len(set(WORDS)) == len(WORDS)


def test_every_word_is_shown_as_it_is_and_none_runs(opened_map: Open) -> None:
    """Popup, hint, legend, layer names, labels, verdicts, bureaus, sources, missing analyses."""
    words = list(WORDS)
    told = [plain_text(word) for word in words]
    page = opened_map(hostile_page(words))
    cards = page.evaluate(_CARDS)
    assert [one["id"] for one in cards] == told
    for one, word in zip(cards, told, strict=True):
        # An empty name is none: the id stands for it.
        assert one["heading"] == word == one["hint"]
        assert one["texts"].count(word) >= 4 + len(words)  # category, reason, county, fuel
        assert set(told) <= set(one["titles"])
        assert f"hand_made/{word}" in one["texts"]
        assert one["elements"] == 0
    assert [
        e.text_content() for e in page.locator("aside section:first-of-type li span").all()
    ] == (told)
    assert page.locator(".place").all_text_contents() == told
    names = page.locator("aside section:last-of-type li span").all_text_contents()
    assert set(told) <= set(names)
    chips = page.locator(".legend .chips .state").all_text_contents()
    assert [chip.strip().removeprefix("✗").removesuffix(" 未达到") for chip in chips] == told
    footer = page.text_content("footer") or ""
    assert all(word in footer for word in told)
    for label in page.locator("aside label").all():
        label.dispatch_event("click")
    page.get_by_label("手工结果").first.check()
    page.get_by_text("数据表").first.click()
    assert page.locator("[role=columnheader], thead th").count() > len(words)
    page.locator("aside summary", has_text="筛选").click()
    offered = page.locator("aside select option").all_text_contents()
    assert all(any(word.strip()[:40] in one for one in offered) for word in told)
    page.fill("#find", "<")
    assert page.locator("#found li").count() == 12
    assert page.evaluate("window.__pwned") is None
    assert page.locator("img, svg[onload], iframe, aside script, main script").count() == 0


def test_titles_and_numbers_of_approval_are_read_literally(
    browser: Browser, tmp_path: Path
) -> None:
    """What stands on a page once: title, subtitle, approval number, way back, theme's title."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    path = tmp_path / "map.html"
    # An attack stands alone; the others may share a page.
    for word in (*ALL_PAYLOADS, *(" ".join(NAUGHTY[k::4]) for k in range(4))):
        text = Text(word, word)
        drawn = web_map(
            [result({"a": "left"})],
            title=text,
            subtitle=text,
            cards={"hand_made": card(title=text)},
            context={},
            map_approval_no=word,
            dashboard=word,
            is_sample=True,
        )
        path.write_text(to_html(drawn), encoding="utf-8")
        page.goto(path.as_uri())
        told = plain_text(word)
        read = page.evaluate("""() => ["h1", ".title p", "footer", ".legend h2"].map(
            (one) => document.querySelector(one).textContent)""")
        assert read[:2] == [told, told]
        assert told in read[2]
        assert told in read[3]
        assert page.evaluate("window.__pwned") is None
        assert page.evaluate("tielingGeo.ready().then(() => tielingGeo.groups[0].count)") == 1
        assert page.evaluate("document.querySelectorAll('h1, img, iframe').length") == 1
    page.close()
    assert faults == []
