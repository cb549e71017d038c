"""
The command line: parse words, call the pipeline, print, exit with the error's status.

Nothing heavy is imported at the top: the help comes at once.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieling_geo.errors import ParameterError, TielingGeoError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    from tieling_geo.records import Assessment, Layer, Progress

#: Done, but rows were rejected.
EXIT_REJECTED = 1
_EXIT_BUG = 5


def _first_language(words: list[str]) -> Language:
    """Find the language before anything is parsed, so that the help itself is in it."""
    for position, word in enumerate(words):
        if word == "--lang=en" or (
            word == "--lang" and words[position + 1 : position + 2] == ["en"]
        ):
            return "en"
    return "en" if os.environ.get("TIELING_GEO_LANG") == "en" else "zh"


LANGUAGE: Language = _first_language(sys.argv[1:])


def _say(zh: str, en: str) -> str:
    """Give a help text in the language of the command line."""
    return Text(zh, en).to(LANGUAGE)


app = typer.Typer(
    name="tieling-geo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_say(
        "把规划条文变成可执行的空间核查:读入图层,逐条判定,输出地图与证据。",
        "Hold a plan's clauses against the map: layers in, verdicts, maps and evidence out.",
    ),
)

LanguageOption = Annotated[
    str, typer.Option("--lang", help=_say("语言:zh 或 en", "language: zh or en"))
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help=_say(
            "工作区文件夹;默认用内置示例数据", "workspace folder; default: the embedded sample"
        ),
    ),
]
AsOfOption = Annotated[
    str,
    typer.Option("--as-of", help=_say("统计日期 年-月-日", "day of the assessment, YYYY-MM-DD")),
]
FormatOption = Annotated[
    str, typer.Option("--format", help=_say("输出格式:text 或 json", "output: text or json"))
]


def _print_version(*, asked: bool) -> None:
    """Print the version and stop, whatever else is on the line."""
    if asked:
        import tieling_geo  # noqa: PLC0415 - reads the installed metadata

        typer.echo(tieling_geo.__version__)
        sys.exit(0)


@app.callback()
def root(
    lang: LanguageOption = LANGUAGE,
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda asked: _print_version(asked=asked),
            help=_say("版本", "version"),
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""
    _language(lang)


def _language(word: str) -> Language:
    """
    Take the language option.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    if word == "en":
        return "en"
    if word == "zh":
        return "zh"
    raise ParameterError(Text(f"--lang {word}:应为 zh 或 en", f"--lang {word}: zh or en"))


def _day(word: str) -> date | None:
    """
    Take a day option; blank is none.

    Raises
    ------
    ParameterError
        If it is no day.
    """
    if not word:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise ParameterError(
            Text(f"--as-of {word}:不是日期,应如 2025-12-31", f"--as-of {word}: not YYYY-MM-DD")
        ) from error


def _is_json(word: str) -> bool:
    """
    Take the format option.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    if word not in {"text", "json"}:
        raise ParameterError(
            Text(f"--format {word}:应为 text 或 json", f"--format {word}: text, json")
        )
    return word == "json"


@contextmanager
def _progress(language: Language) -> Iterator["Progress"]:
    """Show a bar on the error stream while something runs; nothing where that is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - needed by few commands
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(what: Text, done: int, of: int) -> None:
            bar.update(task, description=what.to(language), completed=done, total=of)

        yield tell


