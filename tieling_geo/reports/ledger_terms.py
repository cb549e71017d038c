"""What several sheets of the ledger say in the same way: numbers, units, names, links."""

from collections.abc import Iterable
from fractions import Fraction

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.words import to_words
from tieling_geo.records import Assessment, Result, State, Verdict
from tieling_geo.reports.ledger_pages import AMBER, BLUE, GREEN, GREY, RED, Colour
from tieling_geo.reports.looks import with_format
from tieling_geo.reports.site_counties import result_of
from tieling_geo.reports.verdicts import to_number
from tieling_geo.reports.workbook import Cell
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

_COLOURS = {
    State.MET: GREEN,
    State.NOT_MET: RED,
    State.UNDETERMINED: AMBER,
    State.NO_DATA: GREY,
    State.NOT_APPLICABLE: GREY,
    State.REPORTED: BLUE,
    State.NOT_DECIDABLE: GREY,
}


def state_colours(verdicts: Iterable[Verdict], language: Language) -> dict[str, Colour]:
    """
    Tell the colour of every label that a verdict may have; a soft target that is missed is amber.

    Parameters
    ----------
    verdicts
        Those that are told: their labels may be softer than the states'.
    language
        Language of the labels.

    Examples
    --------
    >>> state_colours([], "en")["met"] == GREEN
    True
    """
    colours = {state.label.to(language): _COLOURS[state] for state in State}
    for verdict in verdicts:
        colours.setdefault(verdict.label.to(language), AMBER)
    return colours


def number_cell(value: Fraction | None, near: Fraction | None = None) -> Cell:
    """
    Make a cell of an exact number: a number, with the decimals that show its side of another.

    Examples
    --------
    >>> cell = number_cell(Fraction(900, 13), Fraction("69.23"))
    >>> cell.look.number_format, round(float(cell.value), 6)
    ('0.0000', 69.230769)
    """
    if value is None:
        return Cell(None, with_format("body", "General"))
    places = len(to_words(value, near=near).partition(".")[2])
    return Cell(to_number(value), with_format("body", f"0.{'0' * places}" if places else "0"))


def unit_word(unit: str, language: Language) -> str:
    """Say a unit; an empty word for none."""
    return UNITS[unit].to(language) if unit else ""


def margin_unit(unit: str) -> str:
    """
    Tell the unit of a difference: between two percentages lie percentage points.

    Examples
    --------
    >>> margin_unit("%"), margin_unit("count")
    ('percentage_point', 'count')
    """
    return "percentage_point" if unit == "%" else unit


def joined(words: Iterable[str], language: Language) -> str:
    """
    Put words into one list.

    Examples
    --------
    >>> joined(["I01", "I02"], "zh"), joined(["I01", "I02"], "en")
    ('I01、I02', 'I01, I02')
    """
    return ("、" if language == "zh" else ", ").join(words)


def bureaus_of(verdict: Verdict, assessment: Assessment) -> tuple[str, ...]:
    """List the bureaus that the plan names for a clause's section."""
    section = assessment.plan.sections.get(verdict.clause.section)
    return section.bureaus if section else ()


def run_of(verdict: Verdict, assessment: Assessment) -> tuple[str, Result] | None:
    """
    Find the run that a verdict rests on.

    Returns
    -------
    found
        The result's name and the result; None where the clause's measure was not counted.
    """
    result = result_of(verdict, assessment)
    if result is None or verdict.clause.measure not in result.measures:
        return None
    return next((name, one) for name, one in assessment.results.items() if one is result)


def analysis_title(name: str, language: Language) -> str:
    """Say an analysis's title; a run of its own for one clause says so."""
    analysis, _, clause = name.partition("__")
    card = ANALYSES.get(analysis)
    title = card.title.to(language) if card else analysis
    return f"{clause} {title}" if clause else title


def measure_title(analysis: str, measure: str, language: Language) -> str:
    """Say a measure's title; its name where its analysis is not there."""
    card = ANALYSES.get(analysis.partition("__")[0])
    titles = {m.name: m.title.to(language) for m in card.measures} if card else {}
    return titles.get(measure, measure)


def layer_title(name: str, language: Language) -> str:
    """Say a layer's title; its name where it is not registered."""
    return (LAYERS[name].card().title if name in LAYERS else Text(name, name)).to(language)


def column_title(layer: str, column: str, language: Language) -> str:
    """Say a column's title; its name where it is not registered."""
    known = LAYERS[layer].columns() if layer in LAYERS else ()
    titles = {card.name: card.title.to(language) for card in known}
    return titles.get(column, column)
