"""
What raw coordinates could be, by their numbers alone: why a layer lies in the wrong place.

Each candidate CRS has a window of numbers (domain notes, section 1.1). A candidate counts if it
puts nearly all points inside the region they must lie in; which candidates do is told, most likely
first, with what to write. Nothing is converted here. Shifts of some hundred metres (GCJ-02, BD-09,
Beijing 1954) do not show in the numbers: they are the datum doctor's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from tieling_geo.crs.reference_systems import CHINA_BOUNDS, GEOGRAPHIC_CRS
from tieling_geo.text import Text

GuessKind = Literal["degrees", "zone_3", "zone_6", "web_mercator", "utm"]
Cause = Literal[
    "as_stated",
    "no_crs",
    "swapped_axes",
    "zone_prefix",
    "other_zone",
    "degrees_or_metres",
    "web_mercator",
    "other_crs",
]
#: West, south, east, north, degrees, closed.
Bounds = tuple[float, float, float, float]
Numbers = NDArray[np.float64]

#: Least share of the points (closed) that a candidate must put inside the region.
ENOUGH_INSIDE = 0.95

# More points than these tell no more.
_SAMPLE = 2_000
# Half of a zone's own width, and how far offices use it beyond, degrees of longitude.
_HALF_WIDTH = {"zone_3": 1.5, "zone_6": 3.0, "utm": 3.0}
_SLACK = 1.5
# Which kind is the likelier where the numbers fit two.
_ORDER: tuple[GuessKind, ...] = ("degrees", "zone_3", "web_mercator", "zone_6", "utm")
# Where the numbers do not say which zone, the one nearest home is the likeliest.
_HOME_MERIDIAN = 123.0
# So many other codes are told.
_SHOWN = 3


class _Candidate(NamedTuple):
    """A CRS whose window is tried."""

    code: int
    kind: GuessKind
    zone: int = 0
    meridian: float = 0.0
    prefixed: bool = False


def _candidates() -> Iterator[_Candidate]:
    """List the CRSs that a Chinese office's numbers can be in, CGCS2000 for all its datums."""
    yield _Candidate(4490, "degrees")
    yield _Candidate(3857, "web_mercator")
    for zone in range(25, 46):
        yield _Candidate(4488 + zone, "zone_3", zone, 3.0 * zone, prefixed=True)
        yield _Candidate(4509 + zone, "zone_3", zone, 3.0 * zone)
    for zone in range(13, 24):
        yield _Candidate(4478 + zone, "zone_6", zone, 6.0 * zone - 3.0, prefixed=True)
        yield _Candidate(4489 + zone, "zone_6", zone, 6.0 * zone - 3.0)
    for zone in range(43, 54):
        yield _Candidate(32600 + zone, "utm", zone, 6.0 * zone - 183.0)


_CANDIDATES = {candidate.code: candidate for candidate in _candidates()}


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """One reading of the numbers that puts them inside the region."""

    crs: str
    """`EPSG:n`."""
    swapped: bool
    """The two coordinates stand in each other's place."""
    kind: GuessKind | None
    """None for a stated CRS that is none of the candidates."""
    share_inside: float
    """Share of the points inside the region, 0 to 1."""
    cause: Cause
    """Why the layer did not fit as it was stated."""
    told: Text
    """What the numbers look like, and what to write."""


