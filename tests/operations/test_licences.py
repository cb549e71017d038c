"""Licences on a day: both ends closed, and what a missing date leaves open."""

from datetime import date

import pandas as pd
import pytest

from tieling_geo.operations.licences import licence

DAY = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("since", "until", "is_valid", "reason"),
    [
        ("2025-12-31", "2026-01-01", True, ""),
        ("2026-01-01", "2027-01-01", False, "not_yet"),
        ("2020-01-01", "2025-12-31", True, ""),
        ("2020-01-01", "2025-12-31 17:00", True, ""),
        ("2020-01-01", "2025-12-30", False, "expired"),
        (None, "2025-12-30", False, "expired"),
        ("2026-01-01", None, False, "not_yet"),
        (None, "2026-01-01", None, "undated"),
        ("2020-01-01", None, None, "undated"),
        (None, None, None, "undated"),
        ("2025-01-01", "2024-01-01", None, "swapped"),
        ("2025-12-31", "2025-12-31", True, ""),
    ],
)
def test_each_licence(
    since: str | None,
    until: str | None,
    is_valid: bool | None,  # noqa: FBT001 - an answer
    reason: str,
) -> None:
    """One licence a case."""
    first, last = (pd.Series(pd.to_datetime([day], format="mixed")) for day in (since, until))
    found = licence(first, last, as_of=DAY)
    assert found["is_valid"].astype(object).where(found["is_valid"].notna(), None).tolist() == [
        is_valid
    ]
    assert found["reason"].tolist() == [reason]
