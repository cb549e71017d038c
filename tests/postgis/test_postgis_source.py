"""
A table of a PostGIS database comes in whole, or says why not.

| case | decision |
|---|---|
| table, view, materialised view, partitioned table | read; rows in key order, else by values |
| reserved, Chinese, capital and hostile names of columns | read, quoted |
| NULL, empty, Z, M geometries | read as they are; the row's own checks follow |
| curves, surfaces | a fault of the row |
| geography | read as longitude and latitude |
| mixed SRIDs, SRID 0, SRID that is not EPSG's | CRSError, exit 2 |
| no geometry, two geometries, unknown geometry column | LayerSchemaError, exit 2 |
| row security that would hide rows, a view that changes | ServiceError, exit 4 |
"""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hand_made_postgis import POINT, Server, make, read
from pandas.testing import assert_frame_equal
from psycopg import sql

from tieling_geo.errors import CRSError, LayerSchemaError, ServiceError, TielingGeoError
from tieling_geo.readers import read_layer
from tieling_geo.readers.postgis import reading as postgis
from tieling_geo.readers.postgis.reading import postgis_sha256, read_postgis
from tieling_geo.records import Card, Source
from tieling_geo.schemas import Boilers


@pytest.mark.parametrize("made", ["VIEW", "MATERIALIZED VIEW"])
def test_views(server: Server, schema: str, made: str) -> None:
    """A view is read like the table below it, its rows in the order of their values."""
    make(
        server,
        schema,
        "id int PRIMARY KEY, name text, geom geometry(Point, 4490)",
        f"1, 'b', {POINT}",
        f"2, 'a', {POINT}",
        f"3, NULL, {POINT}",
    )
    query = "CREATE {made} {s}.seen AS SELECT name, geom FROM {s}.boilers"
    server.run(query, s=schema, made=sql.SQL(made))  # type: ignore[arg-type]
    table = read(server, schema, "seen")
    assert table.attributes["name"].tolist() == [None, "a", "b"]
    assert table.notes[0].en == "no primary key: rows are numbered by their values"


def test_partitions(server: Server, schema: str) -> None:
    """All partitions are one table."""
    make(server, schema, "id int, geom geometry(Point, 4490)", table="own")
    server.run(
        f"CREATE TABLE {schema}.boilers (id int, geom geometry(Point, 4490)) PARTITION BY LIST (id)"
    )
    for part in (1, 2):
        server.run(
            f"CREATE TABLE {schema}.p{part} PARTITION OF {schema}.boilers FOR VALUES IN ({part})"
        )
    server.run("INSERT INTO {s}.boilers VALUES (2, {p}), (1, {p})", s=schema, p=sql.SQL(POINT))
    assert read(server, schema).attributes["id"].tolist() == [1, 2]


def test_order_does_not_depend_on_how_rows_are_stored(server: Server, schema: str) -> None:
    """Put in backwards the rows, and the hash of the content, are the same; one value less not."""
    columns = "name text, n int, geom geometry(Point, 4490)"
    rows = [f"'{name}', {n}, {POINT}" for name, n in (("乙", 10), ("甲", 9), ("甲", 10), ("", 0))]
    make(server, schema, columns, *rows, table="one")
    make(server, schema, columns, *rows[::-1], table="two")
    make(server, schema, columns, *rows[:-1], table="less")
    one, two = read(server, schema, "one"), read(server, schema, "two")
    assert one.attributes.equals(two.attributes)
    assert postgis_sha256(one) == postgis_sha256(two)
    assert postgis_sha256(one) != postgis_sha256(read(server, schema, "less"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("'1', 'x'", "1, 'x'"),
        ("'a', 'bc'", "'ab', 'c'"),
        ("NULL, 'x'", "'', 'x'"),
        ("'a', 'b'", "'b', 'a'"),
    ],
)
def test_hash_tells_contents_apart(server: Server, schema: str, first: str, second: str) -> None:
    """Type, border between values, blank and order of columns all count."""
    for name, row in (("one", first), ("two", second)):
        kind = "text" if row.startswith(("'", "NULL")) else "int"
        make(server, schema, f"a {kind}, b text, g geometry", f"{row}, {POINT}", table=name)
    assert postgis_sha256(read(server, schema, "one")) != postgis_sha256(
        read(server, schema, "two")
    )


