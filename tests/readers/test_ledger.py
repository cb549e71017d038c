"""A ledger is read from its file: a CSV or a workbook, with its card and what the user states."""

from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from openpyxl.worksheet.worksheet import Worksheet

from tieling_geo.errors import CRSError, LayerSchemaError, UntrustedFileError
from tieling_geo.readers.ledgers.coordinates import EAST_HEADERS, NORTH_HEADERS, WKT_HEADERS
from tieling_geo.readers.ledgers.ledger import read_ledger
from tieling_geo.readers.raw import RawTable
from tieling_geo.records import Card, ReadOptions
from tieling_geo.schemas import Boilers

PAIRS = list(
    zip(EAST_HEADERS, [*NORTH_HEADERS[:4], "lat", "纬度", *NORTH_HEADERS[4:]], strict=True)
)
GOOD = "编号,使用单位,经度,纬度\nB1,铁岭,123.8,42.3\nB2,,124.0,42.5\n"


def read(
    folder: Path, content: str | bytes, crs: str = "EPSG:4490", options: ReadOptions | None = None
) -> RawTable:
    """Write and read a CSV."""
    path = folder / "锅炉.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    card = Card("", "", "", "cgcs2000", crs=crs)
    return read_ledger(path, ".csv", schema=Boilers, card=card, options=options or ReadOptions())


def read_book(path: Path, crs: str = "", **stated: object) -> RawTable:
    """Read a workbook."""
    card = Card("", "", "", "cgcs2000", crs=crs)
    options = ReadOptions(**stated)  # type: ignore[arg-type]
    return read_ledger(path, path.suffix, schema=Boilers, card=card, options=options)


def write_book(path: Path, *rows: tuple[object, ...]) -> Worksheet:
    """Write rows into the first sheet of a new workbook; return the sheet, to be changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "2024"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return sheet


def test_a_csv_arrives_as_text(tmp_path: Path) -> None:
    """Rows carry their line numbers, blanks are missing, coordinates are points."""
    table = read(tmp_path, GOOD)
    assert table.attributes["编号"].tolist() == ["B1", "B2"]
    assert table.attributes["使用单位"].tolist() == ["铁岭", None]
    assert table.attributes["经度"].tolist() == ["123.8", "124.0"]
    assert list(table.rows) == [2, 3]
    assert [shape.wkt for shape in table.geometry] == ["POINT (123.8 42.3)", "POINT (124 42.5)"]
    assert table.coordinates == ("经度", "纬度")
    assert table.crs is not None
    assert table.crs.to_epsg() == 4490
    assert table.faults == ()
    assert (table.header_rows, table.sheet, dict(table.letters)) == ((1,), "", {})


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GB18030"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, told: str) -> None:
    """The same table in each of them."""
    table = read(tmp_path, GOOD.encode(encoding))
    assert table.attributes["使用单位"].iloc[0] == "铁岭"
    assert table.encoding.startswith(told)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    """A short row shifts the others: nothing of it is read."""
    with pytest.raises(UntrustedFileError, match=r"锅炉\.csv"):
        read(tmp_path, GOOD + "B3,124\n")
    path = tmp_path / "锅炉.xlsx"
    path.write_bytes(b"PK\x03\x04 no book")
    with pytest.raises(UntrustedFileError, match=r"锅炉\.xlsx"):
        read_book(path)


def test_rows_without_any_value_are_no_rows(tmp_path: Path) -> None:
    """Spreadsheets write them by the thousand; the numbers of the others stay."""
    table = read(tmp_path, GOOD + ",,,\n\nB3,x,124.1,42.6\n")
    assert list(table.rows) == [2, 3, 6]


def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    """Zero rows are a table."""
    table = read(tmp_path, "编号,经度,纬度\n")
    assert len(table.attributes) == len(table.geometry) == len(table.rows) == 0


@pytest.mark.parametrize(("east", "north"), PAIRS)
def test_coordinates_are_found_under_their_headers(tmp_path: Path, east: str, north: str) -> None:
    """Without regard to case and remarks in brackets; the order of columns does not matter."""
    table = read(tmp_path, f"编号,{north.upper()}(度),{east.title()}\nB1,42.3,123.8\n")
    assert shapely.get_coordinates(table.geometry).tolist() == [[123.8, 42.3]]


@pytest.mark.parametrize("header", WKT_HEADERS)
def test_lines_and_polygons_come_as_wkt(tmp_path: Path, header: str) -> None:
    """With the blank and the broken ones as faults of their rows."""
    cells = '"LINESTRING (123 42, 124 43)"\n""\n圆\n"POINT EMPTY"\n"CIRCULARSTRING (0 0, 1 1, 2 0)"'
    numbered = "".join(f"{n},{c}\n" for n, c in enumerate(cells.splitlines()))
    table = read(tmp_path, f"编号,{header}\n{numbered}")
    assert [None if shape is None else shape.wkt for shape in table.geometry] == [
        "LINESTRING (123 42, 124 43)",
        None,
        None,
        "POINT EMPTY",
        None,
    ]
    assert [(f.position, f.column, f.value) for f in table.faults] == [
        (1, header, ""),
        (2, header, "圆"),
        (4, header, "CIRCULARSTRING (0 0, 1 1, 2 0)"),
    ]


def test_a_long_outline_fits_in_a_cell(tmp_path: Path) -> None:
    """More than the 131,072 characters that Python's reader allows."""
    angles = np.linspace(0, 2 * np.pi, 10_000)
    ring = shapely.Polygon(np.column_stack([123.8 + np.cos(angles), 42.3 + np.sin(angles)]))
    assert len(ring.wkt) > 131_072
    table = read(tmp_path, f'编号,WKT\nB1,"{ring.wkt}"\n')
    assert table.geometry[0].equals_exact(ring, 0)


