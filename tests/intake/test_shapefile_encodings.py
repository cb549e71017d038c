"""
The text of a Shapefile is read as it was meant, or its file or row is refused: no mojibake.

| what the file says   | what its bytes are                | decision                              |
|----------------------|-----------------------------------|---------------------------------------|
| nothing, or ANSI     | UTF-8, GBK, GB18030               | found from the bytes, told            |
| the right encoding   | UTF-8, GBK, Big5, Shift-JIS, …    | as it says, told                      |
| another encoding     | UTF-8, GBK                        | found from the bytes, told as wrong   |
| nothing              | Big5, Shift-JIS, Latin-1          | refused: a `.cpg` must state it       |
| anything             | most in one, some in another      | those rows rejected, the others read  |
| anything             | half in one, half in another      | refused, or one half rejected         |
| anything             | a character cut off, or damaged   | that row rejected                     |
| UTF-8                | text that was garbled before      | that row rejected                     |
| anything             | a name cut in a character         | read without it, told                 |
"""

import struct
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.errors import UntrustedFileError
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.vector import read_vector

NAMES = ["铁岭供热公司", "昌图热力站", "西丰县粮库", "开原化工厂", "调兵山煤矿"]
TRADITIONAL = ["鐵嶺供熱公司", "昌圖熱力站", "西豐縣糧庫", "開原化工廠", "調兵山煤礦"]
JAPANESE = ["ボイラー工場", "ひかり発電所", "かぶしきがいしゃ", "てつれい", "くまもと"]
LATIN = ["Café", "Köln", "Málaga", "Århus", "Genève"]
WIDTH = 40


def put(
    folder: Path,
    cells: list[bytes],
    *,
    declared: str | None = None,
    language: int = 0,
    name: bytes = b"name",
) -> Path:
    """Write a Shapefile with these very bytes in its cells."""
    path = folder / "boilers.shp"
    frame = gpd.GeoDataFrame(
        {"id": [f"B{n}" for n in range(len(cells))], "name": ["x" * WIDTH] * len(cells)},
        geometry=[Point(123.8, 42.3)] * len(cells),
        crs=4490,
    )
    frame.to_file(path, encoding="UTF-8")
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = language
    content[64:75] = name.ljust(11, b"\0")
    content[80] = WIDTH
    head, width = struct.unpack_from("<HH", content, 8)
    rows = [b" " + f"B{n}".encode().ljust(80) + cell.ljust(WIDTH) for n, cell in enumerate(cells)]
    struct.pack_into("<H", content, 10, 81 + WIDTH)
    assert width == 161
    path.with_suffix(".dbf").write_bytes(bytes(content[:head]) + b"".join(rows) + b"\x1a")
    path.with_suffix(".cpg").unlink()
    if declared is not None:
        path.with_suffix(".cpg").write_text(declared)
    return path


def read(path: Path) -> RawTable:
    """Read a Shapefile."""
    return read_vector(path, ".shp", layer="boilers")


