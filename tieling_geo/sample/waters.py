"""Outfalls along the reaches, assessed sections, and black-odorous water bodies."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import WORKING_CRS, to_geodesic_area_m2, to_working_crs
from tieling_geo.errors import ParameterError
from tieling_geo.operations.coverage import distance_to_lines_m
from tieling_geo.sample.ground import (
    DECIMALS,
    Floats,
    Ground,
    Integers,
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
from tieling_geo.schemas import BlackOdorousWaters, Outfalls, WaterSections
from tieling_geo.text import Text

_OUTFALLS = 400
_URBAN = 25
_BANK_M = 148.0
_SECTIONS = 13
_WATERS = 30
_AREA_M2 = 2000.0
_AS_OF = np.datetime64("2025-12-31", "D")
_DATES = ("surveyed_on", "monitored_on", "traced_on", "remediated_on", "signed_off_on")
_STAGES = np.array([None, "surveyed", "monitored", "traced", "remediated", "signed_off"], object)
_KINDS = (
    ("industrial", "mine", 0.08),
    ("industrial", "unspecified", 0.1),
    ("urban_wwtp", "wwtp", 0.06),
    ("agricultural", "livestock", 0.12),
    ("agricultural", "irrigation", 0.12),
    ("other", "urban_stormwater", 0.16),
    ("other", "rural_treated", 0.12),
    ("other", "rural_domestic_direct", 0.18),
    ("other", "unspecified", 0.06),
)


def draw_outfalls(ground: Ground, towns: Towns, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """
    Draw the outfalls, all but one within 150 m of a reach.

    `E0001` stands as far from every reach as the counties allow. The next ones are untreated urban
    outfalls inside the cities' built-up areas, as far as a reach crosses one.
    """
    n = count(_OUTFALLS, scale, least=8)
    urban = count(_URBAN, scale, least=2)
    rng = stream(seed, Outfalls.layer_name())
    lines = _clipped(ground)
    city = shapely.union_all(towns.cities)
    xy, line = _on_banks(rng, ground, lines, n, within=None)
    if shapely.intersects(city, lines).any():
        xy[1 : urban + 1], line[1 : urban + 1] = _on_banks(
            rng, ground, shapely.intersection(lines, city), urban, within=city
        )
    xy[0] = _farthest(rng, ground)
    river = ground.reaches["river_name"].to_numpy(dtype=object)[line]
    river[0] = None
    columns = _kinds(rng, n, urban) | _progress(rng, n, urban)
    columns |= {
        "outfall_id": numbered("E", n),
        "outfall_code": [f"SAMPLE-{i:06d}" for i in range(1, n + 1)],
        "name": [f"示例排污口{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "river_name": river,
        "responsible": with_gaps(rng, [f"示例责任单位{i % 30 + 1:02d}" for i in range(n)], 0.05),
    }
    return to_layer(Outfalls, columns, np.asarray(shapely.points(xy)))


def _clipped(ground: Ground) -> Shapes:
    """
    Cut the reaches to the counties.

    Raises
    ------
    ParameterError
        If no reach runs through a county.
    """
    lines = np.asarray(shapely.intersection(ground.reaches.geometry.to_numpy(), ground.area))
    if not (shapely.length(lines) > 0).any():
        raise ParameterError(
            Text("底图中没有河段穿过任何县级行政区", "no reach of the base runs through a county")
        )
    return lines


def _on_banks(
    rng: np.random.Generator, ground: Ground, lines: Shapes, n: int, *, within: shapely.Geometry
) -> tuple[Floats, Integers]:
    """Draw n points beside some lines, inside the counties and, if given, inside a shape."""
    owners: list[Integers] = []

    def propose(size_n: int) -> Floats:
        at = along(rng, lines, size_n)
        xy = at.xy + rng.uniform(-_BANK_M, _BANK_M, (size_n, 1)) * at.normal
        keep = ground.county_of(xy) >= 0
        if within is not None:
            keep &= shapely.contains_xy(within, *xy.T)
        owners.append(at.line[keep])
        return np.asarray(xy[keep])

    xy = ground.accepted(n, propose)
    return xy, np.concatenate(owners)[:n]


def _farthest(rng: np.random.Generator, ground: Ground) -> Floats:
    """Return, of many points in the counties, the one farthest from every reach."""
    tried = ground.scatter(rng, 4000)
    distance = distance_to_lines_m(shapely.points(tried), ground.reaches.geometry.to_numpy())
    return np.asarray(tried[distance.argmax()])


def _kinds(rng: np.random.Generator, n: int, urban: int) -> dict[str, Any]:
    """Draw classes and subclasses that fit each other."""
    share = np.array([weight for *_, weight in _KINDS])
    chosen = rng.choice(len(_KINDS), n, p=share / share.sum())
    kind = with_gaps(rng, [_KINDS[i][0] for i in chosen], 0.02)
    subkind = np.array([_KINDS[i][1] for i in chosen], dtype=object)
    kind[0], subkind[0] = "industrial", "mine"
    kind[1 : urban + 1], subkind[1 : urban + 1] = "other", "urban_domestic_direct"
    return {"kind": kind, "subkind": subkind}


def _progress(rng: np.random.Generator, n: int, urban: int) -> dict[str, Any]:
    """Draw how far each outfall got, and dates that follow each other; none after the as-of day."""
    share = [0.05, 0.05, 0.05, 0.08, 0.15, 0.62]
    reached = rng.choice(len(share), n, p=share)
    # All of the planted outlets are signed off: the sample shows a clause that is met, too.
    reached[1 : urban + 1] = 5
    first = days_between(rng, date(2018, 6, 1), date(2020, 12, 31), n)
    steps = rng.integers([0, 10, 10, 60, 10], [1, 200, 300, 900, 250], (n, 5))
    days = first[:, None] + steps.cumsum(axis=1).astype("timedelta64[D]")
    reached = np.minimum(reached, (days <= _AS_OF).sum(axis=1))
    columns: dict[str, Any] = {"stage": _STAGES[reached]}
    for i, name in enumerate(_DATES):
        column = days[:, i].astype(object)
        column[reached <= i] = None
        columns[name] = column
    treatment = rng.choice(np.array(["ban", "merge", "regulate"], dtype=object), n)
    treatment[reached < 4] = None  # noqa: PLR2004 - before remediation
    return columns | {"treatment": treatment}


def draw_water_sections(ground: Ground, *, seed: int) -> gpd.GeoDataFrame:
    """Draw 13 sections, each assessed in 2024 and in 2025, on the reaches."""
    rng = stream(seed, WaterSections.layer_name())
    at = along(rng, _clipped(ground), _SECTIONS)
    river = ground.reaches["river_name"].to_numpy(dtype=object)[at.line]
    codes = numbered("D", _SECTIONS, digits=2)
    level = rng.permutation(["national"] * 6 + ["provincial"] * 4 + ["city"] * 3)
    target = rng.permutation(["III"] * 10 + ["IV"] * 3)
    classes = {
        2024: rng.permutation(["II"] * 3 + ["III"] * 5 + ["IV"] * 3 + ["V"] * 2),
        2025: rng.permutation(["II"] * 3 + ["III"] * 6 + ["IV"] * 2 + ["V", None]),
    }
    both = len(classes)
    columns: dict[str, Any] = {
        "section_id": [f"{code}-{year}" for code in codes for year in classes],
        "name": [f"示例断面{i:02d}" for i in range(1, _SECTIONS + 1) for _ in classes],
        "river_name": np.repeat(river, both),
        "control_level": np.repeat(level, both),
        "assessment_year": list(classes) * _SECTIONS,
        "target_class": np.repeat(target, both),
        "water_class": [classes[year][i] for i in range(_SECTIONS) for year in classes],
    }
    return to_layer(WaterSections, columns, np.repeat(shapely.points(at.xy), both))


def draw_black_odorous_waters(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """
    Draw the water bodies, one in ten near a seat, the rest anywhere.

    `W0001` covers 2,000 m2, as near as stored degrees allow; `W0002` and `W0003` are one body;
    `W0005` is a larger one whose status is missing.
    """
    n = count(_WATERS, scale, least=4)
    rng = stream(seed, BlackOdorousWaters.layer_name())
    near = max(1, n // 10)
    body_xy = np.concatenate([
        ground.scatter(rng, n - near),
        ground.around(rng, ground.centres_xy, 0.4 * ground.radius_m, near),
    ])
    area_m2 = np.exp(rng.uniform(np.log(300), np.log(6000), n))
    area_m2[np.abs(area_m2 - _AREA_M2) < 20] = 1500.0  # noqa: PLR2004 - only one stands near 2,000
    area_m2[1], area_m2[3] = 1200.0, 2600.0
    parts = np.insert(np.arange(n), 2, 1)
    xy = body_xy[parts]
    xy[2] += np.array([90.0, 30.0])
    shapes = _of_area(blobs(rng, xy, 20.0), area_m2[parts])
    columns: dict[str, Any] = {
        "part_id": numbered("W", n + 1),
        "water_id": np.array(numbered("WB", n), dtype=object)[parts],
        "name": [f"示例黑臭水体{i + 1:02d}" for i in parts],
        "county": ground.county_names(body_xy)[parts],
        **{name: values[parts] for name, values in _treatment(rng, area_m2).items()},
    }
    layer = to_layer(BlackOdorousWaters, columns, shapes)
    layer.loc[0, "geometry"] = _exactly(layer.geometry.iloc[0].centroid, layer.crs)
    return layer


def _of_area(shapes: Shapes, area_m2: Floats) -> Shapes:
    """Scale each polygon about its centre to an area on the ellipsoid."""
    have = to_geodesic_area_m2(gpd.GeoDataFrame(geometry=shapes, crs=WORKING_CRS))
    factor = np.sqrt(area_m2 / have)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    vertices, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = middles[owner] + factor[owner][:, None] * (vertices - middles[owner])
    return np.asarray(shapely.set_coordinates(shapes, moved))


def _exactly(middle: shapely.Point, crs: object) -> shapely.Polygon:
    """
    Draw about 40 m by 50 m, then move one corner by steps of the last stored decimal.

    The area changes linearly with the corner, so the steps that come nearest to 2,000 m2 from
    above are found on a grid, and the best of them are measured on the ellipsoid.
    """
    step = 10.0**-DECIMALS
    x, y = np.round([middle.x, middle.y], DECIMALS)
    ring = np.array([[0, 0], [4860, 0], [4860, 4500], [0, 4500]], dtype="float64")

    def area_m2(moves: NDArray[np.float64]) -> Floats:
        rings = np.repeat(ring[None], len(moves), axis=0)
        rings[:, 2] += moves
        shapes = shapely.polygons(np.round([x, y] + step * rings, DECIMALS))
        bodies = gpd.GeoDataFrame(geometry=shapes, crs=crs)
        # Through metres and back, as a layer is read, areas move by thousandths of a m2:
        # the lesser of the two counts, so that the body is not below the threshold in either.
        read = to_working_crs(bodies, name=BlackOdorousWaters.layer_name())
        return np.minimum(to_geodesic_area_m2(bodies), to_geodesic_area_m2(read))

    start, east, north = area_m2(np.array([[0, 0], [1000, 0], [0, 1000]], dtype="float64"))
    steps = np.arange(-400, 401, dtype="float64")
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    wanted = start + (grid @ [east - start, north - start]) / 1000 - _AREA_M2
    best = grid[np.abs(wanted).argsort(kind="stable")[:256]]
    over = area_m2(best) - _AREA_M2
    ring[2] += best[np.where(over >= 0, over, np.inf).argmin()]
    return shapely.Polygon(np.round([x, y] + step * ring, DECIMALS))


def _treatment(rng: np.random.Generator, area_m2: Floats) -> dict[str, NDArray[Any]]:
    """Draw kinds, states of treatment, and the date of acceptance where there is one."""
    n = len(area_m2)
    words = ["untreated", "in_treatment", "accepted"]
    status = with_gaps(rng, list(rng.choice(words, n, p=[0.2, 0.3, 0.5])), 0.04)
    # Every larger body is accepted but one whose status is missing: a clause that is undetermined.
    status[(area_m2 >= _AREA_M2) & (status != None)] = "accepted"  # noqa: E711 - element by element
    status[:2], status[3] = "accepted", None
    accepted_on = days_between(rng, date(2021, 5, 1), date(2025, 11, 30), n).astype(object)
    accepted_on[status != "accepted"] = None
    kind = rng.choice(np.array(["pond", "ditch", "river"], dtype=object), n, p=[0.5, 0.35, 0.15])
    return {"kind": kind, "status": status, "accepted_on": accepted_on}
