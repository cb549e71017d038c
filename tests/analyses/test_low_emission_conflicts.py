"""Machines in low-emission zones: exact answers on a layout that fits on a page."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.low_emission_conflicts import analyse
from tieling_geo.errors import CRSError
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, LowEmissionZones, MobileMachinery

DAY = date(2025, 12, 31)
SHARE, CONFLICTS = "machines_allowed_in_zones_share", "machines_in_conflict_with_zones"
ZONES = {
    "A": {
        "geometry": box(0, 0, 100, 100),
        "least_stage": 3,
        "valid_from": pd.Timestamp(2024, 1, 1),
    },
    "B": {"geometry": box(50, 0, 200, 100), "least_stage": 4},
    "C": {"geometry": box(500, 0, 600, 100)},
    "D": {
        "geometry": box(900, 0, 999, 100),
        "least_stage": 6,
        "valid_from": pd.Timestamp(2026, 1, 1),
    },
}
SEEN = pd.Timestamp(2025, 6, 1)
MACHINES = {
    "a_on_the_least_stage": {"geometry": Point(10, 10), "emission_stage": 3, "seen_on": SEEN},
    "b_below": {"geometry": Point(10, 20), "emission_stage": 2, "seen_on": SEEN},
    "c_in_two_zones": {"geometry": Point(60, 10), "emission_stage": 3, "seen_on": SEEN},
    "d_on_the_border": {"geometry": Point(200, 50), "emission_stage": 4, "seen_on": SEEN},
    "e_just_outside": {
        "geometry": Point(200 + 2 * BORDER_TOLERANCE_M, 50),
        "emission_stage": 1,
        "seen_on": SEEN,
    },
    "f_no_stage": {"geometry": Point(10, 30), "seen_on": SEEN},
    "g_zone_without_limit": {"geometry": Point(550, 10), "emission_stage": 4, "seen_on": SEEN},
    "h_before_the_zone": {
        "geometry": Point(10, 40),
        "emission_stage": 1,
        "seen_on": pd.Timestamp(2023, 12, 31),
    },
    "i_on_the_zone_s_first_day": {
        "geometry": Point(10, 50),
        "emission_stage": 1,
        "seen_on": pd.Timestamp(2024, 1, 1),
    },
    "j_later": {
        "geometry": Point(10, 60),
        "emission_stage": 1,
        "seen_on": pd.Timestamp(2026, 1, 1),
    },
    "k_zone_not_in_force": {"geometry": Point(950, 10), "emission_stage": 1, "seen_on": SEEN},
    "l_undated": {"geometry": Point(150, 60), "emission_stage": 4, "is_registered": True},
}


def found(machines: dict[str, dict[str, object]] = MACHINES, **options: object) -> Result:
    """Analyse machines on the day."""
    zones = to_layer(LowEmissionZones, ZONES)
    return analyse(to_layer(MobileMachinery, machines), zones, **({"as_of": DAY} | options))


def test_every_machine_has_its_answer() -> None:
    """Category and reason, in the order of the ledger; the strictest zone is told."""
    expected = {
        "a_on_the_least_stage": ("allowed", ""),
        "b_below": ("conflict", ""),
        "c_in_two_zones": ("conflict", ""),
        "d_on_the_border": ("allowed", ""),
        "e_just_outside": ("out_of_scope", "outside"),
        "f_no_stage": ("unknown", "stage_unknown"),
        "g_zone_without_limit": ("unknown", "limit_unknown"),
        "h_before_the_zone": ("out_of_scope", "before"),
        "i_on_the_zone_s_first_day": ("conflict", ""),
        "j_later": ("out_of_scope", "later"),
        "k_zone_not_in_force": ("out_of_scope", "outside"),
        "l_undated": ("allowed", ""),
    }
    result = found()
    told = result.features[["category", "reason"]]
    assert {i: tuple(row) for i, row in zip(told.index, told.to_numpy(), strict=True)} == expected
    assert list(result.features.index) == list(MACHINES)
    assert result.features.loc["c_in_two_zones", ["zone_ids", "least_stage"]].tolist() == ["A;B", 4]
    assert result.features.loc["a_on_the_least_stage", "zone_margin_m"] == 10.0


def test_the_bounds_hold_what_the_unknown_may_be() -> None:
    """Three allowed, three in conflict; two may be either."""
    result = found()
    assert bounds(result.measures[CONFLICTS]) == (3, 3, 5)
    assert bounds(result.measures[SHARE]) == (Fraction(300, 8), 50, Fraction(500, 8))
    assert result.against[CONFLICTS] == ("b_below", "c_in_two_zones", "i_on_the_zone_s_first_day")
    kinds = {i: kind for i, (kind, _) in excluded(result, SHARE).items()}
    assert [i for i, kind in kinds.items() if kind == "unknown"] == [
        "f_no_stage",
        "g_zone_without_limit",
    ]
    assert len(kinds) == 6


def test_a_zone_without_limit_beside_one_with() -> None:
    """Below the known limit it is in conflict; above it nobody knows."""
    zones = {"A": ZONES["A"], "X": {"geometry": box(0, 0, 100, 100)}}
    machines = {i: MACHINES[i] for i in ("a_on_the_least_stage", "b_below")}
    layer = to_layer(LowEmissionZones, zones)
    result = analyse(to_layer(MobileMachinery, machines), layer, as_of=DAY)
    assert result.features["category"].tolist() == ["unknown", "conflict"]


def test_registration_is_counted_over_all_that_were_seen() -> None:
    """One is registered, of the ten others nobody knows, the later one does not count."""
    result = found()
    assert bounds(result.measures["machines_registered_share"]) == (Fraction(100, 11), 100, 100)
    assert result.measures["machines_not_registered"].excluded == 10


def test_counties_add_up() -> None:
    """Two counties hold what the whole holds."""
    rows = {
        "1": {"name": "甲", "geometry": box(-10, -10, 55, 110)},
        "2": {"name": "乙", "geometry": box(55, -10, 1000, 110)},
    }
    counties = to_layer(Counties, {f"21120{n}": {**row} for n, row in rows.items()})
    result = found(counties=counties)
    assert rollup(result, SHARE, "county_name") == {"甲": (1, 3, 1), "乙": (2, 3, 1)}


def test_without_machines_or_zones() -> None:
    """Nothing is in scope; that is no share."""
    assert found({}).measures[SHARE].value is None
    none = LowEmissionZones.empty("EPSG:4550")
    result = analyse(to_layer(MobileMachinery, MACHINES), none, as_of=DAY)
    assert result.measures[CONFLICTS].in_scope == 0
    assert result.features["zone_margin_m"].isna().all()


def test_degrees_are_refused() -> None:
    """Distances in degrees mean nothing."""
    with pytest.raises(CRSError):
        analyse(MobileMachinery.empty("EPSG:4490"), LowEmissionZones.empty("EPSG:4490"), as_of=DAY)
