"""New sewage capacity on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weighed, Weight, weighed

_SINCE = (None, date(2020, 12, 31), date(2021, 1, 1), AS_OF, date(2026, 1, 1))
_UNTIL = (None, None, None, None, date(2020, 6, 1), AS_OF, date(2027, 1, 1))
_MOST = Fraction(500)


def _works(rng: Random) -> dict[str, Any]:
    """Draw a works whose record may be incomplete or at odds with itself."""
    return {
        "design_t_per_d": rng.choice([0.0, 20_000.0, 450_000.0, 900_000.0, None]),
        "commissioned_on": rng.choice(_SINCE),
        "retired_on": rng.choice(_UNTIL),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _weigh(row: dict[str, Any]) -> Weighed:
    """Judge a works by hand; amounts in 10,000 t a day."""
    since, until, design = row["commissioned_on"], row["retired_on"], row["design_t_per_d"]
    amount = None if design is None else Fraction(design) / 10_000
    odd = since is not None and until is not None and until < since
    gone = until is not None and until <= AS_OF and not odd
    if gone or design == 0:
        return Weighed(scope=False, done=None, amount=amount, most=_MOST)
    if odd or since is None:
        return Weighed(None, None, amount, _MOST)
    return Weighed(since > date(2020, 12, 31), since <= AS_OF, amount, _MOST)


def _by_hand(world: dict[str, dict[str, dict[str, Any]]]) -> Weight:
    """Weigh a world's works."""
    return weighed(_weigh(row) for row in world["sewage_works"].values())


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "K01",
        lambda rng: {"sewage_works": {f"W{n}": _works(rng) for n in range(rng.randint(0, 5))}},
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "done"))
    assert len(states) >= 3
