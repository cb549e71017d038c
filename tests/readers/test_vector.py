"""The same rows through every kind of file give the same table, and a broken file none."""

import json
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from shapely import Point

from tieling_geo.errors import BrokenFileError, CRSError, InputError, UntrustedFileError
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.vector import read_vector

KINDS = [".gpkg", ".geojson", ".parquet", ".fgb", ".shp"]
SHAPES = [Point(123.8, 42.3), Point(124.0, 42.5), Point(123.5, 42.0)]


def frame(**columns: Any) -> gpd.GeoDataFrame:  # noqa: ANN401 - any column
    """Return three points with some columns."""
    return gpd.GeoDataFrame({"id": ["a", "b", "c"]} | columns, geometry=SHAPES, crs=4490)


def written(folder: Path, layer: gpd.GeoDataFrame, kind: str) -> Path:
    """Write a layer; its rows keep their order."""
    path = folder / f"boilers{kind}"
    if kind == ".geojson":
        path.write_text(layer.to_json(), encoding="utf-8")
    elif kind == ".parquet":
        layer.to_parquet(path)
    else:
        layer.to_file(path, **({"SPATIAL_INDEX": "NO"} if kind == ".fgb" else {}))
    return path


def read(path: Path) -> RawTable:
    """Read a file of any kind."""
    return read_vector(path, path.suffix, layer="boilers")


@pytest.mark.parametrize("kind", KINDS)
def test_rows_come_whole_and_in_order(tmp_path: Path, kind: str) -> None:
    """Attributes, shapes to the last bit, row numbers, CRS."""
    table = read(
        written(tmp_path, frame(name=["铁岭", None, "昌图"], power=[7.5, None, 0.1]), kind)
    )
    assert list(table.attributes["id"]) == ["a", "b", "c"]
    assert list(table.attributes["name"].fillna("")) == ["铁岭", "", "昌图"]
    assert table.attributes["power"].astype("float64").tolist()[::2] == [7.5, 0.1]
    assert list(table.rows) == [1, 2, 3]
    assert shapely.equals_exact(table.geometry, SHAPES, tolerance=0).all()
    assert table.crs is not None
    assert table.crs.to_epsg() == 4490
    assert table.faults == ()
    assert table.coordinates == ()


@pytest.mark.parametrize("kind", KINDS)
def test_long_whole_numbers_beside_a_blank_keep_every_digit(tmp_path: Path, kind: str) -> None:
    """2**53 + 1 has no floating-point number of its own."""
    numbers = pd.array([2**53 + 1, None, 7], dtype="Int64")
    table = read(written(tmp_path, frame(code=numbers), kind))
    codes = table.attributes["code"]
    assert [None if pd.isna(code) else int(code) for code in codes] == [2**53 + 1, None, 7]