@pytest.mark.parametrize("header", ["编号,经度", "编号,纬度", "编号,X,状态", "编号,状态"])
def test_a_table_without_coordinates_is_refused(tmp_path: Path, header: str) -> None:
    """With its headers, and how to say which they are."""
    with pytest.raises(LayerSchemaError) as told:
        read(tmp_path, f"{header}\n")
    assert "经度" in told.value.to("zh")
    assert "编号" in told.value.to("en")
    assert '"lon"' in told.value.to("zh")


@pytest.mark.parametrize(
    ("east", "north", "faults"),
    [
        ("", "42.3", [("经度", "")]),
        ("123.8", "", [("纬度", "")]),
        ("", "", [("经度", ""), ("纬度", "")]),
        ("东经123°48′", "42.3", []),
        ("123.8", "nan", [("纬度", "nan")]),
        ("inf", "1e999", [("经度", "inf"), ("纬度", "1e999")]),
        ("123,8", "42.3", []),
        ("１２３.８", "42.3", []),
    ],
)
def test_a_coordinate_that_is_none_is_a_fault_of_its_row(
    tmp_path: Path, east: str, north: str, faults: list[tuple[str, str]]
) -> None:
    """Each coordinate by its own header; the other rows are built."""
    table = read(tmp_path, f'编号,经度,纬度\nB1,"{east}","{north}"\nB2,124.0,42.5\n')
    assert [(f.column, f.value) for f in table.faults] == faults
    assert {f.position for f in table.faults} <= {0}
    assert (table.geometry[0] is None) == bool(faults)
    assert faults or table.geometry[0].wkt == "POINT (123.8 42.3)"
    assert table.geometry[1].wkt == "POINT (124 42.5)"


def test_the_workspace_states_the_crs_before_the_card(tmp_path: Path) -> None:
    """By a code that exists; without one, degrees are CGCS2000."""
    table = read(tmp_path, GOOD, "EPSG:4490", ReadOptions(crs="EPSG:4326"))
    assert table.crs is not None
    assert table.crs.to_epsg() == 4326
    with pytest.raises(CRSError):
        read(tmp_path, GOOD, "EPSG:1")


def test_a_workbook_is_read_as_a_clerk_made_it(tmp_path: Path) -> None:
    """Title, header of two rows, merged county, text and number keys, a day, and a total."""
    path = tmp_path / "锅炉.xlsx"
    day = datetime(2009, 11, 1)  # noqa: DTZ001 - a workbook knows no time zone
    sheet = write_book(
        path,
        ("2024年锅炉台账",),
        ("编号", "县区", "坐标", None, "容量", None, "投用日期"),
        (None, None, "经度", "纬度", "蒸吨/小时", "兆瓦", None),
        ("001", "银州区", 123.84, 42.29, 10, None, day),
        ("002", None, "123°50′24″", "42°17′24″", 20.5, None, None),
        ("合  计", None, None, None, 30.5, None, None),
    )
    for cells in ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3", "B4:B5"):
        sheet.merge_cells(cells)
    assert sheet.parent is not None
    sheet.parent.save(path)
    table = read_book(path)
    assert table.sheet == "2024"
    assert table.header_rows == (2, 3)
    assert table.rows.tolist() == [4, 5]
    assert table.attributes.to_dict("list") == {
        "编号": ["001", "002"],
        "县区": ["银州区", "银州区"],
        "经度": [123.84, "123°50′24″"],
        "纬度": [42.29, "42°17′24″"],
        "容量(蒸吨/小时)": [10, 20.5],
        "容量(兆瓦)": [None, None],
        "投用日期": [day, None],
    }
    assert np.allclose(shapely.get_coordinates(table.geometry), [[123.84, 42.29]] * 2, atol=1e-12)
    assert [(a.row, a.kind) for a in table.aside] == [(1, "note"), (6, "total")]
    assert "30.5 与 2 行之和相符" in table.aside[1].told.zh
    assert table.letters["容量(兆瓦)"] == "F"
    assert table.faults == ()


def test_two_years_in_one_workbook_are_refused_until_one_is_named(tmp_path: Path) -> None:
    """By the sheet's name."""
    path = tmp_path / "锅炉.xlsx"
    rows = (("编号", "经度", "纬度"), ("B1", 123.84, 42.29))
    book = write_book(path, *rows).parent
    assert book is not None
    other = book.create_sheet("2023")
    for row in rows:
        other.append(row)
    book.save(path)
    with pytest.raises(LayerSchemaError, match="“2024”、“2023”"):
        read_book(path)
    assert read_book(path, sheet="2023").sheet == "2023"


def test_a_wide_workbook_takes_no_time(tmp_path: Path) -> None:
    """Two thousand headers that nothing reads."""
    path = tmp_path / "锅炉.xlsx"
    heads = [f"列{n}" for n in range(2000)]
    write_book(path, ("编号", "经度", "纬度", *heads), ("B1", 123.84, 42.29, *range(2000)))
    assert len(read_book(path).attributes.columns) == 2003
