"""Which boilers are in use on a day, and how much heat each of them gives."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.amounts import ROUNDING_DIGITS
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.text import Text
from tieling_geo.units import MW_PER_T_PER_H

#: Why a boiler is not in use, or why that is not known: words of the cases below.
IN_USE_REASONS: Mapping[str, Text] = MappingProxyType({
    "retired": Text("该日已淘汰", "retired by that day"),
    **RETIREMENT_REASONS,
})


def boilers_in_use(boilers: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """
    Judge each boiler as of a day (closed): it came into service and was not retired.

    A boiler on standby is in use: it may burn on any day.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows.
    as_of
        The day.

    Returns
    -------
    state
        As of `retirement.retirement`, and `in_use`, a nullable boolean.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B", "C"]).assign(
    ...     fuel="coal", status=["standby", "retired", "retired"],
    ...     retired_on=pd.to_datetime([None, "2023-12-31", None]))
    >>> boilers_in_use(boilers, date(2023, 12, 31))["in_use"].tolist()
    [True, False, <NA>]
    """
    state = retirement(boilers, as_of)
    return state.assign(in_use=state["exists"] & ~state["is_retired"])


def out_cases(state: pd.DataFrame) -> dict[str, pd.Series]:
    """Say why boilers are surely not in use: cases for `results.first_reason`."""
    return {"retired": state["is_retired"], "not_yet": ~state["exists"]}


def unknown_cases(state: pd.DataFrame) -> dict[str, pd.Series]:
    """Say why it is not known whether boilers are in use."""
    return {
        "contradiction": state["contradiction"],
        "undated": state["undated"],
        "status_unknown": state["in_use"].isna(),
    }


def heat_mw(boilers: gpd.GeoDataFrame) -> pd.Series:
    """
    Give each boiler's heat: as stated, else by its steam (0.7 MW a tonne an hour).

    Examples
    --------
    >>> heat_mw(pd.DataFrame({"capacity_mw": [None, 7.0], "capacity_t_per_h": [35.0, 35.0]}))
    0    24.5
    1     7.0
    dtype: float64
    """
    steam = boilers["capacity_t_per_h"].astype("float64") * MW_PER_T_PER_H
    found: pd.Series = boilers["capacity_mw"].astype("float64").fillna(steam)
    return found.round(ROUNDING_DIGITS).rename(None)
