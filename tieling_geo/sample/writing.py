"""Write the drawn layers as a workspace: `tieling.toml`, and one folder a layer with its card."""

import csv
import os
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
import tomli_w

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.gdal_settings import fixed_clock, no_waiting_for_disk
from tieling_geo.sample.base import SEED
from tieling_geo.sample.drawing import draw
from tieling_geo.sample.ground import DECIMALS
from tieling_geo.sample.notes import PUBLISHER, layer_notes
from tieling_geo.schemas import LAYERS, ColumnCard, LayerSchema
from tieling_geo.text import Text

#: Layers that offices keep as ledgers: written as CSV, all others as GeoPackage.
LEDGERS = (
    "boilers",
    "outfalls",
    "freight_sites",
    "indicators",
    "overrides",
    "enterprises",
    "discharge_permits",
    "emission_monitors",
    "sewage_works",
    "sewage_inflow_records",
    "hazardous_waste_facilities",
    "hazardous_waste_generators",
    "medical_sites",
    "medical_waste_routes",
    "kilns",
    "high_energy_projects",
    "heated_buildings",
    "air_quality_records",
    "mobile_machinery",
    "storage_tanks",
    "freight_flows",
    "fleets",
    "public_buildings",
    "villages",
    "village_sewage_projects",
    "livestock_farms",
)
_AS_OF = date(2025, 12, 31)
_WORKSPACE_FILE = "tieling.toml"
_CARD_FILE = "card.toml"
_WORKSPACE = {
    "title_zh": "示例数据：铁岭市“十四五”节能减排规划评估工作区（台账、界线与数值均为虚构）",
    "title_en": "SAMPLE: workspace for assessing Tieling's 14th Five-Year energy-saving and "
    "emission plan (ledgers, borders and figures are invented)",
    "as_of": _AS_OF,
    "language": "zh",
    "plan": "tieling_145",
    "is_sample": True,
    "map_approval_no": "",
}


def write_sample(out: Path, *, scale: float = 1.0, seed: int = SEED, force: bool = False) -> None:
    """
    Draw the sample and write it as a workspace, whole or not at all.

    Parameters
    ----------
    out
        The folder to write. It may be absent or empty; its parents are made.
    scale
        See `draw`.
    seed
        See `draw`. The same seed and scale give the same bytes in every file.
    force
        Replace a folder that holds a sample and nothing else.

    Raises
    ------
    OutputRefusedError
        If the folder is not empty and `force` is not given, or it holds anything that is not a
        sample: a workspace or a layer of the user's own is never replaced.
    OutputError
        If the disk or the rights do not allow it; what was there is still there.
    ParameterError
        If the scale or seed is out of range.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sample(Path(folder) / "sample", scale=0.05)
    ...     (Path(folder) / "sample" / "boilers" / "boilers.csv").is_file()
    True
    """
    target = out.resolve()
    _check_replaceable(target, force=force)
    layers = draw(scale=scale, seed=seed)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            built = Path(folder) / "built"
            built.mkdir()
            _write_workspace(built, layers, scale=scale, seed=seed)
            _move_into_place(built, target, Path(folder) / "replaced")
    except OSError as error:
        raise OutputError(
            Text(
                f"无法写入文件夹 {out}：{error.strerror or error}",
                f"cannot write folder {out}: {error.strerror or error}",
            )
        ) from error


def _check_replaceable(target: Path, *, force: bool) -> None:
    """
    Refuse a place that holds what this module did not write, or may not replace.

    Raises
    ------
    OutputRefusedError
        With the way out.
    """
    if not os.path.lexists(target) or (target.is_dir() and not any(target.iterdir())):
        return
    if not _is_sample(target):
        raise OutputRefusedError(
            Text(
                f"{target.name} 中有不是示例数据的内容，不会覆盖；请换一个文件夹",
                f"{target.name} holds something that is not the sample and is never replaced; "
                "name another folder",
            )
        )
    if not force:
        raise OutputRefusedError(
            Text(
                f"{target.name} 中已有示例数据；如需重新生成，请加 --force（force=True）",
                f"{target.name} holds a sample already; to draw it again, say --force (force=True)",
            )
        )


