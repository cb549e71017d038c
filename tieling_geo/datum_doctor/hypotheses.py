"""Where a layer's features would be if their coordinates were not what was declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pyproj
from numpy.typing import NDArray

from tieling_geo.crs import WORKING_CRS, to_epsg_crs
from tieling_geo.crs.old_datums import (
    BEIJING54_UNCERTAINTY_M,
    XIAN80_UNCERTAINTY_M,
    as_if_beijing54,
    as_if_xian80,
)
from tieling_geo.crs.reference_systems import GEOGRAPHIC_CRS
from tieling_geo.crs.shifted_datums import from_bd09, from_gcj02, to_bd09, to_gcj02
from tieling_geo.errors import CRSError
from tieling_geo.records import Reading
from tieling_geo.text import Text

#: n by 2, working CRS, metres.
Points = NDArray[np.float64]
Move = Callable[[Points], Points]

# Degrees of longitude between the central meridians of neighbouring zones.
_ZONE_3, _ZONE_6 = 3.0, 6.0
# Scale of UTM on its central meridian, and the false easting that it shares with Gauss-Kruger.
_UTM_SCALE, _FALSE_EASTING_M = 0.9996, 500_000.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the coordinates could be, and where that would put the features."""

    candidate: str
    title: Text
    move: Move
    """From where the layer was read to be, to where it would be."""
    uncertainty_m: float = 0.0


@lru_cache(maxsize=64)
def _between(source: pyproj.CRS | str, target: pyproj.CRS | str) -> pyproj.Transformer:
    """Return the way between two CRSs, x first."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _degrees(points: Points) -> tuple[Points, Points]:
    """Take working metres to longitude and latitude."""
    lon, lat = _between(WORKING_CRS, GEOGRAPHIC_CRS).transform(points[:, 0], points[:, 1])
    return lon, lat


def _metres(lon: Points, lat: Points) -> Points:
    """Take longitude and latitude to working metres; inf for no place."""
    east, north = _between(GEOGRAPHIC_CRS, WORKING_CRS).transform(lon, lat)
    return np.column_stack([east, north])


def _turned(points: Points, degrees: float) -> Points:
    """Move along the parallel, as the same numbers in another zone do."""
    lon, lat = _degrees(points)
    return _metres(lon + degrees, lat)


def _scaled(points: Points, scale: float) -> Points:
    """Scale about the foot of the central meridian, as UTM and Gauss-Kruger do."""
    foot = np.array([_FALSE_EASTING_M, 0.0])
    scaled: Points = (points - foot) * scale + foot
    return scaled


def _reread(points: Points, stated: pyproj.CRS, true: str, *, swapped: bool) -> Points:
    """Read the file's own numbers in another CRS, or with the axes swapped."""
    x, y = _between(WORKING_CRS, stated).transform(points[:, 0], points[:, 1])
    one, other = (y, x) if swapped else (x, y)
    east, north = _between(true, WORKING_CRS).transform(one, other)
    return np.column_stack([east, north])


def _stated_crs(reading: Reading) -> pyproj.CRS:
    """Return the CRS of the file's coordinates; degrees where it is not known by a code."""
    try:
        return to_epsg_crs(reading.crs, name="reading")
    except CRSError:
        return pyproj.CRS(GEOGRAPHIC_CRS)


def to_hypotheses(reading: Reading) -> Mapping[str, Hypothesis]:
    """
    List what a layer's coordinates could be.

    Parameters
    ----------
    reading
        How the layer was read: CRS of its coordinates, and the datum that they were converted from.

    Returns
    -------
    hypotheses
        By candidate; `declared` is first and moves nothing. `unshifted` is there only for a layer
        that was converted: it could have needed none.

    Examples
    --------
    >>> from tieling_geo.records import Reading
    >>> list(to_hypotheses(Reading(crs="EPSG:4490")))[:3]
    ['declared', 'gcj02', 'bd09']
    >>> list(to_hypotheses(Reading(crs="EPSG:4490", converted_from="gcj02")))[:3]
    ['declared', 'unshifted', 'bd09']
    """
    stated = _stated_crs(reading)
    listed = [
        Hypothesis("declared", Text("按所写基准", "as declared"), lambda points: points),
        *_shifted(reading.converted_from),
        *_zones(stated),
        *_old_datums(stated),
        *_rereadings(stated),
    ]
    return {hypothesis.candidate: hypothesis for hypothesis in listed}


