"""
Every value of a database comes in exactly, or as text that later checks see and reject.

| stored | read |
|---|---|
| text, whole numbers, numbers, yes or no, days, moments | Python's own, exact |
| decimal numbers | whole or floating-point number if that is exactly it, else the digits as text |
| moments with a zone | China's time |
| `NaN`, `infinity`, days before our era | text |
| everything else | the text that the database shows |
| blank | None |
"""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
import shapely
from hand_made_postgis import POINT, Server, make, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from tieling_geo.readers.postgis.reading import postgis_sha256


def test_native_values_in_key_order(server: Server, schema: str) -> None:
    """By hand: each type's value, blanks None, rows by key whatever order they were put in."""
    make(
        server,
        schema,
        'id int PRIMARY KEY, "编号" text, t numeric(8,2), big bigint, on_ date, at timestamp, '
        "ok boolean, c char(5), geom geometry(Point, 4490)",
        f"10, 'B2', 7.50, 9007199254740993, '2009-11-01', '2009-11-01 08:30', true, 'a', {POINT}",
        "9, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
    )
    table = read(server, schema)
    assert table.attributes.to_dict("records") == [
        dict.fromkeys(["编号", "t", "big", "on_", "at", "ok", "c"]) | {"id": 9},
        {
            "id": 10,
            "编号": "B2",
            "t": 7.5,
            "big": 9007199254740993,
            "on_": date(2009, 11, 1),
            "at": datetime(2009, 11, 1, 8, 30),  # noqa: DTZ001 - of a column without a zone
            "ok": True,
            "c": "a",
        },
    ]
    assert table.geometry.tolist() == [None, shapely.Point(123.84, 42.29)]
    assert table.rows.tolist() == [1, 2]
    assert table.crs is not None
    assert table.crs.to_epsg() == 4490
    assert (table.encoding, table.faults, table.coordinates) == ("UTF8", (), ())
    assert table.notes[0].en == "rows are numbered in the order of the key id"


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("numeric", "0.1", 0.1),
        ("numeric", "12345678901234567890", 12345678901234567890),
        ("numeric", "0.12345678901234567890", "0.12345678901234567890"),
        ("numeric", "'NaN'", "NaN"),
        ("real", "0.1", 0.1),
        ("double precision", "0.1::float8 + 0.2", 0.30000000000000004),
        ("double precision", "'NaN'", "NaN"),
        ("double precision", "'-Infinity'", -np.inf),
        ("date", "'infinity'", "infinity"),
        ("date", "'0044-03-15 BC'", "0044-03-15 BC"),
        ("timestamptz", "'2023-12-30 16:00:00Z'", datetime(2023, 12, 31)),  # noqa: DTZ001
        ("timestamp", "'infinity'", "infinity"),
        ("text", "'001'", "001"),
        ("varchar(20)", "'912112007777777777'", "912112007777777777"),
        ("text", "'=1+1; DROP TABLE x; --%s'", "=1+1; DROP TABLE x; --%s"),
        ("text", "''", ""),
        ("json", "'{\"a\": 1}'", '{"a": 1}'),
        ("int[]", "'{1,2}'", "{1,2}"),
        ("bytea", r"'\x00ff'", r"\x00ff"),
        ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("interval", "'1 day'", "1 day"),
    ],
)
def test_values_are_exact_or_text(
    server: Server, schema: str, kind: str, written: str, meant: object
) -> None:
    """What a database can hold and Python cannot is text, which later checks see and reject."""
    make(server, schema, f"v {kind}, geom geometry(Point, 4490)", f"{written}, {POINT}")
    (value,) = read(server, schema).attributes["v"]
    assert (value, type(value)) == (meant, type(meant))


ROW = st.tuples(
    st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | st.datetimes(),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=1e12),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=5))
def test_whatever_is_stored_is_read(
    server: Server, schema: str, rows: list[tuple[object, ...]]
) -> None:
    """Text, numbers, days and moments put in by the driver come out as they were."""
    server.run("DROP TABLE IF EXISTS {s}.boilers", s=schema)
    columns = (
        "n int PRIMARY KEY, t text, i bigint, f float8, b bool, d date, m timestamp, x numeric"
    )
    server.run(f"CREATE TABLE {schema}.boilers ({columns}, geom geometry(Point, 4490))")
    query = sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)")
    for number, row in enumerate(rows):
        server.owner.execute(query.format(sql.Identifier(schema, "boilers")), (number, *row))
    table = read(server, schema).attributes
    assert len(table) == len(rows)
    for number, row in enumerate(rows):
        *values, x = row
        *found, y = table.iloc[number].tolist()[1:]
        assert found == values
        assert [type(value) for value in found] == [type(value) for value in values]
        assert (y is x is None) or Decimal(str(y)) == x


def test_settings_of_the_server_change_nothing(server: Server, schema: str) -> None:
    """A role whose settings would round, turn days about and shift hours reads the same."""
    make(
        server,
        schema,
        "v float8, d date, t timestamptz, geom geometry(Point, 4490)",
        f"0.1::float8 + 0.2, '2023-02-01', '2023-01-31 16:00:00Z', {POINT}",
    )
    odd = {
        "extra_float_digits": "-15",
        "DateStyle": "'German, DMY'",
        "TimeZone": "'America/New_York'",
        "bytea_output": "'escape'",
        "search_path": "''",
    }
    before = read(server, schema)
    for name, value in odd.items():
        server.run(f"ALTER ROLE reader SET {name} = {value}")
    try:
        after = read(server, schema)
    finally:
        server.run("ALTER ROLE reader RESET ALL")
    assert postgis_sha256(after) == postgis_sha256(before)
    assert before.attributes.iloc[0].tolist() == [
        0.30000000000000004,
        date(2023, 2, 1),
        datetime(2023, 2, 1),  # noqa: DTZ001 - China's
    ]
