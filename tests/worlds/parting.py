"""Things that are done in part: bounds by trying every way in which each may turn out."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from tests.worlds.weighing import Weight
from tieling_geo.records import Measure

#: How much of a thing is done and how much is left; None: the duty is not about it.
Way = tuple[Fraction, Fraction] | None


def parted(things: Iterable[set[Way]]) -> Weight:
    """
    Add up things of which each may turn out in some ways, the extreme ones among them.

    A thing that can turn out in one way only, in scope, counts. The value holds what is sure of
    every thing that is surely in scope.
    """
    listed = [ways for ways in things if ways != {None}]
    known = [ways for ways in listed if len(ways) == 1]
    sure = [list(ways) for ways in listed if None not in ways]
    done, left = (
        sum((min(way[side] for way in ways if way) for ways in sure), Fraction(0))
        for side in (0, 1)
    )
    totals = {_total(world) for world in product(*listed)}
    shares = [100 * d / (d + rest) for d, rest in totals if d + rest]
    return Weight(
        (100 * done / (done + left) if done + left else None, *_ends(shares)),
        (done, *_ends([d for d, _ in totals])),
        (left, *_ends([rest for _, rest in totals])),
        len(known),
        len(listed) - len(known),
    )


def check_measure(measure: Measure, found: Weight, which: str) -> None:
    """Hold a measure that is told beside a verdict against the numbers found by hand."""
    assert (measure.counted, measure.excluded) == (found.counted, found.unknown)
    value, low, high = getattr(found, which)
    ends = (measure.low.value(measure.unit), measure.high.value(measure.unit))
    if None not in ends:
        assert ends == (low, high)
    assert measure.value == (value if found.counted else None)


def _total(world: tuple[Way, ...]) -> tuple[Fraction, Fraction]:
    """Add up one way in which all may turn out."""
    inside = [way for way in world if way is not None]
    return (
        sum((d for d, _ in inside), Fraction(0)),
        sum((rest for _, rest in inside), Fraction(0)),
    )


def _ends(numbers: list[Fraction]) -> tuple[Fraction | None, Fraction | None]:
    """Give the least and the greatest; of none, none."""
    return (min(numbers), max(numbers)) if numbers else (None, None)
