"""Days compared with a day."""

from datetime import date

import pandas as pd


def is_on_or_before(dates: pd.Series, as_of: date) -> pd.Series:
    """
    Tell which dates lie on or before a day (closed); a missing date gives a missing answer.

    A date that carries a time of day lies on its day: 31 December 17:00 is on 31 December.

    Parameters
    ----------
    dates
        n dates, `datetime64`, some perhaps missing.
    as_of
        The day.

    Returns
    -------
    reached
        n nullable booleans, index of `dates`.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2023-12-31", "2024-01-01", None]))
    >>> is_on_or_before(days, date(2023, 12, 31)).tolist()
    [True, False, <NA>]
    """
    day_after = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    reached = (dates < day_after).astype("boolean")
    return reached.mask(dates.isna())
