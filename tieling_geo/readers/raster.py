"""
Read a GeoTIFF as the cells of its grid: one polygon a cell that has a value. The one rasterio user.

What the bands hold stands in the card, for no GeoTIFF says it in words that can be relied on:

    [bands]
    1 = {column = "organic_matter_g_per_kg", year = 2020}
    2 = {column = "organic_matter_g_per_kg", year = 2025}

`column` is a number column of the layer; whatever else stands there is the same for all cells.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, CardError, UntrustedFileError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.stated_crs import to_crs_in_use, to_stated_crs
from tieling_geo.records import Card, SetAside
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

#: Suffixes of the files that are read here.
RASTER_KINDS = (".tif", ".tiff")
#: Most cells of all years together (closed), whether they have a value or not.
MOST_CELLS = 2_000_000
#: Largest file (closed), bytes: it is read into memory as a whole.
LARGEST_RASTER_BYTES = 512 << 20
# A block is unpacked at once: one of more cells than this (closed) is a trap.
_LARGEST_BLOCK = 1 << 26
_COLUMN = "column"
# In messages GDAL calls the file in memory by a name of its own.
_MEMORY_NAME = re.compile(r"'?/?vsimem/\S*")
# What is left of a grid's cell that has no width.
_FLAT = 0.0
_SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
}


class _Band(NamedTuple):
    """What the card says of a band."""

    number: int
    column: str
    same: tuple[tuple[str, Any], ...]
    """Further columns, the same for all its cells, sorted by name."""


class _Grid(NamedTuple):
    """What stands in the file."""

    corners: tuple[float, ...]
    """Affine transform from column and row to x and y: a, b, c, d, e, f."""
    shape: tuple[int, int]
    crs: object
    numbers: dict[int, NDArray[np.float64]]
    """Band -> numbers; NaN where there is none."""
    blank: dict[int, int]
    """Band -> cells that the file marks as without a value."""
    notes: tuple[Text, ...]


def read_raster(path: Path, *, schema: type[LayerSchema], card: Card, crs: str = "") -> RawTable:
    """
    Read every cell of a GeoTIFF that has a value.

    Bands whose further columns are equal make one row a cell; others make rows of their own. Cells
    are numbered row by row from the top, `r0c0` first, the further columns' values before it, such
    as `2020-r0c0`. Cells that are nodata, masked or no number are set aside and counted. Scale and
    offset of a band are applied.

    Parameters
    ----------
    path
        The file, its first bytes checked (`guard.check_kind`).
    schema
        The layer: polygons, with the columns that the card's bands name.
    card
        The layer's card, with its bands.
    crs
        What the user says of the file's CRS, `EPSG:n`: used only where the file states none.

    Returns
    -------
    table
        One row a cell and group of bands; row numbers count all cells of all groups from 1.

    Raises
    ------
    CardError
        If the card does not say what the bands hold, or says what the layer does not have.
    BrokenFileError
        If the file is broken.
    UntrustedFileError
        If it has too many cells, no place on the ground, or numbers that are none.
    CRSError
        If it states its CRS in words that cannot be read, or another than the user gives.
    """
    bands = _bands(path, schema, card)
    grid = _read_grid(path, bands)
    stated, notes = to_crs_in_use(_stated_crs(grid.crs, path), crs, path)
    groups: dict[tuple[tuple[str, Any], ...], list[_Band]] = {}
    for band in bands:
        groups.setdefault(band.same, []).append(band)
    tables, aside = [], []
    for nth, (same, members) in enumerate(groups.items()):
        rows, left_out = _rows(grid, same, members, schema.card().key, nth)
        tables.append(rows)
        aside += left_out
    whole = pd.concat(tables)
    numbers = whole.index.to_numpy()
    cells = (numbers - 1) % (grid.shape[0] * grid.shape[1])
    return RawTable(
        whole.reset_index(drop=True),
        _polygons(grid, cells),
        numbers.astype("int64"),
        stated,
        notes=(*grid.notes, *notes),
        aside=tuple(aside),
    )


def _bands(path: Path, schema: type[LayerSchema], card: Card) -> list[_Band]:
    """
    Take what the card says of the bands.

    Raises
    ------
    CardError
        If it says nothing, or what the layer does not have.
    UntrustedFileError
        If the layer is not made of polygons.
    """
    if schema.card().geometry != "polygon":
        title = schema.card().title
        raise UntrustedFileError(
            Text(
                f"文件 {path.name}:{title.zh}不是面图层,不能由栅格读取",
                f"file {path.name}: {title.en} are no polygons and are not read from a raster",
            )
        )
    columns = {c.name: c for c in schema.columns()}
    numbers = sorted(name for name, c in columns.items() if c.kind == "number")
    if not card.bands:
        raise CardError(_bands_wrong(path, Text("没有 [bands]", "it has no [bands]"), numbers))
    bands = []
    for key, stated in card.bands.items():
        column, same = stated.get(_COLUMN), {k: v for k, v in stated.items() if k != _COLUMN}
        strange = sorted(name for name in same if name not in columns or name == schema.card().key)
        if not key.isascii() or not key.isdigit() or int(key) < 1:
            why = Text(f"波段号 {key!r} 有误", f"{key!r} is no number of a band")
            raise CardError(_bands_wrong(path, why, numbers))
        if column not in numbers or strange:
            told = strange[0] if strange else column
            why = Text(f"没有可用的列 {told!r}", f"{told!r} is no column for it")
            raise CardError(_bands_wrong(path, why, numbers))
        bands.append(_Band(int(key), str(column), tuple(sorted(same.items()))))
    held = {(band.column, band.same) for band in bands}
    if len(held) < len(bands) or len({band.number for band in bands}) < len(bands):
        why = Text("两个波段写成同一内容", "two bands are said to hold the same")
        raise CardError(_bands_wrong(path, why, numbers))
    return sorted(bands)


def _bands_wrong(path: Path, why: Text, numbers: list[str]) -> Text:
    """Say what is wrong with the card's bands, and how to write them."""
    column = numbers[0] if numbers else "…"
    form = f'1 = {{column = "{column}", year = 2020}}'
    return Text(
        f"{path.name} 的 card.toml:{why.zh};请在 [bands] 下逐个写明波段内容,如 {form};"
        f"可用数值列 {numbers}",
        f"card.toml of {path.name}: {why.en}; say under [bands] what each band holds, such as "
        f"{form}; number columns: {numbers}",
    )


