"""Nitrogen dioxide, ozone and volatile compounds at the stations in the ozone season."""

import math
from datetime import date
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import greatest_allowed, to_fraction
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows, together
from tieling_geo.operations.seasons import exact_mean, percentile, season_days
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
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
from tieling_geo.schemas import AirQualityRecords, AirStations, Counties
from tieling_geo.text import Text

NAME = "ozone_season"
_DAYS_FIRST, _DAYS_LAST = 5.0, 9.0
#: Statistic of the features -> measure, column of the records, and how a station's days are joined.
_STATISTICS = {
    "no2_mean_ug_per_m3": ("may_to_september_no2_mean", "no2_ug_per_m3"),
    "o3_p90_ug_per_m3": ("may_to_september_o3_90th_percentile", "o3_8h_ug_per_m3"),
    "voc_mean_ug_per_m3": ("may_to_september_voc_mean", "voc_ug_per_m3"),
}
_REASONS = {
    "no_records": Text("该季没有任何记录", "no record in the season"),
    "few_days": Text("有效天数占比不足", "too few valid days"),
}
_MARGIN = ResultColumn(
    "valid_margin",
    Text("有效天数占比与限值之差", "valid days above the least share"),
    "percentage_point",
)


def analyse(  # noqa: PLR0913 - two layers, the day, and how a season is read
    air_stations: GeoDataFrame[AirStations],
    air_quality_records: GeoDataFrame[AirQualityRecords],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    first_month: float = _DAYS_FIRST,
    last_month: float = _DAYS_LAST,
    least_valid_days_pct: float = 75.0,
    ozone_limit_ug_per_m3: float = 160.0,
) -> Result:
    """
    Summarise the last complete ozone season, station by station, and over the stations.

    A station counts for a pollutant if the share of the season's days with a value reaches the
    least share; otherwise it is unknown, and may have been anything up to the greatest value that
    the layer accepts. The city's number is the mean over its stations. Ozone is the 90th percentile
    of the daily greatest 8-hour means (HJ 663-2013). Records of a station that the layer does not
    have are listed in a table and told in a warning.

    Parameters
    ----------
    air_stations
        `AirStations` layer, n points, metres.
    air_quality_records
        `AirQualityRecords` layer, one row a station and day; no places.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day: the last season that is over by then is taken (closed).
    first_month, last_month
        Months of the season (closed), whole numbers.
    least_valid_days_pct
        Least share of days with a value (closed), percent.
    ozone_limit_ug_per_m3
        Ozone above this (open) is a day over the limit.

    Returns
    -------
    result
        n rows, index of `air_stations`, with `category`, `valid_days_pct` (of ozone), the three
        statistics, `o3_days_over` and `valid_margin`. Measures, in ug/m3: means over the stations,
        rolled up by county. Tables `months` (station, month, means) and `records_without_station`.

    Raises
    ------
    CRSError
        If the stations are not in a projected CRS.
    ParameterError
        If the months are not those of one season.

    Examples
    --------
    See `tests/analyses/test_ozone_season.py`.
    """
    check_metric(air_stations, name=AirStations.layer_name())
    season = season_days((int(first_month), int(last_month)), as_of)
    rows = air_quality_records[air_quality_records["day"].between(*season)]
    known = rows["station_id"].isin(air_stations["station_id"])
    found = _by_station(
        air_stations, rows[known], season, least_valid_days_pct, ozone_limit_ug_per_m3
    )
    features = with_county(air_stations, counties).assign(**{
        str(name): found[name] for name in found.columns
    })
    values = {
        "first_month": first_month,
        "last_month": last_month,
        "least_valid_days_pct": least_valid_days_pct,
        "ozone_limit_ug_per_m3": ozone_limit_ug_per_m3,
    }
    counted = together(*(_mean(features, name) for name in _STATISTICS))
    strangers = rows[~known]
    return to_result(
        ANALYSIS,
        features.drop(columns=[f"{name}_reason" for name in _STATISTICS]),
        counted,
        values,
        tables={
            "months": _months(rows[known]),
            "records_without_station": _without_station(strangers),
        },
        warnings=_warnings(len(strangers)),
    )


