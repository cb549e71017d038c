"""Part the rows below a header: features, and rows that are set aside, each with what it is."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.headers import to_folded, to_listed
from tieling_geo.readers.ledgers.tables import EXAMPLE_KEY, Header, Vocabulary, is_numeric, to_word
from tieling_geo.readers.ledgers.totals import Label, Sums, to_label
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet, Value
from tieling_geo.records import SetAside
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text

# A label of a total stands in one of the first cells of its row.
_LABEL_CELLS = 4
# A row below the header with so many words of headers, and so large a share, is another header.
_HEADER_WORDS, _HEADER_SHARE = 3, 0.6
# A cell merged over so many columns, and half of the table, is a heading or a remark.
_WIDE_COLUMNS = 3
_NOTE = re.compile(
    r"(?:填表|填报|制表|审核|复核)(?:人|单位|日期|时间|说明|部门)"
    r"|(?:编制|审批|统计|单位)?(?:负责人|日期|时间)\s*:|联系(?:人|电话)\s*:"
    r"|(?:注|附注|说明|备注)[0-9一二三四]?\s*[:、.\s]|(?:注|附注|说明|备注|注释)$"
    r"|(?:数据|资料)来源|第\s*[0-9]+\s*页|共\s*[0-9]+\s*页|(?:计量)?单位\s*:"
    r"|以上(?:数据|情况|均)|以下空白|(?:note|source|remark)s?\s*:",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"[(]?[一二三四五六七八九十]+[)]?[、.\s]\s*\S+|[(][一二三四五六七八九十]+[)]\S+"
)
_FIGURE = re.compile(r"\d|#|EMPTY", re.IGNORECASE)
_NO_SUM = Text(
    "合计行不作数据;若这一行本身是一条数据(如全市的数),请改写“合计”一词,如“全市”",
    "a total is no data; if the row is data itself, such as the whole city's, write another word",
)
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"
_CONCEALED = Text(
    "合并单元格盖住了另一个值,表格中看不见;请取消合并后核对",
    "merged cells cover another value, which is not seen in the sheet; unmerge and check",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a sheet are what."""

    header: Header
    names: tuple[str, ...]
    """Headers, each once; empty where there is none."""
    key: int
    """Position of the column of the business key."""
    places: tuple[int, ...]
    """Positions of the columns of coordinates; none in a table without places."""
    numbers: Mapping[int, ColumnCard]
    """Positions of the columns of numbers, with what the schema says of them."""


@dataclass(frozen=True, slots=True)
class Body:
    """The rows below a header."""

    rows: tuple[tuple[Value, ...], ...]
    """The n features' cells, merged cells filled."""
    positions: tuple[int, ...]
    """Their positions in `Sheet.rows`."""
    aside: tuple[SetAside, ...]
    filled: int
    """Number of cells that were filled because they are merged with another."""
    notes: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Parted:
    """Rows as they are parted, in their order."""

    features: list[int] = field(default_factory=list)
    aside: dict[int, SetAside] = field(default_factory=dict)
    totals: list[tuple[int, int, Label]] = field(default_factory=list)
    """Position, number of features before it, label."""


def to_body(sheet: Sheet, layout: Layout, words: Vocabulary, *, source: str) -> Body:
    """
    Part the rows below a header into features and rows that are set aside.

    Every row is one of the two, once. A row with a key and coordinates of its own is a feature
    whatever its words are; totals are held against the sum of their rows.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        Its header and columns.
    words
        What the layer's headers are made of.
    source
        The file's name, for messages.

    Raises
    ------
    LayerSchemaError
        If another header stands among the rows: its rows would be read under the wrong names.
    """
    grid, filled = _filled(sheet, layout.header.body)
    parted = _Parted()
    for position in range(layout.header.body, len(sheet.rows)):
        row = grid[position]
        label = _to_total(row, sheet.rows[position], layout)
        aside = _to_aside(sheet, position, row, layout)
        if aside is not None:
            parted.aside[position] = aside
        elif label is not None:
            parted.totals.append((position, len(parted.features), label))
        else:
            _check_no_header(sheet, position, words, source)
            parted.features.append(position)
    notes = _sum_up(parted, grid, sheet, layout)
    return Body(
        rows=tuple(tuple(grid[position]) for position in parted.features),
        positions=tuple(parted.features),
        aside=tuple(parted.aside[position] for position in sorted(parted.aside)),
        filled=filled,
        notes=tuple(notes),
    )


