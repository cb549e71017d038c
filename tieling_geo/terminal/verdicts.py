"""Print what an assessment found."""

from pathlib import Path

from rich.console import Console

from tieling_geo.plan.coverage_ledger import GROUP_TITLES, coverage_ledger
from tieling_geo.records import Assessment, State, Verdict
from tieling_geo.render.chips import SOFT_MARK, STATE_MARKS
from tieling_geo.terminal.parts import new_table, print_missing, shown
from tieling_geo.text import Language, Text

#: Columns for the longest state with its mark, in either language.
_VERDICT_WIDTH = 17
_COLOURS = {
    State.MET: "green",
    State.NOT_MET: "red",
    State.UNDETERMINED: "yellow",
    State.NO_DATA: "magenta",
}
#: States told in one line of the coverage ledger: there is no number to show.
_LISTED_BELOW = (State.NO_DATA, State.NOT_DECIDABLE)
_SAMPLE = Text(
    "示例数据 / SAMPLE:数据为虚构,不反映任何城市的实际情况", "SAMPLE / 示例数据: invented data"
)


def print_assessment(assessment: Assessment, out: Path, language: Language) -> None:
    """Print the verdict table, what the input lacked, and where to click."""
    console = Console()
    if assessment.is_sample:
        console.print(f"[bold black on yellow] {_SAMPLE.to(language)} [/]")
    table = new_table(
        language,
        Text(f"条文判定(截至 {assessment.as_of})", f"Verdicts as of {assessment.as_of}"),
        Text("条文", "clause"),
        Text("结论、期限", "verdict, deadline"),
        Text("要求(转述)与依据", "what it asks, in our words, and why"),
    )
    table.columns[0].no_wrap = True
    table.columns[1].min_width = table.columns[1].max_width = _VERDICT_WIDTH
    for verdict in assessment.verdicts:
        if verdict.state not in _LISTED_BELOW:
            table.add_row(*_verdict_cells(verdict, language), end_section=True)
    if table.row_count:
        console.print(table)
    _print_coverage(console, assessment, language)
    _print_checks(console, assessment, language)
    _print_lacks(console, assessment, language)
    page = (out / "index.html").resolve()
    told = Text("结果已写出,请用浏览器打开:", "written; open this page in a browser:")
    console.print(told.to(language), style="bold")
    # Bare, so that no terminal breaks the link.
    console.print(page.as_uri(), soft_wrap=True, markup=False, highlight=False)


def _print_coverage(console: Console, assessment: Assessment, language: Language) -> None:
    """Print how many clauses stand how, every clause once."""
    ledger = coverage_ledger(assessment)
    table = new_table(
        language,
        Text(f"条文覆盖账(共 {ledger.total} 条)", f"Coverage ledger: {ledger.total} clauses"),
        Text("情况", "stands"),
        Text("条数", "clauses"),
        Text("条文", "which"),
    )
    for row in ledger.rows:
        if row.count:
            ids = " ".join(row.clauses)
            table.add_row(row.title.to(language), str(row.count), shown(ids))
    told = "、" if language == "zh" else ", "
    groups = [f"{GROUP_TITLES[name].to(language)} {n}" for name, n in ledger.groups.items()]
    console.print(table)
    console.print(told.join(groups))


def _print_checks(console: Console, assessment: Assessment, language: Language) -> None:
    """Print the cross-checks that do not hold, and how many overrides verdicts rest on."""
    for check in assessment.cross_checks:
        if check.state == "broken":
            broken = Text("交叉核对不一致:", "cross-check broken: ").to(language)
            console.print(shown(f"{broken}{check.told.to(language)}"), style="yellow")
    if assessment.overrides:
        resting = [v.clause.clause_id for v in assessment.verdicts if v.overrides]
        zh, en = ("、".join(resting) or "–", ", ".join(resting) or "–")
        told = Text(
            f"人工认定 {len(assessment.overrides)} 项,涉及条文 {zh};原值保留,见 ledger.xlsx",
            f"{len(assessment.overrides)} overrides, on which rest: {en}; what the ledgers "
            "have is kept, see ledger.xlsx",
        )
        console.print(shown(told.to(language)), style="yellow")


def _verdict_cells(verdict: Verdict, language: Language) -> list[str]:
    """Give one verdict's cells: few columns, for a terminal of 80."""
    clause = verdict.clause
    is_soft = verdict.state is State.NOT_MET and not verdict.is_violation
    colour = "yellow" if is_soft else _COLOURS.get(verdict.state, "default")
    mark = SOFT_MARK if is_soft else STATE_MARKS[verdict.state]
    why = verdict.because.to(language)
    deadline = [str(clause.deadline)] if clause.deadline else []
    deadline.append(verdict.deadline_state.label.to(language))
    state = f"{mark} {verdict.label.to(language)}"
    return [
        shown(clause.clause_id),
        "\n".join([f"[{colour}]{state}[/]", *deadline]),
        f"{shown(clause.paraphrase.to(language))}\n[{colour}]{shown(why)}[/]",
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
        comma = "、" if language == "zh" else ", "
        names = comma.join(f"{name} {count}" for name, count in rejected.items() if count)
        told = Text(
            f"退回的行未参与计算,已计入不确定范围({names});逐行原因见 tieling-geo check",
            f"rejected rows took no part and widen the bounds ({names}); tieling-geo check says "
            "why, row by row",
        )
        console.print(shown(told.to(language)), style="yellow")
    print_missing(console, assessment.layers, language)