def likely_crs(
    x: ArrayLike, y: ArrayLike, stated: pyproj.CRS | None, *, bounds: Bounds = CHINA_BOUNDS
) -> tuple[CrsGuess, ...]:
    """
    List the CRSs that put nearly all points inside a region, the likeliest first.

    Tried are the CRS as stated, degrees, the CGCS2000 3-degree zones 25-45 and 6-degree zones 13-23
    with and without the zone's number, Web Mercator and the UTM zones 43N-53N, each also with the
    axes swapped.

    Parameters
    ----------
    x, y
        n raw numbers each, as delivered: x is what the file has for easting or longitude. Numbers
        that are not finite are left out.
    stated
        The CRS they were stated in; None: none was.
    bounds
        The region they must lie in, degrees, closed; the narrower, the more it tells.

    Returns
    -------
    guesses
        Those with at least `ENOUGH_INSIDE` (closed) of the points inside; empty if none has. First
        the CRS as stated, then by how usual it is. Numbers without the zone's number fit many
        zones: then the region must be narrow, or the zone is open.

    Examples
    --------
    >>> import pyproj
    >>> city = (123.4, 41.9, 125.2, 43.5)
    >>> [g.crs for g in likely_crs([569000], [4683000], pyproj.CRS(4529), bounds=city)]
    ['EPSG:4550', 'EPSG:4510', 'EPSG:32651']
    >>> [(g.crs, g.cause) for g in likely_crs([42.29], [123.84], pyproj.CRS(4490))]
    [('EPSG:4490', 'swapped_axes')]
    """
    one, other = _sampled(x, y)
    if not len(one):
        return ()
    guesses: list[tuple[tuple[float, ...], CrsGuess]] = []
    share = 0.0 if stated is None else _share(_placed(stated, one, other), bounds)
    if stated is not None and share >= ENOUGH_INSIDE:
        known = _candidate_of(stated)
        told = Text("坐标与所写坐标系相符", "the numbers fit the CRS as stated")
        kind = known.kind if known else None
        guess = CrsGuess(_to_code(stated), False, kind, share, "as_stated", told)  # noqa: FBT003 - not swapped
        guesses.append(((0.0,), guess))
    for candidate in _CANDIDATES.values():
        for swapped, east, north in ((False, one, other), (True, other, one)):
            if not swapped and candidate is _candidate_of(stated):
                continue
            found = _tried(candidate, east, north, swapped=swapped, stated=stated, bounds=bounds)
            guesses += [] if found is None else [found]
    return tuple(guess for _, guess in sorted(guesses, key=lambda pair: pair[0]))


def _sampled(x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the finite pairs, thinned evenly where they are many."""
    points = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    points = points[np.isfinite(points).all(axis=1)]
    points = points[:: max(1, len(points) // _SAMPLE)]
    return points[:, 0], points[:, 1]


def _placed(crs: pyproj.CRS, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return the longitude and latitude of numbers read in a CRS; inf for no place."""
    if crs.is_geographic:
        return x, y
    lon, lat = _to_degrees(crs).transform(x, y)
    return lon, lat


@lru_cache(maxsize=256)
def _to_degrees(crs: pyproj.CRS) -> pyproj.Transformer:
    """Return the way from a CRS to longitude and latitude."""
    return pyproj.Transformer.from_crs(crs, GEOGRAPHIC_CRS, always_xy=True)


@lru_cache(maxsize=256)
def _crs(code: int) -> pyproj.CRS:
    """Return a CRS by its EPSG code."""
    return pyproj.CRS.from_epsg(code)


def _share(placed: tuple[Numbers, Numbers], bounds: Bounds) -> float:
    """Return the share of places inside a region."""
    west, south, east, north = bounds
    lon, lat = placed
    return float(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))


def _to_code(crs: pyproj.CRS) -> str:
    """Return `EPSG:n`, or the CRS's name if it has no code."""
    code = crs.to_epsg()
    return str(crs.name) if code is None else f"EPSG:{code}"


def _candidate_of(crs: pyproj.CRS | None) -> _Candidate | None:
    """Return the candidate that a stated CRS is; all degrees are one."""
    if crs is None:
        return None
    return _CANDIDATES.get(4490 if crs.is_geographic else crs.to_epsg() or 0)


def _tried(
    candidate: _Candidate,
    x: Numbers,
    y: Numbers,
    *,
    swapped: bool,
    stated: pyproj.CRS | None,
    bounds: Bounds,
) -> tuple[tuple[float, ...], CrsGuess] | None:
    """Return a guess with its rank, if the numbers fit a candidate's window and the region."""
    if not _fits_window(candidate, x):
        return None
    lon, lat = _placed(_crs(candidate.code), x, y)
    share = _share((lon, lat), bounds)
    if share < ENOUGH_INSIDE:
        return None
    beyond = 0.0
    if candidate.kind in _HALF_WIDTH:
        off = abs(float(np.median(lon)) - candidate.meridian)
        beyond = max(0.0, off - _HALF_WIDTH[candidate.kind])
        if beyond > _SLACK:
            return None
    cause = _to_cause(candidate, stated, swapped=swapped)
    told = _told(candidate, swapped=swapped)
    guess = CrsGuess(f"EPSG:{candidate.code}", swapped, candidate.kind, share, cause, told)
    home = abs(candidate.meridian - _HOME_MERIDIAN) if candidate.meridian else 0.0
    return (1.0, float(beyond > 0), float(swapped), _ORDER.index(candidate.kind), home), guess


