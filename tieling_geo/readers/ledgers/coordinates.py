"""Find the columns of a table that say where a row lies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.headers import (
    COORDINATE_WORDS,
    to_bracketed,
    to_folded,
    to_found,
    to_listed,
    to_plain,
)
from tieling_geo.text import Text

#: What a column of coordinates is by its header. `x` and `y` say nothing: surveyors' X points north
#: and a mathematician's east; `first` and `second` are the two numbers of one cell.
Role = Literal["lon", "lat", "east", "north", "x", "y", "pair", "wkt", "first", "second"]

#: Headers, as `to_plain` leaves them. 横坐标 is the easting and 纵坐标 the northing in both senses.
EAST_HEADERS = ("经度", "东经", "lon", "lng", "long", "longitude", "东坐标", "easting")
NORTH_HEADERS = ("纬度", "北纬", "lat", "latitude", "北坐标", "northing")
WKT_HEADERS = ("wkt", "geometrywkt", "图形wkt", "geometry", "geom", "thegeom")
_HEADERS: Mapping[Role, tuple[str, ...]] = MappingProxyType({
    "lon": (*EAST_HEADERS[:6], "地理经度", "中心经度", "x经度", "经度x", "经度e", "e经度"),
    "lat": (*NORTH_HEADERS[:4], "地理纬度", "中心纬度", "y纬度", "纬度y", "纬度n", "n纬度"),
    "east": (*EAST_HEADERS[6:], "东向坐标", "横坐标", "东", "e", "e坐标", "坐标e", "东移"),
    "north": (*NORTH_HEADERS[4:], "北向坐标", "纵坐标", "北", "n", "n坐标", "坐标n", "北移"),
    "x": ("x", "x坐标", "坐标x", "pointx", "coordx", "xcoord", "x轴"),
    "y": ("y", "y坐标", "坐标y", "pointy", "coordy", "ycoord", "y轴"),
    "pair": (
        "经纬度",
        "坐标",
        "经纬度坐标",
        "地理坐标",
        "位置坐标",
        "中心坐标",
        "坐标位置",
        "点位坐标",
        "gps",
        "gps坐标",
        "经度,纬度",
        "纬度,经度",
        "经度/纬度",
        "经度、纬度",
        "东经,北纬",
        "东经、北纬",
        "东经/北纬",
        "lonlat",
        "latlon",
        "lnglat",
        "latlng",
        "lon,lat",
        "lat,lon",
        "lng,lat",
        "lat,lng",
        "coordinate",
        "coordinates",
    ),
    "wkt": WKT_HEADERS,
})
_ROLES: Mapping[str, Role] = MappingProxyType({
    word: role for role, words in _HEADERS.items() for word in words
})
_GIVEN: Mapping[str, Role] = MappingProxyType(
    dict(zip(COORDINATE_WORDS, ("lon", "lat", "north", "east", "wkt"), strict=True))
)
#: A column of degrees only, minutes only or seconds only: `经度/度`, `经度(分)`, `lon_sec`.
_SPLIT = re.compile(
    r"(?P<axis>经度|东经|纬度|北纬|longitude|latitude|lon|lng|lat)[/(]?"
    r"(?P<part>度|分|秒|°|′|″|'|\"|degrees?|deg|d|minutes?|min|m|seconds?|sec|s)\)?"
)
_PARTS = MappingProxyType({
    **dict.fromkeys(("度", "°", "degree", "degrees", "deg", "d"), 0),
    **dict.fromkeys(("分", "′", "'", "minute", "minutes", "min", "m"), 1),
    **dict.fromkeys(("秒", "″", '"', "second", "seconds", "sec", "s"), 2),
})
#: The pairs of roles that make places, the best first.
_PAIRS: tuple[tuple[Role, Role], ...] = (("lon", "lat"), ("east", "north"), ("x", "y"))


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the places: a column, or the columns of its degrees, minutes and seconds."""

    role: Role
    headers: tuple[str, ...]

    @property
    def header(self) -> str:
        """The column that a fault is told of."""
        return self.headers[0]


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """The columns that say where rows lie: one (`wkt`, `pair`), two axes, or none for a table."""

    axes: tuple[Axis, ...]
    others: tuple[str, ...] = ()
    """Headers that look like coordinates, too, and are not used."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that is used."""
        return tuple(header for axis in self.axes for header in axis.headers)


def to_role(header: str) -> Role | None:
    """
    Tell what a column of coordinates is by its header; None for other columns.

    Examples
    --------
    >>> to_role("经度（°）"), to_role("坐标(纬度)"), to_role("X坐标"), to_role("使用单位")
    ('lon', 'lat', 'x', None)
    """
    if len(header) > _LONGEST:
        return None
    plain = to_plain(header)
    role = _ROLES.get(plain)
    if role in {"x", "y", "pair"}:
        within = _ROLES.get(to_folded(to_bracketed(header)))
        return within if within in {"lon", "lat", "east", "north"} else role
    if role is None and plain.endswith("经度") and "纬" not in plain:
        return "lon"
    if role is None and plain.endswith("纬度") and "经" not in plain:
        return "lat"
    return role


