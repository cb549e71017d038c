"""A GeoPackage is whole, closed, and its layer is a plain table; nothing in it is changed."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from tieling_geo.errors import BrokenFileError, InputError, UntrustedFileError
from tieling_geo.readers import read_layer
from tieling_geo.readers.vectors.geopackage import check_geopackage, read_geopackage
from tieling_geo.records import Card

CARD = Card("", "", "", "cgcs2000")


def written(folder: Path, *layers: str, count: int = 3) -> Path:
    """Write a GeoPackage with some layers of points."""
    path = folder / "锅炉 #1?.gpkg"
    for layer in layers or ("boilers",):
        frame = gpd.GeoDataFrame(
            {"boiler_id": [f"{layer}{n}" for n in range(count)]},
            geometry=[Point(123.8 + n / 10, 42.3) for n in range(count)],
            crs=4490,
        )
        frame.to_file(path, layer=layer)
    return path


def changed(path: Path, *statements: str) -> Path:
    """Run statements on a GeoPackage."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
    return path


def refused(path: Path) -> InputError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    with pytest.raises(InputError) as told:
        read_layer("boilers", path, card=CARD)
    for words in told.value.message:
        assert path.name in words
        assert str(path.parent) not in words
    return told.value


def test_rows_are_counted_without_gdal(tmp_path: Path) -> None:
    """A name with odd characters is no trouble."""
    assert check_geopackage(written(tmp_path), layer="boilers") == ("boilers", 3)


def test_the_count_that_gdal_keeps_is_not_trusted(tmp_path: Path) -> None:
    """Another program may have left it behind; the rows themselves count."""
    path = changed(written(tmp_path), "UPDATE gpkg_ogr_contents SET feature_count = 1")
    assert read_layer("boilers", path, card=CARD).rows_in == 3


@pytest.mark.parametrize("layers", [["boilers"], ["other"], ["other", "boilers", "third"]])
def test_the_only_layer_or_the_one_of_the_name_is_read(tmp_path: Path, layers: list[str]) -> None:
    """An odd name is no trouble either."""
    table, _ = check_geopackage(written(tmp_path, *layers), layer="boilers")
    assert table == ("boilers" if "boilers" in layers else "other")


def test_a_layer_of_an_odd_name_is_read(tmp_path: Path) -> None:
    """Quotes, spaces and semicolons in it are no SQL."""
    path = written(tmp_path, 'a"; DROP TABLE gpkg_contents; --')
    assert read_layer("boilers", path, card=CARD).rows_in == 3


def test_several_layers_and_none_of_the_name_are_refused(tmp_path: Path) -> None:
    """With their names; tables without geometry are no layers."""
    path = written(tmp_path, "one", "two")
    assert "['one', 'two']" in refused(path).to("zh")
    path = changed(path, "UPDATE gpkg_contents SET data_type = 'attributes'")
    assert "图层 []" in refused(path).to("zh")


def test_styles_and_tables_of_attributes_are_no_layers(tmp_path: Path) -> None:
    """As QGIS leaves them beside the only layer."""
    path = changed(
        written(tmp_path, "other"),
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles')",
    )
    assert read_layer("boilers", path, card=CARD).rows_in == 3


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_file_that_is_open_or_was_left_in_a_crash_is_refused(tmp_path: Path, suffix: str) -> None:
    """Rows may stand beside it, not in it; an empty file beside it says nothing."""
    path = written(tmp_path)
    beside = path.with_name(path.name + suffix)
    beside.touch()
    assert read_layer("boilers", path, card=CARD).rows_in == 3
    beside.write_bytes(b"x")
    assert beside.name in refused(path).to("zh")