def _read_grid(path: Path, bands: list[_Band]) -> _Grid:
    """
    Read the file from memory, where it has no neighbours and no other name.

    Raises
    ------
    BrokenFileError
        If it is broken, or lacks a band.
    UntrustedFileError
        If it is too large, or has no place on the ground.
    """
    guard_gdal()
    import rasterio  # noqa: PLC0415 - loads GDAL, once guarded
    from rasterio.errors import RasterioError  # noqa: PLC0415

    _check_size(path, path.stat().st_size, LARGEST_RASTER_BYTES, Text("字节", "bytes"))
    try:
        with (
            warnings.catch_warnings(),
            rasterio.Env(**_SETTINGS),
            rasterio.MemoryFile(path.read_bytes()) as memory,
        ):
            # What it warns of, a file without a place, is refused below.
            warnings.simplefilter("ignore")
            with memory.open(driver="GTiff") as source:
                return _read_bands(path, source, bands)
    except UntrustedFileError:
        raise
    except (RasterioError, ValueError, OSError, MemoryError) as error:
        told = _MEMORY_NAME.sub(path.name, str(error))
        raise BrokenFileError(
            path.name, Text(f"无法读取({told})", f"it cannot be read ({told})")
        ) from None


def _read_bands(path: Path, source: Any, bands: list[_Band]) -> _Grid:  # noqa: ANN401 - rasterio's
    """
    Read the bands of an open file.

    Raises
    ------
    BrokenFileError
        If it lacks a band.
    UntrustedFileError
        If it is too large, has no place on the ground, or its numbers are none.
    """
    groups = len({band.same for band in bands})
    cells = Text("个栅格单元", "cells")
    _check_size(path, source.width * source.height * groups, MOST_CELLS, cells)
    _check_size(path, max(h * w for h, w in source.block_shapes), _LARGEST_BLOCK, cells)
    if bands[-1].number > source.count:
        raise BrokenFileError(
            path.name,
            Text(
                f"card.toml 写到波段 {bands[-1].number},文件只有 {source.count} 个",
                f"card.toml tells of band {bands[-1].number}, it has {source.count}",
            ),
        )
    corners = tuple(float(n) for n in tuple(source.transform)[:6])
    _check_transform(path, corners, is_placed=not source.transform.is_identity)
    if any(np.dtype(source.dtypes[band.number - 1]).kind == "c" for band in bands):
        raise UntrustedFileError(
            Text(f"{path.name}:波段为复数", f"{path.name}: its numbers are complex")
        )
    values, blank = {}, {}
    for number in [band.number for band in bands]:
        read = source.read(number, masked=True)
        scaled = np.ma.getdata(read).astype("float64") * source.scales[number - 1]
        scaled += source.offsets[number - 1]
        gone = np.ma.getmaskarray(read)
        # Numbers that are none are masked as well: they are told apart.
        blank[number] = int((gone & np.isfinite(scaled)).sum())
        values[number] = np.where(gone | ~np.isfinite(scaled), np.nan, scaled).ravel()
    wkt = source.crs.to_wkt() if source.crs else None
    return _Grid(corners, (source.height, source.width), wkt, values, blank, tuple(_notes(source)))


