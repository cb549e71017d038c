"""
Settings that GDAL reads once, as it is loaded. The lowest room: it imports nothing of ours.

A file named `.gpkg` can make GDAL read another file or call a server, through drivers that follow
references. They are switched off before anything loads GDAL.
"""

import os
import sys

# Drivers of pyogrio's GDAL that follow a reference to other files or to servers, or run code.
# A name that it does not have would make it warn at every start.
_SKIPPED = (
    "OGR_VRT GDALG HTTP WFS OAPIF OGCAPI CSW GPSBabel PLSCENES AmigoCloud Carto Elasticsearch NGW "
    "EEDA ADBC AIVector PDF MBTiles"
)


def guard_gdal() -> None:
    """
    Switch off the GDAL drivers that follow references, before GDAL is loaded.

    Does nothing once pyogrio is loaded: GDAL reads these settings only as it starts. The check of
    each file's first bytes holds either way. What the environment says of the same settings is
    overruled; drivers that it skips beside ours stay skipped.
    """
    if "pyogrio" in sys.modules:
        return
    skipped = [_SKIPPED, os.environ.get("GDAL_SKIP", "")]
    os.environ["GDAL_SKIP"] = " ".join(filter(None, skipped))
    os.environ["GDAL_DRIVER_PATH"] = "disable"
    os.environ["GDAL_VRT_ENABLE_PYTHON"] = "NO"
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
    # Each of these could switch on again what is switched off here.
    for name in ("GDAL_CONFIG_FILE", "OGR_SQLITE_LOAD_EXTENSIONS"):
        os.environ.pop(name, None)
