"""Machines, tanks, materials and the ozone season on random small worlds, by another route."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (None, date(2024, 1, 1), AS_OF, date(2026, 1, 1))
Row = dict[str, Any]


def _done(stage: str | None, day: date | None, last: str) -> bool | None:
    """Tell whether work in a stage was finished by the day."""
    if stage is not None and stage != last:
        return None if day is not None and day <= AS_OF else False
    return None if day is None else day <= AS_OF


# --- machines -------------------------------------------------------------------------------------


def _machines(rng: Random) -> World:
    """Draw zones that overlap, and machines of any stage anywhere."""
    zones = {}
    for n in range(rng.randint(0, 3)):
        x = 100.0 * rng.randint(0, 4)
        zones[f"Z{n}"] = {
            "least_stage": rng.choice([2, 3, 3, None]),
            "valid_from": rng.choice(_DAYS),
            "at": (x, 0.0, x + 300.0, 300.0),
        }
    machines = {
        f"M{n}": {
            "emission_stage": rng.choice([1, 2, 3, 4, None]),
            "seen_on": rng.choice(_DAYS),
            "at": (100.0 * rng.randint(0, 8), 100.0 * rng.randint(0, 4)),
        }
        for n in range(rng.randint(0, 6))
    }
    return {"mobile_machinery": machines, "low_emission_zones": zones}


def _machine(row: Row, zones: list[Row]) -> Judged:
    """Judge a machine by hand; the border is inside."""
    seen, stage, (x, y) = row["seen_on"], row["emission_stage"], row["at"]
    if seen is not None and seen > AS_OF:
        return Judged(False, None)  # noqa: FBT003 - what is known
    limits = []
    for zone in zones:
        west, south, east, north = zone["at"]
        since = zone["valid_from"]
        if not (west <= x <= east and south <= y <= north) or (since and since > AS_OF):
            continue
        if seen is None or since is None or seen >= since:
            limits.append(zone["least_stage"])
    if not limits:
        return Judged(False, None)  # noqa: FBT003 - what is known
    known = [limit for limit in limits if limit is not None]
    if stage is not None and known and stage < max(known):
        return Judged(True, False)  # noqa: FBT003 - what is known
    if stage is None or None in limits:
        return Judged(True, None)  # noqa: FBT003 - what is known
    return Judged(True, True)  # noqa: FBT003 - what is known


def test_machines_in_conflict() -> None:
    """E10: counts and bounds."""
    states = check_verdicts(
        judge_worlds("E10", _machines),
        lambda world: (
            counted([
                _machine(row, list(world["low_emission_zones"].values()))
                for row in world["mobile_machinery"].values()
            ]),
            "left",
        ),
    )
    assert states == {"reported", "no_data", "not_applicable"}


# --- tanks ----------------------------------------------------------------------------------------


def _tanks(rng: Random) -> World:
    """Draw tanks."""
    return {
        "storage_tanks": {
            f"T{n}": {
                "roof": rng.choice(["fixed", "internal_floating", "pressure", None]),
                "retrofit_status": rng.choice(["in_progress", "completed", "completed", None]),
                "retrofitted_on": rng.choice(_DAYS),
                "at": (100.0 * n, 0.0),
            }
            for n in range(rng.randint(0, 7))
        }
    }


def _tank_counts(world: World) -> tuple[Counted, str]:
    """Count a world's tanks by hand."""
    rows = world["storage_tanks"].values()
    judged = [
        Judged(
            None if row["roof"] is None else row["roof"] != "pressure",
            _done(row["retrofit_status"], row["retrofitted_on"], "completed"),
        )
        for row in rows
    ]
    return counted(judged), "share"


def test_tanks_retrofitted() -> None:
    """J04: share and bounds."""
    states = check_verdicts(judge_worlds("J04", _tanks), _tank_counts)
    assert {"reported", "not_applicable"} <= states


# --- materials ------------------------------------------------------------------------------------


def _firms(rng: Random) -> World:
    """Draw enterprises that may be of any trade, open or closed."""
    return {
        "enterprises": {
            f"F{n}": {
                "sector": rng.choice(["coating", "printing", "food", None]),
                "opened_on": rng.choice(_DAYS),
                "closed_on": rng.choice([None, None, *_DAYS]),
                "uses_low_voc_materials": rng.choice([True, True, False, None]),
                "low_voc_since": rng.choice(_DAYS),
                "at": (100.0 * n, 0.0),
            }
            for n in range(rng.randint(0, 7))
        }
    }


def _firm(row: Row) -> Judged:
    """Judge an enterprise by hand."""
    since, until = row["opened_on"], row["closed_on"]
    there: bool | None = (since is None or since <= AS_OF) and not (until and until <= AS_OF)
    if since and until and until < since:
        there = None
    trade = None if row["sector"] is None else row["sector"] in {"coating", "printing"}
    scope = False if False in {there, trade} else None if None in {there, trade} else True
    stage = {True: "completed", False: "not_started", None: None}[row["uses_low_voc_materials"]]
    return Judged(scope, _done(stage, row["low_voc_since"], "completed"))


def test_enterprises_on_low_voc_materials() -> None:
    """J05: share and bounds."""
    states = check_verdicts(
        judge_worlds("J05", _firms),
        lambda world: (counted([_firm(row) for row in world["enterprises"].values()]), "share"),
    )
    assert {"reported", "not_applicable"} <= states


# --- the ozone season -----------------------------------------------------------------------------


def _season(rng: Random) -> World:
    """Draw stations with more or less of a season of nitrogen dioxide."""
    stations = {f"Q{n}": {"at": (100.0 * n, 0.0)} for n in range(rng.randint(0, 3))}
    records: dict[str, Row] = {}
    for station in [*stations, "elsewhere"]:
        length = rng.choice([0, 100, 114, 115, 153])
        start = date(2025, 5, 1) + timedelta(days=rng.randint(0, 153 - length))
        for n in range(length):
            records[f"{station}-{n}"] = {
                "station_id": station,
                "day": start + timedelta(days=n),
                "no2_ug_per_m3": round(rng.uniform(1, 80), 1),
                "at": None,
            }
    return {"air_stations": stations, "air_quality_records": records}


def test_the_mean_of_the_season() -> None:
    """H01: the mean of the stations' means; 115 of 153 days are 75.2 %, 114 are 74.5 %."""
    values, counts = set(), set()
    for _, world, verdict in judge_worlds("H01", _season):
        means, unknown = [], 0
        for station in world["air_stations"]:
            own = [
                Fraction(str(row["no2_ug_per_m3"]))
                for row in world["air_quality_records"].values()
                if row["station_id"] == station
            ]
            if len(own) >= 115:
                means.append(round(sum(own) / len(own), 6))
            else:
                unknown += 1
        assert (verdict.counted, verdict.excluded) == (len(means), unknown)
        counts.add((len(means), unknown))
        if means:
            assert verdict.value == sum(means) / len(means)
            total = len(means) + unknown
            assert verdict.low == sum(means) / total
            assert verdict.high == (sum(means) + 2000 * unknown) / total
            values.add(verdict.value)
    assert len(counts) >= 4
    assert len(values) >= 10
