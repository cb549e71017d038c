"""Numbers in words: never printed as equal to a target that they are not equal to."""

from fractions import Fraction
from operator import ge, gt, le, lt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tieling_geo.plan.words import to_exact_words, to_words

numbers = st.fractions(-1000, 1000, max_denominator=10_000)


@given(numbers, numbers | st.integers(-1000, 1000).map(Fraction))
def test_what_is_printed_stays_on_its_side(value: Fraction, target: Fraction) -> None:
    """A printed number equals the target only where the value does, and is on the same side."""
    printed = Fraction(to_words(value, near=target))
    for compare in (ge, gt, le, lt):
        assert compare(printed, target) == compare(value, target) or value == target
    assert (printed == target) <= (value == target)


@given(st.integers(-100, 100), st.integers(1, 40))
def test_a_hair_off_the_target_is_printed_off_it(whole: int, zeros: int) -> None:
    """However small the hair: no float rounds it away."""
    target = Fraction(whole)
    for value in (target + Fraction(1, 10**zeros), target - Fraction(1, 10**zeros)):
        printed = Fraction(to_words(value, near=target))
        assert printed != target
        assert (printed > target) == (value > target)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("0", "0"),
        ("100", "100"),
        ("1/3", "0.33"),
        ("-1/3", "-0.33"),
        ("-1/1000", "-0.001"),
        ("1/100000", "0.00001"),
        ("5/2", "2.5"),
    ],
)
def test_numbers_in_words(value: str, printed: str) -> None:
    """Two decimals unless that is zero, no zeros at the end, no minus before a zero."""
    assert to_words(Fraction(value)) == printed


@given(numbers)
def test_exact_words_are_exact(value: Fraction) -> None:
    """A target is printed as it is: the words read back as the same number."""
    assert Fraction(to_exact_words(value)) == value


@given(numbers, numbers)
def test_a_sentence_never_says_that_two_numbers_are_one(value: Fraction, target: Fraction) -> None:
    """The value and the target of a sentence are told apart in the same sentence."""
    assume(value != target)
    assert to_words(value, near=target) != to_exact_words(target)
