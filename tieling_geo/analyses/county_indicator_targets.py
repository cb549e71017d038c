"""Targets that an annex splits to the counties: who reaches them, and whether they add up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.errors import ParameterError
from tieling_geo.operations.indicators import (
    FAULTS,
    WHOLE,
    check_names,
    check_share,
    last_complete_year,
    to_county_names,
    to_plain,
    to_statements,
    to_whole_year,
)
from tieling_geo.operations.indicators_forms import years_needed
from tieling_geo.operations.indicators_targets import (
    Aims,
    Held,
    TargetSum,
    target_unit,
    to_aims,
    to_held,
    to_sums,
    to_table,
    words_of_counties,
    words_of_sums,
)
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
)
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
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

NAME = "county_indicator_targets"
_ON, _OFF = "counties_on_target_share", "counties_not_on_target"
_COVERED, _UNCOVERED = "city_targets_covered_share", "city_targets_not_covered"
_FORMS = ("relative_fall", "latest", "cumulative")
_REASONS = {
    "no_annex": Text(
        "没有县区图层,也没有任何分解目标", "no layer of counties, and no row states a target"
    ),
    "no_target": Text("没有分解目标", "no target is stated"),
    "no_number": Text("目标已有,实际值不全", "a target is stated, numbers of its own are missing"),
    "not_all": Text("有县区没有分解目标", "a county has no target"),
    **FAULTS,
    "other_indicator": Text("其他指标", "another indicator"),
    "whole_row": Text("全市的行,不是县区的", "of the whole city, not of a county"),
    "other_area": Text("区域不是已知县区", "not a known county"),
    "other_year": Text("该口径不用这一年", "of a year that is not needed"),
    "actual_row": Text("实际值,不是目标", "what was, not a target"),
    "other_target": Text("其他年份的目标", "a target of another year"),
}
_MARGIN = ResultColumn(
    "target_margin", Text("实际减目标(达标为正)", "own number less target (reached +)")
)


def analyse(  # noqa: PLR0913 - the layers, the day, and what a clause says of its indicators
    rows: GeoDataFrame[Indicators],
    /,
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    indicators: tuple[str, ...] = (),
    unit: str = "%",
    base_year: float = 2020.0,
    whole_area: tuple[str, ...] = ("全市", "whole city"),
    city_targets: tuple[str, ...] = (),
    form: str = "relative_fall",
    sum_tolerance_pct: float = 0.5,
) -> Result:
    """
    Tell which counties reach their own targets, and whether these add up to the city's.

    The targets are rows of kind `target`, each to be reached by the end of its year: a fall in
    percent, a level at least, or a sum since the base year. The one that counts is that of the
    first year not before the last complete one, else the latest. A county reaches its targets if
    its own numbers do for every indicator (closed); one target missed decides. A county without
    a target, or without the numbers that it needs, is unknown: without the annex nothing is known.

    Parameters
    ----------
    rows
        `Indicators` layer, n rows; it has no places.
    counties
        `Counties` layer; without it, the areas for which a target is stated are the counties.
    as_of
        The day; years are complete on 31 December (closed).
    indicators
        Names of the indicators; none: nothing is asked.
    unit
        The unit of their numbers, a word of `UNITS`; targets of a relative fall are in %.
    base_year
        The year from which falls and sums are reckoned.
    whole_area
        Names of the whole city in the column `area`.
    city_targets
        The city's own target of indicators, each `name=number`, in the unit of its targets.
    form
        How a county's own number is reckoned: `relative_fall`, `latest` or `cumulative`.
    sum_tolerance_pct
        Share of the city's target by which the counties' latest targets may differ from it in sum
        (closed), percent.

    Returns
    -------
    result
        n rows, index of `rows`, with `category` and `target_margin`. Measures: share of counties on
        target (%), number not on target (count), share of the city's targets that the counties' add
        up to (%), number of those that they do not (count). Counted are counties, and indicators;
        those that are unknown stand in `excluded`. `against` lists the rows of the counties that
        are not on target. Table `targets`: each county's target beside its own number.

    Raises
    ------
    ParameterError
        If a name is blank or stands twice, there is no such form, or a city's target is no
        `name=number` of an indicator that is asked about.
    UnitError
        If no unit has that name.

    Examples
    --------
    >>> rows = Indicators.empty("EPSG:4550").reindex(["1", "2"]).assign(
    ...     record_id=["1", "2"], indicator="cut", area="North", unit="t", value=[5.0, 6.0],
    ...     year=pd.array([2025, 2025], dtype="Int64"), kind=["target", "actual"])
    >>> found = analyse(
    ...     rows, as_of=date(2025, 12, 31), indicators=("cut",), unit="t", form="latest")
    >>> found.measures["counties_on_target_share"].value
    Fraction(100, 1)
    """
    values: dict[str, ParameterValue] = {
        "indicators": check_names("indicators", indicators),
        "unit": check_unit(unit),
        "base_year": base_year,
        "whole_area": check_names("whole_area", whole_area),
        "city_targets": city_targets,
        "form": _checked_form(form),
        "sum_tolerance_pct": sum_tolerance_pct,
    }
    base, last = to_whole_year("base_year", base_year), last_complete_year(as_of)
    tolerance = check_share("sum_tolerance_pct", sum_tolerance_pct)
    statements = to_statements(
        rows,
        names=indicators,
        units={"actual": unit, "target": target_unit(form, unit)},
        whole_area=whole_area,
        counties=to_county_names(counties),
    )
    wanted, aims = _city_targets(city_targets, indicators), to_aims(statements)
    places = _places(counties, aims) if indicators else ()
    held = to_held(statements, places, indicators, form=form, unit=unit, base=base, last=last)
    sums = to_sums(wanted, aims, places, tolerance)
    years = years_needed(form, base, last)
    on, covered = words_of_counties(statements, held, years=years), words_of_sums(statements, sums)
    counted = together(_by_county(held, places, is_asked=bool(indicators)), _by_city_target(sums))
    return to_result(
        ANALYSIS,
        _features(rows, statements, held, on, has_counties=counties is not None),
        _with_rows(counted, {_ON: on, _OFF: on, _COVERED: covered, _UNCOVERED: covered}),
        values,
        tables={"targets": to_table(held)},
    )


def _checked_form(form: str) -> str:
    """
    Return the form.

    Raises
    ------
    ParameterError
        If a county's number is not reckoned in it.
    """
    if form not in _FORMS:
        known = ", ".join(_FORMS)
        raise ParameterError(
            Text(f"没有口径 {form!r};可用:{known}", f"no form {form!r}; known: {known}")
        )
    return form


def _city_targets(listed: Sequence[str], names: Sequence[str]) -> dict[str, Fraction]:
    """
    Read the city's targets, each `name=number`.

    Raises
    ------
    ParameterError
        If one is not written so, stands twice, or is of an indicator that is not asked about.
    """
    known, wanted = {to_plain(name): name for name in names}, dict[str, Fraction]()
    for entry in listed:
        name, _, number = entry.rpartition("=")
        asked = known.get(to_plain(name), "")
        try:
            target = Fraction(number.strip())
        except (ValueError, ZeroDivisionError):
            asked = ""
        if not asked or asked in wanted:
            raise ParameterError(
                Text(
                    f"参数 city_targets:{entry!r} 不是“指标=数”,或指标未列、重复",
                    f"parameter city_targets: {entry!r} is no name=number of an indicator listed",
                )
            )
        wanted[asked] = target
    return wanted


def _places(counties: gpd.GeoDataFrame | None, aims: Aims) -> tuple[str, ...]:
    """List the counties: those of their layer, else those for which a target is stated."""
    known = to_county_names(counties)
    return tuple(sorted({place for _, place in aims})) if known is None else known


def _by_county(held: Sequence[Held], places: Sequence[str], *, is_asked: bool) -> Tally:
    """Count the counties; without any, one that nobody knows stands for them all."""
    states = {place: _state([one for one in held if one.area == place]) for place in places}
    if is_asked and not places:
        states = {Counties.layer_name(): ("no_annex", None)}
    against = sorted(row for one in held if one.done is False for row in one.rows)
    return _tally(states, Counties.layer_name(), (_ON, _OFF), tuple(against))


def _state(held: Sequence[Held]) -> tuple[str, bool | None]:
    """Say whether a county reaches all its targets; one that is missed decides."""
    if any(one.done is False for one in held):
        return "", False
    reasons = {one.reason for one in held} - {""}
    return (min(reasons, key=list(_REASONS).index), None) if reasons else ("", True)


def _by_city_target(sums: Sequence[TargetSum]) -> Tally:
    """Count the city's targets to which the counties' add up."""
    states = {one.indicator: (one.reason, one.done) for one in sums}
    against = sorted(row for one in sums if one.done is False for row in one.rows)
    return _tally(states, Indicators.layer_name(), (_COVERED, _UNCOVERED), tuple(against))


def _tally(
    states: Mapping[str, tuple[str, bool | None]],
    layer: str,
    names: tuple[str, str],
    against: tuple[str, ...],
) -> Tally:
    """Count what is done; the evidence is not what is counted, but the rows behind it."""
    index = pd.Index(list(states), dtype="str")
    counted = tally(
        gpd.GeoDataFrame({"county_name": index}, index=index, geometry=[None] * len(index)),
        layer=layer,
        share=names[0],
        remaining=names[1],
        in_scope=pd.Series(data=True, index=index, dtype="boolean"),
        done=pd.Series([done for _, done in states.values()], index, dtype="boolean"),
        reason=pd.Series([word for word, _ in states.values()], index, dtype="str"),
        reasons=_REASONS,
        groups=("county_name",) if names[0] == _ON else (),
    )
    return replace(counted, against=dict.fromkeys(names, against))


def _with_rows(counted: Tally, words: Mapping[str, pd.Series]) -> Tally:
    """Add the rows that play no part to what does not count: counties are unknown, rows are not."""
    rows = [
        (Indicators.layer_name(), str(key), name, "out_of_scope", *_REASONS[word])
        for name, column in words.items()
        for key, word in column.items()
        if word
    ]
    listed = pd.DataFrame(rows, columns=list(EXCLUDED_COLUMNS))
    whole = pd.concat([counted.excluded, listed], ignore_index=True)
    order = ["measure", "feature_id"]
    return replace(counted, excluded=whole.sort_values(order, kind="stable", ignore_index=True))


def _features(
    rows: gpd.GeoDataFrame,
    statements: pd.DataFrame,
    held: Sequence[Held],
    words: pd.Series,
    *,
    has_counties: bool,
) -> gpd.GeoDataFrame:
    """Add each row's county, and whether its county reaches the target that it is about."""
    place = statements["place"].where(statements["place"] != WHOLE)
    by_row = {row: one for one in held for row in one.rows}
    margin = {row: float(one.margin) for row, one in by_row.items() if one.margin is not None}
    state = {row: "on_target" if one.done else "not_on_target" for row, one in by_row.items()}
    unknown = {*FAULTS, "no_target", "no_number"}
    category = [
        state.get(str(key))
        or ("unknown" if word in unknown else word if word == "other_indicator" else "other")
        for key, word in words.items()
    ]
    return rows.assign(
        county_name=place if has_counties else pd.Series(index=rows.index, dtype="str"),
        reason=words,
        category=pd.Series(category, rows.index, dtype="str"),
        target_margin=pd.Series([margin.get(str(k)) for k in rows.index], rows.index, "float64"),
    )


