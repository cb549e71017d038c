"""Closed lists of names."""

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.name_lists import to_entries, to_listed


def test_spellings_are_of_one_thing() -> None:
    """White space, case and full-width forms do not tell names apart."""
    entries = to_entries("named", ["北(港)|NorthPort", "South"])
    names = pd.Series(["北（港）", "north port", "SOUTH ", "East", None])
    assert to_listed(names, entries).fillna("").tolist() == ["北(港)", "北(港)", "South", "", ""]


@pytest.mark.parametrize("listed", [["A", "a"], ["A|"], [" "], ["A|B", "b"]])
def test_blank_and_double_names_are_refused(listed: list[str]) -> None:
    """A list must say which thing is meant."""
    with pytest.raises(ParameterError, match="named"):
        to_entries("named", listed)
