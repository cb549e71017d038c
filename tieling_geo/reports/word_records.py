"""What the verdicts rest on: cross-checks, the layers that were read, and what persons set."""

from collections.abc import Iterator

from tieling_geo.records import Assessment, CrossCheck, Layer, Override
from tieling_geo.reports.ledger_terms import column_title, joined, layer_title
from tieling_geo.reports.word_manuscript import Column, Manuscript
from tieling_geo.reports.word_numbers import ids_words
from tieling_geo.reports.word_words import CHECKS, PARTS, WORDS
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language

Row = tuple[str, ...]


def write_checks(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write what answers held against each other gave."""
    manuscript.heading(PARTS["checks"].to(language), new_page=True)
    if not assessment.cross_checks:
        manuscript.write(WORDS["none_here"].to(language))
        return
    widths = {"check": 22, "clauses": 16, "result": 12, "told_check": 50}
    manuscript.table(
        "checks",
        WORDS["check_table"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        [_check(check, language) for check in assessment.cross_checks],
    )


def _check(check: CrossCheck, language: Language) -> Row:
    """Say one cross-check, its classes below what it found."""
    colon = "：" if language == "zh" else ": "
    classes = [
        f"{title.to(language)}{colon}{ids_words(ids, language) if ids else number}"
        for title, number, ids in check.rows
    ]
    return (
        check.title.to(language),
        joined(check.clauses, language),
        CHECKS[check.state].to(language),
        "\n".join([check.told.to(language), *classes]),
    )


def write_data(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write which layers were read, with how many rows, and in which datum they are."""
    manuscript.heading(PARTS["data"].to(language))
    widths = {"layer": 17, "rows_in": 8, "accepted": 8, "rejected": 8, "publisher": 29, "file": 30}
    manuscript.table(
        "layers",
        WORDS["layer_table"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        [_layer(layer, language) for layer in assessment.layers.values()],
    )
    absent = [layer_title(name, language) for name in LAYERS if name not in assessment.layers]
    if absent:
        manuscript.labelled(WORDS["missing"].to(language), joined(absent, language))
    for check in assessment.datum_checks:
        manuscript.labelled(WORDS["datums"].to(language), check.to(language))
    for title, note in _notes(assessment, language):
        manuscript.labelled(WORDS["notes"].to(language), f"{title} · {note}")


def _layer(layer: Layer, language: Language) -> Row:
    """Say one layer: its rows, and where it comes from."""
    card = layer.card
    told = (card.publisher, card.licence, card.reference_date, card.datum)
    return (
        f"{layer_title(layer.name, language)}\n{layer.name}",
        str(layer.rows_in),
        str(len(layer.features)),
        str(layer.rows_rejected),
        joined((word for word in told if word), language),
        f"{layer.source}\n{layer.sha256[:16]}…",
    )


def _notes(assessment: Assessment, language: Language) -> Iterator[tuple[str, str]]:
    """Give what the readers did that a person should know."""
    for layer in assessment.layers.values():
        for note in layer.notes:
            yield layer_title(layer.name, language), note.to(language)


def write_overrides(manuscript: Manuscript, assessment: Assessment, language: Language) -> None:
    """Write what persons set, with what the ledgers have."""
    manuscript.heading(PARTS["overrides"].to(language))
    if not assessment.overrides:
        manuscript.write(WORDS["none_here"].to(language))
        return
    widths = {
        "override": 9,
        "feature": 25,
        "original_value": 13,
        "stated": 13,
        "who": 22,
        "why": 18,
    }
    manuscript.table(
        "overrides",
        WORDS["override_table"].to(language),
        [Column(WORDS[word].to(language), width) for word, width in widths.items()],
        [_override(override, language) for override in assessment.overrides],
    )


def _override(override: Override, language: Language) -> Row:
    """Say one override."""
    blank = WORDS["blank"].to(language)
    column = column_title(override.layer, override.column, language)
    return (
        override.override_id,
        f"{layer_title(override.layer, language)}\n{override.feature_id}\n{column}",
        override.original or blank,
        override.stated or blank,
        f"{override.who}\n{override.decided_on.isoformat()}\n{override.evidence}",
        override.why,
    )
