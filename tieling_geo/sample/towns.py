"""Built-up areas, parks, and the district heating of each town."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import affinity

from tieling_geo.sample.facts import NAMED_PARKS, PLANTS
from tieling_geo.sample.ground import (
    Floats,
    Ground,
    Shapes,
    blobs,
    count,
    days_between,
    numbered,
    points_m,
    stream,
    to_layer,
)
from tieling_geo.schemas import (
    BuiltupAreas,
    HeatingPipes,
    HeatingSupplyAreas,
    HeatSources,
    Parks,
)

_TOWNS = 6
_INVENTED_PARKS = 6
_HEAT_SOURCES = 12
# Share of the invented sources that have ultra-low emissions.
_ULTRA_LOW = 0.3
_SERVICE_PIPES = 84
_BRANCHES = 6
# A power plant feeds the nearest town up to this far, if it does not stand in its very centre.
_FEED_LIMIT_M = 12_000.0
_FEED_LEAST_M = 1_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Towns:
    """Layers around the towns, and what other layers need to know of them in metres."""

    layers: Mapping[str, gpd.GeoDataFrame]
    cities: Shapes
    """Built-up areas of cities, boundary of 2020."""
    supply_corners_xy: Floats
    """Vertices of the supply areas."""
    towns_xy: Floats


def scope_of(county: str) -> str:
    """
    Tell from a county's name whether its seat is a city or a county town.

    Examples
    --------
    >>> scope_of("开原市"), scope_of("西丰县")
    ('city', 'county_town')
    """
    return "county_town" if county.endswith(("县", "旗")) else "city"


def draw_towns(ground: Ground, *, scale: float, seed: int) -> Towns:
    """Draw built-up areas, parks, heat sources, supply areas and pipes."""
    names = ground.counties["name"].tolist()
    scopes = np.array([scope_of(name) for name in names])
    rng = stream(seed, BuiltupAreas.layer_name())
    seats = blobs(rng, ground.centres_xy, ground.radius_m, corners=9)
    towns_xy = ground.scatter(rng, _TOWNS)
    towns = blobs(rng, towns_xy, np.minimum(900.0, ground.radius_m.min()))
    supply = blobs(
        stream(seed, HeatingSupplyAreas.layer_name()),
        ground.centres_xy + 0.25 * ground.radius_m[:, None],
        0.75 * ground.radius_m,
    )
    fed_by = _feeding_plants(ground)
    return Towns(
        layers={
            "builtup_areas": _builtup_areas(ground, seats, towns, scopes),
            "heating_supply_areas": _supply_areas(names, supply, seed),
            "heating_pipes": _heating_pipes(ground, supply, fed_by, scale, seed),
            "heat_sources": _heat_sources(ground, fed_by, scale, seed),
            "parks": _parks(ground, scale, seed),
        },
        cities=seats[scopes == "city"],
        supply_corners_xy=np.asarray(shapely.get_coordinates(supply)),
        towns_xy=towns_xy,
    )


def _builtup_areas(
    ground: Ground, seats: Shapes, towns: Shapes, scopes: np.ndarray
) -> gpd.GeoDataFrame:
    """Bound every seat and town in 2020, and every second seat again, grown, in 2025."""
    kind = {"city": "城市建成区", "county_town": "县城建成区"}
    seat_names = [
        f"示例：{name}{kind[scope]}"
        for name, scope in zip(ground.counties["name"], scopes, strict=True)
    ]
    town_names = [f"示例镇{i:02d}建成区" for i in range(1, len(towns) + 1)]
    grown = [
        affinity.scale(seat, 1.2, 1.2, origin=tuple(centre))
        for seat, centre in zip(seats[::2], ground.centres_xy[::2], strict=True)
    ]
    first = numbered("U", len(seats) + len(towns), digits=2)
    columns: dict[str, Any] = {
        "area_id": [f"{i}-2020" for i in first] + [f"{i}-2025" for i in first[: len(seats) : 2]],
        "name": [*seat_names, *town_names, *seat_names[::2]],
        "scope": [*scopes, *["town"] * len(towns), *scopes[::2]],
        "boundary_year": [2020] * len(first) + [2025] * len(grown),
    }
    layer = to_layer(BuiltupAreas, columns, np.array([*seats, *towns, *grown], dtype=object))
    return layer.sort_values("area_id", kind="stable", ignore_index=True)


def _supply_areas(names: list[str], supply: Shapes, seed: int) -> gpd.GeoDataFrame:
    """License one network a county."""
    rng = stream(seed, "licences")
    since = days_between(rng, date(2012, 1, 1), date(2021, 12, 31), len(names))
    columns: dict[str, Any] = {
        "area_id": numbered("H", len(names), digits=2),
        "network_id": numbered("N", len(names), digits=2),
        "operator": [f"示例供热公司{i:02d}（{name}）" for i, name in enumerate(names, start=1)],
        "valid_from": [None, *since[1:]],
    }
    return to_layer(HeatingSupplyAreas, columns, supply)


def _plants_inside(ground: Ground) -> tuple[Floats, list[int]]:
    """Return the power plants' positions in metres, and which of them the counties hold."""
    xy = points_m([(plant.lon, plant.lat) for plant in PLANTS])
    return xy, np.flatnonzero(ground.county_of(xy) >= 0).tolist()


