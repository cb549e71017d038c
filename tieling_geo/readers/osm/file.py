"""Read a layer from OpenStreetMap's files: `.osm`, `.osm.bz2` and `.osm.pbf`."""

from pathlib import Path

from tieling_geo.readers.osm.elements import Elements, Keep
from tieling_geo.readers.osm.features import rule_of, to_keep, to_table
from tieling_geo.readers.osm.pbf import read_pbf
from tieling_geo.readers.osm.xml import read_osm_xml
from tieling_geo.readers.raw import RawTable
from tieling_geo.schemas import LayerSchema


def read_osm(path: Path, kind: str, *, schema: type[LayerSchema]) -> RawTable:
    """
    Read the elements of an OpenStreetMap file that belong to a layer.

    Every way must have all of its nodes and every area all of its ways, or its row has no geometry
    and a fault that says why; the notes count and list them, with the data's timestamp and credit.

    Parameters
    ----------
    path
        The file.
    kind
        `.osm`, `.osm.bz2` or `.osm.pbf` (also `.bz2` and `.pbf`).
    schema
        The layer: which tags make it is in `tags.RULES`.

    Returns
    -------
    table
        n rows ordered by kind of element and id, with the schema's own column names, in WGS 84.

    Raises
    ------
    InputError
        If the layer cannot be had from OpenStreetMap.
    BrokenFileError
        If the file is cut off, damaged or incomplete.
    UntrustedFileError
        If it is of a kind that is not read, has a document type, or is too large.
    """
    keep = to_keep(rule_of(schema.layer_name()))
    table, _ = to_table(_read_elements(path, kind, keep), schema)
    return table


def _read_elements(path: Path, kind: str, keep: Keep) -> Elements:
    """Read all elements of a file of a kind."""
    if kind.endswith("pbf"):
        return read_pbf(path, keep)
    return read_osm_xml(path, keep, packed=kind.endswith("bz2"))
