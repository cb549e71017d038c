"""Waste heat shared out: the greatest load, the least MW·km, and the bounds, by other routes."""

from fractions import Fraction
from itertools import product
from random import Random

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from tieling_geo.errors import AccountingError, CRSError
from tieling_geo.operations.heat_matching import (
    cheapest_heat,
    greatest_met,
    least_met,
    most_heat,
    nearest_m,
    to_pairs,
)
from tieling_geo.operations.portions import Exacts

#: Users, sources, and who may serve whom with its distance in metres.
Case = tuple[list[int], list[int], dict[tuple[int, int], int]]


def exact(numbers: list[int]) -> Exacts:
    """Lay tenths of a megawatt out as exact numbers."""
    laid = np.empty(len(numbers), dtype=object)
    laid[:] = [Fraction(n, 10) for n in numbers]
    return laid


def frame(links: dict[tuple[int, int], int]) -> pd.DataFrame:
    """Lay pairs out as `to_pairs` does."""
    rows = [(user, source, float(metres)) for (user, source), metres in sorted(links.items())]
    return pd.DataFrame(rows, columns=["user", "source", "distance_m"]).astype({
        "user": "int64",
        "source": "int64",
        "distance_m": "float64",
    })


def draw(seed: int) -> Case:
    """Draw a small case; some users and sources have nothing."""
    rng = Random(seed)  # noqa: S311 - no secret
    need = [rng.choice([0, 3, 7, 12, 30]) for _ in range(rng.randint(0, 4))]
    supply = [rng.choice([0, 4, 9, 25]) for _ in range(rng.randint(0, 3))]
    links = {
        (user, source): rng.choice([500, 1000, 2500, 4000])
        for user, source in product(range(len(need)), range(len(supply)))
        if rng.random() < 0.6
    }
    return need, supply, links


def by_cuts(need: list[int], supply: list[int], links: dict[tuple[int, int], int]) -> int:
    """Find the greatest load as the narrowest cut, trying every set of users."""
    best = sum(need)
    for chosen in product([False, True], repeat=len(need)):
        reached = {source for user, source in links if chosen[user]}
        outside = sum(n for n, inside in zip(need, chosen, strict=True) if not inside)
        best = min(best, outside + sum(supply[source] for source in reached))
    return best


def ways(need: list[int], is_open: list[bool], step: int = 1) -> list[list[int]]:
    """List every way in which the open loads may turn out: the ends, and `step` steps between."""
    ends = [
        [n * k // step for k in range(step + 1)] if unsure else [n]
        for n, unsure in zip(need, is_open, strict=True)
    ]
    return [list(way) for way in product(*ends)]


@pytest.mark.parametrize("seed", range(60))
def test_as_much_as_the_narrowest_cut(seed: int) -> None:
    """The greatest load, exact; no user gets more than it needs, no source gives more."""
    need, supply, links = draw(seed)
    pairs = frame(links)
    flow = most_heat(exact(need), exact(supply), pairs)
    assert flow.total == Fraction(by_cuts(need, supply, links), 10)
    shared = cheapest_heat(exact(need), exact(supply), pairs)
    assert sum(shared, Fraction(0)) == flow.total
    for name, limits in (("user", exact(need)), ("source", exact(supply))):
        given = dict.fromkeys(range(len(limits)), Fraction(0))
        for row, mw in zip(pairs[name], shared, strict=True):
            assert mw >= 0
            given[row] += mw
        assert all(given[row] <= limit for row, limit in enumerate(limits))


@pytest.mark.parametrize("seed", range(20))
def test_the_cheapest_of_the_greatest(seed: int) -> None:
    """The MW·km are those that networkx finds with whole numbers."""
    need, supply, links = draw(seed)
    graph = nx.DiGraph()
    graph.add_nodes_from(["start", "end"])
    for source, n in enumerate(supply):
        graph.add_edge("start", ("s", source), capacity=n, weight=0)
    for user, n in enumerate(need):
        graph.add_edge(("u", user), "end", capacity=n, weight=0)
    for (user, source), metres in links.items():
        graph.add_edge(("s", source), ("u", user), capacity=100, weight=metres)
    flow = nx.max_flow_min_cost(graph, "start", "end")
    cost = nx.cost_of_flow(graph, flow)
    pairs = frame(links)
    shared = cheapest_heat(exact(need), exact(supply), pairs)
    metres = [Fraction(m) for m in pairs["distance_m"]]
    assert sum((m * mw for m, mw in zip(metres, shared, strict=True)), Fraction(0)) * 10 == cost


@pytest.mark.parametrize("seed", range(60))
def test_bounds_are_those_of_every_way(seed: int) -> None:
    """Open loads at both ends and in between: none is beyond the bounds, and some stand on them."""
    need, supply, links = draw(seed)
    rng = Random(seed + 1000)  # noqa: S311 - no secret
    is_open = [rng.random() < 0.5 for _ in need]
    args = exact(need), np.array(is_open, dtype=bool), exact(supply), frame(links)
    low, high = least_met(*args).value("%"), greatest_met(*args).value("%")
    shares = [
        Fraction(100 * by_cuts(way, supply, links), sum(way))
        for way in ways(need, is_open, step=5)
        if sum(way)
    ]
    at_ends = [
        Fraction(100 * by_cuts(way, supply, links), sum(way))
        for way in ways(need, is_open)
        if sum(way)
    ]
    if not shares:
        assert (low, high) == (None, None)
        return
    assert low == min(at_ends) == min(shares)
    assert high is not None
    assert high >= max(shares)
    # The greatest stands where the open loads are what is met of them: a whole number of tenths.
    every = (
        [
            Fraction(100 * by_cuts(list(way), supply, links), sum(way))
            for way in product(
                *(range(n + 1) if unsure else [n] for n, unsure in zip(need, is_open, strict=True))
            )
            if sum(way)
        ]
        if np.prod([n + 1 for n, u in zip(need, is_open, strict=True) if u]) < 600
        else [high]
    )
    assert high == max(every)


def test_pairs_are_closed_at_the_limit() -> None:
    """5,000 m counts, a millimetre more does not; sorted by position."""
    users = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(0.001, 0)], crs=4550)
    sources = gpd.GeoDataFrame(geometry=[Point(-3000, 4000), Point(0, 0)], crs=4550)
    pairs = to_pairs(users, sources, limit_m=5000.0)
    assert pairs[["user", "source"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 1]]
    assert pairs["distance_m"].tolist() == [5000.0, 0.0, 0.001]
    assert to_pairs(users, sources.iloc[:0], limit_m=5000.0).empty
    assert np.isnan(nearest_m(users, sources.iloc[:0])).all()
    assert nearest_m(users, sources.iloc[:1]).tolist() == [5000.0, 5000.0006]
    with pytest.raises(CRSError):
        to_pairs(users.to_crs(4490), sources, limit_m=5000.0)


def test_a_load_below_zero_has_no_answer() -> None:
    """The solver's refusal is an error, never an empty allocation."""
    with pytest.raises(AccountingError):
        most_heat(exact([-1]), exact([5]), frame({(0, 0): 500}))
