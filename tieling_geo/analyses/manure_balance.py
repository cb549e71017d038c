"""Livestock manure: how much of it is used, and what it would be on the land around."""

from collections.abc import Mapping
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric, to_geodesic_area_m2
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import service
from tieling_geo.operations.amounts import greatest_allowed
from tieling_geo.operations.haul_distance import spread_loads, within_haul
from tieling_geo.operations.part_shares import to_parts, weigh_parts
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Cropland, LivestockFarms, ManurePlants
from tieling_geo.text import Text

NAME = "manure_balance"
_SHARE, _LEFT = "manure_used_share", "manure_not_used"
_FIT, _OVER = "farms_within_nitrogen_limit_share", "farms_over_nitrogen_limit"
_REASONS = {
    "part_above_whole": Text("利用量大于产生量,互相矛盾", "more manure is used than there is"),
    "nothing": Text("粪污产生量为零", "no manure comes from it"),
    "whole_missing": Text("粪污产生量缺失", "the amount of manure is missing"),
    "part_missing": Text("粪污利用量缺失", "the amount that is used is missing"),
}
_LOAD_REASONS = {
    "stock_unknown": Text(
        "本场或共用耕地的养殖场存栏缺失",
        "the stock of it, or of a farm on the same land, is missing",
    ),
}
# Loads are told apart down to this decimal of a kilogram.
_ROUNDING_DIGITS = 6
_M2_PER_HA = 10_000
_NO_LAND = pd.DataFrame({
    "land_ha": pd.Series(dtype="float64"),
    "own_kg_per_ha": pd.Series(dtype="float64"),
    "all_kg_per_ha": pd.Series(dtype="float64"),
    "most_kg_per_ha": pd.Series(dtype="float64"),
})
_MARGIN = ResultColumn(
    "load_margin_kg_per_ha", Text("氮负荷低于限值", "nitrogen load below the limit"), "kg_per_ha"
)


def analyse(  # noqa: PLR0913 - layers, the day and the parameters
    livestock_farms: GeoDataFrame[LivestockFarms],
    *,
    manure_plants: GeoDataFrame[ManurePlants] | None = None,
    cropland: GeoDataFrame[Cropland] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    haul_distance_km: float = 5.0,
    nitrogen_kg_per_pig_year: float = 11.0,
    nitrogen_limit_kg_per_ha: float = 170.0,
) -> Result:
    """
    Weigh the manure that is used, and hold the nitrogen against the cropland within haul distance.

    The share is of tonnes. A farm that uses more than it has contradicts itself and is unknown; so
    is one that lacks a number (see `operations.part_shares`).

    A farm's nitrogen is its stock in pig equivalents times a factor, spread evenly over the
    cropland of which a point lies within haul distance, straight-line (closed); such a parcel
    counts whole, by its area on the ellipsoid. Land that several farms reach gets it from all of
    them: a farm is over the limit if its land gets more than the limit on average (open), or if it
    has nitrogen and no land. A missing stock lies between zero and the most that the schema
    accepts; where that decides, the farm and those on the same land are unknown. All nitrogen is
    taken to go to land, whatever is used otherwise. Farms of two counties share land, so that parts
    by county do not add up.

    Parameters
    ----------
    livestock_farms
        `LivestockFarms` layer, n points, metres.
    manure_plants
        `ManurePlants` layer: the capacity in service within haul distance is told; None: none is.
    cropland
        `Cropland` layer, in the same CRS; None: nothing is told of nitrogen.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which plants are in service (closed).
    haul_distance_km
        Straight-line distance over which manure is hauled (closed), kilometres.
    nitrogen_kg_per_pig_year
        Nitrogen from one pig equivalent a year, kilograms.
    nitrogen_limit_kg_per_ha
        Nitrogen that land may get a year (closed), kilograms a hectare.

    Returns
    -------
    result
        n rows, index of `livestock_farms`. Measures: share of manure used (%) and manure not used
        (t/a); with cropland the share of farms within the limit (%) and the farms over it. Table
        `nitrogen_loads`: one row a farm.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If a distance, factor or limit is negative.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> farms = LivestockFarms.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     farm_id=["A", "B"], manure_t_per_year=[900.0, 100.0], used_t_per_year=[800.0, None],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> share = analyse(farms, as_of=date(2025, 12, 31)).measures["manure_used_share"]
    >>> float(share.low.value("%")), float(share.high.value("%"))
    (80.0, 90.0)
    """
    values = {
        "haul_distance_km": haul_distance_km,
        "nitrogen_kg_per_pig_year": nitrogen_kg_per_pig_year,
        "nitrogen_limit_kg_per_ha": nitrogen_limit_kg_per_ha,
    }
    _check_parameters(values)
    check_metric(livestock_farms, name=LivestockFarms.layer_name())
    most = greatest_allowed(LivestockFarms, "manure_t_per_year")
    parts = to_parts(
        livestock_farms["manure_t_per_year"], livestock_farms["used_t_per_year"], most=most
    )
    loads = _loads(livestock_farms, cropland, values)
    features = with_county(livestock_farms, counties).assign(
        used_pct=_used_pct(livestock_farms),
        nitrogen_kg_per_year=livestock_farms["pig_equivalents"] * nitrogen_kg_per_pig_year,
        **{name: loads[name] for name in ("land_ha", "own_kg_per_ha", "all_kg_per_ha")},
        plant_capacity_t_per_year=_capacity(livestock_farms, manure_plants, as_of, values),
        load_margin_kg_per_ha=nitrogen_limit_kg_per_ha - loads["all_kg_per_ha"],
        reason=parts.reason,
    )
    within = _within(livestock_farms, loads, nitrogen_limit_kg_per_ha)
    features["category"] = _category(features, within)
    used = weigh_parts(
        features,
        parts,
        layer=LivestockFarms.layer_name(),
        share=_SHARE,
        left=_LEFT,
        unit="t_per_year",
        reasons=_REASONS,
        groups=("county_name",),
    )
    if cropland is None:
        return to_result(ANALYSIS, features, used, values)
    return to_result(
        ANALYSIS,
        features,
        together(used, _tally_loads(features, within)),
        values,
        tables={"nitrogen_loads": _table(features, within)},
    )


