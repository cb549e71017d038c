"""Read strict JSON, and say in which line and column it stops being JSON."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import NOTHING, Text

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_RECORD_SEPARATOR = "\x1e"
# A text, a constant that Python takes and JSON does not know, or a mark of structure.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+|[{}\[\]:,]')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_HIGH_FIRST, _LOW_FIRST, _LOW_LAST = 0xD800, 0xDC00, 0xDFFF
_MOST_DIGITS = 4300
# The words of Python's reader -> what they mean.
_WORDS = {
    "Expecting value": "此处应有值",
    "Expecting property name": "此处应为带双引号的名称",
    "Expecting ':'": "此处应为冒号",
    "Expecting ','": "此处应为逗号",
    "Unterminated string": "字符串缺少结束引号,起于此处",
    "Invalid control character": "字符串中有控制字符",
    "Invalid \\u": "\\u 转义有误",
    "Invalid \\": "反斜杠转义有误",
    "Extra data": "JSON 已结束,其后仍有内容",
    "Illegal trailing comma": "多余的逗号",
}


class Json(NamedTuple):
    """A document, and what is wrong with it though it is JSON."""

    document: Any
    doubt: Text
    """Why it cannot be taken as it is: a name stands twice, half a character; or `NOTHING`."""
    has_bom: bool


def read_json(path: Path) -> Json:
    """
    Parse strict JSON in UTF-8.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    BrokenFileError
        If it is anything else, with line and column.
    UntrustedFileError
        If it is in UTF-16, or holds several documents one after the other.
    """
    text, has_bom = _text(path)
    doubles: list[str] = []
    try:
        document = json.loads(
            text,
            parse_constant=_refuse,
            object_pairs_hook=lambda pairs: _noting(pairs, doubles),
        )
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data") and text[error.pos] == "{":
            raise UntrustedFileError(_sequence(path)) from error
        raise BrokenFileError(path.name, _no_json(text, error.pos, _words(error.msg))) from error
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(path.name, _no_json(text, *_odd(text))) from error
    return Json(document, _doubt(text, doubles), has_bom)


def _text(path: Path) -> tuple[str, bool]:
    """
    Decode a file.

    Raises
    ------
    UntrustedFileError
        If it is in UTF-16 or UTF-32, or a sequence of documents.
    BrokenFileError
        If it is empty, or no UTF-8.
    """
    content = path.read_bytes()
    if content.startswith(_UTF16) or b"\0" in content[:4]:
        raise UntrustedFileError(
            Text(
                f"文件 {path.name}:编码是 UTF-16 或 UTF-32,JSON 须为 UTF-8;请另存为 UTF-8",
                f"file {path.name} is in UTF-16 or UTF-32; JSON is in UTF-8: save it so",
            )
        )
    body = content.removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        reason = Text(
            "不是 UTF-8 编码(若为 GBK 请另存为 UTF-8)", "not UTF-8 (GBK? save it as UTF-8)"
        )
        raise BrokenFileError(path.name, _no_json(before, len(before), reason)) from error
    if not text.strip():
        raise BrokenFileError(
            path.name, _no_json(text, 0, Text("文件没有内容", "the file is empty"))
        )
    if text.startswith(_RECORD_SEPARATOR):
        raise UntrustedFileError(_sequence(path))
    return text, len(body) < len(content)


def _sequence(path: Path) -> Text:
    """Say that a file holds many documents, and what to do."""
    return Text(
        f"文件 {path.name} 是逐行或序列式 GeoJSON(每行一个要素),不读取;"
        "请导出为一个 FeatureCollection,或 GeoPackage",
        f"file {path.name} is newline-delimited or sequential GeoJSON, one feature a line, which "
        "is not read; export it as one FeatureCollection, or as GeoPackage",
    )


def _place(text: str, at: int) -> tuple[int, int]:
    r"""
    Tell line and column, both from 1, of a character.

    Examples
    --------
    >>> _place("ab\ncd", 4)
    (2, 2)
    """
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _at(text: str, at: int) -> Text:
    """Say where a character stands."""
    line, column = _place(text, at)
    return Text(f"第 {line} 行第 {column} 列", f"line {line} column {column}")


def _no_json(text: str, at: int, reason: Text) -> Text:
    """Say where and why a text is no JSON."""
    place = _at(text, at)
    return Text(
        f"不是有效的 JSON({place.zh}:{reason.zh})",
        f"it is not valid JSON ({place.en}: {reason.en})",
    )


def _words(told: str) -> Text:
    """Say in both languages what Python's reader says."""
    return Text(next((zh for en, zh in _WORDS.items() if told.startswith(en)), told), told)


def _refuse(constant: str) -> None:
    """
    Refuse NaN and infinity, which Python takes and JSON does not know.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(constant)


def _noting(pairs: list[tuple[str, Any]], doubles: list[str]) -> dict[str, Any]:
    """Build an object, noting a name that it has twice: which value is meant is not ours to say."""
    found = dict(pairs)
    if len(found) < len(pairs) and not doubles:
        names = [name for name, _ in pairs]
        doubles.append(max(names, key=names.count))
    return found


def _odd(text: str) -> tuple[int, Text]:
    """Find what Python's reader refuses without saying where."""
    depth, deepest, deepest_at = 0, 0, 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in {"NaN", "Infinity", "-Infinity"}:
            return token.start(), Text(f"JSON 中没有 {word}", f"{word} is no JSON")
        if len(word) > _MOST_DIGITS and word[0] != '"':
            return token.start(), Text("数字过长", "a number has too many digits")
        depth += (word in "{[") - (word in "}]")
        if depth > deepest:
            deepest, deepest_at = depth, token.start()
    return deepest_at, Text(f"嵌套过深({deepest} 层)", f"nested too deeply ({deepest} levels)")


def _doubt(text: str, doubles: list[str]) -> Text:
    """Say what keeps a document from being taken as it is, though it is JSON."""
    if doubles:
        name = json.dumps(doubles[0][:40])
        place = _at(text, _second(text))
        return Text(
            f"JSON {place.zh}:同一对象中名称 {name} 出现两次,以哪个为准无法判断",
            f"JSON {place.en}: double name {name} in one object: which is meant cannot be told",
        )
    lone = _lone(text)
    if lone >= 0:
        place = _at(text, lone)
        return Text(
            f"JSON {place.zh}:\\u 转义只有半个字符",
            f"JSON {place.en}: a \\u escape of half a character",
        )
    return NOTHING


def _second(text: str) -> int:
    """Find the name that stands for the second time in its object."""
    names: list[set[str]] = []
    before: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            names.append(set())
        elif token[0] in "}]":
            names.pop()
        elif token[0] == ":" and before is not None:
            name = json.loads(before[0])
            if name in names[-1]:
                return before.start()
            names[-1].add(name)
        before = token
    return 0


def _lone(text: str) -> int:
    """Find an escape of half a character; -1 if there is none."""
    waiting = None  # the first half of a character, whose other half must follow at once
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1], 16) if escape[1] else 0
        if waiting is not None:
            if waiting.end() != escape.start() or not _LOW_FIRST <= code <= _LOW_LAST:
                return waiting.start()
            waiting = None
        elif _HIGH_FIRST <= code < _LOW_FIRST:
            waiting = escape
        elif _LOW_FIRST <= code <= _LOW_LAST:
            return escape.start()
    return -1 if waiting is None else waiting.start()
