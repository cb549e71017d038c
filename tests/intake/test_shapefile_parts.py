"""
A Shapefile is five files that must belong together.

| missing        | decision                                                                      |
|----------------|-------------------------------------------------------------------------------|
| `.shx`, `.dbf` | refused, the part named                                                       |
| `.prj`         | refused as without CRS, unless the user states it; then that is told          |
| `.cpg`         | read; the encoding is found from the text, and that is told                   |

| `.shp`, `.shx`, `.dbf` disagree in number | refused with both counts                           |
| a `.prj` that is no CRS                   | refused                                            |
| `****` beside blanks                      | the number is lost: its row is rejected            |
| `****` and no blanks                      | a blank, as GDAL writes it: missing, and flagged   |
| rows marked as deleted                    | left out, counted in a note                        |
| memo fields (`.dbt`, `.fpt`)              | not read, named in a note                          |
| records without a shape                   | rows without geometry, which are rejected          |
| surfaces in space (MultiPatch)            | refused                                            |
| double or blank names of columns          | numbered, all of them, and told                    |
"""

import struct
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPoint, Point, Polygon

from tieling_geo.errors import BrokenFileError, CRSError, InputError, UntrustedFileError
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.vector import read_vector

PARTS = (".shx", ".dbf", ".prj", ".cpg")
ROWS = 5


def written(folder: Path, shapes: list[object] | None = None, **columns: object) -> Path:
    """Write a Shapefile of points, or of other shapes."""
    told = shapes or [Point(123.8 + n / 10, 42.3) for n in range(ROWS)]
    names = {"编号": [f"B{n}" for n in range(len(told))], "名称": ["铁岭供热"] * len(told)}
    path = folder / "boilers.shp"
    gpd.GeoDataFrame(names | columns, geometry=told, crs=4490).to_file(path, encoding="GBK")
    return path


def read(path: Path, crs: str = "") -> RawTable:
    """Read a Shapefile."""
    return read_vector(path, ".shp", layer="boilers", crs=crs)


def changed(path: Path, suffix: str, old: bytes, new: bytes) -> Path:
    """Replace bytes, once, in a part."""
    part = path.with_suffix(suffix)
    content = part.read_bytes()
    assert old in content
    part.write_bytes(content.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    "missing", [c for n in range(5) for c in combinations(PARTS, n)], ids="".join
)
def test_every_subset_of_parts(tmp_path: Path, missing: tuple[str, ...]) -> None:
    """All sixteen."""
    path = written(tmp_path)
    for suffix in missing:
        path.with_suffix(suffix).unlink()
    needed = [suffix for suffix in (".shx", ".dbf") if suffix in missing]
    if needed:
        with pytest.raises(UntrustedFileError) as refused:
            read(path)
        assert f"缺少 boilers{needed[0]}" in refused.value.to("zh")
        return
    table = read(path)
    assert list(table.attributes["名称"]) == ["铁岭供热"] * ROWS
    assert table.encoding == "GB18030"
    assert (table.crs is None) == (".prj" in missing)
    assert any("没有 .cpg" in note.zh for note in table.notes) == (".cpg" in missing)
    stated = read(path, crs="EPSG:4490")
    assert stated.crs is not None
    assert stated.crs.to_epsg() == 4490
    assert any("按指定的 EPSG:4490" in note.zh for note in stated.notes) == (".prj" in missing)


@pytest.mark.parametrize("suffix", [".shp", ".shx"])
@pytest.mark.parametrize("rows", range(ROWS))
def test_an_index_or_shapes_cut_to_fewer_rows(tmp_path: Path, suffix: str, rows: int) -> None:
    """Cut so that the part is whole in itself: both counts are told."""
    path = written(tmp_path)
    part = path.with_suffix(suffix)
    length = 100 + rows * (28 if suffix == ".shp" else 8)
    content = bytearray(part.read_bytes()[:length])
    struct.pack_into(">i", content, 24, length // 2)
    part.write_bytes(content)
    with pytest.raises(BrokenFileError) as refused:
        read(path)
    assert f"{suffix} 有 {rows} 条" in refused.value.to("zh")
    assert f"有 {ROWS} " in refused.value.to("zh")


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 6, 7, 100, 10**6, 2**32 - 1])
def test_a_table_that_states_another_number_of_rows(tmp_path: Path, rows: int) -> None:
    """More than it holds, or fewer."""
    path = written(tmp_path)
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    struct.pack_into("<I", content, 4, rows)
    table.write_bytes(content)
    with pytest.raises(BrokenFileError) as refused:
        read(path)
    assert f"写明 {rows} 行,实有 5" in refused.value.to("zh")


