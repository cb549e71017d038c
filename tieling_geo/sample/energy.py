"""Heated buildings, heat demands, waste heat, power units and fuel-ban zones."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import to_working_crs
from tieling_geo.sample.facts import PLANTS, WRI
from tieling_geo.sample.ground import (
    Floats,
    Ground,
    blobs,
    count,
    days_between,
    numbered,
    points_m,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import (
    FuelBanZones,
    HeatDemands,
    HeatedBuildings,
    PowerUnits,
    WasteHeatSources,
)
from tieling_geo.text import Text

_BUILDINGS = 220
_DEMANDS = 60
_SOURCES = 15
_UNITS = 12
_ZONES = 6
_HEATINGS = {
    "network": 0.62,
    "gas": 0.13,
    "electricity": 0.06,
    "heat_pump": 0.05,
    "geothermal": 0.02,
    "biomass": 0.02,
    "solar": 0.01,
    "coal": 0.09,
}
#: Invented units: of each plant in turn, then of small works: capacity, coal use, delivers heat.
_PLANT_UNITS = ((600.0, 297.5, True), (300.0, 300.0, False), (330.0, 312.0, True))
_PLANS = ("none", "drafted", "adopted", "finished")

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "heated_buildings": Text(
        "均为虚构。特设情形:HB0001 的管网编号 N99 没有热源;HB0002 集中供热但无管网编号;"
        "个别供暖方式和面积缺失。",
        "All are invented. Planted: the network N99 of HB0001 has no source; HB0002 has district "
        "heating and no network; a heating or an area is missing here and there.",
    ),
    "heat_demands": Text(
        "均为虚构。特设情形:HD0001 恰距 WH0001 5000 米;个别热负荷缺失。",
        "All are invented. Planted: HD0001 is 5,000 m from WH0001 to the last stored decimal; a "
        "load is missing here and there.",
    ),
    "waste_heat_sources": Text(
        "均为虚构。特设情形:WH0001 恰为 60 摄氏度;最后一处无温度。",
        "All are invented. Planted: WH0001 has exactly 60 degrees; the last has no temperature.",
    ),
    "power_units": Text(
        "三座电厂的名称与位置为事实,其机组构成、煤耗、改造与日期均为虚构;其余机组为虚构。"
        "特设情形:第二台机组供电煤耗恰为 300 克标准煤/千瓦时;末台机组计划状态与批复日期矛盾。",
        f"Names and places of three plants are facts ({WRI}); their units, coal use, retrofits and "
        "dates, and all other units, are invented. Planted: the second unit uses exactly "
        "300 gce/kWh; the last one's plan contradicts its date.",
    ),
    "fuel_ban_zones": Text(
        "均为虚构。特设情形:前两个禁燃区相互重叠;一个尚未实施,一个类别缺失。",
        "All are invented. Planted: the first two overlap; one is not in force yet, one has no "
        "class.",
    ),
})


def draw_energy(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    sources = _waste_heat_sources(ground, scale=scale, seed=seed)
    return {
        "heated_buildings": _heated_buildings(ground, towns, layers, scale=scale, seed=seed),
        "heat_demands": _heat_demands(ground, sources, scale=scale, seed=seed),
        "waste_heat_sources": sources,
        "power_units": _power_units(ground, scale=scale, seed=seed),
        "fuel_ban_zones": _fuel_ban_zones(ground, seed=seed),
    }


def _heated_buildings(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> gpd.GeoDataFrame:
    """Draw buildings around seats and towns, on the network of the nearest seat or on their own."""
    rng = stream(seed, HeatedBuildings.layer_name())
    n = count(_BUILDINGS, scale, least=8)
    small = round(0.2 * n)
    xy = np.concatenate([
        ground.around(rng, ground.centres_xy, 0.5 * ground.radius_m, n - small),
        ground.around(rng, towns.towns_xy, 500.0, small),
    ])
    heating = rng.choice(list(_HEATINGS), n, p=list(_HEATINGS.values())).astype(object)
    heating[:2] = "network"
    nearest = np.hypot(*(xy[:, None, :] - ground.centres_xy[None, :, :]).transpose(2, 0, 1)).argmin(
        axis=1
    )
    known = sorted(layers["heating_supply_areas"]["network_id"])
    network = np.array(known, dtype=object)[nearest]
    network[heating != "network"] = None
    network[:2] = ["N99", None]
    area = with_gaps(rng, list(rng.choice([800.0, 2500.0, 6000.0, 24_000.0], n)), 0.003)
    area[:2] = [800.0, 2500.0]
    heating[2:] = with_gaps(rng, list(heating[2:]), 0.004)
    columns: dict[str, Any] = {
        "building_id": numbered("HB", n),
        "name": [f"示例小区{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "floor_area_m2": area,
        "heating": heating,
        "network_id": network,
    }
    return to_layer(HeatedBuildings, columns, np.asarray(shapely.points(xy)))


def _waste_heat_sources(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw sources of waste heat in and around the seats."""
    rng = stream(seed, WasteHeatSources.layer_name())
    n = count(_SOURCES, scale, least=3)
    xy = ground.around(rng, ground.centres_xy, ground.radius_m, n)
    since = days_between(rng, date(2010, 1, 1), date(2025, 6, 30), n).astype(object)
    since[1::7] = date(2027, 1, 1)
    since[2::5] = None
    degc = rng.choice([35.0, 60.0, 85.0, 180.0, 320.0], n).astype(object)
    degc[0], degc[-1] = 60.0, None
    columns: dict[str, Any] = {
        "source_id": numbered("WH", n),
        "name": [f"示例余热{i:02d}" for i in range(1, n + 1)],
        "county": list(ground.county_names(xy)),
        "heat_mw": np.round(rng.uniform(0.5, 12, n), 1),
        "temperature_degc": degc,
        "available_from": since,
    }
    return to_layer(WasteHeatSources, columns, np.asarray(shapely.points(xy)))


