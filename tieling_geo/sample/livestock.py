"""Livestock farms and manure plants, among the cropland."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
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
from tieling_geo.schemas import LivestockFarms, ManurePlants
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "livestock_farms": Text(
        "特设情形：YZ0001 利用量缺失；YZ0002 存栏缺失；YZ0003 存栏极大，周边耕地氮负荷超限；"
        "YZ0004 不产生粪污。",
        "Planted: YZ0001 does not say what it uses; the stock of YZ0002 is missing; that of YZ0003 "
        "is more than the land around can take; no manure comes from YZ0004.",
    ),
    "manure_plants": Text(
        "处理中心均为虚构；CF01 能力缺失，CF02 于统计日之后投运。",
        "All are invented; the capacity of CF01 is missing, CF02 opens after the day.",
    ),
})
_FARMS, _PLANTS = 60, 6
# A pig makes about 1.5 t of manure a year.
_MANURE_T_PER_PIG = 1.5


def draw_livestock(
    ground: Ground, middles: Floats, *, scale: float, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Draw farms and plants around the middles of parcels."""
    rng = stream(seed, LivestockFarms.layer_name())
    n = count(_FARMS, scale, least=5)
    xy = ground.around(rng, middles, 2500.0, n)
    pigs = np.round(np.exp(rng.uniform(np.log(200), np.log(20_000), n))).astype(object)
    pigs[2], pigs[3] = 400_000.0, 0.0
    manure = np.round(pigs.astype(float) * _MANURE_T_PER_PIG * rng.uniform(0.9, 1.1, n))
    manure[2] = 30_000.0
    used = np.round(manure * np.minimum(1.0, rng.uniform(0.78, 1.05, n))).astype(object)
    manure[0], used[0], pigs[1] = 2_000.0, None, None
    farms: dict[str, Any] = {
        "farm_id": numbered("YZ", n),
        "name": [f"示例养殖场{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "pig_equivalents": pigs,
        "manure_t_per_year": manure,
        "used_t_per_year": used,
    }
    return {
        "livestock_farms": to_layer(LivestockFarms, farms, np.asarray(shapely.points(xy))),
        "manure_plants": _manure_plants(ground, xy, scale, seed),
    }


def _manure_plants(ground: Ground, farms_xy: Floats, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw plants near farms."""
    rng = stream(seed, ManurePlants.layer_name())
    n = count(_PLANTS, scale, least=2)
    xy = ground.around(rng, farms_xy, 1500.0, n)
    capacity = np.round(rng.uniform(5_000, 80_000, n), -3).astype(object)
    since = days_between(rng, date(2017, 1, 1), date(2025, 6, 30), n).astype(object)
    capacity[0], since[1] = None, date(2026, 5, 1)
    columns: dict[str, Any] = {
        "plant_id": numbered("CF", n, digits=2),
        "name": [f"示例粪污处理中心{i:02d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "capacity_t_per_year": capacity,
        "commissioned_on": since,
    }
    return to_layer(ManurePlants, columns, np.asarray(shapely.points(xy)))
