"""Built-up areas cut into sectors around their middle: service areas, and metered areas."""

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
)
from tieling_geo.schemas import MeteredAreas, SewerServiceAreas
from tieling_geo.text import Text

NOTES: Mapping[str, Text] = MappingProxyType({
    "sewer_service_areas": Text(
        "由城市与县城建成区按扇区划分,范围与日期均为虚构。特设情形:每个建成区有一个扇区未到边缘"
        "(空白区),其中一处 2026 年才补齐;相邻扇区之间有窄缝,内有小于 2500 平方米的空洞;一个无日期;"
        "一个所属污水厂不在台账内。",
        "Sectors of the cities' and county towns' built-up areas, invented. Planted: in each one "
        "sector that stops short of the edge (a gap; one is closed in 2026), a narrow strip "
        "between neighbours, and a hole under 2,500 m2; one without a date; one whose works is in "
        "no ledger.",
    ),
    "metered_areas": Text(
        "由城市与县城建成区按扇区划分,水量均为虚构。特设情形:一个城市分区 2025 年漏损率恰为 10%;"
        "一个小分区缺售水量;县城有一个分区缺供水总量、一个售水量大于供水总量。",
        "Sectors of the cities' and county towns' built-up areas, volumes invented. Planted: a "
        "city area that leaks exactly 10 % in 2025; a small one lacks billed water; in county "
        "towns one lacks its input, and one bills more than was put in.",
    ),
})
_SERVICE_SECTORS, _METERED_SECTORS = 6, 3
# A sector's outer border is this much beyond the built-up area's, so that rounding leaves no gap.
_BEYOND = 1.02
_SHORT = 0.9
_STRIP_M = 4.0
_HOLE_M = 40.0
_YEAR = 2025


