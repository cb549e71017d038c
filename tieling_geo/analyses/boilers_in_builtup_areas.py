"""Small coal boilers inside built-up areas."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.analyses._shared import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import boundary_of_year, is_inside, margin_to_area_m
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Boilers, BuiltupAreas, Counties
from tieling_geo.text import Text
from tieling_geo.units import MW_PER_T_PER_H

NAME = "boilers_in_builtup_areas"
_REASONS = {
    "not_coal": Text("不是燃煤锅炉", "not a coal boiler"),
    "larger": Text("容量大于限值", "larger than the limit"),
    "outside": Text("不在建成区内", "outside the built-up areas"),
    "capacity_unknown": Text("容量缺失", "capacity is missing"),
    "no_boundary": Text("该年没有建成区边界", "no built-up boundary of that year"),
    **RETIREMENT_REASONS,
}
_MARGIN = ResultColumn(
    "builtup_margin_m",
    Text("距建成区边界(内为正)", "to the built-up area's border (inside +)"),
    "m",
)


def to_capacity_t_per_h(boilers: gpd.GeoDataFrame) -> pd.Series:
    """
    Give each boiler's capacity in tonnes of steam an hour, as stated, else from its megawatts.

    Examples
    --------
    >>> frame = pd.DataFrame({"capacity_t_per_h": [35.0, None], "capacity_mw": [None, 24.5]})
    >>> to_capacity_t_per_h(frame).tolist()
    [35.0, 35.0]
    """
    # Rounded to a gram a second: 24.5 / 0.7 is 35.000000000000004 in binary.
    converted = (boilers["capacity_mw"] / MW_PER_T_PER_H).round(6)
    capacity: pd.Series = boilers["capacity_t_per_h"].fillna(converted)
    return capacity


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
    0.7 MW per t/h (GB 13271-2014: 45.5 MW equals 65 t/h), so that 24.5 MW is 35 t/h.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows, metres.
    builtup_areas
        `BuiltupAreas` layer; of each area the latest boundary up to the year of `as_of` is used.
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
        n rows, index of `boilers`, with `category`, `capacity_used_t_per_h` and `builtup_margin_m`
        (positive inside, the border counts as inside). Measures: share retired (%), number left.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

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
    areas = boundary_of_year(builtup_areas, scope=builtup_scope, year=as_of.year)
    margin = margin_to_area_m(boilers, areas)
    capacity = to_capacity_t_per_h(boilers)
    small = (
        (capacity <= capacity_limit_t_per_h)
        if capacity_limit_closed
        else (capacity < capacity_limit_t_per_h)
    )
    small = small.astype("boolean").mask(capacity.isna())
    inside = pd.Series(is_inside(margin), boilers.index, dtype="boolean")
    if areas.empty and len(builtup_areas):
        # Only later boundaries, or none of this scope: where the built-up area was is not known.
        inside[:] = pd.NA
    judged = _judged(boilers, inside, small, as_of)
    features = with_county(boilers, counties).assign(
        builtup_margin_m=margin,
        capacity_used_t_per_h=capacity,
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Boilers.layer_name(),
        share="small_coal_boilers_retired_share",
        remaining="small_coal_boilers_remaining",
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
    return to_result(ANALYSIS, features, counted, values)


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
            "capacity_unknown": small.isna(),
            "contradiction": state["contradiction"],
            "undated": state["undated"],
            "status_unknown": state["is_retired"].isna(),
        },
    )
    scope = state["is_coal"] & inside & small & state["exists"]
    return pd.DataFrame({"scope": scope, "done": state["is_retired"], "reason": reason})


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
            "small_coal_boilers_retired_share",
            Text("建成区小型燃煤锅炉淘汰比例", "small coal boilers retired"),
            "%",
        ),
        MeasureCard(
            "small_coal_boilers_remaining",
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
        ResultColumn("capacity_used_t_per_h", Text("采用容量", "capacity used"), "t_per_h"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
