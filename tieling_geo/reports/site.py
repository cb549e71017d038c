"""The dashboard: one page with every clause, its verdict and all that is needed to defend it."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from tieling_geo.plan.coverage_ledger import CoverageLedger, coverage_ledger
from tieling_geo.records import Assessment, Layer, PublishedMap
from tieling_geo.render.assets import script_hash
from tieling_geo.render.offline import HTML_LANGUAGES, page_file
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.popup import TEMPLATES, plain_text
from tieling_geo.reports.site_clauses import Page, clause_row, override_row
from tieling_geo.reports.site_counties import county_names, county_shares, result_of
from tieling_geo.reports.site_maps import map_cards
from tieling_geo.reports.site_scores import (
    NO_COUNTY,
    bureau_scores,
    bureaus_of,
    by_section,
    check_row,
    clause_link,
    county_scores,
    coverage_rows,
    coverage_sum,
    filters,
    legend,
    section_chart,
    state_chips,
    usual_bureaus,
)
from tieling_geo.reports.site_words import WORDS
from tieling_geo.schemas import LAYERS
from tieling_geo.text import NOTHING, Language, Text

#: Files beside the dashboard, in the order of its links; see the output contract.
PRODUCTS = ("evidence.gpkg", "ledger.xlsx", "report.docx", "verdicts.json", "provenance.json")

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; script-src {script}"
)


@cache
def _file(name: str) -> str:
    """Return a file of this package as text."""
    return (files("tieling_geo.reports") / name).read_text(encoding="utf-8")


#: The escaping environment of all pages, which here may also include this room's own templates.
_TEMPLATES = TEMPLATES.overlay(loader=jinja2.FunctionLoader(_file))


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
        The page: coverage, verdicts by section with filters, what each rests on, score cards,
        cross-checks, overrides and layers. Numbers keep as many decimals as show on which side of
        the target they are.
    """
    ledger = coverage_ledger(assessment)
    coverage = {clause: row.word for row in ledger.rows for clause in row.clauses}
    shares = {
        v.clause.clause_id: county_shares(v, result_of(v, assessment)) for v in assessment.verdicts
    }
    page = Page(assessment, maps, language, coverage, shares)
    script = _file("site.js")
    html: str = _TEMPLATES.get_template("site.html").render(
        lang=HTML_LANGUAGES[language],
        comma="、" if language == "zh" else ", ",
        colon="：" if language == "zh" else ": ",
        policy=_POLICY.format(script=script_hash(script)),
        style=Markup(page_file("common.css") + page_file("chips.css") + _file("site.css")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        link=clause_link,
        words={name: text.to(language) for name, text in WORDS.items()},
        is_sample=assessment.is_sample,
        sample=SAMPLE.to(language),
        products=PRODUCTS,
        **_heading(page),
        **_summary(page, ledger),
        **_clauses(page),
        **_sources(page),
    )
    return html


def _heading(page: Page) -> dict[str, object]:
    """Say what the page is about."""
    assessment = page.assessment
    return {
        "title": page.to(assessment.title),
        "plan": page.to(assessment.plan.title),
        "as_of": assessment.as_of.isoformat(),
        "approval": assessment.map_approval_no,
        "maps": map_cards(assessment, page.maps, page.language),
        "rows_rejected": assessment.rows_rejected,
    }


def _summary(page: Page, ledger: CoverageLedger) -> dict[str, object]:
    """Count the clauses: by coverage, by state, by section."""
    return {
        "coverage": coverage_rows(ledger, page),
        "coverage_sum": coverage_sum(ledger, page),
        "total": ledger.total,
        "states": state_chips(page.assessment.verdicts, page),
        "legend": legend(page),
        "chart": section_chart(page),
        "filters": filters(page, ledger),
    }


def _clauses(page: Page) -> dict[str, object]:
    """Say all of the clauses, by section, by bureau and by county."""
    assessment = page.assessment
    counties = county_names(assessment, [s for shares in page.shares.values() for s in shares])
    bureaus = usual_bureaus(assessment)
    return {
        "sections": _sections(page, list(bureaus), counties),
        "bureaus": bureau_scores(page, bureaus),
        "counties": [
            {"value": name or NO_COUNTY, "title": name or page.to(WORDS["no_county"])}
            for name in counties
        ],
        "county_tables": county_scores(page, counties),
        "checks": [check_row(check, page) for check in assessment.cross_checks],
        "overrides": [override_row(one, page) for one in assessment.overrides],
    }


def _sections(page: Page, bureaus: list[str], counties: list[str]) -> list[dict[str, object]]:
    """Put the clauses under their sections, in the order of the verdicts."""
    places = {county: k for k, county in enumerate(counties)}
    rows: list[dict[str, object]] = []
    for number, verdicts in by_section(page.assessment.verdicts).items():
        section = page.assessment.plan.sections.get(number)
        rows.append({
            "number": number,
            "title": page.to(section.title if section else NOTHING),
            "bureaus": [plain_text(b) for b in section.bureaus] if section else [],
            "bureau_places": [bureaus.index(b) for b in bureaus_of(number, page.assessment)],
            "clauses": [clause_row(verdict, page, places) for verdict in verdicts],
        })
    return rows


def _sources(page: Page) -> dict[str, object]:
    """Say where the layers come from, and which ones are not there."""
    layers = page.assessment.layers
    return {
        "layers": [_layer(layer, page.language) for layer in layers.values()],
        "missing": [
            page.to(schema.card().title) for name, schema in LAYERS.items() if name not in layers
        ],
    }


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
