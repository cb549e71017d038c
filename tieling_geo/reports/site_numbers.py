"""Numbers, bounds, targets and moves as the dashboard says them."""

from fractions import Fraction

from tieling_geo.plan.words import to_exact_words, to_words
from tieling_geo.records import Clause, Exact, Measure, Move, Quantity, Verdict
from tieling_geo.render.popup import number_text
from tieling_geo.reports.site_words import (
    COMPARATORS,
    DIRECTIONS,
    MOVES,
    NUMBER_DIRECTIONS,
    WORDS,
)
from tieling_geo.text import Language
from tieling_geo.units import UNITS

#: A total of more digits is left to the ledger.
_LONGEST_EXACT = 12


def with_unit(number: str, unit: str, language: Language) -> str:
    """
    Put a number and its unit together.

    Examples
    --------
    >>> with_unit("95", "%", "zh"), with_unit("35", "t_per_h", "en"), with_unit("2", "", "en")
    ('95%', '35 t/h (steam)', '2')
    """
    if not unit:
        return number
    return f"{number}{'' if language == 'zh' and unit == '%' else ' '}{UNITS[unit].to(language)}"


def amount_words(value: Fraction | None, clause: Clause, language: Language) -> str:
    """Print a value so that it stays on its side of the target; an empty word for none."""
    if value is None:
        return ""
    return with_unit(to_words(value, near=clause.target), clause.unit, language)


def ratio_words(quantity: Quantity | None) -> str:
    """
    Print a ratio's two totals exactly; an empty word for a plain total.

    Rounded totals would seem to give another value than the one that stands beside them: where
    they have no short decimals, nothing is said, and the ledger holds them exactly.

    Examples
    --------
    >>> ratio_words(Quantity(16, 17)), ratio_words(Quantity(3)), ratio_words(None)
    ('16/17', '', '')
    >>> ratio_words(Quantity(Fraction("0.116"), Fraction("0.8")))
    '0.116/0.8'
    >>> ratio_words(Quantity(1, Fraction(1, 3)))
    ''
    """
    if quantity is None or quantity.denominator is None:
        return ""
    parts = [to_exact_words(Fraction(n)) for n in (quantity.numerator, quantity.denominator)]
    is_short = all("/" not in part and len(part) <= _LONGEST_EXACT for part in parts)
    return "/".join(parts) if is_short else ""


def total_words(number: Exact) -> str:
    """
    Print a total: whole as it is, else with as few decimals as `to_words` needs.

    Examples
    --------
    >>> total_words(1600), total_words(Fraction(9, 4))
    ('1600', '2.25')
    """
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else to_words(exact)


def bounds_words(verdict: Verdict, language: Language) -> str:
    """Print what the value would be at least and at most, whatever the unknown turns out to be."""
    return _range(verdict.low, verdict.high, verdict.clause.target, verdict.clause.unit, language)


def _range(
    low: Fraction | None,
    high: Fraction | None,
    near: Fraction | None,
    unit: str,
    language: Language,
) -> str:
    """Print two bounds; an empty word if there are none, or nothing between them."""
    if low is None or high is None or low == high:
        return ""
    least, most = to_words(low, near=near), to_words(high, near=near)
    return with_unit(f"{least} – {most}", unit, language)


def measure_words(measure: Measure, language: Language) -> str:
    """Print a measure that is told beside a verdict: value, totals, bounds."""
    if measure.value is None:
        return "—"
    number = with_unit(to_words(measure.value), measure.unit, language)
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    between = _range(low, high, None, measure.unit, language)
    ratio = ratio_words(measure.estimate)
    parts = (number, f"({ratio})" if ratio else "", f"[{between}]" if between else "")
    return " ".join(filter(None, parts))


def target_words(clause: Clause, language: Language) -> str:
    """Print the target with its comparator, and whether the number itself counts."""
    if clause.target is None:
        return ""
    sign, closed = COMPARATORS[clause.comparator]
    number = with_unit(to_exact_words(clause.target), clause.unit, language)
    band = ""
    if clause.tolerance_pct is not None:
        band = f" ±{to_exact_words(clause.tolerance_pct)}%"
    note = closed.to(language)
    bracket = f"（{note}）" if language == "zh" else f" ({note})"
    return f"{sign} {number}{band}{bracket if note else ''}"


def margin_words(margin: Fraction | None, clause: Clause, language: Language) -> str:
    """
    Print a margin with its sign, never so rounded that it seems to be zero.

    Between two percentages lie percentage points, not percent.
    """
    if margin is None:
        return ""
    sign = "+" if margin > 0 else ""
    number = sign + to_words(margin, near=Fraction(0), like=clause.target)
    return with_unit(number, _unit_between(clause.unit), language)


def _unit_between(unit: str) -> str:
    """Name the unit of a difference of two values."""
    return "percentage_point" if unit == "%" else unit


def move_words(move: Move, language: Language) -> dict[str, str]:
    """Say one move: what moves, how far at least, and which way."""
    ways = NUMBER_DIRECTIONS if move.kind in {"value", "features"} else DIRECTIONS
    return {
        "kind": MOVES[move.kind].to(language),
        "title": move.title.to(language),
        "amount": _amount_of(move, language),
        "direction": "" if move.amount is None else ways[move.direction].to(language),
    }


def _amount_of(move: Move, language: Language) -> str:
    """Print how far a move goes; a move of nothing says that all stands on the edge."""
    if move.amount is None:
        return WORDS["never"].to(language)
    if isinstance(move.amount, float):
        number = number_text(move.amount)
    else:
        exact = Fraction(move.amount)
        number = to_words(exact, near=Fraction(0), like=exact if move.kind == "value" else None)
    told = with_unit(number, _unit_between(move.unit), language)
    edge = WORDS["on_the_edge"].to(language)
    if move.amount:
        return told
    return f"{told}（{edge}）" if language == "zh" else f"{told} ({edge})"
