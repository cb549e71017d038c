"""Tell from the size of coordinates what they are, and in which CRS: degrees, or metres."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import pyproj

from tieling_geo.crs import CHINA_BOUNDS, GEOGRAPHIC_CRS, to_epsg_crs
from tieling_geo.errors import CRSError
from tieling_geo.records import CoordinateForm
from tieling_geo.text import Text

#: What one number can be. `prefixed`: an easting that begins with its zone; `web`: as `prefixed` in
#: the zones 13 and 14, but also as big as eastings of Web Mercator in Liaoning.
Kind = Literal["", "lon", "lat", "northing", "easting", "prefixed", "web", "other"]

#: Northings in metres (closed): from 31.6° to 53.7° N. Seven digits.
NORTHINGS_M = (3_500_000.0, 5_950_000.0)
#: Eastings in metres without the zone's number (closed below, open above). Six digits.
EASTINGS_M = (100_000.0, 1_000_000.0)
#: Numbers of China's zones of three and of six degrees (closed).
ZONES_3_DEGREE, ZONES_6_DEGREE = (25, 45), (13, 23)
_MILLION = 1_000_000
# Zone 13 and 14 of six degrees lie in the far west; 13.0 to 15.0 million is also Web Mercator here.
_ALSO_WEB = (13, 14)
#: EPSG codes of CGCS2000: zone of three degrees with prefix and without, of six degrees idem.
_CODES = {(3, True): 4488, (3, False): 4509, (6, True): 4478, (6, False): 4489}
DEGREES: frozenset[Kind] = frozenset({"lon", "lat"})
METRES: frozenset[Kind] = frozenset({"northing", "easting", "prefixed", "web"})
#: On which axis a kind lies.
SIDES: Mapping[Kind, Literal["east", "north"]] = MappingProxyType({
    "lon": "east",
    "easting": "east",
    "prefixed": "east",
    "web": "east",
    "lat": "north",
    "northing": "north",
})
#: Kinds as users read them.
KIND_NAMES: Mapping[Kind, Text] = MappingProxyType({
    "": Text("无法识别的值", "of no known kind"),
    "lon": Text("经度", "longitudes"),
    "lat": Text("纬度", "latitudes"),
    "northing": Text("纵坐标", "northings"),
    "easting": Text("横坐标", "eastings"),
    "prefixed": Text("带带号的横坐标", "eastings with their zone"),
    "web": Text("横坐标", "eastings"),
})


class Sizes(NamedTuple):
    """What most numbers of a table's two axes are."""

    east: Kind
    north: Kind
    zone: int = 0
    """The prefix that most eastings carry; 0 where they carry none."""

    @property
    def form(self) -> CoordinateForm:
        """Degrees, metres, or blank where it cannot be told."""
        if self.east in METRES or self.north in METRES:
            return "projected"
        return "degrees" if {self.east, self.north} & DEGREES else ""


def to_kind(number: float) -> Kind:
    """
    Tell what a coordinate is by its size.

    Examples
    --------
    >>> [to_kind(n) for n in (123.84, 42.29, 4_682_345, 536_123, 41_536_123, 13_785_000, 0)]
    ['lon', 'lat', 'northing', 'easting', 'prefixed', 'web', 'other']
    """
    if not math.isfinite(number):
        return "other"
    west, south, east, north = CHINA_BOUNDS
    windows: tuple[tuple[Kind, float, float], ...] = (
        ("lon", west, east),
        ("lat", south, north),
        ("northing", *NORTHINGS_M),
    )
    for kind, low, high in windows:
        if low <= number <= high:
            return kind
    zone, rest = to_zone(number), number % _MILLION
    if not EASTINGS_M[0] <= rest < EASTINGS_M[1]:
        return "other"
    if zone in _ALSO_WEB:
        return "web"
    if is_zone(zone):
        return "prefixed"
    return "easting" if zone == 0 else "other"


