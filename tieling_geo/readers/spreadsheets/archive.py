"""
Open zip archives that strangers made: little, plain, and no bigger than they say.

A zip of 1 MB can hold more than memory has, its headers can lie about that, and its names can point
outside the folder that it is unpacked in. Everything that an archive says of itself is checked
before a byte of its content is read, and what is read is counted.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.contents import to_content, to_foreign_text
from tieling_geo.readers.guard import check_plain_file
from tieling_geo.readers.spreadsheets.archive_members import (
    Limits,
    check_double,
    check_member,
    check_size,
    is_archive,
    to_member_name,
    to_refusal,
    to_short,
)
from tieling_geo.text import Text

_MEGABYTE = 1 << 20
# Content is read in pieces of so many bytes.
_PIECE = _MEGABYTE // 4
# A list of members with more bytes than this for each that is allowed is not even parsed.
_LIST_BYTES = 1_100
# The end of an archive with its remark, and the count that means that it stands elsewhere.
_LONGEST_END_BYTES, _COUNT_ELSEWHERE = 22 + 65_535, 0xFFFF
_NO_LIST = Text(
    "压缩包目录读不出或不一致,可能下载不完整或被截断",
    "its list of members cannot be read or contradicts itself; it may be cut off",
)
# What `zipfile` and `zlib` raise on bytes that are not what they should be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


#: Limits of a zip that a user gives as data.
ZIP_LIMITS = Limits()
#: Limits of a workbook, which has a part for each sheet, picture and remark.
WORKBOOK_LIMITS = Limits(members=5_000, nested=True)


class Archive:
    """
    A zip that has passed the checks of what it says of itself.

    Parameters
    ----------
    name
        The file's name, for messages.
    zipped
        The open zip.
    limits
        What it may hold.

    Raises
    ------
    UntrustedFileError
        If it breaks a limit, is encrypted, or a name leads outside, is a link or stands twice.
    """

    def __init__(self, name: str, zipped: zipfile.ZipFile, limits: Limits) -> None:
        self.name, self._zipped = name, zipped
        infos = zipped.infolist()
        check_size(infos, name, limits)
        for info in infos:
            check_member(info, name, limits)
        members = {to_member_name(info): info for info in infos}
        self._members = {told: info for told, info in members.items() if not told.endswith("/")}
        check_double([to_member_name(info) for info in infos], name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members that are files, with `/` between folders, in the archive's order."""
        return tuple(self._members)

    def pieces(self, member: str) -> Iterator[bytes]:
        """
        Read a member piece by piece, and count.

        Raises
        ------
        UntrustedFileError
            If it is longer than the archive says.
        BrokenFileError
            If there is no such member, or its content cannot be unpacked or has changed.
        """
        info = self._members.get(member)
        if info is None:
            why = Text(f"压缩包中没有 {to_short(member)}", f"it has no member {to_short(member)}")
            raise BrokenFileError(self.name, why)
        count = 0
        try:
            with self._zipped.open(info) as file:
                while piece := file.read(_PIECE):
                    count += len(piece)
                    if count > info.file_size:
                        break
                    yield piece
        except _BROKEN as error:
            why = Text(
                f"{to_short(member)} 无法解压或内容已改变",
                f"{to_short(member)} cannot be unpacked or has changed",
            )
            raise BrokenFileError(self.name, why) from error
        if count != info.file_size:
            told = to_short(member)
            raise UntrustedFileError(
                to_refusal(
                    self.name,
                    Text(
                        f"{told} 的大小与文件头所述不符", f"{told} has not the size that it states"
                    ),
                )
            )

    def read(self, member: str) -> bytes:
        """
        Read a member whole.

        Raises
        ------
        UntrustedFileError
            If it is longer than the archive says.
        BrokenFileError
            If there is no such member, or its content cannot be unpacked or has changed.
        """
        return b"".join(self.pieces(member))


