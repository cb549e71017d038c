"""Bulk freight: sites, terminals at stations, sidings, and the roads between them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.operations.coverage import distance_to_lines_m
from tieling_geo.sample.facts import NAMED_TERMINALS, STATIONS
from tieling_geo.sample.ground import (
    Floats,
    Ground,
    Integers,
    along,
    count,
    days_between,
    numbered,
    points_m,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.roads import draw_network, draw_roads, island_site
from tieling_geo.schemas import FreightSites, FreightTerminals, RailLines

_SITES = 60
_TERMINALS = 8
_SIDINGS = 8
_STATION_LIMIT_M = 3_000.0
_THRESHOLD_T_PER_YEAR = 1_500_000.0
_KINDS = {"logistics_park": "示例物流园", "mine": "示例矿山", "plant": "示例工厂"}
# Rows of the planted sites.
_AT_THRESHOLD, _ON_ISLAND = 0, 1


def draw_freight(
    ground: Ground, rail_lines: gpd.GeoDataFrame, *, scale: float, seed: int
) -> Mapping[str, gpd.GeoDataFrame]:
    """
    Draw terminals, sites, roads, and `rail_lines` (storage CRS) with sidings added.

    `F0001` moves exactly 1,500,000 t a year; `F0002` stands on roads that meet no others. The
    sites nearest to a railway get a siding that ends at the site.
    """
    terminals_xy, names = _terminal_places(ground, scale, seed)
    network = draw_network(ground, terminals_xy, scale=scale, seed=seed)
    rng = stream(seed, FreightSites.layer_name())
    xy = _site_places(rng, ground, count(_SITES, scale, least=8))
    xy[_ON_ISLAND] = island_site(ground, network, seed=seed)
    sidings = _sidings(ground, xy, count(_SIDINGS, scale))
    return {
        "freight_sites": _sites(rng, ground, xy, sidings),
        "freight_terminals": _terminals(terminals_xy, names, seed),
        "roads": draw_roads(ground, network, xy, island=_ON_ISLAND, scale=scale, seed=seed),
        "rail_lines": _with_sidings(ground, rail_lines, xy[sidings]),
    }


def _rail_inside(ground: Ground) -> NDArray[np.object_]:
    """Cut the railways to the counties; empty where there is none."""
    return np.asarray(shapely.intersection(ground.rails.geometry.to_numpy(), ground.area))


def _terminal_places(ground: Ground, scale: float, seed: int) -> tuple[Floats, list[str]]:
    """Take known stations that lie on the railways, then invented places along these."""
    n = max(3, round(_TERMINALS * np.sqrt(scale)))
    xy = points_m([(place.lon, place.lat) for place in STATIONS])
    lines = _rail_inside(ground)
    far = distance_to_lines_m(np.asarray(shapely.points(xy)), lines)
    known = np.flatnonzero((ground.county_of(xy) >= 0) & (far <= _STATION_LIMIT_M))[:n]
    rng = stream(seed, "terminal_places")
    more = n - len(known)
    if shapely.length(lines).sum() > 0:
        spare = ground.accepted(more, lambda size_n: along(rng, lines, size_n).xy)
    else:
        spare = ground.scatter(rng, more)
    names = [f"示例：{STATIONS[i].name}站货场" for i in known]
    return np.concatenate([xy[known], spare]), names + [f"示例货场{i + 1:02d}" for i in range(more)]


def _terminals(xy: Floats, names: list[str], seed: int) -> gpd.GeoDataFrame:
    """
    Give the terminals a kind and an invented capacity.

    Two carry names that are in the plan: a logistics base, and an inland port, the third.
    """
    rng = stream(seed, FreightTerminals.layer_name())
    n = len(xy)
    kind = rng.choice(["yard", "station"], n, p=[0.6, 0.4]).astype(object)
    kind[0], kind[2] = "logistics_base", "inland_port"
    named = dict(zip((0, 2), NAMED_TERMINALS, strict=True))
    capacity = np.round(rng.uniform(0.3e6, 6e6, n), -4)
    capacity[2::7] = np.nan
    columns: dict[str, Any] = {
        "terminal_id": numbered("T", n, digits=2),
        "name": [named.get(i, name) for i, name in enumerate(names)],
        "kind": kind,
        "capacity_t_per_year": capacity,
    }
    return to_layer(FreightTerminals, columns, np.asarray(shapely.points(xy)))


def _site_places(rng: np.random.Generator, ground: Ground, n: int) -> Floats:
    """Place four in ten sites along the railways, three around seats, the rest anywhere."""
    lines = _rail_inside(ground)
    beside = round(0.4 * n) if shapely.length(lines).sum() > 0 else 0
    seats = round(0.3 * n)

    def propose(size_n: int) -> Floats:
        at = along(rng, lines, size_n)
        away = rng.uniform(200, 3000, size_n) * rng.choice([-1.0, 1.0], size_n)
        return np.asarray(at.xy + away[:, None] * at.normal)

    groups = [
        ground.accepted(beside, propose) if beside else np.empty((0, 2)),
        ground.around(rng, ground.centres_xy, 1.4 * ground.radius_m, seats),
        ground.scatter(rng, n - beside - seats),
    ]
    return np.asarray(rng.permutation(np.concatenate(groups)))


def _sidings(ground: Ground, xy: Floats, n: int) -> Integers:
    """Return the rows of the sites that stand nearest to a railway, the planted ones left out."""
    far = distance_to_lines_m(np.asarray(shapely.points(xy)), ground.rails.geometry.to_numpy())
    far[[_AT_THRESHOLD, _ON_ISLAND]] = np.inf
    order = far.argsort(kind="stable")[:n]
    return np.sort(order[np.isfinite(far[order])])


def _with_sidings(
    ground: Ground, rail_lines: gpd.GeoDataFrame, sites_xy: Floats
) -> gpd.GeoDataFrame:
    """Add a straight siding from the nearest point of a railway to each site."""
    if not len(sites_xy):
        return rail_lines
    railway = shapely.union_all(ground.rails.geometry.to_numpy())
    shapes = np.asarray(shapely.shortest_line(railway, shapely.points(sites_xy)))
    n = len(shapes)
    columns: dict[str, Any] = {
        "line_id": numbered("示例专用线", n, digits=2),
        "name": [f"示例铁路专用线{i:02d}" for i in range(1, n + 1)],
        "kind": ["siding"] * n,
    }
    sidings = to_layer(RailLines, columns, shapes)
    whole = pd.concat([rail_lines, sidings], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=GEOGRAPHIC_CRS)


def _sites(
    rng: np.random.Generator, ground: Ground, xy: Floats, sidings: Integers
) -> gpd.GeoDataFrame:
    """Give the sites their kind, tonnage and links."""
    n = len(xy)
    kind = rng.choice(list(_KINDS), n, p=[0.25, 0.25, 0.5])
    columns: dict[str, Any] = {
        "site_id": numbered("F", n),
        "name": [f"{_KINDS[word]}{i + 1:02d}" for i, word in enumerate(kind)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "kind": with_gaps(rng, list(kind), 0.03),
        "bulk_t_per_year": _tonnage(rng, n),
        **_links(rng, n, sidings),
    }
    return to_layer(FreightSites, columns, np.asarray(shapely.points(xy)))


def _tonnage(rng: np.random.Generator, n: int) -> NDArray[Any]:
    """Draw tonnes a year, 0.05 to 8 million, log-normal; one exactly on the plan's threshold."""
    drawn = np.round(np.exp(rng.normal(np.log(0.8e6), 1.1, n)).clip(0.05e6, 8e6), -3)
    drawn[drawn == _THRESHOLD_T_PER_YEAR] += 1000.0
    bulk = with_gaps(rng, list(drawn), 0.05)
    bulk[[_AT_THRESHOLD, _ON_ISLAND]] = _THRESHOLD_T_PER_YEAR, 2_400_000.0
    return bulk


