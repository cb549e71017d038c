"""Find the header of a sheet: which rows it stands in, and what each column is called."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from tieling_geo.readers.ledgers.coordinates import to_role
from tieling_geo.readers.ledgers.headers import to_bracketed, to_folded, to_marked, to_plain
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet, Value
from tieling_geo.readers.values.columns import to_told
from tieling_geo.schemas import ColumnCard
from tieling_geo.units import to_unit

#: Key of the example row in templates; a row with exactly this key is no feature.
EXAMPLE_KEY = "示例（请删除此行）"
#: So many rows from the top a header is looked for in, and so many rows high it can be.
HEADER_WITHIN_ROWS, HEADER_HEIGHT_ROWS = 20, 3
# No header is longer; a paragraph above a table is none.
_LONGEST = 60
# What stands in a row of units where a column has none.
_NO_UNIT = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "无量纲", "单位", "计量单位"})
_DEGREE_UNITS = frozenset({"°", "度", "deg"})
_SCALED = re.compile(r"[百千万亿]*")


class Vocabulary:
    """The words that a header of one layer can be made of."""

    def __init__(self, columns: Sequence[ColumnCard], given: Mapping[str, str]) -> None:
        words = {word for c in columns for word in (c.name, *c.title, c.header_zh, *c.aliases)}
        self._plain = {to_plain(word) for word in words}
        self._given = {to_folded(header) for header in given}
        self._seen: dict[str, bool] = {}

    def has(self, header: str) -> bool:
        """Tell whether a header is a column's, is given by the user, or is one of coordinates."""
        if len(header) > _LONGEST:
            return False
        if header not in self._seen:
            self._seen[header] = (
                to_plain(header) in self._plain
                or to_folded(header) in self._given
                or to_role(header) is not None
            )
        return self._seen[header]

    def is_given(self, header: str) -> bool:
        """Tell whether the user says what a header is."""
        return to_folded(header) in self._given


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet."""

    top: int
    """Position of its first row in `Sheet.rows`."""
    bottom: int
    """Position of its last row (closed), a row of units left out."""
    names: tuple[str, ...]
    """One for each column; empty where it has none."""
    known: int
    """Number of headers that the layer knows."""
    units: int | None = None
    """Position of the row of units beneath it."""

    @property
    def body(self) -> int:
        """Position of the first row below."""
        return (self.bottom if self.units is None else self.units) + 1


def find_header(
    sheet: Sheet, words: Vocabulary, stated: tuple[int, int] | None = None
) -> Header | None:
    """
    Find the header of a sheet: the rows with the most words that the layer knows.

    Parameters
    ----------
    sheet
        The sheet.
    words
        What the layer knows.
    stated
        First and last row number (closed) of the header, where the user says so.

    Returns
    -------
    header
        The header; None if no row has two words that the layer knows, or no row has the numbers
        that are stated.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> rows = (("锅炉台账", None, None), ("编号", "经度", "纬度"), ("B1", 123.8, 42.3))
    >>> header = find_header(Sheet("", rows, (1, 2, 3)), Vocabulary(Boilers.columns(), {}))
    >>> header.top, header.bottom, header.names
    (1, 1, ('编号', '经度', '纬度'))
    """
    if stated is not None:
        rows = [p for p, number in enumerate(sheet.numbers) if stated[0] <= number <= stated[1]]
        return _to_header(sheet, rows[0], rows[-1], words) if rows else None
    best: Header | None = None
    lines = [{to_word(v) for v in row if v is not None} for row in sheet.rows[:HEADER_WITHIN_ROWS]]
    has_known = [any(words.has(word) for word in line) for line in lines]
    for top, line in enumerate(lines):
        # A title over the table is one cell, or one that is merged over all.
        if len(line) < _LEAST_KNOWN or not any(has_known[top : top + HEADER_HEIGHT_ROWS]):
            continue
        found = _at(sheet, top, words)
        if found.known >= _LEAST_KNOWN and (best is None or _rank(found) > _rank(best)):
            best = found
    return best


def _rank(header: Header) -> tuple[int, int]:
    """Rank headers: the one that is known best; of equals the lowest, a title has no part in it."""
    return header.known, header.top - header.bottom


# A key and a place: less is no table of features.
_LEAST_KNOWN = 2


def to_word(value: Value) -> str:
    """
    Return a cell's text on one line.

    Examples
    --------
    >>> to_word(" 额定   蒸发量 "), to_word(2024.0), to_word(None)
    ('额定 蒸发量', '2024', '')
    """
    if isinstance(value, str):  # the usual case, and many cells are looked at
        return " ".join(value.split())
    text = value.text if isinstance(value, BadCell) else to_told(value)
    return " ".join(text.split())


def _at(sheet: Sheet, top: int, words: Vocabulary) -> Header:
    """Return the header that begins in a row: as high as its merged cells say, or its words."""
    last = min(top + HEADER_HEIGHT_ROWS, HEADER_WITHIN_ROWS, len(sheet.rows)) - 1
    bottom = _merged_bottom(sheet, top, last)
    best = _to_header(sheet, top, bottom, words)
    for further in range(bottom + 1, last + 1):
        if not _is_wording(sheet.rows[further]):
            break
        found = _to_header(sheet, top, further, words)
        is_below = _has_leaves(sheet, best.bottom, further)
        if found.known > best.known or (is_below and found.known == best.known):
            best = found
    return best


def _merged_bottom(sheet: Sheet, top: int, last: int) -> int:
    """Return the last row that a cell of the header is merged down to."""
    bottom = top
    for merged in sorted(sheet.merged):
        if top <= merged.first_row <= bottom < merged.last_row <= last:
            bottom = merged.last_row
    return bottom


def _is_wording(row: Sequence[Value]) -> bool:
    """Tell whether a row has words only, as headers do."""
    return all(
        value is None
        or (isinstance(value, str) and len(value) <= _LONGEST and not is_numeric(value))
        for value in row
    ) and any(value is not None for value in row)


def _has_leaves(sheet: Sheet, bottom: int, below: int) -> bool:
    """Tell whether the words of a row stand below merged headers, and below these only."""
    if below != bottom + 1:
        return False
    wide = {
        column
        for m in sheet.merged
        if m.first_row <= bottom <= m.last_row and m.last_column > m.first_column
        for column in range(m.first_column, m.last_column + 1)
    }
    filled = [column for column, value in enumerate(sheet.rows[below]) if value is not None]
    return len(filled) > 1 and set(filled) <= wide


def _to_header(sheet: Sheet, top: int, bottom: int, words: Vocabulary) -> Header:
    """Name the columns from the rows of a header, and from a row of units beneath it."""
    levels = _levels(sheet, top, bottom)
    leaves = Counter(parts[-1] for parts in levels if parts)
    names = [_to_name(parts, leaves, words) for parts in levels]
    units = bottom + 1 if bottom + 1 < len(sheet.rows) else None
    if units is not None and _is_units(sheet.rows[units], names):
        names = [_with_unit(n, to_word(u)) for n, u in zip(names, sheet.rows[units], strict=True)]
    else:
        units = None
    known = len({name for name in names if name and words.has(name)})
    return Header(top, bottom, tuple(names), known, units)


def _levels(sheet: Sheet, top: int, bottom: int) -> list[list[str]]:
    """List the words above each column, from the top, each once."""
    grid = [[to_word(value) for value in sheet.rows[row]] for row in range(top, bottom + 1)]
    for m in sheet.merged:
        if top <= m.first_row <= bottom:
            word = grid[m.first_row - top][m.first_column]
            for row in range(m.first_row, min(m.last_row, bottom) + 1):
                grid[row - top][m.first_column : m.last_column + 1] = [word] * (
                    m.last_column + 1 - m.first_column
                )
    for upper, lower in pairwise(grid):
        _extend(upper, lower)
    return [
        [word for n, word in enumerate(parts) if word and word not in parts[:n]]
        for parts in zip(*grid, strict=True)
    ]


def _extend(upper: list[str], lower: list[str]) -> None:
    """Carry a parent on over the blanks beside it that have words below, as in a CSV."""
    for column in range(1, len(upper)):
        if not upper[column] and lower[column] and upper[column - 1] and lower[column - 1]:
            upper[column] = upper[column - 1]


def _to_name(parts: list[str], leaves: Counter[str], words: Vocabulary) -> str:
    """
    Join the words above a column to one header.

    The lowest alone, where it is the only one and known; a unit goes in brackets behind its parent.
    """
    if len(parts) <= 1:
        return parts[0] if parts else ""
    leaf, parent = parts[-1], parts[-2]
    within = to_bracketed(leaf) if not to_plain(leaf) else leaf
    with_unit = f"{parent}({within})"
    if is_unit(within) and (words.has(with_unit) or not words.has(leaf) or leaves[leaf] > 1):
        return with_unit
    if leaves[leaf] == 1 and words.has(leaf):
        return leaf
    return parent + leaf if words.has(parent + leaf) else "/".join(parts)


def is_unit(word: str) -> bool:
    """
    Tell whether a word is a unit, or a multiple of one such as 万吨.

    Examples
    --------
    >>> is_unit("t/h"), is_unit("万吨/年"), is_unit("度"), is_unit("名称")
    (True, True, True, False)
    """
    plain = to_folded(word)
    multiple = _SCALED.sub("", plain, count=1)
    return plain in _DEGREE_UNITS or any(to_unit(unit) for unit in (plain, multiple) if unit)


def _is_units(row: Sequence[Value], names: Sequence[str]) -> bool:
    """Tell whether a row has units only."""
    found = [_bare(to_word(value)) for value in row if value is not None]
    named = [_bare(to_word(v)) for v, name in zip(row, names, strict=True) if v and name]
    is_all = all(isinstance(v, str) for v in row if v is not None) and all(
        is_unit(word) or word in _NO_UNIT for word in found
    )
    return is_all and any(is_unit(word) for word in named)


def _bare(word: str) -> str:
    """Take the brackets off a word that stands in brackets."""
    return to_bracketed(word) if word and not to_plain(word) else word


def _with_unit(name: str, word: str) -> str:
    """Put a unit in brackets behind a header, unless it is there or there is none."""
    unit = _bare(word)
    if not name or unit in _NO_UNIT or to_folded(unit) == to_folded(to_bracketed(name)):
        return name
    return f"{name}({unit})"


def to_unique(names: Sequence[str], letters: Mapping[int, str]) -> tuple[str, ...]:
    """
    Tell headers that are the same apart by their columns; blank ones stay.

    Examples
    --------
    >>> to_unique(["编号", "备注", "备注", ""], {1: "B", 2: "C"})
    ('编号', '备注〔B列〕', '备注〔C列〕', '')
    """
    counts = Counter(names)
    return tuple(
        to_marked(name, column, letters.get(column, "")) if name and counts[name] > 1 else name
        for column, name in enumerate(names)
    )


def is_numeric(value: Value) -> bool:
    """
    Tell whether a cell holds a number, a day or a time rather than words.

    Examples
    --------
    >>> is_numeric(12), is_numeric("12.5"), is_numeric("B12")
    (True, True, False)
    """
    if isinstance(value, str):
        return bool(re.fullmatch(r"[+-]?[0-9.,]+", unicodedata.normalize("NFKC", value)))
    return isinstance(value, int | float | datetime | time)
