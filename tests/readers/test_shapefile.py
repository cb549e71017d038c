"""A Shapefile's parts are all there, agree, and are in one encoding; or it is refused."""

import shutil
import struct
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from tieling_geo.errors import BrokenFileError, InputError, UntrustedFileError
from tieling_geo.readers import read_layer
from tieling_geo.readers.vectors.shapefile import PARTS, check_shapefile, shapefile_parts
from tieling_geo.records import Card

CARD = Card("", "", "", "cgcs2000")
NAMES = ["铁岭供热公司", "昌图热力站", "西丰县粮库"]


def written(folder: Path, *, encoding: str = "GBK", names: list[str] | None = None) -> Path:
    """Write a Shapefile of points with a wide column of text."""
    told = NAMES if names is None else names
    frame = gpd.GeoDataFrame(
        {"boiler_id": [f"B{n}" for n in range(len(told))], "name": told},
        geometry=[Point(123.8 + n / 10, 42.3) for n in range(len(told))],
        crs=4490,
    )
    path = folder / "boilers.shp"
    frame.to_file(path, encoding=encoding)
    return path


def refused(path: Path) -> InputError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    with pytest.raises(InputError) as told:
        read_layer("boilers", path, card=CARD)
    for words in told.value.message:
        assert "boilers" in words
        assert str(path.parent) not in words
    return told.value


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
@pytest.mark.parametrize("declared", ["", "right", "wrong"])
def test_the_bytes_decide_the_encoding(tmp_path: Path, encoding: str, declared: str) -> None:
    """Whatever the `.cpg` says, or if there is none: that is what makes mojibake elsewhere."""
    path = written(tmp_path, encoding=encoding)
    part = path.with_suffix(".cpg")
    part.unlink()
    if declared:
        wrong = "GBK" if encoding == "UTF-8" else "UTF-8"
        part.write_text(encoding if declared == "right" else wrong)
    layer = read_layer("boilers", path, card=CARD)
    assert list(layer.features["name"]) == NAMES
    told = "UTF-8" if encoding == "UTF-8" else "GB18030"
    assert any(note.zh.startswith(f"编码 {told}:") for note in layer.notes)
    assert any("与内容不符" in note.zh for note in layer.notes) == (declared == "wrong")


def test_wide_columns_of_text_do_not_look_like_another_encoding(tmp_path: Path) -> None:
    """254, the width that most programs write, stands as a byte that no encoding has."""
    path = written(tmp_path, encoding="UTF-8", names=["铁" * 84 + "ab", "x"])
    assert b"\xfe" in path.with_suffix(".dbf").read_bytes()[:97]
    layer = read_layer("boilers", path, card=CARD)
    assert layer.features.loc["B0", "name"] == "铁" * 84 + "ab"


def test_characters_are_not_made_of_the_ends_of_two_cells(tmp_path: Path) -> None:
    """A character that is cut off at a cell's end is a fault of its row, not of the next cell."""
    path = written(tmp_path, encoding="UTF-8")
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    place = content.index("铁岭".encode())
    content[place + 5] = 0x20
    table.write_bytes(content)
    facts = check_shapefile(path)
    assert [(f.position, f.column) for f in facts.faults] == [(0, "name")]
    assert list(facts.attributes["name"])[1:] == NAMES[1:]


def test_a_header_cut_in_a_character_is_read_without_it(tmp_path: Path) -> None:
    """Ten bytes of UTF-8 hold three and a third Chinese characters."""
    path = written(tmp_path, encoding="UTF-8")
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    table.write_bytes(content.replace(b"name\0\0\0\0\0\0", "使用单位".encode()[:10], 1))
    facts = check_shapefile(path)
    assert list(facts.attributes) == ["boiler_id", "使用单"]
    assert any("截断" in note.zh and "使用单" in note.zh for note in facts.notes)


