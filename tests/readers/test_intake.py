"""Every row of every kind of file is accepted or rejected with its reasons; no row is lost."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from tieling_geo.crs import WORKING_CRS
from tieling_geo.errors import (
    BrokenFileError,
    CardError,
    CRSError,
    InputError,
    LayerNotFoundError,
    LayerSchemaError,
    TielingGeoError,
    UnknownNameError,
)
from tieling_geo.readers import read_layer, row_checks
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer
from tieling_geo.schemas import LAYERS, Boilers

KINDS = [".gpkg", ".geojson", ".parquet", ".fgb", ".shp", ".csv"]
WriteLayer = Callable[..., Path]
CheckRefusal = Callable[[TielingGeoError, Path], None]
#: Header in the files that the fixtures write with short Chinese headers.
HEADERS_ZH = {"boiler_id": "编号", "capacity_mw": "热功率", "fuel": "燃料", "status": "状态"}
HERE = Point(123.84, 42.29)
CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")

every_kind = pytest.mark.parametrize("kind", KINDS)


def boilers(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Return rows of boilers, all columns as text."""
    columns = [c.name for c in Boilers.columns()]
    frame = pd.DataFrame([{c: row.get(c) for c in columns} for row in rows], dtype="object")
    shapes = [row.get("geometry", HERE) for row in rows]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4490)


def listed(layer: Layer) -> list[tuple[int, str, str]]:
    """List row, column and value of what was rejected."""
    return list(layer.rejected[["row", "column", "value"]].itertuples(index=False, name=None))


def numbered(kind: str, row: int) -> int:
    """Return the number of the n-th row: a table's header is its first line."""
    return row + (kind == ".csv")


def header(kind: str, column: str) -> str:
    """Return the header under which a kind of file has a column."""
    return HEADERS_ZH[column] if kind in {".shp", ".csv"} else column


# The same rows, whatever the file.


