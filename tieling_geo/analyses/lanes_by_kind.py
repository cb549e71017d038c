"""Bus lanes, cycle lanes and walkways: kilometres in use, by kind and by county."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.operations.amounts import Amounts, WeighedNames, to_amounts, weigh
from tieling_geo.operations.length_by_area import length_by_area
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, together
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, TrafficLanes
from tieling_geo.text import Text

NAME = "lanes_by_kind"
_KM = Fraction(1, 1000)
_ALL = WeighedNames(
    "lanes_in_use_share",
    done="lanes_in_use_length",
    left="lanes_not_open_length",
    unit="km",
    scale=_KM,
)
#: Kind of lane -> the measure of its length.
_BY_KIND: Mapping[str, str] = {
    "bus_lane": "bus_lanes_length",
    "cycle_lane": "cycle_lanes_length",
    "walkway": "walkways_length",
}
_KINDS: Mapping[str, Text] = next(
    column.values  # noqa: PD011 - a field of ColumnCard
    for column in TrafficLanes.columns()
    if column.name == "kind"
)
_REASONS = {
    "other_kind": Text("其他类型", "of another kind"),
    "closed": Text("该日已停用", "closed by that day"),
    "swapped": SERVICE_REASONS["swapped"],
    "kind_unknown": Text("类型缺失", "the kind is missing"),
}
_MARGIN = ResultColumn(
    "days_in_use", Text("启用早于统计日天数", "days from opening to the day"), "day"
)


def analyse(
    traffic_lanes: GeoDataFrame[TrafficLanes],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
) -> Result:
    """
    Add up the lanes that are in use on a day, by kind and by county.

    A lane is in use from the day it opens (closed) until the day it closes (open); a lane that is
    to open later is in the register and not in use; one that is closed is out of scope. A blank day
    of opening counts as long ago. A lane whose dates contradict each other may be in use. Lengths
    are measured in the plane of the working CRS, which makes them up to 0.04 % too long.

    Parameters
    ----------
    traffic_lanes
        `TrafficLanes` layer, n lines, each direction by itself, metres.
    counties
        `Counties` layer. In the roll-up a lane is of the county that its middle is in; in the table
        `lanes_by_county` it is cut at the borders.
    as_of
        The day (see `operations.acceptance.service`).

    Returns
    -------
    result
        n rows, index of `traffic_lanes`, with `category`, `length_km` and `days_in_use`. Measures:
        share of the registered length that is in use (%), length in use, not open yet, and in use
        as bus lanes, cycle lanes and walkways (km). Tables: `lanes_by_kind`, and `lanes_by_county`
        (of lanes in use; adds up to them exactly). They are sums, so that the Results of parts do
        not merge.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> lanes = TrafficLanes.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     lane_id=["A", "B"], kind=["bus_lane", "walkway"],
    ...     opened_on=pd.to_datetime(["2025-12-31", "2026-01-01"]),
    ...     geometry=gpd.GeoSeries([LineString([(0, 0), (1500, 0)])] * 2, ["A", "B"], crs=4550))
    >>> found = analyse(lanes, as_of=date(2025, 12, 31))
    >>> float(found.measures["lanes_in_use_length"].value)
    1.5
    """
    check_metric(traffic_lanes, name=TrafficLanes.layer_name())
    length_m = traffic_lanes.geometry.length
    on = service(traffic_lanes["opened_on"], traffic_lanes["closed_on"], as_of=as_of)
    judged = _judged(traffic_lanes["kind"], on)
    days = (pd.Timestamp(as_of) - traffic_lanes["opened_on"].dt.normalize()).dt.days
    middles = traffic_lanes.geometry.interpolate(0.5, normalized=True)
    located = with_county(traffic_lanes.set_geometry(middles), counties)
    features = traffic_lanes.assign(
        county_name=located["county_name"],
        border_case=located["border_case"],
        length_km=length_m / 1000,
        days_in_use=days.astype("float64"),
        reason=judged["reason"],
        category=judged["category"],
    )
    amounts = to_amounts(length_m, most=0.0)
    in_use = judged["done"].fillna(value=False).astype(bool)
    return to_result(
        ANALYSIS,
        features,
        _counted(features, judged, amounts),
        {},
        tables={
            "lanes_by_kind": _by_kind(features, amounts),
            "lanes_by_county": _by_county(features[in_use], counties),
        },
    )


def _judged(kind: pd.Series, on: pd.DataFrame) -> pd.DataFrame:
    """Say of each lane if it is in the register still, and in use."""
    swapped, closed = on["reason"] == "swapped", on["reason"] == "closed"
    done = on["serves"].astype("boolean")
    words = done.map({True: "in_use", False: "not_open"}).fillna("unknown")
    return pd.DataFrame({
        "kind": kind,
        "scope": (~closed).astype("boolean").mask(swapped),
        "done": done,
        "reason": first_reason(kind.index, {"closed": closed, "swapped": swapped}),
        "category": words.mask(closed, "closed").astype("str"),
    })


def _counted(features: gpd.GeoDataFrame, judged: pd.DataFrame, amounts: Amounts) -> Tally:
    """Add up all lanes, and then each kind of them."""
    kind, scope = judged["kind"], judged["scope"]

    def weighed(names: WeighedNames, own: pd.Series, groups: tuple[str, ...] = ()) -> Tally:
        cases = {"other_kind": ~own, "closed": judged["reason"] == "closed"}
        cases |= {"swapped": judged["reason"] == "swapped", "kind_unknown": own.isna()}
        return weigh(
            features,
            layer=TrafficLanes.layer_name(),
            names=names,
            in_scope=scope & own,
            done=judged["done"],
            amounts=amounts,
            reason=first_reason(features.index, cases),
            reasons=_REASONS,
            groups=groups,
        )

    every = pd.Series(data=True, index=features.index, dtype="boolean")
    return together(
        weighed(_ALL, every, ("county_name", "kind")),
        *(
            weighed(
                WeighedNames("", done=measure, unit="km", scale=_KM),
                (kind == word).astype("boolean").mask(kind.isna()),
            )
            for word, measure in _BY_KIND.items()
        ),
    )


def _by_kind(features: gpd.GeoDataFrame, amounts: Amounts) -> pd.DataFrame:
    """List the kinds with their lengths by what the lanes are on the day; blank: no kind."""
    kinds, words = features["kind"].fillna(""), features["category"]
    length_m = pd.Series(amounts.known, features.index, dtype=object)
    rows = []
    for kind, title in {**_KINDS, "": Text("类型缺失", "kind is missing")}.items():
        if kind == "" and not (kinds == "").any():
            continue
        own = {word: (kinds == kind) & (words == word) for word in _STATES}
        lengths = {f"{word}_km": _km(length_m[held]) for word, held in own.items()}
        rows.append({
            "kind": kind,
            "kind_zh": title.zh,
            "kind_en": title.en,
            "lanes_in_use": int(own["in_use"].sum()),
            **lengths,
        })
    return pd.DataFrame(rows)


_STATES = ("in_use", "not_open", "closed", "unknown")


def _by_county(lanes: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Give each county the stretches of the lanes in use that lie in it; blank: in no county."""
    columns = ["county_id", "county_name", "kind", "lanes", "length_km"]
    if counties is None:
        return pd.DataFrame(columns=columns)
    parts = length_by_area(lanes, counties, key="county_id")
    names = counties.set_index("county_id")["name"]
    parts = parts.assign(
        county_id=parts["area"].fillna("").astype(str),
        county_name=parts["area"].map(names).fillna("").astype(str),
        kind=parts["line"].map(lanes["kind"]).fillna("").astype(str),
    )
    rows = [
        (*group, len(own), _km(own["length_m"]))
        for group, own in parts.groupby(columns[:3], sort=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def _km(lengths_m: pd.Series) -> float:
    """Add up exact metres; print kilometres."""
    return float(sum(lengths_m, Fraction(0)) * _KM)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("公交专用道、自行车道和步道", "Bus lanes, cycle lanes and walkways"),
    question=Text(
        "在用的公交专用道、自行车道和步道各有多少千米?",
        "How many kilometres of bus lanes, cycle lanes and walkways are in use?",
    ),
    inputs=(TrafficLanes,),
    optional=(Counties,),
    parameters=(),
    measures=(
        MeasureCard(_ALL.share, Text("在用里程占登记里程", "registered length in use"), "%"),
        MeasureCard(_ALL.done, Text("在用里程", "length in use"), "km"),
        MeasureCard(_ALL.left, Text("尚未启用里程", "length not open yet"), "km"),
        MeasureCard(_BY_KIND["bus_lane"], Text("在用公交专用道", "bus lanes in use"), "km"),
        MeasureCard(_BY_KIND["cycle_lane"], Text("在用自行车道", "cycle lanes in use"), "km"),
        MeasureCard(_BY_KIND["walkway"], Text("在用步道", "walkways in use"), "km"),
    ),
    categories=(
        Category("in_use", Text("在用", "in use"), "good"),
        Category("not_open", Text("尚未启用", "not open yet"), "warning"),
        UNKNOWN,
        Category("closed", Text("已停用", "closed"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("length_km", Text("里程", "length"), "km"),
        ResultColumn("opened_on", Text("启用日期", "opened on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("lanes_by_kind", Text("各类道长度", "length by kind")),
        TableCard("lanes_by_county", Text("各县区长度", "length by county")),
    ),
    run=analyse,
)
