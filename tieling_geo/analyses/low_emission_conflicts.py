"""Non-road machines that work inside low-emission zones below the stage that is allowed there."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M, margin_to_area_m
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
from tieling_geo.operations.rollup import tally, together
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn
from tieling_geo.schemas import Counties, LowEmissionZones, MobileMachinery
from tieling_geo.text import Text

NAME = "low_emission_conflicts"
_ALLOWED, _CONFLICTS = "machines_allowed_in_zones_share", "machines_in_conflict_with_zones"
_REGISTERED, _UNREGISTERED = "machines_registered_share", "machines_not_registered"
_ZONE_REASONS = {
    "later": Text("该日之后才出现", "seen only after the day"),
    "outside": Text("不在任何生效的控制区内", "in no zone that is in force"),
    "before": Text("作业日期早于控制区实施", "worked there before the zone came into force"),
    "stage_unknown": Text("排放阶段缺失", "emission stage is missing"),
    "limit_unknown": Text("控制区未写明允许的最低排放阶段", "the zone states no least stage"),
}
_REGISTER_REASONS = {
    "later": _ZONE_REASONS["later"],
    "register_unknown": Text("是否登记缺失", "whether it is registered is missing"),
}
_MARGIN = ResultColumn(
    "zone_margin_m", Text("距控制区边界(内为正)", "to the border of the zones (inside +)"), "m"
)


def analyse(
    mobile_machinery: GeoDataFrame[MobileMachinery],
    low_emission_zones: GeoDataFrame[LowEmissionZones],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Tell which machines worked in a zone that is closed to their emission stage.

    A zone is in force from its first day on (closed; a missing day counts as long ago). A machine
    is in conflict if it worked inside a zone in force by the day, on or after the zone's first day,
    and its stage is below the zone's least stage (the least stage itself is allowed). The border
    counts as inside. Where zones overlap, the strictest one decides; one without a least stage
    leaves a machine unknown that the others allow.

    Parameters
    ----------
    mobile_machinery
        `MobileMachinery` layer, n points, metres.
    low_emission_zones
        `LowEmissionZones` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed): machines seen only later do not count.

    Returns
    -------
    result
        n rows, index of the first layer, with `category`, `zone_ids` (zones in force around it),
        `least_stage` (the strictest) and `zone_margin_m`. Measures: share allowed (%) and number in
        conflict, of those in zones; share registered (%) and number not registered, of all.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> machines = MobileMachinery.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     machine_id=["A", "B"], emission_stage=pd.array([2, 3], dtype="Int64"),
    ...     geometry=gpd.GeoSeries([Point(5, 5), Point(6, 5)], ["A", "B"], crs=4550))
    >>> zones = LowEmissionZones.empty("EPSG:4550").reindex(["Z"]).assign(
    ...     zone_id="Z", least_stage=pd.array([3], dtype="Int64"),
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["Z"], crs=4550))
    >>> found = analyse(machines, zones, as_of=date(2025, 12, 31))
    >>> found.against["machines_in_conflict_with_zones"]
    ('A',)
    """
    check_metric(mobile_machinery, name=MobileMachinery.layer_name())
    check_metric(low_emission_zones, name=LowEmissionZones.layer_name())
    started = is_on_or_before(low_emission_zones["valid_from"], as_of).fillna(value=True)
    zones = low_emission_zones[started.astype(bool)]
    around = _around(mobile_machinery, zones)
    judged = _judged(mobile_machinery, around, as_of)
    margin = np.asarray(margin_to_area_m(mobile_machinery, zones))
    features = with_county(mobile_machinery, counties).assign(
        zone_ids=around["zone_ids"],
        least_stage=around["least_stage"],
        zone_margin_m=np.where(np.isfinite(margin), margin, np.nan),
        reason=judged["reason"],
        category=_category(judged),
    )
    layer, groups = MobileMachinery.layer_name(), ("county_name", "kind")
    zoned = tally(
        features,
        share=_ALLOWED,
        remaining=_CONFLICTS,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_ZONE_REASONS,
        layer=layer,
        groups=groups,
    )
    there, registered = ~judged["later"], mobile_machinery["is_registered"].astype("boolean")
    why = first_reason(
        features.index, {"later": judged["later"], "register_unknown": registered.isna()}
    )
    listed = tally(
        features,
        share=_REGISTERED,
        remaining=_UNREGISTERED,
        in_scope=there,
        done=registered,
        reason=why,
        reasons=_REGISTER_REASONS,
        layer=layer,
        groups=groups,
    )
    return to_result(ANALYSIS, features, together(zoned, listed), {})


