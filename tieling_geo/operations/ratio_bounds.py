"""The least and the greatest that a ratio of two sums can be when some pairs may join it or not."""

from collections.abc import Iterable
from fractions import Fraction

from tieling_geo.records import Quantity

#: A numerator and a denominator, neither below zero.
Pair = tuple[Fraction, Fraction]


def total(numbers: Iterable[Fraction]) -> Fraction:
    """
    Add exact numbers; of none the sum is an exact zero.

    Examples
    --------
    >>> total([]), total([Fraction(1, 3)] * 3)
    (Fraction(0, 1), Fraction(1, 1))
    """
    return sum(numbers, Fraction(0))


def greatest_ratio(sure: Iterable[Pair], perhaps: Iterable[Pair]) -> Quantity:
    """
    Give the greatest ratio of the sums, whichever of the doubtful pairs belong to them.

    A doubtful pair lifts the ratio if its own ratio is above it; taken from the highest on, the
    first that does not lift it ends the search: exact, without trying every subset.

    Parameters
    ----------
    sure
        Pairs that belong to the sums.
    perhaps
        Pairs each of which may belong to them or not; those of 0/0 change nothing.

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> greatest_ratio([(one, two)], [(one, one), (Fraction(0), one)])
    Quantity(numerator=Fraction(2, 1), denominator=Fraction(3, 1))
    """
    numerator, denominator = _sums(sure)
    for over, under in sorted(_real(perhaps), key=_ratio, reverse=True):
        if denominator and over * denominator <= numerator * under:
            break
        numerator, denominator = numerator + over, denominator + under
    return Quantity(numerator, denominator)


def least_ratio(sure: Iterable[Pair], perhaps: Iterable[Pair]) -> Quantity:
    """
    Give the least ratio of the sums; see `greatest_ratio`.

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> least_ratio([(one, two)], [(one, one), (Fraction(0), one)])
    Quantity(numerator=Fraction(1, 1), denominator=Fraction(3, 1))
    """
    numerator, denominator = _sums(sure)
    for over, under in sorted(_real(perhaps), key=_ratio):
        if denominator and over * denominator >= numerator * under:
            break
        numerator, denominator = numerator + over, denominator + under
    return Quantity(numerator, denominator)


def _sums(pairs: Iterable[Pair]) -> Pair:
    """Add up pairs."""
    numerator = denominator = Fraction(0)
    for over, under in pairs:
        numerator, denominator = numerator + over, denominator + under
    return numerator, denominator


def _real(pairs: Iterable[Pair]) -> list[Pair]:
    """Leave out pairs without a denominator."""
    return [pair for pair in pairs if pair[1]]


def _ratio(pair: Pair) -> Fraction:
    """Give a pair's own ratio."""
    return pair[0] / pair[1]
