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
from tieling_geo.readers.geopackage import check_geopackage
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
