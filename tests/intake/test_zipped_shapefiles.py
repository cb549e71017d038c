"""
A Shapefile comes in a zip more often than not; what is in it is read as if it lay beside.

| in the zip                                               | decision                              |
|----------------------------------------------------------|---------------------------------------|
| the parts of one Shapefile, in any folder, in any case   | read                                  |
| one GeoPackage, GeoJSON, GeoParquet or FlatGeobuf        | read                                  |
| names in GBK without the mark of UTF-8                   | read; names as they are meant         |
| what macOS and Windows leave; documents, indexes, styles | passed over                           |
| two Shapefiles, or a Shapefile and another file          | refused: which one is meant?          |
| the same part twice                                      | refused                               |
| no file that is read; only another zip                   | refused                               |
| a needed part missing                                    | refused, the part named               |
| a file that is not what its name says                    | refused                               |
"""

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from tieling_geo.errors import InputError, UntrustedFileError
from tieling_geo.readers.vectors.vector import read_vector
from tieling_geo.readers.vectors.zipped import open_zipped

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def parts(folder: Path, kind: str = ".shp") -> dict[str, bytes]:
    """Return the parts of a layer of two boilers."""
    frame = gpd.GeoDataFrame(
        {"boiler_id": ["B1", "B2"], "name": ["铁岭", "昌图"]},
        geometry=[Point(123.8, 42.3), Point(124.1, 42.8)],
        crs=4490,
    )
    path = folder / f"layer{kind}"
    if kind == ".geojson":
        path.write_text(frame.to_json(), encoding="utf-8")
    elif kind == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **({"encoding": "GBK"} if kind == ".shp" else {}))
    return {part.suffix: part.read_bytes() for part in folder.glob("layer.*")}


