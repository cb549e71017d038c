"""All that the dashboard says of one clause: its row, and the details under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.words import to_words
from tieling_geo.records import (
    Assessment,
    Override,
    PacePoint,
    Parameter,
    PublishedMap,
    Verdict,
)
from tieling_geo.render.chips import STATE_MARKS, look, mark
from tieling_geo.render.popup import value_text
from tieling_geo.reports.site_charts import pace_chart
from tieling_geo.reports.site_counties import CountyShare
from tieling_geo.reports.site_maps import feature_links, map_link
from tieling_geo.reports.site_numbers import (
    amount_words,
    bounds_words,
    margin_words,
    measure_words,
    move_words,
    ratio_words,
    target_words,
    with_unit,
)
from tieling_geo.reports.site_words import INTERVALS, KINDS, STRICTNESS
from tieling_geo.schemas import LAYERS
from tieling_geo.text import NOTHING, Language, Text

#: Ids that a row lists at most, and that a move does; `evidence.gpkg` holds them all.
MOST_IDS, MOST_DECIDING = 30, 12


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of the page is made from."""

    assessment: Assessment
    maps: Sequence[PublishedMap]
    language: Language
    coverage: Mapping[str, str]
    """Clause -> word of its row in the coverage ledger."""
    shares: Mapping[str, tuple[CountyShare, ...]]
    """Clause -> what each county adds to it."""

    def to(self, text: Text) -> str:
        """Say a phrase in the page's language."""
        return text.to(self.language)


def clause_row(verdict: Verdict, page: Page, places: Mapping[str, int]) -> dict[str, object]:
    """
    Say all of one clause that its row and its details show.

    Parameters
    ----------
    verdict
        Its verdict.
    page
        What the page is made from.
    places
        County -> its number in the filter's list.
    """
    shares = page.shares[verdict.clause.clause_id]
    return {
        **_standing(verdict, page),
        **_numbers(verdict, page.language),
        **_basis(verdict, page),
        **_defence(verdict, page),
        **_overridden(verdict, page),
        "counties": shares if any(share.county for share in shares) else (),
        "places": [places[share.county] for share in shares],
    }


def _standing(verdict: Verdict, page: Page) -> dict[str, object]:
    """Say how a clause stands."""
    clause = verdict.clause
    return {
        "id": clause.clause_id,
        "text": page.to(clause.paraphrase),
        "because": page.to(verdict.because),
        "state": verdict.state.value,
        "look": look(verdict),
        "mark": mark(verdict),
        "state_title": page.to(verdict.label),
        "strictness": clause.strictness,
        "strictness_title": page.to(STRICTNESS[clause.strictness]),
        "coverage": page.coverage.get(clause.clause_id, ""),
        "deadline": clause.deadline.isoformat() if clause.deadline else "",
        "deadline_state": page.to(verdict.deadline_state.label),
        "deadline_word": verdict.deadline_state.value,
        "is_violation": verdict.is_violation,
    }


def _numbers(verdict: Verdict, language: Language) -> dict[str, object]:
    """Print a verdict's numbers."""
    clause = verdict.clause
    return {
        "value": amount_words(verdict.value, clause, language),
        "ratio": ratio_words(verdict.estimate),
        "bounds": bounds_words(verdict, language),
        "target": target_words(clause, language),
        "margin": margin_words(verdict.margin, clause, language),
        "at_deadline": amount_words(verdict.value_at_deadline, clause, language),
        "counted": verdict.counted,
        "excluded": verdict.excluded,
    }


def _basis(verdict: Verdict, page: Page) -> dict[str, object]:
    """Say what a clause is, what decides it, and what it still needs."""
    clause = verdict.clause
    card = ANALYSES.get(clause.analysis)
    return {
        "kind": page.to(KINDS[clause.kind]),
        "scope": page.to(clause.scope),
        "hedges": clause.hedges,
        "needs": [_needed(name, page) for name in (*clause.layers, *clause.planned_layers)],
        "waits": page.to(verdict.waiting_for.label) if verdict.waiting_for else "",
        "planned": " / ".join(filter(None, (clause.planned_analysis, clause.planned_measure))),
        "annex": page.to(clause.annex),
        "analysis": clause.analysis,
        "analysis_title": page.to(card.title) if card else "",
        "measure": clause.measure,
        "parameters": [_parameter(p, page.language) for p in verdict.parameters.values()],
        "assumptions": [page.to(text) for text in clause.assumptions],
        "warnings": [page.to(text) for text in verdict.warnings],
        "sentence": page.assessment.sentences.get(clause.sentence_sha256, ""),
        "sha256": clause.sentence_sha256,
        "maps": [map_link(m, page.language) for m in page.maps if clause.analysis in m.analyses],
    }


