"""What a map draws: one packed layer a result, one a kind of places it found, one of context."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.template import Template
from numpy.typing import NDArray

from tieling_geo.crs import to_web_crs
from tieling_geo.plan.words import to_words
from tieling_geo.records import Analysis, Category, Result, Role, ShapeCard, Verdict
from tieling_geo.render.chips import look
from tieling_geo.render.columns import column_of, facets_of, names_of, reasons_of
from tieling_geo.render.offline import Verbatim, page_file, page_of
from tieling_geo.render.packed import DECIMALS, Ints, Packer, data_blocks, pack_column, pack_shapes
from tieling_geo.render.panel import LegendRow, words_block
from tieling_geo.render.popup import (
    field_title,
    plain_text,
    plain_texts,
    popup_columns,
    safe_text,
    verdict_marks,
)
from tieling_geo.render.simplified import simplified
from tieling_geo.render.theme import ROLES, Symbol, context_style, layer_title, symbol_of
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

#: The scripts that a packed layer needs beside Leaflet, in the order they run.
LAYER_SCRIPTS = ("packed.js", "group.js", "stage.js", "layer.js", "says.js")
#: Gives each category its symbol for a geometry.
Palette = Callable[[Sequence[Category], GeometryFamily], dict[str, Symbol]]
LAYER_STYLES = ("chips.css", "layer.css")
_FAMILIES: Mapping[int, GeometryFamily] = {0: "point", 1: "line", 2: "polygon"}


@dataclass(frozen=True, slots=True)
class Row:
    """One category of a drawing, as the legend has it."""

    title: str
    svg: str
    """A picture of our own, without a user's words."""
    count: int
    """Number of features drawn."""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one layer of a map is, for the page's script and for the legend."""

    language: Language
    draw: Literal["result", "context"]
    """`result`: features that say what they are; `context`: what lies behind them."""
    title: str
    spec: Mapping[str, Any]
    """All that the script needs beside the bytes."""
    packer: Packer
    family: GeometryFamily
    rows: tuple[Row, ...]
    quiet: tuple[int, ...] = field(default=())
    """Positions of categories that are out of scope."""

    @property
    def count(self) -> int:
        """Number of features drawn."""
        return sum(row.count for row in self.rows)