def to_title_rows(sheet: Sheet, header: Header) -> tuple[SetAside, ...]:
    """
    List the rows above and within a header that are none of its names: titles, remarks, units.

    Examples
    --------
    >>> sheet = Sheet("", (("锅炉台账", None), ("编号", "WKT")), (1, 2))
    >>> [aside.value for aside in to_title_rows(sheet, Header(1, 1, ("编号", "WKT"), 2))]
    ['锅炉台账']
    """
    found = [_aside(sheet, position, "note") for position in range(header.top)]
    if header.units is not None:
        found.append(_aside(sheet, header.units, "units"))
    return tuple(found)


def _aside(sheet: Sheet, position: int, kind: str, value: str = "") -> SetAside:
    """Set a row aside; its first cell tells, where no other does."""
    first = next((to_word(cell) for cell in sheet.rows[position] if cell is not None), "")
    number = sheet.numbers[position]
    match kind:
        case "units":
            return SetAside(number, "units", value or first)
        case "example":
            return SetAside(number, "example", value or first)
        case "repeated_header":
            return SetAside(number, "repeated_header", value or first)
        case _:
            return SetAside(number, "note", value or first)


def _filled(sheet: Sheet, body: int) -> tuple[list[list[Value]], int]:
    """Fill the cells of merged ranges below the header with the range's value; count them."""
    grid = [list(row) for row in sheet.rows]
    count = 0
    for m in sheet.merged:
        if m.first_row < body:
            continue
        value = sheet.rows[m.first_row][m.first_column]
        for row in range(m.first_row, m.last_row + 1):
            for column in range(m.first_column, m.last_column + 1):
                own = sheet.rows[row][column]
                if (row, column) == (m.first_row, m.first_column) or value is None or own == value:
                    continue
                count += own is None
                concealed = None if own is None else BadCell(to_word(own), _CONCEALED)
                grid[row][column] = value if concealed is None else concealed
    return grid, count


def _to_aside(sheet: Sheet, position: int, row: Sequence[Value], layout: Layout) -> SetAside | None:
    """Set a row aside that is a repeated header, the template's example or a remark."""
    header, own = layout.header, sheet.rows[position]
    rows = [
        *range(header.top, header.bottom + 1),
        *([] if header.units is None else [header.units]),
    ]
    if _is_repeated(own, [sheet.rows[n] for n in rows]):
        return _aside(sheet, position, "repeated_header")
    key = to_word(row[layout.key])
    if to_folded(key) == to_folded(EXAMPLE_KEY):
        return _aside(sheet, position, "example", key)
    is_numbered = position == header.body and _is_numbering(own)
    is_title = any(own == sheet.rows[n] for n in range(header.top))
    if is_numbered or is_title or _is_wide(sheet, position):
        return _aside(sheet, position, "note")
    has_place = any(_is_placelike(row[column]) for column in layout.places)
    return None if has_place or not _is_note(own, layout.key) else _aside(sheet, position, "note")


def _is_placelike(cell: Value) -> bool:
    """Tell whether a cell may be a coordinate, good or bad: all but words without a figure."""
    return cell is not None and not (isinstance(cell, str) and not _FIGURE.search(cell))


def _is_repeated(own: Sequence[Value], header: Sequence[Sequence[Value]]) -> bool:
    """Tell whether a row is one of the header's rows again, as at the top of each printed page."""
    filled = [(column, cell) for column, cell in enumerate(own) if cell is not None]
    # Nearly every row differs in its first cell: no other is looked at.
    return len(filled) > 1 and any(
        all(to_folded(to_word(row[column])) == to_folded(to_word(cell)) for column, cell in filled)
        for row in header
    )


def _is_numbering(own: Sequence[Value]) -> bool:
    """Tell whether a row numbers the columns: 1, 2, 3 … or 甲, 乙, 1, 2 …."""
    marks = [to_word(cell).strip("()（）[]") for cell in own if cell is not None]
    numbers = [int(mark) for mark in marks if mark.isdecimal()]
    letters = [mark for mark in marks if mark in _HEAVENLY and len(mark) == 1]
    is_all = len(numbers) + len(letters) == len(marks) == sum(cell is not None for cell in own)
    return is_all and len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _is_note(own: Sequence[Value], key: int) -> bool:
    """Tell whether a row without a place is a remark: by its first words, or by being one alone."""
    filled = [(column, cell) for column, cell in enumerate(own) if cell is not None]
    if not filled:
        return False
    column, first = filled[0]
    if not isinstance(first, str) or (own[key] is not None and column != key):
        return False
    plain = unicodedata.normalize("NFKC", first).strip()
    return bool(_NOTE.match(plain)) or (len(filled) == 1 and bool(_SECTION.fullmatch(plain)))


