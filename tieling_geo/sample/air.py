"""Air stations, machines, tanks and the places that want clean air."""

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
    blobs,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import (
    AirQualityRecords,
    AirStations,
    LowEmissionZones,
    MobileMachinery,
    SensitivePlaces,
    StorageTanks,
)
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "air_quality_records": Text(
        "特设情形：最后一个站点只有 114 个有效日（不足 75%）；另有 3 条记录的站点不在站点图层中。",
        "Planted: the last station has exactly 114 days with a value (below 75 %); three records "
        "are of a station that the layer of stations lacks.",
    ),
    "mobile_machinery": Text(
        "特设情形：M0001 在控制区内且排放阶段恰为最低允许阶段；M0002 在控制区内但排放阶段缺失。",
        "Planted: M0001 works in a zone with exactly the least stage; M0002 works there and has no "
        "stage.",
    ),
    "storage_tanks": Text(
        "特设情形：T0001 改造完成日期恰为统计日；T0002 已完成但无日期；T0003 为压力罐。",
        "Planted: T0001 was retrofitted on the day of the assessment itself; T0002 is finished "
        "without a date; T0003 is a pressure vessel.",
    ),
})
_STATIONS = 4
_MACHINES = 90
_TANKS = 60
_SENSITIVE = 80
_SEASON_DAYS = 153
_FEW_DAYS = 114
_FIRST, _LAST = date(2025, 5, 1), date(2025, 9, 30)