@app.command(
    help=_say("评估:读图层、判条文、出地图和报告", "assess: layers, verdicts, maps, reports")
)
def assess(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help=_say("输出文件夹", "output folder"))
    ] = Path("out"),
    lang: LanguageOption = LANGUAGE,
    only: Annotated[
        str,
        typer.Option("--only", help=_say("只判这些条文,逗号分隔", "only these clauses, by comma")),
    ] = "",
) -> None:
    """Assess a workspace and write the products."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.reports import publish  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    language, day = _language(lang), _day(as_of)
    space = open_workspace(workspace)
    ids = [word.strip() for word in only.split(",") if word.strip()] or None
    with _progress(language) as progress:
        assessment = run_assessment(space, as_of=day, only=ids, progress=progress)
        words = [
            f"--as-of {assessment.as_of}",
            f"--lang {language}",
            *([f"--only {only}"] if ids else []),
        ]
        publish(
            assessment,
            out,
            maps=space.maps,
            language=language,
            command=" ".join(["tieling-geo assess", *words]),
            progress=progress,
        )
    _print_assessment(assessment, out, language)
    if assessment.rows_rejected:
        sys.exit(EXIT_REJECTED)


def _print_assessment(assessment: "Assessment", out: Path, language: Language) -> None:
    """Print the verdict table, what the input lacked, and where to click."""
    from tieling_geo.terminal import print_assessment  # noqa: PLC0415 - rich tables

    print_assessment(assessment, out, language)


@app.command(help=_say("只检查图层,不作分析", "check the layers only"))
def check(
    workspace: WorkspaceOption = None,
    lang: LanguageOption = LANGUAGE,
    output: FormatOption = "text",
) -> None:
    """Read every layer and tell what was accepted and rejected."""
    from tieling_geo.pipeline import read_layers  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import layer_rows, print_layers  # noqa: PLC0415 - rich tables
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    language, as_json = _language(lang), _is_json(output)
    with _progress(language) as progress:
        layers: dict[str, Layer] = read_layers(open_workspace(workspace), progress=progress)
    if as_json:
        typer.echo(json.dumps(layer_rows(layers, language), ensure_ascii=False, indent=1))
    else:
        print_layers(layers, language)
    if any(layer.rows_rejected for layer in layers.values()):
        sys.exit(EXIT_REJECTED)


@app.command(
    name="list", help=_say("列出图层、分析、条文、地图", "list layers, analyses, clauses, maps")
)
def list_command(
    workspace: WorkspaceOption = None,
    lang: LanguageOption = LANGUAGE,
    output: FormatOption = "text",
) -> None:
    """List what is registered and what the workspace has."""
    from tieling_geo.terminal import print_registry, registry  # noqa: PLC0415 - rich tables
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    language, as_json = _language(lang), _is_json(output)
    found = registry(open_workspace(workspace), language)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_registry(found, language)


@app.command(name="map", help=_say("画一幅地图,写成单个网页", "draw one map into a single page"))
def map_command(
    name: Annotated[
        str, typer.Argument(help=_say("地图名称,见 list", "name of the map, see list"))
    ],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=_say("输出文件", "output file"))
    ] = None,
    lang: LanguageOption = LANGUAGE,
) -> None:
    """Draw one published map."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.reports.publish import write_map  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    language, day = _language(lang), _day(as_of)
    space = open_workspace(workspace)
    target = out if out is not None else Path(f"{name}.html")
    with _progress(language) as progress:
        assessment = run_assessment(space, as_of=day, progress=progress)
    write_map(assessment, name, target, maps=space.maps, language=language)
    typer.echo(str(target))
    if assessment.rows_rejected:
        sys.exit(EXIT_REJECTED)


@app.command(help=_say("生成示例工作区(虚构数据)", "draw a sample workspace (invented data)"))
def sample(
    out: Annotated[Path, typer.Option("--out", "-o", help=_say("输出文件夹", "output folder"))],
    scale: Annotated[
        float,
        typer.Option("--scale", help=_say("规模,1 约 300 台锅炉", "size, 1: about 300 boilers")),
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help=_say("随机种子", "random seed"))] = 20251231,
    *,
    force: Annotated[
        bool, typer.Option("--force", help=_say("替换已有示例", "replace an earlier sample"))
    ] = False,
    lang: LanguageOption = LANGUAGE,
) -> None:
    """Draw a sample workspace."""
    from tieling_geo.sample import write_sample  # noqa: PLC0415 - heavy

    language = _language(lang)
    write_sample(out, scale=scale, seed=seed, force=force)
    typer.echo(Text(f"示例工作区:{out}", f"sample workspace: {out}").to(language))


@app.command(help=_say("解释一条条文如何判定", "explain how a clause is judged"))
def explain(
    clause: Annotated[str, typer.Argument(help=_say("条文编号,如 I01", "clause id, such as I01"))],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = LANGUAGE,
) -> None:
    """Tell what a clause asks and what decides it."""
    from tieling_geo.terminal import print_clause  # noqa: PLC0415 - rich tables
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    language = _language(lang)
    print_clause(clause, open_workspace(workspace), language)


@app.command(help=_say("新建工作区,含带表头的空台账", "make a workspace with header-only ledgers"))
def init(
    folder: Annotated[Path, typer.Argument(help=_say("文件夹", "folder"))],
    lang: LanguageOption = LANGUAGE,
) -> None:
    """Make a new workspace."""
    from tieling_geo.template import write_template  # noqa: PLC0415 - heavy

    language = _language(lang)
    for path in write_template(folder):
        typer.echo(str(path))
    told = Text(
        "请填写各文件夹中的 card.toml 和台账,再运行 tieling-geo check --workspace",
        "fill in each folder's card.toml and ledger, then run tieling-geo check --workspace",
    )
    typer.echo(told.to(language))


def main() -> None:
    """Run the command line; an error of ours is one message and its exit status."""
    guard_gdal()
    try:
        app()
    except TielingGeoError as error:
        typer.echo(error.to(LANGUAGE), err=True)
        sys.exit(error.exit_status)
    except MemoryError:
        typer.echo(_say("内存不足", "out of memory"), err=True)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("TIELING_GEO_TRACEBACK"):
            raise
        told = Text(
            f"程序内部错误({type(error).__name__}):{error}。请设置环境变量 "
            "TIELING_GEO_TRACEBACK=1 重试并反馈",
            f"a bug of ours ({type(error).__name__}): {error}; set TIELING_GEO_TRACEBACK=1, "
            "try again and tell us",
        )
        typer.echo(told.to(LANGUAGE), err=True)
        sys.exit(_EXIT_BUG)
