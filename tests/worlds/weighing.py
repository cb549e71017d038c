"""Sums, shares and their bounds by trying every way the unknown may turn out: plain fractions."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from typing import NamedTuple

Bounds = tuple[Fraction | None, Fraction | None, Fraction | None]


class Weighed(NamedTuple):
    """Is the duty about a thing, is it done, and what does it weigh? None: nobody knows."""

    scope: bool | None
    done: bool | None
    amount: Fraction | None
    most: Fraction = Fraction(0)
    """The greatest that an unknown amount may be."""


class Weight(NamedTuple):
    """What a duty's things come to: value, least and greatest; features known and unknown."""

    share: Bounds
    done: Bounds
    left: Bounds
    counted: int
    unknown: int


def weighed(things: Iterable[Weighed]) -> Weight:
    """Add up, and try every way in which the unknown things may turn out."""
    listed = [t for t in things if t.scope is not False]
    known = [t for t in listed if t.scope and t.done is not None and t.amount is not None]
    shares, dones, lefts = [], [], []
    for way in product(*(_ways(t) for t in listed)):
        inside = [w for w in way if w is not None]
        done = sum((a for is_done, a in inside if is_done), Fraction(0))
        left = sum((a for is_done, a in inside if not is_done), Fraction(0))
        dones.append(done)
        lefts.append(left)
        if done + left:
            shares.append(100 * done / (done + left))
    done = sum((t.amount or 0 for t in known if t.done), Fraction(0))
    left = sum((t.amount or 0 for t in known if not t.done), Fraction(0))
    share = 100 * done / (done + left) if done + left else None
    ends = (min(shares), max(shares)) if shares else (None, None)
    return Weight(
        (share, *ends),
        (done, min(dones), max(dones)),
        (left, min(lefts), max(lefts)),
        len(known),
        len(listed) - len(known),
    )


def _ways(thing: Weighed) -> list[tuple[bool, Fraction] | None]:
    """List what a thing may be: out of scope (None), or done or not with a least or most amount."""
    done = [True, False] if thing.done is None else [thing.done]
    amounts = [Fraction(0), thing.most] if thing.amount is None else [thing.amount]
    ways: list[tuple[bool, Fraction] | None] = list(product(done, amounts))
    return ways if thing.scope else [None, *ways]
