"""Villages, the works that serve them, and basin projects."""

import math
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.operations.coverage import distance_to_lines_m
from tieling_geo.sample.ground import (
    Floats,
    Ground,
    Shapes,
    along,
    blobs,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import BasinProjects, Villages, VillageSewageProjects, WaterSchemes
from tieling_geo.text import Text

_VILLAGES = 200
_PLANTED = 8
# Of the planted villages those whose treatment was accepted by the day.
_PLANTED_TREATED = 5
_SCHEMES = 8
_SCHEME_RADIUS_M = (3_000.0, 6_500.0)
_PROJECTS = 60
_LOST = 2
_BASIN_PROJECTS = 25
_BANK_M = 600.0
_AS_OF = date(2025, 12, 31)
_METHODS = ("sewer", "station", "household", "reuse")
_METHOD_SHARE = (0.15, 0.4, 0.2, 0.25)
_LATER_SHARE = 0.12
#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "villages": Text(
        "特设情形：V0001 污水治理恰于 2025-12-31 验收；V0002 有治理方式而无验收日期；"
        "V0003 治理户数多于总户数；V0004 清洁取暖户与散煤户之和多于总户数；"
        "V0005 有处理的改厕户多于改厕户；V0006 未治理却有验收日期；V0007 治理方式缺失；"
        "V0008 恰在供热范围顶点上，仍有散煤户。"
        "到统计日确已验收的村恰为四分之一（向上取整）。",
        "Planted: V0001 had its sewage treatment accepted exactly on 2025-12-31; V0002 has a "
        "method and no date; V0003 more treated households than households; V0004 more clean and "
        "loose-coal households than households; V0005 more toilets with treatment than toilets; "
        "V0006 is not treated, but accepted; V0007 has no method; V0008 stands exactly on a vertex "
        "of a heating supply area, and burns loose coal. By the day the treatment of a "
        "quarter of the villages, rounded up, is surely accepted.",
    ),
    "water_schemes": Text(
        "特设情形：WS01 投运日期缺失；WS02 于统计日之后投运。",
        "Planted: WS01 has no date of commissioning; WS02 is commissioned after the day.",
    ),
    "village_sewage_projects": Text(
        "特设情形：最后两行的行政村编号不在行政村图层中；个别项目无立项日期；V0001 有两个项目。",
        "Planted: the last two rows name villages that are not in the layer; some projects have no "
        "date of approval; V0001 has two projects.",
    ),
    "basin_projects": Text(
        "特设情形：BP001 恰于 2025-12-31 验收；BP002 已验收但无日期；BP003 实施中却有验收日期；"
        "BP004 远离所有河段。",
        "Planted: BP001 was accepted exactly on 2025-12-31; BP002 was accepted, without a date; "
        "BP003 is in progress, but has one; BP004 is far from every reach.",
    ),
})


def draw_villages(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],  # noqa: ARG001 - all topics are asked alike
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    villages = _villages(ground, towns, scale, seed)
    return {
        "villages": villages,
        "water_schemes": _water_schemes(ground, scale, seed),
        "village_sewage_projects": _sewage_projects(villages, scale, seed),
        "basin_projects": _basin_projects(ground, scale, seed),
    }