@pytest.mark.parametrize("words", ["not a crs", "PROJCS[", "+proj=longlat", 'GEOGCS["x"]'])
def test_a_prj_that_is_no_crs_is_refused(tmp_path: Path, words: str) -> None:
    """It is not taken for none, and the user's word does not go before it."""
    path = written(tmp_path)
    path.with_suffix(".prj").write_text(words)
    for crs in ("", "EPSG:4490"):
        with pytest.raises(InputError):
            read(path, crs)


def test_a_prj_of_another_crs_than_the_users_is_refused(tmp_path: Path) -> None:
    """With both names."""
    with pytest.raises(CRSError, match="EPSG:4549"):
        read(written(tmp_path), "EPSG:4549")


def test_a_number_that_did_not_fit_is_a_fault_of_its_row(tmp_path: Path) -> None:
    """`****` beside a blank; without blanks it is how GDAL writes them."""
    path = written(tmp_path, 功率=[1, 22, 333, 4, 5])
    width = struct.unpack_from("<B", path.with_suffix(".dbf").read_bytes(), 32 * 3 + 16)[0]
    changed(path, ".dbf", b"333".rjust(width), b"*" * width)
    table = read(path)
    assert [(f.position, f.column, f.value) for f in table.flags] == [(2, "功率", "*" * width)]
    assert table.faults == ()
    assert list(table.attributes["功率"]) == [1, 22, None, 4, 5]
    changed(path, ".dbf", b"22".rjust(width), b" " * width)
    table = read(path)
    assert [(f.position, f.column) for f in table.faults] == [(2, "功率")]
    assert "溢" in table.faults[0].reason.zh or "超出" in table.faults[0].reason.zh
    assert table.flags == ()


@pytest.mark.parametrize("bad", [b"1,5", b"1.2.3", b"abc", b"nan", b"1e", b"--1"])
def test_text_in_a_field_of_numbers_is_a_fault(tmp_path: Path, bad: bytes) -> None:
    """GDAL would read the part that looks like a number."""
    path = written(tmp_path, 功率=[1, 22, 333, 4, 5])
    table = read(changed(path, ".dbf", b"333".rjust(6), bad.rjust(6)))
    assert [(f.position, f.column, f.value) for f in table.faults] == [(2, "功率", bad.decode())]


def test_deleted_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    """The others keep their numbers, values and shapes."""
    path = written(tmp_path)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    head, width = struct.unpack_from("<HH", content, 8)
    for row in (0, 3):
        content[head + row * width] = 0x2A
    path.with_suffix(".dbf").write_bytes(content)
    table = read(path)
    assert list(table.rows) == [2, 3, 5]
    assert list(table.attributes["编号"]) == ["B1", "B2", "B4"]
    assert [round(s.x, 1) for s in table.geometry] == [123.9, 124.0, 124.2]
    assert any("略过 2 个标记为删除的行" in note.zh for note in table.notes)
    content[head] = 0x21
    path.with_suffix(".dbf").write_bytes(content)
    with pytest.raises(BrokenFileError, match="row 1"):
        read(path)


def test_memo_fields_are_named(tmp_path: Path) -> None:
    """Their text stands in another file, which is not read."""
    path = written(tmp_path, 备注=["0000000001"] * ROWS)
    at = 32 * 3 + 11
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[at] = ord("M")
    path.with_suffix(".dbf").write_bytes(content)
    table = read(path)
    assert "备注" not in table.attributes
    assert any("备注 (M)" in note.zh for note in table.notes)


def test_a_record_without_a_shape_is_a_row_without_geometry(tmp_path: Path) -> None:
    """A null shape is no damage."""
    table = read(written(tmp_path, [Point(1, 2), None, Point(3, 4)]))
    assert [shape is None for shape in table.geometry] == [False, True, False]
    assert table.faults == ()


SHAPES = {
    "lines": [LineString([(1, 2), (3, 4), (5, 6)]), LineString([(1, 2), (3, 4)])],
    "areas with holes": [
        Polygon(
            [(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (1, 2), (2, 2)], [(5, 5), (5, 6), (6, 6)]]
        )
    ],
    "many points": [MultiPoint([(1, 2), (3, 4)]), MultiPoint([(5, 6)])],
    "points with height": [Point(1, 2, 3), Point(4, 5, 6)],
    "lines with height": [LineString([(1, 2, 3), (4, 5, 6)])],
    "areas with height": [Polygon([(0, 0, 1), (9, 0, 1), (9, 9, 1)])],
    "many points with height": [MultiPoint([(1, 2, 3), (4, 5, 6)])],
}


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=list(SHAPES))
def test_every_kind_of_shape_is_read_whole(tmp_path: Path, shapes: list[object]) -> None:
    """In the plane, exactly; a byte less in any record is refused."""
    path = written(tmp_path, shapes)
    table = read(path)
    flat = shapely.force_2d(np.array(shapes, dtype=object))
    assert shapely.equals(shapely.force_2d(table.geometry), flat).all()
    content = bytearray(path.read_bytes())
    count = struct.unpack_from(">i", content, 104)[0]
    for part, at in ((path, 104), (path.with_suffix(".shx"), 104)):
        shorter = bytearray(part.read_bytes())
        struct.pack_into(">i", shorter, at, count - 1)
        part.write_bytes(shorter)
    with pytest.raises(BrokenFileError):
        read(path)


