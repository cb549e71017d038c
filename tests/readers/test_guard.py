"""Only existing plain local files of known kinds are opened, and nothing else is touched."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieling_geo.errors import InputError, LayerNotFoundError, UntrustedFileError
from tieling_geo.readers import guard, read_layer
from tieling_geo.readers.guard import (
    KINDS,
    check_kind,
    check_plain_file,
    to_nameless,
    to_sha256,
)
from tieling_geo.records import Card

CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")
SECRET = "canary-7d1f"  # noqa: S105 - stands in a file that must not be opened

VRT = """<OGRVRTDataSource><OGRVRTLayer name="boilers"><SrcDataSource>{canary}</SrcDataSource>
<SrcLayer>canary</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""
GDALG = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read {canary}"}}'
CONNECTIONS = "PG:host=127.0.0.1 dbname=x"


@pytest.mark.parametrize("make", ["mkdir", "mkfifo", "symlink to a device"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, make: str) -> None:
    """A pipe would hang, a device has no end."""
    path = tmp_path / "boilers.csv"
    if make == "mkdir":
        path.mkdir()
    elif make == "mkfifo":
        os.mkfifo(path)
    else:
        path.symlink_to(os.devnull)
    with pytest.raises(UntrustedFileError, match=r"boilers\.csv is not a plain file"):
        check_plain_file(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without its folder; a link to nowhere is missing, too."""
    path = tmp_path / "boilers.csv"
    with pytest.raises(LayerNotFoundError) as refused:
        check_plain_file(path)
    assert refused.value.to("zh") == "文件不存在:boilers.csv,请检查路径"
    path.symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(FileNotFoundError):
        check_plain_file(path)


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://127.0.0.1/boilers.gpkg",
        "http://127.0.0.1/boilers.gpkg",
        "PG:dbname=boilers.gpkg",
        "MEM:boilers.gpkg",
        "<OGRVRTDataSource></OGRVRTDataSource>.gpkg",
        "boilers\x00.gpkg",
    ],
)
def test_an_address_is_a_path_where_nothing_is(path: str) -> None:
    """No connection string reaches GDAL: the network is blocked in tests, so it would show."""
    with pytest.raises(LayerNotFoundError):
        read_layer("boilers", Path(path), card=CARD)


def test_a_name_that_is_too_long_is_refused_in_short(tmp_path: Path) -> None:
    """The system's error is no traceback, and the message no page."""
    with pytest.raises(UntrustedFileError) as refused:
        check_plain_file(tmp_path / ("锅" * 300 + ".csv"))
    assert len(refused.value.to("zh")) < 200


def test_a_file_without_the_right_to_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights are told as rights."""
    path = tmp_path / "boilers.csv"
    path.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UntrustedFileError, match="check its rights"):
        check_plain_file(path)


@pytest.mark.parametrize(
    "name", ["boilers.xls", "boilers.rar", "boilers", "boilers.vrt", ".gpkg", "a.bz2", "a.pbf"]
)
def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    """The suffix decides."""
    path = tmp_path / name
    path.write_bytes(KINDS[".gpkg"] or b"")
    with pytest.raises(UntrustedFileError) as refused:
        check_kind(path)
    assert all(kind in refused.value.to("zh") for kind in KINDS)


TEXTS = {
    ".geojson": b'{"type": 1}',
    ".json": b" [",
    ".csv": "编号,名称".encode("gbk"),
    ".osm": b"\xef\xbb\xbf<?xml version='1.0'?><!-- <html> --><osm>",
}
ONLY_OSM = {".bz2": ".osm.bz2", ".pbf": ".OSM.PBF"}


@pytest.mark.parametrize(("kind", "magic"), KINDS.items())
def test_the_first_bytes_must_be_of_the_kind(
    tmp_path: Path, kind: str, magic: bytes | None
) -> None:
    """The suffix's case does not matter; an empty or a strange file is of no kind."""
    path = tmp_path / f"boilers{kind.upper()}"
    path = path.with_suffix("").with_suffix(ONLY_OSM.get(kind, kind.upper()))
    body = b"OSMHeader" if kind == ".pbf" else b""
    head = TEXTS.get(kind, ((magic or b"") + body).ljust(68, b"\0") + b"GPKG")
    path.write_bytes(head)
    assert check_kind(path) == kind
    for content in (b"", b"SQLite format 3\0", VRT.encode(), b"%PDF-1.7"):
        path.write_bytes(content)
        with pytest.raises(UntrustedFileError, match="content is not"):
            check_kind(path)


def test_a_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    """SQLite is more than GeoPackage: the application's mark decides."""
    path = tmp_path / "boilers.gpkg"
    path.write_bytes(b"SQLite format 3\0".ljust(68, b"\0") + b"MPBX")
    with pytest.raises(UntrustedFileError, match="content is not"):
        check_kind(path)


@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".json", ".parquet", ".fgb", ".shp", ".csv"])
@pytest.mark.parametrize(
    "content",
    [
        VRT,
        "  \n" + VRT,
        GDALG,
        CONNECTIONS,
        "fgb\x03fgb\x00" + VRT,
        "fgb\x03fgb\x01" + VRT,
        "\x00\x00\x27\x0a" + VRT,
        "PAR1" + VRT,
        "SQLite format 3\x00" + "\x00" * 52 + "GPKG" + VRT,
    ],
    ids=["VRT", "VRT after spaces", "GDALG", "PG", "fgb", "fgb 1", "shp", "parquet", "gpkg"],
)
def test_a_disguised_file_is_refused_and_opens_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, content: str
) -> None:
    """A file whose content names another one: GDAL is not even asked."""
    canary = tmp_path / "canary.csv"
    canary.write_text(f"boiler_id,经度,纬度\n{SECRET},123.8,42.3\n", encoding="utf-8")
    path = tmp_path / f"boilers{kind}"
    path.write_text(content.format(canary=canary) if "{canary}" in content else content)
    if kind == ".shp":
        for part in (".shx", ".dbf"):
            path.with_suffix(part).write_bytes(path.read_bytes())

    def opened(*_: object, **__: object) -> None:
        pytest.fail("GDAL was asked to open a disguised file")

    monkeypatch.setattr("pyogrio.raw.read_arrow", opened)
    with pytest.raises(InputError) as refused:
        read_layer("boilers", path, card=CARD)
    assert refused.value.exit_status == 2
    assert SECRET not in "".join(refused.value.message)
    if kind != ".csv":  # whose headers are told, whatever they are
        assert str(tmp_path) not in "".join(refused.value.message)


