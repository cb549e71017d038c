"""How much heat demand lies within reach of large coal units that could deliver heat."""

from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
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
from tieling_geo.operations.boilers_in_use import boilers_in_use
from tieling_geo.operations.coal_units import coal_units
from tieling_geo.operations.heat_matching import nearest_m, to_pairs
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.road_catchments import to_catchments
from tieling_geo.operations.road_network import build_road_network
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Boilers, Counties, HeatDemands, PowerUnits, Roads
from tieling_geo.text import Text

NAME = "chp_reach"
_NAMES = WeighedNames("heat_demand_within_reach_share", left="heat_demand_out_of_reach", unit="mw")
_SOURCE = Text(
    "本工具约定:取外省的30万千瓦、15千米(转引)",
    "declared: other provinces take 300 MW and 15 km (second-hand)",
)
_REASONS = {
    "no_load": Text("热负荷为零", "there is no heat load"),
    "unit_unknown": Text(
        "范围内机组的燃料、容量或投退日期不明",
        "fuel, capacity or dates of a unit within the radius are not known",
    ),
    AMOUNT_MISSING: Text("热负荷缺失", "heat load is missing"),
}
_STRAIGHT = Text(
    "半径为直线距离,不是管线长度", "the radius is a straight line, not the length of a pipe"
)
_MARGIN = ResultColumn(
    "within_radius_m", Text("距供热半径余量(正为范围内)", "to the radius (+ is within it)"), "m"
)


class _Pairs(NamedTuple):
    """Places within the radius of units: positions, and the unit's answers."""

    place: np.ndarray
    unit: np.ndarray


def analyse(  # noqa: PLR0913 - two layers, three optional ones and three declared thresholds
    heat_demands: GeoDataFrame[HeatDemands],
    power_units: GeoDataFrame[PowerUnits],
    *,
    boilers: GeoDataFrame[Boilers] | None = None,
    roads: GeoDataFrame[Roads] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    large_unit_mw: float = 300.0,
    heat_radius_m: float = 15_000.0,
    snap_limit_m: float = 2000.0,
) -> Result:
    """
    Weigh the heat demand within the radius of a large coal unit in service.

    Whether a unit delivers heat already decides nothing here: it is told in the table. A demand is
    out of reach only if no unit within the radius may be a large coal unit in service; one that
    only a doubtful unit reaches is unknown, and so is one without a load.

    Parameters
    ----------
    heat_demands
        `HeatDemands` layer, n points, metres.
    power_units
        `PowerUnits` layer, points in the same CRS.
    boilers
        `Boilers` layer; without it the table counts no boilers.
    roads
        `Roads` layer, for the length of a pipe that follows them; it decides nothing. Without it
        `route_m` is missing.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which service is reckoned (closed).
    large_unit_mw
        Electric capacity from which a unit is large (closed), MW.
    heat_radius_m
        Straight-line distance up to which a unit can deliver heat (closed), metres.
    snap_limit_m
        Greatest straight-line distance of a demand or unit from a road (closed), metres.

    Returns
    -------
    result
        n rows, index of `heat_demands`, with `category`, `within_radius_m` (of the nearest large
        unit; missing without one) and `route_m` (along the roads, both ways open, to the large unit
        that is nearest so, with the straight legs at both ends; missing without a way). Measures:
        share of the load within reach (%), load out of reach (MW). `tables["units"]` has a row a
        unit that is or may be large: the load within its radius, and the coal boilers in use, where
        there are boilers. Several units may reach one demand, so that the table does not add up;
        nor do parts of a city, for the same reason.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> demands = HeatDemands.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     demand_id=["A", "B"], heat_mw=[30.0, 10.0],
    ...     geometry=gpd.GeoSeries([Point(15000, 0), Point(15001, 0)], ["A", "B"], crs=4550))
    >>> units = PowerUnits.empty("EPSG:4550").reindex(["U"]).assign(
    ...     unit_id="U", fuel="coal", electric_mw=300.0,
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["U"], crs=4550))
    >>> found = analyse(demands, units, as_of=date(2025, 12, 31))
    >>> found.measures["heat_demand_within_reach_share"].value
    Fraction(75, 1)
    """
    check_metric(heat_demands, name=HeatDemands.layer_name())
    check_metric(power_units, name=PowerUnits.layer_name())
    units = power_units.sort_values("unit_id")
    is_large = _is_large(units, as_of, large_unit_mw)
    may_be = units[is_large.fillna(value=True).astype(bool)]
    is_sure = is_large.loc[may_be.index].fillna(value=False).to_numpy(dtype=bool)
    near = _pairs(heat_demands, may_be, heat_radius_m)
    judged = _judged(heat_demands, near, is_sure)
    features = with_county(heat_demands, counties).assign(
        within_radius_m=heat_radius_m - nearest_m(heat_demands, may_be[is_sure]),
        route_m=_route_m(heat_demands, may_be[is_sure], roads, snap_limit_m),
        reason=judged["reason"],
        category=_category(judged),
    )
    load = heat_demands["heat_mw"]
    counted = weigh(
        features,
        layer=HeatDemands.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(load, most=greatest_allowed(HeatDemands, "heat_mw")),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "use"),
    )
    table = _units(may_be, is_sure).assign(
        demand_mw=_per_unit(near, load.fillna(0.0).to_numpy(dtype="float64"), len(may_be))
    )
    if boilers is not None:
        table["coal_boilers"] = _boilers(boilers, may_be, heat_radius_m, as_of)
    return to_result(
        ANALYSIS,
        features,
        counted,
        {
            "large_unit_mw": large_unit_mw,
            "heat_radius_m": heat_radius_m,
            "snap_limit_m": snap_limit_m,
        },
        tables={"units": table},
        warnings=(_STRAIGHT,),
    )


