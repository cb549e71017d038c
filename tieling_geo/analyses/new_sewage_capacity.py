"""Sewage treatment capacity that came into service after the base year."""

from datetime import date
from fractions import Fraction
from functools import partial

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_fraction,
    to_weighed_levers,
    weigh,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.indicators import to_whole_year
from tieling_geo.operations.levers import day_of_assessment, to_sides
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
    Lever,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, SewageWorks
from tieling_geo.text import Text

NAME = "new_sewage_capacity"
_NAMES = WeighedNames(
    "new_sewage_capacity_in_service_share",
    done="new_sewage_capacity",
    left="new_sewage_capacity_to_come",
    unit="wan_t_per_d",
    scale=Fraction(1, 10_000),
)
_REASONS = {
    "retired": Text("该日前已停运", "retired by that day"),
    "old": Text("基期年底前已投运", "in service before the base year ended"),
    "no_capacity": Text("设计能力为零", "its capacity is zero"),
    "swapped": Text("停运日期早于投运日期", "closed before it came into service"),
    "undated": Text("投运日期缺失,不知是否新增", "no date says whether it is new"),
    AMOUNT_MISSING: Text("设计能力缺失", "capacity is missing"),
}
_OUT = ("retired", "old", "no_capacity")
_MARGIN = ResultColumn(
    "days_after_base_year", Text("基期年底之后投运的天数", "days from the base year's end"), "day"
)


def analyse(
    sewage_works: GeoDataFrame[SewageWorks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    base_year: float = 2020.0,
    asked_wan_t_per_d: float = 0.0,
    plausible_l_per_person_d: float = 250.0,
) -> Result:
    """
    Add up the design capacity that came into service after the base year and by a day.

    A works or an extension counts from the day after 31 December of the base year (open) to the day
    (closed); one with a later date is still to come. One that is retired by the day is out of
    scope, and capacity retired since is not taken off: the sum is gross. Without a date nobody
    knows whether it is new, and without a capacity how much; both widen the bounds.

    Parameters
    ----------
    sewage_works
        `SewageWorks` layer, n points, metres; an extension is a row of its own.
    counties
        `Counties` layer, for the roll-up, and for the residents.
    as_of
        The day (closed).
    base_year
        The year after whose end capacity is new.
    asked_wan_t_per_d
        The capacity that is asked for, which is held against the residents; 0: none.
    plausible_l_per_person_d
        What a resident may be reckoned with (closed); if more is asked for, a warning says so.

    Returns
    -------
    result
        n rows, index of `sewage_works`, with `category` and `days_after_base_year`. Measures: new
        capacity in service and to come (10,000 t/d), and the share of the first in both (%).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the base year is no year, or one of the amounts is negative.

    Examples
    --------
    >>> from shapely import Point
    >>> works = SewageWorks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     works_id=["A", "B"], design_t_per_d=[25000.0, 90000.0],
    ...     commissioned_on=pd.to_datetime(["2021-01-01", "2020-12-31"]),
    ...     geometry=gpd.GeoSeries([Point(0, 0)] * 2, ["A", "B"], crs=4550))
    >>> analyse(works, as_of=date(2025, 12, 31)).measures["new_sewage_capacity"].value
    Fraction(5, 2)
    """
    check_metric(sewage_works, name=SewageWorks.layer_name())
    end = date(to_whole_year("base_year", base_year), 12, 31)
    _check_amounts(asked_wan_t_per_d, plausible_l_per_person_d)
    old = is_on_or_before(sewage_works["commissioned_on"], end)
    judged = _judged(sewage_works, old, as_of)
    since = sewage_works["commissioned_on"].dt.normalize()
    features = with_county(sewage_works, counties).assign(
        days_after_base_year=(since - pd.Timestamp(end)).dt.days.astype("float64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    most = greatest_allowed(SewageWorks, "design_t_per_d")
    counted = weigh(
        features,
        layer=SewageWorks.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(sewage_works["design_t_per_d"], most=most),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "scope"),
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        {
            "base_year": base_year,
            "asked_wan_t_per_d": asked_wan_t_per_d,
            "plausible_l_per_person_d": plausible_l_per_person_d,
        },
        warnings=_implausible(counties, asked_wan_t_per_d, plausible_l_per_person_d),
        levers=partial(_levers, sewage_works, old, as_of),
    )


def _check_amounts(asked: float, plausible: float) -> None:
    """
    Refuse negative amounts.

    Raises
    ------
    ParameterError
        If one is.
    """
    if asked < 0 or plausible < 0:
        raise ParameterError(Text("能力与人均值不得为负", "amounts must not be negative"))


def _judged(works: pd.DataFrame, old: pd.Series, as_of: date) -> pd.DataFrame:
    """Say of each works if its capacity is new, if it is in service, and why it is left out."""
    since, until = works["commissioned_on"], works["retired_on"]
    swapped = (until < since).astype(bool)
    retired = is_on_or_before(until, as_of).fillna(value=False).astype(bool) & ~swapped
    nothing = works["design_t_per_d"] == 0
    # Whichever of two dates that contradict each other is wrong, it may be new and in service.
    scope = (~old).mask(swapped).mask(retired | nothing, other=False)
    reason = first_reason(
        works.index,
        {
            "retired": retired,
            "no_capacity": nothing,
            "swapped": swapped,
            "old": old,
            "undated": since.isna(),
            AMOUNT_MISSING: works["design_t_per_d"].isna(),
        },
    )
    done = is_on_or_before(since, as_of).mask(swapped)
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "new", False: "to_come"}).where(judged["reason"] == "")
    return words.fillna("unknown").mask(judged["reason"].isin(_OUT), "out_of_scope").astype("str")


