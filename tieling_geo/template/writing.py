"""A new workspace: `tieling.toml`, and for each layer a workbook to be filled in and its card."""

import shutil
from pathlib import Path

import tomli_w

from tieling_geo.crs import GEOGRAPHIC_CRS
from tieling_geo.errors import OutputRefusedError
from tieling_geo.reports.folder import writing
from tieling_geo.reports.workbook import write_workbook
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.template.sheets import to_pages
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

# 图层文件默认为 <图层>/<图层>.xlsx(或 .csv、.gpkg、.shp 等);其余设置按需去掉行首的 #
# A layer's file is <layer>/<layer>.xlsx (or .csv, .gpkg, .shp, ...); take away the # as needed:
# [layers.boilers]
# path = "台账/锅炉台账2024.xlsx"     # 文件 / the file
# sheet = "2024"                      # 工作表 / sheet of a workbook
# header_rows = [2, 3]                # 表头的首行与末行 / first and last row of the header
# crs = "EPSG:4550"                   # 表格坐标的坐标系 / CRS of a table's coordinates
# datum = "cgcs2000"                  # 坐标基准 / datum: cgcs2000, wgs84, gcj02, bd09, ...
# convert = true                      # 由 GCJ-02、BD-09 转为 CGCS2000 / convert to CGCS2000
# repair = true                       # 修复无效图形并记录面积变化 / repair invalid geometry
# datum_confirmed = "王工,2025-12-31"  # 基准的确认人与依据 / who confirms the datum, and how
# [layers.boilers.columns]            # 表头 = 列名 / header in the file = column
# "锅炉代号" = "boiler_id"

# OpenStreetMap(只在执行 tieling-geo fetch 时访问) / asked only by tieling-geo fetch
# [osm]
# overpass_url = "https://overpass-api.de/api"
# nominatim_url = "https://nominatim.openstreetmap.org"
# timeout_s = 180                     # 每次询问的时限 / limit of one try
# tries = 5                           # 每问最多几次 / at most so many tries a question
# total_time_s = 900                  # 每问总时限 / limit of all tries of a question
"""


def write_template(root: Path) -> list[Path]:
    """
    Write a new workspace, whole or not at all, into a folder that is absent or empty.

    Each layer gets a workbook with its headers, drop-down lists, one example row, which is never
    read, and a page of instructions. Points have columns for longitude and latitude; lines and
    polygons have a `WKT` column, and a GeoPackage or Shapefile of the layer's name may take the
    workbook's place. A table without places has neither, and its card states no datum.

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
    ['air_quality_records.xlsx', 'card.toml', 'air_stations.xlsx']
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
        workbook = root / name / f"{name}.xlsx"
        title = schema.card().title
        write_workbook(workbook, to_pages(schema), title=f"{title.zh} / {title.en}")
        written += [workbook, _write(root / name / "card.toml", _card(schema))]
    return [*written, _write(root / WORKSPACE_FILE, _HEAD)]


def _write(path: Path, text: str) -> Path:
    """Write text."""
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _card(schema: type[LayerSchema]) -> str:
    """Give a card to be filled in."""
    card = schema.card()
    datum = {"datum": "cgcs2000", "crs": GEOGRAPHIC_CRS} if card.has_places else {}
    day = "reference_date(数据日期,如 2025-12-31)"
    last = f"、{day}与 datum(坐标基准)" if card.has_places else f"与 {day}"
    publisher = "请填写 publisher(提供单位)、licence(使用许可)"
    return tomli_w.dumps({
        "title": card.title.zh,
        "publisher": "",
        "licence": "",
        "reference_date": "",
        **datum,
        "notes": f"{card.definition.zh}。{publisher}{last}",
    })
