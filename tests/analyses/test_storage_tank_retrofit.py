"""Tanks of volatile liquids: exact answers by number and by volume."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.storage_tank_retrofit import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import AirStations, Counties, SensitivePlaces, StorageTanks

DAY = date(2025, 12, 31)
ON_THE_DAY, LATE = pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 1, 1)
SHARE, LEFT = "tanks_retrofitted_share", "tanks_not_retrofitted"
VOLUME = "tank_volume_retrofitted_share"
TANKS = {
    "a_on_the_day": {"roof": "fixed", "retrofit_status": "completed", "retrofitted_on": ON_THE_DAY},
    "b_late": {"roof": "fixed", "retrofit_status": "completed", "retrofitted_on": LATE},
    "c_going_on": {"roof": "internal_floating", "seal": "single", "retrofit_status": "in_progress"},
    "d_undated": {"roof": "fixed", "retrofit_status": "completed"},
    "e_pressure": {"roof": "pressure", "retrofit_status": "not_started"},
    "f_roof_unknown": {"retrofit_status": "not_started"},
    "g_contradiction": {
        "roof": "fixed",
        "retrofit_status": "not_started",
        "retrofitted_on": ON_THE_DAY,
    },
}
VOLUMES = (300.0, 100.0, 200.0, 400.0, 1000.0, 50.0, None)


def found(**options: object) -> Result:
    """Analyse the tanks, which stand 100 m apart."""
    rows = {
        i: {**row, "volume_m3": volume, "geometry": Point(100 * n, 0)}
        for n, ((i, row), volume) in enumerate(zip(TANKS.items(), VOLUMES, strict=True))
    }
    return analyse(to_layer(StorageTanks, rows), **({"as_of": DAY} | options))


def test_every_tank_has_its_answer() -> None:
    """Category, in the ledger's order."""
    assert found().features["category"].tolist() == [
        "retrofitted",
        "left",
        "left",
        "unknown",
        "out_of_scope",
        "unknown",
        "unknown",
    ]


def test_numbers_and_volumes_with_their_bounds() -> None:
    """One of three by number; 300 of 600 m3; the unknown ones move both ends."""
    result = found()
    # Worst: d and g undone, f in scope; best: d and g done, f a pressure vessel.
    assert bounds(result.measures[SHARE]) == (Fraction(100, 6), Fraction(100, 3), 60)
    assert bounds(result.measures[LEFT]) == (2, 2, 5)
    low, value, high = bounds(result.measures[VOLUME])
    # g has no volume: up to the 500,000 m3 that the layer accepts.
    assert value == 50
    assert low == Fraction(100 * 300, 600 + 400 + 50 + 500_000)
    assert high == Fraction(100 * (300 + 400 + 500_000), 300 + 300 + 400 + 500_000)
    reasons = {i: kind for i, (kind, _) in excluded(result, SHARE).items()}
    assert reasons == {
        "d_undated": "unknown",
        "e_pressure": "out_of_scope",
        "f_roof_unknown": "unknown",
        "g_contradiction": "unknown",
    }


def test_a_floating_roof_without_double_seal_is_told() -> None:
    """Only floating roofs need seals."""
    assert found().features["needs_seal"].tolist() == [False, False, True, *[False] * 4]


def test_what_stands_near() -> None:
    """A school exactly on the limit is near; distances are straight lines."""
    schools = to_layer(SensitivePlaces, {"S": {"geometry": Point(0, 150)}})
    stations = to_layer(AirStations, {"Q": {"geometry": Point(600, 80)}})
    result = found(sensitive_places=schools, air_stations=stations, near_m=150.0)
    assert result.features["is_near_people"].tolist() == [True, *[False] * 6]
    assert result.features["sensitive_distance_m"].iloc[0] == 150.0
    assert result.features["station_distance_m"].iloc[6] == 80.0
    assert found().features["is_near_people"].isna().all()


def test_counties_add_up() -> None:
    """Each county has its own; together they are the whole."""
    rows = {
        "211201": {"name": "甲", "geometry": box(-10, -10, 150, 10)},
        "211202": {"name": "乙", "geometry": box(150, -10, 900, 10)},
    }
    result = found(counties=to_layer(Counties, rows))
    assert rollup(result, SHARE, "county_name") == {"甲": (1, 2, 0), "乙": (0, 1, 3)}
    assert rollup(result, VOLUME, "county_name") == {"甲": (300, 400, 0), "乙": (0, 200, 3)}


def test_an_empty_ledger_is_no_pass() -> None:
    """Nothing in scope has no share."""
    result = analyse(StorageTanks.empty("EPSG:4550"), as_of=DAY)
    assert {m.value for m in result.measures.values()} == {None}


def test_degrees_are_refused() -> None:
    """Distances in degrees mean nothing."""
    with pytest.raises(CRSError):
        analyse(StorageTanks.empty("EPSG:4490"), as_of=DAY)
