"""The three shares of rural sewage on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.parting import Way, check_measure, parted
from tests.worlds.second_route import Counted, Judged, counted
from tests.worlds.weighing import Weighed, Weight, weighed

_DAYS = (None, date(2023, 6, 30), AS_OF, date(2026, 1, 1))
_METHODS = ("none", "none", "sewer", "household", "reuse", None)
_MOST_HOUSEHOLDS, _MOST_RESIDENTS = Fraction(50_000), Fraction(200_000)


def _village(rng: Random) -> dict[str, Any]:
    """Draw a village whose record may be incomplete or at odds with itself."""
    return {
        "sewage_method": rng.choice(_METHODS),
        "sewage_accepted_on": rng.choice(_DAYS),
        "households_treated": rng.choice([None, None, 0, 60, 100, 120]),
        "households": rng.choice([0, 100, 100, 200, None]),
        "residents": rng.choice([0, 300, 500, None]),
        "at": (100.0 * rng.randint(0, 9), 100.0),
    }


def _world(rng: Random) -> World:
    """Draw villages, and perhaps a city's boundary, of the day's year or later only."""
    world: World = {"villages": {f"V{n}": _village(rng) for n in range(rng.randint(0, 4))}}
    if rng.random() < 0.8:
        area = {
            "name": "Town",
            "scope": rng.choice(["city", "city", "town"]),
            "boundary_year": rng.choice([2020, 2025, 2026]),
            "at": (200.0, 0.0, 500.0, 100.0),
        }
        world["builtup_areas"] = {"U": area}
    return world


def _is_rural(row: dict[str, Any], world: World) -> bool | None:
    """Tell if a village is outside the city; the border is inside."""
    areas = world.get("builtup_areas", {})
    city = [area for area in areas.values() if area["scope"] == "city"]
    if not city:
        return None
    if not 200.0 <= row["at"][0] <= 500.0:
        return True
    return False if city[0]["boundary_year"] <= AS_OF.year else None


def _done(row: dict[str, Any]) -> bool | None:
    """Judge a village by hand."""
    method, day = row["sewage_method"], row["sewage_accepted_on"]
    past = None if day is None else day <= AS_OF
    if method is None:
        return False if past is False else None
    if method == "none":
        return None if past or row["households_treated"] else False
    return past


def _households(row: dict[str, Any], rural: bool | None) -> set[Way]:  # noqa: FBT001 - a value
    """List what may be of a village's households."""
    whole, stated, done = row["households"], row["households_treated"], _done(row)
    wholes = [Fraction(0), _MOST_HOUSEHOLDS] if whole is None else [Fraction(whole)]
    ways: set[Way] = set()
    if done is not True:
        ways |= {(Fraction(0), w) for w in wholes}
    if done is not False and stated is None:
        ways |= {(w, Fraction(0)) for w in wholes}
    elif done is not False and whole is not None and stated > whole:
        ways |= {(w, Fraction(whole) - w) for w in (Fraction(0), Fraction(whole))}
    elif done is not False:
        part = Fraction(stated)
        ways |= {(part, max(w, part) - part) for w in wholes}
    if whole == 0 or rural is False:
        return {None}
    return ways if rural else {None, *ways}


def _by_hand(world: World, *, asked: bool) -> tuple[Counted, Weight, Weight]:
    """Count villages, and weigh their households and residents."""
    rows = list(world["villages"].values())
    rural = [_is_rural(row, world) if asked else True for row in rows]
    people = [
        Weighed(
            False if row["residents"] == 0 else is_rural,
            _done(row),
            None if row["residents"] is None else Fraction(row["residents"]),
            _MOST_RESIDENTS,
        )
        for row, is_rural in zip(rows, rural, strict=True)
    ]
    return (
        counted([Judged(r, _done(row)) for row, r in zip(rows, rural, strict=True)]),
        parted(_households(row, r) for row, r in zip(rows, rural, strict=True)),
        weighed(people),
    )


@pytest.mark.parametrize("scope", ["none", "city"])
def test_both_routes_agree(scope: str) -> None:
    """Value, bounds, counts and state by village; the shares of households and residents beside."""
    judged = judge_worlds("F03", _world, own={"urban_scope": scope})
    asked = scope == "city"
    states = check_verdicts(judged, lambda world: (_by_hand(world, asked=asked)[0], "share"))
    assert states >= {"met", "not_met", "undetermined"}
    for _, world, verdict in judged:
        _, households, residents = _by_hand(world, asked=asked)
        told = {measure.name: measure for measure in verdict.beside}
        check_measure(told["households_with_sewage_treatment_share"], households, "share")
        check_measure(told["residents_with_sewage_treatment_share"], residents, "share")
