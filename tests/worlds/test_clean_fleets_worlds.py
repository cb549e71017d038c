"""The least clean share on random small worlds: every way the unknown may turn out is tried."""

from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, expected_state, judge_worlds

_CLASSES = ("bus", "taxi", "post")
_MOST = 100_000
_CITY = (0.0, 0.0, 500.0, 500.0)
_LATER = (1000.0, 0.0, 1500.0, 500.0)
Row = dict[str, Any]


def _world(rng: Random) -> World:
    """Draw a few fleets of two operators at three places, some of them counted twice."""
    areas = {
        "A": {"name": "X", "scope": "city", "boundary_year": 2021, "at": _CITY},
        "B": {"name": "Y", "scope": "city", "boundary_year": 2027, "at": _LATER},
    }
    clean = rng.random() < 0.3
    rows = {f"V{n}": _fleet(rng, is_clean=clean) for n in range(rng.randint(0, 5))}
    return {"builtup_areas": areas, "fleets": rows}


def _fleet(rng: Random, *, is_clean: bool) -> Row:
    """Draw a fleet whose record may be incomplete or at odds with itself."""
    vehicles = rng.choice([0, 4, 10, 10, 10, 20] + [None] * (not is_clean))
    clean = vehicles if is_clean else rng.choice([0, 4, 8, 10, 10, None])
    return {
        "name": rng.choice(["M", "N", None, None]),
        "vehicle_class": rng.choice([*_CLASSES, *_CLASSES, "other"]),
        "vehicles": vehicles,
        "clean_vehicles": clean,
        "counted_on": rng.choice([date(2024, 6, 30), AS_OF, AS_OF, AS_OF, date(2026, 1, 1)]),
        "at": rng.choice([(500.0, 100.0), (100.0, 100.0), (600.0, 100.0), (1200.0, 100.0)]),
    }


def _holds(key: str, rows: dict[str, Row]) -> bool | None:
    """Tell whether a count holds on the day; None: nobody knows."""
    row = rows[key]
    same = ("name", "vehicle_class", "at")
    others = [
        other
        for name, other in rows.items()
        if name != key and row["name"] and all(other[c] == row[c] for c in same)
    ]
    days = [other["counted_on"] for other in others if other["counted_on"] <= AS_OF]
    if row["counted_on"] > AS_OF:
        return False if days else None
    if row["counted_on"] in days:
        return None if row["counted_on"] == max(days) else False
    return all(day < row["counted_on"] for day in days)


def _ways(key: str, rows: dict[str, Row]) -> list[tuple[int, int]] | None:
    """List what a fleet may add: clean vehicles and vehicles; None: it is out of scope."""
    row = rows[key]
    x = row["at"][0]
    inside = True if x <= 500 else None if 1000 <= x <= 1500 else False
    holds, whole, part = _holds(key, rows), row["vehicles"], row["clean_vehicles"]
    if whole is not None and part is not None and part > whole:
        whole = part = None
    elif whole == 0:
        return None
    if row["vehicle_class"] not in _CLASSES or inside is False or holds is False:
        return None
    wholes = [whole] if whole is not None else [part or 0, _MOST]
    ways = [(p, w) for w in wholes for p in ([part] if part is not None else [0, w]) if p <= w]
    return ways if inside and holds else [(0, 0), *ways]


def _by_hand(world: World) -> tuple[tuple[Any, Any, Any], int, int]:
    """Find the least share, its ends over every way, and how many fleets are known and not."""
    rows = world["fleets"]
    ways = {key: _ways(key, rows) for key in rows}
    open_ = {key: way for key, way in ways.items() if way is not None}
    known = [key for key, way in open_.items() if len(way) == 1]

    def least(pairs: dict[str, tuple[int, int]]) -> Fraction | None:
        shares = []
        for word in _CLASSES:
            own = [pair for key, pair in pairs.items() if rows[key]["vehicle_class"] == word]
            if sum(w for _, w in own):
                shares.append(Fraction(100 * sum(p for p, _ in own), sum(w for _, w in own)))
        return min(shares, default=None)

    every = [least(dict(zip(open_, way, strict=True))) for way in product(*open_.values())]
    found = [share for share in every if share is not None]
    value = least({key: open_[key][0] for key in known})
    ends = (min(found), max(found)) if found else (None, None)
    return (value, *ends), len(known), len(open_) - len(known)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = set()
    for seed, (clause, world, verdict) in enumerate(judge_worlds("E03", _world)):
        numbers, counted, unknown = _by_hand(world)
        assert (verdict.counted, verdict.excluded) == (counted, unknown), seed
        if counted:
            assert (verdict.value, verdict.low, verdict.high) == numbers, seed
        state = expected_state(clause, numbers, counted, unknown)
        assert verdict.state.value == state, seed
        states.add(state)
    assert len(states) >= 4
