"""Leakage of the cities' public water networks, weighted by the water put in."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import greatest_allowed, to_fraction
from tieling_geo.operations.indicators import last_complete_year
from tieling_geo.operations.ratio_bounds import Pair, greatest_ratio, least_ratio, total
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_for, rollup_rows
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
from tieling_geo.schemas import Counties, MeteredAreas
from tieling_geo.text import Text

NAME = "water_leakage"
_SHARE, _LOST = "leakage_share", "water_lost"
_REASONS = {
    "other_year": Text("不是最后一个完整年份", "of another year than the last complete one"),
    "other_scope": Text("不在所定服务范围", "of a scope that is not asked about"),
    "no_input": Text("该年没有供水", "no water was put in"),
    "scope_unknown": Text("服务范围类型缺失", "scope is missing"),
    "contradiction": Text("售水量大于供水总量", "more water is billed than was put in"),
    "no_amount": Text("供水总量或售水量缺失", "water put in or billed is missing"),
}
_OUT = ("other_year", "other_scope", "no_input")
_MARGIN = ResultColumn(
    "leakage_margin_pct",
    Text("低于限值的百分点(低为正)", "below the limit (below +)"),
    "percentage_point",
)


class _Row(NamedTuple):
    """What an area and year adds to the sums: water lost and water put in."""

    known: Pair | None
    least: Pair
    """The pair of the least ratio that it may have, and of the greatest."""
    most: Pair
    least_lost: Fraction
    most_lost: Fraction
    is_sure: bool
    """It surely adds this; otherwise it may add nothing at all."""


def analyse(
    metered_areas: GeoDataFrame[MeteredAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    area_scope: str = "city",
    leakage_limit_pct: float = 10.0,
) -> Result:
    """
    Weigh the water that is put into metered areas and not billed, in the last complete year.

    Water lost is input minus billed, without the corrections of the standard for networks. An area
    whose billed water is missing lost between nothing and all; one whose input is missing was given
    at least what it billed and at most what the schema allows. More billed than put in contradicts
    itself: neither number is believed.

    Parameters
    ----------
    metered_areas
        `MeteredAreas` layer, n polygons, metres, one a metered area and year.
    counties
        `Counties` layer, for the roll-up, by a point inside the area.
    as_of
        The day; 31 December ends its own year (closed).
    area_scope
        Which areas count: `city`, `county_town` or `town`.
    leakage_limit_pct
        Share of its input that an area must stay below (open), percent; it colours the map.

    Returns
    -------
    result
        n rows, index of `metered_areas`, with `category`, `leakage_pct`, `lost_m3` and
        `leakage_margin_pct`. Measures: share lost (%), water lost (m³). Shares of parts with
        doubtful rows do not add up, so the layer is not cut.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such scope.

    Examples
    --------
    >>> from shapely import box
    >>> areas = MeteredAreas.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     record_id=["A", "B"], scope="city", year=pd.array([2025, 2025], dtype="Int64"),
    ...     input_m3=[900.0, 100.0], billed_m3=[810.0, 70.0],
    ...     geometry=gpd.GeoSeries([box(0, 0, 1, 1)] * 2, ["A", "B"], crs=4550))
    >>> found = analyse(areas, as_of=date(2025, 12, 31))
    >>> found.measures["leakage_share"].value, found.features["category"].tolist()
    (Fraction(12, 1), ['leaking', 'leaking'])
    """
    check_metric(metered_areas, name=MeteredAreas.layer_name())
    judged = _judged(metered_areas, last_complete_year(as_of), area_scope)
    counts = (judged["reason"] == "").to_numpy()
    put_in, billed = metered_areas["input_m3"], metered_areas["billed_m3"]
    rows = _rows(put_in, billed, judged)
    own = _own_share(rows, metered_areas.index)
    limit = to_fraction(leakage_limit_pct)
    over = pd.Series([s is not None and s >= limit for s in own], own.index, dtype="bool")
    features = _located(metered_areas, counties).assign(
        reason=judged["reason"],
        lost_m3=(put_in - billed).where(counts),
        leakage_pct=own.astype("float64"),
        leakage_margin_pct=[np.nan if s is None else float(limit - s) for s in own],
        category=_category(judged, over),
    )
    measures = _measures(rows, judged)
    return to_result(
        ANALYSIS,
        features,
        _tally(features, judged, rows, measures, over),
        {"area_scope": area_scope, "leakage_limit_pct": leakage_limit_pct},
    )


def _located(areas: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Add the county that holds a point inside each area."""
    inside = areas.set_geometry(areas.geometry.representative_point())
    return with_county(inside, counties).set_geometry(areas.geometry)


def _judged(areas: gpd.GeoDataFrame, year: int, scope: str) -> pd.DataFrame:
    """
    Say of each row whether it is in scope, and why it does not count.

    Raises
    ------
    ParameterError
        If there is no such scope.
    """
    known = next(c for c in MeteredAreas.columns() if c.name == "scope").values  # noqa: PD011 - of a card
    if scope not in known:
        raise ParameterError(Text(f"没有服务范围 {scope!r}", f"no scope of areas: {scope!r}"))
    put_in, billed = areas["input_m3"], areas["billed_m3"]
    of_year = (areas["year"] == year).astype("boolean")
    of_scope = (areas["scope"] == scope).astype("boolean").mask(areas["scope"].isna())
    idle = (put_in == 0) & ~(billed > 0)
    reason = first_reason(
        areas.index,
        {
            "other_year": ~of_year,
            "other_scope": ~of_scope,
            "no_input": idle,
            "scope_unknown": of_scope.isna(),
            "contradiction": billed > put_in,
            "no_amount": put_in.isna() | billed.isna(),
        },
    )
    return pd.DataFrame({"scope": of_year & of_scope & ~idle, "reason": reason})


