"""Which duties a freight site has, which of them it fulfils, and what could move that."""

from datetime import date

import geopandas as gpd
import pandas as pd

from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.freight_modes import freight_modes
from tieling_geo.operations.levers import (
    Crossings,
    day_of_assessment,
    threshold,
    to_side_m,
    to_sides,
)
from tieling_geo.operations.results import first_reason
from tieling_geo.records import Parameter


def freight_duties(
    sites: gpd.GeoDataFrame, modes: pd.DataFrame, large_site_t_per_year: float, as_of: date
) -> pd.DataFrame:
    """Say for the duty, and for rail alone, whether it is about a site, is done, or why neither."""
    tonnage = sites["bulk_t_per_year"]
    large = (tonnage >= large_site_t_per_year).astype("boolean").mask(tonnage.isna())
    new = sites["is_new_or_relocated"].astype("boolean")
    approved = is_on_or_before(sites["approved_on"], as_of).fillna(value=True)
    green = modes["green"]
    exempt = sites["exemption"].str.strip().fillna("").ne("").astype("boolean")
    duty, done = large & approved & new, green | exempt
    outside = {"small": ~large, "not_yet": ~approved}
    category = {
        **outside,
        "served": duty & green,
        "exempt": duty & exempt,
        "unserved": duty & ~done,
        "large_existing_served": large & ~new & green,
        "large_existing_unserved": large & ~new & ~green,
    }
    duty_reason = {
        **outside,
        "existing": ~new,
        "tonnage_unknown": large.isna(),
        "newness_unknown": new.isna(),
        "contradiction": modes["is_contradicted"] & done.isna(),
        "mode_unknown": done.isna(),
    }
    rail_reason = {
        **outside,
        "tonnage_unknown": large.isna(),
        "contradiction": modes["is_contradicted"],
        "siding_unknown": modes["siding"].isna(),
    }
    return pd.DataFrame({
        "large": large,
        "exempt": exempt,
        "new": new,
        "duty_due": approved & new,
        "rail_due": approved,
        "duty_scope": duty,
        "duty_done": done,
        "duty_reason": first_reason(sites.index, duty_reason),
        "rail_scope": large & approved,
        "rail_done": modes["siding"],
        "rail_reason": first_reason(sites.index, rail_reason),
        "category": first_reason(sites.index, category).replace("", "unknown"),
    })


def freight_crossings(
    sites: gpd.GeoDataFrame,
    duties: pd.DataFrame,
    what: str,
    *,
    tonnage: tuple[Parameter, pd.Series],
    siding: tuple[Parameter, pd.Series],
    as_of: date,
) -> list[Crossings]:
    """
    Say what moves the count of a duty: the tonnage, the reach of a mapped siding, the day.

    Parameters
    ----------
    sites, duties
        `FreightSites` layer, n rows, and what `freight_duties` says of it.
    what
        `duty`, or `rail` alone.
    tonnage, siding
        The thresholds, and how far within them each site is.
    as_of
        The day to which approvals are reckoned.
    """
    done = duties[f"{what}_done"]
    scope = to_sides(duties[f"{what}_due"], done), to_sides(scope=False, done=done)
    served = (to_sides(duties[f"{what}_scope"], by) for by in _served(sites, duties, what))
    due = duties["large"] & (duties["new"] if what == "duty" else True)

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        approved = is_on_or_before(moved["approved_on"], day)
        return to_sides((due & approved).loc[moved.index], done.loc[moved.index])

    moments = [sites["approved_on"].dt.normalize()]
    return [
        threshold(*tonnage, *scope),
        threshold(siding[0], to_side_m(siding[1]), *served),
        day_of_assessment(pd.DataFrame(sites)[["approved_on"]], moments, judge, as_of),
    ]


def _served(
    sites: gpd.GeoDataFrame, duties: pd.DataFrame, what: str
) -> tuple[pd.Series, pd.Series]:
    """Tell which sites are served if a mapped siding is within the reach, and if none is."""
    beyond = freight_modes(sites, None, siding_distance_m=0.0)
    # A register that denies the siding which the map shows: nobody knows.
    denied = sites["has_siding"].astype("boolean").eq(other=False).fillna(value=False)
    within = pd.Series(data=True, index=sites.index, dtype="boolean").mask(denied)
    if what == "rail":
        return within, beyond["siding"]
    otherwise = beyond["green"] | duties["exempt"]
    return within | otherwise, otherwise
