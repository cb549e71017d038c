"""
Archives that strangers made: what is refused, and how soon.

| Archive | Decision |
|---|---|
| member, or all together, too big; too many members; a list of members too long | refused unread |
| a member that grows more than 100 times, above 50 MB | refused unread |
| headers that lie about sizes, both ways; members that share their bytes | refused while read |
| an archive in the archive, by name or by first bytes | refused; in a workbook left alone |
| a name that is absolute, leads upward, has a drive, a control character, is blank | refused |
| link, device, pipe | refused |
| encrypted, or packed by a method not read | refused |
| a name twice, also but for case | refused |
| cut off, a byte changed, not a zip, empty | refused |
| names in GBK, back slashes, folders, harmless zeros | read |
"""

import io
import stat
import struct
import time as clock
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tieling_geo.errors import BrokenFileError, LayerNotFoundError, UntrustedFileError
from tieling_geo.readers.spreadsheets.archive import (
    WORKBOOK_LIMITS,
    ZIP_LIMITS,
    check_archive,
    open_archive,
    read_member,
)
from tieling_geo.readers.spreadsheets.archive_members import Limits

NAME = "铁岭 数据.zip"
MB = 1 << 20


def member(name: str, *, mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """Make a member of a name that no program would write."""
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    info.external_attr, info.compress_type = mode << 16, method
    return info


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Pack members."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members:
            zipped.writestr(name, content)
    return memory.getvalue()


def zeros(megabytes: int) -> bytes:
    """Pack a member of zeros, without holding it."""
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped,
        zipped.open("a.dbf", "w") as file,
    ):
        for _ in range(megabytes):
            file.write(bytes(MB))
    return memory.getvalue()


def with_sizes(content: bytes, size: int) -> bytes:
    """State another size of the unpacked members, in both of their headers."""
    made = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := made.find(magic, at + 1)) >= 0:
            made[at + offset : at + offset + 4] = struct.pack("<I", size)
    return bytes(made)


def with_flag(content: bytes, flag: int) -> bytes:
    """Set a flag of the member in both of its headers."""
    made = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.index(magic)
        made[at + offset] |= flag
    return bytes(made)


