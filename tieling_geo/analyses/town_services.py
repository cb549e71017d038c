"""Towns and the environmental works that reach them."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import is_inside, margin_to_area_m
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.nearest_facility import within_reach
from tieling_geo.operations.proximity import ROUNDING_DIGITS
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.operations.service_matrix import ANSWERS, to_all, to_matrix, to_words
from tieling_geo.operations.waste_works import (
    RECEIVING,
    RECEIVING_KINDS,
    WASTE_DISTANCE,
    check_distance,
    check_kinds,
    receives,
)
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, SewerServiceAreas, Towns, WasteFacilities
from tieling_geo.text import Text

NAME = "town_services"
#: Service -> names of its two measures.
_MEASURES = {
    "all": ("towns_served_share", "towns_not_served"),
    "sewer": ("towns_sewered_share", "towns_not_sewered"),
    "waste": ("towns_near_waste_works_share", "towns_far_from_waste_works"),
}
_REASONS = {
    "not_designated": Text("不是建制镇", "no designated town"),
    "designation_unknown": Text("是否建制镇不明", "not known whether it is a designated town"),
    "sewer_unknown": Text(
        "所在污水收集服务区的起始日期缺失", "the sewer service area around it has no date"
    ),
    "waste_unknown": Text(
        "只有情况不明的垃圾设施在距离之内", "only a waste facility of unknown state is near enough"
    ),
}
_MARGIN = ResultColumn(
    "waste_margin_m",
    Text("距离上限减至最近垃圾设施距离(0及以上为近)", "limit minus distance to works (0+: near)"),
    "m",
)


def analyse(
    towns: GeoDataFrame[Towns],
    waste_facilities: GeoDataFrame[WasteFacilities],
    sewer_service_areas: GeoDataFrame[SewerServiceAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    receiving_kinds: Sequence[str] = RECEIVING_KINDS,
    waste_distance_m: float = 10_000.0,
) -> Result:
    """
    Tell which designated towns have sewers and waste works on a day.

    A town has sewers where its seat lies in a sewer service area that is valid by the day (its
    border counts); an area without a date leaves it unknown. It has waste works where one that
    takes household waste, in service on the day, stands within a straight-line distance; distances
    along roads are not looked at. Towns and townships that are not designated are out of scope.

    Parameters
    ----------
    towns
        `Towns` layer, n points, metres.
    waste_facilities
        `WasteFacilities` layer.
    sewer_service_areas
        `SewerServiceAreas` layer.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed).
    receiving_kinds
        Kinds of works that household waste may be brought to.
    waste_distance_m
        Straight-line distance up to which works count (closed), metres.

    Returns
    -------
    result
        n rows, index of `towns`, with `category`, `sewer`, `waste`, `nearest_works_id`,
        `nearest_works_m` and `waste_margin_m`. Measures, each share (%) with what is left (count):
        both services, sewers, waste works. Table `town_services`: the matrix.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the kinds are not those of the schema, or the distance is below zero.

    Examples
    --------
    >>> from shapely import Point, box
    >>> towns = Towns.empty("EPSG:4550").reindex(["A"]).assign(
    ...     town_id="A", is_designated_town=pd.array([True], dtype="boolean"),
    ...     geometry=gpd.GeoSeries([Point(0, 5)], ["A"], crs=4550))
    >>> works = WasteFacilities.empty("EPSG:4550").reindex(["F"]).assign(
    ...     facility_id="F", kind="transfer",
    ...     geometry=gpd.GeoSeries([Point(10_000, 5)], ["F"], crs=4550))
    >>> areas = SewerServiceAreas.empty("EPSG:4550").reindex(["S"]).assign(
    ...     area_id="S", valid_from=pd.Timestamp("2025-12-31"),
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["S"], crs=4550))
    >>> analyse(towns, works, areas, as_of=date(2025, 12, 31)).features["category"].tolist()
    ['served']
    """
    for layer, frame in ((Towns, towns), (SewerServiceAreas, sewer_service_areas)):
        check_metric(frame, name=layer.layer_name())
    kinds = tuple(receiving_kinds)
    check_kinds("receiving_kinds", "kind", kinds)
    check_distance("waste_distance_m", waste_distance_m)
    reach = within_reach(
        towns,
        waste_facilities,
        receives(waste_facilities, kinds, as_of=as_of),
        key="facility_id",
        limit_m=waste_distance_m,
    )
    answers = pd.DataFrame({
        "sewer": _sewered(towns, sewer_service_areas, as_of),
        "waste": reach["within"],
    })
    answers["all"] = to_all(answers[["sewer", "waste"]])
    features = with_county(towns, counties).assign(
        sewer=to_words(answers["sewer"]),
        waste=to_words(answers["waste"]),
        nearest_works_id=reach["place"],
        nearest_works_m=reach["distance_m"],
        waste_margin_m=(waste_distance_m - reach["distance_m"]).round(ROUNDING_DIGITS),
    )
    tallies = {name: _tally(features, answers, name) for name in _MEASURES}
    reason = _reason(towns, answers, "all")
    features = features.assign(reason=reason, category=_category(answers, reason))
    told = ["town_id", "name", "county_name", "nearest_works_id", "nearest_works_m"]
    services = answers.rename(columns={"all": "all_services"})
    return to_result(
        ANALYSIS,
        features,
        together(*tallies.values()),
        {"receiving_kinds": kinds, "waste_distance_m": waste_distance_m},
        tables={"town_services": to_matrix(features[told], services, key="town_id")},
    )


def _sewered(towns: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, as_of: date) -> pd.Series:
    """Tell which towns lie in a sewer service area that is valid by the day."""
    valid = is_on_or_before(areas["valid_from"], as_of)
    surely, perhaps = (
        pd.Series(is_inside(margin_to_area_m(towns, areas[kept])), towns.index)
        for kept in (valid.fillna(value=False), valid.isna())
    )
    return surely.astype("boolean").mask(~surely & perhaps)


def _reason(towns: gpd.GeoDataFrame, answers: pd.DataFrame, service: str) -> pd.Series:
    """Say why a town does not count for a service."""
    lost = answers[service].isna()
    return first_reason(
        towns.index,
        {
            "not_designated": ~towns["is_designated_town"],
            "designation_unknown": towns["is_designated_town"].isna(),
            "sewer_unknown": lost & answers["sewer"].isna() & (service != "waste"),
            "waste_unknown": lost & answers["waste"].isna(),
        },
    )


def _tally(features: gpd.GeoDataFrame, answers: pd.DataFrame, service: str) -> Tally:
    """Count the designated towns that have a service."""
    share, left = _MEASURES[service]
    return tally(
        features,
        layer=Towns.layer_name(),
        share=share,
        remaining=left,
        in_scope=features["is_designated_town"],
        done=answers[service],
        reason=_reason(features, answers, service),
        reasons=_REASONS,
        groups=("county_name",),
    )


def _category(answers: pd.DataFrame, reason: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    some = answers[["sewer", "waste"]].fillna(value=False).any(axis=1)
    words = answers["all"].map({True: "served", False: "none"}).astype("str")
    words = words.mask((words == "none") & some, "partly").where(reason == "").fillna("unknown")
    return words.mask(reason == "not_designated", "not_designated").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("建制镇环境设施", "Environmental works of towns"),
    question=Text(
        "哪些建制镇有污水收集和就近的垃圾设施?",
        "Which designated towns have sewers, and waste works nearby?",
    ),
    inputs=(Towns, WasteFacilities, SewerServiceAreas),
    optional=(Counties,),
    parameters=(RECEIVING, WASTE_DISTANCE),
    measures=tuple(
        MeasureCard(name, title, unit)
        for (names, titles) in (
            (
                _MEASURES["all"],
                (
                    Text("两项设施齐备的建制镇比例", "towns with both services"),
                    Text("设施不齐备的建制镇", "towns without both services"),
                ),
            ),
            (
                _MEASURES["sewer"],
                (
                    Text("污水得到收集的建制镇比例", "towns with sewers"),
                    Text("污水未收集的建制镇", "towns without sewers"),
                ),
            ),
            (
                _MEASURES["waste"],
                (
                    Text("就近有垃圾设施的建制镇比例", "towns near waste works"),
                    Text("附近没有垃圾设施的建制镇", "towns far from waste works"),
                ),
            ),
        )
        for name, title, unit in zip(names, titles, ("%", "count"), strict=True)
    ),
    categories=(
        Category("none", Text("两项均无", "neither service"), "bad"),
        Category("partly", Text("只有一项", "one of two services"), "warning"),
        Category("served", Text("两项齐备", "both services"), "good"),
        UNKNOWN,
        Category("not_designated", Text("非建制镇", "no designated town"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("sewer", Text("污水收集", "sewers"), words=ANSWERS),
        ResultColumn("waste", Text("就近垃圾设施", "waste works nearby"), words=ANSWERS),
        ResultColumn("nearest_works_id", Text("最近的垃圾设施", "nearest waste works")),
        ResultColumn("nearest_works_m", Text("至该设施直线距离", "straight line to it"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("town_services", Text("乡镇×服务矩阵", "town by service")),),
    run=analyse,
)
