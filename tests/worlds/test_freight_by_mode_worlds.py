"""The railways' share on random small worlds, by a route that shares no code."""

from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.judging import World, expected_state, judge_worlds

_CITY = ("全市", "Whole City")


def _world(rng: Random) -> World:
    """Draw rows of a city that moves about 15 % by rail, and of counties and other years."""
    rail = rng.choice([14, 15, 15, 16, 30])
    amounts = {"rail": rail, "road": 97 - rail, "pipeline": 3}
    rows: list[dict[str, Any]] = []
    for mode, tonnes in amounts.items():
        chance = rng.random()
        if chance < 0.1:
            continue
        own = _row(_CITY[0], mode, None if chance < 0.2 else tonnes * 1000.0)
        rows += [own, _row("West", mode, 7.0), _row(_CITY[0], mode, 5.0, year=2024)]
        if chance > 0.95:
            rows.append(_row(_CITY[1], mode, 1.0))
    return {"freight_flows": {f"R{n}": row for n, row in enumerate(rows)}}


def _row(area: str, mode: str, tonnes: float | None, year: int = 2025) -> dict[str, Any]:
    """Lay out a row."""
    return {"area": area, "year": year, "mode": mode, "freight_t": tonnes, "turnover_t_km": 1.0}


def _by_hand(world: World) -> tuple[tuple[Any, Any, Any], int, int]:
    """Find the share and its ends, and how many modes are known and not."""
    rows = [
        row
        for row in world["freight_flows"].values()
        if row["area"] in _CITY and row["year"] == 2025
    ]
    stated = {
        mode: [r["freight_t"] for r in rows if r["mode"] == mode]
        for mode in ("rail", "road", "pipeline")
    }
    good = {mode: Fraction(t[0]) for mode, t in stated.items() if len(t) == 1 and t[0] is not None}
    absent = sum(not stated[mode] for mode in ("rail", "road"))
    if not {"rail", "road"} <= set(good):
        return (None, None, None), 0, len(rows) + absent
    share = 100 * good["rail"] / sum(good.values())
    unknown = len(rows) - len(good)
    return (share, Fraction(0) if unknown else share, share), len(good), unknown


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = set()
    for seed, (clause, world, verdict) in enumerate(judge_worlds("E02", _world)):
        numbers, counted, unknown = _by_hand(world)
        assert (verdict.counted, verdict.excluded) == (counted, unknown), seed
        if counted:
            assert (verdict.value, verdict.low, verdict.high) == numbers, seed
        state = expected_state(clause, numbers, counted, unknown)
        assert verdict.state.value == state, seed
        states.add(state)
    assert len(states) == 4
