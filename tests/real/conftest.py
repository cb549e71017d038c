"""A workspace on real ground: counties, rivers, railways, plants and outlets are real files."""

import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import tomli_w

from tieling_geo.pipeline import assess
from tieling_geo.readers import read_layer
from tieling_geo.records import Assessment
from tieling_geo.sample import Base, draw
from tieling_geo.workspace import Workspace, open_workspace

_WGS84 = {"datum": "wgs84", "crs": "EPSG:4326"}
#: Ledgers that the real data does not have, drawn by the sample on the real ground.
_DRAWN = (
    "boilers",
    "builtup_areas",
    "heating_supply_areas",
    "heating_pipes",
    "black_odorous_waters",
    "parks",
    "freight_sites",
    "water_sections",
)


def _write_card(folder: Path, **stated: object) -> None:
    """Write a layer's card."""
    card = {"publisher": "see PROVENANCE.md", "licence": "see PROVENANCE.md", "reference_date": ""}
    (folder / "card.toml").write_text(tomli_w.dumps({**card, **stated}), encoding="utf-8")


def _place(root: Path, name: str, source: Path, **card: object) -> None:
    """Link a real file into the workspace as it is, with a card that says how to read it."""
    folder = root / name
    folder.mkdir()
    shutil.copyfile(source, folder / f"{name}{source.suffix}")
    _write_card(folder, **{**_WGS84, **card})


def _place_reaches(root: Path, data: Path) -> None:
    """Take the river lines without reservoir banks, numbered by their nodes."""
    rivers = gpd.read_file(data / "rivers" / "china_1to4M_rivers_L2_L4_L5_tieling.geojson")
    lines = rivers[rivers["bank_of"].fillna("") == ""].reset_index(drop=True)
    reaches = gpd.GeoDataFrame(
        {"reach_id": [f"R{i:03d}" for i in lines.index], "river_name": lines["name"]},
        geometry=lines.geometry,
        crs=rivers.crs,
    )
    (root / "river_reaches").mkdir()
    reaches.to_file(root / "river_reaches" / "river_reaches.gpkg")
    _write_card(root / "river_reaches", **_WGS84)


def _place_outlets(root: Path, data: Path) -> None:
    """Take the wastewater works' outlets as outfalls whose stage nobody knows."""
    works = pd.read_csv(data / "plants" / "hydrowaste_v10_tieling_bbox.csv", dtype=str)
    outlets = works[["WASTE_ID", "WWTP_NAME", "LON_OUT", "LAT_OUT"]].set_axis(
        ["outfall_id", "name", "经度", "纬度"], axis=1
    )
    (root / "outfalls").mkdir()
    outlets.to_csv(root / "outfalls" / "outfalls.csv", index=False, encoding="utf-8")
    _write_card(root / "outfalls", **_WGS84)


def _place_plants(root: Path, data: Path) -> None:
    """Take the coal power plants as heat sources, by the file's own headers."""
    plants = pd.read_csv(data / "plants" / "wri_gppd_china_raw_tieling_bbox.csv", dtype=str)
    coal = plants.loc[
        plants["Fuel"] == "Coal",
        ["Power Plant ID", "Name", "Fuel", "Capacity (MW)", "Longitude", "Latitude"],
    ]
    (root / "heat_sources").mkdir()
    coal.to_csv(root / "heat_sources" / "heat_sources.csv", index=False, encoding="utf-8")
    mapping = {"Power Plant ID": "source_id"}
    _write_card(root / "heat_sources", **_WGS84, columns=mapping)


def _place_railways(root: Path, data: Path) -> None:
    """Take lines and stations as they are; their kinds are words of another vocabulary."""
    rail = data / "rail"
    names = {"name": "name", "osm_id": "line_id"}
    _place(root, "rail_lines", rail / "osm_rail_lines_tieling.geojson", columns=names)
    stations = {"name": "name", "osm_id": "terminal_id"}
    _place(root, "freight_terminals", rail / "osm_rail_stations_tieling.geojson", columns=stations)


@pytest.fixture(scope="session")
def real_workspace(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Build the workspace: real ground, and ledgers of the sample placed on it."""
    data, root = real_data / "tieling", tmp_path_factory.mktemp("real")
    head = {"title_zh": "真实底图", "title_en": "real ground", "is_sample": True}
    (root / "tieling.toml").write_text(tomli_w.dumps({"workspace": head}), encoding="utf-8")
    counties = {"adcode": "county_id", "name": "name"}
    _place(root, "counties", data / "admin" / "counties_wgs84.geojson", columns=counties)
    _place_reaches(root, data)
    _place_outlets(root, data)
    _place_plants(root, data)
    _place_railways(root, data)
    ground = {
        name: read_layer(name, open_workspace(root).layers[name]).features
        for name in ("counties", "river_reaches", "rail_lines")
    }
    drawn = draw(scale=1.0, base=Base(**ground))
    for name in _DRAWN:
        (root / name).mkdir()
        drawn[name].to_file(root / name / f"{name}.gpkg")
        _write_card(root / name, datum="cgcs2000", is_sample=True)
    return open_workspace(root)


@pytest.fixture(scope="session")
def real_assessment(real_workspace: Workspace) -> Assessment:
    """Assess it as of the end of the plan."""
    return assess(real_workspace, as_of=date(2025, 12, 31))
