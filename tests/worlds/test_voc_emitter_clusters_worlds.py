"""Treated members of VOC clusters on random small worlds: every pair, and every way to turn out."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.judging import World, judge_worlds

_REACH, _LEAST = 1000, 3


def _enterprise(rng: Random) -> dict[str, Any]:
    """Draw an enterprise on a grid of half the reach; a few may be emitters or not."""
    return {
        "sector": rng.choice(["coating", "chemical", "coating", "food"]),
        "voc_t_per_year": rng.choice([1.0, 2.5, 2.5, 2.5, 0.0, None]),
        "treatment_status": rng.choice(["completed", "in_progress", "in_progress", None]),
        "at": (500.0 * rng.randint(0, 6), 500.0 * rng.randint(0, 2)),
    }


def _draw(rng: Random) -> World:
    """Draw up to seven; those completed are dated, but for a few."""
    rows = {f"E{n}": _enterprise(rng) for n in range(rng.randint(0, 7))}
    for row in rows.values():
        if row["treatment_status"] == "completed" and rng.random() < 0.8:
            row["treated_on"] = "2025-12-31"
    return {"enterprises": rows, "industry_clusters": {}}


def _emits(row: dict[str, Any]) -> bool | None:
    """Say if it is an emitter of one of the sectors."""
    if row["sector"] == "food":
        return False
    voc = row["voc_t_per_year"]
    return None if voc is None else voc > 0


def _done(row: dict[str, Any]) -> bool | None:
    """Say if its treatment was finished by the day."""
    if row["treatment_status"] == "completed":
        return True if "treated_on" in row else None
    return None if row["treatment_status"] is None else False


def _clustered(places: dict[str, tuple[float, float]]) -> set[str]:
    """List those within reach of one that has enough within reach."""
    near = {
        a: {b for b, (u, v) in places.items() if (x - u) ** 2 + (y - v) ** 2 <= _REACH**2}
        for a, (x, y) in places.items()
    }
    cores = {a for a, around in near.items() if len(around) >= _LEAST}
    return {a for a, around in near.items() if around & cores}


def _shares(rows: dict[str, dict[str, Any]]) -> list[Fraction]:
    """List the shares of every way in which the unknown may turn out."""
    found = []
    emits = [[e] if (e := _emits(row)) is not None else [True, False] for row in rows.values()]
    for way in product(*emits):
        places = {a: rows[a]["at"] for a, is_one in zip(rows, way, strict=True) if is_one}
        inside = [_done(rows[a]) for a in _clustered(places)]
        if inside:
            best, worst = sum(d is not False for d in inside), sum(d is True for d in inside)
            found += [Fraction(100 * worst, len(inside)), Fraction(100 * best, len(inside))]
    return found


def test_both_routes_agree() -> None:
    """Value and counts; the bounds hold every way, and are exact if every emitter is known."""
    states, exact = set(), 0
    for seed, (_, world, verdict) in enumerate(judge_worlds("B05", _draw)):
        rows = world["enterprises"]
        sure = {a: row["at"] for a, row in rows.items() if _emits(row)}
        widest = {a: row["at"] for a, row in rows.items() if _emits(row) is not False}
        inside, perhaps = _clustered(sure), _clustered(widest)
        known = [_done(rows[a]) for a in inside if _done(rows[a]) is not None]
        assert (verdict.counted, verdict.excluded) == (len(known), len(perhaps) - len(known)), seed
        states.add(verdict.state.value)
        if not known:
            assert verdict.state.value == ("no_data" if perhaps else "not_applicable"), seed
            continue
        shares = _shares(rows)
        assert verdict.value == Fraction(100 * sum(known), len(known)), seed
        assert verdict.low is not None
        assert verdict.high is not None
        assert verdict.low <= min(shares) <= max(shares) <= verdict.high, seed
        if sure == widest:
            exact += 1
            assert (verdict.low, verdict.high) == (min(shares), max(shares)), seed
    assert states >= {"reported", "not_applicable", "no_data"}
    assert exact
