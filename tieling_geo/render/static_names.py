"""Names that a printed map carries: counties first, then rivers, parks and lone places."""

from collections.abc import Iterator

import geopandas as gpd
import shapely

from tieling_geo.render.context_theme import context_style
from tieling_geo.render.fonts import Lettering
from tieling_geo.render.popup import plain_text
from tieling_geo.render.static_labels import Label
from tieling_geo.render.static_shapes import POINTS_PER_PIXEL
from tieling_geo.render.theme import Symbol
from tieling_geo.schemas._base import GeometryFamily

# With more places of one layer than this (closed), names would fill the map.
_MOST_PLACES = 30
_RIVER_INK, _PLACE_INK = "#1c6a97", "#4a4f57"
_RIVER_PT, _PLACE_PT = 6.4, 5.8


def names_on(
    name: str,
    drawn: gpd.GeoDataFrame,
    family: GeometryFamily,
    symbol: Symbol,
    letters: Lettering,
) -> tuple[Label, ...]:
    """
    Return the names of a layer of context that can be written.

    Parameters
    ----------
    name
        Of the layer.
    drawn
        Its n features, each with a geometry.
    family
        Geometry of most of them.
    symbol
        How they are drawn.
    letters
        What the map is lettered with.
    """
    if "river_name" in drawn.columns and family == "line":
        found = list(_rivers(drawn))
    elif family == "polygon" and context_style(name, family).label in drawn.columns:
        found = [Label(text, place) for text, place in _named(drawn, "name")]
    elif "name" in drawn.columns and family != "line" and len(drawn) <= _MOST_PLACES:
        radius = symbol.radius_px * POINTS_PER_PIXEL if family == "point" else 0.0
        found = [
            Label(text, place, _PLACE_PT, _PLACE_INK, 2, is_needed=False, radius_pt=radius)
            for text, place in _named(drawn, "name")
        ]
    else:
        found = []
    return tuple(label for label in found if letters.can_write(label.text))


def _named(
    drawn: gpd.GeoDataFrame, column: str
) -> Iterator[tuple[str, shapely.geometry.base.BaseGeometry]]:
    """Return each name that is there, and its geometry."""
    names = drawn[column].astype("object").where(drawn[column].notna(), "")
    for name, place in zip(names, drawn.geometry, strict=True):
        text = plain_text(name)
        if text:
            yield text, place


def _rivers(drawn: gpd.GeoDataFrame) -> Iterator[Label]:
    """Return each river's name once, the longest river first."""
    parts: dict[str, list[shapely.geometry.base.BaseGeometry]] = {}
    for text, reach in _named(drawn, "river_name"):
        parts.setdefault(text, []).append(reach)
    whole = {text: shapely.union_all(reaches) for text, reaches in parts.items()}
    for text, river in sorted(whole.items(), key=lambda item: -item[1].length):
        yield Label(text, river, _RIVER_PT, _RIVER_INK, 1, is_needed=False)
