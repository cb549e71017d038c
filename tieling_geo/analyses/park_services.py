"""What parks of provincial level or above share: heat, power, sewage, reclaimed water and more."""

from collections.abc import Sequence
from datetime import date
from functools import reduce

import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.park_levels import (
    HIGH_LEVELS,
    LEVEL_REASONS,
    is_of_levels,
    levels_parameter,
)
from tieling_geo.operations.park_matrix import (
    covered_service,
    hazardous_waste_supply,
    hub_supply,
    pipe_supply,
    reached_service,
    solid_waste_supply,
    substation_supply,
    to_matrix,
)
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
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
    TableCard,
)
from tieling_geo.schemas import (
    Counties,
    Enterprises,
    HazardousWasteFacilities,
    HeatingSupplyAreas,
    Parks,
    ReuseWaterPipes,
    SewerServiceAreas,
    Substations,
    TreatmentHubs,
    WasteFacilities,
)
from tieling_geo.text import Text

NAME = "park_services"
_SHARE, _LEFT = "parks_with_shared_services_share", "parks_lacking_a_shared_service"
#: What the clause asks for; the other services are shown beside them.
_ASKED = ("heat", "power", "sewage", "reclaimed_water")
_SERVICES = {
    "heat": Text("供热", "heat"),
    "power": Text("供电", "power"),
    "sewage": Text("污水收集", "sewage"),
    "reclaimed_water": Text("再生水", "reclaimed water"),
    "solid_waste": Text("一般工业固废", "ordinary industrial waste"),
    "hazardous_waste": Text("危险废物", "hazardous waste"),
    "voc_hub": Text("VOCs集中治理", "VOC hub"),
    "plating_hub": Text("电镀废水集中处理", "plating hub"),
}
_REASONS = {
    **LEVEL_REASONS,
    "service_unknown": Text(
        "有共用设施的投运状态不明", "not known if a service that would decide it is in service"
    ),
}
_MARGIN = ResultColumn(
    "services_short",
    Text("四项共用设施缺项(负数)", "services lacking of the four (negative)"),
    "count",
)