READ = {
    # id: (text, its codec, what the .cpg says, language byte, encoding found, what is told of it)
    "GBK, nothing said": (NAMES, "gbk", None, 0, "GB18030", "未声明编码"),
    "GBK, ANSI": (NAMES, "gbk", None, 0x57, "GB18030", "未声明编码"),
    "GBK, .cpg GBK": (NAMES, "gbk", "GBK", 0, "GB18030", "与 .cpg 的声明一致"),
    "GBK, .cpg GB2312": (NAMES, "gbk", "GB2312", 0, "GB18030", "与 .cpg 的声明一致"),
    "GBK, .cpg 936": (NAMES, "gbk", "ANSI 936\r\n", 0, "GB18030", "与 .cpg 的声明一致"),
    "GBK, language 0x4D": (NAMES, "gbk", None, 0x4D, "GB18030", "与 .dbf 0x4D 的声明一致"),
    "GBK, .cpg UTF-8": (NAMES, "gbk", "UTF-8", 0, "GB18030", "UTF-8,与内容不符"),
    "GBK, .cpg Latin-1": (NAMES, "gbk", "ISO-8859-1", 0x57, "GB18030", "ISO-8859-1,与内容不符"),
    "GBK, .cpg 1252": (NAMES, "gbk", "1252", 0, "GB18030", "Windows-1252,与内容不符"),
    "GBK, .cpg Big5": (NAMES, "gbk", "BIG5", 0, "GB18030", "Big5,与内容不符"),
    "GBK, .cpg unknown": (NAMES, "gbk", "x-mac-chinese", 0, "GB18030", "声明无法识别"),
    "GBK, .cpg empty": (NAMES, "gbk", "", 0, "GB18030", "未声明编码"),
    "GBK, one short word": (["模"], "gbk", None, 0, "GB18030", "未声明编码"),
    "GBK, one rare character": (["喆"], "gbk", None, 0, "GB18030", "未声明编码"),
    "GBK, marks": (["一号【东】", "Ⅱ期①", "５２．５"], "gbk", None, 0, "GB18030", "未声明编码"),
    "GB18030, four bytes": (["㐂㐄𠮷铁岭供热公司"], "gb18030", None, 0, "GB18030", "未声明编码"),
    "UTF-8, nothing said": (NAMES, "utf-8", None, 0, "UTF-8", "未声明编码"),
    "UTF-8, .cpg UTF-8": (NAMES, "utf-8", "UTF-8", 0, "UTF-8", "与 .cpg 的声明一致"),
    "UTF-8, .cpg with a mark": (NAMES, "utf-8", "\ufeffUTF-8", 0, "UTF-8", "与 .cpg 的声明一致"),
    "UTF-8, .cpg 65001": (NAMES, "utf-8", "65001", 0, "UTF-8", "与 .cpg 的声明一致"),
    "UTF-8, .cpg GBK": (NAMES, "utf-8", "GBK", 0, "UTF-8", "GB18030,与内容不符"),
    "UTF-8, language 0x4D": (NAMES, "utf-8", None, 0x4D, "UTF-8", "GB18030,与内容不符"),
    "UTF-8, .cpg over language": (NAMES, "utf-8", "UTF-8", 0x4D, "UTF-8", "与 .cpg"),
    "UTF-8, Latin text": (LATIN, "utf-8", "UTF-8", 0, "UTF-8", "与 .cpg 的声明一致"),
    "UTF-8, two-byte letters": (["ģ"], "utf-8", "UTF-8", 0, "UTF-8", "与 .cpg 的声明一致"),
    "Big5, .cpg Big5": (TRADITIONAL, "big5", "BIG5", 0, "Big5", "与 .cpg 的声明一致"),
    "Big5, language 0x4F": (TRADITIONAL, "big5", None, 0x4F, "Big5", "与 .dbf 0x4F 的声明一致"),
    "Shift-JIS, .cpg 932": (JAPANESE, "shift_jis", "932", 0, "Shift-JIS", "与 .cpg 的声明一致"),
    "Latin-1, .cpg": (LATIN, "latin-1", "ISO-8859-1", 0, "ISO-8859-1", "与 .cpg 的声明一致"),
    "Windows, .cpg 1252": (["“Café” – €"], "cp1252", "1252", 0, "Windows-1252", "与 .cpg"),
    "ASCII": (["abc", "def"], "ascii", None, 0, "ASCII", "ASCII"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "codec", "declared", "language", "encoding", "told"), READ.values(), ids=list(READ)
)
def test_the_text_is_read_as_it_was_meant(
    tmp_path: Path,
    texts: list[str],
    codec: str,
    declared: str | None,
    language: int,
    encoding: str,
    told: str,
) -> None:
    """Every character; the encoding and on what grounds it was found stand in the notes."""
    cells = [text.encode(codec) for text in texts]
    table = read(put(tmp_path, cells, declared=declared, language=language))
    assert list(table.attributes["name"]) == texts
    assert table.encoding == encoding
    assert table.faults == ()
    assert any(f"编码 {encoding}:" in n.zh and told in n.zh for n in table.notes), table.notes


REFUSED = {
    "Big5, nothing said": (TRADITIONAL, "big5", None, "Big5"),
    "Shift-JIS, nothing said": (JAPANESE, "shift_jis", None, "Shift-JIS"),
    "Latin-1, nothing said": (LATIN, "latin-1", None, "无法确定"),
    "Latin-1, .cpg UTF-8": (LATIN, "latin-1", "UTF-8", ".cpg UTF-8"),
    "UTF-16": (NAMES, "utf-16-le", None, "无法确定"),
    "UTF-16, said": (NAMES, "utf-16-le", "UTF-16", "无法确定"),
}


@pytest.mark.parametrize(
    ("texts", "codec", "declared", "told"), REFUSED.values(), ids=list(REFUSED)
)
def test_text_that_cannot_be_told_is_refused(
    tmp_path: Path, texts: list[str], codec: str, declared: str | None, told: str
) -> None:
    """With what it looks like and what to do."""
    path = put(tmp_path, [text.encode(codec) for text in texts], declared=declared)
    with pytest.raises(UntrustedFileError) as refused:
        read(path)
    assert told in refused.value.to("zh")
    assert ".cpg" in refused.value.to("zh")


MIXED = {
    "one GBK cell in UTF-8": ("utf-8", "gbk", "UTF-8"),
    "one UTF-8 cell in GBK": ("gbk", "utf-8", "GB18030"),
}


