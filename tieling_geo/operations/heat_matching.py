"""
Which waste heat may serve which user, and how much of the users' load all of it can serve at once.

The greatest load that can be met is a transport problem; `scipy` solves it at a corner, where every
flow is a sum of loads and sources. Loads are read to `amounts.ROUNDING_DIGITS`, so that flows
rounded to these are exact.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tieling_geo.crs import check_metric
from tieling_geo.errors import AccountingError
from tieling_geo.operations.amounts import ROUNDING_DIGITS, to_fraction
from tieling_geo.operations.portions import Exacts, exact_sum, only
from tieling_geo.records import Parameter, Quantity
from tieling_geo.text import Text

_HALF = 0.5
_ZERO = Fraction(0)
_DECLARED = Text("本工具约定:规划未写", "declared: the plan does not say")

#: What decides whether a source can serve a user.
MAX_DISTANCE = Parameter(
    name="max_distance_m",
    value=5000.0,
    unit="m",
    interval="closed",
    title=Text("余热与用户的最大直线距离", "greatest straight-line distance to a source"),
    source=_DECLARED,
    verified=False,
)
MIN_SPACE_HEATING = Parameter(
    name="min_space_heating_degc",
    value=60.0,
    unit="degc",
    interval="closed",
    title=Text("供暖所需最低温度", "least temperature for space heating"),
    source=_DECLARED,
    verified=False,
)
MIN_STEAM = Parameter(
    name="min_steam_degc",
    value=170.0,
    unit="degc",
    interval="closed",
    title=Text("供汽所需最低温度", "least temperature for steam"),
    source=Text(
        "本工具约定:约为0.8兆帕饱和蒸汽温度,规划未写",
        "declared: about that of saturated steam of 0.8 MPa; the plan does not say",
    ),
    verified=False,
)


def to_pairs(users: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, *, limit_m: float) -> pd.DataFrame:
    """
    List the users and sources that are near each other, by straight-line distance.

    Parameters
    ----------
    users, sources
        n and m points in one projected CRS, metres.
    limit_m
        Greatest distance (closed, to the micrometre), metres.

    Returns
    -------
    pairs
        One row a pair, sorted: `user` and `source` (positions, not ids) and `distance_m`.

    Raises
    ------
    CRSError
        If either layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> users = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(9, 0)], crs=4550)
    >>> sources = gpd.GeoDataFrame(geometry=[Point(3, 4)], crs=4550)
    >>> to_pairs(users, sources, limit_m=5.0)
       user  source  distance_m
    0     0       0         5.0
    """
    check_metric(users, name="users")
    check_metric(sources, name="sources")
    ends = users.geometry.to_numpy(), sources.geometry.to_numpy()
    margin = 10.0**-ROUNDING_DIGITS
    user, source = shapely.STRtree(ends[1]).query(
        ends[0], predicate="dwithin", distance=limit_m + margin
    )
    distance_m = shapely.distance(ends[0][user], ends[1][source]).round(ROUNDING_DIGITS)
    pairs = pd.DataFrame({"user": user, "source": source, "distance_m": distance_m})
    near = pairs[pairs["distance_m"] <= limit_m]
    return near.sort_values(["user", "source"], ignore_index=True)


def nearest_m(users: gpd.GeoDataFrame, sources: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Measure the straight line from each user to the nearest of some sources; nan where is none.

    Examples
    --------
    >>> from shapely import Point
    >>> users = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4550)
    >>> nearest_m(users, gpd.GeoDataFrame(geometry=[Point(3, 4), Point(9, 9)], crs=4550))
    array([5.])
    """
    found = np.full(len(users), np.nan)
    (row, _), distance = shapely.STRtree(sources.geometry.to_numpy()).query_nearest(
        users.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    found[row] = distance.round(ROUNDING_DIGITS)
    return found


class Flow(NamedTuple):
    """The most that can be met, and how."""

    total: Fraction
    mw: Exacts
    """For each pair what flows, exact."""
    is_limiting: NDArray[np.bool_]
    """For each user: with a greater load of its own, more would be met in all."""


def most_heat(need: Exacts, supply: Exacts, pairs: pd.DataFrame) -> Flow:
    """
    Meet as much load as the sources can.

    Parameters
    ----------
    need, supply
        n and m exact numbers, MW.
    pairs
        See `to_pairs`: who may serve whom.

    Raises
    ------
    AccountingError
        If the solver finds no answer.

    Examples
    --------
    >>> pairs = pd.DataFrame({"user": [0, 1], "source": [0, 0], "distance_m": [1.0, 2.0]})
    >>> of = lambda *numbers: np.array([Fraction(n) for n in numbers], dtype=object)
    >>> most_heat(of(3, 4), of(5), pairs).total
    Fraction(5, 1)
    """
    if pairs.empty:
        return Flow(_ZERO, np.empty(0, dtype=object), np.zeros(len(need), dtype=bool))
    # A user's limit that stands in the narrowest cut has a price of one, any other of zero.
    flow, price = _solve(-np.ones(len(pairs)), need, supply, pairs)
    mw = _exact(flow)
    return Flow(exact_sum(mw), mw, price[: len(need)] < -_HALF)


def cheapest_heat(need: Exacts, supply: Exacts, pairs: pd.DataFrame) -> Exacts:
    """
    Meet as much load as the sources can, and of all ways choose one with the least MW·km.

    Parameters
    ----------
    need, supply, pairs
        See `most_heat`.

    Returns
    -------
    mw
        For each pair what flows, exact; the same for the same order of users and sources.

    Raises
    ------
    AccountingError
        If the solver finds no answer.

    Examples
    --------
    >>> pairs = pd.DataFrame({"user": [0, 1], "source": [0, 0], "distance_m": [1.0, 2.0]})
    >>> of = lambda *numbers: np.array([Fraction(n) for n in numbers], dtype=object)
    >>> cheapest_heat(of(3, 4), of(5), pairs).tolist()
    [Fraction(3, 1), Fraction(2, 1)]
    """
    most = most_heat(need, supply, pairs)
    if not most.total:
        return most.mw
    km = pairs["distance_m"].to_numpy() / 1000
    flow, _ = _solve(km, need, supply, pairs, total=float(most.total))
    return _exact(flow)


def _exact(flow: NDArray[np.float64]) -> Exacts:
    """Round flows to exact decimals."""
    laid = np.empty(len(flow), dtype=object)
    laid[:] = [to_fraction(mw) for mw in flow]
    return laid


def _solve(
    cost: NDArray[np.float64],
    need: Exacts,
    supply: Exacts,
    pairs: pd.DataFrame,
    *,
    total: float | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Solve the transport problem; give the flows, and the price of each user's and source's limit.

    Raises
    ------
    AccountingError
        If the solver finds no answer.
    """
    n, m, columns = len(need), len(supply), np.arange(len(pairs))
    rows = np.concatenate([pairs["user"].to_numpy(), n + pairs["source"].to_numpy()])
    ones = np.ones(2 * len(pairs))
    limits = csr_array((ones, (rows, np.tile(columns, 2))), shape=(n + m, len(pairs)))
    options: dict[str, Any] = {
        "A_ub": limits,
        "b_ub": np.concatenate([need, supply]).astype("float64"),
        "method": "highs-ds",
    }
    if total is not None:
        options |= {"A_eq": np.ones((1, len(pairs))), "b_eq": [total]}
    found = linprog(cost, **options)
    if found.status:
        raise AccountingError(
            Text(f"分配求解失败:{found.message}", f"no allocation was found: {found.message}")
        )
    return found.x, found.ineqlin.marginals


def least_met(
    need: Exacts, is_open: NDArray[np.bool_], supply: Exacts, pairs: pd.DataFrame
) -> Quantity:
    """
    Find the least share of the load that is met, whatever the open loads turn out to be.

    An open load is anything from zero to `need`. The share is least where each is at one of its
    ends. Which ones are at which is found by solving for loads scaled by the share so far: those
    that the narrowest cut goes through hurt the share when they are gone. Each round lowers the
    share, so that it ends.

    Parameters
    ----------
    need, supply, pairs
        See `most_heat`.
    is_open
        n booleans.

    Examples
    --------
    >>> pairs = pd.DataFrame({"user": [0], "source": [0], "distance_m": [1.0]})
    >>> of = lambda *numbers: np.array([Fraction(n) for n in numbers], dtype=object)
    >>> least_met(of(2, 2), np.array([False, True]), of(2), pairs).value("%")
    Fraction(50, 1)
    """
    known = only(need, ~is_open)
    best = min((_met(loads, supply, pairs) for loads in (need, known)), key=_to_order)
    while best.denominator:
        share = Fraction(best.numerator) / best.denominator
        scaled = known + only(need, is_open) * share
        absent = is_open & most_heat(scaled, supply, pairs).is_limiting
        tried = _met(only(need, ~absent), supply, pairs)
        if _to_order(tried) >= _to_order(best):
            break
        best = tried
    return best


def _met(need: Exacts, supply: Exacts, pairs: pd.DataFrame) -> Quantity:
    """Give the share of a load that is met."""
    return Quantity(most_heat(need, supply, pairs).total, exact_sum(need))


def _to_order(share: Quantity) -> Fraction:
    """Order shares; one of nothing comes last."""
    return Fraction(share.numerator) / share.denominator if share.denominator else Fraction(2)


def greatest_met(
    need: Exacts, is_open: NDArray[np.bool_], supply: Exacts, pairs: pd.DataFrame
) -> Quantity:
    """
    Find the greatest share of the load that is met, whatever the open loads turn out to be.

    Every open load that can be met beside the known ones only helps: it weighs what is met of it.

    Parameters
    ----------
    need, is_open, supply, pairs
        See `least_met`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"user": [1], "source": [0], "distance_m": [1.0]})
    >>> of = lambda *numbers: np.array([Fraction(n) for n in numbers], dtype=object)
    >>> greatest_met(of(2, 9), np.array([False, True]), of(2), pairs).value("%")
    Fraction(50, 1)
    """
    known = only(need, ~is_open)
    met, total = most_heat(known, supply, pairs).total, exact_sum(known)
    more = most_heat(need, supply, pairs).total - met
    if not total and not more:
        return Quantity(_ZERO, exact_sum(need))
    return Quantity(met + more, total + more)
