"""An indicator of the whole city, in the forms in which a plan sets targets for it."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.errors import ParameterError
from tieling_geo.operations.indicators import (
    WHOLE,
    Cell,
    can_be_negative,
    check_names,
    check_share,
    last_complete_year,
    to_cells,
    to_county_names,
    to_stated,
    to_statements,
    to_whole_year,
)
from tieling_geo.operations.indicators_accounts import (
    NOT_KNOWN,
    Account,
    no_account,
    shown_words,
    to_account,
    to_tally,
    to_told,
)
from tieling_geo.operations.indicators_history import (
    Cells,
    to_areas,
    to_figures,
    to_series,
)
from tieling_geo.operations.results import COUNTY_COLUMN, REASON_COLUMN, UNKNOWN, to_result
from tieling_geo.records import (
    Analysis,
    Category,
    Interval,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Indicators
from tieling_geo.text import Text
from tieling_geo.units import check_unit

NAME = "indicator_targets"
_MARGIN = ResultColumn(
    "change_since_base", Text("较基年变化(增为正)", "change since the base year")
)
_POINTS = "percentage_point"
_SHOWN_AS = {
    "": "used",
    "not_a_share": "other_year",
    "county_row": "beside",
    "stood_in": "beside",
    "target_row": "target",
}


def analyse(  # noqa: PLR0913 - the layers, the day, and what a clause says of its indicator
    rows: GeoDataFrame[Indicators],
    /,
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    indicators: tuple[str, ...] = (),
    unit: str = "%",
    is_additive: bool = False,
    base_year: float = 2020.0,
    whole_area: tuple[str, ...] = ("全市", "whole city"),
    sum_tolerance_pct: float = 0.5,
) -> Result:
    """
    Reckon an indicator's fall, level, least level and sum as of the last complete year.

    A year is complete on its 31 December (closed). A number that is missing, in another unit, below
    zero or stated twice is unknown, and no other year's stands in for it. Of several indicators the
    least value decides. All reckoning is in fractions of the decimals that the ledger prints.

    Parameters
    ----------
    rows
        `Indicators` layer, n rows; it has no places.
    counties
        `Counties` layer: says which counties there are, so that they can be summed.
    as_of
        The day.
    indicators
        Names of the indicators; none: nothing is asked.
    unit
        The unit in which their numbers must be, a word of `UNITS`.
    is_additive
        True if the counties' numbers add up to the city's.
    base_year
        The year from which falls and sums are reckoned.
    whole_area
        Names of the whole city in the column `area`; the first one is told.
    sum_tolerance_pct
        Share of the city's number by which the counties' sum may differ (closed), percent.

    Returns
    -------
    result
        n rows, index of `rows`, with `category` and `change_since_base`. Measures: `relative_fall`
        (%), `point_fall` and `point_rise` (percentage points, of shares only), `latest`,
        `least_since_base` and `cumulative` (in the unit); `counted` is the number of rows used.
        `against` lists the rows that give the value. A number that no row states stands in
        `excluded`. Tables: `series` year by year, `areas` county by county. A sum of which a year
        is missing has no value, as nothing bounds it from above.

    Raises
    ------
    ParameterError
        If a name is blank or stands twice, the whole city has no name, the base year is no whole
        number, or the tolerance is negative.
    UnitError
        If no unit has that name.

    Examples
    --------
    >>> rows = Indicators.empty("EPSG:4550").reindex(["1", "2"]).assign(
    ...     record_id=["1", "2"], indicator="energy", area="whole city", unit="tce",
    ...     year=pd.array([2020, 2025], dtype="Int64"), value=[200.0, 171.0])
    >>> found = analyse(rows, as_of=date(2025, 12, 31), indicators=("energy",), unit="tce")
    >>> found.measures["relative_fall"].value
    Fraction(29, 2)
    >>> found.against["latest"]
    ('2',)
    """
    values: dict[str, ParameterValue] = {
        "indicators": check_names("indicators", indicators),
        "unit": check_unit(unit),
        "is_additive": is_additive,
        "base_year": base_year,
        "whole_area": check_names("whole_area", whole_area),
        "sum_tolerance_pct": sum_tolerance_pct,
    }
    if not whole_area:
        raise ParameterError(Text("参数 whole_area 为空", "parameter whole_area is empty"))
    base, last = to_whole_year("base_year", base_year), last_complete_year(as_of)
    known, tolerance = (
        to_county_names(counties),
        check_share("sum_tolerance_pct", sum_tolerance_pct),
    )
    statements = to_statements(
        rows,
        names=indicators,
        units={"actual": unit, "target": unit},
        whole_area=whole_area,
        counties=known,
    )
    stated = to_stated(statements)
    cells = to_cells(
        stated,
        names=indicators,
        years=range(base, last + 1),
        counties=known,
        tolerance=tolerance if is_additive else None,
    )
    accounts = _accounts(statements, cells, indicators, unit, base=base, last=last)
    forms = [account.form for account in accounts if _is_told(account.form, unit)]
    signed = can_be_negative(unit)
    return to_result(
        ANALYSIS,
        _features(rows, statements, accounts, base=base, has_counties=counties is not None),
        to_tally(accounts, layer=Indicators.layer_name(), whole=whole_area[0]),
        values,
        tables={
            "series": to_series(forms, cells, indicators, base=base, last=last, is_signed=signed),
            "areas": to_areas(forms, stated, indicators, base=base, last=last, is_signed=signed),
        },
        warnings=_warnings(rows, statements, cells, indicators),
    )


def _units(unit: str) -> dict[str, str]:
    """Give the unit of each measure, of an indicator in a unit."""
    return {card.name: card.unit or unit for card in ANALYSIS.measures}


def _is_told(form: str, unit: str) -> bool:
    """Tell whether an indicator in a unit has a form: only a share has percentage points."""
    return unit == "%" or not form.startswith("point_")


def _accounts(
    statements: pd.DataFrame,
    cells: Cells,
    names: tuple[str, ...],
    unit: str,
    *,
    base: int,
    last: int,
) -> list[Account]:
    """Draw up the account of every measure."""
    signed, told = can_be_negative(unit), to_told(statements)
    return [
        to_account(form, told, cells, names, base=base, last=last, unit=own, is_signed=signed)
        if _is_told(form, unit)
        else no_account(form, told, own)
        for form, own in _units(unit).items()
    ]


def _features(
    rows: gpd.GeoDataFrame,
    statements: pd.DataFrame,
    accounts: list[Account],
    *,
    base: int,
    has_counties: bool,
) -> gpd.GeoDataFrame:
    """Add what each row is used for, its county, and its change since the base year."""
    words = shown_words(accounts)
    place = statements["place"].where(statements["place"] != WHOLE)
    category = ["unknown" if w in NOT_KNOWN else _SHOWN_AS.get(w, w) for w in words]
    return rows.assign(
        county_name=place if has_counties else pd.Series(index=rows.index, dtype="str"),
        reason=pd.Series(words, rows.index, dtype="str"),
        category=pd.Series(category, rows.index, dtype="str"),
        change_since_base=_changes(statements, base),
    )


def _changes(statements: pd.DataFrame, base: int) -> pd.Series:
    """Give each row's number less that of the base year, of the same indicator and area."""
    columns = (statements[c].tolist() for c in ("asked", "place", "year", "kind", "fault", "exact"))
    known = [
        (n, (asked, place), year, exact)
        for n, (asked, place, year, kind, fault, exact) in enumerate(zip(*columns, strict=True))
        if asked and not fault and kind == "actual" and not pd.isna(place)
    ]
    start = {where: exact for _, where, year, exact in known if year == base}
    changes = {n: float(exact - start[where]) for n, where, _, exact in known if where in start}
    found = [changes.get(n) for n in range(len(statements))]
    return pd.Series(found, statements.index, dtype="float64")


