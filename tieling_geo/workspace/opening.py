"""A workspace: the folder that says where each layer lives and as of which day it is judged."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import ParameterError, WorkspaceError
from tieling_geo.plan import bundled_plans
from tieling_geo.readers.guard import KINDS
from tieling_geo.records import ParameterValue
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text

#: The file that makes a folder a workspace.
WORKSPACE_FILE = "tieling.toml"
_TABLES = ("workspace", "layers", "parameters")
#: Keys of `[workspace]` with the kind of value that each takes.
_KEYS: Mapping[str, type] = MappingProxyType({
    "title_zh": str,
    "title_en": str,
    "as_of": date,
    "language": str,
    "plan": str,
    "is_sample": bool,
    "map_approval_no": str,
})
_KIND_TITLES: Mapping[type, Text] = MappingProxyType({
    str: Text("加引号的文字", "text in quotes"),
    date: Text("不加引号的日期,如 2025-12-31", "a day without quotes, such as 2025-12-31"),
    bool: Text("true 或 false", "true or false"),
})
#: Suffixes of files that may lie beside a layer's file.
_BESIDE = frozenset({".toml", ".md", ".txt", ".pdf", ".shx", ".dbf", ".prj", ".cpg", ".qmd"})


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything is that an assessment reads."""

    root: Path
    title: Text
    plan: Path
    maps: Path
    layers: Mapping[str, Path]
    """Layer name -> file, for the layers that the workspace has, in the registry's order."""
    as_of: date | None = None
    language: Language = "zh"
    is_sample: bool = False
    map_approval_no: str = ""
    parameters: Mapping[str, Mapping[str, ParameterValue]] = field(default_factory=dict)
    """Analysis -> parameter -> value, where the user departs from a default."""

    @property
    def settings(self) -> tuple[Path, ...]:
        """The files that decide an outcome beside the layers and the maps."""
        return (self.root / WORKSPACE_FILE, self.plan)


def embedded_folder(name: str) -> Path:
    """
    Find a folder that travels with the package: `layers` or `maps`.

    An installed wheel carries it inside the package; a checkout has it beside the package.

    Raises
    ------
    WorkspaceError
        If the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_embedded" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise WorkspaceError(
        Text(f"安装不完整:缺少内置的 {name}", f"incomplete installation: no embedded {name}")
    )


def open_workspace(root: Path | None = None) -> Workspace:
    """
    Open a workspace; without a folder, the embedded one, which holds sample data.

    Parameters
    ----------
    root
        A folder with a `tieling.toml` in it.

    Returns
    -------
    workspace
        What it says, and which layer files it has. No layer is read yet.

    Raises
    ------
    WorkspaceError
        If the file is missing, is not TOML, or says what is not known: a table, a key, a layer, an
        analysis, a parameter, a plan, a value of another kind; if a layer has several files, or a
        folder of its name holds none of it.

    Examples
    --------
    >>> open_workspace().is_sample
    True
    """
    folder = embedded_folder("layers") if root is None else root
    stated = _stated(folder / WORKSPACE_FILE)
    _check_tables(stated)
    head = stated.get("workspace", {})
    _check_head(head)
    own_maps = folder / "maps"
    return Workspace(
        root=folder,
        title=Text(head.get("title_zh", folder.name), head.get("title_en", folder.name)),
        plan=_plan(folder, head.get("plan", "tieling_145")),
        maps=own_maps if own_maps.is_dir() else embedded_folder("maps"),
        layers=_layers(folder, stated.get("layers", {})),
        as_of=head.get("as_of"),
        language=head.get("language", "zh"),
        is_sample=head.get("is_sample", False),
        map_approval_no=head.get("map_approval_no", ""),
        parameters=_parameters(stated.get("parameters", {})),
    )


def _stated(path: Path) -> dict[str, Any]:
    """
    Read the file.

    Raises
    ------
    WorkspaceError
        If it is missing or is not TOML.
    """
    if not path.is_file():
        raise WorkspaceError(
            Text(
                f"文件夹 {path.parent.name} 中没有 {path.name};"
                "可用 tieling-geo init 文件夹 新建工作区",
                f"no {path.name} in folder {path.parent.name}; make one with: tieling-geo init DIR",
            )
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(
            Text(f"{path.name} 不是有效的 TOML:{error}", f"{path.name} is not TOML: {error}")
        ) from error


def _refused(what: str, known: Text) -> Text:
    """Say that the file says what is not known."""
    return Text(
        f"{WORKSPACE_FILE}:{what} 无效;可用:{known.zh}",
        f"{WORKSPACE_FILE}: {what} is not valid; known: {known.en}",
    )


def _listed(names: Iterable[str]) -> Text:
    """List names in both languages."""
    told = list(names)
    return Text("、".join(told), ", ".join(told))


def _check_tables(stated: Mapping[str, Any]) -> None:
    """
    Refuse what nothing would read.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    for name, content in stated.items():
        if name not in _TABLES or not isinstance(content, dict):
            raise WorkspaceError(_refused(name, _listed(f"[{table}]" for table in _TABLES)))


