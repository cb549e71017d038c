"""
Tables of text: right characters and whole rows, or a refusal that names the line.

| File | Decision |
|---|---|
| UTF-8, GB18030 and GBK, UTF-16 both ways, with a mark or, where clear, without | read |
| Big5, Shift-JIS, Latin-1, Windows-1251, 7-bit Chinese, zeros, mixed, cut off | refused |
| text garbled before it was saved, in good UTF-8 | those cells are bad, the others read |
| comma, semicolon, tab; `sep=` line | the one that the lines agree on, told if not the comma |
| a row with fewer or more cells, also at the end | refused with its line |
| quotes not closed, text before or after them | refused with its line |
| lines of one cell above the table, such as a title | kept, padded |
| blank lines, rows of blank cells, end mark of DOS | left out |
| `="001"` | 001 |
| empty file, other kinds of files | refused, says what it is |
"""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.errors import LayerNotFoundError, UntrustedFileError
from tieling_geo.readers.spreadsheets import csv_text
from tieling_geo.readers.spreadsheets.csv_text import read_csv_sheet
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet

NAME = "锅炉 台账.csv"
GOOD = "编号,使用单位,经度,纬度\nB1,铁岭供热公司,123.8,42.3\nB2,,124.0,42.5\n"
ROWS = (
    ("编号", "使用单位", "经度", "纬度"),
    ("B1", "铁岭供热公司", "123.8", "42.3"),
    ("B2", None, "124.0", "42.5"),
)
TRADITIONAL = (
    "編號,使用單位,縣區,額定蒸發量\nB1,鐵嶺供熱有限公司,銀州區,35\nB2,調兵山市鍋爐房,調兵山市,20\n"
)
JAPANESE = "番号,名称,住所\n1,東京都庁,東京都新宿区西新宿二丁目\n2,ひらがなカタカナ,大阪府\n"
FRENCH = "numéro,nom,désignation\n1,Chaudière à charbon,été\n2,Hôtel,Müller Straße\n"
RUSSIAN = "номер,имя,адрес\n1,котёл,Москва\n2,Труба,Улица Ленина\n"


def read(folder: Path, content: str | bytes) -> Sheet:
    """Write and read a table."""
    path = folder / NAME
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_csv_sheet(path)


