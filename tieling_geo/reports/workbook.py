"""Write workbooks: text stays text, bytes are reproducible, and what was written is read back."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED

import openpyxl
from openpyxl.cell import Cell as _OpenpyxlCell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter

from tieling_geo.errors import OutputRefusedError
from tieling_geo.reports.cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellValue,
    ErrorText,
    to_cell_value,
    to_cut,
    to_escaped,
    to_safe_text,
)
from tieling_geo.reports.folder import writing
from tieling_geo.reports.looks import BODY, Look
from tieling_geo.reports.marked_archive import (
    DAY,
    check_replaceable_workbook,
    write_mark,
)
from tieling_geo.reports.read_back import SheetTally, check_written
from tieling_geo.reports.sheet_rows import RowsFile, SheetArchive, to_cell_xml
from tieling_geo.text import Text

_AUTHOR = "tieling-geo"
_LONGEST_REMARK = 1000
# Cells that are kept to be used again: so many at most, and no text that is longer.
_MOST_KEPT, _LONGEST_KEPT = 50_000, 400


class Cell(NamedTuple):
    """A cell to be written."""

    value: CellValue = None
    look: Look = BODY
    remark: str = ""
    """Comment that opens when the pointer rests on the cell."""
    link: str = ""
    """Place within the workbook, such as `'锅炉'!C12`; never outside it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be written. Rows and columns count from 1."""

    name: str
    """As `to_sheet_name` gives it."""
    rows: Iterable[tuple[int, Mapping[int, Cell]]]
    """Row number and its cells by column number; numbers ascend, rows between stay empty."""
    widths: Mapping[int, float] = field(default_factory=dict)
    """Of columns, in characters."""
    heights: Mapping[int, float] = field(default_factory=dict)
    """Of rows, in points."""
    looks: Mapping[int, Look] = field(default_factory=dict)
    """Of the empty cells of a column."""
    frozen: str = ""
    """The first cell that moves when the sheet is scrolled."""
    filtered: str = ""
    """The range whose first row carries filter arrows."""
    merged: tuple[str, ...] = ()
    validations: tuple[DataValidation, ...] = ()
    conditions: tuple[tuple[str, Rule], ...] = ()
    """Ranges, each with a rule that says how its cells look."""
    header_row: int = 0
    """Row that is printed on top of every page; 0 for none."""
    pages_wide: int = 1
    """Sheets of paper, side by side, that the columns are printed on."""
    printed_left: int = 0
    """Columns that are printed on each of them, from the first; 0 for none."""
    prints_grid: bool = False
    printed_above: str = ""
    """Words of our own above each printed page; below it then stands the page's number."""
    tab_colour: str = ""
    is_hidden: bool = False


class Written(NamedTuple):
    """What went into a workbook."""

    rows: int
    """With at least one value."""
    cells: int
    """With a value."""
    cleaned: int
    """Characters replaced because no workbook can hold them."""
    cut: int
    """Cells whose text was longer than a cell can hold."""


