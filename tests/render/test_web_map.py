"""A map shows every feature, names what is missing, and stays inside its page."""

import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hand_made_maps import (
    ANALYSIS,
    EAST_M,
    NORTH_M,
    PAYLOADS,
    assessment,
    card,
    clause,
    layer,
    result,
    verdict,
)
from shapely import Point, Polygon, box
from unpacked import layers_of

from tieling_geo.errors import CRSError, MapError, UnknownNameError
from tieling_geo.records import Card, PublishedMap, Result
from tieling_geo.render import draw_published, to_html, web_map
from tieling_geo.render.offline import OfflineMap
from tieling_geo.render.simplified import MOST_VERTICES
from tieling_geo.text import Text

_TITLE = Text("锅炉", "Boilers")
_COUNTS = r"<b data-count title=\"\d+ 个要素\">(\d+)</b>"
_CARDS = {"hand_made": card(), "second": card("second")}


def drawn(found: Result, **changes: object) -> OfflineMap:
    """Return the map of one hand-made result."""
    values = {"title": _TITLE, "context": {}, "cards": _CARDS, **changes}
    return web_map([found], **values)  # type: ignore[arg-type]


def counties() -> gpd.GeoDataFrame:
    """Return one county, 100 km wide, round all features."""
    square = box(EAST_M - 50_000, NORTH_M - 50_000, EAST_M + 50_000, NORTH_M + 50_000)
    return gpd.GeoDataFrame({"name": ["银州区"]}, geometry=[square], crs=4550)


def test_the_page_holds_every_feature_once() -> None:
    """Three features in two categories."""
    page = to_html(drawn(result({"a": "left", "b": "done", "c": "left"})))
    ids = [f["id"] for _, features in layers_of(page).values() for f in features]
    assert sorted(ids) == ["a", "b", "c"]


def test_the_legend_counts_what_is_drawn() -> None:
    """2, 0, 1, 0, 0, 0 in the order of the card."""
    page = to_html(drawn(result({"a": "left", "b": "done", "c": "left"})))
    assert re.findall(_COUNTS, page) == ["2", "0", "1", "0", "0", "0"]


def test_an_empty_map_opens_and_says_so() -> None:
    """No feature, and no result at all."""
    page = to_html(drawn(result({})))
    assert "没有要素" in page
    assert re.findall(_COUNTS, page) == ["0"] * 6
    assert "tielingGeo.start()" in to_html(web_map([], title=_TITLE, context={}))


def test_features_that_cannot_be_drawn_are_counted() -> None:
    """One of two has no geometry: it is named in the legend, not lost."""
    shapes = [Point(EAST_M, NORTH_M), None]
    page = to_html(drawn(result({"a": "left", "b": "left"}, geometry=shapes)))
    assert "另有 1 个要素没有位置" in page


def test_a_page_says_that_a_large_layer_is_simplified() -> None:
    """Two counties with a border of very many vertices; a small one is drawn as it is."""
    border = np.column_stack([np.linspace(0, 9e4, MOST_VERTICES), np.zeros(MOST_VERTICES)])
    border[1::2, 1] = 5.0
    border += np.array([EAST_M, NORTH_M])
    area = Polygon([*border, (EAST_M, NORTH_M - 9e4)])
    large = gpd.GeoDataFrame({"name": ["大县"]}, geometry=[area], crs=4550)
    page = to_html(drawn(result({"a": "left"}), context={"counties": large}))
    assert re.search(r"为显示而简化：所绘边线与原图约差 [\d.]+ 米", page)
    page = to_html(drawn(result({"a": "left"}), context={"counties": counties()}))
    assert "所绘边线" not in page.split('id="tieling_words"')[0]


def test_the_second_analysis_of_one_layer_waits_for_its_tick() -> None:
    """Both are about boilers: one symbol would hide the other."""
    second = replace(result({"a": "done"}), analysis="second")
    page = to_html(web_map([result({"a": "left"}), second], title=_TITLE, context={}, cards=_CARDS))
    boxes = r'data-layer="(\w+)" data-category="\d" autocomplete="off"( checked)?'
    analyses = {name: spec["analysis"] for name, (spec, _) in layers_of(page).items()}
    assert {(analyses[name], bool(on)) for name, on in re.findall(boxes, page)} == {
        ("hand_made", True),
        ("second", False),
    }
    assert page.count(".addTo(map_tieling)") == 1
    assert "勾选后显示" in page


def test_the_map_opens_on_what_is_drawn() -> None:
    """Two features 1 km apart, not the county of 100 km round them."""
    found = result({"a": "left", "b": "left"})
    page = to_html(drawn(found, context={"counties": counties()}))
    (box_text,) = re.findall(r"fitBounds\(\s*(\[\[.*?\]\])", page)
    (south, west), (north, east) = json.loads(box_text)
    assert 0.010 < east - west < 0.015  # 1 km at 42.3° N is 0.012°
    assert north - south < 0.001


def test_an_extent_that_is_given_wins() -> None:
    """West, south, east, north become south-west and north-east."""
    page = to_html(drawn(result({"a": "left"}), extent=(123.0, 42.0, 125.0, 43.5)))
    assert re.search(r"fitBounds\(\s*\[\[42\.0, 123\.0\], \[43\.5, 125\.0\]\]", page)


