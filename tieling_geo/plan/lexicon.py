"""
The words by which a plan makes its numbers firm, soft or fuzzy, and what each means to a machine.

A clause names the words that stand in its sentence; a comparator, strictness, unit or target that
they do not allow is a contradiction, and the plan's reader refuses it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tieling_geo.records import Clause, Comparator, Interval, Strictness
from tieling_geo.text import Text

Aggregation = Literal["", "every_year", "sum_over_years"]

_LAW = Text(
    "《民法典》第1259条(凭记忆,未核对原文)", "Civil Code, article 1259 (from memory, not read)"
)
_READING = Text("本工具按词义约定", "declared: our reading of the word")


@dataclass(frozen=True, slots=True)
class Hedge:
    """What a word of a plan means to a machine."""

    word: str
    title: Text
    comparators: tuple[Comparator, ...] = ()
    """Those that it allows; empty: it says nothing of the comparator."""
    interval: Interval = "none"
    """`closed`: the number itself counts; `open`: it does not; `none`: the word does not say."""
    strictness: Strictness = "binding"
    declares: Literal["", "target", "tolerance_pct"] = ""
    """The number that the plan leaves out: it must be declared as a named parameter."""
    unit: str = ""
    """The unit that the target must have."""
    aggregation: Aggregation = ""
    """How the years are taken together."""
    is_whole: bool = False
    """True: all of it, without a tolerance."""
    is_fall: bool = False
    """True: the number is the size of a fall, so it is greater than zero."""
    source: Text = _READING
    verified: bool = False
    """False: not held against the source's own text."""

    @property
    def is_violated(self) -> bool:
        """Whether a target that is missed is a violation."""
        return self.strictness in {"binding", "declared"}


_AT_LEAST = Text("不小于,含本数", "at least; the number counts")
_AT_MOST = Text("不大于,含本数", "at most; the number counts")
_ALL = Text("全部,不留余地", "all of it, without a tolerance")
_FALL = Text("下降幅度,以正数表示", "the size of a fall, as a number above zero")
_FALLS: tuple[Comparator, ...] = (">=", ">", "about")
_WHOLE: tuple[Comparator, ...] = (">=", "==", "<=")
_LEXICON = (
    Hedge("以上", _AT_LEAST, (">=",), "closed", source=_LAW),
    Hedge("及以上", _AT_LEAST, (">=",), "closed"),
    Hedge("以下", _AT_MOST, ("<=",), "closed", source=_LAW),
    Hedge("及以下", _AT_MOST, ("<=",), "closed"),
    Hedge("不超过", _AT_MOST, ("<=",), "closed"),
    Hedge("超过", Text("大于,不含本数", "more than; the number does not count"), (">",), "open"),
    Hedge("低于", Text("小于,不含本数", "less than; the number does not count"), ("<",), "open"),
    Hedge("达到", Text("到达,含本数", "reaches; the number counts"), (">=", "about"), "closed"),
    Hedge(
        "左右",
        Text("上下均可,幅度须约定", "about; the width must be declared"),
        ("about",),
        strictness="declared",
        declares="tolerance_pct",
    ),
    Hedge(
        "力争",
        Text("努力目标,未达到不属违反", "strives for; a miss is no violation"),
        strictness="aspirational",
    ),
    Hedge(
        "基本",
        Text("接近全部,比例须约定", "nearly all; the share must be declared"),
        (">=", "<="),
        strictness="declared",
        declares="target",
    ),
    Hedge("全部", _ALL, _WHOLE, is_whole=True),
    Hedge("全面", _ALL, _WHOLE, is_whole=True),
    Hedge("应收尽收", _ALL, _WHOLE, is_whole=True),
    Hedge(
        "稳定在",
        Text("每一年都达到", "in every year"),
        (">=", ">", "<=", "<", "about"),
        aggregation="every_year",
    ),
    Hedge(
        "累计",
        Text("各年之和", "the sum over the years"),
        (">=", ">", "about"),
        aggregation="sum_over_years",
    ),
    Hedge("下降", _FALL, _FALLS, is_fall=True),
    Hedge("降低", _FALL, _FALLS, is_fall=True),
    Hedge(
        "个百分点",
        Text("两个百分数之差,不是百分比", "a difference of two percentages, not a percentage"),
        unit="percentage_point",
    ),
    Hedge(
        "原则上",
        Text("有书面理由的可以例外", "a recorded reason exempts"),
        strictness="conditional",
    ),
)
#: Every word, in the order of the register.
HEDGES: Mapping[str, Hedge] = MappingProxyType({hedge.word: hedge for hedge in _LEXICON})

