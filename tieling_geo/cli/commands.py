"""The commands: each takes its words, calls the pipeline, and prints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieling_geo.cli.options import (
    AsOfOption,
    FormatOption,
    LanguageOption,
    WorkspaceOption,
    is_json,
    say,
    to_day,
    to_ids,
    to_language,
)
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    from tieling_geo.records import Progress

#: Done, but rows were rejected.
EXIT_REJECTED = 1

app = typer.Typer(
    name="tieling-geo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=say(
        "把规划条文变成可执行的空间核查:读入图层,逐条判定,输出地图与证据。",
        "Hold a plan's clauses against the map: layers in, verdicts, maps and evidence out.",
    ),
)


def _print_version(*, asked: bool) -> None:
    """
    Print the version and stop, whatever else is on the line.

    Raises
    ------
    Exit
        If it was asked for.
    """
    if asked:
        import tieling_geo  # noqa: PLC0415 - reads the installed metadata

        typer.echo(tieling_geo.__version__)
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    lang: LanguageOption = "",
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda asked: _print_version(asked=asked),
            help=say("版本", "version"),
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""
    context.obj = lang


def _print_json(record: object) -> None:
    """Print JSON in UTF-8, whatever the terminal speaks: a program reads it."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=1).encode())


@contextmanager
def _progress(language: Language) -> Iterator["Progress"]:
    """Show a bar on the error stream while something runs; nothing where that is no terminal."""
    from rich import progress  # noqa: PLC0415 - needed by few commands
    from rich.console import Console  # noqa: PLC0415 - idem

    console = Console(stderr=True)
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
    )
    with progress.Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)

        def tell(what: Text, done: int, of: int) -> None:
            bar.update(task, description=what.to(language), completed=done, total=of)

        yield tell


def _exit_if(rows_rejected: int) -> None:
    """
    End with the status that says that rows were rejected.

    Raises
    ------
    Exit
        If there are any.
    """
    if rows_rejected:
        raise typer.Exit(EXIT_REJECTED)


@app.command(
    help=say("评估:读图层、判条文、出地图和报告", "assess: layers, verdicts, maps, reports")
)
def assess(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help=say("输出文件夹", "output folder"))
    ] = Path("out"),
    lang: LanguageOption = "",
    only: Annotated[
        str,
        typer.Option("--only", help=say("只判这些条文,逗号分隔", "only these clauses, by comma")),
    ] = "",
) -> None:
    """Assess a workspace and write the products."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.reports import publish  # noqa: PLC0415 - heavy
    from tieling_geo.reports.folder import check_replaceable  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import print_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    day, ids = to_day(as_of), to_ids(only)
    space = open_workspace(workspace)
    language = to_language(context, lang, space.language)
    check_replaceable(out)  # before the work, not after it
    with _progress(language) as progress:
        assessment = run_assessment(space, as_of=day, only=ids, progress=progress)
        words = [f"--as-of {assessment.as_of}", f"--lang {language}"]
        words += [f"--only {','.join(ids)}"] if ids else []
        publish(
            assessment,
            out,
            maps=space.maps,
            language=language,
            command=" ".join(["tieling-geo assess", *words]),
            settings=space.settings,
            progress=progress,
        )
    print_assessment(assessment, out, language)
    _exit_if(assessment.rows_rejected)


@app.command(help=say("只检查图层,不作分析", "check the layers only"))
def check(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
) -> None:
    """Read every layer and tell what was accepted and rejected."""
    from tieling_geo.pipeline import read_layers  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import layers_record, print_layers  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, space = is_json(output), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    with _progress(language) as progress:
        layers = read_layers(space, progress=progress)
    if as_json:
        _print_json(layers_record(layers, language))
    else:
        print_layers(layers, language)
    _exit_if(sum(layer.rows_rejected for layer in layers.values()))


@app.command(
    name="list", help=say("列出图层、分析、条文、地图", "list layers, analyses, clauses, maps")
)
def list_command(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
) -> None:
    """List what is registered and what the workspace has."""
    from tieling_geo.terminal import print_registry, registry  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, space = is_json(output), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    found = registry(space, language)
    if as_json:
        _print_json(found)
    else:
        print_registry(found, language)


@app.command(name="map", help=say("画一幅地图,写成单个网页", "draw one map into a single page"))
def map_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=say("地图名称,见 list", "name of the map, see list"))],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=say("输出文件;默认 名称.html", "file; default NAME.html")),
    ] = None,
    lang: LanguageOption = "",
) -> None:
    """Draw one published map."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.reports.publish import read_map, write_map  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    day, space = to_day(as_of), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    published = read_map(name, space.maps)
    target = out if out is not None else Path(f"{name}.html")
    with _progress(language) as progress:
        assessment = run_assessment(space, as_of=day, progress=progress)
        write_map(assessment, published, target, language=language)
    typer.echo(str(target))
    _exit_if(assessment.rows_rejected)


@app.command(help=say("生成示例工作区(虚构数据)", "draw a sample workspace (invented data)"))
def sample(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help=say("输出文件夹", "output folder"))],
    scale: Annotated[
        float,
        typer.Option("--scale", help=say("规模,1 约 300 台锅炉", "size, 1: about 300 boilers")),
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help=say("随机种子", "random seed"))] = 20251231,
    *,
    force: Annotated[
        bool, typer.Option("--force", help=say("替换已有示例", "replace an earlier sample"))
    ] = False,
    lang: LanguageOption = "",
) -> None:
    """Draw a sample workspace."""
    from tieling_geo.sample import write_sample  # noqa: PLC0415 - heavy

    language = to_language(context, lang)
    write_sample(out, scale=scale, seed=seed, force=force)
    typer.echo(Text(f"示例工作区:{out}", f"sample workspace: {out}").to(language))


@app.command(help=say("解释一条条文如何判定", "explain how a clause is judged"))
def explain(
    context: typer.Context,
    clause: Annotated[str, typer.Argument(help=say("条文编号,如 I01", "clause id, such as I01"))],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
) -> None:
    """Tell what a clause asks and what decides it."""
    from tieling_geo.terminal import print_clause  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    space = open_workspace(workspace)
    print_clause(clause, space, to_language(context, lang, space.language))


@app.command(help=say("新建工作区,含带表头的空台账", "make a workspace with header-only ledgers"))
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=say("文件夹", "folder"))],
    lang: LanguageOption = "",
) -> None:
    """Make a new workspace."""
    from tieling_geo.template import write_template  # noqa: PLC0415 - heavy

    language = to_language(context, lang)
    files = write_template(folder)
    told = Text(
        f"已新建工作区 {folder},共 {len(files)} 个文件。请填写其中的台账和 card.toml,再运行:",
        f"new workspace {folder}, {len(files)} files; fill in its ledgers and cards, then run:",
    )
    typer.echo(told.to(language))
    typer.echo(f'tieling-geo check --workspace "{folder}"')
