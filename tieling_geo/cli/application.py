"""The application that commands join, and what they share: JSON, a progress bar, a status."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tieling_geo.cli.options import LanguageOption, say
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


def print_json(record: object) -> None:
    """Print JSON in UTF-8, whatever the terminal speaks: a program reads it."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=1).encode())


@contextmanager
def progress_bar(language: Language) -> Iterator["Progress"]:
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


def exit_if(rows_rejected: int) -> None:
    """
    End with the status that says that rows were rejected.

    Raises
    ------
    Exit
        If there are any.
    """
    if rows_rejected:
        raise typer.Exit(EXIT_REJECTED)
