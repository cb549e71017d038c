"""Hazardous waste against licensed capacity, class by class: who goes where, and what is left."""

from datetime import date

from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import AMOUNT_MISSING, greatest_allowed
from tieling_geo.operations.haul import NO_WAY_REASONS, SNAP_LIMIT, to_hauls
from tieling_geo.operations.need_met import (
    NOTHING_TO_SEND,
    NeedNames,
    need_reason,
    need_warnings,
    treatment,
    weigh_need,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.waste_allocation import (
    allocate_waste,
    allocation_tables,
)
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, HazardousWasteFacilities, HazardousWasteGenerators, Roads
from tieling_geo.text import Text

NAME = "hazardous_waste_allocation"
_NAMES = NeedNames(share="need_met_share", left="need_remaining", haul="hazardous_waste_haul")
_GROUPS = ("county_name", "waste_class")
_REASONS = {
    AMOUNT_MISSING: Text("产生量缺失", "the amount generated is missing"),
    NOTHING_TO_SEND: Text("产生量为零", "nothing is generated"),
}
_MARGIN = ResultColumn(
    "left_t_per_year",
    Text("未能处置的量(0为全部处置)", "amount left over (0: all treated)"),
    "t_per_year",
)


def analyse(
    hazardous_waste_generators: GeoDataFrame[HazardousWasteGenerators],
    hazardous_waste_facilities: GeoDataFrame[HazardousWasteFacilities],
    *,
    roads: GeoDataFrame[Roads] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    snap_limit_m: float = 2000.0,
) -> Result:
    """
    Allocate hazardous waste to licensed capacity: as much as can be, and then as near as can be.

    Each class is a transport problem of its own, solved in whole grams and millimetres, so that no
    gram is lost. A licence must be valid on the day; where its dates or its amount are missing, the
    value takes nothing of that capacity, and the bounds reach up to all that it may be. With roads
    a haul is the distance along them between the snapped places, and what no road leads from is
    never treated; without, hauls are straight lines, and the tables say which.

    Nothing here adds up over counties (they share the facilities), and no single feature moves the
    share by itself: the Result is not split, and has no levers.

    Parameters
    ----------
    hazardous_waste_generators
        `HazardousWasteGenerators` layer, n rows, metres.
    hazardous_waste_facilities
        `HazardousWasteFacilities` layer.
    roads
        `Roads` layer; without it, or if it is empty, hauls are straight lines.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day on which licences must be valid (both ends closed).
    snap_limit_m
        Greatest straight-line distance of a site or facility from a road (closed), metres.

    Returns
    -------
    result
        n rows, index of the generators, with `category`, `treated_t_per_year`, `left_t_per_year`
        and `haul_km`. Measures: share of the need met (%) and need not met (t/a), with exact
        bounds, and the haul (t·km) with outer ones. Tables: `allocation`, `capacity_by_class`,
        `capacities`, `without_route`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If the snap limit is below zero.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> sites = HazardousWasteGenerators.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     source_id=["A", "B"], waste_class="HW08", generated_t_per_year=[30.0, 10.0],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(0, 9000)], ["A", "B"], crs=4550))
    >>> works = HazardousWasteFacilities.empty("EPSG:4550").reindex(["F"]).assign(
    ...     capacity_id="F", facility_id="F", waste_class="HW08", capacity_t_per_year=36.0,
    ...     licensed_on=pd.Timestamp("2024-01-01"), expires_on=pd.Timestamp("2025-12-31"),
    ...     geometry=gpd.GeoSeries([Point(0, 8000)], ["F"], crs=4550))
    >>> found = analyse(sites, works, as_of=date(2025, 12, 31))
    >>> found.measures["need_met_share"].value, found.measures["hazardous_waste_haul"].value
    (Fraction(90, 1), Fraction(218, 1))
    """
    check_metric(hazardous_waste_generators, name=HazardousWasteGenerators.layer_name())
    check_metric(hazardous_waste_facilities, name=HazardousWasteFacilities.layer_name())
    sources = hazardous_waste_generators.assign(
        need_t=hazardous_waste_generators["generated_t_per_year"]
    )
    hauls = to_hauls(roads, snap_limit_m=snap_limit_m)
    found = allocate_waste(
        sources,
        hazardous_waste_facilities,
        hauls,
        key="source_id",
        need_most_t=greatest_allowed(HazardousWasteGenerators, "generated_t_per_year"),
        as_of=as_of,
    )
    reason = need_reason(found, sources["need_t"])
    features = with_county(hazardous_waste_generators, counties).assign(
        **{str(name): column for name, column in treatment(found, reason).items()}, reason=reason
    )
    counted = weigh_need(
        features,
        found,
        layer=HazardousWasteGenerators.layer_name(),
        names=_NAMES,
        reason=reason,
        reasons=_REASONS,
        groups=_GROUPS,
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"snap_limit_m": snap_limit_m},
        tables=allocation_tables(found, sources["source_id"]),
        warnings=(*hauls.warnings, *need_warnings(found)),
    )


ANALYSIS = Analysis(
    name=NAME,
    title=Text("危险废物能力与需求", "Hazardous-waste capacity against need"),
    question=Text(
        "各类危险废物的许可处置能力能否满足需求,运往何处,剩余多少?",
        "Does licensed capacity meet the need of each class, who goes where, and what is left?",
    ),
    inputs=(HazardousWasteGenerators, HazardousWasteFacilities),
    optional=(Roads, Counties),
    parameters=(SNAP_LIMIT,),
    measures=(
        MeasureCard(_NAMES.share, Text("需求得到满足的比例", "share of the need met"), "%"),
        MeasureCard(_NAMES.left, Text("未能满足的需求", "need not met"), "t_per_year"),
        MeasureCard(_NAMES.haul, Text("运输周转量", "haul a year"), "t_km"),
    ),
    categories=(
        Category("left", Text("无能力可用", "no capacity left for it"), "bad"),
        Category("no_route", Text("无路可达", "no way leads to a facility"), "bad"),
        Category("partly", Text("部分得到处置", "partly treated"), "warning"),
        Category("treated", Text("全部得到处置", "all treated"), "good"),
        UNKNOWN,
        Category("nothing", Text("不产生", "nothing generated"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("treated_t_per_year", Text("得到处置的量", "amount treated"), "t_per_year"),
        ResultColumn("haul_km", Text("平均运距", "mean haul"), "km"),
        ResultColumn("no_way", Text("不可达原因", "why nothing is hauled"), words=NO_WAY_REASONS),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("allocation", Text("去向(谁到谁)", "who goes where")),
        TableCard("capacity_by_class", Text("各类能力与需求", "capacity and need by class")),
        TableCard("capacities", Text("各项许可能力", "capacities one by one")),
        TableCard("without_route", Text("无路可通的产生源", "sources without a route")),
    ),
    run=analyse,
)
