"""Write a folder of products whole or not at all."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.text import Text

#: Written last: a folder without it is not complete, and not ours to replace.
MANIFEST = "manifest.json"


@contextlib.contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """
    Give a folder to write into that takes the place of `out` once everything is written.

    The folder stands beside `out`, so that the move is one rename. When the block ends without an
    error, `manifest.json` is written with each file's sha256, everything is flushed to disk, and
    the folder is moved into place; the folder that was there before is then removed. When the block
    fails, nothing is left behind and `out` is as it was.

    Parameters
    ----------
    out
        The folder to make; one that this toolkit wrote before, with a manifest, is replaced.

    Yields
    ------
    folder
        An empty folder.

    Raises
    ------
    OutputRefusedError
        If `out` holds something else: it is not ours to remove.
    OutputError
        If the disk is full, or rights are missing.
    """
    target = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link at `out`
    _check_replaceable(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError(_failed(out, error)) from error
    try:
        # mkdtemp makes the folder private; products are for others to read.
        beside.chmod(0o755)
        yield beside
        _write_manifest(beside)
        _move_into_place(beside, target)
    except OSError as error:
        raise OutputError(_failed(out, error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _check_replaceable(target: Path) -> None:
    """
    Refuse a folder that holds what this toolkit did not write.

    Raises
    ------
    OutputRefusedError
        If there is anything and no manifest.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir() or not (target / MANIFEST).is_file():
        raise OutputRefusedError(
            Text(
                f"输出位置 {target.name} 已有其他内容(没有 {MANIFEST}),不予覆盖;请换一个文件夹",
                f"{target.name} holds something else (no {MANIFEST}); choose another folder",
            )
        )


def _failed(out: Path, error: OSError) -> Text:
    """Say that the environment did not let us write."""
    why = error.strerror or type(error).__name__
    return Text(
        f"无法写入 {out.name}:{why};原有结果未改动",
        f"cannot write {out.name}: {why}; what was there is unchanged",
    )


def _write_manifest(folder: Path) -> None:
    """Write each file's sha256 and flush everything to the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    text = json.dumps({"files": listed}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    for path in [*files, folder / MANIFEST]:
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _move_into_place(beside: Path, target: Path) -> None:
    """
    Swap the new folder in; if that fails, put the old one back.

    Raises
    ------
    OSError
        What the file system said.
    """
    old = target.with_name(f".{target.name}-old-{os.getpid()}")
    had = target.exists()
    if had:
        target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        if had:
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
