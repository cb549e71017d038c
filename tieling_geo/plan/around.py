"""What the clauses of a plan may refer to: shared parameters, sections, indicators, facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast, get_args

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan.fields import Fields, named
from tieling_geo.plan.lexicon import HEDGES
from tieling_geo.records import (
    ClauseParameter,
    CrossCheckKind,
    CrossCheckRule,
    Fact,
    Indicator,
    ParameterValue,
    Section,
)
from tieling_geo.text import Text
from tieling_geo.units import UNITS


@dataclass(frozen=True, slots=True)
class Shared:
    """A parameter that clauses share."""

    parameter: ClauseParameter
    exact: Fraction | None
    """Its number as it is written; None where it is none."""
    analyses: tuple[str, ...]
    """Analyses whose clauses have it without naming it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a clause may refer to."""

    shared: Mapping[str, Shared]
    sections: Mapping[str, Section]
    indicators: Mapping[str, Indicator]


def to_shared(stated: Fields) -> dict[str, Shared]:
    """Take the parameters that clauses share."""
    found = {}
    for name, fields in stated.table("parameters").items():
        analyses = fields.words("analyses") if fields.has("analyses") else ()
        parameter, exact = to_parameter(name, fields)
        found[name] = Shared(parameter, exact, analyses)
    return found


def to_indicator(name: str, fields: Fields) -> Indicator:
    """Take an indicator."""
    found = Indicator(
        name=name,
        title=fields.text("title"),
        unit=fields.choice("unit", tuple(UNITS)),
        is_additive=fields.flag("is_additive"),
        aliases=fields.words("aliases") if fields.has("aliases") else (),
    )
    fields.close()
    return found


def to_aliases(stated: Fields) -> dict[str, str]:
    """Take the variant names of bureaus."""
    table = Fields(stated.take("bureau_aliases", {}), named(stated.where, "bureau_aliases"))
    return {name: table.word(name) for name in list(table.stated)}


def to_cross_check(fields: Fields, ids: tuple[str, ...]) -> CrossCheckRule:
    """
    Take a rule that holds clauses against each other.

    Raises
    ------
    PlanError
        If it names a clause that the plan does not have.
    """
    scopes = Fields(fields.take("scopes", {}), named(fields.where, "scopes"))
    rule = CrossCheckRule(
        name=fields.word("name"),
        kind=cast("CrossCheckKind", fields.choice("kind", get_args(CrossCheckKind))),
        title=fields.text("title"),
        clauses=fields.words("clauses"),
        scopes={clause: scopes.word(clause) for clause in list(scopes.stated)},
    )
    for clause_id in (*rule.clauses, *rule.scopes):
        if clause_id not in ids:
            why = Text(f"没有条文 {clause_id}", f"no clause {clause_id}")
            raise fields.wrong("clauses", why)
    fields.close()
    return rule


def to_fact(name: str, fields: Fields) -> Fact:
    """Take a number about the city."""
    fact = Fact(
        name,
        fields.exact("value"),
        fields.choice("unit", tuple(UNITS)),
        fields.text("source"),
        fields.flag("verified"),
    )
    fields.close()
    return fact


def to_section(name: str, fields: Fields) -> Section:
    """Take a section."""
    section = Section(name, fields.text("title"), fields.words("bureaus"))
    fields.close()
    return section


def to_parameter(name: str, fields: Fields) -> tuple[ClauseParameter, Fraction | None]:
    """Take a parameter and, where its value is a number, the number as it is written."""
    value = fields.stated.get("value")
    exact: Fraction | None = None
    own: ParameterValue
    if isinstance(value, list):
        own = fields.words("value")
    elif isinstance(value, bool):
        own = fields.flag("value")
    elif isinstance(value, str):
        own = fields.word("value")
    else:
        exact = fields.exact("value")
        own = float(exact)
    unit = to_unit_word(fields)
    hedge = fields.choice("hedge", tuple(HEDGES)) if fields.has("hedge") else ""
    source, verified = fields.text("source"), fields.flag("verified")
    parameter = ClauseParameter(name, own, source, verified, unit, hedge)
    fields.close()
    return parameter, exact


def to_unit_word(fields: Fields) -> str:
    """Take a unit; it may be left out where nothing is measured."""
    return fields.choice("unit", tuple(UNITS)) if fields.has("unit") else ""


def with_shared(
    own: list[ClauseParameter], analysis: str, around: Around, fields: Fields
) -> list[ClauseParameter]:
    """Add what every clause of an analysis has, and what the plan says of its indicators."""
    names = {parameter.name for parameter in own}
    shared = [
        one.parameter
        for one in around.shared.values()
        if analysis and analysis in one.analyses and one.parameter.name not in names
    ]
    read = {p.name for p in ANALYSES[analysis].parameters} if analysis else set()
    listed = next((p.value for p in own if p.name == "indicators"), None)
    if not isinstance(listed, tuple) or "indicators" not in read:
        return [*own, *shared]
    told = _of_indicators([_known(name, around, fields) for name in listed], fields)
    return [*own, *shared, *(p for p in told if p.name in read - names)]


def _known(name: str, around: Around, fields: Fields) -> Indicator:
    """
    Find an indicator.

    Raises
    ------
    PlanError
        If the plan's table of indicators does not have it.
    """
    if name not in around.indicators:
        known = "、".join(around.indicators)
        why = Text(f"没有指标 {name};可用:{known}", f"no indicator {name}; known: {known}")
        raise fields.wrong("parameters.indicators", why)
    return around.indicators[name]


def _of_indicators(indicators: list[Indicator], fields: Fields) -> list[ClauseParameter]:
    """
    Say in which unit a clause's indicators are, and whether counties add up to the city.

    Raises
    ------
    PlanError
        If they differ in that: nothing compares tonnes with percentages.
    """
    if len({(one.unit, one.is_additive) for one in indicators}) != 1:
        why = Text("所列指标的单位或可加性不同", "the indicators differ in unit or in adding up")
        raise fields.wrong("parameters.indicators", why)
    source = Text("规划数据文件的指标表", "the plan file's table of indicators")
    unit, is_additive = indicators[0].unit, indicators[0].is_additive
    return [
        ClauseParameter("unit", unit, source, verified=True),
        ClauseParameter("is_additive", is_additive, source, verified=True),
    ]


def to_number(
    fields: Fields, name: str, around: Around, *, suffix: str = ""
) -> tuple[Fraction | None, tuple[ClauseParameter, ...]]:
    """
    Take a number, or the name of a shared parameter that holds it and then is the clause's, too.

    Raises
    ------
    PlanError
        If there are both, or no shared parameter has that name or it is no number.
    """
    plain, by_name = f"{name}{suffix}", f"{name}_parameter"
    if not fields.has(by_name):
        return (fields.exact(plain) if fields.has(plain) else None), ()
    if fields.has(plain):
        why = Text(f"与 {plain} 只能有其一", f"stands beside {plain}: only one of them")
        raise fields.wrong(by_name, why)
    shared = around.shared[fields.choice(by_name, tuple(around.shared))]
    if shared.exact is None:
        told = shared.parameter.name
        raise fields.wrong(by_name, Text(f"{told} 不是数", f"{told} is no number"))
    return shared.exact, (shared.parameter,)
