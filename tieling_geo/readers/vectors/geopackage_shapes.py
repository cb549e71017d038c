"""The geometry of a GeoPackage: a header of its own, then WKB."""

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.readers.raw import Fault
from tieling_geo.readers.vectors.wkb import to_wkb_shapes
from tieling_geo.text import Text

_MAGIC, _HEAD = b"GP\x00", 8
# Bytes of the box in the header, by its code.
_BOX_BYTES = (0, 32, 48, 48, 64)
_EXTENDED = 0x20
_NO_SRS = (-1, 0)
# The index keeps its boxes in single precision, rounded outwards; the headers in double.
_ROUNDING = 2.0**-22

_STRAYED = Text(
    "图形超出文件为其记录的范围,可能被损坏或改动过,请核对",
    "the geometry reaches outside the box that the file keeps of it: damaged or changed? check it",
)


class Box(NamedTuple):
    """Least and greatest coordinates, in the order in which GeoPackage has them."""

    min_x: float
    max_x: float
    min_y: float
    max_y: float


def to_features(
    blobs: Sequence[object],
    column: str,
    *,
    srs: int,
    ids: Sequence[int],
    boxes: Mapping[int, Box] | None,
) -> tuple[NDArray[np.object_], tuple[Fault, ...], tuple[Fault, ...]]:
    """
    Build the geometries of a table.

    Parameters
    ----------
    blobs
        n values of the column, None where there is no geometry.
    column
        The column's name, for nothing but what is told.
    srs
        The table's reference system: a geometry in another one is a fault.
    ids
        n row numbers.
    boxes
        The spatial index; None where there is none.

    Returns
    -------
    shapes
        n geometries; None where there is none, or it cannot be built.
    faults
        Geometries that cannot be built.
    flags
        Geometries that lie outside the box that the file keeps of them.
    """
    parsed = [_parsed(blob, srs) for blob in blobs]
    shapes, faults = to_wkb_shapes([wkb for wkb, _, _ in parsed])
    faults += tuple(
        Fault(at, "geometry", column, reason)
        for at, (_, _, reason) in enumerate(parsed)
        if reason is not None
    )
    bounds = shapely.bounds(shapes)
    strayed = _is_outside(bounds, [box for _, box, _ in parsed])
    if boxes is not None:
        strayed |= _is_outside(bounds, [boxes.get(number) for number in ids])
    flags = tuple(
        Fault(int(at), "geometry", " ".join(f"{value:.6f}" for value in bounds[at]), _STRAYED)
        for at in np.flatnonzero(strayed)
    )
    return shapes, tuple(sorted(faults)), flags


def _parsed(blob: object, srs: int) -> tuple[bytes | None, Box | None, Text | None]:
    """Part a value into WKB and box, or say why it cannot be."""
    if blob is None:
        return None, None, None
    if not isinstance(blob, bytes) or blob[:3] != _MAGIC or len(blob) < _HEAD:
        return None, None, Text("不是 GeoPackage 图形", "it is no GeoPackage geometry")
    flags = blob[3]
    order = "<" if flags & 1 else ">"
    code = flags >> 1 & 7
    if code >= len(_BOX_BYTES) or flags & _EXTENDED or len(blob) < _HEAD + _BOX_BYTES[code]:
        return None, None, Text("图形头部有误", "the head of the geometry is wrong")
    own = struct.unpack_from(f"{order}i", blob, 4)[0]
    if own != srs and own not in _NO_SRS:
        return (
            None,
            None,
            Text(
                f"图形的坐标系编号 {own} 与图层的 {srs} 不同",
                f"the geometry is in reference system {own}, the layer in {srs}",
            ),
        )
    box = Box(*struct.unpack_from(f"{order}4d", blob, _HEAD)) if code else None
    return blob[_HEAD + _BOX_BYTES[code] :], box, None


def _is_outside(bounds: NDArray[np.float64], boxes: Sequence[Box | None]) -> NDArray[np.bool_]:
    """Tell which bounds reach out of their boxes (closed, but for rounding); none out of none."""
    nowhere = Box(*[np.nan] * 4)
    kept = np.array([nowhere if box is None else box for box in boxes], dtype=float).reshape(-1, 4)
    low, high = kept[:, [0, 2]], kept[:, [1, 3]]
    margin = _ROUNDING * np.maximum(np.abs(low), np.abs(high))
    # Comparisons with NaN are false: what is nowhere, or has no box, is not outside.
    with np.errstate(invalid="ignore"):
        outside = (bounds[:, :2] < low - margin) | (bounds[:, 2:] > high + margin)
    known = np.isfinite(bounds).all(axis=1) & np.isfinite(kept).all(axis=1)
    return np.asarray(outside.any(axis=1) & known, dtype=bool)
