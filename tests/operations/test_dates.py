"""Days compared with a day: closed, whatever the time of day, and missing where missing."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.operations.dates import is_on_or_before

DAY = date(2023, 12, 31)
moments = st.datetimes(min_value=pd.Timestamp(1950, 1, 1), max_value=pd.Timestamp(2100, 1, 1))


def days(*values: str | None) -> pd.Series:
    """Make a column of dates as a reader delivers it."""
    return pd.Series(list(values), index=list("abcdef")[: len(values)], dtype="datetime64[ns]")


def test_the_day_itself_counts() -> None:
    """The day before, the day itself, the day after, and no day."""
    found = is_on_or_before(days("2023-12-30", "2023-12-31", "2024-01-01", None), DAY)
    assert found.tolist() == [True, True, False, pd.NA]
    assert found.index.tolist() == ["a", "b", "c", "d"]
    assert found.dtype == "boolean"


def test_a_time_of_day_does_not_move_a_date_off_its_day() -> None:
    """Five in the afternoon of the day is on the day; the next midnight is not."""
    found = is_on_or_before(days("2023-12-31 17:00", "2023-12-31 23:59:59", "2024-01-01"), DAY)
    assert found.tolist() == [True, True, False]


def test_no_date_at_all() -> None:
    """An empty column gives an empty answer; a column of nothing gives nothing."""
    assert is_on_or_before(days(), DAY).tolist() == []
    assert is_on_or_before(days(None, None), DAY).isna().all()


@given(st.lists(st.none() | moments, max_size=5), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_the_answer_is_that_of_plain_dates(values: list[pd.Timestamp | None], day: date) -> None:
    """Python's own comparison of calendar days gives the same."""
    column = pd.Series(values, dtype="datetime64[ns]")
    expected = [pd.NA if v is None else v.date() <= day for v in values]
    assert is_on_or_before(column, day).tolist() == expected


@given(st.lists(moments, max_size=5), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_later_day_takes_nothing_back(values: list[pd.Timestamp], day: date) -> None:
    """What lies on or before a day lies on or before the next one."""
    column = pd.Series(values, dtype="datetime64[ns]")
    now, next_day = (is_on_or_before(column, d) for d in (day, day + timedelta(days=1)))
    assert (next_day | ~now).all()
