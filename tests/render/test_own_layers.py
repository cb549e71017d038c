"""Layers of a user's own: nothing is lost, nothing is markup, and any Folium map takes them."""

import re

import folium
import geopandas as gpd
import pytest
from hand_made_maps import EAST_M, NORTH_M, PAYLOADS, layer, result
from shapely import LineString, Point, box
from shapely.geometry.base import BaseGeometry
from unpacked import features_of, layers_of

from tieling_geo.errors import CRSError, UnknownNameError
from tieling_geo.render import packed_layer, to_html, web_map
from tieling_geo.render.own_layers import layer_on_map
from tieling_geo.render.theme import MOST_PLAIN, plain_symbol
from tieling_geo.text import Text


def wells(*states: str | None, **columns: object) -> gpd.GeoDataFrame:
    """Return a well a state, 0.01 degrees apart to the east."""
    places = [Point(123.5 + k / 100, 42.25) for k in range(len(states))]
    return gpd.GeoDataFrame({"state": list(states), **columns}, geometry=places, crs=4326)


def legend(frame: gpd.GeoDataFrame, **asked: object) -> list[tuple[str, int]]:
    """Return title and count of every category, in their order."""
    rows = packed_layer(frame, name="Wells", **asked).drawing.rows  # type: ignore[arg-type]
    return [(row.title, row.count) for row in rows]


def test_every_feature_is_there_with_its_columns() -> None:
    """Ids are the index, names the titles, values as they are; without a place it is left out."""
    frame = wells("open", "shut", None, name=["甲", None, "丙"], depth_m=[30.5, None, 2.0])
    frame.loc[3] = {"state": "open", "name": "丁", "depth_m": 1.0, "geometry": None}
    found = features_of(packed_layer(frame, name="Wells", category="state").drawing)
    assert [(one["id"], one["name"], one["category"]) for one in found] == [
        ("0", "甲", "open"),
        ("1", None, "shut"),
        ("2", "丙", ""),
    ]
    assert [one["values"] for one in found] == [
        {"depth_m": 30.5},
        {"depth_m": None},
        {"depth_m": 2},
    ]
    assert found[1]["geometry"] == {"type": "Point", "coordinates": [123.51, 42.25]}


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (LineString([(EAST_M, NORTH_M), (EAST_M + 900, NORTH_M)]), "LineString"),
        (box(EAST_M, NORTH_M, EAST_M + 900, NORTH_M + 900), "Polygon"),
    ],
)
def test_lines_and_areas_in_any_crs(shape: BaseGeometry, kind: str) -> None:
    """They arrive in degrees."""
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=4550)
    (found,) = features_of(packed_layer(frame, name="x").drawing)
    assert found["geometry"]["type"] == kind
    (south, west), (north, east) = packed_layer(frame, name="x").get_bounds()
    assert 123 < west < east < 125
    assert 42 < south <= north < 43


def test_the_most_frequent_categories_come_first_and_the_rarest_together() -> None:
    """Twelve values stand by themselves; of thirteen the two rarest are others."""
    twelve = [f"k{k:02d}" for k in range(MOST_PLAIN)]
    frame = wells(*twelve, "k05", category=None)
    assert legend(frame, category="state")[0] == ("k05", 2)
    assert len(legend(frame, category="state")) == MOST_PLAIN
    more = legend(wells(*twelve, "k05", "z"), category="state", language="en")
    assert len(more) == MOST_PLAIN
    assert more[-1] == ("others", 2)
    assert sum(count for _, count in more) == MOST_PLAIN + 2
    symbols = {plain_symbol(k).to_svg("point") for k in range(MOST_PLAIN)}
    in_grey = {re.sub(r"#(?!ffffff)\w{6}", "grey", svg) for svg in symbols}
    assert len(symbols) == MOST_PLAIN
    assert len(in_grey) >= 8  # a tint is told from its colour by its lightness


def test_roles_give_the_symbols_of_our_maps() -> None:
    """In the order they are given, one that no feature has too; the rest is unknown."""
    frame = wells("leak", "tight", "leak", None)
    drawn = packed_layer(
        frame, name="x", category="state", roles={"leak": "bad", "dry": "warning", "tight": "good"}
    ).drawing
    assert [(row.title, row.count, row.role) for row in drawn.rows] == [
        ("leak", 2, "bad"),
        ("dry", 0, "warning"),
        ("tight", 1, "good"),
        ("未分类", 1, "unknown"),
    ]


