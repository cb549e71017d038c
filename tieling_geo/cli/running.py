"""Run the command line: every error is one message and its exit status."""

import io
import os
import signal
import sys
from typing import Any, cast

import typer

from tieling_geo.cli.application import app
from tieling_geo.cli.options import first_language
from tieling_geo.errors import TielingGeoError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.text import NOTHING, Text

_EXIT_USAGE = 2
_EXIT_ENVIRONMENT = 3
_EXIT_BUG = 5
_EXIT_INTERRUPTED = 130
_EXIT_TERMINATED = 143
# What typer raises for a misspelt command; it has no public name.
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])
_USAGE_TITLES = {
    "NoSuchOption": "没有这个选项",
    "MissingParameter": "缺少参数",
    "BadParameter": "参数值无效",
}


def _usage(error: Any) -> Text:  # noqa: ANN401 - typer's own class, which has no public name
    """Say what is wrong with the words of a command line."""
    told = error.format_message()
    if not told:  # no command at all: typer has printed the help
        return NOTHING
    title = _USAGE_TITLES.get(type(error).__name__, "命令写法有误")
    return Text(f"{title}:{told} 用 --help 查看用法", f"{told} See --help")


def _bug(error: Exception) -> Text:
    """Say in one line that we made a mistake."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return Text(
        f"程序内部错误({what})。请设置环境变量 TIELING_GEO_TRACEBACK=1 重试,并将结果反馈给我们",
        f"a bug of ours ({what}); set TIELING_GEO_TRACEBACK=1, try again and tell us",
    )


def _prepare_process() -> None:
    """Set what holds for the whole process: GDAL's guard, the streams, and how it is ended."""
    guard_gdal()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a GBK terminal lacks some signs; it may not fail
    # Ended from outside, a run still tidies up: SystemExit passes through every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_EXIT_TERMINATED))


def _told(error: Exception) -> tuple[Text, int]:
    """Say what went wrong, and the exit status."""
    if isinstance(error, TielingGeoError):
        return error.message, error.exit_status
    if isinstance(error, _USAGE_ERROR):
        return _usage(error), _EXIT_USAGE
    if isinstance(error, MemoryError):
        return Text("内存不足", "out of memory"), _EXIT_ENVIRONMENT
    if isinstance(error, OSError):
        what = " ".join(filter(None, (error.strerror, str(error.filename or ""))))
        return Text(f"系统不允许:{what}", f"not allowed by the system: {what}"), _EXIT_ENVIRONMENT
    return _bug(error), _EXIT_BUG


def _printable(text: str) -> str:
    """Blank out what would steer the terminal: a message may quote a file."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def main() -> None:
    """
    Run the command line; an error is one message and its exit status.

    Raises
    ------
    Exception
        A bug of ours, if `TIELING_GEO_TRACEBACK` asks for its trace.
    """
    _prepare_process()
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        status = _EXIT_INTERRUPTED
    except Exception as error:
        told, status = _told(error)
        if status == _EXIT_BUG and os.environ.get("TIELING_GEO_TRACEBACK"):
            raise
        if told is not NOTHING:
            typer.echo(_printable(told.to(first_language(sys.argv[1:]))), err=True)
    sys.exit(status or 0)
