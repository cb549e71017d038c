"""The dashboard: one page with every clause, its verdict and all that is needed to defend it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.evaluate import to_exact_words, to_words
from tieling_geo.records import (
    Assessment,
    Clause,
    Layer,
    Parameter,
    PublishedMap,
    State,
    Verdict,
)
from tieling_geo.render.offline import HTML_LANGUAGES, script_hash
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.popup import TEMPLATES, plain_text, value_text
from tieling_geo.reports.site_words import (
    COMPARATORS,
    INTERVALS,
    KINDS,
    STATE_MARKS,
    STRICTNESS,
    WORDS,
)
from tieling_geo.schemas import LAYERS
from tieling_geo.text import NOTHING, Language, Text
from tieling_geo.units import UNITS

#: Evidence ids that a row lists at most; `evidence.gpkg` holds them all.
MOST_IDS = 30
#: Files beside the dashboard, in the order of its links; see the output contract.
PRODUCTS = ("evidence.gpkg", "verdicts.json", "provenance.json")

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; script-src {script}"
)


@cache
def _file(name: str) -> str:
    """Return a file of this package as text."""
    return (files("tieling_geo.reports") / name).read_text(encoding="utf-8")


def dashboard_html(
    assessment: Assessment, *, maps: Sequence[PublishedMap], language: Language = "zh"
) -> str:
    """
    Return the dashboard as one page that needs no network: the same input gives the same bytes.

    Parameters
    ----------
    assessment
        All that was found.
    maps
        The published maps, expected beside the page as `maps/<map_id>.html`.
    language
        Language of the page.

    Returns
    -------
    html
        The page: verdicts by section with filters, what each rests on, and the layers. Numbers
        keep as many decimals as show on which side of the target they are.
    """
    script = _file("site.js")
    page: str = TEMPLATES.from_string(_file("site.html")).render(
        lang=HTML_LANGUAGES[language],
        comma="、" if language == "zh" else ", ",
        policy=_POLICY.format(script=script_hash(script)),
        style=Markup(_file("site.css")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        words={name: text.to(language) for name, text in WORDS.items()},
        title=assessment.title.to(language),
        plan=assessment.plan.title.to(language),
        as_of=assessment.as_of.isoformat(),
        is_sample=assessment.is_sample,
        sample=SAMPLE.to(language),
        approval=assessment.map_approval_no,
        rows_rejected=assessment.rows_rejected,
        states=_states(assessment.verdicts, language),
        sections=_sections(assessment, maps, language),
        bureaus=_bureaus(assessment),
        maps=[_map_link(m, language) for m in maps],
        products=PRODUCTS,
        layers=[_layer(layer, language) for layer in assessment.layers.values()],
        missing=[
            schema.card().title.to(language)
            for name, schema in LAYERS.items()
            if name not in assessment.layers
        ],
    )
    return page


def _states(verdicts: Sequence[Verdict], language: Language) -> list[dict[str, object]]:
    """Count the verdicts by state, states without one too."""
    return [
        {
            "word": state.value,
            "mark": STATE_MARKS[state],
            "title": state.label.to(language),
            "count": sum(verdict.state is state for verdict in verdicts),
        }
        for state in State
    ]


def _bureaus(assessment: Assessment) -> list[str]:
    """List every bureau that a section names, each once, in the order of the plan."""
    named = (b for section in assessment.plan.sections.values() for b in section.bureaus)
    return [plain_text(bureau) for bureau in dict.fromkeys(named)]


def _map_link(published: PublishedMap, language: Language) -> dict[str, str]:
    """Name a map and where it lies."""
    return {"href": f"maps/{published.map_id}.html", "title": published.title.to(language)}


def _sections(
    assessment: Assessment, maps: Sequence[PublishedMap], language: Language
) -> list[dict[str, object]]:
    """Put the verdicts under their sections, in the order of the verdicts."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in assessment.verdicts:
        grouped.setdefault(verdict.clause.section, []).append(verdict)
    rows: list[dict[str, object]] = []
    for number, verdicts in grouped.items():
        section = assessment.plan.sections.get(number)
        rows.append({
            "number": number,
            "title": (section.title if section else NOTHING).to(language),
            "bureaus": [plain_text(b) for b in section.bureaus] if section else [],
            "clauses": [_clause(v, assessment, maps, language) for v in verdicts],
        })
    return rows


