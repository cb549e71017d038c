"""A table is read whole and in its own encoding, or refused with the line that is at fault."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

from tieling_geo.errors import CRSError, LayerSchemaError, UntrustedFileError
from tieling_geo.readers.ledger import EAST_HEADERS, NORTH_HEADERS, WKT_HEADERS, read_csv
from tieling_geo.readers.raw import RawTable

PAIRS = list(zip(EAST_HEADERS, [*NORTH_HEADERS, "lat", "纬度"], strict=True))
GOOD = "编号,使用单位,经度,纬度\nB1,铁岭,123.8,42.3\nB2,,124.0,42.5\n"


def read(folder: Path, content: str | bytes, crs: str = "EPSG:4490") -> RawTable:
    """Write and read a table."""
    path = folder / "锅炉.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_csv(path, crs=crs)


def refused(folder: Path, content: str | bytes) -> UntrustedFileError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    with pytest.raises(UntrustedFileError) as told:
        read(folder, content)
    for words in told.value.message:
        assert "锅炉.csv" in words
        assert str(folder) not in words
    return told.value


def test_every_cell_arrives_as_text(tmp_path: Path) -> None:
    """Rows carry their line numbers, blanks are missing, coordinates are points."""
    table = read(tmp_path, GOOD)
    assert list(table.attributes["编号"]) == ["B1", "B2"]
    assert list(table.attributes["使用单位"].isna()) == [False, True]
    assert list(table.rows) == [2, 3]
    assert [shape.wkt for shape in table.geometry] == ["POINT (123.8 42.3)", "POINT (124 42.5)"]
    assert table.coordinates == ("经度", "纬度")
    assert table.crs is not None
    assert table.crs.to_epsg() == 4490
    assert table.faults == ()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GB18030"), ("gb18030", "GB18030")],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, told: str) -> None:
    """The same table in each of them."""
    table = read(tmp_path, GOOD.encode(encoding))
    assert table.attributes["使用单位"].iloc[0] == "铁岭"
    assert [note.zh for note in table.notes] == [f"编码 {told}"]


def test_rare_characters_of_gb18030_are_read(tmp_path: Path) -> None:
    """Names with characters that GBK does not have take four bytes."""
    table = read(tmp_path, GOOD.replace("铁岭", "\U00020000㐂").encode("gb18030"))
    assert table.attributes["使用单位"].iloc[0] == "\U00020000㐂"


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-le"),
        GOOD.encode("gbk") + b"\xff\n",
        GOOD.encode() + b"B3,\xe9\x93",
        GOOD.encode() + b"B3,a\x00b,124,42\n",
    ],
    ids=["UTF-16", "UTF-16 without mark", "stray byte", "cut in a character", "NUL"],
)
def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path, content: bytes) -> None:
    """And not read as other characters."""
    assert "UTF-8" in refused(tmp_path, content).to("zh")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(tmp_path: Path, end: str) -> None:
    """Of Unix, Windows and old Macs."""
    table = read(tmp_path, GOOD.replace("\n", end))
    assert list(table.rows) == [2, 3]


def test_a_last_line_without_its_end_is_told(tmp_path: Path) -> None:
    """It is a good row by the standard, but may be a sign of a file that is cut off."""
    assert "截断" in read(tmp_path, GOOD.rstrip("\n")).notes[-1].zh
    assert len(read(tmp_path, GOOD).notes) == 1


def test_a_cell_may_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    """The row's number is that of its first line; a blank line is no row, but is counted."""
    cells = 'B1,"铁岭, ""银州""\n热力",123.8,42.3\n\nB2,x,124,42.5\n'
    table = read(tmp_path, "编号,使用单位,经度,纬度\n" + cells)
    assert table.attributes["使用单位"].iloc[0] == '铁岭, "银州"\n热力'
    assert list(table.rows) == [2, 5]


def test_a_row_of_blank_cells_is_a_row(tmp_path: Path) -> None:
    """Spreadsheets write them; they are rejected later, not lost here."""
    table = read(tmp_path, GOOD + ",,,\n")
    assert list(table.rows) == [2, 3, 4]
    assert [(f.position, f.column) for f in table.faults] == [(2, "经度"), (2, "纬度")]


