"""The boiler ledger, with the cases that a check must get right planted by name."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

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
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import Boilers
from tieling_geo.units import MW_PER_T_PER_H

_BOILERS = 300
_LADDER_T_PER_H = (1.0, 2.0, 4.0, 6.0, 10.0, 15.0, 20.0, 35.0, 40.0, 65.0, 75.0)
_LADDER_SHARE = (0.08, 0.12, 0.15, 0.12, 0.15, 0.08, 0.12, 0.06, 0.06, 0.03, 0.03)
_FUELS = ("coal", "gas", "biomass", "electricity", "oil")
_NAMES = {"heating": "示例供热公司", "process": "示例工业企业", "power": "示例热电厂"}


def draw_boilers(ground: Ground, towns: Towns, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """
    Draw the boilers: six in ten around seats, a quarter around towns, the rest anywhere.

    The first three rows are planted: `B0001` is an operating coal boiler exactly on a vertex of a
    supply area, `B0002` an operating coal boiler of exactly 35 t/h inside a city's built-up area,
    `B0003` a retired one without a date.
    """
    n = count(_BOILERS, scale, least=12)
    rng = stream(seed, Boilers.layer_name())
    xy = _positions(rng, ground, towns, n)
    use = rng.choice(list(_NAMES), n, p=[0.7, 0.25, 0.05])
    number = rng.integers(1, count(40, scale, least=4) + 1, n)
    columns: dict[str, NDArray[Any]] = {
        "name": np.array([f"{_NAMES[u]}{i:02d}" for u, i in zip(use, number, strict=True)], object),
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "fuel": with_gaps(rng, list(rng.choice(_FUELS, n, p=[0.5, 0.25, 0.15, 0.06, 0.04])), 0.03),
        "use": with_gaps(rng, list(use), 0.02),
        **_capacities(rng, n),
    }
    columns |= _lives(rng, columns["fuel"] == "coal", n)
    _plant(columns)
    columns |= _retrofits(stream(seed, "boiler retrofits"), columns, n)
    whole = {"boiler_id": numbered("B", n), **columns}
    return to_layer(Boilers, whole, np.asarray(shapely.points(xy)))


def _positions(rng: np.random.Generator, ground: Ground, towns: Towns, n: int) -> Floats:
    """Place the boilers, the two planted ones first."""
    near, small = round(0.6 * n), round(0.25 * n)
    clusters = [
        ground.around(rng, ground.centres_xy, 0.7 * ground.radius_m, near),
        ground.around(rng, towns.towns_xy, 700.0, small),
        ground.scatter(rng, n - near - small),
    ]
    xy = rng.permutation(np.concatenate(clusters))
    corners = towns.supply_corners_xy
    corners = corners[ground.county_of(corners) >= 0]
    xy[0] = corners[0] if len(corners) else xy[0]
    if len(towns.cities):
        city = shapely.get_coordinates(shapely.point_on_surface(towns.cities))
        city = city[ground.county_of(city) >= 0]
        xy[1] = city[0] if len(city) else xy[1]
    return np.asarray(xy)


def _capacities(rng: np.random.Generator, n: int) -> dict[str, NDArray[Any]]:
    """Draw capacities: most in tonnes of steam an hour, some only in megawatts, some in neither."""
    t_per_h = rng.choice(_LADDER_T_PER_H, n, p=_LADDER_SHARE)
    how = rng.choice(["steam", "both", "heat", "none"], n, p=[0.75, 0.12, 0.09, 0.04])
    mw = np.round(t_per_h * MW_PER_T_PER_H, 1)
    return {
        "capacity_t_per_h": np.where(np.isin(how, ["steam", "both"]), t_per_h, np.nan),
        "capacity_mw": np.where(np.isin(how, ["heat", "both"]), mw, np.nan),
    }


def _lives(rng: np.random.Generator, is_coal: NDArray[np.bool_], n: int) -> dict[str, NDArray[Any]]:
    """Draw when each boiler came into use, how it stands, and when it was retired."""
    words = ["operating", "standby", "retired"]
    coal = rng.choice(words, n, p=[0.3, 0.08, 0.62])
    other = rng.choice(words, n, p=[0.85, 0.07, 0.08])
    status = with_gaps(rng, list(np.where(is_coal, coal, other)), 0.02)
    retired_on = days_between(rng, date(2018, 1, 1), date(2025, 11, 30), n).astype(object)
    retired_on[status != "retired"] = None
    since = list(days_between(rng, date(1996, 1, 1), date(2017, 12, 31), n))
    return {
        "status": status,
        "commissioned_on": with_gaps(rng, since, 0.06),
        "retired_on": retired_on,
    }


def _retrofits(
    rng: np.random.Generator, columns: dict[str, NDArray[Any]], n: int
) -> dict[str, NDArray[Any]]:
    """Draw how far the ultra-low-emission retrofit of each coal boiler that is kept got."""
    stage = rng.choice(["not_started", "in_progress", "accepted"], n, p=[0.25, 0.25, 0.5])
    accepted_on = days_between(rng, date(2022, 1, 1), date(2025, 11, 30), n).astype(object)
    stage = with_gaps(rng, list(stage), 0.04)
    stage[(columns["fuel"] != "coal") | (columns["status"] == "retired")] = None
    accepted_on[stage != "accepted"] = None
    return {"ultra_low_stage": stage, "ultra_low_accepted_on": accepted_on}


def _plant(columns: dict[str, NDArray[Any]]) -> None:
    """Overwrite the first three rows with the named cases."""
    cases: dict[str, list[Any]] = {
        "fuel": ["coal", "coal", "coal"],
        "use": ["heating", "heating", "heating"],
        "capacity_t_per_h": [20.0, 35.0, 10.0],
        "capacity_mw": [np.nan, np.nan, np.nan],
        "status": ["operating", "operating", "retired"],
        "commissioned_on": [date(2005, 10, 1), date(2008, 10, 1), date(1999, 10, 1)],
        "retired_on": [None, None, None],
    }
    for name, values in cases.items():
        columns[name][: len(values)] = values
    for row, name in enumerate([
        "示例供热公司（边界）",
        "示例供热公司（35蒸吨）",
        "示例供热公司（无日期）",
    ]):
        columns["name"][row] = name