def _check_parameters(values: Mapping[str, float]) -> None:
    """
    Refuse a distance, factor or limit below zero.

    Raises
    ------
    ParameterError
        With its name.
    """
    for name, value in values.items():
        if value < 0:
            raise ParameterError(
                Text(f"参数 {name}:{value!r} 不能为负", f"parameter {name}: {value!r} is negative")
            )


def _used_pct(farms: gpd.GeoDataFrame) -> pd.Series:
    """Give the percentage of each farm's manure that is used; missing where it has none."""
    made = farms["manure_t_per_year"]
    used_pct: pd.Series = 100 * farms["used_t_per_year"] / made.where(made > 0)
    return used_pct


def _loads(
    farms: gpd.GeoDataFrame, cropland: gpd.GeoDataFrame | None, values: Mapping[str, float]
) -> pd.DataFrame:
    """
    Give each farm its land and loads; missing throughout without cropland.

    `all_kg_per_ha` takes missing stocks as zero, `most_kg_per_ha` as the most there may be.
    """
    if cropland is None:
        return _NO_LAND.reindex(farms.index)
    check_metric(cropland, name=Cropland.layer_name())
    site, land = within_haul(farms, cropland, distance_km=values["haul_distance_km"])
    area_ha = to_geodesic_area_m2(cropland) / _M2_PER_HA
    factor, stock = values["nitrogen_kg_per_pig_year"], farms["pig_equivalents"]
    most = greatest_allowed(LivestockFarms, "pig_equivalents")
    low, high = (
        spread_loads((stock.fillna(value) * factor).to_numpy("float64"), site, land, area_ha)
        for value in (0.0, most)
    )
    loads = low.assign(most_kg_per_ha=high["all_kg_per_ha"]).set_index(farms.index)
    loads["own_kg_per_ha"] = loads["own_kg_per_ha"].where(stock.notna())
    return loads.round(_ROUNDING_DIGITS)


def _within(farms: gpd.GeoDataFrame, loads: pd.DataFrame, limit_kg_per_ha: float) -> pd.Series:
    """Tell which farms keep within the limit, whatever missing stocks turn out to be."""
    over, may_be_over = loads["all_kg_per_ha"], loads["most_kg_per_ha"]
    within = (over <= limit_kg_per_ha).astype("boolean")
    within = within.mask(within & (may_be_over > limit_kg_per_ha))
    landless = ~(loads["land_ha"] > 0)
    stock = farms["pig_equivalents"]
    empty = (stock == 0).astype("boolean").mask(stock.isna())
    judged: pd.Series = within.mask(landless, empty)
    return judged


def _capacity(
    farms: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame | None,
    as_of: date,
    values: Mapping[str, float],
) -> pd.Series:
    """Add up the capacity in service within haul distance; a missing capacity adds nothing."""
    if plants is None:
        return pd.Series(np.nan, farms.index)
    never = pd.Series(pd.NaT, plants.index).astype("datetime64[s]")
    serves = service(plants["commissioned_on"], never, as_of=as_of)["serves"]
    working = plants[serves.fillna(value=False).astype(bool)]
    farm, plant = within_haul(farms, working, distance_km=values["haul_distance_km"])
    capacity = working["capacity_t_per_year"].fillna(0.0).to_numpy("float64")
    return pd.Series(np.bincount(farm, capacity[plant], len(farms)), farms.index)