def _fits_window(candidate: _Candidate, x: Numbers) -> bool:
    """
    Tell whether eastings can be of a candidate at all, before PROJ is asked.

    Far outside its zone PROJ's formula still gives a place somewhere: the zone's number, or none,
    must stand in the numbers.
    """
    if candidate.kind in {"degrees", "web_mercator"}:
        return True
    first = candidate.zone * 1e6 if candidate.prefixed else 0.0
    return bool(first < np.median(x) < first + 1e6)


def _to_cause(candidate: _Candidate, stated: pyproj.CRS | None, *, swapped: bool) -> Cause:
    """Say what went wrong if the numbers are a candidate's and something else was stated."""
    if stated is None:
        return "no_crs"
    if swapped:
        return "swapped_axes"
    if stated.is_geographic != (candidate.kind == "degrees"):
        return "web_mercator" if candidate.kind == "web_mercator" else "degrees_or_metres"
    known = _candidate_of(stated)
    if "web_mercator" in {candidate.kind, known.kind if known else ""}:
        return "web_mercator"
    if known is None or "utm" in {candidate.kind, known.kind}:
        return "other_crs"
    return "zone_prefix" if known.meridian == candidate.meridian else "other_zone"


def _told(candidate: _Candidate, *, swapped: bool) -> Text:
    """Say what the numbers look like, and what to write."""
    code = f"EPSG:{candidate.code}"
    looks = _looks(candidate)
    if swapped:
        return Text(
            f"坐标像是{looks.zh},但横、纵坐标(经、纬度)写反:请对调两列;坐标系为 {code}",
            f"the numbers look like {looks.en} with the two coordinates swapped: exchange the two "
            f"columns; the CRS is {code}",
        )
    return Text(
        f'坐标像是{looks.zh}:请核实后在 card.toml 中写 crs = "{code}"(矢量文件请改正其坐标系说明)',
        f'the numbers look like {looks.en}: if that is so, write crs = "{code}" in card.toml '
        "(or correct the CRS inside a vector file)",
    )


def _looks(candidate: _Candidate) -> Text:
    """Name a candidate in words."""
    if candidate.kind == "degrees":
        return Text("经纬度(度)", "longitude and latitude in degrees")
    if candidate.kind == "web_mercator":
        return Text("Web 墨卡托投影(网络地图)", "Web Mercator, as web maps have it")
    where = f"{candidate.meridian:g}°E"
    if candidate.kind == "utm":
        return Text(
            f"WGS 84 / UTM {candidate.zone}N(中央经线 {where})",
            f"WGS 84 / UTM zone {candidate.zone}N (central meridian {where})",
        )
    width = 3 if candidate.kind == "zone_3" else 6
    prefix = (
        Text("横坐标含带号", "the zone's number in front")
        if candidate.prefixed
        else Text("横坐标不含带号", "no zone number in front")
    )
    return Text(
        f"高斯-克吕格 {width} 度带第 {candidate.zone} 带(中央经线 {where},{prefix.zh})",
        f"{width}-degree Gauss-Kruger zone {candidate.zone} (central meridian {where}, "
        f"{prefix.en})",
    )


def to_likely_cause(guesses: Sequence[CrsGuess]) -> Text:
    """
    Say in one sentence what the coordinates of a layer in the wrong place most likely are.

    Parameters
    ----------
    guesses
        What `likely_crs` found.

    Returns
    -------
    told
        The likeliest guess, what to write, and which others fit as well.

    Examples
    --------
    >>> import pyproj
    >>> print(to_likely_cause(likely_crs([42.29], [123.84], pyproj.CRS(4490))).en)
    the numbers look like longitude and latitude in degrees with the two coordinates swapped: ...
    >>> print(to_likely_cause(()).en)
    the numbers fit no usual CRS; ask who made the file which CRS they are in
    """
    if not guesses:
        return Text(
            "坐标不符合任何常用坐标系,请向数据提供单位核实坐标系",
            "the numbers fit no usual CRS; ask who made the file which CRS they are in",
        )
    first, *others = guesses
    if not others:
        return first.told
    codes = [guess.crs for guess in others]
    shown = "、".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else "")
    return Text(
        f"{first.told.zh};仅凭数值还可能是 {shown},请核实带号与基准",
        f"{first.told.en}; by the numbers alone it can also be {shown}: check zone and datum",
    )
