"""GeoJSON is read by its own grammar: what breaks it is refused, and no row is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from tieling_geo.errors import BrokenFileError, CRSError, InputError
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.geojson import read_geojson

POINT: dict[str, Any] = {"type": "Point", "coordinates": [123.8, 42.3]}


def feature(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON holds anything
    """Return a feature with some members replaced."""
    return {"type": "Feature", "geometry": POINT, "properties": {"编号": "B1"}} | members


def collection(*features: Any, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - see above
    """Return a collection of features with some members added."""
    return {"type": "FeatureCollection", "features": list(features)} | members


def read(folder: Path, document: object) -> RawTable:
    """Write and read a document: bytes and text as they are, anything else as JSON."""
    path = folder / "boilers.geojson"
    if isinstance(document, bytes):
        path.write_bytes(document)
    else:
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
    return read_geojson(path)


def refused(folder: Path, document: object) -> InputError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    with pytest.raises(InputError) as told:
        read(folder, document)
    for words in told.value.message:
        assert "boilers.geojson" in words
        assert str(folder) not in words
    return told.value


def test_features_become_rows(tmp_path: Path) -> None:
    """In their order, numbered from 1; a member that only some have is missing in the others."""
    table = read(
        tmp_path,
        collection(
            feature(),
            feature(properties={"编号": "B2", "功率": 7.5}),
            feature(properties=None, geometry=None),
        ),
    )
    assert list(table.rows) == [1, 2, 3]
    assert list(table.attributes["编号"].fillna("")) == ["B1", "B2", ""]
    assert list(table.attributes["功率"].fillna("")) == ["", 7.5, ""]
    assert [s and s.wkt for s in table.geometry] == ["POINT (123.8 42.3)"] * 2 + [None]
    assert table.faults == ()
    assert table.crs is not None
    assert table.crs.to_epsg() == 4326


def test_no_feature_is_no_row(tmp_path: Path) -> None:
    """An empty collection is a good file."""
    table = read(tmp_path, collection())
    assert len(table.attributes) == len(table.geometry) == len(table.rows) == 0


def test_whole_numbers_beside_a_blank_stay_whole(tmp_path: Path) -> None:
    """2**53 + 1 would become 2**53 as a floating-point number."""
    features = [feature(properties={"编号": n}) for n in (2**53 + 1, None, 7)]
    assert list(read(tmp_path, collection(*features)).attributes["编号"]) == [2**53 + 1, None, 7]


def test_nested_values_are_kept_as_text(tmp_path: Path) -> None:
    """No column of ours is nested, but no value is lost."""
    table = read(tmp_path, collection(feature(properties={"a": {"b": ["铁岭"]}, "c": [1]})))
    assert list(table.attributes.iloc[0]) == ['{"b": ["铁岭"]}', "[1]"]


@pytest.mark.parametrize(
    "document",
    [
        b"\xef\xbb\xbf" + json.dumps(collection(feature())).encode(),
        collection(feature(), bbox=[123, 42, 124, 43], name="boilers", 说明="x"),
        collection(feature(id=7, bbox=[123, 42, 124, 43], title="x")),
        collection(feature(geometry=POINT | {"bbox": [123, 42, 124, 43], "x": None})),
        collection(feature(geometry={"type": "Point", "coordinates": [123.80000000000001, 42.3]})),
        json.dumps(collection(feature()), indent=2) + "\n\n",
        json.dumps(collection(feature(properties={"name": "\U0001f525"}))),
    ],
    ids=["mark", "members", "id", "geometry members", "digits", "spaces", "pair of surrogates"],
)
def test_what_is_tolerable_is_tolerated(tmp_path: Path, document: object) -> None:
    """One row, one point."""
    table = read(tmp_path, document)
    assert len(table.rows) == 1
    assert table.geometry[0].x == pytest.approx(123.8)


NOT_JSON = {
    "empty": "",
    "cut off": json.dumps(collection(feature()))[:-1],
    "more after the end": json.dumps(collection(feature())) + "{}",
    "one feature a line": json.dumps(feature()) + "\n" + json.dumps(feature()),
    "single quotes": "{'type': 'FeatureCollection', 'features': []}",
    "comma at the end": '{"type": "FeatureCollection", "features": [],}',
    "comment": '{"type": "FeatureCollection", /* x */ "features": []}',
    "NaN": '{"type": "FeatureCollection", "features": [], "x": NaN}',
    "Infinity": '{"type": "FeatureCollection", "features": [], "x": -Infinity}',
    "double member": '{"type": "FeatureCollection", "features": [], "features": []}',
    "double property": '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"geometry": null, "properties": {"a": 1, "a": 2}}]}',
    "GBK": json.dumps(collection(feature()), ensure_ascii=False).encode("gbk"),
    "UTF-16": json.dumps(collection(feature())).encode("utf-16"),
    "half a surrogate pair": '{"type": "FeatureCollection", "features": [], "x": "\\ud800"}',
    "bare control character": '{"type": "FeatureCollection", "features": [], "x": "\t"}',
    "nested too deep": "[" * 100_000,
    "number too long": '{"type": "FeatureCollection", "features": [], "x": ' + "1" * 5000 + "}",
    "leading zero": '{"type": "FeatureCollection", "features": [], "x": 01}',
}


@pytest.mark.parametrize("document", NOT_JSON.values(), ids=list(NOT_JSON))
def test_what_is_not_strict_json_is_refused(tmp_path: Path, document: str | bytes) -> None:
    """With the reader's own words for the place."""
    assert "JSON" in refused(tmp_path, document).to("zh")


