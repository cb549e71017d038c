"""The share of heated floor area whose heat is clean."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    Amounts,
    WeighedNames,
    greatest_allowed,
    to_amounts,
)
from tieling_geo.operations.heat_networks import clean_shares, is_clean_source
from tieling_geo.operations.portions import Exacts, exact_sum, share_ends, weigh_portions
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, HeatedBuildings, HeatSources
from tieling_geo.text import Text

NAME = "clean_heating"
_NAMES = WeighedNames("clean_heated_area_share", left="uncleanly_heated_area", unit="m2")
_STRICT = WeighedNames("clean_heated_area_share_without_coal")
_HEATING = {card.name: card for card in HeatedBuildings.columns()}["heating"]
_HEATINGS = _HEATING.values  # noqa: PD011 - a field of ColumnCard
_REASONS = {
    "no_area": Text("供暖面积为零", "no floor area is heated"),
    "heating_unknown": Text("供暖方式缺失", "heating is missing"),
    "network_missing": Text("集中供热但无管网编号", "district heating without a network"),
    "network_unmatched": Text("没有热源属于该管网", "no heat source has this network"),
    "network_unclear": Text("管网热源资料不全", "records of the network's sources are incomplete"),
    AMOUNT_MISSING: Text("供暖面积缺失", "floor area is missing"),
}
_DECLARED = Text("本工具约定:规划未写", "declared: the plan does not say")
_CLEAN = ("biomass", "electricity", "gas", "geothermal", "heat_pump", "solar")
_MARGIN = ResultColumn("clean_share_pct", Text("清洁供暖比例", "share of clean heat"), "%")


def analyse(
    heated_buildings: GeoDataFrame[HeatedBuildings],
    heat_sources: GeoDataFrame[HeatSources],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    clean_heatings: tuple[str, ...] = _CLEAN,
    coal_chp_counts_if_ultra_low: bool = True,
    coal_boilers_count_if_ultra_low: bool = False,
) -> Result:
    """
    Weigh the heated floor area whose heat is clean.

    A building on district heating is as clean as its network: by the output of the sources that
    name the network, exact. So a building may be clean in part, and weighs in part. Unknown are a
    missing heating, a missing network or one that no source names, a network whose sources leave
    its share open, and a missing area; an area of zero is out of scope. The bounds are what the
    shares could be whatever all of these turn out to be. They do not add up over parts.

    Parameters
    ----------
    heated_buildings
        `HeatedBuildings` layer, n points, metres.
    heat_sources
        `HeatSources` layer. Those without a network feed none; a warning says so.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which ultra-low emissions must be accepted (closed).
    clean_heatings
        The ways of heating that are clean by themselves; every other one but `network` is not.
    coal_chp_counts_if_ultra_low
        Coal heat and power with ultra-low emissions accepted is clean.
    coal_boilers_count_if_ultra_low
        A coal boiler house with ultra-low emissions accepted is clean.

    Returns
    -------
    result
        n rows, index of `heated_buildings`, with `category` and `clean_share_pct` (missing where
        not known). Measures: share of the area (%), area not clean (m2), and the share if no coal
        counted as clean (%). `tables["networks"]` has a row a network with the bounds of its share;
        `tables["failed_joins"]` lists the buildings whose network no source names.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If `clean_heatings` names a way that is none, or `network`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> homes = HeatedBuildings.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     building_id=["A", "B"], floor_area_m2=[300.0, 100.0], heating=["gas", "coal"],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(homes, HeatSources.empty("EPSG:4550"), as_of=date(2025, 12, 31))
    >>> found.measures["clean_heated_area_share"].value
    Fraction(75, 1)
    """
    check_metric(heated_buildings, name=HeatedBuildings.layer_name())
    check_metric(heat_sources, name=HeatSources.layer_name())
    _check_heatings(clean_heatings)
    flags = coal_chp_counts_if_ultra_low, coal_boilers_count_if_ultra_low
    networks = _networks(heat_sources, as_of, flags)
    judged = _judged(heated_buildings, networks, clean_heatings)
    without = _judged(
        heated_buildings, _networks(heat_sources, as_of, (False, False)), clean_heatings
    )
    features = with_county(heated_buildings, counties).assign(
        clean_share_pct=_known_pct(judged), reason=judged["reason"], category=_category(judged)
    )
    values: dict[str, ParameterValue] = {
        "clean_heatings": clean_heatings,
        "coal_chp_counts_if_ultra_low": flags[0],
        "coal_boilers_count_if_ultra_low": flags[1],
    }
    return to_result(
        ANALYSIS,
        features,
        together(_weigh(features, judged, _NAMES), _weigh(features, without, _STRICT)),
        values,
        tables=_tables(heated_buildings, networks, judged),
        warnings=_warnings(heat_sources, judged),
    )


def _check_heatings(listed: tuple[str, ...]) -> None:
    """
    Refuse a way of heating that is none.

    Raises
    ------
    ParameterError
        Naming it, and those that there are.
    """
    known = [word for word in _HEATINGS if word != "network"]
    wrong, told = ", ".join(sorted(set(listed) - set(known))), ", ".join(known)
    if wrong:
        raise ParameterError(
            Text(f"没有供暖方式 {wrong};可用:{told}", f"no heating {wrong}; known: {told}")
        )


def _networks(sources: gpd.GeoDataFrame, as_of: date, flags: tuple[bool, bool]) -> pd.DataFrame:
    """Give each network's share of clean heat."""
    is_clean = is_clean_source(sources, as_of, chp_counts=flags[0], boilers_count=flags[1])
    return clean_shares(sources, is_clean)