def _is_large(units: gpd.GeoDataFrame, as_of: date, limit: float) -> pd.Series:
    """Tell which units are large coal units in service."""
    size = units["electric_mw"]
    is_large = (size >= limit).astype("boolean").mask(size.isna())
    found: pd.Series = coal_units(units, as_of)["in_use"] & is_large
    return found


def _pairs(places: gpd.GeoDataFrame, units: gpd.GeoDataFrame, limit_m: float) -> _Pairs:
    """List the places within the radius of each unit."""
    pairs = to_pairs(places, units, limit_m=limit_m)
    return _Pairs(pairs["user"].to_numpy(), pairs["source"].to_numpy())


def _judged(demands: gpd.GeoDataFrame, near: _Pairs, is_sure: np.ndarray) -> pd.DataFrame:
    """Say of each demand if it has a load, if a unit reaches it, and why that is not known."""
    rows = np.arange(len(demands))
    surely = np.isin(rows, near.place[is_sure[near.unit]])
    perhaps = np.isin(rows, near.place)
    done = pd.Series(surely, demands.index, dtype="boolean").mask(perhaps & ~surely)
    load = demands["heat_mw"]
    reason = first_reason(
        demands.index,
        {"no_load": load == 0, "unit_unknown": done.isna(), AMOUNT_MISSING: load.isna()},
    )
    scope = (load != 0).astype("boolean")
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _route_m(
    demands: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | None,
    limit_m: float,
) -> pd.Series:
    """Measure how long a pipe along the roads would be, from each demand to a unit."""
    if roads is None:
        return pd.Series(np.nan, demands.index)
    # A pipe may lie in a one-way street; speeds are needed only for times, which nobody reads.
    speeds = dict.fromkeys(roads["road_class"].unique(), 1.0)
    network = build_road_network(roads.assign(oneway=False), default_speeds_km_per_h=speeds)
    found = to_catchments(
        network, demands, units, keys=("demand_id", "unit_id"), limit_m=limit_m
    ).nearest
    legs_m = found["access_m"] + found["egress_m"]
    route_m: pd.Series = found["network_distance_m"] + legs_m
    return route_m


def _units(units: gpd.GeoDataFrame, is_sure: np.ndarray) -> pd.DataFrame:
    """Lay out the units that are or may be large."""
    columns = ["unit_id", "name", "electric_mw", "is_chp"]
    table = pd.DataFrame(units)[columns].reset_index(drop=True)
    return table.assign(is_known_large=is_sure)


def _per_unit(near: _Pairs, weight: np.ndarray, n: int) -> np.ndarray:
    """Add up what lies within each unit's radius."""
    return np.bincount(near.unit, weights=weight[near.place], minlength=n)


def _boilers(
    boilers: gpd.GeoDataFrame, units: gpd.GeoDataFrame, limit_m: float, as_of: date
) -> np.ndarray:
    """Count the coal boilers in use within each unit's radius."""
    state = boilers_in_use(boilers, as_of)
    burning = (state["is_coal"] & state["in_use"]).fillna(value=False).astype(bool)
    near = _pairs(boilers[burning], units, limit_m)
    return np.bincount(near.unit, minlength=len(units))


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "within", False: "beyond"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "no_load", "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("大机组供热半径内的热负荷", "Heat demand within reach of large coal units"),
    question=Text(
        "多少热负荷在大型燃煤机组的供热半径之内?",
        "How much heat demand lies within the radius of a large coal unit?",
    ),
    inputs=(HeatDemands, PowerUnits),
    optional=(Boilers, Roads, Counties),
    parameters=(
        Parameter(
            "large_unit_mw",
            300.0,
            "mw",
            "closed",
            Text("大机组单机容量下限", "a unit from this capacity on is large"),
            _SOURCE,
            verified=False,
        ),
        Parameter(
            "heat_radius_m",
            15_000.0,
            "m",
            "closed",
            Text("供热半径", "radius of heat delivery"),
            _SOURCE,
            verified=False,
        ),
        Parameter(
            "snap_limit_m",
            2000.0,
            "m",
            "closed",
            Text("吸附到道路的距离上限", "farthest from a road"),
            Text("本工具约定", "declared"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.share, Text("半径内热负荷占比", "load within reach"), "%"),
        MeasureCard(_NAMES.left, Text("半径外热负荷", "load out of reach"), _NAMES.unit),
    ),
    categories=(
        Category("beyond", Text("半径外", "out of reach"), "warning"),
        Category("within", Text("半径内", "within reach"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("无热负荷", "no load"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("heat_mw", Text("热负荷", "heat load"), "mw"),
        ResultColumn("route_m", Text("沿路管线长度", "length of a pipe along the roads"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("units", Text("大机组及其半径内负荷", "large units and the load in their reach")),
    ),
    run=analyse,
)
