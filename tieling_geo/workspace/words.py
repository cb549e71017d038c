"""Words of `tieling.toml`, and how a refusal of what it says is put."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from tieling_geo.errors import WorkspaceError
from tieling_geo.text import Text

#: The file that makes a folder a workspace.
WORKSPACE_FILE = "tieling.toml"
KIND_TITLES: Mapping[type, Text] = MappingProxyType({
    str: Text("加引号的文字", "text in quotes"),
    date: Text("不加引号的日期,如 2025-12-31", "a day without quotes, such as 2025-12-31"),
    bool: Text("true 或 false", "true or false"),
    int: Text("整数", "a whole number"),
    list: Text("两个行号,如 [2, 3]", "two row numbers, such as [2, 3]"),
    dict: Text(
        '对应关系,如 { "锅炉登记号" = "boiler_id" }', 'a table, such as { "No." = "boiler_id" }'
    ),
})


def refused(what: str, known: Text) -> Text:
    """Say that the file says what is not known."""
    return Text(
        f"{WORKSPACE_FILE}:{what} 无效;可用:{known.zh}",
        f"{WORKSPACE_FILE}: {what} is not valid; known: {known.en}",
    )


def listed(names: Iterable[str]) -> Text:
    """List names in both languages."""
    told = list(names)
    return Text("、".join(told), ", ".join(told))


def check_table(place: str, stated: object, keys: Mapping[str, type]) -> dict[str, object]:
    """
    Return a table of the file if its keys are known and each value is of the key's kind.

    Raises
    ------
    WorkspaceError
        Naming the key and what it takes.
    """
    if not isinstance(stated, dict):
        raise WorkspaceError(refused(f"[{place}]", listed(keys)))
    for name, value in stated.items():
        if name not in keys:
            raise WorkspaceError(refused(f"{place}.{name}", listed(keys)))
        # Exactly the kind: a moment is a date to Python, too, and true is a number.
        if type(value) is not keys[name]:
            raise WorkspaceError(refused(f"{place}.{name} = {value!r}", KIND_TITLES[keys[name]]))
    return stated
