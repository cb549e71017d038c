"""
Areas of polygons that overlap, so that they add up: each has what no polygon before it has.

The area of a union is the sum of its polygons' own areas, and so can be rolled up by county, or be
shared out between what is known and what is not. Overlays are planar, areas are ellipsoidal.
"""

from collections.abc import Mapping
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import check_metric, to_geodesic_area_m2
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import Measure, Quantity
from tieling_geo.text import Text

#: One mu in square metres, and as a factor that brings square metres to mu: both exact.
MU_M2 = Fraction(2000, 3)
MU_PER_M2 = 1 / MU_M2
#: Brings square metres to ten thousand mu, exactly.
WAN_MU_PER_M2 = MU_PER_M2 / 10_000
#: Deviations are told apart down to this decimal of a percent.
_ROUNDING_DIGITS = 6
_INTERIORS_MEET = "T********"


def areas_m2(shapes: NDArray[np.object_], crs: object) -> NDArray[np.float64]:
    """
    Measure polygons on the ellipsoid; one that is empty has no area.

    Parameters
    ----------
    shapes
        n polygons or multipolygons.
    crs
        Their CRS.

    Examples
    --------
    >>> field = shapely.box(500000, 4690000, 500100, 4690100)
    >>> areas_m2(np.array([field, shapely.Polygon()]), 4550).round(1)
    array([10000.,     0.])
    """
    area_m2 = np.zeros(len(shapes))
    there = ~shapely.is_empty(shapes)
    area_m2[there] = to_geodesic_area_m2(gpd.GeoDataFrame(geometry=shapes[there], crs=crs))
    return area_m2


def without_others(
    shapes: NDArray[np.object_], row: NDArray[np.intp], others: NDArray[np.object_]
) -> NDArray[np.object_]:
    """
    Take out of each shape the union of the others that are paired with it.

    Parameters
    ----------
    shapes
        n polygons.
    row, others
        p pairs: which of the shapes, and what is taken out of it.

    Returns
    -------
    left
        n polygons, perhaps empty; a shape in no pair is itself.

    Examples
    --------
    >>> shapes = np.array([shapely.box(0, 0, 4, 1), shapely.box(9, 0, 10, 1)])
    >>> taken = np.array([shapely.box(1, 0, 2, 1), shapely.box(1, 0, 3, 1)])
    >>> shapely.area(without_others(shapes, np.array([0, 0]), taken)).tolist()
    [2.0, 1.0]
    """
    left = shapes.copy()
    hit, position = np.unique(row, return_inverse=True)
    if not len(hit):
        return left
    order = np.argsort(position, kind="stable")
    heaps = shapely.geometrycollections(others[order], indices=position[order])
    left[hit] = shapely.difference(shapes[hit], shapely.union_all(heaps[:, None], axis=1))
    return left


def own_pieces(layer: gpd.GeoDataFrame, *, rank: pd.Series, group: pd.Series) -> gpd.GeoSeries:
    """
    Cut polygons so that no ground stands in two of a group: the one of the lowest rank keeps it.

    Parameters
    ----------
    layer
        n polygons, projected CRS, metres.
    rank
        n numbers, no two alike within a group, index of `layer`.
    group
        n words or numbers; polygons of different groups are let be.

    Returns
    -------
    pieces
        n polygons, perhaps empty, index of `layer`; their union by group is that of the polygons.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.

    Examples
    --------
    >>> fields = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 3, 1), shapely.box(2, 0, 5, 1)], crs=4550)
    >>> own_pieces(fields, rank=pd.Series([1, 0]), group=pd.Series([2024, 2024])).area.tolist()
    [2.0, 3.0]
    """
    check_metric(layer, name="polygons")
    shapes = layer.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    of, place = group.to_numpy(), rank.to_numpy()
    later = (place[one] > place[other]) & (of[one] == of[other])
    one, other = one[later], other[later]
    meet = shapely.relate_pattern(shapes[one], shapes[other], _INTERIORS_MEET)
    pieces = without_others(shapes, one[meet], shapes[other[meet]])
    return gpd.GeoSeries(pieces, layer.index, crs=layer.crs)


def to_rank(done: pd.Series, keys: pd.Series) -> pd.Series:
    """
    Rank polygons so that what is known to count comes first, then what may count, then the rest.

    Then the own areas of the first are the area of their union, and those of the second are what
    the unknown may add to it.

    Parameters
    ----------
    done
        n nullable booleans: does the polygon count?
    keys
        n ids; within a class the lowest comes first.

    Examples
    --------
    >>> done = pd.Series([False, None, True, True], dtype="boolean")
    >>> to_rank(done, pd.Series(["a", "b", "d", "c"])).tolist()
    [3, 2, 1, 0]
    """
    place = done.map({True: 0, False: 2}).astype("float64").fillna(1)
    table = pd.DataFrame({"class": place, "key": keys.astype(str)})
    ordered = table.reset_index(drop=True).sort_values(["class", "key"], kind="stable")
    rank = np.empty(len(table), dtype="int64")
    rank[ordered.index.to_numpy()] = np.arange(len(table))
    return pd.Series(rank, done.index)


