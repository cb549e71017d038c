"""What the command line prints: tables for people, plain records for machines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import UnknownNameError
from tieling_geo.plan import read_plan
from tieling_geo.plan.clause import analysis_values
from tieling_geo.plan.evaluate import to_words
from tieling_geo.records import Assessment, Clause, Layer, Plan, State, Verdict
from tieling_geo.render import read_maps
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS
from tieling_geo.workspace import Workspace

#: Rejected values that the terminal shows a layer; the rest is counted.
MOST_REJECTED = 20
_COLOURS = {
    State.MET: "green",
    State.NOT_MET: "red",
    State.UNDETERMINED: "yellow",
    State.NO_DATA: "magenta",
}
_SAMPLE = Text(
    "示例数据 / SAMPLE:数据为虚构,不反映铁岭市实际情况", "SAMPLE / 示例数据: invented data"
)


def _table(language: Language, title: Text, *headers: Text) -> Table:
    """Make an empty table."""
    table = Table(title=title.to(language), title_justify="left")
    for header in headers:
        table.add_column(header.to(language), overflow="fold")
    return table


def print_assessment(assessment: Assessment, out: Path, language: Language) -> None:
    """Print the verdict table, the row account, and where to click."""
    console = Console()
    if assessment.is_sample:
        console.print(f"[bold black on yellow] {_SAMPLE.to(language)} [/]")
    table = _table(
        language,
        Text(f"条文判定(截至 {assessment.as_of})", f"Verdicts as of {assessment.as_of}"),
        Text("条文", "clause"),
        Text("要求", "duty"),
        Text("结论", "verdict"),
        Text("期限", "deadline"),
        Text("理由", "why"),
    )
    for verdict in assessment.verdicts:
        table.add_row(*_verdict_cells(verdict, language))
    console.print(table)
    told = Text(
        f"图层 {len(assessment.layers)} 个,退回 {assessment.rows_rejected} 行",
        f"{len(assessment.layers)} layers, {assessment.rows_rejected} rows rejected",
    )
    console.print(told.to(language))
    page = (out / "index.html").resolve()
    console.print(
        f"{Text('打开', 'open').to(language)} {escape(str(out / 'index.html'))}", style="bold"
    )
    console.print(page.as_uri(), soft_wrap=True)


def _verdict_cells(verdict: Verdict, language: Language) -> list[str]:
    """Give one verdict's cells."""
    colour = _COLOURS.get(verdict.state, "white")
    deadline = verdict.clause.deadline
    day = f"{deadline} " if deadline else ""
    return [
        escape(verdict.clause.clause_id),
        escape(verdict.clause.paraphrase.to(language)),
        f"[{colour}]{verdict.state.label.to(language)}[/]",
        f"{day}{verdict.deadline_state.label.to(language)}",
        escape(verdict.because.to(language)),
    ]


def layer_rows(layers: Mapping[str, Layer], language: Language) -> list[dict[str, Any]]:
    """Give each layer's row account, notes and rejected values as plain records."""
    return [
        {
            "layer": name,
            "file": layer.source,
            "rows_in": layer.rows_in,
            "accepted": len(layer.features),
            "rejected": layer.rows_rejected,
            "publisher": layer.card.publisher,
            "reference_date": layer.card.reference_date,
            "datum": layer.card.datum,
            "is_sample": layer.card.is_sample,
            "notes": [note.to(language) for note in layer.notes],
            "rejected_values": [
                {
                    "row": int(row["row"]),
                    "column": row["column"],
                    "value": row["value"],
                    "reason": row[f"reason_{language}"],
                }
                for row in layer.rejected.to_dict("records")
            ],
        }
        for name, layer in layers.items()
    ]


def print_layers(layers: Mapping[str, Layer], language: Language) -> None:
    """Print each layer's row account, then what was rejected and why."""
    console = Console()
    table = _table(
        language,
        Text("图层检查", "Layers"),
        Text("图层", "layer"),
        Text("文件", "file"),
        Text("读入", "in"),
        Text("接受", "accepted"),
        Text("退回", "rejected"),
        Text("提供单位", "publisher"),
        Text("数据日期", "reference date"),
    )
    for name, layer in layers.items():
        title = LAYERS[name].card().title.to(language)
        counts = (layer.rows_in, len(layer.features), layer.rows_rejected)
        table.add_row(
            f"{title} {name}",
            escape(layer.source),
            *map(str, counts),
            escape(layer.card.publisher) or "?",
            layer.card.reference_date or "?",
        )
    console.print(table)
    for layer in layers.values():
        _print_rejected(console, layer, language)


