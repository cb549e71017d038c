"""
Open only what is safe to open: existing plain local files of known kinds.

A file named `.gpkg` or `.geojson` can make GDAL read another file or call a server, so no file is
handed to it by its name alone: the first bytes must be those of the kind that the name says.
"""

import hashlib
import os
import sys
from pathlib import Path

from tieling_geo.errors import LayerNotFoundError, UntrustedFileError
from tieling_geo.text import Text

#: File kinds by suffix, with the bytes that a file of the kind begins with (None: text).
KINDS: dict[str, bytes | None] = {
    ".gpkg": b"SQLite format 3\x00",
    ".geojson": None,
    ".json": None,
    ".parquet": b"PAR1",
    ".fgb": b"fgb\x03fgb",
    ".shp": b"\x00\x00\x27\x0a",
    ".csv": None,
}
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")

# GDAL drivers that follow a reference to other files or to servers, or run code.
_SKIPPED = (
    "OGR_VRT VRT GTI GDALG HTTP WFS WCS WMS WMTS OAPIF OGCAPI CSW GPSBabel PLSCENES AmigoCloud "
    "Carto Elasticsearch NGW EEDA EEDAI ADBC AIVector STACIT STACTA KMLSUPEROVERLAY PDF MBTiles"
)


def guard_gdal() -> None:
    """
    Switch off the GDAL drivers that follow references, before GDAL is loaded.

    Does nothing once pyogrio is loaded: GDAL reads these settings only as it starts. The check of
    each file's first bytes holds either way.
    """
    if "pyogrio" in sys.modules:
        return
    os.environ.setdefault("GDAL_SKIP", _SKIPPED)
    os.environ.setdefault("OGR_SKIP", _SKIPPED.replace(" ", ","))
    os.environ.setdefault("GDAL_DRIVER_PATH", "disable")
    os.environ.setdefault("GDAL_VRT_ENABLE_PYTHON", "NO")
    os.environ.setdefault("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".none")


def check_plain_file(path: Path) -> Path:
    """
    Return the path if it names an existing regular local file that can be read.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path.
    UntrustedFileError
        If it is a directory, a device or a pipe, or may not be read.
    """
    if not path.exists():
        raise LayerNotFoundError(Text(f"文件不存在:{path.name}", f"no such file: {path.name}"))
    if not path.is_file():
        raise UntrustedFileError(
            Text(f"{path.name} 不是普通文件,不予打开", f"{path.name} is not a plain file")
        )
    if not os.access(path, os.R_OK):
        raise UntrustedFileError(
            Text(f"{path.name} 没有读取权限", f"{path.name} may not be read: check its rights")
        )
    return path


def check_kind(path: Path) -> str:
    """
    Return the file's kind, its lower-case suffix, if its first bytes are of that kind.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path.
    UntrustedFileError
        If the kind is not known, or the content is not of the kind that the name says.
    """
    suffix = check_plain_file(path).suffix.lower()
    if suffix not in KINDS:
        known = " ".join(KINDS)
        raise UntrustedFileError(
            Text(
                f"{path.name}:不支持的文件类型;可用 {known}",
                f"{path.name}: this kind of file is not read; known: {known}",
            )
        )
    with path.open("rb") as file:
        head = file.read(100)
    magic = KINDS[suffix]
    if (magic is not None and not head.startswith(magic)) or (
        suffix == ".gpkg" and head[68:72] not in _GPKG_IDS
    ):
        raise UntrustedFileError(
            Text(
                f"{path.name}:内容不是 {suffix} 文件(文件头不符),不予打开",
                f"{path.name}: its content is not a {suffix} file; it is not opened",
            )
        )
    return suffix


def to_sha256(paths: list[Path]) -> str:
    """Hash files one after the other, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
