"""
Templates that were filled in, and files that came back with rejected rows.

| What is sent in | Decision |
|---|---|
| a template as it is | 0 rows; its example is set aside |
| a template with valid rows, any layer | every row accepted, every value as written |
| the same with its example row deleted | the same |
| an example row that somebody changed but for its key | set aside |
| a ledger with bad cells | its rows rejected; put right in `rejected.xlsx`, all accepted |
| the same as CSV | the same |
| a GeoJSON with a bad value | its table in `rejected.xlsx`, put right, is accepted |
"""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tieling_geo.crs import to_geographic_crs
from tieling_geo.readers import read_layer
from tieling_geo.readers.ledgers.headers import to_folded
from tieling_geo.records import Card, ReadOptions
from tieling_geo.reports.rejected import write_rejected
from tieling_geo.schemas import LAYERS, ColumnCard, LayerSchema
from tieling_geo.template import write_template
from tieling_geo.template.rules import to_bounds

CARD = Card("单位", "内部", "2024-12-31", "cgcs2000", crs="EPSG:4490")
WORDS = st.text("铁岭市银州区甲乙丙丁戊ABCxyz0123456789", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every template once."""
    root = tmp_path_factory.mktemp("templates") / "new"
    write_template(root)
    return root


#: What codes are made of: digits of other scripts are no digits of theirs.
_ASCII = st.characters(max_codepoint=127)


def to_cells(schema: type[LayerSchema], column: ColumnCard) -> st.SearchStrategy[object]:
    """Draw what a person may write into a column's cell: the cell, as the program keeps it."""
    allowed = column.values  # noqa: PD011 - a field of ColumnCard
    if column.name == schema.card().key:
        return st.from_regex(
            r"[0-9]{6}" if column.name == "county_id" else r"[A-Z0-9]{1,8}", fullmatch=True
        )
    if allowed:
        cells: st.SearchStrategy[object] = st.sampled_from([t.zh for t in allowed.values()])
    elif column.kind == "boolean":
        cells = st.sampled_from(["是", "否"])
    elif column.kind == "date":
        cells = st.dates(date(1950, 1, 1), date(2024, 12, 31))
    elif column.kind == "integer":
        bounds = to_bounds(schema, column)
        cells = st.integers(int(max(bounds.low, 0)), int(min(bounds.high, 10**7)))
    elif column.kind == "number":
        bounds = to_bounds(schema, column)
        least = int(max(bounds.low, 0.0) * 1000) + 1
        cells = st.integers(least, int(min(bounds.high, 10**6)) * 1000).map(lambda n: n / 1000)
    else:
        checks = schema.to_schema().columns[column.name].checks
        patterns = [c.statistics["pattern"] for c in checks if c.name == "str_matches"]
        cells = st.from_regex(patterns[0], fullmatch=True, alphabet=_ASCII) if patterns else WORDS
    return cells if not column.nullable else st.none() | cells


DEGREES = st.tuples(
    st.integers(123_500_000, 124_500_000).map(lambda n: n / 1e6),
    st.integers(42_000_000, 43_400_000).map(lambda n: n / 1e6),
)


def to_shape(geometry: str) -> st.SearchStrategy[Any]:
    """Draw a point, a line or a polygon in the prefecture; nothing for a table without places."""
    points = DEGREES.map(shapely.Point)
    if geometry == "none":
        return st.none()
    if geometry == "point":
        return points
    if geometry == "line":
        return points.map(lambda p: shapely.LineString([(p.x, p.y), (p.x + 0.01, p.y + 0.005)]))
    return points.map(lambda p: shapely.box(p.x, p.y, p.x + 0.01, p.y + 0.01))


def to_rows(schema: type[LayerSchema]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw the rows of a layer, with different keys, and nothing twice that must stand once."""
    row = {column.name: to_cells(schema, column) for column in schema.columns()}
    row["geometry"] = to_shape(schema.card().geometry)
    key = schema.card().key
    once: list[Callable[[dict[str, Any]], object]] = [lambda r: str(r[key])]
    if together := [c for c in schema.columns() if c.name in schema.card().unique_together]:
        once.append(lambda r: tuple(to_folded(r[c.name] or default(c)) for c in together))
    return st.lists(st.fixed_dictionaries(row), min_size=1, max_size=4, unique_by=tuple(once))


def default(column: ColumnCard) -> str:
    """Return the title of the value that a blank cell stands for; empty where it is missing."""
    return dict(column.values)[column.blank_means].zh if column.blank_means else ""


def fill_in(name: str, template: Path, filled: Path, rows: list[dict[str, Any]]) -> None:
    """Fill a template in and save it, as a person does in another program."""
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 3):
        shape = row["geometry"]
        places: list[object] = []
        if shape is not None:
            places = [shape.x, shape.y] if shape.geom_type == "Point" else [shape.wkt]
        values = [row[column.name] for column in LAYERS[name].columns()]
        for column, value in enumerate([*values, *places], 1):
            sheet.cell(number, column).value = value
    book.save(filled)


def without_example(filled: Path) -> None:
    """Delete the example row and save."""
    book = openpyxl.load_workbook(filled)
    book.worksheets[0].delete_rows(2)
    book.save(filled)


def check_value(found: Any, meant: Any, column: ColumnCard) -> None:  # noqa: ANN401 - any cell
    """Hold a value of a layer against what was written into the cell."""
    titles = {t.zh: code for code, t in column.values.items()}  # noqa: PD011 - of ColumnCard
    if meant is None and column.blank_means:
        assert found == column.blank_means
    elif meant is None:
        assert pd.isna(found)
    elif column.kind == "boolean":
        assert bool(found) == (meant == "是")
    elif column.kind == "date":
        assert found == pd.Timestamp(meant)
    else:
        assert found == titles.get(meant, meant)


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_filled_template_is_accepted_whole(
    templates: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    """Whatever valid rows it is filled in with: none rejected, every value as it was written."""
    schema = LAYERS[name]
    folder = tmp_path_factory.mktemp(name)
    shutil.copy(templates / name / "card.toml", folder)

    # Shrinking would write and read hundreds of workbooks.
    @settings(max_examples=5, phases=[Phase.generate])
    @given(to_rows(schema), st.booleans())
    def check(rows: list[dict[str, Any]], example: bool) -> None:  # noqa: FBT001 - hypothesis
        filled = folder / f"{name}.xlsx"
        fill_in(name, templates / name / f"{name}.xlsx", filled, rows)
        if not example:
            without_example(filled)
        layer = read_layer(name, filled)
        assert layer.rejected.to_dict("records") == []
        assert (layer.rows_in, len(layer.features)) == (len(rows), len(rows))
        assert [aside.kind for aside in layer.set_aside] == ["example"] * example
        assert layer.reading.sheet == schema.card().title.zh
        shapes = to_geographic_crs(layer.features).geometry
        for row in rows:
            key = row[schema.card().key]
            for column in schema.columns():
                check_value(layer.features.loc[key, column.name], row[column.name], column)
            if row["geometry"] is None:
                assert shapes[key] is None
            else:
                assert shapes[key].hausdorff_distance(row["geometry"]) < 1e-8

    check()


@pytest.mark.parametrize("name", list(LAYERS))
def test_an_untouched_template_has_no_row(templates: Path, name: str) -> None:
    """0 rows in, nothing rejected, the example told."""
    layer = read_layer(name, templates / name / f"{name}.xlsx")
    assert (layer.rows_in, layer.rows_rejected, len(layer.features)) == (0, 0, 0)
    assert [(aside.row, aside.kind) for aside in layer.set_aside] == [(2, "example")]


def test_a_changed_example_is_still_none(templates: Path, tmp_path: Path) -> None:
    """As long as its key says that it is one, whatever else the row says."""
    book = openpyxl.load_workbook(templates / "boilers" / "boilers.xlsx")
    book.worksheets[0]["E2"] = "很大"
    book.save(tmp_path / "boilers.xlsx")
    layer = read_layer("boilers", tmp_path / "boilers.xlsx", card=CARD)
    assert (layer.rows_in, layer.rows_rejected, len(layer.set_aside)) == (0, 0, 1)


HEADERS = ("锅炉编号", "使用单位", "额定蒸发量(蒸吨/小时)", "燃料类型", "经度", "纬度")
ROWS = (
    ("001", "甲厂", 20, "燃煤", 123.85, 42.25),
    ("002", "=乙厂", "很大", "油漆", 123.86, 42.25),
    (None, "丙厂", 10, "燃气", 123.87, 42.25),
    ("004", "丁厂", 10, "燃气", None, None),
    ("005", "戊厂", 10, "燃气", 123.88, 42.25),
)
#: What the clerk writes into the marked cells: by row (from 0) and column of the ledger.
PUT_RIGHT: Mapping[tuple[int, int], object] = {
    (1, 3): 35,
    (1, 4): "燃煤",
    (2, 1): "003",
    (3, 5): 123.875,
    (3, 6): 42.26,
}


def xlsx_ledger(folder: Path) -> Path:
    """Write the ledger under a title, with a row of totals."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "2024 年"
    sheet["A1"] = "锅炉台账"
    sheet.merge_cells("A1:F1")
    for number, row in enumerate((HEADERS, *ROWS), 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(folder / "锅炉台账.xlsx")
    return folder / "锅炉台账.xlsx"


def csv_ledger(folder: Path) -> Path:
    """Write the ledger as GB18030, as offices do."""
    lines = [",".join("" if v is None else str(v) for v in row) for row in (HEADERS, *ROWS)]
    (folder / "锅炉台账.csv").write_text("\n".join(lines) + "\n", encoding="gb18030")
    return folder / "锅炉台账.csv"


def put_right(rejected: Path, sheet: str, first: int) -> None:
    """Correct the marked cells and save; every one of them is marked."""
    book = openpyxl.load_workbook(rejected)
    for (row, column), value in PUT_RIGHT.items():
        cell = book[sheet].cell(first + row, column)
        assert cell.fill.start_color.rgb == "FFFF9C9C", cell.coordinate
        cell.value = value
    book.save(rejected)


@pytest.mark.parametrize(
    ("write", "sheet", "first"),
    [(xlsx_ledger, "2024 年", 3), (csv_ledger, "锅炉台账", 2)],
    ids=["xlsx", "csv"],
)
def test_what_was_rejected_can_be_put_right_and_sent_in_again(
    tmp_path: Path, write: Callable[[Path], Path], sheet: str, first: int
) -> None:
    """Three of five rows come back; the corrected copy is accepted whole, found by itself."""
    path = write(tmp_path)
    before = read_layer("boilers", path, card=CARD)
    assert (before.rows_in, before.rows_rejected) == (5, 3)
    out = write_rejected({"boilers": before}, tmp_path / "r.xlsx", originals={"boilers": path})
    assert out == tmp_path / "r.xlsx"
    put_right(out, sheet, first)
    after = read_layer("boilers", out, card=CARD)
    assert after.rejected.to_dict("records") == []
    assert after.features.index.tolist() == ["001", "002", "003", "004", "005"]
    assert after.features.loc["002", ["name", "fuel"]].tolist() == ["=乙厂", "coal"]
    assert after.features["capacity_t_per_h"].tolist() == [20, 35, 10, 10, 10]
    same = ["001", "005"]
    assert after.features.loc[same].geom_equals(before.features.loc[same]).all()


def test_a_vector_file_comes_back_as_a_table(tmp_path: Path) -> None:
    """The features of a GeoJSON with a bad value, as rows with WKT; put right, all are accepted."""
    frame = gpd.GeoDataFrame(
        {"road_id": ["R1", "R2"], "road_class": ["trunk", "泥路"], "oneway": [True, None]},
        geometry=[
            shapely.LineString([(123.8, 42.3), (123.9000000001, 42.4)]),
            shapely.LineString([(124.0, 42.3), (124.1, 42.4)]),
        ],
        crs="EPSG:4326",
    )
    path = tmp_path / "roads.geojson"
    path.write_text(frame.to_json(drop_id=True), encoding="utf-8")
    before = read_layer("roads", path, card=CARD)
    assert before.rows_rejected == 1
    out = tmp_path / "rejected.xlsx"
    write_rejected({"roads": before}, out, originals={"roads": path})
    book = openpyxl.load_workbook(out)
    assert [c.value for c in book["roads"][1]] == ["road_id", "road_class", "oneway", "WKT"]
    cell = book["roads"]["B3"]
    assert (cell.value, cell.fill.start_color.rgb) == ("泥路", "FFFF9C9C")
    cell.value = "乡道"
    book.save(out)
    after = read_layer("roads", out, card=CARD, options=ReadOptions(sheet="roads"))
    assert after.rejected.to_dict("records") == []
    assert after.features["road_class"].tolist() == ["trunk", "tertiary"]
    ends = np.array(to_geographic_crs(after.features).geometry["R1"].coords)
    assert np.allclose(ends, [(123.8, 42.3), (123.9000000001, 42.4)], rtol=0, atol=1e-11)
