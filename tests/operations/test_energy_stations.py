"""Stations of a kind that are in service on a day."""

from datetime import date

import pandas as pd

from tieling_geo.operations.energy_stations import (
    STATION_KINDS,
    on_the_day,
    serving,
    stations_by_kind,
)

DAY = date(2025, 12, 31)
STATIONS = pd.DataFrame({
    "kind": ["gas", "gas", "gas", None, "hydrogen"],
    "points": pd.array([2, None, 5, 7, 1], dtype="Int64"),
    "commissioned_on": pd.to_datetime(["2025-12-31", None, "2026-01-01", None, "2025-01-01"]),
    "retired_on": pd.to_datetime([None, "2026-01-01", None, None, "2024-01-01"]),
})


def test_of_a_kind_and_in_service() -> None:
    """An unknown kind and dates that contradict each other leave it open, if the other may hold."""
    on = on_the_day(STATIONS, DAY)
    gas = serving(STATIONS, {"gas"}, on)
    assert gas.tolist() == [True, True, False, pd.NA, False]
    assert serving(STATIONS, {"hydrogen"}, on).tolist()[-1] is pd.NA


def test_every_station_is_counted_once() -> None:
    """By kind and state, with a row for those of no kind."""
    table = stations_by_kind(STATIONS, on_the_day(STATIONS, DAY)).set_index("kind")
    assert table.index.tolist() == [*STATION_KINDS, ""]
    states = table[["in_service", "not_yet", "closed", "unknown"]]
    assert states.loc["gas"].tolist() == [2, 1, 0, 0]
    assert states.loc["hydrogen"].tolist() == [0, 0, 0, 1]
    assert int(states.to_numpy().sum()) == len(STATIONS)
    assert table.loc["gas", ["points", "points_missing"]].tolist() == [2, 1]
