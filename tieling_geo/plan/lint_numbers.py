"""Oddities of a plan's numbers: rounded ratios, implausible amounts, slips, mixed units."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from tieling_geo.plan.lint_finding import (
    LEAST_DECIMALS,
    LISTED_PARTS,
    MOST_PARTS,
    PER_HEAD_BANDS,
    SMALLEST_RATIO,
    UNITS_APART,
    LintFinding,
    PerHeadBand,
)
from tieling_geo.plan.lint_text import PlanText, is_stated, words_of
from tieling_geo.plan.words import to_exact_words, to_words
from tieling_geo.records import Clause, Plan
from tieling_geo.text import Text
from tieling_geo.units import UNITS

_KG_PER_DAY = {
    "kg_per_d": Fraction(1),
    "t_per_d": Fraction(1000),
    "m3_per_d": Fraction(1000),
    "wan_t_per_d": Fraction(10**7),
}
_NO_AMOUNTS = {"", "%", "percentage_point", "count", "pue", "year"}
_HIGHER = "higher_plan_"
_MOST_DECIMALS = 4
_PERCENT = 100


def find_rounded_ratios(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find percentages that are a ratio of small whole numbers, rounded or not."""
    for clause in plan.clauses:
        if clause.unit == "%" and clause.target is not None and 0 < clause.target < _PERCENT:
            ratio = _small_ratio(clause.target)
            if ratio is not None:
                yield LintFinding("rounded_ratio", clause.clause_id, _told_ratio(clause, ratio))


def _small_ratio(target: Fraction) -> Fraction | None:
    """Find the ratio that a percentage was rounded from; None where it is a plain number."""
    places = _decimals(target)
    if places is None:
        ratio = target / 100
        return ratio if ratio.denominator <= MOST_PARTS else None
    if places < LEAST_DECIMALS:
        return None
    for parts in range(2, MOST_PARTS + 1):
        counted = round(target * parts / 100)
        ratio = Fraction(counted, parts)
        if round(ratio * 100, places) == target and ratio * 100 != target:
            return ratio
    return None


def _decimals(number: Fraction) -> int | None:
    """Count the decimals of a number; None where they do not end soon."""
    for places in range(_MOST_DECIMALS + 1):
        if (number * 10**places).denominator == 1:
            return places
    return None


def _told_ratio(clause: Clause, ratio: Fraction) -> Text:
    """Say the exact ratio, every size of set that it fits, and what one member is worth."""
    sizes = range(ratio.denominator, LISTED_PARTS + 1, ratio.denominator)
    fits = ", ".join(f"{ratio.numerator * n // ratio.denominator}/{n}" for n in sizes)
    exact, step = to_exact_words(ratio * 100), to_words(Fraction(100, ratio.denominator))
    target = to_words(clause.target or Fraction(0))
    return Text(
        f"目标 {target}% 即比值 {ratio}(精确值 {exact}%);{LISTED_PARTS} 以内符合的有 {fits};"
        f"分母为 {ratio.denominator} 时每一个值 {step} 个百分点;个数不同须重新推算",
        f"the target {target} % is the ratio {ratio} (exactly {exact} %); up to {LISTED_PARTS} it "
        f"fits {fits}; of {ratio.denominator} each is worth {step} points; another number of "
        "members needs a target derived anew",
    )


