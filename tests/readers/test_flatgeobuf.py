"""A FlatGeobuf's own bytes say how many features it holds, and that it is whole."""

import struct
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point, box

from tieling_geo.errors import BrokenFileError
from tieling_geo.readers.vectors.flatgeobuf import check_flatgeobuf


def written(folder: Path, count: int, *, index: bool = True, shapes: bool = False) -> Path:
    """Write so many features."""
    path = folder / "boilers.fgb"
    places = [(123 + n / 1000, 42 + (n * 7 % 11) / 100) for n in range(count)]
    geometry = [box(x, y, x + 1, y + 1) if shapes else Point(x, y) for x, y in places]
    frame = gpd.GeoDataFrame({"boiler_id": [f"B{n}" for n in range(count)]}, geometry=geometry)
    frame.set_crs(4490).to_file(path, SPATIAL_INDEX="YES" if index else "NO")
    return path


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 255, 256, 257, 300])
@pytest.mark.parametrize("index", [True, False])
def test_features_are_counted_without_gdal(tmp_path: Path, count: int, *, index: bool) -> None:
    """Over one, two and three levels of the index, with 16 in a node."""
    assert check_flatgeobuf(written(tmp_path, count, index=index)) == count
    assert check_flatgeobuf(written(tmp_path, count, index=index, shapes=True)) == count


def test_no_feature_is_a_whole_file(tmp_path: Path) -> None:
    """Zero is what it says and what it holds."""
    assert check_flatgeobuf(written(tmp_path, 0, index=False)) == 0


@pytest.mark.parametrize("index", [True, False])
def test_a_cut_anywhere_is_seen(tmp_path: Path, *, index: bool) -> None:
    """Each of its lengths below the whole, the ends of features among them."""
    path = written(tmp_path, 2, index=index)
    content = path.read_bytes()
    for length in range(7, len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(BrokenFileError, match=r"boilers\.fgb"):
            check_flatgeobuf(path)


def test_bytes_after_the_end_are_seen(tmp_path: Path) -> None:
    """A sixth feature, or rubbish."""
    path = written(tmp_path, 5)
    content = path.read_bytes()
    for more in (b"\0", b"\x04\0\0\0\0\0\0\0", content[-60:]):
        path.write_bytes(content + more)
        with pytest.raises(BrokenFileError):
            check_flatgeobuf(path)


def test_a_file_that_does_not_state_its_number_is_refused(tmp_path: Path) -> None:
    """A stream may end anywhere: nobody could tell that rows are missing."""
    path = written(tmp_path, 300, index=False)
    content = bytearray(path.read_bytes())
    place = content.index(struct.pack("<Q", 300))
    content[place : place + 8] = bytes(8)
    path.write_bytes(content)
    with pytest.raises(BrokenFileError) as refused:
        check_flatgeobuf(path)
    assert "0 个要素,实有 300 个" in refused.value.to("zh")


@pytest.mark.parametrize("place", [8, 12, 16, 20, 24, 28, 32])
@pytest.mark.parametrize("value", [0, 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_header_of_rubbish_is_refused_or_counts_the_same(
    tmp_path: Path, place: int, value: int
) -> None:
    """No length that it states is trusted before it is held against the file."""
    path = written(tmp_path, 5)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, place, value)
    path.write_bytes(content)
    try:
        count = check_flatgeobuf(path)
    except BrokenFileError:
        return
    assert count == 5