@pytest.mark.parametrize("missing", [c for n in (1, 2) for c in combinations(PARTS[1:], n)])
def test_a_part_that_is_missing(tmp_path: Path, missing: tuple[str, ...]) -> None:
    """`.shx` and `.dbf` are needed, `.prj` states the CRS, `.cpg` is not needed."""
    path = written(tmp_path)
    for suffix in missing:
        path.with_suffix(suffix).unlink()
    if missing == (".cpg",):
        assert len(read_layer("boilers", path, card=CARD).features) == 3
        return
    told = refused(path).to("zh")
    needed = [suffix for suffix in missing if suffix in PARTS[:3]]
    assert (f"boilers{needed[0]}" if needed else "没有坐标系") in told


def test_suffixes_in_capitals_are_parts_too(tmp_path: Path) -> None:
    """As old programs write them."""
    path = written(tmp_path)
    for suffix in PARTS:
        path.with_suffix(suffix).rename(path.with_suffix(suffix.upper()))
    path = path.with_suffix(".SHP")
    assert shapefile_parts(path) == [path.with_suffix(suffix.upper()) for suffix in PARTS]
    assert len(read_layer("boilers", path, card=CARD).features) == 3


@pytest.mark.parametrize("suffix", PARTS[1:])
def test_a_part_that_is_no_plain_file_is_refused(tmp_path: Path, suffix: str) -> None:
    """A pipe in the place of a part would hang."""
    path = written(tmp_path)
    path.with_suffix(suffix).unlink()
    path.with_suffix(suffix).mkdir()
    assert f"boilers{suffix}" in refused(path).to("zh")


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_cut_anywhere_is_seen(tmp_path: Path, suffix: str) -> None:
    """Of each part, at every length."""
    path = written(tmp_path)
    part = path.with_suffix(suffix)
    content = part.read_bytes()
    # A `.dbf` ends in a byte that says no more than that it ends.
    for length in range(len(content) - (suffix == ".dbf")):
        part.write_bytes(content[:length])
        with pytest.raises(UntrustedFileError, match="boilers"):
            check_shapefile(path)


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_parts_of_two_files_are_refused(tmp_path: Path, suffix: str) -> None:
    """Each is whole, but they hold three and two rows."""
    (tmp_path / "other").mkdir()
    path, other = written(tmp_path), written(tmp_path / "other", names=NAMES[:2])
    shutil.copy(other.with_suffix(suffix), path.with_suffix(suffix))
    told = refused(path).to("zh")
    assert "3" in told
    assert "2" in told


@pytest.mark.parametrize(
    ("suffix", "place", "value"),
    [
        (".shp", 100, 7),  # number of the first record
        (".shp", 104, 12),  # its length
        (".shx", 100, 60),  # its place
        (".shx", 104, 12),  # its length
        (".shx", 116, 10**6),  # the third record's place
        (".shx", 116, -50),
        (".shp", 24, 50),  # the file's own length
        (".shx", 24, 50),
    ],
)
def test_an_index_that_points_elsewhere_is_refused(
    tmp_path: Path, suffix: str, place: int, value: int
) -> None:
    """Every record must stand where the index says, under its number and with its length."""
    path = written(tmp_path)
    part = path.with_suffix(suffix)
    content = bytearray(part.read_bytes())
    struct.pack_into(">i", content, place, value)
    part.write_bytes(content)
    with pytest.raises(BrokenFileError):
        check_shapefile(path)


def test_rows_marked_as_deleted_are_skipped_and_told(tmp_path: Path) -> None:
    """The others keep their row numbers."""
    path = written(tmp_path)
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    head, width = struct.unpack_from("<HH", content, 8)
    content[head + width] = 0x2A
    table.write_bytes(content)
    assert list(check_shapefile(path).rows) == [1, 3]
    layer = read_layer("boilers", path, card=CARD)
    assert list(layer.features.index) == ["B0", "B2"]
    assert layer.rows_in == 2
    assert "略过 1 个标记为删除的行" in [note.zh for note in layer.notes]


def test_a_shapefile_without_rows_is_whole(tmp_path: Path) -> None:
    """Zero rows are a layer."""
    path = written(tmp_path, names=[])
    assert len(check_shapefile(path).rows) == 0
    assert read_layer("boilers", path, card=CARD).rows_in == 0