def _clause(
    verdict: Verdict,
    assessment: Assessment,
    maps: Sequence[PublishedMap],
    language: Language,
) -> dict[str, object]:
    """Say all of one clause that its row and its details show."""
    clause = verdict.clause
    return {
        "id": clause.clause_id,
        "text": clause.paraphrase.to(language),
        "because": verdict.because.to(language),
        "state": verdict.state.value,
        "mark": STATE_MARKS[verdict.state],
        "state_title": verdict.state.label.to(language),
        "strictness": STRICTNESS[clause.strictness].to(language),
        "kind": KINDS[clause.kind].to(language),
        "value": _amount(verdict.value, clause, language),
        "ratio": _ratio(verdict, assessment),
        "bounds": _bounds(verdict, language),
        "target": _target(clause, language),
        "margin": margin_words(verdict.margin, clause, language),
        "deadline": clause.deadline.isoformat() if clause.deadline else "",
        "deadline_state": verdict.deadline_state.label.to(language),
        "deadline_word": verdict.deadline_state.value,
        "at_deadline": _amount(verdict.value_at_deadline, clause, language),
        "counted": verdict.counted,
        "excluded": verdict.excluded,
        "scope": clause.scope.to(language),
        "parameters": _parameters(verdict, language),
        "assumptions": [text.to(language) for text in clause.assumptions],
        "warnings": [text.to(language) for text in verdict.warnings],
        "evidence": [
            _evidence("against", verdict.against),
            _evidence("unknown", verdict.unknown),
        ],
        "analysis": clause.analysis,
        "analysis_title": ANALYSES[clause.analysis].title.to(language)
        if clause.analysis in ANALYSES
        else "",
        "measure": clause.measure,
        "sha256": clause.sentence_sha256,
        "maps": [_map_link(m, language) for m in maps if clause.analysis in m.analyses],
    }


def _with_unit(number: str, unit: str, language: Language) -> str:
    """Put a number and its unit together."""
    if not unit:
        return number
    return f"{number}{'' if language == 'zh' and unit == '%' else ' '}{UNITS[unit].to(language)}"


def _amount(value: Fraction | None, clause: Clause, language: Language) -> str:
    """Print a value so that it stays on its side of the target; an empty word for none."""
    if value is None:
        return ""
    return _with_unit(to_words(value, near=clause.target), clause.unit, language)


def _ratio(verdict: Verdict, assessment: Assessment) -> str:
    """
    Give the counts behind a share as `16/17`, from the result that the verdict rests on.

    The result is the clause's own run if there is one, else the analysis's; where neither has the
    verdict's value, nothing is said.
    """
    clause = verdict.clause
    for name in (f"{clause.analysis}__{clause.clause_id}", clause.analysis):
        result = assessment.results.get(name)
        measure = result.measures.get(clause.measure) if result else None
        if measure is None or verdict.value is None or measure.value != verdict.value:
            continue
        if measure.estimate.denominator is None:
            return ""
        return f"{_whole(measure.estimate.numerator)}/{_whole(measure.estimate.denominator)}"
    return ""


def _whole(number: int | Fraction) -> str:
    """Print a total: whole as it is, else with as few decimals as `to_words` needs."""
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else to_words(exact)


def _bounds(verdict: Verdict, language: Language) -> str:
    """Print what the value would be at least and at most, whatever the unknown turns out to be."""
    if verdict.low is None or verdict.high is None or verdict.low == verdict.high:
        return ""
    near = verdict.clause.target
    low, high = to_words(verdict.low, near=near), to_words(verdict.high, near=near)
    return _with_unit(f"{low} – {high}", verdict.clause.unit, language)


def _target(clause: Clause, language: Language) -> str:
    """Print the target with its comparator, and whether the number itself counts."""
    if clause.target is None:
        return ""
    sign, closed = COMPARATORS[clause.comparator]
    number = _with_unit(to_exact_words(clause.target), clause.unit, language)
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
    unit = "percentage_point" if clause.unit == "%" else clause.unit
    sign = "+" if margin > 0 else ""
    return _with_unit(sign + to_words(margin, near=Fraction(0)), unit, language)


def _parameters(verdict: Verdict, language: Language) -> list[dict[str, object]]:
    """List the parameters that a verdict rests on."""
    return [_parameter(p, language) for p in verdict.parameters.values()]


def _parameter(parameter: Parameter, language: Language) -> dict[str, object]:
    """Say one parameter: value, unit, closed or open, source, verified or not."""
    value = parameter.value
    parts = value if isinstance(value, tuple) else (value,)
    told = ("、" if language == "zh" else ", ").join(value_text(x, language) for x in parts)
    return {
        "title": parameter.title.to(language),
        "name": parameter.name,
        "value": _with_unit(told, parameter.unit, language),
        "interval": INTERVALS[parameter.interval].to(language),
        "source": parameter.source.to(language),
        "verified": parameter.verified,
    }


def _evidence(kind: str, ids: Sequence[str]) -> dict[str, object]:
    """List the first ids, and how many there are."""
    return {"kind": kind, "total": len(ids), "ids": list(ids[:MOST_IDS])}


def _layer(layer: Layer, language: Language) -> Mapping[str, object]:
    """Say of a layer how many rows came in, and where it comes from."""
    title = (
        LAYERS[layer.name].card().title if layer.name in LAYERS else Text(layer.name, layer.name)
    )
    return {
        "name": layer.name,
        "title": title.to(language),
        "rows_in": layer.rows_in,
        "accepted": len(layer.features),
        "rejected": layer.rows_rejected,
        "publisher": layer.card.publisher,
        "licence": layer.card.licence,
        "reference_date": layer.card.reference_date,
        "datum": layer.card.datum,
        "is_sample": layer.card.is_sample,
        "source": layer.source,
        "sha256": layer.sha256,
        "notes": [note.to(language) for note in layer.notes],
    }
