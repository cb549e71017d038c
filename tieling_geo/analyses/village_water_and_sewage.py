"""Villages with piped water and without a project for their sewage."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import is_inside, margin_to_area_m
from tieling_geo.operations.dates import is_on_or_before
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
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, Villages, VillageSewageProjects, WaterSchemes
from tieling_geo.text import Text

NAME = "village_water_and_sewage"
_SHARE = "villages_with_water_and_sewage_project_share"
_LEFT = "villages_with_water_without_sewage_project"
_REASONS = {
    "no_water": Text("未通自来水", "no piped water"),
    "water_unknown": Text(
        "是否通自来水未填,也不在已投运供水工程范围内",
        "piped water is not stated, and no scheme that is known to run supplies it",
    ),
    "project_undated": Text(
        "有污水项目但无立项日期", "it has a sewage project, but no date of approval"
    ),
}
_MARGIN = ResultColumn(
    "scheme_margin_m",
    Text("距供水范围边界(内为正)", "to the water scheme's border (inside +)"),
    "m",
)


def analyse(
    villages: GeoDataFrame[Villages],
    water_schemes: GeoDataFrame[WaterSchemes],
    village_sewage_projects: GeoDataFrame[VillageSewageProjects],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Tell which villages have piped water and no sewage project by a day.

    A village has piped water if it says so, or if it lies inside a scheme that was commissioned by
    the day (closed; the border counts as inside). One that says it has none although such a scheme
    supplies its place has water and stands in `tables["water_at_odds"]`. One that says nothing and
    lies in no such scheme is unknown. A scheme without a date may not run yet, and tells nothing.

    A project counts from its approval on (closed), whatever its stage; without a date nobody knows
    if it was there by the day. Projects are joined by `village_id`; those of no village stand in
    `tables["unmatched_projects"]` and in a warning.

    Parameters
    ----------
    villages
        `Villages` layer, n points, metres.
    water_schemes
        `WaterSchemes` layer, in the same CRS.
    village_sewage_projects
        `VillageSewageProjects` table; a village may have several.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which schemes are commissioned and projects approved (closed).

    Returns
    -------
    result
        n rows, index of `villages`, with `category`, `water_from`, `projects` and
        `scheme_margin_m`, the margin to the schemes that count (positive inside, missing without
        any). Measures: share of villages with water that have a project (%), number without.

    Raises
    ------
    CRSError
        If a layer with places is not in a projected CRS.

    Examples
    --------
    >>> from shapely import Point
    >>> villages = Villages.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     village_id=["A", "B"], has_piped_water=True,
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> projects = VillageSewageProjects.empty("EPSG:4550").reindex(["P"]).assign(
    ...     project_id="P", village_id="A", approved_on=pd.to_datetime(["2024-05-01"]))
    >>> found = analyse(
    ...     villages, WaterSchemes.empty("EPSG:4550"), projects, as_of=date(2025, 12, 31))
    >>> found.against["villages_with_water_without_sewage_project"]
    ('B',)
    """
    check_metric(villages, name=Villages.layer_name())
    check_metric(water_schemes, name=WaterSchemes.layer_name())
    water = _water(villages, water_schemes, as_of)
    projects = _projects(villages, village_sewage_projects, as_of)
    reason = first_reason(
        villages.index,
        {
            "no_water": ~water["has_water"],
            "water_unknown": water["has_water"].isna(),
            "project_undated": projects["has_project"].isna(),
        },
    )
    words = projects["has_project"].map({True: "with_project", False: "without_project"})
    known = words.where(reason == "").fillna("unknown")
    features = with_county(villages, counties).assign(
        water_from=water["source"],
        projects=projects["projects"],
        scheme_margin_m=water["margin_m"],
        reason=reason,
        category=known.mask(reason == "no_water", "no_water").astype("str"),
    )
    counted = tally(
        features,
        layer=Villages.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=water["has_water"],
        done=projects["has_project"],
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "town_name"),
    )
    unmatched = _unmatched(villages, village_sewage_projects)
    tables = {
        "unmatched_projects": unmatched,
        "water_at_odds": _at_odds(villages, water["source"]),
    }
    return to_result(
        ANALYSIS, features, counted, {}, tables=tables, warnings=_warnings(len(unmatched))
    )


