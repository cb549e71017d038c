"""The energy retrofit of public buildings, weighed by floor area."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
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
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn
from tieling_geo.schemas import Counties, PublicBuildings
from tieling_geo.text import Text

NAME = "public_building_retrofit"
_NAMES = WeighedNames(
    "retrofitted_floor_area_share",
    done="floor_area_retrofitted",
    left="floor_area_not_retrofitted",
    unit="m2",
)
_OUT_OF_SCOPE = ("not_needed", "no_area")
_REASONS = {
    "not_needed": Text("无需改造", "needs no retrofit"),
    "no_area": Text("建筑面积为零", "its floor area is zero"),
    "contradiction": Text(
        "记为无需改造,却有改造完成日期", "needs no retrofit, yet has the date of one"
    ),
    "need_unknown": Text("是否需改造不明", "not known whether it needs a retrofit"),
    AMOUNT_MISSING: Text("建筑面积缺失", "floor area is missing"),
}
_MARGIN = ResultColumn(
    "days_before_day", Text("改造完成早于统计日天数", "days from the retrofit to the day"), "day"
)


def analyse(
    public_buildings: GeoDataFrame[PublicBuildings],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Weigh the floor area that needs an energy retrofit, and had one by a day.

    A building that needs none, or has no floor area, is out of scope. A blank date means that the
    retrofit is not finished. A building that is said to need none and has the date of a retrofit
    contradicts itself and is unknown, whenever the date is; so is one of which nobody says whether
    it needs one, though a retrofit that is finished cannot speak against the share.

    Parameters
    ----------
    public_buildings
        `PublicBuildings` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a retrofit must be finished (closed).

    Returns
    -------
    result
        n rows, index of `public_buildings`, with `category` and `days_before_day`. Measures: share
        of floor area retrofitted (%), floor area retrofitted and not retrofitted (m2).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> buildings = PublicBuildings.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     building_id=["A", "B"], floor_area_m2=[3000.0, 1000.0],
    ...     needs_retrofit=pd.array([True, True], dtype="boolean"),
    ...     retrofitted_on=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(buildings, as_of=date(2025, 12, 31))
    >>> found.measures["retrofitted_floor_area_share"].value
    Fraction(75, 1)
    """
    check_metric(public_buildings, name=PublicBuildings.layer_name())
    judged = _judged(public_buildings, as_of)
    days = (pd.Timestamp(as_of) - public_buildings["retrofitted_on"].dt.normalize()).dt.days
    area_m2 = public_buildings["floor_area_m2"]
    features = with_county(public_buildings, counties).assign(
        days_before_day=days.astype("float64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = weigh(
        features,
        layer=PublicBuildings.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(area_m2, most=greatest_allowed(PublicBuildings, "floor_area_m2")),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name",),
    )
    return to_result(ANALYSIS, features, counted, {})


def _judged(buildings: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Say of each building if the duty is about it, if it is done, and why it is left out."""
    needs = buildings["needs_retrofit"].astype("boolean")
    area_m2 = buildings["floor_area_m2"]
    done = is_on_or_before(buildings["retrofitted_on"], as_of).fillna(value=False)
    strange = (~needs & buildings["retrofitted_on"].notna()).fillna(value=False)
    nothing = (area_m2 == 0).astype("boolean")
    reason = first_reason(
        buildings.index,
        {
            "no_area": nothing,
            "contradiction": strange,
            "not_needed": ~needs,
            "need_unknown": needs.isna(),
            AMOUNT_MISSING: area_m2.isna(),
        },
    )
    scope = needs.mask(strange) & ~nothing
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "retrofitted", False: "not_retrofitted"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"].isin(_OUT_OF_SCOPE), "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("公共建筑节能改造", "Energy retrofit of public buildings"),
    question=Text(
        "需节能改造的公共机构建筑面积,有多少已完成改造?",
        "How much of the public floor area that needs an energy retrofit has had one?",
    ),
    inputs=(PublicBuildings,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(
            _NAMES.share, Text("已完成改造的建筑面积占比", "floor area retrofitted, share"), "%"
        ),
        MeasureCard(_NAMES.done, Text("已完成改造的建筑面积", "floor area retrofitted"), "m2"),
        MeasureCard(
            _NAMES.left, Text("尚未改造的建筑面积", "floor area not retrofitted yet"), "m2"
        ),
    ),
    categories=(
        Category("not_retrofitted", Text("需改造,未完成", "due, not retrofitted"), "bad"),
        Category("retrofitted", Text("已完成改造", "retrofitted"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("无需改造", "needs none"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("floor_area_m2", Text("建筑面积", "floor area"), "m2"),
        ResultColumn("retrofitted_on", Text("改造完成日期", "retrofitted on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
