"""How far the projects of the river basin got."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.proximity import nearest_line
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import BasinProjects, Counties, RiverReaches
from tieling_geo.text import Text

NAME = "basin_project_progress"
_SHARE, _LEFT = "basin_projects_finished_share", "basin_projects_unfinished"
_MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)


def analyse(
    basin_projects: GeoDataFrame[BasinProjects],
    *,
    river_reaches: GeoDataFrame[RiverReaches] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    reach_limit_m: float = 2000.0,
) -> Result:
    """
    Count the basin's projects that were accepted by a day, by kind, river and county.

    A project whose stage and date contradict each other is unknown (see `acceptance`). One that
    stands farther from every reach than a limit still counts, but is flagged: it may be misplaced,
    or no project of the basin at all.

    Parameters
    ----------
    basin_projects
        `BasinProjects` layer, n points, metres.
    river_reaches
        `RiverReaches` layer, in the same CRS; without it no distance is told.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a project must be accepted (closed).
    reach_limit_m
        Straight-line distance up to which a project is at a reach (closed), metres.

    Returns
    -------
    result
        n rows, index of `basin_projects`, with `category`, `days_before_deadline`, `reach_id` (the
        nearest within the limit), `reach_distance_m` and `far_from_reaches` (missing without a
        reach). Measures: share accepted (%), number not accepted. `tables["far_from_reaches"]`
        lists the projects flagged.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> projects = BasinProjects.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     project_id=["A", "B"], stage=["accepted", "in_progress"],
    ...     accepted_on=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> analyse(projects, as_of=date(2025, 12, 31)).measures[_SHARE].value
    Fraction(50, 1)
    """
    check_metric(basin_projects, name=BasinProjects.layer_name())
    judged = acceptance(
        basin_projects["stage"], basin_projects["accepted_on"], final="accepted", as_of=as_of
    )
    near = _nearest(basin_projects, river_reaches, reach_limit_m)
    days = (pd.Timestamp(as_of) - basin_projects["accepted_on"]).dt.days.astype("float64")
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    features = with_county(basin_projects, counties).assign(
        days_before_deadline=days,
        reach_id=near["line"],
        reach_distance_m=near["distance_m"],
        far_from_reaches=near["is_far"],
        reason=judged["reason"],
        category=words.where(judged["reason"] == "").fillna("unknown").astype("str"),
    )
    counted = tally(
        features,
        layer=BasinProjects.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=pd.Series(data=True, index=features.index, dtype="boolean"),
        done=judged["done"],
        reason=judged["reason"],
        reasons=ACCEPTANCE_REASONS,
        groups=("county_name", "kind", "river_name"),
    )
    tables = {"far_from_reaches": _far(features)}
    return to_result(ANALYSIS, features, counted, {"reach_limit_m": reach_limit_m}, tables=tables)


def _nearest(
    projects: gpd.GeoDataFrame, reaches: gpd.GeoDataFrame | None, limit_m: float
) -> pd.DataFrame:
    """Find the nearest reach, and tell which projects are too far from all; missing: no reach."""
    if reaches is None:
        nowhere = pd.DataFrame({"distance_m": np.nan}, projects.index)
        found = nowhere.assign(line=pd.Series(index=projects.index, dtype="str"))
    else:
        found = nearest_line(projects, reaches, key="reach_id", limit_m=limit_m)
    far = (found["distance_m"] > limit_m).astype("boolean")
    return found.assign(is_far=far.mask(found["distance_m"].isna()))


def _far(features: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the projects that are far from every reach."""
    far = features["far_from_reaches"].fillna(value=False).astype(bool)
    columns = ["project_id", "name", "river_name", "reach_distance_m"]
    table = pd.DataFrame(features.loc[far, columns])
    return table.sort_values("project_id", kind="stable", ignore_index=True)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("流域治理项目进展", "Progress of basin projects"),
    question=Text(
        "流域治理项目中有多少已验收?",
        "How many of the basin's projects were accepted?",
    ),
    inputs=(BasinProjects,),
    optional=(RiverReaches, Counties),
    parameters=(
        Parameter(
            name="reach_limit_m",
            value=2000.0,
            unit="m",
            interval="closed",
            title=Text("项目距河段的限值", "distance up to which a project is at a reach"),
            source=Text("本工具约定,只作提示", "declared by us; only flags"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("已验收项目占比", "projects accepted"), "%"),
        MeasureCard(_LEFT, Text("未验收项目", "projects not accepted"), "count"),
    ),
    categories=(
        Category("not_accepted", Text("未验收", "not accepted"), "bad"),
        Category("accepted", Text("已验收", "accepted"), "good"),
        UNKNOWN,
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("accepted_on", Text("验收日期", "accepted on")),
        ResultColumn("reach_id", Text("最近河段", "nearest reach")),
        ResultColumn("reach_distance_m", Text("距最近河段", "to the nearest reach"), "m"),
        ResultColumn("far_from_reaches", Text("远离河段", "far from every reach")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(
        TableCard("far_from_reaches", Text("远离河段的项目", "projects far from every reach")),
    ),
    run=analyse,
)