def overlapped() -> bytes:
    """Let two members share their bytes: the second's entry leads to the first's header."""
    made = bytearray(packed(("a.shp", bytes(1000)), ("b.shp", bytes(1000))))
    second = made.index(b"PK\x01\x02", made.index(b"PK\x01\x02") + 4)
    made[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(made)


def with_list(count: int) -> bytes:
    """Let an archive list its one member many times."""
    at, end = ONE.index(b"PK\x01\x02"), ONE.index(b"PK\x05\x06")
    listed = ONE[at:end] * count
    counts = struct.pack("<HHII", count % 65536, count % 65536, len(listed), at)
    return ONE[:at] + listed + ONE[end : end + 8] + counts + bytes(2)


def with_count(count: int) -> bytes:
    """State another number of members at the end, where there is one."""
    end = ONE.index(b"PK\x05\x06")
    return ONE[: end + 8] + struct.pack("<HH", count, count) + ONE[end + 12 :]


def doubled() -> bytes:
    """Write a name twice."""
    return packed(("a.shp", b"1"), ("b.shp", b"2")).replace(b"b.shp", b"a.shp")


ONE = packed(("a.shp", b"\x00\x00\x27\x0a"))
THREE = packed(("a", b"1"), ("b", b"2"), ("c", b"3"))
TEXT = packed(("a.csv", b"1,2\n" * 1000))
LONG_LIST = packed(*((f"{n:0100}.csv", b"") for n in range(201)))

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a member of 501 MB": (lambda: with_sizes(ONE, 501 * MB), "500 MB"),
    "all together 1,200 MB": (lambda: with_sizes(THREE, 400 * MB), "1,024 MB"),
    "a bomb of 60 MB": (lambda: zeros(60), "炸弹"),
    "201 members": (lambda: LONG_LIST, "201"),
    "20,000 members": (lambda: with_list(20_000), "成员过多"),
    "a million members": (lambda: with_list(1_000_000), "成员过多"),
    "fewer members than stated": (lambda: with_count(2), "目录"),
    "more members than stated": (lambda: with_count(0), "目录"),
    "a member longer than stated": (lambda: with_sizes(TEXT, 100), "无法解压"),
    "a member shorter than stated": (lambda: with_sizes(TEXT, 9000), "无法解压|大小"),
    "members that share their bytes": (overlapped, "无法解压|重叠"),
    "a zip inside": (lambda: packed(("b.zip", ONE)), "压缩包中还有压缩包"),
    "a zip inside by another name": (lambda: packed(("b.shp", ONE)), "压缩包中还有压缩包"),
    "a RAR inside": (lambda: packed(("b.bin", b"Rar!\x1a\x07\x00")), "压缩包中还有压缩包"),
    "a gzip inside": (lambda: packed(("b.tgz", b"")), "压缩包中还有压缩包"),
    "an absolute name": (lambda: packed((member("/etc/a.shp"), b"1")), "路径"),
    "a name that leads upward": (lambda: packed((member("../a.shp"), b"1")), "路径"),
    "a name that leads upward within": (lambda: packed((member("a/../../b"), b"1")), "路径"),
    "a name that leads upward by back slashes": (lambda: packed((member("..\\a"), b"1")), "路径"),
    "a name with a drive": (lambda: packed((member("C:\\a.shp"), b"1")), "路径"),
    "a name with a zero": (lambda: packed((member("a.shp\0.txt"), b"1")), "路径"),
    "a name with a line end": (lambda: packed((member("a\n.shp"), b"1")), "路径"),
    "a blank name": (lambda: packed((member(""), b"1")), "路径"),
    "a link": (lambda: packed((member("a", mode=stat.S_IFLNK | 0o777), b"/etc/x")), "链接"),
    "a device": (lambda: packed((member("a", mode=stat.S_IFCHR), b"")), "链接"),
    "a pipe": (lambda: packed((member("a", mode=stat.S_IFIFO), b"")), "链接"),
    "encrypted": (lambda: with_flag(ONE, 1), "加密"),
    "packed by LZMA": (lambda: packed((member("a", method=zipfile.ZIP_LZMA), b"1")), "压缩方法"),
    "packed by bzip2": (lambda: packed((member("a", method=zipfile.ZIP_BZIP2), b"1")), "压缩方法"),
    "a name twice": (doubled, "重名"),
    "a name twice but for case": (lambda: packed(("a.shp", b""), ("A.SHP", b"")), "重名"),
    "cut off": (lambda: TEXT[:-30], "目录"),
    "a byte changed": (lambda: TEXT[:45] + b"\xff\xff" + TEXT[47:], "无法解压"),
    "no members": (packed, "空"),
    "no zip": (lambda: b"%PDF-1.7", "PDF"),
    "nothing": (lambda: b"", "空"),
    "a list that is not there": (lambda: b"PK\x03\x04" + bytes(100), "目录"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", REFUSED)
def test_an_archive_is_refused(tmp_path: Path, case: str) -> None:
    """With the reason, in seconds, and without the memory that it asks for."""
    make, words = REFUSED[case]
    path = tmp_path / NAME
    path.write_bytes(make())
    tracemalloc.start()
    began = clock.process_time()
    with pytest.raises(UntrustedFileError) as told:
        check_archive(path)
    took, (_, most) = clock.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert any(word in told.value.to("zh") for word in words.split("|"))
    for message in told.value.message:
        assert NAME in message
        assert str(tmp_path) not in message
        assert message.isprintable()
    assert took < 5
    assert most < 50 * MB


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """And a folder is no archive."""
    with pytest.raises(LayerNotFoundError):
        check_archive(tmp_path / NAME)
    with pytest.raises(UntrustedFileError):
        check_archive(tmp_path)


def test_limits_are_closed(tmp_path: Path) -> None:
    """As many as they say pass; one more does not."""
    path = tmp_path / NAME
    path.write_bytes(packed(("a", b"12"), ("b", b"345")))
    exact = Limits(members=2, member_bytes=3, total_bytes=5)
    check_archive(path, exact)
    for short in (
        exact._replace(members=1),
        exact._replace(member_bytes=2),
        exact._replace(total_bytes=4),
    ):
        with pytest.raises(UntrustedFileError):
            check_archive(path, short)


def test_honest_zeros_pass(tmp_path: Path) -> None:
    """Blank columns of a .dbf pack a thousand times smaller; 50 MB of them harm nobody."""
    path = tmp_path / NAME
    path.write_bytes(zeros(50))
    check_archive(path)
    assert path.stat().st_size * ZIP_LIMITS.ratio < 50 * MB


def test_folders_gbk_and_back_slashes_are_read(tmp_path: Path) -> None:
    """As Chinese Windows packs: names in GBK without a mark, and a member for the folder."""
    path = tmp_path / NAME
    name = "铁岭\\锅炉.shp".encode("gbk").decode("cp437")
    content = packed((member("folder/"), b""), ("folder/甲.csv", "甲".encode()))
    path.write_bytes(content)
    with open_archive(path) as archive:
        assert archive.names == ("folder/甲.csv",)
        assert archive.read("folder/甲.csv") == "甲".encode()
    raw = name.encode("cp437")
    made = packed(("x" * len(raw), b"1")).replace(b"x" * len(raw), raw)
    path.write_bytes(made)
    with open_archive(path) as archive:
        assert archive.names == ("铁岭/锅炉.shp",)
    assert read_member(path, "铁岭/锅炉.shp") == b"1"
    with pytest.raises(BrokenFileError):
        read_member(path, "没有.shp")


def test_a_workbook_may_hold_archives_and_many_parts(tmp_path: Path) -> None:
    """Tables put into it are workbooks themselves; they are not opened."""
    path = tmp_path / NAME
    path.write_bytes(packed(*((f"{n}.xml", b"<a/>") for n in range(300)), ("b.zip", ONE)))
    check_archive(path, WORKBOOK_LIMITS)


def test_mutants_are_refused_or_the_same(tmp_path: Path) -> None:
    """Cut at each 5 %, every byte changed in two ways: same members or a refusal of ours."""
    path = tmp_path / NAME
    content = packed(("甲.csv", b"1,2\n3,4\n" * 9), ("b/c.csv", b"5"))
    whole = read_all(path, content)
    assert whole is not None
    cuts = [content[: len(content) * part // 20] for part in range(20)]
    flips = [
        content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :]
        for at in range(len(content))
        for bits in (0x01, 0x80)
    ]
    for mutant in cuts + flips:
        found = read_all(path, mutant)
        # A name has no checksum of its own; content has.
        assert found is None or sorted(found.values()) == sorted(whole.values())


def read_all(path: Path, content: bytes) -> dict[str, bytes] | None:
    """Read all members; None if the archive is refused."""
    path.write_bytes(content)
    try:
        with open_archive(path) as archive:
            return {name: archive.read(name) for name in archive.names}
    except UntrustedFileError:
        return None
