"""What a map draws: one `folium.GeoJson` a category of a result, one a layer of context."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.template import Template
from numpy.typing import NDArray

from tieling_geo.crs import to_web_crs
from tieling_geo.records import Analysis, Category, Result, Role, ShapeCard, Verdict
from tieling_geo.render.offline import Verbatim, page_of
from tieling_geo.render.popup import (
    code_text,
    field_title,
    plain_text,
    popup_columns,
    popup_values,
    reason_words,
    safe_json,
    safe_text,
    value_text,
    verdict_marks,
)
from tieling_geo.render.theme import ROLES, Symbol, context_style, layer_title, symbol_of
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language, Text

#: Decimals of a degree that a page carries: 0.1 m.
DECIMALS = 6
_FAMILIES: Mapping[int, GeometryFamily] = {0: "point", 1: "line", 2: "polygon"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one layer of a map is, for the page's script and for the legend."""

    draw: Literal["result", "context"]
    """Function of the page's script that draws it."""
    title: str
    spec: Mapping[str, Any]
    """All that the script needs, with a GeoJSON collection under `data`."""
    family: GeometryFamily
    svg: str
    role: Role | None = None

    @property
    def count(self) -> int:
        """Number of features drawn."""
        return len(self.spec["data"]["features"])


class DataLayer(folium.GeoJson):
    """
    A layer whose features stand in the page as data, outside every template and markup.

    Parameters
    ----------
    number
        Position on the map; it names the layer.
    drawing
        What it draws.
    show
        Whether it is drawn when the map opens.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} =
                tielingGeo.{{ this.drawing.draw }}({{ this.get_name()|tojson }});
        {% endmacro %}
    """)

    def __init__(self, number: int, drawing: Drawing, *, show: bool = True) -> None:
        super().__init__(drawing.spec["data"], name=safe_text(drawing.title), show=show)
        self._id = f"{number:03d}"
        self.drawing = drawing

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Put the data and the call that draws it into the page."""
        block = Verbatim(
            f'<script type="application/json" id="{self.get_name()}_data">'
            f"{safe_json(self.drawing.spec)}</script>"
        )
        page_of(self).html.add_child(block, name=f"{self.get_name()}_data")
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


def family_of(features: gpd.GeoDataFrame) -> GeometryFamily:
    """
    Tell what most features are; `point` where there is none.

    Examples
    --------
    >>> from shapely import box
    >>> family_of(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), None], crs=4550))
    'polygon'
    """
    dimensions = shapely.get_dimensions(features.geometry.to_numpy())
    drawn = dimensions[dimensions >= 0]
    return _FAMILIES[int(np.bincount(drawn).argmax())] if len(drawn) else "point"


def is_drawable(features: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which features have a geometry that can be drawn."""
    shapes = features.geometry.to_numpy()
    drawable: NDArray[np.bool_] = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return drawable


