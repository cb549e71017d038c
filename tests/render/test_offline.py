"""A page that loads nothing, says the same twice, and never runs a user's words as a template."""

import base64
import re

import folium
import pytest
from branca.element import Element
from hand_made_maps import PAYLOADS

from tieling_geo.errors import MapError
from tieling_geo.render.assets import leaflet_script, leaflet_style, script_hash
from tieling_geo.render.offline import (
    DRAWING_SCRIPTS,
    TOOL_SCRIPTS,
    OfflineMap,
    Verbatim,
    page_of,
    to_html,
)
from tieling_geo.text import Text

_URL = re.compile(r"(?:https?|ftp):|//[a-z0-9-]+\.[a-z]", re.IGNORECASE)


def decoded(uri: str) -> str:
    """Return what a data address holds."""
    return base64.b64decode(uri.partition(",")[2]).decode("utf-8")


def test_the_page_names_no_address_on_any_network() -> None:
    """Not in a link, a script, a style or a comment."""
    page = to_html(OfflineMap(Text("铁岭", "Tieling")))
    addresses = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert not _URL.search(page)


def test_the_style_sheet_carries_its_pictures() -> None:
    """Each of Leaflet's PNGs is inside; no file beside the page is asked for."""
    places = re.findall(r"url\(([^)]*)\)", leaflet_style())
    assert len(places) >= 3
    assert all(place.startswith(("data:image/png;base64,", "#default")) for place in places)


def test_the_script_is_leaflet_and_names_no_source_map() -> None:
    """A developer tool would try to load the source map."""
    script = decoded(leaflet_script())
    assert "Leaflet 1.9.3" in script[:200]
    assert "sourceMappingURL" not in script


def test_the_same_map_gives_the_same_bytes() -> None:
    """Rendered twice, made twice, and shown in a notebook in between."""
    first, second = OfflineMap(Text("铁岭", "Tieling")), OfflineMap(Text("铁岭", "Tieling"))
    page = to_html(first)
    assert "srcdoc=" in first._repr_html_()
    assert to_html(first) == page == to_html(second)


def test_folium_elements_may_be_added() -> None:
    """It is a Folium map: a circle marker needs no jQuery."""
    drawn = OfflineMap()
    drawn.add_child(folium.CircleMarker((42.3, 123.8)))
    assert "L.circleMarker(" in to_html(drawn)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_title_is_escaped_wherever_it_stands(payload: str) -> None:
    """It is the page's title and the map's label."""
    page = to_html(OfflineMap(Text(payload, payload)))
    assert "<img src=x" not in page
    assert "__pwned=1</script>" not in page
    assert page.count("<title>") == page.count("</title>") == 1
    assert "49" not in re.findall(r"<title>(.*?)</title>", page)[0]


@pytest.mark.parametrize("text", [*PAYLOADS, "{{ x.__class__ }}", "{% for %}"])
def test_verbatim_is_never_compiled_as_a_template(text: str) -> None:
    """A ledger cell `{{7*7}}` would be run as code by branca's second pass."""
    page = Element()
    page.add_child(Verbatim(text))
    assert page.render().strip() == text


def test_stock_branca_would_run_a_ledger_cell_as_code() -> None:
    """The fault that `Verbatim` is there for; if it is mended upstream, this test says so."""
    stock = folium.Map(tiles=None)
    cell = {"type": "Feature", "geometry": None, "properties": {"name": "{{7*7}}"}}
    folium.GeoJson({"type": "FeatureCollection", "features": [cell]}).add_to(stock)
    assert '"name": "49"' in stock.get_root().render()


def test_every_script_of_the_page_is_named_in_its_policy() -> None:
    """A script that slipped in has another hash and does not run."""
    page = to_html(OfflineMap(Text("铁岭", "Tieling")))
    policy = page[page.index("script-src") : page.index('">', page.index("script-src"))]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    # What draws this map stands between the two, and its ending after them.
    assert len(scripts) == len(DRAWING_SCRIPTS) + 1 + len(TOOL_SCRIPTS) + 1
    assert "var map_tieling = L.map(" in scripts[len(DRAWING_SCRIPTS)]
    assert all(script_hash(s) in policy for s in scripts)
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_states_its_language(language: str, tag: str) -> None:
    """Screen readers choose their voice by it."""
    page = to_html(OfflineMap(Text("铁岭", "Tieling"), language=language))  # type: ignore[arg-type]
    assert f'<html lang="{tag}">' in page


def test_the_page_may_be_zoomed_with_the_browser() -> None:
    """Stock Folium forbids it (`user-scalable=no`); people with weak eyes need it."""
    page = to_html(OfflineMap())
    assert "user-scalable" not in page
    assert "maximum-scale" not in page


def test_an_element_that_stands_on_no_page_is_refused() -> None:
    """It has nowhere to be drawn."""
    with pytest.raises(MapError, match="no page"):
        page_of(Element())


def test_an_unknown_theme_is_refused() -> None:
    """Before anything is drawn."""
    with pytest.raises(MapError, match="neon"):
        OfflineMap(theme="neon")
