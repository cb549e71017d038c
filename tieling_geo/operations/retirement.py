"""Whether a boiler was retired by a day, from its status and its dates."""

from datetime import date

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.text import Text

#: Why the duty to retire a boiler cannot be judged, by the words of `retirement`.
RETIREMENT_REASONS = {
    "not_yet": Text("该日尚未投用", "not commissioned by that day"),
    "fuel_unknown": Text("燃料类型缺失", "fuel is missing"),
    "contradiction": Text(
        "状态或投用日期与淘汰日期矛盾",
        "status or date of commissioning contradicts the date of retirement",
    ),
    "undated": Text("已淘汰但无日期,无法证明在该日之前", "retired, but no date says when"),
    "status_unknown": Text("状态缺失", "status is missing"),
}


def retirement(boilers: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """
    Judge each boiler as of a day (closed).

    A boiler in use or on standby that carries a past date of retirement contradicts itself, and so
    does one retired before it was commissioned (the same day is no contradiction); one that is
    retired without a date cannot be placed before the day. All of these are unknown. A date of
    retirement decides where the status is missing.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows.
    as_of
        The day.

    Returns
    -------
    judged
        n rows of nullable booleans, index of `boilers`: `is_coal` (missing without a fuel),
        `exists` (commissioned by the day; a missing date counts as yes, and a later one that
        contradicts the date of retirement as unknown), `is_retired`; and plain ones that say why
        `is_retired` is missing: `contradiction`, `undated`.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B", "C"]).assign(
    ...     fuel="coal", status=["operating", "retired", "retired"],
    ...     retired_on=pd.to_datetime([None, "2023-12-31", None]))
    >>> retirement(boilers, date(2023, 12, 31))["is_retired"].tolist()
    [False, True, <NA>]
    """
    past = is_on_or_before(boilers["retired_on"], as_of)
    running = boilers["status"].isin(["operating", "standby"])
    swapped = boilers["retired_on"] < boilers["commissioned_on"]
    contradiction = (running & past.fillna(value=False)).astype(bool) | swapped
    # Running and without a date of retirement: not retired. Running with a later one: neither.
    retired = past.mask(running & past.isna(), other=False).mask(contradiction)
    commissioned = is_on_or_before(boilers["commissioned_on"], as_of).fillna(value=True)
    return pd.DataFrame({
        "is_coal": (boilers["fuel"] == "coal").astype("boolean").mask(boilers["fuel"].isna()),
        "exists": commissioned.mask(swapped & ~commissioned),
        "is_retired": retired,
        "contradiction": contradiction,
        "undated": (boilers["status"] == "retired") & boilers["retired_on"].isna(),
    })
