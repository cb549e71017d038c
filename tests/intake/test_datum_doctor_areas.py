"""
Layers held against counties and named places: stopped if the datum is clearly another.

| What comes                                        | Decision                                    |
|---------------------------------------------------|---------------------------------------------|
| boilers in GCJ-02, counties                       | DatumError where enough stand at borders    |
| good boilers, coarsely drawn counties             | never stopped                               |
| one reference agrees, another contradicts         | undecided: the other reference is in doubt  |
"""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hand_made_datums import (
    SHIFTS,
    Metres,
    as_read,
    banks,
    boilers,
    counties,
    moved,
    outfalls,
    river,
    rivers,
    town,
)
from shapely import Point

from tieling_geo.crs.shifted_datums import to_bd09, to_gcj02
from tieling_geo.datum_doctor import check_datums, examine_datums


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_boilers_beyond_their_county(datum: str) -> None:
    """Of 600 boilers a few dozen leave the county they name, all to one side."""
    points, named, areas = town(1, 600)
    layers = {"counties": counties(*areas), "boilers": boilers(moved(points, SHIFTS[datum]), named)}
    (found,) = examine_datums(layers)
    assert (found.verdict, found.best) == ("contradicts", datum)
    good = {**layers, "boilers": boilers(points, named)}
    assert examine_datums(good)[0].verdict == "agrees"
    few = {**layers, "boilers": boilers(moved(points, SHIFTS[datum])[:8], named[:8])}
    assert examine_datums(few)[0].verdict == "undecided"


def test_coarsely_drawn_counties_never_stop_good_boilers() -> None:
    """Borders off by up to 800 m, now here, now there."""
    for seed in range(6):
        points, named, areas = town(seed, 600)
        rng = np.random.default_rng(seed)
        wave = rng.uniform(3_000, 20_000, 2)
        phase = rng.uniform(0, 6.28, 2)

        def bent(at: Metres, wave: Metres = wave, phase: Metres = phase) -> Metres:
            return at + 800 * np.sin(2 * np.pi * at[:, ::-1] / wave + phase)

        drawn = [shapely.transform(shapely.segmentize(area, 500), bent) for area in areas]
        found = examine_datums({"counties": counties(*drawn), "boilers": boilers(points, named)})
        assert found[0].verdict != "contradicts", found[0].told.en


def test_parks_beside_the_places_of_the_same_name() -> None:
    """A park stands for its middle; a name that two places bear is no evidence, a number is."""
    rng = np.random.default_rng(8)
    at = rng.uniform([540e3, 4_670e3], [580e3, 4_710e3], (12, 2))
    names = [f"示例园区{n}" for n in range(12)]
    columns: dict[str, object] = {
        "place_id": [*(f"K{n}" for n in range(11)), "P11"],
        "name": [*names[:11], names[10]],
    }
    shifted = moved(at + rng.normal(0, 40, at.shape), to_bd09)
    parks = as_read(
        "parks",
        {"park_id": [f"P{n:02d}" for n in range(12)], "name": names},
        [Point(p).buffer(400) for p in shifted],
    )
    found = examine_datums({
        "places": as_read("places", columns, shapely.points(at)),
        "parks": parks,
    })[0]
    assert (found.verdict, found.best, found.matched) == ("contradicts", "bd09", 11)


def test_county_seats_tell_which_way_counties_are_shifted() -> None:
    """Counties are moved over the places that name them; far ones tell a wrong zone."""
    _, _, areas = town(1, 0)
    middles = shapely.get_coordinates(shapely.centroid(areas))
    columns: dict[str, object] = {
        "place_id": [f"S{n}" for n in range(8)],
        "name": [f"示例地点{n}" for n in range(8)],
        "county": ["银州区", "铁岭县", "开原市", "昌图县"] * 2,
    }
    seats = as_read("places", columns, shapely.points(np.vstack([middles, middles + 3e3])))
    found = examine_datums({"places": seats, "counties": counties(*areas)})[0]
    assert (found.verdict, found.matched) == ("undecided", 8)
    far = [shapely.transform(a, lambda p: moved(p, lambda lon, lat: (lon + 3, lat))) for a in areas]
    found = examine_datums({"places": seats, "counties": counties(*far)})[0]
    assert (found.verdict, found.best) == ("contradicts", "zone_west_3")


def test_a_doubtful_reference_does_not_stop_a_layer_that_another_agrees_with() -> None:
    """The rivers agree; the counties are shifted the other way and so contradict: undecided."""
    rng = np.random.default_rng(9)
    points, named, areas = town(1, 600)
    back = [shapely.transform(area, lambda p: p - (moved(p, to_gcj02) - p)) for area in areas]
    line = river(rng, 107.0)
    on_river = banks(rng, line, 40, 20.0)
    both = outfalls(np.vstack([on_river, points]), ["辽河"] * 40 + [""] * 600)
    frame = both.features.assign(county=["?"] * 40 + named)
    layers = {
        "river_reaches": rivers(line),
        "counties": counties(*back),
        "outfalls": replace(both, features=frame),
    }
    by_rivers, by_counties = check_datums(layers)
    assert by_rivers.verdict == "agrees"
    assert (by_counties.verdict, by_counties.best) == ("undecided", "gcj02")
    assert "river_reaches" in by_counties.told.en
