"""The bundled plan: its clauses, their sources, and what becomes of each without its inputs."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from tieling_geo import pipeline
from tieling_geo.analyses import ANALYSES
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.plan.clause import analysis_values
from tieling_geo.records import (
    REJECTED_COLUMNS,
    Assessment,
    Clause,
    DeadlineState,
    Layer,
    State,
    Verdict,
)
from tieling_geo.text import Text

PLAN = read_plan(bundled_plans()["tieling_145"])
CLAUSES = {clause.clause_id: clause for clause in PLAN.clauses}
NEEDED = [(clause.clause_id, layer) for clause in PLAN.clauses for layer in clause.layers]
DAY = date(2025, 12, 31)
Verdicts = Mapping[str, Verdict]
_SECTION = re.compile(r"（([一二三四五六七八九十]+)）")
_PART = re.compile(r"([一二三四五六七八九十]+)、")
_LONGEST_SHARED = 11


def assess(layers: Mapping[str, Layer], clause_ids: Iterable[str] = CLAUSES) -> Verdicts:
    """Assess clauses on layers that are in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.assessing, "read_layers", lambda *_, **__: layers)
        found: Assessment = pipeline.assess(as_of=DAY, only=clause_ids)
    return {verdict.clause.clause_id: verdict for verdict in found.verdicts}


@pytest.fixture(scope="module")
def verdicts(sample_layers: Mapping[str, Layer]) -> Verdicts:
    """Assess every clause on the sample, once."""
    return assess(sample_layers)


@pytest.fixture(scope="module")
def verdicts_of_rejected(sample_layers: Mapping[str, Layer]) -> Verdicts:
    """Assess every clause on the sample with two rejected rows in every layer, once."""
    return assess({name: with_rejected(layer, 2) for name, layer in sample_layers.items()})


def without(layers: Mapping[str, Layer], name: str) -> dict[str, Layer]:
    """Take a layer away."""
    return {key: layer for key, layer in layers.items() if key != name}


def with_rejected(layer: Layer, rows: int) -> Layer:
    """Add rejected rows to a layer."""
    more = pd.DataFrame(
        [(layer.name, layer.source, "", n + 1, "status", "", "?", "?", "?") for n in range(rows)],
        columns=list(REJECTED_COLUMNS),
    )
    return replace(layer, rejected=more, rows_in=len(layer.features) + rows)


# --- the records --------------------------------------------------------------------------------


def test_the_clauses_are_those_that_layers_decide() -> None:
    """Eight clauses, by the ids of the register."""
    assert list(CLAUSES) == ["C02", "E01", "F04", "H02", "H03", "I01", "I02", "K02"]
    assert (PLAN.plan_id, PLAN.base_year) == ("tieling_145", 2020)


@pytest.mark.parametrize(
    ("clause_id", "comparator", "target", "unit", "deadline"),
    [
        ("C02", ">=", 100, "%", date(2025, 12, 31)),
        ("E01", "<=", 0, "count", None),
        ("F04", ">=", 95, "%", date(2025, 12, 31)),
        ("H02", ">=", 95, "%", date(2023, 12, 31)),
        ("H03", ">=", 95, "%", date(2025, 12, 31)),
        ("I01", "<=", 0, "count", None),
        ("I02", ">=", 95, "%", date(2025, 12, 31)),
        ("K02", ">=", 95, "%", date(2025, 12, 31)),
    ],
)
def test_targets_and_deadlines(
    clause_id: str, comparator: str, target: int, unit: str, deadline: date | None
) -> None:
    """As in the register; the two clauses without a deadline get none, and say so."""
    clause = CLAUSES[clause_id]
    assert (clause.comparator, clause.target, clause.unit) == (comparator, Fraction(target), unit)
    assert clause.deadline == deadline
    if deadline is None:
        assert any("deadline" in warning.en for warning in clause.warnings)


def test_35_t_per_h_is_included() -> None:
    """The plan's own words include the number: closed, from the plan, verified."""
    clause = CLAUSES["I02"]
    assert analysis_values(clause) == {
        "capacity_limit_t_per_h": 35.0,
        "capacity_limit_closed": True,
    }
    assert all(p.verified for p in clause.parameters if p.name != "basically_share_pct")
    used = ANALYSES[clause.analysis].parameters_used(analysis_values(clause))
    assert used["capacity_limit_t_per_h"].interval == "closed"


@pytest.mark.parametrize("clause_id", ["F04", "H02", "H03", "I02", "K02"])
def test_basically_is_declared_by_us_and_shown(clause_id: str, verdicts: Verdicts) -> None:
    """Where the plan says 'basically', 95 % is unverified, and stands among the parameters."""
    verdict = verdicts[clause_id]
    shown = verdict.parameters["basically_share_pct"]
    assert (shown.value, shown.unit, shown.interval) == (95.0, "%", "closed")
    assert not shown.verified
    assert verdict.clause.strictness == "declared"


def test_a_misspelt_bureau_is_kept_and_told() -> None:
    """The plan's list is not mended in silence."""
    assert "市住户和城乡建设局" in PLAN.sections["三(四)"].bureaus
    assert any("市住户和城乡建设局" in warning.zh for warning in CLAUSES["E01"].warnings)


def texts(value: object) -> Iterable[str]:
    """Give every Chinese and English phrase of a record."""
    if isinstance(value, Text):
        yield from value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))


