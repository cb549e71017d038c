"""The ground of built-up areas in a year, none of it twice, and which boundaries are not known."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.coverage import boundary_of_year
from tieling_geo.operations.results import first_reason
from tieling_geo.operations.uncovered import own_parts
from tieling_geo.text import Text

#: Why a boundary does not count, by the words of `ground_in_year`.
GROUND_REASONS: Mapping[str, Text] = MappingProxyType({
    "other_scope": Text("不是所定范围的建成区", "of a scope that is not asked about"),
    "other_year": Text("采用该建成区另一年的边界", "another boundary of this area is used"),
    "inside_other": Text("全在另一建成区之内,不重复计", "wholly inside another built-up area"),
    "no_boundary": Text("没有该年或更早的边界", "no boundary of that year or earlier"),
})
#: Those of them that surely add no ground.
NO_GROUND = ("other_scope", "other_year", "inside_other")


def ground_in_year(areas: gpd.GeoDataFrame, *, scope: str, year: int) -> pd.DataFrame:
    """
    Say of each boundary if it counts in a year, and what ground it adds that no other has added.

    Of each area the latest boundary counts that is not later than the year. An area that has only
    later boundaries is not known; the earliest of them stands for it. Ground in two areas belongs
    to the lowest number, and what is not known takes no ground from what is.

    Parameters
    ----------
    areas
        `BuiltupAreas` layer, n rows.
    scope, year
        See `coverage.boundary_of_year`.

    Returns
    -------
    ground
        n rows, index of `areas`: `own` (multipolygon, empty where it adds none), `area` (its exact
        ellipsoidal area, m²) and `reason` (a word of `GROUND_REASONS`; empty: it counts).

    Raises
    ------
    ParameterError
        If there is no such scope.

    Examples
    --------
    >>> from shapely import box
    >>> areas = gpd.GeoDataFrame({"area_id": ["1", "2", "3"], "name": ["X", "X", "Y"],
    ...     "scope": "city", "boundary_year": [2015, 2020, 2030]}, geometry=[box(0, 0, 9, 9)] * 3,
    ...     crs=4550)
    >>> ground_in_year(areas, scope="city", year=2025)["reason"].tolist()
    ['other_year', '', 'inside_other']
    """
    used = areas.index.isin(boundary_of_year(areas, scope=scope, year=year).index)
    later = _earliest_later(areas, scope, used)
    order = np.lexsort((areas["area_id"].to_numpy(dtype=str), later, ~(used | later)))
    order = order[: int((used | later).sum())]
    own = np.full(len(areas), shapely.MultiPolygon(), dtype=object)
    own[order] = own_parts(areas.geometry.to_numpy()[order])
    area_m2 = to_geodesic_area_m2(gpd.GeoDataFrame(geometry=own, crs=areas.crs))
    reason = first_reason(
        areas.index,
        {
            "other_scope": areas["scope"] != scope,
            "other_year": pd.Series(~(used | later), areas.index),
            "inside_other": pd.Series(area_m2 == 0, areas.index),
            "no_boundary": pd.Series(later, areas.index),
        },
    )
    exact = pd.Series([to_fraction(area) for area in area_m2], areas.index, dtype=object)
    return pd.DataFrame({"own": own, "area": exact, "reason": reason}, index=areas.index)


def _earliest_later(areas: gpd.GeoDataFrame, scope: str, used: np.ndarray) -> np.ndarray:
    """Tell which rows are the earliest boundary of an area that has only later ones."""
    of_scope = areas["scope"] == scope
    later = of_scope & ~areas["name"].isin(areas["name"][used])
    year = areas["boundary_year"].where(later)
    first = year.groupby(areas["name"]).transform("min")
    return np.asarray(later & (year == first).fillna(value=False), dtype=bool)