def _rows(put_in: pd.Series, billed: pd.Series, judged: pd.DataFrame) -> list[_Row | None]:
    """Say what each row adds; None for one that is surely not asked about."""
    most = to_fraction(greatest_allowed(MeteredAreas, "input_m3"))
    told = zip(put_in, billed, judged["scope"], judged["reason"], strict=True)
    return [
        None if reason in _OUT else _row(_exact(i), _exact(b), most, is_sure=not pd.isna(scope))
        for i, b, scope, reason in told
    ]


def _exact(value: float) -> Fraction | None:
    """Give a number exactly; None where it is missing."""
    return None if pd.isna(value) else to_fraction(value)


def _row(
    put_in: Fraction | None, billed: Fraction | None, most: Fraction, *, is_sure: bool
) -> _Row:
    """Bound what one row adds."""
    zero = Fraction(0)
    if put_in is not None and billed is not None and billed <= put_in:
        pair = (put_in - billed, put_in)
        return _Row(pair, pair, pair, pair[0], pair[0], is_sure)
    if put_in is not None and billed is None:
        return _Row(None, (zero, put_in), (put_in, put_in), zero, put_in, is_sure)
    if billed is not None and put_in is None:
        return _Row(None, (zero, billed), (most - billed, most), zero, most - billed, is_sure)
    # Both are missing, or not believed: it may have lost all of the most, or none of it, and it
    # may have been given nothing at all.
    return _Row(None, (zero, most), (most, most), zero, most, is_sure=False)


def _own_share(rows: list[_Row | None], index: pd.Index) -> pd.Series:
    """Give each known row's own leakage, percent, exactly."""
    shares = [
        100 * row.known[0] / row.known[1] if row and row.known and row.is_sure else None
        for row in rows
    ]
    return pd.Series(shares, index, dtype=object)


def _measures(rows: list[_Row | None], judged: pd.DataFrame) -> dict[str, Measure]:
    """Add up what is known, and bound it."""
    there = [row for row in rows if row is not None]
    known = [row.known for row in there if row.known and row.is_sure]
    lost, put_in = total(p[0] for p in known), total(p[1] for p in known)
    counted = int((judged["reason"] == "").sum())
    sure = [row for row in there if row.is_sure]
    perhaps = [row for row in there if not row.is_sure]
    low = least_ratio([r.least for r in sure], [r.least for r in perhaps])
    high = greatest_ratio([r.most for r in sure], [r.most for r in perhaps])
    least = Quantity(total(row.least_lost for row in sure))
    most = Quantity(total(row.most_lost for row in there))
    unknown = len(there) - counted
    return {
        _SHARE: Measure(_SHARE, "%", Quantity(lost, put_in), low, high, counted, unknown),
        _LOST: Measure(_LOST, "m3", Quantity(lost), least, most, counted, unknown),
    }


def _tally(
    features: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    rows: list[_Row | None],
    measures: dict[str, Measure],
    over: pd.Series,
) -> Tally:
    """Put the measures beside what did not count, what speaks against them, and the counties."""
    counted = judged["reason"] == ""
    unknown = ~counted & ~judged["reason"].isin(_OUT)
    excluded = excluded_for(
        measures,
        features.index,
        counted,
        unknown,
        judged["reason"],
        _REASONS,
        MeteredAreas.layer_name(),
    )
    pairs = [row.known if row and row.known and row.is_sure else (0, 0) for row in rows]
    table = pd.DataFrame(
        {
            "numerator": pd.Series([p[0] for p in pairs], features.index, dtype=object),
            "denominator": pd.Series([p[1] for p in pairs], features.index, dtype=object),
            "counted": counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    return Tally(
        measures,
        dict.fromkeys(measures, tuple(sorted(map(str, features.index[over])))),
        excluded,
        rollup_rows(features, _SHARE, table, ("county_name",)),
    )


def _category(judged: pd.DataFrame, over: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = over.map({True: "leaking", False: "tight"}).where(judged["reason"] == "")
    return words.fillna("unknown").mask(judged["reason"].isin(_OUT), "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("供水管网漏损", "Leakage of water networks"),
    question=Text(
        "城市公共供水管网漏损了多少,哪些计量分区漏损偏高?",
        "How much water do the cities' networks lose, and which metered areas lose much?",
    ),
    inputs=(MeteredAreas,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="area_scope",
            value="city",
            unit="",
            interval="none",
            title=Text("计入的服务范围", "which areas count"),
            source=Text(
                "规划所指为城市公共供水管网", "the plan speaks of the cities' public networks"
            ),
            verified=True,
        ),
        Parameter(
            name="leakage_limit_pct",
            value=10.0,
            unit="%",
            interval="open",
            title=Text("分区漏损率限值", "leakage limit of an area"),
            source=Text(
                "规划给全市的数值,借用于单个分区",
                "the plan's number for the city, borrowed for a single area",
            ),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("管网漏损率", "water lost of water put in"), "%"),
        MeasureCard(_LOST, Text("漏损水量", "water lost"), "m3"),
    ),
    categories=(
        Category("leaking", Text("漏损率达到或超过限值", "at or above the limit"), "bad"),
        Category("tight", Text("漏损率低于限值", "below the limit"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("input_m3", Text("供水总量", "water put in"), "m3"),
        ResultColumn("billed_m3", Text("注册用户用水量", "water billed"), "m3"),
        ResultColumn("lost_m3", Text("漏损水量", "water lost"), "m3"),
        ResultColumn("leakage_pct", Text("漏损率", "leakage"), "%"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    run=analyse,
)
