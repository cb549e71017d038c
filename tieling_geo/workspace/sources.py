"""Find where each layer of a workspace is, and what the workspace states of its file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tieling_geo.crs import to_epsg_crs
from tieling_geo.errors import CRSError, InputError, WorkspaceError
from tieling_geo.readers.card import check_known
from tieling_geo.readers.guard import KINDS
from tieling_geo.readers.postgis.address import is_postgis_address, to_postgis_address
from tieling_geo.records import ReadOptions, Source
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text
from tieling_geo.workspace.words import WORKSPACE_FILE, check_table, listed, refused

#: Keys of `[layers.<name>]` with the kind of value that each takes.
_KEYS: Mapping[str, type] = MappingProxyType({
    "path": str,
    "sheet": str,
    "header_rows": list,
    "columns": dict,
    "crs": str,
    "datum": str,
    "convert": bool,
    "repair": bool,
    "datum_confirmed": str,
})
#: Suffixes of files that may lie beside a layer's file.
_BESIDE = frozenset({".toml", ".md", ".txt", ".pdf", ".shx", ".dbf", ".prj", ".cpg", ".qmd"})
# Files that programs leave beside the one that they have open, and hidden files.
_PASSING = (".", "~$")


def find_sources(folder: Path, stated: Mapping[str, object]) -> dict[str, Source]:
    """
    Find the layers: where the workspace says, else in the folder of the layer's name.

    Parameters
    ----------
    folder
        The workspace.
    stated
        Its `[layers]` table.

    Returns
    -------
    sources
        By layer, in the registry's order; a layer without a file is not there.

    Raises
    ------
    WorkspaceError
        If the table says what is not known, or a layer's folder holds several files of it, or only
        files of other names or kinds.
    """
    tables = {}
    for name, entry in stated.items():
        if name not in LAYERS:
            raise WorkspaceError(refused(f"[layers.{name}]", listed(LAYERS)))
        tables[name] = check_table(f"layers.{name}", entry, _KEYS)
    found = {name: _source(folder, name, tables.get(name, {})) for name in LAYERS}
    return {name: source for name, source in found.items() if source is not None}


def _source(folder: Path, name: str, stated: Mapping[str, object]) -> Source | None:
    """
    Find one layer.

    Raises
    ------
    WorkspaceError
        If what is stated of it is not valid.
    """
    options = _options(f"layers.{name}", stated)
    place = str(stated.get("path", ""))
    if is_postgis_address(place):
        try:
            address = to_postgis_address(place)
        except InputError as error:
            raise WorkspaceError(_in_table(f"layers.{name}", error)) from None
        return Source(None, folder / name / "card.toml", place, options, str(address))
    path = folder / place if place else _layer_file(folder / name)
    return None if path is None else Source(path, path.parent / "card.toml", options=options)


def _in_table(place: str, error: InputError) -> Text:
    """Say in which table of the file the fault is."""
    told = error.message
    return Text(f"{WORKSPACE_FILE}:[{place}] {told.zh}", f"{WORKSPACE_FILE}: [{place}] {told.en}")


def _options(place: str, stated: Mapping[str, object]) -> ReadOptions:
    """
    Take what is stated of a file.

    Raises
    ------
    WorkspaceError
        If a CRS, a datum, a row number or a column is not valid.
    """
    crs, datum = str(stated.get("crs", "")), str(stated.get("datum", ""))
    try:
        if crs:
            to_epsg_crs(crs, name=place)
        if datum:
            check_known(datum, place=place)
    except (CRSError, InputError) as error:
        raise WorkspaceError(_in_table(place, error)) from error
    columns = stated.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise WorkspaceError(refused(f"{place}.columns", listed(['"表头" = "列名"'])))
    return ReadOptions(
        sheet=str(stated.get("sheet", "")),
        header_rows=_header_rows(place, stated.get("header_rows")),
        columns=columns,
        crs=crs,
        datum=datum,
        convert=bool(stated.get("convert", False)),
        repair=bool(stated.get("repair", False)),
        datum_confirmed=str(stated.get("datum_confirmed", "")),
    )


def _header_rows(place: str, stated: object) -> tuple[int, int] | None:
    """
    Take the first and the last row of a header.

    Raises
    ------
    WorkspaceError
        If they are no two row numbers in their order.
    """
    if stated is None:
        return None
    if isinstance(stated, list) and all(type(row) is int for row in stated):
        rows = (*stated, *stated)[:2] if len(stated) == 1 else tuple(stated)
        if len(rows) == 2 and 1 <= rows[0] <= rows[1]:  # noqa: PLR2004 - first and last
            return rows[0], rows[1]
    raise WorkspaceError(refused(f"{place}.header_rows = {stated!r}", listed(["[2, 3]"])))


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
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(_PASSING))
    # `.bz2` and `.pbf` are read of OpenStreetMap only, whose files end in `.osm.bz2`, `.osm.pbf`.
    ends = {p: p.name.lower().removeprefix(name).replace(".osm.", ".", 1) for p in files}
    fitting = [p for p, end in ends.items() if end in KINDS]
    strange = [p for p in files if p.suffix.lower() not in _BESIDE]
    if len(fitting) > 1:
        names = listed(p.name for p in fitting)
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
