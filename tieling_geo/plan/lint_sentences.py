"""Hold a plan's records against its text: sentences, words and numbers of each clause."""

import re
from collections.abc import Iterator
from fractions import Fraction

from tieling_geo.plan.lint_finding import SHORT_NOTICE_YEARS, LintFinding
from tieling_geo.plan.lint_text import PlanText, is_number, is_stated, shortened
from tieling_geo.plan.words import to_exact_words
from tieling_geo.records import Clause, Plan
from tieling_geo.text import Text

_NUMBER = re.compile(r"(\d{1,15})(\.\d{1,9})?(万|亿)?")
_SCALES = {"": 1, "万": 10**4, "亿": 10**8}
_DATES = re.compile(r"〔\d{4}〕\s*\d+\s*号|\d{4}\s*年|\d{1,2}\s*月(?:\d{1,2}\s*日)?")
_DOCUMENT_YEAR = re.compile(r"〔(\d{4})〕")
_BARE_YEAR = re.compile(r"(?<![到至在比较于自从由\d])(\d{4})年[，,]")


def find_missing_sentences(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find clauses whose sentence does not stand in their section."""
    if text is None:
        return
    for clause in plan.clauses:
        if clause.sentence_sha256 not in text.sentences.get(clause.section, {}):
            yield LintFinding(
                "sentence_not_found",
                clause.clause_id,
                Text(
                    f"文本 {clause.section} 中没有此句(SHA-256 不符)",
                    f"section {clause.section} of the text has no sentence of this sha256",
                ),
            )


def find_missing_words(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find words of a clause, or of its parameters, that do not stand in its sentence."""
    for clause, sentence in _told_clauses(plan, text):
        words = [*clause.hedges, *(p.hedge for p in clause.parameters if p.hedge)]
        for word in dict.fromkeys(words):
            if word not in sentence:
                yield LintFinding(
                    "hedge_not_in_sentence",
                    clause.clause_id,
                    Text(f"原句中没有“{word}”", f"the sentence does not have {word}"),
                )


def find_missing_targets(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find numbers of a clause that do not stand in its sentence."""
    for clause, sentence in _told_clauses(plan, text):
        stated = list(_numbers(sentence))
        wanted = [
            Fraction(str(p.value)) for p in clause.parameters if p.hedge and is_number(p.value)
        ]
        if clause.target is not None and is_stated(clause):
            wanted.append(clause.target)
        for number in wanted:
            if not any(_means(number, one, places) for one, places in stated):
                yield LintFinding(
                    "number_not_in_sentence",
                    clause.clause_id,
                    Text(
                        f"原句中没有数 {to_exact_words(number)}",
                        f"the sentence does not have the number {to_exact_words(number)}",
                    ),
                )


def _told_clauses(plan: Plan, text: PlanText | None) -> Iterator[tuple[Clause, str]]:
    """Give each clause with its sentence, where that is known."""
    for clause in plan.clauses:
        sentence = None if text is None else text.by_sha256.get(clause.sentence_sha256)
        if sentence is not None:
            yield clause, sentence


def _numbers(sentence: str) -> Iterator[tuple[Fraction, int]]:
    """Give each number of a sentence, as written and in full, with its decimals as written."""
    for whole, decimals, scale in _NUMBER.findall(sentence):
        number = Fraction(f"{whole}{decimals}")
        yield number, len(decimals[1:])
        yield number * _SCALES[scale], 0


def _means(wanted: Fraction, stated: Fraction, places: int) -> bool:
    """Tell whether a sentence's number is a target, or its rounding where the target is a ratio."""
    ends = any((wanted * 10**n).denominator == 1 for n in range(10))
    return stated == wanted or (not ends and places > 0 and round(wanted, places) == stated)


def find_uncovered_sentences(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find sentences with a number other than a date that no clause names."""
    if text is None:
        return
    covered = {clause.sentence_sha256 for clause in plan.clauses}
    for section, sentences in text.sentences.items():
        for fingerprint, sentence in sentences.items():
            if _NUMBER.search(_DATES.sub("", sentence)) and fingerprint not in covered:
                yield LintFinding(
                    "uncovered_sentence",
                    section or plan.plan_id,
                    Text(
                        f"含数而没有条文:“{shortened(sentence)}”",
                        f"has a number and no clause: {shortened(sentence)}",
                    ),
                )


def find_bare_years(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find deadlines of a bare year: whether by its end or in it is not said."""
    if text is None:
        return
    for section, sentences in text.sentences.items():
        for fingerprint, sentence in sentences.items():
            years = dict.fromkeys(_BARE_YEAR.findall("".join(sentence.split())))
            ids = [c.clause_id for c in plan.clauses if c.sentence_sha256 == fingerprint]
            for year in years:
                yield LintFinding(
                    "bare_year",
                    "、".join(ids) or section or plan.plan_id,
                    Text(f"期限只写“{year}年”,没有“到”", f"the deadline is just the year {year}"),
                )


def find_short_notice(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find deadlines close to the year of a document that the plan itself cites."""
    cited = [] if text is None else [int(year) for year in _DOCUMENT_YEAR.findall(text.whole)]
    if not cited:
        return
    for clause in plan.clauses:
        if clause.deadline and clause.deadline.year - max(cited) <= SHORT_NOTICE_YEARS:
            yield LintFinding(
                "short_notice",
                clause.clause_id,
                Text(
                    f"期限 {clause.deadline},而规划引用了 {max(cited)} 年的文件,出台更晚",
                    f"due on {clause.deadline}, and the plan cites a document of {max(cited)}: it "
                    "was issued later than that",
                ),
            )
