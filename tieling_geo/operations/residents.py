"""Residents of population areas, and of parts of them: exact, with bounds for what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric, to_geodesic_area_m2
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import Amounts, to_amounts, to_fraction
from tieling_geo.operations.uncovered import added, polygons_of, with_places
from tieling_geo.records import Parameter
from tieling_geo.schemas import PopulationAreas
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


def with_people(
    pieces: pd.DataFrame, population: gpd.GeoDataFrame | None, density: float
) -> pd.DataFrame:
    """
    Add the people on each piece of a gap or sliver, as of `uncovered.cut`; none without a layer.

    Raises
    ------
    CRSError
        If the population areas are not in a projected CRS.
    """
    people = [People()] * len(pieces)
    if population is not None:
        check_metric(population, name=PopulationAreas.layer_name())
        people = people_inside(
            pieces["shape"].to_numpy(), population, most_density_person_per_km2=density
        )
    return pieces.assign(people=pd.Series(people, pieces.index, dtype=object))


def sums_by_area(pieces: pd.DataFrame, n: int) -> dict[str, list[Any]]:
    """
    Add up gaps and slivers of each area, and the people on them.

    Parameters
    ----------
    pieces
        Rows of `with_people`, with `place` (position of the area) and `is_sliver`.
    n
        Number of areas.

    Returns
    -------
    sums
        n values each: `gap` and `sliver` (exact m²), `gap_people` and `sliver_people`, and the
        numbers of pieces, `gaps` and `slivers`.
    """
    columns: dict[str, list[Any]] = {}
    for name, is_sliver in (("gap", False), ("sliver", True)):
        rows = pieces[pieces["is_sliver"] == is_sliver]
        columns[name] = added(rows["place"], map(to_fraction, rows["area_m2"]), n, _ZERO)
        columns[f"{name}_people"] = added(rows["place"], rows["people"], n, People())
        columns[f"{name}s"] = added(rows["place"], [1] * len(rows), n, 0)
    return columns


def listed_parts(
    found: gpd.GeoDataFrame, pieces: pd.DataFrame, *, names: NDArray[np.object_], is_sliver: bool
) -> gpd.GeoDataFrame:
    """
    List the gaps, or the slivers: where each is, how large, and how many people live there.

    Parameters
    ----------
    found
        Rows of `uncovered.gaps`.
    pieces
        Rows of `with_people`.
    names
        For each piece the number of the built-up area that it lies in.
    is_sliver
        Which of the two.

    Returns
    -------
    parts
        Index: the part's number; `area_m2`, `lon`, `lat`, `builtup_areas` (joined by `;`),
        `residents`, and the shape.
    """
    kept = found[found["is_sliver"] == is_sliver]
    own = pieces.assign(name=names, living=[float(one.known) for one in pieces["people"]]).groupby(
        "gap"
    )
    rows = with_places(kept, prefix="S" if is_sliver else "G").assign(
        builtup_areas=own["name"].agg(";".join).reindex(kept.index).astype("str"),
        residents=own["living"].sum().reindex(kept.index).astype("float64").round(3),
    )
    listed = rows.set_index("gap_id").rename_axis(None)
    return gpd.GeoDataFrame(listed, geometry=kept.geometry.to_numpy(), crs=found.crs)


def to_table(parts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Lay out the rows of `listed_parts` without shapes, their number as a column."""
    return pd.DataFrame(parts.drop(columns="geometry")).rename_axis("gap_id").reset_index()


def residents_of_scope(areas: gpd.GeoDataFrame, scope: str, density: float) -> pd.DataFrame:
    """
    Give the people of each population area of a scope; of an area without one there may be none.

    Parameters
    ----------
    areas
        `PopulationAreas` layer.
    scope
        A word of the column `scope`.
    density
        The most people a square kilometre where no number says how many.

    Returns
    -------
    rows
        Areas of the scope, and those that state none: `area_id`, `unclear`, `people` (`People`).
    """
    amounts = to_residents(areas, most_density_person_per_km2=density)
    of_scope, unclear = areas["scope"] == scope, areas["scope"].isna()
    people = [
        People(Fraction(0) if doubt else known, most)
        for known, most, doubt in zip(amounts.known, amounts.most, unclear, strict=True)
    ]
    rows = pd.DataFrame({
        "area_id": areas["area_id"],
        "unclear": unclear,
        "people": pd.Series(people, areas.index, dtype=object),
    })
    kept: pd.DataFrame = rows[of_scope | unclear]
    return kept
