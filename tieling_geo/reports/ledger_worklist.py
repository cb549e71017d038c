"""What is to be done: one row a feature that speaks against a clause, or is not known."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tieling_geo.analyses import ANALYSES
from tieling_geo.operations.results import COUNTY_COLUMN
from tieling_geo.records import Assessment, Result, State, Verdict
from tieling_geo.render.popup import field_title
from tieling_geo.reports.cells import CellValue
from tieling_geo.reports.ledger_headers import HEADERS
from tieling_geo.reports.ledger_pages import (
    AMBER,
    BLUE,
    GREY,
    RED,
    Colour,
    Table,
    TableValue,
    to_strong,
)
from tieling_geo.reports.ledger_terms import (
    bureaus_of,
    joined,
    layer_title,
    run_of,
    state_colours,
)
from tieling_geo.reports.ledger_words import (
    AGAINST,
    BLANK,
    PURPOSES,
    TITLES,
    TODO,
    TOTAL,
    UNKNOWN,
)
from tieling_geo.text import Language

_TODO_COLUMN, _STATE_COLUMN = 2, 10
_COLOURS: Mapping[str, Colour] = {
    "act": RED,
    "number": RED,
    "verify": AMBER,
    "explain": AMBER,
    "strive": AMBER,
    "left": GREY,
    "told": BLUE,
}


class Task(NamedTuple):
    """One feature that a clause's verdict waits for, or is decided by."""

    verdict: Verdict
    kind: str
    """A key of `TODO`."""
    county: str
    """Blank where the feature lies in none."""
    feature_id: str
    layer: str
    name: str
    problem: str
    margin: CellValue
    margin_title: str
    evidence_id: str

    @property
    def is_unknown(self) -> bool:
        """Whether the feature's state is not known."""
        return self.kind == "verify"


def tasks(assessment: Assessment, language: Language) -> tuple[Task, ...]:
    """
    List every feature that speaks against a clause or is not known.

    Parameters
    ----------
    assessment
        What was assessed.
    language
        Language of the words in it.

    Returns
    -------
    tasks
        As many as the verdicts' `against` and `unknown` have ids; in the order of the clauses,
        then by county, those in none last, then by kind and feature.
    """
    found = [
        sorted(
            _tasks(verdict, assessment, language),
            key=lambda task: (not task.county, task.county, task.is_unknown, task.feature_id),
        )
        for verdict in assessment.verdicts
    ]
    return tuple(task for own in found for task in own)


def _tasks(verdict: Verdict, assessment: Assessment, language: Language) -> Iterator[Task]:
    """Give the tasks of one clause."""
    found = run_of(verdict, assessment)
    if found is None:
        return
    _, result = found
    values = _values(result, assessment, language)
    reasons = _reasons(result, verdict.clause.measure, language)
    card = ANALYSES[result.analysis]
    margin_title = field_title(card.margin, language)
    own_layer = card.inputs[0].layer_name()
    for ids, is_unknown in ((verdict.against, False), (verdict.unknown, True)):
        for feature_id in ids:
            own = values.get(feature_id, _NOTHING)
            layer, reason = reasons.get(feature_id, (own_layer, "")) if is_unknown else ("", "")
            yield Task(
                verdict,
                "verify" if is_unknown else _kind(verdict),
                own.county,
                feature_id,
                layer or own_layer,
                own.name,
                reason or own.category,
                own.margin,
                margin_title if own.margin is not None else "",
                f"{result.analysis}/{feature_id}",
            )


class _Values(NamedTuple):
    """What is told of a feature."""

    county: str
    name: str
    category: str
    margin: CellValue


_NOTHING = _Values("", "", "", None)


def _values(result: Result, assessment: Assessment, language: Language) -> dict[str, _Values]:
    """Give what is told of each feature of a result, by its id."""
    features, card = result.features, ANALYSES[result.analysis]
    titles = {category.value: category.title.to(language) for category in card.categories}
    columns = [
        features[name].tolist() if name in features.columns else [None] * len(features)
        for name in (COUNTY_COLUMN.name, result.category, card.margin.name)
    ]
    names = _names(result, assessment, language)
    return {
        str(feature_id): _Values(
            _text(county), name, titles.get(str(category), str(category)), _number(margin)
        )
        for feature_id, name, county, category, margin in zip(
            features.index, names, *columns, strict=True
        )
    }


def _names(result: Result, assessment: Assessment, language: Language) -> list[str]:
    """Name each feature; a row of a table of indicators by its indicator, area and year."""
    features, indicators = result.features, assessment.plan.indicators
    if "name" in features.columns:
        return [_text(name) for name in features["name"]]
    if not {"indicator", "area", "year"} <= set(features.columns):
        return [""] * len(features)
    titles = {name: one.title.to(language) for name, one in indicators.items()}
    told = zip(features["indicator"], features["area"], features["year"], strict=True)
    return [f"{titles.get(name, name)} {area} {year}" for name, area, year in told]


