"""Toilets without treatment on random small worlds, by a route that shares no code."""

from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.parting import Way, check_measure, parted
from tests.worlds.weighing import Weight

_MOST = Fraction(50_000)


def _village(rng: Random) -> dict[str, Any]:
    """Draw a village whose numbers may be missing or at odds."""
    return {
        "upgraded_toilets": rng.choice([0, 40, 60, 80, None]),
        "toilets_with_treatment": rng.choice([0, 40, 60, None]),
        "households": rng.choice([50, 100, 100, None]),
        "at": (0.0, 0.0),
    }


def _toilets(row: dict[str, Any]) -> set[Way]:
    """List what may be of a village's toilets: with treatment, and without."""
    toilets, treated = row["upgraded_toilets"], row["toilets_with_treatment"]
    limit = _MOST if row["households"] is None else Fraction(row["households"])
    chain = [n for n in (treated, toilets, row["households"]) if n is not None]
    if chain != sorted(chain):
        toilets = treated = None
    elif toilets == 0:
        return {None}
    wholes = [Fraction(treated or 0), limit] if toilets is None else [Fraction(toilets)]
    return {
        (part, whole - part)
        for whole in wholes
        for part in ([Fraction(0), whole] if treated is None else [Fraction(treated)])
    }


def _by_hand(world: World) -> Weight:
    """Weigh a world's toilets."""
    return parted(map(_toilets, world["villages"].values()))


def test_both_routes_agree() -> None:
    """Value, bounds and counts of what is left; the share beside it."""
    judged = judge_worlds(
        "F10",
        lambda rng: {"villages": {f"V{n}": _village(rng) for n in range(rng.randint(0, 4))}},
    )
    states = check_verdicts(judged, lambda world: (_by_hand(world), "left"))
    assert states >= {"reported", "no_data", "not_applicable"}
    for _, world, verdict in judged:
        check_measure(verdict.beside[0], _by_hand(world), "share")
