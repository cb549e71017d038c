"""
The least and the greatest ratio of two sums, of which some terms may be one of several.

A share such as clean vehicles of all vehicles adds up a numerator and a denominator. A feature that
is not wholly known may add one of several pairs: it may be out of scope, its parts may be anything
between limits. Which pairs make the ratio least depends on the ratio itself; the search below
(Dinkelbach's) goes from ratio to smaller ratio, and ends exactly.
"""

from collections.abc import Sequence
from fractions import Fraction

#: What a feature adds to the numerator and to the denominator; both zero: it is out of scope.
Pair = tuple[Fraction, Fraction]


def least_ratio(fixed: Pair, options: Sequence[Sequence[Pair]]) -> Pair | None:
    """
    Choose one pair of each feature so that the ratio of the sums is least.

    Parameters
    ----------
    fixed
        What the features that are known add up to.
    options
        For each other feature the pairs that it may add, at least one. Where a feature's parts may
        be anything between limits, the corners of that range are enough.

    Returns
    -------
    sums
        The numerator and the denominator of the least ratio; None where no choice has a denominator
        above zero. Of choices with the same ratio any may be given.

    Examples
    --------
    A feature of 6 in 10 that may be out of scope lowers a share of 9 in 10, not one of 1 in 2.

    >>> zero, some = (Fraction(0), Fraction(0)), (Fraction(6), Fraction(10))
    >>> least_ratio((Fraction(9), Fraction(10)), [[zero, some]])
    (Fraction(15, 1), Fraction(20, 1))
    >>> least_ratio((Fraction(5), Fraction(10)), [[zero, some]])
    (Fraction(5, 1), Fraction(10, 1))
    >>> least_ratio(zero, [[zero]]) is None
    True
    """
    best = _any_choice(fixed, options)
    while best is not None:
        found = _choice(fixed, options, best[0] / best[1])
        if found[0] * best[1] >= best[0] * found[1]:
            return best
        best = found
    return None


def greatest_ratio(fixed: Pair, options: Sequence[Sequence[Pair]]) -> Pair | None:
    """
    Choose one pair of each feature so that the ratio of the sums is greatest.

    Parameters
    ----------
    fixed, options
        See `least_ratio`.

    Returns
    -------
    sums
        See `least_ratio`.

    Examples
    --------
    >>> zero, some = (Fraction(0), Fraction(0)), (Fraction(6), Fraction(10))
    >>> greatest_ratio((Fraction(5), Fraction(10)), [[zero, some]])
    (Fraction(11, 1), Fraction(20, 1))
    """
    turned = least_ratio(_rest(fixed), [[_rest(pair) for pair in pairs] for pairs in options])
    return None if turned is None else _rest(turned)


def _rest(pair: Pair) -> Pair:
    """Turn a part of a whole into what is left of it."""
    return pair[1] - pair[0], pair[1]


def _any_choice(fixed: Pair, options: Sequence[Sequence[Pair]]) -> Pair | None:
    """Choose the greatest denominators: a ratio to begin with, if there is one."""
    sums = _added(fixed, [max(pairs, key=lambda pair: pair[1]) for pairs in options])
    return sums if sums[1] > 0 else None


def _choice(fixed: Pair, options: Sequence[Sequence[Pair]], ratio: Fraction) -> Pair:
    """Choose of each feature the pair that pulls a ratio down most."""
    return _added(
        fixed, [min(pairs, key=lambda pair: pair[0] - ratio * pair[1]) for pairs in options]
    )


def _added(fixed: Pair, pairs: Sequence[Pair]) -> Pair:
    """Add up."""
    return (
        sum((pair[0] for pair in pairs), fixed[0]),
        sum((pair[1] for pair in pairs), fixed[1]),
    )
