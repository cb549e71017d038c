"""The evidence as a GeoPackage: a layer an analysis, with QGIS styles, and tables beside them."""

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError, FeatureError

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import to_geographic_crs
from tieling_geo.errors import OutputError
from tieling_geo.gdal_settings import fixed_clock, no_waiting_for_disk
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    REJECTED_COLUMNS,
    ROLLUP_COLUMNS,
    Analysis,
    Assessment,
    Override,
    Result,
    State,
    Verdict,
)
from tieling_geo.reports.plain_tables import write_tables
from tieling_geo.reports.qgis import to_qml
from tieling_geo.reports.verdicts import to_number
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import NOTHING, Language, Text

#: Begins the title of every table of a sample.
SAMPLE = "示例数据 / SAMPLE"
#: Geometry type of an evidence layer, by the family of its analysis's first layer.
GEOMETRY_TYPES = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


def write_evidence(assessment: Assessment, path: Path, *, language: Language = "zh") -> None:
    """
    Write the output contract's `evidence.gpkg`, and read back that it holds what was meant.

    Holds one layer a result in CGCS2000 degrees (every feature with its evidence id, category,
    values and margin; the clauses that it counts for and speaks against; and why it does not count
    for the others), tables `verdicts`, `excluded`, `rejected` and `rollups`, each result's own
    tables, and styles that QGIS loads by default. The bytes depend only on the assessment.

    Parameters
    ----------
    assessment
        What was assessed.
    path
        A file that does not exist yet.
    language
        Language of the words in it.

    Raises
    ------
    OutputError
        If it cannot be written whole: the disk is full, or rights are missing.
    """
    layers = evidence_layers(assessment, language)
    tables = evidence_tables(assessment, language)
    try:
        with fixed_clock(assessment.as_of), no_waiting_for_disk():
            for name, layer in layers.items():
                _write_layer(layer, path, name, assessment, language)
            # The driver makes the file, if no layer did.
            pyogrio.write_dataframe(tables["verdicts"], path, layer="verdicts", driver="GPKG")
        with contextlib.closing(sqlite3.connect(path)) as database:
            rest = {name: table for name, table in tables.items() if name != "verdicts"}
            write_tables(database, rest, _stamp(assessment))
            _add_styles(database, assessment, language)
            database.commit()
            _check_written(database, path, {**layers, **tables})
    except (DataSourceError, FeatureError, sqlite3.OperationalError) as error:
        raise OutputError(
            Text(
                f"无法完整写入 {path.name}:磁盘已满、没有权限或文件被占用",
                f"cannot write {path.name} whole: the disk is full, rights are missing, or the "
                "file is in use",
            )
        ) from error


def evidence_layers(assessment: Assessment, language: Language) -> dict[str, pd.DataFrame]:
    """
    Give one layer a result: every feature with the columns that an auditor needs.

    Returns
    -------
    layers
        By the result's name, sorted by feature; a `GeoDataFrame` in CGCS2000 degrees, or a plain
        table where the features have no places. Places that an analysis found and no layer has
        are layers of their own, `result__shape`.
    """
    features = {
        name: _evidence_layer(result, assessment, language)
        for name, result in assessment.results.items()
    }
    return features | {
        f"{name}__{shape}": _placed(f"{result.analysis}/{shape}", places, assessment)
        for name, result in assessment.results.items()
        for shape, places in result.shapes.items()
    }


def _placed(prefix: str, places: gpd.GeoDataFrame, assessment: Assessment) -> gpd.GeoDataFrame:
    """Give places that no layer has an evidence id each, in CGCS2000 degrees."""
    stored = to_geographic_crs(places.sort_index())
    stored.insert(0, "evidence_id", [f"{prefix}/{i}" for i in stored.index.astype(str)])
    stored.insert(1, "is_sample", assessment.is_sample)
    return stored


def _write_layer(
    layer: pd.DataFrame, path: Path, name: str, assessment: Assessment, language: Language
) -> None:
    """Write one layer under one geometry type, with a title that says if it is a sample."""
    family, told = described_layers(assessment)[name]
    title = told.to(language)
    options = {"DESCRIPTION": f"{SAMPLE}: {title}" if assessment.is_sample else title}
    if not isinstance(layer, gpd.GeoDataFrame):
        pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", layer_options=options)
        return
    pyogrio.write_dataframe(
        layer,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=GEOMETRY_TYPES[family],
        promote_to_multi=family != "point",
        layer_options=options,
    )


def described_layers(assessment: Assessment) -> dict[str, tuple[GeometryFamily, Text]]:
    """Give the geometry and the title of every layer of `evidence_layers`, by its name."""
    described: dict[str, tuple[GeometryFamily, Text]] = {}
    for name, result in assessment.results.items():
        card = ANALYSES[result.analysis]
        described[name] = card.inputs[0].card().geometry, card.title
        for shape in card.shapes:
            title = Text(f"{card.title.zh}:{shape.title.zh}", f"{card.title.en}: {shape.title.en}")
            described[f"{name}__{shape.name}"] = shape.family, title
    return described