def _villages(ground: Ground, towns: Towns, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw villages: one in ten near a seat, a fifth around towns, the rest anywhere."""
    n = count(_VILLAGES, scale, least=12)
    rng = stream(seed, Villages.layer_name())
    xy = _positions(rng, ground, towns, n)
    households = np.round(np.exp(rng.normal(np.log(380), 0.45, n))).clip(60, 1800).astype(int)
    town = rng.integers(1, count(30, scale, least=3) + 1, n)
    columns: dict[str, Any] = {
        "name": [f"示例村{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "town_name": [f"示例乡镇{i:02d}" for i in town],
        "households": households.astype(object),
        "residents": np.round(households * rng.uniform(2.2, 3.1, n)).astype(int).astype(object),
        **_sewage(rng, households),
        **_heating(rng, households),
        **_toilets(rng, households),
        "has_piped_water": _flags(rng, n, 0.78, 0.03),
        "has_waste_service": _flags(rng, n, 0.82, 0.03),
        "sorts_waste": _flags(rng, n, 0.35, 0.04),
    }
    _plant(columns)
    return to_layer(
        Villages, {"village_id": numbered("V", n), **columns}, np.asarray(shapely.points(xy))
    )


def _positions(rng: np.random.Generator, ground: Ground, towns: Towns, n: int) -> Floats:
    """Place the villages; the eighth on a vertex of a supply area."""
    near, small = n // 10, n // 5
    xy = rng.permutation(
        np.concatenate([
            ground.around(rng, ground.centres_xy, 0.9 * ground.radius_m, near),
            ground.around(rng, towns.towns_xy, 1500.0, small),
            ground.scatter(rng, n - near - small),
        ])
    )
    corners = towns.supply_corners_xy
    corners = corners[ground.county_of(corners) >= 0]
    xy[_PLANTED - 1] = corners[-1] if len(corners) else xy[_PLANTED - 1]
    return np.asarray(xy)


def _flags(rng: np.random.Generator, n: int, share: float, gaps: float) -> NDArray[np.object_]:
    """Draw yes or no, with a few gaps."""
    return with_gaps(rng, list(rng.random(n) < share), gaps)


def _some(
    rng: np.random.Generator, whole: NDArray[Any], low: float, high: float
) -> NDArray[np.object_]:
    """Draw a part of each whole."""
    return np.floor(whole * rng.uniform(low, high, len(whole))).astype(int).astype(object)


def _sewage(rng: np.random.Generator, households: NDArray[Any]) -> dict[str, NDArray[np.object_]]:
    """
    Draw how sewage is treated: accepted in a quarter of the villages by the day, no more.

    With the planted ones the share that is sure is the target, or just above it: what is not known
    decides nothing, and one village less would.
    """
    n = len(households)
    order = _PLANTED + rng.permutation(n - _PLANTED)
    treated = max(0, math.ceil(n / 4) - _PLANTED_TREATED)
    known = treated + round(_LATER_SHARE * n)
    method = np.full(n, "none", dtype=object)
    method[order[:known]] = rng.choice(_METHODS, known, p=_METHOD_SHARE)
    method[order[-max(1, n // 100) :]] = None
    accepted_on = np.full(n, None, dtype=object)
    accepted_on[order[:treated]] = days_between(rng, date(2020, 6, 1), date(2025, 11, 30), treated)
    later = known - treated
    accepted_on[order[treated:known]] = days_between(
        rng, date(2026, 1, 1), date(2027, 3, 31), later
    )
    stated = _some(rng, households, 0.6, 1.0)
    stated[rng.random(n) < 0.4] = None  # noqa: PLR2004 - a share: treated as a whole
    stated[order[known:]] = None
    return {
        "sewage_method": method,
        "sewage_accepted_on": accepted_on,
        "households_treated": stated,
    }


def _heating(rng: np.random.Generator, households: NDArray[Any]) -> dict[str, NDArray[np.object_]]:
    """Draw who burns loose coal and who has clean heating: together never more than there are."""
    n = len(households)
    clean = _some(rng, households, 0.55, 1.0)
    clean[rng.random(n) < 0.2] = None  # noqa: PLR2004 - a share: fully clean
    full = np.array([number is None for number in clean])
    clean[full] = households[full]
    rest = households - clean.astype(int)
    coal = _some(rng, rest, 0.4, 1.0)
    return {
        "loose_coal_households": with_gaps(rng, list(coal), 0.015),
        "clean_stove_households": with_gaps(rng, list(clean), 0.015),
    }


def _toilets(rng: np.random.Generator, households: NDArray[Any]) -> dict[str, NDArray[np.object_]]:
    """Draw upgraded toilets, and those of them that are treated."""
    upgraded = _some(rng, households, 0.1, 0.8)
    treated = _some(rng, upgraded, 0.3, 1.0)
    return {
        "upgraded_toilets": with_gaps(rng, list(upgraded), 0.01),
        "toilets_with_treatment": with_gaps(rng, list(treated), 0.02),
    }


def _plant(columns: dict[str, Any]) -> None:
    """Overwrite the first rows with the named cases."""
    households = columns["households"]
    for row in range(_PLANTED):
        columns["sewage_method"][row] = "station"
        columns["sewage_accepted_on"][row] = _AS_OF if row == 0 else date(2024, 10, 31)
        columns["households_treated"][row] = households[row] // 2
        columns["clean_stove_households"][row] = households[row] // 2
        columns["loose_coal_households"][row] = households[row] // 4
        columns["upgraded_toilets"][row] = households[row] // 2
        columns["toilets_with_treatment"][row] = households[row] // 3
    columns["sewage_accepted_on"][1] = None
    columns["households_treated"][2] = households[2] + 15
    columns["loose_coal_households"][3] = households[3]
    columns["toilets_with_treatment"][4] = columns["upgraded_toilets"][4] + 7
    columns["sewage_method"][5], columns["households_treated"][5] = "none", None
    columns["sewage_method"][6] = None


def _water_schemes(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw the areas that water schemes supply, each cut to the counties."""
    n = count(_SCHEMES, scale, least=3)
    rng = stream(seed, WaterSchemes.layer_name())
    xy = ground.scatter(rng, n)
    radius_m = np.minimum(rng.uniform(*_SCHEME_RADIUS_M, n), 2 * ground.radius_m.max())
    since = days_between(rng, date(2012, 1, 1), date(2025, 10, 31), n).astype(object)
    since[:2] = [None, date(2026, 9, 1)]
    columns: dict[str, Any] = {
        "scheme_id": numbered("WS", n, digits=2),
        "name": [f"示例供水工程{i:02d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "capacity_m3_per_d": np.round(rng.uniform(1000, 12000, n), -2),
        "commissioned_on": since,
    }
    return to_layer(WaterSchemes, columns, _cut(blobs(rng, xy, radius_m), xy, ground))


def _cut(shapes: Shapes, xy: Floats, ground: Ground) -> Shapes:
    """Cut polygons to the counties; of several parts the one around each centre is left."""
    whole = shapely.union_all(ground.counties.geometry.to_numpy())
    cut = shapely.intersection(shapes, whole)
    parts, owner = shapely.get_parts(cut, return_index=True)
    holds = shapely.intersects(parts, shapely.points(xy)[owner])
    kept = np.asarray(shapes, dtype=object).copy()
    kept[owner[holds]] = parts[holds]
    return kept


def _sewage_projects(villages: gpd.GeoDataFrame, scale: float, seed: int) -> gpd.GeoDataFrame:
    """List projects: two for the first village, one for some others, and two that fit none."""
    ids = villages["village_id"].to_numpy(dtype=object)
    n = min(count(_PROJECTS, scale, least=6), len(ids))
    rng = stream(seed, VillageSewageProjects.layer_name())
    others = rng.choice(np.arange(1, len(ids)), n - _LOST - 2, replace=False)
    served = [ids[0], ids[0], *ids[np.sort(others)], *(f"未知村{i}" for i in range(1, _LOST + 1))]
    approved = days_between(rng, date(2020, 3, 1), date(2025, 11, 30), n)
    columns: dict[str, Any] = {
        "project_id": numbered("VP", n),
        "village_id": served,
        "name": [f"示例农村污水治理项目{i:03d}" for i in range(1, n + 1)],
        "stage": with_gaps(
            rng, list(rng.choice(["planned", "building", "finished"], n, p=[0.25, 0.25, 0.5])), 0.02
        ),
        "approved_on": with_gaps(rng, list(approved), 0.03),
    }
    return to_layer(VillageSewageProjects, columns, np.array([None] * n, dtype=object))


def _basin_projects(ground: Ground, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw projects along the reaches, all but the fourth within 600 m of one."""
    n = count(_BASIN_PROJECTS, scale, least=6)
    rng = stream(seed, BasinProjects.layer_name())
    xy, river = _on_banks(rng, ground, n)
    tried = ground.scatter(rng, 1500)
    distance_m = distance_to_lines_m(shapely.points(tried), ground.reaches.geometry.to_numpy())
    xy[3], river[3] = tried[distance_m.argmax()], None
    words = ["not_started", "in_progress", "completed", "accepted"]
    stage = rng.choice(words, n, p=[0.1, 0.25, 0.1, 0.55]).astype(object)
    stage[:3] = ["accepted", "accepted", "in_progress"]
    accepted_on = days_between(rng, date(2021, 6, 1), date(2025, 11, 30), n).astype(object)
    accepted_on[stage != "accepted"] = None
    accepted_on[:3] = [_AS_OF, None, date(2025, 6, 30)]
    kinds = ["river_link", "sewage", "park", "ecology"]
    columns: dict[str, Any] = {
        "project_id": numbered("BP", n, digits=3),
        "name": [f"示例流域治理项目{i:02d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "river_name": river,
        "kind": with_gaps(rng, list(rng.choice(kinds, n, p=[0.2, 0.35, 0.15, 0.3])), 0.04),
        "stage": stage,
        "accepted_on": accepted_on,
    }
    return to_layer(BasinProjects, columns, np.asarray(shapely.points(xy)))


def _on_banks(
    rng: np.random.Generator, ground: Ground, n: int
) -> tuple[Floats, NDArray[np.object_]]:
    """Draw n points beside the reaches, inside the counties, and the river of each."""
    lines = np.asarray(shapely.intersection(ground.reaches.geometry.to_numpy(), ground.area))
    owners: list[NDArray[np.intp]] = []

    def propose(size_n: int) -> Floats:
        at = along(rng, lines, size_n)
        xy = at.xy + rng.uniform(-_BANK_M, _BANK_M, (size_n, 1)) * at.normal
        keep = ground.county_of(xy) >= 0
        owners.append(at.line[keep])
        return np.asarray(xy[keep])

    xy = ground.accepted(n, propose)
    names = ground.reaches["river_name"].to_numpy(dtype=object)
    return xy, names[np.concatenate(owners)[:n]]
