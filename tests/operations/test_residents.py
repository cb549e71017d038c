"""People inside shapes: by share of area, with bounds where numbers are missing."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, box

from tieling_geo.errors import ParameterError
from tieling_geo.operations.residents import People, people_inside, to_residents

EAST, NORTH = 560_000.0, 4_690_000.0
DENSITY = 10_000.0


def at(a: float, b: float, c: float, d: float):  # noqa: ANN201 - a shape
    """Place a box."""
    return box(EAST + a, NORTH + b, EAST + c, NORTH + d)


#: 100 m × 100 m each: 500 people, no number, 300 people.
CELLS = gpd.GeoDataFrame(
    {"residents": pd.array([500, None, 300], dtype="Int64")},
    geometry=[at(0, 0, 100, 100), at(100, 0, 200, 100), at(200, 0, 300, 100)],
    crs=4550,
)


@pytest.mark.parametrize(
    ("shape", "known", "most"),
    [
        (at(0, 0, 50, 100), 250, 250),
        (at(0, 0, 100, 100), 500, 500),
        (at(50, 0, 150, 100), 250, 250 + 50),
        (at(100, 0, 200, 100), 0, 100),
        (at(250, 0, 350, 100), 150, 150 + 50),
        (at(300, 0, 400, 100), 0, 100),
        (at(0, 0, 300, 100), 800, 900),
        (MultiPolygon(), 0, 0),
    ],
)
def test_people_are_spread_evenly(shape: object, known: int, most: int) -> None:
    """Missing numbers, and ground under no cell, hold up to 10,000 a km2: 100 a cell."""
    [found] = people_inside(np.array([shape], object), CELLS, most_density_person_per_km2=DENSITY)
    assert float(found.known) == pytest.approx(known, rel=1e-6, abs=1e-6)
    # The density is of ellipsoidal areas, a little larger than the boxes.
    assert float(found.most) == pytest.approx(most, rel=3e-4)
    assert found.most == found.known or most > known


def test_residents_of_whole_areas_are_exact() -> None:
    """And one without a number is bounded by its area."""
    amounts = to_residents(CELLS, most_density_person_per_km2=DENSITY)
    assert amounts.known.tolist() == [500, 0, 300]
    assert [float(most) for most in amounts.most] == pytest.approx([500, 100, 300], rel=3e-4)
    assert People(amounts.known[0], amounts.most[0]) + People() == People(
        amounts.known[0], amounts.most[0]
    )


def test_a_negative_density_is_refused() -> None:
    """There are no fewer people than none."""
    with pytest.raises(ParameterError):
        to_residents(CELLS, most_density_person_per_km2=-1.0)
