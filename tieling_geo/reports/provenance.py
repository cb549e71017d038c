"""Where every number comes from: inputs, parameters and the libraries that computed them."""

import hashlib
import json
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import shapely

from tieling_geo.plan.coverage_ledger import coverage_ledger
from tieling_geo.records import Assessment, CrossCheck, Layer, Reading
from tieling_geo.reports.verdicts import parameter_row

_LIBRARIES = (
    "folium",
    "geopandas",
    "lat-lon-parser",
    "matplotlib",
    "numpy",
    "openpyxl",
    "osmnx",
    "pandas",
    "pandera",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "python-calamine",
    "python-docx",
    "scipy",
    "shapely",
    "tieling-geo",
    "XStatic-Leaflet",
)


def provenance_json(assessment: Assessment, *, command: str, settings: Sequence[Path] = ()) -> str:
    """
    Give the output contract's `provenance.json`.

    Parameters
    ----------
    assessment
        What was assessed.
    command
        The command as given, without paths.
    settings
        Files that decided the outcome beside the layers: the workspace, the plan, the maps.

    Returns
    -------
    text
        JSON: inputs with sha256 and card, row accounts, parameters, versions of libraries and of
        the C libraries bundled in them, the command, the as-of date. No time of day and no path,
        so that the same input gives the same bytes.
    """
    record = {
        "title": assessment.title._asdict(),
        "plan": assessment.plan.plan_id,
        "as_of": assessment.as_of.isoformat(),
        "is_sample": assessment.is_sample,
        "command": command,
        "inputs": [_input(layer) for layer in assessment.layers.values()],
        "datum_checks": [told._asdict() for told in assessment.datum_checks],
        "accounts": [asdict(account) for account in assessment.accounts],
        "overrides": [
            asdict(one) | {"decided_on": one.decided_on.isoformat()} for one in assessment.overrides
        ],
        "cross_checks": [_cross_check(check) for check in assessment.cross_checks],
        "coverage": {row.word: row.count for row in coverage_ledger(assessment).rows},
        "settings": [_setting(path) for path in settings],
        "parameters": {
            name: {key: parameter_row(p) for key, p in result.parameters.items()}
            for name, result in assessment.results.items()
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "bundled": {
            "gdal_in_pyogrio": pyogrio.__gdal_version_string__,
            "geos_in_pyogrio": ".".join(map(str, pyogrio.__gdal_geos_version__ or ())),
            "geos_in_shapely": shapely.geos_version_string,
            "proj_in_pyproj": pyproj.proj_version_str,
            "sqlite_in_python": sqlite3.sqlite_version,
        },
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _cross_check(check: CrossCheck) -> dict[str, Any]:
    """Give what came of holding answers against each other; the ids are in the ledger."""
    return {
        "name": check.name,
        "title": check.title._asdict(),
        "clauses": list(check.clauses),
        "state": check.state,
        "told": check.told._asdict(),
        "rows": [{"title": title._asdict(), "count": count} for title, count, _ in check.rows],
    }


def _input(layer: Layer) -> dict[str, Any]:
    """Give one layer's file, card and row account."""
    card = layer.card
    return {
        "layer": layer.name,
        "file": layer.source,
        "sha256": layer.sha256,
        "rows_in": layer.rows_in,
        "rows_accepted": len(layer.features),
        "rows_rejected": layer.rows_rejected,
        "card": {
            "title": card.title,
            "publisher": card.publisher,
            "licence": card.licence,
            "reference_date": card.reference_date,
            "datum": card.datum,
            "crs": card.crs,
            "columns": dict(card.columns),
            "rows": card.rows,
            "is_sample": card.is_sample,
            "convert": card.convert,
            "bands": {number: dict(band) for number, band in card.bands.items()},
            "notes": card.notes,
        },
        "reading": _reading(layer.reading),
        "accounts": [asdict(account) for account in layer.accounts],
        "values_flagged": len(layer.flagged),
        "values_censored": len(layer.censored),
        "set_aside": [asdict(one) | {"told": one.told._asdict()} for one in layer.set_aside],
        "notes": [note._asdict() for note in layer.notes],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    """Give how a file was understood."""
    return {field.name: _plain(getattr(reading, field.name)) for field in fields(reading)}


def _plain(value: object) -> object:
    """Give a mapping or a tuple as JSON takes it."""
    return dict(value) if isinstance(value, Mapping) else value


def _setting(path: Path) -> dict[str, str]:
    """Give a file's name and sha256."""
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
