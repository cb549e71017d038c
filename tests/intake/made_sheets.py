"""Sheets made by hand, for the tests of tables."""

from openpyxl.utils import get_column_letter

from tieling_geo.readers.ledgers.ledger import to_raw_table
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.spreadsheets.sheet import MergedRange, Sheet, Value
from tieling_geo.records import Card, ReadOptions
from tieling_geo.schemas import Boilers, LayerSchema

Row = tuple[Value, ...]
Merged = tuple[int, int, int, int]


def sheet(
    *rows: Row,
    merged: tuple[Merged, ...] = (),
    name: str = "2024",
    hidden: tuple[int, ...] = (),
    is_hidden: bool = False,
) -> Sheet:
    """Make a sheet of rows, each filled up to the widest; row numbers count from 1."""
    width = max(map(len, rows), default=0)
    return Sheet(
        name,
        tuple(row + (None,) * (width - len(row)) for row in rows),
        tuple(range(1, len(rows) + 1)),
        merged=tuple(MergedRange(*m) for m in merged),
        hidden_rows=frozenset(hidden),
        is_hidden=is_hidden,
        letters={column: get_column_letter(column + 1) for column in range(width)},
    )


def table(
    *sheets: Sheet,
    schema: type[LayerSchema] = Boilers,
    crs: str = "EPSG:4490",
    columns: dict[str, str] | None = None,
    **stated: object,
) -> RawTable:
    """Read sheets as the file 台账.xlsx; `columns` is the card's, `stated` the workspace's."""
    card = Card("", "", "", "cgcs2000", crs=crs, columns=columns or {})
    options = ReadOptions(**stated)  # type: ignore[arg-type]
    return to_raw_table(sheets, source="台账.xlsx", schema=schema, card=card, options=options)


def places(read: RawTable) -> list[tuple[float, float] | None]:
    """Return the points of a table."""
    return [None if shape is None else (shape.x, shape.y) for shape in read.geometry]
