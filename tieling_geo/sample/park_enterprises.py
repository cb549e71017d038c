"""Enterprises, in parks, in tight knots and scattered; and the hubs that treat for them."""

from collections.abc import Mapping
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
    Shapes,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.park_utilities import UTILITY_NOTES, draw_park_utilities
from tieling_geo.sample.permits import PERMIT_NOTES, draw_permits
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import Enterprises, TreatmentHubs
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    "enterprises": Text(
        "约半数在园区内，约六分之一成簇（簇内相距数百米）。特设情形：Q0001 恰在园区边界顶点上；"
        "Q0002 关停日期早于投产日期；Q0003 投产日期晚于 2025 年；Q0004 的接入设施查无此编号；"
        "Q0005 治理中却有完成日期；部分投产日期、产值、能耗与 VOCs 排放量缺失。",
        "About half stand in parks, a sixth in tight knots. Planted: Q0001 stands exactly on a "
        "vertex of a park; Q0002 closed before it opened; Q0003 opens after 2025; Q0004 names a "
        "hub that is not there; Q0005 is in treatment, with a date of completion; some dates, "
        "outputs, energy uses and VOC emitted are missing.",
    ),
    "treatment_hubs": Text(
        "特设情形：一处 VOCs 设施已停运，最后一处类型缺失；能力均为虚构，个别小于接入量。",
        "Planted: one VOC hub is closed, the last has no kind; some capacities are less than the "
        "load.",
    ),
    **UTILITY_NOTES,
    **PERMIT_NOTES,
})
_ENTERPRISES = 240
_HUBS = 9
_KNOTS = 4
#: Standard deviation of an enterprise's place in its knot: most stand within 300 m of its middle.
_KNOT_SPREAD_M = 110.0
_PARK_MARGIN_M = 25.0
#: No enterprise is linked to a hub further away than this.
_LINK_LIMIT_M = 45_000.0
_VOC_SECTORS = ("coating", "furniture", "chemical", "printing", "steel_structure", "machinery")
_OTHER_SECTORS = ("plating", "foundry", "building_materials", "food", "parts", "other")
#: Shares that emit VOC beside those in knots, and of the emitters those with low-VOC materials.
_VOC_SHARE = 0.4
_LOW_VOC_SHARE = 0.45
_LAST = date(2025, 12, 31)


