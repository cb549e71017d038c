"""The legend below a printed map: three columns of titles, symbols and counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from tieling_geo.render.fonts import Lettering
from tieling_geo.render.static_paper import INK, QUIET, WIDTH_IN, Paper, broken
from tieling_geo.render.static_shapes import POINTS_PER_PIXEL, to_dashes, to_marker
from tieling_geo.render.theme import Symbol
from tieling_geo.schemas._base import GeometryFamily

_COLUMNS = 3
# Lines that a column may be higher so that no block is torn.
_SLACK = 4
_GAP_IN = 0.14
_MARGIN_IN = 0.1
_COLUMN_IN = (WIDTH_IN - 2 * _MARGIN_IN - (_COLUMNS - 1) * _GAP_IN) / _COLUMNS
_SYMBOL_IN, _COUNT_IN = 0.26, 0.34
_TITLE_PT, _ENTRY_PT, _NOTE_PT = 7.5, 7.0, 6.3
_LINE_IN = 0.142


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
    verdicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line of the legend."""

    text: str
    size_pt: float
    is_title: bool = False
    entry: LegendEntry | None = None
    """Of an entry's first line."""
    is_indented: bool = False


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend that has been broken into lines and columns."""

    columns: tuple[tuple[_Line, ...], ...]

    @property
    def height_in(self) -> float:
        """Height of its longest column, in inches."""
        return max((len(column) for column in self.columns), default=0) * _LINE_IN

    def draw(self, paper: Paper, top: float) -> None:
        """Draw it, from a place downwards."""
        for number, column in enumerate(self.columns):
            left = _MARGIN_IN + number * (_COLUMN_IN + _GAP_IN)
            for row, line in enumerate(column):
                _draw(paper, line, left, top + (row + 0.5) * _LINE_IN)


def to_legend(blocks: Sequence[LegendBlock], letters: Lettering) -> Legend:
    """
    Break a legend into lines, and the lines into columns of about one height.

    Blocks stay whole where that costs little height; a title never stands at a column's foot.
    """
    parts = [_lines(block, letters) for block in blocks]
    lines = [line for part in parts for line in part]
    height = -(-len(lines) // _COLUMNS)
    whole = _whole_blocks(parts, height + _SLACK)
    return Legend(tuple(map(tuple, whole or _columns(lines, height))))


def _whole_blocks(parts: Sequence[list[_Line]], height: int) -> list[list[_Line]]:
    """Fill columns with whole blocks up to a height; none if they do not fit."""
    columns: list[list[_Line]] = [[]]
    for part in parts:
        if columns[-1] and len(columns[-1]) + len(part) > height:
            columns.append([])
        columns[-1] += part
    fits = len(columns) <= _COLUMNS and all(len(column) <= height for column in columns)
    return columns if fits else []


def _columns(lines: Sequence[_Line], height: int) -> list[list[_Line]]:
    """Fill columns line by line."""
    columns: list[list[_Line]] = [[]]
    for line in lines:
        if len(columns[-1]) >= height and len(columns) < _COLUMNS and _may_break(line):
            columns.append(_titles_off(columns[-1]))
        columns[-1].append(line)
    return columns


def _may_break(line: _Line) -> bool:
    """Tell whether a column may begin with a line: no entry is torn."""
    return line.is_title or line.entry is not None


def _titles_off(column: list[_Line]) -> list[_Line]:
    """Take titles off the foot of a column; they go before what they are titles of."""
    moved: list[_Line] = []
    while len(column) > 1 and column[-1].is_title:
        moved.insert(0, column.pop())
    return moved


def _lines(block: LegendBlock, letters: Lettering) -> list[_Line]:
    """Break a block into lines."""
    lines = [_Line(t, _TITLE_PT, is_title=True) for t in _broken(block.title, letters, _TITLE_PT)]
    notes = [" · ".join(block.verdicts)] if block.verdicts else []
    lines += [_Line(text, _NOTE_PT) for note in notes for text in _broken(note, letters, _NOTE_PT)]
    for entry in block.entries:
        width = _COLUMN_IN - _SYMBOL_IN - _COUNT_IN
        first, *more = broken(letters.written(entry.title), width, _ENTRY_PT)
        lines.append(_Line(first, _ENTRY_PT, entry=entry, is_indented=True))
        lines += [_Line(text, _ENTRY_PT, is_indented=True) for text in more]
    lines += [
        _Line(text, _NOTE_PT) for note in block.notes for text in _broken(note, letters, _NOTE_PT)
    ]
    return lines


def _broken(text: str, letters: Lettering, size_pt: float) -> list[str]:
    """Break a text to the width of a column."""
    return broken(letters.written(text), _COLUMN_IN, size_pt)


def _draw(paper: Paper, line: _Line, left: float, middle: float) -> None:
    """Draw one line."""
    entry = line.entry
    quiet = not (line.is_title or line.is_indented) or (entry is not None and not entry.is_shown)
    start = left + (_SYMBOL_IN if line.is_indented else 0)
    colour = QUIET if quiet else INK
    size = line.size_pt
    paper.write(line.text, start, middle, size_pt=size, colour=colour, bold=line.is_title)
    if entry is not None:
        count = str(entry.count)
        end = left + _COLUMN_IN - 0.05
        paper.write(count, end, middle, size_pt=size, colour=colour, align="right")
        _draw_symbol(paper, entry, left + 0.11, middle)


def _draw_symbol(paper: Paper, entry: LegendEntry, x: float, y: float) -> None:
    """Draw an entry's symbol around a point."""
    symbol, sheet = entry.symbol, paper.sheet
    width = symbol.weight_px * POINTS_PER_PIXEL
    if entry.family == "line":
        (line,) = sheet.plot([x - 0.1, x + 0.1], [y, y], color=symbol.colour, linewidth=width)
        line.set_linestyle(to_dashes(symbol))
    elif entry.family == "polygon":
        box = Rectangle((x - 0.09, y - 0.045), 0.18, 0.09, linewidth=width)
        box.set(facecolor=_filled(symbol), edgecolor=symbol.colour, linestyle=to_dashes(symbol))
        sheet.add_patch(box)
    marked = symbol if entry.family == "point" else entry.pin
    if marked is not None:
        marker = to_marker(marked, scale=1.0 if entry.family == "point" else 0.75)
        marker.set_data([x], [y])
        sheet.add_line(marker)


def _filled(symbol: Symbol) -> tuple[str, float] | str:
    """Return how an area is filled."""
    return "none" if symbol.fill == "none" else (symbol.fill, symbol.fill_opacity)
