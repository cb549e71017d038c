"""The evidence as a GeoPackage: a layer an analysis, with QGIS styles, and tables beside them."""

import contextlib
import sqlite3
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import to_geographic_crs
from tieling_geo.records import Analysis, Assessment, Result
from tieling_geo.reports.qgis import to_qml
from tieling_geo.text import Language

_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


def write_evidence(assessment: Assessment, path: Path, *, language: Language = "zh") -> None:
    """
    Write the output contract's `evidence.gpkg`.

    Holds one layer a result (every feature with its values, category, margin and evidence id, in
    CGCS2000 degrees), tables `verdicts`, `excluded`, `rejected` and `rollups`, each result's own
    tables, and styles that QGIS loads by default. The bytes depend only on the assessment.

    Parameters
    ----------
    assessment
        What was assessed.
    path
        A file that does not exist yet.
    language
        Language of the words in it.
    """
    with _fixed_clock(assessment.as_of):
        for name, result in assessment.results.items():
            layer = _evidence_layer(name, result, assessment, language)
            pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", geometry_type="Unknown")
        for name, table in _tables(assessment, language).items():
            with warnings.catch_warnings():
                # GDAL notes that a table without a row has no field types; that is what it is.
                warnings.simplefilter("ignore", UserWarning)
                pyogrio.write_dataframe(table, path, layer=name, driver="GPKG")
    with contextlib.closing(sqlite3.connect(path)) as database:
        _add_styles(database, assessment, language)
        database.commit()


@contextlib.contextmanager
def _fixed_clock(day: date) -> Iterator[None]:
    """Let GDAL stamp the day of the assessment, not the moment: same input, same bytes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _card_of(name: str) -> Analysis:
    """Find the analysis of a result; a second run carries its clause after two underscores."""
    return ANALYSES[name.split("__", maxsplit=1)[0]]


def _evidence_layer(
    name: str, result: Result, assessment: Assessment, language: Language
) -> gpd.GeoDataFrame:
    """Give a result's features with the columns that an auditor needs."""
    card = _card_of(name)
    features = to_geographic_crs(result.features)
    words = {c.value: c.title.to(language) for c in card.categories}
    clauses = [v for v in assessment.verdicts if v.clause.analysis == result.analysis]
    reasons = result.excluded.drop_duplicates("feature_id").set_index("feature_id")
    told = reasons[f"reason_{language}"]
    ids = features.index.astype(str)
    first = pd.DataFrame(
        {
            "evidence_id": [f"{result.analysis}/{i}" for i in ids],
            "category": features[result.category].to_numpy(),
            "category_title": features[result.category].map(words).to_numpy(),
            "clauses": ", ".join(v.clause.clause_id for v in clauses),
            "why_not_counted": told.reindex(ids).fillna("").to_numpy(),
        },
        index=features.index,
    )
    rest = features.drop(columns=[result.category, "reason"], errors="ignore")
    return gpd.GeoDataFrame(pd.concat([first, rest], axis=1), crs=features.crs).sort_index()


def _tables(assessment: Assessment, language: Language) -> dict[str, pd.DataFrame]:
    """Give the tables without geometry; each has its columns even without a row."""
    results = assessment.results
    rejected = [layer.rejected for layer in assessment.layers.values()]
    tables = {
        "verdicts": _verdicts(assessment, language),
        "excluded": _one([r.excluded.assign(analysis=n) for n, r in results.items()]),
        "rejected": _one(rejected),
        "rollups": _one([r.rollups.assign(analysis=n) for n, r in results.items()]),
    }
    own = {f"{n}__{key}": t for n, r in results.items() for key, t in r.tables.items()}
    return {**tables, **own}


def _one(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put frames one under the other, empty ones only if all are."""
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    if not filled:
        return pd.DataFrame({"note": pd.Series(dtype="str")})
    whole = pd.concat(filled, ignore_index=True)
    return whole.astype({c: "str" for c in whole.columns if whole[c].dtype == object})


def _verdicts(assessment: Assessment, language: Language) -> pd.DataFrame:
    """Give the verdicts as a table."""
    return pd.DataFrame({
        "clause": [v.clause.clause_id for v in assessment.verdicts],
        "section": [v.clause.section for v in assessment.verdicts],
        "paraphrase": [v.clause.paraphrase.to(language) for v in assessment.verdicts],
        "state": [v.state.value for v in assessment.verdicts],
        "state_title": [v.state.label.to(language) for v in assessment.verdicts],
        "deadline_state": [v.deadline_state.value for v in assessment.verdicts],
        "because": [v.because.to(language) for v in assessment.verdicts],
        "is_sample": [assessment.is_sample for _ in assessment.verdicts],
    })


def _add_styles(database: sqlite3.Connection, assessment: Assessment, language: Language) -> None:
    """Add a default style a layer where QGIS looks for it, registered as the standard asks."""
    stamp = f"{assessment.as_of.isoformat()}T00:00:00.000Z"
    database.execute(_STYLES)
    for name in assessment.results:
        card = _card_of(name)
        family = card.inputs[0].card().geometry
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
