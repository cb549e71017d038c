"""What OpenStreetMap's tags mean to a layer; a value of no use is missing and flagged."""

from pathlib import Path

import pytest
from hand_made_osm import Map, read_map

from tieling_geo.readers.osm.tags import RULES
from tieling_geo.schemas import LAYERS

_SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
_HOLE = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)]
_PARK = {"landuse": "industrial", "name": "示例工业园"}


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({"highway": "primary", "oneway": "yes"}, "true"),
        ({"highway": "primary", "oneway": "true"}, "true"),
        ({"highway": "primary", "oneway": "1"}, "true"),
        ({"highway": "primary", "oneway": "-1"}, "true"),
        ({"highway": "primary", "oneway": "reverse"}, "true"),
        ({"highway": "primary", "oneway": "no"}, "false"),
        ({"highway": "primary"}, None),
        ({"highway": "motorway"}, "true"),
        ({"highway": "motorway", "oneway": "no"}, "false"),
        ({"highway": "motorway_link"}, None),
        ({"highway": "primary", "junction": "roundabout"}, "true"),
        ({"highway": "primary", "oneway": "reversible"}, None),
    ],
)
def test_oneway(tags: dict[str, str], oneway: str | None) -> None:
    """Tagged, implied by motorway or roundabout, or not known; changing directions are flagged."""
    value = RULES["roads"].columns["oneway"](tags)
    assert value.text == oneway
    assert value.odd == ("reversible" if tags.get("oneway") == "reversible" else "")


@pytest.mark.parametrize(
    ("stated", "speed"),
    [
        ("60", "60"),
        ("60 km/h", "60"),
        ("060", "60"),
        ("1", "1"),
        ("130", "130"),
        ("131", None),
        ("0", None),
        ("60 mph", None),
        ("60;80", None),
        ("none", None),
        ("CN:urban", None),
        ("６０", None),
    ],
)
def test_maxspeed(stated: str, speed: str | None) -> None:
    """1 to 130 km/h, both included; anything else is missing and flagged, never converted."""
    value = RULES["roads"].columns["speed_km_per_h"]({"highway": "trunk", "maxspeed": stated})
    assert value.text == speed
    assert value.odd == ("" if speed else stated)


def test_flags_name_the_row_and_the_tag(tmp_path: Path) -> None:
    """A road of 40 mph keeps its row; its speed is missing and flagged."""
    drawn = Map().way(1, _SQUARE[:2], highway="trunk", maxspeed="40 mph")
    table = read_map(drawn, tmp_path)
    assert table.attributes["speed_km_per_h"].tolist() == [None]
    assert [tuple(flag)[:3] for flag in table.flags] == [(0, "speed_km_per_h", "40 mph")]


@pytest.mark.parametrize(
    ("layer", "tags", "fits"),
    [
        ("roads", {"highway": "tertiary_link"}, True),
        ("roads", {"highway": "construction"}, False),
        ("roads", {"highway": "service", "service": "driveway"}, True),
        ("roads", {"highway": "service", "service": "parking_aisle"}, False),
        ("roads", {"highway": "residential", "area": "yes"}, False),
        ("roads", {"highway": "unclassified", "motor_vehicle": "no"}, False),
        ("roads", {"highway": "unclassified", "access": "private"}, True),
        ("rail_lines", {"railway": "rail"}, True),
        ("rail_lines", {"railway": "subway"}, False),
        ("river_reaches", {"waterway": "river", "name": "辽河"}, True),
        ("river_reaches", {"waterway": "river"}, False),
        ("river_reaches", {"waterway": "ditch", "name": "一号沟"}, False),
        ("parks", {"landuse": "industrial", "name": "铁岭高新技术产业开发区"}, True),
        ("parks", {"landuse": "industrial", "name": "水泥厂"}, False),
        ("parks", {"landuse": "industrial"}, False),
        ("counties", {"boundary": "administrative", "admin_level": "6"}, True),
        ("counties", {"boundary": "administrative", "admin_level": "8"}, False),
        ("counties", {"boundary": "political", "admin_level": "6"}, False),
        ("places", {"place": "hamlet", "name": "李家屯"}, True),
        ("places", {"place": "hamlet"}, False),
        ("places", {"place": "suburb", "name": "某片"}, False),
        ("freight_terminals", {"railway": "station"}, True),
        ("freight_terminals", {"railway": "station", "station": "subway"}, False),
        ("freight_terminals", {"railway": "station", "highspeed": "yes"}, False),
        ("freight_terminals", {"railway": "halt"}, False),
        ("heating_pipes", {"man_made": "pipeline", "substance": "hot_water"}, True),
        ("heating_pipes", {"man_made": "pipeline", "substance": "gas"}, False),
        ("heating_pipes", {"substance": "hot_water"}, False),
        ("heat_sources", {"industrial": "heating_station"}, True),
        ("heat_sources", {"power": "plant", "plant:output:hot_water": "300 MW"}, True),
        ("heat_sources", {"power": "plant", "plant:output:hot_water": "no"}, False),
        ("heat_sources", {"power": "plant"}, False),
    ],
)
def test_what_belongs_to_a_layer(layer: str, tags: dict[str, str], *, fits: bool) -> None:
    """Tags as the wiki defines them."""
    assert RULES[layer].fits(tags) is fits


