"""Vehicles and public bodies within reach, on random small worlds on a grid of one road."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted
from tests.worlds.weighing import Weighed, Weight, weighed

_MOST = Fraction(100_000)
_ROAD = {"r": {"road_class": "local", "at": ((-9000.0, 0.0), (9000.0, 0.0))}}
Row = dict[str, Any]


def _station(rng: Random) -> Row:
    """Draw a station on the road, whose record may be incomplete or at odds with itself."""
    return {
        "kind": rng.choice(["charging", "charging", "swapping", "gas", None]),
        "commissioned_on": rng.choice([None, date(2024, 1, 1), AS_OF, date(2026, 1, 1)]),
        "retired_on": rng.choice([None, None, None, AS_OF, date(2023, 1, 1)]),
        "at": (1000.0 * rng.randint(-6, 6), 0.0),
    }


def _world(rng: Random) -> World:
    """Draw demands beside a road, or without one, and stations on it."""
    demands = {
        f"D{n}": {
            "vehicles": rng.choice([0, 10, 30, 30, 60, None]),
            "at": (500.0 * rng.randint(-9, 9), rng.choice([0.0, 500.0, 1000.0, 2500.0])),
        }
        for n in range(rng.randint(0, 4))
    }
    stations = {f"S{n}": _station(rng) for n in range(rng.randint(0, 2))}
    world = {"vehicle_demands": demands, "energy_stations": stations}
    return world | ({"roads": _ROAD} if rng.random() < 0.6 else {})


def _serves(row: Row, kinds: set[str]) -> bool | None:
    """Tell whether a station is of a kind and in service; None: nobody knows."""
    since, until = row["commissioned_on"], row["retired_on"]
    on: bool | None = (since is None or since <= AS_OF) and not (until and until <= AS_OF)
    if since and until and until < since:
        on = None
    kind = None if row["kind"] is None else row["kind"] in kinds
    if False in {on, kind}:
        return False
    return None if None in {on, kind} else True


def _near(
    place: tuple[float, float],
    stations: dict[str, Row],
    kinds: set[str],
    reach: int,
    *,
    road: bool,
) -> bool | None:
    """Tell whether a station of a kind is in reach of a place; squares of metres are exact."""
    x, y = place
    answers: list[bool | None] = [False]
    for row in stations.values():
        aside = abs(x - row["at"][0])
        is_near: bool | None = aside**2 + y**2 <= reach**2
        if road:
            is_near = aside + y <= reach if y <= 2000 else (None if is_near else False)
        serves = _serves(row, kinds)
        one = False if False in {is_near, serves} else (None if None in {is_near, serves} else True)
        answers.append(one)
    return True if True in answers else None if None in answers else False


def _weigh(row: Row, world: World) -> Weighed:
    """Judge a demand by hand."""
    amount = None if row["vehicles"] is None else Fraction(row["vehicles"])
    kinds = {"charging", "swapping"}
    near = _near(row["at"], world["energy_stations"], kinds, 3000, road="roads" in world)
    return Weighed(amount != 0, near, amount, _MOST)


def test_vehicles_within_reach() -> None:
    """E05: value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Weight, str]:
        return weighed(_weigh(row, world) for row in world["vehicle_demands"].values()), "share"

    states = check_verdicts(judge_worlds("E05", _world), by_hand)
    assert states == {"reported", "no_data", "not_applicable"}


def _bodies(rng: Random) -> World:
    """Draw public bodies and stations."""
    bodies = {
        f"Q{n}": {
            "charging_points": rng.choice([0, 0, 3, None]),
            "at": (100.0 * rng.randint(-9, 9), rng.choice([0.0, 300.0, 400.0])),
        }
        for n in range(rng.randint(0, 5))
    }
    stations = {f"S{n}": _station(rng) for n in range(rng.randint(0, 4))}
    for row in stations.values():
        row["at"] = (row["at"][0] / 10, 0.0)
    return {"public_buildings": bodies, "energy_stations": stations}


def _judge(row: Row, world: World) -> Judged:
    """Judge a public body by hand."""
    own = None if row["charging_points"] is None else row["charging_points"] > 0
    near = _near(row["at"], world["energy_stations"], {"charging"}, 500, road=False)
    done = True if True in {own, near} else None if None in {own, near} else False
    return Judged(True, done)  # noqa: FBT003 - all are in scope


def test_public_bodies_that_can_charge() -> None:
    """G01: value, bounds, counts and state on every world."""

    def by_hand(world: World) -> tuple[Counted, str]:
        return counted([_judge(row, world) for row in world["public_buildings"].values()]), "share"

    states = check_verdicts(judge_worlds("G01", _bodies), by_hand)
    assert states >= {"reported", "not_applicable"}
