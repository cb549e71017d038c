"""Coal power units that use much coal, and whether a plan for their retrofit is adopted."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.coal_units import (
    COAL_UNIT_REASONS,
    coal_units,
    out_cases,
    unknown_cases,
)
from tieling_geo.operations.levers import (
    Crossings,
    day_of_assessment,
    threshold,
    to_levers,
    to_sides,
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
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, PowerUnits
from tieling_geo.text import Text

NAME = "power_unit_duties"
_SHARE, _LEFT = "inefficient_units_with_plan_share", "inefficient_units_without_plan"
_DATES = ("commissioned_on", "retired_on", "plan_adopted_on")
_REASONS = {
    **COAL_UNIT_REASONS,
    "efficient": Text("供电煤耗低于限值", "coal use is below the limit"),
    "coal_use_unknown": Text("供电煤耗缺失", "coal use is missing"),
    **ACCEPTANCE_REASONS,
}
_LIMIT = Parameter(
    name="coal_use_limit_gce_per_kwh",
    value=300.0,
    unit="gce_per_kwh",
    interval="closed",
    title=Text("供电煤耗限值", "limit of coal use"),
    source=Text("规划三(八)", "the plan, section 3(8)"),
    verified=True,
)
_MARGIN = ResultColumn(
    "coal_use_margin_gce_per_kwh",
    Text("供电煤耗高出限值(正为应改造)", "coal use above the limit (+ is to be retrofitted)"),
    "gce_per_kwh",
)


def analyse(
    power_units: GeoDataFrame[PowerUnits],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    coal_use_limit_gce_per_kwh: float = 300.0,
) -> Result:
    """
    Count the coal units in service that use much coal and have no plan for a retrofit by a day.

    A plan counts from the day on which it was adopted (closed); one that is finished was adopted.
    A stage before adoption with a past date contradicts it, and an adopted plan without a date
    cannot be placed before the day: both are unknown. A missing fuel or coal use is unknown, too,
    unless something else puts the unit out of scope.

    Parameters
    ----------
    power_units
        `PowerUnits` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which service and plans are reckoned (closed).
    coal_use_limit_gce_per_kwh
        Coal use of power supplied from which a unit is to be retrofitted (closed), gce/kWh.

    Returns
    -------
    result
        n rows, index of `power_units`, with `category` and `coal_use_margin_gce_per_kwh`. Measures:
        share of such units with a plan (%), number without one (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> units = PowerUnits.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     unit_id=["A", "B"], fuel="coal", coal_use_gce_per_kwh=[300.0, 299.9],
    ...     plan_status="none", geometry=gpd.GeoSeries([Point(0, 0)] * 2, ["A", "B"], crs=4550))
    >>> found = analyse(units, as_of=date(2025, 12, 31))
    >>> int(found.measures["inefficient_units_without_plan"].value)
    1
    """
    check_metric(power_units, name=PowerUnits.layer_name())
    limit = coal_use_limit_gce_per_kwh
    judged = _judged(power_units, as_of, limit)
    features = with_county(power_units, counties).assign(
        coal_use_margin_gce_per_kwh=power_units["coal_use_gce_per_kwh"] - limit,
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=PowerUnits.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "plan_status"),
    )

    def levers() -> Levers:
        return to_levers(_SHARE, _LEFT, _crossings(power_units, as_of, limit))

    return to_result(ANALYSIS, features, counted, {_LIMIT.name: limit}, levers=levers)


def _plan(units: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each unit if a plan was adopted by the day."""
    stage = units["plan_status"].replace("finished", "adopted")
    return acceptance(stage, units["plan_adopted_on"], final="adopted", as_of=as_of)


def _judged(units: gpd.GeoDataFrame, as_of: date, limit: float) -> pd.DataFrame:
    """Say of each unit if the duty is about it, if it has a plan, and why it is left out."""
    state, plan = coal_units(units, as_of), _plan(units, as_of)
    use = units["coal_use_gce_per_kwh"]
    is_high = (use >= limit).astype("boolean").mask(use.isna())
    reason = first_reason(
        units.index,
        {
            **out_cases(state),
            "efficient": ~is_high,
            **unknown_cases(state),
            "coal_use_unknown": is_high.isna(),
            **{word: plan["reason"] == word for word in ACCEPTANCE_REASONS},
        },
    )
    return pd.DataFrame({
        "scope": state["in_use"] & is_high,
        "done": plan["done"].astype("boolean"),
        "reason": reason,
    })


def _crossings(units: gpd.GeoDataFrame, as_of: date, limit: float) -> tuple[Crossings, Crossings]:
    """Describe the limit, which could be another, and the day."""
    rows = pd.DataFrame(units)[["fuel", "plan_status", "coal_use_gce_per_kwh", *_DATES]]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        judged = _judged(moved, day, limit)
        return judged[["scope", "done"]]

    done = _plan(units, as_of)["done"]
    inner = to_sides(coal_units(units, as_of)["in_use"], done)
    margin = rows["coal_use_gce_per_kwh"] - limit
    moments = [rows[name].dt.normalize() for name in _DATES]
    return (
        threshold(_LIMIT, margin, inner, to_sides(False, done)),  # noqa: FBT003 - a value
        day_of_assessment(rows, moments, judge, as_of),
    )


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "with_plan", False: "without_plan"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    reason = judged["reason"]
    out = reason.isin(["not_coal", "not_yet", "closed"])
    return known.mask(reason == "efficient", "below_limit").mask(out, "out_of_scope").astype("str")


_PLAN = {card.name: card for card in PowerUnits.columns()}["plan_status"]
_PLANS = _PLAN.values  # noqa: PD011 - a field of ColumnCard

ANALYSIS = Analysis(
    name=NAME,
    title=Text("高煤耗机组改造安排", "Retrofit plans of units that use much coal"),
    question=Text(
        "供电煤耗达到限值的在役煤电机组是否都有已批复的改造计划?",
        "Has every coal unit in service whose coal use reaches the limit an adopted plan?",
    ),
    inputs=(PowerUnits,),
    optional=(Counties,),
    parameters=(_LIMIT,),
    measures=(
        MeasureCard(
            _SHARE, Text("高煤耗机组有改造计划占比", "units of high coal use with a plan"), "%"
        ),
        MeasureCard(
            _LEFT, Text("高煤耗机组无改造计划数", "units of high coal use without a plan"), "count"
        ),
    ),
    categories=(
        Category("without_plan", Text("无改造计划", "no plan"), "bad"),
        Category("with_plan", Text("已有改造计划", "with a plan"), "good"),
        UNKNOWN,
        Category("below_limit", Text("低于限值", "below the limit"), "neutral"),
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("electric_mw", Text("装机容量", "electric capacity"), "mw"),
        ResultColumn("coal_use_gce_per_kwh", Text("供电煤耗", "coal use"), "gce_per_kwh"),
        ResultColumn("plan_status", Text("改造计划状态", "status of the plan"), words=_PLANS),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
