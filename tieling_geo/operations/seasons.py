"""Statistics of daily values over the months of one season, station by station."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.text import Text


def season_days(months: Sequence[int], as_of: date) -> tuple[pd.Timestamp, pd.Timestamp]:
    """
    Give the first and the last day (closed) of the last season that is over by a day.

    Parameters
    ----------
    months
        First and last month, of one year, such as `(5, 9)`.
    as_of
        The day; a season is over on its last day (closed).

    Raises
    ------
    ParameterError
        If the months are none, or the last comes before the first.

    Examples
    --------
    >>> first, last = season_days((5, 9), date(2025, 9, 29))
    >>> first.date().isoformat(), last.date().isoformat()
    ('2024-05-01', '2024-09-30')
    """
    first, last = months
    if not 1 <= first <= last <= 12:  # noqa: PLR2004 - months
        raise ParameterError(
            Text(
                f"季节月份 {first}—{last} 不合要求:应为同一年内的 1—12 月",
                f"season {first} to {last}: months of one year, 1 to 12, in order",
            )
        )
    end = pd.Timestamp(as_of.year, last, 1) + pd.offsets.MonthEnd(0)
    if end > pd.Timestamp(as_of):
        end = pd.Timestamp(as_of.year - 1, last, 1) + pd.offsets.MonthEnd(0)
    return pd.Timestamp(end.year, first, 1), end


def exact_mean(values: pd.Series) -> Fraction | None:
    """
    Give the mean of the decimals that are there; None of none.

    Examples
    --------
    >>> exact_mean(pd.Series([0.1, 0.2, None]))
    Fraction(3, 20)
    """
    known = [to_fraction(v) for v in values.dropna()]
    return sum(known, Fraction(0)) / len(known) if known else None


def percentile(values: pd.Series, share_pct: float) -> float:
    """
    Give a percentile as HJ 663-2013 reckons it: linear between the ranked values; nan of none.

    Rank k = 1 + (n - 1) p, the value lies between the ones of ranks floor(k) and floor(k) + 1.

    Examples
    --------
    >>> percentile(pd.Series([10.0, 20.0, 30.0, None]), 90)
    28.0
    """
    known = values.dropna().to_numpy(dtype="float64")
    return float(np.percentile(known, share_pct, method="linear")) if len(known) else np.nan
