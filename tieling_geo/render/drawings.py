"""How results, the places they found and layers of context are drawn: each one packed layer."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import to_web_crs
from tieling_geo.plan.words import to_words
from tieling_geo.records import Analysis, Category, Result, ShapeCard, Verdict
from tieling_geo.render.chips import look
from tieling_geo.render.columns import column_of, facets_of, names_of, reasons_of
from tieling_geo.render.context_theme import context_style, layer_title
from tieling_geo.render.layers import (
    Drawing,
    Row,
    categories_of,
    category_values,
    common_spec,
    family_of,
    is_drawable,
    symbols_of,
    with_categories,
)
from tieling_geo.render.packed import DECIMALS, Ints, Packer, pack_column
from tieling_geo.render.popup import (
    field_title,
    plain_text,
    popup_columns,
    verdict_marks,
)
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language
from tieling_geo.units import UNITS


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


def _columns(
    packer: Packer, drawn: gpd.GeoDataFrame, card: Analysis, language: Language
) -> dict[str, Any]:
    """Pack the columns that popups, table and filters show."""
    columns = {}
    known = {c.name: c.values for c in card.inputs[0].columns()}  # noqa: PD011 - no frame
    for column in popup_columns(card, drawn):
        words = {**known.get(column.name, {}), **column.words}
        shown = column_of(drawn[column.name], words, language)
        columns[column.name] = {
            "title": plain_text(field_title(column, language)),
            "unit": column.unit,
            **pack_column(packer, shown),
        }
    for facet, name in facets_of(drawn).items():
        if name not in columns:
            shown = column_of(drawn[name], {}, language)
            columns[name] = {"title": "", "facet": facet, **pack_column(packer, shown)}
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
            "title": plain_text(field_title(c, language)),
            "unit": c.unit,
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
    return Drawing(language, title, spec, packer, family, (row,))


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
