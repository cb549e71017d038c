"""Small coal power units, and how many of them are retired."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coal_units import (
    COAL_UNIT_REASONS,
    OUTPUT_COLUMN,
    coal_units,
    output,
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
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, PowerUnits
from tieling_geo.text import Text

NAME = "old_coal_units"
_SHARE, _LEFT = "old_coal_units_retired_share", "old_coal_units_remaining"
_REASONS = {
    "not_coal": COAL_UNIT_REASONS["not_coal"],
    "large": Text("单机容量不小于限值", "the unit is not below the limit"),
    "not_yet": COAL_UNIT_REASONS["not_yet"],
    "fuel_unknown": COAL_UNIT_REASONS["fuel_unknown"],
    "size_unknown": Text("装机容量缺失", "capacity is missing"),
    "swapped": COAL_UNIT_REASONS["swapped"],
}
_LIMIT = Parameter(
    name="small_unit_mw",
    value=300.0,
    unit="mw",
    interval="open",
    title=Text("小机组单机容量上限", "a unit below this is small"),
    source=Text(
        "本工具约定:外省以30万千瓦及以上为大机组,小于此数为小机组(转引)",
        "declared: other provinces call 300 MW and above large (second-hand), so less is small",
    ),
    verified=False,
)
_MARGIN = ResultColumn(
    "below_small_unit_mw",
    Text("低于小机组上限(正为小机组)", "below the limit of size (+ is small)"),
    "mw",
)


def analyse(
    power_units: GeoDataFrame[PowerUnits],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    small_unit_mw: float = 300.0,
) -> Result:
    """
    Count the small coal units that were retired by a day.

    The plan says neither what is old nor what is small: size decides, and whether a unit delivers
    heat is told beside it. A blank date of retirement means not retired.

    Parameters
    ----------
    power_units
        `PowerUnits` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which dates are reckoned (closed). A unit that came into service later is out
        of scope.
    small_unit_mw
        A unit below this electric capacity is small (open: one exactly of it is not), MW.

    Returns
    -------
    result
        n rows, index of `power_units`, with `category` and `below_small_unit_mw`. Measures: share
        of small coal units that are retired (%), number remaining (count). `tables["units"]` lists
        those that are or may be small coal units.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> units = PowerUnits.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     unit_id=["A", "B"], fuel="coal", electric_mw=[299.0, 300.0],
    ...     geometry=gpd.GeoSeries([Point(0, 0)] * 2, ["A", "B"], crs=4550))
    >>> int(analyse(units, as_of=date(2025, 12, 31)).measures["old_coal_units_remaining"].value)
    1
    """
    check_metric(power_units, name=PowerUnits.layer_name())
    judged = _judged(power_units, as_of, small_unit_mw)
    features = with_county(power_units, counties).assign(
        below_small_unit_mw=small_unit_mw - power_units["electric_mw"],
        output=output(power_units),
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
        groups=("county_name", "output"),
    )
    listed = features[judged["scope"].fillna(value=True).astype(bool)]
    tables = {"units": _units(listed)}
    return to_result(ANALYSIS, features, counted, {_LIMIT.name: small_unit_mw}, tables=tables)


def _judged(units: gpd.GeoDataFrame, as_of: date, limit: float) -> pd.DataFrame:
    """Say of each unit if the duty is about it, if it is retired, and why it is left out."""
    state, size = coal_units(units, as_of), units["electric_mw"]
    is_small = (size < limit).astype("boolean").mask(size.isna())
    swapped = state["service_reason"] == "swapped"
    retired = is_on_or_before(units["retired_on"], as_of).fillna(value=False)
    # What is dated into service later than the day is out; whether it is, is not known of one
    # whose dates are the wrong way round.
    exists = is_on_or_before(units["commissioned_on"], as_of).fillna(value=True)
    exists = exists.mask(swapped & ~exists)
    reason = first_reason(
        units.index,
        {
            "not_coal": ~state["is_coal"],
            "large": ~is_small,
            "not_yet": ~exists,
            "fuel_unknown": state["is_coal"].isna(),
            "size_unknown": is_small.isna(),
            "swapped": swapped,
        },
    )
    scope = state["is_coal"] & is_small & exists
    return pd.DataFrame({"scope": scope, "done": retired.mask(swapped), "reason": reason})


def _units(listed: gpd.GeoDataFrame) -> pd.DataFrame:
    """Lay the small units out as a table."""
    columns = ["unit_id", "name", "county_name", "electric_mw", "output", "retired_on", "category"]
    return pd.DataFrame(listed)[columns].sort_values("unit_id", ignore_index=True)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "retired", False: "remaining"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["not_coal", "large", "not_yet"])
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("小型燃煤机组退出", "Retirement of small coal units"),
    question=Text(
        "小型燃煤机组退出了多少,还剩哪些?",
        "How many small coal units are retired, and which are not?",
    ),
    inputs=(PowerUnits,),
    optional=(Counties,),
    parameters=(_LIMIT,),
    measures=(
        MeasureCard(_SHARE, Text("小型燃煤机组已退出占比", "small coal units retired"), "%"),
        MeasureCard(_LEFT, Text("小型燃煤机组未退出数", "small coal units remaining"), "count"),
    ),
    categories=(
        Category("remaining", Text("未退出", "remaining"), "bad"),
        Category("retired", Text("已退出", "retired"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("electric_mw", Text("装机容量", "electric capacity"), "mw"),
        OUTPUT_COLUMN,
        ResultColumn("retired_on", Text("退役日期", "retired on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("units", Text("小型燃煤机组清单", "list of small coal units")),),
    run=analyse,
)
