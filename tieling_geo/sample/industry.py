"""Steel, cement, kilns, clusters, data centres and energy-hungry projects."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

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
from tieling_geo.sample.kilns import NOTES as KILNS_NOTES
from tieling_geo.sample.kilns import draw_kilns
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import (
    CementWorks,
    DataCentres,
    HighEnergyProjects,
    LayerSchema,
    SteelWorks,
)
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "steel_works": Text(
        "特设情形：G0001 恰于 2023-12-31 验收；G0002 迟至 2024 年验收；G0003 产能已退出。",
        "Planted: G0001 was accepted exactly on 2023-12-31; G0002 only in 2024; G0003 is retired.",
    ),
    "cement_works": Text(
        "特设情形：N0001 恰于 2025-12-31 验收；N0003 已验收但无日期；N0004 产能缺失。",
        "Planted: N0001 was accepted exactly on 2025-12-31; N0003 is accepted without a date; "
        "N0004 has no capacity stated.",
    ),
    "data_centres": Text(
        "特设情形：T0001 实测恰为 1.3；T0002 设计值在限值内而实测超出；"
        "T0004 规模缺失、恰为 3000 机架；T0005 建于基准年之前；T0006 恰于基准年末投运。",
        "Planted: T0001 measures exactly 1.3; T0002 is within the cap by design and above it "
        "as measured; T0004 has no size class and exactly 3,000 racks; T0005 is older than the "
        "base year; T0006 came into service on its last day.",
    ),
    "high_energy_projects": Text(
        "特设情形：X0001 能耗恰为 5 万吨标煤、恰于 2025-12-31 指导；X0002 没有处置意见；"
        "X0003 有意见而无日期；X0004 能耗缺失。",
        "Planted: X0001 uses exactly 50,000 tce and was guided exactly on 2025-12-31; X0002 has no "
        "opinion; X0003 has one without a date; X0004 has no energy use stated.",
    ),
    **KILNS_NOTES,
})
_STEEL, _CEMENT, _CENTRES, _PROJECTS = 3, 5, 6, 25
_STAGES = ("not_started", "in_progress", "completed", "accepted")
_SECTORS = ("钢铁", "水泥", "化工", "铸造", "煤电", "焦化")
_LARGE_TCE = 50_000


def draw_industry(
    ground: Ground,
    towns: Towns,  # noqa: ARG001 - every topic takes the same
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    return {
        "steel_works": _draw_steel(ground, scale=scale, seed=seed),
        "cement_works": _draw_cement(ground, scale=scale, seed=seed),
        **draw_kilns(ground, scale=scale, seed=seed),
        "data_centres": _draw_data_centres(ground, scale=scale, seed=seed),
        "high_energy_projects": _draw_projects(ground, layers["parks"], scale=scale, seed=seed),
    }


def _draw_steel(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw the steel works; the first three are planted."""
    planted: dict[str, list[Any]] = {
        "capacity_t_per_year": [1_200_000.0, 600_000.0, 300_000.0],
        "retrofit_stage": ["accepted", "accepted", "in_progress"],
        "accepted_on": [date(2023, 12, 31), date(2024, 6, 30), None],
        "retired_on": [None, None, date(2020, 12, 31)],
    }
    n = count(_STEEL, scale, least=3)
    return _draw_works(SteelWorks, ground, n, seed, ("G", "示例钢铁企业"), planted)


