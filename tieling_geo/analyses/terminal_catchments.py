"""Bulk freight sites in the road catchments of the terminals that a plan names."""

from collections.abc import Mapping, Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.name_lists import to_entries, to_listed
from tieling_geo.operations.named_catchments import (
    CATCHMENT_REASONS,
    NamedCatchments,
    to_named_catchments,
    to_overlaps,
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
from tieling_geo.operations.road_network import build_road_network
from tieling_geo.operations.road_speeds import SPEED_NAMES, SPEED_PARAMETERS
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    Interval,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, FreightSites, FreightTerminals, Roads
from tieling_geo.text import Text

NAME = "terminal_catchments"
_SHARE, _LEFT = "shippers_in_named_catchments_share", "shippers_outside_named_catchments"
_BULK = WeighedNames(
    "bulk_in_named_catchments_share", left="bulk_outside_named_catchments", unit="t_per_year"
)
_GROUPS = ("county_name", "kind")
_REASONS = {
    "not_yet": Text("该日尚未批准", "not approved by that day"),
    "no_bulk": Text("大宗货物年运输量为零", "moves no bulk goods"),
    **CATCHMENT_REASONS,
    AMOUNT_MISSING: Text("大宗货物年运输量缺失", "bulk tonnage is missing"),
}
_MARGIN = ResultColumn(
    "limit_left_pct",
    Text("距范围上限的余量(零及以上为在内)", "share of the limit that is left (0 or more: inside)"),
    "%",
)


def analyse(  # noqa: PLR0913 - three layers, and a list and ten values that are declared
    freight_sites: GeoDataFrame[FreightSites],
    freight_terminals: GeoDataFrame[FreightTerminals],
    roads: GeoDataFrame[Roads],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    named_terminals: Sequence[str] = (),
    limit_by: str = "distance",
    catchment_limit_m: float = 30_000.0,
    catchment_limit_min: float = 45.0,
    snap_limit_m: float = 2000.0,
    speed_motorway_km_per_h: float = 80.0,
    speed_trunk_km_per_h: float = 60.0,
    speed_primary_km_per_h: float = 60.0,
    speed_secondary_km_per_h: float = 40.0,
    speed_tertiary_km_per_h: float = 30.0,
    speed_local_km_per_h: float = 20.0,
) -> Result:
    """
    Tell which sites lie in the catchment of a named terminal, along the roads.

    A name without a feature in the layer has no catchment: it is told, with a warning, and sites
    are not taken to be in one that is not there. Where the way to a catchment cannot be measured,
    because a site or a terminal is far from any road or the roads do not meet, it is unknown.

    Parameters
    ----------
    freight_sites
        `FreightSites` layer, n points, metres.
    freight_terminals, roads
        Layers in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a site must be approved (closed); a site without a date counts.
    named_terminals
        The list: other spellings of one terminal follow its name, separated by `|`. Names are
        compared without white space, letter case and full-width forms.
    limit_by
        `distance` or `time`: which of the two limits holds.
    catchment_limit_m, catchment_limit_min
        Greatest distance and driving time of a catchment (closed).
    snap_limit_m
        Greatest straight-line distance of a site or terminal from a road (closed), metres.
    speed_motorway_km_per_h, speed_trunk_km_per_h, speed_primary_km_per_h
        Speeds on roads that state none.
    speed_secondary_km_per_h, speed_tertiary_km_per_h, speed_local_km_per_h
        The same for lower classes.

    Returns
    -------
    result
        n rows, index of `freight_sites`. Measures: share of sites in a catchment (%), sites outside
        (count), the same of the tonnes that they move (%, t/a). Tables: `terminals` (one row a
        name: whether it is there, its features, its sites and those that only it has), `overlaps`
        (each two names), `catchments` (each name's sites). They are of the whole, so that the
        Results of parts do not merge.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If a name is blank or stands twice, there is no such limit, one is not above zero, a speed
        is not, or the snap limit is below zero.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> sites = FreightSites.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     site_id=["A", "B"], bulk_t_per_year=[3e5, 1e5],
    ...     geometry=gpd.GeoSeries([Point(0, 40), Point(40_000, 0)], ["A", "B"], crs=4550))
    >>> terminals = gpd.GeoDataFrame({"terminal_id": ["T"], "name": "Port", "kind": "yard",
    ...     "capacity_t_per_year": 1e6}, geometry=[Point(9000, 30)], crs=4550)
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["r"], "road_class": "trunk", "speed_km_per_h": None, "oneway": None},
    ...     geometry=[LineString([(0, 0), (40_000, 0)])], crs=4550)
    >>> found = analyse(sites, terminals, roads, as_of=date(2025, 12, 31),
    ...     named_terminals=("Port", "Base"))
    >>> found.features["category"].tolist(), found.tables["terminals"]["is_there"].tolist()
    (['inside', 'outside'], [True, False])
    """
    speeds = {
        "motorway": speed_motorway_km_per_h,
        "trunk": speed_trunk_km_per_h,
        "primary": speed_primary_km_per_h,
        "secondary": speed_secondary_km_per_h,
        "tertiary": speed_tertiary_km_per_h,
        "local": speed_local_km_per_h,
    }
    limits = {"distance": catchment_limit_m, "time": catchment_limit_min}
    limit = _checked(limit_by, limits)
    values: dict[str, ParameterValue] = {
        **{SPEED_NAMES[word]: speed for word, speed in speeds.items()},
        "named_terminals": tuple(named_terminals),
        "limit_by": limit_by,
        "catchment_limit_m": catchment_limit_m,
        "catchment_limit_min": catchment_limit_min,
        "snap_limit_m": snap_limit_m,
    }
    entries = to_entries("named_terminals", named_terminals)
    network = build_road_network(roads, default_speeds_km_per_h=speeds)
    named = freight_terminals.assign(listed_as=to_listed(freight_terminals["name"], entries))
    named = named[named["listed_as"].notna()]
    found = to_named_catchments(
        network, freight_sites, named, by=limit_by, limit=limit, snap_limit_m=snap_limit_m
    )
    judged = _judged(freight_sites, found.sites, as_of)
    cost = found.sites["network_distance_m" if limit_by == "distance" else "network_time_min"]
    features = with_county(freight_sites, counties).assign(
        **{
            str(name): found.sites[name] for name in found.sites if name not in {"within", "reason"}
        },
        limit_left_pct=100 * (limit - cost) / limit,
        reason=judged["reason"],
        category=_category(judged),
    )
    names = list(dict.fromkeys(entries.values()))
    tonnes = freight_sites.set_index("site_id")["bulk_t_per_year"]
    table = _terminals(names, named, found, tonnes)
    return to_result(
        ANALYSIS,
        features,
        _counted(features, judged),
        values,
        tables={
            "terminals": table,
            "overlaps": to_overlaps(found.ways, tonnes, names),
            "catchments": found.ways.assign(
                bulk_t_per_year=found.ways["site_id"].map(tonnes).astype("float64")
            ),
        },
        warnings=_warnings(table, found),
    )


def _checked(limit_by: str, limits: Mapping[str, float]) -> float:
    """
    Return the limit that holds.

    Raises
    ------
    ParameterError
        If there is none of that name, or one of them is not above zero.
    """
    if limit_by not in limits or not all(limit > 0 for limit in limits.values()):
        told = ", ".join(limits)
        raise ParameterError(
            Text(
                f"参数 limit_by 只能是 {told},且两个上限须大于零",
                f"parameter limit_by must be one of {told}, and both limits above zero",
            )
        )
    return limits[limit_by]


def _judged(sites: gpd.GeoDataFrame, found: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each site if it is there by the day, if it is in a catchment, and why not known."""
    not_yet = ~is_on_or_before(sites["approved_on"], as_of).fillna(value=True)
    reason = found["reason"].mask(not_yet.astype(bool), "not_yet")
    return pd.DataFrame({
        "scope": ~not_yet,
        "done": found["within"],
        "reason": reason.astype("str"),
    })


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "inside", False: "outside"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "not_yet", "not_yet").astype("str")


def _counted(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> Tally:
    """Count the sites, and weigh what they move."""
    layer, tonnes = FreightSites.layer_name(), features["bulk_t_per_year"]
    nothing = (tonnes == 0).astype("boolean")
    cases = {"not_yet": judged["reason"] == "not_yet", "no_bulk": nothing}
    word = first_reason(features.index, cases)
    return together(
        tally(
            features,
            layer=layer,
            share=_SHARE,
            remaining=_LEFT,
            in_scope=judged["scope"],
            done=judged["done"],
            reason=judged["reason"],
            reasons=_REASONS,
            groups=_GROUPS,
        ),
        weigh(
            features,
            layer=layer,
            names=_BULK,
            in_scope=judged["scope"] & ~nothing,
            done=judged["done"],
            amounts=to_amounts(tonnes, most=greatest_allowed(FreightSites, "bulk_t_per_year")),
            reason=word.mask(word == "", judged["reason"]),
            reasons=_REASONS,
            groups=_GROUPS,
        ),
    )


def _terminals(
    names: Sequence[str], named: gpd.GeoDataFrame, found: NamedCatchments, tonnes: pd.Series
) -> pd.DataFrame:
    """List the names in their order: whether each is there, and what its catchment holds."""
    alone = ~found.ways["site_id"].duplicated(keep=False)
    rows = []
    for name in names:
        own, ways = named[named["listed_as"] == name], found.ways["name"] == name
        moved = tonnes.loc[found.ways["site_id"][ways]]
        rows.append({
            "name": name,
            "is_there": len(own) > 0,
            "terminal_ids": ";".join(sorted(own["terminal_id"])),
            "kinds": ";".join(sorted(set(own["kind"].dropna()))),
            "capacity_t_per_year": own["capacity_t_per_year"].sum(min_count=1),
            "is_on_network": len(own) > 0 and not set(own["terminal_id"]) & set(found.off_network),
            "sites": int(ways.sum()),
            "sites_of_no_other": int((ways & alone).sum()),
            "bulk_t_per_year": float(moved.sum()),
            "bulk_missing": int(moved.isna().sum()),
        })
    columns = "name is_there terminal_ids kinds capacity_t_per_year is_on_network sites"
    more = "sites_of_no_other bulk_t_per_year bulk_missing"
    return pd.DataFrame(rows, columns=[*columns.split(), *more.split()])


def _warnings(table: pd.DataFrame, found: NamedCatchments) -> tuple[Text, ...]:
    """Tell of names that no terminal has, or several, and of terminals that no road reaches."""
    absent = table["name"][~table["is_there"]]
    several = table["name"][table["terminal_ids"].str.contains(";")]
    cases = (
        (absent, "图层中没有点名的站场:{told}", "named, but not in the layer: {told}"),
        (several, "以下名称有不止一个站场:{told}", "more than one terminal has the name: {told}"),
        (
            found.off_network,
            "以下点名站场距道路超过吸附距离上限:{told}",
            "named terminals beyond the snap limit from any road: {told}",
        ),
    )
    return tuple(Text(zh, en).filled(told=", ".join(told)) for told, zh, en in cases if len(told))


_DECLARED = Text("本工具约定", "declared by this toolkit")


def _declared(name: str, value: ParameterValue, title: Text, unit: str = "") -> Parameter:
    """Describe a value that the plan leaves open."""
    interval: Interval = "closed" if unit else "none"
    return Parameter(name, value, unit, interval, title, _DECLARED, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("点名货运站场的集疏运范围", "Road catchments of the named terminals"),
    question=Text(
        "规划点名的货运站场哪些存在?哪些大宗货物单位在其公路集疏运范围之内?",
        "Which named terminals are there, and which bulk sites lie in their road catchments?",
    ),
    inputs=(FreightSites, FreightTerminals, Roads),
    optional=(Counties,),
    parameters=(
        Parameter(
            "named_terminals",
            (),
            "",
            "none",
            Text("点名站场", "named terminals"),
            Text("由规划条文给定", "given by the clause"),
            verified=False,
        ),
        _declared("limit_by", "distance", Text("范围按里程或时间", "limit by distance or time")),
        _declared("catchment_limit_m", 30_000.0, Text("范围里程上限", "farthest by road"), "m"),
        _declared("catchment_limit_min", 45.0, Text("范围时间上限", "longest drive"), "min"),
        _declared(
            "snap_limit_m", 2000.0, Text("吸附到道路的距离上限", "farthest from a road"), "m"
        ),
        *SPEED_PARAMETERS,
    ),
    measures=(
        MeasureCard(_SHARE, Text("在点名站场范围内的单位占比", "sites in a catchment, share"), "%"),
        MeasureCard(_LEFT, Text("不在任何点名站场范围内的单位", "sites in no catchment"), "count"),
        MeasureCard(
            _BULK.share, Text("在点名站场范围内的运量占比", "tonnes in a catchment, share"), "%"
        ),
        MeasureCard(
            _BULK.left, Text("不在任何点名站场范围内的运量", "tonnes in no catchment"), _BULK.unit
        ),
    ),
    categories=(
        Category("outside", Text("不在范围内", "in no catchment"), "warning"),
        Category("inside", Text("在点名站场范围内", "in a catchment"), "good"),
        UNKNOWN,
        Category("not_yet", Text("该日尚未批准", "not approved yet"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("bulk_t_per_year", Text("大宗货物年运输量", "bulk a year"), "t_per_year"),
        ResultColumn("catchments", Text("所在范围", "catchments it is in")),
        ResultColumn("catchment_count", Text("所在范围数", "number of these"), "count"),
        ResultColumn("nearest", Text("最近的点名站场", "nearest named terminal")),
        ResultColumn("network_distance_m", Text("沿公路里程", "network distance to it"), "m"),
        ResultColumn("network_time_min", Text("沿公路时间", "driving time to it"), "min"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("terminals", Text("点名站场", "the named terminals")),
        TableCard("overlaps", Text("服务范围重叠", "overlaps of catchments")),
        TableCard("catchments", Text("各站场服务范围", "catchments")),
    ),
    run=analyse,
)
