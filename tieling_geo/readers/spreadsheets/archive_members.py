"""What an archive says of its members: what they may be, and what they are called."""

import stat
import zipfile
from pathlib import PurePosixPath
from typing import NamedTuple

from tieling_geo.errors import UntrustedFileError
from tieling_geo.text import Text

_MEGABYTE = 1 << 20
# Below this, content may be as compressible as it likes: blank columns of a .dbf are.
_HARMLESS_BYTES = 50 * _MEGABYTE
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst", ".kmz", ".cab"}
# Kinds of files that are zips inside, and are members like any other.
_ZIPPED_KINDS = {".xlsx", ".xlsm", ".docx", ".pptx", ".ods", ".odt"}
_SHOWN_CHARACTERS = 80


class Limits(NamedTuple):
    """What an archive may hold, all closed."""

    members: int = 200
    member_bytes: int = 500 * _MEGABYTE
    total_bytes: int = 1024 * _MEGABYTE
    ratio: int = 100
    """Bytes that one byte may expand to; asked only of members above 50 MB."""
    nested: bool = False
    """Archives may lie in the archive; they are never opened."""


def is_archive(name: str, head: bytes) -> bool:
    """
    Tell whether a member is itself an archive, by its name or its first bytes.

    Examples
    --------
    >>> is_archive("a.shp", b"PK.."), is_archive("台账.xlsx", b"PK.."), is_archive("a.ZIP", b"")
    (False, False, True)
    """
    suffix = PurePosixPath(name).suffix.lower()
    magics = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
    return suffix in _ARCHIVES or (head.startswith(magics) and suffix not in _ZIPPED_KINDS)


def to_member_name(info: zipfile.ZipInfo) -> str:
    r"""
    Return a member's name with `/` between folders, also where Chinese Windows wrote it in GBK.

    Examples
    --------
    >>> to_member_name(zipfile.ZipInfo("云泽\\a.shp".encode("gbk").decode("cp437")))
    '云泽/a.shp'
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        name = _decoded(name)
    return name.replace("\\", "/")


def _decoded(name: str) -> str:
    """Decode a name that `zipfile` has taken for the IBM PC's characters."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:  # it was none of them: a name that somebody made up in memory
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def check_size(infos: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """
    Refuse too many members, or too many bytes.

    Raises
    ------
    UntrustedFileError
        With the number and the limit.
    """
    total = sum(info.file_size for info in infos)
    if len(infos) > limits.members:
        told = Text(
            f"有 {len(infos)} 个成员,上限 {limits.members}",
            f"{len(infos)} members, {limits.members} are the limit",
        )
    elif total > limits.total_bytes:
        told = _too_big(Text("解压后共", "unpacked in all"), total, limits.total_bytes)
    else:
        return
    raise UntrustedFileError(to_refusal(name, told))


def check_member(info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """
    Refuse a member that is too big, encrypted, a link, or whose name leads outside.

    Raises
    ------
    UntrustedFileError
        With the member's name.
    """
    member = to_member_name(info)
    told = to_short(member)
    if _is_outside(member):
        why = Text(f"成员路径不合法 {told}", f"the path of {told} leads outside or is odd")
    elif _is_special(info):
        why = Text(f"{told} 是链接或设备,不是文件", f"{told} is a link or a device, no file")
    elif info.flag_bits & _ENCRYPTED:
        why = Text(f"{told} 已加密,请去掉密码", f"{told} is encrypted; take the password off")
    elif info.compress_type not in _METHODS:
        why = Text(f"{told} 的压缩方法不支持", f"{told} is compressed by a method not read here")
    elif info.file_size > limits.member_bytes:
        why = _too_big(Text(f"{told} 解压后", f"{told} unpacked"), info.file_size, limits[1])
    elif info.file_size > max(_HARMLESS_BYTES, limits.ratio * info.compress_size):
        why = Text(
            f"{told} 解压后超过压缩时的 {limits.ratio} 倍,疑为压缩炸弹",
            f"{told} grows more than {limits.ratio} times when unpacked, as bombs do",
        )
    else:
        return
    raise UntrustedFileError(to_refusal(name, why))


def check_double(members: list[str], name: str) -> None:
    """
    Refuse names that stand twice, also where only their case differs.

    Raises
    ------
    UntrustedFileError
        With the first such name.
    """
    seen: set[str] = set()
    for member in members:
        folded = member.casefold()
        if folded in seen:
            told = to_short(member)
            raise UntrustedFileError(
                to_refusal(name, Text(f"成员重名 {told}", f"{told} stands in it twice"))
            )
        seen.add(folded)


def _is_outside(member: str) -> bool:
    """Tell whether a name leads outside the archive, or is none."""
    parts = member.removesuffix("/").split("/")
    drive = len(parts[0]) > 1 and parts[0][1] == ":"
    odd = any(ord(character) < ord(" ") for character in member)
    return drive or odd or any(part in {"", ".."} for part in parts)


def _is_special(info: zipfile.ZipInfo) -> bool:
    """Tell whether a member is a link, a device or a pipe."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind not in {0, stat.S_IFREG, stat.S_IFDIR}


def _too_big(what: Text, size: int, limit: int) -> Text:
    """Say how big it is and how big it may be."""
    told, top = f"{size / _MEGABYTE:,.0f} MB", f"{limit / _MEGABYTE:,.0f} MB"
    return Text(f"{what.zh} {told},上限 {top}", f"{what.en}: {told}, {top} are the limit")


def to_short(member: str) -> str:
    """Return a name fit for a message."""
    told = "".join(c if c.isprintable() else "?" for c in member)
    return told if len(told) <= _SHOWN_CHARACTERS else told[: _SHOWN_CHARACTERS - 1] + "…"


def to_refusal(name: str, why: Text) -> Text:
    """Say that an archive is refused as a whole, and what to do."""
    return Text(
        f"文件 {name}:{why.zh};不予打开。处理:请重新打包,或另存后再提交",
        f"file {name}: {why.en}; it is not opened; pack or save it again",
    )