def seats_of(builtup_areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pick the newest boundary of each city and county town, in metres."""
    areas = to_working_crs(builtup_areas, name="builtup_areas")
    seats = areas[areas["scope"].isin(["city", "county_town"])]
    return seats.sort_values(["boundary_year", "area_id"]).drop_duplicates("name", keep="last")


def _rays(shape: Any, sectors: int) -> tuple[Floats, list[np.ndarray]]:  # noqa: ANN401 - shapely
    """Give the vertices around a shape, and which of them bound each sector."""
    ring = shapely.get_coordinates(shape.exterior)[:-1]
    steps = -(-sectors // len(ring))
    share = np.arange(steps) / steps
    ahead = np.roll(ring, -1, axis=0)
    dense = (ring[:, None] + share[None, :, None] * (ahead - ring)[:, None]).reshape(-1, 2)
    owned = np.array_split(np.arange(len(dense)), sectors)
    return dense, [np.append(part, (part[-1] + 1) % len(dense)) for part in owned]


def _sectors(shape: Any, sectors: int, *, reach: float) -> list[Floats]:  # noqa: ANN401 - shapely
    """Cut a shape into sectors; neighbours share their vertices exactly."""
    middle = shapely.get_coordinates(shape.centroid)[0]
    dense, owned = _rays(shape, sectors)
    outer = middle + reach * (dense - middle)
    return [np.vstack([middle, outer[part]]) for part in owned]


def draw_sewer_service_areas(
    ground: Ground,
    builtup_areas: gpd.GeoDataFrame,
    works_of: Mapping[str, list[str]],
    *,
    scale: float,
    seed: int,
) -> gpd.GeoDataFrame:
    """Draw the sectors; `works_of` names the works of each kind of built-up area."""
    rng = stream(seed, SewerServiceAreas.layer_name())
    shapes, works = [], []
    for seat in seats_of(builtup_areas).itertuples():
        sectors = _sectors(seat.geometry, count(_SERVICE_SECTORS, scale, least=3), reach=_BEYOND)
        own = _with_defects(sectors)
        # The first gap is closed later, by an area that overlaps the sector it lies in.
        own = own if shapes else [shapely.Polygon(sectors[0]), *own]
        shapes += own
        pool = works_of[seat.scope]
        works += [pool[n % len(pool)] for n in range(len(own))]
    laid = np.array(shapes, dtype=object)
    n = len(laid)
    since = days_between(rng, date(2008, 1, 1), date(2024, 12, 31), n).astype(object)
    since[0], since[1] = date(2026, 3, 1), None
    works[-1] = "W-SAMPLE-X"
    points = np.asarray(shapely.get_coordinates(shapely.point_on_surface(laid)))
    columns = {
        "area_id": numbered("V", n, digits=3),
        "name": [f"示例污水收集片区{i:03d}" for i in range(1, n + 1)],
        "works_id": works,
        "county": ground.county_names(points),
        "valid_from": np.array(since, dtype="datetime64[ns]"),
    }
    return to_layer(SewerServiceAreas, columns, laid)


def _with_defects(sectors: list[Floats]) -> list[Any]:
    """Let the first sector stop short, part the second from the third, and leave a hole."""
    middle = sectors[0][0]
    short = sectors[0].copy()
    short[1:] = middle + _SHORT * (short[1:] - middle)
    own = [short, *(ring.copy() for ring in sectors[1:])]
    ray = own[2][1] - middle
    across = np.array([-ray[1], ray[0]]) / np.hypot(*ray)
    inward = across if across @ (own[2][2] - own[2][1]) > 0 else -across
    own[2][1] += _STRIP_M * inward
    laid: list[Any] = [shapely.Polygon(ring) for ring in own]
    spot = laid[1].representative_point()
    hole = shapely.box(spot.x, spot.y, spot.x + _HOLE_M, spot.y + _HOLE_M)
    laid[1] = shapely.difference(laid[1], hole) if laid[1].contains(hole) else laid[1]
    return laid


def draw_metered_areas(
    ground: Ground, builtup_areas: gpd.GeoDataFrame, *, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw metered areas, each with two years."""
    rng = stream(seed, MeteredAreas.layer_name())
    seats = seats_of(builtup_areas).sort_values("scope", kind="stable")
    shapes, scopes = [], []
    for seat in seats.itertuples():
        own = _sectors(seat.geometry, count(_METERED_SECTORS, scale, least=2), reach=1.0)
        shapes += [shapely.Polygon(ring) for ring in own]
        scopes += [seat.scope] * len(own)
    laid, n = np.array(shapes, dtype=object), len(shapes)
    points = np.asarray(shapely.get_coordinates(shapely.point_on_surface(laid)))
    put_in = np.round(shapely.area(laid) / 1e6 * rng.uniform(2.0e5, 5.0e5, n), -1)
    put_in = np.maximum(put_in, 1000.0)
    billed = [np.round(put_in * (1 - rng.uniform(low, low + 0.1, n))) for low in (0.06, 0.035)]
    columns = {
        "record_id": numbered("M", 2 * n),
        "area_id": numbered("D", n, digits=3) * 2,
        "name": [f"示例计量分区{i:03d}" for i in range(1, n + 1)] * 2,
        "county": [*ground.county_names(points)] * 2,
        "scope": scopes * 2,
        "year": [_YEAR - 1] * n + [_YEAR] * n,
        "input_m3": np.concatenate([np.round(0.97 * put_in), put_in]).astype(object),
        "billed_m3": np.concatenate([np.round(0.97 * billed[0]), billed[1]]).astype(object),
    }
    _plant(columns, np.array(scopes), n)
    return to_layer(MeteredAreas, columns, np.concatenate([laid, laid]))


def _plant(columns: Mapping[str, Any], scopes: np.ndarray, n: int) -> None:
    """Set the planted numbers in the later year's rows, n of them after the n earlier ones."""
    put_in, billed = columns["input_m3"], columns["billed_m3"]
    city, other = (n + np.flatnonzero((scopes == "city") == is_city) for is_city in (True, False))
    if len(city):
        put_in[city[0]], billed[city[0]] = 1_000_000.0, 900_000.0
    if len(city) > 1:
        put_in[city[1]], billed[city[1]] = 2_000.0, None
    if len(other):
        billed[other[0]] = put_in[other[0]] + 500.0
    if len(other) > 1:
        put_in[other[1]] = None
