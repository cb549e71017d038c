"""Medical waste: which sites it is collected from, and whether there is capacity to treat it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import AMOUNT_MISSING, greatest_allowed
from tieling_geo.operations.haul import NO_WAY_REASONS, SNAP_LIMIT, Hauls, to_hauls
from tieling_geo.operations.levers import to_levers
from tieling_geo.operations.licences import licence
from tieling_geo.operations.medical_collection import (
    COLLECTION_REASONS,
    collection,
    day_of_collection,
    with_routes,
)
from tieling_geo.operations.nearest_facility import nearest_place
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
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.operations.waste_allocation import (
    allocate_waste,
    allocation_tables,
)
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
from tieling_geo.schemas import (
    Counties,
    HazardousWasteFacilities,
    MedicalSites,
    MedicalWasteRoutes,
    Roads,
)
from tieling_geo.text import Text

NAME = "medical_waste_collection"
_SHARE, _LEFT = "medical_sites_served_share", "medical_sites_not_served"
_NEED = NeedNames(
    share="medical_waste_treatable_share",
    left="medical_waste_without_capacity",
    haul="medical_waste_haul",
)
_GROUPS = ("county_name", "kind")
_NEED_REASONS = {
    AMOUNT_MISSING: Text("医疗废物产生量缺失", "the amount of medical waste is missing"),
    NOTHING_TO_SEND: Text("不产生医疗废物", "no medical waste arises"),
}
_MARGIN = ResultColumn(
    "contract_days_left",
    Text("合同剩余天数(0及以上有效)", "days the contract has left (0+: valid)"),
    "day",
)


def analyse(  # noqa: PLR0913 - two layers, three optional ones, two parameters
    medical_sites: GeoDataFrame[MedicalSites],
    medical_waste_routes: GeoDataFrame[MedicalWasteRoutes],
    *,
    hazardous_waste_facilities: GeoDataFrame[HazardousWasteFacilities] | None = None,
    roads: GeoDataFrame[Roads] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    waste_class: str = "HW01",
    snap_limit_m: float = 2000.0,
) -> Result:
    """
    Tell which medical sites' waste is collected on a day, and whether there is capacity for it.

    A site is served by a contract that has not expired, or by a route that runs; see
    `medical_collection.collection`. With the facilities, the waste of all sites, collected or not,
    is allocated to licensed capacity for medical waste as `hazardous_waste_allocation` does, in
    whole grams; without them those measures and tables are left out.

    Sites share the facilities, so that the Result is not split by county.

    Parameters
    ----------
    medical_sites
        `MedicalSites` layer, n rows, metres.
    medical_waste_routes
        `MedicalWasteRoutes` table.
    hazardous_waste_facilities
        `HazardousWasteFacilities` layer; only its rows of `waste_class` count.
    roads
        `Roads` layer, for the hauls; without it they are straight lines.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day on which contracts, routes and licences must be valid (closed).
    waste_class
        The class of hazardous waste that medical waste is.
    snap_limit_m
        Greatest straight-line distance of a site or facility from a road (closed), metres.

    Returns
    -------
    result
        n rows, index of `medical_sites`, with `category`, `contract_days_left`,
        `visits_per_month`, `nearest_facility_id` and `nearest_facility_m` (straight-line, to the
        nearest facility whose licence is valid). Measures: share of sites served (%), sites not
        served (count), and with the facilities the share of the waste that they can treat (%), what
        is left (t/a) and the haul (t·km). Table `failed_joins`: numbers that nothing has.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    ParameterError
        If the snap limit is below zero.

    Examples
    --------
    >>> from shapely import Point
    >>> sites = MedicalSites.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     site_id=["A", "B"], has_contract=pd.array([True, False], dtype="boolean"),
    ...     contract_until=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> routes = MedicalWasteRoutes.empty("EPSG:4550")
    >>> found = analyse(sites, routes, as_of=date(2025, 12, 31))
    >>> found.features["category"].tolist(), found.measures["medical_sites_served_share"].value
    (['served', 'not_served'], Fraction(50, 1))
    """
    check_metric(medical_sites, name=MedicalSites.layer_name())
    rows = with_routes(medical_sites, medical_waste_routes)
    judged = collection(rows, as_of=as_of)
    until = medical_sites["contract_until"].dt.normalize()
    features = with_county(medical_sites, counties).assign(
        contract_days_left=(until - pd.Timestamp(as_of)).dt.days.astype("float64"),
        visits_per_month=rows["visits_per_month"].astype("float64"),
        reason=judged["reason"],
        category=_category(judged["served"]),
        haul_km=float("nan"),
        no_way="",
        **_nearest(medical_sites, hazardous_waste_facilities, waste_class, as_of),
    )
    joins = _failed(medical_sites, rows, medical_waste_routes, hazardous_waste_facilities)
    needs = _Needs(features, _tally(features, judged), {"failed_joins": joins})
    if hazardous_waste_facilities is not None:
        hauls = to_hauls(roads, snap_limit_m=snap_limit_m)
        needs = _with_need(needs, hazardous_waste_facilities, hauls, waste_class, as_of)

    def levers() -> Levers:
        return to_levers(_SHARE, _LEFT, [day_of_collection(rows, as_of)])

    return to_result(
        ANALYSIS,
        needs.features,
        needs.counted,
        {"waste_class": waste_class, "snap_limit_m": snap_limit_m},
        tables=needs.tables,
        warnings=needs.warnings,
        levers=levers,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Needs:
    """What is found so far."""

    features: gpd.GeoDataFrame
    counted: Tally
    tables: Mapping[str, pd.DataFrame]
    warnings: tuple[Text, ...] = ()


def _with_need(
    so_far: _Needs,
    facilities: gpd.GeoDataFrame,
    hauls: Hauls,
    waste_class: str,
    as_of: date,
) -> _Needs:
    """Add where the sites' waste can be treated."""
    sites = so_far.features
    found = allocate_waste(
        sites.assign(need_t=sites["waste_t_per_year"], waste_class=waste_class),
        facilities[facilities["waste_class"] == waste_class],
        hauls,
        key="site_id",
        need_most_t=greatest_allowed(MedicalSites, "waste_t_per_year"),
        as_of=as_of,
    )
    reason = need_reason(found, sites["waste_t_per_year"])
    weighed = weigh_need(
        sites,
        found,
        layer=MedicalSites.layer_name(),
        names=_NEED,
        reason=reason,
        reasons=_NEED_REASONS,
        groups=_GROUPS,
    )
    told = treatment(found, reason)
    return _Needs(
        sites.assign(haul_km=told["haul_km"], no_way=told["no_way"]),
        together(so_far.counted, weighed),
        {**so_far.tables, **allocation_tables(found, sites["site_id"])},
        (*hauls.warnings, *need_warnings(found)),
    )