class PackedLayer(folium.map.Layer):
    """
    A layer of features, packed into the page and drawn on a canvas; for any Folium map.

    `tieling_geo.packed_layer` makes one of any features. A hundred thousand points take about
    2 MB and are drawn at once. On a map that is not ours it brings its scripts along.

    Parameters
    ----------
    drawing
        What it draws.
    number
        Position on the map; it names the layer.
    show
        Whether it is drawn when the map opens.
    off
        Positions of categories that are not drawn when the map opens.
    state
        Position of the state of the map that it belongs to; None: to all.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = tielingGeo.layer({{ this.get_name()|tojson }});
        {% endmacro %}
    """)

    def __init__(
        self,
        drawing: Drawing,
        number: int,
        *,
        show: bool = True,
        off: Sequence[int] = (),
        state: int | None = None,
    ) -> None:
        super().__init__(name=safe_text(drawing.title), overlay=True, show=show)
        self._name = "PackedLayer"
        self._id = f"{number:03d}"
        self.drawing = drawing
        self.off = tuple(off)
        self.state = state

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Put the scripts, the data and the call that draws it into the page."""
        page = page_of(self)
        if not getattr(page, "has_scripts", False):
            for name in LAYER_SCRIPTS:
                script = Verbatim(f"<script>{page_file(name)}</script>")
                page.header.add_child(script, name=f"tieling_{name}")
            style = Verbatim("<style>{}</style>".format("\n".join(map(page_file, LAYER_STYLES))))
            page.header.add_child(style, name="tieling_style")
        page.html.add_child(words_block(self.drawing.language), name="tieling_words")
        spec = {**self.drawing.spec, "off": list(self.off)}
        if self.state is not None:
            spec["state"] = self.state
        block = Verbatim(data_blocks(self.get_name(), spec, self.drawing.packer))
        page.html.add_child(block, name=f"{self.get_name()}_data")
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""

    def legend_rows(self) -> list[LegendRow]:
        """Return its lines in the legend, one a category."""
        return [
            LegendRow(
                layer=self.get_name(),
                category=k,
                title=row.title,
                svg=row.svg,
                count=row.count,
                is_shown=self.show and k not in self.off,
                role=f"role-{row.role}" if row.role else "",
            )
            for k, row in enumerate(self.drawing.rows)
        ]


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


def categories_of(result: Result, card: Analysis, language: Language) -> list[Category]:
    """
    Return the categories of a result in the order of its card, then those the card does not know.

    A value that the card does not know is drawn as unknown, under its own word.
    """
    values = category_values(result)
    known = {c.value for c in card.categories}
    missing = Text("未分类", "not classified").to(language)
    strange = sorted(set(values.unique()) - known)
    return [
        *card.categories,
        *(Category(v, Text(v or missing, v or missing), "unknown") for v in strange),
    ]


def category_values(result: Result) -> pd.Series:
    """Return the category of each feature as a plain word, empty where it is missing."""
    column = result.features[result.category]
    codes, unique = pd.factorize(column.astype("object"), use_na_sentinel=True)
    words = np.array([*map(plain_text, unique), ""], dtype=object)
    return pd.Series(words[codes], index=column.index)


def symbols_of(
    categories: Sequence[Category], family: GeometryFamily, letter: str = ""
) -> dict[str, Symbol]:
    """Give each category its symbol: those of one role differ in their fill."""
    used = dict.fromkeys(ROLES, 0)
    symbols = {}
    for category in categories:
        variant = used[category.role]
        symbols[category.value] = symbol_of(category.role, variant, family=family, letter=letter)
        used[category.role] += 1
    return symbols


def result_drawing(
    result: Result,
    card: Analysis,
    verdicts: Sequence[Verdict],
    language: Language,
    *,
    bureaus: Mapping[str, Sequence[str]] | None = None,
    letter: str = "",
) -> Drawing:
    """
    Describe how a result is drawn, with a row for each category, empty ones too.

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
    bureaus
        Section of the plan -> the bureaus that it names.
    letter
        What its markers carry where a map shows several analyses; see `theme.letters_of`.

    Returns
    -------
    drawing
        Each feature that has a geometry stands in it exactly once, in the result's order.
    """
    drawable = is_drawable(result.features)
    drawn = result.features[drawable]
    family = family_of(result.features)
    categories = categories_of(result, card, language)
    position = {c.value: k for k, c in enumerate(categories)}
    placed = category_values(result)[drawable].map(position)
    codes: Ints = np.asarray(placed, dtype=np.int64)
    packer = Packer()
    columns = _columns(packer, drawn, card, language)
    spec = {
        "analysis": result.analysis,
        "heading": plain_text(card.title.to(language)),
        **common_spec(packer, drawn, family),
        "columns": columns,
        "fields": [c.name for c in popup_columns(card, result.features)],
        "facets": {k: v for k, v in facets_of(drawn).items() if v in columns},
        "names": pack_column(packer, names_of(drawn)),
        "reasons": pack_column(packer, reasons_of(drawn, result, language)),
        "category": packer.whole_numbers(codes, steps=False),
        "verdicts": _verdicts(packer, drawn, verdicts, bureaus or {}, language),
    }
    counts = np.bincount(codes, minlength=len(categories))
    palette = partial(symbols_of, letter=letter)
    return with_categories(spec, packer, categories, counts, family, language, palette)


def with_categories(
    spec: dict[str, Any],
    packer: Packer,
    categories: Sequence[Category],
    counts: NDArray[np.int64],
    family: GeometryFamily,
    language: Language,
    palette: Palette | None = None,
) -> Drawing:
    """Add the categories with their symbols, and draw up the legend's rows."""
    palette = palette or symbols_of
    symbols = palette(categories, family)
    # An area that is too small to be seen is drawn as a marker.
    pins = palette(categories, "point") if family == "polygon" else {}
    titles = [plain_text(c.title.to(language)) for c in categories]
    spec["categories"] = [
        {
            "value": c.value,
            "title": title,
            "role": c.role,
            "symbol": symbols[c.value].to_spec(),
            "pin": pins[c.value].to_spec() if pins else None,
        }
        for c, title in zip(categories, titles, strict=True)
    ]
    rows = tuple(
        Row(title, symbols[c.value].to_svg(family, pin=pins.get(c.value)), int(n), c.role)
        for c, title, n in zip(categories, titles, counts, strict=True)
    )
    quiet = tuple(k for k, c in enumerate(categories) if c.role == "neutral")
    return Drawing(language, "result", spec["heading"], spec, packer, family, rows, quiet)


def common_spec(packer: Packer, drawn: gpd.GeoDataFrame, family: GeometryFamily) -> dict[str, Any]:
    """Pack what every layer has: ids and geometry, simplified for display where it is large."""
    shapes = shapely.force_2d(to_web_crs(drawn).geometry.to_numpy())
    display, simplified_m = simplified(shapes, family)
    return {
        "count": len(drawn),
        "family": family,
        "ids": pack_column(packer, pd.Series(plain_texts(drawn.index.tolist()), dtype=object)),
        "geometry": pack_shapes(packer, display),
        "simplified_m": simplified_m,
    }


def _columns(
    packer: Packer, drawn: gpd.GeoDataFrame, card: Analysis, language: Language
) -> dict[str, Any]:
    """Pack the columns that popups, table and filters show."""
    columns = {}
    known = {c.name: c.values for c in card.inputs[0].columns()}  # noqa: PD011 - no frame
    for column in popup_columns(card, drawn):
        words = {**known.get(column.name, {}), **column.words}
        shown = column_of(drawn[column.name], words, language)
        unit = UNITS[column.unit].to(language) if column.unit else ""
        columns[column.name] = {
            "title": field_title(column, language),
            "unit": unit,
            **pack_column(packer, shown),
        }
    for facet, name in facets_of(drawn).items():
        if name not in columns:
            shown = column_of(drawn[name], {}, language)
            columns[name] = {"title": "", "facet": facet, "unit": "", **pack_column(packer, shown)}
    return columns


