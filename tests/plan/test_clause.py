"""A plan's file: an invented city's is read without code, a broken one is refused by name."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.errors import PlanError
from tieling_geo.plan.clause import analysis_values, bundled_plans, read_plan
from tieling_geo.plan.evaluate import evaluate
from tieling_geo.plan.fields import Fields
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

HEAD = """
[plan]
title_zh = "云泽市绿色行动方案"
title_en = "Green action of Yunze"
city_zh = "云泽市"
city_en = "Yunze"
base_year = 2030

[parameters.nearly_all_pct]
value = 97.25
unit = "%"
source_zh = "本地约定"
source_en = "declared"
verified = false

[parameters.list_of_names]
value = ["甲", "乙"]
source_zh = "本地约定"
source_en = "declared"
verified = false

[sections."1"]
title_zh = "供热"
title_en = "Heat"
bureaus = ["市能源局"]
"""
#: A clause that an analysis decides, with a parameter of its own; each test changes a line of it.
CLAUSE = """
[[clause]]
clause_id = "Y1"
section = "1"
paraphrase_zh = "小锅炉快没了"
paraphrase_en = "Small boilers are nearly gone"
sentence_sha256 = "{digest}"
kind = "spatial"
comparator = ">="
strictness = "declared"
target = "9/13"
unit = "%"
deadline = 2034-12-31
scope_zh = "城区"
scope_en = "town"
layers = ["boilers", "builtup_areas"]
analysis = "boilers_in_builtup_areas"
measure = "small_coal_boilers_retired_share"

[clause.parameters.capacity_limit_t_per_h]
value = 20
unit = "t_per_h"
source_zh = "方案"
source_en = "the plan"
verified = true

[[clause.assumptions]]
zh = "按单台"
en = "each by itself"
""".replace("{digest}", "a" * 64)
#: A clause that no analysis decides.
WORDS = """
[[clause]]
clause_id = "{id}"
section = "1"
paraphrase_zh = "转述"
paraphrase_en = "in our words"
sentence_sha256 = "{digest}"
kind = "{kind}"
comparator = "none"
strictness = "report"
scope_zh = "全市"
scope_en = "whole city"
undecided_because_zh = "{zh}"
undecided_because_en = "{en}"
"""
REPORTED = """
[[clause]]
clause_id = "Y5"
section = "1"
paraphrase_zh = "供热范围里的锅炉数要公布"
paraphrase_en = "Boilers in heating coverage are reported"
sentence_sha256 = "{digest}"
kind = "report"
comparator = "none"
strictness = "report"
unit = "count"
scope_zh = "供热范围"
scope_en = "heating coverage"
layers = ["boilers", "heating_supply_areas"]
analysis = "boilers_in_heating_coverage"
measure = "coal_boilers_remaining_supply_area"
""".replace("{digest}", "b" * 64)
NEARLY = """
[[clause]]
clause_id = "Y6"
section = "1"
paraphrase_zh = "水体大致治好"
paraphrase_en = "Waters are nearly treated"
sentence_sha256 = "{digest}"
kind = "spatial"
comparator = ">"
strictness = "declared"
target_parameter = "nearly_all_pct"
unit = "%"
scope_zh = "乡村"
scope_en = "countryside"
layers = ["black_odorous_waters", "builtup_areas"]
analysis = "rural_black_odorous_waters"
measure = "larger_rural_waters_treated_share"
""".replace("{digest}", "c" * 64)


def words(clause_id: str, kind: str, zh: str, en: str) -> str:
    """Write a clause that no analysis decides."""
    return WORDS.format(id=clause_id, kind=kind, zh=zh, en=en, digest="d" * 64)


def write(folder: Path, text: str) -> Path:
    """Write a plan's file."""
    path = folder / "yunze.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one_clause(folder: Path) -> Clause:
    """Read the plan of one clause."""
    return read_plan(write(folder, HEAD + CLAUSE)).clauses[0]


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