#: From firm to soft: where several words stand together, the softest one decides.
_SOFTNESS: tuple[Strictness, ...] = ("binding", "declared", "conditional", "aspirational")
#: The word without which a clause cannot be as soft as it says.
_SOFT_WORDS: Mapping[Strictness, str] = MappingProxyType({
    hedge.strictness: hedge.word
    for hedge in _LEXICON
    if hedge.strictness in {"conditional", "aspirational"}
})
#: Measures that read a row of years in one way: another way than the word's contradicts it.
_READINGS = MappingProxyType({
    "latest": "last_year",
    "least_since_base": "every_year",
    "cumulative": "sum_over_years",
})
_POINTS = HEDGES["个百分点"]
# At one place of a sentence the longest word is the one that is meant.
_WORDS = re.compile("|".join(sorted(HEDGES, key=len, reverse=True)))


def hedges_in(sentence: str) -> tuple[str, ...]:
    """
    List the words that stand in a sentence, each once, in their order.

    A word inside a longer one does not count.

    Examples
    --------
    >>> hedges_in("容量20及以下的不超过5台,占比达到9%以上")
    ('及以下', '不超过', '达到', '以上')
    """
    return tuple(dict.fromkeys(_WORDS.findall(sentence)))


def contradictions(clause: Clause) -> tuple[Text, ...]:
    """
    Say what in a clause contradicts the words that it names; nothing if all is well.

    Parameters
    ----------
    clause
        The clause; `hedges` are words of the plan.

    Returns
    -------
    contradictions
        One phrase each.
    """
    unknown = [word for word in clause.hedges if word not in HEDGES]
    if unknown:
        return (Text(f"词表中没有 {'、'.join(unknown)}", f"no such word: {', '.join(unknown)}"),)
    hedges = [HEDGES[word] for word in clause.hedges]
    return (
        *_of_strictness(clause, hedges),
        *_of_width(clause, hedges),
        *(why for hedge in hedges for why in _of_word(clause, hedge)),
        *_of_unit(clause, hedges),
        *_of_whole(clause, hedges),
    )


def _of_strictness(clause: Clause, hedges: list[Hedge]) -> Iterator[Text]:
    """Hold the strictness against the softest word; without a number a clause may just report."""
    needed = _SOFT_WORDS.get(clause.strictness)
    if needed is not None and needed not in clause.hedges:
        yield Text(
            f"strictness 为 {clause.strictness},却没有“{needed}”",
            f"is {clause.strictness} without the word {needed}",
        )
    if not hedges or (clause.comparator == "none" and clause.strictness == "report"):
        return
    softest = max(hedges, key=lambda hedge: _SOFTNESS.index(hedge.strictness))
    if clause.strictness != softest.strictness and needed in {None, *clause.hedges}:
        yield Text(
            f"“{softest.word}”要求 strictness 为 {softest.strictness},现为 {clause.strictness}",
            f"{softest.word} makes it {softest.strictness}, and it is {clause.strictness}",
        )


def _of_width(clause: Clause, hedges: list[Hedge]) -> Iterator[Text]:
    """Hold a band against its word: two widths, so that the verdict is told at both."""
    is_about = clause.comparator == "about"
    if is_about and all(hedge.declares != "tolerance_pct" for hedge in hedges):
        yield Text("about 没有“左右”", "is about a number without the word 左右")
    if is_about and clause.tolerance_pct is None:
        yield Text("about 没有约定幅度", "is about a number and declares no width")
    if is_about and clause.second_tolerance_pct in {None, clause.tolerance_pct}:
        yield Text("about 没有第二个幅度", "is about a number and declares no second width")


