"""What a file holds before anything is checked: the same record for every kind of file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from tieling_geo.records import CoordinateForm, SetAside
from tieling_geo.text import Text


class Fault(NamedTuple):
    """A value that is no good, and why; its row is rejected."""

    position: int
    """Of the row in the table, from 0."""
    column: str
    """Header in the file, or `geometry`."""
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's rows as they are."""

    attributes: pd.DataFrame
    """n rows, the file's own headers, index 0..n-1; geometry left out."""
    geometry: NDArray[np.object_]
    """n shapely geometries; None where the row has none or it could not be built."""
    rows: NDArray[np.int64]
    """n row numbers as a person would count them in the file."""
    crs: pyproj.CRS | None
    faults: tuple[Fault, ...] = ()
    """Geometries that are there but could not be built."""
    coordinates: tuple[str, ...] = ()
    """Headers that the geometry was built from."""
    notes: tuple[Text, ...] = ()
    flags: tuple[Fault, ...] = ()
    """Values that were taken but look wrong."""
    aside: tuple[SetAside, ...] = ()
    """Rows of the file that are no features; they are not among the n."""
    encoding: str = ""
    sheet: str = ""
    header_rows: tuple[int, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    """Header -> letters of its column in the spreadsheet, for the addresses of cells."""
    coordinate_form: CoordinateForm = "geometry"


def to_plain_table(
    attributes: pd.DataFrame,
    *,
    faults: tuple[Fault, ...] = (),
    notes: tuple[Text, ...] = (),
    unread: Sequence[str] = (),
) -> RawTable:
    """
    Return the rows of a table without places, numbered from 1; its text is UTF-8.

    Parameters
    ----------
    attributes
        n rows, the file's own headers.
    faults, notes
        What was found while reading.
    unread
        Columns of geometry that the file has, and that were left unread.

    Examples
    --------
    >>> table = to_plain_table(pd.DataFrame({"指标": ["a"]}), unread=["geom"])
    >>> table.rows.tolist(), table.geometry.tolist(), table.notes[0].en
    ([1], [None], 'a table without places: geometry not used: geom')
    """
    told = "、".join(unread)
    note = Text(
        f"本图层不用图形,未使用:{told}", f"a table without places: geometry not used: {told}"
    )
    return RawTable(
        attributes,
        np.full(len(attributes), None, dtype=object),
        np.arange(1, len(attributes) + 1),
        None,
        faults,
        notes=(*notes, note) if unread else notes,
        encoding="UTF-8",
        coordinate_form="",
    )


def to_shapes(
    parse: Callable[..., NDArray[np.object_]], encoded: NDArray[np.object_]
) -> NDArray[np.object_]:
    """
    Build geometries from their encoding; what cannot be built is None.

    Parameters
    ----------
    parse
        `shapely.from_wkb`, `from_wkt` or `from_geojson`.
    encoded
        n encoded geometries, None where there is none.

    Examples
    --------
    >>> import shapely
    >>> wkt = np.array(["POINT (1 2)", "no", "CIRCULARSTRING (0 0, 1 1, 2 0)", None])
    >>> [shape and shape.wkt for shape in to_shapes(shapely.from_wkt, wkt)]
    ['POINT (1 2)', None, None, None]
    """

    def built(some: Any) -> Any:  # noqa: ANN401 - shapely takes and gives one or many
        # NaN and overflow are judged later, row by row.
        with np.errstate(all="ignore"):
            return parse(some, on_invalid="ignore")

    def one(item: object) -> object:
        try:
            return built(item)
        except NotImplementedError:
            return None

    try:
        return np.asarray(built(encoded), dtype=object)
    except NotImplementedError:
        # One curved geometry makes shapely give up on all: find it.
        shapes = np.full(len(encoded), None, dtype=object)
        shapes[:] = [one(item) for item in encoded]
        return shapes