def _judged(
    buildings: gpd.GeoDataFrame, networks: pd.DataFrame, clean: tuple[str, ...]
) -> pd.DataFrame:
    """Say of each building what part of it is clean, and why that or its area is not known."""
    heating, network = buildings["heating"], buildings["network_id"]
    on_network = heating == "network"
    matched = network.isin(networks.index)
    own = heating.isin(clean).map({True: Fraction(1), False: Fraction(0)}).astype(object)
    low, high = (own.where(~on_network, network.map(networks[end])) for end in ("low", "high"))
    either = heating.isna() | (on_network & ~matched)
    low, high = low.mask(either, Fraction(0)), high.mask(either, Fraction(1))
    area = buildings["floor_area_m2"]
    reason = first_reason(
        buildings.index,
        {
            "no_area": area == 0,
            "heating_unknown": heating.isna(),
            "network_missing": on_network & network.isna(),
            "network_unmatched": on_network & ~matched,
            "network_unclear": low != high,
            AMOUNT_MISSING: area.isna(),
        },
    )
    return pd.DataFrame({"low": low, "high": high, "reason": reason})


def _known_pct(judged: pd.DataFrame) -> pd.Series:
    """Give the known shares in percent."""
    known = judged["low"] == judged["high"]
    return (judged["low"] * 100).astype("float64").where(known)


def _weigh(features: gpd.GeoDataFrame, judged: pd.DataFrame, names: WeighedNames) -> Tally:
    """Add the areas up, with the bounds that the unknown buildings allow."""
    most = greatest_allowed(HeatedBuildings, "floor_area_m2")
    amounts = to_amounts(features["floor_area_m2"], most=most)
    low, high = (judged[end].to_numpy(dtype=object) for end in ("low", "high"))
    reason = judged["reason"]
    return weigh_portions(
        features,
        layer=HeatedBuildings.layer_name(),
        names=names,
        counted=reason == "",
        unknown=~reason.isin(["", "no_area"]),
        amounts=amounts.known,
        done=amounts.known * low,
        ends={
            names.share: share_ends(amounts.known, (low, high), amounts.is_missing, amounts.most),
            names.left: _left_ends(amounts, low, high),
        },
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "heating"),
    )


def _left_ends(amounts: Amounts, low: Exacts, high: Exacts) -> tuple[Quantity, Quantity]:
    """Give the least and the greatest area that is not clean."""
    return (
        Quantity(exact_sum(amounts.known * (1 - high))),
        Quantity(exact_sum(amounts.most * (1 - low))),
    )


