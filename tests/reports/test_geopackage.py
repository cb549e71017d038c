"""`evidence.gpkg`: every feature and every reason, counted again from the file alone."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
import pytest
import shapely
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import OutputError
from tieling_geo.pipeline import assess
from tieling_geo.plan.targets import counts_features
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    REJECTED_COLUMNS,
    ROLLUP_COLUMNS,
    Assessment,
    Override,
    Verdict,
)
from tieling_geo.reports import geopackage
from tieling_geo.reports.geopackage import write_evidence
from tieling_geo.workspace import open_workspace

if TYPE_CHECKING:
    import geopandas as gpd

TYPES = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}
#: Analyses whose features have places, and so a layer that QGIS draws; others have a table.
PLACED = [name for name, card in ANALYSES.items() if card.inputs[0].card().has_places]
UNPLACED = [name for name in ANALYSES if name not in PLACED]
TABLES = {"verdicts", "excluded", "rejected", "rollups", "overrides", "cross_checks"}


@pytest.fixture(scope="module")
def evidence(products: Path) -> Path:
    """Return the small sample's evidence, as published."""
    return products / "evidence.gpkg"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage as the database it is."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        yield database


def table(path: Path, name: str) -> pd.DataFrame:
    """Read a table without geometry."""
    return pyogrio.read_dataframe(path, layer=name, read_geometry=False)


def written(root: Path, tmp_path: Path, **options: object) -> Path:
    """Assess a workspace and write its evidence."""
    path = tmp_path / "evidence.gpkg"
    write_evidence(assess(open_workspace(root), **options), path)  # type: ignore[arg-type]
    return path


def of_few(assessment: Assessment) -> Assessment:
    """Keep some of the results, where their number does not matter."""
    kept = ("boilers_in_heating_coverage", "indicator_targets", "park_circular_retrofit")
    return replace(assessment, results={name: assessment.results[name] for name in kept})


def result_of(verdict: Verdict, assessment: Assessment) -> str:
    """Name the result that drives a clause: its own run, or that of its analysis."""
    own = f"{verdict.clause.analysis}__{verdict.clause.clause_id}"
    return own if own in assessment.results else verdict.clause.analysis


def test_the_file_is_sound(evidence: Path, small_assessment: Assessment) -> None:
    """SQLite finds no fault, and every table is registered as the standard asks."""
    with opened(evidence) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        registered = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
        (application,) = database.execute("PRAGMA application_id").fetchone()
    assert application == int.from_bytes(b"GPKG")
    assert registered["layer_styles"] == "attributes"
    results = small_assessment.results
    placed = {name for name, result in results.items() if result.analysis in PLACED}
    found = {f"{name}__{key}" for name, result in results.items() for key in result.shapes}
    assert set(PLACED) < placed
    layers = {name for name, kind in registered.items() if kind == "features"}
    assert layers == placed | found
    tables = {name for name, kind in registered.items() if kind == "attributes"}
    own = {f"{name}__{key}" for name, result in results.items() for key in result.tables}
    without = {name for name, result in results.items() if result.analysis in UNPLACED}
    assert set(UNPLACED) < without
    # What is a table and a layer of places by one name is the layer.
    assert tables == {*TABLES, *(own - found), *without, "layer_styles"}


@pytest.mark.parametrize("name", PLACED)
def test_every_feature_is_in_its_layer(
    evidence: Path, small_assessment: Assessment, name: str
) -> None:
    """In CGCS2000 degrees, under one geometry type, with the analysis's values and margin."""
    layer: gpd.GeoDataFrame = pyogrio.read_dataframe(evidence, layer=name)
    card, result = ANALYSES[name], small_assessment.results[name]
    info = pyogrio.read_info(evidence, layer=name)
    assert info["crs"] == "EPSG:4490"
    assert info["geometry_type"] == TYPES[card.inputs[0].card().geometry]
    assert layer["evidence_id"].tolist() == [f"{name}/{i}" for i in result.features.index]
    assert layer["category"].tolist() == result.features["category"].tolist()
    titles = {c.value: c.title.zh for c in card.categories}
    assert layer["category_title"].tolist() == [titles[word] for word in layer["category"]]
    margin = card.margin.name
    pd.testing.assert_series_equal(
        layer[margin].astype("float64"),
        result.features[margin].reset_index(drop=True).astype("float64"),
    )
    back = layer.geometry.to_crs(result.features.crs)
    assert (shapely.distance(back.to_numpy(), result.features.geometry.to_numpy()) < 1e-6).all()
    assert layer["is_sample"].all()


