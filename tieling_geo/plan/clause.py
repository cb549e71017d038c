"""Read a plan: TOML records into `Plan`, refused with the clause and the field that is wrong."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast, get_args

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import PlanError
from tieling_geo.plan.around import (
    Around,
    to_aliases,
    to_cross_check,
    to_fact,
    to_indicator,
    to_number,
    to_parameter,
    to_section,
    to_shared,
    to_unit_word,
    with_shared,
)
from tieling_geo.plan.clause_checks import check_analysis, check_clause, check_spellings
from tieling_geo.plan.fields import Fields, named, told
from tieling_geo.plan.lexicon import HEDGES
from tieling_geo.records import (
    Clause,
    ClauseKind,
    Comparator,
    Plan,
    Strictness,
)
from tieling_geo.text import NOTHING, Text

_FOLDER = Path(__file__).parent
# A clause's id names layers of the evidence and anchors of pages: no blanks, no separators.
_CLAUSE_ID = re.compile(r"\w[\w.-]{0,31}")


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
    shared = to_shared(stated)
    sections = {name: to_section(name, item) for name, item in stated.table("sections").items()}
    indicators = {n: to_indicator(n, item) for n, item in stated.table("indicators").items()}
    check_spellings(indicators, where)
    around = Around(shared, sections, indicators)
    rows = stated.rows("clause")
    if not rows:
        raise stated.wrong("clause", Text("缺失", "missing"))
    clauses = tuple(_clause(_by_id(row, where), around) for row in rows)
    ids = tuple(clause.clause_id for clause in clauses)
    plan = Plan(
        plan_id=path.stem,
        title=head.text("title"),
        city=head.text("city"),
        base_year=head.whole("base_year"),
        sections=sections,
        clauses=clauses,
        indicators=indicators,
        bureau_aliases=to_aliases(stated),
        cross_checks=tuple(to_cross_check(row, ids) for row in stated.rows("cross_check")),
        facts={name: to_fact(name, item) for name, item in stated.table("facts").items()},
    )
    head.close()
    stated.close()
    for clause_id, times in Counter(ids).items():
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


def _texts(fields: Fields, name: str) -> tuple[Text, ...]:
    """Take a list of phrases."""
    found = []
    for row in fields.rows(name):
        found.append(Text(row.word("zh"), row.word("en")))
        row.close()
    return tuple(found)


def _clause(fields: Fields, around: Around) -> Clause:
    """
    Take a clause; its target and its tolerance may be parameters that clauses share.

    Raises
    ------
    PlanError
        With the file, the clause and the field.
    """
    clause_id = fields.word("clause_id")
    if not _CLAUSE_ID.fullmatch(clause_id):
        why = Text("只能含字母、数字、点和横线", "holds letters, digits, dots and dashes only")
        raise fields.wrong("clause_id", why)
    own = [to_parameter(name, item)[0] for name, item in fields.table("parameters").items()]
    target, for_target = to_number(fields, "target", around)
    tolerance, for_band = to_number(fields, "tolerance", around, suffix="_pct")
    second, for_second = to_number(fields, "second_tolerance", around, suffix="_pct")
    analysis = fields.choice("analysis", tuple(ANALYSES)) if fields.has("analysis") else ""
    bands = (*for_band, *for_second)
    clause = Clause(
        clause_id=clause_id,
        section=fields.choice("section", tuple(around.sections)),
        paraphrase=fields.text("paraphrase"),
        sentence_sha256=fields.word("sentence_sha256"),
        kind=cast("ClauseKind", fields.choice("kind", get_args(ClauseKind))),
        comparator=cast("Comparator", fields.choice("comparator", get_args(Comparator))),
        strictness=cast("Strictness", fields.choice("strictness", get_args(Strictness))),
        scope=fields.text("scope"),
        layers=_words(fields, "layers"),
        target=target,
        unit=to_unit_word(fields),
        deadline=fields.day("deadline"),
        analysis=analysis,
        measure=fields.word("measure", ""),
        tolerance_pct=tolerance,
        second_tolerance_pct=second,
        hedges=tuple(_hedge(fields, word) for word in _words(fields, "hedges")),
        beside=_words(fields, "beside"),
        planned_analysis=fields.word("planned_analysis", ""),
        planned_measure=fields.word("planned_measure", ""),
        planned_layers=_words(fields, "planned_layers"),
        undecided_because=_text(fields, "undecided_because"),
        annex=_text(fields, "annex"),
        parameters=(*with_shared(own, analysis, around, fields), *for_target, *bands),
        assumptions=_texts(fields, "assumptions"),
        warnings=_texts(fields, "warnings"),
    )
    fields.close()
    check_clause(clause, fields)
    check_analysis(clause, fields, {p.name for p in own}, for_target, bands)
    return clause


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    """Take a list of words that may be left out."""
    return fields.words(name) if fields.has(name) else ()


def _text(fields: Fields, name: str) -> Text:
    """Take a phrase that may be left out."""
    return fields.text(name) if fields.has(f"{name}_zh") else NOTHING


def _hedge(fields: Fields, word: str) -> str:
    """
    Return a word whose meaning is known.

    Raises
    ------
    PlanError
        If it is not.
    """
    if word not in HEDGES:
        known = "、".join(HEDGES)
        why = Text(f"没有限定词 {word};可用:{known}", f"no hedge word {word}; known: {known}")
        raise fields.wrong("hedges", why)
    return word