# --- what is refused, and how -------------------------------------------------------------------

#: What is changed in the clause, and the field that the refusal names.
BROKEN = {
    "field missing": ('kind = "spatial"\n', "", "kind"),
    "half a phrase": ('scope_en = "town"\n', "", "scope_en"),
    "blank": ('scope_en = "town"', 'scope_en = " "', "scope_en"),
    "unknown field": ('kind = "spatial"', 'kind = "spatial"\nkinds = 1', "kinds"),
    "unknown phrase": ('kind = "spatial"', 'kind = "spatial"\nnote_zh = "x"', "note_zh"),
    "unknown kind": ('kind = "spatial"', 'kind = "spacial"', "kind"),
    "unknown comparator": ('comparator = ">="', 'comparator = "≥"', "comparator"),
    "unknown strictness": ('"declared"', '"firm"', "strictness"),
    "unknown section": ('section = "1"', 'section = "2"', "section"),
    "unknown layer": ('"builtup_areas"]', '"builtup"]', "layers"),
    "layers no list": ('["boilers", "builtup_areas"]', '"boilers"', "layers"),
    "unknown analysis": ('"boilers_in_builtup_areas"', '"boilers_in_town"', "analysis"),
    "unknown measure": ("retired_share", "gone_share", "measure"),
    "unknown unit": ('unit = "%"', 'unit = "percent"', "unit"),
    "another unit": ('unit = "%"', 'unit = "count"', "unit"),
    "no unit": ('unit = "%"\n', "", "unit"),
    "no sha256": ("a" * 64, "a" * 63, "sentence_sha256"),
    "sha256 in capitals": ("a" * 64, "A" * 64, "sentence_sha256"),
    "id with a path": ('clause_id = "Y1"', 'clause_id = "../Y1"', "clause_id"),
    "id a number": ('clause_id = "Y1"', "clause_id = 1", "clause_id"),
    "no id": ('clause_id = "Y1"\n', "", "clause_id"),
    "target with a sign": ('target = "9/13"', 'target = ">= 9"', "target"),
    "target by zero": ('target = "9/13"', 'target = "9/0"', "target"),
    "target beyond memory": ('target = "9/13"', "target = 1e999999999", "target"),
    "target infinite": ('target = "9/13"', "target = inf", "target"),
    "target true": ('target = "9/13"', "target = true", "target"),
    "comparator alone": ('target = "9/13"\n', "", "target"),
    "target alone": ('comparator = ">="', 'comparator = "none"', "target"),
    "about alone": ('comparator = ">="', 'comparator = "about"', "tolerance_pct"),
    "tolerance alone": ('target = "9/13"', 'target = "9/13"\ntolerance_pct = 5', "tolerance_pct"),
    "tolerance below zero": (
        'comparator = ">="',
        'comparator = "about"\ntolerance_pct = -5',
        "tolerance_pct",
    ),
    "two targets": (
        'target = "9/13"',
        'target = "9/13"\ntarget_parameter = "nearly_all_pct"',
        "target_parameter",
    ),
    "unknown target": ('target = "9/13"', 'target_parameter = "nearly"', "target_parameter"),
    "target no number": (
        'target = "9/13"',
        'target_parameter = "list_of_names"',
        "target_parameter",
    ),
    "deadline a year": ("deadline = 2034-12-31", "deadline = 2034", "deadline"),
    "deadline a moment": (
        "deadline = 2034-12-31",
        "deadline = 2034-12-31T00:00:00",
        "deadline",
    ),
    "deadline in words": ("deadline = 2034-12-31", 'deadline = "2034-12-31"', "deadline"),
    "no analysis": ('analysis = "boilers_in_builtup_areas"\n', "", "analysis"),
    "nothing decides": (
        'analysis = "boilers_in_builtup_areas"\nmeasure = "small_coal_boilers_retired_share"\n',
        "",
        "undecided_because",
    ),
    "reason beside an analysis": (
        'kind = "spatial"',
        'kind = "spatial"\nundecided_because_zh = "x"\nundecided_because_en = "x"',
        "undecided_because",
    ),
    "analysis of paperwork": ('kind = "spatial"', 'kind = "paperwork"', "kind"),
    "unknown parameter": (
        "capacity_limit_t_per_h]",
        "capacity_t_per_h]",
        "parameters.capacity_t_per_h",
    ),
    "parameter in another unit": ('unit = "t_per_h"', 'unit = "mw"', "parameters."),
    "parameter without a unit": ('unit = "t_per_h"\n', "", "parameters."),
    "parameter of another kind": ("value = 20\n", 'value = "20"\n', "parameters"),
    "parameter a flag": ("value = 20\n", "value = true\n", "parameters"),
    "parameter without a source": ('source_en = "the plan"\n', "", "source_en"),
    "verified in words": ("verified = true", 'verified = "yes"', "verified"),
    "parameter with more": ("verified = true", "verified = true\nclosed = true", "closed"),
    "assumptions a phrase": ("[[clause.assumptions]]", "[clause.assumptions]", "assumptions"),
    "assumption with more": ('zh = "按单台"', 'zh = "按单台"\nde = "x"', "de"),
}


