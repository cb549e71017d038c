"""The greatest PUE on random small worlds, by trying every way the unknown may turn out."""

from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weight

_NOTHING = (None, None, None)


def _centre(rng: Random) -> dict[str, Any]:
    """Draw a data centre whose record may be incomplete or at odds with itself."""
    return {
        "size_class": rng.choice(["large", "large", "hyperscale", "medium", None]),
        "racks": rng.choice([None, None, 2999, 3000, 12_000]),
        "measured_pue": rng.choice([1.2, 1.29, 1.3, 1.3, 1.31, 1.5, None]),
        "measured_on": rng.choice([date(2025, 6, 1), AS_OF, AS_OF, date(2026, 1, 1), None]),
        "commissioned_on": rng.choice([
            date(2021, 1, 1),
            date(2023, 1, 1),
            AS_OF,
            date(2020, 12, 31),
            None,
        ]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _in_scope(row: dict[str, Any]) -> bool | None:
    """Say if a centre is large and new."""
    size, racks, since = row["size_class"], row["racks"], row["commissioned_on"]
    by_racks = None if racks is None else racks >= 3000
    large: bool | None = by_racks if size is None else size != "medium"
    if size == "medium" and by_racks:
        large = None
    new = None if since is None else date(2021, 1, 1) <= since <= AS_OF
    if large is False or new is False:
        return False
    return True if large and new else None


def _value(row: dict[str, Any]) -> Fraction | None:
    """Give what was measured by the day, if that is known."""
    value, day, since = row["measured_pue"], row["measured_on"], row["commissioned_on"]
    if value is None or day is None or day > AS_OF or (since is not None and day < since):
        return None
    return Fraction(str(value))


def _by_hand(world: World) -> tuple[Weight, str]:
    """Try every way in which the unknown may turn out."""
    judged = [(_in_scope(row), _value(row)) for row in world["data_centres"].values()]
    listed = [(scope, value) for scope, value in judged if scope is not False]
    known = [value for scope, value in listed if scope and value is not None]
    ways = [
        ([] if scope else [None]) + ([Fraction(1), Fraction(5)] if value is None else [value])
        for scope, value in listed
    ]
    ends = [max(inside) for way in product(*ways) if (inside := [v for v in way if v is not None])]
    value = max(known, default=None)
    bounds = (value, min(ends), max(ends)) if ends else _NOTHING
    return Weight(bounds, _NOTHING, _NOTHING, len(known), len(listed) - len(known)), "share"


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "B06",
        lambda rng: {"data_centres": {f"T{n}": _centre(rng) for n in range(rng.randint(0, 5))}},
    )
    assert check_verdicts(worlds, _by_hand) >= {"met", "not_met", "undetermined", "not_applicable"}
