"""Assessed river sections: which are of good class, and what discharges upstream of them."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.indicators import last_complete_year, to_plain
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.river_upstream import outfalls_above
from tieling_geo.operations.rollup import tally
from tieling_geo.operations.stages import COMPLETION_STAGE, is_finished
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Outfalls, RiverReaches, WaterSections
from tieling_geo.schemas.water_sections import CLASSES
from tieling_geo.text import Text

NAME = "water_section_classes"
_LEVELS = ("national", "provincial", "city")
_REASONS = {
    "other_year": Text("同一断面其他年份的评价", "another year's assessment of the section"),
    "same_section": Text(
        "同一断面同年的另一行,不重复计", "another row of a section that counts once"
    ),
    "other_level": Text("控制级别不在范围内", "of a level of control outside the scope"),
    "level_unknown": Text("控制级别缺失", "level of control is missing"),
    "double": Text("同一断面同年不止一行", "assessed more than once in the year"),
    "not_assessed": Text("没有该年的评价", "not assessed in the year"),
    "class_unknown": Text("水质类别缺失", "class is missing"),
}
_OFF_REACH = Text(
    "有排污口或断面不在任何河段的限值之内(或登记的河流不在),其上下游关系无法判断",
    "some outfalls or sections lie on no reach within the limit, or not on the river that they "
    "name: whether they are upstream cannot be told",
)
_MARGIN = ResultColumn("class_margin", Text("优于限定类别的级数", "classes better than the limit"))
_COLUMNS = (
    COUNTY_COLUMN,
    REASON_COLUMN,
    ResultColumn("water_class", Text("水质类别", "class found"), words=CLASSES),
    ResultColumn("assessment_year", Text("评价年份", "year of assessment"), "year"),
    ResultColumn("previous_class", Text("上一次评价的类别", "class before"), words=CLASSES),
    ResultColumn("previous_year", Text("上一次评价的年份", "year before"), "year"),
    ResultColumn(
        "unfinished_outfalls_upstream", Text("上游未完成整治的排污口", "outfalls left upstream")
    ),
    ResultColumn(
        "unknown_outfalls_upstream", Text("上游情况不明的排污口", "outfalls not known upstream")
    ),
    _MARGIN,
)


def analyse(  # noqa: PLR0913 - the layers, the day, and a threshold for each thing the plan leaves out
    water_sections: GeoDataFrame[WaterSections],
    *,
    river_reaches: GeoDataFrame[RiverReaches] | None = None,
    outfalls: GeoDataFrame[Outfalls] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    worst_good_class: str = "III",
    expected_sections: float = 13.0,
    control_levels: tuple[str, ...] = _LEVELS,
    main_stem_rivers: tuple[str, ...] = (),
    snap_limit_m: float = 1000.0,
    junction_tolerance_m: float = 50.0,
    completion_stage: str = "signed_off",
) -> Result:
    """
    Tell which sections were of good class in the last complete year.

    A section is all rows of one name on one river, compared without white space, letter case and
    full-width forms; a row without a name is a section of its own. It counts once, by its row of
    the year that was complete last (31 December closes a year). Without such a row its newest one
    stands for it, unknown: no other year's class is taken. Two rows of that year contradict each
    other or repeat: neither is believed, and the lowest `section_id` stands for both.

    Parameters
    ----------
    water_sections
        `WaterSections` layer, n rows, metres.
    river_reaches, outfalls
        `RiverReaches` and `Outfalls` layers, for what lies upstream; without them nothing is told.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which years and stages are reckoned (closed).
    worst_good_class
        The worst class that is good (closed), a word of `schemas.water_sections.CLASSES`.
    expected_sections
        The number of sections from which the target was derived; another number is warned of.
    control_levels
        Levels of control that count.
    main_stem_rivers
        Main stems, from which reaches digitised against the flow are found; none: all directions
        are taken as they are.
    snap_limit_m
        Straight-line distance up to which a section or an outfall lies on a reach (closed), metres.
    junction_tolerance_m
        Distance up to which reaches meet (closed), metres.
    completion_stage
        The stage that completes an outfall, a word of `schemas.outfalls.STAGES`.

    Returns
    -------
    result
        n rows, index of `water_sections`, with `category`, `class_margin`, the assessment before,
        and the numbers of outfalls upstream that are unfinished, and of which that is not known;
        missing where it cannot be told. Measures: share of good class (%), number worse (count).
        Table `upstream_outfalls`: each section in scope with each unfinished outfall above it.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no class, level or stage has the name given.

    Examples
    --------
    >>> from shapely import Point
    >>> sections = WaterSections.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     section_id=["A", "B"], name=["North", "South"], water_class=["III", "IV"],
    ...     assessment_year=pd.array([2025, 2025], dtype="Int64"), control_level="national",
    ...     geometry=gpd.GeoSeries([Point(0, 0)] * 2, ["A", "B"], crs=4550))
    >>> found = analyse(sections, as_of=date(2025, 12, 31), expected_sections=2.0)
    >>> found.measures["sections_class_i_to_iii_share"].value
    Fraction(50, 1)
    """
    check_metric(water_sections, name=WaterSections.layer_name())
    _check_words(worst_good_class, control_levels)
    values: dict[str, ParameterValue] = {
        "worst_good_class": worst_good_class,
        "expected_sections": expected_sections,
        "control_levels": control_levels,
        "main_stem_rivers": main_stem_rivers,
        "snap_limit_m": snap_limit_m,
        "junction_tolerance_m": junction_tolerance_m,
        "completion_stage": completion_stage,
    }
    year, worst = last_complete_year(as_of), list(CLASSES).index(worst_good_class)
    place = water_sections["water_class"].map({word: n for n, word in enumerate(CLASSES)})
    features = with_county(water_sections, counties).assign(
        class_margin=worst - place.astype("float64"),
        **_previous(water_sections, year),
    )
    judged = _judged(features, year, control_levels)
    features = features.assign(reason=judged["reason"], category=_category(judged))
    pairs, known, on_reach = outfalls_above(
        water_sections,
        outfalls,
        river_reaches,
        main_stem_rivers=main_stem_rivers,
        snap_limit_m=snap_limit_m,
        junction_tolerance_m=junction_tolerance_m,
    )
    state = None if outfalls is None else is_finished(outfalls, as_of, completion_stage)
    features, upstream = _with_upstream(
        features, judged, pairs.assign(done=_of(pairs, state)), known
    )
    warnings = _number_warning(judged, expected_sections) + (() if on_reach else (_OFF_REACH,))
    counted = tally(
        features,
        layer=WaterSections.layer_name(),
        share="sections_class_i_to_iii_share",
        remaining="sections_worse_than_iii",
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "river_name", "control_level"),
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables={"upstream_outfalls": upstream},
        warnings=warnings,
    )


def _check_words(worst_good_class: str, control_levels: tuple[str, ...]) -> None:
    """
    Refuse a class or a level that is none.

    Raises
    ------
    ParameterError
        If one is not known.
    """
    unknown = sorted(({worst_good_class} - set(CLASSES)) | (set(control_levels) - set(_LEVELS)))
    if unknown:
        zh, en = "、".join(unknown), ", ".join(unknown)
        raise ParameterError(Text(f"没有类别或级别 {zh}", f"no class or level {en}"))


def _sections(rows: gpd.GeoDataFrame) -> pd.Series:
    """Give each row the section that it is about."""
    named = zip(rows["section_id"], rows["name"], rows["river_name"], strict=True)
    keys = [
        f"{to_plain(name)}\n{'' if pd.isna(river) else to_plain(river)}"
        if pd.notna(name)
        else f"\n\n{own}"
        for own, name, river in named
    ]
    return pd.Series(keys, rows.index, dtype="str")


def _judged(features: gpd.GeoDataFrame, year: int, levels: tuple[str, ...]) -> pd.DataFrame:
    """Say of each row whether it stands for a section, if that is good, and why it is left out."""
    section = _sections(features)
    this_year = (features["assessment_year"] == year).fillna(value=False).astype(bool)
    ordered = pd.DataFrame({
        "section": section,
        "this_year": ~this_year,
        "year": -features["assessment_year"].astype("float64"),
        "id": features["section_id"],
    }).sort_values(["this_year", "year", "id"])
    stands = (~ordered["section"].duplicated()).reindex(features.index)
    double = this_year & section.isin(section[this_year][section[this_year].duplicated()])
    whatever = True if set(levels) == set(_LEVELS) else pd.NA
    level = features["control_level"].isin(levels).astype("boolean")
    level = level.mask(features["control_level"].isna(), other=whatever)
    good = (features["class_margin"] >= 0).astype("boolean")
    done = good.mask(features["class_margin"].isna() | ~this_year | double)
    reason = first_reason(
        features.index,
        {
            "same_section": ~stands & this_year,
            "other_year": ~stands,
            "other_level": ~level,
            "level_unknown": level.isna(),
            "double": double,
            "not_assessed": ~this_year,
            "class_unknown": features["class_margin"].isna(),
        },
    )
    return pd.DataFrame({"scope": level.mask(~stands, other=False), "done": done, "reason": reason})


def _previous(rows: gpd.GeoDataFrame, year: int) -> dict[str, pd.Series]:
    """Give each section's newest class before a year, and the year that it is of."""
    known = rows[rows["water_class"].notna() & (rows["assessment_year"] < year).fillna(value=False)]
    order = known.sort_values(["assessment_year", "section_id"], ascending=[False, True])
    section = _sections(rows)
    newest = order.groupby(section.reindex(order.index), sort=False)[
        ["water_class", "assessment_year"]
    ].head(1)
    newest.index = pd.Index(section.reindex(newest.index))
    return {
        "previous_class": section.map(newest["water_class"]).astype("str"),
        "previous_year": section.map(newest["assessment_year"]).astype("Int64"),
    }


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "good", False: "worse"}).where(judged["reason"] == "")
    out = judged["reason"].isin(["other_year", "same_section", "other_level"])
    return words.fillna("unknown").mask(out, "not_counted").astype("str")


