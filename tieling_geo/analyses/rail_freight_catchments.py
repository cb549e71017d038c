"""Bulk freight sites: the rail terminal that each would reach by road, and who moves by rail."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.operations.freight_duties import freight_crossings, freight_duties
from tieling_geo.operations.freight_modes import MODES, freight_modes
from tieling_geo.operations.levers import to_levers
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.road_catchments import UNREACHABLE, RoadCatchments, to_catchments
from tieling_geo.operations.road_network import build_road_network
from tieling_geo.operations.road_speeds import SPEED_NAMES, SPEED_PARAMETERS
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, FreightSites, FreightTerminals, RailLines, Roads
from tieling_geo.text import Text

NAME = "rail_freight_catchments"
_GROUPS = ("county_name", "kind", "terminal_id")
_REASONS = {
    "small": Text("大宗货物年运输量低于门槛", "moves less bulk than the threshold"),
    "not_yet": Text("该日尚未批准", "not approved by that day"),
    "existing": Text("既有单位,非新建或迁建", "neither new nor relocated"),
    "tonnage_unknown": Text("大宗货物年运输量缺失", "bulk tonnage is missing"),
    "newness_unknown": Text("是否新建或迁建不明", "not known whether new or relocated"),
    "contradiction": Text(
        "台账记为无铁路专用线,图上却有专用线经过,二者矛盾",
        "the register denies a siding, yet the map shows one within the distance",
    ),
    "mode_unknown": Text("是否有铁路专用线或管道不明", "siding or pipeline is missing"),
    "siding_unknown": Text("是否有铁路专用线不明", "siding is missing"),
}
_DUTY = ("large_new_sites_green_mode_share", "large_new_sites_without_green_mode")
_RAIL = ("large_sites_served_by_rail_share", "large_sites_not_served_by_rail")


def analyse(  # noqa: PLR0913 - three layers, two optional ones and nine declared thresholds
    freight_sites: GeoDataFrame[FreightSites],
    roads: GeoDataFrame[Roads],
    freight_terminals: GeoDataFrame[FreightTerminals],
    *,
    rail_lines: GeoDataFrame[RailLines] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    large_site_t_per_year: float = 1_500_000.0,
    snap_limit_m: float = 2000.0,
    siding_distance_m: float = 100.0,
    speed_motorway_km_per_h: float = 80.0,
    speed_trunk_km_per_h: float = 60.0,
    speed_primary_km_per_h: float = 60.0,
    speed_secondary_km_per_h: float = 40.0,
    speed_tertiary_km_per_h: float = 30.0,
    speed_local_km_per_h: float = 20.0,
) -> Result:
    """
    Find each site's nearest terminal along the roads, and tell which large sites go without rail.

    A site is served by a siding (recorded, or mapped within `siding_distance_m`), a pipeline or a
    belt conveyor. The plan asks this of large new or relocated sites "in principle": a recorded
    reason exempts a site, and is shown. A blank conveyor counts as none, a blank siding or pipeline
    as unknown; a register that denies a siding which the map shows is unknown, too.

    Parameters
    ----------
    freight_sites
        `FreightSites` layer, n rows, metres.
    roads
        `Roads` layer.
    freight_terminals
        `FreightTerminals` layer.
    rail_lines
        `RailLines` layer; without it only recorded sidings are known.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which approvals are reckoned (closed); a site without a date counts.
    large_site_t_per_year
        Bulk tonnage from which a site is large (closed), t/a.
    snap_limit_m
        Greatest straight-line distance of a site or terminal from a road (closed), metres.
    siding_distance_m
        Straight-line distance up to which a mapped siding serves a site (closed, within
        `operations.coverage.BORDER_TOLERANCE_M`), metres.
    speed_motorway_km_per_h, speed_trunk_km_per_h, speed_primary_km_per_h
        Speeds on roads that state none.
    speed_secondary_km_per_h, speed_tertiary_km_per_h, speed_local_km_per_h
        The same for lower classes.

    Returns
    -------
    result
        n rows, index of `freight_sites`. `network_distance_m` is measured along the roads; the
        straight-line legs are apart, `access_m` (site to road) and `egress_m` (road to terminal).
        A site that reaches no terminal has no distance, and stands in `tables["unreachable"]`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If a speed is not above zero, or the snap limit is below zero.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> sites = FreightSites.empty("EPSG:4550").reindex(["A"]).assign(
    ...     site_id="A", bulk_t_per_year=1.5e6, is_new_or_relocated=True, has_siding=False,
    ...     has_pipeline=False, geometry=gpd.GeoSeries([Point(0, 40)], ["A"], crs=4550))
    >>> roads = gpd.GeoDataFrame(
    ...     {"road_id": ["r"], "road_class": "trunk", "speed_km_per_h": None, "oneway": None},
    ...     geometry=[LineString([(0, 0), (6000, 0)])], crs=4550)
    >>> yards = gpd.GeoDataFrame(
    ...     {"terminal_id": ["Y"], "name": "Yard"}, geometry=[Point(6000, 30)], crs=4550)
    >>> found = analyse(sites, roads, yards, as_of=date(2025, 12, 31))
    >>> found.features[["terminal_id", "network_distance_m", "network_time_min", "category"]]
      terminal_id  network_distance_m  network_time_min  category
    A           Y              6000.0               6.0  unserved
    """
    speeds = {
        "motorway": speed_motorway_km_per_h,
        "trunk": speed_trunk_km_per_h,
        "primary": speed_primary_km_per_h,
        "secondary": speed_secondary_km_per_h,
        "tertiary": speed_tertiary_km_per_h,
        "local": speed_local_km_per_h,
    }
    values = {
        "large_site_t_per_year": large_site_t_per_year,
        "snap_limit_m": snap_limit_m,
        "siding_distance_m": siding_distance_m,
    } | {SPEED_NAMES[word]: speed for word, speed in speeds.items()}
    network = build_road_network(roads, default_speeds_km_per_h=speeds)
    keys = (FreightSites.card().key, FreightTerminals.card().key)
    by_road = to_catchments(
        network, freight_sites, freight_terminals, keys=keys, limit_m=snap_limit_m
    )
    modes = freight_modes(freight_sites, rail_lines, siding_distance_m=siding_distance_m)
    judged = freight_duties(freight_sites, modes, large_site_t_per_year, as_of)
    features = with_county(freight_sites, counties).assign(
        **_terminal_columns(by_road, freight_terminals),
        served_by=modes["served_by"],
        nearest_siding_m=modes["nearest_siding_m"],
        is_large=judged["large"],
        tonnage_margin_t_per_year=freight_sites["bulk_t_per_year"] - large_site_t_per_year,
        category=judged["category"],
        reason=judged["duty_reason"],
    )
    counted = together(
        _tally(features, judged, "duty", *_DUTY), _tally(features, judged, "rail", *_RAIL)
    )
    large, _, siding = ANALYSIS.parameters[:3]
    margins = {
        "tonnage": (large, features["tonnage_margin_t_per_year"]),
        "siding": (siding, siding_distance_m - modes["nearest_siding_m"]),
    }

    def levers() -> Levers:
        return {
            measure: found
            for what, names in (("duty", _DUTY), ("rail", _RAIL))
            for measure, found in to_levers(
                *names, freight_crossings(freight_sites, judged, what, **margins, as_of=as_of)
            ).items()
        }

    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables=_tables(features, by_road),
        warnings=_warnings(by_road),
        levers=levers,
    )


def _terminal_columns(by_road: RoadCatchments, terminals: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """Name what was found along the roads in the words of this question."""
    found = by_road.nearest.rename(
        columns={
            "destination": "terminal_id",
            "tie": "terminal_tie",
            "fastest_destination": "fastest_terminal_id",
            "fastest_tie": "fastest_terminal_tie",
            "unreachable": "unreachable_reason",
        }
    )
    names = pd.Series(terminals["name"].to_numpy(), terminals["terminal_id"].to_numpy())
    found.insert(1, "terminal_name", found["terminal_id"].map(names).astype("str"))
    return {str(name): found[name] for name in found.columns}


def _tally(
    sites: gpd.GeoDataFrame, judged: pd.DataFrame, what: str, share: str, remaining: str
) -> Tally:
    """Count the sites of one question: `duty`, or `rail` alone."""
    return tally(
        sites,
        layer=FreightSites.layer_name(),
        share=share,
        remaining=remaining,
        in_scope=judged[f"{what}_scope"],
        done=judged[f"{what}_done"],
        reason=judged[f"{what}_reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _tables(sites: gpd.GeoDataFrame, by_road: RoadCatchments) -> dict[str, pd.DataFrame]:
    """List every way, the sites of each terminal and the sites of none; a row a site adds up."""
    table = pd.DataFrame(sites.drop(columns="geometry")).reset_index(drop=True)
    table = table.sort_values("site_id", kind="stable")
    lost = table[~table["reachable"]]
    words = [UNREACHABLE[word] for word in lost["unreachable_reason"]]
    found = table[table["reachable"]].sort_values("terminal_id", kind="stable")
    tonne_km = found["bulk_t_per_year"] * found["network_distance_m"] / 1000
    columns = ["terminal_id", "site_id", "bulk_t_per_year", "network_distance_m"]
    return {
        "site_to_terminal": by_road.ways.rename(
            columns={"origin": "site_id", "destination": "terminal_id"}
        ),
        "catchments": found[columns].assign(tonne_km_per_year=tonne_km).reset_index(drop=True),
        "unreachable": pd.DataFrame({
            "site_id": lost["site_id"].reset_index(drop=True),
            "reason_zh": pd.Series([text.zh for text in words], dtype="str"),
            "reason_en": pd.Series([text.en for text in words], dtype="str"),
        }),
    }


def _warnings(by_road: RoadCatchments) -> tuple[Text, ...]:
    """Name the terminals that no road reaches."""
    told = ", ".join(by_road.off_network)
    zh = "以下站场距道路超过吸附距离上限,任何单位都不能到达:{told}"
    en = "these terminals are beyond the snap limit from any road, no site reaches them: {told}"
    return (Text(zh, en).filled(told=told),) if told else ()


_DECLARED = Text("本工具约定", "declared by this toolkit")
_MARGIN = ResultColumn(
    "tonnage_margin_t_per_year",
    Text("年运输量减门槛(零及以上为达到)", "tonnage minus threshold (0 or more is large)"),
    "t_per_year",
)

ANALYSIS = Analysis(
    name=NAME,
    title=Text("铁路货运站场集疏运与大宗货物绿色运输", "Rail freight catchments and bulk by rail"),
    question=Text(
        "哪些大宗货物单位应走铁路、管道等绿色方式而未走?沿公路到最近的铁路货运站场有多远?",
        "Which bulk sites should move by rail or pipeline and do not, and how far by road is rail?",
    ),
    inputs=(FreightSites, Roads, FreightTerminals),
    optional=(RailLines, Counties),
    parameters=(
        Parameter(
            name="large_site_t_per_year",
            value=1_500_000.0,
            unit="t_per_year",
            interval="closed",
            title=Text("大宗货物年运输量门槛", "bulk tonnage from which a site is large"),
            source=Text("规划给定,含本数", "given by the plan, the number itself included"),
            verified=True,
        ),
        *(
            Parameter(name, value, "m", "closed", title, _DECLARED, verified=False)
            for name, value, title in (
                ("snap_limit_m", 2000.0, Text("吸附到道路的距离上限", "farthest from a road")),
                ("siding_distance_m", 100.0, Text("专用线服务距离", "reach of a mapped siding")),
            )
        ),
        *SPEED_PARAMETERS,
    ),
    measures=(
        MeasureCard(
            _DUTY[0],
            Text(
                "新建、迁建大宗货物单位绿色运输(含豁免)比例",
                "large new or relocated sites with a green mode or an exemption",
            ),
            "%",
        ),
        MeasureCard(
            _DUTY[1],
            Text(
                "新建、迁建大宗货物单位未采用绿色运输且无豁免",
                "large new or relocated sites with neither green mode nor exemption",
            ),
            "count",
        ),
        MeasureCard(
            _RAIL[0], Text("大宗货物单位接入铁路专用线比例", "large sites with a siding"), "%"
        ),
        MeasureCard(
            _RAIL[1], Text("大宗货物单位未接入铁路专用线", "large sites without a siding"), "count"
        ),
    ),
    categories=(
        Category("unserved", Text("应走绿色方式而未走", "due, not served"), "bad"),
        Category("exempt", Text("未走绿色方式,有豁免理由", "due, exempt"), "warning"),
        Category("served", Text("已走绿色方式", "due, served"), "good"),
        UNKNOWN,
        Category(
            "large_existing_unserved",
            Text("既有大宗单位,未走绿色方式", "existing, not served"),
            "warning",
        ),
        Category(
            "large_existing_served",
            Text("既有大宗单位,已走绿色方式", "existing, served"),
            "neutral",
        ),
        Category("not_yet", Text("该日尚未批准", "not approved yet"), "neutral"),
        Category("small", Text("低于门槛", "below the threshold"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("terminal_id", Text("最近站场编号(沿公路)", "nearest terminal by road")),
        ResultColumn("terminal_name", Text("最近站场", "its name")),
        ResultColumn("network_distance_m", Text("沿公路里程", "network distance"), "m"),
        ResultColumn("access_m", Text("单位到公路直线距离", "straight line, site to road"), "m"),
        ResultColumn(
            "egress_m", Text("公路到站场直线距离", "straight line, road to terminal"), "m"
        ),
        ResultColumn("terminal_tie", Text("最近站场并列", "several are as near")),
        ResultColumn("fastest_terminal_id", Text("最快到达站场编号", "terminal reached soonest")),
        ResultColumn("network_time_min", Text("沿公路最短时间", "least driving time"), "min"),
        ResultColumn("fastest_terminal_tie", Text("最快站场并列", "several are as soon")),
        ResultColumn("road_tie", Text("最近道路并列", "several roads are as near")),
        ResultColumn("reachable", Text("可达", "reachable")),
        ResultColumn(
            "unreachable_reason", Text("不可达原因", "why not reachable"), words=UNREACHABLE
        ),
        ResultColumn("served_by", Text("已采用的绿色方式", "green modes in use"), words=MODES),
        ResultColumn(
            "nearest_siding_m", Text("距最近图上专用线", "straight line to a mapped siding"), "m"
        ),
        ResultColumn("is_large", Text("达到大宗货物门槛", "is large")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(
        TableCard("site_to_terminal", Text("到各站场的路网距离", "ways to the terminals")),
        TableCard("catchments", Text("最近站场", "nearest terminal")),
        TableCard("unreachable", Text("到不了站场的单位", "sites that reach no terminal")),
    ),
    run=analyse,
)
