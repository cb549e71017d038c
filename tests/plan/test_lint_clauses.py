"""Oddities of a plan's clauses, each beside a clean twin."""

from fractions import Fraction

import pytest
from hand_made_oddities import (
    SECTION,
    WORDS,
    clause,
    found,
    parameter,
    plan,
    said,
    section,
    text,
)

from tieling_geo.records import Clause, Plan
from tieling_geo.text import Text

REPORT = clause(comparator="none", strictness="report", target=None, deadline=None)


def test_a_target_without_a_deadline() -> None:
    """What is only reported needs none."""
    told = "has a target and no deadline; the plan's last year is not taken for one"
    assert found("no_deadline", plan(clause(deadline=None))) == [("A", told)]
    assert found("no_deadline", plan(clause(), REPORT)) == []


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (clause(hedges=("基本",)), ["基本 gives no number; the declared 40 is used"]),
        (
            clause(hedges=("左右",), tolerance_pct=Fraction("2.5")),
            ["左右 gives no number; the declared 2.5 is used"],
        ),
        (
            clause(hedges=("基本",), comparator="none", target=None),
            ["基本 gives no number and no yardstick"],
        ),
        (clause(hedges=("以上", "全部")), []),
    ],
)
def test_a_word_that_stands_for_a_number(odd: Clause, told: list[str]) -> None:
    """The declared number is told."""
    assert found("hedge_without_number", plan(odd)) == [("A", t) for t in told]


def test_a_named_list_may_not_be_all() -> None:
    """Whether it names all of the kind, nobody says."""
    told = "is judged by names; whether more of the kind exist was not confirmed"
    assert found("closed_list", plan(clause(kind="named_list"))) == [("A", told)]
    assert found("closed_list", plan(clause())) == []


def test_numbers_in_an_annex_that_is_not_there() -> None:
    """A text with an annex is silent."""
    odd = plan(clause(annex=Text("各县数字", "the counties' numbers")))
    told = [("A", "an annex is missing: the counties' numbers")]
    assert found("no_annex", odd) == told
    assert found("no_annex", odd, text()) == told
    assert found("no_annex", odd, text() + "附件：各县数字") == []
    assert found("no_annex", plan()) == []


def test_nearly_all_beside_all_in_one_section() -> None:
    """In two sections they do not meet, and one word is one word."""
    near, full = clause("A", hedges=("基本",)), clause("B", hedges=("全部",))
    told = [(SECTION, "in one section A ask for nearly all, B for all")]
    assert found("fuzzy_beside_absolute", plan(near, full)) == told
    apart = plan(
        near, clause("B", hedges=("全部",), section="二"), sections=(section(), section("二"))
    )
    assert found("fuzzy_beside_absolute", apart) == []
    assert found("fuzzy_beside_absolute", plan(near, clause("B", hedges=("以上",)))) == []


# --- lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("治理重要河流", "“重要河流…”"),
        ("治理较大水体和主要渠道的", "“较大水体和主…”"),
        ("对主要河流治理,对重点企业治理", "“主要河流治理…”、“重点企业治理…”"),
        ("以甲、乙为重点治理", ""),
        ("甲、乙等重点企业", ""),
        ("主要污染物减排", ""),
        ("治理河流", ""),
    ],
)
def test_a_word_that_selects_without_a_list(words: str, told: str) -> None:
    """By our words, or by the plan's own sentence where there is one."""
    expected = [("A", f"no list or definition for {told}")] if told else []
    assert found("undefined_list", plan(clause(paraphrase=said(words)))) == expected
    by_text = plan(clause(sentence=words, paraphrase=said("治理重要河流")))
    assert found("undefined_list", by_text, text(words)) == expected


def test_clauses_of_one_sentence_are_told_once() -> None:
    """And a clause without a target is not asked."""
    words = "治理重要河流"
    silent = clause("C", words, comparator="none", target=None)
    whole = plan(clause("A", words), clause("B", words), silent)
    ((place, _),) = found("undefined_list", whole, text(words))
    assert place == "A、B"


def test_a_title_that_selects_needs_a_list_in_its_section() -> None:
    """The section's text may define it."""
    odd = plan(sections=(section(title="治理重点行业"),))
    told = [(SECTION, "no list or definition for “重点行业…”")]
    assert found("undefined_list", odd) == told
    assert found("undefined_list", odd, text("抓好工作")) == told
    assert found("undefined_list", odd, text("以甲、乙等行业为重点")) == []


