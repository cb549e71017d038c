"""Industrial kilns, and the clusters of industry that pollute the air."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

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
from tieling_geo.schemas import IndustryClusters, Kilns
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "kilns": Text(
        "特设情形：L0001 恰于 2025-12-31 完成整治；L0002 已淘汰但无日期；"
        "L0003 在用却有过去的淘汰日期；L0004 燃料缺失；L0005 燃煤但用煤量缺失。",
        "Planted: L0001 was treated exactly on 2025-12-31; L0002 is retired without a date; L0003 "
        "is in use and carries a past date of retirement; L0004 has no fuel; L0005 burns coal and "
        "does not say how much.",
    ),
    "industry_clusters": Text(
        "特设情形：J0002 没有分类；J0003 治理已完成但无日期。",
        "Planted: J0002 was not classified; J0003 is treated without a date.",
    ),
})
_KILNS, _CLUSTERS, _KNOTS = 70, 7, 4
_FUELS = ("gas", "electricity", "coal", "producer_gas", "coke", "oil", "biomass", "waste_heat")
_FUEL_SHARE = (0.42, 0.14, 0.18, 0.06, 0.06, 0.04, 0.06, 0.04)
_FROM_COAL = ("coal", "producer_gas", "coke")
_SECTORS = ("coating", "chemical", "foundry", "building_materials", "furniture", "other")
_CLASSES = ("upgrade", "relocate", "merge", "close")


def draw_kilns(ground: Ground, *, scale: float, seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Draw surveyed clusters, and kilns: six in ten around clusters, the rest anywhere."""
    rng = stream(seed, IndustryClusters.layer_name())
    n = count(_CLUSTERS, scale, least=3)
    knots = _knots(ground, scale, seed)[:n]
    centres = np.concatenate([
        knots,
        ground.around(rng, ground.centres_xy, 1.2 * ground.radius_m, n - len(knots)),
    ])
    radius_m = np.minimum(rng.uniform(350.0, 700.0, n), ground.radius_m.min())
    clusters = _to_clusters(rng, ground, centres, radius_m)
    return {
        "kilns": _draw_kilns(ground, centres, count(_KILNS, scale, least=12), seed),
        "industry_clusters": clusters,
    }


def _knots(ground: Ground, scale: float, seed: int) -> Floats:
    """Give the middles of the knots in which enterprises are drawn; the last was not surveyed."""
    # The stream and the number of `sample.park_enterprises`, which draws them.
    xy = ground.scatter(stream(seed, "enterprise_knots"), count(_KNOTS, scale))
    return xy[: max(1, len(xy) - 1)]


def _to_clusters(
    rng: np.random.Generator, ground: Ground, xy: Floats, radius_m: Floats
) -> gpd.GeoDataFrame:
    """Draw what was surveyed of each cluster; the first two treat coating and chemicals."""
    n = len(xy)
    sector = np.array([_SECTORS[i % len(_SECTORS)] for i in range(n)], object)
    kind = rng.choice(_CLASSES, n, p=[0.6, 0.15, 0.15, 0.1]).astype(object)
    status = rng.choice(["not_started", "in_progress", "completed"], n, p=[0.2, 0.4, 0.4])
    status = status.astype(object)
    days = days_between(rng, date(2022, 1, 1), date(2025, 11, 30), n).astype(object)
    status[:3] = ["completed", "not_started", "completed"]
    kind[:3] = ["upgrade", None, "upgrade"]
    days[status != "completed"] = None
    days[2] = None
    columns: dict[str, Any] = {
        "cluster_id": numbered("J", n),
        "name": [f"示例产业集群{i:02d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "sector": sector,
        "treatment_class": kind,
        "treatment_status": status,
        "treated_on": days,
    }
    return to_layer(IndustryClusters, columns, blobs(rng, xy, radius_m, corners=7))


def _draw_kilns(ground: Ground, centres: Floats, n: int, seed: int) -> gpd.GeoDataFrame:
    """Draw the kilns; the first five are planted."""
    rng = stream(seed, Kilns.layer_name())
    near = round(0.6 * n)
    xy = rng.permutation(
        np.concatenate([ground.around(rng, centres, 350.0, near), ground.scatter(rng, n - near)])
    )
    fuel = rng.choice(_FUELS, n, p=_FUEL_SHARE).astype(object)
    fuel[[2, 4]] = "coal"
    burnt = np.where(np.isin(fuel, _FROM_COAL), np.round(rng.uniform(500, 20_000, n), -2), np.nan)
    treated = rng.choice(["not_started", "in_progress", "completed"], n, p=[0.15, 0.25, 0.6])
    treated = treated.astype(object)
    treated[:2] = ["completed", "completed"]
    days = days_between(rng, date(2021, 1, 1), date(2025, 11, 30), n).astype(object)
    days[0] = date(2025, 12, 31)
    days[treated != "completed"] = None
    fuel[3], burnt[4] = None, np.nan
    burnt[3] = np.nan
    columns: dict[str, Any] = {
        "kiln_id": numbered("L", n),
        "name": [f"示例工业企业{i:02d}" for i in rng.integers(1, count(40, n / _KILNS) + 1, n)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "fuel": fuel,
        "coal_t_per_year": burnt,
        "treatment_status": treated,
        "treated_on": days,
        **_lives(rng, n),
    }
    return to_layer(Kilns, columns, np.asarray(shapely.points(xy)))


def _lives(rng: np.random.Generator, n: int) -> dict[str, NDArray[Any]]:
    """Draw how each kiln stands, and when it was retired."""
    status = rng.choice(["operating", "standby", "retired"], n, p=[0.8, 0.06, 0.14])
    status = status.astype(object)
    status[:5] = ["operating", "retired", "operating", "operating", "operating"]
    retired_on = days_between(rng, date(2019, 1, 1), date(2025, 11, 30), n).astype(object)
    retired_on[status != "retired"] = None
    retired_on[1:3] = [None, date(2024, 3, 31)]
    return {"status": status, "retired_on": retired_on}