def draw_air(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    del layers  # nothing of this topic stands on them
    stations = _stations(ground, scale, seed)
    zones, zones_xy = _zones(ground, seed)
    return {
        "air_stations": stations,
        "air_quality_records": _records(stations["station_id"].tolist(), seed),
        "low_emission_zones": zones,
        "mobile_machinery": _machines(ground, zones_xy, scale, seed),
        "storage_tanks": _tanks(ground, towns, scale, seed),
        "sensitive_places": _sensitive(ground, towns, scale, seed),
    }


def _stations(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place stations around the seats."""
    n = count(_STATIONS, scale, least=3)
    rng = stream(seed, AirStations.layer_name())
    xy = ground.around(rng, ground.centres_xy, 0.3 * ground.radius_m, n)
    columns: dict[str, Any] = {
        "station_id": numbered("Q", n, digits=2),
        "name": [f"示例空气站{i:02d}" for i in range(1, n + 1)],
        "county": list(ground.county_names(xy)),
        "level": with_gaps(rng, list(rng.choice(["national", "provincial", "city"], n)), 0.0),
    }
    return to_layer(AirStations, columns, np.asarray(shapely.points(xy)))


def _records(stations: list[str], seed: int) -> gpd.GeoDataFrame:
    """Draw a season of daily means a station, with gaps; the last station has too few days."""
    rng = stream(seed, AirQualityRecords.layer_name())
    season = np.arange(np.datetime64(_FIRST, "D"), np.datetime64(_LAST, "D") + 1)
    n = len(stations)
    days = np.tile(season, n)
    wave = np.sin(np.pi * (np.arange(_SEASON_DAYS) + 20) / 190)
    ozone = rng.normal(115, 24, (n, _SEASON_DAYS)) + 22 * wave
    no2 = rng.normal(23, 6, (n, _SEASON_DAYS)) - 4 * wave
    voc = rng.normal(70, 18, (n, _SEASON_DAYS))
    gone = rng.random((n, _SEASON_DAYS)) < 0.06  # noqa: PLR2004 - a share
    gone[-1] = np.arange(_SEASON_DAYS) >= _FEW_DAYS
    columns = {
        "no2_ug_per_m3": _daily(no2, gone),
        "o3_8h_ug_per_m3": _daily(ozone, gone),
        "voc_ug_per_m3": _daily(voc, gone | (rng.random((n, _SEASON_DAYS)) < 0.1)),  # noqa: PLR2004
    }
    strangers = 3
    total = n * _SEASON_DAYS + strangers
    whole: dict[str, Any] = {
        "record_id": numbered("D", total),
        "station_id": [*np.repeat(stations, _SEASON_DAYS), *["Q99"] * strangers],
        "day": [*days.tolist(), *season[:strangers].tolist()],
        **{name: [*values, *values[:strangers]] for name, values in columns.items()},
    }
    return to_layer(AirQualityRecords, whole, np.full(total, None, dtype=object))


def _daily(values: Floats, gone: np.ndarray) -> list[float]:
    """Lay values out, none below one, blank where nothing was measured."""
    kept = np.where(gone, np.nan, np.maximum(values, 1.0).round(1))
    return [float(v) for v in kept.ravel()]


def _zones(ground: Ground, seed: int) -> tuple[gpd.GeoDataFrame, Floats]:
    """Draw a zone around every second seat."""
    rng = stream(seed, LowEmissionZones.layer_name())
    xy, radius_m = ground.centres_xy[::2], 0.6 * ground.radius_m[::2]
    n = len(xy)
    least = [3] * n
    columns: dict[str, Any] = {
        "zone_id": numbered("Z", n, digits=2),
        "name": [f"示例低排放控制区{i:02d}" for i in range(1, n + 1)],
        "county": ground.counties["name"].tolist()[::2],
        "least_stage": least,
        "valid_from": days_between(rng, date(2019, 1, 1), date(2022, 12, 31), n),
    }
    return to_layer(LowEmissionZones, columns, blobs(rng, xy, radius_m)), xy


def _machines(ground: Ground, zones_xy: Floats, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place machines around the seats, two of them in the middle of a zone."""
    n = count(_MACHINES, scale, least=6)
    rng = stream(seed, MobileMachinery.layer_name())
    xy = ground.around(rng, ground.centres_xy, 0.8 * ground.radius_m, n)
    inside = zones_xy[ground.county_of(zones_xy) >= 0]
    if len(inside):
        xy[:2] = inside[0]
    stage = rng.choice([1, 2, 3, 4], n, p=[0.05, 0.2, 0.5, 0.25]).astype(object)
    stage[0], stage[1] = 3, None
    kinds = ["excavator", "loader", "bulldozer", "forklift", "other"]
    seen = days_between(rng, date(2024, 1, 1), date(2025, 12, 31), n).astype(object)
    columns: dict[str, Any] = {
        "machine_id": numbered("M", n),
        "name": [f"示例施工单位{i % 15 + 1:02d}" for i in range(n)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "kind": with_gaps(rng, list(rng.choice(kinds, n)), 0.02),
        "emission_stage": stage,
        "is_registered": with_gaps(rng, list(rng.random(n) < 0.9), 0.03),  # noqa: PLR2004
        "seen_on": with_gaps(rng, list(seen), 0.02),
    }
    return to_layer(MobileMachinery, columns, np.asarray(shapely.points(xy)))


def _tanks(ground: Ground, towns: Towns, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place tanks around seats and towns, three of them planted."""
    n = count(_TANKS, scale, least=6)
    rng = stream(seed, StorageTanks.layer_name())
    centres = np.concatenate([ground.centres_xy, towns.towns_xy])
    xy = ground.around(rng, centres, 1500.0, n)
    status = rng.choice(["completed", "in_progress", "not_started"], n, p=[0.7, 0.2, 0.1])
    status = with_gaps(rng, list(status), 0.03)
    finished = days_between(rng, date(2021, 1, 1), date(2025, 11, 30), n).astype(object)
    status[:3] = ["completed", "completed", "not_started"]
    finished[:2] = [date(2025, 12, 31), None]
    finished[status != "completed"] = None
    roof = rng.choice(["fixed", "internal_floating", "external_floating"], n, p=[0.5, 0.35, 0.15])
    roof = roof.astype(object)
    roof[2] = "pressure"
    floating = np.isin(roof.astype(str), ["internal_floating", "external_floating"])
    seal = rng.choice(["none", "single", "double"], n, p=[0.1, 0.3, 0.6]).astype(object)
    seal[~floating] = None
    columns: dict[str, Any] = {
        "tank_id": numbered("T", n),
        "name": [f"示例油库{i % 12 + 1:02d}" for i in range(n)],
        "county": list(ground.county_names(xy)),
        "liquid": rng.choice(["汽油", "甲醇", "苯", "溶剂油"], n),
        "volume_m3": with_gaps(rng, list(rng.choice([50.0, 200.0, 1000.0, 5000.0], n)), 0.02),
        "roof": roof,
        "seal": seal,
        "retrofit_status": status,
        "retrofitted_on": finished,
    }
    return to_layer(StorageTanks, columns, np.asarray(shapely.points(xy)))


def _sensitive(ground: Ground, towns: Towns, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place homes, schools and hospitals around seats and towns."""
    n = count(_SENSITIVE, scale, least=5)
    rng = stream(seed, SensitivePlaces.layer_name())
    centres = np.concatenate([ground.centres_xy, towns.towns_xy])
    xy = ground.around(rng, centres, 1200.0, n)
    kind = rng.choice(["homes", "school", "hospital"], n, p=[0.7, 0.2, 0.1])
    columns: dict[str, Any] = {
        "place_id": numbered("N", n),
        "name": [f"示例敏感点{i:03d}" for i in range(1, n + 1)],
        "county": list(ground.county_names(xy)),
        "kind": kind,
        "residents": with_gaps(rng, [int(v) for v in rng.integers(100, 3000, n)], 0.02),
    }
    return to_layer(SensitivePlaces, columns, np.asarray(shapely.points(xy)))
