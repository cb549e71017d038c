"""A broken plan's file is refused: file, clause and field by name, in both languages."""

from pathlib import Path

import pytest
from hand_made_plans import CLAUSE, HEAD, NEARLY, one_clause, words, write

from tieling_geo.errors import PlanError
from tieling_geo.plan.clause import read_plan

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
    "paperwork decided": ('kind = "spatial"', 'kind = "paperwork"', "kind"),
    "analysis of a rule": ('kind = "spatial"', 'kind = "rule"', "kind"),
    "analysis of what nobody can decide": ('kind = "spatial"', 'kind = "undecidable"', "kind"),
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