def draw_park_enterprises(
    ground: Ground,
    towns: Towns,  # noqa: ARG001 - every topic takes the same
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    parks = to_working_crs(layers["parks"], name="parks")
    knots_xy = ground.scatter(stream(seed, "enterprise_knots"), count(_KNOTS, scale))
    hubs = _hubs(ground, parks, knots_xy, scale, seed)
    enterprises = _enterprises(ground, parks, knots_xy, hubs, scale, seed)
    return {
        "enterprises": enterprises,
        "treatment_hubs": hubs,
        **draw_park_utilities(ground, parks, scale=scale, seed=seed),
        **draw_permits(ground, parks, enterprises, seed=seed),
    }


def _inside(rng: np.random.Generator, ground: Ground, shapes: Shapes, n: int) -> Floats:
    """Draw n points inside some shapes and off their borders, larger shapes taking more."""
    inner = shapely.buffer(shapes, -_PARK_MARGIN_M)
    inner = np.where(shapely.is_empty(inner), shapes, inner)
    box, weight = shapely.bounds(inner), np.sqrt(shapely.area(inner))
    shapely.prepare(inner)

    def propose(size_n: int) -> Floats:
        row = rng.choice(len(inner), size=size_n, p=weight / weight.sum())
        xy = box[row, :2] + rng.random((size_n, 2)) * (box[row, 2:] - box[row, :2])
        return np.asarray(xy[shapely.contains_xy(inner[row], *xy.T)])

    return ground.accepted(n, propose)


def _places(
    rng: np.random.Generator, ground: Ground, parks: gpd.GeoDataFrame, knots_xy: Floats, n: int
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Place n enterprises; say which were put into parks, and which into knots."""
    in_parks, in_knots = round(0.45 * n), round(n / 6)
    scattered = n - in_parks - in_knots
    xy = np.concatenate([
        _inside(rng, ground, parks.geometry.to_numpy(), in_parks),
        ground.around(rng, knots_xy, _KNOT_SPREAD_M, in_knots),
        ground.around(rng, ground.centres_xy, ground.radius_m, scattered // 2),
        ground.scatter(rng, scattered - scattered // 2),
    ])
    kind = np.repeat(["park", "knot", "far"], [in_parks, in_knots, scattered])
    order = rng.permutation(n)
    xy, kind = xy[order], kind[order]
    # The border itself: a vertex of the first park.
    xy[0] = shapely.get_coordinates(parks.geometry.iloc[0])[0]
    return xy, kind == "park", kind == "knot"


def _enterprises(
    ground: Ground,
    parks: gpd.GeoDataFrame,
    knots_xy: Floats,
    hubs: gpd.GeoDataFrame,
    scale: float,
    seed: int,
) -> gpd.GeoDataFrame:
    """Draw the ledger of enterprises."""
    rng = stream(seed, Enterprises.layer_name())
    n = count(_ENTERPRISES, scale, least=8)
    xy, in_park, in_knot = _places(rng, ground, parks, knots_xy, n)
    sector = np.where(
        in_knot | (rng.random(n) < _VOC_SHARE),
        rng.choice(_VOC_SECTORS, n, p=[0.3, 0.2, 0.25, 0.1, 0.1, 0.05]),
        rng.choice(_OTHER_SECTORS, n),
    ).astype(object)
    is_voc, is_plating = np.isin(sector, _VOC_SECTORS), sector == "plating"
    output = np.round(rng.lognormal(7.6, 1.1, n) + 200 * in_park, 0)
    voc = np.where(is_voc, np.round(rng.lognormal(1.2, 0.9, n) + 0.1, 2), 0.0).astype(object)
    voc[np.flatnonzero(is_voc)[5::45]] = None
    plating = np.where(is_plating, np.round(rng.uniform(8, 160, n), 1), 0.0)
    opened, closed = _dates(rng, in_park)
    columns: dict[str, Any] = {
        "enterprise_id": numbered("Q", n),
        "name": [f"示例企业{i:04d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, ground.county_names(xy).tolist(), 0.01),
        "sector": with_gaps(rng, sector.tolist(), 0.01),
        "output_wan_yuan": with_gaps(rng, output.tolist(), 0.015),
        "energy_tce": with_gaps(
            rng, np.round(output * rng.uniform(0.05, 0.6, n), 1).tolist(), 0.02
        ),
        "voc_t_per_year": voc,
        "plating_wastewater_m3_per_d": plating,
        "opened_on": opened,
        "closed_on": closed,
        "hub_id": _links(rng, xy, is_voc, is_plating, hubs),
        **_treatment(rng, is_voc),
    }
    return to_layer(Enterprises, columns, np.asarray(shapely.points(xy)))


def _dates(
    rng: np.random.Generator, in_park: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Draw when each opened and closed: the new ones are mostly in parks, the closed ones not."""
    n = len(in_park)
    is_new = rng.random(n) < np.where(in_park, 0.32, 0.1)
    opened = np.where(
        is_new,
        days_between(rng, date(2021, 2, 1), date(2025, 11, 30), n),
        days_between(rng, date(1998, 1, 1), date(2020, 10, 31), n),
    ).astype(object)
    is_closed = (rng.random(n) < np.where(in_park, 0.03, 0.15)) & ~is_new
    closed = _only(is_closed, days_between(rng, date(2020, 11, 1), _LAST, n))
    opened[9::60] = None
    opened[1], closed[1] = date(2016, 5, 1), date(2011, 5, 1)
    opened[2], closed[2] = date(2026, 3, 1), None
    opened[3:5], closed[3:5] = date(2015, 4, 1), None
    return opened, closed


def _links(
    rng: np.random.Generator,
    xy: Floats,
    is_voc: NDArray[np.bool_],
    is_plating: NDArray[np.bool_],
    hubs: gpd.GeoDataFrame,
) -> NDArray[np.object_]:
    """Link about half the emitters to the nearest hub of their kind."""
    hubs_xy = shapely.get_coordinates(to_working_crs(hubs, name="hubs").geometry.to_numpy())
    linked = np.full(len(xy), None, dtype=object)
    draw = rng.random(len(xy))
    for kind, emits, share in (("voc", is_voc, 0.6), ("plating", is_plating, 0.8)):
        rows = np.flatnonzero((hubs["kind"] == kind).to_numpy(dtype=bool))
        if not len(rows):
            continue
        away = np.hypot(*(xy[:, None, :] - hubs_xy[rows][None, :, :]).transpose(2, 0, 1))
        nearest = hubs["hub_id"].to_numpy(dtype=object)[rows[away.argmin(axis=1)]]
        kept = emits & (draw < share) & (away.min(axis=1) <= _LINK_LIMIT_M)
        linked[kept] = nearest[kept]
    linked[np.flatnonzero(is_voc)[7::80]] = hubs["hub_id"].iloc[-1]
    linked[3] = "H999"
    return linked


def _only(kept: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[np.object_]:
    """Keep some values, and leave the others blank."""
    found = np.full(len(kept), None, dtype=object)
    found[kept] = values[kept]
    return found


def _treatment(rng: np.random.Generator, is_voc: NDArray[np.bool_]) -> dict[str, Any]:
    """Draw how far the emitters of VOC got with their treatment and their materials."""
    n = len(is_voc)
    words = rng.choice(["completed", "in_progress", "not_started"], n, p=[0.6, 0.25, 0.15])
    status = _only(is_voc, words)
    status[np.flatnonzero(is_voc)[3::40]] = None
    done_on = days_between(rng, date(2021, 3, 1), date(2025, 10, 31), n)
    treated = _only(status == "completed", done_on)
    treated[np.flatnonzero(status == "completed")[4::50]] = None
    status[4], treated[4] = "in_progress", date(2024, 8, 1)
    is_low = rng.random(n) < _LOW_VOC_SHARE
    low, uses = _only(is_voc, is_low), is_voc & is_low
    since = _only(uses, days_between(rng, date(2021, 1, 1), _LAST, n))
    since[np.flatnonzero(uses)[2::20]] = None
    low[np.flatnonzero(is_voc)[6::30]] = None
    return {
        "treatment_status": status,
        "treated_on": treated,
        "uses_low_voc_materials": low,
        "low_voc_since": since,
    }


def _hubs(
    ground: Ground, parks: gpd.GeoDataFrame, knots_xy: Floats, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw the hubs, half of them beside knots; one is closed, and the last has no kind."""
    rng = stream(seed, TreatmentHubs.layer_name())
    n = count(_HUBS, scale, least=4)
    beside = min(n // 3, len(knots_xy))
    xy = np.concatenate([
        ground.around(rng, knots_xy, 400.0, beside),
        _inside(rng, ground, parks.geometry.to_numpy(), n - beside),
    ])
    kind = np.resize(np.array(["voc", "plating", "voc", "voc", "other"], dtype=object), n)
    kind[-1] = None
    closed = np.full(n, None, dtype=object)
    closed[2::9] = date(2024, 6, 30)
    columns: dict[str, Any] = {
        "hub_id": numbered("H", n, digits=3),
        "name": [f"示例集中治理设施{i:03d}" for i in range(1, n + 1)],
        "county": ground.county_names(xy),
        "kind": kind,
        "voc_capacity_t_per_year": _only(kind == "voc", np.round(rng.uniform(15, 140, n))),
        "plating_capacity_m3_per_d": _only(kind == "plating", np.round(rng.uniform(150, 900, n))),
        "commissioned_on": days_between(rng, date(2017, 1, 1), date(2023, 12, 31), n),
        "closed_on": closed,
    }
    return to_layer(TreatmentHubs, columns, np.asarray(shapely.points(xy)))
