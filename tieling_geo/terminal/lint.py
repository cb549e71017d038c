"""Print the oddities of a plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tieling_geo.plan.lint import RULES
from tieling_geo.plan.lint_finding import LintFinding
from tieling_geo.terminal.parts import new_table, shown
from tieling_geo.text import Language, Text

#: Columns for a rule's title in either language.
_PLACE_WIDTH = 26


def findings_record(
    findings: Sequence[LintFinding], plan: Path, language: Language
) -> dict[str, Any]:
    """Give the findings as a plain record."""
    return {
        "plan": plan.name,
        "findings": [
            {
                "rule": finding.rule,
                "title": RULES[finding.rule].to(language),
                "place": finding.place,
                "told": finding.told.to(language),
            }
            for finding in findings
        ],
    }


def print_findings(findings: Sequence[LintFinding], plan: Path, language: Language) -> None:
    """Print the findings, a row each, and how many there are."""
    console = Console()
    if findings:
        table = new_table(
            language,
            Text(f"规划文件 {shown(plan.name)} 的疑点", f"Oddities of plan {shown(plan.name)}"),
            Text("规则、位置", "rule, place"),
            Text("说明", "what was found"),
        )
        table.columns[0].max_width = _PLACE_WIDTH
        for finding in findings:
            title = RULES[finding.rule].to(language)
            table.add_row(f"{title}\n{shown(finding.place)}", shown(finding.told.to(language)))
        console.print(table)
    told = Text(
        f"{len(RULES)} 条规则,疑点 {len(findings)} 处;只提示,不改动规划",
        f"{len(RULES)} rules, {len(findings)} oddities; told only, nothing is changed",
    )
    console.print(told.to(language))
