"""Print what is registered, and how a clause is judged."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import UnknownNameError
from tieling_geo.plan import analysis_values, read_plan
from tieling_geo.plan.words import to_exact_words
from tieling_geo.records import Clause, Parameter, Plan
from tieling_geo.render import read_maps
from tieling_geo.reports.site_words import COMPARATORS, INTERVALS, KINDS, STRICTNESS
from tieling_geo.schemas import LAYERS
from tieling_geo.terminal.parts import new_table, shown
from tieling_geo.text import NOTHING, Language, Text
from tieling_geo.units import UNITS
from tieling_geo.workspace import Workspace


def registry(workspace: Workspace, language: Language) -> dict[str, list[dict[str, Any]]]:
    """Give the layers, analyses, clauses and maps as plain records."""
    plan = read_plan(workspace.plan)
    return {
        "layers": [
            {
                "name": name,
                "title": schema.card().title.to(language),
                "geometry": schema.card().geometry,
                "file": workspace.layers[name].name if name in workspace.layers else None,
            }
            for name, schema in LAYERS.items()
        ],
        "analyses": [
            {
                "name": name,
                "question": analysis.question.to(language),
                "needs": [schema.layer_name() for schema in analysis.inputs],
                "uses": [schema.layer_name() for schema in analysis.optional],
            }
            for name, analysis in ANALYSES.items()
        ],
        "clauses": [
            {
                "id": clause.clause_id,
                "section": clause.section,
                "paraphrase": clause.paraphrase.to(language),
                "analysis": clause.analysis,
                "measure": clause.measure,
            }
            for clause in plan.clauses
        ],
        "maps": [
            {
                "id": published.map_id,
                "title": published.title.to(language),
                "analyses": list(published.analyses),
            }
            for published in read_maps(workspace.maps)
        ],
    }


_REGISTRY_TITLES = {
    "layers": Text("图层", "Layers"),
    "analyses": Text("分析", "Analyses"),
    "clauses": Text("条文", "Clauses"),
    "maps": Text("地图", "Maps"),
}
#: Of each kind, what the terminal shows: the rest is for machines, in `--format json`.
_REGISTRY_COLUMNS = {
    "name": Text("名称", "name"),
    "id": Text("编号", "id"),
    "title": Text("说明", "title"),
    "question": Text("问题", "question"),
    "section": Text("章节", "section"),
    "paraphrase": Text("要求(转述)", "duty, paraphrased"),
    "needs": Text("所需图层", "needs"),
    "file": Text("文件", "file"),
}


def print_registry(found: Mapping[str, list[dict[str, Any]]], language: Language) -> None:
    """Print what `registry` gives, a table a kind."""
    console = Console()
    for kind, rows in found.items():
        if not rows:
            continue
        names = [name for name in rows[0] if name in _REGISTRY_COLUMNS]
        headers = [_REGISTRY_COLUMNS[name] for name in names]
        table = new_table(language, _REGISTRY_TITLES[kind], *headers)
        table.columns[0].no_wrap = True
        for row in rows:
            cells = (row[name] for name in names)
            words = (", ".join(v) if isinstance(v, list) else v or "–" for v in cells)
            table.add_row(*(shown(str(word)) for word in words))
        console.print(table)


def print_clause(clause_id: str, workspace: Workspace, language: Language) -> None:
    """
    Print what a clause asks and what decides it.

    Raises
    ------
    UnknownNameError
        If the plan has no such clause.
    """
    plan = read_plan(workspace.plan)
    found = {clause.clause_id: clause for clause in plan.clauses}
    if clause_id not in found:
        known = Text("、".join(found), ", ".join(found))
        raise UnknownNameError(
            Text(
                f"规划中没有条文 {clause_id};可用:{known.zh}",
                f"the plan has no clause {clause_id}; known: {known.en}",
            )
        )
    table = new_table(
        language,
        Text(f"条文 {clause_id}", f"Clause {clause_id}"),
        Text("项目", "item"),
        Text("内容", "content"),
    )
    for item, content in _clause_rows(found[clause_id], plan, workspace, language):
        table.add_row(item.to(language), shown(content))
    Console().print(table)


def _clause_rows(
    clause: Clause, plan: Plan, workspace: Workspace, language: Language
) -> list[tuple[Text, str]]:
    """Give what there is to say of a clause, item by item."""
    missing = [name for name in clause.layers if name not in workspace.layers]
    section = plan.sections[clause.section]
    rows = [
        (Text("规划", "plan"), plan.title.to(language)),
        (Text("章节", "section"), f"{clause.section} {section.title.to(language)}"),
        (Text("本节所列单位", "bureaus of the section"), "、".join(section.bureaus)),
        (Text("要求(转述)", "duty, paraphrased"), clause.paraphrase.to(language)),
        (Text("原句 SHA-256", "sha256 of the sentence"), clause.sentence_sha256),
        (Text("条文类型", "kind"), KINDS[clause.kind].to(language)),
        (Text("约束力", "strictness"), STRICTNESS[clause.strictness].to(language)),
        (Text("适用范围", "scope"), clause.scope.to(language)),
        (Text("目标", "target"), _target(clause, language)),
        (Text("期限", "deadline"), str(clause.deadline or "–")),
        (Text("所需图层", "layers"), ", ".join(clause.layers)),
        (Text("工作区缺少", "missing in the workspace"), ", ".join(missing) or "–"),
    ]
    rows += [(Text("假设", "assumption"), text.to(language)) for text in clause.assumptions]
    rows += [(Text("提示", "warning"), text.to(language)) for text in clause.warnings]
    if clause.hedges:
        rows.append((Text("限定词", "hedge words"), "、".join(clause.hedges)))
    if clause.annex != NOTHING:
        rows.append((Text("所缺附件", "missing annex"), clause.annex.to(language)))
    if clause.analysis:
        return rows + _analysis_rows(clause, workspace, language)
    if clause.planned_analysis:
        planned = [clause.planned_analysis, clause.planned_measure, *clause.planned_layers]
        return [*rows, (Text("待建的分析与图层", "to be built"), ", ".join(planned))]
    return [*rows, (Text("不能判定的原因", "why undecided"), clause.undecided_because.to(language))]


def _with_unit(number: str, unit: str, language: Language) -> str:
    """Put a number and its unit together."""
    return f"{number} {UNITS[unit].to(language)}" if unit else number


def _target(clause: Clause, language: Language) -> str:
    """Say the target, and whether the number itself counts."""
    if clause.target is None:
        return Text("规划未给定量", "the plan gives no number").to(language)
    sign, closed = COMPARATORS[clause.comparator]
    number = _with_unit(to_exact_words(clause.target), clause.unit, language)
    band = f" ±{to_exact_words(clause.tolerance_pct)}%" if clause.tolerance_pct is not None else ""
    note = closed.to(language)
    return f"{sign} {number}{band}" + (f" ({note})" if note else "")


def _analysis_rows(
    clause: Clause, workspace: Workspace, language: Language
) -> list[tuple[Text, str]]:
    """Give the analysis, the measure and each parameter with its source."""
    analysis = ANALYSES[clause.analysis]
    titles = {card.name: card.title.to(language) for card in analysis.measures}
    given = workspace.parameters.get(analysis.name, {})
    used = analysis.parameters_used({**given, **analysis_values(clause)})
    own = {p.name: p for p in clause.parameters}
    rows = [
        (Text("分析", "analysis"), f"{analysis.name}: {analysis.question.to(language)}"),
        (Text("指标", "measure"), f"{titles[clause.measure]} ({clause.measure})"),
    ]
    for name, parameter in used.items():
        # What a clause sets carries the clause's own source.
        origin = own.get(name, parameter)
        mark = Text("已核实", "verified") if origin.verified else Text("未核实", "not verified")
        told = [_value(parameter, language), origin.source.to(language), mark.to(language)]
        rows.append((Text("参数", "parameter"), "; ".join(told)))
    return rows


def _value(parameter: Parameter, language: Language) -> str:
    """Say a parameter's title and value, and whether a value on the threshold counts."""
    value = parameter.value
    if isinstance(value, bool):
        words = (Text("是", "yes") if value else Text("否", "no")).to(language)
    elif isinstance(value, tuple):
        words = "、".join(value) if language == "zh" else ", ".join(value)
    else:
        words = f"{value:g}" if isinstance(value, float) else value
    told = f"{parameter.title.to(language)} = {_with_unit(words, parameter.unit, language)}"
    if parameter.interval == "none":
        return told
    return f"{told} ({INTERVALS[parameter.interval].to(language)})"
