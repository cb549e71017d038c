"""
The forms in which a plan speaks of an indicator: a fall, a level, a level kept, a sum.

Every form is reckoned in fractions from the numbers of single years, with bounds from the bounds of
the numbers. A number that is missing is never guessed: where it can move the answer without limit
there is no answer, and where amounts cannot be negative what is known still bounds it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from tieling_geo.operations.indicators import Figure
from tieling_geo.records import Quantity


@dataclass(frozen=True, slots=True)
class Outcome:
    """A form's value, with its bounds and the rows that give it."""

    low: Quantity
    estimate: Quantity
    high: Quantity
    rows: tuple[str, ...]
    """Ids of all rows that were used, sorted."""
    decisive: tuple[str, ...]
    """Ids of those that give the value, sorted."""
    is_whole: bool
    """True if nothing was missing."""


Figures = Mapping[int, Figure]
_ZERO = Quantity(Fraction(0))
#: What a measure without any value has in place of it.
NO_VALUE = Quantity(0, 0)


def years_needed(form: str, base: int, last: int) -> tuple[int, ...]:
    """
    List the years whose numbers a form needs, sorted.

    Examples
    --------
    >>> years_needed("relative_fall", 2020, 2023), years_needed("latest", 2020, 2023)
    ((2020, 2023), (2023,))
    >>> years_needed("cumulative", 2020, 2023), years_needed("cumulative", 2020, 2020)
    ((2021, 2022, 2023), ())
    """
    if last < base:
        return ()
    if form in {"least_since_base", "cumulative"}:
        return tuple(range(base + 1, last + 1))
    return (last,) if form == "latest" else tuple(sorted({base, last}))


def reckon(
    form: str, figures: Figures, *, base: int, last: int, is_signed: bool = False
) -> Outcome | None:
    """
    Reckon one form of one indicator as of the end of a year.

    Parameters
    ----------
    form
        A key of `FORMS`.
    figures
        Year -> number, for the years that are known.
    base, last
        Base year and last year.
    is_signed
        True if numbers may be negative: then what is missing has no least value.

    Returns
    -------
    outcome
        None where there is no value: a number is missing, or a fall has a base of zero or less.

    Examples
    --------
    >>> known = {year: Figure(*[Fraction(n)] * 3, (str(year),)) for year, n in
    ...     [(2020, 200), (2025, 171)]}
    >>> reckon("relative_fall", known, base=2020, last=2025).estimate.value("%")
    Fraction(29, 2)
    """
    needed = years_needed(form, base, last)
    known = {year: figures[year] for year in needed if year in figures}
    missing = len(known) < len(needed)
    if not known or (missing and (form != "least_since_base" or is_signed)):
        return None
    return FORMS[form](known, base, last, is_whole=not missing)


def _relative_fall(known: Figures, base: int, last: int, *, is_whole: bool) -> Outcome | None:
    """Reckon the fall in percent of the base year's number."""
    start, end = known[base], known[last]
    if start.low <= 0 or end.low < 0:
        return None
    if base == last:
        none = Quantity(Fraction(0), start.value)
        return Outcome(none, none, none, start.rows, start.rows, is_whole)
    return _outcome(
        Quantity(start.low - end.high, start.low),
        Quantity(start.value - end.value, start.value),
        Quantity(start.high - end.low, start.high),
        (start, end),
    )


def _point_fall(known: Figures, base: int, last: int, *, is_whole: bool) -> Outcome:
    """Reckon the fall of a share, in percentage points."""
    start, end = known[base], known[last]
    if base == last:
        return Outcome(_ZERO, _ZERO, _ZERO, start.rows, start.rows, is_whole)
    return _outcome(
        Quantity(start.low - end.high),
        Quantity(start.value - end.value),
        Quantity(start.high - end.low),
        (start, end),
    )


