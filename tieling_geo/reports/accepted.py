"""Write the accepted rows of a layer as a GeoPackage that can take the file's place."""

import os
import sqlite3
from datetime import date
from pathlib import Path

import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError, FeatureError

from tieling_geo.crs import to_geographic_crs
from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.gdal_settings import fixed_clock
from tieling_geo.records import Layer
from tieling_geo.reports.folder import writing
from tieling_geo.reports.geopackage import GEOMETRY_TYPES
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

# GDAL stamps each table with a moment; a fixed one gives the same bytes each time.
_STAMP = date(2000, 1, 1)


def check_accepted(path: Path) -> Path:
    """
    Return the path if accepted rows can be written there.

    Raises
    ------
    OutputRefusedError
        If it is no `.gpkg`, or something is there already: nothing is overwritten.
    """
    if path.suffix.lower() != ".gpkg":
        raise OutputRefusedError(
            Text(
                f"{path.name}:接受的行只写成 GeoPackage,请以 .gpkg 结尾",
                f"{path.name}: accepted rows are written as a GeoPackage; end the name in .gpkg",
            )
        )
    if path.exists():
        raise OutputRefusedError(
            Text(
                f"{path.name} 已存在,不予覆盖;请换一个文件名",
                f"{path.name} exists; choose another name",
            )
        )
    return path


def write_accepted(layer: Layer, path: Path) -> Path:
    """
    Write a layer's accepted rows, whole or not at all.

    Parameters
    ----------
    layer
        The layer.
    path
        A `.gpkg` that is not there yet. Its one table has the layer's name, the schema's columns
        and CGCS2000 longitude and latitude (EPSG:4490); that of a layer without places is an
        attribute table.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputRefusedError
        See `check_accepted`.
    OutputError
        If it cannot be written whole: the disk is full, or rights are missing.
    """
    check_accepted(path)
    building = path.with_name(f".{path.stem}.building.gpkg")
    try:
        with writing(path), fixed_clock(_STAMP):
            _write(layer, building)
            os.replace(building, path)  # noqa: PTH105 - the same, and it says what it does
    except (DataSourceError, FeatureError, sqlite3.DatabaseError) as error:
        raise OutputError(
            Text(
                f"无法完整写入 {path.name}:磁盘已满、没有权限或文件被占用",
                f"cannot write {path.name} whole: the disk is full, rights are missing, or the "
                "file is in use",
            )
        ) from error
    finally:
        building.unlink(missing_ok=True)
    return path


def _write(layer: Layer, path: Path) -> None:
    """
    Write the file and count its rows again.

    Raises
    ------
    OutputError
        If it does not hold as many rows as the layer.
    """
    family = LAYERS[layer.name].card().geometry
    rows = layer.features.reset_index(drop=True)
    if family == "none":
        attributes = pd.DataFrame(rows.drop(columns="geometry"))
        pyogrio.write_dataframe(attributes, path, layer=layer.name, driver="GPKG")
    else:
        pyogrio.write_dataframe(
            to_geographic_crs(rows),
            path,
            layer=layer.name,
            driver="GPKG",
            geometry_type=GEOMETRY_TYPES[family],
            promote_to_multi=family != "point",
        )
    written = int(pyogrio.read_info(path, layer=layer.name)["features"])
    if written != len(layer.features):
        raise OutputError(
            Text(
                f"{path.name}:应写 {len(layer.features)} 行,只写入 {written} 行",
                f"{path.name}: {written} rows were written where {len(layer.features)} should be",
            )
        )
    with path.open("rb+") as file:
        os.fsync(file.fileno())
