"""Refuse a clause that contradicts itself, its analysis, or the words of its plan."""

import re
from collections import Counter
from collections.abc import Mapping

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import ParameterError
from tieling_geo.plan.fields import Fields, named
from tieling_geo.plan.lexicon import contradictions, parameter_contradiction
from tieling_geo.records import (
    Analysis,
    Clause,
    ClauseParameter,
    Indicator,
    Parameter,
    ParameterValue,
)
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WITHOUT_ANALYSIS = ("rule", "undecidable")


def check_spellings(indicators: Mapping[str, Indicator], where: Text) -> None:
    """
    Refuse indicators that share a spelling: a row of the table must mean one of them.

    Raises
    ------
    PlanError
        Naming the spelling.
    """
    spellings = Counter(word for one in indicators.values() for word in to_spellings(one))
    for word, times in spellings.items():
        if times > 1:
            place = Fields({}, named(where, "indicators"))
            raise place.wrong("aliases", Text(f"{word} 重复", f"{word} stands twice"))


def to_spellings(indicator: Indicator) -> tuple[str, ...]:
    """
    List every spelling that means an indicator, each once.

    Examples
    --------
    >>> to_spellings(Indicator("gdp", Text("生产总值", "GDP"), "t", is_additive=True))
    ('gdp', '生产总值', 'GDP')
    """
    return tuple(dict.fromkeys((indicator.name, *indicator.title, *indicator.aliases)))


def analysis_values(clause: Clause) -> dict[str, ParameterValue]:
    """Return the values that a clause sets for its analysis; the others concern its target."""
    names = {p.name for p in ANALYSES[clause.analysis].parameters} if clause.analysis else set()
    return {p.name: p.value for p in clause.parameters if p.name in names}


def check_clause(clause: Clause, fields: Fields) -> None:
    """
    Refuse a clause whose fields contradict each other or name a layer that does not exist.

    Raises
    ------
    PlanError
        Naming the first such field.
    """
    for name, why in {**_faults(clause), **_band_faults(clause), **_decider_faults(clause)}.items():
        if why is not None:
            raise fields.wrong(name, why)
    for why in contradictions(clause):
        raise fields.wrong("hedges", why)


def _faults(clause: Clause) -> dict[str, Text | None]:
    """Say what is wrong with a clause's layers, fingerprint, target and unit."""
    unknown = [name for name in clause.layers if name not in LAYERS]
    known = [name for name in clause.planned_layers if name in LAYERS]
    return {
        "layers": Text(f"没有图层 {unknown}", f"no layer {unknown}") if unknown else None,
        "planned_layers": Text(
            f"{known} 已有,应写入 layers", f"{known} are there: name them in layers"
        )
        if known
        else None,
        "sentence_sha256": None
        if _SHA256.fullmatch(clause.sentence_sha256)
        else Text("应为 64 位小写十六进制", "should be 64 hexadecimal digits"),
        "target": None
        if (clause.comparator == "none") == (clause.target is None)
        else Text("与 comparator 须同有同无", "a comparator needs a target, a target a comparator"),
        "unit": None
        if clause.unit or (clause.target is None and not clause.analysis)
        else Text("缺失", "missing"),
    }


def _band_faults(clause: Clause) -> dict[str, Text | None]:
    """Say what is wrong with the bands around a target."""
    widths = [w for w in (clause.tolerance_pct, clause.second_tolerance_pct) if w is not None]
    return {
        "tolerance_pct": Text("不能为负", "is less than zero")
        if any(width < 0 for width in widths)
        else None
        if (clause.comparator == "about") == (clause.tolerance_pct is not None)
        else Text("须且只须配 about", "goes with the comparator `about`, and with no other"),
        "second_tolerance_pct": Text("须与 tolerance 同有", "goes with a first one")
        if clause.tolerance_pct is None and widths
        else None,
    }


def _decider_faults(clause: Clause) -> dict[str, Text | None]:
    """Say what is wrong with what decides a clause: an analysis, or one that is planned."""
    deciders = [clause.analysis, clause.planned_analysis, clause.undecided_because.zh]
    return {
        "analysis": Text("缺失", "missing") if clause.measure and not clause.analysis else None,
        "planned_analysis": Text("已建成,应写入 analysis", "is built: name it in analysis")
        if clause.planned_analysis in ANALYSES
        else None,
        "planned_measure": None
        if bool(clause.planned_analysis) == bool(clause.planned_measure)
        else Text("与 planned_analysis 须同有同无", "goes with planned_analysis"),
        "undecided_because": None
        if sum(map(bool, deciders)) == 1
        else Text(
            "与 analysis、planned_analysis 三者须且只须有其一",
            "stands where there is neither analysis nor planned_analysis, only there",
        ),
        "kind": None if clause.undecided_because.zh else _kind_fault(clause),
    }


