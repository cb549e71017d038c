"""The ultra-low-emission retrofit of the city's steel capacity."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance, day_of_acceptance
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_weighed_levers,
    weigh,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, SteelWorks
from tieling_geo.text import Text

NAME = "steel_capacity_retrofit"
_NAMES = WeighedNames(
    "steel_capacity_retrofitted_share",
    left="steel_capacity_not_retrofitted",
    unit="t_per_year",
)
_REASONS = {
    "retired": Text("产能已退出", "the capacity is retired"),
    "no_capacity": Text("产能为零", "its capacity is zero"),
    AMOUNT_MISSING: Text("产能缺失", "capacity is missing"),
    **ACCEPTANCE_REASONS,
}
_MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)


def analyse(
    steel_works: GeoDataFrame[SteelWorks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Weigh the steel capacity whose ultra-low-emission retrofit was accepted by a day.

    A capacity that was retired by the day (closed) or is zero is out of scope: a city without any
    steel capacity has nothing in scope, which is never a pass. A missing capacity is unknown, and
    so is a retrofit whose stage and date contradict each other (see `acceptance`).

    Parameters
    ----------
    steel_works
        `SteelWorks` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which stages are reckoned (closed).

    Returns
    -------
    result
        n rows, index of `steel_works`, with `category` and `days_before_deadline`. Measures: share
        of capacity accepted (%), capacity not accepted (t/a).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> works = SteelWorks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     works_id=["A", "B"], capacity_t_per_year=[3e6, 1e6],
    ...     retrofit_stage=["accepted", "in_progress"],
    ...     accepted_on=pd.to_datetime(["2023-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(works, as_of=date(2023, 12, 31))
    >>> found.measures["steel_capacity_retrofitted_share"].value
    Fraction(75, 1)
    """
    check_metric(steel_works, name=SteelWorks.layer_name())
    judged = _judged(steel_works, as_of)
    days = (pd.Timestamp(as_of) - steel_works["accepted_on"]).dt.days.astype("float64")
    features = with_county(steel_works, counties).assign(
        days_before_deadline=days, reason=judged["reason"], category=_category(judged)
    )
    most = greatest_allowed(SteelWorks, "capacity_t_per_year")
    capacity = steel_works["capacity_t_per_year"]
    counted = weigh(
        features,
        layer=SteelWorks.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(capacity, most=most),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name",),
    )

    def levers() -> Levers:
        day = day_of_acceptance(
            steel_works,
            judged["scope"],
            stage="retrofit_stage",
            finished_on="accepted_on",
            final="accepted",
            as_of=as_of,
        )
        return to_weighed_levers(_NAMES, [day], capacity, most=most)

    return to_result(ANALYSIS, features, counted, {}, levers=levers)


def _judged(works: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Say of each capacity if the duty is about it, if it is done, and why it is left out."""
    retired = is_on_or_before(works["retired_on"], as_of).fillna(value=False)
    nothing = works["capacity_t_per_year"] == 0
    found = acceptance(works["retrofit_stage"], works["accepted_on"], final="accepted", as_of=as_of)
    own = {word: found["reason"] == word for word in ACCEPTANCE_REASONS}
    missing = works["capacity_t_per_year"].isna()
    reason = first_reason(
        works.index, {"retired": retired, "no_capacity": nothing, **own, AMOUNT_MISSING: missing}
    )
    return pd.DataFrame({
        "scope": (~retired & ~nothing).astype("boolean"),
        "done": found["done"],
        "reason": reason,
    })


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"].isin(["retired", "no_capacity"]), "out_of_scope").astype(
        "str"
    )


ANALYSIS = Analysis(
    name=NAME,
    title=Text("钢铁产能超低排放改造", "Ultra-low-emission retrofit of steel capacity"),
    question=Text(
        "全市钢铁产能是否都完成了超低排放改造?",
        "Has all steel capacity finished its ultra-low-emission retrofit?",
    ),
    inputs=(SteelWorks,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_NAMES.share, Text("已验收产能占比", "steel capacity accepted"), "%"),
        MeasureCard(_NAMES.left, Text("未验收产能", "steel capacity not accepted"), _NAMES.unit),
    ),
    categories=(
        Category("not_accepted", Text("未验收", "not accepted"), "bad"),
        Category("accepted", Text("已验收", "accepted"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("capacity_t_per_year", Text("产能", "capacity"), "t_per_year"),
        ResultColumn("accepted_on", Text("验收日期", "accepted on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
