"""`provenance.json`: every input with its sha256 and card, every library, and no path."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers

from tieling_geo.pipeline import assess
from tieling_geo.records import Assessment
from tieling_geo.reports.provenance import provenance_json
from tieling_geo.schemas import LAYERS
from tieling_geo.workspace import open_workspace


@pytest.fixture
def record(small_assessment: Assessment, small_workspace: Path) -> dict[str, Any]:
    """Parse the provenance of the small sample."""
    settings = open_workspace(small_workspace).settings
    text = provenance_json(small_assessment, command="tieling-geo assess", settings=settings)
    found: dict[str, Any] = json.loads(text)
    return found


def test_every_input_with_its_sha256(
    record: dict[str, Any], small_assessment: Assessment, small_workspace: Path
) -> None:
    """The sha256 is that of the file, computed here once more; the row account balances."""
    space = open_workspace(small_workspace)
    assert [row["layer"] for row in record["inputs"]] == list(small_assessment.layers)
    for row in record["inputs"]:
        path = space.layers[row["layer"]].path
        assert path is not None
        assert row["file"] == path.name
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert row["rows_in"] == row["rows_accepted"] + row["rows_rejected"]
        assert row["rows_accepted"] == len(small_assessment.layers[row["layer"]].features)


def test_every_card(record: dict[str, Any]) -> None:
    """Publisher, licence, day and datum are those of the card."""
    for row in record["inputs"]:
        card = row["card"]
        assert set(card) >= {"publisher", "licence", "reference_date", "datum", "is_sample"}
        assert (card["licence"], card["reference_date"]) == ("Apache-2.0", "2025-12-31")
        # A table without places has no datum.
        placed = LAYERS[row["layer"]].card().has_places
        assert (card["datum"], card["is_sample"]) == ("cgcs2000" if placed else "", True)
    assert {row["layer"] for row in record["inputs"] if not row["card"]["datum"]} == {
        name for name, schema in LAYERS.items() if not schema.card().has_places
    }
    ledger = next(row for row in record["inputs"] if row["layer"] == "boilers")
    assert ledger["card"]["crs"] == "EPSG:4490"


def test_the_settings_with_their_sha256(record: dict[str, Any], small_workspace: Path) -> None:
    """The workspace's file and the plan decide the outcome, too."""
    space = open_workspace(small_workspace)
    assert record["settings"] == [
        {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in (small_workspace / "tieling.toml", space.plan)
    ]


def test_every_library(record: dict[str, Any]) -> None:
    """Each of our dependencies that computes or draws has its version; bundled C libraries, too."""
    for name in ("geopandas", "shapely", "pyproj", "pyogrio", "pandas", "numpy", "folium"):
        assert record["versions"][name] == version(name)
    assert record["versions"]["tieling-geo"] == version("tieling-geo")
    bundled = record["bundled"]
    assert bundled["gdal_in_pyogrio"] == pyogrio.__gdal_version_string__
    assert bundled["geos_in_shapely"] == shapely.geos_version_string
    assert all(word[0].isdigit() and "." in word for word in bundled.values())


def test_what_was_asked(record: dict[str, Any], small_assessment: Assessment) -> None:
    """Command, day, plan, title, and each analysis's parameters with their sources."""
    assert record["command"] == "tieling-geo assess"
    assert record["as_of"] == "2025-12-31"
    assert record["plan"] == "tieling_145"
    assert record["is_sample"] is True
    assert record["title"]["en"].startswith("SAMPLE")
    assert set(record["parameters"]) == set(small_assessment.results)
    limit = record["parameters"]["boilers_in_builtup_areas"]["capacity_limit_t_per_h"]
    assert (limit["value"], limit["unit"], limit["verified"]) == (35.0, "t_per_h", True)


def test_rejected_rows_and_what_the_reader_did(tmp_path: Path) -> None:
    """Six rows in, five accepted, one rejected; the reader's notes are kept in both languages."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "boilers", BROKEN_BOILER)
    assessment = assess(open_workspace(root), only=["I01"])
    record = json.loads(provenance_json(assessment, command=""))
    ledger = next(row for row in record["inputs"] if row["layer"] == "boilers")
    assert (ledger["rows_in"], ledger["rows_accepted"], ledger["rows_rejected"]) == (6, 5, 1)
    assert all(set(note) == {"zh", "en"} for note in ledger["notes"])
    assert record["settings"] == []
    assert str(tmp_path) not in json.dumps(record)