def _needed(name: str, page: Page) -> dict[str, object]:
    """Name a layer that a clause needs, and whether the workspace has it."""
    title = LAYERS[name].card().title if name in LAYERS else Text(name, name)
    return {"name": name, "title": page.to(title), "is_there": name in page.assessment.layers}


def _parameter(parameter: Parameter, language: Language) -> dict[str, object]:
    """Say one parameter: value, unit, closed or open, source, verified or not."""
    value = parameter.value
    parts = value if isinstance(value, tuple) else (value,)
    told = ("、" if language == "zh" else ", ").join(value_text(x, language) for x in parts)
    return {
        "title": parameter.title.to(language),
        "name": parameter.name,
        "value": with_unit(told, parameter.unit, language),
        "interval": INTERVALS[parameter.interval].to(language),
        "source": parameter.source.to(language),
        "verified": parameter.verified,
    }


def _defence(verdict: Verdict, page: Page) -> dict[str, object]:
    """Say what would change a verdict, what is told beside it, and who speaks against it."""
    language, clause = page.language, verdict.clause
    card = ANALYSES.get(clause.analysis)
    titles = {m.name: m.title for m in card.measures} if card else {}
    return {
        "moves": [
            {**move_words(move, language), **shown_ids(move.features, MOST_DECIDING)}
            for move in verdict.robustness
        ],
        "alternatives": [
            {
                "title": page.to(other.title),
                "state": other.state.value,
                "mark": STATE_MARKS[other.state],
                "state_title": page.to(other.state.label),
                "value": amount_words(other.value, clause, language),
            }
            for other in verdict.alternatives
        ],
        "beside": [
            {
                "title": page.to(titles.get(measure.name, NOTHING)),
                "name": measure.name,
                "value": measure_words(measure, language),
                "counted": measure.counted,
                "excluded": measure.excluded,
            }
            for measure in verdict.beside
        ],
        "pace": [_year(point, verdict, language) for point in verdict.pace],
        "chart": pace_chart(verdict.pace),
        "links": feature_links(clause.analysis, _listed(verdict), page.assessment, page.maps),
        "evidence": [
            {"kind": "against", **shown_ids(verdict.against)},
            {"kind": "unknown", **shown_ids(verdict.unknown)},
        ],
    }


def _listed(verdict: Verdict) -> set[str]:
    """Collect the features that the details of a verdict list."""
    moved = [feature for move in verdict.robustness for feature in move.features[:MOST_DECIDING]]
    return {*verdict.against[:MOST_IDS], *verdict.unknown[:MOST_IDS], *moved}


def shown_ids(ids: Sequence[str], most: int = MOST_IDS) -> dict[str, object]:
    """
    List the first ids, and how many there are.

    Examples
    --------
    >>> shown_ids(["B1", "B2"])
    {'total': 2, 'ids': ['B1', 'B2']}
    """
    return {"total": len(ids), "ids": list(ids[:most])}


def _year(point: PacePoint, verdict: Verdict, language: Language) -> dict[str, object]:
    """Say one year of a pace."""
    unit, target = verdict.clause.unit, verdict.clause.target
    value = "—"
    if point.value is not None:
        value = with_unit(to_words(point.value, near=point.line, like=target), unit, language)
    return {
        "year": point.year,
        "value": value,
        "line": with_unit(to_words(point.line, like=target), unit, language),
        "margin": margin_words(point.margin, verdict.clause, language) or "—",
        "is_behind": point.margin is not None and point.margin < 0,
    }


def _overridden(verdict: Verdict, page: Page) -> dict[str, object]:
    """Say what persons set that a verdict rests on, and how it would stand without."""
    without = verdict.state_without_overrides
    own = set(verdict.overrides)
    return {
        "overrides": [
            override_row(one, page) for one in page.assessment.overrides if one.override_id in own
        ],
        "rests_on": len(own),
        "without": {
            "state": without.value,
            "mark": STATE_MARKS[without],
            "state_title": page.to(without.label),
        }
        if without
        else None,
    }


def override_row(override: Override, page: Page) -> dict[str, object]:
    """Say one override: what the ledger has, what was stated, by whom, why and on what."""
    schema = LAYERS.get(override.layer)
    titles = {c.name: c.title for c in schema.columns()} if schema else {}
    return {
        "id": override.override_id,
        "layer": override.layer,
        "feature": override.feature_id,
        "column": page.to(titles.get(override.column, Text(override.column, override.column))),
        "original": override.original,
        "stated": override.stated,
        "who": override.who,
        "why": override.why,
        "decided_on": override.decided_on.isoformat(),
        "evidence": override.evidence,
        "clauses": [
            v.clause.clause_id
            for v in page.assessment.verdicts
            if override.override_id in v.overrides
        ],
    }