def to_geometries(features: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """
    Return the geometries as GeoJSON in degrees of WGS 84, rounded, without heights.

    Examples
    --------
    >>> from shapely import Point
    >>> to_geometries(gpd.GeoDataFrame(geometry=[Point(123.456789012, 42, 7)], crs=4326))
    [{'type': 'Point', 'coordinates': [123.456789, 42.0]}]
    """
    flat = shapely.force_2d(to_web_crs(features).geometry.to_numpy())
    rounded = shapely.transform(flat, lambda degrees: np.round(degrees, DECIMALS))
    return [json.loads(text) for text in shapely.to_geojson(rounded)]


def categories_of(result: Result, card: Analysis, language: Language) -> list[Category]:
    """
    Return the categories of a result in the order of its card, then those the card does not know.

    A value that the card does not know is drawn as unknown, under its own word.
    """
    values = category_values(result)
    known = {c.value for c in card.categories}
    missing = Text("未分类", "not classified").to(language)
    strange = sorted(set(values) - known)
    return [
        *card.categories,
        *(Category(v, Text(v or missing, v or missing), "unknown") for v in strange),
    ]


def category_values(result: Result) -> pd.Series:
    """Return the category of each feature as a plain word, empty where it is missing."""
    column = result.features[result.category]
    words: pd.Series = column.astype("object").where(column.notna(), "").map(plain_text)
    return words


def symbols_of(categories: Sequence[Category], family: GeometryFamily) -> dict[str, Symbol]:
    """Give each category its symbol: those of one role differ in their fill."""
    used = dict.fromkeys(ROLES, 0)
    symbols = {}
    for category in categories:
        symbols[category.value] = symbol_of(category.role, used[category.role], family=family)
        used[category.role] += 1
    return symbols


def result_drawings(
    result: Result, card: Analysis, verdicts: Sequence[Verdict], language: Language
) -> list[Drawing]:
    """
    Describe how a result is drawn, one layer a category, empty ones too.

    Parameters
    ----------
    result
        n features in any CRS that states itself.
    card
        The analysis that made it.
    verdicts
        Those that rest on it.
    language
        Language of the words.

    Returns
    -------
    drawings
        One a category in the card's order; over all of them each feature that has a geometry
        stands exactly once.
    """
    drawn = result.features[is_drawable(result.features)]
    values = category_values(result)[is_drawable(result.features)].to_numpy()
    family = family_of(result.features)
    categories = categories_of(result, card, language)
    symbols = symbols_of(categories, family)
    # An area that is too small to be seen is drawn as a marker.
    pins = symbols_of(categories, "point") if family == "polygon" else {}
    records = _features(drawn, result, card, verdicts, language)
    common = {
        "analysis": result.analysis,
        "interactive": True,
        "family": family,
        "fields": [
            {"name": c.name, "title": field_title(c, language)}
            for c in popup_columns(card, result.features)
        ],
        "verdicts": [_verdict(v, language) for v in verdicts],
    }
    drawings = []
    for category in categories:
        title = plain_text(category.title.to(language))
        spec = {
            **common,
            "category": category.value,
            "role": category.role,
            "title": title,
            "symbol": symbols[category.value].to_spec(),
            "pin": pins[category.value].to_spec() if pins else None,
            "data": _collection([records[i] for i in np.flatnonzero(values == category.value)]),
        }
        svg = symbols[category.value].to_svg(family, pin=pins.get(category.value))
        drawings.append(Drawing("result", title, spec, family, svg, category.role))
    return drawings


def shape_drawings(
    result: Result, card: Analysis, verdicts: Sequence[Verdict], language: Language
) -> list[Drawing]:
    """
    Describe how the places are drawn that an analysis found and no layer has, one layer a kind.

    Parameters
    ----------
    result, card, verdicts, language
        See `result_drawings`.
    """
    drawings = []
    for shape in card.shapes:
        places = result.shapes[shape.name]
        title = plain_text(shape.title.to(language))
        symbol, pin = symbol_of(shape.role, 0, family=shape.family), symbol_of(shape.role, 0)
        is_area = shape.family == "polygon"
        spec = {
            "analysis": result.analysis,
            "interactive": True,
            "family": shape.family,
            "fields": [{"name": c.name, "title": field_title(c, language)} for c in shape.columns],
            "verdicts": [_verdict(v, language) for v in verdicts],
            "category": shape.name,
            "role": shape.role,
            "title": title,
            "symbol": symbol.to_spec(),
            "pin": pin.to_spec() if is_area else None,
            "data": _collection(_places(places[is_drawable(places)], shape, language)),
        }
        svg = symbol.to_svg(shape.family, pin=pin if is_area else None)
        drawings.append(Drawing("result", title, spec, shape.family, svg, shape.role))
    return drawings


def _places(places: gpd.GeoDataFrame, shape: ShapeCard, language: Language) -> list[dict[str, Any]]:
    """Return each place as GeoJSON, with what its popup says."""
    if not len(places):
        return []
    columns = {c.name: places[c.name].tolist() for c in shape.columns}
    words = {c.name: c.words for c in shape.columns}
    told = [
        {
            name: code_text(value, words[name], language) or value_text(value, language)
            for name, value in zip(columns, row, strict=True)
        }
        for row in zip(*columns.values(), strict=True)
    ]
    return [
        {
            "type": "Feature",
            "id": plain_text(key),
            "geometry": geometry,
            "properties": {"values": {name: text for name, text in values.items() if text}},
        }
        for key, geometry, values in zip(places.index, to_geometries(places), told, strict=True)
    ]


def _verdict(verdict: Verdict, language: Language) -> dict[str, str]:
    """Name a verdict for popups."""
    return {
        "clause": plain_text(verdict.clause.clause_id),
        "state": verdict.state.label.to(language),
        "word": verdict.state.value,
    }


def _features(
    drawn: gpd.GeoDataFrame,
    result: Result,
    card: Analysis,
    verdicts: Sequence[Verdict],
    language: Language,
) -> list[dict[str, Any]]:
    """Return each feature as GeoJSON, with what its popup says."""
    reasons = reason_words(result, language)
    marks = verdict_marks(verdicts)
    names = _names(drawn)
    geometries = to_geometries(drawn) if len(drawn) else []
    values = popup_values(drawn, card, language)
    features = []
    for key, name, geometry, told in zip(drawn.index, names, geometries, values, strict=True):
        properties: dict[str, Any] = {"values": told}
        if name:
            properties["name"] = name
        if str(key) in reasons:
            properties["reason"] = reasons[str(key)]
        if str(key) in marks:
            properties["marks"] = marks[str(key)]
        features.append({
            "type": "Feature",
            "id": plain_text(key),
            "geometry": geometry,
            "properties": properties,
        })
    return features


def _names(features: gpd.GeoDataFrame) -> list[str]:
    """Return the features' names, an empty word where there is none."""
    for column in ("name", "river_name"):
        if column in features.columns:
            names = features[column].astype("object")
            return [plain_text(n) for n in names.where(names.notna(), "")]
    return [""] * len(features)


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return features as a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": features}


def context_drawing(name: str, features: gpd.GeoDataFrame, language: Language) -> Drawing:
    """
    Describe how a layer of context is drawn.

    Areas and lines lie below everything and cannot be clicked; points carry their name as a hint.
    Polygons whose style asks for it carry a label each, at a point inside them.
    """
    drawn = features[is_drawable(features)]
    family = family_of(features)
    style = context_style(name, family)
    symbol = style.to_symbol()
    title = plain_text(layer_title(name).to(language))
    names = _names(drawn)
    geometries = to_geometries(drawn) if len(drawn) else []
    spec = {
        "interactive": family == "point",
        "family": family,
        "title": title,
        "symbol": symbol.to_spec(),
        "labels": _labels(drawn, style.label, family),
        "data": _collection([
            {
                "type": "Feature",
                "id": plain_text(key),
                "geometry": geometry,
                "properties": {"name": told} if told else {},
            }
            for key, told, geometry in zip(drawn.index, names, geometries, strict=True)
        ]),
    }
    return Drawing("context", title, spec, family, symbol.to_svg(family))


def _labels(drawn: gpd.GeoDataFrame, column: str, family: GeometryFamily) -> list[dict[str, Any]]:
    """Place the text of a column inside each polygon that has it."""
    if family != "polygon" or column not in drawn.columns or not len(drawn):
        return []
    inside = to_web_crs(drawn.set_geometry(drawn.geometry.representative_point())).geometry
    return [
        {"text": plain_text(text), "at": [round(p.y, DECIMALS), round(p.x, DECIMALS)]}
        for text, p in zip(drawn[column], inside, strict=True)
        if pd.notna(text)
    ]