def refused(folder: Path, content: str | bytes) -> UntrustedFileError:
    """Return the refusal, which names the file in both languages, but not where it lies."""
    with pytest.raises(UntrustedFileError) as told:
        read(folder, content)
    assert told.value.exit_status == 2
    for words in told.value.message:
        assert NAME in words
        assert str(folder) not in words
    return told.value


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (GOOD.encode("utf-8"), "UTF-8"),
        (GOOD.encode("utf-8-sig"), "UTF-8"),
        (GOOD.encode("gbk"), "GB18030"),
        (GOOD.encode("gb18030"), "GB18030"),
        (b"\x84\x31\x95\x33" + GOOD.encode("gb18030"), "GB18030"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le"), "UTF-16 LE"),
        (b"\xfe\xff" + GOOD.encode("utf-16-be"), "UTF-16 BE"),
        (GOOD.encode("utf-16-le"), "UTF-16 LE"),
        (GOOD.encode("utf-16-be"), "UTF-16 BE"),
        (b"\xff\xfe\0\0" + GOOD.encode("utf-32-le"), "UTF-32 LE"),
        (b"\0\0\xfe\xff" + GOOD.encode("utf-32-be"), "UTF-32 BE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_right_characters_come_in(tmp_path: Path, content: bytes, encoding: str) -> None:
    """The same table in each encoding; which it was is told."""
    sheet = read(tmp_path, content)
    assert sheet.rows == ROWS
    assert sheet.numbers == (1, 2, 3)
    assert sheet.encoding == encoding
    assert sheet.notes == ()
    assert (sheet.name, sheet.merged, dict(sheet.letters)) == ("", (), {})


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("a,b\n1,2\n", "ascii"),
        ("名称\n模\n", "gbk"),
        ("名称\n\U00020000㐂\n", "gb18030"),
        ("名称,单位\n岫岩,㎡\n", "gbk"),
        ("name,value\n25°,±3 m²\n", "utf-8"),
        ("nom,lieu\nété,Müller\n", "utf-8"),
        (TRADITIONAL, "gbk"),
        (TRADITIONAL, "utf-8"),
        (RUSSIAN, "utf-8"),
        (JAPANESE, "utf-8"),
    ],
)
def test_rare_characters_come_in(tmp_path: Path, text: str, encoding: str) -> None:
    """Signs, rare and traditional characters, other scripts in UTF-8."""
    sheet = read(tmp_path, text.encode(encoding))
    assert [",".join(map(str, row)) for row in sheet.rows] == text.splitlines()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TRADITIONAL.encode("big5"), "Big5"),
        (JAPANESE.encode("shift-jis"), "Shift-JIS"),
        (JAPANESE.encode("euc-jp"), "EUC-JP"),
        (FRENCH.encode("latin-1"), "第 2 行"),
        (b"name,value\nM\xfcller,1\n", "无法判定"),
        (RUSSIAN.encode("cp1251"), "第 1 行"),
        (RUSSIAN.encode("koi8-r"), "第 1 行"),
        (GOOD.encode("hz"), "7 位"),
        (GOOD.encode("utf-7"), "7 位"),
        (JAPANESE.encode("iso2022_jp"), "7 位"),
        (b"name,v\n\xc4\xa3,1\n", "都读得通"),
        (GOOD.encode("gbk") + b"\xff\n", "第 4 行"),
        (GOOD.encode() + b"B3,\xe9\x93", "截断"),
        (GOOD.encode("gbk") + b"B3,\xcc", "截断"),
        (b"\xff\xfe" + GOOD.encode("utf-16-le")[:-1], "截断"),
        (b"\xef\xbb\xbf" + GOOD.encode("gbk"), "第 1 行"),
        (b"\xff\xfe" + GOOD.encode("gbk"), ""),
        (GOOD.encode() + b"B3,a\0b,124,42\n", "零字节"),
        (b"\xef\xbb\xbf" + GOOD.encode() + b"B3,a\0b,124,42\n", "零字节"),
        (GOOD.encode("gbk") + bytes(10), "零字节"),
        (GOOD.encode() + "B3,银州区供热,1,2\n".encode("gbk"), ""),
        (GOOD.encode("gbk") + "B3,银州区供热站,1,2\n".encode(), ""),
        (GOOD.encode("gbk") + "B3,铁岭市银州区供热,1,2\n".encode(), ""),
        (GOOD.encode("gbk") + "B3,银州热源,1,2\n".encode(), "混"),
    ],
    ids=[
        "Big5",
        "Shift-JIS",
        "EUC-JP",
        "Latin-1",
        "Latin-1 that fits GBK",
        "Windows-1251",
        "KOI8-R",
        "HZ",
        "UTF-7",
        "ISO-2022-JP",
        "one word that fits both",
        "stray byte",
        "UTF-8 cut off",
        "GBK cut off",
        "UTF-16 cut off",
        "GBK with the mark of UTF-8",
        "GBK with the mark of UTF-16",
        "zero byte",
        "zero byte after a mark",
        "zeros at the end",
        "a line of GBK in UTF-8",
        "a line of UTF-8 in GBK",
        "a longer line of UTF-8 in GBK",
        "a line of UTF-8 in GBK that fits",
    ],
)
def test_wrong_characters_never_come_in(tmp_path: Path, content: bytes, words: str) -> None:
    """Refused, with the encodings that are read."""
    told = refused(tmp_path, content).to("zh")
    assert words in told
    assert "UTF-8" in told