def _print_rejected(console: Console, layer: Layer, language: Language) -> None:
    """Print the first rejected values of a layer, and how many more there are."""
    rows = layer.rejected.to_dict("records")
    for row in rows[:MOST_REJECTED]:
        told = Text(
            f"文件 {row['source']} / 第 {row['row']} 行 / 列“{row['column']}”:"
            f"值“{row['value']}” {row['reason_zh']}",
            f"file {row['source']}, row {row['row']}, column {row['column']}: "
            f"value {row['value']!r} {row['reason_en']}",
        )
        console.print(escape(told.to(language)), style="yellow", soft_wrap=True)
    if len(rows) > MOST_REJECTED:
        more = len(rows) - MOST_REJECTED
        console.print(Text(f"…另有 {more} 处", f"... and {more} more").to(language))


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


def print_registry(found: Mapping[str, list[dict[str, Any]]], language: Language) -> None:
    """Print what `registry` gives, a table a kind."""
    console = Console()
    for kind, rows in found.items():
        headers = [Text(name, name) for name in (rows[0] if rows else {})]
        table = _table(language, _REGISTRY_TITLES[kind], *headers)
        for row in rows:
            cells = (", ".join(v) if isinstance(v, list) else v or "–" for v in row.values())
            table.add_row(*(escape(str(cell)) for cell in cells))
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
        known = ", ".join(found)
        raise UnknownNameError(
            Text(
                f"规划中没有条文 {clause_id};可用:{known}", f"no clause {clause_id}; known: {known}"
            )
        )
    console = Console()
    table = _table(
        language,
        Text(f"条文 {clause_id}", f"Clause {clause_id}"),
        Text("项目", "item"),
        Text("内容", "content"),
    )
    for item, content in _clause_rows(found[clause_id], plan, workspace, language):
        table.add_row(item.to(language), escape(content))
    console.print(table)


def _clause_rows(
    clause: Clause, plan: Plan, workspace: Workspace, language: Language
) -> list[tuple[Text, str]]:
    """Give what there is to say of a clause, item by item."""
    unit = UNITS[clause.unit].to(language) if clause.unit else ""
    target = (
        "" if clause.target is None else f"{clause.comparator} {to_words(clause.target)} {unit}"
    )
    missing = [name for name in clause.layers if name not in workspace.layers]
    section = plan.sections[clause.section]
    rows = [
        (Text("规划", "plan"), plan.title.to(language)),
        (Text("章节", "section"), f"{clause.section} {section.title.to(language)}"),
        (Text("牵头与配合单位(按章节)", "bureaus of the section"), "、".join(section.bureaus)),
        (Text("要求(转述)", "duty, paraphrased"), clause.paraphrase.to(language)),
        (Text("原句指纹", "sha256 of the sentence"), clause.sentence_sha256),
        (Text("范围", "scope"), clause.scope.to(language)),
        (Text("目标", "target"), f"{target} ({clause.strictness})"),
        (Text("期限", "deadline"), str(clause.deadline or "–")),
        (Text("所需图层", "layers"), ", ".join(clause.layers)),
        (Text("工作区缺少", "missing in the workspace"), ", ".join(missing) or "–"),
    ]
    rows += [(Text("假设", "assumption"), text.to(language)) for text in clause.assumptions]
    rows += [(Text("提示", "warning"), text.to(language)) for text in clause.warnings]
    if clause.analysis:
        return rows + _analysis_rows(clause, language)
    return [*rows, (Text("不能判定的原因", "why undecided"), clause.undecided_because.to(language))]


def _analysis_rows(clause: Clause, language: Language) -> list[tuple[Text, str]]:
    """Give the analysis, the measure and each parameter with its source."""
    analysis = ANALYSES[clause.analysis]
    used = analysis.parameters_used(analysis_values(clause))
    rows = [
        (Text("分析", "analysis"), f"{analysis.name}: {analysis.question.to(language)}"),
        (Text("指标", "measure"), clause.measure),
    ]
    own = {p.name: p for p in clause.parameters}
    for name, parameter in used.items():
        origin = own.get(name)
        source = (origin.source if origin else parameter.source).to(language)
        verified = origin.verified if origin else parameter.verified
        mark = Text("已核实", "verified") if verified else Text("未核实", "not verified")
        told = f"{name} = {parameter.value} {parameter.unit} [{parameter.interval}]; {source}; "
        rows.append((Text("参数", "parameter"), told + mark.to(language)))
    return rows
