"""Boilers that burn what the zone in which they stand bans."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import ROUNDING_DIGITS
from tieling_geo.operations.banned_fuels import LARGE_BOILER, is_banned
from tieling_geo.operations.boilers_in_use import (
    IN_USE_REASONS,
    boilers_in_use,
    out_cases,
    unknown_cases,
)
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M, margin_to_area_m
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Boilers, Counties, FuelBanZones, HeatingSupplyAreas
from tieling_geo.text import Text
from tieling_geo.units import MW_PER_T_PER_H

NAME = "fuel_users_in_ban_zones"
_SHARE, _LEFT = "zone_boilers_on_allowed_fuel_share", "banned_fuel_users_in_zones"
_REASONS = {
    "outside": Text("不在禁燃区内", "outside the zones"),
    **IN_USE_REASONS,
    "ban_unknown": Text(
        "燃料、容量、煤质油品或禁燃类别不明,无法判断是否禁用",
        "fuel, its quality, capacity or the zone's class is not known: banned or not",
    ),
}
_MARGIN = ResultColumn(
    "zone_margin_m", Text("距禁燃区边界(内为正)", "to the zones' border (inside +)"), "m"
)


def analyse(
    boilers: GeoDataFrame[Boilers],
    fuel_ban_zones: GeoDataFrame[FuelBanZones],
    *,
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    large_boiler_t_per_h: float = 20.0,
) -> Result:
    """
    Count the boilers in use that burn what a zone in force on a day bans.

    The border of a zone is inside (closed, within `coverage.BORDER_TOLERANCE_M`). A zone is in
    force from its day on (closed); one without a day is. What a class bans is data, see
    `operations.banned_fuels`. Where zones overlap, a fuel that one of them bans is banned. What the
    ledger does not say (kind of oil, quality of coal, a boiler made for biomass) leaves it open.

    Parameters
    ----------
    boilers
        `Boilers` layer, n points, metres. A capacity in heat is brought to steam.
    fuel_ban_zones
        `FuelBanZones` layer, polygons in the same CRS.
    heating_supply_areas
        `HeatingSupplyAreas` layer, for the table of coverage; an area licensed after the day covers
        nothing yet.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which boilers and zones are reckoned (closed).
    large_boiler_t_per_h
        Boilers from this steam capacity on (closed) may burn coal in zones of class I and II.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `zone_ids` (joined by `;`) and `zone_margin_m`
        (missing without a zone). Measures: share of boilers in zones whose fuel is allowed (%),
        number of those whose fuel is banned (count). `tables["zone_overlaps"]` lists pairs of zones
        that share an area, `tables["zone_coverage"]` how much of each zone a heating network
        serves (both areas in the working CRS). These are of the zones: parts do not add up.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     boiler_id=["A", "B"], fuel=["coal", "gas"], status="operating",
    ...     geometry=gpd.GeoSeries([Point(0, 5), Point(5, 5)], ["A", "B"], crs=4550))
    >>> zones = FuelBanZones.empty("EPSG:4550").reindex(["Z"]).assign(
    ...     zone_id="Z", fuel_class="III",
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["Z"], crs=4550))
    >>> found = analyse(boilers, zones, as_of=date(2025, 12, 31))
    >>> found.features["category"].tolist()
    ['banned', 'allowed']
    """
    check_metric(boilers, name=Boilers.layer_name())
    check_metric(fuel_ban_zones, name=FuelBanZones.layer_name())
    zones = fuel_ban_zones.sort_values("zone_id")
    zones = zones[_holds(zones, as_of)]
    pairs = _pairs(boilers, zones, large_boiler_t_per_h)
    judged = _judged(boilers, pairs, as_of)
    margin = margin_to_area_m(boilers, zones)
    features = with_county(boilers, counties).assign(
        zone_ids=_zone_ids(boilers, zones, pairs),
        zone_margin_m=np.where(np.isfinite(margin), margin, np.nan),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Boilers.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "fuel"),
    )
    tables = {"zone_overlaps": _overlaps(zones)}
    if heating_supply_areas is not None:
        check_metric(heating_supply_areas, name=HeatingSupplyAreas.layer_name())
        served = heating_supply_areas[_holds(heating_supply_areas, as_of)]
        tables["zone_coverage"] = _coverage(zones, served)
    values = {LARGE_BOILER.name: large_boiler_t_per_h}
    return to_result(ANALYSIS, features, counted, values, tables=tables)


def _holds(areas: gpd.GeoDataFrame, as_of: date) -> pd.Series:
    """Tell which areas are in force on the day."""
    return is_on_or_before(areas["valid_from"], as_of).fillna(value=True).astype(bool)


def _pairs(boilers: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, large: float) -> pd.DataFrame:
    """List the boilers in each zone, and whether it bans what they burn."""
    boiler, zone = shapely.STRtree(zones.geometry.to_numpy()).query(
        boilers.geometry.to_numpy(), predicate="dwithin", distance=BORDER_TOLERANCE_M
    )
    steam = boilers["capacity_t_per_h"].astype("float64")
    heat = (boilers["capacity_mw"] / MW_PER_T_PER_H).round(ROUNDING_DIGITS)
    pairs = pd.DataFrame({"boiler": boiler, "zone": zone})
    banned = is_banned(
        _at(boilers["fuel"], pairs["boiler"]),
        _at(steam.fillna(heat), pairs["boiler"]).astype("float64"),
        _at(zones["fuel_class"], pairs["zone"]),
        large_boiler_t_per_h=large,
    )
    return pairs.assign(banned=banned).sort_values(["boiler", "zone"], ignore_index=True)


def _at(values: pd.Series, rows: pd.Series) -> pd.Series:
    """Give the values at some positions, under the index of these."""
    return values.iloc[rows.to_numpy()].set_axis(rows.index)


def _judged(boilers: gpd.GeoDataFrame, pairs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each boiler if it is in a zone and in use, if its fuel is allowed, and why not."""
    state = boilers_in_use(boilers, as_of)
    rows = pd.RangeIndex(len(boilers))
    surely, perhaps = (
        rows.isin(pairs["boiler"][pairs["banned"].fillna(value=answer).astype(bool)])
        for answer in (False, True)
    )
    inside = pd.Series(rows.isin(pairs["boiler"]), boilers.index, dtype="boolean")
    allowed = pd.Series(~surely, boilers.index, dtype="boolean").mask(perhaps & ~surely)
    reason = first_reason(
        boilers.index,
        {
            "outside": ~inside,
            **out_cases(state),
            **unknown_cases(state),
            "ban_unknown": allowed.isna(),
        },
    )
    return pd.DataFrame({"scope": inside & state["in_use"], "done": allowed, "reason": reason})


