"""Villages and their services: waste above all, and what else their ledger states."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
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
from tieling_geo.operations.service_matrix import ANSWERS, to_matrix, to_words
from tieling_geo.operations.waste_works import (
    RECEIVING,
    RECEIVING_KINDS,
    WASTE_DISTANCE,
    check_distance,
    check_kinds,
    receives,
)
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, Villages, WasteFacilities
from tieling_geo.text import Text

NAME = "village_services"
#: Service -> names of its two measures.
_MEASURES = {
    "waste_service": ("villages_with_waste_service_share", "villages_without_waste_service"),
    "sorts_waste": ("villages_sorting_waste_share", "villages_not_sorting_waste"),
}
_REASONS = {
    "waste_service": Text("是否开展垃圾收运不明", "not known whether waste is collected"),
    "sorts_waste": Text("是否开展垃圾分类不明", "not known whether waste is sorted"),
}
_MARGIN = ResultColumn(
    "waste_margin_m",
    Text("距离上限减至最近垃圾设施距离(0及以上为近)", "limit minus distance to works (0+: near)"),
    "m",
)


def analyse(
    villages: GeoDataFrame[Villages],
    waste_facilities: GeoDataFrame[WasteFacilities],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    receiving_kinds: Sequence[str] = RECEIVING_KINDS,
    waste_distance_m: float = 10_000.0,
) -> Result:
    """
    Tell which villages' waste is collected and sorted, and lay out what else they have on a day.

    Collection and sorting are what the villages' ledger states; a blank is unknown. Beside them the
    matrix tells whether waste works that take household waste stand within a straight-line distance
    on the day, whether sewage treatment was accepted by then (a way of treatment without a date is
    unknown), and whether there is piped water and no household on loose coal.

    Parameters
    ----------
    villages
        `Villages` layer, n points, metres.
    waste_facilities
        `WasteFacilities` layer.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed).
    receiving_kinds
        Kinds of works that household waste may be brought to.
    waste_distance_m
        Straight-line distance up to which works count as near (closed), metres.

    Returns
    -------
    result
        n rows, index of `villages`, with `category`, `nearest_works_id`, `nearest_works_m` and
        `waste_margin_m`. Measures, each share (%) with what is left (count): villages with waste
        collection, villages that sort waste. Table `village_services`: the matrix.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the kinds are not those of the schema, or the distance is below zero.

    Examples
    --------
    >>> from shapely import Point
    >>> villages = Villages.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     village_id=["A", "B"], has_waste_service=pd.array([True, None], dtype="boolean"),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> works = WasteFacilities.empty("EPSG:4550")
    >>> found = analyse(villages, works, as_of=date(2025, 12, 31))
    >>> share = found.measures["villages_with_waste_service_share"]
    >>> float(share.value), float(share.low.value("%")), share.excluded
    (100.0, 50.0, 1)
    """
    check_metric(villages, name=Villages.layer_name())
    kinds = tuple(receiving_kinds)
    check_kinds("receiving_kinds", "kind", kinds)
    check_distance("waste_distance_m", waste_distance_m)
    reach = within_reach(
        villages,
        waste_facilities,
        receives(waste_facilities, kinds, as_of=as_of),
        key="facility_id",
        limit_m=waste_distance_m,
    )
    answers = _answers(villages, as_of).assign(waste_works_near=reach["within"])
    features = with_county(villages, counties).assign(
        nearest_works_id=reach["place"],
        nearest_works_m=reach["distance_m"],
        waste_margin_m=(waste_distance_m - reach["distance_m"]).round(ROUNDING_DIGITS),
        waste_works_near=to_words(reach["within"]),
        reason=_reason(answers, "waste_service"),
        category=_category(answers),
    )
    told = ["village_id", "name", "town_name", "county_name", "nearest_works_id", "nearest_works_m"]
    return to_result(
        ANALYSIS,
        features,
        together(*(_tally(features, answers, name) for name in _MEASURES)),
        {"receiving_kinds": kinds, "waste_distance_m": waste_distance_m},
        tables={"village_services": to_matrix(features[told], answers, key="village_id")},
    )


def _answers(villages: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Say of each village which services its own record states."""
    method = villages["sewage_method"]
    accepted = is_on_or_before(villages["sewage_accepted_on"], as_of)
    loose = villages["loose_coal_households"]
    return pd.DataFrame({
        "waste_service": villages["has_waste_service"].astype("boolean"),
        "sorts_waste": villages["sorts_waste"].astype("boolean"),
        "sewage_treatment": accepted.mask(method == "none", other=False).mask(method.isna()),
        "piped_water": villages["has_piped_water"].astype("boolean"),
        "no_loose_coal": (loose == 0).astype("boolean").mask(loose.isna()),
    })


def _reason(answers: pd.DataFrame, service: str) -> pd.Series:
    """Say why a village does not count for a service."""
    return first_reason(answers.index, {service: answers[service].isna()})


def _tally(features: gpd.GeoDataFrame, answers: pd.DataFrame, service: str) -> Tally:
    """Count the villages that have a service."""
    share, left = _MEASURES[service]
    return tally(
        features,
        layer=Villages.layer_name(),
        share=share,
        remaining=left,
        in_scope=pd.Series(data=True, index=features.index, dtype="boolean"),
        done=answers[service],
        reason=_reason(answers, service),
        reasons=_REASONS,
        groups=("county_name",),
    )


def _category(answers: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = answers["waste_service"].map({True: "collected", False: "not_collected"})
    sorts = answers["sorts_waste"].fillna(value=False)
    return words.mask((words == "collected") & sorts, "sorted").astype("str").fillna("unknown")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("村庄环境服务", "Services of villages"),
    question=Text(
        "哪些村开展了垃圾收运和分类,还有哪些服务?",
        "Which villages have their waste collected and sorted, and what else do they have?",
    ),
    inputs=(Villages, WasteFacilities),
    optional=(Counties,),
    parameters=(RECEIVING, WASTE_DISTANCE),
    measures=(
        MeasureCard(
            _MEASURES["waste_service"][0],
            Text("开展垃圾收运的村比例", "villages with waste collection"),
            "%",
        ),
        MeasureCard(
            _MEASURES["waste_service"][1],
            Text("未开展垃圾收运的村", "villages without waste collection"),
            "count",
        ),
        MeasureCard(
            _MEASURES["sorts_waste"][0],
            Text("开展垃圾分类的村比例", "villages that sort waste"),
            "%",
        ),
        MeasureCard(
            _MEASURES["sorts_waste"][1],
            Text("未开展垃圾分类的村", "villages that do not sort waste"),
            "count",
        ),
    ),
    categories=(
        Category("not_collected", Text("无垃圾收运", "waste not collected"), "bad"),
        Category("collected", Text("有收运,未分类", "collected, not sorted"), "warning"),
        Category("sorted", Text("有收运,有分类", "collected and sorted"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("nearest_works_id", Text("最近的垃圾设施", "nearest waste works")),
        ResultColumn("nearest_works_m", Text("至该设施直线距离", "straight line to it"), "m"),
        ResultColumn("waste_works_near", Text("就近垃圾设施", "waste works nearby"), words=ANSWERS),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("village_services", Text("村庄×服务矩阵", "village by service")),),
    run=analyse,
)
