"""How much of the heat demand the waste heat nearby could meet, all demands served at once."""

from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    Amounts,
    WeighedNames,
    greatest_allowed,
    to_amounts,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.heat_matching import (
    MAX_DISTANCE,
    MIN_SPACE_HEATING,
    MIN_STEAM,
    cheapest_heat,
    greatest_met,
    least_met,
    most_heat,
    nearest_m,
    to_pairs,
)
from tieling_geo.operations.portions import Exacts, exact_sum, only, weigh_portions
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, HeatDemands, WasteHeatSources
from tieling_geo.text import Text

NAME = "waste_heat_matching"
_NAMES = WeighedNames(
    "heat_demand_matched_share", done="heat_demand_matched", left="heat_demand_left", unit="mw"
)
_REASONS = {
    "no_load": Text("热负荷为零", "there is no heat load"),
    "use_unknown": Text("用途缺失", "use is missing"),
    AMOUNT_MISSING: Text("热负荷缺失", "heat load is missing"),
}
_STRAIGHT = Text(
    "距离为直线距离,未计管线走向和地形",
    "distances are straight lines: neither routes of pipes nor terrain are in them",
)
_MARGIN = ResultColumn(
    "within_reach_m",
    Text("最近可用余热距离余量(正为可达)", "to the greatest distance (+ is within reach)"),
    "m",
)


class _Case(NamedTuple):
    """Who may serve whom, and with how much: m amounts, and pairs."""

    supply: Exacts
    pairs: pd.DataFrame


def analyse(
    heat_demands: GeoDataFrame[HeatDemands],
    waste_heat_sources: GeoDataFrame[WasteHeatSources],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    max_distance_m: float = 5000.0,
    min_space_heating_degc: float = 60.0,
    min_steam_degc: float = 170.0,
) -> Result:
    """
    Share out the waste heat among the demands so that the greatest load is met.

    A source may serve a demand within the distance if it is warm enough for the use, and each
    source serves no more than it has. Of all ways that meet the greatest load one with the least
    MW·km is taken. Distances are straight lines.

    A demand without a load or a use is unknown, and takes no part; in the bounds its load is
    anything from zero up to what it states, or to the greatest that the layer's schema accepts. A
    source without heat or temperature takes no part; in the bounds it may have the greatest heat
    that the schema accepts, and be warm enough. A blank first day means that it can be used.

    Parameters
    ----------
    heat_demands
        `HeatDemands` layer, n points, metres.
    waste_heat_sources
        `WasteHeatSources` layer, points in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day: a source that can be used only later (open) serves none.
    max_distance_m
        Greatest straight-line distance from a source (closed), metres.
    min_space_heating_degc, min_steam_degc
        Least temperature of a source for either use (closed), degrees Celsius.

    Returns
    -------
    result
        n rows, index of `heat_demands`, with `category`, `matched_mw`, `left_mw` and
        `within_reach_m` (missing without a source that is warm enough). Measures: share of the load
        met (%), load met and left (MW). `tables["matches"]` says who serves whom,
        `tables["sources"]` what each source gives and has left. The parts of a city do not add up:
        a source serves across a border.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> def at(schema, key, **columns):
    ...     place = gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550)
    ...     return schema.empty("EPSG:4550").reindex(["A"]).assign(
    ...         **{key: "A"}, **columns, geometry=place)
    >>> demand = at(HeatDemands, "demand_id", heat_mw=8.0, use="space_heating")
    >>> source = at(WasteHeatSources, "source_id", heat_mw=6.0, temperature_degc=60.0)
    >>> found = analyse(demand, source, as_of=date(2025, 12, 31))
    >>> found.measures["heat_demand_matched_share"].value
    Fraction(75, 1)
    """
    check_metric(heat_demands, name=HeatDemands.layer_name())
    check_metric(waste_heat_sources, name=WasteHeatSources.layer_name())
    # Rows in a fixed order: where several ways are as good, the same one is taken.
    demands = heat_demands.sort_values("demand_id")
    sources = waste_heat_sources.sort_values("source_id")
    least = {"space_heating": min_space_heating_degc, "steam": min_steam_degc}
    load = to_amounts(demands["heat_mw"], most=greatest_allowed(HeatDemands, "heat_mw"))
    reason = _reason(demands)
    known, best = _cases(demands, sources, as_of, max_distance_m, least)
    served = _served(load, (reason == "").to_numpy(), known)
    features = with_county(demands, counties).assign(
        **_columns(demands, sources[_is_available(sources, as_of)], least, max_distance_m),
        reason=reason,
    )
    features = _with_matches(features, load, served, known.pairs)
    counted = weigh_portions(
        features,
        layer=HeatDemands.layer_name(),
        names=_NAMES,
        counted=reason == "",
        unknown=~reason.isin(["", "no_load"]),
        amounts=load.known,
        done=_by_demand(served, known.pairs, len(demands)),
        ends=_ends(load, (reason == "").to_numpy(), known, best, served),
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "use"),
    )
    values = {
        MAX_DISTANCE.name: max_distance_m,
        MIN_SPACE_HEATING.name: min_space_heating_degc,
        MIN_STEAM.name: min_steam_degc,
    }
    return to_result(
        ANALYSIS,
        features.loc[heat_demands.index],
        counted,
        values,
        tables=_tables(demands, sources, served, known),
        warnings=(_STRAIGHT,),
    )


