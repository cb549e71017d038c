"""Fleets of vehicles, the places where vehicles need energy, and the stations that give it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.sample.ground import (
    Floats,
    Ground,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import EnergyStations, Fleets, VehicleDemands
from tieling_geo.text import Text

_FLEETS = 56
_RECOUNTED = 6
_STATIONS = 60
_DEMANDS = 120
_OPERATORS = {
    "bus": "示例公交公司",
    "post": "示例邮政网点",
    "taxi": "示例出租公司",
    "commuter": "示例通勤车队",
    "light_delivery": "示例配送公司",
    "sanitation": "示例环卫公司",
    "other": "示例车队",
}
#: Vehicles of a fleet, about, and how many of them run on new or clean energy.
_SIZES = {"bus": 60, "post": 12, "taxi": 220, "commuter": 18, "light_delivery": 40}
_CLEAN = {"bus": 1.0, "post": 1.0, "taxi": 0.93, "commuter": 0.96, "light_delivery": 0.78}
_KINDS = ("charging", "swapping", "gas", "hydrogen")
_STATION_TITLES = {
    "charging": "示例充电站",
    "swapping": "示例换电站",
    "gas": "示例加气站",
    "hydrogen": "示例加氢站",
}

#: What the cards say of what is planted.
VEHICLE_NOTES: Mapping[str, Text] = MappingProxyType({
    "fleets": Text(
        "车队与车辆数均为虚构。特设情形：V0001 恰在 2025-12-31 统计；V0002 清洁能源车多于总车辆数；"
        "V0003 无统计日期；编号末尾的若干行是前面车队 2023 年的统计数。",
        "Fleets and numbers are invented. Planted: V0001 is counted exactly on 2025-12-31; V0002 "
        "has more clean vehicles than vehicles; V0003 has no day of its count; the last rows are "
        "counts of 2023 of earlier fleets.",
    ),
    "energy_stations": Text(
        "位置与枪位数均为虚构。特设情形：C0005 类型缺失；C0006 停用早于投运；C0007 恰在 2025-12-31 "
        "投运。",
        "Places and points are invented. Planted: C0005 has no kind; C0006 is retired before it is "
        "commissioned; C0007 is commissioned exactly on 2025-12-31.",
    ),
    "vehicle_demands": Text(
        "位置与车辆数均为虚构；部分需求点远离道路。",
        "Places and numbers are invented; some demands are far from any road.",
    ),
})


def draw_vehicles(
    ground: Ground, towns: Towns, *, scale: float, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Draw fleets, stations and demands."""
    return {
        "fleets": _fleets(ground, towns, scale, seed),
        "energy_stations": _energy_stations(ground, scale, seed),
        "vehicle_demands": _vehicle_demands(ground, scale, seed),
    }


