"""Archives of the same bytes each time, with a mark that is lost once somebody saves them."""

import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tieling_geo.errors import OutputRefusedError
from tieling_geo.reports.folder import writing
from tieling_geo.text import Text

#: The day that every part of our files carries, so that the same content is the same bytes.
DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zones
# The archive's comment: Excel, WPS and LibreOffice drop it when they save.
_MARK = b"tieling-geo sha256="
_MARK_LENGTH = len(_MARK) + 64


def check_replaceable_workbook(path: Path) -> Path:
    """
    Return the path if nothing stands there, or a workbook of ours that nobody has saved since.

    Raises
    ------
    OutputRefusedError
        If anything else stands there: it may be work that a person has done.
    OutputError
        If it may not be looked into.
    """
    with writing(path):
        if path.is_symlink() or path.exists():
            if path.is_file() and is_untouched(path):
                return path
            raise OutputRefusedError(
                Text(
                    f"{path.name} 已存在,且不是本工具写出后未改动的文件(可能有人已在其中改正数据),"
                    "不予覆盖;请先把它移走或另存,或换一个文件名",
                    f"{path.name} exists and is not an untouched file of this toolkit (somebody "
                    "may have corrected data in it); move it away, or use another name",
                )
            )
    return path


def is_untouched(path: Path) -> bool:
    """
    Tell whether a file is one that we wrote and marked, byte for byte.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _MARK_LENGTH))
        mark = file.read()
        return mark.startswith(_MARK) and mark == _MARK + _sha256(file, size - _MARK_LENGTH)


def _sha256(file: Any, size: int) -> bytes:  # noqa: ANN401 - an open binary file
    """Hash the first bytes of a file: everything before the mark."""
    digest = hashlib.sha256()
    file.seek(0)
    while size > 0 and (block := file.read(min(size, 1 << 20))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest().encode()


def write_mark(path: Path) -> None:
    """
    Append the mark to an archive as its comment, and flush the file to the disk.

    Parameters
    ----------
    path
        An archive without a comment.

    Raises
    ------
    OSError
        What the file system said.
    """
    with path.open("r+b") as file:
        file.seek(-2, os.SEEK_END)  # length of the comment, 0 so far
        file.write(_MARK_LENGTH.to_bytes(2, "little"))
        mark = _MARK + _sha256(file, path.stat().st_size)
        file.seek(0, os.SEEK_END)
        file.write(mark)
        file.flush()
        os.fsync(file.fileno())


class StillArchive(ZipFile):
    """An archive whose parts carry a fixed day, system and rights."""

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: Any,  # noqa: ANN401 - text or bytes, as the base class takes it
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write a part from memory."""
        super().writestr(_part(str(zinfo_or_arcname)), data, compress_type, compresslevel)

    def write(
        self,
        filename: Any,  # noqa: ANN401 - any path, as the base class takes it
        arcname: Any = None,  # noqa: ANN401 - idem
        compress_type: int | None = None,  # noqa: ARG002 - the base class's signature
        compresslevel: int | None = None,  # noqa: ARG002 - idem
    ) -> None:
        """Write a part from a file."""
        with Path(filename).open("rb") as file, self.opened_part(str(arcname)) as part:
            shutil.copyfileobj(file, part)

    def opened_part(self, name: str) -> IO[bytes]:
        """Open a part that is written piece by piece."""
        return self.open(_part(name), "w")


def _part(name: str) -> ZipInfo:
    """Describe a part of the archive in the same way on every day and system."""
    part = ZipInfo(name.lstrip("/"), DAY.timetuple()[:6])
    part.compress_type, part.create_system, part.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
    return part
