"""Clean heating and loose coal on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.parting import Way, check_measure, parted
from tests.worlds.weighing import Weight

_MOST = Fraction(50_000)
_NOTHING = Fraction(0)


def _village(rng: Random) -> dict[str, Any]:
    """Draw a village, now and then with a gap or more households than there are."""
    whole = rng.choice([0, 100, 200, 200, None]) if rng.random() < 0.6 else 100
    return {
        "households": whole,
        "clean_stove_households": rng.choice([100, 100, 60, 0, None]),
        "loose_coal_households": rng.choice([0, 0, 0, 40, 90, None]),
        "at": (100.0 * rng.randint(0, 9), 100.0),
    }


def _world(rng: Random) -> World:
    """Draw villages and a supply area, licensed by the day or later."""
    area = {
        "valid_from": rng.choice([None, AS_OF, date(2026, 1, 1)]),
        "at": (200.0, 0.0, 500.0, 100.0),
    }
    return {
        "villages": {f"V{n}": _village(rng) for n in range(rng.randint(0, 4))},
        "heating_supply_areas": {"H": area},
    }


def _cases(row: dict[str, Any]) -> set[tuple[Fraction, Fraction, Fraction]]:
    """List households, clean ones and those on loose coal, as they may be at most and at least."""
    whole = row["households"]
    given = {"clean": row["clean_stove_households"], "coal": row["loose_coal_households"]}
    sure = sum(n for n in given.values() if n is not None)
    if sure > (_MOST if whole is None else whole):
        given, sure = {"clean": None, "coal": None}, 0
    wholes = [Fraction(sure), _MOST] if whole is None else [Fraction(whole)]
    cases = set()
    for w in wholes:
        for clean in _range(given["clean"], w - (given["coal"] or 0)):
            for coal in _range(given["coal"], w - clean):
                cases.add((w, clean, coal))
    return cases


def _range(known: int | None, most: Fraction) -> set[Fraction]:
    """Give a number that is known, or the ends between which it lies."""
    return {_NOTHING, most} if known is None else {Fraction(known)}


def _clean(row: dict[str, Any]) -> set[Way]:
    """List what may be of a village's households."""
    if row["households"] == 0:
        return {None}
    return {(clean, whole - clean) for whole, clean, _ in _cases(row)}


def _coal(row: dict[str, Any]) -> set[Way]:
    """List how many may be on loose coal."""
    if row["households"] == 0:
        return {None}
    return {(_NOTHING, coal) for _, _, coal in _cases(row)}


def _by_hand(world: World) -> tuple[Weight, Weight, Weight]:
    """Weigh clean heating, loose coal, and loose coal inside the supply area (border inside)."""
    rows = list(world["villages"].values())
    since = world["heating_supply_areas"]["H"]["valid_from"]
    licensed = since is None or since <= AS_OF
    covered = [row for row in rows if licensed and 200.0 <= row["at"][0] <= 500.0]
    return (parted(map(_clean, rows)), parted(map(_coal, rows)), parted(map(_coal, covered)))


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state of the share; the households on loose coal beside it."""
    judged = judge_worlds("I07", _world)
    states = check_verdicts(judged, lambda world: (_by_hand(world)[0], "share"))
    assert states >= {"met", "not_met", "undetermined"}
    for _, world, verdict in judged:
        clean, coal, covered = _by_hand(world)
        told = {measure.name: measure for measure in verdict.beside}
        check_measure(told["households_without_clean_stoves"], clean, "left")
        check_measure(told["loose_coal_households_left"], coal, "left")
        check_measure(told["loose_coal_households_in_coverage"], covered, "left")
