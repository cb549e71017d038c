"""
How a record shows itself in the output of a notebook's cell: a few tables and a small map.

Every value passes through `popup.safe_text` (`popup.TEMPLATES`); only symbols and maps of our own
are marked as markup.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import cast

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.words import SIGNS, to_exact_words, to_words
from tieling_geo.readers.card import DATUMS
from tieling_geo.records import Analysis, Assessment, Layer, Measure, Result, State, Verdict
from tieling_geo.render.context_theme import layer_title
from tieling_geo.render.layers import (
    categories_of,
    category_values,
    family_of,
    is_drawable,
    symbols_of,
)
from tieling_geo.render.notebook_cell import (
    CELL_WORDS,
    NO_MAP,
    CellTable,
    cell_word,
    fill_cell,
)
from tieling_geo.render.offline import OfflineMap, page_of
from tieling_geo.render.panel import WORDS
from tieling_geo.render.popup import code_text, value_text
from tieling_geo.render.web_map import web_map
from tieling_geo.schemas import LAYERS
from tieling_geo.schemas._base import ColumnCard
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

#: Height of the map in a cell's output.
MAP_HEIGHT_PX = 360
#: More features than this are not drawn in a cell's output, which the notebook's file keeps.
MOST_DRAWN = 50_000
# Rows and columns of a layer that are shown; rejected values likewise.
_MOST_ROWS = 5
_MOST_COLUMNS = 12
_MEASURE_HEADERS = ("measure", "value", "unit", "low", "high", "counted", "excluded")
_VERDICT_HEADERS = ("clause", "says", "state", "value", "target", "because")
_ACCOUNT = ("rows_in", "accepted", "rejected")


def to_cell_html(record: object, language: Language = "zh") -> str:
    """
    Return a record as HTML for a notebook.

    Parameters
    ----------
    record
        A result, a layer or an assessment.
    language
        Language of everything around the data.

    Returns
    -------
    html
        A fragment that stands anywhere: its style is its own, its map is a page in a frame.

    Examples
    --------
    >>> from tieling_geo.pipeline import read_layers
    >>> from tieling_geo.workspace import open_workspace
    >>> layers = read_layers(open_workspace(), ["parks"])
    >>> "SAMPLE" in to_cell_html(layers["parks"])
    True
    """
    if isinstance(record, Result):
        return _result_html(record, language)
    if isinstance(record, Layer):
        return _layer_html(record, language)
    return _assessment_html(cast("Assessment", record), language)


def to_cell_text(record: object, language: Language = "zh") -> str:
    """
    Return a record in a few lines of text.

    Parameters
    ----------
    record, language
        See `to_cell_html`.

    Examples
    --------
    >>> from tieling_geo.pipeline import read_layers
    >>> from tieling_geo.workspace import open_workspace
    >>> layers = read_layers(open_workspace(), ["parks"])
    >>> print(to_cell_text(layers["parks"], "en"))
    Layer parks (SAMPLE): rows in 9, accepted 9, rejected 0
    """
    mark = " (SAMPLE)" if getattr(record, "is_sample", False) else ""
    if isinstance(record, Result):
        head = f"Result {record.analysis}{mark}: {len(record.features)} "
        rows = _measure_rows(record, language)
        return "\n".join([head + cell_word("features", language), *map(_measure_line, rows)])
    if isinstance(record, Layer):
        mark = " (SAMPLE)" if record.card.is_sample else ""
        told = zip(_ACCOUNT, _account(record), strict=True)
        counts = ", ".join(f"{cell_word(key, language)} {n}" for key, n in told)
        return f"Layer {record.name}{mark}: {counts}"
    assessment = cast("Assessment", record)
    head = f"Assessment {assessment.title.to(language)}{mark}, {assessment.as_of.isoformat()}: "
    return head + _state_counts(assessment, language)


def _measure_line(row: Sequence[str]) -> str:
    """Say a row of the table of measures in one line."""
    title, value, unit, low, high, *_ = row
    between = f" [{low} – {high}]" if low != high else ""
    return f"  {title}: {value} {unit}{between}"


def _result_html(result: Result, language: Language) -> str:
    """Show a result: measures, categories, warnings, map."""
    card = ANALYSES.get(result.analysis)
    headers = [cell_word(key, language) for key in _MEASURE_HEADERS]
    tables = [CellTable(headers, _measure_rows(result, language), frozenset({1, 3, 4, 5, 6}))]
    warnings = [warning.to(language) for warning in result.warnings]
    if card is None:
        return fill_cell(
            Text(result.analysis, result.analysis),
            tables,
            language,
            warnings=[*warnings, cell_word("no_card", language)],
            is_sample=result.is_sample,
        )
    return fill_cell(
        card.title,
        [*tables, _category_table(result, card, language)],
        language,
        subtitle=card.question.to(language),
        warnings=[*warnings, *_map_notes(result.features, language)],
        is_sample=result.is_sample,
        drawn=_small_map(result.features, lambda: web_map(result, language=language)),
    )


def _measure_rows(result: Result, language: Language) -> list[list[str]]:
    """Say each measure: title, value, unit, bounds, how many were counted and were not."""
    card = ANALYSES.get(result.analysis)
    titles = {m.name: m.title.to(language) for m in card.measures} if card else {}
    return [
        [titles.get(name, name), *_measure_cells(measure, language)]
        for name, measure in result.measures.items()
    ]


def _measure_cells(measure: Measure, language: Language) -> list[str]:
    """Say a measure's value, unit, bounds and counts."""
    bounds = [quantity.value(measure.unit) for quantity in (measure.low, measure.high)]
    value, low, high = map(_number, (measure.value, *bounds))
    unit = UNITS[measure.unit].to(language)
    return [value, unit, low, high, str(measure.counted), str(measure.excluded)]


