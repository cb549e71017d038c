"""Part a cell that holds both coordinates, and join cells that hold the parts of one."""

import re
import unicodedata

from tieling_geo.readers.ledgers.angles import AXIS_WORDS, to_cleaned
from tieling_geo.readers.spreadsheets.sheet import BadCell, Value
from tieling_geo.text import Text

_AXIS = re.compile("|".join(sorted(AXIS_WORDS, key=len, reverse=True)))
_POINT = re.compile(r"(?:SRID=[0-9]+;)?POINT\s*\(([^()]*)\)")
#: Where two coordinates can part, the surest first. A comma can also be a decimal mark.
_BETWEEN = (
    re.compile(r"\s*[;、|/]\s*"),
    re.compile(r"\s*,\s*"),
    re.compile(r"(?<=[\"'])\s*(?=[0-9]{1,3}\s*°)"),
    re.compile(r"\s+"),
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PAIR = 2
# No pair of coordinates is longer.
_LONGEST = 160

_NO_PAIR = Text("应为经度与纬度两个值", "not a pair of two coordinates")
_NO_PARTS = Text("度、分、秒不是数字", "degrees, minutes or seconds are not numbers")
_CUT = Text(
    "度、分、秒不全,空缺不作 0 处理",
    "degrees, minutes and seconds are not complete; a blank is not taken as 0",
)


def to_parted(cell: Value) -> tuple[str, str] | Text | None:
    """
    Part a cell into its two coordinates, in the order in which they stand.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    parted
        Two texts; None for a blank cell; the reason where it is no pair.

    Examples
    --------
    >>> to_parted("123.84，42.29")
    ('123.84', '42.29')
    >>> to_parted("北纬42.29 东经123.84")
    ('北纬42.29', '东经123.84')
    >>> to_parted("见附图").en
    'not a pair of two coordinates'
    """
    if cell is None:
        return None
    if isinstance(cell, BadCell):
        return cell.reason
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return _NO_PAIR
    text = to_cleaned(cell)
    point = _POINT.fullmatch(text)
    text = (point[1] if point else text).strip("()[]{}<> ")
    words = list(_AXIS.finditer(text))
    if len(words) == _PAIR:
        # `东经… 北纬…` parts before the second word, `…E …N` behind the first.
        cut = words[1].start() if words[0].start() == 0 else words[0].end()
        parts = [text[:cut], text[cut:]]
    else:
        parts = next((p for b in _BETWEEN if len(p := b.split(text)) == _PAIR), [])
    trimmed = [part.strip(" ,;、|/\n\t") for part in parts]
    return (trimmed[0], trimmed[1]) if len(trimmed) == _PAIR and all(trimmed) else _NO_PAIR


def to_joined(cells: list[Value]) -> str | Text | None:
    """
    Put the degrees, minutes and seconds of separate cells together.

    Parameters
    ----------
    cells
        Two or three cells.

    Returns
    -------
    joined
        As one coordinate's text; None if all are blank; the reason if they are no coordinate.

    Examples
    --------
    >>> print(to_joined([123, 50, 24.5]), to_joined([123, "50.4", None]))
    123°50'24.5" 123°50.4'
    >>> to_joined([123, 50, None]).en
    'degrees, minutes and seconds are not complete; a blank is not taken as 0'
    """
    bad = next((cell for cell in cells if isinstance(cell, BadCell)), None)
    if bad is not None:
        return bad.reason
    if all(cell is None for cell in cells):
        return None
    parts = ["" if cell is None else _to_part(cell) for cell in cells]
    filled = [part for part in parts if part]
    if not all(_PLAIN.fullmatch(part) for part in filled):
        return _NO_PARTS
    is_whole = len(filled) == len(cells) or "." in filled[-1]
    if parts[: len(filled)] != filled or not is_whole or any("." in part for part in filled[:-1]):
        return _CUT
    return "".join(part + mark for part, mark in zip(filled, "°'\"", strict=False))


def _to_part(cell: object) -> str:
    """Write a number of degrees, minutes or seconds without its mark."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip().rstrip("度分秒°′″'\" ")
