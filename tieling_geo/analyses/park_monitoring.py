"""Parks without a monitoring station."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import service
from tieling_geo.operations.park_levels import (
    ALL_LEVELS,
    LEVEL_REASONS,
    is_of_levels,
    levels_parameter,
)
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
from tieling_geo.operations.services import pairs_within, shared
from tieling_geo.records import Analysis, Category, MeasureCard, Result, ResultColumn, TableCard
from tieling_geo.schemas import Counties, EmissionMonitors, Parks
from tieling_geo.text import Text

NAME = "park_monitoring"
_SHARE, _LEFT = "parks_with_station_share", "parks_without_station"
_REASONS = {
    **LEVEL_REASONS,
    "station_doubtful": Text(
        "仅有的监测点类型缺失或日期矛盾", "its only stations have no kind, or contradict themselves"
    ),
}
_LOST = Text(
    "有园区监测站填写的园区编号查无此园区,或不在所填园区内:列于 stations_to_check 表",
    "Some stations name a park that is not in the layer, or stand in another one: "
    "see the table stations_to_check",
)
_MARGIN = ResultColumn(
    "days_monitored",
    Text("监测站投用至统计日天数", "days from its first station to the day"),
    "day",
)


def analyse(
    parks: GeoDataFrame[Parks],
    emission_monitors: GeoDataFrame[EmissionMonitors],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    levels: Sequence[str] = ALL_LEVELS,
) -> Result:
    """
    Tell which parks have no monitoring station in service on a day.

    A station that names a park by `park_id` counts for that one, wherever it stands. One that names
    none, or one that no park answers to, counts for the park in which it stands (the border counts,
    closed). Those that name no park of the layer, or stand in another than they name, are listed. A
    monitor that has no kind may be a station, and one that contradicts itself may serve: a park
    with none but these is unknown.

    Stations are held against all parks at once, so that this analysis is not split.

    Parameters
    ----------
    parks
        `Parks` layer, n polygons, metres.
    emission_monitors
        `EmissionMonitors` layer; of it the kind `park_station` counts.
    counties
        `Counties` layer, for the roll-up, by a point inside the park.
    as_of
        The day (closed; see `acceptance.service`).
    levels
        Levels of the parks that need a station.

    Returns
    -------
    result
        n rows, index of `parks`, with `category`, `stations` (how many are in service) and
        `days_monitored`. Measures: share of parks with a station (%), number without (count).
        Table: `stations_to_check`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such level.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> ids = ["P", "Q"]
    >>> parks = Parks.empty("EPSG:4550").reindex(ids).assign(park_id=ids,
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9), box(20, 0, 29, 9)], ids, crs=4550))
    >>> stations = EmissionMonitors.empty("EPSG:4550").reindex(["M"]).assign(
    ...     monitor_id="M", kind="park_station",
    ...     geometry=gpd.GeoSeries([Point(9, 5)], ["M"], crs=4550))
    >>> analyse(parks, stations, as_of=date(2025, 12, 31)).against["parks_without_station"]
    ('Q',)
    """
    check_metric(parks, name=Parks.layer_name())
    check_metric(emission_monitors, name=EmissionMonitors.layer_name())
    scope = is_of_levels(parks["level"], levels)
    stations = emission_monitors[
        (emission_monitors["kind"] == "park_station") | emission_monitors["kind"].isna()
    ]
    inside = pairs_within(parks, stations)
    pairs = _pairs(parks, stations, inside)
    judged = _judged(parks, stations, pairs, scope, as_of)
    surely = pairs[pairs["feature"].isin(stations.index[stations["kind"].notna()])]
    days = stations["installed_on"].reindex(surely["feature"])
    since = days.groupby(surely["place"].to_numpy(dtype=object)).min()
    ahead = pd.Timestamp(as_of) - since.reindex(parks.index)
    point = parks.set_geometry(parks.geometry.representative_point())
    features = parks.assign(
        county_name=with_county(point, counties)["county_name"],
        stations=judged["stations"],
        days_monitored=ahead.dt.days.astype("float64"),
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
    check = _to_check(parks, stations, inside)
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"levels": tuple(levels)},
        tables={"stations_to_check": check},
        warnings=(_LOST,) if len(check) else (),
    )


def _pairs(
    parks: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, inside: pd.DataFrame
) -> pd.DataFrame:
    """Pair each park with its stations: those that name it, and those in it that name none."""
    keys = pd.Series(parks.index, index=pd.Index(parks["park_id"], dtype="str"))
    named = stations["park_id"].astype("str").map(keys).dropna()
    by_name = pd.DataFrame({"place": named.to_numpy(), "feature": named.index})
    by_place = inside.loc[~inside["feature"].isin(named.index), ["place", "feature"]]
    return pd.concat([by_name.astype(by_place.dtypes), by_place], ignore_index=True)


def _judged(
    parks: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    scope: pd.Series,
    as_of: date,
) -> pd.DataFrame:
    """Say of each park if it has a station in service, and why it is left out."""
    serves = service(stations["installed_on"], stations["removed_on"], as_of=as_of)["serves"]
    fits = serves & (stations["kind"] == "park_station").astype("boolean").mask(
        stations["kind"].isna()
    )
    of_pair = fits.reindex(pairs["feature"])
    sure = pairs["place"][of_pair.fillna(value=False).to_numpy(dtype=bool)].value_counts()
    possible = pairs["place"][of_pair.fillna(value=True).to_numpy(dtype=bool)]
    number = sure.reindex(parks.index, fill_value=0)
    done = shared(number > 0, pd.Series(parks.index.isin(possible), parks.index))
    reason = first_reason(
        parks.index,
        {
            "lower_level": ~scope,
            "level_unknown": scope.isna(),
            "station_doubtful": done.isna(),
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "stations": number, "reason": reason})


def _to_check(
    parks: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, inside: pd.DataFrame
) -> pd.DataFrame:
    """List the stations whose park is not in the layer, or is not the one in which they stand."""
    keys = parks["park_id"].astype("str")
    names = stations.loc[stations["park_id"].notna(), ["monitor_id", "park_id"]]
    stands_in = inside["place"].map(keys).groupby(inside["feature"]).agg(set)
    around = [stands_in.get(i, set()) for i in names.index]
    lost = ~names["park_id"].isin(keys)
    elsewhere = [
        bool(places) and own not in places
        for places, own in zip(around, names["park_id"], strict=True)
    ]
    problem = lost.map({True: "no_such_park", False: "stands_in_another_park"})
    table = pd.DataFrame({
        "monitor_id": names["monitor_id"].to_numpy(dtype=object),
        "park_id": names["park_id"].to_numpy(dtype=object),
        "stands_in": [";".join(sorted(places)) for places in around],
        "problem": problem.to_numpy(dtype=object),
    })
    kept = table[lost.to_numpy(dtype=bool) | pd.Series(elsewhere, dtype=bool).to_numpy()]
    listed: pd.DataFrame = kept.sort_values("monitor_id", ignore_index=True)
    return listed


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "monitored", False: "not_monitored"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "lower_level", "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("园区监测站", "Monitoring stations of parks"),
    question=Text(
        "哪些园区没有在用的监测站?", "Which parks have no monitoring station in service?"
    ),
    inputs=(Parks, EmissionMonitors),
    optional=(Counties,),
    parameters=(
        levels_parameter(
            ALL_LEVELS,
            Text("规划四(八)未限定级别", "the plan, section 4(8), names no level"),
            verified=True,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("有监测站的园区比例", "parks with a station"), "%"),
        MeasureCard(_LEFT, Text("没有监测站的园区", "parks without a station"), "count"),
    ),
    categories=(
        Category("not_monitored", Text("没有在用监测站", "no station in service"), "bad"),
        Category("monitored", Text("有在用监测站", "has a station"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("级别不在范围", "of another level"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        REASON_COLUMN,
        ResultColumn("level", Text("级别", "level")),
        ResultColumn("stations", Text("在用监测站", "stations in service"), "count"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(TableCard("stations_to_check", Text("待核对的园区站", "stations to be checked")),),
    run=analyse,
)
