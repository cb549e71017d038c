"""What merged cells below the header make doubtful: keys, numbers and places of several rows."""

from collections.abc import Iterator

from tieling_geo.readers.ledgers.body import Body, Layout
from tieling_geo.readers.ledgers.tables import to_word
from tieling_geo.readers.raw import Fault
from tieling_geo.readers.spreadsheets.sheet import MergedRange, Sheet
from tieling_geo.text import Text

_ONE_KEY = Text(
    "第 {first}—{last} 行的编号是合并单元格,一个编号不能对应多行;请取消合并并逐行编号",
    "one key is merged over rows {first} to {last}; unmerge it and give each row its own",
)
_ONE_NUMBER = Text(
    "此数在合并单元格内(第 {first}—{last} 行),分不清是各行之值还是合计;请取消合并并逐格填写",
    "the number is merged over cells (rows {first} to {last}): it may be each one's or their "
    "total; unmerge it and fill in each cell",
)
_ONE_PLACE = Text(
    "坐标由合并单元格得来(第 {first}—{last} 行同一处),请核对",
    "the place is that of merged cells (one for rows {first} to {last}): check it",
)


def to_merge_faults(sheet: Sheet, layout: Layout, body: Body) -> tuple[Fault, ...]:
    """
    List the keys and numbers that merged cells give to several rows or columns.

    One key for two rows names neither; a number for two rows may be each row's or their total.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        Its columns.
    body
        Its features.
    """
    faults = []
    for m, positions in _over_features(sheet, layout, body):
        if len(positions) > 1 and m.first_column <= layout.key <= m.last_column:
            faults += _faults(sheet, layout, body, m, layout.key, positions, _ONE_KEY)
        for column, card in layout.numbers.items():
            if card.unit == "year":
                continue  # a year over several rows is each one's: years do not add up
            is_over = m.first_column <= column <= m.last_column
            if is_over and (len(positions) > 1 or column != m.first_column):
                faults += _faults(sheet, layout, body, m, column, positions, _ONE_NUMBER)
    return tuple(faults)


def to_merge_flags(sheet: Sheet, layout: Layout, body: Body) -> tuple[Fault, ...]:
    """
    List the places that merged cells give to several rows: boilers of one house share theirs.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        Its columns.
    body
        Its features.
    """
    if not layout.places:
        return ()
    return tuple(
        fault
        for m, positions in _over_features(sheet, layout, body)
        if len(positions) > 1 and m.first_column <= layout.places[0] <= m.last_column
        for fault in _faults(sheet, layout, body, m, layout.places[0], positions, _ONE_PLACE)
    )


def _over_features(
    sheet: Sheet, layout: Layout, body: Body
) -> Iterator[tuple[MergedRange, list[int]]]:
    """Give each merged range that has a value, with the features (from 0) that it lies over."""
    feature = {position: n for n, position in enumerate(body.positions)}
    for m in sheet.merged:
        is_below = m.first_row >= layout.header.body
        if is_below and sheet.rows[m.first_row][m.first_column] is not None:
            rows = range(m.first_row, m.last_row + 1)
            yield m, [feature[row] for row in rows if row in feature]


def _faults(
    sheet: Sheet,
    layout: Layout,
    body: Body,
    merged: MergedRange,
    column: int,
    positions: list[int],
    why: Text,
) -> list[Fault]:
    """Write one fault for each row."""
    first, last = sheet.numbers[merged.first_row], sheet.numbers[merged.last_row]
    told = why.filled(first=first, last=last)
    return [Fault(n, layout.names[column], to_word(body.rows[n][column]), told) for n in positions]
