"""
Layers without places: read from ledgers, GeoPackages and Parquet, with no coordinates asked for.

| case | decision |
|---|---|
| no column of coordinates | read; the features have no geometry |
| columns of coordinates, a column of geometry | told as unused |
| a card without datum | taken |
| GeoJSON, Shapefile, FlatGeobuf, OpenStreetMap | refused, with what to give |
| area 全市 | a row like any other |
| area 合计 | set aside as a total, with what to write |
| a blank kind | an actual number |
| one indicator, area, year and kind twice | all of these rows are rejected |
| a year merged over rows | each row's |
| a number with a unit, or 万, behind it | rejected |
| years as columns | refused, with what is expected |
| a unit above the table | refused, with what is expected |
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely import Point

from tieling_geo.crs import WORKING_CRS
from tieling_geo.errors import CardError, InputError, LayerSchemaError, UntrustedFileError
from tieling_geo.readers import read_layer
from tieling_geo.records import Layer
from tieling_geo.reports.accepted import write_accepted
from tieling_geo.schemas import Indicators

CARD = 'publisher = "示例"\nlicence = ""\nreference_date = ""\n'
HEADER = ("序号", "指标名称", "行政区", "年度", "数值类型", "数值", "计量单位", "资料来源")
GOOD = ("1", "节能量", "全市", "2025", "实际值", "12.5", "万吨", "示例")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a card that states no datum."""
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    return tmp_path


