"""The rejected rows in a workbook: a list of them, and the user's own sheets with marked cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from tieling_geo.errors import BrokenFileError, OutputRefusedError
from tieling_geo.readers.guard import to_sha256
from tieling_geo.readers.vectors.shapefile import shapefile_parts
from tieling_geo.records import REJECTED_COLUMNS, Layer
from tieling_geo.reports.cells import MAX_ROWS, CellValue, to_height, to_sheet_name, to_width
from tieling_geo.reports.folder import writing
from tieling_geo.reports.looks import (
    BAD_COLOUR,
    BODY,
    HEADER,
    LINK,
    PLAIN,
    TINT_COLOUR,
    TITLE,
    WORDS,
    Look,
)
from tieling_geo.reports.marked_archive import check_replaceable_workbook, is_untouched
from tieling_geo.reports.originals import Copy, to_copy
from tieling_geo.reports.rejected_words import (
    FEW_REMARKS,
    HEADERS,
    HOW_TO,
    LISTING,
    NO_COPY,
    SEND_AGAIN,
    SUMMARY,
    to_remedy,
)
from tieling_geo.reports.workbook import Cell, Page, write_workbook
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text

# Excel repairs (and empties) a sheet with more links than 65,530, and is slow with many remarks.
_MOST_LINKS, _MOST_REMARKS = 60_000, 5_000
# So many lines are measured for widths and heights.
_MEASURED = 2_000


@dataclass(slots=True)
class _Marked:
    """A layer's rejected values, and the copy of its sheet where there is one."""

    layer: Layer
    copied: Copy | None
    sheet: str = ""
    """Name of the copy in the workbook."""
    places: dict[int, list[str]] = field(default_factory=dict)
    """Row of the file -> addresses of its bad cells in the copy."""


def write_rejected(
    layers: Mapping[str, Layer],
    path: Path,
    *,
    originals: Mapping[str, Path],
    language: Language = "zh",
) -> Path | None:
    """
    Write the rejected rows of layers into a workbook that can be corrected and sent in again.

    The first sheet lists each rejected row once, with all its reasons. After it comes, for each
    layer with rejected rows, a copy of the user's own sheet under the same row numbers: bad cells
    are red and their remarks carry the reasons, the rest of a rejected row is tinted.

    Parameters
    ----------
    layers
        The layers as read, by name.
    path
        The `.xlsx` to write; its folder must be there. Where nothing was rejected, a file that an
        earlier run left there, and that nobody has saved since, is removed.
    originals
        The files that the layers were read from, by name; a layer of a database has none.
    language
        Language of everything that is written beside the copies.

    Returns
    -------
    written
        The path; None where nothing was rejected.

    Raises
    ------
    OutputRefusedError
        If the path is one of the originals, or a file that a person may have edited.
    OutputError
        If it cannot be written.
    BrokenFileError
        If an original has changed since it was read.
    """
    with_rejected = [layer for layer in layers.values() if layer.rows_rejected]
    if not with_rejected:
        _remove_stale(path)
        return None
    _check_no_original(path, originals)
    check_replaceable_workbook(path)
    found = [_marked(layer, originals.get(layer.name)) for layer in with_rejected]
    taken = [LISTING.to(language)]
    for marked in found:
        if marked.copied is not None:
            marked.sheet = to_sheet_name(marked.copied.name, taken)
            taken.append(marked.sheet)
            _mark(marked, language)
    pages = [*_listing(found, language, taken), *_copies(found)]
    write_workbook(path, pages, title=LISTING.to(language))
    return path


def _remove_stale(path: Path) -> None:
    """Remove the list of an earlier run, unless somebody has worked in it."""
    with writing(path):
        if path.is_file() and is_untouched(path):
            path.unlink()


def _check_no_original(path: Path, originals: Mapping[str, Path]) -> None:
    """
    Refuse to write over what was read.

    Raises
    ------
    OutputRefusedError
        If the path is an original.
    """
    if path.resolve() in {original.resolve() for original in originals.values()}:
        raise OutputRefusedError(
            Text(
                f"{path.name} 是正在读取的数据文件,不予覆盖;请换一个文件名",
                f"{path.name} is a file that is being read; use another name",
            )
        )


