"""The share of cement capacity on random small worlds, by a route that shares no code."""

from random import Random

from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.retrofitted_works import draw_works, weigh_works
from tests.worlds.weighing import Weight, weighed


def _world(rng: Random) -> World:
    """Draw up to five works."""
    return {"cement_works": {f"W{n}": draw_works(rng) for n in range(rng.randint(0, 5))}}


def _by_hand(world: World) -> Weight:
    """Weigh a world's works."""
    return weighed(weigh_works(row) for row in world["cement_works"].values())


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds("B03", _world)
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert len(states) >= 3
