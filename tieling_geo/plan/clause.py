"""Read a plan: TOML records into `Plan`, refused with the clause and the field that is wrong."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import cast, get_args

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import ParameterError, PlanError
from tieling_geo.plan.fields import Fields, named, told
from tieling_geo.records import (
    Analysis,
    Clause,
    ClauseKind,
    ClauseParameter,
    Comparator,
    ParameterValue,
    Plan,
    Section,
    Strictness,
)
from tieling_geo.schemas import LAYERS
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import UNITS

_FOLDER = Path(__file__).parent
# A clause's id names layers of the evidence and anchors of pages: no blanks, no separators.
_CLAUSE_ID = re.compile(r"\w[\w.-]{0,31}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WITHOUT_ANALYSIS = ("paperwork", "rule", "undecidable")


def bundled_plans() -> dict[str, Path]:
    """
    Name the plans that come with the package, each with its file.

    Examples
    --------
    >>> "tieling_145" in bundled_plans()
    True
    """
    return {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}


def read_plan(path: Path) -> Plan:
    """
    Read a plan's file and hold every clause against the registries.

    Parameters
    ----------
    path
        A TOML file: `[plan]`, `[parameters.<name>]`, `[sections.<section>]`, `[[clause]]`.

    Returns
    -------
    plan
        The clauses in the file's order; numbers to compare with are exact.

    Raises
    ------
    PlanError
        If the file is missing or is not TOML, a record lacks a field or has one that is unknown or
        of another kind, a clause names an analysis, measure, layer, section, unit or parameter that
        does not exist or contradicts itself, or two clauses have one id. The message names file,
        clause and field.

    Examples
    --------
    >>> plan = read_plan(bundled_plans()["tieling_145"])
    >>> next(clause.target for clause in plan.clauses if clause.clause_id == "I01")
    Fraction(0, 1)
    """
    where = Text(f"规划文件 {path.name}", f"plan file {path.name}")
    stated = Fields(_stated(path, where), where)
    head = Fields(stated.take("plan"), named(where, "plan"))
    shared = {name: _parameter(name, item) for name, item in stated.table("parameters").items()}
    sections = {name: _section(name, item) for name, item in stated.table("sections").items()}
    rows = stated.rows("clause")
    if not rows:
        raise stated.wrong("clause", Text("缺失", "missing"))
    plan = Plan(
        plan_id=path.stem,
        title=head.text("title"),
        city=head.text("city"),
        base_year=head.whole("base_year"),
        sections=sections,
        clauses=tuple(_clause(_by_id(row, where), shared, sections) for row in rows),
    )
    head.close()
    stated.close()
    for clause_id, times in Counter(clause.clause_id for clause in plan.clauses).items():
        if times > 1:
            raise Fields({}, named(where, clause_id)).wrong(
                "clause_id", Text("编号重复", "stands twice")
            )
    return plan


def _stated(path: Path, where: Text) -> Mapping[str, object]:
    """
    Read the file; decimals stay as they are written.

    Raises
    ------
    PlanError
        If it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        why = Text(f"无法读取({error.strerror})", f"cannot be read: {error.strerror}")
        raise PlanError(told(where, why)) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        # Not TOML, not UTF-8, a number of thousands of digits, or brackets without end.
        why = Text(f"不是有效的 TOML:{error}", f"is not TOML: {error}")
        raise PlanError(told(where, why)) from error


def _by_id(row: Fields, where: Text) -> Fields:
    """Name a clause by its id in messages, once it has one."""
    clause_id = row.stated.get("clause_id")
    if isinstance(clause_id, str) and _CLAUSE_ID.fullmatch(clause_id):
        row.where = named(where, clause_id)
    return row


def _section(name: str, fields: Fields) -> Section:
    """Take a section."""
    section = Section(name, fields.text("title"), fields.words("bureaus"))
    fields.close()
    return section


def _parameter(name: str, fields: Fields) -> tuple[ClauseParameter, Fraction | None]:
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
    unit = _unit(fields)
    parameter = ClauseParameter(name, own, fields.text("source"), fields.flag("verified"), unit)
    fields.close()
    return parameter, exact


def _unit(fields: Fields) -> str:
    """Take a unit; it may be left out where nothing is measured."""
    return fields.choice("unit", tuple(UNITS)) if fields.has("unit") else ""


def _texts(fields: Fields, name: str) -> tuple[Text, ...]:
    """Take a list of phrases."""
    found = []
    for row in fields.rows(name):
        found.append(Text(row.word("zh"), row.word("en")))
        row.close()
    return tuple(found)


def _clause(
    fields: Fields,
    shared: Mapping[str, tuple[ClauseParameter, Fraction | None]],
    sections: Mapping[str, Section],
) -> Clause:
    """
    Take a clause; its target may be a parameter that clauses share.

    Raises
    ------
    PlanError
        With the file, the clause and the field.
    """
    clause_id = fields.word("clause_id")
    if not _CLAUSE_ID.fullmatch(clause_id):
        why = Text("只能含字母、数字、点和横线", "holds letters, digits, dots and dashes only")
        raise fields.wrong("clause_id", why)
    own = [_parameter(name, item)[0] for name, item in fields.table("parameters").items()]
    target, from_shared = _target(fields, shared)
    reason = fields.text("undecided_because") if fields.has("undecided_because_zh") else NOTHING
    clause = Clause(
        clause_id=clause_id,
        section=fields.choice("section", tuple(sections)),
        paraphrase=fields.text("paraphrase"),
        sentence_sha256=fields.word("sentence_sha256"),
        kind=cast("ClauseKind", fields.choice("kind", get_args(ClauseKind))),
        comparator=cast("Comparator", fields.choice("comparator", get_args(Comparator))),
        strictness=cast("Strictness", fields.choice("strictness", get_args(Strictness))),
        scope=fields.text("scope"),
        layers=fields.words("layers") if fields.has("layers") else (),
        target=target,
        unit=_unit(fields),
        deadline=fields.day("deadline"),
        analysis=fields.choice("analysis", tuple(ANALYSES)) if fields.has("analysis") else "",
        measure=fields.word("measure", ""),
        tolerance_pct=fields.exact("tolerance_pct") if fields.has("tolerance_pct") else None,
        undecided_because=reason,
        parameters=(*own, *from_shared),
        assumptions=_texts(fields, "assumptions"),
        warnings=_texts(fields, "warnings"),
    )
    fields.close()
    _check_clause(clause, fields)
    _check_analysis(clause, fields, {p.name for p in own}, from_shared)
    return clause


