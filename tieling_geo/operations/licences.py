"""Whether a licence or a contract is valid on a day."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.results import first_reason
from tieling_geo.text import Text

#: Why a licence is not valid, or why nobody knows, by the words of `licence`.
LICENCE_REASONS: Mapping[str, Text] = MappingProxyType({
    "swapped": Text("到期日期早于许可日期", "expires before it begins"),
    "expired": Text("该日许可已到期", "expired by that day"),
    "not_yet": Text("该日尚未许可", "not licensed by that day"),
    "undated": Text("许可日期或到期日期缺失", "a date of the licence is missing"),
})


def licence(since: pd.Series, until: pd.Series, *, as_of: date) -> pd.DataFrame:
    """
    Judge whether each licence is valid on a day.

    It is from its first day to its last, both included (closed). One that lacks a date is unknown
    unless the other date rules it out: that it is valid needs both.

    Parameters
    ----------
    since, until
        n dates each, with one index.
    as_of
        The day.

    Returns
    -------
    judged
        n rows: `is_valid` (nullable boolean) and `reason` (a word of `LICENCE_REASONS`, or empty).

    Examples
    --------
    >>> since = pd.to_datetime(pd.Series(["2020-01-01", "2020-01-01", None, "2021-01-01"]))
    >>> until = pd.to_datetime(pd.Series(["2025-12-31", "2025-12-30", "2030-01-01", "2020-01-01"]))
    >>> found = licence(since, until, as_of=date(2025, 12, 31))
    >>> found["is_valid"].tolist(), found["reason"].tolist()
    ([True, False, <NA>, <NA>], ['', 'expired', 'undated', 'swapped'])
    """
    begun = is_on_or_before(since, as_of)
    # Over on the day after its last.
    over = is_on_or_before(until, as_of - timedelta(days=1))
    swapped = (until < since).astype(bool)
    is_valid = (begun & ~over).mask(swapped)
    reason = first_reason(
        since.index,
        {"swapped": swapped, "expired": over, "not_yet": ~begun, "undated": is_valid.isna()},
    )
    return pd.DataFrame({"is_valid": is_valid, "reason": reason})
