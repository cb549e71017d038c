"""Read one cell of a column of words: text, allowed values, yes and no."""

import difflib
import re
import unicodedata
from datetime import date, time
from decimal import Decimal
from functools import cache
from types import MappingProxyType

import numpy as np

from tieling_geo.readers.ledgers.headers import to_folded
from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.outcomes import (
    BLANK,
    Outcome,
    is_blank,
    is_control,
    is_error_shown,
    to_half_width,
    to_native,
    to_plain_outcome,
    to_stripped,
)
from tieling_geo.readers.values.quantities import EXACT
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import NOTHING, Text

_BOOLEANS = MappingProxyType(
    dict.fromkeys(("是", "有", "true", "yes", "y", "t", "1", "1.0", "√", "✓", "✔", "☑"), True)
    | dict.fromkeys(("否", "无", "false", "no", "n", "f", "0", "0.0", "×", "✗", "✘", "☒"), False)
)
# Two words of two characters that share one are this alike (closed); a longer word is no slip.
_ALIKE, _LONGEST_SLIP = 0.5, 40

_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
# A code of digits that a spreadsheet has shown as a number: the digits after these are gone.
_LOST_DIGITS = re.compile(r"[+-]?[0-9](\.[0-9]+)?[eE]\+[0-9]{2,3}")
_REPLACED = "\ufffd"

_TRUTH = Text(
    "应为“是”或“否”;处理:请改填,没有时留空", "should be yes or no; leave it blank if unknown"
)
_ERROR = Text(
    "是公式出错的显示,不是值;处理:请在原表中改正公式后重新填写",
    "what a spreadsheet shows for a failed formula, not a value; put the formula right",
)
_DIGITS_LOST = Text(
    "编号的位数已丢失;处理:请在原表中把本列设为“文本”格式,重新填写完整编号",
    "digits of the code are lost; set the column to text in the spreadsheet and type it in full",
)
_DAY_CELL = Text(
    "编号被 Excel 改成了日期或时刻;处理:请在原表中把本列设为“文本”格式,重新填写",
    "the spreadsheet has made a day of the code; set the column to text and type it again",
)
_DAY_SHOWN = Text(
    "文本列中的单元格是日期或时刻,可能被 Excel 自动改过,请核对",
    "a day or a time in a column of text: the spreadsheet may have changed what was typed",
)
_BROKEN_CHARACTERS = Text(
    "有已损坏的字符(�),原文的编码曾被误读,请按原文核对",
    "broken characters (�): the text was once read in a wrong encoding; check it",
)
_INVISIBLE = Text(
    "中间有看不见的字符,请核对", "it has characters within that nobody sees; check them"
)
_JOINED = Text(
    "{n} 个值中的换行或制表符改为一个空格", "{n} values had line breaks or tabs, now one space"
)

_NOT_TEXT = Text("不是单个文本;处理:请改填文字", "not one text; write words")


def to_word(value: object, column: ColumnCard) -> Outcome:
    """
    Read one cell of a column of text: codes and names stay as they are.

    Parameters
    ----------
    value
        As the file has it. Whole numbers become their digits; `NA` is a word like any other.
    column
        What the schema says of the column. A column of text that must not be blank holds codes.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> name = next(c for c in Boilers.columns() if c.name == "name")
    >>> [to_word(value, name).value for value in (" 001　", 1, 1.0, "NA", None)]
    ['001', '1', '1', 'NA', None]
    """
    native = to_native(value)
    if is_blank(native):
        return BLANK
    is_code = not column.nullable
    if isinstance(native, date | time):
        told = native.isoformat().removesuffix("T00:00:00")
        return Outcome(why=_DAY_CELL) if is_code else Outcome(told, flag=_DAY_SHOWN)
    if isinstance(native, float) and abs(native) >= EXACT:
        return Outcome(why=_DIGITS_LOST)
    if isinstance(native, BadCell | bytes | list | tuple | dict | set | np.ndarray):
        return Outcome(why=native.reason if isinstance(native, BadCell) else _NOT_TEXT)
    return _of_text(_to_digits(native), is_code=is_code)


def _to_digits(native: object) -> str:
    """Give a number as people write it: whole ones without a point."""
    if isinstance(native, float) and native.is_integer():
        native = int(native)
    if isinstance(native, int) and not isinstance(native, bool):
        # Python's own `str` refuses whole numbers of more than 4,300 digits.
        return str(Decimal(native))
    return str(native)


