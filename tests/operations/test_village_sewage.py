"""The treatment of a village's sewage: each way in which method, date and households may stand."""

from datetime import date

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.village_sewage import (
    check_methods,
    households_treated,
    village_treatment,
)

DAY = date(2025, 12, 31)
ON, AFTER = "2025-12-31", "2026-01-01"


def judged(
    method: str | None, day: str | None, treated: int | None = None, **given: tuple[str, ...]
) -> tuple[bool | None, str]:
    """Judge one village."""
    village = pd.DataFrame({
        "sewage_method": pd.Series([method], dtype="str"),
        "sewage_accepted_on": pd.to_datetime(pd.Series([day])),
        "households_treated": pd.Series([treated], dtype="Int64"),
    })
    row = village_treatment(village, DAY, **given).iloc[0]
    return (None if pd.isna(row["done"]) else bool(row["done"])), row["reason"]


@pytest.mark.parametrize(
    ("method", "day", "treated", "expected"),
    [
        ("sewer", ON, None, (True, "")),  # accepted on the day: closed
        ("sewer", AFTER, 5, (False, "")),
        ("sewer", None, 5, (None, "undated")),
        ("none", None, None, (False, "")),
        ("none", None, 0, (False, "")),
        ("none", AFTER, None, (False, "")),
        ("none", ON, None, (None, "contradiction")),
        ("none", None, 1, (None, "contradiction")),
        (None, ON, None, (None, "method_unknown")),
        (None, None, None, (None, "method_unknown")),
        (None, AFTER, None, (False, "")),  # whatever the method, not by the day
    ],
)
def test_a_village_s_treatment(
    method: str | None, day: str | None, treated: int | None, expected: tuple[bool | None, str]
) -> None:
    """The method and the date decide; what contradicts itself is unknown."""
    assert judged(method, day, treated) == expected


def test_a_method_that_does_not_count_is_no_treatment() -> None:
    """Off the list it is untreated, accepted or not; that is no contradiction."""
    assert judged("reuse", ON, 5, methods=("sewer",)) == (False, "")
    assert judged("reuse", None, None, methods=("sewer",)) == (False, "")


@pytest.mark.parametrize("methods", [("none",), ("sewer", "septic")])
def test_methods_are_those_of_the_layer(methods: tuple[str, ...]) -> None:
    """No treatment is none, and an unknown word is refused."""
    with pytest.raises(ParameterError):
        check_methods(methods)


@pytest.mark.parametrize(
    ("done", "households", "treated", "expected"),
    [
        (True, 10, 4, (4, 4, 6, 6)),
        (True, 10, 10, (10, 10, 0, 0)),
        (True, 10, None, (10, 10, 0, 0)),
        (True, 10, 11, (0, 10, 0, 10)),  # at odds
        (True, None, 4, (4, 4, 0, 46)),
        (True, None, None, (0, 50, 0, 0)),
        (False, 10, 4, (0, 0, 10, 10)),
        (False, 10, 11, (0, 0, 10, 10)),  # it says nothing before treatment is accepted
        (False, None, None, (0, 0, 0, 50)),
        (None, 10, 4, (0, 4, 6, 10)),
        (None, 10, None, (0, 10, 0, 10)),
        (None, None, 4, (0, 4, 0, 50)),
        (None, 10, 0, (0, 0, 10, 10)),  # none, either way
    ],
)
def test_a_village_s_households(
    done: bool | None,  # noqa: FBT001 - it is a value, not a switch
    households: int | None,
    treated: int | None,
    expected: tuple[int, ...],
) -> None:
    """Least and most done, least and most left, with at most 50 households."""
    village = pd.DataFrame({
        "households": pd.Series([households], dtype="Int64"),
        "households_treated": pd.Series([treated], dtype="Int64"),
    })
    parts = households_treated(village, pd.Series([done], dtype="boolean"), most=50.0)
    ends = (parts.least_done, parts.most_done, parts.least_left, parts.most_left)
    assert tuple(int(end[0]) for end in ends) == expected
