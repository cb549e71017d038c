"""The ledger's sheets of results: every feature with its values, and the results' own tables."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import Analysis, Assessment, Result, ResultColumn
from tieling_geo.render.popup import code_text, field_title
from tieling_geo.reports.cells import CellValue
from tieling_geo.reports.geopackage import evidence_layers
from tieling_geo.reports.ledger_headers import EVIDENCE
from tieling_geo.reports.ledger_pages import Table
from tieling_geo.reports.ledger_terms import analysis_title, column_title
from tieling_geo.reports.ledger_words import (
    CHANGED,
    FEATURES,
    NO,
    RESULT_TABLE,
    RUN,
    SCOPES,
    YES,
)
from tieling_geo.reports.table_terms import TABLE_COLUMNS
from tieling_geo.text import Language, Text

#: Tables that are longer stand in `evidence.gpkg` alone, and the summary says so.
MOST_TABLE_ROWS = 2_000
# The ribbon says it of every sheet, and the geometry is in `evidence.gpkg`.
_LEFT_OUT = ("geometry", "is_sample")
_RUN = "run"
_COMMON = ("measure", "value", "unit", "layer", "column", "area", "target", "gap", "place")
#: Headers, each with the values below it; two columns may be called alike.
_Columns = list[tuple[str, list[CellValue]]]


def features_tables(assessment: Assessment, language: Language) -> Iterator[Table]:
    """Give one table an analysis, with the columns of its evidence layers, and its small tables."""
    layers = evidence_layers(assessment, language)
    for analysis, runs in _runs(assessment).items():
        yield _features(analysis, [(n, layers[n]) for n in runs], assessment, language)
        for key, table in _stacked_tables(runs, assessment).items():
            if len(table) <= MOST_TABLE_ROWS:
                yield _result_table(analysis, key, table, assessment, language)


def long_tables(assessment: Assessment) -> dict[str, int]:
    """Tell which tables of results are too long for a sheet: name in the evidence, and rows."""
    return {
        f"{analysis}__{key}": len(table)
        for analysis, runs in _runs(assessment).items()
        for key, table in _stacked_tables(runs, assessment).items()
        if len(table) > MOST_TABLE_ROWS
    }


def _runs(assessment: Assessment) -> dict[str, list[str]]:
    """Put the names of the results under their analyses: the common run, then those of clauses."""
    runs: dict[str, list[str]] = {}
    for name, result in assessment.results.items():
        runs.setdefault(result.analysis, []).append(name)
    return runs


def _clause_of(run: str) -> str:
    """Name the clause that a run was made for; an empty word for the common run."""
    return run.partition("__")[2]


def _stacked_tables(runs: Sequence[str], assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Put the like tables of several runs one under the other, with the clause of each."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for run in runs:
        for key, table in assessment.results[run].tables.items():
            own = table.copy()
            if len(runs) > 1:
                own.insert(0, _RUN, _clause_of(run))
            frames.setdefault(key, []).append(own)
    return {key: _together(own) for key, own in frames.items()}


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames of the same columns one under the other; empty ones have no say in types."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _features(
    analysis: str,
    layers: Sequence[tuple[str, pd.DataFrame]],
    assessment: Assessment,
    language: Language,
) -> Table:
    """Give one row a feature of an analysis's common run, and of each run of a clause its scope."""
    columns: _Columns = []
    total = sum(len(layer) for _, layer in layers)
    for number, (run, layer) in enumerate(layers):
        shown = layer if number == 0 else _in_scope(layer, assessment.results[run])
        own = _feature_columns(run, shown, assessment, language)
        columns = [
            (header, before + values)
            for (header, before), (_, values) in zip(columns or _blank(own), own, strict=True)
        ]
    if len(layers) == 1:
        columns = columns[1:]
    rows = list(zip(*(values for _, values in columns), strict=True))
    purpose = FEATURES.filled(name=analysis, n=len(layers[0][1]))
    more = SCOPES.filled(runs=len(layers) - 1, shown=len(rows), all=total)
    return Table(
        key=analysis,
        title=analysis_title(analysis, language),
        purpose=" ".join(t.to(language) for t in ((purpose, more)[: min(2, len(layers))])),
        headers=tuple(header for header, _ in columns),
        rows=rows,
        is_lean=True,
        frozen_columns=1 if len(layers) == 1 else 2,
        tab_colour="FF548235",
    )


def _blank(columns: _Columns) -> _Columns:
    """Give the same columns without a value."""
    return [(header, []) for header, _ in columns]


