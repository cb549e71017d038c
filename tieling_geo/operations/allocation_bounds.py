"""
How much of a need is met, and at what haul, whatever the unknown amounts turn out to be.

What origins have and what destinations take may be known, or lie between two numbers. The bounds of
the share that is met, and of what is left, are exact: each is reached by some outcome. Those of the
haul are outer ones: no outcome lies outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tieling_geo.operations.allocation import NO_WAY, Allocation, allocate


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Origins and destinations of one kind of thing, in whole numbers."""

    need: tuple[int, ...]
    """n: what each origin has; zero where nobody knows."""
    need_most: tuple[int, ...]
    """n: the greatest it may be; the need itself where it is known."""
    room: tuple[int, ...]
    """m: what each destination surely takes."""
    room_most: tuple[int, ...]
    """m: the most that it may take."""
    cost: NDArray[np.int64]
    """(n, m): as `allocate` takes it."""

    @property
    def is_open(self) -> tuple[bool, ...]:
        """Tell of which origins nobody knows what they have."""
        return tuple(a != b for a, b in zip(self.need, self.need_most, strict=True))

    @property
    def is_known(self) -> bool:
        """Tell whether nothing is unknown."""
        return self.need == self.need_most and self.room == self.room_most

    def sent(self) -> Allocation:
        """Allocate what is known to what is sure."""
        return allocate(self.need, self.room, self.cost)


def _treated(market: Market, need: Sequence[int], room: Sequence[int]) -> int:
    """Give the most that can be sent, whatever it costs."""
    return _greatest_flow(market, need, room)[0]


def _greatest_flow(
    market: Market, need: Sequence[int], room: Sequence[int]
) -> tuple[int, NDArray[np.bool_]]:
    """
    Give the most that can be sent, and which origins are short (see `Allocation.is_short`).

    Origins from which ways lead to the same destinations are one: where costs do not matter, what
    they have may be added up. A few are left, mostly one.
    """
    leads = market.cost != NO_WAY
    patterns, group = np.unique(leads, axis=0, return_inverse=True)
    joined = [0] * len(patterns)
    for own, amount in zip(group.ravel(), need, strict=True):
        joined[own] += amount
    sent = allocate(joined, room, np.where(patterns, 0, NO_WAY))
    return sent.total, sent.is_short[group.ravel()]


def share_met(markets: Sequence[Market]) -> tuple[tuple[int, int], tuple[int, int]]:
    """
    Bound the share of the need that is met, over all markets together.

    Parameters
    ----------
    markets
        Markets that share nothing with each other.

    Returns
    -------
    low, high
        Numerator and denominator each: exact, reached by some outcome. 0 of 0 where nothing at all
        is needed.

    Examples
    --------
    >>> known, unknown = (4, 0), (4, 9)
    >>> share_met([Market(known, unknown, (6,), (8,), np.zeros((2, 1), dtype="int64"))])
    ((6, 13), (8, 8))
    """
    return _least_share(markets), _greatest_share(markets)


def _least_share(markets: Sequence[Market]) -> tuple[int, int]:
    """
    Find the least share: sure room only, each unknown need nothing or the most it may be.

    What is met is concave in the unknown needs and their sum is linear, so the least share is at a
    corner. Which corner, Dinkelbach's iteration finds: at a share r the corner that is least for
    (met - r * need) is a least cut, in which an unknown need counts r times its greatest amount.
    """
    best = _at(markets, [(False,) * len(one.need) for one in markets])
    if not best[1]:
        best = _at(markets, [one.is_open for one in markets])
    while best[1]:
        share = Fraction(*best)
        found = _at(markets, [_worst_corner(one, share) for one in markets])
        if not found[1] or Fraction(*found) >= share:
            break
        best = found
    return best


def _at(markets: Sequence[Market], corners: Sequence[Sequence[bool]]) -> tuple[int, int]:
    """Give what is met and what is needed where some of the unknown needs are at their most."""
    met, needed = 0, 0
    for market, corner in zip(markets, corners, strict=True):
        need = [
            most if is_most else least
            for least, most, is_most in zip(market.need, market.need_most, corner, strict=True)
        ]
        met += _treated(market, need, market.room)
        needed += sum(need)
    return met, needed


def _worst_corner(market: Market, share: Fraction) -> tuple[bool, ...]:
    """Say which unknown needs are at their most where (met - share * need) is least."""
    p, q = share.numerator, share.denominator
    if market.need == market.need_most:
        return market.is_open
    need = [
        most * p if is_open else least * q
        for least, most, is_open in zip(market.need, market.need_most, market.is_open, strict=True)
    ]
    _, short = _greatest_flow(market, need, [room * q for room in market.room])
    return tuple(
        bool(is_open and is_short) for is_open, is_short in zip(market.is_open, short, strict=True)
    )


def _greatest_share(markets: Sequence[Market]) -> tuple[int, int]:
    """
    Find the greatest share: all the room there may be, and unknown needs that just fill it.

    An unknown need helps as long as all of it is met beside the known needs; no outcome has fewer
    known needs unmet, nor more that is met beside them.
    """
    met, needed = 0, 0
    for market in markets:
        known = _treated(market, market.need, market.room_most)
        met += _treated(market, market.need_most, market.room_most)
        needed += sum(market.need) - known
    needed += met
    most = sum(sum(one.need_most) for one in markets)
    return (met, needed) if needed else (0, most)


def amount_left(markets: Sequence[Market]) -> tuple[int, int]:
    """
    Bound the amount that is not met: the more is needed and the less room is sure, the more.

    Examples
    --------
    >>> known, unknown = (4, 0), (4, 9)
    >>> amount_left([Market(known, unknown, (3,), (8,), np.zeros((2, 1), dtype="int64"))])
    (0, 10)
    """
    low = sum(sum(m.need) - _treated(m, m.need, m.room_most) for m in markets)
    high = sum(sum(m.need_most) - _treated(m, m.need_most, m.room) for m in markets)
    return low, high


def haul(markets: Sequence[Market], sent: Sequence[Allocation]) -> tuple[int, int]:
    """
    Bound the haul from outside: no outcome of what is unknown lies below or above.

    A market of which all is known has its own haul. Of another one at least that much is hauled as
    is surely met, at best on the cheapest ways that there may be; and at most every origin sends
    all it may have as far as it can, or every destination gets all it may take from as far.

    Parameters
    ----------
    markets
        m markets.
    sent
        What `Market.sent` gave for each.

    Examples
    --------
    >>> market = Market((4,), (4,), (3, 0), (3, 9), np.array([[5, 1]]))
    >>> haul([market], [market.sent()])
    (3, 20)
    """
    low, high = 0, 0
    for market, own in zip(markets, sent, strict=True):
        if market.is_known:
            low, high = low + own.cost, high + own.cost
            continue
        low += allocate(market.need_most, market.room_most, market.cost, most=own.total).cost
        high += _dearest(market)
    return low, high


def _dearest(market: Market) -> int:
    """Give a haul that nothing exceeds."""
    far = np.maximum(market.cost, 0)
    ends = (
        (market.need_most, far.max(axis=1, initial=0)),
        (market.room_most, far.max(axis=0, initial=0)),
    )
    return min(sum(n * int(f) for n, f in zip(have, most, strict=True)) for have, most in ends)
