"""What the plan's words mean, and what contradicts them."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tieling_geo.plan.lexicon import HEDGES, contradictions, hedges_in, parameter_contradiction
from tieling_geo.records import Clause, ClauseParameter
from tieling_geo.text import Text

WORDS = Text("词", "word")
MORE = ("应收尽收", "稳定在", "累计", "下降", "降低", "个百分点", "原则上")
#: At least 40 %; each test changes what it is about.
CLAUSE = Clause(
    clause_id="X01",
    section="1",
    paraphrase=WORDS,
    sentence_sha256="0" * 64,
    kind="number",
    comparator=">=",
    strictness="binding",
    scope=WORDS,
    layers=(),
    target=Fraction(40),
    unit="%",
)
ABOUT = replace(
    CLAUSE,
    comparator="about",
    strictness="declared",
    tolerance_pct=Fraction(5),
    second_tolerance_pct=Fraction(10),
    hedges=("左右",),
)
NEARLY = ClauseParameter("nearly_pct", 40.0, WORDS, verified=False, unit="%")


def clause(*hedges: str, **changes: object) -> Clause:
    """Make a clause with some words."""
    return replace(CLAUSE, hedges=hedges, **changes)  # type: ignore[arg-type]


def test_the_twenty_words() -> None:
    """Those of the register, each under its own name, none taken as held against a source."""
    told = "以上 及以上 以下 及以下 不超过 超过 低于 达到 左右 力争 基本 全部 全面"
    assert list(HEDGES) == [*told.split(), *MORE]
    assert all(word == hedge.word and not hedge.verified for word, hedge in HEDGES.items())
    assert "1259" in HEDGES["以上"].source.zh
    assert "1259" in HEDGES["以下"].source.zh


def test_a_miss_is_a_violation_unless_the_plan_only_strives() -> None:
    """Two words are soft; a declared tolerance is not."""
    soft = [word for word, hedge in HEDGES.items() if not hedge.is_violated]
    assert soft == ["力争", "原则上"]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("", ()),
        ("占比较高", ()),
        ("二十台以上", ("以上",)),
        ("二十台及以上", ("及以上",)),
        ("二十台及以上、三十台以上", ("及以上", "以上")),
        ("不超过三十台", ("不超过",)),
        ("超过三十台,也不超过四十台", ("超过", "不超过")),
        ("比例下降9个百分点,再下降1个百分点", ("下降", "个百分点")),
        ("稳定在九成以上", ("稳定在", "以上")),
    ],
)
def test_the_longest_word_is_the_one_that_stands_there(
    sentence: str, words: tuple[str, ...]
) -> None:
    """In the sentence's order, each once."""
    assert hedges_in(sentence) == words


