"""The printed map says what the web map says: every feature, every category, every count."""

import io
from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hand_made_maps import (
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
from PIL import Image
from shapely import Point, Polygon, box

from tieling_geo.errors import CRSError, MapError
from tieling_geo.records import PublishedMap, Result
from tieling_geo.render import fonts, static_frame, static_map
from tieling_geo.render.static_map import draw_static
from tieling_geo.render.static_shapes import SMALLEST_AREA_PT, add_features, to_markers
from tieling_geo.render.theme import Symbol, symbol_of
from tieling_geo.text import Language, Text

_MAP = PublishedMap("m", Text("锅炉", "Boilers"), ("hand_made",), ("counties",))
_BAD, _ALARM = (0xC0, 0x4D, 0x00), (0xB4, 0x23, 0x18)


@pytest.fixture(autouse=True)
def _own_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hand-made analyses be known."""
    monkeypatch.setattr(static_map, "ANALYSES", {"hand_made": card(), "second": card("second")})


def counties(*names: str) -> gpd.GeoDataFrame:
    """Return squares of 10 km from west to east."""
    squares = [
        box(EAST_M + 10_000 * k, NORTH_M, EAST_M + 10_000 * (k + 1), NORTH_M + 10_000)
        for k in range(len(names))
    ]
    return gpd.GeoDataFrame({"name": list(names)}, geometry=squares, crs="EPSG:4550")


def seen(
    monkeypatch: pytest.MonkeyPatch,
    found: Mapping[str, Result],
    published: PublishedMap = _MAP,
    language: Language = "zh",
    **changes: object,
) -> dict[str, object]:
    """Return what would be drawn: features, legend and what stands around them."""
    caught: dict[str, object] = {}

    def catch(printed: object, blocks: object, **others: object) -> bytes:
        caught.update(printed=printed, blocks=blocks, **others)
        return b""

    monkeypatch.setattr(static_map, "draw_picture", catch)
    verdicts = [verdict(clause("I01", analysis="hand_made"))]
    draw_static(assessment(verdicts, results=found, **changes), published, language)
    return caught


def picture(**changes: object) -> np.ndarray:
    """Return the pixels of a map of three boilers."""
    found = {"hand_made": result({"a": "left", "b": "done", "c": "outside"})}
    png = draw_static(assessment([], results=found, **changes), _MAP, width_px=400)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def has_colour(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    """Tell whether any pixel is of a colour."""
    return bool((pixels == np.array(colour)).all(axis=-1).any())


def test_the_legend_counts_every_feature_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty categories are there, too, and a feature without a place is told of."""
    here = [Point(EAST_M, NORTH_M), Point(EAST_M + 9, NORTH_M), None, Point(EAST_M, NORTH_M + 9)]
    values = {"a": "left", "b": "left", "c": "done", "d": "odd"}
    got = seen(monkeypatch, {"hand_made": result(values, geometry=here)})
    (block,) = got["blocks"]
    counted = {entry.title: entry.count for entry in block.entries}
    assert counted == {
        "未淘汰": 2,
        "须核对": 0,
        "已淘汰": 0,
        "情况不明": 0,
        "不在范围": 0,
        "非燃煤": 0,
        "odd": 1,
    }
    assert block.notes == ("另有 1 个要素没有位置，未绘出",)
    assert [chip.text for chip in block.verdicts] == ["I01 未达到"]
    assert sum(len(one.shapes) for one in got["printed"]) == 3


def test_what_speaks_against_a_target_is_drawn_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Context first, areas below lines below points."""
    layers = {"counties": layer("counties", counties("甲县"))}
    got = seen(monkeypatch, {"hand_made": result({"a": "left", "b": "done"})}, layers=layers)
    drawn = got["printed"]
    assert [len(one.shapes) for one in drawn if len(one.shapes)] == [1, 1, 1]
    assert [label.text for label in drawn[0].labels] == ["甲县"]
    assert drawn[-1].symbol == symbol_of("bad")


def test_a_second_theme_of_the_same_features_is_not_drawn_over_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its counts are told all the same."""
    found = {
        "hand_made": result({"a": "left"}),
        "second": result({"a": "done"}, analysis="second"),
    }
    published = replace(_MAP, analyses=("hand_made", "second", "third"))
    got = seen(monkeypatch, found, published)
    first, second, third = got["blocks"]
    assert [e.is_shown for e in first.entries] == [True] * 6
    assert [e.is_shown for e in second.entries] == [False] * 6
    assert [e.count for e in second.entries] == [0, 0, 1, 0, 0, 0]
    assert second.notes == ("与前一主题为同一图层，未重复绘出",)
    assert (first.letter, second.letter, third.letter) == ("A", "B", "")
    assert {entry.symbol.letter for entry in first.entries} == {"A"}
    assert (third.title, third.notes) == ("third", ("缺数据",))


def test_sources_and_approval_stand_below(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each publisher once."""
    layers = {"counties": layer("counties", counties("甲县"))}
    found = {"hand_made": result({"a": "left"})}
    got = seen(monkeypatch, found, layers=layers, map_approval_no="辽S(2025)1号")
    told = got["credits"]
    assert told.sources == ("县级行政区: 铁岭市、CC0-1.0、2025-06-30",)
    assert told.map_approval_no == "辽S(2025)1号"
    assert told.subtitle == "铁岭评估 · 评估截至 2025-12-31 · 相关条文 1 条"
    assert [chip.text for chip in told.verdicts] == ["未达到 1"]


def test_an_extent_in_degrees_is_shown_in_metres(monkeypatch: pytest.MonkeyPatch) -> None:
    """The meridian 123° E is 500 km in the working CRS; nothing else is looked at."""
    published = replace(_MAP, extent=(122.9, 42.0, 123.1, 42.1))
    got = seen(monkeypatch, {"hand_made": result({"a": "left"})}, published)
    west, south, east, north = got["bounds"]
    assert west + east == pytest.approx(1_000_000, abs=0.01)
    assert south < north < NORTH_M


def test_a_picture_is_a_png_of_the_width_asked_and_the_same_each_time() -> None:
    """No moment and no program's name is in it."""
    about = assessment([], results={"hand_made": result({"a": "left"})})
    png = draw_static(about, _MAP, width_px=500)
    assert png == draw_static(about, _MAP, width_px=500)
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        assert image.width == 500
        assert set(image.info) <= {"dpi"}


def test_a_sample_says_so_on_the_picture() -> None:
    """A band in the colour of warnings along the top; without a sample there is none."""
    top = picture(is_sample=True)[2, 5:-5]
    assert (top == np.array(_ALARM)).all(axis=-1).all()
    assert not has_colour(picture(is_sample=False), _ALARM)


def test_nothing_to_draw_is_a_map_all_the_same() -> None:
    """No result, no layer, no verdict."""
    png = draw_static(assessment([]), _MAP, width_px=300)
    assert Image.open(io.BytesIO(png)).width == 300


def test_without_a_chinese_font_the_map_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county's Chinese name is left out, an English one is written, and the map says why."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    layers = {"counties": layer("counties", counties("甲县", "Yi"))}
    found = {"hand_made": result({"a": "left"})}
    got = seen(monkeypatch, found, layers=layers)
    assert [label.text for label in got["printed"][0].labels] == ["Yi"]
    assert got["credits"].title == "Boilers"
    assert got["letters"].remark == fonts.NO_FONT
    assert got["blocks"][0].entries[0].title == "left"


def test_without_a_chinese_font_no_box_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing character would be a warning, which is an error here."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    layers = {"counties": layer("counties", counties("甲县"))}
    about = assessment([], layers=layers, is_sample=True, title=Text("铁岭", "铁岭"))
    assert draw_static(about, _MAP, width_px=300).startswith(b"\x89PNG")


@pytest.mark.parametrize("word", [*PAYLOADS, "$x^2$", "a\x00b", "\ud800", "\u202e甲", "😀"])
def test_words_of_a_user_are_words_only(word: str) -> None:
    """Neither formulas nor what no font has stop the drawing."""
    stored = word.replace("\ud800", "")  # no column of text can hold half a character
    found = {"hand_made": result({"a": stored, "b": "left"})}
    layers = {"counties": layer("counties", counties(stored))}
    title = Text(word, word)
    about = assessment([], results=found, layers=layers, title=title, map_approval_no=word)
    assert draw_static(about, replace(_MAP, title=title), width_px=300).startswith(b"\x89PNG")


def test_an_unknown_theme_and_a_layer_without_crs_are_refused() -> None:
    """Nobody knows where its features are."""
    with pytest.raises(MapError):
        draw_static(assessment([]), replace(_MAP, theme="night"), width_px=300)
    lost = layer("counties", counties("甲县").set_crs(None, allow_override=True))
    with pytest.raises(CRSError):
        draw_static(assessment([], layers={"counties": lost}), _MAP, width_px=300)


@pytest.mark.parametrize(("side_pt", "markers"), [(SMALLEST_AREA_PT, 0), (3.9, 1)])
def test_an_area_too_small_to_be_seen_is_a_marker(side_pt: float, markers: int) -> None:
    """The limit is open: an area of exactly that size is drawn as it is."""
    letters = fonts.lettering("en")
    axes = static_frame.Paper(2.0, letters).axes(0, 0, 1, 1)
    add_features(
        axes,
        np.array([box(0, 0, side_pt, side_pt)], dtype=object),
        symbol_of("bad", family="polygon"),
        pin=symbol_of("bad"),
        points_per_m=1.0,
        height=1,
    )
    assert len(axes.collections) - markers == 2  # lines and areas, empty or not


def markers_of(symbol: Symbol, places: list[tuple[float, float]]) -> np.ndarray:
    """Return the pixels of markers on a sheet of 2 inches, 100 pixels an inch."""
    paper = static_frame.Paper(2.0, fonts.lettering("en"))
    drawn = to_markers(symbol, np.array(places), paper.sheet, scale=4)
    paper.sheet.add_collection(drawn, autolim=False)
    return np.asarray(Image.open(io.BytesIO(paper.to_png(650))).convert("RGB"))


def test_a_marker_holds_its_letter_and_a_later_one_hides_an_earlier_one_whole() -> None:
    """White on the colour; the letter of a hidden marker does not shine through."""
    symbol = symbol_of("bad", letter="A")
    alone = markers_of(symbol, [(1.0, 1.0)])
    assert has_colour(alone[85:115, 85:115], (255, 255, 255))
    assert has_colour(alone, _BAD)
    assert not has_colour(
        markers_of(replace(symbol, letter=""), [(1.0, 1.0)])[92:108, 92:108], (255, 255, 255)
    )
    assert (
        markers_of(symbol, [(1.0, 1.0)] * 3) == markers_of(symbol, [(1.0, 1.0)] * 2)
    ).mean() > 0.99
    beside = markers_of(symbol, [(1.0, 1.0), (1.06, 1.0)])
    last = markers_of(symbol, [(1.06, 1.0)])
    assert (beside[94:106, 100:112] == last[94:106, 100:112]).all()


def test_a_hole_stays_open() -> None:
    """Whichever way its ring runs."""
    ring = [(2, 2), (2, 8), (8, 8), (8, 2)]
    for hole in (ring, ring[::-1]):
        figure = static_frame.Paper(6.5, fonts.lettering("en"))
        axes = figure.axes(0, 0, 6.5, 6.5)
        axes.set(xlim=(0, 10), ylim=(0, 10), xticks=[], yticks=[])
        area = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [hole])
        add_features(
            axes,
            np.array([area], dtype=object),
            replace(symbol_of("bad", family="polygon"), fill_opacity=1.0),
            pin=None,
            points_per_m=1.0,
            height=1,
        )
        pixels = np.asarray(Image.open(io.BytesIO(figure.to_png(100))).convert("RGB"))
        assert tuple(pixels[10, 10]) == _BAD
        assert tuple(pixels[50, 50]) == (255, 255, 255)
