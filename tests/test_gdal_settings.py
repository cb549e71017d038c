"""The drivers that follow references are off, and switching them off is quiet."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieling_geo.gdal_settings import guard_gdal

#: What a fresh process says after the guard: the drivers that it has, and two files read.
_SCRIPT = """
import json, sys
from pathlib import Path
from tieling_geo.gdal_settings import guard_gdal
assert "pyogrio" not in sys.modules
guard_gdal()
import geopandas, pyogrio
from pyogrio.errors import DataSourceError
read, refused = [], []
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        pyogrio.read_dataframe(path)
        read.append(path.name)
    except DataSourceError:
        refused.append(path.name)
print(json.dumps({"drivers": list(pyogrio.list_drivers()), "read": read, "refused": refused}))
"""
_POINT = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
    '"geometry": {"type": "Point", "coordinates": [123.8, 42.3]}}]}'
)


@pytest.mark.parametrize("before", ["", "GML"], ids=["bare", "own GDAL_SKIP"])
def test_what_follows_references_is_off(tmp_path: Path, before: str) -> None:
    """No such driver is registered, a reference is not followed, and nothing is warned of."""
    (tmp_path / "good.geojson").write_text(_POINT, encoding="utf-8")
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="good"><SrcDataSource>{tmp_path}/good.geojson'
    vrt += "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    (tmp_path / "vrt.gpkg").write_text(vrt, encoding="utf-8")
    loose = {"GDAL_DRIVER_PATH": str(tmp_path), "GDAL_VRT_ENABLE_PYTHON": "YES"}
    environment = {**os.environ, **loose, "GDAL_SKIP": before}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _SCRIPT, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    off = {"OGR_VRT", "GDALG", "HTTP", "WFS", "OAPIF", "CSW", "Carto", "Elasticsearch", "PDF"}
    assert off.isdisjoint(found["drivers"])
    assert {"GPKG", "GeoJSON", "ESRI Shapefile", "FlatGeobuf"} <= set(found["drivers"])
    assert ("GML" in found["drivers"]) == (before == "")
    assert found["read"] == ["good.geojson"]
    assert found["refused"] == ["vrt.gpkg"]


def test_settings_overrule_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could switch drivers on again is overruled; drivers skipped by the user stay skipped."""
    monkeypatch.delitem(sys.modules, "pyogrio", raising=False)
    monkeypatch.setenv("GDAL_SKIP", "GML KML")
    monkeypatch.setenv("GDAL_DRIVER_PATH", "/plugins")
    monkeypatch.setenv("GDAL_VRT_ENABLE_PYTHON", "YES")
    monkeypatch.setenv("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".tif")
    monkeypatch.setenv("GDAL_CONFIG_FILE", "/gdalrc")
    monkeypatch.setenv("OGR_SQLITE_LOAD_EXTENSIONS", "evil.so")
    guard_gdal()
    guard_gdal()
    assert os.environ["GDAL_SKIP"].split()[0] == "OGR_VRT"
    assert os.environ["GDAL_SKIP"].split().count("OGR_VRT") == 1
    assert os.environ["GDAL_SKIP"].endswith(" GML KML")
    assert os.environ["GDAL_DRIVER_PATH"] == "disable"
    assert os.environ["GDAL_VRT_ENABLE_PYTHON"] == "NO"
    assert os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] == ".none"
    assert os.environ["GDAL_CONFIG_FILE"] == os.devnull
    assert "OGR_SQLITE_LOAD_EXTENSIONS" not in os.environ


_CONFIG = """
from tieling_geo.gdal_settings import guard_gdal
guard_gdal()
import pyogrio
print(pyogrio.get_gdal_config_option("OGR_SQLITE_LOAD_EXTENSIONS"), pyogrio.list_drivers()["GPKG"])
"""


@pytest.mark.parametrize("place", ["home", "variable"])
def test_settings_files_of_gdal_are_not_read(tmp_path: Path, place: str) -> None:
    """Neither `~/.gdal/gdalrc`, nor the one that a variable names, loads or skips anything."""
    (tmp_path / ".gdal").mkdir()
    settings = tmp_path / ".gdal" / "gdalrc"
    settings.write_text(
        "[configoptions]\nOGR_SQLITE_LOAD_EXTENSIONS=evil.so\nGDAL_SKIP=GPKG\n", encoding="utf-8"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GDAL")}
    environment["HOME"] = str(tmp_path)
    if place == "variable":
        environment["GDAL_CONFIG_FILE"] = str(settings)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _CONFIG], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == ["None", "raw"]


def test_too_late_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once pyogrio is loaded the settings are left alone: they would only mislead."""
    monkeypatch.setitem(sys.modules, "pyogrio", sys)
    monkeypatch.setenv("GDAL_SKIP", "GML")
    guard_gdal()
    assert os.environ["GDAL_SKIP"] == "GML"
