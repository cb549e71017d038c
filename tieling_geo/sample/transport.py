"""Freight by mode, fleets, stations, demands, lanes and public buildings."""

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
    Shapes,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns
from tieling_geo.sample.vehicles import VEHICLE_NOTES, draw_vehicles
from tieling_geo.schemas import FreightFlows, PublicBuildings, TrafficLanes
from tieling_geo.text import Text

_LANES = 60
_BUILDINGS = 80
_DAY = np.datetime64("2025-12-31")
_YEARS = (2021, 2022, 2023, 2024, 2025)
#: Tonnes of the whole city: rail and road a year. The rail share rises to 14.6 % in 2025.
_RAIL_T = (9_600_000, 10_150_000, 10_700_000, 11_300_000, 11_890_000)
_ROAD_T = (73_000_000, 71_900_000, 71_400_000, 70_300_000, 69_060_000)
_PIPELINE_T = 490_000
#: How far a tonne goes, km.
_HAULS_KM = {"rail": 310, "road": 165, "pipeline": 60}
_KINDS = ("bus_lane", "cycle_lane", "walkway")
_TITLES = {"bus_lane": "公交专用道", "cycle_lane": "自行车道", "walkway": "步道"}
_BODIES = ("示例机关", "示例学校", "示例医院", "示例场馆")
_ACROSS_M = 700.0

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    **VEHICLE_NOTES,
    "freight_flows": Text(
        "数值均为虚构。特设情形：2022年管道货运量缺失；2023年各县区公路之和大于全市数。",
        "All numbers are invented. Planted: the pipelines' tonnes of 2022 are missing; in 2023 the "
        "counties' road freight is more than the city's.",
    ),
    "traffic_lanes": Text(
        "走向均为虚构。特设情形：L0001 跨县界；L0002 恰在 2025-12-31 启用；L0003 停用早于启用。",
        "All courses are invented. Planted: L0001 crosses a county border; L0002 opens exactly on "
        "2025-12-31; L0003 closes before it opens.",
    ),
    "public_buildings": Text(
        "位置与数值均为虚构。特设情形：Q0001 记为无需改造却有改造日期；Q0002 恰在 2025-12-31 "
        "改造完成；Q0003 自有充电桩数缺失。",
        "Places and numbers are invented. Planted: Q0001 needs no retrofit, yet has the date of "
        "one; Q0002 is finished exactly on 2025-12-31; the charging points of Q0003 are missing.",
    ),
})


def draw_transport(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],  # noqa: ARG001 - every topic is drawn alike
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    return {
        "freight_flows": _freight_flows(ground, seed),
        **draw_vehicles(ground, towns, scale=scale, seed=seed),
        "traffic_lanes": _traffic_lanes(ground, scale, seed),
        "public_buildings": _public_buildings(ground, scale, seed),
    }


def _freight_flows(ground: Ground, seed: int) -> gpd.GeoDataFrame:
    """State rail and road of the city and of each county, and the city's pipelines, by year."""
    rng = stream(seed, FreightFlows.layer_name())
    names = ground.counties["name"].tolist()
    shares = {mode: rng.dirichlet(np.full(len(names), 3.0)) for mode in ("rail", "road")}
    rows: list[tuple[str, int, str, float]] = []
    for place, year in enumerate(_YEARS):
        whole = {"rail": _RAIL_T[place], "road": _ROAD_T[place]}
        rows += [("全市", year, mode, tonnes) for mode, tonnes in whole.items()]
        rows.append(("全市", year, "pipeline", np.nan if year == 2022 else _PIPELINE_T))  # noqa: PLR2004
        for mode, tonnes in whole.items():
            parts = np.round(shares[mode] * tonnes)
            parts[-1] += tonnes - parts.sum()
            if (year, mode) == (2023, "road"):
                parts[0] += 900_000
            rows += [(name, year, mode, t) for name, t in zip(names, parts, strict=True)]
    table = pd.DataFrame(rows, columns=["area", "year", "mode", "freight_t"])
    turnover = table["freight_t"] * table["mode"].map(_HAULS_KM)
    at = table.index[table["area"] != "全市"]
    turnover[rng.choice(at, 2, replace=False)] = np.nan
    columns: dict[str, Any] = {
        "record_id": numbered("R", len(table)),
        **{str(name): table[name].tolist() for name in table},
        "turnover_t_km": turnover.tolist(),
    }
    return to_layer(FreightFlows, columns, np.full(len(table), None, dtype=object))