def _tables(
    buildings: gpd.GeoDataFrame, networks: pd.DataFrame, judged: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Lay out the networks, and the buildings whose network no source names."""
    on_network = buildings[buildings["heating"] == "network"]
    served = on_network.groupby("network_id")["floor_area_m2"].agg(["size", "sum"])
    served = served.reindex(networks.index)
    failed = pd.DataFrame(buildings)[judged["reason"] == "network_unmatched"]
    columns = ["building_id", "network_id", "floor_area_m2"]
    return {
        "networks": pd.DataFrame({
            "network_id": networks.index.astype("str"),
            "sources": networks["sources"].to_numpy(),
            "clean_share_low_pct": (networks["low"] * 100).to_numpy(dtype="float64"),
            "clean_share_high_pct": (networks["high"] * 100).to_numpy(dtype="float64"),
            "buildings": served["size"].fillna(0).to_numpy(dtype=np.int64),
            "known_floor_area_m2": served["sum"].fillna(0).to_numpy(dtype="float64"),
        }),
        "failed_joins": failed[columns].sort_values("building_id", ignore_index=True),
    }


def _warnings(sources: gpd.GeoDataFrame, judged: pd.DataFrame) -> tuple[Text, ...]:
    """Tell of sources that feed no network, and of buildings whose network has no source."""
    loose = int(sources["network_id"].isna().sum())
    failed = int((judged["reason"] == "network_unmatched").sum())
    told = []
    if loose:
        told.append(
            Text(
                f"{loose} 处热源没有管网编号,不计入任何管网",
                f"{loose} heat sources name no network and are taken to feed none",
            )
        )
    if failed:
        told.append(
            Text(
                f"{failed} 处建筑的管网编号没有对应热源,见表 failed_joins",
                f"{failed} buildings name a network that no source has: see table failed_joins",
            )
        )
    return tuple(told)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = pd.Series("partly", judged.index, dtype="str")
    words = words.mask(judged["low"] == 1, "clean").mask(judged["high"] == 0, "not_clean")
    known = words.where(judged["reason"] == "", "unknown")
    return known.mask(judged["reason"] == "no_area", "out_of_scope")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("清洁取暖比例", "Share of clean heating"),
    question=Text(
        "城镇供暖面积中清洁取暖占多少?", "What share of heated floor area has clean heating?"
    ),
    inputs=(HeatedBuildings, HeatSources),
    optional=(Counties,),
    parameters=(
        Parameter(
            "clean_heatings",
            _CLEAN,
            "",
            "none",
            Text("算作清洁的供暖方式", "ways of heating that are clean"),
            _DECLARED,
            verified=False,
        ),
        Parameter(
            "coal_chp_counts_if_ultra_low",
            value=True,
            unit="",
            interval="none",
            title=Text("燃煤热电超低排放后算清洁", "ultra-low coal heat and power is clean"),
            source=_DECLARED,
            verified=False,
        ),
        Parameter(
            "coal_boilers_count_if_ultra_low",
            value=False,
            unit="",
            interval="none",
            title=Text("燃煤锅炉房超低排放后算清洁", "an ultra-low coal boiler house is clean"),
            source=_DECLARED,
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.share, Text("清洁取暖面积占比", "area with clean heating"), "%"),
        MeasureCard(_NAMES.left, Text("非清洁取暖面积", "area without clean heating"), "m2"),
        MeasureCard(
            _STRICT.share,
            Text("燃煤一律不算清洁时的占比", "area with clean heating if no coal counts"),
            "%",
        ),
    ),
    categories=(
        Category("not_clean", Text("非清洁取暖", "not clean"), "bad"),
        Category("partly", Text("部分清洁", "clean in part"), "warning"),
        Category("clean", Text("清洁取暖", "clean"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("floor_area_m2", Text("供暖面积", "heated floor area"), "m2"),
        ResultColumn("heating", Text("供暖方式", "heating"), words=_HEATINGS),
        ResultColumn("network_id", Text("供热管网编号", "heating network number")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("networks", Text("供热管网及其清洁比例", "networks and their clean share")),
        TableCard(
            "failed_joins", Text("找不到热源的建筑", "buildings whose network has no source")
        ),
    ),
    run=analyse,
)
