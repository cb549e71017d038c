"""Names hide nothing that they need not hide, and degrees stand where their lines run."""

import numpy as np
import pytest
from shapely import LineString, Point, box

from tieling_geo.crs import to_degrees
from tieling_geo.render.static_grid import grid_lines
from tieling_geo.render.static_labels import Label, Placed, place_labels

_NOTHING = np.empty((0, 4))
_BOUNDS = (0.0, 0.0, 100.0, 100.0)


def ground(placed: Placed) -> tuple[float, float, float, float]:
    """Return what a label of two Chinese characters takes, one point a metre."""
    half = np.array([2.0, 1.25]) * placed.label.size_pt / 2
    return (placed.x - half[0], placed.y - half[1], placed.x + half[0], placed.y + half[1])


def test_names_of_areas_stand_inside_them_and_off_markers_and_each_other() -> None:
    """Two counties of one place are each named; the markers in their middle stay seen."""
    west, east = box(0, 0, 50, 100), box(50, 0, 100, 100)
    markers = np.array([(20.0, 40.0, 30.0, 60.0), (70.0, 40.0, 80.0, 60.0)])
    labels = [Label("甲县", west), Label("乙县", east), Label("丙县", west)]
    placed = place_labels(labels, markers, _BOUNDS, 1.0)
    boxes = [box(*ground(one)) for one in placed]
    assert [one.label.text for one in placed] == ["甲县", "乙县", "丙县"]
    assert all(one.label.geometry.contains(b) for one, b in zip(placed, boxes, strict=True))
    taken = [*boxes, *(box(*marker) for marker in markers)]
    for k, one in enumerate(taken):
        assert not any(one.intersection(other).area > 0 for other in taken[:k])


def test_a_needed_name_is_written_in_a_crowd_and_another_is_left_out() -> None:
    """The more important one goes first, whatever the order."""
    full = np.array([_BOUNDS])
    place = Point(50, 50)
    needed, other = Label("甲县", box(*_BOUNDS)), Label("码头", place, is_needed=False)
    assert [p.label for p in place_labels([needed, other], full, _BOUNDS, 1.0)] == [needed]
    first, second = Label("甲", place, priority=1), Label("乙", place, priority=0)
    assert [p.label for p in place_labels([first, second], _NOTHING, _BOUNDS, 1.0)] == [
        second,
        first,
    ]


@pytest.mark.parametrize(
    "place", [Point(99, 99), Point(1, 1), box(97, 97, 99, 99), LineString([(0, 1), (100, 1)])]
)
def test_a_name_is_wholly_on_the_map_and_beside_what_it_names(place: object) -> None:
    """At an edge it turns inwards; a small area and a line are not covered by it."""
    (placed,) = place_labels([Label("码头", place, 6.0)], _NOTHING, _BOUNDS, 1.0)  # type: ignore[arg-type]
    west, south, east, north = ground(placed)
    assert (west >= 0, south >= 0, east <= 100, north <= 100) == (True,) * 4
    assert not box(west, south, east, north).intersects(place)


def test_there_is_no_room_outside_the_map() -> None:
    """A place that is not shown is not named."""
    assert place_labels([Label("码头", Point(500, 500))], _NOTHING, _BOUNDS, 1.0) == []


def test_meridians_and_parallels_run_at_the_degrees_that_they_tell() -> None:
    """Each corner of a line, turned back to degrees, is on it; they end on the map's edges."""
    bounds = (400_000.0, 4_600_000.0, 600_000.0, 4_800_000.0)
    lines = grid_lines(bounds)
    assert {"123°E", "42°N", "42°30′N", "43°N"} <= {one.title for one in lines}
    for one in lines:
        whole, _, rest = one.title[:-1].rstrip("′").partition("°")
        axis, degree = "EN".index(one.title[-1]), int(whole) + int(rest or 0) / 60
        # the clipped ends of a parallel lie between two corners of its curve
        assert to_degrees(one.line[1:-1])[:, axis] == pytest.approx(degree, abs=1e-6)
        edge = one.at[1] - bounds[3] if one.edge == "top" else one.at[0] - bounds[2]
        assert edge == pytest.approx(0, abs=1e-6)


def test_a_small_map_tells_minutes_and_one_far_away_has_no_grid() -> None:
    """Three lines at least; a place that no projection reaches is no fault."""
    titles = {one.title for one in grid_lines((568_000.0, 4_680_000.0, 578_000.0, 4_690_000.0))}
    assert any("′" in title for title in titles)
    assert len(titles) >= 3
    assert grid_lines((1e12, 1e12, 2e12, 2e12)) == []
