"""A plan held against its text, and oddities of the text itself, each beside a clean twin."""

from datetime import date
from fractions import Fraction

import pytest
from hand_made_oddities import SECTION, SENTENCE, clause, found, parameter, plan, section, text

from tieling_geo.plan.lint import lint
from tieling_geo.plan.lint_text import closing_bracket, listed_bureaus, to_plan_text
from tieling_geo.records import Clause

# --- the text cut up ----------------------------------------------------------------------------


def test_a_part_without_sections_is_one_itself() -> None:
    """A sentence may run over lines, as the fingerprint of a part's first one does."""
    cut = to_plan_text("题\n二、目标\n甲。乙。\n（一）丙。")
    assert list(cut.sentences["二"].values()) == ["二、目标\n甲", "乙"]
    assert list(cut.sentences["二(一)"].values()) == ["（一）丙"]
    assert to_plan_text("").sections == {}


@pytest.mark.parametrize(
    ("written", "bureaus"),
    [
        ("甲。（市水利局、市园林处等按职责分工负责，乡镇（街道）落实）", ("市水利局", "市园林处")),
        ("甲。（责任单位：市园林处等分工负责，乡镇落实）", ("市园林处",)),
        ("甲。（市水利局负责，乡镇落实）", ("市水利局",)),
        ("甲。（市水利局、市园林处牵头，其他单位配合）", ("市水利局", "市园林处")),
        ("甲。", ()),
        ("甲（乙）。", ()),
        ("）", ()),
    ],
)
def test_the_bureaus_of_a_closing_bracket(written: str, bureaus: tuple[str, ...]) -> None:
    """Up to the first comma, without labels and duties."""
    assert listed_bureaus(written) == bureaus


def test_brackets_without_end_take_no_time() -> None:
    """A million of them are read once."""
    assert closing_bracket("（" * 10**6 + "）" * 10**6) == "（" * (10**6 - 1) + "）" * (10**6 - 1)
    assert not closing_bracket("）" * 10**6)


# --- records held against the text --------------------------------------------------------------


def test_the_clean_plan_and_its_text_are_silent() -> None:
    """Under every rule."""
    assert lint(plan(), text()) == ()
    assert lint(plan()) == ()


def test_a_sentence_that_does_not_stand_in_its_section() -> None:
    """Another sentence, or another section."""
    told = f"section {SECTION} of the text has no sentence of this sha256"
    assert found("sentence_not_found", plan(clause(sentence="别的")), text()) == [("A", told)]
    assert found("sentence_not_found", plan(), text("别的")) == [("A", told)]
    assert found("sentence_not_found", plan(), text()) == []
    elsewhere = plan(clause(section="二"), sections=(section("二"),))
    assert len(found("sentence_not_found", elsewhere, text())) == 1


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (clause(hedges=("以上",)), ["以上"]),
        (clause(sentence="漏损40%以上", hedges=("以上",)), []),
        (clause(parameters=(parameter(40.0, hedge="及以下"),)), ["及以下"]),
    ],
)
def test_a_word_that_the_sentence_does_not_have(odd: Clause, told: list[str]) -> None:
    """Of the clause or of its parameters."""
    assert found("hedge_not_in_sentence", plan(odd), text(SENTENCE, "漏损40%以上")) == [
        ("A", f"the sentence does not have {word}") for word in told
    ]


@pytest.mark.parametrize(
    ("sentence", "target", "unit", "told"),
    [
        ("降至40%", "40", "%", []),
        ("降至41%", "40", "%", ["40"]),
        ("降至140%", "40", "%", ["40"]),  # a number is whole
        ("新增0.5万吨", "0.5", "wan_t", []),
        ("新增0.5万吨", "5000", "t", []),
        ("新增0.5万吨", "500", "t", ["500"]),
        ("新增3亿立方米", "300000000", "m3", []),
        ("改造80万亩次", "80", "wan_mu_times", []),
        ("比例64.71%以上", "1100/17", "%", []),  # the rounding of 11/17
        ("比例64.7%以上", "1100/17", "%", []),
        ("比例65%以上", "1100/17", "%", ["1100/17"]),  # a whole number is no rounding of a ratio
        ("比例64.70%以上", "1100/17", "%", ["1100/17"]),
        ("做完", "100", "%", []),  # all, in words
        ("做完", "0", "count", []),
    ],
)
def test_a_number_that_the_sentence_does_not_have(
    sentence: str, target: str, unit: str, told: list[str]
) -> None:
    """In whatever scale it is written."""
    odd = clause(sentence=sentence, target=Fraction(target), unit=unit)
    assert found("number_not_in_sentence", plan(odd), text(sentence)) == [
        ("A", f"the sentence does not have the number {number}") for number in told
    ]


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (clause(sentence="基本做完", hedges=("基本",), target=Fraction(95)), 0),
        (clause(sentence="做完", target=Fraction(95), parameters=(parameter(95.0),)), 0),
        (clause(sentence="做完", target=Fraction(95)), 1),
        (clause(sentence="做完", comparator="none", target=None), 0),
        (
            clause(
                sentence="35蒸吨及以下", target=None, parameters=(parameter(35.0, hedge="及以下"),)
            ),
            0,
        ),
        (
            clause(
                sentence="35蒸吨及以下", target=None, parameters=(parameter(36.0, hedge="及以下"),)
            ),
            1,
        ),
        (clause(sentence="做完", target=None, parameters=(parameter(36.0),)), 0),
        (clause(sentence="别处没有", target=Fraction(95)), 0),  # told by another rule
    ],
)
def test_a_number_that_we_declared_need_not_stand_there(odd: Clause, told: int) -> None:
    """Numbers of words and of parameters without a word are ours."""
    words = text("基本做完", "做完", "35蒸吨及以下")
    assert len(found("number_not_in_sentence", plan(odd), words)) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("到2031年，新建3座", ["has a number and no clause: 到2031年，新建3座"]),
        ("到2031年12月31日全部完成", []),
        ("按照云政发〔2025〕7号落实", []),
        ("抓好三件事", []),
    ],
)
def test_a_sentence_with_a_number_and_no_clause(sentence: str, told: list[str]) -> None:
    """A date or a document's number is none."""
    assert found("uncovered_sentence", plan(), text(SENTENCE, sentence)) == [
        (SECTION, t) for t in told
    ]


