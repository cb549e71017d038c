"""A workspace: the folder that says where each layer lives and as of which day it is judged."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import WorkspaceError
from tieling_geo.plan import bundled_plans
from tieling_geo.readers.guard import KINDS
from tieling_geo.records import ParameterValue
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text

#: The file that makes a folder a workspace.
WORKSPACE_FILE = "tieling.toml"
_KEYS = {
    "title_zh",
    "title_en",
    "as_of",
    "language",
    "plan",
    "is_sample",
    "map_approval_no",
}


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
        If the file is missing, is not TOML, or names a layer, an analysis or a plan that does not
        exist; if a layer has several files.

    Examples
    --------
    >>> open_workspace().is_sample
    True
    """
    folder = embedded_folder("layers") if root is None else root
    stated = _stated(folder / WORKSPACE_FILE)
    head = stated.get("workspace", {})
    _check_keys(stated, head)
    own_maps = folder / "maps"
    return Workspace(
        root=folder,
        title=Text(str(head.get("title_zh", folder.name)), str(head.get("title_en", folder.name))),
        plan=_plan(folder, str(head.get("plan", "tieling_145"))),
        maps=own_maps if own_maps.is_dir() else embedded_folder("maps"),
        layers=_layers(folder, stated.get("layers", {})),
        as_of=head.get("as_of"),
        language=head.get("language", "zh"),
        is_sample=head.get("is_sample", False),
        map_approval_no=str(head.get("map_approval_no", "")),
        parameters=stated.get("parameters", {}),
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


def _refused(what: str, known: object) -> Text:
    """Say that the file names something that does not exist."""
    return Text(
        f"{WORKSPACE_FILE}:{what} 无效;可用:{known}",
        f"{WORKSPACE_FILE}: {what} is not valid; known: {known}",
    )


def _check_keys(stated: Mapping[str, Any], head: Mapping[str, Any]) -> None:
    """
    Refuse what nothing would read, and values of another kind.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    tables = {"workspace", "layers", "parameters"}
    for name in sorted(set(stated) - tables):
        raise WorkspaceError(_refused(f"[{name}]", sorted(tables)))
    for name in sorted(set(head) - _KEYS):
        raise WorkspaceError(_refused(f"workspace.{name}", sorted(_KEYS)))
    if head.get("language", "zh") not in {"zh", "en"}:
        raise WorkspaceError(_refused("workspace.language", ["zh", "en"]))
    if not isinstance(head.get("is_sample", False), bool):
        raise WorkspaceError(_refused("workspace.is_sample", ["true", "false"]))
    day = head.get("as_of")
    if day is not None and type(day) is not date:
        raise WorkspaceError(_refused("workspace.as_of", "2025-12-31"))
    for name in stated.get("parameters", {}):
        if name not in ANALYSES:
            raise WorkspaceError(_refused(f"[parameters.{name}]", list(ANALYSES)))


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
    raise WorkspaceError(_refused(f"workspace.plan = {name!r}", [*bundled, "<file>.toml"]))


def _layers(folder: Path, stated: Mapping[str, Any]) -> dict[str, Path]:
    """
    Find the layers' files: where the workspace says, else in the folder of the layer's name.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    for name, entry in stated.items():
        if name not in LAYERS or not isinstance(entry, dict) or set(entry) != {"path"}:
            raise WorkspaceError(_refused(f"[layers.{name}]", f"path = ..., {list(LAYERS)}"))
    found = {}
    for name in LAYERS:
        if name in stated:
            found[name] = folder / str(stated[name]["path"])
        else:
            candidates = sorted(
                path for path in (folder / name).glob(f"{name}.*") if path.suffix.lower() in KINDS
            )
            if len(candidates) > 1:
                raise WorkspaceError(
                    _refused(f"{name}/: {[path.name for path in candidates]}", "1 file / 只留一个")
                )
            if candidates:
                found[name] = candidates[0]
    return found
