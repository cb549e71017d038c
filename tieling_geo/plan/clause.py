"""Read a plan: TOML records into `Plan`, refused with the clause and the field that is wrong."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import ParameterError, PlanError, UnitError
from tieling_geo.records import Clause, ClauseParameter, Plan, Section
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text
from tieling_geo.units import check_same_unit, check_unit

_CLAUSE = TypeAdapter(Clause)
_PARAMETER = TypeAdapter(ClauseParameter)
_FOLDER = Path(__file__).parent


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
        The clauses in the file's order.

    Raises
    ------
    PlanError
        If the file is missing or is not TOML, a record lacks a field or has one that is unknown, or
        a clause names an analysis, measure, layer, section, unit or parameter that does not exist.

    Examples
    --------
    >>> plan = read_plan(bundled_plans()["tieling_145"])
    >>> next(clause.target for clause in plan.clauses if clause.clause_id == "I01")
    Fraction(0, 1)
    """
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        head = stated["plan"]
        plan = Plan(
            plan_id=path.stem,
            title=_text(head, "title"),
            city=_text(head, "city"),
            base_year=int(head["base_year"]),
            sections={name: _section(name, s) for name, s in stated.get("sections", {}).items()},
            clauses=tuple(_clause(c, stated.get("parameters", {})) for c in stated["clause"]),
        )
    except OSError as error:
        raise PlanError(_wrong(path, "", error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(_wrong(path, "", error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(_wrong(path, "", repr(error))) from error
    for clause in plan.clauses:
        _check_clause(clause, plan, path)
    _check_unique([clause.clause_id for clause in plan.clauses], path)
    return plan


def _wrong(path: Path, clause_id: str, why: object) -> Text:
    """Say what is wrong with a plan's file, and where."""
    where = f" / {clause_id}" if clause_id else ""
    return Text(f"规划文件 {path.name}{where}:{why}", f"plan file {path.name}{where}: {why}")


def _text(record: Mapping[str, Any], name: str) -> Text:
    """Take a phrase from its two fields."""
    return Text(str(record[f"{name}_zh"]), str(record[f"{name}_en"]))


def _texts(record: Mapping[str, Any], name: str) -> tuple[Text, ...]:
    """Take a list of phrases."""
    return tuple(Text(str(item["zh"]), str(item["en"])) for item in record.get(name, []))


def _section(name: str, record: Mapping[str, Any]) -> Section:
    """Take a section."""
    return Section(name, _text(record, "title"), tuple(record["bureaus"]))


def _parameter(name: str, record: Mapping[str, Any]) -> ClauseParameter:
    """Take a parameter: a clause's own or one that clauses share."""
    given = {key: value for key, value in record.items() if not key.startswith("source_")}
    value = given.get("value")
    if isinstance(value, list):
        given["value"] = tuple(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        given["value"] = float(value)
    return _PARAMETER.validate_python({"name": name, **given, "source": _text(record, "source")})


def _clause(record: dict[str, Any], shared: Mapping[str, Any]) -> Clause:
    """
    Take a clause; its target may be a parameter that clauses share.

    Raises
    ------
    ValueError
        With the clause, the field and what is wrong with it.
    """
    name = str(record.get("clause_id", "?"))
    fields = dict(record)
    try:
        own = [_parameter(key, value) for key, value in fields.pop("parameters", {}).items()]
        target = fields.pop("target_parameter", "")
        if target:
            own.append(_parameter(target, shared[target]))
            fields["target"] = shared[target]["value"]
        for phrase in ("paraphrase", "scope"):
            fields[phrase] = _text(fields, phrase)
        if "undecided_because_zh" in fields:
            fields["undecided_because"] = _text(fields, "undecided_because")
        fields |= {key: _texts(record, key) for key in ("assumptions", "warnings")}
        known = {k: v for k, v in fields.items() if not k.endswith(("_zh", "_en"))}
        unknown = set(known) - set(Clause.__dataclass_fields__)
        if unknown:
            raise ValueError(f"{name}: unknown fields {sorted(unknown)}")
        return _CLAUSE.validate_python({**known, "parameters": tuple(own)})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{name} / {where}: {first['msg']} ({first.get('input')!r})") from error
    except KeyError as error:
        raise ValueError(f"{name}: {error} is missing / 缺少 {error}") from error


def _check_clause(clause: Clause, plan: Plan, path: Path) -> None:
    """
    Hold a clause against the registries.

    Raises
    ------
    PlanError
        If it names what does not exist, or its record contradicts itself.
    """
    try:
        faults = _faults(clause, plan)
    except (UnitError, ParameterError) as error:
        raise PlanError(_wrong(path, clause.clause_id, error)) from error
    if faults:
        raise PlanError(_wrong(path, clause.clause_id, "; ".join(faults)))


def _faults(clause: Clause, plan: Plan) -> list[str]:
    """List what a clause names that does not exist, and what contradicts itself."""
    faults = [f"no layer {name!r}" for name in clause.layers if name not in LAYERS]
    if clause.section not in plan.sections:
        faults.append(f"no section {clause.section!r}")
    if len(clause.sentence_sha256) != 64:  # noqa: PLR2004 - hexadecimal digits of a sha256
        faults.append("sentence_sha256 is no sha256")
    decided = clause.comparator != "none"
    if decided != (clause.target is not None):
        faults.append("a comparator needs a target, and a target a comparator")
    if (clause.comparator == "about") != (clause.tolerance_pct is not None):
        faults.append("`about` needs tolerance_pct, and only it")
    if not clause.analysis:
        return (
            faults if clause.undecided_because.zh else [*faults, "no analysis, and no reason why"]
        )
    if clause.analysis not in ANALYSES:
        return [*faults, f"no analysis {clause.analysis!r}"]
    return faults + _measure_faults(clause)


def _measure_faults(clause: Clause) -> list[str]:
    """List what is wrong with the measure and the parameters that a clause names."""
    analysis = ANALYSES[clause.analysis]
    cards = {card.name: card for card in analysis.measures}
    if clause.measure not in cards:
        return [f"analysis {analysis.name} has no measure {clause.measure!r}"]
    check_unit(clause.unit)
    check_same_unit(cards[clause.measure].unit, clause.unit, where=clause.clause_id)
    analysis.parameters_used(analysis_values(clause))
    return []


def analysis_values(clause: Clause) -> dict[str, Any]:
    """Return the values that a clause sets for its analysis; the others concern its target."""
    names = {p.name for p in ANALYSES[clause.analysis].parameters} if clause.analysis else set()
    return {p.name: p.value for p in clause.parameters if p.name in names}


def _check_unique(ids: list[str], path: Path) -> None:
    """
    Refuse two clauses of one name.

    Raises
    ------
    PlanError
        Naming them.
    """
    double = sorted({name for name in ids if ids.count(name) > 1})
    if double:
        raise PlanError(_wrong(path, ", ".join(double), "clause_id stands twice / 编号重复"))
