"""Read one coordinate as ledgers write it: decimal degrees, degrees with minutes, or metres."""

import math
import re
import unicodedata
from datetime import datetime, time
from types import MappingProxyType
from typing import Literal, NamedTuple

import lat_lon_parser

from tieling_geo.readers.spreadsheets.sheet import BadCell, Value
from tieling_geo.text import Text

Axis = Literal["", "lon", "lat"]


class Coordinate(NamedTuple):
    """One coordinate, understood."""

    number: float
    """Degrees, or metres where no degree can be so big."""
    is_dms: bool = False
    """Whether it was written with minutes."""
    axis: Axis = ""
    """What the value itself says it is: `东经`, `N`, ..."""
    is_mended: bool = False
    """Whether a comma or `。` stood for the decimal point."""


#: Marks of degrees, minutes and seconds that hands, fonts and programs put for one another.
_MARKS = str.maketrans({
    **dict.fromkeys("º˚∘○", "°"),
    **dict.fromkeys("′’‘`´ʹ＇′‵", "'"),
    **dict.fromkeys("″”“〞〃ʺ＂‶", '"'),
    **dict.fromkeys("：∶", ":"),
    **dict.fromkeys("–—−－‐‑", "-"),
})
_WORDS = (
    (re.compile(r"(?<=[0-9])\s*(?:度|DEG)\s*"), "°"),
    (re.compile(r"(?<=[0-9])\s*(?:分|MIN)\s*"), "'"),
    (re.compile(r"(?<=[0-9])\s*(?:秒|SEC)\s*"), '"'),
    (re.compile(r"''"), '"'),
)
_AXES: MappingProxyType[str, tuple[Axis, int]] = MappingProxyType({
    **dict.fromkeys(("东经", "东", "E", "EAST"), ("lon", 1)),
    **dict.fromkeys(("西经", "西", "W", "WEST"), ("lon", -1)),
    **dict.fromkeys(("北纬", "北", "N", "NORTH"), ("lat", 1)),
    **dict.fromkeys(("南纬", "南", "S", "SOUTH"), ("lat", -1)),
    **dict.fromkeys(("经度", "LONGITUDE", "LON", "LNG"), ("lon", 1)),
    **dict.fromkeys(("纬度", "LATITUDE", "LAT"), ("lat", 1)),
})
#: Words that say of a value which axis it is on.
AXIS_WORDS = tuple(_AXES)
_AXIS = "|".join(sorted(AXIS_WORDS, key=len, reverse=True))
_FRAMED = re.compile(rf"(?P<before>{_AXIS})?[:\s]*(?P<body>.*?)[:\s]*(?P<after>{_AXIS})?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:E[+-]?[0-9]{1,3})?\s*°?")
_PART = r"([0-9]{1,2}(?:\.[0-9]+)?)"
#: Degrees, minutes, seconds: with marks; with one sign between the three; as `123.50.24`.
_DMS = (
    re.compile(rf"([0-9]{{1,3}})\s*°\s*{_PART}\s*'?(?:\s*(?<=['\s]){_PART}\s*\"?)?"),
    re.compile(rf"([0-9]{{1,3}})\s*[:\-]\s*{_PART}'?(?:\s*[:\-]\s*{_PART}\"?)"),
    re.compile(rf"([0-9]{{1,3}})\s+{_PART}'?\s+{_PART}\"?"),
    re.compile(rf"([0-9]{{1,3}})\.([0-9]{{1,2}})\.{_PART}"),
)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_TWICE = 2
_SIXTY = 60
# No coordinate is longer.
_LONGEST = 80

_NO_COORDINATE = Text("坐标不是数字或度分秒", "not a coordinate: neither a number nor degrees")
_A_DATE = Text(
    "单元格是日期或时间,不是坐标(Excel 可能改写了 123:50:24 之类的输入);请设为文本后重填",
    "the cell is a date or a time, no coordinate (Excel may have changed an entry such as "
    "123:50:24); format it as text and enter it again",
)
_WEST_SOUTH = Text("西经或南纬,不在中国境内", "western or southern hemisphere: not in China")
_SIXTY_OR_MORE = Text("分或秒不小于 60", "minutes or seconds are 60 or more")


