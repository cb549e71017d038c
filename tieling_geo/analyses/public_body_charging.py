"""Public bodies with charging points of their own, or with a charging station near."""

from datetime import date

import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.energy_stations import on_the_day, serving
from tieling_geo.operations.reach import (
    DISTANCE_KIND_COLUMN,
    DISTANCE_KINDS,
    REACH_REASONS,
    check_reach_m,
    distance_kind,
    distance_warning,
    reach_network,
    within_reach,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, EnergyStations, PublicBuildings, Roads
from tieling_geo.text import Text

NAME = "public_body_charging"
_SHARE, _LEFT = "public_sites_with_charging_share", "public_sites_without_charging"
_REASONS = {
    **REACH_REASONS,
    "own_unknown": Text(
        "自有充电桩数缺失,步行范围内又没有充电站",
        "its own charging points are not stated, and no station is near",
    ),
}
_MARGIN = ResultColumn(
    "walk_margin_m",
    Text("步行距离余量(零及以上为可达)", "walk minus distance to a station (0 or more: near)"),
    "m",
)


def analyse(  # noqa: PLR0913 - two layers, two optional ones and three declared values
    public_buildings: GeoDataFrame[PublicBuildings],
    energy_stations: GeoDataFrame[EnergyStations],
    *,
    roads: GeoDataFrame[Roads] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    walk_m: float = 500.0,
    distance_by: str = "straight_line",
    snap_limit_m: float = 500.0,
) -> Result:
    """
    Tell which public bodies can charge: on their own ground, or at a station in walking distance.

    A body with a charging point of its own can. One without any, or which does not say, can where a
    charging station is near that was in service on the day; one that does not say, and has none
    near, is unknown. Stations that swap batteries do not count: a car without such a battery has no
    use of them.

    Parameters
    ----------
    public_buildings
        `PublicBuildings` layer, n points, metres.
    energy_stations
        `EnergyStations` layer, in the same CRS.
    roads
        `Roads` layer, looked at only where `distance_by` is `network`.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day on which a station must be in service (see `operations.acceptance.service`).
    walk_m
        Greatest distance that is walked (closed, to the micrometre), metres.
    distance_by
        `straight_line`, or `network`: along the roads, one-way roads in both directions. Road
        layers often lack the ways that people walk, so the straight line is the default. Without a
        road layer it is a straight line all the same, and the Result says so.
    snap_limit_m
        Greatest straight-line distance of a body or station from a road (closed), metres.

    Returns
    -------
    result
        n rows, index of `public_buildings`, with `category`, `distance_kind`, `charging_distance_m`
        and `walk_margin_m`. Measures: share with charging (%), number without (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If a distance is below zero, or there is no such kind of distance.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> ids, places = ["A", "B", "C"], [Point(0, 0), Point(500, 0), Point(499, 0)]
    >>> bodies = PublicBuildings.empty("EPSG:4550").reindex(ids).assign(
    ...     building_id=ids, charging_points=pd.array([4, 0, 0], dtype="Int64"),
    ...     geometry=gpd.GeoSeries(places, ids, crs=4550))
    >>> stations = EnergyStations.empty("EPSG:4550").reindex(["S"]).assign(station_id="S",
    ...     kind="charging", geometry=gpd.GeoSeries([Point(1000, 0)], ["S"], crs=4550))
    >>> found = analyse(bodies, stations, as_of=date(2025, 12, 31), walk_m=500.0)
    >>> found.features["category"].tolist()
    ['own', 'near', 'without']
    """
    values: dict[str, ParameterValue] = {
        "walk_m": walk_m,
        "distance_by": _checked(distance_by),
        "snap_limit_m": snap_limit_m,
    }
    check_reach_m(walk_m=walk_m, snap_limit_m=snap_limit_m)
    check_metric(public_buildings, name=PublicBuildings.layer_name())
    network = reach_network(roads if distance_by == "network" else None, is_on_foot=True)
    reached = within_reach(
        public_buildings,
        energy_stations,
        serves=serving(energy_stations, {"charging"}, on_the_day(energy_stations, as_of)),
        reach_m=walk_m,
        network=network,
        snap_limit_m=snap_limit_m,
    )
    judged = _judged(public_buildings["charging_points"], reached)
    features = with_county(public_buildings, counties).assign(
        charging_distance_m=reached["distance_m"],
        distance_kind=distance_kind(network),
        walk_margin_m=walk_m - reached["distance_m"],
        reason=judged["reason"],
        category=judged["category"],
    )
    counted = tally(
        features,
        layer=PublicBuildings.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=pd.Series(data=True, index=features.index, dtype="boolean"),
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name",),
    )
    warnings = (distance_warning(network),) if distance_by == "network" else ()
    return to_result(ANALYSIS, features, counted, values, warnings=warnings)


def _checked(distance_by: str) -> str:
    """
    Return the kind of distance.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    if distance_by not in DISTANCE_KINDS:
        known = ", ".join(DISTANCE_KINDS)
        raise ParameterError(
            Text(
                f"没有距离口径 {distance_by!r};可用:{known}",
                f"no kind of distance {distance_by!r}; known: {known}",
            )
        )
    return distance_by


def _judged(points: pd.Series, reached: pd.DataFrame) -> pd.DataFrame:
    """Say of each body if it can charge, how, and why that is not known."""
    own, near = (points > 0).astype("boolean").mask(points.isna()), reached["within"]
    done = own | near
    doubt = reached["reason"].mask(reached["reason"] == "", "own_unknown")
    reason = doubt.where(done.isna(), "")
    words = done.map({True: "near", False: "without"}).fillna("unknown")
    return pd.DataFrame({
        "done": done,
        "reason": reason,
        "category": words.mask(own.fillna(value=False).astype(bool), "own").astype("str"),
    })


_DECLARED = Text("本工具约定:规划未给距离", "declared: the plan gives no distance")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("公共机构充电条件", "Charging at public bodies"),
    question=Text(
        "哪些公共机构自有充电桩或步行可达充电站?",
        "Which public bodies have charging points, or a charging station in walking distance?",
    ),
    inputs=(PublicBuildings, EnergyStations),
    optional=(Roads, Counties),
    parameters=(
        Parameter(
            "walk_m",
            500.0,
            "m",
            "closed",
            Text("步行距离", "walking distance"),
            _DECLARED,
            verified=False,
        ),
        Parameter(
            "distance_by",
            "straight_line",
            "",
            "none",
            Text("距离口径", "kind of distance"),
            _DECLARED,
            verified=False,
        ),
        Parameter(
            "snap_limit_m",
            500.0,
            "m",
            "closed",
            Text("吸附到道路的距离上限", "farthest from a road"),
            _DECLARED,
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(
            _SHARE, Text("具备充电条件的公共机构占比", "public bodies that can charge"), "%"
        ),
        MeasureCard(
            _LEFT, Text("不具备充电条件的公共机构", "public bodies that cannot charge"), "count"
        ),
    ),
    categories=(
        Category("without", Text("无充电条件", "no charging"), "bad"),
        Category("near", Text("步行可达充电站", "a station in walking distance"), "good"),
        Category("own", Text("自有充电桩", "charging points of its own"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("charging_points", Text("自有充电桩数", "own charging points"), "count"),
        DISTANCE_KIND_COLUMN,
        ResultColumn("charging_distance_m", Text("到最近充电站", "to a charging station"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