def test_columns_are_those_asked_for_under_their_titles() -> None:
    """Names alone, or with titles; what has many parts is text."""
    frame = wells("a", "b", parts=[[1, 2], None], depth_m=[1, 2])
    spec = packed_layer(frame, name="x", columns={"parts": "Teile"}).drawing.spec
    assert {key: one["title"] for key, one in spec["columns"].items()} == {"parts": "Teile"}
    found = features_of(packed_layer(frame, name="x", columns=["parts", "depth_m"]).drawing)
    assert found[0]["values"] == {"parts": "[1, 2]", "depth_m": 1}
    assert found[1]["values"]["parts"] is None


def test_what_cannot_be_drawn_is_refused() -> None:
    """No CRS, no such column."""
    with pytest.raises(CRSError):
        packed_layer(wells("a").set_crs(None, allow_override=True), name="x")
    for asked in ({"category": "stat"}, {"columns": ["state", "stat"]}):
        with pytest.raises(UnknownNameError, match="stat"):
            packed_layer(wells("a"), name="x", **asked)  # type: ignore[arg-type]


def test_nothing_at_all_is_a_layer_too() -> None:
    """No feature: one category of none."""
    empty = packed_layer(wells(), name="x")
    assert [row.count for row in empty.drawing.rows] == [0]
    assert empty.get_bounds() == [[None, None], [None, None]]


def test_the_same_features_give_the_same_page() -> None:
    """Names of layers are made of what they hold; two layers have two names."""
    pages = []
    for _ in range(2):
        drawn = web_map([], title="x")
        drawn.add_child(packed_layer(wells("a"), name="A"))
        drawn.add_child(packed_layer(wells("b"), name="A"))
        pages.append(to_html(drawn))
    assert pages[0] == pages[1] == to_html(drawn)
    assert len(layers_of(pages[0])) == 2


def test_it_stands_in_the_legend_of_our_map() -> None:
    """Added after the map was made: title, SAMPLE, counts; unpacked before the page starts."""
    drawn = web_map(result({}, analysis="boilers_in_heating_coverage"), language="en")
    added = packed_layer(wells("a", "a", "b"), name="Wells", category="state", is_sample=True)
    page = to_html(drawn.add_child(added))
    part = page[page.index("Wells（示例数据 SAMPLE）</label>") :]
    assert re.findall(r"<span>(\w)</span>\s*<b[^>]*>(\d)</b>", part)[:2] == [("a", "2"), ("b", "1")]
    script = f'tielingGeo.layer("{added.get_name()}")'
    assert page.index(script) < page.index("tielingGeo.start();")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_stay_words_on_a_stock_map(payload: str) -> None:
    """In the layer control, which writes markup, and in the data, which stands in no template."""
    frame = wells(payload, name=[payload], value=[payload])
    drawn = folium.Map(tiles=None)
    added = packed_layer(frame, name=payload, category="state", columns={"value": payload})
    drawn.add_child(added).add_child(folium.LayerControl())
    page = drawn.get_root().render()
    (found,) = next(iter(layers_of(page).values()))[1]
    assert (found["name"], found["category"]) == (payload, payload)
    assert found["values"] == {"value": payload}
    assert set(re.findall(r"<(/?\w+)", added.layer_name)) == {"svg", "/svg", "circle"}
    assert "49" not in re.sub(r"<style.*?</style>", "", added.layer_name)


def test_a_layer_as_read_has_the_words_of_its_schema() -> None:
    """Titles with units, code words as people say them; the index names the features."""
    frame = gpd.GeoDataFrame(
        {"name": ["一号"], "fuel": ["coal"], "capacity_t_per_h": [35.0]},
        index=["B1"],
        geometry=[Point(EAST_M, NORTH_M)],
        crs=4550,
    )
    drawing = layer_on_map(layer("boilers", frame), "en").drawing
    (found,) = features_of(drawing)
    assert found["id"] == "B1"
    assert found["values"]["fuel"] == "coal"
    assert features_of(layer_on_map(layer("boilers", frame)).drawing)[0]["values"]["fuel"] == "燃煤"
    assert "t/h" in drawing.spec["columns"]["capacity_t_per_h"]["title"]
    assert layer_on_map(layer("my_own", frame)).drawing.title == "my_own"


def test_a_title_in_two_languages() -> None:
    """The map's language decides."""
    titles = [
        packed_layer(wells("a"), name=Text("井", "Wells"), language=language).drawing.title
        for language in ("zh", "en")
    ]
    assert titles == ["井", "Wells"]
