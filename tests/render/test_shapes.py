"""Places that no layer has, such as gaps: drawn beside the features, and listed in the legend."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pytest
from hand_made_maps import EAST_M, NORTH_M, PAYLOADS, card, result
from shapely import box
from unpacked import features_of

from tieling_geo.records import ResultColumn, ShapeCard
from tieling_geo.render import to_html, web_map
from tieling_geo.render.drawings import shape_drawings
from tieling_geo.text import Text

GAPS = ShapeCard(
    "gaps",
    Text("空白区", "gap"),
    "polygon",
    "bad",
    (
        ResultColumn("area_m2", Text("面积", "area"), "m2"),
        ResultColumn("near", Text("邻近", "near"), words={"x": Text("某处", "somewhere")}),
    ),
)
CARD = replace(card(), shapes=(GAPS,))


def gaps(rows: Mapping[str, tuple[float, object]]) -> gpd.GeoDataFrame:
    """Lay gaps out side by side: an area and a word each."""
    shapes = [
        box(EAST_M + 100 * n, NORTH_M, EAST_M + 100 * n + 50, NORTH_M + 50)
        for n in range(len(rows))
    ]
    columns = {"area_m2": [r[0] for r in rows.values()], "near": [r[1] for r in rows.values()]}
    return gpd.GeoDataFrame(columns, index=list(rows), geometry=shapes, crs=4550)


def test_places_are_drawn_with_what_their_card_says() -> None:
    """One layer a kind; codes in words, numbers with their unit, missing ones left out."""
    found = replace(
        result({"a": "left"}), shapes={"gaps": gaps({"G1": (2500.0, "x"), "G2": (1.0, None)})}
    )
    (drawing,) = shape_drawings(found, CARD, [], "zh")
    (row,) = drawing.rows
    assert (row.title, row.count, row.role) == ("空白区", 2, "bad")
    first, second = features_of(drawing)
    assert (first["id"], first["values"]) == ("G1", {"area_m2": 2500.0, "near": "某处"})
    assert second["values"] == {"area_m2": 1.0, "near": None}
    columns = drawing.spec["columns"]
    assert [columns[name]["title"] for name in drawing.spec["fields"]] == ["面积（平方米）", "邻近"]


def test_no_place_is_no_error() -> None:
    """The legend names the kind with none."""
    found = replace(result({"a": "left"}), shapes={"gaps": gaps({})})
    (drawing,) = shape_drawings(found, CARD, [], "en")
    assert [(row.title, row.count) for row in drawing.rows] == [("gap", 0)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_of_places_stay_words(payload: str) -> None:
    """Whatever a name says, the page carries it as data that nothing interprets."""
    found = replace(result({"a": "left"}), shapes={"gaps": gaps({payload: (1.0, payload)})})
    page = to_html(
        web_map([found], title=Text("图", "map"), context={}, cards={found.analysis: CARD})
    )
    assert payload not in page or payload.startswith(("javascript:", "${", "`", "{", "&lt;", "\\"))
    assert "<img src=x" not in page
    assert "</script><script>window" not in page
