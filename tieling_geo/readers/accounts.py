"""Tables of what a reader rejected, doubted or kept as a limit, and the accounts of its rows."""

import hashlib
import math
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.crs import to_working_crs
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.values.columns import Censored
from tieling_geo.records import CENSORED_COLUMNS, REJECTED_COLUMNS, Account, Layer
from tieling_geo.schemas import LAYERS, LayerSchema

_MEASURES = {"line": "length_m", "polygon": "area_m2"}


def to_listed_values(
    faults: Iterable[Fault], table: RawTable, name: str, source: str
) -> pd.DataFrame:
    """
    List values and why they were rejected or flagged, in the order of the file's rows.

    Returns
    -------
    listed
        `REJECTED_COLUMNS`; `cell` is the address in the spreadsheet, empty in other files.
    """
    rows = table.rows
    listed = sorted(faults, key=lambda f: (rows[f.position], f.column, f.reason.en))
    return pd.DataFrame(
        [
            (
                name,
                source,
                table.sheet,
                int(rows[f.position]),
                f.column,
                to_cell(table, f),
                f.value,
                *f.reason,
            )
            for f in listed
        ],
        columns=list(REJECTED_COLUMNS),
    )


def to_cell(table: RawTable, fault: Fault) -> str:
    """Give the address of a fault's cell, such as `C12`; empty where the file has no letters."""
    letters = table.letters.get(fault.column, "")
    return f"{letters}{table.rows[fault.position]}" if letters else ""


def to_censored(
    censored: Sequence[tuple[str, Censored]],
    good: NDArray[np.bool_],
    keys: pd.Series,
    table: RawTable,
    name: str,
    source: str,
) -> pd.DataFrame:
    """
    List the values of accepted rows that a ledger gives only as a limit, such as `<0.5`.

    Returns
    -------
    listed
        `CENSORED_COLUMNS`, in the order of the file's rows; `limit` is NaN for "not detected".
    """
    listed = sorted(
        (int(table.rows[one.position]), header, one)
        for header, one in censored
        if good[one.position]
    )
    return pd.DataFrame(
        [
            (
                name,
                source,
                row,
                str(keys.iloc[one.position]),
                header,
                one.text,
                one.sign,
                math.nan if one.limit is None else one.limit,
            )
            for row, header, one in listed
        ],
        columns=list(CENSORED_COLUMNS),
    )


def to_accounts(
    schema: type[LayerSchema],
    table: RawTable,
    features: gpd.GeoDataFrame,
    good: NDArray[np.bool_],
    accepted: gpd.GeoDataFrame,
    source: str,
) -> tuple[Account, Account]:
    """
    Draw up the account of a file's rows, and that of the check of each row.

    Parameters
    ----------
    schema
        Names the measure that is added up.
    table
        What came out of the file.
    features
        All n rows, typed, in the file's CRS.
    good
        n booleans: the row passed every check.
    accepted
        The rows that the layer will hold, as it will hold them.
    source
        The file's name.

    Raises
    ------
    AccountingError
        If they do not balance.
    """
    control = _control(schema)
    rows, aside = len(table.rows), sum(one.count for one in table.aside)
    return (
        Account(
            step="rows",
            source=source,
            rows_in=rows + aside,
            accepted=rows,
            set_aside=aside,
        ),
        Account(
            step="check",
            source=source,
            rows_in=rows,
            accepted=len(accepted),
            rejected=int((~good).sum()),
            control=control,
            control_in=_total(features, control) if control else None,
            control_accepted=_total(accepted, control) if control else None,
            control_rejected=_total(features[~good], control) if control else None,
            keys_sha256=to_keys_sha256(accepted.index),
        ),
    )


def to_later_account(
    layer: Layer, accepted: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame, step: str
) -> Account:
    """
    Draw up the account of a check that comes after reading: features in = accepted + rejected.

    Parameters
    ----------
    layer
        The layer before the check.
    accepted, rejected
        Its features, parted.
    step
        What the account calls the check.

    Raises
    ------
    AccountingError
        If they do not balance.
    """
    control = _control(LAYERS[layer.name])
    return Account(
        step=step,
        source=layer.source,
        rows_in=len(layer.features),
        accepted=len(accepted),
        rejected=len(rejected),
        control=control,
        control_in=_total(layer.features, control) if control else None,
        control_accepted=_total(accepted, control) if control else None,
        control_rejected=_total(rejected, control) if control else None,
        keys_sha256=to_keys_sha256(accepted.index),
    )


def _control(schema: type[LayerSchema]) -> str:
    """Name the measure of a layer that is added up; empty for none."""
    card = schema.card()
    return card.control or _MEASURES.get(card.geometry, "")


def to_keys_sha256(keys: Iterable[object]) -> str:
    """
    Hash a set of business keys, whatever their order.

    Examples
    --------
    >>> to_keys_sha256(["B2", "B1"]) == to_keys_sha256(["B1", "B2"])
    True
    """
    return hashlib.sha256("\n".join(sorted(map(str, keys))).encode()).hexdigest()


def _total(features: gpd.GeoDataFrame, control: str) -> float:
    """Add up a measure exactly rounded; what is not known, or has no finite place, adds nothing."""
    if control in features.columns:
        values = features[control].to_numpy(dtype="float64", na_value=np.nan)
    else:
        values = _measured(features, control)
    return math.fsum(values[np.isfinite(values)])


def _measured(features: gpd.GeoDataFrame, control: str) -> NDArray[np.float64]:
    """Measure length or area in the working CRS; a shape that has no place there has none."""
    bounds = features.geometry.bounds
    placed = features[np.isfinite(bounds.to_numpy()).all(axis=1)]
    try:
        shapes = to_working_crs(placed, name="account").geometry
    except ValueError:  # a place without coordinates in the working CRS: measure one by one
        shapes = placed.to_crs("EPSG:4550").geometry
    # What overflows is no measure: it is left out of the sums on either side.
    with np.errstate(all="ignore"):
        measured = shapes.length if control == "length_m" else shapes.area
    return np.asarray(measured, dtype="float64")
