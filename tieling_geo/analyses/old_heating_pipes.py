"""The length of heating pipes that are old."""

from datetime import date
from fractions import Fraction

import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import WeighedNames, to_amounts, weigh
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, HeatingPipes
from tieling_geo.text import Text

NAME = "old_heating_pipes"
_NAMES = WeighedNames(
    "heating_pipes_not_old_share",
    left="old_heating_pipes_length",
    unit="km",
    scale=Fraction(1, 1000),
)
_REASONS = {
    "not_yet": Text("该年尚未敷设", "not laid by that year"),
    "year_unknown": Text("敷设年份缺失", "year of laying is missing"),
}
#: Least diameter of each class, mm (closed), and what it is called.
_CLASSES = (
    (0, "up_to_150", Text("小于DN150", "below DN 150")),
    (150, "150_to_400", Text("DN150至小于DN400", "DN 150 to below DN 400")),
    (400, "from_400", Text("DN400及以上", "DN 400 and above")),
)
_LIMIT = Parameter(
    name="old_age_years",
    value=20.0,
    unit="year",
    interval="closed",
    title=Text("算作老旧的管龄", "age from which a pipe is old"),
    source=Text(
        "本工具约定:国办发〔2022〕22号以运行满20年的供热管道为更新对象(凭记忆,未核实)",
        "declared: a national document of 2022 renews heat pipes from 20 years on (from memory, "
        "not verified)",
    ),
    verified=False,
)
_MARGIN = ResultColumn(
    "years_over_age",
    Text("管龄超出年限(零及以上为老旧)", "years over the age (0 or + is old)"),
    "year",
)


def analyse(
    heating_pipes: GeoDataFrame[HeatingPipes],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    old_age_years: float = 20.0,
) -> Result:
    """
    Add up the length of the heating pipes that are old in the year of a day.

    Age is the year of the day less the year of laying; the ledger knows no months. A pipe without a
    year is unknown, one of a later year is not laid yet and out of scope. Length is that of the
    line in the working CRS. A pipe that crosses a county border stands whole in the roll-up of the
    county with the lowest code, and is flagged.

    Parameters
    ----------
    heating_pipes
        `HeatingPipes` layer, n lines, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day; only its year is read (closed).
    old_age_years
        Age from which a pipe is old (closed), years.

    Returns
    -------
    result
        n rows, index of `heating_pipes`, with `category`, `age_years`, `length_m`,
        `diameter_class` and `years_over_age`. Measures: share of the length that is not old (%),
        length that is (km). Rolled up by county, network, diameter class and kind.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> pipes = HeatingPipes.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     pipe_id=["A", "B"], installed_year=[2005, 2006],
    ...     geometry=gpd.GeoSeries([LineString([(0, 0), (300, 400)])] * 2, ["A", "B"], crs=4550))
    >>> analyse(pipes, as_of=date(2025, 12, 31)).measures["old_heating_pipes_length"].value
    Fraction(1, 2)
    """
    check_metric(heating_pipes, name=HeatingPipes.layer_name())
    age = (as_of.year - heating_pipes["installed_year"]).astype("Int64")
    is_old = (age >= old_age_years).astype("boolean")
    is_laid = (age >= 0).fillna(value=True).astype("boolean")
    reason = first_reason(heating_pipes.index, {"not_yet": ~is_laid, "year_unknown": is_old.isna()})
    length_m = heating_pipes.geometry.length
    features = with_county(heating_pipes, counties).assign(
        age_years=age,
        length_m=length_m,
        diameter_class=_diameter_class(heating_pipes["diameter_mm"]),
        years_over_age=age.astype("Float64") - old_age_years,
        reason=reason,
        category=_category(is_old, reason),
    )
    counted = weigh(
        features,
        layer=HeatingPipes.layer_name(),
        names=_NAMES,
        in_scope=is_laid,
        done=~is_old,
        amounts=to_amounts(length_m, most=0.0),
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "network_id", "diameter_class", "kind"),
    )
    return to_result(ANALYSIS, features, counted, {_LIMIT.name: old_age_years})


def _diameter_class(diameter_mm: pd.Series) -> pd.Series:
    """Name each pipe's class of diameter; missing where that is."""
    found = pd.Series(index=diameter_mm.index, dtype="str")
    for least, word, _ in _CLASSES:
        found = found.mask(diameter_mm >= least, word)
    return found


def _category(is_old: pd.Series, reason: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = is_old.map({True: "old", False: "not_old"}).astype("str")
    return words.mask(reason == "not_yet", "out_of_scope").mask(reason == "year_unknown", "unknown")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("老旧供热管网", "Old heating pipes"),
    question=Text("供热管网有多少千米已属老旧?", "How many kilometres of heating pipes are old?"),
    inputs=(HeatingPipes,),
    optional=(Counties,),
    parameters=(_LIMIT,),
    measures=(
        MeasureCard(_NAMES.share, Text("未老旧管网长度占比", "length of pipes not old"), "%"),
        MeasureCard(_NAMES.left, Text("老旧管网长度", "length of old pipes"), _NAMES.unit),
    ),
    categories=(
        Category("old", Text("老旧", "old"), "bad"),
        Category("not_old", Text("未老旧", "not old"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("尚未敷设", "not laid yet"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("network_id", Text("管网编号", "network number")),
        ResultColumn("age_years", Text("管龄", "age"), "year"),
        ResultColumn("length_m", Text("长度", "length"), "m"),
        ResultColumn(
            "diameter_class",
            Text("管径分级", "diameter class"),
            words={word: title for _, word, title in _CLASSES},
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
