"""A map in little: its size is bounded, each mark stands where its feature is, none has a word."""

import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
from hand_made_maps import ANALYSIS, EAST_M, NORTH_M, assessment, layer, result
from shapely import LineString, Point, box

from tieling_geo.records import PublishedMap
from tieling_geo.render.theme import symbol_of
from tieling_geo.render.thumbnail import HEIGHT, MOST_BYTES, WIDTH, thumbnail
from tieling_geo.text import Text

MAP = PublishedMap("heating", Text("供热", "Heating"), (ANALYSIS, "boilers_in_builtup_areas"))
SIDE_M = 40_000.0


def counties(parts: int = 2) -> gpd.GeoDataFrame:
    """Return square counties in a square block."""
    size = SIDE_M / parts
    cells = [
        box(
            EAST_M + size * x, NORTH_M + size * y, EAST_M + size * (x + 1), NORTH_M + size * (y + 1)
        )
        for x in range(parts)
        for y in range(parts)
    ]
    ids = pd.Index([str(k) for k in range(len(cells))], dtype="str")
    return gpd.GeoDataFrame({"name": "甲"}, index=ids, geometry=cells, crs="EPSG:4550")


def drawn(shapes: dict[str, object], words: str = "remaining", parts: int = 2) -> str:
    """Draw features of one category on the counties."""
    found = result(
        dict.fromkeys(shapes, words),
        analysis=ANALYSIS,
        geometry=list(shapes.values()),  # type: ignore[arg-type]
    )
    layers = {"counties": layer("counties", counties(parts))}
    return thumbnail(MAP, assessment([], results={ANALYSIS: found}, layers=layers))


def paths(svg: str) -> list[dict[str, str]]:
    """Return the attributes of the picture's paths; it must be sound XML without any text."""
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    assert "".join(root.itertext()) == ""
    assert {child.tag for child in root} <= {"rect", "path"}
    return [child.attrib for child in root if child.tag == "path"]


def test_each_mark_stands_where_its_feature_is() -> None:
    """The middle of the block is the middle of the picture, its north-east corner up right."""
    middle = Point(EAST_M + SIDE_M / 2, NORTH_M + SIDE_M / 2)
    corner = Point(EAST_M + SIDE_M, NORTH_M + SIDE_M)
    outline, mark = paths(drawn({"a": middle, "b": corner}))
    assert outline["fill"] == "none"
    assert mark["fill"] == symbol_of("bad").fill
    tops = [tuple(map(int, at)) for at in re.findall(r"M(-?\d+) (-?\d+)", mark["d"])]
    assert len(tops) == 2
    (x, y), (right, top) = tops
    assert abs(x - WIDTH / 2) <= 4
    assert abs(y - HEIGHT / 2) <= 10
    assert abs(right - (WIDTH / 2 + HEIGHT / 2)) <= 16
    assert top <= 10


def test_a_category_that_no_card_knows_is_drawn_as_unknown() -> None:
    """Colour and shape follow the role; a word that runs is not in the picture."""
    _, mark = paths(drawn({"a": Point(EAST_M, NORTH_M)}, words="<script>"))
    assert mark["fill"] == symbol_of("unknown").fill


def test_lines_and_areas_are_drawn_as_such_unless_too_small_to_be_seen() -> None:
    """A long line is a line; a yard is a mark."""
    line = LineString([(EAST_M, NORTH_M), (EAST_M + SIDE_M, NORTH_M + SIDE_M)])
    *_, long = paths(drawn({"a": line}))
    assert long["fill"] == "none"
    assert re.fullmatch(r"M\d+ \d+ \d+ \d+", long["d"])
    *_, wide = paths(drawn({"a": box(EAST_M, NORTH_M, EAST_M + 9_000, NORTH_M + 9_000)}))
    assert wide["d"].endswith("z")
    assert float(wide["fill-opacity"]) < 1
    *_, yard = paths(drawn({"a": box(EAST_M, NORTH_M, EAST_M + 90, NORTH_M + 90)}))
    assert "fill-opacity" not in yard


def test_however_many_features_there_are_the_picture_stays_small_and_the_same() -> None:
    """3,000 points and 900 counties: a coarser grid, and the same bytes twice."""
    rng = np.random.default_rng(7)
    places = np.array([EAST_M, NORTH_M]) + rng.uniform(0, SIDE_M, (3_000, 2))
    shapes: dict[str, object] = {str(k): Point(xy) for k, xy in enumerate(places)}
    svg = drawn(shapes, parts=30)
    assert 3_000 < len(svg.encode()) <= MOST_BYTES
    assert svg == drawn(shapes, parts=30)


def test_a_layer_of_counties_that_has_points_among_its_areas_is_drawn_without_them() -> None:
    """Simplifying areas together takes nothing but areas."""
    odd = counties()
    odd.loc["1", "geometry"] = Point(EAST_M, NORTH_M)
    svg = thumbnail(MAP, assessment([], layers={"counties": layer("counties", odd)}))
    (outline,) = paths(svg)
    assert outline["d"].count("z") == 3


def test_nothing_to_draw_is_an_empty_sheet() -> None:
    """No layer and no result; features without a place; one point alone."""
    assert paths(thumbnail(MAP, assessment([]))) == []
    outline_only = paths(drawn({"a": None, "b": Point()}))
    assert [path["fill"] for path in outline_only] == ["none"]
    alone = result({"a": "remaining"}, analysis=ANALYSIS)
    (mark,) = paths(thumbnail(MAP, assessment([], results={ANALYSIS: alone})))
    assert mark["d"].count("M") == 1
