"""Numbers as people read them: exact where it matters, never so rounded that they change sides."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from tieling_geo.records import Clause, Comparator, Measure
from tieling_geo.text import Text
from tieling_geo.units import UNITS

#: Decimals that a number beside another keeps at most.
_MOST_DECIMALS = 6
#: How each comparator is written for people.
SIGNS: Mapping[Comparator, str] = MappingProxyType({
    ">=": "≥",
    ">": ">",
    "<=": "≤",
    "<": "<",
    "==": "=",
    "about": "≈",
    "none": "",
})


def to_words(value: Fraction, *, near: Fraction | None = None, like: Fraction | None = None) -> str:
    """
    Print a number with as few decimals as keep it on its side of another.

    Parameters
    ----------
    value
        The number.
    near
        The number from which it must be told apart: what is printed equals `near` only where
        `value` does, and is greater or less than it as `value` is.
    like
        A number whose decimals are kept, so that a reader can reckon with both: that of a target
        beside a margin. By default `near`.

    Returns
    -------
    words
        Two decimals, or as many more as it takes or as the other number has; zeros at the end are
        left out. A number that is not zero is never printed as zero.

    Examples
    --------
    >>> to_words(Fraction("0.0017"))
    '0.0017'
    >>> to_words(Fraction("0.51114"), near=Fraction("0.4872"))
    '0.5111'
    >>> to_words(Fraction(900, 13)), to_words(Fraction(900, 13), near=Fraction("69.23"))
    ('69.23', '69.2308')
    """
    kept = _decimals(near if like is None else like)
    places = max(2, kept + kept % 2)  # decimals come in pairs
    while value and not round(value, places):
        places += 2
    while near is not None and value != near and round(value, places) == round(near, places):
        places += 2
    return _decimal(value, places)


def _decimals(value: Fraction | None) -> int:
    """Count the decimals of a number, if it has a few; one without end has none to keep."""
    if value is None:
        return 0
    return next((n for n in range(_MOST_DECIMALS + 1) if (value * 10**n).denominator == 1), 0)


def _decimal(value: Fraction, places: int) -> str:
    """Print a number with so many decimals at most; in whole numbers, as a float would round."""
    scaled = round(value * 10**places)
    digits = str(abs(scaled)).zfill(places + 1)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def to_exact_words(value: Fraction) -> str:
    """
    Print a number exactly: as a decimal where that ends, else as a fraction.

    Examples
    --------
    >>> to_exact_words(Fraction("69.23")), to_exact_words(Fraction(900, 13))
    ('69.23', '900/13')
    """
    rest, places = value.denominator, 2
    for prime in (2, 5):
        exponent = 0
        while rest % prime == 0:
            rest, exponent = rest // prime, exponent + 1
        places = max(places, exponent)
    return _decimal(value, places) if rest == 1 else str(value)


def to_sentence(clause: Clause, measure: Measure) -> Text:
    """Say in one sentence what was counted, what the target is and what is not known."""
    value, unit = measure.value, UNITS[measure.unit]
    if value is None:  # pragma: no cover - asked only where something is counted
        return Text("", "")
    number = to_words(value, near=clause.target)
    ratio = measure.estimate
    # Counts are told as they are; a ratio of two amounts says nothing that its value does not.
    is_of_counts = isinstance(ratio.numerator, int) and isinstance(ratio.denominator, int)
    parts = f"({ratio.numerator}/{ratio.denominator})" if is_of_counts else ""
    zh, en = f"现值 {number}{unit.zh}{parts}", f"value {number} {unit.en} {parts}".strip()
    if clause.target is not None:
        band = ""
        if clause.tolerance_pct is not None:
            band = f" ±{to_exact_words(clause.tolerance_pct)}%"
        target = to_exact_words(clause.target)
        sign = SIGNS[clause.comparator]
        zh += f",目标 {sign} {target}{unit.zh}{band}"
        en += f", target {sign} {target} {unit.en}{band}"
    if measure.excluded:
        zh += f";另有 {measure.excluded} 个要素情况不明"
        en += f"; not known: {measure.excluded} more"
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    if low is not None and high is not None and low != high:
        least, most = (to_words(bound, near=clause.target) for bound in (low, high))
        zh += f",实际在 {least} 与 {most}{unit.zh}之间"
        en += f", so between {least} and {most} {unit.en}"
    return Text(zh, en)