# Bytes of single points without their measure, which may be left out.
SINGLE = {11: 28, 21: 20}
MEASURED = {
    "points with measure": (21, struct.pack("<idd d", 21, 1, 2, 7), "POINT (1 2)"),
    "points with height": (11, struct.pack("<iddd", 11, 1, 2, 5), "POINT (1 2)"),
    "points with both": (11, struct.pack("<idddd", 11, 1, 2, 5, 7), "POINT (1 2)"),
    "lines with measure": (
        23,
        struct.pack("<i4d3i4d2d2d", 23, 1, 2, 3, 4, 1, 2, 0, 1, 2, 3, 4, 7, 8, 7, 8),
        "LINESTRING (1 2, 3 4)",
    ),
    "lines with both": (
        13,
        struct.pack(
            "<i4d3i4d2d2d2d2d", 13, 1, 2, 3, 4, 1, 2, 0, 1, 2, 3, 4, 5, 6, 5, 6, 7, 8, 7, 8
        ),
        "LINESTRING (1 2, 3 4)",
    ),
    "many points with measure": (
        28,
        struct.pack("<i4di4d2d2d", 28, 1, 2, 3, 4, 2, 1, 2, 3, 4, 7, 8, 7, 8),
        "MULTIPOINT (1 2, 3 4)",
    ),
}


@pytest.mark.parametrize(("kind", "record", "wkt"), MEASURED.values(), ids=list(MEASURED))
def test_heights_and_measures_are_of_the_right_length(
    tmp_path: Path, kind: int, record: bytes, wkt: str
) -> None:
    """Records made by hand from the format's own tables; one byte fewer is refused."""
    path = written(tmp_path, [Point(1, 2)])
    head = bytearray(path.read_bytes()[:100])
    struct.pack_into("<i", head, 32, kind)
    for record_bytes, is_whole in (
        (record, True),
        (record[:-8], len(record) - 8 >= SINGLE.get(kind, 999)),
    ):
        words = len(record_bytes) // 2
        for suffix, body in (
            (".shp", struct.pack(">ii", 1, words) + record_bytes),
            (".shx", struct.pack(">ii", 50, words)),
        ):
            struct.pack_into(">i", head, 24, (100 + len(body)) // 2)
            path.with_suffix(suffix).write_bytes(bytes(head) + body)
        if is_whole:
            flat = shapely.force_2d(read(path).geometry[0])
            assert flat.equals(shapely.from_wkt(wkt))
    if not is_whole:
        with pytest.raises(BrokenFileError):
            read(path)


def test_surfaces_in_space_are_refused(tmp_path: Path) -> None:
    """With what to do."""
    path = written(tmp_path)
    for suffix in (".shp", ".shx"):
        content = bytearray(path.with_suffix(suffix).read_bytes())
        struct.pack_into("<i", content, 32, 31)
        path.with_suffix(suffix).write_bytes(content)
    with pytest.raises(UntrustedFileError, match="MultiPatch"):
        read(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (108, 5),
        (108, 77),
        (144, 0),
        (144, 3),
        (148, 2),
        (148, -1),
        (148, 2**30),
        (152, 1),
        (152, 9),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    tmp_path: Path, place: int, value: int
) -> None:
    """Its kind, its numbers of parts and points, the first point of a part."""
    path = written(tmp_path, [LineString([(1, 2), (3, 4), (5, 6)])])
    content = bytearray(path.read_bytes())
    if struct.unpack_from("<i", content, place)[0] == value:
        pytest.fail("that is what it says")
    struct.pack_into("<i", content, place, value)
    path.write_bytes(content)
    with pytest.raises(BrokenFileError):
        read(path)


def test_double_names_are_numbered_so_that_none_is_taken(tmp_path: Path) -> None:
    """Ten bytes of GBK make one name of three: which one is meant is the user's to say."""
    path = written(tmp_path, 供热能力一=["1"] * ROWS, 供热能力二=["2"] * ROWS)
    content = path.with_suffix(".dbf").read_bytes()
    for word in ("供热能力一", "供热能力二"):
        content = content.replace(word.encode("gbk"), "供热能力".encode("gbk").ljust(10, b"\0"))
    path.with_suffix(".dbf").write_bytes(content)
    table = read(path)
    assert list(table.attributes) == ["编号", "名称", "供热能力#3", "供热能力#4"]
    assert any("列名重复" in note.zh for note in table.notes)
