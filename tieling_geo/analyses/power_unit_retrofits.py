"""How many coal power units have their three retrofits and ultra-low emissions."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coal_units import (
    COAL_UNIT_REASONS,
    OUTPUT_COLUMN,
    coal_units,
    out_cases,
    output,
    unknown_cases,
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
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, PowerUnits
from tieling_geo.text import Text

NAME = "power_unit_retrofits"
_SHARE, _LEFT = "coal_units_retrofitted_share", "coal_units_not_retrofitted"
#: Column of the date -> what was done.
_STEPS = {
    "saving_retrofit_on": Text("节能降碳改造", "energy-saving retrofit"),
    "heat_retrofit_on": Text("供热改造", "heat retrofit"),
    "flexibility_retrofit_on": Text("灵活性改造", "flexibility retrofit"),
    "ultra_low_on": Text("超低排放", "ultra-low emission"),
}
_MARGIN = ResultColumn(
    "retrofits_left", Text("尚缺改造项数(零为齐全)", "retrofits left (0 is all done)"), "count"
)


def analyse(
    power_units: GeoDataFrame[PowerUnits],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Count the coal units in service that have all three retrofits and ultra-low emissions by a day.

    A retrofit is done from its date on (closed). The ledger keeps a date only of what is finished:
    a blank is not done. Heat retrofit is asked of every unit, of one that was built for heat and
    power, too: the ledger then states the day it came into service.

    Parameters
    ----------
    power_units
        `PowerUnits` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which service and dates are reckoned (closed).

    Returns
    -------
    result
        n rows, index of `power_units`, with `category` and `retrofits_left`. Measures: share of
        coal units with all four (%), number without (count). `tables["status"]` has a row for each
        coal unit that is or may be in service: which of the four are done.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> units = PowerUnits.empty("EPSG:4550").reindex(["A"]).assign(
    ...     unit_id="A", fuel="coal", ultra_low_on=pd.Timestamp("2020-01-01"),
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> analyse(units, as_of=date(2025, 12, 31)).features["retrofits_left"].tolist()
    [3]
    """
    check_metric(power_units, name=PowerUnits.layer_name())
    state = coal_units(power_units, as_of)
    steps = _steps(power_units, as_of)
    left = (len(_STEPS) - steps.sum(axis=1)).astype("int64")
    reason = first_reason(power_units.index, {**out_cases(state), **unknown_cases(state)})
    features = with_county(power_units, counties).assign(
        retrofits_left=left,
        output=output(power_units),
        reason=reason,
        category=_category(left, reason),
    )
    counted = tally(
        features,
        layer=PowerUnits.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=state["in_use"],
        done=(left == 0).astype("boolean"),
        reason=reason,
        reasons=COAL_UNIT_REASONS,
        groups=("county_name", "output"),
    )
    listed = state["in_use"].fillna(value=True).astype(bool)
    return to_result(ANALYSIS, features, counted, {}, tables={"status": _status(steps[listed])})


def _steps(units: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Tell which of the retrofits each unit has: n rows of booleans."""
    return pd.DataFrame({
        name: is_on_or_before(units[name], as_of).fillna(value=False).astype(bool)
        for name in _STEPS
    })


def _status(steps: pd.DataFrame) -> pd.DataFrame:
    """Lay the units out as a table."""
    named = steps.rename(columns=lambda name: name.removesuffix("_on") + "_done")
    ids = pd.Series(steps.index.astype(str), steps.index, name="unit_id")
    return pd.concat([ids, named], axis=1).sort_values("unit_id", ignore_index=True)


def _category(left: pd.Series, reason: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = pd.Series("partly", left.index, dtype="str")
    words = words.mask(left == 0, "all_done").mask(left == len(_STEPS), "none_done")
    unknown = reason.isin(["fuel_unknown", "swapped"])
    return words.mask(reason != "", "out_of_scope").mask(unknown, "unknown")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("煤电三改联动与超低排放", "Three retrofits and ultra-low emissions of coal units"),
    question=Text(
        "有多少在役煤电机组完成了节能、供热、灵活性三项改造并达到超低排放?",
        "How many coal units in service have all three retrofits and ultra-low emissions?",
    ),
    inputs=(PowerUnits,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_SHARE, Text("四项齐全机组占比", "coal units with all four"), "%"),
        MeasureCard(_LEFT, Text("四项未齐机组数", "coal units without all four"), "count"),
    ),
    categories=(
        Category("none_done", Text("均未完成", "none done"), "bad"),
        Category("partly", Text("部分完成", "some done"), "warning"),
        Category("all_done", Text("全部完成", "all done"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        OUTPUT_COLUMN,
        *(ResultColumn(name, title) for name, title in _STEPS.items()),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("status", Text("各机组改造情况", "retrofits unit by unit")),),
    run=analyse,
)
