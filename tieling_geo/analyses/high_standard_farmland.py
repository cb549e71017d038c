"""The area of high-standard farmland that was accepted."""

from datetime import date
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.amounts import WeighedNames, to_amounts, weigh
from tieling_geo.operations.own_areas import (
    AREA_TITLES,
    MU_PER_M2,
    WAN_MU_PER_M2,
    area_deviations,
    areas_m2,
    deviation_pct,
    own_areas,
    sum_tally,
    without_others,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Cropland, FarmlandProjects
from tieling_geo.text import Text

NAME = "high_standard_farmland"
_NAMES = WeighedNames(
    "farmland_accepted_share",
    done="accepted_farmland_area",
    left="farmland_area_not_accepted",
    unit="wan_mu",
    scale=WAN_MU_PER_M2,
)
_OVERLAP, _OFF = "accepted_farmland_overlap", "accepted_farmland_off_cropland"
_MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)


def analyse(
    farmland_projects: GeoDataFrame[FarmlandProjects],
    *,
    cropland: GeoDataFrame[Cropland] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    area_tolerance_pct: float = 5.0,
) -> Result:
    """
    Measure the union of the projects of high-standard farmland that were accepted by a day.

    Ground counts once, however many projects cover it: an accepted project adds what no accepted
    project of a lower `project_id` has, so that counties add up; a project whose acceptance is not
    known may add what no accepted one has; the others have the rest. Projects of two counties may
    overlap, so that parts by county do not add up. Nothing is told of what could move the area:
    what a project adds hangs on which others are accepted.

    Areas are those of the polygons, on the ellipsoid. Where the ledger's area is off by more than
    the tolerance, the row is listed in the table `area_deviations`.

    Parameters
    ----------
    farmland_projects
        `FarmlandProjects` layer, n polygons, metres.
    cropland
        `Cropland` layer, in the same CRS: what of the area lies off it is told; None: nothing is.
    counties
        `Counties` layer, for the roll-up, by a point inside each project.
    as_of
        The day to which stages are reckoned (closed).
    area_tolerance_pct
        By how much the ledger's area may be off the polygon's (closed), percent.

    Returns
    -------
    result
        n rows, index of `farmland_projects`, with `category`, areas in mu and
        `days_before_deadline`. Measures: area accepted and not accepted (10,000 mu), share accepted
        (%), what overlaps of accepted projects would have added, and off cropland (mu).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> projects = FarmlandProjects.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     project_id=["A", "B"], stage="accepted", accepted_on=pd.Timestamp("2024-06-30"),
    ...     geometry=gpd.GeoSeries([box(500000, 4690000, 504000, 4691000),
    ...                             box(502000, 4690000, 506000, 4691000)], ["A", "B"], crs=4550))
    >>> found = analyse(projects, as_of=date(2025, 12, 31))
    >>> round(float(found.measures["accepted_farmland_area"].value), 3)
    0.9
    >>> round(float(found.measures["accepted_farmland_overlap"].value), -1)
    3000.0
    """
    check_metric(farmland_projects, name=FarmlandProjects.layer_name())
    stages, days = farmland_projects["stage"], farmland_projects["accepted_on"]
    judged = acceptance(stages, days, final="accepted", as_of=as_of)
    everyone = pd.Series(data=True, index=farmland_projects.index, dtype="boolean")
    areas = own_areas(
        farmland_projects,
        done=judged["done"],
        keys=farmland_projects["project_id"],
        group=pd.Series(0, farmland_projects.index),
    )
    off_m2 = _off_cropland_m2(areas, cropland)
    features = _features(farmland_projects, areas, judged, counties, as_of).assign(
        off_cropland_mu=off_m2 * float(MU_PER_M2)
    )
    counted = weigh(
        features,
        layer=FarmlandProjects.layer_name(),
        names=_NAMES,
        in_scope=everyone,
        done=judged["done"],
        amounts=to_amounts(areas["own_m2"], most=0.0),
        reason=judged["reason"],
        reasons=ACCEPTANCE_REASONS,
        groups=("county_name", "programme_year"),
    )
    told = partial(
        sum_tally,
        unit="mu",
        scale=MU_PER_M2,
        in_scope=everyone,
        done=judged["done"],
        like=counted,
    )
    tallies = [counted, told(areas["area_m2"] - areas["own_m2"], name=_OVERLAP)]
    if cropland is not None:
        tallies.append(told(off_m2, name=_OFF))
    table, warnings = area_deviations(
        features,
        columns=("project_id", "county", "year"),
        tolerance_pct=area_tolerance_pct,
    )
    return to_result(
        ANALYSIS,
        features,
        together(*tallies),
        {"area_tolerance_pct": area_tolerance_pct},
        tables={"area_deviations": table},
        warnings=warnings,
    )