def test_a_real_write_in_progress_is_refused(tmp_path: Path) -> None:
    """A connection in write-ahead mode keeps its rows beside the file."""
    path = written(tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE more (id INTEGER)")
        database.commit()
        assert "-wal" in refused(path).to("zh")


def test_the_file_is_not_changed(tmp_path: Path) -> None:
    """Not a byte of it, and nothing is left beside it."""
    path = written(tmp_path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.chmod(0o444)
    read_layer("boilers", path, card=CARD)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_cut_anywhere_is_seen(tmp_path: Path) -> None:
    """In the middle of pages and between them."""
    path = written(tmp_path, count=200)
    content = path.read_bytes()
    lengths = {len(content) * n // 40 for n in range(1, 40)}
    lengths |= {len(content) - 1, len(content) - 4096, 100, 4096, 8192}
    for length in sorted(lengths):
        path.write_bytes(content[:length])
        with pytest.raises(BrokenFileError):
            check_geopackage(path, layer="boilers")


@pytest.mark.parametrize("name", ["boilers", "gpkg_contents", "gpkg_geometry_columns"])
def test_a_view_in_the_place_of_stored_rows_is_refused(tmp_path: Path, name: str) -> None:
    """A view can call functions that open other files."""
    path = changed(
        written(tmp_path),
        f'ALTER TABLE "{name}" RENAME TO kept',
        f'CREATE VIEW "{name}" AS SELECT * FROM kept',  # noqa: S608 - names of this test
    )
    assert isinstance(refused(path), UntrustedFileError)


@pytest.mark.parametrize("used", ["rtree_other(id, a, b)", "fts5(a)"])
def test_a_virtual_table_is_refused(tmp_path: Path, used: str) -> None:
    """All but the spatial index: some of them open other files."""
    path = changed(written(tmp_path), "CREATE TABLE more (id INTEGER)")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'more'",
            [f"CREATE VIRTUAL TABLE more USING {used}"],
        )
    assert isinstance(refused(path), UntrustedFileError)


def test_a_database_without_the_tables_of_a_geopackage_is_refused(tmp_path: Path) -> None:
    """Its mark says GeoPackage, its content does not."""
    path = changed(written(tmp_path), "DROP TABLE gpkg_geometry_columns")
    assert isinstance(refused(path), BrokenFileError)


def drop_triggers(path: Path) -> None:
    """Take away the triggers, which ask for functions that SQLite does not have."""
    with closing(sqlite3.connect(path)) as database, database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f'DROP TRIGGER "{name}"')


def test_the_row_numbers_are_no_data_but_a_layers_own_number_is(tmp_path: Path) -> None:
    """`fid` is left out, and told where its numbers could mean something; another key is kept."""
    path = written(tmp_path)
    assert list(read_geopackage(path, layer="boilers").attributes) == ["boiler_id"]
    assert read_geopackage(path, layer="boilers").notes == ()
    drop_triggers(path)
    changed(path, "DELETE FROM gpkg_extensions", "UPDATE boilers SET fid = 100 + fid")
    changed(path, 'DELETE FROM "rtree_boilers_geom"')
    with pytest.raises(BrokenFileError, match="spatial index"):
        read_geopackage(path, layer="boilers")
    changed(path, 'DROP TABLE "rtree_boilers_geom"')
    assert "列 fid" in read_geopackage(path, layer="boilers").notes[0].zh
    changed(path, "ALTER TABLE boilers RENAME COLUMN fid TO number")
    table = read_geopackage(path, layer="boilers")
    assert table.attributes["number"].tolist() == [101, 102, 103]
    assert table.notes == ()


def test_values_are_as_sqlite_holds_them(tmp_path: Path) -> None:
    """Text in a column of numbers stays text; GDAL would make it zero."""
    drop_triggers(path := written(tmp_path))
    changed(
        path,
        "ALTER TABLE boilers ADD COLUMN capacity REAL",
        "ALTER TABLE boilers ADD COLUMN used BOOLEAN",
        "ALTER TABLE boilers ADD COLUMN picture BLOB",
        "UPDATE boilers SET capacity = '75t', used = 1, picture = x'00ff' WHERE fid = 2",
        "UPDATE boilers SET capacity = 7.5, boiler_id = CAST(x'42ff' AS TEXT) WHERE fid = 3",
        "UPDATE boilers SET boiler_id = 'B' || char(0) || '1' WHERE fid = 1",
    )
    table = read_geopackage(path, layer="boilers")
    assert table.attributes["capacity"].tolist() == [None, "75t", 7.5]
    assert table.attributes["used"].tolist() == [None, True, None]
    assert "picture" not in table.attributes
    assert any("picture" in note.zh for note in table.notes)
    assert [(f.position, f.column, f.value) for f in table.faults] == [
        (0, "boiler_id", "B?1"),
        (2, "boiler_id", "B\ufffd"),
    ]


BLOBS = {
    "no geometry": b"hello, world",
    "text": "x",
    "head cut": b"GP\x00\x01",
    "unknown box": b"GP\x00\x0b" + bytes(80),
    "other reference system": b"GP\x00\x01" + (4550).to_bytes(4, "little") + bytes(21),
    "longer than it says": b"GP\x00\x01" + (4490).to_bytes(4, "little") + Point(1, 2).wkb + b"x",
    "no WKB": b"GP\x00\x01" + (4490).to_bytes(4, "little") + b"rubbish",
}


@pytest.mark.parametrize("blob", BLOBS.values(), ids=list(BLOBS))
def test_a_broken_geometry_is_a_fault_of_its_row(tmp_path: Path, blob: object) -> None:
    """The others are read."""
    path = written(tmp_path)
    drop_triggers(path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE boilers SET geom = ? WHERE fid = 2", [blob])
    table = read_geopackage(path, layer="boilers")
    assert [shape is None for shape in table.geometry] == [False, True, False]
    assert [(f.position, f.column) for f in table.faults] == [(1, "geometry")]


def test_a_geometry_that_left_its_box_is_flagged(tmp_path: Path) -> None:
    """The index keeps where it was: somebody, or something, moved it."""
    path = written(tmp_path)
    drop_triggers(path)
    moved = b"GP\x00\x01" + (4490).to_bytes(4, "little") + Point(124.8, 42.3).wkb
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE boilers SET geom = ? WHERE fid = 2", [moved])
    table = read_geopackage(path, layer="boilers")
    assert table.faults == ()
    assert [(f.position, f.column) for f in table.flags] == [(1, "geometry")]
