"""
Weigh features that are done in part: so many of a village's households, so many of its toilets.

What `amounts.weigh` adds up for features that are done or not, this adds up for features of which
one part is done and the rest is left. Each of the two may be known only between two ends; the
bounds of the measures are what they could come to, whatever the unknown turns out to be. What is
known for sure of a feature that does not count as a whole still weighs, so that a value never lies
outside its bounds: of a village whose clean stoves are not known, forty households on loose coal
are left all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.amounts import WeighedNames, to_amounts
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Measure, Quantity
from tieling_geo.text import Text

Exacts = NDArray[np.object_]
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Parts:
    """
    How much of each of n features is done and how much is left, exact, between two ends.

    The worst that a feature may be is the least done with the most left; the best is the most done
    with the least left. Both must be possible.
    """

    least_done: Exacts
    most_done: Exacts
    least_left: Exacts
    most_left: Exacts

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Tell of which features both parts are known."""
        known: NDArray[np.bool_] = (self.least_done == self.most_done).astype(bool) & (
            self.least_left == self.most_left
        ).astype(bool)
        return known


def to_parts(
    part: pd.Series,
    whole: pd.Series,
    *,
    most: float | pd.Series,
    rest: pd.Series | None = None,
    doubtful: pd.Series | None = None,
) -> Parts:
    """
    Lay out how much of each feature is done and left from a part and a whole.

    A missing part lies between zero and the whole, less what is known to be left; a missing whole
    between what is known of its parts and the greatest that it may be. A known whole stands.

    Parameters
    ----------
    part
        n numbers of zero or more: how much is done; missing ones are unknown.
    whole
        n numbers, index of `part`: how much there is.
    most
        The greatest that a missing whole may be (closed), for all or for each.
    rest
        n numbers: of how much it is known that it is left; a missing one says nothing. A row whose
        part and rest are more than its whole (or than `most`) is doubtful.
    doubtful
        n booleans: the part and the rest say nothing here; such rows contradict themselves.

    Examples
    --------
    >>> part, whole = pd.Series([3.0, None, 9.0]), pd.Series([5.0, 5.0, 5.0])
    >>> parts = to_parts(part, whole, most=50.0)
    >>> parts.is_known.tolist()
    [True, False, False]
    >>> [int(n) for n in parts.least_done], [int(n) for n in parts.most_done]
    ([3, 0, 0], [3, 5, 5])
    """
    nothing = pd.Series(np.nan, part.index)
    own, all_ = to_amounts(part, most=0.0), to_amounts(whole, most=most)
    other = to_amounts(nothing if rest is None else rest, most=0.0)
    limit = all_.most
    at_odds = (own.known + other.known > limit).astype(bool)
    if doubtful is not None:
        at_odds = at_odds | doubtful.to_numpy(dtype=bool, na_value=False)
    is_part, is_whole = ~own.is_missing & ~at_odds, ~all_.is_missing
    left = either(at_odds, _zeros(len(part)), other.known)
    done = either(is_part, own.known, _zeros(len(part)))
    most_done = either(is_part, own.known, limit - left)
    return Parts(
        least_done=done,
        most_done=most_done,
        least_left=either(is_part & is_whole, limit - done, left),
        most_left=limit - done,
    )


def contradicts(part: pd.Series, whole: pd.Series) -> pd.Series:
    """
    Tell where a part is more than its whole; a missing number contradicts nothing.

    Examples
    --------
    >>> contradicts(pd.Series([5, 6, None]), pd.Series([5, 5, 5])).tolist()
    [False, True, False]
    """
    more: pd.Series = (part > whole).astype("boolean").fillna(value=False).astype(bool)
    return more


