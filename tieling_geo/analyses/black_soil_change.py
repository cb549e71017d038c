"""Whether the organic matter of cropland soil rises."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric, to_geodesic_area_m2
from tieling_geo.operations.amounts import (
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_fraction,
    weigh,
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
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.operations.zonal import zonal_mean
from tieling_geo.records import (
    Analysis,
    Category,
    Measure,
    MeasureCard,
    Parameter,
    Quantity,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, Cropland, SoilCarbonCells
from tieling_geo.text import Text

NAME = "black_soil_change"
_SHARE, _LEFT = "plots_with_rising_organic_matter_share", "plots_without_rising_organic_matter"
_AREAS = WeighedNames("area_with_rising_organic_matter_share")
_MEAN = "organic_matter_mean_change"
_VALUE = "organic_matter_g_per_kg"
# Means and shares are told apart down to this decimal: behind it is the noise of the overlay.
_ROUNDING_DIGITS = 6
# Cells of one year that overlap by more than this are two maps of it.
_MOST_COVERED_PCT = 100.001
_REASONS = {
    "one_year": Text("没有两个年份的土壤数据", "there are no soil data of two years"),
    "overlapping": Text("同一年份的栅格互相重叠", "cells of one year overlap"),
    "first_uncovered": Text(
        "首个年份的有值栅格覆盖不足", "too little is covered in the first year"
    ),
    "last_uncovered": Text("末个年份的有值栅格覆盖不足", "too little is covered in the last year"),
}
_MARGIN = ResultColumn(
    "rise_margin_g_per_kg", Text("升幅超出限值", "rise above the limit"), "g_per_kg"
)


def analyse(
    cropland: GeoDataFrame[Cropland],
    soil_carbon_cells: GeoDataFrame[SoilCarbonCells],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    least_covered_pct: float = 90.0,
    least_rise_g_per_kg: float = 0.0,
) -> Result:
    """
    Tell on which parcels the organic matter of the soil rose from the first year to the last.

    The years are those of the cells, none later than the year of the day (closed). A parcel's value
    in a year is the mean of its cells, each weighted by the area it shares with the parcel. Where
    cells with a value cover less of the parcel than the least share, or cells of one year overlap,
    the value is unknown.

    Parameters
    ----------
    cropland
        `Cropland` layer, n polygons, metres.
    soil_carbon_cells
        `SoilCarbonCells` layer in the same CRS: cells of a grid, one row a cell and year.
    counties
        `Counties` layer, for the roll-up, by a point inside each parcel.
    as_of
        The day.
    least_covered_pct
        Share of the parcel that cells with a value must cover (closed), percent.
    least_rise_g_per_kg
        Organic matter rises if it gains more than this (open), grams a kilogram.

    Returns
    -------
    result
        n rows, index of `cropland`, with both means, their change and the share covered. Measures:
        share of parcels that rise (%) and number of the others, share of their area (%), and the
        mean change weighted by area (g/kg).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parcel = box(500000, 4690000, 500100, 4690100)
    >>> fields = Cropland.empty("EPSG:4550").reindex(["A"]).assign(
    ...     parcel_id=["A"], geometry=gpd.GeoSeries([parcel], ["A"], crs=4550))
    >>> cells = SoilCarbonCells.empty("EPSG:4550").reindex(["a", "b"]).assign(
    ...     cell_id=["a", "b"], year=pd.array([2020, 2025], dtype="Int64"),
    ...     organic_matter_g_per_kg=[20.0, 21.5],
    ...     geometry=gpd.GeoSeries([parcel, parcel], ["a", "b"], crs=4550))
    >>> found = analyse(fields, cells, as_of=date(2025, 12, 31))
    >>> found.measures["organic_matter_mean_change"].value
    Fraction(3, 2)
    """
    check_metric(cropland, name=Cropland.layer_name())
    check_metric(soil_carbon_cells, name=SoilCarbonCells.layer_name())
    soil = _soil(cropland, soil_carbon_cells, as_of, least_covered_pct)
    change = (soil["last"] - soil["first"]).round(_ROUNDING_DIGITS)
    rises = (change > least_rise_g_per_kg).astype("boolean").mask(change.isna())
    inside = cropland.set_geometry(cropland.geometry.representative_point())
    located = with_county(inside, counties)
    words = rises.map({True: "rising", False: "not_rising"})
    features = cropland.assign(
        county_name=located["county_name"],
        border_case=located["border_case"],
        organic_matter_first_g_per_kg=soil["first"],
        organic_matter_last_g_per_kg=soil["last"],
        organic_matter_change_g_per_kg=change,
        covered_pct=soil["covered_pct"],
        rise_margin_g_per_kg=change - least_rise_g_per_kg,
        reason=soil["reason"],
        category=words.fillna("unknown").astype("str"),
    )
    values = {"least_covered_pct": least_covered_pct, "least_rise_g_per_kg": least_rise_g_per_kg}
    return to_result(ANALYSIS, features, _counted(features, rises, soil), values)


def _soil(
    parcels: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, as_of: date, least_covered_pct: float
) -> pd.DataFrame:
    """
    Give each parcel its mean in the first and in the last year, and why one is missing.

    `covered_pct` is the lesser of the two years'.
    """
    years = sorted({int(year) for year in cells["year"] if year <= as_of.year})
    ends = [years[0], years[-1]] if years else []
    means = [_mean_in(parcels, cells[cells["year"] == year]) for year in ends]
    nothing = pd.DataFrame({"mean": np.nan, "covered_pct": 0.0}, index=parcels.index)
    first, last = means or [nothing, nothing]
    covered = pd.DataFrame({"first": first["covered_pct"], "last": last["covered_pct"]})
    alone = pd.Series(len(years) < 2, parcels.index)  # noqa: PLR2004 - a change needs two
    reason = first_reason(
        parcels.index,
        {
            "one_year": alone,
            "overlapping": (covered > _MOST_COVERED_PCT).any(axis=1),
            "first_uncovered": (covered["first"] < least_covered_pct) | first["mean"].isna(),
            "last_uncovered": (covered["last"] < least_covered_pct) | last["mean"].isna(),
        },
    )
    # A year whose cells are good is known, even where the other one is not.
    good = covered.ge(least_covered_pct) & covered.le(_MOST_COVERED_PCT)
    return pd.DataFrame({
        "first": first["mean"].where(good["first"]),
        "last": last["mean"].where(good["last"] & ~alone),
        "covered_pct": covered.min(axis=1),
        "reason": reason,
    })


def _mean_in(parcels: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> pd.DataFrame:
    """Average the cells of one year over each parcel."""
    numbers = cells[_VALUE].to_numpy(dtype="float64", na_value=np.nan)
    means = zonal_mean(parcels.geometry.to_numpy(), cells.geometry.to_numpy(), numbers)
    return means.round(_ROUNDING_DIGITS).set_index(parcels.index)


def _counted(features: gpd.GeoDataFrame, rises: pd.Series, soil: pd.DataFrame) -> Tally:
    """Count the parcels that rise, weigh them by area, and average their changes."""
    told = {
        "layer": Cropland.layer_name(),
        "in_scope": pd.Series(data=True, index=features.index, dtype="boolean"),
        "done": rises,
        "reason": features["reason"],
        "reasons": _REASONS,
        "groups": ("county_name", "kind"),
    }
    area_m2 = pd.Series(to_geodesic_area_m2(features), features.index)
    by_number = tally(features, share=_SHARE, remaining=_LEFT, **told)
    by_area = weigh(features, names=_AREAS, amounts=to_amounts(area_m2, most=0.0), **told)
    rows = by_number.excluded[by_number.excluded["measure"] == _SHARE].assign(measure=_MEAN)
    falling = features.index[(features["organic_matter_change_g_per_kg"] < 0)]
    mean = Tally(
        {_MEAN: _mean_change(soil, area_m2)},
        {_MEAN: tuple(sorted(map(str, falling)))},
        rows,
        by_number.rollups.iloc[:0],
    )
    return together(by_number, by_area, mean)


def _mean_change(soil: pd.DataFrame, area_m2: pd.Series) -> Measure:
    """
    Average the changes, weighted by area.

    A missing value lies between zero and the most that the schema accepts; a parcel of which one
    year is known can change no further than from or to that.
    """
    most = to_fraction(greatest_allowed(SoilCarbonCells, _VALUE))
    zero = Fraction(0)
    known = soil[["first", "last"]].notna().all(axis=1)
    change, low, high, whole, total = zero, zero, zero, zero, zero
    for first, last, area in zip(soil["first"], soil["last"], area_m2, strict=True):
        weight = to_fraction(area)
        ends = [(zero, most) if np.isnan(n) else (to_fraction(n),) * 2 for n in (first, last)]
        (least_first, most_first), (least_last, most_last) = ends
        total += weight
        low += weight * (least_last - most_first)
        high += weight * (most_last - least_first)
        if not (np.isnan(first) or np.isnan(last)):
            whole += weight
            change += weight * (least_last - least_first)
    return Measure(
        _MEAN,
        "g_per_kg",
        Quantity(change, whole),
        Quantity(low, total),
        Quantity(high, total),
        int(known.sum()),
        int((~known).sum()),
    )


ANALYSIS = Analysis(
    name=NAME,
    title=Text("黑土耕地有机质变化", "Change of organic matter of cropland soil"),
    question=Text(
        "哪些耕地的土壤有机质在提升?", "On which cropland does the organic matter of the soil rise?"
    ),
    inputs=(Cropland, SoilCarbonCells),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="least_covered_pct",
            value=90.0,
            unit="%",
            interval="closed",
            title=Text("有值栅格至少覆盖", "share that cells with a value must cover"),
            source=Text("本工具约定", "declared by us"),
            verified=False,
        ),
        Parameter(
            name="least_rise_g_per_kg",
            value=0.0,
            unit="g_per_kg",
            interval="open",
            title=Text("计为提升的升幅", "gain from which it rises"),
            source=Text("本工具约定:有增加即为提升", "declared: any gain is a rise"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("有机质提升的耕地图斑", "parcels that rise"), "%"),
        MeasureCard(_LEFT, Text("有机质未提升的图斑数", "parcels that do not rise"), "count"),
        MeasureCard(_AREAS.share, Text("有机质提升的耕地面积", "area that rises"), "%"),
        MeasureCard(_MEAN, Text("有机质平均变化(按面积)", "mean change by area"), "g_per_kg"),
    ),
    categories=(
        Category("not_rising", Text("未提升", "does not rise"), "bad"),
        Category("rising", Text("提升", "rises"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn(
            "organic_matter_first_g_per_kg", Text("首年有机质", "in the first year"), "g_per_kg"
        ),
        ResultColumn(
            "organic_matter_last_g_per_kg", Text("末年有机质", "in the last year"), "g_per_kg"
        ),
        ResultColumn("organic_matter_change_g_per_kg", Text("变化", "change"), "g_per_kg"),
        ResultColumn("covered_pct", Text("有值栅格覆盖", "covered by cells with a value"), "%"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