def _number(value: Fraction | None) -> str:
    """Print a number, or a dash where there is none."""
    return "—" if value is None else to_words(value)


def _category_table(result: Result, card: Analysis, language: Language) -> CellTable:
    """Count the features by category, each with its symbol."""
    categories = categories_of(result, card, language)
    family = family_of(result.features)
    symbols = symbols_of(categories, family)
    counts = category_values(result).value_counts()
    rows = [
        [
            Markup(symbols[c.value].to_svg(family)),  # noqa: S704 - a picture of our own
            c.title.to(language),
            int(counts.get(c.value, 0)),
        ]
        for c in categories
    ]
    headers = ["", cell_word("category", language), cell_word("features", language)]
    return CellTable(headers, rows, frozenset({2}))


def _layer_html(layer: Layer, language: Language) -> str:
    """Show a layer: account, card, rejected values, map or, without places, the first rows."""
    card = layer.card
    about = {
        "publisher": card.publisher,
        "licence": card.licence,
        "reference_date": card.reference_date,
        "datum": DATUMS[card.datum].to(language) if card.datum in DATUMS else card.datum,
        "source": layer.source,
    }
    headers = [cell_word(key, language) for key in (*_ACCOUNT, *about)]
    row = [*_account(layer), *about.values()]
    tables = [CellTable(headers, [row], frozenset(range(len(_ACCOUNT))))]
    if len(layer.rejected):
        tables.append(_rejected_table(layer, language))
    if len(layer.features) and not is_drawable(layer.features).any():
        tables.append(_first_rows(layer, language))
    return fill_cell(
        layer_title(layer.name),
        tables,
        language,
        subtitle=card.title,
        warnings=[note.to(language) for note in layer.notes] + _map_notes(layer.features, language),
        is_sample=card.is_sample,
        drawn=_small_map(layer.features, lambda: web_map(layer, language=language)),
    )


def _account(layer: Layer) -> tuple[int, int, int]:
    """Count a layer's rows: in, accepted, rejected."""
    return layer.rows_in, len(layer.features), layer.rows_rejected