def weigh_parts(  # noqa: PLR0913 - each is a column of one table
    features: gpd.GeoDataFrame,
    *,
    layer: str,
    names: WeighedNames,
    in_scope: pd.Series,
    parts: Parts,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    groups: Sequence[str] = (),
) -> Tally:
    """
    Add up what is done and what is left of the features that a duty is about.

    Parameters
    ----------
    features
        n features; the index holds their ids.
    layer
        Name of their layer, for the excluded table.
    names
        Names of the measures; without a share there is no roll-up, for totals have no denominator.
    in_scope
        n nullable booleans, index of `features`. Missing means unknown.
    parts
        What is done and left of each. A feature in scope counts if both are known.
    reason
        n words, a key of `reasons` for each feature that is out of scope or unknown.
    reasons
        What the words mean to people.
    groups
        Columns of `features` to roll up by.

    Returns
    -------
    tally
        As of `amounts.weigh`, but values and roll-ups hold the least done and the least left of
        every feature surely in scope, also of those that do not count. The bounds add up over
        disjoint groups as long as no feature's scope is unknown: one that may be in scope, and is
        done in part, may help a poor group and hurt a good one.

    Raises
    ------
    AccountingError
        If a feature that does not count has no reason.

    Examples
    --------
    >>> villages = gpd.GeoDataFrame(index=list("ab"), geometry=[None] * 2)
    >>> parts = to_parts(pd.Series([3.0, None]), pd.Series([4.0, 4.0]), most=50.0)
    >>> found = weigh_parts(villages, layer="villages", names=WeighedNames("s"),
    ...     in_scope=pd.Series(True, villages.index, dtype="boolean"), parts=parts,
    ...     reason=pd.Series(["", "no"], villages.index), reasons={"no": Text("缺", "missing")})
    >>> share = found.measures["s"]
    >>> float(share.low.value("%")), float(share.value), float(share.high.value("%"))
    (37.5, 75.0, 87.5)
    """
    scope = in_scope.astype("boolean")
    sure = scope.fillna(value=False).to_numpy(dtype=bool)
    perhaps = scope.isna().to_numpy()
    counted = sure & parts.is_known
    unknown = (sure | perhaps) & ~counted
    counts, open_ = pd.Series(counted, features.index), pd.Series(unknown, features.index)
    excluded = excluded_rows(features.index, counts, open_, reason, reasons, layer)
    measures = _measures(names, parts, sure, perhaps, counted)
    done = either(sure, parts.least_done, _zeros(len(sure)))
    left = either(sure, parts.least_left, _zeros(len(sure)))
    speaking = tuple(sorted(map(str, features.index[counted & (left > 0).astype(bool)])))
    table = pd.DataFrame(
        {
            "numerator": done,
            "denominator": done + left,
            "counted": counted.astype(int),
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
        rollup_rows(features, names.share, table, groups)
        if names.share
        else pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    )


def _measures(
    names: WeighedNames,
    parts: Parts,
    sure: NDArray[np.bool_],
    perhaps: NDArray[np.bool_],
    counted: NDArray[np.bool_],
) -> dict[str, Measure]:
    """Give the measures with the bounds that the unknown features allow."""
    done, left = _sum(parts.least_done[sure]), _sum(parts.least_left[sure])
    may_be, scale = sure | perhaps, names.scale
    bounds = {
        names.share: (
            "%",
            Quantity(done, done + left),
            _share(parts.least_done, parts.most_left, sure, perhaps, is_low=True),
            _share(parts.most_done, parts.least_left, sure, perhaps, is_low=False),
        ),
        names.done: (
            names.unit,
            Quantity(done * scale),
            Quantity(done * scale),
            Quantity(_sum(parts.most_done[may_be]) * scale),
        ),
        names.left: (
            names.unit,
            Quantity(left * scale),
            Quantity(left * scale),
            Quantity(_sum(parts.most_left[may_be]) * scale),
        ),
    }
    unknown = int((may_be & ~counted).sum())
    return {
        name: Measure(name, unit, value, low, high, int(counted.sum()), unknown)
        for name, (unit, value, low, high) in bounds.items()
        if name
    }


def _share(
    done: Exacts,
    left: Exacts,
    sure: NDArray[np.bool_],
    perhaps: NDArray[np.bool_],
    *,
    is_low: bool,
) -> Quantity:
    """
    Give the least (or greatest) share that may be: of those surely in scope and some others.

    A feature that may be in scope lowers a share only if its own is lower still: beginning with
    the lowest, each is taken as long as it lowers what there is, which is the least of all ways.
    """
    total_done, total_left = _sum(done[sure]), _sum(left[sure])
    own = [(d, d + rest) for d, rest in zip(done[perhaps], left[perhaps], strict=True) if d + rest]
    for part, whole in sorted(own, key=lambda pair: pair[0] / pair[1], reverse=not is_low):
        total = total_done + total_left
        change = part * total - total_done * whole
        if total == 0 or (change < 0 if is_low else change > 0):
            total_done, total_left = total_done + part, total_left + whole - part
    return Quantity(total_done, total_done + total_left)


def _sum(numbers: Exacts) -> Fraction:
    """Add exact numbers; of none the sum is an exact zero."""
    return sum(numbers.tolist(), _ZERO)


def _zeros(n: int) -> Exacts:
    """Lay out n exact zeros."""
    zeros = np.empty(n, dtype=object)
    zeros[:] = [_ZERO] * n
    return zeros


def either(holds: NDArray[np.bool_], one: Exacts, other: Exacts) -> Exacts:
    """
    Give one exact number where something holds, and else the other.

    Examples
    --------
    >>> one, other = np.array([1, 2], dtype=object), np.array([3, 4], dtype=object)
    >>> either(np.array([True, False]), one, other).tolist()
    [1, 4]
    """
    return np.where(holds, one, other).astype(object)