@pytest.mark.parametrize(
    "sound",
    [
        CLAUSE,
        clause("达到", "以上"),
        clause("及以下", comparator="<="),
        clause("不超过", comparator="<="),
        clause("超过", comparator=">"),
        clause("低于", comparator="<"),
        ABOUT,
        replace(ABOUT, hedges=("达到", "左右")),
        clause("力争", "达到", strictness="aspirational"),
        clause("力争", "全部", strictness="aspirational", target=Fraction(100)),
        clause("基本", strictness="declared", parameters=(NEARLY,)),
        clause("全部", target=Fraction(100)),
        clause("应收尽收", comparator="<=", target=Fraction(0), unit="count"),
        clause("全面", target=Fraction(3), unit="count"),
        clause("稳定在", "以上", measure="least_since_base"),
        clause("累计", measure="cumulative", unit="wan_mu"),
        clause("累计", measure="union_area", unit="wan_mu"),
        clause("下降", measure="relative_fall"),
        clause("降低", "个百分点", unit="percentage_point"),
        clause(unit="percentage_point"),
        clause("原则上", strictness="conditional", comparator="<=", target=Fraction(0)),
        clause("全面", comparator="none", target=None, strictness="report"),
        clause("基本", comparator="none", target=None, strictness="declared"),
    ],
)
def test_what_agrees_is_silent(sound: Clause) -> None:
    """Nothing to say."""
    assert contradictions(sound) == ()


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        (clause("似乎"), "no such word: 似乎"),
        (clause("以上", comparator=">"), "以上 goes with >=, and the comparator is >"),
        (clause("及以下", comparator="<"), "及以下 goes with <=, and the comparator is <"),
        (clause("超过"), "超过 goes with >, and the comparator is >="),
        (clause("低于", comparator="<="), "低于 goes with <, and the comparator is <="),
        (
            replace(ABOUT, comparator=">=", tolerance_pct=None, second_tolerance_pct=None),
            "左右 goes with about, and the comparator is >=",
        ),
        (replace(ABOUT, tolerance_pct=None), "is about a number and declares no width"),
        (
            replace(ABOUT, second_tolerance_pct=None),
            "is about a number and declares no second width",
        ),
        (
            replace(ABOUT, second_tolerance_pct=Fraction(5)),
            "is about a number and declares no second width",
        ),
        (replace(ABOUT, strictness="binding"), "左右 makes it declared, and it is binding"),
        (
            replace(ABOUT, hedges=(), strictness="declared"),
            "is about a number without the word 左右",
        ),
        (
            clause("基本", parameters=(NEARLY,)),
            "基本 makes it declared, and it is binding",
        ),
        (
            clause("基本", strictness="declared"),
            "基本 gives no number: the target must be a shared parameter",
        ),
        (
            clause("基本", strictness="declared", parameters=(replace(NEARLY, unit="count"),)),
            "基本 gives no number: the target must be a shared parameter",
        ),
        (clause("力争"), "力争 makes it aspirational, and it is binding"),
        (clause("以上", strictness="declared"), "以上 makes it binding, and it is declared"),
        (clause(strictness="aspirational"), "is aspirational without the word 力争"),
        (clause("以上", strictness="aspirational"), "is aspirational without the word 力争"),
        (
            clause("原则上", comparator="<=", target=Fraction(0)),
            "原则上 makes it conditional, and it is binding",
        ),
        (clause(strictness="conditional"), "is conditional without the word 原则上"),
        (
            clause("下降", "个百分点"),
            "个百分点 needs the unit percentage_point, and it is %",
        ),
        (
            clause("下降", unit="percentage_point"),
            "the unit is percentage_point without the word 个百分点",
        ),
        (clause("下降", target=Fraction(0)), "下降: the number must be above zero"),
        (
            clause("下降", comparator="<="),
            "下降 goes with >= > about, and the comparator is <=",
        ),
        (clause("全部"), "全部 leaves no tolerance: the target must be 100"),
        (
            clause("应收尽收", comparator="<=", target=Fraction(1), unit="count"),
            "应收尽收 leaves no tolerance: the target must be 0",
        ),
        (
            clause("稳定在", measure="latest"),
            "稳定在 means in every year, which measure latest does not take",
        ),
        (
            clause("累计", measure="latest"),
            "累计 means the sum over the years, which measure latest does not take",
        ),
    ],
)
def test_what_contradicts_a_word_is_told(faulty: Clause, told: str) -> None:
    """One contradiction, and only that, in both languages."""
    (found,) = contradictions(faulty)
    assert found.en == told
    assert found.zh


def test_a_word_beside_a_parameter() -> None:
    """Closed words want a closed threshold, open ones an open one; others say nothing."""
    for word in ("以上", "及以上", "以下", "及以下", "不超过", "达到"):
        assert parameter_contradiction(word, "closed") is None
        assert parameter_contradiction(word, "open") is not None
        assert parameter_contradiction(word, "none") is not None
    for word in ("超过", "低于"):
        assert parameter_contradiction(word, "open") is None
        assert parameter_contradiction(word, "closed") is not None
    silent = parameter_contradiction("基本", "closed")
    assert silent == Text("“基本”没有说是否含本数", "基本 does not say whether the number counts")
    assert parameter_contradiction("似乎", "closed") == Text(
        "词表中没有 似乎", "no such word: 似乎"
    )