def own_areas(
    layer: gpd.GeoDataFrame, *, done: pd.Series, keys: pd.Series, group: pd.Series
) -> gpd.GeoDataFrame:
    """
    Measure each polygon whole, and what of it no polygon before it has (see `to_rank`).

    Parameters
    ----------
    layer
        n polygons, metres.
    done, keys
        See `to_rank`.
    group
        See `own_pieces`.

    Returns
    -------
    measured
        n rows, index of `layer`: `area_m2`, `own_m2` (the own piece's; all of them add up to the
        union's) and, as geometry, the own pieces.

    Raises
    ------
    CRSError
        If the layer is not in a projected CRS.
    """
    pieces = own_pieces(layer, rank=to_rank(done, keys), group=group)
    whole = areas_m2(layer.geometry.to_numpy(), layer.crs)
    changed = pieces.to_numpy() != layer.geometry.to_numpy()
    own = whole.copy()
    own[changed] = areas_m2(pieces.to_numpy()[changed], layer.crs)
    columns = {"area_m2": whole, "own_m2": np.minimum(own, whole)}
    return gpd.GeoDataFrame(columns, index=layer.index, geometry=pieces, crs=layer.crs)


def sum_tally(
    amounts_m2: pd.Series,
    *,
    name: str,
    unit: str,
    scale: Fraction,
    in_scope: pd.Series,
    done: pd.Series,
    like: Tally,
) -> Tally:
    """
    Add up what polygons that count have; one that may count may add its own to it.

    Parameters
    ----------
    amounts_m2
        n areas of zero or more; 0 where a polygon has none of it.
    name, unit, scale
        The measure's; square metres times the scale come out in the unit.
    in_scope, done
        n nullable booleans each, as they were given to `amounts.weigh`.
    like
        What that gave: the same features count, and the same are excluded, for the same reasons.
    """
    surely = (in_scope & done).fillna(value=False).astype(bool)
    perhaps = in_scope.fillna(value=True) & done.fillna(value=True)
    maybe = perhaps.astype(bool) & ~surely
    value = _total(amounts_m2[surely]) * scale
    most = value + _total(amounts_m2[maybe]) * scale
    first = next(iter(like.measures.values()))
    quantities = Quantity(value), Quantity(value), Quantity(most)
    speaking = surely & (amounts_m2 > 0)
    excluded = like.excluded[like.excluded["measure"] == first.name]
    return Tally(
        {name: Measure(name, unit, *quantities, first.counted, first.excluded)},
        {name: tuple(sorted(map(str, amounts_m2.index[speaking])))},
        excluded.assign(measure=name),
        like.rollups.iloc[:0],
    )


def _total(numbers: pd.Series) -> Fraction:
    """Add up exactly, each number told to the last decimal that is printed."""
    return sum((to_fraction(n) for n in numbers), Fraction(0))


def deviation_pct(ledger_mu: pd.Series, area_m2: pd.Series) -> pd.Series:
    """
    Say by how much the ledger's area is above the polygon's, in percent of the polygon's.

    Examples
    --------
    >>> deviation_pct(pd.Series([0.99, None]), pd.Series([2000 / 3, 900.0])).tolist()
    [-1.0, nan]
    """
    polygon_mu = area_m2 * float(MU_PER_M2)
    deviation: pd.Series = (100 * (ledger_mu - polygon_mu) / polygon_mu).round(_ROUNDING_DIGITS)
    return deviation


def area_deviations(
    rows: pd.DataFrame, *, columns: tuple[str, ...], tolerance_pct: float
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """
    List the rows whose ledger's area is off the polygon's by more than a tolerance.

    Parameters
    ----------
    rows
        n features with `deviation_pct`, `ledger_area_mu` and `polygon_area_mu`.
    columns
        Further columns that the table shows, first.
    tolerance_pct
        What may be (closed), percent.

    Returns
    -------
    table
        The rows that are off, sorted by index.
    warnings
        One that tells their number; none if there is no such row.

    Examples
    --------
    >>> rows = pd.DataFrame({"deviation_pct": [5.0, -5.1], "ledger_area_mu": 1.0,
    ...     "polygon_area_mu": 1.0, "id": ["a", "b"]})
    >>> area_deviations(rows, columns=("id",), tolerance_pct=5.0)[0]["id"].tolist()
    ['b']
    """
    off = rows[rows["deviation_pct"].abs() > tolerance_pct].sort_index()
    shown = [*columns, "polygon_area_mu", "ledger_area_mu", "deviation_pct"]
    table = pd.DataFrame(off)[shown].reset_index(drop=True)
    if not len(table):
        return table, ()
    told = Text(
        f"{len(table)} 行台账面积与图形面积相差超过 {tolerance_pct:g}%,一律按图形面积计",
        f"{len(table)} rows whose ledger area is off the polygon's by more than "
        f"{tolerance_pct:g} %: the polygon counts",
    )
    return table, (told,)


#: What the columns of `own_areas` mean to people, for the analyses that show them in mu.
AREA_TITLES: Mapping[str, Text] = {
    "polygon_area_mu": Text("图形面积", "area of the polygon"),
    "own_area_mu": Text("计入面积(扣除重叠)", "area that counts, overlaps taken out"),
    "deviation_pct": Text("台账面积偏差", "ledger area off the polygon's"),
}
