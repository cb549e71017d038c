"""Defective sewers: how many kilometres were repaired, by defect and year."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import AMOUNT_MISSING, WeighedNames, to_amounts, weigh
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
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, SewerPipes
from tieling_geo.text import Text

NAME = "sewer_repairs"
_NAMES = WeighedNames(
    "defective_sewers_repaired_share",
    done="sewers_repaired_length",
    left="defective_sewers_left_length",
    unit="km",
    scale=Fraction(1, 1000),
)
_DEFECTS = ("misconnected", "old", "broken")
_REASONS = {
    "no_defect": Text("没有所列缺陷", "has none of the defects asked about"),
    "defect_unknown": Text("缺陷类型缺失", "its defect is missing"),
    "repaired_without_defect": Text(
        "无缺陷却有改造日期", "without a defect, yet it has a date of repair"
    ),
    "repaired_before_laid": Text("改造早于敷设", "repaired before it was laid"),
    AMOUNT_MISSING: Text("长度不明", "length is not known"),
}
_TABLE = ["county_name", "year", "defect", "sewers", "length_km"]
_MARGIN = ResultColumn(
    "days_since_repair", Text("改造早于统计日天数", "days from the repair to the day"), "day"
)


def analyse(
    sewer_pipes: GeoDataFrame[SewerPipes],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    defects: tuple[str, ...] = _DEFECTS,
) -> Result:
    """
    Measure the defective sewers that were repaired by a day.

    A sewer with one of the defects and a date of repair by the day (closed) is repaired; without a
    date, or with a later one, it is not. A missing defect, a repair without a defect, and a repair
    before the year in which the sewer was laid are unknown.

    Parameters
    ----------
    sewer_pipes
        `SewerPipes` layer, n lines, metres. Lengths are straight-line lengths in the working CRS:
        up to 0.04 % longer than on the ellipsoid at the eastern end of the zone.
    counties
        `Counties` layer, for the roll-up; a sewer across a border goes to the lowest code.
    as_of
        The day (closed).
    defects
        Words of the column `defect` that count.

    Returns
    -------
    result
        n rows, index of `sewer_pipes`, with `category`, `length_m` and `days_since_repair`.
        Measures: length repaired and left (km), share repaired (%). Table `repaired_by_year`:
        number and length of the sewers repaired, by county, year and defect.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such defect.

    Examples
    --------
    >>> from shapely import LineString
    >>> pipes = SewerPipes.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     pipe_id=["A", "B"], defect=["old", "broken"],
    ...     repaired_on=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([LineString([(0, 0), (0, 750)]),
    ...                             LineString([(0, 0), (250, 0)])], ["A", "B"], crs=4550))
    >>> found = analyse(pipes, as_of=date(2025, 12, 31))
    >>> {name: str(m.value) for name, m in found.measures.items()}
    {'defective_sewers_repaired_share': '75', 'sewers_repaired_length': '3/4', ...: '1/4'}
    """
    check_metric(sewer_pipes, name=SewerPipes.layer_name())
    judged = _judged(sewer_pipes, as_of, _checked(defects))
    repaired_on = sewer_pipes["repaired_on"].dt.normalize()
    features = with_county(sewer_pipes, counties).assign(
        length_m=sewer_pipes.geometry.length.round(3),
        days_since_repair=(pd.Timestamp(as_of) - repaired_on).dt.days.astype("float64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = weigh(
        features,
        layer=SewerPipes.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(features["length_m"], most=0.0),
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "defect"),
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"defects": defects},
        tables={"repaired_by_year": _by_year(features, judged)},
    )


def _checked(defects: tuple[str, ...]) -> list[str]:
    """
    Return the defects.

    Raises
    ------
    ParameterError
        If one is none that a sewer can have.
    """
    unknown = sorted(set(defects) - set(_DEFECTS))
    if unknown:
        told = ", ".join(unknown)
        raise ParameterError(Text(f"没有缺陷类型 {told}", f"no such defect: {told}"))
    return list(defects)


def _judged(pipes: gpd.GeoDataFrame, as_of: date, defects: list[str]) -> pd.DataFrame:
    """Say of each sewer if it is defective, if it is repaired, and why it is left out."""
    defect = pipes["defect"]
    past = is_on_or_before(pipes["repaired_on"], as_of)
    odd = (defect == "none") & past.fillna(value=False)
    early = (pipes["repaired_on"].dt.year < pipes["installed_year"]).fillna(value=False)
    defective = defect.isin(defects).astype("boolean").mask(defect.isna() | odd)
    reason = first_reason(
        pipes.index,
        {
            "no_defect": ~defective,
            "defect_unknown": defect.isna(),
            "repaired_without_defect": odd,
            "repaired_before_laid": early,
        },
    )
    done = past.fillna(value=False).astype("boolean").mask(early)
    return pd.DataFrame({"scope": defective, "done": done, "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "repaired", False: "left"}).where(judged["reason"] == "")
    return words.fillna("unknown").mask(judged["reason"] == "no_defect", "sound").astype("str")


def _by_year(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Add up the sewers repaired, by county, year and defect."""
    done = judged["done"].fillna(value=False).astype(bool) & (judged["reason"] == "")
    rows = pd.DataFrame({
        "county_name": features["county_name"].fillna("").astype("str"),
        "year": features["repaired_on"].dt.year.astype("Int64"),
        "defect": features["defect"],
        "sewers": 1,
        "length_km": features["length_m"] / 1000,
    })[done]
    table = rows.groupby(_TABLE[:3], sort=True).sum().reset_index()
    return table.assign(length_km=table["length_km"].round(6))[_TABLE]


ANALYSIS = Analysis(
    name=NAME,
    title=Text("缺陷排水管道改造", "Repair of defective sewers"),
    question=Text(
        "混错接、老旧和破损的排水管道,修复了多少千米?",
        "How many kilometres of misconnected, old and broken sewers were repaired?",
    ),
    inputs=(SewerPipes,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="defects",
            value=_DEFECTS,
            unit="",
            interval="none",
            title=Text("计入的缺陷", "defects that count"),
            source=Text(
                "规划所指为混接错接与老旧管网;破损为本工具所加",
                "the plan speaks of misconnected and old pipes; broken ones are added by us",
            ),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.share, Text("缺陷管道已改造占比", "defective sewers repaired"), "%"),
        MeasureCard(_NAMES.done, Text("已改造长度", "length repaired"), "km"),
        MeasureCard(_NAMES.left, Text("尚未改造长度", "length not repaired"), "km"),
    ),
    categories=(
        Category("left", Text("有缺陷,未改造", "defective, not repaired"), "bad"),
        Category("repaired", Text("已改造", "repaired"), "good"),
        UNKNOWN,
        Category("sound", Text("无所列缺陷", "no such defect"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("defect", Text("缺陷类型", "defect")),
        ResultColumn("repaired_on", Text("改造完成日期", "repaired on")),
        ResultColumn("length_m", Text("长度", "length"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("repaired_by_year", Text("逐年改造长度", "repaired by year")),),
    run=analyse,
)
