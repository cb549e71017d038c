"""Whether a boiler was retired by a day: each record that a register can hold, and what it says."""

from datetime import date
from itertools import product

import pandas as pd
import pytest

from tieling_geo.crs import WORKING_CRS
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.schemas import Boilers

DAY = date(2023, 12, 31)
BEFORE, ON, AFTER = "2020-06-30", "2023-12-31", "2024-01-01"


def boilers(*rows: dict[str, object]) -> pd.DataFrame:
    """Make boilers; what a row does not say is missing."""
    index = [f"B{n}" for n in range(len(rows))]
    empty = Boilers.empty(WORKING_CRS)
    columns = {
        c.name: pd.Series([row.get(c.name) for row in rows], index=index, dtype=c.dtype)
        for c in Boilers.columns()
    }
    return empty.reindex(index).assign(**columns)


def judged(**row: object) -> dict[str, bool | None]:
    """Judge one boiler; what is missing is None."""
    found = retirement(boilers(row), DAY)
    return {name: None if found[name].isna().any() else found[name].all() for name in found}


@pytest.mark.parametrize(
    ("status", "retired_on", "expected"),
    [
        ("operating", None, (False, False, False)),
        ("standby", None, (False, False, False)),
        ("operating", AFTER, (False, False, False)),
        ("retired", BEFORE, (True, False, False)),
        ("retired", ON, (True, False, False)),
        ("retired", AFTER, (False, False, False)),
        ("retired", None, (None, False, True)),
        ("operating", ON, (None, True, False)),
        ("standby", BEFORE, (None, True, False)),
        (None, BEFORE, (True, False, False)),
        (None, AFTER, (False, False, False)),
        (None, None, (None, False, False)),
    ],
)
def test_status_and_date_of_retirement(
    status: str | None, retired_on: str | None, expected: tuple[bool | None, bool, bool]
) -> None:
    """Retired, contradicting itself, undated: the day itself counts (closed)."""
    found = judged(status=status, retired_on=retired_on)
    assert (found["is_retired"], found["contradiction"], found["undated"]) == expected


@pytest.mark.parametrize(
    ("commissioned_on", "exists"), [(BEFORE, True), (ON, True), (AFTER, False), (None, True)]
)
def test_a_boiler_exists_from_the_day_it_was_commissioned(
    commissioned_on: str | None,
    exists: bool,  # noqa: FBT001 - it is a value, not a switch
) -> None:
    """The day itself counts (closed); a boiler without a date counts as there."""
    assert judged(commissioned_on=commissioned_on)["exists"] == exists


def test_retired_before_it_was_commissioned_is_a_contradiction() -> None:
    """Neither date is believed: not retired, not absent, but unknown."""
    found = judged(status="retired", commissioned_on=AFTER, retired_on=BEFORE)
    assert found["contradiction"]
    assert found["is_retired"] is None
    assert found["exists"] is None
    same_day = judged(status="retired", commissioned_on=ON, retired_on=ON)
    assert (same_day["contradiction"], same_day["is_retired"]) == (False, True)


@pytest.mark.parametrize(
    ("fuel", "is_coal"), [("coal", True), ("gas", False), ("biomass", False), (None, None)]
)
def test_only_coal_is_coal(
    fuel: str | None,
    is_coal: bool | None,  # noqa: FBT001 - it is a value, not a switch
) -> None:
    """Gas and biomass are not; a boiler without a fuel may be."""
    assert judged(fuel=fuel)["is_coal"] == is_coal


def test_what_is_not_known_has_one_reason() -> None:
    """Over every record that a register can hold, each unknown state has words that explain it."""
    cases = product(["operating", "standby", "retired", None], [BEFORE, ON, AFTER, None])
    for status, retired_on in cases:
        for commissioned_on in (BEFORE, AFTER, None):
            found = judged(status=status, retired_on=retired_on, commissioned_on=commissioned_on)
            explained = found["contradiction"] or found["undated"] or status is None
            assert (found["is_retired"] is not None) or explained
            assert not (found["contradiction"] and found["is_retired"] is not None)
    assert {"contradiction", "undated", "status_unknown", "not_yet"} <= set(RETIREMENT_REASONS)


def test_no_boiler_at_all() -> None:
    """An empty layer gives an empty table with all its columns."""
    found = retirement(boilers(), DAY)
    assert found.shape == (0, 5)
    assert list(found.columns) == ["is_coal", "exists", "is_retired", "contradiction", "undated"]
