"""Whether a piece of work was accepted, or a facility was in service, by a day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import Crossings, day_of_assessment, to_sides
from tieling_geo.operations.results import first_reason
from tieling_geo.text import Text

#: Why acceptance cannot be judged, by the words of `acceptance`.
ACCEPTANCE_REASONS: Mapping[str, Text] = MappingProxyType({
    "contradiction": Text("状态与完成日期矛盾", "status contradicts the date of completion"),
    "undated": Text("已完成但无日期,无法证明在该日之前", "finished, but no date says when"),
    "status_unknown": Text("状态缺失", "status is missing"),
})
#: Why service cannot be judged, or was not given on the day, by the words of `service`.
SERVICE_REASONS: Mapping[str, Text] = MappingProxyType({
    "not_yet": Text("该日尚未投运", "not in service by that day"),
    "closed": Text("该日已停运", "closed by that day"),
    "swapped": Text("停运日期早于投运日期", "closed before it came into service"),
})


def acceptance(
    stage: pd.Series, finished_on: pd.Series, *, final: str, as_of: date
) -> pd.DataFrame:
    """
    Judge whether each piece of work was finished by a day (closed).

    A date decides. A stage before the last with a past date contradicts it, and the last stage
    without a date cannot be placed before the day: both are unknown. A last stage with a later date
    is not finished by the day.

    Parameters
    ----------
    stage
        n words, the last of which is `final`; missing ones are unknown unless a date decides.
    finished_on
        n dates, index of `stage`.
    final
        The stage that counts as finished.
    as_of
        The day.

    Returns
    -------
    judged
        n rows: `done` (nullable boolean) and `reason` (a word of `ACCEPTANCE_REASONS`, or empty).

    Examples
    --------
    >>> stage = pd.Series(["accepted", "accepted", "in_progress", None])
    >>> days = pd.to_datetime(pd.Series(["2023-12-31", None, "2023-01-01", None]))
    >>> found = acceptance(stage, days, final="accepted", as_of=date(2023, 12, 31))
    >>> found["done"].tolist(), found["reason"].tolist()
    ([True, <NA>, <NA>, <NA>], ['', 'undated', 'contradiction', 'status_unknown'])
    """
    past = is_on_or_before(finished_on, as_of)
    going_on = stage.notna() & (stage != final)
    contradiction = (going_on & past.fillna(value=False)).astype(bool)
    done = past.mask(going_on & past.isna(), other=False).mask(contradiction)
    reason = first_reason(
        stage.index,
        {
            "contradiction": contradiction,
            "undated": (stage == final) & finished_on.isna(),
            "status_unknown": done.isna(),
        },
    )
    return pd.DataFrame({"done": done, "reason": reason})


def service(since: pd.Series, until: pd.Series, *, as_of: date) -> pd.DataFrame:
    """
    Judge whether each facility was in service on a day.

    It is from its first day on (closed) until the day before its last day (open): what closes on
    the day is closed. A missing first day counts as long ago, a missing last day as not closed. One
    that closed before it opened contradicts itself; closing on the first day is no contradiction.

    Parameters
    ----------
    since, until
        n dates each, with one index.
    as_of
        The day.

    Returns
    -------
    judged
        n rows: `serves` (nullable boolean) and `reason` (a word of `SERVICE_REASONS`, or empty).

    Examples
    --------
    >>> since = pd.to_datetime(pd.Series(["2020-01-01", "2026-01-01", None, "2024-01-01"]))
    >>> until = pd.to_datetime(pd.Series([None, None, "2025-12-31", "2023-01-01"]))
    >>> found = service(since, until, as_of=date(2025, 12, 31))
    >>> found["serves"].tolist(), found["reason"].tolist()
    ([True, False, False, <NA>], ['', 'not_yet', 'closed', 'swapped'])
    """
    opened = is_on_or_before(since, as_of).fillna(value=True)
    closed = is_on_or_before(until, as_of).fillna(value=False)
    swapped = (until < since).astype(bool)
    serves = (opened & ~closed).mask(swapped)
    reason = first_reason(since.index, {"swapped": swapped, "not_yet": ~opened, "closed": closed})
    return pd.DataFrame({"serves": serves, "reason": reason})


def day_of_acceptance(
    rows: pd.DataFrame,
    scope: pd.Series,
    *,
    stage: str,
    finished_on: str,
    final: str,
    as_of: date,
) -> Crossings:
    """
    Describe the day of the assessment for work that is accepted, its scope being what it is.

    Parameters
    ----------
    rows
        n features.
    scope
        n nullable booleans: is the duty about the feature?
    stage, finished_on
        Columns of `rows`; see `acceptance`.
    final, as_of
        See `acceptance`.
    """
    near = rows.loc[scope.fillna(value=True).astype(bool), [stage, finished_on]]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        found = acceptance(moved[stage], moved[finished_on], final=final, as_of=day)
        return to_sides(scope.loc[moved.index], found["done"])

    plain = pd.DataFrame(near)
    return day_of_assessment(plain, [plain[finished_on].dt.normalize()], judge, as_of)