def test_every_row_without_a_place_is_in_its_table(
    evidence: Path, small_assessment: Assessment
) -> None:
    """One table a run, with the same columns as a layer, but no geometry; under its own name."""
    names = [n for n, r in small_assessment.results.items() if r.analysis in UNPLACED]
    assert {"indicator_targets", "indicator_targets__A03"} < set(names)
    for name in names:
        result = small_assessment.results[name]
        card, info = ANALYSES[result.analysis], pyogrio.read_info(evidence, layer=name)
        assert (info["crs"], info["geometry_type"]) == (None, None)
        rows = table(evidence, name)
        assert rows["evidence_id"].tolist() == [
            f"{result.analysis}/{i}" for i in sorted(result.features.index)
        ]
        features = result.features.sort_index()
        assert rows["category"].tolist() == features["category"].tolist()
        titles = {c.value: c.title.zh for c in card.categories}
        assert rows["category_title"].tolist() == [titles[word] for word in rows["category"]]
        margin = card.margin.name
        pd.testing.assert_series_equal(
            rows[margin], features[margin].reset_index(drop=True), check_dtype=False
        )
        assert rows["is_sample"].all()


def indicator_value(rows: pd.DataFrame, measure: str) -> float:
    """Compute an indicator's value from the rows that count; of several the worst."""
    ways = {
        "relative_fall": lambda values: 100 * (values[0] - values[-1]) / values[0],
        "point_fall": lambda values: values[0] - values[-1],
        "point_rise": lambda values: values[-1] - values[0],
        "latest": lambda values: values[-1],
        "least_since_base": min,
        "cumulative": sum,
    }
    series = rows.sort_values("year").groupby("indicator")["value"]
    return min(ways[measure](values.tolist()) for _, values in series)


def test_counting_again_from_the_file(evidence: Path, small_assessment: Assessment) -> None:
    """Value, counted and excluded of each clause follow from the layer and its excluded table."""
    excluded, verdicts = table(evidence, "excluded"), table(evidence, "verdicts")
    verdicts = verdicts.set_index("clause")
    recounted = set()
    for verdict in small_assessment.verdicts:
        clause, written_row = verdict.clause, verdicts.loc[verdict.clause.clause_id]
        assert written_row["state"] == verdict.state.value
        if not clause.analysis:
            assert (written_row["counted"], written_row["excluded"]) == (0, 0)
            assert pd.isna(written_row["value"])
            continue
        name = result_of(verdict, small_assessment)
        layer = pyogrio.read_dataframe(evidence, layer=name, read_geometry=False)
        counts = layer["counts_for"].str.split("; ").map(lambda ids, c=clause: c.clause_id in ids)
        against = (
            layer["speaks_against"].str.split("; ").map(lambda ids, c=clause: c.clause_id in ids)
        )
        rows = excluded[(excluded["result"] == name) & (excluded["measure"] == clause.measure)]
        unknown = (rows["kind"] == "unknown").sum()
        assert counts.sum() == verdict.counted == written_row["counted"]
        assert unknown == verdict.excluded == written_row["excluded"]
        ids = layer.loc[against, "evidence_id"].str.removeprefix(f"{clause.analysis}/")
        assert tuple(ids) == verdict.against
        assert not (against & ~counts).any()
        left = layer.loc[~counts, "why_not_counted"].str.contains(f"{clause.clause_id}: ")
        assert left.all()
        if verdict.value is None:
            assert pd.isna(written_row["value"])
            continue
        measure = small_assessment.results[name].measures[clause.measure]
        if clause.analysis == "indicator_targets":
            value = indicator_value(layer[counts], clause.measure)
        elif not counts_features(measure):
            assert float(verdict.value) == written_row["value"]
            continue  # an amount: what its features weigh is the analysis's to say
        else:
            # Of a share, those that count and do not speak against are the numerator.
            done = counts.sum() - against.sum()
            value = 100 * done / counts.sum() if clause.unit == "%" else against.sum()
        recounted.add((clause.analysis, clause.measure))
        assert float(verdict.value) == pytest.approx(value, rel=1e-12)
        assert written_row["value"] == pytest.approx(value, rel=1e-12)
    assert len({analysis for analysis, _ in recounted}) >= 30
    assert len([1 for analysis, _ in recounted if analysis == "indicator_targets"]) == 6


