"""The legend below a printed map: three columns of titles, verdicts, symbols and counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.patches import Rectangle

from tieling_geo.render.fonts import Lettering
from tieling_geo.render.glance import ChipStyle
from tieling_geo.render.static_chips import Chip, chip_rows, draw_chips, rows_in
from tieling_geo.render.static_paper import INK, QUIET, WIDTH_IN, Paper, broken
from tieling_geo.render.static_shapes import POINTS_PER_PIXEL, to_dashes, to_markers
from tieling_geo.render.theme import Symbol
from tieling_geo.schemas._base import GeometryFamily

_COLUMNS = 3
_GAP_IN = 0.16
_MARGIN_IN = 0.1
_COLUMN_IN = (WIDTH_IN - 2 * _MARGIN_IN - (_COLUMNS - 1) * _GAP_IN) / _COLUMNS
_SYMBOL_IN, _COUNT_IN, _BADGE_IN = 0.29, 0.32, 0.17
_TITLE_PT, _ENTRY_PT, _NOTE_PT = 7.2, 7.0, 6.3
_LINE_IN, _ABOVE_IN = 0.142, 0.07
# A column may be higher than a third of the whole by this much, so that no block is torn.
_SLACK_IN = 0.7
_BADGE = ChipStyle("#ffffff", INK, INK)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: a symbol, what it stands for and how many features have it."""

    title: str
    symbol: Symbol
    family: GeometryFamily
    count: int
    is_shown: bool
    pin: Symbol | None = None


