"""
One GeoJSON file a fault, and what is decided of each.

| decision  | meaning                                                                            |
|-----------|------------------------------------------------------------------------------------|
| good      | every row is read, and there is nothing to tell                                    |
| noted     | every row is read; what is tolerated is named in the notes, by the words given     |
| row       | the row with the fault is rejected, under the words given; the others are read     |
| file      | the file is refused, under the words given                                         |

The rules are those of RFC 7946, with line and column of the first mistake where it is no JSON
(RFC 8259). A file is refused where its rows are in doubt, a row where only its values are; the
tolerated faults are those that change neither: winding order, decimals, bbox, members that nobody
knows, a byte order mark, the older `crs`, a lone Feature or geometry.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.errors import InputError
from tieling_geo.readers.guard import check_kind
from tieling_geo.readers.vectors.geojson import read_geojson

POINT = {"type": "Point", "coordinates": [123.8, 42.3]}
RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
HOLE = [[0.5, 0.2], [0.6, 0.3], [0.6, 0.2], [0.5, 0.2]]


def one(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON holds anything
    """Return a feature with some members replaced."""
    return {"type": "Feature", "geometry": POINT, "properties": {"编号": "B1"}} | members


def shaped(kind: str, coordinates: object, **members: object) -> dict[str, Any]:
    """Return a feature with a geometry."""
    return one(geometry={"type": kind, "coordinates": coordinates} | members)


def many(*features: object, **members: object) -> dict[str, Any]:
    """Return a collection."""
    return {"type": "FeatureCollection", "features": list(features)} | members


def without(name: str) -> dict[str, Any]:
    """Return a feature that lacks a member."""
    return {key: value for key, value in one().items() if key != name}


def deep(levels: int) -> str:
    """Return a collection with a property nested so deeply."""
    return json.dumps(many(one(properties={"a": 0}))).replace(
        "0}", "[" * levels + "]" * levels + "}"
    )


CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
GOOD: dict[str, object] = {
    "one point": many(one()),
    "no feature": many(),
    "white space around": f"\n\t {json.dumps(many(one()))} \r\n",
    "null properties": many(one(properties=None)),
    "empty properties": many(one(properties={})),
    "escaped text": json.dumps(many(one(properties={"编号": "铁岭🔥\\u0001"}))),
    "a pair of escapes": '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"geometry": null, "properties": {"a": "\\ud83d\\udd25\\\\ud83d"}}]}',
    "height": many(shaped("Point", [123.8, 42.3, 88.5])),
    "many points": many(shaped("MultiPoint", [[1, 2], [3, 4]])),
    "line": many(shaped("LineString", [[1, 2], [3, 4]])),
    "lines": many(shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])),
    "area": many(shaped("Polygon", [RING])),
    "area with a hole": many(shaped("Polygon", [RING, HOLE])),
    "areas": many(shaped("MultiPolygon", [[RING], [RING]])),
    "collection": many(one(geometry={"type": "GeometryCollection", "geometries": [POINT]})),
    "null geometry": many(one(geometry=None)),
    "no coordinates": many(shaped("Point", [])),
    "whole numbers": many(shaped("Point", [123, 42])),
    "number with exponent": json.dumps(many(one())).replace("123.8", "1.238E+2"),
    "minus zero": json.dumps(many(one())).replace("123.8", "-0.0"),
    "long whole number": many(one(properties={"编号": 912112001234567890})),
}
NOTED: dict[str, tuple[object, str]] = {
    "clockwise ring": (many(shaped("Polygon", [RING[::-1]])), "环的方向与 RFC 7946 相反:1"),
    "hole not clockwise": (many(shaped("Polygon", [RING, HOLE[::-1]])), "环的方向"),
    "clockwise in a multi": (many(shaped("MultiPolygon", [[RING], [RING[::-1]]])), "环的方向"),
    "many decimals": (many(shaped("Point", [123.80000001, 42.3])), "坐标小数超过 7 位:1"),
    "foreign member of the file": (many(one(), 名称="锅炉", name="b"), "成员未读取:name、名称"),
    "foreign member of a feature": (many(one(style={"c": 1})), "成员未读取:style"),
    "foreign member of a geometry": (many(shaped("Point", [1, 2], note=1)), "成员未读取:note"),
    "bbox of the file": (many(one(), bbox=[123, 42, 124, 43]), "bbox 1 个未读取,其中写法有误 0 个"),
    "bbox of a feature": (many(one(bbox=[1, 2, 3, 4, 5, 6])), "bbox 1 个未读取"),
    "bbox of a geometry": (many(shaped("Point", [1, 2], bbox=[1, 2, 1, 2])), "bbox 1 个未读取"),
    "bbox of three numbers": (many(one(), bbox=[1, 2, 3]), "写法有误 1 个"),
    "bbox of text": (many(one(), bbox=["1", "2", "3", "4"]), "写法有误 1 个"),
    "bbox null": (many(one(), bbox=None), "写法有误 1 个"),
    "bbox an object": (many(one(), bbox={"west": 1}), "写法有误 1 个"),
    "older crs": (many(one(), crs=CRS), "旧版 GeoJSON 的 crs"),
    "byte order mark": ("\ufeff" + json.dumps(many(one())), "字节序标记"),
    "lone feature": (one(), "只是一个 Feature,按一行读取"),
    "lone point": (POINT, "只是一个 Point"),
    "lone collection": ({"type": "GeometryCollection", "geometries": [POINT]}, "只是一个 Geometry"),
    "id of text": (many(one(id="B1")), "1 个要素的 id 成员未读取"),
    "id a number": (many(one(id=7), one(id=7.5)), "2 个要素的 id 成员未读取"),
    "properties of some": (many(one(), one(properties={"名": 1})), "编号 (1/2)、名 (1/2)"),
    "nested property": (many(one(properties={"a": {"b": [1]}})), "按 JSON 文字读取:a"),
    "nested collections": (
        many(
            one(
                geometry={
                    "type": "GeometryCollection",
                    "geometries": [{"type": "GeometryCollection", "geometries": []}],
                }
            )
        ),
        "GeometryCollection 嵌套:1",
    ),
}
ROW: dict[str, tuple[object, str]] = {
    "type in small letters": (shaped("point", [1, 2]), "没有图形类型 'point'"),
    "unknown type": (shaped("Circle", [1, 2]), "没有图形类型 'Circle'"),
    "type missing": (one(geometry={"coordinates": [1, 2]}), "没有图形类型"),
    "type a list": (one(geometry={"type": ["Point"], "coordinates": [1, 2]}), "没有图形类型"),
    "empty geometry": (one(geometry={}), "没有图形类型"),
    "feature as geometry": (one(geometry=one()), "没有图形类型 'Feature'"),
    "collection as geometry": (one(geometry=many()), "没有图形类型 'FeatureCollection'"),
    "properties in a geometry": (shaped("Point", [1, 2], properties={}), "含有成员 ['properties']"),
    "features in a geometry": (shaped("Point", [1, 2], features=[]), "含有成员 ['features']"),
    "geometry in a geometry": (shaped("Point", [1, 2], geometry=None), "含有成员 ['geometry']"),
    "coordinates missing": (one(geometry={"type": "Point"}), "缺少 coordinates"),
    "coordinates null": (shaped("Point", None), "缺少 coordinates"),
    "coordinates text": (shaped("Point", "123.8, 42.3"), "缺少 coordinates"),
    "coordinates an object": (shaped("Point", {"x": 1, "y": 2}), "缺少 coordinates"),
    "number as text": (shaped("Point", [123.8, "42.3"]), "coordinates[1] 不是数"),
    "number null": (shaped("Point", [None, 42.3]), "coordinates[0] 不是数"),
    "truth value": (shaped("Point", [True, 42.3]), "coordinates[0] 不是数"),
    "one number": (shaped("Point", [123.8]), "有 1 个数"),
    "four numbers": (shaped("Point", [1, 2, 3, 4]), "有 4 个数"),
    "number too big": (
        json.loads(json.dumps(shaped("Point", [9, 2])).replace("9", "1e999")),
        "coordinates[0] 数值过大",
    ),
    "point too deep": (shaped("Point", [[1, 2]]), "coordinates[0] 不是数"),
    "line too flat": (shaped("LineString", [1, 2]), "coordinates[0] 不是数组"),
    "line too deep": (shaped("LineString", [[[1, 2], [3, 4]]]), "coordinates[0][0] 不是数"),
    "line of one place": (shaped("LineString", [[1, 2]]), "coordinates 不足 2 个位置"),
    "second line too short": (
        shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6]]]),
        "coordinates[1] 不足 2 个位置",
    ),
    "area too flat": (shaped("Polygon", RING), "coordinates[0][0] 不是数组"),
    "ring not closed": (
        shaped("Polygon", [[*RING[:3], [0, 0.5]]]),
        "coordinates[0] 的环首尾不闭合",
    ),
    "ring closed but for height": (
        shaped("Polygon", [[[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 2]]]),
        "不闭合",
    ),
    "ring of three places": (shaped("Polygon", [[[0, 0], [1, 0], [0, 0]]]), "不足 4 个位置"),
    "empty ring": (shaped("Polygon", [[]]), "不足 4 个位置"),
    "hole not closed": (shaped("Polygon", [RING, [*HOLE[:-1], [0, 0]]]), "coordinates[1]"),
    "second area not closed": (
        shaped("MultiPolygon", [[RING], [[*RING[:3], [2, 2]]]]),
        "coordinates[1][0]",
    ),
    "geometries missing": (one(geometry={"type": "GeometryCollection"}), "缺少 geometries"),
    "geometries null": (
        one(geometry={"type": "GeometryCollection", "geometries": None}),
        "缺少 geometries",
    ),
    "broken member": (
        one(geometry={"type": "GeometryCollection", "geometries": [POINT, {"type": "Point"}]}),
        "缺少 coordinates",
    ),
    "null member": (
        one(geometry={"type": "GeometryCollection", "geometries": [None]}),
        "没有图形类型",
    ),
    "NUL in text": (one(properties={"编号": "B\0"}), "NUL"),
    "value too big": (
        json.loads(json.dumps(one(properties={"编号": 9})).replace("9", "1e999")),
        "数值过大",
    ),
    "id null": (one(id=None), "id 须为"),
    "id an object": (one(id={"a": 1}), "id 须为"),
    "id a truth value": (one(id=True), "id 须为"),
}
FILE: dict[str, tuple[object, str]] = {
    "nothing": (b"", "0 字节"),
    "only white space": (b" \n ", "第 1 行第 1 列:文件没有内容"),
    "only a byte order mark": (b"\xef\xbb\xbf", "没有内容"),
    "cut off": (json.dumps(many(one()))[:-3], "第 1 行第"),
    "comma at the end of a list": ('{"a": [1,\n]}', "第 2 行第 1 列"),
    "comma at the end of an object": ('{"a": 1,}', "第 1 行第 9 列"),
    "no comma": ('{"a": 1\n "b": 2}', "第 2 行第 2 列:此处应为逗号"),
    "no colon": ('{"a" 1}', "第 1 行第 6 列:此处应为冒号"),
    "single quotes": ("{'a': 1}", "第 1 行第 2 列:此处应为带双引号的名称"),
    "no quotes": ("{a: 1}", "第 1 行第 2 列"),
    "comment": ('{"a": 1} // b', "第 1 行第 10 列:JSON 已结束"),
    "NaN": (json.dumps(many(shaped("Point", [float("nan"), 2]))), "JSON 中没有 NaN"),
    "minus infinity": ('{"a": "NaN",\n "b": -Infinity}', "第 2 行第 7 列:JSON 中没有 -Infinity"),
    "plus sign": ('{"a": +1}', "第 1 行第 7 列"),
    "leading zero": ('{"a": 01}', "第 1 行第 8 列"),
    "hexadecimal": ('{"a": 0x1}', "第 1 行第 8 列"),
    "line end in a text": ('{"a": "b\nc"}', "字符串中有控制字符"),
    "NUL byte in a text": (b'{"a": "b\0c"}', "控制字符"),
    "unknown escape": (r'{"a": "\x41"}', "反斜杠转义有误"),
    "half an escape": (r'{"a": "\u12"}', "转义有误"),
    "text not closed": ('{"a": "b', "第 1 行第 7 列:字符串缺少结束引号"),
    "half a character": (
        json.dumps(many(one(properties={"a": "x"}))).replace('"x"', r'"\ud83d"'),
        "只有半个字符",
    ),
    "other half of a character": (
        json.dumps(many(one(properties={"a": "x"}))).replace('"x"', r'"\udd25\ud83d"'),
        "只有半个字符",
    ),
    "GBK": (json.dumps(many(one()), ensure_ascii=False).encode("gbk"), "不是 UTF-8"),
    "UTF-16": (json.dumps(many(one())).encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (json.dumps(many(one())).encode("utf-16-le"), "UTF-16"),
    "UTF-32": (json.dumps(many(one())).encode("utf-32-be"), "UTF-16 或 UTF-32"),
    "broken UTF-8": (json.dumps(many(one())).encode() + b"\xff", "第 1 行第"),
    "two documents": (json.dumps(many(one())) * 2, "逐行或序列式 GeoJSON"),
    "one feature a line": ("\n".join([json.dumps(one())] * 3), "逐行或序列式 GeoJSON"),
    "text sequence": ("\x1e" + json.dumps(one()) + "\n", "逐行或序列式 GeoJSON"),
    "something after the end": (json.dumps(many(one())) + "]", "JSON 已结束,其后仍有内容"),
    "nested too deeply": (deep(100_000), "嵌套过深(100004 层)"),
    "opened for ever": ("[" * 100_000, "嵌套过深"),
    "endless number": ('{"a": ' + "1" * 5000 + "}", "第 1 行第 7 列:数字过长"),
    "name twice": (
        '{"type": "FeatureCollection",\n "features": [], "features": []}',
        'JSON 第 2 行第 18 列:同一对象中名称 "features" 出现两次',
    ),
    "property twice": (
        json.dumps(many(one())).replace('"properties": {', '"properties": {"a": 1, "a": 2, '),
        "出现两次",
    ),
    "list": ([], "最外层不是对象,不是 GeoJSON"),
    "text": ('"FeatureCollection"', "最外层不是对象,不是 GeoJSON"),
    "number": ("5", "最外层不是对象,不是 GeoJSON"),
    "null": ("null", "最外层不是对象,不是 GeoJSON"),
    "other object": ({"a": 1}, "是 JSON,但不是 GeoJSON 的 FeatureCollection(type 为 null)"),
    "name twice, no GeoJSON": ('{"a": 1, "a": 2}', "是 JSON,但不是 GeoJSON"),
    "type in small letters": (many() | {"type": "featurecollection"}, '"featurecollection"'),
    "type a number": ({"type": 5}, "type 为 5"),
    "no features": ({"type": "FeatureCollection"}, "features 不是数组"),
    "features null": ({"type": "FeatureCollection", "features": None}, "features 不是数组"),
    "features an object": (many() | {"features": one()}, "features 不是数组"),
    "properties of the file": (many(one(), properties={}), "含有成员 ['properties']"),
    "coordinates of the file": (many(one(), coordinates=[]), "含有成员 ['coordinates']"),
    "geometries of the file": (many(one(), geometries=[]), "含有成员 ['geometries']"),
    "feature null": (many(one(), None), "第 2 个要素不是完整的 Feature:不是对象"),
    "feature a list": (many([]), "第 1 个要素"),
    "feature a geometry": (many(one(), POINT), '第 2 个要素不是完整的 Feature:type 为 "Point"'),
    "feature a collection": (many(many(one())), "第 1 个要素"),
    "no geometry": (many(without("geometry")), "geometry 缺失"),
    "no properties": (many(without("properties")), "properties 缺失"),
    "no type": (many(without("type")), "type 为 null"),
    "geometry a text": (many(one(geometry="POINT (1 2)")), "geometry 缺失,或不是对象"),
    "geometry a list": (many(one(geometry=[1, 2])), "geometry 缺失,或不是对象"),
    "properties a text": (many(one(properties="B1")), "properties 缺失,或不是对象"),
    "properties a list": (many(one(properties=[])), "properties 缺失,或不是对象"),
    "features in a feature": (many(one(features=[one()])), "第 1 个要素"),
    "coordinates in a feature": (many(one(coordinates=[1, 2])), "第 1 个要素"),
    "geometries in a feature": (many(one(geometries=[])), "第 1 个要素"),
    "lone feature without geometry": (without("geometry"), "第 1 个要素"),
    "unknown crs": (many(one(), crs="CGCS2000"), "crs 须为 EPSG 代码或 CRS84"),
    "crs by address": (
        many(one(), crs={"type": "link", "properties": {"href": "http://127.0.0.1/"}}),
        "crs 须为",
    ),
    "crs of a feature": (many(one(), one(crs=CRS)), "第 2 个要素另有坐标系"),
    "TopoJSON": ({"type": "Topology", "objects": {}, "arcs": []}, "是 TopoJSON,不是 GeoJSON"),
    "Esri JSON": ({"geometryType": "esriGeometryPoint", "features": []}, "是 Esri JSON"),
    "JSON-FG": (many(one(), coordRefSys="EPSG:4550"), "是 JSON-FG"),
    "JSON-FG by its word": (many(one(), conformsTo=["[ogc-json-fg-1-0:core]"]), "是 JSON-FG"),
    "GDALG": ({"type": "gdal_streamed_alg", "command_line": "gdal vector"}, "是 GDALG"),
}  # fmt: skip


def put(folder: Path, document: object) -> Path:
    """Write a document: bytes and text as they are, anything else as JSON."""
    path = folder / "boilers.geojson"
    if isinstance(document, bytes):
        path.write_bytes(document)
        return path
    told = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    path.write_text(told, encoding="utf-8")
    return path


@pytest.mark.parametrize("document", GOOD.values(), ids=list(GOOD))
def test_good_files_are_read_without_a_word(tmp_path: Path, document: object) -> None:
    """No fault and nothing to tell."""
    table = read_geojson(put(tmp_path, document))
    assert (table.faults, table.notes) == ((), ())


@pytest.mark.parametrize(("document", "words"), NOTED.values(), ids=list(NOTED))
def test_what_is_tolerated_is_named(tmp_path: Path, document: object, words: str) -> None:
    """Every row is read."""
    table = read_geojson(put(tmp_path, document))
    assert table.faults == ()
    assert len(table.rows) >= 1
    assert any(words in note.zh for note in table.notes), table.notes


@pytest.mark.parametrize(("feature", "words"), ROW.values(), ids=list(ROW))
def test_a_fault_of_a_row_is_told_of_that_row(
    tmp_path: Path, feature: dict[str, Any], words: str
) -> None:
    """The rows before and after it are read."""
    text = json.dumps(many(one(), feature, one()), ensure_ascii=False)
    path = tmp_path / "boilers.geojson"
    path.write_text(text.replace("Infinity", "1e999"), encoding="utf-8")
    table = read_geojson(path)
    assert {fault.position for fault in table.faults} == {1}
    assert any(words in fault.reason.zh for fault in table.faults), table.faults
    assert [shape is not None for shape in table.geometry][::2] == [True, True]


@pytest.mark.parametrize(("document", "words"), FILE.values(), ids=list(FILE))
def test_a_file_in_doubt_is_refused(tmp_path: Path, document: object, words: str) -> None:
    """With its name, the place and the reason, in both languages."""
    path = put(tmp_path, document)
    with pytest.raises(InputError) as refused:
        read_geojson(path) if path.stat().st_size else check_kind(path)
    assert words in refused.value.to("zh")
    for told in refused.value.message:
        assert "boilers.geojson" in told
        assert str(tmp_path) not in told
        assert len(told) < 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_any_json_at_all_is_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    """What is JSON and not GeoJSON says so, whatever it is."""
    path = tmp_path_factory.mktemp("any") / "boilers.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="JSON"):
        read_geojson(path)


@given(json_values, st.sampled_from(["geometry", "properties", "coordinates", "id", "bbox"]))
def test_any_value_in_any_member_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, value: object, member: str
) -> None:
    """Nothing but the reader's own errors, and never another number of rows."""
    odd = shaped("Polygon", value) if member == "coordinates" else one(**{member: value})
    path = tmp_path_factory.mktemp("any") / "boilers.json"
    path.write_text(json.dumps(many(one(), odd)), encoding="utf-8")
    try:
        table = read_geojson(path)
    except InputError as refused:
        told = refused.to("zh")
        assert "第 2 个要素" in told or "JSON" in told
        return
    assert len(table.rows) == 2
    assert table.geometry[0] is not None
