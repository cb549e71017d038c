"""Hazardous waste: who generates it, who may treat it; medical sites and their routes."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.crs import to_working_crs
from tieling_geo.operations.coverage import distance_to_lines_m
from tieling_geo.sample.ground import (
    Floats,
    Ground,
    Integers,
    Shapes,
    along,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.schemas import (
    FreightSites,
    HazardousWasteFacilities,
    HazardousWasteGenerators,
    MedicalSites,
    MedicalWasteRoutes,
    Parks,
    Roads,
)
from tieling_geo.text import Text

_SITES = 60
_PLANTS = 8
_MEDICAL = 120
_ROUTES = 10
_BESIDE_M = 400.0
_MEDICAL_CLASS, _MEDICAL_EVERY = "HW01", 3
# Nobody treats the last one; the one before has too little capacity.
_CLASSES = ("HW08", "HW09", "HW12", "HW17", "HW34", "HW49", "HW18", "HW31")
_WEIGHTS = (0.26, 0.12, 0.1, 0.12, 0.1, 0.18, 0.08, 0.04)
_UNTREATED = 1
# A plant has these classes, counted on from its own number.
_SPANS = (4, 3, 5, 2)
# Sum of the capacities of a class over what is needed.
_ROOM, _TIGHT_ROOM, _TIGHT = 1.25, 0.55, "HW18"
_KINDS = {
    "hospital": ("示例医院", 0.1, (60, 900), 0.09),
    "township": ("示例乡镇卫生院", 0.33, (10, 60), 0.06),
    "clinic": ("示例诊所", 0.25, (0, 5), 0.05),
    "village": ("示例村卫生室", 0.32, (0, 2), 0.02),
}
# Rows of the planted sites.
# Parks farther from every road than this get no generator: it would have no way out.
_NEAR_ROAD_M = 1800.0
_ON_ISLAND, _FAR, _NOTHING, _UNSTATED = 0, 1, 2, 3
_AS_OF, _EVE = date(2025, 12, 31), date(2025, 12, 30)

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "hazardous_waste_facilities": Text(
        "单位、类别与能力均为虚构。特设情形：一项能力许可恰到 2025-12-31；一项到前一日；"
        "一项无到期日期。没有单位处置 HW31。",
        "Plants, classes and capacities are invented. Planted: one licence ends on 2025-12-31, "
        "one on the day before, one does not say when. Nobody treats HW31.",
    ),
    "hazardous_waste_generators": Text(
        "单位与产生量均为虚构。特设情形：HG0001 在与路网不连通的道路上；HG0002 远离道路；"
        "HG0003 产生量为零；HG0004 产生量缺失。",
        "Sites and amounts are invented. Planted: the site HG0001 is on roads that meet no others, "
        "HG0002 is far from roads, HG0003 generates nothing, HG0004 does not say how much.",
    ),
    "medical_sites": Text(
        "机构与数量均为虚构。特设情形：M0001 合同恰到 2025-12-31；M0002 到前一日；M0003 的路线编号"
        "在路线台账中没有；M0004 记为无合同却有合同日期；M0005 产生量缺失。",
        "Sites and amounts are invented. Planted: the contract of M0001 ends on 2025-12-31, that "
        "of M0002 on the day before; no route has the number that M0003 states; M0004 has no "
        "contract and yet a date of one; M0005 does not say how much waste it has.",
    ),
    "medical_waste_routes": Text(
        "路线均为虚构。特设情形：R02 恰于 2025-12-31 停运；R03 所送设施在设施台账中没有。",
        "Routes are invented. Planted: R02 ends on 2025-12-31; R03 leads to a facility that no "
        "ledger has.",
    ),
})


def draw_hazardous_waste(
    ground: Ground, layers: Mapping[str, gpd.GeoDataFrame], *, scale: float, seed: int
) -> dict[str, gpd.GeoDataFrame]:
    """Draw generators and medical sites, then plants that can treat most of their waste."""
    lines = _road_lines(ground, layers)
    generators = _generators(ground, layers, lines, scale=scale, seed=seed)
    medical = _medical_sites(ground, lines, scale=scale, seed=seed)
    need = generators.groupby("waste_class")["generated_t_per_year"].sum().to_dict()
    need[_MEDICAL_CLASS] = float(medical["waste_t_per_year"].sum())
    plants = _plants(ground, lines, need, scale=scale, seed=seed)
    treating = plants.loc[plants["waste_class"] == _MEDICAL_CLASS, "facility_id"].tolist()
    return {
        "hazardous_waste_generators": generators,
        "hazardous_waste_facilities": plants,
        "medical_sites": medical,
        "medical_waste_routes": _routes(treating, seed=seed, scale=scale),
    }


def _road_lines(ground: Ground, layers: Mapping[str, gpd.GeoDataFrame]) -> Shapes:
    """Cut the roads to the counties."""
    roads = to_working_crs(layers[Roads.layer_name()], name=Roads.layer_name())
    return np.asarray(shapely.intersection(roads.geometry.to_numpy(), ground.area))


def _beside_roads(rng: np.random.Generator, ground: Ground, lines: Shapes, n: int) -> Floats:
    """Draw n places beside roads."""

    def propose(size_n: int) -> Floats:
        at = along(rng, lines, size_n)
        return at.xy + rng.uniform(-_BESIDE_M, _BESIDE_M, (size_n, 1)) * at.normal

    return ground.accepted(n, propose)


def _far_from_roads(rng: np.random.Generator, ground: Ground, lines: Shapes) -> Floats:
    """Find a place as far from every road as a few hundred tries give."""
    tried = ground.scatter(rng, 300)
    far_m = distance_to_lines_m(np.asarray(shapely.points(tried)), lines)
    return np.asarray(tried[far_m.argmax()])


def _generators(
    ground: Ground,
    layers: Mapping[str, gpd.GeoDataFrame],
    lines: Shapes,
    *,
    scale: float,
    seed: int,
) -> gpd.GeoDataFrame:
    """Draw sites with one to three classes of waste each."""
    rng = stream(seed, HazardousWasteGenerators.layer_name())
    n = count(_SITES, scale, least=6)
    xy = _beside_roads(rng, ground, lines, n)
    freight = to_working_crs(layers[FreightSites.layer_name()], name=FreightSites.layer_name())
    xy[_ON_ISLAND] = shapely.get_coordinates(freight.geometry.to_numpy())[1]
    xy[_FAR] = _far_from_roads(rng, ground, lines)
    _into_parks(ground, layers, lines, xy)
    each = rng.choice([1, 2, 3], n, p=[0.45, 0.35, 0.2])
    each[_UNSTATED] = 1  # of the class that has no room left: it moves the bounds one way only
    site = np.repeat(np.arange(n), each)
    kind = np.concatenate([
        np.sort(rng.choice(len(_CLASSES), own, replace=False, p=_WEIGHTS)) for own in each
    ])
    first = np.flatnonzero(np.append(-1, site[:-1]) != site)
    kind[first[_UNSTATED]] = _CLASSES.index(_TIGHT)
    amount = np.round(np.exp(rng.normal(3.6, 1.1, len(site))), 1).astype(object)
    amount[site == _FAR] = 12.5
    amount[first[_NOTHING]], amount[first[_UNSTATED]] = 0.0, None
    stated = with_gaps(rng, list(ground.county_names(xy)), 0.03)
    sites = numbered("HG", n)
    columns: dict[str, Any] = {
        "source_id": [f"{sites[i]}-{_CLASSES[k]}" for i, k in zip(site, kind, strict=True)],
        "site_id": [sites[i] for i in site],
        "name": [f"示例产废单位{i + 1:03d}" for i in site],
        "county": stated[site],
        "waste_class": [_CLASSES[k] for k in kind],
        "generated_t_per_year": amount,
    }
    layer = to_layer(HazardousWasteGenerators, columns, np.asarray(shapely.points(xy[site])))
    return layer.sort_values("source_id", kind="stable", ignore_index=True)


def _into_parks(
    ground: Ground, layers: Mapping[str, gpd.GeoDataFrame], lines: Shapes, xy: Floats
) -> None:
    """Move every third site, but for the planted ones, into the middle of a park near a road."""
    parks = to_working_crs(layers[Parks.layer_name()], name=Parks.layer_name()).geometry
    points = parks.representative_point().to_numpy()
    middle = shapely.get_coordinates(points[distance_to_lines_m(points, lines) <= _NEAR_ROAD_M])
    moved = np.arange(_UNSTATED + 1, len(xy), 3)
    spots = middle[np.arange(len(moved)) % len(middle)] if len(middle) else middle
    inside = ground.county_of(spots) >= 0
    xy[moved[: len(spots)][inside]] = spots[inside]


def _plant_classes(n: int) -> tuple[Integers, list[str]]:
    """Give each plant a run of classes; every third treats medical waste, too."""
    treated = _CLASSES[:-_UNTREATED]
    plant, words = [], []
    for i in range(n):
        own = {treated[(3 * i + k) % len(treated)] for k in range(_SPANS[i % len(_SPANS)])}
        own |= {_MEDICAL_CLASS} if i % _MEDICAL_EVERY == 0 else set()
        plant += [i] * len(own)
        words += sorted(own)
    return np.array(plant), words


def _plants(
    ground: Ground, lines: Shapes, need: Mapping[str, float], *, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """License plants for a little more than what is needed, but for one class."""
    rng = stream(seed, HazardousWasteFacilities.layer_name())
    n = count(_PLANTS, scale, least=3)
    xy = _beside_roads(rng, ground, lines, n)
    plant, words = _plant_classes(n)
    weight = rng.uniform(0.6, 1.4, len(words))
    total = {word: weight[np.array(words) == word].sum() for word in set(words)}
    room = [
        np.ceil(
            need.get(word, 10.0) * (_TIGHT_ROOM if word == _TIGHT else _ROOM) * own / total[word]
        )
        for word, own in zip(words, weight, strict=True)
    ]
    until = days_between(rng, date(2026, 6, 30), date(2029, 12, 31), n).astype(object)[plant]
    # The last plant's licences: one ends on the day, one on its eve, one nobody knows when.
    last = np.flatnonzero(plant == n - 1)
    for row, day in zip(last, (_AS_OF, _EVE), strict=False):
        until[row] = day
    undated = np.flatnonzero(plant == n - 2)[-1]
    until[undated] = None
    plants = numbered("HF", n, digits=3)
    columns: dict[str, Any] = {
        "capacity_id": [f"{plants[i]}-{word}" for i, word in zip(plant, words, strict=True)],
        "facility_id": [plants[i] for i in plant],
        "name": [f"示例危险废物处置单位{i + 1:02d}" for i in plant],
        "county": ground.county_names(xy)[plant],
        "waste_class": words,
        "capacity_t_per_year": room,
        "licensed_on": days_between(rng, date(2020, 1, 1), date(2024, 12, 31), n)[plant],
        "expires_on": until,
    }
    layer = to_layer(HazardousWasteFacilities, columns, np.asarray(shapely.points(xy[plant])))
    return layer.sort_values("capacity_id", kind="stable", ignore_index=True)


def _medical_sites(ground: Ground, lines: Shapes, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw hospitals and clinics; most have a contract, village clinics stand on routes."""
    rng = stream(seed, MedicalSites.layer_name())
    n, routes = count(_MEDICAL, scale, least=6), count(_ROUTES, scale, least=3)
    xy = _beside_roads(rng, ground, lines, n)
    kind = rng.choice(list(_KINDS), n, p=[share for _, share, _, _ in _KINDS.values()])
    beds = np.array([rng.integers(*_KINDS[word][2], endpoint=True) for word in kind])
    waste = np.round((0.4 + beds) * np.array([_KINDS[word][3] for word in kind]), 3).astype(object)
    has = (kind != "village") & (rng.random(n) < 0.97)  # noqa: PLR2004 - nearly all
    until = days_between(rng, date(2026, 1, 1), date(2027, 12, 31), n).astype(object)
    until[~has] = None
    numbers = numbered("R", routes, digits=2)
    route = np.array(numbers, dtype=object)[rng.integers(0, routes, n)]
    route[(kind == "clinic") | (rng.random(n) < 0.04)] = None  # noqa: PLR2004 - a few
    contract = has.astype(object)
    contract[:4] = [True, True, False, False]
    until[:4] = [_AS_OF, _EVE, None, date(2026, 6, 30)]
    route[:4] = [None, None, "R999999", None]
    waste[4] = None
    columns: dict[str, Any] = {
        "site_id": numbered("M", n),
        "name": [f"{_KINDS[word][0]}{i:03d}" for i, word in enumerate(kind, start=1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "kind": kind,
        "beds": beds,
        "waste_t_per_year": waste,
        "route_id": route,
        "contract_until": until,
        "has_contract": contract,
    }
    return to_layer(MedicalSites, columns, np.asarray(shapely.points(xy)))


def _routes(treating: list[str], *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """List the routes, each to a plant that treats medical waste."""
    rng = stream(seed, MedicalWasteRoutes.layer_name())
    n = count(_ROUTES, scale, least=3)
    to = np.array(treating, dtype=object)[rng.integers(0, len(treating), n)]
    to[2] = "HF999999"
    ended = np.full(n, None, dtype=object)
    ended[1] = _AS_OF
    columns: dict[str, Any] = {
        "route_id": numbered("R", n, digits=2),
        "name": [f"示例收运路线{i:02d}" for i in range(1, n + 1)],
        "facility_id": to,
        "visits_per_month": rng.choice([8, 12, 14, 28], n),
        "started_on": days_between(rng, date(2019, 1, 1), date(2024, 12, 31), n),
        "ended_on": ended,
    }
    return to_layer(MedicalWasteRoutes, columns, np.full(n, None, dtype=object))
