"""Cross-check: the counties' figures of a clause add up to the city's."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from tieling_geo.plan.cross_check_answers import Answer, Answers, Outcome, Row
from tieling_geo.records import CheckState, CrossCheckRule, Measure
from tieling_geo.text import Text

_COUNTY_DIMENSION = "county_name"
#: Sums of floats differ by their rounding, by less than this share.
_ROUNDING = Fraction(1, 10**9)


class _Sum(NamedTuple):
    """The counties' figures of one measure beside the city's."""

    measure: str
    counties: tuple[str, ...]
    state: CheckState
    why: Text


def county_sums(rule: CrossCheckRule, answers: Answers) -> Outcome:
    """Hold that the counties' figures of each clause add up to the city's."""
    found = [(clause_id, one) for clause_id in rule.clauses for one in _sums(clause_id, answers)]
    states = [one.state for _, one in found]
    broken, unknown, held = (states.count(word) for word in ("broken", "unknown", "holds"))
    told = Text(
        f"{len(states)} 项中,{held} 项各县区之和等于全市,{broken} 项不等,{unknown} 项无从核对",
        f"of {len(states)} figures, {held} add up to the city's, {broken} do not, {unknown} "
        "cannot be checked",
    )
    state: CheckState = "broken" if broken else "unknown" if unknown else "holds"
    return Outcome(state, told, tuple(_row(clause_id, one) for clause_id, one in found))


def _sums(clause_id: str, answers: Answers) -> list[_Sum]:
    """Compare every figure of a clause that is there by county."""
    answer = answers.answer(clause_id)
    if answer is None:
        return [_Sum("", (), "unknown", Text("条文缺数据", "the clause has no data"))]
    found = [*_rolled_up(answer), *_area_sums(answer, answers)]
    return found or [_Sum("", (), "unknown", Text("没有各县区的数", "no figures by county"))]


def _row(clause_id: str, one: _Sum) -> Row:
    """Tell one figure."""
    place = f"{clause_id} {one.measure}".strip()
    told = Text(f"{place}:{one.why.zh}", f"{place}: {one.why.en}")
    return told, len(one.counties), one.counties


def _rolled_up(answer: Answer) -> Iterator[_Sum]:
    """Compare what was rolled up by county: the clause's measure, else all that its run has."""
    table = answer.result.rollups
    own = table[table["dimension"] == _COUNTY_DIMENSION]
    names = sorted(own["measure"].unique())
    if answer.verdict.clause.measure in names:
        names = [answer.verdict.clause.measure]
    for name in names:
        part = own[own["measure"] == name]
        measure = answer.result.measures.get(name)
        if measure is not None:
            counties = tuple(sorted(str(group) for group in part["group"] if group))
            yield _compared(name, counties, part, measure)


def _compared(name: str, counties: tuple[str, ...], part: pd.DataFrame, measure: Measure) -> _Sum:
    """Compare numerators, denominators and numbers of features."""
    whole = {
        "numerator": measure.estimate.numerator,
        "denominator": measure.estimate.denominator,
        "counted": measure.counted,
        "unknown": measure.excluded,
    }
    for column, city in whole.items():
        total = sum((_exact(value) for value in part[column]), Fraction(0))
        if city is not None and not _is_near(total, Fraction(city), _ROUNDING):
            why = Text(
                f"{column} 各县区之和 {total},全市 {city}",
                f"{column}: the counties have {total}, the city {city}",
            )
            return _Sum(name, counties, "broken", why)
    return _Sum(name, counties, "holds", Text("相等", "equal"))


def _exact(value: Any) -> Fraction:  # noqa: ANN401 - a cell: a number of any kind
    """Take a cell exactly."""
    return Fraction(value.item() if hasattr(value, "item") else value)


def _is_near(one: Fraction, other: Fraction, share: Fraction) -> bool:
    """Tell whether two numbers differ by at most a share of the second (closed)."""
    return abs(one - other) <= share * abs(other)


def _area_sums(answer: Answer, answers: Answers) -> Iterator[_Sum]:
    """Compare the counties' own figures with the city's, where they are such as add up."""
    table, used = answer.result.tables.get("areas"), answer.result.parameters
    additive = used.get("is_additive")
    measure = answer.result.measures[answer.verdict.clause.measure]
    if table is None or additive is None or additive.value is not True:
        return
    own = table[table["measure"] == measure.name]
    own = own[own["year"] == own["year"].max()]
    counties = tuple(sorted(own["area"].astype(str)))
    layer = answers.layers.get("counties")
    missing = sorted(set() if layer is None else set(layer.features["name"]) - set(counties))
    if not counties or missing or layer is None or measure.value is None:
        names = Text("、".join(missing), ", ".join(missing))
        why = Text(f"缺县区的数 {names.zh}", f"figures of counties are missing: {names.en}")
        yield _Sum(measure.name, counties, "unknown", why)
        return
    stated = used["sum_tolerance_pct"].value if "sum_tolerance_pct" in used else 0
    total = sum((Fraction(str(value)) for value in own["value"]), Fraction(0))
    equal = _is_near(total, measure.value, Fraction(str(stated)) / 100)
    why = Text(
        f"各县区之和 {float(total):g},全市 {float(measure.value):g}",
        f"the counties have {float(total):g}, the city {float(measure.value):g}",
    )
    yield _Sum(measure.name, counties, "holds" if equal else "broken", why)