@pytest.mark.parametrize(
    "garbled",
    [
        "铁岭".encode("gbk").decode("latin-1"),
        "铁岭市".encode().decode("latin-1"),
        "燃煤锅炉".encode().decode("gb18030"),
        "铁\ufffd",
        "锟斤拷锟斤拷",
    ],
)
def test_text_that_was_garbled_before_is_bad(tmp_path: Path, garbled: str) -> None:
    """The file is good UTF-8, but another program had read it wrongly; other cells are right."""
    sheet = read(tmp_path, GOOD + f"B3,{garbled},1,2\n")
    assert sheet.rows[:3] == ROWS
    bad = sheet.rows[3][1]
    assert isinstance(bad, BadCell)
    assert bad.text == garbled
    assert (sheet.rows[3][0], sheet.rows[3][2]) == ("B3", "1")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("\n", 1, "没有表头"),
        ("\ufeff", 1, "没有表头"),
        (" \n\t\n", 1, "没有表头"),
        (GOOD + "B3,x,124.0\n", 4, "有 3 列,第 1 行有 4 列"),
        (GOOD + "B3,x,124.0,42.5,\n", 4, "有 5 列"),
        (GOOD + "\n\nB3,x\n", 6, "有 2 列"),
        (GOOD + "合计,2\n", 4, "有 2 列"),
        (GOOD + "B3", 4, "有 1 列"),
        (GOOD + "审核人:李\n", 4, "有 1 列"),
        (GOOD + ",,\n", 4, "有 3 列"),
        ("台账\n\n" + GOOD + "B3,x\n", 6, "第 3 行有 4 列"),
        ('"a\nb",c\n1,2\n3\n', 4, "有 1 列"),
        (GOOD + 'B3,"x,124.0,42.5\n', 4, "没有闭合"),
        (GOOD + 'B3,"x\n\n\n,124.0,42.5\n', 4, "没有闭合"),
        (GOOD + 'B3,"x"y,124.0,42.5\n', 4, "引号"),
        (GOOD + 'B3,x"y",124.0,42.5\n', 4, "引号"),
        (GOOD + 'B3,5",124.0,42.5\n', 4, "引号"),
        (GOOD + 'B3, "x",124.0,42.5\n', 4, "引号"),
        (GOOD + 'B3,"x" ,124.0,42.5\n', 4, "引号"),
        (GOOD + "B3;x;124.0;42.5\n", 4, "有 1 列"),
        (GOOD.replace("\n", "\n\r", 1) + "B3,x\n", 5, "有 2 列"),
        ("a;b,c\n", 1, "分隔符"),
        ("编号,名称\nB1,铁岭\n\n编号\n", 4, "有 1 列"),
    ],
)
def test_a_broken_structure_is_refused_with_its_line(
    tmp_path: Path, content: str, line: int, words: str
) -> None:
    """A shifted row is never read as if cells were missing."""
    told = refused(tmp_path, content)
    assert f"第 {line} 行" in told.to("zh")
    assert f"line {line}:" in told.to("en")
    assert words in told.to("zh")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"PK\x03\x04" + bytes(30), ".xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30), ".xls"),
        (b"<html><body>1,2</body></html>", "HTML"),
        (b"%PDF-1.4\n1,2\n", "PDF"),
        (b"<?xml version='1.0'?><a>1,2</a>", "XML"),
    ],
)
def test_another_file_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    """The suffix is only a claim."""
    assert words in refused(tmp_path, content).to("zh")


