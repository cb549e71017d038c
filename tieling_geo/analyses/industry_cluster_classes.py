"""Surveyed clusters of industry: which have a class, and which are treated."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally, together
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn
from tieling_geo.schemas import Counties, IndustryClusters
from tieling_geo.text import Text

NAME = "industry_cluster_classes"
_CLASSED, _GAPS = "clusters_with_class_share", "clusters_without_class"
_TREATED, _LEFT = "clusters_treated_share", "clusters_not_treated"
_GROUPS = ("county_name", "sector", "treatment_class")
_MARGIN = ResultColumn(
    "days_since_treatment", Text("治理完成早于统计日天数", "days from treatment to the day"), "day"
)


def analyse(
    industry_clusters: GeoDataFrame[IndustryClusters],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Count the surveyed clusters that were given a class, and those treated by a day.

    A cluster without a class was not classified: that is a gap, and speaks against it. The county
    is that of a point inside the cluster.

    Parameters
    ----------
    industry_clusters
        `IndustryClusters` layer, n polygons, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which treatment is reckoned (closed).

    Returns
    -------
    result
        n rows, index of `industry_clusters`, with `category` and `days_since_treatment`. Measures:
        shares with a class and treated (%), the numbers without and not treated (count), both
        rolled up by class, too.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> clusters = IndustryClusters.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     cluster_id=["A", "B"], treatment_class=["upgrade", None],
    ...     treatment_status="not_started",
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)] * 2, ["A", "B"], crs=4550))
    >>> analyse(clusters, as_of=date(2025, 12, 31)).features["category"].tolist()
    ['not_treated', 'no_class']
    """
    check_metric(industry_clusters, name=IndustryClusters.layer_name())
    inside = industry_clusters.set_geometry(industry_clusters.geometry.representative_point())
    county = with_county(inside, counties)["county_name"]
    treated = acceptance(
        industry_clusters["treatment_status"],
        industry_clusters["treated_on"],
        final="completed",
        as_of=as_of,
    )
    classed = industry_clusters["treatment_class"].notna().astype("boolean")
    days = (pd.Timestamp(as_of) - industry_clusters["treated_on"]).dt.days.astype("float64")
    features = industry_clusters.assign(
        county_name=county,
        days_since_treatment=days,
        reason=treated["reason"],
        category=_category(classed, treated["done"]),
    )
    every = pd.Series(data=True, index=features.index, dtype="boolean")
    counted = together(
        *(
            tally(
                features,
                layer=IndustryClusters.layer_name(),
                share=share,
                remaining=left,
                in_scope=every,
                done=done,
                reason=treated["reason"],
                reasons=ACCEPTANCE_REASONS,
                groups=_GROUPS,
            )
            for share, left, done in (
                (_CLASSED, _GAPS, classed),
                (_TREATED, _LEFT, treated["done"]),
            )
        )
    )
    return to_result(ANALYSIS, gpd.GeoDataFrame(features), counted, {})


def _category(classed: pd.Series, treated: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = treated.map({True: "treated", False: "not_treated"}).fillna("unknown")
    return words.where(classed, "no_class").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("涉气产业集群排查分类", "Survey and classes of industry clusters"),
    question=Text(
        "哪些涉气产业集群没有分类或尚未治理?",
        "Which industry clusters that pollute the air have no class, or are not treated?",
    ),
    inputs=(IndustryClusters,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_CLASSED, Text("已分类集群占比", "clusters with a class"), "%"),
        MeasureCard(_GAPS, Text("未分类集群", "clusters without a class"), "count"),
        MeasureCard(_TREATED, Text("完成治理集群占比", "clusters treated"), "%"),
        MeasureCard(_LEFT, Text("未完成治理集群", "clusters not treated"), "count"),
    ),
    categories=(
        Category("no_class", Text("没有分类", "without a class"), "bad"),
        Category("not_treated", Text("已分类,未治理", "classified, not treated"), "warning"),
        Category("treated", Text("已分类,已治理", "classified and treated"), "good"),
        UNKNOWN,
    ),
    columns=(COUNTY_COLUMN, REASON_COLUMN, _MARGIN),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
