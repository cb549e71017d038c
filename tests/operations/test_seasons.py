"""Seasons, exact means and percentiles."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.seasons import exact_mean, percentile, season_days


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2025, 9, 30), 2025), (date(2025, 9, 29), 2024), (date(2026, 1, 1), 2025)],
)
def test_the_last_season_that_is_over(day: date, year: int) -> None:
    """On its last day a season is over."""
    first, last = season_days((5, 9), day)
    assert (first, last) == (pd.Timestamp(year, 5, 1), pd.Timestamp(year, 9, 30))


def test_february_ends_with_its_year() -> None:
    """The 29th where there is one."""
    assert season_days((2, 2), date(2024, 12, 31))[1] == pd.Timestamp(2024, 2, 29)


@pytest.mark.parametrize("months", [(9, 5), (0, 3), (5, 13)])
def test_months_must_be_in_order(months: tuple[int, int]) -> None:
    """A season lies within one year."""
    with pytest.raises(ParameterError):
        season_days(months, date(2025, 12, 31))


def test_means_are_exact_and_percentiles_interpolate() -> None:
    """Three tenths are three tenths; of none there is nothing."""
    assert exact_mean(pd.Series([0.1, 0.2, 0.6, None])) == Fraction(3, 10)
    assert exact_mean(pd.Series([None], dtype="float64")) is None
    assert percentile(pd.Series([1.0]), 90) == 1.0
    assert pd.isna(percentile(pd.Series([], dtype="float64"), 90))