# --- thresholds, scopes, terms ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (clause(sentence="对浓度异常的厂整治"), ["异常 gives no threshold"]),
        (clause(sentence="对浓度低于90毫克/升即偏低的厂整治"), []),
        (clause(sentence="对浓度正常的厂整治"), []),
        (clause(sentence="对浓度偏低的厂整治", parameters=(parameter(90.0, verified=True),)), []),
        (
            clause(sentence="对浓度偏低的厂整治", parameters=(parameter(90.0),)),
            ["偏低 gives no threshold"],
        ),
    ],
)
def test_a_comparison_without_a_number(odd: Clause, told: list[str]) -> None:
    """A number of the sentence, or one of the plan's in the clause, is a threshold."""
    sentences = ["对浓度异常的厂整治", "对浓度低于90毫克/升即偏低的厂整治", "对浓度正常的厂整治"]
    words = text(*sentences, "对浓度偏低的厂整治")
    assert found("threshold_without_number", plan(odd), words) == [("A", t) for t in told]
    assert found("threshold_without_number", plan(clause(paraphrase=said("浓度过高的")))) == [
        ("A", "过高 gives no threshold")
    ]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("城市建成区", "城镇", ["城市建成区:A;城镇:B"]),
        ("建成区", "城市建成区", []),
        ("城市", "城镇", ["城市:A;城镇:B"]),
        ("城镇", "城镇", []),
        ("全市", "农村", []),
    ],
)
def test_urban_scopes_in_one_section(one: str, other: str, told: list[str]) -> None:
    """Two spellings of the built-up area are one scope."""
    whole = plan(clause("A", scope=said(one)), clause("B", scope=said(other)))
    assert found("mixed_scopes", whole) == [
        (SECTION, f"one section uses several urban scopes, each with its own border ({t})")
        for t in told
    ]


def test_an_unusual_term() -> None:
    """In the text, or in our words where there is none."""
    told = "燃料禁烧 is usually written 燃料禁燃: the written word is commonly used of straw"
    assert found("unusual_term", plan(), text("划定燃料禁烧区")) == [(SECTION, told)]
    assert found("unusual_term", plan(), text("划定燃料禁燃区")) == []
    assert found("unusual_term", plan(clause(paraphrase=said("燃料禁烧区")))) == [("A", told)]


# --- bureaus ------------------------------------------------------------------------------------


def two_sections(first: tuple[str, ...], second: tuple[str, ...], **changes: object) -> Plan:
    """Name bureaus in two sections, the first ones in a third, too."""
    sections = (section("一", *first), section("二", *second), section("三", *first))
    return plan(clause(section="一"), sections=sections, **changes)


@pytest.mark.parametrize(
    ("usual", "rare", "why"),
    [
        ("市城乡建设局", "市城与乡建设局", "a particle or the city's name is all that differs"),
        ("云泽监管分局", "云泽市监管分局", "a particle or the city's name is all that differs"),
        ("市城乡建设局", "市城乡健设局", "one sign differs, perhaps misspelt"),
        ("市城乡建设局", "市城乡建设设局", "one sign differs, perhaps misspelt"),
        ("市城乡建设局", "市城建设局局", ""),
        ("市商务局", "市税务局", ""),  # short names are two bureaus
        ("市城乡建设局", "市生态环境局", ""),
    ],
)
def test_a_bureau_in_two_spellings(usual: str, rare: str, why: str) -> None:
    """The rarer one is told; nothing is changed."""
    told = f"{rare} (1 sections) beside {usual} (2): {why}; kept as written"
    assert found("bureau_variant", two_sections((usual,), (rare,))) == (
        [("二", told)] if why else []
    )


def test_an_alias_of_the_plan_is_told_as_such() -> None:
    """However unlike the two names are, and whichever is rarer."""
    whole = two_sections(("市城管局",), ("城市管理局",), bureau_aliases={"市城管局": "城市管理局"})
    assert found("bureau_variant", whole) == [
        (
            "一、三",
            "市城管局 (2 sections) beside 城市管理局 (1): listed as another name; kept as written",
        )
    ]


def test_two_aliases_are_told_beside_the_usual_name_only() -> None:
    """Not beside each other."""
    aliases = {"市城与乡建设局": "市城乡建设局", "市城乡健设局": "市城乡建设局"}
    whole = two_sections(("市城乡建设局",), tuple(aliases), bureau_aliases=aliases)
    told = [t.split(" (")[0] for _, t in found("bureau_variant", whole)]
    assert told == list(aliases)


def test_nothing_is_said_of_our_words() -> None:
    """The plain clause of these tests is silent under every rule of this file."""
    assert WORDS.zh == "词"
    for rule in ("undefined_list", "mixed_scopes", "unusual_term", "threshold_without_number"):
        assert found(rule, plan()) == []