def _of_word(clause: Clause, hedge: Hedge) -> Iterator[Text]:
    """Hold comparator, target and measure against one word."""
    word, target = hedge.word, clause.target
    if target is None:
        return
    if hedge.comparators and clause.comparator not in hedge.comparators:
        allowed = " ".join(hedge.comparators)
        yield Text(
            f"“{word}”应配 {allowed},现为 {clause.comparator}",
            f"{word} goes with {allowed}, and the comparator is {clause.comparator}",
        )
    if hedge.declares == "target" and not _is_declared(clause):
        yield Text(
            f"“{word}”没有给出数,target 须为共用参数",
            f"{word} gives no number: the target must be a shared parameter",
        )
    if hedge.is_fall and target <= 0:
        yield Text(f"“{word}”的数应大于零", f"{word}: the number must be above zero")
    if hedge.aggregation and _READINGS.get(clause.measure) not in {None, hedge.aggregation}:
        yield Text(
            f"“{word}”是{hedge.title.zh},指标 {clause.measure} 不是",
            f"{word} means {hedge.title.en}, which measure {clause.measure} does not take",
        )


def _of_unit(clause: Clause, hedges: list[Hedge]) -> Iterator[Text]:
    """Hold the unit of the target: a percentage is no percentage point."""
    if clause.target is None:
        return
    for hedge in hedges:
        if hedge.unit and clause.unit != hedge.unit:
            yield Text(
                f"“{hedge.word}”的单位应为 {hedge.unit},现为 {clause.unit}",
                f"{hedge.word} needs the unit {hedge.unit}, and it is {clause.unit}",
            )
    is_fall = any(hedge.is_fall for hedge in hedges)
    if is_fall and clause.unit == _POINTS.unit and _POINTS not in hedges:
        yield Text(
            f"单位为 {clause.unit},却没有“{_POINTS.word}”",
            f"the unit is {clause.unit} without the word {_POINTS.word}",
        )


def _is_declared(clause: Clause) -> bool:
    """Tell whether the target is one of the clause's parameters."""
    target = clause.target
    return target is not None and any(
        isinstance(parameter.value, float)
        and (parameter.value, parameter.unit) == (float(target), clause.unit)
        for parameter in clause.parameters
    )


def _of_whole(clause: Clause, hedges: list[Hedge]) -> Iterator[Text]:
    """Hold the target of a word that means all of it: 100 %, or none left."""
    whole = [hedge for hedge in hedges if hedge.is_whole]
    if not whole or clause.target is None or any(hedge.declares for hedge in hedges):
        return
    needed = 0 if clause.comparator == "<=" else 100
    if clause.target != needed and (clause.unit == "%" or needed == 0):
        yield Text(
            f"“{whole[0].word}”不留余地,目标应为 {needed}",
            f"{whole[0].word} leaves no tolerance: the target must be {needed}",
        )


def parameter_contradiction(hedge: str, interval: Interval) -> Text | None:
    """
    Say what contradicts the word that stands beside a parameter's number.

    Parameters
    ----------
    hedge
        The word, such as 及以下 of a limit.
    interval
        Whether a value exactly on the number counts where it is used.

    Returns
    -------
    contradiction
        None if there is none.

    Examples
    --------
    >>> parameter_contradiction("低于", "open") is None
    True
    >>> parameter_contradiction("及以下", "open").en
    '及以下 is closed, and the parameter is open'
    """
    if hedge not in HEDGES:
        return Text(f"词表中没有 {hedge}", f"no such word: {hedge}")
    needed = HEDGES[hedge].interval
    if needed == "none":
        return Text(f"“{hedge}”没有说是否含本数", f"{hedge} does not say whether the number counts")
    if needed != interval:
        zh = {"closed": "含本数", "open": "不含本数", "none": "没有说是否含本数"}
        return Text(
            f"“{hedge}”{zh[needed]},参数{zh[interval]}",
            f"{hedge} is {needed}, and the parameter is {interval}",
        )
    return None
