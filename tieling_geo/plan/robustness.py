"""
How robust a verdict is: the smallest moves after which it no longer holds.

A verdict holds by its bounds. It is gone when the other one can be given, when the bounds straddle
the target, and when nothing is left of which the clause could be true. Whatever is decided here is
decided on exact numbers; only distances on the ground are floats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import infer_dtype

from tieling_geo.operations.levers import BOUND_COLUMNS
from tieling_geo.plan.targets import counts_features, to_band
from tieling_geo.records import Clause, Exact, Lever, LeverKind, Measure, Move, Quantity
from tieling_geo.text import Text

Direction = Literal["up", "down", "either", "none"]
#: Exact numbers, one a step or a feature: int64 where nothing can overflow, else int or Fraction.
Numbers = NDArray[Any]
#: Products stay below this in 64 bits, with room for a sum.
_ROOM = 2**61
#: A number that was computed in binary is told to this many decimals.
_DECIMALS = 9
_VALUE = Text("数值与目标的距离", "from the deciding bound to the target")
_FEATURES = Text("须改变完成状态的要素数", "features that must become done, or undone")
#: The unit of a difference, where it is not that of the numbers.
_DIFFERENCES = MappingProxyType({"%": "percentage_point"})


@dataclass(frozen=True, slots=True)
class _Sums:
    """What k features add to a measure and to its bounds, each by itself or after k steps."""

    known: tuple[Numbers, Numbers]
    """Numerators and denominators of the estimate."""
    low: tuple[Numbers, Numbers]
    high: tuple[Numbers, Numbers]

    def cumulated(self, order: NDArray[np.intp], sign: NDArray[np.intp] | int) -> "_Sums":
        """Add up what features add, in an order; `sign` is -1 where a feature leaves."""
        pairs = (
            tuple(np.cumsum((column * sign)[order]) for column in pair)
            for pair in (self.known, self.low, self.high)
        )
        return _Sums(*pairs)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A clause, and the measure that was held against it."""

    clause: Clause
    measure: Measure

    @property
    def edges(self) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest value that reach the target; None: no such edge."""
        target, comparator = self.clause.target, self.clause.comparator
        if target is None or comparator == "none":
            return None, None
        if comparator in {"==", "about"}:
            band = to_band(self.clause, target)
            return (target - band, target + band) if comparator == "about" else (target, target)
        return (target, None) if comparator in {">=", ">"} else (None, target)

    def ratio(self, bound: Quantity, added: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        """Give numerators, in the clause's unit, and denominators after each step."""
        factor = 100 if self.measure.unit == "%" and bound.denominator is not None else 1
        numerator = (bound.numerator + added[0]) * factor
        if bound.denominator is None:
            return numerator, np.ones_like(numerator)
        return numerator, bound.denominator + added[1]

    def sides(self, bound: Quantity, added: tuple[Numbers, Numbers]) -> tuple[Any, Any]:
        """Tell after which steps a bound is below, and above, all that reaches the target."""
        numerator, denominator = self.ratio(bound, added)
        least, most = self.edges
        nowhere = np.zeros(len(numerator), dtype=bool)
        below = above = nowhere
        if least is not None:
            rest = numerator * least.denominator - least.numerator * denominator
            below = rest <= 0 if self.clause.comparator == ">" else rest < 0
        if most is not None:
            rest = numerator * most.denominator - most.numerator * denominator
            above = rest >= 0 if self.clause.comparator == "<" else rest > 0
        return below, above

    def states(self, sums: _Sums) -> tuple[Any, Any, Any]:
        """Tell after which steps it is met; not met with all below; not met with all above."""
        low_below, low_above = self.sides(self.measure.low, sums.low)
        high_below, high_above = self.sides(self.measure.high, sums.high)
        of_known = self.measure.estimate.denominator
        left = (self.measure.counted if of_known is None else of_known) + sums.known[1]
        known = left > 0
        met = known & ~(low_below | low_above | high_below | high_above)
        return met, known & low_below & high_below, known & low_above & high_above

    def is_small(self, added: float) -> bool:
        """Tell whether 64 bits hold all products, with so much added to the measure's numbers."""
        bounds = (self.measure.estimate, self.measure.low, self.measure.high)
        parts: list[Exact] = [p for one in bounds for p in (one.numerator, one.denominator or 0)]
        edges = [edge for edge in self.edges if edge is not None]
        factor = max(max(abs(edge.numerator), edge.denominator) for edge in edges)
        most = max(abs(Fraction(part)) for part in (self.measure.counted, *parts)) + added
        return all(isinstance(part, int) for part in parts) and 100 * most * factor < _ROOM

    def state(self) -> str:
        """Name what holds by now; empty where nothing is decided."""
        nothing = np.array([0], dtype=object)
        now = self.states(_Sums(*[(nothing, nothing)] * 3))
        words = ("met", "below", "above")
        return next((word for word, holds in zip(words, now, strict=True) if holds[0]), "")

    def is_flipped(self, sums: _Sums) -> NDArray[np.bool_]:
        """Tell after which steps the verdict is another one, or none."""
        met, below, above = self.states(sums)
        flipped: NDArray[np.bool_] = ~(met if self.state() == "met" else below | above)
        return flipped

    def effects(self, added: tuple[Numbers, Numbers], edge: Fraction) -> Numbers:
        """Say how much each feature brings a bound above an edge."""
        factor = 100 if self.measure.unit == "%" else 1
        if self.measure.estimate.denominator is None:
            return added[0]
        effects: Numbers = added[0] * factor * edge.denominator - edge.numerator * added[1]
        return effects


