"""A new workspace: `tieling.toml`, and for each layer an empty file with the right columns."""

import csv
import io
from pathlib import Path

import tomli_w

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.errors import OutputRefusedError
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text
from tieling_geo.workspace import WORKSPACE_FILE

_HEAD = {
    "title_zh": "新工作区",
    "title_en": "New workspace",
    "language": "zh",
    "plan": "tieling_145",
    "is_sample": False,
    "map_approval_no": "",
}


def write_template(root: Path) -> list[Path]:
    """
    Write a new workspace into a folder that is not there yet or is empty.

    Layers of points get a CSV with the headers only; layers of lines and polygons get one with a
    `WKT` column, which a GeoPackage of the layer's name may take the place of.

    Parameters
    ----------
    root
        The folder.

    Returns
    -------
    written
        The files, in the order written.

    Raises
    ------
    OutputRefusedError
        If the folder holds anything.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise OutputRefusedError(
            Text(f"{root.name} 已存在且不为空,不予覆盖", f"{root.name} exists and is not empty")
        )
    root.mkdir(parents=True, exist_ok=True)
    written = [_write(root / WORKSPACE_FILE, tomli_w.dumps({"workspace": _HEAD}))]
    for name, schema in LAYERS.items():
        (root / name).mkdir()
        written += [
            _write(root / name / f"{name}.csv", _header(schema)),
            _write(root / name / "card.toml", _card(schema)),
        ]
    return written


def _write(path: Path, text: str) -> Path:
    """Write text; a table begins with a BOM, so that Excel takes it as UTF-8."""
    path.write_text(text, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
    return path


def _header(schema: type[LayerSchema]) -> str:
    """Give a layer's Chinese headers, coordinates last."""
    point = schema.card().geometry == "point"
    headers = [column.header_zh for column in schema.columns()]
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow([*headers, *(("经度", "纬度") if point else ("WKT",))])
    return line.getvalue()


def _card(schema: type[LayerSchema]) -> str:
    """Give a card to be filled in."""
    card = schema.card()
    return tomli_w.dumps({
        "title": card.title.zh,
        "publisher": "",
        "licence": "",
        "reference_date": "",
        "datum": "cgcs2000",
        "crs": GEOGRAPHIC_CRS,
        "notes": f"{card.definition.zh}。请填写 publisher(提供单位)、licence(使用许可)、"
        "reference_date(数据日期,如 2025-12-31)与 datum(坐标基准)",
    })