def _verdicts(
    packer: Packer,
    drawn: gpd.GeoDataFrame,
    verdicts: Sequence[Verdict],
    bureaus: Mapping[str, Sequence[str]],
    language: Language,
) -> list[dict[str, Any]]:
    """Name the verdicts, and pack who speaks against each (1) or is unknown in it (2)."""
    marks = verdict_marks(verdicts)
    ids = pd.Index(drawn.index.astype(str))
    told = []
    for position, verdict in enumerate(verdicts):
        codes = np.zeros(len(ids), np.int64)
        for code, word in ((1, "against"), (2, "unknown")):
            marked = {key for key, mine in marks.items() if position in mine.get(word, ())}
            codes[ids.isin(marked)] = code
        told.append({
            **verdict_words(verdict, language),
            "bureaus": [plain_text(b) for b in bureaus.get(verdict.clause.section, ())],
            "marks": packer.whole_numbers(codes, steps=False),
        })
    return told


def verdict_words(verdict: Verdict, language: Language) -> dict[str, str]:
    """Say a verdict as popups do: clause, state, value and target."""
    clause = verdict.clause
    unit = UNITS[clause.unit].to(language) if clause.unit else ""
    value = "" if verdict.value is None else to_words(verdict.value, near=clause.target)
    margin = "" if verdict.margin is None else to_words(verdict.margin)
    return {
        "clause": plain_text(clause.clause_id),
        "state": verdict.label.to(language),
        "word": look(verdict),
        "value": f"{value} {unit}".strip(),
        "margin": f"{margin} {unit}".strip() if margin else "",
    }


def shape_drawings(
    result: Result,
    card: Analysis,
    verdicts: Sequence[Verdict],
    language: Language,
    *,
    letter: str = "",
) -> list[Drawing]:
    """
    Describe how the places are drawn that an analysis found and no layer has, one layer a kind.

    Parameters
    ----------
    result, card, verdicts, language, letter
        See `result_drawing`.
    """
    return [
        _shape_drawing(result, card, shape, verdicts, language, letter) for shape in card.shapes
    ]


def _shape_drawing(
    result: Result,
    card: Analysis,
    shape: ShapeCard,
    verdicts: Sequence[Verdict],
    language: Language,
    letter: str,
) -> Drawing:
    """Describe how the places of one kind are drawn."""
    places = result.shapes[shape.name]
    drawn = places[is_drawable(places)]
    packer = Packer()
    columns = {
        c.name: {
            "title": field_title(c, language),
            "unit": UNITS[c.unit].to(language) if c.unit else "",
            **pack_column(packer, column_of(drawn[c.name], c.words, language)),
        }
        for c in shape.columns
    }
    spec = {
        "analysis": result.analysis,
        "heading": plain_text(card.title.to(language)),
        **common_spec(packer, drawn, shape.family),
        "columns": columns,
        "fields": list(columns),
        "facets": {k: v for k, v in facets_of(drawn).items() if v in columns},
        "names": None,
        "reasons": None,
        "category": packer.whole_numbers(np.zeros(len(drawn), np.int64), steps=False),
        "verdicts": [
            {**verdict_words(v, language), "bureaus": [], "marks": None} for v in verdicts
        ],
    }
    category = Category(shape.name, shape.title, shape.role)
    palette = partial(symbols_of, letter=letter)
    return with_categories(
        spec, packer, [category], np.array([len(drawn)]), shape.family, language, palette
    )


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
    packer = Packer()
    spec = {
        **common_spec(packer, drawn, family),
        "interactive": family == "point",
        "title": title,
        "names": pack_column(packer, names_of(drawn)),
        "labels": _labels(drawn, style.label, family),
        "columns": {},
        "fields": [],
        "facets": {},
        "verdicts": [],
        "category": packer.whole_numbers(np.zeros(len(drawn), np.int64), steps=False),
        "categories": [
            {"value": name, "title": title, "role": "", "symbol": symbol.to_spec(), "pin": None}
        ],
    }
    row = Row(title, symbol.to_svg(family), len(drawn))
    return Drawing(language, "context", title, spec, packer, family, (row,))


def _labels(drawn: gpd.GeoDataFrame, column: str, family: GeometryFamily) -> list[dict[str, Any]]:
    """Place the text of a column inside each polygon that has it; the largest come first."""
    if family != "polygon" or column not in drawn.columns or not len(drawn):
        return []
    degrees = to_web_crs(drawn)
    inside = to_web_crs(drawn.set_geometry(drawn.geometry.representative_point())).geometry
    sizes = shapely.area(degrees.geometry.to_numpy())
    order = np.argsort(-sizes, kind="stable")
    return [
        {
            "text": plain_text(drawn[column].iloc[i]),
            "at": [round(inside.iloc[i].y, DECIMALS), round(inside.iloc[i].x, DECIMALS)],
        }
        for i in order
        if pd.notna(drawn[column].iloc[i])
    ]
