"""Density clusters: small layouts by hand, and a plain reference that looks at every pair."""

from decimal import Decimal
from math import sqrt

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.clustering import density_clusters

Place = tuple[int, int]
Found = dict[str, tuple[str | None, str, int]]
EAST, NORTH = 560_000.0, 4_690_000.0


def layer(places: dict[str, tuple[float, float]]) -> gpd.GeoDataFrame:
    """Lay points out on the ground."""
    shapes = [Point(EAST + x, NORTH + y) for x, y in places.values()]
    return gpd.GeoDataFrame(index=list(places), geometry=shapes, crs=4550)


def ask(places: dict[str, tuple[float, float]], reach_m: float, least: float) -> Found:
    """Give each point its cluster, its role and its neighbours."""
    found = density_clusters(layer(places), reach_m=reach_m, least_neighbours=least)
    assert found.index.tolist() == list(places)
    return {
        key: (None if row.cluster != row.cluster else row.cluster, row.role, row.neighbours)
        for key, row in zip(found.index, found.itertuples(), strict=True)
    }


def reference(places: dict[str, Place], reach: int, least: int) -> Found:
    """Reckon the same by looking at every pair, in whole numbers; a flood from each core."""
    square = {
        a: {b: (x - u) ** 2 + (y - v) ** 2 for b, (u, v) in places.items()}
        for a, (x, y) in places.items()
    }
    near = {a: {b for b, far in square[a].items() if far <= reach**2} for a in places}
    cores = {a for a in places if len(near[a]) >= least}
    group: dict[str, int] = {}
    for start in sorted(cores):
        if start in group:
            continue
        number, waiting = len(set(group.values())), [start]
        while waiting:
            here = waiting.pop()
            if here not in group:
                group[here] = number
                waiting += near[here] & cores
    for a in set(places) - cores:
        around = sorted((square[a][b], b) for b in near[a] & cores)
        if around:
            group[a] = group[around[0][1]]
    names = {number: min(a for a in group if group[a] == number) for number in group.values()}
    return {
        a: (
            names[group[a]] if a in group else None,
            "core" if a in cores else "border" if a in group else "noise",
            len(near[a]),
        )
        for a in places
    }


grid = st.dictionaries(
    st.integers(0, 99).map(lambda n: f"e{n}"),
    st.tuples(st.integers(0, 12), st.integers(0, 12)),
    max_size=25,
)


@given(grid, st.integers(1, 5), st.integers(1, 6), st.sampled_from([100.0, 0.1]))
@settings(deadline=None, max_examples=150)
def test_it_agrees_with_a_plain_reference(
    places: dict[str, Place], reach: int, least: int, size: float
) -> None:
    """On a grid, where ties and distances of exactly the reach abound; of metres or decimetres."""
    scaled = {key: (x * size, y * size) for key, (x, y) in places.items()}
    assert ask(scaled, reach * size, least) == reference(places, reach, least)


@given(grid, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_the_order_of_points_does_not_matter(places: dict[str, Place], rng: object) -> None:
    """Shuffled, each point has the same cluster and role."""
    keys = list(places)
    rng.shuffle(keys)  # type: ignore[attr-defined]
    floats = {key: (float(x), float(y)) for key, (x, y) in places.items()}
    assert ask({key: floats[key] for key in keys}, 2.0, 3) == ask(floats, 2.0, 3)


def test_exactly_at_reach_is_a_neighbour() -> None:
    """Closed, whatever the binary dust: 0.3 apart as 0.1 + 0.2; a millimetre more is not."""
    dusty = {"a": (0.0, 0.0), "b": (0.1 + 0.2, 0.0)}
    assert ask(dusty, 0.3, 2)["a"][:2] == ("a", "core")
    slanted = {"a": (0.0, 0.0), "b": (300.0, 400.0)}
    assert ask(slanted, 500.0, 2)["b"] == ("a", "core", 2)
    assert ask({**slanted, "b": (300.0, 400.001)}, 500.0, 2)["b"] == (None, "noise", 1)
    assert Decimal(str(0.1 + 0.2)) != Decimal("0.3")
    assert sqrt(300**2 + 400**2) == 500


def test_exactly_enough_neighbours_is_a_core() -> None:
    """Closed, the point itself included; one fewer leaves no core, so noise."""
    places = {"a": (0.0, 0.0), "b": (10.0, 0.0), "c": (-10.0, 0.0)}
    assert ask(places, 10.0, 3) == {
        "a": ("a", "core", 3),
        "b": ("a", "border", 2),
        "c": ("a", "border", 2),
    }
    assert {role for _, role, _ in ask(places, 10.0, 4).values()} == {"noise"}


def test_a_border_point_between_two_clusters_goes_to_the_nearest_core() -> None:
    """The nearer core; equally near: the core with the lowest id. It joins no clusters."""
    left = {"l1": (0.0, 0.0), "l2": (0.0, 3.0), "l3": (0.0, -3.0)}
    right = {"k1": (20.0, 0.0), "k2": (20.0, 3.0), "k3": (20.0, -3.0)}
    cores = {**left, **right}
    between = ask({**cores, "z": (10.0, 0.0)}, 10.0, 3.0)
    assert between["z"][1] == "core"  # it has l1, k1 and itself: at three it bridges them
    near = ask({"l4": (-1.0, 0.0), "k4": (21.0, 0.0), **cores, "z": (9.9, 0.0)}, 10.1, 4)
    assert near["z"] == ("l1", "border", 3)
    tie = ask({"l4": (-1.0, 0.0), "k4": (21.0, 0.0), **cores, "z": (10.0, 0.0)}, 10.0, 4)
    assert tie["z"] == ("k1", "border", 3)
    assert tie["l1"][0] == "l1"


def test_a_cluster_is_named_by_its_lowest_member_border_points_included() -> None:
    """Ids are compared as text: 10 comes before 9."""
    places = {"9": (0.0, 0.0), "91": (5.0, 0.0), "10": (-5.0, 0.0)}
    assert {cluster for cluster, _, _ in ask(places, 5.0, 3).values()} == {"10"}


def test_nothing_and_one_point() -> None:
    """No point, one point, and points on one place."""
    assert ask({}, 5.0, 2) == {}
    assert ask({"a": (0.0, 0.0)}, 5.0, 2) == {"a": (None, "noise", 1)}
    assert ask({"a": (0.0, 0.0)}, 5.0, 1) == {"a": ("a", "core", 1)}
    assert ask({"b": (0.0, 0.0), "a": (0.0, 0.0)}, 5.0, 2)["b"] == ("a", "core", 2)


@pytest.mark.parametrize(
    ("reach_m", "least"),
    [(0.0, 3.0), (-1.0, 3.0), (np.inf, 3.0), (np.nan, 3.0), (5.0, 0.0), (5.0, 2.5)],
)
def test_parameters_without_a_sense_are_refused(reach_m: float, least: float) -> None:
    """No reach, an endless one, a number that is not whole."""
    with pytest.raises(ParameterError):
        ask({"a": (0.0, 0.0)}, reach_m, least)


def test_degrees_are_refused() -> None:
    """A layer that is not in metres."""
    with pytest.raises(CRSError):
        density_clusters(layer({"a": (0.0, 0.0)}).to_crs(4490), reach_m=5.0, least_neighbours=2)
