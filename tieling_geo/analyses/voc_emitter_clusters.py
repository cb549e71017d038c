"""Clusters of enterprises that emit VOC, by density, and whether their members are treated."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import (
    ACCEPTANCE_REASONS,
    SERVICE_REASONS,
    acceptance,
    service,
)
from tieling_geo.operations.clustering import cluster_outlines, density_clusters
from tieling_geo.operations.coverage import covering_area
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
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    ShapeCard,
    TableCard,
)
from tieling_geo.schemas import Counties, Enterprises, IndustryClusters
from tieling_geo.text import Text

NAME = "voc_emitter_clusters"
_SHARE, _LEFT = "cluster_emitters_treated_share", "cluster_emitters_not_treated"
_SECTORS = next(c for c in Enterprises.columns() if c.name == "sector").values  # noqa: PD011
_OUT = ("not_yet", "closed", "other_sector", "no_voc")
_REASONS = {
    **SERVICE_REASONS,
    "other_sector": Text("不属所列行业", "of another sector"),
    "no_voc": Text("不排放VOCs", "emits no VOC"),
    "noise": Text("不在任何聚类内", "in no cluster"),
    "sector_unknown": Text("行业缺失", "sector is missing"),
    "voc_unknown": Text("VOCs排放量缺失", "its VOC is missing"),
    "cluster_unknown": Text(
        "是否成为聚类取决于情况不明的企业",
        "whether it is in a cluster hangs on enterprises that are not known",
    ),
    **ACCEPTANCE_REASONS,
}
_ROLES = {
    "core": Text("核心点", "core"),
    "border": Text("边缘点", "border"),
    "noise": Text("噪声点", "noise"),
}
_GAPS = {
    "not_surveyed": Text("未排查", "not surveyed"),
    "no_class": Text("已排查未分类", "surveyed, without a class"),
    "no_cluster_layer": Text("没有集群图层", "no layer of clusters"),
    "": Text("无", "none"),
}
_MARGIN = ResultColumn(
    "neighbours_above_least", Text("邻近企业超出核心门槛", "neighbours above a core's"), "count"
)


def analyse(
    enterprises: GeoDataFrame[Enterprises],
    *,
    industry_clusters: GeoDataFrame[IndustryClusters] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    reach_m: float = 1000.0,
    least_neighbours: float = 3.0,
    emitter_sectors: Sequence[str] = (),
) -> Result:
    """
    Find clusters of VOC emitters, and count those of their members that were treated by a day.

    An emitter is in production on the day, emits VOC, and is of a sector listed (none listed: any).
    Clusters are those of `operations.clustering.density_clusters`. Where an enterprise may be an
    emitter, the clusters are found without and with all such: a point that is in a cluster without
    them stays in one, so it is sure; one that is only in a cluster with them is unknown. The
    bounds hold whatever the unknown ones are; as they take each by itself they may be wider than
    the unknown ones together allow.

    Parameters
    ----------
    enterprises
        `Enterprises` layer, n points, metres.
    industry_clusters
        `IndustryClusters` layer in the same CRS; the border is inside (closed).
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    reach_m
        Straight-line distance within which emitters are neighbours (closed), metres.
    least_neighbours
        Emitters within reach, itself included, from which one is a core (closed).
    emitter_sectors
        Sectors of emitters; empty: any.

    Returns
    -------
    result
        n rows, index of `enterprises`, with `category`, `cluster` (lowest id of its members),
        `cluster_role`, `surveyed_cluster` and `neighbours_above_least`, all of known emitters.
        Measures: share of clustered emitters treated (%), number not treated (count).
        `tables["clusters"]` has a row a cluster: members, cores, border points, VOC (t/a), the
        surveyed cluster that covers most of its members (ties: lowest id), its class, and the gap
        (`not_surveyed`: none covers a member; `no_class`; `no_cluster_layer`; blank: none).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no enterprise can be of a sector given, or reach and number make no sense.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> ids = list("abcz")
    >>> enterprises = Enterprises.empty("EPSG:4550").reindex(ids).assign(
    ...     enterprise_id=ids, voc_t_per_year=2.0, treatment_status="not_started",
    ...     geometry=gpd.GeoSeries([Point(x, 0) for x in (0, 500, 1500, 9000)], ids, crs=4550))
    >>> found = analyse(enterprises, as_of=date(2025, 12, 31))
    >>> found.features["cluster_role"].tolist(), found.tables["clusters"]["gap"].tolist()
    (['border', 'core', 'border', 'noise'], ['no_cluster_layer'])
    """
    check_metric(enterprises, name=Enterprises.layer_name())
    _check_sectors(emitter_sectors)
    judged = _judged(enterprises, emitter_sectors, as_of)
    judged = _with_clusters(judged, enterprises, reach_m, least_neighbours)
    features = with_county(enterprises, counties).assign(
        cluster=judged["cluster"],
        cluster_role=judged["role"],
        surveyed_cluster=_surveyed(enterprises, industry_clusters),
        neighbours_above_least=judged["neighbours"] - least_neighbours,
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Enterprises.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "sector", "cluster"),
    )
    values: dict[str, ParameterValue] = {
        "reach_m": reach_m,
        "least_neighbours": least_neighbours,
        "emitter_sectors": tuple(emitter_sectors),
    }
    table = _clusters(features, industry_clusters)
    return to_result(
        ANALYSIS,
        features,
        counted,
        values,
        tables={"clusters": table},
        shapes={"clusters": cluster_outlines(features, table, reach_m)},
    )


def _check_sectors(sectors: Sequence[str]) -> None:
    """
    Refuse a sector that no enterprise can be of: misspelt, it would look like a city without any.

    Raises
    ------
    ParameterError
        Naming it.
    """
    wrong = sorted(set(sectors) - set(_SECTORS))
    if wrong:
        told, known = ", ".join(wrong), ", ".join(_SECTORS)
        raise ParameterError(
            Text(f"没有行业 {told};可用:{known}", f"no sectors {told}; known: {known}")
        )


def _judged(enterprises: gpd.GeoDataFrame, sectors: Sequence[str], as_of: date) -> pd.DataFrame:
    """Say of each enterprise if it is an emitter, if it is treated, and why not."""
    life = service(enterprises["opened_on"], enterprises["closed_on"], as_of=as_of)
    voc, sector = enterprises["voc_t_per_year"], enterprises["sector"]
    emits = (voc > 0).astype("boolean").mask(voc.isna())
    listed = pd.Series(data=True, index=enterprises.index, dtype="boolean")
    if sectors:
        listed = sector.isin(sectors).astype("boolean").mask(sector.isna())
    treated = acceptance(
        enterprises["treatment_status"],
        enterprises["treated_on"],
        final="completed",
        as_of=as_of,
    )
    out = {word: life["reason"] == word for word in ("not_yet", "closed")}
    reason = first_reason(
        enterprises.index,
        {
            **out,
            "other_sector": ~listed,
            "no_voc": ~emits,
            "swapped": life["reason"] == "swapped",
            "sector_unknown": listed.isna(),
            "voc_unknown": voc.isna(),
        },
    )
    return pd.DataFrame({
        "emitter": life["serves"] & listed & emits,
        "done": treated["done"],
        "treated_reason": treated["reason"],
        "reason": reason,
    })


def _with_clusters(
    judged: pd.DataFrame, enterprises: gpd.GeoDataFrame, reach_m: float, least: float
) -> pd.DataFrame:
    """Add the clusters of the known emitters, and who is surely, perhaps or not in a cluster."""
    sure = judged["emitter"].fillna(value=False).astype(bool)
    perhaps = judged["emitter"].fillna(value=True).astype(bool)
    known, widest = (
        density_clusters(enterprises[kept], reach_m=reach_m, least_neighbours=least).reindex(
            enterprises.index
        )
        for kept in (sure, perhaps)
    )
    inside, maybe = known["cluster"].notna(), widest["cluster"].notna()
    scope = inside.astype("boolean").mask(maybe & ~inside)
    case = {
        "noise": perhaps & ~maybe & (judged["reason"] == ""),
        "cluster_unknown": scope.isna() & sure,
    }
    words = first_reason(enterprises.index, case)
    told = judged["reason"].mask(judged["reason"] == "", words)
    # An enterprise that may be an emitter, and would be in no cluster if it were, is out of it.
    told = told.mask(perhaps & ~sure & ~maybe, "noise")
    told = told.mask(told == "", judged["treated_reason"].where(inside, ""))
    return judged.assign(
        cluster=known["cluster"].astype("str"),
        role=known["role"].astype("str"),
        neighbours=known["neighbours"].astype("float64"),
        scope=scope,
        reason=told,
    )


def _surveyed(enterprises: gpd.GeoDataFrame, clusters: gpd.GeoDataFrame | None) -> pd.Series:
    """Name the surveyed cluster that covers each enterprise."""
    if clusters is None:
        return pd.Series(index=enterprises.index, dtype="str")
    found: pd.Series = covering_area(enterprises, clusters, key="cluster_id")["area"].astype("str")
    return found


def _clusters(features: gpd.GeoDataFrame, surveyed: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Describe each cluster of known emitters, and what is missing of its survey."""
    members = pd.DataFrame(features[features["cluster"].notna()])
    table = (
        members
        .assign(
            members=1,
            core=(members["cluster_role"] == "core").astype(int),
            border=(members["cluster_role"] == "border").astype(int),
        )
        .groupby("cluster", sort=True)[["members", "core", "border", "voc_t_per_year"]]
        .sum()
    )
    covered = members.groupby(["cluster", "surveyed_cluster"]).size().rename("covered")
    most = covered.reset_index().sort_values(
        ["cluster", "covered", "surveyed_cluster"], ascending=[True, False, True], kind="stable"
    )
    most = most.drop_duplicates("cluster").set_index("cluster").reindex(table.index)
    name = most["surveyed_cluster"].astype("str")
    classes = pd.Series(dtype="str")
    if surveyed is not None:
        classes = surveyed.set_index("cluster_id")["treatment_class"]
    kind = name.map(classes).astype("str")
    gap = np.select([name.isna(), kind.isna()], ["not_surveyed", "no_class"], "")
    return table.assign(
        members_covered=most["covered"].fillna(0).astype(int),
        surveyed_cluster=name,
        treatment_class=kind,
        gap="no_cluster_layer" if surveyed is None else gap,
    ).reset_index()


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "treated", False: "not_treated"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    known = known.mask(judged["reason"] == "noise", "noise")
    return known.mask(judged["reason"].isin(_OUT), "out_of_scope").astype("str")


