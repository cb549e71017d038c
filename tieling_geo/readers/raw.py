"""What a file holds before anything is checked: the same record for every kind of file."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from tieling_geo.text import Text


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
    faults: dict[int, tuple[str, str, Text]] = field(default_factory=dict)
    """Position -> (column, value, reason) of rows whose geometry could not be built."""
    coordinates: tuple[str, ...] = ()
    """Headers that the geometry was built from."""
    notes: tuple[Text, ...] = ()
