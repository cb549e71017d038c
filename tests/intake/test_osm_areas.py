"""Areas of OpenStreetMap: right to rounding, or told as broken (see `test_osm_files`)."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hand_made_osm import FILES, Map, Member, all_notes, read_map, write_map
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from tieling_geo.readers.osm.file import read_osm
from tieling_geo.schemas import LAYERS

_SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
_HOLE = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)]
_PARK = {"landuse": "industrial", "name": "示例工业园"}


def _ring(start: int, drawn: Map, places: list[tuple[float, float]], cuts: int) -> list[int]:
    """Add a ring in so many ways, every other one drawn backwards; return their numbers."""
    marks = np.linspace(0, len(places) - 1, cuts + 1).round().astype(int)
    refs = []
    for number, (first, last) in enumerate(pairwise(marks.tolist())):
        part = places[first : last + 1]
        drawn.way(start + number, part[::-1] if number % 2 else part)
        refs.append(start + number)
    return refs


def _parks(*rings: tuple[str, list[tuple[float, float]], int]) -> Map:
    """Return one park of rings, each with its role and number of ways."""
    drawn, members = Map(), []
    for number, (role, places, cuts) in enumerate(rings):
        members += [(ref, role) for ref in _ring(100 * (number + 1), drawn, places, cuts)]
    return drawn.area(1, *members, **_PARK)


def _moved(places: list[tuple[float, float]], east: float) -> list[tuple[float, float]]:
    """Shift places eastward."""
    return [(x + east, y) for x, y in places]


_ISLAND = [(1.2, 1.2), (1.4, 1.2), (1.4, 1.4), (1.2, 1.4), (1.2, 1.2)]
_NEXT_HOLE = [(2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (2.0, 2.0), (2.0, 1.0)]
_GOOD_AREAS = {
    # square 16, hole 1, island 0.04; degrees
    "one ring, one way": ([("outer", _SQUARE, 1)], 16.0),
    "one ring, three ways": ([("outer", _SQUARE, 3)], 16.0),
    "blank role": ([("", _SQUARE, 2)], 16.0),
    "hole": ([("outer", _SQUARE, 2), ("inner", _HOLE, 1)], 15.0),
    "hole, three ways": ([("outer", _SQUARE, 4), ("inner", _HOLE, 3)], 15.0),
    "island in the hole": (
        [("outer", _SQUARE, 1), ("inner", _HOLE, 1), ("outer", _ISLAND, 1)],
        15.04,
    ),
    "two parts": ([("outer", _SQUARE, 2), ("outer", _moved(_SQUARE, 9), 1)], 32.0),
    "two parts side by side": ([("outer", _SQUARE, 1), ("outer", _moved(_SQUARE, 4), 1)], 32.0),
    "holes side by side": (
        [("outer", _SQUARE, 1), ("inner", _HOLE, 1), ("inner", _NEXT_HOLE, 1)],
        14.0,
    ),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(("rings", "area"), _GOOD_AREAS.values(), ids=_GOOD_AREAS)
def test_areas_are_right(
    rings: list[tuple[str, list[tuple[float, float]], int]], area: float, kind: str, tmp_path: Path
) -> None:
    """Areas checked by hand: squares of 16, holes of 1."""
    table = read_map(_parks(*rings), tmp_path, "parks", kind)
    assert table.faults == ()
    assert table.attributes["park_id"].tolist() == ["relation/1"]
    assert table.geometry[0].is_valid
    assert table.geometry[0].area == pytest.approx(area, rel=1e-12)


_BOW = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0), (0.0, 0.0)]
_BAD_RINGS = {
    "hole outside": ("inner", _moved(_HOLE, 9), 1),
    "hole across the border": ("inner", _moved(_HOLE, 2.5), 1),
    "holes overlap": ("inner", _moved(_HOLE, 0.5), 1),
    "outer rings overlap": ("outer", _moved(_SQUARE, 1), 1),
    "outer within outer": ("outer", _moved(_HOLE, 1.5), 1),
    "ring crosses itself": ("outer", _moved(_BOW, 9), 1),
}
_EDITS: dict[str, Callable[[Map, list[Member]], object]] = {
    "way missing": lambda drawn, _: drawn.ways.pop(101),
    "node missing": lambda drawn, _: drawn.nodes.pop(2),
    "ring open": lambda _, members: members.pop(1),
    "no outer ring": lambda _, members: members.__delitem__(slice(2)),
    "way twice": lambda _, members: members.append(members[0]),
    "role unknown": lambda _, members: members.append(("way", 200, "label")),
    "ring is a relation": lambda _, members: members.append(("relation", 7, "outer")),
    # A third way leaves and reaches the joint of the two that make the square.
    "four ends meet": lambda drawn, members: members.extend([
        ("way", own, "outer")
        for own, line in {300: [_SQUARE[0], (9.0, 9.0)], 301: [(9.0, 9.0), _SQUARE[0]]}.items()
        if drawn.way(own, line)
    ]),
}


def _with(change: str) -> Map:
    """Return a square with a hole, and one fault."""
    rings = [("outer", _SQUARE, 2), ("inner", _HOLE, 1)]
    if change in _BAD_RINGS:
        return _parks(*rings, _BAD_RINGS[change])
    drawn = _parks(*rings)
    _EDITS[change](drawn, drawn.relations[1][0])
    return drawn


_BROKEN_AREAS = {
    "way missing": "way/101 is missing",
    "node missing": "lacks 1 of its",
    "ring open": "does not close",
    "no outer ring": "no outer ring",
    "hole outside": "within no outer ring",
    "hole across the border": "within no outer ring",
    "holes overlap": "inner rings overlap",
    "outer rings overlap": "outer rings overlap",
    "outer within outer": "outer rings overlap",
    "way twice": "a member twice",
    "role unknown": "unknown role 'label'",
    "ring is a relation": "relation/7 stands for a ring",
    "ring crosses itself": "crosses itself",
    "four ends meet": "4 ways end at node/",
}


@pytest.mark.parametrize("change", _BROKEN_AREAS)
@pytest.mark.parametrize("kind", FILES)
def test_every_broken_relation_is_reported(change: str, kind: str, tmp_path: Path) -> None:
    """No geometry, one fault with the reason, and its number among the broken relations."""
    table = read_map(_with(change), tmp_path, "parks", kind)
    assert [table.geometry[0], len(table.rows)] == [None, 1]
    (fault,) = table.faults
    assert (fault.position, fault.column, fault.value) == (0, "geometry", "relation/1")
    assert _BROKEN_AREAS[change] in fault.reason.en
    assert "broken relations: 1: relation/1" in all_notes(table)


def test_members_that_are_no_rings_do_not_matter(tmp_path: Path) -> None:
    """A county's seat and label are nodes, its townships relations; a border has no role."""
    drawn = Map().way(5, _SQUARE)
    drawn.nodes[50] = (2.0, 2.0, {"place": "town"})
    members = [("node", 50, "admin_centre"), ("way", 5, ""), ("relation", 8, "subarea")]
    tags = {"boundary": "administrative", "admin_level": "6", "name": "甲县"}
    drawn.relations[3] = (members, {"type": "boundary", "ref:admin:CN": "211221", **tags})
    table = read_map(drawn, tmp_path, "counties")
    assert table.attributes.to_dict("records") == [{"county_id": "211221", "name": "甲县"}]
    assert table.geometry[0].area == 16