def _marked(layer: Layer, original: Path | None) -> _Marked:
    """
    Copy a layer's file, if there is one and it is the one that was read.

    Raises
    ------
    BrokenFileError
        If it has changed since: row numbers would lead to other rows.
    """
    if original is None:
        return _Marked(layer, None)
    parts = shapefile_parts(original) if original.suffix.lower() == ".shp" else [original]
    if to_sha256(parts) != layer.sha256:
        raise BrokenFileError(
            original.name,
            Text(
                "读取之后又被改动,无法标注退回的行;请重新运行",
                "it has changed since it was read, so rows cannot be marked; run again",
            ),
        )
    return _Marked(layer, to_copy(layer, original))


def _mark(marked: _Marked, language: Language) -> None:
    """Tint a copy's rejected rows, and mark each bad cell with its reasons."""
    copied, looks = marked.copied, dict[tuple[int, str], Look]()
    if copied is None:
        return
    remarks: dict[tuple[int, int], list[str]] = {}
    for fault in _faults(marked.layer):
        row = fault.row + copied.shift
        if row not in copied.rows:
            continue
        told = Text(fault.reason_zh, fault.reason_en).to(language)
        for column in _columns(fault, copied, marked.layer):
            place = copied.anchor(row, column)
            prefix = "" if place[0] == row else f"{row}: "
            remarks.setdefault(place, []).append(f"{prefix}{told}")
            address = f"{get_column_letter(place[1])}{place[0]}"
            if address not in (places := marked.places.setdefault(fault.row, [])):
                places.append(address)
    for number in marked.layer.rejected["row"].unique():
        _tint(copied, int(number) + copied.shift, looks)
    if len(remarks) > _MOST_REMARKS:
        copied.notes = (*copied.notes, FEW_REMARKS.filled(most=_MOST_REMARKS))
    for count, ((row, column), told_here) in enumerate(remarks.items()):
        cell = copied.rows[row].get(column, Cell(None, PLAIN))
        remark = "\n".join(dict.fromkeys([*told_here, *filter(None, [cell.remark])]))
        look = _on(cell.look, BAD_COLOUR, looks)
        copied.rows[row][column] = cell._replace(
            look=look, remark=remark if count < _MOST_REMARKS else ""
        )


class _Fault(NamedTuple):
    """A line of `Layer.rejected`."""

    layer: str
    source: str
    sheet: str
    row: int
    column: str
    cell: str
    value: str
    reason_zh: str
    reason_en: str


def _faults(layer: Layer) -> list[_Fault]:
    """Give the rejected values in the order of the file's rows and columns, each once."""
    listed = layer.rejected.drop_duplicates()[list(REJECTED_COLUMNS)]
    faults = [_Fault(*line) for line in listed.itertuples(index=False, name=None)]
    return sorted(faults, key=lambda fault: (fault.row, _stated_column(fault)))


def _stated_column(fault: _Fault) -> int:
    """Tell in which column a fault's address lies; 0 without one."""
    return column_index_from_string(coordinate_from_string(fault.cell)[0]) if fault.cell else 0


def _columns(fault: _Fault, copied: Copy, layer: Layer) -> list[int]:
    """Tell in which columns of a copy a rejected value stands; the first if nothing tells."""
    if fault.cell:
        return [_stated_column(fault)]
    headers = layer.reading.coordinates if fault.column == "geometry" else (fault.column,)
    found = [column for header in headers if (column := copied.column(header)) is not None]
    return found or [min(copied.rows[fault.row + copied.shift], default=1)]


def _tint(copied: Copy, row: int, looks: dict[tuple[int, str], Look]) -> None:
    """Put a rejected row on a light ground, as far as the header goes."""
    if row in copied.rows:
        cells = copied.rows[row]
        for column in range(1, max(copied.columns, max(cells, default=0)) + 1):
            cell = cells.get(column, Cell(None, PLAIN))
            cells[column] = cell._replace(look=_on(cell.look, TINT_COLOUR, looks))


def _on(look: Look, colour: str, looks: dict[tuple[int, str], Look]) -> Look:
    """Put a look on another ground; the same look gives the same record."""
    return looks.setdefault((id(look), colour), look.filled(colour))


def _copies(found: list[_Marked]) -> Iterator[Page]:
    """Give the marked copies as sheets."""
    for marked in found:
        if marked.copied is not None:
            copied = marked.copied
            last = max(copied.header_rows, default=0)
            yield Page(
                name=marked.sheet,
                rows=copied.rows.items(),
                widths=copied.widths,
                heights=copied.heights,
                frozen=f"A{last + 1}" if last else "",
                merged=copied.merged,
                header_row=last,
            )


