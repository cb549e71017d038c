"""Direct outlets of domestic sewage inside built-up areas: which are closed by a day."""

from datetime import date
from functools import partial

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import coverage_in_year
from tieling_geo.operations.levers import (
    border_and_positions,
    day_of_completion,
    to_levers,
    to_sides,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.operations.stages import (
    COMPLETION_STAGE,
    OUT_OF_ORDER,
    STAGE_COLUMNS,
    UNKNOWN_STATES,
    completion_state,
    is_finished,
    with_stages,
)
from tieling_geo.records import (
    Analysis,
    Category,
    Lever,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import BuiltupAreas, Counties, Outfalls
from tieling_geo.text import Text

NAME = "direct_outlets_in_builtup_areas"
_SHARE, _LEFT = "direct_outlets_closed_share", "direct_outlets_remaining"
_GROUPS = ("county_name", "builtup_area")
_REASONS = {
    "not_direct": Text("不是城镇生活污水散排口", "not a direct outlet of urban domestic sewage"),
    "outside": Text("不在建成区内", "outside the built-up areas"),
    "kind_unknown": Text("排污口类型不明", "the type of outfall is not known"),
    "no_boundary": Text(
        "没有该年或更早的建成区边界,无法判断是否在内",
        "no built-up boundary of that year or earlier says whether it is inside",
    ),
    **UNKNOWN_STATES,
}
_MARGIN = ResultColumn(
    "builtup_margin_m",
    Text("距建成区边界(内为正)", "to the built-up area's border (inside +)"),
    "m",
)


def is_direct_outlet(outfalls: gpd.GeoDataFrame) -> pd.Series:
    """
    Tell which outfalls are direct outlets of urban domestic sewage; missing where not known.

    The subclass decides. Where it is missing or not specified, an industrial, agricultural or
    wastewater-works outfall is none, and one of class `other`, or of no class, may be one.

    Examples
    --------
    >>> frame = pd.DataFrame({"kind": ["other", "other", "industrial", None],
    ...     "subkind": ["urban_domestic_direct", "unspecified", None, "irrigation"]})
    >>> is_direct_outlet(frame).tolist()
    [True, <NA>, False, False]
    """
    subkind, kind = outfalls["subkind"], outfalls["kind"]
    open_kind = kind.isna() | (kind == "other")
    vague: pd.Series = (subkind.isna() | (subkind == "unspecified")) & open_kind
    direct: pd.Series = subkind == "urban_domestic_direct"
    return direct.astype("boolean").mask(vague)


def _judged(outfalls: gpd.GeoDataFrame, inside: pd.Series, as_of: date, stage: str) -> pd.DataFrame:
    """Say of each outfall whether the duty is about it, whether it is closed, and why it is out."""
    direct = is_direct_outlet(outfalls)
    state = completion_state(outfalls, as_of, stage)
    reason = first_reason(
        outfalls.index,
        {
            "not_direct": ~direct,
            "outside": ~inside,
            "kind_unknown": direct.isna(),
            "no_boundary": inside.isna(),
            **{word: state == word for word in UNKNOWN_STATES},
        },
    )
    done = is_finished(outfalls, as_of, stage)
    return pd.DataFrame({"scope": direct & inside, "done": done, "reason": reason})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "closed", False: "remaining"})
    words = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["not_direct", "outside"])
    return words.mask(out, judged["reason"]).astype("str")


