"""The ultra-low-emission retrofit of the city's steel capacity."""

from datetime import date

from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.operations.amounts import WeighedNames
from tieling_geo.operations.capacity_retrofit import (
    MARGIN,
    RETROFIT_CATEGORIES,
    RETROFIT_COLUMNS,
    weigh_retrofit,
)
from tieling_geo.operations.results import to_result
from tieling_geo.records import Analysis, MeasureCard, Result
from tieling_geo.schemas import Counties, SteelWorks
from tieling_geo.text import Text

NAME = "steel_capacity_retrofit"
_NAMES = WeighedNames(
    "steel_capacity_retrofitted_share",
    left="steel_capacity_not_retrofitted",
    unit="t_per_year",
)


def analyse(
    steel_works: GeoDataFrame[SteelWorks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Weigh the steel capacity whose ultra-low-emission retrofit was accepted by a day.

    A capacity that was retired by the day (closed) or is zero is out of scope: a city without any
    steel capacity has nothing in scope, which is never a pass. A missing capacity is unknown, and
    so is a retrofit whose stage and date contradict each other (see `acceptance`).

    Parameters
    ----------
    steel_works
        `SteelWorks` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which stages are reckoned (closed).

    Returns
    -------
    result
        n rows, index of `steel_works`, with `category` and `days_before_deadline`. Measures: share
        of capacity accepted (%), capacity not accepted (t/a).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> works = SteelWorks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     works_id=["A", "B"], capacity_t_per_year=[3e6, 1e6],
    ...     retrofit_stage=["accepted", "in_progress"],
    ...     accepted_on=pd.to_datetime(["2023-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(works, as_of=date(2023, 12, 31))
    >>> found.measures["steel_capacity_retrofitted_share"].value
    Fraction(75, 1)
    """
    retrofit = weigh_retrofit(steel_works, counties, schema=SteelWorks, names=_NAMES, as_of=as_of)
    return to_result(ANALYSIS, retrofit.features, retrofit.counted, {}, levers=retrofit.levers)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("钢铁产能超低排放改造", "Ultra-low-emission retrofit of steel capacity"),
    question=Text(
        "全市钢铁产能是否都完成了超低排放改造?",
        "Has all steel capacity finished its ultra-low-emission retrofit?",
    ),
    inputs=(SteelWorks,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_NAMES.share, Text("已验收产能占比", "steel capacity accepted"), "%"),
        MeasureCard(_NAMES.left, Text("未验收产能", "steel capacity not accepted"), _NAMES.unit),
    ),
    categories=RETROFIT_CATEGORIES,
    columns=RETROFIT_COLUMNS,
    margin=MARGIN,
    split="county",
    run=analyse,
)