@pytest.mark.parametrize(
    ("layer", "column", "tags", "value"),
    [
        ("rail_lines", "kind", {"railway": "rail", "usage": "main"}, "main"),
        (
            "rail_lines",
            "kind",
            {"railway": "rail", "usage": "main", "highspeed": "yes"},
            "high_speed",
        ),
        ("rail_lines", "kind", {"railway": "rail", "usage": "main", "service": "siding"}, "yard"),
        ("rail_lines", "kind", {"railway": "rail", "service": "spur"}, "siding"),
        ("rail_lines", "kind", {"railway": "rail", "usage": "industrial"}, "siding"),
        ("rail_lines", "kind", {"railway": "rail"}, None),
        ("places", "kind", {"place": "town", "capital": "6"}, "county_seat"),
        ("places", "kind", {"place": "town"}, "town"),
        ("places", "kind", {"place": "hamlet"}, "village"),
        ("counties", "county_id", {"ref:admin:CN": "211221"}, "211221"),
        ("counties", "county_id", {"ref:admin:CN": "211221000000"}, "211221"),
        ("counties", "county_id", {"ref:admin:CN": "211221001000"}, None),
        ("counties", "county_id", {}, None),
        ("heat_sources", "heat_mw", {"plant:output:hot_water": "300 MW"}, "300"),
        ("heat_sources", "heat_mw", {"plant:output:hot_water": "yes"}, None),
        ("heat_sources", "heat_mw", {"plant:output:steam": "120.5MW"}, "120.5"),
        ("heat_sources", "heat_mw", {"plant:output:hot_water": "300 kW"}, None),
        ("heat_sources", "kind", {"plant:output:electricity": "600 MW"}, "chp"),
        ("heat_sources", "fuel", {"plant:source": "coal"}, "coal"),
        ("heat_sources", "fuel", {"plant:source": "hydro"}, "other"),
        ("heating_pipes", "diameter_mm", {"diameter": "800 mm"}, "800"),
        ("heating_pipes", "diameter_mm", {"diameter": "0.8 m"}, None),
        ("heating_pipes", "installed_year", {"start_date": "2009-11-01"}, "2009"),
        ("heating_pipes", "installed_year", {"start_date": "~1990"}, None),
    ],
)
def test_columns(layer: str, column: str, tags: dict[str, str], value: str | None) -> None:
    """Values as the schema wants them; what is not in the one safe form is missing."""
    assert RULES[layer].columns[column](tags).text == value


@pytest.mark.parametrize("layer", RULES)
def test_rules_speak_of_columns_and_values_that_the_schema_has(layer: str) -> None:
    """Every column of a rule is the schema's; the key is made for all of them."""
    schema = LAYERS[layer]
    columns = {column.name: column for column in schema.columns()}
    assert set(RULES[layer].columns) <= set(columns)
    required = {c.name for c in columns.values() if not c.nullable}
    assert required <= {*RULES[layer].columns, schema.card().key}