def refusal(path: Path) -> PlanError:
    """Read a file that is refused."""
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    for language in (caught.value.message.zh, caught.value.message.en):
        assert path.name in language
        assert str(path.parent) not in language
        assert "Traceback" not in language
    assert caught.value.message.zh != caught.value.message.en
    assert caught.value.exit_status == 2
    return caught.value


@pytest.mark.parametrize(("old", "new", "field"), BROKEN.values(), ids=BROKEN)
def test_a_broken_clause_is_refused_by_name(tmp_path: Path, old: str, new: str, field: str) -> None:
    """File, clause and field stand in the message, in both languages."""
    assert CLAUSE.count(old) == 1
    error = refusal(write(tmp_path, HEAD + CLAUSE.replace(old, new)))
    place = "clause 1" if field == "clause_id" else "Y1"
    assert place in error.message.zh
    assert place in error.message.en
    assert f"字段 {field}" in error.message.zh
    assert f"field {field}" in error.message.en


def test_the_clause_that_is_broken_here_is_whole(tmp_path: Path) -> None:
    """Each case above breaks what is else read."""
    assert one_clause(tmp_path).clause_id == "Y1"


def test_two_clauses_of_one_name_are_refused(tmp_path: Path) -> None:
    """The second would hide the first."""
    error = refusal(write(tmp_path, HEAD + CLAUSE + CLAUSE))
    assert "Y1" in error.message.zh
    assert "field clause_id: stands twice" in error.message.en


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("base_year = 2030", 'base_year = "2030"', "plan: field base_year"),
        ("base_year = 2030", "base_year = true", "plan: field base_year"),
        ("base_year = 2030\n", "", "plan: field base_year: missing"),
        ('city_en = "Yunze"', 'city_en = "Yunze"\nmayor = "x"', "plan: field mayor: unknown"),
        ('bureaus = ["市能源局"]', 'bureaus = "市能源局"', "sections / 1: field bureaus"),
        ('bureaus = ["市能源局"]', "bureaus = [1]", "sections / 1: field bureaus"),
        ('bureaus = ["市能源局"]', 'bureaus = ["a"]\nlead = "a"', "sections / 1: field lead"),
        ("[plan]", "[plans]", "field plan: missing"),
        ("[plan]", "[extra]\n[plan]", "field extra: unknown"),
        ('[sections."1"]', "[[sections]]", "sections: should be a table"),
        ("value = 97.25", "value = 97.25.1", "is not TOML"),
        ("value = 97.25\n", "", "parameters / nearly_all_pct: field value: missing"),
        ("value = 97.25", "value = nan", "parameters / nearly_all_pct: field value"),
        ('unit = "%"', 'unit = "per cent"', "parameters / nearly_all_pct: field unit"),
    ],
)
def test_a_broken_head_is_refused_by_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    """What is not in a clause is named by its table."""
    assert HEAD.count(old) == 1
    error = refusal(write(tmp_path, HEAD.replace(old, new) + CLAUSE))
    assert told in error.message.en


