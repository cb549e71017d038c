"""A layer as read, with its card and its row account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import AccountingError
from tieling_geo.records.reading import Account, Reading, SetAside
from tieling_geo.text import Text

#: Columns of `Layer.rejected` and `Layer.flagged`, one row a value.
REJECTED_COLUMNS = (
    "layer",
    "source",
    "sheet",
    "row",
    "column",
    "cell",
    "value",
    "reason_zh",
    "reason_en",
)
#: Columns of `Layer.censored`, one row a value that a ledger gives only as a limit.
CENSORED_COLUMNS = ("layer", "source", "row", "key", "column", "value", "sign", "limit")


def _none_flagged() -> pd.DataFrame:
    """Return an empty table of flagged values."""
    return pd.DataFrame(columns=list(REJECTED_COLUMNS))


def _none_censored() -> pd.DataFrame:
    """Return an empty table of censored values."""
    return pd.DataFrame(columns=list(CENSORED_COLUMNS))


def _no_rows() -> pd.Series:
    """Return an empty series of row numbers."""
    return pd.Series(dtype="int64")


@dataclass(frozen=True, slots=True)
class Card:
    """Who published a layer's file, under which licence, of which day and in which datum."""

    publisher: str
    licence: str
    reference_date: str
    datum: str
    """Datum as delivered: `cgcs2000`, `wgs84`, ... (see `tieling_geo.readers.card.DATUMS`)."""
    title: str = ""
    notes: str = ""
    crs: str = ""
    """CRS of a table's coordinate columns, `EPSG:n`; vector files carry their own."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header in the file -> column of the schema, where the aliases do not find it."""
    is_sample: bool = False
    rows: int | None = None
    """Number of rows that the file should have, where the publisher says so: it is then held."""
    convert: bool = False
    """Convert from GCJ-02 or BD-09 to CGCS2000 while reading."""
    bands: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Band of a raster -> the `column` that it holds, and columns that are the same throughout."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as read: what was accepted, what was rejected and why, and where it came from."""

    name: str
    features: gpd.GeoDataFrame
    """Accepted rows in the working CRS, sorted by business key, which is also the index."""
    rejected: pd.DataFrame
    """`REJECTED_COLUMNS`; a row with two faults stands twice, under one row number."""
    card: Card
    source: str
    """File name as the workspace names it."""
    sha256: str
    rows_in: int
    notes: tuple[Text, ...] = ()
    """What the reader did that a person should know: encoding, dropped Z, unknown columns."""
    reading: Reading = field(default_factory=Reading)
    flagged: pd.DataFrame = field(default_factory=_none_flagged)
    """`REJECTED_COLUMNS`: values that were accepted but look wrong, or were repaired on request."""
    censored: pd.DataFrame = field(default_factory=_none_censored)
    """`CENSORED_COLUMNS`: values such as `<0.5`; in `features` they are missing, never a number."""
    set_aside: tuple[SetAside, ...] = ()
    """Rows of the file that are no features: totals, the template's example."""
    accounts: tuple[Account, ...] = ()
    row_numbers: pd.Series = field(default_factory=_no_rows)
    """Row of the file that each accepted feature stands in; index as `features`."""
    rejected_rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The rejected rows' columns as far as they could be typed; index their row numbers."""

    def __post_init__(self) -> None:
        """
        Hold the row account: in = accepted + rejected.

        Raises
        ------
        AccountingError
            If a row is missing or counted twice.
        """
        if self.rows_in != len(self.features) + self.rows_rejected:
            raise AccountingError(
                Text(
                    f"图层 {self.name}:读入 {self.rows_in} 行,接受 {len(self.features)} 行,"
                    f"退回 {self.rows_rejected} 行,账不平",
                    f"layer {self.name}: {self.rows_in} rows in, {len(self.features)} accepted, "
                    f"{self.rows_rejected} rejected: the account does not balance",
                )
            )

    @property
    def rows_rejected(self) -> int:
        """Number of rows rejected, each counted once."""
        return int(self.rejected["row"].nunique())

    @property
    def is_blank(self) -> bool:
        """
        Whether the file holds nothing at all, and nobody says that there is nothing.

        An empty ledger is a form that nobody filled in: it counts as no data, unless its card
        states `rows = 0`.
        """
        return self.rows_in == 0 and self.card.rows is None
