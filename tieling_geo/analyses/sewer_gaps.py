"""Built-up ground that no sewer service area reaches, and the people who live on it."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.builtup_ground import GROUND_REASONS, NO_GROUND, ground_in_year
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.ratio_bounds import total
from tieling_geo.operations.residents import (
    MOST_DENSITY,
    People,
    listed_parts,
    people_inside,
    sums_by_area,
    to_table,
    with_people,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_for, rollup_rows
from tieling_geo.operations.uncovered import cut, gaps
from tieling_geo.records import (
    Analysis,
    Category,
    Interval,
    Measure,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
    Role,
    ShapeCard,
    TableCard,
)
from tieling_geo.schemas import BuiltupAreas, Counties, PopulationAreas, SewerServiceAreas
from tieling_geo.text import Text

NAME = "sewer_gaps"
_SHARE, _GAP, _PEOPLE = (
    "builtup_area_served_share",
    "sewer_gap_area_remaining",
    "residents_in_sewer_gaps",
)
_SLIVERS, _SLIVER_AREA = "slivers_set_aside", "sliver_area"
_MARGIN = ResultColumn("served_pct", Text("已覆盖面积比例", "share of its area served"), "%")
_ZERO = Fraction(0)


def analyse(  # noqa: PLR0913 - the layers, the day, and a number for each thing that is declared
    builtup_areas: GeoDataFrame[BuiltupAreas],
    sewer_service_areas: GeoDataFrame[SewerServiceAreas],
    *,
    population_areas: GeoDataFrame[PopulationAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    builtup_scope: str = "city",
    sliver_area_m2: float = 2500.0,
    sliver_width_m: float = 5.0,
    most_density_person_per_km2: float = 20_000.0,
) -> Result:
    """
    Measure the parts of built-up areas that no sewer service area reaches.

    Of each built-up area the latest boundary counts that is not later than the year of the day
    (closed). One that has only later boundaries is unknown: it holds at most what the earliest of
    them holds, all of it a gap or none. Ground in two built-up areas counts once, for the lowest
    number. A service area counts from its first day (closed), one without a date always. Slivers
    are set aside: they count as served, and are told.

    Parameters
    ----------
    builtup_areas
        `BuiltupAreas` layer, n polygons, metres.
    sewer_service_areas
        `SewerServiceAreas` layer, in the same CRS.
    population_areas
        `PopulationAreas` layer, for the people in gaps; they are taken to live evenly spread over
        their population area. Without it that measure is left out.
    counties
        `Counties` layer, for the roll-up, by a point inside the built-up area.
    as_of
        The day.
    builtup_scope
        Which built-up areas count: `city`, `county_town` or `town`.
    sliver_area_m2, sliver_width_m
        A part below this area (open), or nowhere wider than this (closed), is a sliver.
    most_density_person_per_km2
        The most people where no number says how many (closed).

    Returns
    -------
    result
        n rows, index of `builtup_areas`, with `category`, areas in m² and `served_pct`. Measures:
        share served (%), gaps left (km²), slivers (number and m²), people in gaps. The number of
        slivers has no upper bound where a boundary is unknown. Tables and shapes `gaps` and
        `slivers`: each part with its area and a point inside, degrees. Gaps reach across the
        borders of neighbouring built-up areas, so the layer is not cut.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such scope, or a tolerance or the density is negative.

    Examples
    --------
    >>> from shapely import box
    >>> town = gpd.GeoDataFrame({"area_id": ["T"], "name": ["T"], "scope": ["city"],
    ...     "boundary_year": [2020]}, index=["T"], geometry=[box(0, 0, 1000, 100)], crs=4550)
    >>> served = SewerServiceAreas.empty("EPSG:4550").reindex(["S"]).assign(
    ...     area_id="S", geometry=gpd.GeoSeries([box(0, 0, 750, 100)], ["S"], crs=4550))
    >>> found = analyse(town, served, as_of=date(2025, 12, 31))
    >>> round(float(found.measures["builtup_area_served_share"].value), 3)
    75.0
    """
    check_metric(builtup_areas, name=BuiltupAreas.layer_name())
    check_metric(sewer_service_areas, name=SewerServiceAreas.layer_name())
    values: dict[str, ParameterValue] = {
        "builtup_scope": builtup_scope,
        "sliver_area_m2": sliver_area_m2,
        "sliver_width_m": sliver_width_m,
        MOST_DENSITY.name: most_density_person_per_km2,
    }
    areas = ground_in_year(builtup_areas, scope=builtup_scope, year=as_of.year)
    is_known = (areas["reason"] == "").to_numpy()
    valid = is_on_or_before(sewer_service_areas["valid_from"], as_of).fillna(value=True)
    found = gaps(
        builtup_areas[is_known],
        sewer_service_areas[valid.astype(bool)],
        sliver_area_m2=sliver_area_m2,
        sliver_width_m=sliver_width_m,
    )
    places = np.flatnonzero(is_known)
    pieces = cut(found, areas["own"].to_numpy()[is_known])
    pieces = pieces.assign(
        place=places[pieces["area"]], is_sliver=found["is_sliver"].to_numpy()[pieces["gap"]]
    )
    pieces = with_people(pieces, population_areas, most_density_person_per_km2)
    areas = areas.assign(**sums_by_area(pieces, len(areas)))
    beyond = _beyond(areas, population_areas, most_density_person_per_km2)
    measures = _measures(areas, found, beyond, has_people=population_areas is not None)
    features = _features(builtup_areas, areas, counties, has_people=population_areas is not None)
    ids = builtup_areas["area_id"].to_numpy()[pieces["place"]]
    shapes = {
        word: listed_parts(found, pieces, names=ids, is_sliver=word == "slivers")
        for word in ("gaps", "slivers")
    }
    return to_result(
        ANALYSIS,
        features,
        _tally(features, areas, measures),
        values,
        tables={word: to_table(parts) for word, parts in shapes.items()},
        shapes=shapes,
        warnings=_warnings(found),
    )


def _beyond(
    areas: pd.DataFrame, population: gpd.GeoDataFrame | None, density: float
) -> tuple[Fraction, Fraction]:
    """
    Give the ground and the people that may be in gaps beyond those found, at most.

    Ground within an unknown boundary may be a gap, and may join slivers to one.
    """
    unknown, known = areas[areas["reason"] == "no_boundary"], areas[areas["reason"] == ""]
    if unknown.empty:
        return _ZERO, _ZERO
    joined = sum(known["sliver_people"], People()).most
    ground = total(unknown["area"])
    if population is None:
        return ground, joined
    own = unknown["own"].to_numpy()
    people = people_inside(own, population, most_density_person_per_km2=density)
    return ground, joined + total(one.most for one in people)


def _measures(
    areas: pd.DataFrame,
    found: gpd.GeoDataFrame,
    beyond: tuple[Fraction, Fraction],
    *,
    has_people: bool,
) -> dict[str, Measure]:
    """Give the measures with the bounds that unknown boundaries and residents allow."""
    known = areas[areas["reason"] == ""]
    ground, people = beyond
    unknown = int((areas["reason"] == "no_boundary").sum())
    whole, gap, sliver = (total(known[name]) for name in ("area", "gap", "sliver"))
    served, slivers = max(whole - gap, _ZERO), int(found["is_sliver"].sum())
    km2 = Fraction(1, 10**6)
    inhabited = sum(known["gap_people"], People())
    # More ground can join slivers to gaps, and bring any number of new ones.
    joined = sliver if unknown else _ZERO
    fewest, most = (0, Quantity(0, 0)) if unknown else (slivers, Quantity(slivers))
    widest = (gap + joined + ground) * km2
    listed = [
        (
            _SHARE,
            "%",
            Quantity(served, whole),
            Quantity(max(served - joined, _ZERO), whole + ground),
            Quantity(served + ground, whole + ground),
        ),
        (_GAP, "km2", Quantity(gap * km2), Quantity(gap * km2), Quantity(widest)),
        (_SLIVERS, "count", Quantity(slivers), Quantity(fewest), most),
        (
            _SLIVER_AREA,
            "m2",
            Quantity(sliver),
            Quantity(sliver - joined),
            Quantity(sliver + ground),
        ),
    ]
    if has_people:
        ends = (inhabited.known, inhabited.known, inhabited.most + people)
        value, least, greatest = (Quantity(end) for end in ends)
        listed.append((_PEOPLE, "person", value, least, greatest))
    return {
        name: Measure(name, unit, value, low, high, len(known), unknown)
        for name, unit, value, low, high in listed
    }


def _features(
    layer: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    counties: gpd.GeoDataFrame | None,
    *,
    has_people: bool,
) -> gpd.GeoDataFrame:
    """Lay out the built-up areas with what was found of each."""
    inside = layer.set_geometry(layer.geometry.representative_point())
    located = with_county(inside, counties).set_geometry(layer.geometry)
    known = areas["reason"] == ""
    share = [
        float(100 - 100 * gap / area) if counts else np.nan
        for gap, area, counts in zip(areas["gap"], areas["area"], known, strict=True)
    ]
    people = [float(one.known) if has_people else np.nan for one in areas["gap_people"]]
    return located.assign(
        own_area_m2=areas["area"].astype("float64").where(known),
        gap_m2=areas["gap"].astype("float64").where(known),
        gaps=areas["gaps"].astype("Int64").where(known),
        slivers=areas["slivers"].astype("Int64").where(known),
        residents_in_gaps=pd.Series(people, areas.index).where(known),
        served_pct=share,
        reason=areas["reason"],
        category=_category(areas),
    )


def _category(areas: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = areas["gaps"].gt(0).map({True: "gaps", False: "served"}).where(areas["reason"] == "")
    return (
        words.fillna("unknown").mask(areas["reason"].isin(NO_GROUND), "out_of_scope").astype("str")
    )


def _tally(features: gpd.GeoDataFrame, areas: pd.DataFrame, measures: dict[str, Measure]) -> Tally:
    """Put the measures beside what did not count, what speaks against them, and the counties."""
    counted = areas["reason"] == ""
    unknown = areas["reason"] == "no_boundary"
    excluded = excluded_for(
        measures,
        features.index,
        counted,
        unknown,
        areas["reason"],
        GROUND_REASONS,
        BuiltupAreas.layer_name(),
    )
    table = pd.DataFrame(
        {
            "numerator": (areas["area"] - areas["gap"]).where(counted, _ZERO),
            "denominator": areas["area"].where(counted, _ZERO),
            "counted": counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    against = tuple(sorted(map(str, features.index[counted & (areas["gaps"] > 0)])))
    spoken = dict.fromkeys(measures, against) | {_SLIVERS: (), _SLIVER_AREA: ()}
    return Tally(
        measures,
        spoken,
        excluded,
        rollup_rows(features, _SHARE, table, ("county_name",)),
    )


def _warnings(found: gpd.GeoDataFrame) -> tuple[Text, ...]:
    """Tell what was set aside."""
    slivers = found[found["is_sliver"]]
    if slivers.empty:
        return ()
    area = float(slivers["area_m2"].sum())
    return (
        Text(
            f"{len(slivers)} 处碎片(共 {area:.0f} 平方米)小于容差,不作空白区,另列于表",
            f"{len(slivers)} slivers ({area:.0f} m2 in all) are under the tolerance: they are no "
            "gaps, and are listed",
        ),
    )


def _shape(name: str, title: Text, role: Role) -> ShapeCard:
    """Describe the gaps or the slivers for maps."""
    columns = (
        ResultColumn("area_m2", Text("面积", "area"), "m2"),
        ResultColumn("builtup_areas", Text("所在建成区", "built-up areas")),
        ResultColumn("residents", Text("推算人口", "people, reckoned"), "person"),
    )
    return ShapeCard(name, title, "polygon", role, columns)


def _tolerance(name: str, value: float, title: Text) -> Parameter:
    """Describe a tolerance: an area is open, a width closed."""
    unit = name.rsplit("_", 1)[1]
    source = Text("本工具约定:数字化误差的量级", "declared: of the size of errors of digitising")
    interval: Interval = "open" if unit == "m2" else "closed"
    return Parameter(name, value, unit, interval, title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("污水收集空白区", "Gaps of sewage collection"),
    question=Text(
        "城市建成区内哪些地方没有污水收集处理设施,住着多少人?",
        "Where is built-up ground that no sewers serve, and how many people live there?",
    ),
    inputs=(BuiltupAreas, SewerServiceAreas),
    optional=(PopulationAreas, Counties),
    parameters=(
        Parameter(
            name="builtup_scope",
            value="city",
            unit="",
            interval="none",
            title=Text("建成区范围类型", "which built-up areas count"),
            source=Text("规划所指为城市建成区", "the plan speaks of city built-up areas"),
            verified=True,
        ),
        _tolerance("sliver_area_m2", 2500.0, Text("碎片面积容差", "area of a sliver")),
        _tolerance("sliver_width_m", 5.0, Text("碎片宽度容差", "width of a sliver")),
        MOST_DENSITY,
    ),
    measures=(
        MeasureCard(_SHARE, Text("建成区已覆盖面积比例", "built-up area served"), "%"),
        MeasureCard(_GAP, Text("空白区面积", "area of gaps"), "km2"),
        MeasureCard(_SLIVERS, Text("碎片数", "slivers set aside"), "count"),
        MeasureCard(_SLIVER_AREA, Text("碎片面积", "area of slivers"), "m2"),
        MeasureCard(_PEOPLE, Text("空白区人口", "people in gaps"), "person"),
    ),
    categories=(
        Category("gaps", Text("有空白区", "has gaps"), "bad"),
        Category("served", Text("无空白区", "no gap"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("own_area_m2", Text("计入面积", "area that counts"), "m2"),
        ResultColumn("gap_m2", Text("空白区面积", "area of gaps"), "m2"),
        ResultColumn("gaps", Text("空白区数", "gaps"), "count"),
        ResultColumn("slivers", Text("碎片数", "slivers"), "count"),
        ResultColumn("residents_in_gaps", Text("空白区人口", "people in gaps"), "person"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("gaps", Text("空白区清单", "list of gaps")),
        TableCard("slivers", Text("碎片清单", "list of slivers")),
    ),
    run=analyse,
    shapes=(
        _shape("gaps", Text("空白区", "gap"), "bad"),
        _shape("slivers", Text("碎片(不计)", "sliver, set aside"), "neutral"),
    ),
)
