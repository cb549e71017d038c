"""
The need that capacity meets on random small worlds, by brute force.

Amounts are a few whole tonnes, so that every way of sending them, and every outcome of what is not
known, can be tried. An unknown amount matters no more beyond all room that there may be; only the
greatest that it may be is tried as well, for the share.
"""

from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any, NamedTuple

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import expected_state, judge_worlds

_MOST = 10_000_000
_CLASSES = ("HW08", "HW09")
_Row = dict[str, Any]
_World = dict[str, dict[str, _Row]]


class _Outcome(NamedTuple):
    """What a world comes to: shares of every outcome, and the value's own numbers."""

    shares: list[Fraction]
    met: int
    need: int
    haul_m: int


def _draw(rng: Random) -> _World:
    """Draw generators along a line and plants on it, of two classes."""
    sources = {
        f"S{n}": {
            "site_id": f"S{n}",
            "waste_class": rng.choice(_CLASSES),
            "generated_t_per_year": rng.choice([0.0, 1.0, 2.0, 3.0])
            if rng.random() < 0.9
            else None,
            "at": (1000.0 * rng.randint(0, 9), 0.0),
        }
        for n in range(rng.randint(0, 4))
    }
    rooms = {
        f"C{n}": {
            "facility_id": f"F{n}",
            "waste_class": _CLASSES[n % 2],
            "capacity_t_per_year": rng.choice([1.0, 2.0, 5.0, 5.0]) if rng.random() < 0.9 else None,
            "licensed_on": rng.choice([
                date(2020, 1, 1),
                date(2020, 1, 1),
                AS_OF,
                date(2026, 1, 1),
            ]),
            "expires_on": rng.choice([
                date(2027, 1, 1),
                date(2027, 1, 1),
                AS_OF,
                date(2025, 12, 30),
            ])
            if rng.random() < 0.9
            else None,
            "at": (1000.0 * rng.randint(0, 9), 0.0),
        }
        for n in range(rng.randint(0, 4))
    }
    return {"hazardous_waste_generators": sources, "hazardous_waste_facilities": rooms}


def _room(row: _Row) -> tuple[int, int]:
    """Give the least and the most that a capacity takes; unknown is more than anyone has."""
    begin, end, amount = row["licensed_on"], row["expires_on"], row["capacity_t_per_year"]
    most = _MOST if amount is None else int(amount)
    if end is not None and end < begin:
        return 0, most
    if begin > AS_OF or (end is not None and end < AS_OF):
        return 0, 0
    return (most if end is not None and amount is not None else 0), most


@cache
def _sent(
    needs: tuple[tuple[int, int], ...], rooms: tuple[tuple[int, int], ...]
) -> tuple[int, int]:
    """Try every way to send (place, amount) tonne by tonne: the most, at the least haul."""
    if not needs:
        return 0, 0
    (x, amount), rest = needs[0], needs[1:]
    if not amount:
        return _sent(rest, rooms)
    less = ((x, amount - 1), *rest)
    best = _sent(rest, rooms)  # all that is left of this source stays
    for j, (place, room) in enumerate(rooms):
        if room:
            met, haul = _sent(less, (*rooms[:j], (place, room - 1), *rooms[j + 1 :]))
            best = max(best, (met + 1, haul - abs(x - place)))
    return best


def _by_hand(world: _World) -> _Outcome:
    """Try every outcome."""
    sources = list(world["hazardous_waste_generators"].values())
    rooms = list(world["hazardous_waste_facilities"].values())
    shares: list[tuple[int, int]] = [(0, 0)]
    met = need = haul = 0
    for word in _CLASSES:
        own = [r for r in sources if r["waste_class"] == word]
        takes = [(int(r["at"][0]), *_room(r)) for r in rooms if r["waste_class"] == word]
        known = [
            (int(r["at"][0]), int(r["generated_t_per_year"]))
            for r in own
            if r["generated_t_per_year"] is not None
        ]
        unknown = sum(r["generated_t_per_year"] is None for r in own)
        value = _sent(tuple(known), tuple((x, least) for x, least, _ in takes))
        met, haul = met + value[0], haul - value[1]
        total = sum(amount for _, amount in known)
        need += total
        # All places of a class can be reached from all: only sums decide how much is met.
        ways = set()
        least, most = (sum(row[k] for row in takes) for k in (1, 2))
        for extra in [*range(min(most, 40) + 1), _MOST] if unknown else [0]:
            for times in range(1, unknown + 1) if unknown else [1]:
                added = extra * times
                ways |= {(min(total + added, room), total + added) for room in (least, most)}
        shares = [(a + c, b + d) for (a, b), (c, d) in product(shares, ways)]
    return _Outcome([Fraction(100 * a, b) for a, b in shares if b], met, need, haul)


def test_both_routes_agree() -> None:
    """Value, bounds, counts, haul and state on every world."""
    states = set()
    for clause, world, verdict in judge_worlds("K10", _draw):
        found = _by_hand(world)
        amounts = [r["generated_t_per_year"] for r in world["hazardous_waste_generators"].values()]
        counted, unknown = sum(bool(a) for a in amounts), sum(a is None for a in amounts)
        assert (verdict.counted, verdict.excluded) == (counted, unknown)
        ends = (min(found.shares), max(found.shares)) if found.shares else (None, None)
        value = Fraction(100 * found.met, found.need) if found.need else None
        if counted:
            assert (verdict.value, verdict.low, verdict.high) == (value, *ends)
            beside = {one.name: one for one in verdict.beside}
            assert beside["hazardous_waste_haul"].value == Fraction(found.haul_m, 1000)
        state = expected_state(clause, (value, *ends), counted, unknown)
        assert verdict.state.value == state
        states.add(state)
    assert states >= {"met", "not_met", "undetermined"}