def to_zone(number: float) -> int:
    """
    Return the zone that an easting begins with; 0 for six digits.

    Examples
    --------
    >>> to_zone(41_536_123.4), to_zone(536_123.4)
    (41, 0)
    """
    return int(number // _MILLION)


def is_zone(zone: int) -> bool:
    """
    Tell whether China has a zone of that number.

    Examples
    --------
    >>> is_zone(41), is_zone(21), is_zone(24)
    (True, True, False)
    """
    return any(low <= zone <= high for low, high in (ZONES_3_DEGREE, ZONES_6_DEGREE))


def to_zone_crs(zone: int, *, prefix: bool) -> str:
    """
    Return the CGCS2000 code of a zone: of three degrees from 25 on, of six degrees below.

    Examples
    --------
    >>> to_zone_crs(41, prefix=True), to_zone_crs(41, prefix=False), to_zone_crs(21, prefix=True)
    ('EPSG:4529', 'EPSG:4550', 'EPSG:4499')
    """
    degrees = 3 if zone >= ZONES_3_DEGREE[0] else 6
    return f"EPSG:{_CODES[degrees, prefix] + zone}"


def to_stray(
    numbers: tuple[float, float], kinds: tuple[Kind, Kind], sizes: Sizes
) -> tuple[bool, Text] | None:
    """
    Tell what is wrong with a row's coordinates beside those of the other rows.

    Parameters
    ----------
    numbers
        East and north.
    kinds
        What they are.
    sizes
        What most rows have.

    Returns
    -------
    stray
        Whether the fault is told of the eastern column, and the fault; None if the row is like the
        others.

    Examples
    --------
    >>> to_stray((42.29, 123.84), ("lat", "lon"), Sizes("lon", "lat"))[1].en
    'the two coordinates of this row are swapped'
    """
    east, north = kinds
    if SIDES.get(east) == "north" and SIDES.get(north) == "east":
        return True, Text("本行的两个坐标互换了", "the two coordinates of this row are swapped")
    if sizes.form == "degrees" and METRES & {east, north}:
        why = Text("其余各行是经纬度,此值像是平面坐标", "metres, where others have degrees")
        return east in METRES, why
    return _stray_metres(to_zone(numbers[0]), kinds, sizes) if sizes.form == "projected" else None


def _stray_metres(zone: int, kinds: tuple[Kind, Kind], sizes: Sizes) -> tuple[bool, Text] | None:
    """Tell what is wrong with a row's metres."""
    for is_east, kind, usual in ((True, kinds[0], sizes.east), (False, kinds[1], sizes.north)):
        if usual and kind != usual:
            return is_east, _to_unlike(kind, usual)
    if sizes.zone and zone != sizes.zone:
        return True, Text(
            f"带号 {zone} 与其余各行的 {sizes.zone} 不同",
            f"zone {zone}, where others have {sizes.zone}",
        )
    return None


def _to_unlike(kind: Kind, usual: Kind) -> Text:
    """Say that a number is not what the others of its column are."""
    has, others = KIND_NAMES.get(kind, KIND_NAMES[""]), KIND_NAMES[usual]
    return Text(
        f"其余各行是{others.zh},此值像是{has.zh}", f"others are {others.en}, this looks {has.en}"
    )


def choose_crs(sizes: Sizes, stated: str, *, source: str) -> tuple[pyproj.CRS, tuple[Text, ...]]:
    """
    Return the CRS of a table's coordinates, and what to tell of it.

    What is stated holds if the numbers can be in it. Without a statement, degrees are CGCS2000 and
    eastings with a zone's number are of that zone; eastings without one are not guessed.

    Parameters
    ----------
    sizes
        What most coordinates are.
    stated
        `EPSG:n`, or empty.
    source
        The file's name, for messages.

    Raises
    ------
    CRSError
        If what is stated does not exist or contradicts the numbers, or nothing is stated and
        several would fit.

    Examples
    --------
    >>> choose_crs(Sizes("prefixed", "northing", 41), "", source="a.xlsx")[0].to_epsg()
    4529
    """
    if stated:
        crs = to_epsg_crs(stated, name=f"{source} / crs")
        _check_stated(sizes, crs, stated, source)
        return crs, ()
    if sizes.form != "projected":
        told = Text(
            f"未写明坐标系,经纬度按 {GEOGRAPHIC_CRS}(CGCS2000)",
            f"no CRS is stated: degrees are taken as {GEOGRAPHIC_CRS} (CGCS2000)",
        )
        return pyproj.CRS(GEOGRAPHIC_CRS), (told,)
    if sizes.east != "prefixed":
        raise CRSError(_not_stated(sizes, source))
    code = to_zone_crs(sizes.zone, prefix=True)
    crs = pyproj.CRS(code)
    told = Text(
        f"未写明坐标系,横坐标带号 {sizes.zone},按 {code}({crs.name})",
        f"no CRS is stated: eastings begin with zone {sizes.zone}, taken as {code} ({crs.name})",
    )
    return crs, (told,)


def _not_stated(sizes: Sizes, source: str) -> Text:
    """Say that metres are in no stated CRS, with the codes that would fit."""
    fitting = "EPSG:4550(中央经线 123°)、EPSG:4551(126°)、EPSG:4510(六度带 123°)、EPSG:32651(UTM)"
    if sizes.east == "web":
        fitting = f"EPSG:3857(Web 墨卡托)、{to_zone_crs(sizes.zone, prefix=True)}"
    plain = fitting.replace("中央经线 ", "").replace("六度带 ", "6-degree zone, ")
    plain = plain.replace("(", " (").replace(")", ")").replace("、", ", ")
    plain = plain.replace("Web 墨卡托", "Web Mercator")
    return Text(
        f"文件 {source}:坐标是以米为单位的平面坐标,横坐标不带带号,坐标系无法确定;"
        f'可能是 {fitting};请在 tieling.toml 或 card.toml 写明,如 crs = "EPSG:4550"',
        f"file {source}: the coordinates are metres, and their eastings do not tell the zone; "
        f'it may be {plain}; state it in tieling.toml or card.toml, such as crs = "EPSG:4550"',
    )


def _check_stated(sizes: Sizes, crs: pyproj.CRS, stated: str, source: str) -> None:
    """
    Refuse a CRS that the numbers cannot be in.

    Raises
    ------
    CRSError
        With the code that is likely right.
    """
    if sizes.form == "projected" and not crs.is_projected:
        likely = to_zone_crs(sizes.zone, prefix=True) if sizes.zone else "EPSG:4550"
        values = Text("以米为单位的平面坐标", "metres")
    elif sizes.form == "degrees" and crs.is_projected:
        likely, values = GEOGRAPHIC_CRS, Text("经纬度", "degrees")
    else:
        mismatch = _zone_mismatch(sizes, crs)
        if mismatch is None:
            return
        likely, values = mismatch
    raise CRSError(
        Text(
            f"文件 {source}:写明的坐标系 {stated}({crs.name})与坐标值不符:坐标值是{values.zh};"
            f"很可能应为 {likely};请在 tieling.toml 或 card.toml 更正 crs",
            f"file {source}: the CRS stated, {stated} ({crs.name}), does not fit the coordinates, "
            f"which are {values.en}; {likely} is likely right; correct crs in tieling.toml or "
            "card.toml",
        )
    )


def _zone_mismatch(sizes: Sizes, crs: pyproj.CRS) -> tuple[str, Text] | None:
    """Return the likely code where the eastings' zone is not the CRS's; None if all is well."""
    false_easting = _false_easting_m(crs)
    if not false_easting or sizes.east not in {"easting", "prefixed", "web"}:
        return None
    zone = to_zone(false_easting)
    if sizes.zone == zone:
        return None
    if sizes.zone:
        told = Text(f"带号为 {sizes.zone} 的坐标", f"of zone {sizes.zone}, by their prefix")
        return to_zone_crs(sizes.zone, prefix=True), told
    without = Text("不带带号的坐标", "without the zone's number")
    return to_zone_crs(zone, prefix=False), without


def _false_easting_m(crs: pyproj.CRS) -> float:
    """Return the easting of a CRS's central meridian; 0 where it has none."""
    operation = crs.coordinate_operation
    found = [p.value for p in operation.params if p.name == "False easting"] if operation else []
    return float(found[0]) if found else 0.0
