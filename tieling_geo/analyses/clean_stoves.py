"""Households with clean heating or stoves, and those still on loose coal."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import WeighedNames, greatest_allowed
from tieling_geo.operations.coverage import is_inside, margin_to_area_m
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.parts import Parts, to_parts, weigh_parts
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, together
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn
from tieling_geo.schemas import Counties, HeatingSupplyAreas, Villages
from tieling_geo.text import Text

NAME = "clean_stoves"
_CLEAN = WeighedNames(
    "households_with_clean_stoves_share", left="households_without_clean_stoves", unit="household"
)
_COAL = WeighedNames("", left="loose_coal_households_left", unit="household")
_COVERED = WeighedNames("", left="loose_coal_households_in_coverage", unit="household")
_REASONS = {
    "no_households": Text("户数为零", "it has no households"),
    "outside": Text("不在供热范围内", "outside the heating supply areas"),
    "contradiction": Text(
        "清洁取暖户与散煤户之和多于总户数", "more clean and loose-coal households than households"
    ),
    "households_missing": Text("户数缺失", "the number of households is missing"),
    "clean_missing": Text("清洁取暖户数缺失", "the number with clean heating is missing"),
    "coal_missing": Text("散煤户数缺失", "the number on loose coal is missing"),
}
_MARGIN = ResultColumn(
    "households_without_clean",
    Text("尚无清洁取暖(炉具)户数", "households without clean heating"),
    "household",
)


def analyse(
    villages: GeoDataFrame[Villages],
    *,
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Weigh the households that have clean heating or stoves, and rank those on loose coal.

    A village whose clean and loose-coal households together are more than its households
    contradicts itself: only the households are believed. A missing number lies between zero and
    what the others leave of the households, or of the schema's limit where these are missing.

    Loose coal goes first where a heating network may take it over: `priority` ranks the villages
    with known loose-coal households, those inside a licensed supply area first (the border counts,
    closed), then by number, then by id. An area that is licensed after the day does not count yet.

    Parameters
    ----------
    villages
        `Villages` layer, n points, metres.
    heating_supply_areas
        `HeatingSupplyAreas` layer; without it the measure of covered households is left out.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which an area is licensed (closed); the villages' numbers carry no day.

    Returns
    -------
    result
        n rows, index of `villages`, with `category`, `priority` (1: first), `supply_margin_m`
        (positive inside) and `households_without_clean`. Measures: share of households with clean
        heating (%), households without, on loose coal, and on loose coal inside supply areas. The
        rank is one of the whole: the analysis is not split.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> villages = Villages.empty("EPSG:4550").reindex(["A"]).assign(
    ...     village_id="A", households=[200], clean_stove_households=[150],
    ...     loose_coal_households=[40], geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> found = analyse(villages, as_of=date(2025, 12, 31)).measures
    >>> int(found["households_with_clean_stoves_share"].value)
    75
    >>> int(found["loose_coal_households_left"].value)
    40
    """
    check_metric(villages, name=Villages.layer_name())
    margin_m = _margin_m(villages, heating_supply_areas, as_of)
    inside = pd.Series(is_inside(margin_m.to_numpy()), villages.index)
    clean, coal = _parts(villages)
    reason, coal_reason = _reason(villages, clean), _coal_reason(villages, coal)
    left = _known_left(clean, reason)
    features = with_county(villages, counties).assign(
        supply_margin_m=margin_m.replace([np.inf, -np.inf], np.nan),
        households_without_clean=left,
        priority=_priority(villages, _known_left(coal, coal_reason), inside),
        reason=reason,
        category=_category(reason, left, inside),
    )
    scope = (reason != "no_households").astype("boolean")
    counted = [_weigh(features, _CLEAN, scope, clean, reason)]
    counted.append(_weigh(features, _COAL, scope, coal, coal_reason))
    if heating_supply_areas is not None:
        near = coal_reason.mask(scope & ~inside, "outside")
        counted.append(_weigh(features, _COVERED, scope & inside, coal, near))
    return to_result(ANALYSIS, features, together(*counted), {})


def _margin_m(villages: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None, as_of: date) -> pd.Series:
    """Measure how far inside the areas licensed by a day a village is; one undated counts."""
    if areas is None:
        return pd.Series(-np.inf, villages.index)
    licensed = areas[is_on_or_before(areas["valid_from"], as_of).fillna(value=True)]
    return pd.Series(margin_to_area_m(villages, licensed), villages.index)


def _parts(villages: gpd.GeoDataFrame) -> tuple[Parts, Parts]:
    """Give the households with and without clean heating, and those left on loose coal."""
    households = villages["households"]
    clean, coal = villages["clean_stove_households"], villages["loose_coal_households"]
    most = greatest_allowed(Villages, "households")
    by_coal = to_parts(coal, households, most=most, rest=clean)
    # Loose coal is a total of its own: what is left of it counts, whatever else is not known.
    nothing = 0 * by_coal.least_done
    on_coal = Parts(nothing, nothing, by_coal.least_done, by_coal.most_done)
    return to_parts(clean, households, most=most, rest=coal), on_coal


