"""
Shares of which each feature has two amounts: a whole, and the part of it that is done.

`amounts.weigh` is for a whole that is done or not; here a farm has made so much and used so much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.amounts import Amounts, to_amounts
from tieling_geo.operations.results import first_reason
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows
from tieling_geo.records import EXCLUDED_COLUMNS, Measure, Quantity
from tieling_geo.text import Text

#: Why a feature has no part of a whole that counts, by the words of `to_parts`.
PART_REASONS: Mapping[str, Text] = MappingProxyType({
    "part_above_whole": Text("部分量大于总量,互相矛盾", "the part is more than the whole"),
    "nothing": Text("总量为零", "the whole is zero"),
    "whole_missing": Text("总量缺失", "the whole is missing"),
    "part_missing": Text("部分量缺失", "the part is missing"),
})
_Numbers = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Parts:
    """What each of n features has, exactly: its whole and part, and their worst and best cases."""

    scope: pd.Series
    """False where the whole is zero: nothing could be done."""
    reason: pd.Series
    whole: _Numbers
    part: _Numbers
    worst_whole: _Numbers
    worst_part: _Numbers
    best_whole: _Numbers
    best_part: _Numbers
    most_left: _Numbers

    @property
    def counted(self) -> pd.Series:
        """Tell which features have a known part of a known whole."""
        counted: pd.Series = self.reason == ""
        return counted


def to_parts(whole: pd.Series, part: pd.Series, *, most: float) -> Parts:
    """
    Hold parts against their wholes; what is missing or contradicts itself is unknown.

    A missing part lies between zero and its whole; a missing whole between its part and the most
    that a whole may be. Of a part above its whole either number may be wrong: both are unknown. A
    whole of zero is out of scope, unless it has a part above zero.

    Parameters
    ----------
    whole, part
        n numbers of zero or more, one index; some missing.
    most
        The greatest that a whole may be.

    Examples
    --------
    >>> parts = to_parts(pd.Series([8.0, 8.0, None]), pd.Series([2.0, None, 2.0]), most=100.0)
    >>> parts.reason.tolist(), [int(n) for n in parts.worst_whole]
    (['', 'part_missing', 'whole_missing'], [8, 8, 100])
    """
    wholes, some = to_amounts(whole, most=most), to_amounts(part, most=most)
    index = whole.index
    no_whole, no_part = wholes.is_missing, some.is_missing
    above = ~no_whole & ~no_part & (some.known > wholes.known).astype(bool)
    nothing = ~no_whole & (wholes.known == 0).astype(bool) & ~above
    reason = first_reason(
        index,
        {
            "part_above_whole": pd.Series(above, index),
            "nothing": pd.Series(nothing, index),
            "whole_missing": pd.Series(no_whole, index),
            "part_missing": pd.Series(no_part, index),
        },
    )
    return _with_cases(wholes, some, above, reason, most)


def _with_cases(
    wholes: Amounts, some: Amounts, above: NDArray[np.bool_], reason: pd.Series, most: float
) -> Parts:
    """Work out the worst and the best that each feature may turn out to be."""
    zero, limit = Fraction(0), Fraction(str(most))
    any_part, any_whole = above | some.is_missing, above | wholes.is_missing
    least_part = _chosen(any_part, zero, some.known)
    worst_whole = _chosen(any_whole, limit, wholes.known)
    # At best all of it is done: a missing whole is no more than its part, a missing part all of
    # its whole; where both are missing a great whole that is all done helps most.
    any_best = _chosen(any_part, limit, some.known)
    best_whole = _chosen(any_whole, any_best, wholes.known)
    best_part = _chosen(any_part, best_whole, some.known)
    return Parts(
        scope=(reason != "nothing").astype("boolean"),
        reason=reason,
        whole=wholes.known,
        part=some.known,
        worst_whole=worst_whole,
        worst_part=least_part,
        best_whole=best_whole,
        best_part=best_part,
        most_left=np.asarray(worst_whole - least_part, dtype=object),
    )


def _chosen(holds: NDArray[np.bool_], one: _Numbers | Fraction, otherwise: _Numbers) -> _Numbers:
    """Give one number where something holds, and the other where it does not."""
    chosen = otherwise.copy()
    chosen[holds] = one[holds] if isinstance(one, np.ndarray) else one
    return chosen


def weigh_parts(  # noqa: PLR0913 - each is a column or a name of one table
    features: gpd.GeoDataFrame,
    parts: Parts,
    *,
    layer: str,
    share: str,
    left: str,
    unit: str,
    reasons: Mapping[str, Text],
    groups: Sequence[str] = (),
) -> Tally:
    """
    Add up wholes and parts, with the bounds that the unknown features allow.

    Parameters
    ----------
    features
        n features; the index holds their ids.
    parts
        What `to_parts` gave for them.
    layer
        Name of their layer, for the excluded table.
    share, left
        Names of the measures: parts of wholes (%), and what is left (in `unit`).
    unit
        Unit of the amounts.
    reasons
        What the words of `PART_REASONS` mean here.
    groups
        Columns of `features` to roll up by.

    Returns
    -------
    tally
        As of `rollup.tally`; the share's numerators and denominators are amounts.

    Raises
    ------
    AccountingError
        If a feature that does not count has no reason.
    """
    counted = parts.counted
    unknown = ~counted & (parts.scope).astype(bool)
    table = pd.DataFrame(
        {
            "numerator": _kept(parts.part, counted),
            "denominator": _kept(parts.whole, counted),
            "counted": counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    excluded = excluded_rows(features.index, counted, unknown, parts.reason, reasons, layer)
    behind = counted & pd.Series(parts.part < parts.whole, features.index).astype(bool)
    speaking = tuple(sorted(map(str, features.index[behind])))
    names = (share, left)
    return Tally(
        _measures(parts, counted, unknown, share=share, left=left, unit=unit),
        dict.fromkeys(names, speaking),
        pd.concat([excluded.assign(measure=name) for name in names])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        rollup_rows(features, share, table, groups),
    )


def _kept(numbers: _Numbers, kept: pd.Series) -> _Numbers:
    """Give the numbers of the features kept, and an exact zero for the others."""
    return _chosen(~kept.to_numpy(dtype=bool), Fraction(0), numbers)


def _measures(
    parts: Parts, counted: pd.Series, unknown: pd.Series, *, share: str, left: str, unit: str
) -> dict[str, Measure]:
    """Give the share and what is left, each with its bounds."""

    def total(numbers: _Numbers, kept: pd.Series) -> Fraction:
        return sum(_kept(numbers, kept).tolist(), Fraction(0))

    done, whole = total(parts.part, counted), total(parts.whole, counted)
    worst = total(parts.worst_part, unknown), total(parts.worst_whole, unknown)
    best = total(parts.best_part, unknown), total(parts.best_whole, unknown)
    numbers = int(counted.sum()), int(unknown.sum())
    rest = Quantity(whole - done)
    return {
        share: Measure(
            share,
            "%",
            Quantity(done, whole),
            Quantity(done + worst[0], whole + worst[1]),
            Quantity(done + best[0], whole + best[1]),
            *numbers,
        ),
        left: Measure(
            left,
            unit,
            rest,
            rest,
            Quantity(whole - done + total(parts.most_left, unknown)),
            *numbers,
        ),
    }
