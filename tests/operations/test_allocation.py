"""The transport problem, held against networkx, against linear programming, and by hand."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from tieling_geo.errors import ParameterError
from tieling_geo.operations.allocation import NO_WAY, Allocation, allocate

Problem = tuple[list[int], list[int], NDArray[np.int64]]
amounts = st.integers(0, 9) | st.sampled_from([10**13, 10**13 + 1])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a small problem: equal costs, missing ways and great amounts abound."""
    need = draw(st.lists(amounts, max_size=5))
    room = draw(st.lists(amounts, max_size=4))
    n = len(need) * len(room)
    cost = draw(st.lists(st.integers(NO_WAY, 6) | st.integers(0, 10**8), min_size=n, max_size=n))
    return need, room, np.array(cost, dtype=np.int64).reshape(len(need), len(room))


def by_networkx(problem: Problem) -> tuple[int, int]:
    """Give the greatest flow and its least cost."""
    need, room, cost = problem
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for i, amount in enumerate(need):
        graph.add_edge("from", ("origin", i), capacity=amount, weight=0)
    for j, amount in enumerate(room):
        graph.add_edge(("destination", j), "to", capacity=amount, weight=0)
    for i, j in zip(*np.nonzero(cost != NO_WAY), strict=True):
        ends = (("origin", int(i)), ("destination", int(j)))
        graph.add_edge(*ends, capacity=10**16, weight=int(cost[i, j]))
    flow = nx.max_flow_min_cost(graph, "from", "to")
    return sum(flow["from"].values()), nx.cost_of_flow(graph, flow)


def check_conserved(problem: Problem, sent: Allocation) -> None:
    """Nothing is made or lost: whole numbers, within what is there, on ways that lead."""
    need, room, cost = problem
    assert all(type(amount) is int and amount >= 0 for amount in sent.amounts.ravel().tolist())
    assert all(own <= most for own, most in zip(sent.amounts.sum(axis=1), need, strict=True))
    assert all(got <= most for got, most in zip(sent.amounts.sum(axis=0), room, strict=True))
    assert not sent.amounts[cost == NO_WAY].any()


@given(problems())
@settings(max_examples=60, deadline=None)
def test_it_sends_as_much_as_cheaply_as_another_solver(problem: Problem) -> None:
    """The greatest amount, to the last unit, at exactly its least cost."""
    sent = allocate(*problem)
    check_conserved(problem, sent)
    assert (sent.total, sent.cost) == by_networkx(problem)


def test_it_is_as_cheap_as_a_linear_program() -> None:
    """Forty origins, four destinations, everything needed: the optimum of HiGHS."""
    rng = np.random.default_rng(7)
    need, cost = rng.integers(1, 1000, 40), rng.integers(0, 5000, (40, 4))
    room = np.full(4, need.sum() // 3)
    sent = allocate(need.tolist(), room.tolist(), cost)
    found = linprog(
        cost.ravel(),
        A_eq=np.kron(np.eye(40), np.ones(4)),
        b_eq=need,
        A_ub=np.kron(np.ones(40), np.eye(4)),
        b_ub=room,
        method="highs",
    )
    assert sent.total == need.sum()
    assert sent.cost == pytest.approx(found.fun, rel=1e-9)


@given(problems(), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_less_may_be_sent(problem: Problem, most: int) -> None:
    """With a limit, exactly so much is sent if it can be, at no more cost than the whole."""
    some, whole = allocate(*problem, most=most), allocate(*problem)
    check_conserved(problem, some)
    assert some.total == min(most, whole.total)
    assert some.cost <= whole.cost


def test_the_lowest_positions_are_taken_of_equals() -> None:
    """All ways are equal: the first sends to the first."""
    sent = allocate([1, 1], [1, 1], np.ones((2, 2), dtype=np.int64))
    assert sent.amounts.tolist() == [[1, 0], [0, 1]]


def test_the_nearest_is_given_up_where_that_is_cheaper_for_all() -> None:
    """B can only go to X; A, nearer to it, moves on to Y: 1·9 + 1·2, not 1·1 and B left."""
    sent = allocate([1, 1], [1, 1], np.array([[1, 9], [2, NO_WAY]]))
    assert sent.amounts.tolist() == [[0, 1], [1, 0]]
    assert sent.cost == 11


def test_who_shares_the_lack_of_room() -> None:
    """A and B want the one unit at X; C has its own: the first two are short, and C is not."""
    cost = np.array([[1, NO_WAY], [1, NO_WAY], [NO_WAY, 1]])
    assert allocate([1, 1, 1], [1, 5], cost).is_short.tolist() == [True, True, False]
    assert allocate([1, 1, 1], [2, 5], cost).is_short.tolist() == [False, False, False]


@pytest.mark.parametrize(
    ("need", "room", "cost"),
    [([-1], [1], [[0]]), ([1], [-1], [[0]]), ([1], [1], [[-2]]), ([1], [1], [[0, 0]])],
)
def test_what_is_no_problem_is_refused(
    need: list[int], room: list[int], cost: list[list[int]]
) -> None:
    """Amounts and costs below zero, and a matrix of another shape."""
    with pytest.raises(ParameterError):
        allocate(need, room, np.array(cost))
