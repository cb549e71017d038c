"""The command `lint-plan`: what it prints, in which form, and the status it ends with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tieling_geo.plan import bundled_plans
from tieling_geo.plan.lint import RULES, lint_plan

Run = Callable[..., tuple[int, str, str]]

CLEAN = """
[plan]
title_zh = "云泽市方案"
title_en = "Plan of Yunze"
city_zh = "云泽市"
city_en = "Yunze"
base_year = 2030

[sections."一(一)"]
title_zh = "供水"
title_en = "Water"
bureaus = ["市水利局"]

[[clause]]
clause_id = "Y1"
section = "一(一)"
paraphrase_zh = "转述"
paraphrase_en = "in our words"
sentence_sha256 = "11eb2b5e1a8dbaf85d9e3ba32e55bc1d1dc4a30b9f6bf5ba8bd42c4d4ea1de83"
kind = "paperwork"
comparator = "none"
strictness = "report"
scope_zh = "全市"
scope_en = "whole city"
undecided_because_zh = "文件"
undecided_because_en = "paperwork"
"""
ODD = CLEAN.replace("供水", "供应重要河流的水")


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Write a plan without an oddity."""
    path = tmp_path / "clean.toml"
    path.write_text(CLEAN, encoding="utf-8")
    return path


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Write a plan with one."""
    path = tmp_path / "odd.toml"
    path.write_text(ODD, encoding="utf-8")
    return path


def test_without_findings_the_status_is_0(clean: Path, run_main: Run) -> None:
    """In one line."""
    status, out, err = run_main("lint-plan", clean, "--lang", "en")
    assert (status, err) == (0, "")
    assert out == f"{len(RULES)} rules, 0 oddities; told only, nothing is changed\n"


def test_with_findings_the_status_is_1(odd: Path, run_main: Run) -> None:
    """Rule, place and what was found, in either language; the file stays as it is."""
    before = odd.read_bytes()
    status, out, _ = run_main("lint-plan", odd, "--lang", "en")
    assert status == 1
    assert "undefined list" in out
    assert "一(一)" in out
    assert "no list or definition for “重要河流的水…”" in out
    assert "1 oddities" in out
    status, out, _ = run_main("lint-plan", odd)
    assert status == 1
    assert "名单未列" in out
    assert "没有名单或界定" in out
    assert odd.read_bytes() == before


def test_a_program_reads_the_same(clean: Path, odd: Path, run_main: Run) -> None:
    """As JSON, with the same status."""
    status, out, _ = run_main("lint-plan", odd, "--format", "json", "--lang", "en")
    assert status == 1
    assert json.loads(out) == {
        "plan": "odd.toml",
        "findings": [
            {
                "rule": "undefined_list",
                "title": "undefined list",
                "place": "一(一)",
                "told": "no list or definition for “重要河流的水…”",
            }
        ],
    }
    status, out, _ = run_main("lint-plan", clean, "--format", "json")
    assert (status, json.loads(out)["findings"]) == (0, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_text_of_the_plan(encoding: str, clean: Path, tmp_path: Path, run_main: Run) -> None:
    """Its sentence is not the clause's; what a file holds never steers the terminal."""
    text = tmp_path / "plan.txt"
    words = "云政〔2030〕1号，2030年1月1日\n一、务\n（一）\x1b[31m[red]做3件。（市水利局负责）"
    text.write_text(words, encoding=encoding)
    status, out, _ = run_main("lint-plan", clean, "--text", text, "--lang", "en")
    assert status == 1
    assert "sentence not found" in out
    assert "sentence without a clause" in out
    assert "[red]做3件" in out
    assert "\x1b[31m" not in out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xff\xff", "UTF-8"),
        (b"a" * 5_000_001, "5 MB"),
        (None, "nowhere.txt"),
    ],
    ids=["no text", "too large", "missing"],
)
def test_a_text_that_is_refused(
    content: bytes | None, told: str, clean: Path, tmp_path: Path, run_main: Run
) -> None:
    """With status 2 and one message."""
    text = tmp_path / "nowhere.txt"
    if content is not None:
        text.write_bytes(content)
    status, out, err = run_main("lint-plan", clean, "--text", text, "--lang", "en")
    assert (status, out) == (2, "")
    assert told in err


def test_a_plan_that_is_refused(tmp_path: Path, run_main: Run) -> None:
    """Missing, or no plan."""
    broken = tmp_path / "broken.toml"
    broken.write_text("[plan", encoding="utf-8")
    for path in (broken, tmp_path / "nowhere.toml"):
        status, out, err = run_main("lint-plan", path)
        assert (status, out) == (2, "")
        assert path.name in err
    assert run_main("lint-plan", "--format", "xml")[0] == 2


def test_the_plan_of_the_workspace_by_default(run_main: Run) -> None:
    """The embedded workspace has the bundled plan; it names no text."""
    status, out, _ = run_main("lint-plan", "--format", "json", "--lang", "en")
    told = json.loads(out)
    found = lint_plan(bundled_plans()["tieling_145"])
    assert (status, told["plan"]) == (1, "tieling_145.toml")
    assert [(f["rule"], f["place"], f["told"]) for f in told["findings"]] == [
        (f.rule, f.place, f.told.en) for f in found
    ]
