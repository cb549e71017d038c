"""
The evidence in a database: the rows of `evidence.gpkg`, all of them or none.

| case | decision |
|---|---|
| schema absent, empty, with an earlier run | written whole; the earlier run's tables go |
| other tables of the user's | never touched |
| text, numbers, days and places | as in the file; what PostgreSQL cannot store is shown |
| no row | the table is there, empty, with its columns |
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import shapely
from hand_made_postgis import Server, content, tables
from psycopg import sql

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import Assessment
from tieling_geo.reports.geopackage import write_evidence
from tieling_geo.reports.postgis import MARK, write_postgis

KINDS = {"point": "POINT", "line": "MULTILINESTRING", "polygon": "MULTIPOLYGON"}
#: Analyses whose features have places; the results of the others are tables without geometry.
PLACED = [name for name, card in ANALYSES.items() if card.inputs[0].card().has_places]


def placed(assessment: Assessment) -> dict[str, str]:
    """Give the layers that have places, with their geometry: features, and what was found."""
    found = {}
    for name, result in assessment.results.items():
        card = ANALYSES[result.analysis]
        if result.analysis in PLACED:
            found[name] = str(card.inputs[0].card().geometry)
        found |= {f"{name}__{shape.name}": str(shape.family) for shape in card.shapes}
    return found


def test_same_rows_as_the_geopackage(
    server: Server, results: str, small_assessment: Assessment, tmp_path: Path
) -> None:
    """Every table, column, type, value and place of `evidence.gpkg`, but for QGIS's styles."""
    path = tmp_path / "evidence.gpkg"
    write_evidence(small_assessment, path)
    written = write_postgis(small_assessment, server.schema(results))
    meant = [name for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    assert sorted(written) == sorted(meant) == tables(server, results)
    for name in meant:
        is_layer = name in placed(small_assessment)
        theirs = pyogrio.read_dataframe(path, layer=name, read_geometry=is_layer)
        columns = [c for c in theirs.columns if c != "geometry"]
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        shape = sql.SQL(", ST_AsBinary(geom)" if is_layer else "")
        ours = pd.DataFrame(
            server.run("SELECT {c}{g} FROM {s}.{t}", c=listed, g=shape, s=results, t=name),
            columns=[*columns, *(["geometry"] if is_layer else [])],
        )
        assert len(ours) == len(theirs)
        for column in columns:
            assert told(ours[column]) == told(theirs[column]), (name, column)
        if is_layer:
            places = shapely.from_wkb(ours["geometry"].to_numpy())
            assert shapely.equals_exact(places, theirs.geometry.to_numpy(), 0.0).all()


def told(column: pd.Series) -> list[str]:
    """Say each value alike, whatever carried it: yes is 1, days have no time."""
    values = [None if pd.isna(value) else value for value in column]
    return [
        repr(float(value))
        if isinstance(value, (int, float, np.number, np.bool_))
        else str(value).removesuffix(" 00:00:00")
        for value in values
    ]


def test_types_keys_and_indexes(server: Server, results: str, small_assessment: Assessment) -> None:
    """Types are PostgreSQL's own; each layer has one geometry type, SRID 4490, key and index."""
    write_postgis(small_assessment, server.schema(results))
    layers = server.run(
        "SELECT f_table_name, type, srid, coord_dimension FROM geometry_columns "
        "WHERE f_table_schema = {s} ORDER BY 1",
        s=sql.Literal(results),
    )
    expected = placed(small_assessment)
    assert layers == [(name, KINDS[expected[name]], 4490, 2) for name in sorted(expected)]
    kinds = dict(
        server.run(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = {s} AND table_name = 'boilers_in_builtup_areas'",
            s=sql.Literal(results),
        )
    )
    assert kinds["evidence_id"] == "text"
    assert kinds["is_sample"] == "boolean"
    assert kinds["capacity_mw"] == "double precision"
    assert kinds["commissioned_on"] == "date"
    assert kinds["boundary_year"] == "bigint"
    indexed = server.run(
        "SELECT tablename, indexdef LIKE '%gist%' FROM pg_indexes WHERE schemaname = {s}",
        s=sql.Literal(results),
    )
    assert sorted(name for name, is_spatial in indexed if is_spatial) == sorted(expected)
    assert sorted(name for name, is_spatial in indexed if not is_spatial) == sorted([
        *small_assessment.results,
        *expected.keys() - small_assessment.results.keys(),
        "verdicts",
    ])


def test_comments_say_who_wrote_them(server: Server, results: str, few: Assessment) -> None:
    """The mark, the sample's mark, the title and the day, on every table."""
    write_postgis(few, server.schema(results))
    day = few.as_of.isoformat()
    for name, rows in content(server, results).items():
        if rows:
            comment = rows[0][-1]
            assert comment.startswith(f"{MARK}示例数据 / SAMPLE: ")
            assert comment.endswith(f" ({day})")
            if name in ANALYSES:
                assert ANALYSES[name].title.zh in comment


def test_a_schema_that_is_not_there(server: Server, few: Assessment) -> None:
    """It is created, by its Chinese name."""
    try:
        written = write_postgis(few, server.schema("评估结果"), language="en")
        assert tables(server, "评估结果") == sorted(written)
        query = "SELECT paraphrase FROM {s}.verdicts WHERE clause = {c}"
        first = few.verdicts[0].clause
        found = server.run(query, s="评估结果", c=sql.Literal(first.clause_id))
        assert found == [(first.paraphrase.en,)]
    finally:
        server.run("DROP SCHEMA IF EXISTS {s} CASCADE", s="评估结果")


def test_an_earlier_run_goes_and_nothing_else(
    server: Server, results: str, few: Assessment
) -> None:
    """Run twice: the same; then with one analysis less: its table is gone, the user's stay."""
    server.run("CREATE TABLE {s}.mine AS SELECT 1 AS a", s=results)
    server.run("CREATE TABLE {s}.told AS SELECT 1 AS a", s=results)
    server.run("COMMENT ON TABLE {s}.told IS {c}", s=results, c=sql.Literal(f"not {MARK}"))
    place = server.schema(results)
    write_postgis(few, place)
    before = content(server, results)
    write_postgis(few, place)
    assert content(server, results) == before
    first, *rest = few.results
    fewer = replace(few, results={n: few.results[n] for n in rest})
    written = write_postgis(fewer, place)
    assert first not in written
    assert tables(server, results) == sorted([*written, "mine", "told"])


def test_odd_text_and_numbers(server: Server, results: str, few: Assessment) -> None:
    """Signs that end lines, columns or copies, infinity, and what PostgreSQL cannot store."""
    odd = ["\\.", "\\N", "a\tb\nc\rd", "", "'; --", "%s", "\x01\x7f", "😀", "\x00", "\ufeff"]
    name, result = next(iter(few.results.items()))
    table = pd.DataFrame({
        "t": odd,
        "n": [0.1 + 0.2, np.inf, -np.inf, np.nan, 1e-300, 5e-324, -0.0, 1e308, 2.0**53, 1 / 3],
        "moment": pd.to_datetime(["2024-01-01 08:30:00.123456"] * 9 + [None]),
    })
    changed = {**few.results, name: replace(result, tables={"odd": table})}
    write_postgis(replace(few, results=changed), server.schema(results))
    found = server.run("SELECT t, n, moment FROM {s}.{t}", s=results, t=f"{name}__odd")
    assert [text for text, *_ in found] == [*odd[:-2], "␀", "\ufeff"]
    numbers = [None if np.isnan(number) else number for number in table["n"]]
    assert [number for _, number, _ in found] == numbers
    assert str(found[0][2]) == "2024-01-01 08:30:00.123456"
    assert found[9][2] is None


def test_no_rows(server: Server, results: str, few: Assessment) -> None:
    """Without a result the tables are there, empty, with their columns; row numbers are whole."""
    written = write_postgis(replace(few, results={}), server.schema(results))
    assert sorted(written) == [
        "cross_checks",
        "excluded",
        "overrides",
        "rejected",
        "rollups",
        "verdicts",
    ]
    assert content(server, results)["rejected"] == []
    kinds = dict(
        server.run(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = {s} AND table_name = 'rejected'",
            s=sql.Literal(results),
        )
    )
    assert (kinds["row"], kinds["reason_zh"]) == ("bigint", "text")
