"""The share of manure used on random small worlds, by trying every way it may be."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weight

_MOST = 10_000_000


def _farm(rng: Random) -> dict[str, Any]:
    """Draw a farm whose record may be incomplete or at odds with itself."""
    missing = rng.random() < 0.5
    return {
        "manure_t_per_year": rng.choice([100.0, 40.0, 0.0, None if missing else 50.0]),
        "used_t_per_year": rng.choice([100.0, 40.0, 32.0, None if missing else 38.0]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _ways(row: dict[str, Any]) -> list[tuple[int, int]]:
    """List the corners of what a farm may be: made and used."""
    made, used = row["manure_t_per_year"], row["used_t_per_year"]
    if made is not None and used is not None and used <= made:
        return [(int(made), int(used))]
    if made is not None and used is None:
        return [(int(made), 0), (int(made), int(made))]
    if made is None and used is not None:
        return [(int(used), int(used)), (_MOST, int(used))]
    return [(0, 0), (_MOST, 0), (_MOST, _MOST)]


def _by_hand(world: dict[str, dict[str, dict[str, Any]]]) -> Weight:
    """Weigh a world's farms."""
    rows = [
        row
        for row in world["livestock_farms"].values()
        if not (row["manure_t_per_year"] == 0 and not row["used_t_per_year"])
    ]
    sure = [way[0] for row in rows if len(way := _ways(row)) == 1]
    totals = [
        (sum(made for made, _ in way), sum(used for _, used in way))
        for way in product(*map(_ways, rows))
    ]
    shares = [Fraction(100 * used, made) for made, used in totals if made]
    made, used = sum(m for m, _ in sure), sum(u for _, u in sure)
    value = Fraction(100 * used, made) if made else None
    ends = (min(shares), max(shares)) if shares else (None, None)
    nothing = (None, None, None)
    return Weight((value, *ends), nothing, nothing, len(sure), len(rows) - len(sure))


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "F07",
        lambda rng: {"livestock_farms": {f"Y{n}": _farm(rng) for n in range(rng.randint(0, 4))}},
    )
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert len(states) >= 4
