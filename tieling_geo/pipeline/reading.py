"""Read the layers of a workspace, one file alone, or what OpenStreetMap has."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import shapely

from tieling_geo.crs import to_web_crs
from tieling_geo.datum_doctor import DatumFinding, examine_datums
from tieling_geo.errors import ParameterError, UnknownNameError
from tieling_geo.readers import read_card, read_layer
from tieling_geo.readers.osm.fetch import Fetched, fetch_layers
from tieling_geo.readers.osm.service import OsmService
from tieling_geo.records import Card, Layer, Progress, ReadOptions, Source, silent
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text
from tieling_geo.workspace import OsmSettings, Workspace

#: Said of a file that comes without a card.
_UNDECLARED = Text(
    "没有 card.toml:来源与坐标基准未声明,暂按 CGCS2000 理解;进入工作区前须写明",
    "no card.toml: neither source nor datum is stated; it is taken as CGCS2000 for now; "
    "a workspace demands the card",
)


def read_layers(
    workspace: Workspace, names: Iterable[str] | None = None, *, progress: Progress = silent
) -> dict[str, Layer]:
    """
    Read the layers that a workspace has; whether their datums agree is for `check_datums`.

    Parameters
    ----------
    workspace
        The workspace.
    names
        Only these layers, those of them that it has; by default all.
    progress
        Told of each layer before it is read.

    Returns
    -------
    layers
        By name, in the registry's order; a layer without a file is not there.

    Raises
    ------
    UnknownNameError
        If a name is no layer's.
    InputError
        If a file is refused (see `tieling_geo.readers.read_layer`).
    """
    asked = set(LAYERS if names is None else names)
    if unknown := sorted(asked - set(LAYERS)):
        raise UnknownNameError(
            Text(
                f"没有图层 {'、'.join(unknown)};可用:{'、'.join(LAYERS)}",
                f"no layer {', '.join(unknown)}; known: {', '.join(LAYERS)}",
            )
        )
    wanted = [name for name in LAYERS if name in asked and name in workspace.layers]
    layers = {}
    for position, name in enumerate(wanted):
        title = LAYERS[name].card().title
        progress(Text(f"读取 {title.zh}", f"reading {title.en}"), position, len(wanted))
        layers[name] = read_layer(name, workspace.layers[name])
    return layers


def read_one(
    name: str,
    path: Path,
    options: ReadOptions | None = None,
    *,
    references: Workspace | None = None,
) -> tuple[Layer, tuple[DatumFinding, ...]]:
    """
    Read one file as a layer, to see how it is understood.

    Parameters
    ----------
    name
        A key of `tieling_geo.schemas.LAYERS`.
    path
        The file. The `card.toml` beside it is read if there is one; it may be missing here.
    options
        What is stated of the file.
    references
        A workspace whose layers the file's places are held against.

    Returns
    -------
    layer
        The layer.
    findings
        What came of holding its datum against the references; empty without them.

    Raises
    ------
    UnknownNameError
        If no layer has that name.
    InputError
        If the file is refused (see `tieling_geo.readers.read_layer`).
    """
    source = Source(path, path.parent / "card.toml", options=options or ReadOptions())
    declared = source.card.is_file()
    has_places = name not in LAYERS or LAYERS[name].card().has_places
    card = (
        read_card(source.card, needs_datum=has_places) if declared else Card("", "", "", "cgcs2000")
    )
    layer = read_layer(name, source, card=card)
    if not declared:
        layer = replace(layer, notes=(*layer.notes, _UNDECLARED))
    if references is None:
        return layer, ()
    wanted = [other for other in LAYERS[name].card().references if other != name]
    held = read_layers(references, wanted)
    findings = examine_datums({**held, name: layer})
    return layer, tuple(finding for finding in findings if finding.layer == name)


def fetch_osm(
    workspace: Workspace,
    names: Sequence[str],
    *,
    place: str = "",
    force: bool = False,
    use_cache: bool = False,
    cache_folder: Path | None = None,
    progress: Progress = silent,
) -> tuple[Fetched, ...]:
    """
    Fetch layers from OpenStreetMap into a workspace. Nothing else in the toolkit goes online.

    Parameters
    ----------
    workspace
        Where the layers go. If it has counties of its own, their outline is the area.
    names
        Layers to fetch.
    place
        The area's name, for a workspace without counties.
    force
        Replace layers that were not fetched.
    use_cache
        Where the service fails, take the last whole answer.
    cache_folder
        Where whole answers are kept; None: nowhere.
    progress
        Told of each question and answer.

    Returns
    -------
    fetched
        One record a layer.

    Raises
    ------
    ParameterError
        If no layer is named, or neither counties nor a place say where.
    InputError
        If a layer cannot be had, or its folder holds other things.
    ServiceError
        If the service gave no whole answer; nothing is written.
    """
    if not names:
        raise ParameterError(Text("--layer 没有写图层", "--layer names no layer"))
    counties = read_layers(workspace, ["counties"]).get("counties")
    # The outline of a sample is invented: what lies inside it is no place.
    own = counties is not None and len(counties.features) > 0 and not counties.card.is_sample
    if not own and not place:
        raise ParameterError(
            Text(
                "不知道下载哪里:工作区没有县级行政区图层,请用 --place 写明地名",
                "where? the workspace has no counties; name a place with --place",
            )
        )
    area = None
    if counties is not None and own:
        area = shapely.union_all(to_web_crs(counties.features).geometry.to_numpy())
    return fetch_layers(
        names,
        folder=workspace.root,
        area=area,
        place="" if own else place,
        service=_service(workspace.osm, cache_folder),
        progress=progress,
        use_cache=use_cache,
        force=force,
    )


def _service(stated: OsmSettings, cache_folder: Path | None) -> OsmService:
    """Take what the workspace states of the services; the rest is the reader's own."""
    given = {name: value for name, value in asdict(stated).items() if value not in {None, ""}}
    return OsmService(**given, cache_folder=cache_folder)
