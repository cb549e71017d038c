"""Build geometry from WKB strictly: what is no WKB, or is longer than it says, is a fault."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.readers.raw import Fault, to_shapes
from tieling_geo.text import Text

_SRID_BYTES = 4


def to_wkb_shapes(
    encoded: Sequence[bytes | None] | NDArray[np.object_],
) -> tuple[NDArray[np.object_], tuple[Fault, ...]]:
    """
    Build geometries from WKB.

    Parameters
    ----------
    encoded
        n geometries as WKB, None where there is none.

    Returns
    -------
    shapes
        n geometries; None where there is none, or it cannot be built.
    faults
        Those that cannot be built.

    Examples
    --------
    >>> point = shapely.to_wkb(shapely.Point(1, 2))
    >>> shapes, faults = to_wkb_shapes([point, None, point + b"more"])
    >>> shapes[0].wkt, [fault.position for fault in faults]
    ('POINT (1 2)', [2])
    """
    items = np.full(len(encoded), None, dtype=object)
    items[:] = encoded
    shapes = to_shapes(shapely.from_wkb, items)
    there = np.array([item is not None for item in items], dtype=bool)
    lengths = np.array([len(item or b"") for item in items], dtype=np.int64)
    built = ~shapely.is_missing(shapes)
    needed = np.zeros(len(items), dtype=np.int64)
    needed[built] = [len(wkb) for wkb in shapely.to_wkb(shapes[built])]
    needed[built] += _SRID_BYTES * (shapely.get_srid(shapes[built]) != 0)
    surplus = built & (lengths != needed)
    shapes[surplus] = None
    broken = there & ~built
    reasons = (
        (broken, Text("图形无法解析(或为曲线)", "the geometry cannot be built, or is a curve")),
        (surplus, Text("图形数据长度不符,已损坏", "the geometry is longer than it says")),
    )
    faults = [
        Fault(int(position), "geometry", "", reason)
        for hit, reason in reasons
        for position in np.flatnonzero(hit)
    ]
    return shapes, tuple(sorted(faults))
