"""Industrial enterprises inside parks: by count, output and energy, and since the base year."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.coverage import covering_area, margin_to_area_m
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_rows, tally, together
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ROLLUP_COLUMNS,
    Analysis,
    Category,
    Measure,
    MeasureCard,
    Parameter,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Enterprises, Parks
from tieling_geo.text import Text

NAME = "enterprises_in_parks"
_SHARE, _OUTSIDE = "enterprises_in_parks_share", "enterprises_outside_parks"
_BASE_SHARE = "enterprises_in_parks_share_in_base_year"
_BASE_OUTSIDE = "enterprises_outside_parks_in_base_year"
_CHANGE = "enterprises_in_parks_share_change"
_GROUPS = ("county_name", "sector")
#: What enterprises are weighed by beside their number: measure -> column.
_WEIGHTS = {"output_in_parks_share": "output_wan_yuan", "energy_in_parks_share": "energy_tce"}
_REASONS = {
    **SERVICE_REASONS,
    "opening_unknown": Text("投产日期缺失,基年是否已投产不明", "no date says if it was there then"),
    AMOUNT_MISSING: Text("数值缺失", "its amount is missing"),
}
_MARGIN = ResultColumn("park_margin_m", Text("距园区边界", "distance to a park's border"), "m")


class _Day(NamedTuple):
    """What is known of the enterprises on one day."""

    operates: pd.Series
    reason: pd.Series


def analyse(
    enterprises: GeoDataFrame[Enterprises],
    parks: GeoDataFrame[Parks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    base_year: float = 2020.0,
) -> Result:
    """
    Tell which share of the industrial enterprises stands in parks, and how it changed.

    In scope is what operates on the day (see `acceptance.service`). A park's border counts as
    inside (closed, within `coverage.BORDER_TOLERANCE_M`); an enterprise in two parks is given to
    the lowest `park_id`. Parks have no dates, so the same outlines hold on both days. On the base
    day, 31 December of `base_year`, an enterprise without a date of opening is unknown: the ledger
    is of today. The bounds of the change take the two days apart: records that contradict
    themselves may be anything on each.

    The change is no sum over parts, so that this analysis is not split and the change is not rolled
    up.

    Parameters
    ----------
    enterprises
        `Enterprises` layer, n points, metres.
    parks
        `Parks` layer, polygons in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed).
    base_year
        Year on whose last day the earlier share is taken (closed).

    Returns
    -------
    result
        n rows, index of `enterprises`, with `category`, `park_id` and `park_margin_m` (positive
        inside). Measures: share inside by count, output and energy (%), number outside (count), the
        same by count on the base day, and the change (percentage points). Tables: `trend`,
        `by_park`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the base year is no whole year up to the day's.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> sites = Enterprises.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     enterprise_id=["A", "B"], output_wan_yuan=[300.0, 100.0],
    ...     opened_on=pd.to_datetime(["2019-01-01", "2022-01-01"]),
    ...     geometry=gpd.GeoSeries([Point(9, 5), Point(13, 5)], ["A", "B"], crs=4550))
    >>> parks = Parks.empty("EPSG:4550").reindex(["P"]).assign(
    ...     park_id="P", geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["P"], crs=4550))
    >>> found = analyse(sites, parks, as_of=date(2025, 12, 31)).measures
    >>> [str(found[name].value) for name in (
    ...     "enterprises_in_parks_share", "output_in_parks_share",
    ...     "enterprises_in_parks_share_change")]
    ['50', '75', '-50']
    """
    check_metric(enterprises, name=Enterprises.layer_name())
    check_metric(parks, name=Parks.layer_name())
    base_day = _base_day(base_year, as_of)
    park = covering_area(enterprises, parks, key="park_id")["area"].astype("str")
    inside = park.notna().astype("boolean")
    margin_m = margin_to_area_m(enterprises, parks)
    now, then = _on_day(enterprises, as_of), _on_day(enterprises, base_day, is_past=True)
    features = with_county(enterprises, counties).assign(
        park_id=park,
        park_margin_m=np.where(np.isfinite(margin_m), margin_m, np.nan),
        reason=now.reason,
        category=_category(inside, now),
    )
    counted = together(
        _counted(features, inside, now, _SHARE, _OUTSIDE, _GROUPS),
        *(_weighed(features, inside, now, name) for name in _WEIGHTS),
        _counted(features, inside, then, _BASE_SHARE, _BASE_OUTSIDE, ()),
    )
    change = _change(features, counted.measures, now, then)
    tables = {
        "trend": _trend(counted.measures, base_day, as_of),
        "by_park": _by_park(features, parks, now),
    }
    whole = together(counted, change)
    return to_result(ANALYSIS, features, whole, {"base_year": base_year}, tables=tables)


def _base_day(base_year: float, as_of: date) -> date:
    """
    Give the last day of the base year.

    Raises
    ------
    ParameterError
        If it is no whole year up to that of the day.
    """
    if not float(base_year).is_integer() or not 1 <= base_year <= as_of.year:
        raise ParameterError(
            Text(
                f"参数 base_year:{base_year} 不是统计日当年或以前的整年",
                f"parameter base_year: {base_year} is no whole year up to that of the day",
            )
        )
    return date(int(base_year), 12, 31)


def _on_day(enterprises: gpd.GeoDataFrame, day: date, *, is_past: bool = False) -> _Day:
    """Say which enterprises operate on a day; in the past only a date tells that they did."""
    found = service(enterprises["opened_on"], enterprises["closed_on"], as_of=day)
    operates, reason = found["serves"], found["reason"]
    if is_past:
        open_ended = (enterprises["opened_on"].isna() & operates).fillna(value=False).astype(bool)
        operates, reason = operates.mask(open_ended), reason.mask(open_ended, "opening_unknown")
    return _Day(operates, reason)


def _counted(
    features: gpd.GeoDataFrame,
    inside: pd.Series,
    day: _Day,
    share: str,
    outside: str,
    groups: tuple[str, ...],
) -> Tally:
    """Count what operates on a day, and what of it is inside."""
    return tally(
        features,
        layer=Enterprises.layer_name(),
        share=share,
        remaining=outside,
        in_scope=day.operates,
        done=inside,
        reason=day.reason,
        reasons=_REASONS,
        groups=groups,
    )


def _weighed(features: gpd.GeoDataFrame, inside: pd.Series, day: _Day, name: str) -> Tally:
    """Weigh what operates by one of its amounts."""
    column = _WEIGHTS[name]
    return weigh(
        features,
        layer=Enterprises.layer_name(),
        names=WeighedNames(name),
        in_scope=day.operates,
        done=inside,
        amounts=to_amounts(features[column], most=greatest_allowed(Enterprises, column)),
        reason=day.reason,
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _change(
    features: gpd.GeoDataFrame, measures: Mapping[str, Measure], now: _Day, then: _Day
) -> Tally:
    """Take the base day's share from the day's; who is unknown on either day does not count."""
    after, before = measures[_SHARE], measures[_BASE_SHARE]
    unknown = now.operates.isna() | then.operates.isna()
    counted = ~unknown & (now.operates | then.operates).fillna(value=False).astype(bool)
    reason = now.reason.where(now.reason != "", then.reason).where(~counted, "")
    excluded = excluded_rows(
        features.index, counted, unknown, reason, _REASONS, Enterprises.layer_name()
    )
    measure = Measure(
        _CHANGE,
        "percentage_point",
        _less(after.estimate, before.estimate),
        _less(after.low, before.high),
        _less(after.high, before.low),
        int(counted.sum()),
        int(unknown.sum()),
    )
    rows = excluded.assign(measure=_CHANGE)[list(EXCLUDED_COLUMNS)]
    return Tally({_CHANGE: measure}, {_CHANGE: ()}, rows, pd.DataFrame(columns=[*ROLLUP_COLUMNS]))


def _less(after: Quantity, before: Quantity) -> Quantity:
    """Subtract two shares, in percentage points; without one of them there is no change."""
    one, other = after.value("%"), before.value("%")
    return Quantity(0, 0) if one is None or other is None else Quantity(one - other, 1)


def _trend(measures: Mapping[str, Measure], base_day: date, as_of: date) -> pd.DataFrame:
    """Lay out both days: the share and its bounds, percent, and how many are behind it."""
    rows = []
    for day, name in ((base_day, _BASE_SHARE), (as_of, _SHARE)):
        one = measures[name]
        ends = (one.value, one.low.value("%"), one.high.value("%"))
        share, low, high = (np.nan if end is None else float(end) for end in ends)
        rows.append((day.isoformat(), share, low, high, one.counted, one.excluded))
    columns = ["day", "share_pct", "low_pct", "high_pct", "counted", "unknown"]
    return pd.DataFrame(rows, columns=columns)


def _names(parks: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the parks' names by their numbers, sorted."""
    return pd.DataFrame({"name": parks["name"].to_numpy()}, index=parks["park_id"]).sort_index()


