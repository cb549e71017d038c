"""Find the encoding that the text of a file really is in: what is declared is only a claim."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tieling_geo.text import NOTHING, Text

#: Encoding, as it is told, -> Python's strict codec for it.
CODECS: Mapping[str, str] = MappingProxyType({
    "UTF-8": "utf-8",
    "GB18030": "gb18030",  # GBK and GB 2312 are parts of it
    "Big5": "cp950",
    "Shift-JIS": "cp932",
    "EUC-KR": "cp949",
    "ISO-8859-1": "latin-1",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "Windows-1252": "cp1252",
    "CP437": "cp437",
    "CP850": "cp850",
    "CP866": "cp866",
})
# What a `.cpg` says, in lower case without marks and words such as ANSI.
_WORDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("utf8", "65001"), "UTF-8")
    | dict.fromkeys(
        ("gb18030", "gbk", "gb2312", "gb231280", "euccn", "936", "ms936", "x936", "54936"),
        "GB18030",
    )
    | dict.fromkeys(("big5", "big5hkscs", "950"), "Big5")
    | dict.fromkeys(("shiftjis", "sjis", "932", "windows31j"), "Shift-JIS")
    | dict.fromkeys(("euckr", "949", "uhc"), "EUC-KR")
    | dict.fromkeys(("iso88591", "88591", "latin1", "28591"), "ISO-8859-1")
    | {"1250": "Windows-1250", "1251": "Windows-1251", "1252": "Windows-1252"}
    | {"437": "CP437", "850": "CP850", "866": "CP866"}
)
# The language byte of a `.dbf` -> encoding; 0x57 means whatever the writing machine had.
_LANGUAGES: Mapping[int, str] = MappingProxyType({
    0x01: "CP437",
    0x02: "CP850",
    0x03: "Windows-1252",
    0x13: "Shift-JIS",
    0x4D: "GB18030",
    0x4E: "EUC-KR",
    0x4F: "Big5",
    0x65: "CP866",
    0x78: "Big5",
    0x79: "EUC-KR",
    0x7A: "GB18030",
    0x7B: "Shift-JIS",
    0xC8: "Windows-1250",
    0xC9: "Windows-1251",
})
# Encodings that text without a declaration may be in instead; it is then refused, not guessed.
_WIDE = ("Big5", "Shift-JIS")
# Chinese text in GB18030 is nearly all in its old core, GB 2312; of other text read so it is not.
_CORE_SHARE, _LEAST_SHARE, _FEW_CHARACTERS = 0.8, 0.3, 4
_THREE_BYTES = 0x800
_CONTROLS = range(0x80, 0xA0)
_PRIVATE = range(0xE000, 0xF900)


class Declared(NamedTuple):
    """What a file says of its encoding."""

    encoding: str
    """A key of `CODECS`; empty where nothing is said, or nothing known."""
    source: str
    """Where, such as `.cpg`; empty where nothing is said."""


class Encoding(NamedTuple):
    """The encoding that text was found to be in."""

    name: str
    """A key of `CODECS`, `ASCII`, or empty: none could be told."""
    told: Text
    """Why, for the notes; or why not, for a refusal."""


def to_declared(code_page: bytes | None, language: int) -> Declared:
    r"""
    Tell what a Shapefile says: its `.cpg` goes before the language byte of its `.dbf`.

    Examples
    --------
    >>> to_declared(b"\xef\xbb\xbfutf-8\r\n", 0x4D)
    Declared(encoding='UTF-8', source='.cpg')
    >>> to_declared(None, 0x4D)
    Declared(encoding='GB18030', source='.dbf 0x4D')
    """
    if code_page and code_page.strip():
        word = code_page[:40].decode("ascii", errors="ignore").lower()
        for noise in ("ansi", "oem", "cp", "windows", "-", "_", " ", "\0", "\r", "\n", "\t", '"'):
            word = word.replace(noise, "")
        return Declared(_WORDS.get(word, ""), ".cpg")
    if language in _LANGUAGES:
        return Declared(_LANGUAGES[language], f".dbf 0x{language:02X}")
    return Declared("", "")


def to_encoding(texts: Iterable[bytes], declared: Declared) -> Encoding:
    """
    Find the encoding of a file's texts: what is declared, if the bytes bear it out.

    UTF-8 is so strict that what fits it is in it. Else the declared encoding, unless the text is
    clearly Chinese in GB18030; else GB18030, if its reading is Chinese as it is written. More than
    half of the texts (open) must fit: the others are then damaged, or in another encoding.

    Parameters
    ----------
    texts
        Names and cells.
    declared
        What the file says.

    Examples
    --------
    >>> to_encoding([b"abc"], Declared("", "")).name
    'ASCII'
    >>> to_encoding(["云泽".encode("gbk")], Declared("UTF-8", ".cpg")).name
    'GB18030'
    """
    wide = sorted({text for text in texts if not text.isascii()})
    if not wide:
        return Encoding("ASCII", Text("全部为 ASCII 字符", "plain ASCII throughout"))
    found = _fitting(wide, declared)
    if not found:
        return Encoding("", _refusal(wide, declared))
    return Encoding(found, _reason(found, declared))


def _fitting(wide: list[bytes], declared: Declared) -> str:
    """Name the encoding that more than half of some texts are in; empty if none can be told."""
    half = len(wide) / 2
    core = _core_share(wide)
    if len(_read(wide, "UTF-8")) > half and not _is_short_chinese(wide, declared):
        return "UTF-8"
    fits_gb = len(_read(wide, "GB18030")) > half
    claim = declared.encoding
    if claim not in {"", "UTF-8", "GB18030"} and len(_read(wide, claim)) > half:
        return "GB18030" if fits_gb and core >= _CORE_SHARE else claim
    if not fits_gb:
        return ""
    if core >= _CORE_SHARE or claim == "GB18030":
        return "GB18030"
    if any(_is_plausible(wide, rival) for rival in _WIDE):
        return ""
    few = sum(map(len, _read(wide, "GB18030"))) < _FEW_CHARACTERS
    return "GB18030" if few or core >= _LEAST_SHARE else ""


def _read(texts: list[bytes], encoding: str) -> list[str]:
    """Read the texts that an encoding fits, without the characters of ASCII."""
    read = []
    for text in texts:
        try:
            read.append("".join(c for c in text.decode(CODECS[encoding]) if not c.isascii()))
        except UnicodeDecodeError:
            continue
    return read


def _core_share(texts: list[bytes]) -> float:
    """Tell which share of the characters read as GB18030 are of GB 2312."""
    return _share_of_core("".join(_read(texts, "GB18030")))


def _share_of_core(read: str) -> float:
    """Tell which share of some characters are of GB 2312."""
    return len(read.encode("gb2312", errors="ignore")) / 2 / max(len(read), 1)


def _is_short_chinese(wide: list[bytes], declared: Declared) -> bool:
    """Tell whether what fits UTF-8 is rather Chinese in GB18030, such as the one word 模."""
    if declared.encoding == "UTF-8" or any(
        ord(c) >= _THREE_BYTES for c in "".join(_read(wide, "UTF-8"))
    ):
        return False
    return len(_read(wide, "GB18030")) == len(wide) and _core_share(wide) >= _CORE_SHARE


def _is_plausible(wide: list[bytes], encoding: str) -> bool:
    """Tell whether all texts are sensible in an East Asian encoding other than GB18030."""
    read = _read(wide, encoding)
    if len(read) < len(wide):
        return False
    joined = "".join(read)
    odd = sum(
        "\uff61" <= c <= "\uff9f" or ord(c) in _PRIVATE or ord(c) in _CONTROLS for c in joined
    )
    return odd <= (1 - _CORE_SHARE) * len(joined)


def _reason(found: str, declared: Declared) -> Text:
    """Say on what grounds an encoding was found, and whether that is what the file says."""
    if declared.encoding == found:
        return Text(f"与 {declared.source} 的声明一致", f"as {declared.source} says")
    if declared.encoding:
        return Text(
            f"{declared.source} 声明为 {declared.encoding},与内容不符,按内容判定",
            f"{declared.source} says {declared.encoding}, which the bytes are not",
        )
    if declared.source:
        return Text(
            f"{declared.source} 的声明无法识别,按内容判定",
            f"found from the bytes; what {declared.source} says is not known",
        )
    return Text("未声明编码,按内容判定", "found from the bytes; none is declared")


def _refusal(wide: list[bytes], declared: Declared) -> Text:
    """Say why no encoding can be told, and what to do."""
    likely = [name for name in _WIDE if _is_plausible(wide, name)]
    told = f"({'、'.join(likely)}?)" if likely else ""
    claim = f"{declared.source} {declared.encoding}: " if declared.encoding else ""
    return Text(
        f"{claim}文字编码无法确定{told},UTF-8 与 GB18030 均不符;"
        "处理:补上写明编码的 .cpg,或用 UTF-8 重新导出",
        f"{claim}the encoding of the text cannot be told{told}: neither UTF-8 nor GB18030; "
        "add a .cpg that states it, or export it in UTF-8",
    )


def to_text(text: bytes, encoding: str) -> tuple[str, Text]:
    r"""
    Decode one text strictly.

    Parameters
    ----------
    text
        The bytes of a cell.
    encoding
        A key of `CODECS`, or `ASCII`.

    Returns
    -------
    read
        The text; where it is no good, with marks in the place of what cannot be read.
    fault
        Why it is no good; `NOTHING` where it is.

    Examples
    --------
    >>> to_text("云泽".encode("gbk"), "GB18030")
    ('云泽', Text(zh='', en=''))
    >>> to_text("云泽".encode("gbk"), "UTF-8")[1].en
    'the text is damaged or not in UTF-8'
    """
    codec = CODECS.get(encoding, "ascii")
    try:
        read = text.decode(codec)
    except UnicodeDecodeError:
        return text.decode(codec, errors="replace"), Text(
            f"文字损坏或不是 {encoding} 编码", f"the text is damaged or not in {encoding}"
        )
    if encoding == "GB18030" and _is_utf8_rather(text, read):
        return text.decode("utf-8"), Text(
            "文字是 UTF-8 编码,与文件其余部分不同",
            "the text is in UTF-8, unlike the rest of the file",
        )
    if is_garbled(read):
        return read, Text(
            "文字是乱码(曾被其他软件按错误编码另存),无法还原",
            "the text was garbled by another program that took it for another encoding",
        )
    return read, NOTHING


def _is_utf8_rather(text: bytes, read: str) -> bool:
    """Tell whether a text that GB18030 fits is Chinese in UTF-8 instead."""
    wide = [c for c in read if not c.isascii()]
    if not wide or _share_of_core("".join(wide)) >= _CORE_SHARE:
        return False
    other = _read([text], "UTF-8")
    return bool(other) and all("\u2e80" <= c <= "\uffef" for c in other[0])


def is_garbled(text: str) -> bool:
    r"""
    Tell whether a text is Chinese that was once read as Latin-1, or has marks of lost characters.

    Examples
    --------
    >>> is_garbled("ÌúÁë¾\xad¼Ã"), is_garbled("铁\ufffd"), is_garbled("Café"), is_garbled("云泽")
    (True, True, False, False)
    """
    if text.isascii():
        return False
    if "\ufffd" in text:
        return True
    wide = [c for c in text if not c.isascii()]
    if len(wide) < _FEW_CHARACTERS or any(ord(c) > 0xFF for c in wide):  # noqa: PLR2004 - Latin-1
        return False
    latin = text.encode("latin-1")
    return bool(_read([latin], "GB18030")) and _core_share([latin]) >= _CORE_SHARE
