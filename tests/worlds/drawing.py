"""Random worlds of a few features on a coarse grid, as plain records: ties and borders abound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

Record = dict[str, Any]
Box = tuple[float, float, float, float]

AS_OF = date(2025, 12, 31)
#: Where the grid begins, in the working CRS.
EAST, NORTH = 560_000.0, 4_690_000.0
#: A step of the grid, metres; the borders of areas lie on it.
STEP = 100.0
_DAYS = (date(2019, 5, 1), date(2023, 12, 31), date(2024, 1, 1), AS_OF, date(2026, 1, 1))
STAGES = ("surveyed", "monitored", "traced", "remediated", "signed_off")


@dataclass(frozen=True, slots=True)
class World:
    """Layers by name: features by id, each with its columns and, under `at`, its plain shape."""

    layers: Mapping[str, Mapping[str, Record]]


def draw_world(seed: int) -> World:
    """Draw a world; the same seed draws the same one."""
    rng = Random(seed)  # noqa: S311 - no secret
    return World({
        "builtup_areas": _builtup_areas(rng),
        "heating_supply_areas": _supply_areas(rng),
        "boilers": {f"B{n}": _boiler(rng) for n in range(rng.randint(0, 7))},
        "river_reaches": _reaches(rng),
        "outfalls": {f"E{n}": _outfall(rng) for n in range(rng.randint(0, 6))},
        "black_odorous_waters": {f"W{n}": _water(rng, n) for n in range(rng.randint(0, 6))},
        "parks": {f"P{n}": _park(rng) for n in range(rng.randint(0, 5))},
        "rail_lines": {f"L{n}": _siding(rng) for n in range(rng.randint(0, 2))},
        "freight_sites": {f"F{n}": _site(rng) for n in range(rng.randint(0, 6))},
        "roads": {"R0": {"road_class": "primary", "at": ((0.0, 0.0), (9000.0, 0.0))}},
        "freight_terminals": {"T0": {"name": "Yard", "at": (9000.0, 50.0)}},
    })


def _point(rng: Random, most: int = 40) -> tuple[float, float]:
    """Place a point on the grid."""
    return rng.randint(0, most) * STEP, rng.randint(0, most) * STEP


def _box(rng: Random, left: int, right: int) -> Box:
    """Draw a box between two columns of the grid."""
    low = rng.randint(0, 15)
    return left * STEP, low * STEP, right * STEP, (low + rng.randint(5, 20)) * STEP


def _builtup_areas(rng: Random) -> dict[str, Record]:
    """Draw a town that grew, and perhaps one that has only a boundary of later than the day."""
    town = _box(rng, 5, 15)
    grown = (town[0], town[1], town[2] + STEP, town[3])
    rows = {
        "A0": {"name": "X", "scope": "city", "boundary_year": 2020, "at": town},
        "A1": {"name": "X", "scope": "city", "boundary_year": 2024, "at": grown},
        "A2": {"name": "Y", "scope": "city", "boundary_year": 2027, "at": _box(rng, 20, 26)},
        "A3": {"name": "Z", "scope": "town", "boundary_year": 2021, "at": _box(rng, 30, 36)},
    }
    return {key: row for key, row in rows.items() if rng.random() < 0.75}


def _supply_areas(rng: Random) -> dict[str, Record]:
    """Draw areas that may overlap, one of them perhaps licensed too late."""
    return {
        f"N{n}": {
            "network_id": f"N{n}",
            "valid_from": rng.choice([None, None, *_DAYS]),
            "at": _box(rng, 3 + 4 * n, 12 + 4 * n),
        }
        for n in range(rng.randint(0, 3))
    }


def _boiler(rng: Random) -> Record:
    """Draw a boiler, its record perhaps incomplete or at odds with itself."""
    return {
        "fuel": rng.choice(["coal", "coal", "coal", "gas", None]),
        "capacity_t_per_h": rng.choice([20.0, 35.0, 36.0, None]),
        "capacity_mw": rng.choice([None, None, 24.5, 70.0]),
        "status": rng.choice(["operating", "standby", "retired", "retired", None]),
        "commissioned_on": rng.choice([None, date(2010, 1, 1), date(2024, 6, 1), date(2027, 1, 1)]),
        "retired_on": rng.choice([None, *_DAYS]),
        "at": _point(rng),
    }


def _reaches(rng: Random) -> dict[str, Record]:
    """Draw a main stem along the foot of the grid, and tributaries that stand on it."""
    important = (None, True, False)
    rows: dict[str, Record] = {
        "R0": {"river_name": "干河", "level": 0, "at": ((4000.0, 0.0), (0.0, 0.0))},
        "R1": {"river_name": "甲河", "level": 1, "at": ((1000.0, 3000.0), (1000.0, 0.0))},
        "R2": {"river_name": "乙河", "level": 2, "at": ((3000.0, 2000.0), (1000.0, 2000.0))},
        "R3": {"river_name": "丙河", "level": 3, "at": ((3000.0, 4000.0), (3000.0, 2000.0))},
    }
    for row in rows.values():
        row["is_important"] = rng.choice(important)
    return rows


def _outfall(rng: Random) -> Record:
    """Draw an outfall with any stages in any order."""
    dates = {f"{stage}_on": rng.choice([None, None, *_DAYS]) for stage in STAGES}
    return {
        "kind": rng.choice(["other", "other", "industrial", None]),
        "subkind": rng.choice(["urban_domestic_direct", "unspecified", "irrigation", None]),
        "river_name": rng.choice([None, None, "干河", "甲河", "乙河", "丙河", "丁河"]),
        "stage": rng.choice([None, *STAGES]),
        **dates,
        "at": _point(rng),
    }


def _water(rng: Random, number: int) -> Record:
    """Draw a pond of a single polygon; some stand half in town, none near the threshold."""
    x, y = _point(rng)
    width, height = rng.choice([(30.0, 40.0), (50.0, 50.0), (40.0, 80.0)])
    return {
        "water_id": f"V{number}",
        "status": rng.choice(["untreated", "in_treatment", "accepted", None]),
        "accepted_on": rng.choice([None, *_DAYS]),
        "at": (x - width / 2, y, x + width / 2, y + height),
    }


def _park(rng: Random) -> Record:
    """Draw a park under a name of the list, another spelling of it, or none of it."""
    return {
        "name": rng.choice(["北园", " 北 园", "北区", "南园", "东园", "西园"]),
        "level": "provincial",
        "circular_stage": rng.choice(["not_started", "in_progress", "completed", "accepted", None]),
        "circular_accepted_on": rng.choice([None, *_DAYS]),
        "at": _box(rng, 1, 3),
    }


def _siding(rng: Random) -> Record:
    """Draw a straight siding, or a line that is none."""
    x, y = _point(rng)
    kind = rng.choice(["siding", "siding", "main"])
    return {"kind": kind, "at": ((x, y), (x + 500.0, y))}


def _site(rng: Random) -> Record:
    """Draw a freight site, the threshold's own tonnage among the others."""
    maybe = (True, False, None)
    return {
        "bulk_t_per_year": rng.choice([1_500_000.0, 1_499_999.0, 4_000_000.0, None]),
        "is_new_or_relocated": rng.choice(maybe),
        "approved_on": rng.choice([None, *_DAYS]),
        "has_siding": rng.choice(maybe),
        "has_pipeline": rng.choice([False, False, True, None]),
        "has_conveyor": rng.choice([False, None, True]),
        "exemption": rng.choice([None, None, "", "专家论证"]),
        "at": _point(rng),
    }