def _by_park(features: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, now: _Day) -> pd.DataFrame:
    """Add up by park what operates in it; parks without any have zeros."""
    names = _names(parks)
    operates = now.operates.fillna(value=False).astype(bool)
    rows = pd.DataFrame({
        "enterprises": operates.astype(int),
        "not_known": now.operates.isna().astype(int),
        **{column: features[column].where(operates) for column in _WEIGHTS.values()},
    })
    summed = rows.groupby(features["park_id"]).sum().reindex(names.index, fill_value=0)
    return names.join(summed).reset_index()


def _category(inside: pd.Series, now: _Day) -> pd.Series:
    """Name what a map colours by."""
    words = inside.map({True: "inside", False: "outside"}).where(now.operates.fillna(value=False))
    idle = ~now.operates.fillna(value=True).astype(bool)
    return words.mask(idle, "not_operating").fillna("unknown").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("工业企业入园", "Industrial enterprises in parks"),
    question=Text(
        "有多少工业企业在园区内,比基年多了还是少了?",
        "Which share of the industrial enterprises is in parks, and how did it change?",
    ),
    inputs=(Enterprises, Parks),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="base_year",
            value=2020.0,
            unit="year",
            interval="closed",
            title=Text("基年", "base year"),
            source=Text("由规划给定", "given by the plan"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("入园企业比例(按个数)", "enterprises in parks, by count"), "%"),
        MeasureCard(_OUTSIDE, Text("园区外企业", "enterprises outside parks"), "count"),
        MeasureCard(
            "output_in_parks_share", Text("入园企业产值占比", "output of those in parks"), "%"
        ),
        MeasureCard(
            "energy_in_parks_share", Text("入园企业能耗占比", "energy use of those in parks"), "%"
        ),
        MeasureCard(
            _BASE_SHARE, Text("基年入园企业比例", "enterprises in parks in the base year"), "%"
        ),
        MeasureCard(
            _BASE_OUTSIDE,
            Text("基年园区外企业", "enterprises outside parks in the base year"),
            "count",
        ),
        MeasureCard(
            _CHANGE,
            Text("入园企业比例较基年变化", "change of the share since the base year"),
            "percentage_point",
        ),
    ),
    categories=(
        Category("outside", Text("园区外", "outside parks"), "warning"),
        Category("inside", Text("园区内", "in a park"), "good"),
        UNKNOWN,
        Category("not_operating", Text("该日未在生产", "not operating on the day"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("park_id", Text("所在园区", "park it is in")),
        ResultColumn("sector", Text("行业", "sector")),
        ResultColumn("output_wan_yuan", Text("工业总产值", "gross output"), "wan_yuan"),
        ResultColumn("energy_tce", Text("综合能耗", "energy use"), "tce"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("trend", Text("入园比例的变化", "trend of the share")),
        TableCard("by_park", Text("各园区企业", "enterprises by park")),
    ),
    run=analyse,
)
