"""
Settings that GDAL reads once, as it is loaded. The lowest room: it imports nothing of ours.

A file named `.gpkg` can make GDAL read another file or call a server, through drivers that follow
references. They are switched off before anything loads GDAL.
"""

import os
import sys
from collections.abc import Iterator
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
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - loads GDAL, once guarded

    option = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})
