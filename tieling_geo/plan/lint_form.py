"""Oddities of a plan's text as a document: stray signs, repetitions, no number and no date."""

import re
from collections import Counter
from collections.abc import Iterator

from tieling_geo.plan.lint_finding import REPEATED_LENGTH, LintFinding
from tieling_geo.plan.lint_text import PlanText, shortened
from tieling_geo.records import Plan
from tieling_geo.text import Text

_MARKUP = re.compile(r"\[[A-Za-z]{2,20}:[^\]\n]{0,60}\]|</?[A-Za-z][^>\n]{0,60}>|&[a-z]{2,8};")
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!()]|[,;:?!()](?=[\u4e00-\u9fff])")
_PHRASE_END = re.compile(r"[，。；：（）,;:\n]")
# What stands in brackets behind a title is another document's number.
_CITED = re.compile(r"》\s*（[^（）\n]{0,60}）")
_DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\s*\d+\s*号")
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_ROUND = 4


def find_stray_markup(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find what a word processor or a web page left in the text."""
    for section, body in _sections(text):
        for markup in dict.fromkeys(_MARKUP.findall(body)):
            yield LintFinding(
                "stray_markup",
                section or plan.plan_id,
                Text(f"残留标记 {markup}", f"stray markup {markup}"),
            )


def find_half_width(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find half-width punctuation between Chinese signs."""
    for section, body in _sections(text):
        plain = _MARKUP.sub("", body)
        places = [found.start() for found in _HALF_WIDTH.finditer(plain)]
        if places:
            shown = "、".join(
                f"“{plain[max(0, n - _ROUND) : n + _ROUND + 1]}”" for n in places[:_ROUND]
            )
            yield LintFinding(
                "half_width",
                section or plan.plan_id,
                Text(
                    f"半角标点 {len(places)} 处:{shown}",
                    f"half-width punctuation, {len(places)} times: {shown}",
                ),
            )


def find_repeated_phrases(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find longer phrases that stand twice in one section."""
    for section, body in _sections(text):
        phrases = Counter(phrase.strip() for phrase in _PHRASE_END.split(body))
        for phrase, times in phrases.items():
            if times > 1 and len(phrase) >= REPEATED_LENGTH:
                yield LintFinding(
                    "repeated_phrase",
                    section or plan.plan_id,
                    Text(
                        f"同节中出现 {times} 次:“{shortened(phrase)}”",
                        f"stands {times} times in one section: {shortened(phrase)}",
                    ),
                )


def find_missing_imprint(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find a document that states no number of its own, or no date."""
    if text is None:
        return
    own = _CITED.sub("", text.whole)
    lacks = {
        Text("没有文号", "no document number"): _DOCUMENT_NUMBER,
        Text("没有印发日期", "no date of issue"): _DATE,
    }
    for told, pattern in lacks.items():
        if not pattern.search(own):
            yield LintFinding("no_imprint", plan.plan_id, told)


def _sections(text: PlanText | None) -> Iterator[tuple[str, str]]:
    """Give the sections of a text, if there is one."""
    if text is not None:
        yield from text.sections.items()
