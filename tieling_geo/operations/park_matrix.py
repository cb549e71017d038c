"""
The park x service matrix: what serves each park, how near it is, and capacity against load.

Every service is laid out in the same columns: the share of the park that areas cover, or the
nearest facility that surely serves, its distance, what it can do and what it carries; and whether
the park shares it, which is missing where nobody knows.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.operations.acceptance import service
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.services import covered_pct, pairs_within, served_within, spelled
from tieling_geo.operations.validity import validity

#: Columns of the matrix, one row a park and service.
MATRIX_COLUMNS = (
    "park_id",
    "service",
    "in_scope",
    "covered_pct",
    "nearest_id",
    "distance_m",
    "capacity",
    "load",
    "slack",
    "unit",
    "shared",
)


class Supply(NamedTuple):
    """Facilities of one service: which count, and what they can do."""

    layer: gpd.GeoDataFrame
    key: str
    fits: pd.Series
    capacity: pd.Series
    """By key."""
    load: pd.Series
    """By key, or by park where it is the parks' own load."""
    unit: str
    is_load_of_parks: bool = False


def covered_service(
    parks: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, least_pct: float, as_of: date
) -> pd.DataFrame:
    """Say how much of each park is covered by the areas that are valid by a day."""
    valid = is_on_or_before(areas["valid_from"], as_of).fillna(value=True).astype(bool)
    covered = covered_pct(parks, areas[valid])
    return pd.DataFrame({
        "covered_pct": covered,
        "shared": (covered >= least_pct).astype("boolean"),
    })


def reached_service(parks: gpd.GeoDataFrame, supply: Supply | None, limit_m: float) -> pd.DataFrame:
    """Say what is nearest to each park, and if it is near enough; without a layer nobody knows."""
    if supply is None:
        return pd.DataFrame({"shared": pd.Series(pd.NA, parks.index, dtype="boolean")})
    found = served_within(parks, supply.layer, supply.fits, key=supply.key, limit_m=limit_m)
    capacity = found["nearest_id"].map(supply.capacity).astype("float64")
    load = supply.load if supply.is_load_of_parks else found["nearest_id"].map(supply.load)
    return found.assign(
        capacity=capacity,
        load=load.astype("float64"),
        slack=capacity - load.astype("float64"),
        unit=supply.unit,
    )


def _by_key(layer: gpd.GeoDataFrame, key: str, column: str) -> pd.Series:
    """Add up a column by key; of a missing one there is no sum."""
    numbers = layer[column].groupby(layer[key])
    sums: pd.Series = numbers.sum().where(numbers.count() == numbers.size())
    return sums


def _no_load() -> pd.Series:
    """Say that no load is known."""
    return pd.Series(dtype="float64", index=pd.Index([], dtype="str"))


def substation_supply(layer: gpd.GeoDataFrame, as_of: date) -> Supply:
    """Describe the substations that are commissioned by a day."""
    fits = is_on_or_before(layer["commissioned_on"], as_of).fillna(value=True)
    key = "substation_id"
    return Supply(
        layer,
        key,
        fits,
        _by_key(layer, key, "capacity_mva"),
        _by_key(layer, key, "load_mva"),
        "mva",
    )


def pipe_supply(layer: gpd.GeoDataFrame, as_of: date) -> Supply:
    """Describe the reclaimed-water pipes that are commissioned by a day."""
    fits = is_on_or_before(layer["commissioned_on"], as_of).fillna(value=True)
    capacity = _by_key(layer, "pipe_id", "capacity_m3_per_d")
    return Supply(layer, "pipe_id", fits, capacity, _no_load(), "m3_per_d")


def solid_waste_supply(layer: gpd.GeoDataFrame | None, as_of: date) -> Supply | None:
    """Describe the works for ordinary industrial waste that are in service on a day."""
    if layer is None:
        return None
    serves = service(layer["commissioned_on"], layer["retired_on"], as_of=as_of)["serves"]
    fits = serves & _is_kind(layer, "industrial_solid")
    capacity = _by_key(layer, "facility_id", "design_t_per_d")
    return Supply(layer, "facility_id", fits, capacity, _no_load(), "t_per_d")


def hazardous_waste_supply(layer: gpd.GeoDataFrame | None, as_of: date) -> Supply | None:
    """Describe the works with a licence for hazardous waste on a day, all classes together."""
    if layer is None:
        return None
    fits = validity(layer["licensed_on"], layer["expires_on"], as_of=as_of)["is_valid"]
    licensed = layer[fits.fillna(value=False).astype(bool)]
    capacity = _by_key(licensed, "facility_id", "capacity_t_per_year")
    return Supply(layer, "facility_id", fits, capacity, _no_load(), "t_per_year")


#: Kind of hub -> what enterprises emit, what the hub can take, unit.
_HUBS: Mapping[str, tuple[str, str, str]] = {
    "voc": ("voc_t_per_year", "voc_capacity_t_per_year", "t_per_year"),
    "plating": ("plating_wastewater_m3_per_d", "plating_capacity_m3_per_d", "m3_per_d"),
}


def hub_supply(
    parks: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame | None,
    enterprises: gpd.GeoDataFrame | None,
    kind: str,
    as_of: date,
) -> Supply | None:
    """Describe the hubs of a kind in service on a day, and what the parks' enterprises emit."""
    if layer is None:
        return None
    emitted, capacity, unit = _HUBS[kind]
    serves = service(layer["commissioned_on"], layer["closed_on"], as_of=as_of)["serves"]
    load = pd.Series(np.nan, parks.index)
    if enterprises is not None:
        open_ = service(enterprises["opened_on"], enterprises["closed_on"], as_of=as_of)["serves"]
        # One that perhaps operates leaves the load unknown, as one that perhaps emits does.
        emits = enterprises[emitted].mask(~open_.fillna(value=True).astype(bool), 0.0)
        emits = emits.mask(open_.isna())
        pairs = pairs_within(parks, enterprises)
        own = pairs["feature"].map(emits).astype("float64").groupby(pairs["place"])
        load = own.sum().where(own.count() == own.size()).reindex(parks.index)
        load = load.mask(~parks.index.isin(pairs["place"]), 0.0)
    fits = serves & _is_kind(layer, kind)
    return Supply(
        layer, "hub_id", fits, _by_key(layer, "hub_id", capacity), load, unit, is_load_of_parks=True
    )


def _is_kind(layer: gpd.GeoDataFrame, kind: str) -> pd.Series:
    """Tell which are of a kind; a missing kind is unknown."""
    is_kind: pd.Series = (layer["kind"] == kind).astype("boolean").mask(layer["kind"].isna())
    return is_kind


def to_matrix(
    parks: gpd.GeoDataFrame, scope: pd.Series, found: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Lay out the matrix, a row a park and service."""
    numbers = dict.fromkeys(("covered_pct", "distance_m", "capacity", "load", "slack"), "float64")
    kinds = {**numbers, "nearest_id": "str", "unit": "str"}
    parts = [
        rows
        .reindex(columns=[*rows.columns, *(c for c in MATRIX_COLUMNS if c not in rows)])
        .assign(
            park_id=parks["park_id"],
            service=name,
            in_scope=spelled(scope),
            shared=spelled(rows["shared"]),
        )[list(MATRIX_COLUMNS)]
        .astype(kinds)
        for name, rows in found.items()
    ]
    table = pd.concat(parts, ignore_index=True).fillna({"nearest_id": "", "unit": ""})
    return table.sort_values(["park_id", "service"], ignore_index=True)
