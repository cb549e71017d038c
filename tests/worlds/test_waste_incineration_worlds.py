"""Incineration's share on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_MOST = Fraction(20_000)
_DAYS = (None, None, date(2020, 1, 1), AS_OF, date(2026, 1, 1))


def _works(rng: Random) -> dict[str, Any]:
    """Draw a facility whose record may be incomplete or at odds with itself."""
    kind = rng.choice(["incineration", "incineration", "landfill", "composting", "transfer"])
    usual = 650.0 if kind == "incineration" else 350.0
    return {
        "kind": kind if rng.random() < 0.95 else None,
        "scope": rng.choice(["city", "city", "city", "town"]) if rng.random() < 0.95 else None,
        "design_t_per_d": rng.choice([0.0, usual, usual, usual]) if rng.random() < 0.95 else None,
        "commissioned_on": rng.choice(_DAYS),
        "retired_on": rng.choice([None, None, None, *_DAYS]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _weigh(row: dict[str, Any]) -> Weighed:
    """Judge a facility by hand."""
    begin, end = row["commissioned_on"], row["retired_on"]
    serves: bool | None = (begin is None or begin <= AS_OF) and not (end and end <= AS_OF)
    if begin and end and end < begin:
        serves = None
    answers = [
        None if row["kind"] is None else row["kind"] != "transfer",
        None if row["scope"] is None else row["scope"] == "city",
        row["design_t_per_d"] != 0.0,
        serves,
    ]
    scope = False if False in answers else None if None in answers else True
    done = None if row["kind"] is None else row["kind"] == "incineration"
    capacity = row["design_t_per_d"]
    return Weighed(scope, done, None if capacity is None else Fraction(capacity), _MOST)


def _by_hand(world: dict[str, dict[str, dict[str, Any]]]) -> Weight:
    """Weigh a world's facilities."""
    return weighed(_weigh(row) for row in world["waste_facilities"].values())


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world: about 65 %, in a band of 5 %."""
    worlds = judge_worlds(
        "K06",
        lambda rng: {"waste_facilities": {f"W{n}": _works(rng) for n in range(rng.randint(0, 6))}},
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert states >= {"met", "not_met", "undetermined"}