def test_the_place_of_a_mistake_is_told(tmp_path: Path) -> None:
    """Line and column."""
    told = refused(tmp_path, '{\n  "type"; 1}')
    assert isinstance(told, BrokenFileError)
    assert "第 2 行第 9 列:此处应为冒号" in told.to("zh")
    assert "line 2 column 9: Expecting ':'" in told.to("en")


NOT_GEOJSON = {
    "list": [],
    "text": "text",
    "null": None,
    "number": 5,
    "other object": {"a": 1},
    "TopoJSON": {"type": "Topology", "objects": {}, "arcs": []},
    "lower case": collection(feature()) | {"type": "featurecollection"},
    "no type": {"features": []},
    "no features": {"type": "FeatureCollection"},
    "features null": {"type": "FeatureCollection", "features": None},
    "features an object": {"type": "FeatureCollection", "features": {"0": feature()}},
    "feature null": collection(feature(), None),
    "feature a geometry": collection(feature(), POINT),
    "feature a collection": collection(feature(), collection(feature())),
    "feature of no type": collection(feature(), {"geometry": POINT, "properties": {}}),
    "no geometry member": collection(feature(), {"type": "Feature", "properties": {}}),
    "no properties member": collection(feature(), {"type": "Feature", "geometry": POINT}),
    "properties a list": collection(feature(), feature(properties=["B1"])),
    "properties a text": collection(feature(), feature(properties="B1")),
    "geometry a list": collection(feature(), feature(geometry=[123.8, 42.3])),
    "geometry a text": collection(feature(), feature(geometry="POINT (123.8 42.3)")),
    "geometry false": collection(feature(), feature(geometry=False)),
}


@pytest.mark.parametrize("document", NOT_GEOJSON.values(), ids=list(NOT_GEOJSON))
def test_json_that_is_no_feature_collection_is_refused(tmp_path: Path, document: object) -> None:
    """It says that it is JSON, or which feature is at fault."""
    document = json.dumps(document) if isinstance(document, str) else document
    told = refused(tmp_path, document)
    assert "JSON" in told.to("zh") or "第 2 个要素" in told.to("zh")


BROKEN_GEOMETRIES = {
    "no type": {"coordinates": [1, 2]},
    "lower case": {"type": "point", "coordinates": [1, 2]},
    "feature": feature(),
    "collection": collection(feature()),
    "unknown": {"type": "Circle", "coordinates": [1, 2]},
    "no coordinates": {"type": "Point"},
    "coordinates null": {"type": "Point", "coordinates": None},
    "coordinates an object": {"type": "Point", "coordinates": {"0": 1, "1": 2}},
    "text for numbers": {"type": "Point", "coordinates": ["123.8", "42.3"]},
    "truth for numbers": {"type": "Point", "coordinates": [True, 42.3]},
    "null for a number": {"type": "Point", "coordinates": [123.8, None]},
    "one number": {"type": "Point", "coordinates": [123.8]},
    "five numbers": {"type": "Point", "coordinates": [123.8, 42.3, 0, 0, 0]},
    "too deep": {"type": "Point", "coordinates": [[123.8, 42.3]]},
    "too flat": {"type": "Polygon", "coordinates": [[0, 0], [1, 0], [1, 1], [0, 0]]},
    "one place": {"type": "LineString", "coordinates": [[0, 0]]},
    "not closed": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
    "hole not closed": {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [9, 0], [9, 9], [0, 0]],
            [[1, 1], [2, 1], [2, 2], [1, 2]],
        ],
    },
}


@pytest.mark.parametrize("geometry", BROKEN_GEOMETRIES.values(), ids=list(BROKEN_GEOMETRIES))
def test_a_broken_geometry_is_a_fault_of_its_row(tmp_path: Path, geometry: object) -> None:
    """The other rows go on; nothing is read out of it that it does not say."""
    table = read(tmp_path, collection(feature(), feature(geometry=geometry), feature()))
    assert [s is None for s in table.geometry] == [False, True, False]
    assert [(f.position, f.column) for f in table.faults] == [(1, "geometry")]
    assert table.faults[0].value
    assert len(table.faults[0].value) <= 80


def test_a_number_too_big_is_no_place(tmp_path: Path) -> None:
    """1e999 is JSON, but no coordinate."""
    text = json.dumps(collection(feature())).replace("123.8", "1e999")
    assert [f.position for f in read(tmp_path, text).faults] == [0]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("urn:ogc:def:crs:EPSG:9.8.15:4550", 4550),
        ("EPSG:4490", 4490),
        ("epsg:4490", 4490),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", 4490),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
    ],
)
def test_the_crs_of_the_older_geojson_is_taken(tmp_path: Path, name: str, code: int) -> None:
    """Offices' programs still write it."""
    table = read(tmp_path, collection(crs={"type": "name", "properties": {"name": name}}))
    assert table.crs is not None
    assert table.crs.to_epsg() == code


def test_a_crs_of_null_states_that_there_is_none(tmp_path: Path) -> None:
    """It is then refused as a layer without CRS, not taken as WGS 84."""
    assert read(tmp_path, collection(crs=None)).crs is None


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:1"}},
        {"type": "name", "properties": {"name": "Xian 1980"}},
        {"type": "name", "properties": {"name": 4490}},
        {"type": "name", "properties": "EPSG"},
        {"type": "name"},
        {"type": "link", "properties": {"href": "http://127.0.0.1/crs.wkt"}},
        "CGCS2000",
        [],
        5,
    ],
)
def test_a_crs_that_is_no_epsg_code_is_refused(tmp_path: Path, crs: object) -> None:
    """Never guessed, and no address is followed."""
    told = refused(tmp_path, collection(feature(), crs=crs))
    assert isinstance(told, CRSError)
    assert "EPSG" in told.to("zh")