def _heat_demands(
    ground: Ground, sources: gpd.GeoDataFrame, *, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw demands around the seats, the first one 5 km from the first source of waste heat."""
    rng = stream(seed, HeatDemands.layer_name())
    n = count(_DEMANDS, scale, least=6)
    near = round(0.75 * n)
    xy = np.concatenate([
        ground.around(rng, ground.centres_xy, ground.radius_m, near),
        ground.scatter(rng, n - near),
    ])
    metres = to_working_crs(sources, name=WasteHeatSources.layer_name())
    start = shapely.get_coordinates(metres.geometry.to_numpy()[:1])[0]
    turn = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    ring = start + 5000.0 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    ring = ring[ground.county_of(ring) >= 0]
    xy[0] = ring[0] if len(ring) else xy[0]
    load = np.round(rng.lognormal(0.7, 0.8, n), 1) + 0.1
    columns: dict[str, Any] = {
        "demand_id": numbered("HD", n),
        "name": [f"示例热用户{i:02d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "heat_mw": with_gaps(rng, list(np.round(load, 1)), 0.02),
        "use": rng.choice(["space_heating", "steam"], n, p=[0.8, 0.2]),
    }
    return to_layer(HeatDemands, columns, np.asarray(shapely.points(xy)))


def _power_units(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw invented units at the three real plants, and small works' own units at the seats."""
    rng = stream(seed, PowerUnits.layer_name())
    n = count(_UNITS, scale, least=4)
    plants_xy = points_m([(plant.lon, plant.lat) for plant in PLANTS])
    inside = np.flatnonzero(ground.county_of(plants_xy) >= 0)
    big = min(n, 2 * len(inside))
    at = inside[np.arange(big) % len(inside)] if big else inside[:0]
    small = n - big
    xy = np.concatenate([
        plants_xy[at],
        ground.around(rng, ground.centres_xy, 0.8 * ground.radius_m, small),
    ])
    kinds = [_PLANT_UNITS[i % len(_PLANT_UNITS)] for i in range(big)]
    size = [kind[0] for kind in kinds] + list(rng.choice([12.0, 25.0, 50.0, 135.0], small))
    use = [kind[1] for kind in kinds] + list(np.round(rng.uniform(305, 380, small), 1))
    fuel = ["coal"] * big + list(rng.choice(["coal", "gas", "biomass"], small, p=[0.7, 0.1, 0.2]))
    columns: dict[str, Any] = {
        "unit_id": numbered("PU", n),
        "name": [f"{PLANTS[i].name}(示例机组{k + 1})" for k, i in enumerate(at)]
        + [f"示例自备机组{i:02d}" for i in range(1, small + 1)],
        "county": list(ground.county_names(xy)),
        "fuel": fuel,
        "electric_mw": size,
        "coal_use_gce_per_kwh": [
            u if f == "coal" else None for u, f in zip(use, fuel, strict=True)
        ],
        "is_chp": [kind[2] for kind in kinds] + list(rng.random(small) < 0.7),  # noqa: PLR2004
        **_plans(rng, n),
        **_retrofits(rng, n, big),
    }
    return to_layer(PowerUnits, columns, np.asarray(shapely.points(xy)))


def _plans(rng: np.random.Generator, n: int) -> dict[str, NDArray[Any]]:
    """Draw how far each unit's plan is; the second has none, the last contradicts its date."""
    status = rng.choice(_PLANS, n, p=[0.3, 0.15, 0.3, 0.25]).astype(object)
    day = days_between(rng, date(2021, 6, 1), date(2025, 10, 31), n).astype(object)
    status[1] = "none"
    day[(status == "none") | (status == "drafted")] = None
    status[-1], day[-1] = "drafted", date(2024, 3, 1)
    return {"plan_status": status, "plan_adopted_on": day}


def _retrofits(rng: np.random.Generator, n: int, big: int) -> dict[str, NDArray[Any]]:
    """Draw what was done to each unit and when; some of the small ones are retired."""
    found: dict[str, NDArray[Any]] = {}
    shares = {
        "saving_retrofit_on": 0.7,
        "heat_retrofit_on": 0.6,
        "flexibility_retrofit_on": 0.5,
        "ultra_low_on": 0.8,
    }
    for name, share in shares.items():
        day = days_between(rng, date(2017, 1, 1), date(2025, 9, 30), n).astype(object)
        day[rng.random(n) >= share] = None
        day[0] = date(2023, 12, 31)
        found[name] = day
    since = days_between(rng, date(1985, 1, 1), date(2012, 12, 31), n).astype(object)
    retired = days_between(rng, date(2019, 1, 1), date(2025, 6, 30), n).astype(object)
    stays = rng.random(n) >= 0.4  # noqa: PLR2004 - a share
    stays[:big] = True
    stays[-1] = True
    retired[stays] = None
    return found | {"commissioned_on": since, "retired_on": retired}


def _fuel_ban_zones(ground: Ground, *, seed: int) -> gpd.GeoDataFrame:
    """Draw a zone around each of some seats; the first two overlap, at one seat."""
    rng = stream(seed, FuelBanZones.layer_name())
    seats = len(ground.centres_xy)
    # Two at the first seat, then one a seat: as many as there are seats for, six at most.
    row = np.minimum(
        np.concatenate([[0, 0], np.arange(1, max(2, min(seats, _ZONES - 1)))]), seats - 1
    )
    n = len(row)
    xy: Floats = ground.centres_xy[row].copy()
    xy[1, 0] += 0.5 * ground.radius_m[0]
    fuel_class = np.array(["III", "II", "III", "II", "I", None], dtype=object)[:n]
    since = days_between(rng, date(2016, 1, 1), date(2021, 12, 31), n).astype(object)
    since[-1] = date(2026, 10, 1)
    columns: dict[str, Any] = {
        "zone_id": numbered("FZ", n, digits=2),
        "name": [f"示例禁燃区{i:02d}" for i in range(1, n + 1)],
        "county": list(ground.county_names(xy)),
        "fuel_class": fuel_class,
        "valid_from": since,
    }
    return to_layer(FuelBanZones, columns, blobs(rng, xy, 0.6 * ground.radius_m[row]))
