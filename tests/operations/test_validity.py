"""Permits with a first and a last day, each day named by hand."""

from datetime import date

import pandas as pd
import pytest

from tieling_geo.operations.validity import VALIDITY_REASONS, validity

DAY = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("first", "last", "is_valid", "reason"),
    [
        ("2021-01-01", "2025-12-31", True, ""),
        ("2021-01-01", "2025-12-30", False, "expired"),
        ("2025-12-31", "2030-12-30", True, ""),
        ("2026-01-01", "2030-12-30", False, "not_yet_valid"),
        ("2025-12-31 17:00", "2025-12-31 18:00", True, ""),
        (None, "2025-12-30", False, "expired"),
        (None, "2025-12-31", None, "validity_unknown"),
        ("2026-01-01", None, False, "not_yet_valid"),
        ("2021-01-01", None, None, "validity_unknown"),
        (None, None, None, "validity_unknown"),
        ("2024-01-01", "2023-01-01", None, "validity_swapped"),
        ("2026-02-01", "2026-01-01", None, "validity_swapped"),
    ],
)
def test_each_record_as_it_says(
    first: str | None, last: str | None, *, is_valid: bool | None, reason: str
) -> None:
    """First and last day are days of validity; what is missing leaves it open, if it matters."""
    found = validity(
        pd.to_datetime(pd.Series([first], index=["x"])),
        pd.to_datetime(pd.Series([last], index=["x"])),
        as_of=DAY,
    )
    told = found.loc["x", "is_valid"]
    assert (None if pd.isna(told) else bool(told)) is is_valid
    assert found.loc["x", "reason"] == reason
    assert not reason or reason in VALIDITY_REASONS
