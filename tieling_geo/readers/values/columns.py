"""
Bring a column's values to the type that the schema declares.

Each value comes to exactly one of: its type, missing, a limit (`<0.5`), or a failure with a reason
of its own. Nothing is converted, and what was done to read a value is counted in a note.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.cell_texts import to_allowed, to_boolean, to_word
from tieling_geo.readers.values.day_texts import to_day
from tieling_geo.readers.values.outcomes import Outcome, Sign, is_blank, to_half_width
from tieling_geo.readers.values.plausibility import to_doubts
from tieling_geo.readers.values.quantities import EXACT, to_quantity
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")

#: Pandera's names of checks, and what they ask of a value.
_ASKED: Mapping[str, Text] = MappingProxyType({
    "not_nullable": Text("不能为空", "must not be blank"),
    "greater_than": Text("应大于 {n}(不含)", "must be more than {n}"),
    "greater_than_or_equal_to": Text("应不小于 {n}", "must be {n} or more"),
    "less_than": Text("应小于 {n}(不含)", "must be less than {n}"),
    "less_than_or_equal_to": Text("应不大于 {n}", "must be {n} or less"),
    "str_matches": Text("格式应为 {n}", "must look like {n}"),
})


def to_reason(check: str) -> Text:
    """
    Say in words what a check of the schema asks.

    Examples
    --------
    >>> to_reason("greater_than(0)").en
    'must be more than 0'
    """
    name, _, bound = check.partition("(")
    asked = _ASKED.get(name, Text("不符合规定 {n}", "breaks the rule {n}"))
    return asked.filled(n=bound.removesuffix(")") if name in _ASKED else check)


def to_told(value: object) -> str:
    """
    Say a cell's value as a person would: whole numbers without a point, missing ones empty.

    Examples
    --------
    >>> to_told(12.0), to_told("12.0"), to_told(None), to_told(datetime(2023, 12, 31))
    ('12', '12.0', '', '2023-12-31')
    """
    if is_blank(value):
        return ""
    if isinstance(value, BadCell):
        return value.text
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, float) and not (value.is_integer() and abs(value) < EXACT):
        return str(float(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Python's own `str` refuses whole numbers of more than 4,300 digits.
        return str(Decimal(int(value)))
    return str(value)


class Censored(NamedTuple):
    """A value that a ledger gives only as a limit; in the column it is missing."""

    position: int
    """Of the value in its column, from 0."""
    text: str
    """As the file has it."""
    sign: Sign
    limit: float | None
    """In the column's unit; None where the ledger names none."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A column brought to its type, and what could not be."""

    column: pd.Series
    """n values in the schema's type; missing where the value failed, is a limit or is blank."""
    failed: pd.Series
    """n booleans: the value is there but is not of the column's type."""
    reasons: Mapping[int, Text]
    """Position -> why that value failed, and what to do; one for each that failed."""
    censored: tuple[Censored, ...] = ()
    flags: tuple[tuple[int, Text], ...] = ()
    """Positions of values that were taken but look wrong, and why; some may break the schema's
    checks as well."""
    notes: tuple[Text, ...] = ()
    """What was done to read the values, with how many there are."""


def to_typed(raw: pd.Series, column: ColumnCard) -> Typed:
    """
    Bring a column's values to the schema's type; what does not fit is told, never dropped.

    Parameters
    ----------
    raw
        n values as the file has them: text, numbers, dates, booleans, or missing.
    column
        What the schema says of the column.

    Returns
    -------
    typed
        n values in `column.dtype`.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.name == "capacity_mw")
    >>> typed = to_typed(pd.Series(["７．５MW", "75t/h", "<0.5", ""]), capacity)
    >>> typed.column.tolist(), typed.failed.tolist()
    ([7.5, nan, nan, nan], [False, True, False, False])
    >>> [(c.text, c.sign, c.limit) for c in typed.censored]
    [('<0.5', '<', 0.5)]
    """
    values = raw.astype("object").tolist()
    outcomes = list(map(_to_reader(column), values))
    found = pd.Series([o.value for o in outcomes], index=raw.index, dtype=column.dtype)
    failed = [any(o.why) for o in outcomes]
    doubts, doubted = to_doubts(found, column)
    flags = [(i, o.flag) for i, o in enumerate(outcomes) if any(o.flag)]
    return Typed(
        column=found,
        failed=pd.Series(failed, index=raw.index, dtype=bool),
        reasons=MappingProxyType({i: o.why for i, o in enumerate(outcomes) if any(o.why)}),
        censored=tuple(
            Censored(i, to_told(values[i]).strip(), *o.limit)
            for i, o in enumerate(outcomes)
            if o.limit is not None
        ),
        flags=tuple(sorted((*flags, *doubts))),
        notes=(*_to_notes(outcomes, column), *doubted),
    )


def to_number(text: str) -> float:
    """
    Read a plain decimal number, full-width digits included; NaN for anything else.

    Examples
    --------
    >>> to_number("１２.5"), to_number("1e3"), to_number("1,000"), to_number("inf")
    (12.5, 1000.0, nan, nan)
    """
    plain = to_half_width(text)
    number = float(plain) if _NUMBER.fullmatch(plain) else np.nan
    return number if np.isfinite(number) else np.nan


def _to_reader(column: ColumnCard) -> Callable[[object], Outcome]:
    """Return what reads one cell of a column; equal texts are read once."""
    one: Callable[[object], Outcome]
    if column.kind in {"number", "integer"}:
        one = partial(to_quantity, column=column)
    elif column.kind == "date":
        one = to_day
    elif column.kind == "boolean":
        one = to_boolean
    else:
        is_open = not column.values  # noqa: PD011 - a field of ColumnCard
        one = partial(to_word if is_open else to_allowed, column=column)
    once = cache(one)
    # Only texts: 1, 1.0 and True are the same key, and are not the same cell.
    return lambda value: once(value) if type(value) is str else one(value)


def _to_notes(outcomes: list[Outcome], column: ColumnCard) -> tuple[Text, ...]:
    """Count what was done to read the values."""
    counted = Counter(o.note for o in outcomes if any(o.note))
    return tuple(
        Text(f"列“{column.header_zh}”:{told.zh}", f"column {column.name}: {told.en}")
        for note, count in counted.items()
        for told in (note.filled(n=count),)
    )
