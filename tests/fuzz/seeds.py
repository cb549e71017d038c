"""The good files that fuzzing begins with: one folder a file, so that all its parts are changed."""

import csv
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import shapely

_HEADER = ("锅炉编号", "使用单位", "燃料类型", "额定蒸发量(蒸吨/小时)", "投用日期", "经度", "纬度")
_ROWS = tuple(
    (f"B{n}", "甲厂", "燃煤", f"{n}5t/h", f"20{n + 10}年6月", f"123.8{n}", "42°17′24″")
    for n in range(8)
)
_OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
{nodes}
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="2" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="tertiary"/><tag k="oneway"
v="-1"/></way>
</osm>
"""
_DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile"}


def write_seeds(folder: Path, kind: str) -> list[tuple[str, Path]]:
    """
    Write the good files of a kind.

    Returns
    -------
    seeds
        Layer and file; each file's folder holds its parts and nothing else.

    Raises
    ------
    ValueError
        If no reader is known by that word.
    """
    if kind == "csv":
        return [("boilers", _csv(folder / str(n), encoding)) for n, encoding in enumerate(
            ("utf-8", "gb18030", "utf-16")
        )]  # fmt: skip
    if kind == "xlsx":
        return [("boilers", _xlsx(folder / "1"))]
    if kind == "osm":
        return [("roads", _osm(folder / "1"))]
    if kind == "parquet" or kind in _DRIVERS:
        return [
            ("heat_sources", _vector(folder / "1", kind, _points())),
            ("parks", _vector(folder / "2", kind, _areas())),
        ]
    raise ValueError(kind)


def _csv(folder: Path, encoding: str) -> Path:
    """Write a ledger as CSV."""
    folder.mkdir()
    path = folder / "boilers.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([_HEADER, *_ROWS, ("合计", "", "", "280", "", "", "")])
    return path


def _xlsx(folder: Path) -> Path:
    """Write a ledger as a workbook with merged cells, unpacked parts being compressed."""
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:  # openpyxl makes one
        raise ValueError("sheet")
    sheet.append(["锅炉台账"])
    sheet.merge_cells("A1:G1")
    for row in (_HEADER, *_ROWS):
        sheet.append(row)
    path = folder / "boilers.xlsx"
    book.save(path)
    return path


def _osm(folder: Path) -> Path:
    """Write four nodes and two ways."""
    folder.mkdir()
    nodes = "\n".join(
        f'<node id="{n}" version="1" lat="42.{n}" lon="123.{n}"/>' for n in range(1, 5)
    )
    path = folder / "roads.osm"
    path.write_text(_OSM.format(nodes=nodes), encoding="utf-8")
    return path


def _points() -> gpd.GeoDataFrame:
    """Give a few heat sources."""
    frame = pd.DataFrame({"编号": [f"H{n}" for n in range(6)], "燃料": ["煤"] * 6})
    return gpd.GeoDataFrame(frame, geometry=shapely.points([(123 + n / 9, 42) for n in range(6)]))


def _areas() -> gpd.GeoDataFrame:
    """Give a few parks."""
    shapes = [shapely.box(123 + n, 42, 123.5 + n, 42.5) for n in range(3)]
    frame = pd.DataFrame({"编号": [f"P{n}" for n in range(3)], "名称": ["开发区"] * 3})
    return gpd.GeoDataFrame(frame, geometry=shapes)


def _vector(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Path:
    """Write features under a driver."""
    folder.mkdir()
    path = folder / f"layer.{kind}"
    stated = frame.set_crs("EPSG:4490")
    if kind == "parquet":
        stated.to_parquet(path)
    elif kind == "shp":
        stated.to_file(path, driver=_DRIVERS[kind], encoding="GBK")
    else:
        stated.to_file(path, driver=_DRIVERS[kind])
    return path