def _given(name: str, value: ParameterValue, unit: str, title: Text) -> Parameter:
    """Describe what a clause gives; the tolerance is ours."""
    is_ours = name in {"sum_tolerance_pct", "whole_area"}
    interval: Interval = "closed" if name == "sum_tolerance_pct" else "none"
    ours = Text("本工具约定:规划未涉及", "declared: the plan does not say")
    source = ours if is_ours else Text("由规划条文给定", "given by the clause")
    return Parameter(name, value, unit, interval, title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("县区分解目标", "Targets of the counties"),
    question=Text(
        "各县区是否达到各自的分解目标?分解目标之和是否等于全市目标?",
        "Do the counties reach their own targets, and do these add up to the city's?",
    ),
    inputs=(Indicators,),
    optional=(Counties,),
    parameters=(
        _given("indicators", (), "", Text("指标名称", "indicators")),
        _given("unit", "%", "", Text("指标单位", "unit of the indicators")),
        _given("base_year", 2020.0, "year", Text("基年", "base year")),
        _given("whole_area", ("全市", "whole city"), "", Text("全市的写法", "names of the city")),
        _given("city_targets", (), "", Text("全市目标", "the city's targets")),
        _given("form", "relative_fall", "", Text("指标口径", "form of the number")),
        _given(
            "sum_tolerance_pct", 0.5, "%", Text("分解目标之和的允许误差", "tolerance of the sum")
        ),
    ),
    measures=(
        MeasureCard(_ON, Text("达到分解目标的县区比例", "counties on target"), "%"),
        MeasureCard(_OFF, Text("未达到分解目标的县区", "counties not on target"), "count"),
        MeasureCard(_COVERED, Text("分解之和与全市相符的目标", "city targets added up to"), "%"),
        MeasureCard(
            _UNCOVERED, Text("分解之和不符的目标", "city targets not added up to"), "count"
        ),
    ),
    categories=(
        Category("not_on_target", Text("未达到分解目标", "not on target"), "bad"),
        Category("on_target", Text("达到分解目标", "on target"), "good"),
        UNKNOWN,
        Category("other", Text("不用于此", "not used here"), "neutral"),
        Category("other_indicator", Text("其他指标", "another indicator"), "neutral"),
    ),
    columns=(COUNTY_COLUMN, REASON_COLUMN, _MARGIN),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("targets", Text("各县区目标", "targets of the counties")),),
    run=analyse,
    concerns={"indicator": "indicators"},
)
