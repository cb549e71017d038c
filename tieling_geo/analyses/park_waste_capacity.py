"""Hazardous waste that parks generate, against licensed capacity within reach."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import service
from tieling_geo.operations.amounts import Amounts, greatest_allowed, to_amounts
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.operations.services import nearest_facility, pairs_within, spelled
from tieling_geo.operations.validity import validity
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import (
    Counties,
    HazardousWasteFacilities,
    HazardousWasteGenerators,
    Parks,
    WasteFacilities,
)
from tieling_geo.text import Text

NAME = "park_waste_capacity"
_SHARE, _LEFT = "parks_with_enough_waste_capacity_share", "parks_short_of_waste_capacity"
_REASONS = {
    "nothing_generated": Text("园区内没有危险废物产生", "generates no hazardous waste"),
    "amount_unknown": Text("产生量缺失", "what it generates is missing"),
    "capacity_unknown": Text(
        "处置能力或许可有效期不明",
        "a capacity, or the time of a licence, that decides is not known",
    ),
}
_MARGIN = ResultColumn(
    "tightest_slack_t_per_year",
    Text("最紧张类别的能力余量", "slack of its tightest class of waste"),
    "t_per_year",
)
#: Sums by park and class: surely, and at most.
_SUMS = ("generated", "generated_most", "capacity", "capacity_most")


def analyse(
    parks: GeoDataFrame[Parks],
    hazardous_waste_generators: GeoDataFrame[HazardousWasteGenerators],
    hazardous_waste_facilities: GeoDataFrame[HazardousWasteFacilities],
    *,
    waste_facilities: GeoDataFrame[WasteFacilities] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    reach_m: float = 50_000.0,
) -> Result:
    """
    Tell which parks have licensed capacity within reach for the hazardous waste they generate.

    What stands in a park or on its border (closed) generates for it. A park is in scope if it
    generates anything, and has enough if for each class of waste that it generates the capacity
    licensed on the day (first and last day closed, see `validity`) within `reach_m` of its edge
    (straight line, closed) is at least the amount (closed). Each park is held against the whole
    capacity: that others want it, too, is not this question. A missing amount may be anything that
    the schema accepts; a licence that may be valid may be of use.

    Parameters
    ----------
    parks
        `Parks` layer, n polygons, metres.
    hazardous_waste_generators
        `HazardousWasteGenerators` layer, a row a site and class.
    hazardous_waste_facilities
        `HazardousWasteFacilities` layer, a row a facility and class.
    waste_facilities
        `WasteFacilities` layer: the nearest works for ordinary industrial waste is shown.
    counties
        `Counties` layer, for the roll-up, by a point inside the park.
    as_of
        The day.
    reach_m
        Straight-line distance from a park's edge within which capacity counts (closed), metres.

    Returns
    -------
    result
        n rows, index of `parks`, with `category`, `generated_t_per_year` (what is known of it),
        `classes_short`, `tightest_slack_t_per_year` (least difference of what is known of capacity
        and amount), `solid_waste_id` and `solid_waste_distance_m` (missing without
        `waste_facilities`). Measures: share of parks with enough (%), number short of it (count).
        Table: `park_waste`, a row a park and class.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> def at(*shapes):
    ...     return gpd.GeoSeries(list(shapes), list("AB"[:len(shapes)]), crs=4550)
    >>> parks = Parks.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     park_id=["A", "B"], geometry=at(box(0, 0, 9, 9), box(20, 0, 29, 9)))
    >>> made = HazardousWasteGenerators.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     source_id=["A", "B"], waste_class=["HW08", "HW17"], generated_t_per_year=[5.0, 7.0],
    ...     geometry=at(Point(9, 5), Point(25, 5)))
    >>> works = HazardousWasteFacilities.empty("EPSG:4550").reindex(["A"]).assign(
    ...     capacity_id="A", facility_id="F", waste_class="HW08", capacity_t_per_year=5.0,
    ...     licensed_on=pd.Timestamp("2022-01-01"), expires_on=pd.Timestamp("2027-01-01"),
    ...     geometry=at(Point(100, 5)))
    >>> found = analyse(parks, made, works, as_of=date(2025, 12, 31))
    >>> found.features[["category", "classes_short"]].to_numpy().tolist()
    [['enough', ''], ['short', 'HW17']]
    """
    check_metric(parks, name=Parks.layer_name())
    check_metric(hazardous_waste_generators, name=HazardousWasteGenerators.layer_name())
    check_metric(hazardous_waste_facilities, name=HazardousWasteFacilities.layer_name())
    valid = validity(
        hazardous_waste_facilities["licensed_on"],
        hazardous_waste_facilities["expires_on"],
        as_of=as_of,
    )["is_valid"]
    near = pairs_within(parks, hazardous_waste_facilities, limit_m=reach_m)
    sums = _by_class(parks, hazardous_waste_generators, hazardous_waste_facilities, valid, near)
    judged = _judged(parks, sums)
    point = parks.set_geometry(parks.geometry.representative_point())
    generated = sums["generated"].groupby("place").sum().reindex(parks.index)
    features = parks.assign(
        county_name=with_county(point, counties)["county_name"],
        generated_t_per_year=generated.fillna(0).astype("float64"),
        classes_short=_short(sums).reindex(parks.index).fillna("").astype("str"),
        tightest_slack_t_per_year=_tightest(sums).reindex(parks.index).astype("float64"),
        **_solid(parks, waste_facilities, as_of),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = tally(
        features,
        layer=Parks.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=("county_name", "level"),
    )
    table = _table(parks, sums, near, hazardous_waste_facilities, valid)
    return to_result(
        ANALYSIS, features, counted, {"reach_m": reach_m}, tables={"park_waste": table}
    )


def _by_class(
    parks: gpd.GeoDataFrame,
    generators: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    valid: pd.Series,
    near: pd.DataFrame,
) -> pd.DataFrame:
    """Add up by park and class what is generated there and what capacity is near: exact numbers."""
    inside = pairs_within(parks, generators)
    made = to_amounts(
        generators["generated_t_per_year"],
        most=greatest_allowed(HazardousWasteGenerators, "generated_t_per_year"),
    )
    licensed = to_amounts(
        facilities["capacity_t_per_year"],
        most=greatest_allowed(HazardousWasteFacilities, "capacity_t_per_year"),
    )
    surely, perhaps = (valid.fillna(value=word).to_numpy(dtype=bool) for word in (False, True))
    limits = Amounts(
        licensed.known * surely.astype(object),
        licensed.most * perhaps.astype(object),
        licensed.is_missing,
    )
    needs = _summed(inside, generators, made).set_axis(["generated", "generated_most"], axis=1)
    # A class that nobody generates there asks for nothing.
    reach = _summed(near, facilities, limits).set_axis(["capacity", "capacity_most"], axis=1)
    return needs.join(reach.reindex(needs.index, fill_value=0))[list(_SUMS)]


def _summed(pairs: pd.DataFrame, rows: gpd.GeoDataFrame, amounts: Amounts) -> pd.DataFrame:
    """Add up the least and the greatest amounts by place and class of waste."""
    place_of = rows.index.get_indexer(pairs["feature"])
    table = pd.DataFrame({
        "place": pairs["place"].to_numpy(dtype=object),
        "waste_class": rows["waste_class"].to_numpy(dtype=object)[place_of],
        "least": amounts.known[place_of],
        "most": amounts.most[place_of],
    })
    return table.groupby(["place", "waste_class"])[["least", "most"]].agg(_total)


def _total(numbers: pd.Series) -> Fraction:
    """Add exact numbers."""
    return sum(numbers.tolist(), Fraction(0))


def _judged(parks: gpd.GeoDataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Say of each park if it generates anything, if there is capacity for it, and why not known."""
    by_park = pd.DataFrame({
        "made": sums["generated"] > 0,
        "may_make": sums["generated_most"] > 0,
        "surely": sums["capacity"] >= sums["generated_most"],
        "perhaps": sums["capacity_most"] >= sums["generated"],
        "amount_known": sums["generated"] == sums["generated_most"],
    }).astype(bool)
    grouped = by_park.groupby("place")
    some = grouped[["made", "may_make"]].any().reindex(parks.index, fill_value=False)
    every = grouped[["surely", "perhaps", "amount_known"]].all()
    every = every.reindex(parks.index, fill_value=True)
    scope = some["made"].astype("boolean").mask(some["may_make"] & ~some["made"])
    done = every["surely"].astype("boolean").mask(every["perhaps"] & ~every["surely"])
    doubt = scope.isna() | done.isna()
    reason = first_reason(
        parks.index,
        {
            "nothing_generated": ~scope,
            "amount_unknown": doubt & ~every["amount_known"],
            "capacity_unknown": doubt,
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _short(sums: pd.DataFrame) -> pd.Series:
    """Name the classes of each park for which there is surely too little, joined by `;`."""
    short = sums[(sums["capacity_most"] < sums["generated"]).astype(bool)].reset_index()
    return short["waste_class"].groupby(short["place"]).agg(lambda own: ";".join(sorted(own)))


def _tightest(sums: pd.DataFrame) -> pd.Series:
    """Give the least slack of each park, by what is known."""
    made = sums[(sums["generated"] > 0).astype(bool)]
    slack = (made["capacity"] - made["generated"]).astype("float64")
    return slack.groupby("place").min()


def _solid(
    parks: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame | None, as_of: date
) -> dict[str, pd.Series]:
    """Find the nearest works in service for ordinary industrial waste."""
    if facilities is None:
        facilities = WasteFacilities.empty(parks.crs)
    serves = service(facilities["commissioned_on"], facilities["retired_on"], as_of=as_of)["serves"]
    kept = serves.fillna(value=False).astype(bool) & (facilities["kind"] == "industrial_solid")
    nearest = nearest_facility(parks, facilities[kept], key="facility_id")
    return {
        "solid_waste_id": nearest["nearest_id"],
        "solid_waste_distance_m": nearest["distance_m"],
    }


def _table(
    parks: gpd.GeoDataFrame,
    sums: pd.DataFrame,
    near: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    valid: pd.Series,
) -> pd.DataFrame:
    """Lay out each park's classes: amount, capacity within reach, slack and the nearest licence."""
    place_of = facilities.index.get_indexer(near["feature"])
    licensed = near.assign(
        waste_class=facilities["waste_class"].to_numpy(dtype=object)[place_of],
        facility_id=facilities["facility_id"].to_numpy(dtype=object)[place_of],
    )[valid.fillna(value=False).to_numpy(dtype=bool)[place_of]]
    first = licensed.sort_values(["place", "waste_class", "distance_m", "facility_id"])
    first = first.drop_duplicates(["place", "waste_class"]).set_index(["place", "waste_class"])
    nearest = first[["facility_id", "distance_m"]].reindex(sums.index)
    enough = (sums["capacity"] >= sums["generated_most"]).astype("boolean")
    possible = (sums["capacity_most"] >= sums["generated"]).astype(bool)
    whole = sums[["generated", "capacity"]].astype("float64")
    table = pd.DataFrame({
        "park_id": parks["park_id"].reindex(sums.index.get_level_values("place")).to_numpy(),
        "waste_class": sums.index.get_level_values("waste_class"),
        "generated_t_per_year": whole["generated"].to_numpy(),
        "capacity_in_reach_t_per_year": whole["capacity"].to_numpy(),
        "slack_t_per_year": (whole["capacity"] - whole["generated"]).to_numpy(),
        "nearest_facility": nearest["facility_id"].fillna("").to_numpy(),
        "distance_m": nearest["distance_m"].to_numpy(dtype="float64"),
        "enough": spelled(enough.mask(possible & ~enough)).to_numpy(),
    })
    return table.sort_values(["park_id", "waste_class"], ignore_index=True)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "enough", False: "short"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "nothing_generated", "nothing_generated").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("园区危险废物处置能力", "Hazardous-waste capacity for parks"),
    question=Text(
        "园区产生的危险废物,近处是否有足够的许可处置能力?",
        "Is there licensed capacity near each park for the hazardous waste it generates?",
    ),
    inputs=(Parks, HazardousWasteGenerators, HazardousWasteFacilities),
    optional=(WasteFacilities, Counties),
    parameters=(
        Parameter(
            name="reach_m",
            value=50_000.0,
            unit="m",
            interval="closed",
            title=Text("处置设施服务距离", "distance within which capacity counts"),
            source=Text("本工具约定", "declared by us"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("危废处置能力足够的园区比例", "parks with enough capacity"), "%"),
        MeasureCard(_LEFT, Text("危废处置能力不足的园区", "parks short of capacity"), "count"),
    ),
    categories=(
        Category("short", Text("能力不足", "short of capacity"), "bad"),
        Category("enough", Text("能力足够", "enough capacity"), "good"),
        UNKNOWN,
        Category("nothing_generated", Text("不产生危险废物", "generates none"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        REASON_COLUMN,
        ResultColumn("level", Text("级别", "level")),
        ResultColumn("generated_t_per_year", Text("危废产生量", "generated"), "t_per_year"),
        ResultColumn("classes_short", Text("能力不足的类别", "classes short of capacity")),
        ResultColumn("solid_waste_id", Text("最近固废设施", "nearest works for ordinary waste")),
        ResultColumn("solid_waste_distance_m", Text("距该设施", "distance to it"), "m"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("park_waste", Text("园区危废产生与能力", "waste and capacity by park")),),
    run=analyse,
)
