"""
Look for oddities of a plan by rules: it warns, and never corrects.

A rule knows no clause and no city. It takes the plan as read and, where there is one, the plan's
text, and tells what it finds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tieling_geo.plan.clause import read_plan
from tieling_geo.plan.lint_bureaus import find_bureau_lists, find_bureau_variants
from tieling_geo.plan.lint_clauses import (
    find_closed_lists,
    find_fuzzy_beside_absolute,
    find_missing_annexes,
    find_missing_deadlines,
    find_missing_numbers,
    find_mixed_scopes,
    find_threshold_words,
    find_undefined_lists,
    find_unusual_terms,
)
from tieling_geo.plan.lint_finding import LintFinding
from tieling_geo.plan.lint_form import (
    find_half_width,
    find_missing_imprint,
    find_repeated_phrases,
    find_stray_markup,
)
from tieling_geo.plan.lint_numbers import (
    find_implausible_per_head,
    find_mixed_units,
    find_other_targets,
    find_rounded_ratios,
    find_slips,
)
from tieling_geo.plan.lint_sentences import (
    find_bare_years,
    find_missing_sentences,
    find_missing_targets,
    find_missing_words,
    find_short_notice,
    find_uncovered_sentences,
)
from tieling_geo.plan.lint_text import PlanText, to_plan_text
from tieling_geo.records import Plan
from tieling_geo.text import Text

Find = Callable[[Plan, PlanText | None], Iterator[LintFinding]]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One function, and the names under which it tells what it finds."""

    find: Find
    titles: Mapping[str, Text]


_RULES = (
    _Rule(find_rounded_ratios, {"rounded_ratio": Text("取整的比值", "rounded ratio")}),
    _Rule(find_implausible_per_head, {"per_head": Text("人均量不合常理", "implausible per head")}),
    _Rule(find_slips, {"decimal_slip": Text("疑似小数点有误", "perhaps a decimal slip")}),
    _Rule(find_mixed_units, {"mixed_units": Text("同句单位混用", "mixed units")}),
    _Rule(find_other_targets, {"higher_plan": Text("与上级规划不同", "unlike the higher plan")}),
    _Rule(find_missing_deadlines, {"no_deadline": Text("没有期限", "no deadline")}),
    _Rule(find_bare_years, {"bare_year": Text("期限写法不全", "bare year")}),
    _Rule(find_short_notice, {"short_notice": Text("期限临近出台", "short notice")}),
    _Rule(
        find_missing_numbers,
        {"hedge_without_number": Text("限定词没有数", "hedge without a number")},
    ),
    _Rule(
        find_threshold_words,
        {"threshold_without_number": Text("限值没有数", "threshold without a number")},
    ),
    _Rule(find_undefined_lists, {"undefined_list": Text("名单未列", "undefined list")}),
    _Rule(find_closed_lists, {"closed_list": Text("名单是否封闭", "closed list")}),
    _Rule(find_missing_annexes, {"no_annex": Text("缺附件", "annex missing")}),
    _Rule(
        find_fuzzy_beside_absolute,
        {"fuzzy_beside_absolute": Text("“基本”与全部并用", "fuzzy beside absolute")},
    ),
    _Rule(find_mixed_scopes, {"mixed_scopes": Text("城镇范围混用", "mixed urban scopes")}),
    _Rule(find_unusual_terms, {"unusual_term": Text("用语少见", "unusual term")}),
    _Rule(find_bureau_variants, {"bureau_variant": Text("单位名称不一", "bureau's name varies")}),
    _Rule(
        find_bureau_lists,
        {
            "bureaus_differ": Text("单位名单与文本不同", "bureaus unlike the text"),
            "bureau_list_form": Text("单位名单写法不一", "list of bureaus in another form"),
        },
    ),
    _Rule(find_missing_sentences, {"sentence_not_found": Text("找不到原句", "sentence not found")}),
    _Rule(
        find_missing_words,
        {"hedge_not_in_sentence": Text("原句无此限定词", "hedge not in the sentence")},
    ),
    _Rule(
        find_missing_targets,
        {"number_not_in_sentence": Text("原句无此数", "number not in the sentence")},
    ),
    _Rule(
        find_uncovered_sentences,
        {"uncovered_sentence": Text("有数而无条文", "sentence without a clause")},
    ),
    _Rule(find_repeated_phrases, {"repeated_phrase": Text("语句重复", "repeated phrase")}),
    _Rule(find_stray_markup, {"stray_markup": Text("残留标记", "stray markup")}),
    _Rule(find_half_width, {"half_width": Text("半角标点", "half-width punctuation")}),
    _Rule(find_missing_imprint, {"no_imprint": Text("缺文号或日期", "no number or date")}),
)
#: Every rule by its name, in the order in which findings come.
RULES: Mapping[str, Text] = MappingProxyType({
    name: title for rule in _RULES for name, title in rule.titles.items()
})


def lint(plan: Plan, text: str | None = None) -> tuple[LintFinding, ...]:
    """
    Look for oddities of a plan that was read.

    Parameters
    ----------
    plan
        The plan.
    text
        Its text, if there is one; it is held against the plan's records.

    Returns
    -------
    findings
        Rule by rule, each in the plan's order.
    """
    cut = None if text is None else to_plan_text(text)
    return tuple(finding for rule in _RULES for finding in rule.find(plan, cut))


def lint_plan(path: Path, text: str | None = None) -> tuple[LintFinding, ...]:
    """
    Read a plan and look for oddities.

    Parameters
    ----------
    path
        The plan's TOML file; it is never written.
    text
        The plan's text, if there is one (see `tieling_geo.plan.lint_text.read_plan_text`).

    Returns
    -------
    findings
        Rule by rule, each in the plan's order.

    Raises
    ------
    PlanError
        If the file is refused.

    Examples
    --------
    >>> from tieling_geo.plan import bundled_plans
    >>> found = lint_plan(bundled_plans()["tieling_145"])
    >>> "I01" in {finding.place for finding in found if finding.rule == "no_deadline"}
    True
    """
    return lint(read_plan(path), text)