def _category(features: gpd.GeoDataFrame, within: pd.Series) -> pd.Series:
    """Name what a map colours by: the use of manure, and the load on land where it is all used."""
    all_used = features["used_t_per_year"] >= features["manure_t_per_year"]
    known = all_used.map({True: "used", False: "partly_used"})
    over = (features["land_ha"].notna() & ~within.fillna(value=True)).astype(bool)
    words = (
        known
        .mask(over & (known == "used"), "over_limit")
        .where(features["reason"] == "")
        .fillna("unknown")
    )
    told: pd.Series = words.mask(features["reason"] == "nothing", "out_of_scope").astype("str")
    return told


def _tally_loads(features: gpd.GeoDataFrame, within: pd.Series) -> Tally:
    """Count the farms within the limit."""
    unknown = within.isna()
    return tally(
        features,
        layer=LivestockFarms.layer_name(),
        share=_FIT,
        remaining=_OVER,
        in_scope=pd.Series(data=True, index=features.index, dtype="boolean"),
        done=within,
        reason=unknown.map({True: "stock_unknown", False: ""}).astype("str"),
        reasons=_LOAD_REASONS,
        groups=("county_name",),
    )


def _table(features: gpd.GeoDataFrame, within: pd.Series) -> pd.DataFrame:
    """Lay out the loads, one row a farm, sorted by farm."""
    columns = [
        "farm_id",
        "county_name",
        "pig_equivalents",
        "nitrogen_kg_per_year",
        "land_ha",
        "own_kg_per_ha",
        "all_kg_per_ha",
        "plant_capacity_t_per_year",
    ]
    table = pd.DataFrame(features)[columns].assign(is_within_limit=within)
    return table.sort_values("farm_id", kind="stable", ignore_index=True)


def _declared(name: str, value: float, unit: str, title: Text, source: Text) -> Parameter:
    """Describe a threshold that neither the plan nor a standard that was read states."""
    return Parameter(name, value, unit, "closed", title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("畜禽粪污利用与还田承载", "Livestock manure used, and nitrogen on the land"),
    question=Text(
        "畜禽粪污利用了多少,运距内的耕地能否承载?",
        "How much manure is used, and can the land within haul distance take it?",
    ),
    inputs=(LivestockFarms,),
    optional=(ManurePlants, Cropland, Counties),
    parameters=(
        _declared(
            "haul_distance_km",
            5.0,
            "km",
            Text("粪肥运距(直线)", "haul distance, straight-line"),
            Text("本工具约定", "declared by us"),
        ),
        _declared(
            "nitrogen_kg_per_pig_year",
            11.0,
            "kg",
            Text("每猪当量年排氮量", "nitrogen from one pig equivalent a year"),
            Text(
                "畜禽粪污土地承载力测算技术指南(农业农村部2018年),凭记忆,未核实",
                "MARA 2018 guide on land carrying capacity for manure, from memory, not verified",
            ),
        ),
        _declared(
            "nitrogen_limit_kg_per_ha",
            170.0,
            "kg_per_ha",
            Text("耕地年氮负荷限值", "nitrogen that land may get a year"),
            Text(
                "借用欧盟硝酸盐指令91/676/EEC,本工具约定",
                "borrowed from the EU nitrates directive 91/676/EEC, declared",
            ),
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("粪污综合利用率", "share of manure used"), "%"),
        MeasureCard(_LEFT, Text("未利用粪污量", "manure not used"), "t_per_year"),
        MeasureCard(_FIT, Text("氮负荷不超限的养殖场", "farms within the nitrogen limit"), "%"),
        MeasureCard(_OVER, Text("氮负荷超限的养殖场", "farms over the nitrogen limit"), "count"),
    ),
    categories=(
        Category("partly_used", Text("未全部利用", "not all used"), "bad"),
        Category("over_limit", Text("耕地氮负荷超限", "land over the nitrogen limit"), "warning"),
        Category("used", Text("全部利用", "all used"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不产生粪污", "no manure"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("used_pct", Text("粪污利用率", "manure used"), "%"),
        ResultColumn("nitrogen_kg_per_year", Text("年排氮量", "nitrogen a year"), "kg"),
        ResultColumn("land_ha", Text("运距内耕地", "cropland within haul distance"), "ha"),
        ResultColumn("own_kg_per_ha", Text("本场氮负荷", "load of this farm alone"), "kg_per_ha"),
        ResultColumn("all_kg_per_ha", Text("各场合计氮负荷", "load of all farms"), "kg_per_ha"),
        ResultColumn(
            "plant_capacity_t_per_year",
            Text("运距内集中处理能力", "capacity of manure plants within haul distance"),
            "t_per_year",
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("nitrogen_loads", Text("还田氮负荷", "nitrogen on the land")),),
    run=analyse,
)