def analyse(
    outfalls: GeoDataFrame[Outfalls],
    builtup_areas: GeoDataFrame[BuiltupAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    builtup_scope: str = "city",
    completion_stage: str = "signed_off",
) -> Result:
    """
    Tell which direct outlets of domestic sewage inside built-up areas were not closed by a day.

    Of each built-up area the latest boundary counts that is not later than the year of the day
    (closed). Where an area has only later boundaries, nobody knows how far it reached: an outlet
    inside those does not count and is listed as unknown. The border of an area counts as inside.

    Parameters
    ----------
    outfalls
        `Outfalls` layer, n rows, metres.
    builtup_areas
        `BuiltupAreas` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a stage must be dated (closed).
    builtup_scope
        Which built-up areas count: `city`, `county_town` or `town`.
    completion_stage
        The stage that closes an outlet, a word of `schemas.outfalls.STAGES`.

    Returns
    -------
    result
        n rows, index of `outfalls`, with `category`, `builtup_area`, `boundary_year` and
        `builtup_margin_m` (positive inside). Measures: share closed (%), number left (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no stage, or no scope, has the name given.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point, box
    >>> outfalls = Outfalls.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     outfall_id=["A", "B"], subkind="urban_domestic_direct", stage="surveyed",
    ...     geometry=gpd.GeoSeries([Point(0, 5), Point(13, 14)], ["A", "B"], crs=4550))
    >>> areas = gpd.GeoDataFrame({"area_id": ["1"], "name": ["X"], "scope": ["city"],
    ...     "boundary_year": [2020]}, geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> found = analyse(outfalls, areas, as_of=date(2025, 12, 31))
    >>> found.features[["category", "boundary_year", "builtup_margin_m"]]
        category  boundary_year  builtup_margin_m
    A  remaining           2020               0.0
    B    outside           2020              -5.0
    """
    check_metric(outfalls, name=Outfalls.layer_name())
    check_metric(builtup_areas, name=BuiltupAreas.layer_name())
    covered = coverage_in_year(outfalls, builtup_areas, scope=builtup_scope, year=as_of.year)
    judged = _judged(outfalls, covered["inside"], as_of, completion_stage)
    features = with_stages(with_county(outfalls, counties), as_of).assign(
        builtup_area=covered["area"],
        boundary_year=covered["boundary_year"],
        builtup_margin_m=covered["margin_m"],
        category=_category(judged),
        reason=judged["reason"],
    )
    counted = tally(
        features,
        layer=Outfalls.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"builtup_scope": builtup_scope, "completion_stage": completion_stage},
        warnings=(OUT_OF_ORDER,) if features["dates_out_of_order"].any() else (),
        levers=partial(_levers, outfalls, covered, completion_stage, as_of),
    )


def _levers(
    outfalls: gpd.GeoDataFrame, covered: pd.DataFrame, stage: str, as_of: date
) -> dict[str, tuple[Lever, ...]]:
    """Say what moves the count: the border, the outlets' positions, the day."""
    direct, inside = is_direct_outlet(outfalls), covered["inside"]
    done = is_finished(outfalls, as_of, stage)
    # Beyond the known borders it stays open whether those that have only later ones are inside.
    outside = inside.where(inside.isna(), other=False)
    sides = to_sides(direct, done), to_sides(direct & outside, done)
    around = border_and_positions(BuiltupAreas, Outfalls, covered["margin_m"], *sides)
    day = day_of_completion(outfalls, direct & inside, stage, as_of)
    return to_levers(_SHARE, _LEFT, [*around, day])


ANALYSIS = Analysis(
    name=NAME,
    title=Text("建成区生活污水直排口", "Direct sewage outlets in built-up areas"),
    question=Text(
        "城市建成区内的生活污水直排口,哪些尚未消除?",
        "Which direct outlets of domestic sewage inside built-up areas are not closed?",
    ),
    inputs=(Outfalls, BuiltupAreas),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="builtup_scope",
            value="city",
            unit="",
            interval="none",
            title=Text("建成区范围类型", "which built-up areas count"),
            source=Text(
                "规划所指为城市建成区,不含县城与建制镇",
                "the plan speaks of city built-up areas, not of county towns or towns",
            ),
            verified=True,
        ),
        COMPLETION_STAGE,
    ),
    measures=(
        MeasureCard(
            _SHARE,
            Text("建成区生活污水直排口消除比例", "direct sewage outlets closed"),
            "%",
        ),
        MeasureCard(
            _LEFT,
            Text("建成区尚存的生活污水直排口", "direct sewage outlets left"),
            "count",
        ),
    ),
    categories=(
        Category("remaining", Text("建成区内,未消除", "built-up, not closed"), "bad"),
        Category("closed", Text("建成区内,已消除", "built-up, closed"), "good"),
        UNKNOWN,
        Category("outside", Text("不在建成区", "outside built-up areas"), "neutral"),
        Category("not_direct", Text("非生活污水直排口", "not a direct outlet"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("builtup_area", Text("最近的建成区", "nearest built-up area")),
        ResultColumn("boundary_year", Text("采用的边界年份", "year of the boundary used"), "year"),
        *STAGE_COLUMNS,
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
