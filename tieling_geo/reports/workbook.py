"""Write workbooks: text stays text, bytes are reproducible, and what was written is read back."""

import hashlib
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED

import openpyxl
from openpyxl.cell import Cell as _OpenpyxlCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter
from python_calamine import CalamineWorkbook

from tieling_geo.errors import OutputError, OutputRefusedError
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
    StillArchive,
    check_replaceable_workbook,
    write_mark,
)
from tieling_geo.text import Text

_AUTHOR = "tieling-geo"
_LONGEST_REMARK = 1000


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
    header_row: int = 0
    """Row that is printed on top of every page; 0 for none."""
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
            _check_written(beside, path.name, tallies)
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


class _Tally:
    """What went into one sheet, or came out of it."""

    def __init__(self) -> None:
        self.rows = self.texts = self.others = self.cleaned = self.cut = 0
        self.digest = hashlib.sha256()

    def add(self, values: list[object]) -> None:
        """Count a row's values; text is hashed, numbers and days depend on the reader."""
        told = [value for value in values if not isinstance(value, str) or value.strip()]
        self.rows += bool(told)
        for value in told:
            if isinstance(value, str):
                self.texts += 1
                self.digest.update(f"{value}\x00".encode())
            else:
                self.others += 1

    def same(self, other: "_Tally") -> bool:
        """Tell whether both saw the same values."""
        return (self.rows, self.texts, self.others, self.digest.digest()) == (
            other.rows,
            other.texts,
            other.others,
            other.digest.digest(),
        )


def _write(path: Path, pages: Iterable[Page], title: str) -> dict[str, _Tally]:
    """Stream every sheet into an archive."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator, book.properties.title = _AUTHOR, title
    book.properties.created = book.properties.modified = DAY
    writers = {page.name: _PageWriter(book, page) for page in pages}
    with StillArchive(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    return {name: writer.tally for name, writer in writers.items()}


class _PageWriter:
    """Writes one sheet row by row."""

    def __init__(self, book: Any, page: Page) -> None:  # noqa: ANN401 - stubs lack this workbook
        self.sheet: Any = book.create_sheet(page.name)
        self.page, self.tally = page, _Tally()
        # The record of a look is kept with its array, so that its id stays its own.
        self.styles: dict[int, tuple[Look, Any]] = {}
        self._lay_out()
        try:
            self._write_rows()
        finally:
            self.sheet.close()

    def _write_rows(self) -> None:
        """Write every row in its place, with empty ones between."""
        row = 0
        for number, cells in self.page.rows:
            self._check_size(number, max(cells, default=0))
            for _ in range(row + 1, number):
                self.sheet.append(())
            self.sheet.append(self._row(cells))
            row = number

    def _lay_out(self) -> None:
        """State all that stands before the rows in the file."""
        page, sheet = self.page, self.sheet
        sheet.sheet_state = "hidden" if page.is_hidden else "visible"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        for column in sorted({*page.widths, *page.looks}):
            dimension = sheet.column_dimensions[get_column_letter(column)]
            dimension.width = page.widths.get(column, dimension.width)
            if column in page.looks:
                look = page.looks[column]
                dimension.font, dimension.alignment = copy(look.font), copy(look.alignment)
                dimension.number_format = look.number_format
        for row, height in page.heights.items():
            sheet.row_dimensions[row].height = height
        if page.frozen:
            sheet.freeze_panes = page.frozen
        if page.filtered:
            sheet.auto_filter.ref = page.filtered
        if page.header_row:
            sheet.print_title_rows = f"{page.header_row}:{page.header_row}"
        for area in page.merged:
            sheet.merged_cells.add(area)
        for validation in page.validations:
            sheet.data_validations.append(validation)

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

    def _row(self, cells: Mapping[int, Cell]) -> list[Any]:
        """Make a row of openpyxl's cells, None where there is none, and count its values."""
        made: list[Any] = [None] * max(cells, default=0)
        values: list[object] = []
        for column in sorted(cells):
            made[column - 1] = self._cell(cells[column], values)
        self.tally.add(values)
        return made

    def _cell(self, cell: Cell, values: list[object]) -> Any:  # noqa: ANN401 - idem
        """Make one cell of openpyxl's; its type is stated, never guessed from the text."""
        made = self._styled(cell.look)
        value, remark = to_cell_value(cell.value), cell.remark
        if isinstance(value, str):
            safe = to_safe_text(value)
            self.tally.cleaned += safe.cleaned
            self.tally.cut += safe.cut > 0
            if safe.remark:
                remark = "\n".join(filter(None, (remark, " / ".join(safe.remark))))
            made.value = to_escaped(safe.text)
            made.data_type = "e" if isinstance(value, ErrorText) else "s"
            values += [] if isinstance(value, ErrorText) else [safe.text]
        elif value is not None:
            made.value = value
            values.append(value)
        if remark:
            made.comment = _comment(remark)
        if cell.link:
            made.hyperlink = Hyperlink(ref="", location=cell.link)
        return made

    def _styled(self, look: Look) -> Any:  # noqa: ANN401 - idem
        """Make an empty cell that looks as asked; each look is worked out once."""
        if id(look) not in self.styles:
            first: Any = _OpenpyxlCell(self.sheet, row=1, column=1)
            for part, value in look._asdict().items():
                setattr(first, part, value if isinstance(value, str) else copy(value))
            self.styles[id(look)] = (look, first._style)  # noqa: SLF001 - no public way to reuse it
        return _OpenpyxlCell(self.sheet, row=1, column=1, style_array=self.styles[id(look)][1])


def _comment(remark: str) -> Comment:
    """Make a comment that is large enough to be read."""
    text = to_cut(to_safe_text(remark).text, _LONGEST_REMARK)
    lines = sum(1 + len(line) // 24 for line in text.split("\n"))
    return Comment(text, _AUTHOR, height=min(400, 30 + 18 * lines), width=320)


def _check_written(path: Path, name: str, tallies: Mapping[str, _Tally]) -> None:
    """
    Read a workbook back with another library and hold it against what was meant.

    Raises
    ------
    OutputError
        If a sheet, a row or a value is missing or another one.
    """
    # Through an open file, whose faults are OSErrors: the library has classes of its own.
    with path.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        found = {sheet: _tally(book, sheet) for sheet in book.sheet_names}
    if list(found) != list(tallies) or any(not found[s].same(t) for s, t in tallies.items()):
        raise OutputError(
            Text(
                f"{name}:写出后读回的内容与应写的不同,未保存;请重试,并检查磁盘",
                f"{name}: what was written does not read back as it was meant, and was not kept; "
                "try again, and check the disk",
            )
        )


def _tally(book: CalamineWorkbook, sheet: str) -> _Tally:
    """Count what a sheet holds."""
    tally = _Tally()
    for row in book.get_sheet_by_name(sheet).iter_rows():
        tally.add(list(row))
    return tally