@pytest.mark.parametrize("kind", [".gpkg", ".parquet", ".fgb"])
def test_dates_and_truth_values_arrive(tmp_path: Path, kind: str) -> None:
    """As dates or ISO text, and as true and false, with the blanks blank."""
    days = pd.to_datetime(pd.Series(["2023-12-31", None, "2001-06-09"]))
    flags = pd.array([True, None, False], dtype="boolean")
    table = read(written(tmp_path, frame(day=days, flag=flags), kind))
    told = [str(day)[:10] for day in table.attributes["day"]]
    assert (told[0], told[2]) == ("2023-12-31", "2001-06-09")
    assert table.attributes["day"].isna().tolist() == [False, True, False]
    assert [None if pd.isna(flag) else bool(flag) for flag in table.attributes["flag"]] == [
        True,
        None,
        False,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_rows_is_a_table(tmp_path: Path, kind: str) -> None:
    """Zero rows, with the columns where the kind of file has them."""
    table = read(written(tmp_path, frame().iloc[:0], kind))
    assert len(table.rows) == len(table.geometry) == len(table.attributes) == 0
    assert kind == ".geojson" or list(table.attributes.columns) == ["id"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_geometry_is_a_row_without_one(tmp_path: Path, kind: str) -> None:
    """It is kept for the next room to reject."""
    layer = frame().set_geometry([SHAPES[0], None, SHAPES[2]], crs=4490)
    table = read(written(tmp_path, layer, kind))
    assert [shape is None for shape in table.geometry] == [False, True, False]
    assert table.faults == ()


@pytest.mark.parametrize("kind", [".gpkg", ".parquet", ".fgb"])
def test_a_file_without_crs_states_none(tmp_path: Path, kind: str) -> None:
    """Nothing is put in its place."""
    layer = frame().set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs") if kind != ".parquet" else _nothing():
        path = written(tmp_path, layer, kind)
    assert read(path).crs is None


def _nothing() -> Any:  # noqa: ANN401 - a context that does nothing
    """Return a context in which nothing is expected."""
    return np.errstate()


def test_curves_are_faults_of_their_rows(tmp_path: Path) -> None:
    """GDAL gives them as curves, which nothing here measures; the others are built."""
    path = tmp_path / "boilers.parquet"
    curve = bytes.fromhex("0108000000" + "00000000")
    _write_parquet(path, [shapely.to_wkb(SHAPES[0]), curve, b"rubbish"], {})
    table = read(path)
    assert [shape is None for shape in table.geometry] == [False, True, True]
    assert [(f.position, f.column) for f in table.faults] == [(1, "geometry"), (2, "geometry")]
    assert "曲线" in table.faults[0].reason.zh


def _write_parquet(path: Path, shapes: list[bytes], column: dict[str, Any]) -> None:
    """Write a GeoParquet by hand, with what its metadata say of the geometry."""
    table = pa.table({"id": [str(n) for n in range(len(shapes))], "geometry": shapes})
    stated = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []} | column},
    }
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(stated)}), path)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ({}, 4326),
        ({"crs": None}, None),
        ({"crs": json.loads(frame().crs.to_json())}, 4490),
        ({"crs": frame().crs.to_wkt()}, 4490),
        ({"crs": "EPSG:4490"}, 4490),
    ],
    ids=["not stated", "null", "PROJJSON", "WKT", "code"],
)
def test_geoparquet_states_its_crs_by_the_standard(
    tmp_path: Path, column: dict[str, Any], code: int | None
) -> None:
    """Nothing means WGS 84; null means not known."""
    path = tmp_path / "boilers.parquet"
    _write_parquet(path, [shapely.to_wkb(SHAPES[0])], column)
    crs = read(path).crs
    assert (None if crs is None else crs.to_epsg()) == code


@pytest.mark.parametrize(
    "crs", ["EPSG:1", "+init=/etc/passwd:1", "Xian 1980", "", 4490, {"type": "x"}, [], True]
)
def test_a_crs_in_other_words_is_refused(tmp_path: Path, crs: object) -> None:
    """A text that is neither WKT nor a code could name a file."""
    path = tmp_path / "boilers.parquet"
    _write_parquet(path, [shapely.to_wkb(SHAPES[0])], {"crs": crs})
    with pytest.raises(CRSError) as refused:
        read(path)
    assert "boilers.parquet" in refused.value.to("zh")


@pytest.mark.parametrize(
    "stated",
    [
        None,
        b"{}",
        b"[]",
        b"not json",
        b'{"primary_column": "geometry"}',
        b'{"primary_column": "geometry", "columns": {}}',
        b'{"primary_column": "geometry", "columns": {"geometry": 5}}',
        b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "point"}}}',
        b'{"primary_column": "shape", "columns": {"shape": {"encoding": "WKB"}}}',
        b'{"primary_column": ["geometry"], "columns": {}}',
    ],
)
def test_parquet_without_geometry_as_wkb_is_refused(tmp_path: Path, stated: bytes | None) -> None:
    """Plain tables, and metadata that say nothing of use."""
    path = tmp_path / "boilers.parquet"
    table = pa.table({"geometry": [shapely.to_wkb(SHAPES[0])]})
    pq.write_table(table.replace_schema_metadata(stated and {"geo": stated}), path)
    with pytest.raises(UntrustedFileError) as refused:
        read(path)
    assert "boilers.parquet" in refused.value.to("zh")


