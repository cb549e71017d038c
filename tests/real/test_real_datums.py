"""The datum doctor and the shifted datums on real files: nothing good is stopped."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tieling_geo.crs import convert_shifted, to_geodesic_area_m2, to_working_crs
from tieling_geo.crs.shifted_datums import to_bd09, to_gcj02
from tieling_geo.datum_doctor import examine_datums
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer, Reading
from tieling_geo.schemas import LAYERS

pytestmark = pytest.mark.real

#: Seats of counties as GeoNames spells them.
SEATS = {
    "Tieling": "银州区",
    "Xifeng": "西丰县",
    "Changtu": "昌图县",
    "Kaiyuan": "开原市",
    "Diaobingshancun": "调兵山市",
}


def _as_read(name: str, features: gpd.GeoDataFrame) -> Layer:
    """Return a layer as the reader hands it on."""
    key = LAYERS[name].card().key
    frame = to_working_crs(features, name=name).sort_values(key)
    frame = frame.set_index(frame[key].rename(None))
    return Layer(
        name,
        frame,
        pd.DataFrame(columns=list(REJECTED_COLUMNS)),
        Card("", "", "", "wgs84"),
        f"{name}.geojson",
        "",
        len(frame),
        reading=Reading(crs="EPSG:4326"),
    )


def _counties(data: Path, folder: str) -> gpd.GeoDataFrame:
    """Read the seven counties in WGS 84, or as the map service hands them out."""
    if folder == "wgs84":
        counties = gpd.read_file(data / "tieling" / "admin" / "counties_wgs84.geojson")
        return counties.rename(columns={"adcode": "county_id"})[["county_id", "name", "geometry"]]
    named = _counties(data, "wgs84").set_index("county_id")["name"]
    parts = [
        gpd.read_file(data / "tieling" / "admin" / "counties_gcj02" / f"{code}.geojson")
        for code in named.index
    ]
    shapes = [shapely.union_all(part.geometry.to_numpy()) for part in parts]
    columns = {"county_id": named.index, "name": named.to_numpy()}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def _places(data: Path) -> Layer:
    """Read the named places; those that are seats say of which county."""
    path = data / "tieling" / "places" / "geonames_cities1000_tieling_bbox.csv"
    listed = pd.read_csv(path)
    frame = gpd.GeoDataFrame(
        {
            "place_id": [f"G{n:02d}" for n in listed.index],
            "name": listed["name"],
            "county": listed["name"].map(SEATS),
        },
        geometry=gpd.points_from_xy(listed["lon"], listed["lat"]),
        crs=4326,
    )
    return _as_read("places", frame)


def _outlets(data: Path) -> gpd.GeoDataFrame:
    """Read the outlets of wastewater works; which river each flows into is not said."""
    works = pd.read_csv(data / "tieling" / "plants" / "hydrowaste_v10_tieling_bbox.csv", dtype=str)
    points = gpd.points_from_xy(works["LON_OUT"].astype(float), works["LAT_OUT"].astype(float))
    columns = {"outfall_id": works["WASTE_ID"], "river_name": None}
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def _rivers(data: Path) -> Layer:
    """Read the 1:4M rivers."""
    path = data / "tieling" / "rivers" / "china_1to4M_rivers_L2_L4_L5_tieling.geojson"
    lines = gpd.read_file(path)
    columns = {"reach_id": [f"R{n:02d}" for n in lines.index], "river_name": lines["name"]}
    return _as_read("river_reaches", gpd.GeoDataFrame(columns, geometry=lines.geometry, crs=4326))


def _stations(data: Path) -> gpd.GeoDataFrame:
    """Read the railway stations."""
    stations = gpd.read_file(data / "tieling" / "rail" / "osm_rail_stations_tieling.geojson")
    columns = {"terminal_id": stations["osm_id"].astype(str), "name": stations["name"]}
    return gpd.GeoDataFrame(columns, geometry=stations.geometry, crs=4326)


def _tracks(data: Path) -> Layer:
    """Read the railway lines."""
    lines = gpd.read_file(data / "tieling" / "rail" / "osm_rail_lines_tieling.geojson")
    columns = {"line_id": [f"L{n:04d}" for n in lines.index], "name": lines["name"]}
    return _as_read("rail_lines", gpd.GeoDataFrame(columns, geometry=lines.geometry, crs=4326))


def _verdicts(layers: Mapping[str, Layer]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return verdict and best reading by layer and reference."""
    found = examine_datums(layers)
    return {(one.layer, one.reference): (one.verdict, one.best) for one in found}


