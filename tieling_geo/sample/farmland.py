"""Cropland, tillage, high-standard farmland, manure and soil."""

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
    Shapes,
    blobs,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.livestock import NOTES as LIVESTOCK_NOTES
from tieling_geo.sample.livestock import draw_livestock
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import Cropland, FarmlandProjects, SoilCarbonCells, TillagePlots
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "cropland": Text(
        "示意图斑，互不重叠，不是国土调查图斑。",
        "Parcels are schematic and do not overlap; they are not those of the land survey.",
    ),
    "tillage_plots": Text(
        "特设情形：T00001 与 T00002 同年重叠；T00003 台账面积比图形大两成；"
        "T00004 是否核验缺失；T00005 核验未通过。",
        "Planted: T00001 and T00002 overlap in one year; the ledger area of T00003 is a fifth too "
        "big; nobody says if T00004 was verified; T00005 was not.",
    ),
    "farmland_projects": Text(
        "项目区部分互相重叠，部分在耕地之外。特设情形：HF0001 与 HF0002 重叠；HF0003 阶段与验收日期"
        "矛盾；HF0004 已验收但无日期；HF0005 恰在统计日验收。",
        "Projects overlap each other in part, and lie off cropland in part. Planted: HF0001 and "
        "HF0002 overlap; the stage of HF0003 contradicts its date; HF0004 is accepted without a "
        "date; HF0005 is accepted on the very day.",
    ),
    "soil_carbon_cells": Text(
        "2020、2025 两年的示意栅格；数值虚构，2025 年缺少数格。",
        "A schematic grid of 2020 and 2025; values are invented, a few cells of 2025 have none.",
    ),
    **LIVESTOCK_NOTES,
})
_PARCELS, _PLOTS, _PROJECTS = 150, 60, 40
_YEARS = (2021, 2022, 2023, 2024, 2025)
_SOIL_YEARS = (2020, 2025)
_LARGEST_STEP_M = 5000.0
_CELL_M = 7000.0
_MU_M2 = 2000 / 3


