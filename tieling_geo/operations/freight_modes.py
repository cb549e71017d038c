"""By which green modes a freight site moves its goods, from the register and from the map."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import distance_to_lines_m, is_inside
from tieling_geo.text import Text

#: Words of `served_by`, in their order.
MODES: Mapping[str, Text] = MappingProxyType({
    "siding_recorded": Text("铁路专用线(登记)", "rail siding (register)"),
    "siding_mapped": Text("铁路专用线(图上)", "rail siding (map)"),
    "pipeline": Text("管道", "pipeline"),
    "conveyor": Text("皮带廊", "belt conveyor"),
})


def freight_modes(
    sites: gpd.GeoDataFrame, rail_lines: gpd.GeoDataFrame | None, *, siding_distance_m: float
) -> pd.DataFrame:
    """
    Judge which green modes serve each site.

    A siding serves a site where the register records it, or the map shows one near it. A register
    that denies the siding which the map shows contradicts the map: whether there is one is unknown.
    A blank siding or pipeline is unknown; a blank conveyor counts as none, for the plan names rail
    and pipelines, and a belt counts where it is recorded.

    Parameters
    ----------
    sites
        `FreightSites` layer, n rows, metres.
    rail_lines
        `RailLines` layer in the same CRS; only lines of kind `siding` are looked at. None: only
        recorded sidings are known.
    siding_distance_m
        Straight-line distance up to which a mapped siding serves a site (closed, within
        `operations.coverage.BORDER_TOLERANCE_M`), metres.

    Returns
    -------
    modes
        n rows, index of `sites`, nullable booleans where not said otherwise: `siding`, `green` (any
        mode), `is_contradicted` (never missing), `served_by` (words of `MODES` joined by a
        semicolon, or empty) and `nearest_siding_m` (missing where no siding is mapped).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> sites = gpd.GeoDataFrame(
    ...     {"has_siding": [None, None, False], "has_pipeline": False, "has_conveyor": None},
    ...     geometry=[Point(0, 100), Point(0, 101), Point(0, 9)], crs=4550)
    >>> rails = gpd.GeoDataFrame(
    ...     {"kind": ["siding"]}, geometry=[LineString([(0, 0), (50, 0)])], crs=4550)
    >>> freight_modes(sites, rails, siding_distance_m=100.0)
       siding  green  is_contradicted      served_by  nearest_siding_m
    0    True   True            False  siding_mapped             100.0
    1    <NA>   <NA>            False                            101.0
    2    <NA>   <NA>             True                              9.0
    """
    check_metric(sites, name="freight_sites")
    distance_m = np.full(len(sites), np.inf)
    if rail_lines is not None:
        check_metric(rail_lines, name="rail_lines")
        sidings = rail_lines.geometry[rail_lines["kind"].eq("siding")].to_numpy()
        distance_m = distance_to_lines_m(sites.geometry.to_numpy(), sidings)
    mapped = pd.Series(is_inside(siding_distance_m - distance_m), sites.index, dtype="boolean")
    recorded = sites["has_siding"].astype("boolean")
    denied = mapped & recorded.eq(other=False).fillna(value=False)
    siding = (recorded | mapped).mask(denied)
    pipeline = sites["has_pipeline"].astype("boolean")
    conveyor = sites["has_conveyor"].astype("boolean").fillna(value=False)
    held = (recorded, mapped & ~denied, pipeline, conveyor)
    return pd.DataFrame({
        "siding": siding,
        "green": siding | pipeline | conveyor,
        "is_contradicted": denied,
        "served_by": _served_by(sites.index, held),
        "nearest_siding_m": np.where(np.isinf(distance_m), np.nan, distance_m),
    })


def _served_by(index: pd.Index, held: tuple[pd.Series, ...]) -> pd.Series:
    """Join the words of the modes that each site is known to have."""
    told = pd.Series("", index, dtype="str")
    for word, has in zip(MODES, held, strict=True):
        told = told.mask(has.fillna(value=False).astype(bool), told + ";" + word)
    return told.str.removeprefix(";")