def _fleets(ground: Ground, towns: Towns, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Count fleets of all classes at depots around the seats; some were counted twice."""
    rng = stream(seed, Fleets.layer_name())
    n, again = count(_FLEETS, scale, least=14), count(_RECOUNTED, scale)
    kind = np.resize(np.array(list(_OPERATORS), dtype=object), n)
    size = np.array([_SIZES.get(word, 20) for word in kind])
    vehicles = np.maximum(1, rng.poisson(size))
    clean = rng.binomial(vehicles, [_CLEAN.get(word, 0.4) for word in kind]).astype(object)
    counted = days_between(rng, date(2025, 6, 30), date(2025, 12, 30), n).astype(object)
    counted[0], counted[2] = date(2025, 12, 31), None
    clean[1] = int(vehicles[1]) + 2
    clean[5::30] = None
    rows = pd.DataFrame({
        "name": [f"{_OPERATORS[word]}{i:02d}" for i, word in enumerate(kind, start=1)],
        "vehicle_class": [None if i % 45 == 19 else word for i, word in enumerate(kind)],  # noqa: PLR2004
        "vehicles": vehicles.astype(object),
        "clean_vehicles": clean,
        "counted_on": pd.to_datetime(pd.Series(counted)),
    })
    earlier = rows.iloc[3 : 3 + again].assign(counted_on=pd.Timestamp(2023, 12, 31))
    earlier["clean_vehicles"] = earlier["vehicles"] // 3
    depots = _depots(rng, ground, towns, n)
    xy = np.concatenate([depots, depots[3 : 3 + again]])
    whole = pd.concat([rows, earlier], ignore_index=True)
    columns: dict[str, Any] = {
        "fleet_id": numbered("V", len(whole)),
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        **{str(name): whole[name] for name in whole},
    }
    return to_layer(Fleets, columns, np.asarray(shapely.points(xy)))


def _depots(rng: np.random.Generator, ground: Ground, towns: Towns, n: int) -> Floats:
    """Place two depots in three inside cities, where there are any; the others around seats."""
    inside = round(2 * n / 3) if len(towns.cities) else 0
    centres = (
        shapely.get_coordinates(shapely.centroid(towns.cities)) if inside else np.empty((0, 2))
    )
    spread = 0.2 * np.sqrt(shapely.area(towns.cities)) if inside else 0.0
    groups = [
        ground.around(rng, centres, spread, inside) if inside else np.empty((0, 2)),
        ground.around(rng, ground.centres_xy, ground.radius_m, n - inside),
    ]
    # The planted first rows stay inside; the classes go round, so that the others need no order.
    return np.concatenate(groups)


def _energy_stations(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place stations of every kind, most of them for charging, around the seats and anywhere."""
    rng = stream(seed, EnergyStations.layer_name())
    n = count(_STATIONS, scale, least=8)
    far = round(0.3 * n)
    xy = np.concatenate([
        ground.around(rng, ground.centres_xy, 0.7 * ground.radius_m, n - far),
        ground.scatter(rng, far),
    ])
    kind = rng.choice(_KINDS, n, p=[0.65, 0.1, 0.15, 0.1]).astype(object)
    kind[:4] = _KINDS
    since = days_between(rng, date(2016, 1, 1), date(2026, 6, 30), n).astype(object)
    since[:4] = date(2020, 6, 30)
    until = np.full(n, None, dtype=object)
    until[11::20] = date(2025, 6, 30)
    since[[5, 6]] = date(2024, 3, 1), date(2025, 12, 31)
    until[5] = date(2022, 3, 1)
    names = [f"{_STATION_TITLES[word]}{i:02d}" for i, word in enumerate(kind, start=1)]
    kind[4] = None
    columns: dict[str, Any] = {
        "station_id": numbered("C", n),
        "name": names,
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "kind": kind,
        "points": with_gaps(rng, list(rng.integers(2, 40, n)), 0.03),
        "commissioned_on": pd.to_datetime(pd.Series(since)),
        "retired_on": pd.to_datetime(pd.Series(until)),
    }
    return to_layer(EnergyStations, columns, np.asarray(shapely.points(xy)))


def _vehicle_demands(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place demands around the seats and, smaller ones, anywhere."""
    rng = stream(seed, VehicleDemands.layer_name())
    n = count(_DEMANDS, scale, least=10)
    rural = round(0.35 * n)
    xy = np.concatenate([
        ground.around(rng, ground.centres_xy, 0.6 * ground.radius_m, n - rural),
        ground.scatter(rng, rural),
    ])
    vehicles = np.exp(rng.normal(np.log(900), 0.8, n)).clip(20, 9_000).astype(int)
    vehicles[n - rural :] //= 8
    columns: dict[str, Any] = {
        "demand_id": numbered("D", n),
        "name": [f"示例需求点{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "vehicles": [None if i % 60 == 17 else int(v) for i, v in enumerate(vehicles)],  # noqa: PLR2004
    }
    return to_layer(VehicleDemands, columns, np.asarray(shapely.points(xy)))
