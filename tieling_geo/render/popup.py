"""
Words from a user's file on their way into a page: the one escape, and what a popup says.

Two places need two ways. In markup every value goes through `safe_text`. In the data that the
page's script reads, values travel as JSON (`safe_json`) and the script writes them with
`textContent`, which never interprets markup. Nothing else puts a user's words into a page.
"""

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence

import geopandas as gpd
import jinja2
import pandas as pd
from markupsafe import Markup

from tieling_geo.records import Analysis, Result, ResultColumn, Verdict
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

#: The column that holds a code for why a feature did not count; `Result.excluded` has the words.
_REASON = "reason"
_YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}
# Besides HTML's own five: the back-tick and `$ { } \` belong to JavaScript's template literals,
# and braces to Jinja's, which branca runs over a page a second time.
_UNSAFE = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`${}\\"}
# Distances closer to a whole number than this differ from it by rounding alone.
_NOISE = 1e-6
_TWO_DECIMALS = 0.01
_UNSAFE_IN_JSON = {
    "&": "\\u0026",
    "<": "\\u003c",
    ">": "\\u003e",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
# Cc: control · Cs: lone surrogate, which no file can hold · Zl, Zp: line ends in JavaScript.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Marks that turn the direction of the text after them, so that a name reads as another one.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(value: object) -> str:
    r"""
    Return a value as text without characters that are not meant to be read.

    A tab or a line end becomes a space; other control characters, lone surrogates and marks that
    turn the direction of writing are dropped.

    Examples
    --------
    >>> plain_text("云泽\x00\t一号\u202e")
    '云泽 一号'
    """
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    spaced = "".join(" " if sign in "\t\n\r\u2028\u2029" else sign for sign in text)
    return "".join(
        sign
        for sign in spaced
        if sign not in _DIRECTION_MARKS and unicodedata.category(sign) not in _DROPPED_CATEGORIES
    )


def plain_texts(values: Sequence[object]) -> list[str]:
    r"""
    Return many values as text; see `plain_text`.

    Examples
    --------
    >>> plain_texts(["甲", "乙\x00", 3])
    ['甲', '乙', '3']
    """
    texts = [value if isinstance(value, str) else str(value) for value in values]
    # What a column says is nearly always fit to be read as it is, and that is seen at once.
    return texts if "".join(texts).isprintable() else [plain_text(text) for text in texts]


def safe_text(value: object) -> str:
    r"""
    Return a value as text that no page interprets, in markup, attributes or templates.

    `& < > " ' \` $ { } \` become numeric entities; see `plain_text` for what is dropped.

    Examples
    --------
    >>> safe_text("<b>`${1}`</b>")
    '&#60;b&#62;&#96;&#36;&#123;1&#125;&#96;&#60;/b&#62;'
    >>> safe_text(None)
    'None'
    """
    return plain_text(value).translate(_UNSAFE)


def _printed(value: object) -> object:
    """Escape a value that a template prints, unless it is markup of our own."""
    return value if isinstance(value, Markup) else safe_text(value)


#: Where pages are made from templates: whatever one prints is escaped, asked for or not.
TEMPLATES = jinja2.Environment(
    finalize=_printed,
    autoescape=False,  # noqa: S701 - `finalize` escapes more than HTML's five signs
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def safe_json(value: object) -> str:
    r"""
    Return a record as JSON that can stand inside a `<script>` element.

    No text in it can close the element or open a comment. Keys keep their order.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it.

    Examples
    --------
    >>> safe_json({"name": "</script>锅炉"})
    '{"name":"\\u003c/script\\u003e锅炉"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escape in _UNSAFE_IN_JSON.items():
        text = text.replace(sign, escape)
    return text