# No header of coordinates is longer.
_LONGEST = 40


def find_places(
    headers: Iterable[str], given: Mapping[str, str], *, source: str
) -> PlaceColumns | None:
    """
    Find the columns that say where rows lie.

    What is given goes first; then WKT, longitude and latitude, easting and northing, X and Y, and
    one column with both.

    Parameters
    ----------
    headers
        The file's headers.
    given
        Header -> column of the schema or one of `COORDINATE_WORDS`.
    source
        The file's name, for messages.

    Returns
    -------
    places
        The columns; None if there are none.

    Raises
    ------
    LayerSchemaError
        If one of them is there twice, or what is given is no pair.

    Examples
    --------
    >>> find_places(["编号", "纬度", "经度"], {}, source="a.csv").headers
    ('经度', '纬度')
    """
    listed = list(headers)
    given = to_found(listed, given)
    stated = [Axis(_GIVEN[word], (h,)) for h, word in given.items() if word in _GIVEN]
    if stated:
        return PlaceColumns(_checked(stated, source))
    axes = _axes([h for h in listed if h not in given], source)
    return None if axes is None else PlaceColumns(axes, _unused(listed, axes))


def _checked(stated: list[Axis], source: str) -> tuple[Axis, ...]:
    """
    Put the axes that a mapping states in order, east first.

    Raises
    ------
    LayerSchemaError
        If they are no pair.
    """
    by_role = {axis.role: axis for axis in stated}
    if set(by_role) == {"wkt"}:
        return (by_role["wkt"],)
    for pair in _PAIRS[:2]:
        if set(by_role) == set(pair):
            return tuple(by_role[role] for role in pair)
    told = to_listed([axis.header for axis in stated])
    raise LayerSchemaError(
        Text(
            f"文件 {source}:写明的坐标列 {told} 不成对;应为 lon 与 lat,或 y_east 与 x_north,或 wkt",
            f"file {source}: the coordinate columns stated, {told}, are no pair; state lon and "
            "lat, or y_east and x_north, or wkt",
        )
    )


def _axes(headers: list[str], source: str) -> tuple[Axis, ...] | None:
    """
    Find the axes by the headers, the best way of stating places first.

    Raises
    ------
    LayerSchemaError
        If a header is there twice.
    """
    by_role: dict[Role, list[str]] = {}
    for header in headers:
        role = to_role(header)
        if role is not None:
            by_role.setdefault(role, []).append(header)
    if "wkt" in by_role:
        return (Axis("wkt", (_one(by_role["wkt"], source),)),)
    split = _split(headers)
    if split is not None:
        return split
    for east, north in _PAIRS:
        if east in by_role and north in by_role:
            return tuple(Axis(role, (_one(by_role[role], source),)) for role in (east, north))
    if "pair" in by_role:
        return (Axis("pair", (_one(by_role["pair"], source),)),)
    # A longitude beside a northing and the like: what they hold is seen from their values.
    mixed = [next((r for r in side if r in by_role), None) for side in zip(*_PAIRS, strict=True)]
    found: list[Role] = [role for role in mixed if role is not None]
    if len(found) < len(mixed):
        return None
    return tuple(Axis(role, (_one(by_role[role], source),)) for role in found)


def _one(found: list[str], source: str) -> str:
    """
    Return the one header of a role; an exact word goes before those that only end in it.

    Raises
    ------
    LayerSchemaError
        If several fit.
    """
    exact = [header for header in found if to_plain(header) in _ROLES]
    fitting = exact or found
    if len(fitting) > 1:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:坐标列重复 {fitting},请只留一列,或在 tieling.toml 的 "
                f'[layers.<图层>.columns] 写明,如 "{fitting[0]}" = "lon"',
                f"file {source}: coordinates stand twice: {fitting}; keep one, or say which in "
                f'[layers.<layer>.columns] of tieling.toml, such as "{fitting[0]}" = "lon"',
            )
        )
    return fitting[0]


def _split(headers: list[str]) -> tuple[Axis, ...] | None:
    """Find columns of degrees, minutes and seconds; degrees and minutes at least."""
    parts: dict[Role, dict[int, str]] = {"lon": {}, "lat": {}}
    for header in headers:
        found = _SPLIT.fullmatch(to_folded(header)) if len(header) <= _LONGEST else None
        if found is not None:
            role: Role = "lon" if _ROLES[found["axis"]] == "lon" else "lat"
            parts[role].setdefault(_PARTS[found["part"]], header)
    if not all({0, 1} <= set(columns) for columns in parts.values()):
        return None
    return tuple(
        Axis(role, tuple(columns[n] for n in sorted(columns))) for role, columns in parts.items()
    )


def _unused(headers: list[str], axes: tuple[Axis, ...]) -> tuple[str, ...]:
    """List the headers that look like coordinates, too."""
    used = {header for axis in axes for header in axis.headers}
    return tuple(h for h in headers if h not in used and to_role(h) is not None)
