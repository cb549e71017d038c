"""The leakage share on random small worlds: every way in which missing volumes may turn out."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.weighing import Weight

_MOST = Fraction(10**9)
_NOTHING = (Fraction(0), Fraction(0))
_NONE = (None, None, None)


def _area(rng: Random, n: int) -> dict[str, Any]:
    """Draw a metered area's year."""
    return {
        "area_id": f"D{n}",
        "scope": rng.choice(["city", "city", "city", "town", None]),
        "year": rng.choice([2025, 2025, 2025, 2024]),
        "input_m3": rng.choice([1000.0, 2000.0, 5000.0, 0.0, None]),
        "billed_m3": rng.choice([900.0, 950.0, 950.0, 1900.0, 2000.0, None]),
        "at": (100.0 * n, 0.0, 100.0 * n + 100.0, 50.0),
    }


def _draw(rng: Random) -> World:
    """Draw areas: in every second world all volumes are there."""
    rows = {f"M{n}": _area(rng, n) for n in range(rng.randint(0, 5))}
    if rng.random() < 0.5:
        for row in rows.values():
            row |= {"scope": row["scope"] or "city", "input_m3": 2000.0}
            row["billed_m3"] = rng.choice([1500.0, 1800.0, 1950.0])
    return {"metered_areas": rows}


def _ways(row: dict[str, Any]) -> Iterator[tuple[Fraction, Fraction]]:
    """List what an area may add at the ends: water lost and water put in."""
    put_in, billed = (
        None if row[name] is None else Fraction(row[name]) for name in ("input_m3", "billed_m3")
    )
    if put_in is not None and billed is not None and billed > put_in:
        put_in = billed = None
    if row["scope"] is None:
        yield _NOTHING
    inputs = [put_in] if put_in is not None else [billed or Fraction(0), _MOST]
    for total in inputs:
        yield from ((total - b, total) for b in ([billed] if billed is not None else [0, total]))


def _is_out(row: dict[str, Any]) -> bool:
    """Tell whether the duty is surely not about an area."""
    is_idle = row["input_m3"] == 0 and not row["billed_m3"]
    return row["year"] != 2025 or row["scope"] == "town" or is_idle


def _by_hand(world: World) -> Weight:
    """Weigh a world's areas, trying every way."""
    rows = [row for row in world["metered_areas"].values() if not _is_out(row)]
    known = [
        (Fraction(r["input_m3"]) - Fraction(r["billed_m3"]), Fraction(r["input_m3"]))
        for r in rows
        if None not in (r["scope"], r["input_m3"], r["billed_m3"])
        and r["billed_m3"] <= r["input_m3"]
    ]
    shares = []
    for way in product(*(list(_ways(row)) for row in rows)):
        put_in = sum((w[1] for w in way), Fraction(0))
        if put_in:
            shares.append(100 * sum((w[0] for w in way), Fraction(0)) / put_in)
    put_in = sum((pair[1] for pair in known), Fraction(0))
    share = 100 * sum((pair[0] for pair in known), Fraction(0)) / put_in if put_in else None
    ends = (min(shares), max(shares)) if shares else (None, None)
    return Weight((share, *ends), _NONE, _NONE, len(known), len(rows) - len(known))


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = check_verdicts(judge_worlds("D05", _draw), lambda world: (_by_hand(world), "share"))
    assert len(states) >= 4
