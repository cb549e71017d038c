"""
Read a table of text, `.csv`: strictly, so that a shifted row is never read as missing cells.

Above the table there may be lines of one cell, such as a title. The first row of more than one cell
is as wide as the table, and each row after it must be: one that is not refuses the whole file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tieling_geo.errors import UntrustedFileError
from tieling_geo.readers.contents import to_content, to_foreign_text
from tieling_geo.readers.guard import check_plain_file
from tieling_geo.readers.spreadsheets.csv_encoding import is_garbled, listed_lines, to_decoded
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet, Value
from tieling_geo.text import Text

_MOST_BYTES = 50 << 20
_SEPARATORS = {
    ",": Text("逗号", "comma"),
    ";": Text("分号", "semicolon"),
    "\t": Text("制表符", "tab"),
}
# Spreadsheet programs take the separator from such a first line.
_STATED = re.compile(r'"?sep=([,;\t])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*+"')
# The separator is told from so many lines.
_SAMPLE_LINES = 20
# The old mark of the end of a file.
_END_MARK = "\x1a"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BLANK = "\u200b\u200c\u200d\u2060\ufeff"
_GARBLED = Text(
    "文字是乱码(曾被其他软件按错误编码读取并另存),无法还原;请从原始文件重新导出",
    "the text is garbled: another program took it for another encoding and saved it so; "
    "export it again from its source",
)
_Record = tuple[int, list[str]]


def read_csv_sheet(path: Path) -> Sheet:
    r"""
    Read a table of text.

    Quoting is that of RFC 4180; `="001"`, by which programs keep a code's zeros, is the text 001.
    Cells are separated by the comma, the semicolon or the tab that the lines agree on. Lines
    without any cell, or of white space, and rows of blank cells are left out.

    Parameters
    ----------
    path
        The file, in UTF-8, GB18030 (GBK) or UTF-16.

    Returns
    -------
    sheet
        All values as text, or `BadCell` for garbled ones; rows are numbered as lines of the file: a
        row that goes over several lines has the number of its first.

    Raises
    ------
    LayerNotFoundError
        If there is nothing at the path.
    UntrustedFileError
        If the file is something else, empty or too big, its encoding cannot be told, or its
        structure is broken; with the line.
    """
    content = _read_bytes(path)
    text, encoding = to_decoded(content, path.name)
    text = text.removesuffix(_END_MARK)
    body, line, separator = _to_body(text, path.name)
    records = list(_records(body, line, separator, path.name))
    kept, width = _rectangle(records, path.name)
    unclean, is_bad = [n for n, row in kept if _is_unclean(row)], is_garbled(text)
    rows = tuple(
        tuple(_to_value(cell, is_bad=is_bad) for cell in row) + (None,) * (width - len(row))
        for _, row in kept
    )
    has_value = [any(cell is not None for cell in row) for row in rows]
    return Sheet(
        name="",
        rows=tuple(row for row, has in zip(rows, has_value, strict=True) if has),
        numbers=tuple(n for (n, _), has in zip(kept, has_value, strict=True) if has),
        encoding=encoding,
        notes=tuple(_notes(body, separator, width, has_value.count(False), unclean)),
    )


def _read_bytes(path: Path) -> bytes:
    """
    Read the file if it can be a table of text.

    Raises
    ------
    UntrustedFileError
        If it is empty, too big, or known to be something else.
    """
    with check_plain_file(path).open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    head = content[:4096]
    told = to_content(head) or (None if b"\0" in head else to_foreign_text(head, ".csv"))
    if len(content) > _MOST_BYTES:
        limit = f"{_MOST_BYTES >> 20} MB"
        why = Text(f"超过 {limit},请拆成几个文件", f"it is bigger than {limit}; split it")
    elif not content:
        why = Text(
            "文件是空的,没有表头;请重新导出", "it is empty, without a header; export it again"
        )
    elif told:
        why = Text(f"不是 CSV 文本,实为{told.zh}", f"it is no CSV but {told.en}")
    else:
        return content
    raise UntrustedFileError(Text(f"文件 {path.name}:{why.zh}", f"file {path.name}: {why.en}"))


def _to_body(text: str, name: str) -> tuple[str, int, str]:
    """Return the text after a line that states the separator, its first line's number, and it."""
    if stated := _STATED.match(text):
        return text[stated.end() :], 2, stated[1]
    return text, 1, _to_separator(text, name)


def _to_separator(text: str, name: str) -> str:
    """
    Tell the separator: the one of which the first lines have the same number.

    Raises
    ------
    UntrustedFileError
        If two fit equally.
    """
    lines = [
        line for line in _LINE_END.split(text[:1_000_000], _SAMPLE_LINES)[:_SAMPLE_LINES] if line
    ]
    scores = sorted(((_score(lines, mark), mark) for mark in _SEPARATORS), reverse=True)
    (best, mark), (next_best, _) = scores[:2]
    if best == (0, 0):
        return ","
    if best == next_best:
        told = Text(
            "分隔符难以判定(逗号、分号、制表符)", "its separator may be comma, semicolon or tab"
        )
        why = Text(f"{told.zh},请只用逗号分隔", f"{told.en}; use commas only")
        raise UntrustedFileError(_in_line(name, 1, why))
    return mark