def _is_wide(sheet: Sheet, position: int) -> bool:
    """Tell whether a row is one cell merged over most of the table."""
    own = sheet.rows[position]
    filled = [column for column, cell in enumerate(own) if cell is not None]
    least = max(_WIDE_COLUMNS, (len(own) + 1) // 2)
    return len(filled) == 1 and any(
        m.first_row == m.last_row == position
        and m.first_column == filled[0]
        and m.last_column - m.first_column + 1 >= least
        for m in sheet.merged
    )


def _to_total(row: Sequence[Value], own: Sequence[Value], layout: Layout) -> Label | None:
    """
    Tell whether a row is a total.

    Not if it has a key and a place of its own, or a key and more words than 合计. In a table
    without places, 合计 must be all that the cell says.
    """
    first = [cell for cell in own if cell is not None][:_LABEL_CELLS]
    merged = [cell for cell, alone in zip(row, own, strict=True) if alone is None]
    label = next((found for cell in (*first, *merged) if (found := to_label(cell))), None)
    if label is None:
        return None
    has_key = row[layout.key] is not None and to_label(row[layout.key]) is None
    has_place = any(
        row[c] is not None and to_label(row[c]) is None and is_numeric(row[c])
        for c in layout.places
    )
    if has_key or not layout.places:
        return None if has_place or not label.is_exact else label
    return label if label.is_exact or not has_place else None


def _check_no_header(sheet: Sheet, position: int, words: Vocabulary, source: str) -> None:
    """
    Refuse another table below the first.

    Raises
    ------
    LayerSchemaError
        If a row is made of words of headers.
    """
    filled = [to_word(cell) for cell in sheet.rows[position] if isinstance(cell, str)]
    known = {word for word in filled if words.has(word)}
    if len(known) >= _HEADER_WORDS and len(known) >= _HEADER_SHARE * len(filled):
        number, listed = sheet.numbers[position], to_listed(filled)
        place = f" / 工作表 “{sheet.name}”" if sheet.name else ""
        raise LayerSchemaError(
            Text(
                f"文件 {source}{place} / 第 {number} 行:像是另一张表的表头({listed});"
                "一张工作表只能有一张表,请把它移到单独的工作表",
                f"file {source}{f', sheet {sheet.name!r}' if sheet.name else ''}, row {number}: "
                f"looks like the header of another table ({listed}); move that table to a sheet "
                "of its own",
            )
        )


def _sum_up(parted: _Parted, grid: list[list[Value]], sheet: Sheet, layout: Layout) -> list[Text]:
    """Hold every total against its rows and set it aside; return what does not agree."""
    if not parted.totals:
        return []
    columns = {
        layout.names[column]: card
        for column, card in layout.numbers.items()
        if not card.unit_column and card.unit != "year"
    }

    def to_row(position: int) -> dict[str, Value]:
        return {layout.names[column]: grid[position][column] for column in layout.numbers}

    sums = Sums([to_row(position) for position in parted.features], columns)
    cuts = [cut for _, cut, _ in parted.totals]
    notes = []
    for position, cut, label in parted.totals:
        if label.is_average:
            told = Text("平均值,不核对", "an average: not checked")
        else:
            blocks = _to_blocks(cuts, len(parted.features), label, cut)
            found = sums.check(to_row(position), blocks)
            told = found.told if layout.places else _NO_SUM
            if found.state == "differs":
                number, told_label = sheet.numbers[position], to_word(label.text)
                notes.append(
                    Text(
                        f"第 {number} 行“{told_label}”与各行之和不符:{told.zh};请核对是否缺行",
                        f"row {number}, {told_label!r}, is not the sum of its rows: {told.en}; "
                        "check whether rows are missing",
                    )
                )
        parted.aside[position] = SetAside(
            sheet.numbers[position], label.kind, to_word(label.text), told
        )
    return notes


def _to_blocks(cuts: list[int], count: int, label: Label, cut: int) -> list[tuple[int, int]]:
    """
    List the runs of features (from, to) that a total can be the sum of, the likeliest first.

    `cuts` are the numbers of features before each total, in their order, of `count` in all.
    """
    before, behind = bisect_left(cuts, cut), bisect_right(cuts, cut)
    near = (cuts[before - 1] if before else 0, cut)
    after = (cut, cuts[behind] if behind < len(cuts) else count)
    if label.kind == "subtotal":
        return [near, after, (0, cut)]
    return [(0, cut), near, (cut, count), after, (0, count)]
