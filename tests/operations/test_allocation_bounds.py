"""The bounds of an allocation, against every outcome in whole numbers."""

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.allocation import NO_WAY, allocate
from tieling_geo.operations.allocation_bounds import Market, amount_left, haul, share_met


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Draw a market of up to three origins and two destinations, some of them unknown."""
    n, m = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    most = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    is_open = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    room = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    more = draw(st.lists(st.sampled_from([0, 0, 2]), min_size=m, max_size=m))
    cost = draw(st.lists(st.sampled_from([NO_WAY, 0, 1, 5]), min_size=n * m, max_size=n * m))
    return Market(
        tuple(0 if unknown else amount for amount, unknown in zip(most, is_open, strict=True)),
        tuple(most),
        tuple(room),
        tuple(own + extra for own, extra in zip(room, more, strict=True)),
        np.array(cost, dtype=np.int64).reshape(n, m),
    )


def outcomes(market: Market) -> set[tuple[int, int, int]]:
    """Try everything that may turn out: what is met, needed and hauled."""
    needs = (range(a, b + 1) for a, b in zip(market.need, market.need_most, strict=True))
    rooms = [range(a, b + 1) for a, b in zip(market.room, market.room_most, strict=True)]
    found = set()
    for need in product(*needs):
        for room in product(*rooms):
            sent = allocate(need, room, market.cost)
            found.add((sent.total, sum(need), sent.cost))
    return found


@given(st.lists(markets(), max_size=2))
@settings(max_examples=40, deadline=None)
def test_no_outcome_lies_outside_and_the_bounds_are_reached(drawn: list[Market]) -> None:
    """Share and amount left: the least and greatest of all outcomes; the haul: outside them."""
    ways = [
        tuple(map(sum, zip((0, 0, 0), *one, strict=True))) for one in product(*map(outcomes, drawn))
    ]
    low, high = share_met(drawn)
    shares = [Fraction(met, need) for met, need, _ in ways if need]
    if shares:
        assert (Fraction(*low), Fraction(*high)) == (min(shares), max(shares))
    else:
        assert (low, high) == ((0, 0), (0, 0))
    left = [need - met for met, need, _ in ways]
    assert amount_left(drawn) == (min(left), max(left))
    least, most = haul(drawn, [market.sent() for market in drawn])
    assert least <= min(cost for *_, cost in ways)
    assert most >= max(cost for *_, cost in ways)


def test_a_known_market_has_one_haul() -> None:
    """Nothing is unknown: both bounds are the haul itself."""
    market = Market((4,), (4,), (3, 2), (3, 2), np.array([[5, 1]]))
    assert haul([market], [market.sent()]) == (12, 12)


def test_an_unknown_need_without_a_way_is_never_met() -> None:
    """The greatest share is nothing of something, not nothing of nothing."""
    market = Market((0,), (7,), (), (), np.empty((1, 0), dtype=np.int64))
    assert share_met([market]) == ((0, 7), (0, 7))