def _reason(demands: gpd.GeoDataFrame) -> pd.Series:
    """Say why demands take no part."""
    load = demands["heat_mw"]
    return first_reason(
        demands.index,
        {
            "no_load": load == 0,
            "use_unknown": demands["use"].isna(),
            AMOUNT_MISSING: load.isna(),
        },
    )


def _is_available(sources: gpd.GeoDataFrame, as_of: date) -> pd.Series:
    """Tell which sources can be used by the day; a blank date says that they can."""
    return is_on_or_before(sources["available_from"], as_of).fillna(value=True).astype(bool)


def _cases(
    demands: gpd.GeoDataFrame,
    sources: gpd.GeoDataFrame,
    as_of: date,
    limit_m: float,
    least: dict[str, float],
) -> tuple[_Case, _Case]:
    """Say who may serve whom by what is known, and at best."""
    pairs = to_pairs(demands, sources, limit_m=limit_m)
    pairs = pairs[_is_available(sources, as_of).to_numpy()[pairs["source"]]]
    degc = sources["temperature_degc"].to_numpy()[pairs["source"]]
    needed = demands["use"].map(least).astype("float64").to_numpy()[pairs["user"]]
    strict = np.where(np.isnan(needed), max(least.values()), needed)
    lenient = np.where(np.isnan(needed), min(least.values()), needed)
    heat = to_amounts(sources["heat_mw"], most=greatest_allowed(WasteHeatSources, "heat_mw"))
    return (
        _Case(heat.known, pairs[degc >= strict].reset_index(drop=True)),
        _Case(heat.most, pairs[~(degc < lenient)].reset_index(drop=True)),
    )


def _served(load: Amounts, is_known: np.ndarray, case: _Case) -> Exacts:
    """Share the known heat out among the known demands."""
    return cheapest_heat(only(load.known, is_known), case.supply, case.pairs)


def _by_demand(served: Exacts, pairs: pd.DataFrame, n: int) -> Exacts:
    """Add up what each demand is given."""
    met = np.full(n, exact_sum(served[:0]), dtype=object)
    np.add.at(met, pairs["user"].to_numpy(dtype=np.intp), served)
    return met


def _ends(
    load: Amounts, is_known: np.ndarray, known: _Case, best: _Case, met: Exacts
) -> dict[str, tuple[Quantity, Quantity]]:
    """Give the least and the greatest value of each measure; `met` is what is met as known."""
    need, sure = load.most, exact_sum(only(load.most, is_known))
    low, high = (
        least_met(need, ~is_known, *known),
        greatest_met(need, ~is_known, *best),
    )
    # The greatest share weighs of the open loads what is met of them: the rest is what is left.
    rest = (high.denominator or 0) - high.numerator if sure else 0
    all_open = most_heat(need, known.supply, known.pairs).total
    return {
        _NAMES.share: (low, high),
        _NAMES.done: (Quantity(exact_sum(met)), Quantity(high.numerator)),
        # A further load never lowers what is left, and all of it may be left.
        _NAMES.left: (Quantity(rest), Quantity(exact_sum(need) - all_open)),
    }


