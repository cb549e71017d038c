"""
Open only what is safe to open: existing plain local files of known kinds.

A file named `.gpkg` or `.geojson` can make GDAL read another file or call a server, so no file is
handed to it by its name alone: the first bytes must be those of the kind that the name says. (The
drivers that do such things are switched off as well: `tieling_geo.gdal_settings`.)
"""

import hashlib
import os
import re
from functools import cache
from pathlib import Path

from tieling_geo.errors import LayerNotFoundError, TielingGeoError, UntrustedFileError
from tieling_geo.gdal_settings import FOLLOWING_DRIVERS, guard_gdal
from tieling_geo.readers.contents import to_advice, to_content, to_foreign_text
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
    ".xlsx": b"PK\x03\x04",
    ".xlsm": b"PK\x03\x04",
    ".zip": b"PK\x03\x04",
    ".osm": None,
    ".bz2": b"BZh",
    ".pbf": b"\x00\x00",
    ".tif": b"II*\x00",
    ".tiff": b"II*\x00",
}
#: Largest file that is read at once into memory, bytes (closed); the readers of workbooks, CSV,
#: zips and OpenStreetMap files have narrower limits of their own.
LARGEST_BYTES = 2 << 30
#: The same for GeoJSON, whose text takes ten times its size.
LARGEST_JSON_BYTES = 256 << 20
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
# Kinds that are OpenStreetMap extracts, and nothing else of that suffix.
_ONLY_OSM = {".bz2": ".osm.bz2", ".pbf": ".osm.pbf"}
# The first blob of an extract is its header: four bytes of length, then the name.
_PBF_HEADER = b"OSMHeader"
# A TIFF begins with its byte order, II or MM, then 42, or 43 where it may exceed 4 GB.
_TIFF_HEADS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HEAD_BYTES = 4096
_SHOWN_CHARACTERS = 80
# An address or a connection string, typed where a path should stand.
_ADDRESS = re.compile(r"(?i)^(/vsi[a-z0-9_]+|[a-z][a-z0-9+.-]+:(?=/)|(?:PG|MEM|MYSQL|GPKG|CSV):)")


class UnguardedError(TielingGeoError, RuntimeError):
    """GDAL was loaded before its drivers that follow references could be switched off."""

    exit_status = 3


@cache
def check_gdal_guard() -> None:
    """
    Load GDAL, guarded, and refuse to go on if a driver that follows references is registered.

    Raises
    ------
    UnguardedError
        If another program part loaded pyogrio first; with what to do.
    """
    guard_gdal()
    from pyogrio import list_drivers  # noqa: PLC0415 - loads GDAL, once guarded

    left = sorted(set(FOLLOWING_DRIVERS.split()) & set(list_drivers()))
    if left:
        told = " ".join(left)
        raise UnguardedError(
            Text(
                f"GDAL 在防护之前已被加载,仍启用会读取其他文件或访问网络的驱动({told});"
                "处理:在导入 pyogrio 或用 geopandas 读文件之前,先调用 "
                "tieling_geo.gdal_settings.guard_gdal()",
                f"GDAL was loaded before it was guarded: drivers that read other files or call "
                f"servers are on ({told}); call tieling_geo.gdal_settings.guard_gdal() before "
                "pyogrio is imported or geopandas reads a file",
            )
        )


def check_plain_file(path: Path) -> Path:
    """
    Return the path if it names an existing regular local file that can be read.

    A link to a regular file is followed.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path, or it is an address.
    UntrustedFileError
        If it is a directory, a device or a pipe, or may not be read.
    """
    name = _shown(path.name)
    try:
        exists, plain = path.exists(), path.is_file()
    except (OSError, ValueError) as error:  # a name too long, or a folder that may not be entered
        reason = getattr(error, "strerror", None) or error
        raise UntrustedFileError(
            Text(
                f"{name} 无法访问({reason}),请检查路径与权限",
                f"{name} cannot be reached ({reason}): check the path and its rights",
            )
        ) from None
    if not exists:
        raise LayerNotFoundError(_not_there(path))
    if not plain:
        raise UntrustedFileError(
            Text(
                f"{name} 不是普通文件(而是文件夹、管道或设备),不予打开;请给出数据文件本身",
                f"{name} is not a plain file but a folder, a pipe or a device; "
                "name the data file itself",
            )
        )
    if not os.access(path, os.R_OK):
        raise UntrustedFileError(
            Text(
                f"{name} 没有读取权限,请检查其权限",
                f"{name} may not be read: check its rights",
            )
        )
    return path


