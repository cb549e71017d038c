"""
Read one cell of a column of numbers: exactly, with its unit, or say why not.

A unit is taken only where it is the column's own. Nothing is converted: where another unit is
known, the message says what it would come to, so that a person can decide.
"""

import math
import re
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.readers.values.outcomes import (
    BLANK,
    Limit,
    Outcome,
    Sign,
    is_blank,
    to_half_width,
    to_native,
    to_plain_outcome,
)
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import SCALED_UNITS, UNITS, conversion_guess, to_unit, to_unit_of

#: Whole numbers below this are exact as floating-point numbers.
EXACT = 2**53
# No number is longer; a message shows so much of what is no unit.
_LONGEST, _SHOWN = 200, 20

# What nearly every cell of a CSV is: read without looking further.
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:[eE](?P<exponent>[+-]?[0-9]+)"
    r"| ?[×xX*] ?10(?:\^(?P<power>[+-]?[0-9]+)|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
)
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
# The longer ones first.
_MULTIPLIERS = MappingProxyType({
    "万亿": 12,
    "千万": 7,
    "百万": 6,
    "十万": 5,
    "亿": 8,
    "億": 8,
    "万": 4,
    "萬": 4,
    "千": 3,
})
_SIGNS: MappingProxyType[str, Sign] = MappingProxyType({
    "<=": "<=",
    ">=": ">=",
    "<": "<",
    ">": ">",
    "小于": "<",
    "低于": "<",
    "大于": ">",
    "高于": ">",
})
_NOT_DETECTED = frozenset((
    *("未检出", "nd", "n.d.", "n.d", "bdl", "<dl", "<mdl", "<lod"),
    *("低于检出限", "小于检出限", "<检出限", "检出限以下", "低于最低检出限", "低于方法检出限"),
))
_BRACKETED = re.compile(r"\((.*)\)|\[(.*)\]|【(.*)】")

_ASK = Text(
    "处理:请填写一个阿拉伯数字,没有数据时留空",
    "write one plain number, or leave the cell blank",
)


def _why(zh: str, en: str) -> Text:
    """Return a reason that ends in what to do in any such case."""
    return Text(f"{zh};{_ASK.zh}", f"{en}; {_ASK.en}")


#: Why a text is no number: the first that is found is told.
_WHYS = (
    (re.compile(r"(?i)\A[+-]?(nan|inf|infinity|∞)\Z"), _why("不是有限的数", "not a finite number")),
    (
        re.compile(r"\A[+-]?[0-9.]*,[0-9,.]*\D*\Z"),
        Text(
            "逗号不在千位上,无法判断是千位分隔符还是小数点;处理:小数点请用“.”,千位分隔须每三位一个“,”",
            "a comma that does not part thousands may be a decimal point; write the decimal point "
            "as “.”, and either no comma or one every three digits",
        ),
    ),
    (
        re.compile(
            "\\A[〇零一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾佰][〇零一二三四五六七八九十百千万亿"
            "两壹贰叁肆伍陆柒捌玖拾佰仟点半]*(个|台|座|处|人|户|米|公里|千米|亩|兆瓦|年|蒸?吨.*)?\\Z"
        ),
        _why("是中文数字", "Chinese numerals"),
    ),
    (
        re.compile(r"[0-9.]\D{0,12}?([-~–—―]|至|到)\s*[+-]?[0-9.]"),
        _why("是范围或日期,不是单个数值", "a range or a day, not one number"),
    ),
    (
        re.compile(
            "约|左右|大概|大致|近|余|多|以上|以下|以内|不足|不到|不超|不低|不小|不大|不少|上下|超过|至少|至多"
            "|[±≈~?几数]|[<>]=?\\Z"
        ),
        _why("是概数,不是确定的数值", "an approximate number, not a definite one"),
    ),
    (
        re.compile(r"\A[+-]?[0-9]+( [0-9]+)+\D*\Z"),
        _why("数字中间有空格,可能是两个数", "spaces between digits: there may be two numbers"),
    ),
    (
        re.compile(r"[0-9)].*[×xX*+/÷=:].*[0-9]"),
        _why("是算式、比或日期,不是单个数值", "a sum, a ratio or a day, not one number"),
    ),
)
_NO_NUMBER = _why("不是数字", "not a number")
_TRUTH = _why("是逻辑值(TRUE/FALSE),不是数字", "a truth value, not a number")
_NOT_FINITE = _why("不是计算机能表示的有限数", "not a finite number that a computer holds")
_NOT_WHOLE = Text(
    "不是整数;处理:请填写整数,没有数据时留空",
    "not a whole number; write one, or leave the cell blank",
)
_NOT_EXACT = _why("整数位数过多,无法准确表示", "a whole number with too many digits to be exact")
_DAY_CELL = _why(
    "单元格是日期或时刻,可能被 Excel 自动改过",
    "the cell is a day or a time, perhaps made of something else by the spreadsheet",
)
_NO_VALUE = Text(
    "只是限值,不是数值,而本列不能为空;处理:请填写确定的数值",
    "only a limit, not a value, and this column must not be blank; write a definite value",
)

