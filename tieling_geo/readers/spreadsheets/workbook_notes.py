"""What a person should know of how a sheet was read, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tieling_geo.readers.spreadsheets.workbook_cells import Content
from tieling_geo.readers.spreadsheets.workbook_parts import to_letters
from tieling_geo.text import Text

# So many rows, columns or addresses are told.
_TOLD = 10


def to_notes(
    content: Content, columns: Sequence[int], *, is_hidden: bool, from_1904: bool
) -> tuple[Text, ...]:
    """
    Write the notes of a sheet; a sheet where nothing is odd has none.

    Parameters
    ----------
    content
        What the sheet holds.
    columns
        The columns that have a value, from 0, rising.
    is_hidden
        The workbook hides the sheet.
    from_1904
        Days are counted from 1904.

    Examples
    --------
    >>> [note.en for note in to_notes(Content(formulas=2), [0], is_hidden=True, from_1904=False)]
    ['the sheet is hidden', '2 cells are formulas: their stored results were taken']
    """
    notes = []
    if is_hidden:
        notes.append(Text("该工作表是隐藏的", "the sheet is hidden"))
    if from_1904:
        notes.append(Text("日期自 1904-01-01 起计", "days are counted from 1904-01-01"))
    notes.extend(_of_hidden(content, columns))
    if content.formulas:
        notes.append(
            Text(
                f"{content.formulas} 个单元格是公式,采用文件中保存的计算结果",
                f"{content.formulas} cells are formulas: their stored results were taken",
            )
        )
    notes.extend(_of_formats(content))
    if content.unclean:
        told = _listed(content.unclean)
        notes.append(
            Text(
                f"文字中的不可见控制字符已去掉:{told}",
                f"control characters that nobody sees were taken out of texts: {told}",
            )
        )
    return tuple(notes)


def _of_hidden(content: Content, columns: Sequence[int]) -> list[Text]:
    """Tell hidden rows and columns that have a value."""
    notes = []
    if rows := sorted(content.hidden_rows & content.rows.keys()):
        told = _listed(map(str, rows))
        notes.append(
            Text(
                f"{len(rows)} 行被隐藏或筛选掉,照常读取:第 {told} 行",
                f"{len(rows)} rows are hidden or filtered out and read like all others: {told}",
            )
        )
    stretches = content.hidden_columns
    hidden = [c for c in columns if any(first <= c <= last for first, last in stretches)]
    if hidden:
        told = _listed(map(to_letters, hidden))
        notes.append(
            Text(
                f"{len(hidden)} 列被隐藏,照常读取:{told}",
                f"{len(hidden)} columns are hidden and read like all others: {told}",
            )
        )
    return notes


def _of_formats(content: Content) -> list[Text]:
    """Tell what only the formats of numbers show."""
    notes = []
    for column, count in sorted(content.percents.items()):
        letters = to_letters(column)
        notes.append(
            Text(
                f"列 {letters}:{count} 个数按百分比显示,读作小数(12% 读作 0.12)",
                f"column {letters}: {count} numbers shown as percentages, read as 0.12 for 12%",
            )
        )
    shown: dict[int, list[str]] = defaultdict(list)
    for column, words in sorted(content.words):
        shown[column].append(words)
    for column, listed in shown.items():
        letters, told = to_letters(column), _listed(listed)
        notes.append(
            Text(
                f"列 {letters}:数字格式附带的“{told}”不是数值的一部分,只读数字",
                f"column {letters}: '{told}' comes from the format of its numbers, "
                "the numbers are read without",
            )
        )
    return notes


def _listed(words: Iterable[str]) -> str:
    """List the first few."""
    kept = list(words)
    return "、".join(kept[:_TOLD]) + ("…" if len(kept) > _TOLD else "")