def _draw_cement(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw the cement works; the first five are planted."""
    planted: dict[str, list[Any]] = {
        "capacity_t_per_year": [1_500_000.0, 1_000_000.0, 800_000.0, np.nan, 600_000.0],
        "retrofit_stage": ["accepted", "in_progress", "accepted", "not_started", "accepted"],
        "accepted_on": [date(2025, 12, 31), None, None, None, date(2024, 9, 30)],
        "retired_on": [None] * 5,
    }
    n = count(_CEMENT, scale, least=5)
    return _draw_works(CementWorks, ground, n, seed, ("N", "示例水泥企业"), planted)


def _draw_works(
    schema: type[LayerSchema],
    ground: Ground,
    n: int,
    seed: int,
    words: tuple[str, str],
    planted: Mapping[str, Sequence[Any]],
) -> gpd.GeoDataFrame:
    """Draw works around the seats, each with a capacity and a retrofit."""
    rng = stream(seed, schema.layer_name())
    xy = ground.around(rng, ground.centres_xy, 4 * ground.radius_m, n)
    stage = rng.choice(_STAGES, n, p=[0.1, 0.2, 0.1, 0.6]).astype(object)
    accepted_on = days_between(rng, date(2021, 1, 1), date(2025, 11, 30), n).astype(object)
    accepted_on[stage != "accepted"] = None
    columns: dict[str, NDArray[Any]] = {
        "name": np.array([f"{words[1]}{i:02d}" for i in range(1, n + 1)], object),
        "county": ground.county_names(xy),
        "capacity_t_per_year": rng.integers(3, 30, n) * 100_000.0,
        "retrofit_stage": stage,
        "accepted_on": accepted_on,
        "retired_on": np.full(n, None, object),
    }
    _overwrite(columns, planted)
    whole = {"works_id": numbered(words[0], n), **columns}
    return to_layer(schema, whole, np.asarray(shapely.points(xy)))


def _overwrite(columns: dict[str, NDArray[Any]], planted: Mapping[str, Sequence[Any]]) -> None:
    """Put the named cases into the first rows."""
    for name, values in planted.items():
        kept = len(columns[name])
        columns[name][: len(values)] = list(values)[:kept]


def _draw_data_centres(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw the data centres in the towns; the first six are planted."""
    n = count(_CENTRES, scale, least=6)
    rng = stream(seed, DataCentres.layer_name())
    xy = ground.around(rng, ground.centres_xy, 0.8 * ground.radius_m, n)
    racks = rng.choice([200, 800, 2000, 4000, 12_000], n, p=[0.3, 0.3, 0.2, 0.15, 0.05])
    words = np.array(["small", "medium", "large", "hyperscale"], object)
    design = np.round(rng.uniform(1.2, 1.5, n), 2)
    since = days_between(rng, date(2014, 1, 1), date(2024, 6, 30), n).astype(object)
    columns: dict[str, NDArray[Any]] = {
        "name": np.array([f"示例数据中心{i:02d}" for i in range(1, n + 1)], object),
        "county": ground.county_names(xy),
        "size_class": words[np.searchsorted([500, 3000, 10_000], racks, side="right")],
        "racks": racks.astype(object),
        "design_pue": design,
        "measured_pue": np.round(design + rng.uniform(-0.02, 0.15, n), 2),
        "measured_on": days_between(rng, date(2025, 1, 1), date(2025, 11, 30), n).astype(object),
        "commissioned_on": since,
    }
    _overwrite(
        columns,
        {
            "size_class": ["hyperscale", "large", "medium", None, "large", "large"],
            "racks": [12_000, 4000, 1500, 3000, 3500, 3200],
            "design_pue": [1.22, 1.28, 1.4, 1.25, 1.5, 1.45],
            "measured_pue": [1.3, 1.34, 1.52, 1.29, 1.66, 1.58],
            "commissioned_on": [
                date(2022, 7, 1),
                date(2023, 5, 10),
                date(2023, 9, 1),
                date(2021, 1, 1),
                date(2016, 3, 1),
                date(2020, 12, 31),
            ],
        },
    )
    whole = {"centre_id": numbered("T", n), **columns}
    return to_layer(DataCentres, whole, np.asarray(shapely.points(xy)))


def _draw_projects(
    ground: Ground, parks: gpd.GeoDataFrame, *, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw the list of energy-hungry projects, half of them in or near parks."""
    n = count(_PROJECTS, scale, least=8)
    rng = stream(seed, HighEnergyProjects.layer_name())
    xy = _project_places(rng, ground, parks, n)
    # Multiples of a hundred tonnes; about one in four reaches 50,000.
    energy = np.round(rng.lognormal(9.9, 0.9, n), -2)
    opinion = rng.choice(["keep", "rectify", "suspend", "cancel"], n, p=[0.5, 0.35, 0.1, 0.05])
    guided_on = days_between(rng, date(2023, 1, 1), date(2025, 11, 30), n).astype(object)
    guided_on[energy < _LARGE_TCE] = None
    columns: dict[str, NDArray[Any]] = {
        "name": np.array([f"示例项目{i:03d}" for i in range(1, n + 1)], object),
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "sector": rng.choice(_SECTORS, n).astype(object),
        "stage": rng.choice(["existing", "under_construction", "planned"], n, p=[0.7, 0.2, 0.1]),
        "energy_tce": energy,
        "opinion": opinion.astype(object),
        "opinion_on": days_between(rng, date(2022, 1, 1), date(2025, 10, 31), n).astype(object),
        "guidance_on": guided_on,
    }
    _overwrite(
        columns,
        {
            "energy_tce": [50_000.0, 8_000.0, 12_000.0, np.nan, 49_999.0],
            "opinion": ["rectify", None, "keep", "keep", "keep"],
            "guidance_on": [date(2025, 12, 31), None, None, date(2024, 4, 1), None],
        },
    )
    columns["opinion_on"][1:3] = None
    whole = {"project_id": numbered("X", n), **columns}
    return to_layer(HighEnergyProjects, whole, np.asarray(shapely.points(xy)))


def _project_places(
    rng: np.random.Generator, ground: Ground, parks: gpd.GeoDataFrame, n: int
) -> Floats:
    """Place projects: half around parks, the rest anywhere."""
    inside = shapely.point_on_surface(to_working_crs(parks, name="parks").geometry.to_numpy())
    near = n // 2
    return np.asarray(
        rng.permutation(
            np.concatenate([
                ground.around(rng, np.asarray(shapely.get_coordinates(inside)), 250.0, near),
                ground.scatter(rng, n - near),
            ])
        )
    )
