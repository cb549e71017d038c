"""
Features as few bytes: columns and geometry for a page's script, packed, deflated and in base64.

A hundred thousand points as GeoJSON are 26 MB, which a browser parses into as many objects. Here a
column is an array: whole numbers as differences from their lowest, only as many bytes wide as they
need, byte by byte so that the deflation finds what repeats; words that repeat once each. Places are
whole millionths of a degree (0.1 m). The page's script unpacks the arrays as they are.
"""

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tieling_geo.render.popup import safe_json

#: Decimals of a degree that a page carries: 0.1 m.
DECIMALS = 6
_LEVEL = 6
#: Whole numbers up to here are kept in at most this many bytes; larger ones travel as they are.
_WIDEST = 4
# Decimals that are tried for a column of numbers before it is kept in full.
_MOST_DECIMALS = 6
# Up to here every whole number has a double of its own.
_EXACT = 2**53
# Texts are listed once each if they repeat at least so often on average.
_REPEATS = 2
_EPOCH = pd.Timestamp("1970-01-01")

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Packer:
    """Arrays one after the other, and what the script must know to find them again."""

    pieces: list[bytes] = field(default_factory=list)
    length: int = 0

    def _add(self, content: bytes) -> int:
        """Append bytes and return where they begin."""
        begin = self.length
        self.pieces.append(content)
        self.length += len(content)
        return begin

    def whole_numbers(self, values: Ints, *, steps: bool | None = None) -> dict[str, Any]:
        """
        Add whole numbers.

        Parameters
        ----------
        values
            n numbers.
        steps
            True: the differences from one to the next are kept; None: whatever is narrower.

        Examples
        --------
        >>> Packer().whole_numbers(np.array([7, 9, 8]))
        {'n': 3, 'at': 0, 'width': 1, 'low': 7, 'steps': False}
        """
        differences = np.diff(values, prepend=values[:1]) if len(values) else values
        kept = self._is_narrower(differences, values) if steps is None else steps
        told = differences if kept else values
        low = int(told.min()) if len(told) else 0
        above = (told - low).astype("<u8")
        width = max((int(above.max()).bit_length() + 7) // 8, 1) if len(above) else 1
        planes = above.view(np.uint8).reshape(-1, 8)[:, :width].T
        at = self._add(planes.tobytes())
        first = {"first": int(values[0])} if kept and len(values) else {}
        return {"n": len(values), "at": at, "width": width, "low": low, "steps": kept, **first}

    @staticmethod
    def _is_narrower(differences: Ints, values: Ints) -> bool:
        """Tell whether steps are much smaller than the range: they deflate better then."""
        if len(values) < 2:  # noqa: PLR2004 - one number has no step
            return False
        return bool(np.abs(differences).mean() * 4 < np.ptp(values))

    def numbers(self, values: NDArray[np.float64]) -> dict[str, Any]:
        """
        Add numbers, exactly: as whole numbers of their last decimal where that loses nothing.

        Missing ones are kept as missing; infinite ones in full.

        Examples
        --------
        >>> Packer().numbers(np.array([1.5, np.nan, 2.25]))["decimals"]
        2
        """
        known = values[~np.isnan(values)]
        decimals = _decimals_of(known)
        if decimals is None:
            planes = values.astype("<f8").view(np.uint8).reshape(-1, 8).T
            return {"n": len(values), "at": self._add(planes.tobytes()), "width": 8}
        scaled = np.round(np.where(np.isnan(values), 0, values) * 10**decimals).astype(np.int64)
        low = int(np.round(known.min() * 10**decimals)) if len(known) else 0
        # Nought is kept for what is missing.
        kept = np.where(np.isnan(values), 0, scaled - low + 1)
        return {**self.whole_numbers(kept, steps=False), "decimals": decimals, "base": low - 1}

    def texts(self, values: Sequence[str]) -> dict[str, Any]:
        """
        Add texts that hardly repeat.

        Examples
        --------
        >>> Packer().texts(["甲", ""])["lengths"]["n"]
        2
        """
        array = pa.array(values, pa.large_string())
        _, ends, content = array.buffers()
        offsets = np.zeros(1, np.int64)
        if ends is not None and len(array):
            offsets = np.frombuffer(memoryview(ends), np.int64, len(array) + 1)
        lengths = self.whole_numbers(np.diff(offsets))
        return {"lengths": lengths, "at": self._add(content.to_pybytes() if content else b"")}

    def to_base64(self) -> str:
        """Deflate all that was added, and return it as base64."""
        return base64.b64encode(zlib.compress(b"".join(self.pieces), _LEVEL)).decode("ascii")


def _decimals_of(known: NDArray[np.float64]) -> int | None:
    """Return the fewest decimals that give every number exactly; None where many are needed."""
    if not np.isfinite(known).all():
        return None
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = np.round(known * 10**decimals)
        if len(scaled) and (
            np.abs(scaled).max() >= _EXACT or np.ptp(scaled) >= 2 ** (8 * _WIDEST) - 1
        ):
            return None
        if (scaled / 10**decimals == known).all():
            return decimals
    return None


def pack_column(packer: Packer, values: pd.Series) -> dict[str, Any]:
    """
    Add a column by its kind: flags and repeated words as codes, numbers, days, other texts.

    Parameters
    ----------
    packer
        Takes the arrays.
    values
        n values: booleans, numbers, days or texts (`str` or missing).

    Returns
    -------
    column
        `kind` (`number`, `day`, `text`, `code`, `flag`) and where its arrays are. Codes count from
        one, nought is missing.

    Examples
    --------
    >>> pack_column(Packer(), pd.Series(["煤", None, "煤", "煤"]))["values"]
    ['煤']
    """
    if pd.api.types.is_bool_dtype(values.dtype):
        codes = np.where(values.isna(), 0, np.where(values.fillna(value=False), 1, 2))
        return {"kind": "flag", **packer.whole_numbers(codes.astype(np.int64), steps=False)}
    if pd.api.types.is_numeric_dtype(values.dtype):
        return {"kind": "number", **packer.numbers(values.to_numpy(np.float64, na_value=np.nan))}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = (values.dt.tz_localize(None).dt.normalize() - _EPOCH) / pd.Timedelta(days=1)
        return {"kind": "day", **packer.numbers(days.to_numpy(np.float64, na_value=np.nan))}
    return _pack_words(packer, values)


def _pack_words(packer: Packer, values: pd.Series) -> dict[str, Any]:
    """Add words, each once where they repeat."""
    codes, unique = pd.factorize(values)
    if len(unique) * _REPEATS > len(values) - (codes < 0).sum():
        return {"kind": "text", **packer.texts(values.astype("object").fillna("").tolist())}
    listed = [str(word) for word in unique]
    packed = packer.whole_numbers(codes.astype(np.int64) + 1, steps=False)
    return {"kind": "code", "values": listed, **packed}


def pack_shapes(packer: Packer, shapes: NDArray[np.object_]) -> dict[str, Any]:
    """
    Add shapes in whole millionths of a degree.

    Parameters
    ----------
    packer
        Takes the arrays.
    shapes
        n shapes in degrees of WGS 84, without heights, none empty.

    Returns
    -------
    geometry
        `x`, `y`: the vertices; for anything but single points also `types` (0 point, 1 line,
        2 area), `rings` (how many lines, rings or points each feature has), `sizes` (how many
        vertices each of those has) and `holes` (1: this ring is a hole in the one before).

    Examples
    --------
    >>> sorted(pack_shapes(Packer(), np.array([shapely.Point(123.5, 42)])))
    ['x', 'y']
    """
    if (shapely.get_type_id(shapes) == shapely.GeometryType.POINT).all():
        return _pack_vertices(packer, shapely.get_coordinates(shapes))
    parts, feature = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        feature = feature[inner]
    rings, ring_part = _rings_of(parts)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    is_area = shapely.get_type_id(parts)[ring_part] == shapely.GeometryType.POLYGON
    holes = is_area & (np.diff(ring_part, prepend=-1) == 0)
    types = np.zeros(len(shapes), np.int64)
    types[feature] = shapely.get_dimensions(parts)
    rings_of = np.bincount(feature[ring_part], minlength=len(shapes))
    return {
        "types": packer.whole_numbers(types, steps=False),
        "rings": packer.whole_numbers(rings_of, steps=False),
        "sizes": packer.whole_numbers(np.bincount(ring, minlength=len(rings)), steps=False),
        "holes": packer.whole_numbers(holes.astype(np.int64), steps=False),
        **_pack_vertices(packer, vertices),
    }


def _rings_of(parts: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Give the rings of areas, and points and lines as they are, in order, each with its part."""
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, owner = shapely.get_rings(parts[is_area], return_index=True)
    places = np.concatenate([np.flatnonzero(~is_area), np.flatnonzero(is_area)[owner]])
    order = np.argsort(places, kind="stable")
    return np.concatenate([parts[~is_area], rings])[order], places[order]


def _pack_vertices(packer: Packer, degrees: NDArray[np.float64]) -> dict[str, Any]:
    """Add coordinates as whole millionths of a degree."""
    whole = np.round(degrees * 10**DECIMALS).astype(np.int64)
    return {"x": packer.whole_numbers(whole[:, 0]), "y": packer.whole_numbers(whole[:, 1])}


def data_blocks(name: str, spec: Mapping[str, Any], packer: Packer) -> str:
    """
    Return the two blocks of a page that hold a layer: what it is, and its bytes.

    Parameters
    ----------
    name
        Name of the layer in the page, a plain word.
    spec
        What the script must know, plain JSON.
    packer
        Holds the arrays that `spec` speaks of.
    """
    return (
        f'<script type="application/json" id="{name}_spec">{safe_json(spec)}</script>\n'
        f'<script type="application/octet-stream" id="{name}_bytes">{packer.to_base64()}</script>'
    )
