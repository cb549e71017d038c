"""What the command line prints: tables for people, plain records for machines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import UnknownNameError
from tieling_geo.plan import read_plan
from tieling_geo.plan.clause import analysis_values
from tieling_geo.plan.evaluate import to_exact_words
from tieling_geo.records import Assessment, Clause, Layer, Parameter, Plan, State, Verdict
from tieling_geo.render import read_maps
from tieling_geo.render.popup import plain_text
from tieling_geo.reports.site_words import COMPARATORS, INTERVALS, KINDS, STATE_MARKS, STRICTNESS
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS
from tieling_geo.workspace import Workspace

#: Rejected values that the terminal shows a layer; the rest is counted.
MOST_REJECTED = 20
#: Columns for the longest state with its mark, in either language.
_VERDICT_WIDTH = 17
_COLOURS = {
    State.MET: "green",
    State.NOT_MET: "red",
    State.UNDETERMINED: "yellow",
    State.NO_DATA: "magenta",
}
_SAMPLE = Text(
    "示例数据 / SAMPLE:数据为虚构,不反映铁岭市实际情况", "SAMPLE / 示例数据: invented data"
)


def _shown(text: object) -> str:
    """Give text that the terminal shows as it stands: nothing in it steers or formats."""
    return escape(plain_text(text))


def _table(language: Language, title: Text, *headers: Text) -> Table:
    """Make an empty table without vertical lines: a narrow terminal has no room for them."""
    table = Table(
        title=title.to(language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for header in headers:
        table.add_column(header.to(language), overflow="fold")
    return table


def print_assessment(assessment: Assessment, out: Path, language: Language) -> None:
    """Print the verdict table, what the input lacked, and where to click."""
    console = Console()
    if assessment.is_sample:
        console.print(f"[bold black on yellow] {_SAMPLE.to(language)} [/]")
    table = _table(
        language,
        Text(f"条文判定(截至 {assessment.as_of})", f"Verdicts as of {assessment.as_of}"),
        Text("条文", "clause"),
        Text("结论、期限", "verdict, deadline"),
        Text("要求(转述)与依据", "what it asks, in our words, and why"),
    )
    table.columns[0].no_wrap = True
    table.columns[1].min_width = table.columns[1].max_width = _VERDICT_WIDTH
    for verdict in assessment.verdicts:
        table.add_row(*_verdict_cells(verdict, language), end_section=True)
    console.print(table)
    _print_lacks(console, assessment, language)
    page = (out / "index.html").resolve()
    told = Text("结果已写出,请用浏览器打开:", "written; open this page in a browser:")
    console.print(told.to(language), style="bold")
    # Bare, so that no terminal breaks the link.
    console.print(page.as_uri(), soft_wrap=True, markup=False, highlight=False)


def _verdict_cells(verdict: Verdict, language: Language) -> list[str]:
    """Give one verdict's cells: few columns, for a terminal of 80."""
    clause = verdict.clause
    colour = _COLOURS.get(verdict.state, "default")
    why = verdict.because.to(language)
    sign, _ = COMPARATORS[clause.comparator]
    why = why.replace(f" {clause.comparator} ", f" {sign} ")
    deadline = [str(clause.deadline)] if clause.deadline else []
    deadline.append(verdict.deadline_state.label.to(language))
    state = f"{STATE_MARKS[verdict.state]} {verdict.state.label.to(language)}"
    return [
        _shown(clause.clause_id),
        "\n".join([f"[{colour}]{state}[/]", *deadline]),
        f"{_shown(clause.paraphrase.to(language))}\n[{colour}]{_shown(why)}[/]",
    ]


def _print_lacks(console: Console, assessment: Assessment, language: Language) -> None:
    """Print how many layers and rows there were, and which were not."""
    told = Text(
        f"图层 {len(assessment.layers)} 个,退回 {assessment.rows_rejected} 行",
        f"{len(assessment.layers)} layers, {assessment.rows_rejected} rows rejected",
    )
    console.print(told.to(language))
    rejected = {n: layer.rows_rejected for n, layer in assessment.layers.items()}
    if assessment.rows_rejected:
        names = "、".join(f"{name} {count}" for name, count in rejected.items() if count)
        told = Text(
            f"退回的行未参与计算,已计入不确定范围({names});逐行原因见 tieling-geo check",
            f"rejected rows took no part and widen the bounds ({names}); tieling-geo check says "
            "why, row by row",
        )
        console.print(_shown(told.to(language)), style="yellow")
    _print_missing(console, assessment.layers, language)


def _print_missing(console: Console, layers: Mapping[str, Layer], language: Language) -> None:
    """Print which layers the workspace does not have."""
    missing = missing_layers(layers)
    if missing:
        names = ", ".join(f"{LAYERS[name].card().title.to(language)} {name}" for name in missing)
        told = Text(f"工作区没有的图层:{names}", f"layers that the workspace lacks: {names}")
        console.print(_shown(told.to(language)), style="magenta")


def missing_layers(layers: Mapping[str, Layer]) -> list[str]:
    """List the registered layers that were not read."""
    return [name for name in LAYERS if name not in layers]


def layers_record(layers: Mapping[str, Layer], language: Language) -> dict[str, Any]:
    """Give each layer's row account, notes and rejected values, and what is missing, as JSON."""
    return {
        "layers": [_layer_record(layer, language) for layer in layers.values()],
        "missing": missing_layers(layers),
    }


def _layer_record(layer: Layer, language: Language) -> dict[str, Any]:
    """Give one layer's row account, notes and rejected values."""
    return {
        "layer": layer.name,
        "file": layer.source,
        "sha256": layer.sha256,
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
        Text("数据日期", "dated"),
    )
    for column in table.columns[2:]:
        column.no_wrap = True
    for layer in layers.values():
        counts = (layer.rows_in, len(layer.features), layer.rows_rejected)
        table.add_row(
            LAYERS[layer.name].card().title.to(language),
            _shown(layer.source),
            *map(str, counts),
            layer.card.reference_date or "?",
        )
    console.print(table)
    for layer in layers.values():
        _print_rejected(console, layer, language)
    _print_missing(console, layers, language)


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
        console.print(_shown(told.to(language)), style="yellow", soft_wrap=True)
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
        shown = [name for name in rows[0] if name in _REGISTRY_COLUMNS]
        headers = [_REGISTRY_COLUMNS[name] for name in shown]
        table = _table(language, _REGISTRY_TITLES[kind], *headers)
        table.columns[0].no_wrap = True
        for row in rows:
            cells = (row[name] for name in shown)
            words = (", ".join(v) if isinstance(v, list) else v or "–" for v in cells)
            table.add_row(*(_shown(str(word)) for word in words))
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
    table = _table(
        language,
        Text(f"条文 {clause_id}", f"Clause {clause_id}"),
        Text("项目", "item"),
        Text("内容", "content"),
    )
    for item, content in _clause_rows(found[clause_id], plan, workspace, language):
        table.add_row(item.to(language), _shown(content))
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
    if clause.analysis:
        return rows + _analysis_rows(clause, workspace, language)
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
    note = closed.to(language)
    return f"{sign} {number}" + (f" ({note})" if note else "")


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