def test_a_layer_without_geometry(tmp_path: Path) -> None:
    """A table of attributes is no layer; a FlatGeobuf of it is one of rows without geometry."""
    table = pd.DataFrame({"id": ["a"]})
    pyogrio.write_dataframe(table, tmp_path / "boilers.gpkg", layer="boilers")
    with pytest.raises(UntrustedFileError):
        read(tmp_path / "boilers.gpkg")
    pyogrio.write_dataframe(table, tmp_path / "boilers.fgb", SPATIAL_INDEX="NO")
    assert list(read(tmp_path / "boilers.fgb").geometry) == [None]


@pytest.mark.parametrize("kind", KINDS)
def test_what_gdal_says_is_told_without_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Its errors refuse the file; no message shows where it lies."""
    path = written(tmp_path, frame(), kind)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot read {path}")

    monkeypatch.setattr("pyogrio.raw.read_arrow", broken)
    if kind in {".geojson", ".parquet", ".gpkg"}:
        assert len(read(path).rows) == 3  # these do not go through GDAL
        return
    with pytest.raises(BrokenFileError) as refused:
        read(path)
    assert f"cannot read boilers{kind}" in refused.value.to("zh")
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("kind", [".fgb", ".shp"])
def test_rows_that_gdal_loses_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The rows were counted without it."""
    path = written(tmp_path, frame(), kind)
    whole = pyogrio.raw.read_arrow

    def short(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as it is called
        meta, table = whole(*args, **kwargs)
        return meta, table.slice(0, 2)

    monkeypatch.setattr("pyogrio.raw.read_arrow", short)
    with pytest.raises(BrokenFileError, match="2 rows come out of it where 3 should"):
        read(path)


@pytest.mark.parametrize(("folder", "name"), [("a!b", "boilers"), ("ab", "a!b"), ("ab", "a;b")])
@pytest.mark.parametrize("kind", [".fgb", ".shp"])
def test_a_name_that_gdal_would_take_apart_is_refused(
    tmp_path: Path, folder: str, name: str, kind: str
) -> None:
    """`!` and `;` have meanings of their own: another file could be opened."""
    (tmp_path / folder).mkdir()
    made = written(tmp_path, frame(), kind)
    for part in tmp_path.glob("boilers.*"):
        part.rename(tmp_path / folder / f"{name}{part.suffix}")
    with pytest.raises(InputError, match="rename it"):
        read(tmp_path / folder / f"{name}{made.suffix}")


@pytest.mark.parametrize(
    "name", ["锅 炉", "🔥", "a#b", "a?b", "a%20b", "a.zip", "a'b\"c", "x" * 200]
)
@pytest.mark.parametrize("kind", KINDS)
def test_odd_names_are_names(tmp_path: Path, name: str, kind: str) -> None:
    """Folders and files may be called anything else."""
    (tmp_path / name).mkdir()
    made = written(tmp_path, frame(), kind)
    for part in tmp_path.glob("boilers.*"):
        part.rename(tmp_path / name / f"{name}{part.suffix}")
    assert len(read(tmp_path / name / f"{name}{made.suffix}").rows) == 3


@pytest.mark.parametrize("kind", [".geojson", ".gpkg", ".parquet"])
def test_names_that_gdal_would_take_apart_are_names_without_it(tmp_path: Path, kind: str) -> None:
    """What is not read through GDAL may have any name."""
    made = written(tmp_path, frame(), kind)
    assert len(read(made.rename(tmp_path / f"a!b;c{kind}")).rows) == 3


@pytest.mark.parametrize("error", [RuntimeError, UnboundLocalError, IndexError, pa.ArrowInvalid])
def test_faults_of_the_library_refuse_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """The library, pyogrio, has faults of its own, such as with a CRS that it cannot write down."""
    path = written(tmp_path, frame(), ".fgb")

    def broken(*_: object, **__: object) -> None:
        raise error("oh")

    monkeypatch.setattr("pyogrio.raw.read_arrow", broken)
    with pytest.raises(BrokenFileError, match="oh"):
        read(path)


def test_warnings_of_the_library_become_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told once each, without folders."""
    path = written(tmp_path, frame(), ".fgb")
    whole = pyogrio.raw.read_arrow

    def warned(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as it is called
        for _ in range(2):
            warnings.warn(f"{path} is odd", RuntimeWarning, stacklevel=1)
        return whole(*args, **kwargs)

    monkeypatch.setattr("pyogrio.raw.read_arrow", warned)
    assert [note.zh for note in read(path).notes] == ["读取时的提示:boilers.fgb is odd"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_users_word_on_the_crs_counts_where_the_file_has_none(
    tmp_path: Path, kind: str
) -> None:
    """It is told; GeoJSON and GeoParquet without a word are then not WGS 84."""
    path = written(tmp_path, frame(), kind)
    if kind == ".shp":
        path.with_suffix(".prj").unlink()
    elif kind == ".geojson":
        path.write_text(frame().set_crs(None, allow_override=True).to_json(), encoding="utf-8")
    elif kind == ".parquet":
        _write_parquet(path, [shapely.to_wkb(SHAPES[0])], {"crs": None})
    elif kind == ".gpkg":
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
    else:
        with pytest.warns(UserWarning, match="crs"):
            path = written(tmp_path, frame().set_crs(None, allow_override=True), kind)
    table = read_vector(path, kind, layer="boilers", crs="EPSG:4549")
    assert table.crs is not None
    assert table.crs.to_epsg() == 4549
    assert any("EPSG:4549" in note.zh for note in table.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_the_users_word_never_goes_before_the_files(tmp_path: Path, kind: str) -> None:
    """The same is fine, another is refused with both."""
    path = written(tmp_path, frame(), kind)
    if kind == ".geojson":
        crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
        path.write_text(json.dumps(json.loads(frame().to_json()) | {"crs": crs}), encoding="utf-8")
    assert read_vector(path, kind, layer="boilers", crs="EPSG:4490").crs.to_epsg() == 4490
    with pytest.raises(CRSError, match="EPSG:4550") as refused:
        read_vector(path, kind, layer="boilers", crs="EPSG:4550")
    assert path.name in refused.value.to("zh")


@pytest.mark.parametrize("word", ["EPSG:1", "CGCS2000", "+proj=longlat", "/etc/passwd", "4490"])
def test_a_users_word_that_is_no_code_is_refused(tmp_path: Path, word: str) -> None:
    """Only a code is taken."""
    path = written(tmp_path, frame(), ".gpkg")
    with pytest.raises(CRSError, match="EPSG:4490"):
        read_vector(path, ".gpkg", layer="boilers", crs=word)


def test_a_code_that_is_not_the_definition_is_refused(tmp_path: Path) -> None:
    """EPSG:4490 over the definition of EPSG:4550: nobody can say which is meant."""
    path = written(tmp_path, frame(), ".gpkg")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 4490",
            [pyproj.CRS(4550).to_wkt("WKT1_GDAL")],
        )
    with pytest.raises(CRSError, match="EPSG:4490"):
        read(path)


def test_a_crs_of_no_register_is_told(tmp_path: Path) -> None:
    """It is used by its numbers."""
    own = pyproj.CRS(4550).to_wkt().replace("123", "123.25").replace('ID["EPSG",4550]', "")
    path = written(tmp_path, frame().set_crs(pyproj.CRS(own), allow_override=True), ".shp")
    assert any("EPSG 目录" in note.zh for note in read(path).notes)
