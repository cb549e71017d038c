"""Write a fetched layer into a workspace, whole or not at all, never over other people's work."""

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import tomli_w

from tieling_geo.errors import CardError, OutputError, OutputRefusedError
from tieling_geo.gdal_settings import fixed_clock, guard_gdal
from tieling_geo.readers.card import read_card
from tieling_geo.readers.guard import to_sha256
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text

PUBLISHER, LICENCE = "OpenStreetMap contributors", "ODbL 1.0"
#: Stands in the card's notes with the file's hash: what is ours and unchanged may be replaced.
_MARK = "tieling-geo fetch sha256 "
_TYPES = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon"}
_DRIVER_ERRORS = (OSError, RuntimeError, ValueError)


def check_replaceable(folder: Path, layer: str, *, force: bool) -> None:
    """
    Refuse to replace a layer that holds anything but what was fetched, unchanged.

    Parameters
    ----------
    folder
        The workspace's folder of layers.
    layer
        The layer.
    force
        Replace it nevertheless.

    Raises
    ------
    OutputRefusedError
        If it holds anything else, and is not forced.
    """
    target = folder / layer
    if force or not target.exists() or _is_fetched(target, layer):
        return
    raise OutputRefusedError(
        Text(
            f"图层文件夹 {layer} 已有并非由本命令取得(或取得后改动过)的内容,不予覆盖;"
            "请先移走,或加 --force(原内容改名保留)",
            f"the layer's folder {layer} holds what was not fetched, or was changed since: it is "
            "not replaced; move it away, or use --force, which keeps it under another name",
        )
    )


def write_layer(folder: Path, frame: gpd.GeoDataFrame, layer: str, card: dict[str, Any]) -> Path:
    """
    Write a layer's GeoPackage and card; whatever was there is replaced as one.

    Parameters
    ----------
    folder
        The workspace's folder of layers.
    frame
        n rows with columns of the schema, in a CRS.
    layer
        The layer.
    card
        The card, notes included; the mark of a fetched file is added.

    Returns
    -------
    path
        The GeoPackage.

    Raises
    ------
    OutputError
        If it cannot be written whole; then nothing is changed.
    """
    schema = LAYERS[layer]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{layer}-", dir=folder))
        try:
            fresh.chmod(0o755)
            path = fresh / f"{layer}.gpkg"
            _write_geopackage(frame, path, schema, str(card["reference_date"]))
            marked = {**card, "notes": f"{card['notes']}\n{_MARK}{to_sha256([path])}"}
            (fresh / "card.toml").write_text(tomli_w.dumps(marked), encoding="utf-8")
            _swap(fresh, folder / layer)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except _DRIVER_ERRORS as error:
        raise OutputError(
            Text(
                f"无法完整写入图层 {layer}:磁盘已满、没有权限或文件被占用;原有内容未动",
                f"cannot write layer {layer} whole: the disk is full, rights are missing, or a "
                "file is in use; what was there is unchanged",
            )
        ) from error
    return folder / layer / f"{layer}.gpkg"


def _is_fetched(target: Path, layer: str) -> bool:
    """Tell whether a folder holds just what `write_layer` wrote, unchanged."""
    path, card = target / f"{layer}.gpkg", target / "card.toml"
    if not target.is_dir() or target.is_symlink():
        return False
    names = {item.name for item in target.iterdir()}
    if not names:
        return True
    if names != {path.name, card.name} or not path.is_file():
        return False
    try:
        stated = read_card(card)
    except CardError:
        return False
    return stated.publisher == PUBLISHER and stated.notes.endswith(_MARK + to_sha256([path]))


def _swap(fresh: Path, target: Path) -> None:
    """
    Put the new folder in the place of the old one; the old one comes back if that fails.

    Raises
    ------
    OSError
        If it cannot be put there.
    """
    if not target.exists():
        fresh.replace(target)
        return
    is_ours = _is_fetched(target, target.name)
    number = next(n for n in range(1, 10**6) if not _beside(target, n).exists())
    old = _beside(target, number)
    target.replace(old)
    try:
        fresh.replace(target)
    except OSError:
        old.replace(target)
        raise
    if is_ours:
        shutil.rmtree(old, ignore_errors=True)


def _beside(target: Path, number: int) -> Path:
    """Name a place for what is replaced; a workspace does not look into hidden folders."""
    return target.with_name(f".{target.name}.replaced-{number}")


def _write_geopackage(
    frame: gpd.GeoDataFrame, path: Path, schema: type[LayerSchema], day: str
) -> None:
    """
    Write the GeoPackage and count its rows.

    Raises
    ------
    ValueError
        If it has another number of rows than were written.
    """
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - loads GDAL, once guarded

    family = schema.card().geometry
    with fixed_clock(date.fromisoformat(day)):
        pyogrio.write_dataframe(
            _typed(frame, schema),
            path,
            layer=schema.layer_name(),
            driver="GPKG",
            geometry_type=_TYPES[family],
            promote_to_multi=family == "polygon",
            use_arrow=True,
        )
    if pyogrio.read_info(path, layer=schema.layer_name())["features"] != len(frame):
        raise ValueError(path.name)


def _typed(frame: gpd.GeoDataFrame, schema: type[LayerSchema]) -> gpd.GeoDataFrame:
    """Bring the columns, which are plain text from our own rules, to the schema's types."""
    typed = {}
    for column in schema.columns():
        if column.name not in frame:
            continue
        values = frame[column.name]
        if column.kind in {"number", "integer"}:
            values = pd.to_numeric(values)
        elif column.kind == "boolean":
            values = values.map({"true": True, "false": False})
        typed[column.name] = values.astype(column.dtype)
    return gpd.GeoDataFrame(typed, geometry=frame.geometry, crs=frame.crs)