def _evidence_layer(result: Result, assessment: Assessment, language: Language) -> pd.DataFrame:
    """Give a result's features with the columns that an auditor needs."""
    source = ANALYSES[result.analysis].inputs[0]
    features = to_geographic_crs(result.features)
    read = assessment.layers[source.layer_name()]
    words = {c.value: c.title.to(language) for c in ANALYSES[result.analysis].categories}
    ids = features.index.astype(str)
    first = pd.DataFrame(
        {
            "evidence_id": [f"{result.analysis}/{i}" for i in ids],
            "is_sample": assessment.is_sample,
            "file": read.source,
            "file_row": read.row_numbers.reindex(features.index).astype("Int64").to_numpy(),
            "overridden": _overridden(ids, source.layer_name(), assessment),
            "category": features[result.category].to_numpy(),
            "category_title": features[result.category].map(words).to_numpy(),
            **_parts_played(result, ids, _driven(result, assessment), language),
        },
        index=features.index,
    )
    rest = features.drop(columns=[result.category, "reason"], errors="ignore")
    whole: pd.DataFrame = pd.concat([first, rest], axis=1)
    if not source.card().has_places:
        return pd.DataFrame(whole.drop(columns=features.geometry.name)).sort_index()
    placed: pd.DataFrame = gpd.GeoDataFrame(whole, crs=features.crs).sort_index()
    return placed


def _overridden(ids: pd.Index, layer: str, assessment: Assessment) -> list[str]:
    """Say of each feature what persons set, what its ledger has, and who answers for it."""
    told: dict[str, list[str]] = {}
    for one in assessment.overrides:
        if one.layer == layer:
            words = f"{one.override_id}: {one.column} {one.original} → {one.stated} ({one.who})"
            told.setdefault(one.feature_id, []).append(words)
    return ["; ".join(told.get(i, [])) for i in ids]


def _driven(result: Result, assessment: Assessment) -> list[Verdict]:
    """List the verdicts that rest on a result: of its analysis, with the parameters it was run."""
    return [
        verdict
        for verdict in assessment.verdicts
        if verdict.clause.analysis == result.analysis
        and verdict.clause.measure in result.measures
        # Without a layer that is needed, a verdict rests on nothing.
        and (verdict.state is not State.NO_DATA or verdict.excluded)
        and all(
            name in verdict.parameters and verdict.parameters[name].value == parameter.value
            for name, parameter in result.parameters.items()
        )
    ]


def _parts_played(
    result: Result, ids: pd.Index, verdicts: Sequence[Verdict], language: Language
) -> dict[str, list[str]]:
    """Say for which clauses each feature counts, against which it speaks, and why not."""
    reasons = _reasons(result, language)
    played: dict[str, list[list[str]]] = {
        "counts_for": [],
        "speaks_against": [],
        "why_not_counted": [],
    }
    for verdict in verdicts:
        clause = verdict.clause
        why, against = reasons.get(clause.measure, {}), set(verdict.against)
        played["counts_for"].append(["" if i in why else clause.clause_id for i in ids])
        played["speaks_against"].append([clause.clause_id if i in against else "" for i in ids])
        played["why_not_counted"].append([
            f"{clause.clause_id}: {why[i]}" if i in why else "" for i in ids
        ])
    return {name: _joined(columns, len(ids)) for name, columns in played.items()}


def _reasons(result: Result, language: Language) -> dict[str, dict[str, str]]:
    """Give for each measure the features that do not count for it, each with its reason."""
    return {
        str(measure): dict(zip(rows["feature_id"], rows[f"reason_{language}"], strict=True))
        for measure, rows in result.excluded.groupby("measure")
    }


def _joined(columns: Sequence[Sequence[str]], rows: int) -> list[str]:
    """Put the words of several columns into one, blank ones left out."""
    if not columns:
        return [""] * rows
    return ["; ".join(filter(None, row)) for row in zip(*columns, strict=True)]


