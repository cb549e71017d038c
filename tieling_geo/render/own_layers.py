"""Layers of a user's own on any Folium map: any features, packed, with filters and popups."""

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.crs import check_crs, to_web_crs
from tieling_geo.errors import UnknownNameError
from tieling_geo.records import Category, Layer, ResultColumn, Role
from tieling_geo.render.columns import column_of, facets_of, names_of
from tieling_geo.render.context_theme import layer_title
from tieling_geo.render.layers import (
    Drawing,
    PackedLayer,
    common_spec,
    family_of,
    is_drawable,
    symbols_of,
    with_categories,
)
from tieling_geo.render.packed import Ints, Packer, pack_column
from tieling_geo.render.panel import LegendGroup
from tieling_geo.render.popup import field_title, plain_text, plain_texts, safe_json, safe_text
from tieling_geo.render.theme import MOST_PLAIN, Symbol, plain_symbol
from tieling_geo.schemas import LAYERS
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

_NO_ROLES: Mapping[str, Role] = MappingProxyType({})
_OTHERS = Text("其他", "others")
_UNCLASSED = Text("未分类", "not classified")


class OwnLayer(PackedLayer):
    """
    A packed layer of any features; `packed_layer` makes it.

    In Folium's own `LayerControl` its entry carries the legend; on a map of `web_map` it stands in
    the legend, the search and the filters as the results do.
    """

    def __init__(self, drawing: Drawing, *, show: bool = True) -> None:
        super().__init__(drawing, _number_of(drawing), show=show)
        rows = [f"<br>{row.svg}{safe_text(row.title)} ({row.count})" for row in drawing.rows]
        if [row.title for row in drawing.rows] == [drawing.title]:
            rows = [f" {drawing.rows[0].svg}"]
        self.layer_name = safe_text(drawing.title) + "".join(rows)

    def legend_group(self) -> LegendGroup:
        """Return its part of the legend of a map."""
        return LegendGroup(self.drawing.title, tuple(self.legend_rows()))

    def _get_self_bounds(self) -> list[list[float | None]]:
        """Return south-west and north-east in degrees, for Folium's `get_bounds`."""
        return [list(corner) for corner in self.drawing.spec["corners"]]


def packed_layer(  # noqa: PLR0913 - each is one thing that a layer says
    features: gpd.GeoDataFrame,
    *,
    name: Text | str,
    category: str = "",
    roles: Mapping[str, Role] = _NO_ROLES,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    language: Language = "zh",
    show: bool = True,
    is_sample: bool = False,
) -> OwnLayer:
    """
    Pack features into a layer that any Folium map takes, as points, lines or areas.

    A hundred thousand points with their columns are some 2 MB in the page and are drawn at once.
    Words in the features are never read as markup.

    Parameters
    ----------
    features
        n features in a CRS that states itself; those without a geometry are left out. The index
        names them; a column `name` is their title.
    name
        What the layer is called.
    category
        Column that colours them; empty: all alike. Of more than 12 values the rarest are put
        together as others.
    roles
        Value of the category -> what it stands for (`good`, `bad`, `warning`, `unknown`,
        `neutral`): it then has the symbol of all our maps; a value that is not named is `unknown`.
        None given: values have symbols of their own.
    columns
        Columns that a popup shows beside name and category, or column -> title. None: all others.
    language
        Language of the words around the data.
    show
        Whether it is drawn when the map opens.
    is_sample
        True: the layer's name says 示例数据 SAMPLE.

    Returns
    -------
    layer
        For `folium_map.add_child(...)`; nothing is written to disk.

    Raises
    ------
    CRSError
        If the features state no CRS.
    UnknownNameError
        If there is no such column.

    Examples
    --------
    >>> import folium
    >>> from shapely import Point
    >>> wells = gpd.GeoDataFrame(
    ...     {"name": ["甲", "乙"], "depth_m": [30.0, 45.5], "state": ["open", "shut"]},
    ...     geometry=[Point(123.8, 42.2), Point(123.9, 42.3)],
    ...     crs=4326,
    ... )
    >>> drawn = folium.Map(tiles=None)
    >>> layer = packed_layer(wells, name="Wells", category="state", columns=["depth_m"])
    >>> _ = drawn.add_child(layer).add_child(folium.LayerControl())
    >>> [(row.title, row.count) for row in layer.drawing.rows]
    [('open', 1), ('shut', 1)]
    """
    title = _title(name, is_sample=is_sample)
    check_crs(features, name=title.zh)
    asked = _asked_columns(features, columns, category)
    _check_columns(features, [*asked, *([category] if category else [])])
    shown = [ResultColumn(column, Text(told, told)) for column, told in asked.items()]
    drawn = features[is_drawable(features)]
    values = _words(drawn[category]) if category else [""] * len(drawn)
    listed = _categories(values, roles, title if not category else _UNCLASSED)
    return OwnLayer(
        _drawing(drawn, title, shown, listed, values, language, is_plain=not roles), show=show
    )


def layer_on_map(layer: Layer, language: Language = "zh") -> OwnLayer:
    """
    Pack the accepted features of a layer, with the titles, units and words of its schema.

    Parameters
    ----------
    layer
        A layer as read.
    language
        Language of the words.
    """
    known = LAYERS[layer.name].columns() if layer.name in LAYERS else ()
    shown = [
        ResultColumn(c.name, c.title, c.unit, c.values)
        for c in known
        if c.name in layer.features.columns
    ]
    drawn = layer.features[is_drawable(layer.features)]
    title = layer_title(layer.name)
    values = [""] * len(drawn)
    listed = _categories(values, _NO_ROLES, title)
    return OwnLayer(_drawing(drawn, title, shown, listed, values, language, is_plain=True))


