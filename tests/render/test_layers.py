"""Every feature is drawn once, under its category, with what is known of it."""

import geopandas as gpd
import pytest
from hand_made_maps import EAST_M, NORTH_M, PAYLOADS, card, clause, result, verdict
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box
from unpacked import features_of

from tieling_geo.render.drawings import context_drawing, result_drawing
from tieling_geo.render.layers import Drawing, categories_of, family_of, symbols_of
from tieling_geo.text import Text

_WORDS = ["left", "doubt", "done", "unknown", "outside", "gas", "never heard of", None]


def counts(drawing: Drawing) -> list[int]:
    """Return the number of features by category, as the legend has it."""
    return [row.count for row in drawing.rows]


def test_each_category_has_a_row_even_without_a_feature() -> None:
    """The legend names all six; two of them hold a feature."""
    drawing = result_drawing(result({"a": "left", "b": "gas"}), card(), [], "zh")
    assert counts(drawing) == [1, 0, 0, 0, 0, 1]
    assert drawing.rows[0].title == "未淘汰"


def test_an_empty_result_gives_an_empty_layer() -> None:
    """No feature at all is no error."""
    drawing = result_drawing(result({}), card(), [], "zh")
    assert counts(drawing) == [0] * 6
    assert features_of(drawing) == []


def test_a_category_that_the_card_does_not_know_is_drawn_as_unknown() -> None:
    """Neither lost nor given a colour that says more than is known."""
    found = result({"a": "left", "b": "strange", "c": None})
    rows = result_drawing(found, card(), [], "en").rows[6:]
    extra = [(row.title, row.role, row.count) for row in rows]
    assert extra == [("not classified", "unknown", 1), ("strange", "unknown", 1)]


@given(st.lists(st.sampled_from(_WORDS), max_size=12))
def test_every_feature_stands_in_the_layer_once(words: list) -> None:
    """Whatever the categories are, no feature is lost, drawn twice or given another category."""
    found = result({f"f{k}": word for k, word in enumerate(words)})
    drawing = result_drawing(found, card(), [], "zh")
    features = features_of(drawing)
    assert [f["id"] for f in features] == list(found.features.index)
    assert [f["category"] for f in features] == [word or "" for word in words]
    assert sum(counts(drawing)) == len(words)


def test_a_feature_without_a_geometry_is_left_out_of_the_layer() -> None:
    """`web_map` says in the legend that it is not drawn."""
    shapes = [Point(EAST_M, NORTH_M), None, Point()]
    found = result(dict.fromkeys("abc", "left"), geometry=shapes)
    drawing = result_drawing(found, card(), [], "zh")
    assert counts(drawing)[0] == 1
    assert [f["id"] for f in features_of(drawing)] == ["a"]


def test_a_feature_carries_all_that_its_popup_says() -> None:
    """Feature b is the second: its margin is 1.5 m, and it speaks against I01."""
    found = result({"a": "done", "b": "unknown"}, names={"b": "二号"}, reasons={"b": "燃料缺失"})
    verdicts = [verdict(clause(), against=("b",), unknown=("a",))]
    drawing = result_drawing(found, card(), verdicts, "zh", bureaus={clause().section: ["水利局"]})
    first, second = features_of(drawing)
    assert second["values"] == {
        "county_name": "银州区",
        "border_case": False,
        "fuel": "燃煤",
        "margin_m": 1.5,
    }
    assert (second["name"], second["reason"]) == ("二号", "燃料缺失")
    assert (first["name"], first["reason"]) == (None, None)
    assert (first["marks"], second["marks"]) == ([2], [1])
    (told,) = drawing.spec["verdicts"]
    assert (told["clause"], told["state"], told["word"]) == ("I01", "未达到", "not_met")
    assert told["bureaus"] == ["水利局"]
    assert drawing.spec["columns"]["margin_m"]["title"] == "距边界（米）"
    assert drawing.spec["fields"][-1] == "margin_m"
    assert drawing.spec["facets"] == {"county": "county_name"}


def test_coordinates_are_degrees_with_six_decimals() -> None:
    """569 000 m east of the false easting's 500 000 is 0.83° east of 123°, at 42.3° north."""
    (feature,) = features_of(result_drawing(result({"a": "left"}), card(), [], "zh"))
    east, north = feature["geometry"]["coordinates"]
    assert (round(east, 2), round(north, 1)) == (123.84, 42.3)
    assert (round(east, 6), round(north, 6)) == (east, north)


@pytest.mark.parametrize(
    ("shape", "family"),
    [
        (Point(0, 0), "point"),
        (MultiPoint([(0, 0), (1, 1)]), "point"),
        (LineString([(0, 0), (1, 1)]), "line"),
        (Polygon([(0, 0), (1, 0), (0, 1)]), "polygon"),
        (None, "point"),
    ],
)
def test_the_family_of_a_layer_is_that_of_its_features(shape: object, family: str) -> None:
    """A layer of nothing is drawn as points would be."""
    assert family_of(gpd.GeoDataFrame(geometry=[shape, shape], crs=4550)) == family


def test_two_categories_of_one_role_have_two_symbols() -> None:
    """`outside` and `gas` are both neutral."""
    categories = categories_of(result({"a": "left"}), card(), "zh")
    symbols = symbols_of(categories, "point")
    assert symbols["outside"] != symbols["gas"]
    assert symbols["outside"].shape == symbols["gas"].shape


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_stay_words(payload: str) -> None:
    """Names, values and reasons travel as data; the layer's own title is plain text, too."""
    found = result({"a": payload}, names={"a": payload}, reasons={"a": payload})
    (feature,) = features_of(result_drawing(found, card(), [], "zh"))
    assert feature["name"] == feature["reason"] == feature["category"] == payload


def test_areas_of_context_carry_a_label_inside_and_take_no_click() -> None:
    """The label's place is in the polygon even where its centre is not (an L)."""
    shape = Polygon([(0, 0), (9, 0), (9, 1), (1, 1), (1, 9), (0, 9)])
    counties = gpd.GeoDataFrame({"name": ["银州区"]}, geometry=[shape], crs=4326)
    drawing = context_drawing("counties", counties, "zh")
    (label,) = drawing.spec["labels"]
    assert label["text"] == "银州区"
    assert shape.contains(Point(label["at"][1], label["at"][0]))
    assert not drawing.spec["interactive"]


def test_points_of_context_say_their_name() -> None:
    """A heat source can be pointed at."""
    sources = gpd.GeoDataFrame({"name": ["电厂"]}, geometry=[Point(123, 42)], crs=4490)
    drawing = context_drawing("heat_sources", sources, "en")
    assert drawing.spec["interactive"]
    assert drawing.title == "heat sources"
    assert [f["name"] for f in features_of(drawing)] == ["电厂"]


def test_an_empty_layer_of_context_is_no_error() -> None:
    """A workspace may have a layer without a row."""
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs=4550)
    assert context_drawing("counties", empty, "zh").count == 0


def test_a_layer_without_labels_has_none() -> None:
    """Only a style that names a column writes on the map."""
    areas = gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(0, 0, 1, 1)], crs=4550)
    assert context_drawing("builtup_areas", areas, "zh").spec["labels"] == []


def test_titles_are_plain_in_both_languages() -> None:
    """The English map has English titles."""
    drawing = result_drawing(result({"a": "left"}), card(title=Text("甲", "A")), [], "en")
    assert drawing.title == "A"
    assert [row.title for row in drawing.rows][:2] == ["left", "to check"]