def _shifted(converted_from: str) -> list[Hypothesis]:
    """List the shifted degrees; those that were converted from are what is declared."""
    undo = {"gcj02": from_gcj02, "bd09": from_bd09}
    redo = {"gcj02": to_gcj02, "bd09": to_bd09}.get(converted_from)
    titles = {
        "unshifted": Text("未偏移的 CGCS2000", "CGCS2000, never shifted"),
        "gcj02": Text("GCJ-02(火星坐标)", "GCJ-02"),
        "bd09": Text("BD-09(百度坐标)", "BD-09"),
    }

    def move(candidate: str) -> Move:
        def moved(points: Points) -> Points:
            lon, lat = _degrees(points)
            if redo is not None:
                lon, lat = redo(lon, lat)
            if candidate in undo:
                lon, lat = undo[candidate](lon, lat)
            return _metres(lon, lat)

        return moved

    open_to = [c for c in titles if c != (converted_from or "unshifted")]
    return [Hypothesis(candidate, titles[candidate], move(candidate)) for candidate in open_to]


def _zones(stated: pyproj.CRS) -> list[Hypothesis]:
    """List the neighbouring zones; for metres also wide zones, and UTM, which looks like a zone."""
    turns = {
        "zone_east_3": (_ZONE_3, Text("东侧相邻 3 度带", "the next 3-degree zone east")),
        "zone_west_3": (-_ZONE_3, Text("西侧相邻 3 度带", "the next 3-degree zone west")),
        "zone_east_6": (_ZONE_6, Text("东侧相邻 6 度带", "the next 6-degree zone east")),
        "zone_west_6": (-_ZONE_6, Text("西侧相邻 6 度带", "the next 6-degree zone west")),
    }
    zones = [
        Hypothesis(name, title, partial(_turned, degrees=turn))
        for name, (turn, title) in turns.items()
        if stated.is_projected or abs(turn) == _ZONE_3
    ]
    if not stated.is_projected:
        return zones
    if "UTM" in stated.name:
        title = Text("高斯-克吕格(误作 UTM)", "Gauss-Kruger, stated as UTM")
        return [*zones, Hypothesis("gauss_kruger", title, partial(_scaled, scale=_UTM_SCALE))]
    title = Text("UTM(误作高斯-克吕格)", "UTM, stated as Gauss-Kruger")
    return [*zones, Hypothesis("utm", title, partial(_scaled, scale=1 / _UTM_SCALE))]


def _old_datums(stated: pyproj.CRS) -> list[Hypothesis]:
    """List Beijing 1954 and Xi'an 1980."""
    in_degrees = stated.is_geographic
    return [
        Hypothesis(
            "beijing54",
            Text("1954 北京坐标系", "Beijing 1954"),
            lambda points: as_if_beijing54(points, in_degrees=in_degrees),
            BEIJING54_UNCERTAINTY_M,
        ),
        Hypothesis(
            "xian80", Text("1980 西安坐标系", "Xi'an 1980"), as_if_xian80, XIAN80_UNCERTAINTY_M
        ),
    ]


def _rereadings(stated: pyproj.CRS) -> list[Hypothesis]:
    """List the readings of the file's own numbers that hardly ever stay inside China."""
    return [
        Hypothesis(
            "swapped_axes",
            Text("经纬度(纵横坐标)颠倒", "swapped axes"),
            lambda points: _reread(points, stated, stated.srs, swapped=True),
        ),
        Hypothesis(
            "web_mercator",
            Text("Web 墨卡托", "Web Mercator"),
            lambda points: _reread(points, stated, "EPSG:3857", swapped=False),
        ),
    ]
