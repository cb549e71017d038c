"""A map may be asked for in few words: what is left out is taken from what is drawn."""

import re
from dataclasses import replace

import geopandas as gpd
from hand_made_maps import ANALYSIS, EAST_M, NORTH_M, card, layer, result
from shapely import Point

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import Card, Layer
from tieling_geo.render import to_html, web_map
from tieling_geo.render.asked import to_asked
from tieling_geo.text import Text

_FOUND = result({"a": "left"}, analysis=ANALYSIS)


def parks(*, is_sample: bool = False) -> Layer:
    """Return a layer of one park."""
    frame = gpd.GeoDataFrame(
        {"name": ["一园"]}, index=["P1"], geometry=[Point(EAST_M, NORTH_M)], crs=4550
    )
    source = Card("市商务局", "CC0-1.0", "2025-06-30", "cgcs2000", is_sample=is_sample)
    return layer("parks", frame, card=source)


def title_of(subjects: object, title: Text | str | None = None) -> Text:
    """Return the title of a map of some subjects."""
    cards = {**ANALYSES, "hand_made": card()}
    return to_asked(subjects, title=title, context=(), cards=cards, language="zh").title  # type: ignore[arg-type]


def test_the_title_is_that_of_the_first_subject() -> None:
    """One result, one layer, several, none, one that nobody knows; or what is given."""
    own = ANALYSES[ANALYSIS].title
    assert title_of(_FOUND) == title_of([_FOUND]) == own
    assert title_of(parks()).zh == "产业园区"
    assert title_of([_FOUND, parks(), _FOUND]) == (f"{own.zh}等 3 项", f"{own.en} and 2 more")
    assert title_of([]) == ("地图", "Map")
    assert title_of(replace(_FOUND, analysis="mine")) == ("mine", "mine")
    assert title_of(_FOUND, "{n} {0}") == ("{n} {0}", "{n} {0}")
    assert title_of(_FOUND, Text("甲", "A")) == ("甲", "A")


def test_a_result_alone_is_a_map() -> None:
    """No list, no title, no context."""
    page = to_html(web_map(_FOUND))
    assert f"<h1>{ANALYSES[ANALYSIS].title.zh}</h1>" in page
    assert '<p class="stamp"' not in page


def test_what_is_a_sample_marks_the_map() -> None:
    """A result, a layer, or a layer in the background: one of them is enough."""
    marked = parks(is_sample=True)
    for drawn in (
        web_map(replace(_FOUND, is_sample=True)),
        web_map([_FOUND, marked]),
        web_map(_FOUND, context=[marked]),
        web_map(_FOUND, context={"parks": marked}),
        web_map(_FOUND, is_sample=True),
    ):
        assert '<p class="stamp"' in to_html(drawn)
    assert '<p class="stamp"' not in to_html(web_map([_FOUND, parks()], context=[parks()]))


def test_layers_bring_their_sources() -> None:
    """Drawn or behind, each publisher once, after those that are named."""
    page = to_html(web_map(parks(), context=[parks()], attribution=["某图集"]))
    told = re.findall(r"<b>资料来源</b>(.*?)</p>", page)
    assert [one.strip() for one in told] == ["某图集；产业园区: 市商务局、CC0-1.0、2025-06-30"]
    assert "资料来源</b>" not in to_html(web_map(_FOUND, context={"parks": parks().features}))
