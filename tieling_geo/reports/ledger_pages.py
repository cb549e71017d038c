"""Lay out the ledger's tables as sheets: ribbon, title, purpose, header, filter, frozen panes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from openpyxl.formatting.rule import CellIsRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from tieling_geo.render.panel import SAMPLE
from tieling_geo.reports.cells import MAX_ROWS, CellValue, to_height, to_sheet_name, to_width
from tieling_geo.reports.ledger_words import BACK, NO_ROWS
from tieling_geo.reports.looks import (
    BODY,
    HEADER,
    LEAN,
    LINK,
    RIBBON,
    STRONG,
    TITLE,
    WORDS,
    Look,
    with_format,
)
from tieling_geo.reports.workbook import Cell, Page
from tieling_geo.text import Language

#: So many rows are measured for the widths of columns, and so many for the heights of rows.
_MEASURED, _RAISED = 200, 3_000
# Points of the highest row: a list of a hundred features shows its beginning.
_HIGHEST = 150.0
# Characters that a sheet of paper is wide, so that they can still be read.
_PAPER = 240
# Characters that a sentence above a table may take at most, and least, before it is wrapped.
_BROAD = 120
_WHOLE, _CENT = 1e-6, 0.01

TableValue = CellValue | Cell


class Colour(NamedTuple):
    """Ground and text of cells that say one word; the word itself stands in the cell."""

    ground: str
    text: str


#: A state's colours never stand alone: the word, and a sign, stand beside them.
GREEN, RED = Colour("FFD9EAD3", "FF1E5B1E"), Colour("FFF4C7C3", "FF8B1A1A")
AMBER, BLUE = Colour("FFFFE8B3", "FF7A4B00"), Colour("FFD6E4F5", "FF1F3F77")
GREY = Colour("FFE7E6E6", "FF404040")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the ledger, before it is laid out."""

    key: str
    """By which other sheets link to it."""
    title: str
    purpose: str
    """What its rows are, in one or two sentences."""
    headers: tuple[str, ...]
    rows: Sequence[Sequence[TableValue]]
    colours: Mapping[int, Mapping[str, Colour]] = field(default_factory=dict)
    """Column (from 1) -> word that a cell may say -> how it then looks."""
    links: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Column (from 1) -> what a cell may say -> key of the table that it leads to."""
    is_lean: bool = False
    """True: long rows of values, one line each; False: sentences, which are wrapped."""
    frozen_columns: int = 1
    tab_colour: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """What all sheets share: the language, the ribbon, and how each table's sheets are called."""

    language: Language
    is_sample: bool
    names: Mapping[str, tuple[str, ...]]
    """Key of a table -> names of its sheets, more than one only if its rows are too many."""

    def place(self, key: str) -> str:
        """Give the place of a table's first cell, for a link; an empty word if there is none."""
        names = self.names.get(key, ())
        return to_place(names[0]) if names else ""


def to_place(name: str) -> str:
    """
    Give the place of a sheet's first cell.

    Examples
    --------
    >>> to_place("锅炉's")
    "'锅炉''s'!A1"
    """
    quoted = name.replace("'", "''")
    return f"'{quoted}'!A1"


def to_names(first: str, tables: Sequence[Table]) -> dict[str, tuple[str, ...]]:
    """
    Name every sheet: the first one, then those of each table; no name twice.

    Parameters
    ----------
    first
        Name of the summary.
    tables
        In their order.

    Returns
    -------
    names
        By key; the summary's key is an empty word.
    """
    taken = [to_sheet_name(first, [])]
    names: dict[str, tuple[str, ...]] = {"": (taken[0],)}
    for table in tables:
        own: list[str] = []
        for _ in _starts(table):
            own.append(to_sheet_name(table.title, [*taken, *own]))
        taken += own
        names[table.key] = tuple(own)
    return names


