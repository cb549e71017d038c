"""The retrofit of tanks of volatile liquids, and what stands near those that are left."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.exposure import EXPOSURE_COLUMNS, NEAR_PARAMETER, with_exposure
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import AirStations, Counties, SensitivePlaces, StorageTanks
from tieling_geo.text import Text

NAME = "storage_tank_retrofit"
_SHARE, _LEFT = "tanks_retrofitted_share", "tanks_not_retrofitted"
_VOLUME = WeighedNames(
    "tank_volume_retrofitted_share", left="tank_volume_not_retrofitted", unit="m3"
)
_REASONS = {
    "pressure": Text("压力罐,不在改造范围", "a pressure vessel, not to be retrofitted"),
    "roof_unknown": Text("罐顶形式缺失", "kind of roof is missing"),
    AMOUNT_MISSING: Text("容积缺失", "volume is missing"),
    **ACCEPTANCE_REASONS,
}
_MARGIN = ResultColumn(
    "days_before_day", Text("改造完成早于统计日天数", "days from the retrofit to the day"), "day"
)


def analyse(
    storage_tanks: GeoDataFrame[StorageTanks],
    *,
    sensitive_places: GeoDataFrame[SensitivePlaces] | None = None,
    air_stations: GeoDataFrame[AirStations] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    near_m: float = 500.0,
    exempt_roofs: tuple[str, ...] = ("pressure",),
) -> Result:
    """
    Tell which tanks of volatile liquids were retrofitted by a day, by number and by volume.

    Pressure vessels breathe nothing out and are out of scope (a parameter). A floating roof without
    a double seal is told in `needs_seal`. What stands near a tank is measured in a straight line.

    Parameters
    ----------
    storage_tanks
        `StorageTanks` layer, n points, metres.
    sensitive_places, air_stations
        Layers to measure distances to; None: not measured.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which the retrofit is reckoned (closed).
    near_m
        Distance up to which a sensitive place is near (closed), metres.
    exempt_roofs
        Kinds of roof that need no retrofit.

    Returns
    -------
    result
        n rows, index of the first layer, with `category`, `needs_seal`, the nearest sensitive place
        and station with their distances, `is_near_people`, and `days_before_day`. Measures: share
        (%) and number left, share of volume (%) and volume left (m3).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> tanks = StorageTanks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     tank_id=["A", "B"], roof="fixed", retrofit_status=["completed", "in_progress"],
    ...     retrofitted_on=pd.to_datetime(["2025-12-31", None]), volume_m3=[300.0, 100.0],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(tanks, as_of=date(2025, 12, 31)).measures
    >>> found["tanks_retrofitted_share"].value, found["tank_volume_retrofitted_share"].value
    (Fraction(50, 1), Fraction(75, 1))
    """
    check_metric(storage_tanks, name=StorageTanks.layer_name())
    judged = _judged(storage_tanks, exempt_roofs, as_of)
    located = with_exposure(
        with_county(storage_tanks, counties), sensitive_places, air_stations, near_m=near_m
    )
    floating = storage_tanks["roof"].isin(["internal_floating", "external_floating"])
    days = (pd.Timestamp(as_of) - storage_tanks["retrofitted_on"]).dt.days.astype("float64")
    features = located.assign(
        needs_seal=floating & storage_tanks["seal"].isin(["none", "single"]),
        days_before_day=days,
        reason=judged["reason"],
        category=_category(judged),
    )
    most = greatest_allowed(StorageTanks, "volume_m3")
    by_number = tally(
        features,
        share=_SHARE,
        remaining=_LEFT,
        layer=StorageTanks.layer_name(),
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "roof"),
    )
    by_volume = weigh(
        features,
        names=_VOLUME,
        amounts=to_amounts(storage_tanks["volume_m3"], most=most),
        layer=StorageTanks.layer_name(),
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "roof"),
    )
    counted = together(by_number, by_volume)
    return to_result(ANALYSIS, features, counted, {"near_m": near_m, "exempt_roofs": exempt_roofs})


def _judged(tanks: gpd.GeoDataFrame, exempt_roofs: tuple[str, ...], as_of: date) -> pd.DataFrame:
    """Say of each tank if the duty is about it, if it is done, and why it is left out."""
    roof = tanks["roof"]
    scope = (~roof.isin(exempt_roofs)).astype("boolean").mask(roof.isna())
    found = acceptance(
        tanks["retrofit_status"], tanks["retrofitted_on"], final="completed", as_of=as_of
    )
    own = {word: found["reason"] == word for word in ACCEPTANCE_REASONS}
    reason = first_reason(tanks.index, {"pressure": ~scope, **own, "roof_unknown": scope.isna()})
    return pd.DataFrame({"scope": scope, "done": found["done"], "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "retrofitted", False: "left"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "pressure", "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("挥发性有机液体储罐改造", "Retrofit of tanks of volatile liquids"),
    question=Text(
        "哪些挥发性有机液体储罐尚未完成改造?",
        "Which tanks of volatile liquids are not retrofitted?",
    ),
    inputs=(StorageTanks,),
    optional=(SensitivePlaces, AirStations, Counties),
    parameters=(
        NEAR_PARAMETER,
        Parameter(
            name="exempt_roofs",
            value=("pressure",),
            unit="",
            interval="none",
            title=Text("无需改造的罐型", "roofs that need no retrofit"),
            source=Text("本工具约定", "declared: the plan does not say"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("储罐改造完成比例", "tanks retrofitted"), "%"),
        MeasureCard(_LEFT, Text("尚未改造的储罐", "tanks left"), "count"),
        MeasureCard(_VOLUME.share, Text("按罐容计改造完成比例", "tank volume retrofitted"), "%"),
        MeasureCard(_VOLUME.left, Text("尚未改造的罐容", "tank volume left"), "m3"),
    ),
    categories=(
        Category("left", Text("未完成改造", "not retrofitted"), "bad"),
        Category("retrofitted", Text("已完成改造", "retrofitted"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("volume_m3", Text("容积", "volume"), "m3"),
        ResultColumn("needs_seal", Text("浮盘需双重密封", "floating roof needs a double seal")),
        *EXPOSURE_COLUMNS,
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
