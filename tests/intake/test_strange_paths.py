"""
Whatever stands at a path: a plain file of a known kind is read, all else is refused in words.

| at the path                                        | decision                                 |
|----------------------------------------------------|------------------------------------------|
| nothing; a link to nothing                         | refused as missing, exit status 2        |
| a folder, a pipe, a device, a socket               | refused as no plain file, exit status 2  |
| one that may not be read; a name that is too long  | refused with the system's reason         |
| a link to a file; spaces, Chinese, emoji in names  | read                                     |
| no rows                                            | read: "0 rows" is a number like others   |
| no bytes                                           | refused as empty                         |
"""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from tieling_geo.errors import InputError, LayerNotFoundError, UntrustedFileError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")
KINDS = [".gpkg", ".geojson", ".parquet", ".fgb", ".shp", ".csv"]


def put(path: Path, rows: int = 2) -> Path:
    """Write good boilers as the kind that the path says."""
    frame = gpd.GeoDataFrame(
        {"boiler_id": [f"B{n}" for n in range(rows)]},
        geometry=[Point(123.8, 42.3)] * rows,
        crs=4490,
    )
    match path.suffix:
        case ".csv":
            table = frame.drop(columns="geometry").assign(经度="123.8", 纬度="42.3")
            table.to_csv(path, index=False, encoding="utf-8")
        case ".geojson":
            path.write_text(frame.to_json(), encoding="utf-8")
        case ".parquet":
            frame.to_parquet(path)
        case ".gpkg":
            frame.to_file(path, layer="boilers")  # by default its name, which may have marks
        case _:
            frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}))
    return path


def make_socket(path: Path) -> None:
    """Leave a socket in the folder."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def make_loop(path: Path) -> None:
    """Make a link that leads to itself."""
    path.symlink_to(path)


REFUSED: dict[str, tuple[Callable[[Path], object], type[InputError], str]] = {
    "nothing": (Path.exists, LayerNotFoundError, "文件不存在"),
    "link to nothing": (
        lambda path: path.symlink_to(path.with_name("x.csv")),
        LayerNotFoundError,
        "文件不存在",
    ),
    "link to itself": (make_loop, InputError, "boilers.csv"),
    "folder": (Path.mkdir, UntrustedFileError, "不是普通文件"),
    "pipe": (os.mkfifo, UntrustedFileError, "不是普通文件"),
    "socket": (make_socket, UntrustedFileError, "不是普通文件"),
    "link to a device": (
        lambda path: path.symlink_to("/dev/zero"),
        UntrustedFileError,
        "不是普通文件",
    ),
    "no bytes": (Path.touch, UntrustedFileError, "文件是空的(0 字节)"),
}


@pytest.mark.parametrize(("make", "error", "words"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], object],
    error: type[InputError],
    words: str,
) -> None:
    """Nothing hangs; the message names the file and no folder."""
    monkeypatch.chdir(tmp_path)  # a socket's name may not be longer than 108 bytes
    path = Path("boilers.csv")
    make(path)
    before = time.monotonic()
    with pytest.raises(error) as refused:
        read_layer("boilers", path, card=CARD)
    assert time.monotonic() - before < 5
    assert words in refused.value.to("zh")
    assert refused.value.exit_status == 2


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/", ".", "/proc/self/mem"])
def test_devices_and_folders_are_refused(path: str) -> None:
    """Whatever their names end in."""
    with pytest.raises(InputError):
        read_layer("boilers", Path(path), card=CARD)


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """300 characters: the system's word for it, and a message of one line."""
    with pytest.raises(UntrustedFileError) as refused:
        read_layer("boilers", tmp_path / ("x" * 300 + ".csv"), card=CARD)
    assert len(refused.value.to("zh")) < 200


def test_a_file_without_the_right_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's answer is played here."""
    path = put(tmp_path / "boilers.csv")
    path.chmod(0)
    if os.geteuid() == 0:
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UntrustedFileError, match="check its rights"):
        read_layer("boilers", path, card=CARD)


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above; whether there is a file cannot be told."""

    def denied(_: Path, **__: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", denied)
    with pytest.raises(UntrustedFileError, match="Permission denied"):
        read_layer("boilers", tmp_path / "boilers.csv", card=CARD)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["锅 炉", "🔥", "Ünï-ß", "x" * 150, "a'b\"c", "-n", "a.b.c"])
def test_odd_names_are_names(tmp_path: Path, kind: str, name: str) -> None:
    """Of files and of folders."""
    (tmp_path / name).mkdir()
    path = put(tmp_path / name / f"{name}{kind}")
    assert len(read_layer("boilers", path, card=CARD).features) == 2


@pytest.mark.parametrize("kind", [k for k in KINDS if k != ".shp"])
def test_a_link_to_a_file_is_followed(tmp_path: Path, kind: str) -> None:
    """A plain file stands behind it, under whatever name."""
    real = put(tmp_path / f"real{kind}")
    path = tmp_path / f"boilers{kind}"
    path.symlink_to(real)
    assert len(read_layer("boilers", path, card=CARD).features) == 2


def test_a_link_to_a_shape_needs_links_to_its_parts(tmp_path: Path) -> None:
    """They are looked for beside the name that was given."""
    real = put(tmp_path / "real.shp")
    path = tmp_path / "boilers.shp"
    path.symlink_to(real)
    with pytest.raises(UntrustedFileError, match=r"boilers\.shx"):
        read_layer("boilers", path, card=CARD)
    for suffix in (".shx", ".dbf", ".prj"):
        path.with_suffix(suffix).symlink_to(real.with_suffix(suffix))
    assert len(read_layer("boilers", path, card=CARD).features) == 2


@pytest.mark.parametrize("kind", [k for k in KINDS if k != ".geojson"])
def test_a_file_without_rows_is_a_layer_without_rows(tmp_path: Path, kind: str) -> None:
    """0 = 0 + 0."""
    layer = read_layer("boilers", put(tmp_path / f"boilers{kind}", rows=0), card=CARD)
    assert (layer.rows_in, len(layer.features), layer.rows_rejected) == (0, 0, 0)


def test_a_geojson_without_rows_has_no_columns_either(tmp_path: Path) -> None:
    """So that what must be there is missing: it is refused with that."""
    path = put(tmp_path / "boilers.geojson", rows=0)
    with pytest.raises(InputError) as refused:
        read_layer("boilers", path, card=CARD)
    assert "boilers.geojson" in refused.value.to("zh")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_bytes_is_refused(tmp_path: Path, kind: str) -> None:
    """Nothing at all is of no kind."""
    path = tmp_path / f"boilers{kind}"
    path.touch()
    with pytest.raises(UntrustedFileError, match=f"boilers{kind}"):
        read_layer("boilers", path, card=CARD)