def _starts(table: Table) -> range:
    """Tell at which rows of the table its sheets begin."""
    room = MAX_ROWS - _top(is_sample=True)
    return range(0, max(1, len(table.rows)), room)


def _top(*, is_sample: bool) -> int:
    """Tell in which row the header stands: below the ribbon, the title and the purpose."""
    return 3 + is_sample


def to_pages(table: Table, binding: Binding) -> Iterator[Page]:
    """Lay out a table on one sheet, or on as many as its rows need."""
    room = _starts(table).step
    for name, start in zip(binding.names[table.key], _starts(table), strict=True):
        yield _page(table, table.rows[start : start + room], name, binding)


def _page(table: Table, rows: Sequence[Sequence[TableValue]], name: str, binding: Binding) -> Page:
    """Lay out one sheet."""
    top, width = _top(is_sample=binding.is_sample), len(table.headers)
    last, widths = get_column_letter(width), _widths(table.headers, rows)
    broad = _broad(widths)
    purpose = table.purpose if rows else f"{table.purpose} {NO_ROWS.to(binding.language)}"
    heights = {top - 2: 26.0, top - 1: to_height({1: purpose}, {1: broad.characters}), top: 34.0}
    if not table.is_lean:
        heights |= {
            top + n: min(_HIGHEST, to_height(dict(enumerate(map(_plain, row), 1)), widths))
            for n, row in enumerate(rows[:_RAISED], 1)
        }
    return Page(
        name=name,
        rows=_rows(table, rows, purpose, binding),
        widths=widths,
        heights=heights,
        frozen=f"{get_column_letter(table.frozen_columns + 1)}{top + 1}",
        filtered=f"A{top}:{last}{top + len(rows)}",
        merged=(f"B{top - 1}:{broad.last}{top - 1}",) if broad.last else (),
        conditions=tuple(_conditions(table, top, len(rows))),
        header_row=top,
        prints_grid=table.is_lean,
        printed_above=ribbon(binding),
        printed_left=table.frozen_columns,
        pages_wide=-(-int(sum(widths.values())) // _PAPER),
        tab_colour=table.tab_colour,
    )


def ribbon(binding: Binding) -> str:
    """Say on top of a sheet that it is a sample, if it is."""
    return SAMPLE.to(binding.language) if binding.is_sample else ""


class _Broad(NamedTuple):
    """The columns that a sentence above the table is merged over, from the second on."""

    last: str
    """Empty where there is nothing to merge."""
    characters: float


def _broad(widths: Mapping[int, float]) -> _Broad:
    """Take so many columns as a sentence needs to be read, and no more than fit a screen."""
    sums = list(accumulate(width for column, width in widths.items() if column > 1))
    fitting = [column for column, total in enumerate(sums, 2) if total <= _BROAD]
    last = fitting[-1] if fitting else 2
    characters = max([*sums[: last - 1][-1:], 8.0])
    return _Broad(get_column_letter(last) if last > 2 else "", characters)  # noqa: PLR2004 - B


def _widths(headers: Sequence[str], rows: Sequence[Sequence[TableValue]]) -> dict[int, float]:
    """Make columns as wide as their header, and their first rows, need."""
    widths: dict[int, float] = {}
    for column, header in enumerate(headers, 1):
        told = [to_width(_shown(row[column - 1])) for row in rows[:_MEASURED]]
        # A header is wrapped, and carries a filter arrow.
        widths[column] = max([to_width(header[: -(-len(header) // 2)]) + 3, *told])
    return widths


def _plain(value: TableValue) -> CellValue:
    """Give what a cell says."""
    return value.value if isinstance(value, Cell) else value


def _shown(value: TableValue) -> str:
    """Give what a cell shows, as far as its width needs it."""
    plain = _plain(value)
    if isinstance(plain, float):
        return f"{plain:.2f}"
    return "" if plain is None else str(plain)


def _rows(
    table: Table, rows: Sequence[Sequence[TableValue]], purpose: str, binding: Binding
) -> Iterator[tuple[int, Mapping[int, Cell]]]:
    """Give the rows of a sheet: what stands above the table, its header, its body."""
    top, width = _top(is_sample=binding.is_sample), len(table.headers)
    if binding.is_sample:
        first = {1: Cell(ribbon(binding), RIBBON)}
        yield 1, first | {column: Cell(None, RIBBON) for column in range(2, width + 1)}
    yield top - 2, {1: Cell(table.title, TITLE)}
    back = Cell(BACK.to(binding.language), LINK, "", binding.place(""))
    yield top - 1, {1: back, 2: Cell(purpose, WORDS)}
    yield top, {column: Cell(header, HEADER) for column, header in enumerate(table.headers, 1)}
    links = {
        column: {word: binding.place(key) for word, key in words.items()}
        for column, words in table.links.items()
    }
    known: dict[str, Cell] = {}
    for number, row in enumerate(rows, top + 1):
        cells = _lean(row, known) if table.is_lean else _body(row)
        for column, places in links.items():
            told = cells.get(column)
            if told is not None and (place := places.get(str(told.value), "")):
                cells[column] = told._replace(look=LINK, link=place)
        yield number, cells


def _body(row: Sequence[TableValue]) -> dict[int, Cell]:
    """Make the cells of a row of sentences; empty ones have a border, too."""
    return {
        column: value if isinstance(value, Cell) else Cell(value, to_look(value, "body"))
        for column, value in enumerate(row, 1)
    }


def _lean(row: Sequence[TableValue], known: dict[str, Cell]) -> dict[int, Cell]:
    """Make the cells of a row of values; where there is none, there is no cell."""
    cells: dict[int, Cell] = {}
    for column, value in enumerate(row, 1):
        if type(value) is str:  # by far the most: what is said again is made once
            if value:
                cells[column] = known.get(value) or known.setdefault(value, Cell(value, LEAN))
        elif isinstance(value, Cell):
            cells[column] = value
        elif value is not None:
            cells[column] = Cell(value, to_look(value, "lean"))
    return cells


def to_look(value: CellValue, name: str) -> Look:
    """
    Choose how a value looks: days as days, numbers with the decimals that tell them apart.

    Examples
    --------
    >>> [to_look(value, "body").number_format for value in ("a", 2, 2.0, 2.5, 2.001)]
    ['General', 'General', '#,##0', '#,##0.00', 'General']
    """
    if isinstance(value, float):
        beyond = abs(value - round(value)) if value - value == 0 else 0.0
        if beyond < _WHOLE:
            return with_format(name, "#,##0")
        return with_format(name, "#,##0.00" if beyond >= _CENT else "General")
    if isinstance(value, date):
        return with_format(name, "yyyy-mm-dd")
    if isinstance(value, int) and not isinstance(value, bool):
        return with_format(name, "General")
    return LEAN if name == "lean" else BODY


def to_strong(value: CellValue) -> Cell:
    """Make a cell of a total."""
    return Cell(value, STRONG)


def _conditions(table: Table, top: int, rows: int) -> Iterator[tuple[str, Rule]]:
    """Give the rules of a table's columns, from its first row to its last."""
    for column, colours in table.colours.items():
        letter = get_column_letter(column)
        yield from colour_rules(f"{letter}{top + 1}:{letter}{top + max(1, rows)}", colours)


def colour_rules(area: str, colours: Mapping[str, Colour]) -> Iterator[tuple[str, Rule]]:
    """Give the rules that colour cells by the word in them; they hold when cells are edited."""
    for word, colour in colours.items():
        quoted = word.replace('"', '""')
        rule = CellIsRule(  # type: ignore[no-untyped-call]  # openpyxl has no types here
            operator="equal",
            formula=[f'"{quoted}"'],
            font=Font(color=colour.text),
            fill=PatternFill(bgColor=colour.ground),
        )
        yield area, rule
