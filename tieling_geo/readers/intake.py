"""Turn a file or a table of a database into a `Layer`: every row checked, every row kept."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tieling_geo.errors import BrokenFileError, UnknownNameError, UntrustedFileError
from tieling_geo.readers.card import check_datum, read_card
from tieling_geo.readers.guard import check_kind, to_sha256
from tieling_geo.readers.ledgers.ledger import read_ledger
from tieling_geo.readers.osm.file import read_osm
from tieling_geo.readers.postgis.address import to_postgis_address
from tieling_geo.readers.postgis.reading import postgis_sha256, read_postgis
from tieling_geo.readers.raster import RASTER_KINDS, read_raster
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.row_checks import RowChecks
from tieling_geo.readers.vectors.shapefile import shapefile_parts
from tieling_geo.readers.vectors.vector import read_vector
from tieling_geo.readers.vectors.zipped import open_zipped
from tieling_geo.records import Card, Layer, ReadOptions, Source
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text

_LEDGERS = frozenset({".csv", ".xlsx", ".xlsm"})
# Kinds that can hold a table without places, beside ledgers.
_TABLES = frozenset({".gpkg", ".parquet"})
_OSM = {".osm": ".osm", ".bz2": ".osm.bz2", ".pbf": ".osm.pbf"}


class _Read(NamedTuple):
    """What came out of a source."""

    table: RawTable
    kind: str
    sha256: str


def read_layer(
    name: str,
    source: Path | Source,
    *,
    card: Card | None = None,
    options: ReadOptions | None = None,
) -> Layer:
    """
    Read one layer and check every row of it.

    A row that breaks the schema goes to `rejected` with its row number, cell, value and reason,
    and the others go on; a file that cannot be trusted at all is refused.

    Parameters
    ----------
    name
        A key of `tieling_geo.schemas.LAYERS`.
    source
        The layer's file (`tieling_geo.readers.guard.KINDS` lists the kinds), or a `Source` as a
        workspace has it.
    card
        The layer's card; by default the `card.toml` beside the file.
    options
        What the user states beside the card; by default what the `Source` carries.

    Returns
    -------
    layer
        Accepted rows in the working CRS (metres), sorted by business key, which is the index; rows
        in = accepted + rejected. The rows of a table without places have no geometry.

    Raises
    ------
    UnknownNameError
        If no layer has that name.
    BrokenFileError
        If the file is broken, or has another number of rows than its card states.
    InputError
        If the file, its card, its CRS or its columns are refused (see the subclasses).
    ServiceError
        If a database gives no answer, or not a whole one.
    """
    if name not in LAYERS:
        known = ", ".join(LAYERS)
        raise UnknownNameError(Text(f"没有图层 {name};可用:{known}", f"no layer {name}: {known}"))
    where = source if isinstance(source, Source) else Source(source, source.parent / "card.toml")
    if where.path is not None:
        check_kind(where.path)  # before the card: a file that is not there needs none
    has_places = LAYERS[name].card().has_places
    stated = card if card is not None else read_card(where.card, needs_datum=has_places)
    asked = options if options is not None else where.options
    stated = replace(
        stated,
        datum=asked.datum or stated.datum,
        crs=asked.crs or stated.crs,
        convert=asked.convert or stated.convert,
    )
    if has_places:
        check_datum(stated.datum, place="card.toml", convert=stated.convert)
    read = _read(where, LAYERS[name], stated, asked)
    _check_rows(read.table, stated, where.name)
    checks = RowChecks(LAYERS[name], read.table, stated, asked, where.name)
    return checks.layer(kind=read.kind, sha256=read.sha256)


def _read(where: Source, schema: type[LayerSchema], card: Card, options: ReadOptions) -> _Read:
    """Read every row of a source, whatever state the row is in."""
    if where.path is None:
        table = read_postgis(to_postgis_address(where.address), schema=schema)
        return _Read(table, "postgis", postgis_sha256(table))
    path, kind = where.path, check_kind(where.path)
    if kind == ".zip":
        with open_zipped(path) as (inner, inner_kind):
            table = _read_file(inner, inner_kind, schema, card, options)
        return _Read(table, kind, to_sha256([path]))
    parts = shapefile_parts(path) if kind == ".shp" else [path]
    return _Read(_read_file(path, kind, schema, card, options), kind, to_sha256(parts))


def _read_file(
    path: Path, kind: str, schema: type[LayerSchema], card: Card, options: ReadOptions
) -> RawTable:
    """
    Read a file by its kind.

    Raises
    ------
    UntrustedFileError
        If the layer is a table, and files of the kind are made of geometry.
    """
    has_places = schema.card().has_places
    if kind in _LEDGERS:
        return read_ledger(path, kind, schema=schema, card=card, options=options)
    if kind in _OSM:
        return read_osm(path, _OSM[kind], schema=schema)
    if kind in RASTER_KINDS:
        return read_raster(path, schema=schema, card=card, crs=options.crs)
    if not has_places and kind not in _TABLES:
        raise UntrustedFileError(_no_table(path, kind, schema))
    # A card's CRS is that of a table's coordinates; only what is stated of this file fills a gap.
    return read_vector(
        path, kind, layer=schema.layer_name(), crs=options.crs, has_places=has_places
    )


def _no_table(path: Path, kind: str, schema: type[LayerSchema]) -> Text:
    """Say that a kind of file holds geometry, and the layer is a table without any."""
    title = schema.card().title
    return Text(
        f"文件 {path.name}:{title.zh}是没有图形的表,不能由 {kind} 读取;"
        "请用 .xlsx、.csv,或 GeoPackage 中的属性表",
        f"file {path.name}: {title.en} is a table without geometry and is not read from {kind}; "
        "give an .xlsx, a .csv, or an attribute table in a GeoPackage",
    )


def _check_rows(table: RawTable, card: Card, name: str) -> None:
    """
    Hold the number of rows that the publisher states.

    Raises
    ------
    BrokenFileError
        If it is another.
    """
    if card.rows not in {None, len(table.rows)}:
        raise BrokenFileError(
            name,
            Text(
                f"card.toml 写明 {card.rows} 行,实有 {len(table.rows)} 行",
                f"card.toml states {card.rows} rows, it has {len(table.rows)}",
            ),
        )
