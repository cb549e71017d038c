"""Residents of population areas, and of parts of them: exact, with bounds for what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import Amounts, to_amounts, to_fraction
from tieling_geo.operations.uncovered import polygons_of
from tieling_geo.records import Parameter
from tieling_geo.text import Text

MOST_DENSITY = Parameter(
    name="most_density_person_per_km2",
    value=20_000.0,
    unit="person_per_km2",
    interval="closed",
    title=Text("人口缺失处的密度上限", "most people a km2 where residents are missing"),
    source=Text(
        "本工具约定:高于一般城区的人口密度,只用于给出上下限",
        "declared: above what a city's built-up area usually has; used for bounds only",
    ),
    verified=False,
)
#: What is not under any population area is rounding up to this (open), square metres.
_ROUNDING_M2 = Fraction(1)
_M2_PER_KM2 = 10**6
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class People:
    """How many people live somewhere: from what is known, and at least and at most."""

    known: Fraction = _ZERO
    most: Fraction = _ZERO
    """The least is what is known: areas without a number may be empty."""

    def __add__(self, other: "People") -> "People":
        """Add the people of two places that do not overlap."""
        return People(self.known + other.known, self.most + other.most)


def to_residents(areas: gpd.GeoDataFrame, *, most_density_person_per_km2: float) -> Amounts:
    """
    Lay out the residents of population areas.

    Parameters
    ----------
    areas
        `PopulationAreas` layer, n polygons.
    most_density_person_per_km2
        An area without a number has at most so many residents a square kilometre (closed).

    Raises
    ------
    ParameterError
        If the density is negative.
    """
    if most_density_person_per_km2 < 0:
        raise ParameterError(
            Text("人口密度上限不得为负", f"parameter {MOST_DENSITY.name} must not be negative")
        )
    most = to_geodesic_area_m2(areas) * most_density_person_per_km2 / _M2_PER_KM2
    return to_amounts(areas["residents"], most=pd.Series(most, areas.index))


def people_inside(
    shapes: NDArray[np.object_],
    areas: gpd.GeoDataFrame,
    *,
    most_density_person_per_km2: float,
) -> list[People]:
    """
    Reckon how many people live inside shapes, by the share of each population area inside.

    People are taken to live evenly spread over their population area. Ground under no population
    area, and an area without a number, hold at most so many people as the density allows.

    Parameters
    ----------
    shapes
        n polygons or multipolygons in the CRS of `areas`, metres.
    areas
        `PopulationAreas` layer; its areas do not overlap.
    most_density_person_per_km2
        See `to_residents`.

    Returns
    -------
    people
        n, in the order of `shapes`.

    Examples
    --------
    >>> from shapely import box
    >>> cells = gpd.GeoDataFrame({"residents": pd.array([800], dtype="Int64")},
    ...     geometry=[box(0, 0, 200, 100)], crs=4550)
    >>> found = people_inside(np.array([box(0, 0, 50, 100)]), cells,
    ...                       most_density_person_per_km2=20_000.0)
    >>> round(float(found[0].known), 3)
    200.0
    """
    residents = to_residents(areas, most_density_person_per_km2=most_density_person_per_km2)
    density = to_fraction(most_density_person_per_km2) / _M2_PER_KM2
    whole = _areas(areas.geometry.to_numpy(), areas)
    inside = _areas(shapes, areas)
    row, hit = shapely.STRtree(areas.geometry.to_numpy()).query(shapes, predicate="intersects")
    common = polygons_of(shapely.intersection(shapes[row], areas.geometry.to_numpy()[hit]))
    found = [People() for _ in shapes]
    bare = list(inside)
    for n, place, part in zip(row, hit, _areas(common, areas), strict=True):
        if not (part and whole[place]):
            continue
        share = min(part / whole[place], Fraction(1))
        found[n] += People(residents.known[place] * share, residents.most[place] * share)
        bare[n] -= part
    return [
        one if rest < _ROUNDING_M2 else one + People(_ZERO, rest * density)
        for one, rest in zip(found, bare, strict=True)
    ]


def _areas(
    shapes: NDArray[np.object_] | Sequence[object], like: gpd.GeoDataFrame
) -> list[Fraction]:
    """Measure shapes on the ellipsoid, square metres."""
    layer = gpd.GeoDataFrame(geometry=np.asarray(shapes, dtype=object), crs=like.crs)
    return [to_fraction(area) for area in to_geodesic_area_m2(layer)]