@pytest.mark.parametrize(
    "clauses", ["", "clause = []", "clause = 3", "[clause]\na = 1", "clause = [1]"]
)
def test_a_plan_without_clauses_is_refused(tmp_path: Path, clauses: str) -> None:
    """Nothing to judge is no plan."""
    error = refusal(
        write(tmp_path, clauses + "\n" + HEAD if "[" not in clauses else HEAD + clauses)
    )
    assert "clause" in error.message.en


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"[plan",
        b"a = " + b"[" * 9000,
        b"a = " + b"9" * 9000,
        b"\x00",
        "计划".encode("gbk"),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """Not UTF-8, not closed, nested without end, a number of thousands of digits."""
    path = tmp_path / "yunze.toml"
    path.write_bytes(content)
    assert "not TOML" in refusal(path).message.en


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file, and a folder in its place, are no bug of ours."""
    assert "cannot be read" in refusal(tmp_path / "yunze.toml").message.en
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert "cannot be read" in refusal(folder).message.en


def test_a_parameter_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    """A clause without an analysis has nobody to give a parameter to."""
    own = CLAUSE[CLAUSE.index("[clause.parameters") : CLAUSE.index("[[clause.assumptions")]
    error = refusal(write(tmp_path, HEAD + words("Y2", "number", "缺", "missing") + own))
    assert "Y2: field parameters.capacity_limit_t_per_h" in error.message.en


def test_a_shared_target_in_another_unit_is_refused(tmp_path: Path) -> None:
    """A percentage cannot be the target of a count."""
    text = HEAD.replace('unit = "%"', 'unit = "count"') + NEARLY
    error = refusal(write(tmp_path, text))
    assert "Y6: field parameters.nearly_all_pct.unit" in error.message.en


def test_what_a_user_writes_is_cut_in_messages(tmp_path: Path) -> None:
    """A value of a thousand signs does not flood the terminal."""
    text = CLAUSE.replace('kind = "spatial"', f'kind = "{"x" * 1000}"')
    assert len(refusal(write(tmp_path, HEAD + text)).message.en) < 300


def test_values_of_an_analysis_are_those_it_has(tmp_path: Path) -> None:
    """A parameter of the target is not handed to the analysis, nor any without an analysis."""
    clause = one_clause(tmp_path)
    target = ClauseParameter("nearly", 95.0, Text("", ""), verified=False, unit="%")
    both = replace(clause, parameters=(*clause.parameters, target))
    assert analysis_values(both) == {"capacity_limit_t_per_h": 20.0}
    assert analysis_values(replace(both, analysis="")) == {}


records = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


KINDS = {
    "word": str,
    "text": Text,
    "words": tuple,
    "flag": bool,
    "whole": int,
    "exact": Fraction,
    "day": date,
    "table": dict,
    "rows": list,
}


@given(records)
def test_whatever_a_field_holds_it_is_taken_or_refused(value: object) -> None:
    """No kind of value gets past its field, and none breaks it."""
    for kind, taken_as in KINDS.items():
        fields = Fields({"x": value, "x_zh": value, "x_en": value}, Text("文件", "file"))
        refused: PlanError | None = None
        taken: object = None
        try:
            taken = getattr(fields, kind)("x")
        except PlanError as error:
            refused = error
        assert (taken is None) or isinstance(taken, taken_as)
        if refused is not None:
            assert "x" in refused.message.en
            assert "x" in refused.message.zh