def _title(name: Text | str, *, is_sample: bool) -> Text:
    """Return a layer's name in both languages, marked if what it holds is invented."""
    zh, en = (name, name) if isinstance(name, str) else name
    mark = "示例数据 SAMPLE" if is_sample else ""
    return Text(f"{zh}（{mark}）", f"{en} ({mark})") if mark else Text(zh, en)


def _asked_columns(
    features: gpd.GeoDataFrame,
    columns: Sequence[str] | Mapping[str, str] | None,
    category: str,
) -> dict[str, str]:
    """Give the columns that are shown, each with its title."""
    if isinstance(columns, Mapping):
        return dict(columns)
    if columns is None:
        kinds = features.dtypes
        said = {"name", category}  # a popup says these anyway
        columns = [c for c in features.columns if str(kinds[c]) != "geometry" and c not in said]
    return {column: str(column) for column in columns}


def _check_columns(features: gpd.GeoDataFrame, columns: Sequence[str]) -> None:
    """
    Refuse a column that is not there.

    Raises
    ------
    UnknownNameError
        If one is not.
    """
    missing = [column for column in columns if column not in features.columns]
    if missing:
        known = ", ".join(map(str, features.columns))
        raise UnknownNameError(
            Text(f"没有列 {missing};可用:{known}", f"no columns {missing}; known: {known}")
        )


def _words(values: pd.Series) -> list[str]:
    """Return the categories as plain words, empty where they are missing."""
    missing = values.isna().to_numpy()
    told = plain_texts(values.tolist())
    return ["" if gone else word for gone, word in zip(missing, told, strict=True)]


def _categories(values: Sequence[str], roles: Mapping[str, Role], empty: Text) -> list[Category]:
    """List the categories: those with a role in their order, then the most frequent ones."""
    counts = pd.Series(list(values), dtype=object).value_counts()
    frequent = sorted(counts.index, key=lambda word: (-counts[word], word))
    if len(frequent) > MOST_PLAIN and not roles:
        frequent = frequent[: MOST_PLAIN - 1]
    listed = [*(plain_text(word) for word in roles), *(w for w in frequent if w not in roles)]
    categories = [
        Category(word, Text(word, word) if word else empty, roles.get(word, "unknown"))
        for word in listed
    ]
    if set(values) - set(listed):
        categories.append(Category("", _OTHERS, "unknown"))
    return categories or [Category("", empty, "unknown")]


def _plain_symbols(categories: Sequence[Category], family: GeometryFamily) -> dict[str, Symbol]:
    """Give each category a symbol of its own."""
    return {c.value: plain_symbol(k, family=family) for k, c in enumerate(categories)}


def _drawing(
    drawn: gpd.GeoDataFrame,
    title: Text,
    columns: Sequence[ResultColumn],
    categories: Sequence[Category],
    values: Sequence[str],
    language: Language,
    *,
    is_plain: bool,
) -> Drawing:
    """Pack the features with their columns and categories."""
    family = family_of(drawn)
    position = {c.value: k for k, c in enumerate(categories)}
    last = len(categories) - 1
    codes: Ints = np.array([position.get(word, last) for word in values], dtype=np.int64)
    packer = Packer()
    packed = _packed_columns(packer, drawn, columns, language)
    spec = {
        "analysis": "",
        "heading": plain_text(title.to(language)),
        **common_spec(packer, drawn, family),
        "corners": _corners(drawn),
        "columns": packed,
        "fields": list(packed),
        "facets": {k: v for k, v in facets_of(drawn).items() if v in packed},
        "names": pack_column(packer, names_of(drawn)),
        "reasons": None,
        "category": packer.whole_numbers(codes, steps=False),
        "verdicts": [],
    }
    counts = np.bincount(codes, minlength=len(categories))
    palette = _plain_symbols if is_plain else symbols_of
    return with_categories(spec, packer, categories, counts, family, language, palette)


def _packed_columns(
    packer: Packer, drawn: gpd.GeoDataFrame, columns: Sequence[ResultColumn], language: Language
) -> dict[str, dict[str, Any]]:
    """Pack the columns that a popup shows."""
    return {
        plain_text(column.name): {
            "title": plain_text(field_title(column, language)),
            "unit": UNITS[column.unit].to(language) if column.unit else "",
            **pack_column(packer, _shown(drawn[column.name], column, language)),
        }
        for column in columns
    }


def _shown(values: pd.Series, column: ResultColumn, language: Language) -> pd.Series:
    """Return a column as a page shows it; lists and other values of many parts as text."""
    try:
        return column_of(values, column.words, language)
    except TypeError:  # such a value has no hash
        return column_of(values.map(str, na_action="ignore"), column.words, language)


def _corners(drawn: gpd.GeoDataFrame) -> list[list[float | None]]:
    """Return south-west and north-east in degrees, latitude first; nothing where nothing is."""
    if not len(drawn):
        return [[None, None], [None, None]]
    west, south, east, north = (round(float(x), 6) for x in to_web_crs(drawn).total_bounds)
    return [[south, west], [north, east]]


def _number_of(drawing: Drawing) -> int:
    """Name a drawing by what it holds: the same features give the same page."""
    content = safe_json(drawing.spec).encode() + b"".join(drawing.packer.pieces)
    return int(hashlib.sha256(content).hexdigest()[:12], 16)