@pytest.mark.parametrize("declared", [None, "UTF-8", "GBK"])
@pytest.mark.parametrize(("most", "few", "encoding"), MIXED.values(), ids=list(MIXED))
def test_a_cell_in_another_encoding_rejects_its_row(
    tmp_path: Path, most: str, few: str, encoding: str, declared: str | None
) -> None:
    """The others are read; the cell is never read as what it is not."""
    cells = [name.encode(most) for name in NAMES]
    cells[2] = "清河区电厂".encode(few)
    table = read(put(tmp_path, cells, declared=declared))
    assert table.encoding == encoding
    assert [(f.position, f.column) for f in table.faults] == [(2, "name")]
    kept = [name for at, name in enumerate(table.attributes["name"]) if at != 2]
    assert kept == [NAMES[0], NAMES[1], NAMES[3], NAMES[4]]


def test_half_and_half_is_refused_or_rejects_the_strange_half(tmp_path: Path) -> None:
    """Two cells in each: neither is the file's encoding unless the file says so."""
    cells = [NAMES[0].encode("gbk"), NAMES[1].encode("gbk"), *map(str.encode, NAMES[2:4])]
    try:
        table = read(put(tmp_path, cells))
    except UntrustedFileError:
        return
    assert {f.position for f in table.faults} in ({0, 1}, {2, 3})
    wrong = {f.position for f in table.faults}
    kept = [(at, name) for at, name in enumerate(table.attributes["name"]) if at not in wrong]
    assert all(name == NAMES[at] for at, name in kept)


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_a_character_cut_at_the_end_of_a_cell_rejects_its_row(tmp_path: Path, codec: str) -> None:
    """As programs do that cut text at the width of the field."""
    cells = [name.encode(codec) for name in NAMES]
    cells[4] = ("铁" * 30).encode(codec)[: WIDTH - (1 if codec == "gbk" else 2)]
    table = read(put(tmp_path, cells))
    assert [f.position for f in table.faults] == [4]
    assert "铁" in table.faults[0].value


@pytest.mark.parametrize("bad", ["ÌúÁë¹©ÈÈ", "铁岭\ufffd\ufffd"], ids=["read as Latin-1", "lost"])
def test_text_that_was_garbled_before_rejects_its_row(tmp_path: Path, bad: str) -> None:
    """It is valid UTF-8, but nobody's name."""
    cells = [name.encode() for name in [*NAMES[:4], bad]]
    table = read(put(tmp_path, cells, declared="UTF-8"))
    assert [(f.position, f.value) for f in table.faults] == [(4, bad)]
    assert "乱码" in table.faults[0].reason.zh


def test_nul_in_text_rejects_its_row_and_padding_does_not(tmp_path: Path) -> None:
    """Some programs pad with it."""
    table = read(put(tmp_path, [b"ab\0\0\0", b"a\0b", b"\0" * WIDTH]))
    assert [f.position for f in table.faults] == [1]
    assert table.attributes["name"][0] == "ab"
    assert table.attributes["name"][2] is None


CUT = {
    "UTF-8": ("使用单位", "使用单"),
    "GBK": ("额定蒸发量", "额定蒸发量"),
    "GBK odd": ("a额定蒸发量", "a额定蒸发"),
}


@pytest.mark.parametrize(("name", "left"), CUT.values(), ids=list(CUT))
@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_name_cut_in_a_character(
    tmp_path: Path, name: str, left: str, request: pytest.FixtureRequest, *, is_ascii: bool
) -> None:
    """Ten bytes: the half character is dropped, and that is told."""
    codec = "utf-8" if "UTF-8" in request.node.callspec.id else "gbk"
    cells = [b"x"] if is_ascii else [text.encode(codec) for text in NAMES]
    table = read(put(tmp_path, cells, name=name.encode(codec)[:10]))
    assert list(table.attributes) == ["id", left]
    assert any("截断" in note.zh for note in table.notes) == (left != name)


def test_names_in_another_encoding_than_the_text_are_refused(tmp_path: Path) -> None:
    """Nobody could say what the columns are."""
    path = put(tmp_path, [text.encode() for text in NAMES], name="名称".encode("gbk"))
    with pytest.raises(UntrustedFileError, match="names of the columns"):
        read(path)


# The 3,755 characters of everyday Chinese, which GB 2312 has in its first level.
everyday = [
    bytes((high, low)).decode("gb2312", errors="ignore")
    for high in range(0xB0, 0xD8)
    for low in range(0xA1, 0xFF)
]
words = st.text(st.sampled_from([c for c in everyday if c]), min_size=2, max_size=8)


@given(
    texts=st.lists(words, min_size=3, max_size=12),
    codec=st.sampled_from(["gbk", "utf-8"]),
    declared=st.sampled_from([None, "UTF-8", "GBK", "ISO-8859-1", "BIG5"]),
)
def test_any_everyday_chinese_is_read_whatever_the_file_says(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], codec: str, declared: str | None
) -> None:
    """No sample of it is taken for anything else."""
    path = put(tmp_path_factory.mktemp("any"), [t.encode(codec) for t in texts], declared=declared)
    table = read(path)
    assert list(table.attributes["name"]) == texts
    assert table.faults == ()