def read_rows(folder: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Layer:
    """Write rows as a CSV and read it as the table of indicators."""
    path = folder / "indicators.csv"
    path.write_text("\n".join(",".join(row) for row in (header, *rows)), encoding="utf-8")
    return read_layer("indicators", path)


def frame() -> pd.DataFrame:
    """Return two rows under the schema's own names, as other programs write them."""
    return pd.DataFrame({
        "record_id": ["2", "1"],
        "indicator": ["节能量", "节能量"],
        "area": ["银州区", "全市"],
        "year": [2024, 2025],
        "value": [0.1, 12.5],
        "unit": ["万吨", "wan_t"],
    })


def check_frame(layer: Layer) -> None:
    """Hold what was read against `frame`."""
    assert layer.rows_rejected == 0
    assert layer.features.index.tolist() == ["1", "2"]
    assert layer.features["value"].tolist() == [12.5, 0.1]
    assert layer.features["unit"].tolist() == ["wan_t", "wan_t"]
    assert layer.features.geometry.isna().all()
    assert layer.row_numbers.to_dict() == {"1": 2, "2": 1}
    Indicators.check(layer.features)


# --- kinds of files -----------------------------------------------------------------------------


def test_a_ledger_needs_no_coordinates(folder: Path) -> None:
    """The row is typed; it has no geometry, the working CRS, and its account balances."""
    layer = read_rows(folder, GOOD)
    row = layer.features.loc["1"]
    assert row.drop("geometry").tolist() == [
        "1", "节能量", "全市", 2025, "actual", 12.5, "wan_t", "示例",
    ]  # fmt: skip
    assert layer.features.geometry.tolist() == [None]
    assert layer.features.crs == WORKING_CRS
    assert (layer.rows_in, layer.rows_rejected) == (1, 0)
    assert [(a.step, a.rows_in, a.accepted, a.control) for a in layer.accounts] == [
        ("rows", 1, 1, ""),
        ("check", 1, 1, ""),
    ]
    reading = layer.reading
    assert (reading.datum, reading.crs, reading.coordinates, reading.coordinate_form) == (
        "", "", (), "",
    )  # fmt: skip
    Indicators.check(layer.features)


def test_a_table_without_rows_is_read(folder: Path) -> None:
    """A form that nobody filled in is blank, and no fault."""
    layer = read_rows(folder)
    assert layer.is_blank
    assert layer.features.crs == WORKING_CRS
    Indicators.check(layer.features)


def test_coordinates_that_are_there_are_not_used(folder: Path) -> None:
    """They are told as unused, whatever they hold."""
    header = (*HEADER, "经度", "纬度")
    layer = read_rows(folder, (*GOOD, "0", "north"), header=header)
    assert layer.reading.unread == ("经度", "纬度")
    assert "未使用的列:经度、纬度" in [note.zh for note in layer.notes]
    assert layer.features.geometry.tolist() == [None]


def test_a_workbook_is_read(folder: Path) -> None:
    """A year that is merged over two rows is each row's; a merged number is nobody's."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for row in (("1", "甲", "全市"), ("2", "乙", "全市"), ("3", "丙", "全市"), ("4", "丁", "全市")):
        sheet.append([*row, 2025, "实际值", 5, "万吨", None])
    sheet.merge_cells("D2:D3")
    sheet.merge_cells("F4:F5")
    path = folder / "indicators.xlsx"
    book.save(path)
    layer = read_layer("indicators", path)
    assert layer.features["year"].to_dict() == {"1": 2025, "2": 2025}
    assert layer.rejected[["row", "column", "cell"]].to_numpy().tolist() == [
        [4, "数值", "F4"],
        [5, "数值", "F5"],
    ]
    assert "合并单元格" in layer.rejected["reason_zh"].iloc[0]


def test_an_attribute_table_of_a_geopackage_is_read(folder: Path) -> None:
    """As QGIS writes it; of several tables, the one of the layer's name."""
    import pyogrio  # noqa: PLC0415 - loads GDAL, which the reader has guarded

    path = folder / "indicators.gpkg"
    pyogrio.write_dataframe(frame()[:1], path, layer="other", driver="GPKG")
    pyogrio.write_dataframe(frame(), path, layer="indicators", driver="GPKG")
    check_frame(read_layer("indicators", path))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_contents SET table_name = 'x' WHERE table_name = 'other'")
        database.execute("ALTER TABLE other RENAME TO x")
        database.execute("UPDATE gpkg_contents SET table_name = 'y' WHERE data_type = 'attributes'"
                         " AND table_name = 'indicators'")  # fmt: skip
        database.execute("ALTER TABLE indicators RENAME TO y")
    with pytest.raises(UntrustedFileError, match=r"holds layers \['x', 'y'\]"):
        read_layer("indicators", path)


@pytest.mark.parametrize("kind", [".gpkg", ".parquet"])
def test_geometry_that_is_there_is_not_used(folder: Path, kind: str) -> None:
    """A layer with places in place of the table: its geometry is told as unread."""
    path = folder / f"indicators{kind}"
    placed = gpd.GeoDataFrame(frame(), geometry=[Point(1, 2), None], crs=4490)
    if kind == ".gpkg":
        placed.to_file(path, layer="indicators", driver="GPKG")
    else:
        placed.to_parquet(path)
    layer = read_layer("indicators", path)
    check_frame(layer)
    name = "geom" if kind == ".gpkg" else "geometry"
    assert any(name in note.en and "not" in note.en for note in layer.notes)


def test_plain_parquet_is_read(folder: Path) -> None:
    """For a table without places it needs no statement of geometry; a layer with places does."""
    path = folder / "indicators.parquet"
    frame().to_parquet(path)
    check_frame(read_layer("indicators", path))
    (folder / "card.toml").write_text(f'{CARD}datum = "cgcs2000"\n', encoding="utf-8")
    with pytest.raises(UntrustedFileError):
        read_layer("boilers", path.rename(folder / "boilers.parquet"))


@pytest.mark.parametrize("kind", [".geojson", ".shp", ".fgb"])
def test_kinds_made_of_geometry_are_refused(folder: Path, kind: str) -> None:
    """In words that say what to give; no trace of the file's contents."""
    path = folder / f"indicators{kind}"
    named = frame().rename(columns={"indicator": "name"})
    gpd.GeoDataFrame(named, geometry=[Point(1, 2)] * 2, crs=4490).to_file(path)
    with pytest.raises(UntrustedFileError) as refused:
        read_layer("indicators", path)
    assert "没有图形的表" in refused.value.to("zh")
    assert ".xlsx、.csv" in refused.value.to("zh")
    assert f"is not read from {kind}" in refused.value.to("en")


def test_openstreetmap_has_no_tables(folder: Path) -> None:
    """Indicators are not on the map."""
    path = folder / "indicators.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="42" lon="123"/></osm>', encoding="utf-8")
    with pytest.raises(InputError):
        read_layer("indicators", path)


def test_only_a_table_may_leave_out_its_datum(folder: Path) -> None:
    """A layer of places must state it; a datum that a table states is known, or refused."""
    path = folder / "boilers.csv"
    path.write_text("编号,经度,纬度\n1,123.84,42.29\n", encoding="utf-8")
    with pytest.raises(CardError, match="datum"):
        read_layer("boilers", path)
    (folder / "card.toml").write_text(f'{CARD}datum = "gcj02"\n', encoding="utf-8")
    assert len(read_rows(folder, GOOD).features) == 1
    (folder / "card.toml").write_text(f'{CARD}datum = "mars"\n', encoding="utf-8")
    with pytest.raises(CardError, match="mars"):
        read_rows(folder, GOOD)


def test_accepted_rows_come_back_from_their_geopackage(folder: Path) -> None:
    """What `read --accepted` writes of a table is an attribute table that reads as it was."""
    layer = read_rows(folder, GOOD, ("2", "节能量", "银州区", "2025", "分解目标", "", "", ""))
    written = write_accepted(layer, folder / "accepted.gpkg")
    again = read_layer("indicators", written)
    assert again.rows_rejected == 0
    assert_frame_equal(pd.DataFrame(again.features), pd.DataFrame(layer.features))
    with sqlite3.connect(written) as database:
        contents = database.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall()
    assert contents == [("indicators", "attributes")]


# --- rows ---------------------------------------------------------------------------------------


def test_the_whole_city_is_data_and_a_total_is_not(folder: Path) -> None:
    """全市 is an area; 合计 is set aside, and says what to write if it is meant as data."""
    layer = read_rows(folder, GOOD, ("2", "节能量", "合计", "2025", "", "12.5", "万吨", ""))
    assert layer.features["area"].tolist() == ["全市"]
    (aside,) = layer.set_aside
    assert (aside.row, aside.kind, aside.value) == (3, "total", "合计")
    assert "全市" in aside.told.zh
    assert layer.accounts[0].set_aside == 1


def test_a_row_without_a_number_of_its_own_is_no_total(folder: Path) -> None:
    """A name that ends in 累计 makes no total of a row: without its key it is rejected."""
    layer = read_rows(folder, GOOD, ("", "节能量累计", "全市", "2025", "", "1", "万吨", ""))
    assert layer.set_aside == ()
    assert layer.rejected[["row", "column"]].to_numpy().tolist() == [[3, "序号"]]


def test_a_blank_kind_is_an_actual_number(folder: Path) -> None:
    """It is filled in, and said; a word that is not known is rejected, never taken as blank."""
    layer = read_rows(
        folder,
        GOOD,
        ("2", "节能量", "银州区", "2025", "", "1", "万吨", ""),
        ("3", "节能量", "银州区", "2025", "分解目标", "1", "万吨", ""),
        ("4", "节能量", "清河区", "2025", "计划数", "1", "万吨", ""),
    )
    assert layer.features["kind"].to_dict() == {"1": "actual", "2": "actual", "3": "target"}
    assert layer.rejected[["row", "value"]].to_numpy().tolist() == [[5, "计划数"]]
    assert layer.rejected_rows["kind"].isna().tolist() == [True]
    assert any(note.zh == "列“数值类型”:1 行未填,按“实际值”理解" for note in layer.notes)


def test_a_file_without_the_column_of_kinds_has_actual_numbers(folder: Path) -> None:
    """No note says that the kind is missing."""
    columns = [0, 1, 2, 3, 5, 6]
    layer = read_rows(folder, [GOOD[n] for n in columns], header=[HEADER[n] for n in columns])
    assert layer.features["kind"].tolist() == ["actual"]
    assert layer.reading.absent == ("kind", "source")
    assert not any("数值类型" in note.zh and "缺失" in note.zh for note in layer.notes)


def test_rows_that_say_one_thing_twice_are_all_rejected(folder: Path) -> None:
    """A blank kind is an actual number; width and spaces do not matter; another kind does."""
    layer = read_rows(
        folder,
        ("1", "节能量", "银州区", "2025", "实际值", "1", "万吨", ""),
        ("2", "节 能量", "银州区", "２０２５", "", "2", "万吨", ""),
        ("3", "节能量", "银州区", "2025", "分解目标", "2", "万吨", ""),
        ("4", "节能量", "银州区", "2024", "", "2", "万吨", ""),
        ("5", "", "银州区", "2023", "", "2", "万吨", ""),
        ("6", "", "银州区", "2023", "", "2", "万吨", ""),
    )
    assert layer.features.index.tolist() == ["3", "4"]
    reasons = layer.rejected[["row", "column", "reason_zh"]].to_numpy().tolist()
    told = "第 2、3 行的指标、县区、年份、数值类型相同,分不清以哪一行为准;请只留一行"
    assert reasons == [
        [2, "指标名称", told],
        [3, "指标名称", told],
        [6, "指标名称", "不能为空"],
        [7, "指标名称", "不能为空"],
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("12.5", 12.5), ("1,250", 1250.0), ("-3", -3.0), ("", None), ("<0.5", None)],
)
def test_a_number_stands_alone(folder: Path, cell: str, value: float | None) -> None:
    """Marks between thousands and limits are read as in any ledger."""
    layer = read_rows(folder, (*GOOD[:5], f'"{cell}"', *GOOD[6:]))
    found = layer.features["value"].tolist()
    assert (found == [value]) if value is not None else pd.isna(found).all()
    assert len(layer.censored) == (cell == "<0.5")