def test_bureaus_unlike_the_texts() -> None:
    """In the text's order and spelling."""
    odd = plan(sections=(section(SECTION, "市水利局", "市城管局"),))
    words = text(bureaus="市城管局、市水利局")
    assert found("bureaus_differ", odd, words) == [
        (SECTION, "the bureaus are not those of the text: 市城管局, 市水利局")
    ]
    assert found("bureaus_differ", odd, text(bureaus="市水利局、市城管局")) == []
    assert found("bureaus_differ", odd) == []


def test_a_list_of_bureaus_in_another_form() -> None:
    """One section of two has a label; where all have it, it is the form."""
    two = plan(sections=(section(), section("一(二)")))
    plain = "（二）排水。抓好。（市水利局等分工负责）"
    labelled = plain.replace("（市", "（责任单位:市")
    told = "the list of bureaus begins with a label that other sections do not have"
    assert found("bureau_list_form", two, text() + labelled) == [("一(二)", told)]
    assert found("bureau_list_form", two, text() + plain) == []
    assert found("bureau_list_form", two, text(bureaus="责任单位:市水利局") + labelled) == []


# --- deadlines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("到2029年，做一半，2030年，做完", ["the deadline is just the year 2030"]),
        ("到 2029 年，做一半", []),
        ("比2020年，下降", []),
        ("2030年底做完", []),
    ],
)
def test_a_deadline_of_a_bare_year(sentence: str, told: list[str]) -> None:
    """Told with the clause of the sentence, or with the section."""
    assert found("bare_year", plan(clause(sentence=sentence)), text(sentence)) == [
        ("A", t) for t in told
    ]
    assert found("bare_year", plan(), text(sentence)) == [(SECTION, t) for t in told]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("云政发〔2029〕3号", 1),  # due in the next year
        ("云政发〔2030〕3号", 1),
        ("云政发〔2028〕3号", 0),  # two years are time enough
        ("", 0),
    ],
)
def test_a_deadline_soon_after_the_plan(head: str, told: int) -> None:
    """The plan is later than every document that it cites."""
    whole = plan(clause(deadline=date(2030, 12, 31)), clause("B", deadline=None))
    assert len(found("short_notice", whole, text(head=head))) == told


# --- the document -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("[bookmark:_Top]抓好", ["stray markup [bookmark:_Top]"]),
        ("抓<br>好&nbsp;", ["stray markup <br>", "stray markup &nbsp;"]),
        ("抓好[甲]、<乙>", []),
    ],
)
def test_what_a_word_processor_left(sentence: str, told: list[str]) -> None:
    """Markup of documents and of pages; brackets of a writer are none."""
    assert found("stray_markup", plan(), text(SENTENCE, sentence)) == [(SECTION, t) for t in told]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("前面四字,后面四字", ["half-width punctuation, 1 times: “前面四字,后面四字”"]),
        (
            "前面四字:后面四字;再有四字",
            ["half-width punctuation, 2 times: “前面四字:后面四字”、“后面四字;再有四字”"],
        ),
        ("共1,000座，比例1:2", []),
        ("[bookmark:_Top]甲", []),
        ("前面四字，后面四字", []),
    ],
)
def test_half_width_punctuation(sentence: str, told: list[str]) -> None:
    """Beside a Chinese sign; within numbers it is right."""
    assert found("half_width", plan(), text(sentence)) == [(SECTION, t) for t in told]


@pytest.mark.parametrize(
    ("sentences", "told"),
    [
        (("开展行业对标达标行动，做", "开展行业对标达标行动，再做"), 1),
        (("开展行业对标，做", "开展行业对标，再做"), 0),  # six signs
        (("开展各行业对标，做", "开展各行业对标，再做"), 0),  # seven
        (("开展各大行业对标，做", "开展各大行业对标，再做"), 1),  # eight
        (("开展各大行业对标，做", "开展各小行业对标，再做"), 0),
    ],
)
def test_a_phrase_that_stands_twice(sentences: tuple[str, str], told: int) -> None:
    """Eight signs or more, in one section."""
    found_ = found("repeated_phrase", plan(), text(*sentences))
    assert [place for place, _ in found_] == [SECTION] * told
    apart = text(sentences[0]) + f"（二）另。{sentences[1]}。"
    assert found("repeated_phrase", plan(), apart) == []


def test_a_document_without_number_and_date() -> None:
    """The number of a document that it cites is not its own."""
    cited = "落实《上级方案》（省政发〔2024〕1号）"
    bare = text(cited, head="").replace("2025年6月1日", "")
    assert found("no_imprint", plan(), bare) == [
        ("yunze", "no document number"),
        ("yunze", "no date of issue"),
    ]
    assert found("no_imprint", plan(), text(cited)) == []
    assert found("no_imprint", plan()) == []
