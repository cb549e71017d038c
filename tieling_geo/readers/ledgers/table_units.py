"""A unit that stands above a table, such as 单位：万吨, and holds for all of it."""

import re
import unicodedata
from collections.abc import Iterable

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.body import Layout
from tieling_geo.readers.ledgers.headers import to_bracketed
from tieling_geo.readers.ledgers.tables import is_unit, to_word
from tieling_geo.readers.spreadsheets.sheet import Sheet
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text
from tieling_geo.units import UNITS, to_unit_of

_STATED = re.compile(r"(?:^|[\s(])(?:计量)?单位\s*:\s*([^\s:()、,;]+)")


def check_table_unit(sheet: Sheet, layout: Layout, *, source: str) -> None:
    """
    Refuse a table with a unit above it that no column of numbers has: nothing is converted.

    Columns that state their own unit in brackets do not need it, nor do years; numbers whose unit
    stands beside each of them have no other.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        Its header and columns.
    source
        The file's name, for messages.

    Raises
    ------
    LayerSchemaError
        With the unit, its row and the columns.
    """
    bare = {
        n: c
        for n, c in layout.numbers.items()
        if not to_bracketed(layout.names[n]) and c.unit != "year"
    }
    units = {card.unit or "count" for card in bare.values() if not card.unit_column}
    for position in range(layout.header.top) if bare else ():
        line = " ".join(to_word(cell) for cell in sheet.rows[position])
        found = _STATED.search(unicodedata.normalize("NFKC", line))
        if found is None or not is_unit(found[1]) or _is_among(found[1], units):
            continue
        listed = "、".join(layout.names[n] for n in bare)
        told = _needed(listed, units) if units else _beside(listed, bare.values())
        row, place = sheet.numbers[position], f" / 工作表 “{sheet.name}”" if sheet.name else ""
        raise LayerSchemaError(
            Text(
                f"文件 {source}{place} / 第 {row} 行:表的单位写明为“{found[1]}”,{told.zh}",
                f"file {source}{f', sheet {sheet.name!r}' if sheet.name else ''}, row {row}: the "
                f"table states the unit {found[1]!r}, {told.en}",
            )
        )


def _is_among(spelling: str, units: Iterable[str]) -> bool:
    """Tell whether a spelling means one of some units."""
    return any(to_unit_of(spelling, unit) == unit for unit in units)


def _needed(listed: str, units: Iterable[str]) -> Text:
    """Say which units the columns of numbers are in."""
    needed = [UNITS[unit] for unit in sorted(units)]
    return Text(
        f"而列 {listed} 所需单位为{'、'.join(unit.zh for unit in needed)},不作自动换算;"
        "请换算数值,并在各列表头的括号内写明单位",
        f"but columns {listed} need {', '.join(unit.en for unit in needed)}; nothing is "
        "converted: convert the numbers and write the unit in brackets in each header",
    )


def _beside(listed: str, columns: Iterable[ColumnCard]) -> Text:
    """Say that the unit belongs beside each number."""
    beside = "、".join(sorted({column.unit_column for column in columns}))
    return Text(
        f"而列 {listed} 的单位须逐行写在单位列({beside});请逐行填写单位,并删去表上方的单位",
        f"but the unit of columns {listed} stands row by row in column {beside}: write it there "
        "and delete it above the table",
    )
