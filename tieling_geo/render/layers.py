"""What a map draws: one packed layer a result, one a kind of places it found, one of context."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.template import Template
from numpy.typing import NDArray

from tieling_geo.crs import to_web_crs
from tieling_geo.records import Analysis, Category, Result, Role
from tieling_geo.render.offline import LAYER_SCRIPTS, Verbatim, page_file, page_of
from tieling_geo.render.packed import Packer, data_blocks, pack_column, pack_shapes
from tieling_geo.render.panel import LegendRow, words_block
from tieling_geo.render.popup import (
    plain_text,
    plain_texts,
    safe_text,
)
from tieling_geo.render.simplified import simplified
from tieling_geo.render.theme import ROLES, Symbol, symbol_of
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language, Text

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
    return Drawing(language, spec["heading"], spec, packer, family, rows, quiet)


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
