"""Renewables in parks on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_DAYS = (None, None, date(2022, 1, 1), AS_OF, date(2026, 1, 1))


def _draw(rng: Random) -> World:
    """Draw a park and sources on the grid around it."""
    return {
        "parks": {"P": {"name": "P", "at": (100.0, 100.0, 300.0, 300.0)}},
        "power_sources": {f"V{n}": _source(rng) for n in range(rng.randint(0, 5))},
    }


def _source(rng: Random) -> dict[str, Any]:
    """Draw a source that may lack anything."""
    return {
        "kind": rng.choice(["solar", "solar", "wind", "biomass", "storage", "microgrid", None]),
        "capacity_mw": rng.choice([0.0, 0.1, 2.5, 20.0, None]),
        "commissioned_on": rng.choice(_DAYS),
        "retired_on": rng.choice(_DAYS),
        "at": (100.0 * rng.randint(0, 4), 100.0 * rng.randint(0, 4)),
    }


def _weighed(row: dict[str, Any]) -> Weighed:
    """Judge a source by hand."""
    since, until = row["commissioned_on"], row["retired_on"]
    serves: bool | None = (since is None or since <= AS_OF) and (until is None or until > AS_OF)
    if since and until and until < since:
        serves = None
    kind = row["kind"]
    renewable = None if kind is None else kind in {"solar", "wind", "biomass"}
    scope = False if False in (serves, renewable) else None if None in (serves, renewable) else True
    x, y = row["at"]
    amount = None if row["capacity_mw"] is None else Fraction(str(row["capacity_mw"]))
    return Weighed(scope, 100 <= x <= 300 and 100 <= y <= 300, amount, Fraction(5000))


def _by_hand(world: World) -> Weight:
    """Add a world's sources up."""
    return weighed(_weighed(row) for row in world["power_sources"].values())


def test_both_routes_agree() -> None:
    """Megawatts inside, bounds, counts and state on every world."""
    states = check_verdicts(judge_worlds("C07", _draw), lambda world: (_by_hand(world), "done"))
    assert states >= {"reported", "not_applicable", "no_data"}
