"""Copy the sheet that a user sent in, so that what was rejected can be marked where it stands."""

import contextlib
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import shapely
from openpyxl.utils import column_index_from_string, range_boundaries

from tieling_geo.readers.guard import check_kind
from tieling_geo.readers.ledgers.headers import to_folded
from tieling_geo.readers.osm.file import read_osm
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.spreadsheets.archive import WORKBOOK_LIMITS, check_archive
from tieling_geo.readers.spreadsheets.csv_text import read_csv_sheet
from tieling_geo.readers.spreadsheets.sheet import BadCell, MergedRange, Sheet
from tieling_geo.readers.spreadsheets.workbook import read_workbook
from tieling_geo.readers.vectors.vector import read_vector
from tieling_geo.readers.vectors.zipped import open_zipped
from tieling_geo.records import Layer
from tieling_geo.reports.cells import MAX_COLUMNS, MAX_ROWS, CellValue, ErrorText, to_width
from tieling_geo.reports.looks import HEADER, PLAIN, TEXT, Look
from tieling_geo.reports.workbook import Cell
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

# Openpyxl takes some 250 bytes a cell, and the parts of a workbook say how many there can be.
_MOST_STYLED_BYTES = 16 << 20
# What a copy holds at most; beyond it, it holds the header and the rejected rows.
_MOST_CELLS = 300_000
_WORKBOOKS, _TABLES = frozenset({".xlsx", ".xlsm"}), frozenset({".csv"})
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_MARKS = re.compile(r"[\W_]+")
_WKT = "WKT"

UNSTYLED = Text(
    "该工作簿无法连同格式一起复制,只复制了内容",
    "this workbook could not be copied with its formats: only its values are here",
)
TOO_BIG = Text(
    "原表过大,这里只有表头和退回的行;改正后请粘回原表再提交",
    "the sheet is too large: here are its header and rejected rows; put them back into the sheet",
)
AS_TABLE = Text(
    "矢量文件以表格列出,行号比要素序号大 1;请在原 GIS 文件中改正,或改正本表后按表格提交",
    "a vector file as a table, row numbers one more than the feature's; correct the GIS file, or "
    "correct this table and send it as one",
)


@dataclass(slots=True)
class Copy:
    """A user's sheet, to be marked and written."""

    name: str
    rows: dict[int, dict[int, Cell]]
    """Row number -> column number -> cell."""
    header_rows: tuple[int, ...]
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    shift: int = 0
    """What is added to a row number of the file to get the one in the copy."""

    @property
    def columns(self) -> int:
        """Number of the last column that the header has."""
        return max((max(self.rows.get(n, {0: 0})) for n in self.header_rows), default=0)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """Give the cell that shows what stands in a cell: of merged ones, the first."""
        for area in self.merged:
            west, north, east, south = _bounds(area)
            if north <= row <= south and west <= column <= east:
                return north, west
        return row, column

    def column(self, header: str) -> int | None:
        """Find a column by its header as the reader calls it; None unless there is just one."""
        plain = _bare(header)
        found = {
            number
            for number in range(1, self.columns + 1)
            if plain and plain in self._words(number)
        }
        return found.pop() if len(found) == 1 else None

    def _words(self, column: int) -> set[str]:
        """List what a column may be called: each of its header cells, and all of them joined."""
        cells = [self.rows.get(row, {}).get(column) for row in self.header_rows]
        words = [_bare(cell.value) for cell in cells if cell and cell.value is not None]
        return {*words, "".join(words)}


def _bare(header: object) -> str:
    """Bring a header to letters and digits, whatever joins its levels."""
    return _MARKS.sub("", to_folded(header))


def to_copy(layer: Layer, path: Path) -> Copy:
    """
    Copy a layer's file as a sheet, with the row numbers that its rejected rows are told by.

    A workbook's sheet keeps values, styles, widths, merged cells and number formats; formulas give
    way to the values that they had. Other files become a sheet of their values.

    Parameters
    ----------
    layer
        The layer, as read from the file.
    path
        The file, unchanged since.

    Returns
    -------
    copied
        The sheet; if it is too large, its header and rejected rows only.

    Raises
    ------
    InputError
        If the file cannot be read any more.
    """
    kind = check_kind(path)
    if kind in _WORKBOOKS:
        copied = _from_workbook(layer, path)
    elif kind in _TABLES:
        copied = _from_sheet(_chosen(read_csv_sheet(path), layer), layer)
    else:
        copied = _from_features(layer, path, kind)
    return _fitted(copied, layer)


