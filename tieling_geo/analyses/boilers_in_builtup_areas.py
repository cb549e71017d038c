"""Small coal boilers inside built-up areas."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.boiler_capacity import from_mw, is_small, to_capacity_t_per_h
from tieling_geo.operations.coverage import coverage_in_year
from tieling_geo.operations.levers import (
    Crossings,
    border_and_positions,
    day_of_retirement,
    perhaps,
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
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    LaterLevers,
    Levers,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Boilers, BuiltupAreas, Counties
from tieling_geo.text import Text

NAME = "boilers_in_builtup_areas"
_SHARE, _LEFT = "small_coal_boilers_retired_share", "small_coal_boilers_remaining"
_REASONS = {
    "not_coal": Text("不是燃煤锅炉", "not a coal boiler"),
    "larger": Text("容量大于限值", "larger than the limit"),
    "outside": Text("不在建成区内", "outside the built-up areas"),
    "capacity_unknown": Text("容量缺失", "capacity is missing"),
    "capacities_differ": Text(
        "蒸发量与热功率分列限值两侧", "its t/h and its MW lie on different sides of the limit"
    ),
    "no_boundary": Text(
        "没有该年或更早的建成区边界,无法判断是否在内",
        "no built-up boundary of that year or earlier says whether it is inside",
    ),
    **RETIREMENT_REASONS,
}
_SCOPES = tuple(
    scope
    for column in BuiltupAreas.columns()
    if column.name == "scope"
    for scope in column.values  # noqa: PD011 - a field of ColumnCard
)
_MARGIN = ResultColumn(
    "builtup_margin_m",
    Text("距建成区边界(内为正)", "to the built-up area's border (inside +)"),
    "m",
)


def analyse(
    boilers: GeoDataFrame[Boilers],
    builtup_areas: GeoDataFrame[BuiltupAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    capacity_limit_t_per_h: float = 35.0,
    capacity_limit_closed: bool = True,
    builtup_scope: str = "city",
) -> Result:
    """
    Tell which small coal boilers inside built-up areas were not retired by a day.

    The capacity is that of the single boiler. One stated in megawatts only is converted at
    0.7 MW per t/h (GB 13271-2014: 45.5 MW equals 65 t/h), so that 24.5 MW is 35 t/h. Where both are
    stated and lie on different sides of the limit, neither is believed.

    Of each built-up area the latest boundary counts that is not later than the year of the day
    (closed). Where an area has only later boundaries, nobody knows how far it reached: a boiler
    inside those does not count and is listed as unknown, as is every boiler without any boundary.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows, metres.
    builtup_areas
        `BuiltupAreas` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    capacity_limit_t_per_h
        Rated capacity up to which a boiler is small, t/h.
    capacity_limit_closed
        True: a boiler of exactly the limit is small (closed); False: it is not (open).
    builtup_scope
        Which built-up areas count: `city`, `county_town` or `town`.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `capacity_used_t_per_h`, `builtup_area`,
        `boundary_year` and `builtup_margin_m` (positive inside, the border counts as inside).
        Measures: share retired (%), number left (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no built-up area can have the scope given.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     boiler_id=["A", "B"], fuel="coal", status="operating", capacity_t_per_h=[35.0, 36.0],
    ...     geometry=gpd.GeoSeries([Point(5, 5), Point(5, 5)], ["A", "B"], crs=4550))
    >>> town = gpd.GeoDataFrame({"area_id": ["T"], "name": ["T"], "scope": ["city"],
    ...     "boundary_year": [2020]}, geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> analyse(boilers, town, as_of=date(2025, 12, 31)).features["category"].tolist()
    ['remaining', 'out_of_scope']
    """
    check_metric(boilers, name=Boilers.layer_name())
    _check_scope(builtup_scope)
    covered = coverage_in_year(boilers, builtup_areas, scope=builtup_scope, year=as_of.year)
    small = is_small(boilers, capacity_limit_t_per_h, closed=capacity_limit_closed)
    judged = _judged(boilers, covered["inside"], small, as_of)
    features = with_county(boilers, counties).assign(
        builtup_area=covered["area"],
        boundary_year=covered["boundary_year"],
        builtup_margin_m=covered["margin_m"],
        capacity_used_t_per_h=to_capacity_t_per_h(boilers),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Boilers.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "use"),
    )
    values: dict[str, ParameterValue] = {
        "capacity_limit_t_per_h": capacity_limit_t_per_h,
        "capacity_limit_closed": capacity_limit_closed,
        "builtup_scope": builtup_scope,
    }
    result = to_result(ANALYSIS, features, counted, values)
    limit = replace(
        result.parameters["capacity_limit_t_per_h"],
        interval="closed" if capacity_limit_closed else "open",
    )

    def levers() -> Levers:
        crossings = _crossings(boilers, covered, small, limit, capacity_limit_t_per_h, as_of)
        return to_levers(_SHARE, _LEFT, crossings)

    parameters = {**result.parameters, limit.name: limit}
    return replace(result, parameters=parameters, levers=LaterLevers(levers))


def _check_scope(scope: str) -> None:
    """
    Refuse a scope that no built-up area can have.

    Raises
    ------
    ParameterError
        Naming it and what is known.
    """
    if scope not in _SCOPES:
        raise ParameterError(
            Text(
                f"参数 builtup_scope:没有建成区范围 {scope!r};可用:{'、'.join(_SCOPES)}",
                f"parameter builtup_scope: no scope {scope!r}; known: {', '.join(_SCOPES)}",
            )
        )


def _judged(
    boilers: gpd.GeoDataFrame, inside: pd.Series, small: pd.Series, as_of: date
) -> pd.DataFrame:
    """Say of each boiler if the duty is about it, if it is done, and why it is left out."""
    state = retirement(boilers, as_of)
    reason = first_reason(
        boilers.index,
        {
            "not_coal": ~state["is_coal"],
            "outside": ~inside,
            "larger": ~small,
            "not_yet": ~state["exists"],
            "no_boundary": inside.isna(),
            "fuel_unknown": state["is_coal"].isna(),
            "capacity_unknown": to_capacity_t_per_h(boilers).isna(),
            "capacities_differ": small.isna(),
            "contradiction": state["contradiction"],
            "undated": state["undated"],
            "status_unknown": state["is_retired"].isna(),
        },
    )
    scope = state["is_coal"] & inside & small & state["exists"]
    return pd.DataFrame({"scope": scope, "done": state["is_retired"], "reason": reason})


def _crossings(
    boilers: gpd.GeoDataFrame,
    covered: pd.DataFrame,
    small: pd.Series,
    limit: Parameter,
    limit_t_per_h: float,
    as_of: date,
) -> list[Crossings]:
    """Say what moves the count: the border, the boilers' positions, the limit, the day."""
    state, inside = retirement(boilers, as_of), covered["inside"]
    due, done = state["is_coal"] & state["exists"], state["is_retired"]
    # Beyond the known borders it stays open whether those that have only later ones are inside.
    outside = inside.where(inside.isna(), other=False)
    sides = to_sides(due & small, done), to_sides(due & small & outside, done)
    around = border_and_positions(BuiltupAreas, Boilers, covered["margin_m"], *sides)
    below, above = to_sides(due & inside, done), to_sides(scope=False, done=done)
    # Between its two capacities nobody knows if a boiler is small; if they agree it crosses once.
    both = pd.DataFrame({"stated": boilers["capacity_t_per_h"], "converted": from_mw(boilers)})
    least, most = both.min(axis=1), both.max(axis=1)
    between = to_sides(perhaps(due & inside), done).mask(least == most, above)
    size = threshold(
        limit,
        limit_t_per_h - pd.concat([most, least.mask(least == most)]),
        pd.concat([below, between]),
        pd.concat([between, above]),
        closed=limit.interval == "closed",
    )
    return [*around, size, day_of_retirement(boilers, inside & small, as_of)]


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    out = judged["reason"].isin(["not_coal", "outside", "larger", "not_yet"])
    words = judged["done"].map({True: "retired", False: "remaining"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("建成区小型燃煤锅炉", "Small coal boilers in built-up areas"),
    question=Text(
        "城市建成区内哪些小型燃煤锅炉尚未淘汰?",
        "Which small coal boilers inside city built-up areas are not retired?",
    ),
    inputs=(Boilers, BuiltupAreas),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="capacity_limit_t_per_h",
            value=35.0,
            unit="t_per_h",
            interval="closed",
            title=Text("小型锅炉容量上限", "capacity up to which a boiler is small"),
            source=Text("规划三(八)", "the plan, section 3(8)"),
            verified=True,
        ),
        Parameter(
            name="capacity_limit_closed",
            value=True,
            unit="",
            interval="none",
            title=Text("上限含本数", "the limit itself counts"),
            source=Text("规划三(八):“及以下”", "the plan, section 3(8): or less"),
            verified=True,
        ),
        Parameter(
            name="builtup_scope",
            value="city",
            unit="",
            interval="none",
            title=Text("建成区范围", "which built-up areas count"),
            source=Text("规划三(八):城市建成区", "the plan, section 3(8): city built-up areas"),
            verified=True,
        ),
    ),
    measures=(
        MeasureCard(
            _SHARE,
            Text("建成区小型燃煤锅炉淘汰比例", "small coal boilers retired"),
            "%",
        ),
        MeasureCard(
            _LEFT,
            Text("建成区尚未淘汰的小型燃煤锅炉", "small coal boilers left"),
            "count",
        ),
    ),
    categories=(
        Category("remaining", Text("建成区内,未淘汰", "inside, not retired"), "bad"),
        Category("retired", Text("建成区内,已淘汰", "inside, retired"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("builtup_area", Text("最近的建成区", "nearest built-up area")),
        ResultColumn("boundary_year", Text("采用的边界年份", "year of the boundary used"), "year"),
        ResultColumn("capacity_used_t_per_h", Text("采用容量", "capacity used"), "t_per_h"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