def _zone_ids(boilers: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Name the zones in which each boiler stands."""
    names = pairs["boiler"].to_frame().assign(zone=_at(zones["zone_id"], pairs["zone"]))
    joined = names.groupby("boiler")["zone"].agg(";".join).reindex(range(len(boilers)))
    return joined.set_axis(boilers.index).astype("str")


def _overlaps(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the pairs of zones that share an area."""
    shapes, ids = zones.geometry.to_numpy(), zones["zone_id"].to_numpy(dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    area_m2 = shapely.area(shapely.intersection(shapes[first[once]], shapes[second[once]]))
    table = pd.DataFrame({
        "zone_id": pd.Series(ids[first[once]], dtype="str"),
        "other_zone_id": pd.Series(ids[second[once]], dtype="str"),
        "overlap_m2": area_m2.round(ROUNDING_DIGITS),
    })
    table = table[table["overlap_m2"] > 0]
    return table.sort_values(["zone_id", "other_zone_id"], ignore_index=True)


def _coverage(zones: gpd.GeoDataFrame, served: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure how much of each zone lies in a supply area."""
    shapes = zones.geometry.to_numpy()
    union = shapely.union_all(served.geometry.to_numpy())
    area, inside = shapely.area(shapes), shapely.area(shapely.intersection(shapes, union))
    return pd.DataFrame({
        "zone_id": zones["zone_id"].to_numpy(dtype=object),
        "fuel_class": zones["fuel_class"].to_numpy(dtype=object),
        "area_m2": area,
        "served_m2": inside,
        "served_share_pct": 100 * inside / area,
    })


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "allowed", False: "banned"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["outside", "retired", "not_yet"])
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("禁燃区内的高污染燃料用户", "Users of banned fuel in ban zones"),
    question=Text(
        "禁燃区内还有多少在用锅炉烧禁用的燃料?",
        "How many boilers in use inside ban zones burn what is banned?",
    ),
    inputs=(Boilers, FuelBanZones),
    optional=(HeatingSupplyAreas, Counties),
    parameters=(LARGE_BOILER,),
    measures=(
        MeasureCard(_SHARE, Text("区内锅炉燃料允许占比", "boilers in zones on allowed fuel"), "%"),
        MeasureCard(
            _LEFT, Text("区内烧禁用燃料锅炉数", "boilers in zones on banned fuel"), "count"
        ),
    ),
    categories=(
        Category("banned", Text("烧禁用燃料", "burns a banned fuel"), "bad"),
        Category("allowed", Text("燃料允许", "burns an allowed fuel"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("fuel", Text("燃料", "fuel")),
        ResultColumn("zone_ids", Text("所在禁燃区", "zones")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("zone_overlaps", Text("禁燃区重叠", "overlaps of zones")),
        TableCard("zone_coverage", Text("禁燃区内供热覆盖", "heating coverage inside the zones")),
    ),
    run=analyse,
)
