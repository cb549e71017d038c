"""The union of accepted projects on random small worlds, square by square."""

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import expected_state, judge_worlds
from tests.worlds.squares import to_box, to_squares, wan_mu

_DAYS = (None, date(2015, 6, 30), AS_OF, date(2026, 1, 1))


def _project(rng: Random) -> dict[str, Any]:
    """Draw a project of up to 1,500 km2, its record perhaps at odds with itself."""
    block = (rng.randint(0, 3), rng.randint(0, 3), rng.randint(1, 5), rng.randint(1, 3))
    return {
        "stage": rng.choice(["in_progress", "accepted", "accepted", None]),
        "accepted_on": rng.choice(_DAYS),
        "block": block,
        "at": to_box(block),
    }


def _is_accepted(row: dict[str, Any]) -> bool | None:
    """Judge a project by hand; None: nobody knows."""
    stage, day = row["stage"], row["accepted_on"]
    if stage == "in_progress":
        return None if day is not None and day <= AS_OF else False
    return None if day is None else day <= AS_OF


def _area(rows: list[dict[str, Any]]) -> float:
    """Measure the ground that any of some projects covers."""
    return wan_mu(set().union(*(to_squares(row["block"]) for row in rows)))


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world; overlaps and cropland beside them."""
    parcel = to_box((0, 0, 3, 3))
    worlds = judge_worlds(
        "F02",
        lambda rng: {
            "farmland_projects": {f"H{n}": _project(rng) for n in range(rng.randint(0, 6))},
            "cropland": {"G": {"at": parcel}},
        },
    )
    states = set()
    for clause, world, verdict in worlds:
        rows = list(world["farmland_projects"].values())
        doubt = [r for r in rows if _is_accepted(r) is None]
        sure = [r for r in rows if _is_accepted(r)]
        ways = [
            _area(sure + [row for row, counts in zip(doubt, way, strict=True) if counts])
            for way in product([False, True], repeat=len(doubt))
        ]
        bounds, known = (_area(sure), min(ways), max(ways)), len(rows) - len(doubt)
        assert (verdict.counted, verdict.excluded) == (known, len(doubt))
        if known:
            told = [float(n) for n in (verdict.value, verdict.low, verdict.high)]
            assert told == pytest.approx(bounds, rel=1e-4)
            _check_beside(verdict, sure)
        assert verdict.state.value == expected_state(clause, bounds, known, len(doubt))
        states.add(verdict.state.value)
    assert len(states) >= 4


def _check_beside(verdict: Any, sure: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Hold the overlap and what lies off cropland against the squares, in mu."""
    beside = {measure.name: measure for measure in verdict.beside}
    ground = set().union(*(to_squares(row["block"]) for row in sure))
    twice = sum(_area([row]) for row in sure) - _area(sure)
    overlap = float(beside["accepted_farmland_overlap"].value)
    assert overlap == pytest.approx(10_000 * twice, rel=1e-3, abs=1.0)
    off = wan_mu(ground - to_squares((0, 0, 3, 3)))
    told = float(beside["accepted_farmland_off_cropland"].value)
    assert told == pytest.approx(10_000 * off, rel=1e-3, abs=1.0)
