"""A new workspace: `tieling.toml`, and for each layer an empty file with the right columns."""

import csv
import io
import shutil
from pathlib import Path

import tomli_w

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.errors import OutputRefusedError
from tieling_geo.reports.folder import writing
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text
from tieling_geo.workspace import WORKSPACE_FILE

_HEAD = """\
# 工作区说明 / what this workspace is
# 以 # 开头的行不起作用 / a line that begins with # does nothing
[workspace]
title_zh = "新工作区"
title_en = "New workspace"
# 统计日期 / the day of the assessment; 不写则取当天 / without it: today
# as_of = 2025-12-31
# 输出语言 / language: "zh", "en"
language = "zh"
# 规划 / the plan: 内置名称或本文件夹中的文件 / one that comes with the tool, or "<file>.toml" here
plan = "tieling_145"
# 审图号 / map approval number: 没有则留空 / leave blank if there is none
map_approval_no = ""

# 图层文件默认为 <图层>/<图层>.csv(或 .gpkg 等);放在别处时写明
# A layer's file is <layer>/<layer>.csv (or .gpkg, ...); if it is elsewhere, say where:
# [layers.boilers]
# path = "boilers/boilers.csv"
"""


def write_template(root: Path) -> list[Path]:
    """
    Write a new workspace, whole or not at all, into a folder that is absent or empty.

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
    OutputError
        If the disk or the rights do not allow it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_template(Path(folder) / "new")[:3]]
    ['black_odorous_waters.csv', 'card.toml', 'boilers.csv']
    """
    with writing(root):
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise OutputRefusedError(
                Text(
                    f"{root.name} 已存在且不为空,不予覆盖;请换一个文件夹",
                    f"{root.name} exists and is not empty; choose another folder",
                )
            )
        root.mkdir(parents=True, exist_ok=True)
        return _write_all(root)


def _write_all(root: Path) -> list[Path]:
    """
    Write every file, or leave the folder empty.

    Raises
    ------
    OSError
        What the file system said.
    """
    try:
        return _write_files(root)
    except OSError:
        for path in root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def _write_files(root: Path) -> list[Path]:
    """Write every file; what makes the folder a workspace comes last."""
    written = []
    for name, schema in LAYERS.items():
        (root / name).mkdir()
        written += [
            _write(root / name / f"{name}.csv", _header(schema)),
            _write(root / name / "card.toml", _card(schema)),
        ]
    return [*written, _write(root / WORKSPACE_FILE, _HEAD)]


def _write(path: Path, text: str) -> Path:
    """Write text; a table begins with a BOM, so that Excel takes it as UTF-8."""
    encoding = "utf-8-sig" if path.suffix == ".csv" else "utf-8"
    path.write_text(text, encoding=encoding, newline="\n")
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
