"""What serves parks: substations, reclaimed-water pipes, renewables and storage."""

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
from tieling_geo.schemas import PowerSources, ReuseWaterPipes, Substations
from tieling_geo.text import Text

UTILITY_NOTES: Mapping[str, Text] = MappingProxyType({
    "substations": Text(
        "特设情形：D002 负荷大于容量；D003 负荷缺失。",
        "Planted: D002 carries more than its capacity; the load of D003 is missing.",
    ),
    "reuse_water_pipes": Text(
        "前两条通入两个园区，其余在各驻地附近；虚构的折线。",
        "The first two lead into parks, the others are near seats; invented lines.",
    ),
    "power_sources": Text(
        "特设情形：V0001 恰在园区边界顶点上；V0002 退役早于投产；V0003 类型缺失；部分容量缺失。",
        "Planted: V0001 stands exactly on a vertex of a park; V0002 was retired before it was "
        "commissioned; V0003 has no kind; some capacities are missing.",
    ),
})
_SUBSTATIONS = 24
_PIPES = 14
_SOURCES = 70
_HIGH_KV = 220.0
_IN_PARKS = 0.65
_KINDS = {"solar": 0.55, "wind": 0.1, "biomass": 0.08, "storage": 0.15, "microgrid": 0.09}
#: Least and greatest capacity by kind, MW.
_MW = {
    "solar": (0.2, 8.0),
    "wind": (10.0, 50.0),
    "biomass": (6.0, 30.0),
    "storage": (0.5, 10.0),
    "microgrid": (0.3, 5.0),
    "other": (0.1, 2.0),
}


def draw_park_utilities(
    ground: Ground, parks: gpd.GeoDataFrame, *, scale: float, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers; parks in metres."""
    return {
        "substations": _substations(ground, scale, seed),
        "reuse_water_pipes": _pipes(ground, parks, scale, seed),
        "power_sources": _power_sources(ground, parks, scale, seed),
    }


def _substations(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw substations around the seats and some far from them."""
    rng = stream(seed, Substations.layer_name())
    n = count(_SUBSTATIONS, scale, least=4)
    near = n - n // 4
    xy = np.concatenate([
        ground.around(rng, ground.centres_xy, 0.9 * ground.radius_m, near),
        ground.scatter(rng, n - near),
    ])
    voltage = rng.choice([66.0, 66.0, _HIGH_KV], n)
    capacity = np.where(voltage == _HIGH_KV, 360.0, 80.0) * rng.choice([1.0, 1.5], n)
    load = np.round(capacity * rng.uniform(0.35, 0.95, n), 1).astype(object)
    load[1], load[2] = round(1.1 * capacity[1], 1), None
    commissioned = days_between(rng, date(1995, 1, 1), date(2024, 12, 31), n).astype(object)
    commissioned[5::40] = date(2026, 10, 1)
    columns: dict[str, Any] = {
        "substation_id": numbered("D", n, digits=3),
        "name": [f"示例变电站{i:03d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "voltage_kv": voltage,
        "capacity_mva": capacity,
        "load_mva": load,
        "commissioned_on": commissioned,
    }
    return to_layer(Substations, columns, np.asarray(shapely.points(xy)))


def _pipes(ground: Ground, parks: gpd.GeoDataFrame, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw pipes of two stretches, each inside one county; the first two lead into parks."""
    rng = stream(seed, ReuseWaterPipes.layer_name())
    n = count(_PIPES, scale, least=3)
    middles = shapely.get_coordinates(shapely.point_on_surface(parks.geometry.to_numpy()))
    lead = min(2, len(middles), n)
    starts = np.concatenate([
        middles[:lead],
        ground.around(rng, ground.centres_xy, 0.4 * ground.radius_m, n - lead),
    ])
    lines = np.stack([_bent(rng, ground, start) for start in starts])
    capacity = np.round(rng.uniform(2_000, 30_000, n), -2).astype(object)
    columns: dict[str, Any] = {
        "pipe_id": numbered("Z", n, digits=3),
        "name": [f"示例再生水管线{i:03d}" for i in range(1, n + 1)],
        "county": ground.county_names(starts),
        "capacity_m3_per_d": with_gaps(rng, capacity.tolist(), 0.05),
        "commissioned_on": days_between(rng, date(2012, 1, 1), date(2025, 9, 30), n),
    }
    return to_layer(ReuseWaterPipes, columns, np.asarray(shapely.linestrings(lines)))


def _bent(rng: np.random.Generator, ground: Ground, start: Floats) -> Floats:
    """Lead away from a place in two stretches, shortened until all is in the start's county."""
    turn = rng.uniform(0, 2 * np.pi)
    angle = turn + np.array([0.0, rng.uniform(-0.6, 0.6)])
    step = rng.uniform(500, 1_500, 2)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    home = ground.county_of(start[None])[0]
    for _ in range(12):
        line = np.concatenate([start[None], start + np.cumsum(step, axis=0)])
        whole = shapely.linestrings(line)
        if home >= 0 and shapely.covers(ground.within[home], whole):
            return line
        step = step / 2
    return line


def _power_sources(
    ground: Ground, parks: gpd.GeoDataFrame, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw sources, about half of them in parks; wind stands far from towns."""
    rng = stream(seed, PowerSources.layer_name())
    n = count(_SOURCES, scale, least=6)
    words, chances = list(_KINDS), np.array(list(_KINDS.values()))
    kind = rng.choice([*words, "other"], n, p=[*chances, 1 - chances.sum()]).astype(object)
    shapes = parks.geometry.to_numpy()
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    spread = 0.35 * np.sqrt(shapely.area(shapes))
    near, far = ground.around(rng, middles, spread, n), ground.scatter(rng, n)
    in_park = (kind != "wind") & (rng.random(n) < _IN_PARKS)
    xy = np.where(in_park[:, None], near, far)
    xy[0], kind[0] = shapely.get_coordinates(shapes[0])[0], "solar"
    least, most = (np.array([_MW[word][end] for word in kind]) for end in (0, 1))
    since = days_between(rng, date(2016, 1, 1), date(2025, 12, 31), n).astype(object)
    until = np.full(n, None, dtype=object)
    until[11::35] = date(2025, 6, 30)
    since[17::30] = date(2026, 5, 1)
    since[1], until[1] = date(2022, 5, 1), date(2019, 5, 1)
    kind[2] = None
    columns: dict[str, Any] = {
        "source_id": numbered("V", n),
        "name": [f"示例电源{i:04d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "kind": kind,
        "capacity_mw": with_gaps(rng, np.round(rng.uniform(least, most), 2).tolist(), 0.02),
        "commissioned_on": since,
        "retired_on": until,
    }
    return to_layer(PowerSources, columns, np.asarray(shapely.points(xy)))
