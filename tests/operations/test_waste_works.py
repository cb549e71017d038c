"""Waste works by kind and by whom they serve."""

from datetime import date

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.service_matrix import to_all, to_matrix
from tieling_geo.operations.waste_works import check_distance, check_kinds, is_one_of, receives

ALL_SCOPES = ("city", "county_town", "town", "village", "park")


def test_a_missing_word_is_one_of_all_words() -> None:
    """Unknown among some, sure among all."""
    works = pd.DataFrame({"scope": ["city", "park", None]})
    assert is_one_of(works, "scope", ("city",)).tolist() == [True, False, pd.NA]
    assert is_one_of(works, "scope", ALL_SCOPES).tolist() == [True, True, True]


def test_works_receive_while_they_are_in_service() -> None:
    """Open on the day, closed on the day, of a kind that never counts, of none."""
    works = pd.DataFrame({
        "kind": ["transfer", "transfer", "sorting", None],
        "commissioned_on": pd.to_datetime(["2025-12-31", None, None, "2026-01-01"]),
        "retired_on": pd.to_datetime([None, "2025-12-31", None, None]),
    })
    found = receives(works, ("transfer",), as_of=date(2025, 12, 31))
    assert found.tolist() == [True, False, False, False]


@pytest.mark.parametrize("words", [(), ("burning",), ("landfill", "")])
def test_strange_kinds_are_refused(words: tuple[str, ...]) -> None:
    """None at all, and those that the schema does not know."""
    with pytest.raises(ParameterError):
        check_kinds("kinds", "kind", words)


@pytest.mark.parametrize("limit_m", [-1.0, float("nan")])
def test_no_distance_is_refused(limit_m: float) -> None:
    """Below zero, or not a number."""
    with pytest.raises(ParameterError):
        check_distance("distance_m", limit_m)


def test_a_matrix_is_sorted_and_says_yes_no_or_unknown() -> None:
    """One row a place; a service that is surely missing decides over one that is unknown."""
    answers = pd.DataFrame({"a": [True, None, None], "b": [True, True, False]}, dtype="boolean")
    assert to_all(answers).tolist() == [True, pd.NA, False]
    table = to_matrix(pd.DataFrame({"id": ["z", "y", "x"]}), answers, key="id")
    assert table["id"].tolist() == ["x", "y", "z"]
    assert table["a"].tolist() == ["unknown", "unknown", "yes"]
    assert table["b"].tolist() == ["no", "yes", "yes"]
