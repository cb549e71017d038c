"""
Open only what is safe to open: existing plain local files of known kinds.

A file named `.gpkg` or `.geojson` can make GDAL read another file or call a server, so no file is
handed to it by its name alone: the first bytes must be those of the kind that the name says. (The
drivers that do such things are switched off as well: `tieling_geo.gdal_settings`.)
"""

import hashlib
import os
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
    name = path.name[:80]
    try:
        exists, plain = path.exists(), path.is_file()
    except OSError as error:  # a name that is too long, or a folder that may not be entered
        raise UntrustedFileError(
            Text(
                f"{name} 无法访问({error.strerror}),请检查路径与权限",
                f"{name} cannot be reached ({error.strerror}): check the path and its rights",
            )
        ) from None
    if not exists:
        raise LayerNotFoundError(
            Text(f"文件不存在:{name},请检查路径", f"no such file: {name}; check the path")
        )
    if not plain:
        raise UntrustedFileError(
            Text(
                f"{name} 不是普通文件,不予打开;请给出数据文件本身",
                f"{name} is not a plain file; name the data file itself",
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
                f"{path.name}:不支持的文件类型;请另存为 {known} 之一",
                f"{path.name}: this kind of file is not read; save it as one of {known}",
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
                f"{path.name}:内容不是 {suffix} 文件(文件头不符),不予打开;请从原软件重新导出",
                f"{path.name}: its content is not a {suffix} file; it is not opened; "
                "export it again",
            )
        )
    return suffix


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
