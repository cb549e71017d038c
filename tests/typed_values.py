"""What became of values that were brought to type."""

import numpy as np
import pandas as pd

from tieling_geo.readers.values.columns import Typed, to_typed
from tieling_geo.schemas import ColumnCard


def kinds(typed: Typed) -> list[str]:
    """Say what each value came to, and hold that it is one thing only."""
    limits = {c.position for c in typed.censored}
    assert set(typed.reasons) == set(np.flatnonzero(typed.failed))
    told = []
    for position in range(len(typed.column)):
        is_there = {
            "typed": bool(pd.notna(typed.column.iloc[position])),
            "failed": bool(typed.failed.iloc[position]),
            "limit": position in limits,
        }
        assert sum(is_there.values()) <= 1
        told.append(next((kind for kind, holds in is_there.items() if holds), "missing"))
    return told


def one(value: object, column: ColumnCard) -> Typed:
    """Read one value."""
    typed = to_typed(pd.Series([value], dtype="object"), column)
    assert str(typed.column.dtype) == column.dtype
    return typed
