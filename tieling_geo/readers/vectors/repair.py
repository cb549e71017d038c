"""Repair invalid geometry where that is asked for, and write down what it changed."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.text import Text

#: Share of the area that a repair may change, closed; beyond it nobody can say what was meant.
LARGEST_CHANGE = 0.01
Family = Literal["point", "line", "polygon"]
_TYPES = {
    "point": (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT),
    "line": (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING),
    "polygon": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}


class Repair(NamedTuple):
    """What was done with one invalid geometry."""

    position: int
    """Of the row, from 0."""
    is_done: bool
    """Whether it was repaired; else the geometry is as it was, and still invalid."""
    reason: str
    """What was wrong, and where, in the words of GEOS."""
    area_before_m2: float
    """As its rings stand, where loops of opposite directions cancel out."""
    area_after_m2: float

    @property
    def told(self) -> Text:
        """What was done, for a person."""
        areas = f"{self.area_before_m2:.1f} → {self.area_after_m2:.1f} m²"
        if self.is_done:
            return Text(
                f"图形已按要求修复({self.reason}),面积 {areas}",
                f"repaired as asked ({self.reason}), area {areas}",
            )
        limit = f"{LARGEST_CHANGE:.0%}"
        return Text(
            f"图形无效({self.reason}),修复会使面积改变 {areas},超过 {limit} 或失去图形,未修复;"
            "请在原软件中改正",
            f"invalid ({self.reason}); a repair would change the area {areas}, by more than "
            f"{limit}, or lose the shape: not repaired; correct it where it was drawn",
        )


def repair_geometry(
    shapes: NDArray[np.object_],
    family: Family,
    *,
    to_area_m2: Callable[[NDArray[np.object_]], NDArray[np.float64]] = shapely.area,
) -> tuple[NDArray[np.object_], tuple[Repair, ...]]:
    """
    Repair the invalid ones of some geometries; never called unless the user asks for it.

    A repair is kept only if it is of the layer's family and leaves the area as it was, but for
    `LARGEST_CHANGE` of the greater of the two.

    Parameters
    ----------
    shapes
        n geometries, finite, None where there is none.
    family
        The layer's.
    to_area_m2
        Measures n geometries in square metres; the default asks for geometries in metres.

    Returns
    -------
    repaired
        n geometries.
    records
        One for each that was invalid and of the family.

    Examples
    --------
    >>> spike = shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 9 12, 9 9, 0 9, 0 0))")
    >>> repaired, records = repair_geometry(np.array([spike]), "polygon")
    >>> repaired[0].is_valid, records[0].area_before_m2, records[0].area_after_m2
    (True, 81.0, 81.0)
    >>> tie = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    >>> repair_geometry(np.array([tie]), "polygon")[1][0].is_done
    False
    """
    repaired = shapes.copy()
    wrong = ~shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), _TYPES[family])
    wrong &= ~shapely.is_missing(shapes)
    positions = np.flatnonzero(wrong)
    if not len(positions):
        return repaired, ()
    made = shapely.make_valid(shapes[positions], method="structure", keep_collapsed=False)
    made = np.array([_of_family(shape, family) for shape in made], dtype=object)
    before = np.abs(to_area_m2(shapes[positions]))
    after = np.abs(to_area_m2(made))
    greater = np.maximum(before, after)
    done = ~shapely.is_empty(made) & (np.abs(after - before) <= LARGEST_CHANGE * greater)
    repaired[positions[done]] = made[done]
    reasons = shapely.is_valid_reason(shapes[positions])
    records = tuple(
        Repair(int(at), bool(is_done), str(reason), float(area), float(area_after))
        for at, is_done, reason, area, area_after in zip(
            positions, done, reasons, before, after, strict=True
        )
    )
    return repaired, records


def _of_family(shape: shapely.Geometry, family: Family) -> shapely.Geometry:
    """Keep the parts of a family; nothing of another dimension is taken for it."""
    singles = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if shapely.get_type_id(part) in _TYPES[family] and not part.is_empty
    ]
    if len(singles) <= 1:
        return singles[0] if singles else shapely.GeometryCollection()
    collect = {
        "point": shapely.multipoints,
        "line": shapely.multilinestrings,
        "polygon": shapely.multipolygons,
    }[family]
    return collect(singles)
