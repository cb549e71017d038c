"""The lint as a whole: its rules, the file of a plan, and the oddities of the real one."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hand_made_oddities import WORDS
from hand_made_plans import CLAUSE, HEAD, write

from tieling_geo.errors import PlanError
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.plan.lint import RULES, lint, lint_plan
from tieling_geo.plan.lint_finding import LintFinding
from tieling_geo.plan.sentences import read_plan_text
from tieling_geo.records import Fact, Plan

#: Oddity of the register -> rules that find it in the plan and its text, each with a place.
REGISTER = {
    1: {("rounded_ratio", "H04")},
    2: {("per_head", "K01")},
    3: {("decimal_slip", "A04")},
    4: {("short_notice", "B02"), ("higher_plan", "B02")},
    5: {("bureau_variant", "三(四)"), ("bureau_variant", "三(六)"), ("bureau_list_form", "四(三)")},
    6: {("undefined_list", "H02、H03、H04"), ("bare_year", "H02、H03、H04")},
    7: {("unusual_term", "三(八)")},
    8: {("fuzzy_beside_absolute", "三(八)"), ("hedge_without_number", "I02")},
    9: {("threshold_without_number", "C04、C05、C06")},
    10: {("mixed_scopes", "三(三)"), ("mixed_scopes", "三(十)")},
    11: {("higher_plan", "F03")},
    12: {("undefined_list", "三(七)")},
    13: {("repeated_phrase", "四(三)")},
    14: {
        ("stray_markup", "一"),
        ("half_width", "三(七)"),
        ("no_imprint", "tieling_145"),
        ("no_annex", "M01"),
    },
    15: {("no_deadline", "I01")},
    16: {("closed_list", "C02")},
}
#: Nothing in a plan tells what the plan above it asks for: somebody must state it as a fact.
HIGHER = {"higher_plan_B02": "80", "higher_plan_F03": "35"}


def test_every_rule_has_a_title_in_both_languages() -> None:
    """And a name that says what was found."""
    assert len(RULES) == len(set(RULES))
    for name, title in RULES.items():
        assert name.replace("_", "").isalpha()
        assert title.zh
        assert title.en


def test_a_plans_file_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    """The hand-made plan: 9/13 % is no share of 13, and its boilers stand in no list."""
    path = write(tmp_path, HEAD + CLAUSE)
    before = path.read_bytes()
    assert lint_plan(path) == ()
    assert lint_plan(path, "别的。") == lint_plan(path, "别的。")
    assert {f.rule for f in lint_plan(path, "别的。")} == {
        "sentence_not_found",
        "bureaus_differ",
        "no_imprint",
    }
    assert path.read_bytes() == before


def test_a_plan_that_is_refused_is_not_linted(tmp_path: Path) -> None:
    """Nor one that is not there."""
    with pytest.raises(PlanError, match="comparator"):
        lint_plan(write(tmp_path, HEAD + CLAUSE.replace('">="', '"~"')))
    with pytest.raises(PlanError):
        lint_plan(tmp_path / "nowhere.toml")


def test_findings_come_rule_by_rule() -> None:
    """In the order of the rules, and each names a rule that there is."""
    order = list(RULES)
    places = [order.index(finding.rule) for finding in lint_plan(bundled_plans()["tieling_145"])]
    assert places == sorted(places)
    assert places


# --- the real plan ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_plan() -> Plan:
    """Read the bundled plan."""
    return read_plan(bundled_plans()["tieling_145"])


@pytest.fixture(scope="session")
def source_text(real_data: Path) -> str:
    """Read the plan itself; it lies beside the real data and is no part of the repository."""
    path = real_data.parent / "plan" / "tieling_145.txt"
    if not path.is_file():
        pytest.skip("no text of the plan beside the real data: its oddities are not looked for")
    return read_plan_text(path)


@pytest.fixture(scope="session")
def findings(real_plan: Plan, source_text: str) -> tuple[LintFinding, ...]:
    """Lint the real plan, with what the plan above it asks for."""
    higher = {
        name: Fact(name, Fraction(value), "%", WORDS, verified=False)
        for name, value in HIGHER.items()
    }
    return lint(replace(real_plan, facts={**real_plan.facts, **higher}), source_text)


@pytest.mark.real
@pytest.mark.parametrize("number", REGISTER)
def test_each_oddity_of_the_register_is_found(
    number: int, findings: tuple[LintFinding, ...]
) -> None:
    """Sixteen of sixteen; two of them by a fact that somebody must state."""
    assert REGISTER[number] <= {(finding.rule, finding.place) for finding in findings}


@pytest.mark.real
def test_the_numbers_of_the_register(findings: tuple[LintFinding, ...]) -> None:
    """As reckoned there: 9/13 and its multiples, 377 litres, 1.1 %."""
    told = {(finding.rule, finding.place): finding.told.en for finding in findings}
    ratio = "9/13, 18/26, 27/39, 36/52, 45/65, 54/78, 63/91"
    assert ratio in told["rounded_ratio", "H04"]
    assert "376.88 kg of water a person and day" in told["per_head", "K01"]
    assert "1.14 % of the 0.7862 of A03" in told["decimal_slip", "A04"]


@pytest.mark.real
def test_the_records_are_those_of_the_text(findings: tuple[LintFinding, ...]) -> None:
    """Sentences, words, numbers and bureaus all stand in the text, and no number is left out."""
    rules = {
        "sentence_not_found",
        "hedge_not_in_sentence",
        "number_not_in_sentence",
        "bureaus_differ",
        "uncovered_sentence",
    }
    assert [(f.rule, f.place, f.told.en) for f in findings if f.rule in rules] == []