def _around(machines: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Say of each machine which zones it worked in, and what the strictest of them allows.

    `worked_in_force` is true if it worked in one that was in force on that day already.
    """
    row, zone = shapely.STRtree(zones.geometry.to_numpy()).query(
        machines.geometry.to_numpy(), predicate="dwithin", distance=BORDER_TOLERANCE_M
    )
    hits = pd.DataFrame({
        "machine": machines.index.to_numpy()[row],
        "zone_id": zones["zone_id"].to_numpy(dtype=object)[zone],
        "least_stage": zones["least_stage"].to_numpy(dtype="float64", na_value=np.nan)[zone],
        "before": (machines["seen_on"].to_numpy()[row] < zones["valid_from"].to_numpy()[zone]),
    })
    hits["lacks_stage"] = hits["least_stage"].isna()
    hits = hits.sort_values(["machine", "zone_id"], kind="stable")
    inside = hits.groupby("machine")
    bound = hits[~hits["before"]].groupby("machine")
    found = pd.DataFrame({
        "zone_ids": inside["zone_id"].agg(";".join).astype("str"),
        "least_stage": bound["least_stage"].max(),
        "has_unknown": bound["lacks_stage"].max(),
    }).reindex(machines.index)
    return found.assign(
        inside=found["zone_ids"].notna(),
        bound=found["has_unknown"].notna(),
        has_unknown=found["has_unknown"].eq(True),  # noqa: FBT003 - pandas' own
        least_stage=found["least_stage"].astype("Int64"),
    )


def _judged(machines: gpd.GeoDataFrame, around: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say of each machine if a zone binds it, if it is allowed there, and why it is left out."""
    later = ~is_on_or_before(machines["seen_on"], as_of).fillna(value=True)
    stage, least = machines["emission_stage"], around["least_stage"]
    below = (stage < least).astype("boolean").mask(stage.isna() | least.isna())
    # Below the strictest limit that is known it is in conflict, whatever another zone allows.
    done = (~below).mask(~below.fillna(value=False) & around["has_unknown"])
    scope = (around["bound"] & ~later).astype("boolean")
    reason = first_reason(
        machines.index,
        {
            "later": later,
            "outside": ~around["inside"],
            "before": ~around["bound"],
            "stage_unknown": done.isna() & stage.isna(),
            "limit_unknown": done.isna(),
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason, "later": later})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "allowed", False: "conflict"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["later", "outside", "before"])
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("低排放控制区内的非道路移动机械", "Mobile machinery in low-emission zones"),
    question=Text(
        "哪些机械在低排放控制区内作业而排放阶段不达要求?",
        "Which machines work in low-emission zones below the stage allowed there?",
    ),
    inputs=(MobileMachinery, LowEmissionZones),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_ALLOWED, Text("控制区内达标机械比例", "machines allowed in zones"), "%"),
        MeasureCard(_CONFLICTS, Text("控制区内不达标机械", "machines in conflict"), "count"),
        MeasureCard(_REGISTERED, Text("已编码登记机械比例", "machines registered"), "%"),
        MeasureCard(_UNREGISTERED, Text("未编码登记机械", "machines not registered"), "count"),
    ),
    categories=(
        Category("conflict", Text("控制区内,不达要求", "in a zone, below its stage"), "bad"),
        Category("allowed", Text("控制区内,符合要求", "in a zone, allowed"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在控制区内", "in no zone"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("emission_stage", Text("排放阶段", "emission stage")),
        ResultColumn("zone_ids", Text("所在控制区", "zones around it")),
        ResultColumn("least_stage", Text("允许的最低排放阶段", "least stage allowed")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
