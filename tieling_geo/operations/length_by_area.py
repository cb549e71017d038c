"""Lines cut at the borders of areas: how much of each line lies in which area."""

from fractions import Fraction
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import check_metric
from tieling_geo.operations.amounts import to_fraction


def length_by_area(lines: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, key: str) -> pd.DataFrame:
    """
    Give each area its part of every line, so that the parts add up to the line exactly.

    A stretch that runs along a border that two areas share belongs to the lower key. What no area
    covers is left over, with no key. Lengths are exact fractions of the micrometre that a line's
    length is rounded to; what is lost in cutting goes to the line's longest part.

    Parameters
    ----------
    lines
        n lines or multilines, projected CRS, metres; the index is unique.
    areas
        m polygons in the same CRS.
    key
        Column of `areas` that names an area.

    Returns
    -------
    parts
        One row a line and area with a length above zero, sorted: `line` (index of `lines`), `area`
        (the key, or missing) and `length_m` (Fraction).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> lines = gpd.GeoDataFrame(geometry=[LineString([(1, 1), (6, 1)])], index=["L"], crs=4550)
    >>> areas = gpd.GeoDataFrame(
    ...     {"id": ["a", "b"]}, geometry=[box(0, 0, 2, 2), box(2, 0, 5, 2)], crs=4550)
    >>> length_by_area(lines, areas, key="id").to_numpy().tolist()
    [['L', 'a', Fraction(1, 1)], ['L', 'b', Fraction(3, 1)], ['L', None, Fraction(1, 1)]]
    """
    check_metric(lines, name="lines")
    check_metric(areas, name="areas")
    areas = areas.iloc[np.argsort(areas[key].to_numpy(dtype=object), kind="stable")]
    shapes, places = lines.geometry.to_numpy(), areas.geometry.to_numpy()
    names = areas[key].to_numpy(dtype=object)
    tree = shapely.STRtree(places)
    row, area = tree.query(shapes, predicate="intersects")
    order = np.lexsort((area, row))
    row, area = row[order], area[order]
    alone = np.bincount(row, minlength=len(shapes))
    whole = np.zeros(len(shapes), dtype=bool)
    whole[row] = shapely.covered_by(shapes[row], places[area])
    simple = whole & (alone == 1)
    total = [to_fraction(length) for length in shapely.length(shapes)]
    parts = [
        (line, names[place], total[line])
        for line, place in zip(row, area, strict=True)
        if simple[line]
    ]
    for line in np.flatnonzero(~simple):  # few: most lines lie within one area
        touched = area[row == line]
        parts += [
            (line, name, length)
            for name, length in _cut(shapes[line], places[touched], names[touched], total[line])
        ]
    return _to_table(parts, lines.index)


def _cut(line: Any, places: Any, names: Any, total: Fraction) -> list[tuple[Any, Fraction]]:  # noqa: ANN401 - shapely has no types
    """Cut one line, area after area; what is left over has no name."""
    found: list[tuple[Any, Fraction]] = []
    for place, name in zip(places, names, strict=True):
        own = shapely.length(shapely.intersection(line, place))
        line = shapely.difference(line, place)
        found.append((name, to_fraction(own)))
    found.append((None, to_fraction(shapely.length(line))))
    longest = max(range(len(found)), key=lambda i: (found[i][1], -i))
    lost = total - sum((length for _, length in found), Fraction(0))
    found[longest] = (found[longest][0], found[longest][1] + lost)
    return [(name, length) for name, length in found if length > 0]


def _to_table(parts: list[tuple[Any, Any, Fraction]], index: pd.Index) -> pd.DataFrame:
    """Lay the parts out, in order of the lines' ids."""
    rank = np.argsort(np.argsort(index.to_numpy(dtype=object), kind="stable"), kind="stable")
    parts.sort(key=lambda part: (rank[part[0]], part[1] is None, str(part[1])))
    return pd.DataFrame({
        "line": pd.Series([index[line] for line, _, _ in parts], dtype=object),
        "area": pd.Series([name for _, name, _ in parts], dtype=object),
        "length_m": pd.Series([length for _, _, length in parts], dtype=object),
    })