def _category(served: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = served.map({True: "served", False: "not_served"})
    return words.astype("str").fillna("unknown")


def _nearest(
    sites: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame | None,
    waste_class: str,
    as_of: date,
) -> dict[str, pd.Series]:
    """Give each site the nearest facility whose licence for medical waste is valid."""
    if facilities is None:
        return {
            "nearest_facility_id": pd.Series(index=sites.index, dtype="str"),
            "nearest_facility_m": pd.Series(index=sites.index, dtype="float64"),
        }
    judged = licence(facilities["licensed_on"], facilities["expires_on"], as_of=as_of)
    is_valid = judged["is_valid"].fillna(value=False) & (facilities["waste_class"] == waste_class)
    near = nearest_place(sites, facilities[is_valid.astype(bool)], key="facility_id")
    return {"nearest_facility_id": near["place"], "nearest_facility_m": near["distance_m"]}


def _tally(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> Tally:
    """Count the sites that are served."""
    return tally(
        features,
        layer=MedicalSites.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=pd.Series(data=True, index=features.index, dtype="boolean"),
        done=judged["served"],
        reason=judged["reason"],
        reasons=COLLECTION_REASONS,
        groups=_GROUPS,
    )


def _failed(
    sites: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    routes: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame | None,
) -> pd.DataFrame:
    """List the sites whose route nothing has, and the routes to facilities that nothing has."""
    lost = sites[rows["states_route"] & ~rows["has_route"]]
    to = routes["facility_id"]
    known = to.isna() if facilities is None else to.isna() | to.isin(facilities["facility_id"])
    astray = routes[~known] if facilities is not None else routes[:0]
    parts = [
        ("medical_sites", "site_id", "route_id", lost),
        ("medical_waste_routes", "route_id", "facility_id", astray),
    ]
    table = pd.concat([
        pd.DataFrame({
            "layer": layer,
            "feature_id": frame[key].to_numpy(dtype=object),
            "column": column,
            "value": frame[column].to_numpy(dtype=object),
        })
        for layer, key, column, frame in parts
    ])
    return table.astype("str").sort_values(["layer", "feature_id"], ignore_index=True)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("医疗废物收集处置", "Collection and treatment of medical waste"),
    question=Text(
        "哪些医疗机构的医疗废物尚未纳入收运,处置能力是否够用?",
        "Which medical sites' waste is not collected, and is there capacity to treat it?",
    ),
    inputs=(MedicalSites, MedicalWasteRoutes),
    optional=(HazardousWasteFacilities, Roads, Counties),
    parameters=(
        Parameter(
            name="waste_class",
            value="HW01",
            unit="",
            interval="none",
            title=Text("医疗废物类别", "class of medical waste"),
            source=Text(
                "《国家危险废物名录》(未核对)", "National Catalogue of Hazardous Wastes (not read)"
            ),
            verified=False,
        ),
        SNAP_LIMIT,
    ),
    measures=(
        MeasureCard(_SHARE, Text("已纳入收运的医疗机构比例", "medical sites served"), "%"),
        MeasureCard(_LEFT, Text("未纳入收运的医疗机构", "medical sites not served"), "count"),
        MeasureCard(
            _NEED.share,
            Text("有能力处置的医疗废物比例", "medical waste there is capacity for"),
            "%",
        ),
        MeasureCard(
            _NEED.left, Text("无能力处置的医疗废物", "medical waste without capacity"), "t_per_year"
        ),
        MeasureCard(_NEED.haul, Text("医疗废物运输周转量", "haul of medical waste a year"), "t_km"),
    ),
    categories=(
        Category("not_served", Text("未纳入收运", "not served"), "bad"),
        Category("served", Text("已纳入收运", "served"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("visits_per_month", Text("每月收运次数", "visits a month")),
        ResultColumn(
            "nearest_facility_id", Text("最近的有效处置设施", "nearest licensed facility")
        ),
        ResultColumn("nearest_facility_m", Text("至该设施直线距离", "straight line to it"), "m"),
        ResultColumn("haul_km", Text("平均运距", "mean haul"), "km"),
        ResultColumn("no_way", Text("不可达原因", "why nothing is hauled"), words=NO_WAY_REASONS),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("failed_joins", Text("对应不上的编号", "joins that failed")),
        TableCard("allocation", Text("去向(谁到谁)", "who goes where")),
        TableCard("capacity_by_class", Text("能力与需求", "capacity and need")),
        TableCard("capacities", Text("各项许可能力", "capacities one by one")),
        TableCard("without_route", Text("无路可通的机构", "sites without a route")),
    ),
    run=analyse,
)