def _columns(
    demands: gpd.GeoDataFrame,
    sources: gpd.GeoDataFrame,
    least: dict[str, float],
    limit_m: float,
) -> dict[str, pd.Series]:
    """Measure how far inside the limit the nearest source is that is warm enough."""
    margin = pd.Series(np.nan, demands.index)
    for use, degc in least.items():
        of_use = demands[demands["use"] == use]
        warm = sources[sources["temperature_degc"] >= degc]
        margin.loc[of_use.index] = limit_m - nearest_m(of_use, warm)
    return {_MARGIN.name: margin}


def _with_matches(
    features: gpd.GeoDataFrame, load: Amounts, served: Exacts, pairs: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Add what each demand is given and lacks, and what a map colours by."""
    met = _by_demand(served, pairs, len(features))
    takes_part = features["reason"] == ""
    words = pd.Series("partly", features.index, dtype="str")
    words = words.mask(met == 0, "not_met").mask(met == load.known, "met")
    category = words.where(takes_part, "unknown").mask(
        features["reason"] == "no_load", "out_of_scope"
    )
    return features.assign(
        matched_mw=pd.Series(met.astype("float64"), features.index).where(takes_part),
        left_mw=pd.Series((load.known - met).astype("float64"), features.index).where(takes_part),
        category=category,
    )


def _tables(
    demands: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, served: Exacts, case: _Case
) -> dict[str, pd.DataFrame]:
    """Say who serves whom, and what each source gives."""
    flows = case.pairs.assign(mw=served.astype("float64"))
    flows = flows[flows["mw"] > 0]
    km = flows["distance_m"] / 1000
    ids = sources["source_id"].to_numpy(dtype=object)
    given = flows.groupby("source")["mw"].sum().reindex(range(len(sources)), fill_value=0.0)
    heat = sources["heat_mw"].to_numpy(dtype="float64")
    return {
        "matches": pd.DataFrame({
            "demand_id": demands["demand_id"].to_numpy(dtype=object)[flows["user"]],
            "source_id": ids[flows["source"]],
            "mw": flows["mw"].to_numpy(),
            "distance_km": km.to_numpy(),
            "mw_km": (flows["mw"] * km).to_numpy(),
        }).sort_values(["demand_id", "source_id"], ignore_index=True),
        "sources": pd.DataFrame({
            "source_id": ids,
            "heat_mw": heat,
            "temperature_degc": sources["temperature_degc"].to_numpy(),
            "given_mw": given.to_numpy(),
            "left_mw": heat - given.to_numpy(),
        }),
    }


ANALYSIS = Analysis(
    name=NAME,
    title=Text("余热与热负荷匹配", "Waste heat matched to demand"),
    question=Text(
        "附近的余热最多能满足多少热负荷?",
        "How much of the heat demand could waste heat nearby meet?",
    ),
    inputs=(HeatDemands, WasteHeatSources),
    optional=(Counties,),
    parameters=(MAX_DISTANCE, MIN_SPACE_HEATING, MIN_STEAM),
    measures=(
        MeasureCard(_NAMES.share, Text("余热可满足负荷占比", "load that waste heat can meet"), "%"),
        MeasureCard(_NAMES.done, Text("余热可满足负荷", "load met"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("余热不能满足负荷", "load left"), _NAMES.unit),
    ),
    categories=(
        Category("not_met", Text("不能满足", "not met"), "bad"),
        Category("partly", Text("部分满足", "met in part"), "warning"),
        Category("met", Text("可满足", "met"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("无热负荷", "no load"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("heat_mw", Text("热负荷", "heat load"), "mw"),
        ResultColumn("matched_mw", Text("可满足负荷", "load met"), "mw"),
        ResultColumn("left_mw", Text("不能满足负荷", "load left"), "mw"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("matches", Text("余热去向", "who heats whom")),
        TableCard("sources", Text("余热资源利用", "use of the sources")),
    ),
    run=analyse,
)
