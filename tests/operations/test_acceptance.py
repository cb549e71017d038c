"""Work accepted and facilities in service by a day: every case, and the day that moves."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.acceptance import (
    ACCEPTANCE_REASONS,
    SERVICE_REASONS,
    acceptance,
    day_of_acceptance,
    service,
)

DAY = date(2025, 12, 31)
ON, AFTER = "2025-12-31", "2026-01-01"
Answer = bool | None


def accepted(stage: str | None, day: str | None) -> tuple[Answer, str]:
    """Judge one piece of work."""
    found = acceptance(
        pd.Series([stage], dtype="str"),
        pd.to_datetime(pd.Series([day], dtype="object")),
        final="accepted",
        as_of=DAY,
    )
    done = found["done"].iloc[0]
    return None if pd.isna(done) else bool(done), found["reason"].iloc[0]


@pytest.mark.parametrize(
    ("stage", "day", "done", "reason"),
    [
        ("accepted", ON, True, ""),
        ("accepted", f"{ON} 17:00", True, ""),
        ("accepted", AFTER, False, ""),
        ("accepted", None, None, "undated"),
        ("completed", None, False, ""),
        ("completed", AFTER, False, ""),
        ("completed", ON, None, "contradiction"),
        (None, ON, True, ""),
        (None, AFTER, False, ""),
        (None, None, None, "status_unknown"),
    ],
)
def test_a_date_decides(stage: str | None, day: str | None, done: Answer, reason: str) -> None:
    """The day is closed; what is finished without a date, or dated and going on, is unknown."""
    assert accepted(stage, day) == (done, reason)
    assert not reason or reason in ACCEPTANCE_REASONS


def served(since: str | None, until: str | None) -> tuple[Answer, str]:
    """Judge one facility."""
    dates = [pd.to_datetime(pd.Series([day], dtype="object")) for day in (since, until)]
    found = service(*dates, as_of=DAY)
    serves = found["serves"].iloc[0]
    return None if pd.isna(serves) else bool(serves), found["reason"].iloc[0]


@pytest.mark.parametrize(
    ("since", "until", "serves", "reason"),
    [
        (ON, None, True, ""),
        (AFTER, None, False, "not_yet"),
        (None, None, True, ""),
        (None, ON, False, "closed"),
        (None, AFTER, True, ""),
        (ON, ON, False, "closed"),
        (AFTER, ON, None, "swapped"),
        ("2027-01-01", "2026-06-01", None, "swapped"),
    ],
)
def test_service_on_a_day(
    since: str | None, until: str | None, serves: Answer, reason: str
) -> None:
    """From the first day on, closed; until the last day, open; never closed before it opened."""
    assert served(since, until) == (serves, reason)
    assert not reason or reason in SERVICE_REASONS


def test_nothing_is_no_error() -> None:
    """Empty columns give empty answers, and keep the index."""
    none = pd.to_datetime(pd.Series([], dtype="object"))
    assert len(acceptance(pd.Series([], dtype="str"), none, final="x", as_of=DAY)) == 0
    assert len(service(none, none, as_of=DAY)) == 0
    index = pd.Index(["b", "a"])
    stage = pd.Series(["accepted", "completed"], index)
    days = pd.to_datetime(pd.Series([ON, None], index))
    found = acceptance(stage, days, final="accepted", as_of=DAY)
    assert found.index.tolist() == ["b", "a"]


some_days = st.integers(-5, 5).map(lambda n: pd.Timestamp(DAY) + pd.Timedelta(days=n))
work = st.tuples(
    st.sampled_from(["accepted", "completed", None]),
    st.one_of(st.none(), some_days),
    st.sampled_from([True, False, None]),
)


@given(st.lists(work, min_size=1, max_size=4), st.integers(-6, 6))
@settings(deadline=None, max_examples=50)
def test_the_day_moves_what_another_judgement_says(
    rows: list[tuple[str | None, pd.Timestamp | None, Answer]], by: int
) -> None:
    """Cross every moment between two days: what remains is the judgement of the other day."""
    index = pd.Index([f"f{n}" for n in range(len(rows))])
    stage, days, scope = (list(part) for part in zip(*rows, strict=True))
    frame = pd.DataFrame({
        "stage": pd.Series(stage, index, dtype="str"),
        "on": pd.to_datetime(pd.Series(days, index, dtype="object")),
    })
    within = pd.Series(scope, index, dtype="boolean")
    told = day_of_acceptance(
        frame, within, stage="stage", finished_on="on", final="accepted", as_of=DAY
    )
    there = DAY + timedelta(days=by)
    after = acceptance(frame["stage"], frame["on"], final="accepted", as_of=there)["done"]
    assert set(told.margin.index) == set(index[(within.fillna(value=True)) & frame["on"].notna()])
    for place, (feature, margin) in enumerate(told.margin.items()):
        side = told.inner if margin + by >= 0 else told.outer
        expected, got = after[feature], side["done"].iloc[place]
        assert (pd.isna(expected) and pd.isna(got)) or expected == got
        assert told.inner["scope"].iloc[place] is within[feature]
