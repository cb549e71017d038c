"""Tell which numbers look wrong, and which slip of the unit would explain it. None is changed."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text
from tieling_geo.units import UNITS, Equivalent

_FACTORS = {
    "×0.7": 0.7,
    "÷0.7": 1 / 0.7,
    "×1000": 1e3,
    "÷1000": 1e-3,
    "×10000": 1e4,
    "÷10000": 1e-4,
    "×15": 15.0,
    "÷15": 1 / 15,
}
# Steam and heat; a hectare is 15 mu. Years are not mistaken for thousands of years.
_ONLY_FOR = {
    "0.7": {"mw", "t_per_h"},
    "15": {"mu", "ha", "m2"},
}
_NEVER_FOR = {"year", "%", "percentage_point"}
# From so many doubtful values on, and such a share of all (closed), the whole column is doubted.
_LEAST, _SHARE = 5, 0.5


def to_doubts(
    numbers: pd.Series, column: ColumnCard
) -> tuple[tuple[tuple[int, Text], ...], tuple[Text, ...]]:
    """
    List the values outside the column's plausible window, and doubt the column if most are.

    Zero is never doubted: no slip of a unit makes it.

    Parameters
    ----------
    numbers
        n values of the column, typed.
    column
        What the schema says of it; `plausible` is a closed window.

    Returns
    -------
    doubts, notes
        Positions with the reason; what is to be said of the column as a whole.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from tieling_geo.schemas import Boilers
    >>> steam = next(c for c in Boilers.columns() if c.name == "capacity_t_per_h")
    >>> doubts, _ = to_doubts(pd.Series([75.0, 4000.0]), replace(steam, plausible=(0.1, 2200)))
    >>> print(doubts[0][0], doubts[0][1].en)
    1 outside 0.1 to 2200 t/h (steam), where such values lie; ÷1000 would give 4;
    ÷10000 would give 0.4; nothing is converted, check the unit
    """
    if column.plausible is None or column.kind not in {"number", "integer"}:
        return (), ()
    low, high = column.plausible
    values = numbers.to_numpy(dtype="float64", na_value=np.nan)
    outside = np.flatnonzero(((values < low) | (values > high)) & (values != 0))
    guesses = {int(i): _to_guesses(float(values[i]), column) for i in outside}
    doubts = tuple((i, _to_doubt(float(values[i]), guess, column)) for i, guess in guesses.items())
    counted = Counter(way for guess in guesses.values() for way in guess)
    present = int((~np.isnan(values)).sum())
    shared = [(way, n) for way, n in counted.items() if n >= _LEAST and n >= _SHARE * present]
    return doubts, tuple(_to_column_doubt(way, n, present, column) for way, n in shared)


def _to_guesses(value: float, column: ColumnCard) -> tuple[str, ...]:
    """List the factors that would bring a value into the window."""
    low, high = column.plausible or (-np.inf, np.inf)
    if column.unit in _NEVER_FOR:
        return ()
    return tuple(
        way
        for way, factor in _FACTORS.items()
        if low <= value * factor <= high
        and (way[1:] not in _ONLY_FOR or column.unit in _ONLY_FOR[way[1:]])
    )


def _to_doubt(value: float, guesses: tuple[str, ...], column: ColumnCard) -> Text:
    """Say that a value looks wrong, and what would explain it."""
    low, high = column.plausible or (-np.inf, np.inf)
    unit = UNITS[column.unit] if column.unit else Text("", "")
    told = [(way, f"{value * _FACTORS[way]:.6g}") for way in guesses]
    zh = "".join(f";{way} 得 {result}" for way, result in told)
    en = "".join(f"; {way} would give {result}" for way, result in told)
    window = Text(f"{low:.10g} 至 {high:.10g} {unit.zh}", f"{low:.10g} to {high:.10g} {unit.en}")
    return Text(
        f"不在常见范围 {window.zh.rstrip()} 内{zh};程序不作换算,请核对单位",
        f"outside {window.en.rstrip()}, where such values lie{en}; nothing is converted, "
        "check the unit",
    )


def _to_column_doubt(way: str, count: int, present: int, column: ColumnCard) -> Text:
    """Say that the whole column may be in another unit."""
    return Text(
        f"列“{column.header_zh}”:{present} 个值中有 {count} 个须 {way} 才在常见范围内,"
        "整列可能用了另一单位;程序不作换算,请核对",
        f"column {column.name}: {count} of {present} values would need {way} to lie where such "
        "values do: the whole column may be in another unit; nothing is converted, check it",
    )


def to_contradictions(
    frame: pd.DataFrame, equivalents: tuple[Equivalent, ...]
) -> Iterator[tuple[int, str, Text]]:
    """
    List the rows where two columns give one thing in two units, and do not agree.

    Parameters
    ----------
    frame
        n rows of typed columns; a pair that is not whole is left out.
    equivalents
        The pairs of columns; a pair agrees if its ratio is within the tolerance (closed).

    Yields
    ------
    doubt
        Position of the row, the column, and the reason.

    Examples
    --------
    >>> pair = Equivalent("capacity_mw", "capacity_t_per_h", 0.7, 0.05, "GB 13271-2014")
    >>> frame = pd.DataFrame({"capacity_mw": [7.0, 10.0], "capacity_t_per_h": [10.0, 10.0]})
    >>> [(position, column) for position, column, _ in to_contradictions(frame, (pair,))]
    [(1, 'capacity_mw')]
    """
    for pair in equivalents:
        have = frame[pair.column].to_numpy(dtype="float64", na_value=np.nan)
        other = frame[pair.other].to_numpy(dtype="float64", na_value=np.nan)
        due = other * pair.factor
        # The last digits of a sum are no contradiction.
        apart = np.abs(have - due) > pair.tolerance * np.abs(due) * (1 + 1e-12)
        for position in np.flatnonzero(apart).tolist():
            yield position, pair.column, _to_contradiction(have[position], due[position], pair)


def _to_contradiction(have: float, due: float, pair: Equivalent) -> Text:
    """Say which two values do not agree."""
    return Text(
        f"{have:.6g} 与列 {pair.other} 折算的 {due:.6g} 相差超过 {pair.tolerance:.0%}"
        f"(×{pair.factor:g},{pair.source});程序不作更改,请核对两列的单位",
        f"{have:.6g} is further than {pair.tolerance:.0%} from {due:.6g}, which column "
        f"{pair.other} comes to (×{pair.factor:g}, {pair.source}); nothing is changed, check "
        "the units of both",
    )
