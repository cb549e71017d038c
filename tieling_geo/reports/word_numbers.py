"""Numbers of a verdict as the report prints them: on their side of the target, with unit."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tieling_geo.plan.words import to_exact_words, to_words
from tieling_geo.records import Assessment, Clause, Measure, Move, Parameter, Verdict
from tieling_geo.render.popup import value_text
from tieling_geo.reports.ledger_terms import joined, margin_unit, measure_title
from tieling_geo.reports.site_numbers import ratio_words
from tieling_geo.reports.site_words import COMPARATORS
from tieling_geo.reports.word_words import MOVES, WORDS
from tieling_geo.text import Language
from tieling_geo.units import UNITS

#: Ids that a paragraph lists at most; the evidence file holds them all.
MOST_IDS = 10


def with_unit(number: str, unit: str, language: Language) -> str:
    """
    Put a number and its unit together.

    Examples
    --------
    >>> with_unit("3", "%", "zh"), with_unit("3", "km", "en"), with_unit("3", "", "en")
    ('3%', '3 km', '3')
    """
    if not unit:
        return number
    return f"{number}{'' if language == 'zh' or unit == '%' else ' '}{UNITS[unit].to(language)}"


def amount(value: Fraction | None, clause: Clause, language: Language) -> str:
    """Print a value so that it stays on its side of the target; an empty word for none."""
    if value is None:
        return ""
    return with_unit(to_words(value, near=clause.target), clause.unit, language)


def value_and_range(verdict: Verdict, language: Language) -> str:
    """Print a value with its ratio, and its bounds where they differ; a dash for none."""
    told = amount(verdict.value, verdict.clause, language)
    ratio = ratio_words(verdict.estimate)
    if told and ratio:
        told += f" ({ratio})"
    bounds = bounds_words(verdict, language)
    return f"{told}\n{bounds}" if told and bounds else told or bounds or "—"


def bounds_words(verdict: Verdict, language: Language) -> str:
    """Print what the value is at least and at most, whatever is not known; empty if it is known."""
    low, high, clause = verdict.low, verdict.high, verdict.clause
    if low is None or high is None or low == high:
        return ""
    least, most = (to_words(bound, near=clause.target) for bound in (low, high))
    return with_unit(f"{least} – {most}", clause.unit, language)


def target_words(clause: Clause, language: Language) -> str:
    """Print a target with its comparator, its band, and whether the number itself counts."""
    if clause.target is None:
        return "—"
    sign, closed = COMPARATORS[clause.comparator]
    number = with_unit(to_exact_words(clause.target), clause.unit, language)
    band = f" ±{to_exact_words(clause.tolerance_pct)}%" if clause.tolerance_pct is not None else ""
    note = closed.to(language)
    bracket = f"（{note}）" if language == "zh" else f" ({note})"
    return f"{sign} {number}{band}{bracket if note else ''}"


def margin_words(margin: Fraction | None, clause: Clause, language: Language) -> str:
    """Print a margin with its sign, never so rounded that it seems to be zero; empty for none."""
    if margin is None:
        return ""
    told = ("+" if margin > 0 else "") + to_words(margin, near=Fraction(0), like=clause.target)
    return with_unit(told, margin_unit(clause.unit), language)


def measure_words(clause: Clause, measure: Measure, language: Language) -> str:
    """Say a further measure: its title, its value and its bounds."""
    title = measure_title(clause.analysis, measure.name, language)
    if measure.value is None:
        return f"{title} —"
    told = f"{title} {with_unit(to_words(measure.value), measure.unit, language)}"
    low, high = measure.low.value(measure.unit), measure.high.value(measure.unit)
    if low is None or high is None or low == high or not measure.in_scope:
        return told
    return f"{told} ({to_words(low)} – {to_words(high)})"


def move_words(move: Move, language: Language) -> str:
    """Say the smallest move that changes a verdict, and the features that decide it."""
    title = move.title.to(language)
    if move.amount is None:
        return MOVES["never"].to(language).format(title=title)
    exact = Fraction(move.amount)
    like = exact if move.kind == "value" else None
    number = with_unit(to_words(exact, near=Fraction(0), like=like), move.unit, language)
    plain = move.kind in {"value", "features"}
    word = "on_it" if not exact else move.kind if plain else move.direction
    told = MOVES.get(word, MOVES["either"]).to(language).format(title=title, amount=number)
    if not move.features:
        return told
    shown = joined(move.features[:MOST_IDS], language)
    more = "…" if len(move.features) > MOST_IDS else ""
    return told + MOVES["by"].to(language).format(ids=shown + more)


def ids_words(ids: Sequence[str], language: Language) -> str:
    """List the first ids, and how many there are."""
    shown = ids[:MOST_IDS]
    words = WORDS["first" if len(ids) > MOST_IDS else "all"].to(language)
    return words.format(ids=joined(shown, language), shown=len(shown), total=len(ids))


def parameter_value(parameter: Parameter, language: Language) -> str:
    """Print a parameter's value with its unit."""
    value = parameter.value
    parts = value if isinstance(value, tuple) else (value,)
    told = joined((value_text(part, language) for part in parts), language)
    return with_unit(told, parameter.unit, language)


def deadline_words(verdict: Verdict, language: Language) -> str:
    """Print a deadline, and where it stands."""
    if verdict.clause.deadline is None:
        return WORDS["undated"].to(language)
    day = verdict.clause.deadline.isoformat()
    return f"{day}\n{verdict.deadline_state.label.to(language)}"


def by_section(assessment: Assessment) -> Mapping[str, list[Verdict]]:
    """Put the verdicts under their sections, in their order."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in assessment.verdicts:
        grouped.setdefault(verdict.clause.section, []).append(verdict)
    return grouped
