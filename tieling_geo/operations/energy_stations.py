"""Stations that give vehicles energy: which are of a kind, and in service on a day."""

from collections.abc import Collection, Mapping
from datetime import date

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.acceptance import service
from tieling_geo.schemas import EnergyStations
from tieling_geo.text import Text

#: Every kind of station, by its word.
STATION_KINDS: Mapping[str, Text] = next(
    column.values  # noqa: PD011 - a field of ColumnCard
    for column in EnergyStations.columns()
    if column.name == "kind"
)
_NO_KIND = Text("类型缺失", "kind is missing")
_STATES = ("in_service", "not_yet", "closed", "unknown")


def on_the_day(stations: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Judge which stations were in service on a day; see `acceptance.service`."""
    return service(stations["commissioned_on"], stations["retired_on"], as_of=as_of)


def serving(stations: gpd.GeoDataFrame, kinds: Collection[str], on: pd.DataFrame) -> pd.Series:
    """
    Tell which stations are of some kinds and in service on a day; missing where not known.

    Parameters
    ----------
    stations
        `EnergyStations` layer, n rows.
    kinds
        Words of the column `kind`.
    on
        From `on_the_day`.

    Examples
    --------
    >>> stations = pd.DataFrame({"kind": ["gas", None, "gas"],
    ...     "commissioned_on": pd.to_datetime(["2020-01-01", None, "2026-01-01"]),
    ...     "retired_on": pd.to_datetime([None, None, None])})
    >>> serving(stations, {"gas"}, on_the_day(stations, date(2025, 12, 31))).tolist()
    [True, <NA>, False]
    """
    kind = stations["kind"]
    of_kind = kind.isin(list(kinds)).astype("boolean").mask(kind.isna())
    serves: pd.Series = of_kind & on["serves"].astype("boolean")
    return serves


def stations_by_kind(stations: gpd.GeoDataFrame, on: pd.DataFrame) -> pd.DataFrame:
    """
    Count stations and their points by kind; the last row holds those without a kind, if any.

    Parameters
    ----------
    stations
        `EnergyStations` layer, n rows.
    on
        From `on_the_day`.

    Returns
    -------
    table
        `kind` (blank: missing), `kind_zh`, `kind_en`, `in_service`, `not_yet`, `closed`,
        `unknown` (dates that contradict each other), `points` (of those in service) and
        `points_missing` (stations in service whose number of points is not stated).

    Examples
    --------
    >>> stations = pd.DataFrame({"kind": ["gas", "gas"], "points": pd.array([4, None], "Int64"),
    ...     "commissioned_on": pd.to_datetime(["2020-01-01", None]),
    ...     "retired_on": pd.to_datetime([None, None])})
    >>> on = on_the_day(stations, date(2025, 12, 31))
    >>> stations_by_kind(stations, on)[["kind", "in_service", "points"]].tail(2)
           kind  in_service  points
    2       gas           2       4
    3  hydrogen           0       0
    """
    word = on["reason"].replace({"": "in_service", "swapped": "unknown"})
    listed = [*STATION_KINDS, *([""] if stations["kind"].isna().any() else [])]
    titles = [STATION_KINDS.get(kind, _NO_KIND) for kind in listed]
    serves = (word == "in_service").to_numpy()
    points = stations["points"].astype("Float64")
    each = pd.DataFrame({
        "kind": stations["kind"].fillna("").astype(object),
        **{state: (word == state).astype(int) for state in _STATES},
        "points": points.fillna(0).where(serves, 0).astype(int),
        "points_missing": (points.isna() & serves).astype(int),
    })
    table = each.groupby("kind").sum().reindex(listed, fill_value=0).reset_index()
    table.insert(1, "kind_zh", [title.zh for title in titles])
    table.insert(2, "kind_en", [title.en for title in titles])
    return table
