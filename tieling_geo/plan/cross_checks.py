"""
Hold a plan's answers against each other.

Which clauses are compared, and how, is data of the plan. What cannot be told is unknown: a clause
without data, a feature whose state is not known, a scope without polygons.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from tieling_geo.errors import PlanError
from tieling_geo.plan.cross_check_answers import Answer, Answers, Outcome, Row
from tieling_geo.plan.cross_check_counties import county_sums
from tieling_geo.plan.cross_check_scopes import scopes_apart
from tieling_geo.records import (
    CheckState,
    CrossCheck,
    CrossCheckRule,
    Layer,
    Plan,
    Result,
    Verdict,
)
from tieling_geo.text import Text

_IN, _OUT = "in", "out_of_scope"
_PAIR = 2


def cross_checks(
    plan: Plan,
    verdicts: Sequence[Verdict],
    results: Mapping[str, Result],
    layers: Mapping[str, Layer],
) -> tuple[CrossCheck, ...]:
    """
    Hold the answers to a plan's clauses against each other, as the plan's rules say.

    Parameters
    ----------
    plan
        The plan; `cross_checks` names the clauses and the kind of each check.
    verdicts
        How the clauses stand.
    results
        The runs of the analyses, by name.
    layers
        The layers that they ran on.

    Returns
    -------
    cross_checks
        One a rule, in the plan's order.

    Raises
    ------
    PlanError
        If a check of two clauses names another number of them.
    """
    answers = Answers({v.clause.clause_id: v for v in verdicts}, results, layers)
    found = []
    for rule in plan.cross_checks:
        outcome = _CHECKS[rule.kind](rule, answers)
        found.append(
            CrossCheck(
                rule.name, rule.title, rule.clauses, outcome.state, outcome.told, outcome.rows
            )
        )
    return tuple(found)


def _pair(rule: CrossCheckRule, answers: Answers) -> tuple[Answer, Answer] | Outcome:
    """
    Find the two answers of a rule, or say why they cannot be compared.

    Raises
    ------
    PlanError
        If the rule does not name two clauses.
    """
    if len(rule.clauses) != _PAIR:
        raise PlanError(
            Text(f"核对 {rule.name}:须列两条条文", f"cross-check {rule.name}: needs two clauses")
        )
    first, second = (answers.answer(clause_id) for clause_id in rule.clauses)
    if first is None or second is None:
        return Outcome("unknown", _without_data(rule.clauses, answers))
    if first.layer != second.layer:
        return Outcome(
            "unknown",
            Text(
                f"两条条文所计要素不同({first.layer}、{second.layer})",
                f"the clauses count features of two layers ({first.layer}, {second.layer})",
            ),
        )
    return first, second


def _without_data(clauses: Sequence[str], answers: Answers) -> Text:
    """Say which clauses have no data."""
    lacking = [clause_id for clause_id in clauses if answers.answer(clause_id) is None]
    return Text(f"条文 {'、'.join(lacking)} 缺数据", f"no data for clause {', '.join(lacking)}")


def _standing(answer: Answer) -> dict[str, str]:
    """Say of each feature whether the clause is about it: in, out of its scope, or unknown."""
    table = answer.result.excluded
    own = table[table["measure"] == answer.verdict.clause.measure]
    kinds = dict(zip(own["feature_id"].astype(str), own["kind"], strict=True))
    return {name: kinds.get(name, _IN) for name in map(str, answer.result.features.index)}


def _classes(first: Answer, second: Answer) -> dict[str, tuple[str, ...]] | None:
    """Put every feature into one class; None where the two runs do not have the same features."""
    one, other = _standing(first), _standing(second)
    if set(one) != set(other):
        return None
    words = {(_IN, _IN): "both", (_IN, _OUT): "first", (_OUT, _IN): "second", (_OUT, _OUT): "none"}
    found: dict[str, list[str]] = {}
    for name in sorted(one):
        found.setdefault(words.get((one[name], other[name]), "unknown"), []).append(name)
    return {word: tuple(names) for word, names in found.items()}


def _rejected(answer: Answer, answers: Answers) -> tuple[Row, ...]:
    """Give the rows of the counted layer that were rejected: nobody knows their class."""
    layer = answers.layers.get(answer.layer)
    rows = 0 if layer is None else layer.rows_rejected
    return ((Text("退回的行,归类不明", "rejected rows, class unknown"), rows, ()),) if rows else ()


_OTHER_FEATURES = Outcome(
    "broken", Text("两次分析的要素不同", "the two runs do not have the same features")
)


def _four_ways(rule: CrossCheckRule, answers: Answers) -> Outcome:
    """Part the features into those under both clauses, one of them, or neither; never summed."""
    pair = _pair(rule, answers)
    if isinstance(pair, Outcome):
        return pair
    a, b = (answer.name for answer in pair)
    classes = _classes(*pair)
    if classes is None:
        return _OTHER_FEATURES
    titles = {
        "both": Text(f"同属 {a}、{b}", f"under both {a} and {b}"),
        "first": Text(f"只属 {a}", f"under {a} only"),
        "second": Text(f"只属 {b}", f"under {b} only"),
        "none": Text("都不属", "under neither"),
        "unknown": Text("不明", "not known"),
    }
    rows = tuple(
        (title, len(classes.get(w, ())), classes.get(w, ())) for w, title in titles.items()
    )
    total = sum(number for _, number, _ in rows)
    zh = ",".join(f"{title.zh} {number}" for title, number, _ in rows)
    en = ", ".join(f"{title.en} {number}" for title, number, _ in rows)
    told = Text(f"{total} 个要素各归一类,不相加:{zh}", f"{total} features, each in one class: {en}")
    return Outcome("holds", told, (*rows, *_rejected(pair[0], answers)))


def _inside(rule: CrossCheckRule, answers: Answers) -> Outcome:
    """Hold that every feature counted for the first clause counts for the second."""
    pair = _pair(rule, answers)
    if isinstance(pair, Outcome):
        return pair
    a, b = (answer.name for answer in pair)
    classes = _classes(*pair)
    if classes is None:
        return _OTHER_FEATURES
    one, other = (_standing(answer) for answer in pair)
    doubtful = tuple(n for n in classes.get("unknown", ()) if one[n] == _IN and other[n] != _IN)
    both, outside = classes.get("both", ()), classes.get("first", ())
    rows = (
        (Text(f"{a} 和 {b} 都计入", f"counted for {a} and {b}"), len(both), both),
        (Text(f"只计入 {a}", f"counted for {a} only"), len(outside), outside),
        (
            Text(f"计入 {a},{b} 不明", f"counted for {a}, not known for {b}"),
            len(doubtful),
            doubtful,
        ),
        *_rejected(pair[0], answers),
    )
    counted = len(both) + len(outside) + len(doubtful)
    told = Text(
        f"计入 {a} 的 {counted} 个要素中,{len(both)} 个也计入 {b},{len(outside)} 个不计入,"
        f"{len(doubtful)} 个不明",
        f"of {counted} features counted for {a}, {len(both)} count for {b}, too, {len(outside)} "
        f"do not, of {len(doubtful)} it is not known",
    )
    state: CheckState = "broken" if outside else "unknown" if doubtful else "holds"
    return Outcome(state, told, rows)


_CHECKS: Mapping[str, Callable[[CrossCheckRule, Answers], Outcome]] = MappingProxyType({
    "four_ways": _four_ways,
    "inside": _inside,
    "county_sums": county_sums,
    "scopes_apart": scopes_apart,
})