def _target(
    fields: Fields, shared: Mapping[str, tuple[ClauseParameter, Fraction | None]]
) -> tuple[Fraction | None, tuple[ClauseParameter, ...]]:
    """
    Take the target: a number, or the name of a shared parameter, which then is the clause's, too.

    Raises
    ------
    PlanError
        If there are both, or no shared parameter has that name or it is no number.
    """
    if not fields.has("target_parameter"):
        return (fields.exact("target") if fields.has("target") else None), ()
    if fields.has("target"):
        why = Text("与 target 只能有其一", "stands beside target: only one of them")
        raise fields.wrong("target_parameter", why)
    parameter, exact = shared[fields.choice("target_parameter", tuple(shared))]
    if exact is None:
        raise fields.wrong(
            "target_parameter", Text(f"{parameter.name} 不是数", f"{parameter.name} is no number")
        )
    return exact, (parameter,)


def _check_clause(clause: Clause, fields: Fields) -> None:
    """
    Refuse a clause whose fields contradict each other or name a layer that does not exist.

    Raises
    ------
    PlanError
        Naming the first such field.
    """
    unknown = [name for name in clause.layers if name not in LAYERS]
    faults: dict[str, Text | None] = {
        "layers": Text(f"没有图层 {unknown}", f"no layer {unknown}") if unknown else None,
        "sentence_sha256": None
        if _SHA256.fullmatch(clause.sentence_sha256)
        else Text("应为 64 位小写十六进制", "should be 64 hexadecimal digits"),
        "target": None
        if (clause.comparator == "none") == (clause.target is None)
        else Text("与 comparator 须同有同无", "a comparator needs a target, a target a comparator"),
        "tolerance_pct": None
        if (clause.comparator == "about") == (clause.tolerance_pct is not None)
        else Text("须且只须配 about", "goes with the comparator `about`, and with no other"),
        "unit": None
        if clause.unit or (clause.target is None and not clause.analysis)
        else Text("缺失", "missing"),
        "analysis": None if clause.analysis or not clause.measure else Text("缺失", "missing"),
        "undecided_because": None
        if bool(clause.analysis) != bool(clause.undecided_because.zh)
        else Text("无 analysis 时须有,否则须无", "stands where there is no analysis, only there"),
        "kind": Text(f"{clause.kind} 不能有 analysis", f"{clause.kind} can have no analysis")
        if clause.analysis and clause.kind in _WITHOUT_ANALYSIS
        else None,
    }
    for name, why in faults.items():
        if why is not None:
            raise fields.wrong(name, why)
    if clause.tolerance_pct is not None and clause.tolerance_pct < 0:
        raise fields.wrong("tolerance_pct", Text("不能为负", "is less than zero"))


def _check_analysis(
    clause: Clause, fields: Fields, own: set[str], target: tuple[ClauseParameter, ...]
) -> None:
    """
    Hold the measure, the units and the parameters of a clause against its analysis.

    Raises
    ------
    PlanError
        Naming the field; a parameter that nothing would read is refused, too.
    """
    analysis = ANALYSES.get(clause.analysis)
    read = {p.name: p for p in analysis.parameters} if analysis else {}
    for parameter in clause.parameters:
        is_target = parameter in target
        if (parameter.name in read) == is_target or (is_target and parameter.name in own):
            known = "、".join(read)
            raise fields.wrong(
                f"parameters.{parameter.name}",
                Text(f"分析不用此参数;可用:{known}", f"the analysis has none; known: {known}"),
            )
        unit = clause.unit if is_target else read[parameter.name].unit
        _check_unit(fields, f"parameters.{parameter.name}.unit", parameter.unit, unit)
    if analysis is not None:
        _check_measure(clause, fields, analysis)


def _check_measure(clause: Clause, fields: Fields, analysis: Analysis) -> None:
    """
    Hold the measure and the values of the parameters against the analysis.

    Raises
    ------
    PlanError
        If the measure does not exist or has another unit, or a value is of another kind.
    """
    units = {card.name: card.unit for card in analysis.measures}
    if clause.measure not in units:
        known = ", ".join(units)
        why = Text(
            f"分析 {analysis.name} 没有指标 {clause.measure!r};可用:{known}",
            f"analysis {analysis.name} has no measure {clause.measure!r}; known: {known}",
        )
        raise fields.wrong("measure", why)
    _check_unit(fields, "unit", clause.unit, units[clause.measure])
    try:
        analysis.parameters_used(analysis_values(clause))
    except ParameterError as error:
        raise fields.wrong("parameters", error.message) from error


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


def analysis_values(clause: Clause) -> dict[str, ParameterValue]:
    """Return the values that a clause sets for its analysis; the others concern its target."""
    names = {p.name for p in ANALYSES[clause.analysis].parameters} if clause.analysis else set()
    return {p.name: p.value for p in clause.parameters if p.name in names}