def _number_warning(judged: pd.DataFrame, expected: float) -> tuple[Text, ...]:
    """Warn where there are more or fewer sections than the target was derived from."""
    found = int(judged["scope"].fillna(value=True).sum())
    if found == expected:
        return ()
    return (
        Text(
            f"范围内有 {found} 个断面,而目标按 {expected:g} 个断面推算,应重新推算目标",
            f"{found} sections in scope; the target was derived from {expected:g}: derive it anew",
        ),
    )


def _of(pairs: pd.DataFrame, done: pd.Series | None) -> pd.Series:
    """Say of each pair whether its outfall is finished."""
    states = {} if done is None else {str(key): value for key, value in done.items()}
    return pd.Series([states[key] for key in pairs["point"]], pairs.index, dtype="boolean")


def _with_upstream(
    features: gpd.GeoDataFrame, judged: pd.DataFrame, pairs: pd.DataFrame, known: pd.Series
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Add how many outfalls above each section are unfinished, or not known; list the first."""
    undone = (~pairs["done"]).fillna(value=False).astype(bool)
    ids = pd.Series([str(key) for key in features.index], features.index, dtype="str")
    columns = {}
    for name, chosen in (("unfinished", undone), ("unknown", pairs["done"].isna())):
        number = ids.map(pairs["section"][chosen].value_counts()).fillna(0).astype("Int64")
        columns[f"{name}_outfalls_upstream"] = number.where(known)
    in_scope = set(ids[judged["scope"].fillna(value=True).astype(bool)])
    listed = pairs[undone & pairs["section"].isin(in_scope)]
    table = listed.rename(columns={"section": "section_id", "point": "outfall_id"})
    return features.assign(**columns), table[["section_id", "outfall_id"]].reset_index(drop=True)


def _declared(name: str, value: ParameterValue, title: Text, source: Text) -> Parameter:
    """Describe a value that the plan leaves open; distances and the worst class are closed."""
    is_closed = name.endswith("_m") or name == "worst_good_class"
    return Parameter(
        name=name,
        value=value,
        unit="m" if name.endswith("_m") else "count" if name == "expected_sections" else "",
        interval="closed" if is_closed else "none",
        title=title,
        source=source,
        verified=False,
    )


_SILENT = Text("本工具约定:规划未涉及", "declared: the plan does not say")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("地表水断面水质", "Water quality at assessed sections"),
    question=Text(
        "哪些考核断面水质优良?不达标断面上游有哪些未完成整治的排污口?",
        "Which sections are of good class, and which unfinished outfalls lie above the others?",
    ),
    inputs=(WaterSections,),
    optional=(RiverReaches, Outfalls, Counties),
    parameters=(
        _declared(
            "worst_good_class",
            "III",
            Text("优良水体的最差类别", "worst class that is good"),
            Text("本工具约定:优良指Ⅰ至Ⅲ类", "declared: good is class I to III"),
        ),
        _declared(
            "expected_sections",
            13.0,
            Text("推算目标的断面数", "sections the target was derived from"),
            Text("由目标百分数推算", "derived from the target's percentage"),
        ),
        _declared("control_levels", _LEVELS, Text("计入的控制级别", "levels that count"), _SILENT),
        _declared("main_stem_rivers", (), Text("干流", "main stems"), _SILENT),
        _declared(
            "snap_limit_m",
            1000.0,
            Text("归属河段的距离限值", "limit of the distance to a reach"),
            _SILENT,
        ),
        _declared(
            "junction_tolerance_m",
            50.0,
            Text("河段相接的容差", "tolerance at which reaches meet"),
            _SILENT,
        ),
        COMPLETION_STAGE,
    ),
    measures=(
        MeasureCard(
            "sections_class_i_to_iii_share", Text("优良断面比例", "sections of good class"), "%"
        ),
        MeasureCard(
            "sections_worse_than_iii", Text("未达优良的断面", "sections worse than that"), "count"
        ),
    ),
    categories=(
        Category("worse", Text("未达优良", "not of good class"), "bad"),
        Category("good", Text("优良", "of good class"), "good"),
        UNKNOWN,
        Category("not_counted", Text("其他年份或级别", "another year or level"), "neutral"),
    ),
    columns=_COLUMNS,
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("upstream_outfalls", Text("断面上游排污口", "outfalls upstream of the sections")),
    ),
    run=analyse,
)