def _by_station(
    stations: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    season: tuple[pd.Timestamp, pd.Timestamp],
    least_pct: float,
    limit: float,
) -> pd.DataFrame:
    """Give each station its statistics, its valid days, and why a statistic does not count."""
    days = (season[1] - season[0]).days + 1
    groups = rows.groupby("station_id")
    found = pd.DataFrame(index=pd.Index(stations["station_id"], name="station_id"))
    for name, (_, column) in _STATISTICS.items():
        valid = groups[column].count().reindex(found.index, fill_value=0)
        # In whole days: 75 % of 153 days are 114.75, which 115 reach and 114 do not.
        enough = valid >= math.ceil(Fraction(str(least_pct)) * days / 100)
        statistic = groups[column].agg(_p90 if name.startswith("o3") else "mean")
        found[name] = statistic.reindex(found.index).where(enough)
        why = np.where(enough, "", np.where(valid == 0, "no_records", "few_days"))
        found[f"{name}_reason"] = pd.Series(why, found.index, dtype="str")
        if name.startswith("o3"):
            found["valid_days_pct"] = valid * 100.0 / days
    # Means of decimals are exact before they are floats for people.
    means = {name: column for name, (_, column) in _STATISTICS.items() if "mean" in name}
    for name, column in means.items():
        exact = groups[column].agg(lambda values: float(exact_mean(values) or 0))
        found[name] = exact.reindex(found.index).where(found[name].notna())
    over = (rows["o3_8h_ug_per_m3"] > limit).groupby(rows["station_id"]).sum()
    found["o3_days_over"] = over.reindex(found.index, fill_value=0).astype("Int64")
    found["valid_margin"] = found["valid_days_pct"] - least_pct
    found["reason"] = found["o3_p90_ug_per_m3_reason"]
    found["category"] = _category(found, limit)
    return found.set_index(stations.index)


def _p90(values: pd.Series) -> float:
    """Give the 90th percentile of the values that are there."""
    return percentile(values, 90.0)


def _category(found: pd.DataFrame, limit: float) -> pd.Series:
    """Name what a map colours by: the ozone of the season."""
    ozone = found["o3_p90_ug_per_m3"]
    words = np.where(ozone.isna(), "unknown", np.where(ozone > limit, "over", "within"))
    return pd.Series(words, found.index, dtype="str")


def _mean(features: gpd.GeoDataFrame, name: str) -> Tally:
    """Take the mean of a statistic over the stations that count for it, with its bounds."""
    measure, column = _STATISTICS[name]
    reason = features[f"{name}_reason"]
    counted = reason == ""
    most = to_fraction(greatest_allowed(AirQualityRecords, column))
    values = [
        to_fraction(v) if ok else Fraction(0) for v, ok in zip(features[name], counted, strict=True)
    ]
    total, n, unknown = sum(values, Fraction(0)), int(counted.sum()), int((~counted).sum())
    table = pd.DataFrame({
        "numerator": pd.Series(values, features.index, dtype="object"),
        "denominator": counted.astype(int),
        "counted": counted.astype(int),
        "unknown": (~counted).astype(int),
    })
    excluded = excluded_rows(
        features.index, counted, ~counted, reason, _REASONS, AirStations.layer_name()
    )
    found = Measure(
        measure,
        "ug_per_m3",
        Quantity(total, n),
        Quantity(total, n + unknown),
        Quantity(total + most * unknown, n + unknown),
        n,
        unknown,
    )
    return Tally(
        {measure: found},
        {measure: ()},
        excluded.assign(measure=measure)[list(EXCLUDED_COLUMNS)].sort_values(
            "feature_id", ignore_index=True
        ),
        rollup_rows(features, measure, table, ("county_name",)),
    )