def _warnings(
    rows: gpd.GeoDataFrame, statements: pd.DataFrame, cells: Cells, names: tuple[str, ...]
) -> tuple[Text, ...]:
    """Tell of a last year without a number, of sums that do not fit, and of unknown areas."""
    told = [text for name in names for text in _without_last(name, cells)]
    for (name, year), cell in cells.items():
        told += _of_sums(name, year, cell)
    strange = (statements["asked"] != "") & statements["place"].isna()
    areas = sorted(set(rows["area"][strange]))
    if areas:
        told.append(
            Text(
                f"区域名称既非全市也不在县区图层中,不计入:{'、'.join(areas)}",
                f"neither the whole city nor a county of the layer, left out: {', '.join(areas)}",
            )
        )
    return tuple(told)


def _without_last(name: str, cells: Cells) -> list[Text]:
    """Tell that an indicator lacks its last year's number, and which is the newest there is."""
    years = [year for of, year in cells if of == name]
    known = to_figures(cells, name)
    if not years or max(years) in known:
        return []
    last, newest = max(years), max(known, default=None)
    zh = "没有任何一年的数值" if newest is None else f"已有的最新年份是{newest}年,不代替"
    en = "no year is known" if newest is None else f"the newest is {newest}; it does not stand in"
    return [Text(f"“{name}”缺{last}年的全市数值;{zh}", f"{name!r} lacks {last}: {en}")]