def _at_odds(villages: gpd.GeoDataFrame) -> pd.Series:
    """Tell where more households are counted than there are, or than there can be."""
    counted = villages["clean_stove_households"].fillna(0)
    counted = counted + villages["loose_coal_households"].fillna(0)
    limit = int(greatest_allowed(Villages, "households"))
    found: pd.Series = (counted > villages["households"].fillna(limit)).astype(bool)
    return found


def _reason(villages: gpd.GeoDataFrame, clean: Parts) -> pd.Series:
    """Say why a village's clean heating does not count."""
    open_ = pd.Series(~clean.is_known, villages.index)
    return first_reason(
        villages.index,
        {
            "no_households": villages["households"] == 0,
            "contradiction": _at_odds(villages),
            "households_missing": open_ & villages["households"].isna(),
            "clean_missing": open_,
        },
    )


def _coal_reason(villages: gpd.GeoDataFrame, coal: Parts) -> pd.Series:
    """Say why a village's loose coal does not count."""
    open_ = pd.Series(~coal.is_known, villages.index)
    return first_reason(
        villages.index,
        {
            "no_households": villages["households"] == 0,
            "contradiction": _at_odds(villages),
            "coal_missing": open_,
        },
    )


def _known_left(parts: Parts, reason: pd.Series) -> pd.Series:
    """Give what is left as a column: missing where it does not count."""
    left = np.where(parts.is_known & (reason == ""), parts.least_left, np.nan)
    return pd.Series(left.astype("float64"), reason.index)


def _priority(villages: gpd.GeoDataFrame, coal: pd.Series, inside: pd.Series) -> pd.Series:
    """Rank the villages on loose coal: inside a supply area first, then by number, then by id."""
    table = pd.DataFrame({"outside": ~inside, "less": -coal, "village_id": villages["village_id"]})
    order = table[coal > 0].sort_values(["outside", "less", "village_id"], kind="stable").index
    return pd.Series(range(1, len(order) + 1), order, dtype="Int64").reindex(villages.index)


def _weigh(
    features: gpd.GeoDataFrame,
    names: WeighedNames,
    scope: pd.Series,
    parts: Parts,
    reason: pd.Series,
) -> Tally:
    """Weigh one of the three duties."""
    return weigh_parts(
        features,
        layer=Villages.layer_name(),
        names=names,
        in_scope=scope.astype("boolean"),
        parts=parts,
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "town_name"),
    )


def _category(reason: pd.Series, left: pd.Series, inside: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = pd.Series("covered", reason.index, dtype="str").mask(left > 0, "left")
    words = words.mask((left > 0) & inside, "left_in_coverage").mask(reason != "", "unknown")
    return words.mask(reason == "no_households", "no_households")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("农户散煤与清洁取暖", "Household loose coal and clean heating"),
    question=Text(
        "哪些村的农户还没有清洁取暖(炉具),供热范围内还有多少散煤户?",
        "Which villages' households lack clean heating, and how many near heating burn loose coal?",
    ),
    inputs=(Villages,),
    optional=(HeatingSupplyAreas, Counties),
    parameters=(),
    measures=(
        MeasureCard(
            _CLEAN.share, Text("清洁取暖(炉具)户占比", "households with clean heating"), "%"
        ),
        MeasureCard(
            _CLEAN.left,
            Text("尚无清洁取暖(炉具)户数", "households without clean heating"),
            _CLEAN.unit,
        ),
        MeasureCard(_COAL.left, Text("散煤户", "households on loose coal"), _COAL.unit),
        MeasureCard(
            _COVERED.left,
            Text("供热范围内的散煤户", "households on loose coal inside supply areas"),
            _COVERED.unit,
        ),
    ),
    categories=(
        Category(
            "left_in_coverage",
            Text("供热范围内,未全覆盖", "inside a supply area, not all clean"),
            "bad",
        ),
        Category("left", Text("未全覆盖", "not all clean"), "warning"),
        Category("covered", Text("全覆盖", "all clean"), "good"),
        UNKNOWN,
        Category("no_households", Text("无住户", "no households"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("town_name", Text("乡镇", "town")),
        ResultColumn("households", Text("户数", "households"), "household"),
        ResultColumn("loose_coal_households", Text("散煤户", "on loose coal"), "household"),
        ResultColumn("priority", Text("散煤替代优先次序", "rank for replacing loose coal")),
        ResultColumn(
            "supply_margin_m",
            Text("距供热范围边界(内为正)", "to the supply area's border (inside +)"),
            "m",
        ),
        _MARGIN,
    ),
    margin=_MARGIN,
    # The rank is one of all villages.
    split=None,
    run=analyse,
)