def _check_head(head: Mapping[str, Any]) -> None:
    """
    Refuse keys that nothing would read, and values of another kind.

    Raises
    ------
    WorkspaceError
        Naming the key and what it takes.
    """
    for name, value in head.items():
        if name not in _KEYS:
            raise WorkspaceError(_refused(f"workspace.{name}", _listed(_KEYS)))
        # Exactly the kind: a moment is a date to Python, too, and true is a number.
        if type(value) is not _KEYS[name]:
            raise WorkspaceError(
                _refused(f"workspace.{name} = {value!r}", _KIND_TITLES[_KEYS[name]])
            )
    if head.get("language", "zh") not in {"zh", "en"}:
        raise WorkspaceError(
            _refused(f"workspace.language = {head['language']!r}", _listed(["zh", "en"]))
        )


def _parameters(stated: Mapping[str, Any]) -> dict[str, dict[str, ParameterValue]]:
    """
    Take the parameters that depart from the defaults, each of the default's kind.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    taken = {}
    for name, values in stated.items():
        if name not in ANALYSES or not isinstance(values, dict):
            raise WorkspaceError(_refused(f"[parameters.{name}]", _listed(ANALYSES)))
        try:
            used = ANALYSES[name].parameters_used(values)
        except ParameterError as error:
            raise WorkspaceError(
                Text(
                    f"{WORKSPACE_FILE}:[parameters.{name}] {error.message.zh}",
                    f"{WORKSPACE_FILE}: [parameters.{name}] {error.message.en}",
                )
            ) from error
        taken[name] = {key: used[key].value for key in values}
    return taken


def _plan(folder: Path, name: str) -> Path:
    """
    Find a plan: one that comes with the package by its name, or a file beside the workspace.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    bundled = bundled_plans()
    if name in bundled:
        return bundled[name]
    path = folder / name
    if path.suffix == ".toml" and path.is_file():
        return path
    raise WorkspaceError(_refused(f"workspace.plan = {name!r}", _listed([*bundled, "<file>.toml"])))


def _layers(folder: Path, stated: Mapping[str, Any]) -> dict[str, Path]:
    """
    Find the layers' files: where the workspace says, else in the folder of the layer's name.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    for name, entry in stated.items():
        if name not in LAYERS:
            raise WorkspaceError(_refused(f"[layers.{name}]", _listed(LAYERS)))
        if (
            not isinstance(entry, dict)
            or set(entry) != {"path"}
            or not isinstance(entry["path"], str)
        ):
            raise WorkspaceError(
                _refused(f"[layers.{name}]", _listed([f'path = "{name}/{name}.csv"']))
            )
    found = {
        name: folder / stated[name]["path"] if name in stated else _layer_file(folder / name)
        for name in LAYERS
    }
    return {name: path for name, path in found.items() if path is not None}


def _layer_file(folder: Path) -> Path | None:
    """
    Find the one file in a layer's folder that has the layer's name; None without a folder.

    Raises
    ------
    WorkspaceError
        If there are several, or only files of other names or kinds: none is passed over silently.
    """
    if not folder.is_dir():
        return None
    name = folder.name
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    fitting = [p for p in files if p.stem == name and p.suffix.lower() in KINDS]
    strange = [p for p in files if p.suffix.lower() not in _BESIDE]
    if len(fitting) > 1:
        names = _listed(p.name for p in fitting)
        raise WorkspaceError(
            Text(
                f"图层文件夹 {name} 中有多个文件 {names.zh};请只留一个",
                f"folder {name} holds several files of one layer: {names.en}; leave only one",
            )
        )
    if not fitting and strange:
        raise WorkspaceError(
            Text(
                f"图层文件夹 {name} 中没有 {name} 的文件,却有 {strange[0].name};"
                f"请命名为 {name},格式可用 {' '.join(KINDS)}",
                f"folder {name} holds {strange[0].name} but no file named {name} of a kind that "
                f"is read: {' '.join(KINDS)}",
            )
        )
    return fitting[0] if fitting else None
