"""The command that looks at a plan itself: `lint-plan`."""

from pathlib import Path
from typing import Annotated

import typer

from tieling_geo.cli.application import app, exit_if, print_json
from tieling_geo.cli.options import (
    FormatOption,
    LanguageOption,
    WorkspaceOption,
    is_json,
    say,
    to_language,
)


@app.command(
    name="lint-plan",
    help=say(
        "查规划的疑点:数字、期限、用词、单位名称;只提示,不改动",
        "look for oddities of a plan: numbers, deadlines, words, bureaus; changes nothing",
    ),
)
def lint_plan_command(
    context: typer.Context,
    plan: Annotated[
        Path | None,
        typer.Argument(
            help=say("规划文件(TOML);默认取工作区的", "plan file (TOML); default: the workspace's")
        ),
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            help=say(
                "规划原文,纯文本;默认取工作区的,没有则不核对原文",
                "the plan's own text, a plain file; default: the workspace's, if it has one",
            ),
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
) -> None:
    """Look for oddities of a plan; the exit status is 1 if there are any."""
    from tieling_geo.plan.lint import lint_plan  # noqa: PLC0415 - heavy
    from tieling_geo.plan.sentences import read_plan_text  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import findings_record, print_findings  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, space = is_json(output), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    path = plan if plan is not None else space.plan
    # A text that the workspace names belongs to the workspace's own plan.
    source = text if text is not None or plan is not None else space.plan_text
    findings = lint_plan(path, None if source is None else read_plan_text(source))
    if as_json:
        print_json(findings_record(findings, path, language))
    else:
        print_findings(findings, path, language)
    exit_if(len(findings))