def analyse(  # noqa: PLR0913 - a layer a service, and a limit for each
    parks: GeoDataFrame[Parks],
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas],
    substations: GeoDataFrame[Substations],
    sewer_service_areas: GeoDataFrame[SewerServiceAreas],
    reuse_water_pipes: GeoDataFrame[ReuseWaterPipes],
    *,
    treatment_hubs: GeoDataFrame[TreatmentHubs] | None = None,
    waste_facilities: GeoDataFrame[WasteFacilities] | None = None,
    hazardous_waste_facilities: GeoDataFrame[HazardousWasteFacilities] | None = None,
    enterprises: GeoDataFrame[Enterprises] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    levels: Sequence[str] = HIGH_LEVELS,
    min_covered_pct: float = 50.0,
    power_distance_m: float = 10_000.0,
    reclaimed_water_distance_m: float = 1_000.0,
    waste_distance_m: float = 50_000.0,
    hub_distance_m: float = 20_000.0,
) -> Result:
    """
    Lay out which services each park shares, and tell which have all four that are asked for.

    Heat and sewage are shared if areas valid by the day (closed; without a date, valid) cover at
    least `min_covered_pct` of the park (closed); the others if something in service on the day is
    near enough in a straight line from the park's edge (closed). Where only a facility of unknown
    kind, or one that contradicts itself, is near enough it is unknown, and so is every service
    whose layer is not there. Capacity and load are shown beside it and decide nothing: a substation
    has a load of its own; a hub's is that of the park's enterprises, given where all of it is
    known.

    Parameters
    ----------
    parks
        `Parks` layer, n polygons, metres.
    heating_supply_areas, sewer_service_areas
        Areas that are served, in the same CRS.
    substations, reuse_water_pipes
        What power and reclaimed water come from.
    treatment_hubs, waste_facilities, hazardous_waste_facilities
        What treats for several; only shown.
    enterprises
        `Enterprises` layer, for the loads of hubs.
    counties
        `Counties` layer, for the roll-up, by a point inside the park.
    as_of
        The day.
    levels
        Levels of the parks that are in scope.
    min_covered_pct
        Share of a park's area from which it counts as covered (closed), percent.
    power_distance_m, reclaimed_water_distance_m, waste_distance_m, hub_distance_m
        Straight-line distances that are near enough (closed), metres.

    Returns
    -------
    result
        n rows, index of `parks`, with `category`, `services_lacking` and `services_short` (zero:
        none of the four is lacking). Measures: share of parks with all four (%), number lacking one
        (count). Table: `park_services`, a row a park and service.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such level.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> from tieling_geo import schemas
    >>> def layer(schema, key, shape, **more):
    ...     shapes = gpd.GeoSeries([shape], ["A"], crs=4550)
    ...     return schema.empty("EPSG:4550").reindex(["A"]).assign(
    ...         **{key: "A"}, geometry=shapes, **more)
    >>> found = analyse(
    ...     layer(schemas.Parks, "park_id", box(0, 0, 100, 100), level="provincial"),
    ...     layer(schemas.HeatingSupplyAreas, "area_id", box(0, 0, 50, 100)),
    ...     layer(schemas.Substations, "substation_id", Point(150, 50)),
    ...     layer(schemas.SewerServiceAreas, "area_id", box(0, 0, 49, 100)),
    ...     layer(schemas.ReuseWaterPipes, "pipe_id", Point(50, 50)), as_of=date(2025, 12, 31))
    >>> found.features["services_lacking"].tolist(), found.features["services_short"].tolist()
    (['sewage'], [-1.0])
    """
    layers = (parks, heating_supply_areas, substations, sewer_service_areas, reuse_water_pipes)
    for layer in layers:
        check_metric(layer, name="layers of park_services")
    scope = is_of_levels(parks["level"], levels)
    areas = {"heat": heating_supply_areas, "sewage": sewer_service_areas}
    supplies = {
        "power": substation_supply(substations, as_of),
        "reclaimed_water": pipe_supply(reuse_water_pipes, as_of),
        "solid_waste": solid_waste_supply(waste_facilities, as_of),
        "hazardous_waste": hazardous_waste_supply(hazardous_waste_facilities, as_of),
        "voc_hub": hub_supply(parks, treatment_hubs, enterprises, "voc", as_of),
        "plating_hub": hub_supply(parks, treatment_hubs, enterprises, "plating", as_of),
    }
    limits = {
        "power": power_distance_m,
        "reclaimed_water": reclaimed_water_distance_m,
        "solid_waste": waste_distance_m,
        "hazardous_waste": waste_distance_m,
        "voc_hub": hub_distance_m,
        "plating_hub": hub_distance_m,
    }
    found = {
        name: covered_service(parks, areas[name], min_covered_pct, as_of)
        if name in areas
        else reached_service(parks, supplies[name], limits[name])
        for name in _SERVICES
    }
    shares = pd.DataFrame({name: rows["shared"] for name, rows in found.items()})
    judged = _judged(scope, shares)
    point = parks.set_geometry(parks.geometry.representative_point())
    features = parks.assign(
        county_name=with_county(point, counties)["county_name"],
        heat_covered_pct=found["heat"]["covered_pct"],
        sewage_covered_pct=found["sewage"]["covered_pct"],
        power_distance_m=found["power"]["distance_m"],
        reclaimed_water_distance_m=found["reclaimed_water"]["distance_m"],
        services_lacking=_lacking(shares),
        services_short=_short(shares),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Parks.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "level"),
    )
    values: dict[str, ParameterValue] = {
        "levels": tuple(levels),
        "min_covered_pct": min_covered_pct,
        "power_distance_m": power_distance_m,
        "reclaimed_water_distance_m": reclaimed_water_distance_m,
        "waste_distance_m": waste_distance_m,
        "hub_distance_m": hub_distance_m,
    }
    table = to_matrix(parks, scope, found)
    return to_result(ANALYSIS, features, counted, values, tables={"park_services": table})