def _of_sums(name: str, year: int, cell: Cell) -> list[Text]:
    """Tell where the counties contradict the city's number, or stand in for it."""
    figure, total = cell.figure, cell.parts
    if figure is None or total is None:
        return []
    if "contradicts" in cell.roles.values():
        own, parts = _printed(figure.value), _printed(total)
        zh = f"“{name}”{year}年全市数为{own},各县区之和为{parts},相差超过允许误差"
        en = f"{name!r} {year}: the city's {own}, the counties' sum {parts}: beyond the tolerance"
        return [Text(zh, en)]
    if "beside" in cell.roles.values():
        return []
    zh = f"“{name}”{year}年没有可用的全市数,以各县区之和{_printed(total)}代替"
    en = f"{name!r} {year}: the counties' sum {_printed(total)} stands in for the city's number"
    return [Text(zh, en)]


def _printed(value: Fraction) -> str:
    """Print a number of the ledger, or a sum of such."""
    return f"{float(value):.12g}"


def _declared(name: str, value: ParameterValue, unit: str, title: Text, source: Text) -> Parameter:
    """Describe a value that the plan leaves open, or that a clause gives."""
    interval: Interval = "closed" if name == "sum_tolerance_pct" else "none"
    return Parameter(name, value, unit, interval, title, source, verified=False)


_BY_CLAUSE = Text("由规划条文给定", "given by the clause")
_OURS = Text("本工具约定:规划未涉及", "declared: the plan does not say")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("指标目标", "Targets of indicators"),
    question=Text(
        "指标的全市数值降幅、水平和累计量各是多少?",
        "By how much did an indicator fall, where does it stand, and what does it add up to?",
    ),
    inputs=(Indicators,),
    optional=(Counties,),
    parameters=(
        _declared("indicators", (), "", Text("指标名称", "indicators"), _BY_CLAUSE),
        _declared("unit", "%", "", Text("指标单位", "unit of the indicators"), _BY_CLAUSE),
        _declared(
            "is_additive",
            False,  # noqa: FBT003 - the parameter's value
            "",
            Text("县区之和是否等于全市", "counties add up to the city"),
            _BY_CLAUSE,
        ),
        _declared("base_year", 2020.0, "year", Text("基年", "base year"), _BY_CLAUSE),
        _declared(
            "whole_area",
            ("全市", "whole city"),
            "",
            Text("全市的写法", "names of the whole city"),
            _OURS,
        ),
        _declared(
            "sum_tolerance_pct",
            0.5,
            "%",
            Text("县区之和的允许误差", "tolerance of the counties' sum"),
            _OURS,
        ),
    ),
    measures=(
        MeasureCard("relative_fall", Text("较基年下降幅度", "fall since the base year"), "%"),
        MeasureCard("point_fall", Text("较基年下降百分点", "points fallen"), _POINTS),
        MeasureCard("point_rise", Text("较基年上升百分点", "points risen"), _POINTS),
        MeasureCard("latest", Text("最近完整年数值", "number of the last complete year"), ""),
        MeasureCard("least_since_base", Text("基年之后最低值", "least since the base year"), ""),
        MeasureCard("cumulative", Text("基年之后累计", "sum since the base year"), ""),
    ),
    categories=(
        Category("used", Text("用于计算", "used"), "good"),
        UNKNOWN,
        Category("beside", Text("县区数值,不计入", "of a county, beside the city's"), "neutral"),
        Category("target", Text("分解目标,不是实际值", "a target, not what was"), "neutral"),
        Category("other_year", Text("其他年份", "of another year"), "neutral"),
        Category("other_area", Text("区域不明", "of an unknown area"), "warning"),
        Category("other_indicator", Text("其他指标", "another indicator"), "neutral"),
    ),
    columns=(COUNTY_COLUMN, REASON_COLUMN, _MARGIN),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("series", Text("逐年数值", "values year by year")),
        TableCard("areas", Text("各县区数值", "values by county")),
    ),
    run=analyse,
    concerns={"indicator": "indicators"},
)
