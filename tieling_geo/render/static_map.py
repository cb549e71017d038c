"""A published map as a picture for paper: the colours, shapes, counts and legend of the web map."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import WEB_CRS, WORKING_CRS, to_working_crs
from tieling_geo.records import Analysis, Assessment, PublishedMap, Result
from tieling_geo.render.fonts import Lettering, lettering
from tieling_geo.render.layers import (
    categories_of,
    category_values,
    family_of,
    is_drawable,
    symbols_of,
)
from tieling_geo.render.popup import plain_text, verdicts_on
from tieling_geo.render.static_frame import Credits, draw_picture
from tieling_geo.render.static_legend import LegendBlock, LegendEntry
from tieling_geo.render.static_paper import plain_style
from tieling_geo.render.static_shapes import Shapes
from tieling_geo.render.theme import ROLES, Symbol, context_style, layer_title, symbol_of
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
    "left_out": Text("主题较多，不在范围的要素未绘出", "what is out of scope is not drawn"),
    "as_of": Text("{title} · 评估截至 {day}", "{title} · as of {day}"),
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
    labels: tuple[tuple[str, float, float], ...] = ()
    """Text, east, north."""


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
    named = [name for name in published.analyses if name in assessment.results]
    results = [assessment.results[name] for name in named]
    printed: list[Printed] = []
    blocks = _results(assessment, results, printed, told)
    blocks += [
        LegendBlock(_title(name, told), notes=(WORDS["missing"].to(told),))
        for name in published.analyses
        if name not in assessment.results
    ]
    blocks += _context(assessment, published, printed, letters)
    with plain_style():
        printed.sort(key=lambda one: one.height)
        return draw_picture(
            printed,
            blocks,
            bounds=_bounds(assessment, published, results),
            credits=_credits(assessment, published, named, told),
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
    hidden = _hidden(results)
    crowded = len(results) - len(hidden) > _MOST_THEMES
    blocks = []
    for result in results:
        is_hidden = result.analysis in hidden
        entries, left_out = _categories(
            result, printed, language, is_hidden=is_hidden, crowded=crowded
        )
        blocks.append(
            LegendBlock(
                _title(result.analysis, language),
                entries=entries,
                verdicts=tuple(
                    f"{v.clause.clause_id} {v.label.to(language)}"
                    for v in verdicts_on(result.analysis, assessment.verdicts)
                ),
                notes=_notes(result, language, is_hidden=is_hidden, left_out=left_out),
            )
        )
    return blocks


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


def _categories(
    result: Result,
    printed: list[Printed],
    language: Language,
    *,
    is_hidden: bool,
    crowded: bool,
) -> tuple[tuple[LegendEntry, ...], bool]:
    """Add what is drawn of a result by category; return its legend, and if any was left out."""
    card: Analysis = ANALYSES[result.analysis]
    drawn = to_working_crs(result.features[is_drawable(result.features)], name=result.analysis)
    values = category_values(result)[is_drawable(result.features)].to_numpy()
    family = family_of(result.features)
    categories = categories_of(result, card, language)
    symbols = symbols_of(categories, family)
    pins = symbols_of(categories, "point") if family == "polygon" else {}
    entries, left_out = [], False
    for category in categories:
        shapes = drawn.geometry.to_numpy()[values == category.value]
        symbol, pin = symbols[category.value], pins.get(category.value)
        quiet = crowded and category.role == "neutral"
        left_out = left_out or (quiet and len(shapes) > 0)
        is_shown = not (is_hidden or quiet)
        if is_shown:
            height = (1, _UPWARDS.index(family), ROLES.index(category.role))
            printed.append(Printed(shapes, symbol, pin, height))
        title = category.title.to(language)
        entries.append(LegendEntry(title, symbol, family, len(shapes), is_shown, pin))
    entries += _made_shapes(result, card, printed, language, is_hidden=is_hidden)
    return tuple(entries), left_out and not is_hidden


def _made_shapes(
    result: Result,
    card: Analysis,
    printed: list[Printed],
    language: Language,
    *,
    is_hidden: bool,
) -> list[LegendEntry]:
    """Add the places that an analysis found and no layer has; return their legend."""
    entries = []
    for shape in card.shapes:
        places = result.shapes[shape.name]
        drawn = to_working_crs(places[is_drawable(places)], name=result.analysis)
        symbol = symbol_of(shape.role, 0, family=shape.family)
        pin = symbol_of(shape.role, 0) if shape.family == "polygon" else None
        if not is_hidden:
            height = (1, _UPWARDS.index(shape.family), ROLES.index(shape.role))
            printed.append(Printed(drawn.geometry.to_numpy(), symbol, pin, height))
        title = shape.title.to(language)
        entries.append(
            LegendEntry(title, symbol, shape.family, len(drawn), is_shown=not is_hidden, pin=pin)
        )
    return entries


def _notes(
    result: Result, language: Language, *, is_hidden: bool, left_out: bool
) -> tuple[str, ...]:
    """Say what a reader of the legend must know of a result."""
    undrawn = int((~is_drawable(result.features)).sum())
    told = {
        "empty": not len(result.features),
        "undrawn": undrawn > 0,
        "hidden": is_hidden,
        "left_out": left_out,
    }
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
                _labels(drawn, style.label, letters) if family == "polygon" else (),
            )
        )
        title = layer_title(name).to(letters.language)
        entries.append(LegendEntry(title, symbol, family, len(drawn), is_shown=True))
    if not entries:
        return []
    return [LegendBlock(WORDS["context"].to(letters.language), entries=tuple(entries))]


def _labels(
    drawn: gpd.GeoDataFrame, column: str, letters: Lettering
) -> tuple[tuple[str, float, float], ...]:
    """Place the text of a column inside each polygon that has one that can be written."""
    if column not in drawn.columns:
        return ()
    inside = shapely.get_coordinates(shapely.point_on_surface(drawn.geometry.to_numpy()))
    names = drawn[column].astype("object").where(drawn[column].notna(), "")
    return tuple(
        (plain_text(name), float(east), float(north))
        for name, (east, north) in zip(names, inside, strict=True)
        if name and letters.can_write(str(name))
    )


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


def _credits(
    assessment: Assessment, published: PublishedMap, named: Sequence[str], language: Language
) -> Credits:
    """Say what stands around the map."""
    inputs = [
        schema.layer_name()
        for name in named
        for schema in (*ANALYSES[name].inputs, *ANALYSES[name].optional)
    ]
    day = assessment.as_of.isoformat()
    subtitle = Text(
        WORDS["as_of"].zh.format(title=assessment.title.zh, day=day),
        WORDS["as_of"].en.format(title=assessment.title.en, day=day),
    )
    return Credits(
        title=published.title.to(language),
        subtitle=subtitle.to(language),
        is_sample=assessment.is_sample,
        sources=_sources(assessment, [*published.context, *inputs], language),
        map_approval_no=assessment.map_approval_no,
        crs=WORKING_CRS,
    )


def _sources(assessment: Assessment, names: Sequence[str], language: Language) -> tuple[str, ...]:
    """Name the publisher, licence and day of every layer on the map, each publisher once."""
    sources: dict[tuple[str, str, str], list[str]] = {}
    for name in dict.fromkeys(names):
        if name in assessment.layers:
            card = assessment.layers[name].card
            key = (card.publisher, card.licence, card.reference_date)
            sources.setdefault(key, []).append(layer_title(name).to(language))
    comma = "、" if language == "zh" else ", "
    return tuple(
        f"{comma.join(titles)}: " + comma.join(word for word in key if word)
        for key, titles in sources.items()
    )
