"""Rows of totals: told from features, and held against the sum of their rows."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Literal

from tieling_geo.readers.spreadsheets.sheet import Value
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text
from tieling_geo.units import to_unit_of

TotalKind = Literal["total", "subtotal"]

_WORDS: Mapping[str, TotalKind] = {
    **dict.fromkeys(("合计", "总计", "累计", "共计", "总和", "合計", "總計", "total"), "total"),
    **dict.fromkeys(("grandtotal", "sum", "totals"), "total"),
    **dict.fromkeys(("小计", "小計", "subtotal", "sub-total"), "subtotal"),
    **dict.fromkeys(("平均", "平均值", "均值", "average", "mean"), "total"),
}
_AVERAGES = frozenset({"平均", "平均值", "均值", "average", "mean"})
_CHINESE = "合计|总计|累计|共计|小计|合計|總計|小計"
# `合计（12台）`, `合计:12`, `东城区小计`, `本页合计`, `一、合计`.
_BEFORE = re.compile(rf"(?P<word>{_CHINESE})(?:[(:\[].*|[0-9].*)")
_BEHIND = re.compile(rf".{{1,10}}?(?P<word>{_CHINESE})")
_PUNCTUATION = re.compile(r"[\s\u200b\ufeff_]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)(.*)")
_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无"})
# Sums of a spreadsheet are binary: so much of a total they can be off.
_ROUNDING = Decimal("1e-9")
# Enough figures for the exact sum of any numbers that a ledger can have.
_EXACT = Context(prec=60)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Label:
    """A cell that says that its row is a total."""

    kind: TotalKind
    text: str
    is_exact: bool
    """Whether the cell has the word only: `合计`, not `东城区合计`."""
    is_average: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """What was found of a total."""

    told: Text
    state: Literal["agrees", "differs", "unknown"] = "unknown"


def to_label(value: Value) -> Label | None:
    """
    Tell whether a cell says that its row is a total; spaces within the word do not matter.

    Examples
    --------
    >>> to_label("合  计："), to_label("东城区小计").kind, to_label("合计热力有限公司")
    (Label(kind='total', text='合  计：', is_exact=True, is_average=False), 'subtotal', None)
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    folded = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", value)).casefold()
    plain = folded.strip(":、,.。()[]【】")
    if plain in _WORDS:
        return Label(_WORDS[plain], value, is_exact=True, is_average=plain in _AVERAGES)
    found = _BEFORE.fullmatch(plain) or _BEHIND.fullmatch(plain)
    return None if found is None else Label(_WORDS[found["word"]], value, is_exact=False)


def to_decimal(value: Value, column: ColumnCard) -> Decimal | None:
    """
    Read a number exactly, for sums only; None for what is no number.

    Blanks and dashes are 0; the column's own unit may stand behind the number.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.unit == "t_per_h")
    >>> to_decimal("1,075.5t/h", capacity), to_decimal("75MW", capacity)
    (Decimal('1075.5'), None)
    """
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    plain = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", str(value)))
    if plain in _BLANKS:
        return Decimal(0)
    head = _GROUPED.match(plain)
    bare = plain if head is None else head[0].replace(",", "") + plain[head.end() :]
    found = _NUMBER.fullmatch(bare)
    if found is None or (
        found[2] and to_unit_of(found[2], column.unit or "count") != (column.unit or "count")
    ):
        return None
    number = Decimal(found[1])
    return number if number.is_finite() else None


class Sums:
    """
    The running sums of a table's columns of numbers: each block's sum is then one subtraction.

    Parameters
    ----------
    rows
        n rows, header -> value.
    columns
        Header -> column of the schema, for the columns of numbers.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.unit == "t_per_h")
    >>> sums = Sums([{"蒸吨": 0.1}, {"蒸吨": "0.2"}], {"蒸吨": capacity})
    >>> sums.check({"蒸吨": 0.3}, [(0, 2)]).told.en
    '蒸吨: 0.3 is the sum of 2 rows'
    """

    def __init__(
        self, rows: Sequence[Mapping[str, Value]], columns: Mapping[str, ColumnCard]
    ) -> None:
        self._columns = columns
        self._sums = {header: [Decimal(0)] for header in columns}
        self._unread = {header: [0] for header in columns}
        self._filled = [0]
        for row in rows:
            for header, card in columns.items():
                number = to_decimal(row.get(header), card)
                sums, unread = self._sums[header], self._unread[header]
                sums.append(_EXACT.add(sums[-1], Decimal(0) if number is None else number))
                unread.append(unread[-1] + (number is None))
            has_value = any(row.get(header) is not None for header in columns)
            self._filled.append(self._filled[-1] + has_value)

    def check(self, total: Mapping[str, Value], blocks: Sequence[tuple[int, int]]) -> Sum:
        """
        Hold a total against the sum of its rows.

        Parameters
        ----------
        total
            Header -> value of the total's row.
        blocks
            Runs of rows (from, to; the last is open) that it can be the sum of, the likeliest
            first.

        Returns
        -------
        found
            Agrees if one block has the sum of every number; otherwise both numbers are told.
        """
        filled = [(a, b) for a, b in blocks if self._filled[b] > self._filled[a]]
        stated = [header for header in self._columns if total.get(header) is not None]
        if not stated or not filled:
            return Sum(Text("无可核对的合计数", "no sum to check"))
        checked = [[self._checked(h, total[h], block) for h in stated] for block in filled]
        sums = next((c for c in checked if {s.state for s in c} == {"agrees"}), checked[0])
        told = Text(";".join(s.told.zh for s in sums), "; ".join(s.told.en for s in sums))
        states = {s.state for s in sums}
        if "differs" in states:
            return Sum(told, "differs")
        return Sum(told, "unknown" if "unknown" in states else "agrees")

    def _checked(self, header: str, stated: Value, block: tuple[int, int]) -> Sum:
        """Hold one number of a total against the sum of a column."""
        first, last = block
        count = last - first
        number = to_decimal(stated, self._columns[header])
        unread = self._unread[header][last] - self._unread[header][first]
        if number is None or unread:
            return Sum(
                Text(
                    f"{header}:{stated} 无法核对({unread} 行不是数字)",
                    f"{header}: {stated} cannot be checked ({unread} rows are no numbers)",
                )
            )
        found = _EXACT.subtract(self._sums[header][last], self._sums[header][first])
        if abs(found - number) <= _ROUNDING * max(Decimal(1), abs(found)):
            told = Text(
                f"{header}:{number:f} 与 {count} 行之和相符",
                f"{header}: {number:f} is the sum of {count} rows",
            )
            return Sum(told, "agrees")
        told = Text(
            f"{header}:写的是 {number:f},{count} 行之和为 {found:f},不符",
            f"{header}: states {number:f}, but {count} rows add up to {found:f}",
        )
        return Sum(told, "differs")