def _not_there(path: Path) -> Text:
    """Say that nothing is at a path; an address is not repeated: it can hold a password."""
    if address := _ADDRESS.match(str(path)):
        told = address[1]
        return Text(
            f"“{told}…” 是网址或连接串,不是本机文件路径;请先下载为文件,再给出其路径",
            f"'{told}…' is an address or a connection string, not a path: there is no such file; "
            "download it and name the file",
        )
    name = _shown(path.name)
    return Text(f"文件不存在:{name},请检查路径", f"no such file: {name}; check the path")


def _shown(name: str) -> str:
    r"""
    Make a name fit for a message: short, on one line, and of whole characters.

    Examples
    --------
    >>> _shown("a\x00b\n.csv")
    'a?b?.csv'
    """
    return "".join(c if c.isprintable() else "?" for c in name[:_SHOWN_CHARACTERS])


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
    name = _shown(path.name)
    if suffix not in KINDS or not path.name.lower().endswith(_ONLY_OSM.get(suffix, suffix)):
        known = " ".join(_ONLY_OSM.get(kind, kind) for kind in KINDS)
        advice = to_advice(suffix)
        raise UntrustedFileError(
            Text(
                f"{name}:不支持的文件类型;{advice.zh}可读取 {known}",
                f"{name}: this kind of file is not read; {advice.en}what is read: {known}",
            )
        )
    _check_size(path, LARGEST_JSON_BYTES if suffix in {".geojson", ".json"} else LARGEST_BYTES)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head and KINDS[suffix] is None:
        raise UntrustedFileError(
            Text(
                f"{name}:文件是空的(0 字节),不是 {suffix} 文件;请重新导出",
                f"{name}: the file is empty (0 bytes); its content is not a {suffix} file; "
                "export it again",
            )
        )
    if not _is_of_kind(head, suffix):
        told = to_content(head) or to_foreign_text(head, suffix)
        found = Text(f"(实为 {told.zh})", f" ({told.en})") if told else Text("(文件头不符)", "")
        raise UntrustedFileError(
            Text(
                f"{name}:内容不是 {suffix} 文件{found.zh},不予打开;请从原软件重新导出",
                f"{name}: its content is not a {suffix} file{found.en}; it is not opened; "
                "export it again",
            )
        )
    return suffix


def _check_size(path: Path, largest: int) -> None:
    """
    Refuse a file that would not fit into memory, before any of it is read.

    Raises
    ------
    UntrustedFileError
        With its size and the limit.
    """
    size = path.stat().st_size
    if size > largest:
        name, has, may = _shown(path.name), f"{size / 1e6:,.0f} MB", f"{largest / 1e6:,.0f} MB"
        raise UntrustedFileError(
            Text(
                f"{name}:文件 {has},超过上限 {may};请只导出本地区的要素,或改存为 GeoPackage",
                f"{name}: {has}, more than the {may} that are read; export only the features of "
                "your area, or save it as a GeoPackage",
            )
        )


def _is_of_kind(head: bytes, suffix: str) -> bool:
    """Tell whether a file begins as one of its kind does; text must not be what is known."""
    magic = KINDS[suffix]
    if magic is None:
        return to_content(head) is None and to_foreign_text(head, suffix) is None
    if suffix == ".gpkg" and head[68:72] not in _GPKG_IDS:
        return False
    if suffix == ".pbf" and _PBF_HEADER not in head[:32]:
        return False
    if suffix in {".tif", ".tiff"}:
        return head.startswith(_TIFF_HEADS)
    return head.startswith(magic)


def to_nameless(told: object, path: Path) -> str:
    """
    Take the folders out of a library's message: no output of ours shows an absolute path.

    Examples
    --------
    >>> to_nameless("cannot open /home/li/b.dbf", Path("/home/li/b.shp"))
    'cannot open b.dbf'
    """
    text = str(told)
    for folder in {str(path.parent), str(path.parent.absolute()), str(path.parent.resolve())}:
        if folder not in {".", os.sep}:
            text = text.replace(folder + os.sep, "")
    return text


def to_sha256(paths: list[Path]) -> str:
    """
    Hash files one after the other, in the order of their names.

    Examples
    --------
    >>> to_sha256([])[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
