"""Sewage works and what flows into them, month by month."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.sample.ground import (
    Ground,
    count,
    days_between,
    numbered,
    stream,
    to_layer,
    with_gaps,
)
from tieling_geo.sample.towns import Towns, scope_of
from tieling_geo.schemas import SewageInflowRecords, SewageWorks
from tieling_geo.text import Text

NOTES: Mapping[str, Text] = MappingProxyType({
    "sewage_works": Text(
        "厂名、能力、日期与方案均为虚构。特设情形:W0001 进水浓度恰为 100 毫克/升;W0002 浓度偏低,"
        "方案已印发;W0003 浓度偏低,无方案;W0005 投运日期恰为 2020-12-31;其后一厂停运早于投运,"
        "一厂缺投运日期,一厂缺设计能力。",
        "Names, capacities, dates and plans are invented. Planted: W0001 has an inflow of exactly "
        "100 mg/L; W0002 is below it, its plan adopted; W0003 is below it and has none; W0005 was "
        "commissioned exactly on 2020-12-31; of later ones one closed before it opened, one lacks "
        "its date, one its capacity.",
    ),
    "sewage_inflow_records": Text(
        "进水量与浓度均为虚构。特设情形:W0004 缺一个月的浓度;有两行的污水厂编号不在台账内。",
        "Inflows and concentrations are invented. Planted: W0004 lacks one month's concentration; "
        "two rows name a works that is in no ledger.",
    ),
})
_WORKS = 25
# Share of the cities' load that is drawn to reach their works, and g BOD a person and day.
_COLLECTED, _G_PER_PERSON = 0.64, 45.0
_YEARS = (2020, 2024, 2025)
_ORDER = ("city", "county_town", "park", "town", "city", "park", "town", "county_town")
_USED = 0.78
# The row whose capacity is missing: an old works, so that K01 can be decided.
_NO_DESIGN = 8


def draw_sewage_works(
    ground: Ground, towns: Towns, residents: float, *, scale: float, seed: int
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Draw the works and their inflow records.

    Parameters
    ----------
    residents
        Of the cities: the works together take in a share of what they give off.
    """
    rng = stream(seed, SewageWorks.layer_name())
    n = count(_WORKS, scale, least=10)
    scope = np.array(["city"] * 4 + [_ORDER[i % len(_ORDER)] for i in range(n - 4)], dtype=object)
    bod = np.round(rng.uniform(108.0, 190.0, n), 1)
    bod[0], bod[1], bod[2] = 100.0, 84.0, 91.0
    inflow = _daily_inflow(rng, scope, bod, residents)
    design = np.maximum(np.round(inflow / rng.uniform(_USED, 0.95, n), -2), 200.0)
    dates = _dates(rng, n)
    xy = ground.accepted(n, _Places(rng, ground, towns, scope))
    columns: dict[str, Any] = {
        "works_id": numbered("W", n),
        "name": [f"示例污水处理厂{i:03d}" for i in range(1, n + 1)],
        "county": with_gaps(rng, list(ground.county_names(xy)), 0.02),
        "scope": scope,
        "design_t_per_d": np.array(
            [None if i == _NO_DESIGN else own for i, own in enumerate(design)], object
        ),
        **dates,
        **_plans(rng, n),
    }
    works = to_layer(SewageWorks, columns, np.asarray(shapely.points(xy)))
    return works, _records(seed, works, inflow, bod)


class _Places:
    """Proposes a place for each works in turn: near the towns of its kind."""

    def __init__(
        self, rng: np.random.Generator, ground: Ground, towns: Towns, scope: np.ndarray
    ) -> None:
        is_city = np.array([scope_of(name) == "city" for name in ground.counties["name"]])
        seats = ground.centres_xy
        self.rng, self.scope = rng, scope
        self.spread = 0.35 * float(ground.radius_m.min())
        self.centres = {
            "city": seats[is_city] if is_city.any() else seats,
            "county_town": seats[~is_city] if (~is_city).any() else seats,
            "park": seats,
            "town": towns.towns_xy,
        }

    def __call__(self, size: int) -> np.ndarray:
        """Place works near the centres of their kinds."""
        kinds = [self.scope[i % len(self.scope)] for i in range(size)]
        centre = np.array([self.centres[k][self.rng.integers(len(self.centres[k]))] for k in kinds])
        return np.asarray(centre + self.spread * self.rng.normal(size=(size, 2)))


