"""Choose the sheet of a workbook that holds a layer, by its header."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.coordinates import to_role
from tieling_geo.readers.ledgers.headers import to_listed, to_plain, to_wide_hint
from tieling_geo.readers.ledgers.tables import (
    HEADER_WITHIN_ROWS,
    Header,
    Vocabulary,
    find_header,
    to_word,
)
from tieling_geo.readers.spreadsheets.sheet import Sheet
from tieling_geo.records import ReadOptions
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import NOTHING, Text

# A sheet that has so large a share of the best one's known headers is as good.
_AS_GOOD = 0.75


class Chosen(NamedTuple):
    """The sheet that is read, and its header."""

    sheet: Sheet
    header: Header
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet with the header that was found in it."""

    sheet: Sheet
    header: Header
    fits: bool
    """Whether every column that must be there, and a place if one is needed, has a header."""

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """Rank: fitting, visible and filled sheets go before others."""
        is_filled = len(self.sheet.rows) > self.header.body
        return self.fits, not self.sheet.is_hidden, is_filled, self.header.known


def choose_sheet(
    sheets: Sequence[Sheet],
    columns: tuple[ColumnCard, ...],
    words: Vocabulary,
    options: ReadOptions,
    *,
    source: str,
    needs_place: bool = True,
) -> Chosen:
    """
    Choose the sheet whose header the layer knows best; visible sheets go before hidden ones.

    Parameters
    ----------
    sheets
        All sheets of a file.
    columns
        The layer's columns.
    words
        What its headers can be made of.
    options
        `sheet` names one and `header_rows` its header, where the user states them.
    source
        The file's name, for messages.
    needs_place
        False for a table without places.

    Returns
    -------
    chosen
        The sheet; what was left unread is in its notes.

    Raises
    ------
    LayerSchemaError
        If no sheet has such a header, several are equally good, or what is stated is not there.
    """
    stated = [s for s in sheets if not options.sheet or s.name == options.sheet]
    if not stated:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:没有名为“{options.sheet}”的工作表;现有:{_names(sheets)};"
                "请更正 tieling.toml 中的 sheet",
                f"file {source}: no sheet {options.sheet!r}; it has: {_names(sheets)}; correct "
                "sheet in tieling.toml",
            )
        )
    found = [
        _Candidate(sheet, header, _fits(header, columns, words, needs_place=needs_place))
        for sheet in stated
        if (header := find_header(sheet, words, options.header_rows)) is not None
    ]
    if not found:
        raise LayerSchemaError(
            _no_header(stated, columns, options, source, needs_place=needs_place)
        )
    best = max(found, key=lambda candidate: candidate.rank)
    _check_alone(best, found, source)
    return Chosen(best.sheet, best.header, _notes(best.sheet, sheets))


def _fits(
    header: Header, columns: tuple[ColumnCard, ...], words: Vocabulary, *, needs_place: bool
) -> bool:
    """Tell whether a header has every column that must be there, and a place if one is needed."""
    known = [name for name in header.names if name and words.has(name)]
    plain = {to_plain(name) for name in known}
    has_all = all(
        c.nullable or plain & {to_plain(w) for w in (c.name, *c.title, *c.aliases)} for c in columns
    )
    # A header that only the user knows may be any of them.
    has_given = any(words.is_given(name) for name in known)
    has_place = not needs_place or any(to_role(name) for name in known)
    return has_given or (has_all and has_place)


def _check_alone(best: _Candidate, found: list[_Candidate], source: str) -> None:
    """
    Refuse to choose between sheets that are equally good.

    Raises
    ------
    LayerSchemaError
        With the names of the sheets and what to write.
    """
    good = [
        c.sheet.name
        for c in found
        if c.rank[:3] == best.rank[:3] and c.header.known >= _AS_GOOD * best.header.known
    ]
    if best.fits and len(good) > 1:
        listed = "、".join(f"“{name}”" for name in good)
        raise LayerSchemaError(
            Text(
                f"文件 {source}:工作表 {listed} 都像本图层的数据,无法替您选择;"
                f'请在 tieling.toml 中写明,如 sheet = "{good[0]}"',
                f"file {source}: sheets {listed} fit this layer equally well; state one in "
                f'tieling.toml, such as sheet = "{good[0]}"',
            )
        )


def _no_header(
    sheets: Sequence[Sheet],
    columns: tuple[ColumnCard, ...],
    options: ReadOptions,
    source: str,
    *,
    needs_place: bool,
) -> Text:
    """Say that no header was found, and what the sheets begin with."""
    titles = "、".join(c.title.zh for c in columns if not c.nullable)
    names = ", ".join(c.name for c in columns if not c.nullable)
    if options.header_rows is not None:
        first, last = options.header_rows
        return Text(
            f"文件 {source}:第 {first}—{last} 行没有内容,不能作表头;请更正 header_rows",
            f"file {source}: rows {first} to {last} are blank and no header; correct header_rows",
        )
    place = Text(" 与坐标列", " and coordinates") if needs_place else NOTHING
    wide = to_wide_hint(_words_above(sheets), columns)
    begins = ";".join(_beginning(sheet) for sheet in sheets) or "无工作表 (no sheet)"
    return Text(
        f"文件 {source}:前 {HEADER_WITHIN_ROWS} 行中没有找到表头(至少须有 {titles}{place.zh});"
        f"各表首行:{begins};{wide.zh}请补上表头,或在 tieling.toml 写明 header_rows 与 columns",
        f"file {source}: no header in the first {HEADER_WITHIN_ROWS} rows (it needs "
        f"{names}{place.en} at least); the sheets begin with: {begins}; {wide.en}add a header, or "
        "state header_rows and columns in tieling.toml",
    )


def _beginning(sheet: Sheet) -> str:
    """Show a sheet's name and its longest row of the first few: what is likely its header."""
    rows = sheet.rows[:HEADER_WITHIN_ROWS]
    widest = max(rows, key=lambda row: sum(isinstance(cell, str) for cell in row), default=())
    words = to_listed([to_word(cell) for cell in widest if cell is not None])
    return f"“{sheet.name}”[{words}]" if sheet.name else f"[{words}]"


def _words_above(sheets: Sequence[Sheet]) -> list[str]:
    """List the words that stand where a header is looked for."""
    rows = [row for sheet in sheets for row in sheet.rows[:HEADER_WITHIN_ROWS]]
    return [to_word(cell) for row in rows for cell in row if cell is not None]


def _names(sheets: Sequence[Sheet]) -> str:
    """List the sheets' names."""
    return to_listed([sheet.name for sheet in sheets])


def _notes(chosen: Sheet, sheets: Sequence[Sheet]) -> tuple[Text, ...]:
    """Say which sheets with rows were not read, and whether the one that was is hidden."""
    notes = []
    others = [sheet.name for sheet in sheets if sheet is not chosen and sheet.rows]
    if others:
        listed = to_listed(others)
        notes.append(Text(f"未读的工作表:{listed}", f"sheets not read: {listed}"))
    if chosen.is_hidden:
        notes.append(
            Text(
                f"所读的工作表“{chosen.name}”是隐藏的,请核对",
                f"the sheet read, {chosen.name!r}, is hidden: check that it is the right one",
            )
        )
    return tuple(notes)