def _notes(source: Any) -> Iterator[Text]:  # noqa: ANN401 - rasterio's
    """Tell what of the file is left unread."""
    if len(source.subdatasets) > 1:
        yield Text(
            "文件有多页,只读取第一页", "the file has several pages: only the first one is read"
        )


def _check_size(path: Path, has: int, may: int, unit: Text) -> None:
    """
    Refuse what would not fit into memory.

    Raises
    ------
    UntrustedFileError
        With what it has and the limit.
    """
    if has > may:
        raise UntrustedFileError(
            Text(
                f"{path.name}:{has:,} {unit.zh},超过上限 {may:,};请裁剪到本地区或降低分辨率",
                f"{path.name}: {has:,} {unit.en}, more than the {may:,} that are read; cut it to "
                "your area or make it coarser",
            )
        )


def _check_transform(path: Path, corners: tuple[float, ...], *, is_placed: bool) -> None:
    """
    Refuse a grid that lies nowhere, or whose cells have no area.

    Raises
    ------
    UntrustedFileError
        With what to do.
    """
    a, b, _, d, e, _ = corners
    if is_placed and np.isfinite(corners).all() and abs(a * e - b * d) > _FLAT:
        return
    raise UntrustedFileError(
        Text(
            f"{path.name}:文件没有地理定位(仿射变换);请在原软件中配准后导出为 GeoTIFF",
            f"{path.name}: the file does not say where its cells lie; georeference it and export "
            "it as a GeoTIFF",
        )
    )


def _stated_crs(wkt: object, path: Path) -> pyproj.CRS | None:
    """Build the CRS that the file states; one without a datum on the ground is none."""
    crs = to_stated_crs(wkt, path)
    is_local = crs is not None and crs.type_name == "Engineering CRS"
    return None if is_local else crs


def _rows(
    grid: _Grid, same: tuple[tuple[str, Any], ...], members: list[_Band], key: str, nth: int
) -> tuple[pd.DataFrame, list[SetAside]]:
    """Lay out the cells of one group of bands that have a value; count those that have none."""
    size = grid.shape[0] * grid.shape[1]
    known = np.zeros(size, dtype=bool)
    for band in members:
        known |= np.isfinite(grid.numbers[band.number])
    cell = np.flatnonzero(known)
    row, column = np.divmod(cell, grid.shape[1])
    prefix = "".join(f"{value}-" for _, value in same)
    ids = [f"{prefix}r{r}c{c}" for r, c in zip(row.tolist(), column.tolist(), strict=True)]
    columns: Mapping[str, Any] = {
        key: pd.Series(ids, dtype="object"),
        **{name: pd.Series([value] * len(cell), dtype="object") for name, value in same},
        **{band.column: grid.numbers[band.number][cell] for band in members},
    }
    numbers = nth * size + cell + 1
    table = pd.DataFrame(columns).set_axis(pd.Index(numbers))
    if len(cell) == size:
        return table, []
    first = nth * size + int(np.flatnonzero(~known)[0]) + 1
    marked = max(grid.blank[band.number] for band in members)
    told = Text(
        f"没有值的单元 {size - len(cell)} 个(其中标为无数据 {marked} 个)",
        f"{size - len(cell)} cells without a value ({marked} of them marked as nodata)",
    )
    value = f"{prefix}bands {' '.join(str(band.number) for band in members)}"
    return table, [SetAside(first, "no_value", value, told, size - len(cell))]


def _polygons(grid: _Grid, cells: NDArray[np.intp]) -> NDArray[np.object_]:
    """Draw cells by their corners; neighbours share theirs to the last bit."""
    a, b, c, d, e, f = grid.corners
    row, column = np.divmod(cells, grid.shape[1])
    x = column[:, None] + np.array([0, 1, 1, 0, 0])
    y = row[:, None] + np.array([0, 0, 1, 1, 0])
    ring = np.stack([a * x + b * y + c, d * x + e * y + f], axis=-1)
    polygons = np.full(len(cells), None, dtype=object)
    if len(cells):
        polygons[:] = shapely.polygons(ring)
    return polygons