def _feeding_plants(ground: Ground) -> dict[int, int]:
    """Tell which centre which power plant feeds: centre's row -> plant's row."""
    xy, inside = _plants_inside(ground)
    fed_by: dict[int, int] = {}
    for plant in inside:
        distance = np.hypot(*(ground.centres_xy - xy[plant]).T)
        nearest = int(distance.argmin())
        if _FEED_LEAST_M < distance[nearest] < _FEED_LIMIT_M:
            fed_by.setdefault(nearest, plant)
    return fed_by


def _boiler_houses(ground: Ground) -> Floats:
    """Place a boiler house at the edge of each town, west-south-west of its centre."""
    return np.asarray(ground.centres_xy - ground.radius_m[:, None] * np.array([0.7, 0.3]))


def _heating_pipes(
    ground: Ground, supply: Shapes, fed_by: dict[int, int], scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw a tree a network: a trunk from its source, branches, and service pipes off these."""
    rng = stream(seed, HeatingPipes.layer_name())
    plants_xy, _ = _plants_inside(ground)
    sources = _boiler_houses(ground)
    for centre, plant in fed_by.items():
        sources[centre] = plants_xy[plant]
    middles = shapely.get_coordinates(shapely.centroid(supply))
    n = len(middles)
    services = count(_SERVICE_PIPES, scale)
    owner = rng.integers(0, n * _BRANCHES, services)
    branches = _branches(rng, middles, ground.radius_m)
    network = np.concatenate([np.arange(n), np.repeat(np.arange(n), _BRANCHES), owner // _BRANCHES])
    kind = np.repeat(["trunk", "branch", "service"], [n, n * _BRANCHES, services])
    lines = [_trunks(sources, middles), branches, _services(rng, branches[owner])]
    total = len(network)
    diameter = np.concatenate([
        rng.choice([700.0, 800.0, 1000.0], n),
        rng.choice([200.0, 300.0, 400.0], n * _BRANCHES),
        rng.choice([50.0, 80.0, 100.0], services),
    ])
    diameter[rng.random(total) < 0.03] = np.nan  # noqa: PLR2004 - a share
    year = rng.integers(1988, 2025, total).astype(object)
    year[rng.random(total) < 0.05] = None  # noqa: PLR2004 - a share
    columns: dict[str, Any] = {
        "pipe_id": numbered("G", total),
        "network_id": [f"N{i + 1:02d}" for i in network],
        "kind": kind,
        "diameter_mm": diameter,
        "installed_year": year,
    }
    return to_layer(HeatingPipes, columns, np.concatenate([shapely.linestrings(x) for x in lines]))


def _trunks(sources: Floats, middles: Floats) -> Floats:
    """Lead from each source to its network's middle with one right-angled bend."""
    bend = np.stack([middles[:, 0], sources[:, 1]], axis=1)
    return np.stack([sources, bend, middles], axis=1)


def _branches(rng: np.random.Generator, middles: Floats, radius_m: Floats) -> Floats:
    """Lead out of each middle in all directions; the longest reach beyond the supply area."""
    n = len(middles)
    turn = np.arange(_BRANCHES) + rng.uniform(-0.3, 0.3, (n, _BRANCHES))
    angle = 2 * np.pi * turn / _BRANCHES
    reach = radius_m[:, None] * rng.uniform(0.4, 1.15, (n, _BRANCHES))
    step = reach[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    start = np.broadcast_to(middles[:, None, :], step.shape)
    return np.stack([start, start + step / 2, start + step], axis=2).reshape(-1, 3, 2)


def _services(rng: np.random.Generator, branches: Floats) -> Floats:
    """Lead from the middle vertex of a branch to a building 80-350 m away."""
    angle = rng.uniform(0, 2 * np.pi, len(branches))
    step = rng.uniform(80, 350, len(branches))[:, None]
    start = branches[:, 1]
    return np.stack([start, start + step * np.stack([np.cos(angle), np.sin(angle)], 1)], axis=1)


def _heat_sources(
    ground: Ground, fed_by: dict[int, int], scale: float, seed: int
) -> gpd.GeoDataFrame:
    """List the real power plants, a boiler house a network without one, and further ones."""
    rng = stream(seed, HeatSources.layer_name())
    plants_xy, inside = _plants_inside(ground)
    alone = [row for row in range(len(ground.centres_xy)) if row not in fed_by]
    spare = max(0, count(_HEAT_SOURCES, scale) - len(inside) - len(alone))
    xy = np.concatenate([
        plants_xy[inside],
        _boiler_houses(ground)[alone],
        ground.around(rng, ground.centres_xy, ground.radius_m, spare),
    ])
    invented = len(xy) - len(inside)
    blank = [None] * len(inside)
    kinds = rng.choice(["boiler_house", "waste_heat"], spare, p=[0.7, 0.3])
    heat = np.round(rng.uniform(14, 116, invented), 1).astype(object)
    heat[1::5] = None
    columns: dict[str, Any] = {
        "source_id": numbered("S", len(xy), digits=2),
        "name": [PLANTS[i].name for i in inside]
        + [f"示例热源{i:02d}" for i in range(1, invented + 1)],
        "kind": ["chp"] * len(inside) + ["boiler_house"] * len(alone) + list(kinds),
        "fuel": ["coal"] * len(inside)
        + list(rng.choice(["coal", "gas", "biomass"], invented, p=[0.5, 0.3, 0.2])),
        "heat_mw": [*blank, *heat],
        "electric_mw": [PLANTS[i].electric_mw for i in inside] + [None] * invented,
        **_networks(ground, xy, len(inside), seed),
    }
    return to_layer(HeatSources, columns, np.asarray(shapely.points(xy)))


def _networks(ground: Ground, xy: Floats, plants: int, seed: int) -> dict[str, Any]:
    """Give each source the network of the nearest centre, and some ultra-low emissions."""
    rng = stream(seed, "heat_networks")
    apart = np.hypot(*(xy[:, None, :] - ground.centres_xy[None, :, :]).transpose(2, 0, 1))
    network = np.array([f"N{i + 1:02d}" for i in apart.argmin(axis=1)], dtype=object)
    day = days_between(rng, date(2018, 1, 1), date(2025, 6, 30), len(xy)).astype(object)
    has_day = rng.random(len(xy)) < _ULTRA_LOW
    has_day[:plants] = True
    day[~has_day] = None
    return {"network_id": network, "ultra_low_accepted_on": day}


def _parks(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw the three parks that the plan names beside their seats, and invented ones."""
    rng = stream(seed, Parks.layer_name())
    codes = ground.counties["county_id"].tolist()
    invented = count(_INVENTED_PARKS, scale, least=2)
    rows = [
        codes.index(code) if code in codes else i % len(codes)
        for i, (_, code) in enumerate(NAMED_PARKS)
    ]
    # The first one reaches into the area that its seat's network heats.
    beside = np.array([[0.85, 0.35], [-1.2, 0.8], [1.1, 1.0]]) * ground.radius_m[rows, None]
    named = len(rows)
    xy = np.concatenate([ground.centres_xy[rows] + beside, ground.scatter(rng, invented)])
    radius_m = np.concatenate([
        0.4 * ground.radius_m[rows],
        np.minimum(rng.uniform(400, 900, invented), ground.radius_m.min()),
    ])
    stages = np.array(["not_started", "in_progress", "completed", "accepted", None], object)
    stage = [*("accepted", "in_progress", "accepted"), *rng.choice(stages, invented)]
    accepted_on = days_between(rng, date(2022, 1, 1), date(2025, 6, 30), named + invented)
    # One more of this level than the plan names, and one that states none.
    levels = ["provincial"] * (named + 1) + ["municipal"] * (invented - 2) + [None]
    columns: dict[str, Any] = {
        "park_id": numbered("P", named + invented, digits=2),
        "name": [name for name, _ in NAMED_PARKS]
        + [f"示例园区{i:02d}" for i in range(1, invented + 1)],
        "level": levels,
        "approval_no": [None] * named + [f"示例批〔2020〕{i}号" for i in range(1, invented + 1)],
        "circular_stage": stage,
        "circular_accepted_on": [
            day if word == "accepted" else None
            for word, day in zip(stage, accepted_on, strict=True)
        ],
    }
    return to_layer(Parks, columns, blobs(rng, xy, radius_m, corners=6))
