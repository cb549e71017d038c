"""What may stand on the command line: its language, and the options that commands share."""

import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tieling_geo.errors import ParameterError
from tieling_geo.text import Language, Text

_LANGUAGE_VARIABLE = "TIELING_GEO_LANG"


def first_language(words: Sequence[str]) -> Language:
    """
    Find the language before anything is parsed, so that the help and every error are in it.

    Examples
    --------
    >>> first_language(["assess", "--lang", "en"]), first_language(["--lang=zh", "list"])
    ('en', 'zh')
    """
    stated = os.environ.get(_LANGUAGE_VARIABLE, "")
    for position, word in enumerate(words):
        if word == "--lang" and position + 1 < len(words):
            stated = words[position + 1]
        elif word.startswith("--lang="):
            stated = word.removeprefix("--lang=")
    return "en" if stated == "en" else "zh"


LANGUAGE: Language = first_language(sys.argv[1:])


def say(zh: str, en: str) -> str:
    """Give a help text in the language of the command line."""
    return Text(zh, en).to(LANGUAGE)


LanguageOption = Annotated[
    str,
    typer.Option(
        "--lang",
        help=say(
            "语言 zh 或 en;不写则依次取环境变量 TIELING_GEO_LANG、工作区的语言、zh",
            "zh or en; default: the variable TIELING_GEO_LANG, else the workspace's, else zh",
        ),
    ),
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help=say(
            "工作区文件夹;默认用内置示例数据", "workspace folder; default: the embedded sample"
        ),
    ),
]
AsOfOption = Annotated[
    str,
    typer.Option(
        "--as-of",
        help=say(
            "统计日期,如 2025-12-31;不写则取工作区的,再取当天",
            "day of the assessment, YYYY-MM-DD; default: the workspace's, else today",
        ),
    ),
]
FormatOption = Annotated[
    str, typer.Option("--format", help=say("输出格式:text 或 json", "output: text or json"))
]


def to_language(context: typer.Context, word: str, otherwise: Language = "zh") -> Language:
    """
    Take the language: the command's, else the one before it, the variable's, the workspace's.

    Raises
    ------
    ParameterError
        If it is none that there is.
    """
    stated = word or context.obj or os.environ.get(_LANGUAGE_VARIABLE) or otherwise
    if stated not in {"zh", "en"}:
        raise ParameterError(
            Text(f"没有语言 {stated};应为 zh 或 en", f"no language {stated}: zh or en")
        )
    return "en" if stated == "en" else "zh"


def to_day(word: str) -> date | None:
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


def to_ids(word: str) -> list[str] | None:
    """
    Take a list of clauses, with the commas of either script; blank is all.

    Raises
    ------
    ParameterError
        If there are commas only.
    """
    ids = [part for part in re.split(r"[,,、\s]+", word) if part]
    if word and not ids:
        raise ParameterError(Text("--only 没有写条文编号", "--only names no clause"))
    return ids or None


def is_json(word: str) -> bool:
    """
    Take the format option.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    if word not in {"text", "json"}:
        raise ParameterError(
            Text(f"--format {word}:应为 text 或 json", f"--format {word}: text or json")
        )
    return word == "json"


def to_header_rows(word: str) -> tuple[int, int] | None:
    """
    Take the rows of a header: `2` or `2-3`; blank is none.

    Raises
    ------
    ParameterError
        If they are no row numbers in their order.

    Examples
    --------
    >>> to_header_rows("2-3"), to_header_rows("4")
    ((2, 3), (4, 4))
    """
    if not word:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?", word)
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if not 1 <= first <= last:
        raise ParameterError(
            Text(
                f"--header-rows {word}:应为行号,如 2 或 2-3",
                f"--header-rows {word}: row numbers such as 2 or 2-3",
            )
        )
    return first, last


def to_columns(words: Sequence[str]) -> dict[str, str]:
    """
    Take columns as `HEADER=COLUMN`; a header may hold an equals sign itself.

    Raises
    ------
    ParameterError
        If one has no equals sign, or nothing on one side of it.

    Examples
    --------
    >>> to_columns(["锅炉登记号=boiler_id"])
    {'锅炉登记号': 'boiler_id'}
    """
    columns = {}
    for word in words:
        header, sign, name = word.rpartition("=")
        if not (sign and header and name.strip()):
            raise ParameterError(
                Text(f"--column {word}:应为 表头=列名", f"--column {word}: HEADER=COLUMN")
            )
        columns[header] = name.strip()
    return columns
