"""The ends of a ratio of two sums, against trying every subset."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.ratio_bounds import greatest_ratio, least_ratio, total

PAIRS = st.lists(
    st.tuples(st.integers(0, 9).map(Fraction), st.integers(0, 9).map(Fraction)), max_size=5
)


@settings(max_examples=150, deadline=None)
@given(sure=PAIRS, perhaps=PAIRS)
def test_both_ends_are_those_of_every_subset(
    sure: list[tuple[Fraction, Fraction]], perhaps: list[tuple[Fraction, Fraction]]
) -> None:
    """Whichever pairs join, as long as there is a denominator; a pair over zero never joins."""
    perhaps = [pair for pair in perhaps if pair[1]]
    ratios = []
    for way in product([False, True], repeat=len(perhaps)):
        joined = [*sure, *(pair for pair, joins in zip(perhaps, way, strict=True) if joins)]
        under = sum((pair[1] for pair in joined), Fraction(0))
        if under:
            ratios.append(sum((pair[0] for pair in joined), Fraction(0)) / under)
    ends = (greatest_ratio(sure, perhaps).value("m"), least_ratio(sure, perhaps).value("m"))
    if sum((pair[1] for pair in sure), Fraction(0)):
        assert ends == (max(ratios), min(ratios))
    elif not any(pair[0] for pair in sure):
        assert ends == ((max(ratios), min(ratios)) if ratios else (None, None))


def test_nothing_is_an_exact_zero() -> None:
    """The sum of nothing is a fraction; a ratio of nothing has no value."""
    assert (total([]), type(total([]))) == (0, Fraction)
    assert greatest_ratio([], []).value("%") is None
    assert least_ratio([], [(Fraction(0), Fraction(0))]).value("%") is None