@pytest.mark.parametrize("cell", ["12.5万吨", "12.5万", "12个", "60%", "5吨"])
def test_a_unit_behind_a_number_is_rejected(folder: Path, cell: str) -> None:
    """The unit has a column of its own, so that 12.5万 is never taken for one or the other."""
    layer = read_rows(folder, (*GOOD[:5], cell, *GOOD[6:]))
    assert layer.rejected[["row", "column", "value"]].to_numpy().tolist() == [[2, "数值", cell]]
    assert "旁边的单位列" in layer.rejected["reason_zh"].iloc[0]


def test_an_unknown_unit_is_rejected(folder: Path) -> None:
    """万吨/年 is no unit that plans are held in; nothing is guessed."""
    layer = read_rows(folder, (*GOOD[:6], "万吨/年", ""))
    assert layer.rejected["column"].tolist() == ["计量单位"]


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["序号,指标,县区,单位,2020年,2021年,2022", "指标,2020年,2021年", "项目,单位,2020,2021"],
)
def test_years_as_columns_are_refused_with_what_is_expected(folder: Path, header: str) -> None:
    """A clerk is told to write a row a year."""
    path = folder / "indicators.csv"
    count = header.count(",") + 1
    path.write_text(f"{header}\n{','.join(['1'] * count)}\n", encoding="utf-8")
    with pytest.raises(LayerSchemaError) as refused:
        read_layer("indicators", path)
    assert "每个年份一行" in refused.value.to("zh")
    assert "年份写在“年份”列" in refused.value.to("zh")
    assert "a row a year" in refused.value.to("en")


