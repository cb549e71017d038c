"""A published map as a picture for paper: the colours, shapes, counts and legend of the web map."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import WEB_CRS, WORKING_CRS, to_working_crs
from tieling_geo.records import Assessment, PublishedMap, Result
from tieling_geo.render.context_theme import context_style, layer_title
from tieling_geo.render.fonts import Lettering, lettering
from tieling_geo.render.glance import map_day, map_sources, verdicts_of
from tieling_geo.render.layers import (
    categories_of,
    category_values,
    family_of,
    is_drawable,
    symbols_of,
)
from tieling_geo.render.popup import plain_text, verdicts_on
from tieling_geo.render.static_chips import count_chips, verdict_chip
from tieling_geo.render.static_frame import Credits, draw_picture
from tieling_geo.render.static_labels import Label
from tieling_geo.render.static_legend import LegendBlock, LegendEntry
from tieling_geo.render.static_names import names_on
from tieling_geo.render.static_paper import plain_style
from tieling_geo.render.static_shapes import Shapes
from tieling_geo.render.theme import ROLES, Symbol, letters_of, symbol_of
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language, Text

#: What the legend says of what is not drawn.
WORDS = {
    "context": Text("背景图层", "Background"),
    "missing": Text("缺数据", "no data"),
    "empty": Text("没有要素", "no feature"),
    "undrawn": Text("另有 {n} 个要素没有位置，未绘出", "{n} more have no position: not drawn"),
    "hidden": Text(
        "与前一主题为同一图层，未重复绘出", "same features as an earlier theme: not drawn again"
    ),
    "left_out": Text(
        "灰字类别未绘出：主题多，不在范围者从略",
        "What is grey here is not drawn: out of scope",
    ),
    "clauses": Text("{day} · 相关条文 {n} 条", "{day} · {n} clauses"),
    "crs": Text(
        "CGCS2000 高斯-克吕格投影，中央经线 123°E（{code}）；图廓注记为经纬度",
        "CGCS2000, Gauss-Krueger, central meridian 123°E ({code}); degrees along the edges",
    ),
}
_UPWARDS: tuple[GeometryFamily, ...] = ("polygon", "line", "point")
# With more themes than this on one map, what is out of their scope is not drawn.
_MOST_THEMES = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """What is drawn of one category, or of one layer of context."""

    shapes: Shapes
    symbol: Symbol
    pin: Symbol | None
    height: tuple[int, int, int]
    """Lower ones are drawn first."""
    labels: tuple[Label, ...] = ()


def draw_static(
    assessment: Assessment,
    published: PublishedMap,
    language: Language = "zh",
    *,
    width_px: int = 1600,
) -> bytes:
    """
    Draw a published map of an assessment as a picture.

    Parameters
    ----------
    assessment
        Layers, results and verdicts.
    published
        What the map draws; what is not there is named in the legend, or left out of the context.
    language
        Language of everything around the data; English where no Chinese font is installed.
    width_px
        Width of the picture in pixels.

    Returns
    -------
    png
        The same bytes each time, on one machine.

    Raises
    ------
    CRSError
        If a result or a layer of context states no CRS.

    Examples
    --------
    See `tests/render/test_static_map.py`.
    """
    letters = lettering(language)
    told = letters.language
    results = [assessment.results[n] for n in published.analyses if n in assessment.results]
    printed: list[Printed] = []
    blocks = _results(assessment, results, printed, told)
    blocks += [
        LegendBlock(_title(name, told), notes=(WORDS["missing"].to(told),))
        for name in published.analyses
        if name not in assessment.results
    ]
    blocks += _context(assessment, published, printed, letters)
    if _is_crowded(results):
        blocks.append(LegendBlock("", notes=(WORDS["left_out"].to(told),)))
    with plain_style():
        printed.sort(key=lambda one: one.height)
        return draw_picture(
            printed,
            blocks,
            bounds=_bounds(assessment, published, results),
            credits=_credits(assessment, published, told),
            letters=letters,
            theme=published.theme,
            width_px=width_px,
        )


def _title(name: str, language: Language) -> str:
    """Name an analysis."""
    return ANALYSES[name].title.to(language) if name in ANALYSES else plain_text(name)


def _results(
    assessment: Assessment, results: Sequence[Result], printed: list[Printed], language: Language
) -> list[LegendBlock]:
    """Add what is drawn of the results, and return their part of the legend."""
    hidden, crowded = _hidden(results), _is_crowded(results)
    letters = letters_of([result.analysis for result in results])
    blocks = []
    for result in results:
        theme = _Theme(result, letters[result.analysis], result.analysis in hidden, crowded)
        blocks.append(
            LegendBlock(
                _title(result.analysis, language),
                entries=_entries(theme, printed, language),
                verdicts=tuple(
                    verdict_chip(verdict, language)
                    for verdict in verdicts_on(result.analysis, assessment.verdicts)
                ),
                notes=_notes(theme, language),
                letter=theme.letter,
            )
        )
    return blocks


def _is_crowded(results: Sequence[Result]) -> bool:
    """Tell whether so many themes are drawn that what is out of their scope is left out."""
    return len(results) - len(_hidden(results)) > _MOST_THEMES


@dataclass(frozen=True, slots=True)
class _Theme:
    """A result on a map."""

    result: Result
    letter: str
    is_hidden: bool
    """An earlier result shows the same features."""
    is_crowded: bool
    """What is out of scope is not drawn."""


def _hidden(results: Sequence[Result]) -> set[str]:
    """Find results whose features an earlier one shows: one symbol would hide another."""
    seen: set[str] = set()
    hidden = set()
    for result in results:
        layer = ANALYSES[result.analysis].inputs[0].layer_name()
        if layer in seen:
            hidden.add(result.analysis)
        seen.add(layer)
    return hidden


def _entries(theme: _Theme, printed: list[Printed], language: Language) -> tuple[LegendEntry, ...]:
    """Add what is drawn of a result by category; return its legend."""
    result = theme.result
    drawn = to_working_crs(result.features[is_drawable(result.features)], name=result.analysis)
    values = category_values(result)[is_drawable(result.features)].to_numpy()
    family = family_of(result.features)
    categories = categories_of(result, ANALYSES[result.analysis], language)
    symbols = symbols_of(categories, family, theme.letter)
    pins = symbols_of(categories, "point", theme.letter) if family == "polygon" else {}
    entries = []
    for category in categories:
        shapes = drawn.geometry.to_numpy()[values == category.value]
        symbol, pin = symbols[category.value], pins.get(category.value)
        is_shown = not (theme.is_hidden or (theme.is_crowded and category.role == "neutral"))
        if is_shown:
            height = (1, _UPWARDS.index(family), ROLES.index(category.role))
            printed.append(Printed(shapes, symbol, pin, height))
        title = category.title.to(language)
        entries.append(LegendEntry(title, symbol, family, len(shapes), is_shown, pin))
    return (*entries, *_made_shapes(theme, printed, language))


def _made_shapes(theme: _Theme, printed: list[Printed], language: Language) -> list[LegendEntry]:
    """Add the places that an analysis found and no layer has; return their legend."""
    entries = []
    for shape in ANALYSES[theme.result.analysis].shapes:
        places = theme.result.shapes[shape.name]
        drawn = to_working_crs(places[is_drawable(places)], name=theme.result.analysis)
        symbol = symbol_of(shape.role, 0, family=shape.family, letter=theme.letter)
        is_area = shape.family == "polygon"
        pin = symbol_of(shape.role, 0, letter=theme.letter) if is_area else None
        is_shown = not (theme.is_hidden or (theme.is_crowded and shape.role == "neutral"))
        if is_shown:
            height = (1, _UPWARDS.index(shape.family), ROLES.index(shape.role))
            printed.append(Printed(drawn.geometry.to_numpy(), symbol, pin, height))
        title = shape.title.to(language)
        entries.append(LegendEntry(title, symbol, shape.family, len(drawn), is_shown, pin))
    return entries


def _notes(theme: _Theme, language: Language) -> tuple[str, ...]:
    """Say what a reader of the legend must know of a result."""
    features = theme.result.features
    undrawn = int((~is_drawable(features)).sum())
    told = {"empty": not len(features), "undrawn": undrawn > 0, "hidden": theme.is_hidden}
    return tuple(
        WORDS[word].filled(n=undrawn).to(language) for word, holds in told.items() if holds
    )


def _context(
    assessment: Assessment, published: PublishedMap, printed: list[Printed], letters: Lettering
) -> list[LegendBlock]:
    """Add the layers of context, areas first, and return their part of the legend."""
    entries = []
    for name in (n for n in published.context if n in assessment.layers):
        features = assessment.layers[name].features
        drawn = to_working_crs(features[is_drawable(features)], name=name)
        family = family_of(features)
        style = context_style(name, family)
        symbol = style.to_symbol()
        if family == "polygon" and not style.fill:
            symbol = Symbol(symbol.colour, "none", "square", 0, symbol.weight_px, symbol.dash, 0.0)
        printed.append(
            Printed(
                drawn.geometry.to_numpy(),
                symbol,
                None,
                (0, _UPWARDS.index(family), len(printed)),
                names_on(name, drawn, family, symbol, letters),
            )
        )
        title = layer_title(name).to(letters.language)
        entries.append(LegendEntry(title, symbol, family, len(drawn), is_shown=True))
    if not entries:
        return []
    return [LegendBlock(WORDS["context"].to(letters.language), entries=tuple(entries))]


def _bounds(
    assessment: Assessment, published: PublishedMap, results: Sequence[Result]
) -> tuple[float, float, float, float] | None:
    """Return what is shown: the map's extent, else all that is drawn; metres."""
    if published.extent is not None:
        box = shapely.segmentize(shapely.box(*published.extent), 0.05)
        return _total([gpd.GeoDataFrame(geometry=[box], crs=WEB_CRS)])
    context = [assessment.layers[n].features for n in published.context if n in assessment.layers]
    return _total([*context, *(result.features for result in results)])


def _total(frames: Sequence[gpd.GeoDataFrame]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of all that can be drawn, metres; None where nothing can."""
    boxes = [
        to_working_crs(frame[is_drawable(frame)], name="map").total_bounds
        for frame in frames
        if is_drawable(frame).any()
    ]
    if not boxes:
        return None
    stacked = np.vstack(boxes)
    west, south = stacked[:, :2].min(axis=0)
    east, north = stacked[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _credits(assessment: Assessment, published: PublishedMap, language: Language) -> Credits:
    """Say what stands around the map."""
    verdicts, day = verdicts_of(assessment, published), map_day(assessment).to(language)
    return Credits(
        title=published.title.to(language),
        subtitle=WORDS["clauses"].filled(day=day, n=len(verdicts)).to(language),
        is_sample=assessment.is_sample,
        sources=map_sources(assessment, published, language, cards=ANALYSES),
        map_approval_no=assessment.map_approval_no,
        crs=WORDS["crs"].filled(code=WORKING_CRS).to(language),
        verdicts=count_chips(verdicts, language),
    )
