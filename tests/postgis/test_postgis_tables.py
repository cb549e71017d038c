"""A layer without places comes out of a database as a table: no geometry asked for, none read."""

import pytest
from hand_made_postgis import POINT, Server, make

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.postgis.reading import postgis_sha256, read_postgis
from tieling_geo.readers.raw import RawTable
from tieling_geo.schemas import Boilers, Indicators, LayerSchema

COLUMNS = "record_id text PRIMARY KEY, indicator text, area text, year int, value numeric"
ROWS = ("'2', '节能量', '银州区', 2025, 0.1", "'1', '节能量', '全市', 2025, NULL")


def read(server: Server, schema: str, of: type[LayerSchema] = Indicators) -> RawTable:
    """Read the table of a schema as a layer."""
    return read_postgis(server.table("indicators", schema=schema), schema=of)


def test_a_table_needs_no_geometry_column(server: Server, schema: str) -> None:
    """Rows in the order of the key, as they are; a layer with places refuses the same table."""
    make(server, schema, COLUMNS, *ROWS, table="indicators")
    table = read(server, schema)
    assert table.attributes.to_numpy().tolist() == [
        ["1", "节能量", "全市", 2025, None],
        ["2", "节能量", "银州区", 2025, 0.1],
    ]
    assert table.geometry.tolist() == [None, None]
    assert (table.crs, table.coordinate_form, table.faults) == (None, "", ())
    assert postgis_sha256(table) == postgis_sha256(read(server, schema))
    with pytest.raises(LayerSchemaError, match="no geometry column"):
        read(server, schema, Boilers)


def test_geometry_that_is_there_is_not_used(server: Server, schema: str) -> None:
    """Columns of geometry, even two in different CRSs, are told and left unread."""
    shapes = "one geometry(Point, 4490), two geometry(Point, 4326)"
    row = f"{ROWS[0]}, {POINT}, ST_Transform({POINT}, 4326)"
    make(server, schema, f"{COLUMNS}, {shapes}", row, table="indicators")
    table = read(server, schema)
    assert list(table.attributes) == ["record_id", "indicator", "area", "year", "value"]
    assert table.geometry.tolist() == [None]
    assert any("one, two" in note.en and "(none)" in note.en for note in table.notes)


def test_an_empty_table_is_read(server: Server, schema: str) -> None:
    """No row is no fault."""
    make(server, schema, COLUMNS, table="indicators")
    table = read(server, schema)
    assert (len(table.rows), len(table.geometry), table.crs) == (0, 0, None)