def _fitted(copied: Copy, layer: Layer) -> Copy:
    """Cut a copy down to what a spreadsheet program opens at ease, and to the format's limits."""
    wanted = {int(row) + copied.shift for row in layer.rejected["row"].unique()}
    cells = sum(len(row) for row in copied.rows.values())
    kept = copied.rows
    if cells > _MOST_CELLS or max(kept, default=0) > MAX_ROWS:
        keep = {*copied.header_rows, *wanted}
        kept = {number: row for number, row in kept.items() if number in keep}
        width = max(1, max((max(row, default=1) for row in kept.values()), default=1))
        most = _MOST_CELLS // width
        kept = {n: kept[n] for n in sorted(kept)[:most] if n <= MAX_ROWS}
        copied.notes = (*copied.notes, TOO_BIG)
    copied.rows = {
        number: {c: cell for c, cell in kept[number].items() if c <= MAX_COLUMNS}
        for number in sorted(kept)
    }
    return copied


def _chosen(sheets: Iterable[Sheet] | Sheet, layer: Layer) -> Sheet:
    """Find the sheet that the layer was read from; the first one where the name says nothing."""
    listed = [sheets] if isinstance(sheets, Sheet) else list(sheets)
    return next((sheet for sheet in listed if sheet.name == layer.reading.sheet), listed[0])


def _from_sheet(sheet: Sheet, layer: Layer) -> Copy:
    """Copy the values of a table of cells."""
    letters = {p: column_index_from_string(text) for p, text in sheet.letters.items()}
    columns = [letters.get(p, p + 1) for p in range(max(map(len, sheet.rows), default=0))]
    rows = {
        number: {columns[p]: Cell(*_plain(v)) for p, v in enumerate(row) if v is not None}
        for number, row in zip(sheet.numbers, sheet.rows, strict=True)
    }
    merged = tuple(_area(area, sheet, columns) for area in sheet.merged)
    headers = layer.reading.header_rows
    return Copy(
        name=sheet.name or Path(layer.source).stem,
        rows=rows,
        header_rows=headers or sheet.numbers[:1],
        widths=_widths(rows),
        merged=_apart(merged),
    )


def _plain(value: object) -> tuple[CellValue, Look]:
    """Give a value of a table with a look that keeps it: text stays text when it is edited."""
    if isinstance(value, BadCell):
        return (ErrorText(value.text) if value.text in _ERRORS else value.text), TEXT
    if isinstance(value, str):
        return value, TEXT
    told: Any = value
    return told, PLAIN


def _area(area: MergedRange, sheet: Sheet, columns: list[int]) -> str:
    """Write a merged range as addresses."""
    letter = openpyxl.utils.get_column_letter
    first, last = sheet.numbers[area.first_row], sheet.numbers[area.last_row]
    west, east = columns[area.first_column], columns[area.last_column]
    return f"{letter(west)}{first}:{letter(east)}{last}"


def _apart(areas: Iterable[str]) -> tuple[str, ...]:
    """Keep merged ranges that do not overlap: programs refuse a file where some do."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for area in areas:
        west, north, east, south = _bounds(area)
        if (east - west + 1) * (south - north + 1) > _MOST_CELLS - len(taken):
            continue
        cells = {(r, c) for r in range(north, south + 1) for c in range(west, east + 1)}
        if len(cells) > 1 and not cells & taken:
            taken |= cells
            kept.append(area)
    return tuple(kept)


def _bounds(area: str) -> tuple[int, int, int, int]:
    """Give the first column, first row, last column and last row of a range of cells."""
    west, north, east, south = (number or 0 for number in range_boundaries(area))
    return west, north, east, south


def _widths(rows: Mapping[int, Mapping[int, Cell]]) -> dict[int, float]:
    """Make columns as wide as their first few hundred values ask."""
    widths: dict[int, float] = {}
    for number in sorted(rows)[:300]:
        for column, cell in rows[number].items():
            widths[column] = max(widths.get(column, 0), to_width(cell.value))
    return widths


def _from_workbook(layer: Layer, path: Path) -> Copy:
    """Copy a workbook's sheet with its formats, or else its values."""
    check_archive(path, WORKBOOK_LIMITS)
    sheet = _chosen(read_workbook(path), layer)
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size <= _MOST_STYLED_BYTES:
        # Whatever openpyxl cannot load, however it says so, is copied plainly, and that is told.
        with contextlib.suppress(Exception):
            styled = _styled(path, layer, sheet.name)
            if _agrees(styled, sheet):
                return styled
    copied = _from_sheet(sheet, layer)
    copied.notes = (UNSTYLED,)
    return copied


