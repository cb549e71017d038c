"""One writer at a time: two runs never mix their files in one folder."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tieling_geo.errors import OutputError
from tieling_geo.text import Text

if sys.platform == "win32":
    import msvcrt

    def _has_locked(file: IO[str]) -> bool:
        """Lock an open file without waiting; False if another process holds it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _has_locked(file: IO[str]) -> bool:
        """Lock an open file without waiting; False if another process holds it."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def only_writer(target: Path) -> Iterator[None]:
    """
    Hold the lock of a place for as long as the block runs.

    The operating system lets go of the lock when its holder ends, however it ends, so a killed run
    never blocks the next one.

    Parameters
    ----------
    target
        What will be written; the lock is a file beside it, removed at the end.

    Raises
    ------
    OutputError
        If another process holds the lock; it is named.
    OSError
        If the folder cannot be written, or its file system knows no locks.
    """
    path = target.with_name(f".{target.name}.lock")
    file = _taken(path, target.name)
    try:
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
    finally:
        # Removed while it is held; Windows does not remove an open file, and there it may stay.
        with contextlib.suppress(OSError):
            path.unlink()
        file.close()


def _taken(path: Path, name: str) -> IO[str]:
    """
    Open and lock the file.

    Raises
    ------
    OutputError
        If another process holds it.
    """
    while True:
        file = path.open("a+", encoding="utf-8")
        if not _has_locked(file):
            holder = _holder(file)
            raise OutputError(
                Text(
                    f"{name} 正由另一个进程({holder})写入;请等它结束,或换一个文件夹",
                    f"{name} is being written by another process ({holder}); wait for it to end, "
                    "or choose another folder",
                )
            )
        # The holder before may have removed the file between our opening and our locking it.
        if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            return file
        file.close()


def _holder(file: IO[str]) -> str:
    """Read the id of the process that holds the lock, and close the file."""
    with file, contextlib.suppress(OSError):
        file.seek(0)
        return file.read(20) or "?"
    return "?"
