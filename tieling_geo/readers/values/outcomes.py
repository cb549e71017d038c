"""What reading one cell can come to: a value, a limit, nothing, or a reason why not."""

import re
import unicodedata
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from tieling_geo.text import NOTHING, Text

#: How a value is known where only a limit of it is.
Sign = Literal["<", "<=", ">", ">=", "not_detected"]


class Limit(NamedTuple):
    """A value that a ledger gives only as a limit: `<0.5`, `未检出`."""

    sign: Sign
    limit: float | None
    """In the column's unit; None where the ledger names none."""


class Outcome(NamedTuple):
    """
    What one cell comes to.

    It failed if there is a `why`; else it is a limit if there is one; else it is missing if there
    is no value.
    """

    value: Any = None
    why: Text = NOTHING
    """Why the value is no good, and what to do."""
    limit: Limit | None = None
    flag: Text = NOTHING
    """Why a value that was taken looks wrong."""
    note: Text = NOTHING
    """What was done to read it, to be counted: with a place `{n}` for how many there are."""


#: A cell with nothing in it.
BLANK = Outcome()

#: What ledgers write where there is no value, folded (see `to_folded_cell`).
MISSING_MARKS = frozenset((
    *("-", "--", "---", "—", "——", "–", "/", "//", "\\", "\\n", "…", "……"),
    *("无", "无数据", "暂无", "暂无数据", "缺", "缺失", "缺测", "未填", "不详", "未知", "空"),
    *("na", "n/a", "#n/a", "null", "none", "(null)", "<null>"),
))
_MARKED = Outcome(
    note=Text("{n} 个缺失符号(-、/、无、NA 等)按缺失处理", "{n} marks for “none” taken as missing")
)

#: What a spreadsheet shows where a formula failed.
_ERRORS = re.compile(
    r"#(REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|#+)",
    re.IGNORECASE,
)
_HASHES = frozenset("#＃")
_BROKEN = Outcome(
    why=Text(
        "是公式出错或列宽不足的显示,不是值;处理:请在原表中改正公式后重新填写",
        "what a spreadsheet shows for a failed formula, not a value; put the formula right",
    )
)
# They show a text in another order than it is stored in.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# White space and characters of no width, which nobody sees at either end of a cell. Not as a
# pattern: one that looks for the end of a run is quadratic in the length of the run.
_UNSEEN = (
    " \t\n\r\v\f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"
)

# Full-width forms, and the other forms of signs; not NFKC, which makes 2 of ² and 1 of ①.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): plain
    for wide, plain in {
        "\u3000": " ",
        "\u00a0": " ",
        "\u202f": " ",
        "−": "-",
        "﹣": "-",
        "﹢": "+",
        "﹤": "<",
        "﹥": ">",
        "≤": "<=",
        "≦": "<=",
        "⩽": "<=",
        "≥": ">=",
        "≧": ">=",
        "⩾": ">=",
        "〜": "~",
        "﹪": "%",
    }.items()
}


def to_stripped(text: str) -> str:
    r"""
    Drop what nobody sees at either end of a cell: white space and characters of no width.

    Examples
    --------
    >>> to_stripped("\u3000 001\u200b\ufeff ")
    '001'
    """
    return text.strip(_UNSEEN)


def to_half_width(text: str) -> str:
    """
    Bring full-width digits, letters and signs to their plain forms; other characters stay.

    Examples
    --------
    >>> to_half_width("≤７５．５ｍ²")
    '<=75.5m²'
    """
    return to_stripped(text.translate(_HALF_WIDTH))


def to_plain_outcome(text: str) -> Outcome | None:
    """
    Judge what is no value in any column of numbers or days; None where it may be one.

    Examples
    --------
    >>> to_plain_outcome("－") is None, to_plain_outcome("75") is None
    (False, True)
    """
    plain = to_half_width(text)
    if not plain:
        return BLANK
    if plain.casefold() in MISSING_MARKS:
        return _MARKED
    return _BROKEN if _ERRORS.fullmatch(plain) else None


def is_error_shown(text: str) -> bool:
    """
    Tell whether a stripped text is what a spreadsheet shows for a failed formula.

    `#N/A` is none: it is a mark for nothing.

    Examples
    --------
    >>> is_error_shown("#REF!"), is_error_shown("#N/A")
    (True, False)
    """
    return text[:1] in _HASHES and bool(_ERRORS.fullmatch(to_half_width(text)))


def is_blank(value: object) -> bool:
    """
    Tell whether a cell holds nothing, in any of pandas' spellings of it.

    Examples
    --------
    >>> is_blank(None), is_blank(float("nan")), is_blank(pd.NaT), is_blank(0)
    (True, True, True, False)
    """
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
    )


def to_native(value: object) -> object:
    """
    Bring numpy's scalars to Python's own types; other values stay.

    Examples
    --------
    >>> to_native(np.int64(3)), to_native(np.True_), to_native("3")
    (3, True, '3')
    """
    if isinstance(value, np.datetime64):
        return pd.Timestamp(value)
    return value.item() if isinstance(value, np.generic) else value


def is_control(character: str) -> bool:
    r"""
    Tell whether a character has no place in a text: control, half of a pair, or turning the text.

    Examples
    --------
    >>> is_control("\x07"), is_control("\u202e"), is_control("铁")
    (True, True, False)
    """
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNING
