"""Boilers in every kind of file, and what a refusal must look like."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import tomli_w
from shapely import Point

from tieling_geo.errors import TielingGeoError

#: Column -> header of at most ten bytes in GBK: what a Shapefile can hold.
SHORT_HEADERS = {
    "boiler_id": "编号",
    "name": "使用单位",
    "county": "县区",
    "fuel": "燃料",
    "capacity_t_per_h": "蒸吨",
    "capacity_mw": "热功率",
    "use": "用途",
    "status": "状态",
    "commissioned_on": "投产日期",
    "retired_on": "拆除日期",
    "ultra_low_stage": "改造阶段",
    "ultra_low_accepted_on": "验收日期",
}
CARD: Mapping[str, object] = {
    "publisher": "铁岭市某局",
    "licence": "内部使用",
    "reference_date": "2025-12-31",
    "datum": "cgcs2000",
}

WriteLayer = Callable[..., Path]
CheckRefusal = Callable[[TielingGeoError, Path], None]


def boilers(rows: list[dict[str, object]], crs: str | None = "EPSG:4490") -> gpd.GeoDataFrame:
    """Return rows with all of the columns as text, and the geometry of each."""
    frame = pd.DataFrame(
        [{c: row.get(c) for c in SHORT_HEADERS} for row in rows],
        columns=list(SHORT_HEADERS),
        dtype="object",
    )
    return gpd.GeoDataFrame(frame, geometry=[row["geometry"] for row in rows], crs=crs)


@pytest.fixture
def five_boilers() -> gpd.GeoDataFrame:
    """Return five good rows in a shuffled order, with blanks in every column that may be blank."""
    return boilers([
        {
            "boiler_id": "B3",
            "name": "铁岭供热公司",
            "county": "银州区",
            "fuel": "燃煤",
            "capacity_t_per_h": "35",
            "use": "供暖",
            "status": "在用",
            "commissioned_on": "2009-11-01",
            "geometry": Point(123.84, 42.29),
        },
        {
            "boiler_id": "B1",
            "fuel": "天然气",
            "capacity_mw": "7.5",
            "status": "备用",
            "geometry": Point(124.03, 42.54),
        },
        {
            "boiler_id": "B5",
            "name": "昌图热力站,二号",
            "county": "昌图县",
            "fuel": "coal",
            "capacity_t_per_h": "0.7",
            "use": "process",
            "status": "已关停",
            "commissioned_on": "2001年6月9日",
            "retired_on": "2023/12/31",
            "geometry": Point(124.11, 42.78),
        },
        {"boiler_id": "B2", "geometry": Point(123.55, 42.45)},
        {
            "boiler_id": "B4",
            "name": "“西丰”厂",
            "fuel": "生物质",
            "capacity_t_per_h": "10.25",
            "status": "operating",
            "commissioned_on": "2015.1.2",
            "geometry": Point(124.72, 42.74),
        },
    ])


def _write_shapefile(frame: gpd.GeoDataFrame, path: Path, encoding: str) -> None:
    """Write a Shapefile with Chinese headers, as offices have it."""
    frame.rename(columns=SHORT_HEADERS).to_file(path, encoding=encoding)


def _geojson(frame: gpd.GeoDataFrame) -> str:
    """Write a collection of features; empty shapes stay, which GeoPandas would make null."""
    attributes = frame.drop(columns="geometry").astype("object")
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(
            attributes.where(attributes.notna(), None).to_dict("records"),
            frame.geometry,
            strict=True,
        )
    ]
    crs = {"type": "name", "properties": {"name": f"EPSG:{frame.crs.to_epsg()}"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features})


def _write_csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write points as longitude and latitude, other shapes as WKT."""
    table = pd.DataFrame(frame.drop(columns="geometry")).rename(columns=SHORT_HEADERS)
    shapes = frame.geometry
    points = shapes.map(lambda s: s is not None and not s.is_empty and s.geom_type == "Point")
    if points.all():
        table["经度"], table["纬度"] = shapes.x, shapes.y
    else:
        table["WKT"] = shapes.map(lambda s: "" if s is None else s.wkt)
    table.to_csv(path, index=False, encoding="utf-8-sig")


@pytest.fixture
def write_layer(tmp_path: Path) -> WriteLayer:
    """Return a function that writes a frame as a kind of file, its card beside it."""

    def write(
        frame: gpd.GeoDataFrame,
        kind: str,
        *,
        name: str = "boilers",
        encoding: str = "GBK",
        **card: object,
    ) -> Path:
        path = tmp_path / f"{name}{kind}"
        match kind:
            case ".geojson":
                path.write_text(_geojson(frame), encoding="utf-8")
            case ".parquet":
                frame.to_parquet(path)
            case ".csv":
                _write_csv(frame, path)
                card = {"crs": "EPSG:4490"} | card
            case ".shp":
                _write_shapefile(frame, path, encoding)
            case ".fgb":
                # Without an index the rows keep their order, and a blank geometry is allowed.
                frame.to_file(path, SPATIAL_INDEX="NO")
            case _:
                frame.to_file(path, layer=name)
        (tmp_path / "card.toml").write_text(tomli_w.dumps(CARD | card), encoding="utf-8")
        return path

    return write


@pytest.fixture
def check_refusal() -> CheckRefusal:
    """Return a check of what every refusal promises."""

    def check(error: TielingGeoError, path: Path) -> None:
        told = (error.message.zh, error.message.en)
        assert error.exit_status == 2
        assert any("一" <= character <= "鿿" for character in told[0])
        for words in told:
            assert path.stem in words
            assert str(path.parent) not in words
            assert "Traceback" not in words

    return check