def _months(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the means of each station and month, and the days with a value."""
    columns = [column for _, column in _STATISTICS.values()]
    keys = [rows["station_id"], rows["day"].dt.month.rename("month")]
    groups = rows[columns].groupby(keys)
    return groups.mean().round(6).join(groups.count().add_suffix("_days")).reset_index()


def _without_station(rows: pd.DataFrame) -> pd.DataFrame:
    """List the stations that records name and the layer does not have, with their days."""
    return rows.groupby("station_id").size().rename("records").reset_index()


def _warnings(strangers: int) -> tuple[Text, ...]:
    """Tell that records were of no station."""
    if not strangers:
        return ()
    return (
        Text(
            f"{strangers} 条空气质量记录的站点不在站点图层中,未计入",
            f"{strangers} air-quality records are of stations that the layer lacks; left out",
        ),
    )


def _month(name: str, value: float, title: Text) -> Parameter:
    """Describe a month of the season."""
    return Parameter(
        name=name,
        value=value,
        unit="",
        interval="closed",
        title=title,
        source=Text("规划三(七)所述月份", "the plan, section 3(7)"),
        verified=True,
    )


ANALYSIS = Analysis(
    name=NAME,
    title=Text("臭氧季空气质量", "Air quality in the ozone season"),
    question=Text(
        "最近一个臭氧季各站的二氧化氮、臭氧和VOCs如何?",
        "What were nitrogen dioxide, ozone and VOC at the stations in the last ozone season?",
    ),
    inputs=(AirStations, AirQualityRecords),
    optional=(Counties,),
    parameters=(
        _month("first_month", _DAYS_FIRST, Text("臭氧季首月", "first month of the season")),
        _month("last_month", _DAYS_LAST, Text("臭氧季末月", "last month of the season")),
        Parameter(
            name="least_valid_days_pct",
            value=75.0,
            unit="%",
            interval="closed",
            title=Text("有效天数最低占比", "least share of valid days"),
            source=Text(
                "本工具约定;HJ 663-2013 只规定年和月",
                "declared: HJ 663-2013 rules years and months",
            ),
            verified=False,
        ),
        Parameter(
            name="ozone_limit_ug_per_m3",
            value=160.0,
            unit="ug_per_m3",
            interval="open",
            title=Text("臭氧日最大8小时均值二级限值", "ozone limit, class 2"),
            source=Text("GB 3095-2012(凭记忆,未核对原文)", "GB 3095-2012 (from memory, not read)"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(
            "may_to_september_no2_mean",
            Text("臭氧季二氧化氮平均浓度", "mean nitrogen dioxide of the season"),
            "ug_per_m3",
        ),
        MeasureCard(
            "may_to_september_o3_90th_percentile",
            Text("臭氧季臭氧第90百分位浓度", "90th percentile of ozone in the season"),
            "ug_per_m3",
        ),
        MeasureCard(
            "may_to_september_voc_mean",
            Text("臭氧季VOCs平均浓度", "mean VOC of the season"),
            "ug_per_m3",
        ),
    ),
    categories=(
        Category("over", Text("臭氧超过限值", "ozone over the limit"), "bad"),
        Category("within", Text("臭氧未超限值", "ozone within the limit"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("valid_days_pct", Text("臭氧有效天数占比", "days with ozone"), "%"),
        ResultColumn("no2_mean_ug_per_m3", Text("二氧化氮均值", "mean NO2"), "ug_per_m3"),
        ResultColumn(
            "o3_p90_ug_per_m3", Text("臭氧第90百分位", "90th percentile of ozone"), "ug_per_m3"
        ),
        ResultColumn("voc_mean_ug_per_m3", Text("VOCs均值", "mean VOC"), "ug_per_m3"),
        ResultColumn("o3_days_over", Text("臭氧超限天数", "days over the ozone limit"), "day"),
        _MARGIN,
    ),
    margin=_MARGIN,
    # Records of other counties' stations would look like records of no station.
    split=None,
    tables=(
        TableCard("months", Text("逐月均值", "means by month")),
        TableCard("records_without_station", Text("找不到站点的记录", "records of no station")),
    ),
    run=analyse,
)