def _rejected_table(layer: Layer, language: Language) -> CellTable:
    """List the first values that were rejected, and why."""
    first = layer.rejected.head(_MOST_ROWS)
    rows = [
        [value_text(one, language) for one in row]
        for row in zip(
            *(first[c].tolist() for c in ("row", "column", "value", f"reason_{language}")),
            strict=True,
        )
    ]
    caption = CELL_WORDS["reasons"].filled(n=len(rows), of=len(layer.rejected)).to(language)
    headers = [cell_word(key, language) for key in ("row", "column", "cell", "reason")]
    return CellTable(headers, rows, frozenset({0}), caption)


def _first_rows(layer: Layer, language: Language) -> CellTable:
    """List the first rows of a layer that has no places."""
    first = pd.DataFrame(layer.features.drop(columns="geometry")).head(_MOST_ROWS)
    known = LAYERS[layer.name].columns() if layer.name in LAYERS else ()
    shown = [column for column in known if column.name in first.columns][:_MOST_COLUMNS]
    values = [[_value(v, c, language) for v in first[c.name].tolist()] for c in shown]
    caption = CELL_WORDS["rows"].filled(n=len(first), of=len(layer.features)).to(language)
    rows = list(zip(*values, strict=True))
    return CellTable([c.title.to(language) for c in shown], rows, caption=caption)


def _value(value: object, column: ColumnCard, language: Language) -> str:
    """Say a value in the words of its column; a year is no amount."""
    if column.unit == "year" and isinstance(value, int | float) and value == value:  # noqa: PLR0124 - NaN
        return f"{value:.0f}"
    return code_text(value, column.values, language) or value_text(value, language)


def _assessment_html(assessment: Assessment, language: Language) -> str:
    """Show an assessment: how many verdicts of each state, and each of them."""
    headers = [cell_word(key, language) for key in _VERDICT_HEADERS]
    rows = [_verdict_row(verdict, language) for verdict in assessment.verdicts]
    day = CELL_WORDS["as_of"].filled(day=assessment.as_of.isoformat()).to(language)
    return fill_cell(
        assessment.title,
        [CellTable(headers, rows)],
        language,
        subtitle=f"{day} · {_state_counts(assessment, language)}",
        is_sample=assessment.is_sample,
    )


def _verdict_row(verdict: Verdict, language: Language) -> list[str]:
    """Say one verdict: clause, what it asks, state, value, target, why."""
    clause = verdict.clause
    unit = UNITS[clause.unit].to(language) if clause.unit else ""
    value = "" if verdict.value is None else to_words(verdict.value, near=clause.target)
    target = "" if clause.target is None else to_exact_words(clause.target)
    return [
        clause.clause_id,
        clause.paraphrase.to(language),
        verdict.label.to(language),
        f"{value} {unit}" if value else "",
        f"{SIGNS[clause.comparator]} {target} {unit}" if target else "",
        verdict.because.to(language),
    ]


def _state_counts(assessment: Assessment, language: Language) -> str:
    """Count the verdicts by state, leaving out a state that no clause has."""
    counts = Counter(verdict.state for verdict in assessment.verdicts)
    told = [f"{state.label.to(language)} {counts[state]}" for state in State if counts[state]]
    return ("、" if language == "zh" else ", ").join(told)


def _small_map(features: gpd.GeoDataFrame, draw: Callable[[], OfflineMap]) -> Markup:
    """Draw a map into a frame; nothing where there is nothing to draw, or too much."""
    if not 0 < int(is_drawable(features).sum()) <= MOST_DRAWN:
        return NO_MAP
    page = page_of(draw())
    page.height = f"{MAP_HEIGHT_PX}px"
    return Markup(page._repr_html_())  # noqa: S704 - a page in a frame, escaped by branca


def _map_notes(features: gpd.GeoDataFrame, language: Language) -> list[str]:
    """Say which features the map does not draw, where there is one."""
    drawable = int(is_drawable(features).sum())
    undrawn = len(features) - drawable if drawable else 0
    notes = [WORDS["undrawn"].filled(n=undrawn).to(language)] if undrawn else []
    if drawable > MOST_DRAWN:
        notes.append(CELL_WORDS["too_many"].filled(n=drawable, most=MOST_DRAWN).to(language))
    return notes