def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    """Zero rows are a table."""
    table = read(tmp_path, "编号,经度,纬度\n")
    assert len(table.attributes) == len(table.geometry) == len(table.rows) == 0


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "没有表头"),
        ("\n", 1, "没有表头"),
        ("\ufeff", 1, "没有表头"),
        ("编号,,经度,纬度\nB1,x,123.8,42.3\n", 1, "第 [2] 列"),
        ("编号,使用单位,经度,纬度, \nB1,x,123.8,42.3,\n", 1, "第 [5] 列"),
        ("编号,编号,经度,纬度\nB1,x,123.8,42.3\n", 1, "['编号']"),
        ("编号, 编号 ,经度,纬度\nB1,x,123.8,42.3\n", 1, "['编号']"),
        (GOOD + "B3,x,124.0\n", 4, "有 3 列,表头有 4 列"),
        (GOOD + "B3,x,124.0,42.5,\n", 4, "有 5 列,表头有 4 列"),
        (GOOD + "\n\nB3,x\n", 6, "有 2 列,表头有 4 列"),
        (GOOD + "合计,2\n", 4, "有 2 列"),
        (GOOD + 'B3,"x,124.0,42.5\n', 4, "CSV 结构错误"),
        (GOOD + 'B3,"x"y,124.0,42.5\n', 4, "CSV 结构错误"),
    ],
    ids=[
        "empty",
        "one blank line",
        "only a mark",
        "blank header",
        "blank last header",
        "double header",
        "double but for spaces",
        "short row",
        "long row",
        "short after blank lines",
        "total",
        "unclosed quote",
        "text after a quote",
    ],
)
def test_a_broken_structure_is_refused_with_its_line(
    tmp_path: Path, content: str, line: int, words: str
) -> None:
    """A shifted row is never read as if cells were missing."""
    told = refused(tmp_path, content)
    assert f"第 {line} 行" in told.to("zh")
    assert f"line {line}:" in told.to("en")
    assert words in told.to("zh")


@pytest.mark.parametrize(("east", "north"), PAIRS)
def test_coordinates_are_found_under_their_headers(tmp_path: Path, east: str, north: str) -> None:
    """Without regard to case and remarks in brackets; the order of columns does not matter."""
    table = read(tmp_path, f"编号,{north.upper()}(度),{east.title()}\nB1,42.3,123.8\n")
    assert shapely.get_coordinates(table.geometry).tolist() == [[123.8, 42.3]]


@pytest.mark.parametrize("header", WKT_HEADERS)
def test_lines_and_polygons_come_as_wkt(tmp_path: Path, header: str) -> None:
    """With the blank and the broken ones as faults of their rows."""
    cells = '"LINESTRING (0 0, 1 1)"\n""\n圆\n"POINT EMPTY"\n"CIRCULARSTRING (0 0, 1 1, 2 0)"\n'
    numbered = "".join(f"{n},{c}\n" for n, c in enumerate(cells.splitlines()))
    table = read(tmp_path, f"编号,{header}\n{numbered}")
    assert [None if shape is None else shape.wkt for shape in table.geometry] == [
        "LINESTRING (0 0, 1 1)",
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
    """More than the 131,072 characters that Python's reader allows, whose limit is left alone."""
    before = csv.field_size_limit()
    angles = np.linspace(0, 2 * np.pi, 10_000)
    ring = shapely.Polygon(np.column_stack([123.8 + np.cos(angles), 42.3 + np.sin(angles)]))
    assert len(ring.wkt) > 131_072
    table = read(tmp_path, f'编号,WKT\nB1,"{ring.wkt}"\n')
    assert table.geometry[0].equals_exact(ring, 0)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("header", ["编号,经度", "编号,纬度", "编号,X,Y", "编号"])
def test_a_table_without_coordinates_is_refused(tmp_path: Path, header: str) -> None:
    """X and Y are not guessed: surveyors' X points north."""
    with pytest.raises(LayerSchemaError) as told:
        read(tmp_path, f"{header}\n")
    assert "经度" in told.value.to("zh")
    assert "编号" in told.value.to("en")


@pytest.mark.parametrize("header", ["经度,lon,纬度", "经度,纬度,lat", "wkt,图形WKT"])
def test_coordinates_that_stand_twice_are_refused(tmp_path: Path, header: str) -> None:
    """Which pair is meant is not ours to say."""
    with pytest.raises(LayerSchemaError, match="stand twice"):
        read(tmp_path, f"编号,{header}\n")


@pytest.mark.parametrize(
    ("east", "north", "faults"),
    [
        ("", "42.3", [("经度", "")]),
        ("123.8", "", [("纬度", "")]),
        ("", "", [("经度", ""), ("纬度", "")]),
        ("东经123°48′", "42.3", [("经度", "东经123°48′")]),
        ("123.8", "nan", [("纬度", "nan")]),
        ("inf", "1e999", [("经度", "inf"), ("纬度", "1e999")]),
        ("123,8", "42.3", [("经度", "123,8")]),
        ("１２３.８", "42.3", []),
    ],
)
def test_a_coordinate_that_is_no_number_is_a_fault_of_its_row(
    tmp_path: Path, east: str, north: str, faults: list[tuple[str, str]]
) -> None:
    """Each coordinate by its own header; the other rows are built."""
    table = read(tmp_path, f'编号,经度,纬度\nB1,"{east}","{north}"\nB2,124.0,42.5\n')
    assert [(f.column, f.value) for f in table.faults] == faults
    assert {f.position for f in table.faults} <= {0}
    assert (table.geometry[0] is None) == bool(faults)
    assert table.geometry[1].wkt == "POINT (124 42.5)"


@pytest.mark.parametrize("crs", ["", "4490", "CGCS2000", "EPSG:1"])
def test_the_card_must_state_the_crs(tmp_path: Path, crs: str) -> None:
    """By a code that exists; the message says where and how."""
    with pytest.raises(CRSError) as told:
        read(tmp_path, GOOD, crs)
    assert "card.toml" in told.value.to("zh")
    assert "EPSG:4490" in told.value.to("zh")
