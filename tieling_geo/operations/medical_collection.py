"""Whether a medical site's waste is collected: by contract, or on a route that runs."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.acceptance import service
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import Crossings, day_of_assessment, to_sides
from tieling_geo.operations.results import first_reason
from tieling_geo.text import Text

#: Why nobody knows whether a site is served, by the words of `collection`.
COLLECTION_REASONS: Mapping[str, Text] = MappingProxyType({
    "no_such_route": Text("路线编号在路线台账中没有", "no route has the number that it states"),
    "route_swapped": Text("路线停运日期早于开通日期", "its route ended before it began"),
    "contradiction": Text(
        "记为无合同,却有未到期的合同日期", "no contract, it says, yet one that has not expired"
    ),
    "undated": Text("有合同但无到期日", "a contract, but no date says until when"),
    "contract_unknown": Text("是否签订合同不明", "not known whether there is a contract"),
})


def with_routes(sites: gpd.GeoDataFrame, routes: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Put the dates of its route beside each site's contract.

    Returns
    -------
    rows
        n rows, index of `sites`: `has_contract`, `contract_until`, `states_route` (a blank number
        is none), `has_route` (a route has that number), `started_on`, `ended_on`,
        `visits_per_month`.
    """
    number = sites["route_id"].astype("str").str.strip()
    stated = number.mask(number == "")
    own = routes.assign(route_id=routes["route_id"].astype("str").str.strip())
    listed = own.drop_duplicates("route_id").set_index("route_id")
    found = {
        name: pd.Series(listed[name].reindex(stated).to_numpy(), sites.index)
        for name in ("started_on", "ended_on", "visits_per_month")
    }
    return pd.DataFrame({
        "has_contract": sites["has_contract"],
        "contract_until": sites["contract_until"],
        "states_route": stated.notna(),
        "has_route": stated.isin(listed.index),
        **found,
    })


def collection(rows: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """
    Judge whether each site's waste is collected on a day.

    It is if the site has a contract that has not expired (closed: its last day counts), or stands
    on a route that runs (see `acceptance.service`). A contract without a date proves nothing, and a
    date without the word that there is a contract counts as one. A blank route number is no route;
    a number that no route has is unknown.

    Parameters
    ----------
    rows
        n rows of `with_routes`.
    as_of
        The day.

    Returns
    -------
    judged
        n rows: `contract`, `runs` and `served` (nullable booleans), and `reason` (a word of
        `COLLECTION_REASONS` where `served` is missing, else empty).

    Examples
    --------
    >>> rows = pd.DataFrame({"has_contract": pd.Series([True, True, False], dtype="boolean"),
    ...     "contract_until": pd.to_datetime(["2025-12-31", None, None]),
    ...     "states_route": [False, False, True], "has_route": [False, False, True],
    ...     "started_on": pd.to_datetime([None, None, "2024-01-01"]),
    ...     "ended_on": pd.to_datetime([None, None, None])})
    >>> found = collection(rows, as_of=date(2025, 12, 31))
    >>> found["served"].tolist(), found["reason"].tolist()
    ([True, <NA>, True], ['', 'undated', ''])
    """
    has = rows["has_contract"].astype("boolean")
    over = is_on_or_before(rows["contract_until"], as_of - timedelta(days=1))
    contract = has.mask(has.isna() & over.notna(), other=True) & ~over
    contradiction = (~has & ~over).fillna(value=False).astype(bool)
    contract = contract.mask(contradiction)
    route = service(rows["started_on"], rows["ended_on"], as_of=as_of)
    runs = route["serves"].mask(rows["states_route"] & ~rows["has_route"])
    runs = runs.mask(~rows["states_route"], other=False)
    served = contract | runs
    lost = served.isna()
    reason = first_reason(
        rows.index,
        {
            "no_such_route": lost & rows["states_route"] & ~rows["has_route"],
            "route_swapped": lost & runs.isna(),
            "contradiction": lost & contradiction,
            "undated": lost & has,
            "contract_unknown": lost,
        },
    )
    return pd.DataFrame({"contract": contract, "runs": runs, "served": served, "reason": reason})


def day_of_collection(rows: pd.DataFrame, as_of: date) -> Crossings:
    """Describe the day, which could be another: contracts expire, routes begin and end."""

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        return to_sides(scope=True, done=collection(moved, as_of=day)["served"])

    moments = [
        rows["contract_until"].dt.normalize() + pd.Timedelta(days=1),
        rows["started_on"].dt.normalize(),
        rows["ended_on"].dt.normalize(),
    ]
    return day_of_assessment(rows, moments, judge, as_of)
