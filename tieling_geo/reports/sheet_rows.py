"""
The rows of a sheet as XML, written as text.

openpyxl writes some twenty thousand cells a second, which is too slow for a ledger of a million. It
still writes all that surrounds the rows; only what stands between the tags of `sheetData` is ours.
"""

import shutil
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from tieling_geo.reports.cells import ErrorText
from tieling_geo.reports.marked_archive import StillArchive

_letter = cache(get_column_letter)
_NOTHING = b"<sheetData/>"
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"


def to_cell_xml(style: int, value: object) -> str:
    """
    Give a cell as XML from after its address on; its type is stated: no text is ever a formula.

    Parameters
    ----------
    style
        Number of its look.
    value
        As `to_cell_value` gives it; text as `to_escaped` gives it.

    Examples
    --------
    >>> to_cell_xml(5, "=1&2")
    ' s="5" t="inlineStr"><is><t>=1&amp;2</t></is></c>'
    >>> to_cell_xml(0, 0.5), to_cell_xml(0, None)
    (' s="0"><v>0.5</v></c>', ' s="0"/>')
    """
    if value is None or value == "":
        return f' s="{style}"/>'
    if isinstance(value, ErrorText):
        return f' s="{style}" t="e"><v>{escape(value)}</v></c>'
    if isinstance(value, str):
        kept = ' xml:space="preserve"' if value != value.strip() else ""
        return f' s="{style}" t="inlineStr"><is><t{kept}>{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f' s="{style}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date | time | timedelta):
        serial = to_excel(value)  # type: ignore[no-untyped-call]  # openpyxl has no types
        return f' s="{style}"><v>{serial!r}</v></c>'
    return f' s="{style}"><v>{value!r}</v></c>'


class RowsFile:
    """The rows of one sheet, on the disk until the sheet is put together."""

    def __init__(self, file: IO[bytes], heights: Mapping[int, float]) -> None:
        self._file, self._heights, self._last = file, heights, 0

    def add(self, row: int, cells: Iterable[tuple[int, str]]) -> None:
        """Write a row, its cells by column; rows of a stated height before it are written, too."""
        for between in range(self._last + 1, row):
            if between in self._heights:
                self._file.write(f"<row{self._attributes(between)}/>".encode())
        told = "".join([f'<c r="{_letter(column)}{row}"{cell}' for column, cell in cells])
        self._file.write(f"<row{self._attributes(row)}>{told}</row>".encode())
        self._last = row

    def _attributes(self, row: int) -> str:
        """Give a row's number and height."""
        height = self._heights.get(row)
        return f' r="{row}"' + (f' ht="{height}" customHeight="1"' if height is not None else "")

    def pour(self, part: IO[bytes]) -> None:
        """Write all rows into a sheet."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, part)


class SheetArchive(StillArchive):
    """An archive that puts rows into the sheets as they come from openpyxl."""

    rows: Mapping[str, RowsFile]
    """By name of the sheet's part, such as `xl/worksheets/sheet1.xml`."""

    def write(
        self,
        filename: Any,  # noqa: ANN401 - any path, as the base class takes it
        arcname: Any = None,  # noqa: ANN401 - idem
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write a part from a file; into a sheet go its rows."""
        rows = self.rows.get(str(arcname).lstrip("/"))
        if rows is None:
            super().write(filename, arcname, compress_type, compresslevel)
            return
        before, after = _around_rows(Path(filename).read_bytes())
        with self.opened_part(str(arcname)) as part:
            part.write(before + _OPEN)
            rows.pour(part)
            part.write(_CLOSE + after)


def _around_rows(sheet: bytes) -> tuple[bytes, bytes]:
    """Give what stands before and after the rows of a sheet."""
    before, found, after = sheet.partition(_NOTHING)
    if found:
        return before, after
    before, _, rest = sheet.partition(_OPEN)
    return before, rest.partition(_CLOSE)[2]