_UNIT_BESIDE = Text(
    "数字后面带有单位或“万”“亿”等字;处理:数字单独填写,单位(如“万吨”)写在旁边的单位列",
    "a unit or 万, 亿 follows the number; write the number alone, and its unit (such as 万吨) in "
    "the column of units beside it",
)
_UNIT_TAKEN = Text(
    "{n} 个值带有本列的单位,已读作数值", "{n} values carry the column's own unit and are read"
)
_MULTIPLIED = Text("{n} 个值按“万”“亿”等读作整数值", "{n} values are read with 万, 亿 and the like")
_GROUPED = Text("{n} 个值带千位分隔符,已读作数值", "{n} values have marks between thousands")
_CENSORED = Text(
    "{n} 个值只有限值(如 <0.5、未检出),另列保存,不作数值使用",
    "{n} values are only limits (such as <0.5); they are kept apart and not used as numbers",
)


class _Parsed(NamedTuple):
    """What a text in a column of numbers says."""

    digits: str = ""
    """Of the form that `float` and `Decimal` read; empty where it is no number."""
    why: Text = NOTHING
    note: Text = NOTHING
    is_below: bool = False
    """The number is a limit of detection: `0.5L`, as laboratories write it."""


def to_quantity(value: object, column: ColumnCard) -> Outcome:
    """
    Read one cell of a column of numbers or whole numbers.

    Parameters
    ----------
    value
        As the file has it: text, a number, a truth value, a day, or nothing.
    column
        What the schema says of the column; its unit is the only one taken.

    Returns
    -------
    outcome
        Its value is a `float`, or an `int` in a column of whole numbers.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.name == "capacity_mw")
    >>> to_quantity("５２．５ＭＷ", capacity).value
    52.5
    >>> print(to_quantity("75t/h", capacity).why.en)
    the unit is t/h (steam), the column is in MW: ×0.7 would give 52.5 MW; nothing is converted;
    write the number in MW
    >>> to_quantity("＜0.5", capacity).limit
    Limit(sign='<', limit=0.5)
    """
    native = to_native(value)
    if is_blank(native):
        return BLANK
    if isinstance(native, str):
        return _of_text(native, column)
    if isinstance(native, bool):
        return Outcome(why=_TRUTH)
    if isinstance(native, int | float | Decimal):
        return _of_number(native, column)
    if isinstance(native, BadCell):
        return Outcome(why=native.reason)
    return Outcome(why=_DAY_CELL if hasattr(native, "isoformat") else _NO_NUMBER)


def _of_number(number: float | Decimal, column: ColumnCard) -> Outcome:
    """Read a number that the file holds as a number."""
    if isinstance(number, float) and column.kind == "number":
        return Outcome(number) if math.isfinite(number) else Outcome(why=_NOT_FINITE)
    # By way of its shortest spelling: 0.1 is meant as 0.1.
    exact = Decimal(repr(number) if isinstance(number, float) else number)
    if not exact.is_finite():
        return Outcome(why=_NOT_FINITE)
    return _typed(_Parsed(str(exact)), column)


def _of_text(text: str, column: ColumnCard) -> Outcome:
    """Read a text: a plain number, nothing, a limit, or a number with its unit."""
    if len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        return _typed(_Parsed(text), column)
    return to_plain_outcome(text) or _of_half_width(to_half_width(text), column)


def _of_half_width(text: str, column: ColumnCard) -> Outcome:
    """Read a text in half-width, with nothing around it."""
    if len(text) > _LONGEST:
        return Outcome(why=_NO_NUMBER)
    if re.sub(r"\s", "", text).casefold() in _NOT_DETECTED:
        return _limited(Limit("not_detected", None), column)
    sign = next((sign for sign in _SIGNS if text.startswith(sign)), None)
    parsed = _parsed(text.removeprefix(sign or "").lstrip(), column)
    if not parsed.digits or (sign and parsed.is_below):
        return Outcome(why=parsed.why if any(parsed.why) else _NO_NUMBER)
    outcome = _typed(parsed, column)
    if any(outcome.why) or not (sign or parsed.is_below):
        return outcome
    return _limited(Limit(_SIGNS[sign or "<"], float(outcome.value)), column)


def _limited(limit: Limit, column: ColumnCard) -> Outcome:
    """Keep a limit where the column may be blank."""
    return Outcome(limit=limit, note=_CENSORED) if column.nullable else Outcome(why=_NO_VALUE)