@pytest.mark.parametrize(
    "name", ["order", "供热能力(MW)", "Name", 'a"b', "a%sb", "%(x)s", "{}", "a b"]
)
def test_odd_names_of_columns(server: Server, schema: str, name: str) -> None:
    """A column is read by whatever name it has, also as geometry and as key."""
    quoted = '"' + name.replace('"', '""') + '"'
    make(server, schema, f"{quoted} text PRIMARY KEY, geom geometry", f"'值', {POINT}")
    make(server, schema, f"id int, {quoted} geometry", f"1, {POINT}", table="shape")
    assert read(server, schema).attributes.to_dict("records") == [{name: "值"}]
    assert read(server, schema, "shape").geometry.tolist() == [shapely.Point(123.84, 42.29)]


@pytest.mark.parametrize("name", ["user", "锅炉_2024", "Boilers", "select"])
def test_odd_names_of_tables(server: Server, schema: str, name: str) -> None:
    """Reserved, Chinese and capital names are quoted; capitals count."""
    make(server, schema, "id int, geom geometry", f"1, {POINT}", table=name)
    assert len(read(server, schema, name).rows) == 1
    if name == "Boilers":
        with pytest.raises(ServiceError, match="no such table or view"):
            read(server, schema, "boilers")


@pytest.mark.parametrize(
    ("wkt", "has"),
    [
        ("POINT EMPTY", {"is_empty": True}),
        ("POINT Z (1 2 3)", {"has_z": True}),
        ("POINT M (1 2 3)", {"has_m": True}),
        ("POINT ZM (1 2 3 4)", {"has_z": True, "has_m": True}),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", {"is_valid": False}),
        ("GEOMETRYCOLLECTION (POINT (1 2))", {"is_valid": True}),
    ],
)
def test_geometries_come_as_they_are(
    server: Server, schema: str, wkt: str, has: Mapping[str, bool]
) -> None:
    """No repair, no drop: what is wrong with a shape is judged row by row, as for files."""
    make(server, schema, "id int, geom geometry", f"1, ST_GeomFromText('{wkt}', 4490)")
    table = read(server, schema)
    (shape,) = table.geometry
    assert not table.faults
    assert {name: bool(getattr(shape, name)) for name in has} == has
    assert shapely.get_srid(shape) == 0


def test_not_finite_coordinates_come_as_they_are(server: Server, schema: str) -> None:
    """They are rejected by the check that every kind of file shares."""
    make(
        server,
        schema,
        "id int, geom geometry",
        "1, ST_SetSRID(ST_MakePoint('NaN', 42), 4490)",
        "2, ST_SetSRID(ST_MakePoint('Infinity', 42), 4490)",
    )
    xs = [shape.x for shape in read(server, schema).geometry]
    assert np.isnan(xs[0])
    assert np.isposinf(xs[1])


@pytest.mark.parametrize(
    ("wkt", "kind"),
    [
        ("CIRCULARSTRING (0 0, 1 1, 2 0)", "CIRCULARSTRING"),
        ("CURVEPOLYGON (CIRCULARSTRING (0 0, 2 0, 2 2, 0 2, 0 0))", "CURVEPOLYGON"),
        ("COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 3 0))", "COMPOUNDCURVE"),
        ("TIN (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))", "TIN"),
        ("POLYHEDRALSURFACE (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))", "POLYHEDRALSURFACE"),
    ],
)
def test_curves_are_faults_of_their_rows(server: Server, schema: str, wkt: str, kind: str) -> None:
    """The row is named with its type; the good row beside it comes in."""
    make(
        server,
        schema,
        "id int PRIMARY KEY, geom geometry",
        f"1, {POINT}",
        f"2, ST_GeomFromText('{wkt}', 4490)",
    )
    table = read(server, schema)
    assert [(f.position, f.column, f.value) for f in table.faults] == [(1, "geometry", kind)]
    assert table.geometry.tolist() == [shapely.Point(123.84, 42.29), None]


def test_geography(server: Server, schema: str) -> None:
    """A geography is longitude and latitude in its own SRID, which is EPSG 4326 unless said."""
    make(server, schema, "id int, g geography(Point)", "1, ST_MakePoint(123.84, 42.29)")
    make(server, schema, "id int, g geography(Point, 4490)", f"1, {POINT}", table="china")
    for name, code in (("boilers", 4326), ("china", 4490)):
        table = read(server, schema, name)
        assert table.crs is not None
        assert table.crs.to_epsg() == code
        assert table.geometry.tolist() == [shapely.Point(123.84, 42.29)]


