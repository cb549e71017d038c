"""How a file was read: what the user stated, what was found in it, and the account of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tieling_geo.errors import AccountingError
from tieling_geo.text import NOTHING, Text

#: How the places of a file's rows are written.
CoordinateForm = Literal["", "degrees", "dms", "projected", "wkt", "geometry"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user states of one file, beside its card; what is blank is found in the file."""

    sheet: str = ""
    """Sheet of a workbook, by its name."""
    header_rows: tuple[int, int] | None = None
    """First and last row of the header, numbered as the spreadsheet program does."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header in the file -> column of the schema; goes before the card's."""
    crs: str = ""
    """CRS of a table's coordinate columns, `EPSG:n`; goes before the card's."""
    datum: str = ""
    """Datum as delivered; goes before the card's."""
    convert: bool = False
    """Convert GCJ-02 or BD-09 coordinates to CGCS2000. Never done unless it is asked for."""
    repair: bool = False
    """Repair invalid geometry, and write down the change of area. Never done unasked."""
    datum_confirmed: str = ""
    """Who confirmed the datum, when and how: the datum doctor then warns, and does not stop."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file, so that a person can see how it was understood."""

    kind: str = ""
    """The file's suffix in lower case, or `postgis`."""
    encoding: str = ""
    sheet: str = ""
    header_rows: tuple[int, ...] = ()
    """Row numbers of the header; empty for files without one."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the schema -> header in the file."""
    unread: tuple[str, ...] = ()
    """Headers that nothing reads."""
    absent: tuple[str, ...] = ()
    """Columns of the schema that the file does not have."""
    coordinates: tuple[str, ...] = ()
    """Headers that the places were built from; empty for files with geometry."""
    coordinate_form: CoordinateForm = ""
    crs: str = ""
    """CRS of the file's coordinates as `EPSG:n`, or its name."""
    datum: str = ""
    converted_from: str = ""
    """The datum that the coordinates were converted from, where that was asked for."""
    datum_confirmed: str = ""
    """Who confirmed the datum; blank: nobody."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is no feature: a total, a subtotal, the template's example, cells of no value."""

    row: int
    """As a person would count it in the file."""
    kind: Literal["total", "subtotal", "example", "note", "repeated_header", "units", "no_value"]
    value: str
    """The cell that tells."""
    told: Text = NOTHING
    """What was found of it, such as whether a total is the sum of its rows."""
    count: int = 1
    """How many rows this stands for: cells of a raster without a value are told as one."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    The account of one step: rows in = accepted + rejected + set aside + merged.

    `control` names one measure that is added up on both sides, so that a row that changes on its
    way is noticed even where the number of rows is right.
    """

    step: str
    """`rows` (the file's rows), `check` (the layer), or the name of an analysis."""
    source: str
    rows_in: int
    accepted: int
    rejected: int = 0
    set_aside: int = 0
    merged: int = 0
    control: str = ""
    """Name of the measure that is added up, with its unit as the name's end; empty for none."""
    control_in: float | None = None
    control_accepted: float | None = None
    control_rejected: float | None = None
    keys_sha256: str = ""
    """Hash of the sorted business keys that were accepted."""

    def __post_init__(self) -> None:
        """
        Hold the account.

        Raises
        ------
        AccountingError
            If a row, or a part of the control total, is missing or counted twice.
        """
        rows_out = self.accepted + self.rejected + self.set_aside + self.merged
        if rows_out != self.rows_in or not self._controlled():
            told = (
                f"{self.rows_in} = {self.accepted} + {self.rejected} + {self.set_aside} + "
                f"{self.merged}; {self.control}: {self.control_in} = {self.control_accepted} + "
                f"{self.control_rejected}"
            )
            raise AccountingError(
                Text(
                    f"{self.source} / {self.step}:账不平({told})",
                    f"{self.source}, {self.step}: the account does not balance ({told})",
                )
            )

    def _controlled(self) -> bool:
        """Tell whether the control total adds up, within the rounding of its sums."""
        if self.control_in is None:
            return True
        out = (self.control_accepted or 0.0) + (self.control_rejected or 0.0)
        return abs(out - self.control_in) <= 1e-9 * max(1.0, abs(self.control_in))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer is, and what the user states of it."""

    path: Path | None
    """Its file; None where it is in a database."""
    card: Path
    """Its `card.toml`."""
    address: str = ""
    """`postgis://user@host/database/schema.table` where it is in a database."""
    options: ReadOptions = field(default_factory=ReadOptions)
    label: str = ""
    """What messages call a table of a database: never its server nor its user."""

    @property
    def name(self) -> str:
        """The file's name, or the table's."""
        return self.path.name if self.path is not None else self.label