class _Bounded(io.FileIO):
    """
    A file of which no more is read at once than a list of members can need.

    Parameters
    ----------
    path
        The file.
    members
        Members that there may be.
    """

    def __init__(self, path: Path, members: int) -> None:
        super().__init__(path)
        self._title, self._most = path.name, max(_PIECE, _LIST_BYTES * members)

    def read(self, size: int | None = -1, /) -> bytes:
        """
        Read, unless an absurd length is asked for: the archive says that its list is so long.

        Raises
        ------
        UntrustedFileError
            If it is.
        """
        if size is not None and size > self._most:
            why = Text("成员过多", "it has too many members")
            raise UntrustedFileError(to_refusal(self._title, why))
        return super().read(size) or b""


def _stated_count(file: io.FileIO) -> int | None:
    """Return the number of members that an archive's end states; None if it is beyond 65,534."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - _LONGEST_END_BYTES))
    tail = file.read(_LONGEST_END_BYTES)
    end = tail[tail.rfind(b"PK\x05\x06") :]
    count = int.from_bytes(end[10:12], "little")
    return None if count == _COUNT_ELSEWHERE else count


@contextmanager
def open_archive(path: Path, limits: Limits = ZIP_LIMITS) -> Iterator[Archive]:
    """
    Open a zip and check what it says of itself, before any of its content is unpacked.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path.
    UntrustedFileError
        If it is no zip, breaks a limit, or has a member that is never opened.
    BrokenFileError
        If its list of members cannot be read: it is cut off or damaged.
    """
    with check_plain_file(path).open("rb") as file:
        head = file.read(8)
    if not head.startswith(b"PK\x03\x04"):
        raise UntrustedFileError(to_refusal(path.name, to_no_zip(path)))
    with _Bounded(path, limits.members) as file:
        try:
            zipped = zipfile.ZipFile(file)
        except UntrustedFileError:  # a ValueError, as well
            raise
        except _BROKEN as error:
            raise BrokenFileError(path.name, _NO_LIST) from error
        with zipped:
            # `zipfile` does not ask: a damaged list can be shorter than it was.
            if _stated_count(file) not in {None, len(zipped.infolist())}:
                raise BrokenFileError(path.name, _NO_LIST)
            yield Archive(path.name, zipped, limits)


def check_archive(path: Path, limits: Limits = ZIP_LIMITS) -> None:
    """
    Refuse an archive that is too big, broken, or has a member that is never opened.

    Every member is unpacked once, to nowhere, so that its real size and checksum are known.

    Raises
    ------
    UntrustedFileError
        If it is no zip, breaks a limit, is encrypted, holds an archive, or a name in it leads
        outside, is a link or stands twice.
    BrokenFileError
        If it is cut off, or a member is damaged.
    """
    with open_archive(path, limits) as archive:
        for name in archive.names:
            first = next(pieces := archive.pieces(name), b"")
            if not limits.nested and is_archive(name, first):
                told = to_short(name)
                raise UntrustedFileError(
                    to_refusal(
                        archive.name,
                        Text(f"压缩包中还有压缩包 {told}", f"it holds another archive, {told}"),
                    )
                )
            for _ in pieces:
                pass


def read_member(path: Path, name: str, limits: Limits = ZIP_LIMITS) -> bytes:
    """
    Read one member of an archive whose list of members is sound.

    Raises
    ------
    UntrustedFileError
        If the archive is refused.
    BrokenFileError
        If the archive or the member is damaged, or there is no such member.
    """
    with open_archive(path, limits) as archive:
        return archive.read(name)


def to_no_zip(path: Path) -> Text:
    """Say what a file really is that should be a zip."""
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if not head.strip(b"\0"):
        return Text("文件是空的", "the file is empty")
    kind = to_content(head) or to_foreign_text(head, path.suffix.lower())
    told = kind or Text("其他数据", "something else")
    return Text(f"内容不是 zip,而是{told.zh}", f"its content is no zip but {told.en}")
