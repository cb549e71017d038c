"""Oddities of a plan's clauses: what they leave undefined, and words that do not go together."""

import re
from collections.abc import Iterable, Iterator

from tieling_geo.plan.lexicon import HEDGES
from tieling_geo.plan.lint_finding import (
    DEFINED_TERMS,
    SELECTING_WORDS,
    THRESHOLD_WORDS,
    UNUSUAL_TERMS,
    URBAN_SCOPES,
    LintFinding,
)
from tieling_geo.plan.lint_text import PlanText, is_number, words_of
from tieling_geo.plan.words import to_exact_words
from tieling_geo.records import Clause, Plan
from tieling_geo.text import Text

# A list that stands before the word ("甲、乙等重点…", "以甲、乙为重点") defines it.
_SELECTED = re.compile(rf"(?<![为等])({'|'.join(SELECTING_WORDS)})([\u4e00-\u9fff]{{1,4}})")
_SCOPES = re.compile("|".join(URBAN_SCOPES))
_DIGIT = re.compile(r"\d")


def find_missing_deadlines(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find targets without a deadline."""
    for clause in plan.clauses:
        if clause.target is not None and clause.deadline is None:
            yield LintFinding(
                "no_deadline",
                clause.clause_id,
                Text(
                    "有目标而无期限;不默认为规划期末",
                    "has a target and no deadline; the plan's last year is not taken for one",
                ),
            )


def find_missing_numbers(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find words that stand for a number which the plan does not give."""
    for clause in plan.clauses:
        for hedge in (HEDGES[word] for word in clause.hedges):
            if hedge.declares:
                yield LintFinding(
                    "hedge_without_number", clause.clause_id, _told_declared(clause, hedge.word)
                )


def _told_declared(clause: Clause, word: str) -> Text:
    """Say which number is declared in place of the one that is missing."""
    number = clause.tolerance_pct if HEDGES[word].declares == "tolerance_pct" else clause.target
    if number is None:
        return Text(
            f"“{word}”没有给出数,也没有可比的标尺", f"{word} gives no number and no yardstick"
        )
    told = to_exact_words(number)
    return Text(
        f"“{word}”没有给出数;采用约定值 {told}",
        f"{word} gives no number; the declared {told} is used",
    )


def find_closed_lists(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find named lists: nothing in the plan says that they name everything of their kind."""
    for clause in plan.clauses:
        if clause.kind == "named_list":
            yield LintFinding(
                "closed_list",
                clause.clause_id,
                Text(
                    "按名单判定;名单以外是否还有同类对象未经核实",
                    "is judged by names; whether more of the kind exist was not confirmed",
                ),
            )


def find_missing_annexes(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find clauses whose numbers stand in an annex, and say whether the text has one."""
    has_annex = text is not None and re.search(r"附[件表]", text.whole) is not None
    for clause in plan.clauses:
        if clause.annex.zh and not has_annex:
            yield LintFinding(
                "no_annex",
                clause.clause_id,
                Text(f"缺附件:{clause.annex.zh}", f"an annex is missing: {clause.annex.en}"),
            )


def find_fuzzy_beside_absolute(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find sections that ask for nearly all of one thing and for all of another."""
    for section in plan.sections:
        own = [clause for clause in plan.clauses if clause.section == section]
        fuzzy = [c.clause_id for c in own if any(HEDGES[w].declares == "target" for w in c.hedges)]
        whole = [
            c.clause_id
            for c in own
            if c.clause_id not in fuzzy and any(HEDGES[w].is_whole for w in c.hedges)
        ]
        if fuzzy and whole:
            near, full = "、".join(fuzzy), "、".join(whole)
            yield LintFinding(
                "fuzzy_beside_absolute",
                section,
                Text(
                    f"同节中 {near} 只要求“基本”,{full} 要求全部",
                    f"in one section {near} ask for nearly all, {full} for all",
                ),
            )


def find_undefined_lists(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find words such as 'important' or 'main' that point to a list which is not there."""
    judged = [clause for clause in plan.clauses if clause.target is not None]
    for words, members in _by_words(judged, text).items():
        yield from _told_selected(words, _ids(members))
    for section in plan.sections.values():
        body = text.sections.get(section.section, "") if text is not None else ""
        yield from _told_selected(section.title.zh, section.section, body)


def _by_words(clauses: Iterable[Clause], text: PlanText | None) -> dict[str, list[Clause]]:
    """Put the clauses of one sentence together."""
    members: dict[str, list[Clause]] = {}
    for clause in clauses:
        members.setdefault(words_of(clause, text), []).append(clause)
    return members


def _ids(clauses: Iterable[Clause]) -> str:
    """Name clauses."""
    return "、".join(clause.clause_id for clause in clauses)


def _told_selected(words: str, place: str, body: str = "") -> Iterator[LintFinding]:
    """Say which words select without a list; `body` may hold the list of a title's word."""
    found = [
        f"{word}{noun}"
        for word, noun in _SELECTED.findall(words)
        if not any(f"{word}{noun}".startswith(term) for term in DEFINED_TERMS)
        and f"等{noun[:2]}为{word}" not in body
    ]
    if found:
        told = "、".join(f"“{one}…”" for one in dict.fromkeys(found))
        yield LintFinding(
            "undefined_list",
            place,
            Text(f"{told}没有名单或界定", f"no list or definition for {told}"),
        )


def find_threshold_words(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find words that compare with a threshold where no number stands."""
    for words, members in _by_words(plan.clauses, text).items():
        found = [word for word in THRESHOLD_WORDS if word in words]
        told = any(p.verified and is_number(p.value) for c in members for p in c.parameters)
        if found and not told and not _DIGIT.search(words):
            yield LintFinding(
                "threshold_without_number",
                _ids(members),
                Text(f"“{found[0]}”没有给出限值", f"{found[0]} gives no threshold"),
            )


def find_mixed_scopes(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find sections whose targets speak of several urban scopes: each needs its own polygons."""
    for section in plan.sections:
        own: dict[str, list[str]] = {}
        for clause in plan.clauses:
            if clause.section == section and clause.target is not None:
                found = _SCOPES.findall(clause.scope.zh) or _SCOPES.findall(words_of(clause, text))
                for word in dict.fromkeys(URBAN_SCOPES[scope] for scope in found):
                    own.setdefault(word, []).append(clause.clause_id)
        if len(own) > 1:
            told = ";".join(f"{word}:{'、'.join(ids)}" for word, ids in own.items())
            yield LintFinding(
                "mixed_scopes",
                section,
                Text(
                    f"同节并用几种城镇范围,边界各不相同({told})",
                    f"one section uses several urban scopes, each with its own border ({told})",
                ),
            )


def find_unusual_terms(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find terms that are commonly written otherwise."""
    places = (
        dict(text.sections)
        if text is not None
        else {clause.clause_id: words_of(clause, None) for clause in plan.clauses}
    )
    for place, words in places.items():
        for term in UNUSUAL_TERMS:
            if term.written in words:
                yield LintFinding(
                    "unusual_term",
                    place or plan.plan_id,
                    Text(
                        f"“{term.written}”通常写作“{term.usual}”:{term.why.zh}",
                        f"{term.written} is usually written {term.usual}: {term.why.en}",
                    ),
                )
