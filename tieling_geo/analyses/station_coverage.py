"""Vehicles within reach of a station for charging, gas or hydrogen."""

from collections.abc import Mapping
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.energy_stations import on_the_day, serving, stations_by_kind
from tieling_geo.operations.reach import (
    DISTANCE_KIND_COLUMN,
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
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, EnergyStations, Roads, VehicleDemands
from tieling_geo.text import Text

NAME = "station_coverage"
#: What vehicles are supplied with -> the kinds of station that give it. A battery that is swapped
#: is charged: the plan names both in one breath.
SUPPLIES: Mapping[str, tuple[str, ...]] = {
    "charging": ("charging", "swapping"),
    "gas": ("gas",),
    "hydrogen": ("hydrogen",),
}
_NAMES = {
    "charging": WeighedNames(
        "vehicles_near_charging_share", left="vehicles_beyond_charging", unit="count"
    ),
    "gas": WeighedNames("vehicles_near_gas_share", unit="count"),
    "hydrogen": WeighedNames("vehicles_near_hydrogen_share", unit="count"),
}
_REASONS = {
    "no_vehicles": Text("车辆数为零", "it has no vehicles"),
    **REACH_REASONS,
    AMOUNT_MISSING: Text("车辆数缺失", "the number of vehicles is missing"),
}
_MARGIN = ResultColumn(
    "charging_margin_m",
    Text(
        "充换电可达距离余量(零及以上为可达)", "reach minus distance to charging (0 or more: near)"
    ),
    "m",
)


def analyse(  # noqa: PLR0913 - two layers, two optional ones and four declared distances
    vehicle_demands: GeoDataFrame[VehicleDemands],
    energy_stations: GeoDataFrame[EnergyStations],
    *,
    roads: GeoDataFrame[Roads] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    reach_charging_m: float = 3000.0,
    reach_gas_m: float = 10_000.0,
    reach_hydrogen_m: float = 20_000.0,
    snap_limit_m: float = 2000.0,
) -> Result:
    """
    Weigh the vehicles that have a station in service within reach, for each kind of energy.

    Distances are along the roads where there is a road layer, with the straight legs at both ends
    in them, in the direction of traffic; without one they are straight lines, and the Result says
    so. What no road is near is unknown only where the straight line is within reach, as no way is
    shorter. A station of unknown kind, or whose dates contradict each other, may serve.

    Parameters
    ----------
    vehicle_demands
        `VehicleDemands` layer, n points, metres.
    energy_stations
        `EnergyStations` layer, in the same CRS.
    roads
        `Roads` layer; without it distances are straight lines.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day on which a station must be in service (see `operations.acceptance.service`).
    reach_charging_m, reach_gas_m, reach_hydrogen_m
        Greatest distance to a station of the kind (closed, to the micrometre), metres.
    snap_limit_m
        Greatest straight-line distance of a demand or station from a road (closed), metres.

    Returns
    -------
    result
        n rows, index of `vehicle_demands`, with `category`, `distance_kind`, a distance for each
        kind of energy and `charging_margin_m`. Measures: share of vehicles within reach of
        charging, gas, and hydrogen (%), vehicles beyond the reach of charging (count). Table
        `stations_by_kind`, which is of the whole layer, so that the Results of parts do not merge.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If a distance is below zero.

    Examples
    --------
    >>> from shapely import Point
    >>> demands = VehicleDemands.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     demand_id=["A", "B"], vehicles=[300, 100],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(0, 9000)], ["A", "B"], crs=4550))
    >>> stations = EnergyStations.empty("EPSG:4550").reindex(["S"]).assign(
    ...     station_id="S", kind="charging",
    ...     geometry=gpd.GeoSeries([Point(3000, 0)], ["S"], crs=4550))
    >>> found = analyse(demands, stations, as_of=date(2025, 12, 31))
    >>> found.measures["vehicles_near_charging_share"].value
    Fraction(75, 1)
    """
    reaches_m = {"charging": reach_charging_m, "gas": reach_gas_m, "hydrogen": reach_hydrogen_m}
    values = {f"reach_{word}_m": reach for word, reach in reaches_m.items()}
    values["snap_limit_m"] = snap_limit_m
    check_reach_m(**values)
    check_metric(vehicle_demands, name=VehicleDemands.layer_name())
    network, on = reach_network(roads), on_the_day(energy_stations, as_of)
    reached = {
        word: within_reach(
            vehicle_demands,
            energy_stations,
            serves=serving(energy_stations, kinds, on),
            reach_m=reaches_m[word],
            network=network,
            snap_limit_m=snap_limit_m,
        )
        for word, kinds in SUPPLIES.items()
    }
    judged = {word: _judged(vehicle_demands, found) for word, found in reached.items()}
    first = judged["charging"]
    features = with_county(vehicle_demands, counties).assign(
        **{f"{word}_distance_m": found["distance_m"] for word, found in reached.items()},
        distance_kind=distance_kind(network),
        charging_margin_m=reach_charging_m - reached["charging"]["distance_m"],
        reason=first["reason"],
        category=_category(first),
    )
    most = greatest_allowed(VehicleDemands, "vehicles")
    counted = together(
        *(
            weigh(
                features,
                layer=VehicleDemands.layer_name(),
                names=_NAMES[word],
                in_scope=own["scope"],
                done=own["done"],
                amounts=to_amounts(vehicle_demands["vehicles"].astype("Float64"), most=most),
                reason=own["reason"],
                reasons=_REASONS,
                groups=("county_name",),
            )
            for word, own in judged.items()
        )
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables={"stations_by_kind": stations_by_kind(energy_stations, on)},
        warnings=(distance_warning(network),),
    )


def _judged(demands: gpd.GeoDataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """Say of each demand if it has vehicles, if a station is near, and why it is left out."""
    vehicles = demands["vehicles"].astype("Int64")
    nothing = (vehicles == 0).fillna(value=False)
    doubt = reached["reason"]
    cases = {"no_vehicles": nothing, "doubt": doubt != "", AMOUNT_MISSING: vehicles.isna()}
    word = first_reason(demands.index, cases)
    reason = word.mask(word == "doubt", doubt)
    return pd.DataFrame({
        "scope": (~nothing).astype("boolean"),
        "done": reached["within"],
        "reason": reason,
    })


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "near", False: "beyond"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "no_vehicles", "out_of_scope").astype("str")


def _distance(name: str, value: float, title: Text) -> Parameter:
    """Describe a distance that the plan leaves open."""
    source = Text("本工具约定:规划未给距离", "declared: the plan gives no distance")
    return Parameter(name, value, "m", "closed", title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("充换电、加气、加氢站覆盖", "Reach of charging, gas and hydrogen stations"),
    question=Text(
        "有多少车辆在充换电站、加气站、加氢站的可达距离之内?",
        "How many vehicles are within reach of a station for charging, gas or hydrogen?",
    ),
    inputs=(VehicleDemands, EnergyStations),
    optional=(Roads, Counties),
    parameters=(
        _distance("reach_charging_m", 3000.0, Text("充换电站可达距离", "reach of charging")),
        _distance("reach_gas_m", 10_000.0, Text("加气站可达距离", "reach of gas")),
        _distance("reach_hydrogen_m", 20_000.0, Text("加氢站可达距离", "reach of hydrogen")),
        _distance("snap_limit_m", 2000.0, Text("吸附到道路的距离上限", "farthest from a road")),
    ),
    measures=(
        MeasureCard(
            _NAMES["charging"].share,
            Text("充换电站可达范围内的车辆占比", "vehicles within reach of charging"),
            "%",
        ),
        MeasureCard(
            _NAMES["charging"].left,
            Text("充换电站可达范围外的车辆", "vehicles beyond the reach of charging"),
            "count",
        ),
        MeasureCard(
            _NAMES["gas"].share,
            Text("加气站可达范围内的车辆占比", "vehicles within reach of gas"),
            "%",
        ),
        MeasureCard(
            _NAMES["hydrogen"].share,
            Text("加氢站可达范围内的车辆占比", "vehicles within reach of hydrogen"),
            "%",
        ),
    ),
    categories=(
        Category("beyond", Text("充换电站可达范围外", "beyond the reach of charging"), "bad"),
        Category("near", Text("充换电站可达范围内", "within reach of charging"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("没有车辆", "no vehicles"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("vehicles", Text("车辆数", "vehicles"), "count"),
        DISTANCE_KIND_COLUMN,
        ResultColumn("charging_distance_m", Text("到最近充换电站", "to charging"), "m"),
        ResultColumn("gas_distance_m", Text("到最近加气站", "to gas"), "m"),
        ResultColumn("hydrogen_distance_m", Text("到最近加氢站", "to hydrogen"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("stations_by_kind", Text("各类站点", "stations by kind")),),
    run=analyse,
)
