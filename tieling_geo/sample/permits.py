"""Discharge permits of the enterprises, their monitors, and the stations of parks."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import to_working_crs
from tieling_geo.sample.ground import Floats, Ground, days_between, numbered, stream, to_layer
from tieling_geo.schemas import DischargePermits, EmissionMonitors
from tieling_geo.text import Text

PERMIT_NOTES: Mapping[str, Text] = MappingProxyType({
    "discharge_permits": Text(
        "约六成企业持证，与企业同点。特设情形：X0001 有效期至恰为 2025-12-31；"
        "X0002 已于前一日过期；"
        "X0003 管理类别缺失；X0004 有效期至缺失。",
        "Three in five enterprises hold one, at their place. Planted: X0001 is valid until exactly "
        "2025-12-31; X0002 expired the day before; X0003 has no kind of management; X0004 no last "
        "day.",
    ),
    "emission_monitors": Text(
        "多数持证单位有监测。特设情形：末尾数点分别为许可证编号查无此证、未填许可证编号、"
        "园区编号查无此园区、类型缺失、停用早于投用。",
        "Most holders are monitored. Planted, the last ones: a permit that is not there, no permit "
        "at all, a park that is not there, no kind, removed before it was installed.",
    ),
})
_VOC_SECTORS = ("coating", "furniture", "chemical", "printing")
_DAY = date(2025, 12, 31)
#: Shares of the enterprises with a permit, of these with a monitor, of key ones with an online one.
_HOLDERS, _MONITORED, _ONLINE = 0.68, 0.93, 0.8


def draw_permits(
    ground: Ground, parks: gpd.GeoDataFrame, enterprises: gpd.GeoDataFrame, *, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Draw permits and monitors; parks in metres, enterprises as stored."""
    permits = _permits(enterprises, seed)
    return {
        "discharge_permits": permits,
        "emission_monitors": _monitors(ground, parks, permits, seed),
    }


def _permits(enterprises: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """Give most enterprises that operate a permit of five years."""
    rng = stream(seed, DischargePermits.layer_name())
    open_ = enterprises[enterprises["closed_on"].isna().to_numpy()]
    least = min(6, len(open_))
    holders = open_[(rng.random(len(open_)) < _HOLDERS) | (np.arange(len(open_)) < least)]
    n = len(holders)
    management = rng.choice(["key", "simplified", "registered"], n, p=[0.3, 0.45, 0.25])
    management = management.astype(object)
    is_voc = holders["sector"].isin(_VOC_SECTORS).to_numpy(dtype=bool)
    is_key = (is_voc & (management == "key")).astype(object)
    is_key[20::70] = None
    first = days_between(rng, date(2021, 2, 1), date(2025, 9, 30), n)
    last = (first + np.timedelta64(5 * 365, "D")).astype(object)
    first = first.astype(object)
    # Some were not renewed.
    first[13::25], last[13::25] = date(2019, 7, 1), date(2024, 6, 30)
    for row, day in enumerate((_DAY, date(2025, 12, 30))):
        if row < n:
            first[row], last[row], management[row] = date(2021, 1, 1), day, "key"
    management[2:3], last[3:4] = None, None
    columns: dict[str, Any] = {
        "permit_id": numbered("X", n),
        "name": holders["name"].to_numpy(dtype=object),
        "county": holders["county"].to_numpy(dtype=object),
        "management": management,
        "is_voc_key": is_key,
        "valid_from": first,
        "valid_until": last,
    }
    shapes = to_working_crs(holders, name="enterprises").geometry.to_numpy()
    return to_layer(DischargePermits, columns, shapes)


def _monitors(
    ground: Ground, parks: gpd.GeoDataFrame, permits: gpd.GeoDataFrame, seed: int
) -> gpd.GeoDataFrame:
    """Draw a monitor for most permits, more for key dischargers, stations, and odd records."""
    rng = stream(seed, EmissionMonitors.layer_name())
    placed = to_working_crs(permits, name="permits")
    at = pd.DataFrame(shapely.get_coordinates(placed.geometry.to_numpy()), columns=["x", "y"])
    at["permit_id"] = permits["permit_id"].to_numpy(dtype=object)
    key = (permits["is_voc_key"] == True).fillna(value=False).to_numpy(dtype=bool)  # noqa: E712 - of a nullable column
    n = len(at)
    first = at.assign(kind=rng.choice(["manual", "online"], n, p=[0.6, 0.4]))
    first = first[(rng.random(n) < _MONITORED) | (np.arange(n) <= 1)]
    online = at.assign(kind="voc_online")[key & (rng.random(n) < _ONLINE)]
    rows = pd.concat([first, online, _stations(parks), _odd(at, parks)], ignore_index=True)
    n = len(rows)
    installed = days_between(rng, date(2017, 1, 1), date(2025, 11, 30), n).astype(object)
    removed = np.full(n, None, dtype=object)
    removed[30::40] = date(2025, 3, 31)
    removed[45::70], installed[50::90] = date(2027, 1, 1), date(2026, 2, 1)
    installed[-1], removed[-1] = date(2023, 1, 1), date(2020, 1, 1)
    xy: Floats = rows[["x", "y"]].to_numpy(dtype="float64")
    columns: dict[str, Any] = {
        "monitor_id": numbered("M", n),
        "name": [f"示例监测点{i:04d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "permit_id": _objects(rows["permit_id"]),
        "park_id": _objects(rows["park_id"]),
        "kind": _objects(rows["kind"]),
        "installed_on": installed,
        "removed_on": removed,
    }
    return to_layer(EmissionMonitors, columns, np.asarray(shapely.points(xy)))


def _objects(column: pd.Series) -> Any:  # noqa: ANN401 - texts and gaps
    """Give texts as plain objects, None where there is none."""
    texts = column.to_numpy(dtype=object)
    return [None if pd.isna(text) else text for text in texts]


def _stations(parks: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give two parks of three a station inside; every second of these states no park's number."""
    xy = shapely.get_coordinates(shapely.point_on_surface(parks.geometry.to_numpy()))
    kept = np.arange(len(parks)) % 3 != 2  # noqa: PLR2004 - two of three
    stations = pd.DataFrame(xy, columns=["x", "y"]).assign(
        park_id=parks["park_id"].to_numpy(dtype=object), permit_id=None, kind="park_station"
    )[kept]
    named: pd.DataFrame = stations.assign(
        park_id=stations["park_id"].where(np.arange(kept.sum()) % 2 == 0)
    )
    return named


def _odd(at: pd.DataFrame, parks: gpd.GeoDataFrame) -> pd.DataFrame:
    """List records that do not join, or do not say enough."""
    spot = at.iloc[[0] * 5].reset_index(drop=True)
    last = at["permit_id"].iloc[-1]
    outside = shapely.get_coordinates(shapely.point_on_surface(parks.geometry.to_numpy()))[-1]
    odd = spot.assign(
        permit_id=pd.Series(["X9999", None, None, last, last], dtype=object),
        park_id=pd.Series([None, None, "P999", None, None], dtype=object),
        kind=pd.Series(["online", "manual", "park_station", None, "manual"], dtype=object),
    )
    odd.loc[1, ["x", "y"]] = outside
    return odd