_DECLARED = Text("本工具约定,条文未写", "declared by us; the clause does not say")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("VOCs排放企业聚类", "Clusters of VOC emitters"),
    question=Text(
        "VOCs排放企业聚在哪里,聚类内有多少完成治理,哪些聚类未排查分类?",
        "Where do VOC emitters cluster, how many are treated, which clusters were not classified?",
    ),
    inputs=(Enterprises,),
    optional=(IndustryClusters, Counties),
    parameters=(
        Parameter(
            name="reach_m",
            value=1000.0,
            unit="m",
            interval="closed",
            title=Text("聚类距离", "reach within which emitters are neighbours"),
            source=_DECLARED,
            verified=False,
        ),
        Parameter(
            name="least_neighbours",
            value=3.0,
            unit="count",
            interval="closed",
            title=Text("核心点最少企业数(含自身)", "emitters that make a core, itself included"),
            source=_DECLARED,
            verified=False,
        ),
        Parameter(
            name="emitter_sectors",
            value=(),
            unit="",
            interval="none",
            title=Text("计入的行业(空为全部)", "sectors that count; none: any"),
            source=_DECLARED,
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("聚类内企业完成治理占比", "clustered emitters treated"), "%"),
        MeasureCard(_LEFT, Text("聚类内未完成治理企业", "clustered emitters not treated"), "count"),
    ),
    categories=(
        Category("not_treated", Text("聚类内,未治理", "in a cluster, not treated"), "bad"),
        Category("treated", Text("聚类内,已治理", "in a cluster, treated"), "good"),
        UNKNOWN,
        Category("noise", Text("聚类外的排放企业", "an emitter outside clusters"), "neutral"),
        Category("out_of_scope", Text("不是排放企业", "no emitter"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("cluster", Text("所在聚类", "cluster")),
        ResultColumn("cluster_role", Text("聚类中的角色", "role in the cluster"), words=_ROLES),
        ResultColumn("surveyed_cluster", Text("所在排查集群", "surveyed cluster")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("clusters", Text("聚类清单", "list of clusters")),),
    run=analyse,
    shapes=(
        ShapeCard(
            "clusters",
            Text("聚类范围(示意)", "outline of a cluster"),
            "polygon",
            "warning",
            (
                ResultColumn("members", Text("企业数", "members"), "count"),
                ResultColumn("core", Text("核心点数", "cores"), "count"),
                ResultColumn("voc_t_per_year", Text("VOCs年排放量", "VOC a year"), "t_per_year"),
                ResultColumn("surveyed_cluster", Text("已排查集群", "surveyed cluster")),
                ResultColumn("gap", Text("缺口", "gap"), words=_GAPS),
            ),
        ),
    ),
)
