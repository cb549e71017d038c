"""Upgraded toilets whose waste is not treated."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import WeighedNames, greatest_allowed
from tieling_geo.operations.parts import Parts, contradicts, to_parts, weigh_parts
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn
from tieling_geo.schemas import Counties, Villages
from tieling_geo.text import Text

NAME = "toilet_treatment"
_NAMES = WeighedNames(
    "upgraded_toilets_with_treatment_share",
    done="upgraded_toilets_with_treatment",
    left="upgraded_toilets_without_treatment",
    unit="household",
)
_REASONS = {
    "no_toilets": Text("没有改厕户", "it has no upgraded toilet"),
    "contradiction": Text(
        "有处理的改厕户多于改厕户,或改厕户多于总户数",
        "more toilets with treatment than toilets, or more toilets than households",
    ),
    "toilets_missing": Text("改厕户数缺失", "the number of upgraded toilets is missing"),
    "treated_missing": Text("有处理的改厕户数缺失", "the number with treatment is missing"),
}
_MARGIN = ResultColumn(
    "toilets_without_treatment", Text("未处理的改厕户", "toilets without treatment"), "household"
)


def analyse(
    villages: GeoDataFrame[Villages],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,  # noqa: ARG001 - the ledger states numbers without a day
) -> Result:
    """
    Weigh, in households, the upgraded toilets whose waste is treated and those whose is not.

    A village with more treated toilets than upgraded ones, or more of either than households,
    contradicts itself: of such numbers only that of households is believed. What is missing lies
    between zero and the number of toilets or households, or the schema's limit.

    Parameters
    ----------
    villages
        `Villages` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day; the ledger's numbers carry none.

    Returns
    -------
    result
        n rows, index of `villages`, with `category` and `toilets_without_treatment` (missing where
        it is not known). Measures: share with treatment (%), numbers with and without (household).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> villages = Villages.empty("EPSG:4550").reindex(["A"]).assign(
    ...     village_id="A", upgraded_toilets=[80], toilets_with_treatment=[60],
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> found = analyse(villages, as_of=date(2025, 12, 31)).measures
    >>> int(found["upgraded_toilets_without_treatment"].value)
    20
    """
    check_metric(villages, name=Villages.layer_name())
    upgraded = villages["upgraded_toilets"]
    at_odds = _at_odds(villages)
    parts = _parts(villages, at_odds)
    none = (upgraded == 0).astype("boolean").fillna(value=False) & ~at_odds
    open_ = pd.Series(~parts.is_known, villages.index)
    reason = first_reason(
        villages.index,
        {
            "no_toilets": none,
            "contradiction": at_odds,
            "toilets_missing": open_ & upgraded.isna(),
            "treated_missing": open_,
        },
    )
    left = np.where(parts.is_known & (reason == ""), parts.least_left, np.nan).astype("float64")
    features = with_county(villages, counties).assign(
        toilets_without_treatment=left, reason=reason, category=_category(reason, left)
    )
    counted = weigh_parts(
        features,
        layer=Villages.layer_name(),
        names=_NAMES,
        in_scope=~none.astype("boolean"),
        parts=parts,
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "sewage_method"),
    )
    return to_result(ANALYSIS, features, counted, {})


def _at_odds(villages: gpd.GeoDataFrame) -> pd.Series:
    """Tell which villages' numbers contradict each other."""
    upgraded, treated = villages["upgraded_toilets"], villages["toilets_with_treatment"]
    households = villages["households"]
    found: pd.Series = (
        contradicts(treated, upgraded)
        | contradicts(upgraded, households)
        | contradicts(treated, households)
    )
    return found


def _parts(villages: gpd.GeoDataFrame, at_odds: pd.Series) -> Parts:
    """Give how many toilets are and are not treated; in doubt there may be one a household."""
    upgraded, households = villages["upgraded_toilets"], villages["households"]
    limit = greatest_allowed(Villages, "upgraded_toilets")
    most = households.astype("float64").fillna(limit)
    believed = upgraded.mask(at_odds)
    return to_parts(villages["toilets_with_treatment"].mask(at_odds), believed, most=most)


def _category(reason: pd.Series, left: np.ndarray) -> pd.Series:
    """Name what a map colours by."""
    words = pd.Series(np.where(left > 0, "left", "treated"), reason.index, dtype="str")
    return words.mask(reason != "", "unknown").mask(reason == "no_toilets", "no_toilets")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("改厕与污水处理衔接", "Toilet upgrades and sewage treatment"),
    question=Text(
        "多少改厕户的粪污没有得到处理?",
        "How many upgraded toilets are without treatment?",
    ),
    inputs=(Villages,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_NAMES.share, Text("改厕户处理比例", "toilets with treatment"), "%"),
        MeasureCard(_NAMES.done, Text("有处理的改厕户", "toilets with treatment"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("未处理的改厕户", "toilets without treatment"), _NAMES.unit),
    ),
    categories=(
        Category("left", Text("有未处理的改厕户", "some without treatment"), "bad"),
        Category("treated", Text("全部处理", "all with treatment"), "good"),
        UNKNOWN,
        Category("no_toilets", Text("没有改厕户", "no upgraded toilet"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("upgraded_toilets", Text("改厕户", "upgraded toilets"), "household"),
        ResultColumn(
            "toilets_with_treatment", Text("有处理的改厕户", "toilets with treatment"), "household"
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