def _is_sample(folder: Path) -> bool:
    """Tell whether a folder is a sample workspace, and every layer in it is a sample, too."""
    stated = _read_toml(folder / _WORKSPACE_FILE).get("workspace")
    if not (isinstance(stated, dict) and stated.get("is_sample") is True):
        return False
    layers = [entry for entry in folder.iterdir() if entry.name != _WORKSPACE_FILE]
    return all(
        entry.name in LAYERS and _read_toml(entry / _CARD_FILE).get("is_sample") is True
        for entry in layers
    )


def _read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; one that is missing or broken states nothing."""
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _move_into_place(built: Path, target: Path, replaced: Path) -> None:
    """
    Put the new folder where the old one was; if that fails, the old one is put back.

    Raises
    ------
    OSError
        If the disk or the rights do not allow it.
    """
    if not target.exists():
        built.rename(target)
        return
    target.rename(replaced)
    try:
        built.rename(target)
    except OSError:
        replaced.rename(target)
        raise


def _write_workspace(
    folder: Path, layers: dict[str, gpd.GeoDataFrame], *, scale: float, seed: int
) -> None:
    """Write `tieling.toml`, and each layer with its card."""
    _write_toml(folder / _WORKSPACE_FILE, {"workspace": _WORKSPACE})
    with fixed_clock(_AS_OF), no_waiting_for_disk():
        for name, layer in layers.items():
            (folder / name).mkdir()
            if name in LEDGERS:
                _write_ledger(folder / name / f"{name}.csv", LAYERS[name], layer)
            else:
                _write_geopackage(folder / name / f"{name}.gpkg", name, layer)
            _write_toml(folder / name / _CARD_FILE, _card(LAYERS[name], scale=scale, seed=seed))


def _write_toml(path: Path, content: dict[str, Any]) -> None:
    """Write a TOML file with Unix line ends on every system."""
    path.write_bytes(tomli_w.dumps(content).encode())


def _card(schema: type[LayerSchema], *, scale: float, seed: int) -> dict[str, Any]:
    """Say what a layer's file is: a sample, and which facts it stands on."""
    title, has_places = schema.card().title, schema.card().has_places
    name = schema.layer_name()
    card: dict[str, Any] = {
        "title": f"示例数据：{title.zh} / SAMPLE: {title.en}",
        "publisher": PUBLISHER,
        "licence": "Apache-2.0",
        "reference_date": _AS_OF,
        **({"datum": "cgcs2000"} if has_places else {}),
        "is_sample": True,
        "notes": layer_notes(name, scale=scale, seed=seed),
    }
    return card | ({"crs": GEOGRAPHIC_CRS} if has_places and name in LEDGERS else {})


def _write_geopackage(path: Path, name: str, layer: gpd.GeoDataFrame) -> None:
    """Write a layer as a GeoPackage; without a spatial index, which would double its size."""
    pyogrio.write_dataframe(
        layer, path, layer=name, driver="GPKG", layer_options={"SPATIAL_INDEX": "NO"}
    )


def _write_ledger(path: Path, schema: type[LayerSchema], layer: gpd.GeoDataFrame) -> None:
    """Write a layer as offices keep it: Chinese headers and words, longitude and latitude."""
    cards = schema.columns()
    columns = [_to_words(layer[card.name], card) for card in cards]
    headers = [card.header_zh for card in cards]
    if schema.card().has_places:
        degrees = shapely.get_coordinates(layer.geometry.to_numpy())
        columns += [[f"{value:.{DECIMALS}f}" for value in axis] for axis in degrees.T]
        headers += ["经度", "纬度"]
    # The byte-order mark is what makes spreadsheet programs read Chinese right.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(headers)
        rows.writerows(zip(*columns, strict=True))


def _to_words(values: pd.Series, card: ColumnCard) -> list[str]:
    """Write values as people do: days, 是/否, the Chinese title of a code, or nothing."""
    return ["" if pd.isna(value) else _to_word(value, card) for value in values]


def _to_word(value: Any, card: ColumnCard) -> str:  # noqa: ANN401 - a cell of any kind
    """Write one value that is there."""
    if card.kind == "date":
        return f"{value:%Y-%m-%d}"
    if card.kind == "boolean":
        return "是" if value else "否"
    if card.kind == "number":
        return f"{value:.10g}"
    titles = card.values  # noqa: PD011 - the allowed values of a column, not a frame's
    return titles[value].zh if titles else str(value)
