"""Waste works, hazardous and medical waste, and towns."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.crs import to_working_crs
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
from tieling_geo.sample.hazardous_waste import NOTES as HAZARDOUS_NOTES
from tieling_geo.sample.hazardous_waste import draw_hazardous_waste
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import SewerServiceAreas, WasteFacilities
from tieling_geo.schemas import Towns as TownsLayer
from tieling_geo.text import Text

_FACILITIES = 45
_TOWNS = 80
_AS_OF = date(2025, 12, 31)
# What stands where in every fifteen facilities: kind, whom it serves, tonnes a day.
_PATTERN = (
    ("incineration", "city", 600.0),
    ("landfill", "city", 180.0),
    ("transfer", "city", 120.0),
    ("composting", "city", 120.0),
    ("transfer", "county_town", 80.0),
    ("transfer", "town", 30.0),
    ("landfill", "county_town", 150.0),
    ("sorting", "city", 60.0),
    ("transfer", "town", 25.0),
    ("transfer", "village", 10.0),
    ("industrial_solid", "park", 400.0),
    ("transfer", "town", 20.0),
    ("composting", "village", 5.0),
    ("sorting", "county_town", 40.0),
    ("transfer", "town", 35.0),
)
_TITLES = {
    "incineration": "示例生活垃圾焚烧厂",
    "landfill": "示例生活垃圾填埋场",
    "composting": "示例厨余垃圾处理厂",
    "transfer": "示例垃圾转运站",
    "sorting": "示例分拣中心",
    "industrial_solid": "示例一般工业固废处置场",
}
# Planted in rows that are there at any scale but the least.
_OPENS, _CLOSES, _SWAPPED, _NO_KIND, _NOTHING, _NO_CAPACITY = 3, 6, 7, 12, 13, 14

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "waste_facilities": Text(
        "位置、类型与能力均为虚构。特设情形：WF0004 恰于 2025-12-31 投运；WF0007 恰于该日停运；"
        "WF0008 停运日期早于投运日期；WF0013 类型缺失；WF0014 能力为零；WF0015 能力缺失。",
        "Places, kinds and capacities are invented. Planted: WF0004 opens on 2025-12-31, WF0007 "
        "closes on that day, WF0008 closed before it opened, WF0013 has no kind, WF0014 no "
        "capacity at all, and WF0015 does not state one.",
    ),
    "towns": Text(
        "乡镇均为虚构，不是真实乡镇。特设情形：T0001 在县域内恰位于一个污水收集服务区的顶点上；"
        "T0002 是否建制镇缺失。",
        "No town is a real one. Planted: T0001 stands exactly on a vertex of a sewer service area, "
        "if one is inside a county; T0002 does not say whether it is a designated town.",
    ),
    **HAZARDOUS_NOTES,
})


def draw_waste(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    return {
        "waste_facilities": _facilities(ground, scale=scale, seed=seed),
        **draw_hazardous_waste(ground, layers, scale=scale, seed=seed),
        "towns": _towns(ground, towns, layers, scale=scale, seed=seed),
    }


def _facilities(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw waste works around the seats, by the pattern, their capacities varied by a tenth."""
    rng = stream(seed, WasteFacilities.layer_name())
    n = count(_FACILITIES, scale, least=4)
    own = [_PATTERN[i % len(_PATTERN)] for i in range(n)]
    kinds, scopes = [word for word, _, _ in own], [word for _, word, _ in own]
    xy = ground.around(rng, ground.centres_xy, 6 * ground.radius_m, n)
    size = np.round(np.array([usual for _, _, usual in own]) * rng.uniform(0.9, 1.1, n)).astype(
        object
    )
    since = days_between(rng, date(2008, 1, 1), date(2024, 12, 31), n).astype(object)
    until = np.full(n, None, dtype=object)
    closed = rng.random(n) < 0.08  # noqa: PLR2004 - a few
    closed[: len(_PATTERN)] = False
    until[closed] = days_between(rng, date(2025, 1, 1), date(2025, 12, 1), int(closed.sum()))
    kind = np.array(kinds, dtype=object)
    columns: dict[str, Any] = {
        "facility_id": numbered("WF", n),
        "name": [f"{_TITLES[word]}{i:03d}" for i, word in enumerate(kinds, start=1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.03),
        "kind": kind,
        "scope": scopes,
        "design_t_per_d": size,
        "commissioned_on": since,
        "retired_on": until,
    }
    if n > _NO_CAPACITY:
        since[_OPENS], until[_CLOSES] = _AS_OF, _AS_OF
        since[_SWAPPED], until[_SWAPPED] = date(2015, 6, 1), date(2014, 6, 1)
        kind[_NO_KIND], size[_NOTHING], size[_NO_CAPACITY] = None, 0.0, None
    return to_layer(WasteFacilities, columns, np.asarray(shapely.points(xy)))


def _towns(
    ground: Ground,
    drawn: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> gpd.GeoDataFrame:
    """Draw seats of towns: some built up, some inside sewer service areas, the rest anywhere."""
    rng = stream(seed, TownsLayer.layer_name())
    n = count(_TOWNS, scale, least=4)
    known = np.concatenate([*_served_places(ground, layers), drawn.towns_xy])
    known = known[: max(1, (n + 1) // 2)]
    xy = np.concatenate([known, ground.scatter(rng, n - len(known))])
    is_town = rng.random(n) < 0.7  # noqa: PLR2004 - seven in ten
    designated = is_town.astype(object)
    if n > 1:
        designated[0], designated[1] = True, None
    columns: dict[str, Any] = {
        "town_id": numbered("T", n),
        "name": [f"示例{'镇' if own else '乡'}{i:03d}" for i, own in enumerate(is_town, start=1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "is_designated_town": designated,
        "residents": with_gaps(rng, rng.integers(3000, 60_000, n).tolist(), 0.03),
    }
    return to_layer(TownsLayer, columns, np.asarray(shapely.points(xy)))


def _served_places(ground: Ground, layers: Mapping[str, gpd.GeoDataFrame]) -> list[Floats]:
    """Give a vertex of a sewer service area and a place inside each, as far as counties hold it."""
    name = SewerServiceAreas.layer_name()
    if name not in layers or layers[name].empty:
        return []
    shapes = to_working_crs(layers[name], name=name).geometry.to_numpy()
    vertices = shapely.get_coordinates(shapes)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    corner = vertices[ground.county_of(vertices) >= 0][:1]
    return [corner, inside[ground.county_of(inside) >= 0]]
