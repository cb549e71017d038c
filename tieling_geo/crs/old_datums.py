"""
Beijing 1954 and Xi'an 1980 as hypotheses: roughly where a place would be if it were in one of them.

There is no public shift from either datum to CGCS2000 that holds here, so a layer is never
converted by these (see `check_crs`). They serve the datum doctor alone, to tell what a constant
offset of 60-120 m looks like, each with its uncertainty.

* Beijing 1954: the three parameters of EPSG's "Beijing 1954 to WGS 84 (4)", 15.8 -154.4 -82.3 m on
  Krasovsky's ellipsoid. They were fitted in the Tarim basin; the other five sets in the EPSG
  registry move a place at 42.3° N, 123.8° E to up to 24 m from there.
* Xi'an 1980: the survey administration's guide on moving to CGCS2000 (2008) gives the shift of map
  sheets as -9 to +43 m in X (north) and +76 to +119 m in Y (east) over the country. The middle of
  the range is taken.
"""

from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import NDArray

from tieling_geo.crs.reference_systems import GEOGRAPHIC_CRS, WORKING_CRS

#: How far from the truth the Beijing 1954 hypothesis can be, metres.
BEIJING54_UNCERTAINTY_M = 25.0
#: How far from the truth the Xi'an 1980 hypothesis can be, metres: half the diagonal of the range.
XIAN80_UNCERTAINTY_M = 34.0

_KRASOVSKY_TM = "+proj=tmerc +lat_0=0 +lon_0=123 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m"
_BEIJING54_SHIFT = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=krass +step +proj=helmert +x=15.8 +y=-154.4 +z=-82.3 "
    "+step +inv +proj=cart +ellps=GRS80 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
# The middle of the published range, metres on the map.
_XIAN80_EAST_M, _XIAN80_NORTH_M = 97.5, 17.0


@lru_cache(maxsize=1)
def _ways() -> tuple[pyproj.Transformer, pyproj.Transformer]:
    """Return the way from working metres to degrees, and the shift of Beijing 1954."""
    back = pyproj.Transformer.from_crs(WORKING_CRS, GEOGRAPHIC_CRS, always_xy=True)
    return back, pyproj.Transformer.from_pipeline(_BEIJING54_SHIFT)


def as_if_beijing54(points: NDArray[np.float64], *, in_degrees: bool) -> NDArray[np.float64]:
    """
    Move places as if their coordinates were Beijing 1954, though CGCS2000 was stated.

    Parameters
    ----------
    points
        n by 2: easting and northing in `WORKING_CRS`, metres.
    in_degrees
        Whether the file holds degrees; metres of Gauss-Kruger mean another place, because
        Krasovsky's ellipsoid is bigger.

    Returns
    -------
    moved
        n by 2, `WORKING_CRS`, metres, within `BEIJING54_UNCERTAINTY_M`.

    Examples
    --------
    >>> import numpy as np
    >>> place = np.array([[569_000.0, 4_683_000.0]])
    >>> (as_if_beijing54(place, in_degrees=True) - place).round().tolist()
    [[73.0, 35.0]]
    >>> (as_if_beijing54(place, in_degrees=False) - place).round().tolist()
    [[71.0, -48.0]]
    """
    back, shift = _ways()
    if in_degrees:
        lon, lat = back.transform(points[:, 0], points[:, 1])
    else:
        krasovsky = pyproj.Proj(_KRASOVSKY_TM)
        lon, lat = krasovsky(points[:, 0], points[:, 1], inverse=True)
    lon, lat = shift.transform(lon, lat)
    east, north = back.transform(lon, lat, direction="INVERSE")
    return np.column_stack([east, north])


def as_if_xian80(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Move places as if their coordinates were Xi'an 1980, though CGCS2000 was stated.

    Its ellipsoid differs from that of CGCS2000 by 3 m: degrees and metres mean the same shift.

    Parameters
    ----------
    points
        n by 2: easting and northing in `WORKING_CRS`, metres.

    Returns
    -------
    moved
        n by 2, `WORKING_CRS`, metres, within `XIAN80_UNCERTAINTY_M`.

    Examples
    --------
    >>> import numpy as np
    >>> as_if_xian80(np.array([[569_000.0, 4_683_000.0]])).tolist()
    [[569097.5, 4683017.0]]
    """
    moved: NDArray[np.float64] = points + np.array([_XIAN80_EAST_M, _XIAN80_NORTH_M])
    return moved
