"""Levels of parks: which count, and what a missing one means."""

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.park_levels import ALL_LEVELS, HIGH_LEVELS, is_of_levels
from tieling_geo.schemas import Parks


def test_all_levels_are_those_of_the_schema() -> None:
    """A level that the schema gains would else be forgotten."""
    columns = {column.name: column for column in Parks.columns()}
    assert set(ALL_LEVELS) == set(columns["level"].values)


def test_a_missing_level_is_unknown_unless_all_count() -> None:
    """It may be any of them."""
    level = pd.Series(["provincial", "municipal", None], dtype="str")
    assert is_of_levels(level, HIGH_LEVELS).tolist() == [True, False, pd.NA]
    assert is_of_levels(level, ALL_LEVELS).tolist() == [True, True, True]


@pytest.mark.parametrize("levels", [("county",), ()])
def test_a_wrong_level_is_refused(levels: tuple[str, ...]) -> None:
    """Misspelt, it would look like a city without parks."""
    with pytest.raises(ParameterError):
        is_of_levels(pd.Series(["provincial"]), levels)
