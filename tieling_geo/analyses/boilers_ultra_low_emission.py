"""The ultra-low-emission retrofit of the larger coal boilers in use."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.boiler_capacity import is_small, to_capacity_t_per_h
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
from tieling_geo.records import Analysis, Category, MeasureCard, Parameter, Result, ResultColumn
from tieling_geo.schemas import Boilers, Counties
from tieling_geo.text import Text

NAME = "boilers_ultra_low_emission"
_SHARE, _LEFT = "large_coal_boilers_ultra_low_share", "large_coal_boilers_not_ultra_low"
_OUT = ("not_coal", "smaller", "retired", "not_yet")
_REASONS = {
    "not_coal": Text("不是燃煤锅炉", "not a coal boiler"),
    "smaller": Text("容量小于门槛", "smaller than the threshold"),
    "retired": Text("该日已淘汰", "retired by that day"),
    "not_yet": RETIREMENT_REASONS["not_yet"],
    "fuel_unknown": RETIREMENT_REASONS["fuel_unknown"],
    "capacity_unknown": Text("容量缺失", "capacity is missing"),
    "capacities_differ": Text(
        "蒸发量与热功率分列门槛两侧", "its t/h and its MW lie on different sides of the threshold"
    ),
    "life_contradiction": RETIREMENT_REASONS["contradiction"],
    "life_undated": RETIREMENT_REASONS["undated"],
    "life_unknown": RETIREMENT_REASONS["status_unknown"],
    "contradiction": Text(
        "改造阶段与验收日期矛盾", "stage of the retrofit contradicts its date of acceptance"
    ),
    "undated": Text("改造已验收但无日期", "the retrofit is accepted, but no date says when"),
    "status_unknown": Text("改造阶段缺失", "the stage of the retrofit is missing"),
}
_MARGIN = ResultColumn(
    "capacity_margin_t_per_h", Text("超出容量门槛", "capacity above the threshold"), "t_per_h"
)


def analyse(
    boilers: GeoDataFrame[Boilers],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    large_boiler_t_per_h: float = 65.0,
) -> Result:
    """
    Count the larger coal boilers in use whose ultra-low-emission retrofit was accepted by a day.

    A boiler that is retired, or not yet in use, is out of scope; one on standby is in use. The
    capacity is that of the single boiler, as `operations.boiler_capacity` reads it.

    Parameters
    ----------
    boilers
        `Boilers` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    large_boiler_t_per_h
        Rated capacity from which a boiler is large (closed), t/h.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `capacity_used_t_per_h` and
        `capacity_margin_t_per_h`. Measures: share accepted (%), number not accepted (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     boiler_id=["A", "B"], fuel="coal", status="operating", capacity_t_per_h=[65.0, 64.0],
    ...     ultra_low_stage="accepted", ultra_low_accepted_on=pd.Timestamp("2025-12-31"),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> analyse(boilers, as_of=date(2025, 12, 31)).features["category"].tolist()
    ['accepted', 'out_of_scope']
    """
    check_metric(boilers, name=Boilers.layer_name())
    judged = _judged(boilers, large_boiler_t_per_h, as_of)
    capacity = to_capacity_t_per_h(boilers)
    features = with_county(boilers, counties).assign(
        capacity_used_t_per_h=capacity,
        capacity_margin_t_per_h=(capacity - large_boiler_t_per_h).round(6),
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
    return to_result(ANALYSIS, features, counted, {"large_boiler_t_per_h": large_boiler_t_per_h})


def _judged(boilers: gpd.GeoDataFrame, least_t_per_h: float, as_of: date) -> pd.DataFrame:
    """Say of each boiler if the duty is about it, if it is done, and why it is left out."""
    state = retirement(boilers, as_of)
    large = ~is_small(boilers, least_t_per_h, closed=False)
    found = acceptance(
        boilers["ultra_low_stage"], boilers["ultra_low_accepted_on"], final="accepted", as_of=as_of
    )
    retired = state["is_retired"]
    reason = first_reason(
        boilers.index,
        {
            "not_coal": ~state["is_coal"],
            "smaller": ~large,
            "retired": retired,
            "not_yet": ~state["exists"],
            "fuel_unknown": state["is_coal"].isna(),
            "capacity_unknown": to_capacity_t_per_h(boilers).isna(),
            "capacities_differ": large.isna(),
            "life_contradiction": state["contradiction"],
            "life_undated": state["undated"],
            "life_unknown": retired.isna(),
            **{word: found["reason"] == word for word in ACCEPTANCE_REASONS},
        },
    )
    scope = state["is_coal"] & large & ~retired & state["exists"]
    return pd.DataFrame({"scope": scope, "done": found["done"], "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"].isin(_OUT), "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("燃煤锅炉超低排放改造", "Ultra-low-emission retrofit of coal boilers"),
    question=Text(
        "在用的较大燃煤锅炉有多少完成了超低排放改造?",
        "How many of the larger coal boilers in use finished their ultra-low-emission retrofit?",
    ),
    inputs=(Boilers,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="large_boiler_t_per_h",
            value=65.0,
            unit="t_per_h",
            interval="closed",
            title=Text("较大锅炉容量门槛", "capacity from which a boiler is large"),
            source=Text(
                "燃煤锅炉超低排放改造的国家意见(2024年,转引)",
                "the national opinion on coal boilers of 2024 (second-hand)",
            ),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("较大燃煤锅炉已验收比例", "large coal boilers accepted"), "%"),
        MeasureCard(
            _LEFT, Text("未验收的较大燃煤锅炉", "large coal boilers not accepted"), "count"
        ),
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
        ResultColumn("capacity_used_t_per_h", Text("采用容量", "capacity used"), "t_per_h"),
        ResultColumn("ultra_low_accepted_on", Text("验收日期", "accepted on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