@pytest.mark.parametrize("clause", PLAN.clauses, ids=CLAUSES)
def test_every_phrase_is_there_in_both_languages(clause: Clause) -> None:
    """What users read is never blank; what nobody needs to say is left out."""
    for name in ("paraphrase", "scope", "parameters", "assumptions", "warnings"):
        assert all(phrase.strip() for phrase in texts(getattr(clause, name)))
    assert clause.assumptions


# --- the plan's own text ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def source_text(real_data: Path) -> str:
    """Read the plan itself; it lies beside the real data and is no part of the repository."""
    path = real_data.parent / "plan" / "tieling_145.txt"
    if not path.is_file():
        pytest.skip("no text of the plan beside the real data: sentences are not checked")
    return path.read_text(encoding="utf-8")


def sections_of(text: str) -> dict[str, str]:
    """Cut the plan into its sections, named as the clauses name them."""
    part, found = "", {}
    for line in text.splitlines():
        if heading := _PART.match(line):
            part = heading[1]
        elif heading := _SECTION.match(line):
            found[f"{part}({heading[1]})"] = line
    return found


@pytest.mark.real
@pytest.mark.parametrize("clause", PLAN.clauses, ids=CLAUSES)
def test_the_sentence_stands_in_the_section(clause: Clause, source_text: str) -> None:
    """The digest is that of one sentence, between two full stops, of the clause's section."""
    sentences = sections_of(source_text)[clause.section].split("。")
    digests = [hashlib.sha256(s.strip().encode()).hexdigest() for s in sentences]
    assert digests.count(clause.sentence_sha256) == 1


@pytest.mark.real
@pytest.mark.parametrize("section", PLAN.sections)
def test_bureaus_are_those_of_the_section(section: str, source_text: str) -> None:
    """In the plan's order and in its spelling, whatever that is."""
    told = sections_of(source_text)[section].split("等按职责分工负责", maxsplit=1)[0]
    listed = told.rsplit("（", maxsplit=1)[1].split("、")
    assert list(PLAN.sections[section].bureaus) == listed


@pytest.mark.real
@pytest.mark.parametrize("record", [*PLAN.clauses, *ANALYSES.values()])
def test_nothing_quotes_the_plan(record: object, source_text: str) -> None:
    """No phrase of a clause or an analysis shares a run of 12 signs or more with the plan."""
    size = _LONGEST_SHARED + 1
    for phrase in texts(record):
        runs = [phrase[n : n + size] for n in range(len(phrase) - _LONGEST_SHARED)]
        assert [run for run in runs if run in source_text] == []


# --- what becomes of a clause without its inputs ------------------------------------------------


@pytest.mark.parametrize(("clause_id", "layer"), NEEDED)
def test_a_missing_layer_is_never_a_pass(
    clause_id: str, layer: str, sample_layers: Mapping[str, Layer]
) -> None:
    """Without any one of its layers a clause has no data, and the layer is named."""
    verdict = assess(without(sample_layers, layer), [clause_id])[clause_id]
    assert verdict.state is State.NO_DATA
    assert layer in verdict.because.zh
    assert layer in verdict.because.en
    assert (verdict.value, verdict.against) == (None, ())
    expected = DeadlineState.NONE if verdict.clause.deadline is None else DeadlineState.UNKNOWN
    assert verdict.deadline_state is expected


@pytest.mark.parametrize(("clause_id", "layer"), NEEDED)
def test_an_empty_layer_is_never_a_pass(
    clause_id: str, layer: str, sample_layers: Mapping[str, Layer]
) -> None:
    """A layer that is known to have no row: nothing in scope, or nothing known of what may be."""
    empty = replace(
        sample_layers[layer],
        card=replace(sample_layers[layer].card, rows=0),
        features=sample_layers[layer].features.iloc[:0],
        rows_in=sample_layers[layer].rows_rejected,
    )
    verdict = assess({**sample_layers, layer: empty}, [clause_id])[clause_id]
    assert verdict.state is not State.MET
    if layer == CLAUSES[clause_id].layers[0]:
        # Nothing is counted, but a named list stays as long as it is: its names are unknown.
        expected = State.NO_DATA if clause_id == "C02" else State.NOT_APPLICABLE
        assert verdict.state is expected
        assert verdict.value is None


def test_a_pass_of_the_sample_does_not_outlive_a_rejected_row(
    verdicts: Verdicts, sample_layers: Mapping[str, Layer]
) -> None:
    """K02 is met by 25 of 25 with one unknown; a row more, of either layer, and it is open."""
    met = verdicts["K02"]
    assert (met.state, met.deadline_state) == (State.MET, DeadlineState.MET_IN_TIME)
    assert (met.counted, met.excluded, met.low) == (25, 1, Fraction(1250, 13))
    for name in CLAUSES["K02"].layers:
        doubtful = {**sample_layers, name: with_rejected(sample_layers[name], 1)}
        verdict = assess(doubtful, ["K02"])["K02"]
        assert verdict.state is State.UNDETERMINED
        assert verdict.deadline_state is DeadlineState.UNKNOWN


@pytest.mark.parametrize("clause_id", CLAUSES)
def test_rejected_rows_never_help(
    clause_id: str, verdicts: Verdicts, verdicts_of_rejected: Verdicts
) -> None:
    """Rows rejected from every layer at once: nothing is met, and the bounds hold what they did."""
    before, after = verdicts[clause_id], verdicts_of_rejected[clause_id]
    assert after.state is not State.MET
    assert after.low <= before.low <= before.high <= after.high
    assert after.value == before.value
    assert after.excluded == before.excluded + 2
