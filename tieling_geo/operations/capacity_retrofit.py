"""The retrofit of works that are weighed by their capacity, and accepted as finished by a day."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_weighed_levers,
    weigh,
)
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import Crossings, day_of_assessment, to_sides
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    with_county,
)
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import Category, Levers, ResultColumn
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

#: Why a capacity does not count, by the words of `retrofit_state`.
RETROFIT_REASONS: Mapping[str, Text] = MappingProxyType({
    "retired": Text("产能已退出", "the capacity is retired"),
    "no_capacity": Text("产能为零", "its capacity is zero"),
    AMOUNT_MISSING: Text("产能缺失", "capacity is missing"),
    **ACCEPTANCE_REASONS,
})
MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)
#: What a map colours works by.
RETROFIT_CATEGORIES = (
    Category("not_accepted", Text("未验收", "not accepted"), "bad"),
    Category("accepted", Text("已验收", "accepted"), "good"),
    UNKNOWN,
    Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
)
RETROFIT_COLUMNS = (
    COUNTY_COLUMN,
    BORDER_COLUMN,
    REASON_COLUMN,
    ResultColumn("capacity_t_per_year", Text("产能", "capacity"), "t_per_year"),
    ResultColumn("accepted_on", Text("验收日期", "accepted on")),
    MARGIN,
)


class Retrofit(NamedTuple):
    """What the works of one layer come to."""

    features: gpd.GeoDataFrame
    counted: Tally
    levers: Callable[[], Levers]


def weigh_retrofit(
    works: gpd.GeoDataFrame,
    counties: gpd.GeoDataFrame | None,
    *,
    schema: type[LayerSchema],
    names: WeighedNames,
    as_of: date,
) -> Retrofit:
    """
    Weigh the capacity whose retrofit was accepted by a day.

    Parameters
    ----------
    works
        n points, metres, with `capacity_t_per_year`, `retrofit_stage`, `accepted_on` and
        `retired_on`.
    counties
        `Counties` layer, for the roll-up, or None.
    schema
        The works' layer; its limit of `capacity_t_per_year` bounds a missing one.
    names
        Names of the measures.
    as_of
        The day to which stages are reckoned (closed).

    Returns
    -------
    retrofit
        The n features with `county_name`, `border_case`, `days_before_deadline`, `reason` and
        `category`; the measures of `names`; what could move them: the day.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    """
    check_metric(works, name=schema.layer_name())
    judged = retrofit_state(works, as_of)
    days = (pd.Timestamp(as_of) - works["accepted_on"]).dt.days.astype("float64")
    features = with_county(works, counties).assign(
        days_before_deadline=days, reason=judged["reason"], category=_category(judged)
    )
    capacity = works["capacity_t_per_year"]
    most = greatest_allowed(schema, "capacity_t_per_year")
    counted = weigh(
        features,
        layer=schema.layer_name(),
        names=names,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(capacity, most=most),
        reason=judged["reason"],
        reasons=RETROFIT_REASONS,
        groups=("county_name",),
    )

    def levers() -> Levers:
        return to_weighed_levers(names, [_day(works, as_of)], capacity, most=most)

    return Retrofit(features, counted, levers)


def retrofit_state(works: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """
    Say of each capacity if the duty is about it, if it is done, and why it is left out.

    A capacity retired by the day (closed) or of zero is out of scope. See `acceptance` for the
    rest.

    Examples
    --------
    >>> works = pd.DataFrame({"capacity_t_per_year": [1e6, 0.0, 2e6],
    ...     "retrofit_stage": ["accepted", "in_progress", "in_progress"],
    ...     "accepted_on": pd.to_datetime(["2023-12-31", None, None]),
    ...     "retired_on": pd.to_datetime([None, None, "2023-12-31"])})
    >>> found = retrofit_state(works, date(2023, 12, 31))
    >>> found["scope"].tolist(), found["done"].tolist(), found["reason"].tolist()
    ([True, False, False], [True, False, False], ['', 'no_capacity', 'retired'])
    """
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


def _day(works: gpd.GeoDataFrame, as_of: date) -> Crossings:
    """Say what the day moves: what is accepted by it, and what is retired."""
    dates = ["accepted_on", "retired_on"]
    plain = pd.DataFrame(works[["capacity_t_per_year", "retrofit_stage", *dates]])

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        state = retrofit_state(moved, day)
        return to_sides(state["scope"], state["done"])

    return day_of_assessment(plain, [plain[name].dt.normalize() for name in dates], judge, as_of)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"].isin(["retired", "no_capacity"]), "out_of_scope").astype(
        "str"
    )