def test_every_reason_is_kept(evidence: Path, small_assessment: Assessment) -> None:
    """The tables hold exactly the rows of the results, whatever measure they are about."""
    excluded, rollups = table(evidence, "excluded"), table(evidence, "rollups")
    assert list(excluded) == [*EXCLUDED_COLUMNS, "result"]
    assert list(rollups) == [*ROLLUP_COLUMNS, "result"]
    for name, result in small_assessment.results.items():
        for found, meant in ((excluded, result.excluded), (rollups, result.rollups)):
            mine = found[found["result"] == name].drop(columns="result").reset_index(drop=True)
            # A database has no fractions.
            exact = {c: "float64" for c in ("numerator", "denominator") if c in meant}
            pd.testing.assert_frame_equal(
                mine.astype(exact), meant.astype(exact), check_dtype=False
            )
        for key, own in result.tables.items():
            assert len(table(evidence, f"{name}__{key}")) == len(own)


def test_every_layer_has_a_default_style(evidence: Path) -> None:
    """QGIS finds it under the name of each layer that has places; it names every category."""
    with opened(evidence) as database:
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
        columns = dict(
            database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
        )
    named = [name for name, *_ in styles]
    assert {name.partition("__")[0] for name in named} == set(PLACED)
    # Places that an analysis found are drawn in QGIS's own colours.
    found = {f"{a}__{shape.name}" for a, card in ANALYSES.items() for shape in card.shapes}
    assert set(columns) == {*named, *found}
    for run, geometry, qml, default in styles:
        assert (geometry, default) == (columns[run], 1)
        name = run.partition("__")[0]
        root = ET.fromstring(qml)  # noqa: S314 - our own text, without an entity
        values = [category.get("value") for category in root.iter("category")]
        assert values == [category.value for category in ANALYSES[name].categories]


def test_a_sample_says_so(evidence: Path) -> None:
    """Each layer's description begins with the mark."""
    with opened(evidence) as database:
        told = dict(database.execute("SELECT table_name, description FROM gpkg_contents"))
    assert all(told[name].startswith("示例数据 / SAMPLE: ") for name in ANALYSES)


def test_five_boilers(tmp_path: Path) -> None:
    """The layer says of each boiler, by hand, if it counts for I01 and why not."""
    root = five_boilers(tmp_path / "workspace")
    path = written(root, tmp_path, only=["I01"])
    layer = table(path, "boilers_in_heating_coverage").set_index("boiler_id")
    assert layer["counts_for"].to_dict() == {"B1": "I01", "B2": "I01", "B3": "", "B4": "", "B5": ""}
    assert layer.index[layer["speaks_against"] == "I01"].tolist() == ["B1"]
    assert layer["why_not_counted"].tolist()[:2] == ["", ""]
    assert layer.loc["B3", "why_not_counted"] == "I01: 不在供热管网覆盖范围内"
    assert layer.loc["B4", "why_not_counted"] == "I01: 不是燃煤锅炉"
    assert not layer["is_sample"].any()


def test_rejected_rows_are_listed(tmp_path: Path) -> None:
    """One row with one fault: its file, row, column, value and reason in both languages."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "boilers", BROKEN_BOILER)
    rejected = table(written(root, tmp_path, only=["I01"]), "rejected")
    assert list(rejected) == list(REJECTED_COLUMNS)
    (row,) = rejected.to_dict("records")
    assert (row["layer"], row["source"], row["row"]) == ("boilers", "boilers.csv", 7)
    assert (row["column"], row["value"]) == ("额定蒸发量(蒸吨/小时)", "很大")
    assert row["reason_zh"]
    assert row["reason_en"]


def test_nothing_to_show_still_has_its_columns(tmp_path: Path) -> None:
    """A clause without any layer: no layer in the file, and every table with its headers."""
    root = five_boilers(tmp_path / "workspace")
    space = replace(open_workspace(root), layers={})
    path = tmp_path / "evidence.gpkg"
    write_evidence(assess(space), path)
    assert len(table(path, "verdicts")) == len(assess(space).verdicts)
    for name, columns in (
        ("excluded", [*EXCLUDED_COLUMNS, "result"]),
        ("rejected", list(REJECTED_COLUMNS)),
        ("rollups", [*ROLLUP_COLUMNS, "result"]),
        ("overrides", [one.name for one in fields(Override)]),
    ):
        found = table(path, name)
        assert (list(found), len(found)) == (columns, 0)
    checks = table(path, "cross_checks")
    assert list(checks) == [
        *("name", "title", "clauses", "state", "told", "class", "count", "feature_ids")
    ]
    # The plan's own checks are told of; without a result none of them can be made.
    assert len(set(checks["name"])) == 4
    assert set(checks["state"]) == {"unknown"}


def test_two_runs_of_one_analysis_keep_their_clauses_apart(tmp_path: Path) -> None:
    """With other parameters H03 has a layer of its own, and only there it counts anything."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "river_reaches", 'R1,辽河,0,是,"LINESTRING (123.8 42.2, 123.9 42.2)"')
    add_rows(root, "river_reaches", 'R2,清河,1,是,"LINESTRING (123.8 42.4, 123.9 42.4)"')
    add_rows(root, "outfalls", "E1,,甲口,,,,辽河,,,,,,,,,123.85,42.2")
    space = open_workspace(root)
    head, tail = space.plan.read_text(encoding="utf-8").split('clause_id = "H03"')
    own = '[clause.parameters.main_stem_rivers]\nvalue = ["清河"]\nverified = false\n'
    own += 'source_zh = "试"\nsource_en = "a trial"\n\n[[clause.assumptions]]'
    tail = tail.replace("[[clause.assumptions]]", own, 1)
    (root / "other.toml").write_text(f'{head}clause_id = "H03"{tail}', encoding="utf-8")
    assessment = assess(replace(space, plan=root / "other.toml"), only=["H02", "H03"])
    path = tmp_path / "evidence.gpkg"
    write_evidence(assessment, path)
    for name, clause in (("outfall_remediation", "H02"), ("outfall_remediation__H03", "H03")):
        (row,) = table(path, name).to_dict("records")
        told = row["counts_for"] or row["why_not_counted"].partition(":")[0]
        assert told == clause