def _agrees(styled: Copy, sheet: Sheet) -> bool:
    """Tell whether a copy made by openpyxl has all that our own reader read, text for text."""
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        cells = styled.rows.get(number, {})
        for position, value in enumerate(row):
            if value is None or isinstance(value, BadCell):
                continue
            found = cells.get(column_index_from_string(sheet.letters[position]), Cell()).value
            if found is None or (isinstance(found, str) and found.strip() != str(value).strip()):
                return False
    return True


def _styled(path: Path, layer: Layer, name: str) -> Copy:
    """Copy a sheet through openpyxl, which gives styles but neither strict files nor big ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what it leaves out: pictures, extensions
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    sheet: Any = book[name]
    looks: dict[int, Look] = {}
    rows: dict[int, dict[int, Cell]] = {}
    # Only cells that are there: the sheet's own rows and columns go as far as it claims.
    for (row, column), cell in sorted(sheet._cells.items()):  # noqa: SLF001 - no public way to them
        rows.setdefault(row, {})[column] = _copied(cell, looks)
    last = max((n for n, row in rows.items() if any(c.value is not None for c in row.values())))
    return Copy(
        name=sheet.title,
        rows={number: row for number, row in rows.items() if number <= last},
        header_rows=layer.reading.header_rows or (min(rows),),
        widths=_stated_widths(sheet, max(max(row) for row in rows.values())),
        heights={n: d.height for n, d in sheet.row_dimensions.items() if d.height and n <= last},
        merged=_apart(str(area) for area in sheet.merged_cells.ranges),
    )


def _copied(cell: Any, looks: dict[int, Look]) -> Cell:  # noqa: ANN401 - openpyxl's, merged or not
    """Copy a cell: its value, not its formula; its look; its remark, but no link."""
    if cell.style_id not in looks:
        looks[cell.style_id] = Look(*(copy(getattr(cell, part)) for part in Look._fields))
    value = ErrorText(cell.value) if cell.data_type == "e" else cell.value
    remark = cell.comment.text if cell.comment else ""
    return Cell(value, looks[cell.style_id], remark)


def _stated_widths(sheet: Any, columns: int) -> dict[int, float]:  # noqa: ANN401 - openpyxl's
    """Read the widths that a sheet states; one statement can hold for several columns."""
    widths: dict[int, float] = {}
    for letters, stated in sheet.column_dimensions.items():
        first = column_index_from_string(letters)
        for column in range(first, min(max(first, stated.max or first), columns) + 1):
            widths[column] = max(4.0, stated.width)
    return widths


def _from_features(layer: Layer, path: Path, kind: str) -> Copy:
    """Lay a vector file's features out as a table, the geometry as WKT in the last column."""
    table = _features(layer, path, kind)
    headers = [str(header) for header in table.attributes.columns]
    wkt = _WKT if _WKT not in headers else "图形WKT"
    shapes = _wkt(table)
    rows = {1: {c: Cell(h, HEADER) for c, h in enumerate([*headers, wkt], 1)}}
    attributes = table.attributes.astype("object").to_numpy()
    for number, values, shape in zip(table.rows, attributes, shapes, strict=True):
        told = [*values, shape]
        rows[int(number) + 1] = {c: Cell(*_plain(v)) for c, v in enumerate(told, 1)}
    reference = table.crs.to_string() if table.crs is not None else "?"
    notes = (AS_TABLE, Text(f"图形的坐标系:{reference}", f"CRS of the geometry: {reference}"))
    return Copy(Path(layer.source).stem, rows, (1,), _widths(rows), notes=notes, shift=1)


def _features(layer: Layer, path: Path, kind: str) -> RawTable:
    """Read a file's features once more."""
    if kind.startswith(".osm"):
        return read_osm(path, kind, schema=LAYERS[layer.name])
    crs = layer.reading.crs if layer.reading.crs.startswith("EPSG:") else ""
    has_places = LAYERS[layer.name].card().has_places
    if kind == ".zip":
        with open_zipped(path) as (inner, inner_kind):
            return read_vector(inner, inner_kind, layer=layer.name, crs=crs, has_places=has_places)
    return read_vector(path, kind, layer=layer.name, crs=crs, has_places=has_places)


def _wkt(table: RawTable) -> list[str | None]:
    """Write geometries as text, every digit of them."""
    with np.errstate(all="ignore"):  # NaN coordinates are what some rows are rejected for
        written = shapely.to_wkt(table.geometry, rounding_precision=-1)
    return [None if text is None else str(text) for text in written]