def test_one_year_in_a_header_is_no_wide_table(folder: Path) -> None:
    """The usual refusal names the columns that are missing."""
    path = folder / "indicators.csv"
    path.write_text("序号,指标,2020年\n1,节能量,2\n", encoding="utf-8")
    with pytest.raises(LayerSchemaError) as refused:
        read_layer("indicators", path)
    assert "缺少必填列 ['县区', '年份']" in refused.value.to("zh")
    assert "每个年份一行" not in refused.value.to("zh")


def test_a_unit_above_the_table_is_refused(folder: Path) -> None:
    """Each number has its own unit beside it; who made the table is no unit."""
    path = folder / "indicators.csv"
    rows = "\n".join([",".join(HEADER), ",".join(GOOD)])
    path.write_text(f"单位:万吨\n{rows}", encoding="utf-8")
    with pytest.raises(LayerSchemaError) as refused:
        read_layer("indicators", path)
    assert "逐行填写单位" in refused.value.to("zh")
    assert "“万吨”" in refused.value.to("zh")
    path.write_text(f"填报单位:某局\n{rows}", encoding="utf-8")
    assert len(read_layer("indicators", path).features) == 1


def test_a_header_without_coordinates_is_not_asked_for_them(folder: Path) -> None:
    """A refusal of a table names its own columns only."""
    path = folder / "indicators.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(LayerSchemaError) as refused:
        read_layer("indicators", path)
    assert "坐标" not in refused.value.to("zh")
    assert "coordinates" not in refused.value.to("en")


# --- overrides ----------------------------------------------------------------------------------


def test_overrides_are_read_as_people_write_them(folder: Path) -> None:
    """A value stays text; blank is missing; who, why, when and evidence are required."""
    path = folder / "overrides.csv"
    path.write_text(
        "编号,图层,要素编号,字段,认定值,认定人,认定理由,认定日期,依据文号\n"
        "1,锅炉,B0001,状态,已淘汰,王某,核查,2025年11月3日,铁环〔2025〕1号\n"
        "2,boilers,0002,retired_on,2025-06-30,王某,核查,2025-11-03,2号\n"
        "3,boilers,B3,status,,王某,核查,2025-11-03,3号\n"
        "4,boilers,B4,status,在用,,核查,2025-11-03,4号\n",
        encoding="utf-8",
    )
    layer = read_layer("overrides", path)
    assert layer.features["value"].fillna("-").tolist() == ["已淘汰", "2025-06-30", "-"]
    assert layer.features["feature_id"].tolist() == ["B0001", "0002", "B3"]
    assert set(layer.features["decided_on"]) == {pd.Timestamp("2025-11-03")}
    assert layer.rejected[["row", "column", "reason_zh"]].to_numpy().tolist() == [
        [5, "认定人", "不能为空"]
    ]
