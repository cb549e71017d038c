"""Read ledgers: a table of a workbook or a CSV, with a header to be found and coordinates."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.body import Body, Layout, to_body, to_title_rows
from tieling_geo.readers.ledgers.coordinates import PlaceColumns, find_places
from tieling_geo.readers.ledgers.headers import to_given, to_listed, to_mapping
from tieling_geo.readers.ledgers.merges import to_merge_faults, to_merge_flags
from tieling_geo.readers.ledgers.placing import to_placed
from tieling_geo.readers.ledgers.sheets import Chosen, choose_sheet
from tieling_geo.readers.ledgers.table_units import check_table_unit
from tieling_geo.readers.ledgers.tables import Vocabulary, to_unique
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.spreadsheets.csv_text import read_csv_sheet
from tieling_geo.readers.spreadsheets.sheet import BadCell, Sheet, Value
from tieling_geo.readers.spreadsheets.workbook import read_workbook
from tieling_geo.records import Card, ReadOptions
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text


class _Columns(NamedTuple):
    """The columns of a sheet."""

    layout: Layout
    mapping: dict[str, str]
    """Column of the schema -> header."""
    places: PlaceColumns


def read_ledger(
    path: Path, kind: str, *, schema: type[LayerSchema], card: Card, options: ReadOptions
) -> RawTable:
    """
    Read a ledger: one table of a workbook or a CSV. A layer without places needs no coordinates.

    The sheet and the header are found by the words that the layer knows; rows that are no features
    (titles, totals, remarks) are set aside, each with what was found of it. Nothing is converted.

    Parameters
    ----------
    path
        The file.
    kind
        Its suffix, in lower case: `.csv`, `.xlsx` or `.xlsm`.
    schema
        The layer's schema.
    card
        The layer's card: the CRS of the coordinate columns, and headers that it maps.
    options
        What the workspace states; it goes before the card.

    Returns
    -------
    table
        Values as the file has them, None for blank; rows numbered as the program shows them.

    Raises
    ------
    UntrustedFileError
        If the file is broken or is not what its name says.
    LayerSchemaError
        If no sheet has the layer's header, several have it, or its columns are refused.
    CRSError
        If the CRS is not stated and cannot be told, or contradicts the coordinates.
    """
    sheets = (read_csv_sheet(path),) if kind == ".csv" else read_workbook(path)
    return to_raw_table(sheets, source=path.name, schema=schema, card=card, options=options)


def to_raw_table(
    sheets: Sequence[Sheet],
    *,
    source: str,
    schema: type[LayerSchema],
    card: Card,
    options: ReadOptions,
) -> RawTable:
    """
    Turn the sheets of a file into the table of a layer (see `read_ledger`).

    Parameters
    ----------
    sheets
        Every sheet of the file.
    source
        The file's name, for messages.
    schema, card, options
        See `read_ledger`.

    Raises
    ------
    LayerSchemaError
        If no sheet has the layer's header, several have it, or its columns are refused.
    CRSError
        If the CRS is not stated and cannot be told, or contradicts the coordinates.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> rows = (("编号", "经度", "纬度"), ("B1", 123.84, 42.29), ("合计", 1, None))
    >>> card = Card("", "", "", "cgcs2000")
    >>> table = to_raw_table(
    ...     [Sheet("2024", rows, (1, 2, 3))],
    ...     source="a.xlsx", schema=Boilers, card=card, options=ReadOptions(),
    ... )
    >>> table.geometry[0].wkt, table.rows.tolist(), [aside.row for aside in table.aside]
    ('POINT (123.84 42.29)', [2], [3])
    """
    given = to_given(card.columns, options.columns)
    words = Vocabulary(schema.columns(), given)
    chosen = choose_sheet(
        sheets,
        schema.columns(),
        words,
        options,
        source=source,
        needs_place=schema.card().has_places,
    )
    columns = _columns(chosen, schema, given, source)
    check_table_unit(chosen.sheet, columns.layout, source=source)
    body = to_body(chosen.sheet, columns.layout, words, source=source)
    _check_blank_headers(chosen.sheet, columns.layout, body, source)
    return _table(chosen, columns, body, options.crs or card.crs, source)


def _columns(
    chosen: Chosen, schema: type[LayerSchema], given: Mapping[str, str], source: str
) -> _Columns:
    """
    Find the columns of the schema and of coordinates.

    Raises
    ------
    LayerSchemaError
        If one that must be there is not, or two claim one name.
    """
    names = to_unique(chosen.header.names, chosen.sheet.letters)
    headers = [name for name in names if name]
    has_places = schema.card().has_places
    places = find_places(headers, given, source=source) if has_places else PlaceColumns(())
    mapping = to_mapping(headers, schema.columns(), given, source=source)
    if places is None:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:没有“经度”“纬度”列(或“东坐标”“北坐标”、“X坐标”“Y坐标”、"
                f"“经纬度”、WKT);表头:{to_listed(headers)};请补上,或在 tieling.toml 的 "
                '[layers.<图层>.columns] 写明,如 "东" = "lon"',
                f"file {source}: no longitude and latitude (or easting and northing, X and Y, or "
                f"WKT) columns; headers: {to_listed(headers)}; add them, or state them in "
                '[layers.<layer>.columns] of tieling.toml, such as "E" = "lon"',
            )
        )
    cards = {c.name: c for c in schema.columns()}
    numbers = {
        names.index(header): cards[column]
        for column, header in mapping.items()
        if cards[column].kind in {"number", "integer"}
    }
    key = names.index(mapping[schema.card().key])
    at = tuple(names.index(header) for header in places.headers)
    return _Columns(Layout(chosen.header, names, key, at, numbers), mapping, places)


def _check_blank_headers(sheet: Sheet, layout: Layout, body: Body, source: str) -> None:
    """
    Refuse values without a header: which column they are is not ours to say.

    Raises
    ------
    LayerSchemaError
        With the columns' letters.
    """
    filled = [
        sheet.letters.get(column, str(column + 1))
        for column, name in enumerate(layout.names)
        if not name and any(row[column] is not None for row in body.rows)
    ]
    if filled:
        listed = to_listed(filled)
        place = f" / 工作表 “{sheet.name}”" if sheet.name else ""
        raise LayerSchemaError(
            Text(
                f"文件 {source}{place}:第 {listed} 列有值而表头为空;请填写表头,或删除该列",
                f"file {source}{f', sheet {sheet.name!r}' if sheet.name else ''}: column {listed} "
                "has values but no header; name it or delete it",
            )
        )


def _table(chosen: Chosen, columns: _Columns, body: Body, crs: str, source: str) -> RawTable:
    """
    Put the table together.

    Raises
    ------
    CRSError
        If the CRS is not stated and cannot be told, or contradicts the coordinates.
    """
    sheet, layout = chosen.sheet, columns.layout
    kept = [(column, name) for column, name in enumerate(layout.names) if name]
    cells = pd.DataFrame({
        name: pd.Series([row[column] for row in body.rows], dtype="object") for column, name in kept
    })
    placed = to_placed(cells, columns.places, crs, source=source)
    read = {header for header in columns.mapping.values() if header not in columns.places.headers}
    attributes, bad, unread = _without_bad_cells(cells, read)
    return RawTable(
        attributes=attributes,
        geometry=placed.geometry,
        rows=np.array([sheet.numbers[position] for position in body.positions], dtype="int64"),
        crs=placed.crs,
        faults=(*placed.faults, *bad, *to_merge_faults(sheet, layout, body)),
        coordinates=columns.places.headers,
        notes=(
            *sheet.notes,
            *chosen.notes,
            *_notes(sheet, columns, body, unread),
            *body.notes,
            *placed.notes,
        ),
        flags=(*placed.flags, *to_merge_flags(sheet, layout, body)),
        aside=(*to_title_rows(sheet, layout.header), *body.aside),
        encoding=sheet.encoding,
        sheet=sheet.name,
        header_rows=tuple(sheet.numbers[layout.header.top : layout.header.bottom + 1]),
        letters={name: sheet.letters[column] for column, name in kept if column in sheet.letters},
        coordinate_form=placed.form,
    )


def _without_bad_cells(
    cells: pd.DataFrame, read: set[str]
) -> tuple[pd.DataFrame, list[Fault], int]:
    """
    Take cells without a trusted value out: faults where their column is read, else their text.

    Returns
    -------
    cells
        The table without them.
    faults
        One for each in a column that is read.
    unread
        Number of them in other columns.
    """
    faults, unread, columns = [], 0, {}
    for header in cells:
        values: list[Value] = cells[header].tolist()
        for position, value in enumerate(values):
            if not isinstance(value, BadCell):
                continue
            if header in read:
                faults.append(Fault(position, str(header), value.text, value.reason))
                values[position] = None
            else:
                unread += 1
                values[position] = value.text
        columns[header] = pd.Series(values, dtype="object")
    return pd.DataFrame(columns), faults, unread


def _notes(sheet: Sheet, columns: _Columns, body: Body, unread: int) -> list[Text]:
    """Say what was done to read the sheet."""
    layout, notes = columns.layout, []
    blank = [sheet.letters.get(n, str(n + 1)) for n, name in enumerate(layout.names) if not name]
    double = [name for name in layout.names if name.endswith("列〕")]
    hidden = sum(sheet.numbers[position] in sheet.hidden_rows for position in body.positions)
    others = to_listed(list(columns.places.others))
    if blank:
        listed = to_listed(blank)
        notes.append(Text(f"略去无表头的空列:{listed}", f"blank columns left out: {listed}"))
    if double:
        listed = to_listed(double)
        notes.append(Text(f"重复的表头以列号区分:{listed}", f"double headers told apart: {listed}"))
    if hidden:
        notes.append(
            Text(
                f"{hidden} 行在表中被隐藏,已照常读入", f"{hidden} hidden rows are read like others"
            )
        )
    if body.filled:
        notes.append(
            Text(
                f"合并单元格内补值 {body.filled} 格,仅限合并范围之内",
                f"{body.filled} cells filled within merged ranges, and only there",
            )
        )
    if unread:
        notes.append(
            Text(
                f"未使用的列中有 {unread} 个错误值(如 #REF!)",
                f"{unread} cells without a value, such as #REF!, in columns that are not used",
            )
        )
    if others:
        notes.append(
            Text(
                f"另有像坐标的列未使用:{others}",
                f"further columns of coordinates not used: {others}",
            )
        )
    return notes
