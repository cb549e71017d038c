"""Open a workspace: read its `tieling.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import InputError, ParameterError, WorkspaceError
from tieling_geo.plan import bundled_plans
from tieling_geo.readers.postgis.address import to_postgis_schema
from tieling_geo.records import ParameterValue, Source
from tieling_geo.text import Language, Text
from tieling_geo.workspace.sources import find_sources
from tieling_geo.workspace.words import WORKSPACE_FILE, check_table, listed, refused

_TABLES = ("workspace", "layers", "parameters", "osm")
#: Keys of `[workspace]` with the kind of value that each takes.
_KEYS: Mapping[str, type] = MappingProxyType({
    "title_zh": str,
    "title_en": str,
    "as_of": date,
    "language": str,
    "plan": str,
    "plan_text": str,
    "is_sample": bool,
    "map_approval_no": str,
    "postgis": str,
})
#: Keys of `[osm]`.
_OSM_KEYS: Mapping[str, type] = MappingProxyType({
    "overpass_url": str,
    "nominatim_url": str,
    "timeout_s": int,
    "tries": int,
    "total_time_s": int,
})


@dataclass(frozen=True, slots=True)
class OsmSettings:
    """Where OpenStreetMap is asked, and how patiently; None or blank: the reader's own values."""

    overpass_url: str = ""
    nominatim_url: str = ""
    timeout_s: int | None = None
    tries: int | None = None
    total_time_s: int | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything is that an assessment reads."""

    root: Path
    title: Text
    plan: Path
    maps: Path
    layers: Mapping[str, Source]
    """Layer name -> where it is, for the layers that the workspace has, in the registry's order."""
    as_of: date | None = None
    language: Language = "zh"
    is_sample: bool = False
    map_approval_no: str = ""
    parameters: Mapping[str, Mapping[str, ParameterValue]] = field(default_factory=dict)
    """Analysis -> parameter -> value, where the user departs from a default."""
    osm: OsmSettings = field(default_factory=OsmSettings)
    postgis: str = ""
    """`postgis://user@host/database/schema` that results go to as well; blank for none."""
    plan_text: Path | None = None
    """The plan's own text, whose sentences are then shown beside our words."""

    @property
    def settings(self) -> tuple[Path, ...]:
        """The files that decide an outcome beside the layers and the maps."""
        texts = (self.plan_text,) if self.plan_text else ()
        return (self.root / WORKSPACE_FILE, self.plan, *texts)


def embedded_folder(name: str) -> Path:
    """
    Find a folder that travels with the package: `layers` or `maps`.

    An installed wheel carries it inside the package; a checkout has it beside the package.

    Raises
    ------
    WorkspaceError
        If the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
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
        plan=_plan(folder, head.get("plan", "")),
        maps=own_maps if own_maps.is_dir() else embedded_folder("maps"),
        layers=find_sources(folder, stated.get("layers", {})),
        as_of=head.get("as_of"),
        language=head.get("language", "zh"),
        is_sample=head.get("is_sample", False),
        map_approval_no=head.get("map_approval_no", ""),
        parameters=_parameters(stated.get("parameters", {})),
        osm=_osm(stated.get("osm", {})),
        postgis=head.get("postgis", ""),
        plan_text=folder / head["plan_text"] if head.get("plan_text") else None,
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
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(
            Text(f"{path.name} 不是有效的 TOML:{error}", f"{path.name} is not TOML: {error}")
        ) from error


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
            raise WorkspaceError(refused(name, listed(f"[{table}]" for table in _TABLES)))


def _check_head(head: Mapping[str, Any]) -> None:
    """
    Refuse keys that nothing would read, and values of another kind.

    Raises
    ------
    WorkspaceError
        Naming the key and what it takes. The address of a database is not repeated.
    """
    check_table("workspace", head, _KEYS)
    if head.get("postgis"):
        try:
            to_postgis_schema(head["postgis"])
        except InputError as error:
            told = error.message
            raise WorkspaceError(
                Text(f"{WORKSPACE_FILE}:{told.zh}", f"{WORKSPACE_FILE}: {told.en}")
            ) from None
    if head.get("language", "zh") not in {"zh", "en"}:
        raise WorkspaceError(
            refused(f"workspace.language = {head['language']!r}", listed(["zh", "en"]))
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
            raise WorkspaceError(refused(f"[parameters.{name}]", listed(ANALYSES)))
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


def _osm(stated: Mapping[str, Any]) -> OsmSettings:
    """
    Take the settings of OpenStreetMap's services.

    Raises
    ------
    WorkspaceError
        If one is not known, is of another kind, or is a number below 1.
    """
    check_table("osm", stated, _OSM_KEYS)
    for name, value in stated.items():
        if isinstance(value, int) and value < 1:
            raise WorkspaceError(refused(f"osm.{name} = {value}", Text("正整数", "1 or more")))
    return OsmSettings(**stated)


def _plan(folder: Path, name: str) -> Path:
    """
    Find a plan: one that comes with the package by its name, or a file beside the workspace.

    Without a name it is the one that comes with the package, if it is the only one.

    Raises
    ------
    WorkspaceError
        Naming it and what is known.
    """
    bundled = bundled_plans()
    if not name and len(bundled) == 1:
        return next(iter(bundled.values()))
    if name in bundled:
        return bundled[name]
    path = folder / name
    if path.suffix == ".toml" and path.is_file():
        return path
    raise WorkspaceError(refused(f"workspace.plan = {name!r}", listed([*bundled, "<file>.toml"])))
