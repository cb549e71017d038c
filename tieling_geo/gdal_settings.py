"""
Settings that GDAL reads once, as it is loaded. The lowest room: it imports nothing of ours.

A file named `.gpkg` can make GDAL read another file or call a server, through drivers that follow
references. They are switched off before anything loads GDAL.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

#: Drivers of pyogrio's GDAL that follow a reference to other files or to servers, or run code.
#: A name that it does not have would make it warn at every start.
FOLLOWING_DRIVERS = (
    "OGR_VRT GDALG HTTP WFS OAPIF OGCAPI CSW GPSBabel PLSCENES AmigoCloud Carto Elasticsearch NGW "
    "EEDA ADBC AIVector PDF MBTiles"
)


def guard_gdal() -> None:
    """
    Switch off the GDAL drivers that follow references, before GDAL is loaded.

    Does nothing once pyogrio is loaded: GDAL reads these settings only as it starts, and
    `tieling_geo.readers.guard.check_gdal_guard` then refuses to go on. What the environment says
    of the same settings is overruled; drivers that it skips beside ours stay skipped.
    """
    if "pyogrio" in sys.modules:
        return
    # GDAL warns of a name that stands twice.
    skipped = f"{FOLLOWING_DRIVERS} {os.environ.get('GDAL_SKIP', '')}".split()
    os.environ["GDAL_SKIP"] = " ".join(dict.fromkeys(skipped))
    os.environ["GDAL_DRIVER_PATH"] = "disable"
    os.environ["GDAL_VRT_ENABLE_PYTHON"] = "NO"
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    # Without this variable GDAL reads `~/.gdal/gdalrc`, which could switch on again what is
    # switched off here; the null device is a settings file that sets nothing.
    os.environ["GDAL_CONFIG_FILE"] = os.devnull
    os.environ.pop("OGR_SQLITE_LOAD_EXTENSIONS", None)


@contextmanager
def fixed_clock(day: date) -> Iterator[None]:
    """Let GDAL stamp files with a day instead of the moment: same input, same bytes."""
    with _options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"}):
        yield


@contextmanager
def no_waiting_for_disk() -> Iterator[None]:
    """
    Let GDAL write a GeoPackage of many layers without waiting for the disk after each.

    Only for a new file that is thrown away if it is not finished.
    """
    with _options({"OGR_SQLITE_SYNCHRONOUS": "OFF"}):
        yield


@contextmanager
def _options(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set options of GDAL for a while."""
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - loads GDAL, once guarded

    before = {option: pyogrio.get_gdal_config_option(option) for option in wanted}
    pyogrio.set_gdal_config_options(dict(wanted))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
