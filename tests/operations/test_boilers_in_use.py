"""Boilers in use on a day, and their heat."""

from datetime import date

import pandas as pd

from tieling_geo.operations.boilers_in_use import (
    IN_USE_REASONS,
    boilers_in_use,
    heat_mw,
    out_cases,
    unknown_cases,
)
from tieling_geo.operations.results import first_reason

DAY = date(2025, 12, 31)


def test_each_case_has_its_reason() -> None:
    """In use, retired on the day (closed), later, not there yet, and what is not known."""
    rows = [
        ("operating", None, None, True, ""),
        ("standby", None, None, True, ""),
        ("retired", None, "2025-12-31", False, "retired"),
        ("retired", None, "2026-01-01", True, ""),
        ("operating", "2026-01-01", None, False, "not_yet"),
        ("retired", None, None, None, "undated"),
        (None, None, None, None, "status_unknown"),
        ("operating", None, "2020-01-01", None, "contradiction"),
    ]
    boilers = pd.DataFrame({
        "fuel": "coal",
        "status": pd.Series([r[0] for r in rows], dtype="str"),
        "commissioned_on": pd.to_datetime(pd.Series([r[1] for r in rows])),
        "retired_on": pd.to_datetime(pd.Series([r[2] for r in rows])),
    })
    state = boilers_in_use(boilers, DAY)
    assert [None if pd.isna(x) else bool(x) for x in state["in_use"]] == [r[3] for r in rows]
    reason = first_reason(boilers.index, {**out_cases(state), **unknown_cases(state)})
    assert reason.tolist() == [r[4] for r in rows]
    assert set(reason) - {""} <= set(IN_USE_REASONS)


def test_heat_as_stated_or_from_steam() -> None:
    """35 t/h are 24.5 MW; what is stated stands; nothing stated is missing."""
    found = heat_mw(
        pd.DataFrame({"capacity_mw": [None, 3.0, None], "capacity_t_per_h": [35.0, 35.0, None]})
    )
    assert found.tolist()[:2] == [24.5, 3.0]
    assert pd.isna(found[2])
