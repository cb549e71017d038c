"""
Weigh features of which a part is done: floor area whose heat is half clean, load that is half met.

What `amounts.weigh` does for features that are done or not, this does for parts of them; the bounds
are given, for what an unknown part may be differs from question to question.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.amounts import WeighedNames
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows
from tieling_geo.records import EXCLUDED_COLUMNS, Measure, Quantity
from tieling_geo.text import Text

Exacts = NDArray[np.object_]
_ZERO = Fraction(0)


def exact_sum(numbers: Exacts) -> Fraction:
    """
    Add exact numbers; of none the sum is an exact zero.

    Examples
    --------
    >>> exact_sum(np.array([Fraction(1, 3), Fraction(1, 6)], dtype=object))
    Fraction(1, 2)
    """
    return sum(numbers.tolist(), _ZERO)


def only(numbers: Exacts, rows: NDArray[np.bool_]) -> Exacts:
    """
    Give the numbers of some rows, and an exact zero for the others.

    Examples
    --------
    >>> only(np.array([Fraction(1), Fraction(2)], dtype=object), np.array([True, False])).tolist()
    [Fraction(1, 1), Fraction(0, 1)]
    """
    laid: Exacts = np.full(len(numbers), _ZERO, dtype=object)
    laid[rows] = numbers[rows]
    return laid


def weigh_portions(  # noqa: PLR0913 - each is a column of one table
    features: gpd.GeoDataFrame,
    *,
    layer: str,
    names: WeighedNames,
    counted: pd.Series,
    unknown: pd.Series,
    amounts: Exacts,
    done: Exacts,
    ends: Mapping[str, tuple[Quantity, Quantity]],
    reason: pd.Series,
    reasons: Mapping[str, Text],
    groups: Sequence[str] = (),
) -> Tally:
    """
    Add up amounts and the parts of them that are done.

    Parameters
    ----------
    features
        n features; the index holds their ids.
    layer
        Name of their layer, for the excluded table.
    names
        Names of the measures.
    counted, unknown
        n booleans each: it counts; it is or may be in scope and is not known. Never both.
    amounts, done
        n exact numbers each: what a feature weighs and how much of that is done; read where it
        counts.
    ends
        For each measure its least and its greatest value; amounts before `names.scale`.
    reason, reasons
        See `amounts.weigh`.
    groups
        Columns of `features` to roll up by.

    Returns
    -------
    tally
        As of `amounts.weigh`. A feature that is not wholly done speaks against the measures.

    Raises
    ------
    AccountingError
        If a feature that does not count has no reason.

    Examples
    --------
    >>> homes = gpd.GeoDataFrame(index=["a", "b"], geometry=[None] * 2)
    >>> yes, no = pd.Series(True, homes.index), pd.Series(False, homes.index)
    >>> whole = np.array([Fraction(60), Fraction(40)], dtype=object)
    >>> part = np.array([Fraction(60), Fraction(10)], dtype=object)
    >>> found = weigh_portions(
    ...     homes, layer="homes", names=WeighedNames("s"), counted=yes, unknown=no,
    ...     amounts=whole, done=part, ends={"s": (Quantity(70, 100), Quantity(70, 100))},
    ...     reason=pd.Series("", homes.index), reasons={})
    >>> found.measures["s"].value, found.against["s"]
    (Fraction(70, 1), ('b',))
    """
    is_counted = counted.to_numpy(dtype=bool)
    whole, part = only(amounts, is_counted), only(done, is_counted)
    total, finished = exact_sum(whole), exact_sum(part)
    values = {
        names.share: ("%", Quantity(finished, total)),
        names.done: (names.unit, Quantity(finished)),
        names.left: (names.unit, Quantity(total - finished)),
    }
    measures = {}
    for name, (unit, value) in values.items():
        if name:
            estimate, low, high = _scaled(names, (value, *ends[name]))
            measures[name] = Measure(
                name, unit, estimate, low, high, int(is_counted.sum()), int(unknown.sum())
            )
    speaking = tuple(sorted(map(str, features.index[is_counted & (part < whole).astype(bool)])))
    excluded = excluded_rows(features.index, counted, unknown, reason, reasons, layer)
    table = pd.DataFrame(
        {
            "numerator": part,
            "denominator": whole,
            "counted": is_counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    return Tally(
        measures,
        dict.fromkeys(measures, speaking),
        pd.concat([excluded.assign(measure=name) for name in measures])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        rollup_rows(features, names.share, table, groups),
    )


def _scaled(names: WeighedNames, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Bring plain totals to the unit of the measures; a share has none."""
    return [
        Quantity(Fraction(q.numerator) * names.scale) if q.denominator is None else q
        for q in quantities
    ]


def share_ends(
    amounts: Exacts, parts: tuple[Exacts, Exacts], is_missing: NDArray[np.bool_], most: Exacts
) -> tuple[Quantity, Quantity]:
    """
    Give the least and the greatest share that is done, whatever the unknown turns out to be.

    Parameters
    ----------
    amounts
        n exact amounts of all features in scope; zero where missing.
    parts
        The least and the greatest part of each that may be done: n exact numbers from 0 to 1 each.
    is_missing
        n booleans: the amount is not known, and is anything from zero to `most`.
    most
        n exact numbers, read where the amount is missing.

    Examples
    --------
    >>> of = lambda *numbers: np.array([Fraction(n) for n in numbers], dtype=object)
    >>> low, high = share_ends(
    ...     of(2, 0), (of(1, 0), of(1, 0)), np.array([False, True]), of(0, 2))
    >>> low.value("%"), high.value("%")
    (Fraction(50, 1), Fraction(100, 1))
    """
    return (
        _least_share(amounts, parts[0], is_missing, most),
        _turned(_least_share(amounts, 1 - parts[1], is_missing, most)),
    )


def _least_share(
    amounts: Exacts, part: Exacts, is_missing: NDArray[np.bool_], most: Exacts
) -> Quantity:
    """
    Find the least share: an unknown amount is the most it may be where that pulls the share down.

    Those that pull it down are those of the smallest parts: they are added, the smallest first, as
    long as the next one's part is below the share so far.
    """
    known = ~is_missing
    done, total = exact_sum((amounts * part)[known]), exact_sum(amounts[known])
    open_ones = np.flatnonzero(is_missing)
    for row in sorted(open_ones, key=lambda i: part[i]):
        if total and part[row] * total >= done:
            break
        done, total = done + most[row] * part[row], total + most[row]
    return Quantity(done, total)


def _turned(share: Quantity) -> Quantity:
    """Turn the share of what is not done into that of what is."""
    assert share.denominator is not None  # noqa: S101 - `_least_share` gives ratios only
    return Quantity(share.denominator - share.numerator, share.denominator)