def _judged(scope: pd.Series, shares: pd.DataFrame) -> pd.DataFrame:
    """Say of each park if the clause is about it, if all is shared, and why it is left out."""
    done = reduce(lambda one, other: one & other, (shares[name] for name in _ASKED))
    reason = first_reason(
        scope.index,
        {
            "lower_level": ~scope,
            "level_unknown": scope.isna(),
            "service_unknown": done.isna(),
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _lacking(shares: pd.DataFrame) -> pd.Series:
    """Name the services of the four that a park does not share, joined by `;`."""
    lacking = {name: ~shares[name].fillna(value=True).astype(bool) for name in _ASKED}
    names = [
        ";".join(name for name, own in zip(_ASKED, row, strict=True) if own)
        for row in zip(*lacking.values(), strict=True)
    ]
    return pd.Series(names, shares.index, dtype="str")


def _short(shares: pd.DataFrame) -> pd.Series:
    """Count, with a minus, the services of the four that are lacking; missing where unknown."""
    asked = shares[list(_ASKED)]
    number = (~asked.fillna(value=True).astype(bool)).sum(axis=1).astype("float64")
    return (0.0 - number).mask(asked.isna().any(axis=1))


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "all_shared", False: "lacking"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "lower_level", "out_of_scope").astype("str")


def _distance(name: str, value: float, title: Text) -> Parameter:
    """Describe a distance that is near enough."""
    source = Text("本工具约定", "declared by us")
    return Parameter(name, value, "m", "closed", title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("园区基础设施共用", "Services that parks share"),
    question=Text(
        "省级以上园区是否共用供热、供电、污水和再生水设施?",
        "Do parks of provincial level or above share heat, power, sewage and reclaimed water?",
    ),
    inputs=(Parks, HeatingSupplyAreas, Substations, SewerServiceAreas, ReuseWaterPipes),
    optional=(TreatmentHubs, WasteFacilities, HazardousWasteFacilities, Enterprises, Counties),
    parameters=(
        levels_parameter(
            HIGH_LEVELS,
            Text("规划三(二):省级以上", "the plan, section 3(2): provincial level or above"),
            verified=True,
        ),
        Parameter(
            name="min_covered_pct",
            value=50.0,
            unit="%",
            interval="closed",
            title=Text("覆盖面积占比门槛", "least share of the park that is covered"),
            source=Text("本工具约定:过半即视为共用", "declared by us: half of it is shared"),
            verified=False,
        ),
        _distance("power_distance_m", 10_000.0, Text("距变电站", "distance to a substation")),
        _distance(
            "reclaimed_water_distance_m",
            1_000.0,
            Text("距再生水管线", "distance to a reclaimed-water pipe"),
        ),
        _distance("waste_distance_m", 50_000.0, Text("距固废危废设施", "distance to waste works")),
        _distance("hub_distance_m", 20_000.0, Text("距集中治理设施", "distance to a hub")),
    ),
    measures=(
        MeasureCard(
            _SHARE,
            Text("四项设施全部共用的园区比例", "parks that share all four services"),
            "%",
        ),
        MeasureCard(_LEFT, Text("缺共用设施的园区", "parks lacking a shared service"), "count"),
    ),
    categories=(
        Category("lacking", Text("缺共用设施", "lacks a shared service"), "bad"),
        Category("all_shared", Text("四项均共用", "shares all four"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("级别不在范围", "of another level"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        REASON_COLUMN,
        ResultColumn("level", Text("级别", "level")),
        ResultColumn("services_lacking", Text("所缺设施", "services lacking"), words=_SERVICES),
        ResultColumn("heat_covered_pct", Text("供热覆盖面积占比", "covered by heat"), "%"),
        ResultColumn("sewage_covered_pct", Text("污水收集覆盖占比", "covered by sewers"), "%"),
        ResultColumn("power_distance_m", Text("距最近变电站", "to the nearest substation"), "m"),
        ResultColumn(
            "reclaimed_water_distance_m", Text("距最近再生水管", "to the nearest such pipe"), "m"
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("park_services", Text("园区×服务矩阵", "park by service")),),
    run=analyse,
)