@dataclass(frozen=True, slots=True)
class _Found:
    """A move that flips the verdict."""

    amount: Exact | float
    direction: Direction
    features: tuple[str, ...] = ()


def robustness(
    clause: Clause, measure: Measure, levers: Sequence[Lever], against: Sequence[str]
) -> tuple[Move, ...]:
    """
    Find the smallest moves after which a verdict no longer holds.

    Parameters
    ----------
    clause
        A clause with a target.
    measure
        The measure, with the bounds by which the clause was judged.
    levers
        What could move. Thresholds, borders and the day move as one for all features; of positions
        each moves by itself, by no more than the amount. All else is as it is.
    against
        Ids of the features that speak against the target.

    Returns
    -------
    moves
        One for each lever, in their order; then the number of features that would have to become
        done or undone, if the measure counts features; then the distance of the bound that decides
        to the target. The amount is the least upper bound of the moves that leave the verdict
        alone: on it, a feature that stands exactly so far may have crossed or not (closed or open).
        None: no move of that kind changes the verdict. Nothing at all if none was given, as bounds
        on both sides of the target are no verdict.

    Notes
    -----
    For `==` and `about` that are not met, positions are tried from the nearest feature on: where
    one feature alone carries the value over the whole band, another choice of features may need
    less, or do what no row of nearest ones does.

    Examples
    --------
    See `tests/plan/test_robustness.py`.
    """
    standing = _Standing(clause, measure)
    if clause.target is None or not standing.state():
        return ()
    moves = [_by_lever(standing, lever) for lever in levers]
    if counts_features(measure):
        moves.append(_by_features(standing, against))
    return (*moves, _by_value(standing))


def _by_lever(standing: _Standing, lever: Lever) -> Move:
    """Find the smallest move of one lever."""
    if lever.kind == "position":
        by_one = _each_by_itself(standing, lever)
        found = min(by_one, key=lambda way: (way.amount, len(way.features)), default=None)
    else:
        found = _smallest(list(_all_as_one(standing, lever)))
    return Move(
        kind=lever.kind,
        name=lever.name,
        title=lever.title,
        unit=lever.unit,
        amount=None if found is None else _exact(found.amount, lever.kind),
        direction="none" if found is None else found.direction,
        features=() if found is None else found.features,
    )


def _smallest(ways: Sequence[_Found]) -> _Found | None:
    """Pick the smallest move; if both ways are as near, say so, with the features of both."""
    if not ways:
        return None
    least = min(way.amount for way in ways)
    near = [way for way in ways if way.amount == least]
    if len({way.direction for way in near}) == 1:
        return min(near, key=lambda way: len(way.features))
    together = tuple(dict.fromkeys(name for way in near for name in way.features))
    return _Found(least, "either", together)


def _exact(amount: Exact | float, kind: LeverKind) -> Exact | float:
    """Give days as a whole number, thresholds as the decimal they are, distances as they are."""
    if kind == "date":
        return int(amount)
    if kind == "threshold" and isinstance(amount, float):
        return Fraction(repr(round(float(amount), _DECIMALS)))
    return amount if isinstance(amount, int | Fraction) else float(amount)


def _added(standing: _Standing, table: pd.DataFrame) -> _Sums:
    """Read off a lever's table what each feature adds while it is inside."""
    alike = ("numerator", "denominator")
    bounds = BOUND_COLUMNS if set(BOUND_COLUMNS) <= set(table.columns) else alike * 2
    columns = [table[name].to_numpy(dtype=object) for name in (*alike, *bounds)]
    if all(infer_dtype(column) == "integer" for column in columns):
        most = max(float(np.abs(column).sum()) for column in columns)
        columns = [c.astype(np.int64) if standing.is_small(most) else c for c in columns]
    return _Sums(*((columns[n], columns[n + 1]) for n in (0, 2, 4)))


def _inside(lever: Lever) -> NDArray[np.bool_]:
    """Tell which features are on the inner side."""
    margin = lever.table["margin"].to_numpy()
    inside: NDArray[np.bool_] = margin >= 0 if lever.closed else margin > 0
    return inside