def evidence_tables(assessment: Assessment, language: Language) -> dict[str, pd.DataFrame]:
    """
    Give the tables without geometry; each has its columns even without a row.

    Returns
    -------
    tables
        `verdicts`, `excluded`, `rejected`, `rollups`, `overrides`, `cross_checks`; each result's
        own as `result__table`.
    """
    results = assessment.results
    rejected = [layer.rejected for layer in assessment.layers.values()]
    excluded = [r.excluded.assign(result=n) for n, r in results.items()]
    amounts = dict.fromkeys(("numerator", "denominator"), "float64")  # no database has fractions
    rollups = [r.rollups.astype(amounts).assign(result=n) for n, r in results.items()]
    return {
        "verdicts": _verdicts(assessment, language),
        "excluded": _one(excluded, [*EXCLUDED_COLUMNS, "result"]),
        "rejected": _one(rejected, REJECTED_COLUMNS),
        "rollups": _one(rollups, [*ROLLUP_COLUMNS, "result"]),
        "overrides": _overrides(assessment),
        "cross_checks": _cross_checks(assessment, language),
        **{
            f"{name}__{key}": _one([table], list(table.columns))
            for name, result in results.items()
            for key, table in result.tables.items()
            if key not in result.shapes  # listed with its places
        },
    }


def _overrides(assessment: Assessment) -> pd.DataFrame:
    """Give what persons set, beside what the ledgers have."""
    names = [one.name for one in fields(Override)]
    rows = [{name: str(getattr(one, name)) for name in names} for one in assessment.overrides]
    return pd.DataFrame(rows, columns=names, dtype="str")


def _cross_checks(assessment: Assessment, language: Language) -> pd.DataFrame:
    """Give the answers held against each other, one row a class."""
    columns = ["name", "title", "clauses", "state", "told", "class", "count", "feature_ids"]
    rows = [
        {
            "name": check.name,
            "title": check.title.to(language),
            "clauses": "; ".join(check.clauses),
            "state": check.state,
            "told": check.told.to(language),
            "class": title.to(language),
            "count": count,
            "feature_ids": "; ".join(ids),
        }
        for check in assessment.cross_checks
        for title, count, ids in (check.rows or ((NOTHING, 0, ()),))
    ]
    whole = pd.DataFrame(rows, columns=columns)
    return whole.astype({name: "int64" if name == "count" else "str" for name in columns})


def _one(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Put frames one under the other; untyped columns are text, row numbers whole numbers."""
    filled = [frame for frame in frames if len(frame)]
    whole = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))
    untyped = [c for c in whole.columns if whole[c].dtype == object]
    return whole.astype({c: "int64" if c == "row" else "str" for c in untyped})


def _verdicts(assessment: Assessment, language: Language) -> pd.DataFrame:
    """Give the verdicts as a table, with the numbers of `verdicts.json`."""
    rows = [
        {
            "clause": v.clause.clause_id,
            "section": v.clause.section,
            "paraphrase": v.clause.paraphrase.to(language),
            "state": v.state.value,
            "state_title": v.label.to(language),
            "is_violation": v.is_violation,
            "waiting_for": v.waiting_for.value if v.waiting_for else "",
            "value": to_number(v.value),
            "unit": v.clause.unit,
            "low": to_number(v.low),
            "high": to_number(v.high),
            "comparator": v.clause.comparator,
            "target": to_number(v.clause.target),
            "counted": v.counted,
            "excluded": v.excluded,
            "deadline": str(v.clause.deadline or ""),
            "deadline_state": v.deadline_state.value,
            "because": v.because.to(language),
            "overrides": "; ".join(v.overrides),
            "state_without_overrides": v.state_without_overrides.value
            if v.state_without_overrides
            else "",
            "is_sample": assessment.is_sample,
        }
        for v in assessment.verdicts
    ]
    numbers = dict.fromkeys(("value", "low", "high", "target"), "float64")
    return pd.DataFrame(rows).astype(numbers)


def _stamp(assessment: Assessment) -> str:
    """Give the moment that the file tells as that of its last change."""
    return f"{assessment.as_of.isoformat()}T00:00:00.000Z"


def _add_styles(database: sqlite3.Connection, assessment: Assessment, language: Language) -> None:
    """Add a default style a layer where QGIS looks for it, registered as the standard asks."""
    stamp = _stamp(assessment)
    database.execute(_STYLES)
    for name, result in assessment.results.items():
        card: Analysis = ANALYSES[result.analysis]
        family = card.inputs[0].card().geometry
        if family == "none":
            continue
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
            (name, name[:30], to_qml(card, family, language), card.title.to(language), stamp),
        )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (stamp,),
    )


def _check_written(
    database: sqlite3.Connection, path: Path, meant: Mapping[str, pd.DataFrame]
) -> None:
    """
    Read back that the file is sound and no row was lost.

    Raises
    ------
    OutputError
        If it is not what was meant: a disk may fail without a word.
    """
    (sound,) = database.execute("PRAGMA integrity_check").fetchone()
    counts = {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a name of ours
        for name in meant
    }
    if sound != "ok" or counts != {name: len(frame) for name, frame in meant.items()}:
        raise OutputError(
            Text(
                f"{path.name} 写入后核对不符,未予发布",
                f"{path.name} does not hold what was written to it; it is not published",
            )
        )