def to_coordinate(value: Value) -> Coordinate | Text:
    """
    Read one coordinate; for what is none, say why.

    Numbers of metres come through as they are. A comma between digits is taken as the decimal
    mark, but `4,682,345.1` is grouped by thousands.

    Parameters
    ----------
    value
        A cell, not blank.

    Returns
    -------
    coordinate
        The coordinate, or the reason why it is none.

    Examples
    --------
    >>> to_coordinate("东经123°30′36″")
    Coordinate(number=123.51, is_dms=True, axis='lon', is_mended=False)
    >>> to_coordinate("123.50.24").number, to_coordinate("123，84").number
    (123.83999999999999, 123.84)
    >>> to_coordinate("123°61′").en
    'minutes or seconds are 60 or more'
    """
    if isinstance(value, BadCell):
        return value.reason
    if isinstance(value, datetime | time):
        return _A_DATE
    if value is None or isinstance(value, bool):
        return _NO_COORDINATE
    if isinstance(value, int | float):
        return Coordinate(float(value)) if math.isfinite(value) else _NO_COORDINATE
    return _from_text(to_cleaned(value)) if len(value) <= _LONGEST else _NO_COORDINATE


def to_cleaned(text: str) -> str:
    """
    Bring a coordinate's text to plain marks: half-width digits, `°`, `'`, `"`, capitals.

    Examples
    --------
    >>> print(to_cleaned(" １２３度50分24.5秒 "))
    123°50'24.5"
    """
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS).upper()
    for pattern, mark in _WORDS:
        plain = pattern.sub(mark, plain)
    return plain.strip()


def _from_text(text: str) -> Coordinate | Text:
    """Read a coordinate from cleaned text."""
    framed = _FRAMED.fullmatch(text)
    if framed is None:
        return _NO_COORDINATE
    words = {word for word in (framed["before"], framed["after"]) if word}
    stated = {_AXES[word] for word in words}
    axes = {axis for axis, _ in stated}
    if len(axes) > 1:
        return _NO_COORDINATE
    if any(sign < 0 for _, sign in stated):
        return _WEST_SOUTH
    axis: Axis = next(iter(axes), "")
    return _from_body(framed["body"], axis)


def _from_body(body: str, axis: Axis) -> Coordinate | Text:
    """Read a coordinate from which the words of its axis are taken off."""
    if _GROUPED.fullmatch(body) and (body.count(",") >= _GROUPED_TWICE or "." in body):
        return Coordinate(float(body.replace(",", "")), axis=axis)
    mended = re.sub(r"(?<=[0-9])[,。](?=[0-9])", ".", body, count=1)
    is_mended = mended != body
    if _DECIMAL.fullmatch(mended):
        number = float(mended.rstrip("° "))
        if not math.isfinite(number):
            return _NO_COORDINATE
        return Coordinate(number, axis=axis, is_mended=is_mended)
    parts = next((found.groups() for p in _DMS if (found := p.fullmatch(mended))), None)
    if parts is None or (parts[-1] is not None and "." in parts[1]):
        return _NO_COORDINATE
    return to_degrees(*(part for part in parts if part is not None), axis=axis, mended=is_mended)


def to_degrees(*parts: str, axis: Axis = "", mended: bool = False) -> Coordinate | Text:
    """
    Put degrees, minutes and seconds together.

    Parameters
    ----------
    *parts
        Two or three numbers as text: degrees, minutes, seconds.
    axis
        What the value says it is.
    mended
        Whether a decimal mark was read as a point.

    Examples
    --------
    >>> to_degrees("42", "17", "24").number
    42.29
    """
    if any(float(part) >= _SIXTY for part in parts[1:]):
        return _SIXTY_OR_MORE
    try:
        number = lat_lon_parser.parse(" ".join(parts))
    except ValueError:  # more degrees than there are
        return _NO_COORDINATE
    return Coordinate(number, is_dms=True, axis=axis, is_mended=mended)
