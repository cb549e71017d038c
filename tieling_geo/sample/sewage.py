"""Sewage works and their inflow, sewers, residents and metered water."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.sample import residents, sectors, sewage_inflow
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
from tieling_geo.sample.residents import draw_population_areas
from tieling_geo.sample.sectors import draw_metered_areas, draw_sewer_service_areas
from tieling_geo.sample.sewage_inflow import draw_sewage_works
from tieling_geo.sample.towns import Towns
from tieling_geo.schemas import SewerPipes
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({
    **residents.NOTES,
    **sectors.NOTES,
    **sewage_inflow.NOTES,
    "sewer_pipes": Text(
        "走向、缺陷与日期均为虚构。特设情形:P0001 恰于 2025-12-31 改造完成;P0002 在 2026 年改造;"
        "P0003 无缺陷却有改造日期;P0004 改造早于敷设。",
        "Courses, defects and dates are invented. Planted: P0001 was repaired exactly on "
        "2025-12-31; P0002 is in 2026; P0003 has a date of repair and no defect; P0004 was "
        "repaired before it was laid.",
    ),
})
_PIPES = 150
_REPAIRED = 0.62


def draw_sewage(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    builtup = layers["builtup_areas"]
    people = draw_population_areas(ground, builtup, scale=scale, seed=seed)
    in_cities = float(people["residents"][people["scope"] == "city"].sum())
    works, records = draw_sewage_works(ground, towns, in_cities, scale=scale, seed=seed)
    works_of = {
        scope: works["works_id"][works["scope"] == scope].tolist()
        for scope in ("city", "county_town")
    }
    return {
        "sewage_works": works,
        "sewage_inflow_records": records,
        "sewer_service_areas": draw_sewer_service_areas(
            ground, builtup, works_of, scale=scale, seed=seed
        ),
        "population_areas": people,
        "sewer_pipes": _sewer_pipes(ground, scale=scale, seed=seed),
        "metered_areas": draw_metered_areas(ground, builtup, scale=scale, seed=seed),
    }


def _sewer_pipes(ground: Ground, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """Draw straight sewers around the seats, a good third of the defective ones not repaired."""
    rng = stream(seed, SewerPipes.layer_name())
    n = count(_PIPES, scale, least=12)
    ends: list[Floats] = []

    def propose(size: int) -> Floats:
        start = ground.around(rng, ground.centres_xy, 0.4 * ground.radius_m, size)
        angle = rng.uniform(0, 2 * np.pi, size)
        reach = rng.uniform(80.0, 700.0, size)[:, None]
        end = start + reach * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        inside = (ground.county_of(end) >= 0) & (ground.county_of(start) >= 0)
        ends.append(end[inside])
        return start[inside]

    start = ground.accepted(n, propose)
    lines = shapely.linestrings(np.stack([start, np.concatenate(ends)[:n]], axis=1))
    columns: dict[str, Any] = {
        "pipe_id": numbered("P", n),
        "county": with_gaps(rng, list(ground.county_names(start)), 0.02),
        "kind": rng.choice(["sewage", "storm", "combined"], n, p=[0.55, 0.25, 0.2]),
        "diameter_mm": rng.choice([200.0, 300.0, 400.0, 600.0, 800.0, 1200.0], n),
        **_conditions(rng, n),
    }
    return to_layer(SewerPipes, columns, np.asarray(lines))


def _conditions(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Say which sewers are defective, and which of those were repaired, and plant the odd ones."""
    words = ["none", "misconnected", "old", "broken"]
    defect = with_gaps(rng, list(rng.choice(words, n, p=[0.4, 0.2, 0.25, 0.15])), 0.02)
    installed = rng.integers(1985, 2016, n)
    repaired = days_between(rng, date(2021, 3, 1), date(2025, 11, 30), n)
    kept = (rng.random(n) < _REPAIRED) & (defect != "none") & (defect != None)  # noqa: E711 - elementwise
    repaired[~kept] = np.datetime64("NaT")
    defect[:4] = ["misconnected", "old", "none", "broken"]
    installed[3] = 2024
    repaired[:4] = np.array(
        ["2025-12-31", "2026-05-31", "2023-06-30", "2022-09-30"], dtype="datetime64[D]"
    )
    return {
        "defect": defect,
        "installed_year": installed,
        "repaired_on": repaired.astype("datetime64[ns]"),
    }
