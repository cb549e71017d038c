"""QGIS styles: XML that names every category and gives each the colour of the maps."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import Analysis, Category
from tieling_geo.render.theme import symbol_of
from tieling_geo.reports.qgis import to_qml
from tieling_geo.text import Language, Text

#: The symbol layer that QGIS draws a family with, and the option that holds its main colour.
LAYERS = {
    "point": ("SimpleMarker", "color"),
    "line": ("SimpleLine", "line_color"),
    "polygon": ("SimpleFill", "color"),
}
PARKS = ANALYSES["park_circular_retrofit"]
#: Only features with places are drawn.
PLACED = [name for name, card in ANALYSES.items() if card.inputs[0].card().has_places]


def parsed(qml: str) -> ET.Element:
    """Parse a style of ours as XML."""
    return ET.fromstring(qml)  # noqa: S314 - our own text, without an entity


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PLACED)
def test_every_category_is_named_and_drawn(name: str, language: Language) -> None:
    """Values, titles and symbols stand in the order of the legend, one for one."""
    card = ANALYSES[name]
    family = card.inputs[0].card().geometry
    root = parsed(to_qml(card, family, language))
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "category"
    categories = renderer.findall("categories/category")
    assert [c.get("value") for c in categories] == [c.value for c in card.categories]
    assert [c.get("label") for c in categories] == [c.title.to(language) for c in card.categories]
    symbols = {s.get("name"): s for s in renderer.findall("symbols/symbol")}
    assert [c.get("symbol") for c in categories] == list(symbols)
    for symbol in symbols.values():
        drawn = symbol.find("layer")
        assert drawn is not None
        assert drawn.get("class") == LAYERS[family][0]


@pytest.mark.parametrize("family", ["point", "line", "polygon"])
def test_a_colour_is_that_of_the_map(family: str) -> None:
    """A second category of one role has the second look of that role, as in the maps."""
    categories = (
        Category("a", Text("甲", "a"), "bad"),
        Category("b", Text("乙", "b"), "good"),
        Category("c", Text("丙", "c"), "bad"),
    )
    root = parsed(to_qml(replace(PARKS, categories=categories), family, "zh"))
    option = LAYERS[family][1]
    colours = [o.get("value") for o in root.iter("Option") if o.get("name") == option]
    expected = []
    for role, variant in (("bad", 0), ("good", 0), ("bad", 1)):
        look = symbol_of(role, variant, family=family)
        colour = look.colour if family == "line" else look.fill
        opacity = 255 if family == "line" else round(255 * look.fill_opacity)
        parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        expected.append(",".join(map(str, [*parts, opacity])))
    assert colours == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"])))
def test_no_word_breaks_the_xml(word: str) -> None:
    """Quotes, brackets and ampersands in a title or a value stay what they are."""
    card: Analysis = replace(PARKS, categories=(Category(word, Text(word, word), "good"),))
    category = parsed(to_qml(card, "polygon", "en")).find(".//category")
    assert category is not None
    assert category.get("label") == category.get("value") == word
