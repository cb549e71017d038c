"""A plan's file: an invented city's is read and judged without code, its numbers exactly."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_plans import CLAUSE, HEAD, NEARLY, REPORTED, one_clause, words, write

from tieling_geo.plan import analysis_values
from tieling_geo.plan.clause import bundled_plans, read_plan
from tieling_geo.plan.evaluate import evaluate
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ROLLUP_COLUMNS,
    Clause,
    ClauseParameter,
    Measure,
    Quantity,
    Result,
    State,
)
from tieling_geo.text import Text

# --- an invented city ---------------------------------------------------------------------------


def test_an_invented_city_is_read_without_code(tmp_path: Path) -> None:
    """One clause of each kind, each with what its verdict needs."""
    text = (
        HEAD
        + CLAUSE
        + words("Y2", "undecidable", "没有标准", "no yardstick")
        + words("Y3", "paperwork", "看文件", "documents only")
        + words("Y4", "number", "尚无分析", "no analysis yet")
        + REPORTED
        + NEARLY
    )
    plan = read_plan(write(tmp_path, text))
    assert (plan.plan_id, plan.base_year, plan.city.zh) == ("yunze", 2030, "云泽市")
    assert plan.sections["1"].bureaus == ("市能源局",)
    assert [clause.clause_id for clause in plan.clauses] == ["Y1", "Y2", "Y3", "Y4", "Y5", "Y6"]
    first, nearly = plan.clauses[0], plan.clauses[5]
    assert (first.target, first.deadline) == (Fraction(9, 13), date(2034, 12, 31))
    assert first.parameters == (
        ClauseParameter(
            "capacity_limit_t_per_h", 20.0, Text("方案", "the plan"), verified=True, unit="t_per_h"
        ),
    )
    assert analysis_values(first) == {"capacity_limit_t_per_h": 20.0}
    assert first.assumptions == (Text("按单台", "each by itself"),)
    assert nearly.target == Fraction(389, 4)
    assert [p.name for p in nearly.parameters] == ["nearly_all_pct"]
    assert analysis_values(nearly) == {}


def test_an_invented_city_is_judged_without_code(tmp_path: Path) -> None:
    """Each kind has its own state; what no analysis decides says why."""
    text = (
        HEAD
        + CLAUSE
        + words("Y2", "undecidable", "没有标准", "no yardstick")
        + words("Y3", "paperwork", "看文件", "documents only")
        + words("Y4", "number", "尚无分析", "no analysis yet")
        + REPORTED
        + NEARLY
    )
    plan = read_plan(write(tmp_path, text))
    verdicts = {clause.clause_id: evaluate(clause, _found(clause)) for clause in plan.clauses}
    assert {name: verdict.state for name, verdict in verdicts.items()} == {
        "Y1": State.MET,
        "Y2": State.NOT_DECIDABLE,
        "Y3": State.NOT_DECIDABLE,
        "Y4": State.NO_DATA,
        "Y5": State.REPORTED,
        "Y6": State.NOT_MET,
    }
    assert verdicts["Y4"].because == Text("尚无分析", "no analysis yet")
    assert verdicts["Y6"].parameters["nearly_all_pct"].interval == "open"


def test_paperwork_may_report_a_number(tmp_path: Path) -> None:
    """With an analysis it is reported and never passed; see the refusals for one with a target."""
    told = REPORTED.replace('kind = "report"', 'kind = "paperwork"')
    [clause] = read_plan(write(tmp_path, HEAD + told)).clauses
    assert (clause.kind, clause.comparator) == ("paperwork", "none")
    verdict = evaluate(clause, _found(clause))
    assert (verdict.state, verdict.value, verdict.margin) == (State.REPORTED, 389, None)
    assert evaluate(clause, None).state is not State.REPORTED


def _found(clause: Clause) -> Result | None:
    """Find 389 of 400 done, 97.25 %, or 389 left: whatever the clause asks."""
    if not clause.analysis:
        return None
    quantity = Quantity(389, 400) if clause.unit == "%" else Quantity(389)
    measure = Measure(clause.measure, clause.unit, quantity, quantity, quantity, 400, 0)
    return Result(
        analysis=clause.analysis,
        features=gpd.GeoDataFrame(geometry=[]),
        category="category",
        measures={clause.measure: measure},
        against={},
        excluded=pd.DataFrame(columns=list(EXCLUDED_COLUMNS)),
        rollups=pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    )


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("95", Fraction(95)),
        ("69.23", Fraction(6923, 100)),
        ('"69.23"', Fraction(6923, 100)),
        ('"9/13"', Fraction(9, 13)),
        ("-1.5", Fraction(-3, 2)),
        ("0.100000000000000001", Fraction(10**17 + 1, 10**18)),
        ('" 0 "', Fraction(0)),
        ("123456789012345678", Fraction(123456789012345678)),
    ],
)
def test_a_target_is_the_number_that_is_written(
    tmp_path: Path, written: str, target: Fraction
) -> None:
    """No decimal passes through binary on its way, with quotes or without."""
    text = CLAUSE.replace('target = "9/13"', f"target = {written}")
    assert read_plan(write(tmp_path, HEAD + text)).clauses[0].target == target


def test_a_mark_at_the_file_s_start_is_no_fault(tmp_path: Path) -> None:
    """Editors on Windows begin a UTF-8 file with a mark; a clause may be named in Chinese."""
    text = "\ufeff" + HEAD + CLAUSE.replace('"Y1"', '"甲-1.2"')
    assert read_plan(write(tmp_path, text)).clauses[0].clause_id == "甲-1.2"


def test_the_plans_that_come_with_the_package_are_read() -> None:
    """Each is named after its file."""
    for name, path in bundled_plans().items():
        assert read_plan(path).plan_id == name


def test_values_of_an_analysis_are_those_it_has(tmp_path: Path) -> None:
    """A parameter of the target is not handed to the analysis, nor any without an analysis."""
    clause = one_clause(tmp_path)
    target = ClauseParameter("nearly", 95.0, Text("", ""), verified=False, unit="%")
    both = replace(clause, parameters=(*clause.parameters, target))
    assert analysis_values(both) == {"capacity_limit_t_per_h": 20.0}
    assert analysis_values(replace(both, analysis="")) == {}