FRESH = """
import sys
import tieling_geo.readers
assert not {"pyogrio", "fiona", "osgeo"} & set(sys.modules), "importing loads GDAL"
from pathlib import Path
from tieling_geo.readers import read_layer
from tieling_geo.records import Card
layer = read_layer("boilers", Path(sys.argv[1]), card=Card("", "", "", "cgcs2000"))
import pyogrio
print(len(layer.features), *pyogrio.list_drivers())
"""


def test_a_fresh_process_reads_with_the_following_drivers_off(
    five_boilers: object, write_layer: object
) -> None:
    """GDAL is loaded only after it is guarded: then no driver that follows references is there."""
    path = write_layer(five_boilers, ".fgb")  # type: ignore[operator] - a fixture's function
    done = subprocess.run(  # noqa: S603 - our own Python and code
        [sys.executable, "-W", "error", "-c", FRESH, str(path)],
        capture_output=True,
        check=True,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith(("GDAL", "OGR", "CPL"))},
    )
    count, *drivers = done.stdout.split()
    assert count == "5"
    assert "FlatGeobuf" in drivers
    assert not {"OGR_VRT", "GDALG", "WFS", "OAPIF", "HTTP", "Carto", "ADBC"} & set(drivers)
    assert not done.stderr


def test_messages_lose_their_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute, relative and resolved folders go; dots that are no folder stay."""
    path = tmp_path / "b.shp"
    assert to_nameless(f"{tmp_path}/b.dbf: no.", path) == "b.dbf: no."
    monkeypatch.chdir(tmp_path)
    assert to_nameless(f"{tmp_path}/b.dbf: 1.5", Path("b.shp")) == "b.dbf: 1.5"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    (tmp_path / "real").mkdir()
    assert to_nameless(f"{tmp_path}/real/b.dbf", link / "b.shp") == "b.dbf"


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    """One file: what `sha256sum` says; several: in the order of their names."""
    one, other = tmp_path / "a.shp", tmp_path / "a.dbf"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    assert to_sha256([one]) == hashlib.sha256(b"1").hexdigest()
    assert to_sha256([one, other]) == hashlib.sha256(b"21").hexdigest()


@pytest.mark.parametrize(
    ("name", "limit"), [("a.geojson", guard.LARGEST_JSON_BYTES), ("a.gpkg", guard.LARGEST_BYTES)]
)
def test_a_file_that_memory_does_not_hold(tmp_path: Path, name: str, limit: int) -> None:
    """Refused by its size, before a byte is read; one of exactly the limit is looked at."""
    path = tmp_path / name
    path.touch()
    os.truncate(path, limit)
    try:
        check_kind(path)
    except UntrustedFileError as refused:
        assert "content is not" in str(refused)  # noqa: PT017 - looked at, and no GeoPackage
    os.truncate(path, limit + 1)
    with pytest.raises(UntrustedFileError, match="more than the"):
        check_kind(path)