def _traffic_lanes(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw bent lines around the seats; the first one crosses a border where there is one."""
    rng = stream(seed, TrafficLanes.layer_name())
    n = count(_LANES, scale, least=6)
    shapes = _courses(rng, ground, n)
    across = _across_a_border(ground)
    if across is not None:
        shapes[0] = across
    middles = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.45, normalized=True))
    kind = rng.choice(_KINDS, n, p=[0.25, 0.4, 0.35])
    kind[:3] = _KINDS
    opened = days_between(rng, date(2014, 1, 1), date(2026, 9, 30), n).astype(object)
    opened[[0, 1, 2]] = date(2019, 5, 1), date(2025, 12, 31), date(2023, 1, 1)
    closed = np.full(n, None, dtype=object)
    closed[2], closed[5::25] = date(2021, 1, 1), date(2027, 6, 30)
    columns: dict[str, Any] = {
        "lane_id": numbered("L", n),
        "name": [f"示例{_TITLES[word]}{i:02d}" for i, word in enumerate(kind, start=1)],
        "county": with_gaps(rng, list(ground.county_names(middles)), 0.02),
        "kind": [None if i % 40 == 4 else word for i, word in enumerate(kind)],  # noqa: PLR2004
        "opened_on": pd.to_datetime(pd.Series(opened)),
        "closed_on": pd.to_datetime(pd.Series(closed)),
    }
    return to_layer(TrafficLanes, columns, shapes)


def _courses(rng: np.random.Generator, ground: Ground, n: int) -> Shapes:
    """Draw lines of three vertices inside the counties, 0.4 to 3 km long."""
    reach = np.minimum(1_500.0, ground.radius_m.min())

    def propose(size_n: int) -> Floats:
        return ground.around(rng, ground.centres_xy, 0.5 * ground.radius_m, size_n)

    start = propose(n)
    bend = start + rng.uniform(-reach, reach, (n, 2))
    end = bend + rng.uniform(-reach, reach, (n, 2))
    lines = np.asarray(shapely.linestrings(np.stack([start, bend, end], axis=1)))
    # A seat may stand near the outer border: what would lie beyond it is a stub at the start.
    stubs = shapely.linestrings(np.stack([start, start + 2.0], axis=1))
    return np.where(shapely.covered_by(lines, ground.area), lines, stubs).astype(object)


def _across_a_border(ground: Ground) -> object | None:
    """Draw a straight line over the middle of the longest border that two counties share."""
    shapes = ground.counties.geometry.to_numpy()
    low, high = np.triu_indices(len(shapes), k=1)
    shared = shapely.intersection(shapes[low], shapes[high])
    length = np.asarray(shapely.length(shared))
    if not len(length) or length.max() < 4 * _ACROSS_M:
        return None
    border = shapely.line_merge(shared[length.argmax()])
    parts = shapely.get_parts(border)
    longest = parts[shapely.length(parts).argmax()]
    half = shapely.length(longest) / 2
    near = shapely.get_coordinates(shapely.line_interpolate_point(longest, [half - 1, half + 1]))
    along = (near[1] - near[0]) / np.hypot(*(near[1] - near[0]))
    normal = np.array([-along[1], along[0]])
    middle = near.mean(axis=0)
    ends = np.stack([middle - _ACROSS_M * normal, middle + 0.6 * _ACROSS_M * normal])
    line = shapely.linestrings(ends)
    return line if shapely.covered_by(line, shapely.union_all(shapes)) else None


def _public_buildings(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Place public bodies around the seats, with floor area, retrofit and charging points."""
    rng = stream(seed, PublicBuildings.layer_name())
    n = count(_BUILDINGS, scale, least=8)
    xy = ground.around(rng, ground.centres_xy, 0.35 * ground.radius_m, n)
    area = np.round(np.exp(rng.normal(np.log(6_000), 0.9, n)).clip(200, 120_000), -1)
    needs = with_gaps(rng, list(rng.random(n) < 0.65), 0.04)  # noqa: PLR2004 - a share
    needs[:3] = False, True, True
    done = days_between(rng, date(2021, 3, 1), date(2026, 6, 30), n).astype(object)
    done[(needs != True) | (rng.random(n) < 0.45)] = None  # noqa: E712, PLR2004 - it may be missing
    done[[0, 1]] = date(2024, 5, 31), _DAY.astype(object)
    own = with_gaps(rng, list(np.where(rng.random(n) < 0.55, 0, rng.integers(1, 25, n))), 0.08)  # noqa: PLR2004
    own[2] = None
    columns: dict[str, Any] = {
        "building_id": numbered("Q", n),
        "name": [f"{_BODIES[i % len(_BODIES)]}{i + 1:02d}" for i in range(n)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "floor_area_m2": with_gaps(rng, list(area), 0.02),
        "needs_retrofit": needs,
        "retrofitted_on": pd.to_datetime(pd.Series(done)),
        "charging_points": own,
    }
    return to_layer(PublicBuildings, columns, np.asarray(shapely.points(xy)))