def _all_as_one(standing: _Standing, lever: Lever) -> Iterator[_Found]:
    """Move a lever outward until enough features have come in, and inward until enough are out."""
    distance = np.abs(lever.table["margin"].to_numpy())
    added, inside = _added(standing, lever.table), _inside(lever)
    ways: tuple[tuple[Direction, NDArray[np.bool_], int], ...] = (
        ("up", ~inside, 1),
        ("down", inside, -1),
    )
    for direction, crossing, sign in ways:
        order = np.flatnonzero(crossing)
        order = order[np.argsort(distance[order], kind="stable")]
        flipped = standing.is_flipped(added.cumulated(order, sign))
        # Features at one distance cross together.
        last = np.append(distance[order][1:] != distance[order][:-1], True)[: len(order)]
        yield from _first(lever, order, flipped & last, direction)


def _first(
    lever: Lever, order: NDArray[np.intp], flipped: NDArray[np.bool_], direction: Direction
) -> Iterator[_Found]:
    """Give the first step after which the verdict is gone, if there is one."""
    hits = np.flatnonzero(flipped)
    if len(hits):
        crossed = lever.table.iloc[order[: hits[0] + 1]]
        amount = abs(crossed["margin"].iloc[-1])
        yield _Found(amount, direction, tuple(dict.fromkeys(crossed.index.tolist())))


def _each_by_itself(standing: _Standing, lever: Lever) -> Iterator[_Found]:
    """Let features cross that work towards the flip, the nearest first."""
    distance = np.abs(lever.table["margin"].to_numpy())
    added, inside = _added(standing, lever.table), _inside(lever)
    sign = np.where(inside, -1, 1)
    for works in _pulls(standing, added, sign):
        order = np.flatnonzero(works)
        order = order[np.argsort(distance[order], kind="stable")]
        flipped = standing.is_flipped(added.cumulated(order, sign))
        for found in _first(lever, order, flipped, "either"):
            leaving = inside[order[: np.flatnonzero(flipped)[0] + 1]]
            one_way: Direction = "down" if leaving.all() else "up"
            direction = "either" if leaving.any() and not leaving.all() else one_way
            yield _Found(found.amount, direction, found.features)


def _pulls(
    standing: _Standing, added: _Sums, sign: NDArray[np.intp]
) -> Iterator[NDArray[np.bool_]]:
    """Pick, for each way in which the verdict can end, the features whose crossing helps it."""
    state, (least, most) = standing.state(), standing.edges
    # A verdict `met` ends below the least or above the most; `not met` ends the other way round.
    ways = [(least, -1 if state == "met" else 1), (most, 1 if state == "met" else -1)]
    for edge, way in ways:
        if edge is not None:
            for bound in (added.low, added.high):
                yield (standing.effects(bound, edge) * sign * way > 0).astype(bool)
    # All that is known goes out of scope.
    yield (added.known[1] * sign < 0).astype(bool)


def _by_features(standing: _Standing, against: Sequence[str]) -> Move:
    """Find how many known features would have to become done, or undone."""
    measure = standing.measure
    inside = int(measure.estimate.numerator)
    ways: list[_Found] = []
    both: tuple[tuple[Direction, int, int], ...] = (
        ("up", measure.counted - inside, 1),
        ("down", inside, -1),
    )
    for direction, most, sign in both:
        number = np.arange(1, most + 1)
        number = number if standing.is_small(most) else number.astype(object)
        pair = (number * sign, number * 0)
        hits = np.flatnonzero(standing.is_flipped(_Sums(pair, pair, pair)))
        ways += [_Found(int(number[hits[0]]), direction)] if len(hits) else []
    found = _smallest(ways)
    named = () if found is None or standing.state() == "met" else tuple(against)
    return Move(
        kind="features",
        name=measure.name,
        title=_FEATURES,
        unit="count",
        amount=None if found is None else found.amount,
        direction="none" if found is None else found.direction,
        features=named,
    )


def _by_value(standing: _Standing) -> Move:
    """Say how far the bound that decides is from the target, or from the nearer edge of a band."""
    measure, (least, most) = standing.measure, standing.edges
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    ways: list[_Found] = []
    if low is not None and high is not None:
        if standing.state() == "met":
            ways += [] if least is None else [_Found(low - least, "down")]
            ways += [] if most is None else [_Found(most - high, "up")]
        elif standing.state() == "below":
            ways += [] if least is None else [_Found(least - high, "up")]
        else:
            ways += [] if most is None else [_Found(low - most, "down")]
    found = _smallest(ways)
    return Move(
        kind="value",
        name=measure.name,
        title=_VALUE,
        unit=_DIFFERENCES.get(measure.unit, measure.unit),
        amount=None if found is None else found.amount,
        direction="none" if found is None else found.direction,
    )