def _listing(found: list[_Marked], language: Language, taken: list[str]) -> Iterator[Page]:
    """Give the list of rejected rows, on as many sheets as it needs."""
    head = _head(found, language)
    lines = [line for marked in found for line in _lines(marked, language)]
    room = MAX_ROWS - len(head) - 1
    for part, start in enumerate(range(0, len(lines), room)):
        name = LISTING.to(language)
        if part:
            name = to_sheet_name(name, taken)
            taken.append(name)
        yield _listing_page(name, head, lines[start : start + room], start, language)


def _head(found: list[_Marked], language: Language) -> list[str]:
    """Say what was rejected, what to do, and what is to be known of each copy."""
    rows = sum(marked.layer.rows_rejected for marked in found)
    head = [SUMMARY.filled(rows=rows, layers=len(found)), HOW_TO]
    for marked in found:
        title = LAYERS[marked.layer.name].card().title
        copied = marked.copied
        notes = [NO_COPY] if copied is None else list(copied.notes)
        if copied is not None:
            notes.append(SEND_AGAIN.filled(layer=marked.layer.name, sheet=marked.sheet))
        head += [Text(f"{title.zh}:{note.zh}", f"{title.en}: {note.en}") for note in notes]
    return [text.to(language) for text in head]


def _lines(marked: _Marked, language: Language) -> Iterator[list[tuple[CellValue, str]]]:
    """Give one line a rejected row: values, each with the place that it links to."""
    layer, title = marked.layer, LAYERS[marked.layer.name].card().title.to(language)
    for number, group in groupby(_faults(layer), key=attrgetter("row")):
        faults = list(group)
        places = marked.places.get(number, [])
        shown = places or [cell for cell in dict.fromkeys(f.cell for f in faults) if cell]
        quoted = marked.sheet.replace("'", "''")
        link = f"'{quoted}'!{places[0]}" if places else ""
        remedies = dict.fromkeys(to_remedy(layer, f.column).to(language) for f in faults)
        yield [
            (title, ""),
            (layer.source, ""),
            (faults[0].sheet, ""),
            (number, ""),
            ("\n".join(shown), link),
            ("\n".join(f.column for f in faults), ""),
            ("\n".join(f.value for f in faults), ""),
            ("\n".join(Text(f.reason_zh, f.reason_en).to(language) for f in faults), ""),
            ("\n".join(remedies), ""),
        ]


def _listing_page(
    name: str,
    head: list[str],
    lines: list[list[tuple[CellValue, str]]],
    before: int,
    language: Language,
) -> Page:
    """Lay out one sheet of the list."""
    headers = [text.to(language) for text in HEADERS]
    top, last = len(head) + 1, get_column_letter(len(headers))
    widths = {c: max(to_width(h), 10) for c, h in enumerate(headers, 1)}
    told = [{c: v for c, (v, _) in enumerate(line, 2)} for line in lines[:_MEASURED]]
    for column, value in (item for line in told for item in line.items()):
        widths[column] = max(widths[column], to_width(value))
    heights = {1: 24.0}
    heights |= {
        n: to_height({1: t}, {1: sum(widths.values())}) for n, t in enumerate(head, 1) if n > 1
    }
    heights |= {top + n: to_height(line, widths) for n, line in enumerate(told, 1)}

    def rows() -> Iterator[tuple[int, dict[int, Cell]]]:
        for number, text in enumerate(head, 1):
            yield number, {1: Cell(text, TITLE if number == 1 else WORDS)}
        yield top, {c: Cell(header, HEADER) for c, header in enumerate(headers, 1)}
        for count, line in enumerate(lines, 1):
            cells = {1: Cell(before + count, BODY)}
            for column, (value, link) in enumerate(line, 2):
                linked = link if count <= _MOST_LINKS else ""
                cells[column] = Cell(value, LINK if linked else BODY, "", linked)
            yield top + count, cells

    return Page(
        name=name,
        rows=rows(),
        widths=widths,
        heights=heights,
        frozen=f"A{top + 1}",
        filtered=f"A{top}:{last}{top + len(lines)}",
        merged=tuple(f"A{number}:{last}{number}" for number in range(1, top)),
        header_row=top,
    )