def zipped(folder: Path, members: dict[str, bytes], *, name: str = "boilers.zip") -> Path:
    """Write a zip; names that are no ASCII as GBK, without the mark of UTF-8."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def names(path: Path) -> list[str]:
    """Read what is in a zip, and see that nothing of it is left behind."""
    with open_zipped(path) as (inner, kind):
        table = read_vector(inner, kind, layer="boilers")
        assert inner.is_file()
    assert not inner.exists()
    assert not inner.parent.exists()
    return list(table.attributes["name"])


def refused(path: Path) -> str:
    """Return the refusal in Chinese; it shows no temporary folder."""
    with pytest.raises(InputError) as told, open_zipped(path) as (inner, kind):
        read_vector(inner, kind, layer="boilers")
    assert "tieling-geo-" not in "".join(told.value.message)
    assert str(path.parent) not in "".join(told.value.message)
    return told.value.to("zh")


@pytest.mark.parametrize("folder", ["", "数据/", "a/b/c/"])
@pytest.mark.parametrize("case", [str.lower, str.upper], ids=["small", "capital"])
def test_a_shapefile_in_a_zip(tmp_path: Path, folder: str, case: type[str]) -> None:
    """In any folder, its suffixes in any case."""
    made = parts(tmp_path)
    members = {f"{folder}锅炉{case(suffix)}": made[suffix] for suffix in PARTS}
    assert names(zipped(tmp_path, members)) == ["铁岭", "昌图"]


@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".parquet", ".fgb"])
def test_another_vector_file_in_a_zip(tmp_path: Path, kind: str) -> None:
    """Exactly one."""
    made = parts(tmp_path, kind)
    assert sorted(names(zipped(tmp_path, {f"layer{kind}": made[kind]}))) == ["昌图", "铁岭"]


def test_names_in_gbk_without_the_mark(tmp_path: Path) -> None:
    """As Windows writes them: the parts still belong together, and the name is as it was meant."""
    made = parts(tmp_path)
    path = zipped(tmp_path, {f"AAAAAAAA{suffix}": made[suffix] for suffix in PARTS})
    path.write_bytes(path.read_bytes().replace(b"AAAAAAAA", "锅炉台账".encode("gbk")))
    with open_zipped(path) as (inner, kind):
        assert (inner.name, kind) == ("锅炉台账.shp", ".shp")
    assert names(path) == ["铁岭", "昌图"]


def test_what_systems_leave_is_passed_over(tmp_path: Path) -> None:
    """Also documents, indexes and styles beside the parts."""
    made = parts(tmp_path)
    litter = ["__MACOSX/._a.shp", "._a.shp", ".DS_Store", "Thumbs.db", "a.sbn", "a.qml", "说明.txt"]
    members = {f"a{suffix}": made[suffix] for suffix in PARTS} | dict.fromkeys(litter, b"x")
    assert names(zipped(tmp_path, members)) == ["铁岭", "昌图"]


def test_several_layers_are_refused(tmp_path: Path) -> None:
    """With their names."""
    made = parts(tmp_path)
    both = {f"{stem}{suffix}": made[suffix] for suffix in PARTS for stem in ("甲", "乙")}
    told = refused(zipped(tmp_path, both))
    assert "甲.shp" in told
    assert "乙.shp" in told
    mixed = {f"甲{suffix}": made[suffix] for suffix in PARTS} | {"乙.geojson": b"{}"}
    assert "只放一个图层" in refused(zipped(tmp_path, mixed))


def test_the_same_part_twice_is_refused(tmp_path: Path) -> None:
    """In small letters and in capitals, which one belongs to it cannot be told."""
    made = parts(tmp_path)
    members = {f"a{suffix}": made[suffix] for suffix in PARTS} | {"A.DBF": made[".dbf"]}
    assert "boilers.zip" in refused(zipped(tmp_path, members))


@pytest.mark.parametrize(
    "members", [{}, {"a.txt": b"x"}, {"a.dbf": b"x"}, {"__MACOSX/a.shp": b"x"}], ids=str
)
def test_a_zip_without_a_vector_file_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    """It says what would be read."""
    assert "boilers.zip" in refused(zipped(tmp_path, members))


def test_a_zip_in_a_zip_is_refused(tmp_path: Path) -> None:
    """It is not opened."""
    inner = zipped(tmp_path, {"a.geojson": b"{}"}, name="inner.zip")
    assert "boilers.zip" in refused(zipped(tmp_path, {"inner.zip": inner.read_bytes()}))


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path: Path, suffix: str) -> None:
    """As beside the file."""
    made = parts(tmp_path)
    members = {f"锅炉{other}": made[other] for other in PARTS if other != suffix}
    assert f"缺少 锅炉{suffix}" in refused(zipped(tmp_path, members))


def test_a_part_in_another_folder_is_not_of_it(tmp_path: Path) -> None:
    """Nothing is put together that did not lie together."""
    made = parts(tmp_path)
    members = {f"{'b' if s == '.dbf' else 'a'}/x{s}": made[s] for s in PARTS}
    assert "缺少 x.dbf" in refused(zipped(tmp_path, members))


def test_content_is_checked_as_anywhere(tmp_path: Path) -> None:
    """A reference to other data is one in a zip, too."""
    words = b"<OGRVRTDataSource><OGRVRTLayer name='a'></OGRVRTLayer></OGRVRTDataSource>"
    assert "a.gpkg" in refused(zipped(tmp_path, {"a.gpkg": words}))


@pytest.mark.parametrize("name", ["a!b;c.geojson", "x" * 250 + ".geojson"])
def test_odd_names_of_members_are_made_safe(tmp_path: Path, name: str) -> None:
    """Whatever a member is called, it lands in the folder."""
    made = parts(tmp_path, ".geojson")
    assert names(zipped(tmp_path, {name: made[".geojson"]})) == ["铁岭", "昌图"]


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    """Cut off, or with a changed byte in its content."""
    made = parts(tmp_path)
    path = zipped(tmp_path, {f"a{suffix}": made[suffix] for suffix in PARTS})
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], content[:60] + b"\x55\xaa" + content[62:]):
        path.write_bytes(damaged)
        with pytest.raises(UntrustedFileError, match="boilers"), open_zipped(path):
            pass