def _implausible(
    counties: gpd.GeoDataFrame | None, asked_wan_t_per_d: float, plausible_l: float
) -> tuple[Text, ...]:
    """Warn if what is asked for is more than the residents can give off."""
    if counties is None or counties.empty or counties["population"].isna().any():
        return ()
    people = int(counties["population"].sum())
    litres = to_fraction(asked_wan_t_per_d) * 10_000 * 1000
    if litres <= to_fraction(plausible_l) * people:
        return ()
    told = f"{float(litres / people):.0f}" if people else "?"
    return (
        Text(
            f"按各县常住人口 {people} 人,目标合每人每日 {told} 升,超过 {plausible_l:g} 升,存疑",
            f"over the counties' {people} residents the target is {told} litres a person and day, "
            f"more than {plausible_l:g}: it is hardly plausible",
        ),
    )


def _levers(works: gpd.GeoDataFrame, old: pd.Series, as_of: date) -> dict[str, tuple[Lever, ...]]:
    """Say what moves the sum: the day; the base year stays."""
    rows = pd.DataFrame(works)[["commissioned_on", "retired_on", "design_t_per_d"]]
    rows = rows[~old.fillna(value=False).astype(bool)]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        found = _judged(moved, old.loc[moved.index], day)
        return to_sides(found["scope"], found["done"])

    moments = [rows[name].dt.normalize() for name in ("commissioned_on", "retired_on")]
    day = day_of_assessment(rows, moments, judge, as_of)
    most = greatest_allowed(SewageWorks, "design_t_per_d")
    return to_weighed_levers(_NAMES, [day], works["design_t_per_d"], most=most)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("新增污水处理能力", "New sewage treatment capacity"),
    question=Text(
        "基期之后投运了多少生活污水处理能力?",
        "How much sewage treatment capacity came into service after the base year?",
    ),
    inputs=(SewageWorks,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="base_year",
            value=2020.0,
            unit="year",
            interval="open",
            title=Text("基期年", "base year"),
            source=Text("规划二:与2020年相比", "the plan, section 2: compared with 2020"),
            verified=True,
        ),
        Parameter(
            name="asked_wan_t_per_d",
            value=0.0,
            unit="wan_t_per_d",
            interval="none",
            title=Text("核对合理性的目标值", "capacity asked for, to be checked"),
            source=Text("不设目标值时不核对", "none: nothing is checked"),
            verified=False,
        ),
        Parameter(
            name="plausible_l_per_person_d",
            value=250.0,
            unit="l_per_person_d",
            interval="closed",
            title=Text("人均新增能力的合理上限", "most capacity a resident is reckoned with"),
            source=Text(
                "本工具约定:略高于人均日用水量的常见值",
                "declared: somewhat above what a resident usually uses",
            ),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.share, Text("新增能力中已投运占比", "new capacity in service"), "%"),
        MeasureCard(_NAMES.done, Text("新增处理能力", "new capacity"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("尚未投运的新增能力", "new capacity to come"), _NAMES.unit),
    ),
    categories=(
        Category("new", Text("基期后新投运", "new and in service"), "good"),
        Category("to_come", Text("尚未投运", "still to come"), "warning"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("design_t_per_d", Text("设计能力", "design capacity"), "t_per_d"),
        ResultColumn("commissioned_on", Text("投运日期", "commissioned on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
