"""Opinions on the listed energy-hungry projects, and guidance for the largest of them."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import covering_area
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import (
    Crossings,
    day_of_assessment,
    threshold,
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
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, HeatingSupplyAreas, HighEnergyProjects, Parks
from tieling_geo.text import Text

NAME = "project_opinions"
_OPINIONS = ("projects_with_opinion_share", "projects_without_opinion")
_GUIDED = ("large_projects_guided_share", "large_projects_without_guidance")
_WHOLE = ("projects_with_whole_row_share", "projects_with_incomplete_row")
_REASONS = {
    "undated": Text("有处置意见但无日期", "an opinion, but no date says when it was given"),
    "contradiction": Text("有意见日期而没有处置意见", "a date of an opinion, but no opinion"),
    "smaller": Text("能耗低于门槛", "uses less than the threshold"),
    "energy_unknown": Text("能耗缺失", "energy use is missing"),
}
_MARGIN = ResultColumn(
    "energy_above_threshold_tce", Text("能耗超出门槛", "energy use above the threshold"), "tce"
)
_HEATING = ResultColumn("in_heating_area", Text("在供热范围内", "inside a heating supply area"))


def analyse(
    high_energy_projects: GeoDataFrame[HighEnergyProjects],
    *,
    parks: GeoDataFrame[Parks] | None = None,
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    large_user_tce: float = 50000.0,
) -> Result:
    """
    Count the listed projects with an opinion by a day, and large ones without guidance.

    A blank opinion, or a blank date of guidance, says that there is none: it speaks against the
    project. An opinion without a date cannot be placed before the day, and a date without an
    opinion contradicts itself: both are unknown. A project without a stated energy use may be large
    or not. A row is whole if it states stage, energy use and opinion.

    Parameters
    ----------
    high_energy_projects
        `HighEnergyProjects` layer, n points, metres.
    parks
        `Parks` layer in the same CRS: which one each project is in (border inside, closed; where
        they overlap the lowest `park_id`).
    heating_supply_areas
        `HeatingSupplyAreas` layer: whether one covers the project (closed), licensed by the day.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which opinions and guidance are given (closed).
    large_user_tce
        Energy use a year from which a project is large (closed), tce.

    Returns
    -------
    result
        n rows, index of `high_energy_projects`, with `category`, `park_id`, `in_heating_area`
        (missing without the layer) and `energy_above_threshold_tce`. Measures: share with an
        opinion, share of large ones guided, share of whole rows (%), and the numbers without.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> projects = HighEnergyProjects.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     project_id=["A", "B"], energy_tce=[50000.0, 49999.0], opinion=["keep", None],
    ...     opinion_on=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(projects, as_of=date(2025, 12, 31))
    >>> found.measures["projects_with_opinion_share"].value
    Fraction(50, 1)
    >>> found.against["large_projects_without_guidance"]
    ('A',)
    """
    check_metric(high_energy_projects, name=HighEnergyProjects.layer_name())
    judged = _judged(high_energy_projects, large_user_tce, as_of)
    features = _overlaid(
        with_county(high_energy_projects, counties), parks, heating_supply_areas, as_of
    ).assign(
        energy_above_threshold_tce=high_energy_projects["energy_tce"] - large_user_tce,
        reason=judged["opinion_reason"],
        category=_category(judged),
    )
    every = pd.Series(data=True, index=features.index, dtype="boolean")
    counted = together(
        _tally(features, _OPINIONS, every, judged["opinion"], judged["opinion_reason"]),
        _tally(features, _GUIDED, judged["large"], judged["guided"], judged["size_reason"]),
        _tally(features, _WHOLE, every, judged["whole"], judged["size_reason"]),
    )

    def levers() -> Levers:
        return _levers(high_energy_projects, judged, large_user_tce, as_of)

    return to_result(ANALYSIS, features, counted, {"large_user_tce": large_user_tce}, levers=levers)


def _opinion(projects: pd.DataFrame, as_of: date) -> pd.Series:
    """Tell which projects had an opinion by a day; missing where the record does not say."""
    given, past = projects["opinion"].notna(), is_on_or_before(projects["opinion_on"], as_of)
    # What is dated later is not there yet, whatever is stated; a blank in both says: none.
    answer: pd.Series = past.mask(~given & past.fillna(value=False)).mask(
        ~given & past.isna(), other=False
    )
    return answer


def _guided(projects: pd.DataFrame, as_of: date) -> pd.Series:
    """Tell which projects were guided by a day; without a date there was no guidance."""
    return is_on_or_before(projects["guidance_on"], as_of).fillna(value=False)


def _judged(projects: gpd.GeoDataFrame, large_tce: float, as_of: date) -> pd.DataFrame:
    """Say of each project what it has, and what is not known."""
    opinion, energy = _opinion(projects, as_of), projects["energy_tce"]
    large = (energy >= large_tce).astype("boolean").mask(energy.isna())
    unknown = opinion.isna()
    given = projects["opinion"].notna()
    whole = projects[["stage", "energy_tce", "opinion"]].notna().all(axis=1)
    return pd.DataFrame({
        "opinion": opinion,
        "opinion_reason": first_reason(
            projects.index, {"undated": unknown & given, "contradiction": unknown}
        ),
        "large": large,
        "guided": _guided(projects, as_of),
        "size_reason": first_reason(
            projects.index, {"smaller": ~large, "energy_unknown": large.isna()}
        ),
        "whole": whole.astype("boolean"),
    })


def _overlaid(
    projects: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame | None,
    areas: gpd.GeoDataFrame | None,
    as_of: date,
) -> gpd.GeoDataFrame:
    """Add the park that each project is in, and whether heating covers it."""
    park = pd.Series(index=projects.index, dtype="str")
    if parks is not None:
        park = covering_area(projects, parks, key="park_id")["area"].astype("str")
    heated = pd.Series(pd.NA, index=projects.index, dtype="boolean")
    if areas is not None:
        licensed = areas[is_on_or_before(areas["valid_from"], as_of).fillna(value=True)]
        found = covering_area(projects, licensed, key="area_id")["area"]
        heated = found.notna().astype("boolean")
    return projects.assign(park_id=park, in_heating_area=heated)


def _tally(
    features: gpd.GeoDataFrame,
    names: tuple[str, str],
    scope: pd.Series,
    done: pd.Series,
    reason: pd.Series,
) -> Tally:
    """Count one duty."""
    return tally(
        features,
        layer=HighEnergyProjects.layer_name(),
        share=names[0],
        remaining=names[1],
        in_scope=scope,
        done=done,
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "sector", "stage", "park_id"),
    )


def _levers(
    projects: gpd.GeoDataFrame, judged: pd.DataFrame, large_tce: float, as_of: date
) -> Levers:
    """Say what could move: the day, and from which energy use on a project is large."""
    plain = pd.DataFrame(projects[["opinion", "opinion_on", "guidance_on"]])

    def opinions(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        return to_sides(True, _opinion(moved, day))  # noqa: FBT003 - one answer for all

    def guidance(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        return to_sides(judged["large"].loc[moved.index], _guided(moved, day))

    size: Crossings = threshold(
        next(p for p in ANALYSIS.parameters if p.name == "large_user_tce"),
        projects["energy_tce"] - large_tce,
        to_sides(True, judged["guided"]),  # noqa: FBT003 - one answer for all
        to_sides(False, judged["guided"]),  # noqa: FBT003 - one answer for all
    )
    given_on, guided_on = (plain[name].dt.normalize() for name in ("opinion_on", "guidance_on"))
    return {
        **to_levers(*_OPINIONS, [day_of_assessment(plain, [given_on], opinions, as_of)]),
        **to_levers(*_GUIDED, [size, day_of_assessment(plain, [guided_on], guidance, as_of)]),
        **to_levers(*_WHOLE, []),
    }


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["opinion"].map({True: "opinion", False: "no_opinion"}).fillna("unknown")
    unguided = (judged["large"] & ~judged["guided"]).fillna(value=False).astype(bool)
    return words.mask((words == "opinion") & unguided, "no_guidance").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("“两高一低”项目处置意见与指导", "Opinions on energy-hungry projects, and guidance"),
    question=Text(
        "清单内项目是否都有处置意见,用能大户是否都得到重点指导?",
        "Does every listed project have an opinion, and every large one its guidance?",
    ),
    inputs=(HighEnergyProjects,),
    optional=(Parks, HeatingSupplyAreas, Counties),
    parameters=(
        Parameter(
            name="large_user_tce",
            value=50000.0,
            unit="tce",
            interval="closed",
            title=Text("用能大户门槛", "energy use from which a project is large"),
            source=Text("规划四(三)", "the plan, section 4(3)"),
            verified=True,
        ),
    ),
    measures=(
        MeasureCard(_OPINIONS[0], Text("有处置意见的项目占比", "projects with an opinion"), "%"),
        MeasureCard(
            _OPINIONS[1], Text("没有处置意见的项目", "projects without an opinion"), "count"
        ),
        MeasureCard(_GUIDED[0], Text("已指导的用能大户占比", "large projects guided"), "%"),
        MeasureCard(
            _GUIDED[1], Text("没有指导的用能大户", "large projects without guidance"), "count"
        ),
        MeasureCard(_WHOLE[0], Text("清单内容完整的项目占比", "projects whose row is whole"), "%"),
        MeasureCard(
            _WHOLE[1], Text("清单内容不完整的项目", "projects whose row is incomplete"), "count"
        ),
    ),
    categories=(
        Category("no_opinion", Text("没有处置意见", "no opinion"), "bad"),
        Category("no_guidance", Text("用能大户,没有指导", "large, no guidance"), "warning"),
        Category("opinion", Text("有处置意见", "an opinion"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("park_id", Text("所在园区编号", "number of its park")),
        _HEATING,
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