def _of_text(text: str, *, is_code: bool) -> Outcome:
    """Drop what nobody sees at the ends, join lines, and refuse what no text has."""
    plain = to_stripped(text)
    if not plain:
        return BLANK
    if is_error_shown(plain):
        return Outcome(why=_ERROR)
    lines = [line.strip(" ") for line in _BREAKS.split(plain)]
    joined = " ".join(filter(None, lines)) if len(lines) > 1 else plain
    is_odd = not joined.isprintable()
    if is_odd and (bad := next(filter(is_control, joined), "")):
        return Outcome(why=_to_control_told(bad))
    if is_code and _LOST_DIGITS.fullmatch(joined):
        return Outcome(why=_DIGITS_LOST)
    if _REPLACED in joined:
        return (
            Outcome(why=_BROKEN_CHARACTERS) if is_code else Outcome(joined, flag=_BROKEN_CHARACTERS)
        )
    is_odd = is_odd and any(unicodedata.category(character) == "Cf" for character in joined)
    return Outcome(
        joined, flag=_INVISIBLE if is_odd else NOTHING, note=NOTHING if joined == plain else _JOINED
    )


def _to_control_told(character: str) -> Text:
    """Name a character that has no place in a text."""
    code = f"U+{ord(character):04X}"
    return Text(
        f"含有控制字符 {code};处理:请删除该字符后重新填写",
        f"it has the control character {code}; delete it and type the text again",
    )


def to_boolean(value: object) -> Outcome:
    """
    Read yes or no in the spellings that ledgers use.

    Examples
    --------
    >>> [to_boolean(value).value for value in ("是", "√", 0, "×", "")]
    [True, True, False, False, None]
    """
    native = to_native(value)
    if is_blank(native):
        return BLANK
    if isinstance(native, BadCell):
        return Outcome(why=native.reason)
    # Not folded as headers are: ① is no 1 here.
    folded = "".join(to_half_width(str(native)).split()).casefold()
    if not folded:
        return BLANK
    if folded in _BOOLEANS:
        return Outcome(_BOOLEANS[folded])
    return to_plain_outcome(folded) or Outcome(why=_TRUTH)


def to_allowed(value: object, column: ColumnCard) -> Outcome:
    """
    Read an allowed value by its code, by either title, or by a known other spelling.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> fuel = next(c for c in Boilers.columns() if c.name == "fuel")
    >>> to_allowed("燃煤", fuel).value
    'coal'
    >>> print(to_allowed("然煤", fuel).why.en)
    not one of: coal, gas, oil, biomass, electricity; did you mean coal? Nothing is changed unasked
    """
    native = to_native(value)
    if is_blank(native):
        return BLANK
    if isinstance(native, BadCell):
        return Outcome(why=native.reason)
    text = to_stripped(str(native))
    folded = to_folded(text)
    if not folded:
        return BLANK
    known = column.values
    codes = _to_codes(tuple(known.items()), tuple(column.value_aliases.items()))
    if folded in codes:
        return Outcome(codes[folded])
    if nothing := to_plain_outcome(text):
        return nothing
    slip = _to_slip(folded[:_LONGEST_SLIP], codes)
    meant = known[codes[slip]] if slip else None
    allowed = Text("、".join(title.zh for title in known.values()), ", ".join(known))
    return Outcome(
        why=Text(
            f"不在允许值内:{allowed.zh}"
            + (f";是否应为“{meant.zh}”?程序不作更改" if meant else ";处理:请改填其中之一"),
            f"not one of: {allowed.en}"
            + (f"; did you mean {codes[slip]}? Nothing is changed unasked" if meant else ""),
        )
    )


def _to_slip(word: str, codes: dict[str, str]) -> str:
    """Find the known spelling that a word is most like; empty where none is like enough."""
    # What these two rule out is never alike, and ruling it out is quick.
    near = [
        known
        for known in codes
        if 2 * min(len(known), len(word)) >= _ALIKE * (len(known) + len(word))
        and not set(known).isdisjoint(word)
    ]
    return next(iter(difflib.get_close_matches(word, near, n=1, cutoff=_ALIKE)), "")


@cache
def _to_codes(
    known: tuple[tuple[str, Text], ...], aliases: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """Map every folded spelling to the value that it means."""
    codes = {to_folded(word): code for code, title in known for word in (code, *title)}
    return codes | {to_folded(alias): code for alias, code in aliases}
