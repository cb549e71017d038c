"""Enterprises of the trades that are to change to materials low in volatile compounds."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import (
    ACCEPTANCE_REASONS,
    SERVICE_REASONS,
    acceptance,
    service,
)
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
from tieling_geo.schemas import AirStations, Counties, Enterprises, SensitivePlaces
from tieling_geo.text import Text

NAME = "low_voc_materials"
#: The six trades that the clause lists, as the layer's words.
TRADES = ("coating", "printing", "furniture", "parts", "machinery", "steel_structure")
_SHARE, _LEFT = "enterprises_on_low_voc_materials_share", "enterprises_not_on_low_voc_materials"
_VOC = WeighedNames("voc_on_low_voc_materials_share", left="voc_left", unit="t_per_year")
_REASONS = {
    "other_trade": Text("不属所列行业", "of another trade"),
    "trade_unknown": Text("行业缺失", "sector is missing"),
    AMOUNT_MISSING: Text("VOCs年排放量缺失", "VOC emitted is missing"),
    **SERVICE_REASONS,
    **ACCEPTANCE_REASONS,
}
_MARGIN = ResultColumn(
    "days_before_day", Text("替代早于统计日天数", "days from the change to the day"), "day"
)


def analyse(
    enterprises: GeoDataFrame[Enterprises],
    *,
    sensitive_places: GeoDataFrame[SensitivePlaces] | None = None,
    air_stations: GeoDataFrame[AirStations] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    trades: tuple[str, ...] = TRADES,
    near_m: float = 500.0,
) -> Result:
    """
    Tell which enterprises of some trades use materials low in volatile compounds by a day.

    Only enterprises in operation on the day are in scope (see `acceptance.service`). One that uses
    such materials without a date cannot be placed before the day and is unknown.

    Parameters
    ----------
    enterprises
        `Enterprises` layer, n points, metres.
    sensitive_places, air_stations
        Layers to measure straight-line distances to; None: not measured.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed).
    trades
        Words of the column `sector`.
    near_m
        Distance up to which a sensitive place is near (closed), metres.

    Returns
    -------
    result
        n rows, index of the first layer, with `category`, the nearest sensitive place and station
        with their distances, `is_near_people`, and `days_before_day`. Measures: share (%) and
        number left; share of the VOC emitted (%) and VOC left (t/a).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> firms = Enterprises.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     enterprise_id=["A", "B"], sector="coating", voc_t_per_year=[3.0, 1.0],
    ...     uses_low_voc_materials=pd.array([True, False], dtype="boolean"),
    ...     low_voc_since=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(firms, as_of=date(2025, 12, 31)).measures
    >>> found["enterprises_on_low_voc_materials_share"].value
    Fraction(50, 1)
    """
    check_metric(enterprises, name=Enterprises.layer_name())
    judged = _judged(enterprises, trades, as_of)
    located = with_exposure(
        with_county(enterprises, counties), sensitive_places, air_stations, near_m=near_m
    )
    days = (pd.Timestamp(as_of) - enterprises["low_voc_since"]).dt.days.astype("float64")
    features = located.assign(
        days_before_day=days, reason=judged["reason"], category=_category(judged)
    )
    most = greatest_allowed(Enterprises, "voc_t_per_year")
    amounts = to_amounts(enterprises["voc_t_per_year"], most=most)
    by_number = tally(
        features,
        share=_SHARE,
        remaining=_LEFT,
        layer=Enterprises.layer_name(),
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "sector"),
    )
    by_voc = weigh(
        features,
        names=_VOC,
        amounts=amounts,
        layer=Enterprises.layer_name(),
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "sector"),
    )
    counted = together(by_number, by_voc)
    return to_result(ANALYSIS, features, counted, {"trades": trades, "near_m": near_m})


def _judged(enterprises: gpd.GeoDataFrame, trades: tuple[str, ...], as_of: date) -> pd.DataFrame:
    """Say of each enterprise if the duty is about it, if it is done, and why it is left out."""
    sector, uses = enterprises["sector"], enterprises["uses_low_voc_materials"]
    trade = sector.isin(trades).astype("boolean").mask(sector.isna())
    there = service(enterprises["opened_on"], enterprises["closed_on"], as_of=as_of)
    stage = uses.map({True: "completed", False: "not_started"}).astype("str")
    changed = acceptance(stage, enterprises["low_voc_since"], final="completed", as_of=as_of)
    scope = trade & there["serves"]
    reason = first_reason(
        enterprises.index,
        {
            "other_trade": ~trade,
            **{word: there["reason"] == word for word in SERVICE_REASONS},
            "trade_unknown": trade.isna(),
            **{word: changed["reason"] == word for word in ACCEPTANCE_REASONS},
        },
    )
    return pd.DataFrame({"scope": scope, "done": changed["done"], "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "changed", False: "left"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["scope"].eq(False).fillna(value=False)  # noqa: FBT003 - pandas' own
    return known.mask(out.astype(bool), "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("低VOCs原辅材料替代", "Change to materials low in VOC"),
    question=Text(
        "哪些所列行业的企业尚未使用低VOCs原辅材料?",
        "Which enterprises of the listed trades do not use materials low in VOC?",
    ),
    inputs=(Enterprises,),
    optional=(SensitivePlaces, AirStations, Counties),
    parameters=(
        Parameter(
            name="trades",
            value=TRADES,
            unit="",
            interval="none",
            title=Text("所列行业", "trades"),
            source=Text("规划三(九)所列行业", "the plan, section 3(9)"),
            verified=True,
        ),
        NEAR_PARAMETER,
    ),
    measures=(
        MeasureCard(_SHARE, Text("使用低VOCs原辅材料的企业比例", "enterprises changed"), "%"),
        MeasureCard(_LEFT, Text("尚未替代的企业", "enterprises left"), "count"),
        MeasureCard(_VOC.share, Text("按VOCs排放量计替代比例", "VOC emitted, changed"), "%"),
        MeasureCard(_VOC.left, Text("尚未替代企业的VOCs排放量", "VOC emitted, left"), _VOC.unit),
    ),
    categories=(
        Category("left", Text("未替代", "not changed"), "bad"),
        Category("changed", Text("已替代", "changed"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("voc_t_per_year", Text("VOCs年排放量", "VOC emitted a year"), "t_per_year"),
        *EXPOSURE_COLUMNS,
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
