"""What stands near an emitter: homes, schools and hospitals, and the station that would notice."""

import geopandas as gpd

from tieling_geo.operations.nearest_places import nearest_place
from tieling_geo.records import Parameter, ResultColumn
from tieling_geo.text import Text

#: Columns that `with_exposure` adds.
EXPOSURE_COLUMNS = (
    ResultColumn("nearest_sensitive", Text("最近敏感点", "nearest sensitive place")),
    ResultColumn("sensitive_distance_m", Text("距最近敏感点", "straight-line distance to it"), "m"),
    ResultColumn("nearest_station", Text("最近空气站", "nearest air station")),
    ResultColumn("station_distance_m", Text("距最近空气站", "straight-line distance to it"), "m"),
    ResultColumn("is_near_people", Text("邻近敏感点", "near a sensitive place")),
)
#: Distance up to which a sensitive place is near.
NEAR_PARAMETER = Parameter(
    name="near_m",
    value=500.0,
    unit="m",
    interval="closed",
    title=Text("邻近敏感点的距离", "distance up to which a sensitive place is near"),
    source=Text("本工具约定", "declared: the plan does not say"),
    verified=False,
)


def with_exposure(
    features: gpd.GeoDataFrame,
    sensitive_places: gpd.GeoDataFrame | None,
    air_stations: gpd.GeoDataFrame | None,
    *,
    near_m: float,
) -> gpd.GeoDataFrame:
    """
    Add the nearest sensitive place and air station to each emitter, by straight-line distance.

    Parameters
    ----------
    features
        n emitters, metres.
    sensitive_places, air_stations
        `SensitivePlaces` and `AirStations` layers in the same CRS, or None.
    near_m
        Distance up to which a sensitive place is near (closed), metres.

    Returns
    -------
    located
        `features` with `EXPOSURE_COLUMNS`; `is_near_people` is missing without a layer of places.

    Examples
    --------
    >>> from shapely import Point
    >>> emitters = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(0, 9)], crs=4550)
    >>> homes = gpd.GeoDataFrame({"place_id": ["H"]}, geometry=[Point(0, 4)], crs=4550)
    >>> with_exposure(emitters, homes, None, near_m=4.0)["is_near_people"].tolist()
    [True, False]
    """
    people = nearest_place(features, sensitive_places, key="place_id")
    station = nearest_place(features, air_stations, key="station_id")
    near = (people["distance_m"] <= near_m).astype("boolean")
    return features.assign(
        nearest_sensitive=people["place"],
        sensitive_distance_m=people["distance_m"],
        nearest_station=station["place"],
        station_distance_m=station["distance_m"],
        is_near_people=near.mask(people["distance_m"].isna() & (sensitive_places is None)),
    )
