"""The least and the greatest ratio of sums, against trying every choice."""

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.operations.ratio_choices import greatest_ratio, least_ratio


def _pair(numbers: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """Order two numbers: a part, and the whole."""
    return Fraction(min(numbers)), Fraction(max(numbers))


_PAIRS = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(_pair)


@given(_PAIRS, st.lists(st.lists(_PAIRS, min_size=1, max_size=3), max_size=4))
def test_every_choice_is_between(
    fixed: tuple[Fraction, Fraction], options: list[list[tuple[Fraction, Fraction]]]
) -> None:
    """The ends are those found by trying every way; none where there is never a denominator."""
    sums = [
        (fixed[0] + sum(n for n, _ in way), fixed[1] + sum(d for _, d in way))
        for way in product(*options)
    ]
    ratios = [n / d for n, d in sums if d]
    low, high = least_ratio(fixed, options), greatest_ratio(fixed, options)
    if not ratios:
        assert low is None
        assert high is None
        return
    assert low is not None
    assert high is not None
    assert (low[0] / low[1], high[0] / high[1]) == (min(ratios), max(ratios))
    assert {low, high} <= set(sums)