def write_workbook(path: Path, pages: Iterable[Page], *, title: str) -> Written:
    """
    Write a workbook whole or not at all, and read it back before it takes its place.

    Text is text whatever it begins with: no value becomes a formula or a link. The same pages give
    the same bytes. The file carries a mark that is lost as soon as another program saves it; a file
    at `path` without a whole mark is somebody's work and is not replaced.

    Parameters
    ----------
    path
        The `.xlsx`; its folder must be there.
    pages
        Its sheets, from left to right; at least one that is not hidden.
    title
        Title in the file's properties.

    Returns
    -------
    written
        What went into it.

    Raises
    ------
    OutputRefusedError
        If the path holds something that is not an untouched file of ours, or a sheet has more rows
        or columns than the format allows.
    OutputError
        If it cannot be written, or does not read back as it was meant.

    Examples
    --------
    >>> import tempfile
    >>> page = Page("A", [(1, {1: Cell("=1+1"), 2: Cell(7)})])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(Path(folder) / "a.xlsx", [page], title="A")
    Written(rows=1, cells=2, cleaned=0, cut=0)
    """
    check_replaceable_workbook(path)
    with writing(path):
        target = path.resolve()
        beside = target.with_name(f".{target.name}.part")
        try:
            tallies = _write(beside, pages, title)
            check_written(beside, path.name, tallies)
            write_mark(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return Written(
        sum(t.rows for t in tallies.values()),
        sum(t.texts + t.others for t in tallies.values()),
        sum(t.cleaned for t in tallies.values()),
        sum(t.cut for t in tallies.values()),
    )


def _write(path: Path, pages: Iterable[Page], title: str) -> dict[str, SheetTally]:
    """Stream every sheet into an archive."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator, book.properties.title = _AUTHOR, title
    book.properties.created = book.properties.modified = DAY
    known = _Known()
    with ExitStack() as kept:
        writers = {
            page.name: _PageWriter(book, page, kept.enter_context(TemporaryFile()), known)
            for page in pages
        }
        archive = kept.enter_context(SheetArchive(path, "w", ZIP_DEFLATED))
        archive.rows = {
            f"xl/worksheets/sheet{number}.xml": writer.rows
            for number, writer in enumerate(writers.values(), 1)
        }
        ExcelWriter(book, archive).write_data()
    return {name: writer.tally for name, writer in writers.items()}


@dataclass(slots=True)
class _Known:
    """What one sheet found out and the next ones need not: a ledger has many small sheets."""

    # The record of a look is kept with its number, so that its id stays its own.
    styles: dict[tuple[int, type], tuple[Look, int]] = field(default_factory=dict)
    # What was written before, and its XML: by look, kind (1, 1.0 and True are equal) and value.
    kept: dict[tuple[int, type, object], tuple[object, str]] = field(default_factory=dict)


class _PageWriter:
    """Writes one sheet row by row."""

    def __init__(
        self,
        book: Any,  # noqa: ANN401 - no stubs
        page: Page,
        file: IO[bytes],
        known: _Known,
    ) -> None:
        self.sheet: Any = book.create_sheet(page.name)
        self.page, self.tally = page, SheetTally()
        self.rows = RowsFile(file, page.heights)
        self.styles, self.kept = known.styles, known.kept
        self.told = 0
        self._lay_out()
        try:
            for number, cells in page.rows:
                self._check_size(number, max(cells, default=0))
                self._write_row(number, cells)
        finally:
            self.sheet.close()

    def _write_row(self, number: int, cells: Mapping[int, Cell]) -> None:
        """Write a row, and tell openpyxl of the remarks and links in it: it writes only those."""
        values: list[object] = []
        made: list[tuple[int, str]] = []
        remarked: dict[int, Any] = {}
        for column in sorted(cells):
            cell = cells[column]
            kept = self.kept.get((id(cell.look), type(cell.value), cell.value))
            if kept is None or cell.remark or cell.link:
                made.append((column, self._cell(column, cell, values, remarked)))
            else:
                values.append(kept[0])
                made.append((column, kept[1]))
        self.rows.add(number, made)
        self.tally.add(values)
        if remarked:
            for _ in range(self.told + 1, number):
                self.sheet.append(())
            self.sheet.append([remarked.get(c) for c in range(1, max(remarked) + 1)])
            self.told = number

    def _lay_out(self) -> None:
        """State all that stands around the rows in the file."""
        page, sheet = self.page, self.sheet
        sheet.sheet_state = "hidden" if page.is_hidden else "visible"
        self._lay_out_print()
        for column in sorted({*page.widths, *page.looks}):
            dimension = sheet.column_dimensions[get_column_letter(column)]
            dimension.width = page.widths.get(column, dimension.width)
            if column in page.looks:
                look = page.looks[column]
                dimension.font, dimension.alignment = copy(look.font), copy(look.alignment)
                dimension.number_format = look.number_format
        if page.frozen:
            sheet.freeze_panes = page.frozen
        if page.filtered:
            sheet.auto_filter.ref = page.filtered
        if page.tab_colour:
            sheet.sheet_properties.tabColor = page.tab_colour
        for area in page.merged:
            sheet.merged_cells.add(area)
        for area, rule in page.conditions:
            sheet.conditional_formatting.add(area, rule)
        for validation in page.validations:
            sheet.data_validations.append(validation)

    def _lay_out_print(self) -> None:
        """State how the sheet is printed: across, its header and first columns on each page."""
        page, sheet = self.page, self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        sheet.page_setup.fitToWidth = page.pages_wide
        sheet.print_options.gridLines = page.prints_grid or None
        if page.header_row:
            sheet.print_title_rows = f"{page.header_row}:{page.header_row}"
        if page.pages_wide > 1 and page.printed_left:
            sheet.print_title_cols = f"A:{get_column_letter(page.printed_left)}"
        if page.printed_above:
            sheet.HeaderFooter.oddHeader.center.text = page.printed_above
            sheet.HeaderFooter.oddFooter.center.text = "&P / &N"

    def _check_size(self, row: int, column: int) -> None:
        """
        Refuse what the format cannot hold.

        Raises
        ------
        OutputRefusedError
            If a row or column number is beyond the limits.
        """
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise OutputRefusedError(
                Text(
                    f"工作表 “{self.page.name}” 超出 Excel 的上限({MAX_ROWS} 行、{MAX_COLUMNS} 列);"
                    "请把数据分成几个文件",
                    f"sheet {self.page.name!r} is beyond what Excel allows ({MAX_ROWS} rows, "
                    f"{MAX_COLUMNS} columns); split the data into several files",
                )
            )

    def _cell(self, column: int, cell: Cell, values: list[object], remarked: dict[int, Any]) -> str:
        """Make a cell's XML, count its value, and keep its remark and link for openpyxl."""
        value, remark = to_cell_value(cell.value), cell.remark
        style, told = self._style(cell.look, value), value
        if isinstance(value, str):
            safe = to_safe_text(value)
            self.tally.cleaned += safe.cleaned
            self.tally.cut += safe.cut > 0
            # `type(value)`: the text of an error value stays one.
            made = to_cell_xml(style, type(value)(to_escaped(safe.text)))
            told = None if isinstance(value, ErrorText) else safe.text
            if safe.remark:
                remark = "\n".join(filter(None, (remark, " / ".join(safe.remark))))
        else:
            made = to_cell_xml(style, value)
        values += [] if told is None else [told]
        if remark or cell.link:
            remarked[column] = self._remarked(remark, cell.link)
        elif told is not None and len(self.kept) < _MOST_KEPT and _is_short(told):
            self.kept[id(cell.look), type(cell.value), cell.value] = told, made
        return made

    def _remarked(self, remark: str, link: str) -> Any:  # noqa: ANN401 - stubs lack this workbook
        """Make openpyxl's cell of a remark and a link within the workbook."""
        made: Any = _OpenpyxlCell(self.sheet, row=1, column=1)
        if remark:
            made.comment = _comment(remark)
        if link:
            made.hyperlink = Hyperlink(ref="", location=link)
        return made

    def _style(self, look: Look, value: CellValue) -> int:
        """Tell the number of a look; each is worked out once. Days have a format of their own."""
        kind = type(value) if isinstance(value, date | time | timedelta) else str
        key = id(look), kind
        if key not in self.styles:
            first: Any = _OpenpyxlCell(self.sheet, row=1, column=1)
            for part, worth in look._asdict().items():
                setattr(first, part, worth if isinstance(worth, str) else copy(worth))
            if kind is not str:
                first.value = value
            self.styles[key] = look, first.style_id
        return self.styles[key][1]


def _is_short(value: CellValue) -> bool:
    """Tell whether a value is worth keeping: long texts are seldom said again."""
    return not isinstance(value, str) or len(value) <= _LONGEST_KEPT


def _comment(remark: str) -> Comment:
    """Make a comment that is large enough to be read."""
    text = to_cut(to_safe_text(remark).text, _LONGEST_REMARK)
    lines = sum(1 + len(line) // 24 for line in text.split("\n"))
    return Comment(text, _AUTHOR, height=min(400, 30 + 18 * lines), width=320)