def _point_rise(known: Figures, base: int, last: int, *, is_whole: bool) -> Outcome:
    """Reckon the rise of a share, in percentage points."""
    fall = _point_fall(known, base, last, is_whole=is_whole)
    low, estimate, high = (
        Quantity(-part.numerator) for part in (fall.high, fall.estimate, fall.low)
    )
    return Outcome(low, estimate, high, fall.rows, fall.decisive, is_whole)


def _latest(known: Figures, _base: int, last: int, *, is_whole: bool) -> Outcome:
    """Take the last year's number."""
    end = known[last]
    bounds = (Quantity(end.low), Quantity(end.value), Quantity(end.high))
    return Outcome(*bounds, end.rows, end.rows, is_whole)


def _least_since_base(known: Figures, _base: int, _last: int, *, is_whole: bool) -> Outcome:
    """Take the least number; a year that is missing may lie anywhere from zero up."""
    least = min(figure.value for figure in known.values())
    low = min(figure.low for figure in known.values()) if is_whole else Fraction(0)
    return Outcome(
        Quantity(low),
        Quantity(least),
        Quantity(min(figure.high for figure in known.values())),
        _ids(known.values()),
        _ids([figure for figure in known.values() if figure.value == least]),
        is_whole,
    )


def _cumulative(known: Figures, _base: int, _last: int, *, is_whole: bool) -> Outcome:
    """Add up the years."""
    low, estimate, high = (
        Quantity(sum((getattr(figure, part) for figure in known.values()), Fraction(0)))
        for part in ("low", "value", "high")
    )
    rows = _ids(known.values())
    return Outcome(low, estimate, high, rows, rows, is_whole)


def _outcome(low: Quantity, estimate: Quantity, high: Quantity, used: Sequence[Figure]) -> Outcome:
    """Put together what two numbers give."""
    rows = _ids(used)
    return Outcome(low, estimate, high, rows, rows, is_whole=True)


def _ids(figures: Iterable[Figure]) -> tuple[str, ...]:
    """List the rows of some numbers, sorted."""
    return tuple(sorted(row for figure in figures for row in figure.rows))


#: How each form is reckoned.
FORMS: Mapping[str, Callable[..., Outcome | None]] = MappingProxyType({
    "relative_fall": _relative_fall,
    "point_fall": _point_fall,
    "point_rise": _point_rise,
    "latest": _latest,
    "least_since_base": _least_since_base,
    "cumulative": _cumulative,
})
#: Forms that are never below zero where the numbers are not.
_AMOUNTS = frozenset({"latest", "least_since_base", "cumulative"})


def least_outcome(
    form: str, outcomes: Sequence[Outcome | None], *, is_signed: bool = False
) -> Outcome | None:
    """
    Take the least of several indicators' values.

    One without a value may be the least: an amount is then somewhere from zero up to the least of
    the others, and of a fall nothing is known.

    Examples
    --------
    >>> known = Outcome(*[Quantity(Fraction(44))] * 3, ("a",), ("a",), is_whole=True)
    >>> found = least_outcome("latest", [known, None])
    >>> found.low.numerator, found.high.numerator, found.is_whole
    (Fraction(0, 1), Fraction(44, 1), False)
    >>> least_outcome("relative_fall", [known, None]) is None
    True
    """
    if len(outcomes) == 1:
        return outcomes[0]
    known = [outcome for outcome in outcomes if outcome is not None]
    missing = len(known) < len(outcomes)
    if not known or (missing and (form not in _AMOUNTS or is_signed)):
        return None
    least = min(_size(outcome.estimate) for outcome in known)
    return Outcome(
        _ZERO if missing else min((outcome.low for outcome in known), key=_size),
        min((outcome.estimate for outcome in known), key=_size),
        min((outcome.high for outcome in known), key=_size),
        tuple(sorted(row for outcome in known for row in outcome.rows)),
        tuple(sorted(r for o in known if _size(o.estimate) == least for r in o.decisive)),
        not missing and all(outcome.is_whole for outcome in known),
    )


def _size(quantity: Quantity) -> Fraction:
    """Give a number by which quantities of one form are ordered."""
    return Fraction(quantity.numerator) / (quantity.denominator or 1)