def test_the_same_rows_through_every_kind_of_file_are_the_same_layer(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """Differential: values, types, index, places to the last bit, accounts."""
    layers = [read_layer("boilers", write_layer(five_boilers, kind)) for kind in KINDS]
    first = layers[0]
    assert list(first.features.index) == ["B1", "B2", "B3", "B4", "B5"]
    assert first.features.crs == WORKING_CRS
    for layer in layers:
        pd.testing.assert_frame_equal(
            pd.DataFrame(layer.features.drop(columns="geometry")),
            pd.DataFrame(first.features.drop(columns="geometry")),
        )
        assert layer.features.geometry.geom_equals_exact(first.features.geometry, 1e-7).all()
        assert (layer.name, layer.rows_in, layer.rows_rejected) == ("boilers", 5, 0)
        assert list(layer.rejected.columns) == list(REJECTED_COLUMNS)
        assert len(layer.sha256) == 64


def test_the_values_are_those_of_the_ledger(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """By hand, for one row: codes, numbers and days out of words and text."""
    row = read_layer("boilers", write_layer(five_boilers, ".csv")).features.loc["B5"]
    assert (row["name"], row["county"], row["fuel"]) == ("昌图热力站,二号", "昌图县", "coal")
    assert row["capacity_t_per_h"] == 0.7
    assert pd.isna(row["capacity_mw"])
    assert (row["use"], row["status"]) == ("process", "retired")
    assert row["commissioned_on"] == pd.Timestamp(2001, 6, 9)
    assert row["retired_on"] == pd.Timestamp(2023, 12, 31)


@every_kind
def test_accepted_rows_pass_the_schema_and_are_in_metres(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """What leaves this room needs no further check."""
    features = read_layer("boilers", write_layer(five_boilers, kind)).features
    assert Boilers.check(features) is features
    assert features.geometry.x.between(400_000, 800_000).all()
    assert features.geometry.y.between(4_600_000, 4_900_000).all()


@every_kind
def test_a_file_without_rows_is_an_empty_layer(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """With every column in its type. A GeoJSON without features has no columns at all: refused."""
    path = write_layer(five_boilers.iloc[:0], kind)
    if kind == ".geojson":
        with pytest.raises(LayerSchemaError, match="no column for"):
            read_layer("boilers", path)
        return
    layer = read_layer("boilers", path)
    assert (layer.rows_in, len(layer.features), len(layer.rejected)) == (0, 0, 0)
    assert Boilers.check(layer.features) is layer.features


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_reads_its_own_empty_file(tmp_path: Path, name: str) -> None:
    """One parametrised test over the registry."""
    path = tmp_path / f"{name}.gpkg"
    LAYERS[name].empty(WORKING_CRS).to_file(path, layer=name)
    layer = read_layer(name, path, card=CARD)
    assert (layer.name, layer.rows_in) == (name, 0)
    assert LAYERS[name].check(layer.features) is layer.features


# What is rejected, and how it is told.


@every_kind
def test_rows_that_break_the_schema_are_rejected_one_by_one(
    write_layer: WriteLayer, kind: str
) -> None:
    """Each with its row, column, value and reason in both languages; the others go on."""
    frame = boilers(
        {"boiler_id": "B1", "capacity_mw": "7"},
        {"boiler_id": "B2", "capacity_mw": "-1"},
        {"boiler_id": None, "capacity_mw": "7"},
        {"boiler_id": "B4", "fuel": "柴草"},
        {"boiler_id": "B5", "capacity_mw": "75t/h"},
        {"boiler_id": "B6", "capacity_mw": "0"},
        {"boiler_id": "B7", "capacity_mw": "3500"},
    )
    layer = read_layer("boilers", write_layer(frame, kind))
    power, fuel = header(kind, "capacity_mw"), header(kind, "fuel")
    assert listed(layer) == [
        (numbered(kind, 2), power, "-1"),
        (numbered(kind, 3), header(kind, "boiler_id"), ""),
        (numbered(kind, 4), fuel, "柴草"),
        (numbered(kind, 5), power, "75t/h"),
        (numbered(kind, 6), power, "0"),
    ]
    assert [en[:22] for en in layer.rejected["reason_en"]] == [
        "must be more than 0",
        "must not be blank",
        "not one of: coal, gas,",
        "the unit is t/h (steam",
        "must be more than 0",
    ]
    assert "燃煤" in layer.rejected["reason_zh"].iloc[2]
    assert set(layer.rejected["layer"]) == {"boilers"}
    assert set(layer.rejected["source"]) == {f"boilers{kind}"}
    assert list(layer.features.index) == ["B1", "B7"]
    assert layer.rows_in == 7 == len(layer.features) + layer.rows_rejected


@every_kind
def test_a_row_with_two_faults_counts_once_and_says_both(
    write_layer: WriteLayer, kind: str
) -> None:
    """A value of another type, one out of range, and a place outside China: three reasons."""
    frame = boilers(
        {"boiler_id": "B1"},
        {
            "boiler_id": "B2",
            "capacity_mw": "9999",
            "status": "木星",
            "geometry": Point(0, 0),
        },
    )
    layer = read_layer("boilers", write_layer(frame, kind))
    row = numbered(kind, 2)
    expected = {
        (row, header(kind, "capacity_mw"), "9999"),
        (row, header(kind, "status"), "木星"),
        (row, "geometry", "0 0"),
    }
    assert set(listed(layer)) == expected
    assert len(layer.rejected) == 3
    assert (layer.rows_rejected, len(layer.features)) == (1, 1)


@every_kind
def test_rows_that_share_a_key_are_all_rejected(write_layer: WriteLayer, kind: str) -> None:
    """Which one is right is not ours to say; each reason names them all."""
    keys = ["B1", "B2", "B1", "B3", " B1 "]
    layer = read_layer("boilers", write_layer(boilers(*({"boiler_id": k} for k in keys)), kind))
    rows = [numbered(kind, n) for n in (1, 3, 5)]
    assert [row for row, *_ in listed(layer)] == rows
    told = "、".join(map(str, rows))
    assert set(layer.rejected["reason_en"]) == {f"the same number stands in rows {told}"}
    assert list(layer.features.index) == ["B2", "B3"]


def test_a_thousand_rows_of_one_key_do_not_fill_a_page(tmp_path: Path) -> None:
    """Ten of them are told."""
    path = tmp_path / "boilers.csv"
    path.write_text("编号,经度,纬度\n" + "B1,123.8,42.3\n" * 1000, encoding="utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert layer.rows_rejected == 1000
    assert layer.rejected["reason_zh"].iloc[0] == "编号重复:第 2、3、4、5、6、7、8、9、10、11… 行"


def test_keys_that_differ_only_in_case_or_width_are_told(tmp_path: Path) -> None:
    """They may be two features: they are accepted, with a note."""
    path = tmp_path / "boilers.csv"
    keys = ["B1", "b1", "Ｂ１", "B 2", "B2", "B3"]
    path.write_text("编号,经度,纬度\n" + "".join(f"{k},123.8,42.3\n" for k in keys), "utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert layer.rows_rejected == 0
    told = [note.en for note in layer.notes if "differ only in" in note.en]
    assert [re.findall(r"\d+", note) for note in told] == [["2", "3", "4"], ["5", "6"]]


GEOMETRIES = {
    "point": [
        (None, "no geometry"),
        (Point(), "is empty"),
        (LineString([(123, 42), (124, 43)]), "point"),
    ],
    "line": [(None, "no geometry"), (LineString(), "is empty"), (HERE, "line")],
    "polygon": [(None, "no geometry"), (Polygon(), "is empty"), (HERE, "polygon")],
}
GOOD = {
    "point": HERE,
    "line": LineString([(123.8, 42.2), (123.9, 42.3)]),
    "polygon": box(123.8, 42.2, 123.9, 42.3),
}
LAYER_OF = {"point": "heat_sources", "line": "rail_lines", "polygon": "heating_supply_areas"}


@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".parquet", ".fgb", ".csv"])
@pytest.mark.parametrize("family", GEOMETRIES)
def test_missing_empty_and_other_geometries_are_rejected(
    write_layer: WriteLayer, kind: str, family: str
) -> None:
    """In each family, one fault a row; a Shapefile holds one family and no empty shape."""
    name = LAYER_OF[family]
    shapes = [GOOD[family], *(shape for shape, _ in GEOMETRIES[family])]
    frame = gpd.GeoDataFrame(
        {LAYERS[name].card().key: [f"K{n}" for n in range(4)]}, geometry=shapes, crs=4490
    )
    layer = read_layer(name, write_layer(frame, kind, name=name))
    assert list(layer.features.index) == ["K0"]
    assert list(layer.rejected["row"]) == [numbered(kind, n) for n in (2, 3, 4)]
    expected = [reason for _, reason in GEOMETRIES[family]]
    if kind == ".csv":
        expected[0] = "missing or not WKT"
    if kind == ".fgb":
        expected[1] = "no geometry"  # it knows no empty shapes
    if kind == ".geojson" and family == "polygon":
        expected[1] = "fewer than 4 positions"  # as it is written there: one ring of none
    for told, reason in zip(layer.rejected["reason_en"], expected, strict=True):
        assert reason in told


BOW_TIE = Polygon([(123.8, 42.2), (123.9, 42.3), (123.9, 42.2), (123.8, 42.3)])


@every_kind
def test_an_invalid_polygon_is_rejected_with_reason_and_place(
    write_layer: WriteLayer, kind: str
) -> None:
    """A bow-tie crosses itself at its middle: the value says where."""
    frame = gpd.GeoDataFrame(
        {"area_id": ["A1", "A2"]}, geometry=[GOOD["polygon"], BOW_TIE], crs=4490
    )
    layer = read_layer(
        "heating_supply_areas", write_layer(frame, kind, name="heating_supply_areas")
    )
    assert list(layer.features.index) == ["A1"]
    ((row, column, value),) = listed(layer)
    assert (row, column) == (numbered(kind, 2), "geometry")
    # A Shapefile turns its rings by their area, so that only the words are the same.
    assert re.match(r"Self-intersection\[123\.85\d* 42\.25\d*\]", value)


@pytest.mark.parametrize("wkt", ["POINT (nan 42)", "POINT (123 inf)", "POINT (-inf nan)"])
def test_a_point_that_is_not_finite_is_rejected(tmp_path: Path, wkt: str) -> None:
    """And does not make the good ones unplaceable."""
    path = tmp_path / "boilers.csv"
    path.write_text(f"编号,WKT\nB1,POINT (123.8 42.3)\nB2,{wkt}\n", encoding="utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert list(layer.features.index) == ["B1"]
    assert list(layer.rejected["reason_en"]) == ["a coordinate is not finite"]


def test_a_polygon_with_one_vertex_that_is_not_finite_is_rejected(tmp_path: Path) -> None:
    """Its bounds are finite all the same: every vertex is looked at."""
    path = tmp_path / "heating_supply_areas.csv"
    shape = "POLYGON ((123 42, 124 42, nan 43, 123 42))"
    path.write_text(f'编号,WKT\nA1,"{GOOD["polygon"].wkt}"\nA2,"{shape}"\n', encoding="utf-8")
    layer = read_layer("heating_supply_areas", path, card=CARD)
    assert list(layer.rejected["reason_en"]) == ["a coordinate is not finite"]


@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".parquet", ".fgb", ".shp", ".csv"])
def test_heights_are_dropped_and_told(write_layer: WriteLayer, kind: str) -> None:
    """The number of features, not of coordinates."""
    high = [
        LineString([(123.8, 42.2, 5), (123.9, 42.3, 6)]),
        LineString([(123.8, 42.2, 1), (124, 42, 1)]),
    ]
    frame = gpd.GeoDataFrame({"line_id": ["L1", "L2"]}, geometry=high, crs=4490)
    layer = read_layer("rail_lines", write_layer(frame, kind, name="rail_lines"))
    assert not shapely.has_z(layer.features.geometry.to_numpy()).any()
    assert "heights and measures (Z, M) dropped: 2 features" in [n.en for n in layer.notes]


def test_a_point_in_a_multipoint_of_one_is_a_point(tmp_path: Path) -> None:
    """As some programs write it; two points are not one boiler."""
    path = tmp_path / "boilers.parquet"
    shapes = [MultiPoint([HERE]), MultiPoint([HERE, Point(124, 42)])]
    gpd.GeoDataFrame({"boiler_id": ["B1", "B2"]}, geometry=shapes, crs=4490).to_parquet(path)
    layer = read_layer("boilers", path, card=CARD)
    assert list(layer.features.geometry.geom_type) == ["Point"]
    assert listed(layer) == [(2, "geometry", "MultiPoint")]
    assert list(layer.rejected["reason_zh"]) == ["图形应为点"]


def test_lines_and_polygons_may_have_parts(tmp_path: Path) -> None:
    """One river in two pieces is one feature."""
    path = tmp_path / "rail_lines.gpkg"
    shapes = [GOOD["line"], shapely.multilinestrings([GOOD["line"]])]
    frame = gpd.GeoDataFrame({"line_id": ["L1", "L2"]}, geometry=shapes, crs=4490)
    frame.to_file(path, layer="rail_lines")
    assert read_layer("rail_lines", path, card=CARD).rows_rejected == 0


# Where it is.


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (".gpkg", 4326),
        (".gpkg", 4551),
        (".gpkg", 4529),
        (".parquet", 4550),
        (".fgb", 4550),
        (".shp", 4550),
        (".shp", 3857),
    ],
)
def test_every_crs_leads_to_the_same_place(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str, code: int
) -> None:
    """Within a millimetre; zone prefixes are part of the CRS."""
    layer = read_layer("boilers", write_layer(five_boilers.to_crs(code), kind))
    expected = five_boilers.set_index("boiler_id").to_crs(WORKING_CRS).geometry
    assert layer.features.geometry.distance(expected.loc[layer.features.index]).max() < 1e-3


@pytest.mark.parametrize("kind", [".gpkg", ".parquet", ".fgb", ".shp"])
def test_no_crs_is_refused(
    five_boilers: gpd.GeoDataFrame,
    write_layer: WriteLayer,
    check_refusal: CheckRefusal,
    kind: str,
) -> None:
    """A Shapefile without `.prj` is one."""
    if kind == ".shp":
        path = write_layer(five_boilers, kind)
        path.with_suffix(".prj").unlink()
    elif kind == ".parquet":
        path = write_layer(five_boilers.set_crs(None, allow_override=True), kind)
    else:
        with pytest.warns(UserWarning, match="crs"):
            path = write_layer(five_boilers.set_crs(None, allow_override=True), kind)
    with pytest.raises(CRSError, match="states no CRS") as refused:
        read_layer("boilers", path)
    check_refusal(refused.value, path)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(".gpkg", 4214), (".parquet", 4610), (".fgb", 2414), (".shp", 2334), (".shp", 4555)],
)
def test_old_datums_are_refused(
    five_boilers: gpd.GeoDataFrame,
    write_layer: WriteLayer,
    check_refusal: CheckRefusal,
    kind: str,
    code: int,
) -> None:
    """Beijing 54, Xi'an 80 and New Beijing: PROJ would shift by zero without a word."""
    frame = five_boilers.set_crs(code, allow_override=True)
    path = write_layer(frame, kind)
    with pytest.raises(CRSError, match="no known transformation") as refused:
        read_layer("boilers", path)
    check_refusal(refused.value, path)


