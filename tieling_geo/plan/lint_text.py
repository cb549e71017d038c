"""The text of a plan, cut into sections and sentences, and a clause's own words in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tieling_geo.plan.lexicon import HEDGES
from tieling_geo.plan.sentences import to_sentences
from tieling_geo.records import Clause

_PART = re.compile(r"([一二三四五六七八九十]+)、")
_SECTION = re.compile(r"[（(]([一二三四五六七八九十]+)[）)]")
_LABEL = re.compile(r"^责任单位\s*[:：]\s*")
_DUTY = re.compile(r"(?:等)?(?:按职责)?(?:分工)?(?:牵头)?(?:负责)?$")
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan's text, cut up."""

    whole: str
    sections: Mapping[str, str]
    """`三(七)`, or `二` for a part without sections -> its lines."""
    sentences: Mapping[str, Mapping[str, str]]
    """Section -> fingerprint -> sentence."""
    by_sha256: Mapping[str, str]
    """Fingerprint -> sentence, over all sections."""


def to_plan_text(text: str) -> PlanText:
    r"""
    Cut a plan's text into its sections and sentences.

    Examples
    --------
    >>> cut = to_plan_text("某方案\n一、目标\n（一）水。甲。 乙。\n（二）气。丙。")
    >>> list(cut.sentences["一(一)"].values()), list(cut.sections)
    (['（一）水', '甲', '乙'], ['', '一', '一(一)', '一(二)'])
    """
    part = section = ""
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        plain = line.strip()
        if heading := _PART.match(plain):
            part = section = heading[1]
        elif heading := _SECTION.match(plain):
            section = f"{part}({heading[1]})"
        lines.setdefault(section, []).append(plain)
    sections = {name: "\n".join(own) for name, own in lines.items()}
    sentences = {name: to_sentences(body) for name, body in sections.items()}
    return PlanText(
        whole=text,
        sections=sections,
        sentences=sentences,
        by_sha256={key: s for own in sentences.values() for key, s in own.items()},
    )


def closing_bracket(section: str) -> str:
    """
    Return what the last bracket of a section holds, if the section ends with one.

    Examples
    --------
    >>> closing_bracket("甲乙。（市水利局等负责，各县（市）区落实）")
    '市水利局等负责，各县（市）区落实'
    """
    plain, depth = section.rstrip(), 0
    if not plain.endswith("）"):
        return ""
    for position in range(len(plain) - 1, -1, -1):
        depth += {"）": 1, "（": -1}.get(plain[position], 0)
        if not depth:
            return plain[position + 1 : -1]
    return ""


def listed_bureaus(section: str) -> tuple[str, ...]:
    """
    List the bureaus that the closing bracket of a section names.

    Examples
    --------
    >>> listed_bureaus("甲。（责任单位:市水利局、市城管局等分工负责，各地落实）")
    ('市水利局', '市城管局')
    """
    first = re.split("[，,]", closing_bracket(section), maxsplit=1)[0]
    names = _DUTY.sub("", _LABEL.sub("", first.strip()))
    return tuple(name.strip() for name in names.split("、") if name.strip())


def has_label(section: str) -> bool:
    """Tell whether the closing bracket begins with a label before the first bureau."""
    return _LABEL.match(closing_bracket(section).strip()) is not None


def words_of(clause: Clause, text: PlanText | None) -> str:
    """Give a clause's own sentence where it is known, else our Chinese words for it."""
    sentence = text.by_sha256.get(clause.sentence_sha256) if text is not None else None
    if sentence is not None:
        return sentence
    phrases = (clause.paraphrase, clause.scope, *clause.assumptions, *clause.warnings)
    return "\n".join(phrase.zh for phrase in phrases)


def is_number(value: object) -> bool:
    """Tell a number from a flag, a text or a list."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_stated(clause: Clause) -> bool:
    """Tell whether the plan itself gives the target as a number: not if a word, or we, gave it."""
    if clause.target in {None, Fraction(0), Fraction(_PERCENT)} or any(
        HEDGES[word].declares == "target" or HEDGES[word].is_whole for word in clause.hedges
    ):
        return False
    return not any(
        not p.verified and is_number(p.value) and Fraction(str(p.value)) == clause.target
        for p in clause.parameters
    )


def shortened(words: str, most: int = 20) -> str:
    """
    Cut a quotation for a message.

    Examples
    --------
    >>> shortened("一二三四", 3), shortened("一二三", 3)
    ('一二三…', '一二三')
    """
    plain = " ".join(words.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"
