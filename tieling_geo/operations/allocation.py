"""
Who sends what where: the transport problem, solved in whole numbers.

As much as possible is sent, and of all ways to send so much the cheapest is taken. Amounts and
costs are whole numbers throughout, so that totals are conserved to the last unit and the least cost
is exact: nothing is rounded and no tolerance decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

#: Stands in a matrix of costs where no way leads.
NO_WAY = -1
# More than any sum of costs, and far from the end of 64 bits.
_ENDLESS = 2**60
_FAR = 2**59

_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """What each of n origins sends to each of m destinations."""

    amounts: NDArray[np.object_]
    """(n, m) whole numbers."""
    cost: int
    """Sum of amounts times costs."""
    is_short: NDArray[np.bool_]
    """n: origins that keep something back, and those in whose stead they could send it: together
    they have more than their destinations take. (The origins' side of the least cut.)"""

    @property
    def total(self) -> int:
        """All that is sent."""
        return int(self.amounts.sum())


def allocate(
    need: Sequence[int],
    room: Sequence[int],
    cost: _Integers,
    *,
    most: int | None = None,
) -> Allocation:
    """
    Send as much as possible from origins to destinations, and that as cheaply as possible.

    Successive cheapest paths: each step sends along the cheapest path that is left, which may turn
    back what was sent before; so every total on the way is reached at its least cost. Of paths that
    are equally cheap the one of the lowest positions is taken: sort both sides by their ids, and
    the answer does not depend on the order of any layer.

    Parameters
    ----------
    need
        n whole numbers of zero or more: what each origin has.
    room
        m whole numbers of zero or more: what each destination takes.
    cost
        (n, m) whole numbers of zero or more, a unit's cost; `NO_WAY` where none leads.
    most
        No more than this is sent in all (closed); None: as much as possible.

    Returns
    -------
    allocation
        What each origin sends where; no origin sends more than it has and no destination gets more
        than it takes.

    Raises
    ------
    ParameterError
        If a number is below zero, or the matrix has another shape.

    Examples
    --------
    >>> sent = allocate([5, 5], [6, 2], np.array([[1, 2], [1, 9]]))
    >>> sent.amounts.tolist(), sent.total, sent.cost
    ([[3, 2], [3, 0]], 8, 10)
    """
    _check(need, room, cost)
    state = _State.of(need, room, cost)
    budget = sum(need) if most is None else most
    while budget > 0:
        path = state.cheapest_path()
        if path is None:
            break
        budget -= state.send(path, budget)
    # Whole numbers of Python never overflow.
    sent = zip(*np.nonzero(state.is_used), strict=True)
    return Allocation(
        state.amounts,
        sum(state.amounts[i, j] * int(cost[i, j]) for i, j in sent),
        state.short(),
    )


def _check(need: Sequence[int], room: Sequence[int], cost: _Integers) -> None:
    """
    Refuse what is no transport problem.

    Raises
    ------
    ParameterError
        If a number is below zero, or the matrix has another shape.
    """
    is_shaped = cost.shape == (len(need), len(room))
    if not is_shaped or min([0, *need, *room]) < 0 or (cost < NO_WAY).any() or (cost > _FAR).any():
        raise ParameterError(
            Text("运输问题的数量或费用不合要求", "no transport problem: amounts or costs are wrong")
        )


@dataclass(frozen=True, slots=True)
class _Path:
    """A way to send more: from an origin to a destination, perhaps over others."""

    origin: int
    stops: tuple[int, ...]
    """Destinations; at each but the last something is taken back to make room."""


@dataclass(slots=True, eq=False)
class _State:
    """What is sent so far; `turn` is what it costs to move a unit from one destination on."""

    cost: _Integers
    left: list[int]
    spare: list[int]
    amounts: NDArray[np.object_]
    is_used: NDArray[np.bool_]
    is_open: NDArray[np.bool_]
    turn: _Integers
    """(m, m): least cost of moving a unit from the row's destination to the column's."""
    turned: _Integers
    """(m, m): whose unit that is."""
    first: _Integers
    """m: the open origin that is cheapest for each destination."""
    reached: NDArray[np.bool_] = field(init=False)
    """m: destinations that more could be sent to, had they room; as of the last search."""

    def __post_init__(self) -> None:
        """Nothing is searched yet."""
        self.reached = np.zeros(len(self.spare), dtype=bool)

    @classmethod
    def of(cls, need: Sequence[int], room: Sequence[int], cost: _Integers) -> "_State":
        """Begin with nothing sent."""
        n, m = len(need), len(room)
        amounts = np.zeros((n, m), dtype=object)
        state = cls(
            cost=np.where(cost == NO_WAY, _ENDLESS, cost),
            left=list(map(int, need)),
            spare=list(map(int, room)),
            amounts=amounts,
            is_used=np.zeros((n, m), dtype=bool),
            is_open=np.array([amount > 0 for amount in need], dtype=bool),
            turn=np.full((m, m), _ENDLESS),
            turned=np.zeros((m, m), dtype=np.int64),
            first=np.full(m, -1),
        )
        state.find_first(np.arange(m))
        return state

    def find_first(self, columns: _Integers) -> None:
        """Find the cheapest open origin of some destinations; -1 if none is open."""
        rows = np.flatnonzero(self.is_open)
        if not len(rows):
            self.first[columns] = -1
        elif len(columns):
            self.first[columns] = rows[self.cost[np.ix_(rows, columns)].argmin(axis=0)]

    def cheapest_path(self) -> _Path | None:
        """Find the cheapest way to send more; None if there is none."""
        m = len(self.spare)
        self.reached[:] = False
        if not m or not self.is_open.any():
            return None
        every = np.arange(m)
        distance = self.cost[self.first, every]
        before = np.full(m, -1)
        while True:
            through = distance[:, None] + self.turn
            over = through.argmin(axis=0)
            better = through[over, every] < distance
            if not better.any():
                break
            distance = np.where(better, through[over, every], distance)
            before = np.where(better, over, before)
        self.reached = distance < _FAR
        has_room = np.array([room > 0 for room in self.spare])
        ends = np.where(has_room, distance, _ENDLESS)
        end = int(ends.argmin())
        if ends[end] >= _FAR:
            return None
        stops = [end]
        while before[stops[-1]] >= 0:
            stops.append(int(before[stops[-1]]))
        return _Path(int(self.first[stops[-1]]), tuple(reversed(stops)))

    def short(self) -> NDArray[np.bool_]:
        """Tell which origins share the lack of room, by the last search, which found no way."""
        if not self.is_open.any():
            return self.is_open.copy()
        return np.asarray(self.is_open | self.is_used[:, self.reached].any(axis=1))

    def send(self, path: _Path, budget: int) -> int:
        """Send as much as the path and the budget allow, and return it."""
        stops, origin = path.stops, path.origin
        moved = [(int(self.turned[j, k]), j, k) for j, k in pairwise(stops)]
        amount: int = min(
            budget,
            self.left[origin],
            self.spare[stops[-1]],
            *(self.amounts[i, j] for i, j, _ in moved),
        )
        self.amounts[origin, stops[0]] += amount
        for i, j, k in moved:
            self.amounts[i, j] -= amount
            self.amounts[i, k] += amount
        touched = [(origin, stops[0]), *((i, at) for i, j, k in moved for at in (j, k))]
        for i, j in touched:
            self.is_used[i, j] = self.amounts[i, j] > 0
        self.left[origin] -= amount
        self.spare[stops[-1]] -= amount
        if not self.left[origin]:
            self.is_open[origin] = False
            self.find_first(np.flatnonzero(self.first == origin))
        for j in stops:
            self._find_turns(j)
        return amount

    def _find_turns(self, j: int) -> None:
        """Work out what it costs to move a unit from a destination to each other one."""
        users = np.flatnonzero(self.is_used[:, j])
        if not len(users):
            self.turn[j] = _ENDLESS
            return
        extra = self.cost[users] - self.cost[users, j][:, None]
        least = extra.argmin(axis=0)
        self.turn[j] = np.minimum(extra[least, np.arange(extra.shape[1])], _ENDLESS)
        self.turned[j] = users[least]