def _score(lines: list[str], mark: str) -> tuple[int, int]:
    """Return how many lines agree on a number of separators outside quotes, and the number."""
    counts = Counter(_QUOTED.sub("", line).count(mark) for line in lines)
    counts.pop(0, None)
    return max(((agreed, number) for number, agreed in counts.items()), default=(0, 0))


def _records(body: str, line: int, separator: str, name: str) -> Iterator[_Record]:
    """
    Split into records with the numbers of their first lines; lines of white space are none.

    Raises
    ------
    UntrustedFileError
        If a quote is not closed, or stands where none can.
    """
    cell = re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|=(?P<kept>"[^"\r\n]*+")|(?P<plain>[^"{separator}\r\n]*+))'
        rf"(?P<end>{separator}|\r\n|\r|\n|\Z)"
    )
    position, cells, first = 0, list[str](), line
    while position < len(body):
        found = cell.match(body, position)
        if found is None:
            raise UntrustedFileError(_in_line(name, line, _broken_quote(body, position)))
        quoted, kept, plain, end = found.groups()
        if quoted is not None:
            line += len(_LINE_END.findall(quoted))
            plain = _unwrapped(quoted.replace('""', '"'))
        cells.append(kept[1:-1] if kept is not None else plain)
        position = found.end()
        if end == separator and position < len(body):
            continue
        if end == separator:
            cells.append("")
        line += 1
        if len(cells) > 1 or cells[0].strip():
            yield first, cells
        cells, first = [], line


def _unwrapped(text: str) -> str:
    """Return the text of a cell that a formula keeps from being taken for a number."""
    inner = text[2:-1]
    wrapped = text.startswith('="') and text.endswith('"') and len(text) > 2 and '"' not in inner  # noqa: PLR2004 - the three marks
    return inner if wrapped else text


def _broken_quote(body: str, position: int) -> Text:
    """Say what is wrong with the quotes of a cell."""
    if body[position] != '"' or re.compile(r'"[^"]*+(?:""[^"]*+)*+"').match(body, position):
        return Text(
            "CSV 结构错误:引号前后有多余文字,或引号未成对",
            "broken CSV: text before or after a quote, or a quote without its other",
        )
    return Text("CSV 结构错误:引号没有闭合", "broken CSV: a quote is not closed")


def _rectangle(records: list[_Record], name: str) -> tuple[list[_Record], int]:
    """
    Check that each row has as many cells as the first row of more than one.

    Raises
    ------
    UntrustedFileError
        If there is no row, or one is of another width.
    """
    if not any(cell.strip() for _, cells in records for cell in cells):
        why = Text("没有表头,文件是空的", "there is no header, the file is blank")
        raise UntrustedFileError(_in_line(name, 1, why))
    head = next((at for at, (_, cells) in enumerate(records) if len(cells) > 1), 0)
    first, width = records[head][0], len(records[head][1])
    for line, cells in records[head:]:
        if len(cells) != width:
            why = Text(
                f"有 {len(cells)} 列,第 {first} 行有 {width} 列",
                f"{len(cells)} cells where line {first} has {width}",
            )
            raise UntrustedFileError(_in_line(name, line, why))
    return records, width


def _in_line(name: str, line: int, why: Text) -> Text:
    """Say in which line a table is broken."""
    return Text(
        f"文件 {name} / 第 {line} 行:{why.zh};整个文件不予采用。处理:请更正该行,或重新导出为 CSV",
        f"file {name}, line {line}: {why.en}; the whole file is refused: put the line right, or "
        "export the table again",
    )


def _is_unclean(row: list[str]) -> bool:
    """Tell whether a row has control characters."""
    return any(_CONTROL.search(cell) for cell in row if not cell.isprintable())


def _to_value(cell: str, *, is_bad: bool) -> Value:
    """Return a cell's text without control characters; None where there is none."""
    text = cell
    if not text.isprintable():
        text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    if not text.strip().strip(_BLANK):
        return None
    return BadCell(text, _GARBLED) if is_bad and is_garbled(text) else text


def _notes(body: str, separator: str, width: int, blank: int, unclean: list[int]) -> Iterator[Text]:
    """Say what a person should know of how the file was read."""
    if separator != ",":
        told = _SEPARATORS[separator]
        yield Text(f"分隔符为{told.zh}", f"cells are separated by the {told.en}")
    if width == 1:
        yield Text(
            "只有一列:没有逗号、分号或制表符", "there is one column: no comma, semicolon or tab"
        )
    if blank:
        yield Text(f"略去 {blank} 个空行", f"{blank} rows of blank cells left out")
    if unclean:
        lines = listed_lines(unclean)
        yield Text(
            f"文字中的不可见控制字符已去掉:第 {lines} 行",
            f"control characters that nobody sees were taken out of texts: lines {lines}",
        )
    if not body.endswith(("\n", "\r")):
        yield Text(
            "最后一行没有换行符,请核对文件是否被截断",
            "the last line has no line end: check that the file is not cut off",
        )