def _off_cropland_m2(areas: gpd.GeoDataFrame, cropland: gpd.GeoDataFrame | None) -> pd.Series:
    """Measure what of each own piece lies on no parcel of cropland; missing without the layer."""
    if cropland is None:
        return pd.Series(np.nan, areas.index)
    check_metric(cropland, name=Cropland.layer_name())
    pieces, parcels = areas.geometry.to_numpy(), cropland.geometry.to_numpy()
    row, parcel = shapely.STRtree(parcels).query(pieces, predicate="intersects")
    off = without_others(pieces, row, parcels[parcel])
    return pd.Series(np.minimum(areas_m2(off, areas.crs), areas["own_m2"]), areas.index)


def _features(
    projects: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    counties: gpd.GeoDataFrame | None,
    as_of: date,
) -> gpd.GeoDataFrame:
    """Add the columns of the analysis to the projects."""
    inside = projects.set_geometry(projects.geometry.representative_point())
    located = with_county(inside, counties)
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    days = (pd.Timestamp(as_of) - projects["accepted_on"]).dt.days.astype("float64")
    return projects.assign(
        county_name=located["county_name"],
        border_case=located["border_case"],
        programme_year=projects["year"].astype("str"),
        polygon_area_mu=areas["area_m2"] * float(MU_PER_M2),
        own_area_mu=areas["own_m2"] * float(MU_PER_M2),
        deviation_pct=deviation_pct(projects["ledger_area_mu"], areas["area_m2"]),
        days_before_deadline=days,
        reason=judged["reason"],
        category=words.where(judged["reason"] == "").fillna("unknown").astype("str"),
    )


ANALYSIS = Analysis(
    name=NAME,
    title=Text("已验收高标准农田", "High-standard farmland accepted"),
    question=Text(
        "已验收的高标准农田(重叠只计一次)有多少万亩?",
        "How much high-standard farmland is accepted, overlaps counted once?",
    ),
    inputs=(FarmlandProjects,),
    optional=(Cropland, Counties),
    parameters=(
        Parameter(
            name="area_tolerance_pct",
            value=5.0,
            unit="%",
            interval="closed",
            title=Text("台账与图形面积的允许偏差", "how far the ledger's area may be off"),
            source=Text("本工具约定", "declared by us"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.done, Text("已验收面积", "area accepted"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("未验收面积", "area not accepted"), _NAMES.unit),
        MeasureCard(_NAMES.share, Text("已验收面积占比", "share of area accepted"), "%"),
        MeasureCard(_OVERLAP, Text("已验收项目重叠面积", "overlaps of accepted projects"), "mu"),
        MeasureCard(_OFF, Text("已验收面积中的非耕地", "accepted area off cropland"), "mu"),
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
        ResultColumn("programme_year", Text("建设年度", "year of the programme")),
        *(
            ResultColumn(name, title, "%" if name.endswith("pct") else "mu")
            for name, title in AREA_TITLES.items()
        ),
        ResultColumn("off_cropland_mu", Text("其中非耕地", "of that off cropland"), "mu"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard(
            "area_deviations",
            Text("台账面积与图形不符", "ledger areas that differ from the polygons"),
        ),
    ),
    run=analyse,
)
