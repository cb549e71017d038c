"""Sewage works whose inflow is thin, and whether their catchment has a plan for its pipes."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.indicators import last_complete_year
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
from tieling_geo.operations.sewage_loads import (
    MOST_BOD,
    MOST_INFLOW,
    OUT_OF_SCOPE,
    RECORDS_WITHOUT_WORKS,
    WORKS_REASONS,
    YearlyInflow,
    records_without_works,
    service_areas_of_works,
    works_in_year,
    yearly_inflows,
)
from tieling_geo.records import (
    Analysis,
    Category,
    Lever,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, SewageInflowRecords, SewageWorks, SewerServiceAreas
from tieling_geo.text import Text

NAME = "low_inflow_works"
_SHARE, _LEFT = "low_bod_works_with_plan_share", "low_bod_works_without_plan"
_REASONS = {
    **WORKS_REASONS,
    "not_low": Text("进水浓度不低于限值", "the inflow is not below the limit"),
    "no_inflow": Text("该年没有进水", "nothing flowed in in the year"),
    "few_months": Text("有数的月份不足", "too few months have numbers"),
    "mean_unknown": Text(
        "缺失月份可使均值在限值两侧", "missing months can bring the mean to either side"
    ),
    **ACCEPTANCE_REASONS,
}
_OUT = (*OUT_OF_SCOPE, "not_low")
_PLANNED = ("adopted", "finished")
_MARGIN = ResultColumn(
    "bod_margin_mg_per_l",
    Text("高于限值(低于为负)", "above the limit (below -)"),
    "mg_per_l",
)


def analyse(  # noqa: PLR0913 - the layers, the day, and a number for each thing that is declared
    sewage_works: GeoDataFrame[SewageWorks],
    sewage_inflow_records: GeoDataFrame[SewageInflowRecords],
    *,
    sewer_service_areas: GeoDataFrame[SewerServiceAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    scopes: tuple[str, ...] = ("city",),
    inflow_bod_limit_mg_per_l: float = 100.0,
    least_months: float = 9.0,
    most_bod_mg_per_l: float = 500.0,
    most_inflow_of_design_pct: float = 150.0,
) -> Result:
    """
    Tell which works had a thin inflow in the last complete year, and no plan for their catchment.

    The duty is about works whose flow-weighted mean BOD of the year is strictly below the limit
    (open: exactly the limit is not low). Missing months may be anything up to declared bounds: if
    that can bring the mean to either side, or too few months are known, the works is unknown. A
    plan counts that is adopted or finished and dated by the day (closed).

    Parameters
    ----------
    sewage_works
        `SewageWorks` layer, n points, metres.
    sewage_inflow_records
        `SewageInflowRecords` table; rows of a works that is not in the layer are listed.
    sewer_service_areas
        `SewerServiceAreas` layer: how many areas name the works.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day; 31 December ends its own year (closed).
    scopes
        Words of the column `scope` that count.
    inflow_bod_limit_mg_per_l
        Mean below which an inflow is low (open), mg/L.
    least_months
        Months that must be known (closed).
    most_bod_mg_per_l, most_inflow_of_design_pct
        Bounds of what is missing, see `operations.sewage_loads.yearly_inflows`.

    Returns
    -------
    result
        n rows, index of `sewage_works`, with `category`, the mean and its bounds, and
        `bod_margin_mg_per_l`. Measures: share of low works with a plan (%), number without one.
        Table `records_without_works`. Records are not cut with the works, so neither are these.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such scope, or a bound is negative.

    Examples
    --------
    >>> from shapely import Point
    >>> works = SewageWorks.empty("EPSG:4550").reindex(["A"]).assign(
    ...     works_id="A", scope="city", plan_status="none", design_t_per_d=1000.0,
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> rows = SewageInflowRecords.empty("EPSG:4550").reindex(range(12)).assign(
    ...     works_id="A", year=pd.array([2025] * 12, dtype="Int64"),
    ...     month=pd.array(range(1, 13), dtype="Int64"), inflow_m3=30000.0, bod_mg_per_l=99.5)
    >>> found = analyse(works, rows, as_of=date(2025, 12, 31))
    >>> found.against["low_bod_works_without_plan"], found.features["bod_margin_mg_per_l"].item()
    (('A',), -0.5)
    """
    check_metric(sewage_works, name=SewageWorks.layer_name())
    values: dict[str, ParameterValue] = {
        "scopes": scopes,
        "inflow_bod_limit_mg_per_l": inflow_bod_limit_mg_per_l,
        "least_months": least_months,
        MOST_BOD.name: most_bod_mg_per_l,
        MOST_INFLOW.name: most_inflow_of_design_pct,
    }
    year, limit = last_complete_year(as_of), to_fraction(inflow_bod_limit_mg_per_l)
    inflows = yearly_inflows(
        sewage_works,
        sewage_inflow_records,
        year=year,
        most_bod_mg_per_l=most_bod_mg_per_l,
        most_inflow_of_design_pct=most_inflow_of_design_pct,
    )
    asked = works_in_year(sewage_works, sewage_inflow_records, year=year, scopes=scopes)
    low = _low(inflows, sewage_works.index, limit, least_months)
    judged = _judged(sewage_works, asked, low, as_of)
    features = _with_means(with_county(sewage_works, counties), inflows, limit).assign(
        service_areas=service_areas_of_works(sewage_works, sewer_service_areas),
        reason=judged["reason"],
        category=_category(judged),
    )
    lost = records_without_works(sewage_works, sewage_inflow_records)
    counted = tally(
        features,
        layer=SewageWorks.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "scope"),
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables={"records_without_works": lost},
        warnings=(RECORDS_WITHOUT_WORKS,) if len(lost) else (),
        levers=partial(_levers, sewage_works, asked, low, inflows, limit, as_of),
    )


def _low(
    inflows: Sequence[YearlyInflow], index: pd.Index, limit: Fraction, least_months: float
) -> pd.DataFrame:
    """Say of each works if its inflow is low, and why that is not known."""
    low, why = [], []
    for one in inflows:
        least, most = one.mean_least, one.mean_most
        few = one.known_months < least_months
        if least is None or most is None:
            word = "no_inflow"
        else:
            word = "few_months" if few else "mean_unknown" if least < limit <= most else ""
        why.append(word)
        low.append(None if word else most is not None and most < limit)
    return pd.DataFrame({
        "low": pd.Series(low, index, dtype="boolean"),
        "why": pd.Series(why, index, dtype="str"),
    })


def _judged(
    works: pd.DataFrame, asked: pd.DataFrame, low: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Say of each works if the duty is about it, if it has a plan, and why it is left out."""
    plan = _plan(works, as_of)
    is_low = low["low"]
    out = asked["reason"].isin(OUT_OF_SCOPE)
    reason = first_reason(
        works.index,
        {
            **{word: asked["reason"] == word for word in OUT_OF_SCOPE},
            "not_low": ~is_low,
            **{word: asked["reason"] == word for word in WORKS_REASONS if word not in OUT_OF_SCOPE},
            **{word: low["why"] == word for word in ("no_inflow", "few_months", "mean_unknown")},
            **{word: plan["reason"] == word for word in ACCEPTANCE_REASONS},
        },
    )
    scope = (asked["in_scope"] & is_low).mask(out, other=False)
    return pd.DataFrame({"scope": scope, "done": plan["done"], "reason": reason})


def _plan(works: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each works if a plan for its catchment is active by a day."""
    status = works["plan_status"]
    stage = status.mask(status.isin(_PLANNED), "active")
    return acceptance(stage, works["plan_adopted_on"], final="active", as_of=as_of)


def _with_means(
    works: gpd.GeoDataFrame, inflows: Sequence[YearlyInflow], limit: Fraction
) -> gpd.GeoDataFrame:
    """Add the year's mean, its bounds, and how far it is from the limit."""
    means_known = [one.mean for one in inflows]
    means = {
        name: [np.nan if value is None else float(value) for value in values]
        for name, values in {
            "mean_bod_mg_per_l": means_known,
            "least_bod_mg_per_l": [one.mean_least for one in inflows],
            "most_bod_mg_per_l": [one.mean_most for one in inflows],
            "bod_margin_mg_per_l": [None if m is None else m - limit for m in means_known],
        }.items()
    }
    return works.assign(
        known_months=pd.array([one.known_months for one in inflows], dtype="Int64"), **means
    )


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "with_plan", False: "without_plan"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    known = known.mask(judged["reason"] == "not_low", "not_low")
    return known.mask(judged["reason"].isin(OUT_OF_SCOPE), "out_of_scope").astype("str")


def _levers(
    works: gpd.GeoDataFrame,
    asked: pd.DataFrame,
    low: pd.DataFrame,
    inflows: Sequence[YearlyInflow],
    limit: Fraction,
    as_of: date,
) -> dict[str, tuple[Lever, ...]]:
    """Say what moves the count: the limit, and the day by which plans are adopted."""
    scope = (asked["in_scope"] & low["low"]).mask(asked["reason"].isin(OUT_OF_SCOPE), other=False)
    plan = pd.DataFrame(works)[["plan_status", "plan_adopted_on"]]
    near = plan[scope.fillna(value=True).astype(bool)]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        return to_sides(scope.loc[moved.index], _plan(moved, day)["done"])

    day = day_of_assessment(near, [near["plan_adopted_on"].dt.normalize()], judge, as_of)
    return to_levers(
        _SHARE, _LEFT, [_limit_lever(asked, low, inflows, limit, _plan(plan, as_of)["done"]), day]
    )


def _limit_lever(
    asked: pd.DataFrame,
    low: pd.DataFrame,
    inflows: Sequence[YearlyInflow],
    limit: Fraction,
    done: pd.Series,
) -> Crossings:
    """
    Describe the limit, which could be another.

    A works is surely not low up to its least mean, and surely low above its greatest; where months
    are missing the two differ, and it crosses twice.
    """
    index = asked.index
    decided = ~low["why"].isin(["no_inflow", "few_months"])
    ends = {
        name: pd.Series([np.nan if v is None else float(limit - v) for v in values], index)
        for name, values in {
            "least": [one.mean_least for one in inflows],
            "most": [one.mean_most for one in inflows],
        }.items()
    }
    inside = asked["in_scope"]
    between = inside.mask(inside.fillna(value=True).astype(bool))
    outside = inside & False
    margin = pd.concat([ends["most"].where(decided), ends["least"].where(decided)])
    inner = pd.concat([to_sides(inside, done), to_sides(between, done)])
    outer = pd.concat([to_sides(between, done), to_sides(outside, done)])
    parameter = next(p for p in ANALYSIS.parameters if p.name == "inflow_bod_limit_mg_per_l")
    return threshold(parameter, margin, inner, outer, closed=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("进水浓度偏低的污水处理厂", "Sewage works with a thin inflow"),
    question=Text(
        "哪些污水处理厂进水生化需氧量偏低,且片区没有整治方案?",
        "Which sewage works have an inflow of low BOD, and no plan for their catchment?",
    ),
    inputs=(SewageWorks, SewageInflowRecords),
    optional=(SewerServiceAreas, Counties),
    parameters=(
        Parameter(
            name="scopes",
            value=("city",),
            unit="",
            interval="none",
            title=Text("计入的服务范围", "which works count"),
            source=Text("规划所指为城市污水处理厂", "the plan speaks of the cities' works"),
            verified=True,
        ),
        Parameter(
            name="inflow_bod_limit_mg_per_l",
            value=100.0,
            unit="mg_per_l",
            interval="open",
            title=Text("进水BOD限值", "inflow BOD limit"),
            source=Text("规划三(十)", "the plan, section 3(10)"),
            verified=True,
        ),
        Parameter(
            name="least_months",
            value=9.0,
            unit="count",
            interval="closed",
            title=Text("须有数的月份", "months that must be known"),
            source=Text(
                "本工具约定:年均值至少须三个季度的数据", "declared: three quarters of a year"
            ),
            verified=False,
        ),
        MOST_BOD,
        MOST_INFLOW,
    ),
    measures=(
        MeasureCard(_SHARE, Text("浓度偏低的厂有方案占比", "low works with a plan"), "%"),
        MeasureCard(_LEFT, Text("浓度偏低而无方案的厂", "low works without a plan"), "count"),
    ),
    categories=(
        Category("without_plan", Text("浓度偏低,无方案", "low, without a plan"), "bad"),
        Category("with_plan", Text("浓度偏低,有方案", "low, with a plan"), "warning"),
        Category("not_low", Text("浓度不偏低", "not low"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("known_months", Text("有数的月份", "months known"), "count"),
        ResultColumn("mean_bod_mg_per_l", Text("加权平均BOD", "mean BOD"), "mg_per_l"),
        ResultColumn("least_bod_mg_per_l", Text("平均BOD下限", "least mean BOD"), "mg_per_l"),
        ResultColumn("most_bod_mg_per_l", Text("平均BOD上限", "greatest mean BOD"), "mg_per_l"),
        ResultColumn("plan_status", Text("片区整治方案状态", "status of the catchment's plan")),
        ResultColumn("service_areas", Text("所属服务区数", "service areas"), "count"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard(
            "records_without_works", Text("找不到污水厂的进水记录", "inflow records of no works")
        ),
    ),
    run=analyse,
)