def _kind_fault(clause: Clause) -> Text | None:
    """Say if a clause with an analysis is of a kind that has none, or of one that only reports."""
    kind = clause.kind
    if kind in _WITHOUT_ANALYSIS:
        return Text(f"{kind} 不能有 analysis", f"{kind} can have no analysis")
    if kind == "paperwork" and clause.comparator != "none":
        return Text(
            "paperwork 只能报告,comparator 应为 none",
            "paperwork is reported and never decided: its comparator is none",
        )
    return None


def check_analysis(
    clause: Clause,
    fields: Fields,
    own: set[str],
    of_target: tuple[ClauseParameter, ...],
    of_bands: tuple[ClauseParameter, ...],
) -> None:
    """
    Hold the measure, the units and the parameters of a clause against its analysis.

    Parameters
    ----------
    clause
        The clause.
    fields
        Its record, for messages.
    own
        Names of the parameters that the clause states itself.
    of_target, of_bands
        The shared parameters that hold its target, and the widths of its bands.

    Raises
    ------
    PlanError
        Naming the field; a parameter that nothing would read is refused, too.
    """
    analysis = ANALYSES.get(clause.analysis)
    read = {p.name: p for p in analysis.parameters} if analysis else {}
    shared = {p.name: clause.unit for p in of_target} | {p.name: "%" for p in of_bands}
    for parameter in clause.parameters:
        _check_parameter(parameter, clause, fields, read, shared, own)
    if analysis is not None:
        _check_measure(clause, fields, analysis)


def _check_parameter(
    parameter: ClauseParameter,
    clause: Clause,
    fields: Fields,
    read: Mapping[str, Parameter],
    shared: Mapping[str, str],
    own: set[str],
) -> None:
    """
    Refuse a parameter that nothing would read, whose unit differs, or that its hedge contradicts.

    Raises
    ------
    PlanError
        Naming it.
    """
    name, is_shared = parameter.name, parameter.name in shared
    place = f"parameters.{name}"
    if clause.planned_analysis and not is_shared:
        return  # of an analysis that is not built yet
    if (name in read) == is_shared or (is_shared and name in own):
        known = "、".join(read)
        raise fields.wrong(
            place, Text(f"分析不用此参数;可用:{known}", f"the analysis has none; known: {known}")
        )
    _check_unit(fields, f"{place}.unit", parameter.unit, shared.get(name) or read[name].unit)
    interval = read[name].interval if name in read else "none"
    why = parameter_contradiction(parameter.hedge, interval) if parameter.hedge else None
    if why is not None:
        raise fields.wrong(f"{place}.hedge", why)


def _check_measure(clause: Clause, fields: Fields, analysis: Analysis) -> None:
    """
    Hold the measures and the values of the parameters against the analysis.

    Raises
    ------
    PlanError
        If a measure does not exist or has another unit, or a value is of another kind.
    """
    units = {card.name: card.unit for card in analysis.measures}
    for field, name in [("measure", clause.measure), *(("beside", n) for n in clause.beside)]:
        if name not in units:
            known = ", ".join(units)
            why = Text(
                f"分析 {analysis.name} 没有指标 {name!r};可用:{known}",
                f"analysis {analysis.name} has no measure {name!r}; known: {known}",
            )
            raise fields.wrong(field, why)
    try:
        used = analysis.parameters_used(analysis_values(clause))
    except ParameterError as error:
        raise fields.wrong("parameters", error.message) from error
    # A measure without a unit of its own has the unit that the parameter `unit` states.
    needed = units[clause.measure] or str(used["unit"].value)
    _check_unit(fields, "unit", clause.unit, needed)


def _check_unit(fields: Fields, name: str, have: str, need: str) -> None:
    """
    Refuse a unit that is not the one needed: nothing is converted.

    Raises
    ------
    PlanError
        With both.
    """
    if have != need:
        raise fields.wrong(
            name,
            Text(f"为 {have!r},应为 {need!r}", f"is {have!r}, and {need!r} is needed"),
        )
