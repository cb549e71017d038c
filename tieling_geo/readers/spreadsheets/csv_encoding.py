"""
Decode a table of text strictly: UTF-8, GB18030 or UTF-16, told by the bytes, or refused.

GB18030 fits nearly any bytes, so what it reads must look like Chinese as it is written: Big5,
Shift-JIS and text that mixes encodings come out as characters that nobody uses.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable

from tieling_geo.errors import UntrustedFileError
from tieling_geo.text import Text

# Marks at the start of a file; the longer ones first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
    (b"\x84\x31\x95\x33", "gb18030", "GB18030"),
)
_CUT_OFF = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")
# Characters that follow each other and are not of ASCII.
_RUN = re.compile(r"[^\x00-\x7f]+")
_ENDS = re.compile(r"[\r\n,;\t]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Chinese in 7 bits: ISO-2022 switches by ESC, HZ by a tilde.
_SEVEN_BITS = re.compile(rb"\x1b[$(]|~\{(?:[!-~][!-~])+~\}")
# Shares of the characters that are common: Chinese in GB18030 has more than the first (closed),
# also in traditional characters more than the second (closed), other text read so has less.
_CHINESE, _DOUBTFUL = 0.8, 0.4
_MOST_KANA = 0.1
_KOREAN_CHARACTERS = 20
_LAST_OF_TWO_BYTES = "\u07ff"
_LAST_OF_LATIN = "\u00ff"
_SHORTEST_GARBLED = 3


def to_decoded(content: bytes, name: str) -> tuple[str, str]:
    """
    Decode a file's bytes.

    Parameters
    ----------
    content
        The bytes.
    name
        The file's name, for messages.

    Returns
    -------
    text, encoding
        The text without a mark, and the encoding as it is told: `UTF-8`, `GB18030`, `UTF-16 LE`.

    Raises
    ------
    UntrustedFileError
        If no encoding fits, several may, or the file is cut off within a character.

    Examples
    --------
    >>> to_decoded("云泽,1".encode("gbk"), "a.csv")
    ('云泽,1', 'GB18030')
    """
    for mark, codec, told in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec, name), told
    if b"\0" in content:
        return _wide(content, name)
    if _SEVEN_BITS.search(content) or _is_utf7(content):
        why = Text("是 7 位中文编码(ISO-2022、HZ 或 UTF-7)", "it is Chinese in 7 bits (such as HZ)")
        raise UntrustedFileError(_refusal(name, why))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason in _CUT_OFF:
            raise UntrustedFileError(_refusal(name, _cut_off("UTF-8"))) from error
        return _chinese(content, error.start, name), "GB18030"
    _check_utf8(text, content, name)
    return text, "UTF-8"


def is_garbled(text: str) -> bool:
    r"""
    Tell whether a text was read in a wrong encoding by another program, and saved so.

    Examples
    --------
    >>> is_garbled("云泽"), is_garbled("云泽市".encode().decode("gb18030", "replace"))
    (False, True)
    >>> is_garbled("云泽".encode("gbk").decode("latin-1")), is_garbled("Café")
    (True, False)
    """
    return not text.isascii() and any(
        "\ufffd" in run or "锟斤拷" in run or _is_misread(run) for run in set(_RUN.findall(text))
    )


def _is_misread(run: str) -> bool:
    """Tell whether characters are those of UTF-8 read as GBK, or of either read as Latin-1."""
    if max(run) <= _LAST_OF_LATIN:
        latin = run.encode("latin-1")
        readings = [_read(latin, "utf-8"), _read(latin, "gb18030")]
    else:
        readings = [_read(run.encode("gb18030"), "utf-8")]
        if len(run) < _SHORTEST_GARBLED or not readings[0] or to_share(run) >= _CHINESE:
            return False
    return any(to_share(reading) >= _CHINESE for reading in readings if len(reading) > 1)


def _read(content: bytes, codec: str) -> str:
    """Decode; empty if the bytes do not fit."""
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return ""


def to_share(text: str) -> float:
    """
    Tell which share of the characters beyond ASCII are common in Chinese; 1 if there are none.

    Common are the 3,755 characters of the first level of GB 2312, and punctuation and signs.

    Examples
    --------
    >>> to_share("云泽，"), to_share("雲澤"), to_share("abc")
    (1.0, 0.0, 1.0)
    """
    beyond = Counter("".join(_RUN.findall(text)))
    common = sum(count for character, count in beyond.items() if _is_common(character))
    return common / beyond.total() if beyond else 1.0


def _is_common(character: str) -> bool:
    """Tell whether a character is common in Chinese."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uff5e":
        return True
    if character in "—–“”‘’…·°′″㎡³²℃×±≤≥①②③④⑤⑥ⅠⅡⅢⅣⅤⅥ":
        return True
    code = character.encode("gb2312", "ignore")
    return b"\xb0\xa1" <= code <= b"\xd7\xf9"


def _strict(content: bytes, codec: str, name: str) -> str:
    """
    Decode what a mark states.

    Raises
    ------
    UntrustedFileError
        If the bytes do not fit, or end within a character.
    """
    told = codec.upper()
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        why = _cut_off(told) if error.reason in _CUT_OFF else _stray(content, error.start, told)
        raise UntrustedFileError(_refusal(name, why)) from error
    if "\0" in text:
        raise UntrustedFileError(_refusal(name, _NUL))
    # Any even number of bytes is UTF-16 of something; a table has lines or cells.
    if text and codec != "utf-8" and not _ENDS.search(text):
        why = Text(f"标记为 {told},内容却不是", f"marked as {told}, which it is not")
        raise UntrustedFileError(_refusal(name, why))
    return text


