"""Write products whole or not at all: a folder with its manifest, or a single file."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tieling_geo.errors import OutputError, OutputRefusedError, TielingGeoError
from tieling_geo.reports.lock import only_writer
from tieling_geo.text import Text

#: Written last: a folder without it is not complete, and not ours to replace.
MANIFEST = "manifest.json"
_WRITER = "tieling-geo"
#: What file browsers leave behind; not worth keeping a folder for.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_FAULTS = MappingProxyType({
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EDQUOT: Text("磁盘配额已用完", "the disk quota is used up"),
    errno.EFBIG: Text("文件超过系统允许的大小", "the file is larger than the system allows"),
    errno.EACCES: Text("没有写入权限,或文件正被占用", "no right to write, or a file is in use"),
    errno.EPERM: Text("没有写入权限", "no right to write"),
    errno.EROFS: Text("磁盘只读", "the disk is read-only"),
    errno.EBUSY: Text("文件正被占用", "a file is in use"),
    errno.EISDIR: Text("同名文件夹已存在", "a folder of that name is there"),
    errno.ENOTDIR: Text("上级不是文件夹", "its parent is not a folder"),
    errno.ENOLCK: Text("该磁盘不支持文件锁", "the disk knows no file locks"),
    errno.ENAMETOOLONG: Text("名称过长", "the name is too long"),
})


def fault(error: OSError) -> Text:
    """
    Say in words what the operating system did not allow.

    Examples
    --------
    >>> fault(OSError(errno.ENOSPC, "No space left on device")).zh
    '磁盘已满'
    """
    other = error.strerror or type(error).__name__
    return _FAULTS.get(error.errno or 0, Text(other, other))


@contextlib.contextmanager
def writing(out: Path) -> Iterator[None]:
    """
    Turn what the operating system does not allow into an `OutputError` that names what is written.

    Parameters
    ----------
    out
        What is being written; only its name is told.

    Raises
    ------
    OutputError
        If anything in the block fails on the disk or the rights.
    TielingGeoError
        What the block itself refuses, as it is.
    """
    try:
        yield
    except TielingGeoError:
        raise  # some are OSErrors, too, and say already what is wrong
    except OSError as error:
        why = fault(error)
        raise OutputError(
            Text(
                f"无法写入 {out.name}:{why.zh};原有内容未改动",
                f"cannot write {out.name}: {why.en}; what was there is unchanged",
            )
        ) from error


def check_replaceable(out: Path) -> Path:
    """
    Return the real place of a folder of products, if nothing that is not ours stands there.

    Parameters
    ----------
    out
        The folder; it may be absent or empty. A link is followed.

    Returns
    -------
    target
        Its absolute path.

    Raises
    ------
    OutputRefusedError
        If it is a file, or holds anything that this toolkit did not write.
    OutputError
        If it may not be looked into.

    Examples
    --------
    >>> check_replaceable(Path(__file__))
    Traceback (most recent call last):
        ...
    tieling_geo.errors.OutputRefusedError: folder.py is not a folder; choose another one
    """
    with writing(out):
        target = out.resolve()
        if not target.exists():
            return target
        if not target.is_dir():
            raise OutputRefusedError(
                Text(
                    f"{target.name} 不是文件夹;请换一个输出位置",
                    f"{target.name} is not a folder; choose another one",
                )
            )
        strange = _strange(target)
    if strange:
        more = "…" if len(strange) > 1 else ""
        raise OutputRefusedError(
            Text(
                f"输出文件夹 {target.name} 中有不是本工具写出的内容({strange[0]}{more}),不予覆盖;"
                "请换一个文件夹",
                f"{target.name} holds what this toolkit did not write ({strange[0]}{more}) and is "
                "not replaced; choose another folder",
            )
        )
    return target


def _strange(folder: Path) -> list[str]:
    """List what a folder holds and its manifest does not; everything, if that is not ours."""
    listed = _listed(folder / MANIFEST)
    if not listed:
        return sorted(path.name for path in folder.iterdir() if path.name not in _LITTER)
    files = (path for path in folder.rglob("*") if not path.is_dir() and path.name not in _LITTER)
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    return [name for name in names if name not in {MANIFEST, *listed}]


def _listed(manifest: Path) -> list[str]:
    """Read which files a manifest of ours lists; none if it is not ours."""
    try:
        stated: Any = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(stated, dict) or stated.get("written_by") != _WRITER:
        return []
    return list(stated.get("files", {}))


@contextlib.contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """
    Give a folder to write into that takes the place of `out` once everything is written.

    The folder stands beside `out`, so that the move is one rename. When the block ends without an
    error, `manifest.json` is written with each file's sha256, everything is flushed to disk, and
    the folder is moved into place; the folder that was there before is then removed. When the block
    fails, nothing is left behind and `out` is as it was. What a killed run left is cleared up by
    the next one.

    Parameters
    ----------
    out
        The folder to make; see `check_replaceable`.

    Yields
    ------
    folder
        An empty folder.

    Raises
    ------
    OutputRefusedError
        If `out` holds something else: it is not ours to remove.
    OutputError
        If the disk is full, rights are missing, or another run is writing there.
    """
    target = check_replaceable(out)
    building, replaced = (
        target.with_name(f".{target.name}.{word}") for word in ("building", "replaced")
    )
    with writing(out):
        target.parent.mkdir(parents=True, exist_ok=True)
        with only_writer(target):
            _clear_up(target, building, replaced)
            try:
                building.mkdir()
                yield building
                _write_manifest(building)
                _move_into_place(building, target, replaced)
            finally:
                shutil.rmtree(building, ignore_errors=True)


def _clear_up(target: Path, building: Path, replaced: Path) -> None:
    """Undo what a killed run left; killed between the two renames, the old folder comes back."""
    if replaced.exists() and not target.exists():
        replaced.rename(target)
    for left in (building, replaced):
        shutil.rmtree(left, ignore_errors=True)


def _write_manifest(folder: Path) -> None:
    """Write each file's sha256 and flush everything to the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    record = {"written_by": _WRITER, "files": listed}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    for path in [*files, folder / MANIFEST]:
        _flush(path)


def _flush(path: Path) -> None:
    """Have the operating system put a file on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _move_into_place(building: Path, target: Path, replaced: Path) -> None:
    """
    Swap the new folder in; if that fails, put the old one back.

    Raises
    ------
    OSError
        What the file system said.
    """
    had = target.exists()
    if had:
        target.rename(replaced)
    try:
        building.rename(target)
    except OSError:
        if had:
            replaced.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """
    Write one file whole or not at all.

    Parameters
    ----------
    path
        The file; replaced if it is there. Its folder must be there.
    content
        What it holds; text is written in UTF-8.

    Raises
    ------
    OutputError
        If it cannot be written; what was there is unchanged.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.part")
    with writing(path):
        try:
            beside.write_bytes(content.encode() if isinstance(content, str) else content)
            _flush(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
