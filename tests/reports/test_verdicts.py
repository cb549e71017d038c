"""`verdicts.json`: the keys of the contract, exact numbers, and nothing that JSON cannot hold."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hand_made_workspaces import five_boilers
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.pipeline import assess
from tieling_geo.records import Assessment, DeadlineState, Parameter, State
from tieling_geo.reports.verdicts import MOST_IDS, parameter_row, to_number, verdicts_json
from tieling_geo.text import Text
from tieling_geo.workspace import open_workspace

#: What the output contract promises of each clause, and what comes with it.
CONTRACT = [
    "clause",
    "section",
    "state",
    "value",
    "unit",
    "low",
    "high",
    "comparator",
    "target",
    "strictness",
    "deadline",
    "deadline_state",
    "counted",
    "excluded",
    "parameters",
    "assumptions",
    "warnings",
    "evidence",
]
BESIDE = [
    "paraphrase",
    "sentence_sha256",
    "bureaus_of_section",
    "state_title",
    "is_violation",
    "waiting_for",
    "because",
    "margin",
    "hedges",
    "value_at_deadline",
    "exact",
    "numerator",
    "denominator",
    "beside",
    "alternatives",
    "robustness",
    "pace",
    "overrides",
    "state_without_overrides",
    "sentence",
    "as_of",
    "is_sample",
]
STATES = [
    "met",
    "not_met",
    "undetermined",
    "no_data",
    "not_applicable",
    "reported",
    "not_decidable",
]


def rows_of(assessment: Assessment) -> list[dict[str, Any]]:
    """Parse what is written, strictly: NaN and infinity are no JSON."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    rows: list[dict[str, Any]] = json.loads(verdicts_json(assessment), parse_constant=refuse)
    return rows


def test_the_keys_of_the_contract(small_assessment: Assessment) -> None:
    """Each clause has every key, whatever its state, and states are the seven words."""
    rows = rows_of(small_assessment)
    assert [row["clause"] for row in rows] == [
        clause.clause_id for clause in small_assessment.plan.clauses
    ]
    for row in rows:
        assert set(row) == {*CONTRACT, *BESIDE}
        assert row["state"] in STATES
        assert row["deadline_state"] in [state.value for state in DeadlineState]
    assert [state.value for state in State] == STATES


def test_numbers_are_those_of_the_verdicts(small_assessment: Assessment) -> None:
    """Decimals for reading, fractions for recomputing; both are the verdict's own numbers."""
    for row, verdict in zip(rows_of(small_assessment), small_assessment.verdicts, strict=True):
        assert (row["counted"], row["excluded"]) == (verdict.counted, verdict.excluded)
        for name in ("value", "low", "high"):
            number: Fraction | None = getattr(verdict, name)
            if number is None:
                assert row[name] is row["exact"][name] is None
            else:
                assert Fraction(row["exact"][name]) == number
                assert row[name] == pytest.approx(float(number), rel=1e-15)
        assert row["evidence"]["features_against"] == len(verdict.against)
        assert row["evidence"]["against"] == list(verdict.against[:MOST_IDS])
        assert set(row["parameters"]) == set(verdict.parameters)
        assert row["state_title"] == {"zh": verdict.label.zh, "en": verdict.label.en}
        assert row["is_violation"] == verdict.is_violation
        assert row["waiting_for"] == (verdict.waiting_for and verdict.waiting_for.value)
        assert [move["name"] for move in row["robustness"]] == [m.name for m in verdict.robustness]


def test_a_value_is_its_numerator_over_its_denominator(small_assessment: Assessment) -> None:
    """Recomputed from the row alone; a value of one amount has no denominator."""
    seen = set()
    for row in rows_of(small_assessment):
        if row["numerator"] is None:
            assert row["value"] is row["denominator"] is None
            continue
        value = Fraction(row["numerator"])
        if row["denominator"] is not None:
            value /= Fraction(row["denominator"])
            value *= 100 if row["unit"] == "%" else 1
        assert Fraction(row["exact"]["value"]) == value
        seen.add(row["denominator"] is None)
    assert seen == {True, False}


def test_what_rests_on_a_person_says_so(small_assessment: Assessment) -> None:
    """Ids of the overrides, and the state without them, stand together or not at all."""
    stated = {one.override_id for one in small_assessment.overrides}
    rows = rows_of(small_assessment)
    # What is set on a feature that no clause is about, none rests on.
    assert {"R01"} < {name for row in rows for name in row["overrides"]} <= stated
    for row in rows:
        assert (row["state_without_overrides"] in STATES) == bool(row["overrides"])


def test_five_boilers(tmp_path: Path) -> None:
    """One row, counted by hand."""
    root = five_boilers(tmp_path / "workspace")
    (row,) = rows_of(assess(open_workspace(root), only=["I01"]))
    assert {key: row[key] for key in CONTRACT if key not in {"parameters", "assumptions"}} == {
        "clause": "I01",
        "section": "三(八)",
        "state": "not_met",
        "value": 1,
        "unit": "count",
        "low": 1,
        "high": 2,
        "comparator": "<=",
        "target": 0,
        "strictness": "binding",
        "deadline": None,
        "deadline_state": "none",
        "counted": 2,
        "excluded": 1,
        "warnings": row["warnings"],
        "evidence": {
            "analysis": "boilers_in_heating_coverage",
            "measure": "coal_boilers_remaining_supply_area",
            "features_against": 1,
            "against": ["B1"],
            "features_unknown": 1,
            "unknown": ["B5"],
        },
    }
    assert row["exact"] == {"value": "1", "low": "1", "high": "2", "target": "0"}
    assert row["margin"] == -1
    assert row["as_of"] == "2025-12-31"
    assert row["parameters"]["pipe_buffer_m"]["value"] == 500.0
    assert row["parameters"]["pipe_buffer_m"]["interval"] == "closed"
    assert all(set(text) == {"zh", "en"} for text in row["assumptions"] + row["warnings"])


def test_only_the_first_ids_are_listed(small_assessment: Assessment) -> None:
    """A long list is cut, and its length is told; the evidence file has them all."""
    ids = tuple(f"B{n:04}" for n in range(MOST_IDS + 1))
    verdict = replace(small_assessment.verdicts[0], against=ids)
    (row,) = rows_of(replace(small_assessment, verdicts=(verdict,)))
    assert row["evidence"]["features_against"] == MOST_IDS + 1
    assert row["evidence"]["against"] == list(ids[:MOST_IDS])


def test_chinese_is_written_as_it_is(small_assessment: Assessment) -> None:
    """A person who opens the file can read it; it ends with a line end."""
    text = verdicts_json(small_assessment)
    assert "条" in text or "规划" in text
    assert "\\u" not in text
    assert text.endswith("]\n")


def test_a_parameter_with_its_source() -> None:
    """A list of words becomes a JSON list."""
    source = Text("规划", "the plan")
    rivers = Parameter("rivers", ("辽河", "清河"), "", "none", Text("河流", "rivers"), source, True)  # noqa: FBT003 - a record
    assert parameter_row(rivers) == {
        "value": ["辽河", "清河"],
        "unit": "",
        "interval": "none",
        "title": {"zh": "河流", "en": "rivers"},
        "source": {"zh": "规划", "en": "the plan"},
        "verified": True,
    }


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_a_number_survives_json(value: Fraction) -> None:
    """A decimal is the nearest one to the fraction; whole numbers are written whole."""
    number = to_number(value)
    assert json.loads(json.dumps(number)) == number
    assert isinstance(number, int) == (value.denominator == 1)
    assert number == pytest.approx(float(value), rel=1e-15)
