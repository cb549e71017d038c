"""A small plan and its text, made by hand; each test puts one oddity into it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tieling_geo.plan.lint import lint
from tieling_geo.plan.sentences import to_fingerprint
from tieling_geo.records import Clause, ClauseParameter, Fact, ParameterValue, Plan, Section
from tieling_geo.text import Text

WORDS = Text("词", "word")
SENTENCE = "到2030年，漏损率降至40%"
SECTION = "一(一)"


def clause(clause_id: str = "A", sentence: str = SENTENCE, **changes: object) -> Clause:
    """Make a clause: at least 40 %, by the end of 2030."""
    plain = Clause(
        clause_id=clause_id,
        section=SECTION,
        paraphrase=WORDS,
        sentence_sha256=to_fingerprint(sentence),
        kind="number",
        comparator=">=",
        strictness="binding",
        scope=WORDS,
        layers=(),
        target=Fraction(40),
        unit="%",
        deadline=date(2030, 12, 31),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def said(zh: str) -> Text:
    """Say something in Chinese; nothing reads the English."""
    return Text(zh, "said")


def parameter(value: ParameterValue, *, hedge: str = "", verified: bool = False) -> ClauseParameter:
    """Make a parameter."""
    return ClauseParameter("p", value, WORDS, verified, "%", hedge)


def section(name: str = SECTION, *bureaus: str, title: str = "供水") -> Section:
    """Make a section."""
    return Section(name, said(title), bureaus or ("市水利局",))


def plan(*clauses: Clause, sections: tuple[Section, ...] = (), **changes: object) -> Plan:
    """Make a plan of some clauses, by default of one."""
    own = {one.section: one for one in sections or (section(),)}
    whole = Plan("yunze", said("云泽市方案"), said("云泽市"), 2025, own, clauses or (clause(),))
    return replace(whole, **changes)  # type: ignore[arg-type]


def fact(name: str, value: str, unit: str) -> dict[str, Fact]:
    """State a number about the city."""
    return {name: Fact(name, Fraction(value), unit, WORDS, verified=False)}


def text(*sentences: str, bureaus: str = "市水利局", head: str = "云政发〔2025〕3号") -> str:
    """Write a plan's text of one section, with a number, a date and a closing bracket."""
    body = "。".join(sentences or (SENTENCE,))
    return (
        f"{head}\n云泽市方案\n2025年6月1日\n一、任务\n"
        f"（一）供水。{body}。（{bureaus}等分工负责，乡镇（街道）落实）\n"
    )


def found(rule: str, whole: Plan, words: str | None = None) -> list[tuple[str, str]]:
    """Lint a plan and give what one rule found, in English."""
    return [(f.place, f.told.en) for f in lint(whole, words) if f.rule == rule]