def test_the_county_borders_come_back_from_gcj02(real_data: Path) -> None:
    """The raw files, converted by us, are the converted files of another hand within 1 m."""
    ours = convert_shifted(_counties(real_data, "gcj02"), "gcj02").set_index("county_id")
    theirs = _counties(real_data, "wgs84").set_index("county_id").loc[ours.index]
    for one, other in zip(ours.to_crs(4550).geometry, theirs.to_crs(4550).geometry, strict=True):
        assert shapely.hausdorff_distance(one, other) < 1.0
    assert to_geodesic_area_m2(ours).sum() == pytest.approx(12_975e6, rel=1e-3)


@pytest.mark.parametrize("folder", ["wgs84", "gcj02"])
def test_county_seats_lie_too_deep_to_tell(real_data: Path, folder: str) -> None:
    """Seats are kilometres from any border: neither set of counties is stopped, nor approved."""
    layers = {
        "places": _places(real_data),
        "counties": _as_read("counties", _counties(real_data, folder)),
    }
    assert _verdicts(layers)["counties", "places"][0] == "undecided"


def test_outlets_and_rivers_of_a_small_scale_map_are_undecided(real_data: Path) -> None:
    """Rivers at ±0.5-1 km and modelled outlets: no stop, in whichever datum the outlets come."""
    rivers, outlets = _rivers(real_data), _outlets(real_data)
    for shift in (None, to_gcj02, to_bd09):
        moved = outlets if shift is None else _shifted(outlets, shift)
        layers = {"river_reaches": rivers, "outfalls": _as_read("outfalls", moved)}
        assert _verdicts(layers)["outfalls", "river_reaches"][0] == "undecided"


def test_stations_stand_on_their_tracks_until_they_are_shifted(real_data: Path) -> None:
    """174 stations beside 1,531 tracks: never stopped as they are, and BD-09 is never approved."""
    tracks, stations = _tracks(real_data), _stations(real_data)
    verdicts = {}
    for name, shift in (("declared", None), ("gcj02", to_gcj02), ("bd09", to_bd09)):
        moved = stations if shift is None else _shifted(stations, shift)
        layers = {"rail_lines": tracks, "freight_terminals": _as_read("freight_terminals", moved)}
        verdicts[name] = _verdicts(layers)["freight_terminals", "rail_lines"]
    assert verdicts["declared"] == ("agrees", "declared")
    assert verdicts["gcj02"] == ("contradicts", "gcj02")
    assert verdicts["bd09"] == ("contradicts", "bd09")


def _shifted(layer: gpd.GeoDataFrame, shift: object) -> gpd.GeoDataFrame:
    """Hand points out as a map service would."""
    x, y = shift(layer.geometry.x, layer.geometry.y)  # type: ignore[operator]
    return layer.set_geometry(gpd.points_from_xy(x, y, crs=layer.crs))


def test_boilers_on_real_ground(real_data: Path) -> None:
    """2,000 made-up boilers in the real counties: found in GCJ-02, never stopped as they are."""
    counties = _as_read("counties", _counties(real_data, "wgs84"))
    rng = np.random.default_rng(1)
    west, south, east, north = counties.features.total_bounds
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(
            rng.uniform(west, east, 6_000), rng.uniform(south, north, 6_000), crs=4550
        )
    )
    placed = points.sjoin(counties.features[["name", "geometry"]], predicate="within").iloc[:2_000]
    columns = {"boiler_id": [f"B{n:04d}" for n in range(len(placed))], "county": placed["name"]}
    boilers = gpd.GeoDataFrame(columns, geometry=placed.geometry, crs=4550).to_crs(4326)
    for layer, verdict in (
        (boilers, ("agrees", "declared")),
        (_shifted(boilers, to_gcj02), ("contradicts", "gcj02")),
    ):
        held = {"counties": counties, "boilers": _as_read("boilers", layer)}
        assert _verdicts(held)["boilers", "counties"] == verdict
    # The same boilers against borders that are shifted themselves: not the boilers' fault.
    shifted = _as_read("counties", _counties(real_data, "gcj02"))
    held = {"counties": shifted, "boilers": _as_read("boilers", boilers)}
    assert _verdicts(held)["boilers", "counties"][0] == "undecided"