def _water(villages: gpd.GeoDataFrame, schemes: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Tell which villages have piped water, and who says so; missing where nobody knows."""
    since = is_on_or_before(schemes["commissioned_on"], as_of)
    running = schemes[since.fillna(value=False).astype(bool)]
    margin_m = margin_to_area_m(villages, running)
    inside = pd.Series(is_inside(margin_m), villages.index)
    own = villages["has_piped_water"].astype("boolean")
    source = first_reason(
        villages.index,
        {
            "both": own & inside,
            "village": own,
            "scheme_at_odds": ~own & inside,
            "scheme": inside,
        },
    )
    has_water: pd.Series = own.mask(inside, other=True)
    margin = pd.Series(np.where(np.isfinite(margin_m), margin_m, np.nan), villages.index)
    return pd.DataFrame({"has_water": has_water, "source": source, "margin_m": margin})


def _projects(villages: gpd.GeoDataFrame, projects: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Count each village's projects, and tell if one was approved by a day; missing: perhaps."""
    approved = is_on_or_before(projects["approved_on"], as_of)
    owner = projects["village_id"]
    there = villages["village_id"].isin(owner[approved.fillna(value=False).astype(bool)])
    perhaps = villages["village_id"].isin(owner[approved.isna()])
    has_project = there.astype("boolean").mask(perhaps & ~there)
    number = villages["village_id"].map(owner.value_counts()).fillna(0).astype("int64")
    return pd.DataFrame({"has_project": has_project, "projects": number})


def _unmatched(villages: gpd.GeoDataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """List the projects whose village is not in the layer."""
    lost = projects[~projects["village_id"].isin(villages["village_id"])]
    table = pd.DataFrame(lost[["project_id", "village_id", "name"]])
    return table.sort_values("project_id", kind="stable", ignore_index=True)


def _at_odds(villages: gpd.GeoDataFrame, source: pd.Series) -> pd.DataFrame:
    """List the villages that say they have no water where a running scheme supplies it."""
    rows = villages.loc[source == "scheme_at_odds", ["village_id", "name", "town_name"]]
    return pd.DataFrame(rows).sort_values("village_id", kind="stable", ignore_index=True)


def _warnings(unmatched: int) -> tuple[Text, ...]:
    """Say how many projects were not joined, if any."""
    if not unmatched:
        return ()
    told = Text(
        f"{unmatched} 个污水项目的行政村编号不在行政村图层中,已列表",
        f"{unmatched} sewage project(s) name a village that is not in the layer; they are listed",
    )
    return (told,)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("通自来水而无污水项目的村", "Villages with water and no sewage project"),
    question=Text(
        "哪些通自来水的村还没有污水治理项目?",
        "Which villages with piped water have no sewage project yet?",
    ),
    inputs=(Villages, WaterSchemes, VillageSewageProjects),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(
            _SHARE, Text("通水村中有污水项目的比例", "villages with water that have a project"), "%"
        ),
        MeasureCard(
            _LEFT, Text("通水而无污水项目的村", "villages with water and no project"), "count"
        ),
    ),
    categories=(
        Category("without_project", Text("通水,无污水项目", "water, no project"), "bad"),
        Category("with_project", Text("通水,有污水项目", "water and a project"), "good"),
        UNKNOWN,
        Category("no_water", Text("未通自来水", "no piped water"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("town_name", Text("乡镇", "town")),
        ResultColumn(
            "water_from",
            Text("通水依据", "who says it has water"),
            words={
                "both": Text("村台账与供水范围", "village and scheme"),
                "village": Text("村台账", "the village"),
                "scheme": Text("供水范围", "the scheme"),
                "scheme_at_odds": Text("供水范围(村台账称未通)", "the scheme (the village denies)"),
            },
        ),
        ResultColumn("projects", Text("污水项目数", "sewage projects"), "count"),
        _MARGIN,
    ),
    margin=_MARGIN,
    # A project of another county's village would be listed as one of no village.
    split=None,
    tables=(
        TableCard("unmatched_projects", Text("找不到村的项目", "projects of no village")),
        TableCard(
            "water_at_odds", Text("通水情况自相矛盾的村", "villages whose water is contradicted")
        ),
    ),
    run=analyse,
)
