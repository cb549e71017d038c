"""The power usage effectiveness of new large and hyperscale data centres."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import greatest_allowed, to_fraction
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
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows, tally, together
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    Analysis,
    Category,
    Measure,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, DataCentres
from tieling_geo.text import Text

NAME = "data_centre_pue"
_GREATEST, _DESIGN = "greatest_new_data_centre_pue", "greatest_new_data_centre_design_pue"
_SHARE, _OVER = "new_data_centres_within_cap_share", "new_data_centres_over_cap"
# No less energy than the machines use is drawn: the schema accepts nothing below.
_LEAST = Fraction(1)
_OUT = ("small", "old", "not_yet")
_REASONS = {
    "small": Text("规模不到大型", "smaller than large"),
    "old": Text("基准年末或以前已投运", "in service by the end of the base year"),
    "not_yet": Text("该日尚未投运", "not in service by that day"),
    "class_contradiction": Text("规模类型与机架数矛盾", "its class contradicts its racks"),
    "class_unknown": Text("规模和机架数均缺失", "neither class nor racks are stated"),
    "start_unknown": Text("投运日期缺失", "date of commissioning is missing"),
    "not_measured": Text("没有实测值", "not measured"),
    "measured_later": Text("该日之后才实测", "measured only after that day"),
    "measured_undated": Text("实测无日期", "measured, but no date says when"),
    "measured_too_early": Text("实测早于投运", "measured before it came into service"),
    "no_design": Text("没有设计值", "no design value"),
}
_MARGIN = ResultColumn("pue_below_cap", Text("低于限值", "below the cap"), "pue")


def analyse(
    data_centres: GeoDataFrame[DataCentres],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    base_year: float = 2020.0,
    pue_cap: float = 1.3,
    large_racks: float = 3000.0,
    hyperscale_racks: float = 10000.0,
) -> Result:
    """
    Find the greatest measured PUE of the new large and hyperscale data centres.

    New is what came into service after 31 December of the base year (open) and by the day (closed).
    The class stated decides; where none is stated, the racks do. A class below large with racks of
    a large one contradicts itself and is unknown, and so are a blank in both, a missing date of
    commissioning, and a value that was not measured by the day, has no date, or is older than the
    centre. An unknown value lies between 1 and the schema's limit. The design value is told beside;
    it never stands in for a measured one. A greatest value does not add up over groups: only the
    share within the cap is rolled up.

    Parameters
    ----------
    data_centres
        `DataCentres` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    base_year
        What came into service later than this year is new (open).
    pue_cap
        PUE up to which a centre keeps the cap (closed).
    large_racks, hyperscale_racks
        Standard racks from which a centre is large, or hyperscale (both closed).

    Returns
    -------
    result
        n rows, index of `data_centres`, with `category`, `size_used` and `pue_below_cap`. Measures:
        greatest PUE as measured and by design (PUE), share within the cap (%), number over (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> centres = DataCentres.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     centre_id=["A", "B"], size_class="large", measured_pue=[1.25, 1.3],
    ...     measured_on=pd.Timestamp("2025-06-30"), commissioned_on=pd.Timestamp("2022-01-01"),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(centres, as_of=date(2025, 12, 31)).measures
    >>> found["greatest_new_data_centre_pue"].value, found["new_data_centres_over_cap"].value
    (Fraction(13, 10), Fraction(0, 1))
    """
    check_metric(data_centres, name=DataCentres.layer_name())
    size = _size(data_centres, large_racks, hyperscale_racks)
    scope, reason = _scope(data_centres, size, base_year, as_of)
    measured = _measured(data_centres, as_of)
    design_reason = pd.Series("", data_centres.index).mask(
        data_centres["design_pue"].isna(), "no_design"
    )
    reasons = reason.mask(reason == "", measured["reason"])
    value = measured["value"]
    within = (value <= pue_cap).astype("boolean").mask(value.isna())
    features = with_county(data_centres, counties).assign(
        size_used=size.astype("str"),
        pue_below_cap=(pue_cap - data_centres["measured_pue"]).round(6),
        reason=reasons,
        category=_category(within, reasons),
    )
    counted = together(
        _greatest(_GREATEST, features, scope, value, reasons, pue_cap),
        _greatest(
            _DESIGN,
            features,
            scope,
            data_centres["design_pue"],
            reason.mask(reason == "", design_reason),
            pue_cap,
        ),
        tally(
            features,
            layer=DataCentres.layer_name(),
            share=_SHARE,
            remaining=_OVER,
            in_scope=scope,
            done=within,
            reason=reasons,
            reasons=_REASONS,
            groups=("county_name", "size_used"),
        ),
    )
    values: dict[str, ParameterValue] = {
        "base_year": base_year,
        "pue_cap": pue_cap,
        "large_racks": large_racks,
        "hyperscale_racks": hyperscale_racks,
    }
    return to_result(ANALYSIS, features, counted, values)


def _size(centres: gpd.GeoDataFrame, large: float, hyperscale: float) -> pd.Series:
    """Give the class that is used: the one stated, else that of the racks; blank: contradictory."""
    racks = centres["racks"].astype("float64")
    by_racks = pd.Series("smaller", centres.index).mask(racks >= large, "large")
    by_racks = by_racks.mask(racks >= hyperscale, "hyperscale").mask(racks.isna())
    stated = centres["size_class"]
    wrong = stated.isin(["small", "medium"]) & (racks >= large)
    used: pd.Series = stated.fillna(by_racks).mask(wrong, "")
    return used


def _scope(
    centres: gpd.GeoDataFrame, size: pd.Series, base_year: float, as_of: date
) -> tuple[pd.Series, pd.Series]:
    """Say which centres are new and large, and why the others are not, or may not be."""
    since = centres["commissioned_on"]
    large = size.isin(["large", "hyperscale"]).astype("boolean").mask(size.isna() | (size == ""))
    old = is_on_or_before(since, date(int(base_year), 12, 31))
    serves = is_on_or_before(since, as_of)
    reason = first_reason(
        centres.index,
        {
            "small": ~large,
            "old": old,
            "not_yet": ~serves,
            "class_contradiction": size == "",
            "class_unknown": size.isna(),
            "start_unknown": since.isna(),
        },
    )
    return large & ~old & serves, reason


def _measured(centres: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Give the value that was measured by the day, missing with a reason where there is none."""
    value, measured_on = centres["measured_pue"], centres["measured_on"]
    reason = first_reason(
        centres.index,
        {
            "not_measured": value.isna(),
            "measured_undated": measured_on.isna(),
            "measured_later": ~is_on_or_before(measured_on, as_of),
            "measured_too_early": measured_on < centres["commissioned_on"],
        },
    )
    return pd.DataFrame({"value": value.where(reason == ""), "reason": reason})


def _greatest(
    name: str,
    features: gpd.GeoDataFrame,
    scope: pd.Series,
    value: pd.Series,
    reason: pd.Series,
    cap: float,
) -> Tally:
    """Find the greatest value of what is in scope, and what the unknown ones could make of it."""
    sure, maybe = (scope.fillna(value=v).astype(bool) for v in (False, True))
    counted = sure & value.notna()
    unknown = maybe & ~counted
    most = to_fraction(greatest_allowed(DataCentres, "measured_pue"))
    known = [to_fraction(v) for v in value[counted]]
    perhaps = [most if pd.isna(v) else to_fraction(v) for v in value[unknown]]
    # A centre that is surely in scope has a value of at least one.
    floor = [_LEAST] if sure.any() else []
    measure = Measure(
        name,
        "pue",
        Quantity(max(known, default=Fraction(0))),
        Quantity(max(known + floor, default=Fraction(0))),
        Quantity(max(known + perhaps, default=Fraction(0))),
        int(counted.sum()),
        int(unknown.sum()),
    )
    excluded = excluded_rows(
        features.index, counted, unknown, reason, _REASONS, DataCentres.layer_name()
    )
    return Tally(
        {name: measure},
        {name: tuple(sorted(map(str, features.index[counted & (value > cap)])))},
        excluded.assign(measure=name)[list(EXCLUDED_COLUMNS)].sort_values(
            "feature_id", ignore_index=True
        ),
        rollup_rows(features, name, pd.DataFrame(index=features.index), ()),
    )


def _category(within: pd.Series, reason: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = within.map({True: "within_cap", False: "over_cap"})
    known = words.where(reason == "").fillna("unknown")
    return known.mask(reason.isin(_OUT), "out_of_scope").astype("str")


_RACKS = Text("工信部2013年口径(转引)", "MIIT 2013 (second-hand)")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("新建大型数据中心PUE", "PUE of new large data centres"),
    question=Text(
        "新建大型及超大型数据中心的PUE是否都不超过限值?",
        "Do all new large and hyperscale data centres keep the cap on PUE?",
    ),
    inputs=(DataCentres,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="base_year",
            value=2020.0,
            unit="year",
            interval="open",
            title=Text("此年之后投运为新建", "year after which a centre is new"),
            source=Text("本工具约定:规划基准年", "declared by us: the plan's base year"),
            verified=False,
        ),
        Parameter(
            name="pue_cap",
            value=1.3,
            unit="pue",
            interval="closed",
            title=Text("PUE限值", "cap on PUE"),
            source=Text("规划三(一)", "the plan, section 3(1)"),
            verified=True,
        ),
        Parameter(
            name="large_racks",
            value=3000.0,
            unit="count",
            interval="closed",
            title=Text("大型的机架数门槛", "racks from which a centre is large"),
            source=_RACKS,
            verified=False,
        ),
        Parameter(
            name="hyperscale_racks",
            value=10000.0,
            unit="count",
            interval="closed",
            title=Text("超大型的机架数门槛", "racks from which a centre is hyperscale"),
            source=_RACKS,
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_GREATEST, Text("新建大型数据中心最大实测PUE", "greatest measured PUE"), "pue"),
        MeasureCard(_DESIGN, Text("新建大型数据中心最大设计PUE", "greatest design PUE"), "pue"),
        MeasureCard(_SHARE, Text("实测不超过限值的占比", "centres within the cap"), "%"),
        MeasureCard(_OVER, Text("实测超过限值的数据中心", "centres over the cap"), "count"),
    ),
    categories=(
        Category("over_cap", Text("超过限值", "over the cap"), "bad"),
        Category("within_cap", Text("不超过限值", "within the cap"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn(
            "size_used",
            Text("采用的规模", "class used"),
            words={
                "hyperscale": Text("超大型", "hyperscale"),
                "large": Text("大型", "large"),
                "medium": Text("中型", "medium"),
                "small": Text("小型", "small"),
                "smaller": Text("不到大型", "smaller than large"),
            },
        ),
        ResultColumn("design_pue", Text("设计PUE", "design PUE"), "pue"),
        ResultColumn("measured_pue", Text("实测PUE", "measured PUE"), "pue"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    run=analyse,
)
