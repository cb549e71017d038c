"""Reject features that were accepted while reading: checks that need more than the file itself."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from tieling_geo.readers.accounts import to_later_account
from tieling_geo.records import REJECTED_COLUMNS, Layer
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text


def reject(
    layer: Layer, faults: Mapping[str, tuple[str, str, Text]], *, step: str = "later"
) -> Layer:
    """
    Move accepted features to the rejected rows; the accounts stay in balance.

    Parameters
    ----------
    layer
        The layer, as read.
    faults
        Key of a feature -> column of the schema, value as people read it, and the reason.
    step
        What the new account calls the check.

    Returns
    -------
    layer
        With one account more; the same layer where there is no fault.

    Raises
    ------
    KeyError
        If the layer has no feature of a key.
    """
    if not faults:
        return layer
    keys = list(faults)
    rows = layer.row_numbers.loc[keys]
    gone = layer.features.index.isin(keys)
    accepted, rejected = layer.features[~gone], layer.features[gone]
    columns = [column.name for column in LAYERS[layer.name].columns()]
    moved = rejected[columns].set_axis(pd.Index(layer.row_numbers[rejected.index], dtype="int64"))
    return replace(
        layer,
        features=accepted,
        rejected=_listed(layer, faults, rows),
        flagged=layer.flagged[~layer.flagged["row"].isin(rows)],
        censored=layer.censored[~layer.censored["row"].isin(rows)],
        accounts=(*layer.accounts, to_later_account(layer, accepted, rejected, step)),
        row_numbers=layer.row_numbers[accepted.index],
        rejected_rows=pd.concat([layer.rejected_rows, pd.DataFrame(moved)]).sort_index(),
    )


def _listed(
    layer: Layer, faults: Mapping[str, tuple[str, str, Text]], rows: pd.Series
) -> pd.DataFrame:
    """List the rejected values, the new ones among them, in the order of the file's rows."""
    headers = layer.reading.mapping
    sheet = layer.reading.sheet
    new = [
        (layer.name, layer.source, sheet, row, headers.get(column, column), "", value, *reason)
        for row, (column, value, reason) in zip(rows.tolist(), faults.values(), strict=True)
    ]
    listed = pd.DataFrame(
        [*layer.rejected.itertuples(index=False, name=None), *new], columns=list(REJECTED_COLUMNS)
    )
    return listed.sort_values(["row", "column", "reason_en"], kind="stable", ignore_index=True)