def _text(value: object) -> str:
    """Give a word of a ledger; an empty word where it is missing."""
    return value if isinstance(value, str) else ""


def _number(value: object) -> CellValue:
    """Give a number; None where it is missing."""
    return value if isinstance(value, int | float) and value == value else None  # noqa: PLR0124 - NaN


def _reasons(result: Result, measure: str, language: Language) -> dict[str, tuple[str, str]]:
    """Give the layer of each feature that is not known, and why it is not."""
    rows = result.excluded[
        (result.excluded["measure"] == measure) & (result.excluded["kind"] == "unknown")
    ]
    told = zip(rows["feature_id"], rows["layer"], rows[f"reason_{language}"], strict=True)
    return {str(feature_id): (str(layer), str(reason)) for feature_id, layer, reason in told}


def _kind(verdict: Verdict) -> str:
    """Tell what a feature that speaks against a clause asks for."""
    if verdict.state is State.MET:
        return "left"
    if verdict.state is State.REPORTED:
        return "told"
    kinds = {"report": "told", "conditional": "explain", "aspirational": "strive"}
    # A row of a table of numbers is nothing to go and put right.
    placed = ANALYSES[verdict.clause.analysis].inputs[0].card().has_places
    return kinds.get(verdict.clause.strictness, "act" if placed else "number")


def worklist_tables(
    found: Sequence[Task], assessment: Assessment, language: Language
) -> tuple[Table, ...]:
    """Give the worklist, the same of clauses that are only striven for, and both by county."""
    parts: dict[str, list[Task]] = {"worklist": [], "aspirational": []}
    for task in found:
        soft = task.verdict.clause.strictness == "aspirational"
        parts["aspirational" if soft else "worklist"].append(task)
    return (
        *(_worklist(key, own, assessment, language) for key, own in parts.items()),
        _matrix(found, language),
    )


def _worklist(key: str, found: Sequence[Task], assessment: Assessment, language: Language) -> Table:
    """Give one row a task."""
    return Table(
        key=key,
        title=TITLES[key].to(language),
        purpose=PURPOSES[key].to(language),
        headers=tuple(header.to(language) for header in HEADERS["worklist"]),
        rows=[_row(task, assessment, language) for task in found],
        colours={
            _TODO_COLUMN: {TODO[kind].to(language): colour for kind, colour in _COLOURS.items()},
            _STATE_COLUMN: state_colours(assessment.verdicts, language),
        },
        is_lean=True,
        frozen_columns=4,
        tab_colour="FFC55A11",
    )


def _row(task: Task, assessment: Assessment, language: Language) -> list[TableValue]:
    """Say one task."""
    clause, layer = task.verdict.clause, assessment.layers.get(task.layer)
    number = layer.row_numbers.get(task.feature_id) if layer else None
    return [
        clause.clause_id,
        TODO[task.kind].to(language),
        task.county or BLANK.to(language),
        task.feature_id,
        task.name,
        task.problem,
        task.margin,
        task.margin_title,
        clause.paraphrase.to(language),
        task.verdict.label.to(language),
        clause.deadline,
        joined(bureaus_of(task.verdict, assessment), language),
        layer_title(task.layer, language),
        layer.source if layer else "",
        None if number is None else int(number),
        task.evidence_id,
    ]


def _matrix(found: Sequence[Task], language: Language) -> Table:
    """Count the tasks by county and clause, those against and those not known apart."""
    clauses = list(dict.fromkeys(task.verdict.clause.clause_id for task in found))
    counts = Counter(
        (task.county, task.is_unknown, task.verdict.clause.clause_id) for task in found
    )
    counties = sorted({task.county for task in found}, key=lambda name: (not name, name))
    rows: list[list[TableValue]] = []
    for county in counties:
        for is_unknown, word in ((False, AGAINST), (True, UNKNOWN)):
            numbers = [counts[county, is_unknown, clause] for clause in clauses]
            told = county or BLANK.to(language)
            shown = [number or None for number in numbers]
            rows.append([told, word.to(language), sum(numbers), *shown])
    totals = [sum(task.verdict.clause.clause_id == clause for task in found) for clause in clauses]
    last: list[CellValue] = [TOTAL.to(language), "", len(found), *totals]
    return Table(
        key="matrix",
        title=TITLES["matrix"].to(language),
        purpose=PURPOSES["matrix"].to(language),
        headers=(*(header.to(language) for header in HEADERS["matrix"]), *clauses),
        rows=[*rows, [to_strong(value) for value in last]] if found else [],
        frozen_columns=3,
    )
