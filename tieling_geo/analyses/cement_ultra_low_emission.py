"""The ultra-low-emission retrofit of the city's cement capacity."""

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
from tieling_geo.schemas import CementWorks, Counties
from tieling_geo.text import Text

NAME = "cement_ultra_low_emission"
_NAMES = WeighedNames(
    "cement_capacity_retrofitted_share",
    left="cement_capacity_not_retrofitted",
    unit="t_per_year",
)


def analyse(
    cement_works: GeoDataFrame[CementWorks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Weigh the cement capacity whose ultra-low-emission retrofit was accepted by a day.

    A capacity that was retired by the day (closed) or is zero is out of scope: a city without any
    cement capacity has nothing in scope, which is never a pass. A missing capacity is unknown, and
    so is a retrofit whose stage and date contradict each other (see `acceptance`).

    Parameters
    ----------
    cement_works
        `CementWorks` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which stages are reckoned (closed).

    Returns
    -------
    result
        n rows, index of `cement_works`, with `category` and `days_before_deadline`. Measures: share
        of capacity accepted (%), capacity not accepted (t/a).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> works = CementWorks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     works_id=["A", "B"], capacity_t_per_year=[3e6, 1e6],
    ...     retrofit_stage=["accepted", "in_progress"],
    ...     accepted_on=pd.to_datetime(["2023-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(works, as_of=date(2023, 12, 31))
    >>> found.measures["cement_capacity_retrofitted_share"].value
    Fraction(75, 1)
    """
    retrofit = weigh_retrofit(cement_works, counties, schema=CementWorks, names=_NAMES, as_of=as_of)
    return to_result(ANALYSIS, retrofit.features, retrofit.counted, {}, levers=retrofit.levers)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("水泥产能超低排放改造", "Ultra-low-emission retrofit of cement capacity"),
    question=Text(
        "全市水泥产能有多少完成了超低排放改造?",
        "How much cement capacity has finished its ultra-low-emission retrofit?",
    ),
    inputs=(CementWorks,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_NAMES.share, Text("已验收水泥产能占比", "cement capacity accepted"), "%"),
        MeasureCard(
            _NAMES.left, Text("未验收水泥产能", "cement capacity not accepted"), _NAMES.unit
        ),
    ),
    categories=RETROFIT_CATEGORIES,
    columns=RETROFIT_COLUMNS,
    margin=MARGIN,
    split="county",
    run=analyse,
)