def draw_farmland(
    ground: Ground,
    towns: Towns,  # noqa: ARG001 - every topic is drawn alike
    layers: Mapping[str, gpd.GeoDataFrame],  # noqa: ARG001
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    parcels = _parcels(ground, scale, seed)
    middles = np.asarray(shapely.get_coordinates(shapely.centroid(parcels)))
    return {
        "cropland": _cropland(ground, parcels, seed),
        "tillage_plots": _tillage_plots(ground, parcels, scale, seed),
        "farmland_projects": _farmland_projects(ground, middles, scale, seed),
        **draw_livestock(ground, middles, scale=scale, seed=seed),
        "soil_carbon_cells": _soil_carbon_cells(ground, parcels, scale, seed),
    }


def _parcels(ground: Ground, scale: float, seed: int) -> Shapes:
    """Draw parcels that do not overlap: each keeps within a cell of a grid of its own."""
    n = count(_PARCELS, scale, least=4)
    rng = stream(seed, Cropland.layer_name())
    area_m2 = shapely.area(ground.within).sum()
    step = min(_LARGEST_STEP_M, float(np.sqrt(area_m2 / (4 * n))))
    kept: Shapes = np.array([], dtype=object)
    while len(kept) < n:
        xy = _lattice(ground, step)
        half = step * rng.uniform(0.36, 0.46, (len(xy), 1))
        corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        bent = corner[None] * half[..., None] + rng.uniform(-0.03, 0.03, (len(xy), 4, 2)) * step
        inside = (ground.county_of((xy[:, None] + bent).reshape(-1, 2)) >= 0).reshape(-1, 4)
        kept = np.asarray(shapely.polygons((xy[:, None] + bent)[inside.all(axis=1)]))
        kept = kept[shapely.covered_by(kept, ground.area)]
        step /= 1.4
    return np.asarray(kept[np.sort(rng.choice(len(kept), n, replace=False))])


def _lattice(ground: Ground, step: float) -> Floats:
    """Lay out the middles of a square grid over the counties."""
    west, south, east, north = shapely.total_bounds(ground.within)
    x, y = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _cropland(ground: Ground, parcels: Shapes, seed: int) -> gpd.GeoDataFrame:
    """Say of each parcel what it is, and which county states it."""
    rng = stream(seed, "cropland kinds")
    n = len(parcels)
    xy = np.asarray(shapely.get_coordinates(shapely.point_on_surface(parcels)))
    columns: dict[str, Any] = {
        "parcel_id": numbered("GD", n, digits=5),
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "kind": with_gaps(rng, list(rng.choice(["dry", "paddy", "irrigated"], n)), 0.02),
    }
    return to_layer(Cropland, columns, parcels)


def _areas_mu(shapes: Shapes) -> Floats:
    """Measure shapes in the plane, in mu: what a ledger states."""
    return np.asarray(shapely.area(shapes) / _MU_M2)


def _tillage_plots(ground: Ground, parcels: Shapes, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw plots inside parcels, one a parcel, each in several years."""
    rng = stream(seed, TillagePlots.layer_name())
    n = min(count(_PLOTS, scale, least=3), len(parcels))
    chosen = parcels[np.sort(rng.choice(len(parcels), n, replace=False))]
    middles = np.asarray(shapely.get_coordinates(shapely.centroid(chosen)))
    reach = 0.3 * np.sqrt(shapely.area(chosen))
    plots = blobs(rng, middles, reach, corners=6)
    # The second stands half on the first, as a field that two cooperatives declare.
    aside = np.array([0.4 * reach[0], 0.0])
    plots[1] = shapely.transform(plots[0], lambda xy: xy + aside)
    tilled = rng.random((n, len(_YEARS))) < np.linspace(0.5, 0.95, len(_YEARS))
    tilled[:, -1] = True
    plot, year = np.nonzero(tilled)
    # The last year's rows come first: what is planted stands in it.
    order = np.lexsort((plot, -year))
    plot, year = plot[order], year[order]
    total = len(plot)
    ledger = np.round(_areas_mu(plots)[plot] * rng.uniform(0.98, 1.02, total), 1).astype(object)
    verified = np.full(total, fill_value=True, dtype=object)
    verified[rng.random(total) < 0.06] = False  # noqa: PLR2004 - a share
    verified[:4] = True
    if total > 5:  # noqa: PLR2004 - what is planted
        ledger[2], ledger[5] = round(1.2 * ledger[2], 1), None
        verified[3], verified[4] = None, False
    xy = np.asarray(shapely.get_coordinates(shapely.point_on_surface(plots)))
    columns: dict[str, Any] = {
        "record_id": numbered("T", total, digits=5),
        "plot_id": np.array(numbered("DK", n), dtype=object)[plot],
        "county": ground.county_names(xy)[plot],
        "year": np.array(_YEARS)[year],
        "ledger_area_mu": ledger,
        "is_verified": verified,
    }
    return to_layer(TillagePlots, columns, plots[plot])


def _farmland_projects(
    ground: Ground, middles: Floats, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw projects around parcels, the first two over each other."""
    rng = stream(seed, FarmlandProjects.layer_name())
    n = count(_PROJECTS, scale, least=6)
    area_m2 = float(shapely.area(ground.within).sum())
    reach = min(4850.0, 0.30 * np.sqrt(area_m2 / n)) * rng.uniform(0.75, 1.15, n)
    middle = middles[rng.permutation(np.arange(n) % len(middles))]
    middle[1] = middle[0] + [0.7 * reach[0], 0.0]
    shapes = blobs(rng, middle, reach, corners=7)
    shapes = np.asarray(shapely.intersection(shapes, shapely.union_all(_whole(ground))))
    parts = [max(shapely.get_parts(shape), key=shapely.area) for shape in shapes]
    shapes = np.array(parts, dtype=object)
    stage = rng.choice(["accepted", "completed", "in_progress"], n, p=[0.9, 0.06, 0.04])
    stage = stage.astype(object)
    days = days_between(rng, date(2012, 6, 1), date(2025, 11, 30), n).astype(object)
    stage[:2], stage[2], stage[3:5] = "accepted", "in_progress", "accepted"
    year = np.array([day.year for day in days], dtype=object)
    days[(stage != "accepted") & (np.arange(n) != 2)] = None  # noqa: PLR2004 - the contradiction
    days[3], days[4], year[4], year[5] = None, date(2025, 12, 31), 2025, None
    ledger = np.round(_areas_mu(shapes) * rng.uniform(0.97, 1.03, n)).astype(object)
    ledger[0] = round(1.15 * ledger[0])
    xy = np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    columns: dict[str, Any] = {
        "project_id": numbered("HF", n),
        "name": [f"示例高标准农田项目{i:03d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "year": year,
        "stage": stage,
        "accepted_on": days,
        "ledger_area_mu": with_gaps(rng, list(ledger), 0.03),
    }
    return to_layer(FarmlandProjects, columns, shapes)


def _whole(ground: Ground) -> Shapes:
    """Give the counties as they are, borders and all."""
    return np.asarray(ground.counties.geometry.to_numpy())


def _soil_carbon_cells(
    ground: Ground, parcels: Shapes, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw a grid that covers the parcels, in two years; a few cells of the later have no value."""
    rng = stream(seed, SoilCarbonCells.layer_name())
    step = _CELL_M / np.sqrt(max(scale, 1.0))
    xy = _lattice(ground, step)
    half = step / 2
    boxes = shapely.box(xy[:, 0] - half, xy[:, 1] - half, xy[:, 0] + half, xy[:, 1] + half)
    used = np.unique(shapely.STRtree(boxes).query(parcels, predicate="intersects")[1])
    cells, xy = boxes[used], xy[used]
    n = len(cells)
    # Richer to the east, with a wave across the north; later a little more, here and there less.
    first = 19 + 4 * np.sin(xy[:, 1] / 31_000) + (xy[:, 0] - xy[:, 0].min()) / 15_000
    first = first + rng.normal(0, 0.8, n)
    last = first + rng.normal(0.35, 0.5, n)
    value = np.round(np.concatenate([first, last]), 1).astype(object)
    value[n + rng.choice(n, max(1, n // 60), replace=False)] = None
    corner = np.round((xy - xy.min(axis=0)) / step).astype(int)
    names = [f"r{row:03d}c{col:03d}" for col, row in corner]
    columns: dict[str, Any] = {
        "cell_id": [f"{year}-{name}" for year in _SOIL_YEARS for name in names],
        "year": np.repeat(_SOIL_YEARS, n),
        "organic_matter_g_per_kg": value,
    }
    layer = to_layer(SoilCarbonCells, columns, np.concatenate([cells, cells]))
    return layer.sort_values("cell_id", kind="stable", ignore_index=True)
