"""The ledger of overrides: four values that an invented person sets, each of which counts."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.sample.ground import numbered, to_layer
from tieling_geo.schemas import LAYERS, Overrides

# Boilers that show something of their own.
_PLANTED = ("B0001", "B0002", "B0003")
_WHO = "示例：某某（虚构）"


class _Set(NamedTuple):
    """A value that is set."""

    layer: str
    feature_id: str
    column: str
    value: str
    """As a ledger writes it; blank: unknown."""
    why: str
    decided_on: date


def draw_overrides(layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """
    Draw the overrides of a sample.

    Of the coal boilers inside supply areas, but for the planted ones, the first that operates is
    found retired, without a date, and the date of the first retired one is found to be unproven; an
    outfall without any stage is found surveyed; `W0005`, without a status, in treatment.

    Parameters
    ----------
    layers
        The sample's ledgers, by name.
    """
    first, second = date(2025, 11, 3), date(2025, 11, 4)
    running, retired = (_coal_boiler(layers, status) for status in ("operating", "retired"))
    stated = [
        _Set("boilers", running, "status", "已淘汰", "现场核查，锅炉已停运", first),
        _Set("boilers", retired, "retired_on", "", "拆除验收材料查无此件，日期存疑", second),
        _Set("outfalls", _without_stage(layers), "stage", "排查", "补录排查表", date(2025, 11, 10)),
        _Set("black_odorous_waters", "W0005", "status", "治理中", "现场核查", date(2025, 12, 1)),
    ]
    columns = {
        "override_id": numbered("R", len(stated), digits=2),
        "layer": [LAYERS[one.layer].card().title.zh for one in stated],
        "feature_id": [one.feature_id for one in stated],
        "column": [_title(one) for one in stated],
        "value": [one.value or None for one in stated],
        "who": [_WHO] * len(stated),
        "why": [f"示例：{one.why}" for one in stated],
        "decided_on": [one.decided_on for one in stated],
        "evidence": [f"示例文号〔2025〕{n}号" for n in range(1, len(stated) + 1)],
    }
    return to_layer(Overrides, columns, np.full(len(stated), None, dtype=object))


def _coal_boiler(layers: Mapping[str, gpd.GeoDataFrame], status: str) -> str:
    """Name the first coal boiler of a status inside a supply area, planted ones last."""
    boilers, areas = layers["boilers"], layers["heating_supply_areas"]
    inside = shapely.covered_by(boilers.geometry.to_numpy(), areas.union_all())
    fits = inside & (boilers["fuel"] == "coal") & (boilers["status"] == status)
    found = boilers.loc[fits, "boiler_id"]
    others = found[~found.isin(_PLANTED)]
    return str(others.iloc[0]) if len(others) else _PLANTED[0]


def _without_stage(layers: Mapping[str, gpd.GeoDataFrame]) -> str:
    """Name the first outfall without a stage, or simply the first."""
    outfalls = layers["outfalls"]
    blank = outfalls.loc[outfalls["stage"].isna(), "outfall_id"]
    return str((blank if len(blank) else outfalls["outfall_id"]).iloc[0])


def _title(one: _Set) -> str:
    """Give the Chinese title of a column, as people write it."""
    columns = {column.name: column for column in LAYERS[one.layer].columns()}
    return columns[one.column].title.zh
