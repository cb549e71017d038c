"""The chain of remediation, held against a plain reading of each ledger row."""

from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import ParameterError
from tieling_geo.operations.stages import (
    COMPLETION_STAGE,
    STAGE_COLUMNS,
    UNKNOWN_STATES,
    completion_state,
    has_dates_out_of_order,
    has_started,
    is_finished,
    stage_reached,
    with_stages,
)
from tieling_geo.schemas import Outfalls
from tieling_geo.schemas.outfalls import STAGES

CHAIN = list(STAGES)
DAY = date(2023, 12, 31)
Row = dict[str, date | str | None]

near_days = st.integers(-2, 2).map(lambda days: DAY + timedelta(days=days))
ledger_rows = st.fixed_dictionaries({
    **{stage: st.none() | near_days for stage in CHAIN},
    "stage": st.none() | st.sampled_from(CHAIN),
})


def outfalls(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out outfalls o0, o1, ... from stage -> date and the recorded `stage`."""
    ids = [f"o{n}" for n in range(len(rows))]
    layer = Outfalls.empty("EPSG:4550").reindex(ids).assign(outfall_id=ids)
    for stage in CHAIN:
        days = pd.Series([row.get(stage) for row in rows], ids, dtype="object")
        layer[f"{stage}_on"] = pd.to_datetime(days).astype("datetime64[ns]")
    layer["stage"] = pd.Series([row.get("stage") for row in rows], ids, dtype="str")
    return layer


def state_of(row: Row, completion: str) -> str:
    """Read one row as a clerk would, one question after the other."""
    place = CHAIN.index(completion)
    dated = [row[stage] for stage in CHAIN]
    told = [day for day in dated if day is not None]
    in_order = told == sorted(told)
    recorded = None if row["stage"] is None else CHAIN.index(str(row["stage"]))
    lower = recorded is not None and recorded < place
    if (own := dated[place]) is not None:
        if own > DAY:
            return "unfinished"
        return "contradiction" if lower else "finished"
    after = [day for day in dated[place + 1 :] if day is not None]
    if any(day <= DAY for day in after):
        return "contradiction" if lower else "finished"
    before = [day for day in dated[:place] if day is not None]
    if in_order and any(day > DAY for day in before):
        return "unfinished"
    if after or (recorded is not None and recorded >= place):
        return "undated"
    return "unfinished" if before or lower else "no_stage"


@given(st.lists(ledger_rows, max_size=5), st.sampled_from(CHAIN))
@settings(deadline=None, max_examples=200)
def test_every_row_is_read_as_a_clerk_reads_it(rows: list[Row], completion: str) -> None:
    """The vectorised rules against one row at a time."""
    layer = outfalls(*rows)
    expected = [state_of(row, completion) for row in rows]
    assert completion_state(layer, DAY, completion).tolist() == expected
    answers = {"finished": True, "unfinished": False}
    assert is_finished(layer, DAY, completion).tolist() == [
        answers.get(word, pd.NA) for word in expected
    ]


@given(st.lists(ledger_rows, max_size=5))
@settings(deadline=None)
def test_stage_and_order_are_read_as_a_clerk_reads_them(rows: list[Row]) -> None:
    """The highest stage dated by the day, and dates that fall back behind an earlier one."""
    layer = outfalls(*rows)
    for row, reached, wrong, begun in zip(
        rows,
        stage_reached(layer, DAY).fillna(""),
        has_dates_out_of_order(layer),
        has_started(layer, DAY),
        strict=True,
    ):
        dated = [(stage, row[stage]) for stage in CHAIN if row[stage] is not None]
        days = [day for _, day in dated]
        past = [stage for stage, day in dated if day <= DAY]
        assert reached == (past[-1] if past else "")
        assert wrong == (days != sorted(days))
        assert begun == (bool(past) or not dated)


@given(st.lists(ledger_rows, min_size=1, max_size=5), st.sampled_from(CHAIN))
@settings(deadline=None)
def test_time_never_takes_back_a_completion(rows: list[Row], completion: str) -> None:
    """What was finished by a day is finished by the next, as long as the ledger stays."""
    layer = outfalls(*rows)
    before = is_finished(layer, DAY, completion).fillna(value=False)
    after = is_finished(layer, DAY + timedelta(days=1), completion).fillna(value=False)
    assert (after | ~before).all()


def test_the_day_itself_counts() -> None:
    """Signed off on the deadline day: finished by it; a day later: not."""
    layer = outfalls({"signed_off": DAY}, {"signed_off": DAY + timedelta(days=1)})
    assert is_finished(layer, DAY, "signed_off").tolist() == [True, False]


def test_missing_data_is_neither_a_pass_nor_a_fail() -> None:
    """Each reason for not knowing, once."""
    layer = outfalls(
        {},
        {"stage": "signed_off"},
        {"stage": "traced", "signed_off": DAY},
        {"traced": DAY, "stage": "signed_off"},
    )
    assert completion_state(layer, DAY, "signed_off").tolist() == [
        "no_stage",
        "undated",
        "contradiction",
        "undated",
    ]
    assert is_finished(layer, DAY, "signed_off").isna().all()
    assert set(UNKNOWN_STATES) == {"no_stage", "undated", "contradiction"}


def test_a_lower_stage_with_nothing_above_it_is_known_not_done() -> None:
    """Dated or recorded, or both."""
    layer = outfalls({"traced": DAY}, {"stage": "monitored"}, {"traced": DAY, "stage": "traced"})
    assert is_finished(layer, DAY, "signed_off").tolist() == [False, False, False]


def test_a_later_stage_that_is_dated_decides() -> None:
    """Signed off by the day, so remediated by it; signed off after it: nobody knows."""
    later = DAY + timedelta(days=1)
    layer = outfalls(
        {"stage": "signed_off", "signed_off": DAY}, {"stage": "signed_off", "signed_off": later}
    )
    assert is_finished(layer, DAY, "remediated").tolist() == [True, pd.NA]


def test_an_earlier_stage_after_the_day_rules_completion_out_only_if_dates_are_in_order() -> None:
    """Traced after the day, signed off without a date: not by the day. Unless dates lie."""
    later = DAY + timedelta(days=1)
    layer = outfalls(
        {"traced": later, "stage": "signed_off"},
        {"surveyed": later, "traced": DAY, "stage": "signed_off"},
    )
    assert completion_state(layer, DAY, "signed_off").tolist() == ["unfinished", "undated"]


def test_dates_out_of_order_still_count_by_the_completing_date() -> None:
    """Signed off before it was traced: flagged, and finished. One day for both: not flagged."""
    layer = outfalls(
        {"traced": DAY, "signed_off": DAY - timedelta(days=1)}, {"traced": DAY, "signed_off": DAY}
    )
    found = with_stages(layer, DAY)
    assert found["dates_out_of_order"].tolist() == [True, False]
    assert found["stage_reached"].tolist() == ["signed_off", "signed_off"]
    assert is_finished(layer, DAY, "signed_off").tolist() == [True, True]
    assert {column.name for column in STAGE_COLUMNS} == set(found.columns) - set(layer.columns)


def test_no_outfall_at_all() -> None:
    """The empty layer gives empty answers."""
    layer = outfalls()
    assert completion_state(layer, DAY, "signed_off").empty
    assert len(with_stages(layer, DAY)) == 0


def test_an_unknown_stage_is_refused() -> None:
    """A misspelt stage names the words that exist; the declared one is one of them."""
    with pytest.raises(ParameterError, match="signed_off"):
        completion_state(outfalls(), DAY, "finished")
    with pytest.raises(ParameterError):
        is_finished(outfalls(), DAY, "finished")
    assert COMPLETION_STAGE.value in CHAIN