def find_implausible_per_head(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find amounts a day that no population of this size makes or uses."""
    people = plan.facts.get("population")
    if people is None or people.value <= 0:
        return
    for clause in plan.clauses:
        factor = _KG_PER_DAY.get(clause.unit)
        band = _band_of(clause, text)
        if factor is None or clause.target is None or band is None:
            continue
        per_head = clause.target * factor / people.value
        if not Fraction(str(band.least_kg)) <= per_head <= Fraction(str(band.most_kg)):
            yield LintFinding(
                "per_head",
                clause.clause_id,
                Text(
                    f"{to_exact_words(clause.target)}{UNITS[clause.unit].zh}合每人每日"
                    f"{to_words(per_head)}千克{band.title.zh}(人口 {to_exact_words(people.value)}),"
                    f"在 {band.least_kg:g}–{band.most_kg:g} 之外;依据:{band.source.zh}",
                    f"{to_exact_words(clause.target)} {UNITS[clause.unit].en} is "
                    f"{to_words(per_head)} kg of {band.title.en} a person and day (population "
                    f"{to_exact_words(people.value)}), outside {band.least_kg:g}–{band.most_kg:g}; "
                    f"source: {band.source.en}",
                ),
            )


def _band_of(clause: Clause, text: PlanText | None) -> PerHeadBand | None:
    """Find what an amount a day is about, by the clause's words."""
    for words in (clause.paraphrase.zh, words_of(clause, text)):
        for band in PER_HEAD_BANDS:
            if any(word in words for word in band.words):
                return band
    return None


def find_slips(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find amounts that are far smaller than another one of their sentence and unit."""

    def kind(clause: Clause) -> tuple[str, str, str]:
        return clause.sentence_sha256, clause.unit, clause.comparator

    amounts = [
        clause
        for clause in plan.clauses
        if clause.unit not in _NO_AMOUNTS and clause.target is not None and clause.target > 0
    ]
    for _, group in groupby(sorted(amounts, key=kind), key=kind):
        members = list(group)
        largest = max(members, key=lambda clause: clause.target or 0)
        for clause in members:
            ratio = 100 * (clause.target or Fraction(0)) / (largest.target or Fraction(1))
            if ratio < Fraction(str(SMALLEST_RATIO.value)):
                yield LintFinding(
                    "decimal_slip", clause.clause_id, _told_slip(clause, largest, ratio)
                )


def _told_slip(clause: Clause, largest: Clause, ratio: Fraction) -> Text:
    """Say how small a target is beside another."""
    small, great = (to_exact_words(c.target or Fraction(0)) for c in (clause, largest))
    least = f"{SMALLEST_RATIO.value:g}"
    return Text(
        f"目标 {small}{UNITS[clause.unit].zh}仅为同句 {largest.clause_id} 的 {great} 的 "
        f"{to_words(ratio)}%(低于 {least}%),小数点可能有误;照原文保留",
        f"the target {small} {UNITS[clause.unit].en} is {to_words(ratio)} % of the {great} of "
        f"{largest.clause_id} in its sentence (less than {least} %): perhaps a decimal slip; it is "
        "kept as written",
    )


def find_mixed_units(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find sentences whose clauses carry units that are easily taken for each other."""
    by_sentence: dict[str, list[Clause]] = {}
    for clause in plan.clauses:
        if is_stated(clause):
            by_sentence.setdefault(clause.sentence_sha256, []).append(clause)
    for members in by_sentence.values():
        for pair in UNITS_APART:
            users = [clause for clause in members if clause.unit in pair]
            if {clause.unit for clause in users} == set(pair):
                first, second = (UNITS[unit] for unit in pair)
                yield LintFinding(
                    "mixed_units",
                    "、".join(clause.clause_id for clause in users),
                    Text(
                        f"同一句中并用“{first.zh}”和“{second.zh}”,不可混同",
                        f"one sentence has both {first.en} and {second.en}: not the same thing",
                    ),
                )


def find_other_targets(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find targets that differ from those of a higher plan, stated as `[facts.higher_plan_ID]`."""
    for clause in plan.clauses:
        fact = plan.facts.get(f"{_HIGHER}{clause.clause_id}")
        if fact is None or clause.target is None or fact.unit != clause.unit:
            continue
        if fact.value != clause.target:
            own, other = to_exact_words(clause.target), to_exact_words(fact.value)
            unit = UNITS[clause.unit]
            yield LintFinding(
                "higher_plan",
                clause.clause_id,
                Text(
                    f"目标 {own}{unit.zh}与上级规划的 {other}{unit.zh}不同({fact.source.zh})",
                    f"the target {own} {unit.en} is not the higher plan's {other} {unit.en} "
                    f"({fact.source.en})",
                ),
            )