@pytest.mark.parametrize(("extra", "is_broken"), [({}, True), ({"natural": "water"}, False)])
def test_tags_on_the_outer_way_of_a_relation_with_holes(
    extra: dict[str, str], *, is_broken: bool, tmp_path: Path
) -> None:
    """The old style leaves the relation bare: the way's own area would count the holes as land."""
    drawn = (
        Map().way(5, _SQUARE, **_PARK).way(6, _HOLE).area(1, (5, "outer"), (6, "inner"), **extra)
    )
    table = read_map(drawn, tmp_path, "parks")
    assert [fault.value for fault in table.faults] == (["way/5"] if is_broken else [])
    assert len(table.rows) == 1


def test_a_closed_way_is_an_area_and_an_open_one_is_told(tmp_path: Path) -> None:
    """Both are industrial land by their tags."""
    drawn = Map().way(1, _SQUARE, **_PARK).way(2, _SQUARE[:3], **_PARK)
    table = read_map(drawn, tmp_path, "parks")
    assert table.geometry[0].area == 16
    assert [fault.value for fault in table.faults] == ["way/2"]


@given(
    corners=st.lists(st.integers(1, 90), min_size=3, max_size=9),
    hole=st.booleans(),
    cuts=st.integers(1, 4),
    turn=st.integers(0, 8),
)
def test_any_star_is_put_together_again(
    corners: list[int],
    cuts: int,
    turn: int,
    *,
    hole: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A star of random arms, cut into ways at random corners, has the area it was drawn with."""
    angles = np.linspace(0, 2 * np.pi, len(corners), endpoint=False)
    arms = np.array(corners) + 10
    points = np.column_stack([np.cos(angles), np.sin(angles)]) * arms[:, None] / 100
    ring = [(round(x, 7), round(y, 7)) for x, y in np.roll(points, turn, axis=0).tolist()]
    small = [(round(x / 9, 7), round(y / 9, 7)) for x, y in ring]
    rings = [("outer", [*ring, ring[0]], min(cuts, len(ring)))]
    if hole:
        rings.append(("inner", [*small, small[0]], 1))
    expected = Polygon(ring, [small] if hole else None)
    folder = tmp_path_factory.mktemp("star")
    table = read_map(_parks(*rings), folder, "parks", ".osm.pbf")
    assert table.faults == ()
    assert table.geometry[0].symmetric_difference(expected).area < 1e-12


def test_osmnx_puts_the_same_areas_together(tmp_path: Path) -> None:
    """An independent route: osmnx reads the same file (but takes no way with a blank role)."""
    import osmnx  # noqa: PLC0415 - slow

    for rings in [rings for rings, _ in _GOOD_AREAS.values() if rings[0][0]]:
        drawn = _parks(*rings)
        path = write_map(drawn, tmp_path, ".osm")
        ours = read_osm(path, ".osm", schema=LAYERS["parks"])
        theirs = osmnx.features_from_xml(path, tags={"landuse": "industrial"})
        assert theirs.index.tolist() == [("relation", 1)]
        assert ours.geometry[0].symmetric_difference(theirs.geometry.iloc[0]).area < 1e-12


def test_stations_and_plants_that_are_areas_become_points(tmp_path: Path) -> None:
    """A square stands at its centre; a ring-shaped relation at a place within, not in its hole."""
    tags = {"industrial": "heating_station"}
    hole = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)]
    drawn = Map().way(1, _SQUARE, **tags).way(5, _moved(_SQUARE, 9)).way(6, _moved(hole, 9))
    drawn.area(2, (5, "outer"), (6, "inner"), **tags)
    drawn.nodes[90] = (20.0, 1.0, tags)
    table = read_map(drawn, tmp_path, "heat_sources")
    assert table.attributes["source_id"].tolist() == ["node/90", "way/1", "relation/2"]
    assert [table.geometry[0].wkt, table.geometry[1].wkt] == ["POINT (20 1)", "POINT (2 2)"]
    ring = box(9, 0, 13, 4).difference(box(10, 1, 12, 3))
    assert ring.contains(table.geometry[2])
