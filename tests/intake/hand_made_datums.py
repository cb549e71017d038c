"""Rivers, outfalls, counties and boilers whose true datum is known."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import LineString, box

from tieling_geo.crs import WORKING_CRS
from tieling_geo.crs.shifted_datums import to_bd09, to_gcj02
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer, Reading
from tieling_geo.schemas import LAYERS

Metres = NDArray[np.float64]
CARD = Card("某局", "内部使用", "2025-12-31", "cgcs2000")
DEGREES = Reading(crs="EPSG:4490")
#: Bearings of rivers: along the GCJ-02 offset (62°), across it, and between.
BEARINGS = (62.0, 107.0, 152.0)
SHIFTS = {"gcj02": to_gcj02, "bd09": to_bd09}


def as_read(
    name: str, columns: dict[str, object], shapes: object, reading: Reading = DEGREES
) -> Layer:
    """Return a layer as the reader hands it on: working CRS, keyed, sorted."""
    key = LAYERS[name].card().key
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=WORKING_CRS).sort_values(key)
    frame = frame.set_index(frame[key].rename(None))
    rejected = pd.DataFrame(columns=list(REJECTED_COLUMNS))
    return Layer(name, frame, rejected, CARD, f"{name}.csv", "", len(frame), reading=reading)


def outfalls(points: Metres, rivers: list[str] | None = None, reading: Reading = DEGREES) -> Layer:
    """Return outfalls at points, the rivers that they name, and how they were read."""
    keys = [f"E{n:04d}" for n in range(len(points))]
    named = rivers or ["辽河"] * len(points)
    return as_read(
        "outfalls", {"outfall_id": keys, "river_name": named}, shapely.points(points), reading
    )


def rivers(*lines: Metres) -> Layer:
    """Return rivers; the first is the Liao."""
    names = ["辽河", "清河", "柴河"][: len(lines)]
    columns = {"reach_id": [f"R{n}" for n in range(len(lines))], "river_name": names}
    return as_read("river_reaches", columns, [LineString(line) for line in lines])


def river(rng: np.random.Generator, bearing: float, bends: float = 1.0) -> Metres:
    """Draw a meandering river of 40 km, a vertex each 100 m."""
    along = np.arange(-20_000.0, 20_000.0, 100.0)
    aside = np.zeros_like(along)
    for _ in range(4):
        wave_m = rng.uniform(2_000, 12_000)
        aside += (
            rng.uniform(0.02, 0.06) * wave_m * np.sin(2 * np.pi * (along / wave_m + rng.random()))
        )
    sin, cos = np.sin(np.radians(bearing)), np.cos(np.radians(bearing))
    bent = bends * aside
    return np.column_stack([560e3 + along * sin + bent * cos, 4_690e3 + along * cos - bent * sin])


def banks(rng: np.random.Generator, line: Metres, n: int, noise_m: float) -> Metres:
    """Place n outfalls along a river, each off by noise in both axes."""
    places = shapely.line_interpolate_point(LineString(line), rng.random(n), normalized=True)
    return shapely.get_coordinates(places) + rng.normal(0, noise_m, (n, 2))


def moved(points: Metres, shift: Callable[..., tuple[Metres, Metres]]) -> Metres:
    """Hand out points as a map service would, and read them as CGCS2000."""
    degrees = pyproj.Transformer.from_crs(WORKING_CRS, 4490, always_xy=True)
    lon, lat = shift(*degrees.transform(points[:, 0], points[:, 1]))
    return np.column_stack(degrees.transform(lon, lat, direction="INVERSE"))


def counties(*areas: object) -> Layer:
    """Return counties, named in the order of the list."""
    names = ["银州区", "铁岭县", "开原市", "昌图县"][: len(areas)]
    keys = [f"2112{n:02d}" for n in range(len(areas))]
    return as_read("counties", {"county_id": keys, "name": names}, list(areas))


def boilers(points: Metres, named: list[str]) -> Layer:
    """Return boilers with the county that each names."""
    keys = [f"B{n:05d}" for n in range(len(points))]
    return as_read("boilers", {"boiler_id": keys, "county": named}, shapely.points(points))


def town(seed: int, n: int) -> tuple[Metres, list[str], list[object]]:
    """Spread boilers over four counties of 20 km; some stand close to borders."""
    rng = np.random.default_rng(seed)
    points = rng.uniform([540e3, 4_670e3], [580e3, 4_710e3], (n, 2))
    areas = [box(x, y, x + 20e3, y + 20e3) for y in (4_670e3, 4_690e3) for x in (540e3, 560e3)]
    names = ["银州区", "铁岭县", "开原市", "昌图县"]
    owner = (points[:, 0] >= 560e3) + 2 * (points[:, 1] >= 4_690e3)
    return points, [names[k] for k in owner], list(areas)
