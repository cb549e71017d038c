"""New-energy and clean vehicles of the fleets whose depots stand in city built-up areas."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.clean_vehicles import (
    COUNT_REASONS,
    Share,
    counts_of_day,
    least_of,
    to_share,
)
from tieling_geo.operations.coverage import coverage_in_year
from tieling_geo.operations.ratio_choices import Pair
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    Analysis,
    Category,
    Measure,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import BuiltupAreas, Counties, Fleets
from tieling_geo.text import Text

NAME = "clean_fleets"
_LEAST, _ALL, _LEFT = "least_clean_vehicles_share", "clean_vehicles_share", "vehicles_not_clean"
_CLASSES: Mapping[str, Text] = next(
    column.values  # noqa: PD011 - a field of ColumnCard
    for column in Fleets.columns()
    if column.name == "vehicle_class"
)
_OUT_OF_SCOPE = ("other_class", "outside", "superseded", "later", "no_vehicles")
_REASONS = {
    "other_class": Text("不是所列类别的车辆", "not of a class on the list"),
    "outside": Text("停放场站不在城市建成区内", "its depot is outside the city built-up areas"),
    "no_vehicles": Text("车辆数为零", "it has no vehicles"),
    "class_unknown": Text("车辆类别缺失", "the class is missing"),
    "no_boundary": Text(
        "没有该年或更早的建成区边界,无法判断是否在内",
        "no built-up boundary of that year or earlier says whether it is inside",
    ),
    **COUNT_REASONS,
    "contradiction": Text("新能源和清洁能源车辆多于总车辆数", "more clean vehicles than vehicles"),
    "numbers_missing": Text("车辆数或清洁能源车辆数缺失", "a number of vehicles is missing"),
}
_MARGIN = ResultColumn(
    "fleet_not_clean",
    Text("非清洁能源车辆数(零为全部清洁)", "vehicles not clean (0: all are)"),
    "count",
)


def analyse(
    fleets: GeoDataFrame[Fleets],
    builtup_areas: GeoDataFrame[BuiltupAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    vehicle_classes: Sequence[str] = ("bus", "post", "taxi", "commuter", "light_delivery"),
    builtup_scope: str = "city",
) -> Result:
    """
    Find, class by class, the share of clean vehicles in city built-up areas; the least decides.

    A fleet is where its depot is; the border of an area counts as inside (closed), by the latest
    boundary that is not later than the year of the day. Of several counts of one fleet the latest
    by the day holds (see `operations.clean_vehicles.counts_of_day`). A missing number, a class that
    is not stated and more clean vehicles than vehicles are unknown.

    Parameters
    ----------
    fleets
        `Fleets` layer, n points, metres.
    builtup_areas
        `BuiltupAreas` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a count must be dated (closed).
    vehicle_classes
        The classes that have to be clean, words of the column `vehicle_class`.
    builtup_scope
        Which built-up areas count: `city`, `county_town` or `town`.

    Returns
    -------
    result
        n rows, index of `fleets`, with `category` and `fleet_not_clean`. Measures: the least of the
        classes' shares (%), the share of all classes together (%), vehicles that are not clean
        (count). The least is not rolled up: shares of classes do not add up, and the Results of
        parts do not merge. A class in which no vehicle is known is left out of the value, not of
        the bounds. Table `classes`: each class and which one is least.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If the list of classes is empty, repeats one or has one that does not exist, or no scope has
        the name given.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> fleets = Fleets.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     fleet_id=["A", "B"], vehicle_class=["bus", "taxi"], vehicles=[10, 30],
    ...     clean_vehicles=[10, 24], counted_on=pd.Timestamp(2025, 12, 31),
    ...     geometry=gpd.GeoSeries([Point(1, 1), Point(2, 2)], ["A", "B"], crs=4550))
    >>> areas = gpd.GeoDataFrame({"area_id": ["1"], "name": ["X"], "scope": ["city"],
    ...     "boundary_year": [2020]}, geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> found = analyse(fleets, areas, as_of=date(2025, 12, 31))
    >>> found.measures["least_clean_vehicles_share"].value
    Fraction(80, 1)
    """
    classes = _checked(vehicle_classes)
    check_metric(fleets, name=Fleets.layer_name())
    check_metric(builtup_areas, name=BuiltupAreas.layer_name())
    covered = coverage_in_year(fleets, builtup_areas, scope=builtup_scope, year=as_of.year)
    judged = _judged(fleets, covered["inside"], classes, as_of)
    left = (fleets["vehicles"] - fleets["clean_vehicles"]).astype("Float64").astype("float64")
    features = with_county(fleets, counties).assign(
        builtup_area=covered["area"],
        boundary_year=covered["boundary_year"],
        builtup_margin_m=covered["margin_m"],
        fleet_not_clean=left,
        reason=judged["reason"],
        category=_category(judged, left),
    )
    own = {word: to_share(_of_class(judged, word)) for word in classes}
    whole = to_share(judged[judged["scope"].fillna(value=True)])
    table = _table(judged, own)
    values: dict[str, ParameterValue] = {"vehicle_classes": classes, "builtup_scope": builtup_scope}
    counted = _counted(features, judged, own, whole)
    tables, warnings = {"classes": table}, _warnings(table)
    return to_result(ANALYSIS, features, counted, values, tables=tables, warnings=warnings)


def _checked(classes: Sequence[str]) -> tuple[str, ...]:
    """
    Return the classes.

    Raises
    ------
    ParameterError
        If there is none, one stands twice, or one does not exist.
    """
    if not classes or len(set(classes)) < len(classes) or not set(classes) <= set(_CLASSES):
        known = ", ".join(_CLASSES)
        raise ParameterError(
            Text(
                f"参数 vehicle_classes 为空、重复或不在可用类别之中:{known}",
                f"parameter vehicle_classes is empty, repeats or has an unknown one: {known}",
            )
        )
    return tuple(classes)


def _judged(
    fleets: gpd.GeoDataFrame, inside: pd.Series, classes: tuple[str, ...], as_of: date
) -> pd.DataFrame:
    """Say of each fleet if the duty is about it, whether it counts, and why it is left out."""
    vehicles, clean = (fleets[name].astype("Int64") for name in ("vehicles", "clean_vehicles"))
    kind = fleets["vehicle_class"]
    listed = kind.isin(classes).astype("boolean").mask(kind.isna())
    counts = counts_of_day(fleets, as_of)
    strange = (clean > vehicles).fillna(value=False).astype(bool)
    nothing = (vehicles == 0).fillna(value=False).astype(bool) & ~strange
    scope = listed & inside & counts["holds"] & ~nothing
    missing = vehicles.isna() | clean.isna()
    reason = first_reason(
        fleets.index,
        {
            "other_class": ~listed,
            "outside": ~inside,
            **{word: counts["reason"] == word for word in ("superseded", "later")},
            "no_vehicles": nothing,
            "class_unknown": listed.isna(),
            "no_boundary": inside.isna(),
            **{word: counts["reason"] == word for word in COUNT_REASONS},
            "contradiction": strange,
            "numbers_missing": missing,
        },
    )
    return pd.DataFrame({
        "vehicle_class": kind,
        "vehicles": vehicles,
        "clean_vehicles": clean,
        "scope": scope,
        "counts": scope.fillna(value=False).astype(bool) & ~missing & ~strange,
        "may_be_out": scope.isna(),
        "reason": reason,
    })


def _of_class(judged: pd.DataFrame, word: str) -> pd.DataFrame:
    """Pick the fleets that are, or may be, of a class; one of no class may be of any."""
    kind = judged["vehicle_class"]
    own = judged["scope"].fillna(value=True) & ((kind == word) | kind.isna())
    return judged[own.astype(bool)]


def _category(judged: pd.DataFrame, left: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = (left > 0).map({True: "not_clean", False: "clean"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"].isin(_OUT_OF_SCOPE), "out_of_scope").astype("str")


def _counted(
    features: gpd.GeoDataFrame, judged: pd.DataFrame, own: Mapping[str, Share], whole: Share
) -> Tally:
    """Give the three measures, who speaks against them, who did not count, and the roll-ups."""
    counts, scope = judged["counts"], judged["scope"]
    unknown = ~counts & scope.fillna(value=True).astype(bool)
    numbers = int(counts.sum()), int(unknown.sum())
    known, low, high = (Quantity(*pair) for pair in least_of(list(own.values())))
    every = (Quantity(*pair) for pair in (whole.known, whole.low, whole.high))
    left = whole.known[1] - whole.known[0]
    ends = (Quantity(left + more) for more in (Fraction(0), *whole.unknown_left))
    measures = {
        _LEAST: _measure(_LEAST, "%", (known, low, high), numbers),
        _ALL: _measure(_ALL, "%", tuple(every), numbers),
        _LEFT: _measure(_LEFT, "count", tuple(ends), numbers),
    }
    against = judged[counts & (features["fleet_not_clean"] > 0)]
    least = _least_classes(own)
    rows = excluded_rows(
        features.index, counts, unknown, judged["reason"], _REASONS, Fleets.layer_name()
    )
    return Tally(
        measures,
        {
            _LEAST: _ids(against[against["vehicle_class"].isin(least)]),
            _ALL: _ids(against),
            _LEFT: _ids(against),
        },
        pd.concat([rows.assign(measure=name) for name in measures])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        rollup_rows(features, _ALL, _parts(judged, unknown), ("county_name", "vehicle_class")),
    )


def _measure(name: str, unit: str, ends: tuple[Quantity, ...], numbers: tuple[int, int]) -> Measure:
    """Put value, low and high end into a measure."""
    value, low, high = ends
    counted, unknown = numbers
    return Measure(name, unit, value, low, high, counted, unknown)


def _ids(rows: pd.DataFrame) -> tuple[str, ...]:
    """List the ids of some fleets, sorted."""
    return tuple(sorted(map(str, rows.index)))


def _least_classes(own: Mapping[str, Share]) -> list[str]:
    """Name the classes whose known share is the least one."""
    shares = {word: Fraction(*s.known) for word, s in own.items() if s.known[1] > 0}
    return [word for word, share in shares.items() if share == min(shares.values())]


def _parts(judged: pd.DataFrame, unknown: pd.Series) -> pd.DataFrame:
    """Give what each fleet adds to the share of all classes."""
    counts = judged["counts"]
    exact = {
        name: [Fraction(int(n)) for n in judged[column].where(counts, 0)]
        for name, column in (("numerator", "clean_vehicles"), ("denominator", "vehicles"))
    }
    sums = pd.DataFrame(exact, judged.index, dtype=object)
    return sums.assign(counted=counts.astype(int), unknown=unknown.astype(int))


def _table(judged: pd.DataFrame, own: Mapping[str, Share]) -> pd.DataFrame:
    """List the classes in their order, with their shares and which is least."""
    least, rows = _least_classes(own), []
    for word, share in own.items():
        fleets = _of_class(judged, word)
        counted = int(fleets["counts"].sum())
        rows.append({
            "vehicle_class": word,
            "class_zh": _CLASSES[word].zh,
            "class_en": _CLASSES[word].en,
            "vehicles": int(share.known[1]),
            "clean_vehicles": int(share.known[0]),
            "share_pct": _percent(share.known),
            "low_pct": _percent(share.low),
            "high_pct": _percent(share.high),
            "fleets": counted,
            "fleets_unknown": len(fleets) - counted,
            "is_least": word in least,
        })
    return pd.DataFrame(rows)


def _percent(pair: Pair) -> float:
    """Print a share; nan where there is none."""
    return float(100 * pair[0] / pair[1]) if pair[1] else float("nan")


def _warnings(table: pd.DataFrame) -> tuple[Text, ...]:
    """Name the class that decides, and classes of which no vehicle is known."""
    told = []
    least, empty = table[table["is_least"]], table[table["vehicles"] == 0]
    if len(least):
        zh, en = "、".join(least["class_zh"]), ", ".join(least["class_en"])
        told.append(
            Text(f"占比最低、起决定作用的类别:{zh}", f"the least class, which decides: {en}")
        )
    if len(empty):
        zh, en = "、".join(empty["class_zh"]), ", ".join(empty["class_en"])
        told.append(
            Text(f"城市建成区内没有已知车辆的类别:{zh}", f"classes without a known vehicle: {en}")
        )
    return tuple(told)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("建成区车辆清洁化", "Clean vehicles in built-up areas"),
    question=Text(
        "城市建成区内所列各类车辆,新能源和清洁能源车占比最低的一类是多少?",
        "How low is the least clean share of the listed classes in city built-up areas?",
    ),
    inputs=(Fleets, BuiltupAreas),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="vehicle_classes",
            value=("bus", "post", "taxi", "commuter", "light_delivery"),
            unit="",
            interval="none",
            title=Text("车辆类别", "classes of vehicles"),
            source=Text("规划所列五类", "the five that the plan lists"),
            verified=True,
        ),
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
    ),
    measures=(
        MeasureCard(_LEAST, Text("占比最低一类的清洁能源车占比", "least clean class"), "%"),
        MeasureCard(_ALL, Text("各类合计清洁能源车占比", "all classes together, clean"), "%"),
        MeasureCard(_LEFT, Text("非清洁能源车辆", "vehicles that are not clean"), "count"),
    ),
    categories=(
        Category("not_clean", Text("有非清洁能源车", "some vehicles not clean"), "bad"),
        Category("clean", Text("全部为清洁能源车", "all vehicles clean"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("vehicles", Text("车辆数", "vehicles"), "count"),
        ResultColumn("clean_vehicles", Text("清洁能源车辆数", "clean vehicles"), "count"),
        ResultColumn("builtup_area", Text("最近的建成区", "nearest built-up area")),
        ResultColumn("boundary_year", Text("采用的边界年份", "year of the boundary used"), "year"),
        ResultColumn("builtup_margin_m", Text("距建成区边界(内为正)", "to border (inside +)"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("classes", Text("各类车辆", "classes of vehicles")),),
    run=analyse,
)
