"""Whether a permit or licence, which names its first and its last day, is valid on a day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.results import first_reason
from tieling_geo.text import Text

#: Why something is not valid on the day, or why nobody knows, by the words of `validity`.
VALIDITY_REASONS: Mapping[str, Text] = MappingProxyType({
    "validity_swapped": Text("有效期止早于有效期起", "valid until a day before it was valid"),
    "not_yet_valid": Text("该日尚未生效", "not valid yet on that day"),
    "expired": Text("该日已过期", "expired before that day"),
    "validity_unknown": Text("有效期缺失", "the time of its validity is missing"),
})


def validity(valid_from: pd.Series, valid_until: pd.Series, *, as_of: date) -> pd.DataFrame:
    """
    Judge whether each permit is valid on a day: from its first day to its last one (both closed).

    A facility may be older than its ledger; a permit without a last day is no permit for ever. So a
    missing day leaves it unknown, unless the other one says that it is not valid. One whose last
    day comes before its first contradicts itself.

    Parameters
    ----------
    valid_from, valid_until
        n dates each, with one index.
    as_of
        The day.

    Returns
    -------
    judged
        n rows: `is_valid` (nullable boolean) and `reason` (a word of `VALIDITY_REASONS`, or empty).

    Examples
    --------
    >>> first = pd.to_datetime(pd.Series(["2021-01-01", "2021-01-01", None, "2026-01-01"]))
    >>> last = pd.to_datetime(pd.Series(["2025-12-31", "2025-12-30", "2027-01-01", None]))
    >>> found = validity(first, last, as_of=date(2025, 12, 31))
    >>> found["is_valid"].tolist(), found["reason"].tolist()
    ([True, False, <NA>, False], ['', 'expired', 'validity_unknown', 'not_yet_valid'])
    """
    began = is_on_or_before(valid_from, as_of)
    # The last day itself is a day of its validity, whatever its time of day.
    holds = (valid_until >= pd.Timestamp(as_of)).astype("boolean").mask(valid_until.isna())
    swapped = (valid_until < valid_from).astype("boolean").fillna(value=False)
    is_valid = (began & holds).mask(swapped)
    reason = first_reason(
        valid_from.index,
        {
            "validity_swapped": swapped,
            "not_yet_valid": ~began,
            "expired": ~holds,
            "validity_unknown": is_valid.isna(),
        },
    )
    return pd.DataFrame({"is_valid": is_valid, "reason": reason})
