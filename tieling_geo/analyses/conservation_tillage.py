"""The area under conservation tillage, year after year."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import WeighedNames, to_amounts, to_weighed_levers, weigh
from tieling_geo.operations.indicators import last_complete_year, to_whole_year
from tieling_geo.operations.levers import Crossings, threshold, to_sides
from tieling_geo.operations.own_areas import (
    AREA_TITLES,
    MU_PER_M2,
    WAN_MU_PER_M2,
    area_deviations,
    deviation_pct,
    own_areas,
    sum_tally,
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
from tieling_geo.operations.rollup import together
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, TillagePlots
from tieling_geo.text import Text

NAME = "conservation_tillage"
_NAMES = WeighedNames(
    "tillage_verified_share",
    done="tillage_area_times",
    left="tillage_area_not_verified",
    unit="wan_mu_times",
    scale=WAN_MU_PER_M2,
)
_OVERLAP = "tillage_overlap"
_REASONS = {
    "earlier": Text("年份不晚于起算基年", "of the base year or an earlier year"),
    "later": Text("该年份到统计日尚未结束", "the year was not over by the day"),
    "not_known_if_verified": Text("是否核验缺失", "nobody says if it was verified"),
}
_MARGIN = ResultColumn(
    "years_after_base", Text("晚于起算基年的年数", "years after the base year"), "year"
)


def analyse(
    tillage_plots: GeoDataFrame[TillagePlots],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    base_year: float = 2020.0,
    area_tolerance_pct: float = 5.0,
) -> Result:
    """
    Add up the areas under conservation tillage over the years: area times years.

    A year counts if it is later than the base year (open) and over by the day (closed). Within a
    year ground counts once, however many plots cover it: a plot that was verified adds what no
    verified plot of a lower `record_id` has. Years are added, never merged. A plot that was not
    verified does not count; where nobody says, what it would add is unknown.

    Areas are those of the polygons, on the ellipsoid. Where the ledger's area is off by more than
    the tolerance, the row is listed in the table `area_deviations`. Plots of two counties may
    overlap, so that parts by county do not add up.

    Parameters
    ----------
    tillage_plots
        `TillagePlots` layer, n polygons, metres.
    counties
        `Counties` layer, for the roll-up, by a point inside each plot.
    as_of
        The day by which a year must be over (closed).
    base_year
        The year before the first that counts (open).
    area_tolerance_pct
        By how much the ledger's area may be off the polygon's (closed), percent.

    Returns
    -------
    result
        n rows, index of `tillage_plots`, with `category`, areas in mu and `years_after_base`.
        Measures: area times years that is verified (10,000 mu times), that is not, share that is
        (%), and what the overlaps would have added (mu times).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the base year is no whole number.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> field = box(500000, 4690000, 502000, 4691000)
    >>> plots = TillagePlots.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     record_id=["A", "B"], plot_id=["P", "P"], year=pd.array([2024, 2025], dtype="Int64"),
    ...     is_verified=pd.array([True, True], dtype="boolean"),
    ...     geometry=gpd.GeoSeries([field, field], ["A", "B"], crs=4550))
    >>> found = analyse(plots, as_of=date(2025, 12, 31))
    >>> round(float(found.measures["tillage_area_times"].value), 3)
    0.6
    """
    check_metric(tillage_plots, name=TillagePlots.layer_name())
    base, last = to_whole_year("base_year", base_year), last_complete_year(as_of)
    judged = _judged(tillage_plots, base, last)
    areas = own_areas(
        tillage_plots,
        done=judged["done"],
        keys=tillage_plots["record_id"],
        group=tillage_plots["year"],
    )
    features = _features(tillage_plots, areas, judged, counties, base, area_tolerance_pct)
    shares = {"in_scope": judged["scope"], "done": judged["done"]}
    counted = weigh(
        features,
        layer=TillagePlots.layer_name(),
        names=_NAMES,
        amounts=to_amounts(areas["own_m2"], most=0.0),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "year"),
        **shares,
    )
    overlap = sum_tally(
        areas["area_m2"] - areas["own_m2"],
        name=_OVERLAP,
        unit="mu_times",
        scale=MU_PER_M2,
        like=counted,
        **shares,
    )
    table, warnings = area_deviations(
        features[judged["scope"].fillna(value=False).astype(bool)],
        columns=("record_id", "plot_id", "county", "year"),
        tolerance_pct=area_tolerance_pct,
    )
    return to_result(
        ANALYSIS,
        features,
        together(counted, overlap),
        {"base_year": base_year, "area_tolerance_pct": area_tolerance_pct},
        tables={"area_deviations": table},
        warnings=warnings,
        levers=lambda: _levers(tillage_plots, judged, areas["own_m2"], base, as_of),
    )


def _judged(plots: gpd.GeoDataFrame, base: int, last: int) -> pd.DataFrame:
    """Say of each plot if its year counts, if it was verified, and why it is left out."""
    earlier, later = plots["year"] <= base, plots["year"] > last
    done = plots["is_verified"].astype("boolean")
    reason = first_reason(
        plots.index,
        {"earlier": earlier, "later": later, "not_known_if_verified": done.isna()},
    )
    scope = ~(earlier | later).astype("boolean")
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _features(
    plots: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    counties: gpd.GeoDataFrame | None,
    base: int,
    tolerance_pct: float,
) -> gpd.GeoDataFrame:
    """Add the columns of the analysis to the plots."""
    located = with_county(plots.set_geometry(plots.geometry.representative_point()), counties)
    deviation = deviation_pct(plots["ledger_area_mu"], areas["area_m2"])
    words = judged["done"].map({True: "verified", False: "not_verified"})
    off = (words == "verified") & (deviation.abs() > tolerance_pct)
    known = words.mask(off, "area_off").where(judged["reason"] == "").fillna("unknown")
    outside = judged["reason"].isin(["earlier", "later"])
    return plots.assign(
        county_name=located["county_name"],
        border_case=located["border_case"],
        polygon_area_mu=areas["area_m2"] * float(MU_PER_M2),
        own_area_mu=areas["own_m2"] * float(MU_PER_M2),
        deviation_pct=deviation,
        years_after_base=(plots["year"] - base).astype("float64"),
        reason=judged["reason"],
        category=known.mask(outside, "out_of_scope").astype("str"),
    )


def _levers(
    plots: gpd.GeoDataFrame, judged: pd.DataFrame, own_m2: pd.Series, base: int, as_of: date
) -> Levers:
    """Say what moves the sums; years are apart, so that what each plot adds stays what it is."""
    done, year = judged["done"], plots["year"].astype("int64")
    nobody = to_sides(scope=False, done=done)
    since = threshold(
        _BASE_YEAR,
        (year - base).astype("float64"),
        to_sides(year <= last_complete_year(as_of), done),
        nobody,
        closed=False,
    )
    ends = pd.to_datetime(year.astype(str) + "-12-31").astype("datetime64[s]")
    ahead = (pd.Timestamp(as_of).as_unit("s") - ends).dt.days
    title = Text("统计日", "day of the assessment")
    day = Crossings("as_of", "date", title, "day", ahead, to_sides(year > base, done), nobody)
    return to_weighed_levers(_NAMES, [since, day], own_m2, most=0.0)


_BASE_YEAR = Parameter(
    name="base_year",
    value=2020.0,
    unit="year",
    interval="open",
    title=Text("起算基年(次年起计)", "base year, the year before the first that counts"),
    source=Text("本工具约定:规划期自次年起", "declared: the plan's years begin with the next"),
    verified=False,
)

ANALYSIS = Analysis(
    name=NAME,
    title=Text("保护性耕作累计面积", "Conservation tillage, area times years"),
    question=Text(
        "历年保护性耕作面积合计多少亩次?",
        "How many mu times of conservation tillage do the years add up to?",
    ),
    inputs=(TillagePlots,),
    optional=(Counties,),
    parameters=(
        _BASE_YEAR,
        Parameter(
            name="area_tolerance_pct",
            value=5.0,
            unit="%",
            interval="closed",
            title=Text("台账与图形面积的允许偏差", "how far the ledger's area may be off"),
            source=Text("本工具约定", "declared by us"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.done, Text("已核验面积累计", "verified area times years"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("未核验面积累计", "area not verified"), _NAMES.unit),
        MeasureCard(_NAMES.share, Text("已核验面积占比", "share of area verified"), "%"),
        MeasureCard(_OVERLAP, Text("同年重叠面积", "overlaps within a year"), "mu_times"),
    ),
    categories=(
        Category("not_verified", Text("核验未通过", "not verified"), "bad"),
        Category("area_off", Text("已核验,台账面积偏差大", "verified, ledger area off"), "warning"),
        Category("verified", Text("已核验", "verified"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在起止年份内", "outside the years"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("year", Text("年份", "year"), "year"),
        *(
            ResultColumn(name, title, "%" if name.endswith("pct") else "mu")
            for name, title in AREA_TITLES.items()
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard(
            "area_deviations",
            Text("台账面积与图形不符", "ledger areas that differ from the polygons"),
        ),
    ),
    run=analyse,
)
