"""Permits and monitors on random small worlds, by a route that shares no code."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (date(2021, 1, 1), date(2025, 12, 30), AS_OF, date(2026, 1, 1), None)
_KINDS = ["manual", "online", "voc_online", "park_station", None]


def _draw(rng: Random) -> World:
    """Draw permits, and monitors that name one of them, none, or another."""
    number = rng.randint(0, 4)
    return {
        "discharge_permits": {
            f"X{n}": {
                "management": rng.choice(["key", "key", "simplified", "registered", None]),
                "valid_from": rng.choice([date(2021, 1, 1)] * 4 + [*_DAYS]),
                "valid_until": rng.choice([date(2027, 1, 1)] * 4 + [*_DAYS]),
                "at": (100.0 * n, 0.0),
            }
            for n in range(number)
        },
        "emission_monitors": {f"M{n}": _monitor(rng) for n in range(rng.randint(0, 8))},
    }


def _monitor(rng: Random) -> dict[str, Any]:
    """Draw a monitor."""
    return {
        "permit_id": rng.choice(["X0", "X0", "X1", "X2", "X3", "X9", None]),
        "kind": rng.choice(_KINDS[:3] + _KINDS),
        "installed_on": rng.choice(_DAYS),
        "removed_on": rng.choice([None, None, None, *_DAYS]),
        "at": (0.0, 0.0),
    }


def _is_valid(row: dict[str, Any]) -> bool | None:
    """Tell whether a permit is valid on the day, its last day included."""
    first, last = row["valid_from"], row["valid_until"]
    if first and last and last < first:
        return None
    if (first and first > AS_OF) or (last and last < AS_OF):
        return False
    return True if first and last else None


def _watches(row: dict[str, Any]) -> bool | None:
    """Tell whether a monitor is one of a holder, and in service."""
    first, last = row["installed_on"], row["removed_on"]
    serves: bool | None = not (first and first > AS_OF) and not (last and last <= AS_OF)
    if first and last and last < first:
        serves = None
    fits = None if row["kind"] is None else row["kind"] != "park_station"
    return False if False in (serves, fits) else None if None in (serves, fits) else True


def _judged(world: World, key: str, row: dict[str, Any]) -> Judged:
    """Judge a permit by hand."""
    own = {_watches(m) for m in world["emission_monitors"].values() if m["permit_id"] == key}
    done = True if True in own else None if None in own else False
    kind = row["management"]
    managed = None if kind is None else kind != "registered"
    answers = (_is_valid(row), managed)
    return Judged(False if False in answers else None if None in answers else True, done)


def _by_hand(world: World) -> Counted:
    """Count a world's permits."""
    return counted([_judged(world, key, row) for key, row in world["discharge_permits"].items()])


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = check_verdicts(judge_worlds("O01", _draw), lambda world: (_by_hand(world), "share"))
    assert states >= {"met", "not_met", "undetermined", "not_applicable"}