def test_an_old_datum_in_the_card_of_a_table_is_refused(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """By its EPSG code and by its name; GCJ-02 has a name only."""
    path = write_layer(five_boilers, ".csv", crs="EPSG:4610")
    with pytest.raises(CRSError, match="Xian 1980"):
        read_layer("boilers", path)
    for datum in ("gcj02", "bd09", "xian80", "beijing54"):
        path = write_layer(five_boilers, ".csv", datum=datum)
        with pytest.raises(CardError):
            read_layer("boilers", path)
        with pytest.raises(CardError):
            read_layer("boilers", path, card=Card("", "", "", datum, crs="EPSG:4490"))


@every_kind
def test_axes_that_are_swapped_are_refused(
    five_boilers: gpd.GeoDataFrame,
    write_layer: WriteLayer,
    check_refusal: CheckRefusal,
    kind: str,
) -> None:
    """No feature lies in China: the fault is the file's, not the rows'."""
    swapped = five_boilers.set_geometry(
        gpd.points_from_xy(five_boilers.geometry.y, five_boilers.geometry.x), crs=4490
    )
    path = write_layer(swapped, kind)
    with pytest.raises(CRSError, match="swapped") as refused:
        read_layer("boilers", path)
    check_refusal(refused.value, path)


def test_metres_under_a_crs_in_degrees_are_refused(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """And metres of one zone under another's CRS, where they lie outside China."""
    metres = five_boilers.to_crs(WORKING_CRS)
    for code in (4490, 4529):
        path = write_layer(metres.set_crs(code, allow_override=True), ".gpkg")
        with pytest.raises(CRSError):
            read_layer("boilers", path)


@every_kind
def test_one_place_outside_china_is_a_rejected_row(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """The value is where it is, in the file's own coordinates."""
    five_boilers.loc[1, "geometry"] = Point(-123.5, 42.5)
    layer = read_layer("boilers", write_layer(five_boilers, kind))
    assert listed(layer) == [(numbered(kind, 2), "geometry", "-123.5 42.5")]
    assert list(layer.rejected["reason_zh"]) == ["坐标在中国范围之外"]


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((73.0, 40.0), True),
        ((72.9999, 40.0), False),
        ((136.0, 48.0), True),
        ((136.0001, 48.0), False),
        ((110.0, 3.0), True),
        ((110.0, 2.9999), False),
        ((122.0, 54.0), True),
        ((122.0, 54.0001), False),
    ],
)
def test_the_bounds_of_china_are_closed(
    tmp_path: Path, place: tuple[float, float], *, inside: bool
) -> None:
    """A place exactly on them is in."""
    path = tmp_path / "boilers.csv"
    rows = f"编号,经度,纬度\nB1,123.8,42.3\nB2,{place[0]},{place[1]}\n"
    path.write_text(rows, encoding="utf-8")
    assert read_layer("boilers", path, card=CARD).rows_rejected == (not inside)


# What refuses the file as a whole.


@every_kind
def test_a_missing_required_column_is_refused(
    five_boilers: gpd.GeoDataFrame,
    write_layer: WriteLayer,
    check_refusal: CheckRefusal,
    kind: str,
) -> None:
    """With the columns that there are."""
    path = write_layer(five_boilers.drop(columns="boiler_id"), kind)
    with pytest.raises(LayerSchemaError) as refused:
        read_layer("boilers", path)
    check_refusal(refused.value, path)
    assert "锅炉编号" in refused.value.to("zh")


def test_columns_that_are_absent_or_unread_are_told(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """An absent column is missing throughout; an unread one is named."""
    frame = five_boilers[["boiler_id", "geometry"]].assign(备注="x")
    layer = read_layer("boilers", write_layer(frame, ".gpkg"))
    assert layer.features["fuel"].isna().all()
    told = " ".join(note.zh for note in layer.notes)
    assert "未使用的列:备注" in told
    assert "额定热功率" in told


@every_kind
def test_the_card_may_name_the_columns(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """Where the aliases do not find them."""
    original = header(kind, "boiler_id")
    frame = five_boilers.rename(columns={"boiler_id": "原始号"})
    assert original != "原始号"
    layer = read_layer("boilers", write_layer(frame, kind, columns={"原始号": "boiler_id"}))
    assert list(layer.features.index) == ["B1", "B2", "B3", "B4", "B5"]


@every_kind
@pytest.mark.parametrize("rows", [4, 6])
def test_another_number_of_rows_than_the_card_states_is_refused(
    five_boilers: gpd.GeoDataFrame,
    write_layer: WriteLayer,
    check_refusal: CheckRefusal,
    kind: str,
    rows: int,
) -> None:
    """The only way to notice a table that lost whole lines."""
    path = write_layer(five_boilers, kind, rows=rows)
    with pytest.raises(BrokenFileError) as refused:
        read_layer("boilers", path)
    check_refusal(refused.value, path)


@every_kind
def test_a_file_that_is_cut_off_is_refused_or_identical(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, check_refusal: CheckRefusal, kind: str
) -> None:
    """At ten places of each part: never fewer rows, never other values."""
    path = write_layer(five_boilers, kind, rows=5)
    whole = read_layer("boilers", path)
    parts = [path, path.with_suffix(".shx"), path.with_suffix(".dbf")] if kind == ".shp" else [path]
    for part in parts:
        content = part.read_bytes()
        for cut in range(10):
            part.write_bytes(content[: len(content) * cut // 10 + (cut % 3)])
            try:
                layer = read_layer("boilers", path)
            except InputError as refused:
                check_refusal(refused, path)
            else:
                pd.testing.assert_frame_equal(layer.features, whole.features)
        part.write_bytes(content)


def test_a_table_that_is_cut_in_its_last_cell_says_so(tmp_path: Path) -> None:
    """Nothing in it can show that digits are missing: but its last line has no end."""
    path = tmp_path / "boilers.csv"
    path.write_text("编号,经度,纬度\nB1,123.84,42.29"[:-1], encoding="utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert any("截断" in note.zh for note in layer.notes)


def test_names_without_a_layer_or_a_file_are_refused(tmp_path: Path) -> None:
    """With the layers that there are."""
    with pytest.raises(UnknownNameError, match="boilers"):
        read_layer("boiler", tmp_path / "boilers.csv")
    with pytest.raises(LayerNotFoundError, match=r"boilers\.csv"):
        read_layer("boilers", tmp_path / "boilers.csv")


def test_a_file_without_a_card_is_refused(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """Every layer has one."""
    path = write_layer(five_boilers, ".gpkg")
    (path.parent / "card.toml").unlink()
    with pytest.raises(CardError, match=r"card\.toml is missing"):
        read_layer("boilers", path)
    assert read_layer("boilers", path, card=CARD).card == CARD


@every_kind
def test_reading_twice_gives_the_same_bytes(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """Rows, order, rejected, notes and hash."""
    five_boilers.loc[2, "fuel"] = "柴草"
    path = write_layer(five_boilers, kind)
    one, other = read_layer("boilers", path), read_layer("boilers", path)
    pd.testing.assert_frame_equal(one.features, other.features)
    pd.testing.assert_frame_equal(one.rejected, other.rejected)
    assert (one.notes, one.sha256) == (other.notes, other.sha256)


def test_the_hash_of_a_shapefile_covers_all_of_its_parts(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """Another table beside the same shapes is another file."""
    path = write_layer(five_boilers, ".shp")
    before = read_layer("boilers", path).sha256
    path.with_suffix(".cpg").write_text("x")
    assert read_layer("boilers", path).sha256 != before


def test_an_account_that_does_not_balance_stops_the_reader(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a check ever lost a row, no layer would come out."""

    def forgetful(*_: object) -> pd.DataFrame:
        return pd.DataFrame([], columns=list(REJECTED_COLUMNS))

    five_boilers.loc[0, "fuel"] = "柴草"
    path = write_layer(five_boilers, ".gpkg")
    monkeypatch.setattr(row_checks, "to_listed_values", forgetful)
    with pytest.raises(AssertionError, match="does not balance"):
        read_layer("boilers", path)


# Whatever stands in it.

CELLS = st.one_of(
    st.sampled_from(["", " ", "B1", "b1", "铁岭", "燃煤", "123.8", "42.3", "-1", "nan", "1e999"]),
    st.sampled_from([
        "2023-12-31",
        "9999-12-31",
        "=1+1",
        "POINT (1 2)",
        '"',
        "a\nb",
        ",",
        "\u3000",
    ]),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
    st.floats(72, 137).map(str),
    st.floats(2, 55).map(str),
)
ROWS = st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=12)
TABLE = ["编号", "使用单位", "燃料", "热功率(MW)", "状态", "投产日期", "经度", "纬度"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_every_row_of_any_table_is_accounted_for(tmp_path: Path, rows: list[list[str]]) -> None:
    """In = accepted + rejected, whatever the cells; accepted rows pass the schema."""
    text = io.StringIO()
    csv.writer(text).writerows([TABLE, *rows])
    path = tmp_path / "boilers.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    try:
        layer = read_layer("boilers", path, card=CARD)
    except CRSError:
        return  # every place is nowhere, or degrees and metres stand in one column
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert layer.rows_in + len(layer.set_aside) == filled
    assert layer.rows_in == len(layer.features) + layer.rows_rejected
    assert Boilers.check(layer.features) is layer.features
    assert layer.features.index.is_unique
    assert layer.features.index.is_monotonic_increasing
    assert layer.rejected[["reason_zh", "reason_en", "column"]].map(bool).all(axis=None)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@pytest.mark.parametrize("kind", [".csv", ".geojson"])
def test_rubbish_is_refused_in_words(tmp_path: Path, kind: str, content: bytes) -> None:
    """No other error than ours, and no layer out of nothing."""
    path = tmp_path / f"boilers{kind}"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_layer("boilers", path, card=CARD)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        CELLS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(CELLS, inner, max_size=4)),
    max_leaves=6,
)
FEATURES = st.fixed_dictionaries({
    "type": st.just("Feature"),
    "properties": st.fixed_dictionaries({
        "编号": JSON,
        "热功率": JSON,
        "状态": JSON,
        "投产日期": JSON,
    }),
    "geometry": st.one_of(
        st.none(),
        st.fixed_dictionaries({
            "type": st.sampled_from(["Point", "Polygon", "Feature"]),
            "coordinates": st.one_of(JSON, st.just([123.8, 42.3])),
        }),
    ),
})


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(features=st.lists(FEATURES, min_size=1, max_size=6))
def test_every_feature_of_any_geojson_is_accounted_for(
    tmp_path: Path, features: list[dict[str, object]]
) -> None:
    """In = accepted + rejected, whatever the properties and geometries hold."""
    path = tmp_path / "boilers.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    try:
        layer = read_layer("boilers", path, card=CARD)
    except CRSError as refused:
        assert "outside China" in str(refused)  # noqa: PT017 - the only refusal that is right here
        return
    assert layer.rows_in == len(features) == len(layer.features) + layer.rows_rejected
    assert Boilers.check(layer.features) is layer.features


# Relations between one reading and another.


@every_kind
def test_the_order_of_rows_does_not_matter(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, kind: str
) -> None:
    """Metamorphic: shuffled rows give the same layer."""
    one = read_layer("boilers", write_layer(five_boilers, kind))
    other = read_layer("boilers", write_layer(five_boilers.iloc[[4, 0, 3, 1, 2]], kind))
    pd.testing.assert_frame_equal(one.features, other.features)


def test_a_doubled_row_changes_only_the_rejected(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer
) -> None:
    """Metamorphic: the row and its double go, the others stay."""
    doubled = pd.concat([five_boilers, five_boilers.iloc[[3]]])
    layer = read_layer("boilers", write_layer(doubled, ".gpkg"))
    assert list(layer.features.index) == ["B1", "B3", "B4", "B5"]
    assert (layer.rows_in, layer.rows_rejected) == (6, 2)


def test_headers_by_alias_and_by_name_are_the_same_layer(
    five_boilers: gpd.GeoDataFrame, write_layer: WriteLayer, tmp_path: Path
) -> None:
    """Metamorphic: renaming columns through the alias table changes nothing."""
    one = read_layer("boilers", write_layer(five_boilers, ".gpkg"))
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    titles = {c.name: c.header_zh for c in Boilers.columns()}
    other = read_layer("boilers", write_layer(five_boilers.rename(columns=titles), ".gpkg"))
    pd.testing.assert_frame_equal(one.features, other.features)
