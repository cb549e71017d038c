"""Coal units in service on a day: what stands on it, and what is not known."""

from datetime import date

import pandas as pd

from tieling_geo.operations.coal_units import (
    COAL_UNIT_REASONS,
    coal_units,
    out_cases,
    unknown_cases,
)
from tieling_geo.operations.results import first_reason

DAY = date(2025, 12, 31)


def units(rows: list[tuple[str | None, str | None, str | None]]) -> pd.DataFrame:
    """Lay out units: fuel, first day, last day."""
    fuel, since, until = zip(*rows, strict=True)
    return pd.DataFrame({
        "fuel": pd.Series(fuel, dtype="str"),
        "commissioned_on": pd.to_datetime(pd.Series(since)),
        "retired_on": pd.to_datetime(pd.Series(until)),
    })


def test_each_case_has_its_reason() -> None:
    """What is surely out is out, whatever else is not known."""
    rows = units([
        ("coal", None, None),
        ("coal", "2025-12-31", None),
        ("coal", "2026-01-01", None),
        ("coal", None, "2025-12-31"),
        ("coal", None, "2026-01-01"),
        ("gas", "2020-01-01", "2019-01-01"),
        ("coal", "2020-01-01", "2019-01-01"),
        (None, None, None),
        (None, None, "2025-01-01"),
    ])
    state = coal_units(rows, DAY)
    answers = [None if pd.isna(x) else bool(x) for x in state["in_use"]]
    assert answers == [True, True, False, False, True, False, None, None, False]
    reason = first_reason(rows.index, {**out_cases(state), **unknown_cases(state)})
    expected = ["", "", "not_yet", "closed", "", "not_coal", "swapped", "fuel_unknown", "closed"]
    assert reason.tolist() == expected
    assert set(expected) - {""} <= set(COAL_UNIT_REASONS)
