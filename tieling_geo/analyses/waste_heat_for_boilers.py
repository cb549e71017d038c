"""Coal boilers that waste heat nearby could replace, each asked by itself."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.boilers_in_use import (
    IN_USE_REASONS,
    boilers_in_use,
    heat_mw,
    out_cases,
    unknown_cases,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.heat_matching import (
    MAX_DISTANCE,
    MIN_SPACE_HEATING,
    MIN_STEAM,
    to_pairs,
)
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
from tieling_geo.schemas import Boilers, Counties, WasteHeatSources
from tieling_geo.text import Text

NAME = "waste_heat_for_boilers"
_SHARE, _LEFT = "coal_boilers_near_waste_heat_share", "coal_boilers_without_waste_heat"
_REASONS = {
    "not_coal": Text("不是燃煤锅炉", "not a coal boiler"),
    "for_power": Text("用于发电,不供热供汽", "for power, neither for heat nor for steam"),
    **IN_USE_REASONS,
    "match_unknown": Text(
        "用途、容量或附近余热资料不全", "use, capacity or records of the waste heat are incomplete"
    ),
}
_STRAIGHT = Text(
    "距离为直线距离;逐台单独判断,多台锅炉可对应同一余热",
    "distances are straight lines; each boiler is asked by itself, several may name one source",
)
_MARGIN = ResultColumn(
    "within_reach_m",
    Text("可用余热距离余量(正为可达)", "to the greatest distance (+ is within reach)"),
    "m",
)


def analyse(
    boilers: GeoDataFrame[Boilers],
    waste_heat_sources: GeoDataFrame[WasteHeatSources],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    max_distance_m: float = 5000.0,
    min_space_heating_degc: float = 60.0,
    min_steam_degc: float = 170.0,
) -> Result:
    """
    Count the coal boilers in use that a single source of waste heat nearby could replace.

    A source can if it is within the distance, can be used by the day, is warm enough for the
    boiler's use and has at least its heat (closed): for this boiler alone, others may name the same
    source. Boilers in industry need steam. Boilers for power are out of scope. What is missing
    leaves the answer open unless another source, or what is known, decides. Waste heat only:
    clean energy of other kinds is not measured here.

    Parameters
    ----------
    boilers
        `Boilers` layer, n points, metres. Heat that is not stated is reckoned from steam.
    waste_heat_sources
        `WasteHeatSources` layer, points in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which boilers and sources are reckoned (closed).
    max_distance_m
        Greatest straight-line distance from a source (closed), metres.
    min_space_heating_degc, min_steam_degc
        Least temperature of a source for either use (closed), degrees Celsius.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `source_id`, `source_distance_m` and
        `within_reach_m` (of the nearest source that surely can; missing without one). Measures:
        share of boilers with a source (%), number without (count). `tables["nearest_sources"]`
        lists the boilers that have one.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A"]).assign(
    ...     boiler_id="A", fuel="coal", status="operating", use="heating", capacity_t_per_h=10.0,
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> sources = WasteHeatSources.empty("EPSG:4550").reindex(["S"]).assign(
    ...     source_id="S", heat_mw=7.0, temperature_degc=60.0,
    ...     geometry=gpd.GeoSeries([Point(3000, 4000)], ["S"], crs=4550))
    >>> analyse(boilers, sources, as_of=date(2025, 12, 31)).features["source_id"].tolist()
    ['S']
    """
    check_metric(boilers, name=Boilers.layer_name())
    check_metric(waste_heat_sources, name=WasteHeatSources.layer_name())
    least = {"heating": min_space_heating_degc, "process": min_steam_degc}
    sources = waste_heat_sources.sort_values("source_id")
    sources = sources[is_on_or_before(sources["available_from"], as_of).fillna(value=True)]
    pairs = _pairs(boilers, sources, max_distance_m, least)
    judged = _judged(boilers, pairs, as_of)
    features = with_county(boilers, counties).assign(
        **_nearest(boilers, sources, pairs, max_distance_m),
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
        groups=("county_name", "use"),
    )
    values = {
        MAX_DISTANCE.name: max_distance_m,
        MIN_SPACE_HEATING.name: min_space_heating_degc,
        MIN_STEAM.name: min_steam_degc,
    }
    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables={"nearest_sources": _table(features)},
        warnings=(_STRAIGHT,),
    )


def _pairs(
    boilers: gpd.GeoDataFrame,
    sources: gpd.GeoDataFrame,
    limit_m: float,
    least: dict[str, float],
) -> pd.DataFrame:
    """List the boilers and sources within the distance, and whether the source suffices."""
    pairs = to_pairs(boilers, sources, limit_m=limit_m)
    user, source = pairs["user"], pairs["source"]
    degc = _at(sources["temperature_degc"], source)
    needed = _at(boilers["use"].map(least), user)
    # Too cold for either use is too cold, whatever the use.
    is_warm = (degc >= needed).astype("boolean").mask(degc.isna() | needed.isna())
    is_warm = is_warm.mask(degc >= max(least.values()), other=True)
    is_warm = is_warm.mask(degc < min(least.values()), other=False)
    offered, wanted = _at(sources["heat_mw"], source), _at(heat_mw(boilers), user)
    has_heat = (offered >= wanted).astype("boolean").mask(offered.isna() | wanted.isna())
    has_heat = has_heat.mask(offered == 0, other=False)
    return pairs.assign(can=is_warm & has_heat)


def _at(values: pd.Series, rows: pd.Series) -> pd.Series:
    """Give the numbers at some positions."""
    return pd.Series(values.to_numpy(dtype="float64", na_value=np.nan)[rows], rows.index)


def _judged(boilers: gpd.GeoDataFrame, pairs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each boiler if it is asked about, if a source can replace it, and why not known."""
    state = boilers_in_use(boilers, as_of)
    rows = pd.RangeIndex(len(boilers))
    some = {
        answer: rows.isin(pairs["user"][pairs["can"].fillna(value=answer).astype(bool)])
        for answer in (False, True)
    }
    done = pd.Series(some[False], boilers.index, dtype="boolean").mask(some[True] & ~some[False])
    for_power = (boilers["use"] == "power").astype("boolean").mask(boilers["use"].isna())
    # A blank use may be power, which is out of scope.
    scope = state["is_coal"] & state["in_use"] & ~for_power
    reason = first_reason(
        boilers.index,
        {
            "not_coal": ~state["is_coal"],
            "for_power": for_power,
            **out_cases(state),
            "fuel_unknown": state["is_coal"].isna(),
            **unknown_cases(state),
            "match_unknown": done.isna() | for_power.isna(),
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _nearest(
    boilers: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, pairs: pd.DataFrame, limit_m: float
) -> dict[str, pd.Series]:
    """Name the nearest source that surely can replace each boiler; ties: the lowest number."""
    sure = pairs[pairs["can"].fillna(value=False).astype(bool)]
    first = sure.sort_values(["user", "distance_m", "source"]).drop_duplicates("user")
    found = first.set_index("user").reindex(range(len(boilers)))
    ids = sources["source_id"].to_numpy(dtype=object)
    named = [None if pd.isna(row) else ids[int(row)] for row in found["source"]]
    distance_m = pd.Series(found["distance_m"].to_numpy(), boilers.index)
    return {
        "source_id": pd.Series(named, boilers.index, dtype="str"),
        "source_distance_m": distance_m,
        _MARGIN.name: limit_m - distance_m,
    }


def _table(features: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the boilers that have a source."""
    columns = ["boiler_id", "use", "source_id", "source_distance_m"]
    listed = pd.DataFrame(features)[(features["category"] == "near")]
    heat = heat_mw(features).loc[listed.index]
    table: pd.DataFrame = listed[columns].assign(heat_mw=heat)
    return table.sort_values("boiler_id", ignore_index=True)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "near", False: "none"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["not_coal", "for_power", "retired", "not_yet"])
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("余热替代燃煤锅炉", "Waste heat in place of coal boilers"),
    question=Text(
        "哪些在用燃煤锅炉附近有足够的余热可以替代?",
        "Which coal boilers in use have enough waste heat nearby to replace them?",
    ),
    inputs=(Boilers, WasteHeatSources),
    optional=(Counties,),
    parameters=(MAX_DISTANCE, MIN_SPACE_HEATING, MIN_STEAM),
    measures=(
        MeasureCard(_SHARE, Text("附近有可用余热的占比", "coal boilers with waste heat"), "%"),
        MeasureCard(_LEFT, Text("附近无可用余热数", "coal boilers without waste heat"), "count"),
    ),
    categories=(
        Category("none", Text("无可用余热", "no waste heat"), "warning"),
        Category("near", Text("有可用余热", "with waste heat"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("source_id", Text("最近可用余热编号", "nearest source that suffices")),
        ResultColumn("source_distance_m", Text("直线距离", "straight-line distance"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("nearest_sources", Text("最近可行余热", "nearest feasible source")),),
    run=analyse,
)