def test_the_same_input_gives_the_same_bytes() -> None:
    """Names of elements are counted, not drawn by lot."""
    pages = [
        to_html(drawn(result({"a": "left"}), context={"counties": counties()})) for _ in range(2)
    ]
    assert pages[0] == pages[1]


def test_nothing_of_the_page_is_loaded_from_elsewhere() -> None:
    """No address in any attribute, no loading word in any script of ours."""
    page = to_html(drawn(result({"a": "left"}), context={"counties": counties()}))
    assert not re.search(r"https?:", page)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|importScripts|@import", page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_never_reach_markup_or_a_template(payload: str) -> None:
    """In every sink that a user's file reaches; the data reads back literally."""
    found = result({payload: payload}, names={payload: payload}, reasons={payload: payload})
    hostile = card(title=Text(payload, payload))
    page = to_html(
        drawn(
            found,
            title=Text(payload, payload),
            cards={"hand_made": hostile},
            context={payload: counties().assign(name=payload)},
            verdicts=[verdict(clause(payload, analysis="hand_made"), against=(payload,))],
            attribution=[payload],
            map_approval_no=payload,
            subtitle=Text(payload, payload),
            missing=[payload],
        )
    )
    assert page.count("<script>window") == 0
    assert page.count("</script>") == page.count("<script")
    assert "<img src=x" not in page
    (feature,) = (f for _, features in layers_of(page).values() for f in features if f["id"] != "0")
    assert feature["name"] == payload == feature["id"]


def test_an_english_page_has_english_words_around_the_data() -> None:
    """Chinese stands only in the data itself."""
    page = to_html(drawn(result({"a": "left"}), language="en"))
    body = page[page.index("<body") : page.index("<script type")]
    assert not re.search(r"[\u4e00-\u9fff]", body)
    chrome = page[page.index("<aside") : page.index('id="tieling_words"')]
    assert not re.search(r"[\u4e00-\u9fff]", chrome)


def test_a_result_without_crs_is_refused() -> None:
    """Its coordinates could be anything."""
    found = result({"a": "left"})
    bare = replace(
        found, features=gpd.GeoDataFrame(found.features.set_crs(None, allow_override=True))
    )
    with pytest.raises(CRSError, match="states no CRS"):
        drawn(bare)


def test_a_result_of_an_unknown_analysis_is_refused() -> None:
    """Nothing says what its categories mean."""
    with pytest.raises(UnknownNameError, match="hand_made"):
        drawn(result({"a": "left"}), cards={})


def test_an_unknown_theme_is_refused() -> None:
    """By name."""
    with pytest.raises(MapError, match="neon"):
        drawn(result({"a": "left"}), theme="neon")


def published(**changes: object) -> PublishedMap:
    """Return a map of boilers over counties."""
    values = {"analyses": (ANALYSIS,), "context": ("counties", "roads"), **changes}
    return PublishedMap("heating", _TITLE, **values)  # type: ignore[arg-type]


def test_a_published_map_names_day_sources_and_verdicts() -> None:
    """The layer of context that the workspace lacks is left out; the other one is credited."""
    found = result({"a": "remaining"}, analysis=ANALYSIS)
    made = assessment(
        [verdict(clause("I01")), verdict(clause("C02", analysis="park_circular_retrofit"))],
        results={ANALYSIS: found, f"{ANALYSIS}__I09": found},
        layers={"counties": layer("counties", counties())},
        is_sample=True,
        map_approval_no="辽S(2024)1号",
    )
    page = to_html(draw_published(published(), made))
    assert "评估截至 2025-12-31" in page
    assert "I01 未达到" in page
    assert "C02" not in page
    assert "辽S(2024)1号" in page
    assert "县级行政区: 铁岭市、CC0-1.0、2025-06-30" in page
    assert '<p class="sample">' in page
    assert 'href="../index.html"' in page
    assert sum(len(features) for _, features in layers_of(page).values()) == 2


def test_an_analysis_without_a_result_is_named_as_missing() -> None:
    """Missing data is said, not left out."""
    page = to_html(draw_published(published(), assessment([]), "en"))
    assert re.search(r"Coal boilers inside heating coverage\s*</h2>\s*<p class=\"missing\">", page)


def test_layers_of_one_source_are_credited_together() -> None:
    """Two layers of one publisher make one line, in the order of the map."""
    made = assessment(
        [],
        layers={
            "counties": layer("counties", counties()),
            "roads": layer("roads", counties()),
        },
    )
    page = to_html(draw_published(published(), made))
    assert "县级行政区、道路: 铁岭市、CC0-1.0、2025-06-30" in page
    other = Card("OpenStreetMap contributors", "ODbL-1.0", "2026-01-01", "wgs84")
    made = assessment([], layers={"roads": layer("roads", counties(), card=other)})
    page = to_html(draw_published(published(), made, "en"))
    assert "roads: OpenStreetMap contributors, ODbL-1.0, 2026-01-01" in page
