"""A dBase table is read by its own form; GDAL reads the good ones the same."""

import struct

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.errors import BrokenFileError
from tieling_geo.readers.vectors.dbf import read_dbf, to_attributes, to_names


def made(kind: bytes, *cells: bytes, name: bytes = b"a") -> bytes:
    """Return a table of one column, by hand from the format's own description."""
    width = len(cells[0])
    head = struct.pack("<B3BIHH20x", 3, 125, 12, 31, len(cells), 65, 1 + width)
    field = struct.pack("<11sc4xBB14x", name, kind, width % 256, width // 256)
    return head + field + b"\r" + b"".join(b" " + cell for cell in cells) + b"\x1a"


def values(kind: bytes, *cells: bytes) -> list[object]:
    """Read the values of one column; those that are faults in brackets."""
    table = read_dbf(made(kind, *cells), name="a.dbf")
    frame, faults, _, _ = to_attributes(table, ["a"], "UTF-8")
    bad = {fault.position for fault in faults}
    return [[value] if at in bad else value for at, value in enumerate(frame["a"])]


CELLS = {
    "text": (
        b"C",
        {b"ab  ": "ab", b"    ": None, bytes(4): None, b" a  ": " a", b"a\0b ": ["a?b"]},
    ),
    "number": (
        b"N",
        {
            b"   12": 12,
            b"12   ": 12,
            b"-0012": -12,
            b" 1.50": 1.5,
            b"1.5e2": 150.0,
            b"   .5": 0.5,
            b"     ": None,
            b"*****": ["*****"],
            b"  1,5": ["1,5"],
            b"  nan": ["nan"],
            b"  0x1": ["0x1"],
        },
    ),
    "long number": (b"N", {b"912112001234567890": 912112001234567890}),
    "float": (b"F", {b"1.25e+001": 12.5, b"         ": None}),
    "date": (
        b"D",
        {
            b"20240229": "2024-02-29",
            b"        ": None,
            b"00000000": None,
            b"20230229": ["20230229"],
        },
    ),
    "truth": (b"L", {b"T": True, b"y": True, b"F": False, b"n": False, b"?": None, b"x": ["x"]}),
    "whole": (b"I", {struct.pack("<i", -7): -7}),
    "double": (b"B", {struct.pack("<d", 0.1): 0.1}),
    "moment": (
        b"T",
        {
            struct.pack("<ii", 2460311, 3_600_000): "2024-01-01T01:00:00",
            bytes(8): None,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "cells"), CELLS.values(), ids=list(CELLS))
def test_each_kind_of_cell(kind: bytes, cells: dict[bytes, object]) -> None:
    """By the format's description; what is no value of its kind is a fault."""
    assert values(kind, *cells) == list(cells.values())


@pytest.mark.parametrize(
    ("kind", "width"), [(b"M", 10), (b"G", 10), (b"B", 10), (b"0", 1), (b"Q", 4)]
)
def test_kinds_whose_content_is_elsewhere_are_named(kind: bytes, width: int) -> None:
    """Memo, pictures, objects."""
    table = read_dbf(made(kind, b"1" * width), name="a.dbf")
    frame, faults, flags, notes = to_attributes(table, ["备注"], "UTF-8")
    assert list(frame.columns) == []
    assert len(frame) == 1
    assert (faults, flags) == ((), ())
    assert f"备注 ({kind.decode()})" in notes[0].zh


def test_wide_text_is_text() -> None:
    """A second byte holds what the first cannot say."""
    assert values(b"C", b"x" * 300) == ["x" * 300]


@pytest.mark.parametrize("at", range(65))
@pytest.mark.parametrize("value", [0, 1, 255])
def test_a_head_of_rubbish_is_refused_or_changes_no_row(at: int, value: int) -> None:
    """No number that it states is trusted before it is held against the others."""
    content = bytearray(made(b"C", b"ab", b"cd"))
    content[at] = value
    try:
        table = read_dbf(bytes(content), name="a.dbf")
    except BrokenFileError:
        return
    assert len(table.cells) == 2


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_cut_is_refused(cut: int) -> None:
    """All but the mark of the end."""
    content = made(b"C", b"ab", b"cd")
    if cut == 1:
        assert len(read_dbf(content[:-cut], name="a.dbf").cells) == 2
        return
    with pytest.raises(BrokenFileError, match="2 rows"):
        read_dbf(content[:-cut], name="a.dbf")


def test_more_rows_than_it_states_are_refused() -> None:
    """They would be lost without a word."""
    with pytest.raises(BrokenFileError, match="states 2 rows of 3 bytes and holds 3"):
        read_dbf(made(b"C", b"ab", b"cd")[:-1] + b" ef", name="a.dbf")


def test_names_that_are_no_text_are_refused() -> None:
    """Unless only the last character is cut off at the tenth byte."""
    table = read_dbf(made(b"C", b"ab", name="使用单位".encode()[:10]), name="a.dbf")
    assert to_names(table, "UTF-8")[0] == ["使用单"]
    table = read_dbf(made(b"C", b"ab", name=b"\xff\xfea"), name="a.dbf")
    with pytest.raises(UnicodeDecodeError):
        to_names(table, "UTF-8")


@given(
    rows=st.lists(
        st.tuples(
            st.text(
                st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9
            ),
            st.integers(-(10**9) + 1, 10**9),
            st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_gdal_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, float]]
) -> None:
    """Text, whole numbers and decimals that GDAL itself wrote."""
    path = tmp_path_factory.mktemp("dbf") / "a.shp"
    frame = gpd.GeoDataFrame(
        rows, columns=["t", "n", "x"], geometry=[Point(0, 0)] * len(rows), crs=4490
    )
    frame.to_file(path, encoding="UTF-8")
    table = read_dbf(path.with_suffix(".dbf").read_bytes(), name="a.dbf")
    mine, faults, flags, _ = to_attributes(table, ["t", "n", "x"], "UTF-8")
    theirs = gpd.read_file(path)
    assert (faults, flags) == ((), ())
    assert mine["t"].tolist() == theirs["t"].tolist()
    assert mine["n"].tolist() == theirs["n"].tolist()
    assert mine["x"].astype(float).tolist() == theirs["x"].tolist()
