"""The railways' share of a city's freight, in tonnes and in tonne-kilometres."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.freight_tables import compared, in_series
from tieling_geo.operations.indicators import (
    check_names,
    check_share,
    last_complete_year,
    to_county_names,
    to_plain,
)
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
)
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows, together
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    Analysis,
    Category,
    Interval,
    Measure,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, FreightFlows
from tieling_geo.text import Text

NAME = "freight_by_mode"
RAIL = "rail"
#: Measure -> the column that it adds up.
_MEASURES: Mapping[str, str] = {
    "rail_tonnes_share": "freight_t",
    "rail_turnover_share": "turnover_t_km",
}
_MODES: Mapping[str, Text] = next(
    column.values  # noqa: PD011 - a field of ColumnCard
    for column in FreightFlows.columns()
    if column.name == "mode"
)
_OUT_OF_SCOPE = ("county_row", "other_area", "other_year", "no_freight")
_REASONS = {
    "county_row": Text("县区数值,全市数另有一行", "a county's; the city has rows of its own"),
    "other_area": Text("区域既非全市也不是已知县区", "neither the whole city nor a known county"),
    "other_year": Text("不是最近完整年", "not of the last complete year"),
    "no_freight": Text("全市各方式合计为零", "no freight at all"),
    "double": Text("同一方式写了不止一行", "the mode is stated more than once"),
    "no_value": Text("数值缺失", "the number is missing"),
    "incomplete": Text("所需的另一数值缺失", "another number that it needs is missing"),
    "absent": Text("没有一行给出该方式", "no row states this mode"),
}
_MARGIN = ResultColumn(
    "share_of_area_pct", Text("占该区域当年货运量", "share of its area's tonnes that year"), "%"
)


def analyse(
    freight_flows: GeoDataFrame[FreightFlows],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    whole_area: Sequence[str] = ("全市", "whole city"),
    needed_modes: Sequence[str] = ("rail", "road"),
    sum_tolerance_pct: float = 0.5,
) -> Result:
    """
    Reckon the railways' share of the whole city's freight in the last complete year.

    A year is complete on its 31 December (closed). Only the city's own rows count; those of the
    counties are compared in a table. A mode that must be there and has no number, or has two,
    leaves no value: a share without it would be of another whole. Of another mode that has a row
    without a number nothing is known from above, so that the share is between zero and what it
    would be without it; it has no value where all that is known is zero. A mode without a row is
    taken as not there, as registers leave such rows out.

    Parameters
    ----------
    freight_flows
        `FreightFlows` layer, n rows; it has no places.
    counties
        `Counties` layer: says which areas are counties; without it all other areas are.
    as_of
        The day.
    whole_area
        Names of the whole city in the column `area`; the first one is told.
    needed_modes
        Modes that must be there, words of the column `mode`; `rail` among them.
    sum_tolerance_pct
        Share of the city's tonnes by which the counties' sum may differ before it is told (closed),
        percent. The city's own number decides all the same.

    Returns
    -------
    result
        n rows, index of `freight_flows`, with `category` and `share_of_area_pct`. Measures: share
        of tonnes (%), share of tonne-kilometres (%), each rolled up by mode. A mode that must be
        there and has no row stands in `excluded`. Tables: `counties_and_city` (year, mode),
        `series` (the city's shares by year).

    Raises
    ------
    ParameterError
        If a name is blank or stands twice, the whole city has no name, `rail` is not among the
        modes, a mode does not exist, or the tolerance is negative.

    Examples
    --------
    >>> rows = FreightFlows.empty("EPSG:4550").reindex(["1", "2"]).assign(
    ...     record_id=["1", "2"], area="全市", mode=["rail", "road"], freight_t=[15.0, 85.0],
    ...     turnover_t_km=[9.0, 21.0], year=pd.array([2025, 2025], dtype="Int64"))
    >>> found = analyse(rows, as_of=date(2025, 12, 31))
    >>> [found.measures[name].value for name in ("rail_tonnes_share", "rail_turnover_share")]
    [Fraction(15, 1), Fraction(30, 1)]
    """
    names, modes = (
        check_names("whole_area", whole_area),
        _checked(names=whole_area, modes=needed_modes),
    )
    tolerance = check_share("sum_tolerance_pct", sum_tolerance_pct)
    last = last_complete_year(as_of)
    placed = _placed(freight_flows, names, to_county_names(counties))
    accounts = {
        measure: _accounted(placed, column, modes, last) for measure, column in _MEASURES.items()
    }
    main = next(iter(accounts.values())).loc[freight_flows.index]
    features = freight_flows.assign(
        county_name=placed["county"] if counties is not None else _nowhere(freight_flows),
        share_of_area_pct=_shares_pct(placed),
        reason=main["reason"],
        category=_category(main),
    )
    values: dict[str, ParameterValue] = {
        "whole_area": names,
        "needed_modes": modes,
        "sum_tolerance_pct": sum_tolerance_pct,
    }
    table = compared(placed, last, to_county_names(counties), tolerance)
    return to_result(
        ANALYSIS,
        features,
        together(*(_tally(found, measure, names[0], last) for measure, found in accounts.items())),
        values,
        tables={"counties_and_city": table, "series": in_series(placed, modes, last)},
        warnings=_warnings(placed, table),
    )


def _checked(*, names: Sequence[str], modes: Sequence[str]) -> tuple[str, ...]:
    """
    Return the modes.

    Raises
    ------
    ParameterError
        If the city has no name, a mode is unknown or stands twice, or rail is not among them.
    """
    if not names:
        raise ParameterError(Text("参数 whole_area 为空", "parameter whole_area is empty"))
    if RAIL not in modes or len(set(modes)) < len(modes) or not set(modes) <= set(_MODES):
        raise ParameterError(
            Text(
                f"参数 needed_modes 应含 rail,不重复,且只用:{', '.join(_MODES)}",
                f"parameter needed_modes must hold rail, no mode twice, of: {', '.join(_MODES)}",
            )
        )
    return tuple(modes)


def _nowhere(rows: gpd.GeoDataFrame) -> pd.Series:
    """Give no county."""
    return pd.Series(index=rows.index, dtype="str")


def _placed(
    rows: gpd.GeoDataFrame, whole_area: Sequence[str], counties: Sequence[str] | None
) -> pd.DataFrame:
    """Say of each row whether it is the city's, or which county's, beside its numbers."""
    spelled = rows["area"].map(to_plain)
    is_city = spelled.isin([to_plain(name) for name in whole_area])
    known = {to_plain(name): name for name in counties or ()}
    county = rows["area"] if counties is None else spelled.map(known)
    columns = ["area", "year", "mode", *_MEASURES.values()]
    return pd.DataFrame(rows[columns]).assign(
        is_city=is_city, county=county.mask(is_city).astype("str")
    )


def _accounted(placed: pd.DataFrame, column: str, modes: Sequence[str], last: int) -> pd.DataFrame:
    """Say of each row, and of each mode that must be there and has none, if it counts, and why."""
    scope = placed["is_city"] & (placed["year"] == last)
    own = placed[scope]
    absent = pd.DataFrame({"mode": [mode for mode in modes if mode not in set(own["mode"])]})
    absent.index = pd.Index(absent["mode"], dtype="str")
    missing, double = placed[column].isna(), own["mode"].duplicated(keep=False)
    twice = double.reindex(placed.index, fill_value=False)
    faulty = scope & (missing | twice)
    is_open = bool(placed["mode"][faulty].isin(modes).any()) or len(absent) > 0
    is_zero = not own[column].sum() > 0
    is_open |= is_zero and bool(faulty.any())
    nothing = is_zero and not is_open
    reason = first_reason(
        placed.index,
        {
            "county_row": ~placed["is_city"] & placed["county"].notna(),
            "other_area": ~placed["is_city"],
            "other_year": ~scope,
            "no_freight": scope & nothing,
            "double": twice,
            "no_value": missing,
            "incomplete": scope & is_open,
        },
    )
    found = placed.assign(amount=placed[column], reason=reason)[["mode", "amount", "reason"]]
    return pd.concat([found, absent.assign(amount=float("nan"), reason="absent")])


def _tally(found: pd.DataFrame, measure: str, city: str, last: int) -> Tally:
    """Add up the modes of one measure, with the bounds that the unknown ones allow."""
    counts = found["reason"] == ""
    unknown = ~counts & ~found["reason"].isin(_OUT_OF_SCOPE)
    absent = found["reason"] == "absent"
    named = found.set_axis(
        pd.Index([f"{city} {last} {i}" if a else str(i) for i, a in absent.items()]), axis=0
    )
    amounts = [
        to_fraction(t) if c else Fraction(0) for t, c in zip(found["amount"], counts, strict=True)
    ]
    whole = pd.Series(amounts, named.index, dtype=object)
    is_rail = (found["mode"] == RAIL).to_numpy()
    rail = whole.where(is_rail, Fraction(0))
    total, moved = sum(whole, Fraction(0)), sum(rail, Fraction(0))
    known, open_ = bool(counts.any()), bool(unknown.any())
    estimate = Quantity(moved, total) if known else Quantity(0, 0)
    low = Quantity(Fraction(0), Fraction(1)) if known and open_ else estimate
    other = counts.to_numpy() & ~is_rail
    parts = pd.DataFrame({"numerator": rail, "denominator": whole}).assign(
        counted=counts.to_numpy().astype(int), unknown=unknown.to_numpy().astype(int)
    )
    rows = excluded_rows(
        named.index,
        counts.set_axis(named.index),
        unknown.set_axis(named.index),
        named["reason"],
        _REASONS,
        FreightFlows.layer_name(),
    ).assign(measure=measure)
    return Tally(
        {
            measure: Measure(
                measure, "%", estimate, low, estimate, int(counts.sum()), int(unknown.sum())
            )
        },
        {measure: tuple(sorted(named.index[other]))},
        rows[list(EXCLUDED_COLUMNS)].sort_values("feature_id", ignore_index=True),
        rollup_rows(gpd.GeoDataFrame(named[["mode"]]), measure, parts, ("mode",)),
    )


def _shares_pct(placed: pd.DataFrame) -> pd.Series:
    """Give each row's share of the tonnes that its area moved in its year."""
    tonnes = placed["freight_t"]
    whole = tonnes.groupby([placed["area"].map(to_plain), placed["year"]]).transform("sum")
    return (100 * tonnes / whole.where(whole > 0)).astype("float64")


def _category(main: pd.DataFrame) -> pd.Series:
    """Name what a table or a chart colours by."""
    words = (main["mode"] == RAIL).map({True: RAIL, False: "other_mode"})
    known = words.where(main["reason"] == "").fillna("unknown")
    return known.mask(main["reason"].isin(_OUT_OF_SCOPE), main["reason"]).astype("str")


def _warnings(placed: pd.DataFrame, table: pd.DataFrame) -> tuple[Text, ...]:
    """Tell of areas that nobody knows, and of counties that do not add up to the city."""
    told = []
    for row in table[table["is_beyond_tolerance"]].itertuples():
        city, parts, mode = f"{row.city_t:.12g}", f"{row.counties_t:.12g}", _MODES[str(row.mode)]
        zh = f"{row.year}年{mode.zh}:全市{city}吨,各县区之和{parts}吨,相差超过允许误差"
        told.append(Text(zh, f"{row.year} {mode.en}: city {city} t, sum of counties {parts} t"))
    strange = sorted(set(placed["area"][~placed["is_city"] & placed["county"].isna()]))
    if strange:
        told.append(
            Text(
                f"区域名称既非全市也不在县区图层中,不计入:{'、'.join(strange)}",
                f"neither the whole city nor a county of the layer, left out: {', '.join(strange)}",
            )
        )
    return tuple(told)


def _declared(name: str, value: ParameterValue, title: Text, unit: str = "") -> Parameter:
    """Describe a value that the plan leaves open."""
    source = Text("本工具约定:规划未涉及", "declared: the plan does not say")
    interval: Interval = "closed" if unit else "none"
    return Parameter(name, value, unit, interval, title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("分方式货运量", "Freight by mode"),
    question=Text(
        "最近完整年全市货运量中铁路占多少?",
        "How much of the city's freight went by rail in the last complete year?",
    ),
    inputs=(FreightFlows,),
    optional=(Counties,),
    parameters=(
        _declared("whole_area", ("全市", "whole city"), Text("全市的写法", "names of the city")),
        _declared("needed_modes", ("rail", "road"), Text("必须有的方式", "modes needed")),
        _declared(
            "sum_tolerance_pct",
            0.5,
            Text("县区之和的允许误差", "tolerance of the counties' sum"),
            "%",
        ),
    ),
    measures=(
        MeasureCard("rail_tonnes_share", Text("铁路货运量占比", "rail share of tonnes"), "%"),
        MeasureCard(
            "rail_turnover_share", Text("铁路货物周转量占比", "rail share of tonne-kilometres"), "%"
        ),
    ),
    categories=(
        Category("rail", Text("铁路", "rail"), "good"),
        Category("other_mode", Text("其他方式", "another mode"), "neutral"),
        UNKNOWN,
        Category("county_row", Text("县区数值", "of a county"), "neutral"),
        Category("other_year", Text("其他年份", "of another year"), "neutral"),
        Category("other_area", Text("区域不明", "of an unknown area"), "warning"),
        Category("no_freight", Text("合计为零", "no freight at all"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        REASON_COLUMN,
        ResultColumn("freight_t", Text("货运量", "freight"), "t"),
        ResultColumn("turnover_t_km", Text("货物周转量", "freight turnover"), "t_km"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("counties_and_city", Text("各县区之和与全市", "counties against the city")),
        TableCard("series", Text("逐年铁路占比", "rail share year by year")),
    ),
    run=analyse,
)