def _typed(parsed: _Parsed, column: ColumnCard) -> Outcome:
    """Bring digits to the column's kind of number, or say why they do not fit."""
    number = float(parsed.digits)
    is_zero = number == 0
    is_lost = is_zero and re.search("[1-9]", parsed.digits.lower().partition("e")[0])
    if not math.isfinite(number) or is_lost:
        return Outcome(why=_NOT_FINITE)
    if column.kind != "integer":
        return Outcome(number, note=parsed.note)
    if abs(number) >= EXACT:
        return Outcome(why=_NOT_EXACT)
    exact = Decimal(0) if is_zero else Decimal(parsed.digits)
    if exact != exact.to_integral_value():
        return Outcome(why=_NOT_WHOLE)
    return Outcome(int(exact), note=parsed.note)


def _parsed(text: str, column: ColumnCard) -> _Parsed:
    """Part a text into its number and its unit; the unit must be the column's."""
    bare = _without_own_word(text, column)
    found = _NUMBER.match(bare)
    if not found:
        return _Parsed(why=_to_why(text))
    suffix = bare[found.end() :].strip()
    power, spelled = _to_multiplier(suffix, column.unit)
    is_multiple = power > 0
    needed = column.unit or "count"
    unit = to_unit_of(spelled, needed)
    raised = (found["raised"] or "").translate(_RAISED)
    power += int(found["exponent"] or found["power"] or raised or 0)
    digits = f"{found['sign']}{found['digits'].replace(',', '')}e{power}"
    if suffix and column.unit_column:
        return _Parsed(why=_UNIT_BESIDE)
    if unit not in {None, needed}:
        return _Parsed(why=_to_other_unit(float(digits), str(unit), needed))
    is_below = unit is None and _is_below(spelled, needed)
    if spelled and unit is None and not is_below:
        return _Parsed(why=_to_why(text, spelled))
    note = _UNIT_TAKEN if suffix else _GROUPED if "," in found["digits"] else NOTHING
    return _Parsed(digits, note=_MULTIPLIED if is_multiple else note, is_below=is_below)


def _without_own_word(text: str, column: ColumnCard) -> str:
    """Drop a header's word that some write before each number: `DN300` under `DN`."""
    words = (word for word in column.aliases if word.isascii() and word.isalpha())
    for word in words:
        rest = text[len(word) :].lstrip()
        if text[: len(word)].casefold() == word.casefold() and rest[:1].isdigit():
            return rest
    return text


def _to_multiplier(suffix: str, needed: str) -> tuple[int, str]:
    """
    Part what follows a number into a power of ten and a unit.

    `千米` is a unit, and `万吨` is one only in a column of that unit.
    """
    found = _BRACKETED.fullmatch(suffix)
    bare = next(filter(None, found.groups()), "") if found else suffix
    if to_unit(bare) in {None, *(SCALED_UNITS - {needed})}:
        for word, power in _MULTIPLIERS.items():
            if bare.startswith(word):
                return power, bare.removeprefix(word).strip()
    return 0, bare


def _is_below(spelled: str, needed: str) -> bool:
    """Tell whether an `L` follows the number: the limit of detection, which was not reached."""
    rest = spelled.removeprefix("L").strip()
    is_litres = needed in {"m3", "m3_per_d"}
    return spelled.startswith("L") and not is_litres and (not rest or to_unit(rest) == needed)


def _to_why(text: str, spelled: str = "") -> Text:
    """Say why a text is no number, and what to do."""
    for pattern, why in _WHYS:
        if pattern.search(text):
            return why
    if not spelled[:1].isalpha() or not spelled.isprintable():
        return _NO_NUMBER
    shown = spelled if len(spelled) <= _SHOWN else f"{spelled[: _SHOWN - 1]}…"
    return _why(f"数字后面的“{shown}”不是已知单位", f"“{shown}” after the number is no known unit")


def _to_other_unit(number: float, unit: str, needed: str) -> Text:
    """Say that a number is in another unit, and what it would come to in the column's."""
    have, need = UNITS[unit], UNITS[needed]
    factor = conversion_guess(unit, needed)
    told = NOTHING
    if factor is not None:
        by, result = to_factor_told(factor), f"{number * factor:.6g}"
        told = Text(f":{by} 得 {result} {need.zh}", f": {by} would give {result} {need.en}")
    return Text(
        f"单位是{have.zh},而本列的单位是{need.zh}{told.zh},程序不作换算;"
        f"处理:请核对后改填以{need.zh}为单位的数",
        f"the unit is {have.en}, the column is in {need.en}{told.en}; nothing is converted; "
        f"write the number in {need.en}",
    )


def to_factor_told(factor: float) -> str:
    """
    Say a factor in the shorter way: as a multiplication or as a division.

    Examples
    --------
    >>> to_factor_told(0.7), to_factor_told(1 / 0.7), to_factor_told(0.001)
    ('×0.7', '÷0.7', '÷1000')
    """
    ways = (f"×{factor:.10g}", f"÷{1 / factor:.10g}")
    return min(ways, key=lambda way: ("e" in way, len(way)))
