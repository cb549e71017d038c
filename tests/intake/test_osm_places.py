"""Where OpenStreetMap is asked: areas, places, parts (decisions: see `test_osm_fetch`)."""

import json

import pytest
import shapely
from fault_server import FAULTS, STAMP, Reply, whole
from hand_made_osm import Map, to_answer
from osm_desk import BOX, Desk

from tieling_geo.errors import (
    InputError,
    ServiceError,
)
from tieling_geo.readers import read_layer
from tieling_geo.readers.osm.fetch import fetch_layers

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _clipped(**changes: str) -> Reply:
    """Return the whole answer, which the server cuts to each part; words are exchanged."""
    text = json.dumps(whole(stamp=changes.pop("stamp", STAMP)))
    for word, other in changes.items():
        text = text.replace(f'"{word}"', f'"{other}"')
    return Reply(text.encode(), is_clipped=True)


def test_a_large_area_is_asked_for_in_parts_and_put_together_by_id(desk: Desk) -> None:
    """274 km² in parts of at most 100 km²: the same three roads, each once."""
    desk.settings["max_query_area_km2"] = 100.0
    desk.server.play(_clipped())
    (fetched,) = desk.fetch()
    assert fetched.path is not None
    roads = read_layer("roads", fetched.path).features
    assert roads.index.tolist() == ["way/100", "way/101", "way/102"]
    assert len(desk.server.asked) > 2
    assert f"in {len(desk.server.asked)} parts" in desk.card()


def test_parts_that_contradict_each_other_are_refused(desk: Desk) -> None:
    """Each time, the path across all parts is a footway in one and a track in the next."""
    desk.settings["max_query_area_km2"] = 100.0
    desk.server.play(*[_clipped(), _clipped(footway="track")] * 20)
    assert "contradict each other" in desk.failed().message.en
    assert not desk.layers.exists()


def test_a_kept_part_that_no_longer_fits_is_asked_for_again(desk: Desk) -> None:
    """The map was edited between two fetches, the first of which failed on the way."""
    desk.settings["max_query_area_km2"] = 100.0
    desk.server.play(_clipped(), *[FAULTS["504"](0)] * 5)
    desk.failed()
    desk.kept()
    desk.server.play(_clipped(footway="track", trunk="primary"))
    (fetched,) = desk.fetch()
    assert fetched.path is not None
    classes = read_layer("roads", fetched.path).features["road_class"]
    assert classes["way/100"] == "primary"


def test_the_oldest_part_dates_the_layer(desk: Desk) -> None:
    """Data of two days is as old as the older one."""
    desk.settings["max_query_area_km2"] = 100.0
    desk.server.play(_clipped(), _clipped(stamp="2026-02-01T00:00:00Z"), _clipped())
    desk.fetch()
    assert 'reference_date = "2026-02-01"' in desk.card()


def _square(west: float, *, size: float = 0.1) -> list[tuple[float, float]]:
    """Return a ring within the area's latitudes."""
    south, east = 42.22, round(west + size, 6)
    north = round(south + size, 6)
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def test_neighbours_and_broken_areas_are_left_out_and_told(desk: Desk) -> None:
    """The county within the area stays; its neighbour only touches it; a third one is open."""
    drawn = Map().way(1, _square(123.75)).way(2, _square(123.90)).way(3, _square(123.75)[:4])
    for ref, way in ((1, 1), (2, 2), (3, 3)):
        drawn.area(ref, (way, "outer"), boundary="administrative", admin_level="6", name=f"县{ref}")
        tags = {**drawn.relations[ref][1], "type": "boundary", "ref:admin:CN": f"21122{ref}"}
        drawn.relations[ref] = (drawn.relations[ref][0], tags)
    desk.server.play(Reply(json.dumps(to_answer(drawn)).encode()))
    (fetched,) = desk.fetch("counties")
    assert fetched.path is not None
    assert read_layer("counties", fetched.path).features["name"].to_dict() == {"211221": "县1"}
    told = "\n".join(note.en for note in fetched.notes)
    assert "broken relations: 1: relation/3" in told
    assert "relation/3: a ring does not close" in told
    assert "outside of the area, left out: 1" in told
    assert "relation/3" in desk.card("counties")


def _found(geometry: object, name: str = "铁岭市, 辽宁省, 中国") -> bytes:
    """Return Nominatim's answer of one place."""
    place = {
        "display_name": name,
        "importance": 0.5,
        "lat": "42.2",
        "lon": "123.8",
        "boundingbox": ["42.2", "42.35", "123.7", "123.9"],
        "geojson": geometry,
    }
    return json.dumps([place]).encode()


def test_a_place_is_asked_for_and_what_was_found_is_told(desk: Desk) -> None:
    """Only without an area of one's own."""
    desk.server.places = _found(shapely.geometry.mapping(BOX))
    assert desk.fetch(place="铁岭市")[0].rows == 3
    assert [asked.path.split("?")[0] for asked in desk.server.asked] == [
        "/search",
        "/api/interpreter",
    ]
    assert desk.server.asked[0].fields["q"] == ["铁岭市"]
    assert any("铁岭市, 辽宁省, 中国" in told.zh for told in desk.told)


@pytest.mark.parametrize(
    ("places", "error", "reason"),
    [
        (b"[]", InputError, "knows no area named"),
        (_found({"type": "Point", "coordinates": [123.8, 42.2]}), InputError, "knows no area"),
        (_found(shapely.geometry.mapping(shapely.box(7, 43, 8, 44))), InputError, "in China"),
        (b"{}", ServiceError, "another form"),
        (b"[{}]", ServiceError, "another form"),
        (b"<html>", ServiceError, "not whole JSON"),
    ],
    ids=["none", "a point", "in Monaco", "object", "no place", "page"],
)
def test_a_place_that_is_no_area_is_refused(
    places: bytes, error: type[Exception], reason: str, desk: Desk
) -> None:
    """Nothing is asked of Overpass, nothing is written."""
    desk.server.places = places
    with pytest.raises(error, match=reason):
        desk.fetch(place="铁岭市")
    assert not desk.layers.exists()
    assert all(asked.path.startswith("/search") for asked in desk.server.asked)


@pytest.mark.parametrize(
    "area", [None, shapely.Polygon(), shapely.Point(123, 42), shapely.box(7, 43, 8, 44)]
)
def test_an_area_must_be_one(area: object, desk: Desk) -> None:
    """No area and no place, an empty one, a point, one on another continent."""
    with pytest.raises(InputError, match="--place") as caught:
        fetch_layers(["roads"], folder=desk.layers, area=area, service=desk.service())  # type: ignore[arg-type]
    assert caught.value.exit_status == 2
    assert desk.server.asked == []