def test_domains(server: Server, schema: str) -> None:
    """A domain over a geometry or a number is what it is a domain of."""
    server.run(f"CREATE DOMAIN {schema}.place AS geometry(Point, 4490)")
    server.run(f"CREATE DOMAIN {schema}.tonnes AS numeric CHECK (VALUE >= 0)")
    make(server, schema, f"t {schema}.tonnes, g {schema}.place", f"1.5, {POINT}")
    table = read(server, schema)
    assert table.attributes["t"].tolist() == [1.5]
    assert len(table.geometry) == 1


def test_zero_rows(server: Server, schema: str) -> None:
    """An empty table has its columns, and the CRS that its column declares."""
    make(server, schema, "id int, name text, geom geometry(Point, 4529)")
    table = read(server, schema)
    assert (list(table.attributes), len(table.geometry), len(table.rows)) == (["id", "name"], 0, 0)
    assert table.crs is not None
    assert table.crs.to_epsg() == 4529


def refused(
    server: Server, schema: str, kind: type[TielingGeoError], words: str, **more: object
) -> TielingGeoError:
    """Check that a table is refused in both languages; give the error."""
    with pytest.raises(kind, match=words) as caught:
        read(server, schema, **more)
    assert f"{schema}.boilers" in caught.value.message.zh
    return caught.value


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((POINT, "ST_SetSRID(ST_MakePoint(1, 2), 4326)", "NULL"), r"4326 \(1\), 4490 \(1\)"),
        (("ST_MakePoint(1, 2)",), "SRID 0"),
        ((POINT, "ST_MakePoint(1, 2)"), r"0 \(1\), 4490 \(1\)"),
        ((), "SRID 0"),
        (("NULL",), "SRID 0"),
        (("ST_SetSRID(ST_MakePoint(1, 2), 990001)",), "SRID 990001 is no CRS of EPSG"),
        (("ST_SetSRID(ST_MakePoint(1, 2), 990002)",), "SRID 990002 is no CRS of EPSG"),
        (("ST_SetSRID(ST_MakePoint(1, 2), 990003)",), "SRID 990003 is no CRS of EPSG"),
    ],
    ids=["mixed", "none", "some", "no row", "all blank", "unknown", "ESRI", "no such code"],
)
def test_crs_is_one_and_known(
    server: Server, schema: str, rows: tuple[str, ...], words: str
) -> None:
    """Two SRIDs, none, or one of another authority: nothing is guessed."""
    server.run("DELETE FROM spatial_ref_sys WHERE srid > 990000")
    server.run(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid) VALUES "
        "(990002, 'ESRI', 102025), (990003, 'EPSG', 999999)"
    )
    make(server, schema, "geom geometry", *rows)
    assert refused(server, schema, CRSError, words).exit_status == 2


def test_srid_is_not_taken_for_the_code(server: Server, schema: str) -> None:
    """Where an office numbered EPSG 4550 as 990004, it is EPSG 4550."""
    server.run("DELETE FROM spatial_ref_sys WHERE srid > 990000")
    server.run(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid) VALUES (990004, 'EPSG', 4550)"
    )
    make(server, schema, "geom geometry", "ST_SetSRID(ST_MakePoint(569000, 4680000), 990004)")
    table = read(server, schema)
    assert table.crs is not None
    assert table.crs.to_epsg() == 4550


def test_geometry_column_is_not_guessed(server: Server, schema: str) -> None:
    """None, two, or another than named: refused; named, the other is said to be unread."""
    make(server, schema, "id int, lon float8, lat float8")
    refused(server, schema, LayerSchemaError, "columns of coordinates are not read")
    server.run(f"ALTER TABLE {schema}.boilers ADD a geometry, ADD b geometry(Point, 4490)")
    refused(server, schema, LayerSchemaError, "several geometry columns, a, b")
    refused(server, schema, LayerSchemaError, "no geometry column c; known: a, b", geometry="c")
    table = read_postgis(server.table("boilers", schema=schema, geometry="b"), schema=Boilers)
    assert list(table.attributes) == ["id", "lon", "lat"]
    assert "uses geometry column b, not a" in table.notes[1].en


def test_hidden_rows_are_an_error(server: Server, schema: str) -> None:
    """Row security leaves rows out without a word: such a table, and a view on one, is refused."""
    make(server, schema, "id int, geom geometry", f"1, {POINT}", f"2, {POINT}")
    server.run(f"ALTER TABLE {schema}.boilers ENABLE ROW LEVEL SECURITY")
    server.run(f"CREATE POLICY p ON {schema}.boilers USING (id = 1)")
    assert refused(server, schema, ServiceError, "row security hides rows").exit_status == 4