@dataclass(frozen=True, slots=True)
class LegendBlock:
    """One analysis in the legend, or the background."""

    title: str
    entries: tuple[LegendEntry, ...] = ()
    verdicts: tuple[Chip, ...] = ()
    notes: tuple[str, ...] = ()
    letter: str = ""
    """Stands before the title, and in the markers; empty: none."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line of the legend."""

    text: str
    size_pt: float
    height_in: float = _LINE_IN
    above_in: float = 0.0
    """Room above it, unless it is the first of its column."""
    is_title: bool = False
    badge: str = ""
    entry: LegendEntry | None = None
    """Of an entry's first line."""
    indent_in: float = 0.0
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend that has been broken into lines and columns."""

    columns: tuple[tuple[_Line, ...], ...]

    @property
    def height_in(self) -> float:
        """Height of its longest column, in inches."""
        return max(map(_height_in, self.columns), default=0.0)

    def draw(self, paper: Paper, top: float) -> None:
        """Draw it, from a place downwards."""
        for number, column in enumerate(self.columns):
            left = _MARGIN_IN + number * (_COLUMN_IN + _GAP_IN)
            y = top - (column[0].above_in if column else 0.0)
            for line in column:
                y += line.above_in
                _draw(paper, line, left, y + line.height_in / 2)
                y += line.height_in


def _height_in(column: Sequence[_Line]) -> float:
    """Tell how high a column is; no room is left above its first line."""
    first = column[0].above_in if column else 0.0
    return sum(line.above_in + line.height_in for line in column) - first


def to_legend(blocks: Sequence[LegendBlock], letters: Lettering) -> Legend:
    """
    Break a legend into lines, and the lines into columns of about one height.

    Blocks stay whole where that costs little height; a title never stands at a column's foot.
    """
    parts = [_lines(block, letters) for block in blocks]
    lines = [line for part in parts for line in part]
    height = _height_in(lines) / _COLUMNS
    whole = _whole_blocks(parts, height)
    return Legend(tuple(map(tuple, whole or _columns(lines, height))))


def _whole_blocks(parts: Sequence[list[_Line]], least_in: float) -> list[list[_Line]]:
    """Fill columns with whole blocks, no higher than must be; none if that is too high."""
    for extra in np.linspace(0.0, _SLACK_IN, 15):
        columns: list[list[_Line]] = [[]]
        for part in parts:
            if columns[-1] and _height_in([*columns[-1], *part]) > least_in + extra:
                columns.append([])
            columns[-1] += part
        highest = max(map(_height_in, columns))
        if len(columns) <= _COLUMNS and highest <= least_in + _SLACK_IN:
            return columns
    return []


def _columns(lines: Sequence[_Line], height_in: float) -> list[list[_Line]]:
    """Fill columns line by line."""
    columns: list[list[_Line]] = [[]]
    for line in lines:
        is_full = _height_in(columns[-1]) >= height_in and len(columns) < _COLUMNS
        if is_full and _may_break(line):
            columns.append(_titles_off(columns[-1]))
        columns[-1].append(line)
    return columns


def _may_break(line: _Line) -> bool:
    """Tell whether a column may begin with a line: no entry is torn."""
    return line.is_title or line.entry is not None


def _titles_off(column: list[_Line]) -> list[_Line]:
    """Take titles off the foot of a column; they go before what they are titles of."""
    moved: list[_Line] = []
    while len(column) > 1 and (column[-1].is_title or column[-1].chips):
        moved.insert(0, column.pop())
    return moved


def _lines(block: LegendBlock, letters: Lettering) -> list[_Line]:
    """Break a block into lines."""
    lines = [*_title(block, letters), *_verdicts(block.verdicts, letters)]
    for entry in block.entries:
        width = _COLUMN_IN - _SYMBOL_IN - _COUNT_IN
        first, *more = broken(letters.written(entry.title), width, _ENTRY_PT)
        lines.append(_Line(first, _ENTRY_PT, entry=entry, indent_in=_SYMBOL_IN))
        lines += [_Line(text, _ENTRY_PT, indent_in=_SYMBOL_IN) for text in more]
    notes = [
        _Line(text, _NOTE_PT)
        for note in block.notes
        for text in broken(letters.written(note), _COLUMN_IN, _NOTE_PT)
    ]
    if notes and not lines:
        notes[0] = replace(notes[0], above_in=_ABOVE_IN)
    return lines + notes


def _title(block: LegendBlock, letters: Lettering) -> list[_Line]:
    """Break a title into lines beside its letter; a block may have none."""
    if not block.title:
        return []
    indent = _BADGE_IN if block.letter else 0.0
    first, *more = broken(letters.written(block.title), _COLUMN_IN - indent, _TITLE_PT)
    title = _Line(first, _TITLE_PT, is_title=True, indent_in=indent)
    return [
        replace(title, badge=block.letter, above_in=_ABOVE_IN),
        *(replace(title, text=text) for text in more),
    ]


def _verdicts(chips: Sequence[Chip], letters: Lettering) -> list[_Line]:
    """Put the verdicts into rows of chips."""
    rows = chip_rows(chips, _COLUMN_IN, letters)
    return [_Line("", _NOTE_PT, height_in=rows_in([row]), chips=tuple(row)) for row in rows]


def _draw(paper: Paper, line: _Line, left: float, middle: float) -> None:
    """Draw one line."""
    entry = line.entry
    draw_chips(paper, line.chips, left, middle)
    quiet = not (line.is_title or line.indent_in) or (entry is not None and not entry.is_shown)
    colour = QUIET if quiet else INK
    size, start = line.size_pt, left + line.indent_in
    paper.write(line.text, start, middle, size_pt=size, colour=colour, bold=line.is_title)
    if line.badge:
        _draw_badge(paper, line.badge, left, middle)
    if entry is not None:
        end = left + _COLUMN_IN - 0.05
        paper.write(str(entry.count), end, middle, size_pt=size, colour=colour, align="right")
        _draw_symbol(paper, entry, left + 0.125, middle)


def _draw_badge(paper: Paper, letter: str, left: float, middle: float) -> None:
    """Draw the letter of an analysis on a dark ground."""
    side = 0.12
    ground = Rectangle((left, middle - side / 2), side, side, facecolor=_BADGE.ground, linewidth=0)
    paper.sheet.add_artist(ground)
    x = left + side / 2
    paper.write(letter, x, middle, size_pt=6.5, colour=_BADGE.ink, bold=True, align="center")


def _draw_symbol(paper: Paper, entry: LegendEntry, x: float, y: float) -> None:
    """Draw an entry's symbol around a point."""
    symbol, sheet = entry.symbol, paper.sheet
    width = symbol.weight_px * POINTS_PER_PIXEL
    if entry.family == "line":
        (line,) = sheet.plot([x - 0.12, x + 0.12], [y, y], color=symbol.colour, linewidth=width)
        line.set_linestyle(to_dashes(symbol))
    elif entry.family == "polygon":
        box = Rectangle((x - 0.12, y - 0.05), 0.24, 0.1, linewidth=width)
        box.set(facecolor=_filled(symbol), edgecolor=symbol.colour, linestyle=to_dashes(symbol))
        sheet.add_artist(box)
    marked = symbol if entry.family == "point" else entry.pin
    if marked is not None:
        # A marker with a letter is larger than a line of the legend is high.
        scale = 0.68 if entry.family != "point" else 0.87 if marked.letter else 1.0
        sheet.add_collection(
            to_markers(marked, np.array([[x, y]]), sheet, scale=scale, height=3), autolim=False
        )


def _filled(symbol: Symbol) -> tuple[str, float] | str:
    """Return how an area is filled."""
    return "none" if symbol.fill == "none" else (symbol.fill, symbol.fill_opacity)
