"""Larger black-odorous water bodies in the countryside."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric, to_geodesic_area_m2
from tieling_geo.operations.coverage import boundary_of_year
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import (
    Crossings,
    day_of_assessment,
    perhaps,
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
from tieling_geo.operations.rollup import tally
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import BlackOdorousWaters, BuiltupAreas, Counties
from tieling_geo.text import Text

NAME = "rural_black_odorous_waters"
_SHARE, _LEFT = "larger_rural_waters_treated_share", "larger_rural_waters_remaining"
_REASONS = {
    "urban": Text("位于建成区,不属农村", "inside a built-up area, not rural"),
    "smaller": Text("面积小于限值", "smaller than the limit"),
    "same_body": Text("同一水体的其他图斑,已并入主图斑", "another part of a body that counts once"),
    "no_boundary": Text(
        "没有该年或更早的建成区边界,无法判断是否属农村",
        "no built-up boundary of that year or earlier says whether it is rural",
    ),
    "undated": Text("已验收但无日期,无法证明在该日之前", "accepted, but no date says when"),
    "contradiction": Text("状态与验收日期矛盾", "status contradicts the date of acceptance"),
    "status_unknown": Text("治理状态缺失", "status is missing"),
}
_MARGIN = ResultColumn(
    "area_margin_m2", Text("面积与限值之差(大于为正)", "area minus the limit"), "m2"
)


def analyse(
    black_odorous_waters: GeoDataFrame[BlackOdorousWaters],
    builtup_areas: GeoDataFrame[BuiltupAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    larger_area_m2: float = 2000.0,
    urban_share_pct: float = 50.0,
) -> Result:
    """
    Tell which larger rural black-odorous water bodies were not treated and accepted by a day.

    A body is all the polygons of one `water_id`; its area is that of their union, on the ellipsoid,
    so that an overlap counts once. It is urban if at least `urban_share_pct` of that area lies in
    built-up areas of any scope, and rural otherwise. The body stands at its first polygon (lowest
    `part_id`); its other polygons say so and do not count again. A body is treated when all its
    polygons are, and is left when one of them is.

    Of each built-up area the latest boundary counts that is not later than the year of the day
    (closed). Where an area has only later boundaries, nobody knows how far it reached: a body that
    those would make urban is listed as unknown, as is every larger body without any built-up area.

    Parameters
    ----------
    black_odorous_waters
        `BlackOdorousWaters` layer, n polygons, metres.
    builtup_areas
        `BuiltupAreas` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up, by a point inside the first polygon.
    as_of
        The day to which statuses are reckoned (closed).
    larger_area_m2
        Area from which a body counts as larger (closed), square metres.
    urban_share_pct
        Share of its area inside built-up areas from which a body is urban (closed), percent.

    Returns
    -------
    result
        n rows, index of the first layer, with `category`, `body_area_m2`, `urban_pct` and
        `area_margin_m2`. Measures: share treated (%), number left (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> ponds = BlackOdorousWaters.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     part_id=["A", "B"], water_id=["A", "B"], status="untreated",
    ...     geometry=gpd.GeoSeries([box(500000, 4690000, 500040, 4690051),
    ...                             box(500000, 4690000, 500040, 4690049)], ["A", "B"], crs=4550))
    >>> town = gpd.GeoDataFrame({"area_id": ["T"], "name": ["T"], "scope": ["city"],
    ...     "boundary_year": [2020]}, geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> found = analyse(ponds, town, as_of=date(2025, 12, 31))
    >>> found.features["category"].tolist()
    ['remaining', 'out_of_scope']
    """
    check_metric(black_odorous_waters, name=BlackOdorousWaters.layer_name())
    check_metric(builtup_areas, name=BuiltupAreas.layer_name())
    bodies = _bodies(black_odorous_waters, builtup_areas, as_of)
    judged = _judged(bodies, as_of, larger_area_m2, urban_share_pct)
    # A county is where a point inside the first polygon lies: a body on a border counts once.
    inside = bodies.set_geometry(bodies.geometry.representative_point())
    located = with_county(inside, counties)
    features = bodies.drop(columns="most_urban_pct").assign(
        county_name=located["county_name"],
        border_case=located["border_case"],
        area_margin_m2=bodies["body_area_m2"] - larger_area_m2,
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=BlackOdorousWaters.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "kind"),
    )
    values = {"larger_area_m2": larger_area_m2, "urban_share_pct": urban_share_pct}

    def levers() -> Levers:
        crossings = _crossings(bodies, judged, as_of, larger_area_m2, urban_share_pct)
        return to_levers(_SHARE, _LEFT, crossings)

    return to_result(ANALYSIS, features, counted, values, levers=levers)


def _bodies(parts: gpd.GeoDataFrame, builtup: gpd.GeoDataFrame, as_of: date) -> gpd.GeoDataFrame:
    """
    Give each polygon its body's area and urban share, and whether it stands for the body.

    `urban_pct` is by the boundaries known by the year, `most_urban_pct` by all that may have held:
    an area with later boundaries only may have reached as far as these, or nowhere. Without any
    built-up area in the layer a body may be as urban as can be.
    """
    whole = parts[["water_id", "geometry"]].dissolve("water_id", sort=True)
    whole["body_area_m2"] = to_geodesic_area_m2(whole)
    used, later = _boundaries(builtup, as_of.year)
    whole["urban_pct"] = _share_pct(whole, used)
    most = _share_pct(whole, pd.concat([used, later]))
    whole["most_urban_pct"] = most if len(builtup) else 100.0
    own = whole.drop(columns="geometry").reindex(parts["water_id"]).set_index(parts.index)
    first = parts.sort_values("part_id").drop_duplicates("water_id")["part_id"]
    return parts.assign(
        **{str(name): own[name] for name in own.columns},
        stands_for_body=parts["part_id"].isin(first),
    )


def _boundaries(builtup: gpd.GeoDataFrame, year: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Pick the boundaries that hold in a year, and those of the areas that have only later ones."""
    used, later = [], []
    for scope in sorted(builtup["scope"].unique()):
        known = boundary_of_year(builtup, scope=scope, year=year)
        of_scope = builtup[builtup["scope"] == scope]
        used.append(known)
        later.append(of_scope[~of_scope["name"].isin(known["name"])])
    none = builtup.iloc[:0]
    return pd.concat([none, *used]), pd.concat([none, *later])


def _share_pct(bodies: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Give the percentage of each body's area that lies in the union of areas."""
    shapes = bodies.geometry.to_numpy()
    union = shapely.union_all(areas.geometry.to_numpy())
    inside = shapely.area(shapely.intersection(shapes, union))
    share_pct: NDArray[np.float64] = 100.0 * inside / shapely.area(shapes)
    return share_pct


def _treatment(parts: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Say of each polygon by itself whether it was treated and accepted by a day, or why not."""
    past = is_on_or_before(parts["accepted_on"], as_of)
    untreated = parts["status"].isin(["untreated", "in_treatment"])
    contradiction = (untreated & past.fillna(value=False)).astype(bool)
    done = past.mask(untreated & past.isna(), other=False).mask(contradiction)
    reason = first_reason(
        parts.index,
        {
            "contradiction": contradiction,
            "undated": (parts["status"] == "accepted") & parts["accepted_on"].isna(),
            "status_unknown": done.isna(),
        },
    )
    return pd.DataFrame({"done": done, "reason": reason})


def _rounded(bodies: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give what is held against the thresholds, without the noise of the last digits."""
    # To a square millimetre: the last digits of an ellipsoidal area are noise.
    area = bodies["body_area_m2"].round(6)
    shares = bodies[["urban_pct", "most_urban_pct"]].round(9)
    return pd.DataFrame({"area_m2": area, "urban": shares.iloc[:, 0], "most": shares.iloc[:, 1]})


def _judged(
    bodies: gpd.GeoDataFrame, as_of: date, larger_area_m2: float, urban_share_pct: float
) -> pd.DataFrame:
    """Say of each polygon if the duty is about it, if it is done, and why it is left out."""
    known = _rounded(bodies)
    larger = known["area_m2"] >= larger_area_m2
    urban = (known["urban"] >= urban_share_pct).astype("boolean")
    rural = ~urban.mask(~urban & (known["most"] >= urban_share_pct))
    own = _treatment(bodies, as_of)
    # A body is done when all its polygons are, and is not when one is not.
    left = (~own["done"]).fillna(value=False).groupby(bodies["water_id"]).transform("any")
    unknown = own["done"].isna().groupby(bodies["water_id"]).transform("any")
    done = pd.Series(data=True, index=bodies.index, dtype="boolean")
    done = done.mask(unknown).mask(left, other=False)
    why = own["reason"].replace("", pd.NA).groupby(bodies["water_id"]).transform("first")
    reason = first_reason(
        bodies.index,
        {
            "same_body": ~bodies["stands_for_body"],
            "urban": ~rural,
            "smaller": ~larger,
            "no_boundary": rural.isna(),
            **{word: done.isna() & (why == word) for word in own["reason"].unique() if word},
        },
    )
    scope = larger & rural & bodies["stands_for_body"]
    return pd.DataFrame({
        "scope": scope,
        "done": done,
        "reason": reason,
        "larger": larger,
        "rural": rural,
    })


def _crossings(
    bodies: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    as_of: date,
    larger_area_m2: float,
    urban_share_pct: float,
) -> list[Crossings]:
    """Say what moves the count: the least area, the share that makes a body urban, the day."""
    known, done = _rounded(bodies), judged["done"]
    larger_area, urban_share = ANALYSIS.parameters
    stands = bodies["stands_for_body"].astype("boolean")
    nobody = to_sides(scope=False, done=done)
    area = threshold(
        larger_area,
        known["area_m2"] - larger_area_m2,
        to_sides(judged["rural"] & stands, done),
        nobody,
    )
    due = judged["larger"] & stands
    rural, between = to_sides(due, done), to_sides(perhaps(due), done)
    # Between its two shares nobody knows if a body is urban; if they agree it crosses once.
    agree = known["urban"] == known["most"]
    share = threshold(
        urban_share,
        pd.concat([
            urban_share_pct - known["most"],
            (urban_share_pct - known["urban"]).mask(agree),
        ]),
        pd.concat([rural, between]),
        pd.concat([between.mask(agree, nobody), nobody]),
        closed=False,
    )
    return [area, share, _day(bodies, as_of, larger_area_m2, urban_share_pct)]


def _day(
    bodies: gpd.GeoDataFrame, as_of: date, larger_area_m2: float, urban_share_pct: float
) -> Crossings:
    """Say what the day moves; a body is done with the last of its polygons, so has all its days."""

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        # Of a body that has several days, each is a body by itself.
        nth = moved.groupby(level=0).cumcount().astype("str")
        own = moved.assign(water_id=moved["water_id"] + "/" + nth)
        judged = _judged(own, day, larger_area_m2, urban_share_pct)
        return to_sides(judged["scope"], judged["done"])

    days = bodies["accepted_on"].dt.normalize()
    place = days.groupby(bodies["water_id"]).rank(method="dense")
    most = int(place.max()) if place.notna().any() else 1
    moments = [
        days.where(place == n).groupby(bodies["water_id"]).transform("first")
        for n in range(1, most + 1)
    ]
    return day_of_assessment(bodies, moments, judge, as_of)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "treated", False: "remaining"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    out = judged["reason"].isin(["urban", "smaller", "same_body"])
    return known.mask(out, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("较大面积农村黑臭水体", "Larger rural black-odorous waters"),
    question=Text(
        "哪些较大面积的农村黑臭水体尚未治理验收?",
        "Which larger rural black-odorous waters are not treated and accepted?",
    ),
    inputs=(BlackOdorousWaters, BuiltupAreas),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="larger_area_m2",
            value=2000.0,
            unit="m2",
            interval="closed",
            title=Text("“较大面积”的下限", "area from which a body is larger"),
            source=Text(
                "农村黑臭水体治理工作指南(2024 年印发)", "national rural guide, 2024 issue"
            ),
            verified=True,
        ),
        Parameter(
            name="urban_share_pct",
            value=50.0,
            unit="%",
            interval="closed",
            title=Text("计为城镇水体的面积占比", "share in built-up areas from which it is urban"),
            source=Text("本工具约定", "declared: the plan does not say"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(
            _SHARE,
            Text("较大面积农村黑臭水体治理完成比例", "larger rural waters treated"),
            "%",
        ),
        MeasureCard(
            _LEFT,
            Text("尚存的较大面积农村黑臭水体", "larger rural waters left"),
            "count",
        ),
    ),
    categories=(
        Category("remaining", Text("较大面积,未完成治理", "larger, not treated"), "bad"),
        Category("treated", Text("较大面积,已验收", "larger, treated"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("water_id", Text("水体编号", "water body")),
        ResultColumn("body_area_m2", Text("水体面积", "area of the body"), "m2"),
        ResultColumn("urban_pct", Text("建成区内面积占比", "share in built-up areas"), "%"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    run=analyse,
)
