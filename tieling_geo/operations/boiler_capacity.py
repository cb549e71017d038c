"""The capacity of a boiler, which ledgers give in steam or in heat, held against a limit."""

import geopandas as gpd
import pandas as pd

from tieling_geo.units import MW_PER_T_PER_H


def to_capacity_t_per_h(boilers: gpd.GeoDataFrame) -> pd.Series:
    """
    Give each boiler's capacity in tonnes of steam an hour, as stated, else from its megawatts.

    Examples
    --------
    >>> frame = pd.DataFrame({"capacity_t_per_h": [35.0, None], "capacity_mw": [None, 24.5]})
    >>> to_capacity_t_per_h(frame).tolist()
    [35.0, 35.0]
    """
    capacity: pd.Series = boilers["capacity_t_per_h"].fillna(from_mw(boilers))
    return capacity


def from_mw(boilers: gpd.GeoDataFrame) -> pd.Series:
    """Convert megawatts to tonnes of steam an hour."""
    # Rounded to a gram an hour: 10.5 / 0.7 is 15.000000000000002 in binary.
    converted: pd.Series = (boilers["capacity_mw"] / MW_PER_T_PER_H).round(6)
    return converted


def is_small(boilers: gpd.GeoDataFrame, limit_t_per_h: float, *, closed: bool) -> pd.Series:
    """
    Tell which boilers are not larger than a limit; missing where no capacity says so.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows.
    limit_t_per_h
        The limit, t/h.
    closed
        True: a boiler of exactly the limit is small; False: it is not.

    Returns
    -------
    small
        n nullable booleans, index of `boilers`; missing too where the two capacities of a boiler
        lie on different sides of the limit.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "capacity_t_per_h": [35.0, None, 20.0, None], "capacity_mw": [None, 25.0, 70.0, None]})
    >>> is_small(frame, 35.0, closed=True).tolist()
    [True, False, <NA>, <NA>]
    """
    stated, converted = boilers["capacity_t_per_h"], from_mw(boilers)
    small, also = (
        ((capacity <= limit_t_per_h) if closed else (capacity < limit_t_per_h))
        .astype("boolean")
        .mask(capacity.isna())
        for capacity in (stated, converted)
    )
    answer: pd.Series = small.fillna(also).mask((small != also).fillna(value=False))
    return answer