def test_a_view_that_changes_is_an_error(server: Server, schema: str) -> None:
    """Rows are counted and read in one snapshot: if they differ nothing is used."""
    server.run(
        "CREATE VIEW {s}.boilers AS SELECT n, {p} AS geom FROM generate_series(1, "
        "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint % 997) AS n",
        s=schema,
        p=sql.SQL(POINT),
    )

    def read_often() -> None:
        for _ in range(20):
            read(server, schema)

    with pytest.raises(ServiceError, match=r"it counts [0-9]+ rows and gives [0-9]+"):
        read_often()


def test_nothing_can_be_changed(server: Server, schema: str) -> None:
    """A view whose function writes fails: the transaction is read only."""
    make(server, schema, "id int", table="log")
    server.run(
        "CREATE FUNCTION {s}.f() RETURNS int LANGUAGE sql SECURITY DEFINER VOLATILE AS "
        "'INSERT INTO {s}.log VALUES (1) RETURNING 1'",
        s=schema,
    )
    server.run(f"CREATE VIEW {schema}.boilers AS SELECT {schema}.f(), {POINT} AS geom")
    with pytest.raises(ServiceError, match="SQLSTATE 25006"):
        read(server, schema)
    assert server.run("SELECT count(*) FROM {s}.log", s=schema) == [(0,)]


def test_too_many_rows(server: Server, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the limit is read; one row more, or too many bytes, is refused."""
    make(server, schema, "id int, geom geometry", *[f"{n}, {POINT}" for n in range(3)])
    monkeypatch.setattr(postgis, "MAX_ROWS", 3)
    monkeypatch.setattr(postgis, "MAX_BYTES", 63)  # three points of 21 bytes
    assert len(read(server, schema).rows) == 3
    monkeypatch.setattr(postgis, "MAX_BYTES", 62)
    refused(server, schema, ServiceError, "make a view")
    monkeypatch.setattr(postgis, "MAX_ROWS", 2)
    refused(server, schema, ServiceError, "make a view")


def test_many_batches(server: Server, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that end exactly with the last row, or before it, lose nothing."""
    make(server, schema, "id int PRIMARY KEY, geom geometry", *[f"{n}, {POINT}" for n in range(6)])
    for size in (1, 2, 3, 4, 6, 7):
        monkeypatch.setattr(postgis, "_BATCH_ROWS", size)
        assert read(server, schema).attributes["id"].tolist() == list(range(6))


def test_same_layer_as_a_geopackage(server: Server, schema: str, tmp_path: Path) -> None:
    """Relation 10: the same typed features, rejected values and keys as from a GeoPackage."""
    rows = {
        "boiler_id": ["B1", "B2", "B3", "B4"],
        "fuel": ["燃煤", None, "天然气", "煤"],
        "capacity_mw": [7.5, None, 0.1, -1],
        "commissioned_on": ["2009-11-01", None, "2001-06-09", "2011-01-01"],
    }
    places = [shapely.Point(123.84, 42.29), shapely.Point(124.03, 42.54), None, None]
    path = tmp_path / "boilers.gpkg"
    gpd.GeoDataFrame(rows, geometry=places, crs=4490).to_file(path, layer="boilers")
    make(
        server,
        schema,
        "boiler_id text PRIMARY KEY, fuel varchar(9), capacity_mw numeric(6,2), "
        "commissioned_on date, geometry geometry(Point, 4490)",
        *[
            ", ".join("NULL" if v is None else f"'{v}'" for v in row)
            for row in zip(
                *rows.values(),
                [None if p is None else f"SRID=4490;{p.wkt}" for p in places],
                strict=True,
            )
        ],
    )
    card = Card("铁岭市某局", "内部使用", "2025-12-31", "cgcs2000")
    url = f"postgis://reader@127.0.0.1:{server.port}/tieling/{schema}.boilers"
    ours = read_layer("boilers", Source(None, path, address=url, label="db"), card=card)
    theirs = read_layer("boilers", Source(path, path), card=card)
    assert ours.rows_in == theirs.rows_in == 4
    assert ours.features.index.tolist() == ["B1", "B2"]
    assert_geodataframe_equal(ours.features, theirs.features)
    assert_frame_equal(ours.rejected.drop(columns="source"), theirs.rejected.drop(columns="source"))
    assert sorted(ours.rejected["row"].unique()) == [3, 4]
    assert set(ours.rejected["source"]) == {"db"}
