"""
A file is opened as what it is, or not at all: nothing in it leads to another file or to a server.

| given                                                     | decision                             |
|-----------------------------------------------------------|--------------------------------------|
| content that refers to other data (VRT, GDALG, GTI, ...)  | refused under every name             |
| content of another kind than its name says                | refused; what it is, is told         |
| an address or a connection string for a path              | refused as such, not repeated        |
| a name that the reading library would take apart          | refused, or read as the plain name   |

A canary lies beside each file, and a listener waits on loopback for whoever would call: neither is
ever touched.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieling_geo.errors import InputError, LayerNotFoundError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")
SECRET = "canary-7d1f"  # noqa: S105 - stands in a file that must not be opened
KINDS = [".gpkg", ".geojson", ".shp", ".csv", ".fgb", ".parquet"]
CONTENTS = {
    "VRT": '<OGRVRTDataSource><OGRVRTLayer name="boilers"><SrcDataSource>{file}</SrcDataSource>'
    "<SrcLayer>canary</SrcLayer></OGRVRTLayer></OGRVRTDataSource>",
    "VRT to a server": "\n <OGRVRTDataSource><OGRVRTLayer name='boilers'>"
    "<SrcDataSource>/vsicurl/{server}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "raster VRT": '<?xml version="1.0"?><VRTDataset><SourceFilename>{file}</SourceFilename>'
    "</VRTDataset>",
    "GDALG": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read {file}"}}',
    "GTI": "<GDALTileIndexDataset><IndexDataset>{file}</IndexDataset></GDALTileIndexDataset>",
    "WFS": "<OGRWFSDataSource><URL>{server}</URL></OGRWFSDataSource>",
    "WMS": "<GDAL_WMS><Service name='TMS'><ServerUrl>{server}</ServerUrl></Service></GDAL_WMS>",
    "PDF": "%PDF-1.7\n1 0 obj << /URI ({server}) >>",
    "MBTiles": "SQLite format 3\0" + "\0" * 52 + "MPBX",
    "connection": "PG:host=127.0.0.1 port={port} dbname=x",
}


class Calls:
    """Counts who calls a port of this machine."""

    def __init__(self) -> None:
        """Listen."""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.count = 0
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        """Count and hang up, until the socket is closed."""
        while True:
            try:
                caller, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            caller.close()


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    """Listen on loopback, and find nobody in the end."""
    listener = Calls()
    yield listener
    listener.socket.shutdown(socket.SHUT_RDWR)
    listener.socket.close()


def canary(folder: Path) -> Path:
    """Write a file that would be a good layer, if anything led to it."""
    path = folder / "canary.csv"
    path.write_text(f"boiler_id,经度,纬度\n{SECRET},123.8,42.3\n", encoding="utf-8")
    return path


def refused(path: Path) -> InputError:
    """Return the refusal; it shows neither the canary nor a folder."""
    with pytest.raises(InputError) as told:
        read_layer("boilers", path, card=CARD)
    words = "".join(told.value.message)
    assert told.value.exit_status == 2
    assert SECRET not in words
    assert str(path.parent) not in words or path.parent == Path()
    return told.value


def test_the_listener_hears(calls: Calls) -> None:
    """Else the tests below would prove nothing."""
    with socket.create_connection(("127.0.0.1", calls.port), timeout=5) as caller:
        assert caller.recv(1) == b""
    assert calls.count == 1
    calls.count = 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))
def test_content_that_refers_to_other_data(
    tmp_path: Path, calls: Calls, kind: str, content: str
) -> None:
    """Ten of them under six names."""
    server = f"http://127.0.0.1:{calls.port}/boilers.gpkg"
    words = content.format(file=canary(tmp_path), server=server, port=calls.port)
    path = tmp_path / f"boilers{kind}"
    path.write_text(words)
    if kind == ".shp":
        for suffix in (".shx", ".dbf"):
            path.with_suffix(suffix).write_text(words)
    told = refused(path)
    assert f"boilers{kind}" in told.to("zh")
    assert calls.count == 0


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in {".csv", ".geojson"}])
@pytest.mark.parametrize("content", ["VRT", "VRT to a server", "GDALG", "WFS"])
def test_content_behind_the_right_first_bytes(
    tmp_path: Path, calls: Calls, kind: str, content: str
) -> None:
    """The mark of the kind does not make it one."""
    heads = {
        ".gpkg": b"SQLite format 3\0".ljust(68, b"\0") + b"GPKG",
        ".shp": b"\0\0\x27\x0a",
        ".fgb": b"fgb\x03fgb\x00",
        ".parquet": b"PAR1",
    }
    server = f"http://127.0.0.1:{calls.port}/"
    words = CONTENTS[content].format(file=canary(tmp_path), server=server, port=calls.port)
    path = tmp_path / f"boilers{kind}"
    path.write_bytes(heads[kind] + words.encode())
    for suffix in (".shx", ".dbf") if kind == ".shp" else ():
        path.with_suffix(suffix).write_bytes(heads[kind] + words.encode())
    refused(path)
    assert calls.count == 0


NAMED = {
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx", "另存为 .xlsx"),
    "old workbook as text": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".csv", "另存为 .xlsx"),
    "older workbook": (b"\x09\x08\x10\x00\x00\x06", ".xlsx", "另存为 .xlsx"),
    "web page as workbook": (b"\r\n<html xmlns:x='urn'><table>", ".xlsx", "网页(HTML)"),
    "web page as text": (b"<!DOCTYPE html><html>", ".csv", "网页(HTML)"),
    "XML workbook": (b"<?xml version='1.0'?><Workbook xmlns=''>", ".xlsx", "XML 电子表格"),
    "PDF": (b"%PDF-1.4", ".xlsx", "PDF"),
    "RAR": (b"Rar!\x1a\x07\x00", ".zip", "请先解压"),
    "7z": (b"7z\xbc\xaf\x27\x1c", ".zip", "请先解压"),
    "KML": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<kml>", ".json", "KML,不读取;请导出为 GeoPackage"),
    "GML": (b"<gml:FeatureCollection>", ".geojson", "GML,不读取"),
    "GML of a server": (b"<?xml?><!-- x --><wfs:FeatureCollection>", ".geojson", "GML,不读取"),
    "Shapefile as GeoPackage": (b"\x00\x00\x27\x0a", ".gpkg", "Shapefile 的 .shp"),
    "workbook as text": (b"PK\x03\x04", ".csv", ".xlsx 工作簿"),
    "GeoPackage as GeoJSON": (b"SQLite format 3\0", ".geojson", "SQLite 数据库"),
    "photograph": (b"\xff\xd8\xff\xe0", ".csv", "图片"),
    "empty text": (b"", ".csv", "0 字节"),
    "empty zip": (b"PK\x05\x06" + bytes(18), ".zip", "空的压缩包"),
}


@pytest.mark.parametrize(("head", "suffix", "told"), NAMED.values(), ids=list(NAMED))
def test_what_a_file_really_is_is_told(tmp_path: Path, head: bytes, suffix: str, told: str) -> None:
    """With what to do about it."""
    path = tmp_path / f"boilers{suffix}"
    path.write_bytes(head)
    assert told in refused(path).to("zh")


SUFFIXES = {
    ".xls": "另存为 .xlsx",
    ".et": "WPS",
    ".kml": "导出为 GeoPackage",
    ".gml": "导出为 GeoPackage",
    ".gpx": "导出为 GeoPackage",
    ".dbf": "请给出其 .shp",
    ".shx": "请给出其 .shp",
    ".rar": "解压",
    ".vrt": "不支持的文件类型",
    ".bz2": "不支持的文件类型",
    ".pbf": "不支持的文件类型",
}


@pytest.mark.parametrize(("suffix", "told"), SUFFIXES.items())
def test_a_kind_that_is_not_read_says_what_to_do(tmp_path: Path, suffix: str, told: str) -> None:
    """By its suffix alone."""
    path = tmp_path / f"boilers{suffix}"
    path.write_bytes(b"x")
    assert told in refused(path).to("zh")


PATHS = [
    "/vsicurl/http://127.0.0.1:{port}/boilers.gpkg",
    "/vsizip//vsicurl/http://127.0.0.1:{port}/boilers.zip",
    "/vsizip/boilers.zip",
    "/vsistdin/",
    "http://li:geheim@127.0.0.1:{port}/boilers.gpkg",
    "https://127.0.0.1:{port}/boilers.geojson",
    "ftp://127.0.0.1:{port}/boilers.csv",
    "file:///etc/passwd",
    "postgis://li:geheim@127.0.0.1:{port}/boilers",
    "PG:host=127.0.0.1 port={port} password=geheim dbname=boilers.gpkg",
    "MEM:boilers.gpkg",
    "GPKG:boilers.gpkg",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_address_is_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: Calls, path: str
) -> None:
    """It is not followed, and the password that can stand in it is not repeated."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LayerNotFoundError) as told:
        read_layer("boilers", Path(path.format(port=calls.port)), card=CARD)
    words = "".join(told.value.message)
    assert "网址或连接串" in words
    assert "geheim" not in words
    assert str(calls.port) not in words
    assert calls.count == 0