def _in_scope(layer: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Take the features that count, or may count, for at least one measure of a run."""
    outside = result.excluded[result.excluded["kind"] == "out_of_scope"]
    times = outside.groupby("feature_id")["measure"].nunique()
    out = set(times.index[times >= len(result.measures)].astype(str))
    return layer[~layer.index.astype(str).isin(out)]


def _feature_columns(
    run: str, layer: pd.DataFrame, assessment: Assessment, language: Language
) -> _Columns:
    """Give the columns of one run's features: its clause, the evidence's, and those beside them."""
    card = ANALYSES[assessment.results[run].analysis]
    known = _columns(card)
    columns: _Columns = [(RUN.to(language), [_clause_of(run)] * len(layer))]
    changed = _changed(card.inputs[0].layer_name(), assessment, language)
    for name in layer.columns:
        column = known.get(name, ResultColumn(name, Text(name, name)))
        words = _words(name, card, known, assessment)
        if name == "overridden":
            columns.append((field_title(column, language), [changed.get(i) for i in layer.index]))
        elif name not in _LEFT_OUT:
            columns.append((field_title(column, language), told(layer[name], words, language)))
    return columns


def _columns(card: Analysis) -> dict[str, ResultColumn]:
    """Give the titles of all columns that a result's evidence may have."""
    evidence = (ResultColumn(name, title) for name, title in EVIDENCE.items())
    stated = (ResultColumn(c.name, c.title, c.unit) for c in card.inputs[0].columns())
    return {c.name: c for c in (*stated, *card.columns, card.margin, *evidence)}


def _words(
    column: str, card: Analysis, known: Mapping[str, ResultColumn], assessment: Assessment
) -> dict[str, Text]:
    """Give what a column's code words mean to people."""
    stated = {c.name: c.values for c in card.inputs[0].columns()}  # noqa: PD011 - no frame
    own = known[column].words if column in known else {}
    if column == "indicator":
        own = {name: one.title for name, one in assessment.plan.indicators.items()} | dict(own)
    return {**stated.get(column, {}), **own}


def told(values: pd.Series, words: Mapping[str, Text], language: Language) -> list[CellValue]:
    """
    Give a column's values as people read them; missing ones as None.

    Examples
    --------
    >>> told(pd.Series(["a", None, "c"]), {"a": Text("甲", "one")}, "en")
    ['one', None, 'c']
    >>> told(pd.Series([True, pd.NA], dtype="boolean"), {}, "zh")
    ['是', None]
    """
    plain: list[Any] = values.astype(object).where(values.notna(), None).tolist()
    if words:
        said = {v: code_text(v, words, language) or v for v in set(plain) if v is not None}
        return [None if v is None else said[v] for v in plain]
    if pd.api.types.is_bool_dtype(values):
        return [None if v is None else (YES if v else NO).to(language) for v in plain]
    if pd.api.types.is_datetime64_any_dtype(values):
        return [None if v is None else v.date() for v in plain]
    if values.dtype != object:
        return plain
    return [float(v) if isinstance(v, Fraction) else v for v in plain]


def _changed(layer: str, assessment: Assessment, language: Language) -> dict[str, str]:
    """Say of each overridden feature what the ledger has, and what was set."""
    changed: dict[str, str] = {}
    for override in assessment.overrides:
        if override.layer == layer:
            words = CHANGED.filled(
                column=column_title(layer, override.column, language),
                original=override.original or "—",
                stated=override.stated or "—",
                id=override.override_id,
            ).to(language)
            before = changed.get(override.feature_id)
            changed[override.feature_id] = f"{before}\n{words}" if before else words
    return changed


def _layer_columns(card: Analysis) -> dict[str, ResultColumn]:
    """Give the titles of the columns of all layers that an analysis reads."""
    return {
        c.name: ResultColumn(c.name, c.title, c.unit, c.values)
        for schema in reversed((*card.inputs, *card.optional))
        for c in schema.columns()
    }


def _table_title(card: Analysis, key: str, language: Language) -> str:
    """Say what a table is called; its name where its card says nothing."""
    titles = {table.name: table.title.to(language) for table in card.tables}
    return titles.get(key, key)


def _result_table(
    analysis: str, key: str, table: pd.DataFrame, assessment: Assessment, language: Language
) -> Table:
    """Give a table of an analysis's results as it is."""
    card, evidence = ANALYSES[analysis], f"{analysis}__{key}"
    known = {**TABLE_COLUMNS, **_layer_columns(card), **_columns(card)}
    # What an analysis's table calls by a common word is not the layer's column of that name.
    known |= {name: TABLE_COLUMNS[name] for name in _COMMON} | {_RUN: ResultColumn(_RUN, RUN)}
    columns = [known.get(str(c), ResultColumn(str(c), Text(str(c), str(c)))) for c in table.columns]
    values = [
        told(table[c], _words(str(c), card, known, assessment), language) for c in table.columns
    ]
    return Table(
        key=evidence,
        title=f"{_table_title(card, key, language)}:{analysis_title(analysis, language)}",
        purpose=RESULT_TABLE.filled(name=evidence).to(language),
        headers=tuple(field_title(column, language) for column in columns),
        rows=list(zip(*values, strict=True)),
        is_lean=True,
    )