def _links(rng: np.random.Generator, n: int, sidings: Integers) -> dict[str, Any]:
    """Draw which sites are new, when they were approved, and how they are linked."""
    new = with_gaps(rng, list(rng.random(n) < 0.6), 0.05)  # noqa: PLR2004 - a share
    has_siding = with_gaps(rng, list(rng.random(n) < 0.06), 0.06)  # noqa: PLR2004 - a share
    has_siding[sidings] = True
    pipeline = with_gaps(rng, list(rng.random(n) < 0.08), 0.06)  # noqa: PLR2004 - a share
    conveyor = with_gaps(rng, list(rng.random(n) < 0.08), 0.06)  # noqa: PLR2004 - a share
    for flags in (has_siding, pipeline, conveyor):
        flags[[_AT_THRESHOLD, _ON_ISLAND]] = False
    new[[_AT_THRESHOLD, _ON_ISLAND]] = True
    exemption = np.full(n, None, dtype=object)
    exemption[5::20] = "示例：地形条件所限，已书面说明"
    approved = with_gaps(rng, list(days_between(rng, date(2015, 1, 1), date(2025, 9, 30), n)), 0.05)
    return {
        "is_new_or_relocated": new,
        "approved_on": approved,
        "has_siding": has_siding,
        "has_pipeline": pipeline,
        "has_conveyor": conveyor,
        "exemption": exemption,
    }