def number_text(value: float) -> str:
    """
    Return a number for people: whole numbers plain, others with two decimals.

    A number that two decimals would show as zero, or as whole when it is not, keeps the
    first digit that says so: a margin of four millimetres is not "0.00".

    Examples
    --------
    >>> [number_text(x) for x in (12345.0, 3.14159, -0.0042, 2.0001, float("inf"))]
    ['12,345', '3.14', '-0.004', '2.0001', '∞']
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    beyond = abs(value - round(value))
    if beyond < _NOISE:
        return f"{round(value):,}"
    if beyond >= _TWO_DECIMALS:
        return f"{value:,.2f}"
    return f"{value:,.{-math.floor(math.log10(beyond))}f}".rstrip("0")


def value_text(value: object, language: Language) -> str:
    """
    Return one value of a feature for people; an empty word where there is none.

    Examples
    --------
    >>> value_text(True, "zh"), value_text(float("nan"), "zh"), value_text(2.5, "en")
    ('是', '', '2.50')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return _YES_NO[value].to(language)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return "" if math.isnan(value) else number_text(value)
    return plain_text(value)


def code_text(value: object, words: Mapping[str, Text], language: Language) -> str:
    """
    Say code words in people's words, or nothing if the value is not made of them.

    Examples
    --------
    >>> words = {"a": Text("甲", "one"), "b": Text("乙", "two")}
    >>> code_text("a;b", words, "zh"), code_text("c", words, "zh")
    ('甲、乙', '')
    """
    if not words or not isinstance(value, str):
        return ""
    codes = value.split(";")
    if not all(code in words for code in codes):
        return ""
    return ("、" if language == "zh" else ", ").join(words[code].to(language) for code in codes)


def field_title(column: ResultColumn, language: Language) -> str:
    """
    Return a column's title with its unit.

    Examples
    --------
    >>> field_title(ResultColumn("d_m", Text("距离", "distance"), "m"), "zh")
    '距离（米）'
    """
    title = column.title.to(language)
    if not column.unit:
        return title
    unit = UNITS[column.unit].to(language)
    return f"{title}（{unit}）" if language == "zh" else f"{title} ({unit})"


def popup_columns(card: Analysis, features: gpd.GeoDataFrame) -> tuple[ResultColumn, ...]:
    """
    Return the columns that a popup shows, in their order; the margin comes last.

    The column of reason codes is left out: a popup says the reason in words.
    """
    named = {c.name: c for c in card.columns if c.name not in {_REASON, card.margin.name}}
    named[card.margin.name] = card.margin
    return tuple(c for c in named.values() if c.name in features.columns)


def reason_words(result: Result, language: Language) -> dict[str, str]:
    """
    Say of each feature that did not count why, as `Result.excluded` tells it.

    Returns
    -------
    words
        Feature id -> its reasons, each once, in their order.
    """
    excluded = result.excluded
    if not len(excluded):
        return {}
    told: dict[str, dict[str, None]] = {}
    reasons = plain_texts(excluded[f"reason_{language}"].tolist())
    for feature, reason in zip(excluded["feature_id"].astype(str), reasons, strict=True):
        told.setdefault(feature, {})[reason] = None
    mark = "；" if language == "zh" else "; "
    return {feature: mark.join(told[feature]) for feature in sorted(told)}


def verdicts_on(analysis: str, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts that rest on an analysis, in their order."""
    return tuple(v for v in verdicts if v.clause.analysis == analysis)


def verdict_marks(verdicts: Sequence[Verdict]) -> Mapping[str, dict[str, list[int]]]:
    """
    Say of each feature which verdicts it speaks against, and in which it is unknown.

    Returns
    -------
    marks
        Feature id -> `against` and `unknown`: positions in `verdicts`.
    """
    marks: dict[str, dict[str, list[int]]] = {}
    for position, verdict in enumerate(verdicts):
        for word, ids in (("against", verdict.against), ("unknown", verdict.unknown)):
            for feature_id in ids:
                marks.setdefault(feature_id, {}).setdefault(word, []).append(position)
    return marks