@pytest.mark.parametrize(
    "path", ["<OGRVRTDataSource></OGRVRTDataSource>.gpkg", "boilers\0.gpkg", "\ud800.gpkg"]
)
def test_a_name_that_no_file_has(path: str) -> None:
    """Said on one line, in characters that every screen has."""
    with pytest.raises(InputError) as told:
        read_layer("boilers", Path(path), card=CARD)
    assert told.value.to("zh").isprintable()
    assert told.value.to("zh").encode()


@pytest.mark.parametrize("name", ["canary.zip!x", "a;b", "a?b", "a&b=c", "a#b", "a|layername=b"])
@pytest.mark.parametrize("kind", [".shp", ".fgb"])
def test_a_name_with_marks_opens_no_other_file(tmp_path: Path, name: str, kind: str) -> None:
    """What GDAL would take apart is refused; other marks are parts of the name."""
    canary(tmp_path)
    path = tmp_path / f"{name}{kind}"
    path.write_bytes({".shp": b"\0\0\x27\x0a", ".fgb": b"fgb\x03fgb\x00"}[kind])
    refused(path)


UNGUARDED = """
import sys
import pyogrio
from pathlib import Path
from tieling_geo.errors import TielingGeoError
from tieling_geo.readers.guard import check_gdal_guard
from tieling_geo.readers.vectors.vector import read_vector
for attempt in (check_gdal_guard, lambda: read_vector(Path("a.gpkg"), ".gpkg", layer="a")):
    try:
        attempt()
    except TielingGeoError as refused:
        print(refused.exit_status, refused.to("zh"))
"""


def test_it_refuses_to_start_beside_an_unguarded_gdal() -> None:
    """A process that loaded GDAL first has drivers that follow references; exit status 3."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", UNGUARDED], capture_output=True, text=True, check=True, env={}
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("3 GDAL 在防护之前已被加载")
        assert "OGR_VRT" in line
        assert "guard_gdal()" in line