@pytest.mark.parametrize(
    ("content", "rows", "numbers"),
    [
        ("a,b\n1,2", (("a", "b"), ("1", "2")), (1, 2)),
        ("a,b\r\n1,2\r\n", (("a", "b"), ("1", "2")), (1, 2)),
        ("a,b\r1,2\r", (("a", "b"), ("1", "2")), (1, 2)),
        ("a,b\n\n \n,\n1,2\n", (("a", "b"), ("1", "2")), (1, 5)),
        ("a,b\n1,2\n\x1a", (("a", "b"), ("1", "2")), (1, 2)),
        ("a,\n,2\n", (("a", None), (None, "2")), (1, 2)),
        ("台账\na,b\n1,2\n", (("台账", None), ("a", "b"), ("1", "2")), (1, 2, 3)),
        ("台账,\na,b\n", (("台账", None), ("a", "b")), (1, 2)),
        ('"x\r\ny",b\n"a,""q""",2\n', (("x\ny", "b"), ('a,"q"', "2")), (1, 3)),
        ("a\n1\n", (("a",), ("1",)), (1, 2)),
        ('a,b\n="001","=""002"""\n', (("a", "b"), ("001", "002")), (1, 2)),
        ("a,b\n '001,+1\n", (("a", "b"), (" '001", "+1")), (1, 2)),
        ("sep=;\na;b\n1,5;2\n", (("a", "b"), ("1,5", "2")), (2, 3)),
        ("sep=,\r\na,b\r\n", (("a", "b"),), (2,)),
        ("a;b\n1,5;2,5\n", (("a", "b"), ("1,5", "2,5")), (1, 2)),
        ("a\tb\n1, 2\t3\n", (("a", "b"), ("1, 2", "3")), (1, 2)),
        ("台账;2024\na,b\n1,2\n3,4\n", None, (1, 2, 3, 4)),
    ],
)
def test_a_whole_table_comes_in_whole(
    tmp_path: Path,
    content: str,
    rows: tuple[tuple[str | None, ...], ...] | None,
    numbers: tuple[int, ...],
) -> None:
    """Every line end, separator and quote; rows are numbered by their first line."""
    sheet = read(tmp_path, content)
    assert rows is None or sheet.rows == rows
    assert sheet.numbers == numbers


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    """Once each; a good file has no note."""
    sheet = read(tmp_path, "a\tb\n1\x07\t2\n\t\n3\t4")
    assert sheet.rows == (("a", "b"), ("1", "2"), ("3", "4"))
    assert [note.zh[:5] for note in sheet.notes] == [
        "分隔符为制",
        "略去 1 ",
        "文字中的不",
        "最后一行没",
    ]
    assert "第 2 行" in sheet.notes[2].zh
    assert read(tmp_path, "a,b\n").notes == ()
    assert "只有一列" in read(tmp_path, "编号，名称\nB1，铁岭\n").notes[0].zh


def test_a_file_that_is_too_big_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is closed."""
    monkeypatch.setattr(csv_text, "_MOST_BYTES", 8)
    assert read(tmp_path, "a,b\n1,2\n").rows == (("a", "b"), ("1", "2"))
    assert "拆成" in refused(tmp_path, "a,b\n1,22\n").to("zh")


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """And a folder is no table."""
    with pytest.raises(LayerNotFoundError):
        read_csv_sheet(tmp_path / NAME)
    with pytest.raises(UntrustedFileError):
        read_csv_sheet(tmp_path)


CELLS = st.text(
    st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Co", "Cn"]),
    min_size=1,
    max_size=6,
).filter(lambda cell: bool(cell.strip(" \u3000\u200b\u200c\u200d\u2060\ufeff").strip()))


@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5
        )
    ),
    mark=st.sampled_from(",;\t"),
)
def test_other_programs_write_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], mark: str
) -> None:
    """What Python's own writer writes comes back, with a line that states the separator."""
    memory = io.StringIO()
    csv.writer(memory, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(table)
    # With a mark of its encoding: a few signs alone can be text in UTF-8 and in GB18030.
    content = f"sep={mark}\r\n{memory.getvalue()}".encode("utf-8-sig")
    sheet = read(tmp_path_factory.mktemp("table"), content)
    shown = [
        [cell.text if isinstance(cell, BadCell) else cell for cell in row] for row in sheet.rows
    ]
    unwrapped = [[c[2:-1] if c[:2] == '="' and c[-1] == '"' else c for c in row] for row in table]
    assert shown in (table, unwrapped)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_damaged_files_are_refused_or_told(tmp_path: Path, encoding: str) -> None:
    """Cut at each 5 %: never fewer rows without a word; only a cut at a line's end cannot show."""
    text = "编号,使用单位,热力\n" + "".join(f"B{n},铁岭市第{n}热源厂,{n}.5\n" for n in range(20))
    content = text.encode(encoding)
    whole = read(tmp_path, content)
    for part in range(20):
        cut = content[: len(content) * part // 20]
        try:
            sheet = read(tmp_path, cut)
        except UntrustedFileError:
            continue
        at_line_end = cut.decode(encoding).endswith("\n")
        sure = len(sheet.rows) - (not at_line_end)
        assert at_line_end or sheet.notes
        assert sheet.rows[:sure] == whole.rows[:sure]
