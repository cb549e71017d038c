"""
An address says where a table is, and nothing else.

| case | decision |
|---|---|
| user, IPv6, port, Chinese names, percent-encoded names | read |
| a password, in whatever place | exit 2, it is nowhere repeated |
| other schemes, parameters, parts missing or too many, names off the allow-list | exit 2 |
| names that PostgreSQL would cut off (over 63 bytes) | exit 2 |
"""

import contextlib
from urllib.parse import quote

import pytest
from hand_made_postgis import CANARY
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import ParameterError
from tieling_geo.readers.postgis.address import (
    PostgisAddress,
    PostgisSchema,
    check_name,
    is_postgis_address,
    to_postgis_address,
    to_postgis_schema,
)
from tieling_geo.text import Text

GOOD = "postgis://gis@db.example:5433/tieling/public.boilers?geometry=geom"
REFUSED = [
    "", " ", "postgis://", "postgis://db", "postgis://db/tieling", "postgis://db/tieling/boilers",
    "postgis:///tieling/public.boilers", "postgres://db/tieling/public.boilers",
    "POSTGIS://db/tieling/public.boilers", " " + GOOD, GOOD + " ", GOOD + "\n", GOOD + "#x",
    GOOD + "&sslmode=disable", GOOD.replace("geometry", "table"), GOOD + "/x",
    "postgis://db/tieling/public.boilers?geometry=", "postgis://db/tieling/a.b.c",
    "postgis://db/tieling/.boilers", "postgis://db/tieling/public.", "postgis://db//public.boilers",
    "postgis://db:0/tieling/public.boilers", "postgis://db:65536/tieling/public.boilers",
    "postgis://db:x/tieling/public.boilers", "postgis://a,b/tieling/public.boilers",
    "postgis://%2Ftmp/tieling/public.boilers", "postgis://-db/tieling/public.boilers",
    "postgis://db/tieling/public.1boilers", "postgis://db/tieling/public.bo ilers",
    'postgis://db/tieling/public.bo"ilers', "postgis://db/tieling/public.bo%22ilers",
    "postgis://db/tieling/public.bo%00ilers", "postgis://db/tieling/public.bo%ilers",
    "postgis://db/tieling/public.%CC%FA", "postgis://db/tieling/public." + "b" * 64,
    "postgis://db/tieling/public." + "锅" * 22, "postgis://a@b@db/tieling/public.boilers",
    "postgis://db/host=evil/public.boilers", "postgis://db/tieling/public.b;DROP TABLE x",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_that_are_none(text: str) -> None:
    """Refused with what is right, and without a word of what was written."""
    with pytest.raises(ParameterError) as caught:
        to_postgis_address(text)
    assert caught.value.exit_status == 2
    for words in caught.value.message:
        assert words.startswith("PostGIS ")
        assert "evil" not in words
        assert "boilers" not in words


@pytest.mark.parametrize(
    "text",
    [
        "postgis://gis:{}@db/tieling/public.boilers",
        "postgis://gis:{}/x@db/tieling/public.boilers",
        "postgis://gis:{}@x@db/tieling/public.boilers",
        "postgis://gis:{}?x@db/tieling/public.boilers",
        "postgis://gis%3A{}@db/tieling/public.boilers",
        "postgis://gis@db/tieling/public.boilers?password={}",
        "postgis://gis@db/tieling/public.boilers?geometry=g&passfile={}",
        "postgresql://gis:{}@db/tieling",
    ],
)
def test_addresses_with_a_password(text: str) -> None:
    """Refused with where it belongs; what was written is in no message."""
    address = text.format(CANARY)
    assert is_postgis_address(address)
    for read in (to_postgis_address, to_postgis_schema):
        with pytest.raises(ParameterError, match="it has a password in it") as caught:
            read(address)
        assert CANARY not in "".join(caught.value.message)
        assert "PGPASSFILE" in caught.value.message.zh


def test_good_addresses() -> None:
    """Every part, the port that is not named, Chinese as it is and encoded, IPv6, a hyphen."""
    address = to_postgis_address(GOOD)
    assert address == PostgisAddress(
        host="db.example", port=5433, user="gis", database="tieling", schema="public",
        table="boilers", geometry="geom",
    )  # fmt: skip
    plain = to_postgis_address("postgis://[::1]/tie-ling/环保.锅炉")
    assert plain == to_postgis_address(f"postgis://[::1]/tie-ling/{quote('环保')}.{quote('锅炉')}")
    assert (plain.host, plain.port, plain.user, plain.geometry) == ("::1", 5432, "", "")
    assert to_postgis_schema("postgis://gis@db/tieling/results") == PostgisSchema(
        host="db", user="gis", database="tieling", schema="results"
    )


@pytest.mark.parametrize("schema", ["pg_catalog", "PG_TOAST", "information_schema", "a.b", ""])
def test_schemas_that_are_not_written_to(schema: str) -> None:
    """PostgreSQL's own, and what is no schema."""
    with pytest.raises(ParameterError):
        to_postgis_schema(f"postgis://gis@db/tieling/{schema}")


def test_names_at_the_limit() -> None:
    """63 bytes are a name (closed); 64 would be cut off and mean another table."""
    what = Text("表", "table")
    for name in ("b" * 63, "锅" * 21):
        assert check_name(name, what) == name
    for name in ("b" * 64, "锅" * 21 + "b"):
        with pytest.raises(ParameterError, match="at most 63 bytes"):
            check_name(name, what)


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_names_are_of_the_list(name: str) -> None:
    """Whatever passes is a plain word that cannot end a quotation."""
    with contextlib.suppress(ParameterError):
        assert check_name(name, Text("表", "table")) == name
        assert not set(name) & set("\"'`;%\\\0 \n.-()")


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_whatever_is_written_is_refused_or_read(tail: str) -> None:
    """No text makes the parser fail in another way."""
    for text in (tail, f"postgis://{tail}", f"postgis://gis@db/tieling/{tail}"):
        with contextlib.suppress(ParameterError):
            assert to_postgis_address(text).table


def test_records_hold_their_parts_to_the_list_too() -> None:
    """An address made without the parser is checked the same."""
    with pytest.raises(ParameterError, match="its table should be"):
        PostgisAddress(host="db", database="tieling", schema="public", table='x"; --')
    with pytest.raises(ParameterError, match="its host should be"):
        PostgisSchema(host="/var/run", database="tieling", schema="public")
