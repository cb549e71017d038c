"""A table of cells as a workbook or a CSV has it, before any header is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import NamedTuple

from tieling_geo.text import Text


class BadCell(NamedTuple):
    """A cell that has no value that could be trusted: `#REF!`, a formula never calculated, ..."""

    text: str
    """What the program would show, or the formula."""
    reason: Text


#: What a cell can hold. Numbers that the workbook shows with leading zeros (`001`) are text here;
#: whole numbers are `int`; a number too long for its digits to be exact is a `BadCell`.
Value = str | int | float | bool | datetime | time | BadCell | None


class MergedRange(NamedTuple):
    """Merged cells, all four positions closed, as positions in `Sheet.rows` (from 0)."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A rectangular table of cells.

    Rows without any value are left out (a workbook can claim 1,048,576 of them), so positions in
    `rows` and row numbers differ: `numbers` has the latter.
    """

    name: str
    """The sheet's name; empty for a CSV."""
    rows: tuple[tuple[Value, ...], ...]
    """All of one width; `None` where a cell is empty or holds white space only."""
    numbers: tuple[int, ...]
    """Row (or line) number of each row, as a person sees it in the program."""
    merged: tuple[MergedRange, ...] = ()
    """Merged ranges, cut to the rows that are there."""
    hidden_rows: frozenset[int] = frozenset()
    """Row numbers that the program hides or filters out; they are read like all others."""
    is_hidden: bool = False
    encoding: str = ""
    notes: tuple[Text, ...] = ()
    letters: Mapping[int, str] = field(default_factory=dict)
    """Position of a column -> its letters in the program, `A`, `B`, ...; empty for a CSV."""