def _daily_inflow(
    rng: np.random.Generator, scope: np.ndarray, bod: np.ndarray, residents: float
) -> np.ndarray:
    """Share the cities' load among their works; the others get what suits their kind."""
    most = {"city": 1.0, "county_town": 12_000.0, "park": 8_000.0, "town": 1_500.0}
    inflow = np.array([most[word] * rng.uniform(0.4, 1.0) for word in scope])
    is_city = scope == "city"
    weight = rng.uniform(0.6, 1.4, int(is_city.sum()))
    weight[1:4] *= (0.7, 0.5, 0.08)
    load_g = _COLLECTED * _G_PER_PERSON * max(residents, 20_000.0) * weight / weight.sum()
    inflow[is_city] = load_g / bod[is_city]
    return np.maximum(np.round(inflow), 100.0)


def _dates(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Commission about two thirds before the base year ended; retire one; plant the odd ones."""
    since = days_between(rng, date(2003, 1, 1), date(2020, 12, 30), n)
    new = np.arange(n) % 3 == 2  # noqa: PLR2004 - every third
    since[new] = days_between(rng, date(2021, 1, 1), date(2024, 6, 30), int(new.sum()))
    since[:4] = days_between(rng, date(2003, 1, 1), date(2016, 12, 31), 4)
    since[4] = np.datetime64("2020-12-31")
    until = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
    since[5], until[5] = np.datetime64("2019-05-01"), np.datetime64("2018-05-01")
    since[6] = np.datetime64("NaT")
    until[7] = np.datetime64("2023-06-30")
    since[8] = np.datetime64("2012-07-01")
    since[9] = np.datetime64("2026-09-30")
    return {
        "commissioned_on": since.astype("datetime64[ns]"),
        "retired_on": until.astype("datetime64[ns]"),
    }


def _plans(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Give catchments a plan's status, and a date to those that are adopted or finished."""
    status = rng.choice(["none", "drafted", "adopted", "finished"], n, p=[0.5, 0.2, 0.2, 0.1])
    status[1:3] = ("adopted", "none")
    adopted = days_between(rng, date(2021, 1, 1), date(2025, 10, 31), n)
    adopted[~np.isin(status, ["adopted", "finished"])] = np.datetime64("NaT")
    return {"plan_status": status, "plan_adopted_on": adopted.astype("datetime64[ns]")}


def _records(
    seed: int, works: gpd.GeoDataFrame, inflow: np.ndarray, bod: np.ndarray
) -> gpd.GeoDataFrame:
    """Draw a row for each works and month in which it ran, and two that no works has."""
    rng = stream(seed, SewageInflowRecords.layer_name())
    months = pd.MultiIndex.from_product(
        [range(len(works)), _YEARS, range(1, 13)], names=["row", "year", "month"]
    ).to_frame(index=False)
    row, month = months["row"].to_numpy(), months["month"].to_numpy()
    first = pd.to_datetime(months[["year", "month"]].assign(day=1))
    since = works["commissioned_on"].to_numpy()[row]
    until = works["retired_on"].to_numpy()[row]
    ran = ~(since >= first.to_numpy()) & ~(until <= first.to_numpy())
    season = np.sin((month - 4) / 12 * 2 * np.pi)
    days = first.dt.days_in_month.to_numpy()
    flow = np.round(inflow[row] * days * (1 + 0.12 * season + rng.uniform(-0.05, 0.05, len(row))))
    thin = np.round(bod[row] * (1 - 0.06 * season + rng.uniform(-0.03, 0.03, len(row))), 1)
    thin[row == 0] = bod[0]
    table = months.assign(
        works_id=works["works_id"].to_numpy()[row],
        inflow_m3=flow,
        bod_mg_per_l=thin,
        cod_mg_per_l=np.round(2.2 * thin, 1),
    )[ran]
    gap = (table["works_id"] == works["works_id"].iloc[3]) & (table["year"] == _YEARS[-1])
    table.loc[gap & (table["month"] == 8), ["bod_mg_per_l", "cod_mg_per_l"]] = np.nan  # noqa: PLR2004 - August
    lost = table.tail(2).assign(works_id="W-SAMPLE-Y", year=_YEARS[-1], month=[1, 2])
    whole = pd.concat([table, lost], ignore_index=True)
    columns = {"record_id": numbered("Q", len(whole), digits=6), **whole.drop(columns="row")}
    return to_layer(SewageInflowRecords, columns, np.full(len(whole), None, dtype=object))