def _is_utf7(content: bytes) -> bool:
    """Tell whether plain ASCII is Chinese in UTF-7."""
    text = _read(content, "utf-7") if content.isascii() and b"+" in content else ""
    return not text.isascii() and to_share(text) >= _CHINESE


def _wide(content: bytes, name: str) -> tuple[str, str]:
    """
    Decode bytes with zeros among them, which are UTF-16 or no text.

    Raises
    ------
    UntrustedFileError
        If they are not clearly UTF-16.
    """
    fits = [
        (text, told)
        for codec, told in (("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"))
        if (text := _read(content, codec)) and _is_table(text)
    ]
    if len(fits) != 1:
        raise UntrustedFileError(_refusal(name, _NUL))
    return fits[0]


def _is_table(text: str) -> bool:
    """Tell whether a text is one of lines and cells, in common characters."""
    ended = "\n" in text or "\r" in text
    return ended and not _CONTROL.search(text) and to_share(text) >= _CHINESE


def _check_utf8(text: str, content: bytes, name: str) -> None:
    """
    Refuse what fits UTF-8 by chance: a word or two of Chinese in GBK.

    Raises
    ------
    UntrustedFileError
        If both readings make sense.
    """
    if text.isascii() or max(text) > _LAST_OF_TWO_BYTES or max(text) <= _LAST_OF_LATIN:
        return
    other = _read(content, "gb18030")
    if other and to_share(other) >= _CHINESE:
        why = Text("UTF-8 与 GB18030 都读得通", "both UTF-8 and GB18030 make sense of it")
        raise UntrustedFileError(_refusal(name, why))


def _chinese(content: bytes, stray: int, name: str) -> str:
    """
    Decode as GB18030 what is not UTF-8.

    Raises
    ------
    UntrustedFileError
        If the bytes do not fit, or what they say is not Chinese.
    """
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        if error.reason in _CUT_OFF:
            raise UntrustedFileError(_refusal(name, _cut_off("GB18030"))) from error
        why = _stray(content, max(stray, error.start), "UTF-8 / GB18030")
        raise UntrustedFileError(_refusal(name, why)) from error
    beyond = "".join(_RUN.findall(text))
    if mixed := next(filter(_is_misread, set(_RUN.findall(text))), ""):
        line = to_line(text, text.index(mixed))
        why = Text(
            f"第 {line} 行混有另一种编码(UTF-8 与 GB18030 混用)",
            f"line {line} is in another encoding: UTF-8 and GB18030 are mixed",
        )
    elif rival := _rival(content, beyond):
        why = Text(f"编码疑为 {rival},不是 GB18030", f"it looks like {rival}, not GB18030")
    elif to_share(beyond) < _DOUBTFUL:
        why = Text("编码无法判定", "its encoding cannot be told")
    else:
        return text
    raise UntrustedFileError(_refusal(name, why))


def _rival(content: bytes, beyond: str) -> str:
    """Name another encoding that fits better than GB18030; empty if none does."""
    kana = sum("\u3041" <= character <= "\u30fe" for character in beyond)
    if kana > _MOST_KANA * len(beyond):
        return "EUC-JP / Big5"
    if len(set(beyond)) >= _KOREAN_CHARACTERS and _is_all_hangul(_read(content, "euc-kr")):
        return "EUC-KR"
    if to_share(beyond) >= _CHINESE:
        return ""
    for codec, told, last in (("cp950", "Big5", b"\xc6\x7e"), ("cp932", "Shift-JIS", b"\x98\x72")):
        other = [c for c in _read(content, codec) if not c.isascii()]
        common = sum(c.encode(codec, "ignore") <= last for c in other)
        if other and common >= _CHINESE * len(other):
            return told
    return ""


def _is_all_hangul(text: str) -> bool:
    """Tell whether all characters beyond ASCII are Korean syllables."""
    return all("\uac00" <= c <= "\ud7a3" for c in text if not c.isascii()) and bool(text)


def to_line(text: str, position: int) -> int:
    r"""
    Return the number of the line, from 1, in which a position lies.

    Examples
    --------
    >>> to_line("a\r\nb\rc", 5)
    3
    """
    return 1 + len(re.findall(r"\r\n|\r|\n", text[:position]))


def listed_lines(lines: Iterable[int], most: int = 10) -> str:
    """
    List line numbers, the first few.

    Examples
    --------
    >>> listed_lines(range(12))
    '0、1、2、3、4、5、6、7、8、9…'
    """
    kept = [str(line) for line in lines]
    return "、".join(kept[:most]) + ("…" if len(kept) > most else "")


_NUL = Text("含有零字节,不是文本", "it holds zero bytes and is no text")


def _cut_off(encoding: str) -> Text:
    """Say that the last character is not whole."""
    return Text(
        f"末尾的字符不完整({encoding}),文件被截断",
        f"its last character is not whole ({encoding}): the file is cut off",
    )


def _stray(content: bytes, position: int, encoding: str) -> Text:
    """Say in which line a byte does not fit."""
    line = to_line(content[:position].decode("latin-1"), position)
    return Text(
        f"第 {line} 行有不属于 {encoding} 的字节(编码混用、其他编码或文件损坏)",
        f"line {line} has a byte that is not {encoding}: another encoding, mixed ones, or damage",
    )


def _refusal(name: str, why: Text) -> Text:
    """Say that a file is refused, and what to do."""
    return Text(
        f"文件 {name}:{why.zh};只读 UTF-8、GB18030(GBK)与 UTF-16。"
        "处理:请用原软件重新导出,另存为 UTF-8 的 CSV",
        f"file {name}: {why.en}; UTF-8, GB18030 (GBK) and UTF-16 are read: "
        "export it again and save it as CSV in UTF-8",
    )