def test_english(tmp_path: Path, small_assessment: Assessment) -> None:
    """In English the words are English, and the ids are the same."""
    path = tmp_path / "evidence.gpkg"
    write_evidence(of_few(small_assessment), path, language="en")
    row = table(path, "verdicts").iloc[0]
    assert row["paraphrase"] == small_assessment.verdicts[0].clause.paraphrase.en
    layer = table(path, "park_circular_retrofit")
    titles = {c.title.en for c in ANALYSES["park_circular_retrofit"].categories}
    assert set(layer["category_title"]) <= titles


def test_the_bytes_follow_from_the_assessment(
    tmp_path: Path, small_assessment: Assessment, evidence: Path
) -> None:
    """Written again they are the same, in whatever order the features come; of another day not."""
    turned = {
        name: replace(result, features=result.features.iloc[::-1])
        for name, result in small_assessment.results.items()
    }
    write_evidence(replace(small_assessment, results=turned), tmp_path / "turned.gpkg")
    assert (tmp_path / "turned.gpkg").read_bytes() == evidence.read_bytes()
    few = of_few(small_assessment)
    write_evidence(few, tmp_path / "few.gpkg")
    write_evidence(replace(few, as_of=date(2025, 12, 30)), tmp_path / "other.gpkg")
    assert (tmp_path / "other.gpkg").read_bytes() != (tmp_path / "few.gpkg").read_bytes()


@pytest.mark.parametrize(
    ("option", "own"),
    [("OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z"), ("OGR_SQLITE_SYNCHRONOUS", "NORMAL")],
)
def test_the_settings_of_gdal_are_given_back(
    tmp_path: Path, small_assessment: Assessment, option: str, own: str
) -> None:
    """A date that the user had fixed for GDAL, or how it waits for the disk, is set again."""
    pyogrio.set_gdal_config_options({option: own})
    try:
        write_evidence(replace(small_assessment, results={}), tmp_path / "e.gpkg")
        assert pyogrio.get_gdal_config_option(option) == own
    finally:
        pyogrio.set_gdal_config_options({option: None})


def test_what_is_not_there_is_not_published(
    tmp_path: Path, small_assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that loses the last row of each layer is found out on reading back."""
    write = pyogrio.write_dataframe

    def lose(frame: pd.DataFrame, *place: object, **options: object) -> None:
        write(frame.iloc[:-1], *place, **options)

    monkeypatch.setattr(geopackage.pyogrio, "write_dataframe", lose)
    with pytest.raises(OutputError, match="does not hold what was written to it"):
        write_evidence(of_few(small_assessment), tmp_path / "e.gpkg")


@pytest.mark.parametrize("kilobytes", [0, 8, 100, 390])
def test_a_disk_that_fills_up(tmp_path: Path, small_assessment: Assessment, kilobytes: int) -> None:
    """At whatever size the system stops a file, it is the environment's fault, told in words."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kilobytes, before[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write e\.gpkg whole") as caught:
            write_evidence(small_assessment, tmp_path / "e.gpkg")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.exit_status == 3
