"""Which reach an outfall discharges to: that of the river its ledger names, else the nearest."""

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.proximity import nearest_line, nearest_namesake


def with_reach(
    outfalls: gpd.GeoDataFrame, reaches: gpd.GeoDataFrame, level: pd.Series, limit_m: float
) -> gpd.GeoDataFrame:
    """
    Add the reach that each outfall discharges to, and whether the ledger names another river.

    Parameters
    ----------
    outfalls, reaches
        `Outfalls` layer, n rows, and `RiverReaches` layer, in one projected CRS.
    level
        Tributary level of each reach, index of `reaches`.
    limit_m
        Straight-line distance from a reach up to which an outfall belongs to it (closed), metres.

    Returns
    -------
    located
        n rows, index of `outfalls`, with `reach_id`, `river`, `tributary_level`, `is_important`,
        `distance_to_reach_m`, `snap_margin_m` (positive within the limit), `reach_tie` and
        `river_mismatch`; a named river goes before the nearest one.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    See `tests/analyses/test_outfall_remediation.py`.
    """
    nearest = nearest_line(outfalls, reaches, key="reach_id", limit_m=limit_m)
    taken = nearest_namesake(
        outfalls, reaches, key="reach_id", name="river_name", limit_m=limit_m, otherwise=nearest
    )
    about = reaches.assign(level=level).set_index("reach_id")
    nearest_river = nearest["line"].map(about["river_name"]).astype("str")
    recorded = outfalls["river_name"]
    return outfalls.assign(
        reach_id=taken["line"],
        river=taken["line"].map(about["river_name"]).astype("str"),
        tributary_level=taken["line"].map(about["level"]).astype("Int64"),
        is_important=taken["line"].map(about["is_important"]).astype("boolean"),
        distance_to_reach_m=taken["distance_m"],
        snap_margin_m=limit_m - taken["distance_m"],
        reach_tie=taken["tie"],
        river_mismatch=recorded.notna() & nearest_river.notna() & (recorded != nearest_river),
    )


def has_other_river(features: gpd.GeoDataFrame) -> pd.Series:
    """Tell which ledgers name a river that is not the one whose reach was taken."""
    differs: pd.Series = features["river_name"] != features["river"]
    return differs.mask(features["river_name"].isna(), other=False)
